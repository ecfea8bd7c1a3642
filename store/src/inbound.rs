//! Mail that comes in: kept as it came, read, and shown to whoever may see what it is filed on. What is not filed is for
//! the member who sent it in, and for whoever looks after the settings.

mod door;
pub mod filing;
mod show;

pub use door::{Door, close, door, rotate};
pub use show::{list, of_record, of_support, show};

use crate::{
    Error, Result, TenantTx, files, queue, records,
    support::{
        inboxes::Reads,
        mail::{self as support, Address},
    },
};
use chrono::Duration;
use domain::{
    FileId, InboundId, InboxId, Slug, TicketId,
    access::{Permission, SettingsWrite},
    hr::documents::File,
    inbound::{LeftOut, Letter, Meant, State, Why, as_it_came},
    jobs::TakeMail,
    workspace::access::Subject,
};
use serde_json::json;

/// What addresses of ours look like while a message is looked at.
pub struct Ours<'a> {
    pub slug: &'a Slug,
    pub domain: Option<&'a str>,
    /// The secret that holds, and whether it is closed.
    pub tag: &'a str,
    pub closed: bool,
    /// Whom our own mail is from.
    pub sender: &'a str,
    /// Queues of tickets in their order, with what their addresses have.
    pub queues: &'a [Address],
    /// Mailboxes elsewhere that are read: what is sent from there we have sent ourselves.
    pub inboxes: &'a [Reads],
    /// The mark in the address for answers to a ticket.
    pub reply_mark: &'a (dyn Fn(TicketId) -> String + Sync),
}

/// A message that waits to be looked at.
pub struct Waiting {
    pub raw: FileId,
    /// It was read before, and its files are kept.
    pub read: bool,
    /// Somebody has let it in: whatever it is, its files are wanted.
    pub admitted: bool,
    /// To which address it was brought.
    pub recipient: Option<String>,
    /// The mailbox in which it was.
    pub inbox: Option<InboxId>,
}

/// Keeps a message as it came, and has it looked at.
/// `inbox`: the mailbox in which it was.
pub async fn receive(
    tx: &mut TenantTx,
    id: InboundId,
    raw: &files::New,
    recipient: Option<&str>,
    inbox: Option<InboxId>,
) -> Result<()> {
    files::add(tx, raw).await?;
    let size = i64::try_from(raw.size).unwrap_or(i64::MAX);
    sqlx::query!(
        "insert into inbound_mails (tenant_id, id, at, state, recipient, raw_id, size, thread_id, inbox_id)
         values ($1, $2, $3, 'received', $4, $5, $6, $2, $7)",
        tx.tenant().0,
        id.0,
        tx.now(),
        recipient,
        raw.id.0,
        size,
        inbox.map(|i| i.0)
    )
    .execute(tx.conn())
    .await?;
    let tenant = tx.tenant();
    queue::push(tx, &TakeMail { tenant, mail: id, turn: 1 }).await
}

/// Notes one that is larger than what is kept, by its head.
pub async fn too_large(
    tx: &mut TenantTx,
    id: InboundId,
    size: u64,
    letter: Option<&Letter>,
    inbox: Option<InboxId>,
) -> Result<()> {
    let from = letter.and_then(Letter::from);
    sqlx::query!(
        "insert into inbound_mails (tenant_id, id, at, state, why, size, thread_id, sender, author_name, author_email, people, subject,
           inbox_id, queue_id)
         values ($1, $2, $3, 'failed', 'too_large', $4, $2, $5, $6, $7, $8, $9, $10, (select queue_id from support_inboxes where id = $10))",
        tx.tenant().0,
        id.0,
        tx.now(),
        i64::try_from(size).unwrap_or(i64::MAX),
        from.map(domain::inbound::Party::normal),
        from.map(|f| f.name.as_str()),
        from.map(|f| f.email.as_str()),
        json!(letter.map(|l| l.people.as_slice()).unwrap_or_default()),
        letter.map(|l| l.subject.as_str()),
        inbox.map(|i| i.0)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Notes one that the server of its mailbox does not give out, whatever it says: it is there still.
pub async fn not_given(tx: &mut TenantTx, id: InboundId, inbox: InboxId, words: &str) -> Result<()> {
    sqlx::query!(
        "insert into inbound_mails (tenant_id, id, at, state, why, note, size, thread_id, inbox_id, queue_id)
         select $1, $2, $3, 'failed', 'not_given', $4, 0, $2, i.id, i.queue_id from support_inboxes i where i.id = $5",
        tx.tenant().0,
        id.0,
        tx.now(),
        words,
        inbox.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A message that nobody has looked at yet; held until the transaction ends.
pub async fn waiting(tx: &mut TenantTx, id: InboundId) -> Result<Option<Waiting>> {
    let row = sqlx::query!(
        r#"select raw_id as "raw!", admitted, recipient, inbox_id, message_key is not null and (not admitted
             or exists (select from mail_files f where f.tenant_id = inbound_mails.tenant_id and f.mail_id = inbound_mails.id)) as "read!"
           from inbound_mails
           where id = $1 and state = 'received' and raw_id is not null for update"#,
        id.0
    );
    Ok(row.fetch_optional(tx.conn()).await?.map(|r| Waiting {
        raw: FileId(r.raw),
        read: r.read,
        admitted: r.admitted,
        recipient: r.recipient,
        inbox: r.inbox_id.map(InboxId),
    }))
}

/// Whether it is worth keeping the files of: nothing is done with what came before, or what a program wrote. For support, what goes
/// to many is a ticket as any, and what a program answers may belong to one.
pub async fn first_look(
    tx: &mut TenantTx,
    (id, inbox): (InboundId, Option<InboxId>),
    letter: &Letter,
    addresses: &[Meant],
) -> Result<bool> {
    let answers = addresses.iter().any(|m| matches!(m, Meant::Reply { .. }));
    let support = answers || inbox.is_some() || addresses.iter().any(|m| matches!(m, Meant::Queue { .. }));
    let wanted = match support {
        true => !letter.automatic || answers || !letter.refs.is_empty(),
        false => !letter.automatic && !letter.bulk,
    };
    Ok(wanted && letter.bounce.is_none() && !came_before(tx, id, letter).await?)
}

/// Whether the same came in before. Two at once wait for each other.
async fn came_before(tx: &mut TenantTx, id: InboundId, letter: &Letter) -> Result<bool> {
    let key = letter.key();
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended('mail:' || $1::text || ':' || $2, 0))",
        tx.tenant().0.to_string(),
        key
    )
    .fetch_one(tx.conn())
    .await?;
    let before = sqlx::query_scalar!(
        r#"select exists (select from inbound_mails where message_key = $1 and id <> $2) as "before!""#,
        key,
        id.0
    );
    Ok(before.fetch_one(tx.conn()).await?)
}

/// Writes what was read of it. Of one that came before it keeps no key.
pub async fn write(tx: &mut TenantTx, id: InboundId, letter: &Letter, left_out: &[LeftOut]) -> Result<()> {
    let before = came_before(tx, id, letter).await?;
    let (told, from) = (as_it_came(letter), letter.from());
    let thread = sqlx::query_scalar!(
        "select thread_id from inbound_mails where message_id = any($1) and id <> $2 order by at, id limit 1",
        &letter.refs,
        id.0
    );
    let thread = thread.fetch_optional(tx.conn()).await?.unwrap_or(id.0);
    // A clock that is ahead must not put a message above all others.
    let sent = letter.date.map(|d| d.min(tx.now()));
    let left = (!left_out.is_empty()).then(|| json!(left_out));
    sqlx::query!(
        "update inbound_mails set version = version + 1, message_key = $2, message_id = $3, refs = $4, thread_id = $5, sender = $6,
           author_name = $7, author_email = $8, people = $9, sent_at = $10, subject = $11, body = $12, folded = $13, html = $14,
           left_out = coalesce($15, left_out)
         where id = $1",
        id.0,
        (!before).then(|| letter.key()),
        letter.message_id,
        &letter.refs,
        thread,
        from.map(domain::inbound::Party::normal),
        from.map(|f| f.name.as_str()),
        from.map(|f| f.email.as_str()),
        json!(letter.people),
        sent,
        letter.subject,
        told.body,
        told.folded,
        letter.html,
        left
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Keeps a file with it.
pub async fn attach(
    tx: &mut TenantTx,
    id: InboundId,
    file: &files::New,
    content_id: Option<&str>,
    place: usize,
) -> Result<()> {
    files::add(tx, file).await?;
    sqlx::query!(
        "insert into mail_files (tenant_id, mail_id, file_id, content_id, place) values ($1, $2, $3, $4, $5)",
        tx.tenant().0,
        id.0,
        file.id.0,
        content_id,
        i32::try_from(place).unwrap_or(i32::MAX)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What becomes of one that waits.
pub async fn settle(
    tx: &mut TenantTx,
    id: InboundId,
    state: State,
    why: Option<Why>,
    note: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        "update inbound_mails set version = version + 1, state = $2, why = $3, note = $4 where id = $1 and state = 'received'",
        id.0,
        state.key(),
        why.map(Why::key),
        note
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// For how long what refers to something waits for those that came before it.
const WAITS: Duration = Duration::seconds(15);

/// Whether one that came just before it, and is not dealt with yet, may be what it refers to: two that come at once are looked at in
/// their order, or an answer to all would make a ticket of its own.
pub(crate) async fn comes_behind(tx: &mut TenantTx, id: InboundId, letter: &Letter) -> Result<bool> {
    let behind = sqlx::query_scalar!(
        r#"select exists (select from inbound_mails own join inbound_mails e on e.tenant_id = own.tenant_id and e.state = 'received'
               and e.at > own.at - interval '10 minutes' and (e.at, e.id) < (own.at, own.id)
             where own.id = $1 and own.at > $2 and (e.message_key is null or e.message_id = any($3))) as "behind!""#,
        id.0,
        tx.now() - WAITS,
        &letter.refs
    );
    Ok(behind.fetch_one(tx.conn()).await?)
}

/// Whether the reader looks after all that comes in.
fn looks_after(tx: &TenantTx) -> bool {
    tx.rights().may(SettingsWrite::KEY)
}

/// Holds a message that is the reader's own, or one of all for whoever looks after them.
async fn hold(tx: &mut TenantTx, id: InboundId) -> Result<(State, i32)> {
    let (all, support) = (looks_after(tx), support::looks_after(tx));
    let row = sqlx::query!(
        "select state, version from inbound_mails
         where id = $1 and (member_id = house.me_member() or $2 and not private or $3 and queue_id is not null) for update",
        id.0,
        all,
        support
    );
    let row = row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    Ok((State::parse(&row.state).ok_or_else(|| crate::db::strange("state", &row.state))?, row.version))
}

/// Looks at it once more, by what is known now.
pub async fn retry(tx: &mut TenantTx, id: InboundId) -> Result<()> {
    let (state, version) = hold(tx, id).await?;
    let raw = sqlx::query_scalar!(
        r#"update inbound_mails set version = version + 1, state = 'received', why = null, note = null
           where id = $1 and raw_id is not null returning raw_id as "raw!""#,
        id.0
    );
    if !(state.is_open() || state == State::Ignored) || raw.fetch_optional(tx.conn()).await?.is_none() {
        return Err(Error::refused("mail", "There is nothing to be tried again."));
    }
    let tenant = tx.tenant();
    queue::push(tx, &TakeMail { tenant, mail: id, turn: version + 1 }).await
}

/// Leaves it; it stays in the list of those that were left. Gives whether it was for support.
pub async fn dismiss(tx: &mut TenantTx, id: InboundId) -> Result<bool> {
    hold(tx, id).await?;
    let support = sqlx::query_scalar!(
        r#"update inbound_mails set version = version + 1,
             why = case when state in ('aside', 'failed') then 'dismissed' else why end,
             state = case when state in ('aside', 'failed') then 'ignored' else state end
           where id = $1 returning queue_id is not null as "support!""#,
        id.0
    );
    Ok(support.fetch_one(tx.conn()).await?)
}

/// Keeps one's own to oneself, or shows it to whoever sees its records.
pub async fn set_private(tx: &mut TenantTx, id: InboundId, private: bool) -> Result<()> {
    let done = sqlx::query!(
        "update inbound_mails set version = version + 1, private = $2 where id = $1 and member_id = house.me_member()",
        id.0,
        private
    );
    match done.execute(tx.conn()).await?.rows_affected() {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}

/// Files it on a record that the reader may change.
pub async fn file_by_hand(tx: &mut TenantTx, id: InboundId, subject: Subject) -> Result<()> {
    hold(tx, id).await?;
    if subject.employee().is_some() || !records::may_read(tx, subject).await? {
        return Err(Error::NotFound);
    }
    filing::put(tx, id, subject).await?;
    sqlx::query!(
        "update inbound_mails set version = version + 1, state = 'filed', why = case when state = 'filed' then why else 'by_hand' end
         where id = $1",
        id.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes it off a record.
pub async fn take_off(tx: &mut TenantTx, id: InboundId, subject: Subject) -> Result<()> {
    hold(tx, id).await?;
    sqlx::query!("delete from mail_records where mail_id = $1 and record_id = $2", id.0, subject.id())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The name that goes with an address which nobody has, taken off that list: somebody has it from here on.
pub async fn known_now(tx: &mut TenantTx, id: InboundId, email: &str) -> Result<String> {
    hold(tx, id).await?;
    let people = sqlx::query_scalar!(
        "update inbound_mails set version = version + 1, unknown = array_remove(unknown, $2)
         where id = $1 and $2 = any(unknown) returning people",
        id.0,
        email
    );
    let people = people.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    let people: Vec<domain::inbound::Party> = serde_json::from_value(people).unwrap_or_default();
    let known = people.into_iter().find(|p| p.normal() == email && !p.name.is_empty());
    Ok(known.map_or_else(|| email.split('@').next().unwrap_or_default().to_owned(), |p| p.name))
}

/// A file of a message that the reader may open, or the message itself as it came.
pub(crate) async fn open_file(tx: &mut TenantTx, id: FileId) -> Result<File> {
    let row = sqlx::query!(
        r#"select m.id as "mail!", f.name, f.media_type, f.size from files f
           join lateral (
             select id from inbound_mails where tenant_id = f.tenant_id and raw_id = f.id
             union all select mail_id from mail_files where tenant_id = f.tenant_id and file_id = f.id
           ) m on true
           where f.id = $1 limit 1"#,
        id.0
    );
    let row = row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    if !show::may_see(tx, InboundId(row.mail)).await? {
        return Err(Error::NotFound);
    }
    Ok(File { id, name: row.name, media_type: row.media_type, size: row.size })
}

/// Days for which what nothing is done with is kept.
const KEPT: i64 = 90;

/// Forgets what was left alone for so long. Gives how many, and the files that are to go out of the storage.
pub async fn sweep(tx: &mut TenantTx, most: i64) -> Result<(i64, Vec<FileId>)> {
    let before = tx.now() - Duration::days(KEPT);
    let swept = sqlx::query!(
        r#"with old as (
             select id, raw_id from inbound_mails where state = 'ignored' and at < $1 order by at, id limit $2
           ), parts as (
             select raw_id as id from old where raw_id is not null
             union select f.file_id from mail_files f join old on old.id = f.mail_id
           ), gone as (delete from inbound_mails m using old where m.id = old.id)
           select (select count(*) from old) as "many!", array(select id from parts) as "files!: Vec<uuid::Uuid>""#,
        before,
        most
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query!("delete from files where id = any($1)", &swept.files).execute(tx.conn()).await?;
    Ok((swept.many, swept.files.into_iter().map(FileId).collect()))
}
