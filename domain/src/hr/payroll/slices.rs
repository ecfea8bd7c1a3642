//! A period is cut where somebody's pay, hours, cost centre or employment change, and each slice is priced on one basis
//! (DOMAIN: Payroll). A day weighs the same whichever slice it is in, so that a cut alone changes nothing; what all slices
//! are worth together is rounded once, and they share it by the largest remainder.

use super::{
    exact::{Ratio, Rounding, largest_remainder, split},
    facts::{Facts, Pay, Per},
    schedule::{Frequency, Period},
};
use crate::{Currency, Day, Money, hr::employees::Fte};
use chrono::Datelike;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a part of a period is measured by. A workspace chooses one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Each day of the period, whether anybody works on it or not.
    CalendarDays,
    /// Days on which the person works by pattern and holidays; half a holiday is 0.5.
    #[default]
    WorkingDays,
    /// Each month has 30 days, as in 30/360: the 31st weighs nothing, and the end of February as much as is missing.
    Fixed30,
    /// Minutes that the person is to work.
    Hours,
}

/// What an agreed salary means for who works part-time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// What they get, as it is.
    #[default]
    AsAgreed,
    /// What they would get for full-time: they get their part of it.
    FullTime,
}

/// How a workspace prices slices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Terms {
    pub basis: Basis,
    pub means: Means,
}

/// Days on which all is the same, and what they are worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    pub from: Day,
    pub to: Day,
    pub rate: Money,
    pub per: Per,
    pub fte: Fte,
    pub cost_centre: Option<String>,
    /// What the whole period is worth at this rate; by the hour, one hour.
    pub full: Money,
    /// How much of `whole` the slice is, in days, or in minutes where the basis is hours.
    pub counted: Decimal,
    /// How much of that is not paid.
    pub unpaid: Decimal,
    /// The whole period.
    pub whole: Decimal,
    /// Worked, where pay is by the hour.
    pub minutes: Option<i64>,
    /// Minor units before rounding, in 28 digits.
    pub exact: Decimal,
    pub amount: Money,
}

/// A priced period.
#[derive(Debug, Clone, PartialEq)]
pub struct Priced {
    pub slices: Vec<Slice>,
    /// Minor units: the slices' sum.
    pub total: i64,
    /// Before rounding.
    pub exact: Ratio,
    pub counted: Decimal,
    pub unpaid: Decimal,
    pub whole: Decimal,
    /// The part of the period that is paid, up to 1.
    pub share: Ratio,
}

/// Why a period cannot be priced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Days of employment for which no pay is agreed. Never taken for nothing.
    MissingRate(Day, Day),
    OtherCurrency(Day, Currency),
    /// Nothing weighs anything: a pattern without working days.
    NothingToCount(Basis),
    /// A week has no thirtieth.
    NotOfAMonth,
    TooLarge,
    Facts(String),
}

impl Basis {
    pub const ALL: [Self; 4] = [Self::CalendarDays, Self::WorkingDays, Self::Fixed30, Self::Hours];

    pub const fn key(self) -> &'static str {
        match self {
            Self::CalendarDays => "calendar_days",
            Self::WorkingDays => "working_days",
            Self::Fixed30 => "fixed_30",
            Self::Hours => "hours",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::CalendarDays => "Calendar days",
            Self::WorkingDays => "Working days",
            Self::Fixed30 => "Thirty days a month",
            Self::Hours => "Hours",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.key() == key)
    }
}

impl Trouble {
    pub fn words(&self) -> String {
        match self {
            Self::MissingRate(from, to) if from == to => format!("No pay is agreed on {}.", from.short()),
            Self::MissingRate(from, to) => format!("No pay is agreed from {} to {}.", from.short(), to.short()),
            Self::OtherCurrency(from, c) => format!("The pay from {} on is in {}.", from.short(), c.code()),
            Self::NothingToCount(basis) => {
                format!("Nothing is to be worked in this period, so there is nothing to price by: {}.", basis.label())
            }
            Self::NotOfAMonth => "Thirty days a month price months and halves of them, not weeks.".into(),
            Self::TooLarge => "An amount is too large.".into(),
            Self::Facts(words) => words.clone(),
        }
    }
}

impl Slice {
    /// "10 of 22 days, 0.5 of them unpaid".
    pub fn words(&self, basis: Basis) -> String {
        let hours = |minutes: Decimal| (minutes / Decimal::from(60)).round_dp(2).normalize();
        if let Some(minutes) = self.minutes {
            return format!("{} hours", hours(minutes.into()));
        }
        let told = |n: Decimal| if basis == Basis::Hours { hours(n) } else { n.normalize() };
        let unit = if basis == Basis::Hours { "hours" } else { "days" };
        let unpaid =
            if self.unpaid.is_zero() { String::new() } else { format!(", {} of them unpaid", told(self.unpaid)) };
        format!("{} of {} {unit}{unpaid}", told(self.counted), told(self.whole))
    }
}

/// Cuts and prices a period. Without a day of employment in it there is no slice.
pub fn price(
    facts: &Facts,
    period: &Period,
    terms: Terms,
    currency: Currency,
    by: Rounding,
) -> Result<Priced, Trouble> {
    facts.check().map_err(Trouble::Facts)?;
    if !(1..=31).contains(&period.length()) {
        return Err(Trouble::Facts("A period has 1 to 31 days.".into()));
    }
    let weekly = matches!(period.frequency, Frequency::Weekly | Frequency::BiWeekly);
    if terms.basis == Basis::Fixed30 && weekly {
        return Err(Trouble::NotOfAMonth);
    }
    let weight = |day: Day| weight(facts, period, terms.basis, day);
    let whole: Decimal = period.days().map(weight).sum();
    let cuts = cut(facts, period)?;
    let mut slices = vec![];
    let mut exact = vec![];
    for (from, to, pay, rate, fte, cost_centre) in cuts {
        if rate.currency != currency {
            return Err(Trouble::OtherCurrency(pay.from, rate.currency));
        }
        let days = || facts_days(from, to);
        let counted: Decimal = days().map(weight).sum();
        let lost = facts.unpaid.iter().filter(|u| from <= u.day && u.day <= to);
        let unpaid: Decimal = lost.map(|u| weight(u.day) * u.part).sum();
        let full = full(rate, pay.per, fte, terms.means, period).ok_or(Trouble::TooLarge)?;
        let (worth, minutes) = if pay.per == Per::Hour {
            let worked = facts.hours.iter().filter(|h| from <= h.day && h.day <= to);
            let minutes: i64 = worked.map(|h| i64::from(h.minutes)).sum();
            (Ratio::new((i128::from(rate.minor)).saturating_mul(minutes.into()), 60), Some(minutes))
        } else if whole.is_zero() {
            return Err(Trouble::NothingToCount(terms.basis));
        } else {
            (part(counted - unpaid, whole).and_then(|p| p.times(Ratio::whole(full.minor))), None)
        };
        let worth = worth.ok_or(Trouble::TooLarge)?;
        exact.push(worth);
        let (per, amount) = (pay.per, Money::new(0, currency));
        let exact = worth.decimal();
        slices.push(Slice {
            from,
            to,
            rate,
            per,
            fte,
            cost_centre,
            full,
            counted,
            unpaid,
            whole,
            minutes,
            exact,
            amount,
        });
    }
    let sum = exact.iter().try_fold(Ratio::ZERO, |sum, e| sum.plus(*e)).ok_or(Trouble::TooLarge)?;
    let total = sum.round(by).ok_or(Trouble::TooLarge)?;
    let parts = if slices.is_empty() { vec![] } else { largest_remainder(&exact, total).ok_or(Trouble::TooLarge)? };
    for (slice, part) in slices.iter_mut().zip(parts) {
        slice.amount.minor = part;
    }
    let counted: Decimal = slices.iter().map(|s| s.counted).sum();
    let unpaid: Decimal = slices.iter().map(|s| s.unpaid).sum();
    let nothing = if slices.is_empty() { Ratio::ZERO } else { Ratio::whole(1) };
    let share = if whole.is_zero() { nothing } else { part(counted - unpaid, whole).ok_or(Trouble::TooLarge)? };
    Ok(Priced { slices, total, exact: sum, counted, unpaid, whole, share })
}

/// What a whole period is worth at a rate; by the hour, one hour. Rounded half up, as it is told.
pub fn full(rate: Money, per: Per, fte: Fte, means: Means, period: &Period) -> Option<Money> {
    let worked = if means == Means::FullTime { Ratio::of(fte.decimal())? } else { Ratio::whole(1) };
    let year = match per {
        Per::Hour => return Some(rate),
        Per::Year => Ratio::whole(rate.minor),
        Per::Month => Ratio::whole(rate.minor).times(Ratio::whole(12))?,
    };
    let of = |parts: i64| year.times(worked)?.by(Ratio::whole(parts))?.round(Rounding::default());
    let minor = match period.frequency {
        // Half of the month, to the cent: its two halves are the month (horilla#443).
        Frequency::SemiMonthly => split(of(12)?, &[1, 1])[usize::from(period.from.0.day() > 15)],
        other => of(other.a_year())?,
    };
    Some(Money::new(minor, rate.currency))
}

/// Somebody's slices, not priced yet; neighbours that are alike are one.
type Cut = (Day, Day, Pay, Money, Fte, Option<String>);

fn cut(facts: &Facts, period: &Period) -> Result<Vec<Cut>, Trouble> {
    let Some((first, last)) = facts.employed(period) else { return Ok(vec![]) };
    let changes = facts.pay.iter().map(|p| p.from).chain(facts.jobs.iter().map(|j| j.from));
    let starts: BTreeSet<Day> = changes.filter(|d| first < *d && *d <= last).chain([first]).collect();
    let starts: Vec<Day> = starts.into_iter().collect();
    let mut cuts: Vec<Cut> = vec![];
    for (n, from) in starts.iter().enumerate() {
        let to = starts.get(n + 1).and_then(|next| next.plus(-1)).unwrap_or(last);
        let pay = facts.pay(*from).and_then(|p| p.amount.map(|amount| (*p, amount)));
        let Some((pay, rate)) = pay else { return Err(Trouble::MissingRate(*from, to)) };
        let job = facts.job(*from);
        let (fte, centre) = (job.map(|j| j.fte).unwrap_or_default(), job.and_then(|j| j.cost_centre.clone()));
        match cuts.last_mut() {
            Some(last) if last.2.per == pay.per && last.3 == rate && last.4 == fte && last.5 == centre => last.1 = to,
            _ => cuts.push((*from, to, pay, rate, fte, centre)),
        }
    }
    Ok(cuts)
}

fn facts_days(from: Day, to: Day) -> impl Iterator<Item = Day> {
    from.0.iter_days().map(Day).take_while(move |d| *d <= to)
}

/// What a day of the period weighs: in days, or in minutes.
fn weight(facts: &Facts, period: &Period, basis: Basis, day: Day) -> Decimal {
    let at = usize::try_from((day.0 - period.from.0).num_days()).unwrap_or(usize::MAX);
    match basis {
        Basis::CalendarDays => Decimal::ONE,
        Basis::WorkingDays => Decimal::new(25 * i64::from(facts.work.quarters.get(at).copied().unwrap_or(0)), 2),
        Basis::Hours => Decimal::from(facts.work.minutes.get(at).copied().unwrap_or(0)),
        Basis::Fixed30 => match (day.0.day(), day.0.succ_opt().is_some_and(|next| next.day() == 1)) {
            (31, _) => Decimal::ZERO,
            (date, true) => Decimal::from(31 - date),
            _ => Decimal::ONE,
        },
    }
}

fn part(of: Decimal, whole: Decimal) -> Option<Ratio> {
    Ratio::of(of)?.by(Ratio::of(whole)?)
}
