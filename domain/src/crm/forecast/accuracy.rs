//! What each week of a period said would be won, and what was.

use super::Sums;
use crate::Day;
use rust_decimal::{Decimal, RoundingStrategy};

/// What a snapshot said of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// A Monday.
    pub week: Day,
    pub sums: Sums,
}

/// The weeks of a period, and what came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accuracy {
    /// By their days.
    pub weeks: Vec<Week>,
    /// Won in the period, so far or in all.
    pub won: i64,
    /// The period is over.
    pub over: bool,
}

impl Week {
    /// Won, and what people committed to.
    pub fn said(&self) -> i64 {
        self.sums.won.saturating_add(self.sums.commit)
    }

    /// Won, and what is open by its probability.
    pub fn expected(&self) -> i64 {
        self.sums.won.saturating_add(self.sums.weighted)
    }
}

/// How far what was said is from what came, in percent of what came, to a tenth; above nothing: too much was said.
pub fn off(said: i64, came: i64) -> Option<Decimal> {
    let by = (Decimal::from(said) - Decimal::from(came)) * Decimal::ONE_HUNDRED;
    Some(by.checked_div(Decimal::from(came))?.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_is_measured_by_what_came() {
        for (said, came, told) in [
            (110, 100, Some("10.0")),
            (90, 100, Some("-10.0")),
            (1, 3, Some("-66.7")),
            (5, 0, None),
            (100, 100, Some("0.0")),
        ] {
            assert_eq!(off(said, came).map(|o| format!("{o:.1}")), told.map(str::to_owned), "{said} {came}");
        }
    }
}
