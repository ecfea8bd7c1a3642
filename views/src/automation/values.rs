//! What a run has written down, in words: no ids, no keys, and nothing that says nothing.

use super::record_path;
use crate::{Moment, ui::Time};
use chrono::{DateTime, Utc};
use domain::{
    Day, Slug,
    automation::{conditions::choice, fields::RecordKind, runs::StepLog, steps::Choose, words::way},
    paths,
};
use maud::{Markup, Render, html};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// A label, and what is there.
pub type Fact = (String, Markup);

/// What the values are read with.
pub struct Values<'a> {
    pub slug: &'a Slug,
    pub moment: Moment,
    /// The kind of record that the run is on.
    pub kind: Option<RecordKind>,
    /// Names of people and records, by their ids.
    pub names: &'a HashMap<Uuid, String>,
    /// Whether the reader may look into the log of mail.
    pub mail: bool,
}

/// Facts one under the other.
pub fn list(facts: &[Fact]) -> Markup {
    html! { dl.value-list { @for (label, value) in facts { div { dt { (label) } dd { (value) } } } } }
}

/// What was posted, by its own names.
pub fn posted(payload: &Value) -> Markup {
    match payload.as_object() {
        Some(all) => list(&all.iter().map(|(key, value)| (key.clone(), html! { (plain(value)) })).collect::<Vec<_>>()),
        None => html! { p.written { (plain(payload)) } },
    }
}

/// A value as text; what is nested stays JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "empty".into(),
        other => other.to_string(),
    }
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.trim().is_empty())
}

fn id(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok()
}

fn day(value: &Value) -> Option<Day> {
    serde_json::from_value(value.clone()).ok()
}

fn put(facts: &mut Vec<Fact>, label: impl Into<String>, value: Option<impl Into<String>>) {
    if let Some(value) = value.map(Into::into) {
        facts.push((label.into(), html! { span.written { (value) } }));
    }
}

impl Values<'_> {
    /// What set a run off.
    pub fn of_occasion(&self, occasion: &Value) -> Vec<Fact> {
        let mut facts = vec![];
        let on = match occasion["on"].as_str() {
            Some("created") => "It was created",
            Some("updated") => "It was changed",
            Some("date") => "Its date has come",
            Some("schedule") => "Its hour has come",
            Some("webhook") => "Something was posted",
            Some("manual") => "Somebody has started it by hand",
            _ => "Something else",
        };
        facts.push(("Why".into(), html! { (on) }));
        let columns = occasion["changed"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let labels: Vec<&str> = self.labels(columns.collect());
        if occasion["on"] == "updated" && !labels.is_empty() {
            put(&mut facts, "What has changed", Some(labels.join(", ")));
        }
        if let Some(day) = day(&occasion["day"]) {
            facts.push(("Day".into(), Time::day(day).render()));
        }
        if !occasion["payload"].is_null() {
            facts.push(("What was posted".into(), posted(&occasion["payload"])));
        }
        facts
    }

    /// Columns of a record as its fields are called, each once.
    fn labels(&self, columns: Vec<&str>) -> Vec<&'static str> {
        let fields = self.kind.map(RecordKind::fields).unwrap_or_default();
        // The first that shows in a column is its own; others are told by it.
        let of = |column: &str| {
            let own = fields.iter().filter(|f| f.writable).find(|f| f.columns.contains(&column));
            own.or_else(|| fields.iter().find(|f| f.columns.contains(&column))).map(|f| f.label)
        };
        let mut found: Vec<&str> = vec![];
        for label in columns.into_iter().filter_map(of) {
            if !found.contains(&label) {
                found.push(label);
            }
        }
        found
    }

    /// What a step was given and what came of it.
    pub fn of_step(&self, log: &StepLog) -> Vec<Fact> {
        let (input, output) = (&log.input, &log.output);
        let mut facts = vec![];
        match log.kind.as_str() {
            "create_task" => {
                self.record(&mut facts, "Task", RecordKind::Task, &output["task"], text(&input["title"]));
                put(&mut facts, "For", id(&input["assignee"]).and_then(|m| self.names.get(&m)).cloned());
                self.day(&mut facts, "Due", &input["due"]);
                if output["instead"] == true {
                    put(
                        &mut facts,
                        "Instead",
                        Some("Whoever was meant is nobody here, so it went to whoever published this."),
                    );
                }
            }
            "create_record" => {
                let made = output["record"].as_str().and_then(RecordKind::parse);
                if let Some(kind) = made {
                    self.record(&mut facts, kind.label(), kind, &output["id"], None);
                }
                self.set(&mut facts, made, input, &Value::Null);
            }
            "update" => self.set(&mut facts, self.kind, input, &output["before"]),
            "assign" => {
                put(&mut facts, "Given to", text(&output["to"]));
                put(&mut facts, "Chosen", input["by"].as_str().and_then(Choose::parse).map(Choose::label));
            }
            "email" => {
                if let Some(to) = text(&input["to"]) {
                    let log = format!("{}?to={}", paths::mail_log(self.slug), crate::encode(to));
                    facts.push(("To".into(), html! { (to) @if self.mail && output["mail"].is_string() { " · " a href=(log) { "What became of it" } } }));
                }
                put(&mut facts, "Not sent", text(&output["left_out"]));
                put(&mut facts, "Subject", text(&input["subject"]));
                put(&mut facts, "Text", text(&input["body"]));
            }
            "notify" => {
                put(&mut facts, "Title", text(&input["title"]));
                put(&mut facts, "Text", text(&input["body"]));
                put(&mut facts, "Told", output["told"].as_i64().map(people));
            }
            "tag" => {
                let label = if input["remove"] == true { "Taken off" } else { "Added" };
                put(&mut facts, label, text(&input["tag"]));
            }
            "note" => put(&mut facts, "Text", text(&input["text"])),
            "wait" => {
                self.moment(&mut facts, "Until", &input["until"]);
                if let Some(held) = output["held"].as_bool() {
                    put(&mut facts, "It held", Some(if held { "Yes" } else { "No, not in time" }));
                }
                put(&mut facts, "Why", text(&output["why"]));
            }
            "branch" => {
                put(&mut facts, "Went", output["way"].as_str().map(way));
                put(&mut facts, "Why", text(&output["why"]));
            }
            "approval" => {
                put(&mut facts, "Question", text(&input["question"]));
                put(&mut facts, "Asked", input["asked"].as_i64().map(people));
                self.moment(&mut facts, "Answer by", &input["due"]);
                put(&mut facts, "Answer", output["answer"].as_str().map(way));
                put(&mut facts, "Why", text(&output["why"]));
            }
            "webhook" => {
                put(&mut facts, "Address", text(&input["url"]));
                if input["body"].is_object() {
                    let body = serde_json::to_string_pretty(&input["body"]).unwrap_or_default();
                    facts.push(("Sent".into(), html! { pre.value-code { (body) } }));
                }
                put(&mut facts, "Status", output["status"].as_i64().map(|n| n.to_string()));
                put(&mut facts, "Answer", text(&output["answer"]));
            }
            // A step of a kind that was known when it ran.
            _ => {
                let all = input.as_object().into_iter().chain(output.as_object()).flatten();
                facts.extend(all.map(|(key, value)| (key.clone(), html! { (plain(value)) })));
            }
        }
        facts
    }

    /// A record that was made: by its name with the way to it, where the reader sees it.
    fn record(&self, facts: &mut Vec<Fact>, label: &str, kind: RecordKind, made: &Value, called: Option<&str>) {
        let Some(made) = id(made) else { return put(facts, label, called) };
        match self.names.get(&made) {
            Some(name) => {
                facts.push((label.into(), html! { a href=(record_path(self.slug, kind, made)) { (name) } }));
            }
            None => put(facts, label, Some(called.unwrap_or("One that you may not see, or that is gone"))),
        }
    }

    /// Fields with what they were set to, and what they held.
    fn set(&self, facts: &mut Vec<Fact>, kind: Option<RecordKind>, now: &Value, before: &Value) {
        for (key, value) in now.as_object().into_iter().flatten() {
            let spec = kind.and_then(|k| k.field(key));
            let shown = |v: &Value| match v.as_str().map(str::trim) {
                None | Some("") => "empty".to_owned(),
                Some(word) => choice(spec, word).unwrap_or(word).to_owned(),
            };
            let label = spec.map_or(key.as_str(), |s| s.label);
            let words = match before.get(key) {
                Some(was) => format!("{} → {}", shown(was), shown(value)),
                None => shown(value),
            };
            put(facts, label, Some(words));
        }
    }

    fn day(&self, facts: &mut Vec<Fact>, label: &str, value: &Value) {
        if let Some(day) = day(value) {
            facts.push((label.into(), Time::day(day).render()));
        }
    }

    fn moment(&self, facts: &mut Vec<Fact>, label: &str, value: &Value) {
        if let Some(at) = value.as_str().and_then(|at| at.parse::<DateTime<Utc>>().ok()) {
            facts.push((label.into(), self.moment.at(at).render()));
        }
    }
}

fn people(n: i64) -> String {
    match n {
        1 => "1 person".into(),
        n => format!("{n} people"),
    }
}
