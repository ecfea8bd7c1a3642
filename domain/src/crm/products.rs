//! Products and their prices: one a currency and day.

use crate::{
    Conventions, Currency, Day, Errors, Money, PriceId, ProductId, draft,
    draft::{Field, FieldClass},
    text::Words,
};
use rust_decimal::Decimal;

pub const WORDS: Words = Words { one: "product", many: "products" };

draft! {
    /// A product as it is typed.
    Draft { name, code, description, tax, retired }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    pub code: Option<String>,
    pub description: Option<String>,
    /// In percent, unless a line says otherwise.
    pub tax: Decimal,
    pub retired: bool,
}

impl Draft {
    pub fn read(&self, _: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let fields = Fields {
            name: e.required("name", &self.name, 200),
            code: e.line("code", &self.code, 60),
            description: e.text("description", &self.description, 2_000),
            tax: e.optional("tax", &self.tax, super::quotes::percentage).unwrap_or_default(),
            retired: !self.retired.is_empty(),
        };
        (fields, e)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub id: ProductId,
    pub version: i32,
    pub name: String,
    pub code: Option<String>,
    pub description: Option<String>,
    pub tax: Decimal,
    /// Not offered any more; lines keep it.
    pub retired: bool,
    /// By currency, the latest first.
    pub prices: Vec<Price>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    pub id: PriceId,
    pub amount: Money,
    pub from: Day,
    pub until: Option<Day>,
}

impl Product {
    pub fn draft(&self) -> Draft {
        Draft {
            name: self.name.clone(),
            code: self.code.clone().unwrap_or_default(),
            description: self.description.clone().unwrap_or_default(),
            tax: super::quotes::number(self.tax),
            retired: if self.retired { "true".into() } else { String::new() },
        }
    }

    pub fn is(&self, f: &Fields) -> bool {
        self.draft().read(&Conventions::default()).0 == *f
    }

    /// What one costs on this day.
    pub fn price(&self, currency: Currency, on: Day) -> Option<Money> {
        let holds =
            |p: &&Price| p.amount.currency == currency && p.from <= on && p.until.is_none_or(|until| on <= until);
        self.prices.iter().find(holds).map(|p| p.amount)
    }
}

draft! {
    /// A price as it is typed.
    PriceDraft { amount, currency, from, until }
}

impl PriceDraft {
    pub fn parse(&self, c: &Conventions, today: Day) -> Result<(Money, Day, Option<Day>), Errors> {
        let mut e = Errors::default();
        let currency = e.optional("currency", &self.currency, super::deals::currency).unwrap_or(c.currency);
        if self.amount.trim().is_empty() {
            e.add("amount", "Please fill this in.");
        }
        let amount = e.optional("amount", &self.amount, |s| super::deals::amount(s, currency));
        let from = e.optional("from", &self.from, |s| Day::parse(s, c.dates)).unwrap_or(today);
        let until = e.optional("until", &self.until, |s| Day::parse(s, c.dates));
        if until.is_some_and(|until| until < from) {
            e.add("until", "The last day is before the first one.");
        }
        e.or((amount.unwrap_or(Money::new(0, currency)), from, until))
    }
}

const fn field(key: &'static str, label: &'static str, required: bool) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases: &[], required }
}

pub const FIELDS: &[Field] = &[
    field("name", "Name", true),
    field("code", "Code", false),
    field("description", "Description", false),
    field("tax", "Tax, %", false),
    field("retired", "Not offered any more", false),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_holds_on_its_days() {
        let day = |m, d| Day::new(2026, m, d).expect("a day");
        let price = |n: u128, minor, currency, from, until| Price {
            id: uuid::Uuid::from_u128(n).into(),
            amount: Money::new(minor, currency),
            from,
            until,
        };
        let product = Product {
            id: uuid::Uuid::from_u128(1).into(),
            version: 1,
            name: "Nord".into(),
            code: None,
            description: None,
            tax: Decimal::ZERO,
            retired: false,
            prices: vec![
                price(1, 100, Currency::EUR, day(1, 1), Some(day(3, 31))),
                price(2, 120, Currency::EUR, day(4, 1), None),
                price(3, 130, Currency::USD, day(2, 1), None),
            ],
        };
        for (currency, on, costs) in [
            (Currency::EUR, day(3, 31), Some(100)),
            (Currency::EUR, day(4, 1), Some(120)),
            (Currency::USD, day(1, 31), None),
            (Currency::GBP, day(5, 1), None),
        ] {
            assert_eq!(product.price(currency, on).map(|m| m.minor), costs, "{currency:?} {on:?}");
        }
    }
}
