//! What is planned beside a record, on its page, and where a call is logged.

use super::{icon, state, when};
use crate::{
    Moment, View, list,
    tasks::record,
    ui::{Button, Card, Choice, Field, Icon, field_row},
};
use domain::{
    ActivityId, Slug,
    activities::{ALL, Activity, Direction, Filter, Kind, Outcome},
    paths,
    workspace::access::Subject,
};
use maud::{Markup, html};

/// The card on a record.
pub const CARD: &str = "record-activities";

pub struct OnRecord {
    pub slug: Slug,
    pub csrf: String,
    pub once: ActivityId,
    pub subject: Subject,
    pub planned: Vec<Activity>,
    pub moment: Moment,
    pub may_write: bool,
}

/// Those that the card shows.
pub const SHOWN: usize = 4;

impl View for OnRecord {
    fn title(&self) -> String {
        "Calls and meetings".into()
    }

    fn body(&self) -> Markup {
        let all = Filter { of: ALL.into(), state: ALL.into(), about: self.subject.key(), ..Filter::default() };
        let all = list::url(&paths::activities(&self.slug), &all);
        let body = html! {
            @if self.planned.is_empty() { p.quiet { "Nothing is planned." } }
            @else {
                ul.task-list {
                    @for a in self.planned.iter().take(SHOWN) {
                        li {
                            (icon(a.kind))
                            div.task-words {
                                a.task-title href=(paths::activity(&self.slug, a.id)) { (a.subject) }
                                p.quiet { (when(a, self.moment)) " · " (a.owner.name) @if a.is_overdue(self.moment.now) { " " (state(a, self.moment)) } }
                            }
                        }
                    }
                }
            }
            @if self.may_write { (self.write()) }
        };
        html! { div id=(CARD) { (Card::new(self.title(), body).actions(html! { a href=(all) { "See all of them" } })) } }
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == CARD).then(|| self.body())
    }
}

impl OnRecord {
    fn write(&self) -> Markup {
        let to = |kind: Kind| {
            format!(
                "{}?kind={}&about={}",
                paths::activity_new(&self.slug),
                kind.key(),
                crate::encode(&self.subject.key())
            )
        };
        html! {
            div.next-steps {
                (Button::link("Plan a call", to(Kind::Call)).icon(Icon::Phone).small())
                (Button::link("Plan a meeting", to(Kind::Meeting)).icon(Icon::CalendarEvent).small())
            }
            (self.log())
        }
    }

    /// A call that was just made: what came of it, and Enter.
    fn log(&self) -> Markup {
        let now = self.moment.now.with_timezone(&self.moment.zone);
        let outcomes = Outcome::ALL.iter().map(|o| Choice::new(o.key(), o.label())).collect();
        let directions = Direction::ALL.iter().map(|d| Choice::new(d.key(), d.label())).collect();
        html! {
            details.log-call {
                summary { "Log a call" }
                form.form method="post" action=(paths::activity_new(&self.slug)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    input type="hidden" name="_once" value=(self.once);
                    input type="hidden" name="back" value=(record(&self.slug, self.subject));
                    input type="hidden" name="about" value=(self.subject.key());
                    input type="hidden" name="kind" value="call";
                    input type="hidden" name="state" value="done";
                    (Field::text("subject", "What about").id("log-subject").value("Call").required().attr("maxlength", "200"))
                    (field_row(html! {
                        (Field::select("direction", "Direction", directions).id("log-direction"))
                        (Field::select("outcome", "Outcome", outcomes).id("log-outcome"))
                    }))
                    (field_row(html! {
                        (Field::date("day", "Day").id("log-day").value(now.format("%Y-%m-%d").to_string()).required())
                        (Field::time("time", "Time").id("log-time").value(now.format("%H:%M").to_string()).required())
                        (Field::number("minutes", "Minutes").id("log-minutes").value("5").attr("min", "0").attr("max", "1440"))
                    }))
                    (Field::textarea("notes", "Notes").id("log-notes").rows(3).optional())
                    (Button::submit("Log call").icon(Icon::Check).small())
                }
            }
        }
    }
}
