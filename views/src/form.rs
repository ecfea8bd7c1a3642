//! A record's form around its fields, and from the domain's errors to the form's.

use crate::custom_fields;
use crate::ui::{Alert, Button, Conflict, FieldError, Form, PageHead, Tone, form_page};
use domain::{Errors, crm::duplicates::Twin, custom_fields::CustomField, paths::Pages, text::Words};
use maud::{Markup, Render, html};

/// The form of a noun's record, all but its fields.
pub struct Entry<D> {
    pub words: Words,
    pub pages: Pages,
    pub csrf: String,
    pub once: String,
    /// None: a new record.
    pub editing: Option<Editing>,
    pub draft: D,
    pub errors: Errors,
    pub conflict: Option<Conflict>,
    /// Name and address of what this form has made already, with other answers.
    pub sent: Option<(String, String)>,
    /// Records that what is typed may be already.
    pub twins: Vec<Twin>,
    /// Ids of those that were shown beside this form before.
    pub seen: String,
    /// The fields that the workspace has added to the noun.
    pub custom: Vec<CustomField>,
}

/// The record that is edited.
pub struct Editing {
    pub id: String,
    pub version: i32,
    pub name: String,
    /// What it was when the form was filled, to be sent back with it.
    pub was: String,
}

impl<D> Entry<D> {
    pub fn title(&self) -> String {
        match &self.editing {
            Some(editing) => format!("Edit {}", editing.name),
            None => format!("New {}", self.words.one),
        }
    }

    /// The page, with the fields in their sections.
    pub fn page(&self, fields: Markup) -> Markup {
        let head = PageHead::new(self.title()).crumb(self.words.title(), self.pages.list());
        let (head, action, back, save) = match &self.editing {
            Some(Editing { id, name, .. }) => {
                let record = self.pages.record(id);
                (head.crumb(name, record.clone()), self.pages.edit(id), record, "Save changes".to_owned())
            }
            None => (head, self.pages.new_record(), self.pages.list(), format!("Add {}", self.words.one)),
        };
        let mut form = Form::post(action, self.csrf.as_str())
            .once(self.once.as_str())
            .problem(self.errors.of(""))
            .errors(self.summary())
            .conflict(self.conflict.clone())
            .notice(self.notice())
            .body(fields)
            .actions(html! { (Button::submit(save).primary()) (Button::link("Cancel", back)) })
            .sticky()
            .guard();
        if let Some(editing) = &self.editing {
            form = form.version(editing.version).hidden("_was", &editing.was);
        } else if !self.seen.is_empty() {
            form = form.hidden("_was", &self.seen);
        }
        form_page(&head, form.render())
    }

    fn notice(&self) -> Option<Alert> {
        match self.twins.is_empty() {
            false => Some(crate::crm::duplicates::twins(self.words, &self.pages, &self.twins)),
            true => self.sent.as_ref().map(|(name, href)| self.sent_before(name, href)),
        }
    }

    /// What is wrong, by what the fields are called.
    fn summary(&self) -> Vec<FieldError> {
        let told = self.errors.iter().filter(|(field, _)| !field.is_empty()).map(|(field, message)| {
            let label = custom_fields::label(&self.custom, field).map_or_else(|| words(field), str::to_owned);
            FieldError::new(field, format!("{label}: {message}"))
        });
        told.collect()
    }

    fn sent_before(&self, name: &str, href: &str) -> Alert {
        Alert::new(Tone::Warning, format!("This form was sent already, as {name}"))
            .text(html! {
                "What it says now is something else, so nothing was added or changed. Send it again to add another "
                (self.words.one) ", or open what was added."
            })
            .actions(Button::link(format!("Open {name}"), href).small().render())
            .announce()
    }
}

/// For the summary on top of a form. A file has a form of its own, whose only field tells by itself what is wrong.
pub fn errors(e: &Errors) -> Vec<FieldError> {
    e.iter()
        .filter(|(field, _)| !matches!(*field, "" | "file"))
        .map(|(field, message)| FieldError::new(field, format!("{}: {message}", words(field))))
        .collect()
}

/// What fields are called whose name is not what their label says.
const LABELS: &[(&str, &str)] = &[
    ("slug", "Workspace address"),
    ("company", "Company name"),
    ("zone", "Time zone"),
    ("fiscal_day", "On day"),
    ("fiscal_month", "Fiscal year begins in"),
    ("accent", "Accent colour"),
    ("current", "Current password"),
    ("proof", "Your password"),
    ("with_password", "Your password"),
    ("many_role", "As"),
    ("emails", "Addresses"),
    ("days", "Days"),
];

/// A field's name as people read it: `first_name` as `First name`, `employees.pay` as what that right is called.
pub fn words(name: &str) -> String {
    if let Some((_, label)) = LABELS.iter().find(|(field, _)| *field == name) {
        return (*label).to_owned();
    }
    if let Some(right) = domain::access::CATALOGUE.iter().find(|r| r.key == name) {
        return format!("{}, {}", right.resource.label(), right.label);
    }
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    words
}
