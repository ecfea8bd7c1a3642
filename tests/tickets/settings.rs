//! Queues, and to whom they give their tickets; calendars.

use crate::support::TestApp;
use axum::http::StatusCode;
use domain::access::Role;

#[tokio::test]
async fn a_queue_gives_its_tickets_in_turns_and_passes_over_who_is_away() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (ann, ben) = (company.member(Role::SupportManager).await, company.member(Role::SupportAgent).await);
    let mut owner = company.owner().await;
    owner.get("/w/acme/settings/queues").await;
    owner.click("New queue").await;
    let form = owner.form("Save queue").set("name", "Billing").set("prefix", "bill").set("how", "round_robin");
    let page = owner.send(form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("Choose at least one person"), "{page}");
    let form =
        owner.form("Save queue").set("Person 1", &ann.member.to_string()).set("Person 2", &ben.member.to_string());
    let page = owner.send(form).await;
    assert!(page.says("Billing") && page.says("BILL-") && page.says("In turns"), "{page}");
    let whose = async |ticket| company.ticket_now(ticket).await.assignee.map(|a| a.id);
    let first = company.ticket(&[("queue", "Billing")]).await;
    assert_eq!(company.ticket_now(first).await.number, "BILL-1001");
    assert_eq!(whose(first).await, Some(ann.member));
    let second = company.ticket(&[("queue", "bill")]).await;
    assert_eq!(whose(second).await, Some(ben.member));
    company.away(ann.member).await;
    let third = company.ticket(&[("queue", "Billing")]).await;
    assert_eq!(whose(third).await, Some(ben.member));
    let page = owner.get(&format!("/w/acme/support/tickets/{third}")).await;
    assert!(page.says("By “Billing” (in turns)") && page.says("is away until"), "{page}");
    assert!(!page.says("Holiday kind"), "which leave it is nobody learns here: {page}");
    // What nobody is there for waits, and says why.
    app.trial
        .admin(&format!("update members set deactivated_at = now() where id = '{}'", ben.member))
        .await
        .expect("out");
    let fourth = company.ticket(&[("queue", "Billing")]).await;
    assert_eq!(whose(fourth).await, None);
    let page = owner.get(&format!("/w/acme/support/tickets/{fourth}")).await;
    assert!(page.says("Nobody of “Billing” was left"), "{page}");
    // A ticket that is given to another queue by hand goes by that one's rule, where nobody has it.
    let plain = company.ticket(&[]).await;
    assert_eq!((whose(plain).await, company.ticket_now(plain).await.number.as_str()), (None, "SUP-1001"));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_prefix_that_another_queue_had_counts_on_behind_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    for _ in 0..3 {
        company.ticket(&[]).await;
    }
    let mut owner = company.owner().await;
    let renamed = async |owner: &mut crate::support::Browser, from: &str, to: &str| {
        owner.get("/w/acme/settings/queues").await;
        owner.click(from).await;
        let page = owner.fill("Save queue", &[("prefix", to)]).await;
        assert_eq!(page.status, StatusCode::OK, "{page}");
    };
    renamed(&mut owner, "Support", "HELP").await;
    owner.get("/w/acme/settings/queues").await;
    owner.click("New queue").await;
    let page = owner.fill("Save queue", &[("name", "Sales"), ("prefix", "SUP")]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    let number = async |queue: &str| {
        let ticket = company.ticket(&[("queue", queue)]).await;
        company.ticket_now(ticket).await.number
    };
    assert_eq!(number("Sales").await, "SUP-1004");
    assert_eq!(number("Support").await, "HELP-1004");
    assert_eq!(number("Support").await, "HELP-1005");
    // And the other way round.
    renamed(&mut owner, "Sales", "LAMP").await;
    renamed(&mut owner, "Support", "SUP").await;
    renamed(&mut owner, "Sales", "HELP").await;
    assert_eq!((number("Support").await, number("Sales").await), ("SUP-1006".to_owned(), "HELP-1006".to_owned()));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_queue_gives_what_is_moved_to_it_unless_it_is_over_or_is_to_be_nobodys() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (ann, ben) = (company.member(Role::SupportManager).await, company.member(Role::SupportAgent).await);
    let mut owner = company.owner().await;
    owner.get("/w/acme/settings/queues").await;
    owner.click("New queue").await;
    let form = owner.form("Save queue").set("name", "Billing").set("prefix", "bill").set("how", "round_robin");
    owner.send(form.set("Person 1", &ben.member.to_string())).await;
    let billing: uuid::Uuid = company.read("select id from support_queues where prefix = 'BILL'").await;
    let billing = billing.to_string();
    let moved = async |ticket: domain::TicketId, more: &[(&str, &str)]| {
        let mut owner = company.owner().await;
        let path = format!("/w/acme/support/tickets/{ticket}");
        owner.get(&path).await;
        let page = owner.post(&format!("{path}/facts"), &[&[("queue", &*billing)][..], more].concat()).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
        app.run_jobs().await;
        let page = owner.get(page.header("location")).await;
        (page.toast(), company.ticket_now(ticket).await.assignee.map(|a| a.id))
    };
    let open = company.ticket(&[]).await;
    assert_eq!(moved(open, &[]).await.1, Some(ben.member));
    let solved = company.ticket(&[]).await;
    company.put_ticket(solved, "solved").await;
    assert_eq!(moved(solved, &[]).await.1, None);
    let nobodys = company.ticket(&[("assignee", &ann.email)]).await;
    assert_eq!(moved(nobodys, &[("assignee", "nobody")]).await.1, None);
    // What became a part of another is changed there.
    let part = company.ticket(&[]).await;
    owner.get(&format!("/w/acme/support/tickets/{part}")).await;
    let form = owner.form("Make this a part of it").set("ticket", &company.ticket_now(open).await.number);
    owner.send(form).await;
    app.run_jobs().await;
    let (told, _) = moved(part, &[("status", "open")]).await;
    assert!(told.contains("It became a part of another ticket."), "{told}");
    assert_eq!(company.ticket_now(part).await.status, domain::support::tickets::Status::Closed);
}

#[tokio::test]
async fn two_that_come_at_once_have_numbers_of_their_own() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (a, b) = tokio::join!(company.ticket(&[("name", "A")]), company.ticket(&[("name", "B")]));
    let mut numbers = [company.ticket_now(a).await.number, company.ticket_now(b).await.number];
    numbers.sort_unstable();
    assert_eq!(numbers, ["SUP-1001", "SUP-1002"]);
}

#[tokio::test]
async fn a_calendar_is_read_or_refused_and_stays_while_a_queue_goes_by_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get("/w/acme/settings/support-calendars").await;
    owner.click("New calendar").await;
    let page = owner.fill("Save calendar", &[("name", "Nights"), ("zone", "Europe/Berlin"), ("mon", "22-8")]).await;
    assert_eq!(
        (page.status, page.error("mon").as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "“22-8” ends before it begins."),
        "{page}"
    );
    let days = "2026-12-24: 0-4 Christmas Eve\n2026-12-25: closed Christmas <Day>";
    let page = owner.fill("Save calendar", &[("mon", "0-8, 22-24"), ("days", days)]).await;
    assert!(page.says("Nights") && page.says("Mon 00:00–08:00, 22:00–24:00"), "{page}");
    owner.click("Nights").await;
    let page = owner.press("Remove calendar").await;
    assert_eq!(page.toast(), "Nights was removed.", "{page}");
    owner.click("Working hours").await;
    let page = owner.press("Remove calendar").await;
    assert!(page.toast().contains("The queue Support goes by this calendar"), "{page}");
    owner.get("/w/acme/settings/queues").await;
    owner.click("Support").await;
    let page = owner.press("Take out of use").await;
    assert!(page.toast().contains("This is the last queue"), "{page}");
}

#[tokio::test]
async fn a_form_that_comes_again_with_other_answers_is_shown_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get("/w/acme/settings/canned-replies/new").await;
    let form = owner.form("Save reply").set("name", "We look").set("body", "We look into it.");
    assert_eq!(owner.send(form.clone()).await.toast(), "The reply is there.");
    assert_eq!(owner.send(form.clone()).await.toast(), "The reply is there.", "pressed twice is once");
    let page = owner.send(form.set("name", "We wait").set("body", "We wait.")).await;
    assert_eq!((page.status, page.value("name").as_str()), (StatusCode::CONFLICT, "We wait"), "{page}");
    assert!(page.says("sent before, with other answers"), "{page}");
    // Sent once more, it is meant.
    let form = owner.form("Save reply");
    let page = owner.send(form).await;
    assert!(page.says("We look") && page.says("We wait"), "{page}");
    owner.get("/w/acme/support/help/categories").await;
    owner.fill("Add category", &[("name", "Lamps")]).await;
    owner.get("/w/acme/support/help/new").await;
    let form = owner.form("Save article").set("title", "Why?").set("audience", "public").set("body", "Because.");
    assert_eq!(owner.send(form.clone()).await.toast(), "The draft is there.");
    let page = owner.send(form.set("body", "A long text that took an hour.")).await;
    assert_eq!((page.status, page.value("title").as_str()), (StatusCode::CONFLICT, "Why?"), "{page}");
    assert!(page.text.contains("A long text that took an hour."), "{page}");
    // Time is noted by a small form: what it says is told to be another thing than what is there.
    let ticket = company.ticket(&[("message", "It hums")]).await;
    let (path, once) = (format!("/w/acme/support/tickets/{ticket}/time"), uuid::Uuid::from_u128(77).to_string());
    for (spent, status) in
        [("0:20", StatusCode::SEE_OTHER), ("0:20", StatusCode::SEE_OTHER), ("0:50", StatusCode::CONFLICT)]
    {
        let page = owner.post(&path, &[("spent", spent), ("note", ""), ("_once", &once)]).await;
        assert_eq!(page.status, status, "{spent}: {page}");
    }
    assert_eq!(company.read::<i32>("select minutes from ticket_time").await, 20);
    app.run_jobs().await;
}
