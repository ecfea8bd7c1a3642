//! Money is integer minor units with the currency's ISO 4217 exponent. No float touches it.

use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use std::fmt;

pub use iso_currency::Currency;

/// Every currency there is, by its code.
pub fn currencies() -> impl Iterator<Item = Currency> {
    <Currency as iso_currency::IntoEnumIterator>::iter()
}

/// An amount in minor units (cents for USD, yen for JPY, thousandths for KWD).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads `88958`, `88,958.00`, `88.958,00`, `88 958`, with or without the currency's symbol or code.
    ///
    /// More decimals than the currency has are an error, not a rounding: nobody meant a third of a cent.
    ///
    /// `62.000` is refused where the currency has no three decimals: to one half of the world it is sixty-two thousand, to
    /// the other sixty-two, and pay is not for guessing.
    pub fn parse(input: &str, currency: Currency) -> Result<Self, &'static str> {
        let money = Self::parse_times(input, 1, currency)?;
        let mut parts = input.split('.');
        let (_, tail) = (parts.next(), parts.next().unwrap_or_default());
        let three =
            tail.len() >= 3 && tail.chars().take_while(char::is_ascii_digit).count() == 3 && parts.next().is_none();
        match three && !input.contains(',') && exponent(currency) < 3 {
            true => Err("Thousands or decimals? Write 62000 or 62.00."),
            false => Ok(money),
        }
    }

    /// As [`parse`](Self::parse), of an amount that is told in thousands or millions: `1.5` times a million.
    pub fn parse_times(input: &str, times: u32, currency: Currency) -> Result<Self, &'static str> {
        const WRONG: &str = "This is not an amount, like 52,500.00.";
        let text = input.trim().trim_start_matches(currency.code()).trim_end_matches(currency.code());
        // Its own sign only: another currency's would need a rate, and a missing rate is never 1 (DOMAIN).
        let symbol = currency.symbol().symbol;
        let text = text.trim().trim_start_matches(symbol.as_str()).trim_end_matches(symbol.as_str());
        let text: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’')).collect();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.as_str()),
        };
        if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') {
            return Err(WRONG);
        }
        let decimal: Decimal = plain(digits).ok_or(WRONG)?.parse().map_err(|_| WRONG)?;
        let decimal = decimal.checked_mul(times.into()).ok_or("This amount is too large.")?;
        if decimal.normalize().scale() > exponent(currency) {
            return Err("This has more decimals than the currency.");
        }
        let minor = decimal
            .checked_mul(10_i64.pow(exponent(currency)).into())
            .and_then(|m| m.to_i64())
            .ok_or("This amount is too large.")?;
        if minor > 1_000_000_000_000_000 {
            return Err("This amount is too large.");
        }
        Ok(Self::new(if negative { -minor } else { minor }, currency))
    }

    /// The exact value in major units.
    pub fn decimal(&self) -> Decimal {
        Decimal::new(self.minor, exponent(self.currency))
    }

    /// `+4.2 %` since `was`; of another currency, or of nothing, there is no telling.
    pub fn change_from(&self, was: Option<Money>) -> Option<String> {
        let was = was.filter(|w| w.currency == self.currency && w.minor != 0)?;
        let change = Decimal::from(self.minor - was.minor) * Decimal::ONE_HUNDRED / Decimal::from(was.minor);
        let percent =
            change.round_dp_with_strategy(1, rust_decimal::RoundingStrategy::MidpointAwayFromZero).normalize();
        let sign = if percent > Decimal::ZERO { "+" } else { "" };
        Some(format!("{sign}{percent} %").replace('-', "−"))
    }

    /// Splits by weights with the largest remainder, so that the parts always add up to the whole.
    pub fn split(&self, weights: &[u32]) -> Vec<Money> {
        let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
        if total == 0 {
            return vec![Self::new(0, self.currency); weights.len()];
        }
        let whole = i128::from(self.minor);
        let mut parts: Vec<i128> = weights.iter().map(|w| (whole * i128::from(*w)).div_euclid(total)).collect();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by_key(|i| std::cmp::Reverse((whole * i128::from(weights[*i])).rem_euclid(total)));
        let missing = whole - parts.iter().sum::<i128>();
        for i in order.into_iter().take(usize::try_from(missing).unwrap_or(0)) {
            parts[i] += 1;
        }
        let minor = |p: i128| i64::try_from(p).expect("a part is no larger than the whole");
        parts.into_iter().map(|p| Self::new(minor(p), self.currency)).collect()
    }
}

/// Decimal places of the currency's minor unit (ISO 4217).
pub fn exponent(currency: Currency) -> u32 {
    currency.exponent().map_or(0, u32::from)
}

/// Turns either notation of thousands and decimals into `1234.56`; ambiguous triples count as thousands.
fn plain(digits: &str) -> Option<String> {
    let last = digits.rfind(['.', ',']);
    let Some(at) = last else { return Some(digits.to_owned()) };
    let mark = digits.as_bytes()[at] as char;
    let (other, tail) = (if mark == '.' { ',' } else { '.' }, &digits[at + 1..]);
    let grouped = |head: &str, by: char| {
        let mut groups = head.split(by);
        groups.next().is_some_and(|g| (1..=3).contains(&g.len()))
            && groups.all(|g| g.len() == 3 && g.chars().all(|c| c.is_ascii_digit()))
    };
    let head = &digits[..at];
    if tail.contains(['.', ',']) {
        return None;
    }
    // 1,234,567 or 1,234: only one kind of mark, and groups of three behind it. "1.234" is a thousand
    // and more in half of the world; amounts with three decimals are far rarer than thousands.
    if !head.contains(other) && tail.len() == 3 && grouped(head, mark) && (head.contains(mark) || mark == ',') {
        return Some(digits.replace(mark, ""));
    }
    if head.contains(mark) || (head.contains(other) && !grouped(head, other)) {
        return None;
    }
    Some(format!("{}.{tail}", head.replace(other, "")).trim_end_matches('.').to_owned())
}

/// `$88,958.00`, and `CHF 12.50` where the symbol is no single sign.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = exponent(self.currency) as usize;
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = places + 1);
        let (major, minor) = digits.split_at(digits.len() - places);
        if self.minor < 0 {
            f.write_str("\u{2212}")?;
        }
        let symbol = self.currency.symbol().symbol;
        if symbol.chars().count() == 1 {
            write!(f, "{symbol}")?
        } else {
            write!(f, "{}\u{a0}", self.currency.code())?
        }
        for (i, c) in major.chars().enumerate() {
            if i > 0 && (major.len() - i).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{c}")?;
        }
        if places > 0 { write!(f, ".{minor}") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Currency::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_in_either_notation() {
        for (text, currency, minor) in [
            ("88958", USD, 8_895_800),
            ("88,958.00", USD, 8_895_800),
            ("88.958,00", EUR, 8_895_800),
            ("$1,234.5", USD, 123_450),
            ("1 234,50 €", EUR, 123_450),
            ("EUR 12", EUR, 1_200),
            ("1,234", USD, 123_400),
            ("1.234.567", EUR, 123_456_700),
            ("-12.30", USD, -1_230),
            ("1100.04", USD, 110_004),
            ("500", JPY, 500),
            ("1.234", KWD, 1_234),
            ("12'500.00", CHF, 1_250_000),
        ] {
            assert_eq!(Money::parse(text, currency).map(|m| m.minor), Ok(minor), "{text}");
        }
        for bad in [
            "",
            "abc",
            "1.2.3",
            "1,23,4",
            "12.345,6,7",
            "1.234",
            "62.000",
            "€ 62.000",
            "62.000 EUR",
            "=1+1",
            "1e5",
            "99999999999999999999",
        ] {
            assert!(Money::parse(bad, USD).is_err(), "{bad}");
        }
        for (text, currency) in [("1.5", JPY), ("€12", USD), ("$12", EUR), ("EUR 12", USD)] {
            assert!(Money::parse(text, currency).is_err(), "{text}");
        }
    }

    #[test]
    fn amounts_in_thousands_and_millions_are_exact() {
        for (text, times, minor) in [
            ("1100.04", 1_000_000, Ok(110_004_000_000)),
            ("0.000001", 1_000_000, Ok(100)),
            ("1.234", 1_000_000, Ok(123_400_000)),
            ("52,5", 1_000, Ok(5_250_000)),
            ("0.000000001", 1_000_000, Err("This has more decimals than the currency.")),
            ("99999999999999", 1_000_000, Err("This amount is too large.")),
        ] {
            assert_eq!(Money::parse_times(text, times, USD).map(|m| m.minor), minor, "{text}");
        }
    }

    #[test]
    fn amounts_are_shown_with_the_currency_s_exponent() {
        assert_eq!(Money::new(8_895_800, USD).to_string(), "$88,958.00");
        assert_eq!(Money::new(-5, USD).to_string(), "\u{2212}$0.05");
        assert_eq!(Money::new(1_234_567, JPY).to_string(), "¥1,234,567");
        assert_eq!(Money::new(1_234, KWD).to_string(), "KWD\u{a0}1.234");
    }

    proptest! {
        #[test]
        fn a_split_adds_up_to_the_whole(minor in -1_000_000_000i64..1_000_000_000, weights in prop::collection::vec(0u32..1000, 1..20)) {
            prop_assume!(weights.iter().any(|w| *w > 0));
            let whole = Money::new(minor, USD);
            prop_assert_eq!(whole.split(&weights).iter().map(|m| m.minor).sum::<i64>(), minor);
        }

        #[test]
        fn what_is_shown_can_be_read_again(minor in 0i64..1_000_000_000_000) {
            for currency in [USD, JPY, KWD, EUR] {
                let money = Money::new(minor, currency);
                prop_assert_eq!(Money::parse(&money.decimal().to_string(), currency), Ok(money));
            }
        }
    }
}
