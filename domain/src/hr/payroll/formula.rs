//! Formulas of components: a small language of exact decimals, typed before anything is calculated.
//!
//! `max(0, round(gross * 4.25%, 2) - 12.50)`, `if(age < 27 and fte >= 0.5, 20, 0)`, `bracket(income_tax, gross)`.
//!
//! **Numbers** as `1250`, `0.5`, `4.25%`; **names** of components, inputs and figures; `+ - * /`, comparisons, `and or not`;
//! `min max abs floor ceil round(x, places) if(condition, then, else)`; `bracket(table, x)` adds up each band's percentage of
//! its part, `lookup(table, x)` is the value of the band that x is in. `round` goes half up, away from zero.
//!
//! **Bounds.** A formula has at most [`LENGTH`] signs, [`NODES`] parts and [`DEPTH`] levels; there is no loop and no function
//! of one's own, so a value takes at most as many steps as there are parts, and for a table its bands. There is no clock, no
//! chance and nothing outside. Division by zero, a number too large and a missing input are faults with a place.
//!
//! **Why our own.** Of the crates that evaluate expressions, those with decimals are *zen-expression* (a rules engine of JSON
//! values, untyped; what is missing is null and calculates on; closures over arrays), *fel-core* (the same about null),
//! *expr-solver* (bytecode with sines and powers, one author, weeks old), *reval* (async, decimals by a detour), *rhai* (a
//! whole language); *cel* and *evalexpr* have floats. None refuses a missing input, none says which names a formula reads
//! before it runs, and that is what orders components. What is needed is a lexer and a Pratt parser, below.

mod lexer;
mod parser;
mod value;

pub use value::Scope;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Signs of a formula.
pub const LENGTH: usize = 1_000;
/// Numbers, names, operators and calls of one.
pub const NODES: usize = 300;
/// Parentheses, calls and prefixes within each other.
pub const DEPTH: usize = 24;

/// A formula that can be calculated: its types are right, and its names are known.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    source: String,
    root: Node,
    reads: BTreeSet<String>,
    tables: BTreeSet<String>,
}

/// What is wrong, and at which sign, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub at: usize,
    pub words: String,
}

/// What a formula came to, and what it was told on the way, in the order in which it asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    pub number: Decimal,
    pub read: Vec<(String, Decimal)>,
}

#[derive(Debug, Clone, PartialEq)]
struct Node {
    at: usize,
    what: What,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Number(Decimal),
    Name(String),
    Minus(Box<Node>),
    Not(Box<Node>),
    Pair(Op, Box<Node>, Box<Node>),
    Call(Function, Vec<Node>),
    /// A table by its code, and what it is asked for.
    Table(super::tables::Reading, String, Box<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    Plus,
    Minus,
    Times,
    By,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Min,
    Max,
    Abs,
    Floor,
    Ceil,
    Round,
    If,
}

/// Words that are no names of components.
pub const RESERVED: &[&str] =
    &["and", "or", "not", "if", "min", "max", "abs", "floor", "ceil", "round", "bracket", "lookup"];

impl Formula {
    /// Reads a formula, and sees that numbers and conditions are where they belong.
    pub fn parse(source: &str) -> Result<Self, Fault> {
        let root = parser::parse(source)?;
        let mut formula =
            Self { source: source.trim().to_owned(), root, reads: BTreeSet::new(), tables: BTreeSet::new() };
        formula.root.names(&mut formula.reads, &mut formula.tables);
        Ok(formula)
    }

    pub fn source(&self) -> &str {
        &self.source
    }

    /// Names that it may ask for.
    pub fn reads(&self) -> &BTreeSet<String> {
        &self.reads
    }

    pub fn tables(&self) -> &BTreeSet<String> {
        &self.tables
    }

    /// Where a name or a table stands first.
    pub fn place(&self, name: &str) -> usize {
        self.root.place(name).unwrap_or(1)
    }

    pub fn value(&self, scope: &impl Scope) -> Result<Value, Fault> {
        value::value(&self.root, scope)
    }
}

impl Fault {
    fn new(at: usize, words: impl Into<String>) -> Self {
        Self { at, words: words.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} (at sign {})", self.words, self.at)
    }
}

impl Node {
    fn names(&self, reads: &mut BTreeSet<String>, tables: &mut BTreeSet<String>) {
        match &self.what {
            What::Number(_) => {}
            What::Name(name) => {
                reads.insert(name.clone());
            }
            What::Minus(a) | What::Not(a) => a.names(reads, tables),
            What::Pair(_, a, b) => {
                a.names(reads, tables);
                b.names(reads, tables);
            }
            What::Call(_, all) => all.iter().for_each(|a| a.names(reads, tables)),
            What::Table(_, table, a) => {
                tables.insert(table.clone());
                a.names(reads, tables);
            }
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        match &self.what {
            What::Name(own) if own == name => Some(self.at),
            What::Table(_, table, _) if table == name => Some(self.at),
            What::Number(_) | What::Name(_) => None,
            What::Minus(a) | What::Not(a) | What::Table(_, _, a) => a.place(name),
            What::Pair(_, a, b) => a.place(name).or_else(|| b.place(name)),
            What::Call(_, all) => all.iter().find_map(|a| a.place(name)),
        }
    }
}

#[cfg(test)]
mod formula_tests;
