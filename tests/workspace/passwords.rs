//! A forgotten password.

use crate::support::{Browser, PASSWORD, TestApp};
use axum::http::StatusCode;
use chrono::Duration;
use domain::access::Role;
use sqlx::{AssertSqlSafe, Row};
use std::time::Instant;

const NEW: &str = "eleven boats above a mountain";

async fn ask(app: &TestApp, email: &str) -> crate::support::Page {
    let mut browser = app.browser();
    browser.get("/login").await;
    browser.click("Forgot your password?").await;
    browser.fill("Send me a link", &[("Work email", email)]).await
}

async fn dead(browser: &mut Browser, link: &str, why: &str) {
    let page = browser.get(link).await;
    assert_eq!(
        (page.status, page.h1().as_str()),
        (StatusCode::NOT_FOUND, "This link no longer works"),
        "{why}: {page}"
    );
}

#[tokio::test]
async fn a_new_password_and_every_other_session_ends() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    let mut thief = company.owner().await;
    app.clock.advance(Duration::minutes(5));
    let page = ask(&app, &email).await;
    assert!(page.says("a link is on its way"), "{page}");
    let link = app.mailed_link(&email).await;

    let mut owner = app.browser();
    assert_eq!(owner.get(&link).await.h1(), "Choose a new password");
    let page = owner.fill("Save and sign in", &[("New password", "password123")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "as guessable as at sign-up");
    let page = owner.fill("Save and sign in", &[("New password", NEW)]).await;
    assert_eq!(
        (page.path.as_str(), page.toast().as_str()),
        ("/w/acme", "Your new password is set. Every other session has ended.")
    );
    assert_eq!(thief.get("/w/acme").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(thief.get("/workspaces").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(owner.get("/w/acme").await.status, StatusCode::OK);

    let mut browser = app.browser();
    browser.get("/login").await;
    let page = browser.fill("Sign in", &[("Work email", &email), ("Password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the old password opens nothing");
    browser.sign_in(&email, NEW).await;
    dead(&mut app.browser(), &link, "it was used").await;
}

#[tokio::test]
async fn a_new_password_is_told_in_the_trail_of_each_workspace() {
    let app = TestApp::new().await;
    let (acme, globex) = (app.company("acme").await, app.company("globex").await);
    let email = acme.member(Role::Owner).await.email;
    globex.join("Olga Owner", &email, Role::Employee).await;
    ask(&app, &email).await;
    let link = app.mailed_link(&email).await;
    let mut owner = app.browser();
    owner.get(&link).await;
    owner.fill("Save and sign in", &[("New password", NEW)]).await;
    for company in [&acme, &globex] {
        let mut conn = app.app_role().await;
        let begin = format!("begin; set local app.tenant_id = '{}'", company.tenant);
        sqlx::raw_sql(AssertSqlSafe(begin)).execute(&mut conn).await.expect("a transaction");
        let told = "select changes::text from audit_events where record = 'members' and changes ? 'password_set_at'";
        let rows = sqlx::raw_sql(told).fetch_all(&mut conn).await.expect("the trail");
        assert_eq!(rows.len(), 1, "{}", company.slug);
        let changes: String = rows[0].get(0);
        assert!(!changes.contains("argon2"), "no word of the password itself: {changes}");
    }
}

#[tokio::test]
async fn a_link_is_for_an_hour_and_for_one_purpose() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    ask(&app, &email).await;
    let link = app.mailed_link(&email).await;
    let token = link.rsplit('/').next().expect("a token");
    let mut browser = app.browser();
    dead(&mut browser, &format!("/verify/{token}"), "sealed for another purpose").await;
    dead(&mut browser, "/password-reset/no-token", "no token").await;
    let flipped: String = token.chars().rev().collect();
    dead(&mut browser, &format!("/password-reset/{flipped}"), "not ours").await;
    // The form was open in time, and is sent too late.
    browser.get(&link).await;
    app.clock.advance(Duration::minutes(61));
    let page = browser.fill("Save and sign in", &[("New password", NEW)]).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::NOT_FOUND, "This link no longer works"), "{page}");
    dead(&mut browser, &link, "an hour is over").await;
}

#[tokio::test]
async fn one_use_spends_every_link() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    ask(&app, &email).await;
    let first = app.mailed_link(&email).await;
    app.clock.advance(Duration::minutes(1));
    ask(&app, &email).await;
    let second = app.mailed_link(&email).await;
    assert_ne!(first, second);
    // The button pressed twice at once sets one password.
    let mut one = app.browser();
    one.get(&first).await;
    let form = one.form("Save and sign in").set("New password", NEW);
    let mut two = one.clone();
    let (a, b) = tokio::join!(one.send_once(&form, &[]), two.send_once(&form, &[]));
    let mut both = [a.status, b.status];
    both.sort();
    assert_eq!(both, [StatusCode::SEE_OTHER, StatusCode::NOT_FOUND], "{a} {b}");
    dead(&mut app.browser(), &second, "the other one was used").await;
}

#[tokio::test]
async fn who_has_no_account_is_told_the_same_and_gets_no_mail() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let known = company.member(Role::Owner).await.email;
    let unknown = app.email("nobody");
    let same = |page: &crate::support::Page, email: &str| page.words().replace(email, "…");
    let mut answers = vec![];
    for email in [&known, &unknown] {
        let asked = Instant::now();
        let page = ask(&app, email).await;
        // Later than any work behind it, so that the time tells nothing either.
        assert!(asked.elapsed() >= std::time::Duration::from_millis(300), "{email}: {:?}", asked.elapsed());
        answers.push((page.status, same(&page, email)));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(app.mail_to(&unknown).await.len(), 0);
    let page = ask(&app, "no address").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn nobody_can_fill_somebodys_mailbox() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    let mut asked = 0;
    let page = loop {
        let page = ask(&app, &email).await;
        if page.status != StatusCode::OK {
            break page;
        }
        asked += 1;
        assert!(asked < 12, "nobody is slowed down");
    };
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::TOO_MANY_REQUESTS, "Too many tries"));
    assert_ne!(page.header("retry-after"), "");
    app.run_jobs().await;
}
