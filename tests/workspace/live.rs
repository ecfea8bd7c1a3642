//! The bell's stream while it is open: who is let out or signs out hears no more, and Redis may go and come back.

use crate::support::{Cable, Company, PASSWORD, Person, Stream, TestApp, redis_url};
use domain::{
    access::Role,
    notifications::{Kind, Notice},
};
use fred::prelude::{ClientLike, EventInterface, PubsubInterface};
use serde_json::{Value, json};

async fn tell(company: &Company<'_>, to: &Person, key: &str) {
    let (mut tx, _) = company.app.db.begin_job(company.tenant, "test").await.expect("a transaction");
    let notice = Notice {
        kind: Kind::WorkflowNotice,
        title: key.into(),
        body: None,
        path: "/hr/employees".into(),
        key: key.into(),
    };
    store::notifications::notify(&mut tx, &[to.member], &notice).await.expect("they are told");
    tx.commit().await.expect("it is told");
}

/// Rings somebody's bell, as a worker does once the database has told it.
async fn ring(company: &Company<'_>, whose: &Person) {
    let redis = jobs::bells::connect(&redis_url()).expect("the URL is one");
    let channel = jobs::bells::channel(store::notifications::Ring::Bell(company.tenant, whose.member));
    crate::support::until("it is rung", async || {
        redis.publish::<i64, _, _>(channel.as_str(), "").await.is_ok_and(|heard_by| heard_by > 0)
    })
    .await;
}

/// The next that the bell says.
async fn bell(stream: &mut Stream) -> Value {
    let (name, data) = stream.event().await.expect("it goes on");
    assert_eq!(name, "bell", "{data}");
    serde_json::from_str(&data).expect("JSON")
}

/// Listens until the bell says this, at once or after something else.
async fn says(stream: &mut Stream, unread: i64, live: bool) {
    while bell(stream).await != json!({ "unread": unread, "live": live }) {}
}

#[tokio::test]
async fn a_stream_of_who_is_let_out_tells_no_more_and_ends() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let manager = company.member(Role::Manager).await;
    let mut browser = company.signed_in(Role::Manager).await;
    let mut stream = browser.listen(&company.at("/notifications/stream")).await;
    says(&mut stream, 0, true).await;
    tell(&company, &manager, "one").await;
    ring(&company, &manager).await;
    says(&mut stream, 1, true).await;
    tell(&company, &manager, "two").await;
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/settings/members/{}", manager.member))).await;
    let page = owner.press("Deactivate").await;
    assert!(page.toast().contains("is deactivated"), "{page}");
    ring(&company, &manager).await;
    assert_eq!(stream.event().await, Some(("over".into(), "over".into())), "and not what was unread meanwhile");
    assert_eq!(stream.event().await, None, "it ends");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_stream_of_who_signs_out_tells_no_more_and_their_other_device_goes_on() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let manager = company.member(Role::Manager).await;
    let mut browser = company.signed_in(Role::Manager).await;
    let mut phone = browser.elsewhere();
    phone.sign_in(&manager.email, PASSWORD).await;
    let path = company.at("/notifications/stream");
    let (mut here, mut there) = (browser.listen(&path).await, phone.listen(&path).await);
    says(&mut here, 0, true).await;
    says(&mut there, 0, true).await;
    browser.get(&company.at("")).await;
    browser.sign_out().await;
    tell(&company, &manager, "one").await;
    ring(&company, &manager).await;
    assert_eq!(here.event().await, Some(("over".into(), "over".into())));
    assert_eq!(here.event().await, None, "it ends");
    says(&mut there, 1, true).await;
    app.run_jobs().await;
}

#[tokio::test]
async fn a_stream_says_when_redis_goes_and_makes_up_for_it_when_it_is_back() {
    let cable = Cable::to(&redis_url()).await;
    let app = TestApp::with(|s| s.redis_url = cable.url.clone()).await;
    let company = app.company("acme").await;
    let manager = company.member(Role::Manager).await;
    let mut browser = company.signed_in(Role::Manager).await;
    let mut stream = browser.listen(&company.at("/notifications/stream")).await;
    says(&mut stream, 0, true).await;
    for round in 0..2 {
        let told = round * 2;
        cable.cut().await;
        says(&mut stream, told, false).await;
        // Nobody hears its ring.
        tell(&company, &manager, &format!("{round}, while it is away")).await;
        cable.mend().await;
        says(&mut stream, told + 1, true).await;
        // And the next one rings at once.
        tell(&company, &manager, &format!("{round}, when it is back")).await;
        ring(&company, &manager).await;
        says(&mut stream, told + 2, true).await;
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn what_passes_rings_on_does_so_again_when_redis_and_the_database_are_back() {
    let (redis, app) = (Cable::to(&redis_url()).await, TestApp::on_a_cable().await);
    let company = app.company("acme").await;
    let manager = company.member(Role::Manager).await;
    let database = app.config.database_url.clone();
    let passing = tokio::spawn(jobs::bells::run(database, redis.url.clone(), std::future::pending()));
    let ear = jobs::bells::connect(&redis_url()).expect("the URL is one");
    ear.wait_for_connect().await.expect("Redis is there");
    let mut heard = ear.message_rx();
    let channel = jobs::bells::channel(store::notifications::Ring::Bell(company.tenant, manager.member));
    ear.subscribe(channel.as_str()).await.expect("it listens");
    for (round, cable) in [None, Some(&redis), Some(app.cable())].into_iter().enumerate() {
        if let Some(cable) = cable {
            cable.cut().await;
            cable.mend().await;
        }
        while heard.try_recv().is_ok() {}
        let mut told = 0;
        crate::support::until("a ring is passed on", async || {
            told += 1;
            tell(&company, &manager, &format!("{round}/{told}")).await;
            heard.try_recv().is_ok()
        })
        .await;
    }
    passing.abort();
    app.run_jobs().await;
}
