//! Lines of deals, and quotes: sent, replaced, answered, withdrawn.

use crate::support::{Browser, Company, Page, TestApp};
use axum::http::StatusCode;
use chrono::Duration;
use domain::{DealId, access::Role};

const CRM: &str = "/w/acme/crm";

/// A deal with a line, and a draft of a quote of it.
async fn drafted(company: &Company<'_>, owner: &mut Browser) -> (DealId, Page) {
    let email = company.member(Role::Owner).await.email;
    let deal = company.deal(&[("name", "Lamps"), ("amount", "1"), ("owner", &email)]).await;
    let page = owner.get(&format!("{CRM}/deals/{deal}/lines")).await;
    let form = page.form("Save").set("Name, line 1", "Desk lamp").set("Quantity, line 1", "3");
    let form = form.set("Price, line 1", "33.33").set("Discount, line 1", "10").set("Tax, line 1", "19");
    let page = owner.send(form).await;
    assert_eq!(page.toast(), "Products saved.", "{page}");
    for shown in ["$89.99", "$17.10", "$107.09"] {
        assert!(page.says(shown), "{shown} is not in {page}");
    }
    let page = owner.send(page.form("New quote")).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "Q-1"), "{page}");
    (deal, page)
}

fn link(page: &Page) -> String {
    let url = page.all("#quote-link").swap_remove(0);
    url[url.find("/quotes/").expect("a link")..].to_owned()
}

#[tokio::test]
async fn an_accepted_quote_wins_its_deal_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let (deal, page) = drafted(&company, &mut owner).await;
    let page = owner.send(page.form("Publish")).await;
    let (quote, link) = (page.path.clone(), link(&page));
    app.clock.advance(Duration::days(2));
    let mut buyer = app.browser();
    let page = buyer.get(&link).await;
    assert!(page.says("Quote Q-1 from Acme Lamps") && page.says("$107.09"), "{page}");
    let pdf = buyer.get(&format!("{link}/pdf")).await;
    assert!(pdf.bytes.starts_with(b"%PDF-"), "{pdf}");
    let page = buyer.get(&link).await;
    let refused = buyer.send(page.form("Accept this quote").set("note", "Kept")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.form("Accept this quote").value("note"), "Kept", "what was typed stays");
    let fields = [("name", "Bea <Buyer>"), ("answer", "accept")];
    for _ in 0..2 {
        buyer.post(&link, &fields).await;
        let page = buyer.get(&link).await;
        assert!(page.says("Accepted by Bea <Buyer>"), "{page}");
    }
    let declined = [("name", "Somebody"), ("answer", "decline")];
    buyer.post(&link, &declined).await;
    let page = buyer.get(&link).await;
    assert!(page.says("Accepted by Bea <Buyer>"), "once is once: {page}");
    let now = company.deal_now(deal).await;
    assert_eq!((now.stage_name.as_str(), now.amount.map(|a| a.minor)), ("Won", Some(8_999)));
    assert_eq!(now.close_on.map(|d| d.0.to_string()).as_deref(), Some("2026-03-04"));
    let told: String = company.read("select title from notifications where kind = 'quote_answered'").await;
    assert_eq!(told, "Bea <Buyer> has accepted Q-1");
    let page = owner.get(&quote).await;
    assert!(page.says("Accepted by Bea <Buyer>") && !page.has("#quote-link"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn of_two_quotes_of_a_deal_one_wins_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let (deal, page) = drafted(&company, &mut owner).await;
    let first = link(&owner.send(page.form("Publish")).await);
    let page = owner.get(&format!("{CRM}/deals/{deal}")).await;
    let page = owner.send(page.form("New quote")).await;
    assert_eq!(page.h1(), "Q-2", "{page}");
    let second = link(&owner.send(page.form("Publish")).await);
    let mut buyer = app.browser();
    buyer.get(&first).await;
    buyer.post(&first, &[("name", "Bea"), ("answer", "accept")]).await;
    assert!(buyer.get(&first).await.says("Accepted by Bea"));
    let page = buyer.get(&second).await;
    let form = page.form("Accept this quote").set("name", "Bob").set("note", "Both, please");
    let told = buyer.send(form).await;
    assert!(told.says("This has been decided already"), "{told}");
    assert_eq!(company.read::<i64>("select count(*) from quotes where state = 'accepted'").await, 1);
    // It can still be declined.
    buyer.post(&second, &[("name", "Bob"), ("answer", "decline")]).await;
    assert!(buyer.get(&second).await.says("Declined by Bob"));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_link_opens_one_quote_for_as_long_as_it_stands() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let (deal, page) = drafted(&company, &mut owner).await;
    let page = owner.send(page.form("Publish")).await;
    let first = link(&page);
    let mut buyer = app.browser();
    for wrong in ["/quotes/x", &first[..first.len() - 2], &format!("{first}x")] {
        assert_eq!(buyer.get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    // A new version replaces the one before when it is sent, and not sooner.
    let page = owner.send(page.form("New version")).await;
    assert_eq!(page.h1(), "Q-1.2", "{page}");
    assert!(buyer.get(&first).await.has_form("Accept this quote"));
    let page = owner.send(page.form("Publish")).await;
    let second = link(&page);
    let old = buyer.get(&first).await;
    assert!(old.says("There is a later version") && !old.has_form("Accept this quote"), "{old}");
    buyer.post(&first, &[("name", "Late"), ("answer", "accept")]).await;
    assert!(!buyer.get(&first).await.says("Accepted"), "what is replaced cannot be accepted");
    // Of a deal in the archive nothing is answered.
    owner.post(&format!("{CRM}/deals/{deal}/archival"), &[]).await;
    let refused = buyer.post(&second, &[("name", "Bea"), ("answer", "accept")]).await;
    assert!(refused.says("This is not offered any more."), "{refused}");
    assert_eq!(company.deal_now(deal).await.stage_name, "Qualified");
    owner.post(&format!("{CRM}/deals/{deal}/restoral"), &[]).await;
    // It has a last day, and can be withdrawn.
    app.clock.advance(Duration::days(31));
    assert!(buyer.get(&second).await.says("This quote has expired"));
    owner.sign_in(&company.member(Role::Owner).await.email, crate::support::PASSWORD).await;
    let page = owner.get(&page.path).await;
    owner.send(page.form("Withdraw")).await;
    assert_eq!(buyer.get(&second).await.status, StatusCode::NOT_FOUND, "it opens nothing any more");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_was_sent_stays_what_it_says_and_belongs_to_whoever_sees_the_deal() {
    let app = TestApp::new().await;
    let (company, theirs) = (app.company("acme").await, app.company("globex").await);
    let mut owner = company.owner().await;
    let (deal, page) = drafted(&company, &mut owner).await;
    let page = owner.send(page.form("Publish")).await;
    let quote = page.path.clone();
    let page = owner.get(&format!("{quote}/lines")).await;
    let page = owner.send(page.form("Save").set("Price, line 1", "1")).await;
    assert!(page.says("It was sent, and stays what it says."), "{page}");
    let page = owner.get(&format!("{CRM}/deals/{deal}/lines")).await;
    owner.send(page.form("Save").set("Price, line 1", "1")).await;
    assert!(owner.get(&quote).await.says("$107.09"), "nor do the deal's lines change it");
    for role in [Role::Employee, Role::Recruiter] {
        assert_eq!(company.signed_in(role).await.get(&quote).await.status, StatusCode::NOT_FOUND);
    }
    let elsewhere = quote.replace("/w/acme/", "/w/globex/");
    assert_eq!(theirs.owner().await.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
    let rep = company.signed_in(Role::SalesRep).await.get(&quote).await;
    assert!(rep.says("$107.09") && !rep.has("#quote-link"), "who may not change the deal has not its link: {rep}");
    app.run_jobs().await;
}

#[tokio::test]
async fn pressed_twice_it_is_one_quote_and_one_version_and_two_at_once_are_two() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (mut owner, mut admin) = (company.owner().await, company.admin().await);
    let (deal, page) = drafted(&company, &mut owner).await;
    let quote = page.path.clone();
    let record = format!("{CRM}/deals/{deal}");
    for (path, button) in [(&record, "New quote"), (&record, "Make a copy"), (&quote, "New version")] {
        let form = owner.get(path).await.form(button);
        let first = owner.send(form.clone()).await;
        let second = owner.send(form).await;
        assert_eq!((second.status, &second.path), (StatusCode::OK, &first.path), "{button}: {second}");
    }
    let count = async |of: &str| company.read::<i64>(&format!("select count(*) from {of}")).await;
    assert_eq!((count("quotes where number = 1").await, count("quotes where number = 2").await), (2, 1));
    assert_eq!(count("deals").await, 2);
    // Two who make a version at once make two.
    let (mine, theirs) = (owner.get(&quote).await.form("New version"), admin.get(&quote).await.form("New version"));
    let (a, b) = tokio::join!(owner.send_once(&mine, &[]), admin.send_once(&theirs, &[]));
    assert_eq!((a.status, b.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{a} {b}");
    assert_eq!(count("quotes where number = 1 and revision in (3, 4)").await, 2);
    app.run_jobs().await;
}

#[tokio::test]
async fn of_two_who_save_the_lines_at_once_one_is_asked_and_no_line_stands_twice() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (mut owner, mut admin) = (company.owner().await, company.admin().await);
    let (deal, _) = drafted(&company, &mut owner).await;
    let path = format!("{CRM}/deals/{deal}/lines");
    let mine = owner.get(&path).await.form("Save").set("Name, line 1", "Floor lamp");
    let theirs = admin.get(&path).await.form("Save").set("Name, line 1", "Wall lamp");
    let (a, b) = tokio::join!(owner.send_once(&mine, &[]), admin.send_once(&theirs, &[]));
    let mut told = [a.status, b.status];
    told.sort();
    assert_eq!(told, [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY], "{a} {b}");
    let (who, asked) = if a.status == StatusCode::SEE_OTHER { (&mut admin, b) } else { (&mut owner, a) };
    assert!(asked.says("Somebody else has changed this deal meanwhile."), "{asked}");
    let lines: i64 = company.read(&format!("select count(*) from sales_lines where deal_id = '{deal}'")).await;
    assert_eq!(lines, 1);
    // Who was asked saves again, and means it.
    let page = who.send(asked.form("Save")).await;
    assert_eq!(page.toast(), "Products saved.", "{page}");
    let lines: i64 = company.read(&format!("select count(*) from sales_lines where deal_id = '{deal}'")).await;
    assert_eq!(lines, 1);
    app.run_jobs().await;
}
