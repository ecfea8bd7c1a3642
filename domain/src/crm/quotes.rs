//! Lines of deals and quotes, and what they come to: a total is the sum of its shown, rounded lines (DOMAIN: Money).

use crate::{Conventions, Currency, Day, DealId, Errors, Money, ProductId, QuoteId, draft};
use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

/// Lines of one deal or quote.
pub const MOST: usize = 100;
/// Days that a quote stands, unless somebody says otherwise.
pub const STANDS: i64 = 30;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub product: Option<ProductId>,
    pub name: String,
    pub quantity: Decimal,
    /// Of one.
    pub unit: Money,
    /// In percent.
    pub discount: Decimal,
    /// In percent.
    pub tax: Decimal,
}

impl Line {
    /// What it comes to without tax, rounded as it is shown; a line that is beyond all money has none.
    pub fn net(&self) -> Option<Money> {
        let left = (Decimal::ONE_HUNDRED - self.discount) / Decimal::ONE_HUNDRED;
        let exact = Decimal::from(self.unit.minor).checked_mul(self.quantity)?.checked_mul(left)?;
        round(exact, self.unit.currency)
    }

    /// The tax on [`net`](Self::net), as it is shown.
    pub fn taxes(&self) -> Option<Money> {
        let net = self.net()?;
        round(Decimal::from(net.minor).checked_mul(self.tax)? / Decimal::ONE_HUNDRED, net.currency)
    }
}

fn round(exact: Decimal, currency: Currency) -> Option<Money> {
    let minor = exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64()?;
    (minor.abs() <= 1_000_000_000_000_000).then(|| Money::new(minor, currency))
}

/// Sums of shown lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    pub net: Money,
    pub tax: Money,
    pub gross: Money,
}

/// What lines of one currency come to; nothing where one of them is beyond all money.
pub fn totals(lines: &[Line], currency: Currency) -> Option<Totals> {
    let mut sums = [0_i64; 2];
    for line in lines {
        sums[0] = sums[0].checked_add(line.net()?.minor)?;
        sums[1] = sums[1].checked_add(line.taxes()?.minor)?;
    }
    let money = |minor| Money::new(minor, currency);
    Some(Totals { net: money(sums[0]), tax: money(sums[1]), gross: money(sums[0].checked_add(sums[1])?) })
}

/// A percentage or a quantity as people read it: `2.5`.
pub fn number(n: Decimal) -> String {
    n.normalize().to_string()
}

/// Lines as they are typed, column by column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinesDraft {
    pub product: Vec<String>,
    pub name: Vec<String>,
    pub quantity: Vec<String>,
    pub unit: Vec<String>,
    pub discount: Vec<String>,
    pub tax: Vec<String>,
    pub currency: String,
    /// The deal is worth what its lines come to.
    pub sets_amount: String,
    pub expires_on: String,
    pub note: String,
}

impl LinesDraft {
    pub fn of(lines: &[Line], currency: Currency) -> Self {
        Self {
            product: lines.iter().map(|l| l.product.map(|p| p.to_string()).unwrap_or_default()).collect(),
            name: lines.iter().map(|l| l.name.clone()).collect(),
            quantity: lines.iter().map(|l| number(l.quantity)).collect(),
            unit: lines.iter().map(|l| l.unit.decimal().to_string()).collect(),
            discount: lines.iter().map(|l| number(l.discount)).collect(),
            tax: lines.iter().map(|l| number(l.tax)).collect(),
            currency: currency.code().into(),
            ..Self::default()
        }
    }

    /// The products that are named in it.
    pub fn products(&self) -> Vec<ProductId> {
        self.product.iter().take(MOST + 1).filter_map(|id| id.parse().ok()).collect()
    }

    pub fn rows(&self) -> usize {
        [&self.product, &self.name, &self.quantity, &self.unit].into_iter().map(Vec::len).max().unwrap_or(0)
    }

    /// One cell of what was typed.
    pub fn cell(&self, column: &str, row: usize) -> &str {
        let cells = match column {
            "product" => &self.product,
            "name" => &self.name,
            "quantity" => &self.quantity,
            "unit" => &self.unit,
            "discount" => &self.discount,
            _ => &self.tax,
        };
        cells.get(row).map_or("", |c| c.trim())
    }

    /// The lines of rows that say something. What a product says, `known` tells: its name, its price and its tax, where
    /// the row leaves them out.
    pub fn read(
        &self,
        c: &Conventions,
        known: impl Fn(ProductId, Currency) -> Option<(String, Option<Money>, Decimal)>,
    ) -> Result<(Vec<Line>, Currency), Errors> {
        let mut e = Errors::default();
        let currency = e.optional("currency", &self.currency, super::deals::currency).unwrap_or(c.currency);
        let mut lines = vec![];
        for row in 0..self.rows().min(MOST + 1) {
            let cell = |column| self.cell(column, row);
            if ["product", "name", "unit"].iter().all(|column| cell(column).is_empty()) {
                continue;
            }
            let wrong = |why: &str| format!("Line {}: {why}", row + 1);
            let product = cell("product").parse::<ProductId>().ok();
            let told = product.and_then(|p| known(p, currency));
            let mut one = Errors::default();
            let name = match (cell("name"), &told) {
                ("", Some((name, ..))) => name.clone(),
                (typed, _) => one.required("name", typed, 200),
            };
            let unit = match (cell("unit"), &told) {
                ("", Some((_, Some(price), _))) => Some(*price),
                ("", Some((name, None, _))) => {
                    one.add("unit", format!("{name} has no price in {} today.", currency.code()));
                    None
                }
                ("", None) => {
                    one.add("unit", "Say what one costs.");
                    None
                }
                (typed, _) => one.take("unit", super::deals::amount(typed, currency)),
            };
            let quantity = match cell("quantity") {
                "" => Some(Decimal::ONE),
                typed => {
                    one.take("quantity", exact(typed, 3, "This is not a quantity, like 2.5.").and_then(more_than_none))
                }
            };
            let discount = match cell("discount") {
                "" => Some(Decimal::ZERO),
                typed => one.take("discount", percentage(typed)),
            };
            let tax = match (cell("tax"), &told) {
                ("", Some((.., tax))) => Some(*tax),
                ("", None) => Some(Decimal::ZERO),
                (typed, _) => one.take("tax", percentage(typed)),
            };
            if let Some((_, why)) = one.iter().next() {
                e.add("lines", wrong(why));
            }
            if let (Some(unit), Some(quantity), Some(discount), Some(tax)) = (unit, quantity, discount, tax) {
                lines.push(Line { product: product.filter(|_| told.is_some()), name, quantity, unit, discount, tax });
            }
        }
        if lines.len() > MOST {
            e.add("lines", format!("Use at most {MOST} lines."));
        } else if e.is_empty() && totals(&lines, currency).is_none() {
            e.add("lines", "This comes to more than can be counted.");
        }
        e.or((lines, currency))
    }
}

/// `7.5` percent, with at most three decimals.
pub fn percentage(input: &str) -> Result<Decimal, &'static str> {
    exact(input, 3, "This is not a percentage, like 7.5.").and_then(within)
}

fn exact(input: &str, places: u32, wrong: &'static str) -> Result<Decimal, &'static str> {
    let text = input.trim().trim_end_matches('%').trim().replace(',', ".");
    let n: Decimal = text.parse().map_err(|_| wrong)?;
    if n.normalize().scale() > places || n.abs() > Decimal::from(100_000_000) { Err(wrong) } else { Ok(n) }
}

fn more_than_none(n: Decimal) -> Result<Decimal, &'static str> {
    if n > Decimal::ZERO { Ok(n) } else { Err("A quantity is more than nothing.") }
}

fn within(n: Decimal) -> Result<Decimal, &'static str> {
    if (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&n) { Ok(n) } else { Err("Use a percentage from 0 to 100.") }
}

/// What became of a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Draft,
    /// Whoever has its link may answer.
    Open,
    Accepted,
    Declined,
    /// A later version of it was opened.
    Replaced,
    Revoked,
}

impl State {
    pub const ALL: [Self; 6] = [Self::Draft, Self::Open, Self::Accepted, Self::Declined, Self::Replaced, Self::Revoked];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Replaced => "replaced",
            Self::Revoked => "revoked",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::Open => "Open",
            Self::Accepted => "Accepted",
            Self::Declined => "Declined",
            Self::Replaced => "Replaced",
            Self::Revoked => "Withdrawn",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    pub id: QuoteId,
    pub version: i32,
    pub deal: DealId,
    pub number: i32,
    pub revision: i32,
    pub state: State,
    pub currency: Currency,
    /// The last day on which it can be accepted.
    pub expires_on: Day,
    pub note: Option<String>,
    pub published_at: Option<DateTime<Utc>>,
    /// When, and as whom.
    pub answered: Option<(DateTime<Utc>, String)>,
    pub answer_note: Option<String>,
    pub lines: Vec<Line>,
}

impl Quote {
    /// `Q-12`, and from its second version on `Q-12.2`.
    pub fn called(&self) -> String {
        if self.revision > 1 { format!("Q-{}.{}", self.number, self.revision) } else { format!("Q-{}", self.number) }
    }

    pub fn expired(&self, today: Day) -> bool {
        self.state == State::Open && self.expires_on < today
    }

    pub fn totals(&self) -> Option<Totals> {
        totals(&self.lines, self.currency)
    }
}

draft! {
    /// An answer as it is typed by whoever has the link.
    Answer { name, note, answer }
}

impl Answer {
    /// As whom, and with which words.
    pub fn parse(&self) -> Result<(String, Option<String>), Errors> {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 100);
        let note = e.text("note", &self.note, 2_000);
        e.or((name, note))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Currency::*;
    use proptest::prelude::*;

    fn line(quantity: &str, unit: i64, currency: Currency, discount: &str, tax: &str) -> Line {
        let exact = |text: &str| text.parse().expect("a number");
        Line {
            product: None,
            name: "Lamp".into(),
            quantity: exact(quantity),
            unit: Money::new(unit, currency),
            discount: exact(discount),
            tax: exact(tax),
        }
    }

    #[test]
    fn a_line_comes_to_what_is_shown() {
        for (quantity, unit, currency, discount, tax, net, taxes) in [
            ("1", 1_000, USD, "0", "0", 1_000, 0),
            ("3", 333, USD, "0", "19", 999, 190),
            ("2.5", 99, EUR, "0", "7", 248, 17),
            ("1", 1, USD, "50", "0", 1, 0),
            ("1", 1, USD, "51", "0", 0, 0),
            ("7", 1_234, JPY, "12.5", "10", 7_558, 756),
            ("0.001", 1_500, KWD, "0", "5", 2, 0),
            ("10", 100, USD, "100", "19", 0, 0),
        ] {
            let line = line(quantity, unit, currency, discount, tax);
            let told = (line.net().map(|m| m.minor), line.taxes().map(|m| m.minor));
            assert_eq!(told, (Some(net), Some(taxes)), "{quantity} × {unit} − {discount} % + {tax} %");
        }
    }

    #[test]
    fn rows_that_say_nothing_are_none_and_a_product_says_the_rest() {
        let product = ProductId(uuid::Uuid::from_u128(7));
        let known = |id: ProductId, currency| {
            (id == product)
                .then(|| ("Nord".to_owned(), (currency == EUR).then(|| Money::new(5_000, EUR)), Decimal::from(25)))
        };
        let draft = LinesDraft {
            product: vec![String::new(), product.to_string(), String::new()],
            name: vec![" ".into(), String::new(), "Mounting".into()],
            quantity: vec!["5".into(), "2".into(), String::new()],
            unit: vec![String::new(), String::new(), "10,50".into()],
            currency: "eur".into(),
            ..LinesDraft::default()
        };
        let (lines, currency) = draft.read(&Conventions::default(), known).expect("lines");
        assert_eq!((lines.len(), currency), (2, EUR));
        assert_eq!((lines[0].name.as_str(), lines[0].net().map(|m| m.minor)), ("Nord", Some(10_000)));
        let sums = totals(&lines, EUR).expect("sums");
        assert_eq!((sums.net.minor, sums.tax.minor, sums.gross.minor), (11_050, 2_500, 13_550));
        for (column, typed, told) in [
            ("unit", "", "Line 2: Nord has no price in USD today."),
            ("quantity", "0", "Line 2: A quantity is more than nothing."),
            ("discount", "101", "Line 2: Use a percentage from 0 to 100."),
        ] {
            let mut wrong =
                LinesDraft { currency: if column == "unit" { "USD".into() } else { "EUR".into() }, ..draft.clone() };
            match column {
                "quantity" => wrong.quantity[1] = typed.into(),
                "discount" => wrong.discount = vec![String::new(), typed.into()],
                _ => wrong.unit[2] = "1".into(),
            }
            let errors = wrong.read(&Conventions::default(), known).expect_err("wrong");
            assert_eq!(errors.of("lines"), Some(told));
        }
    }

    proptest! {
        #[test]
        fn a_total_is_the_sum_of_its_shown_lines(
            parts in prop::collection::vec((1i64..100_000, 0i64..10_000_000, 0i64..=100_000, 0i64..=100_000), 0..30)
        ) {
            let lines: Vec<Line> = parts.iter().map(|(quantity, unit, discount, tax)| Line {
                product: None,
                name: String::new(),
                quantity: Decimal::new(*quantity, 3),
                unit: Money::new(*unit, EUR),
                discount: Decimal::new(*discount, 3),
                tax: Decimal::new(*tax, 3),
            }).collect();
            let sums = totals(&lines, EUR).expect("sums");
            let shown = |of: fn(&Line) -> Option<Money>| lines.iter().map(|l| of(l).expect("money").minor).sum::<i64>();
            prop_assert_eq!(sums.net.minor, shown(Line::net));
            prop_assert_eq!(sums.tax.minor, shown(Line::taxes));
            prop_assert_eq!(sums.gross.minor, sums.net.minor + sums.tax.minor);
            prop_assert!(lines.iter().all(|l| l.net().is_some_and(|n| n.minor >= 0)));
        }
    }
}
