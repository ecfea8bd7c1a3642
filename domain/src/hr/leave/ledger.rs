//! The ledger, nothing else: a balance is the sum of its entries (DOMAIN: Leave).
//!
//! What comes in is a lot, which may expire. What goes out is taken from the lot that expires first; where there is
//! none it is a debt, which the next lot pays. So the lots' rest less the debts is the balance, on every day.

use super::Type;
use crate::{Day, LeaveRequestId};
use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Grant,
    Accrual,
    Use,
    Expiry,
    CarryOver,
    Adjustment,
    Encashment,
    Reversal,
}

impl Kind {
    pub const ALL: [Self; 8] = [
        Self::Grant,
        Self::Accrual,
        Self::Use,
        Self::Expiry,
        Self::CarryOver,
        Self::Adjustment,
        Self::Encashment,
        Self::Reversal,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Accrual => "accrual",
            Self::Use => "use",
            Self::Expiry => "expiry",
            Self::CarryOver => "carry_over",
            Self::Adjustment => "adjustment",
            Self::Encashment => "encashment",
            Self::Reversal => "reversal",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Grant => "Granted",
            Self::Accrual => "Earned",
            Self::Use => "Taken",
            Self::Expiry => "Expired",
            Self::CarryOver => "Carried over",
            Self::Adjustment => "Adjusted",
            Self::Encashment => "Paid out",
            Self::Reversal => "Taken back",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

/// One line, never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: Uuid,
    /// From which day on it counts.
    pub on: Day,
    pub kind: Kind,
    /// Less than zero: it goes out.
    pub amount: Decimal,
    /// The last day on which what came in can be used.
    pub expires: Option<Day>,
    /// The lot that has expired or was carried over, or the use that is taken back.
    pub of: Option<Uuid>,
    /// Of what accrues: by which policy, and the first day of its period.
    pub policy: Option<Uuid>,
    pub period: Option<Day>,
    /// What the period is worth, before caps: what was capped is not earned again later.
    pub earned: Option<Decimal>,
}

impl Entry {
    pub fn new(id: Uuid, on: Day, kind: Kind, amount: Decimal) -> Self {
        Self { id, on, kind, amount, expires: None, of: None, policy: None, period: None, earned: None }
    }

    /// Whether it is of leave: a day of it that was taken, or one that is taken back. What comes back otherwise had expired.
    pub fn is_of_leave(&self) -> bool {
        match self.kind {
            Kind::Use => true,
            Kind::Reversal => self.of.is_some(),
            _ => false,
        }
    }

    /// What is over with the day before comes first, then what comes in, then what goes out, then what comes back.
    pub(super) fn rank(&self) -> u8 {
        match self.kind {
            Kind::Expiry => 0,
            Kind::CarryOver if self.amount < Decimal::ZERO => 0,
            Kind::Reversal => 3,
            _ if self.amount < Decimal::ZERO => 2,
            _ => 1,
        }
    }
}

/// What came in, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    pub entry: Uuid,
    pub kind: Kind,
    pub policy: Option<Uuid>,
    pub period: Option<Day>,
    pub on: Day,
    pub expires: Option<Day>,
    pub left: Decimal,
}

/// What the entries come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books {
    pub lots: Vec<Lot>,
    /// What was taken that nothing covers yet.
    pub debt: Decimal,
}

/// What one entry took: from which lots, and what none covered.
#[derive(Debug, Clone)]
struct Draw {
    entry: Uuid,
    from: Vec<(usize, Decimal)>,
    open: Decimal,
}

/// The sum of what counts by this day.
pub fn balance(entries: &[Entry], until: Day) -> Decimal {
    entries.iter().filter(|e| e.on <= until).map(|e| e.amount).sum()
}

/// The lots as they are at the end of this day.
pub fn books(entries: &[Entry], until: Day) -> Books {
    replay(entries.iter().filter(|e| e.on <= until).collect())
}

/// The lots as this day begins: with what has expired by it, before anything else of it.
pub fn books_before(entries: &[Entry], day: Day) -> Books {
    let order = Order::of(entries);
    replay(entries.iter().filter(|e| e.on < day || (e.on == day && order.rank(e) == 0)).collect())
}

/// The ranks of entries among those of their day. What is over on the day on which it came in, because that was told too
/// late, is so after all else.
struct Order(HashMap<Uuid, Day>);

impl Order {
    fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        Self(entries.into_iter().filter(|e| e.amount > Decimal::ZERO).map(|e| (e.id, e.on)).collect())
    }

    fn rank(&self, e: &Entry) -> u8 {
        match e.rank() {
            0 if e.of.is_none_or(|of| self.0.get(&of) == Some(&e.on)) => 4,
            rank => rank,
        }
    }
}

fn replay(mut entries: Vec<&Entry>) -> Books {
    let order = Order::of(entries.iter().copied());
    entries.sort_by_key(|e| (e.on, order.rank(e), e.id));
    let mut replay = Replay::default();
    entries.into_iter().for_each(|e| replay.apply(e));
    replay.books()
}

/// The lots as the entries come, one after another.
#[derive(Debug, Clone, Default)]
pub(super) struct Replay {
    pub lots: Vec<Lot>,
    draws: Vec<Draw>,
    into_over: bool,
}

impl Replay {
    /// What is given back goes into its lot even if that is over: whoever asks has it end then.
    pub fn into_over() -> Self {
        Self { into_over: true, ..Self::default() }
    }

    pub fn books(self) -> Books {
        Books { debt: self.draws.iter().map(|d| d.open).sum(), lots: self.lots }
    }

    pub fn apply(&mut self, e: &Entry) {
        match e.rank() {
            0 => {
                let mut rest = -e.amount;
                if let Some(lot) = self.lots.iter_mut().find(|l| Some(l.entry) == e.of) {
                    let taken = rest.min(lot.left);
                    lot.left -= taken;
                    rest -= taken;
                }
                // What was not there any more, because something was told late, is owed until that is mended.
                self.take(e, rest);
            }
            2 => self.take(e, -e.amount),
            3 => {
                let rest = self.give_back(e);
                self.bring(e, rest);
            }
            _ => self.bring(e, e.amount),
        }
    }

    /// Back into the lots that it was taken from; gives what comes in anew, because they are over.
    fn give_back(&mut self, e: &Entry) -> Decimal {
        let mut rest = e.amount;
        let Some(draw) = self.draws.iter_mut().find(|d| Some(d.entry) == e.of) else { return rest };
        let unpaid = rest.min(draw.open);
        draw.open -= unpaid;
        rest -= unpaid;
        let mut back = rest;
        while back > Decimal::ZERO {
            let Some((at, taken)) = draw.from.pop() else { break };
            let here = back.min(taken);
            back -= here;
            if self.into_over || self.lots[at].expires.is_none_or(|x| x >= e.on) {
                self.lots[at].left += here;
                rest -= here;
            }
            if here < taken {
                draw.from.push((at, taken - here));
            }
        }
        rest
    }

    fn take(&mut self, e: &Entry, amount: Decimal) {
        let (lots, mut rest) = (&mut self.lots, amount);
        let mut order: Vec<usize> = (0..lots.len())
            .filter(|at| lots[*at].left > Decimal::ZERO && lots[*at].expires.is_none_or(|x| x >= e.on))
            .collect();
        // What a period gave too much is taken from what it gave. Of those that are over at once, what was carried over goes
        // first: it will not be once more.
        let own = |lot: &Lot| {
            e.earned.is_some() && lot.kind != Kind::CarryOver && (lot.policy, lot.period) == (e.policy, e.period)
        };
        order.sort_by_key(|at| {
            let lot = &lots[*at];
            let over = (lot.expires.is_none(), lot.expires, lot.kind != Kind::CarryOver, lot.policy);
            (!own(lot), over, lot.on, lot.entry)
        });
        let mut from = vec![];
        for at in order {
            let taken = rest.min(lots[at].left);
            if taken <= Decimal::ZERO {
                break;
            }
            lots[at].left -= taken;
            rest -= taken;
            from.push((at, taken));
        }
        if !from.is_empty() || rest > Decimal::ZERO {
            self.draws.push(Draw { entry: e.id, from, open: rest });
        }
    }

    fn bring(&mut self, e: &Entry, amount: Decimal) {
        if amount <= Decimal::ZERO {
            return;
        }
        let (at, mut left) = (self.lots.len(), amount);
        for draw in self.draws.iter_mut().filter(|d| d.open > Decimal::ZERO) {
            let paid = left.min(draw.open);
            if paid <= Decimal::ZERO {
                break;
            }
            draw.open -= paid;
            left -= paid;
            draw.from.push((at, paid));
        }
        let (kind, policy, period) = (e.kind, e.policy, e.period);
        self.lots.push(Lot { entry: e.id, kind, policy, period, on: e.on, expires: e.expires, left });
    }
}

/// A line as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub entry: Entry,
    pub reason: Option<String>,
    /// Who wrote it; none: it follows from a policy or a request.
    pub by: Option<String>,
    pub request: Option<LeaveRequestId>,
}

/// What somebody has of one kind, as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub kind: Type,
    /// Of those that they are on: its name.
    pub policy: Option<String>,
    pub balance: Decimal,
    /// What of it is spoken for.
    pub spoken: super::spoken::Spoken,
    /// What is over soon, and with which day.
    pub expiring: Option<(Day, Decimal)>,
    /// The newest first, with the balance after each.
    pub lines: Vec<(Line, Decimal)>,
}

/// Lines with the balance after each, the newest first, of those that count by a day.
pub fn with_sums(mut lines: Vec<Line>, until: Day) -> Vec<(Line, Decimal)> {
    lines.retain(|l| l.entry.on <= until);
    let order = Order::of(lines.iter().map(|l| &l.entry));
    lines.sort_by_key(|l| (l.entry.on, order.rank(&l.entry), l.entry.id));
    let mut sum = Decimal::ZERO;
    let mut told: Vec<_> = lines
        .into_iter()
        .map(|l| {
            sum += l.entry.amount;
            (l, sum)
        })
        .collect();
    told.reverse();
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: i64) -> Day {
        Day::new(2026, 1, 1).expect("a day").plus(n).expect("a day")
    }

    fn d(n: i64) -> Decimal {
        Decimal::new(n, 1)
    }

    fn entry(n: u128, on: i64, kind: Kind, amount: i64) -> Entry {
        Entry::new(Uuid::from_u128(n), day(on), kind, d(amount))
    }

    fn left(books: &Books) -> Vec<Decimal> {
        books.lots.iter().map(|l| l.left).collect()
    }

    #[test]
    fn use_consumes_the_earliest_expiry_first() {
        let entries = [
            Entry { expires: None, ..entry(1, 0, Kind::Grant, 50) },
            Entry { expires: Some(day(90)), ..entry(2, 0, Kind::CarryOver, 30) },
            Entry { expires: Some(day(30)), ..entry(3, 0, Kind::Adjustment, 10) },
            entry(4, 10, Kind::Use, -20),
            entry(5, 40, Kind::Use, -30),
        ];
        assert_eq!(left(&books(&entries, day(10))), [d(50), d(20), d(0)]);
        assert_eq!(left(&books(&entries, day(40))), [d(40), d(0), d(0)]);
    }

    #[test]
    fn a_use_that_nothing_covers_is_a_debt_that_the_next_lot_pays() {
        let entries = [entry(1, 0, Kind::Use, -20), Entry { expires: Some(day(50)), ..entry(2, 5, Kind::Accrual, 50) }];
        assert_eq!(books(&entries, day(1)).debt, d(20));
        let later = books(&entries, day(5));
        assert_eq!((later.debt, left(&later)), (d(0), vec![d(30)]));
    }

    #[test]
    fn what_is_taken_back_goes_into_its_lot_or_comes_in_anew() {
        let lot = Entry { expires: Some(day(30)), ..entry(1, 0, Kind::Grant, 50) };
        let used = entry(2, 10, Kind::Use, -20);
        let back = |on| Entry { of: Some(used.id), ..entry(3, on, Kind::Reversal, 20) };
        let soon = books(&[lot.clone(), used.clone(), back(12)], day(12));
        assert_eq!((left(&soon), soon.lots[0].expires), (vec![d(50)], Some(day(30))));
        let late = books(&[lot, used.clone(), back(40)], day(40));
        assert_eq!(left(&late), [d(30), d(20)], "that lot is over: what becomes of it, the year's end says once more");
    }

    fn any_entries() -> impl Strategy<Value = Vec<Entry>> {
        let one = (0_i64..200, 0_u8..5, 1_i64..80, proptest::option::of(0_i64..60), any::<prop::sample::Index>());
        prop::collection::vec(one, 0..40).prop_map(|all| {
            let mut entries: Vec<Entry> = vec![];
            for (n, (on, kind, amount, valid, which)) in (1..).zip(all) {
                let e = match kind {
                    0 => entry(n, on, Kind::Grant, amount),
                    1 => entry(n, on, Kind::Accrual, amount),
                    2 => entry(n, on, Kind::Use, -amount),
                    3 => entry(n, on, Kind::Adjustment, if amount % 2 == 0 { amount } else { -amount }),
                    _ => {
                        let uses: Vec<_> = entries.iter().filter(|e| e.kind == Kind::Use).cloned().collect();
                        if uses.is_empty() {
                            continue;
                        }
                        let back = &uses[which.index(uses.len())];
                        if entries.iter().any(|e| e.of == Some(back.id)) {
                            continue;
                        }
                        let mut e = Entry { of: Some(back.id), ..entry(n, 0, Kind::Reversal, 0) };
                        (e.on, e.amount) = (back.on.max(day(on)), -back.amount);
                        e
                    }
                };
                let expires = (e.amount > Decimal::ZERO && e.kind != Kind::Reversal).then_some(valid).flatten();
                entries.push(Entry { expires: expires.and_then(|v| e.on.plus(v)), ..e });
            }
            entries
        })
    }

    proptest! {
        /// DOMAIN: Balance(date) is the sum.
        #[test]
        fn the_balance_is_the_sum_and_what_is_left_of_the_lots(entries in any_entries(), until in 0_i64..260) {
            let books = books(&entries, day(until));
            let left: Decimal = books.lots.iter().map(|l| l.left).sum();
            prop_assert_eq!(left - books.debt, balance(&entries, day(until)));
            prop_assert!(books.lots.iter().all(|l| l.left >= Decimal::ZERO) && books.debt >= Decimal::ZERO);
        }

        #[test]
        fn the_order_in_which_entries_were_written_means_nothing(entries in any_entries(), until in 0_i64..260) {
            let mut other = entries.clone();
            other.reverse();
            prop_assert_eq!(books(&entries, day(until)), books(&other, day(until)));
        }
    }
}
