//! Employees: found, added, changed, put away and taken along; and what is not everyone's to see.

mod asked;
mod bulk;
mod classes;
mod forms;
mod inline;
mod lists;
mod workbook;
