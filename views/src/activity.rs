//! The timeline of a record, from the audit trail.

use crate::{
    Moment,
    ui::{Change, EmptyState, Entry, Icon, Timeline},
};
use chrono::{DateTime, Utc};
use maud::{Markup, Render, html};

/// One change of one record, in plain values.
#[derive(Clone, Debug)]
pub struct Changed {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub who: String,
    pub did: Did,
    /// Whether an import did it, or its undo.
    pub by_import: bool,
    /// Label, old, new.
    pub fields: Vec<(String, Option<String>, Option<String>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    Add,
    Change,
    Archive,
    Restore,
}

/// Which tab of the record is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    Overview,
    Timeline,
}

/// The element that holds it, for htmx.
pub const PART: &str = "timeline";

/// `noun`: "employee". `older`: the address of what came before.
pub fn timeline(changes: &[Changed], noun: &str, moment: Moment, older: Option<String>) -> Markup {
    let entries = changes.iter().map(|c| {
        let what = match (c.did, c.by_import) {
            (Did::Add, true) => html! { "imported this " (noun) },
            (Did::Add, false) => html! { "added this " (noun) },
            (Did::Archive, _) => html! { "archived this " (noun) },
            (Did::Restore, _) => html! { "restored this " (noun) },
            (Did::Change, true) => html! { "changed " (number(c.fields.len())) " by an import" },
            (Did::Change, false) => html! { "changed " (number(c.fields.len())) },
        };
        let entry = Entry::new(&c.who, what, moment.ago(c.at));
        let entry = if c.by_import { entry.icon(Icon::Upload) } else { entry };
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

fn number(fields: usize) -> String {
    if fields == 1 { "1 field".into() } else { format!("{fields} fields") }
}
