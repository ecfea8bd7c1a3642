//! The form of an employee, new or filled.

use super::types;
use crate::{
    View,
    custom_fields::Inputs,
    form::Entry,
    ui::{Field, field_row, form_section},
};
use domain::{
    Errors,
    access::Sight,
    draft::FieldClass,
    hr::employees::{Draft, Manager},
};
use maud::{Markup, html};

/// The form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
    pub departments: Vec<String>,
    pub locations: Vec<String>,
    pub currency: String,
    /// Which classed fields the reader may change.
    pub hand: Sight,
    /// Where people are suggested for fields that name one.
    pub people: String,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        self.entry.page(self.fields())
    }
}

impl Edit {
    fn fields(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let text = |name: &'static str, label: &'static str| {
            Field::text(name, label).value(d.get(name)).error(e.of(name)).optional()
        };
        let date = |name: &'static str, label: &'static str| {
            Field::date(name, label).value(d.get(name)).error(e.of(name)).optional()
        };
        let custom = Inputs {
            fields: &self.entry.custom,
            said: &d.custom,
            errors: e,
            currency: &self.currency,
            people: Some(self.people.clone()),
        };
        html! {
            (form_section("Person", None, html! {
                (field_row(html! {
                    (Field::text("first_name", "First name").value(&d.first_name).error(e.of("first_name")).required())
                    (Field::text("last_name", "Last name").value(&d.last_name).error(e.of("last_name")).required())
                }))
                (field_row(html! {
                    (Field::email("email", "Email").value(&d.email).error(e.of("email")).optional().autocomplete("off"))
                    (Field::tel("phone", "Phone").value(&d.phone).error(e.of("phone")).optional())
                }))
                @if self.hand.personal { (date("birth_date", "Birth date")) (custom.of(FieldClass::Personal)) }
            }))
            (form_section("Job", None, html! {
                (field_row(html! {
                    (text("number", "Number").help("Left empty, the next free number is taken."))
                    (text("job_title", "Job title"))
                }))
                (field_row(html! {
                    (place(text("department", "Department"), ("department", &d.department), &self.departments, e))
                    (place(text("location", "Location"), ("location", &d.location), &self.locations, e))
                }))
                (picker(text("manager", "Manager").help("Type a name, and choose; or type the number."), self.entry.pages.options()))
                (field_row(html! {
                    (Field::select("employment_type", "Employment type", types()).empty_choice("Not set").value(&d.employment_type).error(e.of("employment_type")).optional())
                    (text("fte", "FTE").placeholder("100 %").help("A part of a full-time job, like 80 %."))
                }))
                (field_row(html! {
                    (date("start_date", "Start date"))
                    (date("end_date", "End date").help("The last day at work. Access ends with it."))
                }))
            }))
            @if custom.any(FieldClass::Directory) { (form_section("Details", None, custom.of(FieldClass::Directory))) }
            @if self.hand.pay {
                (form_section("Pay", Some("Seen by those whose role opens pay."), html! {
                    (Field::money("salary", "Salary, a year", self.currency.as_str()).value(&d.salary).error(e.of("salary")).optional())
                    (custom.of(FieldClass::Pay))
                }))
            }
        }
    }
}

/// A department or a location with those that there are; and once the form has come back with one that is not there yet,
/// the choice to make it, beside its field.
pub fn place(field: Field, (of, typed): (&'static str, &str), known: &[String], e: &Errors) -> Markup {
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    html! {
        div.field-with {
            (field.attr("list", format!("{of}s")))
            (new_place(&format!("new_{of}"), of, typed, &names, e.of(of)))
            datalist id={ (of) "s" } { @for name in known { option value=(name) {} } }
        }
    }
}

/// The choice to make a place that was refused because it is not there yet.
pub fn new_place(name: &str, of: &str, typed: &str, known: &[&str], error: Option<&str>) -> Markup {
    let typed = typed.trim();
    let new = error.is_some() && !typed.is_empty() && !known.contains(&typed);
    html! {
        @if new {
            label.choice {
                input.check type="checkbox" name=(name) value=(typed);
                span.choice-label { "New " (of) " “" (typed) "”: it will be made" }
            }
        }
    }
}

/// A field that names somebody, with whom it suggests: whoever fits what is typed, and of a name that several have each of
/// them, as soon as one is in it.
pub fn picker(field: Field, people: impl Into<String>) -> Markup {
    html! { (suggested(field, people)) (options(&[])) }
}

/// The same without the list of suggestions, which a page has once.
pub fn suggested(field: Field, people: impl Into<String>) -> Field {
    field
        .attr("list", "managers")
        .attr("autocomplete", "off")
        .attr("hx-get", people)
        .attr("hx-trigger", "input changed delay:200ms, focus once")
        .attr("hx-target", "#managers")
        .attr("hx-swap", "outerHTML")
}

/// Suggestions for the manager field.
pub fn options(people: &[Manager]) -> Markup {
    html! { datalist id="managers" { @for p in people { option value={ (p.number) " · " (p.name) } {} } } }
}

/// The same, as the view that answers htmx.
pub struct Options(pub Vec<Manager>);

impl View for Options {
    fn title(&self) -> String {
        "Managers".into()
    }

    fn body(&self) -> Markup {
        options(&self.0)
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == "managers").then(|| self.body())
    }
}
