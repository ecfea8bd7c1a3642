//! When a team is at work: hours by weekday, several a day, days unlike their weekday, in the zone of a place.
//!
//! A moment on a wall is the first instant at which it is that late there, for beginnings and ends alike. So spans that
//! touch on the wall touch in time, whatever clocks do: an hour that comes twice is worked twice, one that is left out is
//! not worked, and the end of a day (24:00) is the beginning of the next one (zammad#3180).

use crate::Day;
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// The end of a day, in minutes.
pub const DAY: u16 = 24 * 60;

/// A part of a day in minutes from its beginning; the end is not in it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub from: u16,
    pub to: u16,
}

/// A day unlike its weekday: a holiday, a half one, a day on which one works although it is Sunday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Special {
    pub on: Day,
    pub name: String,
    /// Empty: closed.
    pub open: Vec<Span>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    #[serde(with = "zone")]
    pub zone: Tz,
    /// From Monday on.
    pub week: [Vec<Span>; 7],
    /// By their day.
    pub days: Vec<Special>,
}

/// Days that are looked through for time at work: a desk that opens once in ten years promises nothing.
const FAR: u64 = 3_660;

impl Calendar {
    /// Open at all times.
    pub fn always(zone: Tz) -> Self {
        Self { zone, week: std::array::from_fn(|_| vec![Span { from: 0, to: DAY }]), days: vec![] }
    }

    /// The moment at which so much time at work has gone by since `start`: the first such one. `None`: it never does.
    pub fn add(&self, start: DateTime<Utc>, time: Duration) -> Option<DateTime<Utc>> {
        let mut left = time;
        if left <= Duration::zero() {
            return Some(start);
        }
        if self.week.iter().all(Vec::is_empty) && self.days.iter().all(|d| d.open.is_empty()) {
            return None;
        }
        for day in self.days_from(start).take(usize::try_from(FAR).unwrap_or(usize::MAX)) {
            for (from, to) in self.open_on(day) {
                let here = to - from.max(start);
                if here <= Duration::zero() {
                    continue;
                }
                if here >= left {
                    return Some(from.max(start) + left);
                }
                left -= here;
            }
        }
        None
    }

    /// How much time at work lies between two moments; none where the second comes first.
    pub fn elapsed(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
        let mut sum = Duration::zero();
        if to <= from {
            return sum;
        }
        let last = self.local(to).date().checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
        for day in self.days_from(from).take_while(|day| *day <= last) {
            for (begin, end) in self.open_on(day) {
                sum += (end.min(to) - begin.max(from)).max(Duration::zero());
            }
        }
        sum
    }

    /// Whether it is time at work.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.days_from(at).take(3).any(|day| self.open_on(day).any(|(from, to)| from <= at && at < to))
    }

    /// Days from the one before this moment on: where clocks go back over midnight, that one is not over yet.
    fn days_from(&self, at: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> + use<> {
        let today = self.local(at).date();
        let first = today.checked_sub_days(Days::new(1)).unwrap_or(today);
        std::iter::successors(Some(first), |day| day.checked_add_days(Days::new(1)))
    }

    fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.zone).naive_local()
    }

    fn open_on(&self, day: NaiveDate) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> + '_ {
        let special = self.days.iter().find(|d| d.on.0 == day).map(|d| &d.open);
        let spans = special.unwrap_or(&self.week[day.weekday().num_days_from_monday() as usize]);
        spans.iter().map(move |s| (self.instant(day, s.from), self.instant(day, s.to)))
    }

    /// The first instant at which it is so late there.
    fn instant(&self, day: NaiveDate, minute: u16) -> DateTime<Utc> {
        let wall = day.and_time(NaiveTime::MIN) + Duration::minutes(minute.into());
        if let Some(at) = self.zone.from_local_datetime(&wall).earliest() {
            return at.to_utc();
        }
        // Left out: the moment at which clocks went forward over it, which is searched for by halves. A whole day has been
        // left out before.
        let late = |at: DateTime<Utc>| self.local(at) >= wall;
        let about = wall.and_utc()
            - Duration::seconds(self.zone.offset_from_utc_datetime(&wall).fix().local_minus_utc().into());
        let (mut before, mut after) = (about - Duration::hours(26), about + Duration::hours(26));
        while after - before > Duration::seconds(1) {
            let middle = before + Duration::seconds((after - before).num_seconds() / 2);
            if late(middle) { after = middle } else { before = middle }
        }
        after
    }
}

impl Span {
    /// `9:00-12:30`, `0-24`.
    pub fn read(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{}” is no span of a day, like 9:00-17:30.", text.trim());
        let (from, to) = text.split_once(['-', '–']).ok_or_else(wrong)?;
        let minute = |text: &str| -> Option<u16> {
            let (hour, minute) = text.trim().split_once([':', '.']).unwrap_or((text.trim(), "0"));
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            let at = hour.checked_mul(60)?.checked_add(minute)?;
            (minute < 60 && at <= DAY).then_some(at)
        };
        let (from, to) = minute(from).zip(minute(to)).ok_or_else(wrong)?;
        if from < to { Ok(Self { from, to }) } else { Err(format!("“{}” ends before it begins.", text.trim())) }
    }

    pub fn words(self) -> String {
        let time = |m: u16| format!("{:02}:{:02}", m / 60, m % 60);
        format!("{}–{}", time(self.from), time(self.to))
    }
}

/// Spans of a day as typed, with commas between; nothing, or `closed`, is none. They are put in order, and must not overlap.
pub fn spans(text: &str) -> Result<Vec<Span>, String> {
    let text = text.trim();
    if text.is_empty() || text.eq_ignore_ascii_case("closed") {
        return Ok(vec![]);
    }
    let mut spans: Vec<Span> = text.split([',', ';']).map(Span::read).collect::<Result<_, _>>()?;
    spans.sort_unstable();
    match spans.windows(2).find(|pair| pair[0].to > pair[1].from) {
        Some(pair) => Err(format!("{} and {} overlap.", pair[0].words(), pair[1].words())),
        None => Ok(spans),
    }
}

/// As [`spans`] reads them.
pub fn words(spans: &[Span]) -> String {
    spans.iter().map(|s| s.words()).collect::<Vec<_>>().join(", ")
}

mod zone {
    use chrono_tz::Tz;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(zone: &Tz, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(zone.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Tz, D::Error> {
        String::deserialize(d)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
