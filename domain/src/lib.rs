//! What People360 knows: values, permissions, paths, payloads and rules.
//!
//! No I/O, no SQL, no HTML, no clock: what a rule needs is handed to it.

pub mod access;
pub mod activities;
#[cfg(test)]
mod activities_tests;
pub mod archival;
pub mod audit;
pub mod automation;
pub mod bulk;
pub mod calendar;
pub mod cell;
pub mod colour;
pub mod crm;
pub mod custom_fields;
pub mod day;
pub mod digest;
pub mod draft;
pub mod events;
pub mod files;
pub mod hr;
pub mod ids;
pub mod import;
pub mod inbound;
pub mod jobs;
pub mod language;
pub mod list;
pub mod mail;
pub mod money;
pub mod notes;
pub mod notifications;
pub mod paths;
pub mod places;
pub mod recurrence;
pub mod reminders;
pub mod saved_views;
pub mod support;
pub mod tags;
pub mod tasks;
pub mod text;
pub mod workspace;

pub use day::{DateOrder, Dates, Day};
pub use draft::{Conventions, Errors};
pub use ids::*;
pub use money::{Currency, Money};
pub use text::{Email, Slug};
