//! The customers' own place: coming in, what is theirs, and what never is.

use super::desk::say;
use crate::support::{Browser, Company, TestApp};
use axum::http::StatusCode;
use domain::{TicketId, access::Role, support::tickets::Status};

const PORTAL: &str = "/portal/acme";

/// The link that was mailed to this address last.
async fn link(company: &Company<'_>, email: &str) -> String {
    let mails = company.app.mail_to(email).await;
    let words = mails.iter().flat_map(|m| m.text.split_whitespace()).find(|w| w.contains("/portal-links/"));
    let token = words.expect("a link").split_once("/portal-links/").expect("a path").1.to_owned();
    format!("/portal-links/{token}")
}

async fn ask_for_link(company: &Company<'_>, browser: &mut Browser, email: &str) {
    browser.get(&format!("/portal/{}/sign-in", company.slug)).await;
    let page = browser.fill("Send me a link", &[("email", email)]).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "Look into your mail"), "{page}");
    company.app.run_jobs().await;
}

/// A browser in which whoever has this address is signed in.
pub(super) async fn signed_in(company: &Company<'_>, email: &str) -> Browser {
    let mut browser = company.app.browser();
    ask_for_link(company, &mut browser, email).await;
    let links = company.app.mail_to(email).await;
    let links = links.iter().flat_map(|m| m.text.split_whitespace()).filter_map(|w| w.split_once("/portal-links/"));
    for (_, token) in links {
        // Those of before are used up.
        if browser.get(&format!("/portal-links/{token}")).await.status == StatusCode::OK {
            break;
        }
    }
    let page = browser.press("Sign in").await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "My requests"), "{page}");
    browser
}

/// A contact, with the customer that they are with perhaps.
async fn contact(company: &Company<'_>, name: &str, customer: &str) -> (domain::ContactId, String) {
    let email = company.app.email(&name.to_lowercase());
    let fields = [("first_name", name), ("email", &*email), ("customer", customer)];
    (company.contact(&fields).await, email)
}

#[tokio::test]
async fn a_link_opens_once_by_a_button_and_only_for_a_while() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.portal(&[]).await;
    let (_, email) = contact(&company, "Ada", "").await;
    let mut ada = app.browser();
    assert_eq!(ada.get(PORTAL).await.h1(), "Sign in", "who is not in is asked in");
    ask_for_link(&company, &mut ada, &email.to_uppercase()).await;
    let path = link(&company, &email).await;
    // Scanners look as often as they like.
    let mut scanner = app.browser();
    for _ in 0..3 {
        let page = scanner.get(&path).await;
        assert!(page.says("You come in as") && page.says(&email), "{page}");
        assert!(page.header("x-robots-tag").contains("noindex"));
    }
    assert_eq!(scanner.get(PORTAL).await.h1(), "Sign in", "looking signs nobody in");
    ada.get(&path).await;
    let page = ada.press("Sign in").await;
    assert_eq!(page.h1(), "My requests", "{page}");
    // It is used up.
    assert_eq!(scanner.get(&path).await.status, StatusCode::GONE);
    let page = scanner.post(&path, &[]).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::GONE, "This link works no more"), "{page}");
    // Another one that nobody uses in time is none.
    app.clock.advance(chrono::Duration::minutes(1));
    ask_for_link(&company, &mut scanner, &email).await;
    let late = link(&company, &email).await;
    assert_ne!(late, path);
    app.clock.advance(chrono::Duration::minutes(21));
    assert_eq!(scanner.get(&late).await.status, StatusCode::GONE);
    assert_eq!(scanner.post(&late, &[]).await.status, StatusCode::GONE);
    assert_eq!(ada.get(PORTAL).await.h1(), "My requests", "who is in stays in");
    for forged in ["/portal-links/nothing", &format!("{path}x")] {
        assert_eq!(scanner.get(forged).await.status, StatusCode::NOT_FOUND, "{forged}");
    }
}

#[tokio::test]
async fn nobody_learns_whose_address_is_known() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.portal(&[]).await;
    let (ada, known) = contact(&company, "Ada", "").await;
    let unknown = app.email("nobody");
    let mut answers = vec![];
    for email in [&known, &unknown] {
        let mut browser = app.browser();
        browser.get(&format!("{PORTAL}/sign-in")).await;
        let page = browser.fill("Send me a link", &[("email", email)]).await;
        answers.push((page.status, page.words().replace(email.as_str(), "…")));
    }
    assert_eq!(answers[0], answers[1]);
    app.run_jobs().await;
    assert_eq!((app.mail_to(&known).await.len(), app.mail_to(&unknown).await.len()), (1, 0));
    // An archived contact is nobody, and neither is whoever has asked too often.
    let mut owner = company.owner().await;
    owner.post(&format!("/w/acme/crm/contacts/{ada}/archival"), &[]).await;
    let mut browser = app.browser();
    ask_for_link(&company, &mut browser, &known).await;
    assert_eq!(app.mail_to(&known).await.len(), 1);
    let mut last = StatusCode::OK;
    for _ in 0..8 {
        browser.get(&format!("{PORTAL}/sign-in")).await;
        last = browser.fill("Send me a link", &[("email", &unknown)]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_customer_asks_is_answered_closes_and_opens_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.portal(&[]).await;
    let (contact, email) = contact(&company, "Ada", "").await;
    let mut ada = signed_in(&company, &email).await;
    ada.get(&format!("{PORTAL}/tickets/new")).await;
    let wrong = ada.fill("Send", &[("name", "It <hums>")]).await;
    assert_eq!(
        (wrong.status, wrong.error("text")),
        (StatusCode::UNPROCESSABLE_ENTITY, "Write something first.".into()),
        "{wrong}"
    );
    let form = ada.form("Send").set("text", "At night.").file("file", "a.txt", b"Hum".to_vec());
    let page = ada.send(form.file("file", "b.txt", b"Hum!".to_vec())).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "It <hums>"), "{page}");
    assert!(page.says("a.txt") && page.says("b.txt") && page.says("Arrived"), "{page}");
    app.run_jobs().await;
    let ticket: uuid::Uuid = company.read("select id from tickets").await;
    let ticket = TicketId(ticket);
    assert_eq!(company.ticket_now(ticket).await.contact.map(|(id, _)| id), Some(contact));
    let agent = company.member(Role::SupportAgent).await;
    let mut desk = company.signed_in(Role::SupportAgent).await;
    let page = say(&mut desk, ticket, "Add note", "Secretly: the ballast").await;
    assert!(page.says("a.txt") && page.says("Secretly"), "{page}");
    say(&mut desk, ticket, "Send, then wait for them", "Which dimmer is it?").await;
    app.run_jobs().await;
    let page = ada.get(&format!("{PORTAL}/tickets/{ticket}")).await;
    assert!(page.says("Which dimmer is it?") && page.says("Waits for you"), "{page}");
    for hidden in ["Secretly", agent.email.as_str(), "Priority", "Normal"] {
        assert!(!page.text.contains(hidden), "{hidden} shows: {page}");
    }
    let page = ada.fill("Send", &[("text", "A Relco 400.")]).await;
    assert!(page.says("A Relco 400.") && page.says("In work"), "{page}");
    app.run_jobs().await;
    assert_eq!(company.ticket_now(ticket).await.status, Status::Open);
    let page = ada.press("It is solved").await;
    assert!(page.says("Solved"), "{page}");
    assert_eq!(company.ticket_now(ticket).await.status, Status::Solved);
    app.run_jobs().await;
    assert!(!ada.get(PORTAL).await.says("It <hums>"), "what is over is among all");
    assert!(ada.get(&format!("{PORTAL}?all=true")).await.says("It <hums>"));
    ada.get(&format!("{PORTAL}/tickets/{ticket}")).await;
    ada.press("Open again").await;
    assert_eq!(company.ticket_now(ticket).await.status, Status::Open);
    ada.press("It is solved").await;
    app.run_jobs().await;
    app.clock.advance(chrono::Duration::days(15));
    // Behind its window what they write is one of its own.
    let page = ada.get(&format!("{PORTAL}/tickets/{ticket}")).await;
    assert!(!page.says("Open again") && page.says("becomes a request of its own"), "{page}");
    let page = ada.fill("Send", &[("text", "Now it smells.")]).await;
    assert!(page.says("Now it smells.") && !page.says("Which dimmer"), "{page}");
    assert_eq!(company.ticket_now(ticket).await.status, Status::Solved);
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_sent_again_with_other_words_is_not_lost() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.portal(&[]).await;
    let (_, email) = contact(&company, "Ada", "").await;
    let mut ada = signed_in(&company, &email).await;
    ada.get(&format!("{PORTAL}/tickets/new")).await;
    let form = ada.form("Send").set("name", "It hums").set("text", "At night.");
    assert_eq!(ada.send(form.clone()).await.h1(), "It hums");
    assert_eq!(ada.send(form.clone()).await.h1(), "It hums", "pressed twice is once");
    let page = ada.send(form.set("text", "By day as well.")).await;
    assert_eq!(
        (page.status, page.form("Send").value("text").as_str()),
        (StatusCode::CONFLICT, "By day as well."),
        "{page}"
    );
    assert_eq!(company.read::<i64>("select count(*) from tickets").await, 1);
    // Sent once more, it is meant.
    let form = ada.form("Send");
    assert_eq!(ada.send(form).await.status, StatusCode::OK);
    assert_eq!(company.read::<i64>("select count(*) from tickets").await, 2);
    app.run_jobs().await;
    let form = ada.form("Send").set("text", "A Relco 400.");
    assert!(ada.send(form.clone()).await.says("A Relco 400."));
    let page = ada.send(form.clone().set("text", "No: a Relco 500.")).await;
    assert_eq!(
        (page.status, page.form("Send").value("text").as_str()),
        (StatusCode::CONFLICT, "No: a Relco 500."),
        "{page}"
    );
    let form = ada.form("Send");
    let page = ada.send(form).await;
    assert!(page.says("A Relco 400.") && page.says("No: a Relco 500."), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_was_written_waits_for_whoever_was_signed_out() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.portal(&[]).await;
    let (_, email) = contact(&company, "Ada", "").await;
    let ticket = company.ticket(&[("requester", &email), ("message", "It hums.")]).await;
    let mut ada = signed_in(&company, &email).await;
    ada.get(&format!("{PORTAL}/tickets/{ticket}")).await;
    let form = ada.form("Send").set("text", "A <Relco> 400.").file("file", "a.txt", b"Hum".to_vec());
    let mut tab = ada.clone();
    tab.post(&format!("{PORTAL}/sign-out"), &[]).await;
    let page = ada.send(form).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::UNAUTHORIZED, "You are signed out"), "{page}");
    assert!(page.says("A <Relco> 400.") && page.says("The files that were with it are not kept."), "{page}");
    assert_eq!(company.read::<i64>("select count(*) from ticket_messages").await, 1);
    // In again by another tab, they send it from there.
    let kept = ada.form("Send");
    app.clock.advance(chrono::Duration::minutes(1));
    ask_for_link(&company, &mut ada, &email).await;
    let path = link(&company, &email).await;
    ada.get(&path).await;
    ada.press("Sign in").await;
    let page = ada.send(kept).await;
    assert_eq!((page.status, page.says("A <Relco> 400.")), (StatusCode::OK, true), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_customer_says_how_it_was() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.portal(&[]).await;
    app.trial.admin("update support_queues set surveys = true").await.expect("queues ask");
    let (_, email) = contact(&company, "Ada", "").await;
    let ticket = company.ticket(&[("requester", &email), ("message", "It hums.")]).await;
    let mut ada = signed_in(&company, &email).await;
    let page = ada.get(&format!("{PORTAL}/tickets/{ticket}")).await;
    assert!(!page.says("How was our help?"), "{page}");
    ada.press("It is solved").await;
    let page = ada.press("Tell us").await;
    assert!(page.h1().starts_with("How was our help"), "{page}");
    ada.fill("Send my answer", &[("score", "5")]).await;
    let page = ada.get(&format!("{PORTAL}/tickets/{ticket}")).await;
    assert!(page.says("You have answered: very good"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_somebody_elses_is_not_there() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.portal(&[]).await;
    let firm = company.customer(&[("name", "Meridian")]).await;
    company.customer(&[("name", "Globus")]).await;
    let (_, ada) = contact(&company, "Ada", "Meridian").await;
    let (_, ben) = contact(&company, "Ben", "Meridian").await;
    let (_, eve) = contact(&company, "Eve", "Globus").await;
    let of_ada = company.ticket(&[("name", "Of Ada"), ("requester", &ada), ("message", "Hers")]).await;
    let of_ben = company.ticket(&[("name", "Of Ben"), ("requester", &ben), ("message", "His")]).await;
    assert!(company.ticket_now(of_ben).await.customer.is_some_and(|(id, _)| id == firm));
    let mut browsers = [signed_in(&company, &ada).await, signed_in(&company, &eve).await];
    // Another contact of the same company, and another customer's.
    for (n, browser) in browsers.iter_mut().enumerate() {
        let list = browser.get(&format!("{PORTAL}?all=true")).await;
        assert!(!list.says("Of Ben") && list.says("Of Ada") == (n == 0), "{list}");
        let page = format!("{PORTAL}/tickets/{of_ben}");
        assert_eq!(browser.get(&page).await.status, StatusCode::NOT_FOUND);
        for (place, fields) in [("state", [("to", "solved")]), ("rating", [("to", "")])] {
            let page = browser.post(&format!("{page}/{place}"), &fields).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{place}");
        }
        browser.get(&format!("{PORTAL}/tickets/new")).await;
        let mut form = browser.form("Send").set("name", "Mine").set("text", "Not his");
        form.action = format!("{page}/messages");
        assert_eq!(browser.send(form).await.status, StatusCode::NOT_FOUND);
        // Nor is it taken over by its id.
        browser.get(&format!("{PORTAL}/tickets/new")).await;
        let form = browser.form("Send").set("name", "Mine").set("text", "Not his").set("_once", &of_ben.to_string());
        assert_eq!(browser.send(form).await.status, StatusCode::NOT_FOUND);
    }
    let said: i64 = company.read("select count(*) from ticket_messages").await;
    assert_eq!((said, company.ticket_now(of_ben).await.status), (2, Status::New));
    // Where the role allows it, a company's.
    company.portal(&[("company", "roles"), ("roles", "it lead")]).await;
    let [ada, eve] = &mut browsers;
    assert_eq!(ada.get(&format!("{PORTAL}/tickets/{of_ben}")).await.status, StatusCode::NOT_FOUND);
    app.trial.admin("update customer_contacts set role = 'IT Lead'").await.expect("they have a role");
    let page = ada.get(&format!("{PORTAL}/tickets/{of_ben}")).await;
    assert!(page.says("His") && page.says("asked by Ben"), "{page}");
    assert_eq!(eve.get(&format!("{PORTAL}/tickets/{of_ben}")).await.status, StatusCode::NOT_FOUND);
    // What a merge has brought from another customer's ticket stays theirs.
    let of_eve = company
        .ticket(&[("name", "Of Eve"), ("requester", "eve@elsewhere.example"), ("message", "Eve’s secret")])
        .await;
    let mut owner = company.owner().await;
    let number = company.ticket_now(of_ada).await.number;
    owner.post(&format!("/w/acme/support/tickets/{of_eve}/merge"), &[("ticket", &number)]).await;
    app.run_jobs().await;
    let page = ada.get(&format!("{PORTAL}/tickets/{of_ada}")).await;
    assert!(page.says("Hers") && !page.says("Eve’s secret"), "{page}");
}

#[tokio::test]
async fn files_of_others_and_of_notes_do_not_go_out() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.portal(&[]).await;
    let (_, ada) = contact(&company, "Ada", "").await;
    let (_, eve) = contact(&company, "Eve", "").await;
    let ticket = company.ticket(&[("requester", &ada), ("message", "It hums.")]).await;
    let mut owner = company.owner().await;
    for (button, name) in [("Send", "open.txt"), ("Add note", "secret.txt")] {
        owner.get(&format!("/w/acme/support/tickets/{ticket}")).await;
        let form = owner.form(button).set("text", "See there.").file("file", name, b"Words".to_vec());
        owner.send(form).await;
    }
    app.run_jobs().await;
    let file =
        async |name: &str| -> uuid::Uuid { company.read(&format!("select id from files where name = '{name}'")).await };
    let (open, secret) = (file("open.txt").await, file("secret.txt").await);
    let (mut ada, mut eve) = (signed_in(&company, &ada).await, signed_in(&company, &eve).await);
    let page = ada.get(&format!("{PORTAL}/files/{open}")).await;
    assert_eq!((page.status, page.text.as_str()), (StatusCode::OK, "Words"));
    assert_eq!(ada.get(&format!("{PORTAL}/files/{secret}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(eve.get(&format!("{PORTAL}/files/{open}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        ada.get(&format!("/w/acme/files/{open}")).await.status,
        StatusCode::UNAUTHORIZED,
        "it is no member's session"
    );
}

#[tokio::test]
async fn a_file_goes_with_the_words_that_it_came_with() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.portal(&[]).await;
    let (_, email) = contact(&company, "Ada", "").await;
    let ticket = company.ticket(&[("requester", &email), ("message", "It hums.")]).await;
    let mut ada = signed_in(&company, &email).await;
    ada.get(&format!("{PORTAL}/tickets/{ticket}")).await;
    let form = ada.form("Send").set("text", "As you see.").file("file", "a.txt", b"Hum".to_vec());
    // Something else comes in that a clock which is ahead has put behind it.
    let later = "update ticket_messages set created_at = created_at + interval '1 hour' where body = 'It hums.'";
    app.trial.admin(later).await.expect("it is later");
    ada.send(form).await;
    let with: String = company
        .read("select m.body from ticket_files f join ticket_messages m on m.tenant_id = f.tenant_id and m.id = f.message_id")
        .await;
    assert_eq!(with, "As you see.");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_portal_session_opens_nothing_else_and_nowhere_else() {
    let app = TestApp::new().await;
    let (company, other) = (app.company("acme").await, app.company("globex").await);
    company.portal(&[]).await;
    other.portal(&[]).await;
    let (_, email) = contact(&company, "Ada", "").await;
    other.contact(&[("first_name", "Ada"), ("email", &email)]).await;
    let theirs = other.ticket(&[("requester", &email)]).await;
    let mut ada = signed_in(&company, &email).await;
    for closed in ["/w/acme", "/w/acme/support/tickets", "/workspaces"] {
        let page = ada.get(closed).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{closed}: {page}");
    }
    assert_eq!(ada.get("/portal/globex").await.h1(), "Sign in", "each workspace has its own");
    assert_eq!(ada.get(&format!("{PORTAL}/tickets/{theirs}")).await.status, StatusCode::NOT_FOUND);
    // Nor does what is in one cookie open another workspace.
    let value = ada.jar.get("portal-acme").cloned().expect("a session");
    ada.jar.insert("portal-globex".into(), value);
    assert_eq!(ada.get("/portal/globex").await.h1(), "Sign in");
    // A member is no customer.
    let mut owner = company.owner().await;
    assert_eq!(owner.get(PORTAL).await.h1(), "Sign in");
    // A portal that is closed is closed for whoever is in, too, and so is a suspended workspace.
    company.portal(&[("open", "")]).await;
    assert_eq!(ada.get(PORTAL).await.status, StatusCode::NOT_FOUND);
    company.portal(&[]).await;
    assert_eq!(ada.get(PORTAL).await.status, StatusCode::OK);
    app.trial.admin("update tenants set status = 'suspended' where slug = 'acme'").await.expect("it is suspended");
    assert_eq!(ada.get(PORTAL).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_session_ends_with_its_contact_its_address_and_by_whoever_says_so() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.portal(&[]).await;
    let (id, email) = contact(&company, "Ada", "").await;
    let mut ada = signed_in(&company, &email).await;
    let inside = async |who: &mut Browser| who.get(PORTAL).await.h1() == "My requests";
    assert!(inside(&mut ada).await);
    // Opted out of letters, they are a customer still.
    app.trial.admin("update contact_points set opted_out_at = now()").await.expect("they opt out");
    assert!(inside(&mut ada).await);
    assert!(inside(&mut signed_in(&company, &email).await).await, "what they have asked for goes out");
    let admin = async |sql: String| app.trial.admin(&sql).await.expect("it is changed");
    admin(format!("update contacts set archived_at = now() where id = '{id}'")).await;
    assert!(!inside(&mut ada).await, "in the archive");
    admin(format!("update contacts set archived_at = null where id = '{id}'")).await;
    assert!(inside(&mut ada).await);
    admin(format!("update contacts set email = 'ada@elsewhere.example' where id = '{id}'")).await;
    assert!(!inside(&mut ada).await, "with another address");
    admin(format!("update contacts set email = '{email}' where id = '{id}'")).await;
    assert!(inside(&mut ada).await);
    // Of everything that is open, by an agent.
    let mut owner = company.owner().await;
    let page = owner.get(&format!("/w/acme/crm/contacts/{id}")).await;
    assert!(page.says("They are signed in at 2 browsers."), "{page}");
    let page = owner.press("Sign out everywhere").await;
    assert_eq!(page.toast(), "They are signed out, at 2 places.", "{page}");
    assert!(!inside(&mut ada).await);
    let page = ada.post(&format!("{PORTAL}/tickets/{id}/state"), &[("to", "solved")]).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::SEE_OTHER, "/portal/acme/sign-in"));
    // And by themselves.
    let mut ada = signed_in(&company, &email).await;
    let kept = ada.jar.get("portal-acme").cloned().expect("a session");
    let page = ada.press("Sign out").await;
    assert_eq!(page.h1(), "Sign in", "{page}");
    ada.jar.insert("portal-acme".into(), kept);
    assert!(!inside(&mut ada).await, "a cookie that was kept opens nothing");
    // A month later everybody comes in anew.
    let mut ada = signed_in(&company, &email).await;
    app.clock.advance(chrono::Duration::days(31));
    assert!(!inside(&mut ada).await);
}

#[tokio::test]
async fn who_shares_a_mailbox_sees_what_was_asked_from_it_and_nothing_else() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.portal(&[("company", "all")]).await;
    company.customer(&[("name", "Meridian")]).await;
    let shared = app.email("office");
    let ada = company.contact(&[("first_name", "Ada"), ("email", &shared), ("customer", "Meridian")]).await;
    company.contact(&[("first_name", "Ben"), ("email", &shared)]).await;
    company.ticket(&[("name", "From the office"), ("requester", &shared)]).await;
    let own = company.ticket(&[("name", "Of Ada alone"), ("requester", "ada@home.example")]).await;
    let admin = format!("update tickets set contact_id = '{ada}' where id = '{own}'");
    app.trial.admin(&admin).await.expect("it is hers");
    let mut office = signed_in(&company, &shared).await;
    let page = office.get(&format!("{PORTAL}?all=true")).await;
    assert!(page.says("From the office") && !page.says("Of Ada alone"), "{page}");
}

#[tokio::test]
async fn what_may_answer_is_suggested_while_they_write() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.portal(&[]).await;
    let (_, email) = contact(&company, "Ada", "").await;
    let mut owner = company.owner().await;
    owner.get("/w/acme/support/help/categories").await;
    owner.fill("Add category", &[("name", "Lamps")]).await;
    for (title, audience) in [("Why does my pendant hum?", "customers"), ("Pendant recalls", "internal")] {
        owner.get("/w/acme/support/help/new").await;
        owner.fill("Save article", &[("title", title), ("audience", audience), ("body", "The dimmer.")]).await;
        owner.press("Publish").await;
    }
    let mut ada = signed_in(&company, &email).await;
    let page = ada.get(&format!("{PORTAL}/tickets/new?name=The+pendant+is+humming")).await;
    assert!(page.says("Why does my pendant hum?") && !page.says("recalls"), "{page}");
    let part = ada.htmx(&format!("{PORTAL}/suggestions?name=pendant"), "div#suggested").await;
    assert!(part.says("Why does my pendant hum?") && !part.says("recalls"), "{part}");
}

#[tokio::test]
async fn what_is_open_is_said_in_the_settings() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get("/w/acme/settings/portal").await;
    let wrong = owner.fill("Save portal", &[("open", "true"), ("company", "roles")]).await;
    assert!(wrong.error("roles").starts_with("Name at least one role"), "{wrong}");
    let page = owner.fill("Save portal", &[("roles", "IT lead")]).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    assert!(page.says("/help/acme"), "{page}");
    let mut agent = company.signed_in(Role::SupportAgent).await;
    assert_eq!(agent.get("/w/acme/settings/portal").await.status, StatusCode::NOT_FOUND);
}
