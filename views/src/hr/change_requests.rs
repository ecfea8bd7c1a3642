//! What people ask to have changed of their records: all that waits for the reader's answer, person by person.

use crate::{
    Moment, View,
    ui::{Alert, Badge, Button, Card, EmptyState, Form, Icon, PageHead, Tone, dashboard_page, stack},
};
use domain::{
    Slug,
    hr::change_requests::{Answers, Waiting},
    paths,
};
use maud::{Markup, Render, html};
use uuid::Uuid;

pub struct Queue {
    pub slug: Slug,
    pub csrf: String,
    pub moment: Moment,
    pub waiting: Vec<Waiting>,
    /// Whether there are more than are shown.
    pub more: bool,
    pub answers: Answers,
    /// What is wrong with an answer; of none in particular with a nil id.
    pub problems: Vec<(Uuid, String)>,
}

impl View for Queue {
    fn title(&self) -> String {
        "Change requests".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Change requests")
            .lead(html! { "What people ask to have changed of their own records. Each field is answered by itself." });
        let all = self.problems.iter().find(|(id, _)| id.is_nil());
        let body = html! {
            @if let Some((_, words)) = all { (Alert::new(Tone::Bad, words).announce()) }
            @else if !self.problems.is_empty() {
                (Alert::new(Tone::Bad, "Nothing was answered yet: see what is said beside the fields.").announce())
            }
            @if self.waiting.is_empty() {
                (EmptyState::new(Icon::CircleCheck, "Nothing waits", "When somebody asks for a change of their name, address or account, it stands here.")
                    .actions(Button::link("Employees", paths::employees(&self.slug)).render()))
            } @else {
                (stack(html! {
                    @for lines in self.waiting.chunk_by(|a, b| a.line.employee == b.line.employee) { (self.person(lines)) }
                    @if self.more { p.quiet { "These have waited longest. The others come when they are answered." } }
                }))
            }
        };
        dashboard_page(&head, body)
    }
}

impl Queue {
    fn person(&self, lines: &[Waiting]) -> Markup {
        let Some(first) = lines.first() else { return html! {} };
        let (name, id) = (&first.line.name, first.line.employee);
        let form = Form::post(paths::change_requests(&self.slug), &self.csrf)
            .body(html! { ul.change-list { @for w in lines { (self.line(w)) } } })
            .actions(html! {
                (Button::submit("Save answers").primary())
                @if lines.len() > 1 {
                    (Button::submit("Approve all").attr("name", "all").attr("value", "approve").attr("aria-label", format!("Approve all of {name}")))
                }
            });
        Card::new(name, form.render())
            .note(format!(
                "{} asked for",
                if lines.len() == 1 { "1 field".to_owned() } else { format!("{} fields", lines.len()) }
            ))
            .actions(html! { a href=(paths::employee(&self.slug, id)) { "Open record" } })
            .render()
    }

    fn line(&self, w: &Waiting) -> Markup {
        let (l, id) = (&w.line, w.line.id);
        let wrong = self.problems.iter().find(|(of, _)| *of == id).map(|(_, words)| words);
        let said = self.answers.get("d", id);
        html! {
            li class={ "change-line" @if wrong.is_some() { " is-wrong" } } {
                input type="hidden" name={ "s-" (id) } value=(w.mark);
                div.change-what {
                    span.change-field { (l.label()) }
                    span.change-values {
                        span.change-old { (l.words(w.now.as_deref())) }
                        span aria-hidden="true" { "→" } span.visually-hidden { "to" }
                        span.change-new { (l.words(l.wanted.as_deref())) }
                    }
                    p.quiet { "Asked on " (self.moment.at(l.asked_at)) }
                    @if w.changed() {
                        p { (Badge::new(Tone::Warning, "Changed since")) " It was " (l.words(l.was.as_deref())) " when it was asked for." }
                    }
                    @if let Some(words) = wrong { p.field-error id={ "e-" (id) } { (Icon::AlertCircle) span { (words) } } }
                }
                fieldset.change-answer aria-describedby=[wrong.map(|_| format!("e-{id}"))] {
                    legend.visually-hidden { "Answer to " (l.label()) " of " (l.name) }
                    @for (value, label) in [("approve", "Approve"), ("reject", "Reject")] {
                        label.choice {
                            input.check type="radio" name={ "d-" (id) } value=(value) checked[said == value];
                            span.choice-text { span.choice-label { (label) } }
                        }
                    }
                    input.input.change-reason name={ "r-" (id) } value=(self.answers.get("r", id)) maxlength="500" placeholder="Why not"
                        aria-label={ "Why " (l.label()) " of " (l.name) " is rejected" };
                }
            }
        }
    }
}
