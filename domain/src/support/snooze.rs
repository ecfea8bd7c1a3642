//! Putting a ticket off: until a moment, or until the customer writes, whichever comes first. Clocks go on.

use crate::{DateOrder, Day, Errors, day::instant, draft};
use chrono::{DateTime, Datelike, Days, NaiveTime, Utc};
use chrono_tz::Tz;

draft! {
    /// As typed: `until` is a key of [`CHOICES`], `day` and `time` count where it is `moment`.
    Draft { until, day, time }
}

/// Days for which one is put off at most.
const LONGEST: i64 = 366;

pub const CHOICES: [(&str, &str); 6] = [
    ("hours", "For three hours"),
    ("tomorrow", "Until tomorrow at 9"),
    ("monday", "Until Monday at 9"),
    ("week", "For a week"),
    ("reply", "Until they write"),
    ("moment", "Until a day that I choose"),
];

impl Draft {
    /// Until when; `None`: until the customer writes. Days and hours are those of whoever puts it off.
    pub fn read(&self, zone: Tz, order: DateOrder, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Errors> {
        let today = now.with_timezone(&zone).date_naive();
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
        let at = |days: u64| today.checked_add_days(Days::new(days)).map(|day| instant(zone, day, nine));
        let until = match self.until.as_str() {
            "reply" => return Ok(None),
            "hours" => Some(now + chrono::Duration::hours(3)),
            "tomorrow" => at(1),
            "monday" => at(7 - u64::from(today.weekday().num_days_from_monday())),
            "week" => at(7),
            "moment" => {
                let mut e = Errors::default();
                let day = e.take("day", Day::parse(&self.day, order));
                let time = e.optional("time", &self.time, |t| {
                    NaiveTime::parse_from_str(t, "%H:%M").map_err(|_| "Write the time like 14:30.")
                });
                match day.filter(|_| e.is_empty()) {
                    Some(day) => Some(instant(zone, day.0, time.unwrap_or(nine))),
                    None => return Err(e),
                }
            }
            _ => return Err(Errors::one("until", "Choose until when.")),
        };
        let Some(until) = until else { return Err(Errors::one("until", "Choose until when.")) };
        if until <= now {
            return Err(Errors::one("day", "This is over already. Choose a later time."));
        }
        if until > now + chrono::Duration::days(LONGEST) {
            return Err(Errors::one("day", "Choose a day within a year."));
        }
        Ok(Some(until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_when_it_is_nine_where_its_reader_is() {
        let now: DateTime<Utc> = "2026-03-27T15:00:00Z".parse().expect("a Friday");
        let read = |until: &str, day: &str, time: &str| {
            let draft = Draft { until: until.into(), day: day.into(), time: time.into() };
            draft.read(Tz::Europe__Berlin, DateOrder::Dmy, now).map(|at| at.map(|at| at.to_rfc3339()))
        };
        let at = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(read("reply", "", ""), Ok(None));
        assert_eq!(read("hours", "", ""), at("2026-03-27T18:00:00+00:00"));
        assert_eq!(read("tomorrow", "", ""), at("2026-03-28T08:00:00+00:00"));
        // Clocks have changed meanwhile.
        assert_eq!(read("monday", "", ""), at("2026-03-30T07:00:00+00:00"));
        assert_eq!(read("moment", "2026-04-01", "14:30"), at("2026-04-01T12:30:00+00:00"));
        for (until, day) in [("moment", "2026-03-26"), ("moment", ""), ("moment", "2028-01-01"), ("never", "")] {
            assert!(read(until, day, "").is_err(), "{until} {day}");
        }
    }
}
