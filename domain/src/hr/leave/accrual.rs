//! What accrues, expires and is carried over by a day (DOMAIN: Leave: accrual is idempotent per employee, policy and
//! period, and catches up missed periods).
//!
//! [`settle`] compares what each period is worth by the facts with what the ledger has of it, and writes the difference. So
//! it may run as often as it likes, in any order; and a fact that changes later is met by a line of the day on which it
//! became known, never by another history. A version of a policy is known from its own day on.

#[cfg(test)]
mod accrual_tests;
mod ends;

use super::{
    ledger::{self, Entry, Kind},
    policy::{Gain, Per, Terms, Version, months_later, on, year_start, years_between},
};
use crate::Day;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What one policy means for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub policy: Uuid,
    /// Month and day with which its years begin.
    pub year: (u32, u32),
    /// By their days.
    pub versions: Vec<Version>,
    pub hired: Option<Day>,
    /// The last day of employment.
    pub leaves: Option<Day>,
    /// When they are on it: from, and the last day. Never any more: what it gave is taken back.
    pub spans: Vec<(Day, Option<Day>)>,
    /// How much of full-time from which day on; before the first, and without any: all.
    pub fte: Vec<(Day, Decimal)>,
}

/// What is to be written, and when to look again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settled {
    pub entries: Vec<Entry>,
    pub next: Option<Day>,
}

/// One period of a leave year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Period {
    from: Day,
    to: Day,
    /// Of which part of a year this is how many of how many days: a month is a twelfth, however long.
    part: Decimal,
    days: i64,
    gain: Gain,
}

/// What a period is worth, and on which day it is due.
#[derive(Debug, Clone, Copy)]
struct Due {
    /// Of which policy, by its place among the facts.
    of: usize,
    /// The first day of the period.
    period: Day,
    on: Day,
    target: Decimal,
}

impl Facts {
    /// The first day that anything is known of.
    fn begins(&self) -> Option<Day> {
        let from = self.spans.iter().map(|(from, _)| *from).min()?;
        Some(from.max(self.versions.first()?.from))
    }

    /// The terms of a day as they were known on another one.
    fn terms(&self, day: Day, known: Day) -> Option<&Terms> {
        let of_it = self.versions.iter().rev().find(|v| v.from <= day && v.counts() <= known);
        of_it.or(self.versions.first()).map(|v| &v.terms)
    }

    /// The last day of the leave year that this day is in.
    fn year_end(&self, day: Day) -> Day {
        before(months_later(year_start(self.year, day), 12))
    }

    /// With the versions that are known by this day.
    fn known(&self, day: Day) -> Self {
        let versions = self.versions.iter().filter(|v| v.counts() <= day).cloned().collect();
        Self { versions, ..self.clone() }
    }

    /// The periods of a leave year, in their order. They are cut where a version gives in another rhythm.
    fn periods(&self, start: Day) -> Vec<Period> {
        let end = before(months_later(start, 12));
        let whole = (end.0 - start.0).num_days() + 1;
        let (mut periods, mut from) = (vec![], start);
        while from <= end {
            let Some(version) = on(&self.versions, from) else {
                match self.versions.first() {
                    // Before its first version a policy gives nothing.
                    Some(first) if first.from <= end => from = first.from,
                    _ => break,
                }
                continue;
            };
            let terms = &version.terms;
            let (natural, part) = match terms.per {
                Per::Year => ((start, end), Decimal::ONE),
                Per::Month => (month(start, from), Decimal::ONE / Decimal::from(12)),
                Per::HalfMonth => {
                    let (first, last) = month(start, from);
                    let middle = later(first, 15);
                    let half = if from < middle { (first, before(middle)) } else { (middle, last) };
                    (half, Decimal::ONE / Decimal::from(24))
                }
                Per::Week => {
                    use chrono::Datelike;
                    let monday = later(from, -i64::from(from.0.weekday().num_days_from_monday()));
                    let week = (monday.max(start), later(monday, 6).min(end));
                    let days = (week.1.0 - week.0.0).num_days() + 1;
                    (week, Decimal::from(days) / Decimal::from(whole))
                }
            };
            let mut to = natural.1;
            let other = self.versions.iter().find(|v| v.from > from && v.from <= to && v.terms.per != terms.per);
            if let Some(other) = other {
                to = before(other.from);
            }
            let days = (natural.1.0 - natural.0.0).num_days() + 1;
            periods.push(Period { from, to, part, days, gain: terms.gain });
            from = later(to, 1);
        }
        periods
    }

    /// The days of a period on which something is earned, in stretches with the share of a year that a day is worth.
    fn stretches(&self, p: &Period) -> Vec<(Day, Day, Decimal)> {
        let mut cuts = BTreeSet::from([p.from, later(p.to, 1)]);
        let hired = self.hired.or_else(|| self.spans.iter().map(|(from, _)| *from).min());
        let mut add = |day: Day| {
            if day > p.from && day <= p.to {
                cuts.insert(day);
            }
        };
        for version in &self.versions {
            add(version.from);
            let Some(hired) = hired else { continue };
            add(months_later(hired, version.terms.waiting_months));
            version.terms.milestones.iter().for_each(|(years, _)| add(months_later(hired, 12 * years)));
        }
        self.fte.iter().for_each(|(from, _)| add(*from));
        self.hired.iter().for_each(|day| add(*day));
        self.leaves.iter().for_each(|day| add(later(*day, 1)));
        for (from, until) in &self.spans {
            add(*from);
            until.iter().for_each(|until| add(later(*until, 1)));
        }
        let cuts: Vec<Day> = cuts.into_iter().collect();
        let mut stretches = vec![];
        for pair in cuts.windows(2) {
            let (from, to) = (pair[0], before(pair[1]));
            let Some(version) = on(&self.versions, from) else { continue };
            let terms = &version.terms;
            let earns = self.spans.iter().any(|(s, e)| *s <= from && e.is_none_or(|e| from <= e))
                && self.hired.is_none_or(|h| h <= from)
                && self.leaves.is_none_or(|l| from <= l)
                && hired.is_none_or(|h| months_later(h, terms.waiting_months) <= from);
            if !earns {
                continue;
            }
            let annual = terms.annual_after(hired.map_or(0, |h| years_between(h, from)));
            let fte = self.fte.iter().rev().find(|(day, _)| *day <= from).map_or(Decimal::ONE, |(_, fte)| *fte);
            let fte = if terms.by_fte { fte } else { Decimal::ONE };
            let days = Decimal::from((to.0 - from.0).num_days() + 1);
            stretches.push((from, to, annual * fte * p.part * days / Decimal::from(p.days)));
        }
        stretches
    }

    /// What each period of a leave year is worth, and on which day it is due.
    fn dues(&self, of: usize, year: Day) -> Vec<Due> {
        let (mut sum, mut told, mut dues) = (Decimal::ZERO, Decimal::ZERO, vec![]);
        for period in self.periods(year) {
            let stretches = self.stretches(&period);
            let Some(version) = on(&self.versions, period.from).or(self.versions.first()) else { continue };
            let terms = &version.terms;
            sum += stretches.iter().map(|(_, _, worth)| worth).sum::<Decimal>();
            let so_far = terms.rounding.round(terms.yearly_cap.map_or(sum, |cap| sum.min(cap)));
            let on = match period.gain {
                Gain::Start => stretches.first().map_or(period.from, |(from, ..)| *from),
                Gain::End => stretches.last().map_or(period.to, |(_, to, _)| *to),
            };
            dues.push(Due { of, period: period.from, on, target: so_far - told });
            told = so_far;
        }
        dues
    }
}

fn later(day: Day, days: i64) -> Day {
    day.plus(days).unwrap_or(day)
}

fn before(day: Day) -> Day {
    later(day, -1)
}

/// The month of a leave year that a day is in: it begins with the day that the year begins with.
fn month(year: Day, day: Day) -> (Day, Day) {
    let at = (0..12).rev().find(|n| months_later(year, *n) <= day).unwrap_or(0);
    (months_later(year, at), before(months_later(year, at + 1)))
}

/// All that is due by `today` and not in the ledger yet. `ledger` is the person's whole ledger of one kind of leave; `all`
/// are the policies that they are or were on for it, and those that the ledger names.
pub fn settle(all: &[Facts], entries: &[Entry], today: Day, id: &mut dyn FnMut() -> Uuid) -> Settled {
    let mut walk = Walk { all, entries: entries.to_vec(), ends: BTreeSet::new(), id };
    walk.ends.extend(ledger::books(entries, today).lots.iter().filter_map(|l| l.expires).map(|x| later(x, 1)));
    let mut next: Option<Day> = None;
    let mut look = |day: Day| next = Some(next.map_or(day, |n| n.min(day)));
    let mut changes: BTreeSet<Day> = all.iter().flat_map(|f| &f.versions).map(Version::counts).collect();
    changes.split_off(&later(today, 1)).first().copied().into_iter().for_each(&mut look);
    let changes: Vec<Day> = changes.into_iter().collect();
    let mut dues: Vec<Due> = vec![];
    for (n, start) in changes.iter().enumerate() {
        let known: Vec<Facts> = all.iter().map(|f| f.known(*start)).collect();
        let was = std::mem::replace(&mut dues, dues_of(&known, today));
        if n > 0 {
            walk.change(&was, &dues, *start);
        }
        let until = changes.get(n + 1).map_or(today, |next| before(*next));
        for due in dues.iter().filter(|d| (n == 0 || d.on >= *start) && d.on <= until) {
            walk.end(due.on);
            if walk.told(due).is_empty() {
                walk.earn(due, due.target, due.on);
            }
        }
        walk.end(until);
    }
    walk.end(today);
    walk.correct(&dues, today);
    // Each line that is written may meet a debt that another one was meant for.
    for _ in 0..3 {
        let late = ends::mend(all, &walk.entries, today, walk.id);
        if late.is_empty() {
            break;
        }
        walk.add(late);
    }
    dues.iter().filter(|d| d.on > today && d.target != Decimal::ZERO).for_each(|d| look(d.on));
    walk.ends.iter().filter(|day| **day > today).for_each(|day| look(*day));
    Settled { entries: walk.entries.split_off(entries.len()), next }
}

/// What all periods are worth, until a year ahead, which tells when to look again; by their days.
fn dues_of(all: &[Facts], today: Day) -> Vec<Due> {
    let mut dues = vec![];
    for (of, facts) in all.iter().enumerate() {
        let Some(begins) = facts.begins() else { continue };
        let mut year = year_start(facts.year, begins);
        while year <= months_later(today, 12) {
            dues.extend(facts.dues(of, year));
            year = months_later(year, 12);
        }
    }
    dues.sort_by_key(|d| (d.on, all[d.of].policy, d.period));
    dues
}

/// The ledger as it grows, day by day.
struct Walk<'a> {
    all: &'a [Facts],
    entries: Vec<Entry>,
    /// Days as which begin something is over.
    ends: BTreeSet<Day>,
    id: &'a mut dyn FnMut() -> Uuid,
}

impl Walk<'_> {
    fn add(&mut self, entries: Vec<Entry>) {
        self.ends.extend(entries.iter().filter_map(|e| e.expires).map(|x| later(x, 1)));
        self.entries.extend(entries);
    }

    /// What is over by this day.
    fn end(&mut self, until: Day) {
        while let Some(day) = self.ends.first().copied().filter(|day| *day <= until) {
            self.ends.pop_first();
            let lapsed = ends::lapse(self.all, &self.entries, day, self.id);
            self.add(lapsed);
        }
    }

    /// The lines that a period has.
    fn told(&self, due: &Due) -> Vec<&Entry> {
        let policy = Some(self.all[due.of].policy);
        let of_it = |e: &&Entry| e.policy == policy && e.period == Some(due.period) && e.earned.is_some();
        self.entries.iter().filter(of_it).collect()
    }

    /// A version begins to count: what was due before it by the other ones is corrected on its day. What the ledger has
    /// otherwise by then waits for the day on which that became known.
    fn change(&mut self, was: &[Due], now: &[Due], start: Day) {
        self.end(start);
        let mut targets: BTreeMap<(usize, Day), (Decimal, Decimal)> = BTreeMap::new();
        for due in was.iter().filter(|d| d.on < start) {
            targets.entry((due.of, due.period)).or_default().0 = due.target;
        }
        for due in now {
            match due.on < start {
                true => targets.entry((due.of, due.period)).or_default().1 = due.target,
                false => drop(targets.remove(&(due.of, due.period))),
            }
        }
        for ((of, period), (was, now)) in targets.into_iter().filter(|(_, (was, now))| was != now) {
            let due = Due { of, period, on: start, target: now };
            let told = self.told(&due);
            let earned: Decimal = told.iter().filter_map(|e| e.earned).sum();
            if earned == was && told.iter().all(|e| e.on <= start) {
                self.earn(&due, now - was, start);
            }
        }
    }

    /// What the ledger has of a period that is worth something else by now, is worth nothing any more, or is not due yet.
    fn correct(&mut self, dues: &[Due], today: Day) {
        let mut told: BTreeMap<(usize, Day), Decimal> = BTreeMap::new();
        for e in self.entries.iter().filter(|e| e.on <= today) {
            let of = self.all.iter().position(|f| Some(f.policy) == e.policy);
            let (Some(of), Some(period), Some(earned)) = (of, e.period, e.earned) else { continue };
            *told.entry((of, period)).or_default() += earned;
        }
        for ((of, period), earned) in told {
            let due = dues.iter().find(|d| d.on <= today && (d.of, d.period) == (of, period));
            let target = due.map_or(Decimal::ZERO, |d| d.target);
            self.earn(&Due { of, period, on: today, target }, target - earned, today);
        }
    }

    /// The line by which a period comes to what it is worth.
    fn earn(&mut self, due: &Due, missing: Decimal, on: Day) {
        if missing == Decimal::ZERO {
            return;
        }
        let facts = &self.all[due.of];
        let Some(terms) = facts.terms(due.period, on) else { return };
        let (mut earned, mut given) = (Decimal::ZERO, Decimal::ZERO);
        for e in self.told(due) {
            earned += e.earned.unwrap_or_default();
            given += e.amount;
        }
        let amount = match terms.balance_cap {
            Some(cap) if missing > Decimal::ZERO => {
                missing.min(cap - ledger::balance(&self.entries, on)).max(Decimal::ZERO)
            }
            // What a cap had kept back is not taken back.
            _ if missing < Decimal::ZERO && given < earned => ((earned + missing).min(given)) - given,
            _ => missing,
        };
        let end = facts.year_end(due.period);
        let expires = match terms.ends_with_the_year() {
            true if on <= end => Some(end),
            // Of a year that is over: as long as what went over from it is good.
            true => ends::good_until(facts, end, on).filter(|until| *until >= on),
            false => None,
        };
        let grant = terms.per == Per::Year && terms.gain == Gain::Start;
        let entry = Entry {
            expires: expires.filter(|_| amount > Decimal::ZERO),
            policy: Some(facts.policy),
            period: Some(due.period),
            earned: Some(missing),
            ..Entry::new((self.id)(), on, if grant { Kind::Grant } else { Kind::Accrual }, amount)
        };
        self.add(vec![entry]);
    }
}

/// With which day something of what is there on `on` is over next, and how much: what goes over into another year is not,
/// and what is booked until then is taken first. `entries` hold all that is due by `on`.
pub fn over_next(all: &[Facts], entries: &[Entry], on: Day, id: &mut dyn FnMut() -> Uuid) -> Option<(Day, Decimal)> {
    let mut ends: Vec<Day> =
        ledger::books(entries, on).lots.iter().filter(|l| l.left > Decimal::ZERO).filter_map(|l| l.expires).collect();
    ends.sort_unstable();
    ends.dedup();
    ends.into_iter().filter(|x| *x >= on).find_map(|end| {
        let day = later(end, 1);
        let then = settle(all, entries, day, id).entries;
        let lapsed = entries.iter().chain(&then).filter(|e| e.on == day && e.kind == Kind::Expiry);
        let over = -lapsed.map(|e| e.amount).sum::<Decimal>();
        (over > Decimal::ZERO).then_some((end, over))
    })
}
