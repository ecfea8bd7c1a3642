//! Settings of the careers site: whether it is open, what it says, and what applicants are promised.

use crate::{
    View,
    form::errors,
    settings,
    ui::{Alert, Badge, Button, Field, Form, PageHead, Tone, field_row, form_section, stack},
};
use domain::{
    Errors, Slug,
    access::Rights,
    hr::careers::{Draft, Notice, Typed},
    paths,
};
use maud::{Markup, Render, html};

/// Empty rows behind those that there are.
const MORE: usize = 2;

/// Whether it is open, and what it says.
pub struct Opening {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub errors: Errors,
    pub version: i32,
    pub draft: Draft,
    pub open: bool,
    /// Its public address.
    pub address: String,
    pub notices: Vec<Notice>,
}

impl View for Opening {
    fn title(&self) -> String {
        "Careers site".into()
    }

    fn body(&self) -> Markup {
        let (d, e) = (&self.draft, &self.errors);
        let state = if self.open { Badge::new(Tone::Good, "Open") } else { Badge::new(Tone::Neutral, "Closed") };
        let head = PageHead::new(self.title())
            .facts(state.render())
            .lead(html! { "Published jobs, for everybody, in your company’s name, colour and logo." });
        let form = Form::post(paths::career_settings(&self.slug), self.csrf.as_str())
            .version(self.version)
            .problem(e.of(""))
            .errors(errors(e))
            .body(html! {
                (Field::checkbox("open", "The careers site is open").value(&d.open).error(e.of("open")))
                (form_section("What stands above the jobs", None, html! {
                    (Field::textarea("intro", "Introduction").rows(6).value(&d.intro).error(e.of("intro")).optional().help("Who you are, and why one would work with you. # makes a heading, **bold**, *italic*."))
                }))
                (form_section("Privacy", Some("Beside each job, and where one applies. Locations where another law holds have their own below."), html! {
                    (Field::textarea("notice", "What becomes of an applicant’s data").rows(8).value(&d.notice).error(e.of("notice")).optional())
                    (Field::number("days", "Days that it is kept after the answer").value(&d.days).error(e.of("days")).required())
                }))
            })
            .actions(Button::submit("Save careers site").primary().render());
        let body = stack(html! {
            @if self.open { (Alert::new(Tone::Info, "Where it is").text(html! { a href=(self.address) { (self.address) } })) }
            (form)
            (self.elsewhere())
        });
        settings::page(&self.slug, &self.rights, &paths::career_settings(&self.slug), &head, body)
    }
}

impl Opening {
    fn elsewhere(&self) -> Markup {
        let edit = Button::link("Change promises by location", paths::career_notices(&self.slug));
        form_section(
            "Where another law holds",
            None,
            html! {
                @if self.notices.is_empty() { p.quiet { "The same is promised at every location." } } @else {
                    ul.plain-list { @for n in &self.notices { li { (n.location) span.quiet { " · " (n.days) " days" @if n.notice.is_some() { ", words of its own" } } } } }
                }
                p { (edit) }
            },
        )
    }
}

/// What is promised by location, as typed.
pub struct Notices {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub errors: Errors,
    pub typed: Typed,
    pub locations: Vec<String>,
}

impl View for Notices {
    fn title(&self) -> String {
        "Promises by location".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(self.title())
            .crumb("Careers site", paths::career_settings(&self.slug))
            .lead(html! { "For jobs at these locations, in place of what is promised elsewhere. A row without a location is none." });
        let wrong: Vec<&str> = self.errors.iter().map(|(_, words)| words).collect();
        let rows = (0..self.typed.location.len() + MORE).map(|n| self.row(n));
        let form = Form::post(paths::career_notices(&self.slug), self.csrf.as_str())
            .body(html! {
                @if !wrong.is_empty() {
                    (Alert::new(Tone::Bad, "Nothing was saved yet").text(html! { ul { @for words in &wrong { li { (words) } } } }).announce())
                }
                @for row in rows { (row) }
                datalist id="locations" { @for name in &self.locations { option value=(name) {} } }
            })
            .actions(html! { (Button::submit("Save promises").primary()) (Button::link("Cancel", paths::career_settings(&self.slug))) });
        settings::page(&self.slug, &self.rights, &paths::career_settings(&self.slug), &head, form.render())
    }
}

impl Notices {
    fn row(&self, n: usize) -> Markup {
        let of = |list: &[String]| list.get(n).cloned().unwrap_or_default();
        let t = &self.typed;
        let days = if of(&t.days).is_empty() { domain::hr::careers::DAYS.to_string() } else { of(&t.days) };
        form_section(
            &format!("Location {}", n + 1),
            None,
            html! {
                input type="hidden" name="id" value=(of(&t.id));
                (field_row(html! {
                    (Field::text("location", "Location").id(format!("location-{n}")).value(of(&t.location)).attr("list", "locations").attr("maxlength", "100"))
                    (Field::number("days", "Days").id(format!("days-{n}")).value(days))
                }))
                (Field::textarea("notice", "Words of its own").id(format!("notice-{n}")).rows(3).value(of(&t.notice)).optional())
            },
        )
    }
}
