//! How customers and contacts are reached: addresses with what stands against them, and what people are to companies and
//! deals.

use crate::{ContactId, CustomerId, DealId, Email, Errors, Money, PointId, TieId, draft, hr::employees::phone};
use chrono::{DateTime, Utc};

draft! {
    /// An address as typed into a form.
    Draft { kind, label, value, opted_out, opted_out_because, invalid, invalid_because }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Email,
    Phone,
    Address,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Email, Self::Phone, Self::Address];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Email => "Email",
            Self::Phone => "Phone",
            Self::Address => "Address",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// What an address is told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub kind: Kind,
    pub label: Option<String>,
    pub value: String,
    /// They do not want to be reached there, and why.
    pub opted_out: Option<Option<String>>,
    /// Nobody is reached there, and why.
    pub invalid: Option<Option<String>>,
}

/// Words that labels usually are; any other will do.
pub const LABELS: &[&str] = &["Work", "Mobile", "Home", "Billing", "Delivery", "Assistant", "Other"];

/// What somebody is at a company; any other word will do.
pub const COMPANY_ROLES: &[&str] =
    &["Decision maker", "Billing", "Technical", "Purchasing", "Legal", "Executive sponsor", "User", "Former"];

/// What somebody is in a deal; any other word will do.
pub const DEAL_ROLES: &[&str] =
    &["Champion", "Decision maker", "Economic buyer", "Influencer", "Technical evaluator", "Blocker", "User"];

impl Draft {
    pub fn read(&self) -> (Fields, Errors) {
        let mut e = Errors::default();
        let kind = e.take("kind", Kind::parse(&self.kind).ok_or("Choose one of them.")).unwrap_or(Kind::Email);
        let value = match kind {
            Kind::Email => e.optional("value", &self.value, Email::parse).map(|v| v.as_str().to_owned()),
            Kind::Phone => e.optional("value", &self.value, phone),
            Kind::Address => e.text("value", &self.value, 500),
        };
        if value.is_none() && e.of("value").is_none() {
            e.add("value", "Please fill this in.");
        }
        let mut why = |said: &str, field: &'static str, because: &str| {
            let because = e.line(field, because, 200);
            (!said.is_empty()).then_some(because)
        };
        let opted_out = why(&self.opted_out, "opted_out_because", &self.opted_out_because);
        let invalid = why(&self.invalid, "invalid_because", &self.invalid_because);
        let label = e.line("label", &self.label, 40);
        (Fields { kind, label, value: value.unwrap_or_default(), opted_out, invalid }, e)
    }
}

/// One way in which somebody is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    pub id: PointId,
    pub version: i32,
    pub kind: Kind,
    pub label: Option<String>,
    pub value: String,
    /// The one that lists show.
    pub first: bool,
    pub opted_out: Option<Against>,
    pub invalid: Option<Against>,
}

/// Since when something stands against an address, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against {
    pub since: DateTime<Utc>,
    pub because: Option<String>,
}

impl Point {
    pub fn draft(&self) -> Draft {
        let said = |a: &Option<Against>| if a.is_some() { "true".to_owned() } else { String::new() };
        let why = |a: &Option<Against>| a.as_ref().and_then(|a| a.because.clone()).unwrap_or_default();
        Draft {
            kind: self.kind.key().into(),
            label: self.label.clone().unwrap_or_default(),
            value: self.value.clone(),
            opted_out: said(&self.opted_out),
            opted_out_because: why(&self.opted_out),
            invalid: said(&self.invalid),
            invalid_because: why(&self.invalid),
        }
    }

    /// Whether somebody may and can be reached there.
    pub const fn good(&self) -> bool {
        self.opted_out.is_none() && self.invalid.is_none()
    }
}

/// A file that belongs to a record as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    pub id: crate::FileId,
    pub name: String,
    pub size: u64,
    pub at: DateTime<Utc>,
    pub by: Option<String>,
}

/// A person at a company, as the company's page shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtCompany {
    pub link: TieId,
    pub contact: ContactId,
    pub name: String,
    pub job_title: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub role: Option<String>,
    /// They work here first of all.
    pub first: bool,
    pub do_not_contact: bool,
}

/// A company of somebody's, as their page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfContact {
    pub link: TieId,
    pub customer: CustomerId,
    pub name: String,
    pub role: Option<String>,
    pub first: bool,
}

/// A person in a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InDeal {
    pub link: TieId,
    pub contact: ContactId,
    pub name: String,
    pub job_title: Option<String>,
    pub role: Option<String>,
}

/// A deal as the page of its customer, or of somebody in it, shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dealt {
    pub deal: DealId,
    pub name: String,
    pub stage: String,
    pub state: super::pipelines::State,
    pub amount: Option<Money>,
    /// What the person is in it.
    pub role: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_by_its_kind() {
        let typed = |kind: &str, value: &str| Draft { kind: kind.into(), value: value.into(), ..Draft::default() };
        for (kind, value, fine) in [
            ("email", "ada@lamps.example", true),
            ("email", "nope", false),
            ("phone", "+49 30 1234567", true),
            ("phone", "call me", false),
            ("address", "Torstraße 1\n10119 Berlin", true),
            ("address", "  ", false),
            ("pigeon", "coo", false),
        ] {
            let (_, errors) = typed(kind, value).read();
            assert_eq!(errors.is_empty(), fine, "{kind} {value}: {errors:?}");
        }
    }

    #[test]
    fn a_reason_counts_only_with_its_tick() {
        let typed = Draft {
            kind: "email".into(),
            value: "ada@lamps.example".into(),
            opted_out: "true".into(),
            opted_out_because: "Asked on the phone".into(),
            invalid_because: "Bounced".into(),
            ..Draft::default()
        };
        let (fields, errors) = typed.read();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(fields.opted_out, Some(Some("Asked on the phone".into())));
        assert_eq!(fields.invalid, None);
    }
}
