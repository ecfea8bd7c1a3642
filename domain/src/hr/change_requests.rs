//! What people ask to have changed of their own record, a field each, and what becomes of it.

use super::details;
use crate::{Day, EmployeeId, draft::FieldClass};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What became of a line. One that a newer one takes the place of was never answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Approved,
    Rejected,
    Withdrawn,
    Replaced,
}

impl State {
    pub const ALL: [Self; 5] = [Self::Open, Self::Approved, Self::Rejected, Self::Withdrawn, Self::Replaced];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Replaced => "replaced",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Waiting",
            Self::Approved => "Approved",
            Self::Rejected => "Rejected",
            Self::Withdrawn => "Withdrawn",
            Self::Replaced => "Replaced",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

/// One field of somebody's that they ask to have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub id: Uuid,
    pub employee: EmployeeId,
    pub name: String,
    pub field: String,
    pub class: FieldClass,
    /// What it was when it was asked for, and what it is to be, as [`details::Details::text`] writes them.
    pub was: Option<String>,
    pub wanted: Option<String>,
    pub state: State,
    /// Why it was rejected.
    pub reason: Option<String>,
    pub asked_at: DateTime<Utc>,
    pub decided_on: Option<Day>,
    pub decided_by: Option<String>,
}

impl Line {
    pub fn label(&self) -> &'static str {
        label(&self.field)
    }

    /// What it was, or is to be, for people.
    pub fn words(&self, text: Option<&str>) -> String {
        text.map_or_else(|| "Not set".to_owned(), |t| details::words(&self.field, t))
    }
}

/// A line that waits, with what the field is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub line: Line,
    pub now: Option<String>,
    /// By which an answer says what it has seen.
    pub mark: String,
}

impl Waiting {
    /// Whether somebody has changed the field since it was asked for.
    pub fn changed(&self) -> bool {
        self.line.was != self.now
    }
}

/// What a field is called.
pub fn label(field: &str) -> &'static str {
    details::askable().find(|(key, ..)| *key == field).map_or("", |(_, label, _)| label)
}

/// The class of a field that may be asked for.
pub fn class(field: &str) -> Option<FieldClass> {
    details::askable().find(|(key, ..)| *key == field).map(|(.., class)| class)
}

/// The class as it is kept.
pub const fn class_key(class: FieldClass) -> &'static str {
    match class {
        FieldClass::Directory => "directory",
        FieldClass::Terms => "terms",
        FieldClass::Personal => "personal",
        FieldClass::Pay => "pay",
        FieldClass::Health => "health",
    }
}

/// Yes or no to one line, by somebody who saw what the field is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub line: Uuid,
    pub approve: bool,
    /// Why not.
    pub reason: String,
    /// What the page said the field is now.
    pub seen: String,
}

/// The answers on the page of all that waits, as they were sent: `d-…` yes or no, `r-…` why not, `s-…` what was seen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, String>);

impl Answers {
    pub fn get(&self, kind: &str, line: Uuid) -> &str {
        self.0.get(&format!("{kind}-{line}")).map_or("", |v| v.trim())
    }

    /// Those lines of which something was said; `all` says the same of each that was not.
    pub fn decisions(&self) -> Vec<Decision> {
        let all = self.0.get("all").map_or("", String::as_str);
        let lines = self.0.keys().filter_map(|key| key.strip_prefix("s-")?.parse::<Uuid>().ok());
        lines
            .filter_map(|line| {
                let said = match self.get("d", line) {
                    "" => all,
                    said => said,
                };
                let approve = match said {
                    "approve" => true,
                    "reject" => false,
                    _ => return None,
                };
                let (reason, seen) = (self.get("r", line).to_owned(), self.get("s", line).to_owned());
                Some(Decision { line, approve, reason, seen })
            })
            .collect()
    }
}

/// What is wrong with an answer before anybody looks at the field. A reason is a sentence or two.
pub fn wrong(decision: &Decision) -> Option<&'static str> {
    match () {
        () if decision.approve => None,
        () if decision.reason.is_empty() => Some("Say why not: they will read it."),
        () if decision.reason.chars().count() > 500 => Some("Use at most 500 characters."),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_given_line_by_line_or_to_all() {
        let (a, b, c) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        let mut answers = Answers::default();
        for id in [a, b, c] {
            answers.0.insert(format!("s-{id}"), "x".into());
        }
        answers.0.insert(format!("d-{a}"), "reject".into());
        answers.0.insert(format!("d-{b}"), "approve".into());
        let told = |a: &Answers| a.decisions().iter().map(|d| (d.line.as_u128(), d.approve)).collect::<Vec<_>>();
        assert_eq!(told(&answers), [(1, false), (2, true)]);
        assert!(wrong(&answers.decisions()[0]).is_some(), "no without a reason");
        answers.0.insert(format!("r-{a}"), "A typing error".into());
        assert!(answers.decisions().iter().all(|d| wrong(d).is_none()));
        answers.0.insert("all".into(), "approve".into());
        assert_eq!(told(&answers), [(1, false), (2, true), (3, true)]);
    }
}
