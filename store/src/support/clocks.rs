//! The clocks of tickets: what is promised when one comes in, and how they stand by what happened since. Whatever
//! happened is told by triggers (migration 0176); the fold is the domain's.

use super::policies;
use crate::{Result, TenantTx, db::strange, events, queue};
use chrono::{DateTime, Duration, Utc};
use domain::{
    MemberId, QueueId, TicketId,
    events::Event as Told,
    jobs::TendClocks,
    support::{
        policies::{Facts, matched},
        sla::{Calendar, Event, Promise, Run, What, fold},
        tickets::{Kind, Priority, Status},
    },
};
use serde_json::json;
use std::collections::HashMap;
use uuid::Uuid;

/// Promises a ticket what the first policy that fits it says, once.
pub(super) async fn promise(tx: &mut TenantTx, ticket: TicketId) -> Result<()> {
    let policies = policies::all(tx).await?;
    if policies.is_empty() {
        return Ok(());
    }
    let r = sqlx::query!(
        r#"select t.queue_id, t.priority, t.kind, t.customer_id, c.health, k.hours,
             array(select g.name from record_tags r join tags g on g.tenant_id = r.tenant_id and g.id = r.tag_id
                   where r.tenant_id = t.tenant_id and r.customer_id = t.customer_id) as "tags!: Vec<String>"
           from tickets t
           join support_queues q on q.tenant_id = t.tenant_id and q.id = t.queue_id
           join support_calendars k on k.tenant_id = q.tenant_id and k.id = q.calendar_id
           left join customers c on c.tenant_id = t.tenant_id and c.id = t.customer_id
           where t.id = $1"#,
        ticket.0
    )
    .fetch_one(tx.conn())
    .await?;
    let facts = Facts {
        queue: QueueId(r.queue_id),
        priority: Priority::parse(&r.priority).ok_or_else(|| strange("priority", &r.priority))?,
        kind: Kind::parse(&r.kind).ok_or_else(|| strange("kind", &r.kind))?,
        customer: r.customer_id.map(Into::into),
        health: r.health.as_deref().and_then(domain::crm::customers::Health::parse),
        tags: r.tags,
    };
    let Some(policy) = matched(&policies, &facts) else { return Ok(()) };
    let calendar: Calendar = serde_json::from_value(r.hours).map_err(|e| strange("hours", &e.to_string()))?;
    let promise = Promise {
        policy: policy.id,
        name: policy.name.clone(),
        calendar,
        targets: policy.targets.clone(),
        warn: u8::try_from(policy.warn).unwrap_or(80),
    };
    sqlx::query!(
        "insert into ticket_promises (tenant_id, ticket_id, policy_id, policy, promise) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, ticket_id) do nothing",
        tx.tenant().0,
        ticket.0,
        policy.id.0,
        policy.name,
        json!(promise)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What is kept of a clock.
struct Kept {
    warned: bool,
    breached: Option<DateTime<Utc>>,
    member: Option<Uuid>,
}

/// A clock as it is to be written.
struct Line {
    ticket: Uuid,
    run: Run,
    warned: Option<DateTime<Utc>>,
    breached: Option<DateTime<Utc>>,
    member: Option<Uuid>,
}

/// Brings the clocks of these tickets to where they stand now, tells what has come due and was not told, and has a job look
/// again at the next such moment. Again changes nothing.
pub async fn settle(tx: &mut TenantTx, tickets: &[TicketId]) -> Result<()> {
    let ids: Vec<Uuid> = tickets.iter().map(|t| t.0).collect();
    let promises = sqlx::query!(
        "select p.ticket_id, p.promise, p.next_at, t.assignee_id from ticket_promises p
         join tickets t on t.tenant_id = p.tenant_id and t.id = p.ticket_id
         where p.ticket_id = any($1) order by p.ticket_id for update of p",
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    if promises.is_empty() {
        return Ok(());
    }
    let mut told = happened(tx, &ids).await?;
    let kept = sqlx::query!(
        "select ticket_id, clock, nth, warned_at, breached_at, member_id from ticket_clocks where ticket_id = any($1)",
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    let mut kept: HashMap<(Uuid, String, i32), Kept> = kept
        .into_iter()
        .map(|r| {
            let kept = Kept { warned: r.warned_at.is_some(), breached: r.breached_at, member: r.member_id };
            ((r.ticket_id, r.clock, r.nth), kept)
        })
        .collect();
    let now = tx.now();
    let (mut lines, mut news, mut nexts) = (vec![], vec![], vec![]);
    for p in promises {
        let promise: Promise = serde_json::from_value(p.promise).map_err(|e| strange("promise", &e.to_string()))?;
        let mut next: Option<DateTime<Utc>> = None;
        for run in fold(&promise, &told.remove(&p.ticket_id).unwrap_or_default(), now) {
            let was = kept.remove(&(p.ticket_id, run.clock.key().to_owned(), run.nth));
            let (was_warned, was_breached, had) = was.map_or((false, None, None), |k| (k.warned, k.breached, k.member));
            let ticket = TicketId(p.ticket_id);
            let breaches = run.late && was_breached.is_none();
            let warns = !was_warned && run.ended.is_none() && run.warn.is_some_and(|at| at <= now);
            if breaches {
                news.push(Told::SlaBreached { ticket, clock: run.clock });
            } else if warns && !run.late {
                news.push(Told::SlaWarned { ticket, clock: run.clock });
            }
            // What was told stays told.
            let breached = was_breached.or_else(|| run.late.then(|| run.due.unwrap_or(now)));
            let warned = (was_warned || warns || run.late).then_some(now);
            if run.ended.is_none() {
                let ahead = [run.warn.filter(|_| warned.is_none()), run.due.filter(|_| !run.late)];
                next = ahead.into_iter().flatten().filter(|at| *at > now).chain(next).min();
            }
            let member = if run.ended.is_some() || run.late { had.or(p.assignee_id) } else { None };
            lines.push(Line { ticket: p.ticket_id, run, warned, breached, member });
        }
        if next != p.next_at {
            nexts.push((p.ticket_id, next));
        }
    }
    write(tx, &ids, &lines).await?;
    again(tx, &nexts).await?;
    events::emit_many(tx, news).await
}

/// What happened to these tickets, with what was said in those that became a part of them.
async fn happened(tx: &mut TenantTx, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Event>>> {
    let rows = sqlx::query!(
        r#"select t.id, e.ticket_id = t.id as "own!", e.at, e.what, e.value from tickets t
           join ticket_clock_events e on e.tenant_id = t.tenant_id
             and e.ticket_id in (select t.id union all select m.id from tickets m where m.tenant_id = t.tenant_id and m.merged_into = t.id)
           where t.id = any($1) order by t.id, e.at, e.id"#,
        ids
    )
    .fetch_all(tx.conn())
    .await?;
    // The whole has the earliest start, and its own priority.
    let own: HashMap<Uuid, Option<String>> =
        rows.iter().filter(|r| r.own && r.what == "opened").map(|r| (r.id, r.value.clone())).collect();
    let mut told: HashMap<Uuid, Vec<Event>> = HashMap::new();
    for r in rows {
        let value = if r.what == "opened" { own.get(&r.id).cloned().flatten() } else { r.value };
        let priority = || value.as_deref().and_then(Priority::parse);
        let what = match r.what.as_str() {
            "opened" => priority().map(What::Opened),
            "asked" => Some(What::Asked),
            "unasked" => Some(What::Unasked),
            "answered" => Some(What::Answered),
            _ if !r.own => None,
            "priority" => priority().map(What::Priority),
            "status" => value.as_deref().and_then(Status::parse).map(What::Status),
            "withdrawn" => Some(What::Withdrawn),
            _ => Some(What::Returned),
        };
        told.entry(r.id).or_default().extend(what.map(|what| Event { at: r.at, what }));
    }
    Ok(told)
}

/// Writes the clocks as they are; those that are none any more go.
async fn write(tx: &mut TenantTx, ids: &[Uuid], lines: &[Line]) -> Result<()> {
    let all = |of: fn(&Line) -> Option<DateTime<Utc>>| lines.iter().map(of).collect::<Vec<_>>();
    let minutes = |of: fn(&Run) -> Duration| {
        lines.iter().map(|l| i32::try_from(of(&l.run).num_minutes()).unwrap_or(i32::MAX)).collect::<Vec<_>>()
    };
    let tickets: Vec<Uuid> = lines.iter().map(|l| l.ticket).collect();
    let clocks: Vec<String> = lines.iter().map(|l| l.run.clock.key().to_owned()).collect();
    let nths: Vec<i32> = lines.iter().map(|l| l.run.nth).collect();
    sqlx::query!(
        "delete from ticket_clocks c where c.ticket_id = any($1) and not exists (
           select from unnest($2::uuid[], $3::text[], $4::int[]) as u (ticket, clock, nth)
           where u.ticket = c.ticket_id and u.clock = c.clock and u.nth = c.nth)",
        ids,
        &tickets,
        &clocks,
        &nths
    )
    .execute(tx.conn())
    .await?;
    let began: Vec<DateTime<Utc>> = lines.iter().map(|l| l.run.began).collect();
    let flags = |of: fn(&Run) -> bool| lines.iter().map(|l| of(&l.run)).collect::<Vec<_>>();
    let members: Vec<Option<Uuid>> = lines.iter().map(|l| l.member).collect();
    sqlx::query!(
        "insert into ticket_clocks as c (tenant_id, ticket_id, clock, nth, began_at, target_minutes, used_minutes, paused_minutes,
           due_at, warn_at, ended_at, held, late, withdrawn, member_id, warned_at, breached_at)
         select $1, u.* from unnest($2::uuid[], $3::text[], $4::int[], $5::timestamptz[], $6::int[], $7::int[], $8::int[],
           $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::bool[], $13::bool[], $14::bool[], $15::uuid[],
           $16::timestamptz[], $17::timestamptz[]) as u
         on conflict (tenant_id, ticket_id, clock, nth) do update set began_at = excluded.began_at,
           target_minutes = excluded.target_minutes, used_minutes = excluded.used_minutes, paused_minutes = excluded.paused_minutes,
           due_at = excluded.due_at, warn_at = excluded.warn_at, ended_at = excluded.ended_at, held = excluded.held,
           late = excluded.late, withdrawn = excluded.withdrawn, member_id = excluded.member_id,
           warned_at = coalesce(c.warned_at, excluded.warned_at), breached_at = coalesce(c.breached_at, excluded.breached_at)",
        tx.tenant().0,
        &tickets,
        &clocks,
        &nths,
        &began,
        &minutes(|r| r.target),
        &minutes(|r| r.used),
        &minutes(|r| r.paused),
        &all(|l| l.run.due) as &[Option<DateTime<Utc>>],
        &all(|l| l.run.warn) as &[Option<DateTime<Utc>>],
        &all(|l| l.run.ended) as &[Option<DateTime<Utc>>],
        &flags(|r| r.held),
        &flags(|r| r.late),
        &flags(|r| r.withdrawn),
        &members as &[Option<Uuid>],
        &all(|l| l.warned) as &[Option<DateTime<Utc>>],
        &all(|l| l.breached) as &[Option<DateTime<Utc>>],
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Has a job look at each of these at its next moment.
async fn again(tx: &mut TenantTx, nexts: &[(Uuid, Option<DateTime<Utc>>)]) -> Result<()> {
    if nexts.is_empty() {
        return Ok(());
    }
    let (ids, at): (Vec<Uuid>, Vec<Option<DateTime<Utc>>>) = nexts.iter().copied().unzip();
    sqlx::query!(
        "update ticket_promises p set next_at = u.at from unnest($1::uuid[], $2::timestamptz[]) as u (id, at) where p.ticket_id = u.id",
        &ids,
        &at as &[Option<DateTime<Utc>>]
    )
    .execute(tx.conn())
    .await?;
    let tenant = tx.tenant();
    let jobs: Vec<_> = nexts
        .iter()
        .filter_map(|(id, at)| at.map(|at| (TendClocks { tenant, ticket: TicketId(*id), at }, at)))
        .collect();
    queue::push_many_at(tx, &jobs).await
}

/// Tickets whose clocks are to be looked at by now, the longest due first.
pub async fn due(tx: &mut TenantTx, most: i64) -> Result<Vec<TicketId>> {
    let ids = sqlx::query_scalar!(
        "select ticket_id from ticket_promises where next_at <= $1 order by next_at, ticket_id limit $2",
        tx.now(),
        most
    );
    Ok(ids.fetch_all(tx.conn()).await?.into_iter().map(TicketId).collect())
}

/// The clocks of a ticket that the reader sees, and the policy that promised them; as they stand now.
pub async fn of(tx: &mut TenantTx, ticket: TicketId) -> Result<Option<(String, Vec<Run>)>> {
    let row = sqlx::query!("select policy, promise from ticket_promises where ticket_id = $1", ticket.0);
    let Some(row) = row.fetch_optional(tx.conn()).await? else { return Ok(None) };
    let promise: Promise = serde_json::from_value(row.promise).map_err(|e| strange("promise", &e.to_string()))?;
    let told = happened(tx, &[ticket.0]).await?.remove(&ticket.0).unwrap_or_default();
    Ok(Some((row.policy, fold(&promise, &told, tx.now()))))
}

/// Who is told of a clock: whoever has the ticket.
pub async fn whose(tx: &mut TenantTx, ticket: TicketId) -> Result<Option<(Option<MemberId>, String, String)>> {
    let row =
        sqlx::query!("select assignee_id, number, name from tickets where id = $1 and archived_at is null", ticket.0);
    Ok(row.fetch_optional(tx.conn()).await?.map(|r| (r.assignee_id.map(MemberId), r.number, r.name)))
}
