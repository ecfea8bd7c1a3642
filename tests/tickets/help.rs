//! Help articles: written in versions, read by those whom they are for.

use crate::support::{Browser, Company, TestApp};
use axum::http::StatusCode;
use domain::access::Role;

const HELP: &str = "/w/acme/support/help";

/// Opens help and portal to customers.
pub(super) async fn open(company: &Company<'_>) {
    company.portal(&[]).await;
}

/// Writes an article for these readers, and publishes it.
async fn article(owner: &mut Browser, title: &str, audience: &str, body: &str) -> String {
    owner.get(&format!("{HELP}/new")).await;
    let page = owner.fill("Save article", &[("title", title), ("audience", audience), ("body", body)]).await;
    assert_eq!(page.toast(), "The draft is there.", "{page}");
    let id = page.path.rsplit('/').next().expect("an id").to_owned();
    let page = owner.press("Publish").await;
    assert_eq!(page.toast(), format!("{title} is published."), "{page}");
    id
}

async fn category(owner: &mut Browser, name: &str) {
    owner.get(&format!("{HELP}/categories")).await;
    let page = owner.fill("Add category", &[("name", name)]).await;
    assert_eq!(page.toast(), format!("{name} is there."), "{page}");
}

#[tokio::test]
async fn an_article_is_written_published_changed_and_brought_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    open(&company).await;
    let mut owner = company.owner().await;
    category(&mut owner, "Lamps").await;
    let id = article(&mut owner, "Why does my <lamp> hum?", "public", "# Dimmers\n\nOld ones **hum**. <script>").await;
    let mut reader = app.browser();
    let page = reader.get("/help/acme").await;
    assert!(page.says("Lamps") && page.says("Why does my <lamp> hum?"), "{page}");
    let page = reader.click("Why does my <lamp> hum?").await;
    assert_eq!(page.h1(), "Why does my <lamp> hum?", "{page}");
    assert!(page.text.contains("<strong>hum</strong>") && !page.text.contains("<script>."), "{page}");
    assert_eq!(page.header("x-robots-tag"), "", "what is public may be found");
    // What is changed is seen once it is published.
    owner.get(&format!("{HELP}/{id}/edit")).await;
    let page = owner.fill("Save article", &[("body", "Change the dimmer."), ("change", "Shorter")]).await;
    assert!(page.says("Published, changed since") && page.says("Shorter"), "{page}");
    let public = format!("/help/acme/articles/{id}");
    assert!(!reader.get(&public).await.says("Change the dimmer."));
    owner.press("Publish the changes").await;
    assert!(reader.get(&public).await.says("Change the dimmer."));
    owner.get(&format!("{HELP}/{id}")).await;
    let page = owner.press("Restore version 1").await;
    assert!(page.says("As version 1") && page.says("Version 3"), "{page}");
    assert!(reader.get(&public).await.says("Change the dimmer."), "nothing is published by it");
    owner.press("Take back").await;
    assert_eq!(reader.get(&public).await.status, StatusCode::NOT_FOUND);
    owner.press("Publish").await;
    let page = owner.press("Archive").await;
    assert!(page.says("Archived"), "{page}");
    assert_eq!(reader.get(&public).await.status, StatusCode::NOT_FOUND);
    assert!(!reader.get("/help/acme").await.says("hum?"));
}

#[tokio::test]
async fn what_was_for_the_team_is_shown_to_nobody_else_before_it_is_published_anew() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    open(&company).await;
    let mut owner = company.owner().await;
    category(&mut owner, "Lamps").await;
    let id = article(&mut owner, "Recalls", "internal", "Blame the supplier.").await;
    let (public, mut reader) = (format!("/help/acme/articles/{id}"), app.browser());
    owner.get(&format!("{HELP}/{id}/edit")).await;
    let page = owner.fill("Save article", &[("audience", "public"), ("body", "Bring it back to us.")]).await;
    assert!(page.says("Published, changed since"), "{page}");
    assert_eq!(reader.get(&public).await.status, StatusCode::NOT_FOUND);
    for list in ["/help/acme", "/help/acme?q=supplier", "/help/acme?q=recals"] {
        assert!(!reader.get(list).await.says("Recalls"), "{list}");
    }
    owner.get(&format!("{HELP}/{id}")).await;
    owner.press("Publish the changes").await;
    let page = reader.get(&public).await;
    assert!(page.says("Bring it back to us.") && !page.says("supplier"), "{page}");
    // Who is to read it no more is kept out at once.
    owner.get(&format!("{HELP}/{id}/edit")).await;
    owner.fill("Save article", &[("audience", "internal")]).await;
    assert_eq!(reader.get(&public).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn each_reads_what_is_for_them_and_finds_it_though_mistyped() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    open(&company).await;
    let mut owner = company.owner().await;
    category(&mut owner, "Lamps").await;
    article(&mut owner, "Dimmers that fit", "public", "Trailing edge.").await;
    let customers = article(&mut owner, "Prices for dealers", "customers", "Ten percent.").await;
    let internal = article(&mut owner, "How we handle recalls", "internal", "Call first.").await;
    let mut reader = app.browser();
    let page = reader.get("/help/acme").await;
    assert!(page.says("Dimmers that fit") && !page.says("dealers") && !page.says("recalls"), "{page}");
    for hidden in [&customers, &internal] {
        assert_eq!(reader.get(&format!("/help/acme/articles/{hidden}")).await.status, StatusCode::NOT_FOUND);
    }
    let page = reader.get("/help/acme?q=trailing").await;
    assert!(page.says("Dimmers that fit"), "{page}");
    assert!(page.header("x-robots-tag").contains("noindex"));
    assert!(reader.get("/help/acme?q=dimers").await.says("Dimmers that fit"), "a letter is missing");
    for loose in ["dimmers wanzibor", "what+dimmer+do+you+fit"] {
        let page = reader.get(&format!("/help/acme?q={loose}").replace(' ', "+")).await;
        assert!(page.says("Dimmers that fit"), "{loose}: {page}");
    }
    assert!(!reader.get("/help/acme?q=recalls").await.says("How we handle"), "what is not theirs is not found");
    // Nor that it is there: whoever guesses a word of it hears what they hear of any other.
    let of_nothing = reader.get("/help/acme?q=wanzibor").await.all("main").join(" ").replace("wanzibor", "…");
    let guessed = reader.get("/help/acme?q=recals").await.all("main").join(" ").replace("recals", "…");
    assert_eq!(guessed, of_nothing);
    let email = app.email("ada");
    company.contact(&[("email", &email), ("first_name", "Ada")]).await;
    let mut ada = super::portal::signed_in(&company, &email).await;
    let page = ada.get("/help/acme").await;
    assert!(page.says("Prices for dealers") && !page.says("recalls"), "{page}");
    let page = ada.get(&format!("/help/acme/articles/{customers}")).await;
    assert!(page.header("x-robots-tag").contains("noindex") && page.says("Ten percent."), "{page}");
    assert_eq!(ada.get(&format!("/help/acme/articles/{internal}")).await.status, StatusCode::NOT_FOUND);
    // The team reads all of it; those who do not write see no draft.
    owner.get(&format!("{HELP}/new")).await;
    owner.fill("Save article", &[("title", "Half done"), ("audience", "internal"), ("body", "…")]).await;
    let mut rep = company.signed_in(Role::SalesRep).await;
    let page = rep.get(HELP).await;
    assert!(page.says("How we handle recalls") && !page.says("Half done"), "{page}");
    assert_eq!(rep.get(&format!("{HELP}/new")).await.status, StatusCode::NOT_FOUND);
    assert!(rep.get(&format!("{HELP}/{internal}")).await.says("Call first."));
    // A workspace that has opened nothing has no help for anybody, nor has another one this.
    let other = app.company("globex").await;
    assert_eq!(reader.get("/help/globex").await.status, StatusCode::NOT_FOUND);
    open(&other).await;
    assert_eq!(reader.get(&format!("/help/globex/articles/{customers}")).await.status, StatusCode::NOT_FOUND);
    assert!(!ada.get("/help/globex").await.says("Dimmers"));
}

#[tokio::test]
async fn a_reader_says_once_whether_it_helped() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    open(&company).await;
    let mut owner = company.owner().await;
    category(&mut owner, "Lamps").await;
    let id = article(&mut owner, "Dimmers that fit", "public", "Trailing edge.").await;
    let public = format!("/help/acme/articles/{id}");
    let mut reader = app.browser();
    reader.get(&public).await;
    let page = reader.press("Yes").await;
    assert!(page.says("Good that it helped."), "{page}");
    let page = reader.press("No").await;
    assert!(page.says("Thank you for saying so"), "{page}");
    let mut other = app.browser();
    other.get(&public).await;
    other.press("Yes").await;
    let counted: String =
        company.read("select count(*) filter (where helped) || ' of ' || count(*) from help_answers").await;
    assert_eq!(counted, "1 of 2");
    assert!(owner.get(&format!("{HELP}/{id}")).await.says("1 of 2"));
}

#[tokio::test]
async fn what_may_answer_a_ticket_stands_beside_it_and_its_link_goes_into_the_reply() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    open(&company).await;
    let mut owner = company.owner().await;
    category(&mut owner, "Lamps").await;
    let id = article(&mut owner, "Why does my pendant hum?", "public", "Change the dimmer.").await;
    article(&mut owner, "Humming: what we do", "internal", "Send driver 3.2.").await;
    let ticket = company.ticket(&[("name", "The pendant hums since yesterday")]).await;
    let page = owner.get(&format!("/w/acme/support/tickets/{ticket}")).await;
    assert!(page.says("Why does my pendant hum?"), "{page}");
    let page = owner.get(&format!("/w/acme/support/tickets/{ticket}?article={id}")).await;
    assert!(page.text.contains(&format!("/help/acme/articles/{id}")), "{page}");
}

#[tokio::test]
async fn categories_have_an_order_and_go_when_they_are_empty() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    for name in ["Lamps", "Orders"] {
        category(&mut owner, name).await;
    }
    article(&mut owner, "Dimmers that fit", "public", "Trailing edge.").await;
    owner.get(&format!("{HELP}/categories")).await;
    let page = owner.press("Orders up").await;
    assert_eq!(page.toast(), "Orders was moved.", "{page}");
    let order: Vec<String> = {
        let all: String = company.read("select string_agg(name, ',' order by place, id) from help_categories").await;
        all.split(',').map(str::to_owned).collect()
    };
    assert_eq!(order, ["Orders", "Lamps"]);
    let page = owner.press("Remove Lamps").await;
    assert!(page.toast().contains("There are articles in this category"), "{page}");
    let page = owner.press("Remove Orders").await;
    assert_eq!(page.toast(), "Orders was removed.", "{page}");
    let page = owner.fill("Add category", &[("name", "lamps")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("There is a category with this name already."), "{page}");
    // What does not go in is not said to be there.
    let mut tx = company.begin().await;
    for n in 0..99 {
        let id = tx.id();
        store::support::help::add_category(&mut tx, id, &format!("Shelf {n}")).await.expect("there is room");
    }
    tx.commit().await.expect("it is kept");
    owner.get(&format!("{HELP}/categories")).await;
    let page = owner.fill("Add category", &[("name", "One more")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("There are 100 categories: put some together first."), "{page}");
}
