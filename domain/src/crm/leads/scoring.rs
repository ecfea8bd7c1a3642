//! What a lead scores: how well it fits, and how much it wants. Pure, exact integers, and each point has a reason.
//!
//! Fit comes from what is known of a lead. Engagement comes from what it did: points that halve with each half-life, may be
//! taken away as well, and stop at a cap of each rule (DOMAIN: Customers, leads, pipeline).

use super::conditions::{Condition, Facts};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Each axis goes from nothing to this.
pub const MOST: i32 = 100;
/// Rules that one axis may have.
pub const RULES: usize = 40;
/// Halvings after which nothing is left of any points.
const GONE: i64 = 16;

/// What a lead does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// It sent a form.
    Form,
    /// It agreed to be written to.
    Consent,
    /// Somebody of ours wrote a note about it.
    Note,
    /// A task about it was done.
    Task,
    /// Mail to it came back.
    Bounce,
}

impl Act {
    pub const ALL: [Self; 5] = [Self::Form, Self::Consent, Self::Note, Self::Task, Self::Bounce];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Consent => "consent",
            Self::Note => "note",
            Self::Task => "task",
            Self::Bounce => "bounce",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Form => "Sent a form",
            Self::Consent => "Gave its consent",
            Self::Note => "Was talked to: a note was written",
            Self::Task => "A task about it was done",
            Self::Bounce => "Mail to it came back",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.key() == key)
    }
}

/// Points for what is known of a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FitRule {
    pub when: Condition,
    /// From -100 to 100.
    pub points: i32,
}

/// Points for what a lead does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActRule {
    pub act: Act,
    pub points: i32,
    /// What all acts of this kind come to at most, either way.
    pub cap: i32,
}

/// How leads score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    pub fit: Vec<FitRule>,
    pub acts: Vec<ActRule>,
    /// Days in which points for acts halve.
    pub half_life: u16,
}

/// Why some points are there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub words: String,
    pub points: i32,
}

/// What a lead scores, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    pub fit: i32,
    pub engagement: i32,
    pub fit_reasons: Vec<Reason>,
    pub engagement_reasons: Vec<Reason>,
}

impl Default for Rules {
    fn default() -> Self {
        use super::conditions::{On, Test};
        let fit = |on, test, points| FitRule { when: Condition { on, test }, points };
        let any = |words: &[&str]| Test::OneOf(words.iter().map(|w| (*w).to_owned()).collect());
        Self {
            fit: vec![
                fit(On::Company, Test::Known, 10),
                fit(On::Email, Test::Business, 20),
                fit(On::Phone, Test::Known, 10),
                fit(On::Size, Test::AtLeast(50), 20),
                fit(On::Size, Test::AtLeast(250), 10),
                fit(On::JobTitle, any(&["head", "chief", "director", "owner", "founder", "manager"]), 20),
                fit(On::Source, any(&["referral"]), 10),
                fit(On::Email, Test::Free, -10),
            ],
            acts: vec![
                ActRule { act: Act::Form, points: 30, cap: 60 },
                ActRule { act: Act::Consent, points: 10, cap: 10 },
                ActRule { act: Act::Note, points: 10, cap: 30 },
                ActRule { act: Act::Task, points: 5, cap: 15 },
                ActRule { act: Act::Bounce, points: -50, cap: 50 },
            ],
            half_life: 30,
        }
    }
}

/// What a lead of these facts scores at this moment, by what it did and when. Acts that are still to come count nothing.
pub fn score(rules: &Rules, facts: &Facts, acts: &[(Act, DateTime<Utc>)], now: DateTime<Utc>) -> Score {
    let fits = rules.fit.iter().filter(|rule| rule.when.holds(facts));
    let fit_reasons: Vec<Reason> = fits.map(|rule| Reason { words: rule.when.words(), points: rule.points }).collect();
    let engagement_reasons: Vec<Reason> = rules
        .acts
        .iter()
        .filter_map(|rule| {
            let of = acts.iter().filter(|(act, at)| *act == rule.act && *at <= now);
            let (mut count, mut hundredths) = (0_i64, 0_i64);
            for (_, at) in of {
                count += 1;
                hundredths += decayed(rule.points, (now - *at).num_days(), rule.half_life_or(rules.half_life));
            }
            let cap = i64::from(rule.cap.abs()) * HUNDRED;
            let points = rounded(hundredths.clamp(-cap, cap));
            let times = if count > 1 { format!(", {count} times") } else { String::new() };
            (count > 0 && points != 0).then(|| Reason { words: format!("{}{times}", rule.act.label()), points })
        })
        .collect();
    let sum = |reasons: &[Reason]| reasons.iter().map(|r| r.points).sum::<i32>().clamp(0, MOST);
    Score { fit: sum(&fit_reasons), engagement: sum(&engagement_reasons), fit_reasons, engagement_reasons }
}

const HUNDRED: i64 = 100;

impl ActRule {
    /// Consent does not wear off: it holds until it is taken back.
    fn half_life_or(&self, days: u16) -> Option<u16> {
        (self.act != Act::Consent).then_some(days)
    }
}

/// Hundredths of points after so many days. Between two halvings it goes down in a straight line, so that it never rises
/// and needs no fractions that a machine would round.
fn decayed(points: i32, days: i64, half_life: Option<u16>) -> i64 {
    let whole = i64::from(points) * HUNDRED;
    let Some(half_life) = half_life.map(i64::from).filter(|h| *h > 0) else { return whole };
    let days = days.max(0);
    let (halvings, into) = (days / half_life, days % half_life);
    if halvings >= GONE {
        return 0;
    }
    let from = whole / (1 << halvings);
    from - (from / 2) * into / half_life
}

/// Hundredths as whole points, half of one away from nothing.
fn rounded(hundredths: i64) -> i32 {
    let half = if hundredths < 0 { -HUNDRED / 2 } else { HUNDRED / 2 };
    i32::try_from((hundredths + half) / HUNDRED).unwrap_or_default()
}

#[cfg(test)]
#[path = "scoring_tests.rs"]
mod tests;
