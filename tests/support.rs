//! What tests stand on: an app on a database of its own, a browser that reads pages, and a company to begin with.

mod app;
mod browser;
mod cable;
mod company;
mod contacts;
mod deals;
mod forecast;
pub mod imap;
mod leads;
pub mod leave;
pub mod mail;
mod tickets;

pub use app::{CONNECTIONS, TestApp, redis_url, test_database_url};
pub use browser::{Browser, Form, Page, Stream};
pub use cable::{Cable, until};
pub use company::{Checklist, Company, PASSWORD, Person};
