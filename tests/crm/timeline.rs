//! Everything that happened to a customer and a contact, on their timelines, as far as its reader may know of it.

use crate::support::TestApp;
use domain::{access::Role, workspace::access::Subject};

#[tokio::test]
async fn a_timeline_tells_everything_that_happened_and_each_kind_alone() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let customer = company.customer(&[("name", "Harbour Lights")]).await;
    let contact = company.contact(&[("first_name", "Ada"), ("last_name", "Byron")]).await;
    let (firm, person) =
        (company.at(&format!("/crm/customers/{customer}")), company.at(&format!("/crm/contacts/{contact}")));
    let mut owner = company.owner().await;
    let step = || app.clock.advance(chrono::Duration::minutes(5));

    // Who is what where, and how they are reached.
    step();
    owner.get(&format!("{firm}/contacts")).await;
    owner.fill("Save", &[("Contact", "Ada Byron"), ("Role there", "Decision maker")]).await;
    step();
    company.point(Subject::Contact(contact), "phone", "+49 30 1234567").await;
    // What is sold to them, asked by them, and written about them.
    step();
    let deal = company.deal(&[("name", "Lamps"), ("customer", "Harbour Lights"), ("amount", "900")]).await;
    company.in_deal(contact, deal, "Champion").await;
    step();
    company.moved(deal, "Meeting").await;
    step();
    company.moved(deal, "Won").await;
    step();
    let ticket = [
        ("name", "One does not shine"),
        ("customer", "Harbour Lights"),
        ("requester", "Ada Byron (ada@byron.example)"),
    ];
    company.ticket(&ticket).await;
    step();
    company.note(Subject::Customer(customer), "They like it bright.").await;
    app.run_jobs().await;

    let page = owner.get(&format!("{firm}/timeline")).await;
    for told in [
        "opened the deal Lamps",
        "moved the deal Lamps to Meeting",
        "won the deal Lamps",
        "One does not shine",
        "They like it bright.",
        "Decision maker",
        "Ada Byron",
    ] {
        assert!(page.says(told), "{told}: {page}");
    }
    let page = owner.get(&format!("{person}/timeline")).await;
    for told in ["won the deal Lamps", "Harbour Lights", "Decision maker", "Champion", "+49 30 1234567"] {
        assert!(page.says(told), "{told}: {page}");
    }

    // Each kind alone.
    owner.get(&format!("{firm}/timeline")).await;
    let page = owner.click("Deals and tickets").await;
    assert!(page.says("won the deal Lamps") && !page.says("They like it bright."), "{page}");
    let page = owner.click("Notes").await;
    assert!(!page.says("won the deal Lamps") && page.says("They like it bright."), "{page}");
    let page = owner.click("Changes").await;
    assert!(page.says("Decision maker") && !page.says("won the deal Lamps"), "{page}");

    // Who sees no deals and no tickets is told of none, nor of who is in them.
    let grants = [("customers.read", "all"), ("contacts.read", "all"), ("home.read", "all")];
    let role = company.role("Watcher", &grants).await;
    let watcher = company.join("Wanda Watch", &app.email("wanda"), Role::Custom(role)).await;
    let mut browser = app.browser();
    browser.sign_in(&watcher.email, crate::support::PASSWORD).await;
    let page = browser.get(&format!("{firm}/timeline")).await;
    assert!(!page.says("the deal Lamps") && !page.says("One does not shine") && page.says("Decision maker"), "{page}");
    let page = browser.get(&format!("{person}/timeline")).await;
    assert!(!page.says("the deal Lamps") && page.says("Harbour Lights"), "{page}");
}

#[tokio::test]
async fn a_long_timeline_goes_on_by_key_and_tells_each_line_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let customer = company.customer(&[("name", "Harbour Lights")]).await;
    // Of one moment, all of them.
    let names: Vec<String> = (0..70).map(|n| format!("Deal number {n:02}.")).collect();
    let deals = names.iter().map(|name| vec![("name", name.as_str()), ("customer", "Harbour Lights")]);
    company.deals(deals).await;
    let mut owner = company.owner().await;
    let mut page = owner.get(&company.at(&format!("/crm/customers/{customer}/timeline?kind=beside"))).await;
    let mut told = page.all(".timeline .entry-line");
    while let Some(older) = page.link("Older changes") {
        page = owner.get(&older).await;
        told.extend(page.all(".timeline .entry-line"));
    }
    for name in &names {
        assert_eq!(told.iter().filter(|line| line.contains(name.as_str())).count(), 1, "{name} in {told:?}");
    }
}
