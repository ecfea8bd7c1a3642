//! A run, step by step. Each step is one transaction in the name of whoever published the workflow: its effect, its
//! receipt and the move to the next step are written together or not at all. So a step is done once, however often it
//! is told to be; what leaves the house (a mail, a webhook) leaves by a job with a key of its own.
//!
//! A telling names no step: whoever is told takes the run as it stands, and holds it while a step is done. A telling too
//! many finds nothing to do.

use super::{
    act::{self, Did, Scene, Then},
    enrol::Orphan,
};
use crate::{Context, Failure, Run, back_off};
use chrono::{DateTime, Utc};
use domain::{
    MemberId, RunId, TenantId,
    automation::{
        fields::Facts,
        merge,
        runs::{Run as Standing, RunState},
        steps::{self, Step},
        workflows::{Definition, PAUSE_AFTER, archived},
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

/// Steps done for one telling; then others have their turn.
const AT_ONCE: usize = 20;

impl Run for AdvanceRun {
    const TRIES: i32 = 6;

    fn pause(tries: i32) -> Duration {
        back_off(Duration::from_secs(5), Duration::from_secs(300), tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        for _ in 0..AT_ONCE {
            let mut trying = None;
            match step(cx, self.tenant, self.run, &mut trying).await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(Error::Suspended) => return Err(Failure::Closed),
                Err(e) => return Err(trouble(cx, &self, trying, &e).await),
            }
        }
        let (mut tx, _) = cx.db.begin_job(self.tenant, "advance_run").await?;
        // Another telling may have put it to wait, or ended it.
        if let Some(turn) = runs::go_on(&mut tx, self.run).await? {
            super::tell(&mut tx, self.run, turn).await?;
        }
        Ok(tx.commit().await?)
    }

    /// If it was told again since, that telling answers for it; and if it stands a step further, the reconciler tells it.
    async fn given_up(self, cx: &Context) -> Result<(), Error> {
        let why = "It could not be done, though it was tried several times.";
        fail(cx, self.tenant, self.run, Failed::at(Tie::Turn(self.turn), why)).await
    }
}

/// Where a run stood when its step was tried, and what the step was given.
struct Trying {
    turn: i32,
    input: Value,
}

/// Has the log say what keeps a run from going on, in words that tell nothing of the database; at the last try it fails.
async fn trouble(cx: &Context, job: &AdvanceRun, trying: Option<Trying>, e: &Error) -> Failure {
    let failure = Failure::Retry(e.to_string());
    let Some(Trying { turn, input }) = trying else { return failure };
    let why = match e {
        Error::Stale | Error::Busy => "Somebody else was changing the same at that moment.",
        Error::Unavailable(_) => "The database could not be reached.",
        _ => "The database did not take it; whoever operates this finds the reason under “jobs”.",
    };
    let told = match cx.last {
        true => {
            let why = format!("{why} It was tried {} times.", cx.attempt);
            fail(cx, job.tenant, job.run, Failed { tie: Tie::Turn(turn), why: &why, input, orphan: None }).await
        }
        false => troubled(cx, job, turn, &format!("{why} It is tried again.")).await,
    };
    if let Err(e) = told {
        tracing::warn!(run = %job.run, error = %e, "what went wrong could not be written into its log");
    }
    failure
}

async fn troubled(cx: &Context, job: &AdvanceRun, turn: i32, why: &str) -> Result<(), Error> {
    let (mut tx, _) = cx.db.begin_job(job.tenant, "advance_run").await?;
    runs::troubled(&mut tx, job.run, turn, why).await?;
    tx.commit().await
}

/// Does the next step of a run; gives whether it goes on at once.
async fn step(cx: &Context, tenant: TenantId, id: RunId, trying: &mut Option<Trying>) -> Result<bool, Error> {
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
            let why = "Whoever published this is no member any more: nothing is done in their name.";
            let gone = Failed { orphan: Some(publisher), ..Failed::at(Tie::Turn(run.turn), why) };
            fail(cx, tenant, id, gone).await?;
            return Ok(false);
        }
        Err(e) => return Err(e),
    };
    drop(tx);
    let mut tx = cx.db.begin(Desk::of_member(&actor, workspace.zone, None)).await?;
    chained(&mut tx, id, run.depth).await?;
    let run = runs::hold(&mut tx, id).await?;
    if !run.state.open() {
        return Ok(false);
    }
    let Some(step) = run.step.as_deref().and_then(|s| steps::find(&definition.steps, s)) else {
        end(&mut tx, &run, RunState::Done, None).await?;
        workflows::healthy(&mut tx, run.workflow).await?;
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
    *trying = Some(Trying { turn: run.turn, input: given(step, &facts) });
    let scene = Scene { run: &run, definition: &definition, workspace: &workspace, actor: &actor, facts: &facts };
    match act::act(&mut tx, &scene, step, receipt.as_ref()).await {
        Ok(did) => go_on(tx, &run, &definition, step, did).await,
        Err(e) => match permanent(&e, |field| act::label(step, definition.record, field)) {
            Some(why) => {
                drop(tx);
                let failed = Failed { input: given(step, &facts), ..Failed::at(Tie::Turn(run.turn), &why) };
                fail(cx, tenant, id, failed).await?;
                Ok(false)
            }
            None => Err(e),
        },
    }
}

/// What a step was given, its places filled in: for the log of one that failed.
fn given(step: &Step, facts: &Facts) -> Value {
    let texts = step.action.texts().into_iter().filter(|(_, text)| !text.is_empty());
    texts
        .map(|(field, text)| (field.to_owned(), json!(merge::fill(text, facts))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// What a failed step says, where trying again would say the same.
fn permanent(e: &Error, label: impl Fn(&str) -> Option<&'static str>) -> Option<String> {
    let told = |(field, message): (&str, &str)| match label(field) {
        Some(label) => format!("{label}: {message}"),
        None => message.to_owned(),
    };
    match e {
        Error::Refused(errors) => Some(errors.iter().map(told).collect::<Vec<_>>().join(" ")),
        Error::NotFound => Some("What it is about is not there, or whoever published this may not change it.".into()),
        Error::Sent => Some("It was done before, with other values.".into()),
        Error::Stale | Error::Busy | Error::Suspended | Error::Unavailable(_) | Error::Sql(_) => None,
    }
}

/// Whether a run ends because its record was archived, which is how the product deletes. Who went in archived is what
/// the workflow is about.
pub(super) fn is_out(definition: &Definition, occasion: &Value, facts: &Facts) -> bool {
    archived(facts) && !definition.asks_for_archived() && occasion.get("archived").is_none()
}

/// What is known of a run's record, as its publisher sees it; or why the run ends.
async fn facts(tx: &mut TenantTx, run: &Standing, definition: &Definition) -> store::Result<Result<Facts, String>> {
    let mut facts = Facts::default();
    if let Some((kind, record, name)) = &run.record {
        match records::facts(tx, *kind, &[*record]).await?.remove(record) {
            Some((_, known)) => facts = known,
            None => return Ok(Err(format!("{name} is gone, or whoever published this may not see it any more."))),
        }
        if is_out(definition, &run.occasion, &facts) {
            return Ok(Err(format!("{name} was archived.")));
        }
        if !definition.within(tx.rights().sight_of_all()) {
            return Ok(Err("Whoever published this may not see all of its fields any more.".into()));
        }
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
    let waits = matches!(did.then, Then::Wait { .. } | Then::Post { .. } | Then::Ask { .. });
    if let Then::Still = did.then {
        return Ok(false);
    }
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
            workflows::healthy(&mut tx, run.workflow).await?;
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
        // The job that posts it tells on. In case that one is lost, the run looks by itself.
        Then::Post { look_at } => {
            let waiting = Move { wake_at: Some(look_at), ..Move::to(RunState::Waiting, run.step.as_deref()) };
            runs::advance(&mut tx, run.id, &waiting).await?;
            tx.commit().await?;
            return Ok(false);
        }
        Then::Still => return Ok(false),
    };
    let Some(next) = next else {
        end(&mut tx, run, RunState::Done, None).await?;
        workflows::healthy(&mut tx, run.workflow).await?;
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
    Ok(())
}

/// What a failure is of. A run that was told again, retried or moved on since is not ended by it.
pub(super) enum Tie<'a> {
    Turn(i32),
    /// Waiting at this step, in this round.
    Waiting(i32, &'a str),
}

impl Tie<'_> {
    fn holds(&self, run: &Standing) -> bool {
        match self {
            Self::Turn(turn) => run.turn == *turn,
            Self::Waiting(round, step) => {
                run.state == RunState::Waiting && run.round == *round && run.step.as_deref() == Some(step)
            }
        }
    }
}

/// How a run fails.
pub(super) struct Failed<'a> {
    pub tie: Tie<'a>,
    pub why: &'a str,
    /// What its step was given.
    pub input: Value,
    /// Whoever published it, if that is what is wrong.
    pub orphan: Option<MemberId>,
}

impl<'a> Failed<'a> {
    pub fn at(tie: Tie<'a>, why: &'a str) -> Self {
        Self { tie, why, input: json!({}), orphan: None }
    }
}

/// Ends a run as failed where it stands, tells whoever published it, and pauses a workflow that fails again and again:
/// that is told once, and what fails of it afterwards stands among its runs.
pub(super) async fn fail(cx: &Context, tenant: TenantId, id: RunId, failed: Failed<'_>) -> Result<(), Error> {
    let Failed { tie, why, input, orphan } = failed;
    let (mut tx, workspace) = cx.db.begin_job(tenant, "advance_run").await?;
    let run = match runs::find(&mut tx, id).await {
        Ok(run) if run.state.open() && tie.holds(&run) => run,
        Ok(_) | Err(Error::NotFound) => return Ok(()),
        Err(e) => return Err(e),
    };
    // The workflow before its run: whoever publishes or resumes it holds it as well.
    workflows::hold(&mut tx, run.workflow).await?;
    let run = runs::hold(&mut tx, id).await?;
    if !run.state.open() || !tie.holds(&run) {
        return Ok(());
    }
    let (definition, publisher) = workflows::version(&mut tx, run.workflow, run.number).await?;
    let step = run.step.as_deref().and_then(|s| steps::find(&definition.steps, s));
    if let Some(step) = step {
        let (empty, kind): (Value, _) = (json!({}), step.action.key());
        let receipt =
            Receipt { step: &step.id, kind, state: "failed", input: &input, output: &empty, error: Some(why) };
        runs::log(&mut tx, &run, &receipt).await?;
    }
    let moved = Move { error: Some(why), ..Move::to(RunState::Failed, run.step.as_deref()) };
    runs::advance(&mut tx, id, &moved).await?;
    approvals::withdraw(&mut tx, id).await?;
    if let Some(gone) = orphan {
        let now = workflows::find(&mut tx, run.workflow).await?;
        // Somebody else may have published a later version, which goes on.
        if now.publisher.as_ref().is_some_and(|(member, _)| *member == gone) {
            let name = &run.workflow_name;
            let orphan = Orphan { id: run.workflow, name, publisher: gone };
            super::enrol::orphan(&mut tx, &workspace, &orphan, "Whoever published it is no member any more").await?;
        }
        return tx.commit().await;
    }
    let failures = workflows::failed(&mut tx, run.workflow).await?;
    let mut paused = false;
    if failures >= PAUSE_AFTER {
        let because = format!("{failures} runs in a row have failed, the last one because: {why}");
        paused = workflows::pause(&mut tx, run.workflow, Some(&because)).await?;
    }
    if paused || failures < PAUSE_AFTER {
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
    }
    tx.commit().await
}

/// A path as notices have it: within the workspace.
pub(super) fn inside(workspace: &domain::workspace::Workspace, path: &str) -> String {
    let home = domain::paths::home(&workspace.slug);
    path.strip_prefix(&home).unwrap_or(path).to_owned()
}
