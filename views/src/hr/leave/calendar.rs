//! Who is away when: a month in weeks, or a row for each person.

use super::{Place, dot, tabs};
use crate::{
    View,
    ui::{Avatar, AvatarSize, Button, Choice, EmptyState, Filter as Select, FilterBar, Icon, PageHead},
};
use chrono::Datelike;
use domain::{
    Day, Slug,
    hr::leave::{
        Colour, Person,
        calendar::{Absence, Filter, Off, days_of, month_on, weeks_of},
    },
    paths,
};
use maud::{Markup, Render, html};
use std::collections::HashMap;

/// What another month or team changes.
pub const RESULTS: &str = "leave-calendar";

pub struct Calendar {
    pub slug: Slug,
    pub filter: Filter,
    pub today: Day,
    /// The first day of the month.
    pub month: Day,
    /// ISO weekday.
    pub week_start: i16,
    pub absences: Vec<Absence>,
    /// Rows of the timeline.
    pub people: Vec<Person>,
    /// Where the next page begins, by name.
    pub next: Option<String>,
    /// Days off by location, in small letters; without one: everywhere else.
    pub off: HashMap<Option<String>, Vec<Off>>,
    pub departments: Vec<String>,
    /// Kinds that the reader may see of somebody.
    pub kinds: Vec<(String, Colour)>,
    pub waiting: Option<usize>,
    pub has_team: bool,
}

impl View for Calendar {
    fn title(&self) -> String {
        "Team calendar".into()
    }

    fn body(&self) -> Markup {
        let path = paths::leave_calendar(&self.slug);
        let views = vec![Choice::new("timeline", "Timeline")];
        let teams = vec![Choice::new("mine", "My team")];
        let departments = self.departments.iter().map(|d| Choice::new(d, d)).collect();
        let mut filters = FilterBar::new(&path, RESULTS)
            .search("Search by name", &self.filter.q)
            .filter(Select::new("view", "View", &self.filter.view, views).nothing("Month"))
            .filter(Select::new("department", "Department", &self.filter.department, departments))
            .keep("month", &self.filter.month);
        if self.has_team {
            filters = filters.filter(Select::new("team", "Team", &self.filter.team, teams).nothing("Everybody"));
        }
        html! {
            div.leave-page.is-wide {
                (PageHead::new("Team calendar").actions(html! { (Button::link("Ask for time off", paths::leave_new(&self.slug)).icon(Icon::Plus).key("c")) }))
                (tabs(&self.slug, Place::Calendar, self.waiting))
                (filters)
                (self.results())
            }
        }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == RESULTS).then(|| self.results())
    }
}

/// As it is written above a month.
fn month_name(day: Day) -> String {
    day.0.format("%B %Y").to_string()
}

impl Calendar {
    fn url(&self, filter: &Filter) -> String {
        crate::list::url(&paths::leave_calendar(&self.slug), filter)
    }

    fn results(&self) -> Markup {
        html! {
            section.leave-calendar id=(RESULTS) aria-label=(month_name(self.month)) {
                (self.head())
                @if self.filter.is_timeline() { (self.timeline()) } @else { (self.weeks()) }
                @if self.next.is_some() || !self.filter.after.is_empty() { (self.pages()) }
                (self.legend())
            }
        }
    }

    fn head(&self) -> Markup {
        let to = |by| self.url(&self.filter.of(month_on(self.month, by)));
        let here = self.url(&Filter { month: String::new(), after: String::new(), ..self.filter.clone() });
        html! {
            div.leave-month {
                h2 { (month_name(self.month)) }
                div.actions {
                    (Button::link("Earlier", to(-1)).icon_only(Icon::ChevronLeft).key("ArrowLeft").attr("title", "Earlier (left arrow)"))
                    @if self.month != self.today.first_of_month() { (Button::link("Today", here)) }
                    (Button::link("Later", to(1)).icon_only(Icon::ChevronRight).key("ArrowRight").attr("title", "Later (right arrow)"))
                }
            }
        }
    }

    /// What holds at the default calendar, or at everybody's location if they have one in common.
    fn off(&self, location: Option<&str>) -> &[Off] {
        let own = location.and_then(|l| self.off.get(&Some(l.to_lowercase())));
        own.or_else(|| self.off.get(&None)).map_or(&[], Vec::as_slice)
    }

    fn weeks(&self) -> Markup {
        let weeks = weeks_of(self.month, self.week_start);
        let narrow: Vec<&Absence> = self.absences.iter().collect();
        html! {
            table.leave-weeks {
                caption.visually-hidden { "Who is away in " (month_name(self.month)) }
                thead { tr { @for day in weeks.first().map_or(&[][..], Vec::as_slice) { th scope="col" { abbr title=(day.0.format("%A").to_string()) { (day.0.format("%a").to_string()) } } } } }
                tbody { @for week in &weeks { tr { @for day in week { (self.day(*day, &narrow)) } } } }
            }
        }
    }

    fn day(&self, day: Day, all: &[&Absence]) -> Markup {
        const SHOWN: usize = 4;
        let off = self.off(None).iter().find(|o| o.day == day);
        let weekend = day.0.weekday().num_days_from_monday() > 4;
        // On a day that is free for them anyway nobody is away.
        let away: Vec<&&Absence> = all.iter().filter(|a| a.days.contains(&day)).collect();
        let other = (day.0.month(), day.0.year()) != (self.month.0.month(), self.month.0.year());
        let timeline = self.url(&Filter { view: "timeline".into(), ..self.filter.of(day) });
        html! {
            td.is-other[other].is-weekend[weekend].is-off[off.is_some()].is-today[day == self.today].is-empty[away.is_empty()] {
                div.leave-date { time datetime=(day) { (day.0.day()) } span.leave-weekday-word aria-hidden="true" { (day.0.format("%A").to_string()) } @if day == self.today { span.visually-hidden { " (today)" } } @if let Some(off) = off { span.leave-off { (off.name) } } }
                ul.leave-chips {
                    @for a in away.iter().take(SHOWN) { li { (self.chip(a, day)) } }
                    @if away.len() > SHOWN { li { a.leave-more href=(timeline) { "and " (away.len() - SHOWN) " more" } } }
                }
            }
        }
    }

    fn chip(&self, a: &Absence, day: Day) -> Markup {
        let half = (a.span.from == day && a.span.from_midday) || (a.span.to == day && a.span.to_midday);
        let part = match a.span.minutes {
            Some(minutes) => Some(domain::hr::attendance::hours(minutes.into())),
            None => half.then(|| "½".to_owned()),
        };
        let what = a.kind.as_ref().map_or("Away", |(name, _)| name.as_str());
        let title = format!(
            "{}: {what}, {}{}",
            a.person.name,
            a.span.words(),
            if a.waiting { ", not approved yet" } else { "" }
        );
        let body =
            html! { span.leave-chip-name { (a.person.name) } @if let Some(part) = part { span.leave-half { (part) } } };
        let class = format!("leave-chip is-{}{}", colour(a), if a.waiting { " is-waiting" } else { "" });
        match a.kind {
            // Whoever may see the kind may see the request.
            Some(_) => {
                html! { a class=(class) href=(paths::leave_request(&self.slug, a.request)) title=(title) { (body) } }
            }
            None => html! { span class=(class) title=(title) { (body) } },
        }
    }

    fn timeline(&self) -> Markup {
        let days = days_of(self.month);
        if self.people.is_empty() {
            return EmptyState::new(Icon::Users, "Nobody fits", "Choose another department or team.").render();
        }
        let off = self.off(None);
        let class = |day: &Day| {
            let mut class = vec![];
            if day.0.weekday().num_days_from_monday() > 4 {
                class.push("is-weekend");
            }
            if off.iter().any(|o| o.day == *day) {
                class.push("is-off");
            }
            if *day == self.today {
                class.push("is-today");
            }
            class.join(" ")
        };
        html! {
            div.table-scroll tabindex="0" {
                table.leave-timeline {
                    caption.visually-hidden { "Who is away in " (month_name(self.month)) ", a row for each person" }
                    colgroup { col.is-name; @for day in &days { col class=(class(day)); } }
                    thead { tr {
                        th scope="col" { "Person" }
                        @for day in &days {
                            th class=(class(day)) scope="col" data-here[*day == self.today] title=[off.iter().find(|o| o.day == *day).map(|o| o.name.as_str())] {
                                span.leave-weekday { (day.0.format("%a").to_string().chars().take(2).collect::<String>()) }
                                span.leave-daynumber { (day.0.day()) }
                            }
                        }
                    } }
                    tbody { @for person in &self.people { (self.row(person, &days)) } }
                }
            }
        }
    }

    /// Which of very many are shown, and the way to the others.
    fn pages(&self) -> Markup {
        let name = |p: Option<&Person>| p.map(|p| p.name.clone()).unwrap_or_default();
        let (first, last) = match self.filter.is_timeline() {
            true => (name(self.people.first()), name(self.people.last())),
            false => {
                let all = || self.absences.iter().map(|a| &a.person);
                (name(all().next()), name(all().next_back()))
            }
        };
        let to = |after: &str| self.url(&Filter { after: after.to_owned(), ..self.filter.clone() });
        html! {
            div.leave-pages {
                p.quiet { "By last name, from " (first) " to " (last) "." }
                div.actions {
                    @if !self.filter.after.is_empty() { (Button::link("First page", to("")).small().icon(Icon::ChevronLeft)) }
                    @if let Some(next) = &self.next { (Button::link("Next page", to(next)).small().icon_after(Icon::ChevronRight)) }
                }
            }
        }
    }

    fn row(&self, person: &Person, days: &[Day]) -> Markup {
        html! {
            tr {
                th scope="row" {
                    a.leave-person href=(paths::employee(&self.slug, person.id)) {
                        (Avatar::new(&person.name).size(AvatarSize::Small))
                        span { span.leave-name { (person.name) } @if let Some(title) = &person.title { span.quiet { (title) } } }
                    }
                }
                @for cell in self.cells(person, days) { (cell) }
            }
        }
    }

    /// A cell for each day, and one for all days of a leave.
    fn cells(&self, person: &Person, days: &[Day]) -> Vec<Markup> {
        let mine: Vec<&Absence> = self.absences.iter().filter(|a| a.person.id == person.id).collect();
        let off = self.off(person.location.as_deref());
        let (mut cells, mut at) = (vec![], 0);
        while let (Some(day), Some(last)) = (days.get(at).copied(), days.last().copied()) {
            let (cell, length) = match mine.iter().find(|a| a.span.from <= day && day <= a.span.to) {
                Some(a) => {
                    let length = usize::try_from((a.span.to.min(last).0 - day.0).num_days() + 1).unwrap_or(1);
                    let bar = self.bar(a, a.span.from < day, a.span.to > last);
                    (html! { td.leave-cell colspan=(length) { (bar) } }, length)
                }
                None => {
                    let holiday = off.iter().find(|o| o.day == day);
                    (html! { td.is-holiday[holiday.is_some()] title=[holiday.map(|o| o.name.as_str())] {} }, 1)
                }
            };
            cells.push(cell);
            at += length;
        }
        cells
    }

    fn bar(&self, a: &Absence, before: bool, beyond: bool) -> Markup {
        let what = a.kind.as_ref().map_or("Away", |(name, _)| name.as_str());
        let title = format!("{what}, {}{}", a.span.words(), if a.waiting { ", not approved yet" } else { "" });
        let class = format!(
            "leave-bar is-{}{}{}{}{}{}",
            colour(a),
            if a.waiting { " is-waiting" } else { "" },
            if before { " goes-back" } else { "" },
            if beyond { " goes-on" } else { "" },
            if a.span.from_midday && !before { " from-midday" } else { "" },
            if (a.span.to_midday && !beyond) || a.span.minutes.is_some() { " to-midday" } else { "" },
        );
        match a.kind {
            Some(_) => {
                html! { a class=(class) href=(paths::leave_request(&self.slug, a.request)) title=(title) { (what) } }
            }
            None => html! { span class=(class) title=(title) { (what) } },
        }
    }

    fn legend(&self) -> Markup {
        html! {
            ul.leave-legend {
                @for (name, colour) in &self.kinds { li { (dot(name, *colour)) } }
                li { (dot("Away", Colour::Grey)) }
                li { span.leave-kind { span.leave-dot.is-waiting aria-hidden="true" {} "Not approved yet" } }
                li.quiet { "Arrow keys: earlier and later" }
            }
        }
    }
}

fn colour(a: &Absence) -> &'static str {
    a.kind.as_ref().map_or("grey", |(_, colour)| colour.key())
}
