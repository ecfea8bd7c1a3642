//! A cell of the list, changed where it stands.

use crate::support::{Browser, Page, TestApp};
use axum::http::{Method, StatusCode};
use domain::{EmployeeId, access::Role};

const LIST: &str = "/w/acme/hr/employees";

/// What htmx gets for the cell that is asked for, or sent.
async fn cell(browser: &mut Browser, id: EmployeeId, field: &str, sent: Option<(&str, &str)>) -> Page {
    let (path, target) = (format!("{LIST}/{id}/cells/{field}"), format!("div#cell-{id}-{field}"));
    let Some((value, version)) = sent else { return browser.htmx(&path, &target).await };
    let token = browser.token().await;
    let pairs = [("value", value), ("_version", version), ("_csrf", &*token)];
    let body = serde_html_form::to_string(pairs).expect("pairs can be written").into_bytes();
    let headers = [
        ("hx-request", "true"),
        ("hx-request-type", "partial"),
        ("hx-target", &*target),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    browser.request(Method::POST, &path, &headers, body).await
}

async fn of(browser: &mut Browser, id: EmployeeId, field: &str) -> String {
    browser.get(&format!("{LIST}/{id}/edit")).await.value(field)
}

#[tokio::test]
async fn a_cell_asks_saves_and_is_the_cell_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let fields =
        [("department", "Works"), ("phone", "+49 30 1234567"), ("salary", "50000"), ("start_date", "2020-01-01")];
    let ada = company.employee(&fields).await;
    for place in ["Yard", "Dock"] {
        company.employee(&[("last_name", place), ("department", place)]).await;
    }
    let mut owner = company.owner().await;
    let salary = of(&mut owner, ada, "salary").await;
    let page = owner.get(LIST).await;
    let edit = format!("#cell-{ada}-department .cell-edit");
    assert_eq!(page.attribute(&edit, "aria-label").as_deref(), Some("Edit Department of Ada Lovelace"), "{page}");
    // Without a script it leads to the field of the form.
    assert_eq!(page.attribute(&edit, "href"), Some(format!("{LIST}/{ada}/edit#f-department")));
    let part = cell(&mut owner, ada, "department", None).await;
    assert!(!part.is_whole() && part.has("input[name=value][data-focus]"), "{part}");
    assert_eq!(part.attribute("input[name=value]", "value").as_deref(), Some("Works"));
    let version = part.attribute("input[name=_version]", "value").expect("a version");
    let part = cell(&mut owner, ada, "department", Some(("Yard", &version))).await;
    assert_eq!((part.status, part.is_whole()), (StatusCode::OK, false), "{part}");
    assert!(part.all(".cell-value") == ["Yard"] && part.has(".cell-edit[data-focus]"), "{part}");
    assert!(part.says("Department of Ada Lovelace saved."), "{part}");
    assert_eq!(of(&mut owner, ada, "department").await, "Yard");
    assert_eq!(of(&mut owner, ada, "salary").await, salary, "nothing else was touched");
    let history = owner.get(&format!("{LIST}/{ada}/history?on=2026-03-01")).await;
    assert!(history.says("Works") && history.says("Yard"), "it has its day: {history}");
    // Who thinks better of it has the cell as it is.
    let plain =
        owner.htmx(&format!("{LIST}/{ada}/cells/department?plain=yes"), &format!("div#cell-{ada}-department")).await;
    assert!(plain.all(".cell-value") == ["Yard"] && !plain.has("form"), "{plain}");
    // Who saved the wrong thing has it back by the notice.
    let part = cell(&mut owner, ada, "department", None).await;
    let version = part.attribute("input[name=_version]", "value").expect("a version");
    let part = cell(&mut owner, ada, "department", Some(("Dock", &version))).await;
    let page = owner.send(part.form("Undo")).await;
    assert_eq!(page.toast(), "Department of Ada Lovelace saved.", "{page}");
    assert_eq!(of(&mut owner, ada, "department").await, "Yard");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_manager_a_type_and_an_address_are_changed_in_the_list() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let lead = company.employee(&[("number", "1"), ("first_name", "Lea"), ("last_name", "Lead")]).await;
    let ada = company.employee(&[("number", "2"), ("employment_type", "part_time")]).await;
    let mut owner = company.owner().await;
    let part = cell(&mut owner, ada, "employment_type", None).await;
    assert!(part.has("select[name=value] option[value=part_time][selected]"), "{part}");
    for (field, sent, shown) in [
        ("employment_type", "full_time", "Full-time"),
        ("manager", "lea lead", "Lea Lead"),
        ("email", "ada@lamps.example", "ada@lamps.example"),
    ] {
        let version = company.read::<i32>(&format!("select version from employees where id = '{ada}'")).await;
        let part = cell(&mut owner, ada, field, Some((sent, &version.to_string()))).await;
        assert_eq!((part.status, part.all(".cell-value")), (StatusCode::OK, vec![shown.to_owned()]), "{part}");
    }
    assert_eq!(of(&mut owner, ada, "manager").await, "1 · Lea Lead");
    // As in the form, nobody stands below their own report.
    let page = cell(&mut owner, lead, "manager", Some(("2", "1"))).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.has(".field-error"), "{page}");
    let page = cell(&mut owner, ada, "manager", Some(("Nobody Known", "4"))).await;
    assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.says("Nobody"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_wrong_stands_beside_it_and_what_was_typed_stays() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("phone", "+49 30 1234567"), ("location", "Kyiv")]).await;
    for place in ["Oslo", "Rome"] {
        company.employee(&[("last_name", place), ("location", place)]).await;
    }
    let mut owner = company.owner().await;
    let page = cell(&mut owner, ada, "phone", Some(("call me", "1"))).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.attribute("input[name=value]", "value").as_deref(), Some("call me"));
    assert!(page.says("This is not a telephone number"), "{page}");
    // Somebody was faster: what it is now is told, and saving again means it.
    owner.get(&format!("{LIST}/{ada}/edit")).await;
    owner.fill("Save changes", &[("Location", "Oslo")]).await;
    let page = cell(&mut owner, ada, "location", Some(("Rome", "1"))).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.says("Changed meanwhile: now Oslo."), "{page}");
    let version = page.attribute("input[name=_version]", "value").expect("the new version");
    assert_eq!(page.attribute("input[name=value]", "value").as_deref(), Some("Rome"));
    let page = cell(&mut owner, ada, "location", Some(("Rome", &version))).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    assert_eq!(of(&mut owner, ada, "location").await, "Rome");
    // A slip makes no place: it is begun in the form.
    let version = company.read::<i32>(&format!("select version from employees where id = '{ada}'")).await.to_string();
    let page = cell(&mut owner, ada, "location", Some(("Rome", "1"))).await;
    assert!(page.says("Changed meanwhile"), "{page}");
    let page = cell(&mut owner, ada, "location", Some(("Romme", &version))).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("Did you mean “Rome”?"), "{page}");
    let page = cell(&mut owner, ada, "salary", None).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn only_who_may_change_somebody_has_a_pencil() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("department", "Works")]).await;
    for role in Role::BUILT_IN {
        let mut browser = company.signed_in(role).await;
        let may = browser.get(&format!("{LIST}/{ada}/edit")).await.status == StatusCode::OK;
        assert_eq!(browser.get(LIST).await.has(".cell-edit"), may, "{role}");
        assert_eq!(cell(&mut browser, ada, "department", None).await.status == StatusCode::OK, may, "{role}");
    }
    // Of the archived nothing is changed in passing.
    let mut owner = company.owner().await;
    owner.post(&format!("{LIST}/{ada}/archival"), &[]).await;
    assert!(!owner.get(&format!("{LIST}?status=archived")).await.has(".cell-edit"));
    assert_eq!(cell(&mut owner, ada, "department", None).await.status, StatusCode::NOT_FOUND);
    app.run_jobs().await;
}
