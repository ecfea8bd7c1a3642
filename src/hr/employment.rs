//! Job and pay over time: the tab of an employee's record, and adding, changing and removing its rows.

use crate::web::{
    Allowed, Confirmed, FormPage, Query, Record, Result, Routes, Screen, Sheet, Toast, Valid,
    form::{Late, Nothing},
};
use domain::{
    Day, EmployeeId, Errors, JobRowId, PayRowId,
    access::{EmployeesPayWrite, EmployeesRead, EmployeesWrite, Permission},
    hr::employment::{JobDraft, JobFields, PayDraft, PayFields, in_force, open_to_all},
    paths,
};
use serde::Deserialize;
use store::{
    TenantTx,
    hr::{employees, employment, positions},
    reach::{self, Kind},
};
use views::hr::employment::{EditJob, EditPay, History, Of, TAB};

pub fn routes(r: Routes) -> Routes {
    r.get(paths::EMPLOYEE_HISTORY, history)
        .get(paths::EMPLOYEE_JOB_NEW, new_job)
        .post(paths::EMPLOYEE_JOB_NEW, add_job)
        .get(paths::JOB_ROW, edit_job)
        .post(paths::JOB_ROW, change_job)
        .post(paths::JOB_ROW_REMOVAL, remove_job)
        .get(paths::EMPLOYEE_PAY_NEW, new_pay)
        .post(paths::EMPLOYEE_PAY_NEW, add_pay)
        .get(paths::PAY_ROW, edit_pay)
        .post(paths::PAY_ROW, change_pay)
        .post(paths::PAY_ROW_REMOVAL, remove_pay)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AsOf {
    on: String,
}

async fn history(
    who: Allowed<EmployeesRead>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    Query(asked): Query<AsOf>,
) -> Result {
    let mut tx = who.begin().await?;
    let employee = employees::find(&mut tx, id).await?;
    let today = tx.today();
    let on = Day::parse(&asked.on, who.workspace.conventions().dates).unwrap_or(today);
    let (mut jobs, pay) = (employment::jobs(&mut tx, id).await?, employment::pay(&mut tx, &employee).await?);
    let record = super::record(&mut tx, (&who, &screen), &employee, TAB).await?;
    let may_write = record.may.write;
    if !may_write {
        jobs = open_to_all(jobs, today);
    }
    let may_write_pay = may_write && employee.sight.pay && employees::hand(&mut tx, id).await?.pay;
    let own = who.actor.employee == Some(id);
    let slug = who.slug().clone();
    Ok(screen.show(&who, &History { slug, record, employee, jobs, pay, today, on, may_write, may_write_pay, own }))
}

/// The first day of the next month: when most changes begin.
fn next_month(today: Day) -> Day {
    let month = chrono::Months::new(1);
    today.first_of_month().0.checked_add_months(month).map_or(today, Day)
}

fn of<P: Permission, D>(
    who: &Allowed<P>,
    sheet: &Sheet<D>,
    employee: domain::hr::employees::Employee,
    row: Option<String>,
    // What it is now, once somebody else was faster.
    now: Option<(i32, String)>,
) -> Of {
    Of {
        version: now.as_ref().map_or(sheet.version, |(version, _)| *version),
        stale: now.map(|(_, words)| words),
        slug: who.slug().clone(),
        csrf: sheet.screen.csrf().to_owned(),
        once: sheet.once.to_string(),
        employee,
        row,
        errors: sheet.errors.clone(),
        sent: matches!(sheet.late, Some(Late::Sent(_))),
    }
}

/// A row of jobs of the employee of the URL, which is not there yet.
struct NewJob;
/// The row of jobs of the URL.
struct OneJob;

fn id_of<D>(sheet: &Sheet<D>) -> Result<uuid::Uuid> {
    sheet.id.ok_or(crate::web::Error::NotFound)
}

async fn job_page(
    who: &Allowed<EmployeesWrite>,
    mut tx: TenantTx,
    sheet: Sheet<JobDraft>,
    id: EmployeeId,
    row: Option<JobRowId>,
) -> Result {
    reach::hold::<EmployeesWrite>(&mut tx, Kind::Employees, id.0).await?;
    let employee = employees::find(&mut tx, id).await?;
    let (departments, locations) = (employees::departments(&mut tx).await?, employees::locations(&mut tx).await?);
    let positions = positions::open(&mut tx).await?;
    let mut now = None;
    if let (Some(row), Some(Late::Stale)) = (row, sheet.late) {
        let rows = employment::jobs(&mut tx, id).await?;
        let job = rows.into_iter().find(|j| j.id == row).ok_or(store::Error::NotFound)?;
        now = Some((job.version, job.words()));
    }
    let of = of(who, &sheet, employee, row.map(|r| r.to_string()), now);
    let view = EditJob { of, draft: sheet.draft, departments, locations, positions };
    Ok(sheet.screen.show_as(sheet.status, who, &view))
}

impl FormPage for NewJob {
    type Guard = Allowed<EmployeesWrite>;
    type Draft = JobDraft;
    type Fields = JobFields;

    fn parse(who: &Self::Guard, draft: &JobDraft) -> Result<JobFields, Errors> {
        draft.parse(&who.workspace.conventions())
    }

    async fn page(who: &Self::Guard, sheet: Sheet<JobDraft>) -> Result {
        let id = EmployeeId(id_of(&sheet)?);
        job_page(who, who.begin().await?, sheet, id, None).await
    }
}

impl FormPage for OneJob {
    type Guard = Allowed<EmployeesWrite>;
    type Draft = JobDraft;
    type Fields = JobFields;

    fn parse(who: &Self::Guard, draft: &JobDraft) -> Result<JobFields, Errors> {
        draft.parse(&who.workspace.conventions())
    }

    async fn page(who: &Self::Guard, sheet: Sheet<JobDraft>) -> Result {
        let row = JobRowId(id_of(&sheet)?);
        let mut tx = who.begin().await?;
        let id = employment::whose_job(&mut tx, row).await?;
        job_page(who, tx, sheet, id, Some(row)).await
    }
}

async fn new_job(who: Allowed<EmployeesWrite>, screen: Screen, Record(id): Record<EmployeeId>) -> Result {
    let mut tx = who.begin().await?;
    reach::hold::<EmployeesWrite>(&mut tx, Kind::Employees, id.0).await?;
    let rows = employment::jobs(&mut tx, id).await?;
    let from = next_month(tx.today());
    drop(tx);
    let draft = in_force(&rows, from).or(rows.first()).map(|job| JobDraft::of(job, from)).unwrap_or_default();
    NewJob::page(&who, Sheet { draft, id: Some(id.0), ..Sheet::blank(screen, who.app()) }).await
}

async fn add_job(
    who: Allowed<EmployeesWrite>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    form: Valid<NewJob>,
) -> Result {
    let mut tx = who.begin().await?;
    let today = tx.today();
    let added = match known(&mut tx, &form.fields).await {
        Ok(()) => employment::add_job(&mut tx, id, JobRowId(form.once), &form.fields).await,
        wrong => wrong,
    };
    form.settle(tx, added).await?;
    screen.done(paths::employee_history(who.slug(), id), told(form.fields.from, today)).await
}

/// As in the form of the record: a place that is not there yet is made where it is meant.
async fn known(tx: &mut TenantTx, f: &JobFields) -> store::Result<()> {
    let wrong = employees::unknown_places(tx, f.department.as_deref(), f.location.as_deref(), &f.new_places).await?;
    wrong.or(()).map_err(store::Error::Refused)
}

fn told(from: Day, today: Day) -> Toast {
    match from > today {
        true => Toast::good(format!("Planned. It takes effect by itself on {}.", from.long())),
        false => Toast::good("Saved."),
    }
}

async fn edit_job(who: Allowed<EmployeesWrite>, screen: Screen, Record(row): Record<JobRowId>) -> Result {
    let mut tx = who.begin().await?;
    let id = employment::whose_job(&mut tx, row).await?;
    reach::hold::<EmployeesWrite>(&mut tx, Kind::Employees, id.0).await?;
    let rows = employment::jobs(&mut tx, id).await?;
    let job = rows.iter().find(|j| j.id == row).ok_or(store::Error::NotFound)?;
    let draft = JobDraft { reason: job.reason.clone().unwrap_or_default(), ..JobDraft::of(job, job.from) };
    let version = job.version;
    drop(tx);
    OneJob::page(&who, Sheet { draft, version, id: Some(row.0), ..Sheet::blank(screen, who.app()) }).await
}

async fn change_job(
    who: Allowed<EmployeesWrite>,
    screen: Screen,
    Record(row): Record<JobRowId>,
    form: Valid<OneJob>,
) -> Result {
    let mut tx = who.begin().await?;
    let id = employment::whose_job(&mut tx, row).await?;
    let changed = match known(&mut tx, &form.fields).await {
        Ok(()) => employment::change_job(&mut tx, id, row, form.version, &form.fields).await,
        wrong => wrong,
    };
    form.settle(tx, changed).await?;
    screen.done(paths::employee_history(who.slug(), id), Toast::good("Saved.")).await
}

async fn remove_job(
    who: Allowed<EmployeesWrite>,
    screen: Screen,
    Record(row): Record<JobRowId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let id = employment::whose_job(&mut tx, row).await?;
    employment::remove_job(&mut tx, id, row).await?;
    tx.commit().await?;
    screen.done(paths::employee_history(who.slug(), id), Toast::good("The row is gone.")).await
}

/// A row of pay of the employee of the URL, which is not there yet.
struct NewPay;
/// The row of pay of the URL.
struct OnePay;

async fn pay_page(
    who: &Allowed<EmployeesPayWrite>,
    mut tx: TenantTx,
    sheet: Sheet<PayDraft>,
    id: EmployeeId,
    row: Option<PayRowId>,
) -> Result {
    let employee = employment::hold_pay(&mut tx, id).await?;
    let mut now = None;
    if let (Some(row), Some(Late::Stale)) = (row, sheet.late) {
        let rows = employment::pay(&mut tx, &employee).await?;
        let pay = rows.into_iter().find(|p| p.id == row).ok_or(store::Error::NotFound)?;
        now = Some((pay.version, pay.words()));
    }
    let of = of(who, &sheet, employee, row.map(|r| r.to_string()), now);
    let currency = who.workspace.currency.code().to_owned();
    Ok(sheet.screen.show_as(sheet.status, who, &EditPay { of, draft: sheet.draft, currency }))
}

impl FormPage for NewPay {
    type Guard = Allowed<EmployeesPayWrite>;
    type Draft = PayDraft;
    type Fields = PayFields;

    fn parse(who: &Self::Guard, draft: &PayDraft) -> Result<PayFields, Errors> {
        draft.parse(&who.workspace.conventions())
    }

    async fn page(who: &Self::Guard, sheet: Sheet<PayDraft>) -> Result {
        let id = EmployeeId(id_of(&sheet)?);
        pay_page(who, who.begin().await?, sheet, id, None).await
    }
}

impl FormPage for OnePay {
    type Guard = Allowed<EmployeesPayWrite>;
    type Draft = PayDraft;
    type Fields = PayFields;

    fn parse(who: &Self::Guard, draft: &PayDraft) -> Result<PayFields, Errors> {
        draft.parse(&who.workspace.conventions())
    }

    async fn page(who: &Self::Guard, sheet: Sheet<PayDraft>) -> Result {
        let row = PayRowId(id_of(&sheet)?);
        let mut tx = who.begin().await?;
        let id = employment::whose_pay(&mut tx, row).await?;
        pay_page(who, tx, sheet, id, Some(row)).await
    }
}

async fn new_pay(who: Allowed<EmployeesPayWrite>, screen: Screen, Record(id): Record<EmployeeId>) -> Result {
    let mut tx = who.begin().await?;
    let employee = employment::hold_pay(&mut tx, id).await?;
    let from = next_month(tx.today());
    drop(tx);
    let salary = employee.salary.map(|s| s.decimal().to_string()).unwrap_or_default();
    let draft = PayDraft { from: from.to_string(), salary, reason: String::new() };
    NewPay::page(&who, Sheet { draft, id: Some(id.0), ..Sheet::blank(screen, who.app()) }).await
}

async fn add_pay(
    who: Allowed<EmployeesPayWrite>,
    screen: Screen,
    Record(id): Record<EmployeeId>,
    form: Valid<NewPay>,
) -> Result {
    let mut tx = who.begin().await?;
    let today = tx.today();
    let added = employment::add_pay(&mut tx, id, PayRowId(form.once), &form.fields).await;
    form.settle(tx, added).await?;
    screen.done(paths::employee_history(who.slug(), id), told(form.fields.from, today)).await
}

async fn edit_pay(who: Allowed<EmployeesPayWrite>, screen: Screen, Record(row): Record<PayRowId>) -> Result {
    let mut tx = who.begin().await?;
    let id = employment::whose_pay(&mut tx, row).await?;
    let employee = employment::hold_pay(&mut tx, id).await?;
    let rows = employment::pay(&mut tx, &employee).await?;
    let pay = rows.iter().find(|p| p.id == row).ok_or(store::Error::NotFound)?;
    let draft = PayDraft {
        from: pay.from.to_string(),
        salary: pay.salary.map(|s| s.decimal().to_string()).unwrap_or_default(),
        reason: pay.reason.clone().unwrap_or_default(),
    };
    let version = pay.version;
    drop(tx);
    OnePay::page(&who, Sheet { draft, version, id: Some(row.0), ..Sheet::blank(screen, who.app()) }).await
}

async fn change_pay(
    who: Allowed<EmployeesPayWrite>,
    screen: Screen,
    Record(row): Record<PayRowId>,
    form: Valid<OnePay>,
) -> Result {
    let mut tx = who.begin().await?;
    let id = employment::whose_pay(&mut tx, row).await?;
    let changed = employment::change_pay(&mut tx, id, row, form.version, &form.fields).await;
    form.settle(tx, changed).await?;
    screen.done(paths::employee_history(who.slug(), id), Toast::good("Saved.")).await
}

async fn remove_pay(
    who: Allowed<EmployeesPayWrite>,
    screen: Screen,
    Record(row): Record<PayRowId>,
    _: Confirmed<Nothing>,
) -> Result {
    let mut tx = who.begin().await?;
    let id = employment::whose_pay(&mut tx, row).await?;
    employment::remove_pay(&mut tx, id, row).await?;
    tx.commit().await?;
    screen.done(paths::employee_history(who.slug(), id), Toast::good("The row is gone.")).await
}
