//! Queries of canned replies.

use crate::{Error, Result, TenantTx, Version};
use domain::{
    CannedReplyId,
    support::canned::{Canned, Fields, MOST},
};

/// All by name.
pub async fn all(tx: &mut TenantTx) -> Result<Vec<Canned>> {
    let rows = sqlx::query!("select id, version, name, body from canned_replies order by lower(name), id limit 500")
        .fetch_all(tx.conn())
        .await?;
    let canned = |id, version, name, body| Canned { id: CannedReplyId(id), version, name, body };
    Ok(rows.into_iter().map(|r| canned(r.id, r.version, r.name, r.body)).collect())
}

pub async fn find(tx: &mut TenantTx, id: CannedReplyId) -> Result<Canned> {
    let r = sqlx::query!("select id, version, name, body from canned_replies where id = $1", id.0);
    let r = r.fetch_one(tx.conn()).await?;
    Ok(Canned { id: CannedReplyId(r.id), version: r.version, name: r.name, body: r.body })
}

/// Adds one under the id that was drawn with its form.
pub async fn add(tx: &mut TenantTx, id: CannedReplyId, f: &Fields) -> Result<()> {
    let done = sqlx::query!(
        "insert into canned_replies (tenant_id, id, name, body, created_at, updated_at)
         select $1, $2, $3, $4, $5, $5 where (select count(*) from canned_replies) < $6
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        f.name,
        f.body,
        tx.now(),
        i64::try_from(MOST).unwrap_or(i64::MAX)
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() > 0 {
        return Ok(());
    }
    match find(tx, id).await {
        Ok(there) if there.name == f.name && there.body == f.body => Ok(()),
        Ok(_) => Err(Error::Sent),
        Err(_) => Err(Error::refused("name", format!("There are {MOST} replies already. Change one of them."))),
    }
}

pub async fn change(tx: &mut TenantTx, id: CannedReplyId, version: Version, f: &Fields) -> Result<()> {
    find(tx, id).await?;
    let done = sqlx::query!(
        "update canned_replies set version = version + 1, updated_at = $3, name = $4, body = $5 where id = $1 and version = $2",
        id.0,
        version,
        tx.now(),
        f.name,
        f.body
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Takes one away. Gives its name.
pub async fn remove(tx: &mut TenantTx, id: CannedReplyId) -> Result<String> {
    let name = sqlx::query_scalar!("delete from canned_replies where id = $1 returning name", id.0);
    name.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}
