//! What a company decides for itself, and that it holds.

use crate::{rules::access::picture, support::TestApp};
use axum::http::StatusCode;
use domain::access::Role;

const GENERAL: &str = "/w/acme/settings/general";
const POLICY: &str = "/w/acme/settings/policy";

#[tokio::test]
async fn a_company_calls_and_colours_itself() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let page = owner.get("/w/acme/settings").await;
    assert_eq!(page.path, "/w/acme/settings/profile");
    owner.get(GENERAL).await;
    let fields = [
        ("Company name", "Åcme & Söhne"),
        ("Address", "Lampengasse 7\n10115 Berlin"),
        ("Country", "Germany"),
        ("Time zone", "Europe/Berlin"),
        ("Currency", "EUR"),
        ("Dates", "dmy"),
        ("Fiscal year begins in", "April"),
        ("On day", "6"),
        ("Accent colour", "#ffee00"),
    ];
    let page = owner.fill("Save changes", &fields).await;
    assert!(page.toast().contains("a darker shade of it is used"), "{page}");
    assert!(page.says("Åcme & Söhne"), "the switcher says so");
    let theme = page.attribute("link[href*='/theme/']", "href").expect("a theme");
    let css = owner.get(&theme).await;
    assert!(css.header("content-type").starts_with("text/css") && css.text.contains("--accent: light-dark("), "{css}");
    assert!(!css.text.contains("#ffee00, #ffee00"), "white words could not be read on it: {}", css.text);
    assert!(css.header("cache-control").contains("immutable"));
    let trail = owner.get("/w/acme/settings/audit?record=tenants").await;
    assert!(trail.says("Åcme & Söhne") && trail.says("Europe/Berlin"), "{trail}");
    // The wrong answers, each beside its field, and nothing typed is lost.
    owner.get(GENERAL).await;
    let wrong = [("Company name", ""), ("Time zone", "Moon/Sea"), ("On day", "31"), ("Accent colour", "reddish")];
    let page = owner.fill("Save changes", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["name", "zone", "fiscal_day", "accent"] {
        assert!(!page.error(field).is_empty(), "{field}: {page}");
    }
    assert_eq!(page.value("zone"), "Moon/Sea");
}

#[tokio::test]
async fn settings_edited_by_two_show_both() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (mut one, mut other) = (company.owner().await, company.admin().await);
    one.get(GENERAL).await;
    other.get(GENERAL).await;
    one.fill("Save changes", &[("Company name", "One"), ("Currency", "EUR")]).await;
    let page = other.fill("Save changes", &[("Company name", "Other")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("Olga Owner changed this"), "{page}");
    let form = page.form("Save changes");
    assert_eq!((form.value("name").as_str(), form.value("currency").as_str()), ("Other", "EUR"));
    let page = other.press("Save changes").await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
}

#[tokio::test]
async fn a_logo_is_made_small_and_shown() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get(GENERAL).await;
    let form = owner.form("Use this picture").file("file", "logo.png", picture());
    let page = owner.send(form).await;
    assert_eq!(page.toast(), "The logo is set.", "{page}");
    let src = page.attribute("img.picture-logo", "src").expect("a logo");
    let answer = owner.get(&src).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "image/jpeg"));
    // What is no picture is refused, and what was there stays.
    for (name, bytes) in [("x.png", b"<svg onload=alert(1)>".to_vec()), ("x.png", b"not a picture".to_vec())] {
        owner.get(GENERAL).await;
        let form = owner.form("Use this picture").file("file", name, bytes);
        let page = owner.send(form).await;
        assert!(page.error("file").contains("This is no picture that can be read"), "{page}");
        assert!(page.has("img.picture-logo"), "{page}");
    }
    let page = owner.press("Take the logo away").await;
    assert!(!page.has("img.picture-logo"), "{page}");
    // Another workspace's is nobody's here.
    let other = app.company("globex").await.owner().await.get(&src.replace("acme", "globex")).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_policy_holds_from_the_next_click() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get(POLICY).await;
    let page = owner.fill("Save policy", &[("Everybody needs a second factor", "true")]).await;
    assert!(page.error("second_factor").contains("you lock yourself out"), "{page}");
    owner.get(POLICY).await;
    let fields = [
        ("End without use after", "30"),
        ("End in any case after", "7"),
        ("Email domains", "acme.example, @globex.example"),
    ];
    let page = owner.fill("Save policy", &fields).await;
    assert!(page.toast().contains("The policy holds"), "{page}");
    assert_eq!(page.value("domains"), "acme.example, globex.example");
    for (email, allowed) in
        [("ada@acme.example", true), ("ada@ACME.example.evil.example", false), ("ada@lamps.example", false)]
    {
        owner.get(&company.at("/settings/members")).await;
        let page = owner.fill("Send invitation", &[("Work email", email), ("Role", "Employee")]).await;
        assert_eq!(page.status == StatusCode::OK, allowed, "{email}: {page}");
    }
    owner.get(&company.at("/settings/members")).await;
    let page = owner
        .fill("Invite them all", &[("Addresses", "ben@globex.example, cy@else.example"), ("As", "Employee")])
        .await;
    assert!(page.says("Only addresses of acme.example, globex.example can be invited here."), "{page}");
    assert_eq!(page.h1(), "1 invitation is on its way");
    app.run_jobs().await;
    for wrong in [("End in any case after", "0"), ("Email domains", "everything")] {
        owner.get(POLICY).await;
        let page = owner.fill("Save policy", &[wrong]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}: {page}");
    }
}

#[tokio::test]
async fn a_usual_week_is_what_the_company_says() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let path = company.at("/settings/calendar");
    owner.get(&path).await;
    let page =
        owner.fill("Save changes", &[("Friday", ""), ("Hours a day", "7:30"), ("The week begins on", "Sunday")]).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    let form = page.form("Save changes");
    assert_eq!(["mon", "fri", "hours", "week_start"].map(|f| form.value(f).to_owned()), ["on", "", "7:30", "7"]);
    let none = ["Monday", "Tuesday", "Wednesday", "Thursday"].map(|day| (day, ""));
    let page = owner.fill("Save changes", &none).await;
    assert!(page.says("Choose at least one day."), "{page}");
    // Leave that stands follows.
    app.run_jobs().await;
}

#[tokio::test]
async fn what_somebody_may_not_is_not_in_the_side_list() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    for (role, sees, not) in [
        (Role::Employee, &["Profile", "API tokens"][..], &["General", "Members", "Audit trail", "Danger zone"][..]),
        (Role::Admin, &["General", "Security policy", "Audit trail"], &["Danger zone"]),
        (Role::Auditor, &["Audit trail", "Roles"], &["General", "Security policy"]),
    ] {
        let page = company.signed_in(role).await.get(&company.at("/settings/profile")).await;
        let list = page.all(".settings-nav a");
        for subject in sees {
            assert!(list.contains(&(*subject).to_owned()), "{role}: {subject} in {list:?}");
        }
        for subject in not {
            assert!(!list.contains(&(*subject).to_owned()), "{role}: {subject} in {list:?}");
        }
    }
}
