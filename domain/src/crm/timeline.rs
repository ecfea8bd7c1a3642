//! What stands beside a customer or a contact and is told on its timeline.

use crate::{Money, crm::pipelines::State};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// One line of it, as far as the reader may know.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// By what a page goes on.
    pub key: Uuid,
    pub at: DateTime<Utc>,
    /// Who did it, as far as that is known.
    pub who: Option<String>,
    /// The record behind it.
    pub record: Uuid,
    /// What that is called.
    pub name: String,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq)]
pub enum What {
    Asked,
    Solved,
    /// A deal began.
    Opened(Option<Money>),
    /// It came to another stage; to an end, or back from it, where its state is another.
    Moved {
        stage: String,
        state: State,
        amount: Option<Money>,
    },
    /// A quote of a deal went out.
    Quoted,
    /// Whether it was accepted.
    Answered(bool),
    /// A workflow ran on it; the state of the run by its key.
    Ran(String),
    /// It came of a lead.
    Converted,
}
