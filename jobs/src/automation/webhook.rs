//! Posts what a step has to say to an address outside, and has the run go on when it was taken.

use super::{
    runner::{Failed, Tie, fail},
    tell,
};
use crate::{Context, Failure, Run, back_off, mail::workflow::STOPPED, outside::Unanswered};
use domain::{
    automation::{
        runs::{Run as Standing, RunState},
        steps,
        workflows::DEPTH,
    },
    jobs::CallWebhook,
};
use serde_json::{Value, json};
use std::time::Duration;
use store::{
    Error, TenantTx,
    automation::{
        runs::{self, Move, Receipt},
        switch, workflows,
    },
};

/// How long a call waits when its workspace has made as many as it may.
const SPENT: Duration = Duration::from_secs(30);

impl Run for CallWebhook {
    const TRIES: i32 = 6;
    const TIME_OUT: Duration = Duration::from_secs(30);

    fn pause(tries: i32) -> Duration {
        back_off(Duration::from_secs(5), Duration::from_secs(600), tries)
    }

    async fn run(self, cx: &Context) -> Result<(), Failure> {
        let (mut tx, workspace) = cx.db.begin_job(self.tenant, "call_webhook").await?;
        if switch::stopped(&mut tx).await? {
            return Err(Failure::Later(STOPPED));
        }
        let (Some(run), true) = waits(&self, &mut tx).await? else { return Ok(()) };
        if !switch::take_call(&mut tx).await? {
            return Err(Failure::Later(SPENT));
        }
        // Taken before it is made: a call that its worker dies of counts as well.
        tx.commit().await?;
        let headers = [
            // Who gets the same key twice has had it before.
            ("idempotency-key", format!("{}-{}-{}", self.run, self.round, self.step)),
            ("x-people360-workspace", workspace.slug.to_string()),
            // What comes back to an address of ours stands one link further in the chain.
            (DEPTH, (run.depth + 1).to_string()),
        ];
        let why = match cx.outside.post(&self.url, &self.body, &headers).await {
            Ok(answer) if answer.is_success() => {
                let output = json!({ "status": answer.status, "answer": answer.body });
                return Ok(done(&self, cx, &output).await?);
            }
            Ok(answer) if answer.is_for_now() => Failure::Retry(format!("It answered {}.", answer.status)),
            Ok(answer) => Failure::Fail(format!("It answered {}: {}", answer.status, answer.body)),
            Err(Unanswered::Forbidden(why)) => Failure::Fail(format!("The webhook was not called: {why}.")),
            Err(Unanswered::NotNow(why)) => Failure::Retry(format!("The webhook could not be called: {why}.")),
        };
        match &why {
            Failure::Fail(words) => self.failed(cx, words).await?,
            Failure::Retry(words) if cx.last => self.failed(cx, words).await?,
            _ => {}
        }
        match why {
            // The run has failed and says why; the job itself has done what it could.
            Failure::Fail(_) => Ok(()),
            why => Err(why),
        }
    }

    async fn given_up(self, cx: &Context) -> Result<(), Error> {
        self.failed(cx, "The webhook could not be called.").await
    }
}

/// Ends the run, if it still waits for this posting, and no other of its rounds.
trait Ends {
    async fn failed(&self, cx: &Context, why: &str) -> Result<(), Error>;
}

impl Ends for CallWebhook {
    async fn failed(&self, cx: &Context, why: &str) -> Result<(), Error> {
        fail(cx, self.tenant, self.run, Failed::at(Tie::Waiting(self.round, &self.step), why)).await
    }
}

/// The run, held, and whether it waits for this.
async fn waits(job: &CallWebhook, tx: &mut TenantTx) -> store::Result<(Option<Standing>, bool)> {
    match runs::hold(tx, job.run).await {
        Ok(run) => {
            let here = run.step.as_deref() == Some(&job.step) && run.round == job.round;
            let waits = here && run.state == RunState::Waiting;
            Ok((Some(run), waits))
        }
        Err(Error::NotFound) => Ok((None, false)),
        Err(e) => Err(e),
    }
}

async fn done(job: &CallWebhook, cx: &Context, output: &Value) -> store::Result<()> {
    let (mut tx, _) = cx.db.begin_job(job.tenant, "call_webhook").await?;
    let (Some(run), true) = waits(job, &mut tx).await? else { return Ok(()) };
    let empty = json!({});
    let receipt = Receipt { step: &job.step, kind: "webhook", state: "done", input: &empty, output, error: None };
    runs::log(&mut tx, &run, &receipt).await?;
    let (definition, _) = workflows::version(&mut tx, run.workflow, run.number).await?;
    let next = steps::after(&definition.steps, &job.step).map(|s| s.id.as_str());
    // Without a next step the telling finds it through.
    let turn = runs::advance(&mut tx, run.id, &Move::to(RunState::Running, next)).await?;
    tell(&mut tx, run.id, turn).await?;
    tx.commit().await
}
