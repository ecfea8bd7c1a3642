//! The server that all browser tests share, and the driver of their browsers. Both are there while a test needs
//! them; the last one to leave takes them down.

use crate::support::{redis_url, test_database_url};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use people360::{
    config::Config,
    web::{App, serve::serve, session, throttle::Limit},
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread::JoinHandle,
};
use store::{
    Db, Desk, SystemClock, TenantTx,
    migrate::trial::{Template, Trial},
};
use tokio::{runtime::Handle, sync::watch};

/// With what everybody here signs in.
pub const PASSWORD: &str = "three purple kettles sing";

pub struct House {
    /// Where the server is reached, without a slash at the end.
    pub url: String,
    chromium: String,
    places: AtomicUsize,
    /// Browsers that nobody uses: to start one costs as much as a short way through the product.
    idle: Mutex<Vec<Client>>,
    // They go in this order.
    driver: Driver,
    server: Server,
    home: Home,
}

static HOUSE: Mutex<Weak<House>> = Mutex::new(Weak::new());

impl House {
    /// The one that stands, or a new one.
    pub fn shared() -> Arc<Self> {
        let mut standing = HOUSE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(house) = standing.upgrade() {
            return house;
        }
        let house = Arc::new(Self::build());
        *standing = Arc::downgrade(&house);
        house
    }

    fn build() -> Self {
        let home = Home::make();
        let driver = Driver::start(&setting("PEOPLE360_TEST_CHROMEDRIVER"));
        let server = Server::start(&home.0);
        let chromium = setting("PEOPLE360_TEST_CHROMIUM");
        let (url, places, idle) = (server.url.clone(), AtomicUsize::new(0), Mutex::default());
        Self { url, chromium, places, idle, driver, server, home }
    }

    /// A browser that knows nobody: one that was given back, or a new one.
    pub async fn browser(&self) -> Client {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(browser) = idle {
            return browser;
        }
        let capabilities = json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "binary": self.chromium,
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                    "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--disable-extensions", "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1440,900",
                    // It ends when its driver does, however that ends.
                    "--remote-debugging-pipe",
                    format!("--user-data-dir={}", self.place("profile").display()),
                ],
            },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("it is an object") };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let driver = self.driver.url.clone();
        // Not on the test's runtime, which ends before the browser does.
        let starting = self.server.runtime.spawn(async move { builder.connect(&driver).await });
        starting.await.expect("the runtime is there").expect("a browser starts")
    }

    /// Gives back a browser that has forgotten everybody.
    pub fn give_back(&self, browser: Client) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(browser);
    }

    /// A directory of the tests' own: a fresh profile, a file to upload.
    pub fn place(&self, name: &str) -> PathBuf {
        let place = self.home.0.join(format!("{name}-{}", self.places.fetch_add(1, Ordering::Relaxed)));
        std::fs::create_dir_all(&place).expect("a directory can be made");
        place
    }

    /// A transaction in a workspace, in its owner's name.
    pub async fn inside(&self, slug: &str, owner: &str) -> TenantTx {
        let db = Db::lazy(&self.server.trial.app_url, 1, Arc::new(SystemClock)).expect("the URL is one");
        let mut tx = db.identity().await.expect("a transaction");
        let account = store::identity::by_email(&mut tx, owner).await.expect("an answer").expect("an account");
        drop(tx);
        let entry = db.enter(slug, account.id).await.expect("an answer").expect("a member");
        db.begin(Desk::of_member(&entry.actor, entry.workspace.zone, None)).await.expect("a transaction")
    }
}

/// `bin/test` tells so what it has found.
fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run bin/test, which starts what is needed"))
}

/// Mailbox, profiles and uploads.
struct Home(PathBuf);

impl Home {
    fn make() -> Self {
        let home = std::env::temp_dir().join(format!("people360-browser-{}", std::process::id()));
        std::fs::create_dir_all(&home).expect("a directory can be made");
        Self(home)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What stays behind is in the directory for such things.
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

/// Web and worker in a runtime of their own, so that no test's end takes them along.
struct Server {
    url: String,
    runtime: Handle,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
    trial: Trial,
}

impl Server {
    fn start(home: &Path) -> Self {
        let (postgres, redis, home) = (test_database_url(), redis_url(), home.to_owned());
        let (stop, stopped) = watch::channel(false);
        let (tell, told) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.expect("a runtime").block_on(run(postgres, redis, home, stopped, tell));
        });
        let (url, runtime, trial) = told.recv().expect("the server starts");
        Self { url, runtime, stop, thread: Some(thread), trial }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _heard = self.stop.send(true);
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

async fn run(
    postgres: String,
    redis: String,
    home: PathBuf,
    stopped: watch::Receiver<bool>,
    tell: mpsc::Sender<(String, Handle, Trial)>,
) {
    let set_up = async |owner: &str| jobs::set_up(owner).await.expect("the queue's tables are made");
    let template = Template::make(&postgres, "jobs", set_up).await.expect("a template is made");
    let trial = template.copy().await.expect("a database is made");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let config = Config::read(|name| {
        Some(match name {
            "PUBLIC_URL" => url.clone(),
            "DATABASE_URL" => trial.app_url.clone(),
            "REDIS_URL" => own_redis(&redis),
            "SECRET_KEY" => "a secret of at least thirty-two letters".to_owned(),
            "PEOPLE360_HOME" => home.display().to_string(),
            "PEOPLE360_DEV" => "1".to_owned(),
            _ => return None,
        })
    });
    let config = config.expect("the settings are complete");
    let db = Db::connect(&config.database_url, 8, Arc::new(SystemClock)).await.expect("the database answers");
    let redis = session::connect(&config.redis_url).expect("the URL is one");
    let stops = move || {
        let mut stopped = stopped.clone();
        async move {
            let _gone = stopped.wait_for(|s| *s).await;
        }
    };
    let worker = jobs::start(&config.jobs(), db.clone(), stops()).await.expect("workers start");
    let app = App::new(config, db.clone(), redis);
    let (bells, stop) = (app.bells().clone(), stops());
    tokio::spawn(async move {
        stop.await;
        bells.close();
    });
    // Every run signs up and in from the same address.
    for limit in [Limit::SIGN_UP, Limit::SIGN_IN_ADDRESS] {
        app.throttle().forget(limit, "127.0.0.1").await.expect("Redis answers");
    }
    tell.send((url, Handle::current(), trial)).expect("somebody waits for it");
    serve(listener, people360::router(app), stops()).await;
    worker.wait().await;
    db.close().await;
}

/// Another database of the same Redis, so that no other test's tries count as ours.
fn own_redis(url: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("a URL with the number of a database");
    format!("{server}/9")
}

/// chromedriver, on a port that it chose.
struct Driver {
    url: String,
    child: Child,
    lifeline: Option<ChildStdin>,
    /// It would not like to talk to nobody.
    _words: BufReader<ChildStdout>,
}

/// However this process ends, its end of the pipe closes, and then the driver goes; browsers go with their driver,
/// because they talk to it through a pipe, too.
const KEEPER: &str = r#""$0" --port=0 </dev/null & driver=$!; while read -r _; do :; done; kill "$driver"; wait"#;

impl Driver {
    fn start(program: &str) -> Self {
        let mut child = Command::new("sh")
            .args(["-c", KEEPER, program])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("there is a shell");
        let lifeline = child.stdin.take();
        let mut words = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        let port = loop {
            line.clear();
            assert_ne!(words.read_line(&mut line).expect("it speaks UTF-8"), 0, "{program} does not start");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim().trim_end_matches('.').to_owned();
            }
        };
        Self { url: format!("http://127.0.0.1:{port}"), child, lifeline, _words: words }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        let _ended = self.child.wait();
    }
}
