//! Automation: what happens to a record can start something else (DOMAIN: Automation).
//!
//! A [`workflows::Definition`] says when ([`workflows::Trigger`]), for which records ([`conditions`]) and what to do
//! ([`steps`]). It knows records by their [`fields`] alone, so that a new noun joins in by listing its own.

mod check;
pub mod conditions;
pub mod edit;
pub mod fields;
pub mod forms;
mod json;
mod keys;
pub mod merge;
pub mod people;
pub mod runs;
pub mod steps;
pub mod templates;
pub mod typed;
mod values;
pub mod words;
pub mod workflows;

/// Colleagues that a form offers by name; more are typed by their address.
pub const MOST_OFFERED: usize = 200;
