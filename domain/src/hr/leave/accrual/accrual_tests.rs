//! Golden cases and properties of what accrues.

use super::*;
use crate::hr::leave::policy::Rounding;
use proptest::prelude::*;

fn day(y: i32, m: u32, d: u32) -> Day {
    Day::new(y, m, d).expect("a day")
}

fn d(s: &str) -> Decimal {
    s.parse().expect("a number")
}

fn terms(annual: &str, per: Per, gain: Gain) -> Terms {
    Terms { annual: d(annual), per, gain, by_fte: true, ..Terms::default() }
}

/// Written down by its day.
fn version(from: Day, terms: Terms) -> Version {
    Version { from, known: from, terms }
}

fn facts(terms: Terms) -> Facts {
    Facts {
        policy: Uuid::from_u128(7),
        year: (1, 1),
        versions: vec![version(day(2026, 1, 1), terms)],
        hired: Some(day(2020, 3, 1)),
        leaves: None,
        spans: vec![(day(2026, 1, 1), None)],
        fte: vec![],
    }
}

fn ids() -> impl FnMut() -> Uuid {
    let mut n = 0;
    move || {
        n += 1;
        Uuid::from_u128(n)
    }
}

fn settled(facts: &Facts, entries: &[Entry], today: Day) -> Vec<Entry> {
    let mut all = entries.to_vec();
    let mut id = ids();
    // Ids that no entry of before has.
    for _ in &all {
        id();
    }
    all.extend(settle(std::slice::from_ref(facts), entries, today, &mut id).entries);
    all
}

fn told(entries: &[Entry]) -> Vec<(String, &'static str, String)> {
    entries.iter().map(|e| (e.on.to_string(), e.kind.key(), e.amount.normalize().to_string())).collect()
}

fn balance(facts: &Facts, on: Day) -> Decimal {
    ledger::balance(&settled(facts, &[], on), on).normalize()
}

#[test]
fn a_year_is_given_at_once_or_bit_by_bit_and_its_lines_add_up() {
    for (per, gain, lines, first) in [
        (Per::Year, Gain::Start, 1, "25"),
        (Per::Year, Gain::End, 1, "25"),
        (Per::Month, Gain::End, 12, "2.08"),
        (Per::HalfMonth, Gain::Start, 24, "1.04"),
        (Per::Week, Gain::End, 53, "0.27"),
    ] {
        let all = settled(&facts(terms("25", per, gain)), &[], day(2026, 12, 31));
        assert_eq!((all.len(), all[0].amount.normalize()), (lines, d(first)), "{per:?}");
        assert_eq!(ledger::balance(&all, day(2026, 12, 31)), d("25"), "{per:?}: a total is the sum of its lines");
    }
}

#[test]
fn gain_at_the_start_or_the_end_of_the_period() {
    let start = facts(terms("12", Per::Month, Gain::Start));
    let end = facts(terms("12", Per::Month, Gain::End));
    for (on, at_start, at_end) in [
        (day(2026, 1, 1), "1", "0"),
        (day(2026, 1, 30), "1", "0"),
        (day(2026, 1, 31), "1", "1"),
        (day(2026, 2, 1), "2", "1"),
    ] {
        assert_eq!((balance(&start, on), balance(&end, on)), (d(at_start), d(at_end)), "{on}");
    }
}

#[test]
fn pro_rata_on_hire_exit_and_fte_change() {
    let year = || facts(terms("365", Per::Year, Gain::Start));
    let all = |f: &Facts| balance(f, day(2026, 12, 31));
    assert_eq!(all(&Facts { hired: Some(day(2026, 7, 1)), ..year() }), d("184"));
    assert_eq!(all(&Facts { leaves: Some(day(2026, 1, 31)), ..year() }), d("31"));
    assert_eq!(all(&Facts { fte: vec![(day(2020, 1, 1), d("0.5"))], ..year() }), d("182.5"));
    let half_from_july = Facts { fte: vec![(day(2026, 7, 1), d("0.5"))], ..year() };
    assert_eq!(all(&half_from_july), d("273"));
    // It became known in July: the line of January stays, another one corrects it.
    let entries = settled(&year(), &[], day(2026, 1, 1));
    let later = settled(&half_from_july, &entries, day(2026, 7, 1));
    assert_eq!(
        told(&later),
        [("2026-01-01".into(), "grant", "365".into()), ("2026-07-01".into(), "grant", "-92".into()),]
    );
    assert_eq!(settled(&half_from_july, &later, day(2026, 8, 1)).len(), 2, "once");
}

#[test]
fn a_waiting_period_earns_nothing_and_milestones_more() {
    let waiting = Facts {
        hired: Some(day(2026, 1, 1)),
        ..facts(Terms { waiting_months: 3, ..terms("12", Per::Month, Gain::End) })
    };
    for (on, sum) in [(day(2026, 3, 31), "0"), (day(2026, 4, 30), "1"), (day(2026, 12, 31), "9")] {
        assert_eq!(balance(&waiting, on), d(sum), "{on}");
    }
    let tenure = |years| {
        let hired = Some(day(2026 - years, 7, 1));
        Facts {
            hired,
            ..facts(Terms { milestones: vec![(5, d("27")), (10, d("30"))], ..terms("24", Per::Month, Gain::End) })
        }
    };
    for (years, sum) in [(1, "24"), (5, "25.5"), (6, "27"), (10, "28.5"), (12, "30")] {
        assert_eq!(balance(&tenure(years), day(2026, 12, 31)), d(sum), "{years} years in July");
    }
}

#[test]
fn policy_changes_are_dated_and_never_rewrite_history() {
    let mut f = facts(terms("24", Per::Month, Gain::End));
    let first = settled(&f, &[], day(2026, 6, 30));
    f.versions.push(version(day(2026, 7, 1), terms("30", Per::Month, Gain::End)));
    let all = settled(&f, &first, day(2026, 12, 31));
    assert_eq!(&all[..6], &first[..], "what was told stays");
    assert_eq!(ledger::balance(&all, day(2026, 12, 31)), d("27"));
    // Another rhythm cuts the year where it begins.
    f.versions.push(version(day(2027, 3, 15), terms("365", Per::Year, Gain::Start)));
    let all = settled(&f, &all, day(2027, 12, 31));
    let grant = all.iter().find(|e| e.kind == Kind::Grant).expect("it is given at once");
    assert_eq!((grant.on, grant.amount.normalize()), (day(2027, 3, 15), d("292")));
    let march: Vec<_> = all.iter().filter(|e| e.period == Some(day(2027, 3, 1))).map(|e| e.amount).collect();
    assert_eq!(march.len(), 1);
    assert!(march[0] < d("1.2"), "half of March: {march:?}");
}

#[test]
fn a_cap_on_the_balance_and_one_on_the_year() {
    let capped = facts(Terms { balance_cap: Some(d("3")), ..terms("12", Per::Month, Gain::End) });
    let all = settled(&capped, &[], day(2026, 6, 30));
    assert_eq!(ledger::balance(&all, day(2026, 6, 30)), d("3"));
    // What was capped is not earned again once there is room.
    let mut used = all.clone();
    used.push(Entry::new(Uuid::from_u128(900), day(2026, 7, 1), Kind::Use, d("-2")));
    let later = settled(&capped, &used, day(2026, 7, 31));
    assert_eq!(ledger::balance(&later, day(2026, 7, 31)), d("2"));
    let yearly = facts(Terms { yearly_cap: Some(d("5")), ..terms("12", Per::Month, Gain::End) });
    assert_eq!(balance(&yearly, day(2026, 12, 31)), d("5"));
    assert_eq!(balance(&yearly, day(2027, 1, 31)), d("6"));
}

#[test]
fn carry_over_has_a_limit_and_a_validity() {
    let f = facts(Terms { carry_limit: Some(d("5")), carry_months: Some(3), ..terms("25", Per::Year, Gain::Start) });
    let mut all = settled(&f, &[], day(2026, 1, 1));
    for (n, amount) in [(901, "-12"), (902, "-3")] {
        all.push(Entry::new(Uuid::from_u128(n), day(2026, 8, 3), Kind::Use, d(amount)));
    }
    // Two of the five are used in time, the rest is over with the end of March.
    all.push(Entry::new(Uuid::from_u128(903), day(2027, 2, 1), Kind::Use, d("-2")));
    let all = settled(&f, &all, day(2027, 4, 1));
    let lapsed: Vec<_> =
        told(&all).into_iter().filter(|(_, kind, _)| ["expiry", "carry_over"].contains(kind)).collect();
    assert_eq!(
        lapsed,
        [
            ("2027-01-01".into(), "carry_over", "-5".into()),
            ("2027-01-01".into(), "expiry", "-5".into()),
            ("2027-01-01".into(), "carry_over", "5".into()),
            ("2027-04-01".into(), "expiry", "-3".into()),
        ]
    );
    assert_eq!(ledger::balance(&all, day(2027, 4, 1)), d("25"));
}

#[test]
fn rounding_is_of_the_sum_so_far() {
    for (rounding, lines) in [
        (Rounding::Hundredth, ["2.08", "2.09", "2.08"]),
        (Rounding::Half, ["2", "2", "2.5"]),
        (Rounding::HalfUp, ["2.5", "2", "2"]),
        (Rounding::Whole, ["2", "2", "2"]),
        (Rounding::WholeUp, ["3", "2", "2"]),
    ] {
        let all = settled(&facts(Terms { rounding, ..terms("25", Per::Month, Gain::End) }), &[], day(2026, 3, 31));
        let amounts: Vec<_> = all.iter().map(|e| e.amount.normalize().to_string()).collect();
        assert_eq!(amounts, lines, "{rounding:?}");
        let year = settled(&facts(Terms { rounding, ..terms("25", Per::Month, Gain::End) }), &[], day(2026, 12, 31));
        assert_eq!(ledger::balance(&year, day(2026, 12, 31)), d("25"), "{rounding:?}");
    }
}

#[test]
fn it_says_when_to_look_again() {
    let f = facts(Terms { carry_limit: Some(d("5")), ..terms("12", Per::Month, Gain::End) });
    let next = |today| settle(std::slice::from_ref(&f), &[], today, &mut ids()).next;
    assert_eq!(next(day(2026, 1, 15)), Some(day(2026, 1, 31)));
    assert_eq!(next(day(2026, 12, 31)), Some(day(2027, 1, 1)), "what is over by then");
    let gone = Facts { leaves: Some(day(2026, 2, 10)), ..facts(terms("12", Per::Month, Gain::End)) };
    assert_eq!(settle(&[gone], &[], day(2026, 3, 1), &mut ids()).next, None);
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let caps = (
        proptest::option::of(1_i64..30),
        proptest::option::of(1_i64..40),
        proptest::option::of(0_i64..12),
        proptest::option::of(1_u32..8),
    );
    (1_i64..400, 0_usize..4, any::<bool>(), 0_usize..5, 0_u32..7, caps).prop_map(
        |(annual, per, start, rounding, waiting_months, (balance, yearly, carry, carry_months))| Terms {
            annual: Decimal::new(annual, 1),
            per: Per::ALL[per],
            gain: if start { Gain::Start } else { Gain::End },
            rounding: Rounding::ALL[rounding],
            milestones: vec![(3, Decimal::new(annual + 20, 1))],
            by_fte: true,
            waiting_months,
            balance_cap: balance.map(Decimal::from),
            yearly_cap: yearly.map(Decimal::from),
            carry_limit: carry.map(Decimal::from),
            carry_months,
            overdraft: Decimal::ZERO,
        },
    )
}

fn any_facts() -> impl Strategy<Value = Facts> {
    let changes = proptest::collection::vec((0_i64..900, any_terms()), 0..3);
    let ftes = proptest::collection::vec((0_i64..900, 1_i64..=10), 0..3);
    (any_terms(), changes, 1_u32..=12, 1_u32..=28, -1_500_i64..300, proptest::option::of(300_i64..900), ftes).prop_map(
        |(first, changes, month, start, hired, leaves, ftes)| {
            let from = day(2026, 1, 1);
            let mut versions = vec![version(from, first)];
            versions.extend(changes.into_iter().map(|(n, terms)| version(later(from, n + 1), terms)));
            versions.sort_by_key(|v| v.from);
            versions.dedup_by_key(|v| v.from);
            let mut fte: Vec<_> =
                ftes.into_iter().map(|(n, tenths)| (later(from, n), Decimal::new(tenths, 1))).collect();
            fte.sort_unstable();
            Facts {
                policy: Uuid::from_u128(7),
                year: (month, start),
                versions,
                hired: Some(later(from, hired)),
                leaves: leaves.map(|n| later(from, n)),
                spans: vec![(from, None)],
                fte,
            }
        },
    )
}

/// Uses on some days, of some amounts.
fn any_uses() -> impl Strategy<Value = Vec<Entry>> {
    proptest::collection::vec((0_i64..1_000, 1_i64..30), 0..12).prop_map(|uses| {
        let one = |(n, (on, amount)): (u128, (i64, i64))| {
            Entry::new(Uuid::from_u128(1_000_000 + n), later(day(2026, 1, 1), on), Kind::Use, Decimal::new(-amount, 1))
        };
        (0..).zip(uses).map(one).collect()
    })
}

fn uses(days: &[(Day, &str)]) -> Vec<Entry> {
    let one =
        |(n, (on, amount)): (u128, &(Day, &str))| Entry::new(Uuid::from_u128(500_000 + n), *on, Kind::Use, -d(amount));
    (0..).zip(days).map(one).collect()
}

/// As [`settled`], of several policies, with ids that are new.
fn settled_all(all: &[Facts], entries: &[Entry], today: Day) -> Vec<Entry> {
    let mut n = 10_000_000 + 1_000 * entries.len() as u128;
    let mut id = || {
        n += 1;
        Uuid::from_u128(n)
    };
    let mut told = entries.to_vec();
    told.extend(settle(all, entries, today, &mut id).entries);
    told
}

fn good(entries: &[Entry]) -> Result<(), String> {
    entries.iter().filter(|e| e.expires.is_some_and(|x| x < e.on)).try_for_each(|e| Err(format!("{e:?}")))
}

#[test]
fn a_policy_that_somebody_is_not_on_any_more_is_taken_back() {
    let old = facts(terms("24", Per::Year, Gain::Start));
    let first = settled_all(std::slice::from_ref(&old), &[], day(2026, 3, 2));
    let new = Facts { policy: Uuid::from_u128(8), ..facts(terms("30", Per::Year, Gain::Start)) };
    for gone in [
        // Never on it, or only for half of the year.
        (Facts { spans: vec![], ..old.clone() }, "30"),
        (Facts { spans: vec![(day(2026, 1, 1), Some(day(2026, 1, 31)))], ..old }, "32.04"),
    ] {
        let all = settled_all(&[gone.0.clone(), new.clone()], &first, day(2026, 3, 2));
        assert_eq!(ledger::balance(&all, day(2026, 3, 2)), d(gone.1), "{:?}", told(&all));
        assert_eq!(settled_all(&[gone.0, new.clone()], &all, day(2026, 9, 2)).len(), all.len(), "once");
    }
}

#[test]
fn a_version_that_is_dated_ahead_corrects_nothing_before_its_day() {
    let mut f = facts(terms("24", Per::Year, Gain::Start));
    let first = settled(&f, &[], day(2026, 11, 26));
    f.versions.push(Version {
        from: day(2026, 12, 15),
        known: day(2026, 11, 26),
        terms: terms("12", Per::Year, Gain::Start),
    });
    assert_eq!(settled(&f, &first, day(2026, 11, 26)), first);
    assert_eq!(settle(std::slice::from_ref(&f), &first, day(2026, 11, 26), &mut ids()).next, Some(day(2026, 12, 15)));
    // On its day, and with that day if nobody has looked until later.
    for looked in [day(2026, 12, 15), day(2026, 12, 30)] {
        let all = settled(&f, &first, looked);
        assert_eq!(told(&all[1..]), [("2026-12-15".into(), "grant", "-0.56".into())]);
    }
    // One that is written down late corrects from the day on which it was.
    f.versions[1] =
        Version { from: day(2026, 3, 1), known: day(2026, 11, 26), terms: terms("12", Per::Year, Gain::Start) };
    let all = settled(&f, &first, day(2026, 12, 30));
    assert_eq!(told(&all[1..]), [("2026-11-26".into(), "grant", "-10.06".into())]);
}

/// Twenty-five a year, of which five go over until the end of March.
fn carrying() -> Facts {
    facts(Terms { carry_limit: Some(d("5")), carry_months: Some(3), ..terms("25", Per::Year, Gain::Start) })
}

#[test]
fn leave_of_last_year_that_is_told_late_is_not_paid_by_this_year() {
    let f = carrying();
    let spent = uses(&[(day(2026, 8, 3), "10")]);
    let january = settled(&f, &spent, day(2027, 1, 10));
    assert_eq!(ledger::balance(&january, day(2027, 1, 10)), d("30"));
    // Two days of December: there were ten that had expired.
    let mut late = january.clone();
    late.extend(uses(&[(day(2026, 12, 29), "2")]).into_iter().map(|e| Entry { id: Uuid::from_u128(77_000), ..e }));
    let all = settled_all(std::slice::from_ref(&f), &late, day(2027, 1, 10));
    assert_eq!(ledger::balance(&all, day(2027, 1, 10)), d("30"), "{:?}", told(&all));
    assert_eq!(told(&all[late.len()..]), [("2027-01-10".into(), "reversal", "2".into())]);
    assert_eq!(settled_all(std::slice::from_ref(&f), &all, day(2027, 1, 10)), all, "once");
    let april = settled_all(std::slice::from_ref(&f), &all, day(2027, 4, 1));
    assert_eq!(ledger::balance(&april, day(2027, 4, 1)), d("25"));
    // Twelve: all ten that had expired, and two of the five that went over.
    late.last_mut().expect("it is there").amount = d("-12");
    let all = settled_all(std::slice::from_ref(&f), &late, day(2027, 1, 10));
    assert_eq!(ledger::balance(&all, day(2027, 1, 10)), d("28"), "{:?}", told(&all));
    let april = settled_all(&[f], &all, day(2027, 4, 1));
    assert_eq!(ledger::balance(&april, day(2027, 4, 1)), d("25"), "{:?}", told(&april));
}

#[test]
fn a_correction_of_a_year_that_is_over_goes_through_its_end() {
    // Half-time until it became known that they were full-time all along.
    let half = Facts { fte: vec![(day(2020, 1, 1), d("0.5"))], ..carrying() };
    for (taken, february, april) in [
        // Five went over already: nothing more does. Of two only, three more do.
        ("0", "30", "25"),
        ("10.5", "30", "25"),
        // What was owed is paid first.
        ("14", "30", "25"),
        ("22", "28", "25"),
    ] {
        let spent = uses(&[(day(2026, 8, 3), taken)]);
        let first = settled(&half, &spent, day(2027, 1, 10));
        let all = settled_all(&[carrying()], &first, day(2027, 2, 1));
        assert_eq!(ledger::balance(&all, day(2027, 2, 1)), d(february), "{taken}: {:?}", told(&all));
        good(&all).expect("nothing is over before it comes");
        assert_eq!(settled_all(&[carrying()], &all, day(2027, 2, 1)), all, "once");
        let later = settled_all(&[carrying()], &all, day(2027, 4, 1));
        assert_eq!(ledger::balance(&later, day(2027, 4, 1)), d(april), "{taken}: {:?}", told(&later));
    }
}

#[test]
fn what_is_given_back_after_its_lot_is_over_is_over_as_well() {
    let f = carrying();
    for (taken, given_back, february) in [("10", "10", "30"), ("23", "2", "29"), ("23", "8", "30")] {
        let mut spent = uses(&[(day(2026, 8, 3), taken)]);
        if taken != given_back {
            spent = uses(&[(day(2026, 8, 3), given_back)]);
            spent.push(Entry::new(Uuid::from_u128(501_000), day(2026, 8, 4), Kind::Use, d(given_back) - d(taken)));
        }
        let mut all = settled(&f, &spent, day(2027, 1, 10));
        let back = Entry::new(Uuid::from_u128(502_000), day(2027, 2, 1), Kind::Reversal, d(given_back));
        all.push(Entry { of: Some(spent[0].id), ..back });
        let all = settled_all(std::slice::from_ref(&f), &all, day(2027, 2, 1));
        assert_eq!(ledger::balance(&all, day(2027, 2, 1)), d(february), "{taken}: {:?}", told(&all));
        assert_eq!(settled_all(std::slice::from_ref(&f), &all, day(2027, 2, 1)), all, "once");
        let april = settled_all(std::slice::from_ref(&f), &all, day(2027, 4, 1));
        assert_eq!(ledger::balance(&april, day(2027, 4, 1)), d("25"), "{taken}: {:?}", told(&april));
    }
}

#[test]
fn what_a_cap_had_kept_back_is_not_taken_back() {
    let f = facts(Terms { balance_cap: Some(d("10")), ..terms("24", Per::Year, Gain::Start) });
    let first = settled(&f, &[], day(2026, 2, 1));
    assert_eq!(ledger::balance(&first, day(2026, 2, 1)), d("10"));
    let gone = Facts { leaves: Some(day(2026, 6, 30)), ..f };
    assert_eq!(ledger::balance(&settled(&gone, &first, day(2026, 2, 2)), day(2026, 2, 2)), d("10"));
}

/// What does not depend on who wrote it when.
type Told = (Day, Kind, Decimal, Option<Day>, Option<Day>, Option<Decimal>);

fn lines(mut entries: Vec<Entry>) -> Vec<Told> {
    entries.sort_by_key(|e| (e.on, e.kind, e.amount, e.period));
    entries
        .into_iter()
        .map(|e| (e.on, e.kind, e.amount.normalize(), e.expires, e.period, e.earned.map(|d| d.normalize())))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// DOMAIN: accrual is idempotent per (employee, policy, period), and catches up missed periods.
    #[test]
    fn accrual_is_the_same_over_any_order_and_any_number_of_runs(
        facts in any_facts(), uses in any_uses(), runs in proptest::collection::vec(0_i64..1_100, 0..6), last in 700_i64..1_100,
    ) {
        let on = |n: i64| later(day(2026, 1, 1), n);
        let mut many = uses.clone();
        for run in runs.into_iter().filter(|n| *n <= last) {
            many = settled(&facts, &many, on(run));
        }
        let many = settled(&facts, &many, on(last));
        let once = settled(&facts, &uses, on(last));
        prop_assert_eq!(lines(many.clone()), lines(once));
        prop_assert_eq!(settled(&facts, &many, on(last)).len(), many.len(), "once more adds nothing");
        prop_assert!(many.iter().all(|e| e.kind != Kind::Reversal), "nothing was told late: {:?}", told(&many));
    }

    /// Facts become others between runs, and leave is told late: nothing is over before it comes in, and once more adds
    /// nothing. Where all that is given shares one fate, what there is in the end is what the last facts give, less what was
    /// taken. (Otherwise a debt may have been paid by something else meanwhile.)
    #[test]
    fn whatever_becomes_known_late_the_ledger_comes_to_what_it_is_worth(
        first in any_facts(), second in any_facts(), (early, late) in (any_uses(), any_uses()), runs in (200_i64..900, 1_i64..300, 0_i64..300),
        one in any::<bool>(),
    ) {
        let on = |n: i64| later(day(2026, 1, 1), n);
        let (changed, last) = (runs.0 + runs.1, runs.0 + runs.1 + runs.2);
        // Versions that have landed stay, and caps depend on when; so only what is about the person changes.
        let mut first = first;
        if one {
            first.versions.truncate(1);
            let terms = &mut first.versions[0].terms;
            terms.balance_cap = None;
            terms.carry_months = terms.carry_limit.and(terms.carry_months.or(Some(3)));
        }
        let second = Facts { versions: first.versions.clone(), year: first.year, ..second };
        let early: Vec<Entry> = early.into_iter().filter(|e| e.on <= on(changed)).collect();
        let known = settled_all(std::slice::from_ref(&first), &early, on(runs.0));
        let mut all = known.clone();
        all.extend(late.iter().filter(|e| e.on <= on(changed)).map(|e| Entry { id: Uuid::from_u128(e.id.as_u128() + 1_000_000), ..e.clone() }));
        all = settled_all(std::slice::from_ref(&second), &all, on(changed));
        prop_assert_eq!(&settled_all(std::slice::from_ref(&second), &all, on(changed)), &all, "once more adds nothing");
        let all = settled_all(std::slice::from_ref(&second), &all, on(last));
        prop_assert_eq!(&all[..known.len()], &known[..], "what was told stays");
        prop_assert_eq!(good(&all), Ok(()));
        let taken: Vec<Entry> = all.iter().filter(|e| e.kind == Kind::Use).cloned().collect();
        let once = settled_all(std::slice::from_ref(&second), &taken, on(last));
        prop_assert!(!one || ledger::balance(&all, on(last)) == ledger::balance(&once, on(last)), "{:?}\n{:?}", told(&all), told(&once));
    }

    /// DOMAIN: expiry removes only the unused rest of that grant and never goes below zero.
    #[test]
    fn expiry_takes_the_unused_rest_and_never_goes_below_zero(facts in any_facts(), uses in any_uses(), last in 300_i64..1_100) {
        let all = settled(&facts, &uses, later(day(2026, 1, 1), last));
        for e in all.iter().filter(|e| e.kind == Kind::Expiry) {
            let lot = all.iter().find(|l| Some(l.id) == e.of).expect("an expiry has its lot");
            let gone: Decimal = all.iter().filter(|x| x.of == e.of).map(|x| -x.amount).sum();
            prop_assert!(-e.amount > Decimal::ZERO && gone <= lot.amount, "{:?} of {:?}", e, lot);
            prop_assert_eq!(Some(before(e.on)), lot.expires);
            let eve = ledger::balance(&all, before(e.on));
            let lapsed: Decimal = all.iter().filter(|x| x.on == e.on && x.kind == Kind::Expiry).map(|x| x.amount).sum();
            prop_assert!(eve + lapsed >= Decimal::ZERO, "{eve} {lapsed}");
        }
        let books = ledger::books(&all, later(day(2026, 1, 1), last));
        for lot in &books.lots {
            prop_assert!(lot.left.is_zero() || lot.expires.is_none_or(|x| x >= later(day(2026, 1, 1), last)), "{:?}", lot);
        }
    }

    /// A year's lines come to a year, whatever the rhythm and the rounding.
    #[test]
    fn a_year_comes_to_a_year(annual in 1_i64..400, per in 0_usize..4, start in any::<bool>(), month in 1_u32..=12) {
        let gain = if start { Gain::Start } else { Gain::End };
        let annual = Decimal::new(annual, 1);
        let mut f = facts(Terms { annual, per: Per::ALL[per], gain, ..Terms::default() });
        let from = day(2026, month, 1);
        (f.year, f.versions[0].from, f.spans) = ((month, 1), from, vec![(from, None)]);
        let end = before(months_later(from, 12));
        prop_assert_eq!(ledger::balance(&settled(&f, &[], end), end), annual);
    }
}
