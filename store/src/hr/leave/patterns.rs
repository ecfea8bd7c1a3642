//! When people work, and the holidays of where they are.

use super::{refit, there};
use crate::{Error, Result, TenantTx};
use domain::{
    CalendarId, Day, EmployeeId, LeaveRuleId,
    hr::leave::pattern::{Holiday, Holidays, Pattern, Week},
};
use std::collections::HashMap;
use uuid::Uuid;

/// As the workspace works: its days, each as long.
pub async fn usual(tx: &mut TenantTx) -> Result<Pattern> {
    let r = sqlx::query!("select working_days, day_minutes from tenants").fetch_one(tx.conn()).await?;
    Ok(Pattern::even(&r.working_days, r.day_minutes))
}

/// On which ISO weekday a week begins here.
pub async fn week_start(tx: &mut TenantTx) -> Result<i16> {
    Ok(sqlx::query_scalar!("select week_start from tenants").fetch_one(tx.conn()).await?)
}

/// Somebody's weeks, by their days.
pub async fn of_employee(tx: &mut TenantTx, employee: EmployeeId) -> Result<Week> {
    let usual = usual(tx).await?;
    let rows = sqlx::query!(
        "select from_on, minutes, half from working_patterns where employee_id = $1 order by from_on",
        employee.0
    )
    .fetch_all(tx.conn())
    .await?;
    let from = rows.into_iter().map(|r| (Day(r.from_on), pattern(&r.minutes, &r.half))).collect();
    Ok(Week { usual, from })
}

fn pattern(minutes: &[i16], half: &[bool]) -> Pattern {
    let mut pattern = Pattern { minutes: [0; 7], half: [false; 7] };
    pattern.minutes.iter_mut().zip(minutes).for_each(|(to, from)| *to = *from);
    pattern.half.iter_mut().zip(half).for_each(|(to, from)| *to = *from);
    pattern
}

/// The same of many, by the person.
pub(super) async fn of_employees(tx: &mut TenantTx, people: &[Uuid]) -> Result<HashMap<Uuid, Week>> {
    let usual = usual(tx).await?;
    let rows = sqlx::query!(
        "select employee_id, from_on, minutes, half from working_patterns where employee_id = any($1) order by from_on",
        people
    )
    .fetch_all(tx.conn())
    .await?;
    let mut found: HashMap<Uuid, Week> = people.iter().map(|id| (*id, Week { usual, from: vec![] })).collect();
    for r in rows {
        let week = found.entry(r.employee_id).or_insert(Week { usual, from: vec![] });
        week.from.push((Day(r.from_on), pattern(&r.minutes, &r.half)));
    }
    Ok(found)
}

/// Writes how somebody works from a day on; what was written for that day before is replaced. Leave that stands follows.
pub async fn write(tx: &mut TenantTx, employee: EmployeeId, from: Day, pattern: &Pattern) -> Result<()> {
    there(tx, employee).await?;
    let (tenant, now, id) = (tx.tenant().0, tx.now(), tx.id::<LeaveRuleId>().0);
    sqlx::query!(
        "insert into working_patterns (tenant_id, id, employee_id, from_on, minutes, half, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict on constraint working_patterns_day_key do update set minutes = $5, half = $6",
        tenant,
        id,
        employee.0,
        from.0,
        &pattern.minutes[..],
        &pattern.half[..],
        now
    )
    .execute(tx.conn())
    .await?;
    refit::soon(tx, &[employee]).await
}

/// The holidays of where somebody is, within some days: of their location's calendar, or of the default one.
pub async fn holidays(tx: &mut TenantTx, employee: EmployeeId, from: Day, to: Day) -> Result<Holidays> {
    let rows = sqlx::query!(
        "select h.day, h.name, h.half from holidays h
         where h.day between $2 and $3 and h.calendar_id = coalesce(
           (select l.calendar_id from employees e join locations l on l.tenant_id = e.tenant_id and lower(l.name) = lower(e.location)
            where e.id = $1),
           (select c.id from holiday_calendars c where c.is_default))",
        employee.0,
        from.0,
        to.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (Day(r.day), Holiday { name: r.name, half: r.half })).collect())
}

/// Which calendar each location has, of those that are on the list; by name in small letters.
pub async fn calendars_of_places(tx: &mut TenantTx) -> Result<Vec<(String, Option<CalendarId>)>> {
    let rows = sqlx::query!(r#"select lower(name) as "name!", calendar_id from locations limit 500"#)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|r| (r.name, r.calendar_id.map(CalendarId))).collect())
}

/// Gives a location the holidays of a calendar; without one it has those of the default. A location that was only ever
/// written into records comes onto the list by it.
pub async fn choose_calendar(tx: &mut TenantTx, place: &str, calendar: Option<CalendarId>) -> Result<()> {
    if let Some(calendar) = calendar {
        crate::workspace::holidays::find(tx, calendar).await?;
    }
    let calendar = calendar.map(|c| c.0);
    let done = sqlx::query!("update locations set calendar_id = $2 where lower(name) = lower($1)", place, calendar)
        .execute(tx.conn())
        .await?;
    refit::soon(tx, &[]).await?;
    if done.rows_affected() > 0 {
        return Ok(());
    }
    let used = sqlx::query_scalar!("select min(location) from employees where lower(location) = lower($1)", place)
        .fetch_one(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    let (tenant, now, id) = (tx.tenant().0, tx.now(), tx.id::<domain::PlaceId>().0);
    sqlx::query!(
        "insert into locations (tenant_id, id, name, calendar_id, created_at) values ($1, $2, $3, $4, $5)",
        tenant,
        id,
        used,
        calendar,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
