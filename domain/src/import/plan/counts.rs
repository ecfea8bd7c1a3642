//! What becomes of rows, and how many of them.

use serde::{Deserialize, Serialize};

/// What becomes of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Create,
    Change,
    Same,
    Error,
}

impl Outcome {
    pub const ALL: [Self; 4] = [Self::Create, Self::Change, Self::Same, Self::Error];

    /// As the preview's URL says it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Create => "new",
            Self::Change => "changed",
            Self::Same => "unchanged",
            Self::Error => "errors",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.key() == key)
    }
}

/// How many rows become what, and how many cells are left behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    pub rows: u32,
    pub create: u32,
    pub change: u32,
    pub same: u32,
    pub error: u32,
    pub warning: u32,
}

impl Counts {
    pub fn of(&self, outcome: Outcome) -> u32 {
        match outcome {
            Outcome::Create => self.create,
            Outcome::Change => self.change,
            Outcome::Same => self.same,
            Outcome::Error => self.error,
        }
    }

    /// Rows that write something.
    pub fn writes(&self) -> u32 {
        self.create + self.change
    }
}
