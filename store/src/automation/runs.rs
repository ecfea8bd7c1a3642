//! Runs: each record's way through a workflow, and what every step did.

use crate::{Error, Result, TenantTx, db::strange};
use chrono::{DateTime, Duration, Utc};
use domain::{
    MemberId, RunId, WorkflowId,
    automation::{
        fields::RecordKind,
        runs::{Run, RunState, Skip, StepLog},
    },
};
use serde_json::Value;
use uuid::Uuid;

/// For how long ended runs, and reasons not to run, are kept.
const KEPT: Duration = Duration::days(90);

struct Row {
    id: Uuid,
    workflow_id: Uuid,
    workflow: String,
    number: i32,
    record: Option<String>,
    record_id: Option<Uuid>,
    record_name: String,
    state: String,
    step: Option<String>,
    turn: i32,
    round: i32,
    occasion: Value,
    depth: i16,
    wake_at: Option<DateTime<Utc>>,
    error: Option<String>,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl Row {
    fn run(self) -> Result<Run> {
        Ok(Run {
            id: RunId(self.id),
            workflow: WorkflowId(self.workflow_id),
            workflow_name: self.workflow,
            number: self.number,
            record: of(self.record, self.record_id, self.record_name),
            state: RunState::parse(&self.state).ok_or_else(|| strange("state", &self.state))?,
            step: self.step,
            turn: self.turn,
            round: self.round,
            occasion: self.occasion,
            depth: self.depth,
            wake_at: self.wake_at,
            error: self.error,
            started_at: self.started_at,
            ended_at: self.ended_at,
        })
    }
}

pub(super) fn of(kind: Option<String>, id: Option<Uuid>, name: String) -> Option<(RecordKind, Uuid, String)> {
    Some((RecordKind::parse(&kind?)?, id?, name))
}

/// The newest runs of a workflow before this one.
pub async fn list(
    tx: &mut TenantTx,
    workflow: WorkflowId,
    state: Option<RunState>,
    before: Option<RunId>,
    most: i64,
) -> Result<Vec<Run>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select r.id, r.workflow_id, w.name as "workflow!", r.number, r.record, r.record_id, r.record_name, r.state, r.step,
             r.turn, r.round, r.occasion, r.depth, r.wake_at, r.error, r.started_at, r.ended_at
           from (
             select * from workflow_runs r
             where r.workflow_id = $1 and ($2::text is null or r.state = $2)
               and ($3::uuid is null or (r.started_at, r.id) < (select b.started_at, b.id from workflow_runs b where b.id = $3))
             order by r.started_at desc, r.id desc limit $4
           ) r left join workflows w on w.tenant_id = r.tenant_id and w.id = r.workflow_id
           order by r.started_at desc, r.id desc"#,
        workflow.0,
        state.map(RunState::key),
        before.map(|b| b.0),
        most
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::run).collect()
}

pub async fn find(tx: &mut TenantTx, id: RunId) -> Result<Run> {
    let row = sqlx::query_as!(
        Row,
        "select r.id, r.workflow_id, w.name as workflow, r.number, r.record, r.record_id, r.record_name, r.state, r.step,
           r.turn, r.round, r.occasion, r.depth, r.wake_at, r.error, r.started_at, r.ended_at
         from workflow_runs r join workflows w on w.tenant_id = r.tenant_id and w.id = r.workflow_id where r.id = $1",
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.ok_or(Error::NotFound)?.run()
}

/// As [`find`], held until this transaction ends: whoever else would move the run waits.
pub async fn hold(tx: &mut TenantTx, id: RunId) -> Result<Run> {
    sqlx::query!("select 1 as one from workflow_runs where id = $1 for update", id.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    find(tx, id).await
}

/// What stands behind what a run sends.
pub struct Behind {
    pub state: RunState,
    pub workflow: WorkflowId,
    pub name: String,
    /// Whoever published it and their address, if they are a member still.
    pub publisher: Option<(MemberId, String)>,
}

/// `None`: there is no such run.
pub async fn behind(tx: &mut TenantTx, id: RunId) -> Result<Option<Behind>> {
    let row = sqlx::query!(
        r#"select r.state, r.workflow_id, w.name, m.id as "member?", m.email as "email?" from workflow_runs r
           join workflows w on w.tenant_id = r.tenant_id and w.id = r.workflow_id
           join workflow_versions v on v.tenant_id = r.tenant_id and v.workflow_id = r.workflow_id and v.number = r.number
           left join members m on m.tenant_id = v.tenant_id and m.id = v.published_by and m.deactivated_at is null
           where r.id = $1"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    row.map(|r| {
        Ok(Behind {
            state: RunState::parse(&r.state).ok_or_else(|| strange("state", &r.state))?,
            workflow: WorkflowId(r.workflow_id),
            name: r.name,
            publisher: r.member.map(MemberId).zip(r.email),
        })
    })
    .transpose()
}

/// What its steps did, in order.
pub async fn steps(tx: &mut TenantTx, id: RunId) -> Result<Vec<StepLog>> {
    Ok(sqlx::query_as!(
        StepLog,
        "select round, step, kind, state, input, output, error, tries, started_at, ended_at
         from workflow_steps where run_id = $1 order by place, round, started_at limit 500",
        id.0
    )
    .fetch_all(tx.conn())
    .await?)
}

/// What a step leaves in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt<'a> {
    pub step: &'a str,
    pub kind: &'a str,
    /// `done`, `waiting` or `failed`.
    pub state: &'a str,
    pub input: &'a Value,
    pub output: &'a Value,
    pub error: Option<&'a str>,
}

/// Writes a step's receipt, with its effect in the same transaction. A step that waited, or failed before, has one
/// already, which tells on.
pub async fn log(tx: &mut TenantTx, run: &Run, r: &Receipt<'_>) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "insert into workflow_steps (tenant_id, run_id, round, step, place, kind, state, input, output, error, started_at, ended_at)
         select $1, $2, $3, $4, 1 + coalesce(max(place), 0), $5, $6, $7, $8, $9, $10::timestamptz, case when $6 = 'waiting' then null else $10::timestamptz end
         from workflow_steps where run_id = $2
         on conflict (tenant_id, run_id, round, step) do update set state = excluded.state, error = excluded.error,
           input = case when excluded.input = '{}' then workflow_steps.input else excluded.input end,
           output = workflow_steps.output || excluded.output, ended_at = excluded.ended_at,
           tries = workflow_steps.tries + case when workflow_steps.state = 'failed' then 1 else 0 end",
        tx.tenant().0,
        run.id.0,
        run.round,
        r.step,
        r.kind,
        r.state,
        r.input,
        r.output,
        r.error,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The receipt of a step, of this round.
pub async fn receipt(tx: &mut TenantTx, run: &Run, step: &str) -> Result<Option<StepLog>> {
    Ok(sqlx::query_as!(
        StepLog,
        "select round, step, kind, state, input, output, error, tries, started_at, ended_at
         from workflow_steps where run_id = $1 and round = $2 and step = $3",
        run.id.0,
        run.round,
        step
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Where a run goes from here.
#[derive(Debug, Clone, PartialEq)]
pub struct Move<'a> {
    pub state: RunState,
    pub step: Option<&'a str>,
    pub wake_at: Option<DateTime<Utc>>,
    pub watching: bool,
    pub error: Option<&'a str>,
}

impl<'a> Move<'a> {
    /// At once, with nothing to wait for.
    pub fn to(state: RunState, step: Option<&'a str>) -> Self {
        Self { state, step, wake_at: None, watching: false, error: None }
    }
}

/// Moves a run on. Its turn goes up with each move, so that no two tellings are the same job.
pub async fn advance(tx: &mut TenantTx, id: RunId, m: &Move<'_>) -> Result<i32> {
    let now = tx.now();
    Ok(sqlx::query_scalar!(
        "update workflow_runs set state = $2, step = $3, wake_at = $4, watching = $5, error = $6, turn = turn + 1, moved_at = $7::timestamptz,
           ended_at = case when $2 in ('running', 'waiting', 'asking') then null else $7::timestamptz end
         where id = $1 returning turn",
        id.0,
        m.state.key(),
        m.step,
        m.wake_at,
        m.watching,
        m.error,
        now
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Has these runs begin later, each at its time.
pub async fn delay(tx: &mut TenantTx, runs: &[(RunId, DateTime<Utc>)]) -> Result<()> {
    if runs.is_empty() {
        return Ok(());
    }
    let (ids, times): (Vec<Uuid>, Vec<DateTime<Utc>>) = runs.iter().map(|(id, at)| (id.0, *at)).unzip();
    sqlx::query!(
        "update workflow_runs r set state = 'waiting', wake_at = u.at
         from unnest($1::uuid[], $2::timestamptz[]) as u (id, at) where r.id = u.id",
        &ids,
        &times
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Ends a run that still goes on. What it waits for is waited for no more.
pub async fn cancel(tx: &mut TenantTx, id: RunId, why: &str) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "update workflow_runs set state = 'cancelled', error = $2, wake_at = null, watching = false, turn = turn + 1,
           moved_at = $3, ended_at = $3
         where id = $1 and state in ('running', 'waiting', 'asking')",
        id.0,
        why,
        now
    )
    .execute(tx.conn())
    .await?;
    super::approvals::withdraw(tx, id).await?;
    Ok(done.rows_affected() == 1)
}

/// Has a run that has ended go on from this step, in a round of its own.
pub async fn retry(tx: &mut TenantTx, id: RunId, step: &str) -> Result<i32> {
    let now = tx.now();
    sqlx::query_scalar!(
        "update workflow_runs set state = 'running', step = $2, error = null, wake_at = null, watching = false, turn = turn + 1,
           round = round + 1, moved_at = $3, ended_at = null
         where id = $1 and state not in ('running', 'waiting', 'asking') returning turn",
        id.0,
        step,
        now
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(|| Error::refused("", "It still goes on. Cancel it first."))
}

/// Runs that wait for one of these records to change: each is told to look, and its turn.
pub async fn watching(tx: &mut TenantTx, kind: RecordKind, records: &[Uuid]) -> Result<Vec<(RunId, i32)>> {
    let now = tx.now();
    // In one order everywhere, so that two pumps of a workspace do not wait for each other in a circle.
    let rows = sqlx::query!(
        "update workflow_runs set turn = turn + 1, moved_at = $3 where id in (
           select id from workflow_runs where watching and record = $1 and record_id = any($2) and state = 'waiting'
           order by id for update
         ) returning id, turn",
        kind.key(),
        records,
        now
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (RunId(r.id), r.turn)).collect())
}

/// A run that waits until something holds of its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Watcher {
    pub run: RunId,
    pub workflow: WorkflowId,
    pub number: i32,
    pub kind: RecordKind,
    pub record: Uuid,
    pub step: Option<String>,
    pub occasion: Value,
}

/// Runs that wait for something to hold, those that were not looked at for the longest first. They count as looked at.
pub async fn watchers(tx: &mut TenantTx, most: i64) -> Result<Vec<Watcher>> {
    let now = tx.now();
    let rows = sqlx::query!(
        r#"update workflow_runs set moved_at = $1 where id in (
             select id from workflow_runs where watching and state = 'waiting' and wake_at > $1 and record_id is not null
             order by moved_at limit $2 for update skip locked
           ) returning id, workflow_id, number, record as "record!", record_id as "record_id!", step, occasion"#,
        now,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let known = rows.into_iter().filter_map(|r| {
        Some(Watcher {
            run: RunId(r.id),
            workflow: WorkflowId(r.workflow_id),
            number: r.number,
            kind: RecordKind::parse(&r.record)?,
            record: r.record_id,
            step: r.step,
            occasion: r.occasion,
        })
    });
    Ok(known.collect())
}

/// Has these runs look how things stand, each with a new turn. The caller holds them.
pub async fn tell_again(tx: &mut TenantTx, runs: &[RunId]) -> Result<Vec<(RunId, i32)>> {
    if runs.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<Uuid> = runs.iter().map(|r| r.0).collect();
    let rows = sqlx::query!("update workflow_runs set turn = turn + 1 where id = any($1) returning id, turn", &ids)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|r| (RunId(r.id), r.turn)).collect())
}

/// The next turn of a run that goes on; none where it waits or has ended meanwhile.
pub async fn go_on(tx: &mut TenantTx, id: RunId) -> Result<Option<i32>> {
    let now = tx.now();
    let turn = sqlx::query_scalar!(
        "update workflow_runs set turn = turn + 1, moved_at = $2 where id = $1 and state = 'running' returning turn",
        id.0,
        now
    );
    Ok(turn.fetch_optional(tx.conn()).await?)
}

/// What keeps a run from going on, until it does: for whoever looks at it meanwhile.
pub async fn troubled(tx: &mut TenantTx, id: RunId, turn: i32, why: &str) -> Result<()> {
    sqlx::query!(
        "update workflow_runs set error = $3 where id = $1 and turn = $2 and state in ('running', 'waiting', 'asking')",
        id.0,
        turn,
        why
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Runs that should have moved by now: told again, each with a new turn. What told them before may be lost.
pub async fn stuck(tx: &mut TenantTx, quiet: Duration, most: i64) -> Result<Vec<(RunId, i32)>> {
    let now = tx.now();
    let rows = sqlx::query!(
        "update workflow_runs set turn = turn + 1, moved_at = $2 where id in (
           select id from workflow_runs
           where (state = 'running' and moved_at < $1)
              or (state in ('waiting', 'asking') and wake_at < $1 and moved_at < $1)
           order by moved_at limit $3 for update skip locked
         ) returning id, turn",
        now - quiet,
        now,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (RunId(r.id), r.turn)).collect())
}

/// Has open runs look how things stand, each with a new turn: those behind `after`, in the order of their ids.
pub async fn wake(tx: &mut TenantTx, after: RunId, most: i64) -> Result<Vec<(RunId, i32)>> {
    let now = tx.now();
    let rows = sqlx::query!(
        "with woken as (
           update workflow_runs set turn = turn + 1, moved_at = $2 where id in (
             select id from workflow_runs where id > $1 and state in ('running', 'waiting', 'asking')
             order by id limit $3 for update
           ) returning id, turn
         ) select id, turn from woken order by id",
        after.0,
        now,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (RunId(r.id), r.turn)).collect())
}

/// Why records were not enrolled, newest first.
pub async fn skips(tx: &mut TenantTx, workflow: WorkflowId, most: i64) -> Result<Vec<Skip>> {
    Ok(sqlx::query_as!(
        Skip,
        "select record_id, record_name, reason, times, at, payload from workflow_skips
         where workflow_id = $1 order by at desc, record_id limit $2",
        workflow.0,
        most
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Forgets runs that ended long ago, and reasons of long ago.
pub async fn sweep(tx: &mut TenantTx) -> Result<u64> {
    let before = tx.now() - KEPT;
    let runs = sqlx::query!("delete from workflow_runs where ended_at < $1", before).execute(tx.conn()).await?;
    let skips = sqlx::query!("delete from workflow_skips where at < $1", before).execute(tx.conn()).await?;
    Ok(runs.rows_affected() + skips.rows_affected())
}
