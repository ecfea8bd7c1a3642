//! The directory: cards of whoever is here, and whose days come up.

use super::{details::call, employees::photo};
use crate::{
    View, list,
    ui::{
        Avatar, AvatarSize, Badge, Button, Card, Choice, EmptyState, Filter as Select, FilterBar, Icon, Identity,
        PageHead, Pager, Tone, stack,
    },
};
use domain::{
    EmployeeId, Slug,
    hr::directory::{Coming, Filter, Occasion, Person},
    list::Slice,
    paths,
};
use maud::{Markup, Render, html};

/// The part that a search swaps.
const RESULTS: &str = "directory";

pub struct Directory {
    pub slug: Slug,
    pub filter: Filter,
    pub page: Slice<Person>,
    pub departments: Vec<String>,
    pub locations: Vec<String>,
    pub coming: Vec<Coming>,
    /// Those on the page whose record the reader may open.
    pub open: Vec<EmployeeId>,
}

impl View for Directory {
    fn title(&self) -> String {
        "Directory".into()
    }

    fn body(&self) -> Markup {
        let path = paths::directory(&self.slug);
        let same = |values: &[String]| values.iter().map(|v| Choice::new(v, v)).collect();
        let filters = FilterBar::new(&path, RESULTS)
            .search("Search by name, job or department", &self.filter.q)
            .filter(Select::new("department", "Department", &self.filter.department, same(&self.departments)))
            .filter(Select::new("location", "Location", &self.filter.location, same(&self.locations)));
        html! {
            div.directory-page {
                (PageHead::new("Directory").lead(html! { "Who is here, and how to reach them." }))
                (filters)
                div.directory-columns {
                    (self.results())
                    @if !self.coming.is_empty() { aside.directory-side aria-label="Coming up" { (self.coming_up()) } }
                }
            }
        }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == RESULTS).then(|| self.results())
    }
}

impl Directory {
    fn url(&self, filter: &Filter) -> String {
        list::url(&paths::directory(&self.slug), filter)
    }

    fn results(&self) -> Markup {
        let (previous, next) = list::beside(
            &self.page,
            |after| self.url(&Filter { after, ..self.filter.from_top() }),
            |before| self.url(&Filter { before, ..self.filter.from_top() }),
        );
        let pager = Pager::new(list::count(self.page.total), "person", "people", self.page.rows.len())
            .previous(previous)
            .next(next)
            .swaps(RESULTS);
        html! {
            div.list-results id=(RESULTS) {
                @if self.page.rows.is_empty() { (self.empty()) }
                @else {
                    @if self.page.near { p.quiet { "No exact match. These are close." } }
                    ul.people-cards { @for p in &self.page.rows { (self.card(p)) } }
                    (pager)
                }
            }
        }
    }

    fn empty(&self) -> EmptyState {
        if self.filter.narrows() {
            let all = self.url(&Filter::default());
            return EmptyState::new(
                Icon::Search,
                "Nobody fits",
                "Nobody who is here fits this search and these filters.",
            )
            .actions(Button::link("Show everyone", all).render());
        }
        EmptyState::new(
            Icon::Users,
            "Nobody is here yet",
            "Whoever works here stands in the directory from their first day on.",
        )
    }

    fn card(&self, p: &Person) -> Markup {
        let avatar = Avatar::new(&p.name).size(AvatarSize::Large);
        let avatar = match &p.photo {
            Some(of) => avatar.photo(photo(&self.slug, of)),
            None => avatar,
        };
        let place: Vec<&str> = [&p.department, &p.location].into_iter().flatten().map(String::as_str).collect();
        html! {
            li.person-tile {
                div.person-tile-head {
                    (avatar)
                    div {
                        p.person-tile-name {
                            @if self.open.contains(&p.id) { a href=(paths::employee(&self.slug, p.id)) { (p.name) } } @else { (p.name) }
                            @if p.away { " " (Badge::new(Tone::Neutral, "Away").icon(Icon::CalendarEvent)) }
                        }
                        @if let Some(title) = &p.job_title { p { (title) } }
                        @if !place.is_empty() { p.quiet { (place.join(" · ")) } }
                    }
                }
                @if p.email.is_some() || p.phone.is_some() || p.manager.is_some() {
                    dl.person-tile-facts {
                        @if let Some(email) = &p.email { div { dt.visually-hidden { "Email" } dd { (Icon::Mail) a href={ "mailto:" (email) } { (email) } } } }
                        @if let Some(phone) = &p.phone { div { dt.visually-hidden { "Phone" } dd { (Icon::Phone) (call(phone)) } } }
                        @if let Some((_, name)) = &p.manager { div { dt.visually-hidden { "Reports to" } dd { (Icon::Sitemap) span { (name) } } } }
                    }
                }
            }
        }
    }

    fn coming_up(&self) -> Markup {
        let of = |wanted: fn(Occasion) -> bool| -> Vec<&Coming> {
            self.coming.iter().filter(|c| wanted(c.occasion)).collect()
        };
        let groups = [
            ("Birthdays", of(|o| o == Occasion::Birthday)),
            ("Anniversaries", of(|o| matches!(o, Occasion::Anniversary(_)))),
            ("New here, and to come", of(|o| o == Occasion::Joins)),
        ];
        stack(html! {
            @for (title, people) in groups {
                @if !people.is_empty() {
                    (Card::new(title, html! { ul.plain-list { @for c in people { li { (self.one(c)) } } } }))
                }
            }
        })
    }

    /// Day and month; a birthday has no year here.
    fn one(&self, c: &Coming) -> Identity {
        let on = c.on.0.format("%-d %B").to_string();
        let detail = match c.occasion {
            Occasion::Birthday => on,
            Occasion::Anniversary(1) => format!("{on}, 1 year"),
            Occasion::Anniversary(years) => format!("{on}, {years} years"),
            Occasion::Joins => format!("From {on}"),
        };
        Identity::new(&c.name).detail(detail).photo(c.photo.as_ref().map(|of| photo(&self.slug, of)))
    }
}
