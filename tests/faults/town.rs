//! The servers and programs of the test, each a process of its own that can be killed and is started again.

use crate::{company, people::Ledger, receiver::Receiver};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use std::{
    fs::File,
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};
use store::{
    Db, SystemClock,
    migrate::trial::{Template, Trial},
};

const SECRET: &str = "a secret of tests, forty letters or longer";

/// How long anything may take to come up, and the work that is left to be done.
const DEADLINE: Duration = Duration::from_secs(180);

/// What is in the outbox for another day.
pub const FAR_OFF: &str = "name = 'advance_run' and run_at > now() + interval '1 day'";

/// The companies' addresses.
pub const COMPANIES: [&str; 3] = ["acme", "globex", "initech"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Victim {
    Web,
    OneWorker,
    OtherWorker,
    Redis,
    /// As `kill -9` of the postmaster.
    Postgres,
    /// As `pg_ctl stop -m immediate`.
    PostgresAtOnce,
}

impl Victim {
    pub const ALL: [Self; 6] =
        [Self::Web, Self::OneWorker, Self::OtherWorker, Self::Redis, Self::Postgres, Self::PostgresAtOnce];

    pub const fn name(&self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::OneWorker => "one worker",
            Self::OtherWorker => "the other worker",
            Self::Redis => "Redis",
            Self::Postgres => "PostgreSQL",
            Self::PostgresAtOnce => "PostgreSQL at once",
        }
    }
}

/// A process, and how it is started.
struct Part {
    command: Box<dyn Fn() -> Command + Send>,
    log: PathBuf,
    child: Option<Child>,
    /// Whether somebody has killed it and will start it again.
    down: bool,
}

impl Part {
    fn new(home: &Path, name: &str, command: impl Fn() -> Command + Send + 'static) -> Self {
        Self { command: Box::new(command), log: home.join(format!("{name}.log")), child: None, down: true }
    }

    fn start(&mut self) {
        self.down = false;
        let log = File::options().create(true).append(true).open(&self.log).expect("a log can be written");
        let mut command = (self.command)();
        command.stdin(Stdio::null()).stderr(log.try_clone().expect("a log")).stdout(log);
        self.child = Some(command.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}")));
    }

    /// As a unit with `Restart=always`: what ended by itself begins anew.
    fn keep(&mut self) {
        let ended = self.child.as_mut().is_some_and(|c| c.try_wait().expect("its state is known").is_some());
        if ended && !self.down {
            self.start();
        }
    }

    fn kill(&mut self) {
        self.down = true;
        if let Some(child) = &mut self.child {
            let _ended_already = child.kill();
            let _waited_already = child.wait();
        }
    }

    /// Its end by a signal that it hears, and waits for.
    fn signal(&mut self, signal: &str) {
        self.down = true;
        if let Some(child) = &mut self.child {
            let told = Command::new("kill").args([signal, &child.id().to_string()]).status();
            told.expect("kill is there");
            child.wait().expect("it ends");
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.kill();
    }
}

pub struct Town {
    pub home: PathBuf,
    keep_files: bool,
    // Dropped before the server that it is in.
    trial: Option<Trial>,
    admin_url: String,
    pub web_port: u16,
    web: Part,
    one: Part,
    other: Part,
    redis: Part,
    sink: Part,
    postgres: Part,
    pub receiver: Receiver,
    settings: Vec<(&'static str, String)>,
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port()
}

fn told(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run bin/test, which finds what this test needs"))
}

/// PostgreSQL refuses to run as root, so root lends it the account that its package made.
fn account() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().expect("id is there");
        String::from_utf8_lossy(&output.stdout).trim().parse::<u32>().ok()
    };
    (id(&["-u"]) == Some(0)).then(|| {
        let of = |what| id(&[what, "postgres"]).expect("there is an account called postgres");
        (of("-u"), of("-g"))
    })
}

fn as_server(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/").env_remove("PGPORT").env_remove("PGHOST");
    if let Some((user, group)) = account() {
        command.uid(user).gid(group).env("HOME", "/");
    }
    command
}

impl Town {
    pub async fn build() -> Self {
        let home = std::env::temp_dir().join(format!("people360-faults-{}", std::process::id()));
        std::fs::create_dir_all(home.join("pg")).expect("a directory can be made");
        std::fs::create_dir_all(home.join("redis")).expect("a directory can be made");
        let (web_port, redis_port, sink_port) = (free_port(), free_port(), free_port());
        let (postgres, admin_url) = postgres(&home);
        let (redis_server, redis_home) = (told("PEOPLE360_TEST_REDIS_SERVER"), home.join("redis"));
        let redis = Part::new(&home, "redis", move || {
            let mut command = Command::new(&redis_server);
            let port = redis_port.to_string();
            command.args(["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "no", "--dir"]);
            command.arg(&redis_home);
            command
        });
        // A server that is not ours: aiosmtpd, putting what it accepts into a Maildir, and none of it in the clear.
        let (python, maildir) = (told("PEOPLE360_TEST_SINK"), home.join("maildir"));
        let (certificate, key) = certificate(&home);
        let known = certificate.clone();
        let sink = Part::new(&home, "sink", move || {
            let mut command = Command::new(&python);
            command.args(["-m", "aiosmtpd", "-n", "-l", &format!("localhost:{sink_port}"), "--tlscert"]);
            command.arg(&certificate).arg("--tlskey").arg(&key);
            command.args(["-c", "aiosmtpd.handlers.Mailbox"]).arg(&maildir);
            command
        });
        let settings = vec![
            ("REDIS_URL", format!("redis://127.0.0.1:{redis_port}/0")),
            ("SECRET_KEY", SECRET.to_owned()),
            ("SMTP_URL", format!("smtp://localhost:{sink_port}?tls=required")),
            // Which certificates are known, as OpenSSL has it.
            ("SSL_CERT_FILE", known.display().to_string()),
            ("PORT", web_port.to_string()),
            ("PUBLIC_URL", format!("http://127.0.0.1:{web_port}")),
            ("PEOPLE360_HOME", home.display().to_string()),
            ("TRUSTED_PROXIES", "1".to_owned()),
            // Whom workflows call is on this machine.
            ("OUTBOUND_ALLOW", "127.0.0.1".to_owned()),
            ("RUST_LOG", "info,sqlx=warn,fred=error,apalis=warn,apalis_core=warn".to_owned()),
        ];
        let idle = |name| Part::new(&home, name, || Command::new("true"));
        let (web, one, other) = (idle("web"), idle("one"), idle("other"));
        let mut town = Self {
            keep_files: false,
            trial: None,
            admin_url,
            web_port,
            web,
            one,
            other,
            redis,
            sink,
            postgres,
            receiver: Receiver::start().await,
            settings,
            home,
        };
        town.postgres.start();
        town.redis.start();
        town.sink.start();
        town.until("PostgreSQL answers", async |t| PgConnection::connect(&t.admin_url).await.is_ok()).await;
        let queues = async |owner: &str| jobs::set_up(owner).await.expect("the queue's tables are made");
        let template = Template::make(&town.admin_url, "faults", queues).await.expect("a template is made");
        let trial = template.copy().await.expect("a database is made");
        town.settings.push(("DATABASE_URL", trial.app_url.clone()));
        town.trial = Some(trial);
        let program = |arguments: &'static [&'static str]| {
            let settings = town.settings.clone();
            move || people360(arguments, &settings)
        };
        town.web.command = Box::new(program(&["serve", "--with-worker"]));
        town.one.command = Box::new(program(&["worker"]));
        town.other.command = Box::new(program(&["worker"]));
        town.web.start();
        town.one.start();
        town.other.start();
        town.calm().await;
        town
    }

    /// The companies sign up, and their owners prove their addresses.
    pub async fn settle(&mut self, ledger: &Arc<Ledger>, length: Duration) {
        println!("{} for {length:?}", self.home.display());
        let db = self.db();
        company::settle(&db, self.receiver.port).await;
        self.drain().await;
        ledger.nothing_wrong_yet();
        company::tell_readers(&db).await;
        db.close().await;
        company::spread(&mut self.look().await, length).await;
    }

    /// The product's own way to the database.
    pub fn db(&self) -> Db {
        let trial = self.trial.as_ref().expect("the database is there");
        Db::lazy(&trial.app_url, 2, Arc::new(SystemClock)).expect("the URL is one")
    }

    fn part(&mut self, victim: Victim) -> &mut Part {
        match victim {
            Victim::Web => &mut self.web,
            Victim::OneWorker => &mut self.one,
            Victim::OtherWorker => &mut self.other,
            Victim::Redis => &mut self.redis,
            Victim::Postgres | Victim::PostgresAtOnce => &mut self.postgres,
        }
    }

    pub fn kill(&mut self, victim: Victim) {
        match victim {
            Victim::PostgresAtOnce => self.postgres.signal("-QUIT"),
            other => self.part(other).kill(),
        }
    }

    pub fn start(&mut self, victim: Victim) {
        let part = self.part(victim);
        if part.down {
            part.start();
        }
    }

    fn keep(&mut self) {
        for part in [&mut self.web, &mut self.one, &mut self.other, &mut self.redis, &mut self.sink, &mut self.postgres]
        {
            part.keep();
        }
    }

    /// Looks after the programs for so long.
    pub async fn keep_for(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while Instant::now() < until {
            self.keep();
            tokio::time::sleep(Duration::from_millis(50).min(until.saturating_duration_since(Instant::now()))).await;
        }
    }

    /// Looks after the programs until this has ended.
    pub async fn keeping<T>(&mut self, what: impl Future<Output = T>) -> T {
        tokio::pin!(what);
        loop {
            tokio::select! {
                done = &mut what => return done,
                () = self.keep_for(Duration::from_millis(200)) => {}
            }
        }
    }

    async fn until(&mut self, what: &str, mut so: impl AsyncFnMut(&Self) -> bool) {
        let began = Instant::now();
        while !so(self).await {
            if began.elapsed() > DEADLINE {
                self.keep_its_files();
                panic!("in {DEADLINE:?}, it did not come to this: {what}; see {}", self.home.display());
            }
            self.keep_for(Duration::from_millis(100)).await;
        }
    }

    /// Everything is up and answers.
    pub async fn calm(&mut self) {
        Victim::ALL.iter().for_each(|victim| self.start(*victim));
        self.until("the web says that it is ready", async |t| {
            let mut browser =
                crate::browser::Browser::new(crate::door::to(t.web_port, "10.0.0.1"), ([10, 0, 0, 1], 1).into(), "");
            browser.get("/readyz").await.status.is_success()
        })
        .await;
    }

    /// Waits until `people360 jobs` says that all queues are empty. Gives how long that took.
    pub async fn drain(&mut self) -> Duration {
        let began = Instant::now();
        self.until("no job waits, is for later, or with a worker", async |t| {
            let output = t.run(&["jobs", "--json"]);
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let lines: Vec<serde_json::Value> = text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
            let left = |key: &str| lines.iter().filter_map(|l| l[key].as_i64()).sum::<i64>();
            lines.len() == domain::jobs::Queue::ALL.len()
                && ["waiting", "with_workers"].iter().all(|key| left(key) == 0)
                && left("delayed") == t.far_off().await
        })
        .await;
        began.elapsed()
    }

    /// The program's command line, on this town's database.
    pub fn run(&self, arguments: &[&str]) -> std::process::Output {
        people360(arguments, &self.settings).output().expect("it can be started")
    }

    /// A connection that sees everything.
    pub async fn look(&self) -> PgConnection {
        let trial = self.trial.as_ref().expect("the database is there");
        let url = trial.app_url.replace("people360_app:trial@", "postgres@");
        PgConnection::connect(&url).await.expect("the server is up")
    }

    /// Jobs that are for another day: when a question or a wait runs out is looked at even if it is over by then.
    async fn far_off(&self) -> i64 {
        let sql = format!("select count(*) from outbox where {FAR_OFF}");
        let row = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_one(&mut self.look().await).await.expect("a number");
        row.get(0)
    }

    /// Events of each company whose listeners were told.
    pub async fn announced(&self) -> Vec<(String, i64)> {
        let mut conn = self.look().await;
        let sql = "select t.slug, count(r.key) from tenants t
                   left join job_runs r on r.tenant_id = t.id and r.name = 'announce' and r.state = 'done'
                   group by 1 order by 1";
        let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(&mut conn).await.expect("runs");
        rows.iter().map(|r| (r.get(0), r.get(1))).collect()
    }

    /// For whoever looks into what went wrong.
    pub fn keep_its_files(&mut self) {
        self.keep_files = true;
        println!("logs, mail and database stay in {}", self.home.display());
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        let keep = self.keep_files || std::thread::panicking();
        if let (true, Some(trial)) = (keep, self.trial.take()) {
            std::mem::forget(trial);
        }
        drop(self.trial.take());
        for part in [&mut self.web, &mut self.one, &mut self.other, &mut self.redis, &mut self.sink, &mut self.postgres]
        {
            part.kill();
        }
        if !keep {
            let _gone = std::fs::remove_dir_all(&self.home);
        }
    }
}

pub fn owner(slug: &str) -> String {
    format!("olga@{slug}.example")
}

fn people360(arguments: &[&str], settings: &[(&'static str, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_people360"));
    command.args(arguments).env_clear().envs(settings.iter().map(|(name, value)| (name, value)));
    command
}

/// A certificate for this machine, and its key.
fn certificate(home: &Path) -> (PathBuf, PathBuf) {
    let (certificate, key) = (home.join("certificate.pem"), home.join("key.pem"));
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]);
    openssl.args(["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"]);
    let made = openssl.arg("-keyout").arg(&key).arg("-out").arg(&certificate).output().expect("openssl is there");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    (certificate, key)
}

/// A cluster of the test's own. A commit is on its way to the disk before it is told: a process that is killed loses
/// nothing then, and only a machine that falls would.
fn postgres(home: &Path) -> (Part, String) {
    let (bin, data, port) = (PathBuf::from(told("PEOPLE360_TEST_PG_BIN")), home.join("pg"), free_port());
    if let Some((user, group)) = account() {
        std::os::unix::fs::chown(&data, Some(user), Some(group)).expect("root may give it away");
    }
    let mut initdb = as_server(&bin.join("initdb"));
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]).arg(&data);
    let made = initdb.output().expect("initdb is there");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let part = Part::new(home, "postgres", move || {
        let mut command = as_server(&bin.join("postgres"));
        command.arg("-D").arg(&data).args(["-h", "127.0.0.1", "-k", "", "-p", &port.to_string()]);
        for setting in ["max_connections=200", "fsync=off", "full_page_writes=off", "timezone=UTC"] {
            command.args(["-c", setting]);
        }
        command
    });
    (part, format!("postgres://postgres@127.0.0.1:{port}/postgres"))
}
