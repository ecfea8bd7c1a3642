//! People.

pub(crate) mod documents;
mod assets;
mod attendance;
mod checklists;
mod employees;
mod employment;
mod leave;
mod letters;
mod organisation;
mod policies;
mod positions;
