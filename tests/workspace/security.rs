//! One's own sign-in: the second factor at every way in, devices, and another address.

use crate::support::{Browser, Company, PASSWORD, Page, Person, TestApp};
use axum::http::StatusCode;
use chrono::Duration;
use domain::{AccountId, access::Role, workspace::signup};
use store::{accounts, identity, sessions};

const SECURITY: &str = "/w/acme/settings/security";

/// The app on somebody's phone: the codes of a secret, by the test's clock.
pub(crate) struct Phone {
    secret: Vec<u8>,
}

impl Phone {
    /// Takes over the secret that the page shows.
    pub(crate) fn scan(page: &Page) -> Self {
        let shown = page.all(".set-up-secret").remove(0).replace(' ', "");
        Self { secret: totp_rs::Secret::try_from_base32(shown).expect("a secret").as_bytes().to_vec() }
    }

    /// What it shows when its clock is so many seconds ahead.
    pub(crate) fn code(&self, app: &TestApp, ahead: i64) -> String {
        let at = (app.db.now() + Duration::seconds(ahead)).timestamp().unsigned_abs();
        let secret = totp_rs::Secret::new(self.secret.clone().into());
        totp_rs::Builder::new().with_secret(secret).build().expect("the usual").generate(at).to_string()
    }
}

/// Turns the second factor on in this browser; gives the phone and the recovery codes.
async fn turn_on(app: &TestApp, browser: &mut Browser) -> (Phone, Vec<String>) {
    browser.get(SECURITY).await;
    let page = browser.fill("Set up", &[("Your password", PASSWORD)]).await;
    let phone = Phone::scan(&page);
    let page = browser.fill("Turn on", &[("Code", &phone.code(app, 0))]).await;
    assert_eq!(page.h1(), "Your second factor is on", "{page}");
    let codes = page.all(".recovery-codes code");
    assert_eq!(codes.len(), 10);
    (phone, codes)
}

pub(crate) async fn with_factor<'a>(app: &'a TestApp) -> (Company<'a>, Person, Phone, Vec<String>) {
    let company = app.company("acme").await;
    let person = company.member(Role::Manager).await;
    let mut browser = company.manager().await;
    let (phone, codes) = turn_on(app, &mut browser).await;
    app.clock.advance(Duration::minutes(5));
    (company, person, phone, codes)
}

/// The password fits; what comes next is on the screen.
pub(crate) async fn password(app: &TestApp, email: &str) -> Browser {
    let mut browser = app.browser();
    browser.get("/login").await;
    browser.fill("Sign in", &[("Work email", email), ("Password", PASSWORD)]).await;
    browser
}

async fn is_out(browser: &mut Browser) {
    let page = browser.get("/w/acme").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{page}");
}

#[tokio::test]
async fn a_code_lets_in_once() {
    let app = TestApp::new().await;
    let (_, person, phone, _) = with_factor(&app).await;
    let mut browser = password(&app, &person.email).await;
    assert_eq!(browser.page.h1(), "Enter your code");
    let code = phone.code(&app, 0);
    let page = browser.fill("Sign in", &[("Code", &code)]).await;
    assert_eq!(page.path, "/w/acme", "{page}");
    // The same code, in another browser, within its half minute.
    let mut second = password(&app, &person.email).await;
    let page = second.fill("Sign in", &[("Code", &code)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("This code was used already"), "{page}");
    is_out(&mut second).await;
    app.clock.advance(Duration::seconds(30));
    second.get("/login/code").await;
    let page = second.fill("Sign in", &[("Code", &phone.code(&app, 0))]).await;
    assert_eq!(page.path, "/w/acme", "{page}");
}

#[tokio::test]
async fn a_phone_whose_clock_is_off_is_told_so() {
    let app = TestApp::new().await;
    let (_, person, phone, _) = with_factor(&app).await;
    for (ahead, words) in [(90, "90 seconds ahead"), (-90, "90 seconds behind")] {
        let mut browser = password(&app, &person.email).await;
        let page = browser.fill("Sign in", &[("Code", &phone.code(&app, ahead))]).await;
        assert!(page.says(words) && page.says("set its time by itself"), "{page}");
        is_out(&mut browser).await;
    }
    for ahead in [30, -30] {
        let mut browser = password(&app, &person.email).await;
        app.clock.advance(Duration::minutes(2));
        let page = browser.fill("Sign in", &[("Code", &phone.code(&app, ahead))]).await;
        assert_eq!(page.path, "/w/acme", "half a minute is nothing: {page}");
    }
}

#[tokio::test]
async fn a_recovery_code_lets_in_once_and_is_told_of() {
    let app = TestApp::new().await;
    let (company, person, _, codes) = with_factor(&app).await;
    let mut browser = password(&app, &person.email).await;
    let page = browser.fill("Sign in", &[("Code", &codes[3].to_uppercase())]).await;
    assert_eq!(page.path, "/w/acme", "{page}");
    let page = browser.get(SECURITY).await;
    assert!(page.says("9 recovery codes are left"), "{page}");
    let mut again = password(&app, &person.email).await;
    let page = again.fill("Sign in", &[("Code", &codes[3])]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    let trail = company.owner().await.get("/w/acme/settings/audit?action=recovery_code_used").await;
    assert!(trail.says("Mona Manager"), "{trail}");
    // New ones, and the old ones are worth nothing.
    browser.get(SECURITY).await;
    let page = browser.fill("New recovery codes", &[("Your password", "not it at all")]).await;
    assert!(page.says("This is not your password."), "{page}");
    let page = browser.fill("New recovery codes", &[("Your password", PASSWORD)]).await;
    assert_eq!(page.all(".recovery-codes code").len(), 10, "{page}");
    let page = again.fill("Sign in", &[("Code", &codes[5])]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
}

#[tokio::test]
async fn no_way_in_forgets_the_second_factor() {
    let app = TestApp::new().await;
    let (company, person, phone, _) = with_factor(&app).await;
    let other = app.company("globex").await;
    // By the password.
    let mut browser = password(&app, &person.email).await;
    is_out(&mut browser).await;
    // By an invitation with an account that is there already.
    other.invitation(&person.email, Role::Employee).await;
    let link = app.mailed_link(&person.email).await;
    let mut guest = app.browser();
    guest.get(&link).await;
    let page = guest.fill("Join Globex Lamps", &[("Your password", PASSWORD)]).await;
    assert_eq!(page.h1(), "Enter your code", "{page}");
    is_out(&mut guest).await;
    assert_eq!(guest.get("/w/globex").await.status, StatusCode::UNAUTHORIZED);
    let mut owner = other.owner().await;
    assert!(!owner.get("/w/globex/settings/members").await.says("Mona Manager"), "nobody joins without the code");
    app.clock.advance(Duration::minutes(5));
    guest.get("/login/code").await;
    let page = guest.fill("Sign in", &[("Code", &phone.code(&app, 0))]).await;
    assert_eq!(page.path, "/w/globex", "{page}");
    assert!(owner.get("/w/globex/settings/members").await.says("Mona Manager"));
    app.run_jobs().await;
    // By a new password.
    app.clock.advance(Duration::minutes(1));
    let mut forgetful = app.browser();
    forgetful.get("/password-reset").await;
    forgetful.fill("Send me a link", &[("Work email", &person.email)]).await;
    let link = app.mailed_link(&person.email).await;
    forgetful.get(&link).await;
    let page = forgetful.fill("Save and sign in", &[("New password", "eleven boats above a mountain")]).await;
    assert_eq!(page.h1(), "Enter your code", "{page}");
    is_out(&mut forgetful).await;
    // By a sign-up form that is sent once more.
    let tenant = app.db.id();
    let fields = signup::Fields {
        company: signup::Company {
            name: "Twice".into(),
            slug: domain::Slug::parse("twice").expect("a slug"),
            country: None,
            conventions: Default::default(),
            zone: chrono_tz::Tz::UTC,
        },
        name: "Twice".into(),
        email: domain::Email::parse(&app.email("twice")).expect("an address"),
        password: PASSWORD.into(),
    };
    let hash = people360::web::password::Passwords::default().hash(PASSWORD).await.expect("a hash");
    let mut tx = app.db.identity().await.expect("a transaction");
    let account = identity::sign_up(&mut tx, tenant, &fields, &hash).await.expect("it signs up");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    force(&app, account).await;
    let mut again = app.browser();
    again.get("/signup").await;
    let once = tenant.to_string();
    let page = again
        .post(
            "/signup",
            &[
                ("company", "Twice"),
                ("slug", "twice"),
                ("name", "Twice"),
                ("email", fields.email.as_str()),
                ("password", PASSWORD),
                ("_once", &once),
            ],
        )
        .await;
    assert_eq!(page.header("location"), "/login/code", "{page}");
    assert_eq!(again.get("/w/twice").await.status, StatusCode::UNAUTHORIZED);
    // Who takes too long begins anew, and who knows no password has nothing to answer.
    app.clock.advance(Duration::minutes(11));
    assert_eq!(again.get("/login/code").await.h1(), "Sign in");
    assert_eq!(app.browser().get("/login/code").await.h1(), "Sign in");
    drop(company);
}

/// Turns on a second factor that nobody has the phone of.
async fn force(app: &TestApp, account: AccountId) {
    let mut tx = app.db.identity().await.expect("a transaction");
    accounts::prepare_second_factor(&mut tx, account, b"nobody opens this").await.expect("it is prepared");
    accounts::turn_on(&mut tx, account, 1, &[]).await.expect("it is on");
    tx.commit().await.expect("it is kept");
}

#[tokio::test]
async fn guessing_codes_gets_slower() {
    let app = TestApp::new().await;
    let (_, person, phone, _) = with_factor(&app).await;
    let mut browser = password(&app, &person.email).await;
    let mut statuses = vec![];
    for n in 0..8 {
        let page = browser.post("/login/code", &[("code", &format!("00000{n}"))]).await;
        statuses.push(page.status);
    }
    assert!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
    let page = browser.post("/login/code", &[("code", &phone.code(&app, 0))]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "not even the right one, for now");
}

#[tokio::test]
async fn setting_it_up_needs_a_code_that_fits() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut browser = company.manager().await;
    browser.get(SECURITY).await;
    let page = browser.fill("Set up", &[("Your password", PASSWORD)]).await;
    assert!(page.has("svg.qr path"), "{page}");
    let phone = Phone::scan(&page);
    for wrong in ["", "123", "000000"] {
        let page = browser.fill("Turn on", &[("Code", wrong)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(page.error("code").contains("does not fit"), "{page}");
        assert_eq!(Phone::scan(&page).secret, phone.secret, "the secret stays while one tries");
    }
    let page = browser.fill("Turn on", &[("Code", &phone.code(&app, 90))]).await;
    assert!(page.error("code").contains("90 seconds ahead"), "{page}");
    // Whoever leaves it half done signs in as before.
    let page = password(&app, &company.member(Role::Manager).await.email).await.page;
    assert_eq!(page.path, "/w/acme", "{page}");
}

#[tokio::test]
async fn a_workspace_that_demands_it_opens_when_it_is_set_up() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut browser = company.manager().await;
    app.trial.admin("update tenants set require_second_factor = true").await.expect("it is demanded");
    let page = browser.get("/w/acme/hr/employees").await;
    assert_eq!(page.path, SECURITY);
    assert!(page.says("Set up your second factor first"), "{page}");
    let page = browser.post("/w/acme/hr/employees/columns", &[("columns", "number")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    turn_on(&app, &mut browser).await;
    assert_eq!(browser.get("/w/acme/hr/employees").await.h1(), "Employees");
    browser.get(SECURITY).await;
    assert!(!browser.page.says("Turn off"), "it stays as long as it is demanded");
    let page = browser.post(&format!("{SECURITY}/second-factor/removal"), &[("proof", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
}

#[tokio::test]
async fn turned_off_it_is_asked_for_no_more() {
    let app = TestApp::new().await;
    let (_, person, phone, _) = with_factor(&app).await;
    let mut browser = password(&app, &person.email).await;
    browser.fill("Sign in", &[("Code", &phone.code(&app, 0))]).await;
    browser.get(SECURITY).await;
    let page = browser.fill("Turn off", &[("Your password", "wrong it is")]).await;
    assert!(page.says("This is not your password."), "{page}");
    let page = browser.fill("Turn off", &[("Your password", PASSWORD)]).await;
    assert_eq!(page.toast(), "Your second factor is off.", "{page}");
    let page = password(&app, &person.email).await.page;
    assert_eq!(page.path, "/w/acme", "{page}");
}

#[tokio::test]
async fn devices_are_listed_and_ended_one_by_one_or_all() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = company.member(Role::Manager).await.email;
    let (mut here, mut there, mut third) =
        (company.manager().await, password(&app, &email).await, password(&app, &email).await);
    let page = here.get(SECURITY).await;
    assert_eq!(page.rows().len(), 3, "{page}");
    assert_eq!(page.rows().iter().filter(|r| r[0].contains("This one")).count(), 1);
    here.press("Sign out A device that does not say what it is").await;
    let out = [there.get("/w/acme").await.status, third.get("/w/acme").await.status];
    assert_eq!(out.iter().filter(|s| **s == StatusCode::UNAUTHORIZED).count(), 1, "{out:?}");
    let page = here.press("Sign out everywhere else").await;
    assert_eq!(page.toast(), "1 other device is signed out.", "{page}");
    for browser in [&mut there, &mut third] {
        assert_eq!(browser.get("/w/acme").await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(here.get("/w/acme").await.status, StatusCode::OK);
    // Somebody else's is nobody's to end.
    let mut owner = company.owner().await;
    let own = here.get(SECURITY).await.rows().len();
    let mut tx = app.db.identity().await.expect("a transaction");
    let theirs = sessions::list(&mut tx, company.member(Role::Manager).await.account).await.expect("a list");
    let id = theirs[0].id;
    drop(tx);
    let page = owner.post(&format!("{SECURITY}/sessions/{id}/end"), &[]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!(here.get(SECURITY).await.rows().len(), own);
}

#[tokio::test]
async fn a_session_ends_by_itself_when_the_workspace_says_so() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    app.trial.admin("update tenants set session_idle_minutes = 30, session_days = 1").await.expect("a policy");
    let mut browser = company.manager().await;
    for _ in 0..3 {
        app.clock.advance(Duration::minutes(25));
        assert_eq!(browser.get("/w/acme").await.status, StatusCode::OK, "who is at work stays");
    }
    app.clock.advance(Duration::minutes(31));
    is_out(&mut browser).await;
    let mut browser = company.manager().await;
    for _ in 0..60 {
        app.clock.advance(Duration::minutes(25));
        browser.get("/w/acme").await;
    }
    is_out(&mut browser).await;
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = company.member(Role::Manager).await.email;
    let (mut here, mut thief) = (company.manager().await, password(&app, &email).await);
    here.get(SECURITY).await;
    for (current, new, field, words) in [
        ("wrong it is", "eleven boats above a mountain", "current", "This is not your password."),
        (PASSWORD, "short", "password", "Use at least 10 characters."),
        (PASSWORD, "password123", "password", "Add another word or two."),
    ] {
        let page = here.fill("Change password", &[("Current password", current), ("New password", new)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.error(field).contains(words), "{page}");
    }
    let fields = [("Current password", PASSWORD), ("New password", "eleven boats above a mountain")];
    let page = here.fill("Change password", &fields).await;
    assert!(page.toast().contains("Your new password is set"), "{page}");
    is_out(&mut thief).await;
    assert_eq!(here.get("/w/acme").await.status, StatusCode::OK, "this one goes on");
    let page = password(&app, &email).await.page;
    assert!(page.says("Email or password is wrong."), "{page}");
}

#[tokio::test]
async fn another_address_is_proven_before_it_counts() {
    let app = TestApp::new().await;
    let (company, other) = (app.company("acme").await, app.company("globex").await);
    let person = company.member(Role::Manager).await;
    other.join("Mona Manager", &person.email, Role::Employee).await;
    let mut browser = company.manager().await;
    let new = app.email("mona.new");
    browser.get(SECURITY).await;
    let ask = async |browser: &mut Browser, email: &str, proof: &str| {
        browser.get(SECURITY).await;
        let form = browser.form("Send the link").set("email", email).set("with_password", proof);
        browser.send(form).await
    };
    let page = ask(&mut browser, &new, "wrong it is").await;
    assert!(page.error("with_password").contains("not your password") && page.value("email") == new, "{page}");
    let page = ask(&mut browser, "nonsense", PASSWORD).await;
    assert!(!page.error("email").is_empty(), "{page}");
    ask(&mut browser, &new, PASSWORD).await;
    let first = app.mailed_link(&new).await;
    app.clock.advance(Duration::minutes(1));
    ask(&mut browser, &new, PASSWORD).await;
    let link = app.mailed_link(&new).await;
    assert_ne!(first, link);
    let mut reader = app.browser();
    assert_eq!(reader.get(&first).await.status, StatusCode::NOT_FOUND, "the older link is dead");
    assert_eq!(password(&app, &person.email).await.page.status, StatusCode::OK, "nothing has changed yet");
    reader.get(&link).await;
    let page = reader.press("Use this address").await;
    assert_eq!(page.h1(), "Your address is changed", "{page}");
    assert_eq!(reader.get(&link).await.status, StatusCode::NOT_FOUND, "once");
    app.run_jobs().await;
    let told = app.mail_to(&person.email).await;
    assert!(told.iter().any(|m| m.text.contains("is not asked for any more")), "the old address is told");
    assert!(password(&app, &person.email).await.page.says("Email or password is wrong."));
    password(&app, &new).await;
    for company in [&company, &other] {
        let page = company.owner().await.get(&company.at("/settings/members")).await;
        assert!(page.says(&new) && !page.says(&person.email), "{page}");
    }
    // An address that is somebody's already is not taken from them.
    app.clock.advance(Duration::minutes(1));
    let taken = company.member(Role::Recruiter).await.email;
    ask(&mut browser, &taken, PASSWORD).await;
    let link = app.mailed_link(&taken).await;
    reader.get(&link).await;
    let page = reader.press("Use this address").await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::CONFLICT, "This address is taken"), "{page}");
    // A day later a link is old.
    app.clock.advance(Duration::minutes(1));
    let late = app.email("late");
    ask(&mut browser, &late, PASSWORD).await;
    let link = app.mailed_link(&late).await;
    app.clock.advance(Duration::hours(25));
    assert_eq!(reader.get(&link).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_old_hash_is_renewed_by_signing_in() {
    use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher};
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let person = company.member(Role::Manager).await;
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).expect("parameters"));
    let old = weak.hash_password(PASSWORD.as_bytes()).expect("a hash").to_string();
    let set = format!("update accounts set password_hash = '{old}' where id = '{}'", person.account);
    app.trial.admin(&set).await.expect("an old hash");
    assert_eq!(password(&app, &person.email).await.page.path, "/w/acme");
    let mut tx = app.db.identity().await.expect("a transaction");
    let now = identity::account(&mut tx, person.account).await.expect("the account").password_hash;
    assert!(now != old && now.contains("m=19456"), "{now}");
    assert_eq!(password(&app, &person.email).await.page.path, "/w/acme");
}
