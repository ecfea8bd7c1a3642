//! How much work there was: what came in, was solved and came back, and what lies open, of tickets that the reader sees.

use crate::{
    Result, TenantTx,
    reach::{self, Kind},
};
use chrono::{DateTime, NaiveTime, Utc};
use domain::{
    Day,
    access::TicketsRead,
    day::instant,
    support::{
        reports::By,
        workload::{Count, Counts, Happened, Hours, Line, Report, What, weeks},
    },
};
use sqlx::{Postgres, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

/// Queues or agents that a report has at most.
const LINES: i64 = 500;

/// Each change of a ticket's status, and whether it was done before and is so then. Who begins done was new before; what is a part of
/// another is neither solved by becoming it nor opened again when that is undone.
const MOVES: &str = "ticket_clock_events s cross join lateral (select case when (select g.what from ticket_clock_events g \
     where g.tenant_id = s.tenant_id and g.ticket_id = s.ticket_id and g.what in ('withdrawn', 'returned') and (g.at, g.id) < (s.at, s.id) \
     order by g.at desc, g.id desc limit 1) = 'withdrawn' then s.value else coalesce((select p.value from ticket_clock_events p \
     where p.tenant_id = s.tenant_id and p.ticket_id = s.ticket_id and p.what = 'status' and (p.at, p.id) < (s.at, s.id) \
     and (select g.what from ticket_clock_events g where g.tenant_id = p.tenant_id and g.ticket_id = p.ticket_id \
       and g.what in ('withdrawn', 'returned') and (g.at, g.id) < (p.at, p.id) order by g.at desc, g.id desc limit 1) \
       is distinct from 'withdrawn' \
     order by p.at desc, p.id desc limit 1), 'new') end in ('solved', 'closed') as was, s.value in ('solved', 'closed') as done) m";

/// From the beginning of a day to the end of another, where the workspace is.
fn between(tx: &TenantTx, from: Day, to: Day) -> (DateTime<Utc>, DateTime<Utc>) {
    let at = |day: Day| instant(tx.zone(), day.0, NaiveTime::MIN);
    (at(from), at(to.plus(1).unwrap_or(to)))
}

/// The moments that a list is asked about.
pub(super) fn moments(tx: &TenantTx, asked: Happened) -> (What, DateTime<Utc>, DateTime<Utc>) {
    let (from, to) = between(tx, asked.from, asked.to);
    (asked.what, from, to)
}

/// ` and …`: tickets to which this happened then.
pub(super) fn narrow(q: &mut QueryBuilder<Postgres>, (what, from, to): (What, DateTime<Utc>, DateTime<Utc>)) {
    match what {
        What::Came => {
            q.push(" and e.created_at >= ").push_bind(from).push(" and e.created_at < ").push_bind(to);
        }
        What::Solved | What::Reopened => {
            q.push(" and e.id in (select s.ticket_id from ").push(MOVES).push(" where s.what = 'status' and s.at >= ");
            q.push_bind(from).push(" and s.at < ").push_bind(to);
            q.push(if what == What::Solved { " and m.done and not m.was)" } else { " and m.was and not m.done)" });
        }
    }
}

/// The weeks from this day on, the first day of one, until today.
pub async fn report(tx: &mut TenantTx, by: By, from: Day) -> Result<Report> {
    let today = tx.today();
    let (since, _) = between(tx, from, today);
    let lines = lines(tx, by, since).await?;
    let (open, off) = lines.iter().fold((0, 0), |(open, off), l| (open + l.open, off + l.off));
    let mut counted = vec![Counts::default(); usize::try_from(((today.0 - from.0).num_days() / 7) + 1).unwrap_or(1)];
    let mut sum = Counts::default();
    for (week, what, tickets, times) in by_week(tx, from, since).await? {
        let Some(what) = What::parse(&what) else { continue };
        match week.and_then(|w| usize::try_from(w).ok()) {
            // Of all weeks: a ticket that was solved in two of them is one.
            None => sum.put(what, Count { tickets, times }),
            Some(week) => {
                if let Some(counts) = counted.get_mut(week) {
                    counts.put(what, Count { tickets, times });
                }
            }
        }
    }
    let (first, resolution) = medians(tx, since).await?;
    let all = Line { whose: None, counts: sum, open, off, first, resolution };
    Ok(Report {
        by,
        from,
        to: today,
        weeks: weeks(from, today, &counted, open + off),
        all,
        lines,
        hours: hours(tx, since).await?,
    })
}

/// ` from (…) x`: what happened since, a line for each time, with its ticket and the row that it concerns.
fn happened(tx: &TenantTx, q: &mut QueryBuilder<Postgres>, since: DateTime<Utc>) {
    let scope = tx.scope::<TicketsRead>();
    q.push(" from (select 'came' as what, e.created_at as at, e.* from (select e.id, e.queue_id, e.assignee_id, e.created_at \
            from tickets e where e.archived_at is null and e.merged_into is null and e.created_at >= ");
    q.push_bind(since);
    reach::narrow(q, Kind::Tickets, scope);
    q.push(") e union all select case when m.done then 'solved' else 'reopened' end, s.at, e.id, e.queue_id, e.assignee_id, e.created_at from ");
    q.push(MOVES).push(" join tickets e on e.tenant_id = s.tenant_id and e.id = s.ticket_id \
            where s.what = 'status' and m.was <> m.done and e.archived_at is null and e.merged_into is null and s.at >= ");
    q.push_bind(since);
    reach::narrow(q, Kind::Tickets, scope);
    q.push(") x");
}

/// By week, counted from the first, and once for all.
async fn by_week(tx: &mut TenantTx, from: Day, since: DateTime<Utc>) -> Result<Vec<(Option<i32>, String, i64, i64)>> {
    let zone = tx.zone().name().to_owned();
    let mut q = QueryBuilder::new(
        "select y.week, y.what, count(distinct y.id), count(*) from (select x.what, x.id, ((x.at at time zone ",
    );
    q.push_bind(zone).push(")::date - ").push_bind(from.0).push(") / 7 as week");
    happened(tx, &mut q, since);
    q.push(") y group by grouping sets ((y.week, y.what), (y.what))");
    Ok(q.build_query_as().persistent(false).fetch_all(tx.conn()).await?)
}

type Told = (Option<Uuid>, Option<String>, Vec<String>, Vec<i64>, Vec<i64>, i64, i64, Option<i32>, Option<i32>);

async fn lines(tx: &mut TenantTx, by: By, since: DateTime<Utc>) -> Result<Vec<Line>> {
    let scope = tx.scope::<TicketsRead>();
    let (column, names) = match by {
        By::Queue | By::Customer => ("queue_id", "support_queues"),
        By::Agent => ("assignee_id", "members"),
    };
    let mut q = QueryBuilder::new(
        "with happened as (select y.whose, array_agg(y.what) as whats, array_agg(y.tickets) as tickets, \
        array_agg(y.times) as times from (select x.",
    );
    q.push(column).push(" as whose, x.what, count(distinct x.id) as tickets, count(*) as times");
    happened(tx, &mut q, since);
    q.push(" group by 1, 2) y group by 1), lying as (select e.").push(column);
    q.push(" as whose, count(*) filter (where e.snoozed_at is null) as open, count(*) filter (where e.snoozed_at is not null) as off from tickets e where e.archived_at is null and e.is_open and e.merged_into is null");
    reach::narrow(&mut q, Kind::Tickets, scope);
    q.push(" group by 1), took as (select e.").push(column).push(" as whose");
    clocks(&mut q, since);
    reach::narrow(&mut q, Kind::Tickets, scope);
    q.push(" group by 1), each as (select whose from happened union select whose from lying union select whose from took) \
        select each.whose, n.name, coalesce(happened.whats, '{}'), coalesce(happened.tickets, '{}'), coalesce(happened.times, '{}'), \
        coalesce(lying.open, 0), coalesce(lying.off, 0), took.first, took.resolution from each \
        left join happened on happened.whose is not distinct from each.whose \
        left join lying on lying.whose is not distinct from each.whose \
        left join took on took.whose is not distinct from each.whose left join ");
    q.push(names).push(
        " n on n.id = each.whose order by coalesce(lying.open, 0) desc, lower(n.name) nulls last, each.whose limit ",
    );
    q.push_bind(LINES);
    let rows: Vec<Told> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    Ok(rows
        .into_iter()
        .map(|(whose, name, whats, tickets, times, open, off, first, resolution)| {
            let told: HashMap<&str, Count> = whats
                .iter()
                .zip(tickets.iter().zip(&times))
                .map(|(what, (&tickets, &times))| (what.as_str(), Count { tickets, times }))
                .collect();
            let mut counts = Counts::default();
            for what in What::ALL {
                counts.put(what, told.get(what.key()).copied().unwrap_or_default());
            }
            let minutes = |n: Option<i32>| n.map(i64::from);
            Line { whose: whose.zip(name), counts, open, off, first: minutes(first), resolution: minutes(resolution) }
        })
        .collect())
}

/// `, …`: the medians of clocks that ended since; merged ones and those that nobody ended do not count.
fn clocks(q: &mut QueryBuilder<Postgres>, since: DateTime<Utc>) {
    for clock in ["first", "resolution"] {
        q.push(", percentile_disc(0.5) within group (order by c.used_minutes) filter (where c.clock = '").push(clock);
        q.push("') as ").push(clock);
    }
    q.push(
        " from ticket_clocks c join tickets e on e.tenant_id = c.tenant_id and e.id = c.ticket_id \
            where not c.withdrawn and e.archived_at is null and e.merged_into is null and c.ended_at >= ",
    );
    q.push_bind(since);
}

async fn medians(tx: &mut TenantTx, since: DateTime<Utc>) -> Result<(Option<i64>, Option<i64>)> {
    let mut q = QueryBuilder::new("select 1");
    clocks(&mut q, since);
    reach::narrow(&mut q, Kind::Tickets, tx.scope::<TicketsRead>());
    let (_, first, resolution): (i32, Option<i32>, Option<i32>) =
        q.build_query_as().persistent(false).fetch_one(tx.conn()).await?;
    Ok((first.map(i64::from), resolution.map(i64::from)))
}

async fn hours(tx: &mut TenantTx, since: DateTime<Utc>) -> Result<Hours> {
    let zone = tx.zone().name().to_owned();
    let mut q = QueryBuilder::new(
        "select extract(isodow from m.at)::int, extract(hour from m.at)::int, count(*) from tickets e \
        cross join lateral (select e.created_at at time zone ",
    );
    q.push_bind(zone).push(" as at) m where e.archived_at is null and e.merged_into is null and e.created_at >= ");
    q.push_bind(since);
    reach::narrow(&mut q, Kind::Tickets, tx.scope::<TicketsRead>());
    q.push(" group by 1, 2");
    let rows: Vec<(i32, i32, i64)> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let mut found: Hours = Default::default();
    for (day, hour, n) in rows {
        let at = usize::try_from(day - 1).ok().zip(usize::try_from(hour).ok());
        if let Some(cell) = at.and_then(|(day, hour)| found.get_mut(day)?.get_mut(hour)) {
            *cell = n;
        }
    }
    Ok(found)
}
