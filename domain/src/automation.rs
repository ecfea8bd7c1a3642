//! Automation: what happens to a record can start something else (DOMAIN: Automation).
//!
//! A [`workflows::Definition`] says when ([`workflows::Trigger`]), for which records ([`conditions`]) and what to do
//! ([`steps`]). It knows records by their [`fields`] alone, so that a new noun joins in by listing its own.

pub mod conditions;
pub mod fields;
pub mod merge;
pub mod people;
pub mod runs;
pub mod steps;
pub mod templates;
pub mod workflows;
