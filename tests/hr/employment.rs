//! Job and pay over time: rows with a day, what they say of today, and what comes by itself (DOMAIN: Payroll, "pay facts
//! are dated rows").

use crate::support::{Browser, Company, Page, TestApp};
use axum::http::StatusCode;
use chrono::Duration;
use domain::{EmployeeId, access::Role, import::Target, jobs::TakeEffect};

const RECORD: &str = "/w/acme/hr/employees";

async fn tables(browser: &mut Browser, id: EmployeeId) -> Vec<Vec<String>> {
    browser.get(&format!("{RECORD}/{id}/history")).await.rows()
}

/// What stands on the card "As of" of that day.
async fn as_of(browser: &mut Browser, id: EmployeeId, on: &str) -> Vec<String> {
    browser.get(&format!("{RECORD}/{id}/history?on={on}")).await.all(".facts dd")
}

async fn change_job(browser: &mut Browser, id: EmployeeId, fields: &[(&str, &str)]) -> Page {
    browser.get(&format!("{RECORD}/{id}/jobs/new")).await;
    browser.fill("Save", fields).await
}

async fn change_pay(browser: &mut Browser, id: EmployeeId, fields: &[(&str, &str)]) -> Page {
    browser.get(&format!("{RECORD}/{id}/pay/new")).await;
    browser.fill("Save", fields).await
}

/// The night passes, and the schedule fires.
async fn nights(app: &TestApp, company: &Company<'_>, days: i64) {
    app.clock.advance(Duration::days(days));
    let mut tx = company.begin().await;
    let job = TakeEffect { tenant: company.tenant, at: app.db.now() };
    store::queue::push(&mut tx, &job).await.expect("it is pushed");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
}

async fn title(browser: &mut Browser, id: EmployeeId) -> String {
    browser.get(&format!("{RECORD}/{id}/edit")).await.value("job_title")
}

#[tokio::test]
async fn of_two_who_change_one_row_the_second_sees_what_it_says_now() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("job_title", "Engineer"), ("start_date", "2020-05-01"), ("salary", "50000")]).await;
    let (mut owner, mut other) = (company.owner().await, company.signed_in(Role::HrManager).await);
    for (link, field, now) in [("pay-rows", "Salary, a year", "52,000.00"), ("job-rows", "Job title", "Architect")] {
        let page = owner.get(&format!("{RECORD}/{ada}/history")).await;
        let row = page.text.split('"').find(|part| part.contains(link)).expect("a row").to_owned();
        other.get(&row).await;
        owner.get(&row).await;
        let page = owner.fill("Save", &[(field, now)]).await;
        assert_eq!(page.toast(), "Saved.", "{page}");
        let page = other.fill("Save", &[("Why", "A typo")]).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
        assert!(page.says("Somebody has changed this row since you opened it.") && page.says(now), "{page}");
        // Who saves again means it.
        let page = other.fill("Save", &[(field, now)]).await;
        assert_eq!(page.toast(), "Saved.", "{page}");
        assert!(tables(&mut other, ada).await.iter().flatten().any(|cell| cell == "A typo"));
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn what_a_change_carries_on_is_not_written_over_by_a_form_that_was_open() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("job_title", "Engineer"), ("start_date", "2020-05-01")]).await;
    let (mut owner, mut other) = (company.owner().await, company.signed_in(Role::HrManager).await);
    change_job(&mut owner, ada, &[("From", "2026-06-01"), ("Why", "Review")]).await;
    for (page, now) in [("edit", "Architect"), ("history", "Director")] {
        let row = other.get(&format!("{RECORD}/{ada}/history")).await.link("1 Jun 2026").expect("a row");
        other.get(&row).await;
        // By the record, and by the row that holds today.
        let path = match page {
            "edit" => format!("{RECORD}/{ada}/edit"),
            _ => owner.get(&format!("{RECORD}/{ada}/history")).await.link("2 Mar 2026").expect("a row"),
        };
        let button = if page == "edit" { "Save changes" } else { "Save" };
        owner.get(&path).await;
        owner.fill(button, &[("Job title", now)]).await;
        let page = other.fill("Save", &[("Why", "A typo")]).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
        let rows = tables(&mut owner, ada).await;
        assert_eq!((&*rows[0][2], &*rows[1][2]), (now, now), "{rows:?}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_planned_and_why_is_open_to_whoever_plans() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("job_title", "Engineer"), ("start_date", "2020-05-01")]).await;
    let mut owner = company.owner().await;
    let planned = [("From", "2026-03-10"), ("Job title", "Porter"), ("Why", "Never on time")];
    change_job(&mut owner, ada, &planned).await;
    let page = owner.get(&format!("{RECORD}/{ada}/history")).await;
    assert!(page.says("Porter") && page.says("Never on time"), "{page}");
    for role in [Role::Employee, Role::Recruiter] {
        let mut reader = company.signed_in(role).await;
        for path in [format!("{RECORD}/{ada}/history"), format!("{RECORD}/{ada}/history?on=2026-04-01")] {
            let page = reader.get(&path).await;
            assert!(page.says("Engineer"), "{page}");
            for closed in ["Porter", "Never on time", "9 Mar 2026"] {
                assert!(!page.says(closed), "{closed} is in {page}");
            }
        }
    }
    nights(&app, &company, 8).await;
    let page = company.signed_in(Role::Recruiter).await.get(&format!("{RECORD}/{ada}/history")).await;
    assert!(page.says("Porter") && !page.says("Never on time"), "{page}");
}

#[tokio::test]
async fn a_planned_change_takes_effect_by_itself_and_not_before() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let fields =
        [("job_title", "Engineer"), ("department", "Works"), ("start_date", "2020-05-01"), ("salary", "50000")];
    let ada = company.employee(&fields).await;
    let mut owner = company.owner().await;
    let page = change_job(
        &mut owner,
        ada,
        &[("From", "2026-03-10"), ("Job title", "Architect"), ("FTE", "80 %"), ("Why", "Promotion")],
    )
    .await;
    assert_eq!(page.toast(), "Planned. It takes effect by itself on Tuesday, 10 March 2026.");
    let page = change_pay(&mut owner, ada, &[("From", "2026-03-10"), ("Salary, a year", "60,000")]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    let rows = tables(&mut owner, ada).await;
    assert!(rows[0][0].starts_with("10 Mar 2026 Planned") && rows[0][2] == "Architect", "{rows:?}");
    assert!(rows[1][0].starts_with("1 May 2020 Now") && rows[1][1] == "9 Mar 2026", "{rows:?}");
    assert!(rows[2][2].contains("60,000.00") && rows[2][3] == "+20 %", "{rows:?}");
    nights(&app, &company, 7).await;
    assert_eq!(title(&mut owner, ada).await, "Engineer", "it is the ninth");
    nights(&app, &company, 1).await;
    let page = owner.get(&format!("{RECORD}/{ada}")).await;
    for now in ["Architect", "80 %", "60,000.00", "Works"] {
        assert!(page.says(now), "{now} is not in {page}");
    }
    // The past is what it was, to the day.
    assert!(as_of(&mut owner, ada, "2026-03-09").await.contains(&"Engineer".to_owned()));
    assert!(as_of(&mut owner, ada, "2026-03-10").await.contains(&"Architect".to_owned()));
    assert!(owner.get(&format!("{RECORD}/{ada}/history?on=2020-04-30")).await.says("Not employed on this day."));
    // The record's own timeline tells it, as nobody's hand.
    assert!(owner.get(&format!("{RECORD}/{ada}/timeline")).await.says("Architect"));
}

#[tokio::test]
async fn whatever_changes_a_record_has_its_day() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("job_title", "Engineer"), ("start_date", "2020-05-01"), ("salary", "50000")]).await;
    let mut owner = company.owner().await;
    let edit = async |owner: &mut Browser, fields: &[(&str, &str)]| {
        owner.get(&format!("{RECORD}/{ada}/edit")).await;
        let page = owner.fill("Save changes", fields).await;
        assert_eq!(page.status, StatusCode::OK, "{page}");
    };
    edit(&mut owner, &[("Job title", "Architect"), ("Salary, a year", "55000")]).await;
    let rows = tables(&mut owner, ada).await;
    let from = ["2 Mar 2026 Now", "1 May 2020", "2 Mar 2026 Now", "1 May 2020"];
    assert!(rows.len() == 4 && rows.iter().zip(from).all(|(r, from)| r[0].starts_with(from)), "{rows:?}");
    // Changed back on the same day, nothing has happened.
    edit(&mut owner, &[("Job title", "Engineer"), ("Salary, a year", "50000")]).await;
    assert_eq!(tables(&mut owner, ada).await.len(), 2);
    // A phone number is no matter of days.
    edit(&mut owner, &[("Phone", "+49 30 1234567")]).await;
    assert_eq!(tables(&mut owner, ada).await.len(), 2);
    // A first day that was wrong takes its row along.
    edit(&mut owner, &[("Start date", "2019-05-01")]).await;
    let rows = tables(&mut owner, ada).await;
    assert!(rows.iter().all(|r| r[0].starts_with("1 May 2019")), "{rows:?}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_changes_today_outlives_what_is_planned() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada =
        company.employee(&[("job_title", "Engineer"), ("department", "Works"), ("start_date", "2020-05-01")]).await;
    let mut owner = company.owner().await;
    // A department that is not there yet is made where it is meant.
    let page = change_job(&mut owner, ada, &[("From", "2026-04-01"), ("Department", "Design")]).await;
    assert!(page.error("department").starts_with("There is no department “Design” yet."), "{page}");
    let page = owner.fill("Save", &[("new_department", "Design")]).await;
    assert!(page.toast().starts_with("Planned."), "{page}");
    change_job(&mut owner, ada, &[("From", "2026-06-01"), ("Job title", "Director"), ("Department", "Design")]).await;
    owner.get(&format!("{RECORD}/{ada}/edit")).await;
    owner.fill("Save changes", &[("Job title", "Architect")]).await;
    let told = |rows: Vec<Vec<String>>| rows.into_iter().map(|r| format!("{}, {}", r[2], r[3])).collect::<Vec<_>>();
    assert_eq!(
        told(tables(&mut owner, ada).await),
        ["Director, Design", "Architect, Design", "Architect, Works", "Engineer, Works"],
        "the row that only repeated the title has the new one"
    );
    // Taking the move out leaves what comes after as it says.
    let page = owner.get(&format!("{RECORD}/{ada}/history")).await;
    let row = page.link("1 Apr 2026").expect("a link to the row");
    owner.get(&row).await;
    let page = owner.press("Remove this row").await;
    assert_eq!(page.toast(), "The row is gone.");
    assert_eq!(
        told(tables(&mut owner, ada).await),
        ["Director, Works", "Architect, Works", "Engineer, Works"],
        "nobody has said Design any more"
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn a_manager_below_their_own_report_is_refused_on_any_day() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let lead = company.employee(&[("number", "1"), ("first_name", "Lea")]).await;
    let middle = company.employee(&[("number", "2"), ("first_name", "Max"), ("manager", "1")]).await;
    let third = company.employee(&[("number", "3"), ("first_name", "Tom")]).await;
    let page = change_job(&mut owner, lead, &[("From", "2026-05-01"), ("Manager", "2")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.error("manager").contains("circle"), "{page}");
    assert_eq!(page.value("from"), "2026-05-01", "what was typed is kept");
    // Neither is one that only comes about by another plan.
    let page = change_job(&mut owner, third, &[("From", "2026-05-01"), ("Manager", "2")]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    let page = change_job(&mut owner, lead, &[("From", "2026-04-01"), ("Manager", "3")]).await;
    assert!(page.error("manager").contains("circle"), "{page}");
    // Nor by the form of the record: Tom is to report to Max in May, so Max cannot report to Tom now.
    owner.get(&format!("{RECORD}/{middle}/edit")).await;
    let page = owner.fill("Save changes", &[("Manager", "3")]).await;
    assert!(page.error("manager").contains("circle"), "{page}");
    let page = change_job(&mut owner, middle, &[("From", "2026-04-01"), ("Manager", "2")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "nobody is their own manager: {page}");
}

#[tokio::test]
async fn a_plan_that_today_stands_against_is_told_and_holds_up_nobody() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let lead = company.employee(&[("number", "1"), ("first_name", "Lea"), ("last_name", "Lang")]).await;
    let other = company.employee(&[("number", "2"), ("first_name", "Max")]).await;
    let third = company.employee(&[("number", "3"), ("job_title", "Engineer")]).await;
    change_job(&mut owner, lead, &[("From", "2026-03-10"), ("Manager", "2")]).await;
    change_job(&mut owner, third, &[("From", "2026-03-10"), ("Job title", "Architect")]).await;
    // The form of the record sees what is planned; a file makes it the other way round meanwhile.
    owner.get(&format!("{RECORD}/{other}/edit")).await;
    let page = owner.fill("Save changes", &[("Manager", "1")]).await;
    assert!(page.error("manager").contains("circle"), "{page}");
    let file = "Number,First name,Last name,Manager\n2,Max,Lovelace,1\n".as_bytes().to_vec();
    let form = owner.get("/w/acme/hr/employees/imports").await.form("Check the file").file("File", "people.csv", file);
    owner.send(form).await;
    owner.press("Import 1 row").await;
    app.run_jobs().await;
    nights(&app, &company, 8).await;
    assert_eq!(title(&mut owner, third).await, "Architect");
    assert!(owner.get("/w/acme/notifications").await.says("A planned change of Lea Lang could not take effect"));
    nights(&app, &company, 1).await;
    // What was set aside stands in nobody's way: neither of their pay, nor of a change of many.
    let page = owner.get(&format!("{RECORD}/{lead}/history")).await;
    assert!(page.says("Not in effect"), "{page}");
    let row = page.link("10 Mar 2026").expect("a row");
    let page = change_pay(&mut owner, lead, &[("From", "2026-03-11"), ("Salary, a year", "50000")]).await;
    assert_eq!(page.toast(), "Saved.", "{page}");
    company.bulk_change(Target::Employees, lead.0, "job_title", "Chief").await;
    app.run_jobs().await;
    assert_eq!(title(&mut owner, lead).await, "Chief");
    // Put right, it holds.
    owner.get(&row).await;
    let page = owner.fill("Save", &[("Manager", "3")]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    assert!(!owner.get(&format!("{RECORD}/{lead}/history")).await.says("Not in effect"));
}

#[tokio::test]
async fn two_plans_of_one_day_are_refused_beside_the_field() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("start_date", "2020-05-01"), ("salary", "50000")]).await;
    let mut owner = company.owner().await;
    let page = change_job(&mut owner, ada, &[("From", "2020-05-01"), ("Job title", "Smith")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.error("from").contains("on this day already"), "{page}");
    assert_eq!(page.value("job_title"), "Smith");
    let page = change_pay(&mut owner, ada, &[("From", "2020-05-01"), ("Salary, a year", "1")]).await;
    assert!(page.error("from").contains("on this day already"), "{page}");
    // Nothing holds before they came.
    let page = change_job(&mut owner, ada, &[("From", "2020-04-30"), ("Job title", "Smith")]).await;
    assert!(page.error("from").contains("The first day of employment is 1 May 2020"), "{page}");
    let page = change_pay(&mut owner, ada, &[("From", "2020-04-30"), ("Salary, a year", "1")]).await;
    assert!(page.error("from").contains("The first day of employment is 1 May 2020"), "{page}");
    let page = change_pay(&mut owner, ada, &[("From", "soon"), ("Salary, a year", "-3")]).await;
    assert!(!page.error("from").is_empty() && !page.error("salary").is_empty(), "{page}");
}

#[tokio::test]
async fn pay_over_time_is_for_those_who_may_see_pay() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let boss = company.employee(&[("number", "1")]).await;
    let ada = company.employee(&[("salary", "50000"), ("start_date", "2020-05-01"), ("manager", "1")]).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{RECORD}/{ada}/history")).await;
    assert!(page.says("50,000.00"));
    let row = page.all("a[href*=pay-rows]");
    assert_eq!(row.len(), 1);
    let row = page.attribute("a[href*=pay-rows]", "href").expect("a row of pay");
    let manager = company.member(Role::Manager).await;
    company.link(manager.member, boss).await;
    let mut manager = company.manager().await;
    let page = manager.get(&format!("{RECORD}/{ada}/history")).await;
    assert!(page.says("1 May 2020") && !page.says("50,000.00") && !page.has("a[href*=pay-rows]"), "{page}");
    // "Reports to me" does not open pay, by whichever door.
    assert_eq!(manager.get(&row).await.status, StatusCode::NOT_FOUND);
    assert_eq!(manager.get(&format!("{RECORD}/{ada}/pay/new")).await.status, StatusCode::NOT_FOUND);
    let sent = [("from", "2026-01-01"), ("salary", "1")];
    assert_eq!(manager.post(&row, &sent).await.status, StatusCode::NOT_FOUND);
    assert_eq!(manager.post(&format!("{row}/removal"), &[]).await.status, StatusCode::NOT_FOUND);
    // The job of their team is theirs to change.
    let page = change_job(&mut manager, ada, &[("From", "2026-04-01"), ("Job title", "Architect")]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    // Of others they may not.
    let stranger = company.employee(&[]).await;
    assert_eq!(manager.get(&format!("{RECORD}/{stranger}/jobs/new")).await.status, StatusCode::NOT_FOUND);
    assert!(owner.get(&format!("{RECORD}/{ada}/history")).await.says("50,000.00"), "nothing was changed");
}

#[tokio::test]
async fn a_first_day_that_is_said_later_begins_what_there_is() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("number", "1"), ("job_title", "Welder"), ("salary", "40000")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("/w/acme/hr/employees/{ada}/edit")).await;
    owner.fill("Save changes", &[("Start date", "2025-11-02")]).await;
    let page = owner.get(&format!("/w/acme/hr/employees/{ada}/history?on=2025-11-10")).await;
    assert!(page.rows().iter().all(|row| row[0].starts_with("2 Nov 2025")), "{page}");
    assert!(page.says("Welder") && page.says("$40,000.00"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_moved_day_closes_no_circle() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let [a, b] = [("1", "A", ""), ("2", "B", "1")].map(|(number, name, manager)| {
        [("number", number), ("last_name", name), ("manager", manager), ("start_date", "2020-01-01")]
    });
    let (a, b) = (company.employee(&a).await, company.employee(&b).await);
    let mut owner = company.owner().await;
    // B is nobody's from June on, and A is B's from July on.
    change_job(&mut owner, b, &[("From", "2026-06-01"), ("Manager", "")]).await;
    let page = change_job(&mut owner, a, &[("From", "2026-07-01"), ("Manager", "2")]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    // Moved behind that day, B would be A's while A is B's.
    let rows = owner.get(&format!("{RECORD}/{b}/history")).await;
    let row = rows.attribute("a[href*='/job-rows/']", "href").expect("the planned row");
    owner.get(&row).await;
    let page = owner.fill("Save", &[("From", "2026-08-01")]).await;
    assert!(page.error("manager").contains("circle"), "{page}");
    app.run_jobs().await;
}
