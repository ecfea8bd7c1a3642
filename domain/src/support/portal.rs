//! The customers' own place: what a workspace opens of it.

use crate::{
    Errors, MessageId, QueueId, TicketId, draft,
    support::{
        messages::Attachment,
        tickets::{LONGEST, Status},
    },
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Which tickets a contact sees besides their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Company {
    #[default]
    None,
    /// Whoever has one of these roles at a company: all of its tickets.
    Roles,
    All,
}

impl Company {
    pub const ALL: [Self; 3] = [Self::None, Self::Roles, Self::All];

    pub const fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Roles => "roles",
            Self::All => "all",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "Nobody: each sees their own tickets alone",
            Self::Roles => "Contacts with one of these roles at the company",
            Self::All => "Every contact of the company",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    pub version: i32,
    pub open: bool,
    pub company: Company,
    /// In small letters.
    pub roles: Vec<String>,
    /// To choose from; none: all that are in use.
    pub queues: Vec<QueueId>,
}

draft! {
    /// As typed; which queues are ticked stands apart.
    Draft { open, company, roles }
}

/// Roles that may be named.
const ROLES: usize = 20;

impl Settings {
    pub fn draft(&self) -> Draft {
        Draft {
            open: if self.open { "true".into() } else { String::new() },
            company: self.company.key().into(),
            roles: self.roles.join(", "),
        }
    }
}

impl Draft {
    pub fn read(&self, queues: &[String]) -> Result<Settings, Errors> {
        let mut e = Errors::default();
        let company = e.take("company", Company::parse(&self.company).ok_or("Choose who sees a company’s tickets."));
        let roles = e.line("roles", &self.roles, 1_000).unwrap_or_default().to_lowercase();
        let roles: Vec<String> = roles.split(',').map(str::trim).filter(|r| !r.is_empty()).map(str::to_owned).collect();
        if roles.len() > ROLES {
            e.add("roles", format!("Use at most {ROLES} roles."));
        }
        if company == Some(Company::Roles) && roles.is_empty() && e.is_empty() {
            e.add("roles", "Name at least one role, as it stands with a contact at a company.");
        }
        let queues = queues.iter().filter_map(|q| q.parse().ok()).collect();
        let company = company.unwrap_or_default();
        e.or(Settings { version: 0, open: self.open == "true", company, roles, queues })
    }
}

/// Minutes for which a link of a mail opens the portal.
pub const MINUTES: i64 = 20;
/// Days for which somebody stays signed in.
pub const DAYS: i64 = 30;
/// Files that go with one message.
pub const FILES: usize = 5;

/// A ticket as the customer sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub id: TicketId,
    pub number: String,
    pub name: String,
    pub status: Status,
    /// Who has asked, where that is a colleague.
    pub requester: Option<String>,
    /// They may be asked how it was.
    pub asks: bool,
    /// It is over, and may be opened again.
    pub reopens: bool,
    /// What is written now becomes one of its own.
    pub follows: bool,
    /// When something was last said.
    pub at: DateTime<Utc>,
    pub created: DateTime<Utc>,
}

/// How a ticket stands, for whoever has asked.
pub fn standing(status: Status) -> &'static str {
    match status {
        Status::New => "Arrived",
        Status::Open | Status::OnHold => "In work",
        Status::Pending => "Waits for you",
        Status::Solved => "Solved",
        Status::Closed => "Closed",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    Customer(String),
    /// Somebody of the team by name; `None`: the system.
    Us(Option<String>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub id: MessageId,
    pub at: DateTime<Utc>,
    pub from: From,
    pub automatic: bool,
    pub text: String,
    pub files: Vec<Attachment>,
}

/// Which of one's tickets: those that are open, or all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<TicketId>,
}

draft! {
    /// A new ticket as typed.
    Asking { name, queue, text }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    pub queue: Option<QueueId>,
    pub text: String,
}

impl Asking {
    pub fn read(&self) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 200);
        let queue = e.optional("queue", &self.queue, |q| q.parse().map_err(|_| "Choose one of the list."));
        let text = words(&mut e, &self.text);
        e.or(Fields { name, queue, text })
    }
}

/// What somebody writes, which is something.
pub fn words(e: &mut Errors, typed: &str) -> String {
    let text = e.text("text", typed, LONGEST).unwrap_or_default();
    if text.is_empty() && e.of("text").is_none() {
        e.add("text", "Write something first.");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sees_a_companys_tickets_is_said() {
        let read = |company: &str, roles: &str| {
            Draft { open: "true".into(), company: company.into(), roles: roles.into() }.read(&["x".into()])
        };
        let settings = read("roles", "Billing, IT lead").expect("settings");
        assert_eq!((settings.open, settings.roles), (true, vec!["billing".to_owned(), "it lead".to_owned()]));
        assert!(read("roles", " ").is_err() && read("some", "").is_err() && read("none", "").is_ok());
    }
}
