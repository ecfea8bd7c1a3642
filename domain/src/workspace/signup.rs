//! Signing up, signing in and choosing a password.

use crate::{Email, Errors, Slug, draft, draft::Conventions, places::Country};
use chrono_tz::Tz;

draft! {
    /// The sign-up form.
    Draft { company, slug, country, zone, name, email, password }
}

pub struct Fields {
    pub company: String,
    pub slug: Slug,
    /// What its money is in, and how its dates are written.
    pub conventions: Conventions,
    pub zone: Tz,
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
        let company = e.required("company", &self.company, 100);
        let slug = if self.slug.trim().is_empty() {
            Slug::suggest(&company).ok_or("Choose an address for your workspace.")
        } else {
            Slug::parse(&self.slug)
        };
        // Without a name there is nothing to suggest from, and the name's own error says enough.
        let slug = if company.is_empty() && self.slug.trim().is_empty() { None } else { e.take("slug", slug) };
        let country = match self.country.trim() {
            "" => None,
            country => e.take("country", Country::parse(country)),
        };
        let conventions = country.map_or_else(Conventions::default, |c| c.conventions());
        // The browser tells it; without a script, or with a name of its own making, it is UTC.
        let zone = self.zone.trim().parse().unwrap_or(Tz::UTC);
        let name = e.required("name", &self.name, 100);
        let email = e.take("email", Email::parse(&self.email));
        check_password(&mut e, &self.password, guessable);
        match (slug, email) {
            (Some(slug), Some(email)) => {
                e.or(Fields { company, slug, conventions, zone, name, email, password: self.password.clone() })
            }
            _ => Err(e),
        }
    }
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
