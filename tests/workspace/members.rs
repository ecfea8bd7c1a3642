//! Colleagues are invited, and come.

use crate::support::{Company, PASSWORD, TestApp};
use axum::http::StatusCode;
use chrono::Duration;
use domain::access::Role;

fn members(page: &crate::support::Page) -> Vec<String> {
    page.rows().into_iter().map(|row| row.join(" · ")).collect()
}

async fn gone(app: &TestApp, link: &str, why: &str) {
    let page = app.browser().get(link).await;
    assert_eq!(
        (page.status, page.h1().as_str()),
        (StatusCode::NOT_FOUND, "This invitation does not stand"),
        "{why}: {page}"
    );
}

async fn open_invitation(company: &Company<'_>, email: &str) -> String {
    company.invitation(email, Role::Employee).await;
    company.app.mailed_link(email).await
}

#[tokio::test]
async fn invited_as_each_role_they_come_with_an_account_of_their_own() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    for role in [Role::Admin, Role::Manager, Role::Employee] {
        let email = app.email(&format!("new.{}", role.key()));
        owner.get(&company.at("/settings/members")).await;
        let page = owner.fill("Send invitation", &[("Work email", &email), ("Role", role.label())]).await;
        assert_eq!(page.toast(), format!("An invitation is on its way to {email}."), "{page}");
        assert!(
            page.rows().iter().any(|r| r[0].starts_with(&email) && r[1] == role.label() && r[2] == "Waiting"),
            "{page}"
        );
        let mail = app.mail_to(&email).await.remove(0);
        assert!(mail.text.contains("Olga Owner") && mail.text.contains("Acme Lamps"), "{}", mail.text);
        let link = app.mailed_link(&email).await;

        let mut guest = app.browser();
        let page = guest.get(&link).await;
        assert_eq!(page.h1(), "Join Acme Lamps");
        assert!(page.says(&format!("Olga Owner invites you to Acme Lamps as {}", role.label())), "{page}");
        let page = guest.fill("Join Acme Lamps", &[("Your name", "Nora New"), ("Choose a password", "short")]).await;
        assert_eq!(
            (page.status, page.error("password").as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, "Use at least 10 characters.")
        );
        assert_eq!(page.value("name"), "Nora New");
        let page = guest.fill("Join Acme Lamps", &[("Your name", "Nora New"), ("Choose a password", PASSWORD)]).await;
        assert_eq!((page.path.as_str(), page.toast().as_str()), ("/w/acme", "Welcome to Acme Lamps."), "{page}");
        assert!(!page.says("Confirm your address"), "following the mailed link has proven it");
        let page = guest.get(&company.at("/hr/employees/new")).await;
        assert_eq!(page.status == StatusCode::OK, role.rights().may("employees.write"), "{role}");
        gone(&app, &link, "it was answered").await;
        app.run_jobs().await;
    }
    let page = owner.get(&company.at("/settings/members")).await;
    assert_eq!(page.rows().len(), 4, "{page}");
    assert!(members(&page)[0].contains("Olga Owner"), "owners come first: {page}");
}

#[tokio::test]
async fn who_has_an_account_comes_with_its_password() {
    let app = TestApp::new().await;
    let (acme, globex) = (app.company("acme").await, app.company("globex").await);
    let email = globex.member(Role::Owner).await.email;
    let link = open_invitation(&acme, &email).await;
    let mut guest = app.browser();
    let page = guest.get(&link).await;
    assert!(!page.form("Join Acme Lamps").names().contains(&"name".to_owned()), "we know their name");
    let page = guest.fill("Join Acme Lamps", &[("Your password", "not mine at all")]).await;
    assert_eq!(
        (page.status, page.error("password").as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "This is not the password of your account.")
    );
    let page = guest.fill("Join Acme Lamps", &[("Your password", PASSWORD)]).await;
    assert_eq!(page.path, "/w/acme");
    assert_eq!(guest.get("/workspaces").await.all(".choice-card").len(), 2);
    app.run_jobs().await;
}

#[tokio::test]
async fn an_invitation_that_does_not_stand_opens_nothing() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let late = app.email("late");
    let link = open_invitation(&company, &late).await;
    app.clock.advance(Duration::days(8));
    gone(&app, &link, "a week is over").await;
    // It can be sent again, and the new one stands.
    company.invitation(&late, Role::Employee).await;
    let again = app.mailed_link(&late).await;
    assert_eq!(app.browser().get(&again).await.status, StatusCode::OK);

    app.clock.advance(Duration::minutes(1));
    let unwanted = app.email("unwanted");
    let link = open_invitation(&company, &unwanted).await;
    let mut open = app.browser();
    open.get(&link).await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/settings/members")).await;
    let row = page.rows().iter().position(|r| r[0].starts_with(&unwanted)).expect("it waits");
    assert_eq!(row, 0, "the newest is on top");
    let page = owner.press("Take back").await;
    assert_eq!(page.toast(), "The invitation was taken back.");
    gone(&app, &link, "it was taken back").await;
    let page = open.fill("Join Acme Lamps", &[("Your name", "Uma"), ("Choose a password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "not even by a form that was open: {page}");
    gone(&app, "/invitations/no-token", "no token").await;
    app.run_jobs().await;
}

#[tokio::test]
async fn two_presses_join_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let link = open_invitation(&company, &app.email("nora")).await;
    let mut one = app.browser();
    one.get(&link).await;
    let form = one.form("Join Acme Lamps").set("Your name", "Nora New").set("Choose a password", PASSWORD);
    let mut two = one.clone();
    let (a, b) = tokio::join!(one.send_once(&form, &[]), two.send_once(&form, &[]));
    assert!(a.status == StatusCode::SEE_OTHER || b.status == StatusCode::SEE_OTHER, "{a} {b}");
    assert!(!a.status.is_server_error() && !b.status.is_server_error(), "{a} {b}");
    let page = company.owner().await.get(&company.at("/settings/members")).await;
    assert_eq!(page.rows().len(), 2, "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn nobody_is_invited_twice_or_to_more_than_the_inviter_has() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (member, guest) = (company.member(Role::Manager).await.email, app.email("guest"));
    company.invitation(&guest, Role::Employee).await;
    let mut admin = company.admin().await;
    for (email, told) in [
        (member.to_uppercase(), "This person is a member already."),
        (guest, "This person has been invited already."),
        ("guest".to_owned(), "This is not an email address, like name@company.com."),
    ] {
        admin.get(&company.at("/settings/members")).await;
        let page = admin.fill("Send invitation", &[("Work email", &email), ("Role", "Manager")]).await;
        assert_eq!((page.status, page.error("email").as_str()), (StatusCode::UNPROCESSABLE_ENTITY, told), "{page}");
        assert_eq!(page.form("Send invitation").value("role"), "manager", "what was chosen is kept");
    }
    for role in ["owner", "chief", ""] {
        let page = admin.post(&company.at("/settings/invitations"), &[("email", "x@y.example"), ("role", role)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{role}: {page}");
    }
    let page = company.manager().await.get(&company.at("/settings/members")).await;
    assert!(page.status == StatusCode::OK && !page.has_form("Send invitation") && !page.says("guest@"), "{page}");
}
