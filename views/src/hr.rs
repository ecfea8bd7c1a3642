//! Views of people.

pub mod assets;
pub mod checklists;
pub mod employees;
