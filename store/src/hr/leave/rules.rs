//! What HR has put down about everybody's leave: days on which none is given, and how many have to be there.

use crate::{Error, Result, TenantTx};
use chrono::NaiveDate;
use domain::{
    Day, EmployeeId, LeaveRuleId,
    hr::leave::{forms::BlackoutFields, requests::DayCost},
};

/// Days on which no leave is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blackout {
    pub id: LeaveRuleId,
    pub name: String,
    pub from: Day,
    pub to: Day,
    pub department: Option<String>,
}

/// How many of a department have to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    pub id: LeaveRuleId,
    pub department: String,
    pub least: i32,
    /// How many are in it.
    pub people: i64,
}

/// Those that are not over yet.
pub async fn blackouts(tx: &mut TenantTx, from: Day) -> Result<Vec<Blackout>> {
    let rows = sqlx::query!(
        "select id, name, from_on, to_on, department from leave_blackouts where to_on >= $1 order by from_on, id limit 200",
        from.0
    )
    .fetch_all(tx.conn())
    .await?;
    let one = |id, name, from, to, department| Blackout {
        id: LeaveRuleId(id),
        name,
        from: Day(from),
        to: Day(to),
        department,
    };
    Ok(rows.into_iter().map(|r| one(r.id, r.name, r.from_on, r.to_on, r.department)).collect())
}

pub async fn add_blackout(tx: &mut TenantTx, id: LeaveRuleId, f: &BlackoutFields) -> Result<()> {
    let (tenant, now) = (tx.tenant().0, tx.now());
    let added = sqlx::query!(
        "insert into leave_blackouts (tenant_id, id, name, from_on, to_on, department, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant_id, id) do nothing",
        tenant,
        id.0,
        f.name,
        f.from.0,
        f.to.0,
        f.department,
        now
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() > 0 {
        return Ok(());
    }
    let same = sqlx::query_scalar!(
        r#"select name = $2 and from_on = $3 and to_on = $4 and department is not distinct from $5 as "same!"
           from leave_blackouts where id = $1"#,
        id.0,
        f.name,
        f.from.0,
        f.to.0,
        f.department
    );
    if same.fetch_optional(tx.conn()).await?.unwrap_or(false) { Ok(()) } else { Err(Error::Sent) }
}

pub async fn remove_blackout(tx: &mut TenantTx, id: LeaveRuleId) -> Result<String> {
    sqlx::query_scalar!("delete from leave_blackouts where id = $1 returning name", id.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::NotFound)
}

pub async fn covers(tx: &mut TenantTx) -> Result<Vec<Cover>> {
    let rows = sqlx::query!(
        r#"select c.id, c.department, c.least,
             (select count(*) from employees e where lower(e.department) = lower(c.department) and e.archived_at is null) as "people!"
           from leave_covers c order by lower(c.department) limit 200"#
    )
    .fetch_all(tx.conn())
    .await?;
    let one = |id, department, least, people| Cover { id: LeaveRuleId(id), department, least, people };
    Ok(rows.into_iter().map(|r| one(r.id, r.department, r.least, r.people)).collect())
}

pub async fn add_cover(tx: &mut TenantTx, id: LeaveRuleId, (department, least): (&str, i32)) -> Result<()> {
    let (tenant, now) = (tx.tenant().0, tx.now());
    let added = sqlx::query!(
        "insert into leave_covers (tenant_id, id, department, least, created_at) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, id) do nothing",
        tenant,
        id.0,
        department,
        least,
        now
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() > 0 {
        return Ok(());
    }
    let same = sqlx::query_scalar!(
        r#"select department = $2 and least = $3 as "same!" from leave_covers where id = $1"#,
        id.0,
        department,
        least
    );
    if same.fetch_optional(tx.conn()).await?.unwrap_or(false) { Ok(()) } else { Err(Error::Sent) }
}

pub async fn remove_cover(tx: &mut TenantTx, id: LeaveRuleId) -> Result<String> {
    sqlx::query_scalar!("delete from leave_covers where id = $1 returning department", id.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::NotFound)
}

/// Of those who have to cover one another, only one at a time asks for leave until this transaction ends: two at once
/// would each count the other one as there.
pub(super) async fn take_turns(tx: &mut TenantTx, employee: EmployeeId) -> Result<()> {
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('cover:' || c.tenant_id::text || ':' || lower(c.department), 0))
         from employees e join leave_covers c on c.tenant_id = e.tenant_id and lower(c.department) = lower(e.department)
         where e.id = $1",
        employee.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// What stands against somebody being away on these days, in words.
pub(super) async fn against(tx: &mut TenantTx, employee: EmployeeId, days: &[DayCost]) -> Result<Vec<String>> {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Ok(vec![]) };
    let mut words = vec![];
    let blackouts = sqlx::query!(
        "select b.name, b.from_on, b.to_on from leave_blackouts b
         where b.from_on <= $3 and b.to_on >= $2
           and (b.department is null or exists (select from employees e where e.id = $1 and lower(e.department) = lower(b.department)))
         order by b.from_on limit 3",
        employee.0,
        first.day.0,
        last.day.0
    )
    .fetch_all(tx.conn())
    .await?;
    for b in blackouts {
        let (from, to) = (Day(b.from_on), Day(b.to_on));
        words.push(format!("{}: no leave is given from {} to {}.", b.name, from.short(), to.short()));
    }
    let asked: Vec<NaiveDate> = days.iter().map(|d| d.day.0).collect();
    // The team is read once, however many days are asked for.
    let short = sqlx::query!(
        r#"with rule as (
             select c.department, c.least from employees e
             join leave_covers c on c.tenant_id = e.tenant_id and lower(c.department) = lower(e.department) where e.id = $1),
           team as materialized (
             select o.id, o.start_date, o.end_date from rule join employees o on lower(o.department) = lower(rule.department)
             where o.archived_at is null and o.id <> $1),
           away as materialized (
             select r.employee_id, r.from_on, r.to_on from leave_requests r
             where r.state in ('requested', 'approved', 'cancelling') and r.from_on <= $4 and r.to_on >= $3
               and r.employee_id in (select id from team))
           select d.day as "day!", rule.department, rule.least,
             (select count(*) from team t
              where (t.start_date is null or t.start_date <= d.day) and (t.end_date is null or t.end_date >= d.day)
                and not exists (select from away a where a.employee_id = t.id and a.from_on <= d.day and a.to_on >= d.day)) as "there!"
           from rule cross join unnest($2::date[]) as d (day) order by d.day"#,
        employee.0,
        &asked,
        first.day.0,
        last.day.0
    )
    .fetch_all(tx.conn())
    .await?;
    if let Some(s) = short.into_iter().find(|s| s.there < i64::from(s.least)) {
        let there = if s.there == 1 { "1 person of".to_owned() } else { format!("{} people of", s.there) };
        words.push(format!(
            "On {} only {there} {} would be there, and at least {} have to be.",
            Day(s.day).short(),
            s.department,
            s.least
        ));
    }
    Ok(words)
}
