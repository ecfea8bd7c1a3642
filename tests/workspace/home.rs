//! Home, first steps and search: both worlds at once.

use crate::support::TestApp;
use axum::http::StatusCode;
use domain::access::Role;

#[tokio::test]
async fn home_counts_both_worlds_and_tells_what_happened() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company
        .employees([
            vec![("last_name", "Here"), ("start_date", "2026-03-01")],
            vec![("last_name", "Longer"), ("start_date", "2019-01-01")],
            vec![("last_name", "Left"), ("start_date", "2019-01-01"), ("end_date", "2020-01-01")],
            vec![("last_name", "Next"), ("start_date", "2026-04-01")],
        ])
        .await;
    company.customers([vec![("name", "Northwind")], vec![("name", "Contoso"), ("status", "prospect")]]).await;
    let mut owner = company.owner().await;
    let page = owner.get("/w/acme").await;
    let stats: Vec<_> = page.all(".stat");
    let numbers = [("People", "3"), ("Joined this month", "1"), ("Customers", "2"), ("Prospects", "1")];
    for (name, number) in numbers {
        assert!(
            stats.iter().any(|s| s.contains(name) && s.split_whitespace().any(|w| w == number)),
            "{name} {number}: {stats:?}"
        );
    }
    let joined = page.link("Joined this month").expect("a link");
    assert_eq!(owner.get(&joined).await.names(), ["Ada Here"], "exactly those who were counted");
    assert!(page.says("Olga Owner added 4 employees"), "one transaction is told as one: {page}");
    assert!(page.says("added 2 customers"), "{page}");
    assert!(page.says("1 first step waits."), "{page}");
    owner.get("/w/acme").await;
    let page = owner.click("See first steps").await;
    assert_eq!(page.all(".step-card .badge").len(), 2, "{page}");
    assert_eq!(page.all("main .button-primary"), ["Invite someone"], "one way on is enough");
    company.member(domain::access::Role::Employee).await;
    let page = owner.get("/w/acme/first-steps").await;
    assert!(page.says("All three steps are done"), "{page}");
    assert_eq!(page.all("main .button-primary"), ["Go to home"]);
}

#[tokio::test]
async fn search_finds_people_and_customers_as_a_page_and_as_you_type() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("first_name", "Georgi"), ("last_name", "Facello"), ("number", "10001")]).await;
    company.customer(&[("name", "Facelift & Sons"), ("city", "Berlin")]).await;
    let mut browser = company.signed_in(Role::SupportAgent).await;
    for (question, finds) in [
        ("face", &["Georgi Facello", "Facelift & Sons"][..]),
        ("FACELLO georgi", &["Georgi Facello"]),
        ("10001", &["Georgi Facello"]),
        ("berlin", &["Facelift & Sons"]),
        ("ge", &["Georgi Facello"]),
    ] {
        let query = format!("/w/acme/search?q={}", views::encode(question));
        let page = browser.get(&query).await;
        let part = browser.htmx(&query, "div#palette-results").await;
        assert!(page.is_whole() && !part.is_whole());
        for name in ["Georgi Facello", "Facelift & Sons"] {
            assert_eq!(page.says(name), finds.contains(&name), "{question}: {page}");
            assert_eq!(part.says(name), finds.contains(&name), "{question}: {part}");
        }
    }
    for nothing in ["zzz", "%", "_", "'", "\\", "100 or 1=1", "élan", "&"] {
        let page = browser.get(&format!("/w/acme/search?q={}", views::encode(nothing))).await;
        assert_eq!(page.status, StatusCode::OK, "{nothing}");
        assert!(page.says("Nothing found"), "{nothing}: {page}");
    }
    assert_eq!(browser.htmx("/w/acme/search?q=", "div#palette-results").await.words(), "");
}
