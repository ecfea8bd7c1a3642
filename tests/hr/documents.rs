//! Stories of documents.

mod faults;
mod rights;

use crate::support::{Browser, Company, Page, TestApp};
use axum::http::StatusCode;
use chrono::Duration;
use domain::{
    Day, DocumentId, DocumentKindId, EmployeeId, FileId,
    access::Role,
    hr::{
        documents::{Asked, Fields, kinds},
        leave::forms::BlackoutFields,
    },
};
use store::{TenantTx, files, hr::leave::rules};

/// A PDF as far as anybody looks.
pub(crate) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

impl Company<'_> {
    /// The usual kinds of documents, and the id of the one of this name.
    pub async fn kind(&self, name: &str) -> DocumentKindId {
        let mut tx = self.begin().await;
        store::hr::documents::kinds::add_usual(&mut tx).await.expect("kinds");
        let all = store::hr::documents::kinds::list(&mut tx, false).await.expect("kinds");
        tx.commit().await.expect("they are kept");
        all.into_iter().find(|k| k.fields.name == name).unwrap_or_else(|| panic!("no kind {name}")).id
    }

    /// What routes of documents name: one that the employee has brought, its file, its kind, a letter and a policy that
    /// is published. The employee has a photo, too.
    pub async fn papers(&self, employee: EmployeeId, round: &str) -> [String; 5] {
        use domain::hr::{letters, policies};
        let mut tx = self.begin().await;
        let kind = tx.id();
        let fields = kinds::Fields { name: format!("Kind {round}"), ..kinds::usual()[6].clone() };
        store::hr::documents::kinds::add(&mut tx, kind, &fields).await.expect("a kind");
        let file = self.stored(&mut tx, "paper.pdf").await;
        let id: DocumentId = tx.id();
        let fields = Fields { kind, title: Some(format!("Paper {round}")), expires: None };
        store::hr::documents::add(&mut tx, id, employee, &fields, &file).await.expect("a document");
        let letter = tx.id();
        let fields = letters::Fields { name: format!("Letter {round}"), kind, body: "Dear {{name}}".into() };
        store::hr::letters::add(&mut tx, letter, &fields).await.expect("a template");
        let policy = tx.id();
        let (title, body) = (format!("Policy {round}"), "Go by train.".into());
        let fields = policies::Fields { title, audience: policies::Audience::Everyone, due: None, body };
        store::hr::policies::add(&mut tx, policy, &fields).await.expect("a policy");
        store::hr::policies::publish(&mut tx, policy, 1).await.expect("it is published");
        let made = store::workspace::pictures::Picture { digest: "0".into(), media_type: "image/png", body: vec![1] };
        store::workspace::pictures::set_employee_photo(&mut tx, employee, Some(&made)).await.expect("a photo");
        tx.commit().await.expect("it is kept");
        let waits = format!(
            "update documents set state = 'waiting' where id = '{id}'; update employees set version = 1 where id = '{employee}'"
        );
        self.app.trial.admin(&waits).await.expect("it waits");
        self.app.run_jobs().await;
        [id.to_string(), file.id.to_string(), kind.to_string(), letter.to_string(), policy.to_string()]
    }

    /// A file in the storage, that a document may be made of.
    pub async fn stored(&self, tx: &mut TenantTx, name: &str) -> files::New {
        let id: FileId = tx.id();
        files::expect(tx, id).await.expect("it is expected");
        let storage = self.app.jobs().storage.clone();
        let stored = storage.keep(self.tenant, id, PDF.to_vec().into()).await.expect("it is kept");
        files::New { id, name: name.into(), media_type: "application/pdf", size: stored.size, sha256: stored.sha256 }
    }

    /// A document of this kind, added by the owner; and its file.
    pub async fn document(
        &self,
        employee: EmployeeId,
        kind: &str,
        title: &str,
        expires: Option<Day>,
    ) -> (DocumentId, FileId) {
        let kind = self.kind(kind).await;
        let mut tx = self.begin().await;
        let file = self.stored(&mut tx, "paper.pdf").await;
        let fields = Fields { kind, title: Some(title.into()), expires };
        let id = tx.id();
        store::hr::documents::add(&mut tx, id, employee, &fields, &file).await.expect("a document");
        tx.commit().await.expect("it is kept");
        self.app.run_jobs().await;
        (id, file.id)
    }
}

/// Sends the form of this button with a file.
pub(super) async fn upload(
    browser: &mut Browser,
    button: &str,
    fields: &[(&str, &str)],
    name: &str,
    bytes: impl Into<Vec<u8>>,
) -> Page {
    let mut form = browser.form(button);
    for (field, value) in fields {
        form = form.set(field, value);
    }
    browser.send(form.file("file", name, bytes)).await
}

#[tokio::test]
async fn kinds_are_begun_with_changed_and_archived() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/hr/documents")).await;
    assert!(page.says("First say what kinds of documents there are"), "{page}");
    owner.click("Choose the kinds").await;
    let page = owner.press("Begin with the usual ones").await;
    assert_eq!(page.toast(), format!("{} kinds were added.", kinds::usual().len()), "{page}");
    owner.click("New kind").await;
    let page = owner.fill("Add kind", &[("Name", "contract"), ("Remind, days before", "soon")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.error("name").contains("already") && page.error("remind_days").contains("60, 30, 7"), "{page}");
    let page = owner
        .fill("Add kind", &[("Name", "Driving licence"), ("Remind, days before", "30"), ("expires", "true")])
        .await;
    assert!(page.says("Driving licence was added.") && page.says("told 30 days before"), "{page}");
    owner.click("Driving licence").await;
    let page = owner.fill("Save changes", &[("required", "true")]).await;
    assert!(page.says("Everybody needs one"), "{page}");
    owner.press("Archive Driving licence").await;
    let page = owner.press("Offer Driving licence again").await;
    assert_eq!(page.toast(), "Driving licence is offered again.", "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_file_is_added_to_a_record_changed_archived_and_brought_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.kind("Contract").await;
    let ada = company.employee(&[]).await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at(&format!("/hr/employees/{ada}"))).await;
    assert!(page.text.contains(&format!("/hr/employees/{ada}/documents\"")), "the tab: {page}");
    let page = owner.get(&company.at(&format!("/hr/employees/{ada}/documents"))).await;
    assert!(page.says("No documents yet"), "{page}");
    // What is wrong is told beside its field, and what was typed is kept.
    let page =
        upload(&mut owner, "Add", &[("kind", "Identity document"), ("title", "Passport")], "scan.pdf", PDF).await;
    assert_eq!((page.status, page.value("title")), (StatusCode::UNPROCESSABLE_ENTITY, "Passport".into()), "{page}");
    assert!(page.error("expires").contains("run out") && page.error("file").contains("again"), "{page}");
    let page = upload(&mut owner, "Add", &[("expires", "2030-05-01")], "scan.pdf", PDF).await;
    assert!(page.says("“Passport” was added.") && page.says("1 May 2030"), "{page}");
    let page = upload(&mut owner, "Add", &[("kind", "Contract")], "../../My_contract 2026.pdf", PDF).await;
    assert!(page.says("“My contract 2026” was added.") && !page.text.contains("../"), "{page}");
    let page = owner.click("My contract 2026").await;
    let file = page.link("My_contract 2026.pdf").expect("its file");
    let download = owner.request(axum::http::Method::GET, &file, &[], vec![]).await;
    assert_eq!((download.status, download.text.as_bytes()), (StatusCode::OK, PDF));
    assert_eq!(
        download.header("content-disposition"),
        "attachment; filename=\"My_contract 2026.pdf\"; filename*=UTF-8''My_contract%202026.pdf"
    );
    assert_eq!(download.header("x-content-type-options"), "nosniff");
    assert!(
        download.header("content-security-policy").starts_with("sandbox"),
        "{}",
        download.header("content-security-policy")
    );
    owner.click("Edit").await;
    let page = owner.fill("Save changes", &[("Title", "Contract of 2026")]).await;
    assert_eq!(page.h1(), "Contract of 2026", "{page}");
    let page = upload(&mut owner, "Send the file", &[], "signed.pdf", PDF).await;
    assert!(page.says("Version 2") && page.says("signed.pdf") && page.says("My_contract 2026.pdf"), "{page}");
    let page = owner.press("Archive").await;
    assert!(page.says("“Contract of 2026” was archived.") && page.says("Archived (1)"), "{page}");
    let page = owner.press("Undo").await;
    assert_eq!(page.toast(), "“Contract of 2026” is back.", "{page}");
    // Each of it is in the trail, and that it was opened.
    let page = owner.get(&company.at("/settings/audit?record=documents")).await;
    assert!(page.says("Opened a document") && page.says("Added"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_asked_for_is_brought_refused_brought_again_and_approved() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.kind("Contract").await;
    let emil = company.employee(&[("first_name", "Emil"), ("last_name", "Example")]).await;
    let member = company.member(Role::Employee).await;
    company.link(member.member, emil).await;
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/hr/employees/{emil}/documents"))).await;
    let page = owner.fill("Ask", &[("kind", ""), ("Message", "Both sides, please."), ("Due", "2026-99-01")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.form("Ask").value("message"), "Both sides, please.");
    assert!(page.says("Choose what kind of document it is.") && page.has("#ask-due-error"), "{page}");
    let page = owner.fill("Ask", &[("kind", "Identity document"), ("Due", "2026-03-01")]).await;
    assert!(page.says("This day is over.") && page.has("#ask-due-error"), "{page}");
    let page =
        owner.fill("Ask", &[("kind", "Identity document"), ("Title", "Passport copy"), ("Due", "2026-03-20")]).await;
    assert_eq!(page.toast(), "They are asked for it, and told.", "{page}");
    app.run_jobs().await;
    let mut employee = company.employee_member().await;
    let page = employee.get(&company.at("/notifications")).await;
    assert!(page.says("Please bring by 20 Mar 2026: Passport copy"), "{page}");
    let page = employee.get(&company.at("/hr/my-documents")).await;
    assert!(page.says("Bring: Passport copy") && page.says("Both sides, please."), "{page}");
    employee.click("Bring: Passport copy").await;
    let sent_twice = employee.page.path.clone();
    let page = upload(&mut employee, "Send the file", &[("expires", "2031-01-31")], "front.pdf", PDF).await;
    assert!(page.says("It has arrived.") && page.says("Somebody will look at it"), "{page}");
    assert!(!page.has_form("Approve"), "{page}");
    employee.get(&sent_twice).await;
    upload(&mut employee, "Send the file", &[("expires", "2031-01-31")], "front.pdf", PDF).await;
    assert_eq!(company.read::<i64>("select count(*) from document_versions").await, 1, "sent twice, it has come once");
    app.run_jobs().await;
    let page = owner.get(&company.at("/notifications")).await;
    assert!(page.says("Emil Example has brought: Passport copy"), "{page}");
    assert!(!employee.get(&company.at("/approvals")).await.says("has brought"), "it is not theirs to answer");
    owner.get(&company.at("/approvals")).await;
    owner.click("1 document that somebody has brought").await;
    owner.click("Passport copy").await;
    let page = owner.fill("Refuse", &[("reason", " ")]).await;
    assert!(page.error("reason").contains("what is wrong"), "{page}");
    let page = owner.fill("Refuse", &[("reason", "The back is missing.")]).await;
    assert!(
        page.says("Emil Example is asked for another one.") && page.says("Refused: The back is missing."),
        "{page}"
    );
    // Twice is told, and does nothing.
    let path = page.path.clone();
    assert_eq!(owner.post(&format!("{path}/approval"), &[]).await.status, StatusCode::CONFLICT);
    let seen = [("version", "2")];
    app.run_jobs().await;
    let page = employee.get(&company.at("/notifications")).await;
    assert!(page.says("Another one is needed: Passport copy") && page.says("The back is missing."), "{page}");
    employee.get(&path).await;
    upload(&mut employee, "Send the file", &[], "both.pdf", PDF).await;
    let page = owner.post(&format!("{path}/approval"), &seen).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "another file has come since: {page}");
    owner.get(&path).await;
    let page = owner.press("Approve").await;
    assert!(page.says("“Passport copy” is approved.") && page.says("31 Jan 2031"), "{page}");
    app.run_jobs().await;
    let page = employee.get(&company.at("/notifications")).await;
    assert!(page.says("Approved: Passport copy"), "{page}");
    // A new one takes the place of the old one.
    owner.get(&path).await;
    owner.click("Ask for a new one").await;
    let page = owner.fill("Ask", &[("Title", "New passport")]).await;
    assert!(page.says("New passport") && page.says("Asked for"), "{page}");
    owner.click("New passport").await;
    upload(&mut owner, "Send the file", &[("expires", "2036-01-31")], "new.pdf", PDF).await;
    let page = owner.get(&company.at(&format!("/hr/employees/{emil}/documents"))).await;
    assert!(page.says("Archived (1)") && page.says("31 Jan 2036"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_runs_out_is_told_once_a_day_of_its_kind() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[]).await;
    let member = company.member(Role::Employee).await;
    company.link(member.member, ada).await;
    // Told 60 and 14 days before; it is 2 March 2026.
    let last = Day::new(2026, 5, 5).expect("a day");
    let (id, _) = company.document(ada, "Identity document", "Passport", Some(last)).await;
    let titles = async || {
        let mut browser = company.employee_member().await;
        let page = browser.get(&company.at("/notifications")).await;
        page.all(".notice-page .notice-title").len()
    };
    let tick = async || {
        jobs::schedule::tick(&app.db, &jobs::schedule::product()).await.expect("the schedule ticks");
        app.run_jobs().await;
    };
    tick().await;
    assert_eq!(titles().await, 0, "64 days are left");
    app.clock.advance(Duration::days(4));
    tick().await;
    app.clock.advance(Duration::hours(2));
    tick().await;
    assert_eq!(titles().await, 1);
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/notifications")).await;
    assert!(page.says("Runs out in 60 days: Passport (Ada Lovelace)"), "{page}");
    // Nobody looked for a while: what was missed is told as it is now, and once.
    app.clock.advance(Duration::days(50));
    tick().await;
    tick().await;
    assert_eq!(titles().await, 2);
    // Whoever was away that long signs in anew.
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/hr/documents?show=expiring")).await;
    assert!(page.says("Passport") && page.says("Soon"), "{page}");
    // What is archived is told of no more.
    owner.post(&company.at(&format!("/hr/documents/{id}/archival")), &[]).await;
    app.clock.advance(Duration::days(30));
    tick().await;
    assert_eq!(titles().await, 2);
    app.run_jobs().await;
}

#[tokio::test]
async fn who_lacks_a_document_is_listed_until_it_is_asked_for() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.kind("Contract").await;
    let ada = company.employee(&[]).await;
    company.employee(&[("first_name", "Gone"), ("last_name", "Already"), ("end_date", "2020-01-31")]).await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/hr/documents?show=missing")).await;
    assert!(page.says("Ada Lovelace") && page.says("Contract, Identity document") && !page.says("Already"), "{page}");
    let page = owner.click("Ask for it").await;
    assert!(page.has_form("Ask"), "{page}");
    owner.press("Ask").await;
    let page = owner.get(&company.at("/hr/documents?show=missing&q=lovelace")).await;
    assert!(page.says("Identity document") && !page.rows().concat().concat().contains("Contract,"), "{page}");
    company.document(ada, "Identity document", "Passport", None).await;
    let page = owner.get(&company.at("/hr/documents?show=missing")).await;
    assert!(page.says("Nothing is missing"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn an_employee_has_a_photo_of_their_own_or_the_members() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[]).await;
    let mut owner = company.owner().await;
    let path = company.at(&format!("/hr/employees/{ada}"));
    owner.get(&path).await;
    let page = upload(&mut owner, "Use this picture", &[], "me.png", b"<svg onload=alert(1)>".to_vec()).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.error("file").contains("no picture"), "{page}");
    let page = upload(&mut owner, "Use this picture", &[], "me.png", crate::rules::access::picture()).await;
    assert_eq!(page.toast(), "The photo is set.", "{page}");
    let src = page
        .attribute("h1 ~ img.avatar-photo, .page-head img.avatar-photo, main img.avatar-photo", "src")
        .expect("the photo");
    let answer = owner.get(&src).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "image/jpeg"));
    let list = owner.get(&company.at("/hr/employees")).await;
    assert!(list.has("table img.avatar-photo"), "{list}");
    // Who does not see the employee does not see the picture.
    let role = company.role("Nobody", &[]).await;
    let email = app.email("nobody");
    company.join("No Body", &email, Role::Custom(role)).await;
    let mut nobody = app.browser();
    nobody.sign_in(&email, crate::support::PASSWORD).await;
    assert_eq!(nobody.get(&src).await.status, StatusCode::NOT_FOUND);
    owner.get(&path).await;
    let page = owner.press("Take the photo away").await;
    assert!(page.says("The photo is gone.") && !page.has("main img.avatar-photo"), "{page}");
    // Linked with a member who has one, that one is shown.
    let person = company.member(Role::Employee).await;
    company.link(person.member, ada).await;
    let mut employee = company.employee_member().await;
    employee.get(&company.at("/settings/profile")).await;
    let form = employee.form("Use this picture").file("file", "me.png", crate::rules::access::picture());
    employee.send(form).await;
    let page = owner.get(&path).await;
    assert!(page.has("main img.avatar-photo") && !page.has_form("Take the photo away"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_form_that_is_sent_again_with_other_answers_is_not_taken_for_done() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (kind, ada) = (company.kind("Contract").await, company.employee(&[]).await);
    let mut tx = company.begin().await;
    let (id, day) = (tx.id(), Day::new(2027, 1, 2).expect("a day"));
    let asked = Asked { kind, title: Some("Passport".into()), due: None, message: None, replaces: None };
    store::hr::documents::ask(&mut tx, id, ada, &asked).await.expect("it is asked for");
    store::hr::documents::ask(&mut tx, id, ada, &asked).await.expect("it was asked for");
    let other = Asked { title: Some("Visa".into()), ..asked };
    let again = store::hr::documents::ask(&mut tx, id, ada, &other).await;
    assert!(matches!(again, Err(store::Error::Sent)), "{again:?}");
    let (blackout, cover) = (tx.id(), tx.id());
    let mut closed = BlackoutFields { name: "Fair".into(), from: day, to: day, department: None };
    rules::add_blackout(&mut tx, blackout, &closed).await.expect("it is kept");
    rules::add_blackout(&mut tx, blackout, &closed).await.expect("it was kept");
    closed.name = "Stocktaking".into();
    let again = rules::add_blackout(&mut tx, blackout, &closed).await;
    assert!(matches!(again, Err(store::Error::Sent)), "{again:?}");
    rules::add_cover(&mut tx, cover, ("Sales", 1)).await.expect("it is kept");
    rules::add_cover(&mut tx, cover, ("Sales", 1)).await.expect("it was kept");
    let again = rules::add_cover(&mut tx, cover, ("Sales", 2)).await;
    assert!(matches!(again, Err(store::Error::Sent)), "{again:?}");
}
