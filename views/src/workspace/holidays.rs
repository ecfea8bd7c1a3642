//! One holiday calendar and its days.

use crate::{
    View,
    form::errors,
    settings,
    ui::{
        Badge, Button, Card, Column, Confirm, EmptyState, Field, Form, Icon, PageHead, Row, Table, Time, Tone,
        field_row, stack,
    },
};
use domain::{
    Errors, Slug,
    access::Rights,
    paths,
    workspace::holidays::{Calendar, Holiday},
};
use maud::{Markup, Render, html};

pub struct Days {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub calendar: Calendar,
    /// From this month on.
    pub days: Vec<Holiday>,
    pub name: String,
    pub day: String,
    pub half: bool,
    pub errors: Errors,
}

impl View for Days {
    fn title(&self) -> String {
        self.calendar.name.clone()
    }

    fn body(&self) -> Markup {
        let c = &self.calendar;
        let remove = Confirm {
            id: "remove".into(),
            title: format!("Delete {}?", c.name),
            text: format!("Its {} days go with it. They can be brought again from a file.", c.days),
            verb: "Delete calendar".into(),
            action: paths::holiday_calendar_removal(&self.slug, c.id),
            csrf: self.csrf.clone(),
            fields: vec![],
        };
        let head = PageHead::new(&c.name)
            .crumb("Working time and holidays", paths::calendar(&self.slug))
            .lead(html! { @if c.is_default { "Everybody’s calendar, unless they have another one." } @else { "Not everybody’s." } })
            .actions(html! { (Button::new("Delete").danger().opens_dialog("remove")) (remove) });
        let body = stack(html! {
            (Card::new("Days to come", self.table()).flush())
            (Card::new("Bring a file", self.file()))
            (Card::new("Add a day", self.add()))
        });
        settings::page(&self.slug, &self.rights, &paths::calendar(&self.slug), &head, body)
    }
}

impl Days {
    fn table(&self) -> Markup {
        if self.days.is_empty() {
            return EmptyState::new(Icon::History, "No days to come", "Bring an .ics file, or add them one by one.")
                .render();
        }
        let rows = self.days.iter().map(|d| {
            let half = html! { @if d.half { (Badge::new(Tone::Info, "Half a day")) } @else { "Whole day" } };
            let remove = html! {
                form method="post" action=(paths::holiday_removal(&self.slug, d.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Button::submit("Remove").small().ghost().attr("aria-label", format!("Remove {}", d.name)))
                }
            };
            let day = Time::day(d.day).render();
            Row::new(d.id.to_string(), &d.name, vec![html! { (d.name) }, day.clone(), half, remove]).brief([day])
        });
        let columns = vec![
            Column::new("Holiday"),
            Column::new("Day"),
            Column::new("How long").minor(),
            Column::new("Actions").label_hidden().stays(),
        ];
        Table::new("Days to come", columns, rows.collect()).render()
    }

    fn file(&self) -> Markup {
        Form::post(paths::holiday_calendar_file(&self.slug, self.calendar.id), &self.csrf)
            .multipart()
            .body(html! { (Field::file("file", "Calendar file", ".ics").error(self.errors.of("file")).help("An .ics file, as authorities and calendars on the web give them. Days that are here already stay as they are.")) })
            .actions(Button::submit("Bring these days").icon(Icon::Upload).render())
            .render()
    }

    fn add(&self) -> Markup {
        let e = &self.errors;
        Form::post(paths::holiday_calendar(&self.slug, self.calendar.id), &self.csrf)
            .errors(errors(e))
            .body(html! {
                (field_row(html! {
                    (Field::text("name", "Holiday").value(&self.name).error(e.of("name")).required())
                    (Field::date("day", "Day").value(&self.day).error(e.of("day")).required())
                }))
                (Field::checkbox("half", "Half a day").value(if self.half { "true" } else { "" }))
            })
            .actions(Button::submit("Add day").render())
            .render()
    }
}
