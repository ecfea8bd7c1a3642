//! Who gets how much where: the payments of a run, and its file as rows. What the payments come to is what the nets come to;
//! whoever is left out is told, with the reason. Field class: pay.

use super::calculation::{Outcome, State};
use crate::{Currency, EmployeeId, Money, hr::details::bank};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Signs of the mark that begins each payment's reference, at most: with a number it must fit into 35 (ISO 20022, Max35Text).
pub const MARK: usize = 24;

/// An account, as it was before it is checked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub holder: String,
    pub iban: String,
    pub bic: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub employee: EmployeeId,
    pub holder: String,
    /// Without blanks; its check digits are right.
    pub iban: String,
    pub bic: Option<String>,
    /// Minor units, above zero.
    pub amount: i64,
    /// What the bank tells both sides, unique within the file.
    pub reference: String,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Batch {
    pub currency: Currency,
    pub payments: Vec<Payment>,
    /// Minor units that are not in the file, and why.
    pub left_out: Vec<(EmployeeId, i64, Why)>,
}

/// Why somebody is in no bank file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    Withheld,
    Error,
    /// A net of zero.
    Nothing,
    NoAccount,
    /// What is wrong with it.
    Account(&'static str),
}

impl Why {
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Withheld => "Withheld",
            Self::Error => "Could not be calculated",
            Self::Nothing => "Nothing to pay",
            Self::NoAccount => "No bank account",
            Self::Account(words) => words,
        }
    }
}

/// An account's number in a log is one too many.
impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account(•••• {})", bank::last_four(&self.iban))
    }
}

impl std::fmt::Debug for Payment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Payment({}: {} to •••• {})", self.reference, self.amount, bank::last_four(&self.iban))
    }
}

impl Batch {
    /// What the file comes to, in minor units: the sum of its payments.
    pub fn total(&self) -> i64 {
        self.payments.iter().map(|p| p.amount).sum()
    }

    /// As rows of a CSV file, headings first: reference, holder, IBAN, BIC, amount, currency.
    pub fn rows(&self) -> Vec<[String; 6]> {
        let headings = ["Reference", "Account holder", "IBAN", "BIC", "Amount", "Currency"].map(str::to_owned);
        let row = |p: &Payment| {
            let amount = Money::new(p.amount, self.currency).decimal().to_string();
            let bic = p.bic.clone().unwrap_or_default();
            let code = self.currency.code().to_owned();
            [p.reference.clone(), plain(&p.holder), p.iban.clone(), bic, amount, code]
        };
        [headings].into_iter().chain(self.payments.iter().map(row)).collect()
    }
}

/// The payments of a run, in the order of who is who. `mark` says of which run they are, in letters, digits and dashes.
pub fn payments(
    outcomes: &[Outcome],
    accounts: &BTreeMap<EmployeeId, Account>,
    mark: &str,
    currency: Currency,
) -> Batch {
    let mark: String = mark.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(MARK).collect();
    let mut sorted: Vec<&Outcome> = outcomes.iter().collect();
    sorted.sort_by_key(|o| o.employee);
    let mut batch = Batch { currency, payments: vec![], left_out: vec![] };
    for outcome in sorted {
        match paid(outcome, accounts.get(&outcome.employee)) {
            Ok((iban, bic, account)) => batch.payments.push(Payment {
                employee: outcome.employee,
                holder: account.holder.clone(),
                iban,
                bic,
                amount: outcome.net,
                reference: format!("{mark}-{:06}", batch.payments.len() + 1),
            }),
            Err(why) => batch.left_out.push((outcome.employee, outcome.net, why)),
        }
    }
    batch
}

fn paid<'a>(outcome: &Outcome, account: Option<&'a Account>) -> Result<(String, Option<String>, &'a Account), Why> {
    match outcome.state {
        State::Withheld => return Err(Why::Withheld),
        State::Error => return Err(Why::Error),
        State::Ok | State::Warning => {}
    }
    // Below zero is an error, and has been told above.
    if outcome.net <= 0 {
        return Err(Why::Nothing);
    }
    let account = account.ok_or(Why::NoAccount)?;
    let iban = bank::iban(&account.iban).map_err(Why::Account)?;
    let bic =
        account.bic.as_deref().filter(|b| !b.trim().is_empty()).map(bank::bic).transpose().map_err(Why::Account)?;
    Ok((iban, bic, account))
}

/// A cell that a spreadsheet would take for a formula begins with a sign that it does not calculate with.
fn plain(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod bank_tests;
