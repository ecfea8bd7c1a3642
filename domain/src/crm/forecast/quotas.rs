//! Quotas: what is expected of somebody in a month or a quarter. A team's is that of its people and its manager's own together.

use crate::{
    Currency, Day, MemberId, Money,
    crm::forecast::fiscal::{Period, Span},
};
use serde::{Deserialize, Serialize};

/// People that one grid has at most.
pub const MOST: usize = 200;

/// The grid's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// `month` or, empty, `quarter`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub span: String,
    /// A day of the fiscal year; empty: today.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub on: String,
    /// Somebody who has no quota yet.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub add: String,
}

impl Question {
    pub fn span(&self) -> Span {
        if self.span == Span::Month.key() { Span::Month } else { Span::Quarter }
    }
}

/// One that is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    pub member: MemberId,
    pub span: Span,
    pub from: Day,
    pub amount: Money,
    pub version: i32,
}

/// What is expected of one person in a period: what is set for it, or else what is set for the shorter ones together. A month
/// has none of a quarter's, since nobody said which third.
pub fn of_period(period: &Period, own: &[Quota]) -> Option<i64> {
    let set = |p: &Period| own.iter().find(|q| q.span == p.span && q.from == p.from).map(|q| q.amount.minor);
    let sum = |parts: Vec<Period>| {
        let each: Vec<i64> = parts.iter().filter_map(|p| of_period(p, own)).collect();
        (!each.is_empty()).then(|| each.iter().fold(0i64, |sum, one| sum.saturating_add(*one)))
    };
    match period.span {
        Span::Month => set(period),
        Span::Quarter => set(period).or_else(|| sum(period.parts(Span::Month))),
        Span::Year => sum(period.parts(Span::Quarter)),
    }
}

/// A cell of the grid as its form sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub member: MemberId,
    pub from: Day,
    /// That the form was filled from; 0: there was none.
    pub version: i32,
    pub typed: String,
    pub error: Option<String>,
}

/// The grid's form: of each cell `member/day/version`, and what was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Grid {
    pub span: String,
    pub on: String,
    pub cell: Vec<String>,
    pub amount: Vec<String>,
}

/// A cell that holds: no amount takes the quota away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Set {
    pub member: MemberId,
    pub from: Day,
    pub version: i32,
    pub amount: Option<Money>,
}

impl Grid {
    pub fn question(&self) -> Question {
        Question { span: self.span.clone(), on: self.on.clone(), add: String::new() }
    }

    /// The cells, with what is wrong beside each; and what they say where all of them hold. A cell that is not ours is passed
    /// over.
    pub fn read(&self, currency: Currency) -> (Vec<Cell>, Option<Vec<Set>>) {
        let named = |cell: &str| {
            let mut parts = cell.split('/');
            let (member, from) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok().map(Day)?);
            Some((member, from, parts.next()?.parse().ok()?))
        };
        let (mut cells, mut sets) = (vec![], vec![]);
        for (cell, typed) in self.cell.iter().zip(&self.amount) {
            let Some((member, from, version)) = named(cell) else { continue };
            let read = match typed.trim() {
                "" => Ok(None),
                text => crate::crm::deals::amount(text, currency).map(Some),
            };
            if let Ok(amount) = read {
                sets.push(Set { member, from, version, amount });
            }
            cells.push(Cell { member, from, version, typed: typed.clone(), error: read.err().map(str::to_owned) });
        }
        let holds = cells.iter().all(|c| c.error.is_none());
        (cells, holds.then_some(sets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crm::forecast::fiscal::Fiscal;
    use uuid::Uuid;

    fn quota(span: Span, month: u32, minor: i64) -> Quota {
        let from = Day::new(2026, month, 1).expect("a day");
        Quota { member: Uuid::nil().into(), span, from, amount: Money::new(minor, Currency::USD), version: 1 }
    }

    #[test]
    fn a_quota_is_that_of_its_period_or_of_its_parts() {
        use Span::{Month, Quarter, Year};
        let fiscal = Fiscal { month: 1, day: 1 };
        let on = Day::new(2026, 2, 9).expect("a day");
        for (set, month, quarter, year) in [
            (vec![], None, None, None),
            (vec![quota(Quarter, 1, 300)], None, Some(300), Some(300)),
            (vec![quota(Month, 1, 10), quota(Month, 2, 20), quota(Quarter, 4, 5)], Some(20), Some(30), Some(35)),
            // What is said of the quarter is not the sum of its months.
            (vec![quota(Month, 2, 20), quota(Quarter, 1, 50)], Some(20), Some(50), Some(50)),
            (vec![quota(Month, 2, 0)], Some(0), Some(0), Some(0)),
        ] {
            let told = [Month, Quarter, Year].map(|span| of_period(&fiscal.period(span, on), &set));
            assert_eq!(told, [month, quarter, year], "{set:?}");
        }
    }

    #[test]
    fn what_is_wrong_stands_in_its_cell() {
        let member = Uuid::from_u128(7);
        let grid = Grid {
            cell: vec![format!("{member}/2026-01-01/3"), format!("{member}/2026-04-01/0"), "nonsense".into()],
            amount: vec!["1,000".into(), "many".into(), "5".into()],
            ..Grid::default()
        };
        let (cells, sets) = grid.read(Currency::USD);
        assert_eq!(cells.iter().map(|c| c.error.is_some()).collect::<Vec<_>>(), [false, true]);
        assert_eq!(sets, None);
        let (_, sets) = Grid { amount: vec!["1,000".into(), " ".into(), "5".into()], ..grid }.read(Currency::USD);
        let told: Vec<_> = sets.expect("they hold").iter().map(|s| (s.version, s.amount.map(|a| a.minor))).collect();
        assert_eq!(told, [(3, Some(100_000)), (0, None)]);
    }
}
