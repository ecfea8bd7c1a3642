//! The directory: what everybody finds of everybody, and whose days come up.

use crate::{Day, EmployeeId, hr::employees::Photo, list::Cursor};
use serde::{Deserialize, Serialize};

/// The directory's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub department: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub location: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub before: String,
}

impl Filter {
    pub fn cursor(&self) -> Cursor {
        Cursor::parse(&self.after, &self.before)
    }

    /// The same question from the top.
    pub fn from_top(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    pub fn narrows(&self) -> bool {
        !(self.q.is_empty() && self.department.is_empty() && self.location.is_empty())
    }
}

/// Somebody who is here, as everybody finds them.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    pub id: EmployeeId,
    /// As they are called: the preferred name in place of the first one.
    pub name: String,
    pub job_title: Option<String>,
    pub department: Option<String>,
    pub location: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub photo: Option<Photo>,
    pub manager: Option<(EmployeeId, String)>,
    /// Today; of which kind it is, and until when, is nobody's business here.
    pub away: bool,
}

/// Why somebody's day comes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occasion {
    Birthday,
    /// So many years at work.
    Anniversary(i32),
    Joins,
}

/// A day of somebody's that comes up. Of a birthday it says nothing of the year.
#[derive(Debug, Clone, PartialEq)]
pub struct Coming {
    pub id: EmployeeId,
    pub name: String,
    pub photo: Option<Photo>,
    pub occasion: Occasion,
    /// The day on which it comes round this time.
    pub on: Day,
}

/// How far ahead days come up, and how long somebody is new.
pub const AHEAD: i64 = 30;
pub const NEW: i64 = 14;

/// The days of the year that come round from today on, each with the day on which it does: month × 100 + day.
pub fn rounds(today: Day, ahead: i64) -> Vec<(i32, Day)> {
    (0..=ahead)
        .filter_map(|n| today.plus(n))
        .flat_map(|day| day.anniversaries().into_iter().map(move |of_year| (of_year, day)))
        .collect()
}

/// How many days before the end of a probation its manager is told: of two times, the one that has come.
pub const PROBATION_TOLD: [i64; 2] = [3, 14];

/// Which of [`PROBATION_TOLD`] has come, so many days before the end. A day on which nobody looked is made up for by the
/// next; what is over is not told of.
pub fn probation_notice(days_left: i64) -> Option<i64> {
    (days_left >= 0).then(|| PROBATION_TOLD.into_iter().find(|told| days_left <= *told)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> Day {
        Day::new(y, m, d).expect("a day")
    }

    #[test]
    fn the_29th_of_february_comes_round_each_year() {
        for (today, born, on) in [
            // A leap year has the day itself.
            (day(2028, 2, 20), 229, Some(day(2028, 2, 29))),
            (day(2028, 2, 29), 229, Some(day(2028, 2, 29))),
            // Another one keeps it on the last of February.
            (day(2026, 2, 20), 229, Some(day(2026, 2, 28))),
            (day(2026, 3, 1), 229, None),
            (day(2026, 2, 20), 228, Some(day(2026, 2, 28))),
            // Over the end of a year.
            (day(2026, 12, 20), 105, Some(day(2027, 1, 5))),
            (day(2026, 12, 20), 1231, Some(day(2026, 12, 31))),
            (day(2026, 3, 2), 302, Some(day(2026, 3, 2))),
            (day(2026, 3, 2), 401, Some(day(2026, 4, 1))),
            (day(2026, 3, 2), 402, None),
            (day(2026, 3, 2), 301, None),
        ] {
            let found = rounds(today, AHEAD).into_iter().find(|(of_year, _)| *of_year == born).map(|(_, on)| on);
            assert_eq!(found, on, "{born} from {today}");
        }
    }

    #[test]
    fn each_day_of_the_year_comes_round_once_a_year() {
        for year in [2026, 2028] {
            let all = rounds(day(year, 1, 1), if year == 2028 { 365 } else { 364 });
            let mut days: Vec<i32> = all.iter().map(|(of_year, _)| *of_year).collect();
            days.sort_unstable();
            days.dedup();
            assert_eq!((days.len(), all.len()), (366, 366), "{year}");
        }
    }

    #[test]
    fn the_end_of_a_probation_is_told_twice() {
        for (left, told) in
            [(15, None), (14, Some(14)), (9, Some(14)), (4, Some(14)), (3, Some(3)), (0, Some(3)), (-1, None)]
        {
            assert_eq!(probation_notice(left), told, "{left}");
        }
    }
}
