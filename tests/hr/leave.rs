//! Stories of time off, by the names of the rules that they hold to (DOMAIN: Leave).

mod answers;
mod ledger;
mod refit;
mod seen;
mod settings;

use crate::support::{Browser, Company, PASSWORD, Person, TestApp};
use domain::{Day, EmployeeId, LeaveTypeId, access::Role, hr::leave::ledger::Entry};
use store::hr::leave::accounts;

/// A manager and somebody who reports to them, both with an account; one more who reports to the manager, too.
struct Team {
    boss: EmployeeId,
    ann: EmployeeId,
    bob: EmployeeId,
    mona: Person,
    anns: Person,
    bobs: Person,
}

async fn team(company: &Company<'_>) -> Team {
    let boss = company
        .employee(&[("first_name", "Mona"), ("last_name", "Manager"), ("number", "10"), ("start_date", "2020-01-01")])
        .await;
    let ann = company
        .employee(&[
            ("first_name", "Ann"),
            ("last_name", "Able"),
            ("manager", "10"),
            ("number", "11"),
            ("start_date", "2020-01-01"),
            ("department", "Sales"),
        ])
        .await;
    let bob = company
        .employee(&[
            ("first_name", "Bob"),
            ("last_name", "Busy"),
            ("manager", "10"),
            ("number", "12"),
            ("start_date", "2020-01-01"),
            ("department", "Sales"),
        ])
        .await;
    let mona = company.member(Role::Manager).await;
    let anns = company.member(Role::Employee).await;
    let bobs = company.join("Bob Busy", &company.app.email("bob"), Role::Employee).await;
    for (person, employee) in [(&mona, boss), (&anns, ann), (&bobs, bob)] {
        company.link(person.member, employee).await;
    }
    Team { boss, ann, bob, mona, anns, bobs }
}

async fn signed_in(app: &TestApp, person: &Person) -> Browser {
    let mut browser = app.browser();
    browser.sign_in(&person.email, PASSWORD).await;
    browser
}

/// The schedule looks, and what is due is done.
async fn tick(app: &TestApp) {
    let look = async || jobs::schedule::tick(&app.db, &jobs::schedule::product()).await.expect("the schedule ticks");
    // The first tick that is ever seen is only remembered.
    look().await;
    app.clock.advance(chrono::Duration::minutes(61));
    look().await;
    app.run_jobs().await;
}

/// What somebody has of a kind on a day of 2026, as pages tell it.
async fn balance(company: &Company<'_>, employee: EmployeeId, kind: LeaveTypeId, on: Day) -> String {
    let mut tx = company.begin().await;
    let all = accounts::of_employee(&mut tx, employee, on).await.expect("accounts");
    let account = all.into_iter().find(|a| a.kind.id == kind);
    account.map_or_else(|| "0".to_owned(), |a| a.balance.normalize().to_string())
}

/// The lines that are written, the oldest first: day, kind, amount.
async fn lines(company: &Company<'_>, employee: EmployeeId, kind: LeaveTypeId) -> Vec<(String, &'static str, String)> {
    let mut tx = company.begin().await;
    let all = accounts::written(&mut tx, employee, kind).await.expect("lines");
    let told = |e: Entry| (e.on.to_string(), e.kind.key(), e.amount.normalize().to_string());
    all.into_iter().map(told).collect()
}

/// Asks by the form.
async fn ask(browser: &mut Browser, company: &Company<'_>, fields: &[(&str, &str)]) -> crate::support::Page {
    browser.get(&company.at("/hr/leave/new")).await;
    browser.fill("Ask for it", fields).await
}

/// The kind and two days, as the form has them.
fn from_to<'a>(kind: &'a str, from: &'a str, to: &'a str) -> [(&'static str, &'a str); 3] {
    [("kind", kind), ("from", from), ("to", to)]
}
