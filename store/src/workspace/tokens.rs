//! Personal API tokens: programs that act in a member's name, with no more rights than theirs.

use super::roles;
use crate::{Db, Desk, Error, Result, TenantTx, Who};
use chrono::{DateTime, Duration, Utc};
use domain::{MemberId, TenantId, access::Actor, workspace::tokens::Token};
use uuid::Uuid;

/// How often a token's last use is noted.
const NOTED: Duration = Duration::minutes(1);

/// A member's tokens, newest first; those that are over, too.
pub async fn list(tx: &mut TenantTx, member: MemberId) -> Result<Vec<Token>> {
    let rows = sqlx::query!(
        "select id, name, read_only, created_at, expires_at, last_used_at, revoked_at from api_tokens
         where member_id = $1 order by revoked_at is not null, created_at desc, id limit 200",
        member.0
    )
    .fetch_all(tx.conn())
    .await?;
    let token = |r| {
        let (id, name, read_only, created_at, expires_at, last_used_at, revoked_at) = r;
        Token { id, name, read_only, created_at, expires_at, last_used_at, revoked_at }
    };
    Ok(rows
        .into_iter()
        .map(|r| token((r.id, r.name, r.read_only, r.created_at, r.expires_at, r.last_used_at, r.revoked_at)))
        .collect())
}

/// Keeps a token by the hash of its secret.
pub async fn add(
    tx: &mut TenantTx,
    (id, member): (Uuid, MemberId),
    name: &str,
    hash: &[u8],
    read_only: bool,
    expires_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let (tenant, now) = (tx.tenant().0, tx.now());
    sqlx::query!(
        "insert into api_tokens (tenant_id, id, member_id, name, secret_hash, read_only, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tenant,
        id,
        member.0,
        name,
        hash,
        read_only,
        now,
        expires_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends a token of this member's; gives its name.
pub async fn revoke(tx: &mut TenantTx, member: MemberId, id: Uuid) -> Result<String> {
    let now = tx.now();
    sqlx::query_scalar!(
        "update api_tokens set revoked_at = $3 where id = $1 and member_id = $2 and revoked_at is null returning name",
        id,
        member.0,
        now
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)
}

/// In whose name a token acts.
#[derive(Debug, Clone)]
pub struct Bearer {
    pub token: Uuid,
    pub actor: Actor,
    /// It changes nothing, whatever its owner may.
    pub read_only: bool,
}

/// Whose token this is, as long as it stands and its owner is let in: with the rights that they have now. `hash` is that
/// of the secret that came with it. Not found is one that is wrong, revoked, expired, or of a workspace that is closed.
pub async fn authenticate(db: &Db, id: Uuid, hash: &[u8]) -> Result<Bearer> {
    let mut tx = db.identity().await?;
    let now = tx.now();
    let r = sqlx::query!(
        "select k.tenant_id, k.member_id, k.secret_hash, k.read_only, k.last_used_at
         from api_tokens k join tenants t on t.id = k.tenant_id and t.status = 'active'
         where k.id = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > $2)",
        id,
        now
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or(Error::NotFound)?;
    drop(tx);
    let differ = r.secret_hash.iter().zip(hash).fold(0, |d, (a, b)| d | (a ^ b));
    if r.secret_hash.len() != hash.len() || differ != 0 {
        return Err(Error::NotFound);
    }
    let desk = Desk::of_system(TenantId(r.tenant_id), chrono_tz::Tz::UTC, Who::System);
    let mut tx = db.begin(desk).await?;
    let actor = roles::actor(&mut tx, MemberId(r.member_id)).await?;
    if r.last_used_at.is_none_or(|used| now - used >= NOTED) {
        sqlx::query!("update api_tokens set last_used_at = $2 where id = $1", id, now).execute(tx.conn()).await?;
        tx.commit().await?;
    }
    Ok(Bearer { token: id, actor, read_only: r.read_only })
}
