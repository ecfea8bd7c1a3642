//! Employees: list, record, form, archive, export.

mod cells;

use crate::{
    field_files,
    notes::Beside,
    saved_views,
    web::{
        Allowed, Confirmed, Listed, Noun, Query, Record, Result, Routes, Screen, Toast, bulk,
        file::{self, Format},
        listed::{self, Sought},
        noun,
        query::Strictly,
        selection::unclear,
    },
    workspace::activity::{self, Asked, Before},
};
use axum::http::StatusCode;
use domain::{
    Conventions, EmployeeId, Errors, MemberId, Slug,
    access::{
        EmployeesArchive, EmployeesBulk, EmployeesExport, EmployeesImport, EmployeesRead, EmployeesWrite,
        MembersInvite, MembersWrite, Permission, Sight,
    },
    custom_fields::{Answered, CustomField, PREFIX, Values},
    draft::{Field, FieldClass},
    hr::{
        employees::{COLUMNS, Draft, Employee, FIELDS, Fields, Filter, Status, WORDS, class},
        timeline::PARTS,
    },
    import::Target,
    list::{Mark, Slice},
    paths,
    text::Words,
    workspace::access::Subject,
};
use serde::Deserialize;
use store::{
    TenantTx, Version, custom_fields, exports,
    hr::{employees, timeline},
    reach::{self, Kind},
    workspace::members,
};
use views::{
    activity::{Happened, Open},
    form::Entry,
    hr::{
        employees::{Edit, Index, Options, Show},
        timeline::Beside as Line,
    },
};

pub fn routes(r: Routes) -> Routes {
    type N = Employees;
    let r = crate::imports::employees(r);
    r.get(paths::EMPLOYEES, list)
        .get(paths::EMPLOYEE_NEW, noun::new::<N>)
        .post(paths::EMPLOYEE_NEW, noun::add::<N>)
        .post(paths::EMPLOYEE_COLUMNS, listed::choose_columns::<N>)
        .get(paths::EMPLOYEE_EXPORT, export)
        .get(paths::EMPLOYEE_WORKBOOK, workbook)
        .get(paths::EMPLOYEE_ARCHIVALS, listed::offer_all::<N>)
        .get(paths::EMPLOYEE_ARCHIVALS_RUN, listed::watch::<N>)
        .post(paths::EMPLOYEE_ARCHIVALS, listed::archive_many::<N>)
        .post(paths::EMPLOYEE_RESTORALS, listed::restore_many::<N>)
        .get(paths::EMPLOYEE_CHANGES, bulk::list::<N>)
        .post(paths::EMPLOYEE_CHANGES, bulk::make::<N>)
        .post(paths::EMPLOYEE_CHANGES_NEW, bulk::ask::<N>)
        .get(paths::EMPLOYEE_CHANGE, bulk::show::<N>)
        .post(paths::EMPLOYEE_CHANGE_REVERSAL, bulk::undo::<N>)
        .get(paths::EMPLOYEE_OPTIONS, options)
        .get(paths::EMPLOYEE_CELL, cells::edit)
        .post(paths::EMPLOYEE_CELL, cells::change)
        .get(paths::EMPLOYEE, show)
        .get(paths::EMPLOYEE_TIMELINE, timeline_of)
        .get(paths::EMPLOYEES_FIELD_FILES, field_files::show_many::<N>)
        .post(paths::EMPLOYEES_FIELD_FILES, field_files::bring_many::<N>)
        .get(paths::EMPLOYEE_FIELD_FILES, field_files::show::<N>)
        .post(paths::EMPLOYEE_FIELD_FILES, field_files::bring::<N>)
        .post(paths::EMPLOYEE_FIELD_FILES_REMOVAL, field_files::remove::<N>)
        .get(paths::EMPLOYEE_EDIT, noun::edit::<N>)
        .post(paths::EMPLOYEE_EDIT, noun::change::<N>)
        .post(paths::EMPLOYEE_ARCHIVAL, listed::archive::<N>)
        .post(paths::EMPLOYEE_RESTORAL, listed::restore::<N>)
        .post(paths::EMPLOYEE_ACCOUNT, link)
}

async fn list(who: Allowed<EmployeesRead>, screen: Screen, Query(mut filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let (columns, sight) = (listed::columns::<Employees, _>(&who, &filter.columns), tx.sight());
    let custom = columns.iter().any(|c| c.starts_with(PREFIX));
    let around = (filter.view.as_str(), custom || !filter.custom.is_empty());
    let (saved, fields) = saved_views::around::<Employees, _>(&who, &screen, &mut tx, around).await?;
    if let Some(view) = saved_views::opens_with(&screen, &saved).filter(|_| filter == Filter::default()) {
        return Ok(screen.go(view));
    }
    let shown = |key: &str| columns.iter().any(|c| c == key);
    let any = |class| fields.iter().any(|f| f.class == class && shown(f.name));
    let personal = shown("birth_date") || any(FieldClass::Personal);
    let shown = Sight { terms: shown("end_date"), personal, pay: shown("salary") || any(FieldClass::Pay) };
    let whose = employees::whose(&mut tx, &mut filter).await?;
    let mut page = employees::list_with(&mut tx, &filter, shown, custom).await?;
    if columns.iter().any(|c| c == "tags") {
        employees::tagged(&mut tx, &mut page.rows).await?;
    }
    employees::detailed(&mut tx, &mut page.rows, &columns).await?;
    // Cells are changed where they stand, of those whom the reader may change.
    let ids: Vec<_> = page.rows.iter().map(|e| e.id.0).collect();
    let writes = reach::within::<EmployeesWrite>(&mut tx, Kind::Employees, &ids).await?;
    let writes = writes.into_iter().map(EmployeeId).collect();
    let tags = screen.for_page(store::tags::names(&mut tx)).await?;
    let (departments, locations) = screen.for_page(employees::offered(&mut tx)).await?;
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    let may = listed::may::<Employees, _>(&who);
    Ok(screen.show(
        &who,
        &Index {
            slug,
            csrf,
            filter,
            page,
            departments,
            locations,
            tags,
            columns,
            sight,
            may,
            writes,
            saved,
            fields,
            whose,
        },
    ))
}

async fn show(who: Allowed<EmployeesRead>, screen: Screen, Record(id): Record<EmployeeId>) -> Result {
    record(&who, &screen, id, Asked::overview()).await
}

async fn timeline_of(
    who: Allowed<EmployeesRead>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    Query(before): Query<Before>,
) -> Result {
    record(&who, &screen, id, Asked::timeline(before)).await
}

async fn record<P: Permission>(who: &Allowed<P>, screen: &Screen, id: EmployeeId, asked: Asked) -> Result {
    with_photo(who, screen, id, asked, None).await
}

/// The record, and what is wrong with a picture that was brought.
pub(super) async fn with_photo<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    id: EmployeeId,
    asked: Asked,
    wrong: Option<String>,
) -> Result {
    let (mut tx, status) = (who.begin().await?, asked.status());
    let employee = employees::find(&mut tx, id).await?;
    let (reports, reports_in_all) = employees::reports(&mut tx, id, 5).await?;
    let archived = employee.status == Status::Archived;
    let mut record = activity::record::<Employees, _>(
        &mut tx,
        (who, screen),
        (id, employee.version, archived),
        employee.email.as_deref(),
        employee.sight,
        asked,
    )
    .await?;
    let slug = who.slug().clone();
    let tabs = super::beside(&mut tx, id).await?;
    record.own = views::hr::employees::tabs(&slug, id, tabs);
    let (mut leave, mut cards, mut fields, mut details) = (None, vec![], vec![], None);
    let (mut account, mut waits) = (None, None);
    if record.open == Open::Overview {
        if who.actor.may(MembersInvite::KEY) || who.actor.may(MembersWrite::KEY) {
            account = Some(members::account_of(&mut tx, id).await?);
        }
        let own = who.actor.employee == Some(id);
        waits = Some((store::hr::change_requests::waiting_on(&mut tx, id).await?, own));
        fields = custom_fields::list(&mut tx, Target::Employees).await?;
        let known = store::hr::details::of(&mut tx, id).await?;
        details = Some((known, store::hr::details::editable(&mut tx, id).await?));
        leave = Some(super::leave::person::on_record(&mut tx, who, &employee).await?);
        cards.extend(crate::hr::checklists::card(&mut tx, who, &employee).await?);
        cards.extend(crate::hr::assets::card(&mut tx, who, screen, &employee).await?);
    }
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { status };
    Ok(screen.show_as(
        status,
        who,
        &Show {
            slug,
            record,
            employee,
            reports,
            reports_in_all,
            wrong,
            leave,
            cards,
            fields,
            details,
            account,
            waits,
            links: who.actor.may(MembersWrite::KEY),
        },
    ))
}

#[derive(Deserialize)]
struct Link {
    member: MemberId,
}

/// Says that somebody who signs in here already is this employee.
async fn link(
    who: Allowed<MembersWrite>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    Confirmed(asked): Confirmed<Link>,
) -> Result {
    let mut tx = who.begin().await?;
    let employee = employees::find(&mut tx, id).await?;
    let member = match members::link(&mut tx, asked.member, &employee.number).await {
        Err(store::Error::Refused(errors)) => {
            let why = errors.iter().map(|(_, why)| why).collect::<Vec<_>>().join(" ");
            return screen.done(paths::employee(who.slug(), id), Toast::bad(why)).await;
        }
        linked => linked?,
    };
    tx.commit().await?;
    let toast = Toast::good(format!("{} signs in here as {}.", member.name, employee.name()));
    screen.done(paths::employee(who.slug(), id), toast).await
}

/// Employees, to the handlers of all nouns.
pub struct Employees;

impl Noun for Employees {
    type Id = EmployeeId;
    type Record = Employee;
    type Draft = Draft;
    type Fields = Fields;
    type Edit = Edit;
    type Read = EmployeesRead;
    type Write = EmployeesWrite;

    const WORDS: Words = WORDS;
    const KIND: Kind = Kind::Employees;
    const LIST: &'static str = paths::EMPLOYEES;
    const FIELDS: &'static [Field] = FIELDS;

    fn read(draft: &Draft, conventions: &Conventions) -> (Fields, Errors) {
        draft.read(conventions)
    }

    fn called(fields: &Fields) -> String {
        format!("{} {}", fields.first_name, fields.last_name)
    }

    fn name(employee: &Employee) -> String {
        employee.name()
    }

    fn version(employee: &Employee) -> Version {
        employee.version
    }

    fn draft(employee: &Employee) -> Draft {
        employee.draft()
    }

    async fn find(tx: &mut TenantTx, id: EmployeeId) -> store::Result<Employee> {
        employees::find(tx, id).await
    }

    async fn check(tx: &mut TenantTx, own: EmployeeId, fields: &Fields) -> store::Result<Errors> {
        employees::check(tx, own, fields).await
    }

    async fn add(tx: &mut TenantTx, id: EmployeeId, fields: &Fields) -> store::Result<EmployeeId> {
        employees::known_places(tx, None, fields).await?;
        employees::add(tx, id, fields).await
    }

    async fn change(tx: &mut TenantTx, id: EmployeeId, version: Version, fields: &Fields) -> store::Result<()> {
        employees::known_places(tx, Some((id, version)), fields).await?;
        employees::change(tx, id, version, fields).await
    }

    async fn custom(tx: &mut TenantTx) -> store::Result<Vec<CustomField>> {
        custom_fields::list(tx, Target::Employees).await
    }

    async fn edit(who: &Allowed<EmployeesWrite>, tx: &mut TenantTx, entry: Entry<Draft>) -> Result<Edit> {
        let entry_id = entry.editing.as_ref().and_then(|e| e.id.parse().ok());
        Ok(Edit {
            entry,
            departments: employees::departments(tx).await?,
            locations: employees::locations(tx).await?,
            currency: who.workspace.currency.code().to_owned(),
            people: paths::employee_options(who.slug()),
            hand: match entry_id {
                Some(id) => employees::hand(tx, id).await?,
                None => employees::hand_of_new(tx),
            },
        })
    }
}

impl Listed for Employees {
    type Filter = Filter;
    type Archive = EmployeesArchive;
    type Bulk = EmployeesBulk;
    type Export = EmployeesExport;
    type Import = EmployeesImport;

    const TARGET: Target = Target::Employees;
    const COLUMNS: &'static [(&'static str, &'static str, bool)] = COLUMNS;

    fn is_clear(filter: &Filter) -> bool {
        filter.is_clear()
    }

    async fn count(tx: &mut TenantTx, filter: &Filter) -> store::Result<i64> {
        employees::count::<EmployeesBulk>(tx, filter, i64::from(i32::MAX)).await
    }

    async fn archive<P: Permission>(tx: &mut TenantTx, ids: &[EmployeeId]) -> store::Result<(usize, String)> {
        employees::archive::<P>(tx, ids).await
    }

    async fn restore<P: Permission>(tx: &mut TenantTx, ids: &[EmployeeId]) -> store::Result<usize> {
        employees::restore::<P>(tx, ids).await
    }

    async fn restore_batch(tx: &mut TenantTx, batch: &str) -> store::Result<usize> {
        employees::restore_batch(tx, batch).await
    }
}

impl Beside for Employees {
    fn subject(id: EmployeeId) -> Subject {
        Subject::Employee(id)
    }

    async fn page<P: Permission>(who: &Allowed<P>, screen: &Screen, id: EmployeeId, asked: Asked) -> Result {
        record(who, screen, id, asked).await
    }

    const PARTS: &'static [(&'static str, &'static str)] = PARTS;

    async fn told_beside(
        tx: &mut TenantTx,
        slug: &Slug,
        employee: EmployeeId,
        sight: Sight,
        part: &str,
        before: Option<&Mark>,
        most: i64,
    ) -> store::Result<Vec<Happened>> {
        let (name, told) = timeline::of(tx, employee, sight, part, before, most).await?;
        let beside = |told| Line { slug: slug.clone(), employee, name: name.clone(), told };
        Ok(told.into_iter().map(|t| Happened::Beside(Box::new(beside(t)))).collect())
    }
}

impl field_files::Filed for Employees {
    fn values(record: Employee) -> Values {
        record.custom
    }
}

impl Sought for Employees {
    const TITLE: &'static str = "People";

    async fn search(tx: &mut TenantTx, question: &str) -> store::Result<Slice<Employee>> {
        let filter = Filter { q: question.to_owned(), ..Filter::default() };
        employees::list_with(tx, &filter, Sight::DIRECTORY, false).await
    }

    fn id(employee: &Employee) -> EmployeeId {
        employee.id
    }

    fn details(employee: &Employee) -> Vec<Option<String>> {
        vec![Some(employee.number.clone()), employee.job_title.clone(), employee.department.clone()]
    }
}

async fn export(who: Allowed<EmployeesExport>, screen: Screen, asked: Strictly<Filter>) -> Result {
    as_file(who, screen, asked, Format::Csv).await
}

async fn workbook(who: Allowed<EmployeesExport>, screen: Screen, asked: Strictly<Filter>) -> Result {
    as_file(who, screen, asked, Format::Workbook).await
}

async fn as_file(
    who: Allowed<EmployeesExport>,
    screen: Screen,
    Strictly(filter): Strictly<Filter>,
    format: Format,
) -> Result {
    if !filter.is_clear() {
        return Err(unclear());
    }
    let mut tx = who.begin().await?;
    let count = employees::count::<EmployeesExport>(&mut tx, &filter, file::MOST).await?;
    let sight = tx.sight();
    let added = custom_fields::list(&mut tx, Target::Employees).await?;
    let shown = listed::columns::<Employees, _>(&who, &filter.columns);
    let all = views::custom_fields::columns(COLUMNS, &added, sight);
    let chosen = all.iter().filter(|(key, ..)| shown.iter().any(|s| s == key));
    let chosen = chosen.filter(|(key, ..)| class(key).is_none_or(|class| sight.sees(class)));
    let names =
        ["first_name", "last_name"].map(|key| (key, FIELDS.iter().find(|f| f.key == key).map_or("", |f| f.label)));
    let called =
        |key: &'static str, label: &str| FIELDS.iter().find(|f| f.key == key).map_or(label, |f| f.label).to_owned();
    let chosen = chosen.map(|(key, label, _)| (*key, called(key, label)));
    let columns = names.into_iter().map(|(key, label)| (key, label.to_owned())).chain(chosen);
    let columns = listed::file_columns(columns, &added);
    let back = views::list::url(&paths::employees(who.slug()), &filter.from_top());
    let list = file::List { target: Target::Employees, back, columns, cell: Employee::filed, typed: Employee::typed };
    file::list(who, &screen, list, format, filter, tx, count, |asked, after| async move {
        let mut tx = asked.0.begin().await?;
        let (mut rows, next) = employees::export(&mut tx, &asked.1, after.as_ref(), exports::PAGE).await?;
        let columns = listed::columns::<Employees, _>(&asked.0, &asked.1.columns);
        employees::detailed(&mut tx, &mut rows, &columns).await?;
        Ok((rows, next))
    })
    .await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    manager: String,
    /// Above the list.
    reports_to: String,
    /// In the chart, and of a department.
    find: String,
    head: String,
    /// The same question from a form that asks for somebody else.
    employee: String,
    /// Of many at once.
    value: String,
    /// What a word of a file is to mean.
    mend_to: String,
    /// A custom field that names somebody.
    #[serde(flatten)]
    custom: Answered,
}

async fn options(who: Allowed<EmployeesRead>, screen: Screen, Query(asked): Query<Typed>) -> Result {
    let mut tx = who.begin().await?;
    let typed = [asked.manager, asked.reports_to, asked.find, asked.head, asked.employee, asked.value, asked.mend_to]
        .concat()
        + &asked.custom.0.into_values().collect::<String>();
    let people = employees::options(&mut tx, &typed).await?;
    Ok(screen.show(&who, &Options(people)))
}
