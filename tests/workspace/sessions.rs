//! Signing in and out, and what happens to a form whose session ended.

use crate::support::{Browser, PASSWORD, TestApp};
use axum::http::StatusCode;
use chrono::Duration;
use domain::access::Role;

#[tokio::test]
async fn in_and_out_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    let mut browser = app.browser();
    let page = browser.sign_in(&email.to_uppercase(), PASSWORD).await;
    assert_eq!(page.path, "/w/acme", "an address is the same in capitals; the only workspace opens");
    let kept = browser.clone();
    let page = browser.sign_out().await;
    assert_eq!(page.path, "/");
    for mut gone in [browser, kept] {
        let page = gone.get("/w/acme").await;
        assert_eq!(
            (page.status, page.h1().as_str()),
            (StatusCode::UNAUTHORIZED, "Sign in"),
            "the old cookie is worth nothing"
        );
    }
}

#[tokio::test]
async fn a_stranger_is_taken_to_where_they_wanted() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    // No cookie yet, and the form in place of the page works all the same.
    let mut browser = app.browser();
    let page = browser.get("/w/acme/hr/employees?sort=-number").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    let page = browser.fill("Sign in", &[("Work email", &email), ("Password", PASSWORD)]).await;
    assert_eq!((page.status, page.path.as_str()), (StatusCode::OK, "/w/acme/hr/employees?sort=-number"), "{page}");
    for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let mut browser = app.browser();
        browser.get(&format!("/login?next={}", views::encode(elsewhere))).await;
        let page = browser.fill("Sign in", &[("Work email", &email), ("Password", PASSWORD)]).await;
        assert_eq!(page.path, "/w/acme", "{elsewhere}");
    }
}

#[tokio::test]
async fn who_works_in_two_places_chooses() {
    let app = TestApp::new().await;
    let (acme, globex) = (app.company("acme").await, app.company("globex").await);
    let email = acme.member(Role::Owner).await.email;
    globex.join("Olga Owner", &email, Role::Employee).await;
    let mut browser = app.browser();
    let page = browser.sign_in(&email, PASSWORD).await;
    assert_eq!(
        (page.path.as_str(), page.all(".choice-card strong").join(", ").as_str()),
        ("/workspaces", "Acme Lamps, Globex Lamps")
    );
    let page = browser.get("/w/globex/settings/members").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "an owner there is an employee here");
    assert_eq!(browser.get("/w/acme/settings/members").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_wrong_password_says_the_same_for_known_and_unknown() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut answers = vec![];
    for email in [company.member(Role::Owner).await.email, app.email("nobody")] {
        let mut browser = app.browser();
        browser.get("/login").await;
        let page = browser.fill("Sign in", &[("Work email", &email), ("Password", "not this one, surely")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.says("Email or password is wrong."), "{page}");
        assert_eq!(page.value("email"), email, "what was typed is kept");
        assert!(!page.text.contains("not this one, surely"), "a password is never put back");
        answers.push(page.words());
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn whoever_guesses_is_slowed_down() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    let other = company.member(Role::Admin).await.email;
    let mut browser = app.browser();
    browser.get("/login").await;
    let guess = browser.form("Sign in").set("Work email", &email).set("Password", "a guess");
    let mut tries = 0;
    let page = loop {
        let page = browser.send_once(&guess, &[]).await;
        tries += 1;
        if page.status == StatusCode::TOO_MANY_REQUESTS {
            break page;
        }
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        // Each wait is twice the one before, so that even a slow machine meets one.
        assert!(tries < 12, "nobody is slowed down");
    };
    assert!(tries > 4, "a typing error or two are free");
    assert!(page.header("retry-after").parse::<u32>().expect("seconds") >= 1);
    assert_eq!(page.h1(), "Too many tries");
    // The right password does not help now; another account is none of it.
    let page = browser.send_once(&guess.set("Password", PASSWORD), &[]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    browser.sign_in(&other, PASSWORD).await;
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_in_the_end_anyway() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut idle = company.owner().await;
    let mut busy = company.owner().await;
    for day in 1..=30 {
        app.clock.advance(Duration::days(1));
        let page = busy.get("/w/acme").await;
        assert_eq!(page.status, StatusCode::OK, "day {day}");
    }
    assert_eq!(idle.get("/w/acme").await.status, StatusCode::UNAUTHORIZED, "two weeks of nothing are enough");
    app.clock.advance(Duration::hours(1));
    assert_eq!(busy.get("/w/acme").await.status, StatusCode::UNAUTHORIZED, "a month is a month");
}

#[tokio::test]
async fn what_was_typed_survives_a_session_that_ended() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    let ada = company.employee(&[("first_name", "Ada"), ("last_name", "Lovelace")]).await;
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/hr/employees/{ada}/edit"))).await;
    let form =
        owner.form("Save changes").set("Job title", "Countess <of> \"Lovelace\" & more").set("Salary, a year", "91357");
    // In another tab, they sign out.
    let mut tab = owner.clone();
    tab.get("/w/acme").await;
    tab.sign_out().await;
    let page = owner.send(form).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::UNAUTHORIZED, "Sign in"));
    assert!(page.says("what you typed comes with you"), "{page}");
    let page = owner.fill("Sign in", &[("Work email", &email), ("Password", "wrong at first")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = owner.fill("Sign in", &[("Work email", &email), ("Password", PASSWORD)]).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "Welcome back"), "{page}");
    assert!(page.says("Countess <of> \"Lovelace\" & more"), "{page}");
    let page = owner.press("Save what I typed").await;
    assert_eq!((page.status, page.toast().as_str()), (StatusCode::OK, "Changes saved."), "{page}");
    assert!(page.says("Countess <of> \"Lovelace\" & more") && page.says("91,357"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_was_typed_beside_files_survives_it_too() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    let ticket = company.ticket(&[("message", "It hums")]).await;
    let mut owner = company.owner().await;
    let path = company.at(&format!("/support/tickets/{ticket}"));
    owner.get(&path).await;
    let form = owner.form("Add note").set("text", "A long <note> about the ballast");
    let with_file = form.clone().file("file", "a.txt", b"Hum".to_vec());
    let mut tab = owner.clone();
    tab.get("/w/acme").await;
    tab.sign_out().await;
    let mut stranger = owner.elsewhere();
    // By nobody whom we know: there is nothing to keep.
    stranger.get("/login").await;
    let page = stranger.send(form).await;
    assert!(!page.says("what you typed comes with you"), "{page}");
    let page = owner.send(with_file).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::UNAUTHORIZED, "Sign in"), "{page}");
    assert!(page.says("what you typed comes with you"), "{page}");
    let page = owner.fill("Sign in", &[("Work email", &email), ("Password", PASSWORD)]).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "Welcome back"), "{page}");
    assert!(
        page.says("A long <note> about the ballast") && page.says("The files that were with it are not kept."),
        "{page}"
    );
    let page = owner.press("Save what I typed").await;
    assert_eq!((page.status, page.toast().as_str()), (StatusCode::OK, "The note was added."), "{page}");
    assert!(page.says("A long <note> about the ballast"), "{page}");
    app.run_jobs().await;
}

/// Somebody else signs in where a form was left, or its author comes back too late.
#[tokio::test]
async fn what_was_typed_comes_back_to_its_author_only_and_for_a_day() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (author, other) = (company.member(Role::Owner).await.email, company.member(Role::Admin).await.email);
    let mut owner = company.owner().await;
    owner.get(&company.at("/hr/employees/new")).await;
    let form = owner.form("Add employee").set("First name", "Ada").set("Last name", "Secret");
    let mut tab = owner.clone();
    tab.get("/w/acme").await;
    tab.sign_out().await;
    owner.send(form.clone()).await;
    let sealed = owner.form("Sign in").value("resume");
    let resumes = async |browser: &mut Browser, email: &str| {
        let page = browser.fill("Sign in", &[("resume", &sealed), ("Work email", email), ("Password", PASSWORD)]).await;
        assert_eq!(page.status, StatusCode::OK, "{page}");
        assert!(page.h1() == "Welcome back" || page.path == "/w/acme", "{page}");
        page.says("Secret")
    };
    assert!(!resumes(&mut owner.clone(), &other).await, "another member's session, the same browser");
    let mut elsewhere = owner.elsewhere();
    elsewhere.get("/w/acme/hr/employees").await;
    // A sign-in form of another browser, with what was sealed in this one.
    let fields = [("email", author.as_str()), ("password", PASSWORD), ("resume", &sealed)];
    let page = elsewhere.post("/login", &fields).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::SEE_OTHER, "/w/acme"), "{page}");
    app.clock.advance(Duration::hours(23));
    assert!(resumes(&mut owner.clone(), &author).await);
    app.clock.advance(Duration::hours(2));
    assert!(!resumes(&mut owner.clone(), &author).await, "a day is over");
    // Nor does anything come of a form that this browser was never shown.
    let mut stranger = app.browser();
    stranger.get("/w/acme").await;
    stranger.send(form).await;
    assert_eq!(stranger.page.h1(), "Sign in");
    assert!(!stranger.form("Sign in").names().contains(&"resume".to_owned()), "{}", stranger.page);
}

#[tokio::test]
async fn a_kept_form_that_was_tampered_with_is_not_shown() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    let mut owner = company.owner().await;
    owner.get(&company.at("/hr/employees/new")).await;
    let form = owner.form("Add employee").set("First name", "Ada").set("Last name", "Lovelace");
    let mut tab = owner.clone();
    tab.get("/w/acme").await;
    tab.sign_out().await;
    owner.send(form).await;
    let sealed = owner.form("Sign in").value("resume");
    let forged = format!("{}x", sealed);
    let page = owner.fill("Sign in", &[("resume", &forged), ("Work email", &email), ("Password", PASSWORD)]).await;
    assert_eq!(page.path, "/w/acme", "signed in, and nothing else: {page}");
}

#[tokio::test]
async fn how_pages_look_is_chosen_before_signing_in_too() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get("/w/acme/hr/employees").await;
    let page = owner.press("Dark").await;
    assert_eq!(
        (page.path.as_str(), page.attribute("html", "data-theme").as_deref()),
        ("/w/acme/hr/employees", Some("dark"))
    );
    let page = owner.press("Compact").await;
    assert_eq!(page.attribute("html", "data-density").as_deref(), Some("compact"));
    assert_eq!(page.attribute("html", "data-theme").as_deref(), Some("dark"));
    let page = owner.get("/login").await;
    assert_eq!(page.attribute("html", "data-theme").as_deref(), Some("dark"));
}
