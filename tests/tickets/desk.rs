//! The list, the page, replies and notes.

use crate::support::{Browser, Page, TestApp};
use axum::http::StatusCode;
use domain::{access::Role, support::tickets::Status};

const LIST: &str = "/w/acme/support/tickets";

/// Writes on a ticket's page, with this button.
pub(super) async fn say(who: &mut Browser, ticket: impl std::fmt::Display, button: &str, text: &str) -> Page {
    who.get(&format!("{LIST}/{ticket}")).await;
    let form = who.form(button).set("text", text);
    who.send(form).await
}

#[tokio::test]
async fn a_ticket_is_opened_answered_and_solved() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut agent = company.signed_in(Role::SupportAgent).await;
    agent.get(LIST).await;
    agent.click("Open a ticket").await;
    let form = agent.form("Add ticket").set("name", "The <Nord> lamp hums");
    let form = form.set("requester", "Ada Byron <ada@lamps.example>").set("message", "It hums at night.");
    let page = agent.send(form.set("priority", "high")).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "The <Nord> lamp hums"), "{page}");
    for shown in
        ["SUP-1001", "Ada Byron", "It hums at night.", "High", "First response", "4 h left", "ada@lamps.example"]
    {
        assert!(page.says(shown), "{shown} is not in {page}");
    }
    app.run_jobs().await;
    let ticket = page.path.rsplit('/').next().expect("an id").to_owned();
    // A note stops no clock, and is no reply.
    let page = say(&mut agent, &ticket, "Add note", "Is it the <ballast>?").await;
    assert_eq!(page.toast(), "The note was added.", "{page}");
    assert!(page.says("Is it the <ballast>?") && page.says("4 h left"), "{page}");
    let page = say(&mut agent, &ticket, "Send, then wait for them", "We send another one.").await;
    assert!(page.says("We send another one.") && page.says("Kept") && page.says("Held"), "{page}");
    let mails = app.mail_to("ada@lamps.example").await;
    let told: Vec<_> = mails.iter().map(|m| m.subject.as_str()).collect();
    assert_eq!(told, ["[SUP-1001] The <Nord> lamp hums"], "a note goes to nobody");
    assert!(mails[0].text.contains("We send another one.") && !mails[0].text.contains("ballast"), "{}", mails[0].text);
    let page = agent.press("Solve").await;
    assert_eq!(page.toast(), "SUP-1001 is solved.", "{page}");
    assert_eq!(agent.get(LIST).await.names(), [""; 0]);
    assert_eq!(agent.get(&format!("{LIST}?status=solved")).await.names(), ["SUP-1001 The <Nord> lamp hums"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn each_wrong_answer_is_told_beside_its_field() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    for (field, typed, told) in [
        ("name", "", "Please fill this in."),
        ("requester", "", "Say who asks: an email address."),
        ("requester", "nobody", ""),
        ("customer", "Nobody & Co", "There is no customer of this name."),
    ] {
        owner.get(&format!("{LIST}/new")).await;
        let form = owner.form("Add ticket").set("name", "Kept").set("requester", "ada@lamps.example").set(field, typed);
        let page = owner.send(form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {page}");
        let error = page.error(field);
        assert!(if told.is_empty() { !error.is_empty() } else { error == told }, "{field} {typed:?}: {error:?}");
    }
    let ticket = company.ticket(&[]).await;
    let page = say(&mut owner, ticket, "Send", " ").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("Write something first."), "{page}");
}

#[tokio::test]
async fn a_ticket_is_taken_from_nobody_by_a_page_that_is_old() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[]).await;
    let ann = company.member(Role::SupportManager).await;
    let (mut first, mut late) =
        (company.signed_in(Role::SupportManager).await, company.signed_in(Role::SupportAgent).await);
    late.get(&format!("{LIST}/{ticket}")).await;
    let form = late.form("Take it");
    first.get(&format!("{LIST}/{ticket}")).await;
    first.press("Take it").await;
    let page = late.send(form).await;
    assert!(page.toast().ends_with("has it by now. Nothing was changed."), "{page}");
    let whose = async || company.ticket_now(ticket).await.assignee.map(|a| a.id);
    assert_eq!(whose().await, Some(ann.member));
    // Who sees whose it is may take it.
    late.press("Take it").await;
    assert_ne!(whose().await, Some(ann.member));
    app.run_jobs().await;
}

#[tokio::test]
async fn what_one_sent_twice_is_said_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{ticket}")).await;
    let form = owner.form("Send");
    for (text, status) in [("Hello", StatusCode::OK), ("Hello", StatusCode::OK), ("Bye", StatusCode::CONFLICT)] {
        let page = owner.send(form.clone().set("text", text)).await;
        assert_eq!(page.status, status, "{page}");
    }
    let count: i64 = company.read("select count(*) from ticket_messages").await;
    assert_eq!(count, 1);
    // What does not say whether the customer reads it goes to nobody, and is kept.
    owner.get(&format!("{LIST}/{ticket}")).await;
    let form = owner.form("Send").set("text", "Perhaps a note").set("kind", "");
    let page = owner.send(form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("Choose a reply or a note."), "{page}");
    assert_eq!(page.form("Send").value("text"), "Perhaps a note");
    assert_eq!(company.read::<i64>("select count(*) from ticket_messages").await, 1);
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_begun_is_kept_and_a_canned_reply_is_filled_in() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[("requester", "Ada Byron (ada@lamps.example)")]).await;
    let mut owner = company.owner().await;
    let page = format!("{LIST}/{ticket}");
    let kept = owner.post(&format!("{page}/draft"), &[("kind", "note"), ("text", "Call <her>")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    let shown = owner.get(&page).await;
    assert!(shown.text.contains("Call &lt;her&gt;"), "{shown}");
    owner.get("/w/acme/settings/canned-replies/new").await;
    let body = "Dear {{first_name}}, about {{number}}: we look into it. {{agent}}";
    let listed = owner.fill("Save reply", &[("name", "We look"), ("body", body)]).await;
    assert!(listed.says("We look"), "{listed}");
    let id: uuid::Uuid = company.read("select id from canned_replies").await;
    let filled = owner.get(&format!("{page}?canned={id}")).await;
    assert!(filled.text.contains("Dear Ada, about SUP-1001: we look into it. Olga Owner"), "{filled}");
    owner.get("/w/acme/settings/canned-replies/new").await;
    let wrong = owner.fill("Save reply", &[("name", "Wrong"), ("body", "Dear {{salary}}")]).await;
    assert_eq!(wrong.error("body"), "There is no place called {{salary}}.", "{wrong}");
}

#[tokio::test]
async fn an_answer_opens_again_within_its_window_and_makes_a_linked_ticket_after_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[("message", "It hums.")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{ticket}")).await;
    owner.press("Solve").await;
    app.run_jobs().await;
    app.clock.advance(chrono::Duration::days(13));
    // A machine that says thanks opens nothing.
    assert_eq!(company.customer_writes(ticket, "Out of office", true).await, ticket);
    assert_eq!(company.ticket_now(ticket).await.status, Status::Solved);
    assert_eq!(company.customer_writes(ticket, "It hums again.", false).await, ticket);
    assert_eq!(company.ticket_now(ticket).await.status, Status::Open);
    owner.get(&format!("{LIST}/{ticket}")).await;
    owner.press("Solve").await;
    app.run_jobs().await;
    app.clock.advance(chrono::Duration::days(15));
    let next = company.customer_writes(ticket, "And now it smells.", false).await;
    assert_ne!(next, ticket);
    // Whoever was signed in four weeks ago is so no more.
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}/{next}")).await;
    assert!(page.says("And now it smells.") && page.says("SUP-1001 A lamp hums"), "{page}");
    assert_eq!(company.ticket_now(ticket).await.status, Status::Solved);
}

#[tokio::test]
async fn many_are_changed_at_once_and_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let agent = company.member(Role::SupportAgent).await;
    let tickets = [company.ticket(&[("name", "One")]).await, company.ticket(&[("name", "Two")]).await];
    let target = domain::import::Target::Tickets;
    company.bulk_change(target, tickets[0].0, "assignee", &agent.email).await;
    let change = company.bulk_change(target, tickets[0].0, "status", "pending").await;
    app.run_jobs().await;
    let now = company.ticket_now(tickets[0]).await;
    assert_eq!((now.status, now.assignee.map(|a| a.id)), (Status::Pending, Some(agent.member)));
    let held: i64 = company.read("select count(*) from ticket_clocks where held").await;
    assert_eq!(held, 1, "the clocks follow what many are changed to");
    let mut owner = company.owner().await;
    owner.post(&format!("{LIST}/changes/{change}/reversal"), &[]).await;
    app.run_jobs().await;
    assert_eq!(company.ticket_now(tickets[0]).await.status, Status::New);
    let page = owner.post(&format!("{LIST}/tags"), &[("tag", "Hot"), ("ids", &tickets[1].to_string())]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    assert_eq!(owner.get(&format!("{LIST}?tag=Hot")).await.names(), ["SUP-1002 Two"]);
    assert_eq!(owner.get(&format!("{LIST}?assignee=nobody")).await.names(), ["SUP-1002 Two"]);
    let file = owner.get(&format!("{LIST}/export")).await;
    assert!(
        file.text.contains("SUP-1001") && file.text.contains("A lamp") || file.text.contains("One"),
        "{}",
        file.text
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn only_those_whose_it_is_see_a_ticket() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[("message", "It hums.")]).await;
    let mut rep = company.signed_in(Role::SalesRep).await;
    let page = rep.get(&format!("{LIST}/{ticket}")).await;
    assert!(page.says("It hums.") && !page.says("Internal note"), "who reads does not write: {page}");
    let sent = rep.post(&format!("{LIST}/{ticket}/messages"), &[("kind", "note"), ("text", "Hi")]).await;
    assert_eq!(sent.status, StatusCode::NOT_FOUND);
    let mut manager = company.signed_in(Role::Manager).await;
    assert_eq!(manager.get(&format!("{LIST}/{ticket}")).await.status, StatusCode::NOT_FOUND);
    let mut employee = company.employee_member().await;
    assert_eq!(employee.get(LIST).await.status, StatusCode::NOT_FOUND);
    let other = app.company("globex").await;
    let mut stranger = other.owner().await;
    assert_eq!(stranger.get(&format!("/w/globex/support/tickets/{ticket}")).await.status, StatusCode::NOT_FOUND);
    let theirs = other.ticket(&[]).await;
    assert_eq!(other.ticket_now(theirs).await.number, "SUP-1001", "each workspace counts by itself");
}

#[tokio::test]
async fn who_is_named_in_a_note_is_told_and_the_assignee_hears_of_the_customer() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let agent = company.member(Role::SupportAgent).await;
    let manager = company.member(Role::SupportManager).await;
    let ticket = company.ticket(&[("assignee", &agent.email), ("message", "It hums.")]).await;
    let mut owner = company.owner().await;
    let text = format!("Look, @{}!", manager.email);
    say(&mut owner, ticket, "Add note", &text).await;
    app.run_jobs().await;
    let told = async |member: domain::MemberId, kind: &str| -> i64 {
        company
            .read(&format!("select count(*) from notifications where member_id = '{member}' and kind = '{kind}'"))
            .await
    };
    assert_eq!(told(manager.member, "mentioned").await, 1);
    assert_eq!(told(agent.member, "assigned").await, 1);
    company.customer_writes(ticket, "Hello?", false).await;
    assert_eq!(told(agent.member, "ticket_written").await, 1);
    // Who may not see it is not named.
    let rita = company.member(Role::Employee).await;
    let text = format!("And @{}", rita.email);
    let page = say(&mut owner, ticket, "Add note", &text).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("may not see this record"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn one_becomes_a_part_of_another_and_its_own_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let first = company.ticket(&[("name", "First"), ("message", "It hums.")]).await;
    app.clock.advance(chrono::Duration::hours(1));
    let second = company.ticket(&[("name", "Second"), ("message", "It still hums.")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{first}")).await;
    let form = owner.form("Make this a part of it").set("ticket", "sup-1002");
    let page = owner.send(form).await;
    assert_eq!(
        (page.h1().as_str(), page.toast().as_str()),
        ("Second", "SUP-1001 is a part of this ticket now."),
        "{page}"
    );
    assert!(page.says("It hums.") && page.says("It still hums.") && page.says("SUP-1001 First"), "{page}");
    // The whole has the earliest start: eight hours from nine o'clock.
    assert!(page.says("7 h left"), "{page}");
    app.run_jobs().await;
    assert_eq!(owner.get(LIST).await.names(), ["SUP-1002 Second"]);
    // An answer to the part belongs to the whole.
    assert_eq!(company.customer_writes(first, "Hello?", false).await, second);
    let page = owner.get(&format!("{LIST}/{first}")).await;
    assert!(page.says("This ticket became a part of another one"), "{page}");
    let page = owner.press("Take that back").await;
    assert_eq!(page.toast(), "It is a ticket of its own again.", "{page}");
    assert!(page.says("It hums.") && !page.says("It still hums."), "{page}");
    assert_eq!(company.ticket_now(first).await.status, Status::New);
    let page = owner.get(&format!("{LIST}/{second}")).await;
    assert!(!page.says("It hums.") && page.says("Hello?") && page.says("8 h left"), "{page}");
    let page = owner.post(&format!("{LIST}/{first}/merge"), &[("ticket", "SUP-9")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_message_becomes_a_ticket_of_its_own() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[("message", "It hums.")]).await;
    company.customer_writes(ticket, "And the invoice is wrong.", false).await;
    let mut owner = company.owner().await;
    let message: uuid::Uuid = company.read("select id from ticket_messages where body like 'And%'").await;
    owner.get(&format!("{LIST}/{ticket}")).await;
    let message = message.to_string();
    let page = owner.post(&format!("{LIST}/{ticket}/split"), &[("message", &message)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    let next = page.header("location").to_owned();
    let page = owner.get(&next).await;
    assert!(page.says("And the invoice is wrong.") && page.says("SUP-1001 A lamp hums"), "{page}");
    let page = owner.get(&format!("{LIST}/{ticket}")).await;
    assert!(!page.says("And the invoice is wrong.") && page.says("SUP-1002 A lamp hums"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn two_who_have_one_ticket_open_hear_of_each_other() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[]).await;
    let (mut owner, mut agent) = (company.owner().await, company.signed_in(Role::SupportAgent).await);
    let path = format!("{LIST}/{ticket}/presence");
    let mut first = owner.listen(&path).await;
    let (event, data) = first.event().await.expect("who is here");
    assert_eq!((event.as_str(), data.as_str()), ("presence", r#"{"words":""}"#));
    let mut second = agent.listen(&path).await;
    let (_, data) = second.event().await.expect("who is here");
    assert_eq!(data, r#"{"words":"Olga Owner has this open, too."}"#);
    let (_, data) = first.event().await.expect("who came");
    assert_eq!(data, r#"{"words":"Some Support agent has this open, too."}"#);
    agent.post(&format!("{LIST}/{ticket}/draft"), &[("text", "Dear Ada")]).await;
    let (_, data) = first.event().await.expect("who writes");
    assert_eq!(data, r#"{"words":"Some Support agent is writing here now."}"#);
    drop(second);
    let (_, data) = first.event().await.expect("who has left");
    assert_eq!(data, r#"{"words":""}"#);
}

#[tokio::test]
async fn a_customers_page_has_its_tickets() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let customer = company.customer(&[("name", "Lamps & Co")]).await;
    let contact =
        company.contact(&[("last_name", "Byron"), ("email", "Ada@Lamps.example"), ("customer", "Lamps & Co")]).await;
    let ticket = company.ticket(&[]).await;
    let now = company.ticket_now(ticket).await;
    assert_eq!(now.contact.as_ref().map(|(id, _)| *id), Some(contact), "who asks is a contact by their address");
    assert_eq!(now.customer.as_ref().map(|(id, _)| *id), Some(customer));
    let mut owner = company.owner().await;
    for page in [format!("/w/acme/crm/customers/{customer}"), format!("/w/acme/crm/contacts/{contact}")] {
        let page = owner.get(&page).await;
        assert!(page.says("SUP-1001 A lamp hums"), "{page}");
        let list = owner.click("All tickets").await;
        assert_eq!(list.names(), ["SUP-1001 A lamp hums"], "{list}");
    }
}
