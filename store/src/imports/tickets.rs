//! Tickets in bulk, with what was said in them and how they were rated. What comes by a file was promised nothing here: no clock
//! runs for it.

use super::{
    attached::Follows,
    ledger::{Ledger, NAMES, filled, members, plan_anew},
};
use crate::{Result, TenantTx, custom_fields::by_number, db::strange, support::queues};
use chrono::{DateTime, Utc};
use domain::{
    Email, ImportId, MessageId,
    custom_fields::{Custom, Values},
    import::{Change, Known, New, Record, Standing, TicketFields, Tickets, Wanted, asks},
    support::{
        queues::Queue,
        tickets::{Fields, Kind, Priority, Requester, Status},
    },
};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use uuid::Uuid;

/// Messages of such a ticket that did not come with it.
const SAID_SINCE: &str =
    "x.id <> x.ticket_id and not (x.author_id is null and not x.inbound and not x.automatic and x.kind = 'reply')";

impl Ledger for Tickets {
    const TABLE: &'static str = "tickets";
    const FOLLOWS: &'static [Follows] = &[
        ("ticket_messages", "ticket_id", Some(SAID_SINCE)),
        ("ticket_clock_events", "ticket_id", None),
        ("ticket_ratings", "ticket_id", None),
    ];

    async fn known(tx: &mut TenantTx, wanted: &Wanted) -> Result<Known<TicketFields>> {
        let [references, _] = &wanted.keys;
        plan_anew(tx).await?;
        let rows = sqlx::query!(
            r#"select id, version, reference, name, requester_name, requester_email, priority, status, kind, assignee_id, custom,
                 archived_at is not null as "archived!"
               from tickets where lower(reference) = any($1) order by created_at, id"#,
            references
        )
        .fetch_all(tx.conn())
        .await?;
        let named = |field: &str| -> Vec<String> {
            wanted.others.iter().filter(|(f, _)| *f == field).map(|(_, name)| name.clone()).collect()
        };
        let customers = sqlx::query_scalar!(
            r#"select lower(name) as "name!" from customers where lower(name) = any($1)"#,
            &named("customer")
        );
        let customers = customers.fetch_all(tx.conn()).await?;
        let mut known = Known {
            members: members(tx, &wanted.owners).await?,
            people: by_number(tx, &wanted.people).await?,
            ..Known::default()
        };
        known.others.extend(customers.into_iter().map(|name| ("customer", name)));
        let all = queues::all(tx).await?;
        known
            .others
            .extend(named("queue").into_iter().filter(|n| called(&all, Some(n)).is_some()).map(|name| ("queue", name)));
        for r in rows {
            let requester = match r.requester_email {
                Some(e) => Some(Requester {
                    name: r.requester_name,
                    email: Email::parse(&e).map_err(|_| strange("email", &e))?,
                }),
                None => None,
            };
            let ticket = Fields {
                name: r.name,
                requester,
                priority: Priority::parse(&r.priority).ok_or_else(|| strange("priority", &r.priority))?,
                status: Status::parse(&r.status).ok_or_else(|| strange("status", &r.status))?,
                kind: Kind::parse(&r.kind).ok_or_else(|| strange("kind", &r.kind))?,
                custom: Custom::known(Values::of(r.custom, None, None)),
                ..Fields::default()
            };
            let fields = TicketFields {
                ticket,
                reference: r.reference,
                resolution: None,
                created: None,
                answered: None,
                solved: None,
                rating: None,
            };
            let now = Standing { fields, above: None, owner: r.assignee_id };
            known.records.push(Record { id: r.id, version: r.version, archived: r.archived, now });
        }
        Ok(known)
    }

    async fn names(tx: &mut TenantTx, field: &'static str) -> Result<Vec<String>> {
        Ok(match field {
            "queue" => queues::all(tx).await?.into_iter().map(|q| q.name).collect(),
            "customer" => {
                sqlx::query_scalar!(
                    "select name from customers where archived_at is null order by lower(name) limit $1",
                    NAMES
                )
                .fetch_all(tx.conn())
                .await?
            }
            _ => vec![],
        })
    }

    async fn insert(tx: &mut TenantTx, rows: &[New<TicketFields>]) -> Result<()> {
        let (all, now) = (queues::all(tx).await?, tx.now());
        let first = all.iter().find(|q| !q.archived).or(all.first()).ok_or(crate::Error::NotFound)?;
        let of: Vec<&Queue> =
            rows.iter().map(|r| called(&all, r.now.fields.ticket.queue.as_deref()).unwrap_or(first)).collect();
        let numbers = draw(tx, &of).await?;
        let emails: Vec<String> = rows.iter().filter_map(|r| asks(&r.now.fields).1.map(str::to_lowercase)).collect();
        let contacts = contacts(tx, &emails).await?;
        let mut c = Columns::default();
        for ((row, queue), number) in rows.iter().zip(&of).zip(numbers) {
            c.add(row, queue, number, &contacts, now);
        }
        sqlx::query!(
            "insert into tickets (tenant_id, id, number, reference, name, queue_id, contact_id, requester_name, requester_email, customer_id,
               priority, status, kind, assignee_id, custom, answered_at, solved_at, created_at, updated_at)
             select $1, u.id, u.number, u.reference, u.name, u.queue_id, u.contact_id, u.requester_name, u.requester_email,
               coalesce((select k.id from customers k where lower(k.name) = u.customer order by k.created_at, k.id limit 1), u.customer_id),
               u.priority, u.status, u.kind, u.assignee_id, u.custom, u.answered_at, u.solved_at, u.created_at, $2
             from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::text[], $12::uuid[],
               $13::text[], $14::text[], $15::text[], $16::uuid[], $17::jsonb[], $18::timestamptz[], $19::timestamptz[], $20::timestamptz[])
               as u (id, number, reference, name, queue_id, contact_id, requester_name, requester_email, customer, customer_id, priority,
                 status, kind, assignee_id, custom, answered_at, solved_at, created_at)",
            tx.tenant().0,
            now,
            &c.ids,
            &c.number,
            &c.reference as &[Option<&str>],
            &c.name as &[&str],
            &c.queue,
            &c.contact as &[Option<Uuid>],
            &c.requester_name as &[Option<&str>],
            &c.requester_email as &[Option<&str>],
            &c.customer as &[Option<String>],
            &c.customer_id as &[Option<Uuid>],
            &c.priority as &[&str],
            &c.status as &[&str],
            &c.kind as &[&str],
            &c.assignee as &[Option<Uuid>],
            &c.custom as &[Option<Value>],
            &c.answered as &[Option<DateTime<Utc>>],
            &c.solved as &[Option<DateTime<Utc>>],
            &c.created
        )
        .execute(tx.conn())
        .await?;
        say(tx, rows, &c).await
    }

    async fn update(tx: &mut TenantTx, rows: &[Change<TicketFields>]) -> Result<()> {
        let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
        let versions: Vec<i32> = rows.iter().map(|r| r.version).collect();
        let of = |f: fn(&TicketFields) -> &str| rows.iter().map(|r| f(&r.after.fields)).collect::<Vec<&str>>();
        let who: Vec<_> = rows.iter().map(|r| asks(&r.after.fields)).collect();
        let (names, emails): (Vec<Option<&str>>, Vec<Option<&str>>) = who.into_iter().unzip();
        let owners: Vec<Option<Uuid>> = rows.iter().map(|r| r.after.owner).collect();
        let custom: Vec<Option<Value>> =
            rows.iter().map(|r| filled(&r.after.fields.ticket.custom.values.directory)).collect();
        let done = sqlx::query!(
            "update tickets t set version = t.version + 1, updated_at = $1, name = u.name, requester_name = u.requester_name,
               requester_email = u.requester_email, priority = u.priority, status = u.status, kind = u.kind, assignee_id = u.assignee_id,
               custom = u.custom
             from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::uuid[], $11::jsonb[])
               as u (id, version, name, requester_name, requester_email, priority, status, kind, assignee_id, custom)
             where t.id = u.id and t.version = u.version",
            tx.now(),
            &ids,
            &versions,
            &of(|f| &f.ticket.name) as &[&str],
            &names as &[Option<&str>],
            &emails as &[Option<&str>],
            &of(|f| f.ticket.priority.key()) as &[&str],
            &of(|f| f.ticket.status.key()) as &[&str],
            &of(|f| f.ticket.kind.key()) as &[&str],
            &owners as &[Option<Uuid>],
            &custom as &[Option<Value>]
        )
        .execute(tx.conn())
        .await?;
        // Somebody has changed one of them since the plan was made: nothing of theirs is written over.
        if done.rows_affected() == rows.len() as u64 { Ok(()) } else { Err(crate::Error::Stale) }
    }

    fn columns(s: &Standing<TicketFields>) -> Map<String, Value> {
        let (f, (name, email)) = (&s.fields.ticket, asks(&s.fields));
        let Value::Object(columns) = json!({
            "name": f.name,
            "requester_name": name,
            "requester_email": email,
            "priority": f.priority.key(),
            "status": f.status.key(),
            "kind": f.kind.key(),
            "assignee_id": s.owner,
            "custom": filled(&f.custom.values.directory),
        }) else {
            unreachable!("an object was written")
        };
        columns
    }

    async fn called(tx: &mut TenantTx, records: &[Uuid]) -> Result<HashMap<Uuid, String>> {
        let rows =
            sqlx::query!("select id, number from tickets where id = any($1)", records).fetch_all(tx.conn()).await?;
        Ok(rows.into_iter().map(|r| (r.id, r.number)).collect())
    }

    async fn versions(tx: &mut TenantTx, records: &[Uuid]) -> Result<Vec<(Uuid, i32)>> {
        let rows =
            sqlx::query!("select id, version from tickets where id = any($1)", records).fetch_all(tx.conn()).await?;
        Ok(rows.into_iter().map(|r| (r.id, r.version)).collect())
    }

    async fn remove(tx: &mut TenantTx, records: &[Uuid]) -> Result<u64> {
        let done = sqlx::query!("delete from tickets where id = any($1)", records).execute(tx.conn()).await?;
        Ok(done.rows_affected())
    }

    async fn restore(tx: &mut TenantTx, id: ImportId, records: &[Uuid]) -> Result<u64> {
        let done = sqlx::query!(
            "with old as materialized (
               select r.* from import_changes c
               join tickets e on e.tenant_id = c.tenant_id and e.id = c.record_id
               cross join lateral (
                 select jsonb_object_agg(b.key, b.value) as fields from jsonb_each(c.before) b
                 where to_jsonb(e) -> b.key = c.after -> b.key
               ) kept
               cross join lateral jsonb_populate_record(e, kept.fields) r
               where c.import_id = $1 and c.record_id = any($2) and kept.fields is not null
             )
             update tickets e set version = e.version + 1, updated_at = $3, name = o.name, requester_name = o.requester_name,
               requester_email = o.requester_email, priority = o.priority, status = o.status, kind = o.kind, assignee_id = o.assignee_id,
               custom = o.custom
             from old o where e.tenant_id = o.tenant_id and e.id = o.id",
            id.0,
            records,
            tx.now()
        )
        .execute(tx.conn())
        .await?;
        Ok(done.rows_affected())
    }
}

/// The queue of this name or prefix.
fn called<'q>(all: &'q [Queue], word: Option<&str>) -> Option<&'q Queue> {
    let word = word?.to_lowercase();
    all.iter().find(|q| !q.archived && (q.name.to_lowercase() == word || q.prefix.to_lowercase() == word))
}

/// A number for each, drawn for all of a queue at once.
async fn draw(tx: &mut TenantTx, of: &[&Queue]) -> Result<Vec<String>> {
    let mut many: HashMap<Uuid, i32> = HashMap::new();
    of.iter().for_each(|q| *many.entry(q.id.0).or_default() += 1);
    let mut next: HashMap<Uuid, i32> = HashMap::new();
    for (queue, many) in many {
        let last = sqlx::query_scalar!(
            "insert into support_turns (tenant_id, queue_id, last_number) values ($1, $2, 1000 + $3)
             on conflict (tenant_id, queue_id) do update set last_number = support_turns.last_number + $3 returning last_number",
            tx.tenant().0,
            queue,
            many
        );
        next.insert(queue, last.fetch_one(tx.conn()).await? - many);
    }
    let number = |q: &&Queue| {
        let n = next.entry(q.id.0).or_default();
        *n += 1;
        format!("{}-{n}", q.prefix)
    };
    Ok(of.iter().map(number).collect())
}

/// Contacts by their addresses, with the customer where they work.
async fn contacts(tx: &mut TenantTx, emails: &[String]) -> Result<HashMap<String, (Uuid, Option<Uuid>)>> {
    let rows = sqlx::query!(
        r#"select distinct on (p.normal) p.normal as "email!", c.id, c.customer_id from contact_points p
           join contacts c on c.tenant_id = p.tenant_id and c.id = p.contact_id
           where p.kind = 'email' and p.normal = any($1) and c.archived_at is null order by p.normal, c.created_at, c.id"#,
        emails
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(|r| (r.email, (r.id, r.customer_id))).collect())
}

/// What was asked and answered, and how that was rated.
async fn say(tx: &mut TenantTx, rows: &[New<TicketFields>], c: &Columns<'_>) -> Result<()> {
    let mut said = Said::default();
    let (mut rated, mut scores, mut moments) = (vec![], vec![], vec![]);
    for (n, row) in rows.iter().enumerate() {
        let (f, created) = (&row.now.fields, c.created[n]);
        if let Some(text) = &f.ticket.message {
            said.add(row.id, row.id, true, c.contact[n], c.requester_name[n].or(c.requester_email[n]), text, created);
        }
        let answered = c.solved[n].or(c.answered[n]).unwrap_or(created).max(created);
        if let Some(text) = &f.resolution {
            let id = tx.id::<MessageId>().0;
            said.add(id, row.id, false, None, None, text, answered + chrono::TimeDelta::seconds(1));
        }
        if let Some(score) = f.rating {
            rated.push(row.id);
            scores.push(i32::from(score));
            moments.push(answered);
        }
    }
    sqlx::query!(
        "insert into ticket_messages (tenant_id, id, ticket_id, kind, inbound, contact_id, author_name, body, created_at)
         select $1, u.id, u.ticket_id, 'reply', u.inbound, u.contact_id, u.author_name, u.body, u.created_at
         from unnest($2::uuid[], $3::uuid[], $4::bool[], $5::uuid[], $6::text[], $7::text[], $8::timestamptz[])
           as u (id, ticket_id, inbound, contact_id, author_name, body, created_at)",
        tx.tenant().0,
        &said.ids,
        &said.tickets,
        &said.inbound,
        &said.contacts as &[Option<Uuid>],
        &said.authors as &[Option<&str>],
        &said.bodies as &[&str],
        &said.moments
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "insert into ticket_ratings (tenant_id, ticket_id, asked_at, member_id, queue_id, score, rated_at)
         select t.tenant_id, t.id, u.at, t.assignee_id, t.queue_id, u.score, u.at
         from unnest($1::uuid[], $2::int[], $3::timestamptz[]) as u (id, score, at) join tickets t on t.id = u.id",
        &rated,
        &scores,
        &moments
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Messages turned into columns, for UNNEST.
#[derive(Default)]
struct Said<'a> {
    ids: Vec<Uuid>,
    tickets: Vec<Uuid>,
    inbound: Vec<bool>,
    contacts: Vec<Option<Uuid>>,
    authors: Vec<Option<&'a str>>,
    bodies: Vec<&'a str>,
    moments: Vec<DateTime<Utc>>,
}

impl<'a> Said<'a> {
    #[expect(clippy::too_many_arguments, reason = "a column each")]
    fn add(
        &mut self,
        id: Uuid,
        ticket: Uuid,
        inbound: bool,
        contact: Option<Uuid>,
        author: Option<&'a str>,
        body: &'a str,
        at: DateTime<Utc>,
    ) {
        self.ids.push(id);
        self.tickets.push(ticket);
        self.inbound.push(inbound);
        self.contacts.push(contact);
        self.authors.push(author);
        self.bodies.push(body);
        self.moments.push(at);
    }
}

/// Rows turned into columns, for UNNEST.
#[derive(Default)]
struct Columns<'a> {
    ids: Vec<Uuid>,
    number: Vec<String>,
    reference: Vec<Option<&'a str>>,
    name: Vec<&'a str>,
    queue: Vec<Uuid>,
    contact: Vec<Option<Uuid>>,
    requester_name: Vec<Option<&'a str>>,
    requester_email: Vec<Option<&'a str>>,
    customer: Vec<Option<String>>,
    customer_id: Vec<Option<Uuid>>,
    priority: Vec<&'a str>,
    status: Vec<&'a str>,
    kind: Vec<&'a str>,
    assignee: Vec<Option<Uuid>>,
    custom: Vec<Option<Value>>,
    answered: Vec<Option<DateTime<Utc>>>,
    solved: Vec<Option<DateTime<Utc>>>,
    created: Vec<DateTime<Utc>>,
}

impl<'a> Columns<'a> {
    fn add(
        &mut self,
        row: &'a New<TicketFields>,
        queue: &Queue,
        number: String,
        contacts: &HashMap<String, (Uuid, Option<Uuid>)>,
        now: DateTime<Utc>,
    ) {
        let (f, (name, email)) = (&row.now.fields, asks(&row.now.fields));
        let contact = email.and_then(|e| contacts.get(&e.to_lowercase()));
        // Nothing has happened yet that has not.
        let past = |at: Option<DateTime<Utc>>| at.map(|at| at.min(now));
        let (answered, solved) = (past(f.answered), past(f.solved));
        let created = past(f.created).or(answered.min(solved).or(answered).or(solved)).unwrap_or(now);
        self.ids.push(row.id);
        self.number.push(number);
        self.reference.push(f.reference.as_deref());
        self.name.push(&f.ticket.name);
        self.queue.push(queue.id.0);
        self.contact.push(contact.map(|(id, _)| *id));
        self.requester_name.push(name);
        self.requester_email.push(email);
        self.customer.push(f.ticket.customer.as_ref().map(|c| c.to_lowercase()));
        self.customer_id.push(contact.and_then(|(_, customer)| *customer));
        self.priority.push(f.ticket.priority.key());
        self.status.push(f.ticket.status.key());
        self.kind.push(f.ticket.kind.key());
        self.assignee.push(row.now.owner);
        self.custom.push(filled(&f.ticket.custom.values.directory));
        self.answered.push(answered);
        self.solved.push(solved.filter(|_| f.ticket.status.ended()));
        self.created.push(created);
    }
}
