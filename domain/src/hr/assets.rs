//! Equipment: what there is, who has it, and who had it before.

use crate::{
    AssetId, AssetLoanId, Conventions, Day, EmployeeId, Errors, Money, draft,
    draft::{Field, FieldClass},
    list::{Cursor, Sort, SortKey},
    text::Words,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

pub const WORDS: Words = Words { one: "piece of equipment", many: "equipment" };

/// Letters that a note may have.
pub const NOTE: usize = 500;

draft! {
    /// A piece of equipment as typed.
    Draft { name, kind, tag, serial, bought_on, value, condition, status, note }
}

draft! {
    /// Handing it out, or taking it back.
    Handing { employee, day, condition, note, then }
}

/// How it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Condition {
    New,
    #[default]
    Good,
    Worn,
    Damaged,
}

impl Condition {
    pub const ALL: [Self; 4] = [Self::New, Self::Good, Self::Worn, Self::Damaged];

    pub const fn key(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Good => "good",
            Self::Worn => "worn",
            Self::Damaged => "damaged",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Good => "Good",
            Self::Worn => "Worn",
            Self::Damaged => "Damaged",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
}

/// Where it is. What somebody has is assigned, which is told by who has it and stored nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Status {
    #[default]
    InStock,
    Assigned,
    InRepair,
    Retired,
    Lost,
}

impl Status {
    pub const ALL: [Self; 5] = [Self::InStock, Self::Assigned, Self::InRepair, Self::Retired, Self::Lost];
    /// Those that somebody can say of what nobody has.
    pub const SAID: [Self; 4] = [Self::InStock, Self::InRepair, Self::Retired, Self::Lost];

    pub const fn key(self) -> &'static str {
        match self {
            Self::InStock => "in_stock",
            Self::Assigned => "assigned",
            Self::InRepair => "in_repair",
            Self::Retired => "retired",
            Self::Lost => "lost",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::InStock => "In stock",
            Self::Assigned => "Assigned",
            Self::InRepair => "In repair",
            Self::Retired => "Retired",
            Self::Lost => "Lost",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

/// What a piece of equipment is told to be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    pub name: String,
    pub kind: String,
    /// None: the next of the workspace.
    pub tag: Option<String>,
    pub serial: Option<String>,
    pub bought_on: Option<Day>,
    pub value: Option<Money>,
    pub condition: Condition,
    /// Where it is while nobody has it.
    pub status: Status,
    pub note: Option<String>,
}

impl Draft {
    /// The rules that need no other record, with what could be read although something is wrong.
    pub fn read(&self, c: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let fields = Fields {
            name: e.required("name", &self.name, 120),
            kind: e.required("kind", &self.kind, 60),
            tag: e.line("tag", &self.tag, 40),
            serial: e.line("serial", &self.serial, 80),
            bought_on: e.optional("bought_on", &self.bought_on, |s| Day::parse(s, c.dates)),
            value: e.optional("value", &self.value, |s| match Money::parse(s, c.currency) {
                Ok(m) if m.minor < 0 => Err("Nothing is worth less than nothing."),
                other => other,
            }),
            condition: e
                .optional("condition", &self.condition, |s| Condition::parse(s).ok_or("Choose one of them."))
                .unwrap_or_default(),
            status: e
                .optional("status", &self.status, |s| {
                    Status::parse(s).filter(|s| *s != Status::Assigned).ok_or("Choose one of them.")
                })
                .unwrap_or_default(),
            note: e.text("note", &self.note, NOTE),
        };
        (fields, e)
    }
}

/// Who has something, or had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub id: EmployeeId,
    pub name: String,
    pub number: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    pub id: AssetId,
    pub version: i32,
    pub name: String,
    pub kind: String,
    pub tag: String,
    pub serial: Option<String>,
    pub bought_on: Option<Day>,
    /// None as well where the reader may not know.
    pub value: Option<Money>,
    pub condition: Condition,
    pub status: Status,
    pub note: Option<String>,
    pub holder: Option<Holder>,
    /// Since when they have it.
    pub since: Option<Day>,
    /// Whether they have said that they have it.
    pub confirmed: bool,
}

impl Asset {
    pub fn draft(&self) -> Draft {
        Draft {
            name: self.name.clone(),
            kind: self.kind.clone(),
            tag: self.tag.clone(),
            serial: self.serial.clone().unwrap_or_default(),
            bought_on: self.bought_on.map(|d| d.to_string()).unwrap_or_default(),
            value: self.value.map(|v| v.decimal().to_string()).unwrap_or_default(),
            condition: self.condition.key().into(),
            status: if self.status == Status::Assigned { String::new() } else { self.status.key().into() },
            note: self.note.clone().unwrap_or_default(),
        }
    }

    /// Whether it is what these fields say, as far as the reader may know.
    pub fn is(&self, f: &Fields, sees_value: bool) -> bool {
        (&self.name, &self.kind, &self.serial, self.bought_on, self.condition, &self.note)
            == (&f.name, &f.kind, &f.serial, f.bought_on, f.condition, &f.note)
            && f.tag.as_ref().is_none_or(|t| *t == self.tag)
            && (!sees_value || self.value == f.value)
    }

    /// As a file has it.
    pub fn cell(&self, key: &str) -> Cow<'_, str> {
        let day = |d: Option<Day>| Cow::Owned(d.map(|d| d.to_string()).unwrap_or_default());
        match key {
            "tag" => Cow::Borrowed(&self.tag),
            "name" => Cow::Borrowed(&self.name),
            "kind" => Cow::Borrowed(&self.kind),
            "serial" => Cow::Borrowed(self.serial.as_deref().unwrap_or_default()),
            "status" => Cow::Borrowed(self.status.label()),
            "condition" => Cow::Borrowed(self.condition.label()),
            "holder_number" => Cow::Borrowed(self.holder.as_ref().map_or("", |h| &h.number)),
            "holder" => Cow::Borrowed(self.holder.as_ref().map_or("", |h| &h.name)),
            "since" => day(self.since),
            "bought_on" => day(self.bought_on),
            "value" => Cow::Owned(self.value.map(|v| v.decimal().to_string()).unwrap_or_default()),
            "currency" => Cow::Borrowed(self.value.map_or("", |v| v.currency.code())),
            _ => Cow::Borrowed(""),
        }
    }
}

/// Columns of a file, and what stands above each; the last two for whoever sees values.
pub const COLUMNS: [(&str, &str); 12] = [
    ("tag", "Tag"),
    ("name", "Name"),
    ("kind", "Kind"),
    ("serial", "Serial number"),
    ("status", "Status"),
    ("condition", "Condition"),
    ("holder_number", "Employee number"),
    ("holder", "Assigned to"),
    ("since", "Since"),
    ("bought_on", "Bought on"),
    ("value", "Value"),
    ("currency", "Currency"),
];

/// One stretch of somebody having it. What has ended is never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loan {
    pub id: AssetLoanId,
    pub holder: Holder,
    pub from: Day,
    pub given: Condition,
    pub given_by: Option<String>,
    pub note: Option<String>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub returned: Option<Returned>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    pub on: Day,
    pub condition: Condition,
    pub by: Option<String>,
    pub note: Option<String>,
}

/// What handing out and taking back say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    pub day: Day,
    pub condition: Condition,
    pub note: Option<String>,
    /// Where it goes when it comes back.
    pub then: Status,
}

impl Handing {
    /// `usual` is how it looks as far as anybody knows.
    pub fn read(&self, c: &Conventions, today: Day, usual: Condition) -> (Handed, Errors) {
        let mut e = Errors::default();
        let handed = Handed {
            day: e.optional("day", &self.day, |s| Day::parse(s, c.dates)).unwrap_or(today),
            condition: e
                .optional("condition", &self.condition, |s| Condition::parse(s).ok_or("Choose one of them."))
                .unwrap_or(usual),
            note: e.line("note", &self.note, NOTE),
            then: e
                .optional("then", &self.then, |s| {
                    Status::parse(s).filter(|s| *s != Status::Assigned).ok_or("Choose one of them.")
                })
                .unwrap_or_default(),
        };
        if handed.day > today {
            e.add("day", "This day is still to come.");
        }
        (handed, e)
    }
}

const fn field(key: &'static str, label: &'static str) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases: &[], required: false }
}

/// Every field, in the order of forms. Whether somebody sees the value is a right of its own.
pub const FIELDS: &[Field] = &[
    Field { required: true, ..field("name", "Name") },
    Field { required: true, ..field("kind", "Kind") },
    field("tag", "Tag"),
    field("serial", "Serial number"),
    field("bought_on", "Bought on"),
    field("value", "Value"),
    field("condition", "Condition"),
    field("status", "Status"),
    field("note", "Note"),
    field("holder", "Assigned to"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Tag,
    Name,
    Kind,
}

impl SortKey for Order {
    const ALL: &'static [Self] = &[Self::Tag, Self::Name, Self::Kind];

    fn name(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Name => "name",
            Self::Kind => "kind",
        }
    }
}

/// The list's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// A [`Status`] key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// What this employee has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<EmployeeId>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub before: String,
}

impl Filter {
    pub fn status(&self) -> Option<Status> {
        Status::parse(&self.status)
    }

    /// Whether all of the question is understood.
    pub fn is_clear(&self) -> bool {
        self.status.is_empty() || self.status().is_some()
    }

    pub fn order(&self) -> Sort<Order> {
        Sort::parse(&self.sort)
    }

    pub fn cursor(&self) -> Cursor {
        Cursor::parse(&self.after, &self.before)
    }

    pub fn from_top(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    pub fn narrows(&self) -> bool {
        !self.q.trim().is_empty() || !self.status.is_empty() || !self.kind.is_empty() || self.holder.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_or_told() {
        let c = Conventions::default();
        let typed =
            Draft { name: "MacBook".into(), kind: "Laptop".into(), value: "1,899.00".into(), ..Draft::default() };
        let (fields, errors) = typed.read(&c);
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!((fields.value.map(|v| v.minor), fields.status), (Some(189_900), Status::InStock));
        for (field, wrong) in
            [("value", "-3"), ("bought_on", "soon"), ("condition", "fine"), ("status", "assigned"), ("name", "")]
        {
            let mut draft = typed.clone();
            draft.set(field, wrong.into());
            assert!(draft.read(&c).1.of(field).is_some(), "{field}: {wrong}");
        }
    }

    #[test]
    fn nothing_is_handed_out_tomorrow() {
        let today = Day::new(2026, 3, 2).expect("a day");
        let read = |day: &str| {
            Handing { day: day.into(), ..Handing::default() }.read(&Conventions::default(), today, Condition::Worn)
        };
        assert_eq!(read("").0.day, today);
        assert_eq!(read("").0.condition, Condition::Worn);
        assert!(read("2026-03-03").1.of("day").is_some() && read("2026-03-01").1.is_empty());
    }
}
