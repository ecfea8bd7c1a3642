//! One's own day: what is late, what is today in its order, and what comes next week.

use crate::{
    Moment, View,
    activities::{icon, state},
    support::tickets::OnRecord,
    tasks::{about, tick},
    ui::{Badge, Button, Card, EmptyState, Icon, PageHead, Tone, stack},
};
use chrono::NaiveTime;
use domain::{
    Day, DealId, Money, Slug,
    activities::Activity,
    paths,
    reminders::clock,
    tasks::{Priority, Task},
};
use maud::{Markup, html};

pub struct MyDay {
    pub slug: Slug,
    pub csrf: String,
    pub today: Day,
    /// Where what is put off goes.
    pub tomorrow: Day,
    pub next_week: Day,
    pub moment: Moment,
    /// Open, until the end of the week that lies ahead.
    pub tasks: Vec<Task>,
    /// Of which nobody has said how they went, of earlier days.
    pub unsaid: Vec<Activity>,
    /// From today on.
    pub activities: Vec<Activity>,
    pub deals: Vec<Closing>,
    /// Those that wait for an answer.
    pub tickets: Option<OnRecord>,
    pub may_tasks: bool,
    pub may_activities: bool,
}

/// A deal that is to close.
#[derive(Debug, Clone)]
pub struct Closing {
    pub id: DealId,
    pub name: String,
    pub amount: Option<Money>,
    pub customer: Option<String>,
    pub on: Day,
}

enum Entry<'a> {
    Task(&'a Task),
    Activity(&'a Activity),
}

impl View for MyDay {
    fn title(&self) -> String {
        "My day".into()
    }

    fn body(&self) -> Markup {
        let actions = html! {
            (Button::link("Calendar", paths::activity_calendar(&self.slug)).icon(Icon::Calendar))
            @if self.may_tasks { (Button::link("New task", paths::task_new(&self.slug)).primary().icon(Icon::Plus).key("c")) }
        };
        let head = PageHead::new("My day").lead(html! { (self.today.long()) }).actions(actions);
        let (late, today, ahead) = (self.late(), self.on(self.today), self.ahead());
        let nothing =
            late.is_empty() && today.is_empty() && ahead.is_empty() && self.deals.is_empty() && self.tickets.is_none();
        html! {
            div.my-day {
                (head)
                @if nothing {
                    (EmptyState::new(Icon::CircleCheck, "A free week", "Tasks, calls, meetings and tickets of yours stand here: what is late, what is today, and what comes in the next seven days.")
                        .actions(html! { @if self.may_tasks { (Button::link("Plan something", paths::task_new(&self.slug))) } }))
                } @else {
                    (stack(html! {
                        @if !late.is_empty() { (Card::new("Overdue", self.rows(&late, true)).note(many(late.len()))) }
                        (Card::new("Today", html! {
                            @if today.is_empty() { p.quiet { "Nothing more today." } } @else { (self.rows(&today, false)) }
                        }))
                        @if let Some(tickets) = &self.tickets { (tickets) }
                        @if !self.deals.is_empty() { (Card::new("Deals to close", self.deals())) }
                        @if !ahead.is_empty() {
                            (Card::new("The next seven days", html! {
                                @for (day, entries) in &ahead { section.my-day-ahead { h3 { (day.long()) } (self.rows(entries, false)) } }
                            }))
                        }
                    }))
                    p.quiet.my-day-keys { "Keys: j and k move, d is done, s puts off until tomorrow, w until next week, Enter opens." }
                }
            }
        }
    }
}

fn many(n: usize) -> String {
    if n == 1 { "1 thing".into() } else { format!("{n} things") }
}

impl MyDay {
    fn late(&self) -> Vec<Entry<'_>> {
        let tasks = self.tasks.iter().filter(|t| t.due.is_some_and(|d| d < self.today)).map(Entry::Task);
        self.unsaid.iter().map(Entry::Activity).chain(tasks).collect()
    }

    /// By their times; what has none comes last, the most important first.
    fn on(&self, day: Day) -> Vec<Entry<'_>> {
        let tasks = self.tasks.iter().filter(|t| t.due == Some(day)).map(Entry::Task);
        let held = self.activities.iter().filter(|a| a.starts().date() == day.0).map(Entry::Activity);
        let mut all: Vec<_> = tasks.chain(held).collect();
        all.sort_by_key(|e| match e {
            Entry::Activity(a) => (false, a.starts().time(), std::cmp::Reverse(Priority::Normal)),
            Entry::Task(t) => {
                (t.due_time.is_none(), t.due_time.unwrap_or(NaiveTime::MIN), std::cmp::Reverse(t.priority))
            }
        });
        all
    }

    fn ahead(&self) -> Vec<(Day, Vec<Entry<'_>>)> {
        let days = (1..=7).filter_map(|n| self.today.plus(n));
        days.map(|day| (day, self.on(day))).filter(|(_, entries)| !entries.is_empty()).collect()
    }

    fn rows(&self, entries: &[Entry<'_>], late: bool) -> Markup {
        html! {
            ul.my-day-rows data-rows="" {
                @for entry in entries {
                    li data-row="" {
                        @match entry {
                            Entry::Task(t) => { (self.task(t, late)) }
                            Entry::Activity(a) => { (self.activity(a, late)) }
                        }
                    }
                }
            }
        }
    }

    fn task(&self, t: &Task, late: bool) -> Markup {
        let back = paths::my_day(&self.slug);
        html! {
            span.my-day-time {
                @match (late, t.due, t.due_time) {
                    (true, Some(day), _) => { (day.0.format("%-d %b").to_string()) }
                    (_, _, Some(time)) => { (clock(time)) }
                    _ => {}
                }
            }
            @if self.may_tasks { (tick(&self.slug, &self.csrf, t, &back, None, Some("d"))) }
            div.my-day-words {
                a.task-title href=(paths::task(&self.slug, t.id)) { (t.title) }
                p.quiet {
                    @if t.priority == Priority::High { (Badge::new(Tone::Warning, "High")) " " }
                    @if let Some(repeat) = &t.repeat { (Icon::Refresh) " " (repeat.words()) " " }
                    @if let Some(named) = &t.about { (about(&self.slug, named)) }
                }
            }
            @if self.may_tasks { (self.snooze(t, &back)) }
        }
    }

    /// Put off, with the day that it had for who thinks better of it.
    fn snooze(&self, t: &Task, back: &str) -> Markup {
        let to = |label: &str, day: Day, key: &'static str| {
            html! {
                form method="post" action=(paths::task_snooze(&self.slug, t.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    input type="hidden" name="back" value=(back);
                    input type="hidden" name="to" value=(day);
                    (Button::submit(label).small().ghost().attr("data-row-key", key).attr("aria-label", format!("Put “{}” off: {}", t.title, label.to_lowercase())))
                }
            }
        };
        html! { div.my-day-later { (to("Tomorrow", self.tomorrow, "s")) (to("Next week", self.next_week, "w")) } }
    }

    fn activity(&self, a: &Activity, late: bool) -> Markup {
        let start = a.starts();
        html! {
            span.my-day-time { @if late { (start.format("%-d %b").to_string()) } @else { (clock(start.time())) } }
            (icon(a.kind))
            div.my-day-words {
                a.task-title href=(paths::activity(&self.slug, a.id)) { (a.subject) }
                p.quiet {
                    @if a.is_overdue(self.moment.now) || !a.is_open() { (state(a, self.moment)) " " }
                    @if let Some(named) = &a.about { (about(&self.slug, named)) }
                    @if a.about.is_some() && a.place.is_some() { " · " }
                    @if let Some(place) = &a.place { (place) }
                }
            }
            @if self.may_activities && a.is_open() && a.starts_at <= self.moment.now {
                form.my-day-later method="post" action=(paths::activity_completion(&self.slug, a.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    input type="hidden" name="back" value=(paths::my_day(&self.slug));
                    input type="hidden" name="state" value="done";
                    (Button::submit("Done").small().ghost().icon(Icon::Check).attr("data-row-key", "d").attr("aria-label", format!("“{}” is done", a.subject)))
                }
            }
        }
    }

    fn deals(&self) -> Markup {
        html! {
            ul.my-day-rows data-rows="" {
                @for d in &self.deals {
                    li data-row="" {
                        span.my-day-time { @if d.on == self.today { "Today" } @else { (d.on.0.format("%-d %b").to_string()) } }
                        span.activity-icon { (Icon::Briefcase) span.visually-hidden { "Deal: " } }
                        div.my-day-words {
                            a.task-title href=(paths::deal(&self.slug, d.id)) { (d.name) }
                            p.quiet { @if let Some(c) = &d.customer { (c) " " } @if let Some(a) = d.amount { (a) } @if d.on < self.today { " " (Badge::new(Tone::Bad, "Overdue")) } }
                        }
                    }
                }
            }
        }
    }
}
