//! Positions: the list, one of them, the form.

use crate::{
    View,
    form::Entry,
    hr::employees::place,
    hr::organisation::{self, Open},
    ui::{
        Badge, Button, Card, Column, EmptyState, Facts, Field, Form, Icon, Identity, PageHead, Row, Stat, Table, Tone,
        dash, field_row, form_section, stack, stats,
    },
};
use domain::{
    Slug,
    hr::{
        employees::Manager,
        positions::{Draft, Position},
    },
    paths::{self, Pages},
};
use maud::{Markup, Render, html};

/// The list.
pub struct Index {
    pub slug: Slug,
    pub positions: Vec<Position>,
    pub may_write: bool,
}

impl View for Index {
    fn title(&self) -> String {
        "Positions".into()
    }

    fn body(&self) -> Markup {
        let pages = Pages::of(paths::POSITIONS, &self.slug);
        let add = || Button::link("New position", pages.new_record()).icon(Icon::Plus);
        let head = PageHead::new("Positions")
            .lead(html! { "The seats that the company has decided to have, whoever sits on them." })
            .actions(html! { @if self.may_write && !self.positions.is_empty() { (add().primary()) } });
        let open = || self.positions.iter().filter(|p| !p.closed);
        let sum = |of: fn(&Position) -> i64| open().map(of).sum::<i64>().to_string();
        let mut numbers = vec![Stat::new("Seats", sum(|p| i64::from(p.headcount)))];
        if self.counted() {
            numbers.push(Stat::new("Taken", sum(|p| p.filled.unwrap_or(0))));
            numbers.push(Stat::new("Open", sum(|p| p.vacant().unwrap_or(0))));
        }
        let body = match self.positions.is_empty() {
            true => EmptyState::new(
                Icon::Briefcase,
                "Plan who you need",
                "A position says how many people may hold it. Choose it when somebody’s job changes, and the open seats are counted.",
            )
            .actions(html! { @if self.may_write { (add().primary()) } })
            .render(),
            false => html! { (stats(&numbers)) (Card::bare(self.table()).flush()) },
        };
        html! { (head) (organisation::tabs(&self.slug, Open::Positions)) (stack(body)) }
    }
}

impl Index {
    /// Whether the reader sees who sits where.
    fn counted(&self) -> bool {
        self.positions.iter().any(|p| p.filled.is_some())
    }

    fn table(&self) -> Markup {
        let text = |t: &Option<String>| t.as_ref().map_or_else(dash, |t| html! { (t) });
        let rows = self.positions.iter().map(|p| {
            let mut cells = vec![
                html! { a href=(paths::position(&self.slug, p.id)) { (p.title) } },
                text(&p.department),
                text(&p.location),
                html! { (p.headcount) },
            ];
            if let Some(filled) = p.filled {
                cells.push(html! { (filled) });
            }
            cells.push(html! { @if let Some(state) = state(p) { (state) } });
            Row::new(p.id.to_string(), &p.title, cells).brief(p.department.as_ref().map(|d| html! { (d) }))
        });
        let mut columns = vec![
            Column::new("Title"),
            Column::new("Department"),
            Column::new("Location").minor(),
            Column::new("Seats").numeric(),
        ];
        if self.counted() {
            columns.push(Column::new("Taken").numeric());
        }
        columns.push(Column::new(if self.counted() { "Open" } else { "State" }).stays());
        Table::new("Positions", columns, rows.collect()).render()
    }
}

/// Nothing for an open one of which the reader does not see who sits there.
fn state(p: &Position) -> Option<Badge> {
    if p.closed {
        return Some(Badge::new(Tone::Neutral, "Closed"));
    }
    let (filled, vacant) = (p.filled?, p.vacant()?);
    Some(match vacant {
        0 if filled > i64::from(p.headcount) => Badge::new(Tone::Warning, "Over"),
        0 => Badge::new(Tone::Good, "Full"),
        n => Badge::new(Tone::Info, format!("{n} open")),
    })
}

/// One of them, with whoever holds it.
pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub position: Position,
    pub people: Vec<Manager>,
    pub may_write: bool,
}

impl View for Show {
    fn title(&self) -> String {
        self.position.title.clone()
    }

    fn body(&self) -> Markup {
        let (p, pages) = (&self.position, Pages::of(paths::POSITIONS, &self.slug));
        let (action, words) = match p.closed {
            true => (paths::position_reopening(&self.slug, p.id), "Open again"),
            false => (paths::position_closing(&self.slug, p.id), "Close"),
        };
        let head = PageHead::new(&p.title)
            .crumb("Positions", pages.list())
            .facts(html! { @if let Some(state) = state(p) { (state) } })
            .actions(html! {
                @if self.may_write {
                    (Button::link("Edit", pages.edit(p.id)).primary().icon(Icon::Pencil).key("e"))
                    (Form::post(action, &self.csrf).body(html! {}).actions(Button::submit(words).render()).render())
                }
            });
        let text = |t: &Option<String>| t.as_ref().map(|t| html! { (t) });
        let facts = Facts::new()
            .maybe("Department", text(&p.department))
            .maybe("Location", text(&p.location))
            .fact("Seats", html! { (p.headcount) })
            .maybe("Taken", p.filled.map(|n| html! { (n) }))
            .maybe("Note", text(&p.note))
            .columns();
        let person =
            |m: &Manager| Identity::new(&m.name).detail(&m.number).href(paths::employee(&self.slug, m.id)).render();
        html! {
            (head)
            (stack(html! {
                (Card::new("Position", facts.render()))
                (Card::new("Who holds it today", html! {
                    @if self.people.is_empty() { p.quiet { "Nobody. Choose this position when somebody’s job changes." } }
                    @else { ul.plain-list { @for m in &self.people { li { (person(m)) } } } }
                }))
            }))
        }
    }
}

/// The form.
pub struct Edit {
    pub entry: Entry<Draft>,
    pub departments: Vec<String>,
    pub locations: Vec<String>,
}

impl View for Edit {
    fn title(&self) -> String {
        self.entry.title()
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.entry.draft, &self.entry.errors);
        let text =
            |name: &'static str, label: &'static str| Field::text(name, label).value(d.get(name)).error(e.of(name));
        self.entry.page(form_section("Position", None, html! {
            (field_row(html! {
                (text("title", "Title").required())
                (Field::number("headcount", "Seats").value(if d.headcount.is_empty() { "1" } else { &d.headcount }).error(e.of("headcount")).required())
            }))
            (field_row(html! {
                (place(text("department", "Department").optional(), ("department", &d.department), &self.departments, e))
                (place(text("location", "Location").optional(), ("location", &d.location), &self.locations, e))
            }))
            (Field::textarea("note", "Note").value(&d.note).error(e.of("note")).optional())
        }))
    }
}
