//! What a job's handler is, and the table of them all.

use crate::Context;
use domain::jobs::{
    AdvanceRun, Announce, AskRating, AssignLeads, CallWebhook, ClosePostings, Job, PlanDigests, PollInbox, PollInboxes,
    ReadCv, RefitLeave, Remind, RemindOfDocuments, RemindOfProbations, RemindOfTasks, RemoveWorkflow, RerouteLeave,
    ResumeRuns, RunArchival, RunBulk, RunImport, ScoreLeads, SendApplication, SendDigest, SendEmailChange,
    SendEmailChanged, SendFormConfirmation, SendImportReport, SendInvitation, SendNotifications, SendPasswordReset,
    SendPortalLink, SendRejection, SendTicketReply, SendVerification, SendWorkflowMail, SettleLeave, SweepClocks,
    SweepWorkspace, TakeBack, TakeEffect, TakeHook, TakeMail, TakeSnapshots, TendClocks, TendDepartures,
    TickAutomation, UndoImport, WakeTickets,
};
use futures::{FutureExt, future::BoxFuture};
use serde_json::Value;
use std::{collections::HashMap, time::Duration};

/// How a try fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It may go better later.
    Retry(String),
    /// It never will.
    Fail(String),
    /// Not yet, and nothing has failed: it waits so long.
    Later(Duration),
    /// Its workspace is suspended. It waits until that is over, however long.
    Closed,
}

impl From<store::Error> for Failure {
    fn from(e: store::Error) -> Self {
        match e {
            store::Error::Suspended => Self::Closed,
            store::Error::NotFound | store::Error::Refused(_) | store::Error::Sent => Self::Fail(e.to_string()),
            store::Error::Stale | store::Error::Busy | store::Error::Unavailable(_) | store::Error::Sql(_) => {
                Self::Retry(e.to_string())
            }
        }
    }
}

/// The handler of a payload. It may be run again after any try, also after one that had done its work and died before
/// it could say so: what it does twice must come out as once.
pub trait Run: Job {
    /// Failed tries after which it is given up.
    const TRIES: i32 = 5;
    /// How long one try may take.
    const TIME_OUT: Duration = Duration::from_secs(60);

    /// How long to wait after the failed try number `tries`, before jitter.
    fn pause(tries: i32) -> Duration {
        back_off(Duration::from_secs(2), Duration::from_secs(600), tries)
    }

    fn run(self, cx: &Context) -> impl Future<Output = Result<(), Failure>> + Send;

    /// What is left to do once nobody will try it again, and its last try could not say so itself: it panicked, took
    /// too long, or its worker died. It may be called again; an error has it called later.
    fn given_up(self, _: &Context) -> impl Future<Output = Result<(), store::Error>> + Send {
        async { Ok(()) }
    }
}

/// `first`, then twice as long each time, and never longer than `longest`.
pub fn back_off(first: Duration, longest: Duration, tries: i32) -> Duration {
    let doublings = u32::try_from(tries.clamp(1, 30) - 1).expect("between 0 and 29");
    first.saturating_mul(1 << doublings).min(longest)
}

/// A handler without its type.
#[derive(Clone, Copy)]
pub(crate) struct Handler {
    pub tries: i32,
    pub time_out: Duration,
    pub pause: fn(i32) -> Duration,
    pub run: fn(Value, Context) -> BoxFuture<'static, Result<(), Failure>>,
    pub given_up: fn(Value, Context) -> BoxFuture<'static, Result<(), store::Error>>,
}

/// The handlers by the names of their payloads.
#[derive(Clone, Default)]
pub struct Handlers(HashMap<&'static str, Handler>);

impl Handlers {
    pub fn none() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn with<J: Run>(mut self) -> Self {
        let handler = Handler {
            tries: J::TRIES,
            time_out: J::TIME_OUT,
            pause: J::pause,
            run: |body, cx| {
                async move {
                    let job: J = serde_json::from_value(body)
                        .map_err(|e| Failure::Fail(format!("this payload cannot be read: {e}")))?;
                    job.run(&cx).await
                }
                .boxed()
            },
            given_up: |body, cx| {
                async move {
                    // One that cannot be read has begun nothing.
                    let Ok(job) = serde_json::from_value::<J>(body) else { return Ok(()) };
                    job.given_up(&cx).await
                }
                .boxed()
            },
        };
        let before = self.0.insert(J::NAME, handler);
        assert!(before.is_none(), "two handlers for {}", J::NAME);
        self
    }

    pub(crate) fn find(&self, name: &str) -> Option<Handler> {
        self.0.get(name).copied()
    }

    /// Those of the product: every payload of [`domain::jobs`].
    pub fn product() -> Self {
        Self::none()
            .with::<Announce>()
            .with::<SendVerification>()
            .with::<SendPasswordReset>()
            .with::<SendEmailChange>()
            .with::<SendEmailChanged>()
            .with::<SendInvitation>()
            .with::<SendFormConfirmation>()
            .with::<ScoreLeads>()
            .with::<TakeSnapshots>()
            .with::<AssignLeads>()
            .with::<SendTicketReply>()
            .with::<SendPortalLink>()
            .with::<AskRating>()
            .with::<TendClocks>()
            .with::<SweepClocks>()
            .with::<WakeTickets>()
            .with::<PollInboxes>()
            .with::<PollInbox>()
            .with::<SendImportReport>()
            .with::<TakeMail>()
            .with::<TakeBack>()
            .with::<RunImport>()
            .with::<RunArchival>()
            .with::<RunBulk>()
            .with::<UndoImport>()
            .with::<AdvanceRun>()
            .with::<RemoveWorkflow>()
            .with::<ResumeRuns>()
            .with::<CallWebhook>()
            .with::<TakeHook>()
            .with::<SendWorkflowMail>()
            .with::<TickAutomation>()
            .with::<SweepWorkspace>()
            .with::<SendNotifications>()
            .with::<RemindOfTasks>()
            .with::<Remind>()
            .with::<TakeEffect>()
            .with::<SettleLeave>()
            .with::<RefitLeave>()
            .with::<RerouteLeave>()
            .with::<RemindOfDocuments>()
            .with::<RemindOfProbations>()
            .with::<TendDepartures>()
            .with::<PlanDigests>()
            .with::<ClosePostings>()
            .with::<ReadCv>()
            .with::<SendApplication>()
            .with::<SendRejection>()
            .with::<SendDigest>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_has_a_handler() {
        let handlers = Handlers::product();
        for name in domain::jobs::NAMES {
            assert!(handlers.find(name).is_some(), "nobody handles {name}");
        }
        assert_eq!(handlers.0.len(), domain::jobs::NAMES.len());
    }

    #[test]
    fn a_pause_doubles_up_to_its_end() {
        let seconds = |tries| back_off(Duration::from_secs(2), Duration::from_secs(60), tries).as_secs();
        assert_eq!([1, 2, 3, 4, 5, 6, 99].map(seconds), [2, 4, 8, 16, 32, 60, 60]);
    }
}
