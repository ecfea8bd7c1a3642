//! Customers: the second noun of the same pattern; what is its own is told here.

use crate::support::{Page, TestApp};
use axum::http::StatusCode;
use domain::access::Role;

const LIST: &str = "/w/acme/crm/customers";

fn ids(page: &Page) -> Vec<String> {
    let html = page.html();
    let links = scraper::Selector::parse("tbody th.table-first a").expect("a selector");
    let id = |href: &str| href.rsplit('/').next().unwrap_or_default().to_owned();
    html.select(&links).filter_map(|a| a.attr("href")).map(id).collect()
}

#[tokio::test]
async fn a_customer_is_added_with_owner_and_parent_by_whoever_sells() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.customer(&[("name", "Globex Holding")]).await;
    let mona = company.member(Role::SalesManager).await;
    let mut manager = company.signed_in(Role::SalesManager).await;
    manager.get(LIST).await;
    manager.click("New customer").await;
    let form = manager.form("Add customer");
    let form = form
        .set("name", "Globex <Lamps>")
        .set("domain", "https://www.Globex.com/about")
        .set("industry", "Lighting")
        .set("size", "2,822")
        .set("country", "Germany")
        .set("city", "Köln")
        .set("owner", &mona.email)
        .set("parent", "globex holding")
        .set("status", "prospect")
        .set("revenue", "1,100,000.50");
    let page = manager.send(form).await;
    assert_eq!((page.status, page.toast().as_str()), (StatusCode::OK, "Globex <Lamps> was added."), "{page}");
    for shown in [
        "globex.com",
        "Lighting",
        "2,822",
        "Germany",
        "Köln",
        "Some Sales manager",
        "Globex Holding",
        "Prospect",
        "1,100,000.50",
    ] {
        assert!(page.says(shown), "{shown} is not in {page}");
    }
    let page = manager.get(&format!("{LIST}?mine=true")).await;
    assert_eq!(page.names(), ["Globex <Lamps>"]);
    let page = manager.get(&format!("{LIST}?status=prospect&country=DE&industry=Lighting")).await;
    assert_eq!(page.names(), ["Globex <Lamps>"]);
    let page = manager.get(&format!("{LIST}?q=globex.com")).await;
    assert_eq!(page.names(), ["Globex <Lamps>"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn each_wrong_answer_is_told_beside_its_field() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let holding = company.customer(&[("name", "Holding"), ("domain", "holding.example")]).await;
    company.customer(&[("name", "Branch"), ("parent", "Holding")]).await;
    let mut owner = company.owner().await;
    for (field, typed, told) in [
        ("name", "", "Please fill this in."),
        ("name", "HOLDING", "There is a customer with this name already."),
        ("domain", "www.holding.example/x", "There is a customer with this domain already."),
        ("domain", "no domain", "This is not a domain, like acme.com."),
        ("size", "many", "This is not a number of people, like 250."),
        ("country", "Atlantis", ""),
        ("parent", "Nobody Ltd", ""),
        ("email", "nope", "This is not an email address, like name@company.com."),
        ("revenue", "lots", "This is not an amount, like 52,500.00."),
    ] {
        owner.get(&format!("{LIST}/new")).await;
        let form = owner.form("Add customer").set("name", "Acorn").set("city", "Kept").set(field, typed);
        let page = owner.send(form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {typed:?}: {page}");
        let error = page.error(field);
        assert!(if told.is_empty() { !error.is_empty() } else { error == told }, "{field} {typed:?}: {error:?}");
        assert_eq!(page.value("city"), "Kept");
    }
    let page = owner.post(&format!("{LIST}/new"), &[("name", "Acorn"), ("owner", "stranger@else.example")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_ne!(page.error("owner"), "", "{page}");
    owner.get(&format!("{LIST}/{holding}/edit")).await;
    let page = owner.fill("Save changes", &[("parent", "Branch")]).await;
    assert!(page.error("parent").starts_with("This would be a circle"), "{page}");
    // All of it in one round, whoever finds it.
    let typed = [
        ("parent", "Branch"),
        ("name", "branch"),
        ("owner", "stranger@else.example"),
        ("phone", "x"),
        ("domain", "no"),
    ];
    let page = owner.post(&format!("{LIST}/{holding}/edit"), &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["name", "owner", "phone", "domain"] {
        assert_ne!(page.error(field), "", "{field}: {page}");
    }
    let typed = [("name", "Holding"), ("parent", "Branch"), ("domain", "holding.example"), ("owner", "s@else.example")];
    let page = owner.post(&format!("{LIST}/{holding}/edit"), &typed).await;
    assert!(page.says("2 answers need another look"), "its own name and domain are not taken: {page}");
}

#[tokio::test]
async fn a_form_sent_again_with_other_answers_says_so() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.customer(&[("name", "Holding")]).await;
    let mut owner = company.owner().await;
    let owners = company.member(domain::access::Role::Owner).await.email;
    owner.get(&format!("{LIST}/new")).await;
    let form = owner.form("Add customer").set("name", "Acorn").set("parent", "HOLDING").set("revenue", "1,000");
    let form = form.set("country", "Kenya").set("owner", &owners).set("status", "Active");
    let first = owner.send(form.clone()).await;
    assert_eq!(first.toast(), "Acorn was added.", "{first}");
    let again = owner.send(form.clone()).await;
    assert_eq!(
        (again.path.clone(), again.toast().as_str()),
        (first.path.clone(), "Acorn was added."),
        "the same is the same"
    );
    let page = owner.send(form.set("name", "Oak").set("parent", "")).await;
    assert_eq!((page.status, page.value("name").as_str()), (StatusCode::CONFLICT, "Oak"), "{page}");
    assert_eq!(page.link("Open Acorn"), Some(first.path));
    assert_eq!(owner.press("Add customer").await.toast(), "Oak was added.");
    app.run_jobs().await;
}

#[tokio::test]
async fn an_archived_customer_keeps_its_status_through_an_edit() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let id = company.customer(&[("status", "active")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{id}")).await;
    owner.press("Archive").await;
    owner.get(&format!("{LIST}/{id}/edit")).await;
    owner.fill("Save changes", &[("city", "Lviv")]).await;
    let page = owner.press("Restore").await;
    assert_eq!(page.all(".page-head .badge"), ["Active"], "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn every_order_gives_every_row_once_forwards_and_backwards() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let words = ["", "Alpha", "beta", "Omega"];
    let many: Vec<[String; 5]> = (0..120_usize)
        .map(|i| {
            let some = |n: usize| if n == 0 { String::new() } else { (n * 100).to_string() };
            let country = ["", "Germany", "Kenya"][i % 3].to_owned();
            [format!("Company {i}"), words[i % 4].into(), country, some(i % 5), some(i % 6)]
        })
        .collect();
    let keys = ["name", "industry", "country", "size", "revenue"];
    company.customers(many.iter().map(|c| keys.into_iter().zip(c.iter().map(String::as_str)).collect())).await;
    let mut owner = company.owner().await;
    for key in keys {
        for sort in [key.to_owned(), format!("-{key}")] {
            let mut page = owner.htmx(&format!("{LIST}?sort={sort}"), "div#customers").await;
            let mut there = vec![ids(&page)];
            while let Some(next) = page.link("Next") {
                page = owner.htmx(&next, "div#customers").await;
                there.push(ids(&page));
                assert!(there.len() < 10, "{sort} goes on for ever");
            }
            let mut once = there.concat();
            once.sort();
            once.dedup();
            assert_eq!((once.len(), there.concat().len()), (120, 120), "{sort}");
            for expected in there.iter().rev().skip(1) {
                page = owner.htmx(&page.link("Previous").expect("a way back"), "div#customers").await;
                assert_eq!(&ids(&page), expected, "{sort} backwards");
            }
        }
    }
}

#[tokio::test]
async fn stale_twice_archived_and_exported() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let id = company.customer(&[("name", "=HYPERLINK(\"x\")"), ("city", "Kyiv")]).await;
    company.customer(&[("name", "Contoso"), ("industry", "Lighting")]).await;
    let (mut owner, mut manager) = (company.owner().await, company.signed_in(Role::SalesManager).await);
    owner.get(&format!("{LIST}/{id}/edit")).await;
    manager.get(&format!("{LIST}/{id}/edit")).await;
    manager.fill("Save changes", &[("city", "Lviv")]).await;
    let page = owner.fill("Save changes", &[("city", "Odesa")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.rows().contains(&vec!["City".into(), "Odesa".into(), "Lviv".into()]), "{page}");
    assert_eq!(owner.press("Save changes").await.toast(), "Changes saved.");

    let file = owner.get(&format!("{LIST}/export?industry=Lighting")).await;
    assert!(file.text.contains("Contoso") && !file.text.contains("HYPERLINK"), "{}", file.text);
    let file = manager.get(&format!("{LIST}/export")).await;
    assert!(file.text.contains("\"'=HYPERLINK(\"\"x\"\")\""), "{}", file.text);

    owner.get(&format!("{LIST}/new")).await;
    let form = owner.form("Add customer").set("name", "Once");
    let mut again = owner.clone();
    let (a, b) = tokio::join!(owner.send_once(&form, &[]), again.send_once(&form, &[]));
    assert_eq!((a.status, a.header("location")), (StatusCode::SEE_OTHER, b.header("location")), "{a} {b}");

    owner.get(LIST).await;
    let form = owner.form("Archive").set("ids", &id.to_string());
    let page = owner.send(form).await;
    assert_eq!(
        (page.toast().contains("1 customer was archived."), page.names()),
        (true, vec!["Contoso".to_owned(), "Once".into()]),
        "{page}"
    );
    let page = owner.press("Undo").await;
    assert_eq!(page.names().len(), 3, "{page}");
    owner.get(&format!("{LIST}/{id}")).await;
    owner.press("Archive").await;
    assert_eq!(owner.press("Undo").await.h1(), "=HYPERLINK(\"x\")");
    app.run_jobs().await;
}

#[tokio::test]
async fn an_employee_reads_customers_and_changes_none() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let id = company.customer(&[]).await;
    let mut browser = company.signed_in(Role::SupportAgent).await;
    let page = browser.get(&format!("{LIST}/{id}")).await;
    assert_eq!((page.status, page.link("Edit")), (StatusCode::OK, None));
    let page = browser.get(LIST).await;
    assert!(
        page.link("New customer").is_none() && page.link("CSV file").is_none() && !page.has("input[name=ids]"),
        "{page}"
    );
}

#[tokio::test]
async fn whoever_has_their_own_alone_may_give_one_away() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rights = [("customers.read", "own"), ("customers.write", "own"), ("home.read", "all")];
    let role = Role::Custom(company.role("Own customers", &rights).await);
    let one = company.join("One Own", &app.email("one.acme"), role).await;
    let other = company.join("Other Own", &app.email("other.acme"), role).await;
    let id = company.customer(&[("name", "Globex"), ("owner", &one.email)]).await;
    let mut browser = app.browser();
    browser.sign_in(&one.email, crate::support::PASSWORD).await;
    let page = browser.get(&format!("{LIST}/{id}/edit")).await;
    browser.send(page.form("Save changes").set("owner", &other.email)).await;
    let owner: Option<uuid::Uuid> = company.read(&format!("select owner_id from customers where id = '{id}'")).await;
    assert_eq!(owner, Some(other.member.0));
    assert_eq!(browser.get(&format!("{LIST}/{id}")).await.status, StatusCode::NOT_FOUND, "out of their sight");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_parent_is_named_to_whoever_may_see_it_and_found_by_nobody_else() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rights = [("customers.read", "own"), ("customers.write", "own"), ("home.read", "all")];
    let role = Role::Custom(company.role("Own customers", &rights).await);
    let one = company.join("One Own", &app.email("one.acme"), role).await;
    let secret = company.customer(&[("name", "Secret Holding")]).await;
    let id = company.customer(&[("name", "Globex"), ("owner", &one.email), ("parent", "Secret Holding")]).await;
    let other = company.customer(&[("name", "Initech"), ("owner", &one.email)]).await;
    let mut browser = app.browser();
    browser.sign_in(&one.email, crate::support::PASSWORD).await;
    for path in [format!("{LIST}/{id}"), LIST.to_owned(), format!("{LIST}/{id}/edit")] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text.contains("Secret Holding"), "{path}: {page}");
    }
    let page = browser.send(browser.page.form("Save changes").set("city", "Lviv")).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    let parent: Option<uuid::Uuid> = company.read(&format!("select parent_id from customers where id = '{id}'")).await;
    assert_eq!(parent, Some(secret.0), "nor taken away");
    let page = browser.get(&format!("{LIST}/{other}/edit")).await;
    let page = browser.send(page.form("Save changes").set("parent", "Secret Holding")).await;
    assert_eq!(page.error("parent"), "No customer is called Secret Holding.", "{page}");
    app.run_jobs().await;
}
