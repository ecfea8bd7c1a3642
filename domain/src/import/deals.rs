//! Deals as an import knows them: by their reference, else by name; the customer by name, the owner by a member's email or name.

use super::{Noun, Severity, Target};
use crate::{
    Conventions, Errors,
    crm::deals::{Draft, Fields},
    custom_fields::Custom,
};

/// The noun of [`crate::crm::deals`].
#[derive(Debug, Clone, Copy)]
pub struct Deals;

impl Noun for Deals {
    const TARGET: Target = Target::Deals;
    const DATES: &'static [&'static str] = &["opened_on", "close_on", "next_step_on"];
    const AMOUNTS: &'static [&'static str] = &["amount"];
    const KEYS: [&'static str; 2] = ["reference", "name"];
    const FIRST_DECIDES: bool = true;
    const CALLED: usize = 1;
    const ABOVE: &'static str = "";
    const MISSED: &'static [&'static str] = &["customer"];
    const STEPS: usize = 1;
    type Draft = Draft;
    type Fields = Fields;

    fn get<'a>(draft: &'a Draft, field: &str) -> &'a str {
        draft.get(field)
    }

    fn set(draft: &mut Draft, field: &str, value: String) {
        draft.set(field, value);
    }

    fn parse(draft: &Draft, c: &Conventions) -> Result<Fields, Errors> {
        let mut draft = draft.clone();
        if draft.name.trim().is_empty() {
            draft.name = about(&draft);
        }
        if !draft.owner.contains('@') {
            // Whom a name means, the plan finds out.
            draft.owner.clear();
        }
        let (fields, mut errors) = draft.read(c);
        if let (Some(opened), Some(closed)) = (fields.opened_on, fields.close_on)
            && closed < opened
        {
            errors.add("close_on", "It closes before it was opened.");
        }
        errors.or(fields)
    }

    fn draft(f: &Fields) -> Draft {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let day = |d: Option<crate::Day>| d.map(|d| d.0.to_string()).unwrap_or_default();
        Draft {
            name: f.name.clone(),
            reference: text(&f.reference),
            customer: text(&f.customer),
            owner: f.owner.as_ref().map(|o| o.as_str().to_owned()).unwrap_or_default(),
            pipeline: text(&f.pipeline),
            stage: text(&f.stage),
            amount: f.amount.map(|a| a.decimal().to_string()).unwrap_or_default(),
            currency: f.amount.map(|a| a.currency.code().to_owned()).unwrap_or_default(),
            close_on: day(f.close_on),
            probability: f.probability.map(|p| p.to_string()).unwrap_or_default(),
            category: f.category.map(|c| c.key().to_owned()).unwrap_or_default(),
            source: text(&f.source),
            next_step: text(&f.next_step),
            next_step_on: day(f.next_step_on),
            competitors: f.competitors.join(", "),
            loss_reason: text(&f.loss_reason),
            loss_note: text(&f.loss_note),
            opened_on: String::new(),
            product: String::new(),
            custom: f.custom.values.answered(),
        }
    }

    fn keys(draft: &Draft, _: &Conventions) -> [Option<String>; 2] {
        // Deals may share a name: it tells one from another only where nothing else does.
        match lower(&draft.reference) {
            Some(reference) => [Some(reference), None],
            None => [None, lower(&draft.name)],
        }
    }

    fn link(_: &Draft, _: &Conventions) -> Option<String> {
        None
    }

    fn owner(draft: &Draft, c: &Conventions) -> Option<String> {
        if !draft.owner.contains('@') {
            return lower(&draft.owner);
        }
        let owner = Draft { name: "-".into(), owner: draft.owner.clone(), ..Draft::default() };
        owner.parse(c).ok()?.owner.map(|o| o.normal())
    }

    fn others(draft: &Draft) -> Vec<(&'static str, String)> {
        let stage = match (lower(&draft.stage), lower(&draft.pipeline)) {
            (None, None) => None,
            (stage, pipeline) => Some(("stage", place(pipeline.as_deref(), stage.as_deref()))),
        };
        let customer = lower(&draft.customer).map(|name| ("customer", name));
        let reason = lower(&draft.loss_reason).map(|name| ("loss_reason", name));
        let product = lower(&draft.product).map(|name| ("product", name));
        [stage, customer, reason, product].into_iter().flatten().collect()
    }

    fn without(field: &str, draft: &Draft) -> (Severity, String) {
        match field {
            "stage" if draft.stage.trim().is_empty() => {
                (Severity::Error, format!("There is no pipeline called {}.", draft.pipeline.trim()))
            }
            "stage" => (
                Severity::Error,
                format!(
                    "There is no stage called {}. Add it to a pipeline first, or write another one.",
                    draft.stage.trim()
                ),
            ),
            "customer" => (
                Severity::Warning,
                format!("No customer is called {}. The row goes in without a customer.", draft.customer.trim()),
            ),
            "product" => (
                Severity::Warning,
                format!("No product is called {}. The row goes in without it.", draft.product.trim()),
            ),
            _ => (
                Severity::Warning,
                format!("No reason is called {}. The row goes in without it.", draft.loss_reason.trim()),
            ),
        }
    }

    fn take(into: &mut Fields, from: &Fields, field: &str) -> bool {
        macro_rules! take {
            ($($name:ident),*) => { match field {
                $(stringify!($name) => {
                    let differs = into.$name != from.$name;
                    if differs { into.$name = from.$name.clone(); }
                    differs
                })*
                // An amount is taken with its currency.
                "currency" => false,
                // How a deal began is told once.
                "opened_on" | "product" => false,
                custom => into.custom.take(&from.custom, custom),
            } };
        }
        take!(
            name,
            reference,
            customer,
            pipeline,
            stage,
            amount,
            close_on,
            probability,
            category,
            source,
            next_step,
            next_step_on,
            competitors,
            loss_reason,
            loss_note
        )
    }

    fn custom(fields: &mut Fields) -> &mut Custom {
        &mut fields.custom
    }

    fn title(f: &Fields) -> String {
        f.name.clone()
    }

    fn unknown(word: &str) -> String {
        format!("No deal is called {word}.")
    }
}

/// What a deal is called that has no name: `GTX Pro for Cancity`.
fn about(draft: &Draft) -> String {
    let [product, customer, reference] = [&draft.product, &draft.customer, &draft.reference].map(|t| t.trim());
    match (product.is_empty(), customer.is_empty()) {
        (false, false) => format!("{product} for {customer}"),
        (false, true) => product.to_owned(),
        (true, false) => format!("Deal with {customer}"),
        (true, true) => reference.to_owned(),
    }
}

/// A stage in its pipeline, as files name it: both in small letters, either may be left out.
pub fn place(pipeline: Option<&str>, stage: Option<&str>) -> String {
    format!("{}/{}", pipeline.unwrap_or_default(), stage.unwrap_or_default())
}

fn lower(name: &str) -> Option<String> {
    Some(name.trim().to_lowercase()).filter(|n| !n.is_empty())
}
