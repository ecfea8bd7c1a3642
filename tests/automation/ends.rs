//! How runs and workflows end, and who hears of it.

use super::*;
use domain::workspace::access::Subject;
use store::workspace::members;

/// The titles of what somebody was told, in no order.
async fn told(company: &Company<'_>, person: &Person) -> Vec<String> {
    let mut tx = company.begin().await;
    let question = store::notifications::Question { most: 50, ..Default::default() };
    let (all, _) = store::notifications::list(&mut tx, person.member, question).await.expect("they can be listed");
    let mut titles: Vec<String> = all.into_iter().map(|n| n.title).collect();
    titles.sort_unstable();
    titles
}

async fn archive(company: &Company<'_>, id: domain::CustomerId) {
    let mut tx = company.begin().await;
    let (n, _) =
        store::crm::customers::archive::<domain::access::CustomersWrite>(&mut tx, &[id]).await.expect("it is archived");
    assert_eq!(n, 1);
    tx.commit().await.expect("it is kept");
    company.app.run_jobs().await;
}

async fn deactivate(company: &Company<'_>, person: &Person) {
    let mut tx = company.begin().await;
    members::deactivate(&mut tx, person.member).await.expect("they are out");
    tx.commit().await.expect("it is kept");
    company.app.run_jobs().await;
}

#[tokio::test]
async fn an_archived_record_is_mailed_no_more() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "created" },
            "steps": [
                { "id": "w", "do": "wait", "for": { "minutes": 1 } },
                { "id": "m", "do": "email", "to": "record", "subject": "Hi", "body": "Hello" },
            ],
        }),
    )
    .await;
    let manual = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "manual" }, "steps": [note("s1", "Hello")],
        }),
    )
    .await;
    let email = app.email("client");
    let c = company.customer(&[("name", "Client"), ("email", &email)]).await;
    archive(&company, c).await;
    later(&app, &company, Duration::minutes(5)).await;
    assert_eq!(state(&only_run(&company, w).await), (RunState::Stopped, Some("Client was archived.")));
    assert_eq!(app.mail_to(&email).await.len(), 0);
    // Nor does it go into another.
    let mut tx = company.begin().await;
    let refused = jobs::automation::start(&mut tx, manual, c.0).await;
    assert!(
        matches!(&refused, Err(store::Error::Refused(e)) if e.iter().any(|(_, m)| m.contains("It is archived"))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_workflow_about_archiving_goes_on_with_what_is_archived() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let watch = |fields: &str, to: &str| {
        json!({
            "record": "customer", "trigger": { "on": "updated", "fields": [fields], "to": to },
            "steps": [{ "id": "w", "do": "wait", "for": { "minutes": 1 } },
                { "id": "t", "do": "create_task", "title": "Say goodbye to {{name}}", "assignee": "publisher" }],
        })
    };
    let to = published(&company, Role::Owner, watch("status", "archived")).await;
    let any = published(&company, Role::Owner, watch("status", "")).await;
    let other = published(&company, Role::Owner, watch("city", "")).await;
    let (gone, quiet) = (company.customer(&[("name", "Gone")]).await, company.customer(&[("name", "Quiet")]).await);
    change_customer(&company, quiet, &[("status", "inactive"), ("city", "Rome")]).await;
    archive(&company, gone).await;
    archive(&company, quiet).await;
    later(&app, &company, Duration::minutes(5)).await;
    assert!(runs_of(&company, to).await.iter().all(|r| r.state == RunState::Done));
    let all = runs_of(&company, any).await;
    assert_eq!(of(&all, "Gone").state, RunState::Done, "archiving is what it is about");
    assert_eq!(of(&all, "Quiet").state, RunState::Stopped, "it went in for another reason");
    assert_eq!(only_run(&company, other).await.state, RunState::Stopped);
}

#[tokio::test]
async fn a_workflow_that_has_paused_itself_says_so_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" },
            "steps": [{ "id": "w", "do": "wait", "for": { "minutes": 1 } },
                { "id": "s1", "do": "email", "to": "record", "subject": "Hi", "body": "Hello" }],
        }),
    )
    .await;
    company.employees((0..12).map(|_| vec![("first_name", "Nomail")])).await;
    later(&app, &company, Duration::minutes(5)).await;
    let owner = company.member(Role::Owner).await;
    let titles = told(&company, &owner).await;
    assert_eq!(titles.iter().filter(|t| *t == "A workflow has paused itself").count(), 1);
    assert_eq!(titles.iter().filter(|t| *t == "A workflow failed").count(), 4);
}

#[tokio::test]
async fn a_run_that_ends_by_a_stop_is_one_that_went_well() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(&company, Role::Owner, json!({
        "record": "employee", "trigger": { "on": "created" },
        "steps": [{ "id": "s1", "do": "email", "to": "record", "subject": "Hi", "body": "Hello" }, { "id": "s2", "do": "stop" }],
    })).await;
    for n in 0..8 {
        company.employee(&[]).await;
        if n % 2 == 1 {
            company.employee(&[("email", &app.email(&format!("fine{n}")))]).await;
        }
    }
    assert_eq!(runs_of(&company, w).await.len(), 12, "never five in a row");
}

#[tokio::test]
async fn when_its_publisher_is_out_whoever_is_left_is_told_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rita = company.join("Rita", &app.email("rita"), Role::Owner).await;
    let hello = |on: Value| {
        json!({ "record": "employee", "trigger": on, "steps": [
        { "id": "w", "do": "wait", "for": { "minutes": 1 } }, note("s1", "Hello")] })
    };
    let w = publish_from(&company, desk_of(&company, &rita).await, hello(json!({ "on": "created" }))).await;
    let posted = publish_from(&company, desk_of(&company, &rita).await, json!({
        "trigger": { "on": "webhook" }, "steps": [{ "id": "t", "do": "create_task", "title": "Look", "assignee": "publisher" }],
    })).await;
    company.employees((0..7).map(|_| vec![("first_name", "Waiting")])).await;
    deactivate(&company, &rita).await;
    company.employee(&[]).await;
    later(&app, &company, Duration::minutes(5)).await;
    company.employee(&[]).await;
    let owner = company.member(Role::Owner).await;
    assert_eq!(told(&company, &owner).await, ["A workflow has paused itself"]);
    let runs = runs_of(&company, w).await;
    assert_eq!((runs.len(), runs.iter().filter(|r| r.state == RunState::Failed).count()), (7, 7));
    // The other hears of it when something is posted.
    let mut tx = company.begin().await;
    let hook = workflows::find(&mut tx, posted).await.expect("it is there").hook;
    for n in 0..2 {
        let key = n.to_string();
        let job = domain::jobs::TakeHook { tenant: company.tenant, hook, payload: json!({}), key, depth: 0 };
        queue::push(&mut tx, &job).await.expect("it is pushed");
    }
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    let mut tx = company.begin().await;
    let why = workflows::find(&mut tx, posted).await.expect("it is there").paused_because;
    assert_eq!(why.as_deref(), Some("Whoever published it is no member any more."));
    assert_eq!(told(&company, &owner).await.len(), 2);
    // Nobody resumes what is nobody's; somebody publishes it in their name.
    assert!(matches!(workflows::resume(&mut tx, w).await, Err(store::Error::Refused(_))));
    drop(tx);
    let mut browser = company.owner().await;
    browser.get(&format!("/w/acme/automation/workflows/{w}")).await;
    assert!(browser.page.says("Somebody has to publish it"), "{}", browser.page);
    assert!(!browser.page.all("button").iter().any(|b| b == "Resume"), "{}", browser.page);
    let mut tx = company.begin().await;
    let version = workflows::find(&mut tx, w).await.expect("it is there").version;
    workflows::publish(&mut tx, w, version).await.expect("it is published");
    tx.commit().await.expect("it is kept");
    let ada = company.employee(&[("first_name", "Ada")]).await;
    later(&app, &company, Duration::minutes(5)).await;
    assert_eq!(notes_on(&company, Subject::Employee(ada)).await, ["Hello"]);
}

#[tokio::test]
async fn the_log_says_what_a_failed_step_was_given_and_what_keeps_one_from_going_on() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" },
            "steps": [{ "id": "s1", "do": "email", "to": "record", "subject": "Hi {{first_name}}", "body": "Hello" }],
        }),
    )
    .await;
    let unwell = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "created" }, "steps": [note("s1", "Hello {{name}}")],
        }),
    )
    .await;
    company.employee(&[("first_name", "Nomail")]).await;
    let log = log_of(&company, only_run(&company, w).await.id).await;
    assert_eq!(log[0].input["subject"], json!("Hi Nomail"));
    // The database refuses, for a while.
    let refuse =
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'secret'; end $$;
        create trigger refuse before insert on notes for each row execute function refuse()";
    sqlx::raw_sql(refuse).execute(&mut app.catalogue().await).await.expect("it refuses");
    company.customer(&[("name", "Northwind")]).await;
    let run = only_run(&company, unwell).await;
    let why = "The database did not take it; whoever operates this finds the reason under “jobs”.";
    assert_eq!(state(&run), (RunState::Running, Some(&*format!("{why} It is tried again."))));
    for _ in 0..6 {
        app.run_jobs().await;
    }
    let run = only_run(&company, unwell).await;
    assert_eq!(state(&run), (RunState::Failed, Some(&*format!("{why} It was tried 6 times."))));
    let log = log_of(&company, run.id).await;
    assert_eq!((log[0].state.as_str(), &log[0].input), ("failed", &json!({ "text": "Hello Northwind" })));
}

#[tokio::test]
async fn a_workflow_with_many_runs_is_removed_without_anybody_waiting_for_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({ "record": "employee", "trigger": { "on": "created" }, "steps": [note("s1", "Hello")] }),
    )
    .await;
    let many = format!(
        "begin; set local app.tenant_id = '{}';
         insert into workflow_runs (tenant_id, id, workflow_id, number, once, state, started_at, moved_at, ended_at)
         select '{}', gen_random_uuid(), '{w}', 1, n::text, 'done', now(), now(), now() from generate_series(1, 2500) n; commit",
        company.tenant, company.tenant
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(many)).execute(&mut app.app_role().await).await.expect("they are there");
    let mut tx = company.begin().await;
    let said = jobs::automation::remove(&mut tx, w).await.expect("it goes");
    tx.commit().await.expect("it is kept");
    assert_eq!(said, "A workflow is being removed, with all of its runs.");
    company.employee(&[]).await;
    app.run_jobs().await;
    let mut tx = company.begin().await;
    assert!(matches!(workflows::find(&mut tx, w).await, Err(store::Error::NotFound)));
    // One with few goes at once.
    drop(tx);
    let w = published(
        &company,
        Role::Owner,
        json!({ "record": "employee", "trigger": { "on": "created" }, "steps": [note("s1", "Hello")] }),
    )
    .await;
    company.employee(&[]).await;
    let mut tx = company.begin().await;
    assert_eq!(jobs::automation::remove(&mut tx, w).await.expect("it goes"), "A workflow was removed.");
}
