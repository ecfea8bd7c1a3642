//! What a run means for the books: debits and credits by account and cost centre, which are even to the cent
//! (DOMAIN: Money; frappe/hrms#5138: a journal off by 0.002). Shares are split by the largest remainder.

use super::{
    calculation::{Line, Origin, Outcome, Share},
    components::{Code, Kind},
    exact::split,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// To which accounts lines go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    /// Of components that have one of their own.
    pub own: BTreeMap<Code, Accounts>,
    /// Earnings, borne by cost centres.
    pub wages: String,
    /// Deductions, owed to others.
    pub withheld: String,
    /// Employer costs, borne by cost centres, and owed to others.
    pub costs: String,
    pub costs_owed: String,
    /// Expenses and allowances, borne by cost centres.
    pub expenses: String,
    /// Loans, advances and overpayments: what people owe the company.
    pub staff: String,
    /// What is to be paid to people.
    pub net: String,
}

/// A component's own account; of employer costs, also where they are owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounts {
    pub account: String,
    pub owed: Option<String>,
}

/// One line of the journal: a debit or a credit, in minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    pub account: String,
    pub cost_centre: Option<String>,
    pub debit: i64,
    pub credit: i64,
}

impl Default for Chart {
    /// Words where a workspace has no numbers yet.
    fn default() -> Self {
        let account = str::to_owned;
        Self {
            own: BTreeMap::new(),
            wages: account("Wages and salaries"),
            withheld: account("Deductions payable"),
            costs: account("Employer costs"),
            costs_owed: account("Employer costs payable"),
            expenses: account("Expenses refunded"),
            staff: account("Receivable from staff"),
            net: account("Net pay payable"),
        }
    }
}

/// The journal of those who are paid: who is withheld or in error has none. All of one currency, as a run is.
pub fn journal(outcomes: &[Outcome], chart: &Chart) -> Vec<Posting> {
    // Above zero: debit.
    let mut sums: BTreeMap<(String, Option<String>), i64> = BTreeMap::new();
    let mut post = |account: &str, centre: Option<&str>, amount: i64| {
        *sums.entry((account.to_owned(), centre.map(str::to_owned))).or_default() += amount;
    };
    for outcome in outcomes.iter().filter(|o| o.state.is_paid()) {
        for line in &outcome.lines {
            let shares = |account: &str, post: &mut dyn FnMut(&str, Option<&str>, i64)| {
                for (share, part) in outcome.shares.iter().zip(parts(line.amount, &outcome.shares)) {
                    post(account, share.cost_centre.as_deref(), part);
                }
            };
            let own = line.code.as_ref().and_then(|code| chart.own.get(code));
            let account = own.map_or(usual(line, chart), |own| own.account.as_str());
            match line.kind {
                Kind::Information => {}
                Kind::Earning => shares(account, &mut post),
                Kind::Deduction => post(account, None, -line.amount),
                Kind::Addition if is_of_staff(line) => post(account, None, line.amount),
                Kind::Addition => shares(account, &mut post),
                Kind::EmployerCost => {
                    shares(account, &mut post);
                    let owed = own.and_then(|own| own.owed.as_deref()).unwrap_or(&chart.costs_owed);
                    post(owed, None, -line.amount);
                }
            }
        }
        post(&chart.net, None, -outcome.net);
    }
    let posting = |((account, cost_centre), amount): ((String, Option<String>), i64)| Posting {
        account,
        cost_centre,
        debit: amount.max(0),
        credit: (-amount).max(0),
    };
    sums.into_iter().filter(|(_, amount)| *amount != 0).map(posting).collect()
}

/// The opposite of a journal, for a run that is reversed.
pub fn reversal(journal: &[Posting]) -> Vec<Posting> {
    let turned = |p: &Posting| Posting { debit: p.credit, credit: p.debit, ..p.clone() };
    journal.iter().map(turned).collect()
}

/// What all debits and all credits come to.
pub fn totals(journal: &[Posting]) -> (i128, i128) {
    journal.iter().fold((0, 0), |(debit, credit), p| (debit + i128::from(p.debit), credit + i128::from(p.credit)))
}

fn parts(amount: i64, shares: &[Share]) -> Vec<i64> {
    split(amount, &shares.iter().map(|s| s.weight).collect::<Vec<_>>())
}

/// What people owe is nobody's cost.
fn is_of_staff(line: &Line) -> bool {
    matches!(line.origin, Origin::Debt { .. } | Origin::PaidOut { .. } | Origin::Carried { .. })
}

fn usual<'a>(line: &Line, chart: &'a Chart) -> &'a str {
    match line.kind {
        _ if is_of_staff(line) => &chart.staff,
        Kind::Earning | Kind::Information => &chart.wages,
        Kind::Deduction => &chart.withheld,
        Kind::EmployerCost => &chart.costs,
        Kind::Addition => &chart.expenses,
    }
}

#[cfg(test)]
mod journal_tests;
