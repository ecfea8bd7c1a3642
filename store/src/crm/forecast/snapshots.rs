//! What deals were on the Monday of each week. A snapshot is made from what deals have been (`deal_history`), so that one of a
//! week that nobody ran for comes out as it would have then; only who shares in a deal is told as it is when it is made.

use super::{Ask, category, state};
use crate::{
    Result, TenantTx,
    reach::{self, Kind},
};
use chrono::{Datelike, Duration, NaiveDate, NaiveTime};
use domain::{
    Currency, Day,
    access::DealsRead,
    crm::forecast::{
        Sums,
        accuracy::Week,
        waterfall::{Group, Is, Snapshot, Was},
    },
};
use sqlx::{FromRow, Postgres, QueryBuilder};
use std::collections::BTreeMap;

/// Weeks that are made up for where there are none yet.
pub const CAUGHT_UP: i64 = 26;
/// Weeks to choose from.
const MOST: i64 = 110;
/// Days for which what has ended is still told: longer than a fiscal year.
const ENDED: i32 = 400;

/// The Monday of the week of a day.
pub fn monday(day: Day) -> Day {
    Day(day.0 - Duration::days(day.0.weekday().num_days_from_monday().into()))
}

/// Takes what is missing up to this week, as it is where the workspace is. Gives how many it took; again is none.
pub async fn catch_up(tx: &mut TenantTx, base: Currency) -> Result<u64> {
    let this = monday(tx.today()).0;
    let known = sqlx::query!(
        r#"select (select max(week) from forecast_snapshots) as "last",
             (select (min(at) at time zone $1)::date from deal_history) as "begun""#,
        tx.zone().name()
    )
    .fetch_one(tx.conn())
    .await?;
    let earliest = known.begun.map_or(this, |begun| monday(Day(begun)).0 + Duration::days(7)).min(this);
    let from = match known.last {
        Some(last) => last + Duration::days(7),
        None => (this - Duration::days(7 * (CAUGHT_UP - 1))).max(earliest),
    };
    let mut taken = 0;
    for week in from.iter_weeks().take_while(|week| *week <= this) {
        taken += u64::from(take(tx, Day(week), base).await?);
    }
    Ok(taken)
}

/// Takes the snapshot of a week, unless there is one.
pub async fn take(tx: &mut TenantTx, week: Day, base: Currency) -> Result<bool> {
    let moment = domain::day::instant(tx.zone(), week.0, NaiveTime::MIN);
    let taken = sqlx::query_scalar!(
        r#"with was as (
             select distinct on (h.deal_id) h.tenant_id, h.deal_id, h.state, h.pipeline_id, h.stage_id, h.amount_minor, h.amount_currency,
               h.close_on, h.owner_id, h.probability, h.category
             from deal_history h where h.at < $2 order by h.deal_id, h.at desc, h.id desc),
           found as materialized (
             select w.*, case when w.amount_currency = $3 then w.amount_minor::numeric
               when priced.factor is not null then least(round(w.amount_minor * priced.factor), 9000000000000000000) end as base
             from was w join deals d on d.tenant_id = w.tenant_id and d.id = w.deal_id
             left join lateral (select r.factor from exchange_rates r
               where r.tenant_id = w.tenant_id and r.base = $3 and r.currency = w.amount_currency
                 and r.on_day <= case when w.state = 'open' then $1 else w.close_on end
               order by r.on_day desc limit 1) priced on w.amount_currency <> $3
             where (d.archived_at is null or d.archived_at >= $2) and (w.state = 'open' or w.close_on >= $1::date - $4::int)),
           weighed as (
             select f.*, case when f.state = 'open' then round(f.base * f.probability / 100) when f.base is not null then 0 end as weighted from found f),
           shared as (
             select f.deal_id, s.member_id, s.share,
               floor(f.base * s.share / 10000) as base, floor(f.weighted * s.share / 10000) as weighted,
               f.base - sum(floor(f.base * s.share / 10000)) over (partition by f.deal_id)
                 >= row_number() over (partition by f.deal_id order by mod(f.base * s.share, 10000) desc, s.share desc, lower(m.name), m.id) as base_more,
               f.weighted - sum(floor(f.weighted * s.share / 10000)) over (partition by f.deal_id)
                 >= row_number() over (partition by f.deal_id order by mod(f.weighted * s.share, 10000) desc, s.share desc, lower(m.name), m.id) as weighted_more
             from weighed f join deal_splits s on s.deal_id = f.deal_id join members m on m.id = s.member_id),
           parts as (
             select f.deal_id, f.owner_id as member_id, 10000 as share, f.base, f.weighted from weighed f
             where not exists (select from deal_splits s where s.deal_id = f.deal_id)
             union all
             select deal_id, member_id, share, base + base_more::int, weighted + weighted_more::int from shared),
           week as (
             insert into forecast_snapshots (tenant_id, week, base, deals, created_at)
             select $5, $1, $3, count(*), $6 from found on conflict (tenant_id, week) do nothing returning week),
           told as (
           insert into forecast_snapshot_deals (tenant_id, week, deal_id, member_id, share, state, pipeline_id, stage_id, category,
             probability, close_on, amount_minor, amount_currency, base_minor, weighted_minor)
           select $5, k.week, f.deal_id, p.member_id, p.share, f.state, f.pipeline_id, f.stage_id, f.category, f.probability, f.close_on,
             f.amount_minor, f.amount_currency, p.base::bigint, p.weighted::bigint
           from week k, parts p join found f on f.deal_id = p.deal_id)
           select exists (select from week) as "taken!""#,
        week.0,
        moment,
        base.code(),
        ENDED,
        tx.tenant().0,
        tx.now()
    );
    Ok(taken.fetch_one(tx.conn()).await?)
}

/// The snapshots that there are, the newest first.
pub async fn all(tx: &mut TenantTx, base: Currency) -> Result<Vec<Snapshot>> {
    let rows = sqlx::query!(
        "select week, deals from forecast_snapshots where base = $1 order by week desc limit $2",
        base.code(),
        MOST
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|r| Snapshot { week: Day(r.week), deals: r.deals }).collect())
}

#[derive(FromRow)]
struct Grouped {
    was: String,
    is: String,
    deals: i64,
    before: i64,
    after: i64,
    up: i64,
    down: i64,
}

/// How what is open in the period went from one snapshot to another, or to now: deals that went the same way together. As far as
/// the reader sees these deals today.
pub async fn between(tx: &mut TenantTx, ask: &Ask, since: Day, until: Option<Day>) -> Result<Vec<Group>> {
    let mut q = QueryBuilder::new("with a as (");
    snapshot(&mut q, tx, ask, since);
    q.push("), b as (");
    match until {
        Some(week) => snapshot(&mut q, tx, ask, week),
        None => now(&mut q, tx, ask),
    }
    let inside = |q: &mut QueryBuilder<Postgres>, side: &str| {
        q.push(side).push(".close_on between ").push_bind(ask.period.from.0).push(" and ").push_bind(ask.period.to.0);
    };
    q.push("), went as (select case when a.id is null then 'absent' when a.state <> 'open' then a.state when ");
    inside(&mut q, "a");
    q.push(" then 'inside' else 'elsewhere' end as was, case when b.id is null then 'gone' when b.state = 'lost' then 'lost' when ");
    inside(&mut q, "b");
    q.push(
        " then case when b.state = 'won' then 'won' else 'inside' end else 'elsewhere' end as is_,
           coalesce(a.base, 0) as a, coalesce(b.base, 0) as b from a full join b on a.id = b.id)
         , told as (select was, is_, case when was = 'inside' then a else 0 end as a, case when is_ in ('inside', 'won') then b else 0 end as b
           from went where was = 'inside' or is_ in ('inside', 'won'))
         select was, is_ as \"is\", count(*) as deals, least(sum(a), 9000000000000000000)::bigint as before,
           least(sum(b), 9000000000000000000)::bigint as after, least(sum(greatest(b - a, 0)), 9000000000000000000)::bigint as up,
           least(sum(greatest(a - b, 0)), 9000000000000000000)::bigint as down
         from told group by was, is_, sign(b - a)",
    );
    let rows: Vec<Grouped> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let group = |r: Grouped| {
        let (deals, before, after, up, down) = (r.deals, r.before, r.after, r.up, r.down);
        Some(Group { was: Was::parse(&r.was)?, is: Is::parse(&r.is)?, deals, before, after, up, down })
    };
    Ok(rows.into_iter().filter_map(group).collect())
}

/// What each deal was in a week.
fn snapshot(q: &mut QueryBuilder<Postgres>, tx: &TenantTx, ask: &Ask, week: Day) {
    q.push("select s.deal_id as id, s.state, s.close_on, sum(s.base_minor) as base from forecast_snapshot_deals s");
    narrowed(q, tx, ask);
    q.push(" and s.week = ").push_bind(week.0).push(" group by 1, 2, 3");
}

/// ` … where …` for snapshots of the deals that the reader sees.
fn narrowed(q: &mut QueryBuilder<Postgres>, tx: &TenantTx, ask: &Ask) {
    let scope = tx.scope::<DealsRead>();
    if Kind::Deals.condition(scope).is_some() {
        q.push(" join deals e on e.tenant_id = s.tenant_id and e.id = s.deal_id");
    }
    q.push(" where true");
    reach::narrow(q, Kind::Deals, scope);
    if let Some(pipeline) = ask.pipeline {
        q.push(" and s.pipeline_id = ").push_bind(pipeline);
    }
}

/// What each deal is.
fn now(q: &mut QueryBuilder<Postgres>, tx: &TenantTx, ask: &Ask) {
    let today = tx.today().0;
    q.push("select e.id, e.state, e.close_on, ");
    super::rates::priced(q, ask.base);
    q.push(" as base from deals e");
    super::rates::join(q, ask.base, |q| {
        q.push("case when e.state = 'open' then ").push_bind(today).push(" else e.close_on end");
    });
    q.push(" where e.archived_at is null");
    reach::narrow(q, Kind::Deals, tx.scope::<DealsRead>());
    if let Some(pipeline) = ask.pipeline {
        q.push(" and e.pipeline_id = ").push_bind(pipeline);
    }
}

#[derive(FromRow)]
struct Said {
    week: NaiveDate,
    state: String,
    category: String,
    minor: i64,
    weighted: i64,
}

/// What each week of a period said of it.
pub async fn said(tx: &mut TenantTx, ask: &Ask) -> Result<Vec<Week>> {
    let mut q = QueryBuilder::new(
        "select s.week, s.state, s.category, least(coalesce(sum(s.base_minor), 0), 9000000000000000000)::bigint as minor,
           least(coalesce(sum(s.weighted_minor), 0), 9000000000000000000)::bigint as weighted
         from forecast_snapshots k join forecast_snapshot_deals s on s.tenant_id = k.tenant_id and s.week = k.week",
    );
    narrowed(&mut q, tx, ask);
    q.push(" and s.state in ('open', 'won') and k.base = ").push_bind(ask.base.code()).push(" and s.close_on between ");
    q.push_bind(ask.period.from.0).push(" and ").push_bind(ask.period.to.0).push(" and k.week between ");
    // The Monday before a period still says what it will be.
    q.push_bind(monday(ask.period.from).0)
        .push(" and ")
        .push_bind(ask.period.to.0)
        .push(" group by 1, 2, 3 order by 1");
    let rows: Vec<Said> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let mut weeks: BTreeMap<NaiveDate, Sums> = BTreeMap::new();
    for r in rows {
        let sums = weeks.entry(r.week).or_default();
        sums.add(state(&r.state)?, category(&r.category)?, r.minor, r.weighted);
    }
    Ok(weeks.into_iter().map(|(week, sums)| Week { week: Day(week), sums }).collect())
}
