//! Tries that fail.

use crate::rig::{Act, Hasty, Play, Rig, notes, until};
use chrono::TimeDelta;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn back_off_grows_and_is_durable() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    rig.push(&Play::new(&rig, tenant, "stubborn", Act::Retry)).await;
    let mut pauses = Vec::new();
    for attempt in 1..=3 {
        // Each try has a worker of its own: what is known of the last one is in the database.
        let worker = rig.work().await;
        until("it fails once more", async || {
            let run = rig.run_of(tenant, "stubborn").await;
            run.is_some_and(|r| r.attempts == attempt && r.state == "waiting") && rig.with_workers().await == 0
        })
        .await;
        worker.stop().await;
        let run = rig.run_of(tenant, "stubborn").await.expect("a run");
        assert_eq!(run.error.as_deref(), Some("not today"));
        let waiting = rig.waiting().await;
        let run_at = waiting.first().and_then(|w| w.run_at).expect("it waits with a time");
        pauses.push(run_at - run.last_at);
    }
    let slack = TimeDelta::milliseconds(300);
    for (pause, least) in pauses.iter().zip([400, 800, 1600].map(TimeDelta::milliseconds)) {
        assert!(*pause >= least - TimeDelta::milliseconds(1) && *pause < least * 6 / 5 + slack, "{pauses:?}");
    }
    let began: Vec<_> = notes(&rig, "stubborn", "begins").iter().map(|l| l.at).collect();
    assert!(began.len() == 3 && began[1] - began[0] >= pauses[0] && began[2] - began[1] >= pauses[1], "{began:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_is_a_failed_try() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    rig.push(&Play::new(&rig, tenant, "jumpy", Act::PanicOnce)).await;
    let worker = rig.work().await;
    until("it is tried again and done", async || rig.state_of(tenant, "jumpy").await == "done").await;
    until("nothing is left", async || rig.with_workers().await == 0).await;
    let run = rig.run_of(tenant, "jumpy").await.expect("a run");
    assert_eq!((run.attempts, run.lost), (2, 0));
    worker.stop().await;

    rig.push(&Play::new(&rig, tenant, "again", Act::PanicOnce)).await;
    assert_eq!(jobs::drain(&rig.context()).await.expect("a drain"), 1);
    let run = rig.run_of(tenant, "again").await.expect("a run");
    assert_eq!(run.error.as_deref(), Some("panic: the sky falls"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_time_out_is_a_failed_try() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    rig.push(&Hasty::new(&rig, tenant, "slow", Act::SleepOnce(60_000))).await;
    rig.push(&Hasty::new(&rig, tenant, "slower", Act::Sleep(60_000))).await;
    let worker = rig.work().await;
    until("one is done", async || rig.state_of(tenant, "slow").await == "done").await;
    until("the other is given up", async || rig.state_of(tenant, "slower").await == "dead").await;
    until("nothing is left", async || rig.with_workers().await == 0 && rig.waiting().await.is_empty()).await;
    let run = rig.run_of(tenant, "slower").await.expect("a run");
    assert_eq!((run.attempts, run.error.as_deref()), (2, Some("took longer than 0.2 s")));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_for_good_is_dead_at_once() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    rig.push(&Play::new(&rig, tenant, "hopeless", Act::Fail)).await;
    let worker = rig.work().await;
    until("it is dead", async || rig.state_of(tenant, "hopeless").await == "dead").await;
    until("nothing is left", async || rig.with_workers().await == 0 && rig.waiting().await.is_empty()).await;
    let run = rig.run_of(tenant, "hopeless").await.expect("a run");
    assert_eq!((run.attempts, run.error.as_deref()), (1, Some("never")));
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_say_that_it_is_given_up_is_dead_all_the_same() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    rig.push(&Play::new(&rig, tenant, "speechless", Act::Fail)).await;
    let worker = rig.work().await;
    until("it is dead", async || rig.state_of(tenant, "speechless").await == "dead").await;
    until("nothing is left", async || rig.with_workers().await == 0 && rig.waiting().await.is_empty()).await;
    worker.stop().await;
}

/// An older worker beside a newer server: the job waits for somebody who knows it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_nobody_knows_waits() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    rig.push(&Play::new(&rig, tenant, "tomorrow", Act::Succeed)).await;
    assert_eq!(jobs::drain(&rig.product()).await.expect("a drain"), 1);
    let run = rig.run_of(tenant, "tomorrow").await.expect("a run");
    assert_eq!((run.state.as_str(), run.error.as_deref()), ("waiting", Some("this version knows no job called play")));
    assert_eq!(jobs::drain(&rig.context()).await.expect("a drain"), 1);
    assert_eq!(rig.state_of(tenant, "tomorrow").await, "done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drain_tries_each_job_once() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    rig.push(&Play::new(&rig, tenant, "shy", Act::RetryOnce)).await;
    rig.push(&Play::new(&rig, tenant, "hopeless", Act::Retry)).await;
    assert_eq!(jobs::drain(&rig.context()).await.expect("a drain"), 2);
    assert_eq!(rig.waiting().await.len(), 2);
    assert_eq!(jobs::drain(&rig.context()).await.expect("a drain"), 2);
    assert_eq!(rig.state_of(tenant, "shy").await, "done");
    assert_eq!(jobs::drain_all(&rig.context()).await.expect("a drain"), 3);
    assert_eq!(rig.state_of(tenant, "hopeless").await, "dead");
}
