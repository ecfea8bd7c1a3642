//! Deals: the draft, its rules, the fields and the list.

pub mod board;
mod filter;
pub mod history;
pub mod moves;
pub mod splits;

pub use filter::{Filter, Order, Status, UNPRICED};

use super::pipelines::{Category, State, percent};
use crate::{
    Conventions, Currency, CustomerId, Day, DealId, Email, Errors, LossReasonId, MemberId, Money, PipelineId, StageId,
    cell::Cell,
    custom_fields::{Custom, Kind, Values, text as text_of},
    draft,
    draft::{Field, FieldClass},
    tags::Tag,
    text::Words,
};
use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use std::borrow::Cow;

pub const WORDS: Words = Words { one: "deal", many: "deals" };

draft! {
    /// A deal as typed into a form or found in a file.
    Draft {
        name, reference, customer, owner, pipeline, stage, amount, currency, close_on, probability, category, source,
        next_step, next_step_on, competitors, loss_reason, loss_note, opened_on, product,
    } with custom
}

/// What a deal is told to be; customer, owner and stage are still words, resolved by the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields {
    pub name: String,
    /// As another system calls it.
    pub reference: Option<String>,
    /// The name of a customer.
    pub customer: Option<String>,
    /// The email of a member.
    pub owner: Option<Email>,
    /// The name of a pipeline, or nothing where the stage says it.
    pub pipeline: Option<String>,
    /// The id of a stage or its name; nothing: the first.
    pub stage: Option<String>,
    pub amount: Option<Money>,
    pub close_on: Option<Day>,
    /// In percent; nothing: what the stage says.
    pub probability: Option<i32>,
    pub category: Option<Category>,
    pub source: Option<String>,
    pub next_step: Option<String>,
    pub next_step_on: Option<Day>,
    pub competitors: Vec<String>,
    pub loss_reason: Option<String>,
    pub loss_note: Option<String>,
    /// From a file: the day on which it began, where that is past.
    pub opened_on: Option<Day>,
    /// From a file: the name of a product that it is about.
    pub product: Option<String>,
    pub custom: Custom,
}

impl Draft {
    /// The rules of a deal that need no other record.
    pub fn parse(&self, c: &Conventions) -> Result<Fields, Errors> {
        let (fields, errors) = self.read(c);
        errors.or(fields)
    }

    /// As [`parse`](Self::parse), with what could be read although something is wrong.
    pub fn read(&self, c: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let currency = e.optional("currency", &self.currency, currency).unwrap_or(c.currency);
        let fields = Fields {
            name: e.required("name", &self.name, 200),
            reference: e.line("reference", &self.reference, 100),
            customer: e.line("customer", &self.customer, 200),
            owner: e.optional("owner", &self.owner, |s| Email::parse(email_in(s))),
            pipeline: e.line("pipeline", &self.pipeline, 60),
            stage: e.line("stage", &self.stage, 60),
            amount: e.optional("amount", &self.amount, |s| amount(s, currency)),
            close_on: e.optional("close_on", &self.close_on, |s| Day::parse(s, c.dates)),
            probability: e.optional("probability", &self.probability, percent),
            category: e.optional("category", &self.category, Category::chosen),
            source: e.line("source", &self.source, 100),
            next_step: e.line("next_step", &self.next_step, 200),
            next_step_on: e.optional("next_step_on", &self.next_step_on, |s| Day::parse(s, c.dates)),
            competitors: competitors(&mut e, &self.competitors),
            loss_reason: e.line("loss_reason", &self.loss_reason, 60),
            loss_note: e.text("loss_note", &self.loss_note, 2_000),
            opened_on: e.optional("opened_on", &self.opened_on, |s| Day::parse(s, c.dates)),
            product: e.line("product", &self.product, 200),
            custom: Custom::said(&self.custom),
        };
        if fields.next_step_on.is_some() && fields.next_step.is_none() && e.of("next_step").is_none() {
            e.add("next_step", "Say what is to be done on this day.");
        }
        (fields, e)
    }
}

pub(crate) fn amount(input: &str, currency: Currency) -> Result<Money, &'static str> {
    Money::parse(input, currency).and_then(|m| if m.minor < 0 { Err("An amount is not below zero.") } else { Ok(m) })
}

pub(crate) fn currency(input: &str) -> Result<Currency, &'static str> {
    Currency::from_code(input.trim().to_uppercase().as_str()).ok_or("This is not a currency, like EUR.")
}

/// `Acme, Globex` as two names; said twice is once.
pub(crate) fn competitors(e: &mut Errors, input: &str) -> Vec<String> {
    let line = e.line("competitors", input, 400).unwrap_or_default();
    let mut names: Vec<String> = vec![];
    for name in line.split([',', ';']).map(str::trim).filter(|n| !n.is_empty()) {
        if !names.iter().any(|known| known.to_lowercase() == name.to_lowercase()) {
            names.push(name.to_owned());
        }
    }
    if names.len() > 20 {
        e.add("competitors", "Name at most 20.");
    }
    names
}

/// The address in `Ada Lovelace <ada@acme.com>`.
pub(crate) fn email_in(input: &str) -> &str {
    input.rsplit_once('<').map_or(input, |(_, rest)| rest.trim_end_matches('>')).trim()
}

/// One deal.
#[derive(Debug, Clone, PartialEq)]
pub struct Deal {
    pub id: DealId,
    pub version: i32,
    pub name: String,
    pub reference: Option<String>,
    /// Where the reader may see it.
    pub customer: Option<Customer>,
    pub owner: Option<Owner>,
    pub pipeline: PipelineId,
    pub pipeline_name: String,
    pub stage: StageId,
    pub stage_name: String,
    pub state: State,
    pub amount: Option<Money>,
    /// Expected; of a closed one the day on which it was.
    pub close_on: Option<Day>,
    pub probability: i32,
    pub probability_own: bool,
    pub category: Category,
    pub category_own: bool,
    pub source: Option<String>,
    pub next_step: Option<String>,
    pub next_step_on: Option<Day>,
    pub competitors: Vec<String>,
    pub loss_reason: Option<(LossReasonId, String)>,
    pub loss_note: Option<String>,
    pub stage_since: DateTime<Utc>,
    /// Of its stage.
    pub rotting_days: Option<i32>,
    pub custom: Values,
    /// Where they are shown; the list and the file ask for them.
    pub tags: Vec<Tag>,
    pub archived: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    pub id: MemberId,
    pub name: String,
    pub email: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    pub name: String,
}

/// What an amount counts for by its probability, rounded half away from zero to the currency's last place.
pub fn weighted(amount: Money, probability: i32) -> Money {
    let exact = Decimal::from(amount.minor) * Decimal::from(probability) / Decimal::ONE_HUNDRED;
    let minor = exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64();
    Money::new(minor.expect("a part is no larger than the whole"), amount.currency)
}

impl Deal {
    /// The deal as a form shows it.
    pub fn draft(&self) -> Draft {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let day = |d: Option<Day>| d.map(|d| d.0.to_string()).unwrap_or_default();
        Draft {
            name: self.name.clone(),
            reference: text(&self.reference),
            customer: self.customer.as_ref().map(|c| c.name.clone()).unwrap_or_default(),
            owner: self.owner.as_ref().map(|o| o.email.clone()).unwrap_or_default(),
            pipeline: self.pipeline_name.clone(),
            stage: self.stage.to_string(),
            amount: self.amount.map(|a| a.decimal().to_string()).unwrap_or_default(),
            currency: self.amount.map(|a| a.currency.code().to_owned()).unwrap_or_default(),
            close_on: day(self.close_on),
            probability: if self.probability_own { self.probability.to_string() } else { String::new() },
            category: if self.category_own { self.category.key().to_owned() } else { String::new() },
            source: text(&self.source),
            next_step: text(&self.next_step),
            next_step_on: day(self.next_step_on),
            competitors: self.competitors.join(", "),
            loss_reason: self.loss_reason.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
            loss_note: text(&self.loss_note),
            opened_on: String::new(),
            product: String::new(),
            custom: self.custom.answered(),
        }
    }

    /// Whether it is what these fields say. The stage of a form is its id, or nothing for the first.
    pub fn is(&self, f: &Fields) -> bool {
        let (now, _) = self.draft().read(&Conventions::default());
        let lower = |t: &Option<String>| t.as_ref().map(|t| t.to_lowercase());
        let stage = f.stage.is_none()
            || f.stage.as_deref() == Some(&self.stage.to_string())
            || lower(&f.stage) == Some(self.stage_name.to_lowercase());
        stage
            && lower(&now.customer) == lower(&f.customer)
            && Fields {
                customer: f.customer.clone(),
                pipeline: f.pipeline.clone(),
                stage: f.stage.clone(),
                custom: f.custom.clone(),
                ..now
            } == *f
    }

    /// One field as a file shows it.
    pub fn cell(&self, field: &str) -> Cow<'_, str> {
        fn text(t: &Option<String>) -> Cow<'_, str> {
            t.as_deref().unwrap_or_default().into()
        }
        let day = |d: Option<Day>| Cow::Owned(d.map(|d| d.0.to_string()).unwrap_or_default());
        match field {
            "name" => self.name.as_str().into(),
            "reference" => text(&self.reference),
            "customer" => self.customer.as_ref().map_or("", |c| &c.name).into(),
            "owner" => self.owner.as_ref().map_or("", |o| &o.email).into(),
            "pipeline" => self.pipeline_name.as_str().into(),
            "stage" => self.stage_name.as_str().into(),
            "state" => self.state.label().into(),
            "amount" => self.amount.map(|a| a.decimal().to_string()).unwrap_or_default().into(),
            "currency" => self.amount.map(|a| a.currency.code().to_owned()).unwrap_or_default().into(),
            "close_on" => day(self.close_on),
            "probability" => self.probability.to_string().into(),
            "category" => self.category.label().into(),
            "source" => text(&self.source),
            "next_step" => text(&self.next_step),
            "next_step_on" => day(self.next_step_on),
            "competitors" => self.competitors.join(", ").into(),
            "loss_reason" => self.loss_reason.as_ref().map_or("", |(_, name)| name).into(),
            "loss_note" => text(&self.loss_note),
            "tags" => self.tags.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", ").into(),
            custom => self.custom.named(custom).map(text_of).unwrap_or_default().into(),
        }
    }

    /// One field as a sheet shows it; `kind` is that of a custom field.
    pub fn typed(&self, field: &str, kind: Option<Kind>) -> Cell<'_> {
        match field {
            "amount" => Cell::or_empty(self.amount.map(Cell::Money)),
            "close_on" => Cell::or_empty(self.close_on.map(Cell::Day)),
            "next_step_on" => Cell::or_empty(self.next_step_on.map(Cell::Day)),
            "probability" => Cell::Part(Decimal::new(self.probability.into(), 2)),
            field => match (kind, self.custom.named(field)) {
                (Some(kind), Some(value)) => Cell::custom(kind, value),
                _ => Cell::Text(self.cell(field)),
            },
        }
    }

    /// Whole days in its stage.
    pub fn days_in_stage(&self, now: DateTime<Utc>) -> i64 {
        (now - self.stage_since).num_days().max(0)
    }

    /// Whether an open deal has stayed in its stage for longer than that allows.
    pub fn rots(&self, now: DateTime<Utc>) -> bool {
        self.state == State::Open
            && !self.archived
            && self.rotting_days.is_some_and(|most| self.days_in_stage(now) >= i64::from(most))
    }

    /// Fields of a stage that this deal does not have yet, by their keys.
    pub fn lacks(&self, required: &[String]) -> Vec<&'static str> {
        let has = |key: &str| match key {
            "customer" => self.customer.is_some(),
            "owner" => self.owner.is_some(),
            "amount" => self.amount.is_some(),
            "close_on" => self.close_on.is_some(),
            "source" => self.source.is_some(),
            "next_step" => self.next_step.is_some(),
            "competitors" => !self.competitors.is_empty(),
            _ => true,
        };
        let known = super::pipelines::REQUIRABLE.iter().map(|(key, _)| *key);
        known.filter(|key| required.iter().any(|r| r == key) && !has(key)).collect()
    }
}

impl Fields {
    /// As [`Deal::lacks`], of what is about to be.
    pub fn lacks(&self, required: &[String]) -> Vec<&'static str> {
        let has = |key: &str| match key {
            "customer" => self.customer.is_some(),
            "owner" => self.owner.is_some(),
            "amount" => self.amount.is_some(),
            "close_on" => self.close_on.is_some(),
            "source" => self.source.is_some(),
            "next_step" => self.next_step.is_some(),
            "competitors" => !self.competitors.is_empty(),
            _ => true,
        };
        let known = super::pipelines::REQUIRABLE.iter().map(|(key, _)| *key);
        known.filter(|key| required.iter().any(|r| r == key) && !has(key)).collect()
    }
}

const fn field(key: &'static str, label: &'static str, aliases: &'static [&'static str]) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases, required: false }
}

/// Every field, in the order of forms, columns and files.
pub const FIELDS: &[Field] = &[
    Field { required: true, ..field("name", "Name", &["deal", "dealname", "opportunity", "opportunityname", "title"]) },
    field("reference", "Reference", &["id", "dealid", "opportunityid", "externalid", "number"]),
    field("customer", "Customer", &["account", "accountname", "company", "organisation", "organization", "client"]),
    field("owner", "Owner", &["dealowner", "owneremail", "salesrep", "salesagent", "assignedto"]),
    field("pipeline", "Pipeline", &["salespipeline"]),
    field("stage", "Stage", &["dealstage", "status", "phase"]),
    field("amount", "Amount", &["value", "dealvalue", "closevalue", "dealamount", "price"]),
    field("currency", "Currency", &["currencycode"]),
    field("close_on", "Close date", &["closedate", "expectedclosedate", "closingdate", "closedon"]),
    field("probability", "Probability", &["winprobability", "chance"]),
    field("category", "Category", &["forecastcategory", "forecast"]),
    field("source", "Source", &["leadsource", "origin", "channel"]),
    field("next_step", "Next step", &["nextaction"]),
    field("next_step_on", "Next step on", &["nextstepdate", "nextactiondate"]),
    field("competitors", "Competitors", &["competitor", "competition"]),
    field("loss_reason", "Lost because of", &["lostreason", "lossreason", "reason"]),
    field("loss_note", "About the loss", &["lossnote", "lostnote"]),
    // Of files alone: a form opens a deal today, and has lines for products.
    field("opened_on", "Opened on", &["engagedate", "createdate", "createddate", "createdon", "opendate", "startdate"]),
    field("product", "Product", &["productname", "item"]),
];

/// Columns of the list beyond the name, in order; `true` are shown unless chosen otherwise.
pub const COLUMNS: &[(&str, &str, bool)] = &[
    ("customer", "Customer", true),
    ("stage", "Stage", true),
    ("amount", "Amount", true),
    ("close_on", "Close date", true),
    ("probability", "Probability", true),
    ("category", "Category", false),
    ("owner", "Owner", true),
    ("pipeline", "Pipeline", false),
    ("next_step", "Next step", false),
    ("next_step_on", "Next step on", false),
    ("source", "Source", false),
    ("competitors", "Competitors", false),
    ("reference", "Reference", false),
    ("loss_reason", "Lost because of", false),
    ("tags", "Tags", true),
    ("state", "Status", false),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_wrong_field_has_its_own_error() {
        let wrong = Draft {
            amount: "-5".into(),
            currency: "gold".into(),
            close_on: "someday".into(),
            probability: "120".into(),
            category: "closed".into(),
            owner: "Ada".into(),
            next_step_on: "2026-03-04".into(),
            ..Draft::default()
        };
        let errors = wrong.parse(&Conventions::default()).expect_err("wrong");
        let mut fields: Vec<_> = errors.iter().map(|(f, _)| f).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["amount", "category", "close_on", "currency", "name", "next_step", "owner", "probability"]);
    }

    #[test]
    fn amounts_count_by_their_probability_to_the_last_place() {
        for (minor, probability, currency, counts) in [
            (10_000, 20, Currency::USD, 2_000),
            (1, 50, Currency::USD, 1),
            (1, 49, Currency::USD, 0),
            (333, 33, Currency::JPY, 110),
            (99_999, 100, Currency::KWD, 99_999),
            (99_999, 0, Currency::EUR, 0),
        ] {
            assert_eq!(weighted(Money::new(minor, currency), probability).minor, counts, "{minor} at {probability} %");
        }
    }

    #[test]
    fn competitors_are_named_once() {
        let mut e = Errors::default();
        assert_eq!(competitors(&mut e, " Acme, globex ;ACME,, "), ["Acme", "globex"]);
        assert!(e.is_empty());
    }

    proptest! {
        #[test]
        fn no_deal_counts_for_more_than_it_is_worth(minor in 0i64..1_000_000_000_000_000, probability in 0i32..=100) {
            let counts = weighted(Money::new(minor, Currency::EUR), probability).minor;
            prop_assert!((0..=minor).contains(&counts));
        }
    }
}
