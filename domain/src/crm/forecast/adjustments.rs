//! What a manager thinks of somebody's forecast: an amount up or down, and why. It stands beside the rep's own number and is
//! never mixed into it; it is taken back, and not deleted.

use crate::{AdjustmentId, Conventions, Currency, Day, Errors, MemberId, Money, crm::forecast::fiscal::Span, draft};
use chrono::{DateTime, Utc};
use std::ops::AddAssign;

/// Which number it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum About {
    #[default]
    Commit,
    BestCase,
    Weighted,
}

impl About {
    pub const ALL: [Self; 3] = [Self::Commit, Self::BestCase, Self::Weighted];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::BestCase => "best_case",
            Self::Weighted => "weighted",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Commit => "Commit",
            Self::BestCase => "Best case",
            Self::Weighted => "Weighted",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.key() == key)
    }
}

/// What adjustments come to, by the number that they are about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Adjusted {
    pub commit: i64,
    pub best_case: i64,
    pub weighted: i64,
}

impl Adjusted {
    pub fn add(&mut self, about: About, minor: i64) {
        let into = match about {
            About::Commit => &mut self.commit,
            About::BestCase => &mut self.best_case,
            About::Weighted => &mut self.weighted,
        };
        *into = into.saturating_add(minor);
    }

    pub fn of(&self, about: About) -> i64 {
        match about {
            About::Commit => self.commit,
            About::BestCase => self.best_case,
            About::Weighted => self.weighted,
        }
    }

    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign for Adjusted {
    fn add_assign(&mut self, o: Self) {
        About::ALL.into_iter().for_each(|about| self.add(about, o.of(about)));
    }
}

/// One that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    pub id: AdjustmentId,
    pub member: MemberId,
    pub name: String,
    pub about: About,
    pub amount: Money,
    pub reason: String,
    pub author: String,
    pub at: DateTime<Utc>,
    pub withdrawn: Option<(String, DateTime<Utc>)>,
}

draft! {
    /// One as it is typed.
    Draft { member, about, amount, reason, span, on }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub member: MemberId,
    pub about: About,
    pub amount: Money,
    pub reason: String,
}

impl Draft {
    pub fn parse(&self, c: &Conventions) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let member = e.take("member", self.member.parse::<MemberId>().map_err(|_| "Choose whose forecast it is."));
        let about = e.take("about", About::parse(&self.about).ok_or("Choose a number."));
        let told = match self.amount.trim() {
            "" => Err("Please fill this in."),
            text => signed(text, c.currency),
        };
        let amount = e.take("amount", told);
        let reason = e.text("reason", &self.reason, 500);
        if reason.is_none() && e.of("reason").is_none() {
            e.add("reason", "Say why: an adjustment without a reason helps nobody.");
        }
        match (member, about, amount, reason) {
            (Some(member), Some(about), Some(amount), Some(reason)) => e.or(Fields { member, about, amount, reason }),
            _ => Err(e),
        }
    }

    pub fn span(&self) -> Span {
        Span::parse(&self.span).unwrap_or_default()
    }

    pub fn on(&self) -> Option<Day> {
        self.on.parse().ok().map(Day)
    }
}

/// `+5,000`, `-2500`, `−2 500`.
fn signed(input: &str, currency: Currency) -> Result<Money, &'static str> {
    let text = input.replace('\u{2212}', "-");
    let amount = Money::parse(text.strip_prefix('+').unwrap_or(&text), currency)?;
    if amount.minor == 0 { Err("Nothing is no adjustment.") } else { Ok(amount) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adjustment_has_a_sign_and_a_reason() {
        let draft = |amount: &str, reason: &str| Draft {
            member: uuid::Uuid::from_u128(1).to_string(),
            about: "commit".into(),
            amount: amount.into(),
            reason: reason.into(),
            ..Draft::default()
        };
        let told = |amount: &str| draft(amount, "Slips").parse(&Conventions::default()).map(|f| f.amount.minor).ok();
        for (amount, minor) in [
            ("+5,000", Some(500_000)),
            ("-2500", Some(-250_000)),
            ("−1", Some(-100)),
            ("0", None),
            ("", None),
            ("++1", None),
        ] {
            assert_eq!(told(amount), minor, "{amount}");
        }
        assert!(draft("5", " ").parse(&Conventions::default()).is_err_and(|e| e.of("reason").is_some()));
    }
}
