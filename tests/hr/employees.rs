//! Employees: found, added, changed, put away and taken along; and what is not everyone's to see.

mod classes;
mod forms;
mod lists;
