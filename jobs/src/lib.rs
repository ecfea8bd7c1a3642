//! The worker: one handler per job, the relay from the outbox, the one schedule, the mailer.
//!
//! A job's way: a handler of the web (or another job) pushes a payload of [`domain::jobs`] in its transaction; the
//! [`relay`] hands it to the queue library, fair between tenants; a [`worker`] takes it; [`attempt`] counts the try,
//! runs it with a limit on its time and a net under its panics, and writes down how it ended. A failed try goes back
//! to the outbox with a time before which it stays there.

pub mod announce;
mod archivals;
mod attempt;
pub mod automation;
pub mod bells;
mod bulk;
mod changes;
mod context;
mod dead;
mod departures;
pub mod digest;
mod documents;
mod drain;
pub mod imap;
pub mod imports;
pub mod inbound;
mod inboxes;
pub mod leads;
pub mod leave;
pub mod mail;
mod outside;
mod probations;
pub mod quotes;
mod recruiting;
mod relay;
mod reminders;
mod run;
pub mod schedule;
pub mod seal;
mod snapshots;
pub mod storage;
mod support;
mod sweep;
mod worker;

pub use context::{Config, Context, Places};
pub use drain::{drain, drain_all};
pub use mail::{mailbox::Mailbox, mailbox::Message};
pub use run::{Failure, Handlers, Run, back_off};
pub use seal::Seal;
pub use storage::Storage;
pub use worker::{Running, start, start_with};

/// What goes wrong outside of any job: at the start, or in the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error("the queue tables could not be made: {0}")]
    Queues(#[from] apalis_postgres::Error),
    /// A setting that cannot be used, in words for the operator.
    #[error("{0}")]
    Config(String),
}

/// Makes the queue library's tables, as the owner, and opens them for the relay role. Part of `people360 migrate`;
/// harmless when done already. The owner needs no superuser: the extensions it asks for are trusted ones.
pub async fn set_up(owner_url: &str) -> Result<(), Error> {
    let pool = store::migrate::owner_pool(owner_url).await?;
    apalis_postgres::PostgresStorage::setup(&pool).await?;
    pool.close().await;
    Ok(store::migrate::open_queues(owner_url).await?)
}
