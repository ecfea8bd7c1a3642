//! People.

mod assets;
mod attendance;
mod checklists;
pub(crate) mod documents;
mod employees;
mod employment;
mod leave;
mod letters;
mod organisation;
mod policies;
mod positions;
