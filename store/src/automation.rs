//! Automation: workflows, what happened, who was enrolled, and how far each run is.

pub mod approvals;
pub mod chains;
pub mod happenings;
pub mod people;
pub mod records;
pub mod runs;
mod sales;
pub mod switch;
mod tickets;
pub mod workflows;

use crate::{Result, TenantTx};
use domain::RunId;

/// What is written from here on in this transaction, a run has done: the trail names it as the cause, and what it sets
/// off is one link further in the chain.
pub async fn chained(tx: &mut TenantTx, run: RunId, depth: i16) -> Result<()> {
    sqlx::query(
        "select set_config('app.cause', $1, true), set_config('app.depth', $2, true), set_config('app.run', $3, true),
           set_config('app.root', coalesce((select root::text from workflow_runs where id = $3::uuid), $3), true)",
    )
    .bind(format!("workflow:{run}"))
    .bind((depth + 1).to_string())
    .bind(run.to_string())
    .execute(tx.conn())
    .await?;
    tx.in_run = true;
    Ok(())
}
