//! What should have been paid, by today's facts, less all that was paid for the same period, earlier corrections among it:
//! the difference is posted in the next payslip with its period of origin (DOMAIN: Payroll: Retro; hrms#1393). Nothing that
//! was paid is rewritten. Debts and expenses are no matter of rules, and are not compared.

use super::{
    calculation::{Origin, Outcome, State},
    components::{Code, Kind},
    extras::{Carried, Debt, DebtKind},
    schedule::Period,
};
use crate::{Currency, Day, Money, PayDebtId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A line of the ledger: what a component came to for a period, whenever it was paid. A run that is reversed has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// For which period; that of a correction is the one that it corrects.
    pub of: Period,
    pub code: Code,
    pub name: String,
    pub kind: Kind,
    /// Minor units.
    pub amount: i64,
}

/// What is missing of a component in a period that was paid, or, below zero, too much.
pub type Correction = Entry;

/// What a person is corrected by, and what of it they pay back later.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settlement {
    pub corrections: Vec<Correction>,
    /// Beside them in the same payslip, so that they take nothing off at once.
    pub carried: Option<Carried>,
    /// Paid back from the period with its day on.
    pub debt: Option<Debt>,
}

/// How an overpayment is paid back. Minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovery {
    pub instalment: i64,
    /// In the period with this day, the first time.
    pub from: Day,
}

/// What a payslip adds to the ledger.
pub fn entries(outcome: &Outcome, period: Period) -> Vec<Entry> {
    let entry = |line: &super::calculation::Line| {
        let of = match &line.origin {
            Origin::Correction { of } => *of,
            Origin::Rule | Origin::Override { .. } | Origin::Adjustment { .. } => period,
            _ => return None,
        };
        let code = line.code.clone()?;
        Some(Entry { of, code, name: line.name.clone(), kind: line.kind, amount: line.amount })
    };
    outcome.lines.iter().filter_map(entry).filter(|e| e.amount != 0).collect()
}

/// Compares periods that were paid, recalculated by today's facts, with the ledger. A period that is not among `again` is
/// left as it is. One that cannot be calculated any more is told by its days, and corrects nothing.
pub fn corrections(again: &[(Period, Outcome)], ledger: &[Entry]) -> Result<Vec<Correction>, String> {
    if let Some((period, outcome)) = again.iter().find(|(_, o)| o.state == State::Error && o.lines.is_empty()) {
        let why = outcome.notices.first().map(|n| n.words.as_str()).unwrap_or_default();
        return Err(format!("{} cannot be calculated again: {why}", period.words()));
    }
    let periods: BTreeSet<Period> = again.iter().map(|(period, _)| *period).collect();
    let mut sums: BTreeMap<(Period, Code, Kind), (i64, String)> = BTreeMap::new();
    let mut add = |entry: Entry, sign: i64| {
        let sum = sums.entry((entry.of, entry.code, entry.kind)).or_insert((0, entry.name));
        sum.0 += sign * entry.amount;
    };
    for (period, outcome) in again {
        // What is recalculated is the period itself; corrections that were posted in it are of others.
        entries(outcome, *period).into_iter().filter(|e| e.of == *period).for_each(|e| add(e, 1));
    }
    ledger.iter().filter(|e| periods.contains(&e.of)).cloned().for_each(|e| add(e, -1));
    let differs = sums.into_iter().filter(|(_, (amount, _))| *amount != 0);
    Ok(differs.map(|((of, code, kind), (amount, name))| Entry { of, code, name, kind, amount }).collect())
}

/// What corrections come to for the person: what they get, or, below zero, have to give back. Minor units.
pub fn net(corrections: &[Correction]) -> i64 {
    let side = |c: &Correction| match c.kind {
        Kind::Earning | Kind::Addition => c.amount,
        Kind::Deduction => -c.amount,
        Kind::EmployerCost | Kind::Information => 0,
    };
    corrections.iter().map(side).sum()
}

/// Corrections as they are posted: what was paid too much becomes a debt with a schedule, and no smaller payslip out of the
/// blue. `debt` is the id of that debt, should there be one.
pub fn settle(corrections: Vec<Correction>, debt: PayDebtId, recovery: Recovery, currency: Currency) -> Settlement {
    let owed = -net(&corrections);
    if owed <= 0 {
        return Settlement { corrections, ..Settlement::default() };
    }
    let origins: BTreeSet<Period> = corrections.iter().map(|c| c.of).collect();
    let since = origins.first().map(|p| p.from.short()).unwrap_or_default();
    let debt = Debt {
        id: debt,
        kind: DebtKind::Overpayment,
        name: format!("Overpayment of {} since {since}", Money::new(owed, currency)),
        owed,
        instalment: recovery.instalment,
        from: recovery.from,
        paused: false,
        paid_out: None,
    };
    Settlement { corrections, carried: Some(Carried { debt: debt.id, amount: owed }), debt: Some(debt) }
}
