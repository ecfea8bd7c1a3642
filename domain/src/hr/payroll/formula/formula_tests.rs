//! What formulas come to, and what they refuse.

use super::{
    super::{
        samples_tests::{d, day},
        tables::{Band, Edition},
    },
    *,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

struct Told(BTreeMap<&'static str, Decimal>, Edition);

impl Scope for Told {
    fn number(&self, name: &str) -> Option<Decimal> {
        self.0.get(name).copied()
    }

    fn table(&self, code: &str) -> Option<&Edition> {
        if code == "tax" { Some(&self.1) } else { None }
    }
}

fn told() -> Told {
    let names = [("gross", "4000"), ("age", "26"), ("fte", "0.8"), ("none", "0"), ("third", "0.3333")];
    let band = |(from, value)| Band { from: d(from), value: d(value) };
    let bands = [("0", "0"), ("1000", "10"), ("3000", "20")].map(band).to_vec();
    Told(names.map(|(name, n)| (name, d(n))).into(), Edition { from: day("2026-01-01"), bands })
}

fn value(source: &str) -> Result<Decimal, Fault> {
    Formula::parse(source)?.value(&told()).map(|v| v.number)
}

#[test]
fn formulas_and_what_they_come_to() {
    for (source, wanted) in [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("100 / 10 / 2", "5"),
        ("-2 * -3", "6"),
        ("2 - -3", "5"),
        ("gross * 4.25%", "170"),
        ("0.1 + 0.2", "0.3"),
        ("min(3, 1, 2) + max(gross, 5000)", "5001"),
        ("max(0, round(gross * third, 2) - 12.50)", "1320.7"),
        ("round(2.5) + round(-2.5)", "0"),
        ("round(2.345, 2)", "2.35"),
        ("floor(-1.5) + ceil(1.2) + abs(-3)", "3"),
        ("if(age < 27 and fte >= 0.5, 20, 0)", "20"),
        ("if(not age < 27 or gross = 1, 1, 2)", "2"),
        ("if(none = 0, 0, gross / none)", "0"),
        ("if(1 = 1 or gross / none > 1, 7, 8)", "7"),
        ("bracket(tax, gross)", "400"),
        ("lookup(tax, gross - 2500)", "10"),
        ("if(age != 26, 1, if(age == 26, 2, 3))", "2"),
    ] {
        assert_eq!(value(source).map_err(|f| f.to_string()), Ok(d(wanted)), "{source}");
    }
}

#[test]
fn a_fault_says_what_is_wrong_and_where() {
    for (source, at, words) in [
        ("", 1, "A formula is missing."),
        ("1 +", 4, "Something is missing at the end."),
        ("gross / none", 7, "This divides by zero."),
        ("gross + ages", 9, "ages is not told."),
        ("bracket(levy, 1)", 9, "The table levy has no edition for this day."),
        ("lookup(tax, 0 - 1)", 8, "The amount lies below the first band."),
        ("round(1, 99)", 1, "round takes whole places from 0 to 10."),
        ("gross > 1", 7, "A component is an amount, and this is a condition."),
        ("1 + (2 > 1)", 8, "Only numbers are calculated with, and this is a condition."),
        ("if(1, 2, 3)", 4, "if asks for a condition first, like gross > 1000."),
        ("if(1 < 2 < 3, 2, 3)", 6, "Only numbers are compared, and this is a condition."),
        ("if(1 and 2 > 1, 2, 3)", 4, "Only conditions are joined by and, or."),
        ("min()", 5, "A number or a name is missing before ‘)’."),
        ("if(1 > 2, 3)", 1, "if takes 3 values, not 2."),
        ("sine(1)", 1, "There is no function ‘sine’."),
        ("(1 + 2", 7, "A closing parenthesis is missing."),
        ("1 + 2)", 6, "This parenthesis closes nothing."),
        ("1 2", 3, "An operator is missing before this."),
        ("2gross", 2, "Between a number and a name there is an operator, like *."),
        ("1.2.3", 1, "This is not a number, like 1250 or 0.5."),
        ("gross % 2", 7, "A percent sign stands behind a number, like 4.25%."),
        ("Gross", 1, "Names have small letters a to z, digits and _."),
        ("gross && 1", 7, "Conditions are joined by and, or, not."),
        ("gross; drop", 6, "‘;’ means nothing here."),
        ("bracket(5, 1)", 1, "bracket asks for a table first: bracket(table, amount)."),
        ("99999999999999999999 * 99999999999999999999", 22, "This number is too large."),
        ("max", 1, "After ‘max’ something is missing."),
    ] {
        let fault = value(source).expect_err(source);
        assert_eq!((fault.at, fault.words.as_str()), (at, words), "{source}");
    }
}

#[test]
fn a_formula_is_bounded() {
    let deep = format!("{}1{}", "(".repeat(DEPTH + 1), ")".repeat(DEPTH + 1));
    assert!(value(&deep).expect_err("too deep").words.contains("levels deep"));
    let fine = format!("{}1{}", "(".repeat(DEPTH - 1), ")".repeat(DEPTH - 1));
    assert_eq!(value(&fine), Ok(d("1")));
    assert!(value(&"-".repeat(DEPTH + 1)).expect_err("too deep").words.contains("levels deep"));
    let wide = vec!["1"; NODES].join("+");
    assert!(value(&wide).expect_err("too wide").words.contains("at most"));
    let long = format!("1{}", " ".repeat(LENGTH));
    assert_eq!(value(&long).expect_err("too long").at, LENGTH);
    assert_eq!(value(&vec!["1"; NODES / 2].join("+")), Ok(Decimal::from(NODES / 2)));
}

#[test]
fn what_was_read_is_told_once_and_in_order() {
    let formula = Formula::parse("if(age > 30, missing, gross) * fte + gross").expect("a formula");
    let value = formula.value(&told()).expect("a value");
    let read: Vec<_> = value.read.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((value.number, read), (d("7200"), vec!["age", "gross", "fte"]));
    assert!(formula.reads().contains("missing"), "what it may ask for is known before");
    assert_eq!(formula.place("missing"), 14);
    assert!(Formula::parse("bracket(tax, gross)").expect("a formula").tables().contains("tax"));
}

proptest! {
    #[test]
    fn nothing_that_is_typed_panics(source in "[a-z0-9_ ().,+*/=<>!%-]{0,80}") {
        let _ = value(&source);
    }

    #[test]
    fn any_text_at_all_is_read_or_refused(source in "\\PC{0,60}") {
        if let Err(fault) = value(&source) {
            prop_assert!(fault.at >= 1 && fault.at <= source.chars().count() + 1);
        }
    }

    /// Operators by their strength, from left to right: against a plain reading in two passes.
    #[test]
    fn operators_bind_as_they_are_taught(first in 1i64..50, rest in prop::collection::vec((0usize..4, 1i64..50), 0..6)) {
        let mut source = first.to_string();
        let mut sums = vec![Decimal::from(first)];
        for (op, n) in rest {
            source.push_str([" + ", "-", " * ", "/"][op]);
            source.push_str(&n.to_string());
            let n = Decimal::from(n);
            let last = sums.last_mut().expect("the first one");
            match op {
                0 => sums.push(n),
                1 => sums.push(-n),
                2 => *last *= n,
                _ => *last /= n,
            }
        }
        let wanted = sums.into_iter().fold(Decimal::ZERO, |sum, n| sum + n);
        prop_assert!((value(&source).expect("a value") - wanted).abs() < Decimal::new(1, 15), "{}", source);
    }

    #[test]
    fn sums_are_exact(a in -1_000_000i64..1_000_000, b in 1i64..1_000_000, c in 1i64..1_000_000) {
        let n = |minor: i64| Decimal::new(minor, 2);
        let source = format!("{} + {} * {} - {}", n(a), n(b), n(c), n(b));
        prop_assert_eq!(value(&source), Ok((n(a) + n(b) * n(c) - n(b)).normalize()));
    }
}
