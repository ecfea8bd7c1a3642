//! Civil dates. A day is never turned into an instant on its way (DOMAIN: Money, time, identity).

use chrono::{
    DateTime, Datelike, MappedLocalTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc,
    format::{DelayedFormat, Item, StrftimeItems},
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::{fmt, sync::LazyLock};

/// A civil date, without time or zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub NaiveDate);

/// Which part of `03/04/2024` is the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    #[default]
    Mdy,
    Dmy,
}

impl DateOrder {
    pub fn key(self) -> &'static str {
        match self {
            Self::Mdy => "mdy",
            Self::Dmy => "dmy",
        }
    }
}

/// When it is this time of this day somewhere: the first of two such moments; the end of the gap where clocks leave the
/// time out.
pub fn instant(zone: Tz, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let mut local = day.and_time(time);
    // The longest gap there was left out a whole day.
    for _ in 0..=25 * 60 {
        match zone.from_local_datetime(&local) {
            MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => return at.to_utc(),
            MappedLocalTime::None => local += TimeDelta::minutes(1),
        }
    }
    local.and_utc()
}

/// Whether clocks show this time on this day at all: where they are put forward they leave some out.
pub fn shows(zone: Tz, day: NaiveDate, time: NaiveTime) -> bool {
    !matches!(zone.from_local_datetime(&day.and_time(time)), MappedLocalTime::None)
}

impl Day {
    /// The days of the year, as month × 100 + day, that come round on this one: its own, and on the last of a short
    /// February the 29th as well.
    pub fn anniversaries(self) -> Vec<i32> {
        match self.of_year() {
            228 if !self.0.leap_year() => vec![228, 229],
            own => vec![own],
        }
    }

    /// Month × 100 + day.
    pub fn of_year(self) -> i32 {
        use chrono::Datelike;
        i32::try_from(self.0.month() * 100 + self.0.day()).expect("at most 1231")
    }

    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self)
    }

    pub fn first_of_month(self) -> Self {
        Self(self.0.with_day(1).expect("each month has a first day"))
    }

    /// Reads `2024-03-01` (always year first), or `1.3.2024` (always day first), or `03/01/2024` in
    /// the given order. A time behind the date, as spreadsheets write it, is passed over.
    pub fn parse(input: &str, order: DateOrder) -> Result<Self, &'static str> {
        const WRONG: &str = "This is not a date, like 2024-03-31.";
        let input = input.trim();
        let date = input.split_once(['T', ' ']).map_or(input, |(date, _)| date);
        let mark = date.chars().find(|c| !c.is_ascii_digit()).ok_or(WRONG)?;
        let parts: Vec<u32> = date.split(mark).map(|p| p.parse().map_err(|_| WRONG)).collect::<Result<_, _>>()?;
        let [a, b, c] = parts[..] else { return Err(WRONG) };
        let (y, m, d) = match (mark, order) {
            ('-' | '/' | '.', _) if a >= 1000 => (a, b, c),
            ('.', _) | ('/' | '-', DateOrder::Dmy) => (c, b, a),
            ('/' | '-', DateOrder::Mdy) => (c, a, b),
            _ => return Err(WRONG),
        };
        if !(1900..=2199).contains(&y) {
            return Err("The year must lie between 1900 and 2199.");
        }
        Self::new(y.cast_signed(), m, d).ok_or("There is no such day.")
    }

    /// For people: `1 Mar 2024`.
    pub fn short(&self) -> String {
        self.by(&SHORT).to_string()
    }

    /// For people: `Friday, 1 March 2024`.
    pub fn long(&self) -> String {
        self.by(&LONG).to_string()
    }

    fn by(&self, format: &'static Format) -> DelayedFormat<std::slice::Iter<'static, Item<'static>>> {
        self.0.format_with_items(format.iter())
    }

    pub fn year(&self) -> i32 {
        self.0.year()
    }
}

/// How the dates of a column are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dates {
    pub order: DateOrder,
    /// A date that can be read in one order only, and so tells it; without one, the order is the workspace's.
    pub told_by: Option<String>,
    /// Dates that could be read either way, and the first of them.
    pub doubtful: u32,
    pub example: String,
}

impl Dates {
    /// Asks every date of the column that can be read in one order only. Where they disagree, most decide.
    pub fn of<'a>(column: impl Iterator<Item = &'a str>, usual: DateOrder) -> Self {
        let mut dates = Self { order: usual, told_by: None, doubtful: 0, example: String::new() };
        let mut telling: [(u32, &str); 2] = [(0, ""), (0, "")];
        for cell in column {
            let first = match (Day::parse(cell, DateOrder::Mdy), Day::parse(cell, DateOrder::Dmy)) {
                (Ok(month_first), Ok(day_first)) if month_first != day_first => {
                    if dates.doubtful == 0 {
                        dates.example = cell.trim().to_owned();
                    }
                    dates.doubtful += 1;
                    continue;
                }
                (Ok(_), Err(_)) => 0,
                (Err(_), Ok(_)) => 1,
                _ => continue,
            };
            if telling[first].0 == 0 {
                telling[first].1 = cell.trim();
            }
            telling[first].0 += 1;
        }
        let [(month, by_month), (day, by_day)] = telling;
        if month != day {
            let (order, by) = if month > day { (DateOrder::Mdy, by_month) } else { (DateOrder::Dmy, by_day) };
            (dates.order, dates.told_by) = (order, Some(by.to_owned()));
        }
        dates
    }
}

impl DateOrder {
    pub const fn other(self) -> Self {
        match self {
            Self::Mdy => Self::Dmy,
            Self::Dmy => Self::Mdy,
        }
    }

    /// What comes first in it.
    pub const fn first(self) -> &'static str {
        match self {
            Self::Mdy => "month",
            Self::Dmy => "day",
        }
    }
}

/// As ISO 8601, the form of inputs, files and APIs.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.by(&ISO).fmt(f)
    }
}

/// Read once: a list writes three a row, and reading a format takes as long as following it.
type Format = LazyLock<Vec<Item<'static>>>;

static SHORT: Format = LazyLock::new(|| StrftimeItems::new("%-d %b %Y").collect());
static LONG: Format = LazyLock::new(|| StrftimeItems::new("%A, %-d %B %Y").collect());
static ISO: Format = LazyLock::new(|| StrftimeItems::new("%Y-%m-%d").collect());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_meant() {
        let read = |s, o| Day::parse(s, o).map(|d| d.to_string());
        for (text, order, iso) in [
            ("1986-06-26", DateOrder::Mdy, "1986-06-26"),
            ("1986-06-26 00:00:00", DateOrder::Mdy, "1986-06-26"),
            ("26.6.1986", DateOrder::Mdy, "1986-06-26"),
            ("03/04/2024", DateOrder::Mdy, "2024-03-04"),
            ("03/04/2024", DateOrder::Dmy, "2024-04-03"),
            ("2024/04/03", DateOrder::Dmy, "2024-04-03"),
        ] {
            assert_eq!(read(text, order), Ok(iso.into()), "{text}");
        }
        for bad in ["", "yesterday", "2024-02-30", "31/12/24", "0001-01-01", "9999-01-01", "1-2", "2024-01"] {
            assert!(read(bad, DateOrder::Mdy).is_err(), "{bad}");
        }
    }

    #[test]
    fn days_are_written_for_people_and_for_machines() {
        let day = Day::new(2024, 3, 1).unwrap();
        assert_eq!([day.short(), day.long(), day.to_string()], ["1 Mar 2024", "Friday, 1 March 2024", "2024-03-01"]);
    }

    #[test]
    fn a_column_tells_its_order() {
        let read = |cells: &[&str]| {
            let d = Dates::of(cells.iter().copied(), DateOrder::Mdy);
            (d.order, d.told_by, d.doubtful, d.example)
        };
        let told = |by: &str| Some(by.to_owned());
        for (cells, order, by, doubtful) in [
            (&["03/04/2024", "13/04/2024", "05/05/2024"][..], DateOrder::Dmy, told("13/04/2024"), 1),
            (&["03/04/2024", "04/13/2024"], DateOrder::Mdy, told("04/13/2024"), 1),
            (&["03-04-2024", "13-04-2024"], DateOrder::Dmy, told("13-04-2024"), 1),
            (&["04/13/2024", "31/12/2024", "30/12/2024"], DateOrder::Dmy, told("31/12/2024"), 0),
            (&["04/13/2024", "31/12/2024"], DateOrder::Mdy, None, 0),
            (&["03/04/2024", "2024-01-01", "1.2.2024", "99/99/2024", ""], DateOrder::Mdy, None, 1),
            (&["2024-01-01", "05/05/2024"], DateOrder::Mdy, None, 0),
        ] {
            let example = if doubtful > 0 { cells[0].to_owned() } else { String::new() };
            assert_eq!(read(cells), (order, by, doubtful, example), "{cells:?}");
        }
    }
}
