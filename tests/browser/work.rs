//! From the front page to the first day's work.

use super::{
    browse,
    house::PASSWORD,
    tab::{Company, Tab},
};

#[tokio::test]
async fn a_company_signs_up_and_works() {
    browse("a_company_signs_up_and_works", async |tab| {
        let company = signs_up(tab).await;
        confirms_the_address(tab, &company).await;
        let employee = adds_people(tab, &company).await;
        changes_the_title(tab, &employee).await;
        invites(tab, &company).await;
        let colleague = Tab::open(&tab.house, "a_colleague").await;
        let colleague_works = async |colleague: &Tab| {
            accepts(colleague, &company).await;
            sees_the_same(tab, colleague, &employee).await;
        };
        colleague.watch(colleague_works).await;
        signs_out(tab, &company).await;
    })
    .await;
}

async fn signs_up(tab: &Tab) -> Company {
    tab.go("/").await;
    tab.press("Create your workspace").await;
    tab.heading("Create your workspace").await;
    tab.fill("Company name", "Søn & Müller Lamps").await;
    // Suggested from the name, and looked up while one types.
    tab.sees("/w/soen-mueller-lamps is free.").await;
    assert_eq!(tab.value("Workspace address").await, "soen-mueller-lamps");
    tab.fill("Workspace address", "a").await;
    tab.until(
        "an address that is too short is refused",
        "return $('#slug-answer').matches('.is-bad') && says($('#slug-answer'))",
        serde_json::json!([]),
    )
    .await;
    // Emptied, it follows the name again.
    tab.fill("Workspace address", "").await;
    tab.click("[name=name]").await;
    tab.sees("/w/soen-mueller-lamps is free.").await;
    assert_eq!(tab.value("Workspace address").await, "soen-mueller-lamps");
    tab.fill("Workspace address", "lamps").await;
    tab.sees("/w/lamps is free.").await;
    tab.fill("Your name", "Olga Owner").await;
    tab.fill("Work email", "owner@lamps.example").await;
    tab.fill("Password", "password12").await;
    tab.press("Create workspace").await;
    // Too common: told beside the field, and all else is kept.
    tab.until("the password is refused", "return $('#f-password-error')", serde_json::json!([])).await;
    assert_eq!(tab.value("Company name").await, "Søn & Müller Lamps");
    assert_eq!(tab.value("Workspace address").await, "lamps");
    assert_eq!(tab.value("Password").await, "");
    tab.fill("Password", PASSWORD).await;
    tab.sees("Very hard to guess").await;
    tab.press("Create workspace").await;
    tab.arrives("/w/lamps/first-steps").await;
    tab.heading("Welcome, Olga").await;
    tab.sees("Bring in your people").await;
    Company { slug: "lamps".into(), email: "owner@lamps.example".into() }
}

async fn confirms_the_address(tab: &Tab, company: &Company) {
    tab.go(&company.path("")).await;
    tab.sees("Confirm your address").await;
    tab.confirm_address(company).await;
    tab.go(&company.path("")).await;
    tab.heading("Good to see you, Olga").await;
    tab.sees_no_more("Confirm your address").await;
}

/// The boss by hand, then somebody whose manager is found by typing.
async fn adds_people(tab: &Tab, company: &Company) -> String {
    tab.go(&company.path("/hr/employees")).await;
    tab.sees("Your people go here").await;
    tab.press("New employee").await;
    tab.heading("New employee").await;
    tab.fill("First name", "Berta").await;
    tab.fill("Last name", "Boss").await;
    tab.press("Add employee").await;
    tab.heading("Berta Boss").await;
    tab.toast("Berta Boss was added.").await;
    tab.press("Add another").await;
    tab.heading("New employee").await;
    tab.fill("First name", "Wim").await;
    tab.fill("Last name", "Worker").await;
    tab.fill("Job title", "Lamp lighter").await;
    tab.fill("Manager", "bert").await;
    let script = "return $$('#managers option').map((o) => o.value).find((v) => v.endsWith('· Berta Boss'))";
    let boss = tab.until("the manager is suggested", script, serde_json::json!([])).await;
    tab.fill("Manager", boss.as_str().expect("a suggestion")).await;
    tab.press("Add employee").await;
    tab.heading("Wim Worker").await;
    assert!(tab.text(".record-side").await.contains("Berta Boss"));
    tab.path().await
}

async fn changes_the_title(tab: &Tab, employee: &str) {
    tab.press("Edit").await;
    tab.heading("Edit Wim Worker").await;
    tab.fill("Job title", "Chief lamp lighter").await;
    tab.press("Save changes").await;
    tab.heading("Wim Worker").await;
    tab.toast("Changes saved.").await;
    assert_eq!(tab.path().await, employee);
    tab.press_in("main .tabs", "Timeline").await;
    tab.arrives(&format!("{employee}/timeline")).await;
    let timeline = tab.text(".timeline").await;
    assert!(timeline.contains("Olga Owner") && timeline.contains("Job title"), "{timeline}");
    assert!(timeline.contains("Lamp lighter") && timeline.contains("Chief lamp lighter"), "{timeline}");
}

async fn invites(tab: &Tab, company: &Company) {
    tab.go(&company.path("/settings/members")).await;
    tab.fill("Work email", "colleague@lamps.example").await;
    tab.choose("Role", "Manager").await;
    tab.press("Send invitation").await;
    tab.toast("An invitation is on its way to colleague@lamps.example.").await;
    tab.sees("Waiting").await;
}

async fn accepts(colleague: &Tab, company: &Company) {
    colleague.follow_mail("colleague@lamps.example", "Lamps").await;
    colleague.heading("Join Søn & Müller Lamps").await;
    colleague.fill("Your name", "Carl Colleague").await;
    colleague.fill("Choose a password", PASSWORD).await;
    colleague.press("Join Søn & Müller Lamps").await;
    colleague.arrives(&company.path("")).await;
    colleague.toast("Welcome to Søn & Müller Lamps.").await;
}

async fn sees_the_same(tab: &Tab, colleague: &Tab, employee: &str) {
    colleague.go(employee).await;
    colleague.heading("Wim Worker").await;
    colleague.sees("Chief lamp lighter").await;
    tab.go(&format!("{employee}/edit")).await;
    tab.fill("Job title", "Keeper of the lamps").await;
    tab.press("Save changes").await;
    tab.toast("Changes saved.").await;
    colleague.client.refresh().await.expect("it loads again");
    colleague.sees("Keeper of the lamps").await;
}

async fn signs_out(tab: &Tab, company: &Company) {
    tab.press("You: Olga Owner").await;
    tab.press_in("#person", "Sign out").await;
    tab.arrives("/").await;
    tab.go(&company.path("/hr/employees")).await;
    tab.heading("Sign in").await;
    tab.sign_in(&company.email).await;
    // Back to where one wanted to go.
    tab.arrives(&company.path("/hr/employees")).await;
}
