//! A run, step by step. Each step is one transaction in the name of whoever published the workflow: its effect, its
//! receipt and the move to the next step are written together or not at all. So a step is done once, however often it
//! is told to be; what leaves the house (a mail, a webhook) leaves by a job with a key of its own.
//!
//! A telling names no step: whoever is told takes the run as it stands, and holds it while a step is done. A telling too
//! many finds nothing to do.

use super::{
    act::{self, Did, Scene, Then},
    enrol::no_builder,
};
use crate::{Context, Failure, Run, back_off};
use chrono::{DateTime, Utc};
use domain::{
    RunId, TenantId,
    access::{AutomationWrite, Permission},
    automation::{
        fields::Facts,
        merge,
        runs::{Run as Standing, RunState},
        steps::{self, Step},
        workflows::{Definition, PAUSE_AFTER},
    },
    jobs::AdvanceRun,
    notifications::{Kind, Notice},
};
use serde_json::{Value, json};
use std::time::Duration;
use store::{
    Desk, Error, TenantTx,
    automation::{
        approvals, chained, records,
        runs::{self, Move, Receipt},
        switch, workflows,
    },
    notifications, queue,
    workspace::roles,
};

/// Letters of each value that a receipt keeps.
const KEPT: usize = 2_000;

/// Steps done for one telling; then others have their turn.
const AT_ONCE: usize = 20;

impl Run for AdvanceRun {
    const TRIES: i32 = 6;

    fn pause(tries: i32) -> Duration {
        back_off(Duration::from_secs(5), Duration::from_secs(300), tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        for _ in 0..AT_ONCE {
            match step(cx, self.tenant, self.run).await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(Error::Suspended) => return Err(Failure::Closed),
                Err(e) => return Err(Failure::Retry(e.to_string())),
            }
        }
        let (mut tx, _) = cx.db.begin_job(self.tenant, "advance_run").await?;
        let run = runs::hold(&mut tx, self.run).await?;
        let turn = runs::advance(&mut tx, run.id, &Move::to(run.state, run.step.as_deref())).await?;
        super::tell(&mut tx, run.id, turn).await?;
        Ok(tx.commit().await?)
    }

    async fn given_up(self, cx: &Context) -> Result<(), Error> {
        fail(cx, self.tenant, self.run, "It could not be done, though it was tried several times.").await
    }
}

/// Does the next step of a run; gives whether it goes on at once.
async fn step(cx: &Context, tenant: TenantId, id: RunId) -> Result<bool, Error> {
    let (mut tx, workspace) = cx.db.begin_job(tenant, "advance_run").await?;
    // Where it stands it stays, until automation goes on.
    if switch::stopped(&mut tx).await? {
        return Ok(false);
    }
    let run = match runs::find(&mut tx, id).await {
        Ok(run) if run.state.open() => run,
        Ok(_) | Err(Error::NotFound) => return Ok(false),
        Err(e) => return Err(e),
    };
    let (definition, publisher) = workflows::version(&mut tx, run.workflow, run.number).await?;
    let actor = match roles::actor(&mut tx, publisher).await {
        Ok(actor) => actor,
        Err(Error::NotFound) => {
            drop(tx);
            fail(cx, tenant, id, "Whoever published this is no member any more: nothing is done in their name.")
                .await?;
            return Ok(false);
        }
        Err(e) => return Err(e),
    };
    drop(tx);
    if !actor.may(AutomationWrite::KEY) {
        fail(cx, tenant, id, &format!("{}: nothing is done in their name.", no_builder(&actor))).await?;
        return Ok(false);
    }
    let mut tx = cx.db.begin(Desk::of_member(&actor, workspace.zone, None)).await?;
    chained(&mut tx, id, run.depth).await?;
    let run = runs::hold(&mut tx, id).await?;
    if !run.state.open() {
        return Ok(false);
    }
    let Some(step) = run.step.as_deref().and_then(|s| steps::find(&definition.steps, s)) else {
        end(&mut tx, &run, RunState::Done, None).await?;
        tx.commit().await?;
        return Ok(false);
    };
    let receipt = runs::receipt(&mut tx, &run, &step.id).await?;
    // It was put off before it began, and its time has not come.
    if receipt.is_none() && run.wake_at.is_some_and(|at| at > tx.now()) {
        return Ok(false);
    }
    let facts = match facts(&mut tx, &run, &definition).await? {
        Ok(facts) => facts,
        Err(why) => {
            end(&mut tx, &run, RunState::Stopped, Some(&why)).await?;
            tx.commit().await?;
            return Ok(false);
        }
    };
    let scene = Scene { run: &run, definition: &definition, workspace: &workspace, actor: &actor, facts: &facts };
    match act::act(cx, &mut tx, &scene, step, receipt.as_ref()).await {
        Ok(did) => go_on(tx, &run, &definition, step, did).await,
        Err(e) => match permanent(&e) {
            Some(why) => {
                drop(tx);
                fail(cx, tenant, id, &why).await?;
                Ok(false)
            }
            None => Err(e),
        },
    }
}

/// What a failed step says, where trying again would say the same.
fn permanent(e: &Error) -> Option<String> {
    match e {
        Error::Refused(errors) => Some(errors.iter().map(|(_, message)| message).collect::<Vec<_>>().join(" ")),
        Error::NotFound => Some("What it is about is not there, or whoever published this may not change it.".into()),
        Error::Sent => Some("It was done before, with other values.".into()),
        Error::Stale | Error::Busy | Error::Suspended | Error::Unavailable(_) | Error::Sql(_) => None,
    }
}

/// What is known of a run's record, as its publisher sees it; or why the run ends.
async fn facts(tx: &mut TenantTx, run: &Standing, definition: &Definition) -> store::Result<Result<Facts, String>> {
    let mut facts = Facts::default();
    if let Some((kind, record, name)) = &run.record {
        match records::facts(tx, *kind, &[*record]).await?.remove(record) {
            Some((_, known)) => facts = known,
            None => return Ok(Err(format!("{name} is gone, or whoever published this may not see it any more."))),
        }
    }
    if !definition.within(tx.rights().sight_of_all()) {
        return Ok(Err("Whoever published this may not see all of its fields any more.".into()));
    }
    if let Some(payload) = run.occasion.get("payload") {
        facts.payload(payload);
    }
    Ok(Ok(facts))
}

/// Writes the receipt and moves on; gives whether at once.
async fn go_on(
    mut tx: TenantTx,
    run: &Standing,
    definition: &Definition,
    step: &Step,
    did: Did,
) -> Result<bool, Error> {
    let waits = matches!(did.then, Then::Wait { .. } | Then::Post | Then::Ask { .. });
    if let Then::Still = did.then {
        return Ok(false);
    }
    let mut did = did;
    merge::cut_all(&mut did.input, KEPT);
    merge::cut_all(&mut did.output, KEPT);
    let receipt = Receipt {
        step: &step.id,
        kind: step.action.key(),
        state: if waits { "waiting" } else { "done" },
        input: &did.input,
        output: &did.output,
        error: None,
    };
    runs::log(&mut tx, run, &receipt).await?;
    let next = match did.then {
        Then::Next => steps::after(&definition.steps, &step.id),
        Then::Way(way) => steps::enter(&definition.steps, &step.id, way),
        Then::Stop(why) => {
            end(&mut tx, run, RunState::Stopped, why.as_deref()).await?;
            tx.commit().await?;
            return Ok(false);
        }
        Then::Wait { until, watching } => {
            wait(&mut tx, run, RunState::Waiting, until, watching).await?;
            tx.commit().await?;
            return Ok(false);
        }
        Then::Ask { due } => {
            wait(&mut tx, run, RunState::Asking, due, false).await?;
            tx.commit().await?;
            return Ok(false);
        }
        Then::Post => {
            runs::advance(&mut tx, run.id, &Move::to(RunState::Waiting, run.step.as_deref())).await?;
            tx.commit().await?;
            return Ok(false);
        }
        Then::Still => return Ok(false),
    };
    let Some(next) = next else {
        end(&mut tx, run, RunState::Done, None).await?;
        tx.commit().await?;
        return Ok(false);
    };
    runs::advance(&mut tx, run.id, &Move::to(RunState::Running, Some(&next.id))).await?;
    tx.commit().await?;
    Ok(true)
}

/// Waits in the database: the telling lies in the outbox until its time, and the reconciler looks for those that got
/// lost.
async fn wait(
    tx: &mut TenantTx,
    run: &Standing,
    state: RunState,
    until: DateTime<Utc>,
    watching: bool,
) -> store::Result<()> {
    let waiting = Move { wake_at: Some(until), watching, ..Move::to(state, run.step.as_deref()) };
    let turn = runs::advance(tx, run.id, &waiting).await?;
    let job = AdvanceRun { tenant: tx.tenant(), run: run.id, turn };
    queue::push_at(tx, &job, until).await
}

async fn end(tx: &mut TenantTx, run: &Standing, state: RunState, why: Option<&str>) -> store::Result<()> {
    runs::advance(tx, run.id, &Move { error: why, ..Move::to(state, None) }).await?;
    approvals::withdraw(tx, run.id).await?;
    if state == RunState::Done {
        workflows::healthy(tx, run.workflow).await?;
    }
    Ok(())
}

/// Ends a run as failed where it stands, tells whoever published it, and pauses a workflow that fails again and again.
pub(super) async fn fail(cx: &Context, tenant: TenantId, id: RunId, why: &str) -> Result<(), Error> {
    let (mut tx, workspace) = cx.db.begin_job(tenant, "advance_run").await?;
    let run = match runs::hold(&mut tx, id).await {
        Ok(run) if run.state.open() => run,
        Ok(_) | Err(Error::NotFound) => return Ok(()),
        Err(e) => return Err(e),
    };
    let (definition, publisher) = workflows::version(&mut tx, run.workflow, run.number).await?;
    let step = run.step.as_deref().and_then(|s| steps::find(&definition.steps, s));
    if let Some(step) = step {
        let (empty, kind): (Value, _) = (json!({}), step.action.key());
        let receipt =
            Receipt { step: &step.id, kind, state: "failed", input: &empty, output: &empty, error: Some(why) };
        runs::log(&mut tx, &run, &receipt).await?;
    }
    let failed = Move { error: Some(why), ..Move::to(RunState::Failed, run.step.as_deref()) };
    runs::advance(&mut tx, id, &failed).await?;
    approvals::withdraw(&mut tx, id).await?;
    let failures = workflows::failed(&mut tx, run.workflow).await?;
    let paused = failures >= PAUSE_AFTER;
    if paused {
        // Why, is in the log of the run, for those who may see as much as it did.
        let because = format!("{failures} runs in a row have failed. The last one says why.");
        workflows::pause(&mut tx, run.workflow, Some(&because)).await?;
    }
    let title = match paused {
        true => format!("{} has paused itself", run.workflow_name),
        false => format!("{} failed", run.workflow_name),
    };
    let body = run.record.as_ref().map_or_else(|| why.to_owned(), |(_, _, name)| format!("{name}: {why}"));
    let notice = Notice {
        kind: Kind::WorkflowFailed,
        title,
        body: Some(body),
        path: inside(&workspace, &domain::paths::automation_run(&workspace.slug, id)),
        key: format!("{id}/{}", run.round),
    };
    notifications::notify(&mut tx, &[publisher], &notice).await?;
    tx.commit().await
}

/// A path as notices have it: within the workspace.
pub(super) fn inside(workspace: &domain::workspace::Workspace, path: &str) -> String {
    let home = domain::paths::home(&workspace.slug);
    path.strip_prefix(&home).unwrap_or(path).to_owned()
}
