//! Queries of job and pay over time. `employees` holds what is true today; both sides write one another (migration
//! 0040), so that whatever changes a record has its day, and a change of a later day comes by itself.

use crate::{
    Error, Result, TenantTx,
    db::strange,
    events,
    hr::{
        employees::{self, fte},
        leave,
    },
    reach::{self, Kind},
};
use domain::{
    Currency, Day, EmployeeId, JobRowId, Money, PayRowId, PositionId,
    access::{EmployeesPayWrite, EmployeesWrite},
    draft::FieldClass,
    events::Event,
    hr::{
        employees::{Employee, EmploymentType, FIELDS, Manager},
        employment::{Job, JobFields, Pay, PayFields, in_force},
    },
};
use serde_json::{Value, json};
use std::collections::HashSet;
use uuid::Uuid;

/// Rows that one person may have of each.
const MOST: i64 = 500;

/// All of somebody's jobs, in the order of their days. Whoever may see the record may see them.
pub async fn jobs(tx: &mut TenantTx, id: EmployeeId) -> Result<Vec<Job>> {
    let rows = sqlx::query!(
        r#"select j.*, m.number as "manager_number?", m.first_name as "manager_first?", m.last_name as "manager_last?", p.title as "position?"
           from (
             select id, version, tenant_id, from_date, job_title, department, location, manager_id, employment_type, fte, position_id, reason,
                    refused,
                    min(from_date) filter (where not refused) over (order by from_date rows between 1 following and unbounded following) - 1 as to_date
             from employee_jobs where employee_id = $1 order by from_date limit $2
           ) j
           left join employees m on m.tenant_id = j.tenant_id and m.id = j.manager_id
           left join positions p on p.tenant_id = j.tenant_id and p.id = j.position_id
           order by j.from_date"#,
        id.0,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            let kind = |t: String| EmploymentType::parse(&t).map_err(|_| strange("employment type", &t));
            let manager = match (r.manager_id, r.manager_number, r.manager_first, r.manager_last) {
                (Some(id), Some(number), Some(first), Some(last)) => {
                    Some(Manager { id: EmployeeId(id), number, name: format!("{first} {last}") })
                }
                _ => None,
            };
            Ok(Job {
                id: JobRowId(r.id),
                version: r.version,
                from: Day(r.from_date),
                to: r.to_date.map(Day),
                job_title: r.job_title,
                department: r.department,
                location: r.location,
                manager,
                employment_type: r.employment_type.map(kind).transpose()?,
                fte: fte(r.fte)?,
                position: r.position_id.map(PositionId).zip(r.position),
                reason: r.reason,
                refused: r.refused,
            })
        })
        .collect()
}

/// All of somebody's pay, in the order of its days; nothing of whose pay is not open to the reader.
pub async fn pay(tx: &mut TenantTx, employee: &Employee) -> Result<Vec<Pay>> {
    if !employee.sight.pay {
        return Ok(vec![]);
    }
    let rows = sqlx::query!(
        r#"select id, version, from_date, salary_minor, salary_currency, reason, lead(from_date) over (order by from_date) - 1 as to_date
           from employee_pay where employee_id = $1 order by from_date limit $2"#,
        employee.id.0,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    tx.reads_pay((!rows.is_empty()).then_some(employee.id.0));
    rows.into_iter()
        .map(|r| {
            let code = |c: String| Currency::from_code(&c).ok_or_else(|| strange("currency", &c));
            let currency = r.salary_currency.map(code).transpose()?;
            Ok(Pay {
                id: PayRowId(r.id),
                version: r.version,
                from: Day(r.from_date),
                to: r.to_date.map(Day),
                salary: r.salary_minor.zip(currency).map(|(minor, currency)| Money::new(minor, currency)),
                reason: r.reason,
            })
        })
        .collect()
}

/// Whose row of jobs it is; whoever asks has still to hold the record.
pub async fn whose_job(tx: &mut TenantTx, row: JobRowId) -> Result<EmployeeId> {
    let id = sqlx::query_scalar!("select employee_id from employee_jobs where id = $1", row.0);
    Ok(EmployeeId(id.fetch_one(tx.conn()).await?))
}

pub async fn whose_pay(tx: &mut TenantTx, row: PayRowId) -> Result<EmployeeId> {
    let id = sqlx::query_scalar!("select employee_id from employee_pay where id = $1", row.0);
    Ok(EmployeeId(id.fetch_one(tx.conn()).await?))
}

/// Adds a change of job under the id that was drawn with its form. What later rows only repeat changes with it.
pub async fn add_job(tx: &mut TenantTx, id: EmployeeId, row: JobRowId, f: &JobFields) -> Result<()> {
    let before = hold(tx, id).await?;
    let rows = jobs(tx, id).await?;
    if let Some(sent) = rows.iter().find(|r| r.id == row) {
        return if sent.from == f.from && sent.reason == f.reason { Ok(()) } else { Err(Error::Sent) };
    }
    begins(&before, f.from, None)?;
    let manager = judge(tx, &before, f).await?;
    sqlx::query!(
        "insert into employee_jobs (tenant_id, id, employee_id, from_date, job_title, department, location, manager_id, employment_type,
           fte, position_id, reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        tx.tenant().0,
        row.0,
        id.0,
        f.from.0,
        f.job_title,
        f.department,
        f.location,
        manager,
        f.employment_type.map(|t| t.key()),
        f.fte.decimal(),
        f.position.map(|p| p.0),
        f.reason
    )
    .execute(tx.conn())
    .await?;
    if let Some(was) = in_force(&rows, f.from).filter(|r| r.from < f.from) {
        carry(tx, id, f.from, says(was), said(f, manager)).await?;
    }
    no_circle(tx, id).await?;
    settle(tx, &before).await
}

/// Changes a row of somebody's jobs, its day as well; stale if it is not of this version any more.
pub async fn change_job(tx: &mut TenantTx, id: EmployeeId, row: JobRowId, version: i32, f: &JobFields) -> Result<()> {
    let before = hold(tx, id).await?;
    let rows = jobs(tx, id).await?;
    let was = rows.iter().find(|r| r.id == row).ok_or(Error::NotFound)?;
    if was.version != version {
        return Err(Error::Stale);
    }
    begins(&before, f.from, Some(was.from))?;
    let manager = judge(tx, &before, f).await?;
    sqlx::query!(
        "update employee_jobs set version = version + 1, from_date = $3, job_title = $4, department = $5, location = $6, manager_id = $7,
           employment_type = $8, fte = $9, position_id = $10, reason = $11, refused = false
         where employee_id = $1 and id = $2",
        id.0,
        row.0,
        f.from.0,
        f.job_title,
        f.department,
        f.location,
        manager,
        f.employment_type.map(|t| t.key()),
        f.fte.decimal(),
        f.position.map(|p| p.0),
        f.reason
    )
    .execute(tx.conn())
    .await?;
    carry(tx, id, f.from.max(was.from), says(was), said(f, manager)).await?;
    // The row before it may hold longer now, with a manager that nobody has looked at for those days.
    no_circle(tx, id).await?;
    settle(tx, &before).await
}

/// Takes a row out of somebody's jobs; what was before it goes on.
pub async fn remove_job(tx: &mut TenantTx, id: EmployeeId, row: JobRowId) -> Result<()> {
    let before = hold(tx, id).await?;
    let rows = jobs(tx, id).await?;
    let at = rows.iter().position(|r| r.id == row).ok_or(Error::NotFound)?;
    if rows.len() == 1 {
        return Err(Error::refused("", "The first row stays: somebody has some job. Change it instead."));
    }
    if let Some(goes_on) = rows[..at].iter().rfind(|r| !r.refused) {
        let manager = goes_on.manager.as_ref().map(|m| m.id.0);
        acyclic(tx, id, manager, rows[at].from).await?;
        super::reporting::gives_no_more(tx, id, manager).await?;
        carry(tx, id, rows[at].from, says(&rows[at]), says(goes_on)).await?;
    }
    sqlx::query!("delete from employee_jobs where employee_id = $1 and id = $2", id.0, row.0)
        .execute(tx.conn())
        .await?;
    no_circle(tx, id).await?;
    settle(tx, &before).await
}

/// Adds a change of pay under the id that was drawn with its form.
pub async fn add_pay(tx: &mut TenantTx, id: EmployeeId, row: PayRowId, f: &PayFields) -> Result<()> {
    let before = hold_pay(tx, id).await?;
    let rows = pay(tx, &before).await?;
    if let Some(sent) = rows.iter().find(|r| r.id == row) {
        return if sent.from == f.from && sent.salary == f.salary { Ok(()) } else { Err(Error::Sent) };
    }
    begins(&before, f.from, None)?;
    sqlx::query!(
        "insert into employee_pay (tenant_id, id, employee_id, from_date, salary_minor, salary_currency, reason)
         values ($1, $2, $3, $4, $5, $6, $7)",
        tx.tenant().0,
        row.0,
        id.0,
        f.from.0,
        f.salary.map(|s| s.minor),
        f.salary.map(|s| s.currency.code()),
        f.reason
    )
    .execute(tx.conn())
    .await?;
    settle(tx, &before).await
}

/// Changes a row of somebody's pay; stale if it is not of this version any more.
pub async fn change_pay(tx: &mut TenantTx, id: EmployeeId, row: PayRowId, version: i32, f: &PayFields) -> Result<()> {
    let before = hold_pay(tx, id).await?;
    let was = sqlx::query_scalar!("select from_date from employee_pay where employee_id = $1 and id = $2", id.0, row.0);
    begins(&before, f.from, was.fetch_optional(tx.conn()).await?.map(Day))?;
    let done = sqlx::query!(
        "update employee_pay set version = version + 1, from_date = $3, salary_minor = $4, salary_currency = $5, reason = $6
         where employee_id = $1 and id = $2 and version = $7",
        id.0,
        row.0,
        f.from.0,
        f.salary.map(|s| s.minor),
        f.salary.map(|s| s.currency.code()),
        f.reason,
        version
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        let there = sqlx::query_scalar!("select 1 from employee_pay where employee_id = $1 and id = $2", id.0, row.0);
        return Err(there.fetch_optional(tx.conn()).await?.map_or(Error::NotFound, |_| Error::Stale));
    }
    settle(tx, &before).await
}

pub async fn remove_pay(tx: &mut TenantTx, id: EmployeeId, row: PayRowId) -> Result<()> {
    let before = hold_pay(tx, id).await?;
    let done = sqlx::query!("delete from employee_pay where employee_id = $1 and id = $2", id.0, row.0)
        .execute(tx.conn())
        .await?;
    if done.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    settle(tx, &before).await
}

/// Whose planned changes have come due, at most `most` of them.
pub async fn due(tx: &mut TenantTx, most: i64) -> Result<Vec<EmployeeId>> {
    let today = tx.today().0;
    let ids = sqlx::query_scalar!(
        r#"select employee_id as "id!" from (
             select employee_id from employee_jobs where pending and from_date <= $1
             union select employee_id from employee_pay where pending and from_date <= $1
           ) d order by 1 limit $2"#,
        today,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(EmployeeId).collect())
}

/// Has the records of these people say what their rows say of today.
pub(crate) async fn take_effect(tx: &mut TenantTx, ids: &[EmployeeId]) -> Result<i64> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let done = sqlx::query_scalar!(r#"select house.take_effect($1) as "done!""#, &ids).fetch_one(tx.conn()).await?;
    Ok(done)
}

/// As [`take_effect`] of one person, and told.
pub async fn settle_today(tx: &mut TenantTx, id: EmployeeId) -> Result<()> {
    let before = employees::find(tx, id).await?;
    settle(tx, &before).await
}

/// A planned change that the rules of today refuse: it is not tried again, and stands in the rows for somebody to put
/// right. That is the job which should hold now; what else has come due is tried without it.
pub async fn set_aside(tx: &mut TenantTx, id: EmployeeId) -> Result<()> {
    let today = tx.today().0;
    sqlx::query!(
        "with jobs as (
           update employee_jobs j set pending = false, refused = true, version = j.version + 1 from employees e
           where e.id = $1 and j.employee_id = $1 and house.job_of(to_jsonb(j)) <> house.job_of(to_jsonb(e)) and j.id = (
             select k.id from employee_jobs k where k.employee_id = $1 and k.from_date <= greatest($2, e.start_date) and not k.refused
             order by k.from_date desc limit 1)
           returning j.id
         ), begun as (
           update employee_jobs j set pending = false
           where j.employee_id = $1 and j.pending and j.from_date <= $2 and not exists (select from jobs)
         )
         update employee_pay p set pending = false
         where p.employee_id = $1 and p.pending and p.from_date <= $2 and not exists (select from jobs)",
        id.0,
        today
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The record, for this transaction alone: two who plan at once come one after the other.
async fn hold(tx: &mut TenantTx, id: EmployeeId) -> Result<Employee> {
    reach::hold::<EmployeesWrite>(tx, Kind::Employees, id.0).await?;
    sqlx::query!("select id from employees where id = $1 for no key update", id.0).fetch_one(tx.conn()).await?;
    employees::find(tx, id).await
}

/// The record, for this transaction alone, if the reader may see and change its pay.
pub async fn hold_pay(tx: &mut TenantTx, id: EmployeeId) -> Result<Employee> {
    reach::hold::<EmployeesPayWrite>(tx, Kind::Employees, id.0).await?;
    sqlx::query!("select id from employees where id = $1 for no key update", id.0).fetch_one(tx.conn()).await?;
    let before = employees::find(tx, id).await?;
    let may = before.sight.pay && super::change_requests::second_hand(tx, id, FieldClass::Pay).await?;
    if may { Ok(before) } else { Err(Error::NotFound) }
}

/// Nobody has a job or pay here before their first day; a row that stands there already may keep its day.
fn begins(employee: &Employee, from: Day, was: Option<Day>) -> Result<()> {
    match employee.start_date.filter(|start| from < *start && was != Some(from)) {
        Some(start) => {
            Err(Error::refused("from", format!("The first day of employment is {}: change that first.", start.short())))
        }
        None => Ok(()),
    }
}

/// What other records stand against, and the manager behind the number. Two who change the tree come one after the other,
/// as at the trigger of `employees` (migration 0003), so that they do not close a circle between them.
async fn judge(tx: &mut TenantTx, employee: &Employee, f: &JobFields) -> Result<Option<Uuid>> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('reporting:' || current_setting('app.tenant_id'), 0))")
        .execute(tx.conn())
        .await?;
    let manager = employees::by_words(tx, f.manager.as_deref(), "manager").await?.map(|m| m.id.0);
    if manager == Some(employee.id.0) {
        let (field, message) = Error::told("employees_own_manager");
        return Err(Error::refused(field, message));
    }
    if manager != employee.manager.as_ref().map(|m| m.id.0) {
        super::reporting::gives_no_more(tx, employee.id, manager).await?;
    }
    acyclic(tx, employee.id, manager, f.from).await?;
    Ok(manager)
}

/// Nobody manages themselves, however long the way round: on the day itself, today, and on each day for which a change
/// is planned.
async fn acyclic(tx: &mut TenantTx, id: EmployeeId, manager: Option<Uuid>, from: Day) -> Result<()> {
    let Some(manager) = manager else { return Ok(()) };
    let today = tx.today().0;
    let circle = sqlx::query_scalar!(
        r#"with recursive days (day) as (
             select $3::date union select $4::date where $4 > $3
             union (select distinct from_date from employee_jobs where pending and from_date > $3 order by 1 limit 366)
           ), above (day, id, step) as (
             select day, $2::uuid, 1 from days
             union all
             select a.day, j.manager_id, a.step + 1 from above a
             cross join lateral (
               select j.manager_id from employee_jobs j where j.employee_id = a.id and not j.refused
               order by j.from_date > a.day, case when j.from_date <= a.day then j.from_date end desc, j.from_date limit 1
             ) j
             where j.manager_id is not null and a.id <> $1 and a.step < 200
           )
           select exists (select from above where id = $1) as "circle!""#,
        id.0,
        manager,
        from.0,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    if circle {
        let (field, message) = Error::told("employees_no_cycle");
        return Err(Error::refused(field, message));
    }
    Ok(())
}

/// As [`acyclic`], of the rows as they are written: on each day on which this person's job changes, today, and on each day
/// for which a change of anybody's is planned.
pub(super) async fn no_circle(tx: &mut TenantTx, id: EmployeeId) -> Result<()> {
    let today = tx.today().0;
    let circle = sqlx::query_scalar!(
        r#"with recursive days (day) as (
             select $2::date
             union (select from_date from employee_jobs where employee_id = $1 order by 1 desc limit 366)
             union (select distinct from_date from employee_jobs where pending order by 1 limit 366)
           ), above (day, id, step) as (
             select day, $1::uuid, 0 from days
             union all
             select a.day, j.manager_id, a.step + 1 from above a
             cross join lateral (
               select j.manager_id from employee_jobs j where j.employee_id = a.id and not j.refused
               order by j.from_date > a.day, case when j.from_date <= a.day then j.from_date end desc, j.from_date limit 1
             ) j
             where j.manager_id is not null and (a.step = 0 or a.id <> $1) and a.step < 200
           )
           select exists (select from above where id = $1 and step > 0) as "circle!""#,
        id.0,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    if circle {
        let (field, message) = Error::told("employees_no_cycle");
        return Err(Error::refused(field, message));
    }
    Ok(())
}

/// Somebody and everybody above them: on that day, today, and on each day for which a change is planned. Who is given
/// them as their manager must not be among these (as [`acyclic`] of one).
pub(crate) async fn above(tx: &mut TenantTx, manager: Uuid, from: Day) -> Result<HashSet<Uuid>> {
    let today = tx.today().0;
    let ids = sqlx::query_scalar!(
        r#"with recursive days (day) as (
             select $2::date union select $3::date where $3 > $2
             union (select distinct from_date from employee_jobs where pending and from_date > $2 order by 1 limit 366)
           ), above (day, id, step) as (
             select day, $1::uuid, 1 from days
             union all
             select a.day, j.manager_id, a.step + 1 from above a
             cross join lateral (
               select j.manager_id from employee_jobs j where j.employee_id = a.id and not j.refused
               order by j.from_date > a.day, case when j.from_date <= a.day then j.from_date end desc, j.from_date limit 1
             ) j
             where j.manager_id is not null and a.step < 200
           )
           select distinct id as "id!" from above"#,
        manager,
        from.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().collect())
}

async fn carry(tx: &mut TenantTx, id: EmployeeId, from: Day, was: Value, is: Value) -> Result<()> {
    sqlx::query!("select house.carry_job($1, $2, $3, $4)", id.0, from.0, was, is).execute(tx.conn()).await?;
    Ok(())
}

/// In the words of `house.job_of`.
fn says(job: &Job) -> Value {
    json!({
        "job_title": job.job_title, "department": job.department, "location": job.location,
        "manager_id": job.manager.as_ref().map(|m| m.id), "employment_type": job.employment_type.map(|t| t.key()),
        "fte": number(job.fte), "position_id": job.position.as_ref().map(|(id, _)| id),
    })
}

fn said(f: &JobFields, manager: Option<Uuid>) -> Value {
    json!({
        "job_title": f.job_title, "department": f.department, "location": f.location, "manager_id": manager,
        "employment_type": f.employment_type.map(|t| t.key()), "fte": number(f.fte), "position_id": f.position,
    })
}

/// As `to_jsonb` of the column shows it.
pub(crate) fn number(fte: domain::hr::employees::Fte) -> serde_json::Number {
    fte.decimal().to_string().parse().expect("a decimal is a number")
}

/// After the rows have changed: the record says what they say of today, and that is told.
async fn settle(tx: &mut TenantTx, before: &Employee) -> Result<()> {
    take_effect(tx, &[before.id]).await?;
    let after = employees::find(tx, before.id).await?;
    let fields: Vec<String> =
        FIELDS.iter().map(|f| f.key).filter(|f| before.cell(f) != after.cell(f)).map(str::to_owned).collect();
    if !fields.is_empty() {
        return events::emit(tx, Event::EmployeeChanged { employee: before.id, fields }).await;
    }
    // Nothing of today: but hours of other days are what leave is earned by.
    leave::accounts::look_again(tx, Some(&[before.id]), None).await
}
