//! Queries of tickets. Every read passes through [`COLUMNS`], and names a contact and a customer to nobody who may not see
//! those.

mod change;
mod near;
mod put;
mod snooze;

pub(super) use change::known;
pub use change::{add, archive, change, check, restore, restore_batch};
pub use near::{Near, Nearness, near};
pub use put::{Put, put, put_all};
pub use snooze::{snooze, wake, woken};

use super::workload;
use crate::{
    Error, Result, TenantTx, Who, custom_fields,
    db::strange,
    exports,
    list::{self, Key, Plan, Shape, row},
    reach::{self, Kind, reaches},
    search, tags,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    ContactId, CustomerId, MemberId, QueueId, TicketId,
    access::{ContactsRead, CustomersRead, Permission, Scope, TicketsBulk, TicketsExport, TicketsRead},
    crm::customers::Owner,
    custom_fields::Values,
    import::Target,
    list::{Mark, Slice, Sort},
    support::{
        sla::Clock,
        tickets::{Filter, Kind as Sorted, Order, Pressing, Priority, SOON, Shown, Status, Ticket},
        workload::{Happened, What},
    },
};
use serde_json::Value;
use sqlx::{Postgres, QueryBuilder};
use std::sync::LazyLock;
use uuid::Uuid;

const TICKETS: Kind = Kind::Tickets;

const COLUMNS: &str = "e.id, e.version, e.number, e.name, e.queue_id, e.contact_id, e.requester_name, e.requester_email, \
    e.customer_id, e.priority, e.status, e.kind, e.assignee_id, e.parent_id, e.merged_into, e.due_at, e.asked_at, \
    e.answered_at, e.solved_at, e.snoozed_at, e.snoozed_until, e.custom, e.archived_at, e.created_at, e.updated_at, e.tenant_id";

const JOINED: &str = "a.name as assignee_name, a.email as assignee_email, q.name as queue_name, c.name as contact_name, \
    k.name as customer_name";

/// By how far the reader sees contacts and customers, each of nothing, own, team, all.
static JOINS: LazyLock<Vec<String>> = LazyLock::new(|| {
    const SCOPES: [Option<Scope>; 4] = [None, Some(Scope::Own), Some(Scope::Team), Some(Scope::All)];
    let each = |n: usize| {
        let (people, firms) = (reaches(Kind::Contacts, SCOPES[n / 4]), reaches(Kind::Customers, SCOPES[n % 4]));
        format!(
            " left join members a on a.tenant_id = p.tenant_id and a.id = p.assignee_id \
              left join support_queues q on q.tenant_id = p.tenant_id and q.id = p.queue_id \
              left join lateral (select e.name from contacts e \
                where e.tenant_id = p.tenant_id and e.id = p.contact_id and {people}) c on true \
              left join lateral (select e.name from customers e \
                where e.tenant_id = p.tenant_id and e.id = p.customer_id and {firms}) k on true"
        )
    };
    (0..16).map(each).collect()
});

/// The index's, to the letter.
const DUE: &str = "case when e.due_at is null then 'infinity' else e.due_at end";

fn shape(tx: &TenantTx) -> Shape {
    let place = |scope: Option<Scope>| scope.map_or(0, |s| s as usize + 1);
    let joins = &JOINS[place(tx.scope::<ContactsRead>()) * 4 + place(tx.scope::<CustomersRead>())];
    Shape { from: "tickets e", columns: COLUMNS, joined: JOINED, joins, counted: "e.created_at" }
}

fn key(sort: Sort<Order>) -> Key {
    let (sql, cast) = match sort.key {
        Order::Created => ("e.created_at", "timestamptz"),
        Order::Due => (DUE, "timestamptz"),
        // The most urgent first.
        Order::Priority => ("e.urgency", "int"),
    };
    Key { sql, cast, descending: sort.descending }
}

/// One page of the tickets that the reader may see.
pub async fn list(tx: &mut TenantTx, filter: &Filter) -> Result<Slice<Ticket>> {
    let asked = asked(tx, filter, true).await?;
    let near = asked.near;
    let (scope, shape) = (tx.scope::<TicketsRead>(), shape(tx));
    let plan = plan(filter, &asked.hits, scope);
    let conditions = move |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &asked, scope);
    let page = list::page::<Row>(tx.conn(), &shape, &conditions, &key(filter.order()), &filter.cursor(), plan).await?;
    let mut rows: Vec<Ticket> = page.rows.into_iter().map(Row::ticket).collect::<Result<_>>()?;
    custom_fields::name_people(tx, rows.iter_mut().map(|t| &mut t.custom)).await?;
    Ok(Slice { rows, previous: page.previous, next: page.next, total: page.total, near })
}

/// What a question asks that other tables answer, and who asks.
struct Asked {
    hits: search::Hits,
    /// They are only close.
    near: bool,
    custom: Vec<custom_fields::Condition>,
    who: Who,
    now: DateTime<Utc>,
    /// A clock, whether it was late, and the month where the workspace is.
    clock: Option<(Clock, bool, DateTime<Utc>, DateTime<Utc>)>,
    /// What happened, and between which moments.
    happened: Option<(What, DateTime<Utc>, DateTime<Utc>)>,
}

/// `near`: whether what is only close to the words will do, where nothing is exactly so.
async fn asked(tx: &mut TenantTx, filter: &Filter, near: bool) -> Result<Asked> {
    let custom = custom_fields::conditions(tx, Target::Tickets, &filter.custom).await?;
    let (hits, near) = match near {
        true => search::hits_or_near(tx, "ticket", &filter.q).await?,
        false => (search::hits(tx, "ticket", &filter.q).await?, false),
    };
    let clock = filter.clock().and_then(|(clock, late, (year, month))| {
        let (from, to) = month_of(tx.zone(), year, month)?;
        Some((clock, late, from, to))
    });
    let happened = Happened::parse(&filter.happened).map(|asked| workload::moments(tx, asked));
    Ok(Asked { hits, near, custom, who: tx.who(), now: tx.now(), clock, happened })
}

/// From the first moment of a month until that of the next, there.
pub(super) fn month_of(zone: chrono_tz::Tz, year: i32, month: u32) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let next = first.checked_add_months(chrono::Months::new(1))?;
    let at = |day| domain::day::instant(zone, day, chrono::NaiveTime::MIN);
    Some((at(first), at(next)))
}

/// The usual questions have their index: what is open, in some order.
fn plan(filter: &Filter, hits: &search::Hits, scope: Option<Scope>) -> Plan {
    match hits {
        search::Hits::These(_) => Plan::Found,
        search::Hits::All if !filter.narrows() && scope == Some(Scope::All) => Plan::Kept,
        _ => Plan::Fresh,
    }
}

fn narrow(q: &mut QueryBuilder<Postgres>, filter: &Filter, asked: &Asked, scope: Option<Scope>) {
    reach::narrow(q, TICKETS, scope);
    match filter.shown() {
        Shown::Open => q.push(" and e.archived_at is null and e.is_open and e.snoozed_at is null"),
        Shown::Snoozed => q.push(" and e.archived_at is null and e.snoozed_at is not null"),
        // What became a part of another is found there.
        Shown::All => q.push(" and e.archived_at is null and e.merged_into is null"),
        Shown::Archived => q.push(" and e.archived_at is not null"),
        Shown::Of(status) => {
            q.push(" and e.archived_at is null and e.merged_into is null and e.status = ").push_bind(status.key())
        }
    };
    for (column, id) in
        [("queue_id", &filter.queue), ("customer_id", &filter.customer), ("contact_id", &filter.contact)]
    {
        if let Ok(id) = id.parse::<Uuid>() {
            q.push(format!(" and e.{column} = ")).push_bind(id);
        }
    }
    if let Some(priority) = Priority::parse(&filter.priority) {
        q.push(" and e.priority = ").push_bind(priority.key());
    }
    if let Some(kind) = Sorted::parse(&filter.kind) {
        q.push(" and e.kind = ").push_bind(kind.key());
    }
    match (filter.assignee.as_str(), asked.who) {
        ("me", Who::Member(me)) => {
            q.push(" and e.assignee_id = ").push_bind(me.0);
        }
        ("nobody", _) => {
            q.push(" and e.assignee_id is null");
        }
        (id, _) => {
            if let Ok(id) = id.parse::<Uuid>() {
                q.push(" and e.assignee_id = ").push_bind(id);
            }
        }
    }
    let until = match filter.pressing() {
        None => None,
        Some(Pressing::Late) => Some(asked.now),
        Some(Pressing::Soon) => Some(asked.now + TimeDelta::hours(SOON)),
    };
    if let Some(until) = until {
        q.push(" and e.is_open and ").push(DUE).push(" <= ").push_bind(until);
    }
    if let Some((clock, late, from, to)) = asked.clock {
        q.push(" and e.id in (select c.ticket_id from ticket_clocks c where c.clock = ").push_bind(clock.key());
        q.push(match late {
            true => " and c.late and c.breached_at >= ",
            false => " and not c.late and not c.withdrawn and c.ended_at >= ",
        });
        q.push_bind(from).push(if late { " and c.breached_at < " } else { " and c.ended_at < " }).push_bind(to);
        if filter.by == "nobody" {
            q.push(" and c.member_id is null");
        } else if let Ok(by) = filter.by.parse::<Uuid>() {
            q.push(" and c.member_id = ").push_bind(by);
        }
        q.push(")");
    }
    if let Some(happened) = asked.happened {
        workload::narrow(q, happened);
    }
    tags::narrow(q, &filter.tag);
    asked.custom.iter().for_each(|condition| condition.narrow(q));
    asked.hits.narrow(q);
}

/// How many tickets the filter finds, counted no further than one past `most`. `P` is what is to be done with them.
pub async fn count<P: Permission>(tx: &mut TenantTx, filter: &Filter, most: i64) -> Result<i64> {
    // A file has what the list shows; what changes records takes none for another.
    let asked = asked(tx, filter, P::KEY == TicketsExport::KEY).await?;
    let (scope, shape) = (reach::lower::<P, TicketsRead>(tx.rights()), shape(tx));
    exports::count(tx, &shape, &|q| narrow(q, filter, &asked, scope), most).await
}

/// The tickets of the question behind `after`, in its order, for a file; and where the next ones begin.
pub async fn export(
    tx: &mut TenantTx,
    filter: &Filter,
    after: Option<&Mark>,
    most: i64,
) -> Result<(Vec<Ticket>, Option<Mark>)> {
    let asked = asked(tx, filter, true).await?;
    let (key, shape) = (key(filter.order()), shape(tx));
    let scope = reach::lower::<TicketsExport, TicketsRead>(tx.rights());
    let conditions = |q: &mut QueryBuilder<Postgres>| narrow(q, filter, &asked, scope);
    let (rows, next) = exports::page::<Row>(tx, &shape, &conditions, &key, after, most).await?;
    let mut rows: Vec<Ticket> = rows.into_iter().map(Row::ticket).collect::<Result<_>>()?;
    custom_fields::name_people(tx, rows.iter_mut().map(|t| &mut t.custom)).await?;
    tagged(tx, &mut rows).await?;
    Ok((rows, next))
}

/// Puts their tags to records that the reader may see.
pub async fn tagged(tx: &mut TenantTx, rows: &mut [Ticket]) -> Result<()> {
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id.0).collect();
    let mut found = tags::of(tx, &ids).await?;
    for row in rows {
        row.tags = found.remove(&row.id.0).unwrap_or_default();
    }
    Ok(())
}

/// One ticket, if the reader may see it.
pub async fn find(tx: &mut TenantTx, id: TicketId) -> Result<Ticket> {
    let shape = shape(tx);
    let mut q = QueryBuilder::new("select ");
    q.push(shape.joined)
        .push(", p.* from (select ")
        .push(COLUMNS)
        .push(" from tickets e where e.id = ")
        .push_bind(id.0);
    reach::narrow(&mut q, TICKETS, tx.scope::<TicketsRead>());
    q.push(") p").push(shape.joins);
    let row: Option<Row> = q.build_query_as().fetch_optional(tx.conn()).await?;
    let mut ticket = row.ok_or(Error::NotFound)?.ticket()?;
    custom_fields::name_people(tx, [&mut ticket.custom]).await?;
    Ok(ticket)
}

/// All that the filter finds, for changing many at once.
pub async fn matching(tx: &mut TenantTx, filter: &Filter) -> Result<Vec<TicketId>> {
    let asked = asked(tx, filter, false).await?;
    let scope = reach::lower::<TicketsBulk, TicketsRead>(tx.rights());
    let mut q = QueryBuilder::new("select e.id from tickets e where true");
    narrow(&mut q, filter, &asked, scope);
    let ids: Vec<Uuid> = q.build_query_scalar().fetch_all(tx.conn()).await?;
    Ok(ids.into_iter().map(TicketId).collect())
}

/// The one that is due next behind this one, of those that the reader works on: their own, and those that nobody has.
pub async fn next(tx: &mut TenantTx, after: TicketId) -> Result<Option<TicketId>> {
    let Who::Member(me) = tx.who() else { return Ok(None) };
    let mut q = QueryBuilder::new("with here as (select ");
    q.push(DUE).push(" as due, e.id from tickets e where e.id = ").push_bind(after.0);
    q.push(") select e.id from tickets e where e.archived_at is null and e.is_open and e.snoozed_at is null and e.status in ('new', 'open') and (e.assignee_id = ");
    q.push_bind(me.0).push(" or e.assignee_id is null) and e.id <> ").push_bind(after.0);
    reach::narrow(&mut q, TICKETS, tx.scope::<TicketsRead>());
    // Behind this one first; round again from the top where there is none.
    q.push(" order by not coalesce((").push(DUE).push(", e.id) > (select due, id from here), true), ");
    q.push(DUE).push(", e.id limit 1");
    let id: Option<Uuid> = q.build_query_scalar().persistent(false).fetch_optional(tx.conn()).await?;
    Ok(id.map(TicketId))
}

row! {
    struct Row {
        assignee_name: Option<String>,
        assignee_email: Option<String>,
        queue_name: Option<String>,
        contact_name: Option<String>,
        customer_name: Option<String>,
        id: Uuid,
        version: i32,
        number: String,
        name: String,
        queue_id: Uuid,
        contact_id: Option<Uuid>,
        requester_name: Option<String>,
        requester_email: Option<String>,
        customer_id: Option<Uuid>,
        priority: String,
        status: String,
        kind: String,
        assignee_id: Option<Uuid>,
        parent_id: Option<Uuid>,
        merged_into: Option<Uuid>,
        due_at: Option<DateTime<Utc>>,
        asked_at: Option<DateTime<Utc>>,
        answered_at: Option<DateTime<Utc>>,
        solved_at: Option<DateTime<Utc>>,
        snoozed_at: Option<DateTime<Utc>>,
        snoozed_until: Option<DateTime<Utc>>,
        custom: Option<Value>,
        archived_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
    }
}

impl Row {
    fn ticket(self) -> Result<Ticket> {
        let assignee = self.assignee_id.map(MemberId).zip(self.assignee_name.zip(self.assignee_email));
        Ok(Ticket {
            id: TicketId(self.id),
            version: self.version,
            number: self.number,
            name: self.name,
            queue: QueueId(self.queue_id),
            queue_name: self.queue_name.unwrap_or_default(),
            contact: self.contact_id.map(ContactId).zip(self.contact_name),
            requester_name: self.requester_name,
            requester_email: self.requester_email,
            customer_hidden: self.customer_id.is_some() && self.customer_name.is_none(),
            customer: self.customer_id.map(CustomerId).zip(self.customer_name),
            priority: Priority::parse(&self.priority).ok_or_else(|| strange("priority", &self.priority))?,
            status: Status::parse(&self.status).ok_or_else(|| strange("status", &self.status))?,
            kind: Sorted::parse(&self.kind).ok_or_else(|| strange("kind", &self.kind))?,
            assignee: assignee.map(|(id, (name, email))| Owner { id, name, email }),
            parent: self.parent_id.map(TicketId),
            merged_into: self.merged_into.map(TicketId),
            due_at: self.due_at,
            asked_at: self.asked_at,
            answered_at: self.answered_at,
            solved_at: self.solved_at,
            snoozed: self.snoozed_at.map(|at| (at, self.snoozed_until)),
            archived: self.archived_at.is_some(),
            custom: Values::of(self.custom, None, None),
            tags: vec![],
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
