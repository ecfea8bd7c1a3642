//! Support: tickets, the queues they wait in, and what is promised of them.

pub mod calendars;
pub mod canned;
pub mod messages;
pub mod policies;
pub mod queues;
pub mod reports;
pub mod sla;
pub mod tickets;
