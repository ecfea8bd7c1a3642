//! People.

pub mod employees;
