//! People.

pub(crate) mod documents;
mod employees;
mod letters;
mod policies;
