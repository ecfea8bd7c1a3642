//! What is over with a day, what goes over into the next year, and what of that was told otherwise before all was known.
//!
//! [`lapse`] writes the lines of the day. What is told late (leave of a year that is over, a correction of what it gave, leave
//! given back after its lot was over) goes through the year's end once more: [`mend`] compares what there would be today,
//! had it been known in time, with what there is, and writes the difference today.

use super::{Facts, before, later};
use crate::{
    Day,
    hr::leave::{
        ledger::{self, Books, Entry, Kind, Lot, Replay},
        policy::{months_later, year_start},
    },
};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What was carried over, by policy and by the first day of the year into which.
type Carried = BTreeMap<(Uuid, Day), Decimal>;

/// With what a lot shares its fate: its last day, and of which policy it may go over into the next year then.
type Fate = (Option<Day>, Option<Uuid>);

/// What is over as this day begins: of each lot the unused rest, less what goes over into the new year.
pub(super) fn lapse(all: &[Facts], entries: &[Entry], day: Day, id: &mut dyn FnMut() -> Uuid) -> Vec<Entry> {
    let mut carried = Carried::new();
    for e in entries.iter().filter(|e| e.on == day && e.kind == Kind::CarryOver && e.amount > Decimal::ZERO) {
        e.policy.into_iter().for_each(|p| *carried.entry((p, day)).or_default() += e.amount);
    }
    // By policy: until when it is good, and how much.
    let mut over: Vec<(Uuid, Option<Day>, Decimal)> = vec![];
    let mut written = vec![];
    let lots = ledger::books_before(entries, day).lots;
    for lot in lots.into_iter().filter(|l| l.expires == Some(before(day)) && l.left > Decimal::ZERO) {
        let mut rest = lot.left;
        if let Some((policy, until, amount)) = goes_over(all, &lot, &mut carried) {
            rest -= amount;
            written.push(Entry { of: Some(lot.entry), ..Entry::new(id(), day, Kind::CarryOver, -amount) });
            match over.iter_mut().find(|(p, ..)| *p == policy) {
                Some(one) => one.2 += amount,
                None => over.push((policy, until, amount)),
            }
        }
        if rest > Decimal::ZERO {
            written.push(Entry { of: Some(lot.entry), ..Entry::new(id(), day, Kind::Expiry, -rest) });
        }
    }
    for (policy, expires, amount) in over {
        let entry = Entry::new(id(), day, Kind::CarryOver, amount);
        written.push(Entry { expires, policy: Some(policy), period: Some(day), ..entry });
    }
    written
}

/// How much of what a lot has left goes over into the year that begins as it is over, of which policy, and until when it is
/// good there. What was carried over once, or is not of a year's end, is over for good.
fn goes_over(all: &[Facts], lot: &Lot, carried: &mut Carried) -> Option<(Uuid, Option<Day>, Decimal)> {
    let end = lot.expires?;
    let day = later(end, 1);
    let facts = ends_its_year(all, lot).filter(|f| f.leaves.is_none_or(|l| l > end))?;
    let so_far = carried.entry((facts.policy, day)).or_default();
    let limit = facts.terms(end, day)?.carry_limit;
    let amount = limit.map_or(lot.left, |l| (l - *so_far).max(Decimal::ZERO)).min(lot.left);
    *so_far += amount;
    (amount > Decimal::ZERO).then(|| (facts.policy, good_until(facts, end, day), amount))
}

/// The policy with whose year it is over, unless it was carried over once.
fn ends_its_year<'a>(all: &'a [Facts], lot: &Lot) -> Option<&'a Facts> {
    let day = later(lot.expires.filter(|_| lot.kind != Kind::CarryOver)?, 1);
    all.iter().find(|f| Some(f.policy) == lot.policy && year_start(f.year, day) == day)
}

/// Until when what goes over from the year with this last day is good.
pub(super) fn good_until(facts: &Facts, end: Day, known: Day) -> Option<Day> {
    let months = facts.terms(end, known)?.carry_months?;
    Some(before(months_later(later(end, 1), months)))
}

/// Lines by which what there is today comes to what there would be, had all been known in time.
pub(super) fn mend(all: &[Facts], entries: &[Entry], today: Day, id: &mut dyn FnMut() -> Uuid) -> Vec<Entry> {
    let is = ledger::books(entries, today);
    let (would, there) = (sums(all, anew(all, entries, today)), sums(all, is.clone()));
    if would == there {
        return vec![];
    }
    let mut written = vec![];
    let mut fates: Vec<Fate> = would.0.keys().chain(there.0.keys()).copied().collect();
    fates.sort_unstable();
    fates.dedup();
    for fate in fates {
        let of = |sums: &BTreeMap<Fate, Decimal>| sums.get(&fate).copied().unwrap_or_default();
        let more = of(&would.0) - of(&there.0);
        if more > Decimal::ZERO {
            let (expires, policy) = fate;
            written.push(Entry { expires, policy, ..Entry::new(id(), today, Kind::Reversal, more) });
        }
        let mut less = -more;
        for lot in is.lots.iter().filter(|l| fate_of(all, l) == fate) {
            let over = less.min(lot.left);
            if over > Decimal::ZERO {
                less -= over;
                written.push(Entry { of: Some(lot.entry), ..Entry::new(id(), today, Kind::Expiry, -over) });
            }
        }
    }
    match there.1 - would.1 {
        less if less > Decimal::ZERO => written.push(Entry::new(id(), today, Kind::Reversal, less)),
        more if more < Decimal::ZERO => written.push(Entry::new(id(), today, Kind::Expiry, more)),
        _ => {}
    }
    written
}

fn fate_of(all: &[Facts], lot: &Lot) -> Fate {
    (lot.expires, ends_its_year(all, lot).map(|f| f.policy))
}

/// What is left, by what becomes of it, and what is owed: not both.
fn sums(all: &[Facts], books: Books) -> (BTreeMap<Fate, Decimal>, Decimal) {
    let (mut lots, mut debt) = (books.lots, books.debt);
    lots.sort_by_key(|l| (l.expires.is_none(), l.expires));
    let mut sums = BTreeMap::new();
    for lot in lots {
        let paid = debt.min(lot.left);
        debt -= paid;
        if lot.left > paid {
            *sums.entry(fate_of(all, &lot)).or_default() += lot.left - paid;
        }
    }
    (sums, debt)
}

/// The books of today, had all that is known now been known in time.
fn anew(all: &[Facts], entries: &[Entry], today: Day) -> Books {
    let mut known: Vec<Entry> =
        entries.iter().filter(|e| e.on <= today && !follows(e)).map(|e| in_time(all, e)).collect();
    known.sort_by_key(|e| (e.on, e.rank(), e.id));
    let (mut replay, mut carried) = (Replay::into_over(), Carried::new());
    let mut known = known.iter().peekable();
    while let Some(day) = known.peek().map(|e| e.on) {
        end(all, &mut replay, day, &mut carried);
        while let Some(entry) = known.next_if(|e| e.on == day) {
            replay.apply(entry);
        }
        end(all, &mut replay, day, &mut carried);
    }
    end(all, &mut replay, today, &mut carried);
    replay.books()
}

/// Whether it is a line that [`lapse`] or [`mend`] has written.
fn follows(e: &Entry) -> bool {
    match e.kind {
        Kind::Expiry | Kind::CarryOver => true,
        Kind::Reversal => e.of.is_none(),
        _ => false,
    }
}

/// A line about a year that was over as it was written, as it would have been written within that year.
fn in_time(all: &[Facts], e: &Entry) -> Entry {
    let facts = all.iter().find(|f| Some(f.policy) == e.policy && e.earned.is_some());
    let (Some(facts), Some(period)) = (facts, e.period) else { return e.clone() };
    let end = facts.year_end(period);
    if e.on <= end || !facts.terms(period, e.on).is_some_and(super::Terms::ends_with_the_year) {
        return e.clone();
    }
    Entry { on: end, expires: (e.amount > Decimal::ZERO).then_some(end), ..e.clone() }
}

/// What is over before this day, one year's end after another.
fn end(all: &[Facts], replay: &mut Replay, day: Day, carried: &mut Carried) {
    loop {
        let over = replay.lots.iter().enumerate().filter(|(_, l)| l.left > Decimal::ZERO);
        let over = over.filter_map(|(at, l)| l.expires.filter(|x| *x < day).map(|x| (x, at))).min();
        let Some((end, at)) = over else { return };
        let lot = replay.lots[at].clone();
        replay.lots[at].left = Decimal::ZERO;
        if let Some((policy, expires, amount)) = goes_over(all, &lot, carried) {
            let entry = Entry::new(lot.entry, later(end, 1), Kind::CarryOver, amount);
            replay.apply(&Entry { expires, policy: Some(policy), ..entry });
        }
    }
}
