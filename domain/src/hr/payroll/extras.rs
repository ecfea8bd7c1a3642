//! What comes to somebody's pay beside the rules: adjustments, overrides, debts that are paid back, expenses that are
//! refunded.

use super::{components::Code, schedule::Period};
use crate::{Day, PayAdjustmentId, PayDebtId, ReimbursementId};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Extras {
    pub adjustments: Vec<Adjustment>,
    pub overrides: Vec<Override>,
    pub debts: Vec<Debt>,
    pub expenses: Vec<Expense>,
    pub carried: Vec<Carried>,
}

/// More or less of a component, once or each period. In major units; below zero it is less.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Adjustment {
    pub id: PayAdjustmentId,
    pub component: Code,
    pub amount: Decimal,
    pub every: Every,
    /// Once: in the period with this day. Else: from the period that ends on it or later.
    pub from: Day,
    /// The last day on which it recurs.
    pub until: Option<Day>,
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Once,
    Period,
}

/// What a component is to be, whatever its rule says: a line of its own beside the rule's, so that it survives when the rule
/// is calculated again (erpnext#33644). Adjustments come on top of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Override {
    pub component: Code,
    /// In major units.
    pub amount: Decimal,
    pub reason: String,
}

/// What somebody owes the company, and pays back out of their pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debt {
    pub id: PayDebtId,
    pub kind: DebtKind,
    pub name: String,
    /// Minor units, as of the beginning of the period.
    pub owed: i64,
    /// Minor units each period.
    pub instalment: i64,
    /// From the period with this day on.
    pub from: Day,
    /// Nothing is taken for now.
    pub paused: bool,
    /// The day of whose period it is paid out with the pay; `None`: it came another way.
    pub paid_out: Option<Day>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DebtKind {
    Loan,
    Advance,
    /// They were paid too much.
    Overpayment,
}

/// What somebody has spent for the company. Minor units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expense {
    pub id: ReimbursementId,
    pub amount: i64,
    pub words: String,
    /// Only what is approved is refunded.
    pub approved: bool,
}

/// What corrections would take off this pay at once, left with the person as a debt instead. Minor units, above zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    pub debt: PayDebtId,
    pub amount: i64,
}

impl Adjustment {
    pub fn due(&self, period: &Period) -> bool {
        match self.every {
            Every::Once => period.contains(self.from),
            Every::Period => self.from <= period.to && self.until.is_none_or(|until| until >= period.from),
        }
    }
}

impl DebtKind {
    pub const ALL: [Self; 3] = [Self::Loan, Self::Advance, Self::Overpayment];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Loan => "loan",
            Self::Advance => "advance",
            Self::Overpayment => "overpayment",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Loan => "Loan",
            Self::Advance => "Advance",
            Self::Overpayment => "Overpayment",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }
}

impl Debt {
    /// What is due in a period: never beyond what is owed.
    pub fn due(&self, period: &Period) -> i64 {
        if self.paused || self.from > period.to { 0 } else { self.instalment.min(self.owed).max(0) }
    }

    /// What is paid back in each of the next periods if each leaves room for it; at most `most` of them.
    pub fn schedule(&self, most: usize) -> Vec<i64> {
        let mut owed = self.owed;
        let next = || {
            let due = self.instalment.min(owed).max(0);
            owed -= due;
            if due == 0 { None } else { Some(due) }
        };
        std::iter::from_fn(next).take(most).collect()
    }
}

impl Extras {
    pub fn count(&self) -> usize {
        let Self { adjustments, overrides, debts, expenses, carried } = self;
        adjustments.len() + overrides.len() + debts.len() + expenses.len() + carried.len()
    }

    /// In one order, whichever they came in.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        self.adjustments.sort_by_key(|a| a.id);
        self.overrides.sort_by(|a, b| a.component.cmp(&b.component));
        // What was lent first is paid back first.
        self.debts.sort_by_key(|d| (d.from, d.id));
        self.expenses.sort_by_key(|e| e.id);
        self.carried.sort_by_key(|c| c.debt);
        self.adjustments.iter_mut().for_each(|a| a.amount = a.amount.normalize());
        self.overrides.iter_mut().for_each(|o| o.amount = o.amount.normalize());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Schedule,
            samples_tests::{code, d, day},
        },
        *,
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    fn debt(owed: i64, instalment: i64) -> Debt {
        Debt {
            id: PayDebtId(Uuid::from_u128(1)),
            kind: DebtKind::Loan,
            name: "Car".into(),
            owed,
            instalment,
            from: day("2026-03-15"),
            paused: false,
            paid_out: None,
        }
    }

    #[test]
    fn an_adjustment_is_due_once_or_each_period() {
        let adjustment = |every, from: &str, until: Option<&str>| Adjustment {
            id: PayAdjustmentId(Uuid::from_u128(1)),
            component: code("bonus"),
            amount: d("10"),
            every,
            from: day(from),
            until: until.map(day),
            reason: "Award".into(),
        };
        let due = |a: &Adjustment| -> Vec<u32> {
            let periods = Schedule::monthly().periods(day("2026-01-01"), day("2026-06-30"));
            (1..).zip(periods).filter(|(_, p)| a.due(p)).map(|(n, _)| n).collect()
        };
        assert_eq!(due(&adjustment(Every::Once, "2026-03-31", None)), [3]);
        assert_eq!(due(&adjustment(Every::Period, "2026-03-31", None)), [3, 4, 5, 6]);
        assert_eq!(due(&adjustment(Every::Period, "2026-02-01", Some("2026-04-01"))), [2, 3, 4]);
    }

    #[test]
    fn an_instalment_is_never_beyond_what_is_owed() {
        let period = Schedule::monthly().period_of(day("2026-03-01")).expect("a period");
        let early = Schedule::monthly().period_of(day("2026-02-01")).expect("a period");
        assert_eq!(debt(900, 250).due(&period), 250);
        assert_eq!(debt(150, 250).due(&period), 150);
        assert_eq!(debt(0, 250).due(&period), 0);
        assert_eq!(debt(900, 250).due(&early), 0);
        assert_eq!(Debt { paused: true, ..debt(900, 250) }.due(&period), 0);
        assert_eq!(debt(900, 250).schedule(99), [250, 250, 250, 150]);
        assert_eq!(debt(900, 0).schedule(99), [0; 0], "without an instalment nothing is ever taken");
    }

    proptest! {
        #[test]
        fn instalments_add_up_to_the_debt(owed in 0i64..100_000, instalment in 1_000i64..50_000) {
            prop_assert_eq!(debt(owed, instalment).schedule(200).iter().sum::<i64>(), owed);
        }
    }
}
