//! The workflow engine: from what happened to who is enrolled ([`pump`]), and from step to step ([`runner`]).
//!
//! Everything that a step does, it does in the name of whoever published the workflow, through the same functions that
//! their own hands would use: never more than their rights.

pub(crate) mod act;
pub(crate) mod enrol;
pub(crate) mod pump;
pub(crate) mod runner;
pub(crate) mod ticks;
mod trial;
mod watch;
mod webhook;

pub use enrol::start;
pub use pump::pump;
pub use trial::{Trial, TrialStep, trial};

use crate::{Context, Failure, Run, Seal, seal::purpose};
use domain::{
    ApprovalId, MemberId, RunId, TenantId, WorkflowId,
    audit::Action,
    automation::{
        runs::{Question, Run as Standing},
        steps::Step,
        workflows::{self, Definition, Problem},
    },
    jobs::{AdvanceRun, RemoveWorkflow, ResumeRuns},
    notifications::{Kind, Notice},
    paths::{self, Pages},
};
use serde_json::json;
use store::{Desk, TenantTx, Who, automation as stored, queue, workspace::roles};
use uuid::Uuid;

/// Everything that stands against publishing this in the reader's name.
pub async fn check(tx: &mut TenantTx, definition: &Definition) -> store::Result<Vec<Problem>> {
    let mut problems = definition.check(tx.rights().sight_of_all());
    if let Some(kind) = definition.record
        && !tx.rights().may(kind.read())
    {
        let message = format!("You may not see records of the kind “{}”.", kind.label());
        problems.push(Problem { place: "trigger".into(), field: "record", message });
    }
    let named = workflows::members_named(definition);
    let emails: Vec<String> = named.iter().map(|(.., email)| email.to_lowercase()).collect();
    let known = stored::people::members_called(tx, &emails).await?;
    for (place, field, email) in named {
        if !known.iter().any(|(k, _)| *k == email.to_lowercase()) {
            problems.push(Problem { place, field, message: format!("No member has the address {email}.") });
        }
    }
    Ok(problems)
}

/// Has a run go on with its next step.
pub(crate) async fn tell(tx: &mut TenantTx, run: RunId, turn: i32) -> store::Result<()> {
    let tenant = tx.tenant();
    queue::push(tx, &AdvanceRun { tenant, run, turn }).await
}

/// Answers a question of the reader's own; the run goes on.
pub async fn answer(tx: &mut TenantTx, id: ApprovalId, yes: bool, note: &str) -> store::Result<RunId> {
    let (run, turn) = stored::approvals::answer(tx, id, yes, note).await?;
    tell(tx, run, turn).await?;
    Ok(run)
}

/// Hands a question of the reader's own over to a colleague, who is told.
pub async fn hand_over(tx: &mut TenantTx, id: ApprovalId, to: MemberId) -> store::Result<Question> {
    let question = stored::approvals::delegate(tx, id, to).await?;
    let from = match tx.who() {
        Who::Member(me) => store::notifications::name(tx, me).await?,
        _ => None,
    };
    let notice = Notice {
        kind: Kind::ApprovalAsked,
        title: question.question.clone(),
        body: Some(format!("{} asks you to answer instead.", from.as_deref().unwrap_or("A colleague"))),
        path: Pages::within(paths::APPROVALS).list(),
        // Somebody may have it twice, when it is handed back.
        key: format!("{id}/{}", tx.id::<RunId>()),
    };
    store::notifications::notify(tx, &[to], &notice).await?;
    Ok(question)
}

/// Tells whoever started a run by hand how what it asked was answered.
pub(crate) async fn tell_asker(
    tx: &mut TenantTx,
    run: &Standing,
    step: &Step,
    question: &str,
    yes: bool,
) -> store::Result<()> {
    let Some(asker) = stored::approvals::asker(tx, run, &step.id).await? else { return Ok(()) };
    let notice = Notice {
        kind: Kind::ApprovalAnswered,
        title: format!("{}: {question}", if yes { "Approved" } else { "Rejected" }),
        body: Some(format!("From {}, which you have started.", run.workflow_name)),
        path: Pages::within(paths::AUTOMATION_RUN).list().replace("{id}", &run.id.to_string()),
        key: format!("{}/{}/{}", run.id, run.round, step.id),
    };
    store::notifications::notify(tx, &[asker], &notice).await
}

/// Has a run that failed, or ended, go on from this step once more.
pub async fn retry(tx: &mut TenantTx, run: RunId, step: &str) -> store::Result<()> {
    // From where it has been, and nowhere else: what lies behind a question has not been answered for it.
    if !stored::runs::steps(tx, run).await?.iter().any(|s| s.step == step) {
        return Err(store::Error::refused("", "The run never came to this step, so it cannot go on from there."));
    }
    let turn = stored::runs::retry(tx, run, step).await?;
    note(tx, run, Action::RunRetried, Some(step)).await?;
    tell(tx, run, turn).await
}

/// Ends a run that still goes on; `false`: it has ended. `why` is what its log says.
pub async fn cancel(tx: &mut TenantTx, run: RunId, why: &str) -> store::Result<bool> {
    let cancelled = stored::runs::cancel(tx, run, why).await?;
    if cancelled {
        note(tx, run, Action::RunCancelled, None).await?;
    }
    Ok(cancelled)
}

/// Has a workflow enrol again in the name of whoever published it, as long as they may.
pub async fn resume(tx: &mut TenantTx, id: WorkflowId) -> store::Result<()> {
    stored::workflows::resume(tx, id).await?;
    if let Some(w) = stored::workflows::published(tx, id).await?
        && let Err(why) = enrol::Publishers::default().of(tx, &w).await?
    {
        return Err(store::Error::refused("", format!("{why}. Somebody has to publish it in their name.")));
    }
    Ok(())
}

/// Removes a workflow with its runs; gives what to say. Many runs are removed by a job.
pub async fn remove(tx: &mut TenantTx, id: WorkflowId) -> store::Result<String> {
    let Who::Member(by) = tx.who() else { return Err(store::Error::NotFound) };
    if !stored::workflows::has_many_runs(tx, id).await? {
        return Ok(format!("{} was removed.", stored::workflows::remove(tx, id).await?));
    }
    let name = stored::workflows::find(tx, id).await?.name;
    stored::workflows::pause(tx, id, Some("It is being removed.")).await?;
    queue::push(tx, &RemoveWorkflow { tenant: tx.tenant(), workflow: id, by, at: tx.now() }).await?;
    Ok(format!("{name} is being removed, with all of its runs."))
}

impl Run for RemoveWorkflow {
    const TIME_OUT: std::time::Duration = std::time::Duration::from_secs(600);

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        loop {
            let (mut tx, _) = cx.db.begin_job(self.tenant, "remove_workflow").await?;
            let some = stored::workflows::remove_runs(&mut tx, self.workflow).await?;
            tx.commit().await?;
            if some == 0 {
                break;
            }
        }
        // In the name of whoever removed it, as the trail is to say; if they are out meanwhile, in the house's own.
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "remove_workflow").await?;
        if let Ok(actor) = roles::actor(&mut tx, self.by).await {
            drop(tx);
            tx = cx.db.begin(Desk::of_member(&actor, workspace.zone, None)).await?;
        }
        match stored::workflows::remove(&mut tx, self.workflow).await {
            Ok(_) => Ok(tx.commit().await?),
            Err(store::Error::NotFound) => Ok(()),
            Err(e) => Err(e.into()),
        }
    }
}

/// The trail has what hands did to a run under its workflow, with the record that it is about.
async fn note(tx: &mut TenantTx, run: RunId, action: Action, step: Option<&str>) -> store::Result<()> {
    let run = stored::runs::find(tx, run).await?;
    let mut what = serde_json::Map::new();
    what.insert("run_id".into(), json!([null, run.id]));
    if let Some((kind, record, _)) = &run.record {
        what.insert(format!("{}_id", kind.key()), json!([null, record]));
    }
    if let Some(step) = step {
        what.insert("step".into(), json!([null, step]));
    }
    store::audit::note(tx, "workflows", run.workflow.0, action, &what.into()).await
}

/// Stops all of the workspace's automation, or lets it go on from where it stands.
pub async fn stop(tx: &mut TenantTx, stopped: bool, why: &str) -> store::Result<()> {
    stored::switch::stop(tx, stopped, why).await?;
    if !stopped {
        let job = ResumeRuns { tenant: tx.tenant(), at: tx.now(), after: RunId(Uuid::nil()) };
        queue::push(tx, &job).await?;
    }
    Ok(())
}

/// Runs told by one job; then it hands on.
const WOKEN: i64 = 1_000;

/// Whatever came by while all was stopped (an answer, a change, a time) has left without effect, so every open run looks
/// how things stand.
impl Run for ResumeRuns {
    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, _) = cx.db.begin_job(self.tenant, "resume_runs").await?;
        let open = stored::runs::wake(&mut tx, self.after, WOKEN).await?;
        let tenant = self.tenant;
        let jobs: Vec<AdvanceRun> =
            open.iter().map(|(run, turn)| AdvanceRun { tenant, run: *run, turn: *turn }).collect();
        queue::push_many(&mut tx, &jobs).await?;
        if let Some((last, _)) = open.last().filter(|_| open.len() as i64 == WOKEN) {
            queue::push(&mut tx, &Self { after: *last, ..self }).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// The address that others post to, for a workflow that a hook starts.
pub fn hook_path(seal: &Seal, tenant: TenantId, hook: Uuid) -> String {
    paths::hook(seal.sign(purpose::HOOK, &[&tenant.0.as_bytes()[..], hook.as_bytes()].concat()))
}

/// Whose hook an address is, if it is one of ours.
pub fn read_hook(seal: &Seal, token: &str) -> Option<(TenantId, Uuid)> {
    let content = seal.read(purpose::HOOK, token)?;
    let (tenant, hook) = content.split_at_checked(16)?;
    Some((TenantId(Uuid::from_slice(tenant).ok()?), Uuid::from_slice(hook).ok()?))
}
