//! The organisation: the chart as of a day, and departments as a tree.

use crate::support::{PASSWORD, TestApp};
use axum::http::StatusCode;
use domain::access::Role;

#[tokio::test]
async fn moving_a_manager_moves_the_subtree_on_its_day() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let mut make = Vec::new();
    for (number, name, manager) in [("1", "Lea", ""), ("2", "Max", "1"), ("3", "Tom", "2"), ("4", "Una", "1")] {
        make.push(company.employee(&[("number", number), ("first_name", name), ("manager", manager)]).await);
    }
    owner.get(&format!("/w/acme/hr/employees/{}/jobs/new", make[1])).await;
    owner.fill("Save", &[("From", "2026-04-01"), ("Manager", "4")]).await;
    let chart = async |owner: &mut crate::support::Browser, on: &str, find: &str| {
        owner.get(&format!("/w/acme/hr/organisation?on={on}&find={find}")).await
    };
    // Tom is below Max is below Lea; in April Una stands between them.
    let names = |page: &crate::support::Page| page.all(".org-name");
    assert_eq!(
        names(&chart(&mut owner, "", "Tom").await),
        ["Lea Lovelace", "Max Lovelace", "Tom Lovelace", "Una Lovelace"]
    );
    let page = chart(&mut owner, "2026-04-01", "Tom").await;
    assert_eq!(names(&page), ["Lea Lovelace", "Una Lovelace", "Max Lovelace", "Tom Lovelace"]);
    assert_eq!(page.all(".is-focus .org-name"), ["Tom Lovelace"]);
    // What is planned is not for whoever plans for a team of their own.
    let manager = company.member(Role::Manager).await;
    company.link(manager.member, make[3]).await;
    let page = chart(&mut company.manager().await, "2026-04-01", "Tom").await;
    assert_eq!(names(&page), ["Lea Lovelace", "Max Lovelace", "Tom Lovelace", "Una Lovelace"]);
    // A branch comes when it is asked for.
    let part = owner.htmx(&format!("/w/acme/hr/organisation/people/{}", make[1]), &format!("below-{}", make[1])).await;
    assert_eq!(names(&part), ["Tom Lovelace"]);
    assert!(!part.is_whole());
    // Before anybody was there, nobody is.
    assert!(chart(&mut owner, "1999-01-01", "").await.says("Nobody reports to anybody yet"));
    assert!(chart(&mut owner, "", "Nobody").await.says("Nobody of that name or number"));
    app.run_jobs().await;
}

#[tokio::test]
async fn how_many_others_there_are_is_told_to_whoever_sees_everybody() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    for (number, department) in [("1", "Sales"), ("2", "Sales")] {
        company.employee(&[("number", number), ("department", department)]).await;
    }
    company.position("Welder").await;
    let (lead, email) = (company.role("Lead", &[("employees.read", "team")]).await, app.email("lead"));
    company.join("Lea Lead", &email, Role::Custom(lead)).await;
    let mut lead = app.browser();
    lead.sign_in(&email, PASSWORD).await;
    assert_eq!(lead.get("/w/acme/hr/departments").await.rows(), [["Sales", "nobody"]]);
    assert!(!lead.get("/w/acme/hr/organisation?by=departments").await.says("2 people"));
    assert!(!lead.get("/w/acme/hr/positions").await.says("Taken"));
    let mut owner = company.owner().await;
    assert!(owner.get("/w/acme/hr/organisation?by=departments").await.says("2 people"));
    assert!(owner.get("/w/acme/hr/positions").await.says("Taken"));
}

#[tokio::test]
async fn whoever_is_in_no_branch_is_counted_beside_the_chart() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("number", "1"), ("last_name", "Chief")]).await;
    company.employee(&[("number", "2"), ("last_name", "Below"), ("manager", "1")]).await;
    let mut owner = company.owner().await;
    assert!(!owner.get("/w/acme/hr/organisation").await.says("in no branch"));
    company.employee(&[("number", "3"), ("last_name", "Apart")]).await;
    let page = owner.get("/w/acme/hr/organisation").await;
    assert!(page.says("1 person reports to nobody, and nobody to them: they are in no branch."), "{page}");
    company.employee(&[("number", "4"), ("last_name", "Alone")]).await;
    // Neither is who has left, or is yet to come.
    company.employee(&[("number", "5"), ("start_date", "2020-01-01"), ("end_date", "2025-01-01")]).await;
    for asked in ["", "?open=all"] {
        let page = owner.get(&format!("/w/acme/hr/organisation{asked}")).await;
        assert!(page.says("2 people report to nobody, and nobody to them"), "{asked}: {page}");
    }
    // Whoever sees a team alone is told of nobody else.
    let role = company.role("Leads a team", &[("employees.read", "team"), ("home.read", "all")]).await;
    let leads = company.join("Lena Lead", &app.email("lena"), Role::Custom(role)).await;
    let mut browser = app.browser();
    browser.sign_in(&leads.email, crate::support::PASSWORD).await;
    let page = browser.get("/w/acme/hr/organisation").await;
    assert!(page.status == StatusCode::OK && !page.says("in no branch"), "{page}");
}

#[tokio::test]
async fn all_branches_open_at_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    for (number, name, manager) in [("1", "Lea", ""), ("2", "Max", "1"), ("3", "Tom", "2"), ("4", "Una", "3")] {
        company.employee(&[("number", number), ("first_name", name), ("manager", manager)]).await;
    }
    let mut owner = company.owner().await;
    let page = owner.get("/w/acme/hr/organisation").await;
    assert_eq!(page.all(".org-name"), ["Lea Lovelace", "Max Lovelace"], "{page}");
    let all = page.link("Open all").expect("the way to all");
    let page = owner.get(&all).await;
    assert_eq!(page.all(".org-name"), ["Lea Lovelace", "Max Lovelace", "Tom Lovelace", "Una Lovelace"], "{page}");
    // From one person down as well.
    let page = owner.get("/w/acme/hr/organisation?open=all&find=Tom").await;
    assert_eq!(page.all(".org-name"), ["Tom Lovelace", "Una Lovelace"], "{page}");
    assert!(page.link("Close all").is_some(), "{page}");
}

#[tokio::test]
async fn departments_stand_below_one_another_and_never_in_a_circle() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    for (number, department) in [("1", "Sales"), ("2", "Field sales"), ("3", "Field sales")] {
        company.employee(&[("number", number), ("department", department)]).await;
    }
    let mut hr = company.signed_in(Role::HrManager).await;
    let place = async |hr: &mut crate::support::Browser, name: &str, fields: &[(&str, &str)]| {
        hr.get(&format!("/w/acme/hr/departments/edit?name={}", name.replace(' ', "+"))).await;
        hr.fill("Save", fields).await
    };
    let page = place(&mut hr, "Field sales", &[("Below", "Sales"), ("Head", "2")]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    assert_eq!(page.rows()[0][..4], ["Sales", "nobody", "1", "3"]);
    assert!(page.rows()[1][0].starts_with("Field sales"), "{page}");
    assert_eq!(page.rows()[1][1..4], ["Ada Lovelace", "2", "2"]);
    let page = place(&mut hr, "Sales", &[("Below", "Field sales")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.error("parent").contains("circle"), "{page}");
    let page = place(&mut hr, "Sales", &[("Head", "99")]).await;
    assert_eq!(page.error("head"), "No employee has the number 99.");
    assert!(hr.get("/w/acme/hr/organisation?by=departments").await.says("3 with those below"));
    // Whoever may not, sees and does not change.
    let mut employee = company.employee_member().await;
    assert!(employee.get("/w/acme/hr/departments").await.says("Field sales"));
    assert_eq!(employee.get("/w/acme/hr/departments/edit?name=Sales").await.status, StatusCode::NOT_FOUND);
}
