//! Settings of pipelines: their stages in order, what each asks for, and why deals are lost.

use crate::{
    View,
    form::errors,
    settings,
    ui::{
        Alert, Badge, Button, Card, Choice, Column, EmptyState, Field, Form, Icon, PageHead, Row, Table, Tone, dash,
        field_row, stack,
    },
};
use domain::{
    Errors, Slug,
    access::Rights,
    crm::pipelines::{Category, LossReason, Pipeline, REQUIRABLE, Stage, StageDraft, State},
    paths,
};
use maud::{Markup, Render, html};

/// All pipelines, and the reasons for a loss.
pub struct Index {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub pipelines: Vec<Pipeline>,
    pub reasons: Vec<LossReason>,
    pub name: String,
    pub reason: String,
    pub errors: Errors,
    /// The form of a reason was refused, not that of a pipeline.
    pub about_reason: bool,
}

impl View for Index {
    fn title(&self) -> String {
        "Pipelines".into()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new("Pipelines")
            .lead(html! { "The stages that deals go through, each way of selling for itself." });
        let rows = self.pipelines.iter().map(|p| {
            let stages = p.stages.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join(" → ");
            let cells = vec![
                html! { a href=(paths::pipeline_settings(&self.slug, p.id)) { (p.name) } },
                html! { span.quiet { (stages) } },
            ];
            Row::new(p.id.to_string(), &p.name, cells).brief([html! { (stages) }])
        });
        let columns = vec![Column::new("Pipeline"), Column::new("Stages").minor()];
        let error = |here: bool, field| if here { self.errors.of(field) } else { None };
        let add = Form::post(paths::pipelines(&self.slug), self.csrf.as_str()).body(html! {
            div.inline-add {
                (Field::text("name", "New pipeline").id("pipeline-name").value(&self.name).error(error(!self.about_reason, "name")).placeholder("Renewals").attr("maxlength", "60"))
                (Button::submit("Add pipeline").icon(Icon::Plus))
            }
        });
        let reasons = html! {
            @if self.reasons.is_empty() { (EmptyState::new(Icon::Flask, "No reasons yet", "Say why deals are lost, to learn from it.")) }
            ul.loss-reasons {
                @for r in &self.reasons {
                    li {
                        span { (r.name) }
                        form method="post" action=(paths::loss_reason_removal(&self.slug, r.id)) {
                            input type="hidden" name="_csrf" value=(self.csrf);
                            (Button::submit(format!("Remove {}", r.name)).ghost().small().icon_only(Icon::X))
                        }
                    }
                }
            }
            (Form::post(paths::loss_reasons(&self.slug), self.csrf.as_str()).body(html! {
                div.inline-add {
                    (Field::text("name", "New reason").id("reason-name").value(&self.reason).error(error(self.about_reason, "name")).placeholder("Too late").attr("maxlength", "60"))
                    (Button::submit("Add reason").icon(Icon::Plus))
                }
            }))
        };
        let body = stack(html! {
            (Card::new("Pipelines", html! { (Table::new("Pipelines", columns, rows.collect())) }).flush())
            (Card::bare(html! { p.quiet { "A new one begins with the stages of the first." } (add) }))
            (Card::new("Why deals are lost", reasons).note("A reason that is removed stays with the deals that have it."))
        });
        settings::page(&self.slug, &self.rights, &paths::pipelines(&self.slug), &head, body)
    }
}

/// One pipeline with its stages.
pub struct Show {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub pipeline: Pipeline,
    /// Where its deals could go.
    pub others: Vec<Pipeline>,
    /// How many deals it has, counted no further than a thousand and one.
    pub deals: i64,
    pub version: i32,
    pub name: String,
    pub draft: StageDraft,
    pub errors: Errors,
    /// The form of a new stage was refused.
    pub about_stage: bool,
}

impl View for Show {
    fn title(&self) -> String {
        self.pipeline.name.clone()
    }

    fn body(&self) -> Markup {
        let p = &self.pipeline;
        let head = PageHead::new(&p.name).crumb("Pipelines", paths::pipelines(&self.slug)).actions(
            Button::link("Open the board", format!("{}?pipeline={}", paths::pipeline(&self.slug), p.id))
                .icon(Icon::Columns3)
                .render(),
        );
        let none = Errors::default();
        let (own, of_stage) = if self.about_stage { (&none, &self.errors) } else { (&self.errors, &none) };
        let rename = Form::post(paths::pipeline_settings(&self.slug, p.id), self.csrf.as_str())
            .version(self.version)
            .body(html! {
                div.inline-add {
                    (Field::text("name", "Name").id("pipeline-name").value(&self.name).error(own.of("name")).required())
                    (Button::submit("Rename"))
                }
            });
        let add = Form::post(paths::stages(&self.slug, p.id), self.csrf.as_str())
            .errors(errors(of_stage))
            .body(stage_fields(&self.draft, of_stage))
            .actions(Button::submit("Add stage").icon(Icon::Plus).render());
        let body = stack(html! {
            @if let Some(problem) = self.errors.of("") { (Alert::new(Tone::Bad, problem).announce()) }
            (Card::bare(rename.render()))
            (Card::new("Stages", self.stages()).flush())
            (Card::new("Add a stage", add.render()))
            (Card::new("Remove this pipeline", self.removal(own)))
        });
        settings::page(&self.slug, &self.rights, &paths::pipelines(&self.slug), &head, body)
    }
}

impl Show {
    fn stages(&self) -> Markup {
        let last = self.pipeline.stages.len().saturating_sub(1);
        let rows = self.pipeline.stages.iter().enumerate().map(|(n, s)| {
            let step = |to: &'static str, label: String, icon: Icon, off: bool| {
                html! {
                    form method="post" action=(paths::stage_move(&self.slug, s.id)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        input type="hidden" name="to" value=(to);
                        (Button::submit(label).ghost().small().icon_only(icon).disabled(off))
                    }
                }
            };
            let cells = vec![
                html! { a href=(paths::stage(&self.slug, s.id)) { (s.name) } },
                kind(s.state).render(),
                html! { (s.probability) " %" },
                html! { (s.category.label()) },
                s.rotting_days.map_or_else(dash, |d| html! { (d) " days" }),
                html! { div.stage-steps {
                    (step("up", format!("Move {} up", s.name), Icon::ArrowUp, n == 0))
                    (step("down", format!("Move {} down", s.name), Icon::ArrowDown, n == last))
                } },
            ];
            Row::new(s.id.to_string(), &s.name, cells).brief([html! { (s.probability) " %" }])
        });
        let columns = vec![
            Column::new("Stage"),
            Column::new("Kind").minor(),
            Column::new("Probability").numeric().minor(),
            Column::new("Forecast").minor(),
            Column::new("Rots after").numeric().minor(),
            Column::new("Order").label_hidden().stays(),
        ];
        Table::new("Stages", columns, rows.collect()).render()
    }

    fn removal(&self, errors: &Errors) -> Markup {
        if self.others.is_empty() {
            return html! { p.quiet { "This is the only pipeline, so it stays. Change its stages instead." } };
        }
        let form = Form::post(paths::pipeline_removal(&self.slug, self.pipeline.id), self.csrf.as_str())
            .body(html! { (goes(self.deals, &self.others, (State::Open, None), errors)) })
            .actions(Button::submit("Remove pipeline").danger().icon(Icon::Trash).render());
        form.render()
    }
}

/// Where deals go when what they stand in is removed: to a stage of the same kind. Of a pipeline, what has ended goes where such
/// deals are.
fn goes(deals: i64, pipelines: &[Pipeline], (kind, without): (State, Option<&Stage>), errors: &Errors) -> Markup {
    if deals == 0 {
        return html! { p.quiet { "No deals here." } };
    }
    let several = pipelines.len() > 1;
    let choices = pipelines.iter().flat_map(|p| p.stages.iter().map(move |s| (p, s)));
    let choices = choices.filter(|(_, s)| s.state == kind && without.is_none_or(|w| w.id != s.id)).map(|(p, s)| {
        Choice::new(s.id.to_string(), if several { format!("{}: {}", p.name, s.name) } else { s.name.clone() })
    });
    let count = domain::list::Total::capped(deals);
    let words = if deals == 1 { "1 deal stands here.".to_owned() } else { format!("{count} deals stand here.") };
    html! {
        p { (words) " They move to another stage, and keep their history." @if without.is_none() { " What is won or lost stays so." } }
        (Field::select("to", "They go to", choices.collect()).empty_choice("Choose a stage").error(errors.of("to")))
    }
}

/// One stage: the form, and its removal.
pub struct Edit {
    pub slug: Slug,
    pub rights: Rights,
    pub csrf: String,
    pub pipeline: Pipeline,
    pub stage: Stage,
    pub pipelines: Vec<Pipeline>,
    pub deals: i64,
    pub version: i32,
    pub draft: StageDraft,
    pub errors: Errors,
    /// Somebody else was faster.
    pub stale: bool,
}

impl View for Edit {
    fn title(&self) -> String {
        self.stage.name.clone()
    }

    fn body(&self) -> Markup {
        let head = PageHead::new(&self.stage.name)
            .crumb("Pipelines", paths::pipelines(&self.slug))
            .crumb(&self.pipeline.name, paths::pipeline_settings(&self.slug, self.pipeline.id));
        let form = Form::post(paths::stage(&self.slug, self.stage.id), self.csrf.as_str())
            .version(self.version)
            .errors(errors(&self.errors))
            .body(stage_fields(&self.draft, &self.errors))
            .actions(html! {
                (Button::submit("Save changes").primary())
                (Button::link("Cancel", paths::pipeline_settings(&self.slug, self.pipeline.id)))
            })
            .guard();
        let removal = Form::post(paths::stage_removal(&self.slug, self.stage.id), self.csrf.as_str())
            .body(goes(self.deals, &self.pipelines, (self.stage.state, Some(&self.stage)), &self.errors))
            .actions(Button::submit("Remove stage").danger().icon(Icon::Trash).render());
        let body = stack(html! {
            @if self.stale { (Alert::new(Tone::Warning, "Somebody else has changed this stage").text(html! { "Look at it again; saving now takes your words." }).announce()) }
            @if let Some(problem) = self.errors.of("") { (Alert::new(Tone::Bad, problem).announce()) }
            (Card::bare(form.render()))
            (Card::new("Remove this stage", removal.render()))
        });
        settings::page(&self.slug, &self.rights, &paths::pipelines(&self.slug), &head, body)
    }
}

fn stage_fields(d: &StageDraft, e: &Errors) -> Markup {
    let kinds = State::ALL.into_iter().map(|s| Choice::new(s.key(), s.label())).collect();
    let kind = if d.kind.is_empty() { State::Open.key() } else { &d.kind };
    let categories = Category::SAID.into_iter().map(|c| Choice::new(c.key(), c.label())).collect();
    let category = if d.category.is_empty() { Category::Pipeline.key() } else { &d.category };
    html! {
        (field_row(html! {
            (Field::text("name", "Stage").id("stage-name").value(&d.name).error(e.of("name")).required().attr("maxlength", "60"))
            (Field::select("kind", "Kind", kinds).value(kind).error(e.of("kind")).help("Deals in a won or lost stage are closed."))
        }))
        (field_row(html! {
            (Field::number("probability", "Probability, %").value(&d.probability).error(e.of("probability")).attr("min", "0").attr("max", "100").help("Of an open stage; won is 100, lost is 0."))
            (Field::select("category", "Forecast category", categories).value(category).error(e.of("category")))
        }))
        (field_row(html! {
            (Field::number("rotting_days", "Rots after days").value(&d.rotting_days).error(e.of("rotting_days")).optional().attr("min", "1").help("A deal that stays longer is marked."))
            (Field::number("wip_limit", "Most deals").value(&d.wip_limit).error(e.of("wip_limit")).optional().attr("min", "1").help("More than so many are shown to be too many."))
        }))
        fieldset.requires {
            legend { "Asks for" }
            @for (key, label) in REQUIRABLE {
                label.choice { input.check type="checkbox" name="required" value=(key) checked[d.required.iter().any(|r| r == key)]; span.choice-text { span.choice-label { (label) } } }
            }
        }
    }
}

fn kind(state: State) -> Badge {
    match state {
        State::Open => Badge::new(Tone::Info, "Open"),
        State::Won => Badge::new(Tone::Good, "Won"),
        State::Lost => Badge::new(Tone::Bad, "Lost"),
    }
}
