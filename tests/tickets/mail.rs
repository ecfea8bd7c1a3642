//! Tickets by mail: what somebody writes becomes one, what they answer comes back to it, and what is no customer's stays out.

use crate::support::{Company, Page, TestApp, mail::raw};
use axum::http::StatusCode;
use domain::{
    TicketId,
    access::Role,
    inbound::{State, Why},
    support::tickets::Status,
};
use store::mails;

const ADA: &str = "Ada Byron <ada@lamps.example>";
const TEXT: &str = "Content-Type: text/plain; charset=utf-8\r\n";

/// A workspace with a customer, and a message of theirs that became a ticket.
async fn asked(company: &Company<'_>) -> TicketId {
    company.customer(&[("name", "Lamps Ltd")]).await;
    let fields =
        [("first_name", "Ada"), ("last_name", "Byron"), ("email", "ada@lamps.example"), ("customer", "Lamps Ltd")];
    company.contact(&fields).await;
    let to = company.queue_address("SUP").await;
    let text = "It hums.\n\nBest regards,\nAda Byron\n";
    let mail = company.mailed(raw(ADA, &to, "1@lamps.example", &format!("Subject: Re: A lamp\r\n{TEXT}"), text)).await;
    assert_eq!((mail.state, mail.why, mail.support), (State::Filed, Some(Why::Ticket), true));
    mail.ticket.expect("a ticket").0
}

async fn page(company: &Company<'_>, ticket: TicketId) -> Page {
    company.owner().await.get(&format!("/w/acme/support/tickets/{ticket}")).await
}

async fn answer(company: &Company<'_>, ticket: TicketId, button: &str, text: &str) {
    let mut owner = company.owner().await;
    owner.get(&format!("/w/acme/support/tickets/{ticket}")).await;
    let form = owner.form(button).set("text", text);
    let page = owner.send(form).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    company.app.run_jobs().await;
}

fn header<'m>(mail: &'m jobs::Message, name: &str) -> Option<&'m str> {
    mail.headers.iter().find_map(|h| h.strip_prefix(name)?.strip_prefix(": "))
}

#[tokio::test]
async fn a_customer_writes_is_answered_answers_and_it_is_one_ticket() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = asked(&company).await;
    let now = company.ticket_now(ticket).await;
    assert_eq!((now.name.as_str(), now.number.as_str(), now.status), ("A lamp", "SUP-1001", Status::New));
    assert_eq!(now.customer.map(|(_, name)| name).as_deref(), Some("Lamps Ltd"));
    let shown = page(&company, ticket).await;
    for words in ["It hums.", "Quotes and signature", "ada@lamps.example", "Automatic"] {
        assert!(shown.says(words), "{words}: {shown}");
    }
    // That it arrived is told in the same conversation, and answers no clock.
    let sent = app.mail_to("ada@lamps.example").await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].subject, "Re: A lamp");
    assert_eq!(header(&sent[0], "In-Reply-To"), Some("<1@lamps.example>"));
    assert_eq!(header(&sent[0], "Auto-Submitted"), Some("auto-generated"));
    assert!(now.answered_at.is_none());
    answer(&company, ticket, "Send, then wait for them", "Which lamp is it?").await;
    let sent = app.mail_to("ada@lamps.example").await;
    let reply = sent.iter().find(|m| m.text.contains("Which lamp is it?")).expect("it went out");
    assert_eq!(
        (header(reply, "Reply-To"), reply.subject.as_str()),
        (Some(&*company.reply_address(ticket)), "Re: A lamp")
    );
    assert_eq!(header(reply, "In-Reply-To"), Some("<1@lamps.example>"));
    assert!(reply.headers.join(" ").contains("References: <1@lamps.example>"), "{:?}", reply.headers);
    assert_eq!(header(reply, "Auto-Submitted"), None, "a person wrote it");
    // By the address that we gave out, whatever the subject; by what it refers to; by the number in the subject.
    let ours = reply.message_id.clone();
    for (n, (to, head)) in [
        (company.reply_address(ticket).to_uppercase(), "Subject: Something else\r\n".to_owned()),
        (company.queue_address("SUP").await, format!("Subject: Hm\r\nIn-Reply-To: {ours}\r\n")),
        (company.queue_address("SUP").await, "Subject: Hm\r\nReferences: <1@lamps.example>\r\n".to_owned()),
        (company.queue_address("SUP").await, "Subject: AW: [SUP-1001] A lamp\r\n".to_owned()),
    ]
    .into_iter()
    .enumerate()
    {
        let text =
            format!("Answer {n}\n\nOn Mon, 2 Mar 2026 at 09:00, Acme <x@y.example> wrote:\n> Which lamp is it?\n");
        let mail = company.mailed(raw(ADA, &to, &format!("a{n}@lamps.example"), &head, &text)).await;
        assert_eq!((mail.why, mail.ticket.map(|t| t.0)), (Some(Why::Ticket), Some(ticket)), "{n}");
        assert!(page(&company, ticket).await.says(&format!("Answer {n}")));
    }
    assert_eq!(company.ticket_now(ticket).await.status, Status::Open);
    // The same message twice is once.
    let to = company.reply_address(ticket);
    let again = company.mailed(raw(ADA, &to, "a0@lamps.example", "Subject: Something else\r\n", "Answer 0")).await;
    assert_eq!(again.why, Some(Why::Duplicate));
    // Solved and answered within the window it opens again; closed, it makes one of its own that is linked.
    answer(&company, ticket, "Send and solve", "Here is another one.").await;
    company.mailed(raw(ADA, &to, "b1@lamps.example", "Subject: Re: A lamp\r\n", "It hums, too.")).await;
    assert_eq!(company.ticket_now(ticket).await.status, Status::Open);
    let mut owner = company.owner().await;
    owner.post(&format!("/w/acme/support/tickets/{ticket}/facts"), &[("status", "closed")]).await;
    let mail = company.mailed(raw(ADA, &to, "b2@lamps.example", "Subject: Re: A lamp\r\n", "And again.")).await;
    let (next, words) = mail.ticket.expect("a ticket");
    assert!(next != ticket && words.starts_with("SUP-1002"), "{words}");
    assert!(page(&company, next).await.says("SUP-1001"));
}

#[tokio::test]
async fn a_long_conversation_keeps_what_it_began_with() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = asked(&company).await;
    for n in 0..25 {
        app.clock.advance(chrono::Duration::minutes(1));
        company.customer_writes(ticket, &format!("And {n}."), false).await;
    }
    app.clock.advance(chrono::Duration::minutes(1));
    answer(&company, ticket, "Send", "All of it?").await;
    let sent = app.mail_to("ada@lamps.example").await;
    let reply = sent.iter().find(|m| m.text.contains("All of it?")).expect("it went out");
    assert_eq!(reply.subject, "Re: A lamp");
    assert!(reply.headers.join(" ").contains("References: <1@lamps.example>"), "{:?}", reply.headers);
}

#[tokio::test]
async fn what_is_for_a_mailbox_is_a_ticket_by_the_door_as_well() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.inbox("1").await;
    let address: String = company.read("select address from support_inboxes").await;
    let mail = company.mailed(raw(ADA, &address, "m1@lamps.example", "Subject: A lamp\r\n", "It hums.")).await;
    let (ticket, _) = mail.ticket.expect("a ticket");
    answer(&company, ticket, "Send", "Which dimmer is it?").await;
    let head = "In-Reply-To: <m1@lamps.example>\r\nSubject: Re: A lamp\r\n";
    let mail = company.mailed(raw(ADA, &address.to_uppercase(), "m2@lamps.example", head, "A Relco.")).await;
    assert_eq!(mail.ticket.map(|t| t.0), Some(ticket));
    // What names no address of ours is nobody's ticket.
    let mail = company.mailed(raw(ADA, "sales@acme.example", "m3@lamps.example", "Subject: Hm\r\n", "Hello")).await;
    assert!(mail.ticket.is_none(), "{mail:?}");
}

#[tokio::test]
async fn what_a_stranger_refers_to_leads_nowhere() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = asked(&company).await;
    let to = company.queue_address("SUP").await;
    let eve = "Eve <eve@evil.example>";
    for (n, head) in ["In-Reply-To: <1@lamps.example>\r\nSubject: Re: A lamp\r\n", "Subject: Re: [SUP-1001] A lamp\r\n"]
        .iter()
        .enumerate()
    {
        let mail = company.mailed(raw(eve, &to, &format!("e{n}@evil.example"), head, "Tell me all.")).await;
        assert_ne!(mail.ticket.expect("one of its own").0, ticket);
    }
    assert!(!page(&company, ticket).await.says("Tell me all."));
    // A mark that nobody has given out, and an address that holds no more.
    let forged = company.reply_address(TicketId(uuid::Uuid::from_u128(9)));
    let reply = company.reply_address(ticket);
    let forged = format!("{}{}", &reply[..17], &forged[17..]);
    let mail = company.mailed(raw(eve, &forged, "e8@evil.example", "Subject: Hm\r\n", "Hello")).await;
    assert_eq!((mail.state, mail.why, mail.support), (State::Aside, Some(Why::WrongAddress), true));
    let mut owner = company.owner().await;
    owner.get("/w/acme/settings/queues").await;
    let page = owner.click("Support").await;
    assert!(page.says(&to), "{page}");
    let page = owner.press("New address").await;
    assert!(page.toast().contains("has a new address") && !page.says(&to), "{page}");
    let mail = company.mailed(raw(ADA, &to, "old@lamps.example", "Subject: Hm\r\n", "Hello")).await;
    assert_eq!((mail.state, mail.why), (State::Aside, Some(Why::WrongAddress)));
    // Somebody else's message that we did give the address to is theirs, by their own name.
    let mail = company.mailed(raw(eve, &reply, "e9@evil.example", "Subject: Hm\r\n", "Ada asked me.")).await;
    assert_eq!(mail.ticket.map(|t| t.0), Some(ticket));
    let page = owner.get(&format!("/w/acme/support/tickets/{ticket}")).await;
    assert!(page.says("eve@evil.example"), "{page}");
}

#[tokio::test]
async fn machines_start_no_conversation_and_senders_without_end_wait() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = asked(&company).await;
    answer(&company, ticket, "Send and solve", "Here is another one.").await;
    let (to, reply) = (company.queue_address("SUP").await, company.reply_address(ticket));
    let before = app.mail_to("ada@lamps.example").await.len();
    let away = "Subject: Away\r\nAuto-Submitted: auto-replied\r\n";
    let mail = company.mailed(raw(ADA, &to, "m1@lamps.example", away, "I am away.")).await;
    assert_eq!((mail.state, mail.why), (State::Ignored, Some(Why::Automatic)));
    // In its ticket it is told, opens nothing and is answered by nobody.
    let mail = company.mailed(raw(ADA, &reply, "m2@lamps.example", away, "I am away.")).await;
    assert_eq!(mail.ticket.map(|t| t.0), Some(ticket));
    assert_eq!(company.ticket_now(ticket).await.status, Status::Solved);
    assert_eq!(app.mail_to("ada@lamps.example").await.len(), before);
    let own = company.mailed(raw("no-reply@people.test", &to, "m3@people.test", "Subject: Hm\r\n", "Own")).await;
    assert_eq!((own.state, own.why), (State::Ignored, Some(Why::Own)));
    // Ten mails a second: tickets up to what people write in an hour, and few are told that they arrived.
    for n in 0..70 {
        let mail = raw("Bot <bot@loop.example>", &to, &format!("l{n}@loop.example"), "Subject: Alarm\r\n", "Again");
        assert_eq!(company.post_mail(mail).await.status, 202);
    }
    app.run_jobs().await;
    let tickets: i64 = company.read("select count(*) from tickets where requester_key = 'bot@loop.example'").await;
    let aside: i64 = company.read("select count(*) from inbound_mails where why = 'too_many'").await;
    assert_eq!((tickets, aside), (60, 10));
    assert_eq!(app.mail_to("bot@loop.example").await.len(), 5);
}

#[tokio::test]
async fn what_is_kept_aside_is_seen_let_in_or_blocked() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut agent = company.signed_in(Role::SupportAgent).await;
    let (spam, other) = (company.support_mail_aside("1").await, company.support_mail_aside("2").await);
    let list = "/w/acme/support/mail";
    let page = agent.get(list).await;
    assert!(page.says("Cheap lamps") && page.says("The mail server takes it for spam."), "{page}");
    let page = agent.get(&format!("/w/acme/crm/mail/{spam}")).await;
    assert!(page.says("Buy"), "{page}");
    let page = agent.press("Not spam").await;
    assert_eq!(page.toast(), "The message becomes a ticket.", "{page}");
    app.run_jobs().await;
    let mail = company.mail_now(spam).await;
    assert_eq!((mail.state, mail.why), (State::Filed, Some(Why::Ticket)));
    let page = agent.get(&format!("/w/acme/support/tickets/{}", mail.ticket.expect("a ticket").0)).await;
    let raw_mail = agent.get(&page.link("As it came").expect("a link")).await;
    assert!(raw_mail.text.contains("X-Spam-Flag"), "{raw_mail}");
    // Blocked, it writes in no more, until somebody lets it.
    agent.get(&format!("/w/acme/crm/mail/{other}")).await;
    let page = agent.press("Block its sender").await;
    assert_eq!(page.toast(), "spam2@shop.example is blocked.", "{page}");
    let to = company.queue_address("SUP").await;
    let send = async |id: &str| company.mailed(raw("spam2@shop.example", &to, id, "Subject: Hello\r\n", "Again")).await;
    assert_eq!(send("s3@x.example").await.why, Some(Why::Blocked));
    let page = agent.get(&format!("{list}?show=left")).await;
    assert!(page.says("Its sender is blocked."), "{page}");
    agent.get(list).await;
    let page = agent.press("Let spam2@shop.example in again").await;
    assert_eq!(page.toast(), "spam2@shop.example may write in again.", "{page}");
    assert_eq!(send("s4@x.example").await.why, Some(Why::Ticket));
    // What a server could not prove, what is no message, and who is none of the team.
    let forged = "Subject: Hm\r\nAuthentication-Results: mx; dmarc=fail\r\n";
    let mail = company.mailed(raw(ADA, &to, "u1@x.example", forged, "y")).await;
    assert_eq!((mail.state, mail.why), (State::Aside, Some(Why::Unproven)));
    let (door, kind) = (format!("{}?to={to}", company.mail_door()), [("content-type", "message/rfc822")]);
    let broken = app.browser().request(axum::http::Method::POST, &door, &kind, b"nothing at all".to_vec()).await;
    assert_eq!(broken.status, 202);
    app.run_jobs().await;
    let page = agent.get(list).await;
    assert!(page.says("It could not be read as a message."), "{page}");
    let id: uuid::Uuid = company.read("select id from inbound_mails where why = 'unreadable'").await;
    let page = agent.get(&format!("/w/acme/crm/mail/{id}")).await;
    let as_it_came = agent.get(&page.link("As it came").expect("a link")).await;
    assert_eq!(as_it_came.text, "nothing at all");
    let mut rep = company.signed_in(Role::SalesRep).await;
    assert_eq!(rep.get(&format!("/w/acme/crm/mail/{id}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(rep.get(list).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_goes_wrong_for_good_is_shown_to_whoever_looks_after_support() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let to = company.queue_address("SUP").await;
    app.trial.admin("alter table tickets add constraint broken check (name <> 'Cursed')").await.expect("it breaks");
    assert_eq!(
        company.post_mail(raw(ADA, &to, "c@lamps.example", "Subject: Cursed\r\n", "It hums.")).await.status,
        202
    );
    for _ in 0..8 {
        app.run_jobs().await;
        app.clock.advance(chrono::Duration::hours(1));
    }
    let mut agent = company.signed_in(Role::SupportAgent).await;
    let page = agent.get("/w/acme/support/mail").await;
    assert!(page.says("Cursed") && page.says("Reading it went wrong"), "{page}");
    let id: uuid::Uuid = company.read("select id from inbound_mails").await;
    let page = agent.get(&format!("/w/acme/crm/mail/{id}")).await;
    assert!(page.says("It hums."), "{page}");
    // And it can be tried again.
    app.trial.admin("alter table tickets drop constraint broken").await.expect("it is mended");
    agent.press("Try again").await;
    app.run_jobs().await;
    let mail = company.mail_now(domain::InboundId(id)).await;
    assert_eq!((mail.state, mail.why), (State::Filed, Some(Why::Ticket)));
}

#[tokio::test]
async fn pictures_from_elsewhere_wait_until_somebody_asks() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let to = company.queue_address("SUP").await;
    let picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let head = "Subject: Look\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n";
    let text = format!(
        "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p onclick=x>See <b>this</b></p><script>alert(1)</script>\
         <img src=\"cid:logo@x\" alt=Logo><img src=\"https://spy.example/p.gif\" alt=Spy>\r\n\
         --b\r\nContent-Type: image/png; name=\"logo.png\"\r\nContent-ID: <logo@x>\r\nContent-Disposition: inline; filename=\"logo.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{picture}\r\n--b--"
    );
    let mail = company.mailed(raw(ADA, &to, "p@lamps.example", head, &text)).await;
    let ticket = mail.ticket.expect("a ticket").0;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("/w/acme/support/tickets/{ticket}")).await;
    assert!(page.text.contains("?show=1") && page.text.contains("<b>this</b>"), "{page}");
    assert!(!page.text.contains("alert(1)") && !page.text.contains("src=\"https://spy"), "{page}");
    assert!(!page.header("content-security-policy").contains("https:"));
    assert!(page.says("logo.png"), "{page}");
    let page = owner.get(&page.link("Show them").expect("a link")).await;
    assert!(page.text.contains("src=\"https://spy.example/p.gif\"") && page.text.contains("no-referrer"), "{page}");
    assert!(page.header("content-security-policy").contains("img-src 'self' data: https:"));
}

#[tokio::test]
async fn what_did_not_arrive_is_told_in_its_ticket() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = asked(&company).await;
    answer(&company, ticket, "Send", "Which one?").await;
    let sent = app.mail_to("ada@lamps.example").await;
    let reply = sent.iter().find(|m| m.text.contains("Which one?")).expect("it went out");
    let bounce = |id: &str, ours: &str| {
        format!(
            "From: MAILER-DAEMON@mx.example\r\nTo: {}\r\nSubject: Undelivered\r\nMessage-ID: <{id}>\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
             Final-Recipient: rfc822; ada@lamps.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n\
             --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ours}\r\n\r\n--b--\r\n",
            company.reply_address(ticket)
        )
    };
    let made_up = company.mailed(bounce("x1@mx.example", "<0198f0a0-0000-7000-8000-0123456789ab@people.test>")).await;
    assert_eq!(made_up.state, State::Ignored);
    let mail = company.mailed(bounce("x2@mx.example", &reply.message_id)).await;
    assert_eq!((mail.state, mail.why, mail.ticket.map(|t| t.0)), (State::Filed, Some(Why::Bounce), Some(ticket)));
    let page = page(&company, ticket).await;
    assert!(page.says("Mail to ada@lamps.example did not arrive: 5.1.1"), "{page}");
    let marked: i64 = company.read("select count(*) from contact_points where invalid_at is not null").await;
    assert_eq!(marked, 1);
    assert_eq!(company.ticket_now(ticket).await.status, Status::Open, "a report opens and solves nothing");
}

#[tokio::test]
async fn what_was_refused_or_not_sent_at_all_is_told_in_its_ticket() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = asked(&company).await;
    answer(&company, ticket, "Send", "Which one?").await;
    // A server that does not like what it says, and one of which nobody knows.
    let id: uuid::Uuid = company.read("select id from ticket_messages where body = 'Which one?'").await;
    for (state, answer, told) in [
        (mails::State::Failed, "554 5.7.1 Rejected as spam", "did not arrive: 554 5.7.1 Rejected as spam."),
        (mails::State::Unclear, "It hung up.", "may not have arrived: It hung up."),
    ] {
        let mut tx = company.begin().await;
        mails::end_try(&mut tx, domain::MailId(id), state, answer).await.expect("it ends");
        mails::give_up(&mut tx, domain::MailId(id)).await.expect("nobody tries it again");
        tx.commit().await.expect("it is kept");
        let shown = page(&company, ticket).await;
        assert!(shown.says(&format!("Mail to ada@lamps.example {told}")), "{told}: {shown}");
    }
    company.stopped("ada@lamps.example").await;
    answer(&company, ticket, "Send", "Hello?").await;
    let shown = page(&company, ticket).await;
    assert!(shown.says("Mail to ada@lamps.example was not sent: The address is stopped"), "{shown}");
}

#[tokio::test]
async fn a_colleague_passes_on_what_came_to_them_and_notes_by_mail() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let agent = company.member(Role::SupportAgent).await.email;
    let to = company.queue_address("SUP").await;
    let text = "Please look.\n\n---------- Forwarded message ---------\nFrom: Bea Röhr <bea@shop.example>\nDate: Mon, 2 Mar 2026 at 07:00\nSubject: No light\nTo: help@acme.example\n\n\nMy lamp is dark.\n";
    let mail =
        company.mailed(raw(&agent, &to, "f@acme.example", &format!("Subject: Fwd: No light\r\n{TEXT}"), text)).await;
    let ticket = mail.ticket.expect("a ticket").0;
    let now = company.ticket_now(ticket).await;
    assert_eq!((now.name.as_str(), now.requester_email.as_deref()), ("No light", Some("bea@shop.example")));
    let shown = page(&company, ticket).await;
    assert!(shown.says("My lamp is dark.") && shown.says("Please look."), "{shown}");
    // What a colleague writes to the ticket is for the team; the customer's clock goes on.
    let reply = company.reply_address(ticket);
    company.mailed(raw(&agent, &reply, "g@acme.example", "Subject: Re: No light\r\n", "Known problem.")).await;
    let shown = page(&company, ticket).await;
    assert!(shown.says("Known problem.") && shown.all(".message.is-note").len() == 2, "{shown}");
    assert!(app.mail_to("bea@shop.example").await.iter().all(|m| !m.text.contains("Known problem.")));
}

#[tokio::test]
async fn nobody_is_taken_for_a_colleague_whom_nothing_proves_and_no_third_person_gets_a_receipt() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = asked(&company).await;
    let agent = company.member(Role::SupportAgent).await.email;
    let (to, reply) = (company.queue_address("SUP").await, company.reply_address(ticket));
    let looked = "Authentication-Results: mx; spf=none; dkim=none; dmarc=none\r\n";
    let forged = format!("Subject: Re: A lamp\r\nReferences: <1@lamps.example>\r\n{looked}{TEXT}");
    let passed =
        "Look.\n\n---------- Forwarded message ---------\nFrom: Vic <vic@third.example>\nSubject: Invoice\n\nPay.\n";
    for (n, to, text) in [(1, &to, "Refund them."), (2, &reply, "Refund them."), (3, &to, passed)] {
        let mail = company.mailed(raw(&agent, to, &format!("f{n}@evil.example"), &forged, text)).await;
        assert_eq!((mail.state, mail.why), (State::Aside, Some(Why::Unproven)), "{n}");
    }
    assert!(!page(&company, ticket).await.says("Refund them."));
    // Whose message a colleague really passes on has not written to us.
    let proven = format!("Subject: Fwd: Invoice\r\nAuthentication-Results: mx; dkim=pass\r\n{TEXT}");
    let mail = company.mailed(raw(&agent, &to, "f4@acme.example", &proven, passed)).await;
    assert_eq!((mail.state, mail.why), (State::Filed, Some(Why::Ticket)));
    assert!(app.mail_to("vic@third.example").await.is_empty());
    // Who wants no answer of a machine gets none; the message is a ticket as any.
    let quiet = format!("Subject: Build failed\r\nX-Auto-Response-Suppress: All\r\n{TEXT}");
    let mail = company.mailed(raw("ci@build.example", &to, "q@build.example", &quiet, "It failed.")).await;
    assert_eq!((mail.state, mail.why), (State::Filed, Some(Why::Ticket)));
    assert!(app.mail_to("ci@build.example").await.is_empty());
}

#[tokio::test]
async fn what_comes_through_a_group_is_a_ticket_as_any() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let to = company.queue_address("SUP").await;
    for (n, from, head) in [
        (1, ADA, "List-Id: <help.acme.example>\r\nPrecedence: list\r\n"),
        (2, ADA, "Precedence: bulk\r\n"),
        (3, "Shop <no-reply@shop.example>", ""),
    ] {
        let head = format!("Subject: A lamp\r\n{head}{TEXT}");
        let mail = company.mailed(raw(from, &to, &format!("g{n}@lamps.example"), &head, "It hums.")).await;
        assert_eq!((mail.state, mail.why), (State::Filed, Some(Why::Ticket)), "{n}");
        assert_eq!(mail.ticket.map(|t| t.0.0), Some(mail.id.0), "{n}: one of its own");
    }
    // Nobody of a list is told that it arrived.
    for address in ["ada@lamps.example", "no-reply@shop.example"] {
        assert!(app.mail_to(address).await.is_empty(), "{address}");
    }
}

#[tokio::test]
async fn what_a_machine_answers_in_a_ticket_keeps_its_files() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ticket = asked(&company).await;
    let head = "Subject: Re: A lamp\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
    let text = "--b\r\nContent-Type: text/plain\r\n\r\nAttached.\r\n\
                --b\r\nContent-Type: text/plain; name=\"offer.txt\"\r\nContent-Disposition: attachment; filename=\"offer.txt\"\r\n\r\nTen.\r\n--b--";
    let mail = company.mailed(raw(ADA, &company.reply_address(ticket), "o@lamps.example", head, text)).await;
    assert_eq!(mail.ticket.map(|t| t.0), Some(ticket));
    let shown = page(&company, ticket).await;
    assert!(shown.says("Attached.") && shown.says("offer.txt"), "{shown}");
}
