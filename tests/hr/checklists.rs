//! Stories of checklists: they begin, follow people's dates, are ticked, handed on and called off; and access ends.

use crate::support::{Browser, Company, PASSWORD, TestApp};
use axum::http::StatusCode;
use chrono::Duration;
use domain::{
    ChecklistId, Day, EmployeeId, MemberId,
    access::Role,
    hr::checklists::{Fields, Filter, Item, Kind, Owner, State, Step},
    workspace::access::Subject,
};
use store::hr::checklists::{self, running, templates};

fn item(title: &str, owner: Owner, days: i32) -> Item {
    Item { title: title.into(), note: None, owner, days, blocks: false }
}

/// A template that begins by itself, for these departments.
async fn template(company: &Company<'_>, name: &str, kind: Kind, departments: &[&str], items: Vec<Item>) {
    let fields = Fields {
        name: name.into(),
        kind,
        titles: vec![],
        departments: departments.iter().map(|d| (*d).to_owned()).collect(),
        types: vec![],
        automatic: true,
        items,
    };
    let mut tx = company.begin().await;
    let id = tx.id();
    templates::add(&mut tx, id, &fields).await.expect("a template");
    tx.commit().await.expect("it is kept");
    company.app.run_jobs().await;
}

/// The items of all checklists of somebody, by title.
async fn steps(company: &Company<'_>, employee: EmployeeId) -> Vec<(ChecklistId, Step)> {
    let mut tx = company.begin().await;
    let mut all = vec![];
    for checklist in checklists::about(&mut tx, employee).await.expect("checklists") {
        for step in checklists::steps(&mut tx, &checklist).await.expect("items") {
            all.push((checklist.id, step));
        }
    }
    all.sort_by(|a, b| a.1.title.cmp(&b.1.title));
    all
}

async fn change(company: &Company<'_>, employee: EmployeeId, fields: &[(&str, &str)]) {
    let mut tx = company.begin().await;
    let now = store::hr::employees::find(&mut tx, employee).await.expect("they are there");
    let mut draft = now.draft();
    fields.iter().for_each(|(field, value)| draft.set(field, (*value).to_owned()));
    let fields = draft.parse(&Default::default()).expect("fields");
    store::hr::employees::change(&mut tx, employee, now.version, &fields).await.expect("they change");
    tx.commit().await.expect("it is kept");
    company.app.run_jobs().await;
}

fn day(text: &str) -> Option<Day> {
    Some(Day(text.parse().expect("a day")))
}

#[tokio::test]
async fn a_template_is_written_line_by_line() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/hr/checklists")).await;
    assert!(page.says("Nobody starts or leaves just now"), "{page}");
    let path = company.at("/hr/checklists/templates/new");
    let lines = [
        ("name", "Everybody"),
        ("kind", "onboarding"),
        ("title", "Order a laptop"),
        ("owner", "hr"),
        ("days", "soon"),
        ("blocks", "yes"),
        ("note", ""),
    ];
    let page = owner.post(&path, &lines).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("Line 1: Type a number of days"), "{page}");
    assert_eq!(
        page.attribute("#f-title-0", "value").as_deref(),
        Some("Order a laptop"),
        "nothing that was typed is lost"
    );
    // More lines saves nothing, and loses nothing.
    let page = owner.post(&path, &[&lines[..], &[("more", "yes")]].concat()).await;
    assert_eq!(page.attribute("#f-days-0", "value").as_deref(), Some("soon"), "{page}");
    let mut right = lines;
    right[4].1 = "-10";
    owner.get(&path).await;
    let page = owner.post(&path, &right).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    let page = owner.get(&company.at("/hr/checklists/templates")).await;
    assert!(page.says("Everybody was added.") && page.link("Everybody").is_some(), "{page}");
    // Two of one name and kind are one too many.
    let page = owner.post(&path, &right).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.error("name").contains("already"), "{page}");
}

#[tokio::test]
async fn it_begins_by_itself_once_and_follows_the_first_day() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let items = vec![item("Laptop", Owner::Hr, -10), item("Lunch", Owner::Manager, 0), item("Read", Owner::Person, 5)];
    template(&company, "Everybody", Kind::Onboarding, &[], items).await;
    template(&company, "Sales", Kind::Onboarding, &["Sales"], vec![item("CRM tour", Owner::Hr, 1)]).await;
    // Whoever is there already needs none.
    let chief = company.employee(&[("last_name", "Chief"), ("start_date", "2020-01-01")]).await;
    let (manager, owner) = (company.member(Role::Manager).await, company.member(Role::Owner).await);
    company.link(manager.member, chief).await;
    assert_eq!(steps(&company, chief).await, []);
    let ada = company.employee(&[("start_date", "2026-04-01"), ("department", "sales"), ("manager", "1")]).await;
    let told = |steps: &[(ChecklistId, Step)]| {
        steps.iter().map(|(_, s)| (s.title.clone(), s.due, s.assignee.id, s.stands_in)).collect::<Vec<_>>()
    };
    let of = |title: &str, due: &str, member: MemberId, stands: bool| (title.to_owned(), day(due), member, stands);
    assert_eq!(
        told(&steps(&company, ada).await),
        [
            of("CRM tour", "2026-04-02", owner.member, false),
            of("Laptop", "2026-03-22", owner.member, false),
            of("Lunch", "2026-04-01", manager.member, false),
            // Nobody signs in as them yet: whoever looks after it has it.
            of("Read", "2026-04-06", owner.member, true),
        ]
    );
    // They are tasks like others, about the person.
    let mut tx = company.begin().await;
    let tasks = store::tasks::about(&mut tx, Subject::Employee(ada)).await.expect("tasks").rows;
    assert_eq!(tasks.len(), 4);
    let lunch = tasks.iter().find(|t| t.title == "Lunch").expect("lunch").id;
    drop(tx);
    let page = company.manager().await.get(&company.at("/notifications")).await;
    assert!(page.says("Onboarding of Ada Lovelace: 1 thing for you to do"), "{page}");
    // What is done stays where it was; what somebody has put elsewhere keeps its distance.
    let mut browser = company.manager().await;
    browser.get(&company.at("/tasks")).await;
    browser.post(&company.at(&format!("/tasks/{lunch}/completion")), &[]).await;
    app.trial.admin("update tasks set due_on = '2026-03-20' where title = 'Laptop'").await.expect("it is moved");
    change(&company, ada, &[("start_date", "2026-05-01"), ("job_title", "Seller")]).await;
    let now = steps(&company, ada).await;
    let days: Vec<_> = now.iter().map(|(_, s)| s.due).collect();
    assert_eq!(days, [day("2026-05-02"), day("2026-04-19"), day("2026-04-01"), day("2026-05-06")]);
    // However often it is looked at, there is one of each.
    let mut tx = company.begin().await;
    running::follow_next(&mut tx, None, 1_000).await.expect("it is looked at");
    tx.commit().await.expect("nothing changes");
    assert_eq!(steps(&company, ada).await.len(), 4);
    // They sign in: their part is theirs, and all that they see of it.
    let email = app.email("ada");
    let member = company.join("Ada Lovelace", &email, Role::Employee).await.member;
    company.link(member, ada).await;
    change(&company, ada, &[("employment_type", "full_time")]).await;
    let read = steps(&company, ada).await.pop().expect("read");
    assert_eq!((read.1.assignee.id, read.1.stands_in), (member, false));
    let mut browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    let page = browser.get(&company.at(&format!("/hr/checklists/{}", read.0))).await;
    assert!(page.says("Your part of it") && page.says("Read") && !page.says("Laptop"), "{page}");
    assert!(!page.has_form("/items"), "they add nothing to it");
}

#[tokio::test]
async fn items_are_ticked_skipped_passed_on_and_taken_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let items = vec![item("Badge", Owner::Hr, -1), item("Keys", Owner::Hr, 0)];
    template(&company, "Everybody", Kind::Onboarding, &[], items).await;
    let ada = company.employee(&[("start_date", "2026-04-01")]).await;
    let all = steps(&company, ada).await;
    let (id, badge, keys) = (all[0].0, all[0].1.id, all[1].1.id);
    let path = company.at(&format!("/hr/checklists/{id}"));
    let mut owner = company.owner().await;
    let page = owner.get(&path).await;
    assert!(page.says("0 of 2") && page.says("1 day before the first day"), "{page}");
    let page = owner.fill("Mark “Badge” done", &[]).await;
    assert!(page.says("“Badge” is done.") && page.says("1 of 2"), "{page}");
    let page = owner.fill("Undo", &[]).await;
    assert!(page.says("“Badge” is open again.") && page.says("0 of 2"), "{page}");
    // A reason is asked for, and what was typed elsewhere is not lost by it.
    let skip = company.at(&format!("/hr/checklists/items/{keys}/skip"));
    let page = owner.post(&skip, &[("why", " ")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("Please fill this in."), "{page}");
    owner.post(&skip, &[("why", "Works from home")]).await;
    let page = owner.get(&path).await;
    assert!(page.says("Skipped: Works from home") && page.says("1 of 2"), "{page}");
    // Whom nobody knows cannot be given anything.
    let give = company.at(&format!("/hr/checklists/items/{badge}/assignee"));
    let page = owner.post(&give, &[("to", "Nobody At All")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert_eq!(page.attribute(&format!("#f-to-{badge}"), "value").as_deref(), Some("Nobody At All"));
    let agent = company.member(Role::SupportAgent).await;
    owner.post(&give, &[("to", &format!("Somebody · {}", agent.email))]).await;
    let page = owner.get(&path).await;
    assert!(page.says("“Badge” is Some Support agent’s to do now."), "{page}");
    app.run_jobs().await;
    // They tick it among their tasks, and with that the checklist is done.
    let task = steps(&company, ada).await[0].1.task;
    let mut browser = company.signed_in(Role::SupportAgent).await;
    browser.get(&company.at("/tasks")).await;
    browser.post(&company.at(&format!("/tasks/{task}/completion")), &[]).await;
    let page = owner.get(&company.at("/hr/checklists?state=done")).await;
    assert!(page.link("Ada Lovelace").is_some(), "{page}");
    // One more opens it again, sent twice or once.
    let once = uuid::Uuid::new_v4().to_string();
    for _ in 0..2 {
        let fields = [("title", "Parking"), ("due", "03/30/2026"), ("assignee", &agent.email), ("_once", &once)];
        let page = owner.post(&format!("{path}/items"), &fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    }
    let page = owner.get(&path).await;
    assert!(page.says("2 of 3") && page.says("Parking"), "{page}");
    let page = owner.post(&format!("{path}/items"), &[("title", ""), ("due", "yesterday")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert_eq!(page.value("due"), "yesterday");
    app.run_jobs().await;
}

#[tokio::test]
async fn who_does_not_come_is_called_off_and_who_comes_after_all_goes_on() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    template(
        &company,
        "Leaving",
        Kind::Offboarding,
        &[],
        vec![item("Laptop back", Owner::Hr, 0), item("Talk", Owner::Hr, -5)],
    )
    .await;
    let ada = company.employee(&[("start_date", "2020-01-01"), ("end_date", "2026-03-31")]).await;
    let talk = steps(&company, ada).await.remove(1).1;
    let mut tx = company.begin().await;
    checklists::complete(&mut tx, talk.id).await.expect("it is done");
    tx.commit().await.expect("it is kept");
    change(&company, ada, &[("end_date", "")]).await;
    let mut tx = company.begin().await;
    let of = |state: State| Filter { state: state.key().into(), ..Filter::default() };
    assert_eq!(checklists::list(&mut tx, &of(State::Cancelled)).await.expect("a list").rows.len(), 1);
    let open = store::tasks::about(&mut tx, Subject::Employee(ada)).await.expect("tasks").rows;
    assert_eq!(open, [], "nobody is reminded of what is called off");
    drop(tx);
    change(&company, ada, &[("end_date", "2026-04-30")]).await;
    let now: Vec<_> =
        steps(&company, ada).await.into_iter().map(|(_, s)| (s.title, s.due, s.done_at.is_some())).collect();
    assert_eq!(
        now,
        [("Laptop back".to_owned(), day("2026-04-30"), false), ("Talk".to_owned(), day("2026-03-26"), true)]
    );
    // By hand, and back.
    let id = steps(&company, ada).await[0].0;
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/hr/checklists/{id}"))).await;
    let page = owner.fill("Call off", &[]).await;
    assert!(page.says("The checklist is called off.") && page.says("By Olga Owner."), "{page}");
    let page = owner.fill("Undo", &[]).await;
    assert!(page.says("The checklist goes on.") && page.says("1 of 2"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn one_is_started_by_hand_for_whom_one_may() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let fields = Fields {
        name: "By hand".into(),
        kind: Kind::Onboarding,
        titles: vec![],
        departments: vec![],
        types: vec![],
        automatic: false,
        items: vec![item("Welcome", Owner::Hr, 0)],
    };
    let mut tx = company.begin().await;
    let id = tx.id();
    templates::add(&mut tx, id, &fields).await.expect("a template");
    tx.commit().await.expect("it is kept");
    let chief = company.employee(&[("last_name", "Chief"), ("start_date", "2020-01-01")]).await;
    company.employee(&[("last_name", "Below"), ("manager", "1")]).await;
    company.employee(&[("last_name", "Elsewhere"), ("start_date", "2026-04-01")]).await;
    company.link(company.member(Role::Manager).await.member, chief).await;
    let template = id.to_string();
    let mut manager = company.manager().await;
    let path = company.at("/hr/checklists/new");
    for (employee, field) in [("3", "employee"), ("1", "employee"), ("99", "employee"), ("2", "anchor")] {
        let page = manager.post(&path, &[("employee", employee), ("template", &template)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{employee}: {page}");
        assert!(!page.error(field).is_empty(), "{employee}: {page}");
    }
    let right = [("employee", "2"), ("template", &*template), ("anchor", "03/10/2026")];
    let page = manager.post(&path, &right).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    let page = manager.post(&path, &right).await;
    assert!(page.error("template").contains("already"), "{page}");
    // The day stands on the record then, and what follows leaves the list as it is; one that is known stays.
    let below = company.read::<uuid::Uuid>("select id from employees where last_name = 'Below'").await;
    change(&company, EmployeeId(below), &[("job_title", "Engineer")]).await;
    let (list, step) = steps(&company, EmployeeId(below)).await.remove(0);
    assert_eq!((step.due, step.done_at), (day("2026-03-10"), None));
    let page = manager.get(&company.at(&format!("/hr/checklists/{list}"))).await;
    assert!(!page.says("There is no such day any more"), "{page}");
    let mut owner = company.owner().await;
    let page = owner.post(&path, &[("employee", "3"), ("template", &template), ("anchor", "04/08/2026")]).await;
    assert!(page.error("anchor").contains("is 1 Apr 2026. Change it on the record first."), "{page}");
    let page = manager.get(&company.at("/hr/checklists")).await;
    assert!(page.link("Ada Below").is_some() && page.link("Ada Elsewhere").is_none(), "{page}");
    // HR sees who comes without one.
    let page = company.signed_in(Role::HrManager).await.get(&company.at("/hr/checklists")).await;
    assert!(page.says("Without a checklist") && page.link("Ada Elsewhere").is_some(), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_first_day_of_today_and_a_last_one_of_these_days_have_their_list() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    template(&company, "In", Kind::Onboarding, &[], vec![item("Laptop", Owner::Hr, 0)]).await;
    template(&company, "Out", Kind::Offboarding, &[], vec![item("Badge", Owner::Hr, 0)]).await;
    for (start, end, titles) in [
        ("2026-03-02", None, vec!["Laptop"]),
        ("2026-03-01", None, vec![]),
        ("2020-01-01", Some("2026-03-01"), vec!["Badge"]),
        ("2020-01-01", Some("2026-02-01"), vec![]),
    ] {
        let mut fields = vec![("start_date", start)];
        fields.extend(end.map(|end| ("end_date", end)));
        let id = company.employee(&fields).await;
        app.run_jobs().await;
        let told: Vec<String> = steps(&company, id).await.into_iter().map(|(_, s)| s.title).collect();
        assert_eq!(told, titles, "{start} {end:?}");
    }
}

#[tokio::test]
async fn nobody_shuts_out_at_once_whose_rights_are_beyond_their_own() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (ada, bob) =
        (company.employee(&[("last_name", "Admin")]).await, company.employee(&[("last_name", "Bob")]).await);
    template(&company, "Leaving", Kind::Offboarding, &[], vec![item("Badge", Owner::Hr, 0)]).await;
    let template = company.read::<uuid::Uuid>("select id from checklist_templates").await.to_string();
    company.link(company.member(Role::Admin).await.member, ada).await;
    company.link(company.member(Role::Employee).await.member, bob).await;
    let mut hr = company.signed_in(Role::HrManager).await;
    let edit = |id: EmployeeId| company.at(&format!("/hr/employees/{id}/edit"));
    hr.get(&edit(ada)).await;
    let page = hr.fill("Save changes", &[("End date", "2026-03-01")]).await;
    assert!(page.error("end_date").contains("would end their access at once"), "{page}");
    let form = [("employee", "1"), ("template", &*template), ("anchor", "03/01/2026")];
    let page = hr.post(&company.at("/hr/checklists/new"), &form).await;
    assert!(page.error("anchor").contains("would end their access at once"), "{page}");
    let file = "Number,First name,Last name,End date\n1,Ada,Admin,2026-03-01\n".as_bytes().to_vec();
    let form =
        hr.get(&company.at("/hr/employees/imports")).await.form("Check the file").file("File", "people.csv", file);
    hr.send(form).await;
    hr.press("Import 1 row").await;
    app.run_jobs().await;
    assert_eq!(
        company.read::<i64>("select count(*) from employees where end_date is not null").await,
        0,
        "nor by a file"
    );
    hr.get(&edit(ada)).await;
    // A day that is not over is seen by everybody concerned before it is; and whoever has no more than HR goes at once.
    let page = hr.fill("Save changes", &[("End date", "2026-03-02")]).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    hr.get(&edit(bob)).await;
    let page = hr.fill("Save changes", &[("End date", "2026-03-01")]).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    let mut owner = company.owner().await;
    owner.get(&edit(ada)).await;
    let page = owner.fill("Save changes", &[("End date", "2026-03-01")]).await;
    assert_eq!(page.toast(), "Changes saved.", "whoever looks after members may: {page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn access_ends_on_the_day_after_the_last_one_where_the_workspace_is() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    app.trial.admin("update tenants set zone = 'Pacific/Auckland'").await.expect("it moves");
    let ada = company.employee(&[("start_date", "2020-01-01"), ("end_date", "2026-03-03")]).await;
    let leaver = company.member(Role::Employee).await;
    company.link(leaver.member, ada).await;
    let tick = async || {
        jobs::schedule::tick(&app.db, &jobs::schedule::product()).await.expect("it ticks");
        app.run_jobs().await;
    };
    // The first tick that was ever seen only starts the count.
    tick().await;
    let mut browser = company.employee_member().await;
    // 3 March, 22:45 there.
    app.clock.advance(Duration::minutes(24 * 60 + 45));
    tick().await;
    assert_eq!(browser.get(&company.at("")).await.status, StatusCode::OK, "the last day is a day");
    app.clock.advance(Duration::minutes(90));
    tick().await;
    assert_eq!(browser.get(&company.at("")).await.status, StatusCode::UNAUTHORIZED, "and the next is none");
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/notifications")).await;
    assert!(page.says("Emil Employee has left: their access has ended"), "{page}");
    let page = owner.get(&company.at("/settings/audit?record=members")).await;
    assert!(page.says("Emil Employee"), "{page}");
    // Somebody who lets them in again means it.
    let mut tx = company.begin().await;
    store::workspace::members::reactivate(&mut tx, leaver.member).await.expect("they are in again");
    tx.commit().await.expect("it is kept");
    app.clock.advance(Duration::hours(2));
    tick().await;
    let mut tx = company.begin().await;
    let now = store::workspace::members::find(&mut tx, leaver.member).await.expect("a member");
    assert_eq!(now.deactivated_at, None);
}

#[tokio::test]
async fn the_last_owner_is_never_locked_out() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let olga = company.employee(&[("start_date", "2020-01-01"), ("end_date", "2026-02-27")]).await;
    let owner = company.member(Role::Owner).await;
    company.link(owner.member, olga).await;
    let tend = async || {
        let (mut tx, _) = app.db.begin_job(company.tenant, "test").await.expect("a transaction");
        let job = domain::jobs::TendDepartures { tenant: company.tenant, at: tx.now() };
        store::queue::push(&mut tx, &job).await.expect("it is pushed");
        tx.commit().await.expect("it is kept");
        app.run_jobs().await;
    };
    tend().await;
    let page = company.owner().await.get(&company.at("/notifications")).await;
    assert!(page.says("Olga Owner has left, and is the last owner"), "{page}");
    // As soon as there is another one, it ends by itself.
    company.join("Second Owner", &app.email("second"), Role::Owner).await;
    app.clock.advance(Duration::minutes(15));
    tend().await;
    let mut tx = app.db.begin_job(company.tenant, "test").await.expect("a transaction").0;
    let now = store::workspace::members::find(&mut tx, owner.member).await.expect("a member");
    assert!(now.deactivated_at.is_some());
}

#[tokio::test]
async fn what_a_leaver_holds_is_told_and_handed_over_at_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    template(&company, "Leaving", Kind::Offboarding, &[], vec![item("Say goodbye", Owner::Person, 0)]).await;
    company.employee(&[("last_name", "Chief"), ("start_date", "2020-01-01")]).await;
    let leaver = company.employee(&[("last_name", "Leaver"), ("manager", "1")]).await;
    let heir = company.employee(&[("last_name", "Heir"), ("manager", "2")]).await;
    let report = company.employee(&[("last_name", "Report"), ("manager", "2")]).await;
    let below = company.employee(&[("last_name", "Deeper"), ("manager", "4")]).await;
    let (from, to) = (company.member(Role::SalesRep).await, company.member(Role::SalesManager).await);
    company.link(from.member, leaver).await;
    let give = async |hr: &mut Browser, hand: &str, to: &str, kinds: &[&str]| {
        let fields: Vec<_> = kinds.iter().map(|kind| ("kinds", *kind)).chain([("to", to)]).collect();
        hr.post(hand, &fields).await
    };
    let all_kinds = ["tasks", "activities", "customers", "contacts", "deals", "leads", "reports"];
    let customer = company.customer(&[("owner", &from.email)]).await;
    let deals = company
        .deals([
            vec![("name", "Open"), ("owner", from.email.as_str())],
            vec![("name", "Lamps sold"), ("owner", from.email.as_str())],
        ])
        .await;
    company.contact(&[("last_name", "Byron"), ("owner", &from.email)]).await;
    company.lead(&[("name", "Ada"), ("owner", &from.email)]).await;
    let [open, won] = deals[..] else { panic!("two deals") };
    company.moved(won, "Won").await;
    let task = company.task("Renew the contract", from.member).await;
    change(&company, leaver, &[("end_date", "2026-03-31")]).await;
    let all = steps(&company, leaver).await;
    let (id, goodbye) = (all[0].0, all[0].1.task);
    let mut hr = company.signed_in(Role::HrManager).await;
    let path = company.at(&format!("/hr/checklists/{id}"));
    let page = hr.get(&path).await;
    for line in [
        "People who report to them: 2",
        "Customers that they look after: 1",
        "Open deals: 1",
        "Contacts that they look after: 1",
        "Open leads: 1",
        "Open tasks: 1",
    ] {
        assert!(page.says(line), "{line}: {page}");
    }
    let hand = format!("{path}/handover");
    // All or nothing: reports need somebody who is an employee.
    let page = give(&mut hr, &hand, &to.email, &[]).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.says("Choose what is handed over."), "{page}");
    let page = give(&mut hr, &hand, &to.email, &all_kinds).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(
        page.says("is no employee here to report to") && page.attribute("#f-to", "value") == Some(to.email.clone()),
        "{page}"
    );
    for (employee, told) in [(leaver, "This is who leaves."), (below, "so this would be a circle")] {
        let name = format!("M{}", employee.0.simple());
        let member = company.join(&name, &app.email(&name.to_lowercase()), Role::Employee).await.member;
        if employee == leaver {
            continue;
        }
        company.link(member, employee).await;
        let page = give(&mut hr, &hand, &name, &["reports"]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(page.says(told), "{told}: {page}");
        // Nobody is given what they may not open, nor told its name.
        let page = give(&mut hr, &hand, &name, &all_kinds).await;
        assert!(page.says("does not work with customers, contacts, deals and leads."), "{page}");
        assert!(
            !page.has("input[name=kinds][value=tickets]") && page.has("input[name=kinds][value=deals][checked]"),
            "{page}"
        );
    }
    let page = give(&mut hr, &hand, &from.email, &all_kinds).await;
    assert!(page.says("This is who leaves."), "{page}");
    let mut tx = company.begin().await;
    assert_eq!(store::tasks::find(&mut tx, task).await.expect("a task").assignee.id, from.member, "nothing has moved");
    drop(tx);
    company.link(to.member, heir).await;
    // Once, and taken back: whatever it was is theirs again.
    give(&mut hr, &hand, &to.email, &all_kinds).await;
    let page = hr.get(&path).await;
    assert!(page.says("and 1 direct report are now Some Sales manager’s.") && page.says("Nothing any more."), "{page}");
    let page = hr.press("Undo").await;
    assert!(page.says("1 lead and 2 direct reports are Ada Leaver’s again."), "{page}");
    assert!(page.says("Open deals: 1") && page.says("People who report to them: 2"), "{page}");
    let page = give(&mut hr, &hand, &to.email, &all_kinds).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    let page = hr.get(&path).await;
    assert!(
        page.says("1 task, 1 customer, 1 contact, 1 deal, 1 lead and 1 direct report are now Some Sales manager’s."),
        "{page}"
    );
    let mut tx = company.begin().await;
    assert_eq!(store::tasks::find(&mut tx, task).await.expect("a task").assignee.id, to.member);
    assert_eq!(
        store::tasks::find(&mut tx, goodbye).await.expect("a task").assignee.id,
        from.member,
        "their own part stays"
    );
    let open = store::crm::deals::find(&mut tx, open).await.expect("a deal").owner.expect("an owner");
    assert_eq!(open.id, to.member);
    let won = store::crm::deals::find(&mut tx, won).await.expect("a deal").owner.expect("an owner");
    assert_eq!(won.id, from.member, "what is won stays with whoever has won it");
    let owned = store::crm::customers::find(&mut tx, customer).await.expect("a customer").owner.expect("an owner");
    assert_eq!(owned.id, to.member);
    let manager = async |tx: &mut store::TenantTx, id| {
        store::hr::employees::find(tx, id).await.expect("they are there").manager.map(|m| m.number)
    };
    assert_eq!(manager(&mut tx, report).await.as_deref(), Some("3"));
    assert_eq!(manager(&mut tx, heir).await.as_deref(), Some("1"), "who takes over reports to the leaver’s manager");
    drop(tx);
    app.run_jobs().await;
    // Whoever may not hand over has no such button, nor such an address.
    let chief = company.employee(&[("last_name", "Other")]).await;
    company.link(company.member(Role::Manager).await.member, chief).await;
    let page = company.manager().await.post(&hand, &[("to", &to.email)]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{page}");
}

#[tokio::test]
async fn a_leaving_that_is_begun_says_the_last_day_and_the_door_is_shut_behind_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    template(&company, "Leaving", Kind::Offboarding, &[], vec![item("Say goodbye", Owner::Person, 0)]).await;
    let ada = company.employee(&[("number", "1"), ("start_date", "2020-01-01")]).await;
    let leaver = company.member(Role::Employee).await;
    company.link(leaver.member, ada).await;
    let mut browser = company.employee_member().await;
    let mut hr = company.signed_in(Role::HrManager).await;
    let mut tx = company.begin().await;
    let template = templates::list(&mut tx).await.expect("templates")[0].id.to_string();
    drop(tx);
    let begin = async |hr: &mut Browser, day: &str| {
        let fields = [("employee", "1"), ("template", &*template), ("anchor", day)];
        hr.post(&company.at("/hr/checklists/new"), &fields).await
    };
    assert_eq!(
        begin(&mut hr, "01/01/2019").await.error("anchor"),
        "This is before their first day, or their record is archived."
    );
    let page = begin(&mut hr, "03/02/2026").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    let page = hr.get(&company.at(&format!("/hr/employees/{ada}"))).await;
    assert!(page.says("2 Mar 2026"), "{page}");
    assert_eq!(browser.get(&company.at("")).await.status, StatusCode::OK, "the last day is a day");
    // No worker has come round yet.
    app.clock.advance(Duration::days(1));
    assert_ne!(browser.get(&company.at("")).await.status, StatusCode::OK, "and the next is none");
    app.run_jobs().await;
}
