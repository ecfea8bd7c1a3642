//! Where new tickets go: rules in order, and who gets what they say.

use crate::support::{TestApp, mail::raw};
use axum::http::StatusCode;
use domain::{TicketId, access::Role, support::tickets::Priority};

#[tokio::test]
async fn the_first_rule_that_fits_says_queue_priority_and_who_gets_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (ann, ben) = (company.member(Role::SupportManager).await, company.member(Role::SupportAgent).await);
    let mut owner = company.owner().await;
    owner.get("/w/acme/settings/queues/new").await;
    owner.fill("Save queue", &[("name", "Billing"), ("prefix", "BIL")]).await;
    let billing: uuid::Uuid = company.read("select id from support_queues where prefix = 'BIL'").await;
    owner.get("/w/acme/settings/routing").await;
    owner.click("New rule").await;
    let page = owner.fill("Save rule", &[("name", "Money"), ("words", "invoice, refund")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("Say what follows"), "{page}");
    let form = owner
        .form("Save rule")
        .set("to_queue", &billing.to_string())
        .set("priority", "high")
        .set("how", "round_robin")
        .set("Person 1", &ann.member.to_string())
        .set("Person 2", &ben.member.to_string());
    let page = owner.send(form).await;
    assert!(page.says("Money") && page.says("Subject says invoice or refund") && page.says("Queue Billing"), "{page}");
    company.routing_rule("Rest", &[("channel", "mail"), ("priority", "low")]).await;
    let to = company.queue_address("SUP").await;
    let mail = async |id: &str, subject: &str| -> TicketId {
        let head = format!("Subject: {subject}\r\n");
        company.mailed(raw("ada@lamps.example", &to, id, &head, "Hello")).await.ticket.expect("a ticket").0
    };
    let first = mail("1@x.example", "Your invoice 7").await;
    let now = company.ticket_now(first).await;
    assert_eq!(
        (now.number.as_str(), now.priority, now.assignee.map(|a| a.id)),
        ("BIL-1001", Priority::High, Some(ann.member))
    );
    let page = owner.get(&format!("/w/acme/support/tickets/{first}")).await;
    assert!(page.says("Routed by “Money”: queue Billing, priority high. By “Money” (in turns)"), "{page}");
    let second = mail("2@x.example", "Refund, please").await;
    assert_eq!(company.ticket_now(second).await.assignee.map(|a| a.id), Some(ben.member));
    // Whoever is away is passed over, and the ticket says so.
    company.away(ann.member).await;
    let third = mail("3@x.example", "An invoice, again").await;
    assert_eq!(company.ticket_now(third).await.assignee.map(|a| a.id), Some(ben.member));
    assert!(owner.get(&format!("/w/acme/support/tickets/{third}")).await.says("is away until"));
    let other = company.ticket_now(mail("4@x.example", "A lamp hums").await).await;
    assert_eq!((other.number.as_str(), other.priority, other.assignee), ("SUP-1001", Priority::Low, None));
    // What somebody chooses here stays; who gets it the rule says.
    let desk = company.ticket_now(company.ticket(&[("name", "Invoice 9"), ("queue", "Support")]).await).await;
    assert_eq!((desk.number.as_str(), desk.priority), ("SUP-1002", Priority::Normal));
    assert_eq!(desk.assignee.map(|a| a.id), Some(ben.member));
    // So is what a customer asks by themselves.
    company.portal(&[]).await;
    company.contact(&[("first_name", "Ada"), ("email", "ada@x.example")]).await;
    let mut ada = super::portal::signed_in(&company, "ada@x.example").await;
    ada.get("/portal/acme/tickets/new").await;
    let page = ada.fill("Send", &[("name", "My invoice"), ("text", "Where is it?")]).await;
    assert_eq!(page.h1(), "My invoice", "{page}");
    let asked: uuid::Uuid = company.read("select id from tickets where name = 'My invoice'").await;
    let asked = company.ticket_now(TicketId(asked)).await;
    assert_eq!((asked.number.as_str(), asked.priority), ("BIL-1004", Priority::High));
    // The other order decides otherwise.
    owner.get("/w/acme/settings/routing").await;
    owner.press("Move Rest up").await;
    let moved = company.ticket_now(mail("5@x.example", "Invoice 10").await).await;
    assert_eq!((moved.number.as_str(), moved.priority), ("SUP-1003", Priority::Low));
    owner.get("/w/acme/settings/routing").await;
    owner.click("Rest").await;
    let page = owner.press("Remove rule").await;
    assert_eq!(page.toast(), "Rest was removed.", "{page}");
}

#[tokio::test]
async fn who_knows_a_thing_gets_what_is_about_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (ann, ben) = (company.member(Role::SupportManager).await, company.member(Role::SupportAgent).await);
    let mut owner = company.owner().await;
    owner.get("/w/acme/settings/routing/new").await;
    let form = owner
        .form("Save rule")
        .set("name", "Skills")
        .set("domains", "lamps.example")
        .set("how", "skill")
        .set("Person 1", &ann.member.to_string())
        .set("What person 1 knows, by words", "dimmer, driver")
        .set("Person 2", &ben.member.to_string())
        .set("What person 2 knows, by words", "app, bridge");
    let page = owner.send(form).await;
    assert!(page.says("Skills") && page.says("From lamps.example"), "{page}");
    let whose =
        async |fields: &[(&str, &str)]| company.ticket_now(company.ticket(fields).await).await.assignee.map(|a| a.id);
    assert_eq!(whose(&[("name", "The bridge is gone")]).await, Some(ben.member));
    assert_eq!(whose(&[("name", "It hums"), ("message", "With the new dimmer.")]).await, Some(ann.member));
    assert_eq!(whose(&[("name", "Where are you?")]).await, None);
    assert_eq!(whose(&[("name", "The bridge"), ("requester", "eve@other.example")]).await, None);
}
