//! Stories of the careers site: opened, read by anybody and by machines, and always as it is now.

use crate::support::{Browser, Company, TestApp};
use axum::http::StatusCode;
use domain::{PostingId, access::Role, hr::postings::State};

/// Approves and publishes it.
pub(super) async fn publish(company: &Company<'_>, id: PostingId) -> String {
    let mut tx = company.begin().await;
    store::hr::postings::ask(&mut tx, id).await.expect("it is asked for");
    store::hr::postings::decide(&mut tx, id, true, None).await.expect("it is approved");
    store::hr::postings::shift(&mut tx, id, State::Published).await.expect("it is published");
    tx.commit().await.expect("it is kept");
    company.read(&format!("select handle from postings where id = '{id}'")).await
}

/// Opens the site.
pub(super) async fn open(owner: &mut Browser) {
    owner.get("/w/acme/settings/careers").await;
    let page = owner
        .fill("Save careers site", &[("open", "true"), ("intro", "We make **lamps**."), ("notice", "We keep it safe.")])
        .await;
    assert_eq!(page.toast(), "The careers site is saved.", "{page}");
}

#[tokio::test]
async fn a_site_is_closed_until_it_is_opened_and_shows_what_is_published() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let designer = publish(&company, company.posting("Lamp <designer>", None).await).await;
    company.posting("Draft of a welder", None).await;
    let mut reader = app.browser();
    for path in ["/careers/acme", &format!("/careers/acme/{designer}"), "/careers/acme/sitemap.xml", "/careers/nobody"]
    {
        assert_eq!(reader.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    open(&mut owner).await;
    let page = reader.get("/careers/acme").await;
    assert!(
        page.says("Lamp <designer>") && !page.says("welder") && page.text.contains("<strong>lamps</strong>"),
        "{page}"
    );
    assert!(page.header("x-robots-tag").is_empty(), "search engines may list it");
    assert!(!page.says("1,234"), "what is paid is not shown: {page}");
    let page = reader.click("Lamp <designer>").await;
    assert_eq!(page.h1(), "Lamp <designer>", "{page}");
    assert!(page.says("We keep it safe.") && page.says("180 days"), "{page}");
    let data = page.all("script[type='application/ld+json']");
    let data: serde_json::Value = serde_json::from_str(&data[0]).expect("structured data");
    assert_eq!((data["title"].as_str(), data["@type"].as_str()), (Some("Lamp <designer>"), Some("JobPosting")));
    assert_eq!(
        page.attribute("meta[property='og:title']", "content").as_deref(),
        Some("Lamp <designer> at Acme Lamps")
    );
    for (path, kind) in
        [("sitemap.xml", "application/xml"), ("jobs.rss", "application/rss"), ("jobs.json", "application/feed")]
    {
        let page = reader.get(&format!("/careers/acme/{path}")).await;
        assert!(page.header("content-type").starts_with(kind) && page.text.contains(&designer), "{path}: {page}");
    }
    // What is changed is seen at once, though it was kept.
    company.posting("Welder", None).await;
    let other = company.posting("Painter", None).await;
    publish(&company, other).await;
    let page = reader.get("/careers/acme").await;
    assert!(page.says("Painter") && !page.says("Welder"), "{page}");
    let page = reader.get("/careers/acme?workplace=remote").await;
    assert!(page.says("Nothing fits") && page.header("x-robots-tag").contains("noindex"), "{page}");
    // A job that is over says so, and shows the others.
    let mut tx = company.begin().await;
    let id: String = company.read(&format!("select id::text from postings where handle = '{designer}'")).await;
    store::hr::postings::shift(&mut tx, id.parse().expect("an id"), State::Closed).await.expect("it is closed");
    tx.commit().await.expect("it is kept");
    let page = reader.get(&format!("/careers/acme/{designer}")).await;
    assert_eq!(page.status, StatusCode::GONE, "{page}");
    assert!(page.says("not open any more") && page.link("Painter").is_some(), "{page}");
    let draft: String = company.read("select handle from postings where title = 'Welder'").await;
    assert_eq!(reader.get(&format!("/careers/acme/{draft}")).await.status, StatusCode::NOT_FOUND);
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn what_is_promised_may_be_another_thing_elsewhere() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    open(&mut owner).await;
    let handle = publish(&company, company.posting("Welder", None).await).await;
    owner.get("/w/acme/settings/careers/notices").await;
    let page = owner.fill("Save promises", &[("location", "harbour"), ("days", "0")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("from 1 to 3,650"), "{page}");
    let promise = [("location", "harbour"), ("days", "30"), ("notice", "Other words.")];
    owner.post("/w/acme/settings/careers/notices", &promise).await;
    let page = owner.get("/w/acme/settings/careers").await;
    assert!(page.toast() == "The promises are saved." && page.says("harbour"), "{page}");
    let page = app.browser().get(&format!("/careers/acme/{handle}")).await;
    assert!(page.says("Other words.") && page.says("30 days"), "{page}");
    for role in [Role::Recruiter, Role::Manager, Role::Employee] {
        let page = company.signed_in(role).await.get("/w/acme/settings/careers").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{role}");
    }
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn a_logo_is_for_everybody_and_a_suspended_workspace_shows_nothing() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    open(&mut owner).await;
    let mut reader = app.browser();
    assert_eq!(reader.get("/brand/acme/logo").await.status, StatusCode::NOT_FOUND);
    let form = owner.get("/w/acme/settings/general").await.form("Use this picture").file(
        "file",
        "a.png",
        crate::rules::access::picture(),
    );
    owner.send(form).await;
    let page = reader.get("/careers/acme").await;
    let logo = page.attribute("img.brand-logo", "src").expect("a logo");
    let picture = reader.get(&logo).await;
    assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, "image/jpeg"));
    assert!(
        picture.header("x-content-type-options") == "nosniff" && picture.header("cache-control").contains("public")
    );
    assert!(page.attribute("meta[property='og:image']", "content").is_some_and(|url| url.ends_with(&logo)), "{page}");
    app.trial.admin("update tenants set status = 'suspended'").await.expect("it is suspended");
    assert_eq!(reader.get("/careers/acme").await.status, StatusCode::FORBIDDEN);
}
