//! Letters: the templates, their form, and one that is filled in and not kept yet.

use crate::{
    View,
    form::Entry,
    prose::{Block, Prose},
    ui::{
        Alert, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Table, Tone, field_row,
        form_section, stack,
    },
};
use domain::{
    EmployeeId, LetterId, Slug,
    custom_fields::CustomField,
    hr::{
        documents::kinds::Kind,
        letters::{Draft, Letter, places},
    },
    paths,
};
use maud::{Markup, Render, html};

/// The list.
pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub letters: Vec<Letter>,
    pub any_kinds: bool,
}

impl View for Index {
    fn title(&self) -> String {
        "Templates".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Templates")
            .crumb("Documents", paths::documents(&self.slug))
            .lead(html! { "Letters that are filled from somebody’s record and kept with it as a PDF." })
            .actions(html! { @if self.any_kinds { (Button::link("New template", paths::letter_new(&self.slug)).primary().icon(Icon::Plus).key("c")) } });
        html! { (head) (stack(html! { (Card::bare(if self.letters.is_empty() { self.empty() } else { self.table() }).flush()) })) }
    }
}

impl Index {
    fn empty(&self) -> Markup {
        let state = EmptyState::new(
            Icon::FileText,
            "No templates yet",
            "An offer, a contract, a certificate of employment: written once, with places for what is in the record.",
        );
        if !self.any_kinds {
            return state
                .actions(
                    Button::link("Choose the kinds of documents first", paths::document_kinds(&self.slug)).render(),
                )
                .render();
        }
        state
            .actions(html! {
                form method="post" action=(paths::letters_usual(&self.slug)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Button::submit("Begin with the usual ones").primary())
                }
            })
            .render()
    }

    fn table(&self) -> Markup {
        let columns = vec![Column::new("Name"), Column::new("Becomes"), Column::new("Actions").label_hidden().stays()];
        let row = |l: &Letter| {
            let cells = vec![
                html! { a href=(paths::letter(&self.slug, l.id)) { (l.fields.name) } },
                html! { (l.kind_name) },
                html! {
                    form method="post" action=(paths::letter_archival(&self.slug, l.id)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Button::submit("Archive").small().ghost().attr("aria-label", format!("Archive {}", l.fields.name)))
                    }
                },
            ];
            Row::new(l.id.to_string(), &l.fields.name, cells).brief([html! { (l.kind_name) }])
        };
        Table::new("Templates", columns, self.letters.iter().map(row).collect()).render()
    }
}

/// One template, with its places as they are.
pub struct Show {
    pub slug: Slug,
    pub letter: Letter,
    pub blocks: Vec<Block>,
}

impl View for Show {
    fn title(&self) -> String {
        self.letter.fields.name.clone()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title())
            .crumb("Documents", paths::documents(&self.slug))
            .crumb("Templates", paths::letters(&self.slug))
            .lead(
                html! { "Becomes: " (self.letter.kind_name) ". It is filled in on the Documents tab of an employee." },
            )
            .actions(
                Button::link("Edit", paths::letter_edit(&self.slug, self.letter.id))
                    .primary()
                    .icon(Icon::Pencil)
                    .key("e")
                    .render(),
            );
        html! { (head) div.paper { (Prose(&self.blocks)) } }
    }
}

/// The form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
    pub kinds: Vec<Kind>,
    /// The workspace's own fields.
    pub own: Vec<CustomField>,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let kinds = self.kinds.iter().map(|k| Choice::new(k.id.to_string(), &k.fields.name)).collect();
        let chips = || {
            html! {
                @for (key, label) in places(&self.own) {
                    button.chip type="button" data-insert={ "{{" (key) "}}" } title={ "{{" (key) "}}" } { (label) }
                }
            }
        };
        self.entry.page(form_section(
            "Template",
            None,
            html! {
                (field_row(html! {
                    (Field::text("name", "Name").value(&d.name).error(e.of("name")).required().attr("maxlength", "100"))
                    (Field::select("kind", "Becomes", kinds).value(&d.kind).error(e.of("kind")).empty_choice("Choose a kind")
                        .help("The kind says who sees the letter."))
                }))
                (Field::textarea("body", "Text").value(&d.body).error(e.of("body")).rows(22).required().attr("data-merge", "")
                    .help("# and ## begin headings, - a list, **bold**, *italic*. {{job_title|—}}: a field, and what stands there where it is empty."))
                div.letter-places { (chips()) }
            },
        ))
    }
}

/// A letter of somebody's as it would be.
pub struct Preview {
    pub slug: Slug,
    pub csrf: String,
    pub once: String,
    pub employee: EmployeeId,
    pub name: String,
    pub letter: LetterId,
    pub title: String,
    pub letter_name: String,
    pub kind_name: String,
    pub blocks: Vec<Block>,
    /// Labels of places without anything in them.
    pub empty: Vec<String>,
    /// Letters that the paper does not have.
    pub unprintable: Vec<char>,
    /// Why it could not be kept.
    pub problem: Option<String>,
}

impl View for Preview {
    fn title(&self) -> String {
        format!("{} for {}", self.letter_name, self.name)
    }

    fn body(&self) -> Markup {
        let there = paths::employee_documents(&self.slug, self.employee);
        let head = PageHead::new(self.title())
            .crumb("Employees", paths::employees(&self.slug))
            .crumb(&self.name, paths::employee(&self.slug, self.employee))
            .crumb("Documents", there.clone());
        let empty = self.empty.join(", ");
        let strange: String = self.unprintable.iter().map(|c| format!("{c} ")).collect();
        let form = Form::post(paths::employee_letters(&self.slug, self.employee), &self.csrf)
            .once(&self.once)
            .hidden("letter", self.letter.to_string())
            .problem(self.problem.as_ref())
            .body(html! { (Field::text("title", "Title").value(&self.title).required().attr("maxlength", "200").help(format!("Kept as: {}.", self.kind_name))) })
            .actions(html! { (Button::submit("Keep it as a PDF").primary().icon(Icon::FileText)) (Button::link("Cancel", there)) });
        html! {
            (head)
            (stack(html! {
                @if !self.empty.is_empty() {
                    (Alert::new(Tone::Warning, "Some places are empty").text(html! { "Nothing is in the record, or nothing that you may see: " (empty) ". What stands behind | is taken instead." }))
                }
                @if !self.unprintable.is_empty() {
                    (Alert::new(Tone::Warning, "Some letters cannot be printed").text(html! { "The font does not have: " (strange) }))
                }
                (Card::bare(form.render()))
                div.paper { (Prose(&self.blocks)) }
            }))
        }
    }
}
