//! What was sold, added up by the database in one statement: the same snapshot for every number of a report.

use super::rates;
use crate::{
    Result, TenantTx,
    reach::{self, Kind},
};
use chrono::NaiveDate;
use domain::{
    Currency, Day, MemberId,
    access::DealsRead,
    crm::reports::{Ended, MOST, Question, Sales, Standing},
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
    /// In the workspace's currency, by the rates of the days on which they were won; and how many have no such rate.
    base: Option<i64>,
    unpriced: i64,
}

/// Deals that the reader may see and that have ended in the days of the question.
pub async fn sales(tx: &mut TenantTx, asked: &Question, base: Currency) -> Result<Sales> {
    let day = |text: &str| text.parse::<NaiveDate>().ok();
    let mut q = QueryBuilder::<Postgres>::new(
        "select p.*, m.name from (
           select case when grouping(e.owner_id) = 0 then 1 when grouping(e.month) = 0 then 2 else 0 end as part,
             e.owner_id, e.month, e.state, e.currency, count(*) as deals, ",
    );
    rates::held(&mut q, "sum(e.amount_minor)");
    q.push(" as minor, ");
    rates::held(&mut q, "sum(e.base)");
    q.push(
        " as base,
             count(*) filter (where e.state = 'won' and e.amount_minor is not null and e.base is null) as unpriced
           from (
             select e.owner_id, date_trunc('month', e.close_on)::date as month, e.state,
               case when e.state = 'won' then coalesce(e.amount_currency, '') else '' end as currency, e.amount_minor, ",
    );
    rates::priced(&mut q, base);
    q.push(" as base from deals e");
    rates::join(&mut q, base, |q| {
        q.push("e.close_on");
    });
    q.push(" where e.archived_at is null and e.state in ('won', 'lost')");
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
            "won" => into.won.add_priced(base, (&r.currency, r.deals, r.minor), (r.base, r.unpriced)),
            _ => into.lost += r.deals,
        }
    }
    sales.people.sort_by_key(|(_, ended)| std::cmp::Reverse(ended.won.count));
    sales.people.truncate(MOST);
    sales.months.truncate(MOST);
    Ok(sales)
}

/// What is open, by today's rates, and what was won since the month began: of the deals that the reader may see, in one statement.
pub async fn standing(tx: &mut TenantTx, base: Currency) -> Result<Standing> {
    let (today, scope) = (tx.today(), tx.scope::<DealsRead>());
    // Open ones are kept as sums by owner, so that a hundred thousand of them cost no more than ten.
    let mut q = QueryBuilder::<Postgres>::new(
        "select x.won, x.currency, x.deals, x.minor, x.base, x.unpriced from (
           select false as won, o.amount_currency as currency, o.deals, ",
    );
    rates::held(&mut q, "o.minor");
    q.push(" as minor, (select ");
    rates::held(&mut q, "v.base");
    q.push(" from (select ");
    rates::priced_sum(&mut q, base, ("o.amount_currency", "o.minor"), today);
    q.push(" as base) v) as base, 0::bigint as unpriced from (select e.currency as amount_currency, sum(e.deals)::bigint as deals, sum(e.minor) as minor");
    q.push(
        " from deal_totals e join stages s on s.tenant_id = e.tenant_id and s.id = e.stage_id where s.kind = 'open'",
    );
    reach::narrow(&mut q, Kind::Deals, scope);
    q.push(" group by 1 having sum(e.deals) > 0) o union all select true, e.currency, count(*), ");
    rates::held(&mut q, "sum(e.amount_minor)");
    q.push(", ");
    rates::held(&mut q, "sum(e.base)");
    q.push(", count(*) filter (where e.amount_minor is not null and e.base is null) from (select coalesce(e.amount_currency, '') as currency, e.amount_minor, ");
    rates::priced(&mut q, base);
    q.push(" as base from deals e");
    rates::join(&mut q, base, |q| {
        q.push("e.close_on");
    });
    q.push(" where e.archived_at is null and e.state = 'won' and e.close_on between ");
    q.push_bind(today.first_of_month().0).push(" and ").push_bind(today.0);
    reach::narrow(&mut q, Kind::Deals, scope);
    q.push(") e group by 2) x order by x.won, x.deals desc, x.currency");
    type Row = (bool, String, i64, Option<i64>, Option<i64>, i64);
    let rows: Vec<Row> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let mut standing = Standing::default();
    for (won, currency, deals, minor, priced, unpriced) in rows {
        let into = if won { &mut standing.won } else { &mut standing.open };
        // A currency of open deals has a rate today, or none of them has.
        let unpriced = if won || priced.is_some() || currency.is_empty() { unpriced } else { deals };
        into.add_priced(base, (&currency, deals, minor), (priced, unpriced));
    }
    Ok(standing)
}
