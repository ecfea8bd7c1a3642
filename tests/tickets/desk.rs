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
async fn what_the_customer_wrote_unseen_is_not_solved_away() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[("message", "It hums.")]).await;
    let mut owner = company.owner().await;
    for button in ["Send and solve", "Send, then wait for them"] {
        owner.get(&format!("{LIST}/{ticket}")).await;
        app.clock.advance(chrono::Duration::minutes(1));
        company.customer_writes(ticket, &format!("Wait! {button}"), false).await;
        app.clock.advance(chrono::Duration::minutes(1));
        let form = owner.form(button).set("text", &format!("Done. {button}"));
        let page = owner.send(form).await;
        assert!(page.toast().starts_with("Sent. It stays open: the customer has written since"), "{page}");
        assert!(page.says(&format!("Wait! {button}")) && page.says(&format!("Done. {button}")), "{page}");
        assert_eq!(company.ticket_now(ticket).await.status, Status::Open);
        app.run_jobs().await;
    }
    let page = say(&mut owner, ticket, "Send and solve", "Now it is.").await;
    assert!(page.toast().starts_with("Sent, and solved."), "{page}");
    assert_eq!(company.ticket_now(ticket).await.status, Status::Solved);
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
async fn what_a_customer_writes_brings_a_ticket_back_from_the_archive() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let agent = company.member(Role::SupportAgent).await;
    let ticket = company.ticket(&[("assignee", &agent.email), ("message", "It hums.")]).await;
    let mut owner = company.owner().await;
    for status in ["new", "solved"] {
        company.put_ticket(ticket, status).await;
        let page = owner.post(&format!("{LIST}/{ticket}/archival"), &[]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
        assert!(company.ticket_now(ticket).await.archived);
        // A machine brings nothing back.
        assert_eq!(company.customer_writes(ticket, "Out of office", true).await, ticket);
        assert!(company.ticket_now(ticket).await.archived, "{status}");
        assert_eq!(company.customer_writes(ticket, &format!("Hello, {status}?"), false).await, ticket);
        let now = company.ticket_now(ticket).await;
        assert!(!now.archived && !now.status.ended(), "{status}: {:?}", now.status);
        app.clock.advance(chrono::Duration::minutes(1));
    }
    let told =
        format!("select count(*) from notifications where member_id = '{}' and kind = 'ticket_written'", agent.member);
    assert!(company.read::<i64>(&told).await > 0, "whoever has it is told");
}

#[tokio::test]
async fn what_somebody_who_left_had_goes_to_somebody_who_is_there_when_it_is_opened_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (ann, ben) = (company.member(Role::SupportManager).await, company.member(Role::SupportAgent).await);
    let pool = format!(
        "update support_queues set how = 'round_robin', pool = jsonb_build_array(jsonb_build_object('member', '{}'))",
        ben.member
    );
    app.trial.admin(&pool).await.expect("a pool");
    let ticket = company.ticket(&[("assignee", &ann.email), ("message", "It hums.")]).await;
    company.put_ticket(ticket, "solved").await;
    let out = format!("update members set deactivated_at = now() where id = '{}'", ann.member);
    app.trial.admin(&out).await.expect("she left");
    company.customer_writes(ticket, "It hums again.", false).await;
    let now = company.ticket_now(ticket).await;
    assert_eq!((now.status, now.assignee.map(|a| a.id)), (Status::Open, Some(ben.member)));
    let told = format!("select count(*) from notifications where member_id = '{}' and kind = 'assigned'", ben.member);
    assert_eq!(company.read::<i64>(&told).await, 1);
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
    assert!(["SUP-1001", "One", "SUP-1002", "Two"].iter().all(|words| file.text.contains(words)), "{}", file.text);
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
    assert!(page.says("It hums.") && page.says("Hello?") && !page.says("It still hums."), "{page}");
    assert_eq!(company.ticket_now(first).await.status, Status::New);
    let page = owner.get(&format!("{LIST}/{second}")).await;
    assert!(!page.says("It hums.") && !page.says("Hello?") && page.says("8 h left"), "{page}");
    let page = owner.post(&format!("{LIST}/{first}/merge"), &[("ticket", "SUP-9")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let page = owner.get(page.header("location")).await;
    assert_eq!(page.toast(), "There is no ticket of this number.", "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_part_of_a_part_goes_with_it_and_comes_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut tickets = vec![];
    for name in ["First", "Second", "Third"] {
        tickets.push(company.ticket(&[("name", name), ("message", &format!("{name} said."))]).await);
        app.clock.advance(chrono::Duration::minutes(1));
    }
    let [first, second, third] = tickets[..] else { panic!("three") };
    company.put_ticket(second, "solved").await;
    let mut owner = company.owner().await;
    for (part, whole) in [(first, "SUP-1002"), (second, "SUP-1003")] {
        owner.get(&format!("{LIST}/{part}")).await;
        let form = owner.form("Make this a part of it").set("ticket", whole);
        let page = owner.send(form).await;
        assert!(page.toast().ends_with("is a part of this ticket now."), "{page}");
        app.run_jobs().await;
        app.clock.advance(chrono::Duration::minutes(1));
    }
    // Each is answered where it was asked.
    for (part, text) in [(first, "One more."), (second, "Two more.")] {
        assert_eq!(company.customer_writes(part, text, false).await, third);
    }
    let mut back = async |part: domain::TicketId, says: &[&str], hides: &[&str]| {
        owner.get(&format!("{LIST}/{part}")).await;
        let page = owner.press("Take that back").await;
        assert_eq!(page.toast(), "It is a ticket of its own again.", "{page}");
        assert!(
            says.iter().all(|s| page.says(s)) && !hides.iter().any(|s| page.says(s)),
            "{says:?}, {hides:?}: {page}"
        );
        app.run_jobs().await;
    };
    back(second, &["First said.", "One more.", "Second said.", "Two more."], &["Third said."]).await;
    assert_eq!(company.ticket_now(second).await.status, Status::Open, "its customer has written since");
    assert_eq!(company.ticket_now(first).await.merged_into, Some(second));
    back(first, &["First said.", "One more."], &["Second said.", "Two more."]).await;
    assert_eq!(company.ticket_now(first).await.merged_into, None);
    let page = owner.get(&format!("{LIST}/{third}")).await;
    assert!(page.says("Third said.") && !page.says("One more.") && !page.says("Two more."), "{page}");
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
    // Two of one page become two.
    for text in ["One thing.", "Another thing."] {
        company.customer_writes(ticket, text, false).await;
    }
    let page = owner.get(&format!("{LIST}/{ticket}")).await;
    let once = page.attribute("form[action$='/split'] input[name=_once]", "value").expect("an id");
    for text in ["One thing.", "Another thing."] {
        let id: uuid::Uuid = company.read(&format!("select id from ticket_messages where body = '{text}'")).await;
        let path = format!("{LIST}/{ticket}/split");
        for _ in 0..2 {
            let page = owner.post(&path, &[("message", &id.to_string()), ("_once", &once)]).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
        }
    }
    let many: i64 = company.read("select count(*) from tickets").await;
    assert_eq!(many, 4, "each once");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_was_split_off_is_put_back_where_it_came_from() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[("message", "It hums.")]).await;
    let mut owner = company.owner().await;
    app.clock.advance(chrono::Duration::minutes(10));
    say(&mut owner, ticket, "Send", "Which one?").await;
    app.run_jobs().await;
    app.clock.advance(chrono::Duration::minutes(10));
    company.customer_writes(ticket, "The green one.", false).await;
    app.clock.advance(chrono::Duration::minutes(10));
    let message: uuid::Uuid = company.read("select id from ticket_messages where body = 'The green one.'").await;
    let page = owner.post(&format!("{LIST}/{ticket}/split"), &[("message", &message.to_string())]).await;
    let next = page.header("location").to_owned();
    app.run_jobs().await;
    let page = owner.get(&next).await;
    assert!(page.toast().starts_with("It is a ticket of its own now"), "{page}");
    let page = owner.press("Undo").await;
    assert!(page.says("It hums.") && page.says("The green one."), "{page}");
    let there: uuid::Uuid =
        company.read(&format!("select ticket_id from ticket_messages where id = '{message}'")).await;
    assert_eq!(there, ticket.0);
    // And is waited for there since it was written.
    let since = format!(
        "select c.began_at = m.created_at and c.ended_at is null from ticket_clocks c join ticket_messages m on m.ticket_id = c.ticket_id \
         where c.ticket_id = '{ticket}' and c.clock = 'next' and m.id = '{message}'"
    );
    assert!(company.read::<bool>(&since).await);
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_split_off_is_its_writers_and_waits_since_they_wrote() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[("message", "It hums.")]).await;
    let mut owner = company.owner().await;
    app.clock.advance(chrono::Duration::minutes(10));
    say(&mut owner, ticket, "Send", "Which one?").await;
    app.run_jobs().await;
    app.clock.advance(chrono::Duration::minutes(10));
    let bea = crate::support::mail::raw(
        "Bea Roe <bea@shop.example>",
        &company.reply_address(ticket),
        "b@shop.example",
        "Subject: Hm\r\nContent-Type: text/plain; charset=utf-8\r\n",
        "My invoice is wrong.",
    );
    company.mailed(bea).await;
    let waiting = async || -> i64 { company.read("select count(*) from ticket_clocks where clock = 'next'").await };
    assert_eq!(waiting().await, 1);
    app.clock.advance(chrono::Duration::minutes(60));
    let message: uuid::Uuid = company.read("select id from ticket_messages where body like 'My invoice%'").await;
    let page = owner.post(&format!("{LIST}/{ticket}/split"), &[("message", &message.to_string())]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    app.run_jobs().await;
    assert_eq!(waiting().await, 0, "nobody is waited for in the first one");
    let next: uuid::Uuid = company.read(&format!("select ticket_id from ticket_messages where id = '{message}'")).await;
    let now = company.ticket_now(domain::TicketId(next)).await;
    assert_eq!(now.requester_email.as_deref(), Some("bea@shop.example"));
    assert_eq!(now.requester_name.as_deref(), Some("Bea Roe"));
    let since = format!(
        "select c.began_at = m.created_at from ticket_clocks c join ticket_messages m on m.ticket_id = c.ticket_id \
         where c.ticket_id = '{next}' and c.clock = 'first'"
    );
    assert!(company.read::<bool>(&since).await, "the promise runs since she wrote");
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
