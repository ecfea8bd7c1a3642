//! Workflows, from what happens to what comes of it. The rules are those of DOMAIN: Automation, by their names.

mod asking;
mod dates;
mod ends;
mod engine;
mod face;
mod guard;
mod mail;
mod outside;
pub mod races;
mod sales;
mod screens;
mod templates;
mod waiting;

use crate::support::{Browser, Company, Person, TestApp};
use chrono::Duration;
use domain::{
    RunId, WorkflowId,
    access::Role,
    automation::{
        runs::{Run, RunState, StepLog},
        workflows::Definition,
    },
    jobs::TickAutomation,
};
use serde_json::{Value, json};
use store::{
    Desk,
    automation::{runs, workflows},
    queue,
};

/// A step that writes a note.
fn note(id: &str, text: &str) -> Value {
    json!({ "id": id, "do": "note", "text": text })
}

/// Publishes a workflow in the name of somebody in this role.
async fn published(company: &Company<'_>, role: Role, json: Value) -> WorkflowId {
    publish_from(company, company.desk(role).await, json).await
}

async fn publish_from(company: &Company<'_>, desk: Desk, json: Value) -> WorkflowId {
    let definition = Definition::from_json(&json.to_string()).unwrap_or_else(|e| panic!("{e}"));
    let mut tx = company.app.db.begin(desk).await.expect("a transaction");
    let problems = jobs::automation::check(&mut tx, &definition).await.expect("it can be checked");
    assert!(problems.is_empty(), "{problems:?}");
    let id = tx.id();
    workflows::add(&mut tx, id, ("A workflow", ""), &definition, None).await.expect("it is added");
    workflows::publish(&mut tx, id, 1).await.expect("it is published");
    tx.commit().await.expect("it is kept");
    id
}

/// Where somebody works.
async fn desk_of(company: &Company<'_>, person: &Person) -> Desk {
    let entry = company.app.db.enter(&company.slug, person.account).await.expect("the door answers").expect("a member");
    Desk::of_member(&entry.actor, entry.workspace.zone, None)
}

/// The run of the record of this name.
fn of<'a>(runs: &'a [Run], name: &str) -> &'a Run {
    let named = |r: &&Run| r.record.as_ref().is_some_and(|(.., n)| n == name);
    runs.iter().find(named).unwrap_or_else(|| panic!("no run of {name} in {runs:#?}"))
}

/// Imports the file whose preview is on the screen.
async fn press_import(app: &TestApp, browser: &mut Browser) {
    let buttons = browser.page.all("button");
    let button = buttons.into_iter().find(|b| b.starts_with("Import ")).unwrap_or_else(|| panic!("{}", browser.page));
    browser.press(&button).await;
    app.run_jobs().await;
}

/// Its runs, the oldest first.
async fn runs_of(company: &Company<'_>, id: WorkflowId) -> Vec<Run> {
    let mut tx = company.begin().await;
    let mut all = runs::list(&mut tx, id, None, None, 100).await.expect("they can be listed");
    all.reverse();
    all
}

async fn only_run(company: &Company<'_>, id: WorkflowId) -> Run {
    let all = runs_of(company, id).await;
    assert_eq!(all.len(), 1, "{all:#?}; {:#?}", skipped(company, id).await);
    all.into_iter().next().expect("one")
}

async fn log_of(company: &Company<'_>, run: RunId) -> Vec<StepLog> {
    let mut tx = company.begin().await;
    runs::steps(&mut tx, run).await.expect("they can be read")
}

/// Why who was not enrolled.
async fn skipped(company: &Company<'_>, id: WorkflowId) -> Vec<String> {
    let mut tx = company.begin().await;
    let all = runs::skips(&mut tx, id, 100).await.expect("they can be read");
    all.into_iter().map(|s| s.reason).collect()
}

/// So much later, the schedule has ticked and everything is done.
async fn later(app: &TestApp, company: &Company<'_>, by: Duration) {
    app.clock.advance(by);
    tick(app, company).await;
}

async fn tick(app: &TestApp, company: &Company<'_>) {
    let mut tx = company.begin().await;
    let job = TickAutomation { tenant: company.tenant, tick: app.db.now() };
    queue::push(&mut tx, &job).await.expect("it is pushed");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
}

fn state(run: &Run) -> (RunState, Option<&str>) {
    (run.state, run.error.as_deref())
}

/// The notes on a record, the newest first.
async fn notes_on(company: &Company<'_>, subject: domain::workspace::access::Subject) -> Vec<String> {
    let mut tx = company.begin().await;
    let all = store::notes::of(&mut tx, subject, None, 50).await.expect("they can be read");
    all.into_iter().map(|n| n.draft().text).collect()
}

/// What everybody has to do.
async fn tasks(company: &Company<'_>) -> Vec<domain::tasks::Task> {
    let mut tx = company.begin().await;
    let all = domain::tasks::Filter { of: "all".into(), ..Default::default() };
    store::tasks::list(&mut tx, &all).await.expect("they can be listed").rows
}

/// Changes an employee or a customer as a form does.
async fn change_employee(company: &Company<'_>, id: domain::EmployeeId, set: &[(&str, &str)]) {
    let mut tx = company.begin().await;
    let now = store::hr::employees::find(&mut tx, id).await.expect("they are there");
    let mut draft = now.draft();
    set.iter().for_each(|(field, value)| draft.set(field, (*value).to_owned()));
    let fields = draft.parse(&Default::default()).expect("it is right");
    store::hr::employees::change(&mut tx, id, now.version, &fields).await.expect("it is changed");
    tx.commit().await.expect("it is kept");
    company.app.run_jobs().await;
}

async fn change_customer(company: &Company<'_>, id: domain::CustomerId, set: &[(&str, &str)]) {
    let mut tx = company.begin().await;
    let now = store::crm::customers::find(&mut tx, id).await.expect("it is there");
    let mut draft = now.draft();
    set.iter().for_each(|(field, value)| draft.set(field, (*value).to_owned()));
    let fields = draft.parse(&Default::default()).expect("it is right");
    store::crm::customers::change(&mut tx, id, now.version, &fields).await.expect("it is changed");
    tx.commit().await.expect("it is kept");
    company.app.run_jobs().await;
}
