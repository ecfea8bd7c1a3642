//! Into the outbox, through the relay, to a worker: once, soon, and fairly.

use crate::rig::{Act, Long, Play, Rig, all_notes, notes, until};
use std::time::{Duration, Instant};
use store::queue;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn setting_up_again_changes_nothing() {
    let rig = Rig::new().await;
    let first = store::migrate::run(&rig.trial.owner_url).await.expect("our tables are there");
    jobs::set_up(&rig.trial.owner_url).await.expect("the queue's tables are there");
    assert_eq!(store::migrate::run(&rig.trial.owner_url).await.expect("once more"), first);
    assert_eq!(rig.with_workers().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pushed_job_starts_at_once() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    let worker = rig.work().await;
    rig.push(&Play::new(&rig, tenant, "warm", Act::Succeed)).await;
    until("the first job ends", async || rig.state_of(tenant, "warm").await == "done").await;
    let mut waits = Vec::new();
    for i in 0..21 {
        let key = format!("job {i}");
        rig.push(&Play::new(&rig, tenant, &key, Act::Succeed)).await;
        let pushed = rig.db.now();
        until("it begins", async || !notes(&rig, &key, "begins").is_empty()).await;
        waits.push((notes(&rig, &key, "begins")[0].at - pushed).num_microseconds().unwrap_or_default());
    }
    waits.sort_unstable();
    println!("pick-up: median {} µs, slowest {} µs", waits[10], waits[20]);
    assert!(waits[10] < 100_000, "half of them waited longer than 100 ms: {waits:?}");
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twice_the_same_key_is_once() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    let job = Play::new(&rig, tenant, "same", Act::Sleep(300));
    rig.push(&job).await;
    rig.push(&job).await;
    assert_eq!(rig.waiting().await.len(), 1);
    let worker = rig.work().await;
    until("it runs", async || !notes(&rig, "same", "begins").is_empty()).await;
    // While it runs: the relay meets its key, and the one beside it goes on all the same.
    rig.push(&job).await;
    rig.push(&Play::new(&rig, tenant, "other", Act::Succeed)).await;
    until("both are done", async || {
        rig.state_of(tenant, "same").await == "done" && rig.state_of(tenant, "other").await == "done"
    })
    .await;
    // After it is done.
    rig.push(&job).await;
    rig.push(&Play::new(&rig, tenant, "another", Act::Succeed)).await;
    until("the last is done", async || rig.state_of(tenant, "another").await == "done").await;
    until("nothing is left", async || rig.with_workers().await == 0 && rig.waiting().await.is_empty()).await;
    assert_eq!(notes(&rig, "same", "begins").len(), 1);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_share_and_do_nothing_twice() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    for i in 0..200 {
        rig.push(&Play::new(&rig, tenant, format!("job {i}"), Act::Succeed)).await;
    }
    let (one, two) = (rig.work().await, rig.work().await);
    until("all are done", async || all_notes(&rig).iter().filter(|l| l.what == "ends").count() >= 200).await;
    until("nothing is left", async || rig.with_workers().await == 0 && rig.waiting().await.is_empty()).await;
    assert_eq!(all_notes(&rig).iter().filter(|l| l.what == "begins").count(), 200);
    one.stop().await;
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolled_back_push_never_runs() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    let worker = rig.work().await;
    let mut tx = rig.inside(tenant).await;
    queue::push(&mut tx, &Play::new(&rig, tenant, "never", Act::Succeed)).await.expect("a place in the outbox");
    drop(tx);
    rig.push(&Play::new(&rig, tenant, "after", Act::Succeed)).await;
    until("the next one is done", async || rig.state_of(tenant, "after").await == "done").await;
    assert_eq!(rig.state_of(tenant, "never").await, "unknown");
    assert!(notes(&rig, "never", "begins").is_empty());
    worker.stop().await;
}

/// A worker whose hands are full has to go on telling that it lives, longer than its silence would be borne.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_jobs_with_others_behind_them_run_once() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    for i in 0..16 {
        rig.push(&Play::new(&rig, tenant, format!("long {i}"), Act::Sleep(5000))).await;
    }
    rig.push(&Long::new(&rig, tenant, "longer", Act::Sleep(8000))).await;
    let (one, two) = (rig.work().await, rig.work().await);
    until("all are done", async || all_notes(&rig).iter().filter(|l| l.what == "ends").count() >= 17).await;
    assert_eq!(all_notes(&rig).iter().filter(|l| l.what == "begins").count(), 17, "some ran twice");
    one.stop().await;
    two.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_hangs_up_costs_nothing_but_time() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    let worker = rig.work().await;
    rig.push(&Play::new(&rig, tenant, "before", Act::Succeed)).await;
    until("one job is done", async || rig.state_of(tenant, "before").await == "done").await;
    rig.trial.hang_up().await.expect("all connections are gone");
    rig.push(&Play::new(&rig, tenant, "after", Act::Succeed)).await;
    until("the next is done", async || rig.state_of(tenant, "after").await == "done").await;
    until("nothing is left", async || rig.with_workers().await == 0).await;
    worker.stop().await;
}

/// The job can neither be ended nor put back: its worker ends, and another one takes its place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_gone_as_a_job_ends_costs_no_worker() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    let worker = rig.work().await;
    rig.push(&Play::new(&rig, tenant, "caught", Act::SleepOnce(600))).await;
    until("it runs", async || !notes(&rig, "caught", "begins").is_empty()).await;
    rig.trial.lock_out(true).await.expect("nobody is let in");
    // For so long the database is gone: from before the job's end until after it.
    tokio::time::sleep(Duration::from_millis(2_000)).await;
    rig.trial.lock_out(false).await.expect("all are let in again");
    until("it is done by the next worker", async || rig.state_of(tenant, "caught").await == "done").await;
    rig.push(&Play::new(&rig, tenant, "after", Act::Succeed)).await;
    until("the next is done", async || rig.state_of(tenant, "after").await == "done").await;
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_stops_hands_back_what_it_cannot_finish() {
    let mut rig = Rig::new().await;
    rig.config.grace = Duration::from_millis(500);
    let tenant = rig.workspace("acme").await;
    let worker = rig.work().await;
    rig.push(&Play::new(&rig, tenant, "quick", Act::Sleep(200))).await;
    rig.push(&Play::new(&rig, tenant, "slow", Act::Sleep(100_000))).await;
    until("both run", async || !notes(&rig, "quick", "begins").is_empty() && !notes(&rig, "slow", "begins").is_empty())
        .await;
    let began = Instant::now();
    worker.stop().await;
    assert!(began.elapsed() < Duration::from_secs(3), "stopping took {:?}", began.elapsed());
    assert_eq!(rig.state_of(tenant, "quick").await, "done");
    let slow = rig.run_of(tenant, "slow").await.expect("it was begun");
    assert_eq!((slow.state.as_str(), slow.attempts, slow.lost), ("waiting", 0, 0), "being broken off is no failure");
    assert_eq!((rig.waiting().await.len(), rig.with_workers().await), (1, 0));
}
