//! How much work there was: each number is that of a list.

use crate::support::TestApp;
use axum::http::StatusCode;
use chrono::Duration;
use domain::access::Role;

const REPORT: &str = "/w/acme/support/reports/workload";

#[tokio::test]
async fn what_came_was_solved_and_came_back_is_told_by_week_and_each_number_has_its_list() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    assert!(owner.get(REPORT).await.says("Nothing came in yet"));
    // Monday, 2 March 2026: three come in, one is solved; it comes back in the week after, and is solved twice in that.
    let first = company.ticket(&[("name", "First")]).await;
    let second = company.ticket(&[("name", "Second")]).await;
    let merged = company.ticket(&[("name", "Gone")]).await;
    company.put_ticket(first, "solved").await;
    app.clock.advance(Duration::days(8));
    for status in ["open", "solved", "open", "solved"] {
        company.put_ticket(first, status).await;
        app.clock.advance(Duration::hours(1));
    }
    let third = company.ticket(&[("name", "Third")]).await;
    owner.get(&format!("/w/acme/support/tickets/{merged}")).await;
    owner.press("Archive").await;
    let page = owner.get(REPORT).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    let rows = page.rows();
    let cells =
        |first: &str| rows.iter().find(|r| r.first().is_some_and(|c| c.contains(first))).cloned().unwrap_or_default();
    assert_eq!(cells("9 Mar 2026")[1..5], ["1", "1", "1", "2"], "{rows:?}");
    assert_eq!(cells("2 Mar 2026")[1..5], ["2", "1", "0", "1"], "{rows:?}");
    assert_eq!(cells("23 Feb 2026")[1..5], ["0", "0", "0", "0"], "{rows:?}");
    assert_eq!(cells("Support")[1..5], ["2", "3", "1", "1"], "one ticket was solved, though three times: {rows:?}");
    // Each number is that of the list behind it.
    for (what, words, says) in [
        ("Came in", "3 tickets", "Third"),
        ("Solved", "1 ticket", "First"),
        ("Re-opened", "1 ticket", "First"),
        ("Open now", "2 tickets", "Second"),
    ] {
        let to = page.link(what).unwrap_or_else(|| panic!("no link {what}: {page}"));
        let list = owner.get(&to).await;
        assert!(list.says(words) && list.says(says), "{what}, {to}: {list}");
    }
    // By agent: nobody has them. What is somebody's is theirs alone.
    let agent = company.member(Role::SupportAgent).await.member;
    let path = format!("/w/acme/support/tickets/{third}");
    owner.get(&path).await;
    owner.post(&format!("{path}/facts"), &[("assignee", &*agent.to_string())]).await;
    app.run_jobs().await;
    let page = owner.get(&format!("{REPORT}?by=agent&span=4")).await;
    let rows = page.rows();
    let open: Vec<&String> = rows.iter().filter(|r| r.len() == 7).map(|r| &r[1]).collect();
    assert_eq!(open, ["1", "1"], "{rows:?}");
    // A stranger's report does not open.
    assert_eq!(company.signed_in(Role::Recruiter).await.get(REPORT).await.status, StatusCode::NOT_FOUND);
    let other = app.company("other").await;
    let mut stranger = other.owner().await;
    assert!(stranger.get("/w/other/support/reports/workload").await.says("Nothing came in yet"));
    let _ = second;
}

#[tokio::test]
async fn what_was_merged_and_is_its_own_again_was_neither_solved_nor_opened_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (first, second) = (company.ticket(&[("name", "First")]).await, company.ticket(&[("name", "Second")]).await);
    company.put_ticket(second, "solved").await;
    let mut owner = company.owner().await;
    for (part, whole) in [(first, "SUP-1002"), (second, "SUP-1001")] {
        owner.get(&format!("/w/acme/support/tickets/{part}")).await;
        let form = owner.form("Make this a part of it").set("ticket", whole);
        owner.send(form).await;
        app.run_jobs().await;
        app.clock.advance(Duration::minutes(1));
        owner.get(&format!("/w/acme/support/tickets/{part}")).await;
        owner.press("Take that back").await;
        app.run_jobs().await;
    }
    let page = owner.get(REPORT).await;
    let rows = page.rows();
    let row = rows.iter().find(|r| r.first().is_some_and(|c| c.contains("Support"))).expect("the queue");
    assert_eq!(row[1..5], ["1", "2", "1", "0"], "one is open, two came, one was solved: {rows:?}");
}
