//! Runs of a workflow, why records were not enrolled, and one run step by step.

use super::{
    Frame, Open, record_link, run_state, step_icon, step_tone,
    values::{self, Values},
};
use crate::{
    Moment, View,
    activity::Changed,
    ui::{
        Alert, Badge, Button, Card, Column, Confirm, EmptyState, Facts, Icon, PageHead, RecordPage, Row, Table, Tone,
        dash, stack,
    },
};
use domain::{
    Slug,
    access::{AutomationRun, Permission, Rights, SettingsWrite},
    automation::{
        fields::RecordKind,
        runs::{Question, Run, RunState, Skip, State, StepLog},
        steps::{Step, find, from_here, label_of},
        words::{list, way},
        workflows::Definition,
    },
    paths,
};
use maud::{Markup, Render, html};
use std::collections::HashMap;
use uuid::Uuid;

/// A record as the reader may know it: without a name, they may not see it.
pub type Known = Option<(RecordKind, Uuid, Option<String>)>;

/// The tab of runs.
pub struct Runs {
    pub frame: Frame,
    /// What is closed to the reader is taken out of them.
    pub runs: Vec<(Run, Known)>,
    pub only: Option<RunState>,
    /// The address of older ones.
    pub older: Option<String>,
    /// Whether these are older ones already.
    pub deeper: bool,
}

impl View for Runs {
    fn title(&self) -> String {
        format!("{}, runs", self.frame.workflow.name)
    }

    fn body(&self) -> Markup {
        let f = &self.frame;
        let path = paths::workflow_runs(&f.slug, f.workflow.id);
        let states = [
            None,
            Some(RunState::Running),
            Some(RunState::Waiting),
            Some(RunState::Asking),
            Some(RunState::Failed),
            Some(RunState::Done),
        ];
        let main = html! {
            div.run-list {
                nav.run-filter aria-label="State" {
                    @for state in states {
                        @let (label, query) = state.map_or(("All", String::new()), |s| (s.label(), format!("?state={}", s.key())));
                        a href={ (path) (query) } aria-current=[(self.only == state).then_some("page")] { (label) }
                    }
                }
                @if self.runs.is_empty() {
                    @if self.only.is_some() || self.deeper {
                        (EmptyState::new(Icon::History, "None of these", "No run is in this state.").actions(Button::link("Show all", &path).render()))
                    } @else {
                        (EmptyState::new(Icon::History, "No runs yet", "Each record’s way through this workflow is kept here for 90 days, step by step."))
                    }
                } @else {
                    (Card::bare(self.table()).flush())
                    @if self.older.is_some() || self.deeper {
                        nav.run-pages aria-label="Pages" {
                            @if self.deeper { (Button::link("Newest", &path).small()) }
                            @if let Some(older) = &self.older { (Button::link("Older", older).small().icon_after(Icon::ChevronRight)) }
                        }
                    }
                }
            }
        };
        f.page(Open::Runs, main, None)
    }
}

impl Runs {
    fn table(&self) -> Markup {
        let f = &self.frame;
        let columns = vec![
            Column::new("Record"),
            Column::new("State").stays(),
            Column::new("At").minor(),
            Column::new("Started").numeric(),
            Column::new("Took").numeric().minor(),
        ];
        let row = |(run, record): &(Run, Known)| {
            let name = match record {
                Some((_, _, Some(name))) => name.clone(),
                Some((kind, _, None)) => format!("{} you may not see", super::article(*kind)),
                None => "Without a record".into(),
            };
            let link = html! { a href=(paths::automation_run(&f.slug, run.id)) { (name) } };
            let at = match (&run.step, &run.error) {
                (_, Some(error)) => {
                    html! { span.table-words.is-bad[run.state == RunState::Failed] { (error) } }
                }
                (Some(step), _) if run.state.open() => html! { (step_name(&f.workflow.draft, step)) },
                _ => dash(),
            };
            let took =
                run.ended_at.map_or_else(dash, |end| html! { (span_words((end - run.started_at).num_seconds())) });
            let started = f.moment.ago(run.started_at).render();
            Row::new(run.id.to_string(), &name, vec![link, run_state(run.state).render(), at, started.clone(), took])
                .brief([started])
        };
        Table::new("Runs", columns, self.runs.iter().map(row).collect()).render()
    }
}

fn step_name(d: &Definition, id: &str) -> String {
    find(&d.steps, id).map_or_else(|| id.to_owned(), |s| s.action.label().to_owned())
}

/// How long something took.
fn span_words(seconds: i64) -> String {
    match seconds {
        ..1 => "under 1 s".into(),
        1..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// The tab of records that were not enrolled.
pub struct Skips {
    pub frame: Frame,
    /// With the record as the reader may know it; none where it is no record. A reason that is closed says so itself.
    pub skips: Vec<(Skip, Known)>,
    /// Whether all reasons are open.
    pub open: bool,
}

impl View for Skips {
    fn title(&self) -> String {
        format!("{}, not enrolled", self.frame.workflow.name)
    }

    fn body(&self) -> Markup {
        let f = &self.frame;
        let still = match f.workflow.state {
            State::Active => None,
            State::Draft => Some("Before it is published nothing is weighed: nobody is enrolled, and nobody left out."),
            State::Paused => Some(
                "While it is paused nothing is weighed: nobody is enrolled, and nobody left out. What happens meanwhile starts nothing later either.",
            ),
        };
        let main = html! {
            @if self.skips.is_empty() {
                @match still {
                    Some(why) => { (EmptyState::new(Icon::Filter, "Nothing is weighed", why)) }
                    None => { (EmptyState::new(Icon::Filter, "Nobody was left out", "When something happens to a record and it is not enrolled all the same, the reason stands here for 90 days.")) }
                }
            } @else {
                @let columns = vec![Column::new("Record"), Column::new("Why"), Column::new("Times").numeric(), Column::new("Last").numeric().stays()];
                @if let Some(why) = still { (Alert::new(Tone::Info, why)) }
                @if !self.open { (closed()) }
                (Card::bare(Table::new("Not enrolled", columns, self.skips.iter().map(|s| self.row(s)).collect()).render()).flush())
            }
        };
        f.page(Open::Skips, main, None)
    }
}

impl Skips {
    fn row(&self, (skip, known): &(Skip, Known)) -> Row {
        let f = &self.frame;
        let (label, record) = match known {
            Some(record) => (record.2.clone().unwrap_or_default(), record_link(&f.slug, record)),
            None => {
                let words = match () {
                    () if skip.payload.is_some() || skip.record_id.is_nil() => "What was posted",
                    () if skip.record_name.is_empty() => "A change",
                    // Of a reason of before nobody knows what its record is.
                    () => "A record you may not see",
                };
                (words.to_owned(), html! { span.quiet { (words) } })
            }
        };
        let why = html! {
            span.table-words.is-long { (skip.reason) }
            @if let Some(payload) = &skip.payload {
                details.run-values { summary { "What was posted" } (values::posted(payload)) }
            }
        };
        Row::new(
            skip.record_id.to_string(),
            label,
            vec![record, why.clone(), html! { (skip.times) }, f.moment.ago(skip.at).render()],
        )
        .brief([why])
    }
}

/// Why values are not shown.
fn closed() -> Alert {
    Alert::new(Tone::Info, "What was read and written is not shown").text(html! {
        "It may hold fields that your role does not open of everybody. Whoever published the workflow sees it."
    })
}

/// One run.
pub struct Show {
    pub slug: Slug,
    pub csrf: String,
    pub rights: Rights,
    pub moment: Moment,
    pub run: Run,
    pub record: Known,
    pub definition: Definition,
    pub steps: Vec<StepLog>,
    /// The change that set it off.
    pub set_off: Option<Changed>,
    /// What those are called whom steps have chosen, and what they have made.
    pub names: HashMap<Uuid, String>,
    pub questions: Vec<Question>,
    pub open: bool,
}

impl View for Show {
    fn title(&self) -> String {
        format!("Run of {}", self.run.workflow_name)
    }

    fn body(&self) -> Markup {
        let r = &self.run;
        let head = PageHead::new(match &self.record {
            Some((_, _, Some(name))) => name.clone(),
            Some((kind, _, None)) => format!("{} you may not see", super::article(*kind)),
            None => self.title(),
        });
        let head = head
            .crumb("Workflows", paths::automation(&self.slug))
            .crumb(&r.workflow_name, paths::workflow(&self.slug, r.workflow))
            .crumb("Runs", paths::workflow_runs(&self.slug, r.workflow))
            .facts(run_state(r.state).render())
            .lead(html! { "Went into “" (r.workflow_name) "” " (self.moment.ago(r.started_at)) })
            .actions(self.actions());
        let notice = html! {
            @if let Some(error) = r.error.as_ref().filter(|_| self.open) {
                @let (tone, title) = match r.state {
                    RunState::Failed => (Tone::Bad, "It failed"),
                    RunState::Cancelled => (Tone::Neutral, "It was cancelled"),
                    _ => (Tone::Info, "What it says"),
                };
                (Alert::new(tone, title).text(html! { (error) }))
            }
            @if !self.open { (closed()) }
        };
        RecordPage { head, notice: Some(notice), tabs: None, main: self.log(), side: Some(self.side()) }.render()
    }
}

impl Show {
    fn actions(&self) -> Markup {
        let cancel = Confirm {
            id: "cancel".into(),
            title: "Cancel this run?".into(),
            text: "It ends where it is. What it has done stays done, and whoever was asked is not asked any more."
                .into(),
            verb: "Cancel the run".into(),
            action: paths::run_cancellation(&self.slug, self.run.id),
            csrf: self.csrf.clone(),
            fields: vec![],
        };
        html! {
            @if self.rights.may(AutomationRun::KEY) && self.run.state.open() {
                (Button::new("Cancel the run").danger().opens_dialog("cancel"))
                (cancel)
            }
        }
    }

    fn side(&self) -> Markup {
        let r = &self.run;
        let record = self.record.as_ref().map(|record| record_link(&self.slug, record));
        let facts = Facts::new()
            .fact("Record", record.unwrap_or_else(|| html! { "None" }))
            .fact(
                "Version",
                html! { a href=(paths::workflow_version(&self.slug, r.workflow, r.number)) { (r.number) } },
            )
            .fact("Started", self.moment.at(r.started_at).render())
            .maybe("Ended", r.ended_at.map(|at| self.moment.at(at).render()));
        let facts = match r.wake_at.filter(|_| r.state.open()) {
            Some(at) => facts.fact("Goes on by", self.moment.at(at).render()),
            None => facts,
        };
        let facts = if r.depth > 0 {
            facts.fact("Started by", html! { "another workflow, " (r.depth) " deep" })
        } else {
            facts
        };
        stack(html! {
            (Card::new("Run", facts.render()))
            @if self.open && r.occasion.as_object().is_some_and(|o| !o.is_empty()) { (Card::new("What set it off", self.occasion())) }
        })
    }

    fn log(&self) -> Markup {
        let next = self.run.step.as_ref().filter(|_| self.run.state.open());
        let next = next.filter(|id| !self.steps.iter().any(|s| s.step == **id && s.round == self.run.round));
        html! {
            @if self.steps.is_empty() && next.is_none() {
                (EmptyState::new(Icon::ListCheck, "No step was taken", "The run ended before its first one."))
            }
            ol.run-steps {
                @for (n, step) in self.steps.iter().enumerate() {
                    @if n > 0 && self.steps[n - 1].round < step.round { li.run-round { "Tried again" } }
                    (self.step(step))
                }
                @if let Some(id) = next {
                    @let step = find(&self.definition.steps, id);
                    @let key = step.map_or("stop", |s| s.action.key());
                    li.run-step.is-next {
                        span class={ "flow-icon " (step_tone(key)) } { (step_icon(key)) }
                        div.flow-text { h3.flow-kicker { (label_of(key)) } p.flow-note { "Comes next" } }
                    }
                }
            }
        }
    }

    fn step(&self, log: &StepLog) -> Markup {
        let known: Option<&Step> = find(&self.definition.steps, &log.step);
        let (tone, word) = match log.state.as_str() {
            "done" => (Tone::Good, "Done"),
            "failed" => (Tone::Bad, "Failed"),
            _ => (Tone::Accent, "Waiting"),
        };
        let took = log.ended_at.map(|end| (end - log.started_at).num_seconds());
        // What went through to its end is not gone through again.
        let again = matches!(self.run.state, RunState::Failed | RunState::Stopped | RunState::Cancelled);
        let retry = known.filter(|_| self.rights.may(AutomationRun::KEY) && again);
        html! {
            li.run-step {
                span class={ "flow-icon " (step_tone(&log.kind)) } { (step_icon(&log.kind)) }
                div.flow-text {
                    div.run-step-head {
                        h3 { (label_of(&log.kind)) }
                        (Badge::new(tone, word))
                        span.quiet {
                            (self.moment.at(log.started_at))
                            @if let Some(took) = took.filter(|t| *t > 0) { " · " (span_words(took)) }
                            @if log.tries > 1 { " · " (log.tries) " tries" }
                        }
                    }
                    @if let Some(words) = known.filter(|_| self.open).and_then(|s| s.action.words(self.definition.record).into_iter().next()) {
                        p.flow-note { (super::merged(&words, self.definition.record)) }
                    }
                    (self.asked(log))
                    @if self.open {
                        @if let Some(error) = &log.error { ul.flow-problems { li { (Icon::AlertCircle) span { (error) } } } }
                        @let facts = self.values().of_step(log);
                        @if !facts.is_empty() { details.run-values { summary { "Details" } (values::list(&facts)) } }
                    }
                    @if let Some(step) = retry { (self.retry(log, step)) }
                }
            }
        }
    }

    /// The way back in, which names what is done once more before it is.
    fn retry(&self, log: &StepLog, step: &Step) -> Markup {
        let id = format!("again-{}-{}", log.round, crate::encode(&log.step));
        let label = label_of(&log.kind);
        let following = from_here(&self.definition.steps, &step.id);
        let mut done: Vec<String> = vec![];
        for s in following.iter().filter(|s| !matches!(s.action.key(), "wait" | "branch" | "stop")) {
            let words = format!("“{}”", s.action.label());
            if !done.contains(&words) {
                done.push(words);
            }
        }
        let mails = following.iter().any(|s| matches!(s.action.key(), "email" | "notify"));
        let again = if mails { " Who got a mail or a notice of it gets it again." } else { "" };
        let text = match &done[..] {
            [] => "Nothing that anybody notices follows from there.".to_owned(),
            done => format!("What was done already is done once more: {}.{again}", list(done)),
        };
        let confirm = Confirm {
            id: id.clone(),
            title: format!("Go on from “{label}”?"),
            text,
            verb: format!("Go on from “{label}”"),
            action: paths::run_retry(&self.slug, self.run.id),
            csrf: self.csrf.clone(),
            fields: vec![("step".to_owned(), log.step.clone())],
        };
        let button = Button::new("Go on from here").small().icon(Icon::Refresh).opens_dialog(&id);
        let button = if log.state == "failed" { button } else { button.ghost() };
        html! { div.run-again { (button.attr("aria-label", format!("Go on from here: {label}"))) (confirm) } }
    }

    fn values(&self) -> Values<'_> {
        Values {
            slug: &self.slug,
            moment: self.moment,
            kind: self.definition.record,
            names: &self.names,
            mail: self.rights.may(SettingsWrite::KEY),
        }
    }

    /// What set it off: the change itself where it is known.
    fn occasion(&self) -> Markup {
        html! {
            @if let Some(change) = &self.set_off {
                ul.set-off {
                    @for (label, old, new) in &change.fields {
                        li { (label) ": " (old.as_deref().unwrap_or("empty")) " → " (new.as_deref().unwrap_or("empty")) }
                    }
                }
                p.quiet { "by " (change.who) @if change.by_workflow { ", by a workflow" } ", " (self.moment.ago(change.at)) }
            } @else { (values::list(&self.values().of_occasion(&self.run.occasion))) }
        }
    }

    /// Who was asked at this step, and what they said.
    fn asked(&self, log: &StepLog) -> Markup {
        let asked: Vec<_> = self.questions.iter().filter(|q| q.step == log.step && log.kind == "approval").collect();
        html! {
            @if !asked.is_empty() {
                ul.run-asked {
                    @for q in asked {
                        li {
                            (q.member_name) ": "
                            @match q.answer.as_deref() {
                                None => { "not answered yet" }
                                Some("expired") => { "no answer in time" }
                                Some("withdrawn") => { "not asked any more" }
                                Some(answer) => {
                                    (way(answer).to_lowercase())
                                    @if let Some(at) = q.answered_at { ", " (self.moment.ago(at)) }
                                }
                            }
                            @if self.open && !q.note.is_empty() { " – “" (q.note) "”" }
                            @if !q.handed_by.is_empty() { span.quiet { " · handed over by " (q.handed_by.join(", then ")) } }
                        }
                    }
                }
            }
        }
    }
}
