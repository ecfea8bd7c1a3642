//! Signing up, signing in and choosing a password.

use crate::{Email, Errors, Slug, draft, draft::Conventions, places::Country};
use chrono_tz::Tz;

draft! {
    /// The sign-up form.
    Draft { company, slug, country, zone, name, email, password }
}

draft! {
    /// Another workspace of somebody who has an account.
    Another { company, slug, country, zone }
}

/// A workspace to be.
pub struct Company {
    pub name: String,
    pub slug: Slug,
    pub country: Option<Country>,
    /// What its money is in, and how its dates are written.
    pub conventions: Conventions,
    pub zone: Tz,
}

pub struct Fields {
    pub company: Company,
    pub name: String,
    pub email: Email,
    pub password: String,
}

/// Shortest and longest password that is taken (OWASP: length over composition; the upper bound
/// keeps hashing from being used against us).
pub const PASSWORD: std::ops::RangeInclusive<usize> = 10..=256;

impl Draft {
    /// `guessable` is the strength meter's verdict (a sentence), computed by the caller.
    pub fn parse(&self, guessable: Option<String>) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let company = company(&mut e, [&self.company, &self.slug, &self.country, &self.zone]);
        let name = e.required("name", &self.name, 100);
        let email = e.take("email", Email::parse(&self.email));
        check_password(&mut e, &self.password, guessable);
        match (company, email) {
            (Some(company), Some(email)) => e.or(Fields { company, name, email, password: self.password.clone() }),
            _ => Err(e),
        }
    }
}

impl Another {
    pub fn parse(&self) -> Result<Company, Errors> {
        let mut e = Errors::default();
        match company(&mut e, [&self.company, &self.slug, &self.country, &self.zone]) {
            Some(company) => e.or(company),
            None => Err(e),
        }
    }
}

fn company(e: &mut Errors, [name, slug, country, zone]: [&str; 4]) -> Option<Company> {
    let name = e.required("company", name, 100);
    let chosen = if slug.trim().is_empty() {
        Slug::suggest(&name).ok_or("Choose an address for your workspace.")
    } else {
        Slug::parse(slug)
    };
    // Without a name there is nothing to suggest from, and the name's own error says enough.
    let slug = if name.is_empty() && slug.trim().is_empty() { None } else { e.take("slug", chosen) };
    let country = e.optional("country", country, Country::parse);
    let conventions = country.map_or_else(Conventions::default, |c| c.conventions());
    // The browser tells it; without a script, or with a name of its own making, it is UTC.
    let zone = zone.trim().parse().unwrap_or(Tz::UTC);
    Some(Company { name, slug: slug?, country, conventions, zone })
}

/// Length first, then the strength meter's verdict.
pub fn check_password(e: &mut Errors, password: &str, guessable: Option<String>) {
    if password.chars().count() < *PASSWORD.start() {
        e.add("password", format!("Use at least {} characters.", PASSWORD.start()));
    } else if password.len() > *PASSWORD.end() {
        e.add("password", format!("Use at most {} characters.", PASSWORD.end()));
    } else if let Some(why) = guessable {
        e.add("password", why);
    }
}

draft! {
    /// Asks for a reset link.
    Forgot { email }
}

draft! {
    /// Chooses a password behind a reset link.
    NewPassword { password }
}
