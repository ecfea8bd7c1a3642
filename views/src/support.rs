//! Views of support.

pub mod reports;
pub mod settings;
pub mod tickets;
