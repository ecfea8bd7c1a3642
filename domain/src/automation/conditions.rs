//! Conditions: groups of AND and OR over a record's fields, with what can be asked of each kind of field. An answer of
//! no says why, in words for the log.

use super::fields::{Fact, Facts, FieldSpec, Holds, RecordKind};
use crate::{Currency, DateOrder, Day};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A group, or one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Condition {
    All { all: Vec<Condition> },
    Any { any: Vec<Condition> },
    Test(Test),
}

impl Default for Condition {
    /// Nothing asked: every record will do.
    fn default() -> Self {
        Self::All { all: vec![] }
    }
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    pub field: String,
    pub is: Op,
    /// What it is compared to; several, separated by commas, for `one_of`. Empty where nothing is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    Equals,
    Differs,
    Contains,
    StartsWith,
    OneOf,
    NoneOf,
    More,
    Less,
    Before,
    After,
    /// Today or within so many days from now.
    WithinNext,
    /// Today or within so many days until now.
    WithinLast,
    Filled,
    Empty,
}

impl Op {
    pub const ALL: [Self; 14] = [
        Self::Equals,
        Self::Differs,
        Self::Contains,
        Self::StartsWith,
        Self::OneOf,
        Self::NoneOf,
        Self::More,
        Self::Less,
        Self::Before,
        Self::After,
        Self::WithinNext,
        Self::WithinLast,
        Self::Filled,
        Self::Empty,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Equals => "equals",
            Self::Differs => "differs",
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::OneOf => "one_of",
            Self::NoneOf => "none_of",
            Self::More => "more",
            Self::Less => "less",
            Self::Before => "before",
            Self::After => "after",
            Self::WithinNext => "within_next",
            Self::WithinLast => "within_last",
            Self::Filled => "filled",
            Self::Empty => "empty",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Equals => "is",
            Self::Differs => "is not",
            Self::Contains => "contains",
            Self::StartsWith => "starts with",
            Self::OneOf => "is one of",
            Self::NoneOf => "is none of",
            Self::More => "is more than",
            Self::Less => "is less than",
            Self::Before => "is before",
            Self::After => "is after",
            Self::WithinNext => "is within the next … days",
            Self::WithinLast => "is within the last … days",
            Self::Filled => "is filled in",
            Self::Empty => "is empty",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.key() == key)
    }

    /// Whether it compares to something.
    pub const fn compares(self) -> bool {
        !matches!(self, Self::Filled | Self::Empty)
    }

    /// What can be asked of a field.
    pub const fn of(holds: Holds) -> &'static [Self] {
        match holds {
            Holds::Text => &[
                Self::Equals,
                Self::Differs,
                Self::Contains,
                Self::StartsWith,
                Self::OneOf,
                Self::NoneOf,
                Self::Filled,
                Self::Empty,
            ],
            Holds::Number | Holds::Money => {
                &[Self::Equals, Self::Differs, Self::More, Self::Less, Self::Filled, Self::Empty]
            }
            Holds::Day => &[
                Self::Equals,
                Self::Before,
                Self::After,
                Self::WithinNext,
                Self::WithinLast,
                Self::Filled,
                Self::Empty,
            ],
            Holds::Choice(_) => &[Self::Equals, Self::Differs, Self::OneOf, Self::NoneOf, Self::Filled, Self::Empty],
            Holds::List => &[Self::Contains, Self::Filled, Self::Empty],
        }
    }
}

impl Condition {
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::All { all: parts } | Self::Any { any: parts } if parts.iter().all(Self::is_empty))
    }

    /// Every question of it.
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Self::All { all: parts } | Self::Any { any: parts } => parts.iter().flat_map(Self::tests).collect(),
            Self::Test(test) => vec![test],
        }
    }

    /// How deep its groups are nested.
    pub fn depth(&self) -> usize {
        match self {
            Self::All { all: parts } | Self::Any { any: parts } => {
                1 + parts.iter().map(Self::depth).max().unwrap_or_default()
            }
            Self::Test(_) => 0,
        }
    }

    /// Whether a record meets it today; if not, why.
    pub fn holds(&self, kind: Option<RecordKind>, facts: &Facts, today: Day) -> Result<(), String> {
        match self {
            Self::All { all } => all.iter().try_for_each(|c| c.holds(kind, facts, today)),
            Self::Any { any } => {
                let mut reasons = vec![];
                for condition in any {
                    match condition.holds(kind, facts, today) {
                        Ok(()) => return Ok(()),
                        Err(why) => reasons.push(why),
                    }
                }
                if reasons.is_empty() { Ok(()) } else { Err(reasons.join("; ")) }
            }
            Self::Test(test) => test.holds(kind, facts, today),
        }
    }
}

impl Test {
    fn holds(&self, kind: Option<RecordKind>, facts: &Facts, today: Day) -> Result<(), String> {
        let fact = facts.get(&self.field);
        let value = self.value.trim();
        let same = |one: &Fact, other: &str| match one {
            Fact::Number(n) => number(other).is_ok_and(|o| o == *n),
            Fact::Money(m) => amount(other).is_ok_and(|(o, _)| o == m.decimal()),
            Fact::Day(d) => day(other).is_ok_and(|o| o == *d),
            Fact::Text(_) => one.words().trim().to_lowercase() == other.trim().to_lowercase(),
            Fact::List(all) => all.iter().any(|w| w.to_lowercase() == other.trim().to_lowercase()),
        };
        let lower = || fact.map(Fact::words).unwrap_or_default().to_lowercase();
        let both = || match fact? {
            Fact::Number(n) => Some((*n, number(value).ok()?)),
            Fact::Money(m) => Some((m.decimal(), amount(value).ok()?.0)),
            _ => None,
        };
        let when = || match fact? {
            Fact::Day(d) => Some(*d),
            _ => None,
        };
        let within = |from: i64, to: i64| when().is_some_and(|d| (from..=to).contains(&(d.0 - today.0).num_days()));
        let days = || value.parse::<i64>().unwrap_or_default();
        // Amounts of two currencies are not compared (DOMAIN: Money): then nothing holds of them.
        if let Some(Fact::Money(money)) = fact
            && self.is.compares()
            && let asked = amount(value).ok().and_then(|(_, named)| named).or(facts.currency)
            && asked != Some(money.currency)
        {
            let other = asked.map_or("another currency", |c| c.code());
            return Err(format!("{}, and an amount in {other} is not compared with it", self.why_not(kind, fact)));
        }
        let met = match self.is {
            Op::Filled => fact.is_some(),
            Op::Empty => fact.is_none(),
            Op::Equals => fact.is_some_and(|f| same(f, value)),
            Op::Differs => !fact.is_some_and(|f| same(f, value)),
            Op::OneOf => fact.is_some_and(|f| value.split(',').any(|v| same(f, v.trim()))),
            Op::NoneOf => !fact.is_some_and(|f| value.split(',').any(|v| same(f, v.trim()))),
            Op::Contains => match fact {
                Some(f @ Fact::List(_)) => same(f, value),
                _ => !value.is_empty() && lower().contains(&value.to_lowercase()),
            },
            Op::StartsWith => lower().starts_with(&value.to_lowercase()),
            Op::More => both().is_some_and(|(a, b)| a > b),
            Op::Less => both().is_some_and(|(a, b)| a < b),
            Op::Before => when().zip(day(value).ok()).is_some_and(|(a, b)| a < b),
            Op::After => when().zip(day(value).ok()).is_some_and(|(a, b)| a > b),
            Op::WithinNext => within(0, days()),
            Op::WithinLast => within(-days(), 0),
        };
        if met { Ok(()) } else { Err(self.why_not(kind, fact)) }
    }

    fn why_not(&self, kind: Option<RecordKind>, fact: Option<&Fact>) -> String {
        let spec = kind.and_then(|k| k.field(&self.field));
        let label = spec.map_or(self.field.as_str(), |s| s.label);
        let shown = |key: &str| choice(spec, key).unwrap_or(key).to_owned();
        let now = fact.map_or("empty".to_owned(), |f| format!("“{}”", shown(&f.words())));
        let wanted = match self.is {
            Op::Filled => "filled in".to_owned(),
            Op::Empty => "empty".to_owned(),
            Op::WithinNext => format!("within the next {} days", self.value),
            Op::WithinLast => format!("within the last {} days", self.value),
            op => {
                let values: Vec<_> = self.value.split(',').map(|v| shown(v.trim())).collect();
                let words = op.label().strip_prefix("is ").unwrap_or(op.label());
                match op {
                    Op::Equals => format!("“{}”", values.join(", ")),
                    _ => format!("{words} “{}”", values.join(", ")),
                }
            }
        };
        format!("{label} is {now}; asked for: {wanted}")
    }

    /// In words, for whoever reads the workflow.
    pub fn words(&self, kind: Option<RecordKind>) -> String {
        let spec = kind.and_then(|k| k.field(&self.field));
        let label = spec.map_or(self.field.as_str(), |s| s.label);
        let shown: Vec<_> =
            self.value.split(',').map(|v| choice(spec, v.trim()).unwrap_or(v.trim()).to_owned()).collect();
        match self.is {
            Op::Filled | Op::Empty => format!("{label} {}", self.is.label()),
            Op::WithinNext => format!("{label} is within the next {} days", self.value),
            Op::WithinLast => format!("{label} is within the last {} days", self.value),
            op => format!("{label} {} {}", op.label(), shown.join(", ")),
        }
    }

    /// What is wrong with it.
    pub fn check(&self, kind: Option<RecordKind>) -> Result<(), String> {
        let Some(spec) = kind.and_then(|k| k.field(&self.field)) else {
            // What a hook brings is known when it comes.
            let payload = self.field.starts_with("payload.");
            return if payload { Ok(()) } else { Err(format!("There is no field “{}”.", self.field)) };
        };
        if !Op::of(spec.holds).contains(&self.is) {
            return Err(format!("{} cannot be asked whether it “{}”.", spec.label, self.is.label()));
        }
        let value = self.value.trim();
        if !self.is.compares() {
            return Ok(());
        }
        if value.is_empty() {
            return Err("Say what it is compared to.".into());
        }
        match (spec.holds, self.is) {
            (_, Op::WithinNext | Op::WithinLast) => match value.parse::<u32>() {
                Ok(0..=3650) => Ok(()),
                _ => Err("Use a number of days, from 0 to 3650.".into()),
            },
            (Holds::Number, _) => number(value).map(drop),
            (Holds::Money, _) => amount(value).map(drop),
            (Holds::Day, _) => day(value).map(drop),
            (Holds::Choice(choices), _) => {
                match value.split(',').map(str::trim).find(|v| !choices.iter().any(|(key, _)| key == v)) {
                    None => Ok(()),
                    Some(wrong) => Err(format!(
                        "“{wrong}” is none of {}.",
                        choices.iter().map(|(key, _)| *key).collect::<Vec<_>>().join(", ")
                    )),
                }
            }
            (Holds::Text | Holds::List, _) => Ok(()),
        }
    }
}

/// What a choice is called.
pub fn choice(spec: Option<&FieldSpec>, key: &str) -> Option<&'static str> {
    match spec?.holds {
        Holds::Choice(choices) => choices.iter().find(|(k, _)| *k == key).map(|(_, label)| *label),
        _ => None,
    }
}

fn number(text: &str) -> Result<Decimal, String> {
    let plain: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '\'')).collect();
    plain.parse().map_err(|_| "This is not a number, like 250 or 1000.50.".into())
}

/// An amount, before or behind it its currency; without one it is in the workspace's.
fn amount(text: &str) -> Result<(Decimal, Option<Currency>), String> {
    let coded = |code: &str| Currency::from_code(&code.trim().to_uppercase());
    let text = text.trim();
    let currency = |at: usize| text.is_char_boundary(at).then(|| text.split_at(at));
    let behind = text.len().checked_sub(3).and_then(currency).and_then(|(n, code)| Some((n, coded(code)?)));
    let before = || currency(3.min(text.len())).and_then(|(code, n)| Some((n, coded(code)?)));
    match behind.or_else(before) {
        Some((n, currency)) => Ok((number(n)?, Some(currency))),
        None => Ok((number(text).map_err(|_| "This is no amount, like 1000.50 or 1000.50 EUR.".to_owned())?, None)),
    }
}

/// Always year first: a definition means the same in every workspace.
fn day(text: &str) -> Result<Day, String> {
    Day::parse(text, DateOrder::Mdy).map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(field: &str, is: Op, value: &str) -> Condition {
        Condition::Test(Test { field: field.into(), is, value: value.into() })
    }

    fn ada() -> Facts {
        let mut facts = Facts::default();
        facts.text("department", Some("Sales"));
        facts.put("start_date", Fact::Day(Day::new(2026, 3, 10).expect("a day")));
        facts.put("tags", Fact::List(vec!["Remote".into(), "Key".into()]));
        facts.text("employment_type", Some("part_time"));
        facts
    }

    #[test]
    fn each_question_has_its_answer() {
        let (facts, today) = (ada(), Day::new(2026, 3, 3).expect("a day"));
        for (field, is, value, expected) in [
            ("department", Op::Equals, "sales ", true),
            ("department", Op::Differs, "sales", false),
            ("department", Op::Contains, "AL", true),
            ("department", Op::StartsWith, "sa", true),
            ("department", Op::OneOf, "Research, Sales", true),
            ("department", Op::NoneOf, "Research, Sales", false),
            ("location", Op::Equals, "", false),
            ("location", Op::Differs, "Berlin", true),
            ("location", Op::Empty, "", true),
            ("location", Op::Filled, "", false),
            ("start_date", Op::WithinNext, "7", true),
            ("start_date", Op::WithinNext, "6", false),
            ("start_date", Op::WithinLast, "7", false),
            ("start_date", Op::Before, "2026-03-11", true),
            ("start_date", Op::After, "2026-03-10", false),
            ("tags", Op::Contains, "remote", true),
            ("tags", Op::Contains, "rem", false),
        ] {
            let met = test(field, is, value).holds(Some(RecordKind::Employee), &facts, today);
            assert_eq!(met.is_ok(), expected, "{field} {} {value}: {met:?}", is.key());
        }
    }

    #[test]
    fn amounts_of_two_currencies_are_not_compared() {
        let mut facts = Facts::default();
        let (eur, usd) = (Currency::from_code("EUR").expect("euros"), Currency::from_code("USD").expect("dollars"));
        facts.put("revenue", Fact::Money(crate::Money::new(50_000, usd)));
        let holds = |facts: &Facts, is, value: &str| {
            test("revenue", is, value).holds(Some(RecordKind::Customer), facts, Day::new(2026, 3, 3).expect("a day"))
        };
        facts.currency = Some(eur);
        for is in [Op::More, Op::Less, Op::Equals, Op::Differs] {
            assert!(holds(&facts, is, "100").is_err(), "{}", is.key());
        }
        assert_eq!(
            holds(&facts, Op::More, "100"),
            Err("Revenue is “500.00 USD”; asked for: more than “100”, and an amount in EUR is not compared with it"
                .into())
        );
        assert_eq!(holds(&facts, Op::More, "100 usd"), Ok(()));
        assert_eq!(holds(&facts, Op::Equals, "USD 500"), Ok(()));
        assert!(holds(&facts, Op::More, "600 USD").is_err());
        assert_eq!(holds(&facts, Op::Filled, ""), Ok(()));
        facts.currency = Some(usd);
        assert_eq!(holds(&facts, Op::Less, "1,000"), Ok(()));
        let check = |value: &str| {
            Test { field: "revenue".into(), is: Op::More, value: value.into() }.check(Some(RecordKind::Customer))
        };
        assert_eq!((check("1000"), check("1000 EUR"), check("CHF 5.50")), (Ok(()), Ok(()), Ok(())));
        assert!(check("much").is_err() && check("EUR").is_err());
    }

    #[test]
    fn groups_are_and_and_or_and_a_no_says_why() {
        let (facts, today) = (ada(), Day::new(2026, 3, 3).expect("a day"));
        let (yes, no) = (test("department", Op::Equals, "Sales"), test("employment_type", Op::Equals, "full_time"));
        let holds = |c: Condition| c.holds(Some(RecordKind::Employee), &facts, today);
        assert_eq!(holds(Condition::Any { any: vec![no.clone(), yes.clone()] }), Ok(()));
        assert_eq!(
            holds(Condition::All { all: vec![yes, no] }),
            Err("Employment type is “Part-time”; asked for: “Full-time”".into())
        );
        assert_eq!(holds(Condition::default()), Ok(()));
    }

    #[test]
    fn what_cannot_be_asked_is_told() {
        let wrong = |field: &str, is, value: &str| {
            Test { field: field.into(), is, value: value.into() }.check(Some(RecordKind::Employee)).expect_err("wrong")
        };
        assert_eq!(wrong("moon", Op::Filled, ""), "There is no field “moon”.");
        assert!(wrong("salary", Op::Contains, "1").contains("cannot be asked"));
        assert!(wrong("start_date", Op::Before, "soon").contains("not a date"));
        assert!(wrong("employment_type", Op::Equals, "sometimes").contains("none of full_time"));
    }
}
