//! Workers that are killed: real processes, and a signal that nobody can catch.

use crate::{
    rig::{self, Act, Play, Rig, Worker, notes, until},
    smtp::{Manner, Server},
};
use domain::TenantId;
use jobs::{Context, schedule::Entry};
use std::{
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Instant,
};
use store::{Db, SystemClock};

const URL: &str = "PEOPLE360_TRIAL_URL";
const HOME: &str = "PEOPLE360_TRIAL_HOME";

/// In a process that a test has started: a worker, until it is killed. Elsewhere: nothing.
pub async fn be_the_worker_if_started_as_one(entries: impl FnOnce() -> Vec<Entry>) {
    let (Ok(url), Ok(home)) = (std::env::var(URL), std::env::var(HOME)) else { return };
    let config = rig::config(&url, home.as_ref());
    let db = Db::lazy(&url, 10, Arc::new(SystemClock)).expect("the URL is one");
    let cx = Context::new(&config, db).expect("the settings are right").with_handlers(rig::handlers());
    let _worker = Worker::start_with(&config, cx, entries()).await;
    std::future::pending::<()>().await;
}

/// Where jobs leave their notes, in a process that a test has started.
pub fn notes_of_this_process() -> PathBuf {
    PathBuf::from(std::env::var(HOME).expect("it was told where")).join("notes")
}

/// Killed when dropped, so that a test that fails leaves nothing running.
pub struct Process(Child);

impl Process {
    fn start(rig: &Rig) -> Self {
        Self::start_as(rig, "deaths::a_killed_workers_job_comes_back")
    }

    /// In the test of this name, which begins by being a worker.
    pub fn start_as(rig: &Rig, test: &str) -> Self {
        let me = std::env::current_exe().expect("a test knows its program");
        let child = Command::new(me)
            .args(["--exact", test, "--nocapture"])
            .env(URL, &rig.config.database_url)
            .env(HOME, &rig.home)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.expect("a process starts"))
    }

    /// As `kill -9`.
    pub fn kill(mut self) {
        self.0.kill().expect("it can be killed");
        self.0.wait().expect("it ends");
    }

    fn has_ended(&mut self) -> bool {
        self.0.try_wait().expect("its state is known").is_some()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _waited_already = self.0.wait();
    }
}

async fn kill_one_at_work(rig: &Rig, tenant: TenantId) {
    rig.push(&Play::new(rig, tenant, "interrupted", Act::SleepOnce(600_000))).await;
    let process = Process::start(rig);
    until("the job runs", async || !notes(rig, "interrupted", "begins").is_empty()).await;
    process.kill();
    let run = rig.run_of(tenant, "interrupted").await.expect("it was begun");
    assert_eq!((run.state.as_str(), run.attempts), ("running", 1), "the try was counted before the work");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_workers_job_comes_back() {
    be_the_worker_if_started_as_one(Vec::new).await;
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    kill_one_at_work(&rig, tenant).await;
    let killed = Instant::now();
    let worker = rig.work().await;
    until("the job is done", async || rig.state_of(tenant, "interrupted").await == "done").await;
    println!("back after {:?}", killed.elapsed());
    let run = rig.run_of(tenant, "interrupted").await.expect("a run");
    assert_eq!((run.attempts, run.lost), (2, 1));
    worker.stop().await;
}

/// The process that is killed and those that follow go by the same name, which is how a unit or a container is run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_restarted_under_any_name_leaves_nothing_running() {
    let mut rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    kill_one_at_work(&rig, tenant).await;
    let same = Process::start(&rig);
    until("the job is done", async || rig.state_of(tenant, "interrupted").await == "done").await;
    until("nothing is left", async || rig.with_workers().await == 0 && rig.waiting().await.is_empty()).await;
    same.kill();
    rig.config.name = "another".to_owned();
    rig.push(&Play::new(&rig, tenant, "next", Act::Succeed)).await;
    let other = rig.work().await;
    until("the next is done", async || rig.state_of(tenant, "next").await == "done").await;
    until("nothing is left", async || rig.with_workers().await == 0).await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poison_job_ends_dead() {
    let rig = Rig::new().await;
    let tenant = rig.workspace("acme").await;
    rig.push(&Play::new(&rig, tenant, "poison", Act::Kill)).await;
    let mut deaths = 0;
    loop {
        let mut process = Process::start(&rig);
        let mut killed = false;
        until("it kills its worker, or is given up", async || {
            killed = process.has_ended();
            killed || rig.state_of(tenant, "poison").await == "dead"
        })
        .await;
        if !killed {
            break;
        }
        deaths += 1;
        assert!(deaths < 10, "it kills one worker after the other");
    }
    assert_eq!((deaths, notes(&rig, "poison", "begins").len()), (5, 5));
    let run = rig.run_of(tenant, "poison").await.expect("a run");
    assert_eq!((run.state.as_str(), run.error.as_deref()), ("dead", Some("its worker died each time")));
    let worker = rig.work().await;
    until("nothing is left", async || rig.with_workers().await == 0 && rig.waiting().await.is_empty()).await;
    worker.stop().await;
}

/// The mail server takes its time, and the database hangs up meanwhile: what was accepted is written down all the same,
/// and not sent again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_that_is_under_way_while_the_database_hangs_up_goes_out_once() {
    let server = Server::start(0, Manner::Slow).await;
    let mut rig = Rig::new().await;
    rig.config.smtp_url = Some(format!("smtp://127.0.0.1:{}", server.port));
    let (tenant, _) = rig.sign_up("acme").await;
    let mail = rig.waiting().await.into_iter().find(|w| w.queue == "mail").expect("a mail was asked for").key;
    let worker = Worker::start(&rig.config, rig.product()).await;
    until("the mail server has it", async || server.messages().len() == 1).await;
    rig.trial.hang_up().await.expect("all connections are gone");
    until("the mail is done", async || rig.state_of(tenant, &mail).await == "done").await;
    until("nothing is left", async || rig.with_workers().await == 0 && rig.waiting().await.is_empty()).await;
    assert_eq!(server.messages().len(), 1);
    worker.stop().await;
}
