//! People.

pub mod documents;
pub mod employees;
pub mod letters;
pub mod policies;
pub mod reporting;
