//! The command line.

mod jobs_console;

use crate::{config::Config, demo, web};
use clap::{Parser, Subcommand};
use domain::{
    Email,
    access::{CATALOGUE, Right, Role, Scope},
    audit::Action,
};
use std::{process::ExitCode, sync::Arc};
use store::{
    Db, Desk, SystemClock, Who, accounts,
    audit::{self, Head},
    identity,
    workspace::tokens,
};

#[derive(Parser)]
#[command(name = "people360", version, about = "One place in which a company runs its people and its customers")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the web app
    Serve {
        /// Run jobs in this process as well
        #[arg(long)]
        with_worker: bool,
    },
    /// Run jobs
    Worker,
    /// Bring the database to this version's shape (uses DATABASE_OWNER_URL)
    Migrate,
    /// Make data
    Seed {
        #[command(subcommand)]
        what: Seed,
    },
    /// Make an API token
    Token {
        #[command(subcommand)]
        what: TokenCommand,
    },
    /// Let somebody in who has lost phone and recovery codes
    SecondFactor {
        #[command(subcommand)]
        what: Factor,
    },
    /// Look after the audit trail
    Audit {
        #[command(subcommand)]
        what: Trail,
    },
    /// Look after the jobs: how the queues stand, which jobs fail or are dead
    Jobs {
        /// A JSON object a line
        #[arg(long, global = true)]
        json: bool,
        #[command(subcommand)]
        what: Option<jobs_console::Ask>,
    },
    /// Print the address to which a mail server brings bounces and complaints (keep it secret)
    Bounces,
    /// Print the address to which a mail service brings what comes in for all workspaces (keep it secret)
    Inbound,
    /// Look whether everything needed is there, and say what is not
    Doctor,
    /// Print every route with its permission
    Routes,
    /// Print every permission with how far it reaches for each built-in role
    Roles,
}

#[derive(Subcommand)]
enum Seed {
    /// A living company to look at, workspace "demo"
    Demo {
        /// The owner's email
        #[arg(long, default_value = "owner@demo.example")]
        email: String,
        /// The owner's password
        #[arg(long, env = "DEMO_PASSWORD")]
        password: String,
    },
    /// Workspaces of a given size, for measuring (bench-1, bench-2, …)
    Bench {
        #[arg(long, default_value_t = 1)]
        tenants: u32,
        #[arg(long, default_value_t = 1_000)]
        employees: i32,
        /// First number of the workspaces' slugs
        #[arg(long, default_value_t = 1)]
        from: u32,
    },
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Print a token of the workspace's owner, who joined first
    Create {
        #[arg(long)]
        workspace: String,
        /// Print the address to which a mail service brings what comes in for it (keep it secret)
        #[arg(long)]
        inbound: bool,
    },
}

#[derive(Subcommand)]
enum Factor {
    /// Turn it off; their password still stands. Make sure that it is they who ask
    Remove {
        #[arg(long)]
        email: String,
    },
}

#[derive(Subcommand)]
enum Trail {
    /// Compute each workspace's chain anew, and name what was edited, removed, added or reordered
    Verify {
        /// The workspace of this address alone
        #[arg(long)]
        workspace: Option<String>,
        /// A head that was noted earlier (`seals:hash`): the chain must still go through it
        #[arg(long, requires = "workspace")]
        head: Option<Head>,
    },
}

/// Runs a command; an error is a sentence on stderr and a non-zero exit.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| "info,tower_http=warn,sqlx=warn,fred=error,apalis=warn,apalis_core=warn".into());
    // What is said to a mailbox holds its password: no setting has it written down.
    let filter = filter.add_directive("async_imap=info".parse().expect("it is a directive"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.to_string()),
    };
    let end = runtime.block_on(run(cli.command));
    // A thread that still computes (a file, a password) must not keep a server from its end.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match end {
        Ok(code) => code,
        Err(words) => fail(&words),
    }
}

fn fail(words: &str) -> ExitCode {
    eprintln!("people360: {words}");
    ExitCode::FAILURE
}

async fn run(command: Command) -> Result<ExitCode, String> {
    match command {
        Command::Serve { with_worker } => serve(with_worker).await?,
        Command::Worker => worker().await?,
        Command::Migrate => migrate().await?,
        Command::Seed { what: Seed::Demo { email, password } } => {
            let config = config()?;
            let (storage, seal) = (jobs::Storage::new(&config.storage), jobs::Seal::new(&config.secret_key));
            demo::seed(&database().await?, &storage, &seal, &email, &password).await?
        }
        Command::Seed { what: Seed::Bench { tenants, employees, from } } => {
            demo::bench(&database().await?, from, tenants, employees).await?;
        }
        Command::Token { what: TokenCommand::Create { workspace, inbound: true } } => {
            println!("{}", inbound_url(&workspace).await?);
        }
        Command::Token { what: TokenCommand::Create { workspace, inbound: false } } => {
            println!("{}", token(&workspace).await?);
        }
        Command::SecondFactor { what: Factor::Remove { email } } => println!("{}", remove_factor(&email).await?),
        Command::Audit { what: Trail::Verify { workspace, head } } => {
            return verify(workspace.as_deref(), head.as_ref()).await;
        }
        Command::Jobs { json, what } => return jobs_console::run(&database().await?, what, json).await,
        Command::Bounces => println!("{}", bounces(&config()?)),
        Command::Inbound => println!("{}", inbound_of_all(&config()?)),
        Command::Doctor => return Ok(doctor().await),
        Command::Routes => print!("{}", routes()),
        Command::Roles => print!("{}", roles()),
    }
    Ok(ExitCode::SUCCESS)
}

/// The workspace of a slug, opened in nobody's name.
async fn workspace(slug: &str) -> Result<(store::TenantTx, domain::TenantId), String> {
    let db = database().await?;
    let mut tx = db.identity().await.map_err(words)?;
    let found = audit::workspaces(&mut tx, Some(slug)).await.map_err(|_| format!("there is no workspace {slug}"))?;
    drop(tx);
    let (tenant, _) = found.into_iter().next().ok_or_else(|| format!("there is no workspace {slug}"))?;
    let tx = db.begin(Desk::of_system(tenant, chrono_tz::Tz::UTC, Who::System)).await.map_err(words)?;
    Ok((tx, tenant))
}

/// The address to which a mail service brings what comes in for a workspace.
async fn inbound_url(slug: &str) -> Result<String, String> {
    let (mut tx, tenant) = workspace(slug).await?;
    let door = store::inbound::door(&mut tx).await.map_err(words)?;
    let config = config()?;
    let secret = jobs::inbound::url_secret(&jobs::Seal::new(&config.secret_key), tenant, door.url_round);
    Ok(format!("{}{}", config.public_url, domain::paths::inbound_mail(secret)))
}

/// The same for all workspaces: each message says by its address which one it is for.
fn inbound_of_all(config: &Config) -> String {
    let secret = jobs::inbound::whole_secret(&jobs::Seal::new(&config.secret_key));
    format!("{}{}", config.public_url, domain::paths::inbound_mail(secret))
}

/// Makes a token of the owner's, and prints it: it is shown this once.
async fn token(slug: &str) -> Result<String, String> {
    let (mut tx, _) = workspace(slug).await?;
    let owner = store::workspace::members::first_owner(&mut tx).await.map_err(words)?;
    let (secret, hash) = crate::web::bearer::draw();
    let id: domain::TokenId = tx.id();
    tokens::add(&mut tx, (id.0, owner), "Made on the command line", &hash, false, None).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    Ok(crate::web::bearer::written(id.0, &secret))
}

/// Takes somebody's second factor away. The trail of each of their workspaces tells it, as nobody's own doing.
async fn remove_factor(email: &str) -> Result<String, String> {
    let email = Email::parse(email).map_err(|e| e.to_string())?;
    let db = database().await?;
    let mut tx = db.identity().await.map_err(words)?;
    let found = identity::by_email(&mut tx, email.as_str()).await.map_err(words)?;
    let account = found.ok_or_else(|| format!("nobody signs in with {}", email.as_str()))?.id;
    if !accounts::has_second_factor(&mut tx, account).await.map_err(words)? {
        return Ok(format!("{} has no second factor", email.as_str()));
    }
    accounts::turn_off(&mut tx, account).await.map_err(words)?;
    let nothing = serde_json::json!({});
    audit::note_account(&mut tx, account, "", false, Action::SecondFactorOff, &nothing).await.map_err(words)?;
    tx.commit().await.map_err(words)?;
    Ok(format!("{} signs in with the password alone until they set up another one", email.as_str()))
}

/// Prints a line a workspace, and what is wrong below it. A trail that was tampered with is an exit code of 1.
async fn verify(slug: Option<&str>, kept: Option<&Head>) -> Result<ExitCode, String> {
    let db = database().await?;
    let mut tx = db.identity().await.map_err(words)?;
    let workspaces = audit::workspaces(&mut tx, slug).await.map_err(|e| match e {
        store::Error::NotFound => format!("there is no workspace {}", slug.unwrap_or_default()),
        e => e.to_string(),
    })?;
    drop(tx);
    let mut sound = true;
    for (tenant, slug) in workspaces {
        let mut tx = db.begin(Desk::of_system(tenant, chrono_tz::Tz::UTC, Who::System)).await.map_err(words)?;
        let verdict = audit::verify(&mut tx, kept).await.map_err(words)?;
        sound &= verdict.findings.is_empty();
        let word = if verdict.findings.is_empty() { "sound" } else { "TAMPERED WITH" };
        println!("{slug}: {word}, {} events, head {}", verdict.events, verdict.head);
        verdict.findings.iter().for_each(|finding| println!("  {finding}"));
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The built-in roles as text: a line per permission, a column per role, and in it how far the right reaches.
pub fn roles() -> String {
    let (first, each) = (26, 16);
    let head: String = Role::BUILT_IN.iter().map(|r| format!("{:<each$}", r.key())).collect();
    let line = |right: &Right| {
        let cell = |role: &Role| format!("{:<each$}", role.rights().scope(right.key).map_or("-", Scope::key));
        let cells: String = Role::BUILT_IN.iter().map(cell).collect();
        format!("{:<first$}{}", right.key, cells.trim_end())
    };
    let lines: Vec<String> = CATALOGUE.iter().map(line).collect();
    format!("{:first$}{}\n{}\n", "", head.trim_end(), lines.join("\n"))
}

/// The route table as text: method, path, permission.
pub fn routes() -> String {
    let (_, table) = crate::routes(false).finish();
    let width = table.iter().map(|l| l.path.len()).max().unwrap_or(0);
    let mut lines: Vec<_> =
        table.iter().map(|l| format!("{:<4} {:<width$}  {}\n", l.method.as_str(), l.path, l.permission)).collect();
    lines.sort_by(|a, b| a[5..].cmp(&b[5..]));
    lines.concat()
}

fn config() -> Result<Config, String> {
    Config::from_env().map_err(|errors| format!("the settings are not complete:\n  {}", errors.join("\n  ")))
}

async fn database() -> Result<Db, String> {
    let config = config()?;
    Db::connect(&config.database_url, config.database_connections, Arc::new(SystemClock)).await.map_err(words)
}

/// Opens what the web and the worker need. The database must answer and its role must be bound by row-level
/// security; Redis may come later.
async fn open(config: &Config) -> Result<Db, String> {
    let db =
        Db::connect(&config.database_url, config.database_connections, Arc::new(SystemClock)).await.map_err(words)?;
    store::check_role(&db).await.map_err(words)??;
    Ok(db)
}

async fn serve(with_worker: bool) -> Result<(), String> {
    let begin = std::time::Instant::now();
    let config = config()?;
    let listener = tokio::net::TcpListener::bind(config.bind).await.map_err(|e| match e.kind() {
        std::io::ErrorKind::AddrInUse => format!("port {} is taken; set PORT to another one", config.bind.port()),
        _ => format!("cannot listen on {}: {e}", config.bind),
    })?;
    let db = open(&config).await?;
    let redis = web::session::connect(&config.redis_url)?;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let stops = move || {
        let mut stopped = stopped.clone();
        async move {
            let _ = stopped.wait_for(|s| *s).await;
        }
    };
    let worker = match with_worker {
        true => Some(jobs::start(&config.jobs(), db.clone(), stops()).await.map_err(|e| e.to_string())?),
        false => None,
    };
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    let app = web::App::new(config, db.clone(), redis);
    let bells = app.bells().clone();
    let router = crate::router(app);
    tokio::spawn(async move {
        ordered_to_stop().await;
        tracing::info!("stopping");
        // Streams have no end of their own that a shutdown could wait for.
        bells.close();
        let _ = stop.send(true);
    });
    println!("ready: http://{address}");
    tracing::info!(milliseconds = begin.elapsed().as_millis(), "ready");
    web::serve::serve(listener, router, stops()).await;
    if let Some(worker) = worker {
        worker.wait().await;
    }
    db.close().await;
    Ok(())
}

async fn worker() -> Result<(), String> {
    let config = config()?;
    let db = open(&config).await?;
    let running = jobs::start(&config.jobs(), db.clone(), ordered_to_stop()).await.map_err(|e| e.to_string())?;
    println!("ready: working");
    running.wait().await;
    db.close().await;
    Ok(())
}

/// Ends at Ctrl-C or SIGTERM.
async fn ordered_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut term) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = term.recv() => {}
        },
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}

async fn migrate() -> Result<(), String> {
    let owner = owner_url().ok_or("DATABASE_OWNER_URL is missing: a PostgreSQL URL in the role people360_owner")?;
    let count = store::migrate::run(&owner).await.map_err(words)?;
    jobs::set_up(&owner).await.map_err(|e| e.to_string())?;
    println!("the database is up to date ({count} migrations)");
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "only `migrate` knows the owner; no process that serves does")]
fn owner_url() -> Option<String> {
    std::env::var("DATABASE_OWNER_URL").ok().filter(|v| !v.trim().is_empty())
}

/// The address for what comes back; whoever knows it can stop mail to an address that we have written to.
pub(crate) fn bounces(config: &Config) -> String {
    let secret = crate::workspace::bounces::secret(&jobs::Seal::new(&config.secret_key));
    format!("{}{}", config.public_url, domain::paths::bounces(secret))
}

/// Looks at each thing that is needed and prints one line for it.
async fn doctor() -> ExitCode {
    let mut sick = false;
    let mut tell = |what: &str, state: Result<String, String>| {
        sick |= state.is_err();
        match state {
            Ok(words) => println!("ok    {what}: {words}"),
            Err(words) => println!("SICK  {what}: {words}"),
        }
    };
    let config = match Config::from_env() {
        Ok(config) => {
            tell("settings", Ok(format!("complete, reached at {}", config.public_url)));
            config
        }
        Err(errors) => {
            for error in errors {
                tell("settings", Err(error));
            }
            return ExitCode::FAILURE;
        }
    };
    match Db::connect(&config.database_url, 2, Arc::new(SystemClock)).await {
        Ok(db) => {
            tell(
                "database",
                db.version().await.map_err(words).and_then(|v| {
                    if v >= 150_000 {
                        Ok(format!("PostgreSQL {}", v / 10_000))
                    } else {
                        Err("PostgreSQL 15 or newer is needed".into())
                    }
                }),
            );
            tell(
                "row-level security",
                store::check_role(&db).await.map_err(words).and_then(|r| r).map(|()| "binds our role".into()),
            );
            tell(
                "migrations",
                store::migrate::missing(&db).await.map_err(words).and_then(|n| {
                    if n == 0 {
                        Ok("all applied".into())
                    } else {
                        Err(format!("{n} are missing: run people360 migrate"))
                    }
                }),
            );
            tell("jobs", jobs_console::health(&db).await);
        }
        Err(error) => tell("database", Err(error.to_string())),
    }
    let redis = match web::session::connect(&config.redis_url) {
        Ok(redis) => fred::interfaces::ClientLike::ping::<()>(&redis, None).await.map_err(|e| e.to_string()),
        Err(error) => Err(error),
    };
    tell("Redis", redis.map(|()| "answers".into()));
    tell(
        "storage",
        jobs::Storage::new(&config.storage).check().await.map(|()| config.storage.words()).map_err(|e| e.to_string()),
    );
    tell(
        "mail",
        Ok(config.smtp_url.map_or_else(
            || format!("no SMTP_URL: kept in {}", config.home.join("mailbox").display()),
            |_| "sent by SMTP".into(),
        )),
    );
    if sick { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn words(error: store::Error) -> String {
    error.to_string()
}
