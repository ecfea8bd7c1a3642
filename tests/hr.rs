//! People.

mod assets;
mod attendance;
mod candidates;
mod careers;
mod change_requests;
mod checklists;
mod details;
mod directory;
pub(crate) mod documents;
mod employees;
mod employment;
mod leave;
mod letters;
mod organisation;
mod policies;
mod positions;
mod postings;
mod timeline;
