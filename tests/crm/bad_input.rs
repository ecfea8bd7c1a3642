//! What people, and others, type into sales: scripts, formulas, other alphabets, very long texts, days that have gone by.

use crate::support::TestApp;
use axum::http::StatusCode;
use domain::workspace::access::Subject;

const SCRIPT: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";

#[tokio::test]
async fn a_script_in_any_text_field_is_text_wherever_it_is_shown() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let owner = company.member(domain::access::Role::Owner).await;
    // Each text field of each noun, as its form takes it.
    let filled = |fields: &[&'static str]| fields.iter().map(|f| (*f, SCRIPT)).collect::<Vec<_>>();
    let customer = company.customer(&filled(&["name", "industry", "city"])).await;
    let mut person = filled(&["first_name", "last_name", "job_title"]);
    person.push(("customer", SCRIPT));
    let contact = company.contact(&person).await;
    let texts = ["name", "company", "job_title", "source", "campaign", "utm_source", "utm_medium", "utm_campaign"];
    let lead = company.lead(&filled(&texts)).await;
    let mut sale = filled(&["name", "reference", "source", "next_step", "competitors"]);
    sale.extend([("customer", SCRIPT), ("amount", "900"), ("close_on", "2026-03-20")]);
    let deal = company.deal(&sale).await;
    let (product, _) = company.product(SCRIPT).await;
    let quote = company.quote(deal).await;
    company.in_deal(contact, deal, SCRIPT).await;
    company.note(Subject::Deal(deal), SCRIPT).await;
    let mut call = filled(&["subject", "place", "notes"]);
    call.push(("kind", "call"));
    let activity = company.activity(owner.member, &call).await;
    let task = company.task(SCRIPT, owner.member).await;
    let stopped = company.lead(&[("name", "Away"), ("status", "disqualified"), ("reason", SCRIPT)]).await;
    company.moved(deal, "Won").await;

    let mut browser = company.owner().await;
    let search = format!("/search?q={}", views::encode("alert"));
    let pages = [
        "/".into(),
        "/crm/customers".into(),
        format!("/crm/customers/{customer}"),
        format!("/crm/customers/{customer}/timeline"),
        format!("/crm/customers/{customer}/edit"),
        "/crm/contacts".into(),
        format!("/crm/contacts/{contact}"),
        format!("/crm/contacts/{contact}/timeline"),
        "/crm/leads".into(),
        format!("/crm/leads/{lead}"),
        format!("/crm/leads/{lead}/conversion"),
        format!("/crm/leads/{stopped}"),
        "/crm/deals?status=all".into(),
        format!("/crm/deals/{deal}"),
        format!("/crm/deals/{deal}/timeline"),
        format!("/crm/deals/{deal}/lines"),
        format!("/crm/deals/{deal}/edit"),
        "/crm/pipeline".into(),
        "/crm/pipeline/timeline".into(),
        "/crm/products".into(),
        format!("/crm/products/{product}"),
        format!("/crm/quotes/{quote}"),
        "/crm/forecast".into(),
        "/crm/reports/sales".into(),
        "/crm/duplicates".into(),
        "/activities?of=all&state=all".into(),
        format!("/activities/{activity}"),
        "/activities/calendar".into(),
        "/tasks".into(),
        format!("/tasks/{task}"),
        "/my-day".into(),
        "/settings/audit".into(),
        search,
    ];
    let mut seen = 0;
    for path in pages {
        let page = browser.get(&company.at(path.trim_end_matches('/'))).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {page}");
        let text = page.text.replace("<script src=", "").replace("<script type=\"module\" src=", "");
        assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{path} runs what was typed");
        assert!(!page.has("[onerror]"), "{path}");
        seen += usize::from(page.says("<script>alert(1)</script>"));
    }
    assert!(seen > 20, "what was typed is shown as it was typed: on {seen} pages");
}

#[tokio::test]
async fn names_of_any_alphabet_are_shown_found_and_sent_as_they_are() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    for (name, word) in [
        ("شركة الأضواء", "الأضواء"),
        ("מגדלור בע״מ", "מגדלור"),
        ("灯台株式会社", "灯台"),
        ("Lamps 🎉 & Söhne 👩🏽‍🚀", "Söhne"),
    ] {
        owner.get(&company.at("/crm/customers/new")).await;
        let page = owner.fill("Add customer", &[("Name", name)]).await;
        assert_eq!(page.h1(), name, "{page}");
        let list = owner.get(&company.at(&format!("/crm/customers?q={}", views::encode(word)))).await;
        assert_eq!(list.names(), [name], "{word}: {list}");
        let deal = company.deal(&[("name", name), ("customer", name)]).await;
        let page = owner.get(&company.at(&format!("/crm/deals/{deal}"))).await;
        assert_eq!(page.h1(), name);
        assert!(owner.get(&company.at("/crm/pipeline")).await.says(name));
        let file = owner.get(&company.at("/crm/deals/export")).await;
        assert!(file.text.contains(name), "{}", file.text);
    }
    // What turns the rest of the line round is no part of a name.
    owner.get(&company.at("/crm/customers/new")).await;
    let page = owner.fill("Add customer", &[("Name", "Lamps\u{202E}gnp.exe")]).await;
    assert_eq!(page.h1(), "Lampsgnp.exe");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_note_of_a_million_letters_is_refused_and_nothing_of_it_is_kept() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let deal = company.deal(&[("name", "Lamps")]).await;
    let mut owner = company.owner().await;
    let path = company.at(&format!("/crm/deals/{deal}/notes"));
    for letters in [1_000_000, 3_000_000] {
        let page = owner.post(&path, &[("text", &"ä".repeat(letters / 2))]).await;
        let refused = matches!(page.status, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::PAYLOAD_TOO_LARGE);
        assert!(refused, "{letters}: {}", page.status);
    }
    assert_eq!(company.read::<i64>("select count(*) from notes").await, 0);
    // What may be written is written, and shown.
    owner.get(&company.at(&format!("/crm/deals/{deal}/timeline"))).await;
    let page = owner.fill("Add note", &[("text", "Still here.")]).await;
    assert!(page.says("Still here."), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_deal_closed_in_the_past_and_without_a_rate_counts_there_and_is_told_as_not_priced() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let deal = company.deal(&[("name", "Lighthouse"), ("amount", "70"), ("currency", "GBP")]).await;
    let won = company.stage("Won").await.to_string();
    let mut owner = company.owner().await;
    let path = company.at(&format!("/crm/deals/{deal}/move"));
    // A day to come is none on which it was won.
    let form = [("stage", won.as_str()), ("_version", "1"), ("asked", "true"), ("closed_on", "2026-03-09")];
    let page = owner.post(&path, &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    let form = [("stage", won.as_str()), ("_version", "1"), ("asked", "true"), ("closed_on", "2025-12-30")];
    let page = owner.post(&path, &form).await;
    assert!(page.status.is_redirection() || page.status == StatusCode::OK, "{page}");
    app.run_jobs().await;
    // It is in the quarter in which it closed, in no sum, and listed.
    let page = owner.get(&company.at("/crm/reports/sales?from=2025-12-01&to=2025-12-31")).await;
    assert!(page.says("£70.00") && page.says("1 in GBP not priced") && page.says("December 2025"), "{page}");
    assert!(!page.says("together"), "nothing of it has a price: {page}");
    let page = owner.get(&company.at("")).await;
    assert!(!page.all(".stat").iter().any(|s| s.contains("Won this month") && s.contains("70")), "{page}");
}

#[tokio::test]
async fn a_file_of_deals_or_of_calls_has_no_formula() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let owner = company.member(domain::access::Role::Owner).await;
    let formula = "=cmd|' /C calc'!A0";
    company.deal(&[("name", formula), ("source", "@SUM(1+1)"), ("amount", "5")]).await;
    company.activity(owner.member, &[("subject", formula), ("kind", "call")]).await;
    app.run_jobs().await;
    let mut browser = company.owner().await;
    for path in ["/crm/deals/export?columns=source", "/activities/export?of=all&state=all"] {
        let file = browser.get(&company.at(path)).await;
        assert_eq!(file.status, StatusCode::OK, "{file}");
        assert!(file.text.contains("'=cmd"), "{}", file.text);
        for cell in csv::Reader::from_reader(file.text.as_bytes())
            .records()
            .flatten()
            .flat_map(|r| r.iter().map(str::to_owned).collect::<Vec<_>>())
        {
            assert!(!cell.starts_with(['=', '@', '\t', '\r']), "{cell:?} is a formula");
        }
    }
}
