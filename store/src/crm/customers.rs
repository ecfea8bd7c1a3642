//! Queries of customers. Every read passes through [`COLUMNS`], and names a parent to nobody who may not see that.

mod team;

pub use team::{set_team, team};

use crate::{
    Error, Result, TenantTx, Version, Who, custom_fields,
    db::strange,
    events, exports,
    list::{self, Key, Plan, Shape, row},
    reach::{self, Kind, reaches},
    search, tags,
    workspace::keepers,
};
use chrono::{DateTime, Utc};
use domain::{
    Currency, CustomerId, Errors, MemberId, Money,
    access::{CustomersBulk, CustomersExport, CustomersRead, CustomersWrite, Permission, Scope, Sight},
    crm::customers::{Customer, Fields, Filter, Health, Lifecycle, Order, Owner, Parent, Status},
    custom_fields::Values,
    draft::FieldClass,
    events::Event,
    import::Target,
    list::{Mark, Slice, Sort},
    places::Country,
};
use serde_json::Value;
use sqlx::{Postgres, QueryBuilder};
use std::sync::LazyLock;
use uuid::Uuid;

const CUSTOMERS: Kind = Kind::Customers;

const COLUMNS: &str = "e.id, e.version, e.name, e.domain, e.industry, e.size, e.country, e.city, e.owner_id, \
    e.parent_id, e.status, e.lifecycle, e.health, e.health_because, e.email, e.phone, e.revenue_minor, e.revenue_currency, e.archived_at, e.created_at, e.updated_at, e.custom, e.merged_into, e.tenant_id";

/// By how far the reader sees customers: nothing, own, team, all.
static JOINS: LazyLock<[String; 4]> = LazyLock::new(|| {
    [None, Some(Scope::Own), Some(Scope::Team), Some(Scope::All)].map(|parents| {
        let parents = reaches(CUSTOMERS, parents);
        format!(
            " left join members o on o.tenant_id = p.tenant_id and o.id = p.owner_id \
              left join lateral (select e.name from customers e \
                where e.tenant_id = p.tenant_id and e.id = p.parent_id and {parents}) h on true"
        )
    })
});

fn shape(tx: &TenantTx) -> Shape {
    let joins = &JOINS[tx.scope::<CustomersRead>().map_or(0, |s| s as usize + 1)];
    let joined = "o.name as owner_name, o.email as owner_email, h.name as parent_name";
    Shape { from: "customers e", columns: COLUMNS, joined, joins, counted: "e.name_key" }
}

fn key(sort: Sort<Order>) -> Key {
    let (sql, cast) = match sort.key {
        Order::Name => ("e.name_key", "text collate \"und-x-icu\""),
        Order::Industry => ("case when e.industry is null then '' else e.industry end", "text"),
        Order::Country => ("case when e.country is null then '' else e.country end", "text"),
        Order::Size => ("case when e.size is null then -1 else e.size end", "int"),
        Order::Revenue => ("case when e.revenue_minor is null then -1 else e.revenue_minor end", "bigint"),
    };
    Key { sql, cast, descending: sort.descending }
}

/// One page of the customers that the reader may see.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Customer>> {
    let asked = asked(tx, filter, true).await?;
    let near = asked.near;
    let (who, scope) = (tx.who(), tx.scope::<CustomersRead>());
    let plan = plan(filter, &asked.hits, scope);
    let conditions = move |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &asked, who, scope);
    let shape = shape(tx);
    let page = list::page::<Row>(tx.conn(), &shape, &conditions, &key(filter.order()), &filter.cursor(), plan).await?;
    let mut rows: Vec<Customer> = page.rows.into_iter().map(Row::customer).collect::<Result<_>>()?;
    custom_fields::name_people(tx, rows.iter_mut().map(|c| &mut c.custom)).await?;
    Ok(Slice { rows, previous: page.previous, next: page.next, total: page.total, near })
}

/// What a question asks that other tables answer.
struct Asked {
    hits: search::Hits,
    /// They are only close.
    near: bool,
    custom: Vec<custom_fields::Condition>,
}

/// `near`: whether what is only close to the words will do, where nothing is exactly so.
async fn asked(tx: &mut TenantTx, filter: &Filter, near: bool) -> Result<Asked> {
    let custom = custom_fields::conditions(tx, Target::Customers, &filter.custom).await?;
    let (hits, near) = match near {
        true => search::hits_or_near(tx, "customer", &filter.q).await?,
        false => (search::hits(tx, "customer", &filter.q).await?, false),
    };
    Ok(Asked { hits, near, custom })
}

/// The usual questions have their index: all, or one industry, in some order.
fn plan(filter: &Filter, hits: &search::Hits, scope: Option<Scope>) -> Plan {
    if matches!(hits, search::Hits::These(_)) {
        return Plan::Found;
    }
    let status = matches!(filter.status(), None | Some(Status::Archived));
    let elsewhere = !filter.country.is_empty()
        || filter.mine
        || filter.owner_is.is_some()
        || !filter.lifecycle.is_empty()
        || !filter.health.is_empty()
        || !filter.custom.is_empty()
        || !filter.tag.is_empty();
    let usual = status && !elsewhere && filter.industry.len() <= 1 && matches!(hits, search::Hits::All);
    if usual && scope == Some(Scope::All) { Plan::Kept } else { Plan::Fresh }
}

fn narrow(q: &mut QueryBuilder<Postgres>, filter: &Filter, asked: &Asked, who: Who, scope: Option<Scope>) {
    reach::narrow(q, CUSTOMERS, scope);
    match filter.status() {
        // What was merged into another one is found there.
        Some(Status::Archived) => q.push(" and e.archived_at is not null and e.merged_into is null"),
        None => q.push(" and e.archived_at is null"),
        Some(status) => q.push(" and e.archived_at is null and e.status = ").push_bind(status.key()),
    };
    for (column, wanted) in [(" and e.industry", &filter.industry), (" and e.country", &filter.country)] {
        match &wanted[..] {
            [] => {}
            [one] => {
                q.push(column).push(" = ").push_bind(one.clone());
            }
            several => {
                q.push(column).push(" = any(").push_bind(several.to_vec()).push(")");
            }
        }
    }
    for (column, wanted) in [(" and e.lifecycle = ", &filter.lifecycle), (" and e.health = ", &filter.health)] {
        if !wanted.is_empty() {
            q.push(column).push_bind(wanted.clone());
        }
    }
    if let (true, Who::Member(me)) = (filter.mine, who) {
        q.push(" and e.owner_id = ").push_bind(me.0);
    }
    if let Some(owner) = filter.owner_is {
        q.push(" and e.owner_id = ").push_bind(owner.0);
    }
    tags::narrow(q, &filter.tag);
    asked.custom.iter().for_each(|condition| condition.narrow(q));
    asked.hits.narrow(q);
}

/// How many customers the filter finds, counted no further than one past `most`.
///
/// `P` is what is to be done with them.
pub async fn count<P: Permission>(tx: &mut TenantTx, filter: &Filter, most: i64) -> Result<i64> {
    // A file has what the list shows; what changes records takes none for another.
    let asked = asked(tx, filter, P::KEY == CustomersExport::KEY).await?;
    let (who, scope) = (tx.who(), reach::lower::<P, CustomersRead>(tx.rights()));
    let shape = shape(tx);
    exports::count(tx, &shape, &|q| narrow(q, filter, &asked, who, scope), most).await
}

/// The customers of the question behind `after`, in its order, for a file; and where the next ones begin.
pub async fn export(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<&Mark>,
    most: i64,
) -> Result<(Vec<Customer>, Option<Mark>)> {
    let asked = asked(tx, filter, true).await?;
    let (who, key) = (tx.who(), key(filter.order()));
    let scope = reach::lower::<CustomersExport, CustomersRead>(tx.rights());
    let conditions = |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &asked, who, scope);
    let shape = shape(tx);
    let (rows, next) = exports::page::<Row>(tx, &shape, &conditions, &key, after, most).await?;
    let mut rows: Vec<Customer> = rows.into_iter().map(Row::customer).collect::<Result<_>>()?;
    custom_fields::name_people(tx, rows.iter_mut().map(|c| &mut c.custom)).await?;
    tagged(tx, &mut rows).await?;
    Ok((rows, next))
}

/// Puts their tags to records that the reader may see.
pub async fn tagged(tx: &mut TenantTx, rows: &mut [Customer]) -> Result<()> {
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id.0).collect();
    let mut found = tags::of(tx, &ids).await?;
    for row in rows {
        row.tags = found.remove(&row.id.0).unwrap_or_default();
    }
    Ok(())
}

/// One customer, if the reader may see it.
pub async fn find(tx: &mut TenantTx, id: CustomerId) -> Result<Customer> {
    let shape = shape(tx);
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined)
        .push(", p.* from (select ")
        .push(COLUMNS)
        .push(" from customers e where e.id = ")
        .push_bind(id.0);
    reach::narrow(&mut q, CUSTOMERS, tx.scope::<CustomersRead>());
    q.push(") p").push(shape.joins);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    let mut customer = row.ok_or(Error::NotFound)?.customer()?;
    custom_fields::name_people(tx, [&mut customer.custom]).await?;
    Ok(customer)
}

/// The companies that belong to it, by name, at most `most`.
pub async fn subsidiaries(tx: &mut TenantTx, id: CustomerId, most: i64) -> Result<Vec<Parent>> {
    let mut q =
        QueryBuilder::new("select e.id, e.name from customers e where e.archived_at is null and e.parent_id = ");
    q.push_bind(id.0);
    reach::narrow(&mut q, CUSTOMERS, tx.scope::<CustomersRead>());
    q.push(" order by e.name_key, e.id limit ").push_bind(most);
    let rows: Vec<(Uuid, String)> = q.build_query_as().fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|(id, name)| Parent { id: CustomerId(id), name }).collect())
}

/// What of these fields other records stand against, told all at once. `own` is the customer's, old or new.
pub async fn check(tx: &mut TenantTx, own: CustomerId, f: &Fields) -> Result<Errors> {
    let found = sqlx::query!(
        r#"with recursive named as (
             select id, parent_id from customers
             where lower(name) = lower($4)
               and (archived_at is null or id = (select parent_id from customers where id = $1))
           ), above as (
             select id, parent_id, 1 as step from named
             union all
             select c.id, c.parent_id, step + 1 from above a join customers c on c.id = a.parent_id where step < 200
           )
           select exists (select from customers where lower(name) = lower($2) and archived_at is null and id <> $1)
                    and not own.archived as "name!",
                  exists (select from customers where domain = $3 and archived_at is null and id <> $1)
                    and not own.archived as "domain!",
                  exists (select from customers c join members m on m.tenant_id = c.tenant_id and m.id = c.owner_id
                               where c.id = $1 and lower(m.email) = lower($5)) as "kept!",
                  exists (select from above) as "parent!",
                  exists (select from above where id = $1) as "circle!"
           from (select exists (select from customers where id = $1 and archived_at is not null) as archived) own"#,
        own.0,
        f.name,
        f.domain,
        f.parent,
        f.owner.as_ref().map(|e| e.as_str()),
    )
    .fetch_one(tx.conn())
    .await?;
    let parent = found.parent && sees_parent(tx, own, f).await?;
    let mut errors = Errors::default();
    for (broken, constraint) in [
        (found.name, "customers_name_key"),
        (found.domain, "customers_domain_key"),
        (found.circle && parent, "customers_no_cycle"),
    ] {
        if broken {
            let (field, message) = Error::told(constraint);
            errors.add(field, message);
        }
    }
    match keepers::id::<CustomersRead>(tx, "owner", f.owner.as_ref().filter(|_| !found.kept), None).await {
        Err(Error::Refused(wrong)) => errors.merge(wrong),
        done => drop(done?),
    }
    if let Some(name) = f.parent.as_ref().filter(|_| !parent) {
        errors.add("parent", no_such_customer(name));
    }
    errors.merge(custom_fields::check(tx, Target::Customers, own.0, &f.custom.said).await?);
    Ok(errors)
}

/// Whether the reader may see whom these fields name as the parent, which `own` may have already.
async fn sees_parent(tx: &mut TenantTx, own: CustomerId, f: &Fields) -> Result<bool> {
    let scope = tx.scope::<CustomersRead>();
    let Some(name) = f.parent.as_ref().filter(|_| scope != Some(Scope::All)) else { return Ok(true) };
    let mut q = QueryBuilder::new("select exists (select from customers e where lower(e.name) = lower(");
    q.push_bind(name.clone())
        .push(") and (e.archived_at is null or e.id = (select o.parent_id from customers o where o.id = ");
    q.push_bind(own.0).push("))");
    reach::narrow(&mut q, CUSTOMERS, scope);
    q.push(")");
    Ok(q.build_query_scalar().fetch_one(tx.conn()).await?)
}

/// Adds a customer under the given id, which was drawn with the form: a form sent twice adds once, and is told apart
/// from one that says something else the second time.
pub async fn add(tx: &mut TenantTx, id: CustomerId, f: &Fields) -> Result<CustomerId> {
    let (owner, parent) =
        (keepers::id::<CustomersRead>(tx, "owner", f.owner.as_ref(), None).await?, parent_id(tx, f, None).await?);
    let custom = custom_fields::delta(tx, Target::Customers, &f.custom.said, &Values::default(), Sight::ALL).await?;
    let added = sqlx::query!(
        "insert into customers (tenant_id, id, name, domain, industry, size, country, city, owner_id, parent_id, status,
           email, phone, revenue_minor, revenue_currency, created_at, updated_at, custom, lifecycle, health, health_because)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $17, $18, $19, $20)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.name,
        f.domain,
        f.industry,
        f.size,
        f.country.map(String::from),
        f.city,
        owner,
        parent,
        f.status.key(),
        f.email.as_ref().map(|e| e.as_str()),
        f.phone,
        f.revenue.map(|r| r.minor),
        f.revenue.map(|r| r.currency.code()),
        tx.now(),
        custom.first(FieldClass::Directory),
        f.lifecycle.map(Lifecycle::key),
        f.health.map(Health::key),
        f.health_because,
    )
    .execute(tx.conn())
    .await?;
    if reach::within::<CustomersWrite>(tx, CUSTOMERS, &[id.0]).await?.is_empty() {
        return Err(Error::refused("owner", "You may add your own customers only. Choose yourself as the owner."));
    }
    if added.rows_affected() > 0 {
        events::emit(tx, Event::CustomerAdded { customer: id }).await?;
    } else {
        let (now, mut said) = (find(tx, id).await?, custom.set);
        custom_fields::name_people(tx, [&mut said]).await?;
        if !now.is(f) || said.answered() != now.custom.answered() {
            return Err(Error::Sent);
        }
    }
    Ok(id)
}

/// Changes all fields.
pub async fn change(tx: &mut TenantTx, id: CustomerId, version: Version, f: &Fields) -> Result<()> {
    reach::hold::<CustomersWrite>(tx, CUSTOMERS, id.0).await?;
    let before = find(tx, id).await?;
    let owner = keepers::id::<CustomersRead>(
        tx,
        "owner",
        f.owner.as_ref(),
        before.owner.as_ref().map(|o| (o.id, o.email.as_str())),
    )
    .await?;
    let parent = parent_id(tx, f, before.parent.as_ref()).await?;
    // A parent whom the reader may not see they cannot have taken away.
    let hidden = before.parent.is_none() && f.parent.is_none();
    let custom = custom_fields::delta(tx, Target::Customers, &f.custom.said, &before.custom, Sight::ALL).await?;
    let done = sqlx::query!(
        "update customers set version = version + 1, updated_at = $3, name = $4, domain = $5, industry = $6, size = $7,
           country = $8, city = $9, owner_id = $10, parent_id = case when $22 then parent_id else $11 end, status = $12, email = $13, phone = $14,
           revenue_minor = $15, revenue_currency = $16,
           custom = nullif((coalesce(custom, '{}') || $17) - $18::text[], '{}'), lifecycle = $19, health = $20, health_because = $21
         where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        f.domain,
        f.industry,
        f.size,
        f.country.map(String::from),
        f.city,
        owner,
        parent,
        f.status.key(),
        f.email.as_ref().map(|e| e.as_str()),
        f.phone,
        f.revenue.map(|r| r.minor),
        f.revenue.map(|r| r.currency.code()),
        custom.put(FieldClass::Directory),
        &custom.unset[0],
        f.lifecycle.map(Lifecycle::key),
        f.health.map(Health::key),
        f.health_because,
        hidden,
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    super::points::replaced(tx, id.0, (before.email.as_deref(), before.phone.as_deref())).await?;
    let after = match find(tx, id).await {
        Ok(after) => after,
        // Given to somebody else, out of one's own sight.
        Err(Error::NotFound) => {
            return events::emit(tx, Event::CustomerChanged { customer: id, fields: vec!["owner".into()] }).await;
        }
        Err(e) => return Err(e),
    };
    let fields = domain::crm::customers::FIELDS.iter().map(|f| f.key);
    let mut fields: Vec<String> = fields.filter(|f| before.cell(f) != after.cell(f)).map(str::to_owned).collect();
    fields.extend(before.custom.differing(&after.custom));
    if !fields.is_empty() {
        events::emit(tx, Event::CustomerChanged { customer: id, fields }).await?;
    }
    Ok(())
}

/// Archives those of `ids` that `P` reaches and that are not archived yet. Gives how many, and the batch by which it can
/// be undone.
pub async fn archive<P: Permission>(tx: &mut TenantTx, ids: &[CustomerId]) -> Result<(usize, String)> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids = reach::within::<P>(tx, CUSTOMERS, &ids).await?;
    let rows = sqlx::query!(
        r#"update customers set archived_at = $2, updated_at = $2, version = version + 1
           where id = any($1) and archived_at is null returning id, pg_current_xact_id()::text as "batch!""#,
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let batch = rows.first().map(|r| r.batch.clone()).unwrap_or_default();
    let customers: Vec<_> = rows.into_iter().map(|r| CustomerId(r.id)).collect();
    let count = customers.len();
    for customers in customers.chunks(events::MOST) {
        events::emit(tx, Event::CustomersArchived { customers: customers.to_vec() }).await?;
    }
    Ok((count, batch))
}

/// All that the filter finds, for changing many at once.
pub async fn matching(tx: &mut TenantTx, filter: &Filter) -> Result<Vec<CustomerId>> {
    let asked = asked(tx, filter, false).await?;
    let (who, scope) = (tx.who(), reach::lower::<CustomersBulk, CustomersRead>(tx.rights()));
    let mut q = QueryBuilder::new("select e.id from customers e where true");
    narrow(&mut q, filter, &asked, who, scope);
    let ids: Vec<Uuid> = q.build_query_scalar().fetch_all(tx.conn()).await?;
    Ok(ids.into_iter().map(CustomerId).collect())
}

/// Takes those of `ids` that `P` reaches out of the archive again.
pub async fn restore<P: Permission>(tx: &mut TenantTx, ids: &[CustomerId]) -> Result<usize> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let ids = reach::within::<P>(tx, CUSTOMERS, &ids).await?;
    let rows = sqlx::query!(
        "update customers set archived_at = null, updated_at = $2, version = version + 1
         where id = any($1) and archived_at is not null and merged_into is null returning id",
        &ids,
        tx.now()
    )
    .fetch_all(tx.conn())
    .await?;
    let customers: Vec<_> = rows.into_iter().map(|r| CustomerId(r.id)).collect();
    let count = customers.len();
    for customers in customers.chunks(events::MOST) {
        events::emit(tx, Event::CustomersRestored { customers: customers.to_vec() }).await?;
    }
    Ok(count)
}

/// Undoes an archiving by its batch.
pub async fn restore_batch(tx: &mut TenantTx, batch: &str) -> Result<usize> {
    let ids = crate::activity::archived_in(tx, "customers", batch).await?;
    restore::<CustomersBulk>(tx, &ids.into_iter().map(CustomerId).collect::<Vec<_>>()).await
}

/// The values that a filter offers, from the index, a probe per value.
pub async fn industries(tx: &mut TenantTx) -> Result<Vec<String>> {
    if let Some(condition) = CUSTOMERS.condition(tx.scope::<CustomersRead>()) {
        let mut q = QueryBuilder::new(
            "select distinct e.industry from customers e where e.archived_at is null and e.industry > '' and ",
        );
        q.push(condition).push(" order by 1 limit 200");
        return Ok(q.build_query_scalar().fetch_all(tx.conn()).await?);
    }
    Ok(sqlx::query_scalar!(
        r#"with recursive d as (
             (select industry as name from customers where archived_at is null and industry > '' order by 1 limit 1)
             union all
             select (select e.industry from customers e
                     where e.archived_at is null and e.industry > d.name order by 1 limit 1)
             from d where d.name is not null
           )
           select name as "name!" from d where name is not null limit 200"#
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Companies whose name fits what was typed, for the parent field.
pub async fn options(tx: &mut TenantTx, question: &str) -> Result<Vec<Parent>> {
    let page = list(tx, &Filter { q: question.to_owned(), ..Filter::default() }).await?;
    Ok(page.rows.into_iter().take(10).map(|c| Parent { id: c.id, name: c.name }).collect())
}

/// The customer of this name, if the reader may see it; and how it is written.
pub async fn named(tx: &mut TenantTx, name: &str) -> Result<Option<(CustomerId, String)>> {
    let mut q = QueryBuilder::new(
        "select e.id, e.name from customers e where e.archived_at is null and lower(e.name) = lower(",
    );
    q.push_bind(name.trim().to_owned()).push(")");
    reach::narrow(&mut q, CUSTOMERS, tx.scope::<CustomersRead>());
    let found: Option<(Uuid, String)> = q.build_query_as().fetch_optional(tx.conn()).await?;
    Ok(found.map(|(id, name)| (CustomerId(id), name)))
}

/// `now` stays what it is, though it be archived.
async fn parent_id(tx: &mut TenantTx, f: &Fields, now: Option<&Parent>) -> Result<Option<Uuid>> {
    let Some(name) = &f.parent else { return Ok(None) };
    if let Some(same) = now.filter(|p| p.name.to_lowercase() == name.to_lowercase()) {
        return Ok(Some(same.id.0));
    }
    let found = named(tx, name).await?;
    found.map(|(id, _)| Some(id.0)).ok_or_else(|| Error::refused("parent", no_such_customer(name)))
}

fn no_such_customer(name: &str) -> String {
    format!("No customer is called {name}.")
}

row! {
    struct Row {
        owner_name: Option<String>,
        owner_email: Option<String>,
        parent_name: Option<String>,
        id: Uuid,
        version: i32,
        name: String,
        domain: Option<String>,
        industry: Option<String>,
        size: Option<i32>,
        country: Option<String>,
        city: Option<String>,
        owner_id: Option<Uuid>,
        parent_id: Option<Uuid>,
        status: String,
        lifecycle: Option<String>,
        health: Option<String>,
        health_because: Option<String>,
        email: Option<String>,
        phone: Option<String>,
        revenue_minor: Option<i64>,
        revenue_currency: Option<String>,
        archived_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
        custom: Option<Value>,
        merged_into: Option<Uuid>,
    }
}

impl Row {
    fn customer(self) -> Result<Customer> {
        let country = self.country.map(|c| Country::parse(&c).map_err(|_| strange("country", &c))).transpose()?;
        let revenue = match (self.revenue_minor, self.revenue_currency) {
            (Some(minor), Some(code)) => {
                Some(Money::new(minor, Currency::from_code(&code).ok_or_else(|| strange("currency", &code))?))
            }
            _ => None,
        };
        let status = Status::parse(&self.status).ok_or_else(|| strange("status", &self.status))?;
        Ok(Customer {
            id: CustomerId(self.id),
            version: self.version,
            name: self.name,
            domain: self.domain,
            industry: self.industry,
            size: self.size,
            country,
            city: self.city,
            owner: self
                .owner_id
                .map(MemberId)
                .zip(self.owner_name.zip(self.owner_email))
                .map(|(id, (name, email))| Owner { id, name, email }),
            parent: self.parent_id.map(CustomerId).zip(self.parent_name).map(|(id, name)| Parent { id, name }),
            status: if self.archived_at.is_some() { Status::Archived } else { status },
            standing: status,
            lifecycle: self.lifecycle.as_deref().and_then(Lifecycle::parse),
            health: self.health.as_deref().and_then(Health::parse),
            health_because: self.health_because,
            email: self.email,
            phone: self.phone,
            revenue,
            custom: Values::of(self.custom, None, None),
            tags: vec![],
            merged_into: self.merged_into.map(CustomerId),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
