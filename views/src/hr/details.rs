//! What is known of somebody beside the record's own row: its cards, and the form of each section.

use crate::{
    View,
    form::words,
    ui::{
        Alert, Button, Card, Conflict, Facts, Field, FieldError, Form, Icon, PageHead, Tone, code, field_row, form_page,
    },
};
use domain::{
    Day, EmployeeId, Errors, Slug,
    hr::{
        details::{Details, Draft, Section},
        employees::Employee,
    },
    paths,
    places::Country,
};
use maud::{Markup, Render, html};

/// Where the form of a section is.
pub fn path(slug: &Slug, id: EmployeeId, section: Section) -> String {
    match section {
        Section::Basics => paths::employee_details(slug, id),
        Section::Personal => paths::employee_personal(slug, id),
        Section::Emergency => paths::employee_emergency(slug, id),
        Section::Bank => paths::employee_bank(slug, id),
    }
}

/// The cards, with the ways to what the reader may change.
pub struct Cards<'a> {
    pub slug: &'a Slug,
    pub csrf: &'a str,
    pub employee: &'a Employee,
    pub details: &'a Details,
    /// Sections that the reader may change.
    pub editable: &'a [Section],
    /// Facts of the same classes that come from elsewhere.
    pub personal: Facts,
}

fn text(value: &Option<String>) -> Option<Markup> {
    value.as_ref().map(|v| html! { (v) })
}

fn day(value: Option<Day>) -> Option<Markup> {
    value.map(|d| crate::ui::Time::day(d).render())
}

impl Cards<'_> {
    /// Those of the classes that are open, in their order.
    pub fn render(self) -> Markup {
        let sight = self.employee.sight;
        html! {
            (self.basics())
            @if sight.personal { (self.personal()) (self.emergency()) }
            @if sight.pay { (self.bank()) }
        }
    }

    fn card(&self, section: Section, body: Markup) -> Card {
        let card = Card::new(section.label(), body);
        match self.editable.contains(&section) {
            true => card.actions(
                Button::link("Edit", path(self.slug, self.employee.id, section))
                    .small()
                    .icon(Icon::Pencil)
                    .attr("aria-label", format!("Edit: {}", section.label()))
                    .render(),
            ),
            false => card,
        }
    }

    fn basics(&self) -> Card {
        let d = self.details;
        let facts = Facts::new().maybe("Preferred name", text(&d.preferred_name)).where_open(
            self.employee.sight.terms,
            "End of probation",
            day(d.probation_end),
        );
        self.card(Section::Basics, facts.columns().render())
    }

    fn personal(&self) -> Card {
        let p = &self.details.private;
        let address = p.address();
        let address = (!address.is_empty()).then(|| html! { @for line in &address { span.address-line { (line) } } });
        let facts = self
            .personal
            .clone()
            .maybe("Nationality", p.nationality.map(|c| html! { (c.name()) }))
            .maybe("Private email", p.email.as_ref().map(|m| html! { a href={ "mailto:" (m) } { (m) } }))
            .maybe("Private phone", p.phone.as_deref().map(call))
            .maybe("Home address", address);
        self.card(Section::Personal, facts.columns().render()).note("Seen by those whose role opens personal data")
    }

    fn emergency(&self) -> Card {
        let body = html! {
            @if self.details.contacts.is_empty() { p.quiet { "No emergency contact yet." } }
            @else {
                ul.own-list {
                    @for c in &self.details.contacts {
                        li { div { (c.name) @if let Some(relation) = &c.relation { p.quiet { (relation) } } } (call(&c.phone)) }
                    }
                }
            }
        };
        self.card(Section::Emergency, body)
    }

    fn bank(&self) -> Card {
        let b = &self.details.bank;
        let facts = Facts::new()
            .maybe("Account holder", text(&b.holder))
            .maybe("IBAN", b.masked().map(|m| html! { (m) }))
            .maybe("BIC", text(&b.bic))
            .columns();
        let body = html! {
            (facts)
            @if !b.is_empty() {
                form method="post" action=(paths::employee_bank_revelation(self.slug, self.employee.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Button::submit("Show the whole IBAN").small().ghost().icon(Icon::Eye))
                }
            }
        };
        let note = match self.editable.contains(&Section::Bank) {
            true => "Seen by those whose role opens pay",
            false => "Seen by those whose role opens pay; of one’s own somebody else changes it, as My profile asks",
        };
        self.card(Section::Bank, body).note(note)
    }
}

/// A number to call.
pub fn call(phone: &str) -> Markup {
    html! { a href={ "tel:" (phone.replace(' ', "")) } { (phone) } }
}

/// The fields of a section, with what was typed and what is wrong.
pub fn fields(section: Section, d: &Draft, e: &Errors, last_four: Option<&str>) -> Markup {
    let of = |name: &'static str, label: &str| Field::text(name, label).value(d.get(name)).error(e.of(name)).optional();
    match section {
        Section::Basics => html! {
            (of("preferred_name", "Preferred name").help("What colleagues call them, in place of the first name. Everybody sees it."))
            (Field::date("probation_end", "End of probation").value(&d.probation_end).error(e.of("probation_end")).optional()
                .help("The last day of it. Whoever leads is told two weeks and three days before."))
        },
        Section::Personal => html! {
            (field_row(html! {
                (Field::email("private_email", "Private email").value(&d.private_email).error(e.of("private_email")).optional().autocomplete("off"))
                (Field::tel("private_phone", "Private phone").value(&d.private_phone).error(e.of("private_phone")).optional())
            }))
            (of("nationality", "Nationality").attr("list", "countries").help("The country."))
            (of("street", "Street and number"))
            (of("street_2", "Second line"))
            (field_row(html! { (of("postal_code", "Postal code")) (of("city", "City")) }))
            (field_row(html! { (of("region", "Region or state")) (of("country", "Country").attr("list", "countries")) }))
            datalist id="countries" { @for c in Country::all() { option value=(c.name()) {} } }
        },
        Section::Emergency => html! {
            @for (n, [name, relation, phone]) in d.contact_rows().into_iter().enumerate() {
                fieldset.contact-row {
                    legend.field-label { @if n == 0 { "First to call" } @else { "Then" } }
                    div.field-row {
                        (of(name, "Name"))
                        (of(relation, "Relation").placeholder("Partner, mother, friend"))
                        (Field::tel(phone, "Phone").value(d.get(phone)).error(e.of(phone)).optional())
                    }
                }
            }
            p.quiet { "A row that is left empty is taken out. After saving there is room for one more." }
        },
        Section::Bank => html! {
            (of("account_holder", "Account holder").autocomplete("off").help("As the bank has it. Left empty, the account is taken out."))
            @let iban = of("iban", "IBAN").autocomplete("off").attr("spellcheck", "false");
            @match last_four {
                Some(four) => { (iban.help(format!("Left empty, the one that ends in {four} stays."))) }
                None => { (iban) }
            }
            (of("bic", "BIC").autocomplete("off").attr("spellcheck", "false"))
        },
    }
}

/// For the summary on top: what is wrong, by what the fields are called.
pub fn summary(e: &Errors) -> Vec<FieldError> {
    let label = |field: &str| match field.strip_prefix("contact_").and_then(|f| f.split_once('_')) {
        Some((n, what)) => format!("Contact {n}, {what}"),
        None => match field {
            "iban" | "bic" => field.to_uppercase(),
            _ => words(field),
        },
    };
    let told = e.iter().filter(|(field, _)| !field.is_empty());
    told.map(|(field, message)| FieldError::new(field, format!("{}: {message}", label(field)))).collect()
}

/// The form of a section.
pub struct Edit {
    pub slug: Slug,
    pub csrf: String,
    pub employee: Employee,
    pub section: Section,
    pub draft: Draft,
    pub errors: Errors,
    pub version: i32,
    pub was: String,
    pub conflict: Option<Conflict>,
    pub last_four: Option<String>,
}

impl View for Edit {
    fn title(&self) -> String {
        format!("{}: {}", self.employee.name(), self.section.label().to_lowercase())
    }

    fn body(&self) -> Markup {
        let (id, name) = (self.employee.id, self.employee.name());
        let back = paths::employee(&self.slug, id);
        let head = PageHead::new(self.section.label())
            .crumb("Employees", paths::employees(&self.slug))
            .crumb(&name, back.clone())
            .lead(html! { "Of " (name) "." });
        let form = Form::post(path(&self.slug, id, self.section), self.csrf.as_str())
            .version(self.version)
            .hidden("_was", &self.was)
            .problem(self.errors.of(""))
            .errors(summary(&self.errors))
            .conflict(self.conflict.clone())
            .body(fields(self.section, &self.draft, &self.errors, self.last_four.as_deref()))
            .actions(html! { (Button::submit("Save changes").primary()) (Button::link("Cancel", back)) })
            .sticky()
            .guard();
        form_page(&head, form.render())
    }
}

/// One look at the whole number of an account.
pub struct Revealed {
    pub slug: Slug,
    pub employee: EmployeeId,
    pub name: String,
    pub iban: String,
}

impl View for Revealed {
    fn title(&self) -> String {
        format!("IBAN of {}", self.name)
    }

    fn body(&self) -> Markup {
        let back = paths::employee(&self.slug, self.employee);
        let groups: Vec<String> =
            self.iban.as_bytes().chunks(4).map(|c| String::from_utf8_lossy(c).into_owned()).collect();
        let head = PageHead::new(self.title())
            .crumb("Employees", paths::employees(&self.slug))
            .crumb(&self.name, back.clone());
        form_page(
            &head,
            html! {
                p.revealed { (code(&groups.join(" "))) }
                (Alert::new(Tone::Info, "The audit trail tells that you have looked."))
                p { (Button::link("Back to the record", back)) }
            },
        )
    }
}
