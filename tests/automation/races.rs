//! Two at once: pumps, tellings, hands and the clock, each of which may be first.

use super::*;
use domain::workspace::access::Subject;
use sqlx::Connection;
use store::automation::happenings::{self, Enrolment};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
};

/// A system that says when it is called, and answers with the status that it is told then.
struct Slow {
    url: String,
    asked: mpsc::Receiver<()>,
    answer: mpsc::Sender<u16>,
}

async fn slow_system() -> Slow {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let (call, asked) = mpsc::channel(1);
    let (answer, mut told) = mpsc::channel(1);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let n = socket.read(&mut [0; 65_536]).await.expect("it can be read");
            assert!(n > 0, "something is posted");
            call.send(()).await.expect("somebody listens");
            let Some(status) = told.recv().await else { return };
            let text = format!("HTTP/1.1 {status} So\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            socket.write_all(text.as_bytes()).await.expect("it can be answered");
        }
    });
    Slow { url, asked, answer }
}

/// Comes back when so many wait for a lock.
pub async fn blocked(app: &TestApp, waiting: i64) {
    let mut catalogue = app.catalogue().await;
    loop {
        let n: i64 = sqlx::query_scalar(
            // A lock on a transaction has no database of its own: whose it is, the one who waits says. Other tests wait, too.
            "select count(distinct l.pid) from pg_locks l join pg_stat_activity a on a.pid = l.pid
             where not l.granted and a.datname = current_database()",
        )
        .fetch_one(&mut catalogue)
        .await
        .expect("the catalogue answers");
        if n >= waiting {
            return catalogue.close().await.expect("it is closed");
        }
        tokio::task::yield_now().await;
    }
}

/// A wait until its customer is in a city.
fn until_city() -> Value {
    json!({ "id": "u", "do": "wait", "for": { "until": { "when": { "all": [{ "field": "city", "is": "filled" }] }, "days": 30 } } })
}

#[tokio::test]
async fn a_change_that_just_misses_a_run_is_found_by_the_next_tick() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let steps = json!([{ "id": "w", "do": "wait", "for": { "minutes": 1 } }, until_city(), note("s1", "{{city}}")]);
    let w = published(
        &company,
        Role::Owner,
        json!({ "record": "customer", "trigger": { "on": "created" }, "steps": steps }),
    )
    .await;
    let c = company.customer(&[("name", "Known")]).await;
    // Only runs that wait are listened for from here on.
    let mut tx = company.begin().await;
    workflows::pause(&mut tx, w, None).await.expect("it is paused");
    tx.commit().await.expect("it is kept");
    let mut tx = company.begin().await;
    let now = store::crm::customers::find(&mut tx, c).await.expect("it is there");
    let draft = domain::crm::customers::Draft { city: "Rome".into(), ..now.draft() };
    let fields = draft.parse(&Default::default()).expect("it is right");
    store::crm::customers::change(&mut tx, c, now.version, &fields).await.expect("it is changed");
    // Meanwhile the run looks, finds nothing, and waits.
    later(&app, &company, Duration::minutes(5)).await;
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    assert_eq!(only_run(&company, w).await.state, RunState::Waiting, "nothing tells it");
    later(&app, &company, Duration::minutes(5)).await;
    assert_eq!(notes_on(&company, Subject::Customer(c)).await, ["Rome"]);
}

#[tokio::test]
async fn what_a_record_does_not_tell_wakes_a_run_within_a_tick() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let until =
        json!({ "until": { "when": { "all": [{ "field": "tags", "is": "contains", "value": "Key" }] }, "days": 30 } });
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "created" },
            "steps": [{ "id": "w", "do": "wait", "for": until }, note("s1", "It is a key account")],
        }),
    )
    .await;
    let c = company.customer(&[("name", "Tagged")]).await;
    let mut tx = company.begin().await;
    store::tags::add(&mut tx, Subject::Customer(c), "Key").await.expect("it is tagged");
    tx.commit().await.expect("it is kept");
    later(&app, &company, Duration::minutes(5)).await;
    assert_eq!(state(&only_run(&company, w).await), (RunState::Done, None));
}

#[tokio::test]
async fn two_pumps_keep_one_cool_down() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "updated", "fields": ["city"] },
            "steps": [note("s1", "{{city}}")], "again": true, "cool_down": 30,
        }),
    )
    .await;
    let all = company.customers([vec![("name", "First")], vec![("name", "Mover")]]).await;
    change_customer(&company, all[0], &[("city", "Rome")]).await;
    let move_to = async |city: &str| {
        let mut tx = company.begin().await;
        let now = store::crm::customers::find(&mut tx, all[1]).await.expect("it is there");
        let draft = domain::crm::customers::Draft { city: city.into(), ..now.draft() };
        let fields = draft.parse(&Default::default()).expect("it is right");
        store::crm::customers::change(&mut tx, all[1], now.version, &fields).await.expect("it is changed");
        tx.commit().await.expect("it is kept");
    };
    // The first stops short of its commit: the bucket is in other hands.
    let mut bucket = app.app_role().await;
    let hold =
        format!("begin; set local app.tenant_id = '{}'; update automation_buckets set tokens = tokens", company.tenant);
    sqlx::raw_sql(sqlx::AssertSqlSafe(hold)).execute(&mut bucket).await.expect("it is held");
    move_to("Oslo").await;
    let (db, tenant) = (app.db.clone(), company.tenant);
    let first = tokio::spawn(async move { jobs::automation::pump(&db, tenant).await });
    blocked(&app, 1).await;
    move_to("Bonn").await;
    let db = app.db.clone();
    let second = tokio::spawn(async move { jobs::automation::pump(&db, tenant).await });
    blocked(&app, 2).await;
    sqlx::raw_sql("rollback").execute(&mut bucket).await.expect("it is let go");
    for pump in [first, second] {
        assert_eq!(pump.await.expect("it ran").expect("it looked"), 1);
    }
    app.run_jobs().await;
    assert_eq!(
        runs_of(&company, w).await.iter().filter(|r| r.record.as_ref().is_some_and(|r| r.2 == "Mover")).count(),
        1
    );
    assert_eq!(skipped(&company, w).await, ["It went through it less than 30 minutes before"]);
}

#[tokio::test]
async fn two_who_enrol_the_same_in_another_order_do_not_lock_each_other_out() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "manual" }, "steps": [note("s1", "Hello")],
        }),
    )
    .await;
    let enrolment = |once: &str| Enrolment {
        id: app.db.id(),
        workflow: w,
        number: 1,
        once: once.into(),
        record: None,
        step: None,
        occasion: json!({}),
        root: None,
        depth: 0,
    };
    let enrol = |all: Vec<Enrolment>| {
        let (db, tenant) = (app.db.clone(), company.tenant);
        tokio::spawn(async move {
            let (mut tx, _) = db.begin_job(tenant, "test").await.expect("a transaction");
            let made = happenings::enrol(&mut tx, &all, None).await;
            tx.commit().await.map(|()| made)
        })
    };
    let mut third = company.begin().await;
    happenings::enrol(&mut third, &[enrolment("x")], None).await.expect("it is enrolled");
    let one = enrol(vec![enrolment("a"), enrolment("x"), enrolment("b")]);
    blocked(&app, 1).await;
    let other = enrol(vec![enrolment("b"), enrolment("a")]);
    blocked(&app, 2).await;
    drop(third);
    let made =
        [one.await, other.await].map(|r| r.expect("it ran").expect("it is kept").expect("nobody was in the way").len());
    assert_eq!(made, [3, 0]);
    // Runs of no step: what would tell them is not here.
    later(&app, &company, Duration::minutes(5)).await;
}

#[tokio::test]
async fn a_failing_run_and_somebody_who_resumes_do_not_lock_each_other_out() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" },
            "steps": [{ "id": "s1", "do": "email", "to": "record", "subject": "Hi", "body": "Hello" }],
        }),
    )
    .await;
    for _ in 0..4 {
        company.employee(&[]).await;
    }
    // Somebody is between the workflow and its count of failures.
    let mut tx = company.begin().await;
    workflows::pause(&mut tx, w, None).await.expect("it is paused");
    let fifth = company.employee(&[]);
    let resumed = async {
        blocked(&app, 1).await;
        workflows::resume(&mut tx, w).await.expect("nobody was in the way");
        tx.commit().await.expect("it is kept");
    };
    tokio::join!(fifth, resumed);
    assert_eq!(runs_of(&company, w).await.iter().filter(|r| r.state == RunState::Failed).count(), 5);
    let mut tx = company.begin().await;
    assert_eq!(
        workflows::find(&mut tx, w).await.expect("it is there").paused_because,
        None,
        "one failure since it was resumed"
    );
}

#[tokio::test]
async fn a_posting_that_fails_late_does_not_end_what_was_retried_meanwhile() {
    let app = TestApp::with(|s| s.outbound_allow = "127.0.0.1".into()).await;
    let company = app.company("acme").await;
    let Slow { url, mut asked, answer } = slow_system().await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" }, "steps": [{ "id": "h", "do": "webhook", "url": url }],
        }),
    )
    .await;
    let hands = async {
        asked.recv().await.expect("the first call");
        let run = only_run(&company, w).await;
        let mut tx = company.begin().await;
        jobs::automation::cancel(&mut tx, run.id, "too early").await.expect("it is cancelled");
        jobs::automation::retry(&mut tx, run.id, "h").await.expect("it is told");
        tx.commit().await.expect("it is kept");
        answer.send(404).await.expect("it is answered");
        asked.recv().await.expect("the second call");
        answer.send(200).await.expect("it is answered");
    };
    tokio::join!(company.employee(&[]), hands);
    assert_eq!(state(&only_run(&company, w).await), (RunState::Done, None));
}

#[tokio::test]
async fn a_telling_that_died_does_not_end_a_run_that_was_told_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(&company, Role::Owner, json!({
        "record": "employee", "trigger": { "on": "created" }, "steps": [{ "id": "w", "do": "wait", "for": { "minutes": 10 } }],
    })).await;
    company.employee(&[]).await;
    let run = only_run(&company, w).await;
    let dead = async |turn: i32| {
        let mut tx = company.begin().await;
        let job = domain::jobs::AdvanceRun { tenant: company.tenant, run: run.id, turn };
        queue::push(&mut tx, &job).await.expect("it is pushed");
        tx.commit().await.expect("it is kept");
        // Its workers died of it.
        let killed = format!(
            "begin; set local app.tenant_id = '{0}';
             insert into job_runs (tenant_id, name, key, queue, state, attempts, lost, first_at, last_at)
             values ('{0}', 'advance_run', '{1}/{turn}', 'automation', 'running', 5, 4, now(), now())
             on conflict (tenant_id, name, key) do update set state = 'running', attempts = 5, lost = 4; commit",
            company.tenant, run.id
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(killed)).execute(&mut app.app_role().await).await.expect("it is written");
        app.run_jobs().await;
    };
    dead(run.turn + 50).await;
    assert_eq!(only_run(&company, w).await.state, RunState::Waiting);
    dead(run.turn).await;
    let why = "It could not be done, though it was tried several times.";
    assert_eq!(state(&only_run(&company, w).await), (RunState::Failed, Some(why)));
}

#[tokio::test]
async fn who_has_done_many_steps_leaves_a_run_alone_that_waits_meanwhile() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "created" }, "steps": [until_city(), note("s1", "{{city}}")],
        }),
    )
    .await;
    let c = company.customer(&[("name", "Known")]).await;
    let run = only_run(&company, w).await;
    let mut tx = company.begin().await;
    assert_eq!(runs::go_on(&mut tx, run.id).await.expect("it is asked"), None);
    tx.commit().await.expect("it is kept");
    assert_eq!(only_run(&company, w).await, run, "it waits as before");
    change_customer(&company, c, &[("city", "Rome")]).await;
    assert_eq!(notes_on(&company, Subject::Customer(c)).await, ["Rome"]);
    // One with more steps than are done for one telling goes through all of them.
    let many: Vec<Value> = (0..30).map(|n| note(&format!("s{n}"), "Step")).collect();
    let long = published(
        &company,
        Role::Owner,
        json!({ "record": "employee", "trigger": { "on": "created" }, "steps": many }),
    )
    .await;
    company.employee(&[]).await;
    assert_eq!(state(&only_run(&company, long).await), (RunState::Done, None));
}

#[tokio::test]
async fn two_tellings_at_once_do_a_step_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "created" }, "steps": [until_city(), note("s1", "{{city}}")],
        }),
    )
    .await;
    let c = company.customer(&[("name", "Known")]).await;
    let run = only_run(&company, w).await;
    let mut tx = company.begin().await;
    let now = store::crm::customers::find(&mut tx, c).await.expect("it is there");
    let draft = domain::crm::customers::Draft { city: "Rome".into(), ..now.draft() };
    let fields = draft.parse(&Default::default()).expect("it is right");
    store::crm::customers::change(&mut tx, c, now.version, &fields).await.expect("it is changed");
    let told = |turn| domain::jobs::AdvanceRun { tenant: company.tenant, run: run.id, turn };
    tx.commit().await.expect("it is kept");
    // The change tells it, and so does another.
    jobs::automation::pump(&app.db, company.tenant).await.expect("it is looked at");
    let mut held = company.begin().await;
    runs::hold(&mut held, run.id).await.expect("it is held");
    let (one, other) = (jobs::drain(app.jobs()), async {
        blocked(&app, 1).await;
        let mut tx = company.begin().await;
        queue::push(&mut tx, &told(51)).await.expect("it is pushed");
        tx.commit().await.expect("it is kept");
        let (second, free) = (jobs::drain(app.jobs()), async {
            blocked(&app, 2).await;
            drop(held);
        });
        tokio::join!(second, free).0
    });
    let (one, other) = tokio::join!(one, other);
    assert!(one.expect("jobs ran") > 0 && other.expect("jobs ran") > 0);
    app.run_jobs().await;
    assert_eq!(notes_on(&company, Subject::Customer(c)).await, ["Rome"]);
    assert_eq!(state(&only_run(&company, w).await), (RunState::Done, None));
}

#[tokio::test]
async fn a_discarded_posting_does_not_keep_its_run_waiting_for_ever() {
    let app = TestApp::with(|s| s.outbound_allow = "127.0.0.1".into()).await;
    let company = app.company("acme").await;
    let Slow { url, mut asked, answer } = slow_system().await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" }, "steps": [{ "id": "h", "do": "webhook", "url": url }],
        }),
    )
    .await;
    let unwell = async {
        asked.recv().await.expect("a call");
        answer.send(503).await.expect("it is answered");
    };
    tokio::join!(company.employee(&[]), unwell);
    let run = only_run(&company, w).await;
    assert!(run.wake_at.is_some(), "there is a time at which it looks by itself");
    let mut tx = company.begin().await;
    let key = format!("{}/1/h", run.id);
    let done = queue::console::discard(&mut tx, "call_webhook", &key).await.expect("it can be acted on");
    assert_eq!(done, queue::console::Acted::Done);
    tx.commit().await.expect("it is kept");
    later(&app, &company, Duration::minutes(30)).await;
    assert_eq!(only_run(&company, w).await.state, RunState::Waiting, "not at once: it may be on its way");
    later(&app, &company, Duration::minutes(40)).await;
    let why = "The webhook was not called: somebody has discarded it.";
    assert_eq!(state(&only_run(&company, w).await), (RunState::Failed, Some(why)));
}
