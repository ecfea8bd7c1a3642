//! What is said in tickets. Replies are for the customer; notes for whoever may see the ticket here.

use super::{assigning, clocks, queues, tickets};
use crate::{Error, Result, TenantTx, Who, db::strange, events, files, notes, queue, reach};
use domain::{
    ContactId, Email, FileId, MailId, MemberId, MessageId, TicketId, TicketLinkId,
    access::TicketsWrite,
    events::Event,
    hr::documents::File,
    jobs::SendTicketReply,
    notes::{Named, pieces},
    support::{
        messages::{Attachment, Author, Fields, Kind, Mailed, Message},
        routing::Channel,
        tickets::{Answered, Fields as TicketFields, Requester, Status, answered},
    },
    workspace::access::Subject,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Messages of one ticket that are shown.
const MOST: i64 = 500;

/// What was said in a ticket that the reader sees, in order; the newest where there are very many.
pub async fn of(tx: &mut TenantTx, ticket: TicketId) -> Result<Vec<Message>> {
    let rows = sqlx::query!(
        r#"select m.id, m.created_at, m.kind, m.inbound, m.automatic, m.from_ticket_id, m.author_id, m.contact_id, m.author_name,
             m.body, a.name as "member?", c.name as "contact?", i.id as "mail?", i.sender, i.folded, i.html, i.raw_id as "raw?"
           from (select * from ticket_messages where ticket_id = $1 order by created_at desc, id desc limit $2) m
           left join members a on a.tenant_id = m.tenant_id and a.id = m.author_id
           left join contacts c on c.tenant_id = m.tenant_id and c.id = m.contact_id
           left join inbound_mails i on i.tenant_id = m.tenant_id and i.id = m.mail_id
           order by m.created_at, m.id"#,
        ticket.0,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let mut files = attached(tx, &ids).await?;
    let mails: Vec<Uuid> = rows.iter().filter(|r| r.html.is_some()).filter_map(|r| r.mail).collect();
    let mut shown = pictures(tx, &mails).await?;
    let named: Vec<Uuid> =
        rows.iter().filter(|r| r.kind == "note").flat_map(|r| domain::notes::ids(&r.body)).map(|m| m.0).collect();
    let members = names(tx, &named).await?;
    rows.into_iter()
        .map(|r| {
            let kind = Kind::parse(&r.kind).ok_or_else(|| strange("kind", &r.kind))?;
            let author = match (r.inbound, r.author_id) {
                (true, _) => Author::Customer(
                    r.contact_id.map(ContactId),
                    r.contact.or(r.author_name).unwrap_or_else(|| "The customer".into()),
                ),
                (false, Some(id)) => Author::Member(MemberId(id), r.member.unwrap_or_else(|| "A former member".into())),
                (false, None) => Author::System,
            };
            let pieces = match kind {
                Kind::Note => pieces(&r.body, &members),
                Kind::Reply => vec![domain::notes::Piece::Text(r.body)],
            };
            let mail = r.mail.map(|id| Mailed {
                email: r.sender,
                folded: r.folded,
                html: r.html,
                raw: r.raw.map(FileId),
                pictures: shown.remove(&id).unwrap_or_default(),
            });
            Ok(Message {
                id: MessageId(r.id),
                at: r.created_at,
                kind,
                author,
                automatic: r.automatic,
                from: r.from_ticket_id.map(TicketId),
                pieces,
                files: files.remove(&r.id).unwrap_or_default(),
                mail,
            })
        })
        .collect()
}

async fn attached(tx: &mut TenantTx, messages: &[Uuid]) -> Result<HashMap<Uuid, Vec<Attachment>>> {
    let mut found: HashMap<Uuid, Vec<Attachment>> = HashMap::new();
    if messages.is_empty() {
        return Ok(found);
    }
    let rows = sqlx::query!(
        "select t.message_id, f.id, f.name, f.size from ticket_files t join files f on f.tenant_id = t.tenant_id and f.id = t.file_id
         where t.message_id = any($1) order by f.created_at, f.id",
        messages
    )
    .fetch_all(tx.conn())
    .await?;
    for r in rows {
        found.entry(r.message_id).or_default().push(Attachment { id: FileId(r.id), name: r.name, size: r.size });
    }
    Ok(found)
}

/// Pictures that came with mails, by the ids that their texts call them by.
async fn pictures(tx: &mut TenantTx, mails: &[Uuid]) -> Result<HashMap<Uuid, Vec<(FileId, String)>>> {
    let mut found: HashMap<Uuid, Vec<(FileId, String)>> = HashMap::new();
    if mails.is_empty() {
        return Ok(found);
    }
    let rows = sqlx::query!(
        r#"select mail_id, file_id, content_id as "content_id!" from mail_files
           where mail_id = any($1) and content_id is not null order by mail_id, place"#,
        mails
    );
    for r in rows.fetch_all(tx.conn()).await? {
        found.entry(r.mail_id).or_default().push((FileId(r.file_id), r.content_id));
    }
    Ok(found)
}

async fn names(tx: &mut TenantTx, ids: &[Uuid]) -> Result<Vec<Named>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let rows = sqlx::query!("select id, name, email from members where id = any($1)", ids).fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|r| Named { id: MemberId(r.id), name: r.name, email: r.email }).collect())
}

/// Adds a reply or a note of the reader's, with files perhaps, under the id that was drawn with its form; and gives the
/// ticket the status that goes with it. A reply makes a new ticket an open one; and one to which the customer has written unseen
/// stays open, whatever it was to become. Gives whether that is so.
pub async fn add(tx: &mut TenantTx, id: MessageId, ticket: TicketId, f: &Fields, with: &[files::New]) -> Result<bool> {
    let Who::Member(me) = tx.who() else { return Err(Error::NotFound) };
    reach::hold::<TicketsWrite>(tx, reach::Kind::Tickets, ticket.0).await?;
    let known = sqlx::query!("select ticket_id, body, kind from ticket_messages where id = $1", id.0);
    let known = known.fetch_optional(tx.conn()).await?;
    let (body, mentions) = match f.kind {
        Kind::Reply => (f.text.clone(), vec![]),
        Kind::Note => {
            let written = domain::notes::Fields::of(f.text.clone());
            notes::named(tx, Subject::Ticket(ticket), &written, &[]).await?
        }
    };
    if let Some(known) = known {
        let same = known.ticket_id == ticket.0 && known.body == body && known.kind == f.kind.key();
        return if same { Ok(false) } else { Err(Error::Sent) };
    }
    let now = tickets::find(tx, ticket).await?;
    if now.archived {
        return Err(Error::refused("text", "This ticket is in the archive. Bring it back first."));
    }
    if now.merged_into.is_some() {
        return Err(Error::refused("text", "This ticket became a part of another one. Answer there."));
    }
    sqlx::query!(
        "insert into ticket_messages (tenant_id, id, ticket_id, kind, author_id, body, created_at) values ($1, $2, $3, $4, $5, $6, $7)",
        tx.tenant().0,
        id.0,
        ticket.0,
        f.kind.key(),
        me.0,
        body,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    attach(tx, id, with).await?;
    sqlx::query!(
        "delete from ticket_drafts where ticket_id = $1 and member_id = $2 and kind = $3",
        ticket.0,
        me.0,
        f.kind.key()
    )
    .execute(tx.conn())
    .await?;
    let public = f.kind == Kind::Reply;
    if public && now.requester_email.is_some() {
        let job = SendTicketReply { tenant: tx.tenant(), id: MailId(id.0), message: id };
        queue::push(tx, &job).await?;
    }
    let unseen = f.seen.is_some_and(|seen| now.asked_at.is_some_and(|asked| asked > seen));
    let stays = public && unseen && f.then.is_some_and(|then| then.waits() || then.ended());
    let then = match stays {
        true => Some(Status::Open),
        false => f.then.or((public && now.status == Status::New).then_some(Status::Open)),
    };
    match then.filter(|then| *then != now.status) {
        Some(then) => {
            tickets::put(tx, ticket, tickets::Put::Status(then)).await?;
        }
        None => clocks::settle(tx, &[ticket]).await?,
    }
    events::emit(tx, Event::TicketMessage { ticket, message: id, inbound: false, public, mentions }).await?;
    Ok(stays)
}

/// Files go with what was said.
pub(super) async fn attach(tx: &mut TenantTx, message: MessageId, with: &[files::New]) -> Result<()> {
    for file in with {
        files::add(tx, file).await?;
        sqlx::query!(
            "insert into ticket_files (tenant_id, file_id, message_id) values ($1, $2, $3)",
            tx.tenant().0,
            file.id.0,
            message.0
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// A reply as it goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub number: String,
    pub subject: String,
    pub to: String,
    pub name: Option<String>,
    /// `None`: it is the system's own.
    pub agent: Option<String>,
    pub text: String,
    pub ticket: TicketId,
    /// A machine has written it.
    pub automatic: bool,
    /// The subject of the mail by which the ticket began.
    pub began: Option<String>,
    /// Message-IDs of the conversation in its order, without their angles.
    pub refs: Vec<String>,
    /// The last of those that came from the customer, or else the last.
    pub answers: Option<String>,
    pub files: Vec<File>,
    /// The mailbox in which answers are read, and whether it takes what stands behind a plus.
    pub inbox: Option<(String, bool)>,
}

/// A reply, and whom it goes to; `None`: to nobody any more.
pub async fn outgoing(tx: &mut TenantTx, message: MessageId) -> Result<Option<Outgoing>> {
    let row = sqlx::query!(
        r#"select t.id, t.number, t.name as subject, m.automatic, m.created_at, coalesce(c.name, t.requester_name) as name, a.name as "agent?", m.body,
             coalesce((select i.answer_to from inbound_mails i
               where i.ticket_id = t.id and i.sender = t.requester_key and i.state = 'filed' order by i.at desc, i.id desc limit 1),
               t.requester_email) as requester_email,
             x.address as "inbox?", x.plus as "plus?"
           from ticket_messages m join tickets t on t.tenant_id = m.tenant_id and t.id = m.ticket_id
           left join contacts c on c.tenant_id = t.tenant_id and c.id = t.contact_id
           left join members a on a.tenant_id = m.tenant_id and a.id = m.author_id
           left join lateral (
             select i.address, i.plus from support_inboxes i where i.tenant_id = t.tenant_id and i.queue_id = t.queue_id and i.paused_at is null
             order by exists (select from inbound_mails b where b.ticket_id = t.id and b.inbox_id = i.id) desc, i.created_at, i.id limit 1
           ) x on true
           where m.id = $1 and m.kind = 'reply' and not m.inbound"#,
        message.0
    );
    let Some(r) = row.fetch_optional(tx.conn()).await? else { return Ok(None) };
    let Some(to) = r.requester_email else { return Ok(None) };
    let before = sqlx::query!(
        r#"select m.inbound as "inbound!", coalesce(i.message_id, o.message_id) as reference, i.subject as "subject?"
           from (
             (select * from ticket_messages where ticket_id = $1 and kind = 'reply' and id <> $2 and created_at <= $3
              order by created_at desc, id desc limit $4)
             union
             (select * from ticket_messages where ticket_id = $1 and kind = 'reply' and id <> $2 and created_at <= $3
              order by created_at, id limit 1)
           ) m
           left join inbound_mails i on i.tenant_id = m.tenant_id and i.id = m.mail_id
           left join mails o on o.tenant_id = m.tenant_id and o.id = m.id
           order by m.created_at, m.id"#,
        r.id,
        message.0,
        r.created_at,
        REFS
    );
    let before = before.fetch_all(tx.conn()).await?;
    let bare = |id: &str| id.trim_matches(['<', '>']).to_owned();
    let said = |inbound: bool| {
        let of = before.iter().rev().filter(|b| b.inbound || !inbound);
        of.filter_map(|b| b.reference.as_deref().map(bare)).next()
    };
    let files = sqlx::query!(
        "select f.id, f.name, f.media_type, f.size from ticket_files t join files f on f.tenant_id = t.tenant_id and f.id = t.file_id
         where t.message_id = $1 order by f.created_at, f.id",
        message.0
    );
    let files = files.fetch_all(tx.conn()).await?;
    let file = |id, name, media_type, size| File { id: FileId(id), name, media_type, size };
    Ok(Some(Outgoing {
        inbox: r.inbox.map(|address| (address, r.plus == Some(true))),
        number: r.number,
        subject: r.subject,
        to,
        name: r.name,
        agent: r.agent,
        text: r.body,
        ticket: TicketId(r.id),
        automatic: r.automatic,
        answers: said(true).or_else(|| said(false)),
        began: before.iter().find_map(|b| b.subject.clone()),
        refs: before.iter().filter_map(|b| b.reference.as_deref().map(bare)).collect(),
        files: files.into_iter().map(|f| file(f.id, f.name, f.media_type, f.size)).collect(),
    }))
}

/// Messages before one that its references name, beside the first of all.
const REFS: i64 = 20;

/// What the requester has written, as whoever opened the ticket put it down.
pub(super) async fn heard(tx: &mut TenantTx, id: MessageId, ticket: TicketId, text: &str) -> Result<()> {
    sqlx::query!(
        "insert into ticket_messages (tenant_id, id, ticket_id, kind, inbound, contact_id, author_name, body, created_at)
         select $1, $2, t.id, 'reply', true, t.contact_id, coalesce(t.requester_name, t.requester_email), $4, $5
         from tickets t where t.id = $3",
        tx.tenant().0,
        id.0,
        ticket.0,
        text,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Something that came from outside for a ticket.
#[derive(Debug, Clone)]
pub struct Inbound<'a> {
    pub id: MessageId,
    pub ticket: TicketId,
    pub name: Option<&'a str>,
    pub email: &'a Email,
    pub text: &'a str,
    /// A machine has sent it: it stops no clock and opens nothing.
    pub automatic: bool,
    /// By which way it came.
    pub channel: Channel,
}

/// Takes in what a customer has answered; the same id twice is once. Within the window it opens the ticket again; behind
/// it, it makes one of its own, which is linked. Gives the ticket that it is in. Whether it belongs there at all, whoever
/// took it in knows.
pub async fn receive(tx: &mut TenantTx, came: &Inbound<'_>) -> Result<TicketId> {
    let known = sqlx::query_scalar!("select ticket_id from ticket_messages where id = $1", came.id.0);
    if let Some(ticket) = known.fetch_optional(tx.conn()).await? {
        return Ok(TicketId(ticket));
    }
    // And whether whoever has it is here no more.
    let (mut ticket, mut left) = (came.ticket, false);
    // An answer to what became a part of another belongs to the whole, as something of that part: whoever asked for the whole may be
    // somebody else, and what is undone carries it back.
    for _ in 0..10 {
        let r = sqlx::query!(
            r#"select merged_into, exists (select from members m
                 where m.tenant_id = tickets.tenant_id and m.id = tickets.assignee_id and m.deactivated_at is not null) as "left!"
               from tickets where id = $1 for no key update"#,
            ticket.0
        );
        let r = r.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
        left = r.left;
        match r.merged_into {
            Some(whole) => ticket = TicketId(whole),
            None => break,
        }
    }
    let now = tickets::find(tx, ticket).await?;
    let queue = queues::find(tx, now.queue).await?;
    let then = answered(now.status, now.solved_at, queue.reopen_days, tx.now());
    if then == Answered::Follows && !came.automatic {
        let fields = TicketFields {
            name: now.name.clone(),
            requester: Some(Requester { name: came.name.map(str::to_owned), email: came.email.clone() }),
            customer: now.customer.as_ref().map(|(id, _)| id.to_string()),
            queue: Some(queue.id.to_string()).filter(|_| !queue.archived),
            priority: now.priority,
            kind: now.kind,
            message: Some(came.text.to_owned()),
            channel: came.channel,
            ..TicketFields::default()
        };
        // The message's own id, so that one that comes in again makes no other.
        let next = TicketId(came.id.0);
        if tickets::find(tx, next).await.is_ok() {
            return Ok(next);
        }
        tickets::add(tx, next, &fields).await?;
        link(tx, ticket, next).await?;
        return Ok(next);
    }
    let (contact, _) = tickets::known(tx, Some(came.email)).await?;
    sqlx::query!(
        "insert into ticket_messages (tenant_id, id, ticket_id, kind, inbound, automatic, contact_id, author_name, body, created_at,
           from_ticket_id)
         values ($1, $2, $3, 'reply', true, $4, $5, $6, $7, $8, $9)",
        tx.tenant().0,
        came.id.0,
        ticket.0,
        came.automatic,
        contact,
        came.name.unwrap_or(came.email.as_str()),
        came.text,
        tx.now(),
        (ticket != came.ticket).then_some(came.ticket.0)
    )
    .execute(tx.conn())
    .await?;
    // Nobody answers what lies in the archive: what the customer writes brings it back.
    if now.archived && !came.automatic {
        tickets::restore::<TicketsWrite>(tx, &[ticket]).await?;
    }
    let opens = !came.automatic && (now.status.waits() || now.status.ended());
    let opens = opens.then_some(tickets::Put::Status(Status::Open));
    // It goes to somebody who is there, as one that comes in.
    let anew = (left && !came.automatic).then_some(tickets::Put::Assignee(None));
    let puts: Vec<_> = opens.into_iter().chain(anew).collect();
    match puts.is_empty() {
        true => clocks::settle(tx, &[ticket]).await?,
        false => {
            tickets::put_all(tx, ticket, &puts).await?;
        }
    }
    if anew.is_some() {
        Box::pin(assigning::assign(tx, ticket, None, &queue, &format!("{} {}", now.name, came.text))).await?;
    }
    if !came.automatic {
        let told = Event::TicketMessage { ticket, message: came.id, inbound: true, public: true, mentions: vec![] };
        events::emit(tx, told).await?;
    }
    Ok(ticket)
}

/// Notes that two tickets have to do with one another; again is once.
pub async fn link(tx: &mut TenantTx, one: TicketId, other: TicketId) -> Result<()> {
    if one == other {
        return Err(Error::refused("ticket", "That is this ticket."));
    }
    let (first, second) = if one.0 < other.0 { (one, other) } else { (other, one) };
    sqlx::query!(
        "insert into ticket_links (tenant_id, id, ticket_id, other_id, created_at) values ($1, $2, $3, $4, $5)
         on conflict (tenant_id, ticket_id, other_id) do nothing",
        tx.tenant().0,
        tx.id::<TicketLinkId>().0,
        first.0,
        second.0,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What the reader has begun to write here, of each kind.
pub async fn drafts(tx: &mut TenantTx, ticket: TicketId) -> Result<Vec<(Kind, String)>> {
    let Who::Member(me) = tx.who() else { return Ok(vec![]) };
    let rows =
        sqlx::query!("select kind, body from ticket_drafts where ticket_id = $1 and member_id = $2", ticket.0, me.0)
            .fetch_all(tx.conn())
            .await?;
    Ok(rows.into_iter().filter_map(|r| Some((Kind::parse(&r.kind)?, r.body))).collect())
}

/// Keeps what somebody has begun to write; nothing is none.
pub async fn keep_draft(tx: &mut TenantTx, ticket: TicketId, kind: Kind, text: &str) -> Result<()> {
    let Who::Member(me) = tx.who() else { return Err(Error::NotFound) };
    reach::hold::<TicketsWrite>(tx, reach::Kind::Tickets, ticket.0).await?;
    let text: String = text.chars().take(domain::support::tickets::LONGEST).collect();
    if text.trim().is_empty() {
        sqlx::query!(
            "delete from ticket_drafts where ticket_id = $1 and member_id = $2 and kind = $3",
            ticket.0,
            me.0,
            kind.key()
        )
        .execute(tx.conn())
        .await?;
        return Ok(());
    }
    sqlx::query!(
        "insert into ticket_drafts (tenant_id, ticket_id, member_id, kind, body, updated_at)
         select $1, id, $3, $4, $5, $6 from tickets where id = $2
         on conflict (tenant_id, ticket_id, member_id, kind) do update set body = excluded.body, updated_at = excluded.updated_at",
        tx.tenant().0,
        ticket.0,
        me.0,
        kind.key(),
        text,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The file, if it came with a message of a ticket that the reader sees.
pub(crate) async fn open(tx: &mut TenantTx, id: FileId) -> Result<File> {
    let r = sqlx::query!(
        "select m.ticket_id, f.name, f.media_type, f.size from ticket_files t
         join ticket_messages m on m.tenant_id = t.tenant_id and m.id = t.message_id
         join files f on f.tenant_id = t.tenant_id and f.id = t.file_id where t.file_id = $1",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    tickets::find(tx, TicketId(r.ticket_id)).await?;
    Ok(File { id, name: r.name, media_type: r.media_type, size: r.size })
}
