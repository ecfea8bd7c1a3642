//! A part of the house is gone: a clear page, no half-done work, and everything heals by itself.

use crate::support::{CONNECTIONS, Cable, PASSWORD, TestApp, redis_url, test_database_url};
use axum::http::StatusCode;
use domain::access::Role;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use std::sync::Arc;
use store::{Db, SystemClock};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

#[tokio::test]
async fn redis_gone_is_a_clear_page_and_heals() {
    let cable = Cable::to(&redis_url()).await;
    let app = TestApp::with(|s| s.redis_url = cable.url.clone()).await;
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    let mut owner = company.owner().await;
    owner.get("/w/acme/hr/employees/new").await;
    let form = owner.form("Add employee").set("First name", "Ada").set("Last name", "Lovelace");
    cable.cut().await;
    for path in ["/w/acme", "/w/acme/hr/employees", "/workspaces"] {
        let page = owner.get(path).await;
        assert_eq!(
            (page.status, page.h1().as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "One moment, please"),
            "{page}"
        );
        assert_ne!(page.header("retry-after"), "", "{path}");
        assert!(page.says("The session store cannot be reached right now."), "{page}");
    }
    let part = owner.htmx("/w/acme/hr/employees?q=a", "div#employees").await;
    assert_eq!(part.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(part.has("[hx-swap-oob] .toast"), "{part}");
    let page = owner.send(form.clone()).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "and nobody is told that they are signed out");
    // What needs no session is there, for those with a cookie as well.
    for browser in [&mut owner, &mut app.browser()] {
        for path in ["/", "/healthz", "/login", "/signup"] {
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{page}");
        }
        let page = browser.get("/readyz").await;
        assert_eq!(
            (page.status, page.text.as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "database: ok\nsessions: gone\n")
        );
    }
    let mut stranger = app.browser();
    assert_eq!(
        stranger.get("/w/acme").await.status,
        StatusCode::UNAUTHORIZED,
        "who has no cookie is not signed in, that is sure"
    );
    let page = stranger.fill("Sign in", &[("Work email", &email), ("Password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);

    cable.mend().await;
    crate::support::until("it heals", async || owner.get("/readyz").await.status == StatusCode::OK).await;
    let page = owner.send(form).await;
    assert_eq!(
        (page.status, page.h1().as_str()),
        (StatusCode::OK, "Ada Lovelace"),
        "the same session, the same form: {page}"
    );
    app.run_jobs().await;
}

/// The change is made, and the session that was to tell of it cannot be kept.
#[tokio::test]
async fn redis_gone_while_a_change_is_made_is_a_clear_page_too() {
    let cable = Cable::to(&redis_url()).await;
    let app = TestApp::with(|s| s.redis_url = cable.url.clone()).await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get("/w/acme/hr/employees/new").await;
    let form = owner.form("Add employee").set("First name", "Ada").set("Last name", "Lovelace");
    let mut other = app.catalogue().await;
    sqlx::raw_sql("begin; lock table employees in exclusive mode").execute(&mut other).await.expect("it is locked");
    let mut looking = app.catalogue().await;
    let sent = form.clone();
    let meanwhile = async {
        let waits = "select count(*) from pg_locks where not granted and relation = 'employees'::regclass";
        let held_up = async || sqlx::raw_sql(waits).fetch_one(&mut looking).await.expect("locks").get::<i64, _>(0) > 0;
        crate::support::until("the change waits", held_up).await;
        cable.cut().await;
        sqlx::raw_sql("rollback").execute(&mut other).await.expect("it is free");
    };
    let (page, ()) = tokio::join!(owner.send(sent), meanwhile);
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "One moment, please"), "{page}");
    assert_ne!(page.header("retry-after"), "");
    cable.mend().await;
    crate::support::until("it heals", async || owner.get("/readyz").await.status == StatusCode::OK).await;
    let page = owner.send(form).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "Ada Lovelace"), "{page}");
    let page = owner.get("/w/acme/hr/employees").await;
    assert_eq!(page.names(), ["Ada Lovelace"], "once");
    app.run_jobs().await;
}

#[tokio::test]
async fn postgres_gone_is_a_clear_page_and_heals() {
    let app = TestApp::on_a_cable().await;
    let cable = app.cable();
    let company = app.company("acme").await;
    let email = company.member(Role::Owner).await.email;
    let mut owner = company.owner().await;
    owner.get("/w/acme/hr/employees/new").await;
    let form = owner.form("Add employee").set("First name", "Ada").set("Last name", "Lovelace");
    cable.cut().await;
    let page = owner.get("/w/acme").await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "One moment, please"), "{page}");
    assert_ne!(page.header("retry-after"), "");
    assert!(page.says("The database cannot be reached right now."), "{page}");
    assert!(!page.text.contains("postgres") && !page.text.contains("sqlx"), "no inner workings: {page}");
    let page = owner.send(form.clone()).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    let page = owner.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    let page = owner.get("/readyz").await;
    assert_eq!((page.status, page.text.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "database: gone\nsessions: ok\n"));
    let mut stranger = app.browser();
    stranger.get("/login").await;
    let page = stranger.fill("Sign in", &[("Work email", &email), ("Password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{page}");

    cable.mend().await;
    let page = owner.send(form).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "Ada Lovelace"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_database_that_was_restarted_is_not_noticed() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    for _ in 0..3 {
        app.trial.hang_up().await.expect("every connection breaks");
        let page = owner.get("/w/acme/hr/employees").await;
        assert_eq!(page.status, StatusCode::OK, "{page}");
    }
}

/// A server that dies while somebody connects may leave a byte that means nothing.
#[tokio::test]
async fn a_database_that_falls_while_it_is_greeted_is_gone_and_no_error_of_ours() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("postgres://x@{}/x", listener.local_addr().expect("an address"));
    let falling = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut asked = [0; 8];
            let _read = stream.read_exact(&mut asked).await;
            let _written = stream.write_all(&[0]).await;
        }
    });
    let db = Db::lazy(&url, 1, Arc::new(SystemClock)).expect("the URL is one");
    let answer = db.identity().await.map(drop);
    assert!(matches!(answer, Err(store::Error::Unavailable(_))), "{answer:?}");
    falling.abort();
}

/// A request that is dropped while its transaction begins: its connection must come back without one, and in no role.
/// With one connection, whoever comes next gets just that.
#[tokio::test]
async fn who_hangs_up_while_a_transaction_begins_leaves_none_open() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let desk = company.desk(Role::Owner).await;
    let account = company.member(Role::Owner).await.account;
    // What the app's own connections still have to roll back is not counted.
    app.db.close().await;
    let db = Db::lazy(&app.trial.app_url, 1, app.clock.clone()).expect("the URL is one");
    let mut superuser = PgConnection::connect(&test_database_url()).await.expect("a superuser may connect");
    let open = format!(
        "select count(*) from pg_stat_activity where datname = '{}' and state like 'idle in transaction%'",
        app.trial.app_url.rsplit('/').next().expect("a database").split('?').next().expect("its name")
    );
    let mut hung_up = 0;
    for round in 0..60 {
        // A little further each time: before the connection, after the question, before the answer.
        let patience = async || {
            for _ in 0..round / 3 {
                tokio::task::yield_now().await;
            }
        };
        hung_up += match round % 3 {
            0 => tokio::select! { biased; tx = db.identity() => { tx.expect("it begins"); 0 } () = patience() => 1 },
            1 => tokio::select! { biased; tx = db.relay() => { tx.expect("it begins"); 0 } () = patience() => 1 },
            _ => tokio::select! { biased; tx = db.begin(desk) => { tx.expect("it begins"); 0 } () = patience() => 1 },
        };
        let entry = db.enter("acme", account).await.unwrap_or_else(|e| panic!("round {round}, in a role: {e}"));
        assert!(entry.is_some(), "round {round}");
        // What begins after whoever wanted it has gone is taken back by whoever comes next.
        crate::support::until("no transaction is open", async || {
            db.ping().await.expect("the connection is sound");
            let row = sqlx::raw_sql(AssertSqlSafe(open.clone())).fetch_one(&mut superuser).await.expect("a number");
            row.get::<i64, _>(0) == 0
        })
        .await;
    }
    assert!(hung_up > 10, "only {hung_up} were dropped on their way");
}

#[tokio::test]
async fn all_connections_taken_is_a_clear_page_too() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let desk = company.desk(Role::Owner).await;
    let mut taken = vec![];
    for _ in 0..CONNECTIONS {
        taken.push(app.db.begin(desk).await.expect("a transaction"));
    }
    let page = owner.get("/w/acme").await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "One moment, please"), "{page}");
    drop(taken);
    assert_eq!(owner.get("/w/acme").await.status, StatusCode::OK);
}
