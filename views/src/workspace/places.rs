//! Departments and locations.

use crate::{
    View,
    form::errors,
    settings,
    ui::{Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Table, stack},
};
use domain::{
    Errors, Slug,
    access::Rights,
    paths,
    workspace::places::{Draft, Kind, Place},
};
use maud::{Markup, Render, html};

pub struct Places {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub once: String,
    pub departments: Vec<Place>,
    pub locations: Vec<Place>,
    /// The calendar of each location on the list, by name in small letters; and all that there are.
    pub calendar_of: Vec<(String, Option<domain::CalendarId>)>,
    pub calendars: Vec<domain::workspace::holidays::Calendar>,
    pub draft: Draft,
    pub errors: Errors,
}

impl View for Places {
    fn title(&self) -> String {
        "Departments and locations".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title())
            .lead(html! { "The names that everybody’s record draws from. Renaming one changes it in every record." });
        let body = stack(html! {
            (Card::new("Add one", self.add()))
            (Card::new("Departments", self.table(Kind::Department, &self.departments)).flush())
            (Card::new("Locations", self.table(Kind::Location, &self.locations)).flush())
        });
        settings::page(&self.slug, &self.rights, &paths::places(&self.slug), &head, body)
    }
}

impl Places {
    fn add(&self) -> Markup {
        let adding = self.draft.old.is_empty();
        let (name, error) = if adding { (self.draft.name.as_str(), self.errors.of("name")) } else { ("", None) };
        let kinds = vec![Choice::new("department", "Department"), Choice::new("location", "Location")];
        let kind = if self.draft.kind.is_empty() { "department" } else { &self.draft.kind };
        Form::post(paths::places(&self.slug), &self.csrf)
            .once(&self.once)
            .errors(if adding { errors(&self.errors) } else { vec![] })
            .problem(self.errors.of(""))
            .body(html! {
                div.invite-row {
                    (Field::text("name", "Name").value(name).error(error).required())
                    (Field::select("kind", "What it is", kinds).value(kind))
                }
            })
            .actions(Button::submit("Add").icon(Icon::Plus).render())
            .render()
    }

    /// Whose holidays hold at a location. Without a choice there is nothing to choose.
    fn calendar(&self, place: &Place) -> Markup {
        if self.calendars.len() < 2 {
            return html! {};
        }
        let name = place.name.to_lowercase();
        let now = self.calendar_of.iter().find(|(n, _)| *n == name).and_then(|(_, id)| *id);
        let usual = self.calendars.iter().find(|c| c.is_default).map_or("", |c| c.name.as_str());
        html! {
            form.place-calendar method="post" action=(paths::place_calendar(&self.slug)) {
                input type="hidden" name="_csrf" value=(self.csrf);
                input type="hidden" name="place" value=(place.name);
                div.select {
                    select.input name="calendar" aria-label=(format!("Holidays at {}", place.name)) {
                        option value="" selected[now.is_none()] { "Default (" (usual) ")" }
                        @for c in &self.calendars { option value=(c.id) selected[now == Some(c.id)] { (c.name) } }
                    }
                    (Icon::ChevronDown)
                }
                (Button::submit("Save").small().attr("aria-label", format!("Save holidays at {}", place.name)))
            }
        }
    }

    fn table(&self, kind: Kind, places: &[Place]) -> Markup {
        let (one, many) = kind.words();
        if places.is_empty() {
            return EmptyState::new(
                Icon::Building,
                format!("No {many} yet"),
                format!("Add a {one} above, or write it into somebody’s record."),
            )
            .render();
        }
        let rows = places.iter().map(|p| {
            let people = html! { @if p.people == 0 { span.quiet { "nobody" } } @else { (p.people) } };
            let wrong = (self.draft.old == p.name && self.draft.kind == kind.key()).then(|| self.errors.of("name")).flatten();
            let rename = html! {
                details.place-rename open[wrong.is_some()] {
                    summary { "Rename" span.visually-hidden { ": " (p.name) } }
                    form method="post" action=(paths::place_name(&self.slug)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        input type="hidden" name="kind" value=(kind.key());
                        input type="hidden" name="old" value=(p.name);
                        input.input type="text" name="name" value=(if wrong.is_some() { &self.draft.name } else { &p.name }) aria-label=(format!("New name of {}", p.name)) required maxlength="100";
                        @if wrong.is_some() { input type="hidden" name="merge" value=(self.draft.name.trim()); }
                        (Button::submit("Rename").small())
                        @if let Some(words) = wrong { p.field-error { (words) } }
                    }
                }
            };
            let remove = html! {
                @if p.listed && p.people == 0 {
                    form method="post" action=(paths::place_removal(&self.slug)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        input type="hidden" name="kind" value=(kind.key());
                        input type="hidden" name="old" value=(p.name);
                        (Button::submit("Take off the list").small().ghost())
                    }
                }
            };
            let brief = html! { (people) @if p.people == 1 { " person" } @else if p.people > 1 { " people" } };
            Row::new(&p.name, &p.name, vec![html! { (p.name) }, people, html! { div.place-actions { @if kind == Kind::Location { (self.calendar(p)) } (rename) (remove) } }])
                .brief([brief])
        });
        let columns =
            vec![Column::new("Name"), Column::new("People").numeric(), Column::new("Actions").label_hidden().stays()];
        Table::new(many, columns, rows.collect()).render()
    }
}
