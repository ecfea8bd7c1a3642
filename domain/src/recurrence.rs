//! What comes round: rules of civil days, as RFC 5545 §3.3.10 writes them.
//!
//! A small set of rules of our own and no library: those work on instants and zones, and what a task asks for is the next
//! civil day, which no change of the clocks moves. A month that has no such day has its last one.

use crate::{DateOrder, Day, Errors};
use chrono::{Datelike, Months, NaiveDate};

/// How something comes round, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    pub every: Every,
    /// Every second week: 2.
    pub interval: u32,
    pub ends: Ends,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Every {
    Day,
    /// On these ISO weekdays, in their order; none: on that of the first.
    Week(Vec<u32>),
    /// On this day of it; `None`: on its last one.
    Month(Option<u32>),
    /// On this day of this month.
    Year(u32, u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    Never,
    /// This one is the last day.
    On(Day),
    /// So many times, this one among them.
    After(u32),
}

/// As a form chooses.
pub const CHOICES: [(&str, &str); 5] = [
    ("day", "Every day"),
    ("week", "Every week"),
    ("month", "Every month, on this day"),
    ("month_end", "Every month, on its last day"),
    ("year", "Every year"),
];

/// Key of a form's field, key of the rule, and name.
pub const WEEKDAYS: [(&str, &str, &str); 7] = [
    ("on_mo", "MO", "Monday"),
    ("on_tu", "TU", "Tuesday"),
    ("on_we", "WE", "Wednesday"),
    ("on_th", "TH", "Thursday"),
    ("on_fr", "FR", "Friday"),
    ("on_sa", "SA", "Saturday"),
    ("on_su", "SU", "Sunday"),
];

const MOST: u32 = 365;

/// What is typed of it.
#[derive(Debug, Clone, Default)]
pub struct Typed<'a> {
    pub repeat: &'a str,
    pub interval: &'a str,
    /// By [`WEEKDAYS`], whether each is ticked.
    pub weekdays: [bool; 7],
    pub until: &'a str,
    pub times: &'a str,
}

/// Reads the fields of a form, for something that is first due on this day.
pub fn read(e: &mut Errors, typed: &Typed<'_>, first: Option<Day>, dates: DateOrder) -> Option<Repeat> {
    let how = typed.repeat.trim();
    if how.is_empty() {
        return None;
    }
    let Some(first) = first else {
        e.add("repeat", "Say on which day it is due first.");
        return None;
    };
    let number = |e: &mut Errors, field, text: &str| {
        e.optional(field, text, |s| match s.parse() {
            Ok(n @ 1..=MOST) => Ok(n),
            _ => Err("This is not a number from 1 to 365."),
        })
    };
    let interval = number(e, "interval", typed.interval).unwrap_or(1);
    let weekdays = (1..).zip(typed.weekdays).filter(|(_, on)| *on).map(|(day, _)| day).collect();
    let every = match how {
        "day" => Every::Day,
        "week" => Every::Week(weekdays),
        "month" => Every::Month(Some(first.0.day())),
        "month_end" => Every::Month(None),
        "year" => Every::Year(first.0.month(), first.0.day()),
        _ => {
            e.add("repeat", "Choose one of them.");
            return None;
        }
    };
    let until = e.optional("until", typed.until, |s| Day::parse(s, dates));
    let times = number(e, "times", typed.times);
    let ends = match (until, times) {
        (Some(_), Some(_)) => {
            e.add("times", "Say the last day or how many times, not both.");
            Ends::Never
        }
        (Some(day), None) if day < first => {
            e.add("until", "This is before it is due first.");
            Ends::Never
        }
        (Some(day), None) => Ends::On(day),
        (None, Some(n)) => Ends::After(n),
        (None, None) => Ends::Never,
    };
    Some(Repeat { every, interval, ends })
}

impl Repeat {
    /// The next day after this one that is not before `today`, and how it goes on from there: what was missed is not caught up.
    /// `None`: it is over.
    pub fn next(&self, due: Day, today: Day) -> Option<(Day, Self)> {
        let mut left = match self.ends {
            Ends::After(n) => Some(n),
            _ => None,
        };
        let mut day = due;
        // Ten years of days.
        for _ in 0..3_660 {
            day = self.after(day)?;
            left = match left {
                Some(0 | 1) => return None,
                left => left.map(|n| n - 1),
            };
            if matches!(self.ends, Ends::On(last) if day > last) {
                return None;
            }
            if day >= today {
                let ends = left.map_or(self.ends, Ends::After);
                return Some((day, Self { ends, ..self.clone() }));
            }
        }
        None
    }

    fn after(&self, day: Day) -> Option<Day> {
        let interval = self.interval.max(1);
        match &self.every {
            Every::Day => day.plus(i64::from(interval)),
            Every::Week(on) if on.is_empty() => day.plus(7 * i64::from(interval)),
            Every::Week(on) => {
                let weekday = day.0.weekday().number_from_monday();
                let later = on.iter().find(|d| **d > weekday);
                let (weeks, to) = match later {
                    Some(to) => (0, *to),
                    None => (interval, *on.first()?),
                };
                day.plus(7 * i64::from(weeks) + i64::from(to) - i64::from(weekday))
            }
            Every::Month(on) => {
                let first = day.first_of_month().0.checked_add_months(Months::new(interval))?;
                in_month(first, *on)
            }
            Every::Year(month, on) => {
                let year = day.0.year().checked_add(i32::try_from(interval).ok()?)?;
                in_month(NaiveDate::from_ymd_opt(year, *month, 1)?, Some(*on))
            }
        }
    }

    /// The same rule after its day was looked at again: where that has not moved, a task of each 31st stays one of the 31st,
    /// although this month had none.
    #[must_use]
    pub fn keeping(self, before: Option<&Self>) -> Self {
        match before {
            Some(before) if before.choice() == self.choice() && !matches!(self.every, Every::Week(_)) => {
                Self { every: before.every.clone(), ..self }
            }
            _ => self,
        }
    }

    /// `FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;COUNT=5`
    pub fn text(&self) -> String {
        let mut rule = match &self.every {
            Every::Day => "FREQ=DAILY".to_owned(),
            Every::Week(_) => "FREQ=WEEKLY".to_owned(),
            Every::Month(on) => format!("FREQ=MONTHLY;BYMONTHDAY={}", on.map_or(-1, i64::from)),
            Every::Year(month, day) => format!("FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={day}"),
        };
        if self.interval > 1 {
            rule += &format!(";INTERVAL={}", self.interval);
        }
        if let Every::Week(on) = &self.every
            && !on.is_empty()
        {
            rule += &format!(";BYDAY={}", names(on, |(_, key, _)| key).join(","));
        }
        match self.ends {
            Ends::Never => {}
            Ends::On(day) => rule += &format!(";UNTIL={}", day.0.format("%Y%m%d")),
            Ends::After(n) => rule += &format!(";COUNT={n}"),
        }
        rule
    }

    /// Reads what [`text`](Self::text) wrote.
    pub fn parse(rule: &str) -> Option<Self> {
        let part =
            |key: &str| rule.split(';').find_map(|p| p.split_once('=').filter(|(k, _)| *k == key).map(|(_, v)| v));
        let number = |key: &str| part(key).and_then(|v| v.parse::<u32>().ok());
        let every = match part("FREQ")? {
            "DAILY" => Every::Day,
            "WEEKLY" => {
                let place = |key: &str| WEEKDAYS.iter().position(|(_, k, _)| *k == key);
                let on = part("BYDAY").into_iter().flat_map(|v| v.split(',')).filter_map(place);
                Every::Week(on.filter_map(|n| u32::try_from(n + 1).ok()).collect())
            }
            "MONTHLY" => Every::Month(number("BYMONTHDAY")),
            "YEARLY" => Every::Year(number("BYMONTH")?, number("BYMONTHDAY")?),
            _ => return None,
        };
        let until = part("UNTIL").and_then(|v| NaiveDate::parse_from_str(v, "%Y%m%d").ok()).map(|d| Ends::On(Day(d)));
        let ends = until.or(number("COUNT").map(Ends::After)).unwrap_or(Ends::Never);
        Some(Self { every, interval: number("INTERVAL").unwrap_or(1), ends })
    }

    /// "every 2 weeks on Monday and Friday, 5 times".
    pub fn words(&self) -> String {
        let (one, many) = match self.every {
            Every::Day => ("day", "days"),
            Every::Week(_) => ("week", "weeks"),
            Every::Month(_) => ("month", "months"),
            Every::Year(..) => ("year", "years"),
        };
        let mut words =
            if self.interval > 1 { format!("every {} {many}", self.interval) } else { format!("every {one}") };
        match &self.every {
            Every::Week(on) if !on.is_empty() => words += &format!(" on {}", names(on, |(_, _, name)| name).join(", ")),
            Every::Month(Some(day)) => words += &format!(" on day {day}"),
            Every::Month(None) => words += " on its last day",
            _ => {}
        }
        match self.ends {
            Ends::Never => {}
            Ends::On(day) => words += &format!(", until {}", day.short()),
            Ends::After(1) => words += ", for the last time",
            Ends::After(n) => words += &format!(", {n} times"),
        }
        words
    }

    /// The choice of a form.
    pub fn choice(&self) -> &'static str {
        match self.every {
            Every::Day => "day",
            Every::Week(_) => "week",
            Every::Month(Some(_)) => "month",
            Every::Month(None) => "month_end",
            Every::Year(..) => "year",
        }
    }

    /// By [`WEEKDAYS`], whether each is ticked.
    pub fn weekdays(&self) -> [bool; 7] {
        let mut on = [false; 7];
        if let Every::Week(days) = &self.every {
            for (day, on) in (1..).zip(&mut on) {
                *on = days.contains(&day);
            }
        }
        on
    }
}

fn names(on: &[u32], which: fn((&'static str, &'static str, &'static str)) -> &'static str) -> Vec<&'static str> {
    (1..).zip(WEEKDAYS).filter(|(n, _)| on.contains(n)).map(|(_, day)| which(day)).collect()
}

/// The day of a month, or its last one, given its first.
fn in_month(first: NaiveDate, on: Option<u32>) -> Option<Day> {
    let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
    Some(Day(on.and_then(|on| first.with_day(on)).unwrap_or(last)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        Day(text.parse().expect("a day"))
    }

    #[test]
    fn the_next_day_of_each_rule() {
        for (rule, due, today, next) in [
            ("FREQ=DAILY", "2026-03-28", "2026-03-28", Some("2026-03-29")),
            ("FREQ=DAILY;INTERVAL=3", "2026-03-01", "2026-03-02", Some("2026-03-04")),
            // What was missed is not caught up.
            ("FREQ=DAILY", "2026-03-01", "2026-03-20", Some("2026-03-20")),
            ("FREQ=WEEKLY", "2026-03-02", "2026-03-02", Some("2026-03-09")),
            ("FREQ=WEEKLY;BYDAY=MO,FR", "2026-03-02", "2026-03-02", Some("2026-03-06")),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR", "2026-03-06", "2026-03-06", Some("2026-03-16")),
            ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", "2026-01-31", Some("2026-02-28")),
            ("FREQ=MONTHLY;BYMONTHDAY=31", "2026-02-28", "2026-02-28", Some("2026-03-31")),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-03-31", "2026-03-31", Some("2026-04-30")),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2024-02-29", "2024-03-01", Some("2025-02-28")),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2027-02-28", "2027-03-01", Some("2028-02-29")),
            ("FREQ=WEEKLY;UNTIL=20260308", "2026-03-02", "2026-03-02", None),
            ("FREQ=WEEKLY;COUNT=1", "2026-03-02", "2026-03-02", None),
        ] {
            let repeat = Repeat::parse(rule).expect("a rule");
            assert_eq!(repeat.text(), rule);
            let found = repeat.next(day(due), day(today)).map(|(day, _)| day);
            assert_eq!(found, next.map(day), "{rule} after {due}");
        }
    }

    #[test]
    fn so_many_times_counts_down() {
        let mut repeat = Some((day("2026-03-02"), Repeat::parse("FREQ=WEEKLY;COUNT=3").expect("a rule")));
        let mut days = vec![];
        while let Some((due, rule)) = repeat {
            days.push(due.to_string());
            repeat = rule.next(due, due);
        }
        assert_eq!(days, ["2026-03-02", "2026-03-09", "2026-03-16"]);
    }

    #[test]
    fn a_form_says_the_rule_in_words() {
        let typed = Typed {
            repeat: "week",
            interval: "2",
            weekdays: [true, false, false, false, true, false, false],
            ..Typed::default()
        };
        let mut e = Errors::default();
        let repeat = read(&mut e, &typed, Some(day("2026-03-02")), DateOrder::Mdy).expect("a rule");
        assert_eq!((repeat.words().as_str(), e.is_empty()), ("every 2 weeks on Monday, Friday", true));
        assert_eq!((repeat.choice(), repeat.weekdays()), ("week", typed.weekdays));
        for (typed, first, wrong) in [
            (Typed { repeat: "day", ..Typed::default() }, None, "repeat"),
            (Typed { repeat: "moon", ..Typed::default() }, Some("2026-03-02"), "repeat"),
            (Typed { repeat: "day", interval: "0", ..Typed::default() }, Some("2026-03-02"), "interval"),
            (Typed { repeat: "day", until: "2026-03-01", ..Typed::default() }, Some("2026-03-02"), "until"),
            (Typed { repeat: "day", until: "2026-04-01", times: "3", ..Typed::default() }, Some("2026-03-02"), "times"),
        ] {
            let mut e = Errors::default();
            read(&mut e, &typed, first.map(day), DateOrder::Mdy);
            assert!(e.of(wrong).is_some(), "{typed:?}: {e:?}");
        }
    }

    proptest! {
        /// Whatever the rule: what comes next is later, not before today, and its rule survives its row.
        #[test]
        fn what_comes_next_is_later(which in 0usize..5, interval in 1u32..400, from in 0i64..4_000, late in 0i64..800) {
            let first = day("2020-01-31").plus(from).expect("a day");
            let every = match which {
                0 => Every::Day,
                1 => Every::Week(vec![2, 6]),
                2 => Every::Month(Some(first.0.day())),
                3 => Every::Month(None),
                _ => Every::Year(first.0.month(), first.0.day()),
            };
            let repeat = Repeat { every, interval: interval.min(365), ends: Ends::Never };
            prop_assert_eq!(Repeat::parse(&repeat.text()), Some(repeat.clone()));
            let today = first.plus(late).expect("a day");
            if let Some((next, rule)) = repeat.next(first, today) {
                prop_assert!(next > first && next >= today);
                prop_assert_eq!(rule, repeat);
            }
        }
    }
}
