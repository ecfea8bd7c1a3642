//! Time off: its kinds, the ledger that keeps who has how much, what a request costs, and who answers it (DOMAIN: Leave).
//!
//! Amounts are exact decimals, in days or in hours as the type says.

pub mod accrual;
pub mod approvals;
pub mod calendar;
pub mod forms;
pub mod ledger;
pub mod pattern;
pub mod policy;
pub mod requests;
pub mod spoken;

use crate::{Day, EmployeeId, LeaveTypeId};
use rust_decimal::Decimal;

/// The first and the last day of which balances are told: three years back and ahead.
pub fn told_between(today: Day) -> [Day; 2] {
    [-3 * 366, 3 * 366].map(|days| today.plus(days).unwrap_or(today))
}

/// Whole or broken days, or hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    #[default]
    Days,
    Hours,
}

impl Unit {
    pub const ALL: [Self; 2] = [Self::Days, Self::Hours];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Hours => "hours",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Days => "Days",
            Self::Hours => "Hours",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|u| u.key() == key)
    }

    /// "1 day", "12.5 days", "3 hours".
    pub fn words(self, amount: Decimal) -> String {
        let one = amount.abs() == Decimal::ONE;
        let noun = match self {
            Self::Days if one => "day",
            Self::Days => "days",
            Self::Hours if one => "hour",
            Self::Hours => "hours",
        };
        format!("{} {noun}", plain(amount))
    }
}

/// Without zeros at the end, and with a real minus.
pub fn plain(amount: Decimal) -> String {
    amount.normalize().to_string().replace('-', "−")
}

/// With its sign.
pub fn signed(amount: Decimal) -> String {
    if amount > Decimal::ZERO { format!("+{}", plain(amount)) } else { plain(amount) }
}

/// The quiet colours in which a calendar tells kinds apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    #[default]
    Blue,
    Green,
    Orange,
    Red,
    Purple,
    Teal,
    Pink,
    Grey,
}

impl Colour {
    pub const ALL: [Self; 8] =
        [Self::Blue, Self::Green, Self::Orange, Self::Red, Self::Purple, Self::Teal, Self::Pink, Self::Grey];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Blue => "blue",
            Self::Green => "green",
            Self::Orange => "orange",
            Self::Red => "red",
            Self::Purple => "purple",
            Self::Teal => "teal",
            Self::Pink => "pink",
            Self::Grey => "grey",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Blue => "Blue",
            Self::Green => "Green",
            Self::Orange => "Orange",
            Self::Red => "Red",
            Self::Purple => "Purple",
            Self::Teal => "Teal",
            Self::Pink => "Pink",
            Self::Grey => "Grey",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
}

/// Who has to say yes, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    /// Whoever they report to.
    Manager,
    /// Whoever that one reports to.
    Above,
    /// Anybody who may approve everybody's.
    People,
}

impl Office {
    pub const ALL: [Self; 3] = [Self::Manager, Self::Above, Self::People];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Manager => "manager",
            Self::Above => "above",
            Self::People => "people",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Manager => "Manager",
            Self::Above => "Manager’s manager",
            Self::People => "HR",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.key() == key)
    }
}

/// A kind of leave. Which kind somebody's leave is, is of the class health: colleagues never see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    pub id: LeaveTypeId,
    pub version: i32,
    pub name: String,
    pub unit: Unit,
    pub paid: bool,
    pub colour: Colour,
    /// Whoever asks has to say why.
    pub needs_reason: bool,
    /// Whether there is so much of it and no more; of the other kind what was taken is counted.
    pub limited: bool,
    /// Nobody to ask: it is taken when it is told.
    pub steps: Vec<Office>,
    /// Days after which somebody else is asked.
    pub patience: i32,
    pub archived: bool,
}

/// Somebody, as the pages of leave name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: EmployeeId,
    pub name: String,
    pub title: Option<String>,
    pub department: Option<String>,
    pub location: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_told_without_needless_digits() {
        let d = |s: &str| s.parse::<Decimal>().expect("a number");
        for (amount, words) in [("1", "1 day"), ("2.50", "2.5 days"), ("-1", "−1 day"), ("0.00", "0 days")] {
            assert_eq!(Unit::Days.words(d(amount)), words);
        }
        assert_eq!((signed(d("2.0")), signed(d("-2")), signed(d("0"))), ("+2".into(), "−2".into(), "0".into()));
        for colour in Colour::ALL {
            assert_eq!(Colour::parse(colour.key()), Some(colour));
        }
    }
}
