//! Views of support.

pub mod mail;
pub mod ratings;
pub mod reports;
pub mod routing;
pub mod settings;
pub mod tickets;
pub mod workload;
