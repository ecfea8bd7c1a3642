//! Queries of calendars of support.

use crate::{Error, Result, TenantTx, Version, db::strange};
use domain::{
    SupportCalendarId,
    support::{calendars::Named, sla::Calendar},
};
use serde_json::json;

/// Calendars that a workspace may have.
const MOST: usize = 500;

/// All by name.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<Named>> {
    let rows =
        sqlx::query!("select id, version, name, hours from support_calendars order by lower(name), id limit 100")
            .fetch_all(tx.conn())
            .await?;
    rows.into_iter()
        .map(|r| {
            let calendar = serde_json::from_value(r.hours).map_err(|e| strange("hours", &e.to_string()))?;
            Ok(Named { id: SupportCalendarId(r.id), version: r.version, name: r.name, calendar })
        })
        .collect()
}

pub async fn find(tx: &mut TenantTx, id: SupportCalendarId) -> Result<Named> {
    all(tx).await?.into_iter().find(|c| c.id == id).ok_or(Error::NotFound)
}

/// Adds a calendar under the id that was drawn with its form.
pub async fn add(tx: &mut TenantTx, id: SupportCalendarId, name: &str, calendar: &Calendar) -> Result<()> {
    let all = all(tx).await?;
    if let Some(there) = all.iter().find(|c| c.id == id) {
        let same = there.name == name && there.calendar == *calendar;
        return if same { Ok(()) } else { Err(Error::Sent) };
    }
    if all.len() >= MOST {
        return Err(Error::refused("name", format!("There are {MOST} calendars already. Change one of them.")));
    }
    sqlx::query!(
        "insert into support_calendars (tenant_id, id, name, hours, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)",
        tx.tenant().0,
        id.0,
        name,
        json!(calendar),
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn change(
    tx: &mut TenantTx,
    id: SupportCalendarId,
    version: Version,
    name: &str,
    calendar: &Calendar,
) -> Result<()> {
    find(tx, id).await?;
    let done = sqlx::query!(
        "update support_calendars set version = version + 1, updated_at = $3, name = $4, hours = $5 where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        name,
        json!(calendar)
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Takes away one that no queue has. Gives its name.
pub async fn remove(tx: &mut TenantTx, id: SupportCalendarId) -> Result<String> {
    let used =
        sqlx::query_scalar!("select name from support_queues where calendar_id = $1 order by place limit 1", id.0);
    if let Some(queue) = used.fetch_optional(tx.conn()).await? {
        return Err(Error::refused("", format!("The queue {queue} goes by this calendar. Give it another one first.")));
    }
    let name = sqlx::query_scalar!("delete from support_calendars where id = $1 returning name", id.0);
    name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}
