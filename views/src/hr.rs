//! Views of people.

pub mod assets;
pub mod attendance;
pub mod checklists;
pub mod documents;
pub mod employees;
pub mod employment;
pub mod leave;
pub mod letters;
pub mod organisation;
pub mod policies;
pub mod positions;
