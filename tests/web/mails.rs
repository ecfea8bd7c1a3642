//! Mails as they arrive. To accept a change that was meant: `INSTA_UPDATE=always bin/test web::mails`.

use crate::support::TestApp;
use domain::{access::Role, import::Target};
use std::path::Path;

/// Compares the newest mail to this address with the committed one. What its link ends in is drawn anew each time.
async fn looks_as_committed(app: &TestApp, address: &str, name: &str) {
    let mail = app.mail_to(address).await.into_iter().next().unwrap_or_else(|| panic!("no mail to {address}"));
    // A mail that only tells has none.
    let drawn = mail.link().and_then(|link| link.rsplit('/').next()).filter(|drawn| drawn.len() >= 36);
    let html = mail.html.replace("><", ">\n<");
    let shown = format!("Subject: {}\n\n{}\n\n{html}", mail.subject, mail.text);
    let shown = drawn.map_or(shown.clone(), |drawn| shown.replace(drawn, "[drawn]"));
    // The way out, whose token names who holds it.
    let way_out =
        shown.split("/unsubscribe/").nth(1).and_then(|t| t.split(|c: char| c == '"' || c.is_whitespace()).next());
    let shown = way_out.map_or(shown.clone(), |token| shown.replace(token, "[token]"));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shown);
    });
}

#[tokio::test]
async fn each_mail_looks_as_committed() {
    let app = TestApp::new().await;
    let email = app.email("grace");
    let mut grace = app.browser();
    grace.get("/signup").await;
    let fields = [
        ("Company name", "Grace & Söhne"),
        ("Workspace address", "grace"),
        ("Your name", "Grace Hopper"),
        ("Work email", &email),
        ("Password", crate::support::PASSWORD),
    ];
    grace.fill("Create workspace", &fields).await;
    looks_as_committed(&app, &email, "verification").await;

    app.clock.advance(chrono::Duration::minutes(1));
    grace.get("/password-reset").await;
    grace.fill("Send me a link", &[("Work email", &email)]).await;
    looks_as_committed(&app, &email, "password_reset").await;

    let mut browser = app.browser();
    browser.sign_in(&email, crate::support::PASSWORD).await;
    browser.get("/w/grace/settings/security").await;
    let form =
        browser.form("Send the link").set("email", "ada@lamps.example").set("with_password", crate::support::PASSWORD);
    browser.send(form).await;
    looks_as_committed(&app, "ada@lamps.example", "email_change").await;
    let link = app.mailed_link("ada@lamps.example").await;
    app.clock.advance(chrono::Duration::minutes(1));
    browser.get(&link).await;
    browser.press("Use this address").await;
    looks_as_committed(&app, &email, "email_changed").await;

    let company = app.company("acme").await;
    let guest = app.email("guest");
    company.invitation(&guest, Role::Manager).await;
    looks_as_committed(&app, &guest, "invitation").await;

    let owner = company.member(Role::Owner).await.email;
    let mut browser = company.owner().await;
    let csv = "First name,Last name,Start date\nAda,Byron,2020-01-01\nBen,Cole,2020-02-31\n";
    let import = company.import(Target::Employees, csv).await;
    app.clock.advance(chrono::Duration::minutes(1));
    browser.get(&company.at(&format!("/hr/employees/imports/{import}"))).await;
    browser.press("Import 1 row, leave out 1").await;
    looks_as_committed(&app, &owner, "import_report").await;

    app.clock.advance(chrono::Duration::minutes(1));
    browser.get(&company.at(&format!("/hr/employees/imports/{import}/reversal"))).await;
    browser.press("Remove 1 employee").await;
    looks_as_committed(&app, &owner, "import_report_undone").await;

    company.lead_form("Contact", &[("confirms", "true")]).await;
    let visitor = app.email("visitor");
    company.sent("/forms/acme/contact", &[("name", "Vera"), ("email", &visitor)]).await;
    app.run_jobs().await;
    looks_as_committed(&app, &visitor, "form_confirmation").await;

    company.portal(&[]).await;
    let customer = app.email("customer");
    company.contact(&[("first_name", "Cora"), ("email", &customer)]).await;
    let mut browser = app.browser();
    browser.get("/portal/acme/sign-in").await;
    browser.fill("Send me a link", &[("email", &customer)]).await;
    app.run_jobs().await;
    looks_as_committed(&app, &customer, "portal_link").await;

    let [_, application, ..] = company.applied("Ada", None).await;
    let application = application.parse().expect("an id");
    let mut tx = company.begin().await;
    let (tenant, id) = (company.tenant, tx.id());
    let job = domain::jobs::SendApplication { tenant, id, application, again: false };
    store::queue::push(&mut tx, &job).await.expect("a job");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    looks_as_committed(&app, "ada@applicants.example", "application").await;
    app.clock.advance(chrono::Duration::minutes(1));
    let mut tx = company.begin().await;
    let turned_down = store::hr::candidates::applications::reject(&mut tx, application, 1, "Too far", Some(0));
    turned_down.await.expect("it is turned down");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    looks_as_committed(&app, "ada@applicants.example", "rejection").await;

    // And there are no others.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(root.join("views/src/mail.rs")).expect("where mails are written");
    let written = source.lines().filter(|l| l.starts_with("pub fn ") && l.ends_with("-> Mail {"));
    let names: Vec<_> = written.filter_map(|l| l["pub fn ".len()..].split('(').next()).collect();
    assert!(names.len() >= 4, "only {names:?} were found");
    let committed = |name: &&str| root.join(format!("tests/web/snapshots/{name}.snap")).is_file();
    let missing: Vec<_> = names.into_iter().filter(|n| !committed(n)).collect();
    assert_eq!(missing, [""; 0]);
}
