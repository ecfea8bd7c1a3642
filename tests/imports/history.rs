//! Job and pay over time from files.

use super::*;

async fn rows(browser: &mut Browser, company: &Company<'_>, number: &str) -> Vec<Vec<String>> {
    let found = all(company, employees::Filter { q: number.into(), ..Default::default() }).await;
    let id = found.iter().find(|e| e.number == number).expect("somebody").id;
    let page = browser.get(&company.at(&format!("/hr/employees/{id}/history"))).await;
    page.rows().into_iter().map(|r| r.into_iter().take(4).collect()).collect()
}

async fn brought(company: &Company<'_>, browser: &mut Browser, place: &str, file: impl Into<Vec<u8>>) -> Page {
    let page = bring(company, browser, place, "history.csv", file).await;
    let buttons = page.all("button.is-primary, button[type=submit]");
    let go_on = buttons.into_iter().find(|b| b.starts_with("Import ")).unwrap_or_else(|| panic!("no way on: {page}"));
    go(company, browser, &go_on).await
}

#[tokio::test]
async fn what_a_row_does_not_say_goes_on_as_it_was() {
    let app = TestApp::new().await;
    let company = app.company("past").await;
    let fields = [
        ("number", "7"),
        ("job_title", "Director"),
        ("department", "Works"),
        ("salary", "90000"),
        ("start_date", "2015-01-01"),
    ];
    company.employee(&fields).await;
    let mut owner = company.owner().await;
    let jobs = "emp_no,title,from_date,to_date\n7,Engineer,2015-01-01,2019-02-01\n7,Architect,2019-02-01,2022-06-01\n7,Director,2022-06-01,9999-01-01\n";
    let page = brought(&company, &mut owner, "hr/job-history", jobs).await;
    assert_eq!(verdict(&page), "3 rows: 2 new, 1 changed.", "{page}");
    let undo = page.link("Undo this import").expect("a way back");
    let pay = "emp_no,amount,from_date,to_date\n7,50000,2015-01-01,2019-02-01\n7,90000,2022-06-01,9999-01-01\n";
    let page = brought(&company, &mut owner, "hr/pay-history", pay).await;
    assert_eq!(verdict(&page), "2 rows: 1 new, 1 changed.", "{page}");
    let told = rows(&mut owner, &company, "7").await;
    let jobs_told: Vec<_> = told[..3].iter().map(|r| format!("{}, {}", r[2], r[3])).collect();
    assert_eq!(jobs_told, ["Director, Works", "Architect, Works", "Engineer, Works"], "{told:?}");
    assert_eq!((told[3][2].as_str(), told[4][2].as_str()), ("$90,000.00", "$50,000.00"));
    // The record says what holds today, as before.
    let now = &all(&company, Default::default()).await[0];
    assert_eq!((now.job_title.as_deref(), now.version), (Some("Director"), 1), "nothing of today has changed");
    // Twice is once.
    let page = bring(&company, &mut owner, "hr/job-history", "history.csv", jobs).await;
    assert_eq!(verdict(&page), "3 rows: 3 unchanged.", "{page}");
    // And back.
    owner.get(&undo).await;
    let page = go(&company, &mut owner, "Remove 2 job changes, put back 1").await;
    assert!(page.says("2 job changes removed"), "{page}");
    let told = rows(&mut owner, &company, "7").await;
    assert_eq!(told[0][2], "Director", "{told:?}");
    assert_eq!(told.len(), 3, "one job, and pay as it came: {told:?}");
}

#[tokio::test]
async fn a_row_of_nobody_stays_out_and_a_planned_one_waits() {
    let app = TestApp::new().await;
    let company = app.company("past").await;
    company.employee(&[("number", "7"), ("job_title", "Smith"), ("start_date", "2015-01-01")]).await;
    let mut owner = company.owner().await;
    let file = "Number,From,Title\n7,2026-09-01,Master\n8,2020-01-01,Smith\n7,soon,Smith\n7,2026-09-01,Twice\n";
    let page = bring(&company, &mut owner, "hr/job-history", "history.csv", file).await;
    assert!(page.says("No employee has the number 8."), "{page}");
    assert!(page.says("Line 2 has the same from already."), "{page}");
    let page = go(&company, &mut owner, "Import 1 row, leave out 3").await;
    assert!(verdict(&page).starts_with("4 rows: 1 new"), "{page}");
    assert_eq!(all(&company, Default::default()).await[0].job_title.as_deref(), Some("Smith"));
    assert!(rows(&mut owner, &company, "7").await[0][0].contains("Planned"));
    // Whoever may not see pay brings none.
    let mut hr = company.signed_in(Role::HrManager).await;
    assert_eq!(hr.get(&company.at("/hr/pay-history/imports")).await.status, StatusCode::OK);
    let mut manager = company.manager().await;
    assert_eq!(manager.get(&company.at("/hr/pay-history/imports")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn titles_and_salaries_of_a_real_company_become_history() {
    let (Some(staff), Some(titles), Some(salaries)) =
        (real("hr-employees/employees_joined.csv"), real("hr-employees/title.csv"), real("hr-employees/salary.csv"))
    else {
        return;
    };
    let app = TestApp::new().await;
    let company = app.company("real").await;
    let mut owner = company.owner().await;
    people(&company, &mut owner, staff.clone()).await;
    go(&company, &mut owner, "Import 10,000 rows").await;
    let before = all(&company, Default::default()).await;
    let page = brought(&company, &mut owner, "hr/job-history", titles).await;
    assert!(verdict(&page).starts_with("14,782 rows:"), "{page}");
    let page = brought(&company, &mut owner, "hr/pay-history", salaries).await;
    assert!(verdict(&page).starts_with("94,917 rows:"), "{page}");
    let undo = page.link("Undo this import").expect("a way back");
    // What holds today is what the first file said already, but for those whose last title began when they had left.
    let after = all(&company, Default::default()).await;
    let differ = before.iter().zip(&after).filter(|(b, a)| b.job_title != a.job_title || b.salary != a.salary).count();
    assert_eq!(differ, 0, "of {} people", after.len());
    owner.get(&undo).await;
    let button = owner.page.all("button").into_iter().find(|b| b.starts_with("Remove ")).expect("a button");
    let page = go(&company, &mut owner, &button).await;
    assert!(page.says("removed"), "{page}");
    assert!(all(&company, Default::default()).await.iter().zip(&before).all(|(a, b)| a.salary == b.salary));
}

#[tokio::test]
async fn of_one_s_own_pay_a_history_says_nothing_either() {
    let app = TestApp::new().await;
    let company = app.company("past").await;
    let people = [vec![("number", "1"), ("salary", "100")], vec![("number", "2"), ("salary", "100")]];
    let ids = company.employees(people).await;
    company.link(company.member(Role::Owner).await.member, ids[0]).await;
    // There is somebody else who decides.
    company.member(Role::HrManager).await;
    let mut owner = company.owner().await;
    let pay = "emp_no,amount,from_date\n1,900,2024-01-01\n2,900,2024-01-01\n";
    let page = bring(&company, &mut owner, "hr/pay-history", "history.csv", pay).await;
    assert!(page.says("own pay somebody else decides"), "{page}");
    go(&company, &mut owner, "Import 1 row, leave out 1").await;
    let changes = async |id: domain::EmployeeId| -> i64 {
        let sql = format!("select count(*) from employee_pay where employee_id = '{id}' and from_date = '2024-01-01'");
        company.read(&sql).await
    };
    assert_eq!((changes(ids[0]).await, changes(ids[1]).await), (0, 1));
}
