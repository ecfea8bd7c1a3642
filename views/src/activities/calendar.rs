//! The calendar of calls, meetings and what is due: a month, a week, or one day after the other.

use super::icon;
use crate::{
    Moment, View, feeds,
    ui::{Button, Card, EmptyState, Icon, PageHead, Tab as Link, Tabs},
};
use chrono::Datelike;
use domain::{
    Day, Slug,
    activities::{ALL, Activity, State},
    calendar::{Filter, View as Shows},
    paths,
    reminders::clock,
    tasks::Task,
};
use maud::{Markup, Render, html};

pub struct Calendar {
    pub slug: Slug,
    pub csrf: String,
    pub filter: Filter,
    pub today: Day,
    pub from: Day,
    pub to: Day,
    /// ISO weekday.
    pub week_start: i16,
    pub activities: Vec<Activity>,
    /// What is due of the reader's own.
    pub tasks: Vec<Task>,
    /// Whether there are more than one page shows.
    pub full: bool,
    /// The address that other programs read, where there is one.
    pub feed: Option<String>,
    /// Whether the reader sees others', too.
    pub team: bool,
    pub may_write: bool,
    pub moment: Moment,
}

/// What stands on a day.
enum Entry<'a> {
    Activity(&'a Activity),
    Task(&'a Task),
}

impl View for Calendar {
    fn title(&self) -> String {
        "Calendar".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Calendar").crumb("Calls and meetings", paths::activities(&self.slug)).actions(html! {
            @if self.may_write { (Button::link("New meeting", self.add(self.filter.day(self.today))).primary().icon(Icon::Plus).key("c")) }
        });
        html! {
            div.cal-page {
                (head)
                (self.tabs())
                (self.turns())
                @if self.full { p.quiet role="status" { "There is more than one page shows: choose a week." } }
                @match self.filter.view() {
                    Shows::Agenda => { (self.agenda()) }
                    Shows::Month | Shows::Week => { (self.weeks()) }
                }
                div id="feed" {
                    (Card::new("In another calendar", html! {
                        (feeds::subscription(
                            &paths::activity_feeds(&self.slug), &self.csrf, "activities",
                            ("My calls, meetings and tasks", "Those in which you take part, and what is due of yours. It only reads: changes are made here."),
                            self.feed.as_deref(),
                        ))
                        (feeds::warning())
                    }))
                }
            }
        }
    }
}

impl Calendar {
    fn url(&self, filter: &Filter) -> String {
        crate::list::url(&paths::activity_calendar(&self.slug), filter)
    }

    /// Where something is planned for this day.
    fn add(&self, day: Day) -> String {
        format!("{}?kind=meeting&day={day}", paths::activity_new(&self.slug))
    }

    fn tabs(&self) -> Markup {
        let view = |view: Shows| {
            let filter = Filter { view: view.key().into(), ..self.filter.clone() };
            Link::new(view.label(), self.url(&filter), self.filter.view() == view)
        };
        let whose = |of: &str, label: &str| {
            let filter = Filter { of: of.into(), ..self.filter.clone() };
            Link::new(label, self.url(&filter), self.filter.of == of)
        };
        html! {
            (Tabs::new("How much", Shows::ALL.map(view).to_vec()))
            @if self.team { (Tabs::new("Whose", vec![whose("", "Mine"), whose(ALL, "Everybody I see")])) }
        }
    }

    fn name(&self) -> String {
        match self.filter.view() {
            Shows::Month => self.filter.day(self.today).0.format("%B %Y").to_string(),
            Shows::Week | Shows::Agenda => format!("{} – {}", self.from.short(), self.to.short()),
        }
    }

    fn turns(&self) -> Markup {
        let to = |by| self.url(&self.filter.turned(self.today, by));
        let here = self.url(&Filter { day: String::new(), ..self.filter.clone() });
        let shows_today = self.from <= self.today && self.today <= self.to;
        html! {
            div.leave-month {
                h2 { (self.name()) }
                div.actions {
                    (Button::link("Earlier", to(-1)).icon_only(Icon::ChevronLeft).key("ArrowLeft").attr("title", "Earlier (left arrow)"))
                    @if !shows_today || !self.filter.day.is_empty() { (Button::link("Today", here)) }
                    (Button::link("Later", to(1)).icon_only(Icon::ChevronRight).key("ArrowRight").attr("title", "Later (right arrow)"))
                }
            }
        }
    }

    fn days(&self) -> Vec<Day> {
        self.from.0.iter_days().take_while(|d| *d <= self.to.0).map(Day).collect()
    }

    /// In the order of the day; what has no time comes last.
    fn entries(&self, day: Day) -> Vec<Entry<'_>> {
        let on = |a: &&Activity| {
            let (first, last) = (a.starts().date(), (a.ends() - chrono::TimeDelta::seconds(1)).date());
            first <= day.0 && day.0 <= last.max(first)
        };
        let activities = self.activities.iter().filter(on).map(Entry::Activity);
        let tasks = self.tasks.iter().filter(|t| t.due == Some(day)).map(Entry::Task);
        let mut all: Vec<_> = activities.chain(tasks).collect();
        all.sort_by_key(|e| match e {
            Entry::Activity(a) => (false, a.starts().time()),
            Entry::Task(t) => (t.due_time.is_none(), t.due_time.unwrap_or_default()),
        });
        all
    }

    fn weeks(&self) -> Markup {
        let days = self.days();
        let weeks: Vec<&[Day]> = days.chunks(7).collect();
        let week = self.filter.view() == Shows::Week;
        html! {
            table.cal-weeks.is-week[week] {
                caption.visually-hidden { "Calls, meetings and tasks, " (self.name()) }
                thead { tr { @for day in weeks.first().copied().unwrap_or_default() { th scope="col" { abbr title=(day.0.format("%A").to_string()) { (day.0.format("%a").to_string()) } } } } }
                tbody { @for week in &weeks { tr { @for day in *week { (self.cell(*day)) } } } }
            }
        }
    }

    fn cell(&self, day: Day) -> Markup {
        let shown = if self.filter.view() == Shows::Week { 30 } else { 4 };
        let entries = self.entries(day);
        let weekend = day.0.weekday().num_days_from_monday() > 4;
        let month = self.filter.day(self.today);
        let other =
            self.filter.view() == Shows::Month && (day.0.month(), day.0.year()) != (month.0.month(), month.0.year());
        let agenda = self.url(&Filter { view: Shows::Agenda.key().into(), ..self.filter.on(day) });
        html! {
            td.is-other[other].is-weekend[weekend].is-today[day == self.today].is-empty[entries.is_empty()] {
                div.cal-date {
                    time datetime=(day) { (day.0.day()) }
                    span.cal-weekday aria-hidden="true" { (day.0.format("%A").to_string()) }
                    @if day == self.today { span.visually-hidden { " (today)" } }
                    @if self.may_write { a.cal-add href=(self.add(day)) title=(format!("Plan something on {}", day.short())) { (Icon::Plus) span.visually-hidden { "Plan something on " (day.long()) } } }
                }
                ul.cal-entries {
                    @for entry in entries.iter().take(shown) { li { (self.chip(entry)) } }
                    @if entries.len() > shown { li { a.cal-more href=(agenda) { "and " (entries.len() - shown) " more" } } }
                }
            }
        }
    }

    fn chip(&self, entry: &Entry<'_>) -> Markup {
        match entry {
            Entry::Activity(a) => {
                let class = format!(
                    "cal-entry is-{}{}{}",
                    a.kind.key(),
                    if a.is_open() { "" } else { " is-over" },
                    if a.is_overdue(self.moment.now) { " is-unsaid" } else { "" }
                );
                let title = format!("{}: {}, {}, {}", a.kind.label(), a.subject, a.when(), a.owner.name);
                html! { a class=(class) href=(paths::activity(&self.slug, a.id)) title=(title) { span.cal-time { (clock(a.starts().time())) } span.cal-subject { (a.subject) } } }
            }
            Entry::Task(t) => {
                let late = t.due.is_some_and(|d| d < self.today);
                html! {
                    a.cal-entry.is-task.is-unsaid[late] href=(paths::task(&self.slug, t.id)) title={ "Task: " (t.title) } {
                        @if let Some(time) = t.due_time { span.cal-time { (clock(time)) } } @else { span.cal-time { (Icon::CircleCheck) span.visually-hidden { "Task: " } } }
                        span.cal-subject { (t.title) }
                    }
                }
            }
        }
    }

    fn agenda(&self) -> Markup {
        let days: Vec<(Day, Vec<Entry<'_>>)> = self
            .days()
            .into_iter()
            .map(|d| (d, self.entries(d)))
            .filter(|(d, e)| !e.is_empty() || *d == self.today)
            .collect();
        if days.iter().all(|(_, entries)| entries.is_empty()) {
            return EmptyState::new(
                Icon::CalendarEvent,
                "Nothing in these two weeks",
                "Calls, meetings and tasks stand here on their days.",
            )
            .render();
        }
        html! {
            div.cal-agenda {
                @for (day, entries) in &days {
                    section {
                        h3.is-today[*day == self.today] { (day.long()) @if *day == self.today { " · Today" } }
                        @if entries.is_empty() { p.quiet { "Nothing." } }
                        ul data-rows="" {
                            @for entry in entries { li data-row="" { (self.line(entry)) } }
                        }
                    }
                }
            }
        }
    }

    fn line(&self, entry: &Entry<'_>) -> Markup {
        match entry {
            Entry::Activity(a) => {
                let state = (a.state == State::Done).then_some("done");
                html! {
                    span.cal-time { (clock(a.starts().time())) "–" (clock(a.ends().time())) }
                    (icon(a.kind))
                    a href=(paths::activity(&self.slug, a.id)) { (a.subject) }
                    span.quiet {
                        (a.owner.name)
                        @if let Some(about) = &a.about { " · " (about.name) }
                        @if let Some(place) = &a.place { " · " (place) }
                        @if let Some(state) = state { " · " (state) }
                    }
                }
            }
            Entry::Task(t) => html! {
                span.cal-time { @match t.due_time { Some(time) => { (clock(time)) }, None => { "any time" } } }
                span.activity-icon { (Icon::CircleCheck) span.visually-hidden { "Task: " } }
                a href=(paths::task(&self.slug, t.id)) { (t.title) }
                span.quiet { @if let Some(about) = &t.about { (about.name) } }
            },
        }
    }
}
