//! People.

pub(crate) mod documents;
mod employees;
mod employment;
mod organisation;
mod positions;
mod leave;
mod letters;
mod policies;
