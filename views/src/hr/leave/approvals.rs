//! Requests that wait for the reader: one by one, or several at once.

use super::{Place, kind, tabs};
use crate::{
    Moment, View,
    ui::{Avatar, Button, EmptyState, Icon, PageHead},
};
use domain::{Slug, hr::leave::requests::Request, paths};
use maud::{Markup, html};

pub struct Approvals {
    pub slug: Slug,
    pub csrf: String,
    pub moment: Moment,
    /// With who else is away then.
    pub waiting: Vec<(Request, Vec<String>)>,
}

const BULK: &str = "leave-bulk";

impl View for Approvals {
    fn title(&self) -> String {
        "Time off to approve".into()
    }

    fn body(&self) -> Markup {
        html! {
            div.leave-page {
                (PageHead::new("Time off to approve"))
                (tabs(&self.slug, Place::Approvals, Some(self.waiting.len())))
                @if self.waiting.is_empty() {
                    (EmptyState::new(Icon::ThumbUp, "Nothing waits for you", "Requests for time off stand here until you have answered them."))
                } @else {
                    @if self.waiting.len() > 1 { (self.bulk()) }
                    ul.leave-waiting { @for (request, away) in &self.waiting { (self.one(request, away)) } }
                }
            }
        }
    }
}

impl Approvals {
    /// Ticked ones, answered alike.
    fn bulk(&self) -> Markup {
        html! {
            form.leave-bulk id=(BULK) method="post" action=(paths::leave_answers(&self.slug)) {
                input type="hidden" name="_csrf" value=(self.csrf);
                span.quiet { "Those that are ticked:" }
                (Button::submit("Approve them").small().icon(Icon::Check).attr("name", "answer").attr("value", "yes"))
                (Button::submit("Decline them").small().icon(Icon::X).attr("name", "answer").attr("value", "no"))
            }
        }
    }

    fn one(&self, r: &Request, away: &[String]) -> Markup {
        let unit = r.unit;
        let step = r.open_step();
        let what = if step.is_some_and(|s| s.cancels) { "asks to be back on" } else { "asks for" };
        let called = format!("{}, {}", r.person.name, r.span.words());
        html! {
            li.leave-asked {
                @if let (Some(step), true) = (step, self.waiting.len() > 1) {
                    input.check type="checkbox" name="steps" value=(step.id) form=(BULK) aria-label=(format!("Choose {called}"));
                }
                (Avatar::new(&r.person.name))
                div.leave-asked-words {
                    h2 { a href=(paths::leave_request(&self.slug, r.id)) { (r.person.name) } }
                    p { (what) " "
                        @match (step.is_some_and(|s| s.cancels), r.back_on) {
                            (true, Some(day)) => { strong { (day.short()) } " instead of " (r.span.words()) }
                            _ => { strong { (r.span.words()) } " · " (unit.words(r.amount)) " · " (kind(r.kind.as_ref())) }
                        }
                    }
                    @if let Some(reason) = &r.reason { p.written.quiet { "“" (reason) "”" } }
                    p.quiet {
                        "asked " (self.moment.ago(r.asked_at))
                        @if let Some(s) = step { @if let Some(because) = &s.because { " · " (because) } @if s.member.is_none() { " · anybody of HR may answer" } }
                    }
                    p.quiet { @if away.is_empty() { "Nobody else of the team is away then." } @else { "Away then as well: " (away.join("; ")) "." } }
                }
                form.leave-answer method="post" action=(paths::leave_answer(&self.slug, r.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    @if let Some(step) = step { input type="hidden" name="step" value=(step.id); }
                    label.visually-hidden for={ "note-" (r.id) } { "Comment on " (called) }
                    input.input id={ "note-" (r.id) } type="text" name="note" maxlength="500" placeholder="Comment";
                    div.actions {
                        (Button::submit("Approve").small().icon(Icon::Check).attr("name", "answer").attr("value", "yes").attr("aria-label", format!("Approve {called}")))
                        (Button::submit("Decline").small().icon(Icon::X).attr("name", "answer").attr("value", "no").attr("aria-label", format!("Decline {called}")))
                    }
                }
            }
        }
    }
}

/// A request or several were answered, in words.
pub fn answered(done: usize, yes: bool, already: usize) -> String {
    let verb = if yes { "approved" } else { "declined" };
    let were = if done == 1 { "1 request was".to_owned() } else { format!("{done} requests were") };
    match already {
        0 => format!("{were} {verb}."),
        n => format!("{were} {verb}; {n} could not be: somebody was faster, or may answer alone."),
    }
}
