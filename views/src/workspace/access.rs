//! Effective access: a person, a record, and why the one may see the other.

use crate::{
    View, settings,
    ui::{
        Avatar, Badge, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, Identity, PageHead, Row, Table,
        Tone, stack,
    },
    workspace::search::Group,
};
use domain::{
    Slug,
    access::{Actor, Rights},
    draft::{Field as DomainField, FieldClass},
    paths,
    workspace::access::{Answer, Record, Subject},
};
use maud::{Markup, Render, html};

pub struct Access {
    pub slug: Slug,
    pub rights: Rights,
    /// Whom it can be asked about: id, and name with role.
    pub people: Vec<(String, String)>,
    pub person: Option<Actor>,
    pub record: Option<Record>,
    /// What was typed to find a record, and what it found.
    pub question: String,
    pub groups: Vec<Group>,
    pub answers: Vec<Answer>,
    /// The noun's fields, to say which they see.
    pub fields: &'static [DomainField],
}

impl View for Access {
    fn title(&self) -> String {
        "Effective access".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Effective access")
            .lead(html! { "Pick a person and a record: what they may do with it, and by which rule." });
        let body = stack(html! {
            (Card::new("Who, and what", self.ask()))
            @if let (Some(person), Some(record)) = (&self.person, &self.record) { (self.answer(person, record)) }
        });
        settings::page(&self.slug, &self.rights, &paths::access(&self.slug), &head, body)
    }
}

impl Access {
    fn ask(&self) -> Markup {
        let people = self.people.iter().map(|(id, label)| Choice::new(id, label)).collect();
        let person = self.person.as_ref().map(|p| p.member.to_string()).unwrap_or_default();
        let mut form = Form::get(paths::access(&self.slug));
        if let (Some(record), true) = (&self.record, self.question.is_empty()) {
            form = form.hidden("record", record.subject.key());
        }
        let form = form
            .body(html! {
                (Field::select("member", "Person", people).empty_choice("Choose a person").value(&person))
                @match &self.record {
                    Some(record) => p.field-static { "Record: " strong { (record.name) } " " a href=(self.url(None)) { "Choose another" } }
                    None => (Field::search("q", "Record").value(&self.question).help("A name, a number, an email: of an employee or a customer."))
                }
            })
            .actions(Button::submit("Show").primary().render());
        html! {
            (form)
            @if self.record.is_none() && !self.question.trim().is_empty() { (self.found()) }
        }
    }

    fn found(&self) -> Markup {
        let none = EmptyState::new(Icon::Search, "Nothing found", "Nothing matches.");
        html! {
            @if self.groups.iter().all(|g| g.hits.is_empty()) { (none) }
            @for group in self.groups.iter().filter(|g| !g.hits.is_empty()) {
                h3.access-group { (group.title) }
                ul.access-hits {
                    @for hit in &group.hits {
                        li { (Identity::new(&hit.name).detail(&hit.detail).href(self.url(subject(group.square, &hit.href).as_deref()))) }
                    }
                }
            }
        }
    }

    /// This page with the person who is chosen, and this record.
    fn url(&self, record: Option<&str>) -> String {
        let mut pairs = vec![];
        if let Some(person) = &self.person {
            pairs.push(("member", person.member.to_string()));
        }
        if let Some(record) = record {
            pairs.push(("record", record.to_owned()));
        }
        crate::list::url(&paths::access(&self.slug), &pairs)
    }

    fn answer(&self, person: &Actor, record: &Record) -> Markup {
        let row = |a: &Answer| {
            let may = match a.may {
                true => Badge::new(Tone::Good, "Yes").icon(Icon::Check),
                false => Badge::new(Tone::Neutral, "No").icon(Icon::X),
            };
            let cells = vec![html! { (a.right.label) }, may.render(), html! { span.access-why { (a.why) } }];
            Row::new(a.right.key, a.right.label, cells).brief([html! { (a.why) }])
        };
        let columns = vec![Column::new("Right"), Column::new("Answer").stays(), Column::new("Why")];
        let table = Table::new("What they may do", columns, self.answers.iter().map(row).collect());
        let title = format!("{} and {}", person.name, record.name);
        let href = match record.subject {
            Subject::Employee(id) => paths::employee(&self.slug, id),
            Subject::Customer(id) => paths::customer(&self.slug, id),
            Subject::Contact(id) => paths::contact(&self.slug, id),
            Subject::Deal(id) => paths::deal(&self.slug, id),
            Subject::Lead(id) => paths::lead(&self.slug, id),
            Subject::Ticket(id) => paths::ticket(&self.slug, id),
        };
        html! {
            (Card::new(title, html! {
                div.access-pair {
                    (Avatar::new(&person.name)) span { strong { (person.name) } " is " a href=(paths::role(&self.slug, person.role.value())) { (person.role_name) } "." }
                    span { "The record is " a href=(href) { (record.name) } "." }
                }
                div.access-answers { (table) }
            }))
            (Card::new("Fields they see", self.seen()))
        }
    }

    fn seen(&self) -> Markup {
        let may = |key: &str| self.answers.iter().any(|a| a.right.key == key && a.may);
        let read = self.answers.first().is_some_and(|a| a.may);
        let open = |class: FieldClass| match class {
            FieldClass::Directory => read,
            FieldClass::Terms => read && (may("employees.write") || may("employees.personal")),
            FieldClass::Personal => read && may("employees.personal"),
            FieldClass::Pay => read && may("employees.pay"),
            FieldClass::Health => false,
        };
        let names = |seen: bool| {
            let fields = self.fields.iter().filter(|f| open(f.class) == seen);
            fields.map(|f| f.label).collect::<Vec<_>>().join(", ")
        };
        let (seen, hidden) = (names(true), names(false));
        html! {
            @if !seen.is_empty() { p { (Badge::new(Tone::Good, "Seen").icon(Icon::Eye)) " " (seen) "." } }
            @if !hidden.is_empty() { p { (Badge::new(Tone::Neutral, "Hidden").icon(Icon::EyeOff)) " " (hidden) "." } }
        }
    }
}

/// The record behind a hit's address.
fn subject(square: bool, href: &str) -> Option<String> {
    let id = href.rsplit('/').next()?;
    let kind = match square {
        _ if href.contains("/crm/contacts/") => "contact",
        _ if href.contains("/crm/deals/") => "deal",
        true => "customer",
        false => "employee",
    };
    Some(format!("{kind}:{id}"))
}
