//! A workflow from top to bottom: what starts it, for which records, and step by step what it does.

use super::{merged, step_icon, step_path, step_tone, trigger_icon};
use crate::ui::{Attrs, Button, Icon, Menu, element, menu_button};
use domain::{
    Slug, WorkflowId,
    automation::{
        conditions::Condition,
        edit::{Place, enrolment},
        fields::RecordKind,
        steps::Step,
        words::way,
        workflows::{Definition, Problem},
    },
    paths,
};
use maud::{Markup, Render, html};

/// A definition as it reads.
pub struct Flow<'a> {
    pub slug: &'a Slug,
    pub id: WorkflowId,
    pub definition: &'a Definition,
    pub problems: &'a [Problem],
    /// The form token and the workflow's version, for those who may build.
    pub edit: Option<(&'a str, i32)>,
    /// The card that was worked on: it has the focus.
    pub at: &'a str,
}

impl Render for Flow<'_> {
    fn render(&self) -> Markup {
        let d = self.definition;
        let trigger = paths::workflow_trigger(self.slug, self.id);
        html! {
            div.flow {
                (self.card("trigger", "When", trigger_icon(d.trigger.key()), "is-start", html! {
                    p.flow-words { (d.trigger.words(d.record)) }
                    p.flow-note { (enrolment(d)) }
                }, &trigger))
                span.flow-line aria-hidden="true" {}
                (self.card("conditions", "Only if", Icon::Filter, "is-steering", conditions(&d.conditions, d.record), &paths::workflow_conditions(self.slug, self.id)))
                @if d.steps.is_empty() {
                    span.flow-line aria-hidden="true" {}
                    div.flow-nothing {
                        p { "No steps yet." }
                        (self.complaints("steps"))
                        @if self.edit.is_some() { (Button::link("Add the first step", self.add(&Place::First)).icon(Icon::Plus)) }
                    }
                } @else {
                    (self.gap(&Place::First, "Add a step at the start"))
                    (self.complaints("steps"))
                    (self.list(&d.steps))
                    p.flow-end { (Icon::CircleCheck) "End" }
                }
            }
        }
    }
}

impl Flow<'_> {
    fn list(&self, steps: &[Step]) -> Markup {
        html! {
            ol.flow-steps {
                @for (n, step) in steps.iter().enumerate() {
                    li.flow-step {
                        (self.step(step, n, steps.len()))
                        (self.ways(step))
                        @let words = format!("Add a step after {}", step.action.label());
                        (self.gap(&Place::After(step.id.clone()), &words))
                    }
                }
            }
        }
    }

    fn ways(&self, step: &Step) -> Markup {
        let ways = step.action.inside();
        html! {
            @if !ways.is_empty() {
                div.flow-ways {
                    @for (key, steps) in ways {
                        section.flow-way.is-no[matches!(key, "otherwise" | "rejected")] aria-label=(way(key)) {
                            p.flow-way-name { (way(key)) }
                            @if steps.is_empty() {
                                p.flow-way-empty {
                                    @if self.edit.is_some() {
                                        a href=(self.add(&Place::Into(step.id.clone(), key.into()))) { (Icon::Plus) "Add a step" }
                                    } @else { "Goes on" }
                                }
                            } @else {
                                (self.gap(&Place::Into(step.id.clone(), key.into()), &format!("Add a step at the start of “{}”", way(key))))
                                (self.list(steps))
                            }
                        }
                    }
                }
            }
        }
    }

    fn add(&self, place: &Place) -> String {
        format!("{}?place={}", paths::workflow_step_new(self.slug, self.id), crate::encode(&place.to_string()))
    }

    /// The line between two cards, with the way to put something there.
    fn gap(&self, place: &Place, words: &str) -> Markup {
        html! {
            span.flow-line {
                @if self.edit.is_some() {
                    a.flow-add href=(self.add(place)) aria-label=(words) title=(words) { (Icon::Plus) }
                }
            }
        }
    }

    fn card(&self, place: &str, kicker: &str, icon: Icon, tone: &str, body: Markup, href: &str) -> Markup {
        let wrong = self.problems.iter().any(|p| p.place == place);
        html! {
            article.flow-card.is-wrong[wrong] id={ "card-" (place) } {
                span class={ "flow-icon " (tone) } { (icon) }
                div.flow-text {
                    h3.flow-kicker { (kicker) }
                    (body)
                    (self.complaints(place))
                }
                @if self.edit.is_some() { div.flow-actions { (self.edit_link(place, kicker, href)) } }
            }
        }
    }

    /// With the focus where work was done last.
    fn edit_link(&self, place: &str, what: &str, href: &str) -> Markup {
        let attrs = Attrs::new()
            .set("class", "button button-ghost button-sm")
            .set("href", href)
            .set("aria-label", format!("Edit “{what}”"))
            .flag("data-focus", self.at == place);
        element("a", &attrs, html! { (Icon::Pencil) span.button-label { "Edit" } })
    }

    fn step(&self, step: &Step, n: usize, of: usize) -> Markup {
        let key = step.action.key();
        let (label, kind) = (step.action.label(), self.definition.record);
        let words = step.action.words(kind);
        let wrong = self.problems.iter().any(|p| p.place == step.id);
        html! {
            article.flow-card.is-wrong[wrong] id={ "card-" (step.id) } {
                span class={ "flow-icon " (step_tone(key)) } { (step_icon(key)) }
                div.flow-text {
                    h3.flow-kicker { (label) }
                    @for (n, line) in words.iter().enumerate() {
                        p class=(if n == 0 || matches!(key, "update" | "create_record") { "flow-words" } else { "flow-note" }) { (merged(line, kind)) }
                    }
                    (self.complaints(&step.id))
                }
                @if let Some((csrf, version)) = self.edit {
                    div.flow-actions {
                        (self.edit_link(&step.id, label, &step_path(self.slug, self.id, &step.id)))
                        (self.menu(step, csrf, version, n, of))
                    }
                }
            }
        }
    }

    fn menu(&self, step: &Step, csrf: &str, version: i32, n: usize, of: usize) -> Markup {
        let id = crate::encode(&step.id);
        let fields = |more: &[(&str, &str)]| {
            let mut all = vec![("version".to_owned(), version.to_string())];
            all.extend(more.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
            all
        };
        let (slug, workflow) = (self.slug, self.id);
        let shift = paths::workflow_step_move(slug, workflow, &id);
        let mut menu = Menu::new(format!("menu-{}", step.id)).end();
        if n > 0 {
            menu = menu.post(Some(Icon::ArrowUp), "Move up", &shift, csrf, fields(&[("to", "up")]));
        }
        if n + 1 < of {
            menu = menu.post(Some(Icon::ArrowDown), "Move down", &shift, csrf, fields(&[("to", "down")]));
        }
        menu = menu
            .post(Some(Icon::Copy), "Duplicate", paths::workflow_step_copy(slug, workflow, &id), csrf, fields(&[]))
            .line()
            .danger(Some(Icon::Trash), "Remove", paths::workflow_step_removal(slug, workflow, &id), csrf, fields(&[]));
        let label = format!("More for “{}”", step.action.label());
        menu_button(Button::new(label).icon_only(Icon::Dots).ghost().small(), menu)
    }

    /// What stands against publishing, beside the card that it is about.
    fn complaints(&self, place: &str) -> Markup {
        let problems: Vec<_> = self.problems.iter().filter(|p| p.place == place).collect();
        html! {
            @if !problems.is_empty() {
                ul.flow-problems { @for p in problems { li { (Icon::AlertCircle) span { (p.message) } } } }
            }
        }
    }
}

/// Conditions as nested lists, each question a line.
pub fn conditions(condition: &Condition, kind: Option<RecordKind>) -> Markup {
    fn group(condition: &Condition, kind: Option<RecordKind>) -> Markup {
        let (any, parts) = match condition {
            Condition::Test(test) => return html! { (test.words(kind)) },
            Condition::All { all } => (false, all),
            Condition::Any { any } => (true, any),
        };
        html! {
            @if parts.len() > 1 { p.flow-join { @if any { "Any of" } @else { "All of" } } }
            ul.flow-tests { @for part in parts.iter().filter(|p| !p.is_empty()) { li { (group(part, kind)) } } }
        }
    }
    if condition.is_empty() {
        return html! { p.flow-words.quiet { "Every record is taken" } };
    }
    group(condition, kind)
}
