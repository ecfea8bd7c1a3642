//! The outbox: work that begins if, and only if, the transaction that asked for it commits. And the short way
//! from there to the queue library's tables and, when a try failed, back.
//!
//! The outbox is the one waiting room: fair between tenants, with a time before which a row stays. The library's
//! tables hold only what a worker has or is about to take, so nobody waits behind another tenant's thousand jobs.
//!
//! Statements on the library's tables are not checked at compile time: its own migrations make those tables, after
//! ours. The tests of `jobs` run each of them.

pub mod console;
mod schedule;

pub use schedule::{Due, push_to_all, push_to_due, take_tick};

use crate::{Error, IdentityTx, RelayTx, Result, TenantTx};
use chrono::{DateTime, Utc};
use domain::{
    TenantId,
    jobs::{Job, Queue},
};
use serde_json::Value;
use sqlx::{PgPool, postgres::PgListener};

/// Twice the same key is once.
pub async fn push<J: Job>(tx: &mut TenantTx, job: &J) -> Result<()> {
    debug_assert_eq!(job.tenant(), tx.tenant());
    let now = tx.now();
    insert(tx.conn(), job, now, None).await
}

/// As [`push`], for later: it stays in the outbox until then, through restarts. A job of its key that waits already
/// keeps its own time; [`withdraw`] it first to give it another.
pub async fn push_at<J: Job>(tx: &mut TenantTx, job: &J, run_at: DateTime<Utc>) -> Result<()> {
    debug_assert_eq!(job.tenant(), tx.tenant());
    let now = tx.now();
    insert(tx.conn(), job, now, Some(run_at)).await
}

/// Takes a waiting job of this workspace back, as though it had never been asked for: its key may be pushed again.
/// `false`: there is none, or a worker has it already.
pub async fn withdraw<J: Job>(tx: &mut TenantTx, key: &str) -> Result<bool> {
    remove(tx, J::NAME, key).await
}

async fn remove(tx: &mut TenantTx, name: &str, key: &str) -> Result<bool> {
    let gone = sqlx::query!("delete from outbox where name = $1 and key = $2", name, key).execute(tx.conn()).await?;
    if gone.rows_affected() == 0 {
        return Ok(false);
    }
    // It may have been tried and failed.
    sqlx::query!("delete from job_runs where name = $1 and key = $2 and state = 'waiting'", name, key)
        .execute(tx.conn())
        .await?;
    Ok(true)
}

/// Whether a job that was pushed is over: done, given up or discarded.
pub async fn ended<J: Job>(tx: &mut TenantTx, job: &J) -> Result<bool> {
    let row = sqlx::query_scalar!(
        r#"select exists (select from job_runs where name = $1 and key = $2 and state in ('done', 'dead', 'discarded')) as "ended!""#,
        J::NAME,
        job.key()
    );
    Ok(row.fetch_one(tx.conn()).await?)
}

/// As [`push`], from a transaction that is in no tenant yet: signing up, resetting a password.
pub async fn push_from_identity<J: Job>(tx: &mut IdentityTx, job: &J) -> Result<()> {
    let now = tx.now();
    insert(tx.conn(), job, now, None).await
}

async fn insert<J: Job>(
    conn: &mut sqlx::PgConnection,
    job: &J,
    now: DateTime<Utc>,
    run_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let body = serde_json::to_value(job).expect("payloads serialise");
    sqlx::query!(
        "insert into outbox (tenant_id, queue, name, key, body, priority, pushed_at, run_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict on constraint outbox_once do nothing",
        job.tenant().0,
        J::QUEUE.key(),
        J::NAME,
        job.key(),
        body,
        job.priority().rank(),
        now,
        run_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// As [`push`], many of a kind by one statement.
pub async fn push_many<J: Job>(tx: &mut TenantTx, jobs: &[J]) -> Result<()> {
    let jobs: Vec<_> = jobs.iter().map(|job| (job, None)).collect();
    insert_many(tx, &jobs).await
}

/// As [`push_at`], many of a kind by one statement.
pub async fn push_many_at<J: Job>(tx: &mut TenantTx, jobs: &[(J, DateTime<Utc>)]) -> Result<()> {
    let jobs: Vec<_> = jobs.iter().map(|(job, run_at)| (job, Some(*run_at))).collect();
    insert_many(tx, &jobs).await
}

async fn insert_many<J: Job>(tx: &mut TenantTx, jobs: &[(&J, Option<DateTime<Utc>>)]) -> Result<()> {
    let now = tx.now();
    let (mut keys, mut bodies, mut ranks, mut times) = (vec![], vec![], vec![], vec![]);
    for (job, run_at) in jobs {
        debug_assert_eq!(job.tenant(), tx.tenant());
        keys.push(job.key());
        bodies.push(serde_json::to_value(job).expect("payloads serialise"));
        ranks.push(job.priority().rank());
        times.push(*run_at);
    }
    if keys.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "insert into outbox (tenant_id, queue, name, key, body, priority, pushed_at, run_at)
         select $1, $2, $3, j.key, j.body, j.rank, $4, j.run_at
         from unnest($5::text[], $6::jsonb[], $7::smallint[], $8::timestamptz[]) as j (key, body, rank, run_at)
         on conflict on constraint outbox_once do nothing",
        tx.tenant().0,
        J::QUEUE.key(),
        J::NAME,
        now,
        &keys,
        &bodies,
        &ranks,
        &times as &[Option<DateTime<Utc>>]
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A row of the outbox on its way to a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    pub row: i64,
    pub tenant: TenantId,
    pub queue: String,
    pub name: String,
    pub key: String,
    pub body: Value,
    /// See [`domain::jobs::Priority::rank`].
    pub priority: i16,
}

/// Which of the queues have rows that are due, and how many of each are with the workers, not yet begun.
pub async fn due(tx: &mut RelayTx, queues: &[Queue]) -> Result<Vec<(Queue, i64)>> {
    let now = tx.now();
    let keys: Vec<&str> = queues.iter().map(|q| q.key()).collect();
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select q.key, (select count(*) from apalis.jobs j
                        where j.job_type = q.key and j.status = 'Pending' and j.run_at <= now())
         from unnest($1::text[]) as q(key)
         where exists (select from outbox o where o.queue = q.key and coalesce(o.run_at, '-infinity') <= $2)",
    )
    .bind(&keys)
    .bind(now)
    .fetch_all(tx.conn())
    .await?;
    let queue = |key: &str| queues.iter().copied().find(|q| q.key() == key);
    Ok(rows.into_iter().filter_map(|(key, waiting)| Some((queue(&key)?, waiting))).collect())
}

/// The next rows of a queue, taking turns between tenants; what a tenant has with the workers already counts as
/// turns it has had, and among equals it begins behind `after`, who had the last one: where a worker takes one job at a
/// time, nothing else tells whose turn it is. A tenant spends its turns on what is more urgent first, and then on fresh
/// rows and on those that have come due by halves, so that neither starves behind the other. The rows stay locked, so
/// that two relays never hand on the same one.
///
/// It steps by the index `outbox_turns` from one tenant and priority to the next, so what it costs hangs on how many
/// of them wait and not on how many rows, due or not. (Ordered by `run_at` where that is null, because another index
/// has the order of ids alone, and everybody's rows in it.)
pub async fn next(tx: &mut RelayTx, queue: Queue, most: i64, after: Option<TenantId>) -> Result<Vec<Parcel>> {
    let now = tx.now();
    let rows: Vec<(i64, uuid::Uuid, String, String, String, Value, i16)> = sqlx::query_as(
        "with recursive waiting as (
           (select tenant_id, priority from outbox where queue = $3 order by tenant_id, priority limit 1)
           union all
           select n.tenant_id, n.priority from waiting w cross join lateral (
             select o.tenant_id, o.priority from outbox o
             where o.queue = $3 and (o.tenant_id, o.priority) > (w.tenant_id, w.priority)
             order by o.tenant_id, o.priority limit 1
           ) n
         ), had as (
           select split_part(idempotency_key, '/', 1) as tenant, count(*) as turns
           from apalis.jobs where job_type = $3 group by 1
         ), turns as (
           select o.id, w.tenant_id, coalesce(h.turns, 0)
             + row_number() over (partition by w.tenant_id order by w.priority, o.place, o.id) as turn
           from waiting w left join had h on h.tenant = w.tenant_id::text
           cross join lateral (
             (select id, row_number() over (order by run_at, id) as place from outbox
              where queue = $3 and tenant_id = w.tenant_id and priority = w.priority and run_at is null
              order by run_at, id limit $1)
             union all
             (select id, row_number() over (order by run_at, id) as place from outbox
              where queue = $3 and tenant_id = w.tenant_id and priority = w.priority and run_at <= $2
              order by run_at, id limit $1)
           ) o
         )
         select o.id, o.tenant_id, o.queue, o.name, o.key, o.body, o.priority
         from (select id, row_number() over (order by turn, tenant_id <= coalesce($4, tenant_id), tenant_id) as place
               from turns order by place limit $1) t
         join outbox o on o.id = t.id
         order by t.place for update of o skip locked",
    )
    .bind(most)
    .bind(now)
    .bind(queue.key())
    .bind(after.map(|t| t.0))
    .fetch_all(tx.conn())
    .await?;
    let parcel = |(row, tenant, queue, name, key, body, priority)| Parcel {
        row,
        tenant: TenantId(tenant),
        queue,
        name,
        key,
        body,
        priority,
    };
    Ok(rows.into_iter().map(parcel).collect())
}

/// Moves these rows to the workers: in and out in one statement, so that no crash loses or doubles one. A job whose
/// key is with the workers already is the same job, and is let go.
///
/// Workers take them in this order, which the times say. The library's own priorities are not used: those of one tenant
/// would go before everybody's, for as long as there are any.
pub async fn hand_over(tx: &mut RelayTx, parcels: &[Parcel]) -> Result<()> {
    let mut rows = Vec::with_capacity(parcels.len());
    let (mut queues, mut bodies, mut keys) = (vec![], vec![], vec![]);
    for p in parcels {
        rows.push(p.row);
        queues.push(p.queue.as_str());
        let body = serde_json::json!({
            "tenant": p.tenant, "queue": p.queue, "name": p.name, "key": p.key, "body": p.body, "priority": p.priority
        });
        bodies.push(body.to_string().into_bytes());
        keys.push(format!("{}/{}/{}", p.tenant, p.name, p.key));
    }
    sqlx::query(
        "with given as (
           insert into apalis.jobs (id, job_type, job, status, attempts, max_attempts, run_at, idempotency_key)
           select apalis.generate_ulid(), queue, body, 'Pending', 0, 1,
                  now() - interval '1 millisecond' + place * interval '1 microsecond', key
           from unnest($2::text[], $3::bytea[], $4::text[]) with ordinality as p (queue, body, key, place)
           on conflict (job_type, idempotency_key) do nothing
         )
         delete from outbox where id = any($1)",
    )
    .bind(rows)
    .bind(queues)
    .bind(bodies)
    .bind(keys)
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A row of the outbox, looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub tenant: TenantId,
    pub queue: String,
    pub name: String,
    pub key: String,
    pub run_at: Option<DateTime<Utc>>,
}

/// What waits in the outbox, due or not, in order.
pub async fn waiting(tx: &mut RelayTx) -> Result<Vec<Waiting>> {
    let rows =
        sqlx::query!("select tenant_id, queue, name, key, run_at from outbox order by id").fetch_all(tx.conn()).await?;
    Ok(rows
        .into_iter()
        .map(|r| Waiting { tenant: TenantId(r.tenant_id), queue: r.queue, name: r.name, key: r.key, run_at: r.run_at })
        .collect())
}

/// Takes everything out of the outbox, due or not, in order: for whoever runs jobs without workers.
pub async fn take_all(tx: &mut RelayTx) -> Result<Vec<Parcel>> {
    let rows = sqlx::query!("delete from outbox returning id, tenant_id, queue, name, key, body, priority")
        .fetch_all(tx.conn())
        .await?;
    let mut parcels: Vec<Parcel> = rows
        .into_iter()
        .map(|r| Parcel {
            row: r.id,
            tenant: TenantId(r.tenant_id),
            queue: r.queue,
            name: r.name,
            key: r.key,
            body: r.body,
            priority: r.priority,
        })
        .collect();
    parcels.sort_by_key(|p| p.row);
    Ok(parcels)
}

/// Puts a job that was taken out back, to be tried again later.
pub async fn put_back(tx: &mut RelayTx, p: &Parcel, run_at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "insert into outbox (tenant_id, queue, name, key, body, run_at, priority) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict on constraint outbox_once do update set run_at = excluded.run_at",
        p.tenant.0,
        p.queue,
        p.name,
        p.key,
        p.body,
        run_at,
        p.priority
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What is known of a job that is about to be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// This is try number `attempt`; `lost` earlier ones ended without a word.
    Try { attempt: i32, lost: i32 },
    /// It is done, or was given up: nothing is to be done.
    Ended,
}

/// Counts a try before it begins: a job that kills its worker comes back without the library having counted.
pub async fn begin_try(tx: &mut TenantTx, queue: &str, name: &str, key: &str) -> Result<Begun> {
    let now = tx.now();
    let row = sqlx::query!(
        "insert into job_runs (tenant_id, name, key, queue, state, attempts, first_at, last_at)
         values ($1, $2, $3, $4, 'running', 1, $5, $5)
         on conflict (tenant_id, name, key) do update
           set attempts = job_runs.attempts + 1,
               lost = job_runs.lost + (job_runs.state = 'running')::int,
               state = 'running', last_at = excluded.last_at
           where job_runs.state in ('running', 'waiting')
         returning attempts, lost",
        tx.tenant().0,
        name,
        key,
        queue,
        now
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map_or(Begun::Ended, |r| Begun::Try { attempt: r.attempts, lost: r.lost }))
}

/// How a try ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TryEnd<'a> {
    Done,
    /// It failed and is tried again.
    Waiting(&'a str),
    /// It failed and is given up. What it was about is kept, so that it can be tried again by hand.
    Dead(&'a str, &'a Parcel),
    /// It was broken off because its worker stops, or not begun because its workspace is suspended or its turn has
    /// not come; that counts for nothing.
    BrokenOff,
}

/// Ends try number `attempt`. `false`, and nothing said, if another try has begun since: that one speaks for the job
/// then.
pub async fn end_try(tx: &mut TenantTx, name: &str, key: &str, attempt: i32, end: TryEnd<'_>) -> Result<bool> {
    let (state, error, uncount, kept) = match end {
        TryEnd::Done => ("done", None, 0, None),
        TryEnd::Waiting(why) => ("waiting", Some(why), 0, None),
        TryEnd::Dead(why, parcel) => ("dead", Some(why), 0, Some(parcel)),
        TryEnd::BrokenOff => ("waiting", None, 1, None),
    };
    let now = tx.now();
    let done = sqlx::query!(
        "update job_runs set state = $4, error = $5, attempts = attempts - $6, last_at = $7, body = $8,
           priority = coalesce($9, priority)
         where name = $1 and key = $2 and attempts = $3 and state = 'running'",
        name,
        key,
        attempt,
        state,
        error,
        uncount,
        now,
        kept.map(|p| &p.body),
        kept.map(|p| p.priority)
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// A delivery in a worker's hands.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    pub delivery: &'a str,
    pub worker: &'a str,
}

/// Commits the end of a try together with what becomes of its delivery, all or nothing: it is gone, or back in the
/// outbox. There it waits, through restarts, and takes its tenant's turn again.
pub async fn settle(mut tx: TenantTx, held: Option<Held<'_>>, back: Option<(&Parcel, DateTime<Utc>)>) -> Result<()> {
    if let Some(held) = held {
        // The last thing in this transaction: the tenant's tables are out of reach from here on.
        sqlx::query("set local role people360_relay").execute(tx.conn()).await?;
        match back {
            None => done(tx.conn(), held).await?,
            Some((parcel, run_at)) => later(tx.conn(), held, parcel, run_at).await?,
        }
    }
    tx.commit().await
}

async fn done(conn: &mut sqlx::PgConnection, held: Held<'_>) -> Result<()> {
    sqlx::query("delete from apalis.jobs where id = $1 and lock_by = $2")
        .bind(held.delivery)
        .bind(held.worker)
        .execute(conn)
        .await?;
    Ok(())
}

async fn later(conn: &mut sqlx::PgConnection, held: Held<'_>, p: &Parcel, run_at: DateTime<Utc>) -> Result<()> {
    sqlx::query(
        "with back as (delete from apalis.jobs where id = $1 and lock_by = $2 returning 1)
         insert into outbox (tenant_id, queue, name, key, body, run_at, priority)
         select $3, $4, $5, $6, $7, $8, $9 from back
         on conflict on constraint outbox_once do update set run_at = excluded.run_at",
    )
    .bind(held.delivery)
    .bind(held.worker)
    .bind(p.tenant.0)
    .bind(&p.queue)
    .bind(&p.name)
    .bind(&p.key)
    .bind(&p.body)
    .bind(run_at)
    .bind(p.priority)
    .execute(conn)
    .await?;
    Ok(())
}

/// A job's memory, for those who look after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRun {
    pub name: String,
    pub key: String,
    pub state: String,
    pub attempts: i32,
    pub lost: i32,
    pub error: Option<String>,
    pub last_at: DateTime<Utc>,
}

/// The newest runs of the workspace.
pub async fn runs(tx: &mut TenantTx, most: i64) -> Result<Vec<JobRun>> {
    Ok(sqlx::query_as!(
        JobRun,
        "select name, key, state, attempts, lost, error, last_at from job_runs order by last_at desc, name, key limit $1",
        most
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Forgets jobs that ended before this moment.
pub async fn sweep(tx: &mut TenantTx, before: DateTime<Utc>) -> Result<u64> {
    let runs =
        sqlx::query!("delete from job_runs where last_at < $1 and state in ('done', 'dead', 'discarded')", before)
            .execute(tx.conn())
            .await?;
    Ok(runs.rows_affected())
}

/// The workers' own tables, in the relay role.
#[derive(Clone)]
pub struct Deliveries {
    pool: PgPool,
}

impl Deliveries {
    /// See [`crate::worker_pool`].
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Puts a job back that could not be begun.
    pub async fn later(&self, held: Held<'_>, p: &Parcel, run_at: DateTime<Utc>) -> Result<()> {
        later(&mut *self.pool.acquire().await?, held, p, run_at).await
    }

    /// Everything that a worker which has ended still holds is free again.
    pub async fn release(&self, worker: &str) -> Result<u64> {
        let done = sqlx::query(
            "update apalis.jobs set status = 'Pending', lock_by = null, lock_at = null
             where lock_by = $1 and status in ('Queued', 'Running')",
        )
        .bind(worker)
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected())
    }

    /// Strikes workers off the list that have been silent for a day; each start has a new name.
    pub async fn forget_workers(&self) -> Result<()> {
        sqlx::query(
            "delete from apalis.workers w where w.last_seen < now() - interval '1 day'
             and not exists (select from apalis.jobs j where j.lock_by = w.id)",
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// How many jobs are with the workers, begun or not.
    pub async fn count(&self) -> Result<i64> {
        Ok(sqlx::query_scalar("select count(*) from apalis.jobs").fetch_one(&self.pool).await?)
    }
}

/// Rings when a transaction with work in it has committed.
pub struct Doorbell(PgListener);

impl Doorbell {
    pub async fn open(url: &str) -> Result<Self> {
        let mut listener = PgListener::connect(url).await?;
        listener.listen("outbox").await?;
        Ok(Self(listener))
    }

    pub async fn rings(&mut self) -> Result<()> {
        self.0.recv().await.map(drop).map_err(Error::from)
    }
}
