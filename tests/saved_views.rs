//! Saved views of lists: one's own and everybody's, as tabs, with their changes told.

use crate::support::{Browser, Company, TestApp};
use axum::http::StatusCode;
use domain::access::Role;

const LIST: &str = "/w/acme/hr/employees";

async fn staff(company: &Company<'_>) {
    company
        .employees([
            vec![
                ("number", "1"),
                ("first_name", "Ada"),
                ("last_name", "Sales"),
                ("department", "Sales"),
                ("salary", "91357"),
            ],
            vec![("number", "2"), ("first_name", "Ben"), ("last_name", "Works"), ("department", "Works")],
        ])
        .await;
}

/// Keeps what the list is asked under a name; gives the address of the view.
async fn keep(browser: &mut Browser, question: &str, fields: &[(&str, &str)]) -> String {
    browser.get(&format!("{LIST}?{question}")).await;
    browser.click("Save view").await;
    let page = browser.fill("Save view", fields).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    page.path.clone()
}

#[tokio::test]
async fn a_view_is_kept_changed_reset_renamed_and_deleted_with_a_way_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    staff(&company).await;
    let mut owner = company.owner().await;
    let page = owner.get(LIST).await;
    assert!(page.link("Save view").is_none(), "nothing is asked: {page}");
    let path = keep(&mut owner, "department=Sales&sort=-name", &[("Name", "Sellers")]).await;
    let page = owner.get(&path).await;
    assert_eq!(page.names(), ["Ada Sales"], "{page}");
    assert_eq!(page.attribute(".tab[aria-current]", "href"), Some(path.clone()), "it is a tab: {page}");
    assert!(page.says("Only you find this view."), "{page}");

    // Asked something else, it says so, and both ways are open.
    let page = owner.get(&format!("{path}&status=left")).await;
    assert!(page.says("“Sellers” has changes.") && page.has(".view-bar"), "{page}");
    let page = owner.click("Reset").await;
    assert!(!page.says("has changes") && page.names() == ["Ada Sales"], "{page}");
    // Columns are the view's while it is open, and nobody's preference.
    let page = owner.fill("Show these", &[("columns", ""), ("columns", "number")]).await;
    assert!(page.path.contains("columns=number") && page.says("has changes"), "{page}");
    let page = owner.press("Save changes").await;
    assert!(page.says("“Sellers” is changed.") && !page.says("has changes"), "{page}");
    let page = owner.press("Undo").await;
    assert!(page.says("“Sellers” is changed."), "{page}");
    // As a part of the page as well, which a search swaps.
    let part = owner.htmx(&format!("{path}&q=zz"), "div#employees").await;
    assert!(part.says("has changes") && !part.is_whole(), "{part}");

    // Names are one's own, once.
    owner.get(&format!("{LIST}?department=Works")).await;
    owner.click("Save view").await;
    let page = owner.fill("Save view", &[("Name", "SELLERS")]).await;
    assert_eq!(
        (page.status, page.error("name")),
        (StatusCode::UNPROCESSABLE_ENTITY, "You have a view of this name already.".into())
    );
    assert_eq!(page.value("name"), "SELLERS");
    let page = owner.fill("Save view", &[("Name", "Makers")]).await;
    assert_eq!(page.names(), ["Ben Works"], "what was asked is kept through the error: {page}");
    owner.click("Name and sharing").await;
    let page = owner.fill("Save changes", &[("Name", "Workers")]).await;
    assert!(page.link("Workers").is_some() && page.link("Makers").is_none(), "{page}");
    let page = owner.press("Delete view").await;
    assert!(page.link("Workers").is_none() && page.says("“Workers” is deleted."), "{page}");
    let page = owner.press("Undo").await;
    assert!(page.link("Workers").is_some() && page.names() == ["Ben Works"], "{page}");
}

#[tokio::test]
async fn what_is_shared_everybody_finds_and_sees_with_their_own_rights() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    staff(&company).await;
    let mut owner = company.owner().await;
    let mut emil = company.employee_member().await;
    let own = keep(&mut owner, "department=Works", &[("Name", "Mine")]).await;
    let shared = keep(
        &mut owner,
        "department=Sales&columns=number&columns=salary",
        &[("Name", "Paid"), ("Share with everyone", "true")],
    )
    .await;
    assert!(owner.get(&shared).await.says("91,357"));
    let page = emil.get(LIST).await;
    assert!(page.link("Paid").is_some() && page.link("Mine").is_none(), "{page}");
    let page = emil.click("Paid").await;
    assert!(page.names() == ["Ada Sales"] && !page.text.contains("91,357") && !page.says("Salary"), "{page}");
    assert!(page.says("Olga Owner shares this view") && page.link("Name and sharing").is_none(), "{page}");
    let page = emil.get(&format!("{shared}&status=left")).await;
    assert!(!page.has_form("Save changes") && page.link("Save as a new view").is_some(), "{page}");
    // Sharing takes a right, also from a form that was made by hand; and what is not theirs is not there.
    let page = emil.post(&format!("{LIST}/views/new"), &[("name", "All"), ("shared", "true")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    let id = |path: &str| path.rsplit_once("view=").map(|(_, id)| id.to_owned()).expect("a view");
    for (view, end) in [
        (&own, ""),
        (&own, "/removal"),
        (&own, "/opening"),
        (&shared, ""),
        (&shared, "/question"),
        (&shared, "/removal"),
    ] {
        let page = emil.post(&format!("{LIST}/views/{}{end}", id(view)), &[("name", "X"), ("_version", "1")]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{view} {end}: {page}");
    }
    // A name that everybody sees is there once.
    let mut admin = company.admin().await;
    admin.get(&format!("{LIST}?q=a")).await;
    admin.click("Save view").await;
    let page = admin.fill("Save view", &[("Name", "paid"), ("Share with everyone", "true")]).await;
    assert_eq!(page.error("name"), "There is a shared view of this name already.");
    // Whoever may share changes it for all.
    let page = admin.fill("Save view", &[("Name", "paid"), ("Share with everyone", "")]).await;
    assert!(page.says("Only you find this view."), "{page}");
    admin.get(&shared).await;
    let page = admin.press("Delete view").await;
    assert!(page.says("“Paid” is deleted."), "{page}");
    assert!(emil.get(LIST).await.link("Paid").is_none());
}

#[tokio::test]
async fn a_list_opens_with_ones_own_view_or_with_everybodys() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    staff(&company).await;
    let mut owner = company.owner().await;
    let mut emil = company.signed_in(Role::Recruiter).await;
    let fields = [("Name", "First"), ("Share with everyone", "true"), ("Open the list with it, for everyone", "true")];
    keep(&mut owner, "department=Sales", &fields).await;
    let page = emil.get(LIST).await;
    assert_eq!((page.names(), page.path.contains("view=")), (vec!["Ada Sales".to_owned()], true), "{page}");
    let page = emil.click("Everyone").await;
    assert_eq!(page.names().len(), 2, "everything is a click away: {page}");
    let own = keep(&mut emil, "department=Works", &[("Name", "Own")]).await;
    emil.get(&own).await;
    let page = emil.press("Open the list with it, for me").await;
    assert!(page.says("The list opens with “Own” for you."), "{page}");
    assert_eq!(emil.get(LIST).await.names(), ["Ben Works"]);
    emil.press("Stop opening the list with it").await;
    assert_eq!(emil.get(LIST).await.names(), ["Ada Sales"], "everybody's again");
    let page = emil.press("Open the list with everything").await;
    assert!(page.says("opens with all employees for you"), "{page}");
    assert_eq!(emil.get(LIST).await.names().len(), 2);
    // Customers have theirs.
    company.customer(&[("name", "Harbour"), ("industry", "Ships")]).await;
    owner.get("/w/acme/crm/customers?industry=Ships").await;
    owner.click("Save view").await;
    let page = owner.fill("Save view", &[("Name", "First")]).await;
    assert!(page.path.starts_with("/w/acme/crm/customers?") && page.link("Harbour").is_some(), "{page}");
    assert!(page.link("Own").is_none(), "another list's is none of it: {page}");
}

#[tokio::test]
async fn a_shared_view_tells_nobody_what_it_asks_of_closed_fields() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    staff(&company).await;
    let mut owner = company.owner().await;
    owner.get("/w/acme/settings/fields/new").await;
    let field = [("Name", "Food to avoid"), ("Kind", "text"), ("Seen by", "personal")];
    assert!(owner.fill("Add field", &field).await.says("Food to avoid is a field of"));
    let asked = "custom-food_to_avoid=peanuts&sort=-salary&columns=custom-food_to_avoid&department=Sales";
    let path = keep(&mut owner, asked, &[("Name", "Lunch"), ("Share with everyone", "true")]).await;
    assert!(
        owner.get(&path).await.attribute(".tab[aria-current]", "href").is_some_and(|href| href.contains("peanuts"))
    );
    let page = company.employee_member().await.get(LIST).await;
    let link = page.link("Lunch").expect("it is shared");
    assert!(link.contains("department=Sales") && !link.contains("custom-") && !link.contains("salary"), "{link}");
    assert!(!page.text.contains("peanuts"), "{page}");
    // Nor does the trail.
    let page = owner.get("/w/acme/settings/audit?record=saved_views").await;
    assert!(page.says("Lunch") && !page.text.contains("peanuts"), "{page}");
}
