//! A forecast by teams: the reporting tree of those who have part in it. A team is its manager and everyone below.

use super::{Figures, Line};
use crate::{EmployeeId, MemberId};
use std::collections::{HashMap, HashSet};

/// Somebody in the reporting tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: EmployeeId,
    pub name: String,
    pub manager: Option<EmployeeId>,
    pub member: Option<MemberId>,
}

/// A row of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// How far below the top.
    pub depth: usize,
    pub name: String,
    /// Of a team, the figures of all of it, its manager's own among them.
    pub team: Option<EmployeeId>,
    /// Of one person, theirs.
    pub line: Option<Line>,
    pub figures: Figures,
}

/// The rows of the tree, each team above its own. Those on top add up to the whole.
pub fn tree(lines: &[Line], people: &[Person]) -> Vec<Node> {
    let known: HashMap<EmployeeId, &Person> = people.iter().map(|p| (p.id, p)).collect();
    let place: HashMap<MemberId, EmployeeId> = people.iter().filter_map(|p| Some((p.member?, p.id))).collect();
    let mut own: HashMap<EmployeeId, &Line> = HashMap::new();
    let mut alone: Vec<&Line> = vec![];
    for line in lines {
        match line.member.as_ref().and_then(|(id, _)| place.get(id)) {
            Some(at) => drop(own.insert(*at, line)),
            None => alone.push(line),
        }
    }
    let mut below: HashMap<EmployeeId, Vec<EmployeeId>> = HashMap::new();
    let mut tops = vec![];
    for person in people {
        match person.manager.filter(|m| known.contains_key(m)) {
            Some(manager) => below.entry(manager).or_default().push(person.id),
            None => tops.push(person.id),
        }
    }
    let walk = Walk { known: &known, own: &own, below: &below };
    let (mut rows, mut seen) = (vec![], HashSet::new());
    for mut top in tops {
        // Whoever has no part in it, and only one below them, adds nothing on top.
        while let (None, Some([one])) = (own.get(&top), below.get(&top).map(Vec::as_slice)) {
            top = *one;
        }
        walk.down(top, 0, &mut seen, &mut rows);
    }
    // A circle that should not be has no top: its people stand for themselves.
    let lost = people.iter().filter(|p| !seen.contains(&p.id)).filter_map(|p| own.get(&p.id).copied());
    alone.extend(lost.collect::<Vec<_>>());
    rows.extend(alone.into_iter().map(|line| leaf(line, 0)));
    rows
}

struct Walk<'a> {
    known: &'a HashMap<EmployeeId, &'a Person>,
    own: &'a HashMap<EmployeeId, &'a Line>,
    below: &'a HashMap<EmployeeId, Vec<EmployeeId>>,
}

impl Walk<'_> {
    /// Adds the rows of somebody and of all below; nothing where nobody there has part in it.
    fn down(
        &self,
        at: EmployeeId,
        depth: usize,
        seen: &mut HashSet<EmployeeId>,
        rows: &mut Vec<Node>,
    ) -> Option<Figures> {
        if !seen.insert(at) {
            return None;
        }
        let reports = self.below.get(&at).map(Vec::as_slice).unwrap_or_default();
        let own = self.own.get(&at).copied();
        if reports.is_empty() {
            rows.extend(own.map(|line| leaf(line, depth)));
            return own.map(|line| line.figures);
        }
        let begins = rows.len();
        let mut all: Option<Figures> = None;
        let mut add = |figures: Option<Figures>| {
            if let Some(figures) = figures {
                *all.get_or_insert_default() += figures;
            }
        };
        rows.extend(own.map(|line| leaf(line, depth + 1)));
        add(own.map(|line| line.figures));
        for report in reports {
            add(self.down(*report, depth + 1, seen, rows));
        }
        let figures = all?;
        let name = self.known.get(&at).map(|p| p.name.clone()).unwrap_or_default();
        rows.insert(begins, Node { depth, name, team: Some(at), line: None, figures });
        Some(figures)
    }
}

fn leaf(line: &Line, depth: usize) -> Node {
    let name = line.member.as_ref().map_or("Nobody", |(_, name)| name).to_owned();
    Node { depth, name, team: None, line: Some(line.clone()), figures: line.figures }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crm::forecast::Sums;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn person(n: u128, manager: Option<u128>) -> Person {
        let id = |n: u128| EmployeeId(Uuid::from_u128(n));
        Person { id: id(n), name: format!("P{n}"), manager: manager.map(id), member: Some(Uuid::from_u128(n).into()) }
    }

    fn line(n: u128, won: i64) -> Line {
        let figures = Figures { sums: Sums { won, ..Sums::default() }, ..Figures::default() };
        Line { member: Some((Uuid::from_u128(n).into(), format!("P{n}"))), figures, days: None }
    }

    fn told(rows: &[Node]) -> Vec<(usize, &str, bool, i64)> {
        rows.iter().map(|r| (r.depth, r.name.as_str(), r.team.is_some(), r.figures.sums.won)).collect()
    }

    #[test]
    fn a_team_is_its_manager_and_everyone_below() {
        // 1 leads 2, who leads 3 and 4; 1 has no part in it.
        let people = [person(1, None), person(2, Some(1)), person(3, Some(2)), person(4, Some(2)), person(5, Some(4))];
        let nobody = Line { member: None, ..line(9, 7) };
        let rows = tree(&[line(2, 1), line(3, 10), line(5, 100), nobody], &people);
        assert_eq!(
            told(&rows),
            [
                (0, "P2", true, 111),
                (1, "P2", false, 1),
                (1, "P3", false, 10),
                (1, "P4", true, 100),
                (2, "P5", false, 100),
                (0, "Nobody", false, 7)
            ]
        );
        let circle = [person(1, Some(2)), person(2, Some(1))];
        assert_eq!(told(&tree(&[line(1, 5)], &circle)), [(0, "P1", false, 5)]);
    }

    proptest! {
        #[test]
        fn what_stands_on_top_is_the_whole(managers in prop::collection::vec(prop::option::of(0u128..20), 20), won in prop::collection::vec(0i64..1_000, 20)) {
            let people: Vec<_> = managers.iter().zip(0u128..).map(|(m, n)| person(n, m.filter(|m| *m != n))).collect();
            let lines: Vec<_> = won.iter().zip(0u128..).filter(|(w, _)| **w > 300).map(|(w, n)| line(n, *w)).collect();
            let rows = tree(&lines, &people);
            let top: i64 = rows.iter().filter(|r| r.depth == 0).map(|r| r.figures.sums.won).sum();
            let leaves: i64 = rows.iter().filter(|r| r.line.is_some()).map(|r| r.figures.sums.won).sum();
            let whole: i64 = lines.iter().map(|l| l.figures.sums.won).sum();
            prop_assert_eq!((top, leaves), (whole, whole));
        }
    }
}
