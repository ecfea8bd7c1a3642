//! When people are paid: periods that tile the calendar, and the day on which each is paid, moved off days on which no bank
//! works. Days are civil days; nothing here knows an hour.

use crate::{Day, hr::leave::pattern::Holidays};
use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// Periods that are listed at once, at most.
pub const MOST_PERIODS: usize = 1_200;

/// Days by which a pay date is moved at most; a bank that is closed for longer has no pay date.
const LONGEST_MOVE: usize = 31;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    Monthly,
    /// From the 1st to the 15th and from the 16th to the end: each half a month's pay, however long it is.
    SemiMonthly,
    BiWeekly,
    Weekly,
}

/// The days that one payslip is for, both of them included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period {
    pub from: Day,
    pub to: Day,
    pub frequency: Frequency,
}

/// On which day a period is paid, before it is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayDay {
    /// So many days after the last day of the period; before it, if negative.
    AfterEnd(i16),
    /// This day of the month in which the period ends, or of one so many months later. In a month that is shorter, its last.
    OfMonth { day: u8, later: u8 },
}

/// Where a pay date goes that falls on a day without banks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    #[default]
    Before,
    After,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub frequency: Frequency,
    /// The day of the month on which a monthly period begins, 1 to 28.
    pub starts_on: u8,
    /// A day on which a weekly or a bi-weekly period begins.
    pub anchor: Day,
    pub pay_day: PayDay,
    pub moved: Move,
    /// Weekdays without banks, Monday first.
    pub closed: [bool; 7],
}

impl Frequency {
    pub const ALL: [Self; 4] = [Self::Monthly, Self::SemiMonthly, Self::BiWeekly, Self::Weekly];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::SemiMonthly => "semi_monthly",
            Self::BiWeekly => "bi_weekly",
            Self::Weekly => "weekly",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Monthly => "Monthly",
            Self::SemiMonthly => "Twice a month",
            Self::BiWeekly => "Every two weeks",
            Self::Weekly => "Weekly",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.key() == key)
    }

    /// By what a year's pay is divided. A year has 26 or 27 bi-weekly paydays; it is 26 for both, so that each payslip is
    /// alike.
    pub const fn a_year(self) -> i64 {
        match self {
            Self::Monthly => 12,
            Self::SemiMonthly => 24,
            Self::BiWeekly => 26,
            Self::Weekly => 52,
        }
    }
}

impl Period {
    pub fn contains(&self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// Its days; at most a month and a day.
    pub fn days(&self) -> impl Iterator<Item = Day> + use<> {
        let to = self.to;
        self.from.0.iter_days().map(Day).take_while(move |d| *d <= to)
    }

    pub fn length(&self) -> i64 {
        (self.to.0 - self.from.0).num_days() + 1
    }

    /// "1 Mar 2026 – 31 Mar 2026".
    pub fn words(&self) -> String {
        format!("{} – {}", self.from.short(), self.to.short())
    }
}

impl Schedule {
    /// Monthly, from the 1st, paid on the last day, or before it.
    pub fn monthly() -> Self {
        Self {
            frequency: Frequency::Monthly,
            starts_on: 1,
            anchor: Day(NaiveDate::default()),
            pay_day: PayDay::AfterEnd(0),
            moved: Move::Before,
            closed: [false, false, false, false, false, true, true],
        }
    }

    /// What is wrong with it, in words.
    pub fn check(&self) -> Result<(), &'static str> {
        if !(1..=28).contains(&self.starts_on) {
            return Err("A month’s pay begins on a day from 1 to 28: others are not in every month.");
        }
        if self.frequency != Frequency::Monthly && self.starts_on != 1 {
            return Err("Only monthly periods have a first day of their own.");
        }
        if !(1900..=2199).contains(&self.anchor.year()) {
            return Err("The first day must lie between 1900 and 2199.");
        }
        match self.pay_day {
            PayDay::OfMonth { day, .. } if !(1..=31).contains(&day) => return Err("There is no such day of a month."),
            PayDay::OfMonth { later, .. } if later > 2 => return Err("Pay is due within two months."),
            PayDay::AfterEnd(days) if !(-31..=62).contains(&days) => return Err("Pay is due within two months."),
            _ => {}
        }
        if self.closed.iter().all(|c| *c) { Err("Banks must work on some day of the week.") } else { Ok(()) }
    }

    /// The period that a day is in; `None` at the ends of the calendar.
    pub fn period_of(&self, day: Day) -> Option<Period> {
        let (from, next) = match self.frequency {
            Frequency::Monthly => {
                let start = u32::from(self.starts_on.clamp(1, 28));
                let here = day.0.with_day(start)?;
                let from = if here <= day.0 { here } else { here.checked_sub_months(Months::new(1))? };
                (from, from.checked_add_months(Months::new(1))?)
            }
            Frequency::SemiMonthly => {
                let (first, middle) = (day.0.with_day(1)?, day.0.with_day(16)?);
                if day.0 < middle { (first, middle) } else { (middle, first.checked_add_months(Months::new(1))?) }
            }
            Frequency::BiWeekly | Frequency::Weekly => {
                let length = if self.frequency == Frequency::Weekly { 7 } else { 14 };
                let into = (day.0 - self.anchor.0).num_days().rem_euclid(length);
                let from = day.plus(-into)?;
                (from.0, from.plus(length)?.0)
            }
        };
        Some(Period { from: Day(from), to: Day(next).plus(-1)?, frequency: self.frequency })
    }

    pub fn next(&self, period: &Period) -> Option<Period> {
        self.period_of(period.to.plus(1)?)
    }

    pub fn before(&self, period: &Period) -> Option<Period> {
        self.period_of(period.from.plus(-1)?)
    }

    /// Those that touch the days from one to the other, at most [`MOST_PERIODS`].
    pub fn periods(&self, from: Day, to: Day) -> Vec<Period> {
        std::iter::successors(self.period_of(from), |p| self.next(p))
            .take_while(|p| p.from <= to)
            .take(MOST_PERIODS)
            .collect()
    }

    /// When a period is paid. Half a holiday moves nothing: banks have worked by noon. `None`: banks are closed for a month.
    pub fn pay_date(&self, period: &Period, holidays: &Holidays) -> Option<Day> {
        let wanted = match self.pay_day {
            PayDay::AfterEnd(days) => period.to.plus(days.into())?,
            PayDay::OfMonth { day, later } => {
                let first = period.to.first_of_month().0.checked_add_months(Months::new(later.into()))?;
                let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
                Day(first.with_day(day.into()).unwrap_or(last))
            }
        };
        let step = if self.moved == Move::Before { -1 } else { 1 };
        let open = |day: &Day| {
            let weekday = usize::try_from(day.0.weekday().num_days_from_monday()).unwrap_or_default();
            !self.closed[weekday] && holidays.get(day).is_none_or(|h| h.half)
        };
        std::iter::successors(Some(wanted), |d| d.plus(step)).take(LONGEST_MOVE).find(open)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::samples_tests::day, *};
    use crate::hr::leave::pattern::Holiday;
    use proptest::prelude::*;

    fn schedule(frequency: Frequency) -> Schedule {
        Schedule { frequency, anchor: day("2026-01-05"), ..Schedule::monthly() }
    }

    #[test]
    fn periods_by_frequency() {
        for (frequency, starts_on, on, from, to) in [
            (Frequency::Monthly, 1, "2028-02-10", "2028-02-01", "2028-02-29"),
            (Frequency::Monthly, 21, "2026-03-20", "2026-02-21", "2026-03-20"),
            (Frequency::Monthly, 21, "2026-03-21", "2026-03-21", "2026-04-20"),
            (Frequency::SemiMonthly, 1, "2026-01-15", "2026-01-01", "2026-01-15"),
            (Frequency::SemiMonthly, 1, "2026-01-16", "2026-01-16", "2026-01-31"),
            (Frequency::BiWeekly, 1, "2026-01-04", "2025-12-22", "2026-01-04"),
            (Frequency::BiWeekly, 1, "2026-01-18", "2026-01-05", "2026-01-18"),
            (Frequency::Weekly, 1, "2026-01-11", "2026-01-05", "2026-01-11"),
        ] {
            let period = Schedule { starts_on, ..schedule(frequency) }.period_of(day(on)).expect("a period");
            assert_eq!((period.from, period.to), (day(from), day(to)), "{frequency:?} on {on}");
        }
    }

    #[test]
    fn pay_dates_are_moved_off_weekends_and_holidays() {
        let off = |half| Holiday { name: "Off".into(), half };
        let holidays = Holidays::from([
            (day("2026-12-24"), off(true)),
            (day("2026-12-25"), off(false)),
            (day("2026-04-30"), off(false)),
        ]);
        let end = PayDay::AfterEnd(0);
        let on = |day| PayDay::OfMonth { day, later: 0 };
        for (period, pay_day, moved, wanted) in [
            // Sunday, Saturday, a holiday before a holiday, half a holiday.
            ("2026-05-01", end, Move::Before, "2026-05-29"),
            ("2026-05-01", end, Move::After, "2026-06-01"),
            ("2026-04-01", end, Move::Before, "2026-04-29"),
            ("2026-04-01", end, Move::After, "2026-05-01"),
            ("2026-12-01", on(25), Move::Before, "2026-12-24"),
            ("2026-12-01", on(25), Move::After, "2026-12-28"),
            ("2026-02-01", on(31), Move::Before, "2026-02-27"),
            ("2026-03-01", PayDay::OfMonth { day: 10, later: 1 }, Move::Before, "2026-04-10"),
            ("2026-03-01", PayDay::AfterEnd(-5), Move::Before, "2026-03-26"),
        ] {
            let schedule = Schedule { pay_day, moved, ..Schedule::monthly() };
            let period = schedule.period_of(day(period)).expect("a period");
            assert_eq!(
                schedule.pay_date(&period, &holidays),
                Some(day(wanted)),
                "{} {pay_day:?} {moved:?}",
                period.words()
            );
        }
        let shut: Holidays = period_days().map(|d| (d, off(false))).collect();
        let period = Schedule::monthly().period_of(day("2026-03-01")).expect("a period");
        assert_eq!(Schedule::monthly().pay_date(&period, &shut), None);
    }

    fn period_days() -> impl Iterator<Item = Day> {
        day("2026-01-01").0.iter_days().map(Day).take(120)
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(Schedule::monthly().check(), Ok(()));
        for wrong in [
            Schedule { starts_on: 31, ..Schedule::monthly() },
            Schedule { starts_on: 5, ..schedule(Frequency::Weekly) },
            Schedule { closed: [true; 7], ..Schedule::monthly() },
            Schedule { pay_day: PayDay::OfMonth { day: 32, later: 0 }, ..Schedule::monthly() },
            Schedule { pay_day: PayDay::AfterEnd(90), ..Schedule::monthly() },
        ] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
        for frequency in Frequency::ALL {
            assert_eq!(Frequency::parse(frequency.key()), Some(frequency));
        }
    }

    proptest! {
        #[test]
        fn periods_tile_the_calendar(
            at in 0usize..4, starts_on in 1u8..=28, anchor in -2000i64..2000, from in -20_000i64..20_000, length in 0i64..800,
        ) {
            let frequency = Frequency::ALL[at];
            let anchor = day("2026-01-05").plus(anchor).expect("a day");
            let starts_on = if frequency == Frequency::Monthly { starts_on } else { 1 };
            let schedule = Schedule { starts_on, anchor, ..schedule(frequency) };
            prop_assert_eq!(schedule.check(), Ok(()));
            let from = day("2026-01-05").plus(from).expect("a day");
            let to = from.plus(length).expect("a day");
            let periods = schedule.periods(from, to);
            prop_assert!(periods[0].contains(from) && periods[periods.len() - 1].contains(to));
            for pair in periods.windows(2) {
                prop_assert_eq!(pair[0].to.plus(1), Some(pair[1].from), "neither a gap nor an overlap");
                prop_assert_eq!(schedule.before(&pair[1]), Some(pair[0]));
            }
            for period in &periods {
                prop_assert!(period.length() >= 7 && period.length() <= 31);
                prop_assert_eq!(schedule.period_of(period.from), Some(*period));
                prop_assert_eq!(schedule.period_of(period.to), Some(*period));
                let paid = schedule.pay_date(period, &Holidays::new()).expect("banks work");
                prop_assert!(paid <= period.to && paid.plus(2) >= Some(period.to));
            }
        }
    }
}
