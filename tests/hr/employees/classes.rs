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
