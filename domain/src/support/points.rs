//! The checklist of a ticket: points that are done one by one.

use crate::{Errors, TicketPointId, draft};
use chrono::{DateTime, Utc};

/// Points that one ticket has.
pub const MOST: usize = 100;
/// Characters of one.
const LONGEST: usize = 200;

draft! {
    /// As typed: one point a line.
    Draft { points }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    pub id: TicketPointId,
    pub name: String,
    /// When it was done, and by whom, if that is still known.
    pub done: Option<(DateTime<Utc>, Option<String>)>,
}

impl Draft {
    pub fn read(&self) -> Result<Vec<String>, Errors> {
        let mut e = Errors::default();
        let points = read(&mut e, "points", &self.points);
        if e.is_empty() && points.is_empty() {
            e.add("points", "Say what is to be done.");
        }
        e.or(points)
    }
}

/// Why there cannot be one more.
pub fn full() -> String {
    format!("A ticket has {MOST} points at most.")
}

/// One point a line; an empty line is none.
pub fn read(e: &mut Errors, field: &'static str, written: &str) -> Vec<String> {
    let points: Vec<String> = written.lines().filter_map(|line| e.line(field, line, LONGEST)).take(MOST + 1).collect();
    if points.len() > MOST {
        e.add(field, full());
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_lines_of_some_words() {
        let read = |points: &str| Draft { points: points.into() }.read();
        assert_eq!(
            read(" Ask for a photo \n\n  Send a driver"),
            Ok(vec!["Ask for a photo".into(), "Send a driver".into()])
        );
        for wrong in ["", " \n ", &"x".repeat(201), &"x\n".repeat(101)] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
