//! Security headers, cookies and error pages.

use crate::support::{Page, TestApp};
use axum::http::{Method, StatusCode};

fn safe(page: &Page) {
    let csp = page.header("content-security-policy");
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'none'",
    ] {
        assert!(csp.split("; ").any(|r| r == rule), "{rule} is not in {csp:?} of {page}");
    }
    assert!(!csp.contains("unsafe"), "{csp}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(page.header(name), value, "{name} of {page}");
    }
    let cached = page.header("cache-control");
    assert_eq!(
        cached.contains("no-store"),
        !page.path.starts_with("/assets/") || page.status != StatusCode::OK,
        "{cached} of {page}"
    );
}

#[tokio::test]
async fn every_kind_of_answer_is_safe() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let id = company.employee(&[]).await;
    let mut owner = company.owner().await;
    let style = owner.get("/").await.attribute("link[rel=stylesheet]", "href").expect("a style sheet");
    for (path, status) in [
        ("/", StatusCode::OK),
        ("/healthz", StatusCode::OK),
        ("/readyz", StatusCode::OK),
        ("/login", StatusCode::OK),
        ("/w/acme", StatusCode::OK),
        ("/w/acme/hr/employees/export", StatusCode::OK),
        (style.as_str(), StatusCode::OK),
        ("/assets/nothing.css", StatusCode::NOT_FOUND),
        ("/w/nobody", StatusCode::NOT_FOUND),
        ("/nothing/here", StatusCode::NOT_FOUND),
        ("/dev/gallery", StatusCode::NOT_FOUND),
        ("/dev/mailbox", StatusCode::NOT_FOUND),
    ] {
        let page = owner.request(Method::GET, path, &[], vec![]).await;
        assert_eq!(page.status, status, "{page}");
        safe(&page);
    }
    safe(&owner.htmx("/w/acme/hr/employees", "div#employees").await);
    safe(&app.browser().get("/w/acme").await);
    safe(&owner.post("/w/acme/hr/employees/new", &[]).await);
    safe(&owner.post(&format!("/w/acme/hr/employees/{id}/archival"), &[]).await);
    let forged = owner.request(Method::POST, "/logout", &[("origin", "https://evil.example")], vec![]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    safe(&forged);
    let page = owner.request(Method::POST, "/healthz", &[], vec![]).await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    safe(&page);
    app.jobs_may_wait();
}

#[tokio::test]
async fn what_is_not_there_has_a_page_and_says_so_to_htmx() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let page = owner.get("/nothing/here").await;
    assert_eq!((page.status, page.h1().as_str()), (StatusCode::NOT_FOUND, "There is nothing here"));
    assert!(page.is_whole() && page.link("Go to the front page").is_some());
    let part = owner.htmx("/w/acme/hr/employees/no-id", "div#employees").await;
    assert_eq!((part.status, part.header("hx-reswap")), (StatusCode::NOT_FOUND, "none"), "the rest of the page stays");
    assert!(part.has("[hx-swap-oob] .toast"), "{part}");
    let page = owner.get("/api/nothing").await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::NOT_FOUND, "application/problem+json"));
}

#[tokio::test]
async fn what_is_too_large_is_refused_in_words() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let huge = "x".repeat(2 * 1024 * 1024);
    for path in ["/w/acme/hr/employees/new", "/login", "/w/acme/settings/invitations"] {
        let page = owner.post(path, &[("first_name", &huge), ("email", &huge)]).await;
        assert_eq!((page.status, page.h1().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "This is too large"), "{path}");
        safe(&page);
    }
    for (kind, body) in
        [("application/json", "{}"), ("text/plain", "x"), ("application/x-www-form-urlencoded", "a=%ff%fe&&&===")]
    {
        let page =
            owner.request(Method::POST, "/w/acme/hr/employees/new", &[("content-type", kind)], body.into()).await;
        assert!(page.status.is_client_error(), "{kind}: {page}");
    }
}

/// A name that points to us may be somebody else's; only in development is it taken for ours.
#[tokio::test]
async fn forms_come_from_the_public_url_alone() {
    for dev in [false, true] {
        let app = TestApp::with(|s| s.dev = dev).await;
        let mut browser = app.browser();
        let token = browser.token().await;
        let body = format!("_csrf={token}");
        for (host, origin, ours) in [
            ("people.test", "http://people.test", true),
            ("proxy.internal:3000", "http://people.test", true),
            ("localhost:3000", "http://localhost:3000", dev),
            ("evil.example", "http://evil.example", dev),
            ("people.test", "http://people.test.evil.example", false),
            ("people.test", "http://localhost:3000", false),
            ("people.test", "null", false),
        ] {
            let headers = [("host", host), ("origin", origin), ("content-type", "application/x-www-form-urlencoded")];
            let page = browser.request(Method::POST, "/logout", &headers, body.clone().into()).await;
            let status = if ours { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
            assert_eq!(page.status, status, "{origin} at {host}, dev {dev}: {page}");
        }
    }
}

#[tokio::test]
async fn cookies_are_bound_to_the_host_over_tls() {
    let app = TestApp::with(|s| s.public_url = "https://people.example.com".into()).await;
    let company = app.company("acme").await;
    let mut browser = app.browser();
    let page = browser.request(Method::GET, "/login", &[], vec![]).await;
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
    browser.page = page.clone();
    let email = company.member(domain::access::Role::Owner).await.email;
    let form = browser.form("Sign in").set("Work email", &email).set("Password", crate::support::PASSWORD);
    let signed_in = browser.send_once(&form, &[]).await;
    let cookies: Vec<_> = [page, signed_in]
        .iter()
        .flat_map(|p| {
            p.headers.get_all("set-cookie").iter().map(|c| c.to_str().expect("a cookie").to_owned()).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    for cookie in &cookies {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for rule in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.split("; ").any(|r| r == rule), "{rule} is not in {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    assert_eq!(browser.get("/w/acme").await.status, StatusCode::OK);
    // Without TLS there is no promise of it.
    let plain = TestApp::new().await;
    let page = plain.browser().get("/").await;
    assert_eq!(page.header("strict-transport-security"), "");
}

#[tokio::test]
async fn assets_are_kept_for_good_and_come_compressed() {
    let app = TestApp::new().await;
    let mut browser = app.browser();
    let page = browser.get("/").await;
    let mut assets = vec![];
    for (css, name) in [("link[rel=stylesheet]", "href"), ("script[src]", "src"), ("link[rel=icon]", "href")] {
        assets.push(page.attribute(css, name).expect("an asset"));
    }
    for path in assets {
        let plain = browser.request(Method::GET, &path, &[], vec![]).await;
        assert_eq!(
            (plain.status, plain.header("cache-control")),
            (StatusCode::OK, "public, max-age=31536000, immutable"),
            "{path}"
        );
        assert_eq!(plain.header("set-cookie"), "", "{path} needs no cookie");
        let small = browser.request(Method::GET, &path, &[("accept-encoding", "gzip, deflate, br")], vec![]).await;
        assert_eq!(small.header("vary"), "Accept-Encoding");
        assert!(["br", ""].contains(&small.header("content-encoding")), "{path}: {}", small.header("content-encoding"));
    }
    let page = browser.request(Method::GET, "/", &[("accept-encoding", "gzip")], vec![]).await;
    assert_eq!(page.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn every_page_has_one_heading_and_labels_for_what_it_asks() {
    let app = TestApp::with(|s| s.dev = true).await;
    let company = app.company("acme").await;
    let employee = company.employee(&[]).await;
    let customer = company.customer(&[]).await;
    let mut owner = company.owner().await;
    for path in [
        "/".to_owned(),
        "/signup".into(),
        "/login".into(),
        "/password-reset".into(),
        "/workspaces".into(),
        "/w/acme".into(),
        "/w/acme/first-steps".into(),
        "/w/acme/search?q=ada".into(),
        "/w/acme/settings/members".into(),
        "/w/acme/hr/employees".into(),
        "/w/acme/hr/employees/new".into(),
        format!("/w/acme/hr/employees/{employee}"),
        format!("/w/acme/hr/employees/{employee}/edit"),
        format!("/w/acme/hr/employees/{employee}/timeline"),
        "/w/acme/crm/customers".into(),
        "/w/acme/crm/customers/new".into(),
        format!("/w/acme/crm/customers/{customer}"),
        format!("/w/acme/crm/customers/{customer}/edit"),
        "/dev/mailbox".into(),
        "/nowhere".into(),
    ] {
        let page = owner.get(&path).await;
        assert_eq!(page.all("h1").len(), 1, "{path}: {:?}", page.all("h1"));
        assert!(page.has("html[lang]") && page.has("main#main") && !page.all("title")[0].is_empty(), "{path}");
        let html = page.html();
        let asked = scraper::Selector::parse("input:not([type=hidden]), select, textarea").expect("a selector");
        for control in html.select(&asked) {
            let labelled = control.attr("aria-label").is_some()
                || control.ancestors().filter_map(scraper::ElementRef::wrap).any(|a| a.value().name() == "label")
                || control.attr("id").is_some_and(|id| page.has(&format!("label[for='{id}']")));
            assert!(labelled, "{path}: {} has no label", control.html());
        }
        let ids = page
            .html()
            .select(&scraper::Selector::parse("[id]").expect("a selector"))
            .filter_map(|e| e.attr("id").map(str::to_owned))
            .collect::<Vec<_>>();
        let mut once = ids.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "{path}: an id twice in {ids:?}");
        assert!(!page.text.contains(" style=") && !page.text.contains(" onclick="), "{path}");
    }
}
