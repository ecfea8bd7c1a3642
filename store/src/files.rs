//! Files: what they are called and what they are. Their content is in the storage; what of it never became a file, or
//! is none any more, is remembered until it is removed.

use crate::{
    Error, Result, TenantTx, Who, custom_fields,
    hr::{candidates::applications, documents},
    inbound, record_files,
    support::messages,
};
use chrono::{DateTime, Utc};
use domain::{FileId, hr::documents::File};
use uuid::Uuid;

/// A file that has come in whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    pub id: FileId,
    pub name: String,
    pub media_type: &'static str,
    pub size: u64,
    pub sha256: [u8; 32],
}

/// Notes that something is about to come into the storage under this id. Kept before the first byte is.
pub async fn expect(tx: &mut TenantTx, id: FileId) -> Result<()> {
    let (tenant, now) = (tx.tenant().0, tx.now());
    sqlx::query!("insert into file_arrivals (tenant_id, id, begun_at) values ($1, $2, $3)", tenant, id.0, now)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Makes a file of what has come, in the transaction of what it belongs to.
pub(crate) async fn add(tx: &mut TenantTx, file: &New) -> Result<()> {
    let by = match tx.who() {
        Who::Member(me) => Some(me.0),
        _ => None,
    };
    sqlx::query!(
        "with arrived as (delete from file_arrivals where id = $2)
         insert into files (tenant_id, id, name, media_type, size, sha256, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.tenant().0,
        file.id.0,
        file.name,
        file.media_type,
        i64::try_from(file.size).unwrap_or(i64::MAX),
        &file.sha256[..],
        by,
        tx.now(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes files out: whatever belonged to them has to have let go of them. Their content follows when the storage is swept.
pub(crate) async fn remove(tx: &mut TenantTx, ids: &[Uuid]) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "with gone as (delete from files where id = any($1) returning tenant_id, id)
         insert into file_arrivals (tenant_id, id, begun_at) select tenant_id, id, $2 from gone",
        ids,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A file that the reader may open, through what it belongs to; that it was opened is in the trail, where a class keeps
/// it from others. To be committed before the first byte goes out.
pub async fn open(tx: &mut TenantTx, id: FileId) -> Result<File> {
    match documents::open_file(tx, id).await {
        Err(Error::NotFound) => {}
        found => return found,
    }
    match custom_fields::files::open(tx, id).await {
        Err(Error::NotFound) => {}
        found => return found,
    }
    match record_files::open(tx, id).await {
        Err(Error::NotFound) => {}
        found => return found,
    }
    match applications::open_file(tx, id).await {
        Err(Error::NotFound) => {}
        found => return found,
    }
    match messages::open(tx, id).await {
        Err(Error::NotFound) => inbound::open_file(tx, id).await,
        found => found,
    }
}

/// What began to come before this moment and never became a file, or was taken out before it.
pub async fn lost(tx: &mut TenantTx, before: DateTime<Utc>, most: i64) -> Result<Vec<FileId>> {
    let ids = sqlx::query_scalar!(
        "select id from file_arrivals where begun_at < $1 order by begun_at, id limit $2",
        before,
        most
    );
    Ok(ids.fetch_all(tx.conn()).await?.into_iter().map(FileId).collect())
}

/// What was lost is out of the storage.
pub async fn forget(tx: &mut TenantTx, id: FileId) -> Result<()> {
    sqlx::query!("delete from file_arrivals where id = $1", id.0).execute(tx.conn()).await?;
    Ok(())
}
