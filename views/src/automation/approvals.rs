//! Questions that workflows ask of somebody, and answering them.

use super::{builder::Colleagues, record_link, runs::Known};
use crate::{
    Moment, View,
    ui::{Badge, Button, Card, EmptyState, Field, Icon, PageHead, Tone},
};
use domain::{
    Slug,
    automation::{runs::Question, words::way},
    hr::documents::Tab,
    list::{Total, WAITING},
    paths,
};
use maud::{Markup, html};

pub struct Approvals {
    pub slug: Slug,
    pub csrf: String,
    pub moment: Moment,
    pub open: Vec<(Question, Known)>,
    pub answered: Vec<(Question, Known)>,
    /// Whom a question can be handed over to.
    pub colleagues: Colleagues,
    /// Which of them could not be handed over, why, and to whom it should have been.
    pub wrong: Option<(String, String, String)>,
    /// What waits for the reader elsewhere, each no further than a hundred: requests for time off,
    pub time_off: i64,
    /// changes of people’s own records,
    pub change_requests: i64,
    /// documents that people have brought,
    pub documents: i64,
    /// and weeks of work that were handed in.
    pub weeks: i64,
}

impl View for Approvals {
    fn title(&self) -> String {
        "Approvals".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Approvals").lead(html! { "What waits for your yes or no." });
        html! {
            div.approvals-page {
                (head)
                @let elsewhere = self.elsewhere();
                @if !elsewhere.is_empty() {
                    (Card::new("People ask you", html! { ul.plain-list { @for (words, path) in &elsewhere { li { a href=(path) { (words) } } } } }))
                }
                @if self.open.is_empty() {
                    @if elsewhere.is_empty() {
                        (EmptyState::new(Icon::ThumbUp, "Nothing waits for you", "When a workflow or a person asks for your approval, it stands here until you have answered, or its time is over."))
                    }
                } @else {
                    ul.approval-list { @for (q, record) in &self.open { (self.question(q, record)) } }
                    datalist id="colleagues" { @for (name, email) in &self.colleagues { option value={ (name) " · " (email) } {} } }
                }
                @if !self.answered.is_empty() {
                    (Card::new("Answered lately", html! { ul.approval-done { @for (q, record) in &self.answered { (self.done(q, record)) } } }).flush())
                }
            }
        }
    }
}

impl Approvals {
    /// What is answered on pages of its own, in words, and where.
    fn elsewhere(&self) -> Vec<(String, String)> {
        let slug = &self.slug;
        [
            (self.time_off, "request for time off", "requests for time off", paths::leave_approvals(slug)),
            (
                self.change_requests,
                "change that somebody asks for in their own record",
                "changes that people ask for in their own records",
                paths::change_requests(slug),
            ),
            (
                self.documents,
                "document that somebody has brought",
                "documents that people have brought",
                format!("{}?show={}", paths::documents(slug), Tab::Waiting.key()),
            ),
            (self.weeks, "week of work to approve", "weeks of work to approve", paths::timesheets(slug)),
        ]
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many, path)| {
            let words = match n {
                1 => format!("1 {one}"),
                n => format!("{} {many}", Total::up_to(n, WAITING)),
            };
            (words, path)
        })
        .collect()
    }

    fn question(&self, q: &Question, record: &Known) -> Markup {
        let wrong = self.wrong.as_ref().filter(|(id, ..)| *id == q.id.to_string());
        let (wrong, typed) = wrong.map_or((None, ""), |(_, message, typed)| (Some(message.as_str()), typed.as_str()));
        let late = (q.due_at - self.moment.now).num_hours() < 24;
        html! {
            li.approval id={ "approval-" (q.id) } {
                div.approval-head {
                    h2 { (q.question) }
                    p.approval-facts {
                        @if let Some(record) = record { span { (record_link(&self.slug, record)) } }
                        span { (q.workflow_name) }
                        span { "asked " (self.moment.ago(q.asked_at)) }
                        @if let Some(by) = q.handed_by.last() { span { "handed over by " (by) } }
                        @if q.together { span { "everybody who is asked has to say yes" } }
                        span.is-bad[late] { "answer by " (self.moment.at(q.due_at)) }
                    }
                }
                form.approval-form method="post" action=(paths::approval_answer(&self.slug, q.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Field::text("note", "Note").id(format!("note-{}", q.id)).optional().attr("maxlength", "500").placeholder("What whoever reads the log should know"))
                    div.actions {
                        (Button::submit("Approve").icon(Icon::Check).attr("name", "answer").attr("value", "yes").attr("aria-label", format!("Approve: {}", q.question)))
                        (Button::submit("Reject").icon(Icon::X).attr("name", "answer").attr("value", "no").attr("aria-label", format!("Reject: {}", q.question)))
                    }
                }
                details.approval-over open[wrong.is_some()] {
                    summary { "Hand over to somebody else" }
                    form method="post" action=(paths::approval_handover(&self.slug, q.id)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Field::text("to", "Colleague").id(format!("to-{}", q.id)).value(typed).error(wrong).attr("list", "colleagues").attr("autocomplete", "off").help("Type their name or address, and choose."))
                        (Button::submit("Hand over").small().icon(Icon::UserShare))
                    }
                }
            }
        }
    }

    fn done(&self, q: &Question, record: &Known) -> Markup {
        let (tone, word) = match q.answer.as_deref() {
            Some("approved") => (Tone::Good, way("approved")),
            Some("rejected") => (Tone::Bad, way("rejected")),
            Some("expired") => (Tone::Neutral, "No answer in time"),
            _ => (Tone::Neutral, "Not asked any more"),
        };
        html! {
            li {
                div {
                    p { (q.question) }
                    p.approval-facts {
                        @if let Some(record) = record { span { (record_link(&self.slug, record)) } }
                        span { (q.workflow_name) }
                        @if let Some(at) = q.answered_at { span { (self.moment.ago(at)) } }
                        @if !q.note.is_empty() { span { "“" (q.note) "”" } }
                    }
                }
                (Badge::new(tone, word))
            }
        }
    }
}
