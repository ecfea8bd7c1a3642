//! Who of this process's visitors listens, and what rings them: Redis tells each process of every bell, and a process
//! those whom it knows.

use domain::{MemberId, PipelineId, TenantId, TicketId};
use fred::prelude::{EventInterface, PubsubInterface};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use store::notifications::Ring;
use tokio::{
    sync::{Notify, watch},
    time::sleep,
};

/// Streams of one person in one process. A page that is not looked at has none.
const MOST: usize = 6;

#[derive(Clone)]
pub struct Bells(Arc<Inner>);

struct Inner {
    redis_url: String,
    ears: Mutex<Ears>,
    /// Whether Redis is heard.
    heard: watch::Sender<bool>,
    closed: watch::Sender<bool>,
}

#[derive(Default)]
struct Ears {
    listening: bool,
    /// Who listens, and to what.
    of: HashMap<Ring, Vec<(MemberId, Arc<Notify>)>>,
}

impl Bells {
    pub fn new(redis_url: &str) -> Self {
        let (heard, closed) = (watch::Sender::new(false), watch::Sender::new(false));
        Self(Arc::new(Inner { redis_url: redis_url.to_owned(), ears: Mutex::default(), heard, closed }))
    }

    /// Begins to listen for somebody; `None`: they have as many streams as one may have.
    pub fn join(&self, tenant: TenantId, member: MemberId) -> Option<Ear> {
        self.listen_to(Ring::Bell(tenant, member), member)
    }

    /// As [`join`](Self::join), for a board.
    pub fn join_board(&self, tenant: TenantId, pipeline: PipelineId, member: MemberId) -> Option<Ear> {
        self.listen_to(Ring::Board(tenant, pipeline), member)
    }

    /// As [`join`](Self::join), for a ticket.
    pub fn join_ticket(&self, tenant: TenantId, ticket: TicketId, member: MemberId) -> Option<Ear> {
        self.listen_to(Ring::Ticket(tenant, ticket), member)
    }

    fn listen_to(&self, whose: Ring, member: MemberId) -> Option<Ear> {
        let rung = Arc::new(Notify::new());
        let mut ears = self.0.ears();
        let all = ears.of.entry(whose).or_default();
        if all.iter().filter(|(listener, _)| *listener == member).count() >= MOST {
            return None;
        }
        all.push((member, rung.clone()));
        // The first one wakes the process up.
        if !std::mem::replace(&mut ears.listening, true) {
            tokio::spawn(listen(Arc::downgrade(&self.0), self.0.redis_url.clone()));
        }
        drop(ears);
        let (heard, closed) = (self.0.heard.subscribe(), self.0.closed.subscribe());
        Some(Ear { whose, rung, heard, closed, bells: self.clone() })
    }

    /// Ends every stream: the process stops.
    pub fn close(&self) {
        self.0.closed.send_replace(true);
    }
}

impl Inner {
    fn ears(&self) -> std::sync::MutexGuard<'_, Ears> {
        self.ears.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self, whose: Ring) {
        for (_, ear) in self.ears().of.get(&whose).into_iter().flatten() {
            ear.notify_one();
        }
    }

    fn ring_all(&self) {
        for (_, ear) in self.ears().of.values().flatten() {
            ear.notify_one();
        }
    }
}

/// One stream's.
pub struct Ear {
    whose: Ring,
    rung: Arc<Notify>,
    heard: watch::Receiver<bool>,
    closed: watch::Receiver<bool>,
    bells: Bells,
}

/// What ended a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Something may have changed.
    Ring,
    /// Nothing for so long.
    Nothing,
    /// The process stops.
    End,
}

impl Ear {
    pub async fn wait(&mut self, longest: Duration) -> Heard {
        if *self.closed.borrow() {
            return Heard::End;
        }
        tokio::select! {
            () = self.rung.notified() => Heard::Ring,
            _ = self.heard.changed() => Heard::Ring,
            _ = self.closed.changed() => Heard::End,
            () = sleep(longest) => Heard::Nothing,
        }
    }

    /// Whether rings come at once.
    pub fn live(&self) -> bool {
        *self.heard.borrow()
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let mut ears = self.bells.0.ears();
        if let Some(theirs) = ears.of.get_mut(&self.whose) {
            theirs.retain(|(_, ear)| !Arc::ptr_eq(ear, &self.rung));
            if theirs.is_empty() {
                ears.of.remove(&self.whose);
            }
        }
    }
}

/// Passes on what Redis says, until nobody is left to pass it on to. What it said while it was away is unknown, so all
/// are rung when it is back.
async fn listen(bells: Weak<Inner>, redis_url: String) {
    let client = match jobs::bells::connect(&redis_url) {
        Ok(client) => client,
        Err(error) => return tracing::error!(error, "bells are not heard"),
    };
    let (mut rings, mut back, mut errors) = (client.message_rx(), client.reconnect_rx(), client.error_rx());
    loop {
        let subscribed = client.psubscribe(jobs::bells::PATTERNS.to_vec()).await;
        let Some(inner) = bells.upgrade() else { return };
        if let Err(error) = subscribed {
            tracing::debug!(%error, "bells are heard late");
            inner.heard.send_if_modified(|h| std::mem::replace(h, false));
            drop(inner);
            sleep(Duration::from_millis(500)).await;
            continue;
        }
        inner.heard.send_replace(true);
        inner.ring_all();
        drop(inner);
        loop {
            let ring = tokio::select! {
                ring = rings.recv() => ring.map(Some),
                _ = back.recv() => break,
                _ = errors.recv() => {
                    let Some(inner) = bells.upgrade() else { return };
                    inner.heard.send_if_modified(|h| std::mem::replace(h, false));
                    continue;
                }
                () = sleep(Duration::from_secs(5)) => Ok(None),
            };
            let Some(inner) = bells.upgrade() else { return };
            match ring {
                Ok(Some(ring)) => {
                    if let Some(whose) = jobs::bells::whose(&ring.channel) {
                        inner.ring(whose);
                    }
                }
                Ok(None) => {}
                // More came than was taken.
                Err(_) => inner.ring_all(),
            }
        }
    }
}
