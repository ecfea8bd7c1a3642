//! What was promised and what was kept: the clocks that ended, or were late, by month.

use crate::{
    Result, TenantTx,
    db::strange,
    reach::{self, Kind},
};
use chrono::{DateTime, Utc};
use domain::{
    MemberId, QueueId, TicketId,
    access::TicketsRead,
    support::{
        reports::{By, Line, Missed},
        sla::Clock,
    },
};
use sqlx::QueryBuilder;
use uuid::Uuid;

/// Lines that a report has at most.
const LINES: i64 = 1_000;
/// Missed ones that are told.
const MISSED: i64 = 100;

type Counted = (i32, i32, Option<Uuid>, Option<String>, String, i64, i64);

/// By month, newest first; of tickets that the reader sees. Each number is that of a list: see `Filter::clock`.
pub async fn promises(tx: &mut TenantTx, by: By, from: DateTime<Utc>) -> Result<Vec<Line>> {
    let zone = tx.zone().name().to_owned();
    let (id, name, join) = match by {
        By::Queue | By::Customer => {
            ("e.queue_id", "w.name", "support_queues w on w.tenant_id = s.tenant_id and w.id = s.whose")
        }
        By::Agent => ("c.member_id", "w.name", "members w on w.tenant_id = s.tenant_id and w.id = s.whose"),
    };
    let mut q = QueryBuilder::new("select s.year, s.month, s.whose, ");
    q.push(name).push(", s.clock, s.met, s.late from (select c.tenant_id, ");
    q.push("extract(year from m.at)::int as year, extract(month from m.at)::int as month, ")
        .push(id)
        .push(" as whose, c.clock, ");
    q.push("count(*) filter (where not c.late) as met, count(*) filter (where c.late) as late from ticket_clocks c ");
    q.push("join tickets e on e.tenant_id = c.tenant_id and e.id = c.ticket_id ");
    q.push("cross join lateral (select (case when c.late then c.breached_at else c.ended_at end) at time zone ")
        .push_bind(zone);
    q.push(" as at) m where e.archived_at is null and e.merged_into is null and not c.withdrawn and (c.ended_at >= ")
        .push_bind(from);
    q.push(" or c.breached_at >= ").push_bind(from).push(")");
    reach::narrow(&mut q, Kind::Tickets, tx.scope::<TicketsRead>());
    q.push(" and (case when c.late then c.breached_at else c.ended_at end) >= ").push_bind(from);
    q.push(" group by 1, 2, 3, 4, 5) s left join ").push(join);
    q.push(" order by s.year desc, s.month desc, lower(")
        .push(name)
        .push(") nulls last, s.whose, s.clock limit ")
        .push_bind(LINES);
    let rows: Vec<Counted> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    rows.into_iter()
        .map(|(year, month, whose, name, clock, met, late)| {
            let named = whose.zip(name);
            Ok(Line {
                month: (year, month.unsigned_abs()),
                queue: named.clone().filter(|_| by == By::Queue).map(|(id, name)| (QueueId(id), name)),
                agent: named.filter(|_| by == By::Agent).map(|(id, name)| (MemberId(id), name)),
                clock: Clock::parse(&clock).ok_or_else(|| strange("clock", &clock))?,
                met,
                late,
            })
        })
        .collect()
}

type Late = (Uuid, String, String, String, DateTime<Utc>, i32, i32, i32, bool, Option<String>);

/// The last that were late, of tickets that the reader sees.
pub async fn missed(tx: &mut TenantTx, from: DateTime<Utc>) -> Result<Vec<Missed>> {
    let mut q = QueryBuilder::new(
        "select s.*, w.name as agent from (select c.ticket_id, e.number, e.name, c.clock, c.breached_at, c.target_minutes, c.used_minutes, \
         c.paused_minutes, c.ended_at is not null as ended from ticket_clocks c \
         join tickets e on e.tenant_id = c.tenant_id and e.id = c.ticket_id \
         where c.late and e.archived_at is null and e.merged_into is null and c.breached_at >= ",
    );
    q.push_bind(from);
    reach::narrow(&mut q, Kind::Tickets, tx.scope::<TicketsRead>());
    q.push(" order by c.breached_at desc, c.ticket_id limit ").push_bind(MISSED);
    q.push(") s join ticket_clocks c on c.ticket_id = s.ticket_id and c.clock = s.clock and c.breached_at = s.breached_at \
        left join members w on w.tenant_id = c.tenant_id and w.id = c.member_id order by s.breached_at desc, s.ticket_id");
    let rows: Vec<Late> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    rows.into_iter()
        .map(|(ticket, number, name, clock, at, target, used, paused, ended, agent)| {
            Ok(Missed {
                ticket: TicketId(ticket),
                number,
                name,
                clock: Clock::parse(&clock).ok_or_else(|| strange("clock", &clock))?,
                at,
                target: target.into(),
                used: used.into(),
                paused: paused.into(),
                ended,
                agent,
            })
        })
        .collect()
}
