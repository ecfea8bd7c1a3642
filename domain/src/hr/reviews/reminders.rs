//! When somebody is reminded of a form that is open, and when whoever is next above is told. Each step is once: what was sent
//! is handed in, and a day on which nothing ran is caught up with one reminder, and not with several.

use super::cycle::Cycle;
use crate::Day;
use serde::{Deserialize, Serialize};

/// From the first one to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nudge {
    /// A week is left.
    Week,
    /// Two days are left.
    Soon,
    /// It is the last day.
    Today,
    /// It is over by a day.
    Late,
    /// It is over by three days: whoever is next above is told, too.
    Escalated,
}

impl Nudge {
    pub const ALL: [Self; 5] = [Self::Week, Self::Soon, Self::Today, Self::Late, Self::Escalated];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Soon => "soon",
            Self::Today => "today",
            Self::Late => "late",
            Self::Escalated => "escalated",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|n| n.key() == key)
    }

    /// Days from the last day of the phase.
    const fn after(self) -> i64 {
        match self {
            Self::Week => -7,
            Self::Soon => -2,
            Self::Today => 0,
            Self::Late => 1,
            Self::Escalated => 3,
        }
    }
}

/// Which reminder of an open form is due on a day; `sent` is the last one of this phase. `None`: none, or it was sent.
pub fn due(cycle: &Cycle, sent: Option<Nudge>, today: Day) -> Option<Nudge> {
    let until = cycle.deadline()?;
    let begun = |n: &Nudge| until.plus(n.after()).is_some_and(|on| on <= today);
    Nudge::ALL.into_iter().rev().find(begun).filter(|n| sent.is_none_or(|s| s < *n))
}

/// The next day on which to look again.
pub fn next(cycle: &Cycle, today: Day) -> Option<Day> {
    let until = cycle.deadline()?;
    Nudge::ALL.into_iter().filter_map(|n| until.plus(n.after())).find(|on| *on > today)
}

#[cfg(test)]
mod tests {
    use super::{
        super::cycle::{Phase, Planned},
        *,
    };
    use proptest::prelude::*;

    fn day(d: u32) -> Day {
        Day::new(2026, 3, d).expect("a day")
    }

    fn cycle() -> Cycle {
        Cycle { phase: Phase::Manager, plan: vec![Planned { phase: Phase::Manager, until: day(20) }] }
    }

    #[test]
    fn reminders_come_closer_and_end_with_whoever_is_above() {
        for (on, wanted, again) in [
            (12, None, Some(13)),
            (13, Some(Nudge::Week), Some(18)),
            (17, Some(Nudge::Week), Some(18)),
            (18, Some(Nudge::Soon), Some(20)),
            (20, Some(Nudge::Today), Some(21)),
            (21, Some(Nudge::Late), Some(23)),
            (23, Some(Nudge::Escalated), None),
            (30, Some(Nudge::Escalated), None),
        ] {
            assert_eq!((due(&cycle(), None, day(on)), next(&cycle(), day(on))), (wanted, again.map(day)), "{on} March");
        }
        assert_eq!(due(&cycle(), Some(Nudge::Soon), day(19)), None, "once");
        assert_eq!(due(&cycle(), Some(Nudge::Week), day(21)), Some(Nudge::Late), "what was missed is one reminder");
        assert_eq!(due(&Cycle { phase: Phase::Released, ..cycle() }, None, day(30)), None);
    }

    proptest! {
        #[test]
        fn nobody_is_reminded_twice_of_the_same(days in prop::collection::btree_set(1u32..31, 0..30)) {
            let (mut sent, mut all) = (None, vec![]);
            for on in days {
                if let Some(nudge) = due(&cycle(), sent, day(on)) {
                    all.push(nudge);
                    sent = Some(nudge);
                }
            }
            prop_assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
