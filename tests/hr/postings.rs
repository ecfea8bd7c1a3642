//! Stories of jobs: asked for, approved by somebody else, published, and ended; who sees them, and what is paid.

use crate::support::TestApp;
use axum::http::StatusCode;
use chrono::Duration;
use domain::access::Role;

const JOBS: &str = "/w/acme/hr/jobs";

async fn tick(app: &TestApp) {
    let look = async || jobs::schedule::tick(&app.db, &jobs::schedule::product()).await.expect("the schedule ticks");
    // The first tick that is ever seen is only remembered.
    look().await;
    app.clock.advance(Duration::minutes(16));
    look().await;
    app.run_jobs().await;
}

/// What a form says of a job.
fn job<'a>(title: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [("title", title), ("location", "Harbour"), ("description", "# Lamps\n\nYou make **lamps**.")];
    usual.into_iter().chain(more.iter().copied()).collect()
}

#[tokio::test]
async fn a_job_is_asked_for_approved_by_another_published_and_filled() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut hr = company.signed_in(Role::HrManager).await;
    let mut manager = company.signed_in(Role::Manager).await;
    let page = manager.get(JOBS).await;
    assert!(page.says("Whom do you look for?"), "{page}");
    manager.get(&format!("{JOBS}/new")).await;
    let page = manager.fill("Add job", &[("title", ""), ("headcount", "0"), ("description", "")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    for field in ["title", "headcount", "description", "location"] {
        assert!(!page.error(field).is_empty(), "{field}: {page}");
    }
    let page = manager.fill("Add job", &job("Lamp designer", &[("headcount", "2"), ("reason", "Ada leaves")])).await;
    assert!(page.toast().contains("Lamp designer was added."), "{page}");
    assert!(page.says("Draft") && !page.has_form("Publish"), "{page}");
    assert!(page.text.contains("<strong>lamps</strong>"), "{page}");
    let path = page.path.clone();
    // What was not approved is not published, whoever asks.
    let page = hr.post(&format!("{path}/state"), &[("to", "published")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(hr.get(&path).await.toast().contains("once somebody has approved it"));
    manager.get(&path).await;
    let page = manager.press("Ask for approval").await;
    assert_eq!(page.toast(), "Lamp designer waits for approval.", "{page}");
    assert_eq!(manager.post(&format!("{path}/decision"), &[("to", "approve")]).await.status, StatusCode::NOT_FOUND);
    let page = hr.get("/w/acme/notifications").await;
    assert!(page.says("Approve a job: Lamp designer"), "{page}");
    hr.get(&path).await;
    let page = hr.fill("Decline", &[]).await;
    assert_eq!(page.error("decision"), "Say why not.", "{page}");
    let page = hr.fill("Decline", &[("decision", "Next year")]).await;
    assert_eq!(page.toast(), "Lamp designer is declined.", "{page}");
    let page = manager.get(&path).await;
    assert!(page.says("Next year") && page.says("Declined"), "{page}");
    manager.press("Ask for approval").await;
    hr.get(&path).await;
    hr.press("Approve").await;
    // Twice the same answer is once.
    let page = hr.post(&format!("{path}/decision"), &[("to", "approve")]).await;
    assert!(page.says("does not wait for an answer any more"), "{page}");
    manager.get(&path).await;
    let page = manager.press("Publish").await;
    assert_eq!(page.toast(), "Lamp designer is published now.", "{page}");
    assert!(page.says("The careers site is closed"), "{page}");
    // More people than were approved are another question.
    manager.get(&format!("{path}/edit")).await;
    let page = manager.fill("Save changes", &[("headcount", "3")]).await;
    assert!(page.error("headcount").contains("So many were approved"), "{page}");
    manager.get(&path).await;
    manager.press("Put on hold").await;
    let page = manager.press("Mark as filled").await;
    assert!(page.says("Filled") && page.has_form("Publish again"), "{page}");
    let page = manager.press("Copy").await;
    assert!(page.says("Lamp designer (copy)") && page.says("Draft") && page.has_form("Ask for approval"), "{page}");
    let page = hr.get(&format!("{JOBS}?state=filled&q=lamp+des")).await;
    assert_eq!(page.rows().len(), 1, "{page}");
    assert!(hr.get(&format!("{JOBS}?q=welder")).await.says("Nothing fits"));
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn nobody_approves_their_own_job_unless_nobody_else_may() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get(&format!("{JOBS}/new")).await;
    let path = owner.fill("Add job", &job("Welder", &[])).await.path;
    owner.press("Ask for approval").await;
    let page = owner.press("Approve").await;
    assert!(page.says("Approved"), "alone here: {page}");
    company.member(Role::HrManager).await;
    owner.get(&path).await;
    let copy = owner.press("Copy").await.path;
    let page = owner.press("Ask for approval").await;
    assert!(page.says("somebody else decides") && !page.has_form("Approve"), "{page}");
    let page = owner.post(&format!("{copy}/decision"), &[("to", "approve")]).await;
    assert!(page.says("You have asked for it yourself"), "{page}");
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn the_team_sees_its_job_and_pay_is_for_those_who_may() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let member = company.member(Role::Employee).await.member;
    let id = company.posting("Lamp designer", None).await;
    company.posting("Welder", None).await;
    let path = format!("{JOBS}/{id}");
    let mut hr = company.signed_in(Role::HrManager).await;
    let mut employee = company.signed_in(Role::Employee).await;
    assert!(employee.get(JOBS).await.says("You hire for no job at the moment"));
    assert_eq!(employee.get(&path).await.status, StatusCode::NOT_FOUND);
    hr.get(&path).await;
    let (person, role) = (member.to_string(), "interviewer");
    hr.post(&format!("{path}/team"), &[("member", &person), ("role", role), ("_version", "1")]).await;
    let page = hr.get(&path).await;
    assert_eq!(page.toast(), "The team is saved.", "{page}");
    // A page that was open meanwhile writes over nothing.
    let page = hr.post(&format!("{path}/team"), &[("_version", "1")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    let page = employee.get(&path).await;
    assert!(page.says("Lamp designer") && !page.says("1,234") && page.link("Edit").is_none(), "{page}");
    assert_eq!(employee.get(JOBS).await.rows().len(), 1);
    assert_eq!(employee.get(&format!("{path}/edit")).await.status, StatusCode::NOT_FOUND);
    for (role, pay) in [(Role::HrManager, true), (Role::Recruiter, true), (Role::Auditor, false)] {
        let mut browser = company.signed_in(role).await;
        assert_eq!(browser.get(&path).await.says("1,234"), pay, "{role}");
        assert_eq!(browser.get(JOBS).await.says("1,234"), pay, "{role}");
    }
    let file = hr.get(&format!("{JOBS}/export")).await;
    assert!(
        file.text.contains("Lamp designer,,Harbour,On site,Full time,1,Draft,Not asked for,no,,,1234.00"),
        "{}",
        file.text
    );
    // Whoever does not see what is paid leaves it as it is.
    let manager = company.member(Role::Manager).await.member.to_string();
    let team = [("member", manager.as_str()), ("role", "hiring_manager"), ("_version", "2")];
    hr.post(&format!("{path}/team"), &team).await;
    let mut manager = company.signed_in(Role::Manager).await;
    let page = manager.get(&format!("{path}/edit")).await;
    assert!(!page.says("1,234") && !page.names().contains(&"salary_from".to_owned()), "{page}");
    let page = manager.fill("Save changes", &[("title", "Designer of lamps")]).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    assert!(hr.get(&path).await.says("1,234"));
    assert_eq!(employee.get(&path).await.status, StatusCode::NOT_FOUND, "off the team");
}

#[tokio::test]
async fn questions_and_stages_are_written_as_a_whole() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let path = format!("{JOBS}/{}", company.posting("Lamp designer", None).await);
    let mut hr = company.signed_in(Role::HrManager).await;
    hr.get(&format!("{path}/questions")).await;
    let page =
        hr.fill("Save questions", &[("question", "May you work here?"), ("kind", "yes_no"), ("knock_out", "no")]).await;
    assert_eq!(page.toast(), "The questions are saved.", "{page}");
    assert!(page.says("May you work here?") && page.says("“No” rules out"), "{page}");
    hr.get(&format!("{path}/questions")).await;
    let page = hr.fill("Save questions", &[("kind", "choice")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("needs 2 to 20 answers") && page.value("question") == "May you work here?", "{page}");
    hr.get(&format!("{path}/stages")).await;
    let page = hr.fill("Save stages", &[("name", "")]).await;
    assert!(page.says("One stage is for new applications."), "{page}");
    let stages =
        [("name", "In"), ("kind", "new"), ("name", "Yes"), ("kind", "hired"), ("name", "No"), ("kind", "rejected")];
    let stages: Vec<_> = stages.into_iter().chain([("_version", "2")]).collect();
    hr.post(&format!("{path}/stages"), &stages).await;
    let page = hr.get(&path).await;
    assert_eq!(page.toast(), "The stages are saved.", "{page}");
    assert!(page.says("In") && !page.says("Screening"), "{page}");
}

#[tokio::test]
async fn a_job_closes_by_itself_after_its_last_day_where_the_workspace_is() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get(&format!("{JOBS}/new")).await;
    // The clock says 2 March.
    let path = owner.fill("Add job", &job("Welder", &[("closes_on", "03/02/2026")])).await.path;
    for button in ["Ask for approval", "Approve", "Publish"] {
        owner.press(button).await;
    }
    app.run_jobs().await;
    tick(&app).await;
    assert!(owner.get(&path).await.says("Published"), "today is its last day");
    app.clock.advance(Duration::days(1));
    tick(&app).await;
    let page = owner.get(&path).await;
    assert!(page.says("Closed") && !page.has_form("Publish again"), "{page}");
    app.jobs_may_wait();
}
