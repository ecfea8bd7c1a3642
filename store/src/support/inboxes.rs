//! Mailboxes that are read: what they are, and how far each has been read.

use crate::{Error, Result, TenantTx, Version, db::strange, queue};
use chrono::{DateTime, Utc};
use domain::{
    Email, InboxId, QueueId,
    jobs::PollInbox,
    support::inboxes::{Account, After, EVERY, Fields, Inbox, MOST, Security, State, TOLD_AFTER, pause},
};
use uuid::Uuid;

struct Row {
    id: Uuid,
    version: i32,
    address: String,
    queue_id: Uuid,
    host: String,
    port: i32,
    security: String,
    username: String,
    folder: String,
    after: String,
    move_to: Option<String>,
    plus: bool,
    backlog: bool,
    paused: bool,
    checked_at: Option<DateTime<Utc>>,
    taken_at: Option<DateTime<Utc>>,
    taken: i64,
    down_since: Option<DateTime<Utc>>,
    problem: Option<String>,
}

impl Row {
    fn inbox(self) -> Result<Inbox> {
        let account = Account {
            host: self.host,
            port: u16::try_from(self.port).map_err(|_| strange("port", &self.port.to_string()))?,
            security: Security::parse(&self.security).ok_or_else(|| strange("security", &self.security))?,
            username: self.username,
            folder: self.folder,
        };
        let fields = Fields {
            address: Email::parse(&self.address).map_err(|_| strange("address", &self.address))?,
            queue: QueueId(self.queue_id),
            account,
            after: After::of(&self.after, self.move_to).ok_or_else(|| strange("after", &self.after))?,
            plus: self.plus,
            backlog: self.backlog,
        };
        let state = State {
            checked_at: self.checked_at,
            taken_at: self.taken_at,
            taken: self.taken,
            down_since: self.down_since,
            problem: self.problem,
        };
        Ok(Inbox { id: InboxId(self.id), version: self.version, fields, paused: self.paused, state })
    }
}

/// All by address.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<Inbox>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select i.id, i.version, i.address, i.queue_id, i.host, i.port, i.security, i.username, i.folder, i.after, i.move_to, i.plus,
             i.backlog, i.paused_at is not null as "paused!", s.checked_at, s.taken_at, s.taken, s.down_since, s.problem
           from support_inboxes i join support_inbox_states s on s.tenant_id = i.tenant_id and s.inbox_id = i.id
           order by i.address limit 50"#
    );
    rows.fetch_all(tx.conn()).await?.into_iter().map(Row::inbox).collect()
}

pub async fn find(tx: &mut TenantTx, id: InboxId) -> Result<Inbox> {
    all(tx).await?.into_iter().find(|i| i.id == id).ok_or(Error::NotFound)
}

/// The password as it is kept.
pub async fn sealed(tx: &mut TenantTx, id: InboxId) -> Result<Vec<u8>> {
    let sealed = sqlx::query_scalar!("select password_sealed from support_inbox_states where inbox_id = $1", id.0);
    sealed.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// Adds one under the id that was drawn with its form. It is looked into at the next minute.
pub async fn add(tx: &mut TenantTx, id: InboxId, f: &Fields, sealed: &[u8]) -> Result<()> {
    let now = tx.now();
    let done = sqlx::query!(
        "with added as (
           insert into support_inboxes (tenant_id, id, address, queue_id, host, port, security, username, folder, after, move_to, plus,
             backlog, password_at, created_at, updated_at)
           select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $14
           where (select count(*) from support_inboxes) < $15
           on conflict (tenant_id, id) do nothing returning tenant_id, id
         )
         insert into support_inbox_states (tenant_id, inbox_id, password_sealed, next_at) select tenant_id, id, $16, $14 from added",
        tx.tenant().0,
        id.0,
        f.address.as_str(),
        f.queue.0,
        f.account.host,
        i32::from(f.account.port),
        f.account.security.key(),
        f.account.username,
        f.account.folder,
        f.after.key(),
        f.after.folder(),
        f.plus,
        f.backlog,
        now,
        i64::try_from(MOST).unwrap_or(i64::MAX),
        sealed
    );
    if done.execute(tx.conn()).await?.rows_affected() == 0 && find(tx, id).await.is_err() {
        return Err(Error::refused("address", format!("There are {MOST} mailboxes already. Remove one of them.")));
    }
    Ok(())
}

/// Changes one. Another folder is read from its beginning, or from now on, as a new one is.
pub async fn change(tx: &mut TenantTx, id: InboxId, version: Version, f: &Fields, sealed: Option<&[u8]>) -> Result<()> {
    let was = find(tx, id).await?;
    let (a, now) = (&f.account, tx.now());
    let done = sqlx::query!(
        "update support_inboxes set version = version + 1, updated_at = $3, address = $4, queue_id = $5, host = $6, port = $7,
           security = $8, username = $9, folder = $10, after = $11, move_to = $12, plus = $13, backlog = $14,
           password_at = case when $15 then $3 else password_at end
         where id = $1 and version = $2",
        id.0,
        version,
        now,
        f.address.as_str(),
        f.queue.0,
        a.host,
        i32::from(a.port),
        a.security.key(),
        a.username,
        a.folder,
        f.after.key(),
        f.after.folder(),
        f.plus,
        f.backlog,
        sealed.is_some()
    );
    if done.execute(tx.conn()).await?.rows_affected() == 0 {
        return Err(Error::Stale);
    }
    let same = was.fields.account.same_door(a) && was.fields.account.folder == a.folder;
    sqlx::query!(
        "update support_inbox_states set password_sealed = coalesce($2, password_sealed), failures = 0, problem = null, down_since = null,
           next_at = case when $3 then null else $4::timestamptz end, told_at = null,
           uid_validity = case when $5 then uid_validity end, last_uid = case when $5 then last_uid else 0 end
         where inbox_id = $1",
        id.0,
        sealed,
        was.paused,
        now,
        same
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Leaves one alone for a while, or looks into it again. Gives its address.
pub async fn set_paused(tx: &mut TenantTx, id: InboxId, paused: bool) -> Result<String> {
    let now = tx.now();
    let address = sqlx::query_scalar!(
        "update support_inboxes set version = version + 1, updated_at = $3, paused_at = case when $2 then coalesce(paused_at, $3) end
         where id = $1 returning address",
        id.0,
        paused,
        now
    );
    let address = address.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    sqlx::query!(
        "update support_inbox_states set next_at = case when $2 then null else $3::timestamptz end, failures = 0, down_since = null, problem = null,
           told_at = null
         where inbox_id = $1",
        id.0,
        paused,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(address)
}

/// Forgets one with its password; what came by it stays. Gives its address.
pub async fn remove(tx: &mut TenantTx, id: InboxId) -> Result<String> {
    let address = sqlx::query_scalar!("delete from support_inboxes where id = $1 returning address", id.0);
    address.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// Has one looked into now. Gives its address.
pub async fn look(tx: &mut TenantTx, id: InboxId) -> Result<String> {
    let inbox = find(tx, id).await?;
    if inbox.paused {
        return Err(Error::refused("", "It is left alone at the moment. Have it read again first."));
    }
    let job = PollInbox { tenant: tx.tenant(), inbox: id, at: tx.now() };
    queue::push(tx, &job).await?;
    Ok(inbox.fields.address.to_string())
}

/// Has those looked into whose time has come.
pub async fn fan_out(tx: &mut TenantTx) -> Result<()> {
    let now = tx.now();
    let due = sqlx::query_scalar!(
        "update support_inbox_states set next_at = $2 where next_at <= $1 returning inbox_id",
        now,
        now + EVERY
    );
    let due = due.fetch_all(tx.conn()).await?;
    let tenant = tx.tenant();
    let jobs: Vec<PollInbox> = due.into_iter().map(|id| PollInbox { tenant, inbox: InboxId(id), at: now }).collect();
    queue::push_many(tx, &jobs).await
}

/// Where reading goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub inbox: Inbox,
    pub sealed: Vec<u8>,
    /// `None`: it was never looked into.
    pub uid_validity: Option<u32>,
    pub last_uid: u32,
}

/// `None`: it is gone, or left alone.
pub async fn cursor(tx: &mut TenantTx, id: InboxId) -> Result<Option<Cursor>> {
    let inbox = match find(tx, id).await {
        Err(Error::NotFound) => return Ok(None),
        found => found?,
    };
    if inbox.paused {
        return Ok(None);
    }
    let r = sqlx::query!(
        "select password_sealed, uid_validity, last_uid from support_inbox_states where inbox_id = $1",
        id.0
    );
    let r = r.fetch_one(tx.conn()).await?;
    let uid = |n: i64| u32::try_from(n).map_err(|_| strange("uid", &n.to_string()));
    Ok(Some(Cursor {
        inbox,
        sealed: r.password_sealed,
        uid_validity: r.uid_validity.map(uid).transpose()?,
        last_uid: uid(r.last_uid)?,
    }))
}

/// Says from where on it is read: at the first look, or after its server has numbered its messages anew.
pub async fn begin_at(tx: &mut TenantTx, id: InboxId, validity: u32, last: u32) -> Result<()> {
    sqlx::query!(
        "update support_inbox_states set uid_validity = $2, last_uid = $3, stuck_uid = null where inbox_id = $1",
        id.0,
        i64::from(validity),
        i64::from(last)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// That this message is taken in, in the transaction that takes it. `false`: somebody else has been here meanwhile.
pub async fn step(tx: &mut TenantTx, id: InboxId, validity: u32, uid: u32, taken: bool) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "update support_inbox_states set last_uid = $3, taken = taken + case when $4 then 1 else 0 end,
           taken_at = case when $4 then $5 else taken_at end
         where inbox_id = $1 and uid_validity = $2 and last_uid < $3",
        id.0,
        i64::from(validity),
        i64::from(uid),
        taken,
        now
    );
    Ok(done.execute(tx.conn()).await?.rows_affected() == 1)
}

/// That its server does not give this message out, once more. Gives how often that was so on end.
pub async fn stuck(tx: &mut TenantTx, id: InboxId, validity: u32, uid: u32) -> Result<i32> {
    let tries = sqlx::query_scalar!(
        "update support_inbox_states set stuck_uid = $3, stuck_tries = case when stuck_uid = $3 then stuck_tries + 1 else 1 end
         where inbox_id = $1 and uid_validity = $2 and last_uid < $3 returning stuck_tries",
        id.0,
        i64::from(validity),
        i64::from(uid)
    );
    Ok(tries.fetch_optional(tx.conn()).await?.unwrap_or_default())
}

/// It was read. `problem`: what else was to be done did not work. `more`: not all of it.
pub async fn well(tx: &mut TenantTx, id: InboxId, problem: Option<&str>, more: bool) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update support_inbox_states set checked_at = $2::timestamptz, failures = 0, down_since = null, told_at = null, problem = $3,
           next_at = case when next_at is null then null when $4 then $2::timestamptz else $5::timestamptz end
         where inbox_id = $1",
        id.0,
        now,
        problem,
        more,
        now + EVERY
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// It could not be read: it is asked again later, and less often. Gives since when, where whoever looks after it is to be told.
pub async fn unwell(tx: &mut TenantTx, id: InboxId, problem: &str) -> Result<Option<DateTime<Utc>>> {
    let now = tx.now();
    let failures =
        sqlx::query_scalar!("select failures from support_inbox_states where inbox_id = $1 for update", id.0);
    let Some(failures) = failures.fetch_optional(tx.conn()).await? else { return Ok(None) };
    let row = sqlx::query!(
        "update support_inbox_states set failures = failures + 1, down_since = coalesce(down_since, $2::timestamptz), problem = $3,
           next_at = case when next_at is null then null else $4::timestamptz end
         where inbox_id = $1 returning down_since as \"down_since!\", told_at",
        id.0,
        now,
        problem,
        now + pause(failures + 1)
    );
    let row = row.fetch_one(tx.conn()).await?;
    if row.told_at.is_some() || now - row.down_since < TOLD_AFTER {
        return Ok(None);
    }
    sqlx::query!("update support_inbox_states set told_at = $2 where inbox_id = $1", id.0, now)
        .execute(tx.conn())
        .await?;
    Ok(Some(row.down_since))
}

/// A mailbox as far as addresses go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reads {
    pub id: InboxId,
    pub queue: QueueId,
    pub address: String,
    pub plus: bool,
    pub paused: bool,
}

/// Which addresses are read, for whatever compares addresses with ours.
pub async fn addresses(tx: &mut TenantTx) -> Result<Vec<Reads>> {
    let rows = sqlx::query!(
        r#"select id, queue_id, address, plus, paused_at is not null as "paused!" from support_inboxes order by created_at, id limit 50"#
    );
    let read =
        |id, queue, address, plus, paused| Reads { id: InboxId(id), queue: QueueId(queue), address, plus, paused };
    Ok(rows
        .fetch_all(tx.conn())
        .await?
        .into_iter()
        .map(|r| read(r.id, r.queue_id, r.address, r.plus, r.paused))
        .collect())
}
