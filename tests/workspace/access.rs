//! Effective access: why somebody can see something, and that it is so.

use super::roles::Site;
use crate::support::{Page, TestApp};
use axum::http::StatusCode;
use domain::access::{CATALOGUE, Resource};

#[tokio::test]
async fn effective_access_says_what_the_doors_do() {
    let app = TestApp::new().await;
    let site = Site::of(&app).await;
    let mut owner = site.company.owner().await;
    let mut lead = site
        .in_role(
            "Site lead",
            &[
                ("employees.read", "all"),
                ("employees.write", "team"),
                ("employees.personal", "team"),
                ("employees.pay", "own"),
                ("customers.read", "team"),
            ],
        )
        .await;
    let entry = site.company.app.db.enter("acme", {
        let mut tx = app.db.identity().await.expect("a transaction");
        store::identity::by_email(&mut tx, &app.email("site.lead.role"))
            .await
            .expect("an answer")
            .expect("an account")
            .id
    });
    let member = entry.await.expect("the door answers").expect("a member").actor.member;
    // Below the right stands why, for phones.
    let yes = |page: &Page, right: &str| {
        page.rows().iter().any(|row| row[0].starts_with(&format!("{right} The role")) && row[1] == "Yes")
    };
    let file = lead.get("/w/acme/hr/employees/export").await;
    for id in [site.lead, site.middle, site.below, site.beside] {
        let page = owner.get(&format!("/w/acme/settings/access?member={member}&record=employee:{id}")).await;
        let record = lead.get(&format!("/w/acme/hr/employees/{id}")).await;
        let edit = lead.get(&format!("/w/acme/hr/employees/{id}/edit")).await;
        assert_eq!(yes(&page, "View"), record.status == StatusCode::OK, "{page}");
        assert_eq!(yes(&page, "Add and change"), edit.status == StatusCode::OK, "{page}");
        assert_eq!(yes(&page, "See personal details"), record.text.contains("1981"), "{page}");
        assert!(!yes(&page, "Export") && file.status == StatusCode::NOT_FOUND, "{page}");
        assert_eq!(yes(&page, "See pay"), record.text.contains("91,357"), "{page}");
        let rights = CATALOGUE.iter().filter(|r| r.resource == Resource::Employees && r.scoped).count();
        assert_eq!(page.rows().len(), rights, "{page}");
    }
    let page = owner.get(&format!("/w/acme/settings/access?member={member}&record=employee:{}", site.below)).await;
    assert!(page.text.contains("Ada Below → Ada Middle → Site lead"), "{page}");
    for (id, seen) in [(site.theirs, true), (site.nobodys, false)] {
        let page = owner.get(&format!("/w/acme/settings/access?member={member}&record=customer:{id}")).await;
        assert_eq!(yes(&page, "View"), seen, "{page}");
        assert_eq!(lead.get(&format!("/w/acme/crm/customers/{id}")).await.status == StatusCode::OK, seen);
    }
    let page = owner.get("/w/acme/settings/access?q=below").await;
    assert!(page.text.contains("Ada Below"), "{page}");
}
