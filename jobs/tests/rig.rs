//! A database and a worker of a test's own, and a job that does as it is told.

use chrono::{DateTime, Utc};
use domain::{
    AccountId, Email, Slug, TenantId,
    jobs::{Job, Priority, Queue},
    workspace::signup,
};
use jobs::{Config, Context, Failure, Handlers, Run, Running, schedule::Entry};
use serde::{Deserialize, Serialize};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use store::{
    Db, Desk, SystemClock, TenantTx, Who, identity,
    migrate::trial::{Template, Trial},
    queue::{self, JobRun},
};
use tokio::sync::{OnceCell, oneshot};

/// Until when a test waits for what must happen.
pub const DEADLINE: Duration = Duration::from_secs(60);

pub struct Rig {
    pub db: Db,
    pub config: Config,
    /// Where jobs leave their notes, and the mailbox.
    pub home: PathBuf,
    // After the pool: it is dropped last.
    pub trial: Trial,
}

impl Rig {
    pub async fn new() -> Self {
        Self::at(Arc::new(SystemClock)).await
    }

    pub async fn at(clock: Arc<dyn store::Clock>) -> Self {
        static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
        let template = TEMPLATE
            .get_or_init(|| async {
                let admin = std::env::var("PEOPLE360_TEST_PG")
                    .expect("PEOPLE360_TEST_PG names no PostgreSQL for tests: run bin/test, which starts one");
                let set_up = async |owner: &str| jobs::set_up(owner).await.expect("the queue's tables are made");
                Template::make(&admin, "jobs", set_up).await.expect("a template is made")
            })
            .await;
        let trial = template.copy().await.expect("a database is made");
        let home = std::env::temp_dir().join(format!("people360-jobs-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&home).expect("a directory can be made");
        let db = Db::lazy(&trial.app_url, 10, clock).expect("the URL is one");
        let config = config(&trial.app_url, &home);
        Self { db, config, home, trial }
    }

    /// What the product's jobs work with.
    pub fn product(&self) -> Context {
        Context::new(&self.config, self.db.clone()).expect("the settings are right")
    }

    /// As [`product`](Self::product), with the handlers of this file.
    pub fn context(&self) -> Context {
        self.product().with_handlers(handlers())
    }

    /// Somebody signs up.
    pub async fn sign_up(&self, slug: &str) -> (TenantId, AccountId) {
        let tenant = self.db.id();
        let fields = signup::Fields {
            company: domain::workspace::signup::Company {
                name: format!("{slug} & Sons"),
                slug: Slug::parse(slug).expect("a slug"),
                country: None,
                conventions: Default::default(),
                zone: chrono_tz::Tz::UTC,
            },
            name: "Ann Other".to_owned(),
            email: Email::parse(&format!("ann@{slug}.example")).expect("an address"),
            password: String::new(),
        };
        let mut tx = self.db.identity().await.expect("a transaction");
        let account = identity::sign_up(&mut tx, tenant, &fields, "no hash").await.expect("a new account");
        tx.commit().await.expect("it is kept");
        (tenant, account)
    }

    /// A workspace with nothing to do.
    pub async fn workspace(&self, slug: &str) -> TenantId {
        self.quiet(slug).await.0
    }

    /// As [`workspace`](Self::workspace), with its owner.
    pub async fn quiet(&self, slug: &str) -> (TenantId, AccountId) {
        let (tenant, account) = self.sign_up(slug).await;
        let mut tx = self.db.relay().await.expect("a transaction");
        queue::take_all(&mut tx).await.expect("what signing up asked for");
        tx.commit().await.expect("it is gone");
        (tenant, account)
    }

    pub async fn inside(&self, tenant: TenantId) -> TenantTx {
        let desk = Desk::of_system(tenant, chrono_tz::Tz::UTC, Who::System);
        self.db.begin(desk).await.expect("a transaction")
    }

    pub async fn push<J: Job>(&self, job: &J) {
        let mut tx = self.inside(job.tenant()).await;
        queue::push(&mut tx, job).await.expect("a place in the outbox");
        tx.commit().await.expect("it is kept");
    }

    pub async fn run_of(&self, tenant: TenantId, key: &str) -> Option<JobRun> {
        let mut tx = self.inside(tenant).await;
        queue::runs(&mut tx, 10_000).await.expect("the runs").into_iter().find(|r| r.key == key)
    }

    pub async fn state_of(&self, tenant: TenantId, key: &str) -> String {
        self.run_of(tenant, key).await.map_or_else(|| "unknown".to_owned(), |r| r.state)
    }

    pub async fn waiting(&self) -> Vec<queue::Waiting> {
        let mut tx = self.db.relay().await.expect("a transaction");
        queue::waiting(&mut tx).await.expect("the outbox")
    }

    /// Jobs in the library's tables.
    pub async fn with_workers(&self) -> i64 {
        let pool = store::worker_pool(&self.config.database_url, 1).await.expect("a pool");
        queue::Deliveries::new(pool).count().await.expect("a number")
    }

    pub async fn work(&self) -> Worker {
        Worker::start(&self.config, self.context()).await
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        // What stays behind is in the directory for such things.
        let _gone = std::fs::remove_dir_all(&self.home);
    }
}

pub fn config(url: &str, home: &Path) -> Config {
    let mut config =
        Config::new(url, "a secret of at least thirty-two letters", "https://people.example.com", home.join("mailbox"));
    config.name = "trial".to_owned();
    // The library counts whole seconds of silence, and the first sign of life is rounded down to one.
    config.heartbeat = Duration::from_millis(600);
    config
}

pub fn handlers() -> Handlers {
    Handlers::none().with::<Play>().with::<Hasty>().with::<Long>()
}

/// Workers in this process.
pub struct Worker {
    stop: oneshot::Sender<()>,
    running: Running,
}

impl Worker {
    pub async fn start(config: &Config, cx: Context) -> Self {
        Self::start_with(config, cx, vec![]).await
    }

    pub async fn start_with(config: &Config, cx: Context, entries: Vec<Entry>) -> Self {
        let (stop, stopped) = oneshot::channel();
        let running =
            jobs::start_with(config, cx, entries, async { drop(stopped.await) }).await.expect("workers start");
        Self { stop, running }
    }

    pub async fn stop(self) {
        drop(self.stop);
        self.running.wait().await;
    }
}

/// What a job does, each time that it is tried.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub enum Act {
    Succeed,
    Sleep(u64),
    /// The first time; then it succeeds.
    SleepOnce(u64),
    PanicOnce,
    Retry,
    RetryOnce,
    Fail,
    /// Takes its whole process with it.
    Kill,
}

/// The note that a job leaves as it begins and as it ends.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    pub key: String,
    pub what: String,
    pub attempt: i32,
    pub at: DateTime<Utc>,
}

macro_rules! plays {
    ($($(#[$doc:meta])* $name:ident ($label:literal, $queue:ident, $tries:literal, time_out $time_out:literal, pause $pause:literal);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub struct $name {
            pub tenant: TenantId,
            pub key: String,
            pub act: Act,
            pub notes: PathBuf,
            #[serde(skip)]
            pub priority: Option<Priority>,
        }
        impl $name {
            pub fn new(rig: &Rig, tenant: TenantId, key: impl Into<String>, act: Act) -> Self {
                Self { tenant, key: key.into(), act, notes: rig.home.join("notes"), priority: None }
            }
        }
        impl Job for $name {
            const NAME: &'static str = $label;
            const QUEUE: Queue = Queue::$queue;
            fn tenant(&self) -> TenantId { self.tenant }
            fn key(&self) -> String { self.key.clone() }
            fn priority(&self) -> Priority { self.priority.unwrap_or(Self::PRIORITY) }
        }
        impl Run for $name {
            const TRIES: i32 = $tries;
            const TIME_OUT: Duration = Duration::from_millis($time_out);
            fn pause(tries: i32) -> Duration {
                jobs::back_off(Duration::from_millis($pause), Duration::from_secs(60), tries)
            }
            async fn run(self, cx: &Context) -> Result<(), Failure> {
                act(cx, self.act, &self.key, &self.notes).await
            }
            async fn given_up(self, _: &Context) -> Result<(), store::Error> {
                assert!(self.key != "speechless", "nobody can be told");
                Ok(())
            }
        }
    )*};
}

plays! {
    Play("play", Events, 5, time_out 120_000, pause 400);
    Hasty("hasty", Events, 2, time_out 200, pause 50);
    Long("long", Imports, 5, time_out 120_000, pause 50);
}

async fn act(cx: &Context, act: Act, key: &str, notes: &Path) -> Result<(), Failure> {
    note(cx, key, "begins", notes);
    let first = cx.attempt == 1;
    match act {
        Act::Succeed => {}
        Act::Sleep(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
        Act::SleepOnce(ms) if first => tokio::time::sleep(Duration::from_millis(ms)).await,
        Act::PanicOnce if first => panic!("the sky falls"),
        Act::RetryOnce if first => return Err(Failure::Retry("not today".to_owned())),
        Act::SleepOnce(_) | Act::PanicOnce | Act::RetryOnce => {}
        Act::Retry => return Err(Failure::Retry("not today".to_owned())),
        Act::Fail => return Err(Failure::Fail("never".to_owned())),
        Act::Kill => std::process::exit(9),
    }
    note(cx, key, "ends", notes);
    Ok(())
}

fn note(cx: &Context, key: &str, what: &str, notes: &Path) {
    use std::io::Write;
    let line = Line { key: key.to_owned(), what: what.to_owned(), attempt: cx.attempt, at: cx.db.now() };
    let line = format!("{}\n", serde_json::to_string(&line).expect("a line"));
    let file = std::fs::File::options().create(true).append(true).open(notes);
    file.and_then(|mut f| f.write_all(line.as_bytes())).expect("notes can be written");
}

/// The notes so far, of this key.
pub fn notes(rig: &Rig, key: &str, what: &str) -> Vec<Line> {
    all_notes(rig).into_iter().filter(|l| l.key == key && l.what == what).collect()
}

/// The keys in the order in which they began.
pub fn begun(rig: &Rig) -> Vec<String> {
    all_notes(rig).into_iter().filter(|l| l.what == "begins").map(|l| l.key).collect()
}

pub fn all_notes(rig: &Rig) -> Vec<Line> {
    let text = std::fs::read_to_string(rig.home.join("notes")).unwrap_or_default();
    // The last line may be half written.
    text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect()
}

/// Waits until it is so.
pub async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !so().await {
        assert!(began.elapsed() < DEADLINE, "in {DEADLINE:?}, it did not come to this: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
