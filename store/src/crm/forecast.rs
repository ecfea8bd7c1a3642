//! The forecast, added up by the database. One statement finds the deals of a period, prices them, shares them out, and adds them
//! up, so that all numbers of a page are of one moment; the list behind a number is the same statement, not added up.

pub mod adjustments;
pub mod quotas;
pub mod snapshots;
mod team;

pub use team::people;

use super::{
    deals::{category, money, state},
    rates,
};
use crate::{
    Result, TenantTx,
    db::day,
    reach::{self, Kind, reaches},
};
use chrono::NaiveDate;
use domain::{
    Currency, CustomerId, DealId, MemberId,
    access::{CustomersRead, DealsRead},
    crm::{
        deals::{Customer, Owner},
        forecast::{
            Beside, DEALS, Figures, Forecast, Line, NOBODY, Of, Part, Parts, Question, Sums,
            fiscal::{Fiscal, Period},
        },
        pipelines::Category,
    },
};
use sqlx::{FromRow, Postgres, QueryBuilder};
use uuid::Uuid;

/// What a forecast is asked of.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    pub period: Period,
    pub pipeline: Option<Uuid>,
    /// The workspace's currency.
    pub base: Currency,
}

impl Ask {
    pub fn new(asked: &Question, fiscal: Fiscal, tx: &TenantTx, base: Currency) -> Self {
        Self { period: asked.period(fiscal, tx.today()), pipeline: asked.pipeline.parse().ok(), base }
    }
}

/// When the fiscal year of this workspace begins.
pub async fn fiscal(tx: &mut TenantTx) -> Result<Fiscal> {
    let r = sqlx::query!("select fiscal_month, fiscal_day from tenants").fetch_one(tx.conn()).await?;
    Ok(Fiscal { month: r.fiscal_month.unsigned_abs().into(), day: r.fiscal_day.unsigned_abs().into() })
}

/// `with found as (…), parts as (…)`: the deals of the period that the reader sees, priced; and each one's part of them. A deal
/// that is open is priced by today's rate, one that is won by that of the day on which it was. Parts are by the largest
/// remainder, so that they add up to the deal, as [`domain::Money::split`] has it.
fn parts(q: &mut QueryBuilder<Postgres>, tx: &TenantTx, ask: &Ask) {
    let today = tx.today().0;
    q.push("with priced_deals as (select e.id, e.owner_id, e.customer_id, e.stage_id, e.name, e.state, e.category, e.probability, e.close_on, e.amount_minor, e.amount_currency, ");
    rates::priced(q, ask.base);
    q.push(" as base from deals e");
    rates::join(q, ask.base, |q| {
        q.push("case when e.state = 'open' then ").push_bind(today).push(" else e.close_on end");
    });
    q.push(" where e.archived_at is null and e.state in ('open', 'won') and e.close_on between ");
    q.push_bind(ask.period.from.0).push(" and ").push_bind(ask.period.to.0);
    if let Some(pipeline) = ask.pipeline {
        q.push(" and e.pipeline_id = ").push_bind(pipeline);
    }
    reach::narrow(q, Kind::Deals, tx.scope::<DealsRead>());
    q.push("), found as materialized (select *, case when state = 'open' then round(base * probability / 100) else 0 end as weighted from priced_deals)");
    q.push(
        ", shared as (select f.id, s.member_id, s.share, f.state, f.category,
             floor(f.base * s.share / 10000) as base, floor(f.weighted * s.share / 10000) as weighted,
             f.base - sum(floor(f.base * s.share / 10000)) over (partition by f.id)
               >= row_number() over (partition by f.id order by mod(f.base * s.share, 10000) desc, s.share desc, lower(m.name), m.id) as base_more,
             f.weighted - sum(floor(f.weighted * s.share / 10000)) over (partition by f.id)
               >= row_number() over (partition by f.id order by mod(f.weighted * s.share, 10000) desc, s.share desc, lower(m.name), m.id) as weighted_more
           from found f join deal_splits s on s.deal_id = f.id join members m on m.id = s.member_id)
         , parts as (
           select f.id, f.owner_id as member_id, 10000 as share, f.state, f.category, f.base, f.weighted from found f
           where not exists (select from deal_splits s where s.deal_id = f.id)
           union all
           select id, member_id, share, state, category, base + base_more::int, weighted + weighted_more::int from shared)",
    );
}

/// No sum is told that is larger than it can be told.
const SUMS: &str = "least(coalesce(sum(base), 0), 9000000000000000000)::bigint as minor, \
    least(coalesce(sum(weighted), 0), 9000000000000000000)::bigint as weighted";

#[derive(FromRow)]
struct Summed {
    /// 0: all; 1: of somebody; 2: not priced; 3: without an amount; 4: on no day.
    part: i32,
    member_id: Option<Uuid>,
    name: Option<String>,
    state: String,
    category: String,
    deals: i64,
    minor: i64,
    weighted: i64,
}

/// The forecast of a period, as far as the reader sees deals.
pub async fn of(tx: &mut TenantTx, ask: &Ask) -> Result<Forecast> {
    let mut q = QueryBuilder::new("");
    parts(&mut q, tx, ask);
    q.push(" select x.*, m.name from (select 1 as part, member_id, state, category, count(*) as deals, ").push(SUMS);
    q.push(" from parts group by member_id, state, category union all select 0, null, state, category, count(*), ");
    q.push(SUMS).push(" from found group by state, category");
    q.push(" union all select 2, null, 'open', amount_currency, count(*), 0, 0 from found where base is null and amount_minor is not null group by amount_currency");
    q.push(" union all select 3, null, 'open', '', count(*), 0, 0 from found where amount_minor is null");
    q.push(" union all select 4, null, 'open', '', count(*), 0, 0 from deals e where e.archived_at is null and e.state = 'open' and e.close_on is null");
    if let Some(pipeline) = ask.pipeline {
        q.push(" and e.pipeline_id = ").push_bind(pipeline);
    }
    reach::narrow(&mut q, Kind::Deals, tx.scope::<DealsRead>());
    q.push(") x left join members m on m.id = x.member_id");
    let rows: Vec<Summed> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let (mut lines, mut total, mut beside): (Vec<Line>, Sums, Beside) = (vec![], Sums::default(), Beside::default());
    for r in rows {
        match r.part {
            0 => {
                beside.deals += r.deals;
                total.add(state(&r.state)?, category(&r.category)?, r.minor, r.weighted);
            }
            1 => {
                let member = r.member_id.map(|id| (MemberId(id), r.name.unwrap_or_default()));
                let at = lines.iter().position(|l| l.member == member).unwrap_or_else(|| {
                    lines.push(Line { member, figures: Figures::default(), days: None });
                    lines.len() - 1
                });
                lines[at].figures.sums.add(state(&r.state)?, category(&r.category)?, r.minor, r.weighted);
            }
            2 => {
                beside.unpriced += r.deals;
                beside.currencies.push(r.category);
            }
            3 => beside.blank = r.deals,
            _ => beside.undated = r.deals,
        }
    }
    beside.currencies.sort();
    sort(&mut lines);
    Ok(Forecast { lines, total, beside })
}

/// Who has most comes first; nobody last.
pub fn sort(lines: &mut [Line]) {
    let key = |l: &Line| {
        let name = l.member.as_ref().map(|(_, name)| name.to_lowercase());
        (l.member.is_none(), -l.figures.sums.won.saturating_add(l.figures.sums.open()), name)
    };
    lines.sort_by_cached_key(key);
}

#[derive(FromRow)]
struct Listed {
    total: i64,
    count: i64,
    id: Uuid,
    member_id: Option<Uuid>,
    share: i32,
    base: Option<i64>,
    weighted: Option<i64>,
    name: String,
    customer_id: Option<Uuid>,
    customer: Option<String>,
    owner_id: Option<Uuid>,
    owner: Option<String>,
    owner_email: Option<String>,
    member: Option<String>,
    stage: Option<String>,
    state: String,
    category: String,
    probability: i32,
    close_on: Option<NaiveDate>,
    amount_minor: Option<i64>,
    amount_currency: Option<String>,
}

/// The deals behind a number: what they come to is that number.
pub async fn behind(tx: &mut TenantTx, ask: &Ask, asked: &Question) -> Result<Parts> {
    let of = Of::parse(&asked.of);
    let firms = reaches(Kind::Customers, tx.scope::<CustomersRead>());
    let mut q = QueryBuilder::new("");
    parts(&mut q, tx, ask);
    q.push(", chosen as (select p.id, p.member_id, p.share, p.base, p.weighted, f.close_on from parts p join found f on f.id = p.id where true");
    match of {
        Of::All => q.push(""),
        Of::Won => q.push(" and p.state = 'won'"),
        Of::Weighted => q.push(" and p.state = 'open'"),
        Of::Open => q.push(" and p.state = 'open' and p.category <> 'omitted'"),
        // What says of itself that it is closed, and is open, is counted as open deals are.
        Of::Category(Category::Pipeline) => q.push(" and p.state = 'open' and p.category in ('pipeline', 'closed')"),
        Of::Category(category) => q.push(" and p.state = 'open' and p.category = ").push_bind(category.key()),
        Of::Unpriced => q.push(" and f.amount_minor is not null and f.base is null"),
        Of::Blank => q.push(" and f.amount_minor is null"),
    };
    if asked.member == NOBODY {
        q.push(" and p.member_id is null");
    } else if let Ok(member) = asked.member.parse::<Uuid>() {
        q.push(" and p.member_id = ").push_bind(member);
    }
    if let Ok(team) = asked.team.parse::<Uuid>() {
        q.push(" and p.member_id in (select m.id from members m where m.employee_id in (");
        q.push("with recursive below (id) as (select ").push_bind(team);
        q.push(" union select b.id from employees b join below on b.manager_id = below.id) select id from below))");
    }
    let number = if of == Of::Weighted { "weighted" } else { "base" };
    q.push(") select (select least(coalesce(sum(").push(number);
    q.push("), 0), 9000000000000000000)::bigint from chosen) as total, (select count(*) from chosen) as count, c.id, c.member_id, c.share, c.base::bigint as base, c.weighted::bigint as weighted, f.name, f.customer_id, t.name as customer, f.owner_id, o.name as owner, o.email as owner_email, m.name as member, s.name as stage, f.state, f.category, f.probability, f.close_on, f.amount_minor, f.amount_currency from (select * from chosen");
    if let Some((close, id, member)) = mark(&asked.after) {
        q.push(" where (close_on, id, coalesce(member_id, '00000000-0000-0000-0000-000000000000')) > (");
        q.push_bind(close).push(", ").push_bind(id).push(", ").push_bind(member).push(")");
    }
    q.push(format!(
        " order by close_on, id, coalesce(member_id, '00000000-0000-0000-0000-000000000000') limit {}) c join found f on f.id = c.id",
        DEALS + 1
    ));
    q.push(" left join members o on o.id = f.owner_id left join members m on m.id = c.member_id left join stages s on s.id = f.stage_id");
    q.push(" left join lateral (select e.name from customers e where e.id = f.customer_id and ")
        .push(firms)
        .push(") t on true");
    q.push(" order by c.close_on, c.id, coalesce(c.member_id, '00000000-0000-0000-0000-000000000000')");
    let mut rows: Vec<Listed> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let (total, count) = rows.first().map_or((0, 0), |r| (r.total, r.count));
    let more = rows.len() > DEALS;
    rows.truncate(DEALS);
    let next = rows
        .last()
        .filter(|_| more)
        .and_then(|r| Some(format!("{}/{}/{}", r.close_on?, r.id, r.member_id.unwrap_or_default())));
    let rows = rows.into_iter().map(Listed::part).collect::<Result<_>>()?;
    Ok(Parts { rows, total, count, next })
}

/// Where a page of the list begins.
fn mark(after: &str) -> Option<(NaiveDate, Uuid, Uuid)> {
    let mut parts = after.split('/');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

impl Listed {
    fn part(self) -> Result<Part> {
        let owner = self.owner_id.map(MemberId).zip(self.owner.zip(self.owner_email));
        Ok(Part {
            deal: DealId(self.id),
            name: self.name,
            customer: self.customer_id.map(CustomerId).zip(self.customer).map(|(id, name)| Customer { id, name }),
            owner: owner.map(|(id, (name, email))| Owner { id, name, email }),
            member: self.member,
            share: self.share,
            stage: self.stage.unwrap_or_default(),
            state: state(&self.state)?,
            category: category(&self.category)?,
            probability: self.probability,
            close_on: day(self.close_on),
            amount: money(self.amount_minor, self.amount_currency.as_deref())?,
            counts: self.base,
            weighted: self.weighted,
        })
    }
}
