//! The timeline of a record, from the audit trail.

use crate::{
    Moment, activities,
    crm::{self, timeline::Along},
    hr,
    hr::timeline::Beside,
    inbound, notes,
    ui::{Badge, Change, EmptyState, Entry, Icon, Timeline, Tone},
};
use chrono::{DateTime, Utc};
use domain::{
    NoteId, Slug,
    activities::{Activity, Direction, Kind, State},
    inbound::Mailed,
    notes::Piece,
};
use maud::{Markup, Render, html};

/// One entry of a timeline.
#[derive(Clone, Debug)]
pub enum Happened {
    Changed(Changed),
    Noted(Noted),
    /// A call or a meeting that was, or was called off.
    Held(Box<Held>),
    /// Mail, and the workspace whose pages show it.
    Mailed(Box<(Slug, Mailed)>),
    /// What stands beside the record of an employee.
    Beside(Box<Beside>),
    /// What stands beside the record of a customer or a contact.
    Along(Box<Along>),
}

impl Happened {
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Changed(changed) => changed.at,
            Self::Noted(noted) => noted.at,
            Self::Held(held) => held.activity.starts_at,
            Self::Mailed(mailed) => mailed.1.at,
            Self::Beside(beside) => beside.told.at,
            Self::Along(along) => along.told.at,
        }
    }
}

/// What somebody wrote beside the record.
#[derive(Clone, Debug)]
pub struct Noted {
    pub id: NoteId,
    pub at: DateTime<Utc>,
    pub who: String,
    pub pieces: Vec<Piece>,
    pub private: bool,
    /// The workflow that wrote it in their name, as far as it is known, and where its run is told to the reader.
    pub by_workflow: Option<(Option<String>, Option<String>)>,
    pub edited: bool,
    /// Where the reader can change it, and delete it.
    pub edit: Option<String>,
    pub remove: Option<String>,
    pub csrf: String,
}

/// A call or a meeting beside the record.
#[derive(Clone, Debug)]
pub struct Held {
    pub activity: Activity,
    pub href: String,
}

/// One change of one record, in plain values.
#[derive(Clone, Debug)]
pub struct Changed {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub who: String,
    pub did: Did,
    /// Whether an import did it, or its undo.
    pub by_import: bool,
    /// Whether a workflow did it, in that person's name.
    pub by_workflow: bool,
    /// Label, old, new.
    pub fields: Vec<(String, Option<String>, Option<String>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    Add,
    Change,
    Archive,
    Restore,
    /// A task was done, or is to be done after all.
    Finish,
    Reopen,
}

/// Which tab of the record is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    Overview,
    Timeline,
    /// One of the noun's own, by its key.
    Own(&'static str),
}

/// The element that holds it, for htmx.
pub const PART: &str = "timeline";

/// `noun`: "employee". `older`: the address of what came before.
pub fn timeline(happened: &[Happened], noun: &str, moment: Moment, older: Option<String>) -> Markup {
    let entries = happened.iter().map(|h| {
        let c = match h {
            Happened::Changed(changed) => changed,
            Happened::Noted(noted) => return note(noted, moment),
            Happened::Held(held) => return call_or_meeting(held, moment),
            Happened::Mailed(mailed) => return inbound::entry(&mailed.0, &mailed.1, moment),
            Happened::Beside(beside) => return hr::timeline::entry(beside, moment),
            Happened::Along(along) => return crm::timeline::entry(along, moment),
        };
        let what = match (c.did, c.by_import) {
            (Did::Add, true) => html! { "imported this " (noun) },
            (Did::Add, false) => html! { "added this " (noun) },
            (Did::Archive, _) => html! { "archived this " (noun) },
            (Did::Restore, _) => html! { "restored this " (noun) },
            (Did::Finish, _) => html! { "marked this " (noun) " done" },
            (Did::Reopen, _) => html! { "opened this " (noun) " again" },
            (Did::Change, true) => html! { "changed " (number(c.fields.len())) " by an import" },
            (Did::Change, false) => html! { "changed " (number(c.fields.len())) },
        };
        let what = html! { (what) @if c.by_workflow { " by a workflow" } };
        let entry = Entry::new(&c.who, what, moment.ago(c.at));
        let entry = if c.by_import { entry.icon(Icon::Upload) } else { entry };
        let entry = if c.by_workflow { entry.icon(Icon::Bolt) } else { entry };
        match c.did {
            Did::Change => {
                entry.changes(c.fields.iter().map(|(f, old, new)| Change::new(f, old.clone(), new.clone())).collect())
            }
            _ => entry,
        }
    });
    let entries: Vec<_> = entries.collect();
    html! {
        div id=(PART) {
            @if entries.is_empty() { (EmptyState::new(Icon::History, "No changes yet", "What happens to this record shows here.")) }
            @else { (Timeline::new(entries).older(older).render()) }
        }
    }
}

fn note(noted: &Noted, moment: Moment) -> Entry {
    let what = html! {
        @match &noted.by_workflow {
            None => { "wrote" }
            Some((None, _)) => { "had a workflow write" }
            Some((Some(name), None)) => { "had this written by the workflow “" (name) "”" }
            Some((Some(name), Some(run))) => { "had this written by the workflow " a href=(run) { (name) } }
        }
        @if noted.private { " " (Badge::new(Tone::Warning, "Private").icon(Icon::EyeOff)) }
    };
    let entry = Entry::new(&noted.who, what, moment.ago(noted.at)).written(notes::pieces(&noted.pieces));
    let entry = if noted.by_workflow.is_some() { entry.icon(Icon::Bolt) } else { entry };
    if !noted.edited && noted.edit.is_none() && noted.remove.is_none() {
        return entry;
    }
    entry.actions(html! {
        @if noted.edited { span.quiet { "Edited" } }
        @if let Some(edit) = &noted.edit { a href=(edit) { "Edit" } }
        @if let Some(remove) = &noted.remove {
            form method="post" action=(remove) {
                input type="hidden" name="_csrf" value=(noted.csrf);
                button.link-button type="submit" { "Delete" span.visually-hidden { " this note" } }
            }
        }
    })
}

fn call_or_meeting(held: &Held, moment: Moment) -> Entry {
    let a = &held.activity;
    let (icon, kind) = match a.kind {
        Kind::Call => (Icon::Phone, "call"),
        Kind::Meeting => (Icon::CalendarEvent, "meeting"),
    };
    let did = match (a.kind, a.state, a.direction) {
        (_, State::Cancelled, _) => "called off the",
        (Kind::Call, _, Some(Direction::In)) => "took the",
        (Kind::Call, ..) => "made the",
        (Kind::Meeting, ..) => "held the",
    };
    let with: Vec<&str> = a.attendees.iter().filter_map(|t| t.name.as_deref()).filter(|n| *n != a.owner.name).collect();
    let what = html! {
        (did) " " (kind) " " a href=(held.href) { (a.subject) }
        @if !with.is_empty() { " with " (with.join(", ")) }
        " " (activities::state(a, moment))
    };
    let entry = Entry::new(&a.owner.name, what, moment.ago(a.starts_at)).icon(icon);
    match &a.notes {
        Some(notes) => entry.written(html! { p.written { (notes) } }),
        None => entry,
    }
}

fn number(fields: usize) -> String {
    if fields == 1 { "1 field".into() } else { format!("{fields} fields") }
}
