//! Imports: routes of all nouns that files bring. What differs between them is the permission, and the paths that go with it.

use crate::{
    web::{Allowed, Confirmed, Error, Query, Record, Result, Routes, Screen, Toast, Upload, file, form::Nothing},
    workspace::activity,
};
use axum::http::StatusCode;
use domain::{
    ImportId,
    access::{
        ContactsImport, CustomersImport, DealsImport, EmployeesImport, LeadsImport, Permission, PipelinesWrite,
        TicketsSettings,
    },
    custom_fields::CustomField,
    import::{Amounts, Import, Mapping, Mend, Outcome, Severity, State, Target},
    list::grouped,
    paths,
};
use jobs::imports::{Changed, Unreadable};
use serde::Deserialize;
use store::{custom_fields, imports};
use views::imports::{Check, Ended, Index, LISTED, Moving, Place, Undo};

/// Records of one noun, and the right to bring them in.
trait Bring: Send + Sync + 'static {
    type Right: Permission;
    const TARGET: Target;
}

struct Employees;
struct Customers;
struct JobHistory;
struct PayHistory;
struct Contacts;
struct Deals;
struct Leads;
struct Products;
struct Tickets;

impl Bring for Employees {
    type Right = EmployeesImport;
    const TARGET: Target = Target::Employees;
}

impl Bring for Customers {
    type Right = CustomersImport;
    const TARGET: Target = Target::Customers;
}

impl Bring for Contacts {
    type Right = ContactsImport;
    const TARGET: Target = Target::Contacts;
}

impl Bring for Deals {
    type Right = DealsImport;
    const TARGET: Target = Target::Deals;
}

impl Bring for Leads {
    type Right = LeadsImport;
    const TARGET: Target = Target::Leads;
}

impl Bring for Products {
    type Right = PipelinesWrite;
    const TARGET: Target = Target::Products;
}

impl Bring for Tickets {
    type Right = TicketsSettings;
    const TARGET: Target = Target::Tickets;
}

impl Bring for JobHistory {
    type Right = EmployeesImport;
    const TARGET: Target = Target::JobHistory;
}

impl Bring for PayHistory {
    type Right = EmployeesImport;
    const TARGET: Target = Target::PayHistory;
}

pub fn employees(r: Routes) -> Routes {
    type P = Employees;
    r.get(paths::EMPLOYEE_IMPORTS, list::<P>)
        .post(paths::EMPLOYEE_IMPORTS, upload::<P>)
        .get(paths::EMPLOYEE_IMPORT, show::<P>)
        .post(paths::EMPLOYEE_IMPORT_MAPPING, map::<P>)
        .post(paths::EMPLOYEE_IMPORT_CONFIRMATION, confirm::<P>)
        .get(paths::EMPLOYEE_IMPORT_REVERSAL, ask_undo::<P>)
        .post(paths::EMPLOYEE_IMPORT_REVERSAL, undo::<P>)
        .post(paths::EMPLOYEE_IMPORT_REMOVAL, remove::<P>)
        .get(paths::EMPLOYEE_IMPORT_ERRORS, wrong_rows::<P>)
}

pub fn job_history(r: Routes) -> Routes {
    type P = JobHistory;
    r.get(paths::JOB_IMPORTS, list::<P>)
        .post(paths::JOB_IMPORTS, upload::<P>)
        .get(paths::JOB_IMPORT, show::<P>)
        .post(paths::JOB_IMPORT_MAPPING, map::<P>)
        .post(paths::JOB_IMPORT_CONFIRMATION, confirm::<P>)
        .get(paths::JOB_IMPORT_REVERSAL, ask_undo::<P>)
        .post(paths::JOB_IMPORT_REVERSAL, undo::<P>)
        .post(paths::JOB_IMPORT_REMOVAL, remove::<P>)
        .get(paths::JOB_IMPORT_ERRORS, wrong_rows::<P>)
}

pub fn pay_history(r: Routes) -> Routes {
    type P = PayHistory;
    r.get(paths::PAY_IMPORTS, list::<P>)
        .post(paths::PAY_IMPORTS, upload::<P>)
        .get(paths::PAY_IMPORT, show::<P>)
        .post(paths::PAY_IMPORT_MAPPING, map::<P>)
        .post(paths::PAY_IMPORT_CONFIRMATION, confirm::<P>)
        .get(paths::PAY_IMPORT_REVERSAL, ask_undo::<P>)
        .post(paths::PAY_IMPORT_REVERSAL, undo::<P>)
        .post(paths::PAY_IMPORT_REMOVAL, remove::<P>)
        .get(paths::PAY_IMPORT_ERRORS, wrong_rows::<P>)
}

pub fn contacts(r: Routes) -> Routes {
    type P = Contacts;
    r.get(paths::CONTACT_IMPORTS, list::<P>)
        .post(paths::CONTACT_IMPORTS, upload::<P>)
        .get(paths::CONTACT_IMPORT, show::<P>)
        .post(paths::CONTACT_IMPORT_MAPPING, map::<P>)
        .post(paths::CONTACT_IMPORT_CONFIRMATION, confirm::<P>)
        .get(paths::CONTACT_IMPORT_REVERSAL, ask_undo::<P>)
        .post(paths::CONTACT_IMPORT_REVERSAL, undo::<P>)
        .post(paths::CONTACT_IMPORT_REMOVAL, remove::<P>)
        .get(paths::CONTACT_IMPORT_ERRORS, wrong_rows::<P>)
}

pub fn deals(r: Routes) -> Routes {
    type P = Deals;
    r.get(paths::DEAL_IMPORTS, list::<P>)
        .post(paths::DEAL_IMPORTS, upload::<P>)
        .get(paths::DEAL_IMPORT, show::<P>)
        .post(paths::DEAL_IMPORT_MAPPING, map::<P>)
        .post(paths::DEAL_IMPORT_CONFIRMATION, confirm::<P>)
        .get(paths::DEAL_IMPORT_REVERSAL, ask_undo::<P>)
        .post(paths::DEAL_IMPORT_REVERSAL, undo::<P>)
        .post(paths::DEAL_IMPORT_REMOVAL, remove::<P>)
        .get(paths::DEAL_IMPORT_ERRORS, wrong_rows::<P>)
}

pub fn leads(r: Routes) -> Routes {
    type P = Leads;
    r.get(paths::LEAD_IMPORTS, list::<P>)
        .post(paths::LEAD_IMPORTS, upload::<P>)
        .get(paths::LEAD_IMPORT, show::<P>)
        .post(paths::LEAD_IMPORT_MAPPING, map::<P>)
        .post(paths::LEAD_IMPORT_CONFIRMATION, confirm::<P>)
        .get(paths::LEAD_IMPORT_REVERSAL, ask_undo::<P>)
        .post(paths::LEAD_IMPORT_REVERSAL, undo::<P>)
        .post(paths::LEAD_IMPORT_REMOVAL, remove::<P>)
        .get(paths::LEAD_IMPORT_ERRORS, wrong_rows::<P>)
}

pub fn tickets(r: Routes) -> Routes {
    type P = Tickets;
    r.get(paths::TICKET_IMPORTS, list::<P>)
        .post(paths::TICKET_IMPORTS, upload::<P>)
        .get(paths::TICKET_IMPORT, show::<P>)
        .post(paths::TICKET_IMPORT_MAPPING, map::<P>)
        .post(paths::TICKET_IMPORT_CONFIRMATION, confirm::<P>)
        .get(paths::TICKET_IMPORT_REVERSAL, ask_undo::<P>)
        .post(paths::TICKET_IMPORT_REVERSAL, undo::<P>)
        .post(paths::TICKET_IMPORT_REMOVAL, remove::<P>)
        .get(paths::TICKET_IMPORT_ERRORS, wrong_rows::<P>)
}

pub fn products(r: Routes) -> Routes {
    type P = Products;
    r.get(paths::PRODUCT_IMPORTS, list::<P>)
        .post(paths::PRODUCT_IMPORTS, upload::<P>)
        .get(paths::PRODUCT_IMPORT, show::<P>)
        .post(paths::PRODUCT_IMPORT_MAPPING, map::<P>)
        .post(paths::PRODUCT_IMPORT_CONFIRMATION, confirm::<P>)
        .get(paths::PRODUCT_IMPORT_REVERSAL, ask_undo::<P>)
        .post(paths::PRODUCT_IMPORT_REVERSAL, undo::<P>)
        .post(paths::PRODUCT_IMPORT_REMOVAL, remove::<P>)
        .get(paths::PRODUCT_IMPORT_ERRORS, wrong_rows::<P>)
}

pub fn customers(r: Routes) -> Routes {
    type P = Customers;
    r.get(paths::CUSTOMER_IMPORTS, list::<P>)
        .post(paths::CUSTOMER_IMPORTS, upload::<P>)
        .get(paths::CUSTOMER_IMPORT, show::<P>)
        .post(paths::CUSTOMER_IMPORT_MAPPING, map::<P>)
        .post(paths::CUSTOMER_IMPORT_CONFIRMATION, confirm::<P>)
        .get(paths::CUSTOMER_IMPORT_REVERSAL, ask_undo::<P>)
        .post(paths::CUSTOMER_IMPORT_REVERSAL, undo::<P>)
        .post(paths::CUSTOMER_IMPORT_REMOVAL, remove::<P>)
        .get(paths::CUSTOMER_IMPORT_ERRORS, wrong_rows::<P>)
}

/// Imports that the list shows.
const RECENT: i64 = 50;

async fn list<B: Bring>(who: Allowed<B::Right>, screen: Screen) -> Result {
    index::<B>(&who, &screen, StatusCode::OK, None).await
}

async fn index<B: Bring>(
    who: &Allowed<B::Right>,
    screen: &Screen,
    status: StatusCode,
    refused: Option<(String, String)>,
) -> Result {
    let mut tx = who.begin().await?;
    let imports = imports::list(&mut tx, B::TARGET, RECENT).await?;
    Ok(screen.show_as(status, who, &Index { place: place::<B>(who, screen), imports, refused }))
}

async fn upload<B: Bring>(who: Allowed<B::Right>, screen: Screen, upload: Upload) -> Result {
    if upload.too_large {
        let most = grouped((domain::import::MAX_BYTES / 1024 / 1024) as i64);
        let why = format!("This file is larger than {most} MB. Split it and bring the parts one by one.");
        return index::<B>(&who, &screen, StatusCode::PAYLOAD_TOO_LARGE, Some((String::new(), why))).await;
    }
    let Some(file) = upload.file else {
        let refused = (String::new(), "Choose a file first.".to_owned());
        return index::<B>(&who, &screen, StatusCode::UNPROCESSABLE_ENTITY, Some(refused)).await;
    };
    let name = file_name(&file.name);
    let read = jobs::imports::understand(file.bytes.into(), B::TARGET, who.actor.rights.hand_of_all()).await;
    let (body, sheet, mapping) = match read {
        Ok(read) => read,
        Err(Unreadable(why)) => {
            return index::<B>(&who, &screen, StatusCode::UNPROCESSABLE_ENTITY, Some((name, why))).await;
        }
    };
    let mut tx = who.begin().await?;
    let (hand, added) = (who.actor.rights.hand_of_all(), custom_fields::list(&mut tx, B::TARGET).await?);
    let mapping = mapping.with_custom(&sheet.source.headers, B::TARGET, added.clone(), hand);
    // What was chosen by hand for the last file of this kind, its amounts above all, is not to be chosen again.
    let last = imports::last_like(&mut tx, B::TARGET, &sheet.source.headers).await?.map(|last| last.mapping);
    let again = last.and_then(|last| {
        let choices: Vec<&str> = last.columns().iter().map(|c| c.unwrap_or_default()).collect();
        Some(Mapping::chosen(&choices, last.amounts, B::TARGET, added, hand).ok()?.with_mends(last.mends().to_vec()))
    });
    let mapping = again.unwrap_or(mapping);
    let id: ImportId = tx.id();
    let file = imports::File { name: &name, source: &sheet.source, mapping: &mapping, body: &body };
    imports::add(&mut tx, id, who.actor.member, B::TARGET, &file, who.app().seal()).await?;
    tx.commit().await?;
    Ok(screen.go(place::<B>(&who, &screen).import(id)))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    /// Which rows of the preview; see [`Outcome::key`].
    rows: String,
}

async fn show<B: Bring>(
    who: Allowed<B::Right>,
    screen: Screen,
    Record(id): Record<ImportId>,
    Query(asked): Query<Asked>,
) -> Result {
    let mut tx = who.begin().await?;
    let import = imports::find(&mut tx, B::TARGET, id).await?;
    let place = place::<B>(&who, &screen);
    match import.state {
        State::Ready => {
            let other = imports::moving(&mut tx, B::TARGET).await?;
            let added = custom_fields::list(&mut tx, B::TARGET).await?;
            drop(tx);
            let import = offering::<B>(&who, import, added);
            Ok(screen.show(&who, &check::<B>(&who, place, import, other, Outcome::parse(&asked.rows)).await?))
        }
        State::Running | State::Undoing => Ok(screen.show(&who, &Moving { place, import })),
        State::Done | State::Failed | State::Undone => {
            let mut findings = imports::findings(&mut tx, &import, Severity::Error, LISTED as i64).await?;
            findings.extend(imports::findings(&mut tx, &import, Severity::Warning, LISTED as i64).await?);
            Ok(screen.show(&who, &Ended { place, import, findings }))
        }
    }
}

/// The same with all fields that the workspace has added, for its columns to choose from.
fn offering<B: Bring>(who: &Allowed<B::Right>, mut import: Import, added: Vec<CustomField>) -> Import {
    let columns: Vec<&str> = import.mapping.columns().iter().map(|c| c.unwrap_or_default()).collect();
    let hand = who.actor.rights.hand_of_all();
    if let Ok(mapping) = Mapping::chosen(&columns, import.mapping.amounts, B::TARGET, added, hand) {
        let mends = import.mapping.mends().to_vec();
        import.mapping = mapping.with_mends(mends);
    }
    import
}

async fn check<B: Bring>(
    who: &Allowed<B::Right>,
    place: Place,
    import: Import,
    other: Option<Import>,
    shown: Option<Outcome>,
) -> Result<Check> {
    let found = jobs::imports::preview(|| who.begin(), who.app().seal(), &import, who.workspace.conventions()).await?;
    let told = |c: Changed| (c.field, c.before, c.after);
    Ok(Check {
        place,
        import,
        sight: who.actor.rights.hand_of_all(),
        table: found.table,
        counts: found.counts,
        findings: found.findings,
        lost: found.lost,
        names: found.names,
        outcomes: found.outcomes,
        dates: found.dates,
        changes: found.changes.into_iter().map(|(line, all)| (line, all.into_iter().map(told).collect())).collect(),
        new_places: found.new_places,
        small_amounts: found.small_amounts,
        shown,
        other,
        refused: None,
    })
}

/// One field key per column; empty for a column that stays out. What amounts are counted in, if that was asked. And words that
/// are read as others, each the same place in three lists.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Mapped {
    column: Vec<String>,
    amounts: String,
    mend_field: Vec<String>,
    mend_from: Vec<String>,
    mend_to: Vec<String>,
}

impl Mapped {
    fn mends(&self) -> Vec<Mend> {
        let words = self.mend_field.iter().zip(&self.mend_from).zip(&self.mend_to);
        let told = words.filter(|(_, to)| !to.trim().is_empty());
        told.map(|((field, from), to)| Mend {
            field: field.clone(),
            from: from.trim().to_owned(),
            to: if to.trim() == views::imports::LEFT_OUT { String::new() } else { to.trim().to_owned() },
        })
        .collect()
    }
}

async fn map<B: Bring>(
    who: Allowed<B::Right>,
    screen: Screen,
    Record(id): Record<ImportId>,
    Confirmed(mapped): Confirmed<Mapped>,
) -> Result {
    let mut tx = who.begin().await?;
    let import = imports::find(&mut tx, B::TARGET, id).await?;
    let place = place::<B>(&who, &screen);
    if mapped.column.len() != import.source.headers.len() {
        return Err(Error::Bad("The form does not fit the file's columns. Load the page again.".into()));
    }
    let amounts = Amounts::parse(&mapped.amounts).unwrap_or_default();
    let added = custom_fields::list(&mut tx, B::TARGET).await?;
    let import = offering::<B>(&who, import, added.clone());
    match Mapping::chosen(&mapped.column, amounts, B::TARGET, added, who.actor.rights.hand_of_all()) {
        Ok(mapping) => {
            imports::map(&mut tx, id, &mapping.with_mends(mapped.mends())).await?;
            tx.commit().await?;
            Ok(screen.go(place.import(id)))
        }
        Err(errors) if import.state == State::Ready => {
            drop(tx);
            let mut view = check::<B>(&who, place, import, None, None).await?;
            view.refused = Some((mapped.column, errors));
            Ok(screen.show_as(StatusCode::UNPROCESSABLE_ENTITY, &who, &view))
        }
        Err(_) => Err(Error::Stale),
    }
}

async fn confirm<B: Bring>(
    who: Allowed<B::Right>,
    screen: Screen,
    Record(id): Record<ImportId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    imports::find(&mut tx, B::TARGET, id).await?;
    imports::start(&mut tx, id, who.actor.member).await?;
    tx.commit().await?;
    Ok(screen.go(place::<B>(&who, &screen).import(id)))
}

async fn remove<B: Bring>(
    who: Allowed<B::Right>,
    screen: Screen,
    Record(id): Record<ImportId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = imports::find(&mut tx, B::TARGET, id).await?.file_name;
    imports::remove(&mut tx, id).await?;
    tx.commit().await?;
    screen.done(place::<B>(&who, &screen).imports(), Toast::good(format!("{name} was discarded."))).await
}

async fn ask_undo<B: Bring>(who: Allowed<B::Right>, screen: Screen, Record(id): Record<ImportId>) -> Result {
    let mut tx = who.begin().await?;
    let import = imports::find(&mut tx, B::TARGET, id).await?;
    let place = place::<B>(&who, &screen);
    if import.state != State::Done || !import.is_kept(tx.now()) {
        return Ok(screen.go(place.import(id)));
    }
    let since = imports::since(&mut tx, &import).await?;
    Ok(screen.show(&who, &Undo { place, import, since }))
}

async fn undo<B: Bring>(
    who: Allowed<B::Right>,
    screen: Screen,
    Record(id): Record<ImportId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    imports::find(&mut tx, B::TARGET, id).await?;
    imports::start_undo(&mut tx, id, who.actor.member).await?;
    tx.commit().await?;
    Ok(screen.go(place::<B>(&who, &screen).import(id)))
}

async fn wrong_rows<B: Bring>(who: Allowed<B::Right>, screen: Screen, Record(id): Record<ImportId>) -> Result {
    let mut tx = who.begin().await?;
    let import = imports::find(&mut tx, B::TARGET, id).await?;
    drop(tx);
    let found =
        match jobs::imports::wrong_rows(|| who.begin(), who.app().seal(), &import, who.workspace.conventions()).await {
            // The file is swept after a month; its import is not.
            Err(Error::NotFound) => {
                let toast = Toast::bad("The file is not kept any more.");
                return screen.done(place::<B>(&who, &screen).import(id), toast).await;
            }
            found => found?,
        };
    let stem: String = import.file_name.rsplit_once('.').map_or(import.file_name.as_str(), |(stem, _)| stem).to_owned();
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name = format!("{}-wrong-rows.csv", stem.chars().map(plain).take(60).collect::<String>());
    file::csv(&name, found.headers, found.rows).await
}

impl From<jobs::imports::Error> for Error {
    fn from(e: jobs::imports::Error) -> Self {
        match e {
            jobs::imports::Error::Store(e) => e.into(),
            jobs::imports::Error::Unreadable(why) => Self::Bad(why.to_string()),
        }
    }
}

/// The name without folders, as some browsers send them, and without what no name has.
fn file_name(sent: &str) -> String {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    if name.trim().is_empty() { "file".into() } else { name }
}

fn place<B: Bring>(who: &Allowed<B::Right>, screen: &Screen) -> Place {
    let moment = activity::moment(who);
    Place { slug: who.slug().clone(), csrf: screen.csrf().to_owned(), target: B::TARGET, moment }
}
