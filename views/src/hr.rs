//! Views of people.

pub mod assets;
pub mod attendance;
pub mod candidates;
pub mod careers;
pub mod change_requests;
pub mod checklists;
pub mod details;
pub mod directory;
pub mod documents;
pub mod employees;
pub mod employment;
pub mod leave;
pub mod letters;
pub mod organisation;
pub mod policies;
pub mod positions;
pub mod postings;
pub mod profile;
pub mod timeline;

use crate::ui::{Button, EmptyState, Icon};
use domain::{MemberId, Slug, paths};
use maud::html;

/// What a page of one's own says to a member who is nobody's record here. `own`: the reader, where they may say
/// themselves which record is theirs.
pub fn unlinked(icon: Icon, slug: &Slug, own: Option<MemberId>, then: &str) -> EmptyState {
    let who = match own {
        Some(_) => "Say on your member page which employee you are; who is none yet is added first.",
        None => "Whoever looks after members can say which record is yours.",
    };
    let state = EmptyState::new(icon, "You have no employee record here", format!("{who} {then}"));
    match own {
        Some(id) => state.actions(html! {
            (Button::link("Choose my record", paths::member(slug, id)))
            (Button::link("Add an employee", paths::employee_new(slug)).ghost())
        }),
        None => state,
    }
}
