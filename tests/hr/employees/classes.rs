//! Pay and birth date are classes of their own: closed to whoever was not granted them, at every door.

use crate::support::{Page, TestApp};
use axum::http::StatusCode;
use domain::{access::Role, hr::employees::Filter};

const LIST: &str = "/w/acme/hr/employees";

fn tells(page: &Page) -> Option<&'static str> {
    ["91,357", "91357", "93,579", "93579", "1981", "salary", "Salary", "birth_date", "Birth date"]
        .into_iter()
        .find(|w| page.text.contains(w))
}

#[tokio::test]
async fn pay_and_birth_date_are_nobodys_business() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let chief = company.employee(&[("number", "1"), ("last_name", "Chief")]).await;
    let ada = company
        .employee(&[
            ("number", "2"),
            ("manager", "1"),
            ("salary", "91357"),
            ("birth_date", "1981-07-19"),
            ("start_date", "2020-01-01"),
        ])
        .await;
    // One change of pay alone, one of pay and something else.
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{ada}/edit")).await;
    owner.fill("Save changes", &[("Salary, a year", "93579")]).await;
    owner.get(&format!("{LIST}/{ada}/edit")).await;
    owner.fill("Save changes", &[("Salary, a year", "93579.01"), ("Job title", "Countess")]).await;
    app.run_jobs().await;
    let pages = [
        LIST.to_owned(),
        format!("{LIST}?q=lovelace"),
        format!("{LIST}/{ada}"),
        format!("{LIST}/{ada}/timeline"),
        format!("{LIST}/{chief}"),
        format!("{LIST}/options?manager=ada"),
        "/w/acme".to_owned(),
        "/w/acme/search?q=lovelace".to_owned(),
    ];
    for role in [Role::Recruiter, Role::SupportAgent, Role::Employee, Role::Auditor] {
        let mut browser = company.signed_in(role).await;
        // Asking for the columns does not open them.
        browser
            .post(
                &format!("{LIST}/columns"),
                &[("columns", "salary"), ("columns", "birth_date"), ("columns", "number")],
            )
            .await;
        for path in &pages {
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{role}: {page}");
            assert_eq!(tells(&page), None, "{role} reads it in {page}");
        }
        for question in ["93579", "91357", "1981", "1981-07-19"] {
            let page = browser.get(&format!("{LIST}?q={question}")).await;
            assert!(page.says("Nobody fits"), "{role} finds by it: {page}");
            let page = browser.get(&format!("/w/acme/search?q={question}")).await;
            assert!(page.says("Nothing found"), "{role} finds by it: {page}");
        }
        let page = browser.get(&format!("{LIST}/{ada}/timeline")).await;
        assert!(page.says("Countess"), "what is everyone's is told: {page}");
        assert!(!page.says("changed 0 fields"), "that pay was changed is pay, too: {page}");
        for closed in [format!("{LIST}/export"), format!("{LIST}/{ada}/edit"), format!("{LIST}/new")] {
            assert_eq!(browser.get(&closed).await.status, StatusCode::NOT_FOUND, "{role} {closed}");
        }
        // Where a role may export one day, the query itself leaves the classes out.
        let mut tx = app.db.begin(company.desk(role).await).await.expect("a transaction");
        for e in store::hr::employees::export(&mut tx, &Filter::default(), None, 10).await.expect("rows").0 {
            assert_eq!((e.salary, e.birth_date), (None, None), "{role}");
            assert_eq!((&*e.cell("salary"), &*e.cell("birth_date")), ("", ""), "{role}");
        }
    }
    for role in [Role::Owner, Role::Admin, Role::HrManager, Role::PayrollOfficer] {
        let mut browser = company.signed_in(role).await;
        browser.post(&format!("{LIST}/columns"), &[("columns", "salary"), ("columns", "birth_date")]).await;
        let page = browser.get(LIST).await;
        assert!(page.says("93,579.01") && page.says("1981"), "{role}: {page}");
        let file = browser.get(&format!("{LIST}/export")).await;
        assert!(file.text.contains("93579.01") && file.text.contains("1981-07-19"), "{role}: {}", file.text);
        let page = browser.get(&format!("{LIST}/{ada}/timeline")).await;
        assert!(page.says("93,579"), "{role}: {page}");
    }
}

#[tokio::test]
async fn the_last_day_and_the_end_of_a_probation_are_for_whoever_may_change_the_record() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let chief = company.employee(&[("number", "1"), ("last_name", "Chief")]).await;
    let ada = company.employee(&[("number", "2"), ("manager", "1"), ("start_date", "2025-10-01")]).await;
    let mut hr = company.signed_in(Role::HrManager).await;
    hr.get(&format!("{LIST}/{ada}/edit")).await;
    hr.fill("Save changes", &[("End date", "2026-08-31")]).await;
    hr.get(&format!("{LIST}/{ada}/details")).await;
    hr.fill("Save changes", &[("probation_end", "2026-04-30")]).await;
    app.run_jobs().await;
    company.link(company.member(Role::Manager).await.member, chief).await;
    company.link(company.member(Role::Employee).await.member, ada).await;
    let list = format!("{LIST}?columns=number&columns=end_date");
    let tells = |page: &Page| ["31 Aug 2026", "30 Apr 2026"].map(|day| page.says(day));
    for (role, sees) in [
        (Role::Recruiter, false),
        (Role::SalesRep, false),
        (Role::Auditor, false),
        (Role::HrManager, true),
        (Role::Manager, true),
        (Role::Employee, true),
    ] {
        let mut browser = company.signed_in(role).await;
        for path in [format!("{LIST}/{ada}"), format!("{LIST}/{ada}/timeline")] {
            let page = browser.get(&path).await;
            assert_eq!(tells(&page), [sees; 2], "{role} {path}: {page}");
        }
        let page = browser.get(&list).await;
        assert_eq!(tells(&page)[0], sees && role != Role::Employee, "{role}: {page}");
    }
    // That they have left, everybody sees by their status.
    app.clock.advance(chrono::Duration::days(200));
    let mut rep = company.signed_in(Role::SalesRep).await;
    let page = rep.get(&format!("{LIST}/{ada}")).await;
    assert!(page.says("Left") && !page.says("31 Aug 2026"), "{page}");
}

#[tokio::test]
async fn who_may_not_read_a_class_cannot_write_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("salary", "91357"), ("birth_date", "1981-07-19")]).await;
    // A manager changes their team's records, without their classes: those stay as they are.
    let mona = company.employee(&[("number", "7"), ("last_name", "Manager")]).await;
    company.link(company.member(Role::Manager).await.member, mona).await;
    app.trial
        .admin(&format!("update employees set manager_id = '{mona}' where id = '{ada}'"))
        .await
        .expect("she reports");
    let mut tx = app.db.begin(company.desk(Role::Manager).await).await.expect("a transaction");
    let mut draft = store::hr::employees::find(&mut tx, ada).await.expect("Ada").draft();
    assert_eq!((draft.salary.as_str(), draft.birth_date.as_str()), ("", ""));
    draft.job_title = "Countess".into();
    draft.salary = "1".into();
    let fields = draft.parse(&Default::default()).expect("it holds");
    store::hr::employees::change(&mut tx, ada, 1, &fields).await.expect("a change");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    let page = company.owner().await.get(&format!("{LIST}/{ada}")).await;
    assert!(page.says("Countess") && page.says("91,357") && page.says("1981"), "{page}");
}

#[tokio::test]
async fn who_leads_a_team_changes_theirs_and_asks_for_changes_of_their_own() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let chief = company.employee(&[("number", "1"), ("last_name", "Chief")]).await;
    let below = company.employee(&[("number", "2"), ("manager", "1")]).await;
    company.link(company.member(Role::Manager).await.member, chief).await;
    let mut manager = company.manager().await;
    for (whose, status) in [(below, StatusCode::OK), (chief, StatusCode::NOT_FOUND)] {
        for page in ["edit", "jobs/new", "field-files"] {
            assert_eq!(manager.get(&format!("{LIST}/{whose}/{page}")).await.status, status, "{whose}/{page}");
        }
    }
    assert!(manager.get(&format!("{LIST}/{chief}")).await.link("Edit").is_none());
}
