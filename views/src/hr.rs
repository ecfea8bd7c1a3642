//! Views of people.

pub mod employees;
pub mod employment;
pub mod organisation;
pub mod positions;
pub mod leave;
