//! What people are paid: from dated facts to lines, from lines to a run that somebody approves, a file for the bank and a
//! journal (DOMAIN: Payroll). It tracks pay by tables that a workspace keeps; it claims no statutory compliance.
//!
//! All of it is values in and values out. The way of a payslip:
//!
//! 1. a [`schedule`] lays periods over the calendar and says when each is paid;
//! 2. [`slices`] cut a period wherever somebody's [`facts`] change, and price each slice;
//! 3. a [`structure`] has the [`components`] that are paid, each perhaps by a [`formula`] or a [`tables`] of brackets;
//! 4. [`calculation`] makes lines of it for one person, with [`extras`] (adjustments, debts, expenses) and corrections;
//! 5. [`retro`] compares what should have been paid with the ledger of what was;
//! 6. a [`run`] takes all of them from draft to paid, past [`checks`]; [`journal`] and [`bank`] tell it to others.
//!
//! Amounts are minor units (`i64`), rates and formulas exact decimals in major units; a quotient has 28 digits. No float.

pub mod bank;
pub mod calculation;
pub mod checks;
pub mod components;
pub mod exact;
pub mod extras;
pub mod facts;
pub mod final_pay;
pub mod formula;
#[cfg(test)]
mod golden_tests;
pub mod journal;
#[cfg(test)]
mod property_tests;
pub mod retro;
#[cfg(test)]
mod retro_tests;
pub mod run;
pub mod schedule;
pub mod sepa;
pub mod slices;
pub mod structure;
pub mod tables;
pub mod version;

pub use calculation::{Input, Outcome, State, calculate};
pub use facts::Facts;
pub use schedule::{Frequency, Period, Schedule};
pub use structure::{Plan, Structure};

/// What a structure, a person or a run may have of anything at most: whatever is calculated ends soon.
pub mod most {
    pub const COMPONENTS: usize = 60;
    /// Letters of a name.
    pub const NAME: usize = 100;
    pub const TABLES: usize = 40;
    /// Versions of one table, by day.
    pub const EDITIONS: usize = 60;
    pub const BANDS: usize = 100;
    pub const INPUTS: usize = 40;
    /// Rows of pay, jobs, leave or hours of one person that touch a period.
    pub const FACTS: usize = 1_000;
    /// Adjustments, debts, expenses and overrides of one payslip.
    pub const EXTRAS: usize = 200;
    /// Lines of corrections that one payslip may have.
    pub const CORRECTIONS: usize = 2_000;
}

#[cfg(test)]
mod samples_tests;
