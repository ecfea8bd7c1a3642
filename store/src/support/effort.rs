//! Queries of the time that is spent on tickets. Whoever answers a ticket notes their own, and changes no other.

use super::tickets;
use crate::{Error, Result, TenantTx, Version, Who, reach};
use domain::{
    MemberId, TicketId, TimeEntryId,
    access::TicketsWrite,
    support::effort::{Entry, Fields},
};

/// Entries of a ticket that are listed.
const MOST: i64 = 50;

/// The newest entries of a ticket that the reader sees, and the minutes of all of them.
pub async fn of(tx: &mut TenantTx, ticket: TicketId) -> Result<(Vec<Entry>, i64)> {
    let rows = sqlx::query!(
        r#"select t.id, t.version, t.ticket_id, t.member_id, t.minutes, t.note, t.created_at, m.name as "name?",
             t.total as "total!"
           from (select *, sum(minutes) over ()::bigint as total from ticket_time where ticket_id = $1
                 order by created_at desc, id desc limit $2) t
           left join members m on m.tenant_id = t.tenant_id and m.id = t.member_id order by t.created_at desc, t.id desc"#,
        ticket.0,
        MOST
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let total = rows.first().map_or(0, |r| r.total);
    let entries = rows.into_iter().map(|r| Entry {
        id: TimeEntryId(r.id),
        version: r.version,
        ticket: TicketId(r.ticket_id),
        member: MemberId(r.member_id),
        name: r.name.unwrap_or_default(),
        minutes: r.minutes,
        note: r.note,
        at: r.created_at,
    });
    Ok((entries.collect(), total))
}

/// One of the reader's own, of a ticket that they may change.
pub async fn own(tx: &mut TenantTx, id: TimeEntryId) -> Result<Entry> {
    let Who::Member(me) = tx.who() else { return Err(Error::NotFound) };
    let row = sqlx::query!(
        "select t.version, t.ticket_id, t.minutes, t.note, t.created_at, m.name from ticket_time t
         join members m on m.tenant_id = t.tenant_id and m.id = t.member_id where t.id = $1 and t.member_id = $2",
        id.0,
        me.0
    );
    let r = row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    reach::hold::<TicketsWrite>(tx, reach::Kind::Tickets, r.ticket_id).await?;
    let ticket = TicketId(r.ticket_id);
    Ok(Entry {
        id,
        version: r.version,
        ticket,
        member: me,
        name: r.name,
        minutes: r.minutes,
        note: r.note,
        at: r.created_at,
    })
}

/// Notes time under the id that was drawn with its form.
pub async fn add(tx: &mut TenantTx, id: TimeEntryId, ticket: TicketId, f: &Fields) -> Result<()> {
    let Who::Member(me) = tx.who() else { return Err(Error::NotFound) };
    reach::hold::<TicketsWrite>(tx, reach::Kind::Tickets, ticket.0).await?;
    tickets::find(tx, ticket).await?;
    let added = sqlx::query!(
        "insert into ticket_time (tenant_id, id, ticket_id, member_id, minutes, note, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        ticket.0,
        me.0,
        f.minutes,
        f.note,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    if added.rows_affected() > 0 {
        return Ok(());
    }
    // The same form, sent twice: its own entry, with these answers.
    let there = own(tx, id).await?;
    if there.ticket == ticket && there.minutes == f.minutes && there.note == f.note { Ok(()) } else { Err(Error::Sent) }
}

/// Changes one of the reader's own. Gives its ticket.
pub async fn change(tx: &mut TenantTx, id: TimeEntryId, version: Version, f: &Fields) -> Result<TicketId> {
    let now = own(tx, id).await?;
    let done = sqlx::query!(
        "update ticket_time set version = version + 1, updated_at = $3, minutes = $4, note = $5 where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.minutes,
        f.note
    );
    if done.execute(tx.conn()).await?.rows_affected() == 0 { Err(Error::Stale) } else { Ok(now.ticket) }
}

/// Takes one of the reader's own away. Gives its ticket.
pub async fn remove(tx: &mut TenantTx, id: TimeEntryId) -> Result<TicketId> {
    let now = own(tx, id).await?;
    sqlx::query!("delete from ticket_time where id = $1", id.0).execute(tx.conn()).await?;
    Ok(now.ticket)
}
