//! What workflows send out and take in: how much, and how deep.

use super::*;
use axum::http::Method;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// A system that says yes, and the address of it; gives what it was sent.
async fn agreeable() -> (String, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let (seen, all) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut bytes = vec![0; 65_536];
            let n = socket.read(&mut bytes).await.expect("it can be read");
            let _nobody_looks = seen.send(String::from_utf8_lossy(&bytes[..n]).to_lowercase());
            let yes = b"HTTP/1.1 200 So\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            socket.write_all(yes).await.expect("it can be answered");
        }
    });
    (url, all)
}

#[tokio::test]
async fn a_workspace_makes_so_many_calls_a_minute_and_the_others_wait() {
    let app = TestApp::with(|s| s.outbound_allow = "127.0.0.1".into()).await;
    let company = app.company("acme").await;
    let (url, mut seen) = agreeable().await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "employee", "trigger": { "on": "created" }, "steps": [{ "id": "h", "do": "webhook", "url": url }],
        }),
    )
    .await;
    let mut tx = company.begin().await;
    for _ in 0..store::automation::switch::CALLS {
        assert!(store::automation::switch::take_call(&mut tx).await.expect("it is counted"));
    }
    tx.commit().await.expect("it is kept");
    company.employee(&[]).await;
    app.run_jobs().await;
    assert_eq!(only_run(&company, w).await.state, RunState::Waiting);
    assert!(seen.try_recv().is_err(), "nothing was called");
    app.clock.advance(Duration::minutes(1));
    app.run_jobs().await;
    assert_eq!(state(&only_run(&company, w).await), (RunState::Done, None));
    assert!(seen.try_recv().expect("it was called").contains("x-people360-depth: 1"));
}

#[tokio::test]
async fn a_chain_is_followed_through_addresses_too() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "trigger": { "on": "webhook" },
            "steps": [{ "id": "t", "do": "create_task", "title": "Look", "assignee": "publisher" }],
        }),
    )
    .await;
    let mut tx = company.begin().await;
    let hook = workflows::find(&mut tx, w).await.expect("it is there").hook;
    drop(tx);
    let path = jobs::automation::hook_path(&jobs::Seal::new(&app.config.secret_key), company.tenant, hook);
    for depth in ["", "5", "6", "200"] {
        let headers = [("content-type", "application/json"), ("x-people360-depth", depth)];
        let page = app.browser().request(Method::POST, &path, &headers, b"{}".to_vec()).await;
        assert_eq!(page.status.as_u16(), 202);
        app.run_jobs().await;
    }
    let mut depths: Vec<i16> = runs_of(&company, w).await.iter().map(|r| r.depth).collect();
    depths.sort_unstable();
    assert_eq!(depths, [0, 5]);
    assert!(skipped(&company, w).await[0].contains("5 deep"));
}

#[tokio::test]
async fn amounts_of_another_currency_do_not_meet_a_condition() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let more = |than: &str| {
        json!({
            "record": "customer", "trigger": { "on": "created" },
            "conditions": { "all": [{ "field": "revenue", "is": "more", "value": than }] }, "steps": [note("s1", "Large")],
        })
    };
    let ours = published(&company, Role::Owner, more("1000")).await;
    let dollars = published(&company, Role::Owner, more("1000 USD")).await;
    // What was entered in dollars stays in them when the workspace goes over to another currency.
    let euros = format!(
        "begin; set local app.tenant_id = '{0}'; update tenants set currency = 'EUR' where id = '{0}'; commit",
        company.tenant
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(euros)).execute(&mut app.app_role().await).await.expect("it is changed");
    company.customer(&[("name", "Overseas"), ("revenue", "5000")]).await;
    assert_eq!((runs_of(&company, ours).await.len(), runs_of(&company, dollars).await.len()), (0, 1));
    assert!(skipped(&company, ours).await[0].contains("is not compared with it"));
}

#[tokio::test]
async fn the_clock_ticks_for_workspaces_with_something_to_look_at() {
    let app = TestApp::new().await;
    let (dates, runs, idle) = (app.company("dates").await, app.company("runs").await, app.company("idle").await);
    let definition = |on: Value, steps: Value| json!({ "record": "employee", "trigger": on, "steps": steps });
    let wait = json!([{ "id": "w", "do": "wait", "for": { "days": 2 } }]);
    published(&dates, Role::Owner, definition(json!({ "on": "date", "field": "end_date", "days": 1 }), wait.clone()))
        .await;
    published(&runs, Role::Owner, definition(json!({ "on": "created" }), wait.clone())).await;
    published(&idle, Role::Owner, definition(json!({ "on": "created" }), wait)).await;
    runs.employee(&[]).await;
    let mut relay = app.db.relay().await.expect("a transaction");
    let tick = TickAutomation { tenant: domain::TenantId(uuid::Uuid::nil()), tick: app.db.now() };
    assert_eq!(queue::push_to_due(&mut relay, queue::Due::Automation, &tick).await.expect("they are pushed"), 2);
}

#[tokio::test]
async fn what_is_posted_finds_its_record_by_an_index() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut app_role = app.app_role().await;
    let many = format!(
        "begin; set local app.tenant_id = '{0}';
         insert into customers (tenant_id, id, name, domain, email, status, created_at, updated_at)
         select '{0}', gen_random_uuid(), 'C' || n, n || '.example', 'c@' || n || '.example', 'active', now(), now()
         from generate_series(1, 2000) n; commit",
        company.tenant
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(many)).execute(&mut app_role).await.expect("they are there");
    sqlx::raw_sql("analyze customers").execute(&mut app.catalogue().await).await.expect("they are counted");
    let tenant = format!("begin; set local app.tenant_id = '{}'; set local enable_seqscan = off", company.tenant);
    sqlx::raw_sql(sqlx::AssertSqlSafe(tenant)).execute(&mut app_role).await.expect("a transaction");
    for (table, column, index) in [
        ("customers", "email collate house.caseless", "customers_by_email"),
        ("employees", "email collate house.caseless", "employees_by_email"),
        ("customers", "domain", "customers_domain_key"),
        ("customers", "name_key", "customers_by_name"),
    ] {
        let asked =
            format!("explain select id from {table} e where e.{column} = 'a@b.example' and e.archived_at is null");
        let plan: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(asked)).fetch_all(&mut app_role).await.expect("a plan");
        let field = column.split(' ').next().expect("a word");
        let by = plan.iter().any(|l| l.contains("Index Cond") && l.contains(field));
        assert!(by && plan.join("").contains(index), "{table}.{field}: {plan:#?}");
    }
    let customer = company.customer(&[("name", "Client"), ("email", "Ann@Example.com")]).await;
    let mut tx = company.begin().await;
    let kind = domain::automation::fields::RecordKind::Customer;
    let found = store::automation::records::by_value(&mut tx, kind, "email", "aNN@example.COM").await;
    assert_eq!(found.expect("it is asked"), Some(customer.0));
}
