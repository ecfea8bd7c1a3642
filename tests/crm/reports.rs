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

#[tokio::test]
async fn several_currencies_stand_beside_each_other_and_come_to_one_by_dated_rates() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    company.customers([vec![("name", "Northwind")]]).await;
    let deal = |name: &'static str, amount: &'static str, currency: &'static str| {
        vec![("name", name), ("amount", amount), ("currency", currency), ("customer", "Northwind")]
    };
    let deals = company
        .deals([
            deal("Lamps", "100", "USD"),
            deal("Tables", "10.01", "EUR"),
            deal("Chairs", "5", "GBP"),
            deal("Sold", "200", "USD"),
            deal("Sold abroad", "50", "EUR"),
            deal("Sold to London", "70", "GBP"),
        ])
        .await;
    for sold in &deals[3..] {
        company.moved(*sold, "Won").await;
    }
    owner.get(&company.at("/settings/exchange-rates")).await;
    owner.fill("Add these", &[("lines", "2026-02-01,EUR,1.10\n2026-03-02,EUR,1.25")]).await;

    // 10.01 euros by today's rate are $12.5125, rounded half up; nothing tells what a pound is worth, so it is in no sum.
    let page = owner.get(&company.at("/crm/pipeline")).await;
    let heads = page.all(".lane-head");
    assert!(heads[0].contains("≈ $112.51 together, 1 in GBP not priced"), "{heads:?}");
    // What has ended is told each for itself.
    assert!(heads.iter().any(|h| h.starts_with("Won 3") && !h.contains("together")), "{heads:?}");
    // No day for it is known yet: the timeline has them in one stretch.
    let page = owner.get(&company.at("/crm/pipeline/timeline")).await;
    assert!(page.says("≈ $112.51 together, 1 in GBP not priced"), "{page}");
    // The report prices by the day on which each was won.
    let page = owner.get(&company.at("/crm/reports/sales")).await;
    assert!(page.says("$200.00") && page.says("€50.00") && page.says("£70.00"), "{page}");
    assert!(page.says("≈ $262.50 together, 1 in GBP not priced"), "{page}");
    // So does the customer's page, of both.
    owner.get(&company.at("/crm/customers")).await;
    let page = owner.click("Northwind").await;
    assert!(page.says("≈ $112.51 together, 1 in GBP not priced"), "{page}");
    assert!(page.says("≈ $262.50 together, 1 in GBP not priced"), "{page}");
    // And home, which leads to exactly those.
    let page = owner.get(&company.at("")).await;
    let stats = page.all(".stat");
    let of = |name: &str| stats.iter().find(|s| s.contains(name)).unwrap_or_else(|| panic!("{stats:?}")).clone();
    assert!(of("Won this month").contains("$262.50") && of("Won this month").contains("3 deals"), "{stats:?}");
    assert!(of("Open deals").contains("$112.51") && of("Open deals").contains("1 in GBP not priced"), "{stats:?}");
    let list = owner.get(&page.link("Won this month").expect("a link")).await;
    assert_eq!(list.rows().len(), 3, "{list}");
    // What is left out is listed, wherever a sum says so.
    for (place, found) in [
        ("/crm/pipeline", "Chairs"),
        ("/crm/pipeline/timeline", "Chairs"),
        ("/crm/reports/sales", "Sold to London"),
        ("", "Sold to London"),
    ] {
        let page = owner.get(&company.at(place)).await;
        let link = page.link("1 in GBP not priced").unwrap_or_else(|| panic!("{place}: {page}"));
        let list = owner.get(&link).await;
        assert_eq!(list.names(), [found], "{link}: {list}");
        assert!(list.says("Not priced"), "{list}");
    }
    owner.get(&company.at("/crm/customers")).await;
    owner.click("Northwind").await;
    let list = owner.click("1 in GBP not priced").await;
    assert_eq!(list.names(), ["Chairs"], "{list}");
    // With a rate for all, nothing is left out.
    owner.get(&company.at("/settings/exchange-rates")).await;
    owner.fill("Add these", &[("lines", "2026-02-01,GBP,1.5")]).await;
    let page = owner.get(&company.at("/crm/reports/sales")).await;
    assert!(page.says("≈ $367.50 together") && !page.says("not priced"), "{page}");
    // Whoever sees no deals is told of none at home.
    let mut person = company.signed_in(Role::Employee).await;
    assert!(!person.get(&company.at("")).await.says("Won this month"));
}
