//! Mail that comes in for support: the ticket that it belongs to, or that it makes one; and what is kept out of the queues until
//! somebody has looked. Each message ends with a state and a reason, as all mail does.

use super::{messages, queues, tickets};
use crate::{
    Error, Result, TenantTx, Who,
    inbound::{Ours, comes_behind, settle},
    mails, queue, records,
    workspace::roles,
};
use chrono::{DateTime, Duration, Utc};
use domain::{
    BlockedSenderId, Email, InboundId, InboxId, MailId, MemberId, MessageId, QueueId, TicketId,
    access::{Permission, Scope, TicketsWrite},
    inbound::{
        Bounce, Letter, Meant, State, Story, Why, as_it_came, at_one_company, everybody, normal, story, unplussed,
    },
    jobs::{SendTicketReply, TakeMail},
    mail::Reason,
    support::{
        mail::{RECEIPTS, number, receipt, subject},
        queues::Queue,
        routing::Channel,
        tickets::{Fields, LONGEST, Requester},
    },
    workspace::access::Subject,
};
use uuid::Uuid;

/// Senders that a workspace may block.
const BLOCKED: i64 = 1_000;

/// A queue as its address tells it.
pub struct Address {
    pub queue: QueueId,
    pub prefix: String,
    /// The secret that holds.
    pub tag: String,
}

/// Where a message for support was sent to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    queue: QueueId,
    /// By an address that we have given out for answers to it.
    ticket: Option<TicketId>,
    /// The address is one that holds.
    holds: bool,
}

/// Which queue or ticket its addresses mean; `None`: they mean nothing of support.
/// `inbox`: the mailbox in which it was, whose queue it is for where nothing says otherwise.
pub(crate) async fn place(
    tx: &mut TenantTx,
    addresses: &[Meant],
    inbox: Option<InboxId>,
    ours: &Ours<'_>,
) -> Result<Option<Place>> {
    let mut meant = false;
    for address in addresses {
        let Meant::Reply { ticket, mark, .. } = address else { continue };
        meant = true;
        let rows = sqlx::query!("select id, queue_id from tickets where right(id::text, 12) = $1 limit 5", ticket);
        let rows = rows.fetch_all(tx.conn()).await?;
        if let Some(r) = rows.iter().find(|r| (ours.reply_mark)(TicketId(r.id)) == *mark) {
            return Ok(Some(Place { queue: QueueId(r.queue_id), ticket: Some(TicketId(r.id)), holds: true }));
        }
    }
    if let Some(inbox) = ours.inboxes.iter().find(|i| inbox == Some(i.id)) {
        return Ok(Some(Place { queue: inbox.queue, ticket: None, holds: true }));
    }
    let mut was = None;
    for address in addresses {
        let Meant::Queue { prefix, tag, .. } = address else { continue };
        meant = true;
        if let Some(queue) = ours.queues.iter().find(|q| q.tag == *tag) {
            return Ok(Some(Place { queue: queue.queue, ticket: None, holds: true }));
        }
        was = was.or(ours.queues.iter().find(|q| q.prefix.to_lowercase() == *prefix));
    }
    let queue = was.or(ours.queues.first()).filter(|_| meant);
    Ok(queue.map(|q| Place { queue: q.queue, ticket: None, holds: false }))
}

/// Notes for which queue a message was that could not be taken any further, so that whoever looks after it finds it.
pub async fn belongs(
    tx: &mut TenantTx,
    id: InboundId,
    addresses: &[Meant],
    inbox: Option<InboxId>,
    ours: &Ours<'_>,
) -> Result<()> {
    match place(tx, addresses, inbox, ours).await? {
        Some(place) => note_queue(tx, id, place.queue).await,
        None => Ok(()),
    }
}

async fn note_queue(tx: &mut TenantTx, id: InboundId, queue: QueueId) -> Result<()> {
    sqlx::query!("update inbound_mails set queue_id = $2 where id = $1", id.0, queue.0).execute(tx.conn()).await?;
    Ok(())
}

/// What is known of a message beside what it says.
pub(crate) struct Known {
    /// Somebody has looked at it and let it in.
    pub admitted: bool,
    /// The member whose proven address it comes from.
    pub member: Option<MemberId>,
    /// It says that it comes from a member, and nothing proves it.
    pub forged: bool,
    /// Its sender sends more than people do.
    pub too_many: bool,
}

/// Decides what becomes of a message to support.
pub(crate) async fn take(
    tx: &mut TenantTx,
    id: InboundId,
    letter: &Letter,
    place: Place,
    known: &Known,
    ours: &Ours<'_>,
) -> Result<()> {
    note_queue(tx, id, place.queue).await?;
    if let Some(bounce) = &letter.bounce {
        return came_back(tx, id, bounce).await;
    }
    let sender = letter.sender();
    let ticket = thread(tx, letter, &place, &sender).await?;
    if ticket.is_none() && !letter.refs.is_empty() && comes_behind(tx, id, letter).await? {
        return Err(Error::Busy);
    }
    let kept_out = match known.admitted {
        true => None,
        false => keep_out(tx, letter, &place, known, &sender, ticket.is_some()).await?,
    };
    if let Some((state, why)) = kept_out {
        return settle(tx, id, state, Some(why), None).await;
    }
    let Ok(email) = Email::parse(&sender) else {
        return settle(tx, id, State::Aside, Some(Why::NoSender), None).await;
    };
    let name = letter.from().map(|f| f.name.clone()).filter(|n| !n.is_empty());
    if let (Some(ticket), Some(member)) = (ticket, known.member.filter(|_| !letter.automatic))
        && colleague(tx, ticket, member, &sender).await?
    {
        let told = as_it_came(letter);
        say(tx, MessageId(id.0), ticket, Some(member), &short(&told.body)).await?;
        return end(tx, id, ticket).await;
    }
    let there = match ticket {
        Some(ticket) => {
            let text = short(&as_it_came(letter).body);
            let came = messages::Inbound {
                id: MessageId(id.0),
                ticket,
                name: name.as_deref(),
                email: &email,
                text: &text,
                automatic: letter.automatic,
                channel: Channel::Mail,
            };
            messages::receive(tx, &came).await?
        }
        None => Box::pin(open(tx, id, letter, place.queue, known.member, (name, email), ours)).await?,
    };
    end(tx, id, there).await?;
    note_answer_to(tx, id, letter, &sender, ours).await?;
    // One of its own: it has the message's id.
    if there.0 == id.0 && !letter.automatic && !letter.bulk && !letter.quiet {
        acknowledge(tx, there, &sender).await?;
    }
    Ok(())
}

/// Why a message makes no ticket by itself.
async fn keep_out(
    tx: &mut TenantTx,
    letter: &Letter,
    place: &Place,
    known: &Known,
    sender: &str,
    threads: bool,
) -> Result<Option<(State, Why)>> {
    let blocked =
        sqlx::query_scalar!(r#"select exists (select from blocked_senders where email = $1) as "blocked!""#, sender);
    Ok(if blocked.fetch_one(tx.conn()).await? {
        Some((State::Ignored, Why::Blocked))
    } else if letter.automatic && !threads {
        Some((State::Ignored, Why::Automatic))
    } else if known.too_many {
        Some((State::Aside, Why::TooMany))
    } else if !place.holds {
        Some((State::Aside, Why::WrongAddress))
    } else if letter.spam {
        Some((State::Aside, Why::Spam))
    } else if letter.unproven || known.forged {
        Some((State::Aside, Why::Unproven))
    } else {
        None
    })
}

/// The ticket that it answers: by the address that we gave out; by what it refers to, from somebody who has to do with that
/// ticket; by the number in its subject, from whoever has asked. What a stranger refers to proves nothing.
async fn thread(tx: &mut TenantTx, letter: &Letter, place: &Place, sender: &str) -> Result<Option<TicketId>> {
    if place.ticket.is_some() {
        return Ok(place.ticket);
    }
    // Our own ids are those of what we have sent.
    let ids = letter.refs.iter().filter_map(|r| r.split('@').next()?.parse().ok());
    let ids: Vec<Uuid> = ids.collect();
    if !letter.refs.is_empty() {
        let found = sqlx::query_scalar!(
            "select t.id from tickets t
             where t.id in (select m.ticket_id from ticket_messages m where m.id = any($1)
                            union select i.ticket_id from inbound_mails i where i.message_id = any($2) and i.ticket_id is not null)
               and (t.requester_key = $3
                 or exists (select from contact_points p left join contacts c on c.tenant_id = p.tenant_id and c.id = p.contact_id
                            where p.kind = 'email' and p.normal = $3 and (p.contact_id = t.contact_id or c.customer_id = t.customer_id))
                 or exists (select from inbound_mails i cross join lateral jsonb_array_elements(i.people) w (v)
                            where i.ticket_id = t.id and lower(w.v ->> 'email') = $3)
                 or exists (select from members m where lower(m.email) = $3 and m.verified and m.deactivated_at is null))
             order by t.created_at desc, t.id desc limit 1",
            &ids,
            &letter.refs,
            sender
        );
        if let Some(found) = found.fetch_optional(tx.conn()).await? {
            return Ok(Some(TicketId(found)));
        }
    }
    let Some(number) = number(&letter.subject) else { return Ok(None) };
    let found = sqlx::query_scalar!("select id from tickets where number = $1 and requester_key = $2", number, sender);
    Ok(found.fetch_optional(tx.conn()).await?.map(TicketId))
}

/// Whether a member writes as one of us: not as whoever has asked, and in a ticket that they see.
async fn colleague(tx: &mut TenantTx, ticket: TicketId, member: MemberId, sender: &str) -> Result<bool> {
    let asks = sqlx::query_scalar!(
        r#"select coalesce(requester_key = $2, false) as "asks!" from tickets where id = $1"#,
        ticket.0,
        sender
    );
    if asks.fetch_one(tx.conn()).await? {
        return Ok(false);
    }
    let actor = roles::actor(tx, member).await?;
    records::seen_by(tx, &actor, Subject::Ticket(ticket), false).await
}

/// Makes a ticket of it: in the name of whoever wrote it, where a member has passed it on.
async fn open(
    tx: &mut TenantTx,
    id: InboundId,
    letter: &Letter,
    queue: QueueId,
    member: Option<MemberId>,
    (name, email): (Option<String>, Email),
    ours: &Ours<'_>,
) -> Result<TicketId> {
    let (told, requester) = match passed_on(tx, letter, member, ours).await? {
        Some((told, requester)) => (told, requester),
        None => (as_it_came(letter), Requester { name: name.map(|n| n.chars().take(200).collect()), email }),
    };
    let queue = queues::find(tx, queue).await?;
    let fields = Fields {
        name: subject(&told.subject),
        requester: Some(requester),
        // One that is out of use takes none: then the first one does.
        queue: (!queue.archived).then(|| queue.id.to_string()),
        message: Some(short(&told.body)),
        channel: Channel::Mail,
        ..Fields::default()
    };
    let ticket = tickets::add(tx, TicketId(id.0), &fields).await?;
    if let Some(comment) = told.comment.filter(|_| told.forwarded) {
        let note = tx.id::<MessageId>();
        say(tx, note, ticket, member, &short(&comment)).await?;
    }
    Ok(ticket)
}

/// What a member has passed on, and who wrote it.
async fn passed_on(
    tx: &mut TenantTx,
    letter: &Letter,
    member: Option<MemberId>,
    ours: &Ours<'_>,
) -> Result<Option<(Story, Requester)>> {
    if member.is_none() {
        return Ok(None);
    }
    let all = everybody(letter);
    let inside =
        sqlx::query_scalar!(r#"select lower(email) as "email!" from members where lower(email) = any($1)"#, &all);
    let inside = inside.fetch_all(tx.conn()).await?;
    let at_ours = |email: &str| ours.domain.is_some_and(|d| email.ends_with(&format!("@{d}")));
    let told = story(letter, |email| at_ours(email) || inside.iter().any(|i| i == email));
    let Some(author) = told.author.clone().filter(|a| told.forwarded && !inside.contains(&a.normal())) else {
        return Ok(None);
    };
    let name = Some(author.name.clone()).filter(|n| !n.is_empty());
    Ok(Email::parse(&normal(&author.email)).ok().map(|email| (told, Requester { name, email })))
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// An internal line.
async fn say(tx: &mut TenantTx, id: MessageId, ticket: TicketId, by: Option<MemberId>, text: &str) -> Result<()> {
    sqlx::query!(
        "insert into ticket_messages (tenant_id, id, ticket_id, kind, automatic, author_id, body, created_at)
         values ($1, $2, $3, 'note', $4, $5, $6, $7) on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        ticket.0,
        by.is_none(),
        by.map(|m| m.0),
        text,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// It is in this ticket, with its files.
async fn end(tx: &mut TenantTx, id: InboundId, ticket: TicketId) -> Result<()> {
    sqlx::query!(
        "with said as (
           update ticket_messages set mail_id = $1
           where mail_id is null and (id = $1 or ticket_id = $1 and inbound) returning tenant_id, id
         ), files as (
           insert into ticket_files (tenant_id, file_id, message_id)
           select f.tenant_id, f.file_id, said.id from mail_files f join said on said.tenant_id = f.tenant_id where f.mail_id = $1
           on conflict (tenant_id, file_id) do nothing
         )
         update inbound_mails set ticket_id = $2 where id = $1",
        id.0,
        ticket.0
    )
    .execute(tx.conn())
    .await?;
    settle(tx, id, State::Filed, Some(Why::Ticket), None).await
}

/// Where its sender wants answers. Who asks stays whom it is from. Another address is heeded only where it is theirs as far as we
/// can tell: of their company, or of the same contact. By a forged sender nobody has our answers brought to themselves.
async fn note_answer_to(
    tx: &mut TenantTx,
    id: InboundId,
    letter: &Letter,
    sender: &str,
    ours: &Ours<'_>,
) -> Result<()> {
    let Some(to) = letter.answers_elsewhere().filter(|_| !letter.unproven) else { return Ok(()) };
    let own = to == normal(ours.sender) || ours.domain.is_some_and(|d| to.ends_with(&format!("@{d}")));
    if own || ours.inboxes.iter().any(|i| unplussed(&to) == i.address) || Email::parse(&to).is_err() {
        return Ok(());
    }
    sqlx::query!(
        "update inbound_mails set answer_to = $2
         where id = $1 and ($3 or exists (
           select from contact_points a join contact_points b on b.tenant_id = a.tenant_id and b.contact_id = a.contact_id
           where a.kind = 'email' and a.normal = $4 and b.kind = 'email' and b.normal = $2))",
        id.0,
        to,
        at_one_company(sender, &to),
        sender
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Tells whoever has written that it arrived, as far as their queue does that; never a machine, and nobody too often.
async fn acknowledge(tx: &mut TenantTx, ticket: TicketId, sender: &str) -> Result<()> {
    let row = sqlx::query!(
        r#"select t.number, t.name, q.acknowledges, w.name as workspace, coalesce(t.requester_key = $2, false) as "theirs!",
             (select count(*) from (select from inbound_mails i where i.sender_key = $4 and i.at > $3 limit 100) m) as "many!"
           from tickets t join support_queues q on q.tenant_id = t.tenant_id and q.id = t.queue_id
           join tenants w on w.id = t.tenant_id where t.id = $1"#,
        ticket.0,
        sender,
        tx.now() - Duration::hours(1),
        unplussed(sender)
    );
    let row = row.fetch_one(tx.conn()).await?;
    // Whose message a member has passed on did not write to us.
    if !row.acknowledges || !row.theirs || row.many > RECEIPTS {
        return Ok(());
    }
    let (id, text) = (tx.id::<MessageId>(), receipt(&row.number, &row.name, &row.workspace));
    sqlx::query!(
        "insert into ticket_messages (tenant_id, id, ticket_id, kind, automatic, body, created_at) values ($1, $2, $3, 'reply', true, $4, $5)",
        tx.tenant().0,
        id.0,
        ticket.0,
        text,
        // Behind what it answers.
        tx.now() + Duration::milliseconds(1)
    )
    .execute(tx.conn())
    .await?;
    let job = SendTicketReply { tenant: tx.tenant(), id: MailId(id.0), message: id };
    queue::push(tx, &job).await
}

/// A server says that something of ours did not arrive: it names the message, which nobody else knows.
async fn came_back(tx: &mut TenantTx, id: InboundId, bounce: &Bounce) -> Result<()> {
    let ids: Vec<Uuid> = bounce.ours.iter().map(|m| m.0).collect();
    let ours = sqlx::query!(
        "select m.id, m.ticket_id from ticket_messages m join mails o on o.tenant_id = m.tenant_id and o.id = m.id
         where m.id = any($1) limit 1",
        &ids
    );
    let Some(ours) = ours.fetch_optional(tx.conn()).await? else {
        return settle(tx, id, State::Ignored, Some(Why::SoftBounce), Some(&bounce.answer)).await;
    };
    mails::bounced(tx, MailId(ours.id), bounce.hard.then_some(Reason::Bounce), &bounce.answer).await?;
    sqlx::query!("update inbound_mails set ticket_id = $2 where id = $1", id.0, ours.ticket_id)
        .execute(tx.conn())
        .await?;
    let why = if bounce.hard { Why::Bounce } else { Why::SoftBounce };
    settle(tx, id, State::Filed, Some(why), Some(&bounce.answer)).await
}

/// How something that we sent has ended that did not arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// It came back, or no server took it.
    Returned,
    /// So it did, and its address gets no more.
    Stopped,
    /// It did not go out at all.
    Unsent,
    /// Nobody heard how it ended.
    Unclear,
}

/// What we sent in a ticket did not arrive: its team is told there, once.
pub(crate) async fn returned(tx: &mut TenantTx, mail: MailId, how: Lost, answer: &str) -> Result<()> {
    let row = sqlx::query!(
        r#"select m.ticket_id, coalesce(o.recipient, t.requester_email, 'the customer') as "recipient!"
           from ticket_messages m join tickets t on t.tenant_id = m.tenant_id and t.id = m.ticket_id
           left join mails o on o.tenant_id = m.tenant_id and o.id = m.id
           where m.id = $1 and m.kind = 'reply' and not m.inbound"#,
        mail.0
    );
    let Some(row) = row.fetch_optional(tx.conn()).await? else { return Ok(()) };
    let (what, then) = match how {
        Lost::Returned => ("did not arrive", "Try another way to reach them."),
        Lost::Stopped => ("did not arrive", "The address is marked, and gets no more mail."),
        Lost::Unsent => ("was not sent", "Try another way to reach them."),
        Lost::Unclear => ("may not have arrived", "Ask them whether it did."),
    };
    let text = format!("Mail to {} {what}: {}. {then}", row.recipient, answer.trim_end_matches('.'));
    let told = sqlx::query_scalar!(
        r#"select exists (select from ticket_messages where ticket_id = $1 and kind = 'note' and body = $2) as "told!""#,
        row.ticket_id,
        text
    );
    if told.fetch_one(tx.conn()).await? {
        return Ok(());
    }
    let id = tx.id::<MessageId>();
    say(tx, id, TicketId(row.ticket_id), None, &text).await
}

/// Whether the reader looks after mail to support: whoever may answer all tickets.
pub fn looks_after(tx: &TenantTx) -> bool {
    tx.rights().scope(TicketsWrite::KEY) == Some(Scope::All)
}

/// Holds a message to support that is in no ticket.
async fn hold(tx: &mut TenantTx, id: InboundId) -> Result<(Option<String>, i32)> {
    let row = sqlx::query!(
        "select sender, version from inbound_mails where id = $1 and queue_id is not null and ticket_id is null for update",
        id.0
    );
    match row.fetch_optional(tx.conn()).await?.filter(|_| looks_after(tx)) {
        Some(r) => Ok((r.sender, r.version)),
        None => Err(Error::NotFound),
    }
}

/// Lets a message in that was kept out: it is looked at once more, and makes a ticket.
pub async fn admit(tx: &mut TenantTx, id: InboundId) -> Result<()> {
    let (_, version) = hold(tx, id).await?;
    let done = sqlx::query!(
        "update inbound_mails set version = version + 1, state = 'received', why = null, note = null, admitted = true
         where id = $1 and raw_id is not null and message_key is not null and state in ('aside', 'ignored')",
        id.0
    );
    if done.execute(tx.conn()).await?.rows_affected() == 0 {
        return Err(Error::refused("mail", "No ticket can be made of it."));
    }
    let tenant = tx.tenant();
    queue::push(tx, &TakeMail { tenant, mail: id, turn: version + 1 }).await
}

/// Somebody whose mail makes no tickets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    pub id: BlockedSenderId,
    pub email: String,
    pub by: Option<String>,
    pub at: DateTime<Utc>,
}

/// Blocks whoever has sent a message, and leaves that. Gives their address.
pub async fn block(tx: &mut TenantTx, id: InboundId) -> Result<String> {
    let (sender, _) = hold(tx, id).await?;
    let sender = sender.filter(|s| !s.is_empty());
    let sender = sender.ok_or_else(|| Error::refused("mail", "It does not say who has sent it."))?;
    let me = match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    };
    let many = sqlx::query_scalar!(r#"select count(*) as "many!" from blocked_senders"#).fetch_one(tx.conn()).await?;
    if many >= BLOCKED {
        return Err(Error::refused("mail", format!("{BLOCKED} senders are blocked already. Let some in again.")));
    }
    sqlx::query!(
        "insert into blocked_senders (tenant_id, id, email, by_id, created_at) values ($1, $2, $3, $4, $5)
         on conflict on constraint blocked_senders_email_key do nothing",
        tx.tenant().0,
        tx.id::<BlockedSenderId>().0,
        sender,
        me,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update inbound_mails set version = version + 1, state = 'ignored', why = 'blocked' where id = $1 and state in ('aside', 'failed')",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(sender)
}

/// Who is blocked, by address.
pub async fn blocked(tx: &mut TenantTx) -> Result<Vec<Blocked>> {
    if !looks_after(tx) {
        return Ok(vec![]);
    }
    let rows = sqlx::query!(
        r#"select b.id, b.email, b.created_at, m.name as "by?" from blocked_senders b
           left join members m on m.tenant_id = b.tenant_id and m.id = b.by_id order by b.email limit 1000"#
    );
    let rows = rows.fetch_all(tx.conn()).await?;
    let one = |id, email, by, at| Blocked { id: BlockedSenderId(id), email, by, at };
    Ok(rows.into_iter().map(|r| one(r.id, r.email, r.by, r.created_at)).collect())
}

/// Lets somebody write in again. Gives their address.
pub async fn unblock(tx: &mut TenantTx, id: BlockedSenderId) -> Result<String> {
    if !looks_after(tx) {
        return Err(Error::NotFound);
    }
    let email = sqlx::query_scalar!("delete from blocked_senders where id = $1 returning email", id.0);
    email.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// The queues with the rounds of their addresses.
pub async fn rounds(tx: &mut TenantTx) -> Result<Vec<(QueueId, String, i32)>> {
    let rows = sqlx::query!(
        "select id, prefix, mail_round from support_queues order by archived_at is not null, place, id limit 500"
    );
    Ok(rows.fetch_all(tx.conn()).await?.into_iter().map(|r| (QueueId(r.id), r.prefix, r.mail_round)).collect())
}

/// Draws a queue another address.
pub async fn rotate(tx: &mut TenantTx, queue: QueueId) -> Result<Queue> {
    let done = sqlx::query!(
        "update support_queues set version = version + 1, updated_at = $2, mail_round = mail_round + 1 where id = $1",
        queue.0,
        tx.now()
    );
    match done.execute(tx.conn()).await?.rows_affected() {
        0 => Err(Error::NotFound),
        _ => queues::find(tx, queue).await,
    }
}
