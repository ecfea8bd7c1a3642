//! What pay is made of: earnings, deductions, what the employer bears beside them, and what is only told.

use super::{exact::Rounding, formula, tables::Reading};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a component, a table or an input is called in formulas: small letters, digits and `_`, at most 40.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Part of the gross pay.
    Earning,
    /// Taken off the gross pay.
    Deduction,
    /// Borne by the employer; no part of anybody's pay.
    EmployerCost,
    /// Paid out beside the pay, and no part of the gross: expenses, a loan, an allowance that is no pay.
    Addition,
    /// Told on the payslip, and counted nowhere.
    Information,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Component {
    pub code: Code,
    pub name: String,
    pub kind: Kind,
    pub method: Method,
    pub rounding: Rounding,
}

/// How much it is. Amounts are in major units of the structure's currency, percentages as 5.5 for 5.5 %.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// The agreed pay, slice by slice.
    Salary,
    /// The same each period; `by_time`: as much of it as was employed and paid for.
    Fixed {
        amount: Decimal,
        by_time: bool,
    },
    /// Of another component, or of `gross`.
    Percent {
        of: Code,
        rate: Decimal,
    },
    Formula {
        formula: String,
    },
    /// Read from a table by another component, or by `gross`.
    Table {
        table: Code,
        of: Code,
        reading: Reading,
    },
    /// Nothing by itself: what adjustments bring.
    Given,
}

/// All earnings of a period together: adjustments and overrides included, corrections of other periods not.
pub const GROSS: &str = "gross";

/// In front of a component's code, or of `gross`: what it came to in the year's payslips before this one; nothing yet is 0.
pub const YEAR_TO_DATE: &str = "ytd_";

/// What the engine itself tells formulas, and how it is explained. Where nobody is employed in the period, what is of time
/// and pay is 0.
pub const FIGURES: &[(&str, &str)] = &[
    (GROSS, "All earnings of the period"),
    ("salary", "What a whole period is worth at the last rate"),
    ("annual_salary", "A year’s pay at the last rate; by the hour, nothing"),
    ("fte", "Part of a full-time job at the end of the period, 1 for all of it"),
    ("share", "Part of the period that is paid, 1 for all of it"),
    ("days", "What the whole period has, in days or, where the basis is hours, minutes"),
    ("paid_days", "How much of that is paid"),
    ("unpaid_days", "How much of that is unpaid leave"),
    ("hours", "Hours worked by those who are paid by the hour"),
    ("periods", "Payslips of a year: 12, 24, 26 or 52"),
    ("year", "Year of the pay date"),
    ("month", "Month of the pay date, 1 to 12"),
    ("service_years", "Whole years of employment at the end of the period"),
];

impl Code {
    pub fn new(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let letters = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !letters || text.len() > 40 || !text.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(
                "A code has small letters, digits and _, begins with a letter, and has at most 40 of them.".into()
            );
        }
        if formula::RESERVED.contains(&text) || (text != GROSS && FIGURES.iter().any(|(name, _)| *name == text)) {
            return Err(format!("‘{text}’ means something in formulas already."));
        }
        if text.starts_with(YEAR_TO_DATE) {
            return Err(format!("‘{YEAR_TO_DATE}…’ is what a component came to in the year."));
        }
        Ok(Self(text.to_owned()))
    }

    /// All earnings, where something is a percentage of them.
    pub fn gross() -> Self {
        Self(GROSS.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Code {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::new(&text)
    }
}

impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// So that what is by code can be asked by a name of a formula.
impl std::borrow::Borrow<str> for Code {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Earning, Self::Deduction, Self::EmployerCost, Self::Addition, Self::Information];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Earning => "earning",
            Self::Deduction => "deduction",
            Self::EmployerCost => "employer_cost",
            Self::Addition => "addition",
            Self::Information => "information",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Earning => "Earning",
            Self::Deduction => "Deduction",
            Self::EmployerCost => "Employer cost",
            Self::Addition => "Paid beside",
            Self::Information => "For information",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

impl Method {
    /// "5.5 % of basic", as an explanation tells it.
    pub fn words(&self) -> String {
        match self {
            Self::Salary => "Agreed pay".into(),
            Self::Fixed { amount, by_time: true } => format!("{} for the paid part of the period", amount.normalize()),
            Self::Fixed { amount, .. } => format!("{} each period", amount.normalize()),
            Self::Percent { of, rate } => format!("{} % of {of}", rate.normalize()),
            Self::Formula { formula } => formula.clone(),
            Self::Table { table, of, reading } => format!("{}({table}, {of})", reading.key()),
            Self::Given => "By adjustments".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_word_of_formulas() {
        for fine in ["basic", "pension_2", " bonus ", GROSS] {
            assert!(Code::new(fine).is_ok(), "{fine}");
        }
        for wrong in ["", "Basic", "2nd", "_a", "a-b", "if", "salary", "ytd_basic", "é", &"a".repeat(41)] {
            assert!(Code::new(wrong).is_err(), "{wrong}");
        }
        assert!(serde_json::from_str::<Code>("\"not ok\"").is_err());
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.key()), Some(kind));
        }
    }
}
