//! The whole product in one process: real PostgreSQL, real Redis, a clock that the test turns.

use super::{Browser, Cable, Company};
use axum::Router;
use chrono::{DateTime, Duration, Utc};
use people360::{config::Config, web};
use sqlx::{Connection, PgConnection};
use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};
use store::{
    Clock, Db,
    migrate::trial::{Template, Trial},
    queue,
};
use tokio::sync::OnceCell;

/// Connections to the database that one app takes.
pub const CONNECTIONS: u32 = 6;

/// A clock that stands still until it is told otherwise. It begins on Monday, 2 March 2026, 09:00 UTC.
pub struct TestClock(Mutex<DateTime<Utc>>);

impl Default for TestClock {
    fn default() -> Self {
        Self(Mutex::new("2026-03-02T09:00:00Z".parse().expect("a moment")))
    }
}

impl TestClock {
    pub fn advance(&self, by: Duration) {
        *self.0.lock().expect("nobody panicked with the clock in hand") += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("nobody panicked with the clock in hand")
    }
}

/// What a test may want otherwise.
pub struct Settings {
    pub redis_url: String,
    pub public_url: String,
    pub dev: bool,
    pub outbound_allow: String,
    pub outbound_ca: Option<PathBuf>,
    /// Where files are kept; a folder of the test's own if not said.
    pub storage_url: Option<String>,
}

pub struct TestApp {
    pub db: Db,
    pub clock: Arc<TestClock>,
    pub trial: Trial,
    pub config: Config,
    router: Router,
    jobs: jobs::Context,
    /// What no other test's addresses have: Redis is shared, and throttles count by address.
    tag: String,
    caller: SocketAddr,
    home: PathBuf,
    may_wait: AtomicBool,
    cable: Option<Cable>,
}

/// A superuser's URL of the cluster that is there for tests; `bin/test` starts one.
pub fn test_database_url() -> String {
    std::env::var("PEOPLE360_TEST_PG").expect("PEOPLE360_TEST_PG names no PostgreSQL for tests: run bin/test")
}

/// The Redis that is there for tests.
pub fn redis_url() -> String {
    std::env::var("PEOPLE360_TEST_REDIS").expect("PEOPLE360_TEST_REDIS names no Redis for tests: run bin/test")
}

async fn template() -> &'static Template {
    static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
    let make = async || {
        let queues = async |owner: &str| jobs::set_up(owner).await.expect("the queue's tables are made");
        // The jobs' own tests prepare theirs alike, so it is the same one.
        Template::make(&test_database_url(), "jobs", queues).await.expect("a template is made")
    };
    TEMPLATE.get_or_init(make).await
}

impl TestApp {
    pub async fn new() -> Self {
        Self::with(|_| ()).await
    }

    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let trial = template().await.copy().await.expect("a database is made");
        Self::on(trial, None, change)
    }

    /// One whose database can be cut off: see [`cable`](Self::cable).
    pub async fn on_a_cable() -> Self {
        let trial = template().await.copy().await.expect("a database is made");
        let cable = Cable::to(&trial.app_url).await;
        Self::on(trial, Some(cable), |_| ())
    }

    fn on(trial: Trial, cable: Option<Cable>, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings {
            redis_url: redis_url(),
            public_url: "http://people.test".into(),
            dev: false,
            outbound_allow: String::new(),
            outbound_ca: None,
            storage_url: None,
        };
        change(&mut settings);
        let id = uuid::Uuid::new_v4();
        let home = std::env::temp_dir().join(format!("people360-test-{}", id.simple()));
        let url = cable.as_ref().map_or(&trial.app_url, |c| &c.url).clone();
        let config = Config::read(|name| match name {
            "DATABASE_URL" => Some(url.clone()),
            "REDIS_URL" => Some(settings.redis_url.clone()),
            "SECRET_KEY" => Some("a secret of tests, forty letters or longer".into()),
            "PUBLIC_URL" => Some(settings.public_url.clone()),
            "INBOUND_MAIL_DOMAIN" => Some("in.people.test".into()),
            "PEOPLE360_HOME" => Some(home.display().to_string()),
            "OUTBOUND_ALLOW" => Some(settings.outbound_allow.clone()),
            "OUTBOUND_CA" => settings.outbound_ca.as_ref().map(|p| p.display().to_string()),
            "STORAGE_URL" => settings.storage_url.clone(),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("of tests".into()),
            "PEOPLE360_DEV" => settings.dev.then(|| "1".into()),
            _ => None,
        })
        .expect("the settings are right");
        let clock = Arc::new(TestClock::default());
        let db = Db::lazy(&config.database_url, CONNECTIONS, clock.clone()).expect("the URL is one");
        let redis = web::session::connect(&config.redis_url).expect("the URL is one");
        let jobs = jobs::Context::new(&config.jobs(), db.clone()).expect("the settings are right");
        let router = people360::router(web::App::new(config.clone(), db.clone(), redis));
        let caller = SocketAddr::new(IpAddr::V6(Ipv6Addr::from(id.as_u128())), 50_000);
        let tag = id.simple().to_string()[..12].to_owned();
        Self { db, clock, trial, config, router, jobs, tag, caller, home, may_wait: AtomicBool::new(false), cable }
    }

    /// The line to the database of an app [`on_a_cable`](Self::on_a_cable).
    pub fn cable(&self) -> &Cable {
        self.cable.as_ref().expect("this app was made on one")
    }

    /// Somebody comes by, with no cookies yet.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), self.caller, &self.config.public_url)
    }

    /// `ada` as an address that no other test has.
    pub fn email(&self, name: &str) -> String {
        format!("{name}@{}.example", self.tag)
    }

    /// A company that has signed up; its mail is sent.
    pub async fn company(&self, slug: &str) -> Company<'_> {
        Company::sign_up(self, slug).await
    }

    /// Does everything that waits to be done. Gives how many jobs ran.
    pub async fn run_jobs(&self) -> usize {
        jobs::drain(&self.jobs).await.expect("jobs can be run")
    }

    /// As [`jobs`](Self::jobs), by other settings.
    pub fn jobs_by(&self, change: impl FnOnce(&mut jobs::Config)) -> jobs::Context {
        let mut config = self.config.jobs();
        change(&mut config);
        jobs::Context::new(&config, self.db.clone()).expect("the settings are right")
    }

    pub fn jobs(&self) -> &jobs::Context {
        &self.jobs
    }

    /// This test ends with work undone, and means it.
    pub fn jobs_may_wait(&self) {
        self.may_wait.store(true, Ordering::Relaxed);
    }

    /// Mail to this address, the newest first, after doing what waits.
    pub async fn mail_to(&self, address: &str) -> Vec<jobs::Message> {
        self.run_jobs().await;
        let all = self.jobs.mailbox().expect("tests send no mail out").list().await.expect("the mailbox can be read");
        all.into_iter().filter(|m| m.to.eq_ignore_ascii_case(address)).collect()
    }

    /// The path behind the link of the newest mail to this address that is more than a notice.
    pub async fn mailed_link(&self, address: &str) -> String {
        let mails = self.mail_to(address).await;
        let mail = mails.into_iter().find(|m| !m.link().is_some_and(|l| l.contains("/notifications/")));
        let mail = mail.unwrap_or_else(|| panic!("no mail to {address}"));
        let link = mail.link().unwrap_or_else(|| panic!("no link in {}", mail.text));
        link.strip_prefix(&self.config.public_url).expect("a link of ours").to_owned()
    }

    /// A connection of the owner's, who may look into the catalogue.
    pub async fn catalogue(&self) -> PgConnection {
        PgConnection::connect(&self.trial.owner_url).await.expect("the owner may connect")
    }

    /// A connection of the app role's, without the product's care.
    pub async fn app_role(&self) -> PgConnection {
        PgConnection::connect(&self.trial.app_url).await.expect("the app role may connect")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        // What stays behind is in the directory for such things.
        let _gone = std::fs::remove_dir_all(&self.home);
        if std::thread::panicking() || self.may_wait.load(Ordering::Relaxed) {
            return;
        }
        let url = self.trial.app_url.clone();
        // Not on the test's runtime, which may be ending.
        let asking = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let db = Db::lazy(&url, 1, Arc::new(TestClock::default())).expect("the URL is one");
                let mut tx = db.relay().await.expect("a transaction");
                queue::waiting(&mut tx).await.expect("the outbox").into_iter().map(|w| w.name).collect::<Vec<_>>()
            })
        });
        let waiting = asking.join().expect("the outbox can be read");
        assert!(waiting.is_empty(), "jobs were left undone, call run_jobs() or jobs_may_wait(): {waiting:?}");
    }
}

#[tokio::test]
#[should_panic(expected = "jobs were left undone")]
async fn a_test_that_leaves_work_undone_fails() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    browser.get("/password-reset").await;
    let company = app.company("acme").await;
    let email = company.member(domain::access::Role::Owner).await.email;
    browser.fill("Send me a link", &[("Work email", &email)]).await;
}
