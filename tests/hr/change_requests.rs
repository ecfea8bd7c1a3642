//! What people ask to have changed of their own record, and who answers.

use crate::support::{Browser, Company, Form, Page, TestApp};
use axum::http::StatusCode;
use domain::{EmployeeId, access::Role};

const QUEUE: &str = "/w/acme/hr/change-requests";
const ME: &str = "/w/acme/hr/my-profile";

/// Emil is Ada Lovelace.
async fn linked(company: &Company<'_>) -> (EmployeeId, Browser) {
    let ada = company.employee(&[("number", "7"), ("phone", "+44 20 1111")]).await;
    company.link(company.member(Role::Employee).await.member, ada).await;
    (ada, company.employee_member().await)
}

async fn ask(own: &mut Browser, fields: &[(&str, &str)]) -> Page {
    own.get(&format!("{ME}/changes")).await;
    own.fill("Ask for these changes", fields).await
}

/// The name of the field by which the line with these words is answered.
fn answer_to(page: &Page, words: &str) -> String {
    let html = page.html();
    let line = scraper::Selector::parse("li.change-line").expect("a selector");
    let input = scraper::Selector::parse("input[type=radio]").expect("a selector");
    let fits = |l: &scraper::ElementRef<'_>| l.text().collect::<String>().contains(words);
    let found = html.select(&line).find(fits).unwrap_or_else(|| panic!("no line says {words}: {page}"));
    found.select(&input).next().and_then(|i| i.value().attr("name")).expect("a name").to_owned()
}

fn decide(page: &Page, answers: &[(&str, &str, &str)]) -> Form {
    let mut form = page.form("Save answers");
    for (words, answer, why) in answers {
        let name = answer_to(page, words);
        form = form.set(&name, answer).set(&name.replacen("d-", "r-", 1), why);
    }
    form
}

#[tokio::test]
async fn each_field_is_answered_by_itself() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (ada, mut own) = linked(&company).await;
    let mut hr = company.signed_in(Role::HrManager).await;
    let page = ask(&mut own, &[]).await;
    assert!(page.says("Nothing is different"), "{page}");
    let said =
        [("first_name", "Augusta"), ("phone", "+44 20 2222"), ("street", "Long Lane 1"), ("private_phone", "none")];
    let page = ask(&mut own, &said).await;
    assert_eq!((page.status, page.value("street")), (StatusCode::UNPROCESSABLE_ENTITY, "Long Lane 1".into()), "{page}");
    let page = own.fill("Ask for these changes", &[("private_phone", "")]).await;
    assert!(page.says("Waiting for an answer") && page.says("Augusta") && page.says("Long Lane 1"), "{page}");
    assert!(hr.get(&format!("/w/acme/hr/employees/{ada}")).await.says("+44 20 1111"), "nothing is changed yet");

    let page = hr.get(QUEUE).await;
    let form = decide(&page, &[("Augusta", "approve", ""), ("Long Lane", "approve", ""), ("2222", "reject", "")]);
    let page = hr.send(form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("Say why not") && page.says("Nothing was answered yet"), "{page}");
    let form = decide(&page, &[("2222", "reject", "That is the reception")]);
    let page = hr.send(form).await;
    assert!(page.says("2 approved and written, 1 rejected.") && page.says("Nothing waits"), "{page}");

    let page = hr.get(&format!("/w/acme/hr/employees/{ada}")).await;
    assert!(page.says("Augusta Lovelace") && page.says("Long Lane 1") && page.says("+44 20 1111"), "{page}");
    let page = own.get(ME).await;
    assert!(page.says("That is the reception") && !page.says("Waiting for an answer"), "{page}");
    assert!(own.get("/w/acme/notifications").await.says("2 approved and 1 not"));
    assert!(hr.get("/w/acme/notifications").await.says("asks for changes to their record"));
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn a_field_that_has_changed_meanwhile_is_asked_about_anew() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (ada, mut own) = linked(&company).await;
    let (mut hr, mut owner) = (company.signed_in(Role::HrManager).await, company.owner().await);
    ask(&mut own, &[("phone", "+44 20 2222"), ("city", "London")]).await;
    let page = hr.get(QUEUE).await;
    let form = decide(&page, &[("2222", "approve", ""), ("London", "approve", "")]);
    owner.get(&format!("/w/acme/hr/employees/{ada}/edit")).await;
    owner.fill("Save changes", &[("Phone", "+44 20 3333")]).await;
    let page = hr.send(form).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("Changed meanwhile: it is +44 20 3333 now") && page.says("Changed since"), "{page}");
    let record = format!("/w/acme/hr/employees/{ada}");
    assert!(!hr.get(&record).await.says("London"), "none of it was written");
    let page = hr.send(decide(&page, &[("2222", "approve", ""), ("London", "approve", "")])).await;
    assert!(page.says("2 approved"), "{page}");
    let page = hr.get(&record).await;
    assert!(page.says("London") && page.says("+44 20 2222"), "{page}");
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn a_newer_request_takes_the_place_of_the_older_and_may_be_withdrawn() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (_, mut own) = linked(&company).await;
    let mut hr = company.signed_in(Role::HrManager).await;
    ask(&mut own, &[("phone", "+44 20 2222")]).await;
    let page = ask(&mut own, &[("phone", "+44 20 4444")]).await;
    assert!(page.says("+44 20 4444") && !page.says("+44 20 2222"), "{page}");
    let page = hr.get(QUEUE).await;
    assert!(page.says("4444") && !page.says("2222"), "{page}");
    let late = decide(&page, &[("4444", "approve", "")]);
    own.get(ME).await;
    let page = own.press("Withdraw").await;
    assert!(page.says("Phone stays as it is.") && page.says("Withdrawn"), "{page}");
    let page = hr.send(late).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("Nothing waits"), "{page}");
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn who_may_not_change_a_class_hears_nothing_of_its_requests() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (ada, mut own) = linked(&company).await;
    let said = [
        ("phone", "+44 20 2222"),
        ("city", "London"),
        ("account_holder", "Ada Lovelace"),
        ("iban", "DE89370400440532013000"),
    ];
    let page = ask(&mut own, &said).await;
    assert!(page.says("•••• 3000") && !page.text.contains("0532"), "{page}");
    // A people partner without pay; a manager of hers; one of nobody's; and another workspace.
    let partner = company
        .role(
            "Partner",
            &[
                ("employees.read", "all"),
                ("employees.write", "all"),
                ("employees.personal", "all"),
                ("employees.personal_write", "all"),
            ],
        )
        .await;
    let lead = company.employee(&[("number", "8")]).await;
    let sees = async |browser: &mut Browser| {
        let page = browser.get(QUEUE).await;
        ["2222", "London", "3000", "Ada Lovelace"].map(|words| page.says(words))
    };
    let email = app.email("partner");
    company.join("Petra Partner", &email, Role::Custom(partner)).await;
    let mut partner = app.browser();
    partner.sign_in(&email, crate::support::PASSWORD).await;
    assert_eq!(sees(&mut partner).await, [true, true, false, true]);
    let mut manager = company.manager().await;
    assert_eq!(sees(&mut manager).await, [false; 4], "nobody of theirs");
    company.link(company.member(Role::Manager).await.member, lead).await;
    company.reports(ada, lead).await;
    assert_eq!(sees(&mut manager).await, [true, false, false, true]);
    let mut recruiter = company.signed_in(Role::Recruiter).await;
    assert_eq!(recruiter.get(QUEUE).await.status, StatusCode::NOT_FOUND);
    let mut others = app.company("globex").await.owner().await;
    assert!(others.get("/w/globex/hr/change-requests").await.says("Nothing waits"));
    let mut hr = company.signed_in(Role::HrManager).await;
    assert_eq!(sees(&mut hr).await, [true; 4]);
    // An answer to what one does not see finds nothing.
    let page = hr.get(QUEUE).await;
    let line = answer_to(&page, "3000").replacen("d-", "", 1);
    let fields = [(format!("d-{line}"), "approve".to_owned()), (format!("s-{line}"), String::new())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(partner.post(QUEUE, &fields).await.status, StatusCode::NOT_FOUND);
    assert_eq!(own.post(QUEUE, &fields).await.status, StatusCode::NOT_FOUND);
    // The account goes in together, and is encrypted for whoever it is.
    let page = hr.send(decide(&page, &[("3000", "approve", ""), ("Account holder", "approve", "")])).await;
    assert!(page.says("2 approved"), "{page}");
    hr.get(&format!("/w/acme/hr/employees/{ada}")).await;
    assert!(hr.press("Show the whole IBAN").await.says("DE89 3704 0044 0532 0130 00"));
    for page in [partner.get("/w/acme/notifications").await, manager.get("/w/acme/notifications").await] {
        assert!(!page.says("IBAN"), "{page}");
    }
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn nobody_changes_their_own_pay_or_account_with_their_own_hand() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let roles = [Role::Owner, Role::Admin, Role::HrManager, Role::PayrollOfficer];
    let mut people = vec![];
    for (n, role) in roles.into_iter().enumerate() {
        let number = (n + 1).to_string();
        let me = company.employee(&[("number", &*number), ("last_name", role.key()), ("salary", "50000")]).await;
        company.link(company.member(role).await.member, me).await;
        people.push(me);
    }
    let record = |id: EmployeeId| format!("/w/acme/hr/employees/{id}");
    for (n, role) in roles.into_iter().enumerate() {
        let (own, other) = (people[n], people[(n + 1) % roles.len()]);
        let mut browser = company.signed_in(role).await;
        for (whose, status) in [(own, StatusCode::NOT_FOUND), (other, StatusCode::OK)] {
            for page in ["bank", "pay/new"] {
                assert_eq!(browser.get(&format!("{}/{page}", record(whose))).await.status, status, "{role} {page}");
            }
            let names = browser.get(&format!("{}/edit", record(whose))).await.form("Save changes").names();
            assert_eq!(names.contains(&"salary".to_owned()), status == StatusCode::OK, "{role}: {names:?}");
        }
        let said = browser.get(&format!("{}/history", record(own))).await.says("Your own pay somebody else changes");
        assert!(said, "{role}");
        // Nor by a form that somebody writes themselves.
        browser.get(&format!("{}/edit", record(own))).await;
        let (number, path) = (format!("77{n}"), format!("{}/edit", record(own)));
        let version: i32 = company.read(&format!("select version from employees where id = '{}'", own.0)).await;
        let version = version.to_string();
        let fields = [
            ("_version", &*version),
            ("first_name", "Ada"),
            ("last_name", role.key()),
            ("number", &*number),
            ("salary", "99999"),
        ];
        let page = browser.post(&path, &fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{role}: {page}");
        let kept: Option<i64> =
            company.read(&format!("select salary_minor from employees where id = '{}'", own.0)).await;
        assert_eq!(kept, Some(5_000_000), "{role}");
        // What they ask for waits for somebody else.
        let page = ask(&mut browser, &[("account_holder", "Ada Own"), ("iban", "DE89370400440532013000")]).await;
        assert_eq!(page.status, StatusCode::OK, "{role}: {page}");
        assert!(!browser.get(QUEUE).await.says("Ada Own"), "{role}");
        let mut second = company.signed_in(roles[(n + 1) % roles.len()]).await;
        let page = second.get(QUEUE).await;
        let page = second.send(decide(&page, &[("3000", "approve", ""), ("Ada Own", "approve", "")])).await;
        assert!(page.says("2 approved"), "{role}: {page}");
        let accounts: i64 = company.read("select count(*) from bank_accounts").await;
        assert_eq!(accounts, n as i64 + 1, "{role}");
    }
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn a_record_tells_what_its_employee_has_asked_for_to_whoever_answers() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (me, mut own) = linked(&company).await;
    let record = format!("/w/acme/hr/employees/{}", me.0);
    let mut hr = company.signed_in(Role::HrManager).await;
    assert!(!hr.get(&record).await.says("asked for"));
    ask(&mut own, &[("phone", "+44 20 2222"), ("account_holder", "Ada Own"), ("iban", "DE89370400440532013000")]).await;
    let page = hr.get(&record).await;
    let waits = page.says("3 changes that Ada asked for wait for an answer");
    assert!(waits && page.link("Answer").is_some_and(|to| to.ends_with(QUEUE)), "{page}");
    assert!(own.get(&record).await.says("3 changes that you asked for wait for an answer"));
    // Whoever answers some of them hears of those, and whoever answers none of none.
    let clerk = company.role("Clerk", &[("employees.read", "all"), ("employees.write", "all")]).await;
    let clerk = company.join("Clerk", &app.email("clerk"), Role::Custom(clerk)).await;
    let mut browser = app.browser();
    browser.sign_in(&clerk.email, crate::support::PASSWORD).await;
    let page = browser.get(&record).await;
    assert!(page.says("1 change that Ada asked for waits for an answer"), "{page}");
    assert!(!company.signed_in(Role::Recruiter).await.get(&record).await.says("asked for"));
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn an_answer_that_has_seen_nothing_is_none() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let (_, mut own) = linked(&company).await;
    ask(&mut own, &[("phone", "+44 20 2222")]).await;
    let mut hr = company.signed_in(Role::HrManager).await;
    let page = hr.get(QUEUE).await;
    let line = answer_to(&page, "2222");
    let page = hr.post(QUEUE, &[(&*line, "approve")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(hr.get(QUEUE).await.says("2222"), "it waits still");
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn nobody_answers_their_own_unless_nobody_else_could() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let me = company.employee(&[("phone", "+44 20 1111")]).await;
    company.link(company.member(Role::Owner).await.member, me).await;
    let mut owner = company.owner().await;
    let page = ask(&mut owner, &[("phone", "+44 20 2222")]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    assert!(owner.get(QUEUE).await.says("2222"), "there is nobody else");
    let mut hr = company.signed_in(Role::HrManager).await;
    assert!(owner.get(QUEUE).await.says("Nothing waits"), "now there is");
    let page = hr.get(QUEUE).await;
    let page = hr.send(decide(&page, &[("2222", "approve", "")])).await;
    assert!(page.says("1 approved"), "{page}");
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn who_is_linked_with_no_record_is_told_so() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut emil = company.employee_member().await;
    assert!(emil.get(ME).await.says("You have no employee record here"));
    assert!(emil.get(&format!("{ME}/changes")).await.says("no employee record"));
    let page = emil.post(&format!("{ME}/birthday"), &[("hidden", "yes")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    assert_eq!(company.read::<i64>("select count(*) from employee_details").await, 0, "nothing is hidden of nobody");
}
