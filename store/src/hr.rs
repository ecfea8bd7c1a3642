//! People.

pub mod assets;
pub mod attendance;
pub mod checklists;
pub mod departures;
pub mod employees;
pub mod reporting;
