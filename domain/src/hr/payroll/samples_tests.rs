//! What tests of pay are made of.

use super::{
    calculation::{Input, Pays},
    components::{Code, Component, Kind, Method},
    exact::Rounding,
    extras::{Adjustment, Debt, DebtKind, Every, Extras},
    facts::{Facts, Job, Pay, Per, Work},
    schedule::{Frequency, Period, Schedule},
    slices::{Basis, Means, Terms},
    structure::{Plan, Structure},
    tables::{Band, Edition, Reading, Table},
};
use crate::{Currency, Day, EmployeeId, Money, PayAdjustmentId, PayDebtId, hr::employees::Fte};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use uuid::Uuid;

pub fn day(text: &str) -> Day {
    Day(text.parse().unwrap_or_else(|e| panic!("{text}: {e}")))
}

pub fn d(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

pub fn code(text: &str) -> Code {
    Code::new(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

pub fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

pub fn id(n: u128) -> EmployeeId {
    EmployeeId(Uuid::from_u128(n))
}

/// The period of a day: monthly, or weekly from a Monday.
pub fn period(frequency: Frequency, on: &str) -> Period {
    let schedule = Schedule { frequency, anchor: day("2026-01-05"), ..Schedule::monthly() };
    schedule.period_of(day(on)).expect("a period")
}

pub fn month(on: &str) -> Period {
    period(Frequency::Monthly, on)
}

pub fn terms(basis: Basis) -> Terms {
    Terms { basis, means: Means::AsAgreed }
}

pub fn pay(from: &str, minor: i64) -> Pay {
    Pay { from: day(from), amount: Some(eur(minor)), per: Per::Month }
}

pub fn job(from: &str, fte: &str, centre: Option<&str>) -> Job {
    let fte = Fte::from_decimal(d(fte)).unwrap_or_else(|| panic!("{fte}"));
    Job { from: day(from), fte, cost_centre: centre.map(str::to_owned) }
}

/// Somebody who works from Monday to Friday, for 3,000.00 a month.
pub fn facts(period: &Period) -> Facts {
    Facts {
        employee: id(1),
        hired: Some(day("2020-01-01")),
        leaves: None,
        pay: vec![pay("2020-01-01", 300_000)],
        jobs: vec![],
        work: Work::usual(period),
        unpaid: vec![],
        hours: vec![],
    }
}

pub fn input(period: Period) -> Input {
    Input {
        facts: facts(&period),
        period,
        pay_date: period.to,
        terms: terms(Basis::WorkingDays),
        pays: Pays::Period,
        inputs: BTreeMap::new(),
        year_to_date: BTreeMap::new(),
        extras: Extras::default(),
        corrections: vec![],
        held: None,
        keep: 0,
    }
}

pub fn component(name: &str, kind: Kind, method: Method) -> Component {
    Component { code: code(name), name: name.to_owned(), kind, method, rounding: Rounding::default() }
}

pub fn percent(of: &str, rate: &str) -> Method {
    Method::Percent { of: code(of), rate: d(rate) }
}

pub fn formula(text: &str) -> Method {
    Method::Formula { formula: text.into() }
}

/// Nothing up to 1,000.00, 10 % up to 3,000.00, 20 % above; from July on nothing but 10 % above 1,200.00.
pub fn tax() -> Table {
    let bands =
        |all: &[(&str, &str)]| all.iter().map(|(from, value)| Band { from: d(from), value: d(value) }).collect();
    let editions = vec![
        Edition { from: day("2020-01-01"), bands: bands(&[("0", "0"), ("1000", "10"), ("3000", "20")]) },
        Edition { from: day("2026-07-01"), bands: bands(&[("0", "0"), ("1200", "10")]) },
    ];
    Table { code: code("tax_table"), name: "Income tax".into(), editions }
}

pub fn structure(components: Vec<Component>) -> Structure {
    Structure {
        name: "Staff".into(),
        version: 1,
        from: day("2020-01-01"),
        currency: Currency::EUR,
        components,
        tables: vec![tax()],
        inputs: vec![code("children")],
    }
}

pub fn plan(components: Vec<Component>) -> Plan {
    Plan::of(structure(components)).unwrap_or_else(|wrong| panic!("{wrong:?}"))
}

/// Agreed pay and 5 % pension of it.
pub fn small() -> Plan {
    plan(vec![
        component("basic", Kind::Earning, Method::Salary),
        component("pension", Kind::Deduction, percent("basic", "5")),
    ])
}

/// Something of each kind and by each method.
pub fn staff() -> Plan {
    plan(vec![
        component("basic", Kind::Earning, Method::Salary),
        component("bonus", Kind::Earning, percent("basic", "10")),
        component("allowance", Kind::Earning, Method::Fixed { amount: d("100"), by_time: true }),
        component("award", Kind::Earning, Method::Given),
        component("pension", Kind::Deduction, percent("basic", "5")),
        component("taxable", Kind::Information, formula("gross - pension")),
        component(
            "tax",
            Kind::Deduction,
            Method::Table { table: code("tax_table"), of: code("taxable"), reading: Reading::Bracket },
        ),
        component("social", Kind::EmployerCost, percent("gross", "21")),
        component("meals", Kind::Addition, Method::Fixed { amount: d("50"), by_time: false }),
    ])
}

pub fn adjustment(n: u128, component: &str, amount: &str, on: &str) -> Adjustment {
    Adjustment {
        id: PayAdjustmentId(Uuid::from_u128(n)),
        component: code(component),
        amount: d(amount),
        every: Every::Once,
        from: day(on),
        until: None,
        reason: "Award".into(),
    }
}

pub fn debt(n: u128, owed: i64, instalment: i64, from: &str) -> Debt {
    Debt {
        id: PayDebtId(Uuid::from_u128(n)),
        kind: DebtKind::Loan,
        name: format!("Loan {n}"),
        owed,
        instalment,
        from: day(from),
        paused: false,
        paid_out: None,
    }
}
