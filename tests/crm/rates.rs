//! Exchange rates, as a workspace tells them.

use crate::support::TestApp;
use axum::http::StatusCode;
use domain::access::Role;

#[tokio::test]
async fn rates_are_told_one_by_one_or_many_at_once_and_each_wrong_line_says_so() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let path = company.at("/settings/exchange-rates");
    company.deal(&[("name", "Lamps"), ("amount", "100"), ("currency", "GBP")]).await;
    let mut owner = company.owner().await;
    let page = owner.get(&path).await;
    assert!(page.says("No rates yet") && page.says("No rate for GBP"), "{page}");
    let page = owner.fill("Add rate", &[("currency", "usd"), ("rate", "0"), ("on", "2026-12-01")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.error("currency").contains("always worth one"), "{page}");
    assert!(page.error("rate").contains("more than nothing") && page.error("on").contains("still to come"), "{page}");
    owner.get(&path).await;
    let page = owner.fill("Add rate", &[("currency", "gbp"), ("rate", "1,27")]).await;
    assert_eq!(page.toast(), "GBP is worth 1.27 from 2 Mar 2026 on.", "{page}");
    assert!(page.rows().iter().any(|r| r[0].starts_with("GBP") && r[1] == "1.27"), "{page}");
    // All lines or none; each wrong one by its number.
    owner.get(&path).await;
    let page = owner.fill("Add these", &[("lines", "2026-02-01,GBP,1.25\n2026-02-01,gold,7\n2026-02-30,GBP,1")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("Line 2: This is not a currency") && page.says("Line 3: There is no such day"), "{page}");
    let page =
        owner.fill("Add these", &[("lines", "Date,Currency,Rate\n2026-02-01,GBP,1.25\n2026-03-02;GBP;1,28")]).await;
    assert_eq!(page.toast(), "2 rates are new or different.", "{page}");
    let page = owner.get(&format!("{path}?currency=GBP")).await;
    let days: Vec<_> =
        page.rows().into_iter().filter(|r| r.len() == 3 && r[0].contains("2026")).map(|r| r[1].clone()).collect();
    assert_eq!(days, ["1.28", "1.25"], "{page}");
    let page = owner.press("Remove GBP of 2026-02-01").await;
    assert_eq!(page.toast(), "The rate of GBP from 1 Feb 2026 is gone.", "{page}");
    // Who has changed what, the trail tells.
    assert!(owner.get(&company.at("/settings/audit?record=exchange_rates")).await.says("Exchange rate"));
    let mut rep = company.signed_in(Role::SalesRep).await;
    assert_eq!(rep.get(&path).await.status, StatusCode::NOT_FOUND);
}
