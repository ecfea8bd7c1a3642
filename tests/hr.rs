//! People.

pub(crate) mod documents;
mod employees;
mod employment;
mod leave;
mod letters;
mod organisation;
mod policies;
mod positions;
