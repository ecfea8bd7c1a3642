//! Tickets: what customers ask, what is answered, and by when.

mod clocks;
mod desk;
mod mail;
mod ratings;
mod routing;
mod settings;
mod workload;
