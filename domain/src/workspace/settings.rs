//! What a company has decided for itself: how it is called and looks, when it works, and what it demands of sign-ins.

use crate::{
    Conventions, Currency, DateOrder, Errors,
    colour::Colour,
    draft,
    draft::{Field, FieldClass},
    places::Country,
};
use chrono_tz::Tz;

draft! {
    /// The page *General*.
    General { name, address, country, zone, currency, date_order, fiscal_month, fiscal_day, accent }
}

draft! {
    /// Working time.
    WorkingTime { mon, tue, wed, thu, fri, sat, sun, hours, week_start }
}

draft! {
    /// The security policy.
    Policy { second_factor, idle, days, domains }
}

pub struct GeneralFields {
    pub name: String,
    pub address: Option<String>,
    pub country: Option<Country>,
    pub zone: Tz,
    pub conventions: Conventions,
    pub fiscal_month: i16,
    pub fiscal_day: i16,
    pub accent: Option<Colour>,
}

pub struct WorkingTimeFields {
    /// ISO weekdays, Monday is 1.
    pub days: Vec<i16>,
    pub minutes: i16,
    pub week_start: i16,
}

pub struct PolicyFields {
    pub second_factor: bool,
    pub idle_minutes: i32,
    pub days: i32,
    /// Small letters; empty: any.
    pub domains: Vec<String>,
}

/// All of it, as it stands.
#[derive(Debug, Clone)]
pub struct Settings {
    pub version: i32,
    pub general: General,
    pub working_time: WorkingTime,
    pub policy: Policy,
    pub logo: Option<String>,
}

const fn field(key: &'static str, label: &'static str) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases: &[], required: false }
}

/// What two people may change at the same time on the page *General*.
pub const GENERAL_FIELDS: &[Field] = &[
    field("name", "Company name"),
    field("address", "Address"),
    field("country", "Country"),
    field("zone", "Time zone"),
    field("currency", "Currency"),
    field("date_order", "Dates"),
    field("fiscal_month", "Fiscal year, month"),
    field("fiscal_day", "Fiscal year, day"),
    field("accent", "Accent colour"),
];

/// The same of working time.
pub const WORKING_TIME_FIELDS: &[Field] = &[
    field("mon", "Monday"),
    field("tue", "Tuesday"),
    field("wed", "Wednesday"),
    field("thu", "Thursday"),
    field("fri", "Friday"),
    field("sat", "Saturday"),
    field("sun", "Sunday"),
    field("hours", "Hours a day"),
    field("week_start", "The week begins on"),
];

/// The same of the security policy.
pub const POLICY_FIELDS: &[Field] = &[
    field("second_factor", "Everybody needs a second factor"),
    field("idle", "End without use after, minutes"),
    field("days", "End in any case after, days"),
    field("domains", "Email domains"),
];

/// The weekdays in their order, as the form names them.
pub const DAYS: [(&str, &str); 7] = [
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
];

/// After how many minutes without use a session may end, and how that is called.
pub const IDLE: [(i32, &str); 6] =
    [(15, "15 minutes"), (30, "30 minutes"), (60, "1 hour"), (480, "8 hours"), (1_440, "1 day"), (20_160, "14 days")];

impl General {
    pub fn parse(&self) -> Result<GeneralFields, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 100);
        let address = e.optional("address", &self.address, |a| match a.chars().count() {
            ..=300 => Ok(a.to_owned()),
            _ => Err("Use at most 300 characters."),
        });
        let country = e.optional("country", &self.country, Country::parse);
        let zone = e.take("zone", self.zone.trim().parse::<Tz>().map_err(|_| "Choose a time zone from the list."));
        let currency =
            e.take("currency", Currency::from_code(self.currency.trim()).ok_or("Choose a currency from the list."));
        let dates = if self.date_order == "dmy" { DateOrder::Dmy } else { DateOrder::Mdy };
        let number = |text: &str, most: i16| text.trim().parse::<i16>().ok().filter(|n| (1..=most).contains(n));
        let fiscal_month = e.take("fiscal_month", number(&self.fiscal_month, 12).ok_or("Choose a month."));
        let fiscal_day =
            e.take("fiscal_day", number(&self.fiscal_day, 28).ok_or("A day from 1 to 28, which every month has."));
        let accent = e.optional("accent", &self.accent, Colour::parse);
        match (zone, currency, fiscal_month, fiscal_day) {
            (Some(zone), Some(currency), Some(fiscal_month), Some(fiscal_day)) => e.or(GeneralFields {
                name,
                address,
                country,
                zone,
                conventions: Conventions { currency, dates },
                fiscal_month,
                fiscal_day,
                accent,
            }),
            _ => Err(e),
        }
    }
}

impl WorkingTime {
    pub fn parse(&self) -> Result<WorkingTimeFields, Errors> {
        let mut e = Errors::default();
        let days: Vec<i16> =
            (1..).zip(DAYS).filter(|(_, (key, _))| !self.get(key).is_empty()).map(|(n, _)| n).collect();
        if days.is_empty() {
            e.add("days", "Choose at least one day.");
        }
        let minutes = e.take("hours", minutes(&self.hours));
        let week_start = match self.week_start.as_str() {
            "6" => 6,
            "7" => 7,
            _ => 1,
        };
        e.or(WorkingTimeFields { days, minutes: minutes.unwrap_or_default(), week_start })
    }
}

/// `8`, `7.5` or `7:30` hours as minutes.
fn minutes(text: &str) -> Result<i16, &'static str> {
    const WORDS: &str = "Hours a day, like 8 or 7:30.";
    let text = text.trim().replace(',', ".");
    let minutes = match text.split_once(':') {
        Some((h, m)) => h
            .parse::<i16>()
            .ok()
            .zip(m.parse::<i16>().ok())
            .filter(|(_, m)| (0..60).contains(m))
            .map(|(h, m)| h.saturating_mul(60).saturating_add(m)),
        None => {
            let hours: Option<rust_decimal::Decimal> = text.parse().ok();
            hours.and_then(|h| h.checked_mul(60.into())).and_then(|m| m.round().try_into().ok())
        }
    };
    minutes.filter(|m| (30..=1440).contains(m)).ok_or(WORDS)
}

impl Policy {
    pub fn parse(&self) -> Result<PolicyFields, Errors> {
        let mut e = Errors::default();
        let idle = self.idle.trim().parse().ok().filter(|n| IDLE.iter().any(|(m, _)| m == n));
        let idle = e.take("idle", idle.ok_or("Choose one of them."));
        let days = self.days.trim().parse().ok().filter(|n| (1..=90).contains(n));
        let days = e.take("days", days.ok_or("A number of days from 1 to 90."));
        let domains: Vec<String> = self
            .domains
            .split([',', ';', ' ', '\n', '\r'])
            .map(|d| d.trim().trim_start_matches('@').to_lowercase())
            .filter(|d| !d.is_empty())
            .collect();
        let fine = |d: &String| {
            d.contains('.')
                && d.len() <= 253
                && d.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
                && !d.starts_with('.')
                && !d.ends_with('.')
        };
        if let Some(wrong) = domains.iter().find(|d| !fine(d)) {
            e.add("domains", format!("{wrong} is no domain, like acme.com."));
        }
        if domains.len() > 50 {
            e.add("domains", "Name at most 50 domains.");
        }
        e.or(PolicyFields {
            second_factor: !self.second_factor.is_empty(),
            idle_minutes: idle.unwrap_or_default(),
            days: days.unwrap_or_default(),
            domains,
        })
    }
}

/// Whether an address may be invited.
pub fn is_allowed(email: &str, domains: &[String]) -> bool {
    let domain = email.rsplit_once('@').map_or("", |(_, d)| d).to_lowercase();
    domains.is_empty() || domains.contains(&domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (text, minutes_) in [("8", Ok(480)), ("7.5", Ok(450)), ("7,5", Ok(450)), ("7:45", Ok(465)), ("0.5", Ok(30))]
        {
            assert_eq!(minutes(text), minutes_, "{text}");
        }
        for wrong in ["", "0", "25", "7:75", "eight", "-8", "99999999999999999999999999999999"] {
            assert!(minutes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn domains_are_read_and_kept_to() {
        let policy = |domains: &str| Policy {
            idle: "60".into(),
            days: "7".into(),
            domains: domains.into(),
            ..Policy::default()
        };
        let fields = policy(" @Acme.com, globex.co.uk\n").parse().expect("it holds");
        assert_eq!(fields.domains, ["acme.com", "globex.co.uk"]);
        assert!(
            is_allowed("ada@ACME.com", &fields.domains) && !is_allowed("ada@acme.com.evil.example", &fields.domains)
        );
        assert!(is_allowed("ada@anywhere.example", &[]));
        assert!(policy("acme").parse().is_err_and(|e| e.of("domains").is_some()));
        assert!(Policy { idle: "7".into(), ..policy("") }.parse().is_err());
    }
}
