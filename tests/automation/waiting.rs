//! What a run waits for: a while, a date, a change, an answer, another system.

use super::*;
use domain::workspace::access::Subject;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

#[tokio::test]
async fn a_deleted_record_with_a_waiting_step_ends_its_run() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" },
            "steps": [{ "id": "w", "do": "wait", "for": { "days": 2 } }, note("s1", "Through")],
        }),
    )
    .await;
    let mut owner = company.owner().await;
    owner.get("/w/acme/hr/employees/imports").await;
    let form = owner.form("Check the file").file("File", "people.csv", "First name,Last name\nAda,Byron\n");
    owner.send(form).await;
    press_import(&app, &mut owner).await;
    assert_eq!(only_run(&company, w).await.state, RunState::Waiting);
    let page = owner.page.path.clone();
    owner.get(&format!("{page}/reversal")).await;
    owner.press("Remove 1 employee").await;
    app.run_jobs().await;
    later(&app, &company, Duration::days(3)).await;
    let run = only_run(&company, w).await;
    assert_eq!(run.state, RunState::Stopped);
    assert!(run.error.expect("a reason").starts_with("Ada Byron is gone"));
}

#[tokio::test]
async fn a_delay_rechecks_the_record_on_waking() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "updated", "fields": ["status"] },
            "conditions": { "all": [{ "field": "status", "is": "equals", "value": "inactive" }] },
            "steps": [{ "id": "w", "do": "wait", "for": { "days": 7 }, "recheck": true }, note("s1", "Still quiet")],
        }),
    )
    .await;
    let (back, gone) = (company.customer(&[("name", "Back")]).await, company.customer(&[("name", "Gone")]).await);
    change_customer(&company, back, &[("status", "inactive")]).await;
    change_customer(&company, gone, &[("status", "inactive")]).await;
    change_customer(&company, back, &[("status", "active")]).await;
    later(&app, &company, Duration::days(6)).await;
    assert!(runs_of(&company, w).await.iter().all(|r| r.state == RunState::Waiting), "not a day early");
    later(&app, &company, Duration::days(2)).await;
    let runs = runs_of(&company, w).await;
    assert_eq!(of(&runs, "Back").state, RunState::Stopped);
    assert!(of(&runs, "Back").error.as_deref().expect("a reason").starts_with("The conditions hold no more"));
    assert_eq!(of(&runs, "Gone").state, RunState::Done);
    assert_eq!(notes_on(&company, Subject::Customer(gone)).await, ["Still quiet"]);
}

#[tokio::test]
async fn until_a_condition_holds_or_time_is_out() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(&company, Role::Owner, json!({
        "record": "customer", "trigger": { "on": "created" },
        "steps": [
            { "id": "w", "do": "wait", "for": { "until": { "when": { "all": [{ "field": "city", "is": "filled" }] }, "days": 5 } } },
            { "id": "b", "do": "branch", "when": { "all": [{ "field": "city", "is": "filled" }] },
              "then": [note("yes", "It is in {{city}}")], "otherwise": [note("no", "Nobody knows where it is")] },
        ],
    })).await;
    let (known, unknown) =
        (company.customer(&[("name", "Known")]).await, company.customer(&[("name", "Unknown")]).await);
    change_customer(&company, known, &[("industry", "Lamps")]).await;
    assert_eq!(runs_of(&company, w).await[0].state, RunState::Waiting, "another change is not it");
    change_customer(&company, known, &[("city", "Rome")]).await;
    assert_eq!(notes_on(&company, Subject::Customer(known)).await, ["It is in Rome"]);
    later(&app, &company, Duration::days(6)).await;
    assert_eq!(notes_on(&company, Subject::Customer(unknown)).await, ["Nobody knows where it is"]);
}

#[tokio::test]
async fn an_approval_takes_the_first_answer_or_all_of_them_or_runs_out() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (a, b) = (app.email("anna"), app.email("bert"));
    let anna = company.join("Anna", &a, Role::Manager).await;
    let bert = company.join("Bert", &b, Role::Manager).await;
    let ask = |all: bool, city: &str| {
        json!({
            "record": "customer", "trigger": { "on": "created" },
            "conditions": { "all": [{ "field": "city", "is": "equals", "value": city }] },
            "steps": [{ "id": "q", "do": "approval", "question": "Take {{name}}?", "from": [format!("member:{a}"), format!("member:{b}")],
                "all": all, "days": 3, "approved": [note("yes", "Taken")], "rejected": [note("no", "Left")] }],
        })
    };
    published(&company, Role::Owner, ask(false, "Rome")).await;
    published(&company, Role::Owner, ask(true, "Oslo")).await;
    let open = async |member| {
        let mut tx = company.begin().await;
        store::automation::approvals::of_member(&mut tx, member, true, 20).await.expect("they can be read")
    };
    let answer = async |person: &Person, yes| {
        let asked = open(person.member).await;
        let mut tx = app.db.begin(desk_of(&company, person).await).await.expect("a transaction");
        jobs::automation::answer(&mut tx, asked[0].id, yes, "because").await.expect("it is answered");
        tx.commit().await.expect("it is kept");
        app.run_jobs().await;
    };
    let one = company.customer(&[("name", "One"), ("city", "Rome")]).await;
    assert_eq!(open(anna.member).await[0].question, "Take One?");
    answer(&anna, true).await;
    assert_eq!(notes_on(&company, Subject::Customer(one)).await, ["Taken"], "the first answer counts");
    assert_eq!(open(bert.member).await, [], "and nobody else is asked any more");

    let both = company.customer(&[("name", "Both"), ("city", "Oslo")]).await;
    answer(&anna, true).await;
    assert_eq!(notes_on(&company, Subject::Customer(both)).await, Vec::<String>::new());
    answer(&bert, true).await;
    assert_eq!(notes_on(&company, Subject::Customer(both)).await, ["Taken"]);

    let late = company.customer(&[("name", "Late"), ("city", "Rome")]).await;
    // Nobody answers somebody else's question; it may be handed over to who was not asked.
    let asked = open(bert.member).await;
    let mut tx = app.db.begin(desk_of(&company, &anna).await).await.expect("a transaction");
    assert!(matches!(jobs::automation::answer(&mut tx, asked[0].id, true, "").await, Err(store::Error::NotFound)));
    drop(tx);
    let olga = company.member(Role::Owner).await;
    let mut tx = app.db.begin(desk_of(&company, &bert).await).await.expect("a transaction");
    jobs::automation::hand_over(&mut tx, asked[0].id, olga.member).await.expect("it is handed over");
    tx.commit().await.expect("it is kept");
    assert_eq!((open(bert.member).await.len(), open(olga.member).await.len()), (0, 1));
    later(&app, &company, Duration::days(4)).await;
    assert_eq!(notes_on(&company, Subject::Customer(late)).await, ["Left"], "no answer in time is a no");
    assert_eq!(open(olga.member).await, []);
}

#[tokio::test]
async fn what_comes_by_while_all_is_stopped_is_noticed_afterwards() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let question = json!({
        "record": "customer", "trigger": { "on": "created" },
        "steps": [{ "id": "q", "do": "approval", "question": "Take {{name}}?", "from": ["publisher"], "days": 30,
            "approved": [note("yes", "Taken")] }],
    });
    let change = json!({
        "record": "employee", "trigger": { "on": "created" },
        "steps": [{ "id": "w", "do": "wait", "for": { "until": {
            "when": { "all": [{ "field": "last_name", "is": "equals", "value": "King" }] }, "days": 30 } } }],
    });
    let asking = published(&company, Role::Owner, question).await;
    let watching = published(&company, Role::Owner, change).await;
    let customer = company.customer(&[("name", "Northwind")]).await;
    let ada = company.employee(&[("first_name", "Ada")]).await;
    let stop = async |stopped| {
        let mut tx = company.begin().await;
        jobs::automation::stop(&mut tx, stopped, "too loud").await.expect("it is switched");
        tx.commit().await.expect("it is kept");
        app.run_jobs().await;
    };
    stop(true).await;
    let owner = company.member(Role::Owner).await;
    let mut tx = app.db.begin(desk_of(&company, &owner).await).await.expect("a transaction");
    let asked = store::automation::approvals::of_member(&mut tx, owner.member, true, 20).await.expect("it is asked");
    jobs::automation::answer(&mut tx, asked[0].id, true, "").await.expect("it is answered");
    tx.commit().await.expect("it is kept");
    change_employee(&company, ada, &[("last_name", "King")]).await;
    assert_eq!(only_run(&company, asking).await.state, RunState::Asking);
    assert_eq!(only_run(&company, watching).await.state, RunState::Waiting);
    stop(false).await;
    assert_eq!(state(&only_run(&company, asking).await), (RunState::Done, None));
    assert_eq!(state(&only_run(&company, watching).await), (RunState::Done, None));
    assert_eq!(notes_on(&company, Subject::Customer(customer)).await, ["Taken"]);
}

#[tokio::test]
async fn retrying_does_not_lead_past_a_question() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "created" },
            "steps": [{ "id": "q", "do": "approval", "question": "Take {{name}}?", "from": ["publisher"], "days": 3,
                "approved": [note("yes", "Taken")], "rejected": [note("no", "Left"), { "id": "end", "do": "stop" }] }],
        }),
    )
    .await;
    let customer = company.customer(&[("name", "Northwind")]).await;
    later(&app, &company, Duration::days(4)).await;
    let run = only_run(&company, w).await;
    assert_eq!(notes_on(&company, Subject::Customer(customer)).await, ["Left"]);
    let retry = async |step| {
        let mut tx = company.begin().await;
        let done = jobs::automation::retry(&mut tx, run.id, step).await;
        tx.commit().await.expect("it is kept");
        app.run_jobs().await;
        done
    };
    let refused = retry("yes").await;
    assert!(matches!(refused, Err(store::Error::Refused(_))), "nobody has said yes: {refused:?}");
    assert_eq!(notes_on(&company, Subject::Customer(customer)).await, ["Left"]);
    retry("q").await.expect("it may be asked anew");
    assert_eq!(only_run(&company, w).await.state, RunState::Asking);
}

#[tokio::test]
async fn dates_come_once_each_also_when_nobody_looked_that_day() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "date", "field": "end_date", "days": -7, "hour": 8 },
            "steps": [note("s1", "Leaves on {{end_date}}")],
        }),
    )
    .await;
    let s = published(
        &company,
        Role::Owner,
        json!({
            "trigger": { "on": "schedule", "every": "day", "hour": 8 },
            "steps": [{ "id": "t", "do": "create_task", "title": "Water the plants", "assignee": "publisher" }],
        }),
    )
    .await;
    tick(&app, &company).await;
    let day = |n: i64| (app.db.now() + Duration::days(n)).date_naive().to_string();
    let soon = company.employee(&[("first_name", "Soon"), ("end_date", &day(9))]).await;
    company.employee(&[("first_name", "Far"), ("end_date", &day(40))]).await;
    // The worker is down over the day itself, and comes back on the next.
    later(&app, &company, Duration::days(3)).await;
    tick(&app, &company).await;
    let run = only_run(&company, w).await;
    assert_eq!(state(&run), (RunState::Done, None));
    assert_eq!(notes_on(&company, Subject::Employee(soon)).await.len(), 1);
    let before = runs_of(&company, s).await.len();
    tick(&app, &company).await;
    assert_eq!(runs_of(&company, s).await.len(), before, "once a day, however often the clock is looked at");
    later(&app, &company, Duration::days(1)).await;
    assert_eq!(runs_of(&company, s).await.len(), before + 1);
    // Another date is another occasion.
    change_employee(&company, soon, &[("end_date", &day(8))]).await;
    later(&app, &company, Duration::days(1)).await;
    assert_eq!(runs_of(&company, w).await.len(), 2);
}

#[tokio::test]
async fn the_reconciler_finds_runs_that_nobody_tells() {
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
    let fields =
        domain::hr::employees::Draft { first_name: "Lost".into(), last_name: "Letter".into(), ..Default::default() };
    let id = tx.id();
    store::hr::employees::add(&mut tx, id, &fields.parse(&Default::default()).expect("right")).await.expect("added");
    tx.commit().await.expect("it is kept");
    jobs::automation::pump(&app.db, company.tenant).await.expect("it is looked at");
    // What would have told it is lost.
    let mut relay = app.db.relay().await.expect("a transaction");
    store::queue::take_all(&mut relay).await.expect("all of it is taken");
    relay.commit().await.expect("and is gone");
    tick(&app, &company).await;
    assert_eq!(only_run(&company, w).await.state, RunState::Running, "not at once: somebody may be at it");
    later(&app, &company, Duration::minutes(3)).await;
    assert_eq!(only_run(&company, w).await.state, RunState::Done);
}

/// A system that answers each call with the next of these statuses, and gives what it was sent.
async fn system(statuses: Vec<u16>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let served = tokio::spawn(async move {
        let mut seen = vec![];
        for status in statuses {
            let (mut socket, _) = listener.accept().await.expect("a call");
            let mut bytes = vec![];
            let mut part = [0; 4096];
            loop {
                let n = socket.read(&mut part).await.expect("it can be read");
                bytes.extend_from_slice(&part[..n]);
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let length =
                    text.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
                if let Some((head, _)) = text.split_once("\r\n\r\n")
                    && bytes.len() >= head.len() + 4 + length.unwrap_or_default()
                {
                    seen.push(text);
                    break;
                }
            }
            let to = if status == 302 { "location: http://169.254.169.254/\r\n" } else { "" };
            let answer = format!("HTTP/1.1 {status} So\r\n{to}content-length: 4\r\nconnection: close\r\n\r\ndone");
            socket.write_all(answer.as_bytes()).await.expect("it can be answered");
        }
        seen
    });
    (url, served)
}

#[tokio::test]
async fn a_webhook_is_called_once_for_its_key_and_its_answer_is_in_the_log() {
    let app = TestApp::with(|s| s.outbound_allow = "127.0.0.1".into()).await;
    let company = app.company("acme").await;
    let (url, served) = system(vec![503, 200]).await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" },
            "steps": [{ "id": "h", "do": "webhook", "url": url }, note("s1", "Told")],
        }),
    )
    .await;
    let ada = company.employee(&[("first_name", "Ada"), ("last_name", "Byron"), ("salary", "91357")]).await;
    app.run_jobs().await;
    let seen = served.await.expect("it served");
    let key = |text: &str| text.lines().find(|l| l.to_lowercase().starts_with("idempotency-key")).map(str::to_owned);
    assert_eq!(key(&seen[0]), key(&seen[1]), "the same key at each try");
    assert!(
        seen[1].contains("\"name\":\"Ada Byron\"") && !seen[1].contains("91357"),
        "pay does not go out: {}",
        seen[1]
    );
    let run = only_run(&company, w).await;
    assert_eq!(state(&run), (RunState::Done, None));
    assert_eq!(log_of(&company, run.id).await[0].output, json!({ "status": 200, "answer": "done" }));
    assert_eq!(notes_on(&company, Subject::Employee(ada)).await, ["Told"]);
}

#[tokio::test]
async fn a_webhook_to_a_private_address_or_a_redirect_is_refused() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let hook = |url: &str| {
        json!({
            "record": "employee", "trigger": { "on": "created" }, "steps": [{ "id": "h", "do": "webhook", "url": url }],
        })
    };
    let w = published(&company, Role::Owner, hook("http://169.254.169.254/latest/meta-data")).await;
    company.employee(&[("first_name", "Ada")]).await;
    let run = only_run(&company, w).await;
    assert_eq!(run.state, RunState::Failed);
    assert!(run.error.expect("a reason").contains("leads to a private address"));

    let app = TestApp::with(|s| s.outbound_allow = "127.0.0.1".into()).await;
    let company = app.company("acme").await;
    let (url, served) = system(vec![302]).await;
    let w = published(&company, Role::Owner, hook(&url)).await;
    company.employee(&[("first_name", "Ada")]).await;
    served.await.expect("it served");
    let run = only_run(&company, w).await;
    assert_eq!((run.state, run.error.as_deref()), (RunState::Failed, Some("It answered 302: done")));
}

#[tokio::test]
async fn what_is_posted_to_its_address_starts_a_workflow() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "webhook", "find": { "field": "email", "path": "payload.email" } },
            "steps": [note("s1", "{{payload.message}}")], "again": true, "cool_down": 0,
        }),
    )
    .await;
    let email = app.email("client");
    let c = company.customer(&[("name", "Client"), ("email", &email)]).await;
    let mut tx = company.begin().await;
    let hook = workflows::find(&mut tx, w).await.expect("it is there").hook;
    drop(tx);
    let seal = jobs::Seal::new(&app.config.secret_key);
    let path = jobs::automation::hook_path(&seal, company.tenant, hook);
    let post = async |path: &str, kind: &str, key: &str, body: String| {
        let mut stranger = app.browser();
        // A form on somebody's own website says so.
        let origin = ("origin", "https://www.client.example");
        let headers = [("content-type", kind), ("idempotency-key", key), origin, ("sec-fetch-site", "cross-site")];
        let page = stranger.request(axum::http::Method::POST, path, &headers, body.into_bytes()).await;
        app.run_jobs().await;
        page.status.as_u16()
    };
    let json = json!({ "email": email, "message": "Help <b>me</b>" }).to_string();
    assert_eq!(post(&path, "application/json", "k1", json.clone()).await, 202);
    assert_eq!(post(&path, "application/json", "k1", json).await, 202);
    assert_eq!(notes_on(&company, Subject::Customer(c)).await, ["Help <b>me</b>"], "twice the same key is once");
    let form = format!("email={}&message=By+form", email.replace('@', "%40"));
    assert_eq!(post(&path, "application/x-www-form-urlencoded", "k2", form).await, 202);
    assert_eq!(notes_on(&company, Subject::Customer(c)).await.len(), 2);
    assert_eq!(post(&path, "application/json", "k3", json!({ "email": "nobody@x.example" }).to_string()).await, 202);
    assert_eq!(skipped(&company, w).await, ["No single customer has “nobody@x.example” as its email"]);
    assert_eq!(post(&path, "application/json", "k4", "{".into()).await, 422);
    // A mail server brings mail: twice the same is once, and what programs write starts nothing.
    let mail = |id: &str, head: &str| {
        format!(
            "From: Client <{email}>\r\nTo: help@acme.example\r\nMessage-ID: <{id}@x.example>\r\nSubject: Help\r\n{head}\r\nBy mail\r\n"
        )
    };
    let before = notes_on(&company, Subject::Customer(c)).await.len();
    for _ in 0..2 {
        assert_eq!(post(&path, "message/rfc822", "", mail("1", "")).await, 202);
    }
    assert_eq!(post(&path, "message/rfc822", "", mail("2", "Auto-Submitted: auto-replied\r\n")).await, 202);
    let notes = notes_on(&company, Subject::Customer(c)).await;
    assert_eq!(notes.len(), before + 1, "{notes:?}");
    assert!(notes.contains(&"By mail".to_owned()), "{notes:?}");
    assert_eq!(post(&path, "message/rfc822", "", String::new()).await, 422);
    assert_eq!(post(&path, "text/plain", "k5", "x".into()).await, 422);
    assert_eq!(post("/hooks/nonsense", "application/json", "k6", "{}".into()).await, 403);
}
