//! Civil dates. A day is never turned into an instant on its way (DOMAIN: Money, time, identity).

use chrono::{
    Datelike, NaiveDate,
    format::{DelayedFormat, Item, StrftimeItems},
};
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

impl Day {
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

    /// The order in which a column of dates must be meant, when any of them tells.
    pub fn order_of<'a>(mut column: impl Iterator<Item = &'a str>) -> Option<DateOrder> {
        column.find_map(|cell| {
            let mut parts = cell.trim().split('/').map(|p| p.parse::<u32>().ok());
            let (a, b) = (parts.next()??, parts.next()??);
            (a <= 31 && b > 12).then_some(DateOrder::Mdy).or((a > 12 && a <= 31).then_some(DateOrder::Dmy))
        })
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
        assert_eq!(Day::order_of(["03/04/2024", "13/04/2024"].into_iter()), Some(DateOrder::Dmy));
        assert_eq!(Day::order_of(["03/04/2024", "04/13/2024"].into_iter()), Some(DateOrder::Mdy));
        assert_eq!(Day::order_of(["03/04/2024", "2024-01-01"].into_iter()), None);
    }
}
