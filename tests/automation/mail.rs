//! What workflows write and tell: to whom, under whose name, and when no more.

use super::*;
use domain::jobs::SendWorkflowMail;

/// A workflow on new customers with these steps.
fn on_customers(steps: Value) -> Value {
    json!({ "record": "customer", "trigger": { "on": "created" }, "steps": steps })
}

/// Mails to an address, the newest first.
async fn mails(app: &TestApp, to: &str) -> Vec<jobs::Message> {
    app.mail_to(to).await
}

fn letter(to: &str) -> Value {
    json!({ "id": "m", "do": "email", "to": to, "subject": "Welcome, {{name}}", "body": "Glad to have you." })
}

#[tokio::test]
async fn mail_to_somebody_outside_is_from_the_workspace_and_ends_with_one_click() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let owner = company.member(Role::Owner).await;
    published(&company, Role::Owner, on_customers(json!([letter("record")]))).await;
    let address = app.email("buyer");
    company.customer(&[("name", "Northwind"), ("email", &address)]).await;
    let sent = mails(&app, &address).await;
    let [mail] = &sent[..] else { panic!("one mail, not {sent:?}") };
    assert!(mail.from.contains("Acme Lamps"), "{}", mail.from);
    assert_eq!(mail.header("Reply-To"), Some(owner.email.clone()), "an answer is for whoever published it");
    let way_out = mail.header("List-Unsubscribe").expect("a way out");
    let path = way_out.trim_matches(['<', '>']).replace("http://people.test", "");

    // A scanner's look changes nothing; the mail program's button does, twice as once.
    let page = app.browser().get(&path).await;
    assert!(page.h1() == "Unsubscribe" && page.says(&address), "{page}");
    for _ in 0..2 {
        let page = app.browser().request(axum::http::Method::POST, &path, &[], vec![]).await;
        assert_eq!(page.h1(), "You are unsubscribed", "{page}");
    }
    company.customer(&[("name", "Northwind again"), ("email", &address)]).await;
    assert_eq!(mails(&app, &address).await.len(), 1);
    let mut browser = company.owner().await;
    let page = browser.get(&company.at("/settings/mail")).await;
    assert!(page.says("Not sent"), "{page}");
    let page = browser.get(&company.at("/settings/mail/stopped")).await;
    assert!(page.says(&address) && page.says("Unsubscribed"), "{page}");

    // What they ask for themselves still comes: an invitation.
    browser.get(&company.at("/settings/members")).await;
    browser.fill("Send invitation", &[("Work email", &address)]).await;
    assert_eq!(mails(&app, &address).await.len(), 2);
    let mut outside = app.browser();
    outside.get(&path).await;
    let page = outside.press("Undo: write to me again").await;
    assert_eq!(page.h1(), "You get this mail again", "{page}");
    company.customer(&[("name", "Southwind"), ("email", &address)]).await;
    assert_eq!(mails(&app, &address).await.len(), 3);
}

#[tokio::test]
async fn a_colleague_ends_mail_of_workflows_in_their_settings_under_whichever_name_a_step_has_them() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let manager = company.member(Role::Manager).await;
    published(&company, Role::Owner, on_customers(json!([letter("record")]))).await;
    company.customer(&[("name", "One"), ("email", &manager.email)]).await;
    let sent = mails(&app, &manager.email).await.len();
    assert_eq!(sent, 1);
    let mut browser = company.signed_in(Role::Manager).await;
    browser.get(&company.at("/settings/notifications")).await;
    let page = browser.fill("Save changes", &[("Send me what workflows write to me", "")]).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    company.customer(&[("name", "Two"), ("email", &manager.email)]).await;
    assert_eq!(mails(&app, &manager.email).await.len(), sent);
    browser.get(&company.at("/settings/notifications")).await;
    browser.fill("Save changes", &[("Send me what workflows write to me", "true")]).await;
    company.customer(&[("name", "Three"), ("email", &manager.email)]).await;
    assert_eq!(mails(&app, &manager.email).await.len(), sent + 1);
}

#[tokio::test]
async fn the_kill_switch_holds_mail_too_and_a_cancelled_run_sends_none() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let wait = json!({ "id": "w", "do": "wait", "for": { "days": 2 } });
    let w = published(&company, Role::Owner, on_customers(json!([wait]))).await;
    company.customer(&[("name", "Northwind")]).await;
    let run = only_run(&company, w).await.id;
    let to = app.email("buyer");
    let push = async |subject: &str| {
        let mut tx = company.begin().await;
        let mail = SendWorkflowMail {
            tenant: company.tenant,
            id: tx.id(),
            run,
            to: to.clone(),
            name: String::new(),
            member: None,
            subject: subject.into(),
            body: "Hello".into(),
        };
        queue::push(&mut tx, &mail).await.expect("it is pushed");
        tx.commit().await.expect("it is kept");
    };
    let switch = async |stopped| {
        let mut tx = company.begin().await;
        jobs::automation::stop(&mut tx, stopped, "too loud").await.expect("it is switched");
        tx.commit().await.expect("it is kept");
    };
    switch(true).await;
    push("Held").await;
    assert_eq!(mails(&app, &to).await.len(), 0);
    switch(false).await;
    assert_eq!(mails(&app, &to).await.len(), 1, "what waited goes out");

    let mut tx = company.begin().await;
    assert!(jobs::automation::cancel(&mut tx, run, "Enough.").await.expect("it is asked"));
    tx.commit().await.expect("it is kept");
    push("Too late").await;
    assert_eq!(mails(&app, &to).await.len(), 1);
}

#[tokio::test]
async fn whoever_published_hears_of_a_mail_that_did_not_arrive_once_a_day() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let wait = json!({ "id": "w", "do": "wait", "for": { "days": 2 } });
    let w = published(&company, Role::Owner, on_customers(json!([wait]))).await;
    company.customer(&[("name", "Northwind")]).await;
    let run = only_run(&company, w).await.id;
    for to in ["one@x.example", "two@x.example"] {
        let mut tx = company.begin().await;
        let id = tx.id();
        let out = store::mails::Outgoing {
            id,
            template: "send_workflow_mail",
            recipient: to,
            subject: "Hello",
            message_id: &format!("<{id}@people.test>"),
            once: true,
            account: false,
            optional: true,
        };
        store::mails::begin_try(&mut tx, &out).await.expect("it begins");
        store::mails::end_try(&mut tx, id, store::mails::State::Unclear, "It hung up.").await.expect("it ends");
        let mail = SendWorkflowMail {
            tenant: company.tenant,
            id,
            run,
            to: to.into(),
            name: String::new(),
            member: None,
            subject: "Hello".into(),
            body: "Hello".into(),
        };
        queue::push(&mut tx, &mail).await.expect("it is pushed");
        tx.commit().await.expect("it is kept");
        app.run_jobs().await;
    }
    assert_eq!(bell(&company, Role::Owner).await, ["A mail of “A workflow” may not have arrived"]);
    app.jobs_may_wait();
}

#[tokio::test]
async fn whoever_published_is_told_of_what_becomes_theirs() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let task =
        json!({ "id": "t", "do": "create_task", "title": "Call {{name}}", "assignee": "publisher", "due_in_days": 3 });
    published(&company, Role::Owner, on_customers(json!([task]))).await;
    company.customer(&[("name", "Northwind")]).await;
    assert!(bell(&company, Role::Owner).await.contains(&"Call Northwind".to_owned()));
}

#[tokio::test]
async fn whoever_started_it_hears_the_answer_and_whoever_is_asked_instead_hears_the_question() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (owner, manager) = (company.member(Role::Owner).await, company.member(Role::Manager).await);
    let sales = company.member(Role::SalesManager).await;
    let question = json!({ "id": "q", "do": "approval", "question": "Is {{name}} key?",
        "from": [format!("member:{}", manager.email)], "days": 3 });
    let w = published(
        &company,
        Role::Owner,
        json!({ "record": "customer", "trigger": { "on": "manual" }, "steps": [question] }),
    )
    .await;
    let northwind = company.customer(&[("name", "Northwind")]).await;
    let mut tx = app.db.begin(desk_of(&company, &owner).await).await.expect("a transaction");
    jobs::automation::start(&mut tx, w, northwind.0).await.expect("it starts");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    let asked = async |person: &Person| {
        let mut tx = company.begin().await;
        store::automation::approvals::of_member(&mut tx, person.member, true, 9).await.expect("they can be read")
    };
    let id = asked(&manager).await[0].id;
    let mut tx = app.db.begin(desk_of(&company, &manager).await).await.expect("a transaction");
    jobs::automation::hand_over(&mut tx, id, sales.member).await.expect("it is handed over");
    tx.commit().await.expect("it is kept");
    assert!(bell(&company, Role::SalesManager).await.contains(&"Is Northwind key?".to_owned()));
    let mut tx = app.db.begin(desk_of(&company, &sales).await).await.expect("a transaction");
    jobs::automation::answer(&mut tx, id, true, "").await.expect("it is answered");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    assert!(bell(&company, Role::Owner).await.contains(&"Approved: Is Northwind key?".to_owned()));
    app.jobs_may_wait();
}

/// What somebody's bell has told them.
async fn bell(company: &Company<'_>, role: Role) -> Vec<String> {
    let mut browser = company.signed_in(role).await;
    browser.get(&company.at("/notifications")).await.all(".notice-page .notice-title")
}

#[tokio::test]
async fn a_workspace_whose_owner_has_proven_nothing_writes_to_nobody_outside() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    published(&company, Role::Owner, on_customers(json!([letter("record")]))).await;
    let owners = |verified: bool| {
        let sql = format!("update members set verified = {verified} where role = 'owner'");
        let app = &app;
        async move { app.trial.admin(&sql).await.expect("it is said") }
    };
    let (first, second) = (app.email("first"), app.email("second"));
    owners(false).await;
    company.customer(&[("name", "Northwind"), ("email", &first)]).await;
    assert_eq!(mails(&app, &first).await, [], "spam would be free");
    let why: String = company.read("select last_answer from mails where template = 'send_workflow_mail'").await;
    assert!(why.contains("No owner of the workspace has confirmed their address yet"), "{why}");
    owners(true).await;
    company.customer(&[("name", "Southwind"), ("email", &second)]).await;
    assert_eq!(mails(&app, &second).await.len(), 1);
}

#[tokio::test]
async fn who_opted_out_or_is_not_to_be_contacted_gets_no_mail_and_the_run_says_why() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(&company, Role::Owner, on_customers(json!([letter("record")]))).await;
    let silent = app.email("silent");
    company.contact(&[("last_name", "Silent"), ("email", &silent), ("do_not_contact", "true")]).await;
    company.customer(&[("name", "Northwind"), ("email", &silent)]).await;
    assert_eq!(mails(&app, &silent).await.len(), 0);
    let run = only_run(&company, w).await;
    assert_eq!(log_of(&company, run.id).await[0].output["left_out"], "They are not to be contacted.");
    let address = app.email("opted-out");
    let contact = company.contact(&[("last_name", "Byron"), ("email", &address)]).await;
    let point = company.points(contact.0).await[0].id;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at(&format!("/crm/contacts/points/{point}"))).await;
    owner.send(page.form("Save changes").set("opted_out", "true")).await;
    company.customer(&[("name", "Southwind"), ("email", &address)]).await;
    assert_eq!(mails(&app, &address).await.len(), 0);
}
