//! Deals: added, changed, moved, shared and copied, and what they have been.

use crate::support::{Browser, Page, TestApp};
use axum::http::StatusCode;
use chrono::Duration;
use domain::{access::Role, import::Target};

const LIST: &str = "/w/acme/crm/deals";

async fn to(browser: &mut Browser, deal: domain::DealId, fields: &[(&str, &str)]) -> Page {
    let page = browser.post(&format!("{LIST}/{deal}/move"), fields).await;
    follow(browser, page).await
}

/// Where a post has led.
async fn follow(browser: &mut Browser, page: Page) -> Page {
    let to = page.header("location").to_owned();
    if to.is_empty() { page } else { browser.get(&to).await }
}

#[tokio::test]
async fn a_deal_is_added_and_found_by_its_customer() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.customer(&[("name", "Globex <Lamps>")]).await;
    let mut rep = company.signed_in(Role::SalesManager).await;
    rep.get(LIST).await;
    rep.click("New deal").await;
    let form = rep.form("Add deal").set("name", "200 lamps").set("customer", "globex <lamps>");
    let form = form.set("amount", "12,500.50").set("close_on", "2026-04-01").set("competitors", "Lumaris, Halden");
    let page = rep.send(form).await;
    assert_eq!((page.status, page.toast().as_str()), (StatusCode::OK, "200 lamps was added."), "{page}");
    for shown in
        ["Globex <Lamps>", "$12,500.50", "$2,500.10", "20 %", "Lumaris, Halden", "Some Sales manager", "Qualified"]
    {
        assert!(page.says(shown), "{shown} is not in {page}");
    }
    assert_eq!(rep.get(&format!("{LIST}?q=globex")).await.names(), ["200 lamps"]);
    assert_eq!(rep.get(&format!("{LIST}?owner=me")).await.names(), ["200 lamps"]);
    assert!(rep.get(&format!("{LIST}?status=won")).await.says("No deal fits"));
    app.run_jobs().await;
}

#[tokio::test]
async fn each_wrong_answer_is_told_beside_its_field() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.deal(&[("name", "First"), ("reference", "A-1")]).await;
    let mut owner = company.owner().await;
    for (field, typed, told) in [
        ("name", "", "Please fill this in."),
        ("reference", "a-1", "Another deal has this reference."),
        ("customer", "Nobody Ltd", "No customer is called Nobody Ltd."),
        ("amount", "lots", "This is not an amount, like 52,500.00."),
        ("amount", "-1", "An amount is not below zero."),
        ("currency", "Gold", "This is not a currency, like EUR."),
        ("probability", "101", "This is not a percentage from 0 to 100."),
        ("next_step_on", "2026-04-01", ""),
    ] {
        owner.get(&format!("{LIST}/new")).await;
        let form = owner.form("Add deal").set("name", "Second").set("source", "Kept").set(field, typed);
        let page = owner.send(form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {typed}: {page}");
        assert_eq!(page.value("source"), "Kept", "{field}");
        let beside = if field == "next_step_on" { "next_step" } else { field };
        assert!(page.error(beside).contains(told), "{field} {typed}: {}", page.error(beside));
    }
}

#[tokio::test]
async fn a_move_asks_for_what_the_stage_needs_and_tells_how_long_the_last_one_took() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let deal = company.deal(&[("name", "Lamps")]).await;
    let (proposal, won) = (company.stage("Proposal").await.to_string(), company.stage("Won").await.to_string());
    let mut owner = company.owner().await;
    app.clock.advance(Duration::days(4));
    let page = to(&mut owner, deal, &[("stage", &proposal), ("_version", "1")]).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "Move Lamps to Proposal"));
    assert!(page.error("amount").is_empty(), "nobody is told off before they were asked: {page}");
    let page = owner.send(page.form("Move to Proposal").set("amount", "")).await;
    assert_eq!(page.error("amount"), "Proposal asks for this.");
    let page = owner.send(page.form("Move to Proposal").set("amount", "900")).await;
    assert_eq!(page.toast(), "Lamps is in Proposal.", "{page}");
    for shown in ["Qualified", "4 days", "$900.00", "60 %", "Best case", "$540.00"] {
        assert!(page.says(shown), "{shown} is not in {page}");
    }
    // Never silently in the future.
    let version = company.deal_now(deal).await.version.to_string();
    let ahead = [("stage", &*won), ("_version", &*version), ("asked", "true"), ("closed_on", "2026-03-20")];
    let page = to(&mut owner, deal, &ahead).await;
    assert_eq!(page.error("closed_on"), "This day has not come yet.", "{page}");
    let page = owner.send(page.form("Mark as won").set("closed_on", "2026-03-04")).await;
    assert!(page.says("Won") && page.says("4 Mar 2026"), "{page}");
    let now = company.deal_now(deal).await;
    assert_eq!((now.probability, now.category.key()), (100, "closed"));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_lost_deal_has_a_reason_counts_nothing_and_can_be_opened_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let deal = company.deal(&[("name", "Lamps"), ("amount", "100"), ("probability", "77")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{deal}")).await;
    owner.click("Lost").await;
    let page = owner.send(owner.form("Mark as lost")).await;
    assert_eq!(page.error("loss_reason"), "Please fill this in.", "{page}");
    let form = owner.form("Mark as lost").set("loss_reason", "Price").set("loss_note", "Ten <percent> more");
    let page = owner.send(form).await;
    assert!(page.says("Lost: Price") && page.says("Ten <percent> more"), "{page}");
    let now = company.deal_now(deal).await;
    assert_eq!((now.probability, now.category.key()), (0, "omitted"));
    owner.get(&format!("{LIST}/{deal}")).await;
    let page = owner.click("Reopen").await;
    let page =
        if page.has_form("Move to Qualified") { owner.send(owner.form("Move to Qualified")).await } else { page };
    assert_eq!(page.status, StatusCode::OK, "{page}");
    let now = company.deal_now(deal).await;
    assert_eq!((now.probability, now.loss_reason), (20, None), "the stage speaks again");
    let page = owner.get(&format!("{LIST}/{deal}")).await;
    assert!(page.all("table tbody tr").len() >= 3, "the history stays: {page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn nothing_goes_round_the_history() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let deal = company.deal(&[("amount", "5")]).await;
    // Straight in the database, as no path of ours does.
    let set = format!("update deals set amount_minor = 700, amount_currency = 'EUR' where id = '{deal}'");
    app.trial.admin(&set).await.expect("it is changed");
    let sql = format!("select string_agg(changed::text, ' ' order by id) from deal_history where deal_id = '{deal}'");
    let told: String = company.read(&sql).await;
    assert_eq!(told, "{stage,amount,close_on,owner,probability,category} {amount}");
    for change in ["update deal_history set probability = 1", "delete from deal_history"] {
        let mut conn = app.app_role().await;
        let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
            "begin; set local app.tenant_id = '{}'; {change}",
            company.tenant
        )))
        .execute(&mut conn)
        .await;
        assert!(refused.is_err(), "{change} is not refused");
    }
}

#[tokio::test]
async fn shares_are_the_whole_and_told_in_money() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let deal = company.deal(&[("amount", "100.01")]).await;
    let (a, b) = (company.member(Role::SalesRep).await.member, company.member(Role::SalesManager).await.member);
    let mut owner = company.owner().await;
    let share = |x: &str, y: &str| {
        vec![("member", a.to_string()), ("share", x.to_owned()), ("member", b.to_string()), ("share", y.to_owned())]
    };
    for (x, y, told) in [("60", "30", "These are 90 % together."), ("100", "", "This is not a percentage")] {
        let fields = share(x, y);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let page = owner.post(&format!("{LIST}/{deal}/splits"), &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(page.says(told), "{told} is not in {page}");
    }
    let fields = share("", "");
    let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let page = owner.post(&format!("{LIST}/{deal}/splits"), &fields).await;
    let page = follow(&mut owner, page).await;
    assert_eq!(page.toast(), "Shares saved.", "{page}");
    for shown in ["50 %", "$50.01", "$50.00"] {
        assert!(page.says(shown), "{shown} is not in {page}");
    }
    // Of two who share it out from the same page the second is told, and writes over it when they mean it.
    let form = owner.form("Save shares").set("Share 1", "70").set("Share 2", "30");
    let mut late = company.owner().await;
    late.get(&format!("{LIST}/{deal}")).await;
    let other = late.form("Save shares").set("Share 1", "10").set("Share 2", "90");
    for _ in 0..2 {
        assert_eq!(owner.send(form.clone()).await.toast(), "Shares saved.", "twice is once");
    }
    let page = late.send(other).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("Somebody else has shared it out anew meanwhile."), "{page}");
    let form = late.form("Save shares");
    assert_eq!(late.send(form).await.toast(), "Shares saved.");
}

#[tokio::test]
async fn a_rep_moves_their_own_deals_and_nobody_elses() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rep = company.member(Role::SalesRep).await;
    let own = company.deal(&[("name", "Mine"), ("owner", &rep.email)]).await;
    let other = company.deal(&[("name", "Theirs")]).await;
    let meeting = company.stage("Meeting").await.to_string();
    let mut browser = company.signed_in(Role::SalesRep).await;
    let page = to(&mut browser, other, &[("stage", &meeting), ("_version", "1")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{page}");
    let page = to(&mut browser, own, &[("stage", &meeting), ("_version", "1")]).await;
    assert_eq!(page.toast(), "Mine is in Meeting.", "{page}");
    let page = browser.post(&format!("{LIST}/{other}/copies"), &[]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{page}");
    let page = browser.post(&format!("{LIST}/{own}/copies"), &[]).await;
    let page = follow(&mut browser, page).await;
    assert!(page.says("Mine (copy)") && page.says("Some Sales rep"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_customer_that_one_may_not_see_is_not_named() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.customer(&[("name", "Secret Ltd")]).await;
    let deal = company.deal(&[("name", "Lamps"), ("customer", "Secret Ltd")]).await;
    let role = company.role("Deals only", &[("deals.read", "all"), ("deals.write", "all"), ("home.read", "all")]).await;
    let email = app.email("only.acme");
    let who = company.join("Only Deals", &email, Role::Custom(role)).await;
    let mut browser = app.browser();
    browser.sign_in(&who.email, crate::support::PASSWORD).await;
    for path in [format!("{LIST}/{deal}"), LIST.to_owned(), "/w/acme/crm/pipeline".into(), format!("{LIST}?q=secret")] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.says("Secret Ltd"), "{path}: {page}");
    }
    let page = browser.get(&format!("{LIST}/{deal}/edit")).await;
    let page = browser.send(page.form("Save changes").set("name", "Lights")).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    let now = company.deal_now(deal).await;
    assert_eq!(now.customer.map(|c| c.name).as_deref(), Some("Secret Ltd"), "nor taken away");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_file_brings_deals_and_says_what_it_does_not_find() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.customer(&[("name", "Globex")]).await;
    let file = "Opportunity ID,Name,Account,Stage,Close date,Amount\n\
        1,Lamps,globex,Won,2026-02-01,\"1,200\"\n\
        2,Lamps,Nobody,Meeting,2026-05-01,300\n\
        3,Lamps,Globex,Nowhere,2026-05-01,300\n";
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}/imports")).await;
    let page = owner.send(page.form("Check the file").file("File", "deals.csv", file)).await;
    for told in ["No customer is called Nobody.", "There is no stage called Nowhere."] {
        assert!(page.says(told), "{told} is not in {page}");
    }
    owner.post(&format!("{}/confirmation", page.path), &[]).await;
    app.run_jobs().await;
    let page = owner.get(&format!("{LIST}?status=all&sort=amount")).await;
    let rows: Vec<String> = page.rows().into_iter().map(|r| r.join(" ")).collect();
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows[0].contains("Meeting") && !rows[0].contains("Nobody"), "{rows:?}");
    assert!(rows[1].contains("Globex") && rows[1].contains("Won") && rows[1].contains("1 Feb 2026"), "{rows:?}");
    let export = owner.get(&format!("{LIST}/export?status=all")).await;
    assert!(export.text.contains("USD") && export.text.contains("1200.00"), "{}", export.text);
}

#[tokio::test]
async fn many_get_a_day_to_close_on_but_for_those_that_have_closed() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let open = company.deal(&[("name", "Open"), ("amount", "1"), ("close_on", "2026-04-01")]).await;
    let won = company.deal(&[("name", "Won"), ("amount", "1")]).await;
    company.moved(won, "Won").await;
    let day = |deal: domain::crm::deals::Deal| deal.close_on.map(|d| d.0.to_string()).unwrap_or_default();
    company.bulk_change(Target::Deals, won.0, "close_on", "2026-05-01").await;
    assert_eq!(day(company.deal_now(won).await), "2026-03-02", "it was won on that day");
    let change = company.bulk_change(Target::Deals, open.0, "close_on", "2026-05-01").await;
    assert_eq!(day(company.deal_now(open).await), "2026-05-01");
    // Taken back, it closes when it did; if it has not closed since.
    let mut owner = company.owner().await;
    owner.post(&format!("{LIST}/changes/{change}/reversal"), &[]).await;
    app.run_jobs().await;
    assert_eq!(day(company.deal_now(open).await), "2026-04-01");
    let change = company.bulk_change(Target::Deals, open.0, "close_on", "2026-03-02").await;
    company.moved(open, "Won").await;
    owner.post(&format!("{LIST}/changes/{change}/reversal"), &[]).await;
    app.run_jobs().await;
    assert_eq!(day(company.deal_now(open).await), "2026-03-02");
}
