//! The same product in a browser that runs no script.

use super::{browse, tab::Tab};
use serde_json::json;

#[tokio::test]
async fn without_javascript() {
    browse("without_javascript", async |tab| {
        let company = tab.sign_up("Plain Ltd", "plain-ltd").await;
        let mut tx = tab.house.inside(&company.slug, &company.email).await;
        store::bench::employees(&mut tx, 30).await.expect("they are added");
        tx.commit().await.expect("they are kept");
        tab.client.delete_all_cookies().await.expect("cookies can be deleted");
        tab.without_script().await;

        tab.go(&company.path("/hr/employees")).await;
        assert_eq!(tab.ask("return typeof htmx", json!([])).await, json!("undefined"), "a script has run");
        tab.heading("Sign in").await;
        tab.sign_in(&company.email).await;
        tab.arrives(&company.path("/hr/employees")).await;

        // The search is a form.
        tab.fill("Search by name, number or email", "grace").await;
        tab.press("Apply").await;
        tab.until("it is searched", "return new URLSearchParams(location.search).get('q') === 'grace'", json!([]))
            .await;
        let names = tab.texts("#employees tbody th .identity-name").await;
        assert!(!names.is_empty() && names.iter().all(|name| name.starts_with("Grace")), "{names:?}");
        tab.press_in("thead", "Number").await;
        tab.until("it is sorted", "return location.search.includes('sort=number')", json!([])).await;

        adds_somebody(tab).await;
        archives(tab).await;
        changes_the_theme(tab).await;
    })
    .await;
}

async fn adds_somebody(tab: &Tab) {
    tab.press("New employee").await;
    tab.heading("New employee").await;
    tab.fill("First name", "Paula").await;
    tab.fill("Last name", "Plain").await;
    tab.fill("Phone", "call me").await;
    tab.press("Add employee").await;
    let error = "const error = document.getElementById(field('Phone').getAttribute('aria-describedby').split(' ')[0]);
        return visible(error) && field('Phone').getAttribute('aria-invalid') === 'true' && says(error)";
    let error = tab.until("the error is beside the field", error, json!([])).await;
    assert!(error.as_str().is_some_and(|e| e.contains("not a telephone number")), "{error}");
    assert_eq!(tab.value("First name").await, "Paula");
    assert_eq!(tab.value("Phone").await, "call me");
    tab.fill("Phone", "+49 30 1234567").await;
    tab.press("Add employee").await;
    tab.heading("Paula Plain").await;
    tab.toast("Paula Plain was added.").await;
}

async fn archives(tab: &Tab) {
    tab.press_in("main", "More").await;
    tab.press_in("#more", "Archive").await;
    tab.toast("Paula Plain was archived.").await;
    tab.heading("Employees").await;
    tab.press_in(".toast", "Undo").await;
    tab.heading("Paula Plain").await;
    tab.toast("Paula Plain is back.").await;
}

async fn changes_the_theme(tab: &Tab) {
    let ground = "return getComputedStyle(document.body).backgroundColor";
    let light = tab.ask(ground, json!([])).await;
    tab.press("You: Olga Owner").await;
    tab.press_in("#person", "Dark").await;
    tab.until("it is dark", "return document.documentElement.dataset.theme === 'dark'", json!([])).await;
    tab.heading("Paula Plain").await;
    assert_ne!(tab.ask(ground, json!([])).await, light);
}
