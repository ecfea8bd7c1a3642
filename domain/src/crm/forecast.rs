//! The forecast: what was won in a period, what may still be, by judgement and by probability, and what was expected (DOMAIN:
//! Customers, leads, pipeline). Amounts are in the workspace's currency, in its smallest part.

pub mod accuracy;
pub mod adjustments;
pub mod capacity;
pub mod fiscal;
pub mod quotas;
pub mod tree;
pub mod waterfall;

use self::fiscal::{Fiscal, Period, Span};
use super::{
    deals::{Customer, Owner},
    pipelines::{Category, State},
};
use crate::{Day, DealId, MemberId, Money};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// Deals of one page of the list behind a number.
pub const DEALS: usize = 50;

/// The forecast's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// A key of [`Span`]; empty: a quarter.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub span: String,
    /// A day of the period; empty: today.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub on: String,
    /// The id of a pipeline; empty: all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pipeline: String,
    /// `team`: by the reporting tree.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// Which deals a list shows: a key of [`Of`].
    #[serde(skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// The id of a member whose deals they are, or [`NOBODY`].
    #[serde(skip_serializing_if = "String::is_empty")]
    pub member: String,
    /// The id of an employee: those of them and of everyone below.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub team: String,
    /// Behind this deal, in the list's order.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    /// The week of a snapshot from which a waterfall begins, and the one where it ends; empty: now.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub since: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub until: String,
}

/// Whose deals nobody owns.
pub const NOBODY: &str = "none";

impl Question {
    pub fn period(&self, fiscal: Fiscal, today: Day) -> Period {
        let on = self.on.parse().ok().map_or(today, Day);
        // Years of four digits, as dates have them.
        let on = if (1900..=2199).contains(&on.year()) { on } else { today };
        fiscal.period(Span::parse(&self.span).unwrap_or_default(), on)
    }

    /// The same of another period.
    pub fn at(&self, period: &Period) -> Self {
        Self { span: period.span.key().into(), on: period.from.to_string(), ..self.plain() }
    }

    /// Without what only a list or a waterfall asks.
    pub fn plain(&self) -> Self {
        Self {
            of: String::new(),
            member: String::new(),
            team: String::new(),
            after: String::new(),
            since: String::new(),
            until: String::new(),
            ..self.clone()
        }
    }

    pub fn by_team(&self) -> bool {
        self.by == "team"
    }
}

/// Which deals of a period a number is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Of {
    /// Whatever is won or open.
    #[default]
    All,
    Won,
    /// What is open and may be counted on: all but what is omitted.
    Open,
    /// All that is open, by its probability.
    Weighted,
    Category(Category),
    /// With an amount that no rate prices.
    Unpriced,
    /// Without an amount.
    Blank,
}

impl Of {
    pub const ALL: [Self; 10] = [
        Self::All,
        Self::Won,
        Self::Category(Category::Commit),
        Self::Category(Category::BestCase),
        Self::Category(Category::Pipeline),
        Self::Category(Category::Omitted),
        Self::Open,
        Self::Weighted,
        Self::Unpriced,
        Self::Blank,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Won => "won",
            Self::Open => "open",
            Self::Weighted => "weighted",
            Self::Category(category) => category.key(),
            Self::Unpriced => "unpriced",
            Self::Blank => "blank",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::All => "Won and open",
            Self::Won => "Won",
            Self::Open => "Open",
            Self::Weighted => "Weighted",
            Self::Category(category) => category.label(),
            Self::Unpriced => "Not priced",
            Self::Blank => "Without an amount",
        }
    }

    pub fn parse(key: &str) -> Self {
        Self::ALL.into_iter().find(|of| of.key() == key).unwrap_or_default()
    }
}

/// What deals of a period come to, by what they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// By the actual day.
    pub won: i64,
    pub commit: i64,
    pub best_case: i64,
    pub pipeline: i64,
    pub omitted: i64,
    /// Of all that is open, by its probability.
    pub weighted: i64,
}

impl Sums {
    /// Adds what was added up of deals of one state and category.
    pub fn add(&mut self, state: State, category: Category, amount: i64, weighted: i64) {
        let into = match (state, category) {
            (State::Won, _) => &mut self.won,
            (State::Lost, _) => return,
            (State::Open, Category::Commit) => &mut self.commit,
            (State::Open, Category::BestCase) => &mut self.best_case,
            (State::Open, Category::Omitted) => &mut self.omitted,
            (State::Open, Category::Pipeline | Category::Closed) => &mut self.pipeline,
        };
        *into = into.saturating_add(amount);
        if state == State::Open {
            self.weighted = self.weighted.saturating_add(weighted);
        }
    }

    /// What may still be won of it, as far as anybody counts on it.
    pub fn open(&self) -> i64 {
        self.commit.saturating_add(self.best_case).saturating_add(self.pipeline)
    }

    pub fn of(&self, of: Of) -> i64 {
        match of {
            Of::Won => self.won,
            Of::Open => self.open(),
            Of::Weighted => self.weighted,
            Of::Category(Category::Commit) => self.commit,
            Of::Category(Category::BestCase) => self.best_case,
            Of::Category(Category::Omitted) => self.omitted,
            Of::Category(Category::Pipeline | Category::Closed) => self.pipeline,
            Of::All => self.won.saturating_add(self.open()).saturating_add(self.omitted),
            Of::Unpriced | Of::Blank => 0,
        }
    }
}

impl AddAssign for Sums {
    fn add_assign(&mut self, o: Self) {
        let add = |a: &mut i64, b: i64| *a = a.saturating_add(b);
        add(&mut self.won, o.won);
        add(&mut self.commit, o.commit);
        add(&mut self.best_case, o.best_case);
        add(&mut self.pipeline, o.pipeline);
        add(&mut self.omitted, o.omitted);
        add(&mut self.weighted, o.weighted);
    }
}

/// All that is told of somebody, or of several together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub sums: Sums,
    /// None is set, or the reader sees none.
    pub quota: Option<i64>,
    /// Of somebody in it the reader does not see what is expected: what they see is less than all, and measures nothing.
    pub unseen: bool,
    /// What managers have added or taken away; never part of the sums.
    pub adjusted: adjustments::Adjusted,
    /// The weighted forecast by the days that there are to sell on; `None`: the period is over.
    pub capacity: Option<i64>,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, o: Self) {
        let both = |a: Option<i64>, b: Option<i64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (a, b) => a.or(b),
        };
        self.sums += o.sums;
        self.quota = both(self.quota, o.quota);
        self.unseen |= o.unseen;
        self.adjusted += o.adjusted;
        self.capacity = both(self.capacity, o.capacity);
    }
}

impl Figures {
    /// The quota, where the reader sees all of it.
    pub fn expected(&self) -> Option<i64> {
        self.quota.filter(|_| !self.unseen)
    }

    /// Won, of a hundred that were expected; to a tenth.
    pub fn attainment(&self) -> Option<Decimal> {
        let quota = self.expected().filter(|q| *q > 0)?;
        tenths(Decimal::from(self.sums.won) * Decimal::ONE_HUNDRED, quota)
    }

    /// What is still to be won of the quota.
    pub fn gap(&self) -> Option<i64> {
        self.expected().map(|quota| (quota - self.sums.won).max(0))
    }

    /// How often what is open covers the gap; to a tenth. No gap: nothing to cover.
    pub fn coverage(&self) -> Option<Decimal> {
        let gap = self.gap().filter(|gap| *gap > 0)?;
        tenths(Decimal::from(self.sums.open()), gap)
    }
}

fn tenths(of: Decimal, by: i64) -> Option<Decimal> {
    Some(of.checked_div(Decimal::from(by))?.round_dp_with_strategy(1, RoundingStrategy::MidpointAwayFromZero))
}

/// Whose they are, and what they come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// `None`: nobody's.
    pub member: Option<(MemberId, String)>,
    pub figures: Figures,
    /// Days that there are to sell on, of those that would be worked; where the reader is told.
    pub days: Option<capacity::Days>,
}

/// What stands beside the numbers, counted by deals: what is in none of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    pub deals: i64,
    /// With an amount that no rate prices.
    pub unpriced: i64,
    /// Currencies that lack a rate.
    pub currencies: Vec<String>,
    /// Without an amount.
    pub blank: i64,
    /// Open, and to be closed on no day: in no period.
    pub undated: i64,
}

/// The forecast of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// Who has most won and open comes first.
    pub lines: Vec<Line>,
    /// Added up by deals, and not by people.
    pub total: Sums,
    pub beside: Beside,
}

/// One row of the list behind a number: a deal, and what of it is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub deal: DealId,
    pub name: String,
    pub customer: Option<Customer>,
    pub owner: Option<Owner>,
    /// Whose part it is.
    pub member: Option<String>,
    /// In hundredths of a percent.
    pub share: i32,
    pub stage: String,
    pub state: State,
    pub category: Category,
    pub probability: i32,
    pub close_on: Option<Day>,
    pub amount: Option<Money>,
    /// The part, in the workspace's currency; `None`: no amount, or no rate.
    pub counts: Option<i64>,
    pub weighted: Option<i64>,
}

/// A page of them, with what all of them come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    pub rows: Vec<Part>,
    pub total: i64,
    pub count: i64,
    /// Where the next page begins.
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attainment_gap_and_coverage_follow_from_what_is_won_and_open() {
        let figures =
            |won, commit, quota| Figures { sums: Sums { won, commit, ..Sums::default() }, quota, ..Figures::default() };
        let tenth = |n: Option<Decimal>| n.map(|n| format!("{n:.1}"));
        let told = |f: Figures| (tenth(f.attainment()), f.gap(), tenth(f.coverage()));
        let some = |text: &str| Some(text.to_owned());
        for (won, commit, quota, expected) in [
            (50, 100, Some(100), (some("50.0"), Some(50), some("2.0"))),
            (1, 1, Some(3), (some("33.3"), Some(2), some("0.5"))),
            // Met: nothing to cover.
            (120, 100, Some(100), (some("120.0"), Some(0), None)),
            (10, 10, Some(0), (None, Some(0), None)),
            (10, 10, None, (None, None, None)),
        ] {
            assert_eq!(told(figures(won, commit, quota)), expected, "{won} {commit} {quota:?}");
        }
        // With somebody whose quota is not seen, nothing is measured.
        let mut both = figures(50, 100, Some(100));
        both += Figures { unseen: true, ..figures(500, 0, None) };
        assert_eq!((told(both), both.expected()), ((None, None, None), None));
    }

    #[test]
    fn lost_counts_nothing_and_weight_is_of_what_is_open() {
        let mut sums = Sums::default();
        for (state, category) in [
            (State::Won, Category::Closed),
            (State::Lost, Category::Omitted),
            (State::Open, Category::Commit),
            (State::Open, Category::BestCase),
            (State::Open, Category::Pipeline),
            (State::Open, Category::Omitted),
        ] {
            sums.add(state, category, 100, 10);
        }
        let all = Sums { won: 100, commit: 100, best_case: 100, pipeline: 100, omitted: 100, weighted: 40 };
        assert_eq!(sums, all);
        assert_eq!((sums.open(), sums.of(Of::All)), (300, 500));
    }

    #[test]
    fn a_list_is_asked_for_by_its_key() {
        for of in Of::ALL {
            assert_eq!(Of::parse(of.key()), of);
        }
    }
}
