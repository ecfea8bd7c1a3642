//! What came of each sending: taken, waiting, or dropped, and why.

use crate::{CaptureId, LeadId};
use chrono::{DateTime, Duration, Utc};

/// A person takes longer to fill it in.
pub const QUICKEST: Duration = Duration::seconds(2);
/// A page that stood open longer is to be opened anew.
pub const LONGEST: Duration = Duration::hours(24);
/// How long a sending waits for its confirmation.
pub const WAITS: Duration = Duration::days(7);

/// What came of a sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for its confirmation.
    Waiting,
    New,
    /// It came to a lead that was open.
    Again,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::New, Self::Again];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::New => "new",
            Self::Again => "again",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Waits for confirmation",
            Self::New => "New lead",
            Self::Again => "Added to a lead",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

/// Why a sending was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drop {
    /// It has no stamp of ours.
    Forged,
    /// Sooner than anybody types.
    Quick,
    /// From a page that stood open for too long.
    Old,
    /// A field was filled in that nobody sees.
    Trap,
    /// Too many from one address, or of one form.
    Flood,
    /// What it says does not hold.
    Wrong,
}

impl Drop {
    pub const ALL: [Self; 6] = [Self::Forged, Self::Quick, Self::Old, Self::Trap, Self::Flood, Self::Wrong];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Forged => "forged",
            Self::Quick => "quick",
            Self::Old => "old",
            Self::Trap => "trap",
            Self::Flood => "flood",
            Self::Wrong => "wrong",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Forged => "Not sent from the form",
            Self::Quick => "Faster than anybody types",
            Self::Old => "From a page that stood open for more than a day",
            Self::Trap => "Filled in a field that people do not see",
            Self::Flood => "Too many at once",
            Self::Wrong => "Answers did not hold, and the form was shown again",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|d| d.key() == key)
    }
}

/// When a form was shown, and the id that was drawn with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    pub at: DateTime<Utc>,
    pub once: CaptureId,
}

impl Stamp {
    /// What stands against a sending at this moment.
    pub fn judge(&self, now: DateTime<Utc>) -> Result<(), Drop> {
        match now - self.at {
            age if age < QUICKEST => Err(Drop::Quick),
            age if age > LONGEST => Err(Drop::Old),
            _ => Ok(()),
        }
    }
}

/// A sending that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    pub id: CaptureId,
    pub form_name: String,
    pub at: DateTime<Utc>,
    pub state: State,
    pub lead: Option<LeadId>,
    pub name: String,
    pub email: String,
    pub message: Option<String>,
    /// The page that the form stood on.
    pub page: Option<String>,
    pub utm: Vec<(String, String)>,
    /// The limits could not be asked.
    pub unlimited: bool,
}

/// How many were dropped in an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    pub hour: DateTime<Utc>,
    pub reason: Drop,
    pub count: i64,
}
