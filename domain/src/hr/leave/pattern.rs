//! When somebody works: minutes by weekday, and the holidays of where they are. What a day of leave costs follows from both
//! (DOMAIN: Leave: days come from the person's working pattern and holiday calendar on those dates).

use crate::Day;
use chrono::Datelike;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A week of work, Monday first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern {
    pub minutes: [i16; 7],
    /// Days that count as half of one.
    pub half: [bool; 7],
}

impl Pattern {
    /// As many minutes on each of these days; ISO weekdays, Monday is 1.
    pub fn even(days: &[i16], minutes: i16) -> Self {
        let mut pattern = Self { minutes: [0; 7], half: [false; 7] };
        for day in days {
            if let Some(at) = usize::try_from(day - 1).ok().filter(|at| *at < 7) {
                pattern.minutes[at] = minutes;
            }
        }
        pattern
    }

    /// Minutes a week.
    pub fn week(&self) -> i32 {
        self.minutes.iter().map(|m| i32::from(*m)).sum()
    }
}

/// Dated patterns of one person, above the workspace's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    pub usual: Pattern,
    /// By their days.
    pub from: Vec<(Day, Pattern)>,
}

impl Week {
    pub fn on(&self, day: Day) -> &Pattern {
        self.from.iter().rev().find(|(from, _)| *from <= day).map_or(&self.usual, |(_, pattern)| pattern)
    }
}

/// A day off for everybody there, or half of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    pub name: String,
    pub half: bool,
}

pub type Holidays = BTreeMap<Day, Holiday>;

/// What there is to work on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Portion {
    /// 0, a quarter, a half or 1.
    pub days: Decimal,
    pub minutes: i16,
}

impl Portion {
    pub const NONE: Self = Self { days: Decimal::ZERO, minutes: 0 };

    pub fn is_none(self) -> bool {
        self.minutes == 0
    }
}

/// What somebody works on this day.
pub fn portion(week: &Week, holidays: &Holidays, day: Day) -> Portion {
    let at = usize::try_from(day.0.weekday().num_days_from_monday()).unwrap_or_default();
    let pattern = week.on(day);
    let (minutes, half) = (pattern.minutes[at], pattern.half[at]);
    if minutes == 0 {
        return Portion::NONE;
    }
    let days = if half { Decimal::new(5, 1) } else { Decimal::ONE };
    match holidays.get(&day) {
        None => Portion { days, minutes },
        // A half-day holiday is 0.5.
        Some(h) if h.half => Portion { days: days / Decimal::TWO, minutes: minutes / 2 },
        Some(_) => Portion::NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_worth_what_is_worked_on_it() {
        let day = |d| Day::new(2026, 4, d).expect("a day");
        let mut short = Pattern::even(&[1, 2, 3, 4, 5], 480);
        (short.minutes[4], short.half[4]) = (240, true);
        let week = Week { usual: Pattern::even(&[1, 2, 3, 4, 5], 444), from: vec![(day(13), short)] };
        let off = |half| Holiday { name: "Off".into(), half };
        let holidays = Holidays::from([(day(6), off(false)), (day(9), off(true)), (day(24), off(true))]);
        for (d, days, minutes) in [
            (1, "1", 444),
            (4, "0", 0),
            (6, "0", 0),
            (9, "0.5", 222),
            (13, "1", 480),
            (17, "0.5", 240),
            (24, "0.25", 120),
        ] {
            let p = portion(&week, &holidays, day(d));
            assert_eq!((p.days, p.minutes), (days.parse().expect("a number"), minutes), "{d} April");
        }
    }
}
