//! The only crate that speaks SQL.
//!
//! A [`Db`] opens transactions and does nothing else: [`TenantTx`] inside one workspace,
//! [`IdentityTx`] for who is signing in, [`RelayTx`] for the outbox. Each noun has one file of queries.

pub mod accounts;
pub mod activities;
pub mod activity;
pub mod archivals;
pub mod audit;
pub mod automation;
pub mod bench;
pub mod bulk;
pub mod crm;
pub mod custom_fields;
mod db;
pub mod digests;
mod error;
pub mod events;
pub mod exports;
pub mod files;
pub mod followers;
pub mod hr;
pub mod identity;
pub mod imports;
pub mod inbound;
mod list;
pub mod mails;
pub mod migrate;
pub mod notes;
pub mod notifications;
pub mod queue;
pub mod reach;
pub mod record_files;
pub mod records;
pub mod reminders;
pub mod saved_views;
pub mod search;
pub mod sessions;
pub mod support;
pub mod tags;
pub mod tasks;
pub mod workspace;

pub use db::{
    Clock, Db, Desk, Entry, IdentityTx, Policy, RelayTx, Seat, Seen, SystemClock, TenantTx, Who, check_role,
    worker_pool,
};
pub use error::{CONSTRAINTS, Error, Result};

/// How a record is told apart from a later state of itself.
pub type Version = i32;
