//! The job console: how the queues stand over all workspaces, which jobs fail or are dead, and trying them again or
//! doing without.
//!
//! Looking is for the relay role, which sees how jobs fare and never what they are about; acting is for a transaction
//! of the job's own workspace, whose trail tells it.

use crate::{RelayTx, Result, TenantTx, audit};
use chrono::{DateTime, Duration, Utc};
use domain::{TenantId, audit::Action, jobs::Queue};
use serde::Serialize;

/// How one queue stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QueueState {
    pub queue: Queue,
    /// In the outbox, and could begin.
    pub waiting: i64,
    /// In the outbox for later, among them those that failed and are tried again.
    pub delayed: i64,
    /// With the workers, begun or not.
    pub with_workers: i64,
    /// Since when the oldest of those that could begin has waited.
    pub oldest: Option<DateTime<Utc>>,
    /// Done in the last minute, and in the last hour.
    pub done_minute: i64,
    pub done_hour: i64,
    /// Failed at least once, and will be tried again.
    pub failing: i64,
    /// Given up.
    pub dead: i64,
    pub dead_hour: i64,
}

impl QueueState {
    /// Nothing waits, now or for later, and nobody works.
    pub fn is_empty(&self) -> bool {
        self.waiting + self.delayed + self.with_workers == 0
    }

    pub fn age(&self, now: DateTime<Utc>) -> Option<Duration> {
        self.oldest.map(|since| (now - since).max(Duration::zero()))
    }
}

/// All queues, in their order.
pub async fn queues(tx: &mut RelayTx) -> Result<Vec<QueueState>> {
    let now = tx.now();
    let keys: Vec<&str> = Queue::ALL.iter().map(|q| q.key()).collect();
    type Row = (i64, i64, i64, Option<DateTime<Utc>>, i64, i64, i64, i64, i64);
    // Each figure is a walk along one index: outbox_due, or job_runs_lately. The library's table is a short one.
    let rows: Vec<Row> = sqlx::query_as(
        "select
           (select count(*) from outbox o where o.queue = q.key and coalesce(o.run_at, '-infinity') <= $2),
           (select count(*) from outbox o where o.queue = q.key and coalesce(o.run_at, '-infinity') > $2),
           (select count(*) from apalis.jobs j where j.job_type = q.key),
           least(
             (select o.pushed_at from outbox o where o.queue = q.key and coalesce(o.run_at, '-infinity') = '-infinity'
              order by o.id limit 1),
             (select o.run_at from outbox o
              where o.queue = q.key and coalesce(o.run_at, '-infinity') <= $2 and coalesce(o.run_at, '-infinity') > '-infinity'
              order by coalesce(o.run_at, '-infinity'), o.id limit 1),
             (select min(j.run_at) from apalis.jobs j where j.job_type = q.key and j.lock_by is null)),
           (select count(*) from job_runs r where r.queue = q.key and r.state = 'done' and r.last_at > $2 - interval '1 minute'),
           (select count(*) from job_runs r where r.queue = q.key and r.state = 'done' and r.last_at > $2 - interval '1 hour'),
           (select count(*) from job_runs r where r.queue = q.key and r.state = 'waiting' and r.error is not null),
           (select count(*) from job_runs r where r.queue = q.key and r.state = 'dead'),
           (select count(*) from job_runs r where r.queue = q.key and r.state = 'dead' and r.last_at > $2 - interval '1 hour')
         from unnest($1::text[]) with ordinality as q (key, place) order by q.place",
    )
    .bind(&keys)
    .bind(now)
    .fetch_all(tx.conn())
    .await?;
    let state = |(queue, r): (Queue, Row)| {
        let (waiting, delayed, with_workers, oldest, done_minute, done_hour, failing, dead, dead_hour) = r;
        QueueState { queue, waiting, delayed, with_workers, oldest, done_minute, done_hour, failing, dead, dead_hour }
    };
    Ok(Queue::ALL.into_iter().zip(rows).map(state).collect())
}

/// What is wrong with a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It failed, and will be tried again.
    Failing,
    /// It was given up.
    Dead,
}

/// A job in trouble, and nothing of what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Troubled {
    pub tenant: TenantId,
    pub workspace: String,
    pub queue: String,
    pub name: String,
    pub key: String,
    pub error: String,
    pub attempts: i32,
    /// How many of the attempts ended without a word.
    pub lost: i32,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
}

/// Which jobs in trouble are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    pub queue: Option<Queue>,
    /// The slug.
    pub workspace: Option<&'a str>,
    /// Those after this one, which was the last of the page before.
    pub after: Option<&'a Troubled>,
}

/// Jobs in trouble, the newest first.
pub async fn troubled(tx: &mut RelayTx, trouble: Trouble, asked: &Asked<'_>, most: i64) -> Result<Vec<Troubled>> {
    let keys: Vec<&str> =
        Queue::ALL.iter().filter(|q| asked.queue.is_none_or(|only| only == **q)).map(|q| q.key()).collect();
    let state = match trouble {
        Trouble::Failing => "waiting",
        Trouble::Dead => "dead",
    };
    type Row = (uuid::Uuid, String, String, String, String, String, i32, i32, DateTime<Utc>, DateTime<Utc>);
    let rows: Vec<Row> = sqlx::query_as(
        "select r.tenant_id, t.slug, r.queue, r.name, r.key, coalesce(r.error, ''), r.attempts, r.lost, r.first_at, r.last_at
         from unnest($1::text[]) as q (key)
         cross join lateral (
           select r.tenant_id, r.queue, r.name, r.key, r.error, r.attempts, r.lost, r.first_at, r.last_at
           from job_runs r
           where r.queue = q.key and r.state = $2 and r.error is not null
             and ($3::text is null or r.tenant_id = (select id from tenants where slug = $3))
             and ($4::timestamptz is null or (r.last_at, r.tenant_id, r.name, r.key) < ($4, $5, $6, $7))
           order by r.last_at desc, r.tenant_id desc, r.name desc, r.key desc limit $8
         ) r join tenants t on t.id = r.tenant_id
         order by r.last_at desc, r.tenant_id desc, r.name desc, r.key desc limit $8",
    )
    .bind(keys)
    .bind(state)
    .bind(asked.workspace)
    .bind(asked.after.map(|a| a.last_at))
    .bind(asked.after.map(|a| a.tenant.0))
    .bind(asked.after.map(|a| &a.name))
    .bind(asked.after.map(|a| &a.key))
    .bind(most)
    .fetch_all(tx.conn())
    .await?;
    let troubled = |(tenant, workspace, queue, name, key, error, attempts, lost, first_at, last_at)| Troubled {
        tenant: TenantId(tenant),
        workspace,
        queue,
        name,
        key,
        error,
        attempts,
        lost,
        first_at,
        last_at,
    };
    Ok(rows.into_iter().map(troubled).collect())
}

/// What came of acting on a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acted {
    Done,
    /// There is no such job that waits or is dead.
    Unknown,
    /// A worker has it: it ends by itself, one way or the other.
    AtWork,
    /// It is dead and what it was about is not kept: it died before that was.
    Forgotten,
}

/// Tries a dead job again, with all its tries before it; one that waits to be tried again begins now.
pub async fn retry(tx: &mut TenantTx, name: &str, key: &str) -> Result<Acted> {
    let now = tx.now();
    let waits =
        sqlx::query!("delete from outbox where name = $1 and key = $2 returning queue, body, priority", name, key)
            .fetch_optional(tx.conn())
            .await?;
    let (queue, body, priority) = match waits {
        Some(w) => (w.queue, w.body, w.priority),
        None => match held(tx, name, key).await? {
            Ok(Dead { queue, body: Some(body), priority }) => (queue, body, priority),
            Ok(_) => return Ok(Acted::Forgotten),
            Err(why) => return Ok(why),
        },
    };
    sqlx::query!(
        "insert into outbox (tenant_id, queue, name, key, body, priority, pushed_at) values ($1, $2, $3, $4, $5, $6, $7)",
        tx.tenant().0,
        queue,
        name,
        key,
        body,
        priority,
        now
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "update job_runs set state = 'waiting', attempts = 0, lost = 0, body = null, last_at = $3
         where name = $1 and key = $2 and state = 'dead'",
        name,
        key,
        now
    )
    .execute(tx.conn())
    .await?;
    tell(tx, Action::JobRetried, &queue, name, key).await?;
    Ok(Acted::Done)
}

/// Does without a job that waits or is dead. It never runs, and its key stays used.
pub async fn discard(tx: &mut TenantTx, name: &str, key: &str) -> Result<Acted> {
    let now = tx.now();
    let waits = sqlx::query_scalar!("delete from outbox where name = $1 and key = $2 returning queue", name, key)
        .fetch_optional(tx.conn())
        .await?;
    let queue = match waits {
        Some(queue) => queue,
        None => match held(tx, name, key).await? {
            Ok(dead) => dead.queue,
            Err(why) => return Ok(why),
        },
    };
    sqlx::query!(
        "insert into job_runs (tenant_id, name, key, queue, state, first_at, last_at)
         values ($1, $2, $3, $4, 'discarded', $5, $5)
         on conflict (tenant_id, name, key) do update set state = 'discarded', body = null, last_at = excluded.last_at",
        tx.tenant().0,
        name,
        key,
        queue,
        now
    )
    .execute(tx.conn())
    .await?;
    tell(tx, Action::JobDiscarded, &queue, name, key).await?;
    Ok(Acted::Done)
}

struct Dead {
    queue: String,
    body: Option<serde_json::Value>,
    priority: i16,
}

/// The dead job of this key, or why there is none.
async fn held(tx: &mut TenantTx, name: &str, key: &str) -> Result<std::result::Result<Dead, Acted>> {
    let run = sqlx::query!(
        "select state, queue, body, priority from job_runs where name = $1 and key = $2 for update",
        name,
        key
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(run) = run else { return Ok(Err(Acted::Unknown)) };
    Ok(match run.state.as_str() {
        "dead" => Ok(Dead { queue: run.queue, body: run.body, priority: run.priority }),
        "running" | "waiting" => Err(Acted::AtWork),
        _ => Err(Acted::Unknown),
    })
}

/// A job has no id of its own kind: the trail has it under the workspace's.
async fn tell(tx: &mut TenantTx, action: Action, queue: &str, name: &str, key: &str) -> Result<()> {
    let what = serde_json::json!({ "name": [null, name], "key": [null, key], "queue": [null, queue] });
    let tenant = tx.tenant().0;
    audit::note(tx, "job_runs", tenant, action, &what).await
}
