//! One field of many at once: looked at first, done, and given back.

use crate::support::{Browser, Company, Page, TestApp};
use axum::http::StatusCode;
use domain::{EmployeeId, access::Role};

const LIST: &str = "/w/acme/hr/employees";

/// What would come of it.
async fn looked_at(browser: &mut Browser, ids: &[EmployeeId], field: &str, value: &str, more: &[(&str, &str)]) -> Page {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("ids", id.as_str())).collect();
    // A place that is not there yet is meant.
    let new = ("new_place", value);
    fields.extend([("field", field), ("shown", field), ("value", value), ("look", "yes"), ("back", LIST), new]);
    fields.extend(more);
    browser.post(&format!("{LIST}/changes/new"), &fields).await
}

/// The button that does it is pressed.
async fn confirmed(browser: &mut Browser, preview: &Page) -> Page {
    let button = preview.all("main .button-primary").first().cloned().unwrap_or_else(|| panic!("no button: {preview}"));
    browser.send(preview.form(&button)).await
}

async fn changed(browser: &mut Browser, ids: &[EmployeeId], field: &str, value: &str, more: &[(&str, &str)]) -> Page {
    let preview = looked_at(browser, ids, field, value, more).await;
    confirmed(browser, &preview).await
}

async fn of(browser: &mut Browser, id: EmployeeId, field: &str) -> String {
    browser.get(&format!("{LIST}/{id}/edit")).await.value(field)
}

/// Before and after, of the first that a page shows.
fn steps(page: &Page) -> Vec<(String, String, String)> {
    page.names().into_iter().zip(page.rows()).map(|(name, r)| (name, r[1].clone(), r[2].clone())).collect()
}

async fn three(company: &Company<'_>) -> Vec<EmployeeId> {
    company
        .employees([
            vec![("number", "1"), ("last_name", "One"), ("location", "Kyiv")],
            vec![("number", "2"), ("last_name", "Two"), ("location", "Berlin")],
            vec![("number", "3"), ("last_name", "Three")],
        ])
        .await
}

#[tokio::test]
async fn ticked_rows_are_looked_at_changed_and_given_back_but_for_later_changes() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = three(&company).await;
    company.employee(&[("last_name", "Elsewhere"), ("location", "Oslo")]).await;
    let mut owner = company.owner().await;
    // Which field, then what it is to be.
    let ticked: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let ticked: Vec<(&str, &str)> = ticked.iter().map(|id| ("ids", id.as_str())).collect();
    let page = owner.post(&format!("{LIST}/changes/new"), &ticked).await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::OK, "Change 3 employees"), "{page}");
    let page = owner.send(page.form("Next").set("What to change", "Location")).await;
    assert_eq!(page.value("from"), "2026-03-02", "from today on, unless another day is said: {page}");
    let page = owner.send(page.form("See what would change")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.error("value").contains("Fill this in"), "{page}");
    let page = owner.send(page.form("See what would change").set("value", "Berlin")).await;
    assert_eq!(page.all(".stat-value, .stat dd").len(), 3, "{page}");
    let row = |name: &str, was: &str| (name.to_owned(), was.to_owned(), "Berlin".to_owned());
    let mut seen = steps(&page);
    seen.sort();
    assert_eq!(seen, [row("Ada One", "Kyiv"), row("Ada Three", "– none")], "{page}");
    assert_eq!(of(&mut owner, ids[0], "location").await, "Kyiv", "nothing yet");
    let page = confirmed(&mut owner, &page).await;
    assert_eq!((page.path.as_str(), page.toast().as_str()), (LIST, "2 employees were changed."), "{page}");
    app.run_jobs().await;
    for id in &ids {
        assert_eq!(of(&mut owner, *id, "location").await, "Berlin");
    }
    let page = owner.get(&format!("{LIST}/{}/timeline", ids[0])).await;
    assert!(page.says("Olga Owner") && page.says("Kyiv") && page.says("Berlin"), "it is on the record: {page}");

    // Somebody is moved on by hand: their change stays.
    owner.get(&format!("{LIST}/{}/edit", ids[2])).await;
    owner.fill("Save changes", &[("Location", "Oslo")]).await;
    let page = owner.get(&format!("{LIST}/changes")).await;
    assert_eq!(page.rows()[0][..2], ["Location: Berlin".to_owned(), "2".into()], "{page}");
    owner.click("Location: Berlin").await;
    let page = owner.press("Undo").await;
    assert_eq!(page.toast(), "1 employee was given back what they had.", "{page}");
    assert!(page.says("1 were left alone") && page.says("changed since"), "{page}");
    let now = [of(&mut owner, ids[0], "location").await, of(&mut owner, ids[1], "location").await];
    assert_eq!((now, of(&mut owner, ids[2], "location").await), (["Kyiv".into(), "Berlin".into()], "Oslo".into()));
    assert!(!owner.get(&page.path).await.has_form("Undo"), "once is enough");
    app.run_jobs().await;
}

#[tokio::test]
async fn the_notice_undoes_it_and_twice_is_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = three(&company).await;
    let mut owner = company.owner().await;
    let preview = looked_at(&mut owner, &ids, "fte", "80", &[]).await;
    let form = preview.form("Change 3 employees");
    let page = owner.send_once(&form, &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let page = owner.send(form).await;
    assert_eq!(page.toast(), "3 employees were changed.", "the first notice is the one that is read: {page}");
    let history = owner.get(&format!("{LIST}/{}/history", ids[0])).await;
    assert_eq!(history.rows().len(), 1, "of their first day there is one row: {history}");
    owner.get(LIST).await;
    assert_eq!(of(&mut owner, ids[0], "fte").await, "80 %");
    let page = owner.get(&format!("{LIST}/changes")).await;
    assert_eq!(page.rows().len(), 1, "{page}");
    let id = page.attribute("tbody a", "href").expect("its page");
    let page = owner.post(&format!("{id}/reversal"), &[]).await;
    assert_eq!(page.header("location"), LIST);
    assert_eq!(owner.get(LIST).await.toast(), "3 employees were given back what they had.");
    assert_eq!(of(&mut owner, ids[0], "fte").await, "");
    let page = owner.post(&format!("{id}/reversal"), &[]).await;
    assert_eq!(page.header("location"), id, "undone already");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_somebody_changed_since_it_was_looked_at_stays() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = three(&company).await;
    let mut owner = company.owner().await;
    let preview = looked_at(&mut owner, &ids, "job_title", "Smith", &[]).await;
    owner.get(&format!("{LIST}/{}/edit", ids[0])).await;
    owner.fill("Save changes", &[("Job title", "Potter")]).await;
    let page = confirmed(&mut owner, &preview).await;
    assert_eq!(page.toast(), "2 employees were changed. 1 could not be.", "{page}");
    assert_eq!(of(&mut owner, ids[0], "job_title").await, "Potter");
    owner.get(&format!("{LIST}/changes")).await;
    let page = owner.click("Job title: Smith").await;
    assert!(page.says("somebody has changed it since you looked") && page.says("Ada One"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn wrong_values_stand_beside_their_field_with_what_was_typed() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = three(&company).await;
    let mut owner = company.owner().await;
    for (field, value, error) in [
        ("fte", "plenty", "Use a part of a full-time job"),
        ("manager", "77", "No employee has the number 77."),
        ("no_tag", "Nothing", "There is no tag called Nothing."),
    ] {
        let page = looked_at(&mut owner, &ids, field, value, &[]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {page}");
        assert!(page.error("value").contains(error), "{field}: {page}");
        assert_eq!(page.value("value"), value, "{field}");
    }
    let page = looked_at(&mut owner, &ids, "location", "Rome", &[("from", "31.31.2026")]).await;
    assert!(!page.error("from").is_empty() && page.value("value") == "Rome", "{page}");
    let page = looked_at(&mut owner, &ids, "salary", "1", &[]).await;
    assert!(!page.error("field").is_empty(), "{page}");
}

#[tokio::test]
async fn nobody_comes_to_report_to_themselves() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = company
        .employees([
            vec![("number", "1"), ("last_name", "Top")],
            vec![("number", "2"), ("last_name", "Middle"), ("manager", "1")],
            vec![("number", "3"), ("last_name", "Low"), ("manager", "2")],
            vec![("number", "4"), ("last_name", "Other")],
        ])
        .await;
    let mut owner = company.owner().await;
    let preview = looked_at(&mut owner, &ids, "manager", "3", &[]).await;
    assert!(preview.says("they would report to themselves, in the end"), "{preview}");
    assert!(preview.says("Ada Top") && preview.says("Ada Middle") && preview.says("Ada Low"), "{preview}");
    let page = confirmed(&mut owner, &preview).await;
    assert_eq!(page.toast(), "1 employee was changed. 3 could not be.", "{page}");
    assert_eq!(of(&mut owner, ids[3], "manager").await, "3 · Ada Low");
    assert_eq!(of(&mut owner, ids[1], "manager").await, "1 · Ada Top");
    // Undone when the tree has turned: whom it would make a circle of stays where they are.
    let page = looked_at(&mut owner, &ids[1..2], "manager", "4", &[]).await;
    assert!(page.all("main .button-primary").is_empty(), "4 is below 3, who is below 2: {page}");
    let page = changed(&mut owner, &ids[3..], "manager", "1", &[]).await;
    assert_eq!(page.toast(), "1 employee was changed.", "{page}");
    owner.get(&format!("{LIST}/{}/edit", ids[2])).await;
    owner.fill("Save changes", &[("Manager", "4")]).await;
    owner.get(&format!("{LIST}/changes")).await;
    let page = owner.click("Manager: 1 · Ada Top").await;
    let undone = owner.post(&format!("{}/reversal", page.path), &[]).await;
    let page = owner.get(undone.header("location")).await;
    assert!(page.says("they would report to themselves, in the end"), "{page}");
    assert_eq!(of(&mut owner, ids[3], "manager").await, "1 · Ada Top");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_day_says_from_when_it_holds_and_rows_behind_it_that_only_repeat_go_along() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = company
        .employees([
            vec![("number", "1"), ("last_name", "Early"), ("location", "Kyiv"), ("start_date", "2020-01-01")],
            vec![("number", "2"), ("last_name", "Late"), ("location", "Kyiv"), ("start_date", "2026-05-01")],
            vec![("number", "3"), ("last_name", "Gone"), ("start_date", "2020-01-01"), ("end_date", "2026-02-01")],
        ])
        .await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{}/jobs/new", ids[0])).await;
    owner.fill("Save", &[("From", "2026-06-01"), ("Job title", "Head")]).await;
    let preview = looked_at(&mut owner, &ids, "location", "Berlin", &[("from", "2026-04-01")]).await;
    assert!(preview.says("was not there yet on that day") && preview.says("had left by that day"), "{preview}");
    let page = confirmed(&mut owner, &preview).await;
    assert_eq!(page.toast(), "1 employee was changed. 2 could not be.", "{page}");
    assert_eq!(of(&mut owner, ids[0], "location").await, "Kyiv", "it is planned");
    let on = async |owner: &mut Browser, day: &str| {
        owner.get(&format!("{LIST}/{}/history?on={day}", ids[0])).await.all(".facts dd").join("|")
    };
    assert!(on(&mut owner, "2026-04-01").await.contains("Berlin"));
    let june = on(&mut owner, "2026-06-01").await;
    assert!(june.contains("Berlin") && june.contains("Head"), "{june}");
    owner.get(&format!("{LIST}/changes")).await;
    owner.click("Location: Berlin").await;
    owner.press("Undo").await;
    let june = on(&mut owner, "2026-06-01").await;
    assert!(june.contains("Kyiv") && june.contains("Head"), "{june}");
    let rows = owner.get(&format!("{LIST}/{}/history", ids[0])).await;
    assert!(!rows.text.contains("2026-04-01"), "the row that said nothing else is gone: {rows}");
    app.run_jobs().await;
}

#[tokio::test]
async fn tags_and_own_fields_go_on_and_come_off() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = three(&company).await;
    company.custom_field("Shoe size").await;
    let mut owner = company.owner().await;
    let page = owner.post(&format!("{LIST}/changes/new"), &[("ids", &ids[0].to_string())]).await;
    let form = page.form("Next");
    let custom =
        form.choices("field").into_iter().find(|(_, label)| label == "First Shoe size").expect("it is offered").0;
    let page = changed(&mut owner, &ids, "tag", "VIP", &[]).await;
    assert_eq!(page.toast(), "3 employees were changed.", "{page}");
    let page = changed(&mut owner, &ids[..2], "no_tag", "vip", &[]).await;
    assert_eq!(page.toast(), "2 employees were changed.", "{page}");
    assert_eq!(owner.get(&format!("{LIST}?tag=VIP")).await.names(), ["Ada Three"]);
    let page = owner.get(&format!("{LIST}/changes")).await;
    let taken_off = page.html();
    let link = scraper::Selector::parse("tbody a").expect("a selector");
    let off = taken_off
        .select(&link)
        .find(|a| a.text().collect::<String>().contains("Take a tag off"))
        .expect("it is listed");
    let off = off.attr("href").expect("a page").to_owned();
    drop(taken_off);
    owner.post(&format!("{off}/reversal"), &[]).await;
    assert_eq!(owner.get(&format!("{LIST}?tag=VIP")).await.names().len(), 3);

    let page = changed(&mut owner, &ids, &custom, "42", &[]).await;
    assert_eq!(page.toast(), "3 employees were changed.", "{page}");
    assert_eq!(of(&mut owner, ids[1], &custom).await, "42");
    let page = changed(&mut owner, &ids[..1], &custom, "", &[("empty", "true")]).await;
    assert_eq!(page.toast(), "1 employee was changed.", "{page}");
    assert_eq!(of(&mut owner, ids[0], &custom).await, "");
    owner.get(&format!("{LIST}/changes")).await;
    owner.click("First Shoe size: nothing").await;
    owner.press("Undo").await;
    assert_eq!(of(&mut owner, ids[0], &custom).await, "42");
    // Who has as many as fit gets no more.
    for n in 0..29 {
        owner.post(&format!("{LIST}/{}/tags", ids[0]), &[("tag", &format!("Tag {n}"))]).await;
    }
    let page = looked_at(&mut owner, &ids[..2], "tag", "One more", &[]).await;
    assert!(page.says("has as many tags as a record can have"), "{page}");
    let page = confirmed(&mut owner, &page).await;
    assert_eq!(page.toast(), "1 employee was changed. 1 could not be.", "{page}");
    assert!(owner.get(&format!("{LIST}?tag=One+more")).await.names().len() == 1);
    app.run_jobs().await;
}

#[tokio::test]
async fn rights_and_walls_hold() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = three(&company).await;
    let other = app.company("globex").await;
    let theirs = other.employee(&[("last_name", "Theirs")]).await;
    for role in Role::BUILT_IN {
        let mut browser = company.signed_in(role).await;
        let page = looked_at(&mut browser, &ids, "location", "Rome", &[]).await;
        let may = role.rights().may("employees.bulk");
        assert_eq!(page.status == StatusCode::OK, may, "{role}: {page}");
        assert_eq!(browser.get(&format!("{LIST}/changes")).await.status == StatusCode::OK, may, "{role}");
    }
    let mut owner = company.owner().await;
    // Another workspace's are none of ours.
    let page = looked_at(&mut owner, &[ids[0], theirs], "location", "Rome", &[]).await;
    assert!(page.says("Change 1 employee"), "{page}");
    let mut fields = vec![("field", "location"), ("shown", "location"), ("value", "Rome"), ("back", LIST)];
    fields.push(("new_place", "Rome"));
    let (id, foreign) = (ids[0].to_string(), theirs.to_string());
    fields.extend([("ids", id.as_str()), ("versions", "1"), ("ids", foreign.as_str()), ("versions", "1")]);
    owner.post(&format!("{LIST}/changes"), &fields).await;
    assert_eq!(owner.get(LIST).await.toast(), "1 employee was changed.");
    let page = other.owner().await.get(&format!("/w/globex/hr/employees/{theirs}/edit")).await;
    assert_eq!(page.value("location"), "");
    // What one has changed is for oneself to see and to undo.
    let page = owner.get(&format!("{LIST}/changes")).await;
    let change = page.attribute("tbody a", "href").expect("its page");
    let mut admin = company.admin().await;
    assert_eq!(admin.get(&change).await.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.post(&format!("{change}/reversal"), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(of(&mut owner, ids[0], "location").await, "Rome");
    // Of the archived nothing is changed.
    owner.post(&format!("{LIST}/{}/archival", ids[1]), &[]).await;
    let page = looked_at(&mut owner, &ids[1..2], "location", "Rome", &[]).await;
    assert!(page.says("in the archive") && page.all("main .button-primary").is_empty(), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn all_that_a_question_finds_is_changed_by_a_job_and_given_back_by_one() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut tx = company.begin().await;
    store::bench::employees(&mut tx, 1_300).await.expect("they are added");
    tx.commit().await.expect("they are kept");
    let mut owner = company.owner().await;
    let all = [
        ("all", LIST),
        ("field", "location"),
        ("shown", "location"),
        ("value", "Lisbon"),
        ("new_place", "Lisbon"),
        ("look", "yes"),
        ("back", LIST),
    ];
    let preview = owner.post(&format!("{LIST}/changes/new"), &all).await;
    assert!(preview.says("Left out 260") && preview.says("had left by that day"), "{preview}");
    assert!(preview.says("Change 1,040 employees") && preview.says("The first 20 of 1,040 employees."), "{preview}");
    let form = preview.form("Change 1,040 employees");
    let page = owner.send_once(&form, &[]).await;
    let watched = page.header("location").to_owned();
    assert_eq!(owner.send_once(&form, &[]).await.header("location"), watched, "twice is once");
    assert!(owner.htmx(&watched, "div#progress").await.has("progress"));
    app.run_jobs().await;
    assert_eq!(owner.htmx(&watched, "div#progress").await.header("hx-redirect"), watched);
    let page = owner.get(&watched).await;
    assert!(page.says("1,040") && page.has_form("Undo"), "{page}");
    let there = owner.get(&format!("{LIST}?location=Lisbon&status=active")).await;
    assert!(!there.names().is_empty(), "{there}");
    owner.get(&watched).await;
    let page = owner.press("Undo").await;
    assert_eq!(page.path, watched);
    app.run_jobs().await;
    let page = owner.get(&watched).await;
    assert!(page.says("1,040 employees have what they had before."), "{page}");
    assert_eq!(owner.get(&format!("{LIST}?location=Lisbon")).await.names().len(), 0);
    // A question that is not understood changes nobody.
    let unclear = [("all", "/w/acme/hr/employees?departmnet=Sales"), ("field", "fte"), ("value", "50")];
    let page = owner.post(&format!("{LIST}/changes"), &unclear).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
}

#[tokio::test]
async fn a_change_whose_worker_dies_each_time_is_told_to_have_failed() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut tx = company.begin().await;
    store::bench::employees(&mut tx, 201).await.expect("they are added");
    tx.commit().await.expect("they are kept");
    let mut owner = company.owner().await;
    let all = [("all", LIST), ("field", "fte"), ("shown", "fte"), ("value", "50"), ("look", "yes"), ("back", LIST)];
    let preview = owner.post(&format!("{LIST}/changes/new"), &all).await;
    let watched = confirmed(&mut owner, &preview).await.path;
    let killed = format!(
        "insert into job_runs (tenant_id, name, key, queue, state, attempts, lost, first_at, last_at)
         select tenant_id, 'run_bulk', request::text, 'imports', 'running', 5, 4, created_at, created_at
         from bulk_changes where tenant_id = '{}'",
        company.tenant
    );
    app.trial.admin(&killed).await.expect("it is written down");
    app.run_jobs().await;
    let page = owner.get(&watched).await;
    assert!(page.says("Nothing was changed. It was given up after several tries."), "{page}");
    assert!(!page.has_form("Undo"), "{page}");
}

#[tokio::test]
async fn customers_change_hands_and_come_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = company.customers([vec![("name", "A")], vec![("name", "B")]]).await;
    let seller = company.member(Role::SalesManager).await;
    let list = "/w/acme/crm/customers";
    let mut owner = company.owner().await;
    let (a, b) = (ids[0].to_string(), ids[1].to_string());
    let ask = async |owner: &mut Browser, field: &str, value: &str| {
        let fields =
            [("ids", a.as_str()), ("ids", &b), ("field", field), ("shown", field), ("value", value), ("look", "yes")];
        let preview = owner.post(&format!("{list}/changes/new"), &fields).await;
        confirmed(owner, &preview).await
    };
    let page = ask(&mut owner, "owner", &seller.email).await;
    assert_eq!(page.toast(), "2 customers were changed.", "{page}");
    app.run_jobs().await;
    let page = company.signed_in(Role::SalesManager).await.get("/w/acme/notifications").await;
    assert!(page.says("A and 1 more are yours now"), "{page}");
    let page = ask(&mut owner, "status", "prospect").await;
    assert_eq!(page.toast(), "2 customers were changed.", "{page}");
    assert_eq!(owner.get(&format!("{list}?status=prospect")).await.names().len(), 2);
    owner.get(&format!("{list}/changes")).await;
    owner.click("Status: Prospect").await;
    let page = owner.press("Undo").await;
    assert_eq!(page.toast(), "2 customers were given back what they had.", "{page}");
    assert_eq!(owner.get(&format!("{list}?status=prospect")).await.names().len(), 0);
    assert_eq!(owner.get(&format!("{list}/{a}/edit")).await.value("owner"), seller.email);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_place_that_is_not_there_yet_is_made_where_it_is_meant() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = three(&company).await;
    let mut owner = company.owner().await;
    let ticked: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let ticked: Vec<(&str, &str)> = ticked.iter().map(|id| ("ids", id.as_str())).collect();
    let page = owner.post(&format!("{LIST}/changes/new"), &ticked).await;
    let page = owner.send(page.form("Next").set("What to change", "Location")).await;
    let page = owner.send(page.form("See what would change").set("value", "Berlinn")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert_eq!(page.error("value"), "There is no location “Berlinn” yet. Did you mean “Berlin”?");
    assert!(page.says("New location “Berlinn”: it will be made"), "{page}");
    // A slip is put right.
    let page = owner.send(page.form("See what would change").set("value", "Berlin")).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    // What is meant is made, and that is still known when the button is pressed.
    let page = looked_at(&mut owner, &ids, "location", "Bern", &[]).await;
    let page = confirmed(&mut owner, &page).await;
    assert_eq!(page.toast(), "3 employees were changed.", "{page}");
    assert_eq!(of(&mut owner, ids[0], "location").await, "Bern");
    app.run_jobs().await;
}
