//! What was promised and what was kept, for a report.

use crate::{MemberId, QueueId, support::sla::Clock};
use chrono::{DateTime, Utc};

/// By what the report puts together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    #[default]
    Queue,
    Agent,
    /// Only where it is asked how customers found it.
    Customer,
}

impl By {
    pub const ALL: [Self; 2] = [Self::Queue, Self::Agent];
    pub const OF_RATINGS: [Self; 3] = [Self::Queue, Self::Agent, Self::Customer];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Agent => "agent",
            Self::Customer => "customer",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Queue => "By queue",
            Self::Agent => "By agent",
            Self::Customer => "By customer",
        }
    }

    pub fn parse(key: &str) -> Self {
        Self::ALL.into_iter().find(|b| b.key() == key).unwrap_or_default()
    }

    pub fn parse_of_ratings(key: &str) -> Self {
        Self::OF_RATINGS.into_iter().find(|b| b.key() == key).unwrap_or_default()
    }
}

/// Clocks that ended in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Year and month.
    pub month: (i32, u32),
    pub queue: Option<(QueueId, String)>,
    pub agent: Option<(MemberId, String)>,
    pub clock: Clock,
    pub met: i64,
    pub late: i64,
}

impl Line {
    /// Kept, in percent, rounded down: what was missed once is not a hundred.
    pub fn kept(&self) -> Option<i64> {
        let all = self.met + self.late;
        (all > 0).then(|| self.met * 100 / all)
    }
}

/// One that was late, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    pub ticket: crate::TicketId,
    pub number: String,
    pub name: String,
    pub clock: Clock,
    pub at: DateTime<Utc>,
    pub target: i64,
    pub used: i64,
    pub paused: i64,
    /// Whether it has ended since.
    pub ended: bool,
    pub agent: Option<String>,
}

impl Missed {
    /// Why it was late, as far as that is known.
    pub fn why(&self) -> String {
        let over = super::sla::minutes((self.used - self.target).max(0));
        let done = match (self.clock, self.ended) {
            (Clock::Resolution, true) => "Solved",
            (_, true) => "Answered",
            (Clock::Resolution, false) => "Not solved yet:",
            (_, false) => "Not answered yet:",
        };
        let whose = self.agent.as_ref().map_or_else(|| "nobody had it".to_owned(), |name| format!("it was {name}’s"));
        let held = if self.paused > 0 {
            format!("; it was held for {}", super::sla::minutes(self.paused))
        } else {
            String::new()
        };
        format!("{done} {over} late; {whose}{held}")
    }
}
