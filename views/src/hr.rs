//! Views of people.

pub mod documents;
pub mod employees;
pub mod letters;
pub mod policies;
