//! Workflows to begin with, and beginning with none.

use super::{merged, step_icon, step_tone, trigger_icon};
use crate::{
    View,
    form::errors,
    ui::{Button, Choice, Field, Form, Icon, PageHead, Width},
};
use domain::{
    Errors, Slug,
    automation::{
        fields::RecordKind,
        steps::all,
        templates::{TEMPLATES, Template},
        words,
    },
    paths,
};
use maud::{Markup, Render, html};

/// The gallery.
pub struct Templates {
    pub slug: Slug,
    pub csrf: String,
    pub once: String,
    pub name: String,
    pub record: String,
    pub errors: Errors,
}

impl View for Templates {
    fn title(&self) -> String {
        "New workflow".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("New workflow")
            .crumb("Workflows", paths::automation(&self.slug))
            .lead(html! { "Each of these works as it is, and can be changed in every part. Nothing runs before it is published." });
        let kinds = RecordKind::ALL.into_iter().map(|k| Choice::new(k.key(), format!("{}s", k.label()))).collect();
        let blank = Form::post(paths::workflow_templates(&self.slug), &self.csrf)
            .once(&self.once)
            .problem(self.errors.of(""))
            .errors(errors(&self.errors))
            .body(html! {
                (Field::text("name", "Name").value(&self.name).error(self.errors.of("name")).required().attr("maxlength", "80"))
                (Field::select("record", "Runs on", kinds).value(&self.record).error(self.errors.of("record")).width(Width::Medium))
            })
            .actions(Button::submit("Start from scratch").icon(Icon::Plus).render());
        html! {
            div.template-page {
                (head)
                (gallery(&self.slug, &self.csrf))
                section.template-blank {
                    h2 { "From scratch" }
                    p.quiet { "An empty workflow: choose what starts it, then add steps." }
                    (blank)
                }
            }
        }
    }
}

/// All templates, by department.
pub fn gallery(slug: &Slug, csrf: &str) -> Markup {
    let mut departments: Vec<&str> = vec![];
    for template in TEMPLATES.iter().filter(|t| !t.department.is_empty()) {
        if !departments.contains(&template.department) {
            departments.push(template.department);
        }
    }
    html! {
        div.templates {
            @for department in departments {
                section {
                    h2.template-department { (department) }
                    ul.template-grid {
                        @for template in TEMPLATES.iter().filter(|t| t.department == department) { (card(slug, csrf, template)) }
                    }
                }
            }
        }
    }
}

fn card(slug: &Slug, csrf: &str, template: &Template) -> Markup {
    let d = template.definition();
    let steps = all(&d.steps);
    html! {
        li.template {
            h3 { (template.name) }
            p.template-about { (template.about) }
            p.template-line {
                span.flow-icon.is-start.is-small { (trigger_icon(d.trigger.key())) }
                span { (d.trigger.words(d.record)) }
            }
            details.template-steps {
                summary {
                    span.template-icons aria-hidden="true" {
                        @for (_, step) in steps.iter().take(5) {
                            span class={ "flow-icon is-small " (step_tone(step.action.key())) } { (step_icon(step.action.key())) }
                        }
                    }
                    span { (steps.len()) @if steps.len() == 1 { " step" } @else { " steps" } }
                }
                ol { @for (depth, step) in &steps { li class={ "is-depth-" (depth.min(&3)) } { (merged(&words::line(step, d.record), d.record)) } } }
            }
            form method="post" action=(paths::workflow_templates(slug)) {
                input type="hidden" name="_csrf" value=(csrf);
                input type="hidden" name="template" value=(template.key);
                (Button::submit("Use this").small().attr("aria-label", format!("Use this: {}", template.name)))
            }
        }
    }
}
