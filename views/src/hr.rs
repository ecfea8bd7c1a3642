//! Views of people.

pub mod assets;
pub mod attendance;
pub mod checklists;
pub mod employees;
