//! One's own profile, the same in all of one's workspaces.

use crate::{
    rules::access::picture,
    support::{PASSWORD, TestApp},
};
use axum::http::StatusCode;
use domain::{access::Role, import::Target};

const PROFILE: &str = "/w/acme/settings/profile";

#[tokio::test]
async fn a_name_a_zone_and_a_photo_go_everywhere() {
    let app = TestApp::new().await;
    let (company, other) = (app.company("acme").await, app.company("globex").await);
    let person = company.member(Role::Manager).await;
    other.join("Mona Manager", &person.email, Role::Employee).await;
    let mut mona = company.manager().await;
    mona.get(PROFILE).await;
    let page = mona.fill("Save changes", &[("Your name", "Mona von Manager"), ("Time zone", "Asia/Tokyo")]).await;
    assert_eq!(page.toast(), "Changes saved, in all your workspaces.", "{page}");
    assert_eq!(page.value("zone"), "Asia/Tokyo");
    let page = mona.fill("Save changes", &[("Your name", " "), ("Time zone", "Nowhere")]).await;
    assert!(!page.error("name").is_empty() && !page.error("zone").is_empty(), "{page}");
    let list = other.owner().await.get(&other.at("/settings/members")).await;
    assert!(list.says("Mona von Manager"), "{list}");
    mona.get(PROFILE).await;
    let form = mona.form("Use this picture").file("file", "me.png", picture());
    let page = mona.send(form).await;
    assert_eq!(page.toast(), "Your photo is set.", "{page}");
    for company in [&company, &other] {
        let mut owner = company.owner().await;
        let list = owner.get(&company.at("/settings/members?q=mona")).await;
        let src = list.attribute("img.avatar-photo", "src").expect("her photo");
        let answer = owner.get(&src).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "image/jpeg"));
    }
    // In each workspace it was she, and from where is told.
    for company in [&company, &other] {
        let mut owner = company.owner().await;
        let who = super::audit::member(company, &person.email).await;
        let page =
            owner.get(&company.at(&format!("/settings/audit?record=members&action=update&who=member:{who}"))).await;
        assert!(page.says("Photo") && page.says("Mona Manager"), "{page}");
        let page = owner.get(&company.at("/settings/audit?action=profile_changed")).await;
        assert!(page.rows().len() == 1 && page.says("Asia/Tokyo") && !page.says("Language"), "{page}");
    }
    // It comes along where she joins later.
    let third = app.company("initech").await;
    third.invitation(&person.email, Role::Employee).await;
    let link = app.mailed_link(&person.email).await;
    mona.get(&link).await;
    mona.fill("Join Initech Lamps", &[("Your password", PASSWORD)]).await;
    app.run_jobs().await;
    let list = third.owner().await.get(&third.at("/settings/members?q=mona")).await;
    assert!(list.has("img.avatar-photo"), "{list}");
    mona.get(PROFILE).await;
    mona.press("Take the photo away").await;
    let list = other.owner().await.get(&other.at("/settings/members?q=mona")).await;
    assert!(!list.has("img.avatar-photo"), "{list}");
}

#[tokio::test]
async fn who_wants_no_mail_about_imports_gets_none() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let email = company.member(Role::Owner).await.email;
    let import = async |owner: &mut crate::support::Browser, name: &str| {
        let id = company.import(Target::Employees, &format!("First name,Last name\nAda,{name}\n")).await;
        owner.get(&company.at(&format!("/hr/employees/imports/{id}"))).await;
        owner.press("Import 1 row").await;
        app.run_jobs().await;
    };
    let told = app.mail_to(&email).await.len();
    import(&mut owner, "One").await;
    assert_eq!(app.mail_to(&email).await.len(), told + 1);
    owner.get(&company.at("/settings/notifications")).await;
    let page = owner.fill("Save changes", &[("import_ended-mail", "")]).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    import(&mut owner, "Two").await;
    assert_eq!(app.mail_to(&email).await.len(), told + 1, "as they said");
}
