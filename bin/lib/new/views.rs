//! Widgets: the list, the record, the form.

use crate::{
    View,
    form::errors,
    ui::{
        Button, Card, Column, EmptyState, Facts, Field, Form, Icon, PageHead, RecordPage, Row, Table, form_page, stack,
    },
};
use domain::{
    Errors, Slug,
    department::widgets::{Draft, Widget},
    paths,
};
use maud::{Markup, Render, html};

/// What the reader may do, so that no button leads nowhere.
#[derive(Clone, Copy, Debug)]
pub struct May {
    pub write: bool,
}

/// The list.
pub struct Index {
    pub slug: Slug,
    pub widgets: Vec<Widget>,
    pub may: May,
}

impl View for Index {
    fn title(&self) -> String {
        "Widgets".into()
    }

    fn body(&self) -> Markup {
        let new = || Button::link("New widget", paths::widget_new(&self.slug)).primary().icon(Icon::Plus);
        let head = PageHead::new("Widgets").actions(html! { @if self.may.write { (new()) } });
        let rows = self.widgets.iter().map(|w| {
            let name = html! { a href=(paths::widget(&self.slug, w.id)) { (w.name) } };
            Row::new(w.id.to_string(), &w.name, vec![name])
        });
        let table = Table::new("Widgets", vec![Column::new("Name")], rows.collect());
        stack(html! {
            (head)
            @if table.is_empty() {
                (EmptyState::new(Icon::Search, "No widgets yet", "They are listed here as soon as there are any.")
                    .actions(html! { @if self.may.write { (new()) } }))
            } @else {
                (table)
            }
        })
    }
}

/// The record.
pub struct Show {
    pub slug: Slug,
    pub widget: Widget,
    pub may: May,
}

impl View for Show {
    fn title(&self) -> String {
        self.widget.name.clone()
    }

    fn body(&self) -> Markup {
        let edit = Button::link("Edit", paths::widget_edit(&self.slug, self.widget.id)).primary().icon(Icon::Pencil);
        let head = PageHead::new(self.title())
            .crumb("Widgets", paths::widgets(&self.slug))
            .actions(html! { @if self.may.write { (edit.key("e")) } });
        let facts = Facts::new().text("Name", &self.widget.name).columns();
        let main = Card::new("Overview", facts.render()).render();
        RecordPage { head, notice: None, tabs: None, main, side: None }.render()
    }
}

/// The form, new or filled.
pub struct Edit {
    pub slug: Slug,
    pub csrf: String,
    pub once: String,
    /// What is edited. None: something new.
    pub editing: Option<Widget>,
    /// The version that the form was filled from.
    pub version: i32,
    /// Someone else saved in the meantime.
    pub stale: bool,
    pub draft: Draft,
    pub errors: Errors,
}

impl View for Edit {
    fn title(&self) -> String {
        self.editing.as_ref().map_or_else(|| "New widget".into(), |w| format!("Edit {}", w.name))
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title()).crumb("Widgets", paths::widgets(&self.slug));
        let (action, back, save) = match &self.editing {
            Some(w) => (paths::widget_edit(&self.slug, w.id), paths::widget(&self.slug, w.id), "Save changes"),
            None => (paths::widget_new(&self.slug), paths::widgets(&self.slug), "Add widget"),
        };
        let now = self.editing.as_ref().map(|w| w.name.as_str()).unwrap_or_default();
        let problem = self.stale.then(|| format!("Somebody changed this meanwhile. The name is now “{now}”; save again to replace it."));
        let name = Field::text("name", "Name").value(&self.draft.name).error(self.errors.of("name")).required();
        let form = Form::post(action, self.csrf.as_str())
            .once(self.once.as_str())
            .version(self.version)
            .errors(errors(&self.errors))
            .problem(problem)
            .body(name.render())
            .actions(html! { (Button::submit(save).primary()) (Button::link("Cancel", back)) })
            .guard();
        form_page(&head, form.render())
    }
}
