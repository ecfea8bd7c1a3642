//! Goals as a tree, of the company, its teams and its people, and how far each is: by its own key results and by the goals
//! below it. What has no figure yet is missing, and no zero.

use crate::{Day, GoalId, hr::payroll::exact::Ratio};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Goals above each other at most.
pub const DEPTH: usize = 10;
pub const RESULTS: usize = 10;
/// Goals of one tree.
pub const MOST: usize = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Company,
    Team,
    Person,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Goal {
    pub id: GoalId,
    pub title: String,
    pub level: Level,
    pub parent: Option<GoalId>,
    /// Beside the others below the same goal; above zero.
    pub weight: u32,
    pub results: Vec<KeyResult>,
}

/// From where to where, and where it is by its check-ins. It may go down: from 30 days to 10.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyResult {
    pub title: String,
    pub start: Decimal,
    pub target: Decimal,
    pub weight: u32,
    /// By their days.
    pub check_ins: Vec<CheckIn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CheckIn {
    pub on: Day,
    pub value: Decimal,
}

/// How far a goal is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// From 0 to 1; `None`: nothing has been told yet.
    pub value: Option<Ratio>,
    /// Key results, of it and of all below it, that have no figure.
    pub missing: usize,
}

impl Progress {
    /// In whole percent, half up.
    pub fn percent(&self) -> Option<Decimal> {
        let exact = self.value?.times(Ratio::whole(100))?.decimal();
        Some(exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero))
    }
}

impl KeyResult {
    /// How far it was on a day: by the last check-in up to it, never below 0 nor above 1.
    pub fn progress(&self, on: Day) -> Option<Ratio> {
        let value = self.check_ins.iter().rfind(|c| c.on <= on)?.value;
        let part = |from: Decimal, to: Decimal| Ratio::of(to.checked_sub(from)?);
        let far = part(self.start, value)?.by(part(self.start, self.target)?)?;
        let (zero, one) = (Decimal::ZERO, Decimal::ONE);
        Some(match far.decimal() {
            d if d <= zero => Ratio::ZERO,
            d if d >= one => Ratio::whole(1),
            _ => far,
        })
    }
}

/// What is wrong with a tree, in words.
pub fn check(goals: &[Goal]) -> Vec<String> {
    let mut wrong = vec![];
    if goals.len() > MOST {
        return vec![format!("At most {MOST} goals stand in one tree.")];
    }
    let by: BTreeMap<GoalId, &Goal> = goals.iter().map(|g| (g.id, g)).collect();
    for goal in goals {
        let title = &goal.title;
        if goal.weight == 0 || goal.results.iter().any(|r| r.weight == 0) {
            wrong.push(format!("“{title}”: what counts for nothing is no part of it."));
        }
        if goal.results.len() > RESULTS {
            wrong.push(format!("“{title}” has more than {RESULTS} key results."));
        }
        if goal.results.iter().any(|r| r.start == r.target) {
            wrong.push(format!("“{title}”: a key result ends where it begins."));
        }
        match goal.parent.map(|p| by.get(&p)) {
            Some(None) => wrong.push(format!("The goal above “{title}” is gone.")),
            Some(Some(above)) if above.level > goal.level => {
                wrong.push(format!("“{title}” is of more people than “{}” above it.", above.title));
            }
            _ => {}
        }
        match above(goal, &by) {
            Err(()) => wrong.push(format!("“{title}” stands above itself.")),
            Ok(depth) if depth >= DEPTH => wrong.push(format!("“{title}” lies more than {DEPTH} goals deep.")),
            Ok(_) => {}
        }
    }
    wrong
}

/// How far each goal was on a day: Σ(w·p)/Σw over its key results and the goals below it that have a figure. Of a tree that
/// [`check`] finds nothing wrong with; goals in a circle have none.
pub fn progress(goals: &[Goal], on: Day) -> BTreeMap<GoalId, Progress> {
    let by: BTreeMap<GoalId, &Goal> = goals.iter().map(|g| (g.id, g)).collect();
    // The deepest first, so that what is below is known.
    let mut order: Vec<(usize, &Goal)> = goals.iter().filter_map(|g| Some((above(g, &by).ok()?, g))).collect();
    order.sort_by_key(|(depth, goal)| (std::cmp::Reverse(*depth), goal.id));
    let mut below: BTreeMap<GoalId, Vec<(u32, Progress)>> = BTreeMap::new();
    let mut done = BTreeMap::new();
    for (_, goal) in order {
        let own = goal.results.iter().map(|r| {
            let value = r.progress(on);
            (r.weight, Progress { missing: usize::from(value.is_none()), value })
        });
        let parts: Vec<(u32, Progress)> = own.chain(below.remove(&goal.id).unwrap_or_default()).collect();
        let whole = Progress { value: weighted(&parts), missing: parts.iter().map(|(_, p)| p.missing).sum() };
        if let Some(parent) = goal.parent {
            below.entry(parent).or_default().push((goal.weight, whole.clone()));
        }
        done.insert(goal.id, whole);
    }
    done
}

/// As a mean in 28 digits, so that the fractions of a large tree stay within bounds.
fn weighted(parts: &[(u32, Progress)]) -> Option<Ratio> {
    let present = parts.iter().filter_map(|(weight, p)| Some((*weight, p.value?.decimal())));
    let (sum, weights) = present.fold((Decimal::ZERO, Decimal::ZERO), |(sum, weights), (weight, value)| {
        let weight = Decimal::from(weight);
        (sum + value * weight, weights + weight)
    });
    Ratio::of(sum.checked_div(weights)?.round_dp(12))
}

/// How many goals stand above one; an error where that goes round in a circle.
fn above(goal: &Goal, by: &BTreeMap<GoalId, &Goal>) -> Result<usize, ()> {
    let mut seen = BTreeSet::from([goal.id]);
    let mut at = goal.parent.and_then(|p| by.get(&p));
    while let Some(parent) = at {
        if !seen.insert(parent.id) {
            return Err(());
        }
        at = parent.parent.and_then(|p| by.get(&p));
    }
    Ok(seen.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(n: u128) -> GoalId {
        GoalId(Uuid::from_u128(n))
    }

    fn day(d: u32) -> Day {
        Day::new(2026, 3, d).expect("a day")
    }

    fn result(start: &str, target: &str, weight: u32, check_ins: &[(u32, &str)]) -> KeyResult {
        let d = |s: &str| s.parse::<Decimal>().expect("a number");
        let check_ins = check_ins.iter().map(|(on, value)| CheckIn { on: day(*on), value: d(value) }).collect();
        KeyResult { title: "Result".into(), start: d(start), target: d(target), weight, check_ins }
    }

    fn goal(n: u128, level: Level, parent: Option<u128>, weight: u32, results: Vec<KeyResult>) -> Goal {
        Goal { id: id(n), title: format!("Goal {n}"), level, parent: parent.map(id), weight, results }
    }

    #[test]
    fn progress_worked_out_by_hand() {
        let goals = [
            goal(1, Level::Company, None, 1, vec![]),
            // From 100 to 200, at 150: 50 %. From 30 days down to 10, at 15: 75 %, three times as heavy: 68.75 %.
            goal(
                2,
                Level::Team,
                Some(1),
                3,
                vec![result("100", "200", 1, &[(1, "120"), (10, "150")]), result("30", "10", 3, &[(10, "15")])],
            ),
            // Nothing told yet; the one below is beyond its target: 100 %.
            goal(3, Level::Team, Some(1), 1, vec![result("0", "5", 1, &[])]),
            goal(4, Level::Person, Some(3), 1, vec![result("0", "5", 1, &[(10, "9")])]),
        ];
        assert_eq!(check(&goals), Vec::<String>::new());
        let told = |on| {
            let all = progress(&goals, day(on));
            (1..=4).map(|n| (all[&id(n)].percent().map(|p| p.to_string()), all[&id(n)].missing)).collect::<Vec<_>>()
        };
        let percent = |p: &str| Some(p.to_owned());
        // The company: (68.75 × 3 + 100)/4 = 76.5625.
        assert_eq!(told(10), [(percent("77"), 1), (percent("69"), 0), (percent("100"), 1), (percent("100"), 0)]);
        // On the 5th only one figure was known: 20 % of the first.
        assert_eq!(told(5), [(percent("20"), 3), (percent("20"), 1), (None, 2), (None, 1)]);
    }

    #[test]
    fn a_key_result_is_never_below_nothing_nor_above_all() {
        for (value, wanted) in [("90", "0"), ("100", "0"), ("125", "0.25"), ("200", "1"), ("999", "1")] {
            let far = result("100", "200", 1, &[(1, value)]).progress(day(1)).expect("a figure");
            assert_eq!(far.decimal(), wanted.parse().expect("a number"), "{value}");
        }
    }

    #[test]
    fn a_tree_is_no_circle_and_does_not_widen_downwards() {
        let circle = [goal(1, Level::Team, Some(2), 1, vec![]), goal(2, Level::Team, Some(1), 1, vec![])];
        assert_eq!(check(&circle), ["“Goal 1” stands above itself.", "“Goal 2” stands above itself."]);
        assert!(progress(&circle, day(1)).is_empty());
        let wide = [
            goal(1, Level::Person, None, 1, vec![result("5", "5", 1, &[])]),
            goal(2, Level::Company, Some(1), 0, vec![]),
            goal(3, Level::Person, Some(9), 1, vec![]),
        ];
        assert_eq!(
            check(&wide),
            [
                "“Goal 1”: a key result ends where it begins.",
                "“Goal 2”: what counts for nothing is no part of it.",
                "“Goal 2” is of more people than “Goal 1” above it.",
                "The goal above “Goal 3” is gone.",
            ]
        );
    }

    proptest! {
        #[test]
        fn a_goal_is_between_its_parts(values in prop::collection::vec((0u32..=100, 1u32..10), 1..8)) {
            let children = (2u128..).zip(&values).map(|(n, (v, w))| {
                goal(n, Level::Person, Some(1), *w, vec![result("0", "100", 1, &[(1, &v.to_string())])])
            });
            let goals: Vec<Goal> = [goal(1, Level::Company, None, 1, vec![])].into_iter().chain(children).collect();
            let whole = progress(&goals, day(1))[&id(1)].percent().expect("a figure");
            let (least, most) = (values.iter().map(|v| v.0).min(), values.iter().map(|v| v.0).max());
            prop_assert!(Decimal::from(least.expect("one")) <= whole && whole <= Decimal::from(most.expect("one")));
        }
    }
}
