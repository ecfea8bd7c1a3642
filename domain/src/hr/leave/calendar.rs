//! Who is away when, as a team sees it: that somebody is away, and only to whoever may know it, of which kind it is.

use super::{Colour, Person, requests::Span};
use crate::{Day, LeaveRequestId, draft::FieldClass, list::Mark, workspace::holidays};
use chrono::Datelike;
use serde::{Deserialize, Serialize};

/// Kind and reason of somebody's leave (DOMAIN: Permissions: health/leave reason).
pub const KIND: FieldClass = FieldClass::Health;

/// Somebody's leave on the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    pub request: LeaveRequestId,
    pub person: Person,
    pub span: Span,
    /// The days of it that are none off anyway where they are and as they work; of a month alone.
    pub days: Vec<Day>,
    /// It waits for an answer: shown to whoever may know it.
    pub waiting: bool,
    /// The kind, for whom that class is open.
    pub kind: Option<(String, Colour)>,
}

/// What is asked of the calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// A part of a name.
    pub q: String,
    /// `month` or `timeline`.
    pub view: String,
    /// The month, as `2026-03`.
    pub month: String,
    pub department: String,
    /// `mine`: those who report to the same manager, and one's own reports.
    pub team: String,
    /// Where the page before ended, by name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
}

impl Filter {
    pub fn is_timeline(&self) -> bool {
        self.view == "timeline"
    }

    /// The first day of the month that is asked for; this one, if none can be read.
    pub fn first(&self, today: Day) -> Day {
        let day = self.month.split_once('-').and_then(|(y, m)| Day::new(y.parse().ok()?, m.parse().ok()?, 1));
        day.filter(|d| (1900..=2199).contains(&d.year())).unwrap_or(today.first_of_month())
    }

    pub fn of(&self, month: Day) -> Self {
        Self { month: month_key(month), after: String::new(), ..self.clone() }
    }

    pub fn after(&self) -> Option<Mark> {
        Mark::parse(&self.after)
    }
}

/// As an address has it.
pub fn month_key(day: Day) -> String {
    day.0.format("%Y-%m").to_string()
}

/// The first day of the month so many further on.
pub fn month_on(day: Day, by: i32) -> Day {
    let months = chrono::Months::new(by.unsigned_abs());
    let first = day.first_of_month().0;
    let there = if by < 0 { first.checked_sub_months(months) } else { first.checked_add_months(months) };
    Day(there.unwrap_or(first))
}

/// The days of a month.
pub fn days_of(first: Day) -> Vec<Day> {
    let next = month_on(first, 1);
    first.0.iter_days().take_while(|d| *d < next.0).map(Day).collect()
}

/// The weeks that a month touches, whole ones, beginning with this ISO weekday.
pub fn weeks_of(first: Day, begins: i16) -> Vec<Vec<Day>> {
    let begins = i64::from(begins.clamp(1, 7)) - 1;
    let into = (i64::from(first.0.weekday().num_days_from_monday()) - begins).rem_euclid(7);
    let next = month_on(first, 1);
    let mut weeks = vec![];
    let mut monday = first.plus(-into).unwrap_or(first);
    while monday < next {
        weeks.push(monday.0.iter_days().take(7).map(Day).collect());
        let Some(after) = monday.plus(7) else { break };
        monday = after;
    }
    weeks
}

/// A day on which everybody there is off.
pub type Off = holidays::Holiday;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_laid_out_in_whole_weeks() {
        let march = Day::new(2026, 3, 1).expect("a day");
        let weeks = weeks_of(march, 1);
        assert_eq!(
            (weeks.len(), weeks[0][0].to_string(), weeks[5][6].to_string()),
            (6, "2026-02-23".into(), "2026-04-05".into())
        );
        assert_eq!(weeks_of(march, 7)[0][0].to_string(), "2026-03-01");
        assert_eq!((days_of(march).len(), month_on(march, -1).to_string()), (31, "2026-02-01".into()));
        let asked = Filter { month: "2026-13".into(), ..Filter::default() };
        assert_eq!(asked.first(Day::new(2026, 5, 9).expect("a day")).to_string(), "2026-05-01");
    }
}
