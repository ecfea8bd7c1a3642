//! The documents of one employee: a tab of their record, with what can be done there.

use super::{file, file_field, state, until};
use crate::{
    View,
    form::errors,
    record::Record,
    ui::{
        Alert, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, Row, Table, Tone, dash, field_row, stack,
    },
};
use domain::{
    Day, EmployeeId, Errors, Slug,
    hr::{
        documents::{Ask, Document, Draft, kinds::Kind},
        employees::Employee,
        letters::Letter,
    },
    paths,
};
use maud::{Markup, Render, html};

/// The form of a file, which comes back alone when it was refused.
const UPLOAD: &str = "upload";

pub struct Person {
    pub slug: Slug,
    pub csrf: String,
    pub employee: Employee,
    pub record: Record,
    pub photo: Option<String>,
    pub documents: Vec<Document>,
    pub archived: Vec<Document>,
    pub today: Day,
    /// What the reader may do here; `None`: look.
    pub hand: Option<Hand>,
}

/// The forms of whoever looks after it.
pub struct Hand {
    /// Kinds that they may make documents of.
    pub kinds: Vec<Kind>,
    pub letters: Vec<Letter>,
    pub megabytes: u64,
    pub add: Sheet<Draft>,
    pub ask: Sheet<Ask>,
    pub may_settle: bool,
}

/// A form as it is shown.
pub struct Sheet<D> {
    pub once: String,
    pub draft: D,
    pub errors: Errors,
}

impl View for Person {
    fn title(&self) -> String {
        format!("Documents of {}", self.employee.name())
    }

    fn body(&self) -> Markup {
        let head = crate::hr::employees::head(&self.employee, self.photo.as_deref());
        self.record.page(head, || (self.main(), self.side().unwrap_or_default()))
    }

    fn part(&self, id: &str) -> Option<Markup> {
        let hand = self.hand.as_ref().filter(|_| id == UPLOAD)?;
        Some(self.upload(hand))
    }
}

impl Person {
    fn main(&self) -> Markup {
        stack(html! {
            (Card::new("Documents", self.table(&self.documents)).flush())
            @if !self.archived.is_empty() {
                details.archived-documents {
                    summary { "Archived (" (self.archived.len()) ")" }
                    (Card::bare(self.table(&self.archived)).flush())
                }
            }
        })
    }

    fn table(&self, documents: &[Document]) -> Markup {
        if documents.is_empty() {
            return EmptyState::new(
                Icon::FileText,
                "No documents yet",
                "Contracts, identity documents, certificates: add a file, ask for one, or write a letter.",
            )
            .render();
        }
        let columns = vec![
            Column::new("Document"),
            Column::new("Kind").minor(),
            Column::new("Status").stays(),
            Column::new(super::UNTIL),
            Column::new("File").minor(),
        ];
        let row = |d: &Document| {
            let cells = vec![
                html! { a href=(paths::document(&self.slug, d.id)) { (d.title) } },
                html! { (d.kind_name) },
                state(d).render(),
                until(d, self.today),
                d.file.as_ref().map_or_else(dash, |f| file(&self.slug, f)),
            ];
            Row::new(d.id.to_string(), &d.title, cells)
                .brief([html! { (d.kind_name) }].into_iter().chain(super::brief_until(d)))
        };
        Table::new("Documents", columns, documents.iter().map(row).collect()).render()
    }

    fn side(&self) -> Option<Markup> {
        let hand = self.hand.as_ref()?;
        if hand.kinds.is_empty() {
            let text =
                html! { "Before anything can be added, say what kinds of documents there are, and who sees each." };
            let alert = Alert::new(Tone::Info, "There are no kinds of documents yet").text(text);
            return Some(if hand.may_settle {
                alert.actions(Button::link("Choose the kinds", paths::document_kinds(&self.slug)).render()).render()
            } else {
                alert.render()
            });
        }
        Some(stack(html! {
            (Card::new("Add a document", self.upload(hand)))
            (Card::new("Ask for a document", self.ask(hand)).id("ask"))
            @if !hand.letters.is_empty() { (Card::new("Write a letter", self.letter(hand))) }
        }))
    }

    fn upload(&self, hand: &Hand) -> Markup {
        let Sheet { once, draft, errors: e } = &hand.add;
        upload_form(&paths::employee_documents(&self.slug, self.employee.id), &self.csrf, once, hand.megabytes, e)
            .errors(errors(e))
            .body(html! {
                (kind_field(&hand.kinds, &draft.kind, e))
                (Field::text("title", "Title").value(&draft.title).error(e.of("title")).optional()
                    .help("Left empty, it is called as its file is.").attr("maxlength", "200"))
                (Field::date("expires", "Expires").help(good_until(&hand.kinds)).value(&draft.expires).error(e.of("expires")).optional())
                (file_field(e.of("file"), hand.megabytes))
            })
            .actions(Button::submit("Add").icon(Icon::Upload).primary().render())
            .render()
    }

    fn ask(&self, hand: &Hand) -> Markup {
        let Sheet { once, draft, errors: e } = &hand.ask;
        Form::post(paths::employee_document_requests(&self.slug, self.employee.id), &self.csrf)
            .once(once)
            .problem(e.of(""))
            .body(html! {
                @if !draft.replaces.is_empty() { input type="hidden" name="replaces" value=(draft.replaces); }
                (kind_field(&hand.kinds, &draft.kind, e).id("ask-kind"))
                (field_row(html! {
                    (Field::text("title", "Title").id("ask-title").value(&draft.title).error(e.of("title")).optional().attr("maxlength", "200"))
                    (Field::date("due", "Due").id("ask-due").value(&draft.due).error(e.of("due")).optional())
                }))
                (Field::textarea("message", "Message").id("ask-message").value(&draft.message).error(e.of("message")).optional().rows(2)
                    .help("They are told by the bell and by mail, if they are a member here."))
            })
            .actions(Button::submit("Ask").icon(Icon::Send).render())
            .render()
    }

    fn letter(&self, hand: &Hand) -> Markup {
        let choices = hand.letters.iter().map(|l| Choice::new(l.id.to_string(), &l.fields.name)).collect();
        Form::get(paths::employee_letters(&self.slug, self.employee.id))
            .body(html! { (Field::select("letter", "Template", choices)) })
            .actions(Button::submit("Look at it first").icon(Icon::FileText).render())
            .render()
    }
}

/// A form with a file: by script it shows how far it is and comes back without the page around it.
pub fn upload_form(action: &str, csrf: &str, once: &str, megabytes: u64, e: &Errors) -> Form {
    Form::post(action, csrf)
        .once(once)
        .problem(e.of(""))
        .multipart()
        .attr("id", UPLOAD)
        .attr("data-upload", (megabytes * 1024 * 1024).to_string())
}

fn kind_field(kinds: &[Kind], chosen: &str, e: &Errors) -> Field {
    let choices = kinds.iter().map(|k| Choice::new(k.id.to_string(), &k.fields.name)).collect();
    Field::select("kind", "Kind", choices).value(chosen).error(e.of("kind")).empty_choice("Choose a kind").required()
}

/// Of which kinds the day has to be known.
fn good_until(kinds: &[Kind]) -> String {
    let needs: Vec<&str> = kinds.iter().filter(|k| k.fields.expires).map(|k| k.fields.name.as_str()).collect();
    match needs.is_empty() {
        true => "The last day on which it is good.".into(),
        false => format!("The last day on which it is good. Needed for: {}.", needs.join(", ")),
    }
}

/// Where the form of asking for one of this kind is.
pub fn ask_again(slug: &Slug, employee: EmployeeId, d: &Document) -> String {
    format!("{}?ask={}&replaces={}#ask", paths::employee_documents(slug, employee), d.kind, d.id)
}
