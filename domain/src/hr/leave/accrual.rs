//! What accrues, expires and is carried over by a day (DOMAIN: Leave: accrual is idempotent per employee, policy and
//! period, and catches up missed periods).
//!
//! [`settle`] compares what each period is worth by the facts with what the ledger has of it, and writes the difference. So
//! it may run as often as it likes, in any order; and a fact that changes later is met by a line of the day on which it
//! became known, never by another history.

#[cfg(test)]
mod accrual_tests;

use super::{
    ledger::{self, Entry, Kind},
    policy::{Gain, Per, Terms, Version, months_later, on, year_start, years_between},
};
use crate::Day;
use rust_decimal::Decimal;
use std::collections::BTreeSet;
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
    /// When they are on it: from, and the last day.
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

/// What a period is worth.
struct Due {
    period: Period,
    on: Day,
    target: Decimal,
    year: Day,
}

impl Facts {
    /// The first day that anything is known of.
    fn begins(&self) -> Option<Day> {
        let from = self.spans.iter().map(|(from, _)| *from).min()?;
        Some(from.max(self.versions.first()?.from))
    }

    fn terms(&self, day: Day) -> Option<&Terms> {
        on(&self.versions, day).or(self.versions.first()).map(|v| &v.terms)
    }

    fn year_end(&self, start: Day) -> Day {
        before(months_later(start, 12))
    }

    /// The periods of a leave year, in their order. They are cut where a version gives in another rhythm.
    fn periods(&self, start: Day) -> Vec<Period> {
        let end = self.year_end(start);
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
    fn dues(&self, year: Day) -> Vec<Due> {
        let (mut sum, mut told, mut dues) = (Decimal::ZERO, Decimal::ZERO, vec![]);
        for period in self.periods(year) {
            let stretches = self.stretches(&period);
            let Some(terms) = self.terms(period.from) else { continue };
            sum += stretches.iter().map(|(_, _, worth)| worth).sum::<Decimal>();
            let so_far = terms.rounding.round(terms.yearly_cap.map_or(sum, |cap| sum.min(cap)));
            let on = match period.gain {
                Gain::Start => stretches.first().map_or(period.from, |(from, ..)| *from),
                Gain::End => stretches.last().map_or(period.to, |(_, to, _)| *to),
            };
            dues.push(Due { period, on, target: so_far - told, year });
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
/// are the policies that they are or were on for it.
pub fn settle(all: &[Facts], entries: &[Entry], today: Day, id: &mut dyn FnMut() -> Uuid) -> Settled {
    let mut entries = entries.to_vec();
    let known = entries.len();
    let mut dues: Vec<(&Facts, Due)> = vec![];
    let mut next: Option<Day> = None;
    let mut look = |day: Day| next = Some(next.map_or(day, |n| n.min(day)));
    for facts in all {
        let Some(begins) = facts.begins() else { continue };
        let mut year = year_start(facts.year, begins);
        // One year ahead tells when to look again.
        while year <= months_later(today, 12) {
            for due in facts.dues(year) {
                match due.on <= today {
                    true => dues.push((facts, due)),
                    false if due.target != Decimal::ZERO => look(due.on),
                    false => {}
                }
            }
            year = months_later(year, 12);
        }
    }
    dues.sort_by_key(|(facts, due)| (due.on, facts.policy, due.period.from));
    let mut days: BTreeSet<Day> = dues.iter().map(|(_, due)| due.on).collect();
    days.extend(ledger::books(&entries, today).lots.iter().filter_map(|l| l.expires).map(|x| later(x, 1)));
    let mut dues = dues.into_iter().peekable();
    while let Some(day) = days.pop_first() {
        if day > today {
            look(day);
            continue;
        }
        for lapsed in lapse(all, &entries, day, id) {
            days.extend(lapsed.expires.map(|x| later(x, 1)).filter(|x| *x > day));
            entries.push(lapsed);
        }
        while let Some((facts, due)) = dues.next_if(|(_, due)| due.on <= day) {
            if let Some(entry) = earn(facts, &due, &entries, today, id) {
                days.extend(entry.expires.map(|x| later(x, 1)).filter(|x| *x > day));
                entries.push(entry);
            }
        }
    }
    Settled { entries: entries.split_off(known), next }
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

/// The line by which a period comes to what it is worth.
fn earn(facts: &Facts, due: &Due, entries: &[Entry], today: Day, id: &mut dyn FnMut() -> Uuid) -> Option<Entry> {
    let of_it = |e: &&Entry| e.policy == Some(facts.policy) && e.period == Some(due.period.from);
    let told: Vec<&Entry> = entries.iter().filter(of_it).filter(|e| e.earned.is_some()).collect();
    let missing = due.target - told.iter().filter_map(|e| e.earned).sum::<Decimal>();
    if missing == Decimal::ZERO {
        return None;
    }
    let on = if told.is_empty() { due.on } else { today };
    let terms = facts.terms(due.period.from)?;
    let amount = match terms.balance_cap {
        Some(cap) if missing > Decimal::ZERO => missing.min(cap - ledger::balance(entries, on)).max(Decimal::ZERO),
        _ => missing,
    };
    let end = facts.year_end(due.year);
    let grant = terms.per == Per::Year && terms.gain == Gain::Start;
    Some(Entry {
        expires: (terms.ends_with_the_year() && amount > Decimal::ZERO).then_some(end),
        policy: Some(facts.policy),
        period: Some(due.period.from),
        earned: Some(missing),
        ..Entry::new(id(), on, if grant { Kind::Grant } else { Kind::Accrual }, amount)
    })
}

/// What is over as this day begins: of each lot the unused rest, less what goes over into the new year.
fn lapse(all: &[Facts], entries: &[Entry], day: Day, id: &mut dyn FnMut() -> Uuid) -> Vec<Entry> {
    let over = before(day);
    let mut written = vec![];
    // By policy, until when it is good, and how much.
    let mut carried: Vec<(Uuid, Option<Day>, Decimal)> = vec![];
    let lots = ledger::books_before(entries, day).lots;
    for lot in lots.into_iter().filter(|l| l.expires == Some(over) && l.left > Decimal::ZERO) {
        // What was carried over once, or is not of a year's end, is over for good.
        let facts = all.iter().find(|f| Some(f.policy) == lot.policy && year_start(f.year, day) == day);
        let terms = facts.filter(|_| lot.kind != Kind::CarryOver).and_then(|f| f.terms(over));
        let limit = match (terms, facts) {
            (Some(terms), Some(facts)) if facts.leaves.is_none_or(|l| l > over) => {
                let so_far: Decimal =
                    carried.iter().filter(|(p, ..)| *p == facts.policy).map(|(.., amount)| *amount).sum();
                let limit = terms.carry_limit.map_or(lot.left, |l| (l - so_far).max(Decimal::ZERO));
                limit.min(lot.left)
            }
            _ => Decimal::ZERO,
        };
        if let (true, Some(facts), Some(terms)) = (limit > Decimal::ZERO, facts, terms) {
            let until = terms.carry_months.map(|m| before(months_later(day, m)));
            written.push(Entry { of: Some(lot.entry), ..Entry::new(id(), day, Kind::CarryOver, -limit) });
            carried.push((facts.policy, until, limit));
        }
        let rest = lot.left - limit;
        if rest > Decimal::ZERO {
            written.push(Entry { of: Some(lot.entry), ..Entry::new(id(), day, Kind::Expiry, -rest) });
        }
    }
    let mut policies: Vec<(Uuid, Option<Day>)> = carried.iter().map(|(p, until, _)| (*p, *until)).collect();
    policies.dedup();
    for (policy, expires) in policies {
        let amount: Decimal = carried.iter().filter(|(p, ..)| *p == policy).map(|(.., amount)| *amount).sum();
        let entry = Entry::new(id(), day, Kind::CarryOver, amount);
        written.push(Entry { expires, policy: Some(policy), period: Some(day), ..entry });
    }
    written
}
