//! Documents of employees: kinds, what is asked for, what has come, and when somebody is to be told.

pub mod kinds;

use crate::{
    Conventions, Day, DocumentId, DocumentKindId, EmployeeId, Errors, FileId, MemberId, draft,
    draft::{Field, FieldClass},
    list::{Cursor, Sort, SortKey},
    text::Words,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub const WORDS: Words = Words { one: "document", many: "documents" };

/// Letters of a message and of a reason.
pub const LONGEST: usize = 1_000;

draft! {
    /// A document as typed beside its file.
    Draft { kind, title, expires }
}

/// What a document is told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub kind: DocumentKindId,
    /// Empty: as its file is called.
    pub title: Option<String>,
    /// The last day on which it is good.
    pub expires: Option<Day>,
}

impl Draft {
    /// The rules that need no other record, with what could be read although something is wrong.
    pub fn read(&self, c: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let kind =
            e.take("kind", self.kind.parse().map(DocumentKindId).map_err(|_| "Choose what kind of document it is."));
        let title = e.line("title", &self.title, 200);
        let expires = e.optional("expires", &self.expires, |s| Day::parse(s, c.dates));
        let kind = kind.unwrap_or(DocumentKindId(uuid::Uuid::nil()));
        (Fields { kind, title, expires }, e)
    }
}

draft! {
    /// What is asked of an employee.
    Ask { kind, title, due, message, replaces }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub kind: DocumentKindId,
    pub title: Option<String>,
    pub due: Option<Day>,
    pub message: Option<String>,
    pub replaces: Option<DocumentId>,
}

impl Ask {
    pub fn parse(&self, c: &Conventions) -> Result<Asked, Errors> {
        let mut e = Errors::default();
        let kind =
            e.take("kind", self.kind.parse().map(DocumentKindId).map_err(|_| "Choose what kind of document it is."));
        let asked = Asked {
            kind: kind.unwrap_or(DocumentKindId(uuid::Uuid::nil())),
            title: e.line("title", &self.title, 200),
            due: e.optional("due", &self.due, |s| Day::parse(s, c.dates)),
            message: e.text("message", &self.message, LONGEST),
            replaces: self.replaces.parse().ok(),
        };
        e.or(asked)
    }
}

/// How a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nothing has come yet.
    Asked,
    /// The employee has brought it; nobody has looked.
    Waiting,
    /// What came was not right; another is to come.
    Refused,
    Current,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Asked, Self::Waiting, Self::Refused, Self::Current];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Waiting => "waiting",
            Self::Refused => "refused",
            Self::Current => "current",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Asked => "Asked for",
            Self::Waiting => "Waiting for approval",
            Self::Refused => "Refused",
            Self::Current => "Approved",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// Whether the employee has something to bring.
    pub const fn open(self) -> bool {
        matches!(self, Self::Asked | Self::Refused)
    }
}

/// A document as its reader sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub id: DocumentId,
    pub version: i32,
    pub employee: EmployeeId,
    pub employee_name: String,
    /// Whether it is the reader's own.
    pub own: bool,
    pub kind: DocumentKindId,
    pub kind_name: String,
    pub class: FieldClass,
    pub kind_expires: bool,
    pub title: String,
    pub state: State,
    pub expires: Option<Day>,
    pub due: Option<Day>,
    pub message: Option<String>,
    pub reason: Option<String>,
    pub file: Option<File>,
    pub replaces: Option<DocumentId>,
    pub asked_by: Option<MemberId>,
    pub archived: bool,
    pub created_at: DateTime<Utc>,
}

/// A file as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub id: FileId,
    pub name: String,
    pub media_type: String,
    pub size: i64,
}

/// A file that a document has had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    pub number: i32,
    pub file: File,
    pub refused: Option<String>,
    pub by: Option<String>,
    pub at: DateTime<Utc>,
}

/// How its last day stands to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    Never,
    Far,
    Soon,
    Over,
}

/// Days within which a last day is soon.
pub const SOON: i64 = 60;

impl Document {
    pub fn draft(&self) -> Draft {
        Draft {
            kind: self.kind.to_string(),
            title: self.title.clone(),
            expires: self.expires.map(|d| d.to_string()).unwrap_or_default(),
        }
    }

    pub fn expiry(&self, today: Day) -> Expiry {
        expiry(self.expires, today)
    }
}

pub fn expiry(expires: Option<Day>, today: Day) -> Expiry {
    match expires {
        None => Expiry::Never,
        Some(day) if day < today => Expiry::Over,
        Some(day) if (day.0 - today.0).num_days() <= SOON => Expiry::Soon,
        Some(_) => Expiry::Far,
    }
}

/// What somebody is told of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminder {
    /// So many days are left of a document.
    Expires(i64),
    /// It was good for the last time yesterday.
    Expired,
    /// What was asked for is due.
    Due,
}

/// When somebody is to be told of a document next, after `after` has been told of; the first of what is due after a
/// while without a worker is told, and the rest of what was missed is not.
pub fn next_reminder(
    state: State,
    expires: Option<Day>,
    due: Option<Day>,
    days: &[i32],
    after: Option<Day>,
) -> Option<Day> {
    let later = |day: &Day| after.is_none_or(|a| *day > a);
    match state {
        State::Waiting => None,
        State::Asked | State::Refused => due.filter(later),
        State::Current => {
            let expires = expires?;
            let each = days.iter().map(|d| Day(expires.0 - chrono::Duration::days(i64::from((*d).max(0)))));
            each.chain([Day(expires.0 + chrono::Duration::days(1))]).filter(later).min()
        }
    }
}

/// What is to be said today.
pub fn reminder(state: State, expires: Option<Day>, today: Day) -> Option<Reminder> {
    match (state, expires) {
        (State::Waiting, _) | (State::Current, None) => None,
        (State::Asked | State::Refused, _) => Some(Reminder::Due),
        (State::Current, Some(day)) if day < today => Some(Reminder::Expired),
        (State::Current, Some(day)) => Some(Reminder::Expires((day.0 - today.0).num_days())),
    }
}

const fn field(key: &'static str, label: &'static str) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases: &[], required: false }
}

/// Every field, in the order of forms.
pub const FIELDS: &[Field] =
    &[Field { required: true, ..field("kind", "Kind") }, field("title", "Title"), field("expires", "Last day")];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Title,
    Expiry,
    Added,
}

impl SortKey for Order {
    const ALL: &'static [Self] = &[Self::Title, Self::Expiry, Self::Added];

    fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Expiry => "expires",
            Self::Added => "added",
        }
    }
}

/// What the list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    #[default]
    All,
    Waiting,
    Asked,
    Expiring,
    /// Employees without a document of a kind that everybody needs.
    Missing,
    Archived,
}

impl Tab {
    pub const ALL: [Self; 6] = [Self::All, Self::Waiting, Self::Asked, Self::Expiring, Self::Missing, Self::Archived];

    pub const fn key(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Waiting => "waiting",
            Self::Asked => "asked",
            Self::Expiring => "expiring",
            Self::Missing => "missing",
            Self::Archived => "archived",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Waiting => "Waiting for approval",
            Self::Asked => "Asked for",
            Self::Expiring => "Expiring soon",
            Self::Missing => "Missing",
            Self::Archived => "Archived",
        }
    }
}

/// The list's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Words of an employee.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// A [`Tab`] key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub show: String,
    /// A kind's id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub before: String,
}

impl Filter {
    pub fn of(tab: Tab) -> Self {
        Self { show: tab.key().into(), ..Self::default() }
    }

    pub fn order(&self) -> Sort<Order> {
        match self.tab() {
            Tab::Expiring if self.sort.is_empty() => Sort { key: Order::Expiry, descending: false },
            _ => Sort::parse(&self.sort),
        }
    }

    pub fn cursor(&self) -> Cursor {
        Cursor::parse(&self.after, &self.before)
    }

    pub fn tab(&self) -> Tab {
        Tab::ALL.into_iter().find(|t| t.key() == self.show).unwrap_or_default()
    }

    pub fn kind(&self) -> Option<DocumentKindId> {
        self.kind.parse().ok().map(DocumentKindId)
    }

    pub fn from_top(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    /// Whether it asks for less than its tab has.
    pub fn narrows(&self) -> bool {
        !self.q.is_empty() || !self.kind.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        Day(text.parse().expect("a day"))
    }

    #[test]
    fn when_somebody_is_told() {
        let passport = Some(day("2026-06-30"));
        for (state, expires, due, after, next) in [
            (State::Current, passport, None, None, Some("2026-05-31")),
            (State::Current, passport, None, Some("2026-05-31"), Some("2026-06-23")),
            (State::Current, passport, None, Some("2026-06-29"), Some("2026-07-01")),
            (State::Current, passport, None, Some("2026-07-01"), None),
            (State::Current, None, None, None, None),
            (State::Asked, None, Some("2026-03-10"), None, Some("2026-03-10")),
            (State::Refused, passport, Some("2026-03-10"), Some("2026-03-10"), None),
            (State::Waiting, passport, Some("2026-03-10"), None, None),
        ] {
            let found = next_reminder(state, expires, due.map(day), &[30, 7], after.map(day));
            assert_eq!(found, next.map(day), "{state:?} {after:?}");
        }
        let today = day("2026-06-23");
        assert_eq!(reminder(State::Current, passport, today), Some(Reminder::Expires(7)));
        assert_eq!(reminder(State::Current, passport, day("2026-07-01")), Some(Reminder::Expired));
        assert_eq!(reminder(State::Asked, passport, today), Some(Reminder::Due));
        assert_eq!(expiry(passport, today), Expiry::Soon);
        assert_eq!(expiry(passport, day("2026-01-01")), Expiry::Far);
    }

    proptest! {
        /// However late the worker comes, the days that it tells of go up, and end.
        #[test]
        fn reminders_go_forward_and_end(days in prop::collection::vec(0..400_i32, 0..6), gaps in prop::collection::vec(0..100_i64, 0..12)) {
            let expires = Some(day("2026-06-30"));
            let (mut after, mut told) = (None, 0);
            for gap in gaps.into_iter().chain(std::iter::repeat_n(0, 12)) {
                let Some(next) = next_reminder(State::Current, expires, None, &days, after) else { break };
                prop_assert!(after.is_none_or(|a| next > a));
                after = Some(Day(next.0 + chrono::Duration::days(gap)));
                told += 1;
            }
            prop_assert!(told <= days.len() + 1 && told >= 1);
        }
    }
}
