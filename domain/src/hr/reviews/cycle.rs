//! A cycle: set-up → self → peers → manager → calibration → released → acknowledged → closed (DOMAIN: Reviews). All of it but
//! the acknowledgement is of the cycle; that is each person's own.

use crate::Day;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    SetUp,
    OwnReview,
    Peers,
    Manager,
    Calibration,
    /// Results are with the people they are of.
    Released,
    Closed,
}

/// A phase that the cycle has, and its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    pub phase: Phase,
    pub until: Day,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    pub phase: Phase,
    /// Those between set-up and release that it has, in their order. Each may be left out but the manager's.
    pub plan: Vec<Planned>,
}

/// Whose form it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    OwnReview,
    Peer,
    /// By those who report to the person.
    Upward,
    Manager,
}

/// What somebody makes of their released review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Acknowledged { comment: Option<String> },
    Appealed { reason: String },
}

/// Where one person's review stands, once it is released.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Released,
    Appealed,
    Acknowledged,
    Closed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    Phase(Phase),
    /// So many forms are still open; whoever goes on without them says why.
    OpenForms(usize),
    /// So many have not been calibrated.
    Uncalibrated(usize),
    OpenAppeals(usize),
    NoReason,
    AnsweredAlready,
}

/// What is to be known before a phase ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ready {
    /// Forms of this phase that were not handed in.
    pub open: usize,
    pub appeals: usize,
    /// Why it goes on all the same. Open forms are missing then, and are no zeros.
    pub reason: Option<String>,
}

impl Phase {
    pub const ALL: [Self; 7] =
        [Self::SetUp, Self::OwnReview, Self::Peers, Self::Manager, Self::Calibration, Self::Released, Self::Closed];

    pub const fn key(self) -> &'static str {
        match self {
            Self::SetUp => "set_up",
            Self::OwnReview => "own_review",
            Self::Peers => "peers",
            Self::Manager => "manager",
            Self::Calibration => "calibration",
            Self::Released => "released",
            Self::Closed => "closed",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::SetUp => "Set-up",
            Self::OwnReview => "Self review",
            Self::Peers => "Peers",
            Self::Manager => "Manager",
            Self::Calibration => "Calibration",
            Self::Released => "Released",
            Self::Closed => "Closed",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.key() == key)
    }

    /// Template, scale, weights, goals and managers can be changed; from launch on they are frozen.
    pub const fn is_frozen(self) -> bool {
        !matches!(self, Self::SetUp)
    }

    /// Nothing of it is open to whom it is of before release, not even that there is something.
    pub const fn is_open_to_the_person(self) -> bool {
        matches!(self, Self::Released | Self::Closed)
    }
}

impl Form {
    pub const ALL: [Self; 4] = [Self::OwnReview, Self::Peer, Self::Upward, Self::Manager];

    pub const fn key(self) -> &'static str {
        match self {
            Self::OwnReview => "own_review",
            Self::Peer => "peer",
            Self::Upward => "upward",
            Self::Manager => "manager",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.key() == key)
    }

    /// Whether its answers are told without a name.
    pub const fn is_anonymous(self) -> bool {
        matches!(self, Self::Peer | Self::Upward)
    }

    /// In which phase it is filled in.
    pub const fn phase(self) -> Phase {
        match self {
            Self::OwnReview => Phase::OwnReview,
            Self::Peer | Self::Upward => Phase::Peers,
            Self::Manager => Phase::Manager,
        }
    }
}

impl Cycle {
    /// What is wrong with a plan, in words.
    pub fn check(&self) -> Result<(), &'static str> {
        let between = [Phase::OwnReview, Phase::Peers, Phase::Manager, Phase::Calibration];
        if self.plan.iter().any(|p| !between.contains(&p.phase)) {
            return Err("A plan has the phases from the self review to the calibration.");
        }
        if !self.plan.iter().any(|p| p.phase == Phase::Manager) {
            return Err("Each cycle has the manager’s phase.");
        }
        let rises = |pair: &[Planned]| pair[0].phase < pair[1].phase && pair[0].until < pair[1].until;
        if self.plan.windows(2).all(rises) { Ok(()) } else { Err("Each phase ends after the one before it.") }
    }

    /// The last day of the phase that it is in.
    pub fn deadline(&self) -> Option<Day> {
        self.plan.iter().find(|p| p.phase == self.phase).map(|p| p.until)
    }

    pub fn is_late(&self, today: Day) -> bool {
        self.deadline().is_some_and(|until| until < today)
    }

    /// A form can be filled in during its phase alone.
    pub fn takes(&self, form: Form) -> bool {
        self.phase == form.phase()
    }

    /// The phase after this one.
    pub fn next(&self) -> Option<Phase> {
        match self.phase {
            Phase::Closed => None,
            Phase::Released => Some(Phase::Closed),
            now => self.plan.iter().map(|p| p.phase).find(|p| *p > now).or(Some(Phase::Released)),
        }
    }

    /// Ends the phase. With open forms or appeals only who says why.
    pub fn advance(&self, ready: &Ready) -> Result<Self, Refused> {
        let next = self.next().ok_or(Refused::Phase(self.phase))?;
        let said = ready.reason.as_deref().is_some_and(|r| !r.trim().is_empty());
        if ready.open > 0 && !said {
            return Err(match self.phase {
                Phase::Calibration => Refused::Uncalibrated(ready.open),
                _ => Refused::OpenForms(ready.open),
            });
        }
        if self.phase == Phase::Released && ready.appeals > 0 && !said {
            return Err(Refused::OpenAppeals(ready.appeals));
        }
        Ok(Self { phase: next, ..self.clone() })
    }

    /// Where a person's review stands by what they made of it: the last answer counts, and an appeal stays one until it is
    /// settled. `None` before release.
    pub fn standing(&self, answers: &[Answer]) -> Option<Standing> {
        match (self.phase, answers.last()) {
            (Phase::Closed, _) => Some(Standing::Closed),
            (Phase::Released, None) => Some(Standing::Released),
            (Phase::Released, Some(Answer::Acknowledged { .. })) => Some(Standing::Acknowledged),
            (Phase::Released, Some(Answer::Appealed { .. })) => Some(Standing::Appealed),
            _ => None,
        }
    }

    /// Whether somebody can answer so. Who has acknowledged can still appeal, until the cycle is closed; nobody does the
    /// same twice.
    pub fn answer(&self, answers: &[Answer], new: &Answer) -> Result<(), Refused> {
        if self.phase != Phase::Released {
            return Err(Refused::Phase(self.phase));
        }
        match new {
            Answer::Appealed { reason } if reason.trim().is_empty() => Err(Refused::NoReason),
            Answer::Appealed { .. } if matches!(answers.last(), Some(Answer::Appealed { .. })) => {
                Err(Refused::AnsweredAlready)
            }
            Answer::Acknowledged { .. } if matches!(answers.last(), Some(Answer::Acknowledged { .. })) => {
                Err(Refused::AnsweredAlready)
            }
            _ => Ok(()),
        }
    }
}

impl Refused {
    pub fn words(&self) -> String {
        match self {
            Self::Phase(phase) => format!("The cycle is in the phase {}.", phase.label()),
            Self::OpenForms(1) => "One form is open. Say why it goes on without it.".into(),
            Self::OpenForms(n) => format!("{n} forms are open. Say why it goes on without them."),
            Self::Uncalibrated(n) => format!("{n} are not calibrated. Say why it goes on without."),
            Self::OpenAppeals(n) => format!("{n} appeals are open. Say why the cycle ends all the same."),
            Self::NoReason => "Say why.".into(),
            Self::AnsweredAlready => "This has been answered already.".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(d: u32) -> Day {
        Day::new(2026, 3, d).expect("a day")
    }

    fn cycle(phases: &[Phase]) -> Cycle {
        let plan = (1..).zip(phases).map(|(n, phase)| Planned { phase: *phase, until: day(n * 5) }).collect();
        Cycle { phase: Phase::SetUp, plan }
    }

    fn whole() -> Cycle {
        cycle(&[Phase::OwnReview, Phase::Peers, Phase::Manager, Phase::Calibration])
    }

    #[test]
    fn a_cycle_goes_through_the_phases_that_it_has() {
        for (plan, wanted) in [
            (whole(), "own_review peers manager calibration released closed"),
            (cycle(&[Phase::Manager]), "manager released closed"),
        ] {
            let mut cycle = plan;
            let mut seen = vec![];
            while let Ok(next) = cycle.advance(&Ready::default()) {
                seen.push(next.phase.key());
                cycle = next;
            }
            assert_eq!(seen.join(" "), wanted);
            assert_eq!(cycle.advance(&Ready::default()), Err(Refused::Phase(Phase::Closed)));
        }
    }

    #[test]
    fn a_plan_rises_and_has_the_managers_phase() {
        assert_eq!(whole().check(), Ok(()));
        assert!(cycle(&[Phase::OwnReview]).check().is_err());
        assert!(cycle(&[Phase::Manager, Phase::OwnReview]).check().is_err());
        assert!(cycle(&[Phase::Manager, Phase::Released]).check().is_err());
        let mut late = whole();
        late.plan[0].until = day(30);
        assert_eq!(late.check(), Err("Each phase ends after the one before it."));
    }

    #[test]
    fn a_phase_with_open_forms_ends_only_with_a_reason() {
        let at = Cycle { phase: Phase::Peers, ..whole() };
        let open = Ready { open: 2, ..Ready::default() };
        assert_eq!(at.advance(&open), Err(Refused::OpenForms(2)));
        let said = Ready { reason: Some("Two have left.".into()), ..open };
        assert_eq!(at.advance(&said).map(|c| c.phase), Ok(Phase::Manager));
        let released = Cycle { phase: Phase::Released, ..whole() };
        assert_eq!(released.advance(&Ready { appeals: 1, ..Ready::default() }), Err(Refused::OpenAppeals(1)));
    }

    #[test]
    fn forms_are_filled_in_in_their_phase_and_nothing_is_shown_before_release() {
        for phase in Phase::ALL {
            let at = Cycle { phase, ..whole() };
            let takes: Vec<_> = Form::ALL.into_iter().filter(|f| at.takes(*f)).collect();
            let wanted: &[Form] = match phase {
                Phase::OwnReview => &[Form::OwnReview],
                Phase::Peers => &[Form::Peer, Form::Upward],
                Phase::Manager => &[Form::Manager],
                _ => &[],
            };
            assert_eq!(takes, wanted, "{phase:?}");
            assert_eq!(phase.is_open_to_the_person(), phase >= Phase::Released);
            assert_eq!(phase.is_frozen(), phase > Phase::SetUp);
            assert_eq!(Phase::parse(phase.key()), Some(phase));
        }
        let late = Cycle { phase: Phase::Peers, ..whole() };
        assert_eq!((late.is_late(day(10)), late.is_late(day(11))), (false, true));
    }

    #[test]
    fn a_released_review_is_acknowledged_or_appealed() {
        let released = Cycle { phase: Phase::Released, ..whole() };
        let yes = Answer::Acknowledged { comment: None };
        let no = |reason: &str| Answer::Appealed { reason: reason.into() };
        assert_eq!(whole().answer(&[], &yes), Err(Refused::Phase(Phase::SetUp)));
        assert_eq!(whole().standing(&[]), None);
        for (answers, new, wanted) in [
            (vec![], yes.clone(), Ok(())),
            (vec![], no(" "), Err(Refused::NoReason)),
            (vec![yes.clone()], no("The goals had changed."), Ok(())),
            (vec![no("x")], no("y"), Err(Refused::AnsweredAlready)),
            (vec![no("x")], yes.clone(), Ok(())),
            (vec![yes.clone()], yes.clone(), Err(Refused::AnsweredAlready)),
        ] {
            assert_eq!(released.answer(&answers, &new), wanted, "{answers:?} {new:?}");
        }
        assert_eq!(released.standing(&[yes.clone(), no("x")]), Some(Standing::Appealed));
        assert_eq!(released.standing(&[no("x"), yes]), Some(Standing::Acknowledged));
    }

    proptest! {
        #[test]
        fn phases_only_go_forward(steps in prop::collection::vec((0usize..3, any::<bool>()), 0..20)) {
            let mut cycle = whole();
            for (open, says) in steps {
                let ready = Ready { open, appeals: open, reason: says.then(|| "because".to_owned()) };
                if let Ok(next) = cycle.advance(&ready) {
                    prop_assert!(next.phase > cycle.phase);
                    prop_assert!(open == 0 || says);
                    cycle = next;
                }
            }
        }
    }
}
