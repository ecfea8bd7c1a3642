//! Mail that comes back, and mail that nobody wants: the log, the addresses that are stopped, the way out.

use crate::support::TestApp;
use axum::http::{Method, StatusCode};
use domain::{access::Role, import::Target, mail::List};
use jobs::mail::Unsubscribe;

/// What a mail server sends back of a message of ours.
pub(crate) fn bounce(id: &str, recipient: &str) -> String {
    report(
        id,
        &format!(
            "Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 gone"
        ),
    )
}

fn report(id: &str, status: &str) -> String {
    let returned = match id {
        "" => "Subject: Hello".to_owned(),
        id => format!("Message-ID: <{id}@people.test>"),
    };
    format!(
        "From: MAILER-DAEMON@mx.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n{status}\r\n\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\n{returned}\r\n\r\nText\r\n--b--\r\n"
    )
}

fn complaint(id: &str) -> String {
    format!(
        "From: fbl@mx.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: Loop/1.0\r\n\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{id}@people.test>\r\n\r\nText\r\n--b--\r\n"
    )
}

/// A mail server at the door; gives what it is told.
async fn brings(app: &TestApp, raw: String) -> String {
    let door = domain::paths::bounces(app.jobs().seal.mark("bounces", b"inbound"));
    let headers = [("content-type", "message/rfc822")];
    let page = app.browser().request(Method::POST, &door, &headers, raw.into_bytes()).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    app.run_jobs().await;
    page.text
}

#[tokio::test]
async fn what_comes_back_stops_the_address_and_shows_where_it_stands() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let guest = app.email("guest");
    let employee = company.employee(&[("email", &guest.to_uppercase())]).await;
    let customer = company.customer(&[("email", &guest)]).await;
    company.invitation(&guest, Role::Employee).await;
    app.run_jobs().await;
    let mail = app.mail_to(&guest).await.remove(0);
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/settings/mail")).await;
    assert!(page.says(&guest) && page.says("Sent") && page.says("Invitation"), "{page}");
    let page = owner.get(&company.at(&format!("/hr/employees/{employee}"))).await;
    assert!(!page.says("comes back"), "{page}");

    assert_eq!(brings(&app, bounce(&mail.id.to_string(), &guest)).await, "noted\n");
    let page = owner.get(&company.at(&format!("/settings/mail?state=bounced&to={}", &guest[..5]))).await;
    assert!(page.says(&guest) && page.says("Came back") && page.says("5.1.1 550 5.1.1 gone"), "{page}");
    let page = owner.get(&company.at("/settings/mail?state=sent")).await;
    assert!(!page.says(&guest), "{page}");
    for path in [format!("/hr/employees/{employee}"), format!("/crm/customers/{customer}")] {
        let page = owner.get(&company.at(&path)).await;
        assert!(page.says("Mail to this address comes back"), "{path}: {page}");
    }
    // Another company's people know nothing of it.
    let other = app.company("globex").await;
    let theirs = other.employee(&[("email", &guest)]).await;
    let mut stranger = other.owner().await;
    let page = stranger.get(&other.at(&format!("/hr/employees/{theirs}"))).await;
    assert!(!page.says("comes back"), "{page}");
    assert!(stranger.get(&other.at("/settings/mail/stopped")).await.says("No address is stopped"));

    // Lifted by hand, and in the trail.
    owner.get(&company.at("/settings/mail/stopped")).await;
    let page = owner.press("Lift").await;
    assert!(page.toast().contains("gets mail again"), "{page}");
    assert!(owner.get(&company.at("/settings/mail/stopped")).await.says("No address is stopped"));
    let trail = owner.get(&company.at("/settings/audit?record=mail_suppressions")).await;
    assert!(trail.says("Deleted") && trail.says(&guest.to_lowercase()), "{trail}");
}

#[tokio::test]
async fn a_member_whose_mail_was_called_spam_is_shown_so() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let manager = company.member(Role::Manager).await;
    let (mail, _) = company.stopped(&manager.email).await;
    assert_eq!(brings(&app, complaint(&mail.to_string())).await, "noted\n");
    let mut owner = company.owner().await;
    let page = owner.get(&company.at(&format!("/settings/members/{}", manager.member))).await;
    assert!(page.says("Mail to this address was called spam"), "{page}");
    let page = owner.get(&company.at("/settings/mail/stopped")).await;
    assert!(page.says("Called spam") && page.says("reported as abuse"), "{page}");
}

#[tokio::test]
async fn a_report_that_names_no_message_is_noted_by_its_recipient_and_stops_nobody() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let guest = app.email("guest");
    company.invitation(&guest, Role::Employee).await;
    app.run_jobs().await;
    assert_eq!(brings(&app, bounce("", &guest)).await, "noted\n");
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/settings/mail?state=bounced")).await;
    assert!(page.says(&guest), "{page}");
    // Whoever may write to the door could name anybody.
    assert!(owner.get(&company.at("/settings/mail/stopped")).await.says("No address is stopped"));
    // Whom nobody has written to, nobody stops.
    assert_eq!(brings(&app, bounce("", "somebody@else.example")).await, "none of our messages\n");
    // A complaint must name the message: somebody else's mail may have been meant.
    assert_eq!(brings(&app, complaint("")).await, "none of our messages\n");
    assert_eq!(brings(&app, "Subject: I am away\r\n\r\nUntil Monday".into()).await, "nothing to note\n");
    assert_eq!(brings(&app, report("", "Action: delayed\r\nStatus: 4.4.1")).await, "nothing to note\n");
}

#[tokio::test]
async fn who_does_not_know_the_door_brings_nothing() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (mail, _) = company.stopped("gone@lamps.example").await;
    let raw = bounce(&mail.to_string(), "gone@lamps.example").into_bytes();
    for secret in ["x".to_owned(), app.jobs().seal.mark("another", b"inbound")] {
        let door = domain::paths::bounces(secret);
        let page = app.browser().request(Method::POST, &door, &[], raw.clone()).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{page}");
    }
    let door = domain::paths::bounces(app.jobs().seal.mark("bounces", b"inbound"));
    let large = vec![b'a'; 2 * 1024 * 1024];
    let page = app.browser().request(Method::POST, &door, &[], large).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{page}");
}

/// The tick at what one wants.
const WANTED: &str = "input[name=import_ended-mail][checked]";

#[tokio::test]
async fn one_click_ends_such_mail_without_signing_in_and_looking_does_not() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let owner = company.member(Role::Owner).await;
    company.import(Target::Employees, "First name,Last name\nAda,Byron\n").await;
    let of = Unsubscribe::Member(owner.member, List::Imports);
    let path = of.url(app.jobs(), company.tenant).replace("http://people.test", "");
    let mut browser = company.owner().await;
    let chosen = company.at("/settings/notifications");

    // A scanner looks at every link.
    let mut scanner = app.browser();
    let page = scanner.get(&path).await;
    assert_eq!(page.h1(), "Unsubscribe", "{page}");
    assert!(page.says("Acme Lamps") && page.says("how your imports end"), "{page}");
    assert!(browser.get(&chosen).await.has(WANTED), "looking changes nothing");

    // The mail program's own button: no cookie, no token, and twice is once.
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    for _ in 0..2 {
        let body = b"List-Unsubscribe=One-Click".to_vec();
        let page = app.browser().request(Method::POST, &path, &headers, body).await;
        assert_eq!((page.status, page.h1()), (StatusCode::OK, "You are unsubscribed".into()), "{page}");
    }
    assert!(!browser.get(&chosen).await.has(WANTED));
    let trail = browser.get(&company.at("/settings/audit?action=profile_changed")).await;
    assert_eq!(trail.rows().len(), 1, "told once: {trail}");

    // Undone on the page.
    scanner.get(&path).await;
    let page = scanner.press("Undo: write to me again").await;
    assert_eq!(page.h1(), "You get this mail again", "{page}");
    assert!(browser.get(&chosen).await.has(WANTED));

    // Another's token is no one's.
    let forged = format!("{}A", &path[..path.len() - 1]);
    if forged != path {
        assert_eq!(app.browser().get(&forged).await.status, StatusCode::NOT_FOUND);
        let page = app.browser().request(Method::POST, &forged, &headers, vec![]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{page}");
    }
    // A suspended workspace lets them go as well.
    app.trial.admin("update tenants set status = 'suspended'").await.expect("it is suspended");
    let page = app.browser().request(Method::POST, &path, &headers, vec![]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    app.jobs_may_wait();
}

#[tokio::test]
async fn the_mail_that_tells_of_an_import_carries_the_way_out() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut browser = company.owner().await;
    let email = company.member(Role::Owner).await.email;
    let import = company.import(Target::Employees, "First name,Last name\nAda,Byron\n").await;
    browser.get(&company.at(&format!("/hr/employees/imports/{import}"))).await;
    browser.press("Import 1 row").await;
    app.run_jobs().await;
    let mail = app.mail_to(&email).await.remove(0);
    let url = mail.header("List-Unsubscribe").expect("the way out");
    let url = url.trim_matches(['<', '>']);
    assert!(mail.text.contains(url) && mail.html.contains(url), "{}", mail.text);
    assert_eq!(mail.header("List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    assert_eq!(mail.header("Auto-Submitted").as_deref(), Some("auto-generated"));
    app.browser().request(Method::POST, &url.replace("http://people.test", ""), &[], vec![]).await;
    // The next one ends without a word.
    app.clock.advance(chrono::Duration::minutes(1));
    let import = company.import(Target::Employees, "First name,Last name\nBen,Cole\n").await;
    browser.get(&company.at(&format!("/hr/employees/imports/{import}"))).await;
    browser.press("Import 1 row").await;
    app.run_jobs().await;
    assert_eq!(app.mail_to(&email).await.first().map(|m| m.id), Some(mail.id));
}

#[tokio::test]
async fn the_log_of_mail_is_read_page_by_page() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    for n in 0..60 {
        app.clock.advance(chrono::Duration::seconds(1));
        company.stopped(&format!("gone{n}@lamps.example")).await;
    }
    let mut owner = company.owner().await;
    for path in ["/settings/mail?state=bounced", "/settings/mail/stopped"] {
        let page = owner.get(&company.at(path)).await;
        assert_eq!(page.rows().len(), 50, "{path}: {page}");
        let page = owner.click("Older").await;
        assert_eq!(page.rows().len(), 10, "{path}: {page}");
        assert!(page.link("Newest").is_some() && page.link("Older").is_none(), "{path}: {page}");
    }
    let mut employee = company.employee_member().await;
    assert_eq!(employee.get(&company.at("/settings/mail")).await.status, StatusCode::NOT_FOUND);
}
