//! Which job goes next: turns between workspaces, hurry within one, and what is for later.

use crate::rig::{Act, Long, Play, Rig, all_notes, begun, notes, until};
use chrono::TimeDelta;
use domain::{TenantId, jobs::Priority};
use std::time::{Duration, Instant};
use store::queue;

/// Very many jobs of one workspace at once, as a bulk action of its own would push them.
async fn push_many(rig: &Rig, tenant: TenantId, many: u32, columns: &str, values: &str) {
    let notes = rig.home.join("notes");
    let body = serde_json::json!({ "tenant": tenant, "key": "?", "act": { "Sleep": 10 }, "notes": notes });
    let sql = format!(
        "insert into outbox (tenant_id, queue, name, key, body{columns})
         select '{tenant}', 'events', 'play', 'many ' || n, jsonb_set('{body}', '{{key}}', to_jsonb('many ' || n)){values}
         from generate_series(1, {many}) n"
    );
    rig.trial.admin(&sql).await.expect("they are in the outbox");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_workspaces_hundred_thousand_jobs_delay_anothers_by_seconds() {
    let rig = Rig::new().await;
    let (big, small) = (rig.workspace("big").await, rig.workspace("small").await);
    push_many(&rig, big, 100_000, "", "").await;
    let worker = rig.work().await;
    until("the many are under way", async || all_notes(&rig).len() > 100).await;
    let mut delays = Vec::new();
    for i in 0..10 {
        let (key, pushed) = (format!("mine {i}"), Instant::now());
        rig.push(&Play::new(&rig, small, &key, Act::Succeed)).await;
        until("the small one's job is done", async || !notes(&rig, &key, "ends").is_empty()).await;
        delays.push(pushed.elapsed());
    }
    delays.sort_unstable();
    println!("behind 100,000 of another's: half of the jobs within {:?}, all within {:?}", delays[4], delays[9]);
    assert!(delays[9] < Duration::from_secs(5), "{delays:?}");
    let (mine, theirs) = begun(&rig).into_iter().partition::<Vec<_>, _>(|key| key.starts_with("mine"));
    println!("{} of the other's were begun meanwhile", theirs.len());
    assert_eq!(mine.len(), 10);
    worker.stop().await;
}

/// Five hundred workspaces with one job each, and one with a hundred thousand: a step for each, and no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_relays_look_is_short_however_many_wait() {
    let rig = Rig::new().await;
    let big = rig.workspace("big").await;
    let sql = "insert into tenants (id, slug, name, created_at)
               select gen_random_uuid(), 'small-' || n, 'small', now() from generate_series(1, 500) n";
    rig.trial.admin(&format!("set session_replication_role = replica; {sql}")).await.expect("they are there");
    push_many(&rig, big, 100_000, "", "").await;
    let sql = "insert into outbox (tenant_id, queue, name, key, body)
               select id, 'events', 'play', 'one', '{}' from tenants where slug like 'small-%'";
    rig.trial.admin(sql).await.expect("they are in the outbox");
    // Whatever the planner knows of the table: nothing, or all of it.
    let unknown = time_of(&rig, 20).await;
    rig.trial.admin("analyze outbox").await.expect("it is looked at");
    let known = time_of(&rig, 20).await;
    println!("a look of the relay's takes {unknown:?}, then {known:?}");
    assert!(unknown.max(known) < Duration::from_millis(100), "{unknown:?}, {known:?}");
}

/// How long the relay takes to see what is next, on average.
async fn time_of(rig: &Rig, looks: u32) -> Duration {
    let began = Instant::now();
    for _ in 0..looks {
        let mut tx = rig.db.relay().await.expect("a transaction");
        queue::due(&mut tx, &domain::jobs::Queue::ALL).await.expect("what is due");
        for queue in domain::jobs::Queue::ALL {
            queue::next(&mut tx, queue, 16, None).await.expect("what is next");
        }
    }
    began.elapsed() / looks
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_thousand_jobs_for_later_cost_the_relay_nothing() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    push_many(&rig, tenant, 100_000, ", run_at", ", now() + interval '1 day' + n * interval '1 second'").await;
    // Whatever the planner knows of the table: nothing, or all of it.
    let unknown = time_of(&rig, 20).await;
    rig.trial.admin("analyze outbox").await.expect("it is looked at");
    let known = time_of(&rig, 20).await;
    println!("a look of the relay's takes {unknown:?}, then {known:?}");
    assert!(unknown.max(known) < Duration::from_millis(50), "{unknown:?}, {known:?}");
    let worker = rig.work().await;
    rig.push(&Play::new(&rig, tenant, "now", Act::Succeed)).await;
    until("what is for now is done", async || rig.state_of(tenant, "now").await == "done").await;
    assert_eq!(begun(&rig), ["now"]);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_urgent_goes_first_within_its_workspace() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    // One at a time, so that the order shows.
    for (key, priority) in [("bulk", Priority::Bulk), ("normal", Priority::Normal), ("urgent", Priority::Urgent)] {
        for i in 0..3 {
            let job = Long { priority: Some(priority), ..Long::new(&rig, tenant, format!("{key} {i}"), Act::Succeed) };
            rig.push(&job).await;
        }
    }
    let worker = rig.work().await;
    until("all are done", async || all_notes(&rig).iter().filter(|l| l.what == "ends").count() == 9).await;
    let order = ["urgent", "normal", "bulk"].map(|key| [0, 1, 2].map(|i| format!("{key} {i}"))).concat();
    assert_eq!(begun(&rig), order);
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hurry_takes_no_turns_from_another_workspace() {
    let rig = Rig::new().await;
    let (hasty, patient) = (rig.workspace("hasty").await, rig.workspace("patient").await);
    let push = async |tenant, key: &str, priority| {
        for i in 0..10 {
            let job = Long { priority: Some(priority), ..Long::new(&rig, tenant, format!("{key} {i}"), Act::Succeed) };
            rig.push(&job).await;
        }
    };
    push(hasty, "hasty", Priority::Urgent).await;
    push(patient, "patient", Priority::Bulk).await;
    let worker = rig.work().await;
    until("all are done", async || all_notes(&rig).iter().filter(|l| l.what == "ends").count() == 20).await;
    let order = begun(&rig);
    for pair in order.chunks(2) {
        assert_eq!(pair.iter().filter(|key| key.starts_with("patient")).count(), 1, "turns are taken: {order:?}");
    }
    worker.stop().await;
}

/// What failed and came due again has its half of its workspace's turns beside an endless stream of fresh jobs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_due_is_not_starved_by_what_is_fresh() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    push_many(&rig, tenant, 1_000, "", "").await;
    let due = rig.db.now() - TimeDelta::seconds(1);
    let mut tx = rig.inside(tenant).await;
    queue::push_at(&mut tx, &Play::new(&rig, tenant, "due", Act::Succeed), due).await.expect("a place");
    tx.commit().await.expect("it is kept");
    let mut tx = rig.db.relay().await.expect("a transaction");
    let next = queue::next(&mut tx, domain::jobs::Queue::Events, 2, None).await.expect("two of them");
    assert!(next.iter().any(|p| p.key == "due"), "{next:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_for_later_begins_then_and_not_before() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    let then = rig.db.now() + TimeDelta::milliseconds(2_500);
    let mut tx = rig.inside(tenant).await;
    queue::push_at(&mut tx, &Play::new(&rig, tenant, "later", Act::Succeed), then).await.expect("a place");
    // Twice is once, and the first time stands.
    let sooner = then - TimeDelta::seconds(2);
    queue::push_at(&mut tx, &Play::new(&rig, tenant, "later", Act::Succeed), sooner).await.expect("a place");
    tx.commit().await.expect("it is kept");
    // Through a restart, too.
    rig.work().await.stop().await;
    let worker = rig.work().await;
    until("it is done", async || rig.state_of(tenant, "later").await == "done").await;
    let begins = notes(&rig, "later", "begins");
    assert!(begins.len() == 1 && begins[0].at >= then, "{begins:?}, and not before {then}");
    assert!(begins[0].at < then + TimeDelta::seconds(3), "{begins:?}, soon after {then}");
    worker.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_waiting_job_can_be_withdrawn_and_asked_for_again() {
    let rig = Rig::new().await;
    let (tenant, other) = (rig.workspace("acme").await, rig.workspace("other").await);
    let job = |tenant| Play::new(&rig, tenant, "perhaps", Act::RetryOnce);
    rig.push(&job(tenant)).await;
    rig.push(&job(other)).await;
    let withdraw = async || {
        let mut tx = rig.inside(tenant).await;
        let gone = queue::withdraw::<Play>(&mut tx, "perhaps").await.expect("an answer");
        tx.commit().await.expect("it is so");
        gone
    };
    assert!(withdraw().await);
    assert!(!withdraw().await, "there is none any more");
    assert_eq!(rig.waiting().await.iter().map(|w| w.tenant).collect::<Vec<_>>(), [other], "another's stays");
    // One that failed and waits for its next try: as though it had never been.
    rig.push(&job(tenant)).await;
    jobs::drain(&rig.context()).await.expect("a drain");
    assert_eq!(rig.state_of(tenant, "perhaps").await, "waiting");
    assert!(withdraw().await);
    assert_eq!(rig.state_of(tenant, "perhaps").await, "unknown");
    rig.push(&job(tenant)).await;
    jobs::drain_all(&rig.context()).await.expect("a drain");
    assert_eq!(rig.state_of(tenant, "perhaps").await, "done");
    assert!(!withdraw().await, "what is done is done");
    assert_eq!(rig.state_of(tenant, "perhaps").await, "done");
}
