//! A dry run: what a workflow would do with a record, told without doing it.

use super::{Frame, Open, merged, record_link, step_icon, step_tone};
use crate::{
    View,
    ui::{Alert, Button, EmptyState, Field, Form, Icon, Tone},
};
use domain::{
    automation::{fields::RecordKind, steps::Action},
    paths,
};
use maud::{Markup, Render, html};
use uuid::Uuid;

/// What a step would do.
pub struct Would {
    pub depth: usize,
    pub id: String,
    pub label: &'static str,
    pub words: String,
    pub problem: Option<String>,
    /// Whether the run would fail there.
    pub fails: bool,
}

/// The dry run of a draft.
pub struct Trial {
    pub frame: Frame,
    /// Whether postings start it; then it is tried with what is typed here.
    pub posting: bool,
    pub payload: String,
    /// What was typed to find a record by.
    pub question: String,
    /// Why none was found, or what was posted cannot be read.
    pub missed: Option<String>,
    /// Records to choose from.
    pub options: Vec<String>,
    pub record: Option<(RecordKind, Uuid, String)>,
    /// Whether it would be enrolled, and each step; none where there is no record to try it on.
    pub outcome: Option<(Result<(), String>, Vec<Would>)>,
}

impl View for Trial {
    fn title(&self) -> String {
        format!("{}, dry run", self.frame.workflow.name)
    }

    fn body(&self) -> Markup {
        let main = html! {
            div.trial {
                @if self.posting { (self.post()) }
                @else if let Some(kind) = self.frame.workflow.draft.record { (self.choose(kind)) }
                @match &self.outcome {
                    Some((enrolled, steps)) => { (self.told(enrolled, steps)) (self.steps(enrolled.is_ok(), steps)) }
                    None if self.missed.is_some() => {}
                    None if self.posting => {
                        (EmptyState::new(Icon::Flask, "Nothing is posted yet", "Fill in what a form or another system would send, and try it. A dry run changes nothing."))
                    }
                    None => {
                        (EmptyState::new(Icon::Flask, "No record to try it on", "Add one, or choose another above. A dry run changes nothing."))
                    }
                }
            }
        };
        self.frame.page(Open::Trial, main, None)
    }

    fn part(&self, id: &str) -> Option<Markup> {
        (id == "trial-options").then(|| self.datalist())
    }
}

impl Trial {
    fn choose(&self, kind: RecordKind) -> Markup {
        let path = paths::workflow_trial(&self.frame.slug, self.frame.workflow.id);
        let hint = match kind {
            RecordKind::Employee => "Type a name, and choose; or type the number.",
            _ => "Type a name, and choose.",
        };
        let form = Form::get(&path).attr("class", "trial-form").body(html! {
            (Field::search("q", kind.label()).value(&self.question).error(self.missed.as_deref()).help(hint)
                .attr("list", "trial-options").attr("autocomplete", "off")
                .attr("hx-get", &path).attr("hx-trigger", "input changed delay:200ms")
                .attr("hx-target", "#trial-options").attr("hx-swap", "outerHTML"))
            (self.datalist())
            (Button::submit("Try it").icon(Icon::Flask))
        });
        html! { (form) }
    }

    fn post(&self) -> Markup {
        let form = Form::get(paths::workflow_trial(&self.frame.slug, self.frame.workflow.id))
            .attr("class", "trial-form is-posting")
            .body(html! {
                (Field::textarea("payload", "What would be posted").value(&self.payload).error(self.missed.as_deref()).rows(5)
                    .help("A line for each field, like email=ada@example.com; or JSON.")
                    .attr("maxlength", "4000").attr("spellcheck", "false").attr("autocomplete", "off"))
                (Button::submit("Try it").icon(Icon::Flask))
            });
        html! { (form) }
    }

    fn datalist(&self) -> Markup {
        html! { datalist id="trial-options" { @for option in &self.options { option value=(option) {} } } }
    }

    fn told(&self, enrolled: &Result<(), String>, steps: &[Would]) -> Markup {
        let f = &self.frame;
        let name = match &self.record {
            Some((kind, id, name)) => record_link(&f.slug, &(*kind, *id, Some(name.clone()))),
            None if self.posting && self.frame.workflow.draft.record.is_some() => {
                html! { "What is posted fits no record, and goes through without one. It" }
            }
            None => html! { "It" },
        };
        let fails = steps.iter().find(|s| s.fails);
        let alert = match enrolled {
            Ok(()) if fails.is_some() => Alert::new(Tone::Warning, "It would begin, and fail on its way").text(html! {
                (name) " would be enrolled, and the run would fail at “" (fails.map_or("", |s| s.label)) "”. Nothing was done: this is what would be."
            }),
            Ok(()) => Alert::new(Tone::Good, "It would go through").text(html! { (name) " meets what is asked. Nothing was done: this is what would be." }),
            Err(why) => Alert::new(Tone::Warning, "It would not be enrolled").text(html! {
                (name) ": " (why) @if !why.ends_with('.') { "." } " Nothing was done; the steps below are what would be, were it enrolled."
            }),
        };
        let ready = f.may_write() && f.workflow.changed && f.problems.is_empty();
        match ready {
            true => alert
                .actions(Button::link("Publish", paths::workflow_publication(&f.slug, f.workflow.id)).small().render())
                .render(),
            false => alert.render(),
        }
    }

    fn steps(&self, enrolled: bool, steps: &[Would]) -> Markup {
        let kind = self.frame.workflow.draft.record;
        html! {
            @if steps.is_empty() { p.quiet { "It has no steps yet." } }
            ol.trial-steps.is-faint[!enrolled] {
                @for step in steps {
                    @let key = Action::KINDS.iter().find(|(_, label, _)| *label == step.label).map_or("stop", |(key, ..)| *key);
                    li.trial-step class={ "is-depth-" (step.depth.min(4)) } {
                        span class={ "flow-icon " (step_tone(key)) } { (step_icon(key)) }
                        div.flow-text {
                            h3.flow-kicker { (step.label) }
                            p.flow-words { (merged(&step.words, kind)) }
                            @if let Some(problem) = &step.problem { ul.flow-problems { li { (Icon::AlertCircle) span { (problem) } } } }
                        }
                    }
                }
            }
        }
    }
}
