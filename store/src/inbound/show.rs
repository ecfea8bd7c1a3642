//! Messages as they are shown: in the list of what came in, on a page of their own, and on the timelines of records.

use super::looks_after;
use crate::{Error, Result, TenantTx, db::strange, records, support::mail as support};
use chrono::{DateTime, Utc};
use domain::{
    FileId, InboundId, TicketId,
    inbound::{Attachment, Line, Mail, Mailed, Part, Party, State, Why},
    list::Mark,
    workspace::access::Subject,
};
use uuid::Uuid;

/// Others of a conversation that are told.
const THREAD: i64 = 30;

/// What came in, the newest first: the reader's own, or all of it for whoever looks after the settings.
pub async fn list(tx: &mut TenantTx, state: Option<State>, before: Option<&Mark>, most: i64) -> Result<Vec<Line>> {
    let (at, id) = before.and_then(|m| Some((m.value.parse::<DateTime<Utc>>().ok()?, m.id))).unzip();
    let rows = sqlx::query_as!(
        Row,
        r#"select m.id, m.at, m.state, m.why, coalesce(m.subject, '') as "subject!", m.size,
             coalesce(nullif(m.author_name, ''), m.author_email, '') as "author!",
             (select count(*) from mail_files f where f.tenant_id = m.tenant_id and f.mail_id = m.id) as "files!"
           from (
             select * from inbound_mails
             where (member_id = house.me_member() or $1 and not private) and ($2::text is null or state = $2)
               and ($3::timestamptz is null or (at, id) < ($3, $4))
             order by at desc, id desc limit $5
           ) m order by m.at desc, m.id desc"#,
        looks_after(tx),
        state.map(State::key),
        at,
        id,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::line).collect()
}

/// What was sent to support, the newest first: what waits for somebody to look, or what was left alone. Nothing for whoever
/// does not look after it.
pub async fn of_support(tx: &mut TenantTx, left: bool, before: Option<&Mark>, most: i64) -> Result<Vec<Line>> {
    if !support::looks_after(tx) {
        return Ok(vec![]);
    }
    let (at, id) = before.and_then(|m| Some((m.value.parse::<DateTime<Utc>>().ok()?, m.id))).unzip();
    let states: Vec<String> = State::ALL
        .into_iter()
        .filter(|s| if left { *s == State::Ignored } else { s.is_open() })
        .map(|s| s.key().into())
        .collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select m.id, m.at, m.state, m.why, coalesce(m.subject, '') as "subject!", m.size,
             coalesce(nullif(m.author_name, ''), m.author_email, '') as "author!",
             (select count(*) from mail_files f where f.tenant_id = m.tenant_id and f.mail_id = m.id) as "files!"
           from (
             select * from inbound_mails
             where queue_id is not null and state = any($1) and ($2::timestamptz is null or (at, id) < ($2, $3))
             order by at desc, id desc limit $4
           ) m order by m.at desc, m.id desc"#,
        &states,
        at,
        id,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::line).collect()
}

struct Row {
    id: Uuid,
    at: DateTime<Utc>,
    state: String,
    why: Option<String>,
    subject: String,
    author: String,
    size: i64,
    files: i64,
}

impl Row {
    fn line(self) -> Result<Line> {
        Ok(Line {
            id: InboundId(self.id),
            at: self.at,
            state: state_of(&self.state)?,
            why: self.why.as_deref().and_then(Why::parse),
            subject: self.subject,
            author: self.author,
            size: self.size,
            attachments: self.files,
        })
    }
}

fn state_of(key: &str) -> Result<State> {
    State::parse(key).ok_or_else(|| strange("state", key))
}

/// Whether the reader may open it: their own, one on a record that they see, or any for whoever looks after all of it.
pub(super) async fn may_see(tx: &mut TenantTx, id: InboundId) -> Result<bool> {
    let row = sqlx::query!(
        r#"select coalesce(member_id = house.me_member(), false) as "own!", private, queue_id is not null as "support!", ticket_id
           from inbound_mails where id = $1"#,
        id.0
    );
    let Some(row) = row.fetch_optional(tx.conn()).await? else { return Ok(false) };
    if row.own || !row.private && looks_after(tx) || row.support && support::looks_after(tx) {
        return Ok(true);
    }
    if let Some(ticket) = row.ticket_id
        && records::may_read(tx, Subject::Ticket(TicketId(ticket))).await?
    {
        return Ok(true);
    }
    Ok(!row.private && !seen(tx, id).await?.is_empty())
}

/// The records that it is filed on and that the reader sees.
async fn seen(tx: &mut TenantTx, id: InboundId) -> Result<Vec<Subject>> {
    let rows = sqlx::query!(
        "select contact_id, customer_id, deal_id, lead_id from mail_records where mail_id = $1
         order by case when contact_id is not null then 0 when customer_id is not null then 1 when deal_id is not null then 2 else 3 end, record_id
         limit 50",
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let mut all = vec![];
    for row in rows {
        if let Some(subject) = Subject::of(None, row.customer_id, row.contact_id, row.deal_id, row.lead_id, None)
            && records::may_read(tx, subject).await?
        {
            all.push(subject);
        }
    }
    Ok(all)
}

/// One message.
pub async fn show(tx: &mut TenantTx, id: InboundId) -> Result<Mail> {
    if !may_see(tx, id).await? {
        return Err(Error::NotFound);
    }
    let r = sqlx::query!(
        r#"select i.version, i.at, i.state, i.why, i.note, i.raw_id, i.size, i.sender, i.forwarded, i.comment, i.people, i.sent_at,
             coalesce(i.subject, '') as "subject!", coalesce(i.body, '') as "body!", i.folded, i.html, i.private, i.unknown, i.left_out,
             i.thread_id, i.queue_id is not null as "support!", i.ticket_id, m.name as "member?", coalesce(i.member_id = house.me_member(), false) as "own!"
           from inbound_mails i left join members m on m.tenant_id = i.tenant_id and m.id = i.member_id where i.id = $1"#,
        id.0
    )
    .fetch_one(tx.conn())
    .await?;
    let mut named = vec![];
    for subject in seen(tx, id).await? {
        if let Some(words) = records::words(tx, subject).await? {
            named.push((subject, words));
        }
    }
    let ticket = match r.ticket_id.map(TicketId) {
        Some(ticket) => records::words(tx, Subject::Ticket(ticket)).await?.map(|words| (ticket, words)),
        None => None,
    };
    let others = sqlx::query!(
        r#"select id, at, coalesce(nullif(author_name, ''), author_email, '') as "author!" from inbound_mails
           where thread_id = $1 and id <> $2 and state = 'filed' order by at desc, id desc limit $3"#,
        r.thread_id,
        id.0,
        THREAD
    )
    .fetch_all(tx.conn())
    .await?;
    let mut thread = vec![];
    for other in others {
        if may_see(tx, InboundId(other.id)).await? {
            thread.push((InboundId(other.id), other.at, other.author));
        }
    }
    Ok(Mail {
        id,
        version: r.version,
        at: r.at,
        state: state_of(&r.state)?,
        why: r.why.as_deref().and_then(Why::parse),
        note: r.note,
        raw: r.raw_id.map(FileId),
        size: r.size,
        sender: r.sender,
        member: r.member,
        own: r.own,
        forwarded: r.forwarded,
        comment: r.comment,
        people: serde_json::from_value(r.people).map_err(|e| strange("people", &e.to_string()))?,
        sent_at: r.sent_at,
        subject: r.subject,
        body: r.body,
        folded: r.folded,
        html: r.html,
        private: r.private,
        unknown: r.unknown,
        left_out: serde_json::from_value(r.left_out).map_err(|e| strange("left_out", &e.to_string()))?,
        attachments: attachments(tx, &[id.0]).await?.into_iter().map(|(_, a)| a).collect(),
        support: r.support,
        ticket,
        records: named,
        thread,
    })
}

async fn attachments(tx: &mut TenantTx, mails: &[Uuid]) -> Result<Vec<(Uuid, Attachment)>> {
    if mails.is_empty() {
        return Ok(vec![]);
    }
    let rows = sqlx::query!(
        "select a.mail_id, f.id, f.name, f.size, a.content_id from mail_files a
         join files f on f.tenant_id = a.tenant_id and f.id = a.file_id
         where a.mail_id = any($1) order by a.mail_id, a.place",
        mails
    )
    .fetch_all(tx.conn())
    .await?;
    let told = |id, name, size, content_id| Attachment { id: FileId(id), name, size, content_id };
    Ok(rows.into_iter().map(|r| (r.mail_id, told(r.id, r.name, r.size, r.content_id))).collect())
}

/// Messages on the timeline of a record that the reader sees, the newest first.
pub async fn of_record(tx: &mut TenantTx, record: Uuid, before: Option<&Mark>, most: i64) -> Result<Vec<Mailed>> {
    let (at, id) = before.and_then(|m| Some((m.value.parse::<DateTime<Utc>>().ok()?, m.id))).unzip();
    let rows = sqlx::query!(
        r#"select r.at, i.id, i.forwarded, i.people, coalesce(i.subject, '') as "subject!", coalesce(i.body, '') as "body!", i.folded,
             i.private, i.why, coalesce(nullif(i.author_name, ''), i.author_email, '') as "author!", m.name as "member?"
           from (
             select l.mail_id, l.at from mail_records l
             join inbound_mails v on v.tenant_id = l.tenant_id and v.id = l.mail_id
             where l.record_id = $1 and (not v.private or v.member_id = house.me_member())
               and ($2::timestamptz is null or (l.at, l.mail_id) < ($2, $3))
             order by l.at desc, l.mail_id desc limit $4
           ) r
           join inbound_mails i on i.id = r.mail_id
           left join members m on m.tenant_id = i.tenant_id and m.id = i.member_id
           order by r.at desc, r.mail_id desc"#,
        record,
        at,
        id,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|r| r.id).collect();
    let files = attachments(tx, &ids).await?;
    rows.into_iter()
        .map(|r| {
            let people: Vec<Party> = serde_json::from_value(r.people).map_err(|e| strange("people", &e.to_string()))?;
            let to = people.iter().filter(|p| matches!(p.part, Part::To | Part::Cc)).map(|p| p.words().to_owned());
            let mine = files.iter().filter(|(mail, _)| *mail == r.id).map(|(_, a)| (a.id, a.name.clone()));
            Ok(Mailed {
                id: InboundId(r.id),
                at: r.at,
                author: if r.forwarded { r.author } else { r.member.clone().unwrap_or(r.author) },
                to: to.collect(),
                through: r.member.filter(|_| r.forwarded),
                subject: r.subject,
                body: r.body,
                folded: r.folded,
                private: r.private,
                bounce: r.why.as_deref() == Some(Why::Bounce.key()),
                attachments: mine.collect(),
            })
        })
        .collect()
}
