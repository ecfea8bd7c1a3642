//! What stands beside an employee's record and is told on its timeline.

use crate::{AssetId, Day, Money, hr::leave::Unit};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

/// What is told there, to be asked for alone: key and words.
pub const PARTS: &[(&str, &str)] = &[
    ("job", "Job and pay"),
    ("leave", "Time off"),
    ("documents", "Documents"),
    ("assets", "Equipment"),
    ("checklists", "Checklists"),
];

/// One line of it, as far as the reader may know.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub what: What,
    /// Who did it, where that is not the person themselves.
    pub by: Option<String>,
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
    /// It does not stand any more.
    Cancelled {
        from: Day,
        to: Day,
    },
    /// Written into their book by hand: of which kind of leave, how much, or that so much was paid out.
    Corrected {
        kind: String,
        unit: Unit,
        amount: Decimal,
        paid: bool,
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
