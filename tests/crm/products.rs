//! Products and their dated prices, and lines that take them.

use crate::support::TestApp;

const CRM: &str = "/w/acme/crm";

#[tokio::test]
async fn a_price_holds_on_its_days_and_lines_take_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{CRM}/products/new")).await;
    let page = owner.send(page.form("Add product").set("name", "Nord <lamp>").set("tax", "25")).await;
    assert_eq!(page.toast(), "Nord <lamp> was added.", "{page}");
    let page = owner.send(page.form("Add price").set("amount", "80")).await;
    assert_eq!(page.toast(), "The price is in the book.", "{page}");
    let page = owner.send(page.form("Add price").set("amount", "90").set("from", "2026-04-01")).await;
    let rows: Vec<String> = page.rows().into_iter().map(|r| r.join(" ")).collect();
    assert!(rows[0].contains("$90.00") && rows[1].contains("31 Mar 2026"), "{rows:?}");
    let page = owner
        .send(page.form("Add price").set("amount", "85").set("from", "2026-03-10").set("until", "2026-03-20"))
        .await;
    assert_eq!(page.error("from"), "There is a price in this currency on these days already.", "{page}");
    let deal = company.deal(&[("name", "Lamps")]).await;
    let page = owner.get(&format!("{CRM}/deals/{deal}/lines")).await;
    let page = owner.send(page.form("Save").set("Product, line 1", "Nord <lamp>").set("Quantity, line 1", "2")).await;
    assert!(page.says("$160.00") && page.says("$200.00"), "{page}");
    assert_eq!(company.deal_now(deal).await.amount.map(|a| a.minor), Some(16_000), "the deal is worth its lines");
    let page = owner.get(&format!("{CRM}/deals/{deal}/lines")).await;
    let page = owner.send(page.form("Save").set("currency", "CHF").set("Price, line 1", "")).await;
    assert!(page.says("Line 1: Nord <lamp> has no price in CHF today."), "{page}");
    app.run_jobs().await;
}
