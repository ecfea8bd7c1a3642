//! The files that a record's custom fields hold: to be brought, changed and taken away.

use super::link;
use crate::{
    View,
    ui::{
        Alert, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Table, Tone, dashboard_page,
        stack,
    },
};
use domain::{
    CustomFieldId, Slug,
    custom_fields::{CustomField, Values},
    paths::Pages,
    text::Words,
};
use maud::{Markup, Render, html};

/// All of them on one page, each with a form of its own.
pub struct Files {
    pub slug: Slug,
    pub csrf: String,
    pub words: Words,
    pub pages: Pages,
    /// Of the record.
    pub id: String,
    pub name: String,
    /// Those that hold files and that the reader may change.
    pub fields: Vec<CustomField>,
    pub values: Values,
    /// What is wrong with a file that was brought.
    pub wrong: Option<(CustomFieldId, String)>,
    /// The largest file that is taken.
    pub megabytes: u64,
}

impl View for Files {
    fn title(&self) -> String {
        format!("Files of {}", self.name)
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title())
            .crumb(self.words.title(), self.pages.list())
            .crumb(&self.name, self.pages.record(&self.id));
        let nothing = || {
            EmptyState::new(
                Icon::Paperclip,
                "No field holds files",
                "Whoever looks after the settings can add one, under Custom fields.",
            )
            .actions(Button::link("Back to the record", self.pages.record(&self.id)).render())
        };
        dashboard_page(
            &head,
            match self.fields.is_empty() {
                true => nothing().render(),
                false => stack(html! {
                    @for field in &self.fields { (self.field(field)) }
                    p.quiet { a href=(self.pages.many_field_files()) { "Bring files of many " (self.words.many) " at once" } }
                }),
            },
        )
    }
}

impl Files {
    fn field(&self, field: &CustomField) -> Markup {
        let there = self.values.get(field).and_then(|v| link(&self.slug, v));
        let wrong = self.wrong.as_ref().filter(|(of, _)| *of == field.id).map(|(_, why)| why.as_str());
        let hidden = html! { input type="hidden" name="field" value=(field.id); };
        let usual = format!("At most {} MB.", self.megabytes);
        let help = field.help.as_ref().map_or_else(|| usual.clone(), |help| format!("{help} {usual}"));
        // Several such forms stand on a page: each button says whose it is.
        let verb = if there.is_some() { "use this file instead" } else { "bring this file" };
        let save = format!("{}: {verb}", field.label);
        let body = html! {
            p { @match &there { Some(there) => (there), None => span.quiet { "Nothing yet" } } }
            (Form::post(self.pages.field_files(&self.id), &self.csrf).multipart()
                .body(html! { (hidden) (Field::file("file", "File", "").id(format!("file-{}", field.id)).error(wrong).help(help)) })
                .actions(Button::submit(save).icon(Icon::Upload).render()))
            @if there.is_some() {
                form method="post" action=(self.pages.field_files_removal(&self.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (hidden)
                    (Button::submit(format!("{}: take the file away", field.label)).small().ghost())
                }
            }
        };
        html! { section id=(field.name) { (Card::new(&field.label, body)) } }
    }
}

/// What became of one of many files.
pub struct Placed {
    pub file: String,
    /// The page of the record and its name; or why it is kept nowhere.
    pub at: Result<(String, String), String>,
}

/// Files of one field for many records, each named by the record that it belongs to.
pub struct Many {
    pub slug: Slug,
    pub csrf: String,
    pub words: Words,
    pub pages: Pages,
    /// Those that hold files and that the reader sees.
    pub fields: Vec<CustomField>,
    pub field: Option<CustomFieldId>,
    pub replace: bool,
    pub done: Vec<Placed>,
    pub wrong: Option<String>,
    /// Files at once.
    pub most: usize,
    pub megabytes: u64,
}

impl View for Many {
    fn title(&self) -> String {
        format!("Files of many {}", self.words.many)
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).crumb(self.words.title(), self.pages.list());
        let nothing = || {
            EmptyState::new(
                Icon::Paperclip,
                "No field holds files",
                "Whoever looks after the settings can add one, under Custom fields.",
            )
            .actions(Button::link("Back to the list", self.pages.list()).render())
        };
        let body = match self.fields.is_empty() {
            true => nothing().render(),
            false => stack(html! { (self.told()) (self.form()) }),
        };
        dashboard_page(&head, body)
    }
}

impl Many {
    fn told(&self) -> Markup {
        if self.done.is_empty() {
            return html! {};
        }
        let kept = self.done.iter().filter(|d| d.at.is_ok()).count();
        let words = format!("{kept} of {} files are kept", self.done.len());
        let tone = if kept == self.done.len() { Tone::Good } else { Tone::Warning };
        let rows = self.done.iter().enumerate().map(|(n, d)| {
            let at = match &d.at {
                Ok((page, name)) => html! { a href=(page) { (name) } },
                Err(why) => html! { span.field-error { (why) } },
            };
            Row::new(n.to_string(), &d.file, vec![html! { (d.file) }, at])
        });
        let columns = vec![Column::new("File"), Column::new("Kept with").stays()];
        html! {
            (Alert::new(tone, words))
            (Card::new("What became of them", Table::new("Files", columns, rows.collect()).render()).flush())
        }
    }

    fn form(&self) -> Markup {
        let fields = self.fields.iter().map(|f| Choice::new(f.id.to_string(), &f.label)).collect();
        let chosen = self.field.or(self.fields.first().map(|f| f.id)).map(|id| id.to_string()).unwrap_or_default();
        let by = match self.words.one {
            "employee" => "their number, address or name: 1042.pdf, or 1042_contract.pdf",
            "ticket" => "its number: SUP-1042.pdf",
            _ => "its name or address",
        };
        let help = format!("Name each by {by}. At most {} at once, each of {} MB.", self.most, self.megabytes);
        let form = Form::post(self.pages.many_field_files(), &self.csrf)
            .multipart()
            .body(html! {
                (Field::select("field", "Field", fields).value(chosen))
                (Field::checkbox("replace", "Take the place of files that are there").value(if self.replace { "true" } else { "" }))
                (Field::file("file", "Files", "").attr("multiple", "multiple").error(self.wrong.as_deref()).help(help))
            })
            .actions(html! {
                (Button::submit("Bring files").primary().icon(Icon::Upload))
                (Button::link("Back to the list", self.pages.list()))
            });
        Card::bare(form.render()).render()
    }
}
