//! To whom a queue gives its tickets: by the same rules of who is there as leads have (`crm/leads/assigning.rs`).

use crate::{
    Result, TenantTx,
    crm::leads::assigning::{Load, members},
};
use chrono::{DateTime, Utc};
use domain::{
    MemberId, TicketId,
    crm::leads::assignment::{Among, among},
    support::queues::Queue,
};

/// Gives a ticket that nobody has to whom its queue says, and keeps why.
pub(super) async fn assign(tx: &mut TenantTx, ticket: TicketId, queue: &Queue) -> Result<()> {
    let Some(how) = queue.how else { return Ok(()) };
    // Two that come at once take turns.
    let last = sqlx::query_scalar!(
        "insert into support_turns (tenant_id, queue_id) values ($1, $2)
         on conflict (tenant_id, queue_id) do update set last_number = support_turns.last_number returning member_id",
        tx.tenant().0,
        queue.id.0
    )
    .fetch_one(tx.conn())
    .await?;
    let ids: Vec<MemberId> = queue.pool.iter().map(|seat| seat.member).collect();
    let there = members(tx, &ids, Load::Tickets).await?;
    let asked = Among { name: &queue.name, how, pool: &queue.pool, last: last.map(MemberId), what: "tickets" };
    let (member, why) = among(&asked, &there);
    sqlx::query!(
        "insert into ticket_assignments (tenant_id, ticket_id, at, member_id, why) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, ticket_id) do update set at = excluded.at, member_id = excluded.member_id, why = excluded.why",
        tx.tenant().0,
        ticket.0,
        tx.now(),
        member.map(|m| m.0),
        why
    )
    .execute(tx.conn())
    .await?;
    let Some(member) = member else { return Ok(()) };
    sqlx::query!(
        "update tickets set assignee_id = $2, version = version + 1, updated_at = $3 where id = $1",
        ticket.0,
        member.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("update support_turns set member_id = $2 where queue_id = $1", queue.id.0, member.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Why a ticket has its assignee, or none, where its queue has decided and it still is so.
pub async fn why(tx: &mut TenantTx, ticket: TicketId) -> Result<Option<(String, DateTime<Utc>)>> {
    let row = sqlx::query!(
        "select a.why, a.at from ticket_assignments a join tickets t on t.tenant_id = a.tenant_id and t.id = a.ticket_id
         where a.ticket_id = $1 and t.assignee_id is not distinct from a.member_id",
        ticket.0
    );
    Ok(row.fetch_optional(tx.conn()).await?.map(|r| (r.why, r.at)))
}
