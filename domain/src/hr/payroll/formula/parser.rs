//! From words and signs to a formula whose types are right: a Pratt parser, which sees the type of each part as it is made.

use super::{
    super::tables::Reading,
    DEPTH, Fault, Function, NODES, Node, Op, What,
    lexer::{Token, tokens},
};

/// Numbers and conditions; there is nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Number,
    Truth,
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    next: usize,
    nodes: usize,
    depth: usize,
}

/// How strongly a prefix holds what follows: `not a = b` is `not (a = b)`, `-a * b` is `(-a) * b`.
const NOT: u8 = 5;
const MINUS: u8 = 13;

pub(super) fn parse(source: &str) -> Result<Node, Fault> {
    let mut parser = Parser { tokens: tokens(source)?, next: 0, nodes: 0, depth: 0 };
    if parser.peek().1 == Token::End {
        return Err(Fault::new(1, "A formula is missing."));
    }
    let (node, of) = parser.expression(0)?;
    match parser.peek() {
        (_, Token::End) => {}
        (at, Token::Sign(")")) => return Err(Fault::new(at, "This parenthesis closes nothing.")),
        (at, _) => return Err(Fault::new(at, "An operator is missing before this.")),
    }
    must(&node, of, Type::Number, "A component is an amount, and this is a condition.")?;
    Ok(node)
}

impl Parser {
    fn peek(&self) -> (usize, Token) {
        let last = self.tokens.len() - 1;
        self.tokens[self.next.min(last)].clone()
    }

    fn take(&mut self) -> (usize, Token) {
        let token = self.peek();
        self.next += 1;
        token
    }

    fn sign(&mut self, wanted: &str, words: &str) -> Result<(), Fault> {
        match self.take() {
            (_, Token::Sign(s)) if s == wanted => Ok(()),
            (at, _) => Err(Fault::new(at, words)),
        }
    }

    fn node(&mut self, at: usize, what: What) -> Result<Node, Fault> {
        self.nodes += 1;
        if self.nodes > NODES {
            return Err(Fault::new(at, format!("A formula has at most {NODES} numbers, names and operators.")));
        }
        Ok(Node { at, what })
    }

    fn expression(&mut self, least: u8) -> Result<(Node, Type), Fault> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Fault::new(self.peek().0, format!("Parentheses and calls go at most {DEPTH} levels deep.")));
        }
        let (mut left, mut of) = self.operand()?;
        while let Some((op, strength)) = self.operator() {
            if strength < least {
                break;
            }
            let (at, _) = self.take();
            // One stronger on the right: a − b − c is (a − b) − c.
            let (right, of_right) = self.expression(strength + 1)?;
            let (asks, gives, words) = match op {
                Op::And | Op::Or => (Type::Truth, Type::Truth, "Only conditions are joined by and, or."),
                Op::Plus | Op::Minus | Op::Times | Op::By => {
                    (Type::Number, Type::Number, "Only numbers are calculated with, and this is a condition.")
                }
                _ => (Type::Number, Type::Truth, "Only numbers are compared, and this is a condition."),
            };
            must(&left, of, asks, words)?;
            must(&right, of_right, asks, words)?;
            left = self.node(at, What::Pair(op, Box::new(left), Box::new(right)))?;
            of = gives;
        }
        self.depth -= 1;
        Ok((left, of))
    }

    fn operator(&self) -> Option<(Op, u8)> {
        Some(match self.peek().1 {
            Token::Name(name) if name == "or" => (Op::Or, 1),
            Token::Name(name) if name == "and" => (Op::And, 3),
            Token::Sign("=") => (Op::Equal, 7),
            Token::Sign("!=") => (Op::Unequal, 7),
            Token::Sign("<") => (Op::Less, 7),
            Token::Sign("<=") => (Op::AtMost, 7),
            Token::Sign(">") => (Op::More, 7),
            Token::Sign(">=") => (Op::AtLeast, 7),
            Token::Sign("+") => (Op::Plus, 9),
            Token::Sign("-") => (Op::Minus, 9),
            Token::Sign("*") => (Op::Times, 11),
            Token::Sign("/") => (Op::By, 11),
            _ => return None,
        })
    }

    fn operand(&mut self) -> Result<(Node, Type), Fault> {
        match self.take() {
            (at, Token::Number(n)) => Ok((self.node(at, What::Number(n))?, Type::Number)),
            (_, Token::Sign("(")) => {
                let inner = self.expression(0)?;
                self.sign(")", "A closing parenthesis is missing.")?;
                Ok(inner)
            }
            (at, Token::Sign("-")) => {
                let (inner, of) = self.expression(MINUS)?;
                must(&inner, of, Type::Number, "Only numbers are calculated with, and this is a condition.")?;
                Ok((self.node(at, What::Minus(Box::new(inner)))?, Type::Number))
            }
            (at, Token::Name(name)) if name == "not" => {
                let (inner, of) = self.expression(NOT)?;
                must(&inner, of, Type::Truth, "Only a condition has an opposite.")?;
                Ok((self.node(at, What::Not(Box::new(inner)))?, Type::Truth))
            }
            (at, Token::Name(name)) if self.peek().1 == Token::Sign("(") => {
                self.take();
                let node = self.call(at, &name)?;
                Ok((node, Type::Number))
            }
            (at, Token::Name(name)) if super::RESERVED.contains(&name.as_str()) => {
                Err(Fault::new(at, format!("After ‘{name}’ something is missing.")))
            }
            (at, Token::Name(name)) => Ok((self.node(at, What::Name(name))?, Type::Number)),
            (at, Token::End) => Err(Fault::new(at, "Something is missing at the end.")),
            (at, Token::Sign(s)) => Err(Fault::new(at, format!("A number or a name is missing before ‘{s}’."))),
        }
    }

    /// What stands between the parentheses of a function.
    fn call(&mut self, at: usize, name: &str) -> Result<Node, Fault> {
        let reading = match name {
            "bracket" => Some(Reading::Bracket),
            "lookup" => Some(Reading::Lookup),
            _ => None,
        };
        if let Some(reading) = reading {
            let (place, Token::Name(table)) = self.take() else {
                return Err(Fault::new(at, format!("{name} asks for a table first: {name}(table, amount).")));
            };
            self.sign(",", "Behind the table there is a comma and an amount.")?;
            let (asked, of) = self.expression(0)?;
            must(&asked, of, Type::Number, "A table is asked for an amount, and this is a condition.")?;
            self.sign(")", "A closing parenthesis is missing.")?;
            return self.node(place, What::Table(reading, table, Box::new(asked)));
        }
        let (function, least, most) = match name {
            "min" => (Function::Min, 1, 20),
            "max" => (Function::Max, 1, 20),
            "abs" => (Function::Abs, 1, 1),
            "floor" => (Function::Floor, 1, 1),
            "ceil" => (Function::Ceil, 1, 1),
            "round" => (Function::Round, 1, 2),
            "if" => (Function::If, 3, 3),
            _ => return Err(Fault::new(at, format!("There is no function ‘{name}’."))),
        };
        let mut given = vec![];
        loop {
            let (node, of) = self.expression(0)?;
            let asks = if function == Function::If && given.is_empty() { Type::Truth } else { Type::Number };
            let words = match asks {
                Type::Truth => "if asks for a condition first, like gross > 1000.",
                Type::Number => "Here an amount is wanted, and this is a condition.",
            };
            must(&node, of, asks, words)?;
            given.push(node);
            match self.take() {
                (_, Token::Sign(",")) => {}
                (_, Token::Sign(")")) => break,
                (at, _) => return Err(Fault::new(at, "A comma or a closing parenthesis is missing.")),
            }
        }
        if !(least..=most).contains(&given.len()) {
            let wanted = if least == most { least.to_string() } else { format!("{least} to {most}") };
            return Err(Fault::new(at, format!("{name} takes {wanted} values, not {}.", given.len())));
        }
        self.node(at, What::Call(function, given))
    }
}

fn must(node: &Node, is: Type, wanted: Type, words: &str) -> Result<(), Fault> {
    if is == wanted { Ok(()) } else { Err(Fault::new(node.at, words)) }
}
