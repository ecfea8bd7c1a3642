//! Who is signed in to a portal, and how they came in. An address counts as long as it is the first one of a contact who is
//! there: archived, merged or with another address they are nobody.

use crate::{Error, Result, TenantTx};
use chrono::{DateTime, Duration, Utc};
use domain::{
    ContactId, MailId, PortalSessionId,
    support::portal::{DAYS, MINUTES},
};

/// Somebody who has proved that an address is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    pub session: PortalSessionId,
    pub contact: ContactId,
    pub name: String,
    /// In small letters.
    pub email: String,
    /// Whether no other contact has that address: who shares a mailbox sees what was asked from it, and nothing besides.
    pub alone: bool,
}

/// Makes a link for whoever has this address; `None`: nobody here has, or it is closed. Again is the same link.
pub async fn link(tx: &mut TenantTx, id: MailId, email: &str) -> Result<Option<String>> {
    let row = sqlx::query!(
        "select c.id, c.name from contacts c
         where lower(c.email) = lower($1) and c.archived_at is null and exists (select from portal_settings s where s.open)
         order by c.created_at, c.id limit 1",
        email
    );
    let Some(r) = row.fetch_optional(tx.conn()).await? else { return Ok(None) };
    sqlx::query!(
        "insert into portal_links (tenant_id, id, contact_id, email, created_at) values ($1, $2, $3, lower($4), $5)
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        r.id,
        email,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(Some(r.name))
}

fn fresh(tx: &TenantTx) -> DateTime<Utc> {
    tx.now() - Duration::minutes(MINUTES)
}

/// The address that a link is for, as long as it may be used.
pub async fn waiting(tx: &mut TenantTx, id: MailId) -> Result<Option<String>> {
    let row = sqlx::query_scalar!(
        "select l.email from portal_links l join contacts c on c.tenant_id = l.tenant_id and c.id = l.contact_id
         where l.id = $1 and l.used_at is null and l.created_at > $2 and c.archived_at is null and lower(c.email) = l.email
           and exists (select from portal_settings s where s.open)",
        id.0,
        fresh(tx)
    );
    Ok(row.fetch_optional(tx.conn()).await?)
}

/// Uses a link up: once, however many try at the same time. Gives the session that it opens.
pub async fn come_in(tx: &mut TenantTx, id: MailId) -> Result<Option<PortalSessionId>> {
    if waiting(tx, id).await?.is_none() {
        return Ok(None);
    }
    let used = sqlx::query!(
        "update portal_links set used_at = $2 where id = $1 and used_at is null and created_at > $3 returning contact_id, email",
        id.0,
        tx.now(),
        fresh(tx)
    );
    let Some(r) = used.fetch_optional(tx.conn()).await? else { return Ok(None) };
    let session = tx.id::<PortalSessionId>();
    sqlx::query!(
        "insert into portal_sessions (tenant_id, id, contact_id, email, created_at) values ($1, $2, $3, $4, $5)",
        tx.tenant().0,
        session.0,
        r.contact_id,
        r.email,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(Some(session))
}

/// Who this session is of, if it still counts.
pub async fn enter(tx: &mut TenantTx, session: PortalSessionId) -> Result<Visitor> {
    let row = sqlx::query!(
        r#"select s.contact_id, s.email, c.name as "name!",
             not exists (select from contacts o where lower(o.email) = s.email and o.archived_at is null and o.id <> c.id) as "alone!"
           from portal_sessions s join contacts c on c.tenant_id = s.tenant_id and c.id = s.contact_id
           where s.id = $1 and s.ended_at is null and s.created_at > $2 and c.archived_at is null and lower(c.email) = s.email"#,
        session.0,
        tx.now() - Duration::days(DAYS)
    );
    let r = row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    Ok(Visitor { session, contact: ContactId(r.contact_id), name: r.name, email: r.email, alone: r.alone })
}

/// Ends one; one that has ended stays so.
pub async fn leave(tx: &mut TenantTx, session: PortalSessionId) -> Result<()> {
    sqlx::query!("update portal_sessions set ended_at = $2 where id = $1 and ended_at is null", session.0, tx.now())
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Ends all that a contact has open, and links that wait. Gives how many.
pub async fn end_all(tx: &mut TenantTx, contact: ContactId) -> Result<u64> {
    sqlx::query!("update portal_links set used_at = $2 where contact_id = $1 and used_at is null", contact.0, tx.now())
        .execute(tx.conn())
        .await?;
    let done = sqlx::query!(
        "update portal_sessions set ended_at = $2 where contact_id = $1 and ended_at is null",
        contact.0,
        tx.now()
    );
    Ok(done.execute(tx.conn()).await?.rows_affected())
}

/// How many a contact has open, and when they last came in.
pub async fn of(tx: &mut TenantTx, contact: ContactId) -> Result<(i64, Option<DateTime<Utc>>)> {
    let r = sqlx::query!(
        r#"select count(*) filter (where ended_at is null and created_at > $2) as "open!", max(created_at) as last
           from portal_sessions where contact_id = $1"#,
        contact.0,
        tx.now() - Duration::days(DAYS)
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((r.open, r.last))
}

/// Links that nobody will use any more, and sessions that are long over.
pub async fn sweep(tx: &mut TenantTx) -> Result<()> {
    let now = tx.now();
    sqlx::query!("delete from portal_links where created_at < $1", now - Duration::days(7)).execute(tx.conn()).await?;
    sqlx::query!("delete from portal_sessions where created_at < $1", now - Duration::days(DAYS + 30))
        .execute(tx.conn())
        .await?;
    Ok(())
}
