//! The files that a record's custom fields hold: to be brought, changed and taken away.

use super::link;
use crate::{
    View,
    ui::{Button, Card, EmptyState, Field, Form, Icon, PageHead, dashboard_page, stack},
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
                false => stack(html! { @for field in &self.fields { (self.field(field)) } }),
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
