//! Reminders of what is to be done or to be held: when somebody wants to be told, and how a form says it.

use crate::{DateOrder, Day, Errors};
use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;

/// When one is reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remind {
    /// Minutes before it begins or is due.
    Before(i32),
    /// A moment of its own, as a clock shows it where whoever says it is.
    At(Day, NaiveTime),
}

/// How long before, in minutes, and in words. `at` stands for a moment of its own.
pub const CHOICES: [(&str, &str); 6] = [
    ("0", "When it is time"),
    ("15", "15 minutes before"),
    ("60", "1 hour before"),
    ("1440", "1 day before"),
    ("10080", "1 week before"),
    (AT, "At a time of its own"),
];

pub const AT: &str = "at";

/// Minutes that lie in four weeks.
const MOST: i32 = 40_320;

/// A time of day as a form has it: `09:30`.
pub fn time(text: &str) -> Result<NaiveTime, &'static str> {
    let text = text.trim();
    let read = |format| NaiveTime::parse_from_str(text, format).ok();
    read("%H:%M").or_else(|| read("%H:%M:%S")).ok_or("This is not a time, like 14:30.")
}

/// As a form shows it.
pub fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// Reads the three fields of a form: how, and the day and time of a moment of its own.
pub fn read(e: &mut Errors, how: &str, day: &str, at: &str, dates: DateOrder) -> Option<Remind> {
    let how = how.trim();
    if how.is_empty() {
        return None;
    }
    if how == AT {
        if day.trim().is_empty() {
            e.add("remind_day", "Say on which day.");
        }
        if at.trim().is_empty() {
            e.add("remind_time", "Say at what time.");
        }
        let day = e.optional("remind_day", day, |s| Day::parse(s, dates))?;
        return Some(Remind::At(day, e.optional("remind_time", at, time)?));
    }
    match how.parse() {
        Ok(minutes @ 0..=MOST) => Some(Remind::Before(minutes)),
        _ => e.take("remind", Err("Choose one of them.")),
    }
}

impl Remind {
    /// From its two columns, where whoever reads it is.
    pub fn of(before: Option<i32>, at: Option<DateTime<Utc>>, zone: Tz) -> Option<Self> {
        let local = |at: DateTime<Utc>| {
            let local = at.with_timezone(&zone).naive_local();
            Self::At(Day(local.date()), local.time())
        };
        before.map(Self::Before).or(at.map(local))
    }

    /// As the three fields of a form have it.
    pub fn typed(this: Option<Self>) -> [String; 3] {
        match this {
            None => Default::default(),
            Some(Self::Before(minutes)) => [minutes.to_string(), String::new(), String::new()],
            Some(Self::At(day, time)) => [AT.to_owned(), day.to_string(), clock(time)],
        }
    }

    pub fn before(self) -> Option<i32> {
        match self {
            Self::Before(minutes) => Some(minutes),
            Self::At(..) => None,
        }
    }

    /// The moment that it says, where it says one.
    pub fn moment(self, zone: Tz) -> Option<DateTime<Utc>> {
        match self {
            Self::Before(_) => None,
            Self::At(day, time) => Some(crate::day::instant(zone, day.0, time)),
        }
    }

    /// "1 hour before", "on 3 Mar 2026 at 09:00".
    pub fn words(self) -> String {
        match self {
            Self::At(day, time) => format!("on {} at {}", day.short(), clock(time)),
            Self::Before(minutes) => {
                let known = CHOICES.iter().find(|(key, _)| *key == minutes.to_string());
                known.map_or_else(|| format!("{minutes} minutes before"), |(_, words)| words.to_lowercase())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(how: &str, day: &str, at: &str) -> (Option<Remind>, Vec<&'static str>) {
        let mut e = Errors::default();
        let remind = read(&mut e, how, day, at, DateOrder::Mdy);
        (remind, e.iter().map(|(field, _)| field).collect())
    }

    #[test]
    fn a_reminder_is_some_time_before_or_a_moment() {
        let day = Day::new(2026, 3, 3).expect("a day");
        let nine = NaiveTime::from_hms_opt(9, 0, 0).expect("a time");
        for (how, on, at, expected, wrong) in [
            ("", "", "", None, &[][..]),
            ("15", "", "", Some(Remind::Before(15)), &[]),
            ("at", "2026-03-03", "09:00", Some(Remind::At(day, nine)), &[]),
            ("at", "", "", None, &["remind_day", "remind_time"]),
            ("at", "2026-03-03", "soon", None, &["remind_time"]),
            ("-5", "", "", None, &["remind"]),
            ("99999", "", "", None, &["remind"]),
        ] {
            assert_eq!(asked(how, on, at), (expected, wrong.to_vec()), "{how} {on} {at}");
        }
        for remind in [None, Some(Remind::Before(60)), Some(Remind::At(day, nine))] {
            let [how, on, at] = Remind::typed(remind);
            assert_eq!(asked(&how, &on, &at), (remind, vec![]));
        }
    }

    #[test]
    fn its_moment_is_that_of_the_clock_on_the_wall() {
        let berlin: Tz = "Europe/Berlin".parse().expect("a zone");
        let at = |d, h| {
            let time = NaiveTime::from_hms_opt(h, 30, 0).expect("a time");
            Remind::At(Day::new(2026, 3, d).expect("a day"), time).moment(berlin).expect("one").to_rfc3339()
        };
        assert_eq!(at(28, 9), "2026-03-28T08:30:00+00:00");
        assert_eq!(at(30, 9), "2026-03-30T07:30:00+00:00");
        // Left out by the clocks of that night.
        assert_eq!(at(29, 2), "2026-03-29T01:00:00+00:00");
    }
}
