//! Ways round what somebody may, that were tried and must stay shut.

use super::{
    roles::Site,
    security::{password, with_factor},
};
use crate::support::{Browser, PASSWORD, TestApp};
use axum::http::StatusCode;
use chrono::Duration;
use domain::access::Role;

const OWN_PAY: &[(&str, &str)] = &[
    ("employees.read", "all"),
    ("employees.write", "all"),
    ("employees.pay", "own"),
    ("members.read", "all"),
    ("members.write", "all"),
    ("members.invite", "all"),
];

#[tokio::test]
async fn nobody_makes_themselves_another_employee() {
    let app = TestApp::new().await;
    let site = Site::of(&app).await;
    let mut clerk = site.in_role("Clerk", OWN_PAY).await;
    let list = clerk.get("/w/acme/settings/members?q=Clerk").await;
    let me = list.attribute("tbody a", "href").expect("my own page");
    clerk.get(&me).await;
    let page = clerk.fill("Save", &[("Employee", "4")]).await;
    assert!(page.error("employee").contains("rights that you do not have over everybody: See pay"), "{page}");
    let page = clerk.get(&format!("/w/acme/hr/employees/{}", site.beside)).await;
    assert!(!page.text.contains("91,357"), "{page}");
    // Nor by writing an address of theirs into the record, and inviting it.
    let mine = app.email("second.mailbox");
    clerk.get(&format!("/w/acme/hr/employees/{}/edit", site.beside)).await;
    clerk.fill("Save changes", &[("Email", &mine)]).await;
    clerk.get("/w/acme/settings/members").await;
    clerk.fill("Send invitation", &[("Work email", &mine)]).await;
    let link = app.mailed_link(&mine).await;
    let mut guest = app.browser();
    guest.get(&link).await;
    guest.fill("Join Acme Lamps", &[("Your name", "Nobody"), ("Choose a password", PASSWORD)]).await;
    app.run_jobs().await;
    let page = guest.get(&format!("/w/acme/hr/employees/{}", site.beside)).await;
    assert!(!page.text.contains("91,357"), "{page}");
}

#[tokio::test]
async fn nobody_pulls_somebody_into_their_team_to_see_more_of_them() {
    let app = TestApp::new().await;
    let site = Site::of(&app).await;
    let grants = [("employees.read", "all"), ("employees.write", "all"), ("employees.pay", "team")];
    let mut lead = site.in_role("Curious lead", &grants).await;
    lead.get(&format!("/w/acme/hr/employees/{}/edit", site.beside)).await;
    let page = lead.fill("Save changes", &[("Manager", "2")]).await;
    assert!(page.error("manager").contains("into your own team"), "{page}");
    // Within the team they go where the lead says, and out of it as well.
    for manager in ["1", ""] {
        lead.get(&format!("/w/acme/hr/employees/{}/edit", site.below)).await;
        let page = lead.fill("Save changes", &[("Manager", manager)]).await;
        assert_eq!(page.toast(), "Changes saved.", "{page}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn a_link_does_not_outlive_what_it_was_asked_with() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let person = company.member(Role::Manager).await;
    let mut thief = company.manager().await;
    // Who knew the old password asked for another address; the new password ends that as well.
    let theirs = app.email("thief");
    let ask = async |browser: &mut Browser, email: &str, proof: &str| {
        browser.get("/w/acme/settings/security").await;
        let form = browser.form("Send the link").set("email", email).set("with_password", proof);
        browser.send(form).await
    };
    ask(&mut thief, &theirs, PASSWORD).await;
    let taken = app.mailed_link(&theirs).await;
    app.clock.advance(Duration::minutes(1));
    let reset = async |email: &str| {
        let mut browser = app.browser();
        browser.get("/password-reset").await;
        browser.fill("Send me a link", &[("Work email", email)]).await;
        app.mailed_link(email).await
    };
    let mut owner = app.browser();
    owner.get(&reset(&person.email).await).await;
    let better = "eleven boats above a mountain";
    owner.fill("Save and sign in", &[("New password", better)]).await;
    assert_eq!(app.browser().get(&taken).await.status, StatusCode::NOT_FOUND);
    // A reset that was mailed to the old address is worth nothing once there is a new one.
    app.clock.advance(Duration::minutes(1));
    let old = reset(&person.email).await;
    let new = app.email("mona.new");
    ask(&mut owner, &new, better).await;
    let link = app.mailed_link(&new).await;
    owner.get(&link).await;
    owner.press("Use this address").await;
    assert_eq!(app.browser().get(&old).await.status, StatusCode::NOT_FOUND);
    app.run_jobs().await;
}

#[tokio::test]
async fn an_invitation_does_not_outlive_its_inviter_nor_the_domains() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let hr = company.signed_in(Role::HrManager).await;
    let mut hr = hr;
    let guest = app.email("guest");
    hr.get("/w/acme/settings/members").await;
    hr.fill("Send invitation", &[("Work email", &guest), ("Role", "HR manager")]).await;
    let link = app.mailed_link(&guest).await;
    assert_eq!(app.browser().get(&link).await.status, StatusCode::OK);
    let mut owner = company.owner().await;
    let inviter = company.member(Role::HrManager).await;
    owner.get(&company.at(&format!("/settings/members/{}", inviter.member))).await;
    owner.press("Deactivate").await;
    assert_eq!(app.browser().get(&link).await.status, StatusCode::NOT_FOUND, "whoever invited is out");
    // Sent again by somebody who is here, it stands in their name.
    owner.get("/w/acme/settings/members").await;
    owner.press("Send again").await;
    let page = app.browser().get(&link).await;
    assert!(page.status == StatusCode::OK && page.says("Olga Owner"), "{page}");
    app.trial.admin("update tenants set email_domains = '{other.example}'").await.expect("another policy");
    assert_eq!(app.browser().get(&link).await.status, StatusCode::NOT_FOUND, "the address is not welcome any more");
    app.run_jobs().await;
}

#[tokio::test]
async fn who_was_let_out_comes_in_by_nobody_who_lets_nobody_out() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let second = company.join("Otto Owner", &app.email("otto"), Role::Owner).await;
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/settings/members/{}", second.member))).await;
    owner.press("Deactivate").await;
    let mut hr = company.signed_in(Role::HrManager).await;
    hr.get("/w/acme/settings/members").await;
    let page = hr.fill("Send invitation", &[("Work email", &second.email)]).await;
    assert!(page.error("email").contains("was let out"), "{page}");
}

#[tokio::test]
async fn a_demanded_second_factor_stays_at_every_workspace() {
    let app = TestApp::new().await;
    let (_, person, phone, _) = with_factor(&app).await;
    let other = app.company("globex").await;
    other.join("Mona Manager", &person.email, Role::Employee).await;
    app.trial
        .admin("update tenants set require_second_factor = true where slug = 'acme'")
        .await
        .expect("it is demanded");
    let mut browser = password(&app, &person.email).await;
    browser.fill("Sign in", &[("Code", &phone.code(&app, 0))]).await;
    browser.get("/w/globex/settings/security").await;
    let page = browser.fill("Turn off", &[("Your password", PASSWORD)]).await;
    assert!(page.error("proof").contains("at Acme Lamps"), "{page}");
}

#[tokio::test]
async fn a_password_that_came_too_late_is_not_carried_along() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut browser = company.manager().await;
    browser.get("/w/acme/settings/security").await;
    let better = "eleven boats above a mountain";
    let form = browser.form("Change password").set("Current password", PASSWORD).set("New password", better);
    let mut tab = browser.clone();
    tab.get("/w/acme").await;
    tab.sign_out().await;
    let page = browser.send(form).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{page}");
    assert!(!page.says("what you typed comes with you"), "{page}");
}

#[tokio::test]
async fn a_long_session_is_not_cut_where_no_workspace_is_entered() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut browser = company.manager().await;
    app.trial.admin("update tenants set session_days = 90, session_idle_minutes = 43200").await.expect("a policy");
    for _ in 0..2 {
        app.clock.advance(Duration::days(20));
        assert_eq!(browser.get("/workspaces").await.status, StatusCode::OK);
        assert_eq!(browser.get("/w/acme").await.status, StatusCode::OK);
    }
    app.clock.advance(Duration::days(60));
    assert_eq!(browser.get("/workspaces").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_form_sent_again_with_another_answer_is_not_told_to_have_worked() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (ada, ben) = (app.email("ada"), app.email("ben"));
    let mut owner = company.owner().await;
    let form = owner.get("/w/acme/settings/members").await.form("Send invitation");
    owner.send(form.clone().set("email", &ada)).await;
    let page = owner.send(form.set("email", &ben)).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("sent before, with other answers") && page.value("email") == ben, "{page}");
    let page = owner.press("Send invitation").await;
    assert!(page.toast().contains(&ben), "{page}");
    let form = owner.get("/w/acme/settings/places").await.form("Add");
    owner.send(form.clone().set("name", "Attic")).await;
    let page = owner.send(form.set("name", "Cellar")).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_policy_changed_by_two_shows_both() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let mut admin = company.admin().await;
    let stale = admin.get("/w/acme/settings/policy").await.form("Save policy").set("days", "20");
    app.trial.admin("update accounts set totp_since = now(), totp_secret = '\\x00'").await.expect("factors");
    owner.get("/w/acme/settings/policy").await;
    owner.fill("Save policy", &[("Everybody needs a second factor", "true"), ("End in any case after", "10")]).await;
    let page = admin.send(stale).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("Olga Owner") && page.says("10") && page.value("days") == "20", "{page}");
    // What only the other one changed is kept.
    let page = admin.press("Save policy").await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    let page = owner.get("/w/acme/settings/policy").await;
    let form = page.form("Save policy");
    assert_eq!((form.value("second_factor").as_str(), form.value("days").as_str()), ("true", "20"), "{page}");
}

#[tokio::test]
async fn nobody_becomes_another_employee_in_two_steps() {
    let app = TestApp::new().await;
    let site = Site::of(&app).await;
    let mut clerk = site.in_role("Clerk", &[OWN_PAY, &[("roles.read", "all"), ("roles.write", "all")]].concat()).await;
    let (plain, second) = (site.company.role("Plain", &[("employees.read", "all")]).await, app.email("second"));
    let second = site.company.join("Second Account", &second, Role::Custom(plain)).await;
    let path = site.company.at(&format!("/settings/members/{}", second.member));
    clerk.get(&path).await;
    let page = clerk.fill("Save", &[("Employee", "4")]).await;
    assert_eq!(page.toast(), "Changes saved.", "who may see no pay at all may be anybody: {page}");
    // Their role is not changed for one with rights over its own records, nor is the role.
    clerk.get(&path).await;
    let mut page = clerk.fill("Save", &[("Role", "Clerk")]).await;
    if page.has_form("Change role") {
        page = clerk.press("Change role").await;
    }
    assert!(page.error("role").contains("rights that you do not have over everybody: See pay"), "{page}");
    clerk.get(&site.company.at(&format!("/settings/roles/{plain}/edit"))).await;
    clerk.fill("Save changes", &[("employees.pay", "own")]).await;
    let page = clerk.press("Save role").await;
    assert!(page.says("rights that you do not have over everybody: See pay"), "{page}");
}

#[tokio::test]
async fn an_address_links_only_where_its_writer_may() {
    let app = TestApp::new().await;
    let site = Site::of(&app).await;
    let newbie = app.email("newbie");
    let mut owner = site.company.owner().await;
    owner.get("/w/acme/settings/members").await;
    owner.fill("Send invitation", &[("Work email", &newbie), ("Role", "Employee")]).await;
    let link = app.mailed_link(&newbie).await;
    let mut lead = site.in_role("Lead", &[("employees.read", "all"), ("employees.write", "team")]).await;
    lead.get(&format!("/w/acme/hr/employees/{}/edit", site.below)).await;
    assert_eq!(lead.fill("Save changes", &[("Email", &newbie)]).await.toast(), "Changes saved.");
    let mut guest = app.browser();
    guest.get(&link).await;
    guest.fill("Join Acme Lamps", &[("Your name", "Newbie"), ("Choose a password", PASSWORD)]).await;
    app.run_jobs().await;
    let page = guest.get(&format!("/w/acme/hr/employees/{}", site.below)).await;
    assert!(page.status == StatusCode::OK && !page.text.contains("91,357"), "{page}");
}

#[tokio::test]
async fn an_invitation_gives_no_more_than_its_inviter_still_has() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let guest = app.email("guest");
    let mut admin = company.admin().await;
    admin.get("/w/acme/settings/members").await;
    admin.fill("Send invitation", &[("Work email", &guest), ("Role", "Admin")]).await;
    let link = app.mailed_link(&guest).await;
    assert_eq!(app.browser().get(&link).await.status, StatusCode::OK);
    let id = company.member(Role::Admin).await.member;
    app.trial
        .admin(&format!("update members set role = 'employee' where id = '{id}'"))
        .await
        .expect("they are demoted");
    assert_eq!(app.browser().get(&link).await.status, StatusCode::NOT_FOUND);
    app.run_jobs().await;
}

#[tokio::test]
async fn who_was_let_out_comes_in_at_no_other_address() {
    let app = TestApp::new().await;
    let (company, other) = (app.company("acme").await, app.company("globex").await);
    let person = company.member(Role::Manager).await;
    other.join("Mona Manager", &person.email, Role::Employee).await;
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/settings/members/{}", person.member))).await;
    owner.press("Deactivate").await;
    let new = app.email("mona.new");
    let mut hr = company.signed_in(Role::HrManager).await;
    hr.get("/w/acme/settings/members").await;
    hr.fill("Send invitation", &[("Work email", &new), ("Role", "HR manager")]).await;
    let link = app.mailed_link(&new).await;
    app.trial
        .admin(&format!("update accounts set email = '{new}' where id = '{}'", person.account))
        .await
        .expect("moved");
    let mut mona = app.browser();
    mona.get(&link).await;
    let page = mona.fill("Join Acme Lamps", &[("Your password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{page}");
    assert!(owner.get("/w/acme/settings/members?state=deactivated").await.says("Mona Manager"));
    app.run_jobs().await;
}

#[tokio::test]
async fn nobody_pulls_for_a_colleague_nor_for_customers() {
    let app = TestApp::new().await;
    let site = Site::of(&app).await;
    // Who is beside them all has a role that sees its team's pay; the clerk, who does not, brings nobody below them.
    let sees = site.company.role("Sees pay", &[("employees.read", "all"), ("employees.pay", "team")]).await;
    let boss = site.company.join("Bea Beside", &app.email("bea"), Role::Custom(sees)).await;
    site.company.link(boss.member, site.beside).await;
    let mut clerk = site.in_role("Clerk", &[("employees.read", "all"), ("employees.write", "all")]).await;
    clerk.get(&format!("/w/acme/hr/employees/{}/edit", site.below)).await;
    let page = clerk.fill("Save changes", &[("Manager", "4")]).await;
    assert!(
        page.error("manager").contains("Bea Beside would get rights over them that you do not have: See pay"),
        "{page}"
    );
    // Whose own team's customers are open to them brings no seller into it.
    let grants = [("employees.read", "all"), ("employees.write", "all"), ("customers.read", "team")];
    let mut lead = site.in_role("Sales lead", &grants).await;
    lead.get(&format!("/w/acme/hr/employees/{}/edit", site.beside)).await;
    let page = lead.fill("Save changes", &[("Manager", "2")]).await;
    assert!(page.error("manager").contains("into your own team"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_bulk_archiving_is_undone_by_whoever_did_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employees([vec![("last_name", "One")], vec![("last_name", "Two")]]).await;
    let id = company.archival(domain::import::Target::Employees, "ada").await;
    app.run_jobs().await;
    let mut hr = company.signed_in(Role::HrManager).await;
    let page = hr.post("/w/acme/hr/employees/restorals", &[("archival", &id.to_string())]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{page}");
}

#[tokio::test]
async fn a_sign_in_that_waits_for_its_code_ends_with_the_password() {
    let app = TestApp::new().await;
    let (_, person, phone, _) = with_factor(&app).await;
    let mut waiting = password(&app, &person.email).await;
    app.clock.advance(Duration::minutes(1));
    let set =
        format!("update members set password_set_at = '{}' where account_id = '{}'", app.db.now(), person.account);
    app.trial.admin(&set).await.expect("another password");
    let page = waiting.fill("Sign in", &[("Code", &phone.code(&app, 0))]).await;
    assert_eq!(page.h1(), "Sign in", "{page}");
}

#[tokio::test]
async fn no_file_pulls_somebody_into_ones_team() {
    let app = TestApp::new().await;
    let site = Site::of(&app).await;
    let grants = [
        ("employees.read", "all"),
        ("employees.write", "all"),
        ("employees.import", "all"),
        ("employees.personal", "all"),
        ("employees.personal_write", "all"),
        ("employees.pay", "all"),
        ("employees.pay_write", "all"),
        ("customers.read", "team"),
    ];
    let mut lead = site.in_role("Sales lead", &grants).await;
    let bring = async |lead: &mut Browser, csv: &str| {
        lead.get("/w/acme/hr/employees/imports").await;
        let form = lead.form("Check the file").file("File", "people.csv", csv);
        lead.send(form).await;
        let button =
            lead.page.all("button").into_iter().find(|b| b.starts_with("Import ")).expect("something to import");
        lead.press(&button).await;
        app.run_jobs().await;
        let path = lead.page.path.clone();
        lead.get(&path).await
    };
    let page = bring(&mut lead, "Number,Manager\n4,2\n").await;
    assert!(page.text.contains("into the team of Sales lead"), "{page}");
    let page = bring(&mut lead, "Number,First name,Last name,Manager\n77,New,Hire,2\n").await;
    assert!(!page.text.contains("into the team of"), "who is new is nobody's before: {page}");
}
