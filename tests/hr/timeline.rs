//! The timeline of a record tells what stands beside it, each to whoever may know.

use crate::support::TestApp;
use domain::{Day, access::Role, hr::leave::requests::Span};

#[tokio::test]
async fn a_record_tells_of_job_pay_leave_and_equipment_by_right_and_class() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let chief = company.employee(&[("number", "1"), ("last_name", "Chief")]).await;
    let ada = company
        .employee(&[
            ("number", "2"),
            ("manager", "1"),
            ("job_title", "Engineer"),
            ("department", "Works"),
            ("start_date", "2020-05-01"),
            ("salary", "91357"),
        ])
        .await;
    let keeper = company.member(Role::HrManager).await.member;
    let member = company.member(Role::Employee).await.member;
    company.link(member, ada).await;
    company.link(company.member(Role::Manager).await.member, chief).await;
    let vacation = company.vacation().await;
    let day = |d| Day::new(2026, 4, d).expect("a day");
    company.leave_request(member, ada, vacation, Span::whole(day(7), day(9))).await;
    company.asset("LAP-7", Some(ada)).await;
    company.checklist("of Ada", ada, keeper).await;
    app.run_jobs().await;
    let timeline = format!("/w/acme/hr/employees/{ada}/timeline");
    let tells = async |role: Role| {
        let mut browser = company.signed_in(role).await;
        let page = browser.get(&timeline).await;
        ["Engineer (Works)", "91,357.00 a year", "time off, 7 Apr 2026 to 9 Apr 2026", "Laptop LAP-7", "Used of Ada"]
            .map(|words| page.says(words))
    };
    assert_eq!(tells(Role::HrManager).await, [true; 5]);
    assert_eq!(tells(Role::PayrollOfficer).await[..3], [true, true, false]);
    assert_eq!(tells(Role::Manager).await[..3], [true, false, true]);
    assert_eq!(tells(Role::Recruiter).await[..4], [true, false, false, false]);
    // Each line leads to what it tells of.
    let mut hr = company.signed_in(Role::HrManager).await;
    for words in ["Engineer", "$91,357.00 a year", "time off, 7 Apr 2026 to 9 Apr 2026", "Laptop LAP-7", "Used of Ada"]
    {
        let page = hr.get(&timeline).await;
        let to = page.link(words).unwrap_or_else(|| panic!("{words}: {page}"));
        assert_eq!(hr.get(&to).await.status, axum::http::StatusCode::OK, "{words}");
    }
}

#[tokio::test]
async fn a_long_timeline_goes_on_where_a_page_ends() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("start_date", "2020-01-01")]).await;
    app.trial
        .admin(&format!(
            "insert into employee_jobs (tenant_id, employee_id, from_date, job_title) \
             select e.tenant_id, e.id, date '2020-02-01' + 10 * n, 'Title ' || n from employees e, generate_series(1, 60) n where e.id = '{ada}'"
        ))
        .await
        .expect("sixty jobs");
    let mut owner = company.owner().await;
    let (mut seen, mut path) = (vec![], format!("/w/acme/hr/employees/{ada}/timeline"));
    for _ in 0..5 {
        let page = owner.get(&path).await;
        let entries = page.all(".timeline a").into_iter().filter(|a| a.starts_with("Title "));
        seen.extend(entries);
        match page.link("Older changes") {
            Some(older) => path = older,
            None => break,
        }
    }
    let mut all = seen.clone();
    all.sort();
    all.dedup();
    assert_eq!((seen.len(), all.len()), (60, 60), "each once: {seen:?}");
}

#[tokio::test]
async fn one_kind_is_asked_for_alone() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("job_title", "Engineer"), ("start_date", "2020-05-01"), ("salary", "91357")]).await;
    let member = company.member(Role::Employee).await;
    company.link(member.member, ada).await;
    let vacation = company.vacation().await;
    let day = |d| Day::new(2026, 4, d).expect("a day");
    let request = company.leave_request(member.member, ada, vacation, Span::whole(day(7), day(9))).await;
    app.run_jobs().await;
    let mut own = company.employee_member().await;
    own.get(&company.at(&format!("/hr/leave/requests/{request}"))).await;
    let page = own.fill("Take it back", &[]).await;
    assert!(page.all(".facts").concat().contains("Cancelled"), "{page}");
    // Corrected by hand, and with what is beside it.
    let mut hr = company.signed_in(Role::HrManager).await;
    hr.get(&company.at(&format!("/hr/employees/{ada}/time-off"))).await;
    let page = hr.fill("Write entry", &[("kind", "Vacation"), ("Amount", "-2"), ("Reason", "Counted twice")]).await;
    assert!(page.status.is_success(), "{page}");
    app.run_jobs().await;
    let timeline = company.at(&format!("/hr/employees/{ada}/timeline"));
    let page = hr.get(&format!("{timeline}?kind=leave")).await;
    let told = page.all("#timeline .entry-line");
    assert!(
        told.iter().any(|t| t.contains("cancelled") && t.contains("time off, 7 Apr 2026 to 9 Apr 2026")),
        "{told:?}"
    );
    assert!(told.iter().any(|t| t.contains("2 days of Vacation taken off")), "{told:?}");
    assert!(!page.says("Engineer (") && !page.says("91,357"), "{page}");
    let page = hr.get(&format!("{timeline}?kind=job")).await;
    assert!(page.says("91,357.00 a year") && page.all("#timeline .entry-line").len() == 2, "{page}");
    let page = hr.get(&format!("{timeline}?kind=documents")).await;
    assert!(page.says("Documents: nothing yet"), "{page}");
    // Of which kind it was, and that it was corrected, is of the class health.
    let mut recruiter = company.signed_in(Role::Recruiter).await;
    let page = recruiter.get(&format!("{timeline}?kind=leave")).await;
    assert!(!page.says("Vacation") && !page.says("cancelled"), "{page}");
}

#[tokio::test]
async fn documents_are_told_to_whoever_sees_their_class() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("start_date", "2020-05-01")]).await;
    let member = company.member(Role::Employee).await.member;
    company.link(member, ada).await;
    let expires = Day::new(2027, 3, 1);
    let (contract, _) = company.document(ada, "Contract", "Contract of Ada", expires).await;
    company.document(ada, "Identity document", "Passport of Ada", None).await;
    let timeline = company.at(&format!("/hr/employees/{ada}/timeline"));
    let mut hr = company.signed_in(Role::HrManager).await;
    let page = hr.get(&timeline).await;
    assert!(
        page.says(", good until 1 Mar 2027") && page.says("Contract of Ada") && page.says("Passport of Ada"),
        "{page}"
    );
    let to = page.link("Contract of Ada").expect("its page");
    assert_eq!(to, company.at(&format!("/hr/documents/{contract}")));
    let alone = hr.get(&format!("{timeline}?kind=documents")).await;
    assert_eq!(alone.all("#timeline .entry-line").len(), 2, "{alone}");
    // Whose role opens no documents of others reads of none, by neither way.
    for role in [Role::Recruiter, Role::SalesRep] {
        let mut browser = company.signed_in(role).await;
        for path in [timeline.clone(), format!("{timeline}?kind=documents")] {
            let page = browser.get(&path).await;
            assert!(!page.says("Contract of Ada") && !page.says("Passport of Ada"), "{role}: {page}");
        }
    }
    // What is in the archive is told no more.
    hr.post(&company.at(&format!("/hr/documents/{contract}/archival")), &[]).await;
    let page = hr.get(&format!("{timeline}?kind=documents")).await;
    let told = page.all("#timeline").concat();
    assert!(!told.contains("Contract of Ada") && told.contains("Passport of Ada"), "{told}");
}
