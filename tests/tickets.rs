//! Tickets: what customers ask, what is answered, and by when.

mod clocks;
mod desk;
mod macros;
mod mail;
mod ratings;
mod routing;
mod settings;
