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

#[tokio::test]
async fn a_price_that_goes_gives_back_what_it_had_put_aside() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (nord, _) = company.product("Nord").await;
    let mut owner = company.owner().await;
    let there = format!("{CRM}/products/{nord}");
    let prices = async || {
        let product = store::crm::products::find(&mut company.begin().await, nord).await.expect("a product");
        product.prices.iter().map(|p| (p.amount.to_string(), p.until.map(|d| d.to_string()))).collect::<Vec<_>>()
    };
    app.clock.advance(chrono::Duration::days(10));
    let today = [("$10.00".to_owned(), None)];
    // A slip of the pen: the price of next month is taken back, and today's holds on.
    let page = owner.get(&there).await;
    owner.send(page.form("Add price").set("amount", "12").set("from", "2026-04-01")).await;
    assert_eq!(prices().await[1], ("$10.00".into(), Some("2026-03-31".into())));
    let page = owner.get(&there).await;
    let page = owner.send(page.form("Remove $12.00")).await;
    assert_eq!(page.toast(), "The price is gone, and the one before it holds on; quotes keep theirs.", "{page}");
    assert_eq!(prices().await, today);
    // One that somebody has ended stays ended.
    let page = owner.get(&there).await;
    owner.send(page.form("Remove $10.00")).await;
    let page = owner.get(&there).await;
    owner.send(page.form("Add price").set("amount", "8").set("from", "2026-03-01").set("until", "2026-03-20")).await;
    let page = owner.get(&there).await;
    owner.send(page.form("Add price").set("amount", "9").set("from", "2026-03-21")).await;
    let page = owner.get(&there).await;
    let page = owner.send(page.form("Remove $9.00")).await;
    assert_eq!(page.toast(), "The price is gone; quotes keep theirs.", "{page}");
    assert_eq!(prices().await, [("$8.00".to_owned(), Some("2026-03-20".into()))]);
    // A file writes over the price of the same day; undone, that is there again, and what it had ended is as it was.
    let page = owner.get(&there).await;
    owner.send(page.form("Remove $8.00")).await;
    let page = owner.get(&there).await;
    owner.send(page.form("Add price").set("amount", "7").set("from", "2026-03-12")).await;
    for (first, csv) in [("$7.00", "Product,Price\nNord,6\n"), ("$7.00", "Product,Price\nNord,5\n")] {
        let before = prices().await;
        assert_eq!(before[0].0, first);
        owner.get(&format!("{CRM}/products/imports")).await;
        owner.send(owner.form("Check the file").file("File", "book.csv", csv)).await;
        owner.press("Import 1 row").await;
        app.run_jobs().await;
        assert_ne!(prices().await, before);
        let there = owner.page.path.clone();
        owner.get(&there).await;
        owner.click("Undo this import").await;
        owner.press("Put back 1 product").await;
        app.run_jobs().await;
        assert_eq!(prices().await, before);
        // Next time it is another day, and one is planned behind it.
        app.clock.advance(chrono::Duration::days(1));
        let page = owner.get(&format!("{CRM}/products/{nord}")).await;
        owner.send(page.form("Add price").set("amount", "7.00").set("from", "2026-06-01")).await;
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn a_name_says_nothing_against_a_code() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let import = async |owner: &mut crate::support::Browser, csv: &str| {
        owner.get(&format!("{CRM}/products/imports")).await;
        owner.send(owner.form("Check the file").file("File", "book.csv", csv)).await
    };
    import(&mut owner, "Product,SKU,Price\nNord,N-1,10\nSouth,,5\n").await;
    owner.press("Import 2 rows").await;
    app.run_jobs().await;
    // Another code is another product, whatever it is called; one without a code gets it by its name. What stays out takes
    // its place from no other row.
    let csv = "Product,SKU,Price\nNord,N-2,20\nNord,N-1,cheap\nNord,N-1,12\nSouth,S-1,6\n";
    let page = import(&mut owner, csv).await;
    assert!(page.says("2 changed") && page.says("Another product has this name: Nord."), "{page}");
    assert!(!page.says("has the same"), "{page}");
    owner.press("Import 2 rows, leave out 2").await;
    app.run_jobs().await;
    let page = owner.get(&format!("{CRM}/products")).await;
    let rows: Vec<String> = page.rows().into_iter().map(|r| r.join(" ")).collect();
    assert!(rows[0].contains("N-1 $12.00") && rows[1].contains("S-1 $6.00"), "{rows:?}");
}

#[tokio::test]
async fn a_price_book_comes_by_a_file_and_goes_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (nord, _) = company.product("Nord").await;
    app.clock.advance(chrono::Duration::days(1));
    let mut owner = company.owner().await;
    let prices = async || {
        let product = store::crm::products::find(&mut company.begin().await, nord).await.expect("a product");
        let told = |p: &domain::crm::products::Price| (p.amount.to_string(), p.until.is_some());
        product.prices.iter().map(told).collect::<Vec<_>>()
    };
    let before = prices().await;
    owner.get(&format!("{CRM}/products/imports")).await;
    let csv = "Product,SKU,Sales price,Currency,VAT\nnord,N-1,12.50,USD,19\nSouth,S-1,cheap,USD,\nWest,W-1,7,EUR,\n";
    let form = owner.form("Check the file").file("File", "book.csv", csv);
    let page = owner.send(form).await;
    assert!(page.says("1 new") && page.says("1 changed") && page.says("cheap"), "{page}");
    owner.press("Import 2 rows, leave out 1").await;
    app.run_jobs().await;
    let there = owner.page.path.clone();
    owner.get(&there).await;
    assert_eq!(prices().await, [("$12.50".to_owned(), false), ("$10.00".to_owned(), true)], "the one before has ended");
    let page = owner.get(&format!("{CRM}/products")).await;
    assert!(page.rows().iter().any(|r| r[0].starts_with("West") && r[1] == "W-1" && r[2] == "€7.00"), "{page}");
    assert!(page.rows().iter().any(|r| r[1] == "N-1" && r[3] == "19 %"), "{page}");
    // Back as it was: the price before holds on again, and what came is gone.
    owner.get(&there).await;
    owner.click("Undo this import").await;
    owner.press("Remove 1 product, put back 1").await;
    app.run_jobs().await;
    assert_eq!(prices().await, before);
    let page = owner.get(&format!("{CRM}/products")).await;
    assert!(!page.says("West") && !page.says("N-1"), "{page}");
    // Whoever does not look after the book brings none.
    let mut rep = company.signed_in(domain::access::Role::SalesRep).await;
    let page = rep.get(&format!("{CRM}/products/imports")).await;
    assert_eq!(page.status, axum::http::StatusCode::NOT_FOUND);
}
