//! Whose documents are whose.

use super::{PDF, upload};
use crate::support::{PASSWORD, TestApp};
use axum::http::StatusCode;
use domain::access::Role;

#[tokio::test]
async fn a_class_is_granted_and_a_team_does_not_open_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let chief = company.employee(&[("last_name", "Chief")]).await;
    let below = company.employee(&[("last_name", "Below"), ("manager", "1")]).await;
    let (manager, employee) = (company.member(Role::Manager).await, company.member(Role::Employee).await);
    company.link(manager.member, chief).await;
    company.link(employee.member, below).await;
    let mut all = vec![];
    for (whose, kind, title) in [
        (below, "Certificate", "First aid"),
        (below, "Identity document", "Passport of Below"),
        (below, "Contract", "Contract of Below"),
        (below, "Warning or file note", "Note about Below"),
        (chief, "Certificate", "Chief’s certificate"),
        (chief, "Contract", "Contract of Chief"),
    ] {
        all.push((title, company.document(whose, kind, title, None).await));
    }
    for (role, seen) in [
        (
            Role::HrManager,
            &[
                "First aid",
                "Passport of Below",
                "Contract of Below",
                "Note about Below",
                "Chief’s certificate",
                "Contract of Chief",
            ][..],
        ),
        (Role::Manager, &["First aid", "Chief’s certificate", "Contract of Chief"]),
        (Role::Employee, &["First aid", "Passport of Below", "Contract of Below"]),
        (Role::Auditor, &["First aid", "Chief’s certificate"]),
        (Role::SupportAgent, &[]),
    ] {
        let mut browser = company.signed_in(role).await;
        let list = browser.get(&company.at("/hr/documents")).await;
        for (title, (id, file)) in &all {
            let sees = seen.contains(title);
            assert_eq!(list.says(title), sees, "{role}: {title} in the list");
            let status = if sees { StatusCode::OK } else { StatusCode::NOT_FOUND };
            for path in [format!("/hr/documents/{id}"), format!("/files/{file}")] {
                let page = browser.request(axum::http::Method::GET, &company.at(&path), &[], vec![]).await;
                assert_eq!(page.status, status, "{role}: {title} at {path}");
            }
            // Nobody below HR changes one, or has another's approved.
            if role != Role::HrManager {
                let page = browser.post(&company.at(&format!("/hr/documents/{id}/archival")), &[]).await;
                assert_eq!(page.status, StatusCode::NOT_FOUND, "{role}: {title}");
            }
        }
    }
    // On the record as well: the manager sees the certificate of their report, and no form.
    let mut mona = company.manager().await;
    let page = mona.get(&company.at(&format!("/hr/employees/{below}/documents"))).await;
    assert!(page.says("First aid") && !page.says("Passport of Below") && !page.has_form("Add"), "{page}");
    // Each opening of a class is in the trail, of what is everybody's none.
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/settings/audit?action=downloaded")).await;
    assert_eq!(page.rows().len(), 4 + 1 + 2, "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn an_id_of_another_tenant_opens_nothing() {
    let app = TestApp::new().await;
    let (company, other) = (app.company("acme").await, app.company("globex").await);
    let ada = company.employee(&[]).await;
    let (id, file) = company.document(ada, "Certificate", "First aid", None).await;
    other.kind("Contract").await;
    let stranger = other.employee(&[]).await;
    let mut owner = other.owner().await;
    for path in [
        format!("/hr/documents/{id}"),
        format!("/files/{file}"),
        format!("/hr/employees/{ada}/documents"),
        format!("/hr/documents/{id}/edit"),
    ] {
        assert_eq!(owner.get(&other.at(&path)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // Nor does a file go to somebody who is not there: nothing of it is taken in.
    owner.get(&other.at(&format!("/hr/employees/{stranger}/documents"))).await;
    let mut form = owner.form("Add").set("kind", "Certificate").set("expires", "2030-01-01").file("file", "a.pdf", PDF);
    form.action = other.at(&format!("/hr/employees/{ada}/documents"));
    assert_eq!(owner.send(form).await.status, StatusCode::NOT_FOUND);
    // Nor is a kind of another workspace one.
    let theirs = company.kind("Contract").await.to_string();
    let page =
        owner.post(&other.at(&format!("/hr/employees/{stranger}/documents/requests")), &[("kind", &theirs)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn who_may_write_without_seeing_pay_makes_no_documents_of_pay() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.kind("Contract").await;
    let ada = company.employee(&[]).await;
    let grants = [("employees.read", "all"), ("documents.read", "all"), ("documents.write", "all")];
    let role = company.role("Filing clerk", &grants).await;
    let email = app.email("clerk");
    company.join("Filing Clerk", &email, Role::Custom(role)).await;
    let mut clerk = app.browser();
    clerk.sign_in(&email, PASSWORD).await;
    let page = clerk.get(&company.at(&format!("/hr/employees/{ada}/documents"))).await;
    let choices: Vec<String> = page.form("Add").choices("kind").into_iter().map(|(_, words)| words).collect();
    assert_eq!(choices, ["Choose a kind", "Certificate"], "{page}");
    let contract = company.kind("Contract").await.to_string();
    let form = clerk.form("Add").set("expires", "2030-01-01").set("kind", "Certificate").file("file", "a.pdf", PDF);
    let page = clerk.send(form).await;
    assert!(page.says("“a” was added."), "{page}");
    let page =
        clerk.post(&company.at(&format!("/hr/employees/{ada}/documents/requests")), &[("kind", &contract)]).await;
    assert!(page.says("There is no such kind any more."), "{page}");
    let page = upload(&mut clerk, "Add", &[("kind", "Certificate"), ("expires", "2030-01-01")], "b.pdf", PDF).await;
    assert!(page.says("“b” was added."), "{page}");
    app.run_jobs().await;
}
