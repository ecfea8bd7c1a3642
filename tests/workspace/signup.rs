//! A company signs up.

use crate::support::{Browser, PASSWORD, TestApp};
use axum::http::StatusCode;

async fn fill(browser: &mut Browser, app: &TestApp, change: &[(&str, &str)]) -> crate::support::Page {
    browser.get("/signup").await;
    let email = app.email("grace");
    let mut form = browser.form("Create workspace");
    for (field, value) in
        [("Company name", "Acme Lamps"), ("Your name", "Grace Hopper"), ("Work email", &email), ("Password", PASSWORD)]
    {
        form = form.set(field, value);
    }
    for (field, value) in change {
        form = form.set(field, value);
    }
    browser.send(form).await
}

#[tokio::test]
async fn from_the_landing_page_to_a_workspace_and_a_proven_address() {
    let app = TestApp::new().await;
    let mut grace = app.browser();
    grace.get("/").await;
    grace.click("Create workspace").await;
    let page = fill(&mut grace, &app, &[]).await;
    assert_eq!((page.path.as_str(), page.h1().as_str()), ("/w/acme-lamps/first-steps", "Welcome, Grace"), "{page}");
    // The address need not be proven before the first look.
    assert!(page.says("Confirm your address"), "{page}");
    let page = grace.click("Skip, and go to home").await;
    assert_eq!(page.h1(), "Good to see you, Grace");
    assert!(page.says("3 first steps wait."), "{page}");

    let link = app.mailed_link(&app.email("grace")).await;
    // A mail scanner that opens the link uses up nothing: a person presses the button.
    let mut scanner = app.browser();
    assert_eq!(scanner.get(&link).await.h1(), "Confirm your address");
    grace.get(&link).await;
    let page = grace.press("Confirm").await;
    assert_eq!(page.h1(), "Your address is confirmed");
    let page = grace.get("/w/acme-lamps").await;
    assert!(!page.says("Confirm your address"), "{page}");
    let page = scanner.get(&link).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "Your address is confirmed"));
    assert!(page.says("There is nothing left to do."), "{page}");
    let page = grace.get("/").await;
    assert_eq!(page.link("Go to your workspace").as_deref(), Some("/w/acme-lamps"), "{page}");
    assert!(page.link("Sign in").is_none(), "{page}");
}

#[tokio::test]
async fn a_company_has_the_currency_and_the_days_of_its_country() {
    let app = TestApp::new().await;
    let mut grace = app.browser();
    // Ten in the evening of the last of February in Greenwich is the first of March in Auckland.
    fill(&mut grace, &app, &[("Country", "New Zealand"), ("zone", "Pacific/Auckland")]).await;
    let page = grace.get("/w/acme-lamps/hr/employees/new").await;
    assert!(page.says("NZD") && !page.says("USD"), "{page}");
    let mut tx = app.db.identity().await.expect("a transaction");
    let account =
        store::identity::by_email(&mut tx, &app.email("grace")).await.expect("an answer").expect("her account");
    drop(tx);
    let entry = app.db.enter("acme-lamps", account.id).await.expect("an answer").expect("a member");
    assert_eq!(entry.workspace.zone, chrono_tz::Tz::Pacific__Auckland);
    assert_eq!(entry.workspace.dates, domain::DateOrder::Dmy);
    app.run_jobs().await;
    // A zone that nobody knows is no reason to turn somebody away.
    let mut ada = app.browser();
    let email = app.email("ada");
    let change = [("Company name", "Zoneless"), ("Work email", email.as_str()), ("zone", "Moon/Tycho")];
    assert_eq!(fill(&mut ada, &app, &change).await.path, "/w/zoneless/first-steps");
    app.run_jobs().await;
}

#[tokio::test]
async fn the_verification_mail_can_be_asked_for_again() {
    let app = TestApp::new().await;
    let mut grace = app.browser();
    fill(&mut grace, &app, &[]).await;
    let first = app.mailed_link(&app.email("grace")).await;
    app.clock.advance(chrono::Duration::days(4));
    let page = grace.elsewhere().get(&first).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "it is too old");
    assert!(page.says("send yourself a new one"), "{page}");
    grace.get("/w/acme-lamps").await;
    let page = grace.press("Send it again").await;
    assert_eq!(page.toast(), format!("A new link is on its way to {}.", app.email("grace")));
    let second = app.mailed_link(&app.email("grace")).await;
    assert_ne!(first, second);
    grace.get(&second).await;
    assert_eq!(grace.press("Confirm").await.h1(), "Your address is confirmed");
}

#[tokio::test]
async fn each_wrong_answer_is_told_beside_its_field_and_nothing_typed_is_lost() {
    let app = TestApp::new().await;
    let company = app.company("acme-lamps").await;
    let taken = company.member(domain::access::Role::Owner).await.email;
    let mut browser = app.browser();
    for (change, field, told) in [
        (&[][..], "slug", "This address is taken. Choose another one."),
        (&[("slug", "acme-lamps")], "slug", "This address is taken. Choose another one."),
        (&[("slug", "admin")], "slug", "This address is reserved. Choose another one."),
        (&[("slug", "Acme!")], "slug", "Use small letters, digits and single hyphens between them."),
        (&[("company", "✨")], "slug", "Choose an address for your workspace."),
        (
            &[("slug", "free"), ("email", &taken)],
            "email",
            "There is an account with this email already. Sign in instead.",
        ),
        (
            &[("slug", "free"), ("email", &taken.to_uppercase())],
            "email",
            "There is an account with this email already. Sign in instead.",
        ),
        (&[("slug", "free"), ("email", "grace")], "email", "This is not an email address, like name@company.com."),
        (&[("slug", "free"), ("password", "short")], "password", "Use at least 10 characters."),
        (
            &[("slug", "free"), ("email", "\"grace h\"@lamps.example")],
            "email",
            "This is not an email address, like name@company.com.",
        ),
        (&[("slug", "free"), ("name", "  ")], "name", "Please fill this in."),
        (&[("slug", "free"), ("name", "\u{200B}\u{2060}")], "name", "Please fill this in."),
    ] {
        let page = fill(&mut browser, &app, change).await;
        assert_eq!(
            (page.status, page.error(field).as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, told),
            "{change:?}: {page}"
        );
        let typed =
            |name: &str, usual: &str| change.iter().find(|(f, _)| *f == name).map_or(usual, |(_, v)| *v).to_owned();
        assert_eq!(page.value("company"), typed("company", "Acme Lamps"), "{change:?}");
        assert_eq!(page.value("name"), typed("name", "Grace Hopper"), "{change:?}");
        assert_eq!(page.value("slug"), typed("slug", ""), "{change:?}");
        assert!(!page.text.contains(PASSWORD), "{change:?} sends a password back");
        assert!(page.has(&format!("#f-{field}[aria-invalid=true]")), "{change:?}");
    }
    for common in ["password123", "qwertyuiop", "iloveyou12", "acmelamps1"] {
        let page = fill(&mut browser, &app, &[("slug", "free"), ("password", common)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{common}");
        assert!(page.error("password").contains("Add another word or two."), "{common}: {page}");
    }
    let page = fill(&mut browser, &app, &[("slug", "free")]).await;
    assert_eq!(page.path, "/w/free/first-steps", "all mended: {page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn the_address_is_suggested_and_checked_while_it_is_typed() {
    let app = TestApp::new().await;
    app.company("acme").await;
    let mut browser = app.browser();
    let answer = async |browser: &mut Browser, query: &str| {
        let page = browser.htmx(&format!("/signup/slug?{query}"), "p#slug-answer").await;
        assert!(page.status == StatusCode::OK && !page.is_whole(), "{page}");
        let good = page.has(".is-good");
        assert_eq!(page.has(".is-bad"), !good && !page.words().is_empty());
        (good, page.words())
    };
    for (query, expected) in [
        ("company=Universität+für+Müll+%26+Söhne", (true, "/w/universitaet-fuer-muell-soehne is free.")),
        ("company=Acme", (false, "/w/acme is taken.")),
        ("company=Acme&slug=acme-2", (true, "/w/acme-2 is free.")),
        ("slug=acme", (false, "/w/acme is taken.")),
        ("slug=login", (false, "This address is reserved. Choose another one.")),
        ("slug=a", (false, "Use 2 to 40 characters.")),
        ("company=", (false, "")),
    ] {
        let (good, words) = answer(&mut browser, query).await;
        assert_eq!((good, words.as_str()), expected, "{query}");
    }
}

#[tokio::test]
async fn a_button_pressed_twice_makes_one_workspace_and_signs_in_both_times() {
    let app = TestApp::new().await;
    let mut first = app.browser();
    first.get("/signup").await;
    let form = first
        .form("Create workspace")
        .set("Company name", "Acme")
        .set("Your name", "Grace Hopper")
        .set("Work email", &app.email("grace"))
        .set("Password", PASSWORD);
    let mut second = first.clone();
    let (one, two) = tokio::join!(first.send_once(&form, &[]), second.send_once(&form, &[]));
    for (page, browser) in [(one, &mut first), (two, &mut second)] {
        assert_eq!((page.status, page.header("location")), (StatusCode::SEE_OTHER, "/w/acme/first-steps"), "{page}");
        assert_eq!(browser.get("/w/acme/first-steps").await.h1(), "Welcome, Grace");
    }
    let page = first.get("/workspaces").await;
    assert_eq!(page.all(".choice-card").len(), 1, "{page}");
    // The same form, kept open and sent with other answers, is no second workspace and no way in.
    let form = form.set("Company name", "Other").set("Work email", &app.email("mallory"));
    let page = app.browser().send(form.clone()).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "the token is another visitor's");
    let page = first.send(form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("This form was used already."), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn nobody_is_invited_by_an_address_that_is_not_proven() {
    let app = TestApp::new().await;
    let mut grace = app.browser();
    fill(&mut grace, &app, &[]).await;
    let (place, guest) = ("/w/acme-lamps/settings/members", app.email("guest"));
    let page = grace.get(place).await;
    assert!(page.says("Follow the link that we sent to you") && !page.has_form("Send invitation"), "{page}");
    let invite = [("email", guest.as_str()), ("role", "employee")];
    let page = grace.post("/w/acme-lamps/settings/invitations", &invite).await;
    assert_eq!((page.status, page.rows().len()), (StatusCode::UNPROCESSABLE_ENTITY, 1), "{page}");
    assert_eq!(app.mail_to(&guest).await.len(), 0);

    let link = app.mailed_link(&app.email("grace")).await;
    grace.get(&link).await;
    grace.press("Confirm").await;
    grace.get(place).await;
    let page = grace.fill("Send invitation", &[("Work email", &guest), ("Role", "Employee")]).await;
    assert_eq!(page.toast(), format!("An invitation is on its way to {guest}."), "{page}");
    assert_eq!(app.mail_to(&guest).await.len(), 1);
}

#[tokio::test]
async fn what_nobody_sees_is_no_part_of_a_name() {
    let app = TestApp::new().await;
    let mut grace = app.browser();
    let (company, name) = ("\u{202E}Acme\u{200B} Lamps", "Gr\u{AD}ace\u{2066} Hopper");
    let page = fill(&mut grace, &app, &[("company", company), ("name", name)]).await;
    assert_eq!((page.path.as_str(), page.h1().as_str()), ("/w/acme-lamps/first-steps", "Welcome, Grace"), "{page}");
    let seen = grace.get("/w/acme-lamps/settings/members").await;
    assert!(seen.says("Grace Hopper") && seen.says("Acme Lamps"), "{seen}");
    app.run_jobs().await;
}

#[tokio::test]
async fn who_has_an_account_makes_another_workspace_with_it() {
    let app = TestApp::new().await;
    let mut grace = app.browser();
    fill(&mut grace, &app, &[("country", "DE")]).await;
    let page = grace.get("/w/acme-lamps/settings/general").await;
    assert_eq!(page.value("country"), "DE", "what was chosen at sign-up: {page}");
    grace.get("/workspaces").await;
    let page = grace.click("Create another").await;
    assert!(!page.form("Create workspace").names().iter().any(|n| n == "email" || n == "password"), "{page}");
    let page = grace.fill("Create workspace", &[("Company name", "Acme Lamps")]).await;
    assert!(!page.error("slug").is_empty() && page.value("company") == "Acme Lamps", "{page}");
    let form = page.form("Create workspace").set("company", "Second Lamps").set("slug", "second");
    for _ in 0..2 {
        let page = grace.send(form.clone()).await;
        assert_eq!(page.path, "/w/second/first-steps", "once or twice: {page}");
    }
    assert_eq!(grace.get("/workspaces").await.all(".choice-card").len(), 2);
    let trail = grace.get("/w/second/settings/audit").await;
    assert!(trail.rows().iter().all(|r| r[0].starts_with("Grace Hopper") && !r[3].contains("none")), "{trail}");
    app.run_jobs().await;
}

#[tokio::test]
async fn how_strong_a_password_is_shows_while_it_is_typed() {
    let app = TestApp::new().await;
    let mut grace = app.browser();
    grace.get("/signup").await;
    for (typed, words) in [("password12", "Easy to guess"), (PASSWORD, "Very hard to guess"), ("", "")] {
        let page = grace.post("/password-strength", &[("password", typed)]).await;
        assert_eq!(page.all("#password-strength"), [words], "{typed}");
    }
}
