//! A structure: the components of a group of people, from a day on. A version is a value and is never changed; who changes
//! one makes the next (DOMAIN: Payroll: a structure version in use is immutable). [`Plan::of`] looks it through once: names
//! known, types right, no circle; then it is calculated in the order in which components need each other.

use super::{
    components::{Code, Component, FIGURES, GROSS, Kind, Method, YEAR_TO_DATE},
    formula::Formula,
    most,
    tables::Table,
    version,
};
use crate::{Currency, Day};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One version. The tables are those that its components read, with all their editions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Structure {
    pub name: String,
    pub version: u32,
    /// For periods whose last day is this one or later.
    pub from: Day,
    pub currency: Currency,
    pub components: Vec<Component>,
    pub tables: Vec<Table>,
    /// What is told of each person, as `children`: a number. Who has none told is an error, not a 0.
    pub inputs: Vec<Code>,
}

/// A structure that can be calculated.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    structure: Structure,
    /// Places among the components, each after those that it needs.
    order: Vec<usize>,
    formulas: BTreeMap<usize, Formula>,
    fingerprint: String,
}

/// What keeps a structure from being calculated: of which component, and at which sign of its formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub code: Option<Code>,
    pub at: Option<usize>,
    pub words: String,
}

/// The version that holds for a period that ends on a day; by their days.
pub fn in_force(versions: &[Structure], on: Day) -> Option<&Structure> {
    versions.iter().filter(|s| s.from <= on).max_by_key(|s| (s.from, s.version))
}

impl Plan {
    /// Looks a structure through; all that is wrong at once.
    pub fn of(structure: Structure) -> Result<Self, Vec<Wrong>> {
        let mut wrong = bounds(&structure);
        wrong.extend(names(&structure));
        let mut formulas = BTreeMap::new();
        for (n, c) in structure.components.iter().enumerate() {
            if let Method::Formula { formula } = &c.method {
                match Formula::parse(formula) {
                    Ok(read) => drop(formulas.insert(n, read)),
                    Err(f) => wrong.push(Wrong { code: Some(c.code.clone()), at: Some(f.at), words: f.words }),
                }
            }
        }
        wrong.extend(unknown(&structure, &formulas));
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let order = order(&structure, &formulas).map_err(|w| vec![w])?;
        let fingerprint = version::fingerprint(&structure);
        Ok(Self { structure, order, formulas, fingerprint })
    }

    pub fn structure(&self) -> &Structure {
        &self.structure
    }

    pub fn currency(&self) -> Currency {
        self.structure.currency
    }

    /// Of all that the structure says.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub fn component(&self, code: &str) -> Option<&Component> {
        self.structure.components.iter().find(|c| c.code.as_str() == code)
    }

    pub fn table(&self, code: &str) -> Option<&Table> {
        self.structure.tables.iter().find(|t| t.code.as_str() == code)
    }

    /// Each component after those that it needs, with its formula.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (&Component, Option<&Formula>)> {
        self.order.iter().map(|n| (&self.structure.components[*n], self.formulas.get(n)))
    }
}

fn of(component: &Component, words: impl Into<String>) -> Wrong {
    Wrong { code: Some(component.code.clone()), at: None, words: words.into() }
}

fn bounds(s: &Structure) -> Vec<Wrong> {
    let all = |words: String| Wrong { code: None, at: None, words };
    let mut wrong = vec![];
    for (many, most, what) in [
        (s.components.len(), most::COMPONENTS, "components"),
        (s.tables.len(), most::TABLES, "tables"),
        (s.inputs.len(), most::INPUTS, "inputs"),
    ] {
        if many > most {
            wrong.push(all(format!("A structure has at most {most} {what}.")));
        }
    }
    if s.components.iter().filter(|c| c.method == Method::Salary).count() > 1 {
        wrong.push(all("The agreed pay is in one component only.".into()));
    }
    let names = s.components.iter().map(|c| &c.name).chain(s.tables.iter().map(|t| &t.name)).chain([&s.name]);
    if names.into_iter().any(|n| n.trim().is_empty() || n.chars().count() > most::NAME) {
        wrong.push(all(format!("A name has 1 to {} letters.", most::NAME)));
    }
    for c in &s.components {
        if c.rounding.step == 0 || c.rounding.step > 100_000_000 {
            wrong.push(of(c, "Amounts are rounded to a step above zero."));
        }
        if c.method == Method::Salary && c.kind != Kind::Earning {
            wrong.push(of(c, "The agreed pay is an earning."));
        }
    }
    wrong.extend(s.tables.iter().filter_map(|t| t.check().err()).map(all));
    wrong
}

/// Each name means one thing.
fn names(s: &Structure) -> Vec<Wrong> {
    let all = s.components.iter().map(|c| &c.code).chain(&s.inputs).chain(s.tables.iter().map(|t| &t.code));
    let mut seen = BTreeSet::new();
    let mut wrong = vec![];
    for code in all {
        if code.as_str() == GROSS {
            wrong.push(Wrong { code: Some(code.clone()), at: None, words: "gross is all earnings together.".into() });
        } else if !seen.insert(code) {
            wrong.push(Wrong { code: Some(code.clone()), at: None, words: format!("There are two of {code}.") });
        }
    }
    wrong
}

/// Names that nobody knows.
fn unknown(s: &Structure, formulas: &BTreeMap<usize, Formula>) -> Vec<Wrong> {
    let component = |name: &str| s.components.iter().any(|c| c.code.as_str() == name);
    let number = |name: &str| {
        component(name)
            || s.inputs.iter().any(|i| i.as_str() == name)
            || FIGURES.iter().any(|(figure, _)| *figure == name)
            || name.strip_prefix(YEAR_TO_DATE).is_some_and(|of| of == GROSS || component(of))
    };
    let table = |name: &str| s.tables.iter().any(|t| t.code.as_str() == name);
    let mut wrong = vec![];
    for (n, c) in s.components.iter().enumerate() {
        let lacks = |what: &str, name: &str| of(c, format!("There is no {what} ‘{name}’."));
        match &c.method {
            Method::Percent { of: base, .. } | Method::Table { of: base, .. } if !number(base.as_str()) => {
                wrong.push(lacks("component", base.as_str()));
            }
            Method::Table { table: t, .. } if !table(t.as_str()) => wrong.push(lacks("table", t.as_str())),
            _ => {}
        }
        if let Some(formula) = formulas.get(&n) {
            let names = formula.reads().iter().filter(|name| !number(name)).map(|name| (name, "component or input"));
            let tables = formula.tables().iter().filter(|name| !table(name)).map(|name| (name, "table"));
            wrong.extend(
                names.chain(tables).map(|(name, what)| Wrong { at: Some(formula.place(name)), ..lacks(what, name) }),
            );
        }
    }
    wrong
}

/// Each component after those that it needs, otherwise as they stand. A circle is told by the names of those in it.
fn order(s: &Structure, formulas: &BTreeMap<usize, Formula>) -> Result<Vec<usize>, Wrong> {
    let place = |name: &str| s.components.iter().position(|c| c.code.as_str() == name);
    let earnings = || (0..s.components.len()).filter(|n| s.components[*n].kind == Kind::Earning);
    let needs = |n: usize| -> Vec<usize> {
        let named = |name: &str| if name == GROSS { earnings().collect() } else { place(name).into_iter().collect() };
        match &s.components[n].method {
            Method::Percent { of, .. } | Method::Table { of, .. } => named(of.as_str()),
            Method::Formula { .. } => {
                formulas.get(&n).map_or(vec![], |f| f.reads().iter().flat_map(|r| named(r)).collect())
            }
            _ => vec![],
        }
    };
    let needs: Vec<Vec<usize>> = (0..s.components.len()).map(needs).collect();
    let mut done = vec![];
    let mut path = vec![];
    for n in 0..needs.len() {
        visit(n, &needs, &mut done, &mut path).map_err(|circle| {
            let names: Vec<&str> = circle.iter().map(|n| s.components[*n].code.as_str()).collect();
            of(&s.components[circle[0]], format!("These need each other in a circle: {}.", names.join(" → ")))
        })?;
    }
    Ok(done)
}

/// Depth first; no deeper than there are components.
fn visit(n: usize, needs: &[Vec<usize>], done: &mut Vec<usize>, path: &mut Vec<usize>) -> Result<(), Vec<usize>> {
    if done.contains(&n) {
        return Ok(());
    }
    if let Some(from) = path.iter().position(|p| *p == n) {
        return Err(path[from..].iter().copied().chain([n]).collect());
    }
    path.push(n);
    for needed in &needs[n] {
        visit(*needed, needs, done, path)?;
    }
    path.pop();
    done.push(n);
    Ok(())
}

#[cfg(test)]
mod structure_tests;
