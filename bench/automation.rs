//! Changes of records against fifty active workflows: looked at, weighed, and enrolled.

use crate::{
    Done,
    print::{Figures, Goal},
};
use domain::automation::workflows::Definition;
use serde_json::{Value, json};
use std::{sync::Arc, time::Instant};
use store::{Db, Desk, SystemClock, automation::workflows};

/// The workspace of a thousand people.
const SLUG: &str = "bench-1";

/// How often everybody's record is changed.
const ROUNDS: i32 = 10;

pub fn measure(database_url: &str, figures: &mut Figures) -> Done {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(words)?;
    runtime.block_on(async {
        let db = Db::connect(database_url, 8, Arc::new(SystemClock)).await.map_err(words)?;
        let mut tx = db.identity().await.map_err(words)?;
        let owner = store::identity::by_email(&mut tx, &format!("owner@{SLUG}.example")).await.map_err(words)?;
        drop(tx);
        let account = owner.ok_or("the workspace is not there")?.id;
        let entry = db.enter(SLUG, account).await.map_err(words)?.ok_or("the workspace is not there")?;
        let desk = Desk::of_member(&entry.actor, entry.workspace.zone, None);
        let mut tx = db.begin(desk).await.map_err(words)?;
        for old in workflows::list(&mut tx).await.map_err(words)? {
            workflows::remove(&mut tx, old.id).await.map_err(words)?;
        }
        for n in 0..50 {
            let definition: Definition = serde_json::from_value(definition(n)).map_err(words)?;
            let id = tx.id();
            workflows::add(&mut tx, id, (&format!("Measured {n}"), ""), &definition, None).await.map_err(words)?;
            workflows::publish(&mut tx, id, 1).await.map_err(words)?;
        }
        tx.commit().await.map_err(words)?;

        let (mut looked, mut changing, mut looking) = (0, 0.0, 0.0);
        for round in 0..ROUNDS {
            let began = Instant::now();
            let mut tx = db.begin(desk).await.map_err(words)?;
            store::bench::change_everybody(&mut tx, round).await.map_err(words)?;
            tx.commit().await.map_err(words)?;
            changing += began.elapsed().as_secs_f64();
            let began = Instant::now();
            loop {
                match jobs::automation::pump(&db, entry.workspace.id).await.map_err(words)? {
                    0 => break,
                    n => looked += n,
                }
            }
            looking += began.elapsed().as_secs_f64();
        }
        let mut tx = db.begin(desk).await.map_err(words)?;
        let runs: i64 = workflows::list(&mut tx).await.map_err(words)?.iter().map(|w| w.numbers.runs).sum();
        // What they would do is not measured here, and is not left for the next.
        for old in workflows::list(&mut tx).await.map_err(words)? {
            workflows::remove(&mut tx, old.id).await.map_err(words)?;
        }
        tx.commit().await.map_err(words)?;
        figures.say(
            "automation/changes by 50 workflows",
            looked as f64 / looking,
            "changes/s",
            Some(Goal::AtLeast(1000.0)),
        );
        figures.say("automation/changes written", looked as f64 / changing, "changes/s", None);
        figures.say("automation/runs enrolled", runs as f64, "runs", None);
        db.close().await;
        Ok(())
    })
}

/// Of fifty: thirty listen to what changes, each for one department and title, and enrol some of it; ten to other fields;
/// ten to new records.
fn definition(n: usize) -> Value {
    const DEPARTMENTS: [&str; 9] = [
        "Sales",
        "Development",
        "Production",
        "Research",
        "Finance",
        "Marketing",
        "Customer Service",
        "Quality",
        "People",
    ];
    let (trigger, again) = match n {
        0..30 => (json!({ "on": "updated", "fields": ["job_title"] }), true),
        30..40 => (json!({ "on": "updated", "fields": ["phone"] }), false),
        _ => (json!({ "on": "created" }), false),
    };
    json!({
        "record": "employee",
        "trigger": trigger,
        "conditions": { "all": [
            { "field": "department", "is": "equals", "value": DEPARTMENTS[n % 9] },
            { "any": [
                { "field": "job_title", "is": "contains", "value": format!("{}", n % 10) },
                { "field": "employment_type", "is": "equals", "value": "intern" },
            ] },
        ] },
        "steps": [{ "id": "s1", "do": "note", "text": "{{name}} is {{job_title}} now" }],
        "again": again,
        "cool_down": 0,
    })
}

fn words(e: impl std::fmt::Display) -> String {
    e.to_string()
}
