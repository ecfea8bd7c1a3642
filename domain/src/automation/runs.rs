//! Workflows and their runs as pages show them.

use super::{fields::RecordKind, workflows::Definition};
use crate::{ApprovalId, MemberId, RunId, WorkflowId};
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

macro_rules! states {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $key:literal, $label:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($variant),* }
        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),*];
            pub const fn key(self) -> &'static str { match self { $(Self::$variant => $key),* } }
            pub const fn label(self) -> &'static str { match self { $(Self::$variant => $label),* } }
            pub fn parse(key: &str) -> Option<Self> { Self::ALL.iter().copied().find(|s| s.key() == key) }
        }
    };
}

states! {
    /// Where a workflow stands.
    State {
        Draft = "draft", "Draft";
        Active = "active", "Active";
        Paused = "paused", "Paused";
    }
}

states! {
    /// Where a run stands.
    RunState {
        Running = "running", "Running";
        Waiting = "waiting", "Waiting";
        Asking = "asking", "Waiting for approval";
        Done = "done", "Done";
        Stopped = "stopped", "Stopped";
        Failed = "failed", "Failed";
        Cancelled = "cancelled", "Cancelled";
    }
}

impl RunState {
    /// Whether it still goes on.
    pub const fn open(self) -> bool {
        matches!(self, Self::Running | Self::Waiting | Self::Asking)
    }
}

/// A workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow {
    pub id: WorkflowId,
    pub version: i32,
    pub name: String,
    pub about: String,
    pub state: State,
    pub paused_because: Option<String>,
    pub draft: Definition,
    /// Number of the version that new runs take.
    pub published: Option<i32>,
    /// Whether the draft says something else than that version.
    pub changed: bool,
    /// In whose name it works.
    pub publisher: Option<(MemberId, String)>,
    /// Whether they are no member any more: then somebody else has to publish it.
    pub orphaned: bool,
    pub hook: Uuid,
    pub updated_at: DateTime<Utc>,
    pub numbers: Numbers,
}

/// How it went within thirty days, each counted to 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Numbers {
    pub runs: i64,
    pub failed: i64,
    pub open: i64,
    pub last_at: Option<DateTime<Utc>>,
}

impl Numbers {
    /// Failed of those that have ended, in whole per cent.
    pub fn failure_rate(&self) -> Option<i64> {
        let ended = self.runs - self.open;
        (ended > 0).then(|| (self.failed * 100 + ended / 2) / ended)
    }
}

/// A run without its steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub id: RunId,
    pub workflow: WorkflowId,
    pub workflow_name: String,
    pub number: i32,
    pub record: Option<(RecordKind, Uuid, String)>,
    pub state: RunState,
    pub step: Option<String>,
    pub turn: i32,
    pub round: i32,
    pub occasion: Value,
    pub depth: i16,
    pub wake_at: Option<DateTime<Utc>>,
    pub error: Option<String>,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// What one step did.
#[derive(Debug, Clone, PartialEq)]
pub struct StepLog {
    pub round: i32,
    pub step: String,
    pub kind: String,
    /// `done`, `waiting` or `failed`.
    pub state: String,
    pub input: Value,
    pub output: Value,
    pub error: Option<String>,
    pub tries: i32,
    pub started_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// Why a record was not enrolled.
#[derive(Debug, Clone, PartialEq)]
pub struct Skip {
    pub record_id: Uuid,
    pub record_name: String,
    pub reason: String,
    pub times: i32,
    pub at: DateTime<Utc>,
    /// What was posted, of a posting that came to nothing.
    pub payload: Option<Value>,
}

/// A question that waits for somebody's answer, or has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub id: ApprovalId,
    pub run: RunId,
    pub step: String,
    pub workflow_name: String,
    pub record: Option<(RecordKind, Uuid, String)>,
    pub member: MemberId,
    pub member_name: String,
    pub question: String,
    pub asked_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub answer: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
    pub answered_by: Option<String>,
    pub note: String,
    /// Whether everybody who is asked has to say yes.
    pub together: bool,
    /// Who was asked before and handed it over, the first first.
    pub handed_by: Vec<String>,
}

/// Whether the workspace's automation is stopped: since when, by whom, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Switch {
    pub stopped: Option<(DateTime<Utc>, String, String)>,
}
