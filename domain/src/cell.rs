//! A field of a record as a sheet shows it: what it is, and not how it is written.

use crate::{Currency, Day, Money, custom_fields::Kind};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use std::borrow::Cow;

#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    Text(Cow<'a, str>),
    Number(Decimal),
    /// A part of 1, shown in per cent.
    Part(Decimal),
    Day(Day),
    Money(Money),
}

impl<'a> Cell<'a> {
    /// What is not there is an empty cell.
    pub fn or_empty(cell: Option<Self>) -> Self {
        cell.unwrap_or(Self::Text(Cow::Borrowed("")))
    }

    /// A value of a custom field. One that is not of its kind is text.
    pub fn custom(kind: Kind, value: &'a Json) -> Self {
        let text = || value.as_str().unwrap_or_default();
        let typed = match kind {
            Kind::Number => text().parse().ok().map(Self::Number),
            Kind::Date => text().parse().ok().map(Day).map(Self::Day),
            Kind::Money => value["minor"]
                .as_i64()
                .zip(value["currency"].as_str().and_then(Currency::from_code))
                .map(|(minor, currency)| Self::Money(Money::new(minor, currency))),
            Kind::Text | Kind::YesNo | Kind::Choice | Kind::Person | Kind::File => None,
        };
        typed.unwrap_or_else(|| Self::Text(crate::custom_fields::text(value).into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn custom_values_are_what_their_field_is() {
        let day = |s: &str| Day(s.parse().expect("a day"));
        for (kind, value, cell) in [
            (Kind::Text, json!("007"), Cell::Text("007".into())),
            (Kind::Number, json!("7.50"), Cell::Number(Decimal::new(750, 2))),
            (Kind::Number, json!("many"), Cell::Text("many".into())),
            (Kind::Date, json!("2026-03-02"), Cell::Day(day("2026-03-02"))),
            (Kind::YesNo, json!(true), Cell::Text("yes".into())),
            (Kind::Choice, json!("=M"), Cell::Text("=M".into())),
            (
                Kind::Money,
                json!({"minor": 1250, "currency": "EUR"}),
                Cell::Money(Money::new(1250, Currency::from_code("EUR").expect("the euro"))),
            ),
        ] {
            assert_eq!(Cell::custom(kind, &value), cell);
        }
    }
}
