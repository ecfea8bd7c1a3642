//! Tickets: what customers ask, what is answered, and by when.

mod checklists;
mod clocks;
mod desk;
mod help;
mod macros;
mod mail;
mod mailboxes;
mod portal;
mod ratings;
mod routing;
mod settings;
mod workload;
