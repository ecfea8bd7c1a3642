//! A dry run: what a workflow would do with a record, step by step, and nothing of it done.

use chrono::Duration;
use domain::{
    Day,
    automation::{
        conditions::choice,
        fields::{Facts, RecordKind},
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
}

/// Goes through a workflow with a record that the reader may see, in their name. Waiting takes no time here, branches
/// go where the record stands now, and questions are shown with both answers.
pub async fn trial(
    tx: &mut TenantTx,
    definition: &Definition,
    record: Option<(RecordKind, Uuid)>,
) -> store::Result<Trial> {
    let mut facts = Facts::default();
    if let Some((kind, id)) = record {
        facts = records::facts(tx, kind, &[id]).await?.remove(&id).ok_or(store::Error::NotFound)?.1;
    }
    let today = tx.today();
    let enrolled = definition.conditions.holds(definition.record, &facts, today);
    let publisher = match tx.who() {
        Who::Member(me) => me,
        _ => domain::MemberId(Uuid::nil()),
    };
    let scene = Scene { kind: definition.record, facts, about: About { record, publisher }, today };
    let mut steps = vec![];
    let mut todo: Vec<(usize, &Step)> = definition.steps.iter().rev().map(|s| (0, s)).collect();
    while let Some((depth, step)) = todo.pop() {
        let (words, problem) = scene.told(tx, step).await?;
        steps.push(TrialStep { depth, id: step.id.clone(), label: step.action.label(), words, problem });
        let inside: Vec<&Step> = match &step.action {
            Action::Branch { when, then, otherwise } => {
                if when.holds(scene.kind, &scene.facts, today).is_ok() { then } else { otherwise }.iter().collect()
            }
            Action::Approval(a) => a.approved.iter().chain(&a.rejected).collect(),
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
    today: Day,
}

impl Scene {
    fn fill(&self, words: &str) -> String {
        merge::fill(words, &self.facts)
    }

    /// The names of those who are meant; whoever is nobody is left out.
    async fn named(&self, tx: &mut TenantTx, of: &[Person]) -> store::Result<Vec<String>> {
        let members = people::members(tx, of, self.about).await?;
        super::act::names(tx, &members).await
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
                let due = t.due_in_days.map(|d| Day(self.today.0 + Duration::days(d.into())));
                let due = due.map(|d| format!(", due {}", d.short())).unwrap_or_default();
                let who = names.first().map_or("whoever publishes this", String::as_str);
                let problem = names.is_empty().then(|| {
                    format!(
                        "{} is nobody who signs in; it would go to whoever publishes this.",
                        t.assignee.label(self.kind)
                    )
                });
                (format!("“{}” for {who}{due}", self.fill(&t.title)), problem)
            }
            Action::Assign(a) => {
                let names = self.named(tx, &a.among).await?;
                let problem = nobody(&names, "None of them is an active member: the run would fail here.");
                (format!("{}: {}", a.by.label(), names.join(", ")), problem)
            }
            Action::Email { to, subject, .. } => {
                let address = people::address(tx, to, self.about, &self.facts).await?;
                let problem =
                    address.is_none().then(|| "There is no address to write to: the run would fail here.".to_owned());
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
            Action::Branch { when, .. } => match when.holds(self.kind, &self.facts, self.today) {
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
            let value = self.fill(value);
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
                let met = when.holds(self.kind, &self.facts, self.today).is_ok();
                let asked: Vec<String> = when.tests().into_iter().map(|t| t.words(self.kind)).collect();
                let met = if met { ", which holds now" } else { "" };
                format!("Waits until {}{met}, at most {days} days", asked.join(" and "))
            }
        }
    }
}
