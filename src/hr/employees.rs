//! Employees: list, record, form, archive, export.

use crate::{
    web::{
        Allowed, Confirmed, FormPage, Query, Record, Result, Routes, Screen, Selection, Sheet, Toast, Valid, file,
        form::Nothing,
        selection::{back, were},
    },
    workspace::activity,
};
use domain::{
    EmployeeId, Errors,
    access::{EmployeesBulk, EmployeesExport, EmployeesImport, EmployeesRead, EmployeesWrite, Permission, Sight},
    hr::employees::{COLUMNS, Draft, Employee, FIELDS, Fields, Filter},
    import::Target,
    paths,
};
use serde::Deserialize;
use store::{exports, hr::employees};
use views::hr::employees::{Edit, Index, May, Open, Options, Show};

pub fn routes(r: Routes) -> Routes {
    let r = crate::imports::employees(r);
    r.get(paths::EMPLOYEES, list)
        .get(paths::EMPLOYEE_NEW, new)
        .post(paths::EMPLOYEE_NEW, add)
        .post(paths::EMPLOYEE_COLUMNS, choose_columns)
        .get(paths::EMPLOYEE_EXPORT, export)
        .post(paths::EMPLOYEE_ARCHIVALS, archive_many)
        .post(paths::EMPLOYEE_RESTORALS, restore_many)
        .get(paths::EMPLOYEE_OPTIONS, options)
        .get(paths::EMPLOYEE, show)
        .get(paths::EMPLOYEE_TIMELINE, timeline)
        .get(paths::EMPLOYEE_EDIT, edit)
        .post(paths::EMPLOYEE_EDIT, change)
        .post(paths::EMPLOYEE_ARCHIVAL, archive)
        .post(paths::EMPLOYEE_RESTORAL, restore)
}

async fn list(who: Allowed<EmployeesRead>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let page = employees::list(&mut tx, &filter).await?;
    let departments = screen.for_page(employees::departments(&mut tx)).await?;
    let columns = views::list::columns(COLUMNS, activity::preferred(&who.preferences, "employees.columns"));
    let (slug, csrf) = (who.slug().clone(), screen.csrf().to_owned());
    Ok(screen.show(&who, &Index { slug, csrf, filter, page, departments, columns, sight: sight(&who), may: may(&who) }))
}

async fn show(who: Allowed<EmployeesRead>, screen: Screen, Record(id): Record<EmployeeId>) -> Result {
    record(&who, &screen, id, Open::Overview, None).await
}

#[derive(Deserialize, Default)]
struct Before {
    before: Option<i64>,
}

async fn timeline(
    who: Allowed<EmployeesRead>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    Query(Before { before }): Query<Before>,
) -> Result {
    record(&who, &screen, id, Open::Timeline, before).await
}

async fn record<P: Permission>(
    who: &Allowed<P>,
    screen: &Screen,
    id: EmployeeId,
    open: Open,
    before: Option<i64>,
) -> Result {
    let mut tx = who.begin().await?;
    let employee = employees::find(&mut tx, id).await?;
    let (reports, reports_in_all) = employees::reports(&mut tx, id, 5).await?;
    let most = if open == Open::Timeline { activity::PAGE } else { 5 };
    let changes = store::activity::of_record(&mut tx, id.0, before, most).await?;
    let older = activity::older(&changes, most, &paths::employee_timeline(who.slug(), id));
    let changes = activity::words(changes, FIELDS);
    let (slug, csrf, moment) = (who.slug().clone(), screen.csrf().to_owned(), activity::moment(who));
    let (sight, may) = (sight(who), may(who));
    let view = Show { slug, csrf, employee, reports, reports_in_all, changes, older, open, moment, sight, may };
    Ok(screen.show(who, &view))
}

/// The form of an employee, new or known.
struct Form;

impl FormPage for Form {
    type Guard = Allowed<EmployeesWrite>;
    type Draft = Draft;
    type Fields = Fields;

    fn parse(who: &Self::Guard, draft: &Draft) -> Result<Fields, Errors> {
        draft.parse(&who.workspace.conventions())
    }

    async fn page(who: &Self::Guard, sheet: Sheet<Draft>) -> Result {
        let mut tx = who.begin().await?;
        let departments = employees::departments(&mut tx).await?;
        let now = match sheet.id {
            Some(id) => Some(employees::find(&mut tx, EmployeeId(id)).await?),
            None => None,
        };
        let conflict = match (&now, sheet.stale) {
            (Some(now), true) => Some(
                activity::conflict(
                    &mut tx,
                    who,
                    now.id.0,
                    FIELDS,
                    |f| sheet.draft.get(f).to_owned(),
                    |f| now.draft().get(f).to_owned(),
                )
                .await?,
            ),
            _ => None,
        };
        // Having seen theirs, who saves again means it.
        let version = |now: &domain::hr::employees::Employee| if sheet.stale { now.version } else { sheet.version };
        let view = Edit {
            slug: who.slug().clone(),
            csrf: sheet.screen.csrf().to_owned(),
            once: sheet.once.to_string(),
            editing: now.as_ref().map(|e| (e.id.to_string(), version(e), e.name())),
            conflict,
            departments,
            currency: who.workspace.currency.code().to_owned(),
            sight: sight(who),
            draft: sheet.draft,
            errors: sheet.errors,
        };
        Ok(sheet.screen.show_as(sheet.status, who, &view))
    }
}

async fn new(who: Allowed<EmployeesWrite>, screen: Screen) -> Result {
    Form::page(&who, Sheet::blank(screen, who.app())).await
}

async fn add(who: Allowed<EmployeesWrite>, screen: Screen, form: Valid<Form>) -> Result {
    let mut tx = who.begin().await?;
    let added = employees::add(&mut tx, EmployeeId(form.once), &form.fields).await;
    let id = form.settle(tx, added).await?;
    let name = format!("{} {}", form.fields.first_name, form.fields.last_name);
    let toast = Toast::good(format!("{name} was added.")).link("Add another", paths::employee_new(who.slug()));
    screen.done(paths::employee(who.slug(), id), toast).await
}

async fn edit(who: Allowed<EmployeesWrite>, screen: Screen, Record(id): Record<EmployeeId>) -> Result {
    let mut tx = who.begin().await?;
    let employee = employees::find(&mut tx, id).await?;
    drop(tx);
    Form::page(&who, Sheet::filled(screen, who.app(), id.0, employee.version, employee.draft())).await
}

async fn change(
    who: Allowed<EmployeesWrite>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    form: Valid<Form>,
) -> Result {
    let mut tx = who.begin().await?;
    let changed = employees::change(&mut tx, id, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    screen.done(paths::employee(who.slug(), id), Toast::good("Changes saved.")).await
}

async fn archive(
    who: Allowed<EmployeesWrite>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = employees::find(&mut tx, id).await?.name();
    employees::archive(&mut tx, &[id]).await?;
    tx.commit().await?;
    let undo = paths::employee_restoral(who.slug(), id);
    screen.done(paths::employees(who.slug()), Toast::good(format!("{name} was archived.")).undo(undo, &[])).await
}

async fn restore(
    who: Allowed<EmployeesWrite>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let name = employees::find(&mut tx, id).await?.name();
    employees::restore(&mut tx, &[id]).await?;
    tx.commit().await?;
    screen.done(paths::employee(who.slug(), id), Toast::good(format!("{name} is back."))).await
}

async fn archive_many(
    who: Allowed<EmployeesBulk>,
    screen: Screen,
    Confirmed(selected): Confirmed<Selection<EmployeeId>>,
) -> Result {
    let mut tx = who.begin().await?;
    let (count, batch) = match selected.all() {
        Some(filter) => employees::archive_matching(&mut tx, &filter).await?,
        None => employees::archive(&mut tx, &selected.ids).await?,
    };
    tx.commit().await?;
    let toast = Toast::good(format!("{} archived.", were(count, "employee", "employees")));
    let toast = match count {
        0 => toast,
        _ => toast.undo(paths::employee_restorals(who.slug()), &selected.undo(batch)),
    };
    screen.done(selected.back(paths::employees(who.slug())), toast).await
}

async fn restore_many(
    who: Allowed<EmployeesBulk>,
    screen: Screen,
    Confirmed(selected): Confirmed<Selection<EmployeeId>>,
) -> Result {
    let mut tx = who.begin().await?;
    let count = match selected.batch.is_empty() {
        true => employees::restore(&mut tx, &selected.ids).await?,
        false => employees::restore_batch(&mut tx, &selected.batch).await?,
    };
    tx.commit().await?;
    let toast = Toast::good(format!("{} restored.", were(count, "employee", "employees")));
    screen.done(selected.back(paths::employees(who.slug())), toast).await
}

async fn choose_columns(
    who: Allowed<EmployeesRead>,
    screen: Screen,
    Confirmed(chosen): Confirmed<activity::Columns>,
) -> Result {
    let mut tx = who.begin().await?;
    store::workspace::prefer(&mut tx, who.actor.member, "employees.columns", chosen.columns.into()).await?;
    tx.commit().await?;
    Ok(screen.go(back(&chosen.back, paths::employees(who.slug()))))
}

async fn export(who: Allowed<EmployeesExport>, screen: Screen, Query(filter): Query<Filter>) -> Result {
    let mut tx = who.begin().await?;
    let count = employees::count(&mut tx, &filter, file::MOST).await?;
    let sight = sight(&who);
    let shown = views::list::columns(COLUMNS, activity::preferred(&who.preferences, "employees.columns"));
    let chosen = COLUMNS.iter().map(|(key, ..)| *key).filter(|key| shown.iter().any(|s| s == key));
    let keys = ["first_name", "last_name"].into_iter().chain(chosen);
    let keys: Vec<_> =
        keys.filter(|k| FIELDS.iter().find(|f| f.key == *k).is_none_or(|f| sight.sees(f.class))).collect();
    let label = |key: &&str| FIELDS.iter().find(|f| f.key == *key).map_or("Status", |f| f.label);
    let head = keys.iter().map(label).collect();
    let back = views::list::url(&paths::employees(who.slug()), &filter.from_top());
    let list = file::List { target: Target::Employees, back, keys, head, cell: Employee::cell };
    file::list(who, &screen, list, filter, tx, count, |asked, after| async move {
        let mut tx = asked.0.begin().await?;
        Ok(employees::export(&mut tx, &asked.1, after.as_ref(), exports::PAGE).await?)
    })
    .await
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    manager: String,
}

async fn options(who: Allowed<EmployeesRead>, screen: Screen, Query(asked): Query<Asked>) -> Result {
    let mut tx = who.begin().await?;
    let people = employees::options(&mut tx, &asked.manager).await?;
    Ok(screen.show(&who, &Options(people)))
}

fn sight<P: Permission>(who: &Allowed<P>) -> Sight {
    Sight::of(who.actor.role)
}

fn may<P: Permission>(who: &Allowed<P>) -> May {
    May {
        write: who.actor.may(EmployeesWrite::KEY),
        bulk: who.actor.may(EmployeesBulk::KEY),
        export: who.actor.may(EmployeesExport::KEY),
        import: who.actor.may(EmployeesImport::KEY),
    }
}
