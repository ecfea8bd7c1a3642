//! Checklists of tickets, and who may have a ticket at all.

use crate::support::TestApp;
use axum::http::StatusCode;
use domain::access::Role;

const LIST: &str = "/w/acme/support/tickets";

#[tokio::test]
async fn points_are_added_ticked_and_taken_away_and_each_can_be_undone() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[]).await;
    let mut agent = company.signed_in(Role::SupportAgent).await;
    agent.get(&format!("{LIST}/{ticket}")).await;
    let page = agent.fill("Add to the checklist", &[("points", " ")]).await;
    assert_eq!(page.toast(), "Say what is to be done.", "{page}");
    let form = agent.form("Add to the checklist").set("points", "Look at the <plate>\n\nSend a driver");
    let page = agent.send(form.clone()).await;
    assert_eq!(page.toast(), "2 points are on the checklist.", "{page}");
    assert!(page.says("Look at the <plate>") && page.says("0 of 2 done"), "{page}");
    agent.send(form).await;
    assert_eq!(company.read::<i64>("select count(*) from ticket_points").await, 2, "sent twice is once");
    agent.get(&format!("{LIST}/{ticket}")).await;
    let page = agent.press("“Look at the <plate>” is done").await;
    assert!(page.says("1 of 2 done"), "{page}");
    let page = agent.press("Undo").await;
    assert!(page.says("0 of 2 done"), "{page}");
    let page = agent.press("Remove “Send a driver”").await;
    assert!(page.says("0 of 1 done"), "{page}");
    let page = agent.press("Undo").await;
    assert!(page.says("Send a driver") && page.says("0 of 2 done"), "{page}");
    let many = "One more\n".repeat(99);
    agent.get(&format!("{LIST}/{ticket}")).await;
    let page = agent.fill("Add to the checklist", &[("points", &*many)]).await;
    assert_eq!(page.toast(), "A ticket has 100 points at most.", "{page}");
    let point: uuid::Uuid = company.read("select id from ticket_points limit 1").await;
    let mut rep = company.signed_in(Role::Employee).await;
    let path = format!("/w/acme/support/checklist/{point}");
    assert_ne!(rep.post(&path, &[("done", "true")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(company.read::<i64>("select count(*) from ticket_points where done_at is not null").await, 0);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_macro_puts_points_on_the_checklist() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[]).await;
    let mut owner = company.owner().await;
    owner.get("/w/acme/settings/macros/new").await;
    let page = owner.fill("Save macro", &[("name", "Driver"), ("points", "Send a driver\nAsk for the old one")]).await;
    assert!(page.says("Its checklist gets 2 points"), "{page}");
    owner.get(&format!("{LIST}/{ticket}")).await;
    owner.click("Macros").await;
    owner.click("Driver").await;
    let page = owner.press("Do it").await;
    assert!(page.says("Ask for the old one") && page.says("0 of 2 done"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_ticket_is_given_to_nobody_who_may_not_open_tickets() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[]).await;
    let outsider = company.member(Role::Employee).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}/{ticket}/edit")).await;
    assert!(!page.text.contains(&format!("value=\"{}\"", outsider.email)), "nobody is offered who may not: {page}");
    let fields = [("name", "It hums"), ("requester", "ada@lamps.example"), ("_version", "1")];
    let page =
        owner.post(&format!("{LIST}/{ticket}/edit"), &[&fields[..], &[("assignee", &*outsider.email)]].concat()).await;
    assert!(
        page.error("assignee").ends_with("may not open it. Choose somebody else, or give them another role."),
        "{page}"
    );
    let outsider = outsider.member.to_string();
    let page = owner.post(&format!("{LIST}/{ticket}/facts"), &[("assignee", &*outsider)]).await;
    let page = owner.get(page.header("location")).await;
    assert!(page.toast().contains("may not open it"), "{page}");
    assert_eq!(company.ticket_now(ticket).await.assignee, None);
    app.run_jobs().await;
}
