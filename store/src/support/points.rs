//! Queries of tickets' checklists. Whoever answers a ticket adds points, ticks them and takes them away.

use super::tickets;
use crate::{Error, Result, TenantTx, Who, reach};
use domain::{
    TicketId, TicketPointId,
    access::TicketsWrite,
    support::points::{MOST, Point, full},
};

/// The checklist of a ticket that the reader sees, in its order.
pub async fn of(tx: &mut TenantTx, ticket: TicketId) -> Result<Vec<Point>> {
    let rows = sqlx::query!(
        r#"select p.id, p.name, p.done_at, m.name as "by?" from ticket_points p
           left join members m on m.tenant_id = p.tenant_id and m.id = p.done_by
           where p.ticket_id = $1 order by p.place limit $2"#,
        ticket.0,
        i64::try_from(MOST).unwrap_or(i64::MAX)
    );
    let rows = rows.fetch_all(tx.conn()).await?.into_iter();
    Ok(rows.map(|r| Point { id: TicketPointId(r.id), name: r.name, done: r.done_at.map(|at| (at, r.by)) }).collect())
}

/// Adds points, the first under the id that was drawn with the form: sent twice, they are there once.
///
/// # Errors
/// Refused where the ticket would have more than [`MOST`].
pub async fn add(tx: &mut TenantTx, first: TicketPointId, ticket: TicketId, names: &[String]) -> Result<()> {
    reach::hold::<TicketsWrite>(tx, reach::Kind::Tickets, ticket.0).await?;
    tickets::find(tx, ticket).await?;
    let known = sqlx::query_scalar!(r#"select exists (select from ticket_points where id = $1) as "known!""#, first.0);
    if known.fetch_one(tx.conn()).await? {
        return Ok(());
    }
    append(tx, first, ticket, names).await
}

/// As [`add`], of a ticket that the caller holds.
pub(super) async fn put(tx: &mut TenantTx, ticket: TicketId, names: &[String]) -> Result<()> {
    let first = tx.id();
    append(tx, first, ticket, names).await
}

async fn append(tx: &mut TenantTx, first: TicketPointId, ticket: TicketId, names: &[String]) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let ids: Vec<uuid::Uuid> = std::iter::once(first).chain((1..names.len()).map(|_| tx.id())).map(|id| id.0).collect();
    let done = sqlx::query!(
        "insert into ticket_points (tenant_id, id, ticket_id, place, name, created_at, updated_at)
         select $1, n.id, $2, n.nth + coalesce((select max(place) from ticket_points where ticket_id = $2), 0), n.name, $5, $5
         from unnest($3::uuid[], $4::text[]) with ordinality n (id, name, nth)
         where (select count(*) from ticket_points where ticket_id = $2) + cardinality($3) <= $6",
        tx.tenant().0,
        ticket.0,
        &ids,
        names,
        tx.now(),
        i64::try_from(MOST).unwrap_or(i64::MAX)
    );
    match done.execute(tx.conn()).await?.rows_affected() {
        0 => Err(Error::refused("points", full())),
        _ => Ok(()),
    }
}

/// Says that a point is done, or is not. Gives its ticket.
pub async fn tick(tx: &mut TenantTx, id: TicketPointId, done: bool) -> Result<TicketId> {
    let (ticket, _) = held(tx, id).await?;
    let by = match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    };
    sqlx::query!(
        "update ticket_points set done_at = case when $2 then $3::timestamptz end, done_by = case when $2 then $4::uuid end,
           updated_at = $3
         where id = $1 and (done_at is not null) <> $2",
        id.0,
        done,
        tx.now(),
        by
    )
    .execute(tx.conn())
    .await?;
    Ok(ticket)
}

/// Takes a point away. Gives its ticket, and what it said.
pub async fn remove(tx: &mut TenantTx, id: TicketPointId) -> Result<(TicketId, String)> {
    let point = held(tx, id).await?;
    sqlx::query!("delete from ticket_points where id = $1", id.0).execute(tx.conn()).await?;
    Ok(point)
}

/// The ticket of a point, which the reader may change, and what the point says.
async fn held(tx: &mut TenantTx, id: TicketPointId) -> Result<(TicketId, String)> {
    let row = sqlx::query!("select ticket_id, name from ticket_points where id = $1", id.0);
    let r = row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    reach::hold::<TicketsWrite>(tx, reach::Kind::Tickets, r.ticket_id).await?;
    Ok((TicketId(r.ticket_id), r.name))
}
