//! What a policy gives, by dated versions: a change holds from its day on and rewrites nothing (DOMAIN: Leave).

use crate::{Day, LeavePolicyId, LeaveTypeId};
use chrono::{Datelike, Months};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// How often something is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    #[default]
    Year,
    Month,
    HalfMonth,
    Week,
}

impl Per {
    pub const ALL: [Self; 4] = [Self::Year, Self::Month, Self::HalfMonth, Self::Week];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::HalfMonth => "half_month",
            Self::Week => "week",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Year => "Once a year",
            Self::Month => "Each month",
            Self::HalfMonth => "Twice a month",
            Self::Week => "Each week",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.key() == key)
    }
}

/// When in its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gain {
    #[default]
    Start,
    End,
}

impl Gain {
    pub const ALL: [Self; 2] = [Self::Start, Self::End];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Start => "At the start of it",
            Self::End => "At the end of it, once it is earned",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|g| g.key() == key)
    }
}

/// How the sum of a year so far is rounded; each line is the difference to the one before, so that lines add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    #[default]
    Hundredth,
    Half,
    HalfUp,
    Whole,
    WholeUp,
}

impl Rounding {
    pub const ALL: [Self; 5] = [Self::Hundredth, Self::Half, Self::HalfUp, Self::Whole, Self::WholeUp];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Hundredth => "hundredth",
            Self::Half => "half",
            Self::HalfUp => "half_up",
            Self::Whole => "whole",
            Self::WholeUp => "whole_up",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Hundredth => "To hundredths",
            Self::Half => "To the nearest half",
            Self::HalfUp => "Up to a half",
            Self::Whole => "To the nearest whole",
            Self::WholeUp => "Up to a whole",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.key() == key)
    }

    pub fn round(self, amount: Decimal) -> Decimal {
        // What division leaves behind the tenth digit is no amount.
        let amount = amount.round_dp_with_strategy(10, RoundingStrategy::MidpointAwayFromZero);
        let nearest = |a: Decimal| a.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        let up = |a: Decimal| a.round_dp_with_strategy(0, RoundingStrategy::AwayFromZero);
        let rounded = match self {
            Self::Hundredth => amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero),
            Self::Half => nearest(amount * Decimal::TWO) / Decimal::TWO,
            Self::HalfUp => up(amount * Decimal::TWO) / Decimal::TWO,
            Self::Whole => nearest(amount),
            Self::WholeUp => up(amount),
        };
        rounded.normalize()
    }
}

/// What one version gives. As JSON it is kept with its version; fields outlive a deploy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// A full year's, of somebody full-time.
    pub annual: Decimal,
    pub per: Per,
    pub gain: Gain,
    pub rounding: Rounding,
    /// From so many years of service on, so much a year instead; by years.
    pub milestones: Vec<(u32, Decimal)>,
    /// Part-timers get their part.
    pub by_fte: bool,
    /// Nothing is earned in the first months.
    pub waiting_months: u32,
    /// Where a balance stops growing.
    pub balance_cap: Option<Decimal>,
    /// The most of one year, whatever else would be given.
    pub yearly_cap: Option<Decimal>,
    /// What goes over into the next year; none: all of it.
    pub carry_limit: Option<Decimal>,
    /// For how many months it is good there; none: for ever.
    pub carry_months: Option<u32>,
    /// How far below zero a balance may go.
    pub overdraft: Decimal,
}

impl Terms {
    /// A year's, after so many whole years of service.
    pub fn annual_after(&self, years: u32) -> Decimal {
        self.milestones.iter().rev().find(|(from, _)| years >= *from).map_or(self.annual, |(_, annual)| *annual)
    }

    /// Whether what is given is over with the year, but for what is carried over.
    pub fn ends_with_the_year(&self) -> bool {
        self.carry_limit.is_some() || self.carry_months.is_some()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub from: Day,
    /// The day on which it was written down. Of the first one that means nothing: it gives from its own day on.
    pub known: Day,
    pub terms: Terms,
}

impl Version {
    /// From which day on it corrects what was given already: none is corrected before it holds, or before it was known.
    pub fn counts(&self) -> Day {
        self.from.max(self.known)
    }
}

/// Who is on a policy unless somebody says another one for them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Audience {
    /// Nobody but those who are put on it by hand.
    #[default]
    Chosen,
    Everybody,
    /// By the key of an employment type.
    Employment(String),
    /// By the name of a location.
    Location(String),
}

impl Audience {
    pub fn key(&self) -> (&'static str, &str) {
        match self {
            Self::Chosen => ("chosen", ""),
            Self::Everybody => ("everybody", ""),
            Self::Employment(value) => ("employment", value),
            Self::Location(value) => ("location", value),
        }
    }

    pub fn of(kind: &str, value: &str) -> Option<Self> {
        match kind {
            "chosen" => Some(Self::Chosen),
            "everybody" => Some(Self::Everybody),
            "employment" => Some(Self::Employment(value.to_owned())),
            "location" => Some(Self::Location(value.to_owned())),
            _ => None,
        }
    }

    pub fn words(&self) -> String {
        match self {
            Self::Chosen => "Those put on it by hand".into(),
            Self::Everybody => "Everybody".into(),
            Self::Employment(key) => {
                let label = crate::hr::employees::EmploymentType::parse(key).map_or(key.as_str(), |t| t.label());
                format!("Employment type: {label}")
            }
            Self::Location(name) => format!("Location: {name}"),
        }
    }
}

/// A policy with all that it ever was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub id: LeavePolicyId,
    pub version: i32,
    pub name: String,
    pub kind: LeaveTypeId,
    /// With which month and day its years begin.
    pub year: (u32, u32),
    pub audience: Audience,
    /// By their days.
    pub versions: Vec<Version>,
    /// How many are on it.
    pub people: i64,
}

/// The version of a day: the last that has begun; before the first, none.
pub fn on(versions: &[Version], day: Day) -> Option<&Version> {
    versions.iter().rev().find(|v| v.from <= day)
}

/// The first day of the leave year that this day is in. `day` is at most 28, which each month has.
pub fn year_start((month, day): (u32, u32), of: Day) -> Day {
    let this = Day::new(of.year(), month, day).unwrap_or(of);
    if this <= of { this } else { Day::new(of.year() - 1, month, day).unwrap_or(of) }
}

/// So many months later; the last of the month where it is shorter.
pub fn months_later(day: Day, months: u32) -> Day {
    Day(day.0.checked_add_months(Months::new(months)).unwrap_or(day.0))
}

/// Whole years from this day to that one.
pub fn years_between(from: Day, to: Day) -> u32 {
    let years = to.year() - from.year() - i32::from((to.0.month(), to.0.day()) < (from.0.month(), from.0.day()));
    u32::try_from(years).unwrap_or_default()
}
