//! The question of a calendar: which days, and whose.

use crate::activities::ALL;
use crate::{DateOrder, Day, hr::leave::calendar::weeks_of};
use serde::{Deserialize, Serialize};

/// How much of time it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    #[default]
    Month,
    Week,
    /// One day after the other, those with something on them.
    Agenda,
}

impl View {
    pub const ALL: [Self; 3] = [Self::Month, Self::Week, Self::Agenda];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Month => "",
            Self::Week => "week",
            Self::Agenda => "agenda",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Month => "Month",
            Self::Week => "Week",
            Self::Agenda => "Agenda",
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// A [`View`] key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub view: String,
    /// A day of what is shown; empty: today.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub day: String,
    /// `all`: everybody's that one may see; empty: one's own.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub of: String,
}

impl Filter {
    pub fn view(&self) -> View {
        View::ALL.into_iter().find(|v| v.key() == self.view).unwrap_or_default()
    }

    pub fn everybodys(&self) -> bool {
        self.of == ALL
    }

    pub fn day(&self, today: Day) -> Day {
        Day::parse(&self.day, DateOrder::Mdy).unwrap_or(today)
    }

    /// The same, of another day.
    pub fn on(&self, day: Day) -> Self {
        Self { day: day.to_string(), ..self.clone() }
    }

    /// First and last day of what is shown: whole weeks, beginning with this ISO weekday; of an agenda, two weeks ahead.
    pub fn range(&self, today: Day, week_start: i16) -> (Day, Day) {
        let day = self.day(today);
        match self.view() {
            View::Month => {
                let weeks = weeks_of(day.first_of_month(), week_start);
                let ends = |w: Option<&Vec<Day>>, last: bool| {
                    w.and_then(|w| if last { w.last() } else { w.first() }).copied().unwrap_or(day)
                };
                (ends(weeks.first(), false), ends(weeks.last(), true))
            }
            View::Week => {
                let first = week_of(day, week_start);
                (first, first.plus(6).unwrap_or(first))
            }
            View::Agenda => (day, day.plus(13).unwrap_or(day)),
        }
    }

    /// The day that one turns to: a month, a week or two weeks earlier or later.
    pub fn turned(&self, today: Day, by: i32) -> Self {
        let day = self.day(today);
        let there = match self.view() {
            View::Month => crate::hr::leave::calendar::month_on(day, by),
            View::Week => day.plus(7 * i64::from(by)).unwrap_or(day),
            View::Agenda => day.plus(14 * i64::from(by)).unwrap_or(day),
        };
        self.on(there)
    }
}

/// The first day of its week.
pub fn week_of(day: Day, begins: i16) -> Day {
    use chrono::Datelike;
    let begins = i64::from(begins.clamp(1, 7)) - 1;
    let into = (i64::from(day.0.weekday().num_days_from_monday()) - begins).rem_euclid(7);
    day.plus(-into).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calendar_shows_whole_weeks() {
        let day = |text: &str| Day(text.parse().expect("a day"));
        let today = day("2026-03-04");
        for (view, of, start, from, to) in [
            ("", "", 1, "2026-02-23", "2026-04-05"),
            ("", "2026-02-10", 7, "2026-02-01", "2026-02-28"),
            ("week", "", 1, "2026-03-02", "2026-03-08"),
            ("week", "2026-03-01", 7, "2026-03-01", "2026-03-07"),
            ("agenda", "nonsense", 1, "2026-03-04", "2026-03-17"),
        ] {
            let filter = Filter { view: view.into(), day: of.into(), ..Filter::default() };
            assert_eq!(filter.range(today, start), (day(from), day(to)), "{view} {of}");
        }
        let turned = |view: &str, by| Filter { view: view.into(), ..Filter::default() }.turned(today, by).day;
        assert_eq!(turned("", -1), "2026-02-01");
        assert_eq!(turned("week", 1), "2026-03-11");
    }
}
