//! One person's payslip: from facts and a plan to lines, each with how it came about, and to gross, net and what the
//! employer bears (DOMAIN: Payroll). What goes wrong is told in the outcome of that one person and stops nobody else's.
//!
//! The same input has the same outcome, in whichever order its rows come; [`Outcome::version`] says of which input it is.

mod lines;
mod scope;

use super::{
    components::{Code, Kind},
    extras::Extras,
    facts::Facts,
    formula::Fault,
    retro::Correction,
    schedule::Period,
    slices::{Slice, Terms},
    structure::Plan,
    version,
};
use crate::{Currency, Day, EmployeeId, Money, PayAdjustmentId, PayDebtId, ReimbursementId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All that a payslip depends on, beside the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    pub facts: Facts,
    pub period: Period,
    /// Tables are read as of this day.
    pub pay_date: Day,
    pub terms: Terms,
    pub pays: Pays,
    /// Numbers told of this person, by the structure's names.
    pub inputs: BTreeMap<Code, Decimal>,
    /// What components came to in the year's payslips before this one, in minor units.
    pub year_to_date: BTreeMap<Code, i64>,
    pub extras: Extras,
    /// Differences of periods before, as [`super::retro`] finds them.
    pub corrections: Vec<Correction>,
    /// It is calculated, and not paid for now: why.
    pub held: Option<String>,
    /// Minor units of the net that debts must leave.
    pub keep: i64,
}

/// What a payslip is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pays {
    /// The period and what comes beside it.
    #[default]
    Period,
    /// No time: only what comes beside it, and what is a part of that, as in an off-cycle run. What comes each period,
    /// instalments among it, comes with the period.
    Extras,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub employee: EmployeeId,
    /// Fingerprint of plan and input.
    pub version: String,
    pub currency: Currency,
    pub state: State,
    pub notices: Vec<Notice>,
    pub slices: Vec<Slice>,
    pub lines: Vec<Line>,
    /// Minor units; each is the sum of its lines.
    pub gross: i64,
    pub deductions: i64,
    pub additions: i64,
    pub net: i64,
    pub employer_cost: i64,
    pub shares: Vec<Share>,
}

/// The worst of all that there is to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Ok,
    Warning,
    Withheld,
    Error,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    pub concern: Concern,
    /// Of which component.
    pub code: Option<Code>,
    /// At which sign of its formula.
    pub at: Option<usize>,
    pub words: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concern {
    /// Employed without an agreed pay.
    MissingRate,
    /// Facts, adjustments or inputs with which nothing can be calculated.
    Facts,
    /// A formula or a table that comes to nothing.
    Formula,
    /// More is taken off than there is.
    NegativeNet,
    /// Less of a debt is paid back than was agreed.
    LessTaken,
    /// Employed, and nothing of the agreed pay is due: a whole period away, no hours, or a pay of nothing.
    NothingPaid,
}

/// A line of a payslip. Its amount is above zero for what its kind usually is: a deduction of 5 takes 5 off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// `None`: of no component.
    pub code: Option<Code>,
    pub name: String,
    pub kind: Kind,
    pub origin: Origin,
    /// Minor units.
    pub amount: i64,
    pub explanation: Option<Explanation>,
}

/// Why a line is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Origin {
    Rule,
    /// The difference between what the rule says and what somebody said it is to be.
    Override {
        reason: String,
    },
    Adjustment {
        id: PayAdjustmentId,
        reason: String,
    },
    /// An instalment.
    Debt {
        id: PayDebtId,
    },
    /// A loan or an advance on its way to the person.
    PaidOut {
        id: PayDebtId,
    },
    Expense {
        id: ReimbursementId,
    },
    /// An overpayment that is paid back later, not now.
    Carried {
        id: PayDebtId,
    },
    /// For a period before this one.
    Correction {
        of: Period,
    },
}

/// How a line came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// "5 % of basic", or the formula.
    pub rule: String,
    /// What it was calculated from, in the order in which it was asked for.
    pub read: Vec<(String, Decimal)>,
    /// Before rounding, in major units.
    pub exact: Decimal,
    pub rounding: String,
    /// It is the sum of the slices.
    pub by_slices: bool,
}

/// How much of a payslip a cost centre bears; `None`: the company as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub cost_centre: Option<String>,
    pub weight: u64,
}

impl Input {
    /// In one order, whichever its rows came in.
    #[must_use]
    pub fn canonical(self) -> Self {
        let mut input = Self { facts: self.facts.canonical(), extras: self.extras.canonical(), ..self };
        input.inputs.values_mut().for_each(|n| *n = n.normalize());
        input.corrections.sort_by(|a, b| (a.of, &a.code, a.kind, a.amount).cmp(&(b.of, &b.code, b.kind, b.amount)));
        input
    }

    /// Fingerprint of what would be calculated: another one, and a result is stale.
    pub fn version(&self, plan: &Plan) -> String {
        version::fingerprint(&(plan.fingerprint(), self.clone().canonical()))
    }
}

/// One person's payslip.
pub fn calculate(plan: &Plan, input: &Input) -> Outcome {
    let input = input.clone().canonical();
    let mut outcome = Outcome {
        employee: input.facts.employee,
        version: version::fingerprint(&(plan.fingerprint(), &input)),
        currency: plan.currency(),
        state: State::Ok,
        notices: vec![],
        slices: vec![],
        lines: vec![],
        gross: 0,
        deductions: 0,
        additions: 0,
        net: 0,
        employer_cost: 0,
        shares: shares(&input, &[]),
    };
    match lines::sheet(plan, &input) {
        Ok(sheet) => {
            outcome.shares = shares(&input, &sheet.slices);
            (outcome.slices, outcome.lines, outcome.notices) = (sheet.slices, sheet.lines, sheet.notices);
            outcome.add_up();
        }
        Err(notice) => outcome.notices.push(*notice),
    }
    if outcome.net < 0 {
        let words = format!("More is taken off than there is: the net would be {}.", outcome.money(outcome.net));
        outcome.notices.push(Notice::of(Concern::NegativeNet, words));
    }
    let held = if input.held.is_some() { State::Withheld } else { State::Ok };
    outcome.state = outcome.notices.iter().map(|n| n.concern.state()).fold(held, State::max);
    outcome
}

impl State {
    pub const ALL: [Self; 4] = [Self::Ok, Self::Warning, Self::Withheld, Self::Error];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Withheld => "withheld",
            Self::Error => "error",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Warning => "Warning",
            Self::Withheld => "Withheld",
            Self::Error => "Error",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// Whether its net goes to the bank.
    pub const fn is_paid(self) -> bool {
        matches!(self, Self::Ok | Self::Warning)
    }
}

impl Concern {
    pub const fn state(self) -> State {
        match self {
            Self::LessTaken | Self::NothingPaid => State::Warning,
            _ => State::Error,
        }
    }
}

impl Notice {
    fn of(concern: Concern, words: impl Into<String>) -> Self {
        Self { concern, code: None, at: None, words: words.into() }
    }

    fn formula(code: &Code, fault: Fault) -> Self {
        Self { concern: Concern::Formula, code: Some(code.clone()), at: Some(fault.at), words: fault.words }
    }
}

impl Outcome {
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// What each component came to, in minor units, corrections of other periods among it: what the year's sums grow by.
    pub fn by_code(&self) -> BTreeMap<Code, i64> {
        let mut sums = BTreeMap::new();
        for line in &self.lines {
            if let Some(code) = &line.code {
                *sums.entry(code.clone()).or_default() += line.amount;
            }
        }
        sums
    }

    /// A total is the sum of its shown, rounded lines (DOMAIN: Money).
    fn add_up(&mut self) {
        let sum = |kind| self.lines.iter().filter(|l| l.kind == kind).map(|l| l.amount).sum::<i64>();
        let (gross, deductions, additions) = (sum(Kind::Earning), sum(Kind::Deduction), sum(Kind::Addition));
        self.employer_cost = sum(Kind::EmployerCost);
        (self.gross, self.deductions, self.additions) = (gross, deductions, additions);
        self.net = gross - deductions + additions;
    }
}

/// By what the slices are worth; where none is worth anything, the centre of the last day employed bears all.
fn shares(input: &Input, slices: &[Slice]) -> Vec<Share> {
    let mut by_centre: BTreeMap<Option<String>, u64> = BTreeMap::new();
    for slice in slices {
        *by_centre.entry(slice.cost_centre.clone()).or_default() += u64::try_from(slice.amount.minor).unwrap_or(0);
    }
    by_centre.retain(|_, weight| *weight > 0);
    if by_centre.is_empty() {
        let last = input.facts.leaves.map_or(input.period.to, |d| d.min(input.period.to));
        let centre = input.facts.job(last).or(input.facts.jobs.last()).and_then(|j| j.cost_centre.clone());
        by_centre.insert(centre, 1);
    }
    by_centre.into_iter().map(|(cost_centre, weight)| Share { cost_centre, weight }).collect()
}

#[cfg(test)]
mod calculation_tests;
