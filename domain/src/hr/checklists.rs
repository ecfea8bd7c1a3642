//! Checklists: what is to be done when somebody starts or leaves. Templates and their items, when each is due, and who
//! does it.

pub mod handover;
mod templates;

pub use templates::{Draft, Fields, ROWS, Template};

use crate::{
    ChecklistId, ChecklistItemId, Day, EmployeeId, Errors, MemberId, TaskId, draft,
    list::Cursor,
    tasks::{Person, When},
    text::Words,
};
use chrono::{DateTime, Days, Utc};
use serde::{Deserialize, Serialize};

pub const WORDS: Words = Words { one: "checklist", many: "checklists" };

/// Days before or after the first or last day at most: a year.
pub const FURTHEST: i32 = 366;

/// Letters that a reason may have.
pub const REASON: usize = 300;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Onboarding,
    Offboarding,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::Onboarding, Self::Offboarding];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Onboarding => "onboarding",
            Self::Offboarding => "offboarding",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Onboarding => "Onboarding",
            Self::Offboarding => "Off-boarding",
        }
    }

    /// The day from which its dates are told.
    pub const fn anchor(self) -> &'static str {
        match self {
            Self::Onboarding => "first day",
            Self::Offboarding => "last day",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// Whose an item is: told by what they are to the person that the checklist is about, so that a template serves everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Owner {
    /// Whoever looks after this checklist.
    #[default]
    Hr,
    /// The person's manager.
    Manager,
    /// The person themselves.
    Person,
    /// Somebody by name: IT, facilities, finance.
    Member(MemberId),
}

impl Owner {
    /// The roles that a template can name without naming anybody.
    pub const ROLES: [Self; 3] = [Self::Hr, Self::Manager, Self::Person];

    pub fn key(self) -> String {
        match self {
            Self::Hr => "hr".into(),
            Self::Manager => "manager".into(),
            Self::Person => "person".into(),
            Self::Member(id) => id.to_string(),
        }
    }

    pub const fn label(self, kind: Kind) -> &'static str {
        match (self, kind) {
            (Self::Hr, _) => "HR",
            (Self::Manager, _) => "Their manager",
            (Self::Person, Kind::Onboarding) => "The new person",
            (Self::Person, Kind::Offboarding) => "The leaver",
            (Self::Member(_), _) => "A member",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        let role = Self::ROLES.into_iter().find(|o| o.key() == key);
        role.or_else(|| key.parse().ok().map(|id| Self::Member(MemberId(id))))
    }
}

impl From<Owner> for String {
    fn from(owner: Owner) -> Self {
        owner.key()
    }
}

impl TryFrom<String> for Owner {
    type Error = String;

    fn try_from(key: String) -> Result<Self, String> {
        Self::parse(&key).ok_or_else(|| format!("{key} is nobody's key"))
    }
}

/// One thing to do, as a template has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub title: String,
    pub note: Option<String>,
    pub owner: Owner,
    /// From the first or the last day; before it where negative.
    pub days: i32,
    /// Nothing goes on without it: the first day, or the last one, is not ready while it is open.
    pub blocks: bool,
}

/// When an item is due.
pub fn due(anchor: Day, days: i32) -> Day {
    let by = Days::new(days.unsigned_abs().into());
    let day = if days < 0 { anchor.0.checked_sub_days(by) } else { anchor.0.checked_add_days(by) };
    Day(day.unwrap_or(anchor.0))
}

/// `3 days before the first day`, `On the last day`.
pub fn when(kind: Kind, days: i32) -> String {
    let (anchor, n) = (kind.anchor(), days.unsigned_abs());
    let s = if n == 1 { "" } else { "s" };
    match days {
        0 => format!("On the {anchor}"),
        d if d < 0 => format!("{n} day{s} before the {anchor}"),
        _ => format!("{n} day{s} after the {anchor}"),
    }
}

/// What somebody is, as far as templates ask.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place<'a> {
    pub department: Option<&'a str>,
    pub job_title: Option<&'a str>,
    pub employment_type: Option<&'a str>,
}

/// Whether a template is meant for somebody: one that names no department is for all of them, and so with roles and types.
pub fn fits(f: &Fields, place: Place<'_>) -> bool {
    let among = |wanted: &[String], is: Option<&str>| {
        wanted.is_empty() || is.is_some_and(|is| wanted.iter().any(|w| w.to_lowercase() == is.trim().to_lowercase()))
    };
    among(&f.departments, place.department)
        && among(&f.titles, place.job_title)
        && among(&f.types, place.employment_type)
}

/// How far a checklist is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    pub done: i64,
    pub total: i64,
    pub overdue: i64,
    /// Open items that block.
    pub blocking: i64,
}

impl Progress {
    pub fn is_done(self) -> bool {
        self.done == self.total
    }
}

/// Whom a checklist is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub id: EmployeeId,
    pub name: String,
    pub number: String,
    pub job_title: Option<String>,
    pub department: Option<String>,
    /// Their last day, as the record has it.
    pub ends: Option<Day>,
}

/// One person's checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    pub id: ChecklistId,
    pub kind: Kind,
    pub name: String,
    pub about: About,
    /// Their first or last day.
    pub anchor: Day,
    /// Who looks after it, and does what nobody else is there for.
    pub keeper: Person,
    pub progress: Progress,
    pub cancelled: Option<(DateTime<Utc>, String)>,
    /// Whether the reader sees all of it; otherwise only what is theirs to do.
    pub whole: bool,
}

/// One item of somebody's checklist. It is a task, of which this is what the checklist knows besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub id: ChecklistItemId,
    pub task: TaskId,
    pub title: String,
    pub note: Option<String>,
    pub owner: Owner,
    /// None: added to this checklist alone.
    pub days: Option<i32>,
    pub blocks: bool,
    pub due: Option<Day>,
    pub assignee: Person,
    /// The keeper has it in place of somebody who is not there yet.
    pub stands_in: bool,
    pub done_at: Option<DateTime<Utc>>,
    pub done_by: Option<String>,
    /// Why it was skipped.
    pub skipped: Option<String>,
}

impl Step {
    pub fn when(&self, today: Day) -> When {
        match self.due {
            _ if self.done_at.is_some() => When::Whenever,
            Some(day) if day < today => When::Overdue,
            Some(day) if day == today => When::Today,
            _ => When::Whenever,
        }
    }
}

draft! {
    /// An item added by hand.
    Added { title, note, due, assignee }
}

/// What that means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    pub title: String,
    pub note: Option<String>,
    pub due: Option<Day>,
    pub assignee: Option<MemberId>,
}

impl Added {
    pub fn read(&self, dates: crate::DateOrder) -> (New, Errors) {
        let mut e = Errors::default();
        let new = New {
            title: e.required("title", &self.title, 200),
            note: e.text("note", &self.note, crate::tasks::LONGEST),
            due: e.optional("due", &self.due, |s| Day::parse(s, dates)),
            assignee: e.optional("assignee", &self.assignee, |s| {
                s.parse().map(MemberId).map_err(|_| "Choose one of the members.")
            }),
        };
        (new, e)
    }
}

/// Which checklists are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    #[default]
    Open,
    Done,
    /// Called off.
    Cancelled,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Open, Self::Done, Self::Cancelled];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Running",
            Self::Done => "Done",
            Self::Cancelled => "Called off",
        }
    }
}

/// The list's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// A [`Kind`] key; empty: both.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// A [`State`] key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub before: String,
}

impl Filter {
    pub fn state(&self) -> State {
        State::ALL.into_iter().find(|s| s.key() == self.state).unwrap_or_default()
    }

    pub fn kind(&self) -> Option<Kind> {
        Kind::parse(&self.kind)
    }

    pub fn cursor(&self) -> Cursor {
        Cursor::parse(&self.after, &self.before)
    }

    /// The same question from its beginning.
    pub fn from_top(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    pub fn narrows(&self) -> bool {
        !self.q.trim().is_empty() || self.kind().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day(text.parse().expect("a day"))
    }

    #[test]
    fn items_are_due_by_the_first_or_last_day() {
        for (anchor, days, then) in [
            ("2026-03-02", 0, "2026-03-02"),
            ("2026-03-02", -3, "2026-02-27"),
            ("2026-03-02", 30, "2026-04-01"),
            ("2028-03-01", -1, "2028-02-29"),
            ("2026-12-31", 1, "2027-01-01"),
        ] {
            assert_eq!(due(day(anchor), days), day(then), "{anchor} {days}");
        }
        assert_eq!(when(Kind::Onboarding, -3), "3 days before the first day");
        assert_eq!(when(Kind::Offboarding, 0), "On the last day");
        assert_eq!(when(Kind::Offboarding, 1), "1 day after the last day");
    }

    #[test]
    fn an_owner_survives_its_row() {
        for owner in [Owner::Hr, Owner::Manager, Owner::Person, Owner::Member(MemberId(uuid::Uuid::from_u128(7)))] {
            assert_eq!(Owner::parse(&owner.key()), Some(owner));
        }
        assert_eq!(Owner::parse("nobody"), None);
    }
}
