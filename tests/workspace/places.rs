//! Departments and locations: one list, and everybody's record.

use crate::support::TestApp;
use axum::http::StatusCode;

const PLACES: &str = "/w/acme/settings/places";

#[tokio::test]
async fn calling_one_otherwise_changes_everybodys_record() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company
        .employees(
            [("1", "Sales"), ("2", "sales"), ("3", "Support")].map(|(n, d)| vec![("number", n), ("department", d)]),
        )
        .await;
    let mut owner = company.owner().await;
    let page = owner.get(PLACES).await;
    assert!(page.says("Sales") && page.says("Support"), "what is used is on the list: {page}");
    let page =
        owner.post(&format!("{PLACES}/name"), &[("kind", "department"), ("old", "Sales"), ("name", "Selling")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    let page = owner.get(PLACES).await;
    assert!(page.toast().contains("in 2 people’s records as well"), "{page}");
    let list = owner.get("/w/acme/hr/employees?department=Selling").await;
    assert_eq!(list.rows().len(), 2, "{list}");
    let trail = owner.get("/w/acme/settings/audit?record=employees&action=update").await;
    assert!(trail.says("Selling"), "{trail}");
    // Two become one, when it was asked for twice.
    let one = [("kind", "department"), ("old", "Selling"), ("name", "Support")];
    let page = owner.post(&format!("{PLACES}/name"), &one).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("Press again to make them one"), "{page}");
    assert_eq!(owner.get("/w/acme/hr/employees?department=Selling").await.rows().len(), 2, "nothing has changed yet");
    owner.post(&format!("{PLACES}/name"), &[&one[..], &[("merge", "Support")]].concat()).await;
    let list = owner.get("/w/acme/hr/employees?department=Support").await;
    assert_eq!(list.rows().len(), 3, "{list}");
    let page =
        owner.post(&format!("{PLACES}/name"), &[("kind", "department"), ("old", "Support"), ("name", " ")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
}

#[tokio::test]
async fn one_that_nobody_is_in_comes_and_goes() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("location", "Berlin")]).await;
    let mut owner = company.owner().await;
    owner.get(PLACES).await;
    let page = owner.fill("Add", &[("Name", "Malmö"), ("What it is", "Location")]).await;
    assert_eq!(page.toast(), "Malmö is on the list.", "{page}");
    let page = owner.fill("Add", &[("Name", "malmö"), ("What it is", "Location")]).await;
    assert_eq!(page.error("name"), "There is a location with this name already.", "{page}");
    owner.get(PLACES).await;
    let page = owner.press("Take off the list").await;
    assert_eq!(page.toast(), "Malmö is off the list.", "{page}");
    let page = owner.post(&format!("{PLACES}/removal"), &[("kind", "location"), ("old", "Berlin")]).await;
    assert!(page.says("Somebody is in it"), "{page}");
}
