//! Calendars of support as they are typed: a zone, hours for each weekday, and days unlike their weekday.

use crate::{
    DateOrder, Day, Errors, SupportCalendarId, draft,
    support::sla::calendar::{Calendar, Special, spans, words},
};
use std::collections::BTreeSet;

/// Days unlike their weekday that one calendar may have.
pub const DAYS: usize = 400;

draft! {
    /// `days`: one a line, `24 Dec 2026: 9-13 Christmas Eve`.
    Draft { name, zone, mon, tue, wed, thu, fri, sat, sun, days }
}

/// Key and name of each weekday.
pub const WEEK: [(&str, &str); 7] = [
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub id: SupportCalendarId,
    pub version: i32,
    pub name: String,
    pub calendar: Calendar,
}

impl Draft {
    pub fn read(&self, order: DateOrder) -> Result<(String, Calendar), Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 60);
        let zone = e.take("zone", self.zone.trim().parse().map_err(|_| "Choose a time zone."));
        let week = WEEK.map(|(key, _)| e.take(key, spans(self.get(key))).unwrap_or_default());
        let mut days: Vec<Special> = vec![];
        let mut seen = BTreeSet::new();
        for line in self.days.lines().map(str::trim).filter(|l| !l.is_empty()) {
            match special(line, order) {
                Ok(day) if !seen.insert(day.on) => e.add("days", format!("{} is there twice.", day.on.short())),
                Ok(day) => days.push(day),
                Err(why) => e.add("days", why),
            }
        }
        if days.len() > DAYS {
            e.add("days", format!("Use at most {DAYS} days."));
        }
        days.sort_by_key(|d| d.on);
        if week.iter().all(Vec::is_empty) && e.is_empty() {
            e.add("mon", "Open on at least one day of the week.");
        }
        match zone {
            Some(zone) => e.or((name, Calendar { zone, week, days })),
            None => Err(e),
        }
    }

    pub fn of(name: &str, calendar: &Calendar) -> Self {
        let mut draft = Self { name: name.to_owned(), zone: calendar.zone.name().to_owned(), ..Self::default() };
        for ((key, _), spans) in WEEK.iter().zip(&calendar.week) {
            draft.set(key, words(spans));
        }
        let line = |d: &Special| {
            let open = if d.open.is_empty() { "closed".to_owned() } else { words(&d.open) };
            format!("{}: {open} {}", d.on, d.name).trim_end().to_owned()
        };
        draft.days = calendar.days.iter().map(line).collect::<Vec<_>>().join("\n");
        draft
    }
}

/// `2026-12-24: 9-13 Christmas Eve`, `2026-12-25: closed Christmas`, `2026-12-25 Christmas`.
fn special(line: &str, order: DateOrder) -> Result<Special, String> {
    let (day, rest) = match line.split_once(": ") {
        Some((day, rest)) => (day, rest.trim()),
        None => line.split_once(' ').unwrap_or((line, "")),
    };
    let on = Day::parse(day.trim().trim_end_matches(':'), order).map_err(|why| format!("“{line}”: {why}"))?;
    // Spans come first, as far as they go; the rest is its name.
    let hours = rest
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | '-' | '–' | ',' | ' ')))
        .unwrap_or(rest.len());
    let (hours, name) = rest.split_at(hours);
    let open = spans(hours.trim().trim_end_matches(',')).map_err(|why| format!("“{line}”: {why}"))?;
    let name = name.trim();
    let name = name.strip_prefix("closed").unwrap_or(name).trim();
    Ok(Special { on, name: name.chars().take(100).collect(), open })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(days: &str) -> Draft {
        Draft {
            name: "Berlin".into(),
            zone: "Europe/Berlin".into(),
            mon: "9-12, 13-17".into(),
            days: days.into(),
            ..Draft::default()
        }
    }

    #[test]
    fn what_is_shown_reads_back_the_same() {
        let days =
            "2026-12-24: 9-13 Christmas Eve\n2026-12-25 Christmas\n2026-12-26: closed\n2027-01-03: 0-24 Stocktaking";
        let (name, calendar) = draft(days).read(DateOrder::Dmy).expect("a calendar");
        assert_eq!(calendar.days.iter().map(|d| d.open.len()).collect::<Vec<_>>(), [1, 0, 0, 1]);
        assert_eq!(calendar.days[1].name, "Christmas");
        assert_eq!(Draft::of(&name, &calendar).read(DateOrder::Dmy).expect("the same"), (name, calendar));
    }

    #[test]
    fn what_is_wrong_is_told_beside_its_field() {
        let wrong = |change: fn(&mut Draft)| {
            let mut d = draft("");
            change(&mut d);
            let errors = d.read(DateOrder::Dmy).expect_err("wrong");
            errors.iter().map(|(f, _)| f).next().unwrap_or_default()
        };
        assert_eq!(wrong(|d| d.zone = "Moon/Sea".into()), "zone");
        assert_eq!(wrong(|d| d.tue = "9-8".into()), "tue");
        assert_eq!(wrong(|d| d.mon = "closed".into()), "mon");
        assert_eq!(wrong(|d| d.days = "Christmas".into()), "days");
        assert_eq!(wrong(|d| d.days = "2026-12-25\n2026-12-25".into()), "days");
    }
}
