//! Settings of pipelines: stages, what is removed and where its deals go, and reasons for a loss.

use crate::support::TestApp;
use axum::http::StatusCode;

const SETTINGS: &str = "/w/acme/settings/pipelines";

#[tokio::test]
async fn a_workspace_begins_with_one_pipeline_and_makes_it_its_own() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let page = owner.get(SETTINGS).await;
    assert!(page.says("Qualified → Meeting → Proposal → Negotiation → Won → Lost"), "{page}");
    let form = page.form("Add pipeline").set("name", "Renewals");
    let page = owner.send(form).await;
    assert_eq!(page.toast(), "Renewals is there. Make its stages your own.");
    let form = page.form("Add stage").set("name", "Due").set("probability", "101");
    let page = owner.send(form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.value("probability"), "101", "what was typed stays");
    let form = page.form("Add stage").set("probability", "55").set("wip_limit", "3").set("required", "amount");
    let page = owner.send(form).await;
    assert_eq!(page.toast(), "Due was added.", "{page}");
    assert_eq!(page.names(), ["Qualified", "Meeting", "Proposal", "Negotiation", "Due", "Won", "Lost"]);
    let page = owner.send(page.form("Move Due up")).await;
    assert_eq!(page.names()[3], "Due");
    let page = owner.get(SETTINGS).await;
    let page = owner.send(page.form("Add reason").set("name", "price")).await;
    assert!(page.says("There is a reason with this name already."), "{page}");
    let page = owner.get(SETTINGS).await;
    let page = owner.send(page.form("Remove Price")).await;
    assert_eq!(page.toast(), "“Price” is out of use.");
}

#[tokio::test]
async fn no_stage_goes_from_under_its_deals() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let deal = company.deal(&[("stage", "Meeting"), ("name", "Lamps")]).await;
    let archived = company.deal(&[("stage", "Meeting"), ("name", "Old lamps")]).await;
    let mut owner = company.owner().await;
    owner.post(&format!("/w/acme/crm/deals/{archived}/archival"), &[]).await;
    let stage = format!("/w/acme/settings/stages/{}", company.stage("Meeting").await);
    let page = owner.get(&stage).await;
    assert!(page.says("2 deals stand here."), "{page}");
    let page = owner.send(page.form("Remove stage")).await;
    assert_eq!(
        (page.status, page.error("to").as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "There are deals here. Choose where they go.")
    );
    let page = owner.send(page.form("Remove stage").set("to", "Qualified")).await;
    assert_eq!(page.toast(), "The stage is gone; no deal is.", "{page}");
    let now = company.deal_now(deal).await;
    assert_eq!((now.stage_name.as_str(), now.probability), ("Qualified", 20));
    let page = owner.get(&format!("/w/acme/crm/deals/{deal}")).await;
    assert!(page.says("Meeting"), "its history still knows the stage: {page}");
    // A way keeps its ends, and a workspace a way.
    let page = owner.get(&format!("/w/acme/settings/stages/{}", company.stage("Won").await)).await;
    let page = owner.send(page.form("Remove stage")).await;
    assert!(page.says("A pipeline needs a stage of the kind Won."), "{page}");
    let page = owner.get(&format!("{SETTINGS}/{}", company.pipeline().await.id)).await;
    assert!(page.says("This is the only pipeline, so it stays."), "{page}");
    let page = owner.post(&format!("{SETTINGS}/{}/removal", company.pipeline().await.id), &[]).await;
    assert!(page.says("This is the last pipeline."), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_a_stage_says_its_deals_follow() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let follows = company.deal(&[("name", "Follows")]).await;
    let own = company.deal(&[("name", "Own"), ("probability", "77")]).await;
    let mut owner = company.owner().await;
    let stage = format!("/w/acme/settings/stages/{}", company.stage("Qualified").await);
    let page = owner.get(&stage).await;
    let form = page.form("Save changes").set("probability", "35");
    let page = owner.send(form.clone()).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    assert_eq!(company.deal_now(follows).await.probability, 35);
    assert_eq!(company.deal_now(own).await.probability, 77);
    let page = owner.send(form).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "somebody was faster: {page}");
    let page = owner.get(&stage).await;
    let page = owner.send(page.form("Save changes").set("kind", "won")).await;
    assert!(page.error("kind").contains("Deals stand here."), "{page}");
}

#[tokio::test]
async fn deals_of_a_stage_or_a_pipeline_that_goes_stay_what_they_are() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let open = company.deal(&[("stage", "Meeting"), ("name", "Open")]).await;
    let stage = format!("/w/acme/settings/stages/{}", company.stage("Meeting").await);
    let lost = company.stage("Lost").await.to_string();
    let page = owner.post(&format!("{stage}/removal"), &[("to", &lost)]).await;
    assert_eq!(page.error("to"), "Choose a stage of the kind Open: deals stay what they are.", "{page}");
    let choices: Vec<String> =
        owner.get(&stage).await.form("Remove stage").choices("to").into_iter().map(|(_, words)| words).collect();
    assert!(choices.contains(&"Qualified".to_owned()) && !choices.contains(&"Lost".to_owned()), "{choices:?}");
    // With a pipeline go deals that were won and lost, too.
    let won = company.deal(&[("name", "Won"), ("amount", "1")]).await;
    let no = company.deal(&[("name", "Lost")]).await;
    company.moved(won, "Won").await;
    company.moved(no, "Lost").await;
    let (_, to) = company.another_pipeline("Renewals").await;
    let path = format!("{SETTINGS}/{}/removal", company.pipeline().await.id);
    owner.post(&path, &[("to", &to.to_string())]).await;
    for (deal, stage) in [(open, "Qualified"), (won, "Won"), (no, "Lost")] {
        let now = company.deal_now(deal).await;
        assert_eq!((now.pipeline_name.as_str(), now.stage_name.as_str()), ("Renewals", stage));
    }
    assert_eq!(company.deal_now(no).await.loss_reason.map(|(_, name)| name).as_deref(), Some("Price"));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_stage_that_asks_for_one_thing_is_changed_and_goes_on_asking() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let stage = format!("/w/acme/settings/stages/{}", company.stage("Proposal").await);
    let form = owner.get(&stage).await.form("Save changes");
    assert_eq!(form.value("required"), "amount", "all that it asks for");
    let page = owner.send(form.set("probability", "65")).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    let form = owner.get(&stage).await.form("Save changes");
    assert_eq!((form.value("probability").as_str(), form.value("required").as_str()), ("65", "amount"));
}
