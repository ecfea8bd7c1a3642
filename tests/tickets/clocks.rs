//! What is promised, what is told, and what was kept.

use crate::support::TestApp;
use chrono::Duration;
use domain::access::Role;
use domain::jobs::SweepClocks;

const LIST: &str = "/w/acme/support/tickets";

/// As the schedule does it, should a job have got lost.
async fn sweep(company: &crate::support::Company<'_>) {
    let mut tx = company.begin().await;
    let job = SweepClocks { tenant: tx.tenant(), at: tx.now() };
    store::queue::push(&mut tx, &job).await.expect("it is pushed");
    tx.commit().await.expect("it is kept");
    company.app.run_jobs().await;
}

#[tokio::test]
async fn whoever_has_a_ticket_is_warned_once_and_told_once_that_it_is_late() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let agent = company.member(Role::SupportAgent).await;
    // One hour, warned at 80 % of it.
    let ticket = company.ticket(&[("priority", "urgent"), ("assignee", &agent.email), ("message", "Fire!")]).await;
    let told = async || -> Vec<String> {
        let sql = "select coalesce(string_agg(title, '|' order by created_at, id), '') from notifications where kind = 'sla_at_risk'";
        let all: String = company.read(sql).await;
        all.split('|').filter(|t| !t.is_empty()).map(str::to_owned).collect()
    };
    let promise = async || -> String { company.read("select promise from tickets").await };
    app.clock.advance(Duration::minutes(47));
    sweep(&company).await;
    assert!(told().await.is_empty());
    assert_eq!(promise().await, "kept");
    app.clock.advance(Duration::minutes(1));
    sweep(&company).await;
    sweep(&company).await;
    assert_eq!(told().await, ["SUP-1001: first response is due soon"]);
    assert_eq!(promise().await, "near", "what workflows listen to");
    app.clock.advance(Duration::minutes(12));
    sweep(&company).await;
    sweep(&company).await;
    assert_eq!(told().await, ["SUP-1001: first response is due soon", "SUP-1001: first response is late"]);
    assert_eq!(promise().await, "late");
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}/{ticket}")).await;
    assert!(page.says("Late by"), "{page}");
    assert_eq!(owner.get(&format!("{LIST}?sla=late")).await.names(), ["SUP-1001 A lamp hums"]);
    app.clock.advance(Duration::minutes(20));
    super::desk::say(&mut owner, ticket, "Send", "We come.").await;
    app.run_jobs().await;
    let page = owner.get("/w/acme/support/reports/sla").await;
    assert!(page.says("0 kept") && page.says("1 late") && page.says("Answered 20 min late"), "{page}");
    let page = owner.click("1 late").await;
    assert_eq!(page.names(), ["SUP-1001 A lamp hums"], "{page}");
    let page = owner.get("/w/acme/support/reports/sla?by=agent").await;
    assert!(page.says("Some Support agent"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_was_late_and_is_not_any_more_is_late_again_once_its_new_time_has_gone_by() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[("priority", "urgent"), ("message", "Fire!")]).await;
    let mut owner = company.owner().await;
    let late = async || -> bool { company.read("select late from ticket_clocks where clock = 'first'").await };
    app.clock.advance(Duration::minutes(61));
    sweep(&company).await;
    assert!(late().await);
    owner.post(&format!("{LIST}/{ticket}/facts"), &[("priority", "high"), ("was_priority", "urgent")]).await;
    app.run_jobs().await;
    assert!(!late().await, "four hours are promised");
    app.clock.advance(Duration::minutes(180));
    sweep(&company).await;
    assert!(late().await);
    let told: i64 =
        company.read("select count(*) from ticket_clocks where breached_at is not null and clock = 'first'").await;
    assert_eq!(told, 1);
}

#[tokio::test]
async fn clock_events_are_history() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[("message", "It hums.")]).await;
    let mut owner = company.owner().await;
    owner.post(&format!("{LIST}/{ticket}/facts"), &[("priority", "urgent"), ("was_priority", "normal")]).await;
    owner.post(&format!("{LIST}/{ticket}/facts"), &[("status", "on_hold")]).await;
    let told: String = company
        .read("select string_agg(what || coalesce(' ' || value, ''), ', ' order by at, id) from ticket_clock_events")
        .await;
    assert_eq!(told, "opened normal, asked, priority urgent, status on_hold");
    let mut app_role = app.app_role().await;
    let begin = format!("begin; set local app.tenant_id = '{}'", company.tenant);
    for sql in ["update ticket_clock_events set at = now()", "delete from ticket_clock_events"] {
        let all = sqlx::AssertSqlSafe(format!("{begin}; {sql}"));
        let refused = sqlx::raw_sql(all).execute(&mut app_role).await.expect_err("it is refused");
        assert!(refused.to_string().contains("permission denied"), "{refused}");
        sqlx::raw_sql("rollback").execute(&mut app_role).await.expect("the next");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_promised_is_that_of_the_day_on_which_it_came_in() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let old = company.ticket(&[]).await;
    let mut owner = company.owner().await;
    owner.get("/w/acme/settings/sla/new").await;
    let page = owner.fill("Save policy", &[("name", "Quick"), ("normal_first", "30 min"), ("kind", "incident")]).await;
    assert!(page.says("Quick") && page.says("type incident"), "{page}");
    let quick = company.ticket(&[("kind", "incident")]).await;
    let other = company.ticket(&[("kind", "task")]).await;
    for (ticket, policy, left) in
        [(old, "Standard", "8 h left"), (quick, "Quick", "30 min left"), (other, "Standard", "8 h left")]
    {
        let page = owner.get(&format!("{LIST}/{ticket}")).await;
        assert!(page.says(policy) && page.says(left), "{policy} {left}: {page}");
    }
    owner.get("/w/acme/settings/sla").await;
    owner.click("Quick").await;
    owner.press("Remove policy").await;
    let page = owner.get(&format!("{LIST}/{quick}")).await;
    assert!(page.says("Quick") && page.says("30 min left"), "{page}");
    app.run_jobs().await;
}
