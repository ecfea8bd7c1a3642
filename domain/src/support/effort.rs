//! Time that is spent on a ticket.

use super::policies::time;
use crate::{Errors, MemberId, TicketId, TimeEntryId, draft};
use chrono::{DateTime, Utc};

draft! {
    /// As typed: `0:20`, `20 min`, `1.5`.
    Draft { spent, note }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: TimeEntryId,
    pub version: i32,
    pub ticket: TicketId,
    pub member: MemberId,
    pub name: String,
    pub minutes: i32,
    pub note: Option<String>,
    pub at: DateTime<Utc>,
}

impl Entry {
    pub fn draft(&self) -> Draft {
        Draft { spent: words(self.minutes.into()), note: self.note.clone().unwrap_or_default() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub minutes: i32,
    pub note: Option<String>,
}

impl Draft {
    pub fn read(&self) -> (Fields, Errors) {
        let mut e = Errors::default();
        let minutes = e.take("spent", minutes(&self.spent)).unwrap_or_default();
        let note = e.line("note", &self.note, 200);
        (Fields { minutes, note }, e)
    }
}

fn minutes(text: &str) -> Result<i32, String> {
    if text.trim().is_empty() {
        return Err("Say how long: 20 min, or 1:30.".into());
    }
    let minutes = time(text)?;
    i32::try_from(minutes).ok().filter(|m| *m <= 1440).ok_or_else(|| "An entry has a day at most.".into())
}

/// `0:20`, `1:30`.
pub fn words(minutes: i64) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_hours_or_minutes_and_a_day_at_most() {
        let read = |spent: &str| {
            let (fields, errors) = Draft { spent: spent.into(), note: String::new() }.read();
            errors.or(fields.minutes)
        };
        for (text, minutes) in [("20 min", 20), ("0:20", 20), ("1.5", 90), ("24", 1440)] {
            assert_eq!(read(text), Ok(minutes), "{text}");
        }
        for wrong in ["", "25", "a while", "0"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert_eq!((words(20), words(90)), ("0:20".into(), "1:30".into()));
    }
}
