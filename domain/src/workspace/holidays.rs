//! Holiday calendars: days on which nobody works, or half of them.

use crate::{CalendarId, Day, HolidayId};

#[derive(Debug, Clone)]
pub struct Calendar {
    pub id: CalendarId,
    pub name: String,
    pub is_default: bool,
    pub days: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    pub id: HolidayId,
    pub day: Day,
    pub name: String,
    pub half: bool,
}

/// A holiday as a file brings it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    pub day: Day,
    pub name: String,
}

/// Days that one calendar file may bring.
pub const MOST: usize = 1_000;
