//! A part of the house is gone: a clear page, no half-done work, and everything heals by itself.

use crate::support::{CONNECTIONS, Cable, PASSWORD, TestApp, redis_url};
use axum::http::StatusCode;
use domain::access::Role;

#[tokio::test]
async fn redis_gone_is_a_clear_page_and_heals() {
    let cable = Cable::to(&redis_url()).await;
    let app = TestApp::with(|s| s.redis_url = cable.url.clone()).await;
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    let mut owner = company.owner().await;
    owner.get("/w/acme/hr/employees/new").await;
    let form = owner.form("Add employee").set("First name", "Ada").set("Last name", "Lovelace");
    cable.cut().await;
    for path in ["/w/acme", "/w/acme/hr/employees", "/workspaces"] {
        let page = owner.get(path).await;
        assert_eq!(
            (page.status, page.h1().as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "One moment, please"),
            "{page}"
        );
        assert_ne!(page.header("retry-after"), "", "{path}");
        assert!(page.says("The session store cannot be reached right now."), "{page}");
    }
    let part = owner.htmx("/w/acme/hr/employees?q=a", "div#employees").await;
    assert_eq!(part.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(part.has("[hx-swap-oob] .toast"), "{part}");
    let page = owner.send(form.clone()).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "and nobody is told that they are signed out");
    // What needs no session is there, for those with a cookie as well.
    for browser in [&mut owner, &mut app.browser()] {
        for path in ["/", "/healthz", "/login", "/signup"] {
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{page}");
        }
        let page = browser.get("/readyz").await;
        assert_eq!(
            (page.status, page.text.as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "database: ok\nsessions: gone\n")
        );
    }
    let mut stranger = app.browser();
    assert_eq!(
        stranger.get("/w/acme").await.status,
        StatusCode::UNAUTHORIZED,
        "who has no cookie is not signed in, that is sure"
    );
    let page = stranger.fill("Sign in", &[("Work email", &email), ("Password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);

    cable.mend().await;
    crate::support::until("it heals", async || owner.get("/readyz").await.status == StatusCode::OK).await;
    let page = owner.send(form).await;
    assert_eq!(
        (page.status, page.h1().as_str()),
        (StatusCode::OK, "Ada Lovelace"),
        "the same session, the same form: {page}"
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn postgres_gone_is_a_clear_page_and_heals() {
    let app = TestApp::on_a_cable().await;
    let cable = app.cable();
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    let mut owner = company.owner().await;
    owner.get("/w/acme/hr/employees/new").await;
    let form = owner.form("Add employee").set("First name", "Ada").set("Last name", "Lovelace");
    cable.cut().await;
    let page = owner.get("/w/acme").await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "One moment, please"), "{page}");
    assert_ne!(page.header("retry-after"), "");
    assert!(page.says("The database cannot be reached right now."), "{page}");
    assert!(!page.text.contains("postgres") && !page.text.contains("sqlx"), "no inner workings: {page}");
    let page = owner.send(form.clone()).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    let page = owner.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    let page = owner.get("/readyz").await;
    assert_eq!((page.status, page.text.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "database: gone\nsessions: ok\n"));
    let mut stranger = app.browser();
    stranger.get("/login").await;
    let page = stranger.fill("Sign in", &[("Work email", &email), ("Password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{page}");

    cable.mend().await;
    let page = owner.send(form).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "Ada Lovelace"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_database_that_was_restarted_is_not_noticed() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    for _ in 0..3 {
        app.trial.hang_up().await.expect("every connection breaks");
        let page = owner.get("/w/acme/hr/employees").await;
        assert_eq!(page.status, StatusCode::OK, "{page}");
    }
}

#[tokio::test]
async fn all_connections_taken_is_a_clear_page_too() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let desk = company.desk(Role::Owner).await;
    let mut taken = vec![];
    for _ in 0..CONNECTIONS {
        taken.push(app.db.begin(desk).await.expect("a transaction"));
    }
    let page = owner.get("/w/acme").await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "One moment, please"), "{page}");
    drop(taken);
    assert_eq!(owner.get("/w/acme").await.status, StatusCode::OK);
}
