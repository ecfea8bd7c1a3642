//! Who shares in a deal.

use super::DEALS;
use crate::{Error, Result, TenantTx, reach};
use domain::{
    DealId, MemberId,
    access::DealsWrite,
    crm::deals::{
        Owner,
        splits::{Split, mark},
    },
};
use uuid::Uuid;

/// The shares of a deal that the reader sees, the largest first; none: all of it is its owner's.
pub async fn of(tx: &mut TenantTx, id: DealId) -> Result<Vec<Split>> {
    let rows = sqlx::query!(
        "select s.share, m.id, m.name, m.email from deal_splits s
         join members m on m.tenant_id = s.tenant_id and m.id = s.member_id
         where s.deal_id = $1 order by s.share desc, lower(m.name), m.id",
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    let split = |r: (i32, MemberId, String, String)| Split {
        member: Owner { id: r.1, name: r.2, email: r.3 },
        share: r.0.unsigned_abs(),
    };
    Ok(rows.into_iter().map(|r| split((r.share, MemberId(r.id), r.name, r.email))).collect())
}

/// As [`set`], where they are still as its form was shown: `was`. What somebody has set meanwhile is not written over.
pub async fn set_as_shown(tx: &mut TenantTx, id: DealId, shares: &[(MemberId, u32)], was: &str) -> Result<()> {
    reach::hold::<DealsWrite>(tx, DEALS, id.0).await?;
    // Two at the same moment wait for one another before they look.
    sqlx::query!("select from deals where id = $1 for update", id.0).execute(tx.conn()).await?;
    let now = mark(of(tx, id).await?.iter().map(|s| (s.member.id, s.share)));
    if now == mark(shares.iter().copied()) {
        return Ok(());
    }
    if now != was {
        let words = "Somebody else has shared it out anew meanwhile. Look at the shares on its page; save again to have them as they are here.";
        return Err(Error::refused("splits", words));
    }
    set(tx, id, shares).await
}

/// Puts these shares in place of those that are; together they are the whole.
pub async fn set(tx: &mut TenantTx, id: DealId, shares: &[(MemberId, u32)]) -> Result<()> {
    reach::hold::<DealsWrite>(tx, DEALS, id.0).await?;
    let members: Vec<Uuid> = shares.iter().map(|(m, _)| m.0).collect();
    let parts: Vec<i32> = shares.iter().filter_map(|(_, s)| i32::try_from(*s).ok()).collect();
    let known = sqlx::query_scalar!(
        r#"select count(*) as "known!" from members m where m.id = any($1)
             and (m.deactivated_at is null or exists (select from deal_splits s where s.deal_id = $2 and s.member_id = m.id))"#,
        &members,
        id.0
    );
    if known.fetch_one(tx.conn()).await? != i64::try_from(members.len()).unwrap_or(i64::MAX) {
        return Err(Error::refused("splits", "Choose who has this share."));
    }
    // Whose deal it is waits for whoever shares it out at the same moment.
    sqlx::query!("select from deals where id = $1 for update", id.0).execute(tx.conn()).await?;
    sqlx::query!("delete from deal_splits where deal_id = $1 and member_id <> all($2)", id.0, &members)
        .execute(tx.conn())
        .await?;
    sqlx::query!(
        "insert into deal_splits (tenant_id, deal_id, member_id, share)
         select $1, $2, u.member, u.share from unnest($3::uuid[], $4::int[]) as u (member, share)
         on conflict (tenant_id, deal_id, member_id) do update set share = excluded.share where deal_splits.share <> excluded.share",
        tx.tenant().0,
        id.0,
        &members,
        &parts
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
