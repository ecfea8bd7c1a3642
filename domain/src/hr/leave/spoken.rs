//! What of an account is spoken for: taken, booked, asked for, and what is left then.

use super::{
    accrual::{Facts, settle},
    ledger::{self, Entry, Kind},
    policy::{months_later, year_start},
    requests::DayCost,
};
use crate::Day;
use rust_decimal::Decimal;
use uuid::Uuid;

/// What of an account is spoken for as of a day, in the leave year that the day is in: of what comes after it is taken what
/// is given then.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spoken {
    /// What requests that wait for an answer would take.
    pub reserved: Decimal,
    /// What has been approved for later days: the balance of the day holds it still.
    pub booked: Decimal,
    /// What was taken by then.
    pub taken: Decimal,
    /// What is there on that day and on each later one on which something is booked or asked for, whichever is least.
    pub left: Decimal,
    /// On which of them that is.
    pub least_on: Option<Day>,
}

/// `entries`: what is written, and what is due by now.
pub fn spoken(all: &[Facts], entries: &[Entry], reserved: &[DayCost], on: Day) -> Spoken {
    let current = all.iter().find(|f| f.spans.iter().any(|(s, e)| *s <= on && e.is_none_or(|e| on <= e)));
    let begins = year_start(current.or(all.first()).map_or((1, 1), |f| f.year), on);
    let ends = months_later(begins, 12).plus(-1).unwrap_or(on);
    let sum = |from: Day, to: Day| -> Decimal {
        let leave = entries.iter().filter(|e| e.is_of_leave() && (from..=to).contains(&e.on));
        -leave.map(|e| e.amount).sum::<Decimal>()
    };
    let mut n = 0_u128;
    let mut id = || {
        n += 1;
        Uuid::from_u128((u128::MAX >> 1) + n)
    };
    let mut with = entries.to_vec();
    with.extend(reserved.iter().map(|d| Entry::new(id(), d.day, Kind::Use, -d.amount)));
    with.extend(settle(all, &with, ends, &mut id).entries);
    let later = with.iter().filter(|e| e.kind == Kind::Use && e.on > on && e.on <= ends).map(|e| e.on);
    let least = later.chain([on]).map(|day| (ledger::balance(&with, day), day)).min();
    let (left, least_on) = least.map_or((Decimal::ZERO, None), |(left, day)| (left, Some(day)));
    let asked = reserved.iter().filter(|d| (begins..=ends).contains(&d.day)).map(|d| d.amount).sum();
    Spoken { reserved: asked, booked: sum(on.plus(1).unwrap_or(on), ends), taken: sum(begins, on), left, least_on }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hr::leave::policy::{Gain, Per, Terms, Version};

    fn day(y: i32, m: u32, d: u32) -> Day {
        Day::new(y, m, d).expect("a day")
    }

    /// Ten days a year from April on, given at its beginning, which are over with it.
    fn april() -> Facts {
        let from = day(2026, 4, 1);
        let terms = Terms { annual: Decimal::TEN, per: Per::Year, gain: Gain::Start, ..Terms::default() };
        Facts {
            policy: Uuid::from_u128(7),
            year: (4, 1),
            versions: vec![Version { from, known: from, terms }],
            hired: None,
            leaves: None,
            spans: vec![(from, None)],
            fte: vec![],
        }
    }

    fn asked(days: &[(Day, i64)]) -> Vec<DayCost> {
        let each = days.iter().flat_map(|(from, n)| (0..*n).map(|at| from.plus(at).expect("a day")));
        each.map(|day| DayCost { day, amount: Decimal::ONE, minutes: 480 }).collect()
    }

    #[test]
    fn what_is_asked_for_is_of_the_leave_year_that_its_days_are_in() {
        let facts = [april()];
        let mut n = 0;
        let mut id = || {
            n += 1;
            Uuid::from_u128(n)
        };
        let written = settle(&facts, &[], day(2026, 11, 27), &mut id).entries;
        // Ten within the year that ends in March, over the turn of the calendar, and five in the next.
        let waits = asked(&[(day(2026, 12, 14), 4), (day(2027, 1, 5), 3), (day(2027, 1, 18), 3), (day(2027, 4, 5), 5)]);
        for (on, reserved, left) in [
            (day(2026, 11, 27), 10, 0),
            (day(2026, 12, 31), 10, 0),
            (day(2027, 1, 20), 10, 0),
            (day(2027, 3, 31), 10, 0),
            (day(2027, 4, 1), 5, 5),
        ] {
            let told = spoken(&facts, &written, &waits, on);
            assert_eq!((told.reserved, told.left), (Decimal::from(reserved), Decimal::from(left)), "{on}");
        }
    }

    #[test]
    fn what_is_booked_is_covered_by_what_is_given_until_then() {
        let mut monthly = april();
        monthly.versions[0].terms.per = Per::Month;
        monthly.versions[0].terms.annual = Decimal::from(12);
        monthly.versions[0].terms.gain = Gain::End;
        let facts = [monthly];
        let mut n = 0;
        let mut id = || {
            n += 1;
            Uuid::from_u128(n)
        };
        let mut written = settle(&facts, &[], day(2026, 6, 1), &mut id).entries;
        // Two are there; six are booked for a day on which eight will be.
        written.push(Entry::new(Uuid::from_u128(900), day(2026, 12, 1), Kind::Use, Decimal::from(-6)));
        let told = spoken(&facts, &written, &[], day(2026, 6, 1));
        assert_eq!((told.booked, told.left), (Decimal::from(6), Decimal::from(2)), "{told:?}");
    }
}
