//! Kinds of documents: the list and the form.

use crate::{
    View,
    form::Entry,
    ui::{
        Badge, Button, Card, Choice, Column, EmptyState, Field, Icon, PageHead, Row, Table, Tone, field_row,
        form_section, stack,
    },
};
use domain::{
    Slug,
    hr::documents::kinds::{CLASSES, Draft, Kind},
    list::Total,
    paths,
};
use maud::{Markup, Render, html};

pub struct Kinds {
    pub slug: Slug,
    pub csrf: String,
    pub kinds: Vec<Kind>,
    pub archived: Vec<Kind>,
}

impl View for Kinds {
    fn title(&self) -> String {
        "Kinds of documents".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title())
            .crumb("Documents", paths::documents(&self.slug))
            .lead(html! { "Each says who sees its documents, whether they run out, and whether everybody needs one." })
            .actions(html! {
                @if !self.kinds.is_empty() { (Button::link("New kind", paths::document_kind_new(&self.slug)).primary().icon(Icon::Plus).key("c")) }
            });
        html! {
            (head)
            (stack(html! {
                @if self.kinds.is_empty() { (Card::bare(self.empty())) } @else { (Card::bare(self.table()).flush()) }
                @if !self.archived.is_empty() { (Card::new("Not offered any more", self.away())) }
            }))
        }
    }
}

impl Kinds {
    fn empty(&self) -> Markup {
        EmptyState::new(
            Icon::FileText,
            "No kinds yet",
            "Begin with those that most companies have, and change them; or make your own.",
        )
        .actions(html! {
            form method="post" action=(paths::document_kinds_usual(&self.slug)) {
                input type="hidden" name="_csrf" value=(self.csrf);
                (Button::submit("Begin with the usual ones").primary())
            }
            (Button::link("New kind", paths::document_kind_new(&self.slug)).icon(Icon::Plus))
        })
        .render()
    }

    fn table(&self) -> Markup {
        let columns = vec![
            Column::new("Name"),
            Column::new("Seen by").minor(),
            Column::new("Runs out").minor(),
            Column::new("Documents").numeric(),
            Column::new("Actions").label_hidden().stays(),
        ];
        let row = |k: &Kind| {
            let f = &k.fields;
            let class = CLASSES.iter().find(|(_, class, ..)| *class == f.class).map_or("", |(_, _, label, _)| label);
            let days: Vec<String> = f.remind_days.iter().map(i32::to_string).collect();
            let documents = Total::capped(k.documents).to_string();
            let cells = vec![
                html! {
                    a href=(paths::document_kind_edit(&self.slug, k.id)) { (f.name) }
                    @if f.required { " " (Badge::new(Tone::Info, "Everybody needs one")) }
                },
                html! { (class) @if !f.employee_sees { span.quiet { ", not the employee" } } },
                html! { @if f.expires { "Yes" @if !days.is_empty() { span.quiet { ", told " (days.join(", ")) " days before" } } } @else { span.quiet { "No" } } },
                html! { (documents) },
                html! {
                    form method="post" action=(paths::document_kind_archival(&self.slug, k.id)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Button::submit("Archive").small().ghost().attr("aria-label", format!("Archive {}", f.name)))
                    }
                },
            ];
            let brief = [
                html! { (class) @if !f.employee_sees { ", not the employee" } },
                html! { @if f.expires { "Runs out" } @else { "Never runs out" } },
                html! { (documents) @if k.documents == 1 { " document" } @else { " documents" } },
            ];
            Row::new(k.id.to_string(), &f.name, cells).brief(brief)
        };
        Table::new("Kinds of documents", columns, self.kinds.iter().map(row).collect()).render()
    }

    fn away(&self) -> Markup {
        html! {
            ul.own-list {
                @for k in &self.archived {
                    li {
                        span { (k.fields.name) }
                        form method="post" action=(paths::document_kind_restoral(&self.slug, k.id)) {
                            input type="hidden" name="_csrf" value=(self.csrf);
                            (Button::submit("Offer again").small().attr("aria-label", format!("Offer {} again", k.fields.name)))
                        }
                    }
                }
            }
        }
    }
}

/// The form, new or filled.
pub struct Edit {
    pub entry: Entry<Draft>,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let class = |(key, _, label, help): (&str, _, &str, &str)| {
            Choice::new(key, label).help(format!("Seen by those {}", help.replace("whoever", "who")))
        };
        let check = |name: &'static str, label: &'static str, value: &str| Field::checkbox(name, label).value(value);
        self.entry.page(html! {
            (form_section("Kind", None, html! {
                (Field::text("name", "Name").value(&d.name).error(e.of("name")).required().attr("maxlength", "60"))
                (Field::radio("class", "Who sees it", CLASSES.map(class).to_vec()).value(&d.class).error(e.of("class")))
                (check("employee_sees", "Employees see their own", &d.employee_sees))
            }))
            (form_section("What it needs", None, html! {
                (check("required", "Everybody needs one", &d.required).help("Who has none stands under “Missing”."))
                (check("expires", "It runs out", &d.expires).help("Its last day is asked for with the file."))
                (field_row(html! {
                    (Field::text("remind_days", "Remind, days before").value(&d.remind_days).error(e.of("remind_days")).optional()
                        .help("Like 60, 14: the employee, if they see it, and whoever looks after documents are told."))
                }))
            }))
        })
    }
}
