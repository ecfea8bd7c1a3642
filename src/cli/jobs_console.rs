//! `people360 jobs`: the job console of whoever runs the installation.

use super::words;
use chrono::Duration;
use clap::{Args, Subcommand, ValueEnum};
use domain::{TenantId, jobs::Queue};
use std::process::ExitCode;
use store::{
    Db, Desk, Who, audit,
    queue::console::{self, Acted, QueueState, Trouble, Troubled},
};

/// How long a job may wait that could begin before `doctor` takes it that nobody works.
const LONG: Duration = Duration::minutes(5);

#[derive(Subcommand)]
pub enum Ask {
    /// List the jobs that were given up, the newest first
    Dead(Which),
    /// List the jobs that have failed and will be tried again
    Failing(Which),
    /// Try a dead job again; one that waits for its next try begins now
    Retry(One),
    /// Do without a job that is dead or waits: it never runs
    Discard(One),
}

#[derive(Args)]
pub struct Which {
    /// Of this queue alone
    #[arg(long)]
    queue: Option<QueueName>,
    /// Of the workspace of this address alone
    #[arg(long)]
    workspace: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 100)]
    most: i64,
}

#[derive(Args)]
pub struct One {
    /// The job's name: send_invitation
    name: String,
    /// What tells it from others of its name, as the lists show it
    key: String,
    /// The address of its workspace
    #[arg(long)]
    workspace: String,
}

#[derive(Clone, Copy)]
struct QueueName(Queue);

impl ValueEnum for QueueName {
    fn value_variants<'a>() -> &'a [Self] {
        const NAMES: [QueueName; Queue::ALL.len()] = {
            let mut names = [QueueName(Queue::Events); Queue::ALL.len()];
            let mut i = 0;
            while i < names.len() {
                names[i] = QueueName(Queue::ALL[i]);
                i += 1;
            }
            names
        };
        &NAMES
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.key()))
    }
}

pub async fn run(db: &Db, what: Option<Ask>, json: bool) -> Result<ExitCode, String> {
    match what {
        None => queues(db, json).await,
        Some(Ask::Dead(which)) => list(db, Trouble::Dead, &which, json).await,
        Some(Ask::Failing(which)) => list(db, Trouble::Failing, &which, json).await,
        Some(Ask::Retry(one)) => act(db, &one, true).await,
        Some(Ask::Discard(one)) => act(db, &one, false).await,
    }
}

async fn queues(db: &Db, json: bool) -> Result<ExitCode, String> {
    let mut tx = db.relay().await.map_err(words)?;
    let states = console::queues(&mut tx).await.map_err(words)?;
    let now = tx.now();
    if json {
        states.iter().for_each(|s| println!("{}", serde_json::to_value(s).expect("a state is plain data")));
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "{:<11}{:>8}{:>9}{:>9}{:>9}{:>10}{:>10}{:>9}{:>7}{:>10}",
        "queue", "waiting", "oldest", "at work", "later", "last min", "last hour", "failing", "dead", "last hour"
    );
    for s in &states {
        let age = s.age(now).map_or_else(|| "-".to_owned(), span);
        println!(
            "{:<11}{:>8}{:>9}{:>9}{:>9}{:>10}{:>10}{:>9}{:>7}{:>10}",
            s.queue.key(),
            s.waiting,
            age,
            s.with_workers,
            s.delayed,
            s.done_minute,
            s.done_hour,
            s.failing,
            s.dead,
            s.dead_hour
        );
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(db: &Db, trouble: Trouble, which: &Which, json: bool) -> Result<ExitCode, String> {
    if let Some(slug) = &which.workspace {
        workspace(db, slug).await?;
    }
    let mut tx = db.relay().await.map_err(words)?;
    let asked = console::Asked { queue: which.queue.map(|q| q.0), workspace: which.workspace.as_deref(), after: None };
    let found = console::troubled(&mut tx, trouble, &asked, which.most.saturating_add(1)).await.map_err(words)?;
    let most = usize::try_from(which.most).unwrap_or_default();
    for t in found.iter().take(most) {
        if json {
            println!("{}", serde_json::to_value(t).expect("a job is plain data"));
        } else {
            println!("{}", told(t));
        }
    }
    if !json && found.is_empty() {
        println!("none");
    }
    if found.len() > most {
        eprintln!("There are more: --most {}.", which.most.saturating_mul(10));
    }
    Ok(ExitCode::SUCCESS)
}

fn told(t: &Troubled) -> String {
    let tries = if t.attempts == 1 { "1 try".to_owned() } else { format!("{} tries", t.attempts) };
    format!(
        "{}  {}  {} {}  {tries}: {}",
        t.last_at.format("%Y-%m-%d %H:%M:%SZ"),
        t.workspace,
        t.name,
        t.key,
        t.error.replace(['\n', '\r'], " ")
    )
}

async fn act(db: &Db, one: &One, again: bool) -> Result<ExitCode, String> {
    let tenant = workspace(db, &one.workspace).await?;
    let desk = Desk::of_system(tenant, chrono_tz::Tz::UTC, Who::Platform("cli"));
    let mut tx = db.begin(desk).await.map_err(words)?;
    let acted = match again {
        true => console::retry(&mut tx, &one.name, &one.key).await,
        false => console::discard(&mut tx, &one.name, &one.key).await,
    };
    match acted.map_err(words)? {
        Acted::Done => {
            tx.commit().await.map_err(words)?;
            println!("{}", if again { "it will be tried again now" } else { "it is done without" });
            Ok(ExitCode::SUCCESS)
        }
        Acted::Unknown => Err(format!("{} has no job {} {} that is dead or waits", one.workspace, one.name, one.key)),
        Acted::AtWork => Err("a worker has it: it ends by itself, one way or the other".to_owned()),
        Acted::Forgotten => Err("what it was about is not kept any more, so it cannot be tried again".to_owned()),
    }
}

async fn workspace(db: &Db, slug: &str) -> Result<TenantId, String> {
    let mut tx = db.identity().await.map_err(words)?;
    let unknown = || format!("there is no workspace {slug}");
    let found = audit::workspaces(&mut tx, Some(slug)).await.map_err(|_| unknown())?;
    found.into_iter().next().map(|(tenant, _)| tenant).ok_or_else(unknown)
}

/// For `doctor`: how long the oldest job has waited, and how many are dead.
pub async fn health(db: &Db) -> Result<String, String> {
    let mut tx = db.relay().await.map_err(words)?;
    let states = console::queues(&mut tx).await.map_err(words)?;
    let now = tx.now();
    let dead: i64 = states.iter().map(|s| s.dead).sum();
    let waiting: i64 = states.iter().map(|s| s.waiting + s.with_workers).sum();
    let age = |s: &QueueState| Some((s.age(now)?, s.queue));
    let oldest = states.iter().filter_map(age).max_by_key(|(age, _)| *age);
    let dead = match dead {
        0 => "none is dead".to_owned(),
        n => format!("{n} dead: people360 jobs dead"),
    };
    match oldest {
        Some((age, queue)) if age > LONG => {
            Err(format!("the oldest in {} has waited {}: does a worker run? {dead}", queue.key(), span(age)))
        }
        Some((age, _)) => Ok(format!("{waiting} wait or run, the oldest for {}; {dead}", span(age))),
        None => Ok(format!("{waiting} wait or run; {dead}")),
    }
}

fn span(age: Duration) -> String {
    match age.num_seconds() {
        s if s < 120 => format!("{s} s"),
        s if s < 7200 => format!("{} min", s / 60),
        s => format!("{} h", s / 3600),
    }
}
