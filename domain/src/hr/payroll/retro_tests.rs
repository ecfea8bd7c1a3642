//! Corrections of the past, worked out by hand.

use super::{
    calculation::{Input, Outcome, State, calculate},
    components::Kind,
    extras::Debt,
    facts::{Pay, Unpaid},
    retro::{self, Correction, Entry, Recovery, corrections, entries, settle},
    samples_tests::*,
    schedule::Period,
};
use crate::{Currency, PayDebtId};
use uuid::Uuid;

const YEAR: [&str; 8] =
    ["2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01", "2026-07-01", "2026-08-01"];

/// A month by what is known of pay.
fn known(on: &str, pay: &[Pay]) -> Input {
    let mut input = input(month(on));
    input.facts.pay = pay.to_vec();
    input
}

/// Months that were paid, as today's facts would have them.
fn again(months: &[&str], pay: &[Pay]) -> Vec<(Period, Outcome)> {
    months.iter().map(|on| (month(on), calculate(&small(), &known(on, pay)))).collect()
}

fn told(all: &[Correction]) -> Vec<(String, &str, i64)> {
    all.iter().map(|c| (c.of.from.to_string(), c.code.as_str(), c.amount)).collect()
}

#[test]
fn a_backdated_raise_over_three_paid_periods_with_an_earlier_correction() {
    // | for      | paid     | corrected in February | should be | difference | pension: paid, corrected, should be |
    // | January  | 3,000.00 | +100.00               | 3,300.00  | +200.00    | 150.00 + 5.00, 165.00: +10.00       |
    // | February | 3,100.00 |                       | 3,300.00  | +200.00    | 155.00, 165.00: +10.00              |
    // | March    | 3,100.00 |                       | 3,300.00  | +200.00    | 155.00, 165.00: +10.00              |
    let mut ledger: Vec<Entry> = vec![];
    let first = [pay("2020-01-01", 300_000)];
    let january = calculate(&small(), &known(YEAR[0], &first));
    ledger.extend(entries(&january, month(YEAR[0])));

    // In February a raise to 3,100.00 since January becomes known.
    let second = [pay("2020-01-01", 300_000), pay("2026-01-01", 310_000)];
    let earlier = corrections(&again(&YEAR[..1], &second), &ledger).expect("a past that can be calculated");
    assert_eq!(told(&earlier), [("2026-01-01".to_owned(), "basic", 10_000), ("2026-01-01".to_owned(), "pension", 500)]);
    let february = calculate(&small(), &Input { corrections: earlier, ..known(YEAR[1], &second) });
    assert_eq!((february.gross, february.net), (320_000, 304_000), "3,100.00 and 100.00, less 155.00 and 5.00");
    ledger.extend(entries(&february, month(YEAR[1])));
    ledger.extend(entries(&calculate(&small(), &known(YEAR[2], &second)), month(YEAR[2])));

    // In April one to 3,300.00 since January.
    let third = [pay("2020-01-01", 300_000), pay("2026-01-01", 330_000)];
    let found = corrections(&again(&YEAR[..3], &third), &ledger).expect("a past that can be calculated");
    let each = |on: &str| [(on.to_owned(), "basic", 20_000), (on.to_owned(), "pension", 1_000)];
    assert_eq!(told(&found), YEAR[..3].iter().flat_map(|on| each(on)).collect::<Vec<_>>());
    assert_eq!(retro::net(&found), 57_000);
    let april = calculate(&small(), &Input { corrections: found, ..known(YEAR[3], &third) });
    assert_eq!((april.gross, april.net), (390_000, 370_500), "3,300.00 and 600.00, less 165.00 and 30.00");
    ledger.extend(entries(&april, month(YEAR[3])));

    // Now nothing is missing any more, for any of the four.
    assert_eq!(corrections(&again(&YEAR[..4], &third), &ledger), Ok(vec![]));
}

#[test]
fn an_overpayment_is_recovered_by_its_schedule() {
    // Since February it should have been 2,700.00: 300.00 too much twice, less 15.00 pension each: 570.00 to give back.
    let paid = [pay("2020-01-01", 300_000)];
    let known_now = [pay("2020-01-01", 300_000), pay("2026-02-01", 270_000)];
    let mut ledger: Vec<Entry> =
        YEAR[1..3].iter().flat_map(|on| entries(&calculate(&small(), &known(on, &paid)), month(on))).collect();
    let found = corrections(&again(&YEAR[1..3], &known_now), &ledger).expect("a past that can be calculated");
    let id = PayDebtId(Uuid::from_u128(9));
    let recovery = Recovery { instalment: 20_000, from: day("2026-05-01") };
    let settled = settle(found, id, recovery, Currency::EUR);
    let mut debt = settled.debt.expect("something is owed");
    assert_eq!((debt.owed, debt.name.as_str()), (57_000, "Overpayment of €570.00 since 1 Feb 2026"));
    assert_eq!(debt.schedule(99), [20_000, 20_000, 17_000]);

    // April has the corrections, and takes nothing off yet: 2,700.00 less 135.00.
    let mut april = Input { corrections: settled.corrections, ..known(YEAR[3], &known_now) };
    april.extras.carried.extend(settled.carried);
    april.extras.debts = vec![debt.clone()];
    let april = calculate(&small(), &april);
    assert_eq!((april.gross, april.deductions, april.additions), (210_000, 10_500, 57_000));
    assert_eq!((april.net, april.state), (256_500, State::Ok));
    ledger.extend(entries(&april, month(YEAR[3])));

    // May, June, July, August: 200.00, 200.00, 170.00 and nothing.
    let mut nets = vec![];
    for on in &YEAR[4..] {
        let mut input = known(on, &known_now);
        input.extras.debts = vec![debt.clone()];
        let outcome = calculate(&small(), &input);
        debt = Debt { owed: debt.owed - debt.due(&month(on)), ..debt };
        nets.push(outcome.net);
    }
    assert_eq!(nets, [236_500, 236_500, 239_500, 256_500]);
    assert_eq!(debt.owed, 0);
    // All of it together is what should have been paid: 2,565.00 for each month from February to August.
    assert_eq!(2 * 285_000 + april.net + nets.iter().sum::<i64>(), 7 * 256_500);
    assert_eq!(corrections(&again(&YEAR[1..4], &known_now), &ledger), Ok(vec![]));
}

#[test]
fn leave_that_becomes_known_late_is_a_correction_of_its_period() {
    let march = input(month("2026-03-01"));
    let ledger = entries(&calculate(&small(), &march), march.period);
    let mut late = march.clone();
    late.facts.unpaid = vec![Unpaid { day: day("2026-03-11"), part: d("0.5") }];
    let found = corrections(&[(late.period, calculate(&small(), &late))], &ledger).expect("a past");
    // 2,931.82 for 3,000.00; pension 146.59 for 150.00.
    assert_eq!(told(&found), [("2026-03-01".to_owned(), "basic", -6_818), ("2026-03-01".to_owned(), "pension", -341)]);
}

#[test]
fn what_the_structure_has_no_more_is_taken_back_and_other_periods_stay() {
    let march = input(month("2026-03-01"));
    let mut ledger = entries(&calculate(&small(), &march), march.period);
    let gift = Entry { of: march.period, code: code("gift"), name: "Gift".into(), kind: Kind::Earning, amount: 1_000 };
    ledger.push(gift.clone());
    ledger.push(Entry { of: month("2026-02-01"), ..gift.clone() });
    let found = corrections(&[(march.period, calculate(&small(), &march))], &ledger).expect("a past");
    assert_eq!(found, [Entry { amount: -1_000, ..gift }]);
}

#[test]
fn a_period_that_cannot_be_calculated_again_corrects_nothing() {
    let march = input(month("2026-03-01"));
    let ledger = entries(&calculate(&small(), &march), march.period);
    let mut broken = march.clone();
    broken.facts.pay.clear();
    let told = corrections(&[(march.period, calculate(&small(), &broken))], &ledger).expect_err("it cannot");
    assert_eq!(
        told,
        "1 Mar 2026 – 31 Mar 2026 cannot be calculated again: No pay is agreed from 1 Mar 2026 to 31 Mar 2026."
    );
}
