//! Widgets: the list, the record, the form.

use crate::{
    View,
    form::Entry,
    ui::{
        Button, Card, Column, EmptyState, Facts, Field,  Icon, PageHead, RecordPage, Row, Table,  stack,
    },
};
use domain::{
    Slug,
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
    pub entry: Entry<Draft>,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        self.entry.page(Field::text("name", "Name").value(&d.name).error(e.of("name")).required().render())
    }
}
