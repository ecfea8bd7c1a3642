//! How often a route asks the database. Round trips are what a page costs, so a new one must be meant.

use crate::support::{Page, TestApp};
use axum::http::StatusCode;

/// Statements per route, the door's included, `begin` and `commit` not.
const STATEMENTS: &[(&str, u64)] = &[
    ("landing", 0),
    ("sign-in form", 0),
    ("home", 4),
    ("first steps", 2),
    ("search", 5),
    ("members", 3),
    ("list, whole page", 3),
    ("list, part", 2),
    ("list, part, searched", 3),
    ("record", 4),
    ("timeline", 4),
    ("new form", 3),
    ("edit form", 5),
    ("export", 4),
    ("add", 4),
    ("change", 5),
    ("archive", 4),
    ("archive many", 3),
    ("choose columns", 2),
];

#[tokio::test]
async fn no_route_asks_more_often_than_it_says() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let employee = company.employee(&[]).await;
    let customer = company.customer(&[]).await;
    let other = (company.employee(&[("last_name", "Other")]).await, company.customer(&[("name", "Other")]).await);
    let mut owner = company.owner().await;
    let mut asked: Vec<(&str, u64)> = vec![];
    let mut before = app.db.statements();
    let mut note = |what: &'static str, page: &Page| {
        assert!(page.status == StatusCode::OK || page.status == StatusCode::SEE_OTHER, "{what}: {page}");
        asked.push((what, app.db.statements() - before));
        before = app.db.statements();
    };
    macro_rules! get {
        ($what:literal, $path:expr) => {{
            let page = owner.request(axum::http::Method::GET, $path, &[], vec![]).await;
            note($what, &page);
        }};
    }
    macro_rules! post {
        ($what:literal, $path:expr, $fields:expr) => {{
            let token = owner.token().await;
            note("sign-in form", &Page { status: StatusCode::OK, ..Page::default() });
            let mut fields: Vec<(&str, &str)> = $fields.to_vec();
            fields.push(("_csrf", &token));
            let body = serde_html_form::to_string(&fields).expect("pairs can be written").into_bytes();
            let headers = [("content-type", "application/x-www-form-urlencoded")];
            let page = owner.request(axum::http::Method::POST, $path, &headers, body).await;
            note($what, &page);
        }};
    }
    let visitor = app.browser().get("/").await;
    note("landing", &visitor);
    get!("home", "/w/acme");
    get!("first steps", "/w/acme/first-steps");
    get!("search", "/w/acme/search?q=ada");
    get!("members", "/w/acme/settings/members");
    for (list, id, more, fields) in [
        ("/w/acme/hr/employees", employee.to_string(), other.0.to_string(), [("first_name", "A"), ("last_name", "B")]),
        ("/w/acme/crm/customers", customer.to_string(), other.1.to_string(), [("name", "C"), ("city", "D")]),
    ] {
        let target = if list.ends_with("customers") { "div#customers" } else { "div#employees" };
        get!("list, whole page", list);
        let page = owner.htmx(list, target).await;
        note("list, part", &page);
        let page = owner.htmx(&format!("{list}?q=love&sort=-name&status=active"), target).await;
        note("list, part, searched", &page);
        get!("record", &format!("{list}/{id}"));
        get!("timeline", &format!("{list}/{id}/timeline"));
        get!("new form", &format!("{list}/new"));
        get!("edit form", &format!("{list}/{id}/edit"));
        get!("export", &format!("{list}/export"));
        post!("add", &format!("{list}/new"), fields);
        let mut changed = fields.to_vec();
        changed[0].1 = "Z";
        changed.push(("_version", "1"));
        post!("change", &format!("{list}/{id}/edit"), changed);
        post!("archive", &format!("{list}/{id}/archival"), [("x", "")]);
        post!("archive many", &format!("{list}/archivals"), [("ids", more.as_str())]);
        post!("choose columns", &format!("{list}/columns"), [("columns", "number")]);
    }
    app.run_jobs().await;
    let most = |what: &str| asked.iter().filter(|(w, _)| *w == what).map(|(_, n)| *n).max().unwrap_or_default();
    let now: Vec<_> = STATEMENTS.iter().map(|(what, _)| (*what, most(what))).collect();
    assert_eq!(now, STATEMENTS, "left: what they need now");
    for (what, _) in &asked {
        assert!(STATEMENTS.iter().any(|(w, _)| w == what), "{what} is not in the table");
    }
    assert!(now.iter().all(|(_, n)| *n <= 6), "no more than a handful");
}
