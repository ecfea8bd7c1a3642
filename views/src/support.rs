//! Views of support.

pub mod help;
pub mod inboxes;
pub mod macros;
pub mod mail;
pub mod portal;
pub mod ratings;
pub mod reports;
pub mod routing;
pub mod settings;
pub mod tickets;
pub mod workload;
