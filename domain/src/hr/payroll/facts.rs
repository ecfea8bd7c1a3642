//! What is known of somebody that their pay depends on: dated rows, the days they work, leave that is not paid
//! (DOMAIN: Payroll: pay facts are dated rows). Field class: pay.

use super::{most, schedule::Period};
use crate::{
    Day, EmployeeId, Money,
    hr::{
        employees::Fte,
        employment,
        leave::pattern::{self, Holidays},
    },
};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

/// One person's facts for one period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    pub employee: EmployeeId,
    /// The first and the last day of employment; `None`: not known, or not yet.
    pub hired: Option<Day>,
    pub leaves: Option<Day>,
    /// By their days.
    pub pay: Vec<Pay>,
    /// By their days; before the first, full-time without a cost centre.
    pub jobs: Vec<Job>,
    pub work: Work,
    pub unpaid: Vec<Unpaid>,
    /// Of those who are paid by the hour.
    pub hours: Vec<Hours>,
}

/// What is agreed from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pay {
    pub from: Day,
    /// `None`: nothing is agreed any more, and who works all the same has no rate.
    pub amount: Option<Money>,
    pub per: Per,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    Year,
    Month,
    /// Paid by what was worked: the minutes of [`Hours`].
    Hour,
}

/// How much somebody works from a day on, and who bears it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub from: Day,
    pub fte: Fte,
    pub cost_centre: Option<String>,
}

/// What there is to work on each day of a period, from its first one on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// In quarters of a day: 2 on half a holiday.
    pub quarters: Vec<u8>,
    pub minutes: Vec<i16>,
}

/// Leave that is not paid: which part of a day's work it takes, above 0 and up to 1. The days are those that the request
/// takes by the working pattern, so that a weekend within it is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unpaid {
    pub day: Day,
    pub part: Decimal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    pub day: Day,
    pub minutes: u16,
}

impl Work {
    /// By somebody's pattern and holidays; half a holiday is 0.5.
    pub fn of(period: &Period, week: &pattern::Week, holidays: &Holidays) -> Self {
        let portions = period.days().map(|day| pattern::portion(week, holidays, day));
        let quarters = |days: Decimal| (days * Decimal::from(4)).to_u8().unwrap_or_default();
        portions.map(|p| (quarters(p.days), p.minutes)).unzip().into()
    }

    /// Mondays to Fridays, eight hours each, without holidays.
    pub fn usual(period: &Period) -> Self {
        let week = pattern::Week { usual: pattern::Pattern::even(&[1, 2, 3, 4, 5], 480), from: vec![] };
        Self::of(period, &week, &Holidays::new())
    }
}

/// A row of somebody's pay, which is a year's.
impl From<&employment::Pay> for Pay {
    fn from(row: &employment::Pay) -> Self {
        Self { from: row.from, amount: row.salary, per: Per::Year }
    }
}

/// A row of somebody's job; the department bears its cost.
impl From<&employment::Job> for Job {
    fn from(row: &employment::Job) -> Self {
        Self { from: row.from, fte: row.fte, cost_centre: row.department.clone() }
    }
}

impl From<(Vec<u8>, Vec<i16>)> for Work {
    fn from((quarters, minutes): (Vec<u8>, Vec<i16>)) -> Self {
        Self { quarters, minutes }
    }
}

impl Facts {
    /// The days of a period on which somebody is employed.
    pub fn employed(&self, period: &Period) -> Option<(Day, Day)> {
        let from = self.hired.map_or(period.from, |d| d.max(period.from));
        let to = self.leaves.map_or(period.to, |d| d.min(period.to));
        if from <= to { Some((from, to)) } else { None }
    }

    /// The job of a day.
    pub fn job(&self, on: Day) -> Option<&Job> {
        self.jobs.iter().rev().find(|j| j.from <= on)
    }

    pub fn pay(&self, on: Day) -> Option<&Pay> {
        self.pay.iter().rev().find(|p| p.from <= on)
    }

    /// With all rows in their order, and what is twice there once: the same facts are the same words.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        self.pay.sort_by_key(|p| p.from);
        self.jobs.sort_by_key(|j| j.from);
        // Of two requests for one day the larger one counts, not both: unpaid leave acts once.
        self.unpaid.sort_by_key(|u| (u.day, std::cmp::Reverse(u.part)));
        self.unpaid.dedup_by_key(|u| u.day);
        for unpaid in &mut self.unpaid {
            unpaid.part = unpaid.part.normalize();
        }
        self.hours.sort_by_key(|h| (h.day, h.minutes));
        self
    }

    /// What cannot be calculated with, in words.
    pub fn check(&self) -> Result<(), String> {
        if [self.pay.len(), self.jobs.len(), self.unpaid.len(), self.hours.len()].iter().any(|n| *n > most::FACTS) {
            return Err(format!("At most {} rows of one kind are counted.", most::FACTS));
        }
        if self.pay.iter().any(|p| p.amount.is_some_and(|a| a.minor < 0)) {
            return Err("Somebody’s pay is below zero.".into());
        }
        let twice = |days: Vec<Day>| days.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
        let twice =
            twice(self.pay.iter().map(|p| p.from).collect()).or(twice(self.jobs.iter().map(|j| j.from).collect()));
        if let Some(day) = twice {
            return Err(format!("There are two rows of {}.", day.short()));
        }
        if self.unpaid.iter().any(|u| u.part <= Decimal::ZERO || u.part > Decimal::ONE || u.part.scale() > 6) {
            return Err("Unpaid leave takes more than nothing of a day, and at most all of it.".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Schedule,
            samples_tests::{d, day, eur},
        },
        *,
    };
    use crate::hr::leave::pattern::Holiday;
    use uuid::Uuid;

    fn facts() -> Facts {
        let period = Schedule::monthly().period_of(day("2026-04-01")).expect("a period");
        Facts {
            employee: EmployeeId(Uuid::from_u128(1)),
            hired: None,
            leaves: None,
            pay: vec![],
            jobs: vec![],
            work: Work::usual(&period),
            unpaid: vec![],
            hours: vec![],
        }
    }

    #[test]
    fn half_a_holiday_is_half_a_day() {
        let period = Schedule::monthly().period_of(day("2026-04-01")).expect("a period");
        let week = pattern::Week { usual: pattern::Pattern::even(&[1, 2, 3, 4, 5], 480), from: vec![] };
        let off = |half| Holiday { name: "Off".into(), half };
        let holidays = Holidays::from([(day("2026-04-03"), off(false)), (day("2026-04-06"), off(true))]);
        let work = Work::of(&period, &week, &holidays);
        assert_eq!((&work.quarters[..6], work.minutes[5]), (&[4, 4, 0, 0, 0, 2][..], 240));
        assert_eq!(work.quarters.len(), 30);
    }

    #[test]
    fn two_requests_for_one_day_are_one_day() {
        let unpaid = |part: &str| Unpaid { day: day("2026-04-07"), part: d(part) };
        let facts = Facts { unpaid: vec![unpaid("0.50"), unpaid("1.0")], ..facts() };
        assert_eq!(facts.canonical().unpaid, [unpaid("1")]);
    }

    #[test]
    fn what_cannot_be_counted_with_is_told() {
        let pay = |from: &str, minor| Pay { from: day(from), amount: Some(eur(minor)), per: Per::Month };
        assert_eq!(facts().check(), Ok(()));
        let twice = Facts { pay: vec![pay("2026-01-01", 1), pay("2026-01-01", 2)], ..facts() };
        assert_eq!(twice.check().expect_err("twice"), "There are two rows of 1 Jan 2026.");
        assert!(Facts { pay: vec![pay("2026-01-01", -1)], ..facts() }.check().is_err());
        let whole = Unpaid { day: day("2026-04-07"), part: d("1.5") };
        assert!(Facts { unpaid: vec![whole], ..facts() }.check().is_err());
    }
}
