//! Stories of letters.

use crate::support::{PASSWORD, TestApp};
use axum::http::{Method, StatusCode};
use domain::{access::Role, hr::letters};

/// What the PDF says, as somebody else's program reads it.
fn words(pdf: &[u8]) -> String {
    let document = lopdf::Document::load_mem(pdf).expect("a PDF");
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    document.extract_text(&pages).expect("its text").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_template_becomes_a_pdf_with_the_record_in_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.kind("Contract").await;
    let record = [
        ("first_name", "Zażółć"),
        ("last_name", "Sørensen"),
        ("job_title", "Lampemager på Ærø"),
        ("salary", "91357"),
        ("start_date", "2026-04-01"),
    ];
    let ada = company.employee(&record).await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/hr/letters")).await;
    assert!(page.says("No templates yet"), "{page}");
    let page = owner.press("Begin with the usual ones").await;
    assert_eq!(page.toast(), format!("{} templates were added.", letters::USUAL.len()), "{page}");
    owner.click("New template").await;
    let page = owner.fill("Add template", &[("Name", "Bonus"), ("Text", "Dear {{nickname}}")]).await;
    assert!(page.error("body").contains("no field called {{nickname}}") && !page.error("kind").is_empty(), "{page}");
    assert_eq!(page.form("Add template").value("body").trim(), "Dear {{nickname}}");
    let text = "# Letter for {{first_name}}\n\nDear **{{name}}**,\nyou are {{job_title}} and have {{salary|—}} a year.\n\n- One\n- {{phone|no phone}}";
    let page = owner.fill("Add template", &[("Text", text), ("Becomes", "Contract")]).await;
    assert!(page.says("Bonus was added.") && page.says("Letter for {{first_name}}"), "{page}");
    owner.get(&company.at(&format!("/hr/employees/{ada}/documents"))).await;
    let page = owner.fill("Look at it first", &[("Template", "Bonus")]).await;
    assert!(page.says("Zażółć Sørensen") && page.says("91,357") && page.says("Some places are empty"), "{page}");
    let page = owner.fill("Keep it as a PDF", &[("Title", "Bonus of spring")]).await;
    assert!(page.says("“Bonus of spring” was added."), "{page}");
    let file = page.link("Bonus of spring.pdf").expect("its file");
    let mut bytes = vec![];
    let id: domain::FileId = file.rsplit('/').next().expect("an id").parse().expect("an id");
    bytes.extend(app.jobs().storage.read(company.tenant, id).await.expect("it is there"));
    let told = words(&bytes);
    for said in ["Letter for Zażółć", "Dear Zażółć Sørensen", "Lampemager på Ærø", "91,357", "no phone"] {
        assert!(told.contains(said), "{said:?} is not in {told:?}");
    }
    let shown = owner.request(Method::GET, &format!("{file}?show=1"), &[], vec![]).await;
    assert!(shown.header("content-disposition").starts_with("inline"), "{}", shown.header("content-disposition"));
    app.run_jobs().await;
}

#[tokio::test]
async fn what_its_author_may_not_see_is_not_merged() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let open = company.kind("Certificate").await;
    let kind = company.kind("Contract").await;
    let ada = company.employee(&[("salary", "91357"), ("birth_date", "1981-07-19")]).await;
    let mut tx = company.begin().await;
    let body = "{{name}}: {{salary|secret}}, born {{birth_date|some day}}{{end_date|}}{{probation_end|}}".to_owned();
    let id = tx.id();
    let fields = letters::Fields { name: "Summary".into(), kind, body };
    let letter = store::hr::letters::add(&mut tx, id, &fields).await.expect("a template");
    // A letter is at least as closed as what it merges.
    let open = letters::Fields { name: "Open summary".into(), kind: open, ..fields.clone() };
    let again = tx.id();
    match store::hr::letters::add(&mut tx, again, &open).await {
        Err(store::Error::Refused(e)) => {
            assert!(
                e.of("kind").is_some_and(|w| w.contains("End date, End of probation, Birth date, Salary, a year")),
                "{e:?}"
            );
        }
        other => panic!("{other:?}"),
    }
    tx.commit().await.expect("it is kept");
    let grants =
        [("employees.read", "all"), ("employees.pay", "all"), ("documents.read", "all"), ("documents.write", "all")];
    let role = company.role("Filing clerk", &grants).await;
    let email = app.email("clerk");
    company.join("Filing Clerk", &email, Role::Custom(role)).await;
    let mut clerk = app.browser();
    clerk.sign_in(&email, PASSWORD).await;
    let path = company.at(&format!("/hr/employees/{ada}/letters?letter={letter}"));
    let page = clerk.get(&path).await;
    assert!(page.says("91,357") && page.says("born some day"), "{page}");
    let mut owner = company.owner().await;
    let page = owner.get(&path).await;
    assert!(page.says("91,357") && !page.says("some day"), "{page}");
    // A template of a class that they do not see is none.
    let mut tx = company.begin().await;
    let id = tx.id();
    let kind = company.kind("Identity document").await;
    let fields = letters::Fields { name: "Contract".into(), kind, body: "{{name}}".into() };
    let letter = store::hr::letters::add(&mut tx, id, &fields).await.expect("a template");
    tx.commit().await.expect("it is kept");
    let path = company.at(&format!("/hr/employees/{ada}/letters?letter={letter}"));
    assert_eq!(clerk.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(owner.get(&path).await.status, StatusCode::OK);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_letter_has_the_fields_that_a_workspace_has_added() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.kind("Certificate").await;
    let mut owner = company.owner().await;
    for (name, kind, seen) in [("Car", "text", "directory"), ("Signing bonus", "money", "pay")] {
        owner.get(&company.at("/settings/fields/new")).await;
        let page = owner.fill("Add field", &[("Name", name), ("Kind", kind), ("Seen by", seen)]).await;
        assert_eq!(page.status, StatusCode::OK, "{page}");
    }
    let ada = company.employee(&[("custom-car", "Blue van"), ("custom-signing_bonus", "5000")]).await;
    let page = owner.get(&company.at("/hr/letters/new")).await;
    assert!(page.all(".letter-places .chip").contains(&"Signing bonus".to_owned()), "{page}");
    let fields = |text| [("Name", "Car"), ("Becomes", "Certificate"), ("Text", text)];
    let page = owner.fill("Add template", &fields("{{name}}: {{custom-boat}}")).await;
    assert!(page.error("body").contains("no field called {{custom-boat}}"), "{page}");
    // Like its own column, it is as closed as its class.
    let page = owner.fill("Add template", &fields("{{name}}: {{custom-signing_bonus}}")).await;
    assert!(page.error("kind").contains("seen by more people than: Signing bonus."), "{page}");
    let page = owner.fill("Add template", &fields("{{name}} drives the {{custom-car|bus}}.")).await;
    assert!(page.says("Car was added."), "{page}");
    owner.get(&company.at(&format!("/hr/employees/{ada}/documents"))).await;
    let page = owner.fill("Look at it first", &[("Template", "Car")]).await;
    assert!(page.says("Ada Lovelace drives the Blue van."), "{page}");
    app.run_jobs().await;
}
