//! What every job works with, and the settings it is made from.

use crate::{Error, Handlers, Mailbox, Seal, Storage, imap::Imap, mail::Mailer, outside::Outside, storage};
use domain::jobs::Queue;
use std::{net::IpAddr, path::PathBuf, sync::Arc, time::Duration};
use store::Db;

/// How many jobs of each queue one process runs at once. None of a queue: others are to run it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places([usize; Queue::ALL.len()]);

impl Default for Places {
    fn default() -> Self {
        Self(Queue::ALL.map(|queue| match queue {
            Queue::Events | Queue::Mail | Queue::Automation | Queue::Outside => 4,
            // Long, and each with memory of its own.
            Queue::Imports | Queue::Schedules | Queue::Insight => 1,
        }))
    }
}

impl Places {
    pub fn of(&self, queue: Queue) -> usize {
        self.0[queue as usize]
    }

    #[must_use]
    pub fn with(mut self, queue: Queue, places: usize) -> Self {
        self.0[queue as usize] = places;
        self
    }
}

/// What the worker is told. Nothing prints it: it holds secrets.
#[derive(Clone)]
pub struct Config {
    /// The app role's, as the web uses it.
    pub database_url: String,
    /// Where rings of bells are passed on; without one nobody is told at once.
    pub redis_url: Option<String>,
    /// What one-time links are signed with.
    pub secret_key: String,
    /// Where people reach us, without a slash at the end: `https://people.example.com`.
    pub public_url: String,
    /// `smtp://…` or `smtps://user:password@host`; without one, mail goes to the mailbox.
    pub smtp_url: Option<String>,
    /// Whom mail is from: `People360 <no-reply@example.com>`; made from `public_url` if not given.
    pub mail_from: Option<String>,
    /// How long a mail server may take over each command.
    pub mail_patience: Duration,
    /// The directory of the local mailbox.
    pub mailbox: PathBuf,
    /// The domain of the addresses by which mail comes in.
    pub inbound_domain: Option<String>,
    /// Where the content of files is kept.
    pub storage: storage::Place,
    /// What the queue's tables call this worker. Need not be unique: each start adds something of its own.
    pub name: String,
    /// How often a worker says that it lives; five times of silence make its jobs another's.
    pub heartbeat: Duration,
    /// Private addresses that webhooks may call all the same.
    pub outbound_allow: Vec<IpAddr>,
    /// A file of certificates that count beside those that the system knows, for mailboxes that are read.
    pub outbound_ca: Option<PathBuf>,
    /// How long jobs may go on after the order to stop, before they are handed back.
    pub grace: Duration,
    pub places: Places,
}

impl Config {
    /// The usual settings around those that have no default.
    pub fn new(database_url: &str, secret_key: &str, public_url: &str, mailbox: impl Into<PathBuf>) -> Self {
        let mailbox = mailbox.into();
        Self {
            storage: storage::Place::Folder(mailbox.with_file_name("files")),
            database_url: database_url.to_owned(),
            redis_url: None,
            secret_key: secret_key.to_owned(),
            public_url: public_url.trim_end_matches('/').to_owned(),
            smtp_url: None,
            mail_from: None,
            inbound_domain: None,
            mail_patience: Duration::from_secs(18),
            mailbox,
            name: "worker".to_owned(),
            heartbeat: Duration::from_secs(4),
            outbound_allow: vec![],
            outbound_ca: None,
            grace: Duration::from_secs(10),
            places: Places::default(),
        }
    }
}

/// What a job's handler works with. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    pub db: Db,
    pub mailer: Mailer,
    pub seal: Seal,
    pub storage: Storage,
    pub(crate) outside: Outside,
    pub(crate) imap: Imap,
    /// The domain of the addresses by which mail comes in.
    pub inbound_domain: Option<Arc<str>>,
    /// Without a slash at the end; a path is put behind it.
    pub public_url: Arc<str>,
    /// Which try this is, from 1; 0 outside of a job.
    pub attempt: i32,
    /// Whether a failure of this try is the job's end.
    pub last: bool,
    pub(crate) handlers: Arc<Handlers>,
}

impl Context {
    pub fn new(config: &Config, db: Db) -> Result<Self, Error> {
        Ok(Self {
            db,
            mailer: Mailer::new(config).map_err(Error::Config)?,
            seal: Seal::new(&config.secret_key),
            storage: Storage::new(&config.storage),
            outside: Outside::new(&config.outbound_allow),
            imap: Imap::new(&config.outbound_allow, config.outbound_ca.as_deref()),
            inbound_domain: config.inbound_domain.as_deref().map(Into::into),
            public_url: config.public_url.trim_end_matches('/').into(),
            attempt: 0,
            last: false,
            handlers: Arc::new(Handlers::product()),
        })
    }

    /// As this one, with other handlers: for tests of the machinery.
    #[must_use]
    pub fn with_handlers(mut self, handlers: Handlers) -> Self {
        self.handlers = Arc::new(handlers);
        self
    }

    /// The whole address of a path of ours.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// The local mailbox, unless mail goes out by SMTP.
    pub fn mailbox(&self) -> Option<&Mailbox> {
        self.mailer.mailbox()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_queue_has_its_own_places() {
        for (i, queue) in Queue::ALL.into_iter().enumerate() {
            assert_eq!(queue as usize, i, "ALL is in the order of the variants");
            assert!(Places::default().of(queue) > 0, "somebody runs {queue:?}");
            let changed = Places::default().with(queue, 7);
            let theirs = Queue::ALL.iter().filter(|q| changed.of(**q) == 7).count();
            assert_eq!((changed.of(queue), theirs), (7, 1));
        }
    }
}
