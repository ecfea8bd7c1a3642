//! Which of a workspace's secrets hold.

use crate::{Error, Result, TenantTx};
use uuid::Uuid;

/// Without a row, as it is at the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    pub url_round: i32,
    pub drop_round: i32,
    pub closed: bool,
}

pub async fn door(tx: &mut TenantTx) -> Result<Door> {
    let row = sqlx::query_as!(Door, "select url_round, drop_round, closed from mail_doors").fetch_optional(tx.conn());
    Ok(row.await?.unwrap_or(Door { url_round: 1, drop_round: 1, closed: false }))
}

/// Draws a new secret: the drop address's, or the mail service's. The one before opens nothing from here on.
pub async fn rotate(tx: &mut TenantTx, drop: bool) -> Result<()> {
    sqlx::query!(
        "insert into mail_doors as d (tenant_id, id, url_round, drop_round, updated_at)
         values ($1, $2, case when $3 then 1 else 2 end, case when $3 then 2 else 1 end, $4)
         on conflict on constraint mail_doors_one do update set version = d.version + 1, updated_at = excluded.updated_at,
           url_round = d.url_round + case when $3 then 0 else 1 end, drop_round = d.drop_round + case when $3 then 1 else 0 end",
        tx.tenant().0,
        tx.id::<domain::InboundId>().0,
        drop,
        tx.now()
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Closes the drop address, or opens it again.
pub async fn close(tx: &mut TenantTx, closed: bool) -> Result<()> {
    let id: Uuid = tx.id::<domain::InboundId>().0;
    let done = sqlx::query!(
        "insert into mail_doors as d (tenant_id, id, closed, updated_at) values ($1, $2, $3, $4)
         on conflict on constraint mail_doors_one do update set version = d.version + 1, updated_at = excluded.updated_at,
           closed = excluded.closed",
        tx.tenant().0,
        id,
        closed,
        tx.now()
    );
    match done.execute(tx.conn()).await?.rows_affected() {
        0 => Err(Error::NotFound),
        _ => Ok(()),
    }
}
