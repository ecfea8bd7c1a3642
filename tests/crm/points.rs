//! How contacts and customers are reached.

use crate::support::TestApp;
use domain::{crm::points::Kind, workspace::access::Subject};

const LIST: &str = "/w/acme/crm/contacts";

#[tokio::test]
async fn addresses_have_what_stands_against_them_and_one_is_first() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let id = company.contact(&[("last_name", "Byron"), ("email", "ada@one.example"), ("phone", "030 1234567")]).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}/{id}/points")).await;
    let form = page.form("Add contact detail").set("value", "ada@two.example").set("label", "Home");
    let page = owner.send(form).await;
    assert_eq!(page.toast(), "ada@two.example was added.", "{page}");
    let page = owner.post(&format!("{LIST}/{id}/points"), &[("kind", "email"), ("value", "ADA@TWO.example")]).await;
    assert_eq!(page.error("value"), "This is there already.", "{page}");
    let points = company.points(id.0).await;
    let told: Vec<_> = points.iter().map(|p| (p.kind, p.value.as_str(), p.first)).collect();
    let expected = [
        (Kind::Email, "ada@one.example", true),
        (Kind::Email, "ada@two.example", false),
        (Kind::Phone, "030 1234567", true),
    ];
    assert_eq!(told, expected);
    // The second one comes first: the record says so, and the other stays beside it.
    owner.post(&format!("{LIST}/points/{}/first", points[1].id), &[]).await;
    assert_eq!(company.contact_now(id).await.email.as_deref(), Some("ada@two.example"));
    // They opted out of the first one: it is marked, and the reason with it.
    let page = owner.get(&format!("{LIST}/points/{}", points[0].id)).await;
    let form = page.form("Save changes").set("opted_out", "true").set("opted_out_because", "Asked by phone");
    let page = owner.send(form).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    assert!(page.says("Opted out") && page.says("Asked by phone"), "{page}");
    // Changed by the form, the one that is only another goes; of the one that opted out it is remembered.
    let page = owner.get(&format!("{LIST}/{id}/edit")).await;
    owner.send(page.form("Save changes").set("phone", "+49 30 7654321").set("email", "ada@one.example")).await;
    let points = company.points(id.0).await;
    let told: Vec<_> = points.iter().map(|p| (p.value.as_str(), p.first, p.opted_out.is_some())).collect();
    let expected =
        [("ada@one.example", true, true), ("ada@two.example", false, false), ("+49 30 7654321", true, false)];
    assert_eq!(told, expected);
    // Taken away, the next one that is good comes first.
    owner.post(&format!("{LIST}/points/{}/removal", points[0].id), &[]).await;
    assert_eq!(company.contact_now(id).await.email.as_deref(), Some("ada@two.example"));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_postal_address_that_is_first_is_changed_and_the_email_stays() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let id = company.contact(&[("last_name", "Byron"), ("email", "ada@one.example")]).await;
    let mut owner = company.owner().await;
    let address = company.point(Subject::Contact(id), "address", "1 Old Road").await;
    owner.post(&format!("{LIST}/points/{address}/first"), &[]).await;
    let page = owner.get(&format!("{LIST}/points/{address}")).await;
    let page = owner.send(page.form("Save changes").set("value", "2 New Road")).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    assert_eq!(company.contact_now(id).await.email.as_deref(), Some("ada@one.example"));
    let points = company.points(id.0).await;
    let told: Vec<_> = points.iter().map(|p| (p.kind, p.value.as_str(), p.first)).collect();
    assert_eq!(told, [(Kind::Email, "ada@one.example", true), (Kind::Address, "2 New Road", true)]);
}
