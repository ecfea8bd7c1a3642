//! Macros, putting off, time spent, parts, and several files at once.

use super::desk::say;
use crate::support::{Page, TestApp};
use axum::http::StatusCode;
use domain::{access::Role, support::tickets::Status};
use store::Clock as _;

const LIST: &str = "/w/acme/support/tickets";
const MACROS: &str = "/w/acme/settings/macros";

#[tokio::test]
async fn a_macro_says_what_it_does_and_does_it_at_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    company.ticket(&[]).await;
    owner.get(&format!("{MACROS}/new")).await;
    let body = "Dear {{first_name}}, we know of {{number}}.";
    let fields = [("name", "Known <fault>"), ("shared", "true"), ("status", "pending"), ("priority", "high")];
    let more = [("assignee", "me"), ("body", body), ("tags", "Fault, fjord")];
    let listed = owner.fill("Save macro", &[&fields[..], &more[..]].concat()).await;
    assert_eq!(listed.toast(), "The macro is there.", "{listed}");
    let ticket = company.ticket(&[("requester", "Ada Byron (ada@lamps.example)"), ("message", "It hums.")]).await;
    let mut agent = company.signed_in(Role::SupportAgent).await;
    let page = agent.get(&format!("{LIST}/{ticket}")).await;
    assert!(page.has("a[data-key=m]"), "{page}");
    agent.click("Macros").await;
    let page = agent.click("Known <fault>").await;
    for told in ["Status becomes Pending", "Becomes yours", "Gets the tag Fault", "Dear Ada, we know of SUP-1002."] {
        assert!(page.says(told) || page.text.contains(told), "{told}: {page}");
    }
    assert_eq!(company.ticket_now(ticket).await.status, Status::New, "looking does nothing");
    let page = agent.fill("Do it", &[("text", " ")]).await;
    assert!(page.says("Say something: this macro writes a message."), "{page}");
    assert_eq!(company.ticket_now(ticket).await.status, Status::New, "and nothing of it is done");
    let page = agent.fill("Do it", &[("text", "Dear Ada, we do know.")]).await;
    assert_eq!(page.toast(), "Known <fault> is done.", "{page}");
    assert!(page.says("Dear Ada, we do know.") && page.says("Fault"), "{page}");
    let now = company.ticket_now(ticket).await;
    assert_eq!((now.status, now.priority.key()), (Status::Pending, "high"));
    assert!(now.assignee.is_some());
    let lines: i64 = company
        .read(&format!("select count(*) from audit_events where record = 'tickets' and record_id = '{ticket}' and changes ? 'priority' and action = 'update'"))
        .await;
    assert_eq!(lines, 1, "one line of its history");
    app.run_jobs().await;
    assert_eq!(app.mail_to("ada@lamps.example").await.len(), 1);
}

#[tokio::test]
async fn a_macro_is_used_on_many_or_on_none() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get(&format!("{MACROS}/new")).await;
    owner
        .fill(
            "Save macro",
            &[("name", "Close"), ("shared", "true"), ("status", "closed"), ("body", "Over, {{number}}.")],
        )
        .await;
    let one = company.ticket(&[("name", "One")]).await.to_string();
    let two = company.ticket(&[("name", "Two")]).await.to_string();
    let ids = [("ids", one.as_str()), ("ids", two.as_str())];
    let id: uuid::Uuid = company.read("select id from ticket_macros").await;
    let page = owner.post(&format!("{LIST}/macro/new"), &ids).await;
    assert_eq!(page.h1(), "A macro for 2 tickets", "{page}");
    assert!(page.says("Status becomes Closed") && page.says("Sends a reply"), "{page}");
    let page = owner.post(&format!("{LIST}/macro"), &ids).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("Choose a macro first."), "{page}");
    let id = id.to_string();
    let page = owner.post(&format!("{LIST}/macro"), &[&ids[..], &[("macro", id.as_str())]].concat()).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    let said: i64 = company.read("select count(*) from ticket_messages where body like 'Over, SUP-100%'").await;
    assert_eq!((said, owner.get(LIST).await.names().len()), (2, 0));
    app.run_jobs().await;
    // One that stands against it leaves the others alone.
    let three = company.ticket(&[("name", "Three")]).await.to_string();
    owner.post(&format!("{LIST}/{one}/archival"), &[]).await;
    let all = [("ids", one.as_str()), ("ids", three.as_str()), ("macro", id.as_str())];
    let page = owner.post(&format!("{LIST}/macro"), &all).await;
    assert!(page.says("Nothing was done. SUP-1001"), "{page}");
    assert_eq!(company.ticket_now(three.parse().expect("an id")).await.status, Status::New);
    app.run_jobs().await;
}

#[tokio::test]
async fn own_macros_are_ones_own_and_everybodys_are_kept_by_few() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get(&format!("{MACROS}/new")).await;
    owner.fill("Save macro", &[("name", "Everybody’s"), ("shared", "true"), ("priority", "low")]).await;
    let mut agent = company.signed_in(Role::SupportAgent).await;
    agent.get(&format!("{MACROS}/new")).await;
    let none = agent.fill("Save macro", &[("name", "Nothing")]).await;
    assert!(none.says("Say at least one thing that it does."), "{none}");
    let forged =
        agent.post(&format!("{MACROS}/new"), &[("name", "Mine"), ("shared", "true"), ("priority", "low")]).await;
    assert!(forged.says("You may not keep what everybody uses."), "{forged}");
    let page = agent.post(&format!("{MACROS}/new"), &[("name", "Mine"), ("priority", "low")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    assert_eq!(agent.get(MACROS).await.names(), ["Everybody’s", "Mine"]);
    assert_eq!(owner.get(MACROS).await.names(), ["Everybody’s"]);
    let id = async |name: &str| -> uuid::Uuid {
        company.read(&format!("select id from ticket_macros where name like '{name}%'")).await
    };
    let (mine, shared) = (id("Mine").await, id("Every").await);
    assert_eq!(owner.get(&format!("{MACROS}/{mine}")).await.status, StatusCode::NOT_FOUND);
    let ticket = company.ticket(&[]).await;
    assert_eq!(owner.get(&format!("{LIST}/{ticket}/macro?macro={mine}")).await.status, StatusCode::NOT_FOUND);
    agent.post(&format!("{MACROS}/{shared}/removal"), &[]).await;
    let kept: i64 = company.read("select count(*) from ticket_macros").await;
    assert_eq!(kept, 2, "everybody's stays");
    let page = owner.get(&format!("{MACROS}/{shared}")).await;
    assert!(page.has("input[name=shared][checked]"), "{page}");
    let page = owner.press("Remove macro").await;
    assert_eq!(page.toast(), "Everybody’s was removed.", "{page}");
}

#[tokio::test]
async fn what_is_put_off_comes_back_when_its_time_has_come_or_the_customer_writes() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let agent = company.member(Role::SupportAgent).await;
    let ticket = company.ticket(&[("assignee", &agent.email), ("message", "It hums.")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{ticket}")).await;
    let page = owner.fill("Put off", &[("until", "hours")]).await;
    assert!(page.toast().starts_with("SUP-1001 is put off until 2026-03-02 "), "{page}");
    assert!(page.says("This ticket is put off") && page.says("First response"), "clocks go on: {page}");
    assert_eq!(owner.get(LIST).await.names(), [""; 0]);
    assert_eq!(owner.get(&format!("{LIST}?status=snoozed")).await.names(), ["SUP-1001 A lamp hums"]);
    app.run_jobs().await;
    let wake = async || {
        let at = app.clock.now();
        let mut tx = company.begin().await;
        store::queue::push(&mut tx, &domain::jobs::WakeTickets { tenant: company.tenant, at }).await.expect("it waits");
        tx.commit().await.expect("it is kept");
        app.run_jobs().await;
    };
    wake().await;
    assert!(company.ticket_now(ticket).await.snoozed.is_some(), "its time has not come");
    app.clock.advance(chrono::Duration::hours(3));
    let pushed = {
        let mut relay = app.db.relay().await.expect("the relay");
        let at = app.clock.now();
        let job = domain::jobs::WakeTickets { tenant: domain::TenantId(uuid::Uuid::nil()), at };
        let pushed = store::queue::push_to_due(&mut relay, store::queue::Due::Snoozes, &job).await.expect("pushed");
        relay.commit().await.expect("kept");
        pushed
    };
    assert_eq!(pushed, 1, "it is due in one workspace");
    app.run_jobs().await;
    assert!(company.ticket_now(ticket).await.snoozed.is_none());
    let told =
        format!("select count(*) from notifications where member_id = '{}' and kind = 'ticket_back'", agent.member);
    assert_eq!(company.read::<i64>(&told).await, 1, "whoever has it is told");
    // A machine brings nothing back, the customer does.
    owner.get(&format!("{LIST}/{ticket}")).await;
    owner.fill("Put off", &[("until", "reply")]).await;
    company.customer_writes(ticket, "Out of office", true).await;
    assert!(company.ticket_now(ticket).await.snoozed.is_some());
    company.customer_writes(ticket, "It still hums.", false).await;
    assert!(company.ticket_now(ticket).await.snoozed.is_none());
    owner.get(&format!("{LIST}/{ticket}")).await;
    owner.fill("Put off", &[("until", "week")]).await;
    let page = owner.press("Solve").await;
    assert!(!page.says("This ticket is put off"), "what is solved waits for nothing: {page}");
    let page = owner.post(&format!("{LIST}/{ticket}/snooze"), &[("until", "week")]).await;
    let page = owner.get(page.header("location")).await;
    assert_eq!(page.toast(), "Only what somebody works on is put off.", "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn time_is_noted_summed_and_changed_by_whoever_noted_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[]).await;
    let mut owner = company.owner().await;
    let mut agent = company.signed_in(Role::SupportAgent).await;
    let note = async |who: &mut crate::support::Browser, spent: &str, words: &str| -> Page {
        who.get(&format!("{LIST}/{ticket}")).await;
        who.fill("Note time", &[("spent", spent), ("note", words)]).await
    };
    let page = note(&mut owner, "20 min", "Looked at <logs>").await;
    assert_eq!(page.toast(), "0:20 was noted.", "{page}");
    assert!(page.says("Looked at <logs>"), "{page}");
    let page = note(&mut agent, "1:30", "").await;
    assert!(page.says("1:50"), "the sum of both: {page}");
    let page = note(&mut agent, "soon", "").await;
    assert!(page.toast().starts_with("Write hours"), "{page}");
    let id: uuid::Uuid = company.read("select id from ticket_time where minutes = 90").await;
    assert_eq!(owner.get(&format!("/w/acme/support/time/entries/{id}")).await.status, StatusCode::NOT_FOUND);
    agent.get(&format!("/w/acme/support/time/entries/{id}")).await;
    let wrong = agent.fill("Save time", &[("spent", "30")]).await;
    assert_eq!(wrong.error("spent"), "An entry has a day at most.", "{wrong}");
    let page = agent.fill("Save time", &[("spent", "0:30")]).await;
    assert!(page.says("0:50"), "{page}");
    agent.get(&format!("/w/acme/support/time/entries/{id}")).await;
    let page = agent.press("Remove time").await;
    assert_eq!(page.toast(), "The time was removed.", "{page}");
    assert_eq!(company.read::<i64>("select sum(minutes) from ticket_time").await, 20);
}

#[tokio::test]
async fn a_part_stands_on_its_whole_and_goes_its_own_way() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let whole = company.ticket(&[("name", "Moving in"), ("priority", "high")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{whole}")).await;
    let page = owner.fill("Open a part", &[("name", "Lamps for the hall")]).await;
    assert_eq!(page.h1(), "Lamps for the hall", "{page}");
    assert!(page.says("This ticket is a part of another one") && page.says("High"), "{page}");
    let page = owner.get(&format!("{LIST}/{whole}")).await;
    assert!(page.says("SUP-1002 Lamps for the hall") && page.says("Part, New"), "{page}");
    let page = owner.press("Take off SUP-1002 Lamps for the hall").await;
    assert!(!page.says("Part, New"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn several_files_go_with_one_message() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = company.ticket(&[]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{ticket}")).await;
    let mut form = owner.form("Send").set("text", "Both plans.");
    for name in ["first.txt", "second.txt"] {
        form = form.file("file", name, b"A plan".to_vec());
    }
    let page = owner.send(form).await;
    assert!(page.says("first.txt") && page.says("second.txt"), "{page}");
    app.run_jobs().await;
    assert_eq!(company.read::<i64>("select count(*) from ticket_files").await, 2);
    let page = say(&mut owner, ticket, "Add note", "Sent.").await;
    assert!(page.says("second.txt"), "{page}");
    app.run_jobs().await;
}
