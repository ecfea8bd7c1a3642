//! Stories of tasks.

use crate::support::TestApp;
use axum::http::StatusCode;
use domain::{
    Day,
    access::Role,
    digest::{Rhythm, Schedule},
    tasks::Fields,
    workspace::access::Subject,
};

#[tokio::test]
async fn a_task_is_typed_ticked_and_taken_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/tasks")).await;
    assert!(page.says("Nothing to do"), "{page}");
    let page = owner.fill("Add", &[("title", "Call the lamp makers")]).await;
    assert!(page.says("“Call the lamp makers” was added.") && page.says("Call the lamp makers"), "{page}");
    // An empty one comes back as the whole form.
    let page = owner.post(&company.at("/tasks/new"), &[("title", " ")]).await;
    assert_eq!((page.status, page.error("title")), (StatusCode::UNPROCESSABLE_ENTITY, "Please fill this in.".into()));
    owner.get(&company.at("/tasks")).await;
    let page = owner.fill("Mark “Call the lamp makers” done", &[]).await;
    assert!(page.says("“Call the lamp makers” is done.") && page.says("Nothing to do"), "{page}");
    let page = owner.fill("Undo", &[]).await;
    assert!(page.says("is open again") && page.path.ends_with("/tasks"), "{page}");
    let page = owner.get(&company.at("/tasks?state=done")).await;
    assert!(page.says("No task fits"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_tick_by_htmx_swaps_the_list_and_offers_the_way_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let me = company.member(Role::Owner).await.member;
    let (one, two) = (company.task("First", me).await, company.task("Second", me).await);
    let mut owner = company.owner().await;
    let token = owner.token().await;
    let body = format!("_csrf={token}&back=%2Fw%2Facme%2Ftasks%3Fsort%3Dtitle");
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("hx-request", "true"),
        ("hx-request-type", "partial"),
        ("hx-target", "div#tasks"),
    ];
    let path = company.at(&format!("/tasks/{one}/completion"));
    let page = owner.request(axum::http::Method::POST, &path, &headers, body.into_bytes()).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    assert!(page.text.starts_with("<div class=\"list-results\"") && page.says("Second"), "{page}");
    assert!(page.says("“First” is done.") && page.says("Undo"), "{page}");
    // Many at once, and back.
    let page = owner.post(&company.at("/tasks/completions"), &[("ids", &two.to_string())]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    let page = owner.get(&company.at("/tasks")).await;
    assert!(page.says("1 task is done.") && page.says("Nothing to do"), "{page}");
    let page = owner.fill("Undo", &[]).await;
    assert!(page.says("1 task was opened again.") && page.says("Second"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn whose_tasks_one_sees() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let chief = company.employee(&[("last_name", "Chief")]).await;
    let below = company.employee(&[("last_name", "Below"), ("manager", "1")]).await;
    let (manager, employee) = (company.member(Role::Manager).await, company.member(Role::Employee).await);
    company.link(manager.member, chief).await;
    company.link(employee.member, below).await;
    company.task("For the report", employee.member).await;
    company.task("For the chief", manager.member).await;
    company.task("For the owner", company.member(Role::Owner).await.member).await;
    for (role, tab, seen) in [
        (Role::Employee, "", &["For the report"][..]),
        (Role::Employee, "all", &["For the report"]),
        (Role::Manager, "", &["For the chief"]),
        (Role::Manager, "all", &["For the chief", "For the report"]),
        (Role::Owner, "delegated", &["For the chief", "For the report"]),
        (Role::Auditor, "all", &["For the chief", "For the owner", "For the report"]),
    ] {
        let page = company.signed_in(role).await.get(&company.at(&format!("/tasks?of={tab}"))).await;
        for title in ["For the chief", "For the owner", "For the report"] {
            assert_eq!(page.says(title), seen.contains(&title), "{role} {tab}: {title}");
        }
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn a_task_names_its_record_to_whoever_may_see_that() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let customer = company.customer(&[("name", "Quiet Harbour")]).await;
    let employee = company.member(Role::Employee).await;
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/crm/customers/{customer}"))).await;
    let page = owner.fill("Add", &[("title", "Prepare the visit")]).await;
    assert!(page.path.contains(&customer.to_string()) && page.says("Prepare the visit"), "{page}");
    let mut tx = company.begin().await;
    let task = store::tasks::about(&mut tx, Subject::Customer(customer)).await.expect("tasks").rows.remove(0);
    drop(tx);
    let path = company.at(&format!("/tasks/{}", task.id));
    let page = owner.get(&format!("{path}/edit")).await;
    assert_eq!(page.form("Save changes").value("about"), "Quiet Harbour");
    let page = owner.fill("Save changes", &[("Assigned to", &employee.member.to_string())]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    // Who does it may not see customers: neither the name nor the way there, in the trail of the task neither.
    let mut browser = company.signed_in(Role::Employee).await;
    for path in [company.at("/tasks"), path.clone(), format!("{path}/edit")] {
        let page = browser.get(&path).await;
        assert!(page.says("Prepare the visit") || page.h1().contains("Prepare the visit"), "{page}");
        assert!(!page.text.contains("Quiet Harbour") && !page.text.contains(&customer.to_string()), "{path}: {page}");
    }
    // And what they may not see stays when they save.
    let page = browser.fill("Save changes", &[("Title", "Prepare the visit well")]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    let page = owner.get(&path).await;
    assert!(page.says("Prepare the visit well") && page.says("Quiet Harbour"), "{page}");
    // Nor can they ask for it by its id.
    let about = format!("customer:{customer}");
    let page = browser.post(&company.at("/tasks/new"), &[("title", "What is it?"), ("about", &about)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_task_is_given_away_and_its_form_knows_the_way_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (employee, agent) = (company.member(Role::Employee).await, company.member(Role::SupportAgent).await);
    let task = company.task("Pass it on", employee.member).await;
    let mut browser = company.signed_in(Role::Employee).await;
    browser.get(&company.at(&format!("/tasks/{task}/edit"))).await;
    let page = browser.fill("Save changes", &[("Assigned to", &agent.member.to_string())]).await;
    assert!(page.status.is_success() && page.path.ends_with("/tasks") && page.says("Changes saved."), "{page}");
    let page = browser.get(&company.at(&format!("/tasks/{task}"))).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "it is not theirs any more");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_due_is_told_by_the_day() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let me = company.member(Role::Owner).await.member;
    let mut tx = company.begin().await;
    let today = tx.today();
    let on = |days| Some(Day(today.0 + chrono::Duration::days(days)));
    for (title, due) in [("Late", on(-1)), ("Now", on(0)), ("Soon", on(6)), ("Later", on(7)), ("Whenever", None)] {
        let id = tx.id();
        store::tasks::add(&mut tx, id, &Fields { due, ..Fields::titled(title) }).await.expect("a task");
    }
    let daily = Schedule { rhythm: Rhythm::Daily, weekday: 1, hour: 8 };
    let until_tomorrow = daily.period(today, tx.zone(), None);
    let due = store::digests::sections::tasks(&mut tx, me, &until_tomorrow).await.expect("tasks");
    let titles: Vec<_> = due.rows.iter().map(|(_, title, _)| title.as_str()).collect();
    assert_eq!((titles, due.count), (vec!["Late", "Now"], 2));
    tx.commit().await.expect("they are kept");
    let mut owner = company.owner().await;
    for (due, seen) in [
        ("overdue", &["Late"][..]),
        ("today", &["Now"]),
        ("week", &["Now", "Soon"]),
        ("none", &["Whenever"]),
        ("", &["Late", "Now", "Soon", "Later", "Whenever"]),
    ] {
        let page = owner.get(&company.at(&format!("/tasks?due={due}"))).await;
        for title in ["Late", "Now", "Soon", "Later", "Whenever"] {
            assert_eq!(page.link(title).is_some(), seen.contains(&title), "{due}: {title}");
        }
    }
    let page = owner.get(&company.at("/tasks?q=whenev")).await;
    assert!(page.link("Whenever").is_some() && page.link("Soon").is_none(), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_task_that_comes_round_has_one_next_one() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get(&company.at("/tasks/new")).await;
    let fields = [
        ("Title", "Water the plants"),
        ("Due", "2026-03-02"),
        ("Time", "16:00"),
        ("Repeats", "week"),
        ("Monday", "true"),
        ("Thursday", "true"),
        ("Or so many times", "3"),
        ("Reminder", "60"),
    ];
    let page = owner.fill("Add task", &fields).await;
    assert!(page.says("“Water the plants” was added."), "{page}");
    let open = async || -> Vec<(String, String)> {
        let mut tx = company.begin().await;
        let all = domain::tasks::Filter { of: "all".into(), ..Default::default() };
        let rows = store::tasks::list(&mut tx, &all).await.expect("tasks").rows;
        let told = |t: domain::tasks::Task| {
            let due = t.due.map(|d| d.to_string()).unwrap_or_default();
            (due, t.repeat.map(|r| r.words()).unwrap_or_default())
        };
        rows.into_iter().map(told).collect()
    };
    let every = |times: &str| format!("every week on Monday, Thursday, {times}");
    assert_eq!(open().await, [("2026-03-02".to_owned(), every("3 times"))]);
    owner.get(&company.at("/tasks")).await;
    owner.fill("Mark “Water the plants” done", &[]).await;
    assert_eq!(open().await, [("2026-03-05".to_owned(), every("2 times"))]);
    // Opened again, it takes its successor away; done again, it makes one.
    owner.fill("Undo", &[]).await;
    assert_eq!(open().await, [("2026-03-02".to_owned(), every("3 times"))]);
    owner.get(&company.at("/tasks")).await;
    owner.fill("Mark “Water the plants” done", &[]).await;
    // A successor that somebody has touched stays, and is not made twice.
    let page = owner.get(&company.at("/tasks")).await;
    owner.get(&page.link("Water the plants").expect("the next one")).await;
    owner.get(&owner.page.link("Edit").expect("a link")).await;
    owner.fill("Save changes", &[("Details", "The big one, too")]).await;
    let first = company.read::<uuid::Uuid>("select id from tasks where done_at is not null").await;
    let path = company.at(&format!("/tasks/{first}"));
    owner.post(&format!("{path}/reopening"), &[]).await;
    owner.post(&format!("{path}/completion"), &[]).await;
    assert_eq!(open().await, [("2026-03-05".to_owned(), every("2 times"))]);
    // The rule is told, and ends.
    let page = owner.get(&company.at("/tasks")).await;
    let page = owner.get(&page.link("Water the plants").expect("it")).await;
    assert!(page.says("every week on Monday, Thursday, 2 times") && page.says("1 hour before"), "{page}");
    for left in [1, 0] {
        let page = owner.get(&company.at("/tasks")).await;
        assert!(page.link("Water the plants").is_some(), "{left}: {page}");
        owner.fill("Mark “Water the plants” done", &[]).await;
    }
    assert_eq!(open().await, []);
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_rule_is_told_beside_its_field() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get(&company.at("/tasks/new")).await;
    let page = owner.fill("Add task", &[("Title", "Plants"), ("Repeats", "day"), ("Time", "10:00")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.error("repeat").contains("first") && page.error("due").contains("its day"), "{page}");
    let fields = [("Due", "2026-03-02"), ("Until", "2026-03-01"), ("Every so many of them", "0")];
    let page = owner.fill("Add task", &fields).await;
    assert!(page.error("until").contains("before") && page.error("interval").contains("365"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn ones_day_has_what_is_late_and_what_comes() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let me = company.member(Role::Owner).await.member;
    let mut tx = company.begin().await;
    let today = tx.today();
    for (title, days) in [("Late", -3), ("Now", 0), ("Soon", 3), ("Far", 30)] {
        let due = Some(Day(today.0 + chrono::Duration::days(days)));
        let id = tx.id();
        store::tasks::add(&mut tx, id, &Fields { due, ..Fields::titled(title) }).await.expect("a task");
    }
    tx.commit().await.expect("they are kept");
    company.activity(me, &[("subject", "Unsaid"), ("day", "2026-02-27")]).await;
    company.activity(me, &[("subject", "At noon"), ("day", "2026-03-02"), ("time", "12:00")]).await;
    company
        .deal(&[
            ("name", "Last chance"),
            ("close_on", "2026-03-02"),
            ("owner", &company.member(Role::Owner).await.email),
        ])
        .await;
    let mut owner = company.owner().await;
    let path = company.at("/my-day");
    let page = owner.get(&path).await;
    for words in ["Late", "Now", "Soon", "Unsaid", "At noon", "Last chance"] {
        assert!(page.link(words).is_some(), "{words}: {page}");
    }
    assert!(page.link("Far").is_none() && page.says("2 things"), "{page}");
    // What is late is put off, and comes back; what is done is gone.
    let page = owner.fill("Put “Late” off: next week", &[]).await;
    assert!(page.says("“Late” is for 9 Mar 2026 now.") && page.path.ends_with("/my-day"), "{page}");
    let page = owner.fill("Undo", &[]).await;
    assert!(page.says("“Late” is for 27 Feb 2026 now."), "{page}");
    let page = owner.fill("Mark “Late” done", &[]).await;
    assert!(page.says("“Late” is done.") && page.link("Late").is_none(), "{page}");
    let page = owner.fill("“Unsaid” is done", &[]).await;
    assert!(page.link("Unsaid").is_none(), "{page}");
    // Nobody else's.
    let page = company.signed_in(Role::Employee).await.get(&path).await;
    assert!(page.says("A free week"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_was_done_about_a_customer_offers_what_comes_next() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let customer = company.customer(&[("name", "Quiet Harbour")]).await;
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/crm/customers/{customer}"))).await;
    owner.fill("Add", &[("title", "Send the catalogue")]).await;
    let page = owner.fill("Mark “Send the catalogue” done", &[]).await;
    let next = page.link("What comes next?").expect("a link");
    let page = owner.get(&next).await;
    let add = page.link("Add a task").expect("a link");
    let page = owner.get(&add).await;
    let form = page.form("Add task");
    assert_eq!((&*form.value("about"), &*form.value("due")), ("Quiet Harbour", "2026-03-03"));
    app.run_jobs().await;
}
