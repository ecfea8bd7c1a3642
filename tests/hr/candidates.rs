//! Stories of applying: what is wrong stays and is told, once is once, and how an application goes on.

use super::careers::{open, publish};
use crate::support::{Browser, Company, Form, Page, TestApp};
use axum::http::StatusCode;
use chrono::Duration;
use domain::access::Role;

/// A page that somebody has looked at for long enough.
async fn form(app: &TestApp, browser: &mut Browser, handle: &str) -> Form {
    let page = browser.get(&format!("/careers/acme/{handle}/apply")).await;
    app.clock.advance(Duration::seconds(5));
    page.form("Send application")
}

async fn apply(app: &TestApp, handle: &str, name: &str, email: &str, cv: &str) -> Page {
    let mut browser = app.browser();
    let form = form(app, &mut browser, handle).await.set("name", name).set("email", email).set("consent", "true");
    browser.send(form.file("file", "cv.txt", cv.as_bytes())).await
}

async fn posting(company: &Company<'_>, owner: &mut Browser) -> (domain::PostingId, String) {
    open(owner).await;
    let id = company.posting("Lamp designer", None).await;
    (id, publish(company, id).await)
}

#[tokio::test]
async fn what_is_wrong_is_told_and_what_came_stays() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let (_, handle) = posting(&company, &mut owner).await;
    let mut ada = app.browser();
    let first = form(&app, &mut ada, &handle).await;
    for (name, bytes, words) in [
        ("cv.pdf", b"MZ\x90\0\x03 a program".to_vec(), "Send a PDF"),
        ("cv.pdf", vec![], "empty"),
        ("cv.pdf", b"%PDF-1.7\n1 0 obj\n<< /Encrypt 2 0 R >>\n%%EOF".to_vec(), "opens with a password"),
        ("cv.png", crate::rules::access::picture(), "Send a PDF, a Word document"),
        ("cv.txt", vec![b'a'; 11 * 1024 * 1024], "larger than 10 MB"),
    ] {
        let sent =
            first.clone().set("name", "Ada").set("email", "ada@").set("letter", "I draw.").file("file", name, bytes);
        let page = ada.send(sent).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {page}");
        assert!(page.error("file").contains(words), "{name}: {}", page.error("file"));
        assert!(!page.error("email").is_empty() && page.says("I draw."), "{page}");
    }
    // The CV that came is not asked for again.
    let sent = first.clone().set("name", "Ada").set("email", "ada@").file("file", "cv.txt", b"Welding".as_slice());
    let page = ada.send(sent).await;
    assert!(page.says("Your CV is here: cv.txt") && page.error("file").is_empty(), "{page}");
    let mended = page.form("Send application").set("email", "ada@example.com").set("consent", "true");
    let page = ada.send(mended).await;
    assert!(page.says("We have sent you a mail."), "{page}");
    let counted: String = company.read("select count(*)::text from applications where cv_id is not null").await;
    assert_eq!(counted, "1");
    // A machine fills in what nobody sees, and is thanked.
    let sent = first.set("name", "Bot").set("email", "bot@example.com").set("consent", "true").set("website", "x");
    let page = app.browser().send(sent.file("file", "cv.txt", b"x".as_slice())).await;
    assert!(page.says("Thank you") || page.status == StatusCode::FORBIDDEN, "{page}");
    let counted: String = company.read("select count(*)::text from candidates").await;
    assert_eq!(counted, "1");
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn one_person_applies_once_and_nobody_learns_that_they_did() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let (id, handle) = posting(&company, &mut owner).await;
    let first = apply(&app, &handle, "Ada Lovelace", "ada@example.com", "Analytical engines, welding").await;
    app.run_jobs().await;
    let again = apply(&app, &handle, "Somebody", "ADA+x@Example.com", "Other").await;
    app.run_jobs().await;
    assert_eq!(first.all("main"), again.all("main"), "the page says the same");
    let mails = app.mail_to("ada@example.com").await;
    assert_eq!(mails.len(), 2, "one for each");
    assert!(mails.iter().any(|m| m.subject.contains("already")));
    // Its words are found, by those who may see them.
    let page = owner.get("/w/acme/hr/candidates?q=analytical").await;
    assert!(page.link("Ada Lovelace").is_some() && page.says("Applied"), "{page}");
    assert!(owner.get("/w/acme/hr/candidates?q=plumbing").await.says("Nobody fits"));
    let page = {
        owner.get("/w/acme/hr/candidates?q=welding").await;
        owner.click("Ada Lovelace").await
    };
    assert!(page.says("Lamp designer") && page.link("cv.txt").is_some(), "{page}");
    let cv = page.link("cv.txt").expect("a CV");
    assert!(owner.get(&cv).await.text.contains("Analytical engines"));
    let mut stranger = company.signed_in(Role::Employee).await;
    assert_eq!(stranger.get(&page.path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get(&cv).await.status, StatusCode::NOT_FOUND);
    assert!(stranger.get("/w/acme/hr/candidates?q=welding").await.says("Nobody fits"));
    // Whoever interviews sees it, and changes nothing.
    let member = company.member(Role::Employee).await.member.to_string();
    let version: i32 = company.read(&format!("select version from postings where id = '{id}'")).await;
    let version = version.to_string();
    let team = [("member", member.as_str()), ("role", "interviewer"), ("_version", version.as_str())];
    owner.post(&format!("/w/acme/hr/jobs/{id}/team"), &team).await;
    let page = stranger.get(&page.path).await;
    assert!(page.says("Ada Lovelace") && !page.has_form("Move"), "{page}");
    assert!(stranger.get(&format!("/w/acme/hr/jobs/{id}/applications")).await.says("Ada Lovelace"));
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn an_application_moves_is_turned_down_and_the_mail_may_be_kept_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let (id, handle) = posting(&company, &mut owner).await;
    apply(&app, &handle, "Ada Lovelace", "ada@example.com", "Engines").await;
    app.run_jobs().await;
    let status = app.mailed_link("ada@example.com").await;
    let mut ada = app.browser();
    assert!(ada.get(&status).await.says("waits for somebody to read it"));
    let page = owner.get(&format!("/w/acme/hr/jobs/{id}/applications")).await;
    assert!(page.says("Ada Lovelace"), "{page}");
    let stage: String = company.read("select id::text from posting_stages where kind = 'interview'").await;
    let application: String = company.read("select id::text from applications").await;
    let path = format!("/w/acme/hr/applications/{application}");
    // Two move one card: the later one sees where it is.
    let moved = [("stage", stage.as_str()), ("_version", "1")];
    let page = owner.post(&format!("{path}/move"), &moved).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    let other: String = company.read("select id::text from posting_stages where kind = 'offer'").await;
    owner.post(&format!("{path}/move"), &[("stage", other.as_str()), ("_version", "1")]).await;
    let page = owner.get("/w/acme/hr/candidates").await;
    assert!(page.toast().contains("Somebody else") && page.says("Interview"), "{page}");
    assert!(ada.get(&status).await.says("want to get to know you"));
    let rejected: String = company.read("select id::text from posting_stages where kind = 'rejected'").await;
    let page = owner.post(&format!("{path}/move"), &[("stage", rejected.as_str()), ("_version", "2")]).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.has_form("Turn down"), "{page}");
    let page = owner.post(&format!("{path}/rejection"), &[("reason", ""), ("_version", "2")]).await;
    assert!(page.says("Please fill this in."), "{page}");
    owner.post(&format!("{path}/rejection"), &[("reason", "Too far"), ("mail", "24"), ("_version", "2")]).await;
    assert!(ada.get(&status).await.says("Somebody is looking at it."), "nobody learns it before the mail");
    owner.post(&format!("{path}/mail/removal"), &[]).await;
    app.clock.advance(Duration::hours(25));
    app.run_jobs().await;
    assert_eq!(app.mail_to("ada@example.com").await.len(), 1, "it was kept back");
    // Back, and out once more.
    let back = |version: &'static str| [("stage", stage.clone()), ("_version", version.to_owned())];
    let pairs = back("4");
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (*k, v.as_str())).collect();
    owner.post(&format!("{path}/move"), &pairs).await;
    owner.post(&format!("{path}/rejection"), &[("reason", "Too far"), ("mail", "0"), ("_version", "5")]).await;
    app.run_jobs().await;
    assert_eq!(app.mail_to("ada@example.com").await.len(), 2);
    assert!(ada.get(&status).await.says("decided for somebody else"));
    app.jobs_may_wait();
}

#[tokio::test]
async fn who_has_applied_withdraws_and_is_removed_when_they_ask() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let (_, handle) = posting(&company, &mut owner).await;
    apply(&app, &handle, "Ada Lovelace", "ada@example.com", "Engines").await;
    app.run_jobs().await;
    let status = app.mailed_link("ada@example.com").await;
    let mut ada = app.browser();
    ada.get(&status).await;
    ada.post(&format!("{status}/withdrawal"), &[]).await;
    let page = ada.get(&status).await;
    assert!(page.says("You have withdrawn it.") && !page.has_form("Withdraw my application"), "{page}");
    ada.post(&format!("{status}/erasure"), &[]).await;
    assert!(ada.get(&status).await.says("You have asked us to remove your data"));
    assert_eq!(ada.get("/applications/forged").await.status, StatusCode::NOT_FOUND);
    let page = owner.get("/w/acme/hr/candidates").await;
    assert!(page.says("Wants to be removed"), "{page}");
    let page = owner.click("Ada Lovelace").await;
    assert!(page.says("has asked to be removed"), "{page}");
    let page = owner.press("Remove Ada Lovelace and all that they sent").await;
    assert!(page.toast().contains("Ada Lovelace is removed"), "{page}");
    assert_eq!(ada.get(&status).await.status, StatusCode::NOT_FOUND);
    for table in ["candidates", "applications", "candidate_words", "files"] {
        let left: i64 = company.read(&format!("select count(*) from {table}")).await;
        assert_eq!(left, 0, "{table}");
    }
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn a_colleague_applies_as_the_employee_that_they_are() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let id = company.opening("Welder").await;
    app.trial.admin("update postings set internal = true").await.expect("for colleagues alone");
    let mut employee = company.signed_in(Role::Employee).await;
    let page = employee.get("/w/acme/hr/openings").await;
    assert!(page.link("Welder").is_some(), "{page}");
    let page = employee.get(&format!("/w/acme/hr/openings/{id}")).await;
    assert!(page.says("which employee record is yours") && page.link("Apply").is_none(), "{page}");
    let ada = company.employee(&[]).await;
    company.link(company.member(Role::Employee).await.member, ada).await;
    employee.get(&format!("/w/acme/hr/openings/{id}")).await;
    let page = employee.click("Apply").await;
    let form = page.form("Send application");
    let page = employee.send(form.clone()).await;
    assert!(!page.error("consent").is_empty() && page.error("file").is_empty(), "{page}");
    let page = employee.send(form.set("consent", "true")).await;
    assert!(page.says("You have applied.") && page.link("Apply").is_none(), "{page}");
    let of: String = company.read("select employee_id::text || ' ' || source from candidates").await;
    assert_eq!(of, format!("{ada} internal"));
    app.run_jobs().await;
    app.jobs_may_wait();
}
