//! Mail that comes in: copies and forwarded messages on the records of those whom they are to and from, what is set aside and
//! why, leads by mail, addresses that take none, and everything that strangers send.

use crate::support::{Company, TestApp, mail::raw};
use axum::http::{Method, StatusCode};
use domain::{
    CustomerId, DealId,
    access::Role,
    inbound::{State, Why, id_tag},
    workspace::access::Subject,
};

/// A customer with a contact and one open deal.
async fn lamps(company: &Company<'_>) -> (CustomerId, domain::ContactId, DealId) {
    let customer = company.customer(&[("name", "Lamps Ltd")]).await;
    let fields =
        [("first_name", "Ada"), ("last_name", "Byron"), ("email", "ada@lamps.example"), ("customer", "Lamps Ltd")];
    let contact = company.contact(&fields).await;
    let deal = company.deal(&[("name", "200 lamps"), ("customer", "Lamps Ltd")]).await;
    (customer, contact, deal)
}

fn subjects(mail: &domain::inbound::Mail) -> Vec<Subject> {
    mail.records.iter().map(|(subject, _)| *subject).collect()
}

#[tokio::test]
async fn a_copy_lands_on_contact_customer_and_the_only_open_deal() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (customer, contact, deal) = lamps(&company).await;
    let owner = company.member(Role::Owner).await.email;
    let drop = company.drop_address();
    let head = format!(
        "Bcc: {drop}\r\nSubject: Your offer\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
    );
    let text = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHere it is, Ada.\r\n\r\n-- \r\nOlga\r\n\
        --b\r\nContent-Type: application/x-thing; name=\"../../offer.exe\"\r\nContent-Disposition: attachment; filename=\"../../offer.exe\"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjcKJQ==\r\n\
        --b\r\nContent-Type: application/zip; name=\"a.zip\"\r\nContent-Disposition: attachment; filename=\"a.zip\"\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBAoAAAA=\r\n--b--";
    let message = raw(&format!("Olga <{owner}>"), "Ada Byron <ADA@Lamps.example>", "1@acme.example", &head, text);
    let mail = company.mailed(message.clone()).await;
    assert_eq!((mail.state, mail.why), (State::Filed, None));
    assert_eq!(subjects(&mail), [Subject::Contact(contact), Subject::Customer(customer), Subject::Deal(deal)]);
    assert_eq!((mail.body.as_str(), mail.folded.as_deref()), ("Here it is, Ada.", Some("-- \nOlga")));
    // By what is in it, under a name that leads nowhere; what is not kept is said.
    assert_eq!(mail.attachments.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["offer.exe.pdf"]);
    assert_eq!(mail.left_out.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(), ["a.zip"]);
    let mut browser = company.owner().await;
    for path in [format!("contacts/{contact}"), format!("customers/{customer}"), format!("deals/{deal}")] {
        let page = browser.get(&company.at(&format!("/crm/{path}/timeline"))).await;
        for shown in
            ["Olga Owner wrote to Ada Byron: Your offer", "Here it is, Ada.", "Quotes and signature", "offer.exe.pdf"]
        {
            assert!(page.says(shown), "{shown} is not on {path}: {page}");
        }
    }
    let page = browser.get(&company.at(&format!("/crm/contacts/{contact}"))).await;
    assert!(page.says(&drop), "{page}");
    let page = browser.get(&company.at(&format!("/crm/deals/{deal}"))).await;
    assert!(page.says(&drop.replace('@', &format!("+{}@", id_tag(deal.0)))), "{page}");
    let page = browser.get(&company.at(&format!("/crm/mail/{}", mail.id))).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "Your offer"));
    let file = browser.get(&page.link("offer.exe.pdf").expect("a link")).await;
    assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "application/pdf"));
    let as_it_came = browser.get(&page.link("As it came").expect("a link")).await;
    assert!(
        as_it_came.text.contains("boundary=b") && as_it_came.header("content-disposition").starts_with("attachment")
    );
    // Twice the same is once.
    let again = company.mailed(message).await;
    assert_eq!((again.state, again.why), (State::Ignored, Some(Why::Duplicate)));
    assert!(again.records.is_empty() && again.attachments.is_empty());
    // Who sees neither contact nor deal sees no mail.
    let mut other = company.signed_in(Role::Recruiter).await;
    assert_eq!(other.get(&company.at(&format!("/crm/mail/{}", mail.id))).await.status, StatusCode::NOT_FOUND);
    let mut rep = company.signed_in(Role::SalesRep).await;
    let page = rep.get(&company.at("/crm/mail")).await;
    assert!(page.status == StatusCode::OK && !page.says("Your offer"), "it is not theirs: {page}");
}

#[tokio::test]
async fn what_somebody_passes_on_is_filed_by_who_wrote_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (_, contact, _) = lamps(&company).await;
    let owner = company.member(Role::Owner).await.email;
    let drop = company.drop_address();
    let gmail = format!(
        "Have a look\n\n---------- Forwarded message ---------\nFrom: Ada Byron <ada@lamps.example>\nDate: Mon, 2 Mar 2026 at 07:00\nSubject: 200 lamps\nTo: Olga <{owner}>\n\n\nHow much are they?\n"
    );
    let outlook = "\n________________________________\nVon: Ada Byron <ada@lamps.example>\nGesendet: Montag, 2. März 2026 08:00\nAn: Olga\nBetreff: 200 lamps\n\nHow much are they?";
    let apple = "Begin forwarded message:\n\nFrom: Ada Byron <ada@lamps.example>\nSubject: 200 lamps\nDate: 2 March 2026 at 08:00:00 CET\nTo: Olga\n\nHow much are they?";
    for (round, text) in [gmail.as_str(), outlook, apple].into_iter().enumerate() {
        let head = "Subject: Fwd: 200 lamps\r\nContent-Type: text/plain; charset=utf-8\r\n";
        let mail = company.mailed(raw(&owner, &drop, &format!("f{round}@acme.example"), head, text)).await;
        assert_eq!((mail.state, mail.why, mail.forwarded), (State::Filed, None, true), "{text}");
        assert!(subjects(&mail).contains(&Subject::Contact(contact)), "{text}");
        assert_eq!((mail.subject.as_str(), mail.body.as_str()), ("200 lamps", "How much are they?"), "{text}");
    }
    // As a file, as Outlook also does.
    let inner =
        "From: Ada Byron <ada@lamps.example>\r\nTo: olga@acme.example\r\nSubject: Attached\r\n\r\nAs a file\r\n";
    let head = "Subject: FW: Attached\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
    let text = format!(
        "--b\r\nContent-Type: text/plain\r\n\r\nSee file\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--"
    );
    let mail = company.mailed(raw(&owner, &drop, "file@acme.example", head, &text)).await;
    assert_eq!(
        (mail.subject.as_str(), mail.body.as_str(), mail.comment.as_deref()),
        ("Attached", "As a file", Some("See file"))
    );
    assert!(subjects(&mail).contains(&Subject::Contact(contact)));
    let mut browser = company.owner().await;
    let page = browser.get(&company.at(&format!("/crm/contacts/{contact}/timeline"))).await;
    assert!(page.says("Ada Byron wrote to") && page.says("passed on by Olga Owner"), "{page}");
    // Nothing in it was passed on.
    let mail = company.mailed(raw(&owner, &drop, "none@acme.example", "Subject: Hm\r\n", "Only a thought")).await;
    assert_eq!((mail.state, mail.why), (State::Aside, Some(Why::Nobody)));
}

#[tokio::test]
async fn a_conversation_stays_on_its_deal_and_an_address_names_one() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (_, contact, first) = lamps(&company).await;
    let owner = company.member(Role::Owner).await.email;
    let send = async |id: &str, more: &str| {
        company.mailed(raw(&owner, "ada@lamps.example", id, &format!("Subject: Lamps\r\n{more}"), "Hello")).await
    };
    let begun = send("a@acme.example", "").await;
    assert!(subjects(&begun).contains(&Subject::Deal(first)));
    // With two that are open, nobody knows which one is meant.
    let second = company.deal(&[("name", "More lamps"), ("customer", "Lamps Ltd")]).await;
    let unclear = send("b@acme.example", "").await;
    assert_eq!(subjects(&unclear)[0], Subject::Contact(contact));
    assert!(!subjects(&unclear).iter().any(|s| s.deal().is_some()));
    let reply = send("c@acme.example", "In-Reply-To: <a@acme.example>\r\nReferences: <a@acme.example>\r\n").await;
    assert!(subjects(&reply).contains(&Subject::Deal(first)) && !subjects(&reply).contains(&Subject::Deal(second)));
    assert_eq!(reply.thread.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), [begun.id]);
    let address = company.drop_address().replace('@', &format!("+{}@", id_tag(second.0)));
    let named = send("d@acme.example", &format!("Bcc: {address}\r\n")).await;
    assert!(subjects(&named).contains(&Subject::Deal(second)) && !subjects(&named).contains(&Subject::Deal(first)));
    // By whom it is read besides is the member's to say.
    let mut browser = company.owner().await;
    let page = company.at(&format!("/crm/mail/{}", named.id));
    browser.get(&page).await;
    let told = browser.post(&format!("{page}/privacy"), &[("private", "true")]).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER);
    let timeline = company.at(&format!("/crm/deals/{second}/timeline"));
    assert!(browser.get(&timeline).await.says("Private"));
    let mut admin = company.admin().await;
    assert_eq!(admin.get(&page).await.status, StatusCode::NOT_FOUND);
    assert!(!admin.get(&timeline).await.says("wrote to ada@lamps.example"));
}

#[tokio::test]
async fn what_is_in_nobodys_name_is_set_aside_and_what_programs_write_is_left_alone() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (_, contact, _) = lamps(&company).await;
    let owner = company.member(Role::Owner).await.email;
    let drop = company.drop_address();
    let wrong = drop.replace("acme-", "acme-x");
    let to = format!("ada@lamps.example, {drop}");
    for (why, from, to, head) in [
        (Why::Stranger, "eve@evil.example", &to, ""),
        (Why::Unproven, &*owner, &to, "Authentication-Results: mx.example; spf=fail; dmarc=fail\r\n"),
        (Why::WrongAddress, &*owner, &format!("ada@lamps.example, {wrong}"), ""),
        (Why::Unknown, &*owner, &format!("new@strangers.example, {drop}"), ""),
    ] {
        let id = format!("{}@x.example", why.key());
        let mail = company.mailed(raw(from, to, &id, &format!("Subject: x\r\n{head}"), "y")).await;
        assert_eq!((mail.state, mail.why), (State::Aside, Some(why)));
        assert!(mail.records.is_empty());
    }
    for (why, from, head) in [
        (Why::Automatic, "ada@lamps.example", "Auto-Submitted: auto-replied\r\n"),
        (Why::Automatic, &*owner, "Precedence: bulk\r\n"),
        (Why::Own, "no-reply@people.test", ""),
        (Why::Own, &*drop, ""),
    ] {
        let id = format!("{}{}@x.example", why.key(), from.len() + head.len());
        let mail = company.mailed(raw(from, &to, &id, &format!("Subject: x\r\n{head}"), "y")).await;
        assert_eq!((mail.state, mail.why), (State::Ignored, Some(why)), "{from} {head}");
    }
    // Somebody looks at what waits: files it, makes a contact of whom nobody knows, tries again, leaves it.
    let mut browser = company.owner().await;
    let page = browser.get(&company.at("/settings/inbound-mail")).await;
    assert!(page.says("Messages wait for somebody to look") && page.says(&drop), "{page}");
    let waiting = company.mails().await;
    let of = |why| waiting.iter().find(|l| l.why == Some(why)).expect("it waits").id;
    let (unknown, stranger) = (of(Why::Unknown), of(Why::Stranger));
    browser.get(&company.at(&format!("/crm/mail/{unknown}"))).await;
    let page = browser.press("Make a contact").await;
    assert_eq!(page.toast(), "new is a contact now.", "{page}");
    let mail = company.mail_now(unknown).await;
    assert_eq!((mail.state, mail.why, mail.unknown.len()), (State::Filed, Some(Why::ByHand), 0));
    browser.get(&company.at(&format!("/crm/mail/{stranger}"))).await;
    let page = browser.fill("File it", &[("about", "ada@lamps.example")]).await;
    assert_eq!(page.toast(), "It is filed.", "{page}");
    assert_eq!(subjects(&company.mail_now(stranger).await), [Subject::Contact(contact)]);
    let page = browser.fill("File it", &[("about", "nobody of that name")]).await;
    assert!(page.toast().starts_with("No single contact"), "{page}");
    let wrong = of(Why::WrongAddress);
    let path = company.at(&format!("/crm/mail/{wrong}"));
    browser.get(&path).await;
    browser.press("Try again").await;
    app.run_jobs().await;
    assert_eq!(company.mail_now(wrong).await.why, Some(Why::WrongAddress));
    browser.get(&path).await;
    assert_eq!(browser.post(&format!("{path}/dismissal"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(company.mail_now(wrong).await.why, Some(Why::Dismissed));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_message_to_a_forms_address_becomes_a_lead() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.lead_form("Contact", &[]).await;
    let to = "acme.contact@in.people.test";
    let head = "Subject: 200 lamps\r\nContent-Type: text/plain; charset=utf-8\r\n";
    let mail =
        company.mailed(raw("Bea Röhr <bea@shop.example>", to, "l1@shop.example", head, "How much?\n\n-- \nBea")).await;
    assert_eq!((mail.state, mail.why), (State::Filed, Some(Why::Lead)));
    let leads = company.leads().await;
    assert_eq!(
        (leads.len(), leads[0].name.as_str(), leads[0].email.as_deref()),
        (1, "Bea Röhr", Some("bea@shop.example"))
    );
    assert_eq!(leads[0].consent.as_ref().map(|(words, _)| words.as_str()), Some("Wrote to us by mail"));
    assert_eq!(subjects(&mail), [Subject::Lead(leads[0].id)]);
    let again = company.mailed(raw("bea@shop.example", to, "l2@shop.example", head, "Are you there?")).await;
    assert_eq!(subjects(&again), [Subject::Lead(leads[0].id)]);
    assert_eq!(company.leads().await.len(), 1);
    let mut browser = company.owner().await;
    let page = browser.get(&company.at(&format!("/crm/leads/{}/timeline", leads[0].id))).await;
    assert!(page.says("How much?") && page.says("Are you there?"), "{page}");
    let none =
        company.mailed(raw("bea@shop.example", "acme.nothing@in.people.test", "l3@shop.example", head, "x")).await;
    assert_eq!((none.state, none.why), (State::Aside, Some(Why::NoForm)));
    // A report to a public address marks nobody's.
    let (_, contact, _) = lamps(&company).await;
    let mail = company.mailed(bounce("ada@lamps.example", to, "b0@mx.example")).await;
    assert_eq!(mail.state, State::Ignored);
    assert!(company.points(contact.0).await[0].invalid.is_none());
}

fn bounce(recipient: &str, to: &str, id: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered\r\nMessage-ID: <{id}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt did not work.\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {recipient}\r\nAction: failed\r\n\
         Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n--b--\r\n"
    )
}

#[tokio::test]
async fn an_address_that_takes_no_mail_is_marked_with_the_reason() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (_, contact, _) = lamps(&company).await;
    let mail = company.mailed(bounce("Ada@Lamps.example", &company.drop_address(), "b1@mx.example")).await;
    assert_eq!((mail.state, mail.why), (State::Filed, Some(Why::Bounce)));
    let invalid = company.points(contact.0).await[0].invalid.clone().expect("it is marked");
    assert_eq!(invalid.because.as_deref(), Some("Mail came back: 5.1.1 550 5.1.1 no such user"));
    assert_eq!(invalid.since, store::Clock::now(&*app.clock));
    let mut browser = company.owner().await;
    let page = browser.get(&company.at(&format!("/crm/contacts/{contact}/timeline"))).await;
    assert!(page.says("told that mail came back"), "{page}");
    // An address that somebody has made up is none to trust.
    company.contact(&[("last_name", "Cole"), ("email", "cole@lamps.example")]).await;
    let mail = company.mailed(bounce("cole@lamps.example", "anything@in.people.test", "b3@mx.example")).await;
    assert_eq!((mail.state, mail.why), (State::Ignored, Some(Why::Automatic)));
    let mail = company.mailed(bounce("nobody@lamps.example", &company.drop_address(), "b2@mx.example")).await;
    assert_eq!((mail.state, mail.why), (State::Ignored, Some(Why::Bounce)));
}

#[tokio::test]
async fn whatever_comes_is_kept_and_shown() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (_, contact, _) = lamps(&company).await;
    let owner = company.member(Role::Owner).await.email;
    let mail = company.mailed(b"\x00\xff\xfe no message at all".to_vec()).await;
    assert_eq!((mail.state, mail.why), (State::Failed, Some(Why::Unreadable)));
    assert!(mail.raw.is_some());
    // A letter that is in no alphabet, and one that says it is in another.
    let mut strange = raw(
        &owner,
        "ada@lamps.example",
        "c@x.example",
        "Subject: =?nonsense?Q?=FF=FE?=\r\nContent-Type: text/plain; charset=klingon\r\n",
        "",
    )
    .into_bytes();
    strange.extend_from_slice(b"\xe9\xff\x80 caf\xe9\r\n");
    let mail = company.mailed(strange).await;
    assert_eq!(mail.state, State::Filed);
    assert!(mail.body.contains("caf"), "{}", mail.body);
    // A page that would take over, in a message.
    let html = "Subject: Page\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n";
    let page = "<h1 onclick=alert(1)>Hello</h1><script>alert(1)</script><img src=https://spy.example/a.gif><style>*{display:none}</style>";
    let mail = company.mailed(raw(&owner, "ada@lamps.example", "h@x.example", html, page)).await;
    let mut browser = company.owner().await;
    let shown = browser.get(&company.at(&format!("/crm/mail/{}", mail.id))).await;
    assert!(shown.says("Hello") && shown.says("As it was formatted"), "{shown}");
    for gone in ["alert(1)", "spy.example", "display:none"] {
        assert!(!shown.text.contains(gone), "{gone} in {shown}");
    }
    // A thousand parts, one in the other.
    let mut bomb = raw(&owner, "ada@lamps.example", "bomb@x.example", "Subject: Bomb\r\n", "");
    bomb.truncate(bomb.len() - 4);
    for i in 0..1_000 {
        bomb.push_str(&format!("Content-Type: multipart/mixed; boundary=\"b{i}\"\r\n\r\n--b{i}\r\n"));
    }
    bomb.push_str("Content-Type: text/plain\r\n\r\nAt last\r\n");
    assert_eq!(company.mailed(bomb).await.state, State::Filed);
    // Twenty-five megabytes, of which the file is kept; and more than is kept at all.
    let large = |megabytes: usize| {
        let head = "Subject: Large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n";
        let line = format!("{}\r\n", "QUJD".repeat(19));
        let body = line.repeat(megabytes * 1024 * 1024 / line.len());
        let part = "Content-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment; filename=a.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        raw(
            &owner,
            "ada@lamps.example",
            &format!("{megabytes}@x.example"),
            head,
            &format!("--b\r\n{part}{body}\r\n--b--"),
        )
    };
    let mail = company.mailed(large(25)).await;
    assert_eq!((mail.state, mail.attachments.len()), (State::Filed, 1));
    let page = company.post_mail(large(50)).await;
    assert_eq!(page.status, StatusCode::ACCEPTED, "whoever brought it does not bring it again");
    assert!(page.text.contains("\"accepted\":false"), "{}", page.text);
    let large = company.mails().await.into_iter().find(|m| m.why == Some(Why::TooLarge)).expect("it is told");
    let mail = company.mail_now(large.id).await;
    assert_eq!((mail.state, mail.why, mail.subject.as_str()), (State::Failed, Some(Why::TooLarge), "Large"));
    assert_eq!(mail.sender.as_deref(), Some(&*owner));
    let page = browser.get(&company.at(&format!("/crm/contacts/{contact}/timeline"))).await;
    assert!(page.says("Bomb") && page.says("Large"), "{page}");
    let page = browser.get(&company.at("/crm/mail?state=failed")).await;
    assert!(page.says("It could not be read as a message."), "{page}");
}

#[tokio::test]
async fn the_door_knows_its_secrets() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    lamps(&company).await;
    let owner = company.member(Role::Owner).await.email;
    let message = |id: &str, to: &str| raw(&owner, to, id, "Subject: x\r\n", "y");
    let mut anybody = app.browser();
    let mut post = async |path: &str, kind: &str, body: String| {
        anybody.request(Method::POST, path, &[("content-type", kind)], body.into_bytes()).await.status
    };
    assert_eq!(post("/inbound/mail/nonsense", "message/rfc822", message("1@x", "a@b.example")).await, 403);
    assert_eq!(post(&company.mail_door(), "message/rfc822", "  \r\n".into()).await, 422);
    // As a mail service's form has it.
    let form = format!(
        "--f\r\nContent-Disposition: form-data; name=\"recipient\"\r\n\r\n{}\r\n--f\r\nContent-Disposition: form-data; name=\"body-mime\"\r\n\r\n{}\r\n--f--\r\n",
        company.drop_address(),
        message("2@x.example", "ada@lamps.example")
    );
    assert_eq!(post(&company.mail_door(), "multipart/form-data; boundary=f", form).await, 202);
    // Or with all its fields in one line.
    let line = vec![("recipient", company.drop_address()), ("message", message("2b@x.example", "ada@lamps.example"))];
    let line = serde_html_form::to_string(&line).expect("a form");
    assert_eq!(post(&company.mail_door(), "application/x-www-form-urlencoded", line).await, 202);
    assert_eq!(post(&company.mail_door(), "application/x-www-form-urlencoded", "subject=x".into()).await, 422);
    // By the door of all workspaces, the address says which one.
    let all = domain::paths::inbound_mail(jobs::inbound::whole_secret(&app.jobs().seal));
    let drop = company.drop_address();
    assert_eq!(post(&all, "message/rfc822", message("3@x.example", &format!("ada@lamps.example, {drop}"))).await, 202);
    assert_eq!(
        post(&format!("{all}?to={drop}"), "message/rfc822", message("4@x.example", "ada@lamps.example")).await,
        202
    );
    assert_eq!(post(&all, "message/rfc822", message("5@x.example", "ada@lamps.example")).await, 422);
    app.run_jobs().await;
    let mails = company.mails().await;
    assert_eq!(mails.len(), 4);
    assert!(mails.iter().all(|m| m.state == State::Filed), "{mails:?}");
    // Another secret each, and the one before opens nothing.
    let mut browser = company.owner().await;
    let settings = company.at("/settings/inbound-mail");
    browser.get(&settings).await;
    assert_eq!(browser.post(&format!("{settings}/rotation"), &[("what", "drop")]).await.status, StatusCode::SEE_OTHER);
    assert!(!browser.get(&settings).await.says(&drop));
    let old = company.mailed(message("6@x.example", &format!("ada@lamps.example, {drop}"))).await;
    assert_eq!((old.state, old.why), (State::Aside, Some(Why::WrongAddress)));
    browser.post(&format!("{settings}/closure"), &[("closed", "true")]).await;
    let closed = company.mailed(message("7@x.example", "ada@lamps.example")).await;
    assert_eq!((closed.state, closed.why), (State::Aside, Some(Why::Closed)));
    browser.post(&format!("{settings}/rotation"), &[("what", "url")]).await;
    assert_eq!(post(&company.mail_door(), "message/rfc822", message("8@x.example", "ada@lamps.example")).await, 403);
    app.run_jobs().await;
    app.trial.admin("update tenants set status = 'suspended'").await.expect("it is suspended");
    assert_eq!(post(&all, "message/rfc822", message("9@x.example", &drop)).await, 403);
}

/// Every message of the samples that others keep for this: none is lost, none breaks anything.
#[tokio::test]
async fn the_samples_of_others_are_all_taken() {
    let mut files = vec![];
    for folder in ["messages-a", "messages-b"] {
        collect(std::path::Path::new("../shared/data/mail").join(folder).as_path(), &mut files);
    }
    if files.is_empty() {
        return;
    }
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut taken = 0;
    for file in &files {
        let raw = std::fs::read(file).expect("a file");
        if raw.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let page = company.post_mail(raw).await;
        assert_eq!(page.status, 202, "{}: {page}", file.display());
        taken += 1;
    }
    app.run_jobs().await;
    let lost: i64 = company.read("select count(*) from inbound_mails where state = 'received'").await;
    let kept: i64 = company.read("select count(*) from inbound_mails where raw_id is not null").await;
    assert_eq!((lost, kept), (0, taken));
}

fn collect(folder: &std::path::Path, files: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.file_name().is_some_and(|n| n != "SOURCE.md") {
            files.push(path);
        }
    }
}

#[tokio::test]
async fn what_was_left_alone_is_forgotten_after_months_whether_it_has_files_or_not() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let to = company.drop_address();
    for n in 0..3 {
        let head = "Subject: x\r\nAuto-Submitted: auto-replied\r\n";
        let mail = company.mailed(raw("ada@lamps.example", &to, &format!("{n}@x.example"), head, "y")).await;
        assert_eq!(mail.state, State::Ignored);
    }
    let old = "update inbound_mails set at = at - interval '91 days', raw_id = null where message_id <> '0@x.example'";
    app.trial.admin(old).await.expect("they are old");
    let mut tx = company.begin().await;
    let job = domain::jobs::SweepWorkspace { tenant: tx.tenant(), day: tx.today() };
    store::queue::push(&mut tx, &job).await.expect("it is pushed");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    let left: Vec<_> = company.mails().await.into_iter().map(|m| m.id).collect();
    assert_eq!(left.len(), 1, "{left:?}");
}
