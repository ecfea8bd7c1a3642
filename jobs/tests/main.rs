//! The worker on a real PostgreSQL: what happens to work when workers, servers and clocks fail.

mod deaths;
mod mail;
mod queues;
mod rig;
mod schedule;
mod smtp;
mod tries;
