//! People.

mod employees;
mod leave;
