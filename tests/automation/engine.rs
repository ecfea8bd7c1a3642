//! Who is enrolled, what is done in whose name, and what holds it back.

use super::*;
use crate::support::TestApp;
use domain::workspace::access::Subject;

#[tokio::test]
async fn a_change_enrols_a_record_once_and_says_why_it_does_not_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(&company, Role::Owner, json!({
        "record": "customer", "trigger": { "on": "updated", "fields": ["status"], "from": "prospect", "to": "active" },
        "conditions": { "all": [{ "field": "size", "is": "more", "value": "100" }] },
        "steps": [note("s1", "{{name}} has {{size}} people")],
    })).await;
    let small = company.customer(&[("name", "Small"), ("status", "prospect"), ("size", "3")]).await;
    let large = company.customer(&[("name", "Large"), ("status", "prospect"), ("size", "500")]).await;
    assert_eq!(runs_of(&company, w).await, [], "being added is no change");
    change_customer(&company, small, &[("status", "active")]).await;
    assert_eq!(skipped(&company, w).await, ["Employees is “3”; asked for: more than “100”"]);
    change_customer(&company, large, &[("city", "Berlin")]).await;
    assert_eq!(runs_of(&company, w).await, [], "another field is not watched");
    change_customer(&company, large, &[("status", "active")]).await;
    let run = only_run(&company, w).await;
    assert_eq!(state(&run), (RunState::Done, None));
    assert_eq!(notes_on(&company, Subject::Customer(large)).await, ["Large has 500 people"]);
    // Again the same way: once is once.
    change_customer(&company, large, &[("status", "prospect")]).await;
    change_customer(&company, large, &[("status", "active")]).await;
    only_run(&company, w).await;
    assert!(skipped(&company, w).await.contains(&"It has gone through it before".to_owned()));
}

#[tokio::test]
async fn whatever_changes_a_record_is_noticed_an_import_too() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" }, "steps": [note("s1", "Hello {{first_name}}")],
        }),
    )
    .await;
    let mut owner = company.owner().await;
    owner.get("/w/acme/hr/employees/imports").await;
    let form =
        owner.form("Check the file").file("File", "people.csv", "First name,Last name\nAda,Byron\nJoan,Clarke\n");
    owner.send(form).await;
    press_import(&app, &mut owner).await;
    assert_eq!(runs_of(&company, w).await.len(), 2);
}

#[tokio::test]
async fn a_workflow_that_triggers_itself_ends() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let turn = |from: &str, to: &str| {
        json!({
            "record": "customer", "trigger": { "on": "updated", "fields": ["status"], "to": from },
            "steps": [{ "id": "s1", "do": "update", "set": { "status": to } }], "again": true, "cool_down": 0,
        })
    };
    let there = published(&company, Role::Owner, turn("active", "inactive")).await;
    let back = published(&company, Role::Owner, turn("inactive", "active")).await;
    let c = company.customer(&[("name", "Ping"), ("status", "prospect")]).await;
    change_customer(&company, c, &[("status", "active")]).await;
    let (a, b) = (runs_of(&company, there).await, runs_of(&company, back).await);
    assert_eq!((a.len(), b.len()), (3, 3), "a chain is followed five links deep");
    let depths = |runs: &[Run]| {
        let mut depths: Vec<i16> = runs.iter().map(|r| r.depth).collect();
        depths.sort_unstable();
        depths
    };
    assert_eq!((depths(&a), depths(&b)), (vec![0, 2, 4], vec![1, 3, 5]));
    assert!(skipped(&company, there).await[0].contains("5 deep"));
}

#[tokio::test]
async fn a_cool_down_keeps_a_record_from_going_round() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "updated", "fields": ["city"] },
            "steps": [note("s1", "{{city}}")], "again": true, "cool_down": 30,
        }),
    )
    .await;
    let c = company.customer(&[("name", "Mover")]).await;
    change_customer(&company, c, &[("city", "Rome")]).await;
    change_customer(&company, c, &[("city", "Oslo")]).await;
    assert_eq!(runs_of(&company, w).await.len(), 1);
    assert_eq!(skipped(&company, w).await, ["It went through it less than 30 minutes before"]);
    app.clock.advance(Duration::minutes(31));
    change_customer(&company, c, &[("city", "Bonn")]).await;
    assert_eq!(runs_of(&company, w).await.len(), 2);
}

#[tokio::test]
async fn steps_have_the_rights_of_whoever_published_and_never_more() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let role = company
        .role(
            "Automator",
            &[
                ("customers.read", "all"),
                ("customers.write", "own"),
                ("automation.read", "all"),
                ("automation.write", "all"),
                ("notes.write", "own"),
            ],
        )
        .await;
    let person = company.join("Rita Rep", &app.email("rita"), Role::Custom(role)).await;
    let desk = desk_of(&company, &person).await;
    let w = publish_from(
        &company,
        desk,
        json!({
            "record": "customer", "trigger": { "on": "updated", "fields": ["city"] },
            "steps": [{ "id": "s1", "do": "update", "set": { "industry": "Moved" } }],
        }),
    )
    .await;
    let mine = company.customer(&[("name", "Mine"), ("owner", &person.email)]).await;
    let other = company.customer(&[("name", "Other")]).await;
    let third = company.customer(&[("name", "Third"), ("owner", &person.email)]).await;
    change_customer(&company, mine, &[("city", "Rome")]).await;
    change_customer(&company, other, &[("city", "Rome")]).await;
    let runs = runs_of(&company, w).await;
    assert_eq!(state(of(&runs, "Mine")), (RunState::Done, None));
    assert_eq!(of(&runs, "Other").state, RunState::Failed, "what they may not change, their workflow may not");
    let mut tx = company.begin().await;
    let customer = store::crm::customers::find(&mut tx, other).await.expect("it is there");
    assert_eq!(customer.industry, None);
    // Whoever lost the right to see them is worked for no more, from the next change on.
    drop(tx);
    let mut tx = company.begin().await;
    store::workspace::members::deactivate(&mut tx, person.member).await.expect("they are out");
    tx.commit().await.expect("it is kept");
    change_customer(&company, third, &[("city", "Rome")]).await;
    assert_eq!(runs_of(&company, w).await.len(), 2);
    let mut tx = company.begin().await;
    let workflow = workflows::find(&mut tx, w).await.expect("it is there");
    assert_eq!(workflow.paused_because.as_deref(), Some("Whoever published it is no member any more."));
}

#[tokio::test]
async fn a_class_that_is_closed_to_its_publisher_is_closed_to_the_workflow() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let definition = Definition::from_json(&json!({
        "record": "employee", "trigger": { "on": "updated", "fields": ["salary"] }, "steps": [note("s1", "{{salary}}")],
    }).to_string()).expect("it can be read");
    let mut tx = app.db.begin(company.desk(Role::SalesManager).await).await.expect("a transaction");
    let problems = jobs::automation::check(&mut tx, &definition).await.expect("it can be checked");
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].message.contains("You may not see “Salary”"));
    // Nor does a trial show it.
    let ada = company.employee(&[("first_name", "Ada"), ("salary", "91357")]).await;
    let record = Some((domain::automation::fields::RecordKind::Employee, ada.0));
    let trial = jobs::automation::trial(&mut tx, &definition, record, None).await.expect("it can be tried");
    assert_eq!(trial.steps[0].words, "“”");
}

#[tokio::test]
async fn failing_again_and_again_pauses_a_workflow_and_tells_its_publisher() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" },
            "steps": [{ "id": "s1", "do": "email", "to": "record", "subject": "Hi", "body": "Hello" }],
        }),
    )
    .await;
    for n in 0..6 {
        company.employee(&[("first_name", "Nomail"), ("last_name", &format!("N{n}"))]).await;
    }
    let runs = runs_of(&company, w).await;
    assert_eq!(runs.len(), 5, "after five it pauses itself");
    assert_eq!(runs[0].error.as_deref(), Some("There is no address to write to: the employee has none."));
    assert_eq!(log_of(&company, runs[0].id).await[0].state, "failed");
    let mut tx = company.begin().await;
    let workflow = workflows::find(&mut tx, w).await.expect("it is there");
    assert!(workflow.paused_because.expect("a reason").starts_with("5 runs in a row have failed"));
    let owner = company.member(Role::Owner).await;
    let told = store::notifications::list(
        &mut tx,
        owner.member,
        store::notifications::Question { most: 20, ..Default::default() },
    );
    let (told, _) = told.await.expect("they can be listed");
    assert_eq!(told.iter().filter(|n| n.title == "A workflow failed").count(), 4);
    assert_eq!(told.iter().filter(|n| n.title == "A workflow has paused itself").count(), 1);
    drop(tx);
    // Mended and resumed, a run that failed goes on from its step.
    let Some((_, id, _)) = runs[0].record.clone() else { panic!("it has a record") };
    change_employee(&company, domain::EmployeeId(id), &[("email", &app.email("mended"))]).await;
    let mut tx = company.begin().await;
    jobs::automation::retry(&mut tx, runs[0].id, "s1").await.expect("it is told");
    tx.commit().await.expect("it is kept");
    assert_eq!(app.mail_to(&app.email("mended")).await.len(), 1);
    assert_eq!(state(&runs_of(&company, w).await[0]), (RunState::Done, None));
    let log = log_of(&company, runs[0].id).await;
    assert_eq!(log.iter().map(|s| (s.round, s.state.as_str())).collect::<Vec<_>>(), [(1, "failed"), (2, "done")]);
}

#[tokio::test]
async fn the_kill_switch_holds_everything_and_lets_it_go_on() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" },
            "steps": [{ "id": "w", "do": "wait", "for": { "minutes": 10 } }, note("s1", "Through")],
        }),
    )
    .await;
    let ada = company.employee(&[("first_name", "Ada")]).await;
    let mut tx = company.begin().await;
    jobs::automation::stop(&mut tx, true, "too loud").await.expect("it stops");
    tx.commit().await.expect("it is kept");
    company.employee(&[("first_name", "Joan")]).await;
    later(&app, &company, Duration::minutes(20)).await;
    assert_eq!(only_run(&company, w).await.state, RunState::Waiting);
    assert_eq!(skipped(&company, w).await, ["All automation was stopped"]);
    let mut tx = company.begin().await;
    jobs::automation::stop(&mut tx, false, "").await.expect("it goes on");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    assert_eq!(state(&only_run(&company, w).await), (RunState::Done, None));
    assert_eq!(notes_on(&company, Subject::Employee(ada)).await, ["Through"]);
}

#[tokio::test]
async fn a_token_bucket_spreads_runs_and_loses_none() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" }, "steps": [note("s1", "Hello")],
        }),
    )
    .await;
    let mut tx = company.begin().await;
    jobs::automation::stop(&mut tx, false, "").await.expect("its settings are there");
    tx.commit().await.expect("it is kept");
    let mut owner = app.app_role().await;
    let few = format!(
        "begin; set local app.tenant_id = '{}'; update automation_settings set per_minute = 3; commit",
        company.tenant
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(few)).execute(&mut owner).await.expect("it is changed");
    company.employees((0..8).map(|_| vec![("first_name", "Many")])).await;
    let states = |runs: &[Run]| runs.iter().filter(|r| r.state == RunState::Done).count();
    let runs = runs_of(&company, w).await;
    assert_eq!((runs.len(), states(&runs)), (8, 3));
    later(&app, &company, Duration::minutes(4)).await;
    assert_eq!(states(&runs_of(&company, w).await), 8, "all of them come, each in its time");
}

#[tokio::test]
async fn a_running_run_ends_on_its_own_version() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let definition = |words: &str| {
        json!({
            "record": "employee", "trigger": { "on": "created" },
            "steps": [{ "id": "w", "do": "wait", "for": { "minutes": 10 } }, note("s1", words)],
        })
    };
    let w = published(&company, Role::Owner, definition("First")).await;
    let ada = company.employee(&[("first_name", "Ada")]).await;
    let mut tx = company.begin().await;
    let now = workflows::find(&mut tx, w).await.expect("it is there");
    let second = Definition::from_json(&definition("Second").to_string()).expect("it can be read");
    workflows::change(&mut tx, w, now.version, (&now.name, ""), &second).await.expect("the draft is changed");
    workflows::publish(&mut tx, w, now.version + 1).await.expect("it is published");
    tx.commit().await.expect("it is kept");
    let joan = company.employee(&[("first_name", "Joan")]).await;
    later(&app, &company, Duration::minutes(15)).await;
    assert_eq!(notes_on(&company, Subject::Employee(ada)).await, ["First"]);
    assert_eq!(notes_on(&company, Subject::Employee(joan)).await, ["Second"]);
}

#[tokio::test]
async fn records_are_given_in_turn_and_to_whoever_has_the_least() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (a, b) = (app.email("anna"), app.email("bert"));
    company.join("Anna", &a, Role::SalesRep).await;
    company.join("Bert", &b, Role::SalesRep).await;
    let give = |by: &str, city: &str| {
        json!({
            "record": "customer", "trigger": { "on": "created" },
            "conditions": { "all": [{ "field": "city", "is": "equals", "value": city }] },
            "steps": [{ "id": "s1", "do": "assign", "by": by, "among": [format!("member:{a}"), format!("member:{b}")] }],
        })
    };
    published(&company, Role::Owner, give("round_robin", "Rome")).await;
    published(&company, Role::Owner, give("least_loaded", "Oslo")).await;
    let owner_of = async |id| {
        let mut tx = company.begin().await;
        let found = store::crm::customers::find(&mut tx, id).await.expect("it is there");
        found.owner.expect("an owner").name
    };
    let mut owners = vec![];
    for n in 0..3 {
        let id = company.customer(&[("name", &format!("Roman {n}")), ("city", "Rome")]).await;
        owners.push(owner_of(id).await);
    }
    assert_eq!(owners, ["Anna", "Bert", "Anna"]);
    let id = company.customer(&[("name", "Norse"), ("city", "Oslo")]).await;
    assert_eq!(owner_of(id).await, "Bert", "who has one has less than who has two");
}

#[tokio::test]
async fn another_tenants_workflow_hears_nothing() {
    let app = TestApp::new().await;
    let (acme, globex) = (app.company("acme").await, app.company("globex").await);
    let hello = json!({ "record": "employee", "trigger": { "on": "created" }, "steps": [note("s1", "Hello")] });
    let w = published(&globex, Role::Owner, hello).await;
    acme.employee(&[("first_name", "Ada")]).await;
    assert_eq!(runs_of(&globex, w).await, []);
    let mut tx = acme.begin().await;
    assert!(matches!(workflows::find(&mut tx, w).await, Err(store::Error::NotFound)));
    assert!(matches!(jobs::automation::start(&mut tx, w, uuid::Uuid::nil()).await, Err(store::Error::NotFound)));
}

#[tokio::test]
async fn a_telling_too_many_does_nothing_twice() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" },
            "steps": [
                { "id": "m", "do": "email", "to": "record", "subject": "Hi {{first_name}}", "body": "One.\n\nTwo." },
                { "id": "t", "do": "create_task", "title": "Meet {{name}}", "assignee": "publisher", "due_in_days": 2 },
                { "id": "w", "do": "wait", "for": { "minutes": 10 } },
                note("s1", "Once"),
            ],
        }),
    )
    .await;
    let email = app.email("ada");
    let ada = company.employee(&[("first_name", "Ada"), ("last_name", "Byron"), ("email", &email)]).await;
    let run = only_run(&company, w).await;
    for turn in 50..53 {
        let mut tx = company.begin().await;
        let job = domain::jobs::AdvanceRun { tenant: company.tenant, run: run.id, turn };
        queue::push(&mut tx, &job).await.expect("it is pushed");
        tx.commit().await.expect("it is kept");
        app.run_jobs().await;
    }
    later(&app, &company, Duration::minutes(15)).await;
    later(&app, &company, Duration::minutes(15)).await;
    assert_eq!(state(&only_run(&company, w).await), (RunState::Done, None));
    let mails = app.mail_to(&email).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Hi Ada");
    assert_eq!(tasks(&company).await.iter().map(|t| t.title.as_str()).collect::<Vec<_>>(), ["Meet Ada Byron"]);
    assert_eq!(notes_on(&company, Subject::Employee(ada)).await, ["Once"]);
}
