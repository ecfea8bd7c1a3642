//! What a list of employees is asked about days: the first one at work, the end of a probation, birthdays, years at work.

use super::Filter;
use crate::{DateOrder, Day, draft::FieldClass};

/// One question that was understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    StartedFrom(Day),
    StartedTo(Day),
    StartsWithin(i64),
    ProbationFrom(Day),
    ProbationTo(Day),
    ProbationWithin(i64),
    BirthdayMonth(i16),
    BirthdayWithin(i64),
    AnniversaryWithin(i64),
    TenureFrom(i32),
    TenureBelow(i32),
}

impl Ask {
    /// The class of what is asked about.
    pub const fn class(self) -> FieldClass {
        match self {
            Self::ProbationFrom(_) | Self::ProbationTo(_) | Self::ProbationWithin(_) => FieldClass::Terms,
            Self::BirthdayMonth(_) | Self::BirthdayWithin(_) => FieldClass::Personal,
            _ => FieldClass::Directory,
        }
    }
}

/// How far ahead a question may look: a year comes round once.
const MOST_AHEAD: i64 = 365;

impl Filter {
    /// Key, what it is called, what was typed, and what that asks.
    pub fn days(&self) -> [(&'static str, &'static str, &str, Option<Ask>); 11] {
        let day = |text: &str| Day::parse(text, DateOrder::default()).ok();
        let ahead = |text: &str| text.trim().parse().ok().filter(|n| (0..=MOST_AHEAD).contains(n));
        let years = |text: &str| text.trim().parse().ok().filter(|n| (0..=100).contains(n));
        let month = self.birthday_month.trim().parse().ok().filter(|n| (1..=12).contains(n));
        [
            ("started_from", "Started from", &self.started_from, day(&self.started_from).map(Ask::StartedFrom)),
            ("started_to", "Started up to", &self.started_to, day(&self.started_to).map(Ask::StartedTo)),
            ("starts_within", "Starts", &self.starts_within, ahead(&self.starts_within).map(Ask::StartsWithin)),
            (
                "probation_from",
                "Probation ends from",
                &self.probation_from,
                day(&self.probation_from).map(Ask::ProbationFrom),
            ),
            ("probation_to", "Probation ends up to", &self.probation_to, day(&self.probation_to).map(Ask::ProbationTo)),
            (
                "probation_within",
                "Probation ends",
                &self.probation_within,
                ahead(&self.probation_within).map(Ask::ProbationWithin),
            ),
            ("birthday_month", "Birthday in", &self.birthday_month, month.map(Ask::BirthdayMonth)),
            (
                "birthday_within",
                "Birthday",
                &self.birthday_within,
                ahead(&self.birthday_within).map(Ask::BirthdayWithin),
            ),
            (
                "anniversary_within",
                "Anniversary",
                &self.anniversary_within,
                ahead(&self.anniversary_within).map(Ask::AnniversaryWithin),
            ),
            ("tenure_from", "Years here, at least", &self.tenure_from, years(&self.tenure_from).map(Ask::TenureFrom)),
            (
                "tenure_below",
                "Years here, fewer than",
                &self.tenure_below,
                years(&self.tenure_below).map(Ask::TenureBelow),
            ),
        ]
    }

    /// What is asked and was understood.
    pub fn asks(&self) -> impl Iterator<Item = Ask> {
        self.days().into_iter().filter_map(|(.., ask)| ask)
    }

    /// Whether all that is asked was understood. A list shows something for what was not; what changes records must not.
    pub(super) fn days_are_clear(&self) -> bool {
        self.days().into_iter().all(|(_, _, text, ask)| text.trim().is_empty() || ask.is_some())
    }

    /// The same without one of its questions.
    #[must_use]
    pub fn without_day(&self, key: &str) -> Self {
        let mut rest = self.clone();
        for (name, field) in [
            ("started_from", &mut rest.started_from),
            ("started_to", &mut rest.started_to),
            ("starts_within", &mut rest.starts_within),
            ("probation_from", &mut rest.probation_from),
            ("probation_to", &mut rest.probation_to),
            ("probation_within", &mut rest.probation_within),
            ("birthday_month", &mut rest.birthday_month),
            ("birthday_within", &mut rest.birthday_within),
            ("anniversary_within", &mut rest.anniversary_within),
            ("tenure_from", &mut rest.tenure_from),
            ("tenure_below", &mut rest.tenure_below),
        ] {
            if name == key {
                field.clear();
            }
        }
        rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_not_asked_and_not_clear() {
        let asked = Filter {
            started_from: "2026-03-01".into(),
            birthday_month: "13".into(),
            probation_within: "30".into(),
            ..Filter::default()
        };
        let asks: Vec<_> = asked.asks().collect();
        assert_eq!(asks, [Ask::StartedFrom(Day::new(2026, 3, 1).expect("a day")), Ask::ProbationWithin(30)]);
        assert!(!asked.is_clear() && asked.without_day("birthday_month").is_clear());
        assert_eq!(Filter { birthday_within: "-1".into(), ..Filter::default() }.asks().count(), 0);
    }

    #[test]
    fn each_question_can_be_taken_away() {
        let all = Filter {
            started_from: "x".into(),
            started_to: "x".into(),
            starts_within: "x".into(),
            probation_from: "x".into(),
            probation_to: "x".into(),
            probation_within: "x".into(),
            birthday_month: "x".into(),
            birthday_within: "x".into(),
            anniversary_within: "x".into(),
            tenure_from: "x".into(),
            tenure_below: "x".into(),
            ..Filter::default()
        };
        let keys: Vec<_> = all.days().into_iter().map(|(key, ..)| key).collect();
        let none = keys.into_iter().fold(all, |rest, key| rest.without_day(key));
        assert_eq!(none, Filter::default());
    }
}
