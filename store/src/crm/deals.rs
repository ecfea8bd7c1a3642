//! Queries of deals. Every read passes through [`COLUMNS`], and names a customer to nobody who may not see that.

pub mod board;
mod change;
mod history;
mod splits;

pub use change::{add, archive, change, check, copy, move_to, restore, restore_batch};
pub use history::{at, of as history};
pub use splits::{of as splits, set as set_splits, set_as_shown as set_splits_as_shown};

use super::rates;
use crate::{
    Error, Result, TenantTx, Who, custom_fields,
    db::{day, strange},
    exports,
    list::{self, Key, Plan, Shape, row},
    reach::{self, Kind, reaches},
    search, tags,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    Currency, CustomerId, Day, DealId, LossReasonId, MemberId, Money, PipelineId, StageId,
    access::{CustomersRead, DealsBulk, DealsExport, DealsRead, Permission, Scope},
    crm::{
        deals::{Customer, Deal, Filter, Order, Owner, Status},
        pipelines::{Category, State},
    },
    custom_fields::Values,
    import::Target,
    list::{Mark, Slice, Sort},
};
use serde_json::Value;
use sqlx::{Postgres, QueryBuilder};
use std::sync::LazyLock;
use uuid::Uuid;

const DEALS: Kind = Kind::Deals;

const COLUMNS: &str = "e.id, e.version, e.name, e.reference, e.customer_id, e.owner_id, e.pipeline_id, e.stage_id, e.state, \
    e.amount_minor, e.amount_currency, e.close_on, e.probability, e.probability_own, e.category, e.category_own, e.source, \
    e.next_step, e.next_step_on, e.competitors, e.loss_reason_id, e.loss_note, e.stage_since, e.custom, e.archived_at, \
    e.created_at, e.updated_at, e.tenant_id";

const JOINED: &str = "o.name as owner_name, o.email as owner_email, c.name as customer_name, l.name as pipeline_name, \
    s.name as stage_name, s.rotting_days, r.name as loss_reason";

/// By how far the reader sees customers: nothing, own, team, all.
static JOINS: LazyLock<[String; 4]> = LazyLock::new(|| {
    [None, Some(Scope::Own), Some(Scope::Team), Some(Scope::All)].map(|firms| {
        let firms = reaches(Kind::Customers, firms);
        format!(
            " left join members o on o.tenant_id = p.tenant_id and o.id = p.owner_id \
              left join pipelines l on l.tenant_id = p.tenant_id and l.id = p.pipeline_id \
              left join stages s on s.tenant_id = p.tenant_id and s.id = p.stage_id \
              left join loss_reasons r on r.tenant_id = p.tenant_id and r.id = p.loss_reason_id \
              left join lateral (select e.name from customers e \
                where e.tenant_id = p.tenant_id and e.id = p.customer_id and {firms}) c on true"
        )
    })
});

/// The index's, to the letter.
pub(super) const CLOSE: &str = "case when e.close_on is null then 'infinity' else e.close_on end";

fn shape(tx: &TenantTx) -> Shape {
    let joins = &JOINS[tx.scope::<CustomersRead>().map_or(0, |s| s as usize + 1)];
    Shape { from: "deals e", columns: COLUMNS, joined: JOINED, joins, counted: CLOSE }
}

fn key(sort: Sort<Order>) -> Key {
    let (sql, cast) = match sort.key {
        Order::Close => (CLOSE, "date"),
        Order::Name => ("e.name_key", "text collate \"und-x-icu\""),
        Order::Amount => ("case when e.amount_minor is null then -1 else e.amount_minor end", "bigint"),
    };
    Key { sql, cast, descending: sort.descending }
}

/// One page of the deals that the reader may see.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Deal>> {
    let asked = asked(tx, filter, true).await?;
    let near = asked.near;
    let (who, scope, shape) = (tx.who(), tx.scope::<DealsRead>(), shape(tx));
    let plan = plan(filter, &asked.hits, scope);
    let conditions = move |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &asked, who, scope);
    let page = list::page::<Row>(tx.conn(), &shape, &conditions, &key(filter.order()), &filter.cursor(), plan).await?;
    let mut rows: Vec<Deal> = page.rows.into_iter().map(Row::deal).collect::<Result<_>>()?;
    custom_fields::name_people(tx, rows.iter_mut().map(|d| &mut d.custom)).await?;
    Ok(Slice { rows, previous: page.previous, next: page.next, total: page.total, near })
}

/// What a question asks that other tables answer.
pub(super) struct Asked {
    pub hits: search::Hits,
    /// Customers who were found, all of whose deals are found with them.
    firms: Vec<Uuid>,
    /// They are only close.
    near: bool,
    custom: Vec<custom_fields::Condition>,
    today: Day,
}

/// `near`: whether what is only close to the words will do, where nothing is exactly so.
pub(super) async fn asked(tx: &mut TenantTx, filter: &Filter, near: bool) -> Result<Asked> {
    let custom = custom_fields::conditions(tx, Target::Deals, &filter.custom).await?;
    if filter.q.trim().is_empty() {
        return Ok(Asked { hits: search::Hits::All, firms: vec![], near: false, custom, today: tx.today() });
    }
    // A deal is found by its own words, and by those of the customer whom the reader sees it has.
    let firms = match search::hits(tx, "customer", &filter.q).await? {
        search::Hits::These(ids) if !ids.is_empty() => {
            reach::within::<CustomersRead>(tx, Kind::Customers, &ids).await?
        }
        _ => vec![],
    };
    let theirs = match firms.is_empty() {
        true => false,
        false => {
            let there = sqlx::query_scalar!(
                r#"select exists (select from deals where customer_id = any($1)) as "there!""#,
                &firms
            );
            there.fetch_one(tx.conn()).await?
        }
    };
    let own = search::hits(tx, "deal", &filter.q).await?;
    let (hits, near) = match own {
        search::Hits::These(ids) if ids.is_empty() && !theirs && near => {
            search::hits_or_near(tx, "deal", &filter.q).await?
        }
        own => (own, false),
    };
    let firms = if theirs { firms } else { vec![] };
    Ok(Asked { hits, firms, near, custom, today: tx.today() })
}

/// The usual questions have their index: those of one state, in some order.
fn plan(filter: &Filter, hits: &search::Hits, scope: Option<Scope>) -> Plan {
    if matches!(hits, search::Hits::These(_)) {
        return Plan::Found;
    }
    let state = matches!(filter.status(), Some(Status::Of(_)));
    let usual =
        state && !Filter { status: String::new(), ..filter.clone() }.narrows() && matches!(hits, search::Hits::All);
    if usual && scope == Some(Scope::All) { Plan::Kept } else { Plan::Fresh }
}

fn narrow(q: &mut QueryBuilder<Postgres>, filter: &Filter, asked: &Asked, who: Who, scope: Option<Scope>) {
    reach::narrow(q, DEALS, scope);
    match filter.status().unwrap_or(Status::Of(State::Open)) {
        Status::Archived => q.push(" and e.archived_at is not null"),
        Status::All => q.push(" and e.archived_at is null"),
        Status::Of(state) => q.push(" and e.archived_at is null and e.state = ").push_bind(state.key()),
    };
    if let Ok(id) = filter.stage.parse::<Uuid>() {
        q.push(" and e.stage_id = ").push_bind(id);
    }
    if let Ok(id) = filter.pipeline.parse::<Uuid>() {
        q.push(" and e.pipeline_id = ").push_bind(id);
    }
    narrow_further(q, filter, asked, who);
}

/// ` and …` for what is asked besides how far they are: of a list, and of a board.
pub(super) fn narrow_further(q: &mut QueryBuilder<Postgres>, filter: &Filter, asked: &Asked, who: Who) {
    if let Some(owner) = owner(filter, who) {
        q.push(" and e.owner_id = ").push_bind(owner);
    }
    if let Ok(id) = filter.customer.parse::<Uuid>() {
        q.push(" and e.customer_id = ").push_bind(id);
    }
    if let Some(category) = filter.category() {
        q.push(" and e.category = ").push_bind(category.key());
    }
    if filter.is_of_unpriced() {
        rates::narrow_to_unpriced(q, asked.today);
    }
    let (from, to) = filter.closes();
    if let Some(from) = from {
        q.push(" and e.close_on >= ").push_bind(from.0);
    }
    if let Some(to) = to {
        q.push(" and e.close_on <= ").push_bind(to.0);
    }
    tags::narrow(q, &filter.tag);
    asked.custom.iter().for_each(|condition| condition.narrow(q));
    match &asked.hits {
        search::Hits::These(ids) if !asked.firms.is_empty() => {
            q.push(" and e.id in (select unnest(").push_bind(ids.clone()).push("::uuid[])");
            q.push(" union all select d.id from deals d where d.customer_id = any(");
            q.push_bind(asked.firms.clone()).push("))");
        }
        hits => hits.narrow(q),
    }
}

/// Whose deals are asked for.
pub(super) fn owner(filter: &Filter, who: Who) -> Option<Uuid> {
    match (filter.owner.as_str(), who) {
        ("me", Who::Member(me)) => Some(me.0),
        (id, _) => id.parse().ok(),
    }
}

/// How many deals the filter finds, counted no further than one past `most`. `P` is what is to be done with them.
pub async fn count<P: Permission>(tx: &mut TenantTx, filter: &Filter, most: i64) -> Result<i64> {
    // A file has what the list shows; what changes records takes none for another.
    let asked = asked(tx, filter, P::KEY == DealsExport::KEY).await?;
    let (who, scope, shape) = (tx.who(), reach::lower::<P, DealsRead>(tx.rights()), shape(tx));
    exports::count(tx, &shape, &|q| narrow(q, filter, &asked, who, scope), most).await
}

/// The deals of the question behind `after`, in its order, for a file; and where the next ones begin.
pub async fn export(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<&Mark>,
    most: i64,
) -> Result<(Vec<Deal>, Option<Mark>)> {
    let asked = asked(tx, filter, true).await?;
    let (who, key, shape) = (tx.who(), key(filter.order()), shape(tx));
    let scope = reach::lower::<DealsExport, DealsRead>(tx.rights());
    let conditions = |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &asked, who, scope);
    let (rows, next) = exports::page::<Row>(tx, &shape, &conditions, &key, after, most).await?;
    let mut rows: Vec<Deal> = rows.into_iter().map(Row::deal).collect::<Result<_>>()?;
    custom_fields::name_people(tx, rows.iter_mut().map(|d| &mut d.custom)).await?;
    tagged(tx, &mut rows).await?;
    Ok((rows, next))
}

/// Puts their tags to records that the reader may see.
pub async fn tagged(tx: &mut TenantTx, rows: &mut [Deal]) -> Result<()> {
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id.0).collect();
    let mut found = tags::of(tx, &ids).await?;
    for row in rows {
        row.tags = found.remove(&row.id.0).unwrap_or_default();
    }
    Ok(())
}

/// One deal, if the reader may see it.
pub async fn find(tx: &mut TenantTx, id: DealId) -> Result<Deal> {
    let shape = shape(tx);
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined).push(", p.* from (select ").push(COLUMNS).push(" from deals e where e.id = ").push_bind(id.0);
    reach::narrow(&mut q, DEALS, tx.scope::<DealsRead>());
    q.push(") p").push(shape.joins);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    let mut deal = row.ok_or(Error::NotFound)?.deal()?;
    custom_fields::name_people(tx, [&mut deal.custom]).await?;
    Ok(deal)
}

/// The newest deals of a customer that the reader may see, open ones first, at most `most`.
pub async fn of_customer(tx: &mut TenantTx, customer: CustomerId, most: i64) -> Result<Vec<Deal>> {
    let (shape, scope) = (shape(tx), tx.scope::<DealsRead>());
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined).push(", p.* from (select ").push(COLUMNS);
    q.push(" from deals e where e.archived_at is null and e.customer_id = ").push_bind(customer.0);
    reach::narrow(&mut q, DEALS, scope);
    q.push(" order by e.state <> 'open', e.close_on desc nulls last, e.id limit ").push_bind(most).push(") p");
    q.push(shape.joins).push(" order by p.state <> 'open', p.close_on desc nulls last, p.id");
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    rows.into_iter().map(Row::deal).collect()
}

/// The open deals of this member's own that were to close by this day, the earliest first, at most `most`.
pub async fn closing(tx: &mut TenantTx, owner: MemberId, by: domain::Day, most: i64) -> Result<Vec<Deal>> {
    // What is one's own is within any reach, but for whoever sees no deals at all.
    if tx.scope::<DealsRead>().is_none() {
        return Ok(vec![]);
    }
    let shape = shape(tx);
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined).push(", p.* from (select ").push(COLUMNS);
    q.push(" from deals e where e.archived_at is null and e.state = 'open' and e.owner_id = ").push_bind(owner.0);
    q.push(" and e.close_on <= ").push_bind(by.0).push(" order by e.close_on, e.id limit ").push_bind(most).push(") p");
    q.push(shape.joins).push(" order by p.close_on, p.id");
    let rows: Vec<Row> = q.build_query_as().fetch_all(tx.conn()).await?;
    rows.into_iter().map(Row::deal).collect()
}

/// All that the filter finds, for changing many at once.
pub async fn matching(tx: &mut TenantTx, filter: &Filter) -> Result<Vec<DealId>> {
    let asked = asked(tx, filter, false).await?;
    let (who, scope) = (tx.who(), reach::lower::<DealsBulk, DealsRead>(tx.rights()));
    let mut q = QueryBuilder::new("select e.id from deals e where true");
    narrow(&mut q, filter, &asked, who, scope);
    let ids: Vec<Uuid> = q.build_query_scalar().fetch_all(tx.conn()).await?;
    Ok(ids.into_iter().map(DealId).collect())
}

/// Customers whose name fits what was typed, for the form.
pub async fn customer_options(tx: &mut TenantTx, question: &str) -> Result<Vec<String>> {
    if tx.scope::<CustomersRead>().is_none() {
        return Ok(vec![]);
    }
    let options = super::customers::options(tx, question).await?;
    Ok(options.into_iter().map(|c| c.name).collect())
}

row! {
    pub(super) struct Row {
        owner_name: Option<String>,
        owner_email: Option<String>,
        customer_name: Option<String>,
        pipeline_name: Option<String>,
        stage_name: Option<String>,
        rotting_days: Option<i32>,
        loss_reason: Option<String>,
        id: Uuid,
        version: i32,
        name: String,
        reference: Option<String>,
        customer_id: Option<Uuid>,
        owner_id: Option<Uuid>,
        pipeline_id: Uuid,
        stage_id: Uuid,
        state: String,
        amount_minor: Option<i64>,
        amount_currency: Option<String>,
        close_on: Option<NaiveDate>,
        probability: i32,
        probability_own: bool,
        category: String,
        category_own: bool,
        source: Option<String>,
        next_step: Option<String>,
        next_step_on: Option<NaiveDate>,
        competitors: Vec<String>,
        loss_reason_id: Option<Uuid>,
        loss_note: Option<String>,
        stage_since: DateTime<Utc>,
        custom: Option<Value>,
        archived_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
    }
}

/// An amount as two columns hold it.
pub(crate) fn money(minor: Option<i64>, currency: Option<&str>) -> Result<Option<Money>> {
    let Some((minor, code)) = minor.zip(currency) else { return Ok(None) };
    Ok(Some(Money::new(minor, Currency::from_code(code).ok_or_else(|| strange("currency", code))?)))
}

pub(crate) fn state(key: &str) -> Result<State> {
    State::parse(key).ok_or_else(|| strange("state", key))
}

pub(crate) fn category(key: &str) -> Result<Category> {
    Category::parse(key).ok_or_else(|| strange("category", key))
}

impl Row {
    pub(super) fn deal(self) -> Result<Deal> {
        let owner = self.owner_id.map(MemberId).zip(self.owner_name.zip(self.owner_email));
        Ok(Deal {
            id: DealId(self.id),
            version: self.version,
            name: self.name,
            reference: self.reference,
            customer: self.customer_id.map(CustomerId).zip(self.customer_name).map(|(id, name)| Customer { id, name }),
            owner: owner.map(|(id, (name, email))| Owner { id, name, email }),
            pipeline: PipelineId(self.pipeline_id),
            pipeline_name: self.pipeline_name.unwrap_or_default(),
            stage: StageId(self.stage_id),
            stage_name: self.stage_name.unwrap_or_default(),
            state: state(&self.state)?,
            amount: money(self.amount_minor, self.amount_currency.as_deref())?,
            close_on: day(self.close_on),
            probability: self.probability,
            probability_own: self.probability_own,
            category: category(&self.category)?,
            category_own: self.category_own,
            source: self.source,
            next_step: self.next_step,
            next_step_on: day(self.next_step_on),
            competitors: self.competitors,
            loss_reason: self.loss_reason_id.map(LossReasonId).zip(self.loss_reason),
            loss_note: self.loss_note,
            stage_since: self.stage_since,
            rotting_days: self.rotting_days,
            custom: Values::of(self.custom, None, None),
            tags: vec![],
            archived: self.archived_at.is_some(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
