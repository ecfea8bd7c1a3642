//! The form of a lead.

use crate::{
    View,
    custom_fields::{self, Inputs},
    form::Entry,
    ui::{Choice, Field, field_row, form_section},
};
use domain::{
    crm::leads::{Draft, Status},
    draft::FieldClass,
    places::Country,
    workspace::members::Named,
};
use maud::{Markup, html};

/// The form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
    pub sources: Vec<String>,
    /// Who may own a lead.
    pub members: Vec<Named>,
    pub currency: String,
    /// Where people are suggested for fields that name one, to whoever may see them.
    pub people: Option<String>,
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
        let status = if d.status.is_empty() { Status::default().key() } else { &d.status };
        let mut statuses: Vec<Choice> = Status::CHOICES.into_iter().map(|s| Choice::new(s.key(), s.label())).collect();
        if status == Status::Converted.key() {
            statuses.push(Choice::new(status, Status::Converted.label()));
        }
        let owners = self.members.iter().map(|m| Choice::new(&m.email, format!("{} ({})", m.name, m.email))).collect();
        let custom = Inputs {
            fields: &self.entry.custom,
            said: &d.custom,
            errors: e,
            currency: &self.currency,
            people: self.people.clone(),
        };
        html! {
            (form_section("Person", None, html! {
                (field_row(html! {
                    (Field::text("name", "Name").value(&d.name).error(e.of("name")).required())
                    (text("job_title", "Job title"))
                }))
                (field_row(html! {
                    (Field::email("email", "Email").value(&d.email).error(e.of("email")).optional().autocomplete("off"))
                    (Field::tel("phone", "Phone").value(&d.phone).error(e.of("phone")).optional())
                }))
            }))
            (form_section("Company", None, html! {
                (field_row(html! {
                    (text("company", "Company").attr("list", "companies").attr("autocomplete", "off")
                        .attr("hx-get", self.entry.pages.options()).attr("hx-trigger", "input changed delay:200ms")
                        .attr("hx-target", "#companies").attr("hx-swap", "outerHTML"))
                    (text("website", "Website").placeholder("acme.com"))
                }))
                (field_row(html! {
                    (Field::number("size", "Employees").value(&d.size).error(e.of("size")).optional())
                    (text("country", "Country").attr("list", "countries"))
                }))
                (options(&[]))
                datalist id="countries" { @for country in Country::all() { option value=(country.name()) {} } }
            }))
            (form_section("Work", None, html! {
                (field_row(html! {
                    (Field::select("status", "Status", statuses).value(status).error(e.of("status")))
                    (Field::select("owner", "Owner", owners).empty_choice("Nobody").value(&d.owner).error(e.of("owner")).optional())
                }))
                (text("reason", "Disqualified because").help("Asked for where the status is Disqualified."))
            }))
            (form_section("Where they came from", None, html! {
                (field_row(html! {
                    (text("source", "Source").attr("list", "sources").placeholder("Trade fair"))
                    (text("campaign", "Campaign"))
                }))
                datalist id="sources" { @for name in &self.sources { option value=(name) {} } }
                details.more-fields open[["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"].iter().any(|f| e.of(f).is_some())] {
                    summary { "UTM fields" }
                    (field_row(html! { (text("utm_source", "UTM source")) (text("utm_medium", "UTM medium")) }))
                    (field_row(html! { (text("utm_campaign", "UTM campaign")) (text("utm_term", "UTM term")) }))
                    (text("utm_content", "UTM content"))
                }
            }))
            @if custom.any(FieldClass::Directory) {
                (form_section("Details", None, html! { (custom.of(FieldClass::Directory)) (custom_fields::people(&self.entry.custom)) }))
            }
        }
    }
}

/// Customers that a lead's company may be.
fn options(companies: &[String]) -> Markup {
    html! { datalist id="companies" { @for name in companies { option value=(name) {} } } }
}

/// The same, as the view that answers htmx.
pub struct Options(pub Vec<String>);

impl View for Options {
    fn title(&self) -> String {
        "Companies".into()
    }

    fn body(&self) -> Markup {
        options(&self.0)
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == "companies").then(|| self.body())
    }
}
