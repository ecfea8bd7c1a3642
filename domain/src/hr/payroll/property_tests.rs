//! What holds of pay whatever the facts are.

use super::{
    calculation::{Input, Outcome, State, calculate},
    components::Kind,
    exact::Rounding,
    extras::Every,
    facts::{Facts, Hours, Pay, Per, Unpaid, Work},
    retro::{corrections, entries},
    samples_tests::*,
    schedule::{Frequency, Period},
    slices::{Basis, Means, Terms, price},
};
use crate::Currency;
use proptest::prelude::*;
use rust_decimal::Decimal;

/// Facts that a period may meet: joining, leaving, raises, part-time, centres, leave, in any order.
fn any_facts(period: Period) -> impl Strategy<Value = Facts> {
    let length = period.length();
    let on = move |n: i64| period.from.plus(n).expect("a day");
    let rows = prop::collection::btree_map(-40i64..40, (1i64..2_000_000, 0usize..8), 0..4);
    let jobs = prop::collection::btree_map(-40i64..40, (1u32..=20, 0usize..3), 0..4);
    let unpaid = prop::collection::vec((0i64..length, 1u8..=4), 0..6);
    // Some earn thousands of millions of a small currency.
    let salary = prop_oneof![4 => 1i64..2_000_000, 1 => 1i64..500_000_000_000];
    let first = (salary, prop::option::of(-10i64..length + 10), prop::option::of(-10i64..length + 10));
    (first, rows, jobs, unpaid, 1u128..50).prop_map(move |((salary, hired, leaves), rows, jobs, unpaid, n)| {
        let per = |at: usize| {
            if at == 0 {
                Per::Hour
            } else if at < 4 {
                Per::Year
            } else {
                Per::Month
            }
        };
        let rows = rows.into_iter().map(|(at, (minor, p))| Pay { per: per(p), ..pay(&on(at).to_string(), minor) });
        let centre = |at: usize| [None, Some("Sales"), Some("Research")][at];
        let jobs = jobs.into_iter().map(|(at, (part, c))| {
            job(&on(at).to_string(), &Decimal::new((part * 5).into(), 2).to_string(), centre(c))
        });
        Facts {
            employee: id(n),
            hired: hired.map(on),
            leaves: leaves.map(on),
            pay: [pay("2000-01-01", salary)].into_iter().chain(rows).collect(),
            jobs: jobs.collect(),
            work: Work::usual(&period),
            unpaid: unpaid
                .into_iter()
                .map(|(at, q)| Unpaid { day: on(at), part: Decimal::new(25 * i64::from(q), 2) })
                .collect(),
            hours: (0..length).map(|at| Hours { day: on(at), minutes: 431 }).collect(),
        }
        .canonical()
    })
}

fn any_terms() -> impl Strategy<Value = Terms> {
    (0usize..4, any::<bool>()).prop_map(|(at, full)| Terms {
        basis: Basis::ALL[at],
        means: if full { Means::FullTime } else { Means::AsAgreed },
    })
}

/// A period, terms that fit it, and facts.
fn any_case() -> impl Strategy<Value = (Period, Terms, Facts)> {
    (0usize..4, 0i64..2_000, any_terms()).prop_flat_map(|(at, on, terms)| {
        let frequency = Frequency::ALL[at];
        let period = period(frequency, &day("2024-01-01").plus(on).expect("a day").to_string());
        let weekly = matches!(frequency, Frequency::Weekly | Frequency::BiWeekly);
        let basis = if weekly && terms.basis == Basis::Fixed30 { Basis::CalendarDays } else { terms.basis };
        any_facts(period).prop_map(move |facts| (period, Terms { basis, ..terms }, facts))
    })
}

fn any_input() -> impl Strategy<Value = Input> {
    let extras =
        (prop::collection::vec((0usize..3, -50_000i64..50_000), 0..4), prop::collection::vec(0i64..200_000, 0..3));
    (any_case(), extras, any::<bool>(), 0i64..100_000).prop_map(
        |((period, terms, facts), (adjusted, owed), held, keep)| {
            let mut input = Input { facts, terms, held: held.then(|| "Why".to_owned()), keep, ..input(period) };
            input.inputs.insert(code("children"), Decimal::TWO);
            for (n, (at, minor)) in (1u128..).zip(adjusted) {
                let amount = Decimal::new(minor, 2).to_string();
                let due = adjustment(n, ["award", "pension", "social"][at], &amount, &period.from.to_string());
                let every = if n % 2 == 0 { Every::Once } else { Every::Period };
                input.extras.adjustments.push(super::extras::Adjustment { every, ..due });
            }
            let debts = (1u128..).zip(owed).map(|(n, owed)| debt(n, owed, 30_000, "2000-01-01"));
            input.extras.debts = debts.collect();
            input.canonical()
        },
    )
}

/// Some people of one run.
fn run() -> impl Strategy<Value = Vec<Outcome>> {
    prop::collection::vec(any_input(), 1..8).prop_map(|inputs| {
        let plan = staff();
        let numbered = (1u128..).zip(inputs).map(|(n, mut input)| {
            input.facts.employee = id(n);
            calculate(&plan, &input)
        });
        numbered.collect()
    })
}

proptest! {
    #[test]
    fn slices_add_up_to_the_period((period, terms, facts) in any_case()) {
        let priced = price(&facts, &period, terms, Currency::EUR, Rounding::default()).expect("a price");
        prop_assert_eq!(priced.slices.iter().map(|s| s.amount.minor).sum::<i64>(), priced.total);
        for slice in &priced.slices {
            prop_assert!((Decimal::from(slice.amount.minor) - slice.exact).abs() <= Decimal::ONE, "within one unit");
            prop_assert!(slice.counted >= slice.unpaid && slice.unpaid >= Decimal::ZERO);
        }
        // They tile the days of employment.
        match facts.employed(&period) {
            None => prop_assert!(priced.slices.is_empty()),
            Some((from, to)) => {
                prop_assert_eq!((priced.slices[0].from, priced.slices[priced.slices.len() - 1].to), (from, to));
                prop_assert!(priced.slices.windows(2).all(|p| p[0].to.plus(1) == Some(p[1].from)));
            }
        }
        if facts.employed(&period) == Some((period.from, period.to)) && facts.unpaid.is_empty() {
            prop_assert_eq!(priced.share, super::exact::Ratio::whole(1), "a whole period is a whole one");
        }
    }

    /// The same by another way: day after day, each for itself, without slices.
    #[test]
    fn a_period_is_worth_what_its_days_are_worth((period, terms, facts) in any_case()) {
        use super::{exact::Ratio, slices::full};
        use chrono::Datelike;
        let weight = |day: crate::Day| {
            let at = usize::try_from((day.0 - period.from.0).num_days()).expect("a day of it");
            match terms.basis {
                Basis::CalendarDays => 1,
                Basis::WorkingDays => i128::from(facts.work.quarters[at]),
                Basis::Hours => i128::from(facts.work.minutes[at]),
                // A month of thirty days, counted from its ends: what is up to the next day less what is up to this one.
                Basis::Fixed30 => {
                    let next = day.0.succ_opt().expect("a day");
                    let up_to = |d: chrono::NaiveDate| i128::from(d.day().min(31) - 1).min(30);
                    if next.day() == 1 { 30 - up_to(day.0) } else { up_to(next) - up_to(day.0) }
                }
            }
        };
        let whole: i128 = period.days().map(weight).sum();
        let mut sum = Ratio::ZERO;
        for day in period.days().filter(|d| facts.hired.is_none_or(|h| h <= *d) && facts.leaves.is_none_or(|l| *d <= l)) {
            let pay = facts.pay(day).expect("some pay");
            let rate = pay.amount.expect("an amount");
            let worth = if pay.per == Per::Hour {
                let minutes: i128 = facts.hours.iter().filter(|h| h.day == day).map(|h| i128::from(h.minutes)).sum();
                Ratio::new(i128::from(rate.minor) * minutes, 60)
            } else {
                let fte = facts.job(day).map(|j| j.fte).unwrap_or_default();
                let full = full(rate, pay.per, fte, terms.means, &period).expect("an amount");
                let away: Decimal = facts.unpaid.iter().filter(|u| u.day == day).map(|u| u.part).sum();
                let there = Ratio::of(Decimal::ONE - away).expect("a part");
                Ratio::new(i128::from(full.minor) * weight(day), whole).and_then(|w| w.times(there))
            };
            sum = worth.and_then(|w| sum.plus(w)).expect("it has room");
        }
        let priced = price(&facts, &period, terms, Currency::EUR, Rounding::default()).expect("a price");
        prop_assert_eq!(Some(priced.total), sum.round(Rounding::default()));
    }

    #[test]
    fn splitting_at_any_day_changes_nothing_when_nothing_changed((period, terms, facts) in any_case(), at in 0i64..31) {
        let cut = period.from.plus(at % period.length()).expect("a day");
        let whole = price(&facts, &period, terms, Currency::EUR, Rounding::default()).expect("a price");
        // A row that repeats what holds: the very same slices.
        let mut repeated = facts.clone();
        if let (false, Some(now)) = (facts.pay.iter().any(|p| p.from == cut), facts.pay(cut)) {
            repeated.pay.push(Pay { from: cut, ..*now });
            repeated = repeated.canonical();
        }
        prop_assert_eq!(&price(&repeated, &period, terms, Currency::EUR, Rounding::default()).expect("a price"), &whole);
        // A cut that stays one, between two cost centres: other slices, the same money.
        let mut moved = facts.clone();
        let fte = facts.job(cut).map_or_else(|| "1".to_owned(), |j| j.fte.decimal().to_string());
        if !facts.jobs.iter().any(|j| j.from == cut) {
            moved.jobs.push(job(&cut.to_string(), &fte, Some("Elsewhere")));
            moved = moved.canonical();
        }
        let split = price(&moved, &period, terms, Currency::EUR, Rounding::default()).expect("a price");
        prop_assert_eq!((split.total, split.share, split.unpaid), (whole.total, whole.share, whole.unpaid));
    }

    #[test]
    fn two_halves_of_an_employment_are_the_whole((period, terms, facts) in any_case(), at in 0i64..30) {
        let last = period.from.plus(at % (period.length() - 1)).expect("a day");
        let of = |facts: &Facts| price(facts, &period, terms, Currency::EUR, Rounding::default()).expect("a price");
        let all = Facts { hired: None, leaves: None, ..facts };
        let (first, second) = (
            of(&Facts { leaves: Some(last), ..all.clone() }),
            of(&Facts { hired: last.plus(1), ..all.clone() }),
        );
        prop_assert!((first.total + second.total - of(&all).total).abs() <= 1, "but for a cent of rounding");
        prop_assert_eq!(first.share.plus(second.share), Some(of(&all).share));
    }

    #[test]
    fn lines_add_up_to_the_net(input in any_input()) {
        let outcome = calculate(&staff(), &input);
        let of = |kind| outcome.lines.iter().filter(|l| l.kind == kind).map(|l| l.amount).sum::<i64>();
        prop_assert_eq!(outcome.gross, of(Kind::Earning));
        prop_assert_eq!(outcome.net, of(Kind::Earning) - of(Kind::Deduction) + of(Kind::Addition));
        prop_assert_eq!(outcome.employer_cost, of(Kind::EmployerCost));
        prop_assert!(outcome.net >= 0 || outcome.state == State::Error, "below zero never passes silently");
        // Debts take no more than is owed, and leave what is to be left.
        let debts: Vec<_> = outcome.lines.iter().filter(|l| matches!(l.origin, super::calculation::Origin::Debt { .. })).collect();
        let taken: i64 = debts.iter().map(|l| l.amount).sum();
        prop_assert!(taken <= input.extras.debts.iter().map(|d| d.due(&input.period)).sum::<i64>());
        prop_assert!(taken == 0 || outcome.net >= input.keep);
    }

    #[test]
    fn recalculation_is_idempotent(input in any_input(), turn in any::<bool>()) {
        let plan = staff();
        let mut again = input.clone();
        if turn {
            again.facts.pay.reverse();
            again.facts.unpaid.reverse();
            again.facts.hours.reverse();
            again.extras.adjustments.reverse();
            again.extras.debts.reverse();
        }
        let (first, second) = (calculate(&plan, &input), calculate(&plan, &again));
        prop_assert_eq!(&first, &second);
        prop_assert_eq!(first.version, input.version(&plan));
    }

    #[test]
    fn nets_add_up_to_the_bank_file(outcomes in run()) {
        let account = |n: u128| super::bank::Account {
            holder: "Somebody".into(),
            iban: if n % 5 == 4 { "DE00".into() } else { "DE89370400440532013000".into() },
            bic: None,
        };
        // Some have an account, some one that is wrong, some none.
        let accounts = (1..6u128).map(|n| (id(n), account(n))).collect();
        let batch = super::bank::payments(&outcomes, &accounts, "2026-03", Currency::EUR);
        let left: i64 = batch.left_out.iter().map(|(_, net, _)| net).sum();
        prop_assert_eq!(batch.total() + left, outcomes.iter().map(|o| o.net).sum::<i64>());
        prop_assert_eq!(batch.payments.len() + batch.left_out.len(), outcomes.len());
        for payment in &batch.payments {
            let outcome = outcomes.iter().find(|o| o.employee == payment.employee).expect("one of them");
            prop_assert!(payment.amount == outcome.net && payment.amount > 0 && outcome.state.is_paid());
        }
    }

    #[test]
    fn a_journal_is_even_to_the_cent(outcomes in run()) {
        let journal = super::journal::journal(&outcomes, &Default::default());
        let (debit, credit) = super::journal::totals(&journal);
        prop_assert_eq!(debit, credit);
        prop_assert!(journal.iter().all(|p| (p.debit == 0) != (p.credit == 0) && p.debit >= 0 && p.credit >= 0));
        // What is owed to people is what they are paid.
        let net: i64 = outcomes.iter().filter(|o| o.state.is_paid()).map(|o| o.net).sum();
        let owed: i64 = journal.iter().filter(|p| p.account == "Net pay payable").map(|p| p.credit - p.debit).sum();
        prop_assert_eq!(owed, net);
        let reversed = super::journal::reversal(&journal);
        prop_assert_eq!(super::journal::totals(&reversed), (credit, debit));
    }

    #[test]
    fn retro_of_an_unchanged_past_is_empty(input in any_input()) {
        let plan = staff();
        let outcome = calculate(&plan, &input);
        prop_assume!(!outcome.lines.is_empty());
        let ledger = entries(&outcome, input.period);
        prop_assert_eq!(corrections(&[(input.period, calculate(&plan, &input))], &ledger), Ok(vec![]));
    }

    /// Whatever becomes known, corrected once it is corrected.
    #[test]
    fn what_is_corrected_needs_no_more_correction((before, after) in any_case().prop_flat_map(|(p, t, f)| (Just((p, t, f)), any_facts(p)))) {
        let (period, terms, first) = before;
        let plan = staff();
        let of = |facts: &Facts| calculate(&plan, &Input { facts: facts.clone(), terms, ..input(period) });
        let (paid, known) = (of(&first), of(&after));
        prop_assume!(!paid.lines.is_empty() && !known.lines.is_empty());
        let mut ledger = entries(&paid, period);
        let again = [(period, known)];
        let found = corrections(&again, &ledger).expect("it can be calculated");
        ledger.extend(found);
        prop_assert_eq!(corrections(&again, &ledger), Ok(vec![]));
    }
}
