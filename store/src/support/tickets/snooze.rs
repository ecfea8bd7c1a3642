//! Tickets that are put off, and come back: when their time has come, or by a trigger when the customer writes.

use super::{TICKETS, find};
use crate::{Error, Result, TenantTx, Who, reach};
use chrono::{DateTime, Utc};
use domain::{MemberId, TicketId, access::TicketsWrite, support::tickets::Ticket};

/// Tickets that come back in one transaction.
const CHUNK: i64 = 200;

/// Puts a ticket off; `None`: until the customer writes.
pub async fn snooze(tx: &mut TenantTx, id: TicketId, until: Option<DateTime<Utc>>) -> Result<Ticket> {
    reach::hold::<TicketsWrite>(tx, TICKETS, id.0).await?;
    let Who::Member(me) = tx.who() else { return Err(Error::NotFound) };
    let ticket = find(tx, id).await?;
    if ticket.archived || ticket.merged_into.is_some() || ticket.status.ended() {
        return Err(Error::refused("", "Only what somebody works on is put off."));
    }
    sqlx::query!(
        "update tickets set snoozed_at = $2, snoozed_until = $3, snoozed_by = $4, version = version + 1, updated_at = $2 where id = $1",
        id.0,
        tx.now(),
        until,
        me.0
    )
    .execute(tx.conn())
    .await?;
    Ok(ticket)
}

/// Brings one back before its time.
pub async fn wake(tx: &mut TenantTx, id: TicketId) -> Result<Ticket> {
    reach::hold::<TicketsWrite>(tx, TICKETS, id.0).await?;
    let ticket = find(tx, id).await?;
    sqlx::query!(
        "update tickets set snoozed_at = null, snoozed_until = null, snoozed_by = null, version = version + 1, updated_at = $2
         where id = $1 and snoozed_at is not null",
        id.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(ticket)
}

/// A ticket that is back, and who is told: whoever has it, or else put it off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Woken {
    pub ticket: TicketId,
    pub number: String,
    pub name: String,
    pub member: Option<MemberId>,
}

/// Brings back some of those whose time has come.
pub async fn woken(tx: &mut TenantTx) -> Result<Vec<Woken>> {
    let rows = sqlx::query!(
        r#"with due as (
             select id, coalesce(assignee_id, snoozed_by) as member_id from tickets
             where snoozed_at is not null and snoozed_until <= $1 order by snoozed_until, id limit $2 for no key update skip locked)
           update tickets t set snoozed_at = null, snoozed_until = null, snoozed_by = null, version = version + 1, updated_at = $1
           from due where t.id = due.id returning t.id, t.number, t.name, due.member_id"#,
        tx.now(),
        CHUNK
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let woken = rows.into_iter().map(|r| Woken {
        ticket: TicketId(r.id),
        number: r.number,
        name: r.name,
        member: r.member_id.map(MemberId),
    });
    Ok(woken.collect())
}
