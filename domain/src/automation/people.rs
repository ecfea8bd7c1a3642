//! Whom a step means: written as one word in the JSON form, like `owner` or `member:ada@acme.com`.

use super::{fields::RecordKind, merge};
use crate::Email;
use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Person {
    /// A member, by their address.
    Member(String),
    /// Whose the customer, the lead or the deal is, or the task.
    Owner,
    /// The employee's manager, as a member; of what has an owner, the manager of the owner.
    Manager,
    /// The record itself: an employee, a customer, a contact or a lead has an address of its own.
    Record,
    /// Whoever published the workflow.
    Publisher,
    /// Any address; it may have places for fields.
    Address(String),
}

impl Person {
    /// Those that a record of this kind has, for a list to choose from.
    pub fn of(kind: Option<RecordKind>) -> Vec<Self> {
        match kind {
            Some(RecordKind::Employee) => vec![Self::Manager, Self::Record, Self::Publisher],
            Some(RecordKind::Customer | RecordKind::Contact | RecordKind::Lead) => {
                vec![Self::Owner, Self::Manager, Self::Record, Self::Publisher]
            }
            Some(RecordKind::Deal) => vec![Self::Owner, Self::Manager, Self::Publisher],
            Some(RecordKind::Ticket) => vec![Self::Owner, Self::Manager, Self::Record, Self::Publisher],
            Some(RecordKind::Task) => vec![Self::Owner, Self::Publisher],
            None => vec![Self::Publisher],
        }
    }

    /// Whether they are somebody who signs in, and can be given a task or told something.
    pub fn is_member(&self) -> bool {
        !matches!(self, Self::Address(_))
    }

    pub fn label(&self, kind: Option<RecordKind>) -> String {
        match (self, kind) {
            (Self::Member(email), _) => email.clone(),
            (Self::Owner, Some(RecordKind::Task | RecordKind::Ticket)) => "whoever it is assigned to".into(),
            (Self::Manager, Some(RecordKind::Ticket)) => "the manager of whoever it is assigned to".into(),
            (Self::Record, Some(RecordKind::Ticket)) => "whoever asks".into(),
            (Self::Owner, _) => "the owner".into(),
            (Self::Manager, Some(RecordKind::Customer | RecordKind::Contact | RecordKind::Lead | RecordKind::Deal)) => {
                "the manager of the owner".into()
            }
            (Self::Manager, _) => "their manager".into(),
            (Self::Record, Some(RecordKind::Employee)) => "the employee".into(),
            (Self::Record, Some(RecordKind::Contact)) => "the contact".into(),
            (Self::Record, Some(RecordKind::Lead)) => "the lead".into(),
            (Self::Record, _) => "the customer".into(),
            (Self::Publisher, _) => "whoever published this".into(),
            (Self::Address(address), _) => address.clone(),
        }
    }

    /// What is wrong with it for records of this kind.
    pub fn check(&self, kind: Option<RecordKind>) -> Result<(), String> {
        match self {
            Self::Member(email) => Email::parse(email).map(drop).map_err(Into::into),
            Self::Address(address) if merge::places(address).is_empty() => {
                Email::parse(address).map(drop).map_err(Into::into)
            }
            Self::Address(address) => merge::check(address),
            person if Self::of(kind).contains(person) => Ok(()),
            _ => Err("Such a record has nobody like that.".into()),
        }
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(email) => write!(f, "member:{email}"),
            Self::Owner => f.write_str("owner"),
            Self::Manager => f.write_str("manager"),
            Self::Record => f.write_str("record"),
            Self::Publisher => f.write_str("publisher"),
            Self::Address(address) => write!(f, "address:{address}"),
        }
    }
}

impl TryFrom<String> for Person {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        Ok(match word.trim() {
            "owner" => Self::Owner,
            "manager" => Self::Manager,
            "record" => Self::Record,
            "publisher" => Self::Publisher,
            other => match other.split_once(':') {
                Some(("member", email)) => Self::Member(email.trim().to_lowercase()),
                Some(("address", address)) => Self::Address(address.trim().to_owned()),
                // What people type into the field for it.
                None if other.contains('@') => Self::Address(other.to_owned()),
                _ => {
                    return Err(format!(
                        "“{other}” is nobody: use owner, manager, record, publisher, member:… or address:…"
                    ));
                }
            },
        })
    }
}

impl From<Person> for String {
    fn from(person: Person) -> Self {
        person.to_string()
    }
}
