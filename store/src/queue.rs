//! The outbox: work that begins if, and only if, the transaction that asked for it commits.

use crate::{IdentityTx, RelayTx, Result, TenantTx};
use domain::{TenantId, jobs::Job};
use serde_json::Value;

/// Twice the same key is once.
pub async fn push<J: Job>(tx: &mut TenantTx, job: &J) -> Result<()> {
    debug_assert_eq!(job.tenant(), tx.tenant());
    insert(tx.conn(), job).await
}

/// As [`push`], from a transaction that is in no tenant yet: signing up, resetting a password.
pub async fn push_from_identity<J: Job>(tx: &mut IdentityTx, job: &J) -> Result<()> {
    insert(tx.conn(), job).await
}

async fn insert<J: Job>(conn: &mut sqlx::PgConnection, job: &J) -> Result<()> {
    let body = serde_json::to_value(job).expect("payloads serialise");
    sqlx::query!(
        "insert into outbox (tenant_id, queue, name, key, body) values ($1, $2, $3, $4, $5)
         on conflict on constraint outbox_once do nothing",
        job.tenant().0,
        J::QUEUE.key(),
        J::NAME,
        job.key(),
        body
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A row of the outbox on its way to a queue.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub row: i64,
    pub tenant: TenantId,
    pub queue: String,
    pub name: String,
    pub key: String,
    pub body: Value,
}

/// The next rows, taking turns between tenants: the first of each, then the second of each. They stay locked, so
/// that two relays never hand on the same one, until [`accepted`] removes them in the same transaction.
pub async fn next(tx: &mut RelayTx, most: i64) -> Result<Vec<Parcel>> {
    let now = tx.now();
    let rows = sqlx::query!(
        r#"with recursive waiting as (
             (select tenant_id from outbox order by tenant_id limit 1)
             union all
             select (select o.tenant_id from outbox o where o.tenant_id > w.tenant_id order by o.tenant_id limit 1)
             from waiting w where w.tenant_id is not null
           ), turns as (
             select o.id, row_number() over (partition by w.tenant_id order by o.id) as turn
             from waiting w cross join lateral (
               select id from outbox where tenant_id = w.tenant_id and (run_at is null or run_at <= $2) order by id limit $1
             ) o where w.tenant_id is not null
           )
           select o.id, o.tenant_id, o.queue, o.name, o.key, o.body
           from turns t join outbox o on o.id = t.id
           order by t.turn, o.id limit $1 for update of o skip locked"#,
        most,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    let parcel = |r: (i64, uuid::Uuid, String, String, String, Value)| Parcel {
        row: r.0,
        tenant: TenantId(r.1),
        queue: r.2,
        name: r.3,
        key: r.4,
        body: r.5,
    };
    Ok(rows.into_iter().map(|r| parcel((r.id, r.tenant_id, r.queue, r.name, r.key, r.body))).collect())
}

/// The queues have these now.
pub async fn accepted(tx: &mut RelayTx, rows: &[i64]) -> Result<()> {
    sqlx::query!("delete from outbox where id = any($1)", rows).execute(tx.conn()).await?;
    Ok(())
}
