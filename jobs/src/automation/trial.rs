//! A dry run: what a workflow would do with a record, step by step, and nothing of it done.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use domain::{
    Day,
    automation::{
        conditions::choice,
        fields::{Fact, Facts, RecordKind},
        merge,
        people::Person,
        steps::{Action, Length, Step},
        workflows::Definition,
    },
};
use store::{
    TenantTx, Who,
    automation::{
        people::{self, About},
        records,
    },
};
use uuid::Uuid;

/// What would happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Whether the record would be enrolled; if not, why.
    pub enrolled: Result<(), String>,
    pub steps: Vec<TrialStep>,
}

/// What one step would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialStep {
    pub depth: usize,
    pub id: String,
    pub label: &'static str,
    pub words: String,
    /// What would go wrong.
    pub problem: Option<String>,
    /// Whether the run would end there, failed.
    pub fails: bool,
}

/// What fails a run.
const FAILS: &str = "the run would fail here";

/// Goes through a workflow with a record that the reader may see, in their name, and with what would be posted. Waiting
/// takes no time here, though the days behind it count from its end; branches go where the record stands now, and
/// questions are shown with both answers.
pub async fn trial(
    tx: &mut TenantTx,
    definition: &Definition,
    record: Option<(RecordKind, Uuid)>,
    payload: Option<&serde_json::Value>,
) -> store::Result<Trial> {
    let mut facts = Facts::default();
    if let Some((kind, id)) = record {
        facts = records::facts(tx, kind, &[id]).await?.remove(&id).ok_or(store::Error::NotFound)?.1;
    }
    if let Some(payload) = payload {
        facts.payload(payload);
    }
    let today = tx.today();
    let enrolled =
        definition.takes(&facts).and_then(|()| definition.conditions.holds(definition.record, &facts, today));
    let publisher = match tx.who() {
        Who::Member(me) => me,
        _ => domain::MemberId(Uuid::nil()),
    };
    let about = About { record, publisher };
    let mut scene = Scene { kind: definition.record, facts, about, now: tx.now(), zone: tx.zone(), open: false };
    let mut steps = vec![];
    let mut todo: Vec<(usize, &Step)> = definition.steps.iter().rev().map(|s| (0, s)).collect();
    while let Some((depth, step)) = todo.pop() {
        let (words, problem) = scene.told(tx, step).await?;
        let fails = problem.as_ref().is_some_and(|p| p.contains(FAILS));
        steps.push(TrialStep { depth, id: step.id.clone(), label: step.action.label(), words, problem, fails });
        let inside: Vec<&Step> = match &step.action {
            Action::Branch { when, then, otherwise } => {
                if when.holds(scene.kind, &scene.facts, scene.today()).is_ok() { then } else { otherwise }
                    .iter()
                    .collect()
            }
            Action::Wait(wait) => {
                scene.wait(&wait.length);
                vec![]
            }
            Action::Approval(a) => {
                scene.open = true;
                a.approved.iter().chain(&a.rejected).collect()
            }
            Action::Stop => {
                todo.clear();
                vec![]
            }
            _ => vec![],
        };
        todo.extend(inside.into_iter().rev().map(|s| (depth + 1, s)));
    }
    Ok(Trial { enrolled, steps })
}

struct Scene {
    kind: Option<RecordKind>,
    facts: Facts,
    about: About,
    /// When the step would be done, as far as that is known.
    now: DateTime<Utc>,
    zone: Tz,
    /// It waits for something whose day nobody knows: an answer, or a condition.
    open: bool,
}

impl Scene {
    fn today(&self) -> Day {
        Day(self.now.with_timezone(&self.zone).date_naive())
    }

    /// Time passes.
    fn wait(&mut self, length: &Length) {
        match length {
            Length::Minutes(n) => self.now += Duration::minutes((*n).into()),
            Length::Days(n) => self.now += Duration::days((*n).into()),
            Length::Date { field, days } => {
                if let Some(Fact::Day(day)) = self.facts.get(field) {
                    let ahead = (day.0 + Duration::days((*days).into()) - self.today().0).num_days();
                    self.now += Duration::days(ahead.max(0));
                }
            }
            Length::Until { when, .. } => {
                self.open |= when.holds(self.kind, &self.facts, self.today()).is_err();
            }
        }
    }

    fn fill(&self, words: &str) -> String {
        merge::told(words, &self.facts)
    }

    /// The names of those who are meant; whoever is nobody is left out.
    async fn named(&self, tx: &mut TenantTx, of: &[Person]) -> store::Result<Vec<String>> {
        let members = people::members(tx, of, self.about).await?;
        people::names(tx, &members).await
    }

    async fn told(&self, tx: &mut TenantTx, step: &Step) -> store::Result<(String, Option<String>)> {
        let nobody = |names: &[String], why: &str| names.is_empty().then(|| why.to_owned());
        Ok(match &step.action {
            Action::Update { set } => (self.set(self.kind, set), None),
            Action::CreateRecord { record, set } => {
                (format!("A new {}: {}", record.label().to_lowercase(), self.set(Some(*record), set)), None)
            }
            Action::CreateTask(t) => {
                let names = self.named(tx, std::slice::from_ref(&t.assignee)).await?;
                let due = match t.due_in_days {
                    None => String::new(),
                    Some(n) if self.open => format!(", due {} later", days(n)),
                    Some(n) => format!(", due {}", Day(self.today().0 + Duration::days(n.into())).short()),
                };
                let priority = match t.priority.as_str() {
                    "high" => ", high priority",
                    "low" => ", low priority",
                    _ => "",
                };
                let who = names.first().map_or("whoever publishes this", String::as_str);
                let problem = names.is_empty().then(|| {
                    format!(
                        "{} is nobody who signs in; it would go to whoever publishes this.",
                        t.assignee.label(self.kind)
                    )
                });
                (format!("“{}” for {who}{due}{priority}", self.fill(&t.title)), problem)
            }
            Action::Assign(a) => {
                let names = self.named(tx, &a.among).await?;
                let problem = nobody(&names, "None of them is an active member: the run would fail here.");
                (format!("{}: {}", a.by.label(), names.join(", ")), problem)
            }
            Action::Email { to, subject, .. } => {
                let address = people::address(tx, to, self.about, &self.facts).await?;
                let mut problem =
                    address.is_none().then(|| "There is no address to write to: the run would fail here.".to_owned());
                if let (Person::Record | Person::Address(_), Some((email, ..))) = (to, &address) {
                    let why = people::objection(tx, email, self.about).await?;
                    problem = why.map(|why| format!("{why} Nothing would be sent, and the run would go on."));
                }
                let to = address.map_or_else(|| to.label(self.kind), |(email, ..)| email.to_string());
                (format!("To {to}: “{}”", self.fill(subject)), problem)
            }
            Action::Notify { to, title, .. } => {
                let names = self.named(tx, to).await?;
                let problem = nobody(&names, "Nobody would be told: none of them is an active member.");
                (format!("Tells {}: “{}”", names.join(", "), self.fill(title)), problem)
            }
            Action::Tag { name, remove: false } => (format!("Adds the tag “{name}”"), None),
            Action::Tag { name, remove: true } => (format!("Takes the tag “{name}” away"), None),
            Action::Note { text } => (format!("“{}”", self.fill(text)), None),
            Action::Webhook { url } => (format!("Posts the record to {url}"), None),
            Action::Wait(w) => (self.length(&w.length), None),
            Action::Branch { when, .. } => match when.holds(self.kind, &self.facts, self.today()) {
                Ok(()) => ("Goes on with “then”".into(), None),
                Err(why) => (format!("Goes on with “otherwise”: {why}"), None),
            },
            Action::Approval(a) => {
                let names = self.named(tx, &a.from).await?;
                let problem = nobody(&names, "None of them is an active member: the run would fail here.");
                (format!("Asks {}: “{}”", names.join(", "), self.fill(&a.question)), problem)
            }
            Action::Stop => ("The run ends here".into(), None),
        })
    }

    fn set(&self, kind: Option<RecordKind>, set: &std::collections::BTreeMap<String, String>) -> String {
        let one = |(key, value): (&String, &String)| {
            let spec = kind.and_then(|k| k.field(key));
            let value = merge::fill(value, &self.facts);
            let shown = choice(spec, &value).unwrap_or(&value);
            format!("{} becomes “{shown}”", spec.map_or(key.as_str(), |s| s.label))
        };
        set.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    fn length(&self, length: &Length) -> String {
        match length {
            Length::Minutes(n) => format!("Waits {n} minutes"),
            Length::Days(1) => "Waits a day".into(),
            Length::Days(n) => format!("Waits {n} days"),
            Length::Date { field, days } => {
                let label = self.kind.and_then(|k| k.field(field)).map_or(field.as_str(), |f| f.label);
                let date = self.facts.words(field);
                let date = if date.is_empty() { "empty: goes on at once".to_owned() } else { date };
                match days {
                    0 => format!("Waits until the {label} ({date})"),
                    d if *d < 0 => format!("Waits until {} days before the {label} ({date})", d.unsigned_abs()),
                    d => format!("Waits until {d} days after the {label} ({date})"),
                }
            }
            Length::Until { when, days } => {
                let met = when.holds(self.kind, &self.facts, self.today()).is_ok();
                let asked: Vec<String> = when.tests().into_iter().map(|t| t.words(self.kind)).collect();
                let met = if met { ", which holds now" } else { "" };
                format!("Waits until {}{met}, at most {days} days", asked.join(" and "))
            }
        }
    }
}

fn days(n: u32) -> String {
    if n == 1 { "a day".into() } else { format!("{n} days") }
}
