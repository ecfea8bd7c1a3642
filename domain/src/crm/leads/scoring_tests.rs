use super::*;
use crate::crm::leads::conditions::{On, Test};
use chrono::Duration;
use proptest::prelude::*;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_000_000, 0).expect("a moment")
}

fn ago(days: i64) -> DateTime<Utc> {
    now() - Duration::days(days)
}

fn one(points: i32, cap: i32, half_life: u16) -> Rules {
    Rules { fit: vec![], acts: vec![ActRule { act: Act::Form, points, cap }], half_life }
}

#[test]
fn points_halve_with_each_half_life() {
    for (days, points) in [(0, 40), (15, 30), (30, 20), (45, 15), (60, 10), (90, 5), (120, 3), (480, 0), (10_000, 0)] {
        let score = score(&one(40, 100, 30), &Facts::default(), &[(Act::Form, ago(days))], now());
        assert_eq!(score.engagement, points, "after {days} days");
    }
}

#[test]
fn negatives_take_away_and_caps_hold_both_ways() {
    let rules = Rules::default();
    let acts = |n: usize| -> Vec<_> { (0..n).map(|_| (Act::Form, now())).collect() };
    assert_eq!(score(&rules, &Facts::default(), &acts(1), now()).engagement, 30);
    assert_eq!(score(&rules, &Facts::default(), &acts(9), now()).engagement, 60, "the cap of the rule");
    let mut bounced = acts(1);
    bounced.push((Act::Bounce, now()));
    let score = score(&rules, &Facts::default(), &bounced, now());
    assert_eq!(score.engagement, 0, "never below nothing");
    let points: Vec<i32> = score.engagement_reasons.iter().map(|r| r.points).collect();
    assert_eq!(points, [30, -50], "but it says why");
}

#[test]
fn consent_does_not_wear_off() {
    let rules = Rules::default();
    assert_eq!(score(&rules, &Facts::default(), &[(Act::Consent, ago(400))], now()).engagement, 10);
}

#[test]
fn what_is_still_to_come_counts_nothing() {
    assert_eq!(score(&one(40, 100, 30), &Facts::default(), &[(Act::Form, ago(-1))], now()).engagement, 0);
}

#[test]
fn fit_tells_each_of_its_reasons() {
    let facts = Facts {
        company: Some("Lamps".into()),
        email: Some("ada@lamps.example".into()),
        size: Some(300),
        job_title: Some("Head of procurement".into()),
        ..Facts::default()
    };
    let score = score(&Rules::default(), &facts, &[], now());
    assert_eq!(score.fit, 10 + 20 + 20 + 10 + 20);
    assert_eq!(score.fit_reasons[0], Reason { words: "Company is filled in".into(), points: 10 });
    assert!(score.fit_reasons.iter().any(|r| r.words == "Employees is at least 250"));
    assert_eq!(score.engagement_reasons, []);
}

fn rules() -> impl Strategy<Value = Rules> {
    let fit = prop::collection::vec((-100..=100_i32, prop::bool::ANY), 0..10).prop_map(|all| {
        let rule = |(points, known)| FitRule {
            when: Condition { on: On::Phone, test: if known { Test::Known } else { Test::Unknown } },
            points,
        };
        all.into_iter().map(rule).collect()
    });
    let acts = prop::collection::vec((0..5_usize, -100..=100_i32, 0..=100_i32), 0..10).prop_map(|all| {
        all.into_iter().map(|(act, points, cap)| ActRule { act: Act::ALL[act], points, cap }).collect()
    });
    (fit, acts, 0..400_u16).prop_map(|(fit, acts, half_life)| Rules { fit, acts, half_life })
}

fn acts() -> impl Strategy<Value = Vec<(Act, DateTime<Utc>)>> {
    prop::collection::vec((0..5_usize, -30..2_000_i64), 0..30)
        .prop_map(|all| all.into_iter().map(|(act, days)| (Act::ALL[act], ago(days))).collect())
}

proptest! {
    #[test]
    fn a_score_is_in_its_bounds_and_its_reasons_add_up_to_it(rules in rules(), acts in acts(), phone: bool) {
        let facts = Facts { phone: phone.then(|| "1".to_owned()), ..Facts::default() };
        let score = score(&rules, &facts, &acts, now());
        for (points, reasons) in [(score.fit, &score.fit_reasons), (score.engagement, &score.engagement_reasons)] {
            let sum: i32 = reasons.iter().map(|r| r.points).sum();
            prop_assert!((0..=MOST).contains(&points));
            prop_assert_eq!(points, sum.clamp(0, MOST));
        }
    }

    #[test]
    fn points_only_wear_off(points in 0..=100_i32, half_life in 1..400_u16, days in 0..3_000_i64) {
        let at = |days| decayed(points, days, Some(half_life));
        prop_assert!(at(days + 1) <= at(days));
        prop_assert!(at(days) >= 0);
        prop_assert_eq!(decayed(-points, days, Some(half_life)), -at(days), "what is bad wears off alike");
    }

    #[test]
    fn the_order_of_acts_is_no_matter(rules in rules(), acts in acts()) {
        let mut turned = acts.clone();
        turned.reverse();
        prop_assert_eq!(score(&rules, &Facts::default(), &acts, now()), score(&rules, &Facts::default(), &turned, now()));
    }
}
