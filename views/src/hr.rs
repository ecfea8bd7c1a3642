//! Views of people.

pub mod employees;
pub mod leave;
