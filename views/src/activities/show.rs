//! One call or meeting: when and where, who takes part, how it went, and what comes next.

use super::{icon, state};
use crate::{
    Moment, View,
    activity::{self, Happened},
    tasks::record,
    ui::{
        Badge, Button, Card, Choice, Facts, Field, Form, Icon, Identity, Menu, PageHead, RecordPage, Tone, menu_button,
        stack,
    },
};
use domain::{
    Day, Slug,
    activities::{Activity, Attending, Direction, Kind, LONGEST, Outcome, State},
    paths,
};
use maud::{Markup, Render, html};

/// The page.
pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub activity: Activity,
    pub history: Vec<Happened>,
    pub moment: Moment,
    pub may_write: bool,
    /// Once it is over, where there is a record to go on with.
    pub next: Option<Next>,
}

/// A step that one could plan next.
#[derive(Debug, Clone)]
pub struct Next {
    pub slug: Slug,
    /// The record's key, and what it is called.
    pub about: String,
    pub name: String,
    /// A working day.
    pub day: Day,
    pub may_activities: bool,
    pub may_tasks: bool,
    /// Of a deal with nothing planned and nothing to do.
    pub nothing_open: bool,
}

impl Render for Next {
    fn render(&self) -> Markup {
        let to = |kind: Kind| {
            format!(
                "{}?kind={}&about={}&day={}&time=10%3A00",
                paths::activity_new(&self.slug),
                kind.key(),
                crate::encode(&self.about),
                self.day
            )
        };
        let task = format!("{}?about={}&due={}", paths::task_new(&self.slug), crate::encode(&self.about), self.day);
        let body = html! {
            p { @if self.nothing_open { "Nothing is planned with " strong { (self.name) } " any more." } @else { "Keep going with " strong { (self.name) } "." } }
            div.next-steps {
                @if self.may_activities {
                    (Button::link("Plan a call", to(Kind::Call)).icon(Icon::Phone).small())
                    (Button::link("Plan a meeting", to(Kind::Meeting)).icon(Icon::CalendarEvent).small())
                }
                @if self.may_tasks { (Button::link("Add a task", task).icon(Icon::CircleCheck).small()) }
            }
        };
        Card::new("Plan the next step", body).note(format!("For {}", self.day.long())).render()
    }
}

impl View for Show {
    fn title(&self) -> String {
        self.activity.subject.clone()
    }

    fn body(&self) -> Markup {
        let a = &self.activity;
        let head = PageHead::new(&a.subject)
            .crumb("Calls and meetings", paths::activities(&self.slug))
            .facts(state(a, self.moment))
            .lead(html! { (icon(a.kind)) (a.when()) })
            .actions(self.actions());
        let main = stack(html! {
            @if let Some(next) = &self.next { (next) }
            @if a.is_open() && self.may_write { (self.conclusion()) }
            (Card::new(a.kind.label(), self.facts()))
            @if let Some(notes) = &a.notes { (Card::new("Notes", html! { p.written { (notes) } })) }
        });
        let side = stack(html! {
            (self.people())
            (Card::new("History", activity::timeline(&self.history, "entry", self.moment, None)))
        });
        RecordPage { head, notice: None, tabs: None, main, side: Some(side) }.render()
    }
}

impl Show {
    fn actions(&self) -> Markup {
        let a = &self.activity;
        let back = vec![("back".to_owned(), paths::activity(&self.slug, a.id))];
        let mut more = Menu::new("activity-more").end().link(
            Some(Icon::Download),
            "For another calendar (.ics)",
            paths::activity_ics(&self.slug, a.id),
        );
        if self.may_write && a.is_open() {
            more = more.post(
                Some(Icon::X),
                "Cancel it",
                paths::activity_cancellation(&self.slug, a.id),
                self.csrf.as_str(),
                back.clone(),
            );
        }
        if self.may_write && !a.is_open() {
            more = more.post(
                Some(Icon::ArrowBackUp),
                "Plan it again",
                paths::activity_reopening(&self.slug, a.id),
                self.csrf.as_str(),
                back,
            );
        }
        html! {
            @if self.may_write { (Button::link("Edit", paths::activity_edit(&self.slug, a.id)).icon(Icon::Pencil).key("e")) }
            (menu_button(Button::new("More").icon_only(Icon::Dots), more))
        }
    }

    /// Two presses at most: what came of it, and that it is done.
    fn conclusion(&self) -> Markup {
        let a = &self.activity;
        let outcomes = Outcome::ALL.iter().map(|o| Choice::new(o.key(), o.label())).collect();
        let state =
            |label: &'static str, state: State| Button::submit(label).attr("name", "state").attr("value", state.key());
        let form = Form::post(paths::activity_completion(&self.slug, a.id), self.csrf.as_str())
            .hidden("back", paths::activity(&self.slug, a.id))
            .body(html! {
                @if a.kind == Kind::Call { (Field::select("outcome", "Outcome", outcomes).value(Outcome::Connected.key())) }
                (Field::textarea("notes", "Notes").value(a.notes.clone().unwrap_or_default()).rows(3).optional().attr("maxlength", LONGEST.to_string()))
            })
            .actions(html! {
                (state("Done", State::Done).primary().icon(Icon::Check))
                @if a.kind == Kind::Meeting { (state("Nobody came", State::NoShow)) }
            });
        Card::new("How did it go?", form.render()).render()
    }

    fn facts(&self) -> Markup {
        let a = &self.activity;
        let place = a.place.as_ref().map(|place| match place.starts_with("https://") || place.starts_with("http://") {
            true => {
                html! { a href=(crate::ui::safe_href(place)) rel="noopener noreferrer" target="_blank" { (place) } }
            }
            false => html! { (place) },
        });
        Facts::new()
            .fact("When", html! { (a.when()) })
            .text("Owner", &a.owner.name)
            .maybe("Place or link", place)
            .maybe("About", a.about.as_ref().map(|n| html! { a href=(record(&self.slug, n.subject)) { (n.name) } }))
            .maybe("Direction", a.direction.map(Direction::label).map(|d| html! { (d) }))
            .maybe("Outcome", a.outcome.map(Outcome::label).map(|o| html! { (o) }))
            .maybe("Reminder", a.remind.filter(|_| a.is_open()).map(|r| html! { (r.words()) }))
            .maybe("Closed", a.closed_at.map(|at| self.moment.ago(at).render()))
            .columns()
            .render()
    }

    fn people(&self) -> Markup {
        let a = &self.activity;
        let hidden = a.attendees.iter().filter(|t| t.name.is_none()).count();
        let body = html! {
            ul.attendees {
                li { (Identity::new(&a.owner.name).detail("Owner")) }
                @for t in a.attendees.iter().filter(|t| t.who != Attending::Member(a.owner.id)) {
                    @if let Some(name) = &t.name {
                        li {
                            @match t.who {
                                Attending::Contact(id) => { (Identity::new(name).href(paths::contact(&self.slug, id)).detail(t.email.clone().unwrap_or_default())) (Badge::new(Tone::Neutral, "Contact")) }
                                Attending::Member(_) => { (Identity::new(name).detail(t.email.clone().unwrap_or_default())) }
                            }
                        }
                    }
                }
                @if hidden > 0 { li.quiet { @if hidden == 1 { "Somebody whom you may not see" } @else { (hidden) " people whom you may not see" } } }
            }
        };
        Card::new("Who takes part", body).render()
    }
}
