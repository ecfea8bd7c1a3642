//! People.

pub mod employees;
pub mod leave;
pub mod reporting;
