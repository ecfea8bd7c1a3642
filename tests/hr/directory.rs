//! The directory: whoever is here, for everybody, and nothing that is not everybody's. Days that come up.

use crate::support::{PASSWORD, TestApp, leave::day};
use axum::http::StatusCode;
use domain::{access::Role, hr::leave::requests::Span, jobs::RemindOfProbations};

const DIRECTORY: &str = "/w/acme/hr/directory";

#[tokio::test]
async fn everybody_finds_whoever_is_here_and_nothing_else_of_them() {
    let app = TestApp::new().await;
    let (company, other) = (app.company("acme").await, app.company("globex").await);
    let ada = company
        .employee(&[
            ("number", "77001"),
            ("email", "ada@acme.example"),
            ("phone", "+44 20 1111"),
            ("job_title", "Engineer"),
            ("department", "Works"),
            ("location", "Turin"),
            ("birth_date", "1981-07-19"),
            ("salary", "91357"),
        ])
        .await;
    company
        .employee(&[("first_name", "Ben"), ("last_name", "Cole"), ("manager", "77001"), ("department", "Sales")])
        .await;
    company.employee(&[("last_name", "Gone"), ("end_date", "2026-03-01"), ("department", "Attic")]).await;
    company.employee(&[("last_name", "Later"), ("start_date", "2026-06-01")]).await;
    let archived = company.employee(&[("last_name", "Archived")]).await;
    other.employee(&[("last_name", "Stranger")]).await;
    let mut hr = company.signed_in(Role::HrManager).await;
    hr.get("/w/acme/hr/employees").await;
    hr.post(&format!("/w/acme/hr/employees/{archived}/archival"), &[("version", "1")]).await;
    for (section, field, value) in [("details", "preferred_name", "Adele"), ("personal", "city", "Secretville")] {
        hr.get(&format!("/w/acme/hr/employees/{ada}/{section}")).await;
        hr.fill("Save changes", &[(field, value)]).await;
    }

    // Whatever their scope of employees: here, nothing at all.
    let role = company.role("Guest", &[("directory.read", "all"), ("home.read", "all")]).await;
    let email = app.email("guest");
    company.join("Greta Guest", &email, Role::Custom(role)).await;
    let mut guest = app.browser();
    guest.sign_in(&email, PASSWORD).await;
    let page = guest.get(DIRECTORY).await;
    for words in ["Adele Lovelace", "Engineer", "Works · Turin", "ada@acme.example", "+44 20 1111", "Ben Cole"] {
        assert!(page.says(words), "{words}: {page}");
    }
    for words in ["Gone", "Later", "Archived", "Stranger", "1981", "91,357", "91357", "Secretville", "77001"] {
        let cards = page.all("ul.people-cards").join(" ");
        assert!(!cards.contains(words), "{words}: {page}");
    }
    assert_eq!(page.link("Adele Lovelace"), None, "their record is not open");
    assert!(hr.get(DIRECTORY).await.link("Adele Lovelace").is_some());

    let found = async |browser: &mut crate::support::Browser, question: &str| {
        browser.get(&format!("{DIRECTORY}?{question}")).await.all("p.person-tile-name")
    };
    assert_eq!(found(&mut guest, "q=engineer").await, ["Adele Lovelace"]);
    assert_eq!(found(&mut guest, "q=adel").await, ["Adele Lovelace"], "by what they are called");
    assert_eq!(found(&mut guest, "q=cole").await, ["Ben Cole"]);
    assert_eq!(found(&mut guest, "department=Sales").await, ["Ben Cole"]);
    assert_eq!(found(&mut guest, "location=Turin").await, ["Adele Lovelace"]);
    assert_eq!(found(&mut guest, "q=gone").await, [""; 0]);
    assert_eq!(found(&mut guest, "q=stranger").await, [""; 0]);

    // A role of the workspace's own may be without.
    let role = company.role("Without", &[("home.read", "all"), ("employees.read", "all")]).await;
    let email = app.email("without");
    company.join("Willa Without", &email, Role::Custom(role)).await;
    let mut without = app.browser();
    without.sign_in(&email, PASSWORD).await;
    assert_eq!(without.get(DIRECTORY).await.status, StatusCode::NOT_FOUND);
    app.run_jobs().await;
}

#[tokio::test]
async fn who_is_away_today_is_away_and_no_more() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let kind = company.vacation().await;
    let lea = company.employee(&[("number", "1"), ("first_name", "Lea")]).await;
    let ada = company.employee(&[("manager", "1"), ("start_date", "2020-01-01")]).await;
    company.link(company.member(Role::Manager).await.member, lea).await;
    let emil = company.member(Role::Employee).await.member;
    company.link(emil, ada).await;
    let policy = format!("/w/acme/hr/employees/{ada}/time-off");
    let mut owner = company.owner().await;
    owner.get(&policy).await;
    company.leave_request(emil, ada, kind, Span::whole(day(3, 2), day(3, 4))).await;
    assert!(!owner.get(DIRECTORY).await.says("Away"), "it was not approved yet");
    let approved = format!("update leave_requests set state = 'approved' where tenant_id = '{}'", company.tenant);
    app.trial.admin(&approved).await.expect("it is approved");
    let page = owner.get(DIRECTORY).await;
    assert_eq!(page.all("li.person-tile .badge"), ["Away"], "{page}");
    assert!(!page.says("Vacation") && !page.says("4 Mar"), "{page}");
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn days_come_up_without_the_year_of_birth() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let fields = [("first_name", "Bea"), ("birth_date", "1987-03-10"), ("start_date", "2019-06-01")];
    let bea = company.employee(&fields).await;
    company.employee(&[("first_name", "Leap"), ("birth_date", "1988-02-29"), ("start_date", "2024-03-20")]).await;
    company.employee(&[("first_name", "Nova"), ("start_date", "2026-03-16")]).await;
    company.employee(&[("first_name", "Fresh"), ("start_date", "2026-02-23")]).await;
    company.employee(&[("first_name", "Left"), ("birth_date", "1980-03-11"), ("end_date", "2026-02-01")]).await;
    let emil = company.member(Role::Employee).await.member;
    company.link(emil, bea).await;
    let mut own = company.employee_member().await;
    let page = own.get(DIRECTORY).await;
    let side = page.all("aside.directory-side").join(" ");
    for words in [
        "Birthdays",
        "Bea Lovelace",
        "10 March",
        "Anniversaries",
        "20 March, 2 years",
        "Nova",
        "From 16 March",
        "Fresh",
    ] {
        assert!(side.contains(words), "{words}: {side}");
    }
    assert!(!side.contains("Left") && !page.text.contains("1987") && !page.text.contains("1988"), "{page}");
    own.get("/w/acme/hr/my-profile").await;
    let page = own.press("Hide it").await;
    assert!(page.says("Colleagues do not see your birthday."), "{page}");
    let side = company.owner().await.get(DIRECTORY).await.all("aside.directory-side").join(" ");
    assert!(!side.contains("10 March"), "{side}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_probation_that_ends_is_told_twice_and_each_time_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let lead = company.employee(&[("number", "1"), ("first_name", "Lea")]).await;
    let ada = company.employee(&[("manager", "1")]).await;
    company.link(company.member(Role::Manager).await.member, lead).await;
    let mut hr = company.signed_in(Role::HrManager).await;
    hr.get(&format!("/w/acme/hr/employees/{ada}/details")).await;
    hr.fill("Save changes", &[("probation_end", "2026-03-16")]).await;
    let manager = company.member(Role::Manager).await.member;
    let told = async || -> (i64, i64) {
        let of = |whose: &str| {
            format!(
                "select count(*) from notifications where kind = 'probation_ends' and member_id {whose} '{manager}'"
            )
        };
        (company.read(&of("=")).await, company.read(&of("<>")).await)
    };
    let run = async || {
        let mut tx = company.begin().await;
        let job = RemindOfProbations { tenant: company.tenant, at: tx.now() };
        store::queue::push(&mut tx, &job).await.expect("it is pushed");
        tx.commit().await.expect("it is kept");
        app.run_jobs().await;
    };
    run().await;
    app.clock.advance(chrono::Duration::hours(6));
    run().await;
    assert_eq!(told().await, (1, 0), "two weeks before, once, to whoever leads");
    app.clock.advance(chrono::Duration::days(11));
    run().await;
    app.clock.advance(chrono::Duration::hours(6));
    run().await;
    assert_eq!(told().await, (2, 0), "and three days before");
    app.jobs_may_wait();
}
