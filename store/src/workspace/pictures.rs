//! Small pictures: a workspace's logo, and everybody's photo.

use crate::{Error, IdentityTx, Result, TenantTx};
use domain::AccountId;
use uuid::Uuid;

/// A picture as it is kept, made anew from what somebody brought.
pub struct Picture {
    pub digest: String,
    pub media_type: &'static str,
    pub body: Vec<u8>,
}

/// One of the workspace's pictures: its type and content.
pub async fn find(tx: &mut TenantTx, id: Uuid) -> Result<(String, Vec<u8>)> {
    let r = sqlx::query!("select media_type, body from pictures where id = $1", id)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    Ok((r.media_type, r.body))
}

/// The workspace's logo; `None` takes it away.
pub async fn set_logo(tx: &mut TenantTx, picture: Option<&Picture>) -> Result<()> {
    let (tenant, now) = (tx.tenant().0, tx.now());
    match picture {
        Some(p) => {
            sqlx::query!(
                "insert into pictures (tenant_id, id, digest, media_type, body, created_at) values ($1, $1, $2, $3, $4, $5)
                 on conflict (tenant_id, id) do update set digest = excluded.digest, media_type = excluded.media_type, body = excluded.body",
                tenant,
                p.digest,
                p.media_type,
                p.body,
                now
            )
            .execute(tx.conn())
            .await?;
        }
        None => {
            sqlx::query!("delete from pictures where id = $1", tenant).execute(tx.conn()).await?;
        }
    }
    super::settings::set_logo(tx, picture.map(|p| p.digest.as_str())).await
}

/// Somebody's photo, in each of their workspaces; `None` takes it away.
pub async fn set_photo(tx: &mut IdentityTx, account: AccountId, picture: Option<&Picture>) -> Result<()> {
    let now = tx.now();
    crate::identity::hold_memberships(tx, account).await?;
    match picture {
        Some(p) => {
            sqlx::query!(
                "insert into pictures (tenant_id, id, digest, media_type, body, created_at)
                 select tenant_id, id, $2, $3, $4, $5 from members where account_id = $1 order by tenant_id
                 on conflict (tenant_id, id) do update set digest = excluded.digest, media_type = excluded.media_type, body = excluded.body",
                account.0,
                p.digest,
                p.media_type,
                p.body,
                now
            )
            .execute(tx.conn())
            .await?;
        }
        None => {
            sqlx::query!(
                "delete from pictures p using members m where m.account_id = $1 and p.tenant_id = m.tenant_id and p.id = m.id",
                account.0
            )
            .execute(tx.conn())
            .await?;
        }
    }
    sqlx::query!("update members set photo = $2 where account_id = $1", account.0, picture.map(|p| p.digest.clone()))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Takes somebody's photo along into a workspace that they join.
pub(crate) async fn take_along(tx: &mut IdentityTx, account: AccountId) -> Result<()> {
    sqlx::query!(
        "with photo as (
           select p.digest, p.media_type, p.body, p.created_at from members m
           join pictures p on p.tenant_id = m.tenant_id and p.id = m.id where m.account_id = $1
           order by m.tenant_id limit 1
         ), taken as (
           insert into pictures (tenant_id, id, digest, media_type, body, created_at)
           select m.tenant_id, m.id, p.digest, p.media_type, p.body, p.created_at
           from members m, photo p where m.account_id = $1
           on conflict (tenant_id, id) do nothing
         )
         update members set photo = (select digest from photo) where account_id = $1 and photo is null",
        account.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
