//! What people are told, by which channel, and when; and the digest of what has changed.

use crate::support::{Company, TestApp};
use axum::http::StatusCode;
use chrono::{DateTime, Duration, Utc};
use domain::{
    MemberId,
    access::Role,
    jobs::SendDigest,
    notifications::{Kind, Notice},
};
use store::{notifications, queue};

fn notice(kind: Kind, key: &str) -> Notice {
    let title = format!("Told of {key}");
    Notice { kind, title, body: Some("And why.".into()), path: "/hr/employees".into(), key: key.into() }
}

/// Tells members in the name of a job.
async fn tell(company: &Company<'_>, to: &[MemberId], notice: &Notice) {
    let (mut tx, _) = company.app.db.begin_job(company.tenant, "test").await.expect("a transaction");
    notifications::notify(&mut tx, to, notice).await.expect("they are told");
    tx.commit().await.expect("it is told");
}

async fn waiting(app: &TestApp, name: &str) -> Vec<Option<DateTime<Utc>>> {
    let mut tx = app.db.relay().await.expect("a transaction");
    let waiting = queue::waiting(&mut tx).await.expect("the outbox");
    waiting.into_iter().filter(|w| w.name == name).map(|w| w.run_at).collect()
}

#[tokio::test]
async fn twice_the_same_key_is_once_and_nobody_is_told_what_they_did_themselves() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (owner, manager) = (company.member(Role::Owner).await, company.member(Role::Manager).await);
    let gone = company.join("Gone", &app.email("gone"), Role::Employee).await;
    app.trial
        .admin(&format!("update members set deactivated_at = now() where id = '{}'", gone.member))
        .await
        .expect("gone");
    let before = app.db.statements();
    let mut tx = app.db.begin(company.desk(Role::Owner).await).await.expect("a transaction");
    let between = app.db.statements();
    let said = notice(Kind::MemberJoined, "one");
    for _ in 0..2 {
        notifications::notify(&mut tx, &[owner.member, manager.member, gone.member], &said).await.expect("told");
    }
    assert!(app.db.statements() - between <= 4 && before <= between, "two for however many");
    // What answers one's own question is told to oneself.
    notifications::notify(&mut tx, &[owner.member], &notice(Kind::BulkEnded, "two")).await.expect("told");
    tx.commit().await.expect("it is told");
    let mut browser = company.signed_in(Role::Manager).await;
    let page = browser.get(&company.at("/notifications")).await;
    assert_eq!(page.all(".notice-page .notice-title"), ["Told of one"], "{page}");
    assert_eq!(page.all("[data-bell-count]"), ["1"]);
    let mut browser = company.owner().await;
    let page = browser.get(&company.at("/notifications")).await;
    assert_eq!(page.all(".notice-page .notice-title"), ["Told of two"], "{page}");
    let rows = app.trial.admin("select 1 from notifications").await;
    rows.expect("whoever was let out is told nothing");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_notice_leads_to_its_record_and_is_read_then() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let member = company.member(Role::Manager).await.member;
    tell(&company, &[member], &notice(Kind::WorkflowNotice, "a")).await;
    app.clock.advance(Duration::minutes(1));
    tell(&company, &[member], &notice(Kind::WorkflowNotice, "b")).await;
    let mut browser = company.signed_in(Role::Manager).await;
    let panel = browser.htmx(&company.at("/notifications/panel"), "div#notices-panel").await;
    assert_eq!(panel.all(".notice-title"), ["Told of b", "Told of a"], "the newest first");
    let link = panel.attribute(".notice-line", "href").expect("a link");
    let page = browser.get(&link).await;
    assert_eq!(page.path, "/w/acme/hr/employees", "{page}");
    assert_eq!(page.all("[data-bell-count]"), ["1"]);
    let page = browser.get(&company.at("/notifications?show=unread")).await;
    assert_eq!(page.all(".notice-page .notice-title"), ["Told of a"]);
    let page = browser.press("Mark read: Told of a").await;
    assert!(page.has("[data-bell-count][hidden]"), "{page}");
    browser.get(&company.at("/notifications")).await;
    let page = browser.press("Mark unread: Told of a").await;
    assert_eq!(page.all("[data-bell-count]"), ["1"]);
    let page = browser.press("Mark all read").await;
    assert_eq!(page.toast(), "All read.", "{page}");
    assert!(page.has("[data-bell-count][hidden]"), "{page}");
    // Another one's is not there.
    let mut other = company.owner().await;
    assert_eq!(other.get(&link).await.status, StatusCode::NOT_FOUND);
    app.clock.advance(Duration::days(91));
    let (mut tx, _) = app.db.begin_job(company.tenant, "test").await.expect("a transaction");
    assert_eq!(notifications::sweep(&mut tx).await.expect("swept"), 2, "after 90 days");
}

#[tokio::test]
async fn mails_of_some_minutes_come_as_one_after_quiet_hours_and_by_choice() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let manager = company.member(Role::Manager).await;
    app.run_jobs().await;
    tell(&company, &[manager.member], &notice(Kind::Mentioned, "first")).await;
    app.clock.advance(Duration::seconds(20));
    tell(&company, &[manager.member], &notice(Kind::Mentioned, "second")).await;
    assert_eq!(waiting(&app, "send_notifications").await.len(), 1, "one mail of both");
    let mails = app.mail_to(&manager.email).await;
    let mail = &mails[0];
    assert_eq!(mail.subject, "Told of first, and 1 more");
    assert!(mail.text.contains("/w/acme/notifications/"), "{}", mail.text);

    // What was read meanwhile needs no mail.
    app.clock.advance(Duration::minutes(5));
    tell(&company, &[manager.member], &notice(Kind::Mentioned, "third")).await;
    let mut browser = company.signed_in(Role::Manager).await;
    browser.get(&company.at("/notifications")).await;
    browser.press("Mark all read").await;
    assert_eq!(app.mail_to(&manager.email).await.len(), mails.len());

    // It is 09:05 in UTC: ten in Copenhagen, where this one's hours are quiet until noon.
    browser.get(&company.at("/settings/profile")).await;
    browser.fill("Save changes", &[("Time zone", "Europe/Copenhagen")]).await;
    browser.get(&company.at("/settings/notifications")).await;
    let bad =
        browser.fill("Save changes", &[("quiet", "true"), ("quiet_from", "late"), ("quiet_until", "12:00")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(bad.error("quiet_from"), "This is not a time, like 18:00.");
    let none = [("quiet", "true"), ("quiet_from", "08:00"), ("quiet_until", "08:00")];
    let bad = browser.fill("Save changes", &none).await;
    assert!(bad.error("quiet_until").contains("these are no hours") && bad.says("Quiet until: From"), "{bad}");
    let page =
        browser.fill("Save changes", &[("quiet", "true"), ("quiet_from", "22:00"), ("quiet_until", "12:00")]).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    tell(&company, &[manager.member], &notice(Kind::Mentioned, "fourth")).await;
    let noon = "2026-03-02T11:00:00Z".parse().expect("a moment");
    assert_eq!(waiting(&app, "send_notifications").await, [Some(noon)]);
    app.run_jobs().await;

    // Off is off, by kind and by list; the bell rings all the same.
    let told = app.mail_to(&manager.email).await.len();
    browser.get(&company.at("/settings/notifications")).await;
    browser.fill("Save changes", &[("mentioned-mail", ""), ("assigned-app", "")]).await;
    tell(&company, &[manager.member], &notice(Kind::Mentioned, "fifth")).await;
    let mut tx = company.begin().await;
    let off = serde_json::json!({ "mail.notifications": false });
    store::workspace::members::prefer_all(&mut tx, manager.member, off).await.expect("as a click in a mail does");
    tx.commit().await.expect("it is kept");
    tell(&company, &[manager.member], &notice(Kind::Assigned, "sixth")).await;
    assert_eq!(app.mail_to(&manager.email).await.len(), told);
    let page = browser.get(&company.at("/notifications")).await;
    assert_eq!(page.all("[data-bell-count]"), ["2"], "the fourth and the fifth: {page}");
    let page = browser.get(&company.at("/settings/notifications")).await;
    assert!(page.says("Mails of notifications are off"), "{page}");
    let page = browser.fill("Save changes", &[("Send me mails of notifications", "true")]).await;
    assert!(!page.says("Mails of notifications are off"), "{page}");
}

#[tokio::test]
async fn a_stream_begins_with_the_count_and_ends_with_the_session() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let member = company.member(Role::Manager).await.member;
    tell(&company, &[member], &notice(Kind::WorkflowNotice, "a")).await;
    let mut browser = company.signed_in(Role::Manager).await;
    let stream = browser.get(&company.at("/notifications/stream")).await;
    assert_eq!(stream.header("content-type"), "text/event-stream");
    assert!(stream.text.contains("event: bell") && stream.text.contains(r#""unread":1"#), "{}", stream.text);
    let mut employee = company.employee_member().await;
    app.trial.admin("update members set deactivated_at = now() where role = 'employee'").await.expect("let out");
    let stream = employee.get(&company.at("/notifications/stream")).await;
    assert_eq!(stream.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_did_what_tells_those_whom_it_concerns() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rep = company.member(Role::SalesManager).await;
    app.run_jobs().await;
    company.customer(&[("name", "Nordlys"), ("owner", &rep.email)]).await;
    app.run_jobs().await;
    let mut browser = company.signed_in(Role::SalesManager).await;
    let page = browser.get(&company.at("/notifications")).await;
    assert_eq!(page.all(".notice-page .notice-title"), ["Nordlys is yours now"], "{page}");
    // Whoever invited somebody hears that they came.
    let guest = app.email("guest");
    company.invitation(&guest, Role::Employee).await;
    let link = app.mailed_link(&guest).await;
    let mut joining = app.browser();
    joining.get(&link).await;
    joining
        .fill("Join Acme Lamps", &[("Your name", "Gus Guest"), ("Choose a password", crate::support::PASSWORD)])
        .await;
    app.run_jobs().await;
    let page = company.owner().await.get(&company.at("/notifications")).await;
    assert!(page.all(".notice-page .notice-title").contains(&"Gus Guest has joined".to_owned()), "{page}");
}

/// The digests that were mailed to this address.
async fn digests(app: &TestApp, email: &str) -> Vec<jobs::Message> {
    app.mail_to(email)
        .await
        .into_iter()
        .filter(|m| m.text.contains("You get this because you chose a digest"))
        .collect()
}

/// Looks as the schedule does.
async fn tick(app: &TestApp) {
    jobs::schedule::tick(&app.db, &jobs::schedule::product()).await.expect("the schedule ticks");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_digest_comes_once_in_the_morning_of_its_reader_and_says_what_they_may_see() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let manager = company.member(Role::Manager).await;
    let lead = company.employee(&[("first_name", "Lea"), ("last_name", "Lead")]).await;
    company.link(manager.member, lead).await;
    let below =
        [("first_name", "Ada"), ("last_name", "Byron"), ("start_date", "2026-03-03"), ("birth_date", "1990-03-03")];
    let ada = company.employee(&below).await;
    app.trial.admin(&format!("update employees set manager_id = '{lead}' where id = '{ada}'")).await.expect("reports");
    company.employee(&[("first_name", "Eve"), ("last_name", "Elsewhere"), ("start_date", "2026-03-03")]).await;
    app.run_jobs().await;
    // It is Monday, nine o'clock: whoever has joined since eight waits for tomorrow.
    tick(&app).await;
    assert_eq!(digests(&app, &manager.email).await.len(), 0);
    app.clock.advance(Duration::hours(23) + Duration::minutes(5));
    for _ in 0..3 {
        tick(&app).await;
        app.clock.advance(Duration::minutes(5));
    }
    let mails = digests(&app, &manager.email).await;
    assert_eq!(mails.len(), 1, "one of the day, however many look");
    let text = &mails[0].text;
    assert!(text.contains("Ada Byron\n  starts 3 Mar 2026"), "{text}");
    assert!(text.contains(&format!("/w/acme/hr/employees/{ada}")), "each line leads to its page: {text}");
    assert!(!text.contains("Elsewhere"), "only their own people: {text}");
    assert!(!text.contains("Birthdays"), "a class that they do not have: {text}");
    let owner = company.member(Role::Owner).await.email;
    let text = &digests(&app, &owner).await[0].text;
    assert!(text.contains("Elsewhere") && text.contains("Birthdays"), "{text}");

    // The page shows the same, and sends one when asked.
    let mut browser = company.signed_in(Role::Manager).await;
    let page = browser.get(&company.at("/settings/notifications/digest")).await;
    assert!(page.says("Ada Byron"), "{page}");
    browser.press("Send me one now").await;
    assert_eq!(digests(&app, &manager.email).await.len(), 2);

    // Off is off, whoever is let out has none, and with nothing to say none is sent.
    browser.get(&company.at("/settings/notifications")).await;
    browser.fill("Save changes", &[("rhythm", "off")]).await;
    app.clock.advance(Duration::days(1));
    tick(&app).await;
    assert_eq!(digests(&app, &manager.email).await.len(), 2);
    app.clock.advance(Duration::days(30));
    let before = digests(&app, &owner).await.len();
    tick(&app).await;
    assert_eq!(digests(&app, &owner).await.len(), before, "nothing to say");
}

#[tokio::test]
async fn a_late_worker_sends_it_the_same_day_and_never_the_next() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let owner = company.member(Role::Owner).await;
    company.employee(&[("first_name", "Ada"), ("last_name", "Byron"), ("start_date", "2026-03-03")]).await;
    app.run_jobs().await;
    tick(&app).await;
    // Tuesday at 23:00: fifteen hours late.
    app.clock.advance(Duration::hours(38));
    tick(&app).await;
    assert_eq!(digests(&app, &owner.email).await.len(), 1, "late, the same day");
    // Wednesday's was handed out, and its worker comes on Thursday.
    app.clock.advance(Duration::hours(26));
    let day = domain::Day(app.db.now().date_naive()).plus(-1).expect("a day");
    let (mut tx, _) = app.db.begin_job(company.tenant, "test").await.expect("a transaction");
    let id = tx.id();
    let late = SendDigest { tenant: company.tenant, id, member: owner.member, day, asked: false, since: None };
    queue::push(&mut tx, &late).await.expect("it is pushed");
    tx.commit().await.expect("it waits");
    app.run_jobs().await;
    assert_eq!(digests(&app, &owner.email).await.len(), 1, "not on the next");
    app.jobs_may_wait();
}

/// A task that is due so many days from today.
async fn task(company: &Company<'_>, title: &str, of: MemberId, days: i64) {
    let mut tx = company.begin().await;
    let due = Some(domain::Day(tx.today().0 + Duration::days(days)));
    let id = tx.id();
    let fields = domain::tasks::Fields { due, assignee: Some(of), ..domain::tasks::Fields::titled(title) };
    store::tasks::add(&mut tx, id, &fields).await.expect("a task");
    tx.commit().await.expect("it is kept");
}

#[tokio::test]
async fn a_task_that_is_due_is_told_once_in_the_morning_of_its_owner() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (near, far) = (company.member(Role::Manager).await, company.member(Role::HrManager).await);
    let zone = format!("update accounts set zone = 'Asia/Tokyo' where id = '{}'", far.account);
    app.trial.admin(&zone).await.expect("they are in Tokyo");
    task(&company, "Call Northwind", near.member, 1).await;
    task(&company, "Pack", far.member, 1).await;
    task(&company, "Go", far.member, 1).await;
    task(&company, "Not yet", near.member, 2).await;
    tick(&app).await;
    let told = async |role| {
        let page = company.signed_in(role).await.get(&company.at("/notifications")).await;
        let all = page.all(".notice-page .notice-title");
        all.into_iter().filter(|t| t.to_lowercase().contains("due today")).collect::<Vec<_>>()
    };
    // Up to the eve of the day in the workspace's zone, where it is morning in Tokyo.
    let now = app.db.now();
    let eve = now.date_naive().and_hms_opt(23, 30, 0).expect("a time").and_utc();
    app.clock.advance(eve - now);
    tick(&app).await;
    assert_eq!(told(Role::HrManager).await, ["2 tasks of yours are due today"]);
    assert_eq!(told(Role::Manager).await, [""; 0], "it is not morning there");
    app.clock.advance(Duration::hours(9));
    for _ in 0..2 {
        tick(&app).await;
        assert_eq!(told(Role::Manager).await, ["Due today: Call Northwind"]);
        assert_eq!(told(Role::HrManager).await.len(), 1, "once");
        app.clock.advance(Duration::minutes(30));
    }
}

#[tokio::test]
async fn a_digest_has_what_waits_for_its_reader() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let manager = company.member(Role::Manager).await;
    task(&company, "Call Northwind", manager.member, -1).await;
    task(&company, "Call Southwind", manager.member, 0).await;
    task(&company, "Some day", manager.member, 60).await;
    app.run_jobs().await;
    let mut browser = company.signed_in(Role::Manager).await;
    let page = browser.get(&company.at("/settings/notifications/digest")).await;
    let at = |words: &str| page.text.find(words).unwrap_or_else(|| panic!("no {words} in {page}"));
    assert!(at("Tasks of yours that are due") < at("Call Northwind") && at("Call Northwind") < at("Call Southwind"));
    assert!(page.says("overdue since") && !page.says("Some day"), "{page}");
}
