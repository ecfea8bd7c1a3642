//! What a list is asked of custom fields: `custom-size=L&custom-size=XL`, `custom-desk-from=3`.

use super::{CustomField, Kind, PREFIX, values::prefixed, yes};
use crate::{Conventions, Day, Money};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// By the field's name, or that and `-from` or `-to`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Asked(pub BTreeMap<String, Vec<String>>);

impl<'de> Deserialize<'de> for Asked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut asked = prefixed(deserializer)?;
        for values in asked.values_mut() {
            values.retain(|v| !v.trim().is_empty());
        }
        asked.retain(|_, values| !values.is_empty());
        Ok(Self(asked))
    }
}

/// A condition on one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bounds {
    /// Has this in it, whatever the case.
    Contains(String),
    /// Is one of these.
    OneOf(Vec<String>),
    Is(bool),
    /// Whether it holds anything.
    Filled(bool),
    /// Exact numbers, amounts in minor units, and days, as text.
    Between(Option<String>, Option<String>),
    /// An employee, by what was typed: a number, or a whole name.
    Person(String),
    /// Nothing fits what cannot be understood.
    Never,
}

impl Asked {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    pub fn one(&self, name: &str) -> &str {
        self.all(name).first().map_or("", String::as_str)
    }

    pub fn from(&self, name: &str) -> &str {
        self.one(&format!("{name}-from"))
    }

    pub fn to(&self, name: &str) -> &str {
        self.one(&format!("{name}-to"))
    }

    /// The fields that something is asked of, by name.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.keys().map(|asked| field_of(asked)).collect();
        names.dedup();
        names
    }

    /// The same without what it asks of this field.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut rest = self.0.clone();
        rest.retain(|asked, _| field_of(asked) != name);
        Self(rest)
    }

    /// What is asked of a field.
    pub fn bounds(&self, field: &CustomField, c: &Conventions) -> Option<Bounds> {
        let (all, from, to) = (self.all(field.name), self.from(field.name), self.to(field.name));
        if all.is_empty() && from.is_empty() && to.is_empty() {
            return None;
        }
        let first = all.first().map(|s| s.trim().to_owned());
        Some(match (field.kind, first) {
            (Kind::Text, Some(words)) => Bounds::Contains(words),
            (Kind::Choice, Some(_)) => Bounds::OneOf(all.to_vec()),
            (Kind::File, Some(answer)) => yes(&answer).map_or(Bounds::Never, Bounds::Filled),
            (Kind::YesNo, Some(answer)) => yes(&answer).map_or(Bounds::Never, Bounds::Is),
            (Kind::Person, Some(typed)) => Bounds::Person(typed),
            (Kind::Number | Kind::Money | Kind::Date, exactly) => {
                let (from, to) = match &exactly {
                    Some(same) => (same.as_str(), same.as_str()),
                    None => (from, to),
                };
                match (bound(field.kind, from, c), bound(field.kind, to, c)) {
                    (Ok(from), Ok(to)) => Bounds::Between(from, to),
                    _ => Bounds::Never,
                }
            }
            _ => Bounds::Never,
        })
    }

    /// What is asked of a field, in words.
    pub fn words(&self, field: &CustomField) -> String {
        let (all, from, to) = (self.all(field.name), self.from(field.name), self.to(field.name));
        match (all.is_empty(), from, to) {
            (false, ..) => all.join(", "),
            (true, from, "") => format!("from {from}"),
            (true, "", to) => format!("up to {to}"),
            (true, from, to) => format!("{from} to {to}"),
        }
    }
}

/// `custom-desk-from` is of `custom-desk`: a key has no dash.
fn field_of(asked: &str) -> &str {
    let end = asked.get(PREFIX.len()..).and_then(|key| key.find('-')).map_or(asked.len(), |at| PREFIX.len() + at);
    &asked[..end]
}

fn bound(kind: Kind, input: &str, c: &Conventions) -> Result<Option<String>, ()> {
    let input = input.trim();
    if input.is_empty() {
        return Ok(None);
    }
    let read = match kind {
        Kind::Money => Money::parse(input, c.currency).ok().map(|m| m.minor.to_string()),
        Kind::Date => Day::parse(input, c.dates).ok().map(|d| d.to_string()),
        _ => super::number(input).ok().map(|n| n.to_string()),
    };
    read.map(Some).ok_or(())
}
