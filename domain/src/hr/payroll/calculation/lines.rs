//! The lines of a payslip, in the order of the plan: what the rule says, what somebody said instead, adjustments; then
//! corrections, expenses, and at the end debts, which take no more than there is.

use super::{
    super::{
        components::{Code, Component, Kind, Method},
        exact::{Ratio, Rounding},
        extras::{Adjustment, Debt, Every},
        formula::{Fault, Formula, Scope},
        most,
        slices::{self, Priced, Slice, Trouble},
        structure::Plan,
    },
    Concern, Explanation, Input, Line, Notice, Origin, Pays,
    scope::Told,
};
use crate::Money;
use rust_decimal::Decimal;

/// The largest amount of a line, in minor units; a payslip of them still adds up.
const LARGEST: i64 = 1_000_000_000_000_000;

pub(super) struct Sheet {
    pub slices: Vec<Slice>,
    pub lines: Vec<Line>,
    pub notices: Vec<Notice>,
}

/// Boxed: it is large beside what usually comes back.
type Stop = Box<Notice>;

pub(super) fn sheet(plan: &Plan, input: &Input) -> Result<Sheet, Stop> {
    bounds(plan, input)?;
    let priced = priced(plan, input)?;
    let mut told = Told::new(plan, input, &priced);
    let mut lines = vec![];
    for (component, formula) in plan.in_order() {
        let made = component_lines(component, formula, &told, &priced)?;
        told.values.insert(component.code.clone(), made.iter().map(|l| l.amount).sum());
        lines.extend(made);
    }
    lines.extend(corrections(plan, input));
    lines.extend(beside(input));
    let mut notices = vec![];
    if !priced.slices.is_empty() && priced.total == 0 {
        let words = "Employed in this period, and nothing of it is paid.";
        notices.push(Notice::of(Concern::NothingPaid, words));
    }
    debts(plan, input, &mut lines, &mut notices);
    match lines.iter().find(|l| l.amount.abs() > LARGEST) {
        Some(line) => Err(Box::new(Notice {
            code: line.code.clone(),
            ..Notice::of(Concern::Facts, format!("{} is too large.", line.name))
        })),
        None => Ok(Sheet { slices: priced.slices, lines, notices }),
    }
}

fn bounds(plan: &Plan, input: &Input) -> Result<(), Stop> {
    let stop = |words: String| Err(Box::new(Notice::of(Concern::Facts, words)));
    if input.extras.count() > most::EXTRAS || input.corrections.len() > most::CORRECTIONS {
        return stop(format!("A payslip has at most {} extras and {} corrections.", most::EXTRAS, most::CORRECTIONS));
    }
    let due = input.extras.adjustments.iter().filter(|a| is_due(a, input)).map(|a| (&a.component, &a.reason));
    let overrides = input.extras.overrides.iter().map(|o| (&o.component, &o.reason));
    if let Some((code, reason)) = due.chain(overrides).find(|(code, _)| plan.component(code.as_str()).is_none()) {
        return stop(format!("“{reason}” is for {code}, which the structure does not have."));
    }
    let debts = input.extras.debts.iter().map(|d| d.owed.max(d.instalment));
    let amounts = debts.chain(input.extras.expenses.iter().map(|e| e.amount));
    let amounts = amounts.chain(input.extras.carried.iter().map(|c| c.amount));
    let wrong =
        amounts.chain(input.corrections.iter().map(|c| c.amount.saturating_abs())).any(|a| !(0..=LARGEST).contains(&a));
    if wrong || input.extras.debts.iter().any(|d| d.owed < 0 || d.instalment < 0) {
        return stop("A debt, an expense or a correction is below zero or too large.".into());
    }
    if input.extras.overrides.windows(2).any(|pair| pair[0].component == pair[1].component) {
        return stop("One component is overridden twice.".into());
    }
    Ok(())
}

/// The period in slices, or none of it where only extras are paid.
fn priced(plan: &Plan, input: &Input) -> Result<Priced, Stop> {
    let salary = plan.structure().components.iter().find(|c| c.method == Method::Salary);
    let by = salary.map_or(Rounding::default(), |c| c.rounding);
    let mut facts = input.facts.clone();
    if input.pays == Pays::Extras {
        // Nobody is employed on no day.
        (facts.hired, facts.leaves) = (input.period.to.plus(1), Some(input.period.to));
    }
    slices::price(&facts, &input.period, input.terms, plan.currency(), by).map_err(|trouble| {
        let concern = if matches!(trouble, Trouble::MissingRate(..)) { Concern::MissingRate } else { Concern::Facts };
        Box::new(Notice::of(concern, trouble.words()))
    })
}

/// What the rule says, what is to be instead, and what comes on top.
fn component_lines(c: &Component, formula: Option<&Formula>, told: &Told, priced: &Priced) -> Result<Vec<Line>, Stop> {
    let currency = told.plan.currency();
    let large = || Box::new(Notice::formula(&c.code, Fault { at: 1, words: "This amount is too large.".into() }));
    let round = |exact: Ratio| exact.round(c.rounding).filter(|a| a.abs() <= LARGEST).ok_or_else(large);
    let line = |origin, amount, explanation| Line {
        code: Some(c.code.clone()),
        name: c.name.clone(),
        kind: c.kind,
        origin,
        amount,
        explanation,
    };
    let mut lines = vec![];
    let mut ruled = 0;
    if c.method != Method::Given {
        let (exact, read) = rule(c, formula, told, priced)?;
        let salary = Some(priced.total).filter(|total| *total <= LARGEST);
        ruled = if c.method == Method::Salary { salary.ok_or_else(large)? } else { round(exact)? };
        let exact = exact.by(Ratio::whole(10_i64.pow(crate::money::exponent(currency)))).ok_or_else(large)?.decimal();
        let rounding = c.rounding.words(currency);
        let by_slices = c.method == Method::Salary;
        let explanation = Explanation { rule: c.method.words(), read, exact, rounding, by_slices };
        lines.push(line(Origin::Rule, ruled, Some(explanation)));
    }
    let minor = |major: Decimal| Ratio::minor(major, currency).ok_or_else(large).and_then(round);
    if let Some(instead) = told.input.extras.overrides.iter().find(|o| o.component == c.code) {
        let reason = instead.reason.clone();
        lines.push(line(Origin::Override { reason }, minor(instead.amount)? - ruled, None));
    }
    let mine = |a: &&Adjustment| a.component == c.code && is_due(a, told.input);
    for adjustment in told.input.extras.adjustments.iter().filter(mine) {
        let origin = Origin::Adjustment { id: adjustment.id, reason: adjustment.reason.clone() };
        lines.push(line(origin, minor(adjustment.amount)?, None));
    }
    Ok(lines)
}

/// What comes each period comes with the period's own payslip, and not with another one beside it.
fn is_due(adjustment: &Adjustment, input: &Input) -> bool {
    adjustment.due(&input.period) && (input.pays == Pays::Period || adjustment.every == Every::Once)
}

/// Minor units before rounding, and what they were calculated from.
fn rule(
    c: &Component,
    formula: Option<&Formula>,
    told: &Told,
    priced: &Priced,
) -> Result<(Ratio, Vec<(String, Decimal)>), Stop> {
    let fault = |words: String| Box::new(Notice::formula(&c.code, Fault { at: 1, words }));
    let large = || fault("This amount is too large.".into());
    let currency = told.plan.currency();
    let minor = |major: Decimal| Ratio::minor(major, currency).ok_or_else(large);
    let ask = |code: &Code| told.number(code.as_str()).ok_or_else(|| fault(format!("{code} is not told.")));
    let share = || ("share".to_owned(), priced.share.decimal());
    match &c.method {
        Method::Given => Ok((Ratio::ZERO, vec![])),
        Method::Salary => Ok((priced.exact, vec![share()])),
        // Nothing of it for who is not employed in the period at all.
        Method::Fixed { .. } if priced.slices.is_empty() => Ok((Ratio::ZERO, vec![share()])),
        Method::Fixed { amount, by_time: false } => Ok((minor(*amount)?, vec![])),
        Method::Fixed { amount, .. } => Ok((minor(*amount)?.times(priced.share).ok_or_else(large)?, vec![share()])),
        Method::Percent { of, rate } => {
            let base = ask(of)?;
            let part = Ratio::of(*rate).and_then(|r| r.by(Ratio::whole(100))).ok_or_else(large)?;
            Ok((minor(base)?.times(part).ok_or_else(large)?, vec![(of.to_string(), base)]))
        }
        Method::Table { table, of, reading } => {
            let base = ask(of)?;
            let edition = told.table(table.as_str());
            let edition = edition.ok_or_else(|| fault(format!("The table {table} has no edition for this day.")))?;
            let value = edition.read(*reading, base).map_err(|words| fault(words.to_owned()))?;
            Ok((minor(value)?, vec![(of.to_string(), base)]))
        }
        Method::Formula { .. } => {
            let formula = formula.ok_or_else(|| fault("A formula is missing.".into()))?;
            let value = formula.value(told).map_err(|f| Box::new(Notice::formula(&c.code, f)))?;
            Ok((minor(value.number)?, value.read))
        }
    }
}

fn corrections(plan: &Plan, input: &Input) -> impl Iterator<Item = Line> {
    input.corrections.iter().map(|c| Line {
        code: Some(c.code.clone()),
        name: plan.component(c.code.as_str()).map_or_else(|| c.name.clone(), |own| own.name.clone()),
        kind: c.kind,
        origin: Origin::Correction { of: c.of },
        amount: c.amount,
        explanation: None,
    })
}

/// What is paid out beside the pay.
fn beside(input: &Input) -> impl Iterator<Item = Line> {
    let line = |name: &str, origin, amount| Line {
        code: None,
        name: name.to_owned(),
        kind: Kind::Addition,
        origin,
        amount,
        explanation: None,
    };
    let expenses = input.extras.expenses.iter().filter(|e| e.approved);
    let expenses = expenses.map(move |e| line(&e.words, Origin::Expense { id: e.id }, e.amount));
    let out = |d: &&Debt| d.paid_out.is_some_and(|on| input.period.contains(on));
    let paid_out = input.extras.debts.iter().filter(out);
    let paid_out = paid_out.map(move |d| line(&d.name, Origin::PaidOut { id: d.id }, d.owed));
    let carried = input.extras.carried.iter();
    let carried = carried.map(move |c| line("Overpayment, paid back later", Origin::Carried { id: c.debt }, c.amount));
    expenses.chain(paid_out).chain(carried)
}

/// Instalments, the oldest debt first, as far as the net allows.
fn debts(plan: &Plan, input: &Input, lines: &mut Vec<Line>, notices: &mut Vec<Notice>) {
    let side = |line: &Line| match line.kind {
        Kind::Earning | Kind::Addition => line.amount,
        Kind::Deduction => -line.amount,
        Kind::EmployerCost | Kind::Information => 0,
    };
    let mut room = lines.iter().map(side).sum::<i64>().saturating_sub(input.keep.max(0)).max(0);
    // One instalment a period, whatever is paid beside it.
    let due = |debt: &Debt| if input.pays == Pays::Period { debt.due(&input.period) } else { 0 };
    for debt in &input.extras.debts {
        let due = due(debt);
        let amount = due.min(room);
        room -= amount;
        if amount < due {
            let money = |minor| Money::new(minor, plan.currency());
            let words = format!("{}: {} of {} are taken, more is not there.", debt.name, money(amount), money(due));
            notices.push(Notice::of(Concern::LessTaken, words));
        }
        if amount > 0 {
            let (name, origin) = (debt.name.clone(), Origin::Debt { id: debt.id });
            lines.push(Line { code: None, name, kind: Kind::Deduction, origin, amount, explanation: None });
        }
    }
}
