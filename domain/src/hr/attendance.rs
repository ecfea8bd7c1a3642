//! Attendance: stretches of work, whose days they count for, weeks that are submitted and approved, and overtime.
//!
//! A moment is an instant in UTC with the zone of whoever was at work; a day is that zone's civil day, however long it is
//! (DOMAIN: Money, time, identity).

use crate::{
    AttendanceId, DateOrder, Day, EmployeeId, Errors, TimesheetId,
    day::{instant, shows},
    draft,
    text::Words,
};
use chrono::{DateTime, Datelike, Days, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

pub const WORDS: Words = Words { one: "timesheet", many: "timesheets" };

/// After so long nobody is still at work: they forgot to clock out.
pub const FORGOTTEN: TimeDelta = TimeDelta::hours(16);

/// The longest stretch that can be typed.
pub const LONGEST: TimeDelta = TimeDelta::hours(24);

/// Letters that a reason or a comment may have.
pub const REASON: usize = 300;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Work,
    Break,
}

impl Kind {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Break => "break",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        [Self::Work, Self::Break].into_iter().find(|k| k.key() == key)
    }
}

/// What the one button asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Press {
    Work,
    Break,
    Out,
}

/// A stretch of work or of a break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub id: AttendanceId,
    pub kind: Kind,
    pub from: DateTime<Utc>,
    /// None: it goes on.
    pub until: Option<DateTime<Utc>>,
    /// Minutes of breaks within it, as typed.
    pub rest: i64,
    /// Where whoever was at work was.
    pub zone: Tz,
    /// Typed, and not clocked.
    pub typed: bool,
    pub reason: Option<String>,
    /// It was never ended, and counts for nothing until somebody says when that was.
    pub forgotten: bool,
}

impl Span {
    /// The civil day on which it begins.
    pub fn day(&self) -> Day {
        Day(self.from.with_timezone(&self.zone).date_naive())
    }
}

/// The seconds of each civil day between two moments, there where the zone is.
pub fn by_day(from: DateTime<Utc>, until: DateTime<Utc>, zone: Tz) -> Vec<(Day, i64)> {
    let (mut at, mut days) = (from, vec![]);
    while at < until {
        let day = at.with_timezone(&zone).date_naive();
        let Some(next) = day.checked_add_days(Days::new(1)) else { break };
        let midnight = instant(zone, next, NaiveTime::MIN);
        // Where clocks skip a day or a midnight there is still a moment after this one.
        let end = if midnight > at { midnight.min(until) } else { until };
        days.push((Day(day), (end - at).num_seconds()));
        at = end;
    }
    days
}

/// Minutes at work on each day of a week from this day on. What goes on counts until now. A stretch belongs to the week in
/// which it begins: what goes past midnight of its last day counts there, so that no hour falls between two weeks. A break
/// is taken off the day on which the stretch begins, and off the next one where that is too short for it.
pub fn minutes(spans: &[Span], week: Day, now: DateTime<Utc>) -> [i64; 7] {
    let mut seconds = [0; 7];
    let place = |day: Day| usize::try_from((day.0 - week.0).num_days()).ok().map(|n| n.min(6));
    for span in spans.iter().filter(|s| s.kind == Kind::Work && !s.forgotten) {
        let mut rest = span.rest * 60;
        for (day, count) in by_day(span.from, span.until.unwrap_or(now), span.zone) {
            let off = rest.min(count);
            rest -= off;
            if let Some(n) = place(day) {
                seconds[n] += count - off;
            }
        }
    }
    seconds.map(|s| s / 60)
}

/// The part of each day beyond the minutes that are to be worked in the week, counted from its first day: what is worked after they are
/// full is overtime, so that the days' parts add up to the week's.
pub fn overtime(minutes: [i64; 7], contracted: i64) -> [i64; 7] {
    let mut sum = 0;
    minutes.map(|m| {
        let before = (sum - contracted).max(0);
        sum += m;
        (sum - contracted).max(0) - before
    })
}

/// Minutes that somebody is to work in one week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Due {
    pub contracted: i64,
    /// Those of them that fall away: holidays, and approved time off.
    pub off: i64,
}

impl Due {
    /// From a week of the working pattern and what of it falls away. Weekly hours of somebody's own are spread over the
    /// days as the pattern is.
    pub fn of(usual: i64, own: Option<i64>, off: i64) -> Self {
        let contracted = own.unwrap_or(usual);
        let off = if usual == 0 { 0 } else { contracted * off.clamp(0, usual) / usual };
        Self { contracted, off }
    }

    /// What is left to work.
    pub fn left(self) -> i64 {
        self.contracted - self.off
    }
}

/// The Monday of a day's week.
pub fn week(day: Day) -> Day {
    let back = day.0.weekday().num_days_from_monday();
    Day(day.0.checked_sub_days(Days::new(back.into())).unwrap_or(day.0))
}

/// `7:30`, `0:05`.
pub fn hours(minutes: i64) -> String {
    format!("{}{}:{:02}", if minutes < 0 { "-" } else { "" }, minutes.abs() / 60, minutes.abs() % 60)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    #[default]
    Open,
    Submitted,
    /// Locked: payroll may count on it.
    Approved,
    /// To be looked at again by whoever it is of.
    Returned,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Open, Self::Submitted, Self::Approved, Self::Returned];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Returned => "returned",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Open => "Open",
            Self::Submitted => "Waits for approval",
            Self::Approved => "Approved",
            Self::Returned => "Returned",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// Whether its owner may still change it.
    pub const fn is_theirs(self) -> bool {
        matches!(self, Self::Open | Self::Returned)
    }
}

/// Whose week it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: EmployeeId,
    pub name: String,
    pub number: String,
}

/// One person's week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// None: nothing was written in it yet.
    pub id: Option<TimesheetId>,
    pub person: Person,
    pub week: Day,
    pub state: State,
    pub comment: Option<String>,
    pub decided_by: Option<String>,
    pub spans: Vec<Span>,
    /// Of an approved week, as it was then.
    pub due: Due,
    pub version: i32,
}

impl Sheet {
    pub fn minutes(&self, now: DateTime<Utc>) -> [i64; 7] {
        minutes(&self.spans, self.week, now)
    }

    pub fn overtime(&self, now: DateTime<Utc>) -> [i64; 7] {
        overtime(self.minutes(now), self.due.left())
    }
}

draft! {
    /// A stretch of work as typed.
    Draft { day, from, until, rest, reason, replaces }
}

/// What that means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub rest: i64,
    pub reason: Option<String>,
    /// What it is in place of.
    pub replaces: Option<AttendanceId>,
}

impl Draft {
    /// The rules that need no other record. A time before the first one is the next morning's.
    pub fn read(&self, dates: DateOrder, zone: Tz, now: DateTime<Utc>) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let day = e.take("day", Day::parse(&self.day, dates));
        let from = e.take("from", time(&self.from));
        let until = e.take("until", time(&self.until));
        let rest = e.optional("rest", &self.rest, |s| {
            s.parse::<i64>().ok().filter(|n| (0..=600).contains(n)).ok_or("Minutes, like 30.")
        });
        let replaces =
            e.optional("replaces", &self.replaces, |s| s.parse().map(AttendanceId).map_err(|_| "Load the page again."));
        let reason = match replaces {
            Some(_) => Some(e.required("reason", &self.reason, REASON)),
            None => e.line("reason", &self.reason, REASON),
        };
        let (Some(day), Some(from), Some(until)) = (day, from, until) else { return Err(e) };
        let nothing = until == from;
        let last = if until <= from { day.0.checked_add_days(Days::new(1)).unwrap_or(day.0) } else { day.0 };
        for (field, day, time) in [("from", day.0, from), ("until", last, until)] {
            if !shows(zone, day, time) {
                e.add(field, "The clocks left this time out that day.");
            }
        }
        let (from, until) = (instant(zone, day.0, from), instant(zone, last, until));
        let rest = rest.unwrap_or_default();
        if !e.is_empty() {
            return Err(e);
        }
        if until > now {
            e.add("until", "This is still to come.");
        } else if nothing {
            e.add("until", "This is when it begins.");
        } else if until - from > LONGEST {
            e.add("until", "Nobody works longer than a day at a stretch.");
        } else if until <= from {
            e.add("until", "The clocks left this time out that day.");
        } else if TimeDelta::minutes(rest) >= until - from {
            e.add("rest", "The break is as long as the work.");
        }
        e.or(Fields { from, until, rest, reason, replaces })
    }
}

/// `9:00`, `17:30`, `9`.
fn time(text: &str) -> Result<NaiveTime, &'static str> {
    let text = text.trim();
    let (hour, minute) = text.split_once([':', '.']).unwrap_or((text, "0"));
    let parts = hour.parse().ok().zip(minute.parse().ok());
    parts.and_then(|(h, m)| NaiveTime::from_hms_opt(h, m, 0)).ok_or("A time, like 9:00.")
}

/// Weekly hours: `37`, `37.5`, `37:30`; nothing is the workspace's.
pub fn weekly(text: &str) -> Result<i64, &'static str> {
    const WRONG: &str = "Hours a week, like 37, 37.5 or 37:30.";
    let text = text.trim();
    let minutes = match text.split_once(':') {
        Some((h, m)) => h.parse::<i64>().ok().zip(m.parse::<i64>().ok().filter(|m| *m < 60)).map(|(h, m)| h * 60 + m),
        None => {
            let hours: Option<rust_decimal::Decimal> = text.replace(',', ".").parse().ok();
            hours.and_then(|h| h.checked_mul(60.into())).and_then(|m| i64::try_from(m.round()).ok())
        }
    };
    minutes.filter(|m| (0..=100 * 60).contains(m)).ok_or(WRONG)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BERLIN: Tz = chrono_tz::Europe::Berlin;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn day(text: &str) -> Day {
        Day(text.parse().expect("a day"))
    }

    fn typed(day: &str, from: &str, until: &str) -> Result<Fields, Errors> {
        let draft = Draft { day: day.into(), from: from.into(), until: until.into(), ..Draft::default() };
        draft.read(DateOrder::Mdy, BERLIN, at("2027-01-01T00:00:00Z"))
    }

    #[test]
    fn a_night_counts_for_both_its_days_also_when_clocks_change() {
        for (first, from, until, told) in [
            ("2026-03-02", "22:00", "6:00", [("2026-03-02", 2), ("2026-03-03", 6)]),
            // Forward: the second day has an hour less.
            ("2026-03-28", "22:00", "6:00", [("2026-03-28", 2), ("2026-03-29", 5)]),
            // Back: and here an hour more.
            ("2026-10-24", "22:00", "6:00", [("2026-10-24", 2), ("2026-10-25", 7)]),
        ] {
            let f = typed(first, from, until).expect("a stretch");
            let told: Vec<_> = told.iter().map(|(d, h)| (day(d), h * 3600)).collect();
            assert_eq!(by_day(f.from, f.until, BERLIN), told, "{first}");
        }
        // A whole day is as long as it is.
        for (date, hours) in [("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-30", 24)] {
            let from = instant(BERLIN, day(date).0, NaiveTime::MIN);
            let until = instant(BERLIN, day(date).0 + Days::new(1), NaiveTime::MIN);
            assert_eq!(by_day(from, until, BERLIN), [(day(date), hours * 3600)]);
        }
    }

    #[test]
    fn no_hour_falls_between_two_weeks_and_a_break_is_taken_off_whole() {
        let stretch = |date: &str, from: &str, until: &str, rest: i64| {
            let f = typed(date, from, until).expect("a stretch");
            Span {
                id: AttendanceId(uuid::Uuid::nil()),
                kind: Kind::Work,
                from: f.from,
                until: Some(f.until),
                rest,
                zone: BERLIN,
                typed: true,
                reason: None,
                forgotten: false,
            }
        };
        let now = at("2027-01-01T00:00:00Z");
        // Sunday night: all of it stands on the week's last day.
        let sunday = [stretch("2026-03-08", "22:00", "6:00", 60)];
        assert_eq!(minutes(&sunday, day("2026-03-02"), now), [0, 0, 0, 0, 0, 0, 420]);
        // A break that is longer than what lies before midnight.
        let late = [stretch("2026-03-03", "23:30", "6:00", 60)];
        assert_eq!(minutes(&late, day("2026-03-02"), now), [0, 0, 330, 0, 0, 0, 0]);
    }

    #[test]
    fn what_cannot_be_is_told_beside_its_field() {
        for (date, from, until, field) in [
            ("2026-03-02", "nine", "17:00", "from"),
            ("2026-03-02", "9:00", "25:00", "until"),
            ("someday", "9:00", "17:00", "day"),
            ("2027-01-02", "9:00", "17:00", "until"),
            ("2026-03-02", "8:00", "8:00", "until"),
            ("2026-03-02", "8:00", "8", "until"),
        ] {
            assert!(typed(date, from, until).expect_err("it is wrong").of(field).is_some(), "{date} {from} {until}");
        }
        let draft = Draft {
            day: "2026-03-02".into(),
            from: "9".into(),
            until: "10".into(),
            rest: "60".into(),
            ..Draft::default()
        };
        assert!(
            draft.read(DateOrder::Mdy, BERLIN, at("2027-01-01T00:00:00Z")).expect_err("no work").of("rest").is_some()
        );
    }

    #[test]
    fn weeks_begin_on_mondays_and_hours_are_read_as_people_write_them() {
        assert_eq!(week(day("2026-03-08")), day("2026-03-02"));
        assert_eq!(week(day("2026-03-02")), day("2026-03-02"));
        for (text, minutes) in [("37", 2220), ("37.5", 2250), ("37,5", 2250), ("37:30", 2250), ("0", 0)] {
            assert_eq!(weekly(text), Ok(minutes));
        }
        assert!(["", "many", "200", "-3", "3:75"].iter().all(|t| weekly(t).is_err()));
        assert_eq!(hours(450), "7:30");
    }

    #[test]
    fn holidays_and_time_off_lower_the_hours_of_their_week() {
        for (usual, own, off, left) in [
            (2_400, None, 0, 2_400),
            (2_400, None, 480, 1_920),
            // Twenty hours over the same days: a day off is four of them.
            (2_400, Some(1_200), 480, 960),
            (2_400, None, 9_000, 0),
            // Whoever has no days has nothing to fall away.
            (0, Some(600), 480, 600),
        ] {
            assert_eq!(Due::of(usual, own, off).left(), left, "{usual}, {own:?}, {off}");
        }
    }

    proptest! {
        #[test]
        fn overtime_adds_up_to_what_is_beyond_the_week(m in proptest::array::uniform7(0i64..900), contracted in 0i64..3_000) {
            let over = overtime(m, contracted);
            prop_assert_eq!(over.iter().sum::<i64>(), (m.iter().sum::<i64>() - contracted).max(0));
            prop_assert!(over.iter().zip(m).all(|(o, m)| *o >= 0 && *o <= m));
        }

        #[test]
        fn no_second_is_lost_between_days(start in 1_700_000_000i64..1_800_000_000, long in 1i64..200_000, zone in 0usize..4) {
            let zone = [BERLIN, chrono_tz::America::New_York, chrono_tz::Australia::Lord_Howe, chrono_tz::Asia::Kathmandu][zone];
            let from = DateTime::from_timestamp(start, 0).expect("a moment");
            let days = by_day(from, from + TimeDelta::seconds(long), zone);
            prop_assert_eq!(days.iter().map(|(_, s)| s).sum::<i64>(), long);
            prop_assert!(days.windows(2).all(|w| w[0].0 < w[1].0));
        }
    }
}
