//! What nobody gets out of workflows who has no right to it, and what no workspace can do to others with them.

use super::*;
use crate::support::Page;
use domain::workspace::{access::Subject, roles::Office};
use store::automation::approvals;

/// Adds and publishes what the builder would refuse.
async fn unchecked(company: &Company<'_>, role: Role, json: Value) -> WorkflowId {
    let definition: Definition = serde_json::from_value(json).expect("it can be read");
    let mut tx = company.app.db.begin(company.desk(role).await).await.expect("a transaction");
    let id = tx.id();
    workflows::add(&mut tx, id, ("A workflow", ""), &definition, None).await.expect("it is added");
    workflows::publish(&mut tx, id, 1).await.expect("it is published");
    tx.commit().await.expect("it is kept");
    id
}

/// Publishes it anew in the name of somebody in this role.
async fn again(company: &Company<'_>, role: Role, id: WorkflowId, json: Value) {
    let mut tx = company.app.db.begin(company.desk(role).await).await.expect("a transaction");
    let definition = Definition::from_json(&json.to_string()).unwrap_or_else(|e| panic!("{e}"));
    let version = workflows::find(&mut tx, id).await.expect("it is there").version;
    workflows::change(&mut tx, id, version, ("A workflow", ""), &definition).await.expect("it is changed");
    workflows::publish(&mut tx, id, version + 1).await.expect("it is published");
    tx.commit().await.expect("it is kept");
}

async fn page(company: &Company<'_>, role: Role, path: &str) -> Page {
    company.signed_in(role).await.get(&company.at(path)).await
}

async fn give_role(company: &Company<'_>, person: &Person, role: Role) {
    let mut tx = company.begin().await;
    let version = store::workspace::members::find(&mut tx, person.member).await.expect("they are there").version;
    let office = Office::built_in(role);
    store::workspace::members::change(&mut tx, person.member, version, &office, None).await.expect("it is changed");
    tx.commit().await.expect("it is kept");
}

/// Does this past the product, inside the workspace; gives how many rows it was.
async fn raw(company: &Company<'_>, sql: &str) -> u64 {
    let mut role = company.app.app_role().await;
    let all = format!("begin; set local app.tenant_id = '{}'; {sql}; commit", company.tenant);
    sqlx::raw_sql(sqlx::AssertSqlSafe(all)).execute(&mut role).await.expect("it is done").rows_affected()
}

/// Posts this to a workflow's address.
async fn post(company: &Company<'_>, w: WorkflowId, body: Value) {
    let mut tx = company.begin().await;
    let hook = workflows::find(&mut tx, w).await.expect("it is there").hook;
    drop(tx);
    let app = company.app;
    let path = jobs::automation::hook_path(&app.jobs().seal, company.tenant, hook);
    let headers = [("content-type", "application/json")];
    let page = app.browser().request(axum::http::Method::POST, &path, &headers, body.to_string().into_bytes()).await;
    assert_eq!(page.status.as_u16(), 202, "{page}");
    app.run_jobs().await;
}

fn rich() -> Value {
    json!({
        "record": "employee", "trigger": { "on": "updated", "fields": ["location"] },
        "conditions": { "all": [{ "field": "salary", "is": "more", "value": "100000" }] },
        "steps": [{ "id": "w", "do": "wait", "for": { "minutes": 10 }, "recheck": true }],
    })
}

#[tokio::test]
async fn what_a_version_wrote_is_judged_by_that_version_whoever_published_the_next() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(&company, Role::Owner, rich()).await;
    let poor = company.employee(&[("first_name", "Mateo"), ("salary", "88123")]).await;
    let fallen = company.employee(&[("first_name", "Ines"), ("salary", "200456")]).await;
    change_employee(&company, poor, &[("location", "Rome")]).await;
    change_employee(&company, fallen, &[("location", "Rome")]).await;
    change_employee(&company, fallen, &[("salary", "77456")]).await;
    later(&app, &company, Duration::minutes(15)).await;
    assert!(only_run(&company, w).await.error.expect("a reason").contains("77456"));
    let harmless = json!({ "record": "employee", "trigger": { "on": "created" }, "steps": [note("s1", "Hello")] });
    let (skips, runs) = (format!("/automation/workflows/{w}/not-enrolled"), format!("/automation/workflows/{w}/runs"));
    for _ in 0..2 {
        let left_out = page(&company, Role::SalesManager, &skips).await;
        assert!(left_out.says("Mateo") && left_out.says("Not open to you") && !left_out.says("88123"), "{left_out}");
        let run = page(&company, Role::SalesManager, &runs).await;
        assert!(run.says("Ines") && !run.says("77456"), "{run}");
        again(&company, Role::SalesManager, w, harmless.clone()).await;
    }
    // Whoever has the class reads both, whoever published what.
    assert!(page(&company, Role::HrManager, &skips).await.says("88123"));
    assert!(page(&company, Role::HrManager, &runs).await.says("77456"));
}

#[tokio::test]
async fn a_draft_of_another_noun_names_nobody() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let large = json!({
        "record": "customer", "trigger": { "on": "created" },
        "conditions": { "all": [{ "field": "size", "is": "more", "value": "100" }] }, "steps": [note("s1", "Hello")],
    });
    let w = published(&company, Role::SalesManager, large).await;
    company.customer(&[("name", "Northwind"), ("size", "3")]).await;
    app.run_jobs().await;
    let mut tx = app.db.begin(company.desk(Role::HrManager).await).await.expect("a transaction");
    let draft = json!({ "record": "employee", "trigger": { "on": "created" }, "steps": [note("s1", "Hello")] });
    let draft = Definition::from_json(&draft.to_string()).expect("it can be read");
    let version = workflows::find(&mut tx, w).await.expect("it is there").version;
    workflows::change(&mut tx, w, version, ("A workflow", ""), &draft).await.expect("it is changed");
    tx.commit().await.expect("it is kept");
    let path = format!("/automation/workflows/{w}/not-enrolled");
    let theirs = page(&company, Role::HrManager, &path).await;
    assert!(theirs.says("A customer you may not see") && !theirs.says("Northwind"), "{theirs}");
    assert!(page(&company, Role::SalesManager, &path).await.says("Northwind"));
}

#[tokio::test]
async fn no_definition_of_one_workspace_ends_the_automation_of_another() {
    let app = TestApp::new().await;
    let (one, two) = (app.company("acme").await, app.company("globex").await);
    let bomb = json!({
        "record": "customer", "trigger": { "on": "created" },
        "conditions": { "all": [{ "field": "payload.a", "is": "within_last", "value": "-9223372036854775808" }] },
        "steps": [note("s1", "Boom")],
    });
    let definition = Definition::from_json(&bomb.to_string()).expect("it can be read");
    let mut tx = app.db.begin(one.desk(Role::Owner).await).await.expect("a transaction");
    let told = jobs::automation::check(&mut tx, &definition).await.expect("it can be checked");
    let told: Vec<_> = told.iter().map(|p| p.message.as_str()).collect();
    assert_eq!(told, ["Use a number of days, from 0 to 3650.", "Only a workflow that a posting starts has a payload."]);
    drop(tx);
    let w = unchecked(&one, Role::Owner, bomb).await;
    one.customer(&[("name", "Here")]).await;
    app.run_jobs().await;
    assert_eq!(skipped(&one, w).await.len(), 1, "it is weighed, and says no");

    // What cannot even be read is an error of its own workspace: the other one goes on.
    let hello = json!({ "record": "customer", "trigger": { "on": "created" }, "steps": [note("s1", "Hello")] });
    let there = published(&two, Role::Owner, hello).await;
    let broken = format!(
        "delete from workflow_versions where workflow_id = '{w}';
         insert into workflow_versions (tenant_id, workflow_id, number, definition, published_by, published_at)
         select tenant_id, id, 1, '{{\"trigger\": 1}}', publisher_id, updated_at from workflows where id = '{w}'"
    );
    raw(&one, &broken).await;
    one.customer(&[("name", "Lost")]).await;
    two.customer(&[("name", "Found")]).await;
    app.run_jobs().await;
    assert_eq!(state(&only_run(&two, there).await), (RunState::Done, None));
    app.jobs_may_wait();
}

fn hire() -> Value {
    json!({
        "trigger": { "on": "webhook" },
        "steps": [{ "id": "h", "do": "create_record", "record": "employee",
            "set": { "first_name": "{{payload.first}}", "last_name": "New", "salary": "{{payload.pay}}" } }],
    })
}

#[tokio::test]
async fn what_was_posted_is_as_closed_as_what_is_made_of_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(&company, Role::Owner, hire()).await;
    post(&company, w, json!({ "first": "Ines", "pay": "77123" })).await;
    let run = only_run(&company, w).await;
    assert_eq!(state(&run), (RunState::Done, None));
    let path = format!("/automation/runs/{}", run.id);
    for role in [Role::SalesManager, Role::Auditor] {
        let shown = page(&company, role, &path).await;
        assert!(shown.status.is_success() && !shown.text.contains("77123"), "{role:?}: {shown}");
    }
    assert!(page(&company, Role::HrManager, &path).await.says("77123"));
    // Without any class of its own it is still for those who build.
    let w = published(
        &company,
        Role::Owner,
        json!({ "trigger": { "on": "webhook" }, "steps": [
        { "id": "n", "do": "notify", "to": ["publisher"], "title": "{{payload.secret}}" } ] }),
    )
    .await;
    post(&company, w, json!({ "secret": "Rosebud" })).await;
    let path = format!("/automation/runs/{}", only_run(&company, w).await.id);
    assert!(!page(&company, Role::Auditor, &path).await.says("Rosebud"));
    assert!(page(&company, Role::SalesManager, &path).await.says("Rosebud"));
}

#[tokio::test]
async fn the_trail_tells_that_a_question_was_asked_and_not_what_stood_in_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let question = json!({
        "record": "employee", "trigger": { "on": "created" },
        "steps": [{ "id": "q", "do": "approval", "question": "Raise {{first_name}} from {{salary}}?", "from": ["publisher"], "days": 3,
            "approved": [{ "id": "u", "do": "update", "set": { "salary": "99321" } }] }],
    });
    published(&company, Role::Owner, question).await;
    company.employee(&[("first_name", "Ruth"), ("salary", "66123")]).await;
    app.run_jobs().await;
    for place in ["/settings/audit", "/settings/audit/export"] {
        let trail = page(&company, Role::Auditor, place).await;
        assert!(trail.status.is_success() && trail.text.contains("Approval"), "{trail}");
        for value in ["66123", "66,123", "99321"] {
            assert!(!trail.text.contains(value), "{place} shows {value}: {trail}");
        }
    }
    app.jobs_may_wait();
}

#[tokio::test]
async fn who_may_not_build_workflows_any_more_has_none_that_go_on() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let person = company.join("Hanna Hr", &app.email("hanna"), Role::HrManager).await;
    let desk = desk_of(&company, &person).await;
    let steps = json!([{ "id": "w", "do": "wait", "for": { "minutes": 10 } }, note("s1", "{{phone}}")]);
    let on = json!({ "record": "employee", "trigger": { "on": "created" }, "steps": steps });
    let w = publish_from(&company, desk, on).await;
    let ada = company.employee(&[("first_name", "Ada")]).await;
    app.run_jobs().await;
    give_role(&company, &person, Role::Employee).await;
    company.employee(&[("first_name", "Joan")]).await;
    app.run_jobs().await;
    let mut tx = company.begin().await;
    let paused = workflows::find(&mut tx, w).await.expect("it is there").paused_because;
    drop(tx);
    assert_eq!(paused.as_deref(), Some("Hanna Hr, who published it, may not build workflows any more."));
    later(&app, &company, Duration::minutes(15)).await;
    let run = only_run(&company, w).await;
    let why = "Hanna Hr, who published it, may not build workflows any more: nothing is done in their name.";
    assert_eq!(state(&run), (RunState::Failed, Some(why)));
    assert_eq!(notes_on(&company, Subject::Employee(ada)).await, [""; 0]);
}

#[tokio::test]
async fn having_published_opens_no_class_that_one_has_lost() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = app.email("hanna");
    let person = company.join("Hanna Hr", &email, Role::HrManager).await;
    let desk = desk_of(&company, &person).await;
    let on = json!({ "record": "employee", "trigger": { "on": "created" }, "steps": [note("s1", "Earns {{salary}}")] });
    let w = publish_from(&company, desk, on).await;
    company.employee(&[("first_name", "Ada"), ("salary", "91357")]).await;
    app.run_jobs().await;
    let path = company.at(&format!("/automation/runs/{}", only_run(&company, w).await.id));
    let mut hanna = app.browser();
    hanna.sign_in(&email, crate::support::PASSWORD).await;
    assert!(hanna.get(&path).await.says("91,357"));
    give_role(&company, &person, Role::SalesManager).await;
    let mut hanna = app.browser();
    hanna.sign_in(&email, crate::support::PASSWORD).await;
    let page = hanna.get(&path).await;
    assert!(page.status.is_success() && !page.says("91357") && !page.says("91,357"), "{page}");
}

#[tokio::test]
async fn the_address_of_a_hook_is_for_whoever_published_it_and_who_looks_after_the_workspace() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(&company, Role::Owner, hire()).await;
    let hook = async || workflows::find(&mut company.begin().await, w).await.expect("it is there").hook;
    let first = hook().await;
    for path in [format!("/automation/workflows/{w}"), format!("/automation/workflows/{w}/trigger")] {
        let shown = |page: Page| (page.status.is_success(), page.text.contains("/hooks/"));
        assert_eq!(shown(page(&company, Role::SalesManager, &path).await), (true, false), "{path}");
        assert_eq!(shown(page(&company, Role::Owner, &path).await), (true, true), "{path}");
        assert_eq!(shown(page(&company, Role::Admin, &path).await), (true, true), "{path}");
    }
    let mut sales = company.signed_in(Role::SalesManager).await;
    sales.get(&company.at("/automation")).await;
    sales.post(&company.at(&format!("/automation/workflows/{w}/hook")), &[]).await;
    assert_eq!(hook().await, first, "nor is it theirs to renew");
    // Published by somebody else, it is another address: nobody posts in a name that they were not trusted with.
    let harmless = json!({ "trigger": { "on": "webhook" }, "steps": [{ "id": "s", "do": "stop" }] });
    again(&company, Role::SalesManager, w, harmless).await;
    let second = hook().await;
    again(&company, Role::Owner, w, hire()).await;
    assert!(first != second && hook().await != second);
}

#[tokio::test]
async fn what_is_done_is_not_done_once_more_and_a_retry_waits_its_turn() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" },
            "steps": [{ "id": "t", "do": "create_task", "title": "Greet {{first_name}}", "assignee": "publisher" },
                { "id": "m", "do": "email", "to": "record", "subject": "Hi", "body": "Hello" }],
        }),
    )
    .await;
    company.employee(&[("first_name", "Ada"), ("email", &app.email("ada"))]).await;
    company.employee(&[("first_name", "Nomail")]).await;
    app.run_jobs().await;
    let runs = runs_of(&company, w).await;
    let retry = async |id, step: &str| {
        let mut tx = company.begin().await;
        let done = jobs::automation::retry(&mut tx, id, step).await;
        tx.commit().await.expect("it is kept");
        app.run_jobs().await;
        done
    };
    let done = runs.iter().find(|r| r.state == RunState::Done).expect("one");
    let Err(store::Error::Refused(e)) = retry(done.id, "t").await else { panic!("it is done") };
    assert_eq!(e.of(""), Some("It went through to its end. What it has done is not done once more."));
    assert_eq!(tasks(&company).await.len(), 2);
    let page = page(&company, Role::Owner, &format!("/automation/runs/{}", done.id)).await;
    assert!(!page.says("Go on from here"), "{page}");
    // One that failed goes on, out of the same bucket as those that begin.
    raw(&company, "update automation_buckets set tokens = 0").await;
    let failed = runs.iter().find(|r| r.state == RunState::Failed).expect("one").id;
    retry(failed, "t").await.expect("it is told");
    assert_eq!(tasks(&company).await.len(), 2, "its turn has not come");
    later(&app, &company, Duration::minutes(5)).await;
    assert_eq!(tasks(&company).await.len(), 3);
    app.jobs_may_wait();
}

#[tokio::test]
async fn a_text_grows_no_larger_than_its_form_would_take() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let many = "{{payload.a}}".repeat(1_000);
    let w = published(
        &company,
        Role::Owner,
        json!({
            "trigger": { "on": "webhook" },
            "steps": [
                { "id": "t", "do": "create_task", "title": many, "details": many, "assignee": "publisher" },
                { "id": "n", "do": "notify", "to": ["publisher"], "title": many, "body": many },
                { "id": "q", "do": "approval", "question": many, "from": ["publisher"], "days": 3 },
            ],
        }),
    )
    .await;
    post(&company, w, json!({ "a": "x".repeat(10_000) })).await;
    let run = only_run(&company, w).await;
    assert_eq!(run.state, RunState::Asking, "{run:#?}");
    let all = tasks(&company).await;
    assert_eq!(all[0].title.chars().count(), 200);
    let mut tx = company.begin().await;
    let task = store::tasks::find(&mut tx, all[0].id).await.expect("it is there");
    assert_eq!(task.details.expect("details").chars().count(), 5_000);
    let asked = approvals::of_run(&mut tx, run.id).await.expect("it is asked");
    assert_eq!(asked[0].question.chars().count(), 500);
    drop(tx);
    for step in log_of(&company, run.id).await {
        assert!(step.input.to_string().chars().count() < 5_000, "{}", step.kind);
    }
    app.jobs_may_wait();
}

#[tokio::test]
async fn a_draft_has_no_more_questions_and_steps_than_anybody_can_wait_for() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let any: Vec<Value> = (0..51).map(|n| json!({ "field": "city", "is": "equals", "value": n.to_string() })).collect();
    let large = json!({
        "record": "customer", "trigger": { "on": "created" }, "conditions": { "any": any }, "steps": [note("s1", "Hello")],
    });
    let large = Definition::from_json(&large.to_string()).expect("it can be read");
    let mut tx = app.db.begin(company.desk(Role::Owner).await).await.expect("a transaction");
    let id = tx.id();
    let added = workflows::add(&mut tx, id, ("Large", ""), &large, None).await;
    let Err(store::Error::Refused(e)) = added else { panic!("it is too large") };
    assert!(e.of("").expect("a reason").contains("at most 50 questions"));
    drop(tx);
    // By the door through which an undo puts a step back, too.
    let mut json = json!({ "id": "b", "do": "branch", "when": { "any": any }, "then": [] });
    let small = json!({ "record": "customer", "trigger": { "on": "created" }, "steps": [note("s1", "Hello")] });
    let w = published(&company, Role::Owner, small).await;
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/automation/workflows/{w}"))).await;
    let door = domain::paths::workflow_step_return(&company.slug, w);
    let back = owner.post(&door, &[("place", "last"), ("step", &json.to_string())]).await;
    assert_eq!(back.status.as_u16(), 422, "{back}");
    json["when"] = json!({ "all": [] });
    for _ in 0..6 {
        json = json!({ "id": "b", "do": "branch", "when": { "all": [] }, "then": [json] });
    }
    let back = owner.post(&door, &[("place", "last"), ("step", &json.to_string())]).await;
    assert_eq!(back.status.as_u16(), 422, "{back}");
    let mut tx = company.begin().await;
    assert_eq!(workflows::find(&mut tx, w).await.expect("it is there").draft.steps.len(), 1);
    drop(tx);
    // And a reason is no longer than somebody reads.
    let any: Vec<Value> = (0..50)
        .map(|n| json!({ "field": "city", "is": "equals", "value": format!("{n}{}", "x".repeat(400)) }))
        .collect();
    let wordy = json!({
        "record": "customer", "trigger": { "on": "created" }, "conditions": { "any": any }, "steps": [note("s1", "Hello")],
    });
    let w = published(&company, Role::Owner, wordy).await;
    company.customer(&[("name", "Northwind"), ("city", "Rome")]).await;
    app.run_jobs().await;
    assert_eq!(skipped(&company, w).await[0].chars().count(), 400);
}

#[tokio::test]
async fn of_one_beginning_no_more_than_some_hundred_runs_come() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let first = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "created" },
            "steps": [
                { "id": "a", "do": "create_task", "title": "First", "assignee": "publisher" },
                { "id": "w", "do": "wait", "for": { "minutes": 10 } },
                { "id": "b", "do": "create_task", "title": "Second", "assignee": "publisher" },
            ],
        }),
    )
    .await;
    let second = published(
        &company,
        Role::Owner,
        json!({
            "record": "task", "trigger": { "on": "created" },
            "steps": [{ "id": "n", "do": "notify", "to": ["publisher"], "title": "{{title}}" }],
        }),
    )
    .await;
    company.customer(&[("name", "Northwind")]).await;
    app.run_jobs().await;
    let (root, child) = (only_run(&company, first).await, only_run(&company, second).await);
    assert_eq!(child.depth, 1);
    // As many more as if each task had made four.
    let more = format!(
        "insert into workflow_runs (tenant_id, id, workflow_id, number, once, state, root, started_at, moved_at, ended_at)
         select tenant_id, gen_random_uuid(), workflow_id, number, 'more ' || n, 'done', root, started_at, moved_at, ended_at
         from workflow_runs cross join generate_series(1, 299) n where id = '{}' and root = '{}'",
        child.id, root.id
    );
    assert_eq!(raw(&company, &more).await, 299, "what came of a run knows with which it began");
    later(&app, &company, Duration::minutes(15)).await;
    assert_eq!(tasks(&company).await.len(), 2);
    let why = skipped(&company, second).await;
    assert!(why.len() == 1 && why[0].starts_with("Of one beginning 300 runs have come"), "{why:?}");
    let mut owner = company.owner().await;
    let told = owner.get(&company.at("/notifications")).await;
    assert!(told.says("starts itself, or others that start it"), "{told}");
    // Another beginning has its own.
    company.customer(&[("name", "Southwind")]).await;
    app.run_jobs().await;
    let mut tx = company.begin().await;
    assert_eq!(runs::list(&mut tx, second, None, None, 1_000).await.expect("a list").len(), 301);
    drop(tx);
    app.jobs_may_wait();
}

#[tokio::test]
async fn a_step_that_may_not_do_what_it_says_fails_and_does_not_say_done() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rights = [
        ("employees.read", "all"),
        ("employees.write", "all"),
        ("employees.pay", "all"),
        ("automation.read", "all"),
        ("automation.write", "all"),
    ];
    let role = company.role("Looks at pay", &rights).await;
    let person = company.join("Lea Looks", &app.email("lea"), Role::Custom(role)).await;
    let raise = json!({
        "record": "employee", "trigger": { "on": "created" },
        "steps": [{ "id": "u", "do": "update", "set": { "salary": "90000" } }],
    });
    let definition = Definition::from_json(&raise.to_string()).expect("it can be read");
    let mut tx = app.db.begin(desk_of(&company, &person).await).await.expect("a transaction");
    let told = jobs::automation::check(&mut tx, &definition).await.expect("it can be checked");
    assert_eq!(
        told.iter().map(|p| p.message.as_str()).collect::<Vec<_>>(),
        ["You may not change “Salary” of everybody."]
    );
    let id = tx.id();
    workflows::add(&mut tx, id, ("Raise", ""), &definition, None).await.expect("it is added");
    workflows::publish(&mut tx, id, 1).await.expect("it is published");
    tx.commit().await.expect("it is kept");
    company.employee(&[("first_name", "Ada"), ("salary", "50000")]).await;
    app.run_jobs().await;
    let run = only_run(&company, id).await;
    assert_eq!(state(&run), (RunState::Failed, Some("Lea Looks may not change “Salary”.")));
}

#[tokio::test]
async fn no_workflow_raises_its_publisher_s_own_pay() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let me = company.employee(&[("last_name", "Publisher"), ("salary", "50000")]).await;
    let other = company.employee(&[("last_name", "Other"), ("salary", "50000")]).await;
    company.link(company.member(Role::HrManager).await.member, me).await;
    // There is somebody else who decides.
    company.member(Role::PayrollOfficer).await;
    let raise = json!({
        "record": "employee", "trigger": { "on": "updated", "fields": ["location"] },
        "steps": [{ "id": "s1", "do": "update", "set": { "salary": "99000" } }],
    });
    let w = published(&company, Role::HrManager, raise).await;
    change_employee(&company, me, &[("location", "Rome")]).await;
    change_employee(&company, other, &[("location", "Rome")]).await;
    let mut told: Vec<(String, Option<String>)> =
        runs_of(&company, w).await.into_iter().map(|r| (format!("{:?}", r.state), r.error)).collect();
    told.sort();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!((told[0].0.as_str(), told[1].0.as_str()), ("Done", "Failed"), "{told:?}");
    assert!(told[1].1.as_deref().is_some_and(|why| why.contains("may not change “Salary” here")), "{told:?}");
    for (id, minor) in [(me, 5_000_000), (other, 9_900_000)] {
        let paid: Option<i64> = company.read(&format!("select salary_minor from employees where id = '{id}'")).await;
        assert_eq!(paid, Some(minor));
    }
}
