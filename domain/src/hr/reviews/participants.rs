//! Who takes part in a cycle, and who is asked about whom. Managers are those of the launch; who has left since is stood in
//! for by whoever is next above.

use super::anonymity::LEAST;
use crate::{Day, EmployeeId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Managers above each other at most: a circle that should not be ends.
const DEPTH: usize = 50;

/// Whose review it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Who was there on this day.
    pub on: Day,
    /// And was hired by this one: who has just come is not reviewed yet.
    pub hired_by: Option<Day>,
    /// Of these departments; `None`: of all.
    pub departments: Option<Vec<String>>,
    pub excluded: BTreeSet<EmployeeId>,
}

/// How many peers are asked. At least as many as are told without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peers {
    pub least: usize,
    pub most: usize,
    /// Forms that one person is asked for at most.
    pub load: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: EmployeeId,
    pub manager: Option<EmployeeId>,
    pub department: Option<String>,
    pub hired: Option<Day>,
    /// The last day.
    pub leaves: Option<Day>,
}

/// Frozen at launch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    pub id: EmployeeId,
    /// `None`: somebody is to be named.
    pub manager: Option<EmployeeId>,
}

/// Why somebody does not take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Out {
    Excluded,
    NotThere,
    JustCome,
    OtherDepartment,
}

/// What is wrong with a nomination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    Oneself,
    Manager,
    /// They report to the person, and are asked as such.
    Report(EmployeeId),
    NotThere(EmployeeId),
    Twice(EmployeeId),
    /// They are asked for enough forms already.
    Busy(EmployeeId),
    TooFew(usize),
    TooMany(usize),
}

impl Person {
    fn is_there(&self, on: Day) -> bool {
        self.hired.is_none_or(|d| d <= on) && self.leaves.is_none_or(|d| d >= on)
    }
}

impl Out {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Excluded => "Left out",
            Self::NotThere => "Not employed on the day",
            Self::JustCome => "Has not been here long enough",
            Self::OtherDepartment => "Of another department",
        }
    }
}

impl Wrong {
    pub fn words(&self) -> String {
        match self {
            Self::Oneself => "Nobody is their own peer.".into(),
            Self::Manager => "The manager has a form of their own.".into(),
            Self::Report(_) => "Who reports to somebody is asked as such.".into(),
            Self::NotThere(_) => "Somebody among them has left.".into(),
            Self::Twice(_) => "Somebody is named twice.".into(),
            Self::Busy(_) => "Somebody among them is asked for enough reviews already.".into(),
            Self::TooFew(least) => format!("Name at least {least}: fewer could be told apart."),
            Self::TooMany(most) => format!("Name at most {most}."),
        }
    }
}

impl Peers {
    pub fn check(&self) -> Result<(), String> {
        if self.least < LEAST {
            return Err(format!("Ask at least {LEAST} peers: fewer could be told apart."));
        }
        if self.most < self.least || self.most > 20 {
            return Err(format!("Ask {} to 20 peers.", self.least));
        }
        if self.load == 0 { Err("Everybody may be asked for one form at least.".into()) } else { Ok(()) }
    }
}

/// Who takes part, and who does not, each with the reason; by their ids.
pub fn participants(rule: &Rule, people: &[Person]) -> (Vec<Participant>, Vec<(EmployeeId, Out)>) {
    let (mut inside, mut outside) = (vec![], vec![]);
    for person in sorted(people) {
        let late = rule.hired_by.is_some_and(|by| person.hired.is_some_and(|hired| hired > by));
        let mine = |all: &Vec<String>| person.department.as_ref().is_some_and(|d| all.contains(d));
        let out = match () {
            () if rule.excluded.contains(&person.id) => Some(Out::Excluded),
            () if !person.is_there(rule.on) => Some(Out::NotThere),
            () if late => Some(Out::JustCome),
            () if !rule.departments.as_ref().is_none_or(mine) => Some(Out::OtherDepartment),
            () => None,
        };
        match out {
            Some(why) => outside.push((person.id, why)),
            None => inside.push(Participant { id: person.id, manager: reviewer(person.id, people, rule.on) }),
        }
    }
    (inside, outside)
}

/// Who writes the manager's form on a day: the manager, or, where they have left, whoever is next above. `people` with their
/// managers as of the launch. `None`: somebody is to be named.
pub fn reviewer(of: EmployeeId, people: &[Person], on: Day) -> Option<EmployeeId> {
    let by: BTreeMap<EmployeeId, &Person> = people.iter().map(|p| (p.id, p)).collect();
    let above = std::iter::successors(by.get(&of)?.manager, |id| by.get(id).and_then(|p| p.manager));
    above.take(DEPTH).take_while(|id| *id != of).find(|id| by.get(id).is_some_and(|p| p.is_there(on)))
}

/// Those who report to somebody and are asked about them. Fewer than would be told without a name are not asked at all.
pub fn upward(of: EmployeeId, people: &[Person], on: Day) -> Vec<EmployeeId> {
    let reports = sorted(people).into_iter().filter(|p| p.manager == Some(of) && p.is_there(on)).map(|p| p.id);
    let reports: Vec<EmployeeId> = reports.collect();
    if reports.len() < LEAST { vec![] } else { reports }
}

/// Whether peers can be named for somebody. `asked` is how many forms each person is asked for already.
pub fn nominate(
    of: EmployeeId,
    named: &[EmployeeId],
    people: &[Person],
    peers: &Peers,
    asked: &BTreeMap<EmployeeId, usize>,
    on: Day,
) -> Vec<Wrong> {
    let by: BTreeMap<EmployeeId, &Person> = people.iter().map(|p| (p.id, p)).collect();
    let manager = reviewer(of, people, on);
    let (mut wrong, mut seen) = (vec![], BTreeSet::new());
    for id in named {
        let person = by.get(id).filter(|p| p.is_there(on));
        match person {
            _ if !seen.insert(*id) => wrong.push(Wrong::Twice(*id)),
            _ if *id == of => wrong.push(Wrong::Oneself),
            _ if Some(*id) == manager => wrong.push(Wrong::Manager),
            None => wrong.push(Wrong::NotThere(*id)),
            Some(p) if p.manager == Some(of) => wrong.push(Wrong::Report(*id)),
            Some(_) if asked.get(id).is_some_and(|n| *n >= peers.load) => wrong.push(Wrong::Busy(*id)),
            Some(_) => {}
        }
    }
    if seen.len() < peers.least {
        wrong.push(Wrong::TooFew(peers.least));
    }
    if seen.len() > peers.most {
        wrong.push(Wrong::TooMany(peers.most));
    }
    wrong
}

fn sorted(people: &[Person]) -> Vec<&Person> {
    let mut all: Vec<&Person> = people.iter().collect();
    all.sort_by_key(|p| p.id);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(n: u128) -> EmployeeId {
        EmployeeId(Uuid::from_u128(n))
    }

    fn day(m: u32, d: u32) -> Day {
        Day::new(2026, m, d).expect("a day")
    }

    fn person(n: u128, manager: u128) -> Person {
        let manager = if manager == 0 { None } else { Some(id(manager)) };
        Person { id: id(n), manager, department: Some("Sales".into()), hired: Some(day(1, 1)), leaves: None }
    }

    /// 1 above 2 and 3; 2 above 4 to 7.
    fn company() -> Vec<Person> {
        [(1, 0), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2), (7, 2)].map(|(n, m)| person(n, m)).to_vec()
    }

    fn rule() -> Rule {
        Rule { on: day(3, 1), hired_by: Some(day(2, 1)), departments: None, excluded: BTreeSet::new() }
    }

    #[test]
    fn who_takes_part_follows_from_the_rule() {
        let mut people = company();
        people[3].leaves = Some(day(2, 28));
        people[4].hired = Some(day(2, 2));
        people[5].department = Some("Research".into());
        people.reverse();
        let rule = Rule { departments: Some(vec!["Sales".into()]), excluded: [id(3)].into(), ..rule() };
        let (inside, outside) = participants(&rule, &people);
        let with = |n, manager: Option<u128>| Participant { id: id(n), manager: manager.map(id) };
        assert_eq!(inside, [with(1, None), with(2, Some(1)), with(7, Some(2))]);
        assert_eq!(
            outside,
            [(id(3), Out::Excluded), (id(4), Out::NotThere), (id(5), Out::JustCome), (id(6), Out::OtherDepartment)]
        );
    }

    #[test]
    fn who_is_next_above_stands_in_for_a_manager_who_leaves_mid_cycle() {
        let mut people = company();
        people[1].leaves = Some(day(3, 15));
        assert_eq!(reviewer(id(4), &people, day(3, 15)), Some(id(2)));
        assert_eq!(reviewer(id(4), &people, day(3, 16)), Some(id(1)));
        people[0].leaves = Some(day(3, 20));
        assert_eq!(reviewer(id(4), &people, day(3, 21)), None, "somebody is to be named");
        let circle = [person(1, 2), person(2, 3), person(3, 1)];
        let gone: Vec<Person> = circle.into_iter().map(|p| Person { leaves: Some(day(1, 1)), ..p }).collect();
        assert_eq!(reviewer(id(1), &gone, day(3, 1)), None);
    }

    #[test]
    fn peers_are_enough_and_none_of_those_with_a_form_of_their_own() {
        let peers = Peers { least: 3, most: 4, load: 2 };
        let nominate = |of, named: &[u128]| {
            let named: Vec<EmployeeId> = named.iter().map(|n| id(*n)).collect();
            nominate(id(of), &named, &company(), &peers, &[(id(7), 2)].into(), day(3, 1))
        };
        assert_eq!(nominate(4, &[3, 5, 6]), []);
        assert_eq!(nominate(4, &[5, 6]), [Wrong::TooFew(3)]);
        assert_eq!(nominate(4, &[4, 5, 6]), [Wrong::Oneself]);
        assert_eq!(nominate(4, &[2, 5, 6]), [Wrong::Manager]);
        assert_eq!(nominate(2, &[3, 4, 99]), [Wrong::Report(id(4)), Wrong::NotThere(id(99))]);
        assert_eq!(nominate(4, &[5, 5, 6, 3]), [Wrong::Twice(id(5))]);
        assert_eq!(nominate(4, &[5, 6, 7]), [Wrong::Busy(id(7))]);
        assert_eq!(nominate(7, &[1, 3, 4, 5, 6]), [Wrong::TooMany(4)]);
        assert_eq!(peers.check(), Ok(()));
        assert!(Peers { least: 2, ..peers }.check().is_err());
    }

    #[test]
    fn two_reports_are_not_asked_about_their_manager() {
        assert_eq!(upward(id(2), &company(), day(3, 1)), [id(4), id(5), id(6), id(7)]);
        assert_eq!(upward(id(1), &company(), day(3, 1)), [], "two of them could be told apart");
    }

    proptest! {
        #[test]
        fn everybody_is_in_or_out_once(seed in prop::collection::vec((0u128..12, 1u32..13, prop::option::of(1u32..13)), 0..12)) {
            let people: Vec<Person> = (1u128..).zip(seed).map(|(n, (m, hired, leaves))| Person {
                hired: Some(day(hired, 1)),
                leaves: leaves.map(|l| day(l, 28)),
                ..person(n, m)
            }).collect();
            let (inside, outside) = participants(&rule(), &people);
            prop_assert_eq!(inside.len() + outside.len(), people.len());
            for p in inside {
                prop_assert!(p.manager != Some(p.id));
            }
        }
    }
}
