//! Leads: the noun's own; what all nouns do alike is tested with the others.

use crate::support::TestApp;
use axum::http::StatusCode;
use domain::access::Role;

const LIST: &str = "/w/acme/crm/leads";

#[tokio::test]
async fn a_lead_is_added_and_found_by_whoever_sells() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut rep = company.signed_in(Role::SalesRep).await;
    rep.get(LIST).await;
    rep.click("Add a lead").await;
    let form = rep.form("Add lead").set("name", "Ada <Lovelace>").set("email", "Ada@Lamps.example");
    let form = form.set("company", "Lamps & Co").set("website", "https://www.lamps.example/x").set("size", "2,822");
    let form = form.set("country", "Germany").set("source", "Trade fair").set("utm_campaign", "Spring");
    let page = rep.send(form).await;
    assert_eq!((page.status, page.toast().as_str()), (StatusCode::OK, "Ada <Lovelace> was added."), "{page}");
    for shown in [
        "Ada@Lamps.example",
        "Lamps & Co",
        "lamps.example",
        "2,822",
        "Germany",
        "Trade fair",
        "Spring",
        "New",
        "Some Sales rep",
    ] {
        assert!(page.says(shown), "{shown} is not in {page}");
    }
    app.clock.advance(chrono::Duration::minutes(1));
    company.lead(&[("name", "Bea"), ("status", "nurture"), ("source", "Website")]).await;
    for (question, found) in [
        ("?q=lamps", &["Ada <Lovelace>"][..]),
        ("?owner=me", &["Ada <Lovelace>"]),
        ("?owner=nobody", &["Bea"]),
        ("?status=nurture", &["Bea"]),
        ("?source=Trade+fair", &["Ada <Lovelace>"]),
        ("?sort=-name", &["Bea", "Ada <Lovelace>"]),
        ("?sort=company", &["Bea", "Ada <Lovelace>"]),
        ("?sort=-created", &["Bea", "Ada <Lovelace>"]),
    ] {
        let page = rep.get(&format!("{LIST}{question}")).await;
        assert_eq!(page.names(), found, "{question}: {page}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn each_wrong_answer_is_told_beside_its_field() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.lead(&[("email", "ada@lamps.example")]).await;
    company.lead(&[("email", "old@lamps.example"), ("status", "disqualified"), ("reason", "No budget")]).await;
    let mut owner = company.owner().await;
    for (field, typed, told) in [
        ("name", "", "Please fill this in."),
        ("email", "nope", "This is not an email address, like name@company.com."),
        ("email", "ADA@lamps.example", "Another open lead has this email."),
        ("website", "no site", "This is not a domain, like acme.com."),
        ("size", "many", "This is not a number of people, like 250."),
        ("country", "Atlantis", ""),
        ("status", "disqualified", "Say why they are no lead."),
    ] {
        owner.get(&format!("{LIST}/new")).await;
        let form = owner.form("Add lead").set("name", "Bea").set("company", "Kept").set(field, typed);
        let page = owner.send(form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {typed:?}: {page}");
        let error = page.error(if field == "status" { "reason" } else { field });
        assert!(if told.is_empty() { !error.is_empty() } else { error == told }, "{field} {typed:?}: {error:?}");
        assert_eq!(page.value("company"), "Kept");
    }
    let page = owner.post(&format!("{LIST}/new"), &[("name", "Bea"), ("status", "converted")]).await;
    assert_eq!(page.error("status"), "A lead is converted on its own page, where its customer is made.", "{page}");
    // Who was turned away may come again, and whoever adds them has been told.
    owner.get(&format!("{LIST}/new")).await;
    let page = owner.fill("Add lead", &[("name", "Again"), ("email", "old@lamps.example")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    let page = owner.send(page.form("Add lead")).await;
    assert_eq!(page.toast(), "Again was added.", "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn who_is_no_lead_has_a_reason_until_they_are_one_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let lead = company.lead(&[("name", "Ada")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{lead}/edit")).await;
    let page = owner.fill("Save changes", &[("status", "disqualified"), ("reason", "No <budget>")]).await;
    assert!(page.says("No lead: No <budget>"), "{page}");
    owner.get(&format!("{LIST}/{lead}/edit")).await;
    owner.fill("Save changes", &[("status", "working")]).await;
    assert_eq!(company.lead_now(lead).await.reason, None);
    let page = owner.get(&format!("{LIST}/{lead}/timeline")).await;
    assert!(page.says("Disqualified") && page.says("Working"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn who_follows_a_lead_hears_of_notes_and_how_it_stands() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let lead = company.lead(&[("name", "Ada")]).await;
    let mut manager = company.signed_in(Role::SalesManager).await;
    let page = manager.get(&format!("{LIST}/{lead}")).await;
    let page = manager.send(page.form("Follow")).await;
    assert!(page.says("You are told of notes"), "{page}");
    let mut owner = company.owner().await;
    owner.post(&format!("{LIST}/{lead}/notes"), &[("text", "She called")]).await;
    app.run_jobs().await;
    owner.get(&format!("{LIST}/{lead}/edit")).await;
    owner.fill("Save changes", &[("status", "working")]).await;
    app.run_jobs().await;
    app.clock.advance(chrono::Duration::minutes(1));
    owner.get(&format!("{LIST}/{lead}/conversion")).await;
    owner.fill("Convert", &[]).await;
    app.run_jobs().await;
    let told = manager.get("/w/acme/notifications").await;
    for words in ["wrote a note on Ada", "Ada is working now", "Ada is converted now"] {
        assert!(told.says(words), "{words}: {told}");
    }
    let page = manager.get(&format!("{LIST}/{lead}")).await;
    let page = manager.send(page.form("Unfollow")).await;
    assert!(page.says("Nobody follows this yet."), "{page}");
    app.jobs_may_wait();
}

#[tokio::test]
async fn many_get_an_owner_a_status_and_a_tag_at_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rep = company.member(Role::SalesRep).await;
    let leads = [company.lead(&[("name", "Ada")]).await, company.lead(&[("name", "Bea")]).await];
    company.bulk_change(domain::import::Target::Leads, leads[0].0, "status", "qualified").await;
    assert_eq!(company.lead_now(leads[0]).await.status.key(), "qualified");
    company.bulk_change(domain::import::Target::Leads, leads[1].0, "owner", &rep.email).await;
    let now = company.lead_now(leads[1]).await;
    assert_eq!(now.owner.map(|o| o.id), Some(rep.member));
    app.run_jobs().await;
    let mut owner = company.owner().await;
    let page = owner.post(&format!("{LIST}/tags"), &[("tag", "Hot"), ("ids", &leads[0].to_string())]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    assert_eq!(owner.get(&format!("{LIST}?tag=Hot")).await.names(), ["Ada"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_file_of_leads_is_brought_in_and_out() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.lead(&[("name", "Ada"), ("email", "ada@lamps.example"), ("phone", "+49 30 1234567")]).await;
    let csv = "Name,Email,Company,Lead Source,Status\nAda L,ADA@lamps.example,Lamps,Fair,working\nBea,bea@x.example,=cmd(),Fair,converted\nCy,,Oak,,\n";
    let import = company.import(domain::import::Target::Leads, csv).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}/imports/{import}")).await;
    assert!(page.says("A lead is converted on its own page"), "{page}");
    let page = owner.press("Import 2 rows, leave out 1").await;
    assert!(page.status.is_success() || page.status.is_redirection(), "{page}");
    app.run_jobs().await;
    let names: Vec<String> = company.leads().await.into_iter().map(|l| l.name).collect();
    assert!(
        names.contains(&"Ada L".to_owned()) && names.contains(&"Cy".to_owned()) && !names.contains(&"Bea".to_owned()),
        "{names:?}"
    );
    let ada = company.leads().await.into_iter().find(|l| l.name == "Ada L").expect("she is there");
    assert_eq!((ada.phone.as_deref(), ada.status.key()), (Some("+49 30 1234567"), "working"));
    company.lead(&[("name", "=cmd|' /C calc'!A0")]).await;
    let file = owner.get(&format!("{LIST}/export")).await;
    assert!(file.text.contains("'=cmd"), "{}", file.text);
}

#[tokio::test]
async fn a_rep_changes_their_own_and_sees_all() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let theirs = company.lead(&[("name", "Ada")]).await;
    let mut rep = company.signed_in(Role::SalesRep).await;
    let page = rep.get(&format!("{LIST}/{theirs}")).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    assert_eq!(rep.get(&format!("{LIST}/{theirs}/edit")).await.status, StatusCode::NOT_FOUND);
    let mut employee = company.employee_member().await;
    assert_eq!(employee.get(LIST).await.status, StatusCode::NOT_FOUND);
    let other = app.company("globex").await;
    let mut stranger = other.owner().await;
    assert_eq!(stranger.get(&format!("/w/globex/crm/leads/{theirs}")).await.status, StatusCode::NOT_FOUND);
}
