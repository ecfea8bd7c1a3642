//! Stories of tags.

use crate::support::TestApp;
use axum::http::StatusCode;
use domain::access::Role;

#[tokio::test]
async fn a_tag_is_put_on_a_record_told_and_taken_off() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let customer = company.customer(&[("name", "Harbour")]).await;
    company.customer(&[("name", "Inland")]).await;
    let path = company.at(&format!("/crm/customers/{customer}"));
    let mut rep = company.signed_in(Role::SalesManager).await;
    rep.get(&path).await;
    let page = rep.fill("Add tag", &[("tag", " Key  account ")]).await;
    assert!(page.says("Key account"), "{page}");
    // The same word in other letters is the same tag.
    rep.post(&format!("{path}/tags"), &[("tag", "KEY ACCOUNT")]).await;
    let page = rep.get(&format!("{path}/timeline")).await;
    assert!(page.says("Tag") && page.says("Key account"), "{page}");
    let page = rep.get(&company.at("/crm/customers?tag=key%20ACCOUNT")).await;
    assert!(page.link("Harbour").is_some() && page.link("Inland").is_none() && page.says("Key account"), "{page}");
    let page = rep.get(&company.at("/crm/customers/export?tag=Key%20account")).await;
    assert!(page.text.contains("Tags") && page.text.contains("Key account") && !page.text.contains("Inland"), "{page}");
    rep.get(&path).await;
    let page = rep.fill("Take off Key account", &[]).await;
    assert!(page.says("Key account was taken off.") && page.says("None yet."), "{page}");
    let page = rep.fill("Undo", &[]).await;
    assert!(page.says("Key account") && !page.says("None yet."), "{page}");
    // Several are written as people write several.
    let page = rep.fill("Add tag", &[("tag", "Fair, Press ,")]).await;
    assert!(page.says("Fair") && page.says("Press"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn who_may_tag_and_who_may_make_new_tags() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let employee = company.employee(&[]).await;
    let path = company.at(&format!("/hr/employees/{employee}"));
    company.owner().await.post(&format!("{path}/tags"), &[("tag", "First aid")]).await;
    let mut payroll = company.signed_in(Role::PayrollOfficer).await;
    payroll.post(&format!("{path}/tags"), &[("tag", "New word")]).await;
    let page = payroll.get(&path).await;
    assert!(page.says("There is no tag called New word, and you may not make new ones."), "{page}");
    assert!(page.says("First aid"), "{page}");
    let page = company.signed_in(Role::Employee).await.post(&format!("{path}/tags"), &[("tag", "First aid")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    // Among options everybody finds them.
    let page = payroll.htmx(&company.at("/tags/options"), "datalist#tag-names").await;
    assert!(page.text.contains("First aid") && !page.text.contains("New word"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn many_are_tagged_at_once_within_ones_reach() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rep = company.member(Role::SalesRep).await;
    let own = company.customer(&[("name", "Own"), ("owner", &rep.email)]).await;
    let other = company.customer(&[("name", "Other")]).await;
    let mut browser = company.signed_in(Role::SalesRep).await;
    let ids = [("ids", &*own.to_string()), ("ids", &*other.to_string()), ("tag", "Fair")];
    browser.post(&company.at("/crm/customers/tags"), &ids).await;
    let page = browser.get(&company.at("/crm/customers?tag=Fair")).await;
    assert!(
        page.says("1 customer was tagged Fair.") && page.link("Own").is_some() && page.link("Other").is_none(),
        "{page}"
    );
    let page = browser.fill("Undo", &[]).await;
    assert!(page.says("Fair was taken off 1 customer."), "{page}");
    app.run_jobs().await;
}
