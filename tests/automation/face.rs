//! What people read of the work of workflows: strangers who post, whoever is asked, and whoever looks into a run.

use super::*;
use axum::http::{Method, StatusCode};
use domain::{automation::templates::find, notifications::Kind, workspace::access::Subject};

/// The address that others post to.
async fn hook(company: &Company<'_>, id: WorkflowId) -> String {
    let mut tx = company.begin().await;
    let hook = workflows::find(&mut tx, id).await.expect("it is there").hook;
    jobs::automation::hook_path(&jobs::Seal::new(&company.app.config.secret_key), company.tenant, hook)
}

/// A form of a website, sent by a browser.
async fn send(app: &TestApp, path: &str, body: &str) -> crate::support::Page {
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html,*/*;q=0.8")];
    let page = app.browser().request(Method::POST, path, &headers, body.as_bytes().to_vec()).await;
    app.run_jobs().await;
    page
}

async fn unread(company: &Company<'_>, of: &Person) -> Vec<String> {
    let mut tx = company.begin().await;
    let asked = store::notifications::Question { unread_only: true, after: None, most: 50 };
    let (all, _) = store::notifications::list(&mut tx, of.member, asked).await.expect("they can be listed");
    all.into_iter().filter(|n| n.kind == Some(Kind::ApprovalAsked)).map(|n| n.title).collect()
}

#[tokio::test]
async fn whoever_sends_a_form_is_thanked_and_led_on_within_their_own_site_only() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let steps = json!([{ "id": "s1", "do": "create_task", "title": "{{payload.email}}", "assignee": "publisher", "details": "{{payload}}" }]);
    let w = published(&company, Role::Owner, json!({ "trigger": { "on": "webhook" }, "steps": steps })).await;
    let path = hook(&company, w).await;
    let page = send(&app, &path, "email=ada%40example.com&message=Hello").await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::ACCEPTED, "Thank you"), "{page}");
    assert!(page.says("What you sent has reached") && page.says("Back to people.test"), "{page}");
    let page = send(&app, &path, "email=a&_next=http%3A%2F%2Fpeople.test%2Fthanks%3Fx").await;
    assert_eq!((page.status, page.header("location")), (StatusCode::SEE_OTHER, "http://people.test/thanks?x"));
    for elsewhere in ["http%3A%2F%2Fpeople.test.evil.example%2F", "https%3A%2F%2Fevil.example", "%2F%2Fevil.example"] {
        let page = send(&app, &path, &format!("email=b&_next={elsewhere}")).await;
        assert_eq!(page.status, StatusCode::ACCEPTED, "{elsewhere}: {page}");
    }
    let details: Vec<_> = tasks(&company).await.into_iter().filter_map(|t| t.details).collect();
    assert!(details.contains(&"email: ada@example.com\nmessage: Hello".to_owned()), "{details:?}");
    assert!(details.iter().all(|d| !d.contains("_next")), "{details:?}");
    // A program is answered as a program.
    let headers = [("content-type", "application/json"), ("accept", "*/*")];
    let page = app.browser().request(Method::POST, &path, &headers, b"{}".to_vec()).await;
    assert_eq!((page.status, page.text.as_str()), (StatusCode::ACCEPTED, r#"{"accepted":true}"#));
    app.run_jobs().await;
}

#[tokio::test]
async fn what_a_stranger_asks_reaches_somebody_and_what_fits_nothing_can_be_read() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let template = find("contact-form").expect("a template").definition().to_json();
    let w = published(&company, Role::Owner, template).await;
    let path = hook(&company, w).await;
    send(&app, &path, "email=stranger%40nowhere.example&message=The+lamp+does+not+light").await;
    let run = only_run(&company, w).await;
    assert_eq!((state(&run), run.record.as_ref()), ((RunState::Done, None), None));
    let tasks = tasks(&company).await;
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0].title, "Somebody asks for help: a message");
    let details = tasks[0].details.clone().unwrap_or_default();
    assert!(details.contains("The lamp does not light") && details.contains("stranger@nowhere.example"), "{details}");
    assert!(app.mail_to("stranger@nowhere.example").await.is_empty(), "nobody writes to whatever address is posted");

    // Where nothing else is said, it is told with what was posted, each in a row of its own.
    let strict = json!({
        "record": "customer", "trigger": { "on": "webhook", "find": { "field": "email", "path": "payload.email" } },
        "steps": [note("s1", "Hello")],
    });
    let w = publish_called(&company, "Strict", strict).await;
    let path = hook(&company, w).await;
    send(&app, &path, "email=one%40nowhere.example&message=First+words").await;
    send(&app, &path, "email=one%40nowhere.example&message=Second+words").await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at(&format!("/automation/workflows/{w}/not-enrolled"))).await;
    assert_eq!(page.rows().len(), 2, "{page}");
    assert!(page.says("First words") && page.says("Second words") && page.says("What was posted"), "{page}");
    // What it holds is no more open than what runs write down.
    let mut support = company.signed_in(Role::HrManager).await;
    let page = support.get(&company.at(&format!("/automation/workflows/{w}/not-enrolled"))).await;
    assert!(!page.text.contains("First words"), "{page}");
}

async fn publish_called(company: &Company<'_>, name: &str, json: Value) -> WorkflowId {
    let definition = Definition::from_json(&json.to_string()).unwrap_or_else(|e| panic!("{e}"));
    let mut tx = company.app.db.begin(company.desk(Role::Owner).await).await.expect("a transaction");
    let id = tx.id();
    workflows::add(&mut tx, id, (name, ""), &definition, None).await.expect("it is added");
    workflows::publish(&mut tx, id, 1).await.expect("it is published");
    tx.commit().await.expect("it is kept");
    id
}

#[tokio::test]
async fn what_is_refused_says_which_field_it_was() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(&company, Role::Owner, json!({
        "record": "customer", "trigger": { "on": "created" },
        "steps": [{ "id": "s1", "do": "update", "set": { "name": "{{city}}" } }, note("s2", "{{owner.name|nobody}} has it")],
    }))
    .await;
    company.customer(&[("name", "Northwind")]).await;
    let run = only_run(&company, w).await;
    assert_eq!(state(&run), (RunState::Failed, Some("Name: Please fill this in.")));
    let owner = company.member(Role::Owner).await;
    let mut tx = company.begin().await;
    let asked = store::notifications::Question { unread_only: true, after: None, most: 50 };
    let (told, _) = store::notifications::list(&mut tx, owner.member, asked).await.expect("they can be listed");
    assert!(told.iter().any(|n| n.body.as_deref() == Some("Northwind: Name: Please fill this in.")), "{told:?}");
    drop(tx);

    // To go on from a step is confirmed, and says what is done once more.
    let mut browser = company.owner().await;
    let page = browser.get(&company.at(&format!("/automation/runs/{}", run.id))).await;
    assert!(page.says("Name: Please fill this in."), "{page}");
    assert!(page.says("What was done already is done once more: “Update fields” and “Add a note”."), "{page}");
    let page = browser.press("Go on from “Update fields”").await;
    assert!(page.toast().contains("It goes on with “Update fields”"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_note_of_a_workflow_says_so_and_leads_to_its_run() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(&company, Role::Owner, json!({
        "record": "customer", "trigger": { "on": "created" }, "steps": [note("s1", "The owner is {{owner.name|nobody}}.")],
    }))
    .await;
    let c = company.customer(&[("name", "Northwind")]).await;
    assert_eq!(notes_on(&company, Subject::Customer(c)).await, ["The owner is nobody."]);
    let run = only_run(&company, w).await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at(&format!("/crm/customers/{c}/timeline"))).await;
    assert!(page.says("had this written by the workflow A workflow"), "{page}");
    assert_eq!(page.link("A workflow"), Some(company.at(&format!("/automation/runs/{}", run.id))));
    let mut sales = company.signed_in(Role::SalesRep).await;
    let page = sales.get(&company.at(&format!("/crm/customers/{c}/timeline"))).await;
    if page.status == StatusCode::OK {
        assert!(page.link("A workflow").is_none(), "{page}");
    }
    // A run that went through is not gone through again.
    let page = owner.get(&company.at(&format!("/automation/runs/{}", run.id))).await;
    assert!(!page.says("Go on from here"), "{page}");
}

#[tokio::test]
async fn a_run_is_told_in_words() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let owner = company.member(Role::Owner).await;
    let member = format!("member:{}", owner.email);
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "updated", "fields": ["status"] }, "steps": [
                { "id": "s1", "do": "create_task", "title": "Call {{name}}", "assignee": member, "due_in_days": 2 },
                { "id": "s2", "do": "update", "set": { "size": "12" } },
                { "id": "s3", "do": "email", "to": "record", "subject": "Hello", "body": "There" },
                { "id": "s4", "do": "wait", "for": { "days": 2 } },
            ],
        }),
    )
    .await;
    let c = company.customer(&[("name", "Northwind"), ("status", "prospect"), ("email", &app.email("north"))]).await;
    change_customer(&company, c, &[("status", "active")]).await;
    let run = only_run(&company, w).await;
    let mut browser = company.owner().await;
    let page = browser.get(&company.at(&format!("/automation/runs/{}", run.id))).await;
    assert!(page.says("Status: Prospect → Active"), "{page}");
    assert!(page.link("Call Northwind").is_some_and(|href| href.contains("/tasks/")), "{page}");
    assert!(page.says("Employees empty → 12") && page.says("For Olga Owner"), "{page}");
    assert!(page.link("What became of it").is_some_and(|href| href.contains("/settings/mail?to=")), "{page}");
    for raw in ["instead", "[\"status\"]", "false", &owner.member.to_string(), "until"] {
        assert!(!page.words().contains(raw), "{raw}: {page}");
    }
    app.jobs_may_wait();
}

#[tokio::test]
async fn who_need_not_answer_any_more_is_not_told_any_more() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (owner, admin) = (company.member(Role::Owner).await, company.member(Role::Admin).await);
    let sales = company.member(Role::SalesManager).await;
    let from = [format!("member:{}", owner.email), format!("member:{}", admin.email)];
    published(&company, Role::Owner, json!({
        "record": "customer", "trigger": { "on": "created" },
        "steps": [{ "id": "s1", "do": "approval", "question": "Is {{name}} one?", "from": from, "days": 3, "all": true }],
    }))
    .await;
    for name in ["North", "South"] {
        company.customer(&[("name", name)]).await;
    }
    app.run_jobs().await;
    assert_eq!((unread(&company, &owner).await.len(), unread(&company, &admin).await.len()), (2, 2));
    let mut browser = company.owner().await;
    let page = browser.get(&company.at("/approvals")).await;
    assert!(page.says("everybody who is asked has to say yes"), "{page}");
    // By name, to somebody who is told who had it before.
    let handover = page.attribute("#approval-list, .approval-over form", "action").expect("a form");
    let page = browser.send(browser.form(&handover).set("to", "Some Sales manager")).await;
    assert!(page.toast().contains("Some Sales manager is asked now."), "{page}");
    app.run_jobs().await;
    assert_eq!((unread(&company, &owner).await.len(), unread(&company, &sales).await.len()), (1, 1));
    let mut other = company.signed_in(Role::SalesManager).await;
    let page = other.get(&company.at("/approvals")).await;
    assert!(page.says("handed over by Olga Owner"), "{page}");
    // One no is enough: nobody else is asked, nor told, nor mailed.
    let page = other.get(&company.at("/approvals")).await;
    let asked = page.all(".approval h2").pop().expect("a question");
    other.press(&format!("Reject: {asked}")).await;
    app.run_jobs().await;
    assert_eq!((unread(&company, &sales).await.len(), unread(&company, &admin).await.len()), (0, 1));
    let mut last = company.admin().await;
    let page = last.get(&company.at("/approvals")).await;
    let left = page.all(".approval h2").pop().expect("a question");
    last.press(&format!("Approve: {left}")).await;
    app.run_jobs().await;
    assert!(unread(&company, &admin).await.is_empty());
    let before = app.mail_to(&admin.email).await.len();
    later(&app, &company, Duration::minutes(30)).await;
    let mailed = app.mail_to(&admin.email).await;
    assert_eq!(mailed.len(), before, "what is answered is not mailed: {mailed:#?}");
    app.jobs_may_wait();
}

#[tokio::test]
async fn the_manager_of_the_owner_is_somebody_whom_a_customer_has() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (rep, boss) = (company.member(Role::SalesRep).await, company.member(Role::SalesManager).await);
    let leads = company.employee(&[("first_name", "Lea"), ("last_name", "Lead"), ("number", "70")]).await;
    let works = company.employee(&[("first_name", "Rob"), ("last_name", "Rep"), ("manager", "70")]).await;
    company.link(boss.member, leads).await;
    company.link(rep.member, works).await;
    published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "created" },
            "steps": [{ "id": "s1", "do": "create_task", "title": "Look at {{name}}", "assignee": "manager" }],
        }),
    )
    .await;
    company.customer(&[("name", "Northwind"), ("owner", &rep.email)]).await;
    app.run_jobs().await;
    let tasks = tasks(&company).await;
    assert_eq!(tasks.iter().map(|t| t.assignee.id).collect::<Vec<_>>(), [boss.member]);
}

#[tokio::test]
async fn nothing_is_weighed_while_a_workflow_is_paused_and_what_is_not_known_is_no_link() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({ "record": "customer", "trigger": { "on": "created" }, "steps": [note("s1", "x")] }),
    )
    .await;
    let mut owner = company.owner().await;
    let skips = company.at(&format!("/automation/workflows/{w}/not-enrolled"));
    assert!(owner.get(&skips).await.says("Nobody was left out"));
    owner.get(&company.at("/automation")).await;
    assert!(owner.page.says("What happens to records meanwhile starts nothing"), "{}", owner.page);
    let form = owner.form(&company.at("/automation/standstill")).set("why", "Look");
    owner.send(form).await;
    company.customer(&[("name", "Northwind")]).await;
    let page = owner.get(&skips).await;
    assert!(page.link("Northwind").is_some() && page.says("All automation was stopped"), "{page}");
    assert!(!page.has("th a:empty, td a:empty"), "{page}");
    owner.post(&company.at("/automation/standstill/end"), &[]).await;
    owner.get(&company.at(&format!("/automation/workflows/{w}"))).await;
    owner.press("Pause").await;
    assert!(owner.get(&skips).await.says("While it is paused nothing is weighed"));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_dry_run_counts_from_the_end_of_what_it_waits_for_and_takes_a_posting() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let late = json!({ "record": "customer", "trigger": { "on": "created" }, "steps": [
        { "id": "s1", "do": "wait", "for": { "days": 30 } },
        { "id": "s2", "do": "create_task", "title": "Ask", "assignee": "publisher", "due_in_days": 3, "priority": "high" },
        { "id": "s3", "do": "email", "to": "record", "subject": "Hi", "body": "There" },
    ] });
    let w = published(&company, Role::Owner, late).await;
    company.customer(&[("name", "Northwind")]).await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at(&format!("/automation/workflows/{w}/trial"))).await;
    let due = domain::Day((app.db.now() + Duration::days(33)).date_naive()).short();
    assert!(page.says(&format!("due {due}, high priority")), "{page}");
    assert_eq!(page.form("Try it").value("q"), "Northwind", "which record it is stands in the field");
    assert!(page.says("It would begin, and fail on its way") && !page.says("It would go through"), "{page}");
    let page = owner.fill("Try it", &[("q", "Nobody")]).await;
    assert!(page.says("Nothing that you see is called so.") && !page.says("No record to try it on"), "{page}");

    let w = publish_called(&company, "Form", find("contact-form").expect("a template").definition().to_json()).await;
    let page = owner.get(&company.at(&format!("/automation/workflows/{w}/trial"))).await;
    assert!(page.form("Try it").value("payload").contains("email="), "{page}");
    assert!(page.says("Nothing is posted yet"), "{page}");
    let page = owner.fill("Try it", &[("payload", "email=who@nowhere.example\nmessage=Help")]).await;
    assert!(page.says("Somebody asks for help: a message"), "{page}");
    company.customer(&[("name", "Southwind"), ("email", "south@wind.example")]).await;
    let page = owner.fill("Try it", &[("payload", r#"{ "email": "south@wind.example", "subject": "Lamp" }"#)]).await;
    assert!(page.link("Southwind").is_some() && page.says("“Lamp (Southwind)”"), "{page}");
    let page = owner.fill("Try it", &[("payload", "{ no")]).await;
    assert!(page.error("payload").contains("This is no JSON"), "{page}");
    app.jobs_may_wait();
}
