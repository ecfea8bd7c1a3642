//! What the builder's forms share: the frame around them, and controls that other forms have no need of.

use super::merge_fields;
use crate::ui::{Attrs, Button, Choice, Conflict, Field, FieldError, Form, Icon, PageHead, element, form_page};
use domain::{
    Errors, Slug, WorkflowId,
    access::Sight,
    automation::{fields::RecordKind, people::Person, typed::Typed},
    paths,
};
use maud::{Markup, Render, html};

/// The id of the form, which is what its own changes swap.
pub const PART: &str = "builder";

/// A card of a workflow as a form.
pub struct Builder {
    pub slug: Slug,
    pub csrf: String,
    pub id: WorkflowId,
    /// The workflow's.
    pub name: String,
    pub version: i32,
    pub was: String,
    pub record: Option<RecordKind>,
    /// Whether what comes in by a hook can be asked of, too.
    pub payload: bool,
    pub typed: Typed,
    pub errors: Errors,
    /// What is wrong with controls whose names are made for the rows they are in.
    pub wrong: Vec<(String, String)>,
    pub conflict: Option<Conflict>,
    /// The classes that whoever builds may see of everybody.
    pub sight: Sight,
}

/// What fields are called in the list of what is wrong.
const LABELS: &[(&str, &str)] = &[
    ("on", "Starts when"),
    ("record", "Record"),
    ("fields", "Fields"),
    ("field", "Date"),
    ("days", "Days"),
    ("hour", "At"),
    ("every", "Every"),
    ("find_field", "Find its record by"),
    ("find_path", "Which what comes in has as"),
    ("cool_down", "Not within"),
    ("set", "Fields"),
    ("title", "Title"),
    ("details", "Details"),
    ("assignee", "For"),
    ("due_in_days", "Due in"),
    ("priority", "Priority"),
    ("by", "How somebody is chosen"),
    ("among", "People"),
    ("to", "To"),
    ("subject", "Subject"),
    ("body", "Text"),
    ("name", "Name"),
    ("text", "Text"),
    ("url", "Address"),
    ("length", "How long"),
    ("question", "Question"),
    ("from", "Who is asked"),
    ("value", "Condition"),
];

impl Builder {
    pub fn of(&self, field: &str) -> Option<&str> {
        let made = || self.wrong.iter().find(|(name, _)| name == field).map(|(_, message)| message.as_str());
        self.errors.of(field).or_else(made)
    }

    fn told(&self) -> Vec<FieldError> {
        let tag = self.typed.get("kind") == "tag";
        let label = |name: &str| {
            if tag && name == "name" {
                "Tag"
            } else {
                LABELS.iter().find(|(n, _)| *n == name).map_or("Condition", |(_, label)| *label)
            }
        };
        // Where rows say what is wrong, the whole need not.
        let rows = !self.wrong.is_empty();
        let whole =
            self.errors.iter().filter(|(name, _)| !(name.is_empty() || rows && matches!(*name, "value" | "field")));
        let whole = whole.map(|(name, message)| FieldError::new(name, format!("{}: {message}", label(name))));
        whole.chain(self.wrong.iter().map(|(name, message)| FieldError::new(name, message))).collect()
    }

    /// The page around the form's fields.
    pub fn page(&self, title: &str, lead: Markup, action: &str, fields: Markup, save: &str) -> Markup {
        let head = PageHead::new(title)
            .crumb("Workflows", paths::automation(&self.slug))
            .crumb(&self.name, paths::workflow(&self.slug, self.id))
            .lead(lead);
        form_page(&head, self.form(action, fields, save))
    }

    pub fn form(&self, action: &str, fields: Markup, save: &str) -> Markup {
        Form::post(action, &self.csrf)
            .version(self.version)
            .hidden("_was", &self.was)
            .attr("id", PART)
            .attr("class", "builder")
            .problem(self.errors.of(""))
            .errors(self.told())
            .conflict(self.conflict.clone())
            .body(html! {
                // The one that Enter presses, before those that add and remove rows.
                button type="submit" hidden { (save) }
                (fields)
            })
            .actions(html! {
                (Button::submit(save).primary())
                (Button::link("Cancel", paths::workflow(&self.slug, self.id)))
            })
            .sticky()
            .guard()
            .render()
    }

    /// Without script, a choice that decides on what else is asked needs a button.
    pub fn go_on(&self) -> Markup {
        html! { noscript { (Button::submit("Continue").attr("name", "act").attr("value", "continue").small()) } }
    }

    /// A text that may have places for fields.
    pub fn text(&self, name: &'static str, label: &str) -> Field {
        Field::text(name, label).value(self.typed.get(name)).error(self.of(name)).attr("data-merge", "true")
    }

    pub fn area(&self, name: &'static str, label: &str, rows: u8) -> Field {
        Field::textarea(name, label)
            .value(self.typed.get(name))
            .error(self.of(name))
            .attr("data-merge", "true")
            .rows(rows)
    }

    pub fn number(&self, name: &'static str, label: &str) -> Field {
        Field::number(name, label).value(self.typed.get(name)).error(self.of(name)).attr("min", "0").attr("step", "1")
    }

    pub fn select(&self, name: &'static str, label: &str, choices: Vec<Choice>) -> Field {
        Field::select(name, label, choices).value(self.typed.get(name)).error(self.of(name))
    }

    /// Fields to put into a text: pressed, they go where the cursor was.
    pub fn merge_chips(&self) -> Markup {
        let fields = merge_fields(self.record);
        html! {
            @if !fields.is_empty() || self.payload {
                details.merge-fields {
                    summary { "Fields to write into a text" }
                    div.merge-chips {
                        @for (key, label) in &fields {
                            button.merge-chip type="button" data-insert={ "{{" (key) "}}" } title={ "{{" (key) "}}" } {
                                (label) " " code { "{{" (key) "}}" }
                            }
                        }
                        @if self.payload { p.quiet { "What comes in is " code { "{{payload.…}}" } ", like " code { "{{payload.email}}" } "; all of it is " code { "{{payload}}" } "." } }
                    }
                    p.quiet { "For what may be empty, say what stands there then: " code { "{{" (fields.last().map_or("payload.name", |(key, _)| *key)) "|nobody}}" } "." }
                }
            }
        }
    }

    /// Fields of the record to choose from, without those that the reader may not see.
    pub fn fields(
        &self,
        of: Option<RecordKind>,
        which: impl Fn(&domain::automation::fields::FieldSpec) -> bool,
    ) -> Vec<Choice> {
        let all = of.map_or(&[][..], RecordKind::fields);
        all.iter().filter(|f| self.sight.sees(f.class) && which(f)).map(|f| Choice::new(f.key, f.label)).collect()
    }
}

/// The attributes of a control whose answer changes the form around it.
pub fn swaps(action: &str, act: &str) -> Attrs {
    Attrs::new()
        .set("hx-post", action)
        .set("hx-target", format!("#{PART}"))
        .set("hx-swap", "outerMorph")
        .set("hx-vals", format!(r#"{{"act":"{act}"}}"#))
}

/// As [`swaps`], for a field.
pub fn swapping(field: Field, action: &str) -> Field {
    field
        .attr("hx-post", action)
        .attr("hx-target", format!("#{PART}"))
        .attr("hx-swap", "outerMorph")
        .attr("hx-vals", r#"{"act":"continue"}"#)
        .attr("autocomplete", "off")
}

/// A button that adds or takes away a part of the form; without script the page comes again.
pub fn row_button(label: &str, icon: Icon, icon_only: bool, action: &str, act: &str) -> Markup {
    let attrs = swaps(action, act)
        .set("type", "submit")
        .set("name", "act")
        .set("value", act)
        .set("class", if icon_only { "button button-ghost button-icon button-sm" } else { "button button-sm" })
        .maybe("aria-label", icon_only.then_some(label))
        .maybe("title", icon_only.then_some(label));
    element("button", &attrs, html! { (icon) @if !icon_only { span.button-label { (label) } } })
}

/// Several of many, each with a tick.
pub struct Ticks<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub help: Option<&'a str>,
    pub choices: Vec<Choice>,
    pub chosen: Vec<&'a str>,
    pub error: Option<&'a str>,
    /// Sent to when a tick is set, if that changes the form.
    pub action: Option<&'a str>,
}

impl Render for Ticks<'_> {
    fn render(&self) -> Markup {
        let id = format!("f-{}", self.name);
        let (help, error) = (format!("{id}-help"), format!("{id}-error"));
        let described = [(self.error.is_some(), &error), (self.help.is_some(), &help)];
        let described: Vec<_> = described.into_iter().filter(|(is, _)| *is).map(|(_, id)| id.as_str()).collect();
        let described = (!described.is_empty()).then(|| described.join(" "));
        html! {
            fieldset.field.ticks.is-wrong[self.error.is_some()] id=(id) tabindex="-1" aria-describedby=[described] {
                legend.field-label { (self.label) }
                div.ticks-box.is-long[self.choices.len() > 10] {
                    @for choice in &self.choices {
                        label.choice {
                            @let attrs = Attrs::new().set("class", "check").set("type", "checkbox").set("name", self.name).set("value", &choice.value)
                                .flag("checked", self.chosen.contains(&choice.value.as_str()))
                                .and(&self.action.map(|a| swaps(a, "continue")).unwrap_or_default());
                            (crate::ui::void_element("input", &attrs))
                            span.choice-text {
                                span.choice-label { (choice.label) }
                                @if let Some(help) = &choice.help { span.choice-help { (help) } }
                            }
                        }
                    }
                }
                @if let Some(message) = self.error { p.field-error id=(error) { (Icon::AlertCircle) span { (message) } } }
                @if let Some(words) = self.help { p.field-help id=(help) { (words) } }
            }
        }
    }
}

/// People of the workspace as forms offer them: name and address.
pub type Colleagues = Vec<(String, String)>;

/// Those whom a record has, then colleagues by name; of several, whoever was chosen before stays among them.
pub fn persons(record: Option<RecordKind>, colleagues: &Colleagues, chosen: &[&str]) -> Vec<Choice> {
    let capital = |words: String| {
        let mut chars = words.chars();
        chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
    };
    let mut all: Vec<Choice> =
        Person::of(record).into_iter().map(|p| Choice::new(p.to_string(), capital(p.label(record)))).collect();
    all.extend(
        colleagues
            .iter()
            .map(|(name, email)| Choice::new(format!("member:{}", email.to_lowercase()), name).help(email)),
    );
    for word in chosen.iter().filter(|w| w.starts_with("member:")) {
        if !all.iter().any(|c| c.value == **word) {
            all.push(Choice::new(*word, word.trim_start_matches("member:")).help("not a member, or not any more"));
        }
    }
    all
}
