//! Payslips, each worked out by hand.

use super::{
    super::{
        exact::{Mode, Rounding},
        extras::{Carried, Every, Expense, Override},
        facts::Unpaid,
        samples_tests::*,
        slices::Means,
        structure::Structure,
    },
    *,
};
use uuid::Uuid;

/// Code or name, and amount, of each line.
fn told(outcome: &Outcome) -> Vec<(&str, i64)> {
    outcome.lines.iter().map(|l| (l.code.as_ref().map_or(l.name.as_str(), Code::as_str), l.amount)).collect()
}

fn amount(outcome: &Outcome, code: &str) -> i64 {
    outcome.by_code().get(code).copied().unwrap_or_default()
}

#[test]
fn a_whole_payslip() {
    // | basic     | 3,000.00                                       |
    // | bonus     |   300.00 | 10 % of 3,000.00                    |
    // | allowance |   100.00 |                                     | gross 3,400.00
    // | pension   |   150.00 | 5 % of 3,000.00                     |
    // | taxable   | 3,250.00 | 3,400.00 − 150.00, for information  |
    // | tax       |   250.00 | 10 % of 2,000.00 and 20 % of 250.00 | deductions 400.00
    // | social    |   714.00 | 21 % of 3,400.00, the employer's    |
    // | meals     |    50.00 | beside the pay                      | net 3,050.00
    let outcome = calculate(&staff(), &input(month("2026-03-01")));
    assert_eq!(
        told(&outcome),
        [
            ("basic", 300_000),
            ("bonus", 30_000),
            ("allowance", 10_000),
            ("pension", 15_000),
            ("taxable", 325_000),
            ("tax", 25_000),
            ("social", 71_400),
            ("meals", 5_000),
        ]
    );
    let sums = (outcome.gross, outcome.deductions, outcome.additions, outcome.net, outcome.employer_cost);
    assert_eq!(sums, (340_000, 40_000, 5_000, 305_000, 71_400));
    assert_eq!((outcome.state, outcome.notices.len()), (State::Ok, 0));
}

#[test]
fn each_line_says_how_it_came_about() {
    let outcome = calculate(&staff(), &input(month("2026-03-01")));
    let explained = |code: &str| {
        let line = outcome.lines.iter().find(|l| l.code.as_ref().is_some_and(|c| c.as_str() == code)).expect("a line");
        line.explanation.clone().expect("a rule's line is explained")
    };
    let read = |name: &str, n: &str| vec![(name.to_owned(), d(n))];
    let pension = explained("pension");
    assert_eq!((pension.rule.as_str(), pension.read), ("5 % of basic", read("basic", "3000.00")));
    assert_eq!((pension.exact, pension.rounding.as_str()), (d("150"), "half up to 0.01"));
    let taxable = explained("taxable");
    assert_eq!(taxable.rule, "gross - pension");
    assert_eq!(taxable.read, [("gross".to_owned(), d("3400.00")), ("pension".to_owned(), d("150.00"))]);
    assert_eq!(explained("tax").rule, "bracket(tax_table, taxable)");
    assert!(explained("basic").by_slices && outcome.slices[0].words(outcome_basis()) == "22 of 22 days");
}

fn outcome_basis() -> super::super::slices::Basis {
    input(month("2026-03-01")).terms.basis
}

#[test]
fn components_are_rounded_as_each_of_them_says() {
    let of = |mode, step| {
        let mut levy = component("levy", Kind::Deduction, percent("basic", "1.2345"));
        levy.rounding = Rounding { mode, step };
        let plan = plan(vec![component("basic", Kind::Earning, Method::Salary), levy]);
        amount(&calculate(&plan, &input(month("2026-03-01"))), "levy")
    };
    // 1.2345 % of 3,000.00 is 37.035.
    for (mode, step, minor) in [
        (Mode::HalfUp, 1, 3_704),
        (Mode::HalfDown, 1, 3_703),
        (Mode::HalfEven, 1, 3_704),
        (Mode::HalfUp, 5, 3_705),
        (Mode::Down, 100, 3_700),
        (Mode::Up, 100, 3_800),
    ] {
        assert_eq!(of(mode, step), minor, "{mode:?} to {step}");
    }
}

use super::super::components::Method;

#[test]
fn yen_and_dinars_have_their_own_smallest_parts() {
    for (currency, salary, pension) in [(Currency::JPY, 416_667, 20_833), (Currency::KWD, 1_000_001, 50_000)] {
        let plan = Plan::of(Structure { currency, ..small().structure().clone() }).expect("a plan");
        let mut input = input(month("2026-03-01"));
        input.facts.pay[0].amount = Some(Money::new(salary, currency));
        // ¥416,667 × 5 % = 20,833.35; KWD 1,000.001 × 5 % = 50.000 05.
        let outcome = calculate(&plan, &input);
        assert_eq!((amount(&outcome, "pension"), outcome.net), (pension, salary - pension), "{}", currency.code());
    }
}

#[test]
fn an_override_is_a_line_of_its_own_and_survives_recalculation() {
    let mut input = input(month("2026-03-01"));
    let reason = "Agreed with the works council".to_owned();
    input.extras.overrides = vec![Override { component: code("bonus"), amount: d("500"), reason: reason.clone() }];
    let outcome = calculate(&staff(), &input);
    let bonus: Vec<_> = outcome.lines.iter().filter(|l| l.code == Some(code("bonus"))).collect();
    assert_eq!((bonus[0].amount, bonus[1].amount), (30_000, 20_000), "300.00 by rule, 500.00 instead");
    assert_eq!(bonus[1].origin, Origin::Override { reason });
    assert_eq!(amount(&outcome, "social"), 75_600, "what depends on it has what it is: 21 % of 3,600.00");
    // A raise later: the rule says 330.00, and it is 500.00 still.
    input.facts.pay[0].amount = Some(eur(330_000));
    let outcome = calculate(&staff(), &input);
    assert_eq!(amount(&outcome, "bonus"), 50_000);
}

#[test]
fn adjustments_come_once_or_each_period_on_top() {
    let mut input = input(month("2026-03-01"));
    let once = adjustment(1, "award", "250", "2026-03-20");
    let recurring = Adjustment { every: Every::Period, ..adjustment(2, "basic", "-40.50", "2026-01-01") };
    let later = adjustment(3, "award", "99", "2026-04-20");
    input.extras.adjustments = vec![later, recurring, once];
    let outcome = calculate(&staff(), &input);
    assert_eq!((amount(&outcome, "award"), amount(&outcome, "basic")), (25_000, 295_950));
    // 2,959.50 + 10 % of it + 100.00 + 250.00
    assert_eq!(outcome.gross, 295_950 + 29_595 + 10_000 + 25_000);
    input.extras.adjustments = vec![adjustment(1, "gift", "1", "2026-03-20")];
    let wrong = calculate(&staff(), &input);
    assert_eq!(wrong.notices[0].words, "“Award” is for gift, which the structure does not have.");
}

use super::super::extras::Adjustment;

#[test]
fn a_loan_is_paid_out_and_back_and_never_beyond_what_is_owed() {
    let march = month("2026-03-01");
    let with = |debts| {
        let mut input = input(march);
        input.extras.debts = debts;
        calculate(&small(), &input)
    };
    // 3,000.00 less 150.00 pension.
    let paid_out = Debt { paid_out: Some(day("2026-03-05")), ..debt(1, 100_000, 25_000, "2026-04-01") };
    assert_eq!(with(vec![paid_out]).net, 385_000);
    assert_eq!(with(vec![debt(1, 100_000, 25_000, "2026-02-01")]).net, 260_000);
    assert_eq!(with(vec![debt(1, 10_000, 25_000, "2026-02-01")]).net, 275_000, "the last instalment is what is left");
}

use super::super::extras::Debt;

#[test]
fn debts_take_no_more_than_there_is_and_say_so() {
    let mut input = input(month("2026-03-01"));
    input.keep = 200_000;
    input.extras.debts = vec![debt(2, 500_000, 60_000, "2026-02-01"), debt(1, 500_000, 50_000, "2026-01-01")];
    // 2,850.00 less the 2,000.00 that stay leave 850.00: 500.00 for the older one, 350.00 of 600.00 for the other.
    let outcome = calculate(&small(), &input);
    assert_eq!(told(&outcome)[2..], [("Loan 1", 50_000), ("Loan 2", 35_000)]);
    assert_eq!((outcome.net, outcome.state), (200_000, State::Warning));
    assert_eq!(outcome.notices[0].words, "Loan 2: €350.00 of €600.00 are taken, more is not there.");
}

#[test]
fn only_approved_expenses_are_refunded_and_they_are_no_pay() {
    let mut input = input(month("2026-03-01"));
    let expense = |n, amount, approved| Expense {
        id: ReimbursementId(Uuid::from_u128(n)),
        amount,
        words: "Train".into(),
        approved,
    };
    input.extras.expenses = vec![expense(1, 4_200, true), expense(2, 9_900, false)];
    let outcome = calculate(&small(), &input);
    assert_eq!((outcome.gross, outcome.additions, outcome.net), (300_000, 4_200, 289_200));
}

#[test]
fn a_negative_net_never_passes_silently() {
    let mut input = input(month("2026-03-01"));
    input.facts.unpaid = input.period.days().map(|day| Unpaid { day, part: d("1") }).collect();
    let plan = plan(vec![
        component("basic", Kind::Earning, Method::Salary),
        component("car", Kind::Deduction, Method::Fixed { amount: d("120"), by_time: false }),
    ]);
    let outcome = calculate(&plan, &input);
    assert_eq!((outcome.state, outcome.net), (State::Error, -12_000));
    let told: Vec<_> = outcome.notices.iter().map(|n| (n.concern, n.words.as_str())).collect();
    assert_eq!(
        told,
        [
            (Concern::NothingPaid, "Employed in this period, and nothing of it is paid."),
            (Concern::NegativeNet, "More is taken off than there is: the net would be −€120.00."),
        ]
    );
}

#[test]
fn what_goes_wrong_is_told_with_its_place_and_costs_nobody_else() {
    let of = |method| {
        let components =
            vec![component("basic", Kind::Earning, Method::Salary), component("x", Kind::Deduction, method)];
        let outcome = calculate(&plan(components), &input(month("2026-03-01")));
        assert_eq!((outcome.state, outcome.lines.len(), outcome.net), (State::Error, 0, 0));
        let n = &outcome.notices[0];
        (n.concern, n.code.clone(), n.at, n.words.clone())
    };
    let formula = |f: &str| of(formula(f));
    let x = || Some(code("x"));
    assert_eq!(formula("basic / unpaid_days"), (Concern::Formula, x(), Some(7), "This divides by zero.".into()));
    assert_eq!(formula("10 * children"), (Concern::Formula, x(), Some(6), "children is not told.".into()));
    assert_eq!(formula("lookup(tax_table, -1)").3, "The amount lies below the first band.");
    assert_eq!(of(percent("basic", "99999999999999999999")).3, "This amount is too large.");
    let mut input = input(month("2026-03-01"));
    input.facts.pay.clear();
    let outcome = calculate(&small(), &input);
    assert_eq!(outcome.notices[0].concern, Concern::MissingRate);
    assert_eq!(outcome.notices[0].words, "No pay is agreed from 1 Mar 2026 to 31 Mar 2026.");
}

#[test]
fn who_is_withheld_is_calculated_and_not_paid() {
    let mut input = input(month("2026-03-01"));
    input.held = Some("The contract is not signed.".into());
    let outcome = calculate(&small(), &input);
    assert_eq!((outcome.state, outcome.net), (State::Withheld, 285_000));
    assert!(!outcome.state.is_paid());
    input.facts.pay.clear();
    assert_eq!(calculate(&small(), &input).state, State::Error, "an error is worse");
}

#[test]
fn off_cycle_pays_what_comes_beside_and_what_is_a_part_of_that() {
    let mut input = input(month("2026-03-01"));
    input.pays = Pays::Extras;
    let each_period = Adjustment { every: Every::Period, ..adjustment(2, "award", "70", "2026-01-01") };
    input.extras.adjustments = vec![adjustment(1, "award", "2000", "2026-03-20"), each_period];
    input.extras.debts = vec![debt(1, 100_000, 20_000, "2026-01-01")];
    let outcome = calculate(&staff(), &input);
    // Nothing for the time; 10 % of what is above 1,000.00; 21 % employer's; no meals; no second instalment this month.
    assert_eq!((outcome.gross, outcome.deductions, outcome.net), (200_000, 10_000, 190_000));
    assert_eq!((outcome.employer_cost, outcome.slices.len()), (42_000, 0));
}

#[test]
fn tables_are_read_as_of_the_day_of_payment() {
    let plan = plan(vec![
        component("basic", Kind::Earning, Method::Salary),
        component("tax", Kind::Deduction, formula("bracket(tax_table, gross)")),
    ]);
    let mut input = input(month("2026-06-01"));
    assert_eq!(amount(&calculate(&plan, &input), "tax"), 20_000, "10 % of 2,000.00");
    input.pay_date = day("2026-07-01");
    assert_eq!(amount(&calculate(&plan, &input), "tax"), 18_000, "10 % of 1,800.00");
    input.pay_date = day("2019-07-01");
    assert_eq!(calculate(&plan, &input).notices[0].words, "The table tax_table has no edition for this day.");
}

#[test]
fn the_year_so_far_is_known_to_formulas() {
    // A contribution of 10 % until it comes to 1,000.00 in a year.
    let plan = plan(vec![
        component("basic", Kind::Earning, Method::Salary),
        component("levy", Kind::Deduction, formula("max(0, min(basic * 10%, 1000 - ytd_levy))")),
    ]);
    let mut input = input(month("2026-03-01"));
    for (so_far, minor) in [(None, 30_000), (Some(80_000), 20_000), (Some(100_000), 0)] {
        input.year_to_date = so_far.map(|minor| (code("levy"), minor)).into_iter().collect();
        assert_eq!(amount(&calculate(&plan, &input), "levy"), minor, "{so_far:?}");
    }
}

#[test]
fn figures_of_a_person_are_told_to_formulas() {
    let figures = [
        "salary",
        "annual_salary",
        "fte",
        "share",
        "days",
        "paid_days",
        "unpaid_days",
        "hours",
        "periods",
        "year",
        "month",
        "service_years",
        "ytd_gross",
    ];
    let all = figures.iter().enumerate().map(|(n, f)| component(&format!("f{n}"), Kind::Information, formula(f)));
    let basic = component("basic", Kind::Earning, Method::Salary);
    let plan = plan([basic].into_iter().chain(all).collect());
    let mut input = input(month("2026-03-01"));
    input.year_to_date = [(code("basic"), 123_456), (code("f0"), 5)].into();
    input.facts.hired = Some(day("2022-04-01"));
    input.terms.means = Means::FullTime;
    input.facts.jobs = vec![job("2020-01-01", "0.5", None)];
    input.facts.unpaid =
        vec![Unpaid { day: day("2026-03-02"), part: d("1") }, Unpaid { day: day("2026-03-03"), part: d("1") }];
    let outcome = calculate(&plan, &input);
    let told: Vec<_> =
        outcome.lines.iter().filter_map(|l| l.explanation.as_ref()).map(|e| e.exact.round_dp(4)).collect();
    let wanted = ["1500", "36000", "0.5", "0.91", "22", "20", "2", "0", "12", "2026", "3", "3", "1234.56"].map(d);
    assert_eq!(told[1..].iter().map(|n| n.round_dp(2)).collect::<Vec<_>>(), wanted);
    input.facts.hired = None;
    assert_eq!(calculate(&plan, &input).notices[0].words, "service_years is not told.");
}

#[test]
fn cost_centres_bear_what_their_slices_are_worth() {
    let mut input = input(month("2026-03-01"));
    input.facts.jobs = vec![job("2020-01-01", "1", Some("Sales")), job("2026-03-16", "1", Some("Research"))];
    let shares = |input: &Input| {
        let outcome = calculate(&small(), input);
        outcome.shares.into_iter().map(|s| (s.cost_centre.unwrap_or_default(), s.weight)).collect::<Vec<_>>()
    };
    assert_eq!(shares(&input), [("Research".to_owned(), 163_636), ("Sales".to_owned(), 136_364)]);
    input.pays = Pays::Extras;
    assert_eq!(shares(&input), [("Research".to_owned(), 1)], "without slices the last one bears all");
}

#[test]
fn the_version_is_that_of_the_input_and_not_of_its_order() {
    let plan = staff();
    let mut input = input(month("2026-03-01"));
    input.extras.adjustments =
        vec![adjustment(1, "award", "1.50", "2026-03-20"), adjustment(2, "award", "2", "2026-03-20")];
    input.facts.pay.push(pay("2026-03-16", 330_000));
    let mut turned = input.clone();
    turned.extras.adjustments.reverse();
    turned.facts.pay.reverse();
    turned.extras.adjustments[1].amount = d("1.5");
    assert_eq!(input.version(&plan), turned.version(&plan));
    assert_eq!(calculate(&plan, &input), calculate(&plan, &turned));
    assert_eq!(calculate(&plan, &input).version, input.version(&plan));
    turned.keep = 1;
    assert_ne!(input.version(&plan), turned.version(&plan));
    assert_ne!(input.version(&plan), input.version(&small()), "another structure is another input");
    let json = serde_json::to_string(&input).expect("it is kept as it was");
    let read: Input = serde_json::from_str(&json).expect("and read again");
    assert_eq!(read, input);
    let outcome = calculate(&plan, &input);
    let json = serde_json::to_string(&outcome).expect("so is the outcome");
    assert_eq!(serde_json::from_str::<Outcome>(&json).expect("read again"), outcome);
}

#[test]
fn extras_and_corrections_are_bounded() {
    let mut input = input(month("2026-03-01"));
    input.extras.debts = (0..201).map(|n| debt(n, 1, 1, "2026-01-01")).collect();
    assert_eq!(calculate(&small(), &input).notices[0].words, "A payslip has at most 200 extras and 2000 corrections.");
    input.extras.debts.clear();
    input.extras.carried = vec![Carried { debt: PayDebtId(Uuid::from_u128(1)), amount: -1 }];
    assert_eq!(calculate(&small(), &input).state, State::Error);
}

#[test]
fn amounts_beyond_all_bounds_are_errors_and_no_panic() {
    let state = |change: fn(&mut Input)| {
        let mut input = input(month("2026-03-01"));
        change(&mut input);
        calculate(&small(), &input).state
    };
    assert_eq!(state(|i| i.facts.pay[0].amount = Some(eur(i64::MAX))), State::Error);
    assert_eq!(state(|i| i.facts.pay[0].amount = Some(eur(i64::MIN))), State::Error);
    assert_eq!(state(|i| i.keep = i64::MAX), State::Ok);
    assert_eq!(state(|i| i.keep = i64::MIN), State::Ok);
    assert_eq!(state(|i| i.extras.debts = vec![debt(1, i64::MAX, i64::MAX, "2026-01-01")]), State::Error);
    assert_eq!(
        state(|i| i.extras.adjustments = vec![adjustment(1, "basic", "79228162514264337593543950335", "2026-03-02")]),
        State::Error
    );
    assert_eq!(state(|i| i.period.to = day("2199-12-31")), State::Error, "a period of centuries");
    assert_eq!(state(|i| i.period.to = day("2026-01-01")), State::Error, "one that ends before it begins");
    let correction = |amount| Correction {
        of: month("2026-01-01"),
        code: code("basic"),
        name: "Basic".into(),
        kind: Kind::Earning,
        amount,
    };
    let mut input = input(month("2026-03-01"));
    input.corrections = vec![correction(i64::MIN)];
    assert_eq!(calculate(&small(), &input).state, State::Error);
}
