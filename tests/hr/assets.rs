//! Stories of equipment: added, handed out, confirmed, brought back, and what a leaver still has.

use crate::support::{PASSWORD, TestApp};
use axum::http::StatusCode;
use domain::access::Role;

#[tokio::test]
async fn a_laptop_goes_out_is_confirmed_and_comes_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/hr/assets")).await;
    assert!(page.says("Laptops, phones, keys"), "{page}");
    let path = company.at("/hr/assets/new");
    let page = owner.post(&path, &[("name", "MacBook Pro"), ("kind", ""), ("value", "dear")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(!page.error("kind").is_empty() && !page.error("value").is_empty(), "{page}");
    assert_eq!(page.value("name"), "MacBook Pro");
    let page = owner.post(&path, &[("name", "MacBook Pro"), ("kind", "Laptop"), ("value", "1,899.00")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    let page = owner.get(page.header("location")).await;
    assert!(page.says("A-0001") && page.says("1,899.00"), "{page}");
    let piece = page.path.clone();
    // Nobody has two owners of one tag.
    let page = owner.post(&path, &[("name", "Other"), ("kind", "Laptop"), ("tag", "A-0001")]).await;
    assert!(page.error("tag").contains("Another"), "{page}");
    let ada = company.employee(&[]).await;
    let email = app.email("ada");
    let member = company.join("Ada Lovelace", &email, Role::Employee).await.member;
    company.link(member, ada).await;
    for (employee, day, field) in [("99", "", "employee"), ("1", "12/31/2030", "day")] {
        let page = owner.post(&format!("{piece}/loan"), &[("employee", employee), ("day", day)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(!page.error(field).is_empty(), "{page}");
    }
    owner.post(&format!("{piece}/loan"), &[("employee", "1"), ("day", "02/23/2026"), ("condition", "new")]).await;
    let page = owner.get(&piece).await;
    assert!(page.says("Ada Lovelace has MacBook Pro now.") && page.says("Not confirmed"), "{page}");
    let page = owner.post(&format!("{piece}/loan"), &[("employee", "1")]).await;
    assert!(page.says("Ada Lovelace has it. Take it back first."), "{page}");
    // On their own page they say that they have it; what it is worth they do not see.
    let mut browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    let page = browser.get(&company.at("/hr/assets")).await;
    assert!(page.says("You were given MacBook Pro") && !page.text.contains("1,899"), "{page}");
    let page = browser.fill("I have it", &[]).await;
    assert!(page.says("You have MacBook Pro. Thank you.") && !page.text.contains("1,899"), "{page}");
    assert_eq!(browser.get(&format!("{piece}/edit")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&company.at("/hr/assets/export")).await.status, StatusCode::NOT_FOUND);
    let page = owner.get(&company.at(&format!("/hr/employees/{ada}"))).await;
    assert!(page.link("MacBook Pro").is_some(), "{page}");
    let page = owner.post(&format!("{piece}/return"), &[("day", "01/01/2026")]).await;
    assert!(page.error("day").contains("not have it yet"), "{page}");
    let back = [("condition", "damaged"), ("then", "in_repair"), ("note", "Screen is cracked")];
    owner.post(&format!("{piece}/return"), &back).await;
    let page = owner.get(&piece).await;
    assert!(page.says("In repair") && page.says("New → Damaged") && page.says("Screen is cracked"), "{page}");
    // What has come back is history, whoever asks.
    let past = app.trial.admin("update asset_loans set note = 'never was'").await;
    assert!(past.is_err(), "the past was changed");
    // And it is theirs no more.
    assert_eq!(browser.get(&piece).await.status, StatusCode::NOT_FOUND);
    app.run_jobs().await;
}

#[tokio::test]
async fn whose_equipment_one_sees_and_what_a_file_has() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let chief = company.employee(&[("last_name", "Chief")]).await;
    let below = company.employee(&[("last_name", "Below"), ("manager", "1")]).await;
    company.link(company.member(Role::Manager).await.member, chief).await;
    company.link(company.member(Role::Employee).await.member, below).await;
    for (tag, holder) in [("Stock", None), ("Chief", Some(chief)), ("Below", Some(below))] {
        company.asset(tag, holder).await;
    }
    for (role, seen) in [
        (Role::Employee, &["Below"][..]),
        (Role::Manager, &["Below", "Chief"]),
        (Role::Auditor, &["Below", "Chief", "Stock"]),
        (Role::HrManager, &["Below", "Chief", "Stock"]),
    ] {
        let page = company.signed_in(role).await.get(&company.at("/hr/assets")).await;
        for tag in ["Below", "Chief", "Stock"] {
            assert_eq!(page.link(tag).is_some(), seen.contains(&tag), "{role}: {tag}");
        }
        assert_eq!(page.text.contains("1,234.56"), role == Role::HrManager, "{role}: {page}");
    }
    let mut hr = company.signed_in(Role::HrManager).await;
    for (question, seen) in [
        ("?status=in_stock", &["Stock"][..]),
        ("?status=assigned", &["Below", "Chief"]),
        ("?q=laptop+chief", &["Chief"]),
        ("?q=ada", &["Below", "Chief"]),
        (&format!("?holder={below}"), &["Below"]),
        ("?kind=phone", &[]),
    ] {
        let page = hr.get(&company.at(&format!("/hr/assets{question}"))).await;
        for tag in ["Below", "Chief", "Stock"] {
            assert_eq!(page.link(tag).is_some(), seen.contains(&tag), "{question}: {tag}");
        }
    }
    let file = hr.get(&company.at("/hr/assets/export?status=assigned")).await;
    assert!(
        file.text.contains("Below,Laptop Below,Laptop,,Assigned,Good,2,Ada Below,2026-03-02,,1234.56,USD"),
        "{}",
        file.text
    );
    assert!(!file.text.contains("Stock"), "{}", file.text);
    app.run_jobs().await;
}
