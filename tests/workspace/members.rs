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
        (StatusCode::NOT_FOUND, "This invitation is no longer valid"),
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
    assert!(members(&page).iter().any(|m| m.contains("Olga Owner")), "{page}");
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

#[tokio::test]
async fn many_are_invited_at_once_and_each_is_told_of() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (member, known) = (company.member(Role::Manager).await.email, app.email("known"));
    company.invitation(&known, Role::Employee).await;
    let (ada, ben) = (app.email("ada"), app.email("ben"));
    let pasted = format!("{ada}, Ben Cole <{ben}>;{}\n{member}\n{known}\nnobody at all", ada.to_uppercase());
    let mut owner = company.owner().await;
    owner.get(&company.at("/settings/members")).await;
    let page = owner.fill("Invite them all", &[("Addresses", &pasted), ("As", "Recruiter")]).await;
    assert_eq!(page.h1(), "2 invitations are on their way", "{page}");
    let told: Vec<_> = page.rows().into_iter().map(|r| (r[1].clone(), r[2].clone())).collect();
    assert_eq!(
        told,
        [
            ("Invited", ""),
            ("Invited", ""),
            ("Left out", "Is a member already."),
            ("Left out", "Has been invited already."),
            ("Left out", "This is not an email address, like name@company.com."),
        ]
        .map(|(state, why)| (state.to_owned(), why.to_owned()))
    );
    app.run_jobs().await;
    for email in [&ada, &ben] {
        let mail = app.mail_to(email).await.remove(0);
        assert!(mail.text.contains("Recruiter"), "{}", mail.text);
    }
    // Nothing pasted, and far too much: what was typed stays.
    owner.get(&company.at("/settings/members")).await;
    let page = owner.fill("Invite them all", &[("Addresses", " ; ")]).await;
    assert_eq!(page.error("emails"), "Paste at least one address.", "{page}");
    let many: String = (0..201).map(|n| format!("p{n}@acme.example\n")).collect();
    let page = owner.fill("Invite them all", &[("Addresses", &many)]).await;
    assert!(page.error("emails").contains("201 addresses"), "{page}");
    assert!(page.form("Invite them all").value("emails").contains("p200@"), "{page}");
}

#[tokio::test]
async fn an_invitation_is_sent_again_and_stands_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = app.email("late");
    let link = open_invitation(&company, &email).await;
    app.clock.advance(Duration::days(8));
    gone(&app, &link, "a week is over").await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/settings/members")).await;
    assert!(page.says("Expired"), "{page}");
    let page = owner.press("Send again").await;
    assert!(page.toast().contains("again") && page.says("Waiting"), "{page}");
    app.run_jobs().await;
    assert_eq!(app.mail_to(&email).await.len(), 2);
    assert_eq!(app.browser().get(&link).await.status, StatusCode::OK, "the same link stands for another week");
}

#[tokio::test]
async fn a_role_is_changed_when_it_was_seen_what_it_means() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let person = company.member(Role::SalesRep).await;
    let mut seller = company.signed_in(Role::SalesRep).await;
    let cookie = seller.jar.clone();
    let mut owner = company.owner().await;
    owner.get(&company.at("/settings/members")).await;
    owner.click("Some Sales rep").await;
    let page = owner.fill("Save", &[("Role", "Support agent")]).await;
    assert_eq!(page.h1(), "Some Sales rep: from Sales rep to Support agent");
    assert!(page.says("They lose") && page.says("Customers: Archive and restore"), "{page}");
    assert!(page.says("They gain") && page.says("Tickets"), "{page}");
    let page = owner.press("Back to the form").await;
    assert_eq!(page.form("Save").value("role"), "support_agent");
    owner.press("Save").await;
    app.clock.advance(Duration::seconds(1));
    let page = owner.press("Change role").await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    app.clock.advance(Duration::seconds(1));
    let page = seller.get(&company.at("/crm/customers")).await;
    assert!(page.link("New customer").is_none() && page.status == StatusCode::OK, "{page}");
    assert_ne!(seller.jar, cookie, "the session has a new id since its rights changed");
    let mut stolen = app.browser();
    stolen.jar = cookie;
    assert_eq!(stolen.get("/w/acme").await.status, StatusCode::UNAUTHORIZED, "and the old one is worth nothing");
    let trail = owner.get(&company.at("/settings/audit?record=members&action=update")).await;
    assert!(trail.says("sales_rep") && trail.says("support_agent"), "{person:?}: {trail}");
}

#[tokio::test]
async fn a_member_edited_by_two_shows_both() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let member = company.member(Role::Employee).await.member;
    let path = company.at(&format!("/settings/members/{member}"));
    let (mut one, mut other) = (company.owner().await, company.admin().await);
    one.get(&path).await;
    other.get(&path).await;
    one.fill("Save", &[("Role", "Recruiter")]).await;
    one.press("Change role").await;
    let page = other.fill("Save", &[("Role", "Manager")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("Olga Owner changed this") && page.says("Recruiter") && page.says("Manager"), "{page}");
    assert_eq!(page.form("Save").value("role"), "manager", "nothing of theirs is lost");
    other.press("Save").await;
    let page = other.press("Change role").await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
}

#[tokio::test]
async fn the_last_owner_stays() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (owner, admin) = (company.member(Role::Owner).await, company.member(Role::Admin).await);
    let mut olga = company.owner().await;
    let path = company.at(&format!("/settings/members/{}", owner.member));
    olga.get(&path).await;
    olga.fill("Save", &[("Role", "Employee")]).await;
    let page = olga.press("Change role").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert_eq!(page.error("role"), "A workspace needs an owner. Make somebody else one first.");
    let page = olga.post(&format!("{path}/deactivation"), &[]).await;
    assert!(page.text.contains("You cannot deactivate yourself"), "{page}");
    // An admin touches no owner, and makes none.
    let mut adam = company.admin().await;
    let page = adam.get(&path).await;
    assert!(!page.has_form("Save") && !page.says("Deactivate"), "{page}");
    for (path, fields) in [
        (path.clone(), vec![("role", "employee"), ("reviewed", "yes"), ("_version", "1")]),
        (format!("{path}/deactivation"), vec![]),
        (
            company.at(&format!("/settings/members/{}", admin.member)),
            vec![("role", "owner"), ("reviewed", "yes"), ("_version", "1")],
        ),
    ] {
        let page = adam.post(&path, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {page}");
        assert!(page.text.contains("You do not have all of these rights yourself"), "{path}: {page}");
    }
    // Two owners who demote each other at the same time: one of them stays.
    let second = company.join("Otto Owner", &app.email("otto"), Role::Owner).await;
    let mut otto = app.browser();
    otto.sign_in(&app.email("otto"), PASSWORD).await;
    let demote = async |browser: &mut crate::support::Browser, id: domain::MemberId| {
        let path = company.at(&format!("/settings/members/{id}"));
        browser.post(&path, &[("role", "employee"), ("reviewed", "yes"), ("_version", "1")]).await.status
    };
    let (a, b) = tokio::join!(demote(&mut olga, second.member), demote(&mut otto, owner.member));
    assert!(a == StatusCode::SEE_OTHER || b == StatusCode::SEE_OTHER, "{a} {b}");
    assert!(a != StatusCode::SEE_OTHER || b != StatusCode::SEE_OTHER, "nobody owns it any more");
    assert!(a.as_u16() < 500 && b.as_u16() < 500, "they wait for one another, and neither breaks: {a} {b}");
}

#[tokio::test]
async fn who_is_deactivated_is_out_with_the_next_click_and_may_come_back() {
    let app = TestApp::new().await;
    let (company, other) = (app.company("acme").await, app.company("globex").await);
    let person = company.member(Role::Manager).await;
    other.join("Mona Manager", &person.email, Role::Employee).await;
    company.customer(&[("name", "Hers"), ("owner", &person.email)]).await;
    let mut mona = company.manager().await;
    assert_eq!(mona.get("/w/acme").await.status, StatusCode::OK);
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/settings/members/{}", person.member))).await;
    assert!(owner.page.says("1 customer is theirs"), "{}", owner.page);
    let page = owner.press("Deactivate").await;
    assert!(page.toast().contains("is deactivated, and signed out") && page.says("Deactivated"), "{page}");
    assert_eq!(mona.get("/w/acme").await.status, StatusCode::NOT_FOUND, "here they are out");
    assert_eq!(mona.get("/w/globex").await.status, StatusCode::OK, "elsewhere they are not");
    let list = owner.get(&company.at("/settings/members")).await;
    assert!(!list.says("Mona Manager"), "{list}");
    assert!(owner.get(&company.at("/settings/members?state=deactivated")).await.says("Mona Manager"));
    // Undone by the notice, or by inviting them again.
    owner.get(&company.at(&format!("/settings/members/{}", person.member))).await;
    owner.press("Let in again").await;
    assert_eq!(mona.get("/w/acme").await.status, StatusCode::OK);
    owner.get(&company.at(&format!("/settings/members/{}", person.member))).await;
    owner.press("Deactivate").await;
    company.invitation(&person.email, Role::Recruiter).await;
    let link = app.mailed_link(&person.email).await;
    let mut guest = app.browser();
    guest.get(&link).await;
    let page = guest.fill("Join Acme Lamps", &[("Your password", PASSWORD)]).await;
    assert_eq!(page.path, "/w/acme", "{page}");
    app.run_jobs().await;
    let page = owner.get(&company.at(&format!("/settings/members/{}", person.member))).await;
    assert!(page.says("Recruiter") && page.says("Active"), "the same member, in another role: {page}");
}

#[tokio::test]
async fn who_joins_with_an_employees_address_is_that_employee() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = app.email("ada");
    let ada = company.employee(&[("email", &email), ("salary", "91357")]).await;
    let link = open_invitation(&company, &email).await;
    let mut guest = app.browser();
    guest.get(&link).await;
    guest.fill("Join Acme Lamps", &[("Your name", "Ada Lovelace"), ("Choose a password", PASSWORD)]).await;
    app.run_jobs().await;
    let page = guest.get(&company.at(&format!("/hr/employees/{ada}"))).await;
    assert!(page.says("91,357"), "their own pay: {page}");
    // By hand, to somebody else, and never to two at once.
    let other = company.employee(&[("number", "77"), ("last_name", "Other")]).await;
    let mut owner = company.owner().await;
    let me = company.member(Role::Owner).await.member;
    owner.get(&company.at(&format!("/settings/members/{me}"))).await;
    let page = owner.fill("Save", &[("Employee", "1 · Ada Lovelace")]).await;
    assert_eq!(page.error("employee"), "Another member is this employee.", "{page}");
    let page = owner.fill("Save", &[("Employee", "99")]).await;
    assert_eq!(page.error("employee"), "No employee has the number 99.");
    let page = owner.fill("Save", &[("Employee", "77")]).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    assert_eq!(page.form("Save").value("employee"), "77 · Ada Other", "{other}");
}

#[tokio::test]
async fn thousands_of_members_are_found_by_pages() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    app.trial
        .admin(&format!(
            "insert into accounts (id, email, name, password_hash, created_at)
               select gen_random_uuid(), 'm' || n || '@many.example', 'Many ' || lpad(n::text, 4, '0'), '', now() from generate_series(1, 1200) n;
             insert into members (tenant_id, id, account_id, name, email, role, joined_at)
               select '{}', gen_random_uuid(), id, name, email, 'employee', now() from accounts where email like '%@many.example'",
            company.tenant
        ))
        .await
        .expect("they are there");
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/settings/members?q=many")).await;
    assert!(page.says("1,000+ members"), "{page}");
    assert_eq!(page.rows().len(), 50);
    let page = owner.click("Next").await;
    assert!(page.says("Many 0051") && page.says("Many 0100") && !page.says("Many 0050"), "{page}");
    let page = owner.get(&company.at("/settings/members?q=many+1137&role=employee")).await;
    assert!(page.says("1 member") && page.says("Many 1137"), "{page}");
    let page = owner.get(&company.at("/settings/members?role=recruiter&after=nonsense")).await;
    assert!(page.says("No member found"), "{page}");
}

#[tokio::test]
async fn the_switcher_has_the_other_workspaces() {
    let app = TestApp::new().await;
    let (company, other) = (app.company("acme").await, app.company("globex").await);
    let person = company.member(Role::Manager).await;
    other.join("Mona Manager", &person.email, Role::Employee).await;
    let mut mona = company.manager().await;
    let part = mona.htmx("/workspaces?in=acme", "div#other-workspaces").await;
    assert!(part.says("Globex Lamps") && !part.says("Acme Lamps") && !part.is_whole(), "{part}");
    assert!(mona.get("/workspaces").await.says("Acme Lamps"));
}

#[tokio::test]
async fn which_record_is_one_s_own_somebody_else_changes_once_it_is_said() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("number", "1"), ("last_name", "Lovelace")]).await;
    company.employee(&[("number", "2"), ("last_name", "Byron")]).await;
    let itself = company.member(Role::Admin).await.member;
    company.link(itself, ada).await;
    // With somebody else who could, nobody gets away from the rules about their own record.
    let mut admin = company.signed_in(Role::Admin).await;
    let path = company.at(&format!("/settings/members/{itself}"));
    for number in ["", "2"] {
        admin.get(&path).await;
        let page = admin.fill("Save", &[("Employee", number)]).await;
        assert!(page.error("employee").contains("somebody else changes, once it is said"), "{number:?}: {page}");
        assert_eq!(page.form("Save").value("employee").as_str(), number, "what was typed is kept");
    }
    let linked = async || -> Option<uuid::Uuid> {
        company.read(&format!("select employee_id from members where id = '{itself}'")).await
    };
    assert_eq!(linked().await, Some(ada.0));
    // The other one may.
    let mut owner = company.owner().await;
    owner.get(&path).await;
    let page = owner.fill("Save", &[("Employee", "")]).await;
    assert_eq!(page.status, axum::http::StatusCode::OK, "{page}");
    assert_eq!(linked().await, None, "{page}");
}

#[tokio::test]
async fn whoever_signs_in_already_is_linked_from_their_record() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let me = company.member(Role::Owner).await;
    let mut owner = company.owner().await;
    let record = company.employee(&[("last_name", "Owner"), ("email", &me.email)]).await;
    let path = company.at(&format!("/hr/employees/{record}"));
    let page = owner.get(&path).await;
    assert!(page.says("signs in here with this address") && page.link("Invite").is_none(), "{page}");
    let page = owner.press("Link to this member").await;
    assert_eq!(page.toast(), "Olga Owner signs in here as Ada Owner.", "{page}");
    assert!(page.says("Signs in here.") && !page.has_form("Link to this member"), "{page}");
    let page = owner.get(&company.at("/settings/audit")).await;
    assert!(page.text.contains("Employee"), "{page}");
    // Sent again it says the same; of another record it says nothing.
    let other = company.employee(&[("last_name", "Other")]).await;
    let member = me.member.to_string();
    let again = owner.post(&company.at(&format!("/hr/employees/{other}/account")), &[("member", &member)]).await;
    assert!(again.toast().contains("is another employee already") || again.status.is_redirection(), "{again}");
    let page = owner.get(&company.at(&format!("/settings/members/{member}"))).await;
    assert!(page.form("Save").value("employee").contains("Ada Owner"), "{page}");
    // By name, too.
    let admin = company.member(Role::Admin).await.member;
    owner.get(&company.at(&format!("/settings/members/{admin}"))).await;
    let page = owner.fill("Save", &[("Employee", "Ada Other")]).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
}
