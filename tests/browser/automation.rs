//! A workflow from a template to what it does, built by keyboard, and how its pages look.

use super::{
    browse,
    looks::{assert_fine, look_at},
    tab::{Company, Key, Tab},
};
use domain::{EmployeeId, hr::employees::Draft};
use serde_json::json;

/// Adds somebody, as their form would.
async fn employee(tab: &Tab, company: &Company, first: &str, last: &str) -> EmployeeId {
    // Whoever is still to come is welcomed.
    let mut tx = tab.house.inside(&company.slug, &company.email).await;
    let draft = Draft {
        first_name: first.into(),
        last_name: last.into(),
        email: format!("{}@flows.example", first.to_lowercase()),
        start_date: tx.today().plus(3).expect("a day").to_string(),
        ..Default::default()
    };
    let fields = draft.parse(&Default::default()).unwrap_or_else(|e| panic!("{e:?}"));
    let id = tx.id();
    let id = store::hr::employees::add(&mut tx, id, &fields).await.expect("they are added");
    tx.commit().await.expect("they are kept");
    id
}

/// Goes on with Tab until what has the focus is called so.
async fn reach(tab: &Tab, name: &str) {
    let called = "const at = document.activeElement; return (at.getAttribute('aria-label') || says(at)) === args[0]";
    for _ in 0..120 {
        if tab.ask(called, json!([name])).await == json!(true) {
            return;
        }
        tab.strike([Key::Tab]).await;
    }
    panic!("{name:?} cannot be reached by keyboard");
}

#[tokio::test]
async fn a_workflow_is_built_by_keyboard_tried_and_published() {
    browse("a_workflow_is_built_by_keyboard_tried_and_published", async |tab| {
        let company = tab.sign_up("Flows Ltd", "flows-ltd").await;
        employee(tab, &company, "Ada", "Lovelace").await;
        tab.go(&company.path("")).await;
        tab.strike(['g', 'w']).await;
        tab.heading("Workflows").await;
        tab.strike(['c']).await;
        tab.heading("New workflow").await;
        reach(tab, "Use this: Welcome a new colleague").await;
        tab.strike([Key::Enter]).await;
        tab.heading("Welcome a new colleague").await;
        let workflow = tab.path().await;

        // A step is opened, changed and saved without a pointer; the focus comes back to it.
        let before = "$('#card-desk').closest('li').previousElementSibling.querySelector('.flow-add').focus()";
        tab.ask(before, json!([])).await;
        reach(tab, "Edit “Create a task”").await;
        tab.strike([Key::Enter]).await;
        tab.heading("Create a task").await;
        reach(tab, "Fields to write into a text").await;
        tab.fill("Title", "Laptop for ").await;
        // A chip goes where the cursor was.
        tab.press("Fields to write into a text").await;
        tab.press("First name {{first_name}}").await;
        assert_eq!(tab.value("Title").await, "Laptop for {{first_name}}");
        tab.strike([Key::Enter]).await;
        tab.toast("Step saved.").await;
        tab.sees("“Laptop for First name”").await;
        let focused = "return document.activeElement.closest('article')?.id === 'card-desk'";
        tab.until("the focus is on the step again", focused, json!([])).await;
        reach(tab, "More for “Create a task”").await;
        tab.strike([Key::Enter]).await;
        let open = "return document.activeElement.matches('#menu-desk *') && says(document.activeElement)";
        tab.until("the menu has the focus", open, json!([])).await;
        reach(tab, "Move up").await;
        tab.strike([Key::Enter]).await;
        tab.toast("Step moved.").await;
        let order = "return $$('.flow-steps > li > article').map((a) => a.id)";
        assert_eq!(tab.ask(order, json!([])).await, json!(["card-desk", "card-plan", "card-first_day", "card-hello"]));

        // What is asked changes where it stands, with the page left alone.
        tab.go(&format!("{workflow}/conditions")).await;
        tab.ask("window.still = true", json!([])).await;
        tab.press("Add a condition").await;
        let new = "return document.activeElement.name === 'g0-r1-field'";
        tab.until("the new row has the focus", new, json!([])).await;
        let script = "const s = $('[name=g0-r1-field]'); s.value = 'start_date'; s.dispatchEvent(new Event('change', { bubbles: true }))";
        tab.ask(script, json!([])).await;
        tab.until("its question fits a date", "return $('[name=g0-r1-value]')?.type === 'date'", json!([])).await;
        assert_eq!(tab.ask("return window.still", json!([])).await, json!(true));
        tab.press("Remove this condition").await;
        tab.until("one row is left", "return $$('.condition-row').length === 1", json!([])).await;
        tab.go(&workflow).await;

        tab.press("Dry run").await;
        tab.sees("It would go through").await;
        tab.sees("“Laptop for Ada”").await;
        tab.sees("Nothing was done").await;
        tab.press_in("main .alert", "Publish").await;
        tab.heading("Publish Welcome a new colleague").await;
        tab.sees("It runs in the name of Olga Owner").await;
        tab.press("Publish").await;
        tab.toast("Version 1 is published.").await;
        tab.sees("Active").await;
    })
    .await;
}

/// Looks at a page anew until it says so: what a worker does does not change a page that is open.
async fn comes_to_say(tab: &Tab, path: &str, words: &str) {
    tab.go(path).await;
    let look = "if (seen().includes(args[0])) return true; location.reload(); return false";
    tab.until(&format!("{path} says {words:?}"), look, json!([words])).await;
}

/// The steps of the run that is on the screen, as they are headed, and how each ended.
async fn log(tab: &Tab) -> Vec<(String, String)> {
    let heads = tab.texts(".run-step-head h3").await;
    heads.into_iter().zip(tab.texts(".run-step-head .badge").await).collect()
}

#[tokio::test]
async fn a_workflow_is_set_off_by_changes_of_a_record_and_its_log_says_what_it_did() {
    browse("a_workflow_is_set_off_by_changes_of_a_record_and_its_log_says_what_it_did", async |tab| {
        let company = tab.sign_up("Quiet Lamps", "quiet-lamps").await;
        tab.go(&company.path("/crm/customers/new")).await;
        tab.fill("Name", "Nordlys").await;
        tab.choose("Status", "Active").await;
        tab.choose("Owner", &format!("Olga Owner ({})", company.email)).await;
        tab.press("Add customer").await;
        tab.heading("Nordlys").await;
        let customer = tab.path().await;

        // From a template, tried, and published.
        tab.go(&company.path("/automation/templates")).await;
        tab.press("Use this: A customer goes quiet").await;
        tab.heading("A customer goes quiet").await;
        let workflow = tab.path().await;
        tab.press("Dry run").await;
        tab.sees("Nordlys meets what is asked. Nothing was done").await;
        let tried = tab.texts(".trial-step h3").await;
        assert_eq!(tried[..3], ["Notify", "Wait", "Branch"], "{tried:?}");
        tab.press_in("main .alert", "Publish").await;
        tab.heading("Publish A customer goes quiet").await;
        tab.press("Publish").await;
        tab.toast("Version 1 is published.").await;
        tab.go(&format!("{workflow}/runs")).await;
        tab.sees("No runs yet").await;

        // A change of a record sets it off; the bell rings on the page that is open.
        let becomes = async |status: &str| {
            tab.go(&format!("{customer}/edit")).await;
            tab.choose("Status", status).await;
            tab.press("Save changes").await;
            tab.toast("saved").await;
        };
        becomes("Inactive").await;
        tab.until("the bell rings", "return says($('[data-bell-count]')) === '1'", json!([])).await;
        comes_to_say(tab, &format!("{workflow}/runs"), "Waiting").await;
        tab.press_in("main table", "Nordlys").await;
        tab.heading("Nordlys").await;
        let run = tab.path().await;
        assert_eq!(log(tab).await, [("Notify".into(), "Done".into()), ("Wait".into(), "Waiting".into())]);

        // Another change ends the wait. What each step was given, and what came of it, stands below it.
        becomes("Active").await;
        comes_to_say(tab, &run, "Branch").await;
        let done = ["Notify", "Wait", "Branch"].map(|step| (step.to_owned(), "Done".to_owned()));
        assert_eq!(log(tab).await, done);
        tab.ask("$$('.run-step details').forEach((d) => (d.open = true)); return null", json!([])).await;
        tab.sees("Nordlys is inactive now").await;
        let told = tab.texts(".run-step:first-child .run-values dd").await;
        assert!(told.contains(&"1 person".to_owned()), "one was told: {told:?}");
        let way = tab.texts(".run-step:last-child .run-values dd").await;
        assert!(way.contains(&"Otherwise".to_owned()), "{way:?}");
        comes_to_say(tab, &format!("{workflow}/runs?state=done"), "Nordlys").await;
    })
    .await;
}

#[tokio::test]
async fn the_pages_of_automation_look_well() {
    browse("the_pages_of_automation_look_well", async |tab| {
        let company = tab.sign_up("Flow Looks Ltd", "flow-looks").await;
        tab.confirm_address(&company).await;
        let mut wrong = look_at(tab, &company.path("/automation"), true).await;
        let ada = employee(tab, &company, "Ada", "Lovelace").await;
        tab.go(&company.path("/automation/templates")).await;
        tab.press("Use this: A contract runs out").await;
        tab.heading("A contract runs out").await;
        let workflow = tab.path().await;
        for page in [
            company.path("/automation/templates"),
            company.path("/automation"),
            workflow.clone(),
            format!("{workflow}/trigger"),
            format!("{workflow}/conditions"),
            format!("{workflow}/steps/ask"),
            format!("{workflow}/steps/extend"),
            format!("{workflow}/new-step"),
            format!("{workflow}/new-step?kind=update"),
            format!("{workflow}/json"),
            format!("{workflow}/trial"),
            format!("{workflow}/publication"),
            format!("{workflow}/runs"),
            company.path("/approvals"),
            company.path(&format!("/automation/records/employee/{ada}")),
        ] {
            wrong.extend(look_at(tab, &page, true).await);
        }
        assert_fine(&wrong);
    })
    .await;
}
