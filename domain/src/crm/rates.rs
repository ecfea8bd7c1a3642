//! Exchange rates: what one of another currency is worth in the workspace's own, from a day on. The rate of a day is that of the
//! newest day up to it; where there is none, an amount is not priced, and never taken for as much (DOMAIN: Money, time, identity).

use crate::{Conventions, Currency, Day, Errors, ExchangeRateId, draft, money::exponent};
use rust_decimal::Decimal;

/// Lines that can be brought at once.
pub const MOST_LINES: usize = 2_000;

draft! {
    /// A rate as it is typed, and the lines of a file.
    Draft { currency, on, rate }
}

draft! {
    /// Lines of a file: day, currency, rate.
    Lines { lines }
}

/// A rate as it was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fields {
    pub currency: Currency,
    pub on: Day,
    /// How much of the workspace's currency one of the other is worth.
    pub rate: Decimal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub id: ExchangeRateId,
    pub base: Currency,
    pub told: Fields,
}

/// What amounts in the smallest part of `of` are multiplied by to be in the smallest part of `base`.
pub fn factor(rate: Decimal, of: Currency, base: Currency) -> Decimal {
    let (from, to) = (exponent(of), exponent(base));
    let shift = |places: u32| Decimal::from(10_i64.pow(places));
    if to >= from { rate * shift(to - from) } else { rate / shift(from - to) }
}

impl Draft {
    pub fn parse(&self, c: &Conventions, today: Day) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let currency = match self.currency.trim() {
            "" => Err("Please fill this in."),
            code => super::deals::currency(code),
        };
        let currency = match e.take("currency", currency) {
            Some(own) if own == c.currency => {
                e.add("currency", "This is the workspace's own, which is always worth one.");
                None
            }
            other => other,
        };
        let on = e.optional("on", &self.on, |s| Day::parse(s, c.dates)).unwrap_or(today);
        if on.0 > today.0 + chrono::Duration::days(1) {
            e.add("on", "This day is still to come.");
        }
        let told = match self.rate.trim() {
            "" => Err("Please fill this in."),
            text => rate(text),
        };
        let rate = e.take("rate", told);
        match (currency, rate) {
            (Some(currency), Some(rate)) => e.or(Fields { currency, on, rate }),
            _ => Err(e),
        }
    }
}

impl Lines {
    /// The lines as rates, or what is wrong with each, by its number. A first line that names columns is passed over.
    pub fn parse(&self, c: &Conventions, today: Day) -> Result<Vec<Fields>, Vec<(usize, String)>> {
        let (mut rates, mut wrong): (Vec<Fields>, Vec<(usize, String)>) = Default::default();
        let lines = self.lines.lines().enumerate().map(|(n, line)| (n + 1, line.trim()));
        for (n, line) in lines.filter(|(_, line)| !line.is_empty()) {
            if n > MOST_LINES {
                wrong.push((n, format!("At most {MOST_LINES} lines can be brought at once.")));
                break;
            }
            let mark = if line.contains('\t') {
                '\t'
            } else if line.contains(';') {
                ';'
            } else {
                ','
            };
            let cells: Vec<&str> = line.split(mark).map(|cell| cell.trim().trim_matches('"')).collect();
            let [on, currency, rate] = cells[..] else {
                wrong.push((n, "A line has a day, a currency and a rate: 2026-03-02,EUR,1.0842".into()));
                continue;
            };
            let draft = Draft { currency: currency.into(), on: on.into(), rate: rate.into() };
            match draft.parse(c, today) {
                _ if n == 1
                    && Day::parse(on, c.dates).is_err()
                    && Currency::from_code(&currency.to_uppercase()).is_none() => {}
                _ if on.is_empty() => wrong.push((n, "The day is missing.".into())),
                Ok(told) if rates.iter().any(|r| r.currency == told.currency && r.on == told.on) => {
                    wrong.push((n, format!("{} on {} is told twice.", told.currency.code(), told.on)));
                }
                Ok(told) => rates.push(told),
                Err(errors) => wrong.push((n, errors.iter().map(|(_, why)| why).collect::<Vec<_>>().join(" "))),
            }
        }
        if rates.is_empty() && wrong.is_empty() {
            wrong.push((1, "Paste at least one line.".into()));
        }
        if wrong.is_empty() { Ok(rates) } else { Err(wrong) }
    }
}

/// `1.0842`, `1,0842`: exact, above nothing, to ten places.
pub fn rate(input: &str) -> Result<Decimal, &'static str> {
    const WRONG: &str = "This is not a rate, like 1.0842.";
    let text = input.trim().replace(',', ".");
    if text.is_empty() || !text.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return Err(WRONG);
    }
    let exact: Decimal = text.parse().map_err(|_| WRONG)?;
    if exact.is_zero() {
        return Err("A rate is more than nothing.");
    }
    if exact.normalize().scale() > 10 {
        return Err("Use at most ten decimals.");
    }
    if exact > Decimal::from(1_000_000_000) {
        return Err("This is too large for a rate.");
    }
    Ok(exact.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Money;
    use proptest::prelude::*;
    use rust_decimal::{RoundingStrategy, prelude::ToPrimitive};

    /// An amount by its factor, rounded half up, as the database does it.
    fn convert(minor: i64, factor: Decimal) -> Option<i64> {
        let exact = Decimal::from(minor).checked_mul(factor)?;
        exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64()
    }

    fn day(m: u32, d: u32) -> Day {
        Day::new(2026, m, d).expect("a day")
    }

    #[test]
    fn amounts_are_converted_between_the_smallest_parts() {
        for (minor, of, rate, base, told) in [
            (10_000, Currency::EUR, "1.0842", Currency::USD, 10_842),
            // Half a cent is up.
            (1, Currency::EUR, "1.5", Currency::USD, 2),
            (1, Currency::EUR, "1.4999999999", Currency::USD, 1),
            // Yen have no parts; dinars have thousands.
            (1_000, Currency::JPY, "0.0067", Currency::USD, 670),
            (1_000, Currency::KWD, "3.25", Currency::USD, 325),
            (100, Currency::USD, "149.25", Currency::JPY, 149),
        ] {
            let factor = factor(rate.parse().expect("a rate"), of, base);
            assert_eq!(convert(minor, factor), Some(told), "{minor} {of:?} at {rate}");
        }
        assert_eq!(convert(i64::MAX, Decimal::from(1_000_000_000)), None);
    }

    #[test]
    fn a_rate_is_exact_and_above_nothing() {
        for (text, told) in [
            ("1.0842", Some("1.0842")),
            ("1,0842", Some("1.0842")),
            ("0", None),
            ("-1", None),
            ("1e3", None),
            ("1.12345678901", None),
            ("=1+1", None),
            ("", None),
        ] {
            assert_eq!(rate(text).ok().map(|r| r.to_string()), told.map(str::to_owned), "{text}");
        }
        let own = Draft { currency: "usd".into(), rate: "1".into(), ..Draft::default() };
        assert!(own.parse(&Conventions::default(), day(3, 2)).is_err_and(|e| e.of("currency").is_some()));
        let late = Draft { currency: "EUR".into(), rate: "1".into(), on: "2026-04-01".into() };
        assert!(late.parse(&Conventions::default(), day(3, 2)).is_err_and(|e| e.of("on").is_some()));
    }

    #[test]
    fn lines_of_a_file_say_which_of_them_is_wrong() {
        let read = |lines: &str| Lines { lines: lines.into() }.parse(&Conventions::default(), day(3, 2));
        let rates =
            read("day,currency,rate\n2026-03-01,EUR,1.08\n\n2026-02-01;GBP;1,27\n2026-01-31\tCHF\t1.1").expect("rates");
        let told: Vec<_> = rates.iter().map(|r| (r.currency.code(), r.on.to_string(), r.rate.to_string())).collect();
        let told: Vec<_> = told.iter().map(|(c, d, r)| (*c, d.as_str(), r.as_str())).collect();
        assert_eq!(told, [("EUR", "2026-03-01", "1.08"), ("GBP", "2026-02-01", "1.27"), ("CHF", "2026-01-31", "1.1")]);
        let wrong =
            read("2026-03-01,EUR,1.08\n2026-03-01,EUR,1.09\n2026-03-01,gold,2\n2026-13-01,EUR,1\nEUR,2\n,EUR,1")
                .expect_err("wrong");
        assert_eq!(wrong.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
        assert!(read("  \n").is_err());
    }

    proptest! {
        #[test]
        fn what_is_converted_is_within_half_of_the_smallest_part(minor in 0i64..1_000_000_000_000, rate in 1i64..1_000_000_000) {
            let factor = factor(Decimal::new(rate, 6), Currency::EUR, Currency::USD);
            let told = Money::new(convert(minor, factor).expect("it fits"), Currency::USD);
            let exact = Decimal::from(minor) * factor;
            prop_assert!((Decimal::from(told.minor) - exact).abs() * Decimal::TWO <= Decimal::ONE);
        }
    }
}
