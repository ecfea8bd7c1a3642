//! Mailboxes that are read by IMAP: where they are, how they are asked, and what becomes of what is in them.

use crate::{Email, Errors, InboxId, QueueId, draft};
use chrono::{DateTime, TimeDelta, Utc};

pub const MOST: usize = 50;
/// Messages that are taken in at one look; the rest at the next one.
pub const BATCH: usize = 100;
/// From one look to the next.
pub const EVERY: TimeDelta = TimeDelta::minutes(1);
/// The same while a server is away, at most.
pub const LONGEST: TimeDelta = TimeDelta::minutes(15);
/// How long one is away until somebody is told.
pub const TOLD_AFTER: TimeDelta = TimeDelta::minutes(15);
const IMAPS: u16 = 993;
const IMAP: u16 = 143;

draft! {
    /// A mailbox as typed; its password is not kept in it.
    Draft { address, queue, host, port, security, username, folder, after, move_to, plus, backlog }
}

/// How a connection becomes one that nobody listens to. There is none without that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// From its first byte on.
    Tls,
    StartTls,
}

impl Security {
    pub const ALL: [Self; 2] = [Self::Tls, Self::StartTls];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Tls => "TLS (port 993)",
            Self::StartTls => "STARTTLS (port 143)",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    const fn port(self) -> u16 {
        match self {
            Self::Tls => IMAPS,
            Self::StartTls => IMAP,
        }
    }
}

/// What is done with a message that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    Seen,
    Move(String),
    Nothing,
}

impl After {
    pub const CHOICES: [(&'static str, &'static str); 3] =
        [("seen", "Mark them as read"), ("move", "Move them to a folder"), ("nothing", "Leave them as they are")];

    pub const fn key(&self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Move(_) => "move",
            Self::Nothing => "nothing",
        }
    }

    pub fn folder(&self) -> Option<&str> {
        match self {
            Self::Move(folder) => Some(folder),
            Self::Seen | Self::Nothing => None,
        }
    }

    pub fn of(key: &str, folder: Option<String>) -> Option<Self> {
        match (key, folder) {
            ("seen", _) => Some(Self::Seen),
            ("move", Some(folder)) => Some(Self::Move(folder)),
            ("nothing", _) => Some(Self::Nothing),
            _ => None,
        }
    }
}

/// Where a mailbox is, and as whom it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub username: String,
    pub folder: String,
}

impl Account {
    /// Whether a password for the one is one for the other: it goes to no other server by a change of this.
    pub fn same_door(&self, other: &Self) -> bool {
        self.host == other.host && self.port == other.port && self.username == other.username
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// In small letters.
    pub address: Email,
    pub queue: QueueId,
    pub account: Account,
    pub after: After,
    /// Mail to `support+anything@…` arrives as well.
    pub plus: bool,
    pub backlog: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbox {
    pub id: InboxId,
    pub version: i32,
    pub fields: Fields,
    pub paused: bool,
    pub state: State,
}

/// How it fares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// When it was last looked into without a fault.
    pub checked_at: Option<DateTime<Utc>>,
    pub taken_at: Option<DateTime<Utc>>,
    pub taken: i64,
    pub down_since: Option<DateTime<Utc>>,
    pub problem: Option<String>,
}

impl Draft {
    pub fn read(&self) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let address = e.take("address", Email::parse(&crate::inbound::normal(&self.address)));
        let queue = e.take("queue", self.queue.parse().map_err(|_| "Choose a queue."));
        let host = e.required("host", &self.host, 253).to_lowercase();
        if !host.is_empty() && !is_host(&host) {
            e.add("host", "Use the name of a server, like imap.example.com.");
        }
        let security = e.take("security", Security::parse(&self.security).ok_or("Choose how it is secured."));
        let port = e.optional("port", &self.port, port).or(security.map(Security::port));
        let username = e.required("username", &self.username, 200);
        let folder = e.line("folder", &self.folder, 200).unwrap_or_else(|| "INBOX".into());
        let move_to = match self.after == "move" {
            true => Some(e.required("move_to", &self.move_to, 200)),
            false => None,
        };
        // A server knows its own folder in any letters.
        if move_to.as_ref().is_some_and(|to| to.eq_ignore_ascii_case(&folder)) {
            e.add("move_to", "Choose another folder than the one that is read.");
        }
        let after = e.take("after", After::of(&self.after, move_to).ok_or("Choose what is done with them."));
        let (plus, backlog) = (self.plus == "true", self.backlog == "true");
        match (address, queue, security, port, after) {
            (Some(address), Some(queue), Some(security), Some(port), Some(after)) => {
                let account = Account { host, port, security, username, folder };
                e.or(Fields { address, queue, account, after, plus, backlog })
            }
            _ => Err(e),
        }
    }
}

/// Ports of mail that is read, and those that anybody may listen on: nothing else is knocked at.
fn port(text: &str) -> Result<u16, &'static str> {
    let port = text.parse().ok().filter(|p| matches!(*p, IMAP | IMAPS) || *p >= 1024);
    port.ok_or("Use 993, 143, or a port from 1024 on.")
}

fn is_host(host: &str) -> bool {
    let inside = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '[' | ']'));
    inside && host.chars().any(|c| c.is_ascii_alphanumeric()) && !host.starts_with(['-', '.'])
}

fn ticked(yes: bool) -> String {
    if yes { "true".into() } else { String::new() }
}

impl Fields {
    pub fn draft(&self) -> Draft {
        let a = &self.account;
        Draft {
            address: self.address.to_string(),
            queue: self.queue.to_string(),
            host: a.host.clone(),
            port: a.port.to_string(),
            security: a.security.key().into(),
            username: a.username.clone(),
            folder: a.folder.clone(),
            after: self.after.key().into(),
            move_to: self.after.folder().unwrap_or_default().into(),
            plus: ticked(self.plus),
            backlog: ticked(self.backlog),
        }
    }
}

/// When to look again at one that could not be read so often in a row.
pub fn pause(failures: i32) -> TimeDelta {
    let doublings = u32::try_from(failures.clamp(1, 10)).unwrap_or(1) - 1;
    (EVERY * (1 << doublings)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            address: " Help@Acme.example ".into(),
            queue: uuid::Uuid::from_u128(3).to_string(),
            host: "IMAP.acme.example".into(),
            security: "tls".into(),
            username: "help@acme.example".into(),
            after: "seen".into(),
            ..Draft::default()
        }
    }

    #[test]
    fn what_is_left_out_is_as_usual() {
        let read = draft().read().expect("a mailbox");
        assert_eq!(read.address.as_str(), "help@acme.example");
        assert_eq!((read.account.host.as_str(), read.account.port), ("imap.acme.example", 993));
        assert_eq!((read.account.folder.as_str(), read.after.clone()), ("INBOX", After::Seen));
        assert_eq!(read.draft().read(), Ok(read), "and comes back as it is");
        let starttls = Draft { security: "starttls".into(), ..draft() };
        assert_eq!(starttls.read().expect("a mailbox").account.port, 143);
    }

    #[test]
    fn what_cannot_be_read_says_so_beside_its_field() {
        let wrong = |field: &str, value: &str| {
            let mut draft = draft();
            draft.set(field, value.into());
            draft.read().expect_err(value).of(field).is_some()
        };
        for (field, value) in [
            ("address", "help"),
            ("queue", ""),
            ("host", ""),
            ("host", "imap.example.com/x"),
            ("host", "a b"),
            ("port", "25"),
            ("port", "22"),
            ("port", "70000"),
            ("security", "none"),
            ("username", ""),
            ("after", "burn"),
        ] {
            assert!(wrong(field, value), "{field}: {value}");
        }
        let moved = |to: &str| Draft { after: "move".into(), move_to: to.into(), ..draft() }.read();
        assert_eq!(moved("Done").expect("a folder").after, After::Move("Done".into()));
        assert!(moved("").is_err() && moved("INBOX").is_err());
    }

    #[test]
    fn who_is_away_is_asked_less_often_and_never_forgotten() {
        let minutes: Vec<i64> = (1..=6).map(|n| pause(n).num_minutes()).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 15, 15]);
        assert_eq!(pause(1_000), LONGEST);
    }
}
