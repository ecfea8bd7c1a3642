//! The worker on a real PostgreSQL: what happens to work when workers, servers and clocks fail.
#![expect(clippy::disallowed_methods, reason = "tests are told by the environment where to run")]

mod console;
mod deaths;
mod mail;
mod mail_faults;
mod queues;
mod rig;
mod schedule;
mod smtp;
mod tls;
mod tries;
mod turns;
