//! Workflows in words, for whoever reads one. Places for fields stay as they are written; a view shows them as what
//! the fields are called.

use super::{
    conditions::{Condition, choice},
    fields::RecordKind,
    people::Person,
    steps::{Action, Choose, Late, Length, Step},
};
use std::collections::BTreeMap;

/// A condition as a sentence's end: `Status is Active and (Country is DE or Country is AT)`.
pub fn condition(c: &Condition, kind: Option<RecordKind>) -> String {
    fn part(c: &Condition, kind: Option<RecordKind>, nested: bool) -> String {
        let (parts, word) = match c {
            Condition::Test(test) => return test.words(kind),
            Condition::All { all } => (all, " and "),
            Condition::Any { any } => (any, " or "),
        };
        let parts: Vec<_> = parts.iter().filter(|p| !p.is_empty()).collect();
        let words = parts.iter().map(|p| part(p, kind, true)).collect::<Vec<_>>().join(word);
        if nested && parts.len() > 1 { format!("({words})") } else { words }
    }
    part(c, kind, false)
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn people(all: &[Person], kind: Option<RecordKind>) -> String {
    match all {
        [] => "nobody yet".into(),
        all => list(&all.iter().map(|p| p.label(kind)).collect::<Vec<_>>()),
    }
}

fn days(n: i64) -> String {
    if n == 1 { "1 day".into() } else { format!("{n} days") }
}

/// A length in the largest unit that it is whole in.
pub fn minutes(n: u32) -> String {
    match n {
        1 => "1 minute".into(),
        n if n > 0 && n.is_multiple_of(1440) => days(i64::from(n / 1440)),
        60 => "1 hour".into(),
        n if n > 0 && n.is_multiple_of(60) => format!("{} hours", n / 60),
        n => format!("{n} minutes"),
    }
}

/// `on`, `14 days before`, `1 day after`.
fn beside(n: i32) -> String {
    match n {
        0 => "on".into(),
        n if n < 0 => format!("{} before", days(-i64::from(n))),
        n => format!("{} after", days(i64::from(n))),
    }
}

fn quoted(text: &str) -> String {
    if text.trim().is_empty() { "…".into() } else { format!("“{}”", text.trim()) }
}

fn label(kind: Option<RecordKind>, key: &str) -> String {
    kind.and_then(|k| k.field(key)).map_or_else(|| key.to_owned(), |f| f.label.to_owned())
}

fn set(all: &BTreeMap<String, String>, kind: Option<RecordKind>) -> Vec<String> {
    let value = |key: &str, value: &str| {
        let spec = kind.and_then(|k| k.field(key));
        choice(spec, value).map_or_else(|| value.to_owned(), str::to_owned)
    };
    all.iter()
        .map(|(key, v)| match v.trim() {
            "" => format!("Empty {}", label(kind, key)),
            v => format!("{}: {}", label(kind, key), value(key, v)),
        })
        .collect()
}

impl Length {
    pub fn words(&self, kind: Option<RecordKind>) -> String {
        match self {
            Self::Minutes(n) => format!("For {}", minutes(*n)),
            Self::Days(n) => format!("For {}", days(i64::from(*n))),
            Self::Date { field, days } => format!("Until {} the {}", beside(*days), label(kind, field)),
            Self::Until { when, days: n } if when.is_empty() => format!("Until …, at most {}", days(i64::from(*n))),
            Self::Until { when, days: n } => {
                format!("Until {}, at most {}", condition(when, kind), days(i64::from(*n)))
            }
        }
    }
}

impl Action {
    /// What it does, a line each; the first says most.
    pub fn words(&self, kind: Option<RecordKind>) -> Vec<String> {
        let mut lines = match self {
            Self::Update { set: all } => set(all, kind),
            Self::CreateRecord { record, set: all } => {
                let mut lines = vec![format!("A new {}", record.label().to_lowercase())];
                lines.extend(set(all, Some(*record)));
                lines
            }
            Self::CreateTask(t) => {
                let due = t.due_in_days.map(|n| match n {
                    0 => ", due the same day".to_owned(),
                    n => format!(", due in {}", days(i64::from(n))),
                });
                let priority = match t.priority.as_str() {
                    "high" => ", high priority",
                    "low" => ", low priority",
                    _ => "",
                };
                vec![
                    format!("{} for {}{}{priority}", quoted(&t.title), t.assignee.label(kind), due.unwrap_or_default()),
                    t.details.clone(),
                ]
            }
            Self::Assign(a) => vec![match a.by {
                Choose::Person => format!("To {}", people(&a.among, kind)),
                Choose::RoundRobin => format!("In turn to {}", people(&a.among, kind)),
                Choose::LeastLoaded => format!("To whoever has the least of {}", people(&a.among, kind)),
            }],
            Self::Email { to, subject, body } => {
                vec![format!("To {}: {}", to.label(kind), quoted(subject)), body.clone()]
            }
            Self::Notify { to, title, body } => {
                vec![format!("To {}: {}", people(to, kind), quoted(title)), body.clone()]
            }
            Self::Tag { name, remove: false } => vec![format!("Add the tag {}", quoted(name))],
            Self::Tag { name, remove: true } => vec![format!("Remove the tag {}", quoted(name))],
            Self::Note { text } => vec![quoted(text)],
            Self::Webhook { url } => vec![format!("Post the record to {url}")],
            Self::Wait(w) => {
                let again = if w.recheck { "Goes on only if the conditions still hold then." } else { "" };
                vec![w.length.words(kind), again.to_owned()]
            }
            Self::Branch { when, .. } if when.is_empty() => vec!["If …".into()],
            Self::Branch { when, .. } => vec![format!("If {}", condition(when, kind))],
            Self::Approval(a) => {
                let late = if a.late == Late::Approved { "approved" } else { "rejected" };
                let all = if a.all && a.from.len() > 1 { "All of them have to say yes. " } else { "" };
                vec![
                    format!("Ask {}: {}", people(&a.from, kind), quoted(&a.question)),
                    format!("{all}Without an answer in {} it counts as {late}.", days(i64::from(a.days))),
                ]
            }
            Self::Stop => vec!["The run ends here.".into()],
        };
        lines.retain(|l| !l.trim().is_empty());
        lines
    }
}

/// What a way out of a step is called.
pub fn way(key: &str) -> &'static str {
    match key {
        "then" => "Then",
        "otherwise" => "Otherwise",
        "approved" => "Approved",
        "rejected" => "Rejected",
        _ => "Way",
    }
}

/// A step in one line, for lists.
pub fn line(step: &Step, kind: Option<RecordKind>) -> String {
    let words = step.action.words(kind).into_iter().next().unwrap_or_default();
    format!("{}: {words}", step.action.label())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automation::{
        conditions::{Op, Test},
        steps::Wait,
        templates::TEMPLATES,
    };

    #[test]
    fn every_step_of_every_template_has_words() {
        for template in TEMPLATES {
            let d = template.definition();
            for (_, step) in crate::automation::steps::all(&d.steps) {
                let words = step.action.words(d.record);
                assert!(!words.is_empty() && !words[0].contains('…'), "{} {}: {words:?}", template.key, step.id);
            }
        }
    }

    #[test]
    fn conditions_read_as_a_sentence() {
        let test =
            |field: &str, is, value: &str| Condition::Test(Test { field: field.into(), is, value: value.into() });
        let c = Condition::All {
            all: vec![
                test("status", Op::Equals, "active"),
                Condition::Any { any: vec![test("country", Op::Equals, "DE"), test("size", Op::More, "100")] },
            ],
        };
        let words = condition(&c, Some(RecordKind::Customer));
        assert_eq!(words, "Status is Active and (Country is DE or Employees is more than 100)");
        let wait = Action::Wait(Wait { length: Length::Minutes(180), recheck: false });
        assert_eq!(wait.words(None), ["For 3 hours"]);
    }
}
