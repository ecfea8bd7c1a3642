//! From the outbox to the queues: a few rows at a time, fair between tenants, and never more than the workers will
//! take soon, so that the fairness holds until the end.

use crate::worker::Bells;
use domain::jobs::Queue;
use std::{future::Future, sync::atomic::Ordering, time::Duration};
use store::{
    Db,
    queue::{self, Doorbell},
};

/// How often to look without having been rung: for rows whose time comes, and for rings that got lost.
const LOOK: Duration = Duration::from_secs(1);

/// Jobs of a queue that lie with the workers without having begun. Long jobs: as few as can begin at once.
pub(crate) fn depth(queue: Queue) -> i64 {
    let at_once = i64::try_from(crate::worker::concurrency(queue)).expect("a small number");
    match queue {
        Queue::Events | Queue::Mail => 4 * at_once,
        Queue::Imports | Queue::Schedules => at_once,
    }
}

/// Runs until `stop`.
pub(crate) async fn run(db: Db, url: String, bells: Bells, stop: impl Future<Output = ()>) {
    let relay = async {
        loop {
            let pause = match pass(&db, &bells).await {
                Ok(0) => LOOK,
                // There may be more.
                Ok(_) => continue,
                Err(e) => {
                    tracing::warn!(error = %e, "the relay will try again");
                    LOOK
                }
            };
            tokio::select! {
                () = bells.relay.notified() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    };
    // A task of its own would outlive a relay that is dropped.
    tokio::select! {
        () = relay => {}
        () = listen(&url, &bells) => {}
        () = stop => {}
    }
}

/// One round through the queues. Gives how many rows it moved.
pub(crate) async fn pass(db: &Db, bells: &Bells) -> Result<usize, store::Error> {
    let mut tx = db.relay().await?;
    let mut moved = Vec::new();
    let mut behind = false;
    for (queue, waiting) in queue::due(&mut tx, &Queue::ALL).await? {
        let room = depth(queue) - waiting;
        if room <= 0 {
            behind = true;
            continue;
        }
        let parcels = queue::next(&mut tx, queue, room).await?;
        if !parcels.is_empty() {
            queue::hand_over(&mut tx, &parcels).await?;
            moved.push((queue, parcels.len()));
        }
    }
    tx.commit().await?;
    // Whoever ends a job looks at this, and rings when there is room again.
    bells.behind.store(behind, Ordering::Release);
    for (queue, _) in &moved {
        bells.queue(*queue).notify_one();
    }
    Ok(moved.iter().map(|(_, n)| n).sum())
}

/// Passes on the database's rings. Where they cannot be had (a pooler in transaction mode), looking each second does.
async fn listen(url: &str, bells: &Bells) {
    loop {
        match Doorbell::open(url).await {
            Ok(mut doorbell) => {
                bells.relay.notify_one();
                while doorbell.rings().await.is_ok() {
                    bells.relay.notify_one();
                }
            }
            Err(e) => tracing::warn!(error = %e, "the relay cannot listen"),
        }
        tokio::time::sleep(LOOK).await;
    }
}
