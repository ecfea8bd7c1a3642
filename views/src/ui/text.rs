//! Small things in a line of text: moments, keys, code.

use chrono::{DateTime, TimeZone, Utc};
use domain::Day;
use maud::{Markup, Render, html};

/// A moment: shown relative within a day, exact on hover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    machine: String,
    exact: String,
    shown: String,
}

impl Time {
    /// `at` in the person's zone; `now` is passed in, never read from a clock here.
    pub fn ago<Tz: TimeZone>(at: &DateTime<Tz>, now: DateTime<Utc>) -> Self
    where
        Tz::Offset: std::fmt::Display,
    {
        let exact = at.format("%-d %B %Y, %H:%M %Z").to_string();
        let seconds = (now - at.with_timezone(&Utc)).num_seconds();
        let shown = match seconds {
            -60..=59 => "just now".to_owned(),
            60..=3599 => format!("{} min ago", seconds / 60),
            3600..=7199 => "1 hour ago".to_owned(),
            7200..=86_399 => format!("{} hours ago", seconds / 3600),
            _ => at.format("%-d %b %Y").to_string(),
        };
        Self { machine: at.to_rfc3339(), exact, shown }
    }

    /// Day and minute in the person's zone.
    pub fn at<Tz: TimeZone>(at: &DateTime<Tz>) -> Self
    where
        Tz::Offset: std::fmt::Display,
    {
        let exact = at.format("%-d %B %Y, %H:%M:%S %Z").to_string();
        Self { machine: at.to_rfc3339(), exact, shown: at.format("%-d %b %Y, %H:%M").to_string() }
    }

    /// A day, which has no zone.
    pub fn day(day: Day) -> Self {
        Self { machine: day.to_string(), exact: day.long(), shown: day.short() }
    }

    /// Already in the person's words and format.
    pub fn new(machine: impl Into<String>, shown: impl Into<String>, exact: impl Into<String>) -> Self {
        Self { machine: machine.into(), shown: shown.into(), exact: exact.into() }
    }
}

impl Render for Time {
    fn render(&self) -> Markup {
        html! { time datetime=(self.machine) title=(self.exact) { (self.shown) } }
    }
}

/// A key to press.
pub fn kbd(key: &str) -> Markup {
    html! { kbd { (key) } }
}

/// Something exact: an id, an address, a snippet.
pub fn code(text: &str) -> Markup {
    html! { code { (text) } }
}

/// Several lines of it.
pub fn code_block(text: &str) -> Markup {
    html! { pre.code-block tabindex="0" { code { (text) } } }
}

/// What isn't there, in a table cell.
pub fn dash() -> Markup {
    html! { span.quiet { span aria-hidden="true" { "–" } span.visually-hidden { "none" } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_relative_within_a_day() {
        let now = Utc.with_ymd_and_hms(2025, 3, 10, 12, 0, 0).unwrap();
        let ago = |s| Time::ago(&(now - chrono::Duration::seconds(s)), now).shown;
        assert_eq!(ago(5), "just now");
        assert_eq!(ago(120), "2 min ago");
        assert_eq!(ago(3700), "1 hour ago");
        assert_eq!(ago(80_000), "22 hours ago");
        assert_eq!(ago(90_000), "9 Mar 2025");
    }
}
