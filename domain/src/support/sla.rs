//! Business time, and the clocks that run by it (DOMAIN: Tickets).

pub mod calendar;
pub mod clocks;

pub use calendar::{Calendar, Span, Special};
pub use clocks::{Clock, Event, Promise, Run, Targets, What, fold};

/// Minutes as people say them: `45 min`, `2 h`, `2 h 05 min`.
pub fn minutes(n: i64) -> String {
    match (n / 60, n % 60) {
        (0, m) => format!("{m} min"),
        (h, 0) => format!("{h} h"),
        (h, m) => format!("{h} h {m:02} min"),
    }
}
