//! Countries by ISO 3166, read the way people write them.

use crate::{Currency, DateOrder, draft::Conventions};
use iso_currency::IntoEnumIterator;
use serde::{Deserialize, Serialize};

/// A country by its ISO 3166 alpha-2 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// Everyday names where ISO's own are long or different.
const EVERYDAY: &[(&str, &str)] = &[
    ("BO", "Bolivia"),
    ("CD", "DR Congo"),
    ("CZ", "Czech Republic"),
    ("GB", "United Kingdom"),
    ("IR", "Iran"),
    ("KP", "North Korea"),
    ("KR", "South Korea"),
    ("LA", "Laos"),
    ("MD", "Moldova"),
    ("NL", "Netherlands"),
    ("PH", "Philippines"),
    ("RU", "Russia"),
    ("SY", "Syria"),
    ("TR", "Turkey"),
    ("TW", "Taiwan"),
    ("TZ", "Tanzania"),
    ("US", "United States"),
    ("VE", "Venezuela"),
    ("VN", "Vietnam"),
];

const ALIASES: &[(&str, &str)] = &[
    ("america", "US"),
    ("deutschland", "DE"),
    ("england", "GB"),
    ("great britain", "GB"),
    ("holland", "NL"),
    ("korea", "KR"),
    ("republic of korea", "KR"),
    ("the netherlands", "NL"),
    ("uk", "GB"),
    ("united states of america", "US"),
    ("usa", "US"),
];

impl Country {
    /// Reads a code (`US`, `USA`), a name or a usual misspelling of one (`Philipines`).
    pub fn parse(input: &str) -> Result<Self, &'static str> {
        const WRONG: &str = "No country is known by this name. Use its English name or two-letter code.";
        let text = input.trim();
        let lower = text.to_lowercase();
        if let Some((_, code)) = ALIASES.iter().find(|(name, _)| *name == lower) {
            return Ok(Self::of(code));
        }
        let upper = text.to_uppercase();
        if let Some(c) = rust_iso3166::from_alpha2(&upper).or_else(|| rust_iso3166::from_alpha3(&upper)) {
            return Ok(Self::of(c.alpha2));
        }
        if let Some(found) = Self::all().find(|c| c.name().to_lowercase() == lower) {
            return Ok(found);
        }
        // One letter missing, doubled, wrong or swapped; more than that is a guess.
        let mut near = Self::all().filter(|c| strsim::osa_distance(&c.name().to_lowercase(), &lower) == 1);
        match (near.next(), near.next()) {
            (Some(only), None) if lower.len() > 4 => Ok(only),
            _ => Err(WRONG),
        }
    }

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a country code is two ASCII letters")
    }

    pub fn name(&self) -> &'static str {
        if let Some((_, name)) = EVERYDAY.iter().find(|(code, _)| *code == self.code()) {
            return name;
        }
        rust_iso3166::from_alpha2(self.code()).map_or("", |c| c.name)
    }

    /// What amounts are in and how dates are written there.
    pub fn conventions(&self) -> Conventions {
        // Where two are in use, the one that is not made for clearing, and of few countries: the country's own.
        let used = |c: &Currency| !c.is_fund() && c.used_by().iter().any(|user| user.to_string() == self.code());
        let currency =
            Currency::iter().filter(used).min_by_key(|c| (!c.code().starts_with(self.code()), c.used_by().len()));
        // Month first is written in few places (Unicode CLDR, dateFormats of en_*, es_PA, fil).
        let dates =
            if matches!(self.code(), "US" | "PH" | "PA" | "PR" | "GU" | "VI" | "AS" | "UM" | "MP" | "FM" | "MH" | "PW")
            {
                DateOrder::Mdy
            } else {
                DateOrder::Dmy
            };
        Conventions { currency: currency.unwrap_or(Currency::USD), dates }
    }

    /// Every country, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        rust_iso3166::ALL.iter().map(|c| Self::of(c.alpha2))
    }

    fn of(code: &str) -> Self {
        let bytes = code.as_bytes();
        Self([bytes[0], bytes[1]])
    }
}

impl TryFrom<String> for Country {
    type Error = &'static str;
    fn try_from(s: String) -> Result<Self, Self::Error> {
        Self::parse(&s)
    }
}

impl From<Country> for String {
    fn from(c: Country) -> String {
        c.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_has_its_currency_and_its_dates() {
        for (code, currency, dates) in [
            ("US", "USD", DateOrder::Mdy),
            ("DE", "EUR", DateOrder::Dmy),
            ("GB", "GBP", DateOrder::Dmy),
            ("CH", "CHF", DateOrder::Dmy),
            ("LI", "CHF", DateOrder::Dmy),
            ("MX", "MXN", DateOrder::Dmy),
            ("JP", "JPY", DateOrder::Dmy),
            ("IN", "INR", DateOrder::Dmy),
            ("BR", "BRL", DateOrder::Dmy),
            ("SE", "SEK", DateOrder::Dmy),
            ("ZA", "ZAR", DateOrder::Dmy),
        ] {
            let told = Country::of(code).conventions();
            assert_eq!((told.currency.code(), told.dates), (currency, dates), "{code}");
        }
    }

    #[test]
    fn countries_are_read_as_people_write_them() {
        for (text, code) in [
            ("United States", "US"),
            ("usa", "US"),
            ("Philipines", "PH"),
            ("Korea", "KR"),
            ("Germany", "DE"),
            ("Kenya", "KE"),
            ("DE", "DE"),
        ] {
            assert_eq!(Country::parse(text).map(|c| c.code().to_owned()), Ok(code.into()), "{text}");
        }
        for bad in ["", "Atlantis", "XX", "Oman2x"] {
            assert!(Country::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Country::parse("PH").map(|c| c.name()), Ok("Philippines"));
    }
}
