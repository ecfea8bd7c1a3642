//! Tickets as workflows see them.

use super::records::text;
use crate::{Result, TenantTx, reach, reach::Kind};
use domain::{
    access::{ContactsRead, CustomersRead, TicketsRead},
    automation::fields::Facts,
    support::tickets::Requester,
};
use sqlx::{FromRow, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(FromRow)]
struct Ticket {
    id: Uuid,
    number: String,
    name: String,
    requester_name: Option<String>,
    requester_email: Option<String>,
    contact: Option<String>,
    customer: Option<String>,
    queue: String,
    priority: String,
    status: String,
    kind: String,
    promise: String,
    assignee_name: Option<String>,
    assignee_email: Option<String>,
}

/// The contact and the customer are named where the reader may see them.
pub(super) async fn tickets(tx: &mut TenantTx, ids: &[Uuid]) -> Result<HashMap<Uuid, (String, Facts)>> {
    let mut q = QueryBuilder::new(
        "select p.*, m.name as assignee_name, m.email as assignee_email, u.name as queue,
           (select e.name from customers e where e.id = p.customer_id",
    );
    reach::narrow(&mut q, Kind::Customers, tx.scope::<CustomersRead>());
    q.push(") as customer, (select e.name from contacts e where e.id = p.contact_id");
    reach::narrow(&mut q, Kind::Contacts, tx.scope::<ContactsRead>());
    q.push(
        ") as contact
         from (select e.tenant_id, e.id, e.number, e.name, e.requester_name, e.requester_email, e.contact_id, e.customer_id,
           e.queue_id, e.priority, e.kind, e.promise, e.assignee_id,
           case when e.archived_at is null then e.status else 'archived' end as status from tickets e where e.id = any(",
    );
    q.push_bind(ids.to_vec()).push(")");
    reach::narrow(&mut q, Kind::Tickets, tx.scope::<TicketsRead>());
    q.push(
        ") p join support_queues u on u.tenant_id = p.tenant_id and u.id = p.queue_id
         left join members m on m.tenant_id = p.tenant_id and m.id = p.assignee_id",
    );
    let rows: Vec<Ticket> = q.build_query_as().fetch_all(tx.conn()).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for r in rows {
        let mut f = Facts::default();
        text(&mut f, "number", Some(r.number.clone()));
        text(&mut f, "name", Some(r.name.clone()));
        let asks = r.contact.or(r.requester_name);
        text(&mut f, "requester", r.requester_email.as_deref().map(|email| Requester::words(asks.as_deref(), email)));
        text(&mut f, "email", r.requester_email);
        text(&mut f, "customer", r.customer);
        text(&mut f, "queue", Some(r.queue));
        text(&mut f, "priority", Some(r.priority));
        text(&mut f, "status", Some(r.status));
        text(&mut f, "kind", Some(r.kind));
        text(&mut f, "promise", Some(r.promise));
        text(&mut f, "assignee", r.assignee_email);
        let first = r.assignee_name.as_deref().and_then(|n| n.split_whitespace().next()).map(str::to_owned);
        text(&mut f, "assignee.first_name", first);
        text(&mut f, "assignee.name", r.assignee_name);
        found.insert(r.id, (format!("{} {}", r.number, r.name), f));
    }
    Ok(found)
}
