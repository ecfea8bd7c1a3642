//! Archiving all that a list's question finds, and taking it back: work for a job, watched by whoever asked.

use crate::{ArchivalId, import::Target};
use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Archiving,
    Archived,
    Restoring,
    Restored,
    /// Nothing was changed.
    Failed,
}

impl State {
    const ALL: [Self; 5] = [Self::Archiving, Self::Archived, Self::Restoring, Self::Restored, Self::Failed];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Archiving => "archiving",
            Self::Archived => "archived",
            Self::Restoring => "restoring",
            Self::Restored => "restored",
            Self::Failed => "failed",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    pub const fn moves(self) -> bool {
        matches!(self, Self::Archiving | Self::Restoring)
    }
}

#[derive(Debug, Clone)]
pub struct Archival {
    pub id: ArchivalId,
    pub target: Target,
    /// The list's filter, as JSON.
    pub question: Value,
    /// The list's address, to go back to.
    pub back: String,
    pub state: State,
    /// The audit trail's, by which it is undone.
    pub batch: String,
    /// Records so far; at the end, all that were archived or restored.
    pub done: i32,
    /// 0 while it is not known.
    pub total: i32,
    pub failure: Option<String>,
}
