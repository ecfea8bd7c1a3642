//! Two ways to load: wrk asks the server, pgbench asks the database the same statements.

use crate::{Done, system::Statement};
use std::process::Command;

pub struct Load {
    pub url: String,
    /// Path of report.lua.
    pub report: String,
    pub pgbench: String,
    pub database: String,
    pub seconds: u32,
}

/// Bytes of a value that still go on a command line; thousands of ids do not, and are written into the statement.
const LONGEST: usize = 10_000;

pub struct Rate {
    pub requests: f64,
    pub per_second: f64,
    /// Milliseconds: half, 95 and 99 of a hundred requests took no longer.
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
}

impl Load {
    pub fn warm_up(&self, path: &str, headers: &[(&str, &str)], connections: usize) -> Done {
        self.wrk(path, headers, connections, 1).map(drop)
    }

    pub fn requests(&self, path: &str, headers: &[(&str, &str)], connections: usize) -> Done<Rate> {
        self.wrk(path, headers, connections, self.seconds)
    }

    fn wrk(&self, path: &str, headers: &[(&str, &str)], connections: usize, seconds: u32) -> Done<Rate> {
        let mut wrk = Command::new("wrk");
        wrk.args(["-t", "1", "-c", &connections.to_string(), "-d", &format!("{seconds}s"), "--timeout", "10s"]);
        wrk.args(["-s", &self.report]);
        for (name, value) in headers {
            wrk.args(["-H", &format!("{name}: {value}")]);
        }
        let told = output(wrk.arg(format!("{}{path}", self.url)))?;
        let line = told.lines().find_map(|l| l.strip_prefix("report ")).ok_or("wrk reports nothing")?;
        let n: Vec<f64> = line.split(' ').filter_map(|n| n.parse().ok()).collect();
        let [requests, micros, _, p50, p95, p99, bad] = n[..] else { return Err(format!("wrk reports {line:?}")) };
        if bad > 0.0 {
            return Err(format!("{bad} of {requests} requests for {path} failed"));
        }
        Ok(Rate { requests, per_second: requests / micros * 1e6, p50: p50 / 1e3, p95: p95 / 1e3, p99: p99 / 1e3 })
    }

    /// Transactions a second of these statements, prepared, in the tenant's transaction: one round trip to open it,
    /// one for each statement, one to end it.
    pub fn sql(&self, statements: &[Statement], connections: usize) -> Done<f64> {
        let mut script = String::from("\\startpipeline\nbegin;\n");
        let tenant = statements.first().ok_or("the request asked the database nothing")?.tenant.clone();
        script.push_str(&format!(
            "set local app.tenant_id = '{tenant}';\nset local app.actor = 'bench';\n\\endpipeline\n"
        ));
        let mut pgbench = Command::new(&self.pgbench);
        let mut bound = 0;
        for statement in statements {
            let mut sql = statement.sql.clone();
            // From the last to the first, so that $1 is not found in $12.
            for (at, value) in statement.parameters.iter().enumerate().rev() {
                let place = format!("${}", at + 1);
                let Some(value) = value else {
                    sql = sql.replace(&place, "null");
                    continue;
                };
                if value.len() > LONGEST {
                    sql = sql.replace(&place, &format!("'{}'", value.replace('\'', "''")));
                } else {
                    let name = format!("p{}", bound + at);
                    sql = sql.replace(&place, &format!(":{name}"));
                    pgbench.args(["-D", &format!("{name}={value}")]);
                }
            }
            bound += statement.parameters.len();
            script.push_str(&format!("{sql};\n"));
        }
        script.push_str("rollback;\n");
        let file = std::env::temp_dir().join(format!("people360-bench-{}.sql", std::process::id()));
        std::fs::write(&file, script).map_err(|e| e.to_string())?;
        let (clients, seconds) = (connections.to_string(), self.seconds.to_string());
        pgbench.args(["-n", "-M", "prepared", "-j", "1", "-c", &clients, "-T", &seconds]);
        let told = output(pgbench.arg("-f").arg(&file).arg(&self.database));
        let _ = std::fs::remove_file(file);
        let told = told?;
        let tps = told.lines().find_map(|l| l.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        tps.ok_or_else(|| format!("pgbench does not tell its rate: {told}"))
    }
}

fn output(command: &mut Command) -> Done<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|e| format!("{name}: {e}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(format!("{name}: {}", text(&output.stderr))) }
}
