//! How somebody found our help: asked once, answered by a link, told on the ticket and in a report.

use crate::support::TestApp;
use axum::http::StatusCode;
use domain::{access::Role, support::tickets::Status};
use store::support::tickets;

#[tokio::test]
async fn many_that_are_solved_at_once_and_one_that_goes_out_of_sight_are_asked_about_too() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    app.trial.admin("update support_queues set surveys = true, acknowledges = false").await.expect("queues ask");
    let (ada, bea) = (app.email("ada"), app.email("bea"));
    let many = company.ticket(&[("requester", &ada)]).await;
    company.bulk_change(domain::import::Target::Tickets, many.0, "status", "solved").await;
    app.run_jobs().await;
    assert_eq!(company.ticket_now(many).await.status, Status::Solved);
    assert_eq!(app.mail_to(&ada).await.len(), 1);
    // Whoever sees their own alone solves one and hands it on in the same breath.
    let other = company.member(Role::SupportManager).await;
    let rights = [("tickets.read", "own"), ("tickets.write", "own"), ("home.read", "all")];
    let role = company.role("Own", &rights).await;
    let agent = company.join("Own Tickets", &app.email("own"), Role::Custom(role)).await;
    let ticket = company.ticket(&[("requester", &bea), ("assignee", &agent.email)]).await;
    let entry = app.db.enter(&company.slug, agent.account).await.expect("the door answers").expect("a member");
    let desk = store::Desk::of_member(&entry.actor, entry.workspace.zone, None);
    let mut tx = app.db.begin(desk).await.expect("a transaction");
    let puts = [tickets::Put::Status(Status::Solved), tickets::Put::Assignee(Some(other.member))];
    tickets::put_all(&mut tx, ticket, &puts).await.expect("it is theirs");
    assert!(tickets::find(&mut tx, ticket).await.is_err(), "and is so no more");
    tx.commit().await.expect("it is kept");
    assert_eq!(app.mail_to(&bea).await.len(), 1);
}

#[tokio::test]
async fn whoever_had_a_ticket_is_asked_once_and_answers_by_a_click() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get("/w/acme/settings/queues").await;
    owner.click("Support").await;
    let page = owner.fill("Save queue", &[("surveys", "true")]).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    let email = app.email("ada");
    let ticket = company.ticket(&[("requester", &email)]).await;
    // Its hour comes at once here: work that has a time is done whenever a test does what waits.
    company.put_ticket(ticket, "solved").await;
    let mails = app.mail_to(&email).await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].headers.iter().any(|h| h.starts_with("List-Unsubscribe:")), "{:?}", mails[0].headers);
    let link = mails[0].text.split_whitespace().find(|w| w.contains("/ticket-ratings/") && w.ends_with("score=4"));
    let link = link.expect("a link of each answer").split_once("/ticket-ratings/").expect("a path").1;
    let link = format!("/ticket-ratings/{link}");
    // Looking answers nothing: scanners look at every link.
    let mut customer = app.browser();
    let page = customer.get(&link).await;
    assert!(page.has("input[name=score][value='4'][checked]"), "{page}");
    let answered = async || company.read::<i64>("select count(*) from ticket_ratings where score is not null").await;
    assert_eq!(answered().await, 0);
    let page = customer.fill("Send my answer", &[("comment", "Quick, <thank> you")]).await;
    assert!(page.says("Thank you. You have answered: good"), "{page}");
    assert_eq!(answered().await, 1);
    let page = owner.get(&format!("/w/acme/support/tickets/{ticket}")).await;
    assert!(page.says("4 of 5") && page.text.contains("Quick, &lt;thank&gt; you"), "{page}");
    // Whoever changes their mind says so; solved again they are not asked again.
    let page = customer.fill("Change my answer", &[("score", "2")]).await;
    assert!(page.says("You have answered: bad"), "{page}");
    company.put_ticket(ticket, "open").await;
    company.put_ticket(ticket, "solved").await;
    assert_eq!(app.mail_to(&email).await.len(), 1);
    let page = owner.get("/w/acme/support/reports/satisfaction").await;
    assert!(page.says("100 %") && page.says("2.0 of 5") && page.says("Quick, <thank> you"), "{page}");
    let page = owner.get("/w/acme/support/reports/satisfaction?by=customer").await;
    assert!(page.says("By customer") && page.says("Customer") && page.says("2.0 of 5"), "{page}");
    let page = owner.get("/w/acme/support/reports/satisfaction?by=agent").await;
    assert!(page.says("Nobody"), "{page}");
    // After a month the link opens nothing, and somebody whose address is gone answers no more.
    app.trial.admin("update ticket_ratings set asked_at = asked_at - interval '31 days'").await.expect("time passes");
    assert_eq!(customer.get(&link).await.status, StatusCode::NOT_FOUND);
    app.trial.admin("update ticket_ratings set asked_at = asked_at + interval '31 days'").await.expect("it comes back");
    app.trial.admin("update tickets set requester_email = null").await.expect("they are forgotten");
    assert_eq!(customer.get(&link).await.status, StatusCode::NOT_FOUND);
    for forged in ["/ticket-ratings/nothing", &format!("{}x", link.split('?').next().unwrap_or_default())] {
        assert_eq!(customer.get(forged).await.status, StatusCode::NOT_FOUND, "{forged}");
    }
    let mut recruiter = company.signed_in(Role::Recruiter).await;
    assert_eq!(recruiter.get("/w/acme/support/reports/satisfaction").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_is_asked_of_what_is_open_again_or_in_a_queue_that_asks_nobody() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = app.email("ada");
    let quiet = company.ticket(&[("requester", &email)]).await;
    company.put_ticket(quiet, "solved").await;
    app.trial.admin("update support_queues set surveys = true").await.expect("queues ask");
    let again = company.ticket(&[("requester", &email)]).await;
    let mut tx = company.begin().await;
    for status in [Status::Solved, Status::Open] {
        tickets::put(&mut tx, again, tickets::Put::Status(status)).await.expect("it is put");
    }
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    assert!(app.mail_to(&email).await.is_empty());
}
