//! People.

pub mod assets;
pub mod attendance;
pub mod candidates;
pub mod careers;
pub mod change_requests;
pub mod checklists;
pub mod departures;
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
pub mod reporting;
pub mod timeline;
