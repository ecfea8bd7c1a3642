//! Digests: when somebody's comes, what time it is about, and what is in it (DOMAIN: E-mail digests).

use crate::{
    Day,
    access::{CustomersWrite, EmployeesWrite, Permission, Rights, Scope},
    day::instant,
};
use chrono::{DateTime, Datelike, Days, NaiveTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

/// The preference that keeps the schedule.
pub const PREFERENCE: &str = "digest";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    Off,
    Daily,
    /// Monday to Friday.
    Weekdays,
    Weekly,
}

impl Rhythm {
    pub const ALL: [Self; 4] = [Self::Off, Self::Daily, Self::Weekdays, Self::Weekly];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Daily => "daily",
            Self::Weekdays => "weekdays",
            Self::Weekly => "weekly",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Off => "Never",
            Self::Daily => "Every day",
            Self::Weekdays => "Monday to Friday",
            Self::Weekly => "Once a week",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.key() == key)
    }
}

pub const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// When somebody's digest comes, in their own zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    pub rhythm: Rhythm,
    /// ISO, Monday is 1: of the weekly one.
    pub weekday: u8,
    pub hour: u8,
}

impl Schedule {
    pub const OFF: Self = Self { rhythm: Rhythm::Off, weekday: 1, hour: 8 };

    /// Of whoever has chosen nothing: whoever looks after others has one.
    pub fn usual(rights: &Rights) -> Self {
        let team = |key| rights.scope(key) >= Some(Scope::Team);
        let rhythm =
            if team(EmployeesWrite::KEY) || team(CustomersWrite::KEY) { Rhythm::Weekdays } else { Rhythm::Off };
        Self { rhythm, ..Self::OFF }
    }

    /// As chosen, or as usual.
    pub fn of(preferences: &Value, rights: &Rights) -> Self {
        preferences.get(PREFERENCE).and_then(Self::from_json).unwrap_or_else(|| Self::usual(rights))
    }

    fn from_json(value: &Value) -> Option<Self> {
        let number = |key| value.get(key)?.as_u64().and_then(|n| u8::try_from(n).ok());
        let rhythm = Rhythm::parse(value.get("rhythm")?.as_str()?)?;
        Some(Self { rhythm, weekday: number("weekday")?.clamp(1, 7), hour: number("hour")?.min(23) })
    }

    pub fn to_json(self) -> Value {
        json!({ "rhythm": self.rhythm.key(), "weekday": self.weekday, "hour": self.hour })
    }

    fn runs_on(self, day: Day) -> bool {
        let weekday = day.0.weekday().number_from_monday();
        match self.rhythm {
            Rhythm::Off => false,
            Rhythm::Daily => true,
            Rhythm::Weekdays => weekday <= 5,
            Rhythm::Weekly => weekday == u32::from(self.weekday),
        }
    }

    fn at(self, day: Day, zone: Tz) -> DateTime<Utc> {
        let time = NaiveTime::from_hms_opt(self.hour.into(), 0, 0).unwrap_or(NaiveTime::MIN);
        instant(zone, day.0, time)
    }

    /// What is due now, and when to look again. The day's is due from its hour until the day is over, and once: not if
    /// the last was of this day, nor if its hour had passed when the schedule began (`since`).
    pub fn due(self, zone: Tz, now: DateTime<Utc>, since: DateTime<Utc>, last: Option<Day>) -> Due {
        let today = Day(now.with_timezone(&zone).date_naive());
        let fresh = last.is_none_or(|l| l < today);
        let at = self.at(today, zone);
        let send = (self.runs_on(today) && fresh && at <= now && at >= since).then_some(today);
        let days = (0..=8).filter_map(|n| today.plus(n));
        let next =
            days.filter(|d| self.runs_on(*d) && (*d > today || fresh)).map(|d| self.at(d, zone)).find(|at| *at > now);
        Due { send, next }
    }

    /// What time the digest of this day is about: since the one before, and until the next. `last`: the day of the one
    /// before, if one was handed out. Where some were missed since, this one makes up for them, as far as [`MISSED`] days.
    pub fn period(self, day: Day, zone: Tz, last: Option<Day>) -> Period {
        // Asked for by whoever has none: the week's.
        let back = (1..=8).filter_map(|n| day.plus(-n)).find(|d| self.runs_on(*d));
        let from = back.or_else(|| day.plus(-7)).unwrap_or(day);
        let from = match (last, day.plus(-MISSED)) {
            (Some(last), Some(oldest)) if last < from => last.max(oldest).min(from),
            _ => from,
        };
        let length = (day.0 - from.0).num_days();
        let next = (1..=8).filter_map(|n| day.plus(n)).find(|d| self.runs_on(*d));
        let ahead = next.or_else(|| day.plus(7)).unwrap_or(day);
        let before = from.plus(-length).unwrap_or(from);
        Period {
            day,
            from,
            ahead,
            before,
            at: self.at(day, zone),
            from_at: self.at(from, zone),
            before_at: self.at(before, zone),
        }
    }
}

/// Days that a digest looks back at most.
const MISSED: i64 = 14;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub send: Option<Day>,
    pub next: Option<DateTime<Utc>>,
}

/// The time that a digest is about: since the one before, and until the next. And the time before that, for trends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub day: Day,
    /// The first day of what lies behind; what lies ahead begins with `day` and ends before `ahead`.
    pub from: Day,
    pub ahead: Day,
    pub before: Day,
    pub at: DateTime<Utc>,
    pub from_at: DateTime<Utc>,
    pub before_at: DateTime<Utc>,
}

impl Period {
    /// As it is called: "since yesterday", "of the last 7 days".
    pub fn words(&self) -> String {
        match (self.day.0 - self.from.0).num_days() {
            1 => "Since yesterday".into(),
            n => format!("Of the last {n} days"),
        }
    }
}

impl Day {
    /// So many days later, or earlier.
    pub fn plus(self, days: i64) -> Option<Self> {
        let by = Days::new(days.unsigned_abs());
        if days < 0 { self.0.checked_sub_days(by) } else { self.0.checked_add_days(by) }.map(Self)
    }
}

/// A digest, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    pub period: Period,
    pub blocks: Vec<Block>,
}

/// What one section has to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// "New and leaving people".
    pub title: &'static str,
    /// The page behind it, within the workspace.
    pub path: String,
    pub count: i64,
    /// The same count of the period before, where it can be told.
    pub before: Option<i64>,
    /// The first of them.
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub detail: String,
    /// Within the workspace.
    pub path: String,
}

/// Lines that a section shows; of more it says how many.
pub const LINES: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    Up(i64),
    Down(i64),
    Same,
}

impl Block {
    pub fn trend(&self) -> Option<Trend> {
        let before = self.before?;
        Some(match self.count - before {
            0 => Trend::Same,
            n if n > 0 => Trend::Up(n),
            n => Trend::Down(-n),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    const DAILY: Schedule = Schedule { rhythm: Rhythm::Daily, weekday: 1, hour: 8 };
    const ZONES: [&str; 10] = [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "Pacific/Apia",
        "Africa/Casablanca",
        "America/St_Johns",
        "Pacific/Chatham",
    ];

    fn zone(name: &str) -> Tz {
        name.parse().expect("a zone")
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn day(text: &str) -> Day {
        Day(text.parse().expect("a day"))
    }

    #[test]
    fn eight_is_eight_on_the_days_of_change() {
        let berlin = zone("Europe/Berlin");
        for (morning, utc) in [
            ("2026-03-28", "2026-03-28T07:00:00Z"),
            ("2026-03-29", "2026-03-29T06:00:00Z"),
            ("2026-10-24", "2026-10-24T06:00:00Z"),
            ("2026-10-25", "2026-10-25T07:00:00Z"),
        ] {
            assert_eq!(DAILY.at(day(morning), berlin), at(utc), "{morning}");
        }
    }

    #[test]
    fn an_hour_that_is_left_out_is_the_one_after_and_one_that_comes_twice_is_the_first() {
        let two = Schedule { hour: 2, ..DAILY };
        let berlin = zone("Europe/Berlin");
        assert_eq!(two.at(day("2026-03-29"), berlin), at("2026-03-29T01:00:00Z"), "03:00 in summer");
        assert_eq!(two.at(day("2026-10-25"), berlin), at("2026-10-25T00:00:00Z"), "02:00 in summer");
        // Clocks went half an hour forward.
        assert_eq!(two.at(day("2026-10-04"), zone("Australia/Lord_Howe")), at("2026-10-03T15:30:00Z"));
        // Samoa had no 30 December 2011.
        assert_eq!(DAILY.at(day("2011-12-30"), zone("Pacific/Apia")), at("2011-12-30T10:00:00Z"));
    }

    #[test]
    fn a_late_worker_sends_within_the_day_and_not_on_the_next() {
        let (new_york, since) = (zone("America/New_York"), at("2026-01-01T00:00:00Z"));
        let monday = Some(day("2026-01-12"));
        let due = |now: &str, last| DAILY.due(new_york, at(now), since, last);
        assert_eq!(due("2026-01-13T12:59:59Z", monday).send, None);
        assert_eq!(due("2026-01-13T12:59:59Z", monday).next, Some(at("2026-01-13T13:00:00Z")));
        for now in ["2026-01-13T13:00:00Z", "2026-01-14T04:59:59Z"] {
            assert_eq!(due(now, monday).send, Some(day("2026-01-13")), "{now}");
        }
        let next = due("2026-01-14T05:00:00Z", monday);
        assert_eq!((next.send, next.next), (None, Some(at("2026-01-14T13:00:00Z"))));
        let again = due("2026-01-13T14:00:00Z", Some(day("2026-01-13")));
        assert_eq!((again.send, again.next), (None, Some(at("2026-01-14T13:00:00Z"))));
    }

    #[test]
    fn whoever_begins_after_its_hour_waits_for_the_next() {
        let (utc, now) = (zone("UTC"), at("2026-01-13T14:00:00Z"));
        assert_eq!(DAILY.due(utc, now, now, None), Due { send: None, next: Some(at("2026-01-14T08:00:00Z")) });
        let weekly = Schedule { rhythm: Rhythm::Weekly, weekday: 2, hour: 8 };
        assert_eq!(weekly.due(utc, now, now, None).next, Some(at("2026-01-20T08:00:00Z")));
        let weekdays = Schedule { rhythm: Rhythm::Weekdays, ..DAILY };
        let friday = at("2026-01-16T09:00:00Z");
        assert_eq!(weekdays.due(utc, friday, friday, None).next, Some(at("2026-01-19T08:00:00Z")));
        assert_eq!(Schedule::OFF.due(utc, now, now, None), Due { send: None, next: None });
    }

    #[test]
    fn a_period_reaches_back_to_the_digest_before() {
        let weekdays = Schedule { rhythm: Rhythm::Weekdays, ..DAILY };
        let monday = weekdays.period(day("2026-01-19"), zone("UTC"), None);
        assert_eq!(
            (monday.from, monday.ahead, monday.before),
            (day("2026-01-16"), day("2026-01-20"), day("2026-01-13"))
        );
        assert_eq!(Schedule::OFF.period(day("2026-01-19"), zone("UTC"), None).from, day("2026-01-12"));
        assert_eq!(DAILY.period(day("2026-01-19"), zone("UTC"), None).words(), "Since yesterday");
        // What was missed is made up for, within bounds; one of the same day before it changes nothing.
        let from = |last| DAILY.period(day("2026-01-19"), zone("UTC"), Some(day(last))).from;
        assert_eq!(from("2026-01-15"), day("2026-01-15"));
        assert_eq!(from("2025-06-01"), day("2026-01-05"));
        assert_eq!(from("2026-01-19"), day("2026-01-18"));
    }

    #[test]
    fn whoever_looks_after_others_has_one_unless_they_chose_otherwise() {
        use crate::access::Role;
        let usual = |role: Role| Schedule::of(&json!({}), &role.rights()).rhythm;
        for (role, rhythm) in [
            (Role::Owner, Rhythm::Weekdays),
            (Role::Manager, Rhythm::Weekdays),
            (Role::SalesManager, Rhythm::Weekdays),
            (Role::Employee, Rhythm::Off),
            (Role::Auditor, Rhythm::Off),
        ] {
            assert_eq!(usual(role), rhythm, "{role:?}");
        }
        let chosen = Schedule { rhythm: Rhythm::Weekly, weekday: 5, hour: 17 };
        let preferences = json!({ PREFERENCE: chosen.to_json() });
        assert_eq!(Schedule::of(&preferences, &Role::Employee.rights()), chosen);
    }

    proptest! {
        /// A scheduler that looks every few minutes, with a hole of some hours somewhere, sends each day's once, at or
        /// after its hour, on the day itself; and misses a day only if it slept from its hour to its end.
        #[test]
        fn each_day_once(zone_at in 0..ZONES.len(), hour in 0u8..24, start in 0i64..365 * 24, hole in 0i64..72, width in 0i64..20) {
            let (zone, schedule) = (zone(ZONES[zone_at]), Schedule { hour, ..DAILY });
            let begin = at("2026-01-01T00:00:00Z") + TimeDelta::hours(start);
            let (asleep, awake) = (begin + TimeDelta::hours(hole), begin + TimeDelta::hours(hole + width));
            let (mut last, mut next) = (None, Some(begin));
            let mut sent = vec![];
            for tick in 0..96 * 12 {
                let now = begin + TimeDelta::minutes(tick * 5);
                if (asleep..awake).contains(&now) || next.is_none_or(|n| n > now) {
                    continue;
                }
                let due = schedule.due(zone, now, begin, last);
                prop_assert!(due.next.is_some_and(|n| n > now));
                next = due.next;
                if let Some(day) = due.send {
                    prop_assert_eq!(Day(now.with_timezone(&zone).date_naive()), day);
                    prop_assert!(schedule.at(day, zone) <= now);
                    prop_assert!(last.is_none_or(|l| l < day));
                    last = Some(day);
                    sent.push(day);
                }
            }
            let first = Day(begin.with_timezone(&zone).date_naive());
            for n in 0..4 {
                let day = first.plus(n).expect("a day");
                let (from, until) = (schedule.at(day, zone), instant(zone, day.plus(1).expect("a day").0, NaiveTime::MIN));
                let slept = asleep <= from && awake + TimeDelta::minutes(5) >= until;
                let within = from >= begin && until <= begin + TimeDelta::hours(96);
                if within && !slept {
                    prop_assert!(sent.contains(&day), "{day:?} of {sent:?} in {zone}");
                }
            }
        }
    }
}
