//! Departments and locations, as lists of names that everybody's record draws from.

use crate::{Errors, draft};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Department,
    Location,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::Department, Self::Location];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Department => "department",
            Self::Location => "location",
        }
    }

    /// One, and several.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Department => ("department", "departments"),
            Self::Location => ("location", "locations"),
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// A name, and how many people are in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub name: String,
    /// Put on the list, and not only used.
    pub listed: bool,
    pub people: i64,
}

draft! {
    /// Adds one, or calls `old` otherwise.
    Draft { kind, old, name, merge }
}

impl Draft {
    pub fn parse(&self) -> Result<(Kind, String), Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 100);
        match Kind::parse(&self.kind) {
            Some(kind) => e.or((kind, name)),
            None => Err(Errors::one("", "Choose whether it is a department or a location.")),
        }
    }
}
