//! The server under measurement, the processor time that it and its databases spend, and what PostgreSQL was asked.

use crate::Done;
use std::{
    fs,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// `people360 serve`, ended with this value.
pub struct Server(Child);

impl Server {
    pub fn start(program: &str) -> Done<Self> {
        let child = Command::new(program).arg("serve").stdout(Stdio::null()).stdin(Stdio::null()).spawn();
        child.map(Self).map_err(|e| format!("{program}: {e}"))
    }

    pub fn pid(&self) -> u32 {
        self.0.id()
    }

    /// Memory that it holds, in MB.
    pub fn megabytes(&self) -> f64 {
        let told = Command::new("ps").args(["-o", "rss=", "-p", &self.pid().to_string()]).output();
        let kilobytes = told.ok().and_then(|o| String::from_utf8_lossy(&o.stdout).trim().parse::<f64>().ok());
        kilobytes.unwrap_or(f64::NAN) / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.pid().to_string()).status();
        let _ = self.0.wait();
    }
}

/// Processor time spent so far, in ticks of 10 ms. Linux only.
pub struct Cpu {
    server: u64,
    databases: u64,
}

impl Cpu {
    /// `databases`: the process ids of PostgreSQL, whose children count as well, and of Redis.
    pub fn now(server: u32, databases: &[String; 2]) -> Option<Self> {
        let (mut of_server, mut of_databases) = (0, 0);
        for entry in fs::read_dir("/proc").ok()?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
            // The name may hold anything; what follows it is numbers: state, parent, …, user, system time.
            let Some((_, rest)) = stat.rsplit_once(')') else { continue };
            let fields: Vec<&str> = rest.split_whitespace().collect();
            let number = |at: usize| fields.get(at).and_then(|f| f.parse::<u64>().ok()).unwrap_or(0);
            let mut ticks = number(11) + number(12);
            // What a connection has spent that is closed by now is told by who had started it.
            if name == databases[0] {
                ticks += number(13) + number(14);
            }
            if name == server.to_string() {
                of_server += ticks;
            } else if databases.contains(&name) || fields.get(1).is_some_and(|parent| *parent == databases[0]) {
                of_databases += ticks;
            }
        }
        (of_server > 0).then_some(Self { server: of_server, databases: of_databases })
    }

    /// Milliseconds a request: the server's, and the databases'.
    pub fn since(&self, before: Option<&Self>, requests: f64) -> (f64, f64) {
        let (server, databases) = before.map_or((0, 0), |b| (b.server, b.databases));
        let each = |now: u64, then: u64| now.saturating_sub(then) as f64 * 10.0 / requests;
        (each(self.server, server), each(self.databases, databases))
    }
}

/// A statement as PostgreSQL was asked it.
pub struct Statement {
    pub tenant: String,
    pub sql: String,
    /// None is NULL.
    pub parameters: Vec<Option<String>>,
}

/// Reads from PostgreSQL's own log what a request asks, so that the reference is never another statement.
pub struct StatementLog {
    psql: String,
    admin: String,
    file: String,
}

impl StatementLog {
    pub fn new(psql: String, admin: String, file: String) -> Self {
        Self { psql, admin, file }
    }

    /// The statements that run inside the tenant's transaction while `work` does.
    pub fn during(&self, work: impl FnOnce() -> Done) -> Done<Vec<Statement>> {
        self.set("0")?;
        let before = fs::metadata(&self.file).map_err(|e| format!("{}: {e}", self.file))?.len();
        let worked = work();
        std::thread::sleep(Duration::from_millis(200));
        self.set("-1")?;
        worked?;
        let log = fs::read(&self.file).map_err(|e| e.to_string())?;
        Ok(statements(&String::from_utf8_lossy(&log[usize::try_from(before).unwrap_or(0)..])))
    }

    fn set(&self, value: &str) -> Done {
        let sql = format!("alter system set log_min_duration_statement = {value}");
        let told = Command::new(&self.psql)
            .args(["-X", "-q", "-o", "/dev/null", "-c", &sql, "-c", "select pg_reload_conf()", &self.admin])
            .output();
        std::thread::sleep(Duration::from_millis(300));
        match told {
            Ok(o) if o.status.success() => Ok(()),
            Ok(o) => Err(String::from_utf8_lossy(&o.stderr).into_owned()),
            Err(e) => Err(e.to_string()),
        }
    }
}

/// From lines like `… LOG:  duration: 0.1 ms  execute sqlx_s_1: select …` and `… DETAIL:  parameters: $1 = 'x'`.
fn statements(log: &str) -> Vec<Statement> {
    let mut found: Vec<Statement> = vec![];
    let mut tenant = String::new();
    // Lines of one message that are not its first begin with a tab.
    for line in log.replace("\n\t", " ").lines() {
        if let Some((_, rest)) = line.split_once("set local app.tenant_id = '") {
            tenant = rest.split('\'').next().unwrap_or_default().to_owned();
        } else if let Some((_, rest)) = line.split_once(" ms  execute ") {
            let sql = rest.split_once(": ").map_or(rest, |(_, sql)| sql).to_owned();
            found.push(Statement { tenant: tenant.clone(), sql, parameters: vec![] });
        } else if let (Some((_, rest)), Some(last)) = (line.split_once("DETAIL:  parameters: "), found.last_mut())
            && last.parameters.is_empty()
        {
            last.parameters = parameters(rest);
        }
    }
    // Before a tenant is known there is the door only, which belongs to no list.
    found.into_iter().filter(|s| !s.tenant.is_empty()).collect()
}

/// `$1 = 'it''s', $2 = '7'`
fn parameters(told: &str) -> Vec<Option<String>> {
    let mut values = vec![];
    let mut rest = told;
    while let Some((_, value)) = rest.split_once(" = ") {
        let Some(quoted) = value.strip_prefix('\'') else {
            values.push(None);
            rest = value;
            continue;
        };
        let doubled = quoted.replace("''", "\u{0}\u{0}");
        let end = doubled.find('\'').unwrap_or(doubled.len());
        values.push(Some(doubled[..end].replace("\u{0}\u{0}", "'")));
        rest = &quoted[end..];
    }
    values
}
