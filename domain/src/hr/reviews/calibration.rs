//! Ratings side by side: what the manager gave stays, what it was made stands beside it with reason and actor. A distribution
//! is shown; none is forced (DOMAIN: Reviews).

use super::template::Scale;
use crate::{EmployeeId, MemberId, hr::payroll::exact::split};
use serde::{Deserialize, Serialize};

/// Letters of a reason.
pub const REASON: usize = 1_000;
/// Moves of one person that are kept; more is a quarrel, and not a calibration.
const MOST: usize = 100;

/// One person on the grid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placed {
    pub employee: EmployeeId,
    /// The manager's.
    pub given: u8,
    /// All moves, the last one counts.
    pub moves: Vec<Move>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    pub from: u8,
    pub to: u8,
    pub reason: String,
    pub by: MemberId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Not on the scale.
    Scale,
    NoReason,
    /// It is there already.
    Same,
    /// Nobody moves their own rating.
    Own,
    TooMany,
}

/// How many have a step, and how many of a hundred that is; all hundredths together are a hundred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub step: u8,
    pub label: String,
    pub people: usize,
    pub percent: i64,
}

impl Refused {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Scale => "There is no such step on the scale.",
            Self::NoReason => "Say why, in at most 1,000 letters.",
            Self::Same => "This is the rating already.",
            Self::Own => "Nobody calibrates their own rating.",
            Self::TooMany => "This rating has been moved too often.",
        }
    }
}

impl Placed {
    /// What counts now.
    pub fn now(&self) -> u8 {
        self.moves.last().map_or(self.given, |m| m.to)
    }

    /// With one move more. `own`: who moves it is whom it is of.
    pub fn moved(&self, scale: &Scale, to: u8, reason: &str, by: MemberId, own: bool) -> Result<Self, Refused> {
        let reason = reason.trim();
        match () {
            () if own => Err(Refused::Own),
            () if scale.step(to).is_none() => Err(Refused::Scale),
            () if to == self.now() => Err(Refused::Same),
            () if reason.is_empty() || reason.chars().count() > REASON => Err(Refused::NoReason),
            () if self.moves.len() >= MOST => Err(Refused::TooMany),
            () => {
                let mut placed = self.clone();
                placed.moves.push(Move { from: self.now(), to, reason: reason.to_owned(), by });
                Ok(placed)
            }
        }
    }
}

/// How ratings are distributed over the scale, before and after calibration by what `of` reads.
pub fn distribution(scale: &Scale, placed: &[Placed], of: impl Fn(&Placed) -> u8) -> Vec<Share> {
    let count = |step: u8| placed.iter().filter(|p| of(p) == step).count();
    let counts: Vec<usize> = scale.steps.iter().map(|s| count(s.value)).collect();
    let weights: Vec<u64> = counts.iter().map(|n| u64::try_from(*n).unwrap_or(0)).collect();
    let whole = if counts.iter().all(|n| *n == 0) { 0 } else { 100 };
    let shares = scale.steps.iter().zip(&counts).zip(split(whole, &weights));
    shares
        .map(|((s, people), percent)| Share { step: s.value, label: s.label.clone(), people: *people, percent })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{super::template::sample, *};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn placed(n: u128, given: u8) -> Placed {
        Placed { employee: EmployeeId(Uuid::from_u128(n)), given, moves: vec![] }
    }

    fn member(n: u128) -> MemberId {
        MemberId(Uuid::from_u128(n))
    }

    #[test]
    fn both_ratings_the_reason_and_the_actor_are_kept() {
        let scale = sample().scale;
        let once = placed(1, 4).moved(&scale, 3, " Beside the others of the team. ", member(1), false).expect("moved");
        let twice = once.moved(&scale, 2, "Looked at again.", member(2), false).expect("moved");
        assert_eq!((twice.given, twice.now()), (4, 2));
        let told: Vec<_> = twice.moves.iter().map(|m| (m.from, m.to, m.reason.as_str(), m.by)).collect();
        assert_eq!(told, [(4, 3, "Beside the others of the team.", member(1)), (3, 2, "Looked at again.", member(2))]);
    }

    #[test]
    fn a_move_needs_a_step_a_reason_and_somebody_else() {
        let scale = sample().scale;
        let moved =
            |to, reason: &str, own| placed(1, 2).moved(&scale, to, reason, member(1), own).expect_err("refused");
        assert_eq!(moved(9, "why", false), Refused::Scale);
        assert_eq!(moved(3, " ", false), Refused::NoReason);
        assert_eq!(moved(2, "why", false), Refused::Same);
        assert_eq!(moved(3, "why", true), Refused::Own);
    }

    #[test]
    fn a_distribution_is_shown_before_and_after() {
        let scale = sample().scale;
        let moved = placed(3, 3).moved(&scale, 2, "why", member(1), false).expect("moved");
        let all = [placed(1, 2), placed(2, 3), moved];
        let of = |shares: Vec<Share>| shares.into_iter().map(|s| (s.people, s.percent)).collect::<Vec<_>>();
        assert_eq!(of(distribution(&scale, &all, |p| p.given)), [(0, 0), (1, 33), (2, 67), (0, 0)]);
        assert_eq!(of(distribution(&scale, &all, Placed::now)), [(0, 0), (2, 67), (1, 33), (0, 0)]);
        assert_eq!(of(distribution(&scale, &[], Placed::now)), [(0, 0); 4]);
    }

    proptest! {
        #[test]
        fn a_distribution_is_a_hundred(ratings in prop::collection::vec(1u8..=4, 1..60)) {
            let all: Vec<Placed> = (1u128..).zip(ratings).map(|(n, r)| placed(n, r)).collect();
            let shares = distribution(&sample().scale, &all, Placed::now);
            prop_assert_eq!(shares.iter().map(|s| s.percent).sum::<i64>(), 100);
            prop_assert_eq!(shares.iter().map(|s| s.people).sum::<usize>(), all.len());
        }
    }
}
