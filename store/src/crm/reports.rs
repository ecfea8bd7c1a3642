//! What was sold, added up by the database in one statement: the same snapshot for every number of a report.

use crate::{
    Result, TenantTx,
    reach::{self, Kind},
};
use chrono::NaiveDate;
use domain::{
    Day, MemberId,
    access::DealsRead,
    crm::reports::{Ended, MOST, Question, Sales},
};
use sqlx::{FromRow, Postgres, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(FromRow)]
struct Row {
    /// 0: all; 1: of somebody; 2: of a month.
    part: i32,
    owner_id: Option<Uuid>,
    name: Option<String>,
    month: Option<NaiveDate>,
    state: String,
    currency: String,
    deals: i64,
    minor: Option<i64>,
}

/// Deals that the reader may see and that have ended in the days of the question.
pub async fn sales(tx: &mut TenantTx, asked: &Question) -> Result<Sales> {
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let mut q = QueryBuilder::<Postgres>::new(
        "select p.*, m.name from (
           select case when grouping(e.owner_id) = 0 then 1 when grouping(e.month) = 0 then 2 else 0 end as part,
             e.owner_id, e.month, e.state, e.currency, count(*) as deals, sum(e.amount_minor)::bigint as minor
           from (
             select e.owner_id, date_trunc('month', e.close_on)::date as month, e.state,
               case when e.state = 'won' then coalesce(e.amount_currency, '') else '' end as currency, e.amount_minor
             from deals e where e.archived_at is null and e.state in ('won', 'lost')",
    );
    reach::narrow(&mut q, Kind::Deals, tx.scope::<DealsRead>());
    if let Some(from) = day(&asked.from) {
        q.push(" and e.close_on >= ").push_bind(from);
    }
    if let Some(to) = day(&asked.to) {
        q.push(" and e.close_on <= ").push_bind(to);
    }
    if let Ok(pipeline) = asked.pipeline.parse::<Uuid>() {
        q.push(" and e.pipeline_id = ").push_bind(pipeline);
    }
    q.push(
        ") e group by grouping sets ((e.state, e.currency), (e.owner_id, e.state, e.currency), (e.month, e.state, e.currency))) p
         left join members m on m.id = p.owner_id order by p.month desc nulls first, p.deals desc, p.currency",
    );
    let rows: Vec<Row> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let mut sales = Sales::default();
    let (mut people, mut months): (HashMap<Option<Uuid>, usize>, HashMap<NaiveDate, usize>) = Default::default();
    for r in rows {
        let into = match r.part {
            1 => {
                let whose = r.owner_id.map(|id| (MemberId(id), r.name.unwrap_or_default()));
                let at = *people.entry(r.owner_id).or_insert(sales.people.len());
                if at == sales.people.len() {
                    sales.people.push((whose, Ended::default()));
                }
                &mut sales.people[at].1
            }
            2 => {
                let Some(month) = r.month else { continue };
                let at = *months.entry(month).or_insert(sales.months.len());
                if at == sales.months.len() {
                    sales.months.push((Day(month), Ended::default()));
                }
                &mut sales.months[at].1
            }
            _ => &mut sales.all,
        };
        match r.state.as_str() {
            "won" => into.won.add(&r.currency, r.deals, r.minor),
            _ => into.lost += r.deals,
        }
    }
    sales.people.sort_by_key(|(_, ended)| std::cmp::Reverse(ended.won.count));
    sales.people.truncate(MOST);
    sales.months.truncate(MOST);
    Ok(sales)
}
