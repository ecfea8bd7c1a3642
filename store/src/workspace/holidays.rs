//! Holiday calendars and their days.

use crate::{Error, Result, TenantTx, hr::leave::refit};
use domain::{
    CalendarId, Day, HolidayId,
    workspace::holidays::{Brought, Calendar, Holiday},
};
use uuid::Uuid;

pub async fn calendars(tx: &mut TenantTx) -> Result<Vec<Calendar>> {
    let rows = sqlx::query!(
        r#"select c.id, c.name, c.is_default, (select count(*) from holidays h where h.calendar_id = c.id) as "days!"
           from holiday_calendars c order by c.is_default desc, lower(c.name) limit 100"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Calendar { id: r.id.into(), name: r.name, is_default: r.is_default, days: r.days })
        .collect())
}

/// The days of a calendar from a day on, in their order.
pub async fn days(tx: &mut TenantTx, calendar: CalendarId, from: Day) -> Result<Vec<Holiday>> {
    let rows = sqlx::query!(
        "select id, day, name, half from holidays where calendar_id = $1 and day >= $2 order by day limit 200",
        calendar.0,
        from.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| Holiday { id: r.id.into(), day: Day(r.day), name: r.name, half: r.half }).collect())
}

/// Makes a calendar; the first one is the default.
pub async fn add_calendar(tx: &mut TenantTx, id: CalendarId, name: &str) -> Result<()> {
    let (tenant, now) = (tx.tenant().0, tx.now());
    let added = sqlx::query!(
        "insert into holiday_calendars (tenant_id, id, name, is_default, created_at)
         values ($1, $2, $3, not exists (select from holiday_calendars where is_default), $4)
         on conflict (tenant_id, id) do nothing",
        tenant,
        id.0,
        name,
        now
    )
    .execute(tx.conn())
    .await?;
    // The same form, sent twice.
    if added.rows_affected() == 0 && find(tx, id).await? != name {
        return Err(Error::Sent);
    }
    Ok(())
}

pub async fn make_default(tx: &mut TenantTx, id: CalendarId) -> Result<()> {
    find(tx, id).await?;
    sqlx::query!("update holiday_calendars set is_default = false where is_default and id <> $1", id.0)
        .execute(tx.conn())
        .await?;
    sqlx::query!("update holiday_calendars set is_default = true where id = $1 and not is_default", id.0)
        .execute(tx.conn())
        .await?;
    refit::soon(tx, &[]).await
}

pub async fn remove_calendar(tx: &mut TenantTx, id: CalendarId) -> Result<()> {
    find(tx, id).await?;
    sqlx::query!("delete from holidays where calendar_id = $1", id.0).execute(tx.conn()).await?;
    sqlx::query!("delete from holiday_calendars where id = $1", id.0).execute(tx.conn()).await?;
    // Where there are calendars, one is everybody's.
    sqlx::query!(
        "update holiday_calendars set is_default = true
         where id = (select id from holiday_calendars order by lower(name), id limit 1)
           and not exists (select from holiday_calendars where is_default)"
    )
    .execute(tx.conn())
    .await?;
    refit::soon(tx, &[]).await
}

/// The calendar's name.
pub async fn find(tx: &mut TenantTx, id: CalendarId) -> Result<String> {
    sqlx::query_scalar!("select name from holiday_calendars where id = $1", id.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::NotFound)
}

pub async fn add_day(tx: &mut TenantTx, calendar: CalendarId, day: Day, name: &str, half: bool) -> Result<()> {
    find(tx, calendar).await?;
    let (tenant, id): (_, HolidayId) = (tx.tenant().0, tx.id());
    sqlx::query!(
        "insert into holidays (tenant_id, id, calendar_id, day, name, half) values ($1, $2, $3, $4, $5, $6)",
        tenant,
        id.0,
        calendar.0,
        day.0,
        name,
        half
    )
    .execute(tx.conn())
    .await?;
    refit::soon(tx, &[]).await
}

pub async fn remove_day(tx: &mut TenantTx, id: HolidayId) -> Result<String> {
    let name = sqlx::query_scalar!("delete from holidays where id = $1 returning name", id.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    refit::soon(tx, &[]).await?;
    Ok(name)
}

/// Takes over the days of a file; those that the calendar has already stay. Gives how many are new.
pub async fn bring(tx: &mut TenantTx, calendar: CalendarId, brought: &[Brought]) -> Result<u64> {
    find(tx, calendar).await?;
    let ids: Vec<Uuid> = brought.iter().map(|_| tx.id::<HolidayId>().0).collect();
    let days: Vec<chrono::NaiveDate> = brought.iter().map(|b| b.day.0).collect();
    let names: Vec<String> = brought.iter().map(|b| b.name.clone()).collect();
    let tenant = tx.tenant().0;
    let done = sqlx::query!(
        "insert into holidays (tenant_id, id, calendar_id, day, name)
         select $1, b.id, $2, b.day, b.name from unnest($3::uuid[], $4::date[], $5::text[]) as b (id, day, name)
         on conflict on constraint holidays_day_key do nothing",
        tenant,
        calendar.0,
        &ids,
        &days,
        &names
    )
    .execute(tx.conn())
    .await?;
    refit::soon(tx, &[]).await?;
    Ok(done.rows_affected())
}
