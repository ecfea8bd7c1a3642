//! People.

pub mod employees;
pub mod reporting;
