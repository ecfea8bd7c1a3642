//! People360 from the outside: every test is a story told through HTTP, jobs or the command line, on a database of
//! its own. Begin at [`support::TestApp`].
#![expect(clippy::disallowed_methods, reason = "tests read their own settings, and make data without a transaction")]

mod activities;
mod automation;
mod browser;
mod cli;
mod crm;
mod custom_fields;
mod hr;
mod imports;
mod inbound;
mod notes;
mod rules;
mod saved_views;
mod support;
mod tags;
mod tasks;
mod tickets;
mod web;
mod workspace;
