//! Stories of policies.

use crate::support::TestApp;
use axum::http::StatusCode;
use domain::access::Role;

#[tokio::test]
async fn a_policy_is_published_read_and_confirmed_by_version() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let sales = company.employee(&[("department", "Sales")]).await;
    let (employee, _) = (company.member(Role::Employee).await, company.member(Role::Manager).await);
    company.link(employee.member, sales).await;
    // However it is written, it is the same department.
    let shouted = format!("update employees set department = 'SALES' where id = '{sales}'");
    app.trial.admin(&shouted).await.expect("it is written so");
    let mut owner = company.owner().await;
    owner.get(&company.at("/hr/policies")).await;
    owner.click("New policy").await;
    let page = owner.fill("Add policy", &[("Title", "Travel"), ("For", "A department"), ("Text", "")]).await;
    assert_eq!((page.status, page.value("title")), (StatusCode::UNPROCESSABLE_ENTITY, "Travel".into()));
    assert!(!page.error("department").is_empty() && !page.error("body").is_empty(), "{page}");
    let fields = [
        ("Department", "Sales"),
        ("Text", "# Travel\n\nGo by **train**. <script>alert(1)</script>"),
        ("To be confirmed by", "2026-03-31"),
    ];
    let page = owner.fill("Add policy", &fields).await;
    assert!(page.says("A draft") && page.says("Go by train") && !page.text.contains("<script>alert"), "{page}");
    let path = page.path.clone();
    let mut emil = company.employee_member().await;
    assert_eq!(emil.get(&path).await.status, StatusCode::NOT_FOUND, "nobody reads a draft");
    let page = owner.get(&path).await;
    assert_eq!(page.h1(), "Travel");
    let page = owner.press("Publish version 1").await;
    assert!(page.says("Version 1 is published.") && page.says("Confirmed by 0 of 1"), "{page}");
    assert!(!page.says("no account"), "{page}");
    company.employee(&[("department", "Sales")]).await;
    company.employee(&[("department", "Sales"), ("start_date", "2020-01-01"), ("end_date", "2026-02-27")]).await;
    let page = owner.get(&path).await;
    assert!(page.says("One more person it is for has no account to confirm with."), "{page}");
    app.run_jobs().await;
    let page = emil.get(&company.at("/notifications")).await;
    assert!(page.says("Please read and confirm by 31 Mar 2026: Travel"), "{page}");
    // Whom it is not for does not see it.
    let mut mona = company.manager().await;
    assert_eq!(mona.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(mona.post(&format!("{path}/confirmation"), &[("number", "1")]).await.status, StatusCode::NOT_FOUND);
    let page = emil.get(&company.at("/hr/my-documents")).await;
    assert!(page.says("Read and confirm: Travel"), "{page}");
    emil.get(&path).await;
    let page = emil.press("I have read and understood this").await;
    assert!(page.says("You have confirmed “Travel”.") && page.says("Confirmed"), "{page}");
    let page = owner.get(&path).await;
    assert!(page.says("Confirmed by 1 of 1") && !page.has_form("Remind the rest"), "{page}");
    // Another version is to be confirmed anew; what is not published yet is not.
    owner.click("Edit").await;
    let page = owner.fill("Save changes", &[("Text", "Stay at home.")]).await;
    assert!(page.says("Changes that are not published"), "{page}");
    let page = emil.get(&path).await;
    assert!(page.says("Go by train") && page.says("You have confirmed version 1"), "{page}");
    owner.get(&path).await;
    owner.press("Publish version 2").await;
    app.run_jobs().await;
    let page = emil.get(&path).await;
    assert!(page.says("Stay at home.") && page.has_form("I have read and understood this"), "{page}");
    // Who still looks at the old one confirms nothing.
    assert_eq!(emil.post(&format!("{path}/confirmation"), &[("number", "1")]).await.status, StatusCode::CONFLICT);
    let page = owner.get(&path).await;
    assert!(page.says("Confirmed by 0 of 1") && page.says("only version 1"), "{page}");
    let page = owner.press("Remind the rest").await;
    assert_eq!(page.toast(), "1 person was reminded.", "{page}");
    owner.press("Remind the rest").await;
    app.run_jobs().await;
    let page = emil.get(&company.at("/notifications")).await;
    assert_eq!(page.all(".notice-page .notice-title").len(), 3, "two versions, and one reminder a day: {page}");
    emil.get(&path).await;
    emil.press("I have read and understood this").await;
    let page = owner.get(&company.at("/settings/audit?record=policy_acknowledgements")).await;
    assert_eq!(page.rows().len(), 2, "{page}");
    owner.get(&path).await;
    owner.press("Archive").await;
    assert!(emil.get(&company.at("/hr/policies")).await.says("Nothing to read"));
    app.run_jobs().await;
}
