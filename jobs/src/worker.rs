//! The workers: one of the queue library's per queue, kept alive, stopped with care.
//!
//! The library fetches, tells that its workers live, and gives the jobs of those that don't to others. All that
//! decides about a job's fate is ours ([`attempt`](crate::attempt)), because of what it does otherwise:
//!
//! * A worker restarted under its old name leaves its jobs running for ever: each start has a name of its own.
//! * A worker's life is told between two fetches only. With a batch of several, all but one wait in a buffer while
//!   the first ones run, and nothing is told: its jobs go to others although it lives. So batches are of one.
//! * Attempts are not counted for a job whose worker is killed: `job_runs` counts, before the work.
//! * Its retries know no pause that outlives the process: a job that failed goes back to the outbox.
//! * A panic or a time-out in its layers leaves a job running: both are caught inside the handler.
//! * Its acknowledgement goes through a channel that a stop may empty unread, and is no part of the transaction that
//!   remembers the job's end: the handler commits both together, before the library hears of it.
//! * One failed query ends a worker for good: it is replaced, under a new name, and what it held is released.

use crate::{Config, Context, Error, attempt::attempt, automation, relay, schedule};
use apalis::prelude::{
    BackendExt, BoxDynError, Data, PollSnapshot, PollStrategy, TaskId, WorkerBuilder, WorkerBuilderExt, WorkerContext,
};
use apalis_postgres::{Config as QueueConfig, PostgresStorage};
use domain::{
    TenantId,
    jobs::{Priority, Queue},
};
use futures::{FutureExt, Stream, StreamExt, future::BoxFuture, stream};
use serde::{Deserialize, Serialize};
use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{self, Poll},
    time::Duration,
};
use store::{
    Db,
    queue::{Deliveries, Held, Parcel},
};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
};

/// Heartbeats of silence after which a worker counts as dead.
const SILENCE: usize = 5;

/// How often a worker looks for jobs without having been rung.
const LOOK: Duration = Duration::from_secs(1);

/// Connections for fetching, and for telling that each queue's worker lives.
const POOL: u32 = 8;

/// After the grace: how long handing back may take.
const HAND_BACK: Duration = Duration::from_secs(3);

/// How this process is told that there is something to do.
#[derive(Clone, Default)]
pub(crate) struct Bells {
    pub relay: Arc<Notify>,
    /// Something happened that a workflow may listen to.
    pub news: Arc<Notify>,
    queues: Arc<[Bell; Queue::ALL.len()]>,
}

#[derive(Default)]
struct Bell {
    work: Arc<Notify>,
    /// After how many more jobs the relay is to bring some; 0 if it has brought all.
    short: AtomicUsize,
}

impl Bells {
    fn queue(&self, queue: Queue) -> &Bell {
        let at = Queue::ALL.iter().position(|q| *q == queue).expect("ALL has every queue");
        &self.queues[at]
    }

    /// Somebody has put something into the outbox, or among the news.
    pub fn ring(&self) {
        self.relay.notify_one();
        self.news.notify_one();
    }

    /// There is something in the queue.
    pub fn work(&self, queue: Queue) {
        self.queue(queue).work.notify_one();
    }

    /// Rows stay in the outbox because the queue is full; when this many jobs have ended it no longer is.
    pub fn full(&self, queue: Queue, until: usize) {
        self.queue(queue).short.store(until, Ordering::Release);
    }

    fn ended(&self, queue: Queue) {
        let less = |n: usize| n.checked_sub(1);
        if self.queue(queue).short.fetch_update(Ordering::AcqRel, Ordering::Acquire, less) == Ok(1) {
            self.relay.notify_one();
        }
    }
}

/// How far stopping has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Working,
    /// Nothing new is taken; what runs may end.
    Ending,
    /// What still runs is broken off and handed back.
    HandingBack,
}

/// Workers, relay and schedule of this process.
pub struct Running {
    done: BoxFuture<'static, ()>,
}

impl Running {
    /// Ends when all have stopped: after the shutdown that [`start`] was given, within the grace and a few seconds.
    pub async fn wait(self) {
        self.done.await;
    }
}

/// Starts workers, relay and schedule. They go on until `shutdown` ends, through any failure of the database.
pub async fn start(
    config: &Config,
    db: Db,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Running, Error> {
    start_with(config, Context::new(config, db)?, schedule::product(), shutdown).await
}

/// As [`start`], with other handlers and another schedule.
pub async fn start_with(
    config: &Config,
    cx: Context,
    entries: Vec<schedule::Entry>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Running, Error> {
    let deliveries = Deliveries::new(store::worker_pool(&config.database_url, POOL).await?);
    let bells = Bells::default();
    let (phase, phases) = watch::channel(Phase::Working);
    let mut tasks = JoinSet::new();
    for queue in Queue::ALL.into_iter().filter(|queue| config.places.of(*queue) > 0) {
        let shared = Shared {
            queue,
            cx: cx.clone(),
            deliveries: deliveries.clone(),
            bells: bells.clone(),
            phases: phases.clone(),
            over: Arc::default(),
        };
        tasks.spawn(keep(shared, config.clone()));
    }
    tasks.spawn(automation::pump::run(cx.clone(), bells.news.clone(), reached(phases.clone(), Phase::Ending)));
    let relay = relay::Relay { db: cx.db.clone(), url: config.database_url.clone(), bells, places: config.places };
    tasks.spawn(relay.run(reached(phases.clone(), Phase::Ending)));
    if let Some(redis_url) = &config.redis_url {
        let stop = reached(phases.clone(), Phase::Ending);
        tasks.spawn(crate::bells::run(config.database_url.clone(), redis_url.clone(), stop));
    }
    tasks.spawn(keep_time(cx.db, deliveries.clone(), entries, reached(phases, Phase::Ending)));

    let grace = config.grace;
    // Spawned, so that it works whether or not anybody waits.
    let done = tokio::spawn(async move {
        shutdown.await;
        phase.send_replace(Phase::Ending);
        if tokio::time::timeout(grace, all(&mut tasks)).await.is_err() {
            tracing::warn!("jobs still run after the grace: handing them back");
            phase.send_replace(Phase::HandingBack);
            if tokio::time::timeout(HAND_BACK, all(&mut tasks)).await.is_err() {
                tracing::error!("stopped hard; what ran comes back when its worker has been silent");
                tasks.shutdown().await;
            }
        }
        deliveries.pool().close().await;
    });
    Ok(Running { done: done.map(drop).boxed() })
}

async fn all(tasks: &mut JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        if let Err(e) = ended {
            tracing::error!(error = %e, "a part of the worker ended badly");
        }
    }
}

async fn reached(mut phases: watch::Receiver<Phase>, phase: Phase) {
    // An error is that the sender is gone, and with it the process.
    let _gone = phases.wait_for(|p| *p >= phase).await;
}

#[derive(Clone)]
struct Shared {
    queue: Queue,
    cx: Context,
    deliveries: Deliveries,
    bells: Bells,
    phases: watch::Receiver<Phase>,
    /// Rings when this life of the worker is over before the end of all.
    over: Arc<Notify>,
}

/// What the relay put into the queue.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Delivery {
    tenant: TenantId,
    queue: String,
    name: String,
    key: String,
    body: serde_json::Value,
    /// Those of an earlier version say none.
    #[serde(default = "normal")]
    priority: i16,
}

const fn normal() -> i16 {
    Priority::Normal.rank()
}

/// Keeps a worker for this queue going until the end.
async fn keep(shared: Shared, config: Config) {
    let mut pause = Duration::from_millis(200);
    while *shared.phases.borrow() == Phase::Working {
        let began = tokio::time::Instant::now();
        let name = format!("{}/{}/{:016x}", config.name, shared.queue.key(), rand::random::<u64>());
        let result = work(&name, shared.clone(), &config).await;
        // What was claimed and not begun, or whose end could not be written down.
        match shared.deliveries.release(&name).await {
            Ok(0) => {}
            Ok(released) => tracing::info!(worker = name, released, "jobs go back to their queue"),
            Err(e) => tracing::warn!(worker = name, error = %e, "jobs come back when this worker has been silent"),
        }
        if *shared.phases.borrow() > Phase::Working {
            break;
        }
        pause = if began.elapsed() > Duration::from_secs(60) {
            Duration::from_millis(200)
        } else {
            (pause * 2).min(Duration::from_secs(10))
        };
        tracing::warn!(worker = name, error = result.err(), "the worker ended and is replaced");
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = reached(shared.phases.clone(), Phase::Ending) => {}
        }
    }
}

/// One life of a worker.
async fn work(name: &str, shared: Shared, config: &Config) -> Result<(), String> {
    let queue = shared.queue;
    let settings = QueueConfig::default()
        .queue(queue.key())
        .batch_size(1)
        .heartbeat_interval(config.heartbeat)
        .missed_heartbeats(SILENCE)
        .lock_tasks(false)
        .persist_results(false);
    let backend = PostgresStorage::<Delivery>::new(shared.deliveries.pool())
        .with_config(settings)
        .poll_with_strategy(Rung::new(shared.bells.queue(queue).work.clone()));
    let (phases, over) = (shared.phases.clone(), Arc::<Notify>::default());
    let shared = Shared { over: over.clone(), ..shared };
    let worker =
        WorkerBuilder::new(name).backend(backend).data(shared).concurrency(config.places.of(queue)).build(handle);
    let result = worker
        .run_with_ctx(move |context: WorkerContext| {
            let (phases, over) = (phases.clone(), over.clone());
            async move {
                // The library waits for both: for the worker, and for this to say that it may end.
                tokio::select! {
                    () = reached(phases, Phase::Ending) => context.stop(),
                    () = over.notified() => Ok(()),
                }
            }
        })
        .await;
    result.map_err(|e| e.to_string())
}

/// Takes a delivery to its end: whatever comes of it is written down before the library hears that it is over.
async fn handle(delivery: Delivery, id: TaskId, life: WorkerContext, shared: Data<Shared>) -> Result<(), BoxDynError> {
    let id = id.to_string();
    let held = Held { delivery: &id, worker: life.name() };
    let Delivery { tenant, queue, name, key, body, priority } = delivery;
    let parcel = Parcel { row: 0, tenant, queue, name, key, body, priority };
    let stop = reached(shared.phases.clone(), Phase::HandingBack);
    if let Err(e) = attempt(&shared.cx, &parcel, Some(held), stop).await {
        tracing::warn!(job = parcel.name, error = %e, "the database failed around a job, which will be tried again");
        let run_at = shared.cx.db.now() + Duration::from_secs(5);
        if let Err(e) = shared.deliveries.later(held, &parcel, run_at).await {
            // In the hands of a worker that lives it would stay for ever. So this life ends, and all it holds is free.
            tracing::error!(job = parcel.name, error = %e, "the job could not be put back");
            let stopped = life.stop();
            shared.over.notify_one();
            stopped?;
        }
    }
    shared.bells.ended(shared.queue);
    Ok(())
}

/// Hands out the schedule's ticks, and strikes off workers of long ago.
async fn keep_time(db: Db, deliveries: Deliveries, entries: Vec<schedule::Entry>, stop: impl Future<Output = ()>) {
    let ticks = async {
        let mut every = tokio::time::interval(LOOK);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut next_sweep = tokio::time::Instant::now();
        loop {
            every.tick().await;
            match schedule::tick(&db, &entries).await {
                Ok(fired) if fired.is_empty() => {}
                Ok(fired) => tracing::info!(?fired, "the schedule fired"),
                Err(e) => tracing::warn!(error = %e, "the schedule will look again"),
            }
            if next_sweep.elapsed() > Duration::ZERO {
                next_sweep += Duration::from_secs(3600);
                if let Err(e) = deliveries.forget_workers().await {
                    tracing::warn!(error = %e, "workers of long ago stay on the list");
                }
            }
        }
    };
    tokio::select! {
        () = ticks => {}
        () = stop => {}
    }
}

/// Makes a worker look for jobs when its bell rings, and each second.
struct Rung {
    rings: Pin<Box<dyn Stream<Item = ()> + Send + Sync>>,
}

impl Rung {
    fn new(bell: Arc<Notify>) -> Self {
        let rings = stream::unfold(bell, |bell| async move {
            tokio::select! {
                () = bell.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
            Some(((), bell))
        });
        Self { rings: Box::pin(rings) }
    }
}

impl PollStrategy for Rung {
    fn poll_drive(&mut self, cx: &mut task::Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        let mut rung = false;
        // To the last ring: only a stream that was left pending wakes us again.
        while let Poll::Ready(Some(())) = self.rings.poll_next_unpin(cx) {
            rung = true;
        }
        if rung {
            cx.waker().wake_by_ref();
            return Poll::Ready(Some(()));
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a killed worker held is another's within a minute: the last sign of life, the silence, and a look.
    #[test]
    fn a_dead_workers_jobs_are_anothers_within_a_minute() {
        let heartbeat = Config::new("", "", "", "").heartbeat;
        let silence = heartbeat * u32::try_from(SILENCE + 1).expect("a few");
        assert!(
            silence + LOOK < Duration::from_secs(60) / 2,
            "{silence:?}, and as long again for whatever else is amiss"
        );
    }
}
