//! Stories of notes: who may write and read them, and whom they name.

use crate::support::{Company, TestApp};
use axum::http::StatusCode;
use domain::{access::Role, events::Event, notes::Fields, workspace::access::Subject};
use sqlx::Row;

#[tokio::test]
async fn a_note_is_written_changed_deleted_and_taken_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let customer = company.customer(&[]).await;
    let path = company.at(&format!("/crm/customers/{customer}/timeline"));
    let mut rep = company.signed_in(Role::SupportAgent).await;
    rep.get(&path).await;
    let page = rep.fill("Add note", &[("Note", "Called twice.\nThey <b>like</b> the lamp.")]).await;
    assert!(page.says("The note was added.") && page.says("Called twice."), "{page}");
    assert!(page.text.contains("They &lt;b&gt;like&lt;/b&gt; the lamp."), "{page}");
    let page = rep.post(&company.at(&format!("/crm/customers/{customer}/notes")), &[("text", "  ")]).await;
    assert_eq!((page.status, page.error("text")), (StatusCode::UNPROCESSABLE_ENTITY, "Write something first.".into()));
    let edit = rep.get(&path).await.attribute(".entry-actions a", "href").expect("a way to edit");
    rep.get(&edit).await;
    let page = rep.fill("Save changes", &[("Note", "Called three times.")]).await;
    assert!(page.says("Called three times.") && page.says("Edited") && !page.says("Called twice."), "{page}");
    // Somebody else reads it, and has no way to change it; an administrator may delete it.
    let other = company.signed_in(Role::SalesManager).await.get(&path).await;
    assert!(other.says("Called three times.") && !other.text.contains(&edit), "{other}");
    let page = company.signed_in(Role::SalesManager).await.get(&edit).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let mut admin = company.admin().await;
    admin.get(&path).await;
    let page = admin.fill("Delete this note", &[]).await;
    assert!(page.says("The note was deleted.") && !page.says("Called three times."), "{page}");
    let page = admin.fill("Undo", &[]).await;
    assert!(page.says("The note is back.") && page.says("Called three times."), "{page}");
    // The trail tells that, and not what it said.
    let page = company.owner().await.get(&company.at("/settings/audit?record=notes")).await;
    assert!(page.says("Note") && !page.says("Called"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_private_note_is_for_whoever_may_change_the_record_and_never_for_whom_it_is_about() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (chief, below) = (
        company.employee(&[("last_name", "Chief")]).await,
        company.employee(&[("last_name", "B"), ("manager", "1")]).await,
    );
    let (manager, hr) = (company.member(Role::Manager).await, company.member(Role::HrManager).await);
    company.link(manager.member, chief).await;
    company.link(hr.member, below).await;
    let path = company.at(&format!("/hr/employees/{below}/timeline"));
    let mut browser = company.manager().await;
    browser.get(&path).await;
    let page = browser.fill("Add note", &[("Note", "May be promoted"), ("private", "true")]).await;
    assert!(page.says("May be promoted") && page.says("Private"), "{page}");
    for (role, sees) in [
        (Role::Owner, true),
        (Role::Manager, true),
        // May change it, and is the person it is about.
        (Role::HrManager, false),
        (Role::PayrollOfficer, true),
        (Role::Employee, false),
        (Role::Recruiter, false),
        (Role::Auditor, false),
    ] {
        let mut browser = company.signed_in(role).await;
        for path in [path.clone(), company.at(&format!("/hr/employees/{below}"))] {
            let page = browser.get(&path).await;
            assert_eq!((page.status, page.says("May be promoted")), (StatusCode::OK, sees), "{role} {path}");
        }
    }
    // Who reads the record only writes for everybody, or not at all.
    let notes = company.at(&format!("/hr/employees/{below}/notes"));
    let mut recruiter = company.signed_in(Role::Recruiter).await;
    let page = recruiter.post(&notes, &[("text", "Hidden"), ("private", "true")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert_ne!(page.error("private"), "");
    let page = company.signed_in(Role::Employee).await.post(&notes, &[("text", "Gossip")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "an employee writes on their own record alone");
    app.run_jobs().await;
}

#[tokio::test]
async fn whom_a_note_names_hears_of_it_and_must_be_able_to_see_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let customer = Subject::Customer(company.customer(&[]).await);
    company.member(Role::Employee).await;
    let manager = company.member(Role::Manager).await;
    let path = company.at(&format!("/crm/customers/{}", customer.id()));
    let mut owner = company.owner().await;
    let page = owner.post(&format!("{path}/notes"), &[("text", "Ask @Emil Employee")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert_eq!(page.error("text"), "Emil Employee may not see this record. Leave their @ away.");
    assert!(page.text.contains("Ask @Emil Employee"), "what was typed stays: {page}");
    let mut tx = company.begin().await;
    let id = tx.id();
    let text = format!("@mona manager, and @{} once more", manager.email);
    store::notes::add(&mut tx, id, customer, &Fields::of(text)).await.expect("a note");
    tx.commit().await.expect("it is kept");
    let expected = Event::NoteAdded { note: id, record: customer, mentions: vec![manager.member] };
    let told = announced(&company).await;
    assert!(told.contains(&serde_json::to_value(&expected).expect("events serialise")), "{told:?}");
    // Whom a change names anew, it tells.
    let mut tx = company.begin().await;
    let note = store::notes::find(&mut tx, id).await.expect("the note");
    let sales = company.member(Role::SalesManager).await;
    let text = format!("{} and @{}", note.draft().text, sales.email);
    store::notes::change(&mut tx, id, note.version, &Fields::of(text)).await.expect("it is changed");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    for (role, times) in [(Role::SalesManager, 1), (Role::Manager, 1)] {
        let page = company.signed_in(role).await.get(&company.at("/notifications")).await;
        let told = page.all(".notice-page .notice-title");
        assert_eq!(told.iter().filter(|t| t.contains("mentioned you")).count(), times, "{role:?}: {page}");
    }
    // A new name shows in the old note.
    let rename = format!("update members set name = 'Mona Married' where id = '{}'", manager.member);
    app.trial.admin(&rename).await.expect("she marries");
    let page = owner.get(&format!("{path}/timeline")).await;
    assert!(page.says("@Mona Married , and @Mona Married once more"), "{page}");
    // Who types an @ is offered people.
    let page = owner.htmx(&company.at("/notes/mentions?q=mon"), "div#mentions").await;
    assert!(page.says("Mona Married") && !page.says("Emil"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_long_timeline_pages_through_changes_and_notes_together() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let customer = Subject::Customer(company.customer(&[]).await);
    for n in 0..70 {
        app.clock.advance(chrono::Duration::minutes(1));
        company.note(customer, &format!("Note number {n}.")).await;
    }
    let mut owner = company.owner().await;
    let page = owner.get(&company.at(&format!("/crm/customers/{}/timeline", customer.id()))).await;
    assert!(page.says("Note number 69.") && page.says("Note number 20.") && !page.says("Note number 19."), "{page}");
    let page = owner.click("Older changes").await;
    assert!(page.says("Note number 19.") && page.says("Note number 0.") && page.says("added this customer"), "{page}");
    app.run_jobs().await;
}

/// Events on their way to whoever listens.
async fn announced(company: &Company<'_>) -> Vec<serde_json::Value> {
    let mut conn = company.app.app_role().await;
    let begin = format!("begin; set local app.tenant_id = '{}'", company.tenant);
    sqlx::raw_sql(sqlx::AssertSqlSafe(begin)).execute(&mut conn).await.expect("a transaction");
    let events = "select body -> 'event' from outbox where name = 'announce'";
    let rows = sqlx::raw_sql(events).fetch_all(&mut conn).await.expect("events");
    rows.iter().map(|row| row.get(0)).collect()
}
