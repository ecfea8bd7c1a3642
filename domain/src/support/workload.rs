//! How much work there was: what came in, was solved and came back, week by week, and what lay open.

use crate::{Day, support::reports::By};
use std::fmt;
use uuid::Uuid;

/// What can happen to a ticket, as this report counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Came,
    /// It was solved or closed, and was neither before.
    Solved,
    /// It was solved or closed, and is neither any more.
    Reopened,
}

impl What {
    pub const ALL: [Self; 3] = [Self::Came, Self::Solved, Self::Reopened];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Came => "came",
            Self::Solved => "solved",
            Self::Reopened => "reopened",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Came => "Came in",
            Self::Solved => "Solved",
            Self::Reopened => "Re-opened",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|w| w.key() == key)
    }
}

/// What happened on days of the workspace, first and last included. In words: `solved:2026-03-02:2026-03-08`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Happened {
    pub what: What,
    pub from: Day,
    pub to: Day,
}

impl Happened {
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (what, from, to) = (parts.next()?, parts.next()?, parts.next()?);
        let day = |text: &str| text.parse().ok().map(Day);
        let found = Self { what: What::parse(what)?, from: day(from)?, to: day(to)? };
        (parts.next().is_none() && found.from <= found.to).then_some(found)
    }
}

impl fmt::Display for Happened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.what.key(), self.from, self.to)
    }
}

/// Tickets to which something happened, and how often it did: one may be solved twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    pub tickets: i64,
    pub times: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub came: Count,
    pub solved: Count,
    pub reopened: Count,
}

impl Counts {
    pub const fn of(&self, what: What) -> Count {
        match what {
            What::Came => self.came,
            What::Solved => self.solved,
            What::Reopened => self.reopened,
        }
    }

    pub const fn put(&mut self, what: What, count: Count) {
        match what {
            What::Came => self.came = count,
            What::Solved => self.solved = count,
            What::Reopened => self.reopened = count,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    pub from: Day,
    /// Its last day, or today.
    pub to: Day,
    pub counts: Counts,
    /// Open at its end.
    pub open: i64,
}

/// The weeks that were counted, the last first. What lay open at the end of each follows from what is open now and from
/// what has happened since.
pub fn weeks(first: Day, today: Day, counted: &[Counts], open: i64) -> Vec<Week> {
    let mut open = open;
    let mut found = vec![];
    for (at, counts) in counted.iter().enumerate().rev() {
        let from = first.plus(7 * at as i64).unwrap_or(today);
        let to = from.plus(6).unwrap_or(today).min(today);
        found.push(Week { from, to, counts: *counts, open });
        open -= counts.came.times + counts.reopened.times - counts.solved.times;
    }
    found
}

/// A queue's, or an agent's, over the whole time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Nobody's, or a queue or member of this id.
    pub whose: Option<(Uuid, String)>,
    pub counts: Counts,
    /// Open now, and not put off.
    pub open: i64,
    /// Open, and put off.
    pub off: i64,
    /// Half of the first answers, and of the solutions, took no more than so many minutes of the promised hours.
    pub first: Option<i64>,
    pub resolution: Option<i64>,
}

/// Tickets that came in by weekday (Monday first) and hour, where the workspace is.
pub type Hours = [[i64; 24]; 7];

#[derive(Debug, Clone)]
pub struct Report {
    pub by: By,
    /// The first day that is told, and today.
    pub from: Day,
    pub to: Day,
    pub weeks: Vec<Week>,
    pub all: Line,
    /// Whoever has the most open first.
    pub lines: Vec<Line>,
    pub hours: Hours,
}

/// Weeks that a report may tell, this one with them.
pub const SPANS: [u32; 3] = [4, 12, 26];

/// One of [`SPANS`]; twelve weeks unless another is asked for.
pub fn span(asked: &str) -> u32 {
    asked.parse().ok().filter(|n| SPANS.contains(n)).unwrap_or(12)
}

/// How strong a number stands out beside the largest, in five steps; nothing is 0.
pub const fn heat(n: i64, most: i64) -> i64 {
    if n <= 0 || most <= 0 { 0 } else { (n * 5 + most - 1) / most }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day(text.parse().expect("a day"))
    }

    #[test]
    fn what_is_asked_for_survives_an_address() {
        let asked = Happened { what: What::Solved, from: day("2026-03-02"), to: day("2026-03-08") };
        assert_eq!(Happened::parse(&asked.to_string()), Some(asked));
        for wrong in ["", "solved", "solved:2026-03-02", "lost:2026-03-02:2026-03-08", "solved:2026-03-09:2026-03-08"] {
            assert_eq!(Happened::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Happened::parse("solved:2026-03-02:2026-03-08:more"), None);
    }

    #[test]
    fn what_lay_open_follows_from_what_is_open_and_what_happened_since() {
        let week = |came, solved, reopened| {
            let times = |n| Count { tickets: n, times: n };
            Counts { came: times(came), solved: times(solved), reopened: times(reopened) }
        };
        // Two lay open before; 5 came and 3 were solved; 2 came, 6 were solved, one of them came back.
        let told = weeks(day("2026-02-23"), day("2026-03-04"), &[week(5, 3, 0), week(2, 6, 1)], 1);
        let open: Vec<i64> = told.iter().map(|w| w.open).collect();
        assert_eq!(open, [1, 4]);
        assert_eq!((told[0].from, told[0].to), (day("2026-03-02"), day("2026-03-04")), "this week ends today");
        assert_eq!((told[1].from, told[1].to), (day("2026-02-23"), day("2026-03-01")));
    }

    #[test]
    fn the_largest_is_the_warmest_and_nothing_is_cold() {
        assert_eq!([0, 1, 2, 9, 10].map(|n| heat(n, 10)), [0, 1, 1, 5, 5]);
        assert_eq!(heat(0, 0), 0);
    }
}
