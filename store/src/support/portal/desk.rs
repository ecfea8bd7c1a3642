//! What a visitor of the portal sees and does. Every read passes through [`mine`]; notes, addresses of members, and what
//! came here from somebody else's ticket are in no column that is read.

use super::{Visitor, settings};
use crate::{
    Error, Result, TenantTx,
    db::strange,
    files,
    list::row,
    support::{messages, queues, tickets},
};
use chrono::{DateTime, Utc};
use domain::{
    Email, FileId, MessageId, QueueId, TicketId,
    hr::documents::File,
    support::{
        messages::Attachment,
        portal::{Company, Fields, Filter, From, Said, Settings, Ticket},
        routing::Channel,
        tickets::{Answered, Fields as TicketFields, Requester, Status, answered},
    },
};
use sqlx::{Postgres, QueryBuilder};
use std::collections::HashMap;
use uuid::Uuid;

/// Tickets of one page, and messages of one ticket.
const PAGE: i64 = 50;
const MOST: i64 = 500;

/// The condition that a ticket, `t`, is the visitor's to see.
fn mine(q: &mut QueryBuilder<Postgres>, v: &Visitor, s: &Settings) {
    q.push(" t.archived_at is null and (t.requester_key = ").push_bind(v.email.clone());
    // Who shares a mailbox with others is known by it and not by name.
    if v.alone {
        q.push(" or t.contact_id = ").push_bind(v.contact.0);
        if s.company != Company::None {
            q.push(" or t.customer_id in (select x.customer_id from customer_contacts x where x.contact_id = ");
            q.push_bind(v.contact.0);
            if s.company == Company::Roles {
                q.push(" and lower(x.role) = any(").push_bind(s.roles.clone()).push(")");
            }
            q.push(")");
        }
    }
    q.push(")");
}

row! {
    struct Row {
        id: Uuid,
        number: String,
        name: String,
        status: String,
        requester: Option<String>,
        own: bool,
        reopen_days: i32,
        surveys: bool,
        solved_at: Option<DateTime<Utc>>,
        asked_at: Option<DateTime<Utc>>,
        answered_at: Option<DateTime<Utc>>,
        created_at: DateTime<Utc>,
    }
}

fn select(q: &mut QueryBuilder<Postgres>, v: &Visitor, s: &Settings) {
    q.push("select t.id, t.number, t.name, t.status, coalesce(c.name, t.requester_name) as requester, ");
    q.push("(t.requester_key = ").push_bind(v.email.clone());
    q.push(" or (").push_bind(v.alone).push(" and t.contact_id = ").push_bind(v.contact.0);
    q.push(")) is true as own, u.reopen_days, u.surveys, t.solved_at, t.asked_at, t.answered_at, t.created_at from tickets t ");
    q.push("join support_queues u on u.tenant_id = t.tenant_id and u.id = t.queue_id ");
    q.push("left join contacts c on c.tenant_id = t.tenant_id and c.id = t.contact_id where t.merged_into is null and");
    mine(q, v, s);
}

fn seen(row: Row, now: DateTime<Utc>) -> Result<Ticket> {
    let status = Status::parse(&row.status).ok_or_else(|| strange("status", &row.status))?;
    let goes_on = answered(status, row.solved_at, row.reopen_days, now) == Answered::GoesOn;
    Ok(Ticket {
        id: TicketId(row.id),
        number: row.number,
        name: row.name,
        status,
        requester: row.requester.filter(|_| !row.own),
        asks: row.surveys && status.ended() && row.own,
        reopens: status.ended() && goes_on,
        follows: !goes_on,
        at: [row.asked_at, row.answered_at].into_iter().flatten().max().unwrap_or(row.created_at),
        created: row.created_at,
    })
}

/// A page of the visitor's tickets, the newest first; and where the next one begins.
pub async fn list(tx: &mut TenantTx, v: &Visitor, f: &Filter) -> Result<(Vec<Ticket>, Option<TicketId>)> {
    let s = settings(tx).await?;
    let mut q = QueryBuilder::new("");
    select(&mut q, v, &s);
    if !f.all {
        q.push(" and t.is_open");
    }
    if let Some(before) = f.before {
        q.push(" and (t.created_at, t.id) < (select b.created_at, b.id from tickets b where b.id = ");
        q.push_bind(before.0).push(")");
    }
    q.push(" order by t.created_at desc, t.id desc limit ").push_bind(PAGE + 1);
    let rows: Vec<Row> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let now = tx.now();
    let mut tickets: Vec<Ticket> = rows.into_iter().map(|row| seen(row, now)).collect::<Result<_>>()?;
    let page = usize::try_from(PAGE).unwrap_or(50);
    let more = tickets.len() > page;
    tickets.truncate(page);
    let next = tickets.last().filter(|_| more).map(|t| t.id);
    Ok((tickets, next))
}

pub async fn find(tx: &mut TenantTx, v: &Visitor, id: TicketId) -> Result<Ticket> {
    let s = settings(tx).await?;
    let mut q = QueryBuilder::new("");
    select(&mut q, v, &s);
    q.push(" and t.id = ").push_bind(id.0);
    let row: Option<Row> = q.build_query_as().persistent(false).fetch_optional(tx.conn()).await?;
    seen(row.ok_or(Error::NotFound)?, tx.now())
}

/// What of a message a visitor may see: replies, and of what a merge has brought here only what was theirs before.
fn shown(q: &mut QueryBuilder<Postgres>, v: &Visitor, s: &Settings) {
    q.push(" m.kind = 'reply' and (m.from_ticket_id is null or exists (select from tickets t where t.id = m.from_ticket_id and");
    mine(q, v, s);
    q.push("))");
}

type Line = (Uuid, DateTime<Utc>, bool, bool, Option<String>, Option<String>, String);

/// What was said to the customer and by them, in order.
pub async fn said(tx: &mut TenantTx, v: &Visitor, id: TicketId) -> Result<Vec<Said>> {
    let s = settings(tx).await?;
    let mut q = QueryBuilder::new(
        "select n.id, n.created_at, n.inbound, n.automatic, case when n.inbound then coalesce(c.name, n.author_name) end, a.name, \
         n.body from (select m.* from ticket_messages m where m.ticket_id = ",
    );
    q.push_bind(id.0).push(" and");
    shown(&mut q, v, &s);
    q.push(" order by m.created_at desc, m.id desc limit ").push_bind(MOST);
    q.push(
        ") n left join members a on a.tenant_id = n.tenant_id and a.id = n.author_id \
         left join contacts c on c.tenant_id = n.tenant_id and c.id = n.contact_id order by n.created_at, n.id",
    );
    let rows: Vec<Line> = q.build_query_as().persistent(false).fetch_all(tx.conn()).await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.0).collect();
    let attached = sqlx::query!(
        "select t.message_id, f.id, f.name, f.size from ticket_files t join files f on f.tenant_id = t.tenant_id and f.id = t.file_id
         where t.message_id = any($1) order by f.created_at, f.id",
        &ids
    );
    let mut with: HashMap<Uuid, Vec<Attachment>> = HashMap::new();
    for r in attached.fetch_all(tx.conn()).await? {
        with.entry(r.message_id).or_default().push(Attachment { id: FileId(r.id), name: r.name, size: r.size });
    }
    let said = rows.into_iter().map(|(id, at, inbound, automatic, customer, agent, text)| Said {
        id: MessageId(id),
        at,
        from: match inbound {
            true => From::Customer(customer.unwrap_or_else(|| "You".into())),
            false => From::Us(agent),
        },
        automatic,
        text,
        files: with.remove(&id).unwrap_or_default(),
    });
    Ok(said.collect())
}

/// A file of such a message.
pub async fn file(tx: &mut TenantTx, v: &Visitor, id: FileId) -> Result<File> {
    let s = settings(tx).await?;
    let mut q = QueryBuilder::new(
        "select f.name, f.media_type, f.size, m.ticket_id from ticket_files k \
         join files f on f.tenant_id = k.tenant_id and f.id = k.file_id \
         join ticket_messages m on m.tenant_id = k.tenant_id and m.id = k.message_id where k.file_id = ",
    );
    q.push_bind(id.0).push(" and");
    shown(&mut q, v, &s);
    let row: Option<(String, String, i64, Uuid)> =
        q.build_query_as().persistent(false).fetch_optional(tx.conn()).await?;
    let (name, media_type, size, ticket) = row.ok_or(Error::NotFound)?;
    find(tx, v, TicketId(ticket)).await?;
    Ok(File { id, name, media_type, size })
}

/// Queues to choose from, by name.
pub async fn choices(tx: &mut TenantTx) -> Result<Vec<(QueueId, String)>> {
    let s = settings(tx).await?;
    let all = queues::all(tx).await?.into_iter().filter(|q| !q.archived);
    let open = all.filter(|q| s.queues.is_empty() || s.queues.contains(&q.id));
    Ok(open.map(|q| (q.id, q.name)).collect())
}

fn address(v: &Visitor) -> Result<Email> {
    Email::parse(&v.email).map_err(|_| strange("email", &v.email))
}

/// Opens a ticket under the id that was drawn with its form.
pub async fn open(tx: &mut TenantTx, v: &Visitor, id: TicketId, f: &Fields, with: &[files::New]) -> Result<()> {
    let offered = choices(tx).await?;
    let queue = match f.queue {
        Some(queue) if offered.iter().any(|(id, _)| *id == queue) => Some(queue),
        Some(_) => return Err(Error::refused("queue", "Choose one of the list.")),
        None => offered.first().map(|(id, _)| *id),
    };
    let there = sqlx::query_scalar!(r#"select exists (select from tickets where id = $1) as "there!""#, id.0);
    if there.fetch_one(tx.conn()).await? {
        // Sent twice is once; what is somebody else's is nobody's here.
        find(tx, v, id).await?;
        return began(tx, id, &f.text, with).await;
    }
    let fields = TicketFields {
        name: f.name.clone(),
        requester: Some(Requester { name: Some(v.name.clone()), email: address(v)? }),
        queue: queue.map(|q| q.to_string()),
        message: Some(f.text.clone()),
        channel: Channel::Portal,
        ..TicketFields::default()
    };
    Box::pin(tickets::add(tx, id, &fields)).await?;
    // Their own contact, where another one is known by the address as well.
    if v.alone {
        sqlx::query!(
            "update tickets set contact_id = $2 where id = $1 and contact_id is distinct from $2",
            id.0,
            v.contact.0
        )
        .execute(tx.conn())
        .await?;
    }
    attach(tx, id, None, with).await
}

/// Whether a ticket that is there began with these words and as many files: sent twice is once, other words are not lost.
async fn began(tx: &mut TenantTx, id: TicketId, text: &str, with: &[files::New]) -> Result<()> {
    let first = sqlx::query!(
        r#"select m.body, (select count(*) from ticket_files k where k.tenant_id = m.tenant_id and k.message_id = m.id) as "files!"
           from ticket_messages m where m.ticket_id = $1 and m.inbound order by m.created_at, m.id limit 1"#,
        id.0
    );
    match first.fetch_optional(tx.conn()).await? {
        Some(first) => once(&first.body, first.files, text, with),
        None => Ok(()),
    }
}

fn once(body: &str, files: i64, text: &str, with: &[files::New]) -> Result<()> {
    if body == text && usize::try_from(files) == Ok(with.len()) { Ok(()) } else { Err(Error::Sent) }
}

/// Files go with what was written with them: where that made a ticket of its own, with the first thing that is in it.
async fn attach(tx: &mut TenantTx, ticket: TicketId, written: Option<MessageId>, with: &[files::New]) -> Result<()> {
    if with.is_empty() {
        return Ok(());
    }
    let message = sqlx::query_scalar!(
        "select id from ticket_messages where ticket_id = $1 and inbound
         order by id is not distinct from $2 desc, created_at, id limit 1",
        ticket.0,
        written.map(|m| m.0)
    );
    let message = message.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    messages::attach(tx, MessageId(message), with).await
}

/// Takes in what a visitor writes, under the id that was drawn with its form; the same id twice is once. Gives the ticket
/// that it is in: another one where the first is over.
pub async fn reply(
    tx: &mut TenantTx,
    v: &Visitor,
    (id, ticket): (MessageId, TicketId),
    text: &str,
    with: &[files::New],
) -> Result<TicketId> {
    find(tx, v, ticket).await?;
    let known = sqlx::query!(
        r#"select m.ticket_id, m.body,
             (select count(*) from ticket_files k where k.tenant_id = m.tenant_id and k.message_id = m.id) as "files!"
           from ticket_messages m where m.id = $1"#,
        id.0
    );
    if let Some(known) = known.fetch_optional(tx.conn()).await? {
        let there = find(tx, v, TicketId(known.ticket_id)).await?.id;
        return once(&known.body, known.files, text, with).map(|()| there);
    }
    let follows = TicketId(id.0);
    if find(tx, v, follows).await.is_ok() {
        return began(tx, follows, text, with).await.map(|()| follows);
    }
    let email = address(v)?;
    let channel = Channel::Portal;
    let came = messages::Inbound { id, ticket, name: Some(&v.name), email: &email, text, automatic: false, channel };
    let there = Box::pin(messages::receive(tx, &came)).await?;
    attach(tx, there, Some(id), with).await?;
    Ok(there)
}

/// Says that it is solved, or that it is not.
pub async fn settle(tx: &mut TenantTx, v: &Visitor, id: TicketId, solved: bool) -> Result<Ticket> {
    let now = find(tx, v, id).await?;
    let to = match (solved, now.status.ended()) {
        (true, false) => Status::Solved,
        (false, true) if now.reopens => Status::Open,
        (false, true) => {
            return Err(Error::refused(
                "",
                "This is over for too long. Write below, and it becomes a request of its own.",
            ));
        }
        _ => return Ok(now),
    };
    tickets::put(tx, id, tickets::Put::Status(to)).await?;
    Ok(now)
}
