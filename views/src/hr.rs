//! Views of people.

pub mod employees;
