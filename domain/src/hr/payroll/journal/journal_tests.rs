//! A journal, worked out by hand.

use super::{
    super::{
        calculation::calculate,
        extras::{Carried, Expense},
        samples_tests::*,
    },
    *,
};
use crate::{PayDebtId, ReimbursementId};
use uuid::Uuid;

#[test]
fn a_run_by_account_and_cost_centre() {
    // One person, ten of 22 days for Sales and twelve for Research. Basic 3,000.00 is 1,363.64 and 1,636.36, and by that all
    // else is shared: bonus 300.00 = 136.36 + 163.64, allowance 100.00 = 45.45 + 54.55, social 714.00 = 324.55 + 389.45, meals
    // 50.00 = 22.73 + 27.27, train 42.00 = 19.09 + 22.91.
    let mut input = input(month("2026-03-01"));
    input.facts.jobs = vec![job("2020-01-01", "1", Some("Sales")), job("2026-03-16", "1", Some("Research"))];
    input.extras.debts = vec![debt(1, 100_000, 20_000, "2026-01-01")];
    input.extras.expenses =
        vec![Expense { id: ReimbursementId(Uuid::from_u128(1)), amount: 4_200, words: "Train".into(), approved: true }];
    input.extras.carried = vec![Carried { debt: PayDebtId(Uuid::from_u128(2)), amount: 7_000 }];
    let own = Accounts { account: "6100".into(), owed: Some("1740".into()) };
    let chart = Chart { own: [(code("social"), own)].into(), ..Chart::default() };
    let journal = journal(&[calculate(&staff(), &input)], &chart);
    let told: Vec<_> = journal
        .iter()
        .map(|p| (p.account.as_str(), p.cost_centre.as_deref().unwrap_or(""), p.debit, p.credit))
        .collect();
    assert_eq!(
        told,
        [
            ("1740", "", 0, 71_400),
            ("6100", "Research", 38_945, 0),
            ("6100", "Sales", 32_455, 0),
            ("Deductions payable", "", 0, 40_000),
            ("Expenses refunded", "Research", 2_727 + 2_291, 0),
            ("Expenses refunded", "Sales", 2_273 + 1_909, 0),
            // 3,400.00 − 400.00 + 50.00 + 42.00 + 70.00 − 200.00
            ("Net pay payable", "", 0, 296_200),
            // An instalment of 200.00 came back, 70.00 went out.
            ("Receivable from staff", "", 0, 13_000),
            ("Wages and salaries", "Research", 163_636 + 16_364 + 5_455, 0),
            ("Wages and salaries", "Sales", 136_364 + 13_636 + 4_545, 0),
        ]
    );
    assert_eq!(totals(&journal), (420_600, 420_600));
}

#[test]
fn who_is_not_paid_is_not_in_the_books() {
    let mut input = input(month("2026-03-01"));
    input.held = Some("Why".into());
    assert_eq!(journal(&[calculate(&staff(), &input)], &Chart::default()), []);
}
