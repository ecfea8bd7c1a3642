//! Sessions: on which devices somebody is signed in. Redis knows which cookie is which session; whether a session still
//! counts, this table says, so that one can be ended from afar.

use crate::{IdentityTx, Result};
use chrono::Duration;
use domain::{AccountId, SessionId, workspace::security::Session};

/// Where a session was begun.
pub struct Device<'a> {
    pub address: &'a str,
    /// The browser's own words about itself.
    pub agent: &'a str,
}

/// Longest account that a browser gives of itself and is kept.
const AGENT: usize = 400;

/// Signs somebody in.
pub async fn begin(tx: &mut IdentityTx, account: AccountId, device: &Device<'_>) -> Result<SessionId> {
    let (id, now): (SessionId, _) = (tx.id(), tx.now());
    let agent: String = device.agent.chars().filter(|c| !c.is_control()).take(AGENT).collect();
    sqlx::query!(
        "insert into sessions (id, account_id, created_at, seen_at, address, agent) values ($1, $2, $3, $3, $4, $5)",
        id.0,
        account.0,
        now,
        device.address,
        agent
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// How often a session's last use is noted: a write for each page would buy nothing.
pub const NOTED: Duration = Duration::minutes(5);

/// Notes that a session was used.
pub async fn see(tx: &mut IdentityTx, session: SessionId, address: &str) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update sessions set seen_at = $2, address = case when $3 = '' then address else $3 end
         where id = $1 and ended_at is null",
        session.0,
        now,
        address
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether a session counts, and since when.
pub async fn find(tx: &mut IdentityTx, account: AccountId, session: SessionId) -> Result<Option<crate::Seen>> {
    let row = sqlx::query!(
        "select created_at, seen_at from sessions where id = $1 and account_id = $2 and ended_at is null",
        session.0,
        account.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| crate::Seen { since: r.created_at, seen: r.seen_at }))
}

/// Where somebody is signed in, the one that was used last first.
pub async fn list(tx: &mut IdentityTx, account: AccountId) -> Result<Vec<Session>> {
    let rows = sqlx::query!(
        "select id, created_at, seen_at, address, agent from sessions
         where account_id = $1 and ended_at is null order by seen_at desc, id limit 100",
        account.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Session {
            id: SessionId(r.id),
            since: r.created_at,
            seen: r.seen_at,
            address: r.address,
            agent: r.agent,
        })
        .collect())
}

/// Signs out of one session of this account. Gives whether there was one.
pub async fn end(tx: &mut IdentityTx, account: AccountId, session: SessionId) -> Result<bool> {
    let now = tx.now();
    let ended = sqlx::query!(
        "update sessions set ended_at = $3 where id = $1 and account_id = $2 and ended_at is null",
        session.0,
        account.0,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(ended.rows_affected() > 0)
}

/// Signs out everywhere, but for the session that is kept. Gives how many were ended.
pub async fn end_all(tx: &mut IdentityTx, account: AccountId, kept: Option<SessionId>) -> Result<u64> {
    let now = tx.now();
    let ended = sqlx::query!(
        "update sessions set ended_at = $2 where account_id = $1 and ended_at is null and id is distinct from $3",
        account.0,
        now,
        kept.map(|s| s.0)
    )
    .execute(tx.conn())
    .await?;
    Ok(ended.rows_affected())
}

/// Removes those that ended, or were last used, long ago.
pub async fn sweep(tx: &mut IdentityTx) -> Result<u64> {
    let before = tx.now() - Duration::days(120);
    Ok(sqlx::query!("delete from sessions where seen_at < $1", before).execute(tx.conn()).await?.rows_affected())
}
