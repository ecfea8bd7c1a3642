//! What is paid at the end: leave that was not taken, notice that is not worked. Each becomes an adjustment, with its words.

use super::exact::{Ratio, Rounding};
use crate::Money;
use rust_decimal::Decimal;

/// An amount for the last payslip, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Below zero: more leave was taken than there was.
    pub amount: Money,
    pub words: String,
}

/// Days that are left, each worth a period's pay by the days that a period has on the basis of the workspace. `None`: a
/// period without days, or an amount too large.
pub fn unused_leave(full: Money, days: Decimal, whole: Decimal, rounding: Rounding) -> Option<Settled> {
    let part = Ratio::of(days)?.by(Ratio::of(whole)?)?;
    let minor = part.times(Ratio::whole(full.minor))?.round(rounding)?;
    let words = format!("{} days at {full} by {} days", days.normalize(), whole.normalize());
    Some(Settled { amount: Money::new(minor, full.currency), words })
}

/// Whole periods of notice, and the part of one, that are paid and not worked.
pub fn notice(full: Money, periods: Decimal, rounding: Rounding) -> Option<Settled> {
    let minor = Ratio::of(periods)?.times(Ratio::whole(full.minor))?.round(rounding)?;
    let words = format!("{} periods at {full}", periods.normalize());
    Some(Settled { amount: Money::new(minor, full.currency), words })
}

#[cfg(test)]
mod tests {
    use super::{
        super::samples_tests::{d, eur},
        *,
    };

    #[test]
    fn leave_that_is_left_is_paid_and_what_was_too_much_is_taken() {
        // 3,300.00 by 22 days is 150.00 a day.
        for (days, minor) in [("4.5", 67_500), ("-2", -30_000), ("0", 0)] {
            let settled = unused_leave(eur(330_000), d(days), d("22"), Rounding::default()).expect("an amount");
            assert_eq!(settled.amount, eur(minor), "{days}");
        }
        assert_eq!(unused_leave(eur(330_000), d("1"), d("0"), Rounding::default()), None);
        let words = unused_leave(eur(330_000), d("4.50"), d("22"), Rounding::default()).map(|s| s.words);
        assert_eq!(words.as_deref(), Some("4.5 days at €3,300.00 by 22 days"));
    }

    #[test]
    fn notice_is_paid_by_periods() {
        let settled = notice(eur(330_000), d("1.5"), Rounding::default()).expect("an amount");
        assert_eq!(settled.amount, eur(495_000));
    }
}
