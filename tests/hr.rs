//! People.

mod employees;
mod employment;
mod organisation;
mod positions;
mod leave;
