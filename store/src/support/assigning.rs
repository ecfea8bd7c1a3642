//! To whom a ticket goes: by the rule that fits it, or by its queue; by the same rules of who is there as leads have
//! (`crm/leads/assigning.rs`).

use crate::{
    Result, TenantTx,
    crm::leads::assigning::{Load, members},
};
use domain::{
    MemberId, TicketId,
    crm::leads::assignment::{Among, How, Seat, among},
    support::{queues::Queue, routing::Rule},
};

/// Gives a ticket that nobody has to whom the rule says, or else its queue, and keeps why. `said`: what it is about.
pub(super) async fn assign(
    tx: &mut TenantTx,
    ticket: TicketId,
    rule: Option<&Rule>,
    queue: &Queue,
    said: &str,
) -> Result<()> {
    let mut why = String::new();
    if let Some((rule, how)) = rule.and_then(|r| Some((r, r.then.how?))) {
        // Two that come at once take turns.
        let last = sqlx::query_scalar!("select id from routing_rules where id = $1 for update", rule.id.0);
        last.fetch_optional(tx.conn()).await?;
        let last = sqlx::query_scalar!("select member_id from routing_turns where rule_id = $1", rule.id.0);
        let last = last.fetch_optional(tx.conn()).await?.map(MemberId);
        let (member, told) = one_of(tx, (&rule.name, how, &rule.then.pool), last, said).await?;
        if let Some(member) = member {
            sqlx::query!(
                "insert into routing_turns (tenant_id, rule_id, member_id) values ($1, $2, $3)
                 on conflict (tenant_id, rule_id) do update set member_id = excluded.member_id",
                tx.tenant().0,
                rule.id.0,
                member.0
            )
            .execute(tx.conn())
            .await?;
            return give(tx, ticket, Some(member), &told).await;
        }
        why = told;
    }
    let Some(how) = queue.how else {
        return if why.is_empty() { Ok(()) } else { give(tx, ticket, None, &why).await };
    };
    let last = sqlx::query_scalar!(
        "insert into support_turns (tenant_id, queue_id) values ($1, $2)
         on conflict (tenant_id, queue_id) do update set last_number = support_turns.last_number returning member_id",
        tx.tenant().0,
        queue.id.0
    );
    let last = last.fetch_one(tx.conn()).await?.map(MemberId);
    let (member, told) = one_of(tx, (&queue.name, how, &queue.pool), last, said).await?;
    if let Some(member) = member {
        sqlx::query!("update support_turns set member_id = $2 where queue_id = $1", queue.id.0, member.0)
            .execute(tx.conn())
            .await?;
    }
    give(tx, ticket, member, format!("{why} {told}").trim_start()).await
}

/// One of a pool who is there, and why.
async fn one_of(
    tx: &mut TenantTx,
    (name, how, pool): (&str, How, &[Seat]),
    last: Option<MemberId>,
    said: &str,
) -> Result<(Option<MemberId>, String)> {
    let ids: Vec<MemberId> = pool.iter().map(|seat| seat.member).collect();
    let there = members(tx, &ids, Load::Tickets).await?;
    Ok(among(&Among { name, how, pool, last, what: "tickets", said }, &there))
}

async fn give(tx: &mut TenantTx, ticket: TicketId, member: Option<MemberId>, why: &str) -> Result<()> {
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
    Ok(())
}

/// By which rule a ticket went where it is; and why it has its assignee, or none, where that still is so.
pub async fn why(tx: &mut TenantTx, ticket: TicketId) -> Result<Option<String>> {
    let row = sqlx::query!(
        r#"select r.words as "words?", a.why as "why?" from tickets t
           left join ticket_routings r on r.tenant_id = t.tenant_id and r.ticket_id = t.id
           left join ticket_assignments a on a.tenant_id = t.tenant_id and a.ticket_id = t.id
             and a.member_id is not distinct from t.assignee_id
           where t.id = $1"#,
        ticket.0
    );
    let row = row.fetch_optional(tx.conn()).await?;
    let said = row.map(|r| [r.words, r.why].into_iter().flatten().collect::<Vec<_>>().join(" "));
    Ok(said.filter(|s| !s.is_empty()))
}
