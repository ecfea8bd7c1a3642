//! Support: tickets, the queues they wait in, and what is promised of them.

pub mod calendars;
pub mod canned;
pub mod effort;
pub mod help;
pub mod inboxes;
pub mod language;
pub mod macros;
pub mod mail;
pub mod messages;
pub mod points;
pub mod policies;
pub mod portal;
pub mod queues;
pub mod ratings;
pub mod reports;
pub mod routing;
pub mod sla;
pub mod snooze;
pub mod tickets;
pub mod workload;
