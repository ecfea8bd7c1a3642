//! People.

mod assets;
mod attendance;
mod checklists;
mod employees;
