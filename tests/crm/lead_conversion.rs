//! A lead becomes a customer and a deal, once, and that can be taken back.

use crate::support::{Page, TestApp};
use axum::http::StatusCode;
use domain::{access::Role, crm::leads::Status};

const LIST: &str = "/w/acme/crm/leads";

#[tokio::test]
async fn a_lead_becomes_a_customer_and_a_deal_and_a_lead_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut rep = company.signed_in(Role::SalesRep).await;
    let email = company.member(Role::SalesRep).await.email;
    let fields = [
        ("name", "Ada <b>"),
        ("email", "ada@lamps.example"),
        ("company", "Lamps & Co"),
        ("website", "lamps.example"),
        ("country", "Germany"),
        ("source", "Fair"),
        ("owner", &email),
    ];
    let lead = company.lead(&fields).await;
    rep.get(&format!("{LIST}/{lead}")).await;
    let page = rep.click("Convert").await;
    assert_eq!(page.h1(), "Convert Ada <b>");
    let form = page.form("Convert").set("amount", "12,500").set("deal_name", "200 lamps");
    let page = rep.send(form.clone()).await;
    assert_eq!(page.toast(), "Ada <b> is converted.", "{page}");
    for shown in ["Converted", "Lamps & Co", "New customer", "200 lamps", "Undo conversion"] {
        assert!(page.says(shown), "{shown} is not in {page}");
    }
    assert!(page.says("Contact"), "{page}");
    let contact: String = company.read("select first_name || '|' || last_name || '|' || email from contacts").await;
    assert_eq!(contact, "Ada|<b>|ada@lamps.example");
    // Pressed twice, it is once.
    assert_eq!(rep.send(form).await.status, StatusCode::OK);
    assert_eq!(count(&company, "customers").await, 1);
    assert_eq!(count(&company, "deals").await, 1);
    let deal: String = company.read("select owner_id::text || source || amount_minor from deals").await;
    assert!(deal.ends_with("Fair1250000"), "{deal}");
    let customer: String = company.read("select domain || status || country || email from customers").await;
    assert_eq!(customer, "lamps.exampleprospectDEada@lamps.example");
    // What is converted is not changed by a form or by many at once.
    let page =
        rep.post(&format!("{LIST}/{lead}/edit"), &[("name", "Ada"), ("status", "working"), ("_version", "2")]).await;
    assert_eq!(page.error("status"), "This lead is converted. Undo that first.", "{page}");
    rep.get(&format!("{LIST}/{lead}")).await;
    let page = rep.press("Undo conversion").await;
    assert!(page.toast().starts_with("It is a lead again; what was made of it is in the archive."), "{}", page.toast());
    assert_eq!(company.lead_now(lead).await.status, Status::New);
    let left = count(&company, "customers").await + count(&company, "contacts").await + count(&company, "deals").await;
    assert_eq!(left, 0);
    app.run_jobs().await;
}

async fn count(company: &crate::support::Company<'_>, table: &str) -> i64 {
    company.read(&format!("select count(*) from {table} where archived_at is null")).await
}

#[tokio::test]
async fn files_and_followers_go_on_with_the_deal_and_files_come_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let lead = company.lead(&[("name", "Ada"), ("company", "Lamps")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{lead}")).await;
    owner.press("Follow").await;
    let files = format!("{LIST}/{lead}/files");
    owner.get(&files).await;
    let form = owner.form("Add this file").file("file", "plan.txt", b"A plan".to_vec());
    owner.send(form).await;
    owner.get(&format!("{LIST}/{lead}")).await;
    owner.click("Convert").await;
    owner.press("Convert").await;
    let deal: uuid::Uuid = company.read("select id from deals").await;
    let page = owner.get(&format!("/w/acme/crm/deals/{deal}/files")).await;
    assert!(page.says("plan.txt"), "{page}");
    assert_eq!(company.read::<i64>("select count(*) from followers where deal_id is not null").await, 1);
    owner.get(&format!("{LIST}/{lead}")).await;
    let page = owner.press("Undo conversion").await;
    assert!(page.toast().starts_with("It is a lead again"), "{}", page.toast());
    assert_eq!(count(&company, "deals").await, 0, "what only the lead had brought does not keep it");
    assert!(owner.get(&files).await.says("plan.txt"));
    app.run_jobs().await;
}

#[tokio::test]
async fn what_something_hangs_on_stays_when_a_conversion_is_undone() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let lead = company.lead(&[("name", "Ada"), ("company", "Lamps")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{lead}/conversion")).await;
    owner.press("Convert").await;
    let deal: uuid::Uuid = company.read("select id from deals").await;
    company.note(domain::workspace::access::Subject::Deal(deal.into()), "They have called.").await;
    owner.get(&format!("{LIST}/{lead}")).await;
    let page = owner.press("Undo conversion").await;
    let told = page.toast();
    assert!(told.contains("The deal Lamps stays: it was worked on."), "{told}");
    assert!(told.contains("The customer Lamps stays"), "{told}");
    assert_eq!(count(&company, "deals").await, 1);
    // Again it finds the customer that stayed.
    let page = owner.get(&format!("{LIST}/{lead}/conversion")).await;
    assert!(page.says("has the same name"), "{page}");
    owner.press("Convert").await;
    assert_eq!((count(&company, "customers").await, count(&company, "deals").await), (1, 2));
    app.run_jobs().await;
}

#[tokio::test]
async fn who_is_a_customer_already_is_not_made_twice() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.customer(&[("name", "Lamps Ltd"), ("domain", "lamps.example")]).await;
    let lead = company.lead(&[("name", "Ada"), ("email", "ada@lamps.example"), ("company", "Lamps")]).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}/{lead}/conversion")).await;
    assert!(page.says("Lamps Ltd") && page.says("has the domain of their email"), "{page}");
    let form = page.form("Convert").set("deal", "");
    let page = owner.send(form).await;
    assert!(page.says("Customer that there was"), "{page}");
    assert_eq!((count(&company, "customers").await, count(&company, "deals").await), (1, 0));
    // A new one of a name that there is is refused beside its field.
    let other = company.lead(&[("name", "Bea"), ("company", "lamps ltd")]).await;
    let page = owner.get(&format!("{LIST}/{other}/conversion")).await;
    let page: Page = owner.send(page.form("Convert").set("customer", "").set("amount", "lots")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(!page.error("amount").is_empty(), "{page}");
    let page = owner.send(page.form("Convert").set("amount", "")).await;
    assert_eq!(page.error("name"), "There is a customer with this name already.", "{page}");
    // Who is a contact already is not made twice either.
    let known = company.lead(&[("name", "Ada"), ("email", "ada@lamps.example"), ("company", "Elsewhere")]).await;
    let page = owner.get(&format!("{LIST}/{known}/conversion")).await;
    assert!(page.says("They are a contact already: Ada"), "{page}");
    // Nothing of it stays when any of it is refused.
    assert_eq!((count(&company, "customers").await, count(&company, "deals").await), (1, 0));
    app.run_jobs().await;
}

#[tokio::test]
async fn nobody_converts_what_is_not_theirs_and_two_do_not_convert_one() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let lead = company.lead(&[("name", "Ada"), ("company", "Lamps")]).await;
    let mut rep = company.signed_in(Role::SalesRep).await;
    assert_eq!(rep.get(&format!("{LIST}/{lead}/conversion")).await.status, StatusCode::NOT_FOUND);
    let (mut one, mut two) = (company.owner().await, company.signed_in(Role::SalesManager).await);
    let (first, second) = (
        one.get(&format!("{LIST}/{lead}/conversion")).await.form("Convert"),
        two.get(&format!("{LIST}/{lead}/conversion")).await.form("Convert"),
    );
    one.send(first).await;
    let page = two.send(second).await;
    assert!(page.says("Somebody has converted this lead meanwhile."), "{page}");
    assert_eq!(count(&company, "deals").await, 1);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_lead_that_nobody_has_is_taken() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let lead = company.lead(&[("name", "Ada")]).await;
    let mut rep = company.signed_in(Role::SalesRep).await;
    rep.get(&format!("{LIST}/{lead}")).await;
    let page = rep.press("Take this lead").await;
    assert_eq!(page.toast(), "The lead is yours.", "{page}");
    let me = company.member(Role::SalesRep).await.member;
    assert_eq!(company.lead_now(lead).await.owner.map(|o| o.id), Some(me));
    let mut other = company.signed_in(Role::SalesManager).await;
    let page = other.post(&format!("{LIST}/{lead}/taking"), &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_contact_by_any_of_their_addresses_works_for_the_new_customer_until_it_is_undone() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let contact = company.contact(&[("last_name", "Byron"), ("email", "ada@home.example")]).await;
    let subject = domain::workspace::access::Subject::Contact(contact);
    company.point(subject, "email", "ada@lamps.example").await;
    let lead = company.lead(&[("name", "Ada"), ("email", "Ada@lamps.example"), ("company", "Lamps")]).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}/{lead}/conversion")).await;
    assert!(page.says("They are a contact already"), "{page}");
    app.clock.advance(chrono::Duration::minutes(1));
    owner.press("Convert").await;
    assert_eq!(count(&company, "contacts").await, 1);
    let firm = "select c.name from customer_contacts l join customers c on c.id = l.customer_id";
    assert_eq!(company.read::<String>(firm).await, "Lamps");
    assert_eq!(company.contact_now(contact).await.customer.map(|c| c.name).as_deref(), Some("Lamps"));
    app.clock.advance(chrono::Duration::minutes(1));
    owner.get(&format!("{LIST}/{lead}")).await;
    let page = owner.press("Undo conversion").await;
    assert!(page.toast().starts_with("It is a lead again"), "{}", page.toast());
    assert_eq!((count(&company, "customers").await, count(&company, "contacts").await), (0, 1));
    assert_eq!(company.read::<i64>("select count(*) from customer_contacts").await, 0);
    assert!(company.contact_now(contact).await.customer.is_none());
    app.run_jobs().await;
}

#[tokio::test]
async fn whoever_works_on_what_was_made_keeps_it_when_a_conversion_is_undone() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let lead = company.lead(&[("name", "Ada"), ("company", "Lamps")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{lead}/conversion")).await;
    owner.press("Convert").await;
    let customer: uuid::Uuid = company.read("select id from customers").await;
    app.trial
        .admin(&format!(
            "insert into customer_team (tenant_id, customer_id, member_id, created_at) values ('{}', '{customer}', '{}', now())",
            company.tenant,
            company.member(Role::SalesRep).await.member
        ))
        .await
        .expect("somebody works on it");
    owner.get(&format!("{LIST}/{lead}")).await;
    let page = owner.press("Undo conversion").await;
    assert!(page.toast().contains("The customer Lamps stays"), "{}", page.toast());
    assert_eq!((count(&company, "customers").await, count(&company, "deals").await), (1, 0));
    app.run_jobs().await;
}
