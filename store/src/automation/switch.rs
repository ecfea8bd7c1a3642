//! What holds a workspace's automation back: the kill switch, and a token bucket for new runs (DOMAIN: Automation).

use crate::{Result, TenantTx, Who};
use domain::automation::runs::Switch;

pub async fn find(tx: &mut TenantTx) -> Result<Switch> {
    let row = sqlx::query!(
        r#"select s.stopped_at, s.stopped_because, m.name as "by?" from automation_settings s
           left join members m on m.tenant_id = s.tenant_id and m.id = s.stopped_by"#
    )
    .fetch_optional(tx.conn())
    .await?;
    let stopped = row.and_then(|r| Some((r.stopped_at?, r.by.unwrap_or_default(), r.stopped_because)));
    Ok(Switch { stopped })
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

/// Takes `wanted` new runs out of the bucket, which fills by the minute and may be overdrawn; gives how many were in it
/// and how many come a minute. What is beyond waits its time: nothing is lost.
pub async fn take(tx: &mut TenantTx, wanted: usize) -> Result<(i64, i32)> {
    let (now, wanted) = (tx.now(), i64::try_from(wanted).unwrap_or(i64::MAX));
    // One statement on one row: two who take at once wait for one another.
    let row = sqlx::query!(
        r#"with rate as (
             select coalesce((select per_minute from automation_settings), 600) as per_minute
           )
           insert into automation_buckets as b (tenant_id, tokens, filled_at) select $1, per_minute - $3::bigint, $2 from rate
           on conflict (tenant_id) do update set
             tokens = least((select per_minute from rate), b.tokens
               + (select per_minute from rate) * greatest(0, extract(epoch from $2 - b.filled_at)) / 60) - $3::bigint,
             filled_at = greatest($2, b.filled_at)
           returning floor(tokens + $3::bigint)::bigint as "before!", (select per_minute from rate) as "per_minute!""#,
        tx.tenant().0,
        now,
        wanted
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.before, row.per_minute))
}

/// Calls to the outside that a workspace makes a minute, over all of its workflows (DESIGN: Calls to the outside).
pub const CALLS: i32 = 120;

/// Takes one call to the outside out of the workspace's budget, which fills by the minute. `false`: it is used up for
/// now, and nothing was taken.
pub async fn take_call(tx: &mut TenantTx) -> Result<bool> {
    let now = tx.now();
    let taken = sqlx::query_scalar!(
        r#"insert into outbound_buckets as b (tenant_id, tokens, filled_at) values ($1, $3::int - 1, $2)
           on conflict (tenant_id) do update set
             tokens = least($3, b.tokens + $3 * greatest(0, extract(epoch from $2 - b.filled_at)) / 60) - 1,
             filled_at = greatest($2, b.filled_at)
           where least($3, b.tokens + $3 * greatest(0, extract(epoch from $2 - b.filled_at)) / 60) >= 1
           returning true as "taken!""#,
        tx.tenant().0,
        now,
        CALLS
    );
    Ok(taken.fetch_optional(tx.conn()).await?.is_some())
}
