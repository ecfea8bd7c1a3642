//! Rate tables that a workspace keeps: bands from an amount on, in dated editions. Tax and contributions are tables like any
//! other; nothing here knows a country's (DOMAIN: Payroll: no claim of statutory compliance).

use super::{components::Code, most};
use crate::Day;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub code: Code,
    pub name: String,
    /// By their days; each holds until the next one.
    pub editions: Vec<Edition>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    pub from: Day,
    /// By what they begin with.
    pub bands: Vec<Band>,
}

/// From this amount on, itself included, up to the next band.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Band {
    pub from: Decimal,
    pub value: Decimal,
}

/// How a table is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Each band's percentage of the part that lies in it, as an income tax does.
    Bracket,
    /// The value of the band that the amount is in.
    Lookup,
    /// The percentage of the band that the amount is in, of all of it.
    Percent,
}

impl Reading {
    pub const ALL: [Self; 3] = [Self::Bracket, Self::Lookup, Self::Percent];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Bracket => "bracket",
            Self::Lookup => "lookup",
            Self::Percent => "percent",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Bracket => "By brackets: each band’s percentage of its part",
            Self::Lookup => "The amount of the band",
            Self::Percent => "The band’s percentage of all",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.key() == key)
    }
}

impl Table {
    /// What holds on a day; before the first edition, nothing.
    pub fn on(&self, day: Day) -> Option<&Edition> {
        self.editions.iter().rev().find(|e| e.from <= day)
    }

    /// What is wrong with it, in words.
    pub fn check(&self) -> Result<(), String> {
        let name = &self.code;
        if self.editions.is_empty() || self.editions.iter().any(|e| e.bands.is_empty()) {
            return Err(format!("The table {name} has no bands."));
        }
        if self.editions.len() > most::EDITIONS || self.editions.iter().any(|e| e.bands.len() > most::BANDS) {
            return Err(format!(
                "The table {name} has more than {} bands or {} editions.",
                most::BANDS,
                most::EDITIONS
            ));
        }
        if self.editions.windows(2).any(|pair| pair[0].from >= pair[1].from) {
            return Err(format!("Each edition of the table {name} begins after the one before it."));
        }
        let disorder = |e: &&Edition| e.bands.windows(2).any(|pair| pair[0].from >= pair[1].from);
        match self.editions.iter().find(disorder) {
            Some(e) => Err(format!("The bands of the table {name} from {} do not rise.", e.from.short())),
            None => Ok(()),
        }
    }
}

impl Edition {
    /// What an amount comes to; the reason in words, if it comes to nothing.
    pub fn read(&self, how: Reading, amount: Decimal) -> Result<Decimal, &'static str> {
        const LARGE: &str = "The amount is too large.";
        if how == Reading::Bracket {
            let mut sum = Decimal::ZERO;
            for (n, band) in self.bands.iter().enumerate().take_while(|(_, b)| b.from < amount) {
                let to = self.bands.get(n + 1).map_or(amount, |next| next.from.min(amount));
                let tax = to.checked_sub(band.from).and_then(|part| part.checked_mul(band.value));
                sum = tax.and_then(|t| sum.checked_add(t.checked_div(Decimal::ONE_HUNDRED)?)).ok_or(LARGE)?;
            }
            return Ok(sum);
        }
        let band = self.bands.iter().rev().find(|b| b.from <= amount).ok_or("The amount lies below the first band.")?;
        match how {
            Reading::Percent => amount.checked_mul(band.value).map(|p| p / Decimal::ONE_HUNDRED).ok_or(LARGE),
            _ => Ok(band.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::samples_tests::{code, d, day},
        *,
    };
    use proptest::prelude::*;

    fn edition(from: &str, bands: &[(&str, &str)]) -> Edition {
        let band = |(from, value): &(&str, &str)| Band { from: d(from), value: d(value) };
        Edition { from: day(from), bands: bands.iter().map(band).collect() }
    }

    fn tax() -> Table {
        let editions = vec![
            edition("2026-01-01", &[("0", "0"), ("1000", "10"), ("3000", "20")]),
            edition("2026-07-01", &[("0", "0"), ("1200", "10")]),
        ];
        Table { code: code("tax"), name: "Income tax".into(), editions }
    }

    #[test]
    fn a_table_is_read_in_three_ways() {
        // By brackets, of 4,000: nothing of the first thousand, 10 % of two, 20 % of one: 200 + 200.
        for (amount, bracket, lookup, percent) in [
            ("0", "0", "0", "0"),
            ("1000", "0", "10", "100"),
            ("1000.01", "0.001", "10", "100.001"),
            ("3000", "200", "20", "600"),
            ("4000", "400", "20", "800"),
        ] {
            let edition = tax().on(day("2026-03-31")).expect("one").clone();
            let all = Reading::ALL.map(|how| edition.read(how, d(amount)).expect("a value").normalize());
            assert_eq!(all, [d(bracket), d(lookup), d(percent)], "{amount}");
        }
        let edition = tax().on(day("2026-03-31")).expect("one").clone();
        assert_eq!(edition.read(Reading::Bracket, d("-5")), Ok(Decimal::ZERO));
        assert_eq!(edition.read(Reading::Lookup, d("-5")), Err("The amount lies below the first band."));
        assert!(edition.read(Reading::Bracket, Decimal::MAX).is_err());
        assert!(edition.read(Reading::Percent, Decimal::MAX).is_err());
    }

    #[test]
    fn the_edition_of_a_day_holds_until_the_next_one() {
        for (on, bands) in
            [("2025-12-31", None), ("2026-01-01", Some(3)), ("2026-06-30", Some(3)), ("2026-07-01", Some(2))]
        {
            assert_eq!(tax().on(day(on)).map(|e| e.bands.len()), bands, "{on}");
        }
        assert_eq!(tax().check(), Ok(()));
    }

    #[test]
    fn bands_and_editions_rise() {
        let with = |editions| Table { editions, ..tax() }.check();
        assert!(with(vec![]).is_err());
        assert!(with(vec![edition("2026-01-01", &[])]).is_err());
        assert!(with(vec![edition("2026-01-01", &[("5", "1"), ("5", "2")])]).is_err());
        assert!(with(vec![edition("2026-01-01", &[("0", "1")]), edition("2025-01-01", &[("0", "1")])]).is_err());
    }

    proptest! {
        #[test]
        fn who_earns_more_pays_no_less(a in 0i64..1_000_000, more in 0i64..1_000_000) {
            let edition = &tax().editions[0];
            let tax = |minor: i64| edition.read(Reading::Bracket, Decimal::new(minor, 2)).expect("a tax");
            prop_assert!(tax(a) <= tax(a + more));
            prop_assert!(tax(a + more) - tax(a) <= Decimal::new(more, 2));
        }
    }
}
