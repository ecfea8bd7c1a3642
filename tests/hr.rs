//! People.

mod assets;
mod checklists;
mod employees;
