//! The end of chains: however few links deep, of one beginning no more than so many runs may come.

use super::enrol::{Candidate, not};
use domain::{
    RunId, WorkflowId,
    notifications::{Kind, Notice},
    paths::{self, Pages},
};
use std::collections::{HashMap, HashSet};
use store::{
    TenantTx,
    automation::{chains, happenings::NotEnrolled},
    notifications,
};
use uuid::Uuid;

/// Runs that may come of one.
pub(super) const MOST: i64 = 300;

/// Those that still may come of their beginnings. Of the others the log says why not, and whoever published their
/// workflow is told, once for each beginning.
pub(super) async fn within(
    tx: &mut TenantTx,
    candidates: Vec<Candidate>,
    skipped: &mut Vec<NotEnrolled>,
) -> store::Result<Vec<Candidate>> {
    let roots: HashSet<RunId> = candidates.iter().filter_map(|c| c.root).collect();
    if roots.is_empty() {
        return Ok(candidates);
    }
    let mut lengths: HashMap<RunId, i64> = chains::lengths(tx, &Vec::from_iter(roots)).await?;
    let (mut kept, mut ended) = (vec![], HashSet::<(RunId, WorkflowId)>::new());
    for c in candidates {
        let Some(root) = c.root else {
            kept.push(c);
            continue;
        };
        let length = lengths.entry(root).or_default();
        if *length < MOST {
            *length += 1;
            kept.push(c);
            continue;
        }
        ended.insert((root, c.workflow));
        let (record, name) = c.record.as_ref().map_or((Uuid::nil(), ""), |(_, id, name)| (*id, name.as_str()));
        let why = format!("Of one beginning {MOST} runs have come, as workflows start one another; no more do");
        skipped.push(not((c.workflow, c.number), record, name, why));
    }
    tell(tx, &ended).await?;
    Ok(kept)
}

async fn tell(tx: &mut TenantTx, ended: &HashSet<(RunId, WorkflowId)>) -> store::Result<()> {
    if ended.is_empty() {
        return Ok(());
    }
    let workflows: Vec<WorkflowId> = ended.iter().map(|(_, w)| *w).collect();
    let named = chains::publishers(tx, &workflows).await?;
    for (root, workflow) in ended {
        let Some((_, name, publisher)) = named.iter().find(|(id, ..)| id == workflow) else { continue };
        let notice = Notice {
            kind: Kind::WorkflowFailed,
            title: format!("{name} starts itself, or others that start it"),
            body: Some(format!("{MOST} runs have come of one. What else comes of it is not enrolled.")),
            path: Pages::within(paths::WORKFLOW).list().replace("{id}", &workflow.to_string()),
            key: format!("chain/{root}/{workflow}"),
        };
        notifications::notify(tx, &[*publisher], &notice).await?;
    }
    Ok(())
}
