//! Records as workflows see them: facts, read through the reader's own rights (DOMAIN: one guarded read path).

use super::{sales, tickets};
use crate::{Desk, Result, TenantTx, db::strange, reach, reach::Kind};
use chrono::NaiveDate;
use domain::{
    Currency, Day, Money,
    access::{Actor, ContactsRead, CustomersRead, DealsRead, EmployeesRead, LeadsRead, TasksRead, TicketsRead},
    automation::fields::{Fact, Facts, RecordKind},
    hr::employees::Status,
};
use rust_decimal::Decimal;
use sqlx::{FromRow, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

/// What is known of each of these records that the reader may see, with its name. Who is archived is still known.
pub async fn facts(tx: &mut TenantTx, kind: RecordKind, ids: &[Uuid]) -> Result<HashMap<Uuid, (String, Facts)>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut found = match kind {
        RecordKind::Employee => employees(tx, ids).await?,
        RecordKind::Customer => customers(tx, ids).await?,
        RecordKind::Contact => sales::contacts(tx, ids).await?,
        RecordKind::Lead => sales::leads(tx, ids).await?,
        RecordKind::Deal => sales::deals(tx, ids).await?,
        RecordKind::Ticket => tickets::tickets(tx, ids).await?,
        RecordKind::Task => tasks(tx, ids).await?,
    };
    if kind.has_notes() {
        tagged(tx, &mut found).await?;
    }
    Ok(found)
}

/// As [`facts`], with the eyes of somebody else of the workspace.
pub async fn facts_as(
    tx: &mut TenantTx,
    actor: &Actor,
    kind: RecordKind,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, (String, Facts)>> {
    let (zone, reads) = (tx.zone(), tx.reads.take());
    let own = tx.sit(Desk::of_member(actor, zone, None)).await?;
    let found = facts(tx, kind, ids).await;
    tx.sit(own).await?;
    tx.reads = reads;
    found
}

pub(super) fn text(facts: &mut Facts, key: &str, value: Option<String>) {
    facts.text(key, value);
}

pub(super) fn day(facts: &mut Facts, key: &str, value: Option<NaiveDate>) {
    if let Some(date) = value {
        facts.put(key, Fact::Day(Day(date)));
    }
}

pub(super) fn money(facts: &mut Facts, key: &str, minor: Option<i64>, currency: Option<String>) -> Result<()> {
    if let Some((minor, code)) = minor.zip(currency) {
        let currency = Currency::from_code(&code).ok_or_else(|| strange("currency", &code))?;
        facts.put(key, Fact::Money(Money::new(minor, currency)));
    }
    Ok(())
}

/// Whose it is, by address and by name.
pub(super) fn owned_by(facts: &mut Facts, name: Option<String>, email: Option<String>) {
    text(facts, "owner", email);
    let first = name.as_deref().and_then(|n| n.split_whitespace().next()).map(str::to_owned);
    text(facts, "owner.first_name", first);
    text(facts, "owner.name", name);
}

#[derive(FromRow)]
struct Employee {
    id: Uuid,
    number: String,
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
    department: Option<String>,
    location: Option<String>,
    job_title: Option<String>,
    employment_type: Option<String>,
    fte: Decimal,
    start_date: Option<NaiveDate>,
    end_date: Option<NaiveDate>,
    birth_date: Option<NaiveDate>,
    salary_minor: Option<i64>,
    salary_currency: Option<String>,
    archived: bool,
    home_currency: String,
    manager_number: Option<String>,
    manager_first: Option<String>,
    manager_last: Option<String>,
    manager_email: Option<String>,
    manager_department: Option<String>,
}

async fn employees(tx: &mut TenantTx, ids: &[Uuid]) -> Result<HashMap<Uuid, (String, Facts)>> {
    let (sight, today, scope) = (tx.rights().sight_of_all(), tx.today(), tx.scope::<EmployeesRead>());
    let personal = if sight.personal { "e.birth_date" } else { "null::date as birth_date" };
    let pay = if sight.pay {
        "e.salary_minor, e.salary_currency"
    } else {
        "null::bigint as salary_minor, null::text as salary_currency"
    };
    let mut q = QueryBuilder::new(
        "select p.*, (select t.currency from tenants t where t.id = p.tenant_id) as home_currency, m.number as manager_number, m.first_name as manager_first, m.last_name as manager_last,
           m.email as manager_email, m.department as manager_department
         from (select e.tenant_id, e.id, e.number, e.first_name, e.last_name, e.email, e.phone, e.department, e.location,
           e.job_title, e.employment_type, e.fte, e.start_date, e.end_date, e.manager_id, e.archived_at is not null as archived, ",
    );
    q.push(personal).push(", ").push(pay).push(" from employees e where e.id = any(").push_bind(ids.to_vec()).push(")");
    reach::narrow(&mut q, Kind::Employees, scope);
    q.push(") p left join employees m on m.tenant_id = p.tenant_id and m.id = p.manager_id");
    let rows: Vec<Employee> = q.build_query_as().fetch_all(tx.conn()).await?;
    tx.reads_pay(rows.iter().filter(|r| r.salary_minor.is_some()).map(|r| r.id));
    let mut found = HashMap::with_capacity(rows.len());
    for r in rows {
        let mut f = Facts::within(Currency::from_code(&r.home_currency));
        let name = format!("{} {}", r.first_name, r.last_name);
        text(&mut f, "name", Some(name.clone()));
        text(&mut f, "first_name", Some(r.first_name));
        text(&mut f, "last_name", Some(r.last_name));
        text(&mut f, "number", Some(r.number));
        text(&mut f, "email", r.email);
        text(&mut f, "phone", r.phone);
        text(&mut f, "department", r.department);
        text(&mut f, "location", r.location);
        text(&mut f, "job_title", r.job_title);
        text(&mut f, "employment_type", r.employment_type);
        f.put("fte", Fact::Number(r.fte));
        day(&mut f, "start_date", r.start_date);
        day(&mut f, "end_date", r.end_date.filter(|_| sight.terms));
        day(&mut f, "birth_date", r.birth_date);
        money(&mut f, "salary", r.salary_minor, r.salary_currency)?;
        let status = Status::on(today, r.start_date.map(Day), r.end_date.map(Day), r.archived);
        text(&mut f, "status", Some(status.key().to_owned()));
        text(&mut f, "manager", r.manager_number);
        let manager = r.manager_first.clone().zip(r.manager_last).map(|(first, last)| format!("{first} {last}"));
        text(&mut f, "manager.name", manager);
        text(&mut f, "manager.first_name", r.manager_first);
        text(&mut f, "manager.email", r.manager_email);
        text(&mut f, "manager.department", r.manager_department);
        found.insert(r.id, (name, f));
    }
    Ok(found)
}

#[derive(FromRow)]
struct Customer {
    id: Uuid,
    name: String,
    domain: Option<String>,
    industry: Option<String>,
    size: Option<i32>,
    country: Option<String>,
    city: Option<String>,
    status: String,
    lifecycle: Option<String>,
    health: Option<String>,
    health_because: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    revenue_minor: Option<i64>,
    revenue_currency: Option<String>,
    home_currency: String,
    owner_name: Option<String>,
    owner_email: Option<String>,
    parent_name: Option<String>,
    parent_status: Option<String>,
}

async fn customers(tx: &mut TenantTx, ids: &[Uuid]) -> Result<HashMap<Uuid, (String, Facts)>> {
    let mut q = QueryBuilder::new(
        "select p.*, (select t.currency from tenants t where t.id = p.tenant_id) as home_currency, m.name as owner_name,
           m.email as owner_email, c.name as parent_name,
           case when c.archived_at is null then c.status else 'archived' end as parent_status
         from (select e.tenant_id, e.id, e.name, e.domain, e.industry, e.size, e.country, e.city,
           case when e.archived_at is null then e.status else 'archived' end as status, e.lifecycle, e.health,
           e.health_because, e.email, e.phone, e.revenue_minor,
           e.revenue_currency, e.owner_id, e.parent_id from customers e where e.id = any(",
    );
    q.push_bind(ids.to_vec()).push(")");
    reach::narrow(&mut q, Kind::Customers, tx.scope::<CustomersRead>());
    q.push(
        ") p left join members m on m.tenant_id = p.tenant_id and m.id = p.owner_id
         left join customers c on c.tenant_id = p.tenant_id and c.id = p.parent_id",
    );
    let rows: Vec<Customer> = q.build_query_as().fetch_all(tx.conn()).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for r in rows {
        let mut f = Facts::within(Currency::from_code(&r.home_currency));
        text(&mut f, "name", Some(r.name.clone()));
        text(&mut f, "domain", r.domain);
        text(&mut f, "industry", r.industry);
        if let Some(size) = r.size {
            f.put("size", Fact::Number(Decimal::from(size)));
        }
        text(&mut f, "country", r.country);
        text(&mut f, "city", r.city);
        text(&mut f, "status", Some(r.status));
        text(&mut f, "lifecycle", r.lifecycle);
        text(&mut f, "health", r.health);
        text(&mut f, "health_because", r.health_because);
        text(&mut f, "email", r.email);
        text(&mut f, "phone", r.phone);
        money(&mut f, "revenue", r.revenue_minor, r.revenue_currency)?;
        owned_by(&mut f, r.owner_name, r.owner_email);
        // A parent that is none has no status.
        text(&mut f, "parent.status", r.parent_status.filter(|_| r.parent_name.is_some()));
        text(&mut f, "parent", r.parent_name);
        found.insert(r.id, (r.name, f));
    }
    Ok(found)
}

#[derive(FromRow)]
struct Task {
    id: Uuid,
    title: String,
    details: Option<String>,
    due_on: Option<NaiveDate>,
    priority: String,
    done: bool,
    assignee_name: String,
    assignee_email: String,
}

/// What a task is about is not told: that record has rights of its own.
async fn tasks(tx: &mut TenantTx, ids: &[Uuid]) -> Result<HashMap<Uuid, (String, Facts)>> {
    let mut q = QueryBuilder::new(
        "select p.*, m.name as assignee_name, m.email as assignee_email
         from (select e.tenant_id, e.id, e.title, e.details, e.due_on, e.priority, e.done_at is not null as done, e.assignee_id
           from tasks e where e.id = any(",
    );
    q.push_bind(ids.to_vec()).push(")");
    narrow(&mut q, tx, RecordKind::Task);
    q.push(") p join members m on m.tenant_id = p.tenant_id and m.id = p.assignee_id");
    let rows: Vec<Task> = q.build_query_as().fetch_all(tx.conn()).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for r in rows {
        let mut f = Facts::default();
        text(&mut f, "title", Some(r.title.clone()));
        text(&mut f, "details", r.details);
        day(&mut f, "due", r.due_on);
        text(&mut f, "priority", Some(r.priority));
        text(&mut f, "state", Some(if r.done { "done" } else { "open" }.to_owned()));
        text(&mut f, "assignee", Some(r.assignee_email));
        text(&mut f, "assignee.first_name", r.assignee_name.split_whitespace().next().map(str::to_owned));
        text(&mut f, "assignee.name", Some(r.assignee_name));
        found.insert(r.id, (r.title, f));
    }
    Ok(found)
}

/// Adds the tags of these records.
async fn tagged(tx: &mut TenantTx, found: &mut HashMap<Uuid, (String, Facts)>) -> Result<()> {
    let ids: Vec<Uuid> = found.keys().copied().collect();
    let rows = sqlx::query!(
        r#"select r.record_id as "record!", array_agg(t.name order by lower(t.name)) as "names!"
           from record_tags r join tags t on t.tenant_id = r.tenant_id and t.id = r.tag_id
           where r.record_id = any($1) group by r.record_id"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    for r in rows {
        if let Some((_, facts)) = found.get_mut(&r.record) {
            facts.put("tags", Fact::List(r.names));
        }
    }
    Ok(())
}

/// The first day at work, as the index of it has it.
const STARTED: &str = "(case when e.start_date is null then 'infinity' else e.start_date end)";

/// Records whose date field is this day, or, where it comes round each year, has this day after its own year; by id
/// behind `after`. Archived ones are left out.
pub async fn with_date(
    tx: &mut TenantTx,
    kind: RecordKind,
    field: &str,
    (day, yearly): (Day, bool),
    after: Option<Uuid>,
    most: i64,
) -> Result<Vec<Uuid>> {
    let column = match (kind, field) {
        // As its index has it.
        (RecordKind::Employee, "start_date") if !yearly => STARTED,
        (RecordKind::Employee, "start_date") => "e.start_date",
        (RecordKind::Employee, "end_date") => "e.end_date",
        (RecordKind::Employee, "birth_date") => "e.birth_date",
        (RecordKind::Deal, "close_on") => "e.close_on",
        (RecordKind::Deal, "next_step_on") => "e.next_step_on",
        (RecordKind::Task, "due") => "e.due_on",
        _ => return Ok(vec![]),
    };
    let mut q = QueryBuilder::new("select e.id from ");
    q.push(kind.table()).push(" e where ").push(column);
    if yearly {
        q.push(" < ")
            .push_bind(day.0)
            .push(format!(" and (extract(month from {column}) * 100 + extract(day from {column}))::int = any("));
        q.push_bind(day.anniversaries()).push(")");
    } else {
        q.push(" = ").push_bind(day.0);
    }
    in_use(&mut q, tx, kind, after, most);
    Ok(q.build_query_scalar().fetch_all(tx.conn()).await?)
}

/// Employees whose status a date may have changed on this day: their first day at work, or the one after their last.
pub async fn turned(
    tx: &mut TenantTx,
    kind: RecordKind,
    day: Day,
    after: Option<Uuid>,
    most: i64,
) -> Result<Vec<Uuid>> {
    if kind != RecordKind::Employee {
        return Ok(vec![]);
    }
    let mut q = QueryBuilder::new("select e.id from employees e where (");
    q.push(STARTED).push(" = ").push_bind(day.0).push(" or e.end_date = ").push_bind(day.0).push(" - 1)");
    in_use(&mut q, tx, kind, after, most);
    Ok(q.build_query_scalar().fetch_all(tx.conn()).await?)
}

/// The rest of a question for records that are in use and that the reader may see, by id.
fn in_use(q: &mut QueryBuilder<sqlx::Postgres>, tx: &TenantTx, kind: RecordKind, after: Option<Uuid>, most: i64) {
    if kind != RecordKind::Task {
        q.push(" and e.archived_at is null");
    }
    if let Some(after) = after {
        q.push(" and e.id > ").push_bind(after);
    }
    narrow(q, tx, kind);
    q.push(" order by e.id limit ").push_bind(most);
}

/// The records that somebody may see and that are in use, by id behind `after`: for schedules that go through all.
pub async fn page(tx: &mut TenantTx, kind: RecordKind, after: Option<Uuid>, most: i64) -> Result<Vec<Uuid>> {
    let mut q = QueryBuilder::new("select e.id from ");
    q.push(kind.table()).push(" e where true");
    in_use(&mut q, tx, kind, after, most);
    Ok(q.build_query_scalar().fetch_all(tx.conn()).await?)
}

/// What these records are called, of those that the reader may see.
pub async fn names(tx: &mut TenantTx, kind: RecordKind, ids: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let name = match kind {
        RecordKind::Employee => "e.first_name || ' ' || e.last_name",
        RecordKind::Customer | RecordKind::Contact | RecordKind::Lead | RecordKind::Deal => "e.name",
        RecordKind::Ticket => "e.number || ' ' || e.name",
        RecordKind::Task => "e.title",
    };
    if ids.is_empty() || !tx.rights().may(kind.read()) {
        return Ok(HashMap::new());
    }
    let mut q = QueryBuilder::new("select e.id, ");
    q.push(name)
        .push(" as name from ")
        .push(kind.table())
        .push(" e where e.id = any(")
        .push_bind(ids.to_vec())
        .push(")");
    narrow(&mut q, tx, kind);
    let rows: Vec<(Uuid, String)> = q.build_query_as().fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().collect())
}

/// The newest records that somebody may see and that are in use.
pub async fn newest(tx: &mut TenantTx, kind: RecordKind, most: i64) -> Result<Vec<Uuid>> {
    let mut q = QueryBuilder::new("select e.id from ");
    q.push(kind.table()).push(" e where true");
    if kind != RecordKind::Task {
        q.push(" and e.archived_at is null");
    }
    narrow(&mut q, tx, kind);
    // Ids are drawn in the order of time.
    q.push(" order by e.id desc limit ").push_bind(most);
    Ok(q.build_query_scalar().fetch_all(tx.conn()).await?)
}

/// The record whose field has this value; `None` where there is none, or more than one.
pub async fn by_value(tx: &mut TenantTx, kind: RecordKind, field: &str, value: &str) -> Result<Option<Uuid>> {
    // Written as their indexes are, and without functions, which row-level security would keep out of those.
    let column = match (kind, field) {
        (RecordKind::Employee | RecordKind::Customer | RecordKind::Contact, "email") => {
            "e.email collate house.caseless"
        }
        (RecordKind::Employee, "number") => "e.number",
        (RecordKind::Customer, "domain") => "e.domain",
        (RecordKind::Lead, "email") => "e.email_key",
        (RecordKind::Ticket, "number") => "e.number",
        (RecordKind::Customer | RecordKind::Lead | RecordKind::Deal, "name") => "e.name_key",
        _ => return Ok(None),
    };
    let value = value.trim();
    let value = if field == "number" { value.to_owned() } else { value.to_lowercase() };
    let mut q = QueryBuilder::new("select e.id from ");
    q.push(kind.table()).push(" e where ").push(column).push(" = ").push_bind(value).push(" and e.archived_at is null");
    narrow(&mut q, tx, kind);
    q.push(" limit 2");
    let mut found: Vec<Uuid> = q.build_query_scalar().fetch_all(tx.conn()).await?;
    Ok(found.pop().filter(|_| found.is_empty()))
}

fn narrow(q: &mut QueryBuilder<sqlx::Postgres>, tx: &TenantTx, kind: RecordKind) {
    match kind {
        RecordKind::Employee => reach::narrow(q, Kind::Employees, tx.scope::<EmployeesRead>()),
        RecordKind::Customer => reach::narrow(q, Kind::Customers, tx.scope::<CustomersRead>()),
        RecordKind::Contact => reach::narrow(q, Kind::Contacts, tx.scope::<ContactsRead>()),
        RecordKind::Lead => reach::narrow(q, Kind::Leads, tx.scope::<LeadsRead>()),
        RecordKind::Deal => reach::narrow(q, Kind::Deals, tx.scope::<DealsRead>()),
        RecordKind::Ticket => reach::narrow(q, Kind::Tickets, tx.scope::<TicketsRead>()),
        RecordKind::Task => reach::narrow(q, Kind::Tasks, tx.scope::<TasksRead>()),
    }
}
