//! Runs that wait until something holds, looked at by the clock: not all that they may ask for shows as a change of
//! their record (tags, a manager, a status that a date changes), and a change that is committed while a run begins to
//! wait may just miss it.

use super::runner;
use crate::Context;
use domain::{
    RunId, TenantId, WorkflowId,
    automation::{
        fields::RecordKind,
        steps::{self, Action, Length, Wait},
    },
    jobs::AdvanceRun,
};
use std::collections::BTreeMap;
use store::{
    Desk, Error, TenantTx,
    automation::{
        records,
        runs::{self, Watcher},
        workflows,
    },
    queue,
    workspace::roles,
};

/// Runs looked at by one tick, those first that were not looked at for the longest.
const MOST: i64 = 2_000;

/// Has those go on for which it holds by now.
pub(super) async fn look(cx: &Context, tenant: TenantId) -> Result<(), Error> {
    let (mut tx, _) = cx.db.begin_job(tenant, "tick_automation").await?;
    let mut groups: BTreeMap<(WorkflowId, i32, RecordKind), Vec<Watcher>> = BTreeMap::new();
    for watcher in runs::watchers(&mut tx, MOST).await? {
        groups.entry((watcher.workflow, watcher.number, watcher.kind)).or_default().push(watcher);
    }
    let mut ready = vec![];
    for ((workflow, number, kind), watchers) in groups {
        ready.extend(hold(&mut tx, workflow, number, kind, watchers).await?);
    }
    let told = runs::tell_again(&mut tx, &ready).await?;
    let jobs: Vec<AdvanceRun> = told.into_iter().map(|(run, turn)| AdvanceRun { tenant, run, turn }).collect();
    queue::push_many(&mut tx, &jobs).await?;
    tx.commit().await
}

/// Those of one version's runs that have something to do: it holds, or they end for another reason.
async fn hold(
    tx: &mut TenantTx,
    workflow: WorkflowId,
    number: i32,
    kind: RecordKind,
    watchers: Vec<Watcher>,
) -> Result<Vec<RunId>, Error> {
    let all = |watchers: &[Watcher]| Ok(watchers.iter().map(|w| w.run).collect());
    let (definition, publisher) = workflows::version(tx, workflow, number).await?;
    let actor = match roles::actor(tx, publisher).await {
        Ok(actor) => actor,
        // Each says so itself.
        Err(Error::NotFound) => return all(&watchers),
        Err(e) => return Err(e),
    };
    let system = tx.sit(Desk::of_member(&actor, tx.zone(), None)).await?;
    let ids: Vec<_> = watchers.iter().map(|w| w.record).collect();
    let known = records::facts(tx, kind, &ids).await?;
    tx.sit(system).await?;
    let today = tx.today();
    let ready = |w: &Watcher| {
        let Some((_, facts)) = known.get(&w.record) else { return true };
        let step = w.step.as_deref().and_then(|s| steps::find(&definition.steps, s));
        let Some(Action::Wait(Wait { length: Length::Until { when, .. }, .. })) = step.map(|s| &s.action) else {
            return true;
        };
        let mut facts = facts.clone();
        if let Some(payload) = w.occasion.get("payload") {
            facts.payload(payload);
        }
        runner::is_out(&definition, &w.occasion, &facts) || when.holds(Some(kind), &facts, today).is_ok()
    };
    Ok(watchers.iter().filter(|w| ready(w)).map(|w| w.run).collect())
}
