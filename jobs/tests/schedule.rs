//! The schedule, with a clock of the test's.

use crate::{
    deaths::{Process, be_the_worker_if_started_as_one, notes_of_this_process},
    rig::{Act, Play, Rig, begun, notes, until},
};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Day,
    jobs::{Job, SweepWorkspace},
};
use jobs::schedule::{self, Entry};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};
use store::{Clock, Db};

#[derive(Clone)]
struct Hands(Arc<Mutex<DateTime<Utc>>>);

impl Hands {
    fn at(time: &str) -> Self {
        Self(Arc::new(Mutex::new(time.parse().expect("a time"))))
    }

    fn turn(&self, by: TimeDelta) {
        *self.0.lock().expect("nobody panics with it") += by;
    }
}

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("nobody panics with it")
    }
}

fn daily() -> Vec<Entry> {
    vec![Entry::new("daily", "0 20 3 * * *", |tenant, tick| SweepWorkspace { tenant, day: Day(tick.date_naive()) })]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missed_tick_runs_once() {
    let hands = Hands::at("2026-03-01T10:00:00Z");
    let rig = Rig::at(Arc::new(hands.clone())).await;
    let tenant = rig.workspace("acme").await;
    let tick = async || schedule::tick(&rig.db, &daily()).await.expect("a look at the schedule");
    assert!(tick().await.is_empty(), "a new installation has missed nothing");
    hands.turn(TimeDelta::hours(1));
    assert!(tick().await.is_empty(), "nothing is due");
    // Nobody ran for three days.
    hands.turn(TimeDelta::days(3));
    assert_eq!(tick().await, ["daily"]);
    assert!(tick().await.is_empty());
    let waiting = rig.waiting().await;
    assert_eq!(waiting.len(), 1, "three missed ticks are one run: {waiting:?}");
    assert_eq!((waiting[0].tenant, waiting[0].key.as_str()), (tenant, "2026-03-04"));
    assert_eq!(jobs::drain(&rig.product()).await.expect("a drain"), 1);
    assert_eq!(rig.state_of(tenant, "2026-03-04").await, "done");
    hands.turn(TimeDelta::days(1));
    assert_eq!(tick().await, ["daily"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_schedulers_fire_once() {
    let hands = Hands::at("2026-03-01T10:00:00Z");
    let rig = Rig::at(Arc::new(hands.clone())).await;
    rig.workspace("acme").await;
    rig.workspace("zenith").await;
    let other = Db::lazy(&rig.config.database_url, 4, Arc::new(hands.clone())).expect("the URL is one");
    schedule::tick(&rig.db, &daily()).await.expect("a look at the schedule");
    for day in 1..=10 {
        hands.turn(TimeDelta::days(1));
        let entries = daily();
        let (a, b) = tokio::join!(schedule::tick(&rig.db, &entries), schedule::tick(&other, &entries));
        let fired = a.expect("a look").len() + b.expect("a look").len();
        assert_eq!(fired, 1, "day {day}");
        assert_eq!(rig.waiting().await.len(), 2 * day, "one for each workspace and day");
    }
    other.close().await;
}

/// Each second; its key tells one firing from another of the same tick.
fn every_second() -> Vec<Entry> {
    vec![Entry::new("every_second", "* * * * * *", |tenant, tick| Play {
        tenant,
        key: format!("{}/{}", tick.timestamp(), uuid::Uuid::now_v7()),
        act: Act::Succeed,
        notes: notes_of_this_process(),
        priority: None,
    })]
}

/// The ticks that were handed out, each of which may be there once.
fn ticks(rig: &Rig) -> BTreeSet<i64> {
    let keys: BTreeSet<String> = begun(rig).into_iter().collect();
    let ticks: Vec<i64> =
        keys.iter().map(|key| key.split('/').next().and_then(|t| t.parse().ok()).expect("a tick")).collect();
    let once: BTreeSet<i64> = ticks.iter().copied().collect();
    assert_eq!(once.len(), ticks.len(), "a tick was handed out twice: {ticks:?}");
    once
}

/// Two processes with a schedule each, then one, then none, then one again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_fire_each_tick_once() {
    be_the_worker_if_started_as_one(every_second).await;
    let rig = Rig::new().await;
    rig.workspace("acme").await;
    let start = || Process::start_as(&rig, "schedule::two_workers_fire_each_tick_once");
    let (one, two) = (start(), start());
    until("both have seen some ticks", async || ticks(&rig).len() >= 6).await;
    let both = ticks(&rig);
    let (first, last) = (both.first().copied().unwrap_or(0), both.last().copied().unwrap_or(0));
    assert_eq!(both.iter().copied().collect::<Vec<_>>(), (first..=last).collect::<Vec<_>>(), "none is left out");
    one.kill();
    until("the other goes on", async || ticks(&rig).len() >= both.len() + 3).await;
    two.kill();
    let killed = rig.db.now().timestamp();
    // For so long nobody is there.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let started = rig.db.now().timestamp();
    let seen = ticks(&rig).len();
    let again = start();
    until("it goes on after a restart", async || ticks(&rig).len() >= seen + 3).await;
    let late = ticks(&rig).range(killed + 1..started).count();
    assert!(late <= 1, "{late} of the missed ticks were handed out");
    again.kill();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_workspace_is_left_alone() {
    let hands = Hands::at("2026-03-01T10:00:00Z");
    let rig = Rig::at(Arc::new(hands.clone())).await;
    let (active, suspended) = (rig.workspace("active").await, rig.workspace("suspended").await);
    rig.trial.admin(&format!("update tenants set status = 'suspended' where id = '{suspended}'")).await.expect("done");
    schedule::tick(&rig.db, &daily()).await.expect("a look at the schedule");
    hands.turn(TimeDelta::days(1));
    schedule::tick(&rig.db, &daily()).await.expect("a look at the schedule");
    assert_eq!(rig.waiting().await.iter().map(|w| w.tenant).collect::<Vec<_>>(), [active]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_of_a_suspended_workspace_wait_for_its_return() {
    let hands = Hands::at("2026-03-01T10:00:00Z");
    let rig = Rig::at(Arc::new(hands.clone())).await;
    let (tenant, _) = rig.sign_up("acme").await;
    let status = async |to: &str| rig.trial.admin(&format!("update tenants set status = '{to}'")).await.expect("done");
    status("suspended").await;
    let sweep = SweepWorkspace { tenant, day: Day(hands.now().date_naive()) };
    rig.push(&sweep).await;
    // More often than it would be tried.
    for _ in 0..10 {
        jobs::drain(&rig.product()).await.expect("a drain");
        let run = rig.run_of(tenant, &sweep.key()).await.expect("a run");
        assert_eq!((run.state.as_str(), run.attempts, run.lost, run.error), ("waiting", 0, 0, None));
        assert!(rig.waiting().await.iter().any(|w| w.key == sweep.key()), "it is not lost");
    }
    let product = rig.product();
    let mail = product.mailbox().expect("a mailbox").list().await.expect("mail");
    assert_eq!(mail.len(), 1, "who signed up can prove the address: that is about the account");
    status("active").await;
    jobs::drain_all(&rig.product()).await.expect("a drain");
    assert_eq!(rig.state_of(tenant, &sweep.key()).await, "done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweep_forgets_what_ended_a_month_ago() {
    let hands = Hands::at("2026-03-01T10:00:00Z");
    let rig = Rig::at(Arc::new(hands.clone())).await;
    let tenant = rig.workspace("acme").await;
    rig.push(&Play::new(&rig, tenant, "old", Act::Succeed)).await;
    jobs::drain(&rig.context()).await.expect("a drain");
    hands.turn(TimeDelta::days(31));
    rig.push(&Play::new(&rig, tenant, "new", Act::Succeed)).await;
    jobs::drain(&rig.context()).await.expect("a drain");
    rig.push(&SweepWorkspace { tenant, day: Day(hands.now().date_naive()) }).await;
    jobs::drain(&rig.product()).await.expect("a drain");
    assert_eq!(rig.state_of(tenant, "old").await, "unknown");
    assert_eq!(rig.state_of(tenant, "new").await, "done");
    assert_eq!(notes(&rig, "old", "ends").len(), 1);
}
