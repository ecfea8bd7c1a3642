//! People.

mod employees;
