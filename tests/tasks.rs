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
