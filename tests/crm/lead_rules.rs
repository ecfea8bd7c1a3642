//! To whom leads go, and what they score.

use crate::support::TestApp;
use axum::http::StatusCode;
use chrono::Duration;
use domain::access::Role;

const RULES: &str = "/w/acme/settings/lead-rules";
const SCORING: &str = "/w/acme/settings/lead-scoring";
const FORM: &str = "/forms/acme/contact";

async fn send(company: &crate::support::Company<'_>, who: &str) -> domain::crm::leads::Lead {
    let email = format!("{}@lamps.example", who.to_lowercase());
    let page = company.sent(FORM, &[("name", who), ("email", &email)]).await;
    assert_eq!(page.h1(), "Thank you", "{page}");
    company.app.run_jobs().await;
    company.leads().await.into_iter().find(|l| l.name == who).expect("it came in")
}

#[tokio::test]
async fn leads_go_round_and_pass_over_who_is_away() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.lead_form("Contact", &[]).await;
    let (mona, rita) = (company.member(Role::SalesManager).await, company.member(Role::SalesRep).await);
    let mut owner = company.owner().await;
    owner.get(RULES).await;
    owner.click("New rule").await;
    let page = owner.fill("Save rule", &[("name", "All <of> them")]).await;
    assert_eq!((page.status, page.error("name").as_str()), (StatusCode::UNPROCESSABLE_ENTITY, ""), "{page}");
    assert!(page.says("Choose at least one person."), "{page}");
    let form = owner.form("Save rule").set("Person 1", &mona.member.to_string());
    let page = owner.send(form.set("Person 2", &rita.member.to_string())).await;
    assert!(page.says("All <of> them") && page.says("In turns"), "{page}");
    let owners = |lead: domain::crm::leads::Lead| lead.owner.map(|o| o.id);
    assert_eq!(owners(send(&company, "Ada").await), Some(mona.member));
    assert_eq!(owners(send(&company, "Bea").await), Some(rita.member));
    // Whoever is on leave, or had their access ended, is passed over; why is not told.
    company.away(mona.member).await;
    let cy = send(&company, "Cy").await;
    assert_eq!(owners(cy.clone()), Some(rita.member));
    let page = owner.get(&format!("/w/acme/crm/leads/{}", cy.id)).await;
    assert!(page.says("By “All <of> them” (in turns)") && page.says("is away until"), "{page}");
    assert!(!page.says("Holiday kind"), "which leave it is nobody learns here: {page}");
    let told: i64 =
        company.read(&format!("select count(*) from notifications where member_id = '{}'", rita.member)).await;
    assert_eq!(told, 2, "each of her leads once");
    app.trial
        .admin(&format!("update members set deactivated_at = now() where id = '{}'", rita.member))
        .await
        .expect("out");
    let dan = send(&company, "Dan").await;
    assert_eq!(owners(dan.clone()), None);
    let page = owner.get(&format!("/w/acme/crm/leads/{}", dan.id)).await;
    assert!(
        page.says("Nobody was left, so it waits for somebody to take it.") && page.says("has no access any more"),
        "{page}"
    );
    // Back again: what waited is given out.
    app.trial
        .admin(&format!("update members set deactivated_at = null where id = '{}'", rita.member))
        .await
        .expect("in");
    let page = owner.get(RULES).await;
    assert!(page.says("1 lead has no owner."), "{page}");
    owner.press("Assign them by these rules").await;
    app.run_jobs().await;
    assert_eq!(owners(company.lead_now(dan.id).await), Some(rita.member));
}

#[tokio::test]
async fn rules_are_asked_in_their_order() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.lead_form("Contact", &[("size", "optional"), ("country", "optional")]).await;
    let (mona, rita) = (company.member(Role::SalesManager).await, company.member(Role::SalesRep).await);
    let mut owner = company.owner().await;
    let (m, r) = (mona.member.to_string(), rita.member.to_string());
    owner.post(&format!("{RULES}/new"), &[("name", "Rest"), ("how", "person"), ("member", &r)]).await;
    let large = [
        ("name", "Large"),
        ("how", "least_loaded"),
        ("member", &*m),
        ("on", "size"),
        ("test", "at_least"),
        ("value", "250"),
    ];
    owner.post(&format!("{RULES}/new"), &large).await;
    let of = async |name: &str, size: &str| {
        let email = format!("{name}@x.example");
        company.sent(FORM, &[("name", name), ("email", &email), ("size", size)]).await;
        app.run_jobs().await;
        company.leads().await.into_iter().find(|l| l.name == name).and_then(|l| l.owner).map(|o| o.id)
    };
    assert_eq!(of("first", "300").await, Some(rita.member));
    owner.get(RULES).await;
    owner.press("Move Large up").await;
    assert_eq!(of("second", "300").await, Some(mona.member));
    assert_eq!(of("third", "3").await, Some(rita.member));
    let bad =
        [("name", "Large"), ("how", "person"), ("member", &*m), ("on", "size"), ("test", "one_of"), ("value", "x")];
    let page = owner.post(&format!("{RULES}/new"), &bad).await;
    assert!(page.says("Ask for at least, or at most."), "{page}");
    let page = owner.post(&format!("{RULES}/new"), &[("name", "LARGE"), ("how", "person"), ("member", &*m)]).await;
    assert_eq!(page.error("name"), "There is a rule with this name already.", "{page}");
    owner.get(RULES).await;
    owner.click("Large").await;
    owner.press("Remove rule").await;
    assert_eq!(of("fourth", "300").await, Some(rita.member));
    let mut rep = company.signed_in(Role::SalesRep).await;
    assert_eq!(rep.get(RULES).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_lead_says_what_it_scores_and_why_and_that_wears_off() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.lead_form("Contact", &[]).await;
    company.sent(FORM, &[("name", "Ada"), ("email", "ada@lamps.example"), ("company", "Lamps")]).await;
    app.run_jobs().await;
    let ada = company.leads().await.remove(0);
    assert_eq!((ada.fit, ada.engagement), (30, 40), "company and its own domain; a form and consent");
    let mut owner = company.owner().await;
    let page = owner.get(&format!("/w/acme/crm/leads/{}", ada.id)).await;
    for told in ["Company is filled in", "Email is of a company", "Sent a form", "Gave its consent", "70 of 200"] {
        assert!(page.says(told), "{told} is not in {page}");
    }
    assert_eq!(owner.get("/w/acme/crm/leads?sort=-score").await.names(), ["Ada"]);
    // A month later the form counts half; the trail tells of nobody's change.
    let before: i64 = company.read("select count(*) from audit_events where record = 'leads'").await;
    app.clock.advance(Duration::days(30));
    let tick = domain::jobs::ScoreLeads { tenant: company.tenant, scoring: None, at: store::Clock::now(&*app.clock) };
    let mut tx = company.begin().await;
    store::queue::push(&mut tx, &tick).await.expect("it is asked for");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    assert_eq!(company.lead_now(ada.id).await.engagement, 25);
    let after: i64 = company.read("select count(*) from audit_events where record = 'leads'").await;
    assert_eq!(before, after);
}

#[tokio::test]
async fn rules_of_scoring_are_ones_own_and_all_is_counted_anew() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.lead(&[("name", "Ada"), ("phone", "+49 30 1234567")]).await;
    assert_eq!(company.lead_now(ada).await.fit, 10);
    let mut owner = company.owner().await;
    let rules = [
        ("on", "phone"),
        ("test", "known"),
        ("value", ""),
        ("points", "77"),
        ("on", "email"),
        ("test", "unknown"),
        ("value", ""),
        ("points", "-7"),
        ("half_life", "10"),
    ];
    let page = owner.post(SCORING, &[&rules[..], &[("_version", "0")]].concat()).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    let page = owner.get(SCORING).await;
    assert!(page.says("0 of 1 open leads are counted."), "{page}");
    app.run_jobs().await;
    assert_eq!(company.lead_now(ada).await.fit, 70);
    assert!(owner.get(SCORING).await.says("All 1 open leads were counted."));
    for (field, value, told) in [
        ("points", "1000", "Points are whole numbers from -100 to 100."),
        ("half_life", "0", "Write a number of days, like 30."),
        ("on", "score", "A score does not ask for itself."),
    ] {
        let wrong: Vec<_> =
            [("on", "size"), ("test", "at_least"), ("value", "5"), ("points", "5"), ("half_life", "10")]
                .into_iter()
                .map(|(k, v)| if k == field { (k, value) } else { (k, v) })
                .chain([("_version", "1")])
                .collect();
        let page = owner.post(SCORING, &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {page}");
        assert!(page.says(told), "{told} is not in {page}");
    }
    // Somebody else was faster.
    let page = owner.post(SCORING, &[&rules[..], &[("_version", "0")]].concat()).await;
    assert!(page.says("Somebody else has changed these rules meanwhile."), "{page}");
    owner.get(SCORING).await;
    owner.press("Back to the usual rules").await;
    app.run_jobs().await;
    assert_eq!(company.lead_now(ada).await.fit, 10);
}

#[tokio::test]
async fn rules_ask_for_what_a_new_lead_scores_and_stand_in_for_an_owner_who_has_left() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (mona, rita) = (company.member(Role::SalesManager).await, company.member(Role::SalesRep).await);
    company.lead_form("Contact", &[("owner", &rita.member.to_string())]).await;
    let mut owner = company.owner().await;
    let member = mona.member.to_string();
    let hot = [
        ("name", "Hot"),
        ("how", "person"),
        ("member", &*member),
        ("on", "score"),
        ("test", "at_least"),
        ("value", "40"),
    ];
    owner.post(&format!("{RULES}/new"), &hot).await;
    let owners = |lead: domain::crm::leads::Lead| lead.owner.map(|o| o.id);
    assert_eq!(owners(send(&company, "Ada").await), Some(rita.member), "the form's");
    app.trial
        .admin(&format!("update members set deactivated_at = now() where id = '{}'", rita.member))
        .await
        .expect("out");
    let bea = send(&company, "Bea").await;
    assert!(bea.fit + bea.engagement >= 40, "a form, and consent: {bea:?}");
    assert_eq!(owners(bea), Some(mona.member));
}

#[tokio::test]
async fn however_many_leads_no_rule_fits_those_behind_them_are_asked_about() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mona = company.member(Role::SalesManager).await;
    app.trial
        .admin(&format!(
            "insert into leads (tenant_id, id, name, created_at, updated_at)
             select '{}', gen_random_uuid(), 'Waits', '2026-01-01', '2026-01-01' from generate_series(1, 100)",
            company.tenant
        ))
        .await
        .expect("they wait");
    let fits = company.lead(&[("name", "Fits"), ("company", "Lamps"), ("size", "300")]).await;
    let mut owner = company.owner().await;
    let member = mona.member.to_string();
    let large = [
        ("name", "Large"),
        ("how", "person"),
        ("member", &*member),
        ("on", "size"),
        ("test", "at_least"),
        ("value", "250"),
    ];
    owner.post(&format!("{RULES}/new"), &large).await;
    owner.get(RULES).await;
    owner.press("Assign them by these rules").await;
    app.run_jobs().await;
    assert_eq!(company.lead_now(fits).await.owner.map(|o| o.id), Some(mona.member));
}

#[tokio::test]
async fn a_task_that_is_done_and_mail_that_comes_back_are_counted_at_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let email = app.email("lead");
    let lead = company.lead(&[("name", "Ada"), ("email", &email)]).await;
    assert_eq!(company.lead_now(lead).await.engagement, 0);
    let mut tx = company.begin().await;
    let about = Some(domain::workspace::access::Subject::Lead(lead).into());
    let assignee = Some(company.member(Role::Owner).await.member);
    let id = tx.id();
    let fields = domain::tasks::Fields { assignee, about, ..domain::tasks::Fields::titled("Call them") };
    let task = store::tasks::add(&mut tx, id, &fields).await.expect("a task");
    store::tasks::finish(&mut tx, &[task]).await.expect("it is done");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    assert_eq!(company.lead_now(lead).await.engagement, 5);
    company.stopped(&email).await;
    assert_eq!(company.lead_now(lead).await.engagement, 0);
}
