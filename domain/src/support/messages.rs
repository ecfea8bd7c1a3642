//! What is said in a ticket: to the customer, by them, and among ourselves.

use crate::{
    ContactId, Errors, FileId, MemberId, MessageId, TicketId, draft,
    notes::Piece,
    support::tickets::{LONGEST, Status},
};
use chrono::{DateTime, Utc};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// The customer reads it.
    #[default]
    Reply,
    /// For the team alone.
    Note,
}

impl Kind {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Note => "note",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        [Self::Reply, Self::Note].into_iter().find(|k| k.key() == key)
    }
}

/// Who has written it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    Member(MemberId, String),
    /// The customer's side.
    Customer(Option<ContactId>, String),
    /// The system's own work.
    System,
}

/// A file that came with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub id: FileId,
    pub name: String,
    pub size: i64,
}

/// What a message was as mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailed {
    /// Whose address it came from.
    pub email: Option<String>,
    /// Quotes and signature.
    pub folded: Option<String>,
    /// Cleaned: nothing in it runs, and nothing is fetched before somebody asks for it.
    pub html: Option<String>,
    /// As it came.
    pub raw: Option<FileId>,
    /// Pictures that it shows, by the ids that its text calls them by.
    pub pictures: Vec<(FileId, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub id: MessageId,
    pub at: DateTime<Utc>,
    pub kind: Kind,
    pub author: Author,
    pub automatic: bool,
    /// The ticket that a merge has brought it from.
    pub from: Option<TicketId>,
    pub pieces: Vec<Piece>,
    pub files: Vec<Attachment>,
    /// Where it came by mail.
    pub mail: Option<Mailed>,
}

draft! {
    /// A message as typed. `then`: the status that its ticket gets with it. `seen`: when the customer had written last.
    Draft { text, kind, then, seen }
}

/// What a message is told to be; whom it names are still words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    pub text: String,
    pub kind: Kind,
    pub then: Option<Status>,
    /// When the customer had written last, as whoever answers has seen it; none where nobody says so.
    pub seen: Option<DateTime<Utc>>,
}

impl Draft {
    pub fn read(&self) -> (Fields, Errors) {
        let mut e = Errors::default();
        let text = e.text("text", &self.text, LONGEST).unwrap_or_default();
        if text.is_empty() && e.is_empty() {
            e.add("text", "Write something first.");
        }
        // Nothing goes to a customer that does not say that it is for them.
        let kind = Kind::parse(&self.kind);
        if kind.is_none() {
            e.add("text", "Choose a reply or a note.");
        }
        let then = e.optional("then", &self.then, |s| Status::parse(s).ok_or("There is no such status."));
        let seen = DateTime::parse_from_rfc3339(&self.seen).ok().map(|at| at.with_timezone(&Utc));
        (Fields { text, kind: kind.unwrap_or_default(), then, seen }, e)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_no_message() {
        let read = |text: &str, kind: &str, then: &str| {
            let draft = Draft { text: text.into(), kind: kind.into(), then: then.into(), ..Draft::default() };
            let (fields, errors) = draft.read();
            errors.or(fields)
        };
        assert_eq!(read("Hello", "note", "solved").expect("a note").then, Some(Status::Solved));
        assert_eq!(read("Hello", "reply", "").expect("a reply").kind, Kind::Reply);
        assert!(read(" \n ", "reply", "").is_err() && read("Hello", "shout", "").is_err());
        assert!(read("Hello", "", "").is_err(), "what does not say what it is goes to nobody");
    }
}
