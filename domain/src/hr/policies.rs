//! Policies: what people read and confirm, by version.

use crate::{
    Conventions, Day, Errors, PolicyId, draft,
    draft::{Field, FieldClass},
    text::Words,
};
use chrono::{DateTime, Utc};

pub const WORDS: Words = Words { one: "policy", many: "policies" };

/// Letters that a policy may have.
pub const LONGEST: usize = 50_000;

draft! {
    Draft { title, audience, department, location, due, body }
}

/// Whom it is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Audience {
    #[default]
    Everyone,
    Department(String),
    Location(String),
}

impl Audience {
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Department(_) => "department",
            Self::Location(_) => "location",
        }
    }

    pub fn place(&self) -> Option<&str> {
        match self {
            Self::Everyone => None,
            Self::Department(place) | Self::Location(place) => Some(place),
        }
    }

    pub fn from_row(key: &str, place: Option<String>) -> Option<Self> {
        match (key, place) {
            ("everyone", None) => Some(Self::Everyone),
            ("department", Some(place)) => Some(Self::Department(place)),
            ("location", Some(place)) => Some(Self::Location(place)),
            _ => None,
        }
    }

    pub fn words(&self) -> String {
        match self {
            Self::Everyone => "Everyone".into(),
            Self::Department(place) => format!("{place} (department)"),
            Self::Location(place) => format!("{place} (location)"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub title: String,
    pub audience: Audience,
    pub due: Option<Day>,
    pub body: String,
}

impl Draft {
    pub fn read(&self, c: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let title = e.required("title", &self.title, 150);
        let audience = match self.audience.as_str() {
            "" | "everyone" => Audience::Everyone,
            "department" => Audience::Department(e.required("department", &self.department, 100)),
            "location" => Audience::Location(e.required("location", &self.location, 100)),
            _ => {
                e.add("audience", "Choose whom it is for.");
                Audience::Everyone
            }
        };
        let due = e.optional("due", &self.due, |s| Day::parse(s, c.dates));
        let body = e.text("body", &self.body, LONGEST).unwrap_or_default();
        if body.is_empty() && e.of("body").is_none() {
            e.add("body", "Please fill this in.");
        }
        (Fields { title, audience, due, body }, e)
    }

    pub fn of(f: &Fields) -> Self {
        let place = |wanted: &str| {
            let fits = f.audience.key() == wanted;
            f.audience.place().filter(|_| fits).unwrap_or_default().to_owned()
        };
        Self {
            title: f.title.clone(),
            audience: f.audience.key().into(),
            department: place("department"),
            location: place("location"),
            due: f.due.map(|d| d.to_string()).unwrap_or_default(),
            body: f.body.clone(),
        }
    }
}

/// A policy as whoever looks after it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub id: PolicyId,
    pub version: i32,
    pub fields: Fields,
    /// The number that counts.
    pub published: Option<i32>,
    pub published_at: Option<DateTime<Utc>>,
    /// Whether the draft says something else than what is published.
    pub changed: bool,
    pub archived: bool,
}

/// How a policy stands, for the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub policy: Policy,
    pub readers: i64,
    pub confirmed: i64,
}

/// A published version, as its reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub id: PolicyId,
    pub number: i32,
    pub title: String,
    pub body: String,
    pub due: Option<Day>,
    pub published_at: DateTime<Utc>,
    /// When the reader confirmed this version.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Whether it is for the reader.
    pub mine: bool,
}

/// Somebody whom a policy is for, and what they have confirmed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    pub member: crate::MemberId,
    pub name: String,
    pub number: Option<i32>,
    pub at: Option<DateTime<Utc>>,
}

const fn field(key: &'static str, label: &'static str) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases: &[], required: false }
}

pub const FIELDS: &[Field] = &[
    Field { required: true, ..field("title", "Title") },
    field("audience", "For"),
    field("department", "Department"),
    field("location", "Location"),
    field("due", "To be confirmed by"),
    Field { required: true, ..field("body", "Text") },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_for_somebody_and_says_something() {
        let typed = |audience: &str, department: &str, body: &str| Draft {
            title: "Travel".into(),
            audience: audience.into(),
            department: department.into(),
            body: body.into(),
            ..Draft::default()
        };
        let c = Conventions::default();
        let (fields, errors) = typed("department", "Sales", "Go by train.").read(&c);
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(fields.audience, Audience::Department("Sales".into()));
        assert_eq!(Draft::of(&fields).read(&c).0, fields);
        for (audience, department, body, field) in
            [("department", "", "x", "department"), ("moon", "", "x", "audience"), ("everyone", "", " ", "body")]
        {
            let (_, errors) = typed(audience, department, body).read(&c);
            assert!(errors.of(field).is_some(), "{field}");
        }
    }
}
