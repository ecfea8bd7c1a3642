//! Automation: workflows and how they are built, their runs, and questions that wait for somebody.

pub mod approvals;
pub mod builder;
pub mod conditions;
pub mod flow;
pub mod index;
pub mod json;
pub mod manual;
pub mod runs;
pub mod steps;
pub mod templates;
pub mod thanks;
pub mod trial;
pub mod trigger;
pub mod values;
pub mod workflows;

use crate::{
    Moment,
    ui::{Alert, Badge, Button, Confirm, Icon, Menu, PageHead, RecordPage, Tab, Tabs, Tone, menu_button},
};
use domain::{
    Slug,
    access::{AutomationWrite, Permission, Rights},
    automation::{
        fields::{Holds, RecordKind},
        runs::{RunState, State, Workflow},
        workflows::Problem,
    },
    paths,
};
use maud::{Markup, Render, html};
use uuid::Uuid;

/// One of the pages of a workflow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    Overview,
    Runs,
    Skips,
    Versions,
    Json,
    Trial,
}

/// What is around each page of a workflow: its name, state, tabs and what can be done with it.
pub struct Frame {
    pub slug: Slug,
    pub csrf: String,
    pub rights: Rights,
    pub moment: Moment,
    pub workflow: Workflow,
    /// Everything that stands against publishing the draft.
    pub problems: Vec<Problem>,
    /// Why all automation is stopped, if it is.
    pub stopped: Option<String>,
}

impl Frame {
    pub fn may_write(&self) -> bool {
        self.rights.may(AutomationWrite::KEY)
    }

    pub fn page(&self, open: Open, main: Markup, side: Option<Markup>) -> Markup {
        let (slug, id) = (&self.slug, self.workflow.id);
        let tab = |label, href, tab| Tab::new(label, href, open == tab);
        let tabs = Tabs::new(
            "Workflow",
            vec![
                tab("Overview", paths::workflow(slug, id), Open::Overview),
                tab("Dry run", paths::workflow_trial(slug, id), Open::Trial),
                tab("Runs", paths::workflow_runs(slug, id), Open::Runs),
                tab("Not enrolled", paths::workflow_skips(slug, id), Open::Skips),
                tab("Versions", paths::workflow_versions(slug, id), Open::Versions),
                tab("JSON", paths::workflow_json(slug, id), Open::Json),
            ],
        );
        let head = PageHead::new(&self.workflow.name)
            .crumb("Workflows", paths::automation(slug))
            .facts(state(self.workflow.state).render())
            .lead(html! { (self.workflow.about) })
            .actions(self.actions());
        RecordPage { head, notice: Some(self.notices()), tabs: Some(tabs), main, side }.render()
    }

    fn actions(&self) -> Markup {
        let (slug, w) = (&self.slug, &self.workflow);
        if !self.may_write() {
            return html! {};
        }
        let version = || vec![("version".to_owned(), w.version.to_string())];
        let mut more = Menu::new("more").end().link(Some(Icon::Pencil), "Rename", paths::workflow_name(slug, w.id));
        more = more.post(Some(Icon::Copy), "Duplicate", paths::workflow_copy(slug, w.id), &self.csrf, version());
        if w.state == State::Active {
            more =
                more.post(Some(Icon::PlayerPause), "Pause", paths::workflow_pause(slug, w.id), &self.csrf, version());
        }
        let more = more.line().other(html! {
            button.menu-item.is-danger type="button" command="show-modal" commandfor="remove" {
                (Icon::Trash) span.menu-label { "Remove" }
            }
        });
        let remove = Confirm {
            id: "remove".into(),
            title: format!("Remove {}?", w.name),
            text: "Its versions, runs and log go with it, and what it is in the middle of ends where it is. It cannot be brought back.".into(),
            verb: "Remove workflow".into(),
            action: paths::workflow_removal(slug, w.id),
            csrf: self.csrf.clone(),
            fields: version(),
        };
        let resumes = w.state == State::Paused && !w.orphaned;
        let publish = Button::link("Publish", paths::workflow_publication(slug, w.id)).icon(Icon::Send);
        html! {
            @if w.changed || w.orphaned {
                @if resumes { (publish) } @else { (publish.primary()) }
            }
            @if resumes {
                form method="post" action=(paths::workflow_resumption(slug, w.id)) {
                    input type="hidden" name="_csrf" value=(self.csrf);
                    (Button::submit("Resume").primary().icon(Icon::PlayerPlay))
                }
            }
            (menu_button(Button::new("More").icon_only(Icon::Dots), more))
            (remove)
        }
    }

    fn notices(&self) -> Markup {
        let (slug, w) = (&self.slug, &self.workflow);
        let paused = (w.state == State::Paused).then(|| match &w.paused_because {
            _ if w.orphaned => Alert::new(Tone::Bad, "Nobody’s name to work in").text(html! {
                "Whoever published it is no member any more. Somebody has to publish it, and it works in their name from then on."
            }),
            Some(why) => Alert::new(Tone::Bad, "It has paused itself")
                .text(html! { (why) " Nobody is enrolled until it is resumed; what runs goes on." }),
            None => Alert::new(Tone::Warning, "Paused")
                .text(html! { "Nobody is enrolled until it is resumed; what runs goes on." }),
        });
        let differs = w.published.filter(|_| w.changed).map(|number| {
            let alert = Alert::new(Tone::Info, format!("The draft differs from version {number}, which is what runs"))
                .text(html! { "Nothing of it holds before it is published." });
            match self.may_write() {
                true => alert.actions(html! {
                    form method="post" action=(paths::workflow_discard(slug, w.id)) {
                        input type="hidden" name="_csrf" value=(self.csrf);
                        input type="hidden" name="version" value=(w.version);
                        (Button::submit("Discard the changes").small())
                    }
                }),
                false => alert,
            }
        });
        html! {
            @if let Some(why) = &self.stopped {
                (Alert::new(Tone::Bad, "All automation is stopped")
                    .text(html! { @if !why.is_empty() { (why) ". " } "Nothing runs until it is let go on." })
                    .actions(Button::link("See workflows", paths::automation(slug)).small().render()))
            }
            @if let Some(alert) = paused { (alert) }
            @if let Some(alert) = differs { (alert) }
        }
    }
}

/// Where a workflow stands, with its colour and word.
pub fn state(state: State) -> Badge {
    let tone = match state {
        State::Active => Tone::Good,
        State::Paused => Tone::Warning,
        State::Draft => Tone::Neutral,
    };
    Badge::new(tone, state.label())
}

/// Where a run stands.
pub fn run_state(state: RunState) -> Badge {
    let tone = match state {
        RunState::Running => Tone::Info,
        RunState::Waiting | RunState::Asking => Tone::Accent,
        RunState::Done => Tone::Good,
        RunState::Stopped | RunState::Cancelled => Tone::Neutral,
        RunState::Failed => Tone::Bad,
    };
    Badge::new(tone, state.label())
}

/// The page of a record.
pub fn record_path(slug: &Slug, kind: RecordKind, id: Uuid) -> String {
    match kind {
        RecordKind::Employee => paths::employee(slug, id),
        RecordKind::Customer => paths::customer(slug, id),
        RecordKind::Contact => paths::contact(slug, id),
        RecordKind::Lead => paths::lead(slug, id),
        RecordKind::Deal => paths::deal(slug, id),
        RecordKind::Ticket => paths::ticket(slug, id),
        RecordKind::Task => paths::task(slug, id),
    }
}

/// A record by its name; one that the reader may not see by its kind.
pub fn record_link(slug: &Slug, record: &(RecordKind, Uuid, Option<String>)) -> Markup {
    let (kind, id, name) = record;
    let words = name.clone().unwrap_or_else(|| format!("{} you may not see", article(*kind)));
    html! {
        @match name.as_ref().map(|_| record_path(slug, *kind, *id)) {
            Some(href) => { a href=(href) { (words) } }
            None => { span.quiet[name.is_none()] { (words) } }
        }
    }
}

/// `An employee`.
pub fn article(kind: RecordKind) -> String {
    let noun = kind.label().to_lowercase();
    format!("{} {noun}", if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "An" } else { "A" })
}

/// Words with their places for fields as what the fields are called.
pub fn merged(words: &str, kind: Option<RecordKind>) -> Markup {
    let mut parts: Vec<Markup> = vec![];
    let mut rest = words;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((place, after)) = after.split_once("}}") else { break };
        let (field, instead) = domain::automation::merge::split(place);
        let place = place.trim();
        let label = kind.and_then(|k| k.field(field)).map_or(field, |f| f.label);
        parts.push(html! {
            (before)
            span.merge title={ "{{" (place) "}}" } { (label) @if !instead.is_empty() { " or “" (instead) "”" } }
        });
        rest = after;
    }
    html! { @for part in &parts { (part) } (rest) }
}

/// The icon of what starts a workflow.
pub fn trigger_icon(key: &str) -> Icon {
    match key {
        "created" => Icon::CirclePlus,
        "updated" => Icon::Pencil,
        "date" => Icon::CalendarEvent,
        "schedule" => Icon::Clock,
        "webhook" => Icon::Webhook,
        _ => Icon::Click,
    }
}

/// The icon of a kind of step.
pub fn step_icon(key: &str) -> Icon {
    match key {
        "email" => Icon::Mail,
        "notify" => Icon::Bell,
        "create_task" => Icon::Checkbox,
        "update" => Icon::Pencil,
        "assign" => Icon::UserShare,
        "tag" => Icon::Tag,
        "note" => Icon::Note,
        "create_record" => Icon::CirclePlus,
        "wait" => Icon::Clock,
        "branch" => Icon::GitBranch,
        "approval" => Icon::ThumbUp,
        "webhook" => Icon::Webhook,
        _ => Icon::PlayerStop,
    }
}

/// Which of four families a kind of step is of, for the colour of its icon.
pub fn step_tone(key: &str) -> &'static str {
    match key {
        "email" | "notify" => "is-telling",
        "wait" | "branch" | "stop" => "is-steering",
        "approval" => "is-asking",
        _ => "is-doing",
    }
}

/// Fields that a text may have places for: key and label.
pub fn merge_fields(kind: Option<RecordKind>) -> Vec<(&'static str, &'static str)> {
    kind.map(|k| k.fields().iter().map(|f| (f.key, f.label)).collect()).unwrap_or_default()
}

/// How a field is typed into.
pub fn holds_words(holds: Holds) -> &'static str {
    match holds {
        Holds::Text => "text",
        Holds::Number => "number",
        Holds::Day => "date",
        Holds::Money => "amount",
        Holds::Choice(_) => "choice",
        Holds::List => "list",
    }
}

/// Address of a step's page; its id may have been typed into JSON.
pub fn step_path(slug: &Slug, id: domain::WorkflowId, step: &str) -> String {
    paths::workflow_step(slug, id, crate::encode(step))
}
