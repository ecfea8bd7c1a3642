//! What is known of somebody beside the record's own row: who sees it, who changes it, and how it is kept.

use crate::support::{Company, TestApp};
use axum::http::StatusCode;
use domain::access::Role;

const IBAN: &str = "DE89 3704 0044 0532 0130 00";

#[tokio::test]
async fn each_section_is_for_its_class() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("number", "7")]).await;
    company.link(company.member(Role::Employee).await.member, ada).await;
    let record = format!("/w/acme/hr/employees/{ada}");
    let mut hr = company.signed_in(Role::HrManager).await;

    hr.get(&format!("{record}/details")).await;
    hr.fill("Save changes", &[("Preferred name", "Adele"), ("End of probation", "2026-06-30")]).await;
    hr.get(&format!("{record}/personal")).await;
    let page = hr.fill("Save changes", &[("private_email", "nope"), ("City", "Turin")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((page.error("private_email").is_empty(), page.value("city")), (false, "Turin".into()));
    hr.fill("Save changes", &[("private_email", "ada@home.example"), ("Nationality", "Italian?")]).await;
    let page = hr.fill("Save changes", &[("Nationality", "Italy"), ("Street and number", "Via Roma 1")]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    assert!(page.says("Changes saved."), "{page}");
    hr.get(&format!("{record}/emergency")).await;
    let page = hr.fill("Save changes", &[("contact_1_name", "Byron")]).await;
    assert!(page.error("contact_1_phone").contains("fill this in"), "{page}");
    hr.fill("Save changes", &[("contact_1_phone", "+44 20 1234"), ("contact_1_relation", "Father")]).await;
    hr.get(&format!("{record}/bank")).await;
    let page =
        hr.fill("Save changes", &[("Account holder", "Ada Lovelace"), ("IBAN", "DE89 3704 0044 0532 0130 01")]).await;
    assert!(page.error("iban").contains("not an IBAN"), "{page}");
    hr.fill("Save changes", &[("IBAN", IBAN), ("BIC", "cobadeff")]).await;

    // Everything for whoever has all classes, and for the person; of the account no more than its end.
    for browser in [&mut hr, &mut company.employee_member().await] {
        let page = browser.get(&record).await;
        for words in
            ["Adele", "30 Jun 2026", "ada@home.example", "Italy", "Via Roma 1", "Byron", "•••• 3000", "COBADEFF"]
        {
            assert!(page.says(words), "{words}: {page}");
        }
        assert!(!page.text.contains("0532"), "{page}");
    }
    // Whoever sees the record sees what everybody may.
    for role in [Role::Manager, Role::Recruiter, Role::Auditor] {
        let mut browser = company.signed_in(role).await;
        for page in [browser.get(&record).await, browser.get(&format!("{record}/timeline")).await] {
            for words in ["ada@home.example", "Italy", "Via Roma", "Byron", "•••• 3000", "COBADEFF"] {
                assert!(!page.text.contains(words), "{role}, {words}: {page}");
            }
        }
        assert!(browser.get(&record).await.says("Adele"));
        for section in ["personal", "emergency", "bank"] {
            let page = browser.get(&format!("{record}/{section}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{role}, {section}");
        }
    }
    // The timeline tells it by class.
    let page = hr.get(&format!("{record}/timeline")).await;
    assert!(page.says("Via Roma 1") && page.says("Byron (Father), +44 20 1234") && page.says("•••• 3000"), "{page}");
    let page = hr.get("/w/acme/hr/employees").await;
    assert!(!page.says("Adele"), "the list has no such columns: {page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_whole_number_is_encrypted_and_each_look_is_told() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[]).await;
    let record = format!("/w/acme/hr/employees/{ada}");
    let mut payroll = company.signed_in(Role::PayrollOfficer).await;
    payroll.get(&format!("{record}/bank")).await;
    payroll.fill("Save changes", &[("Account holder", "Ada Lovelace"), ("IBAN", IBAN)]).await;

    let kept: Option<String> = company
        .read("select string_agg(b::text, ' ') from (select to_jsonb(b) as b from bank_accounts b union all select changes from audit_events) b")
        .await;
    let kept = kept.expect("rows");
    assert!(kept.contains("Ada Lovelace"), "{kept}");
    assert!(!kept.contains("0440532013"), "it stands somewhere in the open: {kept}");

    // Saved again without a number, the number stays.
    payroll.get(&format!("{record}/bank")).await;
    payroll.fill("Save changes", &[("BIC", "COBADEFF")]).await;
    let before = looks(&company).await;
    payroll.get(&record).await;
    let page = payroll.press("Show the whole IBAN").await;
    assert!(page.says("DE89 3704 0044 0532 0130 00"), "{page}");
    assert_eq!(looks(&company).await, before + 1);

    // Out again, when nobody holds it.
    payroll.get(&format!("{record}/bank")).await;
    let page = payroll.fill("Save changes", &[("Account holder", ""), ("BIC", "")]).await;
    assert!(page.says("IBAN Not set"), "{page}");
    let mut recruiter = company.signed_in(Role::Recruiter).await;
    recruiter.get("/w/acme").await;
    let page = recruiter.post(&format!("{record}/bank/revelation"), &[]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    app.run_jobs().await;
}

async fn looks(company: &Company<'_>) -> i64 {
    company.read("select count(*) from audit_events where action = 'revealed'").await
}

#[tokio::test]
async fn two_who_edit_a_section_hear_of_each_other() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[]).await;
    let path = format!("/w/acme/hr/employees/{ada}/personal");
    let (mut hr, mut owner) = (company.signed_in(Role::HrManager).await, company.owner().await);
    let slow = hr.get(&path).await.form("Save changes").set("City", "Turin").set("Region or state", "Piedmont");
    owner.get(&path).await;
    owner.fill("Save changes", &[("City", "Milan"), ("Postal code", "20121")]).await;
    let page = hr.send(slow).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert_eq!((page.value("city"), page.value("postal_code")), ("Turin".into(), "20121".into()), "{page}");
    let page = hr.press("Save changes").await;
    assert!(page.says("20121 Turin") && page.says("Piedmont"), "{page}");
    app.run_jobs().await;
}
