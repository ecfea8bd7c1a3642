//! Workflows, their drafts and their published versions.

use crate::{Error, Result, TenantTx, Version, Who, db::strange};
use chrono::{DateTime, Duration, Utc};
use domain::{
    Day, MemberId, WorkflowId,
    automation::{
        runs::{Numbers, State, Workflow},
        workflows::Definition,
    },
};
use serde_json::Value;
use uuid::Uuid;

/// Workflows of one workspace: what a person can still look after, and the pump can weigh for each change.
pub const MOST: i64 = 200;

/// How far back the numbers look.
const COUNTED: Duration = Duration::days(30);

/// What stands against resuming a workflow whose publisher is out.
const ORPHANED: &str =
    "Whoever published it is no member any more. Somebody has to publish it, and it works in their name from then on.";

struct Row {
    id: Uuid,
    version: i32,
    name: String,
    description: String,
    state: String,
    paused_because: Option<String>,
    draft: Value,
    published: Option<i32>,
    definition: Option<Value>,
    publisher_id: Option<Uuid>,
    publisher: Option<String>,
    publisher_out: Option<bool>,
    hook: Uuid,
    updated_at: DateTime<Utc>,
    runs: Option<i64>,
    failed: Option<i64>,
    open: Option<i64>,
    last_at: Option<DateTime<Utc>>,
}

impl Row {
    fn workflow(self) -> Result<Workflow> {
        let draft = definition(self.draft)?;
        let changed = match self.definition {
            None => true,
            Some(published) => definition(published)? != draft,
        };
        Ok(Workflow {
            id: WorkflowId(self.id),
            version: self.version,
            name: self.name,
            about: self.description,
            state: State::parse(&self.state).ok_or_else(|| strange("state", &self.state))?,
            paused_because: self.paused_because,
            draft,
            published: self.published,
            changed,
            publisher: self.publisher_id.map(MemberId).zip(self.publisher),
            orphaned: self.publisher_out.unwrap_or(false),
            hook: self.hook,
            updated_at: self.updated_at,
            numbers: Numbers {
                runs: self.runs.unwrap_or_default(),
                failed: self.failed.unwrap_or_default(),
                open: self.open.unwrap_or_default(),
                last_at: self.last_at,
            },
        })
    }
}

/// A stored definition. One that this version cannot read is an error of ours.
pub(crate) fn definition(json: Value) -> Result<Definition> {
    serde_json::from_value(json).map_err(|e| strange("definition", &e.to_string()))
}

/// All of them with their numbers, by name.
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Workflow>> {
    read(tx, None).await
}

pub async fn find(tx: &mut TenantTx, id: WorkflowId) -> Result<Workflow> {
    read(tx, Some(id)).await?.pop().ok_or(Error::NotFound)
}

async fn read(tx: &mut TenantTx, id: Option<WorkflowId>) -> Result<Vec<Workflow>> {
    let since = tx.now() - COUNTED;
    let rows = sqlx::query_as!(
        Row,
        r#"select w.id, w.version, w.name, w.description, w.state, w.paused_because, w.draft, w.published,
             v.definition as "definition?", w.publisher_id, m.name as "publisher?",
             m.deactivated_at is not null as publisher_out, w.hook, w.updated_at,
             n.runs, n.failed, n.open, n.last_at
           from workflows w
           left join workflow_versions v on v.tenant_id = w.tenant_id and v.workflow_id = w.id and v.number = w.published
           left join members m on m.tenant_id = w.tenant_id and m.id = w.publisher_id
           cross join lateral (
             select count(*) as runs, count(*) filter (where r.state = 'failed') as failed,
               count(*) filter (where r.state in ('running', 'waiting', 'asking')) as open, max(r.started_at) as last_at
             from (select state, started_at from workflow_runs r
                   where r.workflow_id = w.id and r.started_at > $2 order by started_at desc, r.id desc limit 1000) r
           ) n
           where $1::uuid is null or w.id = $1
           order by lower(w.name), w.id limit $3"#,
        id.map(|i| i.0),
        since,
        MOST
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(Row::workflow).collect()
}

/// Those that somebody may start by hand on a record of this kind: id and name.
pub async fn manual(tx: &mut TenantTx, record: &str) -> Result<Vec<(WorkflowId, String)>> {
    let rows = sqlx::query!(
        "select id, name from workflows where state = 'active' and starts = 'manual' and record = $1 order by lower(name) limit 50",
        record
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (WorkflowId(r.id), r.name)).collect())
}

/// Makes one as a draft. A name that is taken gets a number.
pub async fn add(
    tx: &mut TenantTx,
    id: WorkflowId,
    (name, about): (&str, &str),
    draft: &Definition,
    template: Option<&str>,
) -> Result<WorkflowId> {
    let now = tx.now();
    let there = sqlx::query_scalar!(r#"select count(*) as "n!" from workflows"#).fetch_one(tx.conn()).await?;
    if there >= MOST {
        return Err(Error::refused("", format!("A workspace has at most {MOST} workflows. Remove one first.")));
    }
    sqlx::query!(
        "insert into workflows (tenant_id, id, name, description, draft, record, template, created_at, updated_at)
         select $1, $2, (
           select c.name from (
             select $3 || case n when 1 then '' else ' ' || n end as name, n from generate_series(1, $4) n
           ) c where not exists (select from workflows o where lower(o.name) = lower(c.name)) order by c.n limit 1
         ), $5, $6, $7, $8, $9, $9
         on conflict (tenant_id, id) do nothing",
        tx.tenant().0,
        id.0,
        name,
        MOST as i32 + 1,
        about,
        draft.to_json(),
        draft.record.map(|r| r.key()),
        template,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// Writes what was built. What runs is not touched before it is published.
pub async fn change(
    tx: &mut TenantTx,
    id: WorkflowId,
    version: Version,
    (name, about): (&str, &str),
    draft: &Definition,
) -> Result<()> {
    let now = tx.now();
    let done = sqlx::query!(
        "update workflows set version = version + 1, name = $3, description = $4, draft = $5, updated_at = $6,
           record = case when published is null then $7 else record end
         where id = $1 and version = $2",
        id.0,
        version,
        name,
        about,
        draft.to_json(),
        now,
        draft.record.map(|r| r.key())
    )
    .execute(tx.conn())
    .await?;
    told(tx, id, done.rows_affected()).await
}

/// No row: gone, or somebody was faster.
async fn told(tx: &mut TenantTx, id: WorkflowId, rows: u64) -> Result<()> {
    if rows == 1 {
        return Ok(());
    }
    find(tx, id).await?;
    Err(Error::Stale)
}

/// Makes the draft what new runs do, in the name of whoever publishes it. What stands against it is the caller's to
/// ask ([`Definition::check`]).
pub async fn publish(tx: &mut TenantTx, id: WorkflowId, version: Version) -> Result<i32> {
    let Who::Member(by) = tx.who() else {
        return Err(Error::refused("", "Somebody has to publish it: its steps run in their name."));
    };
    let now = tx.now();
    let row = sqlx::query!("select version, draft from workflows where id = $1 for update", id.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    if row.version != version {
        return Err(Error::Stale);
    }
    let draft = definition(row.draft)?;
    let number = sqlx::query_scalar!(
        r#"insert into workflow_versions (tenant_id, workflow_id, number, definition, published_by, published_at)
           select $1, $2, 1 + coalesce(max(number), 0), $3, $4, $5 from workflow_versions where workflow_id = $2
           returning number"#,
        tx.tenant().0,
        id.0,
        draft.to_json(),
        by.0,
        now
    )
    .fetch_one(tx.conn())
    .await?;
    sqlx::query!(
        "update workflows set version = version + 1, state = 'active', paused_because = null, published = $2,
           publisher_id = $3, record = $4, starts = $5, updated_at = $6 where id = $1",
        id.0,
        number,
        by.0,
        draft.record.map(|r| r.key()),
        draft.trigger.key(),
        now
    )
    .execute(tx.conn())
    .await?;
    healthy(tx, id).await?;
    Ok(number)
}

/// Enrols nobody from now on; what runs goes on. `why` where nobody's hand does it. Gives whether it enrolled until now.
pub async fn pause(tx: &mut TenantTx, id: WorkflowId, why: Option<&str>) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "update workflows set version = version + 1, state = 'paused', paused_because = $2, updated_at = $3
         where id = $1 and state = 'active'",
        id.0,
        why,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Has whoever would publish, pause or resume it wait until this transaction ends. Whoever holds it and runs of it takes
/// it first.
pub async fn hold(tx: &mut TenantTx, id: WorkflowId) -> Result<()> {
    sqlx::query!("select 1 as one from workflows where id = $1 for no key update", id.0)
        .fetch_optional(tx.conn())
        .await?
        .ok_or(Error::NotFound)?;
    Ok(())
}

/// Enrols again, as the published version says, still in the name of whoever published it: as long as they are here.
pub async fn resume(tx: &mut TenantTx, id: WorkflowId) -> Result<()> {
    let now = tx.now();
    let done = sqlx::query!(
        "update workflows set version = version + 1, state = 'active', paused_because = null, updated_at = $2
         where id = $1 and state = 'paused'
           and exists (select from members m where m.id = workflows.publisher_id and m.deactivated_at is null)",
        id.0,
        now
    )
    .execute(tx.conn())
    .await?;
    match done.rows_affected() {
        0 => match find(tx, id).await? {
            w if w.orphaned => Err(Error::refused("", ORPHANED)),
            _ => Ok(()),
        },
        _ => healthy(tx, id).await,
    }
}

/// Runs that are removed in one transaction.
pub const REMOVED_AT_ONCE: i64 = 1_000;

/// Whether it has more runs than are removed in one transaction.
pub async fn has_many_runs(tx: &mut TenantTx, id: WorkflowId) -> Result<bool> {
    let n = sqlx::query_scalar!(
        r#"select count(*) as "n!" from (select from workflow_runs where workflow_id = $1 limit $2) r"#,
        id.0,
        REMOVED_AT_ONCE + 1
    );
    Ok(n.fetch_one(tx.conn()).await? > REMOVED_AT_ONCE)
}

/// Removes some of its runs, with what their steps did; gives how many.
pub async fn remove_runs(tx: &mut TenantTx, id: WorkflowId) -> Result<u64> {
    // In the order of their ids, as everybody who holds several.
    let done = sqlx::query!(
        "delete from workflow_runs where id in (
           select id from workflow_runs where workflow_id = $1 order by id limit $2 for update
         )",
        id.0,
        REMOVED_AT_ONCE
    );
    Ok(done.execute(tx.conn()).await?.rows_affected())
}

/// Removes it with its versions, runs and log; the trail keeps that it was there. A step that is being done is waited
/// for.
pub async fn remove(tx: &mut TenantTx, id: WorkflowId) -> Result<String> {
    hold(tx, id).await?;
    while remove_runs(tx, id).await? as i64 == REMOVED_AT_ONCE {}
    let gone = sqlx::query_scalar!("delete from workflows where id = $1 returning name", id.0);
    gone.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)
}

/// Draws a new address for its hook; who has the old one posts to nobody.
pub async fn new_hook(tx: &mut TenantTx, id: WorkflowId) -> Result<()> {
    sqlx::query!("update workflows set version = version + 1, hook = gen_random_uuid() where id = $1", id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A published version, and in whose name it works.
pub async fn version(tx: &mut TenantTx, id: WorkflowId, number: i32) -> Result<(Definition, MemberId)> {
    let row = sqlx::query!(
        "select definition, published_by from workflow_versions where workflow_id = $1 and number = $2",
        id.0,
        number
    );
    let row = row.fetch_optional(tx.conn()).await?.ok_or(Error::NotFound)?;
    Ok((definition(row.definition)?, MemberId(row.published_by)))
}

/// Who published which version when, newest first.
pub async fn versions(tx: &mut TenantTx, id: WorkflowId) -> Result<Vec<(i32, String, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        "select v.number, m.name, v.published_at from workflow_versions v
         join members m on m.tenant_id = v.tenant_id and m.id = v.published_by
         where v.workflow_id = $1 order by v.number desc limit 50",
        id.0
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.number, r.name, r.published_at)).collect())
}

/// A published workflow that enrols, with what it does.
#[derive(Debug, Clone)]
pub struct Active {
    pub id: WorkflowId,
    pub name: String,
    pub number: i32,
    pub definition: Definition,
    pub publisher: MemberId,
    pub hook: Uuid,
}

/// All that enrol by one of these triggers.
pub async fn active(tx: &mut TenantTx, starts: &[&str]) -> Result<Vec<Active>> {
    enrolling(tx, None, starts).await
}

/// A workflow as it enrols; none where it does not.
pub async fn published(tx: &mut TenantTx, id: WorkflowId) -> Result<Option<Active>> {
    Ok(enrolling(tx, Some(id), &[]).await?.pop())
}

async fn enrolling(tx: &mut TenantTx, id: Option<WorkflowId>, starts: &[&str]) -> Result<Vec<Active>> {
    let rows = sqlx::query!(
        r#"select w.id, w.name, v.number, v.definition, w.publisher_id as "publisher!", w.hook
           from workflows w
           join workflow_versions v on v.tenant_id = w.tenant_id and v.workflow_id = w.id and v.number = w.published
           where w.state = 'active' and (w.starts = any($1) or w.id = $2) order by w.id"#,
        starts as &[&str],
        id.map(|i| i.0)
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter()
        .map(|r| {
            Ok(Active {
                id: WorkflowId(r.id),
                name: r.name,
                number: r.number,
                definition: definition(r.definition)?,
                publisher: MemberId(r.publisher),
                hook: r.hook,
            })
        })
        .collect()
}

/// The day up to which a workflow that waits for days has been looked at; `None`: never.
pub async fn looked_at(tx: &mut TenantTx, id: WorkflowId) -> Result<Option<Day>> {
    let day = sqlx::query_scalar!("select day from workflow_days where workflow_id = $1", id.0);
    Ok(day.fetch_optional(tx.conn()).await?.map(Day))
}

/// Remembers that this day is looked at.
pub async fn look_at(tx: &mut TenantTx, id: WorkflowId, day: Day) -> Result<()> {
    sqlx::query!(
        "insert into workflow_days (tenant_id, workflow_id, day) values ($1, $2, $3)
         on conflict (tenant_id, workflow_id) do update set day = greatest(workflow_days.day, excluded.day)",
        tx.tenant().0,
        id.0,
        day.0
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// How many runs have failed in a row, this one with them.
pub async fn failed(tx: &mut TenantTx, id: WorkflowId) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        "insert into workflow_health (tenant_id, workflow_id, failures) values ($1, $2, 1)
         on conflict (tenant_id, workflow_id) do update set failures = workflow_health.failures + 1 returning failures",
        tx.tenant().0,
        id.0
    )
    .fetch_one(tx.conn())
    .await?)
}

/// A run went through: what failed before it is over.
pub async fn healthy(tx: &mut TenantTx, id: WorkflowId) -> Result<()> {
    sqlx::query!("update workflow_health set failures = 0 where workflow_id = $1 and failures > 0", id.0)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// The next turn of a step that gives out in turn, counted from 0.
pub async fn turn(tx: &mut TenantTx, id: WorkflowId, step: &str) -> Result<i32> {
    Ok(sqlx::query_scalar!(
        "insert into workflow_turns (tenant_id, workflow_id, step, turn) values ($1, $2, $3, 0)
         on conflict (tenant_id, workflow_id, step) do update set turn = (workflow_turns.turn + 1) % 1000000 returning turn",
        tx.tenant().0,
        id.0,
        step
    )
    .fetch_one(tx.conn())
    .await?)
}
