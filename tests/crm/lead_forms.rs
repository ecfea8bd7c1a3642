//! Forms by which leads come in: made, shown to anybody, sent, sent twice, flooded, and confirmed by mail.

use crate::support::TestApp;
use axum::http::{Method, StatusCode};
use chrono::Duration;
use domain::{access::Role, crm::leads::forms::State};

const FORMS: &str = "/w/acme/settings/lead-forms";
const FORM: &str = "/forms/acme/contact";

#[tokio::test]
async fn a_form_is_made_shown_and_closed() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut manager = company.signed_in(Role::SalesManager).await;
    manager.get(FORMS).await;
    manager.click("New form").await;
    let form = manager.form("Add form").set("name", "Contact").set("title", "Talk to <us>").set("accent", "#b00020");
    let page = manager.send(form.set("phone", "required").set("origins", "https://www.acme.example")).await;
    assert_eq!(page.toast(), "Contact was added.", "{page}");
    for shown in
        ["http://people.test/forms/acme/contact", "Phone (required)", "<iframe src=", "https://www.acme.example"]
    {
        assert!(page.says(shown), "{shown} is not in {page}");
    }
    let mut visitor = app.browser();
    let page = visitor.get(FORM).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "Talk to <us>"));
    assert!(page.says("Phone") && page.says("I agree that you keep"), "{page}");
    assert!(page.header("content-security-policy").contains("frame-ancestors https://www.acme.example;"));
    assert_eq!(page.header("x-frame-options"), "", "its own sites may frame it");
    assert!(page.attribute("link[href^='/form-themes/']", "href").is_some(), "{page}");
    // Light or dark as its visitor's device is, unless the form says which.
    assert_eq!(page.attribute("html", "data-theme"), None);
    manager.click("Edit").await;
    manager.fill("Save changes", &[("look", "dark")]).await;
    assert_eq!(visitor.get(FORM).await.attribute("html", "data-theme").as_deref(), Some("dark"));
    let sheet = visitor.get("/form-themes/b00020").await;
    assert!(sheet.text.contains("--accent") && sheet.header("content-type").starts_with("text/css"), "{sheet}");
    // Nobody else's pages are framed for it.
    assert_eq!(visitor.get("/login").await.header("x-frame-options"), "DENY");
    manager.get(FORMS).await;
    manager.click("Contact").await;
    manager.press("Close it").await;
    assert_eq!(visitor.get(FORM).await.status, StatusCode::NOT_FOUND);
    manager.press("Open it again").await;
    assert_eq!(visitor.get(FORM).await.status, StatusCode::OK);
    // An address is one form's.
    manager.get(&format!("{FORMS}/new")).await;
    let page = manager.fill("Add form", &[("name", "Contact")]).await;
    assert_eq!(page.error("key"), "Another form has this address.", "{page}");
    let page = manager.fill("Add form", &[("name", "Other"), ("origins", "acme.com; script-src *")]).await;
    assert!(page.error("origins").contains("is not a site"), "{page}");
}

#[tokio::test]
async fn what_somebody_sends_becomes_a_lead_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rep = company.member(Role::SalesRep).await;
    company.lead_form("Contact", &[("owner", &rep.member.to_string()), ("campaign", "")]).await;
    let mut visitor = app.browser();
    visitor.get(&format!("{FORM}?utm_source=news&utm_campaign=Spring&evil=1")).await;
    app.clock.advance(Duration::seconds(9));
    let form = visitor.form("Send").set("name", "Ada <b>").set("email", "Ada@Lamps.example").set("company", "Lamps");
    let form = form.set("message", "<script>alert(1)</script> 200 lamps, please").set("consent", "true");
    let page = visitor.send(form.clone()).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "Thank you"), "{page}");
    // Pressed twice, it is sent once.
    assert_eq!(visitor.send(form).await.h1(), "Thank you");
    let leads = company.leads().await;
    assert_eq!(leads.len(), 1, "{leads:?}");
    let lead = &leads[0];
    assert_eq!((lead.name.as_str(), lead.email.as_deref()), ("Ada <b>", Some("Ada@Lamps.example")));
    assert_eq!((lead.source.as_deref(), lead.campaign.as_deref()), (Some("Website"), Some("Spring")));
    assert_eq!(lead.utm[0].as_deref(), Some("news"));
    assert_eq!(lead.owner.as_ref().map(|o| o.id), Some(rep.member));
    let (words, at) = lead.consent.clone().expect("they have agreed");
    assert!(words.starts_with("I agree that you keep"));
    assert_eq!(at, store::Clock::now(&*app.clock));
    app.run_jobs().await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("/w/acme/crm/leads/{}", lead.id)).await;
    assert!(page.says("<script>alert(1)</script> 200 lamps, please") && !page.has("main script"), "{page}");
    assert!(page.says("I agree that you keep"), "{page}");
    let page = owner.get(&format!("{FORMS}/{}/log", company.lead_form_id("contact").await)).await;
    assert!(page.says("Ada <b>") && page.says("New lead"), "{page}");
}

#[tokio::test]
async fn a_second_sending_comes_to_the_open_lead() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.lead_form("Contact", &[("phone", "optional")]).await;
    let ada = [("name", "Ada"), ("email", "ada@lamps.example"), ("message", "First")];
    company.sent(FORM, &ada).await;
    app.run_jobs().await;
    let again =
        [("name", "Somebody else"), ("email", "ADA@lamps.example"), ("phone", "+49 30 1234567"), ("message", "Second")];
    company.sent(FORM, &again).await;
    let leads = company.leads().await;
    assert_eq!(leads.len(), 1, "{leads:?}");
    assert_eq!(
        (leads[0].name.as_str(), leads[0].phone.as_deref()),
        ("Ada", Some("+49 30 1234567")),
        "nobody outside writes over it"
    );
    let mut owner = company.owner().await;
    let page = owner.get(&format!("/w/acme/crm/leads/{}", leads[0].id)).await;
    assert!(page.says("First") && page.says("Second"), "{page}");
    let page = owner.get(&format!("/w/acme/crm/leads/{}/timeline", leads[0].id)).await;
    assert!(page.says("Sent a form"), "{page}");
    // Once they are turned away, the next one is a lead again.
    owner.get(&format!("/w/acme/crm/leads/{}/edit", leads[0].id)).await;
    owner.fill("Save changes", &[("status", "disqualified"), ("reason", "No budget")]).await;
    app.run_jobs().await;
    company.sent(FORM, &ada).await;
    assert_eq!(company.leads().await.len(), 2);
    app.run_jobs().await;
}

#[tokio::test]
async fn what_does_not_hold_is_told_and_what_was_typed_stays() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.lead_form("Contact", &[("company", "required")]).await;
    let mut visitor = app.browser();
    visitor.get(FORM).await;
    app.clock.advance(Duration::seconds(9));
    let page = visitor.fill("Send", &[("name", "Ada"), ("email", "nope"), ("message", "Kept")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    for field in ["email", "company", "consent"] {
        assert!(!page.error(field).is_empty(), "{field}: {page}");
    }
    assert_eq!(page.form("Send").value("message"), "Kept");
    let form = visitor.form("Send").set("email", "ada@lamps.example").set("company", "Lamps").set("consent", "true");
    assert_eq!(visitor.send(form).await.h1(), "Thank you", "at once: nobody waits for having mended something");
    assert_eq!(company.leads().await.len(), 1);
    app.run_jobs().await;
    let huge = "x".repeat(70_000);
    let mut visitor = app.browser();
    visitor.get(FORM).await;
    app.clock.advance(Duration::seconds(9));
    let page = visitor.fill("Send", &[("name", "Ada"), ("message", &huge)]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{page}");
}

#[tokio::test]
async fn machines_are_dropped_and_counted() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let form = company.lead_form("Contact", &[]).await;
    let answers = [("name", "Bot"), ("email", "bot@x.example"), ("consent", "true")];
    let mut bot = app.browser();
    // Too fast.
    bot.get(FORM).await;
    let quick = bot.form("Send").set("name", "Bot").set("email", "bot@x.example").set("consent", "true");
    assert_eq!(bot.send(quick).await.status, StatusCode::TOO_EARLY);
    // Into the trap.
    bot.get(FORM).await;
    app.clock.advance(Duration::seconds(9));
    let trapped = bot.form("Send").set("name", "Bot").set("email", "bot@x.example").set("fax", "1");
    assert_eq!(bot.send(trapped).await.h1(), "Thank you", "it learns nothing");
    // From a page of yesterday.
    bot.get(FORM).await;
    let old = bot.form("Send").set("name", "Bot").set("email", "bot@x.example").set("consent", "true");
    app.clock.advance(Duration::hours(25));
    assert_eq!(bot.send(old.clone()).await.status, StatusCode::GONE);
    // Without a stamp, with somebody else's, and for another form.
    company.lead_form("Other", &[]).await;
    bot.get("/forms/acme/other").await;
    let stamp = bot.form("Send").value("_stamp");
    app.clock.advance(Duration::seconds(9));
    for stamp in ["", "AAAA", &stamp] {
        let pairs: Vec<_> = answers.iter().copied().chain([("_stamp", stamp)]).collect();
        let body = serde_html_form::to_string(&pairs).expect("pairs").into_bytes();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        let page = bot.request(Method::POST, FORM, &kind, body).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{stamp}: {page}");
    }
    assert!(company.leads().await.is_empty());
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{FORMS}/{form}/log")).await;
    for told in ["Faster than anybody types", "people do not see", "more than a day", "Not sent from the form"] {
        assert!(page.says(told), "{told} is not in {page}");
    }
}

#[tokio::test]
async fn a_flood_is_refused_before_the_database_is_asked() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let form = company.lead_form("Contact", &[]).await;
    let mut bot = app.browser();
    bot.get(FORM).await;
    app.clock.advance(Duration::seconds(9));
    let (mut taken, mut refused) = (0, 0);
    let stamp = bot.form("Send").value("_stamp");
    let (mut owner, mut slowest) = (company.owner().await, std::time::Duration::ZERO);
    for n in 0..10_000 {
        // Whoever works meanwhile is not held up.
        if n % 500 == 0 {
            let began = std::time::Instant::now();
            assert_eq!(owner.get("/w/acme/crm/leads").await.status, StatusCode::OK);
            slowest = slowest.max(began.elapsed());
        }
        let email = format!("bot{n}@x.example");
        let pairs = [("name", "Bot"), ("email", email.as_str()), ("consent", "true"), ("_stamp", stamp.as_str())];
        let body = serde_html_form::to_string(pairs).expect("pairs").into_bytes();
        let page =
            bot.request(Method::POST, FORM, &[("content-type", "application/x-www-form-urlencoded")], body).await;
        match page.status {
            StatusCode::OK => taken += 1,
            StatusCode::TOO_MANY_REQUESTS => refused += 1,
            // Nobody mistypes so often.
            StatusCode::CONFLICT => {}
            other => panic!("{other}: {page}"),
        }
    }
    assert!(refused >= 9_970, "{taken} were taken");
    assert!(slowest < std::time::Duration::from_secs(2), "a page took {slowest:?} meanwhile");
    assert_eq!((taken, company.leads().await.len()), (4, 4), "one page is one sending, and three that put it right");
    let page = owner.get(&format!("{FORMS}/{form}/log")).await;
    let told = domain::list::grouped(refused);
    assert!(page.says("Too many at once") && page.says(&told), "{told}: {page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_lead_comes_in_when_its_address_is_confirmed() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.lead_form("Contact", &[("confirms", "true")]).await;
    let email = app.email("ada");
    let page = company.sent(FORM, &[("name", "Buy pills"), ("email", &email), ("message", "Hello")]).await;
    assert_eq!(page.h1(), "Look into your mail", "{page}");
    assert!(company.leads().await.is_empty());
    app.run_jobs().await;
    let mail = app.mail_to(&email).await;
    assert!(!mail[0].text.contains("pills") && !mail[0].text.contains("Hello"), "{}", mail[0].text);
    let link = app.mailed_link(&email).await;
    let mut ada = app.browser();
    ada.get(&link).await;
    assert!(company.leads().await.is_empty(), "a scanner looks at every link");
    let page = ada.press("Yes, it was me").await;
    assert_eq!(page.h1(), "Thank you", "{page}");
    ada.get(&link).await;
    ada.press("Yes, it was me").await;
    let leads = company.leads().await;
    assert_eq!(leads.len(), 1, "confirmed twice is once");
    let log = store::crm::leads::forms::of_lead(&mut company.begin().await, leads[0].id, 5).await.expect("captures");
    assert_eq!((log[0].state, log[0].message.as_deref()), (State::New, Some("Hello")));
    app.run_jobs().await;
    // What nobody confirms is forgotten.
    company.sent(FORM, &[("name", "Eve"), ("email", &app.email("eve"))]).await;
    app.run_jobs().await;
    let link = app.mailed_link(&app.email("eve")).await;
    app.clock.advance(Duration::days(8));
    assert_eq!(ada.get(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.get("/form-confirmations/x").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn other_answers_of_the_same_form_are_a_sending_of_their_own() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.lead_form("Contact", &[("confirms", "true")]).await;
    let (wrong, right) = (app.email("adda"), app.email("ada"));
    let mut visitor = app.browser();
    visitor.get(FORM).await;
    app.clock.advance(Duration::seconds(9));
    let form = visitor.form("Send").set("name", "Ada").set("email", &wrong).set("consent", "true");
    assert_eq!(visitor.send(form.clone()).await.h1(), "Look into your mail");
    // Back, mended, and sent: twice, as people do.
    let form = form.set("email", &right).set("message", "This is my address");
    assert_eq!(visitor.send(form.clone()).await.h1(), "Look into your mail");
    assert_eq!(visitor.send(form).await.h1(), "Look into your mail");
    app.run_jobs().await;
    assert_eq!((app.mail_to(&wrong).await.len(), app.mail_to(&right).await.len()), (1, 1));
    let link = app.mailed_link(&right).await;
    visitor.get(&link).await;
    assert_eq!(visitor.press("Yes, it was me").await.h1(), "Thank you");
    let leads = company.leads().await;
    assert_eq!(leads.len(), 1, "{leads:?}");
    assert_eq!(leads[0].email.as_deref(), Some(&*right));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_suspended_workspace_takes_nothing() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.lead_form("Contact", &[]).await;
    let mut visitor = app.browser();
    visitor.get(FORM).await;
    app.clock.advance(Duration::seconds(9));
    let form = visitor.form("Send").set("name", "Ada").set("email", "ada@lamps.example").set("consent", "true");
    app.trial.admin("update tenants set status = 'suspended' where slug = 'acme'").await.expect("it is suspended");
    let page = visitor.send(form).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::GONE, "This form is closed"), "{page}");
    assert_eq!(visitor.get(FORM).await.status, StatusCode::GONE);
    app.trial.admin("update tenants set status = 'active' where slug = 'acme'").await.expect("it is open");
    assert!(company.leads().await.is_empty());
    for nothing in ["/forms/acme/nothing", "/forms/nobody/contact", "/forms/acme/..%2f", "/forms/acme/A%20b"] {
        assert_eq!(visitor.get(nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }
}

#[tokio::test]
async fn a_program_sends_a_form_with_its_key() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let form = company.lead_form("Contact", &[("size", "optional")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{FORMS}/{form}")).await;
    let page = owner.press("Make a key").await;
    let key =
        page.text.split("Bearer ").nth(1).and_then(|rest| rest.split(['\'', '&']).next()).expect("a key").to_owned();
    let mut program = app.browser();
    let ada = r#"{"name": "Ada", "email": "ada@lamps.example", "size": 300, "consent": true, "utm_source": "app"}"#;
    let mut send = async |key: &str, once: &str, body: &str| {
        let bearer = format!("Bearer {key}");
        let headers =
            [("content-type", "application/json"), ("authorization", bearer.as_str()), ("idempotency-key", once)];
        let page = program.request(Method::POST, FORM, &headers, body.as_bytes().to_vec()).await;
        (page.status, page.text)
    };
    assert_eq!(send(&key, "1", ada).await, (StatusCode::CREATED, r#"{"state":"new"}"#.to_owned()));
    assert_eq!(send(&key, "1", ada).await.1, r#"{"state":"new"}"#, "the same sending is one");
    assert_eq!(send(&key, "2", ada).await, (StatusCode::ACCEPTED, r#"{"state":"again"}"#.to_owned()));
    let (status, told) = send(&key, "3", r#"{"name": "Bea"}"#).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.contains("email") && told.contains("consent"), "{told}");
    assert_eq!(send(&key, "4", "[]").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(send("", "5", ada).await.0, StatusCode::FORBIDDEN);
    let leads = company.leads().await;
    assert_eq!((leads.len(), leads[0].size, leads[0].utm[0].as_deref()), (1, Some(300), Some("app")));
    owner.press("Make a new key").await;
    assert_eq!(send(&key, "6", ada).await.0, StatusCode::FORBIDDEN, "the one before opens nothing");
    let page = owner.get(&format!("{FORMS}/{form}/log")).await;
    assert!(page.says("Not sent from the form"), "what programs send and is dropped is counted: {page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn nobody_agrees_to_what_they_have_not_read() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let form = company.lead_form("Contact", &[]).await;
    let mut visitor = app.browser();
    visitor.get(FORM).await;
    app.clock.advance(Duration::seconds(9));
    let mut owner = company.owner().await;
    owner.get(&format!("{FORMS}/{form}/edit")).await;
    owner.fill("Save changes", &[("What they agree to", "You may call me at night.")]).await;
    let sending = visitor.form("Send").set("name", "Ada").set("email", "ada@lamps.example").set("consent", "true");
    let page = visitor.send(sending).await;
    assert_eq!(page.error("consent"), "These words have changed meanwhile. Please read them again.", "{page}");
    assert!(company.leads().await.is_empty());
    let page = visitor.press("Send").await;
    assert_eq!(page.h1(), "Thank you", "{page}");
    let consent = company.leads().await.remove(0).consent.map(|(words, _)| words);
    assert_eq!(consent.as_deref(), Some("You may call me at night."));
    // What they agreed to first, and when, is not written over by what they send later.
    let since = company.leads().await.remove(0).consent.map(|(_, at)| at);
    owner.get(&format!("{FORMS}/{form}/edit")).await;
    owner.fill("Save changes", &[("What they agree to", "You may write to me.")]).await;
    let page = company.sent(FORM, &[("name", "Ada"), ("email", "ada@lamps.example")]).await;
    assert_eq!(page.h1(), "Thank you", "{page}");
    let (words, at) = company.leads().await.remove(0).consent.expect("they have agreed");
    assert_eq!((words.as_str(), Some(at)), ("You may call me at night.", since));
    app.run_jobs().await;
}
