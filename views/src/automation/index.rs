//! All workflows of a workspace, and what stops them all.

use super::{state, templates};
use crate::{
    Moment, View,
    ui::{Alert, Button, Column, Dialog, EmptyState, Field, Form, Icon, PageHead, Row, Tab, Table, Tabs, Tone, dash},
};
use domain::{
    Slug,
    access::{AutomationWrite, Permission, Rights},
    automation::runs::{State, Switch, Workflow},
    paths,
};
use maud::{Markup, Render, html};

pub struct Index {
    pub slug: Slug,
    pub csrf: String,
    pub rights: Rights,
    pub moment: Moment,
    pub switch: Switch,
    pub workflows: Vec<Workflow>,
    /// Only those in this state.
    pub only: Option<State>,
}

impl View for Index {
    fn title(&self) -> String {
        "Workflows".into()
    }

    fn body(&self) -> Markup {
        let may = self.rights.may(AutomationWrite::KEY);
        let new = Button::link("New workflow", paths::workflow_templates(&self.slug)).icon(Icon::Plus).key("c");
        let head = PageHead::new("Workflows")
            .lead(html! { "What happens to a record can start something else: a task, a mail, a question." })
            .actions(html! {
                @if may {
                    @if self.switch.stopped.is_none() && self.workflows.iter().any(|w| w.state == State::Active) {
                        (Button::new("Stop all automation").ghost().icon(Icon::HandStop).opens_dialog("stop"))
                        (self.stop())
                    }
                    @if self.workflows.is_empty() { (new) } @else { (new.primary()) }
                }
            });
        let count = |only: Option<State>| self.workflows.iter().filter(|w| only.is_none_or(|s| w.state == s)).count();
        let tab = |label: &str, only: Option<State>| {
            let query = only.map(|s| format!("?state={}", s.key())).unwrap_or_default();
            Tab::new(label, format!("{}{query}", paths::automation(&self.slug)), self.only == only).count(count(only))
        };
        let tabs = Tabs::new(
            "Workflows",
            vec![
                tab("All", None),
                tab("Active", Some(State::Active)),
                tab("Paused", Some(State::Paused)),
                tab("Drafts", Some(State::Draft)),
            ],
        );
        html! {
            div.list-page {
                (head)
                (self.stopped(may))
                @if self.workflows.is_empty() {
                    (EmptyState::new(Icon::Bolt, "Nothing happens by itself yet",
                        if may { "Begin with one of these: each works as it is, and can be changed in every part. A dry run shows what it would do before it does." }
                        else { "Whoever may build workflows has not published one." }))
                    @if may { (templates::gallery(&self.slug, &self.csrf)) }
                } @else {
                    (tabs)
                    (self.results(count(self.only)))
                }
            }
        }
    }
}

impl Index {
    fn stopped(&self, may: bool) -> Markup {
        let Some((at, by, why)) = &self.switch.stopped else { return html! {} };
        let alert = Alert::new(Tone::Bad, "All automation is stopped").text(html! {
            "By " (by) ", " (self.moment.ago(*at)) @if !why.is_empty() { ": " (why) } ". "
            "Nobody is enrolled, and what runs stays where it is."
        });
        match may {
            true => alert
                .actions(html! {
                    form method="post" action=(paths::automation_standstill_end(&self.slug)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        (Button::submit("Let it go on").icon(Icon::PlayerPlay))
                    }
                })
                .render(),
            false => alert.render(),
        }
    }

    fn stop(&self) -> Markup {
        let form = Form::post(paths::automation_standstill(&self.slug), &self.csrf)
            .attr("id", "stop-form")
            .body(html! {
                p { "Each run stays where it is, and goes on from there when you let it. What happens to records meanwhile starts nothing, then or later: it stands under “Not enrolled”." }
                (Field::text("why", "Why").help("Everybody who sees workflows reads it.").attr("maxlength", "200"))
            });
        Dialog::new("stop", "Stop all automation?", form.render())
            .actions(html! {
                form method="dialog" { (Button::submit("Cancel")) }
                (Button::submit("Stop all automation").danger().attr("form", "stop-form"))
            })
            .render()
    }

    fn results(&self, shown: usize) -> Markup {
        let columns = vec![
            Column::new("Name"),
            Column::new("Starts"),
            Column::new("State").stays(),
            Column::new("Runs, 30 days").numeric(),
            Column::new("Failed").numeric(),
            Column::new("Last run").minor(),
            Column::new("Published by").minor(),
        ];
        let rows = self.workflows.iter().filter(|w| self.only.is_none_or(|s| w.state == s)).map(|w| self.row(w));
        html! {
            div.list-results id="workflows" {
                @if shown == 0 {
                    (EmptyState::new(Icon::Bolt, "None of these", "No workflow is in this state.")
                        .actions(Button::link("Show all", paths::automation(&self.slug)).render()))
                } @else {
                    (Table::new("Workflows", columns, rows.collect()))
                }
            }
        }
    }

    fn row(&self, w: &Workflow) -> Row {
        let name = html! { a href=(paths::workflow(&self.slug, w.id)) { (w.name) } };
        let starts = html! { span.table-words { (w.draft.trigger.words(w.draft.record)) } };
        let mark = html! {
            (state(w.state))
            @if w.changed && w.published.is_some() { " " span.quiet title="The draft differs from what is published" { "edited" } }
        };
        let runs = html! { @if w.numbers.runs >= 1000 { "1,000+" } @else { (w.numbers.runs) } };
        let failed = match w.numbers.failure_rate() {
            None => dash(),
            Some(0) => html! { "0 %" },
            Some(rate) => html! { span.is-bad[rate >= 10] { (rate) " %" } },
        };
        let last = w.numbers.last_at.map_or_else(dash, |at| self.moment.ago(at).render());
        let by = w.publisher.as_ref().map_or_else(dash, |(_, name)| html! { (name) });
        let brief = [html! { (w.draft.trigger.words(w.draft.record)) }];
        Row::new(w.id.to_string(), &w.name, vec![name, starts, mark, runs, failed, last, by]).brief(brief)
    }
}
