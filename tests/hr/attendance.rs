//! Stories of attendance: the clock, forgotten days, corrections, weeks that are approved, and the file for payroll.

use crate::support::{Browser, Company, TestApp};
use axum::http::StatusCode;
use chrono::Duration;
use domain::{EmployeeId, access::Role};

/// The chief is the manager's record, the other one the employee's, who reports to them.
async fn people(company: &Company<'_>) -> [EmployeeId; 2] {
    let chief = company.employee(&[("last_name", "Chief")]).await;
    let below = company.employee(&[("last_name", "Below"), ("manager", "1")]).await;
    company.link(company.member(Role::Manager).await.member, chief).await;
    company.link(company.member(Role::Employee).await.member, below).await;
    [chief, below]
}

async fn write(browser: &mut Browser, company: &Company<'_>, day: &str, from: &str, until: &str) {
    let fields = [("day", day), ("from", from), ("until", until), ("rest", "30")];
    let page = browser.post(&company.at("/hr/attendance/entries"), &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{day}: {page}");
}

#[tokio::test]
async fn a_day_is_clocked_with_one_button_and_a_break() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    people(&company).await;
    let mut browser = company.employee_member().await;
    let page = browser.get(&company.at("")).await;
    assert!(page.says("You are not at work."), "{page}");
    let page = browser.fill("Clock in", &[]).await;
    assert!(page.says("You are at work.") && page.says("At work since") && page.path == company.at(""), "{page}");
    app.clock.advance(Duration::hours(3));
    browser.get(&company.at("/hr/attendance")).await;
    let page = browser.fill("Take a break", &[]).await;
    assert!(page.says("On a break since"), "{page}");
    app.clock.advance(Duration::minutes(45));
    browser.fill("Back to work", &[]).await;
    app.clock.advance(Duration::minutes(255));
    let page = browser.fill("Clock out", &[]).await;
    assert!(page.says("You have clocked out.") && page.says("7:15") && page.says("12:00–12:45 break"), "{page}");
    // Pressed twice is pressed once.
    let clock = company.at("/hr/attendance/clock");
    for to in ["work", "work", "out", "out"] {
        let page = browser.post(&clock, &[("to", to)]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    }
    let page = browser.post(&clock, &[("to", "break")]).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.says("Clock in first."), "{page}");
    // Whoever is no employee has no clock.
    let page = company.owner().await.get(&company.at("/hr/attendance")).await;
    assert!(page.says("You have no employee record here"), "{page}");
}

#[tokio::test]
async fn who_forgot_to_clock_out_says_when_it_was() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    people(&company).await;
    let mut browser = company.employee_member().await;
    let clock = company.at("/hr/attendance/clock");
    browser.post(&clock, &[("to", "work")]).await;
    app.clock.advance(Duration::hours(24));
    browser.post(&clock, &[("to", "work")]).await;
    app.clock.advance(Duration::hours(1));
    browser.post(&clock, &[("to", "out")]).await;
    let page = browser.get(&company.at("/hr/attendance")).await;
    assert!(page.says("Not clocked out on") && page.says("9:00–?"), "{page}");
    let page = browser.fill("Submit the week", &[]).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.says("Say first when you stopped"), "{page}");
    let id = page.attribute("input[name=replaces]", "value").expect("which one");
    // Without a reason it is no correction, and nothing that was typed is lost.
    let fields = [("replaces", &*id), ("day", "03/02/2026"), ("from", "9:00"), ("until", "17:00")];
    let page = browser.post(&company.at("/hr/attendance/entries"), &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.text.contains("value=\"17:00\""), "{page}");
    let page =
        browser.post(&company.at("/hr/attendance/entries"), &[&fields[..], &[("reason", "Forgot")]].concat()).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    let page = browser.get(&company.at("/hr/attendance")).await;
    assert!(page.says("8:00") && page.says("9:00 ") && !page.says("Not clocked out"), "{page}");
    // The row of then is there as it was.
    let kept = app.trial.admin("do $$ begin assert (select count(*) from attendance where forgotten and voided_why = 'Forgot') = 1; end $$").await;
    kept.expect("one row was set aside");
}

#[tokio::test]
async fn a_week_is_handed_in_returned_approved_and_locked() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    people(&company).await;
    // Monday to Friday of the week before, an hour over each day.
    let mut browser = company.employee_member().await;
    for day in 23..=27 {
        write(&mut browser, &company, &format!("02/{day}/2026"), "8:00", "17:30").await;
    }
    let page = browser
        .post(&company.at("/hr/attendance/entries"), &[("day", "02/27/2026"), ("from", "17:00"), ("until", "18:00")])
        .await;
    assert!(page.error("from").contains("something else"), "{page}");
    browser.get(&company.at("/hr/attendance?week=2026-02-23")).await;
    let page = browser.fill("Submit the week", &[]).await;
    assert!(page.says("The week is handed in.") && page.says("45:00") && page.says("Waits for approval"), "{page}");
    let page = browser
        .post(&company.at("/hr/attendance/entries"), &[("day", "02/28/2026"), ("from", "9"), ("until", "10")])
        .await;
    assert!(page.says("This week waits for approval. Take it back"), "{page}");
    assert_eq!(page.value("until"), "10", "nothing that was typed is lost");
    let mut manager = company.manager().await;
    let page = manager.get(&company.at("/notifications")).await;
    assert!(page.says("Ada Below’s week from 23 Feb 2026 waits for your approval"), "{page}");
    let page = manager.get(&company.at("/approvals")).await;
    assert!(page.link("1 week of work to approve").is_some_and(|to| to.ends_with("/hr/attendance/sheets")), "{page}");
    assert!(!browser.get(&company.at("/approvals")).await.says("week of work"), "nobody approves their own");
    let page = manager.get(&company.at("/hr/attendance/sheets")).await;
    assert!(page.says("+5:00"), "{page}");
    let sheet = page.link("Ada Below").expect("their week");
    manager.get(&sheet).await;
    // Nobody answers what they have not looked at.
    for seen in [&[("version", "1")][..], &[]] {
        let page = manager.post(&format!("{sheet}/approval"), seen).await;
        assert!(page.says("has changed since you looked at it"), "{seen:?}: {page}");
    }
    manager.get(&sheet).await;
    let page = manager.fill("Return", &[("comment", " ")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    manager.fill("Return", &[("comment", "Was Friday not a holiday?")]).await;
    let page = browser.get(&company.at("/hr/attendance?week=2026-02-23")).await;
    assert!(page.says("This week was returned to you") && page.says("Was Friday not a holiday?"), "{page}");
    browser.fill("Submit the week", &[]).await;
    manager.get(&sheet).await;
    let page = manager.fill("Approve", &[]).await;
    assert!(page.says("The week of Ada Below is approved."), "{page}");
    let page = browser
        .post(&company.at("/hr/attendance/entries"), &[("day", "02/28/2026"), ("from", "9"), ("until", "10")])
        .await;
    assert!(page.says("This week is approved, and locked."), "{page}");
    // Payroll takes what is approved: overtime begins when the week's hours are full.
    let mut hr = company.signed_in(Role::HrManager).await;
    let file = hr.get(&company.at("/hr/attendance/export?from=2026-02-01&to=2026-02-27")).await;
    assert!(file.text.contains("2,2026-02-26,540,0") && file.text.contains("2,2026-02-27,540,300"), "{}", file.text);
    // Who works less has more of it, in weeks that are not approved yet.
    hr.post(&company.at("/hr/attendance/hours"), &[("employee", "2"), ("hours", "37.5")]).await;
    let file = hr.get(&company.at("/hr/attendance/export?from=2026-02-27&to=2026-02-27")).await;
    assert!(file.text.contains("2,2026-02-27,540,300"), "an approved week stays as it was: {}", file.text);
    let page = hr.post(&company.at("/hr/attendance/hours"), &[("employee", "2"), ("hours", "lots")]).await;
    assert!(!page.error("hours").is_empty() && page.value("hours") == "lots", "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn nobody_decides_about_their_own_week_or_sees_those_of_others() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    people(&company).await;
    let mut manager = company.manager().await;
    write(&mut manager, &company, "02/27/2026", "8:00", "16:30").await;
    manager.get(&company.at("/hr/attendance?week=2026-02-23")).await;
    manager.fill("Submit the week", &[]).await;
    let page = manager.get(&company.at("/hr/attendance/sheets")).await;
    let sheet = page.link("Ada Chief").expect("their own");
    let page = manager.post(&format!("{sheet}/approval"), &[]).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.says("This is your own week"), "{page}");
    let mut browser = company.employee_member().await;
    assert_eq!(browser.get(&sheet).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&company.at("/hr/attendance/export")).await.status, StatusCode::NOT_FOUND);
    let mut hr = company.signed_in(Role::HrManager).await;
    hr.get(&sheet).await;
    let page = hr.press("Approve").await;
    assert!(page.says("is approved."), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn time_off_and_holidays_lower_the_hours_of_a_week() {
    use crate::support::leave;
    use domain::hr::leave::{Office, requests::Span};
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let [_, below] = people(&company).await;
    let mut browser = company.employee_member().await;
    let week = company.at("/hr/attendance");
    let due = async |browser: &mut Browser, hours: &str| browser.get(&week).await.all("dd").contains(&hours.to_owned());
    assert!(due(&mut browser, "40:00").await);
    let kind = company.leave_type(&leave::kind("Holiday", false, &[Office::Manager])).await;
    let day = |d| domain::Day::new(2026, 3, d).expect("a day");
    let asked =
        company.leave_request(company.member(Role::Owner).await.member, below, kind, Span::whole(day(3), day(4))).await;
    assert!(due(&mut browser, "40:00").await, "what is only asked for is worked");
    let approved = format!("update leave_requests set state = 'approved' where id = '{asked}'");
    app.trial.admin(&approved).await.expect("it is approved");
    assert!(due(&mut browser, "24:00").await);
    // A holiday on a day off takes nothing twice; one on another day does.
    let (calendar, _) = company.calendar("here").await;
    let days = format!(
        "update holiday_calendars set is_default = id = '{calendar}' where tenant_id = '{t}';
         insert into holidays (tenant_id, id, calendar_id, day, name, half) values
           ('{t}', gen_random_uuid(), '{calendar}', '2026-03-04', 'Off', false), ('{t}', gen_random_uuid(), '{calendar}', '2026-03-05', 'Half', true)",
        t = company.tenant
    );
    app.trial.admin(&days).await.expect("the days are there");
    assert!(due(&mut browser, "20:00").await);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_week_that_waits_is_taken_back_and_no_other_is_meant() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    people(&company).await;
    let mut browser = company.employee_member().await;
    write(&mut browser, &company, "02/25/2026", "9:00", "17:00").await;
    let hand_in = company.at("/hr/attendance/submission");
    for week in ["garbage", "2030-01-01", ""] {
        let page = browser.post(&hand_in, &[("week", week)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{week}: {page}");
    }
    browser.get(&company.at("/hr/attendance?week=2026-02-25")).await;
    let page = browser.fill("Submit the week", &[]).await;
    assert!(page.says("The week is handed in.") && page.has_form("Take it back"), "{page}");
    let page = browser.fill("Take it back", &[]).await;
    assert!(page.says("The week is yours again.") && page.has_form("Submit the week"), "{page}");
    write(&mut browser, &company, "02/26/2026", "9:00", "17:00").await;
    // Once somebody has answered, it is theirs no more.
    browser.get(&company.at("/hr/attendance?week=2026-02-25")).await;
    browser.fill("Submit the week", &[]).await;
    let form = browser.form("Take it back");
    app.trial.admin("update timesheets set state = 'approved'").await.expect("somebody answers");
    let page = browser.send(form).await;
    assert!(page.says("This week was answered meanwhile"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_time_that_the_clocks_left_out_is_none() {
    let app = TestApp::new().await;
    app.clock.advance(Duration::days(40));
    let company = app.company("acme").await;
    app.trial.admin("update tenants set zone = 'Europe/Berlin'").await.expect("it moves");
    people(&company).await;
    let mut browser = company.employee_member().await;
    let fields = [("day", "03/29/2026"), ("from", "2:30"), ("until", "4:00"), ("rest", "0")];
    let page = browser.post(&company.at("/hr/attendance/entries"), &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert_eq!(page.error("from"), "The clocks left this time out that day.", "{page}");
}

#[tokio::test]
async fn more_weeks_than_a_page_holds_go_on_behind_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let last: Vec<String> = (0..105).map(|n| format!("Person{n:03}")).collect();
    company.employees(last.iter().map(|name| vec![("last_name", name.as_str())])).await;
    app.trial
        .admin(
            "insert into timesheets (tenant_id, id, employee_id, week_on, state, submitted_at, created_at, updated_at) \
             select tenant_id, gen_random_uuid(), id, '2026-02-23', 'submitted', now(), now(), now() from employees",
        )
        .await
        .expect("weeks that wait");
    let mut owner = company.owner().await;
    let here = company.at("/hr/attendance/sheets");
    let (mut seen, mut path, mut pages) = (vec![], here.clone(), 0);
    loop {
        let page = owner.get(&path).await;
        assert!(page.status.is_success(), "{page}");
        seen.extend(page.rows().into_iter().map(|row| row[0].clone()));
        pages += 1;
        assert_eq!(page.link("First page").is_some(), pages > 1, "{page}");
        match page.link("More weeks") {
            Some(more) => path = more,
            None => break,
        }
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((pages, all, seen.len()), (2, 105, 105), "each once");
}
