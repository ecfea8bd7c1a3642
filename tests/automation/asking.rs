//! Who is asked, who starts, and what is told while a workflow is saved.

use super::*;
use domain::workspace::access::Subject;
use store::automation::approvals;

#[tokio::test]
async fn who_starts_by_hand_is_weighed_with_the_publishers_eyes_and_learns_nothing() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rich = json!({
        "record": "employee", "trigger": { "on": "manual" },
        "conditions": { "all": [{ "field": "salary", "is": "more", "value": "60000" }] }, "steps": [note("s1", "Rich")],
    });
    let w = published(&company, Role::Owner, rich).await;
    let (ada, bob) = (company.employee(&[("salary", "88123")]).await, company.employee(&[("salary", "50123")]).await);
    let start = async |role, record: domain::EmployeeId| {
        let mut tx = app.db.begin(company.desk(role).await).await.expect("a transaction");
        let done = jobs::automation::start(&mut tx, w, record.0).await;
        tx.commit().await.expect("it is kept");
        done.map_err(|e| match e {
            store::Error::Refused(e) => e.of("").unwrap_or_default().to_owned(),
            e => panic!("{e}"),
        })
    };
    start(Role::SalesManager, ada).await.expect("its publisher sees that it holds");
    assert_eq!(start(Role::SalesManager, bob).await, Err("Its conditions do not hold for this record.".into()));
    assert!(start(Role::HrManager, bob).await.expect_err("it does not hold").contains("50123"));
    app.run_jobs().await;
    assert_eq!(notes_on(&company, Subject::Employee(ada)).await, ["Rich"]);
}

#[tokio::test]
async fn a_question_goes_to_nobody_who_may_not_know_what_it_says_nor_whom_it_is_about() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (owner, emil) = (company.member(Role::Owner).await, company.member(Role::Employee).await);
    let (hr, sales) = (company.member(Role::HrManager).await, company.member(Role::SalesManager).await);
    let raise = json!({
        "record": "employee", "trigger": { "on": "created" },
        "steps": [{ "id": "q", "do": "approval", "question": "Raise {{first_name}} from {{salary}}?", "from": ["publisher"], "days": 3 }],
    });
    published(&company, Role::Owner, raise).await;
    let ada = company.employee(&[("first_name", "Ada"), ("salary", "66123")]).await;
    app.run_jobs().await;
    let open = async |person: &Person| {
        approvals::of_member(&mut company.begin().await, person.member, true, 9).await.expect("they can be read")
    };
    let id = open(&owner).await[0].id;
    let hand = async |to: &Person| {
        let mut tx = app.db.begin(desk_of(&company, &owner).await).await.expect("a transaction");
        let done = jobs::automation::hand_over(&mut tx, id, to.member).await;
        if done.is_ok() {
            tx.commit().await.expect("it is kept");
        }
        done.map(drop).map_err(|e| match e {
            store::Error::Refused(e) => e.of("to").unwrap_or_default().to_owned(),
            e => panic!("{e}"),
        })
    };
    company.link(hr.member, ada).await;
    assert_eq!(hand(&hr).await, Err("It is about them: somebody else has to answer.".into()));
    assert_eq!(hand(&sales).await, Err("They may not see what its words say.".into()));
    assert!(hand(&emil).await.is_err());
    assert_eq!(open(&owner).await.len(), 1);
    let payroll = company.member(Role::PayrollOfficer).await;
    assert_eq!(hand(&payroll).await, Ok(()));
    // Once they are out, it is for whoever published it; whom nobody can replace, the time replaces.
    let mut tx = company.begin().await;
    store::workspace::members::deactivate(&mut tx, payroll.member).await.expect("they are out");
    tx.commit().await.expect("it is kept");
    later(&app, &company, Duration::minutes(1)).await;
    assert_eq!(open(&owner).await.len(), 1);
    let mut browser = company.owner().await;
    let told = browser.get(&company.at("/notifications")).await;
    assert!(told.says("was asked, who is no member any more"), "{told}");
    app.jobs_may_wait();
}

#[tokio::test]
async fn nobody_left_to_answer_is_told_when_the_time_is_over() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let manager = company.member(Role::Manager).await;
    let both = [format!("member:{}", manager.email), "publisher".to_owned()];
    let ask = json!({
        "record": "customer", "trigger": { "on": "created" },
        "steps": [{ "id": "q", "do": "approval", "question": "Take {{name}}?", "from": both, "all": true, "days": 3 }],
    });
    let w = published(&company, Role::Owner, ask).await;
    company.customer(&[("name", "Northwind")]).await;
    app.run_jobs().await;
    let mut tx = company.begin().await;
    store::workspace::members::deactivate(&mut tx, manager.member).await.expect("they are out");
    tx.commit().await.expect("it is kept");
    later(&app, &company, Duration::days(4)).await;
    let run = only_run(&company, w).await;
    let log = log_of(&company, run.id).await;
    assert_eq!(log[0].output["why"], json!("nobody answered in time; no member any more: Mona Manager"));
}

#[tokio::test]
async fn whose_the_record_shall_be_is_a_member_or_told_at_save() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let give = json!({
        "record": "customer", "trigger": { "on": "manual" },
        "steps": [{ "id": "u", "do": "update", "set": { "owner": "nobody@nowhere.example" } }],
    });
    let definition = Definition::from_json(&give.to_string()).expect("it can be read");
    let mut tx = app.db.begin(company.desk(Role::Owner).await).await.expect("a transaction");
    let told = jobs::automation::check(&mut tx, &definition).await.expect("it can be checked");
    assert_eq!(
        told.iter().map(|p| p.message.as_str()).collect::<Vec<_>>(),
        ["No member has the address nobody@nowhere.example."]
    );
}

#[tokio::test]
async fn an_address_that_is_never_called_is_told_at_save() {
    let calls = json!({
        "record": "customer", "trigger": { "on": "manual" },
        "steps": [{ "id": "h", "do": "webhook", "url": "http://127.0.0.1:9/hook" }],
    });
    for (allow, told) in [("", true), ("127.0.0.1", false)] {
        let app = TestApp::with(|s| s.outbound_allow = allow.into()).await;
        let company = app.company("acme").await;
        let harmless = json!({ "record": "customer", "trigger": { "on": "manual" }, "steps": [note("s1", "Hello")] });
        let w = published(&company, Role::Owner, harmless).await;
        let mut owner = company.owner().await;
        owner.get(&company.at(&format!("/automation/workflows/{w}/json"))).await;
        let page = owner.fill("Save JSON", &[("json", &calls.to_string())]).await;
        assert_eq!(page.says("It is not called: it leads to a private address"), told, "{page}");
    }
}
