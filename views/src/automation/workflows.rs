//! One workflow: how it reads, its versions, and what publishing it means.

use super::{Frame, Open, flow::Flow, merged};
use crate::{
    View,
    form::errors,
    ui::{
        Alert, Badge, Button, Card, Column, Conflict, EmptyState, Facts, Field, Form, Icon, PageHead, Row, Table, Tone,
        form_page, stack,
    },
};
use chrono::{DateTime, Utc};
use domain::{
    Errors, Slug,
    automation::{
        edit::Difference,
        runs::{State, Workflow},
        steps::find,
        workflows::{Definition, Problem, Trigger},
    },
    paths,
};
use maud::{Markup, Render, html};

/// The overview.
pub struct Show {
    pub frame: Frame,
    /// The card that was worked on last.
    pub at: String,
    /// None: it is not for the reader.
    pub hook: Option<String>,
}

impl View for Show {
    fn title(&self) -> String {
        self.frame.workflow.name.clone()
    }

    fn body(&self) -> Markup {
        let (f, w) = (&self.frame, &self.frame.workflow);
        let flow = Flow {
            slug: &f.slug,
            id: w.id,
            definition: &w.draft,
            problems: &f.problems,
            edit: f.may_write().then_some((f.csrf.as_str(), w.version)),
            at: &self.at,
        };
        f.page(Open::Overview, flow.render(), Some(self.side()))
    }
}

impl Show {
    fn side(&self) -> Markup {
        let (f, w) = (&self.frame, &self.frame.workflow);
        let runs = if w.numbers.runs >= 1000 { "1,000+".to_owned() } else { w.numbers.runs.to_string() };
        let failed = w.numbers.failure_rate().map(|rate| html! { (rate) " % of those that ended" });
        let numbers = Facts::new()
            .fact("Runs", html! { a href=(paths::workflow_runs(&f.slug, w.id)) { (runs) " in all" } })
            .fact("Under way", html! { (w.numbers.open) })
            .fact("Failed", failed.unwrap_or_else(|| html! { "None has ended" }))
            .fact("Last", w.numbers.last_at.map_or_else(|| html! { "Never" }, |at| f.moment.ago(at).render()));
        let whose = match (&w.publisher, w.published) {
            (Some((_, name)), Some(number)) => Facts::new()
                .fact(
                    "What runs",
                    html! { a href=(paths::workflow_version(&f.slug, w.id, number)) { "Version " (number) } },
                )
                .fact("In the name of", html! { (name) })
                .render(),
            _ => html! { p.quiet { "Not published yet: nothing runs." } },
        };
        stack(html! {
            @if !f.problems.is_empty() { (problems_card(&w.draft, &f.problems)) }
            (Card::new("Last 30 days", numbers.render()))
            (Card::new("Published", whose))
            @if let Some(hook) = self.hook.as_ref().filter(|_| matches!(w.draft.trigger, Trigger::Webhook { .. })) {
                (Card::new("Its address", html! {
                    div.hook-address {
                        code id="hook-address" { (hook) }
                        (Button::new("Copy").small().attr("data-copy", "#hook-address").attr("hidden", "hidden"))
                    }
                }))
            }
        })
    }
}

/// What stands against publishing, each with the way to its card.
fn problems_card(d: &Definition, problems: &[Problem]) -> Markup {
    let n = problems.len();
    let title = if n == 1 { "One thing to mend".to_owned() } else { format!("{n} things to mend") };
    Card::new(title, html! {
        ul.problem-list {
            @for p in problems {
                li { a href={ "#card-" (if p.place == "steps" { "trigger" } else { &p.place }) } { (place_name(d, &p.place)) } ": " (p.message) }
            }
        }
    })
    .note("before it can be published")
    .render()
}

/// What a place in a definition is called.
pub fn place_name(d: &Definition, place: &str) -> String {
    match place {
        "trigger" => "Trigger".into(),
        "conditions" => "Conditions".into(),
        "steps" => "Steps".into(),
        id => find(&d.steps, id).map_or_else(|| id.to_owned(), |s| s.action.label().to_owned()),
    }
}

/// Which versions there were: number, who published it, when.
pub struct Versions {
    pub frame: Frame,
    pub versions: Vec<(i32, String, DateTime<Utc>)>,
    /// One of them, to be read.
    pub shown: Option<(i32, Definition)>,
}

impl View for Versions {
    fn title(&self) -> String {
        match &self.shown {
            Some((number, _)) => format!("{}, version {number}", self.frame.workflow.name),
            None => format!("{}, versions", self.frame.workflow.name),
        }
    }

    fn body(&self) -> Markup {
        let main = match &self.shown {
            Some((number, definition)) => self.one(*number, definition),
            None => self.all(),
        };
        self.frame.page(Open::Versions, main, None)
    }
}

impl Versions {
    fn all(&self) -> Markup {
        let (f, w) = (&self.frame, &self.frame.workflow);
        if self.versions.is_empty() {
            return EmptyState::new(Icon::History, "Not published yet", "Each time it is published, what it said then is kept here. A run ends on the version that it began with.").render();
        }
        let row = |(number, by, at): &(i32, String, DateTime<Utc>)| {
            let link = html! { a href=(paths::workflow_version(&f.slug, w.id, number)) { "Version " (number) } };
            let runs = (w.published == Some(*number)).then(|| Badge::new(Tone::Good, "What runs").render());
            Row::new(
                number.to_string(),
                format!("Version {number}"),
                vec![
                    link,
                    html! { @if let Some(badge) = runs { (badge) } },
                    html! { (by) },
                    f.moment.ago(*at).render(),
                ],
            )
        };
        let columns = vec![
            Column::new("Version"),
            Column::new("State").stays(),
            Column::new("Published by").stays(),
            Column::new("When"),
        ];
        Card::bare(Table::new("Versions", columns, self.versions.iter().map(row).collect()).render()).flush().render()
    }

    fn one(&self, number: i32, definition: &Definition) -> Markup {
        let (f, w) = (&self.frame, &self.frame.workflow);
        let flow = Flow { slug: &f.slug, id: w.id, definition, problems: &[], edit: None, at: "" };
        let when = self.versions.iter().find(|(n, ..)| *n == number);
        html! {
            p.version-head {
                a href=(paths::workflow_versions(&f.slug, w.id)) { (Icon::ChevronLeft) "All versions" }
                strong { "Version " (number) }
                @if let Some((_, by, at)) = when { span.quiet { "published by " (by) ", " (f.moment.ago(*at)) } }
                @if w.published == Some(number) { (Badge::new(Tone::Good, "What runs")) }
            }
            (flow)
        }
    }
}

/// What publishing means, before it is done.
pub struct Publish {
    pub slug: Slug,
    pub csrf: String,
    pub workflow: Workflow,
    pub version: i32,
    pub was: String,
    /// In whose name it will run.
    pub name: String,
    pub problems: Vec<Problem>,
    /// Against the published version; none for the first.
    pub differences: Option<Vec<Difference>>,
    pub errors: Errors,
    pub conflict: Option<Conflict>,
}

impl View for Publish {
    fn title(&self) -> String {
        format!("Publish {}", self.workflow.name)
    }

    fn body(&self) -> Markup {
        let (w, d) = (&self.workflow, &self.workflow.draft);
        let back = paths::workflow(&self.slug, w.id);
        let head = PageHead::new(self.title())
            .crumb("Workflows", paths::automation(&self.slug))
            .crumb(&w.name, &back)
            .lead(html! { "From then on it runs by itself." });
        let ready = self.problems.is_empty();
        let form = Form::post(paths::workflow_publication(&self.slug, w.id), &self.csrf)
            .version(self.version)
            .hidden("_was", &self.was)
            .problem(self.errors.of("").filter(|_| ready))
            .conflict(self.conflict.clone())
            .body(html! {
                @if !ready {
                    (Alert::new(Tone::Bad, "It cannot be published yet").text(html! {
                        ul.problem-list { @for p in &self.problems { li { a href={ (back) "#card-" (p.place) } { (place_name(d, &p.place)) } ": " (p.message) } } }
                    }))
                }
                (Card::bare(html! {
                    ul.publish-facts {
                        li { (Icon::UserCheck) span { "It runs in the name of " strong { (self.name) } ", with your rights and never more: what you may not see or change, it does not." } }
                        li { (Icon::Bolt) span { (d.trigger.words(d.record)) "." @if d.conditions.is_empty() {} @else { " Only if " (merged(&domain::automation::words::condition(&d.conditions, d.record), d.record)) "." } } }
                        li { (Icon::History) span { "Only what happens from now on counts. What runs already ends on the version that it began with." } }
                        @if w.state == State::Paused { li { (Icon::PlayerPlay) span { "It is paused, and goes on with this." } } }
                    }
                }))
                @if let Some(differences) = &self.differences {
                    (Card::new("What changes", html! {
                        @if differences.is_empty() { p.quiet { "Nothing: the draft says what runs already." } }
                        ul.difference-list {
                            @for d in differences { li { (Badge::new(tone(d.what), d.what).plain()) span { (merged(&d.words, self.workflow.draft.record)) } } }
                        }
                    }))
                }
            })
            .actions(html! {
                @if ready { (Button::submit("Publish").primary().icon(Icon::Send)) }
                (Button::link("Dry run first", paths::workflow_trial(&self.slug, w.id)).icon(Icon::Flask))
                (Button::link("Cancel", back.clone()).ghost())
            });
        form_page(&head, form.render())
    }
}

fn tone(what: &str) -> Tone {
    match what {
        "Added" => Tone::Good,
        "Removed" => Tone::Bad,
        _ => Tone::Info,
    }
}

/// Its name, and what it is for.
pub struct Name {
    pub slug: Slug,
    pub csrf: String,
    pub workflow: Workflow,
    pub version: i32,
    pub was: String,
    pub name: String,
    pub about: String,
    pub errors: Errors,
    pub conflict: Option<Conflict>,
}

impl View for Name {
    fn title(&self) -> String {
        format!("Rename {}", self.workflow.name)
    }

    fn body(&self) -> Markup {
        let back = paths::workflow(&self.slug, self.workflow.id);
        let head = PageHead::new("Name and purpose")
            .crumb("Workflows", paths::automation(&self.slug))
            .crumb(&self.workflow.name, &back);
        let form = Form::post(paths::workflow_name(&self.slug, self.workflow.id), &self.csrf)
            .version(self.version)
            .hidden("_was", &self.was)
            .problem(self.errors.of(""))
            .errors(errors(&self.errors))
            .conflict(self.conflict.clone())
            .body(html! {
                (Field::text("name", "Name").value(&self.name).error(self.errors.of("name")).required().attr("maxlength", "80"))
                (Field::textarea("about", "What it is for").value(&self.about).error(self.errors.of("about")).rows(2).optional())
            })
            .actions(html! { (Button::submit("Save").primary()) (Button::link("Cancel", back.clone())) })
            .guard();
        form_page(&head, form.render())
    }
}
