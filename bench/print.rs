//! A table for people, or a JSON object a line.

use crate::load::Rate;

#[derive(Clone, Copy)]
pub enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

impl Goal {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }

    fn words(self) -> String {
        match self {
            Self::AtLeast(least) => format!("at least {}", short(least)),
            Self::AtMost(most) => format!("at most {}", short(most)),
        }
    }
}

/// Milliseconds of processor that a page may take, server and databases together: a tenth of a Flask build's 5.0 + 1.0.
const CPU: f64 = 0.6;

pub struct Figures {
    json: bool,
    missed: Vec<String>,
    goals: usize,
    headed: bool,
}

impl Figures {
    pub fn new(json: bool) -> Self {
        Self { json, missed: vec![], goals: 0, headed: false }
    }

    /// A figure by itself; its goal is about its value.
    pub fn say(&mut self, name: &str, value: f64, unit: &str, goal: Option<Goal>) {
        let verdict = self.judge(name, value, goal);
        if self.json {
            object(name, value, unit, None, goal, verdict);
        } else {
            println!("{name:<44} {:>10} {unit:<9} {}", short(value), told(goal, verdict));
        }
    }

    /// A figure beside another; its goal is about their ratio.
    pub fn compare(&mut self, name: &str, value: f64, reference: f64, unit: &str, goal: Goal) {
        let ratio = value / reference;
        let verdict = self.judge(name, ratio, Some(goal));
        if self.json {
            object(name, value, unit, Some(reference), Some(goal), verdict);
        } else {
            println!("{name:<44} {:>10} of {:>7}  {}", short(ratio), short(reference), told(Some(goal), verdict));
        }
    }

    /// A measured request: `reference` is the rate of its statements alone, `spent` milliseconds of server and databases.
    pub fn rate(&mut self, name: &str, rate: &Rate, reference: f64, spent: Option<(f64, f64)>, hello: Option<f64>) {
        let goal = Goal::AtLeast(0.5);
        let ratio = rate.per_second / reference;
        let verdict = self.judge(name, ratio, Some(goal));
        let (server, databases) = spent.unwrap_or((f64::NAN, f64::NAN));
        let cpu = spent.map(|_| Goal::AtMost(CPU));
        let cpu_verdict = self.judge(&format!("{name}/cpu"), server + databases, cpu);
        if self.json {
            object(&format!("{name}/rate"), rate.per_second, "req/s", Some(reference), Some(goal), verdict);
            for (which, value) in [("p50", rate.p50), ("p95", rate.p95), ("p99", rate.p99)] {
                object(&format!("{name}/{which}"), value, "ms", None, None, None);
            }
            if spent.is_some() {
                object(&format!("{name}/cpu"), server + databases, "ms", None, cpu, cpu_verdict);
                object(&format!("{name}/cpu-server"), server, "ms", None, None, None);
                object(&format!("{name}/cpu-databases"), databases, "ms", None, None, None);
            }
            if let Some(hello) = hello {
                object(&format!("{name}/by-hello"), rate.per_second, "req/s", Some(hello), None, None);
            }
            return;
        }
        if !std::mem::replace(&mut self.headed, true) {
            println!(
                "\n{:<44} {:>7} {:>7} {:>6} {:>6}   {:>6} {:>6} {:>6}   {:>13}",
                "", "req/s", "SQL/s", "ratio", "hello", "p50 ms", "p95", "p99", "CPU ms web+db"
            );
        }
        println!(
            "{name:<44} {:>7.0} {:>7.0} {:>5.2}{} {:>5.1}%   {:>6.2} {:>6.2} {:>6.2}   {:>5.2} + {:>4.2}{}",
            rate.per_second,
            reference,
            ratio,
            mark(verdict),
            hello.map_or(f64::NAN, |h| rate.per_second / h * 100.0),
            rate.p50,
            rate.p95,
            rate.p99,
            server,
            databases,
            mark(cpu_verdict),
        );
    }

    fn judge(&mut self, name: &str, value: f64, goal: Option<Goal>) -> Option<bool> {
        let holds = goal?.holds(value);
        self.goals += 1;
        if !holds {
            self.missed.push(name.to_owned());
        }
        Some(holds)
    }

    pub fn end(self) {
        if !self.json {
            println!("\n{} of {} goals hold", self.goals - self.missed.len(), self.goals);
            for name in self.missed {
                println!("  misses: {name}");
            }
        }
    }
}

fn mark(verdict: Option<bool>) -> char {
    if verdict == Some(false) { '!' } else { ' ' }
}

fn told(goal: Option<Goal>, verdict: Option<bool>) -> String {
    match (goal, verdict) {
        (Some(goal), Some(true)) => format!("{}: holds", goal.words()),
        (Some(goal), _) => format!("{}: MISSES", goal.words()),
        _ => String::new(),
    }
}

fn short(value: f64) -> String {
    let text = if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.2}") };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn object(name: &str, value: f64, unit: &str, reference: Option<f64>, goal: Option<Goal>, holds: Option<bool>) {
    let number = |n: Option<f64>| n.filter(|n| n.is_finite()).map_or("null".into(), |n| format!("{n:.4}"));
    println!(
        r#"{{"name":"{name}","value":{},"unit":"{unit}","reference":{},"ratio":{},"goal":{},"holds":{}}}"#,
        number(Some(value)),
        number(reference),
        number(reference.map(|r| value / r)),
        goal.map_or("null".into(), |g| format!("\"{}\"", g.words())),
        holds.map_or("null".into(), |h| h.to_string()),
    );
}
