//! Contacts: added, changed, reached, put to companies and into deals; and what stands beside customers.

use crate::support::{PASSWORD, Page, TestApp};
use axum::http::StatusCode;
use domain::{access::Role, workspace::access::Subject};

const LIST: &str = "/w/acme/crm/contacts";

#[tokio::test]
async fn a_contact_is_added_with_company_and_found_by_what_is_known() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let firm = company.customer(&[("name", "Globex <Lamps>")]).await;
    let mut rep = company.signed_in(Role::SalesRep).await;
    rep.get(LIST).await;
    rep.click("New contact").await;
    let form = rep.form("Add contact").set("first_name", "Ada").set("last_name", "O’Byron 🦊");
    let form =
        form.set("job_title", "Head of Light").set("customer", "globex <lamps>").set("email", "Ada@Globex.example");
    let form = form.set("phone", "+49 30 1234567").set("language", "de");
    let page = rep.send(form).await;
    assert_eq!((page.status, page.toast().as_str()), (StatusCode::OK, "Ada O’Byron 🦊 was added."), "{page}");
    for shown in ["Head of Light", "Globex <Lamps>", "Ada@Globex.example", "+49 30 1234567", "German", "Some Sales rep"]
    {
        assert!(page.says(shown), "{shown} is not in {page}");
    }
    for question in ["q=byron", "q=1234567", "mine=true", "language=de", "reached=phone", &format!("customer={firm}")] {
        assert_eq!(rep.get(&format!("{LIST}?{question}")).await.names(), ["Ada O’Byron 🦊"], "{question}");
    }
    assert!(rep.get(&format!("{LIST}?reached=nobody")).await.says("No contact fits"));
    let page = rep.get(&format!("/w/acme/crm/customers/{firm}")).await;
    assert!(page.says("Ada O’Byron 🦊"), "{page}");
    assert!(rep.get("/w/acme/search?q=byron").await.says("Ada O’Byron 🦊"));
    app.run_jobs().await;
}

#[tokio::test]
async fn each_wrong_answer_is_told_beside_its_field() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    for (field, typed, told) in [
        ("last_name", "", "Write a first or a last name."),
        ("customer", "Nobody Ltd", "No customer is called Nobody Ltd. Type a name, and choose."),
        ("email", "nope", "This is not an email address, like name@company.com."),
        ("phone", "x", "This is not a telephone number, like +49 30 1234567."),
    ] {
        owner.get(&format!("{LIST}/new")).await;
        let form = owner.form("Add contact").set("last_name", "Byron").set("job_title", "Kept").set(field, typed);
        let page = owner.send(form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {typed:?}: {page}");
        assert_eq!(page.error(field), told, "{field} {typed:?}");
        assert_eq!(page.value("job_title"), "Kept");
    }
    let page = owner.post(&format!("{LIST}/new"), &[("last_name", "B"), ("owner", "stranger@else.example")]).await;
    assert_ne!(page.error("owner"), "", "{page}");
    let wide = "x".repeat(1_000_000);
    let page = owner.post(&format!("{LIST}/new"), &[("last_name", "B"), ("job_title", &wide)]).await;
    assert!(page.status.is_client_error(), "{}", page.status);
}

#[tokio::test]
async fn two_who_change_one_contact_see_what_the_other_did() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let id = company.contact(&[("last_name", "Byron")]).await;
    let mut owner = company.owner().await;
    let form = owner.get(&format!("{LIST}/{id}/edit")).await.form("Save changes");
    let mut manager = company.signed_in(Role::SalesManager).await;
    let theirs = manager.get(&format!("{LIST}/{id}/edit")).await.form("Save changes");
    manager.send(theirs.set("job_title", "Buyer").set("last_name", "King")).await;
    let page = owner.send(form.set("last_name", "Lovelace")).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert_eq!(page.value("job_title"), "Buyer", "what only the other changed is taken over");
    assert_ne!(page.error("last_name"), "", "{page}");
    let page = owner.send(page.form("Save changes")).await;
    assert!(page.says("Lovelace"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_contact_is_something_else_at_each_company() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (one, two) = (company.customer(&[("name", "One")]).await, company.customer(&[("name", "Two")]).await);
    let id = company.contact(&[("last_name", "Byron"), ("email", "ada@one.example"), ("customer", "One")]).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}/{id}/companies")).await;
    let page = owner.send(page.form("Save").set("customer", "two").set("role", "Board <member>")).await;
    assert!(page.says("Two") && page.says("Board <member>"), "{page}");
    assert_eq!(company.contact_now(id).await.customer.map(|c| c.name).as_deref(), Some("One"), "still first of all");
    let page = owner.get(&format!("/w/acme/crm/customers/{two}")).await;
    assert!(page.says("Byron") && page.says("works elsewhere"), "{page}");
    // From the other side, by the address; and this company comes first.
    let page = owner.get(&format!("/w/acme/crm/customers/{two}/contacts")).await;
    let form = page.form("Save").set("contact", "Byron (ada@one.example)").set("role", "Billing").set("first", "true");
    owner.send(form).await;
    assert_eq!(company.contact_now(id).await.customer.map(|c| c.name).as_deref(), Some("Two"));
    let page = owner.post(&format!("/w/acme/crm/customers/{two}/contacts"), &[("contact", "Nobody")]).await;
    assert!(page.error("contact").starts_with("No contact alone"), "{page}");
    // Taken from there, what is left comes first.
    let page = owner.get(&format!("/w/acme/crm/customers/{two}")).await;
    let page = owner.send(page.form("Remove from here")).await;
    assert_eq!(page.toast(), "Byron was removed from here.", "{page}");
    assert_eq!(company.contact_now(id).await.customer.map(|c| c.id), Some(one));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_deal_says_who_is_what_in_it_and_a_customer_what_its_deals_come_to() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let firm = company.customer(&[("name", "Globex")]).await;
    let id = company.contact(&[("last_name", "Byron"), ("customer", "Globex")]).await;
    let deal = company.deal(&[("name", "Lamps"), ("customer", "Globex"), ("amount", "1,000")]).await;
    company.deal(&[("name", "More lamps"), ("customer", "Globex"), ("amount", "500.50")]).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("/w/acme/crm/deals/{deal}/contacts")).await;
    let page = owner.send(page.form("Save").set("contact", "byron").set("role", "Champion")).await;
    assert!(page.says("Byron") && page.says("Champion"), "{page}");
    let page = owner.get(&format!("{LIST}/{id}")).await;
    assert!(page.says("Lamps") && page.says("Champion"), "{page}");
    let page = owner.get(&format!("/w/acme/crm/customers/{firm}")).await;
    assert!(page.says("Open (2)") && page.says("$1,500.50"), "{page}");
    let page = owner.get(&format!("/w/acme/crm/deals/{deal}")).await;
    let page = owner.send(page.form("Take out of the deal")).await;
    assert_eq!(page.toast(), "Byron is out of this deal.", "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_one_may_not_see_is_not_named_and_not_taken_away() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let firm = company.customer(&[("name", "Secret Ltd")]).await;
    let id = company.contact(&[("last_name", "Byron"), ("customer", "Secret Ltd")]).await;
    let rights = [("contacts.read", "all"), ("contacts.write", "all"), ("home.read", "all")];
    let role = company.role("Contacts only", &rights).await;
    let who = company.join("Only Contacts", &app.email("only.acme"), Role::Custom(role)).await;
    let mut browser = app.browser();
    browser.sign_in(&who.email, PASSWORD).await;
    for path in [format!("{LIST}/{id}"), LIST.to_owned(), format!("{LIST}?customer={firm}")] {
        let page = browser.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.says("Secret Ltd"), "{path}: {page}");
    }
    let page = browser.get(&format!("{LIST}/{id}/edit")).await;
    let page = browser.send(page.form("Save changes").set("first_name", "Ada")).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    assert_eq!(company.contact_now(id).await.customer.map(|c| c.id), Some(firm), "nor taken away");
    // A sales rep changes their own, and of others nothing beside them either.
    let mut rep = company.signed_in(Role::SalesRep).await;
    let point = company.point(Subject::Contact(id), "email", "ada@lamps.example").await;
    for path in [format!("{LIST}/{id}/edit"), format!("{LIST}/{id}/points"), format!("{LIST}/points/{point}")] {
        assert_eq!(rep.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in
        [format!("{LIST}/points/{point}/removal"), format!("{LIST}/{id}/companies"), format!("{LIST}/{id}/archival")]
    {
        assert_eq!(rep.post(&path, &[("customer", "Secret Ltd")]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(company.points(id.0).await.len(), 1);
    app.run_jobs().await;
}

#[tokio::test]
async fn who_follows_hears_of_notes_and_moves_as_far_as_they_see() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let firm = company.customer(&[("name", "Globex")]).await;
    let deal = company.deal(&[("name", "Lamps"), ("customer", "Globex")]).await;
    let mut manager = company.signed_in(Role::SalesManager).await;
    let page = manager.get(&format!("/w/acme/crm/customers/{firm}")).await;
    let page = manager.send(page.form("Follow")).await;
    assert!(page.says("You are told of notes"), "{page}");
    let mut owner = company.owner().await;
    owner.post(&format!("/w/acme/crm/customers/{firm}/notes"), &[("text", "They like it")]).await;
    app.run_jobs().await;
    company.moved(deal, "Meeting").await;
    app.run_jobs().await;
    let told = manager.get("/w/acme/notifications").await;
    assert!(told.says("wrote a note on Globex"), "{told}");
    assert!(told.says("Lamps is in Meeting now"), "{told}");
    // Nobody is told of their own doing, nor after they have stopped.
    let page = manager.get(&format!("/w/acme/crm/customers/{firm}")).await;
    manager.send(page.form("Unfollow")).await;
    owner.post(&format!("/w/acme/crm/customers/{firm}/notes"), &[("text", "And again")]).await;
    app.run_jobs().await;
    let again = manager.get("/w/acme/notifications").await;
    assert_eq!(
        again.text.matches("wrote a note on Globex").count(),
        told.text.matches("wrote a note on Globex").count()
    );
    app.jobs_may_wait();
}

#[tokio::test]
async fn files_of_a_record_are_opened_by_whoever_sees_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let contact = company.contact(&[("last_name", "Byron")]).await;
    let deal = company.deal(&[("name", "Lamps")]).await;
    let lead = company.lead(&[("name", "Ada")]).await;
    for record in [format!("contacts/{contact}"), format!("deals/{deal}"), format!("leads/{lead}")] {
        files_of(&company, &company.at(&format!("/crm/{record}"))).await;
    }
    app.run_jobs().await;
}

/// One comes, is opened, and goes again.
async fn files_of(company: &crate::support::Company<'_>, record: &str) {
    let mut owner = company.owner().await;
    let page = owner.get(record).await;
    let there = page.link("Files").unwrap_or_else(|| panic!("{page}"));
    let page = owner.get(&there).await;
    let form = page.form("Add this file").file("file", "contract.txt", b"Signed by both".to_vec());
    let page = owner.send(form).await;
    assert_eq!(page.toast(), "“contract.txt” is kept.", "{page}");
    let link = page.all(".files-list a").swap_remove(0);
    assert!(link.contains("contract.txt"), "{link}");
    let href =
        page.text.split("/w/acme/files/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link").to_owned();
    let mut rep = company.signed_in(Role::SalesRep).await;
    assert_eq!(rep.get(&format!("/w/acme/files/{href}")).await.text, "Signed by both");
    let mut stranger = company.signed_in(Role::Employee).await;
    assert_eq!(stranger.get(&format!("/w/acme/files/{href}")).await.status, StatusCode::NOT_FOUND);
    let page = rep.post(&format!("{record}/files/removal"), &[("file", &href)]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "not theirs to change");
    let page = owner.get(&format!("{record}/files")).await;
    let page = owner.send(page.form("Remove the file")).await;
    assert!(page.says("No files yet"), "{page}");
    assert_eq!(owner.get(&format!("/w/acme/files/{href}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_brings_contacts_and_another_takes_them_out_safely() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.customer(&[("name", "Globex")]).await;
    company.contact(&[("last_name", "Old"), ("email", "ada@globex.example")]).await;
    let file = "First name,Surname,E-mail,Company,Job title,Do not contact\n\
        Ada,Byron,ADA@globex.example,globex,=cmd|' /C calc'!A0,yes\n\
        محمد,العلي,,Globex,Buyer,\n\
        ,,x@y.example,Globex,,\n\
        Bea,Cole,bea@cole.example,Nobody Ltd,,\n";
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}/imports")).await;
    let page = owner.send(page.form("Check the file").file("File", "contacts.csv", file)).await;
    for told in ["No customer is called Nobody Ltd.", "Write a first or a last name."] {
        assert!(page.says(told), "{told} is not in {page}");
    }
    owner.post(&format!("{}/confirmation", page.path), &[]).await;
    app.run_jobs().await;
    let page = owner.get(LIST).await;
    let mut names = page.names();
    names.sort();
    assert_eq!(names, ["Ada Byron", "Bea Cole", "محمد العلي"], "{page}");
    let export = owner.get(&format!("{LIST}/export")).await;
    assert!(export.text.contains("'=cmd"), "a formula is text: {}", export.text);
    assert!(export.text.contains("محمد"), "{}", export.text);
    app.jobs_may_wait();
}

#[tokio::test]
async fn a_customer_is_told_how_far_and_how_well_it_is() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let firm = company.customer(&[("name", "Globex"), ("email", "info@globex.example")]).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("/w/acme/crm/customers/{firm}/edit")).await;
    let page = owner.send(page.form("Save changes").set("health_because", "Two complaints")).await;
    assert_eq!(page.error("health"), "Say how well it is, too.", "{page}");
    let form = page.form("Save changes").set("health", "at_risk").set("lifecycle", "customer");
    let page = owner.send(form).await;
    assert!(page.says("At risk") && page.says("Two complaints") && page.says("Customer"), "{page}");
    let list = "/w/acme/crm/customers";
    assert_eq!(owner.get(&format!("{list}?health=at_risk&lifecycle=customer")).await.names(), ["Globex"]);
    assert!(owner.get(&format!("{list}?health=poor")).await.says("No customer fits"));
    // Its own address stands among the others.
    let points = company.points(firm.0).await;
    assert_eq!(points.iter().map(|p| (p.value.as_str(), p.first)).collect::<Vec<_>>(), [("info@globex.example", true)]);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_team_works_on_a_customer_beside_its_owner() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let firm = company.customer(&[("name", "Globex")]).await;
    let rep = company.member(Role::SalesRep).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("/w/acme/crm/customers/{firm}")).await;
    let page = owner.send(page.form("Save team").set("Some Sales rep", &rep.member.to_string())).await;
    assert_eq!(page.toast(), "Team saved.", "{page}");
    let stranger = uuid::Uuid::new_v4().to_string();
    let page = owner.post(&format!("/w/acme/crm/customers/{firm}/team"), &[("member", &stranger)]).await;
    let page = owner.get(page.header("location")).await;
    assert!(page.says("One of them is no member any more.") && page.says("Some Sales rep"), "{page}");
    // It is no right: the owner's alone is.
    let mut rep = company.signed_in(Role::SalesRep).await;
    let path = format!("/w/acme/crm/customers/{firm}/team");
    assert_eq!(rep.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
    app.run_jobs().await;
}

#[tokio::test]
async fn archived_contacts_are_out_of_lists_and_come_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let id = company.contact(&[("last_name", "Byron")]).await;
    let mut owner = company.owner().await;
    let names = |page: &Page| page.names();
    owner.post(&format!("{LIST}/archivals"), &[("ids", &id.to_string())]).await;
    assert!(owner.get(LIST).await.says("The people you deal with go here"));
    assert_eq!(names(&owner.get(&format!("{LIST}?status=archived")).await), ["Byron"]);
    owner.post(&format!("{LIST}/{id}/restoral"), &[]).await;
    assert_eq!(names(&owner.get(LIST).await), ["Byron"]);
    app.run_jobs().await;
}
