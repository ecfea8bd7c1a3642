//! Views of people.

pub mod documents;
pub mod employees;
pub mod employment;
pub mod organisation;
pub mod positions;
pub mod leave;
pub mod letters;
pub mod policies;
