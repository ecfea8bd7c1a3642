//! Fractions that lose nothing, and the one place where they become whole units: rounding, and the largest remainder
//! (DOMAIN: Money: parts always add up to the whole).

use crate::Currency;
use crate::money::exponent;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A fraction in lowest terms; the lower part is above zero. Of money it counts minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    over: i128,
    under: i128,
}

/// To which side a number goes that lies between two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// To the nearer one, from the middle away from zero.
    #[default]
    HalfUp,
    /// From the middle to the even one.
    HalfEven,
    /// From the middle towards zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
}

/// How a component is rounded: half up to the smallest part of the currency, unless it says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rounding {
    pub mode: Mode,
    /// Of how many minor units an amount is a multiple: 5 for 0.05 francs, 100 for whole euros.
    pub step: u32,
}

impl Default for Rounding {
    fn default() -> Self {
        Self { mode: Mode::HalfUp, step: 1 }
    }
}

impl Mode {
    pub const ALL: [Self; 5] = [Self::HalfUp, Self::HalfEven, Self::HalfDown, Self::Up, Self::Down];

    pub const fn key(self) -> &'static str {
        match self {
            Self::HalfUp => "half_up",
            Self::HalfEven => "half_even",
            Self::HalfDown => "half_down",
            Self::Up => "up",
            Self::Down => "down",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::HalfUp => "Half up",
            Self::HalfEven => "Half to even",
            Self::HalfDown => "Half down",
            Self::Up => "Up",
            Self::Down => "Down",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.key() == key)
    }
}

impl Rounding {
    /// "half up to 0.05".
    pub fn words(self, currency: Currency) -> String {
        format!("{} to {}", self.mode.label().to_lowercase(), Decimal::new(self.step.into(), exponent(currency)))
    }
}

impl Ratio {
    pub const ZERO: Self = Self { over: 0, under: 1 };

    /// `None`: by nothing, or too large to be told.
    pub fn new(over: i128, under: i128) -> Option<Self> {
        if under == 0 || under == i128::MIN || over == i128::MIN {
            return None;
        }
        let by = gcd(over.unsigned_abs(), under.unsigned_abs());
        let by = i128::try_from(by).ok()?.max(1) * under.signum();
        Some(Self { over: over / by, under: under / by })
    }

    pub fn whole(n: i64) -> Self {
        Self { over: n.into(), under: 1 }
    }

    /// The number as it is.
    pub fn of(d: Decimal) -> Option<Self> {
        let d = d.normalize();
        Self::new(d.mantissa(), 10_i128.checked_pow(d.scale())?)
    }

    /// An amount in major units, as so many minor ones.
    pub fn minor(major: Decimal, currency: Currency) -> Option<Self> {
        Self::of(major)?.times(Self::whole(10_i64.pow(exponent(currency))))
    }

    pub fn plus(self, other: Self) -> Option<Self> {
        let by = i128::try_from(gcd(self.under.unsigned_abs(), other.under.unsigned_abs())).ok()?;
        let under = self.under.checked_mul(other.under / by)?;
        let mine = self.over.checked_mul(other.under / by)?;
        Self::new(mine.checked_add(other.over.checked_mul(self.under / by)?)?, under)
    }

    pub fn times(self, other: Self) -> Option<Self> {
        // Across first, so that what cancels out never grows large.
        let (a, b) = (Self::new(self.over, other.under)?, Self::new(other.over, self.under)?);
        Self::new(a.over.checked_mul(b.over)?, a.under.checked_mul(b.under)?)
    }

    pub fn by(self, other: Self) -> Option<Self> {
        self.times(Self::new(other.under, other.over)?)
    }

    pub fn is_zero(self) -> bool {
        self.over == 0
    }

    /// The multiple of the step that it becomes; `None`: too large to be told.
    pub fn round(self, rounding: Rounding) -> Option<i64> {
        let step = i128::from(rounding.step.max(1));
        let unit = self.under.checked_mul(step)?;
        let (whole, rest) = (self.over.abs() / unit, self.over.abs() % unit);
        let (rest, other) = (rest, unit - rest);
        let up = match rounding.mode {
            Mode::HalfUp => rest >= other,
            Mode::HalfDown => rest > other,
            Mode::HalfEven => rest > other || (rest == other && whole % 2 == 1),
            Mode::Up => rest > 0,
            Mode::Down => false,
        };
        let steps = whole + i128::from(up);
        i64::try_from(steps.checked_mul(step)? * self.over.signum()).ok()
    }

    /// As a number in so many digits as there is room for; for explanations.
    pub fn decimal(self) -> Decimal {
        // A decimal has 96 bits: of what has more, both parts lose their last ones.
        let bits = 128 - self.over.unsigned_abs().max(self.under.unsigned_abs()).leading_zeros();
        let cut = bits.saturating_sub(95);
        let part = |n: i128| Decimal::try_from_i128_with_scale(n >> cut, 0).ok();
        let parts = part(self.over).zip(part(self.under));
        parts.and_then(|(over, under)| over.checked_div(under)).unwrap_or(Decimal::MAX).normalize()
    }
}

/// Whole parts of `total` in the proportion of `exact`, which add up to it. What is left over goes to the largest
/// remainders, to the first of equals. `None`: too large to be told.
pub fn largest_remainder(exact: &[Ratio], total: i64) -> Option<Vec<i64>> {
    let count = i128::try_from(exact.len()).ok().filter(|n| *n > 0);
    let Some(count) = count else { return if total == 0 { Some(vec![]) } else { None } };
    let mut parts: Vec<i128> = exact.iter().map(|r| r.over.div_euclid(r.under)).collect();
    let left = i128::from(total) - parts.iter().sum::<i128>();
    let (each, left) = (left.div_euclid(count), left.rem_euclid(count));
    let mut order: Vec<usize> = (0..exact.len()).collect();
    let rest: Vec<Ratio> =
        exact.iter().map(|r| Ratio::new(r.over.rem_euclid(r.under), r.under)).collect::<Option<_>>()?;
    // Remainders are below one: what is compared stays within the two lower parts.
    order.sort_by(|a, b| {
        let (a, b) = (rest[*a], rest[*b]);
        match (b.over.checked_mul(a.under), a.over.checked_mul(b.under)) {
            (Some(x), Some(y)) => x.cmp(&y),
            _ => b.decimal().cmp(&a.decimal()),
        }
    });
    for (n, at) in order.into_iter().enumerate() {
        parts[at] += each + i128::from(i128::try_from(n).is_ok_and(|n| n < left));
    }
    parts.into_iter().map(|p| i64::try_from(p).ok()).collect()
}

/// An amount by weights, with the largest remainder; by none, or none above zero, all of it goes to the first.
pub fn split(total: i64, weights: &[u64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    let share = |w: &u64| Ratio::new(i128::from(total).checked_mul(i128::from(*w))?, sum);
    let exact: Option<Vec<Ratio>> = if sum == 0 { None } else { weights.iter().map(share).collect() };
    let first = || weights.iter().enumerate().map(|(n, _)| if n == 0 { total } else { 0 }).collect();
    exact.and_then(|e| largest_remainder(&e, total)).unwrap_or_else(first)
}

fn gcd(a: u128, b: u128) -> u128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_between_two_goes_where_its_rounding_says() {
        //    exact   step  half up  even  half down  up   down
        for (over, under, step, wanted) in [
            (5, 2, 1, [3, 2, 2, 3, 2]),
            (7, 2, 1, [4, 4, 3, 4, 3]),
            (-5, 2, 1, [-3, -2, -2, -3, -2]),
            (9, 4, 1, [2, 2, 2, 3, 2]),
            (1_2345, 10, 5, [1_235, 1_235, 1_235, 1_235, 1_230]),
            (12_325, 10, 5, [1_235, 1_230, 1_230, 1_235, 1_230]),
            (149, 1, 100, [100, 100, 100, 200, 100]),
            (-1, 3, 1, [0, 0, 0, -1, 0]),
        ] {
            let exact = Ratio::new(over, under).expect("a number");
            let all = Mode::ALL.map(|mode| exact.round(Rounding { mode, step }).expect("it has room"));
            assert_eq!(all, wanted, "{over}/{under} by {step}");
        }
        for mode in Mode::ALL {
            assert_eq!(Mode::parse(mode.key()), Some(mode));
        }
    }

    #[test]
    fn amounts_have_the_places_of_their_currency() {
        for (currency, minor) in [(Currency::EUR, 1_235), (Currency::JPY, 12), (Currency::KWD, 12_346)] {
            let exact = Ratio::minor("12.3455".parse().expect("a number"), currency).expect("an amount");
            assert_eq!(exact.round(Rounding::default()), Some(minor), "{}", currency.code());
        }
        assert_eq!(Rounding { mode: Mode::HalfUp, step: 5 }.words(Currency::CHF), "half up to 0.05");
    }

    #[test]
    fn too_large_is_no_number_and_no_panic() {
        let large = Ratio::new(i128::MAX, 1).expect("a number");
        assert_eq!(large.times(large), None);
        assert_eq!(large.plus(large), None);
        assert_eq!(large.round(Rounding::default()), None);
        assert_eq!(Ratio::new(1, 0), None);
        assert_eq!(Ratio::whole(1).by(Ratio::ZERO), None);
        assert_eq!(large.decimal(), Decimal::MAX, "an explanation has no room for it");
        let half = Ratio::new(i128::MAX / 2, i128::MAX).expect("a number").decimal();
        assert_eq!(half.round_dp(20), Decimal::new(5, 1));
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_whole(total in -1_000_000_000_000i64..1_000_000_000_000, weights in prop::collection::vec(0u64..1_000_000_000, 1..20)) {
            let parts = split(total, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), total);
            let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            if sum > 0 {
                for (part, weight) in parts.iter().zip(&weights) {
                    // Less than one unit from its exact share.
                    let off = i128::from(*part) * sum - i128::from(total) * i128::from(*weight);
                    prop_assert!(off.abs() < sum);
                }
            }
        }

        #[test]
        fn fractions_calculate_as_whole_numbers_do(a in -1000i64..1000, b in 1i64..1000, c in -1000i64..1000, e in 1i64..1000) {
            let (x, y) = (Ratio::new(a.into(), b.into()).expect("x"), Ratio::new(c.into(), e.into()).expect("y"));
            prop_assert_eq!(x.plus(y), Ratio::new((a * e + c * b).into(), (b * e).into()));
            prop_assert_eq!(x.times(y), Ratio::new((a * c).into(), (b * e).into()));
            if c != 0 {
                prop_assert_eq!(x.times(y).and_then(|p| p.by(y)), Some(x));
            }
        }
    }
}
