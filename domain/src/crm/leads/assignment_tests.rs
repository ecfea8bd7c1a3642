use super::*;
use crate::places::Country;
use proptest::prelude::*;
use uuid::Uuid;

fn id(n: u128) -> MemberId {
    MemberId(Uuid::from_u128(n))
}

fn member(n: u128, open: u32) -> Member {
    Member { id: id(n), name: format!("M{n}"), open, deactivated: false, away: None }
}

fn seat(n: u128) -> Seat {
    Seat { member: id(n), most: None, words: vec![] }
}

fn rule(how: How, pool: Vec<Seat>) -> Rule {
    Rule { id: LeadRuleId(Uuid::from_u128(9)), version: 1, name: "All".into(), when: vec![], how, pool, last: None }
}

fn decide_one(rule: &Rule, members: &[Member]) -> Decision {
    decide(std::slice::from_ref(rule), &Facts::default(), members, None)
}

#[test]
fn turns_go_round_and_pass_over_who_is_not_there() {
    let mut round = rule(How::RoundRobin, vec![seat(1), seat(2), seat(3)]);
    let mut members = vec![member(1, 0), member(2, 0), member(3, 0)];
    let mut turns = vec![];
    for _ in 0..4 {
        round.last = decide_one(&round, &members).member;
        turns.push(round.last);
    }
    assert_eq!(turns, [1, 2, 3, 1].map(|n| Some(id(n))));
    members[1].away = Day::new(2026, 3, 5);
    let decision = decide_one(&round, &members);
    assert_eq!(decision.member, Some(id(3)));
    assert_eq!(decision.why, "By “All” (in turns): M3. M2 is away until 5 Mar 2026.");
    // Whoever had the last turn is away: the next one is still the next one.
    round.last = Some(id(2));
    assert_eq!(decide_one(&round, &members).member, Some(id(3)));
}

#[test]
fn the_fewest_open_leads_win_and_nobody_takes_more_than_they_can() {
    let mut pool = vec![seat(1), seat(2), seat(3)];
    pool[1].most = Some(2);
    let least = rule(How::LeastLoaded, pool);
    let members = [member(1, 7), member(2, 2), member(3, 5)];
    let decision = decide_one(&least, &members);
    assert_eq!(decision.member, Some(id(3)));
    assert!(decision.why.ends_with("M2 has 2 open leads, as many as they take."), "{}", decision.why);
}

#[test]
fn countries_and_words_find_their_people() {
    let with = |n: u128, words: &[&str]| Seat { words: words.iter().map(|w| (*w).to_owned()).collect(), ..seat(n) };
    let members = [member(1, 0), member(2, 0)];
    let german = Facts { country: Country::parse("Germany").ok(), ..Facts::default() };
    let lands = rule(How::Territory, vec![with(1, &["fr", "es"]), with(2, &["germany", "at"])]);
    assert_eq!(decide(std::slice::from_ref(&lands), &german, &members, None).member, Some(id(2)));
    let nowhere = decide(&[lands], &Facts::default(), &members, None);
    assert_eq!(
        (nowhere.member, nowhere.why.as_str()),
        (None, "Nobody was left, so it waits for somebody to take it. Nobody of “All” has what it asks for.")
    );
    let hotel = Facts { company: Some("Harbour Hotels".into()), ..Facts::default() };
    let skills = rule(How::Skill, vec![with(1, &["school"]), with(2, &["hotel", "restaurant"])]);
    assert_eq!(decide(&[skills], &hotel, &members, None).member, Some(id(2)));
}

#[test]
fn the_first_rule_with_somebody_left_decides() {
    let mut large = rule(How::Person, vec![seat(1)]);
    large.when = vec![Condition::read("size", "at_least", "250").expect("a condition")];
    let rest = Rule { name: "Rest".into(), ..rule(How::Person, vec![seat(2)]) };
    let rules = [large, rest];
    let mut members = vec![member(1, 0), member(2, 0), member(3, 0)];
    let of = |size| Facts { size, ..Facts::default() };
    assert_eq!(decide(&rules, &of(Some(300)), &members, None).member, Some(id(1)));
    assert_eq!(decide(&rules, &of(Some(20)), &members, None).member, Some(id(2)));
    members[0].deactivated = true;
    let decision = decide(&rules, &of(Some(300)), &members, None);
    assert_eq!(decision.member, Some(id(2)));
    assert!(decision.why.contains("M1 has no access any more"), "{}", decision.why);
    members[1].away = Day::new(2026, 3, 5);
    let nobody = decide(&rules, &of(Some(300)), &members, Some(id(3)));
    assert_eq!(nobody.member, Some(id(3)));
    assert!(nobody.why.starts_with("No rule had somebody left, so it went to M3."), "{}", nobody.why);
    assert_eq!(decide(&[], &of(None), &members, None).why, "There are no rules of assignment yet.");
}

proptest! {
    #[test]
    fn nobody_who_is_away_gone_or_full_gets_a_lead(
        how in 0..5_usize,
        people in prop::collection::vec((0..10_u32, any::<bool>(), any::<bool>(), prop::option::of(0..10_u32)), 1..8),
        last in prop::option::of(0..8_u128),
    ) {
        let members: Vec<Member> = people.iter().zip(0..).map(|((open, gone, away, _), n)| Member {
            deactivated: *gone,
            away: away.then(|| Day::new(2026, 3, 5)).flatten(),
            ..member(n, *open)
        }).collect();
        let pool = people.iter().zip(0..).map(|((.., most), n)| Seat { most: *most, words: vec!["x".into()], ..seat(n) }).collect();
        let mut rule = rule(How::ALL[how], pool);
        rule.last = last.map(id);
        let facts = Facts { source: Some("x".into()), ..Facts::default() };
        let decision = decide(std::slice::from_ref(&rule), &facts, &members, None);
        if let Some(chosen) = decision.member {
            let of = members.iter().find(|m| m.id == chosen).expect("one of them");
            prop_assert!(!of.deactivated && of.away.is_none());
            let seat = rule.pool.iter().find(|s| s.member == chosen).expect("one of them");
            prop_assert!(seat.most.is_none_or(|most| of.open < most));
        } else if how != 2 {
            prop_assert!(members.iter().zip(&rule.pool).all(|(m, s)| absent(s, m, "leads").is_some()));
        }
    }
}
