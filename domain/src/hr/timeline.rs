//! What stands beside an employee's record and is told on its timeline.

use crate::{AssetId, Day, Money};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// One line of it, as far as the reader may know.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub what: What,
    /// Whether the reader may open the page behind it.
    pub open: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// From this day on; `place` is department and location.
    Job {
        title: Option<String>,
        place: Option<String>,
    },
    /// A year's pay from this day on; none was agreed.
    Pay(Option<Money>),
    /// States are the keys by which they are kept.
    Leave {
        from: Day,
        to: Day,
        state: String,
    },
    Document {
        title: String,
        state: String,
        expires: Option<Day>,
    },
    Given {
        name: String,
        tag: String,
        asset: AssetId,
    },
    Returned {
        name: String,
        tag: String,
        asset: AssetId,
    },
    Checklist {
        name: String,
        state: String,
    },
}
