//! Chains: runs that came of one run's changes, and of theirs.

use crate::{Result, TenantTx};
use domain::{MemberId, RunId, WorkflowId};
use std::collections::HashMap;
use uuid::Uuid;

/// How many runs came of each of these beginnings.
pub async fn lengths(tx: &mut TenantTx, roots: &[RunId]) -> Result<HashMap<RunId, i64>> {
    let ids: Vec<Uuid> = roots.iter().map(|r| r.0).collect();
    let rows = sqlx::query!(
        r#"select root as "root!", count(*) as "n!" from workflow_runs where root = any($1) group by root"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (RunId(r.root), r.n)).collect())
}

/// In whose names these workflows work, with what they are called.
pub async fn publishers(tx: &mut TenantTx, workflows: &[WorkflowId]) -> Result<Vec<(WorkflowId, String, MemberId)>> {
    let ids: Vec<Uuid> = workflows.iter().map(|w| w.0).collect();
    let rows = sqlx::query!(
        r#"select id, name, publisher_id as "by!" from workflows where id = any($1) and publisher_id is not null"#,
        &ids
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (WorkflowId(r.id), r.name, MemberId(r.by))).collect())
}
