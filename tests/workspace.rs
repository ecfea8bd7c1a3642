//! Stories of the department.
