//! Mailboxes that are read, against a real one: a customer writes, is answered, answers, and it is one ticket, solved and rated;
//! what happens while its server is away; and that nothing is taken in twice.

use crate::support::{
    Browser, Company, Page, TestApp,
    imap::{Dovecot, PASSWORD, Sink, USER},
};
use axum::http::StatusCode;
use chrono::Duration;
use domain::{
    TicketId,
    inbound::{State, Why},
    support::tickets::Status,
};

const ADA: &str = "Ada Byron <ada@lamps.example>";

fn raw(from: &str, id: &str, more: &str, text: &str) -> String {
    crate::support::mail::raw(from, USER, id, &format!("{more}Content-Type: text/plain; charset=utf-8\r\n"), text)
}

async fn app(server: &Dovecot) -> TestApp {
    let authority = server.authority();
    TestApp::with(|s| {
        s.outbound_allow = "127.0.0.1,::1".into();
        s.outbound_ca = Some(authority);
    })
    .await
}

/// The form of a mailbox, filled in for this server.
async fn filled(owner: &mut Browser, server: &Dovecot, button: &str) -> crate::support::Form {
    owner.get("/w/acme/settings/mailboxes").await;
    owner.click("New mailbox").await;
    let form = owner.form(button).set("Address", USER).set("Server", "localhost").set("User", USER);
    form.set("Password", PASSWORD).set("Port", &server.tls.to_string()).set("Queue", "Support")
}

async fn added(owner: &mut Browser, server: &Dovecot, more: &[(&str, &str)]) -> Page {
    let mut form = filled(owner, server, "Save mailbox").await;
    for (name, value) in more {
        form = form.set(name, value);
    }
    let page = owner.send(form).await;
    assert_eq!(page.toast(), "The mailbox is read from now on.", "{page}");
    page
}

/// Lets time pass, and has the schedule look.
async fn later(app: &TestApp, by: Duration) {
    app.clock.advance(by);
    jobs::schedule::tick(&app.db, &jobs::schedule::product()).await.expect("the schedule ticks");
    app.run_jobs().await;
}

const MINUTE: Duration = Duration::minutes(1);

async fn tickets(company: &Company<'_>) -> i64 {
    company.read("select count(*) from tickets").await
}

async fn only_ticket(company: &Company<'_>) -> TicketId {
    TicketId(company.read("select id from tickets").await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_writes_is_answered_answers_and_rates() {
    let server = Dovecot::start();
    let app = app(&server).await;
    let company = app.company("acme").await;
    let sink = Sink::start(&server.home);
    app.trial.admin("update support_queues set surveys = true, acknowledges = false").await.expect("queues ask");
    let mut owner = company.owner().await;
    later(&app, MINUTE).await;
    added(&mut owner, &server, &[("plus", "true"), ("after", "seen")]).await;
    // What was there before is nobody's ticket.
    later(&app, MINUTE).await;
    server.bring(&raw(ADA, "1@lamps.example", "Subject: A lamp\r\n", "It hums."));
    later(&app, MINUTE).await;
    let ticket = only_ticket(&company).await;
    let now = company.ticket_now(ticket).await;
    assert_eq!((now.name.as_str(), now.number.as_str(), now.status), ("A lamp", "SUP-1001", Status::New));
    assert_eq!((server.count("INBOX", "SEEN"), server.count("INBOX", "ALL")), (1, 1));
    // Answered: by a real mail server.
    owner.get(&format!("/w/acme/support/tickets/{ticket}")).await;
    let form = owner.form("Send, then wait for them").set("text", "Which lamp is it?");
    owner.send(form).await;
    let out = app.jobs_by(|config| config.smtp_url = Some(sink.url.clone()));
    jobs::drain(&out).await.expect("jobs run");
    let sent = sink.arrived("Which lamp is it?");
    assert_eq!(sent.len(), 1);
    let head = |mail: &str, name: &str| {
        let read = mail.replace("\r\n ", " ").replace("\n ", " ");
        read.lines().find_map(|l| l.strip_prefix(&format!("{name}: ")).map(str::to_owned)).unwrap_or_default()
    };
    let (ours, reply_to) = (head(&sent[0], "Message-ID"), head(&sent[0], "Reply-To"));
    assert!(ours.starts_with('<') && ours.ends_with("@people.test>"), "{ours}");
    assert_eq!(head(&sent[0], "In-Reply-To"), "<1@lamps.example>");
    assert!(head(&sent[0], "References").contains("<1@lamps.example>"), "{}", sent[0]);
    assert!(reply_to.starts_with("help+") && reply_to.ends_with("@acme.example"), "{reply_to}");
    // Answered back by each of the ways that lead to it: our own address, and what the mail says that it answers.
    for (n, (to, more)) in
        [(reply_to.as_str(), String::new()), (USER, format!("In-Reply-To: {ours}\r\nReferences: {ours}\r\n"))]
            .iter()
            .enumerate()
    {
        let text = format!(
            "The green one {n}.\n\nOn Mon, 2 Mar 2026 at 09:00, Acme <x@y.example> wrote:\n> Which lamp is it?\n"
        );
        let head = format!("Subject: Hm\r\n{more}Content-Type: text/plain; charset=utf-8\r\n");
        server.bring(&crate::support::mail::raw(ADA, to, &format!("a{n}@lamps.example"), &head, &text));
        later(&app, MINUTE).await;
        assert_eq!(tickets(&company).await, 1);
        let page = owner.get(&format!("/w/acme/support/tickets/{ticket}")).await;
        assert!(page.says(&format!("The green one {n}.")), "{page}");
    }
    assert_eq!(company.ticket_now(ticket).await.status, Status::Open);
    // Solved, asked how it was, and rated.
    owner.get(&format!("/w/acme/support/tickets/{ticket}")).await;
    let form = owner.form("Send and solve").set("text", "Here is another one.");
    owner.send(form).await;
    jobs::drain(&out).await.expect("jobs run");
    assert_eq!(company.ticket_now(ticket).await.status, Status::Solved);
    assert_eq!(sink.arrived("Here is another one.").len(), 1);
    let asked = sink.arrived("/ticket-ratings/");
    assert_eq!(asked.len(), 1);
    let link = jobs::mail::ticket_rating::token(&app.jobs().seal, company.tenant, ticket);
    assert!(asked[0].replace("=\r\n", "").replace("=\n", "").contains(&link), "{}", asked[0]);
    let mut customer = app.browser();
    customer.get(&format!("{}?score=5", domain::paths::ticket_rating(link))).await;
    let page = customer.press("Send my answer").await;
    assert!(page.says("Thank you. You have answered: very good"), "{page}");
    let page = owner.get("/w/acme/settings/mailboxes").await;
    assert!(page.says("Read") && page.says(USER), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_away_for_an_hour_is_told_of_and_read_again_by_itself() {
    let mut server = Dovecot::start();
    let app = app(&server).await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    later(&app, MINUTE).await;
    added(&mut owner, &server, &[]).await;
    later(&app, MINUTE).await;
    server.bring(&raw(ADA, "1@lamps.example", "Subject: A lamp\r\n", "It hums."));
    server.down();
    let failures = async || company.read::<i32>("select failures from support_inbox_states").await;
    for _ in 0..60 {
        later(&app, MINUTE).await;
    }
    let looked = failures().await;
    assert!((6..=9).contains(&looked), "less and less often: {looked}");
    let page = owner.get("/w/acme/settings/mailboxes").await;
    assert!(page.says("Down since") && page.says("localhost takes no connection at port"), "{page}");
    assert_eq!(tickets(&company).await, 0);
    // Whoever looks after it has been told, once.
    let told = "select count(*) from notifications where kind = 'mailbox_down'";
    assert_eq!(company.read::<i64>(told).await, 1);
    server.up();
    for _ in 0..16 {
        later(&app, MINUTE).await;
    }
    assert_eq!((tickets(&company).await, failures().await), (1, 0));
    let page = owner.get("/w/acme/settings/mailboxes").await;
    assert!(!page.says("Down") && page.says("Read"), "{page}");
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_server_does_not_give_out_is_not_passed_over() {
    let server = Dovecot::start();
    let app = app(&server).await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    later(&app, MINUTE).await;
    added(&mut owner, &server, &[]).await;
    later(&app, MINUTE).await;
    server.bring(&raw(ADA, "1@lamps.example", "Subject: A lamp\r\n", "It hums."));
    server.lock(true);
    later(&app, MINUTE).await;
    let failures = async || company.read::<i32>("select failures from support_inbox_states").await;
    assert_eq!((tickets(&company).await, failures().await), (0, 1));
    server.lock(false);
    later(&app, MINUTE).await;
    assert_eq!((tickets(&company).await, failures().await), (1, 0));
    // One that is never to be had holds up the next ones for a while, and is shown.
    server.bring(&raw(ADA, "2@lamps.example", "Subject: Lost\r\n", "It hums."));
    server.lock(true);
    server.bring(&raw(ADA, "3@lamps.example", "Subject: Behind it\r\n", "It hums."));
    for _ in 0..60 {
        later(&app, MINUTE).await;
    }
    assert_eq!(tickets(&company).await, 1);
    for _ in 0..60 {
        later(&app, MINUTE).await;
    }
    assert_eq!((tickets(&company).await, failures().await), (2, 0));
    let lately = company.mails().await;
    assert!(lately.iter().any(|l| (l.state, l.why) == (State::Failed, Some(Why::NotGiven))));
    let page = owner.get("/w/acme/support/mail").await;
    assert!(page.says("It is still there"), "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_taken_in_twice() {
    let mut server = Dovecot::start();
    let app = app(&server).await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    server.bring(&raw(ADA, "1@lamps.example", "Subject: Was there before\r\n", "It hums."));
    server.folder("Done & dusted");
    later(&app, MINUTE).await;
    added(&mut owner, &server, &[("backlog", "true"), ("after", "move"), ("move_to", "Done & dusted")]).await;
    later(&app, MINUTE).await;
    assert_eq!(
        (tickets(&company).await, server.count("INBOX", "ALL"), server.count("Done & dusted", "ALL")),
        (1, 0, 1)
    );
    // A worker that died before it could say how far it was, two looks at once, and a server that was moved.
    let id = company.read::<uuid::Uuid>("select id from support_inboxes").await;
    app.trial.admin("update support_inboxes set after = 'nothing', move_to = null").await.expect("it changes");
    server.bring(&raw(ADA, "2@lamps.example", "Subject: Another\r\n", "It hums."));
    later(&app, MINUTE).await;
    assert_eq!(tickets(&company).await, 2);
    app.trial.admin("update support_inbox_states set last_uid = 0").await.expect("it is forgotten");
    later(&app, MINUTE).await;
    assert_eq!(tickets(&company).await, 2);
    assert_eq!(company.mails().await[0].why, Some(Why::Duplicate));
    server.number_anew();
    server.bring(&raw(ADA, "3@lamps.example", "Subject: After the move\r\n", "It hums."));
    later(&app, MINUTE).await;
    assert_eq!(tickets(&company).await, 3);
    // One that is too large is told of and not fetched; one without any sense is kept.
    let large = format!("Subject: Large\r\n\r\n{}", "All work and no play.\r\n".repeat(2_000_000));
    server.bring(&format!("From: {ADA}\r\nTo: {USER}\r\nMessage-ID: <4@lamps.example>\r\n{large}"));
    server.bring("\r\n\r\n");
    later(&app, MINUTE).await;
    let lately = company.mails().await;
    let whys: Vec<_> = lately.iter().map(|l| (l.state, l.why)).collect();
    assert!(whys.contains(&(State::Failed, Some(Why::TooLarge))), "{whys:?}");
    assert!(whys.contains(&(State::Failed, Some(Why::Unreadable))), "{whys:?}");
    assert!(lately.iter().any(|l| l.subject == "Large" && l.author.contains("Ada")), "who sent it is known");
    let page = owner.get("/w/acme/support/mail").await;
    assert!(page.says("Large"), "whoever answers tickets finds it: {page}");
    // What comes from the mailbox itself is our own.
    server.bring(&raw(&format!("Help <{USER}>"), "5@acme.example", "Subject: Loop\r\n", "It hums."));
    later(&app, MINUTE).await;
    assert_eq!((company.mails().await[0].why, tickets(&company).await), (Some(Why::Own), 3));
    // Left alone it is not looked into; removed, its password is forgotten and what came stays.
    owner.get(&format!("/w/acme/settings/mailboxes/{id}")).await;
    let page = owner.press("Pause").await;
    assert!(page.toast().contains("is left alone"), "{page}");
    server.bring(&raw(ADA, "6@lamps.example", "Subject: Later\r\n", "It hums."));
    later(&app, MINUTE).await;
    assert_eq!(tickets(&company).await, 3);
    owner.get(&format!("/w/acme/settings/mailboxes/{id}")).await;
    owner.press("Read it again").await;
    later(&app, MINUTE).await;
    assert_eq!(tickets(&company).await, 4);
    owner.get(&format!("/w/acme/settings/mailboxes/{id}")).await;
    let page = owner.press("Remove mailbox").await;
    assert!(page.toast().contains("is not read any more"), "{page}");
    assert_eq!(company.read::<i64>("select count(*) from support_inbox_states").await, 0);
    assert_eq!(tickets(&company).await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_is_tried_out_and_what_fails_is_said_in_words() {
    let server = Dovecot::start();
    let app = app(&server).await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    server.bring(&raw(ADA, "1@lamps.example", "Subject: A lamp\r\n", "It hums."));
    let mut trying = async |fields: &[(&str, &str)]| {
        let mut form = filled(&mut owner, &server, "Test the connection").await;
        for (name, value) in fields {
            form = form.set(name, value);
        }
        owner.send(form).await
    };
    let page = trying(&[]).await;
    assert!(page.status == StatusCode::OK && page.says("The connection works") && page.says("1 message is"), "{page}");
    let starttls = server.starttls.to_string();
    let page = trying(&[("security", "starttls"), ("port", &starttls)]).await;
    assert!(page.says("The connection works"), "{page}");
    for (fields, words) in [
        (vec![("password", "wrong")], "The server does not take this user and password"),
        (vec![("folder", "Nowhere")], "There is no folder “Nowhere”"),
        (vec![("after", "move"), ("move_to", "Nowhere")], "there is no folder “Nowhere” to move messages to"),
        (vec![("host", "nowhere.invalid")], "There is no server called nowhere.invalid."),
        (vec![("host", "127.0.0.1")], "is not one that this system trusts, or is for another name"),
        (vec![("host", "10.0.0.1")], "is at a private address"),
        (vec![("port", &starttls)], "speaks no TLS here"),
    ] {
        let page = trying(&fields).await;
        assert!(page.says("The connection does not work") && page.says(words), "{words}: {page}");
    }
    // What is wrong with the form is said there, and the password comes back to nobody.
    let page = trying(&[("port", "25")]).await;
    assert_eq!((page.status, page.error("port").is_empty()), (StatusCode::UNPROCESSABLE_ENTITY, false), "{page}");
    assert!(!page.text.contains("of &quot;tests") && !page.text.contains("of \"tests"), "{page}");
    assert_eq!(server.count("INBOX", "SEEN"), 0, "trying changes nothing");
    // A password that is kept goes to no other server.
    added(&mut owner, &server, &[]).await;
    owner.click(USER).await;
    let page = owner.fill("Test the connection", &[]).await;
    assert!(page.says("The connection works"), "{page}");
    let page = owner.fill("Test the connection", &[("host", "imap.elsewhere.example")]).await;
    assert!(page.error("password").contains("Enter the password again"), "{page}");
    let page = owner.fill("Save mailbox", &[("host", "imap.elsewhere.example")]).await;
    assert!(page.error("password").contains("Enter the password again"), "{page}");
    // The trail tells of it, and knows no password.
    let page = owner.get("/w/acme/settings/audit").await;
    assert!(page.says("Mailbox") && !page.text.contains("password_sealed"), "{page}");
}
