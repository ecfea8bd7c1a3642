//! The job console: how the queues stand, what is in trouble, trying again and doing without.

use crate::rig::{Act, Hasty, Long, Play, Rig, notes, until};
use chrono::TimeDelta;
use domain::{
    TenantId,
    audit::Action,
    jobs::{Job, Queue},
};
use jobs::{Context, Failure, Handlers, Run};
use serde::{Deserialize, Serialize};
use store::{
    Desk, Who, audit,
    queue::{
        self,
        console::{self, Acted, Asked, QueueState, Trouble},
    },
};

async fn states(rig: &Rig) -> Vec<QueueState> {
    let mut tx = rig.db.relay().await.expect("a transaction");
    console::queues(&mut tx).await.expect("the queues")
}

async fn of(rig: &Rig, queue: Queue) -> QueueState {
    states(rig).await.into_iter().find(|s| s.queue == queue).expect("all queues are told")
}

async fn act(rig: &Rig, tenant: TenantId, again: bool, key: &str) -> Acted {
    let desk = Desk::of_system(tenant, chrono_tz::Tz::UTC, Who::Platform("cli"));
    let mut tx = rig.db.begin(desk).await.expect("a transaction");
    let acted = match again {
        true => console::retry(&mut tx, "play", key).await,
        false => console::discard(&mut tx, "play", key).await,
    };
    tx.commit().await.expect("it is so");
    acted.expect("an answer")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_console_tells_how_each_queue_stands() {
    let rig = Rig::new().await;
    let (tenant, other) = (rig.workspace("acme").await, rig.workspace("other").await);
    assert!(states(&rig).await.iter().all(|s| s.is_empty() && s.oldest.is_none() && s.dead == 0));
    let before = rig.db.now();
    rig.push(&Play::new(&rig, tenant, "one", Act::Succeed)).await;
    rig.push(&Play::new(&rig, other, "two", Act::Fail)).await;
    rig.push(&Hasty::new(&rig, other, "three", Act::Retry)).await;
    let mut tx = rig.inside(tenant).await;
    let tomorrow = rig.db.now() + TimeDelta::days(1);
    queue::push_at(&mut tx, &Long::new(&rig, tenant, "later", Act::Succeed), tomorrow).await.expect("a place");
    tx.commit().await.expect("it is kept");
    let events = of(&rig, Queue::Events).await;
    assert_eq!((events.waiting, events.delayed, events.with_workers), (3, 0, 0));
    assert!(events.oldest.is_some_and(|at| at >= before), "{events:?}");
    let imports = of(&rig, Queue::Imports).await;
    assert_eq!((imports.waiting, imports.delayed, imports.oldest), (0, 1, None), "what is for later is not old");

    let worker = rig.work().await;
    until("one is done, one dead, and one fails", async || {
        let s = of(&rig, Queue::Events).await;
        (s.done_hour, s.dead, s.failing) == (1, 1, 1) || (s.done_hour, s.dead) == (1, 2)
    })
    .await;
    until("the other one is dead too", async || of(&rig, Queue::Events).await.dead == 2).await;
    worker.stop().await;
    let events = of(&rig, Queue::Events).await;
    assert_eq!((events.done_minute, events.done_hour, events.dead_hour, events.failing), (1, 1, 2, 0));
    assert!(events.is_empty());

    let mut tx = rig.db.relay().await.expect("a transaction");
    let mut keys = async |asked: Asked<'_>| {
        let found = console::troubled(&mut tx, Trouble::Dead, &asked, 10).await.expect("the dead");
        found.into_iter().map(|t| (t.workspace, t.name, t.key, t.error)).collect::<Vec<_>>()
    };
    let line = |name: &str, key: &str, why: &str| ["other", name, key, why].map(str::to_owned).into();
    let all: Vec<(String, String, String, String)> =
        vec![line("hasty", "three", "not today"), line("play", "two", "never")];
    assert_eq!(keys(Asked::default()).await, all, "the newest first");
    assert_eq!(keys(Asked { workspace: Some("acme"), ..Asked::default() }).await, []);
    assert_eq!(keys(Asked { queue: Some(Queue::Mail), ..Asked::default() }).await, []);
    let first = console::troubled(&mut tx, Trouble::Dead, &Asked::default(), 1).await.expect("a page of one");
    let next = Asked { after: first.first(), ..Asked::default() };
    let second = console::troubled(&mut tx, Trouble::Dead, &next, 1).await.expect("the next page");
    assert_eq!((first[0].key.as_str(), second[0].key.as_str()), ("three", "two"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_job_is_tried_again_with_what_it_was_about() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    rig.push(&Play::new(&rig, tenant, "job", Act::Fail)).await;
    jobs::drain(&rig.context()).await.expect("a drain");
    assert_eq!(rig.state_of(tenant, "job").await, "dead");
    assert_eq!(act(&rig, tenant, true, "nobody").await, Acted::Unknown);
    assert_eq!(act(&rig, tenant, true, "job").await, Acted::Done);
    assert_eq!((rig.state_of(tenant, "job").await.as_str(), rig.waiting().await.len()), ("waiting", 1));
    jobs::drain(&rig.context()).await.expect("a drain");
    assert_eq!((rig.state_of(tenant, "job").await.as_str(), notes(&rig, "job", "begins").len()), ("dead", 2));
    let mut tx = rig.inside(tenant).await;
    let asked = audit::Asked { action: Some(Action::JobRetried), ..audit::Asked::default() };
    let told = audit::list(&mut tx, &asked, 10).await.expect("the trail");
    assert_eq!(told.iter().map(|e| e.actor.as_str()).collect::<Vec<_>>(), ["platform:cli"]);
    assert_eq!(told[0].changes["key"][1], "job");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_its_next_try_can_begin_now_or_be_done_without() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    for key in ["sooner", "never", "dead"] {
        rig.push(&Play::new(&rig, tenant, key, if key == "dead" { Act::Fail } else { Act::RetryOnce })).await;
    }
    jobs::drain(&rig.context()).await.expect("a drain");
    assert_eq!(of(&rig, Queue::Events).await.failing, 2);
    assert_eq!(act(&rig, tenant, true, "sooner").await, Acted::Done);
    assert!(rig.waiting().await.iter().any(|w| w.key == "sooner" && w.run_at.is_none()), "it can begin now");
    for key in ["never", "dead"] {
        assert_eq!(act(&rig, tenant, false, key).await, Acted::Done);
        assert_eq!(act(&rig, tenant, false, key).await, Acted::Unknown, "once");
        assert_eq!(rig.state_of(tenant, key).await, "discarded");
        // Its key stays used.
        rig.push(&Play::new(&rig, tenant, key, Act::Succeed)).await;
    }
    jobs::drain_all(&rig.context()).await.expect("a drain");
    let runs = ["sooner", "never", "dead"].map(|key| notes(&rig, key, "begins").len());
    assert_eq!(runs, [2, 1, 1]);
    let events = of(&rig, Queue::Events).await;
    assert_eq!((events.dead, events.failing), (0, 0));
    let mut tx = rig.inside(tenant).await;
    let asked = audit::Asked { action: Some(Action::JobDiscarded), ..audit::Asked::default() };
    assert_eq!(audit::list(&mut tx, &asked, 10).await.expect("the trail").len(), 2);
}

/// What a job is about is nobody's business but its workspace's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_console_sees_no_payload_of_a_run() {
    let rig = Rig::new().await;
    for (columns, may) in [("tenant_id, name, key, state, error", true), ("body", false), ("*", false)] {
        let sql = format!("begin; set local role people360_relay; select {columns} from job_runs; commit");
        assert_eq!(rig.trial.admin(&sql).await.is_ok(), may, "{columns}");
    }
    let sql = "begin; set local role people360_relay; update job_runs set state = 'done'; commit";
    assert!(rig.trial.admin(sql).await.is_err(), "it looks, and does nothing");
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Elsewhere {
    tenant: TenantId,
}

impl Job for Elsewhere {
    const NAME: &'static str = "elsewhere";
    const QUEUE: Queue = Queue::Insight;
    fn tenant(&self) -> TenantId {
        self.tenant
    }
    fn key(&self) -> String {
        "one".to_owned()
    }
}

impl Run for Elsewhere {
    async fn run(self, _: &Context) -> Result<(), Failure> {
        Ok(())
    }
}

/// A process without places for a queue leaves its jobs where others find them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_can_be_left_to_other_processes() {
    let mut rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    rig.config.places = rig.config.places.with(Queue::Insight, 0);
    rig.push(&Elsewhere { tenant }).await;
    let worker = rig.work().await;
    rig.push(&Play::new(&rig, tenant, "here", Act::Succeed)).await;
    until("this process works", async || rig.state_of(tenant, "here").await == "done").await;
    let insight = of(&rig, Queue::Insight).await;
    assert_eq!((insight.waiting, insight.with_workers), (1, 0));
    rig.config.places = jobs::Places::default();
    let cx = rig.product().with_handlers(Handlers::none().with::<Elsewhere>());
    let other = crate::rig::Worker::start(&rig.config, cx).await;
    until("the other one does it", async || rig.state_of(tenant, "one").await == "done").await;
    worker.stop().await;
    other.stop().await;
}
