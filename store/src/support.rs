//! Support: tickets, what is said in them, the queues they wait in, and what is promised.

pub mod assigning;
pub mod calendars;
pub mod canned;
pub mod clocks;
pub mod effort;
pub mod help;
pub mod inboxes;
pub mod macros;
pub mod mail;
pub mod merges;
pub mod messages;
pub mod points;
pub mod policies;
pub mod portal;
pub mod queues;
pub mod ratings;
pub mod reports;
pub mod routing;
pub mod tickets;
pub mod workload;
