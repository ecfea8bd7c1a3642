//! A formula as words and signs, each with its place.

use super::{Fault, LENGTH};
use rust_decimal::Decimal;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(Decimal),
    Name(String),
    /// One of `( ) , + - * / = != < <= > >=`.
    Sign(&'static str),
    End,
}

const SIGNS: [&str; 14] = ["!=", "<=", ">=", "==", "(", ")", ",", "+", "-", "*", "/", "=", "<", ">"];

/// All of it, and the end behind it.
pub(super) fn tokens(source: &str) -> Result<Vec<(usize, Token)>, Fault> {
    let signs: Vec<char> = source.chars().collect();
    if signs.len() > LENGTH {
        return Err(Fault::new(LENGTH, format!("A formula has at most {LENGTH} signs.")));
    }
    let (mut at, mut all) = (0, vec![]);
    while let Some(sign) = signs.get(at) {
        let start = at;
        let run = |from: usize, fits: fn(&char) -> bool| signs[from..].iter().take_while(|c| fits(c)).count();
        if sign.is_whitespace() {
            at += 1;
            continue;
        }
        let token = if sign.is_ascii_digit() || *sign == '.' {
            at += run(at, |c| c.is_ascii_digit() || *c == '.');
            let text: String = signs[start..at].iter().collect();
            let number = number(&text).map_err(|words| Fault::new(start + 1, words))?;
            match signs.get(at) {
                Some('%') => {
                    at += 1;
                    // Two places more: exact, if there is room for them.
                    let exact = number
                        .checked_mul(Decimal::new(1, 2))
                        .filter(|n| n.checked_mul(Decimal::ONE_HUNDRED) == Some(number));
                    Token::Number(exact.ok_or_else(|| Fault::new(start + 1, "This number has too many digits."))?)
                }
                Some(c) if c.is_alphabetic() || *c == '_' => {
                    return Err(Fault::new(at + 1, "Between a number and a name there is an operator, like *."));
                }
                _ => Token::Number(number),
            }
        } else if sign.is_ascii_lowercase() {
            at += run(at, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '_');
            Token::Name(signs[start..at].iter().collect())
        } else {
            let known = SIGNS.iter().find(|s| s.chars().enumerate().all(|(n, c)| signs.get(at + n) == Some(&c)));
            let known = known.ok_or_else(|| strange(start, *sign))?;
            at += known.len();
            Token::Sign(if *known == "==" { "=" } else { known })
        };
        all.push((start + 1, token));
    }
    all.push((signs.len() + 1, Token::End));
    Ok(all)
}

fn number(text: &str) -> Result<Decimal, &'static str> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    if digits == 0 || text.matches('.').count() > 1 || text.ends_with('.') || text.starts_with('.') {
        return Err("This is not a number, like 1250 or 0.5.");
    }
    if digits > 20 {
        Err("This number has too many digits.")
    } else {
        text.parse().map_err(|_| "This is not a number.")
    }
}

fn strange(at: usize, sign: char) -> Fault {
    let words = match sign {
        c if c.is_alphabetic() => "Names have small letters a to z, digits and _.".to_owned(),
        '%' => "A percent sign stands behind a number, like 4.25%.".to_owned(),
        '&' | '|' | '!' => "Conditions are joined by and, or, not.".to_owned(),
        c => format!("‘{c}’ means nothing here."),
    };
    Fault::new(at + 1, words)
}
