//! A run: draft → calculating → review → approved → paid → reversed (DOMAIN: Payroll). Each step is a pure function of what
//! the run is and who takes it; whoever prepared any of it does not approve it.

use super::{calculation::Outcome, version};
use crate::{EmployeeId, MemberId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Members who may have had their hands in one run.
const MOST_HANDS: usize = 200;
/// Letters of a reason.
pub const REASON: usize = 300;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Draft,
    Calculating,
    Review,
    Approved,
    /// Locked for good.
    Paid,
    /// Taken back by an opposite journal; its lines stay.
    Reversed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The period's own; each person has one regular payslip for it at most.
    Regular,
    OffCycle,
    /// Of who leaves.
    Final,
    Correction,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub kind: Kind,
    pub stage: Stage,
    /// Whoever opened it, calculated it, overrode something or changed who is in it.
    pub hands: Vec<MemberId>,
    pub approved_by: Option<MemberId>,
    /// Fingerprint of all results that were approved.
    pub approved: Option<String>,
    /// Why it was sent back or reversed, the last time.
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// First, or again: what was changed, an override, other people in it.
    Calculate,
    /// All results are there: how many are `left` says [`stale`].
    Finish {
        left: usize,
    },
    /// The calculation is not to go on. What is there is kept, and need not be calculated again.
    Stop,
    Approve(Ready),
    /// Back into review, before anything is paid.
    SendBack {
        reason: String,
    },
    /// The money is on its way. With the fingerprint of the results as they are.
    Pay {
        snapshot: String,
    },
    Reverse {
        reason: String,
    },
}

/// What is to be seen before approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// Fingerprint of all results.
    pub snapshot: String,
    /// Findings that forbid it.
    pub blocking: usize,
    /// People whose facts have changed since they were calculated.
    pub stale: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Not at this stage.
    Stage(Stage),
    /// Whoever prepared it does not approve it.
    OwnWork,
    Blocked(usize),
    Stale(usize),
    NoReason,
    /// Other results than those that were approved.
    Changed,
    TooManyHands,
    /// So many are not calculated yet.
    Unfinished(usize),
}

impl Stage {
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Calculating, Self::Review, Self::Approved, Self::Paid, Self::Reversed];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Calculating => "calculating",
            Self::Review => "review",
            Self::Approved => "approved",
            Self::Paid => "paid",
            Self::Reversed => "reversed",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Calculating => "Calculating",
            Self::Review => "In review",
            Self::Approved => "Approved",
            Self::Paid => "Paid",
            Self::Reversed => "Reversed",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// Results, overrides and who is in it stay as they are.
    pub const fn is_locked(self) -> bool {
        matches!(self, Self::Approved | Self::Paid | Self::Reversed)
    }
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Regular, Self::OffCycle, Self::Final, Self::Correction];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::OffCycle => "off_cycle",
            Self::Final => "final",
            Self::Correction => "correction",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Regular => "Regular",
            Self::OffCycle => "Off-cycle",
            Self::Final => "Final pay",
            Self::Correction => "Correction",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    /// What its payslips are for: the period itself, or only what comes beside it.
    pub const fn pays(self) -> super::calculation::Pays {
        match self {
            Self::Regular | Self::Final => super::calculation::Pays::Period,
            Self::OffCycle | Self::Correction => super::calculation::Pays::Extras,
        }
    }
}

impl Refused {
    pub fn words(&self) -> String {
        match self {
            Self::Stage(stage) => format!("The run is {}.", stage.label().to_lowercase()),
            Self::OwnWork => "Whoever prepared a run does not approve it. Ask somebody else.".into(),
            Self::Blocked(1) => "One check forbids it.".into(),
            Self::Blocked(n) => format!("{n} checks forbid it."),
            Self::Stale(1) => "The facts of one person have changed since. Calculate again.".into(),
            Self::Stale(n) => format!("The facts of {n} people have changed since. Calculate again."),
            Self::NoReason => format!("Say why, in at most {REASON} letters."),
            Self::Changed => "These are not the results that were approved.".into(),
            Self::TooManyHands => "Too many people have worked on this run.".into(),
            Self::Unfinished(n) => format!("{n} are not calculated yet."),
        }
    }
}

impl Run {
    pub fn open(kind: Kind, by: MemberId) -> Self {
        Self { kind, stage: Stage::Draft, hands: vec![by], approved_by: None, approved: None, reason: None }
    }

    /// Somebody has changed what is in it. It is to be calculated again, which [`stale`] finds.
    pub fn touched(&self, by: MemberId) -> Result<Self, Refused> {
        if self.stage.is_locked() {
            return Err(Refused::Stage(self.stage));
        }
        let mut run = self.clone();
        if !run.hands.contains(&by) {
            run.hands.push(by);
        }
        if run.hands.len() > MOST_HANDS { Err(Refused::TooManyHands) } else { Ok(run) }
    }

    /// The run after a step; the same run with the same step is the same again, or refused.
    pub fn step(&self, act: &Act, by: MemberId) -> Result<Self, Refused> {
        let at = |stage| Self { stage, ..self.clone() };
        match (self.stage, act) {
            (Stage::Draft | Stage::Review, Act::Calculate) => {
                Ok(Self { stage: Stage::Calculating, ..self.touched(by)? })
            }
            (Stage::Calculating, Act::Finish { left: 0 }) => Ok(at(Stage::Review)),
            (Stage::Calculating, Act::Finish { left }) => Err(Refused::Unfinished(*left)),
            (Stage::Calculating, Act::Stop) => Ok(Self { stage: Stage::Draft, ..self.touched(by)? }),
            (Stage::Review, Act::Approve(ready)) => {
                if self.hands.contains(&by) {
                    return Err(Refused::OwnWork);
                }
                if ready.stale > 0 {
                    return Err(Refused::Stale(ready.stale));
                }
                if ready.blocking > 0 {
                    return Err(Refused::Blocked(ready.blocking));
                }
                Ok(Self { approved_by: Some(by), approved: Some(ready.snapshot.clone()), ..at(Stage::Approved) })
            }
            (Stage::Approved, Act::SendBack { reason }) => {
                Ok(Self { approved_by: None, approved: None, reason: Some(said(reason)?), ..at(Stage::Review) })
            }
            (Stage::Approved, Act::Pay { snapshot }) => {
                if self.approved.as_ref() == Some(snapshot) {
                    Ok(at(Stage::Paid))
                } else {
                    Err(Refused::Changed)
                }
            }
            (Stage::Paid, Act::Reverse { reason }) => Ok(Self { reason: Some(said(reason)?), ..at(Stage::Reversed) }),
            (stage, _) => Err(Refused::Stage(stage)),
        }
    }
}

/// Fingerprint of all results of a run: who, from what, how much.
pub fn snapshot<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> String {
    let all: BTreeMap<EmployeeId, (&str, i64, i64)> =
        outcomes.map(|o| (o.employee, (o.version.as_str(), o.gross, o.net))).collect();
    version::fingerprint(&all.into_iter().collect::<Vec<_>>())
}

/// Whose result is not from what would be calculated now: those to be calculated still, after a crash as well, and in
/// review those who are stale. Results of people who are no longer in the run are among them.
pub fn stale(results: &BTreeMap<EmployeeId, String>, wanted: &BTreeMap<EmployeeId, String>) -> Vec<EmployeeId> {
    let other = wanted.iter().filter(|(id, version)| results.get(id) != Some(version)).map(|(id, _)| *id);
    let gone = results.keys().filter(|id| !wanted.contains_key(id)).copied();
    let mut all: Vec<EmployeeId> = other.chain(gone).collect();
    all.sort();
    all
}

fn said(reason: &str) -> Result<String, Refused> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON { Err(Refused::NoReason) } else { Ok(reason.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn member(n: u128) -> MemberId {
        MemberId(Uuid::from_u128(n))
    }

    fn ready() -> Ready {
        Ready { snapshot: "abc".into(), blocking: 0, stale: 0 }
    }

    fn reviewed() -> Run {
        let run = Run::open(Kind::Regular, member(1));
        let run = run.step(&Act::Calculate, member(2)).expect("it begins");
        run.step(&Act::Finish { left: 0 }, member(2)).expect("it is done")
    }

    #[test]
    fn a_run_goes_from_draft_to_paid_and_back() {
        let approved = reviewed().step(&Act::Approve(ready()), member(3)).expect("approved");
        assert_eq!((approved.stage, approved.approved_by), (Stage::Approved, Some(member(3))));
        let back = approved.step(&Act::SendBack { reason: " a raise is missing ".into() }, member(3)).expect("back");
        assert_eq!(
            (back.stage, back.approved, back.reason.as_deref()),
            (Stage::Review, None, Some("a raise is missing"))
        );
        let paid = approved.step(&Act::Pay { snapshot: "abc".into() }, member(1)).expect("paid");
        let reversed =
            paid.step(&Act::Reverse { reason: "the bank sent it back".into() }, member(3)).expect("reversed");
        assert_eq!(reversed.stage, Stage::Reversed);
        assert_eq!(paid.step(&Act::Reverse { reason: " ".into() }, member(3)), Err(Refused::NoReason));
    }

    #[test]
    fn the_preparer_cannot_approve() {
        for hand in [1, 2] {
            assert_eq!(reviewed().step(&Act::Approve(ready()), member(hand)), Err(Refused::OwnWork));
        }
        let overrode = reviewed().touched(member(3)).expect("in review");
        assert_eq!(
            overrode.step(&Act::Approve(ready()), member(3)),
            Err(Refused::OwnWork),
            "an override is a hand in it"
        );
        assert!(overrode.step(&Act::Approve(ready()), member(4)).is_ok());
    }

    #[test]
    fn what_is_stale_blocked_or_changed_goes_no_further() {
        let approve = |ready| reviewed().step(&Act::Approve(ready), member(3));
        assert_eq!(approve(Ready { stale: 2, ..ready() }), Err(Refused::Stale(2)));
        assert_eq!(approve(Ready { blocking: 1, ..ready() }), Err(Refused::Blocked(1)));
        let approved = approve(ready()).expect("approved");
        assert_eq!(approved.step(&Act::Pay { snapshot: "abd".into() }, member(1)), Err(Refused::Changed));
        assert_eq!(approved.touched(member(1)), Err(Refused::Stage(Stage::Approved)), "what is approved is locked");
        assert_eq!(approved.step(&Act::Calculate, member(1)), Err(Refused::Stage(Stage::Approved)));
    }

    #[test]
    fn a_run_that_is_started_twice_starts_once() {
        let run = Run::open(Kind::Regular, member(1)).step(&Act::Calculate, member(1)).expect("it begins");
        assert_eq!(run.step(&Act::Calculate, member(1)), Err(Refused::Stage(Stage::Calculating)));
        assert_eq!(run.step(&Act::Finish { left: 3 }, member(1)), Err(Refused::Unfinished(3)));
        assert_eq!(run.step(&Act::Stop, member(1)).map(|r| r.stage), Ok(Stage::Draft));
    }

    #[test]
    fn who_is_to_be_calculated_is_whose_input_differs() {
        let id = |n| EmployeeId(Uuid::from_u128(n));
        let of = |all: &[(u128, &str)]| all.iter().map(|(n, v)| (id(*n), (*v).to_owned())).collect::<BTreeMap<_, _>>();
        let wanted = of(&[(1, "a"), (2, "b"), (3, "c")]);
        assert_eq!(stale(&of(&[]), &wanted), [id(1), id(2), id(3)], "all of them at first");
        assert_eq!(stale(&of(&[(1, "a"), (2, "x")]), &wanted), [id(2), id(3)], "after a crash those that are left");
        assert_eq!(stale(&of(&[(1, "a"), (2, "b"), (3, "c"), (4, "d")]), &wanted), [id(4)]);
        assert_eq!(stale(&wanted, &wanted), []);
    }

    #[test]
    fn a_snapshot_is_of_who_from_what_and_how_much() {
        use super::super::{calculation::calculate, samples_tests::*};
        let of = |n, salary| {
            let mut input = input(month("2026-03-01"));
            input.facts.employee = id(n);
            input.facts.pay = vec![pay("2020-01-01", salary)];
            calculate(&small(), &input)
        };
        let (one, two, raised) = (of(1, 300_000), of(2, 300_000), of(2, 310_000));
        let both = snapshot([&one, &two].into_iter());
        assert_eq!(both, snapshot([&two, &one].into_iter()), "in whichever order");
        assert_ne!(both, snapshot([&one, &raised].into_iter()));
        assert_ne!(both, snapshot([&one].into_iter()));
    }

    proptest! {
        /// Whichever steps anybody tries: nothing is paid that was not approved by somebody without a hand in it.
        #[test]
        fn nothing_is_paid_without_a_second_person(steps in prop::collection::vec((0usize..7, 1u128..4), 0..40)) {
            let reason = "because".to_owned();
            let mut run = Run::open(Kind::Regular, member(1));
            for (at, by) in steps {
                let act = [
                    Act::Calculate,
                    Act::Finish { left: 0 },
                    Act::Stop,
                    Act::Approve(ready()),
                    Act::SendBack { reason: reason.clone() },
                    Act::Pay { snapshot: "abc".into() },
                    Act::Reverse { reason: reason.clone() },
                ][at].clone();
                let before = run.stage;
                if let Ok(next) = run.step(&act, member(by)) {
                    prop_assert!(!matches!(before, Stage::Reversed));
                    run = next;
                }
                if matches!(run.stage, Stage::Approved | Stage::Paid | Stage::Reversed) {
                    let by = run.approved_by.expect("somebody approved it");
                    prop_assert!(!run.hands.contains(&by));
                }
            }
        }
    }
}
