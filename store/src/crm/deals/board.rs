//! The board: its lanes' heads from what is kept, and each lane's cards by its index. One statement asks for all of it, so that a card that moves meanwhile stands in one lane.

use super::{Asked, CLOSE, DEALS, Row, asked, narrow_further, owner, shape};
use crate::{Result, TenantTx, crm::rates, custom_fields, db::strange, reach};
use domain::{
    Currency, PipelineId, StageId,
    access::{DealsRead, Scope},
    crm::{
        deals::{
            Deal, Filter,
            board::{CARDS, Head, Lane, MONTHS, Month, When},
        },
        pipelines::{Pipeline, Stage, State},
    },
    list::Mark,
};
use sqlx::{Postgres, QueryBuilder, Row as _, postgres::PgRow};
use std::collections::HashMap;

/// The lanes of a pipeline with their first cards, as far as the reader sees deals.
///
/// What is open is told in `base`, too, by today's rates.
pub async fn lanes(tx: &mut TenantTx, pipeline: &Pipeline, filter: &Filter, base: Currency) -> Result<Vec<Lane>> {
    if pipeline.stages.is_empty() {
        return Ok(vec![]);
    }
    let asked = asked(tx, filter, false).await?;
    let mut q = QueryBuilder::new(
        "select case when row_number() over () = 1 then h.heads end as heads_, c.* from \
         (select coalesce(jsonb_agg(jsonb_build_array(x.stage_id, x.currency, x.deals, x.minor::text, (",
    );
    let today = tx.today();
    rates::priced_sum(&mut q, base, ("x.currency", "x.minor"), today);
    q.push(")::text) order by x.deals desc, x.currency), '[]') as heads from (");
    heads(tx, &mut q, pipeline.id, filter, &asked);
    q.push(") x) h left join (");
    for (n, stage) in pipeline.stages.iter().enumerate() {
        q.push(if n == 0 { "" } else { " union all " });
        lane(tx, &mut q, stage, filter, &asked, None);
    }
    q.push(") c on true");
    // Planning it takes ten times as long as asking it: that of a board as it opens is kept.
    let rows = q.build().persistent(!filter.narrows_a_board()).fetch_all(tx.conn()).await?;
    let told = rows.iter().find_map(|r| r.try_get::<Option<serde_json::Value>, _>("heads_").transpose()).transpose()?;
    let told: Vec<(StageId, String, i64, String, Option<String>)> =
        serde_json::from_value(told.unwrap_or_default()).map_err(|e| strange("heads", &e.to_string()))?;
    let mut heads: HashMap<StageId, Head> = HashMap::new();
    // What has ended is priced by the days on which it did, which its sums do not know: the sales report does.
    let open = |id: StageId| pipeline.stages.iter().any(|s| s.id == id && s.state == State::Open);
    for (stage, currency, deals, minor, priced) in told {
        let head = heads.entry(stage).or_default();
        match open(stage) {
            true => add(head, base, (&currency, deals, &minor), priced),
            false => head.add(&currency, deals, minor.parse().ok()),
        }
    }
    let mut cards = read(tx, rows).await?;
    let lane = |stage: &Stage| {
        let (cards, next) = cards.remove(&stage.id).unwrap_or_default();
        Lane { stage: stage.clone(), head: heads.remove(&stage.id).unwrap_or_default(), cards, next }
    };
    Ok(pipeline.stages.iter().map(lane).collect())
}

/// Adds a sum of one currency and what today's rate makes of it: there is one for all of these deals, or for none.
fn add(head: &mut Head, base: Currency, (currency, deals, minor): (&str, i64, &str), priced: Option<String>) {
    let unpriced = if priced.is_some() { 0 } else { deals };
    head.add_priced(base, (currency, deals, minor.parse().ok()), (priced.and_then(|p| p.parse().ok()), unpriced));
}

/// The cards of one lane behind `after`, and where the next ones begin.
pub async fn more(
    tx: &mut TenantTx,
    stage: &Stage,
    filter: &Filter,
    after: Option<&Mark>,
) -> Result<(Vec<Deal>, Option<Mark>)> {
    let asked = asked(tx, filter, false).await?;
    let mut q = QueryBuilder::new("");
    lane(tx, &mut q, stage, filter, &asked, after);
    let rows = q.build().persistent(false).fetch_all(tx.conn()).await?;
    Ok(read(tx, rows).await?.remove(&stage.id).unwrap_or_default())
}

/// How many deals each stage has, and their sums. Where no more is asked than whose they are, the sums are kept; they are kept
/// by owner, so that they add up what the reader may see, and nothing else.
fn heads(tx: &TenantTx, q: &mut QueryBuilder<Postgres>, pipeline: PipelineId, filter: &Filter, asked: &Asked) {
    let (who, scope) = (tx.who(), tx.scope::<DealsRead>());
    if filter.narrows_a_board() {
        q.push("select e.stage_id, coalesce(e.amount_currency, '') as currency, count(*) as deals, coalesce(sum(e.amount_minor), 0) as minor");
        q.push(" from deals e where e.archived_at is null and e.pipeline_id = ").push_bind(pipeline.0);
        reach::narrow(q, DEALS, scope);
        narrow_further(q, filter, asked, who);
    } else {
        q.push(
            "select e.stage_id, e.currency, sum(e.deals)::bigint as deals, sum(e.minor) as minor from deal_totals e",
        );
        q.push(" where e.pipeline_id = ").push_bind(pipeline.0);
        reach::narrow(q, DEALS, scope);
        if let Some(owner) = owner(filter, who) {
            q.push(" and e.owner_id = ").push_bind(owner);
        }
    }
    q.push(" group by 1, 2");
}

/// Open deals of a pipeline by the month in which they are to close, in one statement.
pub async fn months(tx: &mut TenantTx, pipeline: PipelineId, filter: &Filter, base: Currency) -> Result<Vec<Month>> {
    let asked = asked(tx, filter, false).await?;
    let (shape, who, scope, today) = (shape(tx), tx.who(), tx.scope::<DealsRead>(), tx.today());
    let this = today.first_of_month();
    let mut q = QueryBuilder::new("with found as (select ");
    q.push(shape.columns).push(", case when e.close_on is null then 'infinity' when e.close_on < ").push_bind(this.0);
    q.push(" then '-infinity' when e.close_on >= ").push_bind(this.0 + chrono::Months::new(MONTHS));
    q.push(" then date '9999-01-01' else date_trunc('month', e.close_on)::date end as sort_ from deals e");
    q.push(" where e.archived_at is null and e.state = 'open' and e.pipeline_id = ").push_bind(pipeline.0);
    reach::narrow(&mut q, DEALS, scope);
    narrow_further(&mut q, filter, &asked, who);
    q.push("), heads as (select sort_, coalesce(amount_currency, '') as currency, count(*) as deals, coalesce(sum(amount_minor), 0) as minor from found group by 1, 2)");
    q.push(", told as (select sort_, jsonb_agg(jsonb_build_array(currency, deals, minor::text, (");
    rates::priced_sum(&mut q, base, ("heads.currency", "minor"), today);
    q.push(")::text) order by deals desc, currency) as heads_ from heads group by 1)");
    q.push(" select ").push(shape.joined).push(", p.*, t.heads_ from (select *, row_number() over (partition by sort_ order by close_on, id) as n_ from found) p");
    q.push(" join told t on t.sort_ = p.sort_").push(shape.joins);
    q.push(format!(" where p.n_ <= {CARDS} order by p.sort_, p.n_"));
    let mut months: Vec<Month> = vec![];
    for row in q.build().persistent(false).fetch_all(tx.conn()).await? {
        let deal = <Row as sqlx::FromRow<_>>::from_row(&row)?.deal()?;
        let when = When::of(deal.close_on, today);
        if months.last().is_none_or(|m| m.when != when) {
            let told: Vec<(String, i64, String, Option<String>)> =
                serde_json::from_value(row.try_get("heads_")?).map_err(|e| strange("heads", &e.to_string()))?;
            let mut head = Head::default();
            told.into_iter().for_each(|(c, deals, minor, priced)| add(&mut head, base, (&c, deals, &minor), priced));
            months.push(Month { when, head, cards: vec![] });
        }
        if let Some(month) = months.last_mut() {
            month.cards.push(deal);
        }
    }
    Ok(months)
}

/// One lane as a part of the statement: what is to be closed next comes first, and of what is closed, what was last.
fn lane(
    tx: &TenantTx,
    q: &mut QueryBuilder<Postgres>,
    stage: &Stage,
    filter: &Filter,
    asked: &Asked,
    after: Option<&Mark>,
) {
    let (shape, who, scope) = (shape(tx), tx.who(), tx.scope::<DealsRead>());
    let down = stage.state != State::Open;
    q.push("(select ").push(shape.joined).push(", p.* from (select ");
    q.push(shape.columns).push(", ").push(CLOSE).push("::text as sort_ from deals e where e.archived_at is null");
    q.push(" and e.pipeline_id = ").push_bind(stage.pipeline.0).push(" and e.stage_id = ").push_bind(stage.id.0);
    match scope {
        Some(Scope::All) => {}
        scope => reach::narrow(q, DEALS, scope),
    }
    narrow_further(q, filter, asked, who);
    let day = |value: &str| value == "infinity" || value == "-infinity" || value.parse::<chrono::NaiveDate>().is_ok();
    if let Some(mark) = after.filter(|m| day(&m.value)) {
        q.push(" and (").push(CLOSE).push(if down { ", e.id) < (" } else { ", e.id) > (" });
        q.push_bind(mark.value.clone()).push("::date, ").push_bind(mark.id).push(")");
    }
    let direction = if down { " desc" } else { "" };
    q.push(" order by ").push(CLOSE).push(direction).push(", e.id").push(direction);
    q.push(format!(" limit {}) p", CARDS + 1)).push(shape.joins).push(")");
}

/// Cards by their lane, and where the next ones of each begin.
async fn read(tx: &mut TenantTx, rows: Vec<PgRow>) -> Result<HashMap<StageId, (Vec<Deal>, Option<Mark>)>> {
    let mut lanes: HashMap<StageId, Vec<(String, Deal)>> = HashMap::new();
    for row in rows {
        // A board without a card has a row of heads alone.
        let Some(sort) = row.try_get::<Option<String>, _>("sort_")? else { continue };
        let deal = <Row as sqlx::FromRow<_>>::from_row(&row)?.deal()?;
        lanes.entry(deal.stage).or_default().push((sort, deal));
    }
    let mut told = HashMap::new();
    // Joins may lose the order of a lane: a page of each is sorted once more.
    for (stage, mut cards) in lanes {
        let down = cards.first().is_some_and(|(_, d)| d.state != State::Open);
        cards.sort_by(|(a, x), (b, y)| {
            let by = (day_of(a), x.id).cmp(&(day_of(b), y.id));
            if down { by.reverse() } else { by }
        });
        let more = cards.len() > CARDS;
        cards.truncate(CARDS);
        let next = cards.last().filter(|_| more).map(|(sort, d)| Mark { value: sort.clone(), id: d.id.0 });
        told.insert(stage, (cards.into_iter().map(|(_, d)| d).collect::<Vec<_>>(), next));
    }
    let values: Vec<_> = told.values_mut().flat_map(|(cards, _)| cards.iter_mut().map(|d| &mut d.custom)).collect();
    custom_fields::name_people(tx, values).await?;
    Ok(told)
}

/// A day as it sorts: what has none comes last.
fn day_of(sort: &str) -> chrono::NaiveDate {
    sort.parse().unwrap_or(chrono::NaiveDate::MAX)
}
