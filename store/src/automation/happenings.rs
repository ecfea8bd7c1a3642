//! What happened to records that some workflow listens to, and who was enrolled for it.

use crate::{RelayTx, Result, TenantTx};
use chrono::{DateTime, Utc};
use domain::{RunId, TenantId, WorkflowId, automation::fields::RecordKind};
use serde_json::Value;
use uuid::Uuid;

/// A change that waits to be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub kind: RecordKind,
    pub record: Uuid,
    pub created: bool,
    /// By column: `[old, new]`.
    pub changes: Value,
    pub depth: i16,
}

/// Workspaces with something to look at; of any number, the first `most` behind `after`.
pub async fn tenants(tx: &mut RelayTx, after: Option<TenantId>, most: i64) -> Result<Vec<TenantId>> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "with recursive news as (
           (select tenant_id from happenings where tenant_id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
            order by tenant_id limit 1)
           union all
           select (select h.tenant_id from happenings h where h.tenant_id > n.tenant_id order by h.tenant_id limit 1)
           from news n where n.tenant_id is not null
         )
         select tenant_id from news where tenant_id is not null limit $2",
    )
    .bind(after.map(|t| t.0))
    .bind(most)
    .fetch_all(tx.conn())
    .await?;
    Ok(ids.into_iter().map(TenantId).collect())
}

/// Takes the oldest out, for this transaction alone: whoever commits has looked at them, whoever dies has not.
pub async fn take(tx: &mut TenantTx, most: i64) -> Result<Vec<Happening>> {
    let rows = sqlx::query!(
        "delete from happenings where id in (select id from happenings order by id limit $1 for update skip locked)
         returning id, at, record, record_id, action, changes, depth",
        most
    )
    .fetch_all(tx.conn())
    .await?;
    let mut taken: Vec<Happening> = rows
        .into_iter()
        .filter_map(|r| {
            Some(Happening {
                id: r.id,
                at: r.at,
                kind: RecordKind::parse(&r.record)?,
                record: r.record_id,
                created: r.action == "created",
                changes: r.changes,
                depth: r.depth,
            })
        })
        .collect();
    taken.sort_by_key(|h| h.id);
    Ok(taken)
}

/// Somebody to be enrolled.
#[derive(Debug, Clone, PartialEq)]
pub struct Enrolment {
    pub id: RunId,
    pub workflow: WorkflowId,
    pub number: i32,
    /// What makes it the same as another.
    pub once: String,
    pub record: Option<(RecordKind, Uuid, String)>,
    pub step: Option<String>,
    pub occasion: Value,
    pub depth: i16,
}

/// Enrols those who were not yet; gives who was.
pub async fn enrol(tx: &mut TenantTx, all: &[Enrolment], by: Option<Uuid>) -> Result<Vec<RunId>> {
    if all.is_empty() {
        return Ok(vec![]);
    }
    let now = tx.now();
    // In one order everywhere, so that two pumps of a workspace do not wait for each other in a circle.
    let mut all: Vec<&Enrolment> = all.iter().collect();
    all.sort_by(|a, b| (a.workflow, &a.once).cmp(&(b.workflow, &b.once)));
    let ids: Vec<Uuid> = all.iter().map(|e| e.id.0).collect();
    let workflows: Vec<Uuid> = all.iter().map(|e| e.workflow.0).collect();
    let numbers: Vec<i32> = all.iter().map(|e| e.number).collect();
    let onces: Vec<&str> = all.iter().map(|e| e.once.as_str()).collect();
    let kinds: Vec<Option<&str>> = all.iter().map(|e| e.record.as_ref().map(|(k, ..)| k.key())).collect();
    let records: Vec<Option<Uuid>> = all.iter().map(|e| e.record.as_ref().map(|(_, id, _)| *id)).collect();
    let names: Vec<&str> = all.iter().map(|e| e.record.as_ref().map_or("", |(_, _, n)| n)).collect();
    let steps: Vec<Option<&str>> = all.iter().map(|e| e.step.as_deref()).collect();
    let occasions: Vec<Value> = all.iter().map(|e| e.occasion.clone()).collect();
    let depths: Vec<i16> = all.iter().map(|e| e.depth).collect();
    let made = sqlx::query_scalar!(
        "insert into workflow_runs (tenant_id, id, workflow_id, number, once, record, record_id, record_name, state, step,
           occasion, depth, started_by, started_at, moved_at)
         select $1, u.id, u.workflow, u.number, u.once, u.kind, u.record, u.name, 'running', u.step, u.occasion, u.depth, $2, $3, $3
         from unnest($4::uuid[], $5::uuid[], $6::int[], $7::text[], $8::text[], $9::uuid[], $10::text[], $11::text[],
           $12::jsonb[], $13::smallint[]) as u (id, workflow, number, once, kind, record, name, step, occasion, depth)
         on conflict on constraint workflow_runs_once do nothing returning id",
        tx.tenant().0,
        by,
        now,
        &ids,
        &workflows,
        &numbers,
        &onces as &[&str],
        &kinds as &[Option<&str>],
        &records as &[Option<Uuid>],
        &names as &[&str],
        &steps as &[Option<&str>],
        &occasions,
        &depths
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(made.into_iter().map(RunId).collect())
}

/// Has whoever else would enrol into these workflows wait until this transaction ends, so that both see who went in
/// last. They are taken in one order.
pub async fn one_by_one(tx: &mut TenantTx, workflows: &[WorkflowId]) -> Result<()> {
    let mut ids: Vec<Uuid> = workflows.iter().map(|w| w.0).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        sqlx::query!("select pg_advisory_xact_lock(hashtextextended('enrol:' || $1::text, 0))", id.to_string())
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

/// When each of these (workflow, record) was enrolled last.
pub async fn last(tx: &mut TenantTx, pairs: &[(WorkflowId, Uuid)]) -> Result<Vec<(WorkflowId, Uuid, DateTime<Utc>)>> {
    if pairs.is_empty() {
        return Ok(vec![]);
    }
    let workflows: Vec<Uuid> = pairs.iter().map(|(w, _)| w.0).collect();
    let records: Vec<Uuid> = pairs.iter().map(|(_, r)| *r).collect();
    let rows = sqlx::query!(
        r#"select p.workflow as "workflow!", p.record as "record!", r.at as "at!"
           from unnest($1::uuid[], $2::uuid[]) as p (workflow, record)
           cross join lateral (
             select started_at as at from workflow_runs r where r.record_id = p.record and r.workflow_id = p.workflow
             order by started_at desc limit 1
           ) r"#,
        &workflows,
        &records
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (WorkflowId(r.workflow), r.record, r.at)).collect())
}

/// Why somebody was not enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotEnrolled {
    pub workflow: WorkflowId,
    pub record: Uuid,
    pub name: String,
    pub reason: String,
}

/// Postings that came to nothing, kept of each workflow.
const POSTED: i64 = 500;

/// Writes down what was posted and came to nothing, so that nobody's words are lost; the newest of them.
pub async fn skip_posted(tx: &mut TenantTx, workflow: WorkflowId, reason: &str, payload: &Value) -> Result<()> {
    let (id, now) = (tx.id::<RunId>(), tx.now());
    sqlx::query!(
        "insert into workflow_skips (tenant_id, workflow_id, record_id, record_name, reason, at, payload)
         values ($1, $2, $3, '', $4, $5, $6)",
        tx.tenant().0,
        workflow.0,
        id.0,
        reason,
        now,
        payload
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "delete from workflow_skips s using (
           select record_id from workflow_skips where workflow_id = $1 and payload is not null
           order by at desc, record_id desc offset $2
         ) old where s.workflow_id = $1 and s.record_id = old.record_id",
        workflow.0,
        POSTED
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Writes down why they were not: for each workflow and record the last reason, and how often there was one.
pub async fn skip(tx: &mut TenantTx, all: &[NotEnrolled]) -> Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let mut last: std::collections::BTreeMap<(WorkflowId, Uuid), (&str, &str, i32)> = Default::default();
    for one in all {
        let times = last.get(&(one.workflow, one.record)).map_or(0, |(.., times)| *times) + 1;
        last.insert((one.workflow, one.record), (&one.name, &one.reason, times));
    }
    let (mut workflows, mut records, mut names, mut reasons, mut times) = (vec![], vec![], vec![], vec![], vec![]);
    for ((workflow, record), (name, reason, n)) in last {
        workflows.push(workflow.0);
        records.push(record);
        names.push(name);
        reasons.push(reason);
        times.push(n);
    }
    // In one order everywhere, so that two pumps of a workspace do not wait for each other in a circle.
    sqlx::query!(
        "insert into workflow_skips (tenant_id, workflow_id, record_id, record_name, reason, times, at)
         select $1, u.workflow, u.record, u.name, u.reason, u.times, $2
         from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::int[]) as u (workflow, record, name, reason, times)
         order by 2, 3
         on conflict (tenant_id, workflow_id, record_id) do update set record_name = excluded.record_name,
           reason = excluded.reason, times = workflow_skips.times + excluded.times, at = excluded.at",
        tx.tenant().0,
        now,
        &workflows,
        &records,
        &names as &[&str],
        &reasons as &[&str],
        &times
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
