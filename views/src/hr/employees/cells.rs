//! A cell of the list of employees that is changed where it stands.

use super::{options, suggested, types};
use crate::{
    View,
    ui::{Button, Field, Icon, PageHead, dash, form_page},
};
use domain::{Slug, hr::employees::Employee, paths};
use maud::{Markup, Render, html};

/// The cell, as it is or asking.
pub struct Cell {
    pub slug: Slug,
    pub csrf: String,
    pub employee: Employee,
    pub key: &'static str,
    pub label: &'static str,
    pub asking: Option<Asking>,
    /// The cell was just asked for, and takes the focus.
    pub focus: bool,
}

/// What was typed, or what there is.
pub struct Asking {
    pub value: String,
    pub version: i32,
    pub error: Option<String>,
    pub offered: Vec<String>,
}

impl View for Cell {
    fn title(&self) -> String {
        format!("{} of {}", self.label, self.employee.name())
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title())
            .crumb("Employees", paths::employees(&self.slug))
            .crumb(self.employee.name(), paths::employee(&self.slug, self.employee.id));
        form_page(&head, html! { (self.render()) (options(&[])) })
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == self.id()).then(|| self.render())
    }
}

impl Cell {
    fn id(&self) -> String {
        format!("cell-{}-{}", self.employee.id, self.key)
    }

    fn path(&self) -> String {
        paths::employee_cell(&self.slug, self.employee.id, self.key)
    }
}

impl Render for Cell {
    fn render(&self) -> Markup {
        match &self.asking {
            None => editable(&self.slug, &self.employee, (self.key, self.label), self.focus),
            Some(asking) => self.form(asking),
        }
    }
}

/// A value with the way to change it: here, or without a script in the record's form.
pub fn editable(slug: &Slug, e: &Employee, (key, label): (&'static str, &str), focus: bool) -> Markup {
    let id = format!("cell-{}-{key}", e.id);
    let form = format!("{}#f-{key}", paths::employee_edit(slug, e.id));
    let value = e.shown(key);
    html! {
        div.cell id=(id) {
            span.cell-value {
                @match (&e.manager, key) {
                    _ if value.is_empty() => (dash()),
                    (Some(manager), "manager") => a href=(paths::employee(slug, manager.id)) { (value) },
                    _ => (value),
                }
            }
            a.cell-edit href=(form) aria-label={ "Edit " (label) " of " (e.name()) } data-focus[focus]
                hx-get=(paths::employee_cell(slug, e.id, key)) hx-target={ "#" (id) } hx-swap="outerHTML" { (Icon::Pencil) }
        }
    }
}

impl Cell {
    fn form(&self, asking: &Asking) -> Markup {
        let (id, list) = (self.id(), format!("{}-offered", self.id()));
        let target = format!("#{id}");
        let input = match self.key {
            "employment_type" => Field::select("value", self.title(), types()).empty_choice("None"),
            "manager" => suggested(Field::text("value", self.title()), paths::employee_options(&self.slug)),
            _ => Field::text("value", self.title()).attr("autocomplete", "off").attr("list", list.as_str()),
        };
        let input = input
            .id(format!("{id}-value"))
            .label_hidden()
            .value(&asking.value)
            .error(asking.error.as_deref())
            .attr("data-focus", "");
        html! {
            div.cell id=(id) {
                form.cell-form method="post" action=(self.path()) hx-post=(self.path()) hx-target=(target) hx-swap="outerHTML" {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    input type="hidden" name="_version" value=(asking.version);
                    (input)
                    datalist id=(list) { @for name in &asking.offered { option value=(name) {} } }
                    (Button::submit("Save").small().primary())
                    a.button.button-ghost.button-sm href=(paths::employee(&self.slug, self.employee.id)) data-cell-cancel
                        hx-get={ (self.path()) "?plain=yes" } hx-target=(target) hx-swap="outerHTML" { span.button-label { "Cancel" } }
                }
            }
        }
    }
}
