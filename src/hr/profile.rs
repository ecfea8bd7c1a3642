//! One's own record: what is known of one, and asking for changes of it.

use super::details as sections;
use crate::web::{
    Allowed, Confirmed, FormPage, Record, Result, Routes, Screen, Sheet, Toast, Valid,
    form::{Nothing, json},
};
use crate::workspace::activity;
use domain::{
    ChangeRequestId, EmployeeId, Errors,
    access::{DocumentsRead, EmployeesRead, HomeRead, LeaveRequest, Permission, TasksRead},
    hr::{
        change_requests::{State, label},
        details::{Details, Draft, Fields, OfRecord, Section, askable},
        employees::Employee,
    },
    paths,
};
use serde::Deserialize;
use store::{
    TenantTx,
    hr::{
        change_requests::{self, Wanted},
        details, employees,
    },
};
use views::hr::profile::{Ask, MyProfile, Own};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::MY_PROFILE, show)
        .get(paths::MY_CHANGES, form)
        .post(paths::MY_CHANGES, ask)
        .post(paths::MY_CHANGE_WITHDRAWAL, withdraw)
        .post(paths::MY_BIRTHDAY, birthday)
}

/// Requests that one's profile shows: what waits, and some that were answered.
const SHOWN: i64 = 40;

/// One's own record, as far as one's role opens it.
async fn own(tx: &mut TenantTx, who: &Allowed<HomeRead>) -> Result<Option<(Employee, Details)>> {
    let Some(me) = who.actor.employee.filter(|_| who.actor.may(EmployeesRead::KEY)) else { return Ok(None) };
    let employee = employees::find(tx, me).await?;
    let details = details::of(tx, me).await?;
    Ok(Some((employee, details)))
}

async fn show(who: Allowed<HomeRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let mut shown = None;
    if let Some((employee, details)) = own(&mut tx, &who).await? {
        shown = Some(Own { employee, details, lines: change_requests::own(&mut tx, SHOWN).await? });
    }
    let may = |key| who.actor.may(key);
    let view = MyProfile {
        slug: who.slug().clone(),
        csrf: screen.csrf().to_owned(),
        moment: activity::moment(&who),
        own: shown,
        linked: who.actor.employee.is_some(),
        may_link: super::may_link(&who),
        documents: may(DocumentsRead::KEY),
        leave: may(LeaveRequest::KEY),
        tasks: may(TasksRead::KEY),
    };
    Ok(screen.show(&who, &view))
}

/// What a form asks for: of the record's own row, and of what is known beside it.
struct Asked {
    names: [Option<String>; 3],
    fields: Fields,
}

struct AskForm;

impl FormPage for AskForm {
    type Guard = Allowed<HomeRead>;
    type Draft = Draft;
    type Fields = Asked;

    fn parse(who: &Self::Guard, draft: &Draft) -> Result<Asked, Errors> {
        let (fields, read) = draft.read(&Section::ALL, &who.workspace.conventions());
        let mut errors = Errors::default();
        let names = draft.read_names(&mut errors);
        errors.merge(read);
        errors.or(Asked { names, fields })
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        let mut tx = who.begin().await?;
        let Some((_, details)) = own(&mut tx, who).await? else {
            return Ok(sheet.screen.go(paths::my_profile(who.slug())));
        };
        let mut waiting = change_requests::own(&mut tx, SHOWN).await?;
        waiting.retain(|l| l.state == State::Open);
        let view = Ask {
            slug: who.slug().clone(),
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            details,
            draft: sheet.draft,
            errors: sheet.errors,
            waiting,
            was: sheet.was,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

/// What holds now, as the form shows it.
fn present(employee: &Employee, details: &Details) -> Draft {
    Draft {
        first_name: employee.first_name.clone(),
        last_name: employee.last_name.clone(),
        phone: employee.phone.clone().unwrap_or_default(),
        ..details.draft()
    }
}

async fn form(who: Allowed<HomeRead>, screen: Screen) -> Result {
    let mut tx = who.begin().await?;
    let Some((employee, details)) = own(&mut tx, &who).await? else {
        return Ok(screen.go(paths::my_profile(who.slug())));
    };
    drop(tx);
    let draft = present(&employee, &details);
    let was = json(&draft);
    AskForm::page(&who, Sheet { draft, was, ..Sheet::blank(screen, who.app()) }).await
}

async fn ask(who: Allowed<HomeRead>, screen: Screen, form: Valid<AskForm>) -> Result {
    let mut tx = who.begin().await?;
    let Some((employee, details)) = own(&mut tx, &who).await? else {
        return Ok(screen.go(paths::my_profile(who.slug())));
    };
    // What only others have changed since the form was opened is not asked to be changed back.
    let was: Option<Draft> = serde_json::from_str(form.was()).ok();
    let before = was.map(|draft| AskForm::parse(&who, &draft)).and_then(Result::ok);
    let known = details::own_sealed(&mut tx).await?.and_then(|kept| sections::open(who.app(), employee.id, &kept));
    let (asked, row) = (&form.fields, OfRecord::from(&employee));
    if details.sight.pay
        && details.bank.is_empty()
        && asked.fields.account_holder.is_some()
        && asked.fields.iban.is_none()
    {
        drop(tx);
        return form.again(Errors::one("iban", "Please fill this in.")).await;
    }
    let wanted: Vec<Wanted> = askable()
        .filter(|(.., class)| details.sight.sees(*class))
        .filter_map(|(field, ..)| {
            let (now, new) = (details.text(&row, field), text(asked, field));
            let untouched = before.as_ref().is_some_and(|b| text(b, field) == new);
            if field == "iban" {
                return number(who.app(), employee.id, asked, now, known.as_deref());
            }
            (now != new && !untouched).then_some(Wanted { field, was: now, wanted: new, sealed: None })
        })
        .collect();
    if wanted.is_empty() {
        drop(tx);
        return form.again(Errors::one("", "Nothing is different from what holds now.")).await;
    }
    let done = change_requests::ask(&mut tx, &wanted).await;
    form.settle(tx, done).await?;
    let words = match wanted.len() {
        1 => "Your change waits for an answer now.".to_owned(),
        n => format!("Your {n} changes wait for an answer now."),
    };
    screen.done(paths::my_profile(who.slug()), Toast::good(words)).await
}

fn text(asked: &Asked, field: &str) -> Option<String> {
    match field {
        "first_name" => asked.names[0].clone(),
        "last_name" => asked.names[1].clone(),
        "phone" => asked.names[2].clone(),
        field => asked.fields.text(field),
    }
}

/// Another account's number, where one was typed.
fn number(
    app: &crate::web::App,
    me: EmployeeId,
    asked: &Asked,
    now: Option<String>,
    known: Option<&str>,
) -> Option<Wanted> {
    let typed = asked.fields.iban.as_deref().filter(|typed| Some(*typed) != known)?;
    let sealed = sections::seal(app.seal(), me, typed);
    Some(Wanted { field: "iban", was: now, wanted: Some(sealed.last_four.clone()), sealed: Some(sealed) })
}

async fn withdraw(
    who: Allowed<HomeRead>,
    screen: Screen,
    Record(id): Record<ChangeRequestId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let field = change_requests::withdraw(&mut tx, id).await?;
    tx.commit().await?;
    let words = format!("{} stays as it is.", label(&field));
    screen.done(paths::my_profile(who.slug()), Toast::good(words)).await
}

#[derive(Deserialize)]
struct Hide {
    #[serde(default)]
    hidden: String,
}

async fn birthday(who: Allowed<HomeRead>, screen: Screen, Confirmed(typed): Confirmed<Hide>) -> Result {
    let mut tx = who.begin().await?;
    let hidden = typed.hidden == "yes";
    if who.actor.employee.is_none() {
        return Ok(screen.go(paths::my_profile(who.slug())));
    }
    details::hide_birthday(&mut tx, hidden).await?;
    tx.commit().await?;
    let words = if hidden { "Colleagues do not see your birthday." } else { "Colleagues see your birthday." };
    screen.done(paths::my_profile(who.slug()), Toast::good(words)).await
}
