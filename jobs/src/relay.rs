//! From the outbox to the queues: a few rows at a time, fair between tenants, and never more than the workers will
//! take soon, so that the fairness holds until the end.

use crate::{Places, worker::Bells};
use domain::{TenantId, jobs::Queue};
use std::{collections::HashMap, future::Future, time::Duration};
use store::{
    Db,
    queue::{self, Doorbell},
};

/// How often to look without having been rung: for rows whose time comes, and for rings that got lost.
const LOOK: Duration = Duration::from_secs(1);

/// Who had the last turn of each queue.
type Last = HashMap<Queue, TenantId>;

/// A process's way from the outbox to its workers.
pub(crate) struct Relay {
    pub db: Db,
    pub url: String,
    pub bells: Bells,
    pub places: Places,
}

impl Relay {
    /// Runs until `stop`.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let relay = async {
            let mut last = Last::default();
            loop {
                if let Err(e) = self.pass(&mut last).await {
                    tracing::warn!(error = %e, "the relay will try again");
                }
                tokio::select! {
                    () = self.bells.relay.notified() => {}
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
        };
        // A task of its own would outlive a relay that is dropped.
        tokio::select! {
            () = relay => {}
            () = listen(&self.url, &self.bells) => {}
            () = stop => {}
        }
    }

    /// Jobs of a queue that lie with the workers without having begun. Long jobs: as few as can begin at once.
    fn depth(&self, queue: Queue) -> usize {
        let at_once = self.places.of(queue);
        match queue {
            Queue::Events | Queue::Mail | Queue::Automation => 4 * at_once,
            // Each may take half a minute: whoever comes next is not to stand behind many.
            Queue::Outside | Queue::Imports | Queue::Schedules | Queue::Insight => at_once,
        }
    }

    /// One round through the queues that this process works on. What it does not work on it leaves where it is, for
    /// those who know how much of that they can take.
    async fn pass(&self, last: &mut Last) -> Result<(), store::Error> {
        let ours: Vec<Queue> = Queue::ALL.into_iter().filter(|queue| self.depth(*queue) > 0).collect();
        let mut tx = self.db.relay().await?;
        let mut moved = Vec::new();
        let mut full = Vec::new();
        for (queue, waiting) in queue::due(&mut tx, &ours).await? {
            let depth = self.depth(queue);
            let room = depth.saturating_sub(usize::try_from(waiting).unwrap_or(usize::MAX));
            // By the half, because bringing eight costs as much as bringing one.
            if room * 2 < depth || room == 0 {
                full.push((queue, depth.div_ceil(2) - room));
                continue;
            }
            let most = i64::try_from(room).expect("a small number");
            let parcels = queue::next(&mut tx, queue, most, last.get(&queue).copied()).await?;
            if parcels.len() == room {
                full.push((queue, depth.div_ceil(2)));
            }
            if let Some(parcel) = parcels.last() {
                queue::hand_over(&mut tx, &parcels).await?;
                moved.push((queue, parcel.tenant));
            }
        }
        tx.commit().await?;
        for queue in ours {
            let until = full.iter().find(|(q, _)| *q == queue).map_or(0, |(_, until)| *until);
            self.bells.full(queue, until);
        }
        for (queue, tenant) in moved {
            last.insert(queue, tenant);
            self.bells.work(queue);
        }
        Ok(())
    }
}

/// Passes on the database's rings. Where they cannot be had (a pooler in transaction mode), looking each second does.
async fn listen(url: &str, bells: &Bells) {
    loop {
        match Doorbell::open(url).await {
            Ok(mut doorbell) => {
                bells.ring();
                while doorbell.rings().await.is_ok() {
                    bells.ring();
                }
            }
            Err(e) => tracing::warn!(error = %e, "the relay cannot listen"),
        }
        tokio::time::sleep(LOOK).await;
    }
}
