//! Workflows that run on leads and deals.

use super::*;
use domain::workspace::access::Subject;

#[tokio::test]
async fn a_deal_that_is_won_is_tagged_given_on_and_moved_by_the_rules_of_its_form() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(&company, Role::Owner, json!({
        "record": "deal", "trigger": { "on": "updated", "fields": ["status"], "from": "open", "to": "won" },
        "conditions": { "all": [{ "field": "amount", "is": "more", "value": "1000" }] },
        "steps": [
            note("s1", "{{name}}: {{stage}} of {{pipeline}}, {{amount}}"),
            { "id": "s2", "do": "tag", "name": "Reference", "remove": false },
            { "id": "s3", "do": "create_record", "record": "deal", "set": { "name": "Renewal of {{name}}", "stage": "Qualified" } },
        ],
    })).await;
    let small = company.deal(&[("name", "Small"), ("amount", "10")]).await;
    let large = company.deal(&[("name", "Large"), ("amount", "5000")]).await;
    company.moved(small, "Won").await;
    company.moved(large, "Won").await;
    let run = only_run(&company, w).await;
    assert_eq!(state(&run), (RunState::Done, None), "{:#?}", log_of(&company, run.id).await);
    assert_eq!(notes_on(&company, Subject::Deal(large)).await, ["Large: Won of Sales, 5,000.00 USD"]);
    let filter = domain::crm::deals::Filter { q: "Renewal".into(), ..Default::default() };
    let made = store::crm::deals::list(&mut company.begin().await, &filter).await.expect("a list").rows;
    assert_eq!(
        made.iter().map(|d| (&*d.name, &*d.stage_name)).collect::<Vec<_>>(),
        [("Renewal of Large", "Qualified")]
    );
}

#[tokio::test]
async fn a_lead_is_given_to_whoever_has_the_fewest_and_a_stage_that_asks_for_more_says_so() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let busy = company.member(Role::Owner).await;
    let free = company.join("Frida Free", &app.email("frida"), Role::SalesRep).await;
    company.lead(&[("name", "Old"), ("owner", &busy.email)]).await;
    let w = published(&company, Role::Owner, json!({
        "record": "lead", "trigger": { "on": "created" },
        "steps": [
            { "id": "s1", "do": "assign", "by": "least_loaded", "among": [format!("member:{}", busy.email), format!("member:{}", free.email)] },
            { "id": "s2", "do": "notify", "to": ["owner"], "title": "{{name}} of {{company|nowhere}} is yours", "body": "" },
            { "id": "s3", "do": "update", "set": { "status": "working" } },
        ],
    })).await;
    let lead = company.lead(&[("name", "New"), ("company", "Globex")]).await;
    assert_eq!(state(&only_run(&company, w).await), (RunState::Done, None));
    let now = company.lead_now(lead).await;
    assert_eq!((now.owner.map(|o| o.email), now.status.key()), (Some(free.email.clone()), "working"));
    // What a stage asks for, a step is told like everybody.
    let w = published(&company, Role::Owner, json!({
        "record": "deal", "trigger": { "on": "created" }, "steps": [{ "id": "s1", "do": "update", "set": { "stage": "Lost" } }],
    })).await;
    company.deal(&[("name", "Doomed")]).await;
    let run = only_run(&company, w).await;
    assert_eq!(run.state, RunState::Failed);
    assert!(run.error.as_deref().is_some_and(|e| e.contains("Say why it was lost")), "{:?}", run.error);
}

#[tokio::test]
async fn whoever_only_reads_tickets_writes_on_none_by_a_workflow_either() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rights =
        [("tickets.read", "all"), ("notes.write", "own"), ("automation.read", "all"), ("automation.write", "all")];
    let role = company.role("Watcher", &rights).await;
    let person = company.join("Wanda Watch", &app.email("wanda"), Role::Custom(role)).await;
    let desk = desk_of(&company, &person).await;
    let w = publish_from(
        &company,
        desk,
        json!({
            "record": "ticket", "trigger": { "on": "created" }, "steps": [note("s1", "{{number}} is mine")],
        }),
    )
    .await;
    let ticket = company.ticket(&[]).await;
    assert_eq!(only_run(&company, w).await.state, RunState::Failed);
    assert_eq!(notes_on(&company, Subject::Ticket(ticket)).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_workflow_runs_on_contacts_sets_their_fields_and_gives_them_to_somebody() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.customer(&[("name", "Harbour Lights")]).await;
    let rep = company.join("Frida Free", &app.email("frida"), Role::SalesRep).await;
    let made = published(
        &company,
        Role::Owner,
        json!({
            "record": "contact", "trigger": { "on": "created" },
            "conditions": { "all": [{ "field": "customer", "is": "filled" }] },
            "steps": [
                { "id": "s1", "do": "assign", "by": "person", "among": [format!("member:{}", rep.email)] },
                { "id": "s2", "do": "update", "set": { "language": "German", "job_title": "Head of {{customer}}" } },
                { "id": "s3", "do": "tag", "name": "New", "remove": false },
                note("s4", "{{first_name}} of {{customer}} is {{owner.name|nobody}}’s"),
            ],
        }),
    )
    .await;
    let stopped = published(&company, Role::Owner, json!({
        "record": "contact", "trigger": { "on": "updated", "fields": ["do_not_contact"], "to": "yes" }, "again": true,
        "steps": [note("s1", "{{name}} is left alone")],
    })).await;
    company.contact(&[("first_name", "Ben"), ("last_name", "Alone")]).await;
    let ada = company.contact(&[("first_name", "Ada"), ("last_name", "Byron"), ("customer", "Harbour Lights")]).await;
    let run = only_run(&company, made).await;
    assert_eq!(state(&run), (RunState::Done, None), "{:#?}", log_of(&company, run.id).await);
    let now = company.contact_now(ada).await;
    assert_eq!((now.language.as_deref(), now.job_title.as_deref()), (Some("de"), Some("Head of Harbour Lights")));
    assert_eq!(now.owner.map(|o| o.email), Some(rep.email.clone()));
    assert_eq!(notes_on(&company, Subject::Contact(ada)).await.len(), 1);
    // A choice of yes or no is told by its words.
    let mut tx = company.begin().await;
    let now = store::crm::contacts::find(&mut tx, ada).await.expect("a contact");
    let draft = domain::crm::contacts::Draft { do_not_contact: "yes".into(), ..now.draft() };
    let fields = draft.parse(&Default::default()).expect("a contact");
    store::crm::contacts::change(&mut tx, ada, now.version, &fields).await.expect("it is changed");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    assert_eq!(state(&only_run(&company, stopped).await), (RunState::Done, None));
    assert!(notes_on(&company, Subject::Contact(ada)).await.contains(&"Ada Byron is left alone".to_owned()));
    // The run is told on the contact's timeline, to whoever may know of workflows.
    let page = company.owner().await.get(&company.at(&format!("/crm/contacts/{ada}/timeline?kind=beside"))).await;
    assert!(page.says("ran:"), "{page}");
}
