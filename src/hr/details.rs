//! What is known of somebody beside the record's own row: the form of each section, and one look at a whole IBAN.

use crate::{
    web::{
        Allowed, App, Confirmed, Error, FormPage, Record, Result, Routes, Screen, Sheet, Toast, Valid,
        form::{Late, Nothing, json},
    },
    workspace::activity,
};
use axum::extract::FromRequestParts;
use domain::{
    EmployeeId, Errors,
    access::{EmployeesPay, EmployeesPayWrite, EmployeesPersonalWrite, EmployeesWrite, Permission},
    draft::merge_named,
    hr::details::{Details, Draft, Fields, Section, last_four},
    paths,
};
use std::marker::PhantomData;
use store::{
    hr::{
        details::{self, SealedIban},
        employees,
    },
    imports::Vault,
};
use views::hr::details::{Edit, Revealed};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::EMPLOYEE_DETAILS, edit::<Basics>)
        .post(paths::EMPLOYEE_DETAILS, change::<Basics>)
        .get(paths::EMPLOYEE_PERSONAL, edit::<Personal>)
        .post(paths::EMPLOYEE_PERSONAL, change::<Personal>)
        .get(paths::EMPLOYEE_EMERGENCY, edit::<Emergency>)
        .post(paths::EMPLOYEE_EMERGENCY, change::<Emergency>)
        .get(paths::EMPLOYEE_BANK, edit::<Bank>)
        .post(paths::EMPLOYEE_BANK, change::<Bank>)
        .post(paths::EMPLOYEE_BANK_REVELATION, reveal)
}

/// A section, and who changes it.
pub trait Which: Send + Sync + 'static {
    type Write: Permission;
    const SECTION: Section;
}

macro_rules! sections {
    ($($name:ident: $right:ident;)*) => {$(
        pub struct $name;
        impl Which for $name {
            type Write = $right;
            const SECTION: Section = Section::$name;
        }
    )*};
}

sections! {
    Basics: EmployeesWrite;
    Personal: EmployeesPersonalWrite;
    Emergency: EmployeesPersonalWrite;
    Bank: EmployeesPayWrite;
}

/// An account's number as it is kept.
pub fn seal(seal: &jobs::Seal, id: EmployeeId, iban: &str) -> SealedIban {
    SealedIban { bytes: seal.hide_iban(id.0, iban), last_four: last_four(iban) }
}

/// The number that was kept so; one that was kept under another key is lost.
pub fn open(app: &App, id: EmployeeId, kept: &[u8]) -> Option<String> {
    app.seal().show_iban(id.0, kept)
}

/// The form of a section.
pub struct Form<S>(PhantomData<S>);

impl<S: Which> FormPage for Form<S>
where
    Allowed<S::Write>: FromRequestParts<App, Rejection = Error>,
{
    type Guard = Allowed<S::Write>;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(who: &Self::Guard, draft: &Draft) -> Result<Fields, Errors> {
        let (fields, errors) = draft.read(&[S::SECTION], &who.workspace.conventions());
        errors.or(fields)
    }

    async fn page(who: &Self::Guard, mut sheet: Sheet<Draft>) -> Result {
        let id = EmployeeId(sheet.id.ok_or(Error::NotFound)?);
        let mut tx = who.begin().await?;
        details::hold(&mut tx, id, S::SECTION).await?;
        let employee = employees::find(&mut tx, id).await?;
        let now = details::of(&mut tx, id).await?;
        let mut conflict = None;
        if sheet.late == Some(Late::Stale) {
            let (was, theirs) = (serde_json::from_str::<Draft>(&sheet.was).ok(), now.draft());
            let clashes = merge_named(S::SECTION.inputs(), was.as_ref(), &mut sheet.draft, &theirs);
            let told = activity::conflict(&mut tx, who, id.0, clashes).await?;
            for differs in &told.fields {
                sheet.errors.add(differs.field, told.beside(differs));
            }
            conflict = Some(told);
            // Having seen theirs, who saves again means it.
            (sheet.version, sheet.was) = (version(S::SECTION, &now), json(&theirs));
        }
        let view = Edit {
            slug: who.slug().clone(),
            csrf: sheet.screen.csrf().to_owned(),
            employee,
            section: S::SECTION,
            draft: sheet.draft,
            errors: sheet.errors,
            version: sheet.version,
            was: sheet.was,
            conflict,
            last_four: now.bank.last_four,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

fn version(section: Section, details: &Details) -> i32 {
    if section == Section::Bank { details.bank.version } else { details.version }
}

async fn edit<S: Which>(who: Allowed<S::Write>, screen: Screen, Record(id): Record<EmployeeId>) -> Result
where
    Allowed<S::Write>: FromRequestParts<App, Rejection = Error>,
{
    let mut tx = who.begin().await?;
    details::hold(&mut tx, id, S::SECTION).await?;
    let now = details::of(&mut tx, id).await?;
    drop(tx);
    let sheet = Sheet::filled(screen, who.app(), id.0, version(S::SECTION, &now), now.draft());
    Form::<S>::page(&who, sheet).await
}

async fn change<S: Which>(
    who: Allowed<S::Write>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    form: Valid<Form<S>>,
) -> Result
where
    Allowed<S::Write>: FromRequestParts<App, Rejection = Error>,
{
    let mut tx = who.begin().await?;
    let iban = form.fields.iban.as_deref().map(|iban| seal(who.app().seal(), id, iban));
    let changed = details::change(&mut tx, id, S::SECTION, form.version, &form.fields, iban.as_ref()).await;
    form.settle(tx, changed).await?;
    screen.done(paths::employee(who.slug(), id), Toast::good("Changes saved.")).await
}

async fn reveal(
    who: Allowed<EmployeesPay>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let employee = employees::find(&mut tx, id).await?;
    let Some(kept) = details::reveal(&mut tx, id).await? else {
        let words = format!("No account of {} is known.", employee.name());
        return screen.done(paths::employee(who.slug(), id), Toast::bad(words)).await;
    };
    tx.commit().await?;
    let Some(iban) = open(who.app(), id, &kept) else {
        let words = "This number was kept under another secret key, and cannot be read any more. Enter it anew.";
        return screen.done(paths::employee(who.slug(), id), Toast::bad(words)).await;
    };
    Ok(screen.show(&who, &Revealed { slug: who.slug().clone(), employee: id, name: employee.name(), iban }))
}
