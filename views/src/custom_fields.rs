//! The fields that a workspace has added: in a form, on a record, in a list, and above it.

pub mod files;
pub mod settings;

use crate::ui::{Chip, Choice, Facts, Field, Icon, dash};
use domain::{
    Errors, Slug,
    access::Sight,
    custom_fields::{Answered, Asked, CustomField, Kind, Values, file, text},
    draft::FieldClass,
    paths,
};
use maud::{Markup, Render, html};
use serde_json::Value as Json;

/// Columns of a list: the noun's own, and behind them those of the workspace that the reader's classes open.
pub fn columns<'f>(
    own: &[(&'static str, &'static str, bool)],
    fields: &'f [CustomField],
    sight: Sight,
) -> Vec<(&'static str, &'f str, bool)> {
    let added = fields.iter().filter(|f| sight.sees(f.class)).map(|f| (f.name, f.label.as_str(), false));
    own.iter().copied().chain(added).collect()
}

/// A value in a row of a list, or on a record.
fn value(field: &CustomField, values: &Values) -> Option<Markup> {
    let words = field.words(values.get(field)?);
    (!words.is_empty()).then(|| html! { (words) })
}

/// A row's cell, where the column is one of these fields.
pub fn cell(fields: &[CustomField], name: &str, values: &Values) -> Option<Markup> {
    let field = fields.iter().find(|f| f.name == name)?;
    Some(value(field, values).unwrap_or_else(dash))
}

/// Whether a column's cells stand at the right.
pub fn numeric(fields: &[CustomField], name: &str) -> bool {
    fields.iter().any(|f| f.name == name && matches!(f.kind, Kind::Number | Kind::Money | Kind::Date))
}

/// What is known of a record, of one class. A file leads to itself; `bring` is the page to bring files on, for whoever may.
pub fn facts(
    mut facts: Facts,
    fields: &[CustomField],
    class: FieldClass,
    values: &Values,
    (slug, bring): (&Slug, Option<String>),
) -> Facts {
    for field in fields.iter().filter(|f| f.class == class) {
        let shown = match field.kind {
            Kind::File => {
                let (there, href) = (values.get(field).and_then(|v| link(slug, v)), bring.as_ref());
                let words = if there.is_some() { "Change" } else { "Bring a file" };
                (there.is_some() || href.is_some()).then(|| {
                    html! { @if let Some(there) = there { (there) " " } @if let Some(href) = href { a href={ (href) "#" (field.name) } { (words) } } }
                })
            }
            _ => value(field, values),
        };
        facts = facts.maybe(&field.label, shown);
    }
    facts
}

/// The name of a file that a field holds, leading to it.
fn link(slug: &Slug, value: &Json) -> Option<Markup> {
    let id = file(value)?;
    Some(html! { a href=(paths::file(slug, id)) { (text(value)) } })
}

/// Where a form's fields come from.
pub struct Inputs<'a> {
    pub fields: &'a [CustomField],
    pub said: &'a Answered,
    pub errors: &'a Errors,
    pub currency: &'a str,
    /// Where names of people are suggested, to whoever may see them.
    pub people: Option<String>,
}

impl Inputs<'_> {
    pub fn any(&self, class: FieldClass) -> bool {
        self.fields.iter().any(|f| f.class == class && f.kind != Kind::File)
    }

    /// The fields of a class, in their order.
    pub fn of(&self, class: FieldClass) -> Markup {
        html! { @for field in self.fields.iter().filter(|f| f.class == class) { (self.input(field)) } }
    }

    fn input(&self, field: &CustomField) -> Markup {
        let (name, label, value) = (field.name, field.label.as_str(), self.said.get(field.name).unwrap_or_default());
        let input = match field.kind {
            Kind::Text => Field::text(name, label).attr("maxlength", "500"),
            Kind::Number => Field::text(name, label).attr("inputmode", "decimal").width(crate::ui::Width::Medium),
            Kind::Money => Field::money(name, label, self.currency),
            Kind::Date => Field::date(name, label),
            Kind::YesNo => Field::select(name, label, vec![Choice::new("yes", "Yes"), Choice::new("no", "No")])
                .empty_choice("Not set"),
            Kind::Choice => Field::select(name, label, choices(field, value)).empty_choice("Not set"),
            Kind::Person => self.person(Field::text(name, label)),
            // Brought on the record.
            Kind::File => return html! {},
        };
        let input = input.value(value).error(self.errors.of(name));
        let input = match (&field.help, field.kind) {
            (Some(help), _) => input.help(help),
            (None, Kind::Person) => input.help("Type a name, and choose; or type the number."),
            _ => input,
        };
        if field.required { input.required().render() } else { input.optional().render() }
    }

    fn person(&self, field: Field) -> Field {
        let Some(people) = &self.people else { return field };
        field
            .attr("list", "managers")
            .attr("autocomplete", "off")
            .attr("hx-get", people.as_str())
            .attr("hx-trigger", "input changed delay:200ms")
            .attr("hx-target", "#managers")
            .attr("hx-swap", "outerHTML")
    }
}

/// What is chosen stays to be chosen, though it be offered no more.
fn choices(field: &CustomField, now: &str) -> Vec<Choice> {
    let mut choices: Vec<Choice> = field.options.iter().map(|o| Choice::new(o, o)).collect();
    if !now.is_empty() && choices.iter().all(|c| c.value != now) {
        choices.push(Choice::new(now, format!("{now} (not offered any more)")));
    }
    choices
}

/// Options of a choice that stand beside each other to be ticked; more are a select.
const TICKED: usize = 8;

/// What a list can be asked of these fields: behind a button of its bar, in the bar's own form.
pub fn filters(fields: &[CustomField], sight: Sight, asked: &Asked) -> Option<Markup> {
    let body = inputs(fields, sight, asked)?;
    Some(more_filters(asked.names().len(), &body))
}

/// What is asked of these fields, as a form has it; nothing where there are none.
pub fn inputs(fields: &[CustomField], sight: Sight, asked: &Asked) -> Option<Markup> {
    let open: Vec<&CustomField> = fields.iter().filter(|f| sight.sees(f.class)).collect();
    (!open.is_empty()).then(|| html! { @for field in open { (filter(field, asked)) } })
}

/// Filters behind a button; so many of them are on.
pub fn more_filters(on: usize, body: &Markup) -> Markup {
    html! {
        button.button.button-ghost type="button" popovertarget="more-filters" {
            (Icon::Filter)
            span.button-label { "Filters" @if on > 0 { " " span.tab-count { (on) } } }
        }
        div.menu.more-filters id="more-filters" popover { (body) }
    }
}

fn filter(field: &CustomField, asked: &Asked) -> Markup {
    let (name, label) = (field.name, field.label.as_str());
    let id = format!("filter-{name}");
    let range = |kind: &'static str| {
        let end = |end: &str, words: &str, value: &str| {
            html! {
                label { span.visually-hidden { (label) " " } (words) " "
                    input.input type=(kind) name={ (name) "-" (end) } value=(value) autocomplete="off" inputmode=[(kind == "text").then_some("decimal")]; }
            }
        };
        html! {
            fieldset.filter-field { legend { (label) } div.filter-range { (end("from", "from", asked.from(name))) (end("to", "to", asked.to(name))) } }
        }
    };
    let select = |choices: &[(&str, &str)]| {
        html! {
            div.filter-field {
                label for=(id) { (label) }
                div.select {
                    select.input id=(id) name=(name) {
                        option value="" { "Any" }
                        @for (value, words) in choices { option value=(value) selected[asked.one(name) == *value] { (words) } }
                    }
                    (Icon::ChevronDown)
                }
            }
        }
    };
    match field.kind {
        Kind::Text | Kind::Person => html! {
            div.filter-field {
                label for=(id) { (label) }
                input.input id=(id) type="text" name=(name) value=(asked.one(name)) autocomplete="off"
                    placeholder=(if field.kind == Kind::Person { "Name or number" } else { "Has in it" });
            }
        },
        Kind::Number | Kind::Money => range("text"),
        Kind::Date => range("date"),
        Kind::YesNo => select(&[("yes", "Yes"), ("no", "No")]),
        Kind::File => select(&[("yes", "Has one"), ("no", "Has none")]),
        Kind::Choice if field.options.len() > TICKED => {
            select(&field.options.iter().map(|o| (o.as_str(), o.as_str())).collect::<Vec<_>>())
        }
        Kind::Choice => html! {
            fieldset.filter-field {
                legend { (label) }
                @for option in &field.options {
                    label.choice {
                        input.check type="checkbox" name=(name) value=(option) checked[asked.all(name).contains(option)];
                        span.choice-label { (option) }
                    }
                }
            }
        },
    }
}

/// What a list is asked of them, each with the way to the list without it.
pub fn chips<'a>(
    fields: &'a [CustomField],
    asked: &'a Asked,
    without: impl Fn(Asked) -> String + 'a,
) -> impl Iterator<Item = Chip> + 'a {
    asked.names().into_iter().map(move |name| {
        let found = fields.iter().find(|f| f.name == name);
        let label = found.map_or_else(|| "A field that is gone".to_owned(), |f| f.label.clone());
        let words = found.map(|f| asked.words(f)).unwrap_or_else(|| asked.one(name).to_owned());
        Chip::new(label, words, without(asked.without(name)))
    })
}

/// The label of each, beside the errors of a form.
pub fn label<'f>(fields: &'f [CustomField], name: &str) -> Option<&'f str> {
    fields.iter().find(|f| f.name == name).map(|f| f.label.as_str())
}

/// Suggestions for fields that name a person, where a form has none yet.
pub fn people(fields: &[CustomField]) -> Markup {
    let any = fields.iter().any(|f| f.kind == Kind::Person);
    html! { @if any { (crate::hr::employees::options(&[]).render()) } }
}
