//! What was sold, as its reader may see it.

use crate::support::TestApp;
use domain::access::Role;

#[tokio::test]
async fn a_report_adds_up_what_its_reader_may_see_and_leads_to_the_deals_behind_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let path = company.at("/crm/reports/sales");
    let mut owner = company.owner().await;
    assert!(owner.get(&path).await.says("Nothing has ended in these days"));
    let (ada, ben) = (company.member(Role::SalesRep).await, company.member(Role::SalesManager).await);
    let deals = company
        .deals([
            vec![("name", "Lamps"), ("owner", ada.email.as_str()), ("amount", "1000")],
            vec![("name", "Tables"), ("owner", ada.email.as_str()), ("amount", "500.50"), ("currency", "EUR")],
            vec![("name", "Chairs"), ("owner", ben.email.as_str()), ("amount", "70")],
            vec![("name", "Open"), ("owner", ben.email.as_str()), ("amount", "9000")],
        ])
        .await;
    company.moved(deals[0], "Won").await;
    company.moved(deals[1], "Won").await;
    company.moved(deals[2], "Lost").await;
    let page = owner.get(&path).await;
    let row = |name: &str| {
        page.rows().into_iter().find(|row| row[0].starts_with(name)).unwrap_or_else(|| panic!("{name}: {page}"))
    };
    // Currencies stand beside each other; what is lost counts nothing.
    assert_eq!(row("Some Sales rep")[1..4], ["2", "– none", "100.0 %"]);
    assert!(page.says("$1,000.00") && page.says("€500.50") && !page.says("$70.00"), "{page}");
    assert_eq!(row("Some Sales manager")[1..], ["– none", "1", "0.0 %", "– none"]);
    assert_eq!(row("March 2026")[1..4], ["2", "1", "66.7 %"]);
    // Days that have nothing in them, and what is no day.
    assert!(owner.get(&format!("{path}?to=2026-02-28")).await.says("Nothing has ended in these days"));
    assert!(owner.get(&format!("{path}?from=yesterday")).await.says("66.7 %"));
    // Who sees no deals sees no report.
    let mut person = company.signed_in(Role::Employee).await;
    assert_eq!(person.get(&path).await.status, axum::http::StatusCode::NOT_FOUND);
    // A manager without a team sees nobody's.
    let mut manager = company.signed_in(Role::Manager).await;
    assert!(manager.get(&path).await.says("Nothing has ended in these days"));
}
