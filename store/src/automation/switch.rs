//! What holds a workspace's automation back: the kill switch, and a token bucket for new runs (DOMAIN: Automation).

use crate::{Result, TenantTx, Who};
use domain::automation::runs::Switch;

pub async fn find(tx: &mut TenantTx) -> Result<Switch> {
    let row = sqlx::query!(
        r#"select s.stopped_at, s.stopped_because, s.per_minute, m.name as "by?" from automation_settings s
           left join members m on m.tenant_id = s.tenant_id and m.id = s.stopped_by"#
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(match row {
        None => Switch { stopped: None, per_minute: 600 },
        Some(r) => Switch {
            stopped: r.stopped_at.map(|at| (at, r.by.unwrap_or_default(), r.stopped_because)),
            per_minute: r.per_minute,
        },
    })
}

/// Stops everything, or lets it go on: no new runs, and those that run stay where they are.
pub async fn stop(tx: &mut TenantTx, stopped: bool, why: &str) -> Result<()> {
    let by = match tx.who() {
        Who::Member(by) => Some(by.0),
        _ => None,
    };
    let at = stopped.then(|| tx.now());
    sqlx::query!(
        "insert into automation_settings (tenant_id, id, stopped_at, stopped_by, stopped_because) values ($1, $1, $2, $3, $4)
         on conflict (tenant_id) do update set stopped_at = excluded.stopped_at, stopped_by = excluded.stopped_by,
           stopped_because = excluded.stopped_because",
        tx.tenant().0,
        at,
        by.filter(|_| stopped),
        if stopped { why } else { "" }
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Whether automation is stopped.
pub async fn stopped(tx: &mut TenantTx) -> Result<bool> {
    let row = sqlx::query_scalar!(r#"select stopped_at is not null as "stopped!" from automation_settings"#);
    Ok(row.fetch_optional(tx.conn()).await?.unwrap_or(false))
}

/// Takes up to `wanted` new runs out of the bucket, which fills by the minute; gives how many there were.
pub async fn take(tx: &mut TenantTx, wanted: usize) -> Result<usize> {
    if wanted == 0 {
        return Ok(0);
    }
    let (now, wanted) = (tx.now(), i64::try_from(wanted).unwrap_or(i64::MAX));
    // The row is there first, so that two who take at once wait for one another.
    let taken = sqlx::query_scalar!(
        r#"with rate as (
             select coalesce((select per_minute from automation_settings), 600)::numeric as per_minute
           ), there as (
             insert into automation_buckets (tenant_id, tokens, filled_at) select $1, per_minute, $2 from rate
             on conflict (tenant_id) do update set
               tokens = least((select per_minute from rate), automation_buckets.tokens
                 + (select per_minute from rate) * greatest(0, extract(epoch from $2 - automation_buckets.filled_at)) / 60),
               filled_at = greatest($2, automation_buckets.filled_at)
             returning tokens
           )
           select least($3, floor(tokens)::bigint) as "taken!" from there"#,
        tx.tenant().0,
        now,
        wanted
    )
    .fetch_one(tx.conn())
    .await?;
    if taken > 0 {
        sqlx::query!("update automation_buckets set tokens = tokens - $1", rust_decimal::Decimal::from(taken))
            .execute(tx.conn())
            .await?;
    }
    Ok(usize::try_from(taken).unwrap_or_default())
}
