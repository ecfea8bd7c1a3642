//! Positions: seats that the company has decided to have, whoever sits on them.

use crate::{
    Conventions, Errors, PositionId, draft,
    draft::{Field, FieldClass},
    text::Words,
};

pub const WORDS: Words = Words { one: "position", many: "positions" };

draft! {
    /// A position as typed into a form.
    Draft { title, department, location, headcount, note, new_department, new_location }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub title: String,
    pub department: Option<String>,
    pub location: Option<String>,
    /// How many people may hold it.
    pub headcount: i32,
    pub note: Option<String>,
    /// Names of departments and locations that are not there yet, and are to be.
    pub new_places: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub id: PositionId,
    pub version: i32,
    pub title: String,
    pub department: Option<String>,
    pub location: Option<String>,
    pub headcount: i32,
    pub note: Option<String>,
    pub closed: bool,
    /// How many hold it today, for whoever sees everybody.
    pub filled: Option<i64>,
}

impl Position {
    /// Seats that nobody sits on, where it is known who sits there; a closed position has none.
    pub fn vacant(&self) -> Option<i64> {
        let filled = self.filled?;
        Some(if self.closed { 0 } else { (i64::from(self.headcount) - filled).max(0) })
    }

    pub fn draft(&self) -> Draft {
        Draft {
            title: self.title.clone(),
            department: self.department.clone().unwrap_or_default(),
            location: self.location.clone().unwrap_or_default(),
            headcount: self.headcount.to_string(),
            note: self.note.clone().unwrap_or_default(),
            ..Draft::default()
        }
    }
}

impl Draft {
    pub fn read(&self, _: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let count = |s: &str| match s.parse::<i32>() {
            Ok(n) if (1..=10_000).contains(&n) => Ok(n),
            _ => Err("Use a number from 1 to 10,000."),
        };
        let fields = Fields {
            title: e.required("title", &self.title, 100),
            department: e.line("department", &self.department, 100),
            location: e.line("location", &self.location, 100),
            headcount: e.optional("headcount", &self.headcount, count).unwrap_or(1),
            note: e.text("note", &self.note, 1_000),
            new_places: crate::hr::employees::ticked([&self.new_department, &self.new_location]),
        };
        (fields, e)
    }
}

const fn field(key: &'static str, label: &'static str) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases: &[], required: false }
}

pub const FIELDS: &[Field] = &[
    Field { required: true, ..field("title", "Title") },
    field("department", "Department"),
    field("location", "Location"),
    field("headcount", "Headcount"),
    field("note", "Note"),
];
