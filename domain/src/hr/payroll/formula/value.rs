//! What a formula comes to.

use super::{super::tables::Edition, Fault, Function, Node, Op, Value, What};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

/// What a formula can ask. A name that is not told is a fault, never nothing.
pub trait Scope {
    fn number(&self, name: &str) -> Option<Decimal>;
    /// The edition of a table that holds.
    fn table(&self, code: &str) -> Option<&Edition>;
}

/// Places that `round` knows.
const PLACES: u32 = 10;

pub(super) fn value(root: &Node, scope: &impl Scope) -> Result<Value, Fault> {
    let mut reader = Reader { scope, read: vec![] };
    let number = reader.number(root)?.normalize();
    Ok(Value { number, read: reader.read })
}

struct Reader<'a, S> {
    scope: &'a S,
    read: Vec<(String, Decimal)>,
}

impl<S: Scope> Reader<'_, S> {
    fn number(&mut self, node: &Node) -> Result<Decimal, Fault> {
        let large = || Fault::new(node.at, "This number is too large.");
        match &node.what {
            What::Number(n) => Ok(*n),
            What::Name(name) => {
                let number =
                    self.scope.number(name).ok_or_else(|| Fault::new(node.at, format!("{name} is not told.")))?;
                if !self.read.iter().any(|(known, _)| known == name) {
                    self.read.push((name.clone(), number));
                }
                Ok(number)
            }
            What::Minus(a) => Ok(-self.number(a)?),
            What::Pair(op, a, b) => {
                let (a, b) = (self.number(a)?, self.number(b)?);
                let result = match op {
                    Op::Plus => a.checked_add(b),
                    Op::Minus => a.checked_sub(b),
                    Op::Times => a.checked_mul(b),
                    _ if b.is_zero() => return Err(Fault::new(node.at, "This divides by zero.")),
                    _ => a.checked_div(b),
                };
                result.ok_or_else(large)
            }
            What::Call(Function::If, given) => {
                // Only what is chosen is calculated: `if(n = 0, 0, x / n)` divides by no zero.
                let [condition, yes, no] = &given[..] else { return Err(Fault::new(node.at, "if takes 3 values.")) };
                if self.truth(condition)? { self.number(yes) } else { self.number(no) }
            }
            What::Call(function, given) => {
                let all = given.iter().map(|g| self.number(g)).collect::<Result<Vec<_>, _>>()?;
                let first = all[0];
                Ok(match function {
                    Function::Min => all.into_iter().min().unwrap_or(first),
                    Function::Max => all.into_iter().max().unwrap_or(first),
                    Function::Abs => first.abs(),
                    Function::Floor => first.floor(),
                    Function::Ceil => first.ceil(),
                    _ => {
                        let places = all.get(1).map_or(Some(0), |p| p.to_u32().filter(|_| p.is_integer()));
                        let places = places.filter(|p| *p <= PLACES).ok_or_else(|| {
                            Fault::new(node.at, format!("round takes whole places from 0 to {PLACES}."))
                        })?;
                        first.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
                    }
                })
            }
            What::Table(reading, code, asked) => {
                let amount = self.number(asked)?;
                let missing = || Fault::new(node.at, format!("The table {code} has no edition for this day."));
                let edition = self.scope.table(code).ok_or_else(missing)?;
                edition.read(*reading, amount).map_err(|words| Fault::new(node.at, words))
            }
            What::Not(_) => Err(Fault::new(node.at, "This is a condition.")),
        }
    }

    fn truth(&mut self, node: &Node) -> Result<bool, Fault> {
        match &node.what {
            What::Not(a) => Ok(!self.truth(a)?),
            What::Pair(Op::And, a, b) => Ok(self.truth(a)? && self.truth(b)?),
            What::Pair(Op::Or, a, b) => Ok(self.truth(a)? || self.truth(b)?),
            What::Pair(op, a, b) => {
                let (a, b) = (self.number(a)?, self.number(b)?);
                Ok(match op {
                    Op::Equal => a == b,
                    Op::Unequal => a != b,
                    Op::Less => a < b,
                    Op::AtMost => a <= b,
                    Op::More => a > b,
                    _ => a >= b,
                })
            }
            _ => Err(Fault::new(node.at, "This is a number.")),
        }
    }
}
