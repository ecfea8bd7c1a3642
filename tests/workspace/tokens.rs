//! Personal API tokens: shown once, and worth what their owner is worth.

use crate::support::TestApp;
use axum::http::StatusCode;
use chrono::Duration;
use domain::access::Role;
use people360::web::bearer::authenticate;

const TOKENS: &str = "/w/acme/settings/tokens";

#[tokio::test]
async fn a_token_acts_as_its_owner_and_no_longer_than_they() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let person = company.member(Role::SalesRep).await;
    let mut browser = company.signed_in(Role::SalesRep).await;
    browser.get(TOKENS).await;
    let page = browser
        .fill(
            "Make a token",
            &[("What it is for", "Exporter"), ("Ends after", "30 days"), ("It may only read", "true")],
        )
        .await;
    let token = page.all(".token-made code").remove(0);
    assert!(token.starts_with("p360_") && page.says("never again"), "{page}");
    let bearer = authenticate(&app.db, &token).await.expect("it opens");
    assert_eq!((bearer.actor.member, bearer.actor.role, bearer.read_only), (person.member, Role::SalesRep, true));
    let page = browser.get(TOKENS).await;
    assert!(page.says("Exporter") && !page.text.contains(&token[40..]), "{page}");
    // Nothing in the database or the trail opens anything.
    let trail = company.owner().await.get("/w/acme/settings/audit?record=api_tokens").await;
    assert!(trail.says("Exporter") && !trail.text.contains("secret"), "{trail}");
    // What their owner loses, it loses.
    app.trial.admin("update members set role = 'auditor' where role = 'sales_rep'").await.expect("another role");
    let bearer = authenticate(&app.db, &token).await.expect("it opens");
    assert!(!bearer.actor.may("customers.write"));
    let (id, secret) = token[5..].split_once('_').expect("two parts");
    // Another last letter than it has.
    let last = if secret.ends_with('0') { '1' } else { '0' };
    for wrong in [
        "",
        "p360_",
        "p360_x_y",
        &format!("p360_{id}_{}{last}", &secret[..63]),
        &format!("p360_{}_{secret}", uuid::Uuid::new_v4().simple()),
    ] {
        assert!(authenticate(&app.db, wrong).await.is_err(), "{wrong}");
    }
    app.trial.admin("update tenants set status = 'suspended'").await.expect("closed");
    assert!(authenticate(&app.db, &token).await.is_err(), "of a workspace that is closed");
    app.trial.admin("update tenants set status = 'active'").await.expect("open");
    app.trial
        .admin(&format!("update members set deactivated_at = now() where id = '{}'", person.member))
        .await
        .expect("out");
    assert!(authenticate(&app.db, &token).await.is_err(), "its owner is out");
    app.trial.admin("update members set deactivated_at = null").await.expect("in");
    app.clock.advance(Duration::days(31));
    assert!(authenticate(&app.db, &token).await.is_err(), "a month is over");
}

#[tokio::test]
async fn a_token_is_taken_back_by_its_owner_alone() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut browser = company.manager().await;
    browser.get(TOKENS).await;
    let page = browser.fill("Make a token", &[("What it is for", ""), ("Ends after", "Never")]).await;
    assert_eq!(page.error("name"), "Please fill this in.", "{page}");
    let page = browser.fill("Make a token", &[("What it is for", "Exporter")]).await;
    let token = page.all(".token-made code").remove(0);
    let id = token[5..].split_once('_').expect("two parts").0.to_owned();
    let foreign = company.owner().await.post(&format!("{TOKENS}/{id}/revocation"), &[]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    authenticate(&app.db, &token).await.expect("it opens still");
    browser.get(TOKENS).await;
    let page = browser.press("Take back Exporter").await;
    assert_eq!(page.toast(), "Exporter opens nothing any more.", "{page}");
    assert!(authenticate(&app.db, &token).await.is_err());
}
