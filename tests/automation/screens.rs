//! Workflows are built, tried, published, watched and answered by their pages, without script.

use crate::support::{Browser, Company, Page, TestApp};
use axum::http::StatusCode;
use domain::access::Role;
use serde_json::json;

/// A new workflow on customers, by the form; gives its page.
async fn blank(owner: &mut Browser, company: &Company<'_>, name: &str, record: &str) -> String {
    owner.get(&company.at("/automation/templates")).await;
    let page = owner.fill("Start from scratch", &[("Name", name), ("Runs on", record)]).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, name), "{page}");
    page.path
}

/// A workflow of this definition, by the page of its JSON; gives its page.
async fn written(owner: &mut Browser, company: &Company<'_>, name: &str, definition: serde_json::Value) -> String {
    let record = definition["record"].as_str().map_or("Customers", |r| match r {
        "employee" => "Employees",
        "task" => "Tasks",
        _ => "Customers",
    });
    let path = blank(owner, company, name, record).await;
    owner.get(&format!("{path}/json")).await;
    let page = owner.fill("Save JSON", &[("json", &definition.to_string())]).await;
    assert!(page.toast().contains("saved"), "{page}");
    path
}

async fn published(owner: &mut Browser, path: &str) -> Page {
    owner.get(&format!("{path}/publication")).await;
    let page = owner.press("Publish").await;
    assert!(page.toast().contains("is published"), "{page}");
    page
}

/// The draft as JSON.
async fn draft(owner: &mut Browser, path: &str) -> serde_json::Value {
    let page = owner.get(&format!("{path}/json")).await;
    serde_json::from_str(&page.form("Save JSON").value("json")).expect("JSON")
}

#[tokio::test]
async fn a_template_becomes_a_workflow_with_one_click() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/automation")).await;
    assert!(page.says("Nothing happens by itself yet") && page.says("Welcome a new colleague"), "{page}");
    owner.click("New workflow").await;
    assert_eq!(owner.page.all(".template h3").len(), 18);
    let page = owner.press("Use this: Welcome a new colleague").await;
    assert_eq!(page.h1(), "Welcome a new colleague");
    assert!(page.says("When an employee is created") && page.says("Draft"), "{page}");
    assert!(page.says("Create a task “Plan the first week of Name ” for their manager, due in 3 days"), "{page}");
    // A second one gets a name of its own.
    owner.get(&company.at("/automation/templates")).await;
    let page = owner.press("Use this: Welcome a new colleague").await;
    assert_eq!(page.h1(), "Welcome a new colleague 2");
    let page = owner.get(&company.at("/automation?state=draft")).await;
    assert_eq!(page.names(), ["Welcome a new colleague", "Welcome a new colleague 2"]);
    assert!(owner.get(&company.at("/automation?state=active")).await.says("None of these"));
    let page = owner.post(&company.at("/automation/templates"), &[("template", "moon")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("There is no such template"), "{page}");
    owner.get(&company.at("/automation/templates")).await;
    let page = owner.fill("Start from scratch", &[("Name", "  ")]).await;
    assert_eq!((page.status, page.error("name").as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "Please fill this in."));
}

#[tokio::test]
async fn a_trigger_is_chosen_kind_by_kind() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let path = blank(&mut owner, &company, "Status", "Customers").await;
    let page = owner.page.clone();
    assert!(page.says("No steps yet.") && page.says("Add at least one step."), "{page}");

    owner.get(&format!("{path}/trigger")).await;
    owner.fill("Continue", &[("Starts when", "A record changes")]).await;
    owner.fill("Continue", &[("fields", "status")]).await;
    let page = owner.fill("Save trigger", &[("From", "Prospect"), ("To", "Active"), ("again", "true")]).await;
    assert!(page.toast().contains("Trigger saved"), "{page}");
    assert!(page.says("When the Status of a customer changes from “Prospect” to “Active”"), "{page}");
    assert!(page.says("A record may go through again after 1 hour"), "{page}");
    assert!(page.has("#card-trigger [data-focus]"), "the focus is where the work was");

    // A date is asked for when it is one, with what was typed kept.
    owner.get(&format!("{path}/trigger")).await;
    // Of a record that has no date none comes near.
    let offered = |page: &Page| page.form("Save trigger").choices("on").into_iter().map(|(k, _)| k).collect::<Vec<_>>();
    assert!(!offered(&owner.page).contains(&"date".to_owned()), "{:?}", offered(&owner.page));
    owner.fill("Continue", &[("Record", "Employee")]).await;
    owner.fill("Continue", &[("Starts when", "A date comes near, or has passed")]).await;
    let page = owner.fill("Save trigger", &[("days", "many"), ("side", "before")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!((page.error("days").as_str(), page.value("days").as_str()), ("Use a whole number.", "many"));
    let page = owner.fill("Save trigger", &[("days", "7")]).await;
    assert_eq!(page.error("field"), "There is no field “”.", "{page}");
    let page = owner.fill("Save trigger", &[("Date", "End date"), ("days", "14"), ("hour", "9")]).await;
    assert!(page.says("14 days before the End date of an employee, at 09:00"), "{page}");

    owner.get(&format!("{path}/trigger")).await;
    let page = owner
        .fill(
            "Continue",
            &[("Starts when", "A form, a mail or another system comes to its address"), ("Record", "Customer")],
        )
        .await;
    let address = page.all("#hook-address").join("");
    assert!(address.starts_with("http://people.test/hooks/"), "{address}");
    let page = owner.fill("Save trigger", &[("find_field", "email"), ("find_path", "email")]).await;
    assert_eq!(page.error("find_path"), "Say where the payload has it, like payload.email.");
    let page = owner.fill("Save trigger", &[("find_path", "payload.email")]).await;
    assert!(page.toast().contains("Trigger saved"), "{page}");
    owner.get(&format!("{path}/trigger")).await;
    let page = owner.press("Draw a new address").await;
    assert_ne!(page.all("#hook-address").join(""), address);

    owner.get(&format!("{path}/trigger")).await;
    owner.fill("Continue", &[("Starts when", "On a schedule"), ("Record", "")]).await;
    let page = owner.fill("Save trigger", &[("every", "monday"), ("hour", "7")]).await;
    assert!(page.says("Every Monday at 07:00"), "{page}");
    let page = owner.post(&format!("{path}/trigger"), &[("on", "moon"), ("_version", "1")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.error("on"), "Choose what starts it.");
}

#[tokio::test]
async fn conditions_come_and_go_row_by_row() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let path = blank(&mut owner, &company, "Large ones", "Customers").await;
    owner.get(&format!("{path}/conditions")).await;
    let page = owner.fill("Continue", &[("g0-r0-field", "status")]).await;
    // What can be asked fits the field, and its choices are choices.
    let choices = |page: &Page, name: &str| {
        page.form("Save conditions").choices(name).into_iter().map(|(k, _)| k).collect::<Vec<_>>()
    };
    assert_eq!(choices(&page, "g0-r0-is"), ["equals", "differs", "one_of", "none_of", "filled", "empty"]);
    assert_eq!(choices(&page, "g0-r0-value"), ["", "prospect", "active", "inactive", "archived"]);
    owner.fill("Continue", &[("g0-r0-is", "one_of")]).await;
    let page = owner.fill("Save conditions", &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.error("g0-r0-value"), "Say what it is compared to.");
    owner.fill("Add a group", &[("g0-r0-value", "active"), ("g0-r0-value", "prospect")]).await;
    owner.fill("Continue", &[("g1-r0-field", "size")]).await;
    let form = owner.form("Add a condition");
    assert!(form.names().contains(&"g1-r0-value".to_owned()), "{form:?}");
    let page = owner
        .post(
            &format!("{path}/conditions"),
            &[
                ("g0-join", "all"),
                ("g0-r0-field", "status"),
                ("g0-r0-is", "one_of"),
                ("g0-r0-value", "active"),
                ("g0-r0-value", "prospect"),
                ("g1-join", "any"),
                ("g1-r0-field", "size"),
                ("g1-r0-is", "more"),
                ("g1-r0-value", "lots"),
                ("g1-r1-field", "country"),
                ("g1-r1-is", "equals"),
                ("g1-r1-value", "DE"),
                ("_version", "1"),
            ],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert_eq!(page.error("g1-r0-value"), "This is not a number, like 250 or 1000.50.");
    owner.page = page;
    let page = owner.fill("Save conditions", &[("g1-r0-value", "250")]).await;
    assert!(page.toast().contains("Conditions saved"), "{page}");
    for words in ["Status is one of Prospect, Active", "Any of", "Employees is more than 250", "Country is DE"] {
        assert!(page.says(words), "{words}: {page}");
    }
    owner.get(&format!("{path}/conditions")).await;
    let page = owner.press("Remove this group").await;
    assert!(!page.has("[name='g1-join']"), "{page}");
    owner.press("Remove this condition").await;
    let page = owner.press("Save conditions").await;
    assert!(page.says("Every record is taken"), "{page}");
    // What stands deeper is left to JSON.
    let deep = json!({ "all": [{ "any": [{ "all": [{ "field": "name", "is": "filled" }] }] }] });
    let mut whole = draft(&mut owner, &path).await;
    whole["conditions"] = deep.clone();
    whole["steps"] = json!([{ "id": "s1", "do": "stop" }]);
    owner.fill("Save JSON", &[("json", &whole.to_string())]).await;
    let page = owner.get(&format!("{path}/conditions")).await;
    assert!(page.says("stand deeper than this form shows"), "{page}");
    owner.press("Save conditions").await;
    assert_eq!(draft(&mut owner, &path).await["conditions"], deep, "and nothing of it is lost");
}

#[tokio::test]
async fn steps_are_added_changed_moved_and_taken_out() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let path = blank(&mut owner, &company, "Steps", "Customers").await;
    owner.click("Add the first step").await;
    assert_eq!(owner.page.all(".kind-name").len(), 13);
    let place = |place: &str, kind: &str| format!("{path}/new-step?place={place}&kind={kind}");

    // A text with an unknown field is refused where it stands, and kept.
    owner.get(&place("first", "email")).await;
    let typed = [("Subject", "Hello {{nickname}}"), ("body", "It is good.")];
    let page = owner.fill("Add step", &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert_eq!(page.error("subject"), "There is no field “nickname”.");
    assert_eq!(
        (page.value("subject").as_str(), page.form("Add step").value("body")),
        ("Hello {{nickname}}", "It is good.".into())
    );
    let page = owner.fill("Add step", &[("Subject", "Hello {{name}}")]).await;
    assert!(page.toast().contains("Step added"), "{page}");
    assert!(page.says("To the customer: “Hello Name ”"), "{page}");

    owner.get(&place("after%3As1", "branch")).await;
    let page = owner.press("Add step").await;
    assert_eq!(page.error("value"), "Say what decides.");
    owner.fill("Continue", &[("g0-r0-field", "size")]).await;
    owner.fill("Add step", &[("g0-r0-is", "more"), ("g0-r0-value", "100")]).await;
    owner.get(&place("into%3As2%3Athen", "wait")).await;
    let page = owner.fill("Add step", &[("length", "days"), ("amount", "0")]).await;
    assert_eq!(page.error("amount"), "Wait at least a minute, at most a year.");
    owner.fill("Add step", &[("amount", "2")]).await;
    owner.get(&place("last", "update")).await;
    owner.fill("Continue", &[("set0-field", "status")]).await;
    owner.fill("Add a field", &[("set0-value", "inactive")]).await;
    let page = owner.fill("Add step", &[("set1-field", "status")]).await;
    assert_eq!(page.error("set"), "Each field can be set once.");
    owner.press("Remove this field").await;
    let page = owner.fill("Add step", &[("set0-value", "inactive")]).await;
    assert!(page.says("Status: Inactive"), "{page}");
    owner.get(&place("last", "notify")).await;
    let page = owner.fill("Add step", &[("title", "{{name}} is there")]).await;
    assert_eq!(page.error("to"), "Choose from one to 50 people.");
    owner.fill("Add step", &[("to", "owner")]).await;

    let ids = |d: &serde_json::Value| {
        d["steps"]
            .as_array()
            .expect("steps")
            .iter()
            .map(|s| s["id"].as_str().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    let d = draft(&mut owner, &path).await;
    assert_eq!(ids(&d), ["s1", "s2", "s4", "s5"]);
    assert_eq!(d["steps"][1]["then"][0], json!({ "id": "s3", "do": "wait", "for": { "days": 2 }, "recheck": false }));

    // The branch keeps what is inside when what decides changes.
    owner.get(&format!("{path}/steps/s2")).await;
    owner.fill("Save step", &[("g0-r0-value", "500")]).await;
    owner.get(&path).await;
    let form = owner.form(&format!("{path}/steps/s5/move"));
    let page = owner.send(form).await;
    assert!(page.toast().contains("Step moved") && page.has("#card-s5 [data-focus]"), "{page}");
    let page = owner.send(owner.form(&format!("{path}/steps/s2/copy"))).await;
    assert!(page.toast().contains("This is the copy"), "{page}");
    let d = draft(&mut owner, &path).await;
    assert_eq!(ids(&d), ["s1", "s2", "s6", "s5", "s4"]);
    assert_eq!(
        (d["steps"][1]["then"][0]["id"].clone(), d["steps"][2]["then"][0]["id"].clone()),
        (json!("s3"), json!("s7"))
    );
    owner.get(&path).await;
    let page = owner.send(owner.form(&format!("{path}/steps/s2/removal"))).await;
    assert!(page.toast().contains("“Branch” was taken out"), "{page}");
    let page = owner.press("Undo").await;
    assert!(page.toast().contains("It is back"), "{page}");
    assert_eq!(draft(&mut owner, &path).await, d, "where it was, with what was inside");
    for (wrong, expected) in [("/steps/s99", StatusCode::NOT_FOUND), ("/new-step?kind=dance", StatusCode::NOT_FOUND)] {
        assert_eq!(owner.get(&format!("{path}{wrong}")).await.status, expected, "{wrong}");
    }
}

#[tokio::test]
async fn every_kind_of_step_has_its_form() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let me = company.member(Role::Owner).await.email;
    let path = blank(&mut owner, &company, "All kinds", "Customers").await;
    let member = format!("member:{me}");
    for (kind, fields, words) in [
        (
            "create_task",
            vec![("title", "Call {{name}}"), ("assignee", member.as_str()), ("due_in_days", "4"), ("priority", "high")],
            "due in 4 days, high priority",
        ),
        ("assign", vec![("by", "round_robin"), ("among", member.as_str())], "In turn to"),
        ("tag", vec![("name", "Key"), ("remove", "true")], "Remove the tag “Key”"),
        ("note", vec![("text", "Called.")], "“Called.”"),
        ("create_record", vec![("set0-value", "A new one")], "A new customer"),
        ("webhook", vec![("url", "https://example.com/hook")], "Post the record to https://example.com/hook"),
        (
            "approval",
            vec![("question", "Go on with {{name}}?"), ("from", member.as_str()), ("days", "3")],
            "Without an answer in 3 days it counts as rejected.",
        ),
        ("stop", vec![], "The run ends here."),
    ] {
        let page = owner.get(&format!("{path}/new-step?place=last&kind={kind}")).await;
        assert_eq!(page.status, StatusCode::OK, "{kind}: {page}");
        let page = owner.fill("Add step", &fields).await;
        assert!(page.toast().contains("Step added") && page.says(words), "{kind}: {page}");
    }
    for (kind, field, value, error) in [
        ("webhook", "url", "ftp://x", "Use an address like https://example.com/hook."),
        ("tag", "name", " ", "Please fill this in."),
        ("create_task", "due_in_days", "soon", "Use a whole number."),
        ("approval", "days", "91", "Wait from one to 90 days for an answer."),
    ] {
        owner.get(&format!("{path}/new-step?place=last&kind={kind}")).await;
        let page = owner.fill("Add step", &[(field, value)]).await;
        assert_eq!(
            (page.status, page.error(field).as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, error),
            "{kind}: {page}"
        );
    }
    // An address outside may have places for fields; nobody of that name is no colleague.
    owner.get(&format!("{path}/new-step?place=last&kind=email")).await;
    owner.fill("Continue", &[("to", "address")]).await;
    let page = owner.fill("Add step", &[("to_address", "{{email}}"), ("subject", "Hi"), ("body", "There")]).await;
    assert!(page.says("To Email"), "{page}");
    let page = owner
        .post(&format!("{path}/new-step"), &[("kind", "notify"), ("to", "member:gone@nowhere.example"), ("title", "x")])
        .await;
    assert_eq!(page.error("to"), "No member has the address gone@nowhere.example.", "{page}");
}

#[tokio::test]
async fn two_who_build_at_once_are_both_told() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (mut owner, mut admin) = (company.owner().await, company.admin().await);
    let path = written(&mut owner, &company, "Shared", json!({
        "record": "customer", "trigger": { "on": "created" }, "steps": [{ "id": "s1", "do": "note", "text": "One" }, { "id": "s2", "do": "note", "text": "End" }],
    })).await;
    owner.get(&format!("{path}/steps/s1")).await;
    owner.get(&format!("{path}/steps/s1")).await;
    let slow = owner.form("Save step").set("text", "Two");
    admin.get(&format!("{path}/steps/s1")).await;
    admin.fill("Save step", &[("text", "Three")]).await;
    let page = owner.send(slow).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("Adam Admin changed this just now") && page.says("“Three”"), "{page}");
    assert_eq!(page.form("Save step").value("text"), "Two", "what was typed is kept");
    // Having seen both, saving again means it.
    let page = owner.press("Save step").await;
    assert!(page.says("“Two”"), "{page}");

    // Another card was changed: nothing clashes.
    admin.get(&format!("{path}/conditions")).await;
    owner.get(&format!("{path}/trigger")).await;
    owner.fill("Save trigger", &[("again", "true")]).await;
    admin.fill("Continue", &[("g0-r0-field", "name")]).await;
    let page = admin.fill("Save conditions", &[("g0-r0-is", "filled")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("No field was changed by both"), "{page}");
    let page = admin.press("Save conditions").await;
    assert!(page.says("Name is filled in") && page.says("may go through again"), "{page}");

    // A step that somebody has taken out is not lost with what was typed into it.
    owner.get(&format!("{path}/steps/s1")).await;
    let slow = owner.form("Save step").set("text", "Four");
    admin.get(&path).await;
    let removal = admin.form(&format!("{path}/steps/s1/removal"));
    admin.send(removal.clone()).await;
    let page = owner.send(slow).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("taken out by somebody else"), "{page}");
    let page = owner.press("Add step").await;
    assert!(page.says("“Four”"), "{page}");
    // A button of a page that is out of date does nothing.
    let page = admin.send(removal).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    let shift = format!("{path}/steps/s2/removal");
    let page = admin.post(&shift, &[("version", "1")]).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::CONFLICT, "Somebody was faster"));
    // Nor does the JSON of one.
    admin.get(&format!("{path}/json")).await;
    let slow = admin.form("Save JSON");
    owner.get(&format!("{path}/name")).await;
    owner.fill("Save", &[("Name", "Renamed")]).await;
    let page = admin.send(slow).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
}

#[tokio::test]
async fn json_says_where_it_is_wrong() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let path = blank(&mut owner, &company, "Written", "Customers").await;
    owner.get(&format!("{path}/json")).await;
    let typed = "{\n  \"trigger\": { \"on\": \"created\" },\n  \"stepz\": []\n}";
    let page = owner.fill("Save JSON", &[("json", typed)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.error("json").starts_with("stepz: there is no “stepz” here."), "{page}");
    assert_eq!(page.form("Save JSON").value("json"), typed);
    let typed = json!({ "record": "customer", "trigger": { "on": "created" }, "steps": [{ "id": "s1", "do": "note", "text": "{{moon}}" }] }).to_string();
    let page = owner.fill("Save JSON", &[("json", &typed)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("s1 There is no field “moon”."), "{page}");
    assert_eq!(page.form("Save JSON").value("json"), typed);
    let page = owner.fill("Save JSON", &[("json", &typed.replace("moon", "name"))]).await;
    assert!(page.toast().contains("saved"), "{page}");
    // Others who may read it read it.
    let mut auditor = company.signed_in(Role::Auditor).await;
    let page = auditor.get(&format!("{path}/json")).await;
    assert!(page.says("\"do\": \"note\"") && !page.has("textarea"), "{page}");
}

#[tokio::test]
async fn a_dry_run_does_nothing_and_says_so() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let path = written(&mut owner, &company, "Trial", json!({
        "record": "employee", "trigger": { "on": "created" },
        "conditions": { "all": [{ "field": "department", "is": "equals", "value": "Sales" }] },
        "steps": [{ "id": "s1", "do": "note", "text": "Hello {{first_name}}" }, { "id": "s2", "do": "email", "to": "record", "subject": "Hi", "body": "There" }],
    })).await;
    let page = owner.get(&format!("{path}/trial")).await;
    assert!(page.says("No record to try it on"), "{page}");
    company
        .employee(&[
            ("first_name", "Ada"),
            ("last_name", "Lovelace"),
            ("department", "Sales"),
            ("email", "ada@acme.example"),
        ])
        .await;
    app.clock.advance(chrono::Duration::seconds(1));
    company.employee(&[("first_name", "Bob"), ("last_name", "Stone"), ("department", "Research")]).await;
    let page = owner.get(&format!("{path}/trial")).await;
    assert!(
        page.says("It would not be enrolled") && page.says("Bob Stone") && page.says("asked for: “Sales”"),
        "{page}"
    );
    assert!(page.says("Nothing was done") && page.says("There is no address to write to"), "{page}");
    let page = owner.fill("Try it", &[("Employee", "1 · Ada Lovelace")]).await;
    assert!(page.says("It would go through") && page.says("“Hello Ada”") && page.says("To ada@acme.example"), "{page}");
    let page = owner.fill("Try it", &[("Employee", "Stone")]).await;
    assert!(page.says("Bob Stone"), "{page}");
    let page = owner.fill("Try it", &[("Employee", "Nobody")]).await;
    assert!(page.says("Nothing that you see is called so."), "{page}");
    let part = owner.htmx(&format!("{path}/trial?q=love"), "datalist#trial-options").await;
    assert!(
        !part.is_whole() && part.text.contains("1 · Ada Lovelace") && !part.text.contains("Stone"),
        "{}",
        part.text
    );
    app.run_jobs().await;
    assert_eq!(app.mail_to("ada@acme.example").await.len(), 0);
    assert!(owner.get(&format!("{path}/runs")).await.says("No runs yet"));
}

#[tokio::test]
async fn publishing_says_what_it_means_and_versions_stay() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let path = blank(&mut owner, &company, "Versions", "Customers").await;
    let page = owner.get(&format!("{path}/publication")).await;
    assert!(page.says("It cannot be published yet") && !page.has_form("Publish"), "{page}");
    let page = owner.post(&format!("{path}/publication"), &[("_version", "1")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(owner.get(&format!("{path}/versions")).await.says("Not published yet"));
    owner.get(&format!("{path}/new-step?kind=note")).await;
    owner.fill("Add step", &[("text", "First")]).await;
    let page = owner.get(&format!("{path}/publication")).await;
    assert!(page.says("It runs in the name of Olga Owner"), "{page}");
    let page = owner.press("Publish").await;
    assert!(page.toast().contains("Version 1 is published") && page.says("Active"), "{page}");

    owner.get(&format!("{path}/steps/s1")).await;
    let page = owner.fill("Save step", &[("text", "Second")]).await;
    assert!(page.says("The draft differs from version 1, which is what runs"), "{page}");
    let page = owner.get(&format!("{path}/publication")).await;
    assert!(page.says("What changes Changed Add a note: “Second”"), "{page}");
    let stale = owner.form("Publish");
    owner.get(&path).await;
    let page = owner.press("Discard the changes").await;
    assert!(page.toast().contains("version 1 again") && page.says("“First”"), "{page}");
    assert_eq!(
        owner.send(stale).await.status,
        StatusCode::CONFLICT,
        "what was reviewed is not what would be published"
    );
    owner.get(&format!("{path}/steps/s1")).await;
    owner.fill("Save step", &[("text", "Second")]).await;
    published(&mut owner, &path).await;
    let page = owner.get(&format!("{path}/versions")).await;
    assert_eq!(page.rows().iter().map(|r| r[0].clone()).collect::<Vec<_>>(), ["Version 2", "Version 1"]);
    let page = owner.click("Version 1").await;
    assert!(page.says("“First”") && !page.has(".flow-actions"), "{page}");
    assert_eq!(owner.get(&format!("{path}/versions/9")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(owner.get(&format!("{path}/versions/x")).await.status, StatusCode::NOT_FOUND);

    owner.get(&path).await;
    let page = owner.press("Pause").await;
    assert!(page.says("Nobody is enrolled until it is resumed"), "{page}");
    let page = owner.press("Resume").await;
    assert!(page.toast().contains("goes on"), "{page}");
    let page = owner.press("Duplicate").await;
    assert_eq!((page.h1().as_str(), page.says("Draft")), ("Versions, copy", true));
    owner.get(&format!("{}/name", page.path)).await;
    let page = owner.fill("Save", &[("Name", "Versions")]).await;
    assert_eq!(page.error("name"), "There is a workflow with this name already.", "{page}");
    owner.get(&path).await;
    let page = owner.press("Remove workflow").await;
    assert!(page.toast().contains("Versions was removed"), "{page}");
    assert_eq!(owner.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_kill_switch_stops_everything_and_says_who_and_why() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let manual = json!({ "record": "customer", "trigger": { "on": "manual" }, "steps": [{ "id": "s1", "do": "note", "text": "Done" }] });
    let path = written(&mut owner, &company, "By hand", manual).await;
    published(&mut owner, &path).await;
    owner.get(&company.at("/automation")).await;
    let form = owner.form(&company.at("/automation/standstill")).set("why", "The mails are wrong");
    let page = owner.send(form).await;
    assert!(page.says("By Olga Owner, just now : The mails are wrong"), "{page}");
    assert!(owner.get(&path).await.says("All automation is stopped"));
    let customer = company.customer(&[("name", "Northwind")]).await;
    owner.get(&company.at(&format!("/automation/records/customer/{customer}"))).await;
    let page = owner.press("By hand").await;
    assert!(page.toast().contains("All automation of this workspace is stopped."), "{page}");
    owner.get(&company.at("/automation")).await;
    let page = owner.press("Let it go on").await;
    assert!(page.toast().contains("Automation goes on") && !page.says("is stopped"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_run_is_started_by_hand_and_read_step_by_step() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let definition = json!({ "record": "employee", "trigger": { "on": "manual" }, "again": true, "cool_down": 0, "steps": [
        { "id": "s1", "do": "note", "text": "Born {{birth_date}}" },
        { "id": "s2", "do": "wait", "for": { "days": 3 } },
    ] });
    let path = written(&mut owner, &company, "Birthdays", definition).await;
    published(&mut owner, &path).await;
    let ada = company.employee(&[("birth_date", "1990-12-10")]).await;
    let record = company.at(&format!("/hr/employees/{ada}"));
    let page = owner.get(&record).await;
    assert!(page.has_form("Archive") && page.says("Run workflow"), "{page}");
    let menu = owner.htmx(&company.at(&format!("/automation/records/employee/{ada}")), "div#manual-workflows").await;
    assert!(!menu.is_whole() && menu.text.contains("Birthdays"), "{}", menu.text);
    owner.get(&company.at(&format!("/automation/records/employee/{ada}"))).await;
    let page = owner.press("Birthdays").await;
    assert!(page.toast().contains("goes through it now"), "{page}");
    let run = page.link("See the run").expect("a link");
    app.run_jobs().await;
    let page = owner.get(&run).await;
    assert!(page.says("Waiting") && page.says("1990-12-10") && page.says("Add a note Done"), "{page}");
    let page = owner.get(&format!("{path}/runs")).await;
    assert_eq!(page.rows().len(), 1, "{page}");
    assert!(owner.get(&format!("{path}/runs?state=failed")).await.says("None of these"));
    assert!(owner.get(&format!("{path}/not-enrolled")).await.says("Nobody was left out"));

    // Who may not see birth dates of everybody does not see what the run has written down.
    let mut support = company.signed_in(Role::SupportManager).await;
    let page = support.get(&run).await;
    assert!(page.says("What was read and written is not shown") && page.says("Add a note"), "{page}");
    assert!(!page.text.contains("1990-12-10") && !page.has("details.run-values"), "{page}");
    // Nor whoever may not see the record its name.
    let other = written(
        &mut owner,
        &company,
        "On customers",
        json!({ "record": "customer", "trigger": { "on": "manual" }, "steps": [{ "id": "s1", "do": "stop" }] }),
    )
    .await;
    published(&mut owner, &other).await;
    let northwind = company.customer(&[("name", "Northwind")]).await;
    owner.get(&company.at(&format!("/automation/records/customer/{northwind}"))).await;
    owner.press("On customers").await;
    app.run_jobs().await;
    let mut hr = company.signed_in(Role::HrManager).await;
    let page = hr.get(&format!("{other}/runs")).await;
    assert!(page.says("A customer you may not see") && !page.text.contains("Northwind"), "{page}");
    assert_eq!(
        hr.get(&company.at(&format!("/automation/records/customer/{northwind}"))).await.status,
        StatusCode::NOT_FOUND
    );

    owner.get(&run).await;
    let page = owner.press("Cancel the run").await;
    assert!(page.toast().contains("cancelled") && page.says("Olga Owner cancelled it."), "{page}");
    let page = owner.post(&format!("{run}/cancellation"), &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert!(owner.get(&run).await.toast().contains("It has ended already."));
    let page = owner.press("Go on from “Add a note”").await;
    assert!(page.toast().contains("It goes on with “Add a note”"), "{page}");
    app.run_jobs().await;
    let page = owner.get(&run).await;
    assert!(page.says("Tried again"), "{page}");
    owner.post(&format!("{run}/retry"), &[("step", "nowhere")]).await;
    assert!(owner.get(&run).await.toast().contains("no such step"));
    let trail = owner.get(&company.at("/settings/audit")).await;
    for told in ["Retried a run of", "Cancelled a run of", "Started by hand"] {
        assert!(trail.says(told) && trail.says("Birthdays"), "{told}: {trail}");
    }
    app.jobs_may_wait();
}

#[tokio::test]
async fn a_question_is_answered_or_handed_over() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let definition = json!({ "record": "customer", "trigger": { "on": "manual" }, "again": true, "cool_down": 0, "steps": [
        { "id": "s1", "do": "approval", "question": "Is {{name}} a key account?", "from": ["publisher"], "days": 3,
          "approved": [{ "id": "s2", "do": "note", "text": "It is." }] },
    ] });
    let path = written(&mut owner, &company, "Key accounts", definition).await;
    published(&mut owner, &path).await;
    assert!(owner.get(&company.at("/approvals")).await.says("Nothing waits for you"));
    for name in ["Northwind", "Southwind"] {
        let customer = company.customer(&[("name", name)]).await;
        owner.get(&company.at(&format!("/automation/records/customer/{customer}"))).await;
        owner.press("Key accounts").await;
    }
    app.run_jobs().await;
    let page = owner.get(&company.at("/approvals")).await;
    assert!(page.says("Is Northwind a key account?") && page.says("Key accounts"), "{page}");
    let page = owner.fill("Approve: Is Northwind a key account?", &[("note", "Since yesterday")]).await;
    assert!(page.toast().contains("Approved.") && page.says("“Since yesterday”"), "{page}");
    app.run_jobs().await;

    let handover = owner.page.attribute(".approval-over form", "action").expect("a form");
    for (nobody, why) in [
        ("nobody@nowhere.example", "No colleague has this name or address."),
        ("", "Choose somebody."),
        (&company.member(Role::Owner).await.email, "That is you: choose somebody else."),
    ] {
        let page = owner.send(owner.form(&handover).set("to", nobody)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(page.says(why), "{page}");
    }
    let mut emil = company.employee_member().await;
    let page = emil.post(&handover, &[("to", &company.member(Role::Employee).await.email)]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "what is asked of others is not theirs to take");
    let email = company.member(Role::Employee).await.email;
    let page = owner.send(owner.form(&handover).set("to", &email)).await;
    assert!(page.says("They may not see what it is about."), "{page}");
    let email = company.member(Role::SalesManager).await.email;
    let page = owner.send(owner.form(&handover).set("to", &email)).await;
    assert!(page.toast().contains("Some Sales manager is asked now."), "{page}");
    let mut sales = company.signed_in(Role::SalesManager).await;
    app.run_jobs().await;
    let page = sales.get(&company.at("/approvals")).await;
    assert!(page.says("Is Southwind a key account?"), "{page}");
    let answer = handover.replace("handover", "answer");
    assert_eq!(owner.post(&answer, &[("answer", "yes")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(sales.post(&answer, &[("answer", "perhaps")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    sales.get(&company.at("/approvals")).await;
    let page = sales.press("Reject: Is Southwind a key account?").await;
    assert!(page.toast().contains("Rejected."), "{page}");
    sales.post(&answer, &[("answer", "yes")]).await;
    assert!(sales.get(&company.at("/approvals")).await.toast().contains("answered already"));
    app.run_jobs().await;
    let runs = owner.get(&format!("{path}/runs")).await;
    let done = owner.get(&runs.link("Southwind").expect("its run")).await;
    assert!(done.says("Some Sales manager: rejected"), "{done}");
    app.jobs_may_wait();
}

#[tokio::test]
async fn who_may_read_does_not_build_and_who_may_not_sees_nothing() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let path = written(&mut owner, &company, "Rights", json!({ "record": "employee", "trigger": { "on": "created" }, "steps": [{ "id": "s1", "do": "note", "text": "{{salary}}" }] })).await;
    let mut auditor = company.signed_in(Role::Auditor).await;
    let page = auditor.get(&path).await;
    assert!(page.says("“ Salary ”") && !page.has(".flow-actions") && page.link("Publish").is_none(), "{page}");
    let page = auditor.get(&company.at("/automation")).await;
    assert!(page.link("New workflow").is_none() && page.has(".sidebar a[href$='/automation']"), "{page}");
    for place in ["/trigger", "/conditions", "/steps/s1", "/new-step", "/publication", "/name"] {
        assert_eq!(auditor.get(&format!("{path}{place}")).await.status, StatusCode::NOT_FOUND, "{place}");
    }
    let mut employee = company.employee_member().await;
    let page = employee.get(&company.at("")).await;
    assert!(!page.has(".sidebar a[href$='/automation']") && page.has(".sidebar a[href$='/approvals']"), "{page}");
    for place in ["", "/trial", "/runs", "/not-enrolled", "/versions", "/json"] {
        assert_eq!(employee.get(&format!("{path}{place}")).await.status, StatusCode::NOT_FOUND, "{place}");
    }
    // A class that they may not see of everybody is not theirs to build with.
    let mut sales = company.signed_in(Role::SalesManager).await;
    let page = sales.get(&path).await;
    assert!(page.says("You may not see “Salary” of everybody"), "{page}");
    let page = sales.get(&format!("{path}/publication")).await;
    assert!(!page.has_form("Publish"), "{page}");
    let page = sales.get(&format!("{path}/conditions")).await;
    let choices = page.form("Save conditions").choices("g0-r0-field");
    assert!(!choices.iter().any(|(key, _)| key == "salary") && choices.iter().any(|(key, _)| key == "department"));
    let page = sales
        .post(
            &format!("{path}/conditions"),
            &[
                ("g0-join", "all"),
                ("g0-r0-field", "salary"),
                ("g0-r0-is", "more"),
                ("g0-r0-value", "1"),
                ("_version", "2"),
            ],
        )
        .await;
    assert!(page.error("g0-r0-field").contains("You may not see “Salary”"), "{page}");
}
