//! What the list is asked about managers and days; and whose number or address a search is.

use crate::support::{Browser, Company, TestApp};
use domain::{EmployeeId, access::Role};

const LIST: &str = "/w/acme/hr/employees";

/// Chief above Lead above Newman, who is to come, and Oldman, who has been here long.
async fn people(company: &Company<'_>) -> Vec<EmployeeId> {
    company
        .employees([
            vec![("number", "1"), ("first_name", "Ann"), ("last_name", "Chief"), ("start_date", "2019-06-01")],
            vec![
                ("number", "2"),
                ("first_name", "Ben"),
                ("last_name", "Lead"),
                ("manager", "1"),
                ("start_date", "2023-01-01"),
            ],
            vec![
                ("number", "3"),
                ("first_name", "Cy"),
                ("last_name", "Newman"),
                ("manager", "2"),
                ("start_date", "2026-03-10"),
                ("birth_date", "1990-03-05"),
            ],
            vec![
                ("number", "4"),
                ("first_name", "Di"),
                ("last_name", "Oldman"),
                ("manager", "2"),
                ("start_date", "2015-03-04"),
                ("birth_date", "1970-12-24"),
            ],
        ])
        .await
}

async fn names(browser: &mut Browser, question: &str) -> Vec<String> {
    browser.get(&format!("{LIST}?{question}")).await.names()
}

#[tokio::test]
async fn a_list_is_asked_for_managers_and_days() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = people(&company).await;
    let mut hr = company.signed_in(Role::HrManager).await;
    hr.get(&format!("{LIST}/{}/details", ids[2])).await;
    hr.fill("Save changes", &[("probation_end", "2026-03-20")]).await;
    let (new, old, lead, chief) = ("Cy Newman", "Di Oldman", "Ben Lead", "Ann Chief");
    for (question, found) in [
        ("reports_to=1", vec![lead]),
        ("reports_to=1&below=true", vec![lead, new, old]),
        ("reports_to=2+%C2%B7+Ben+Lead", vec![new, old]),
        (&*format!("manager={}&below=true", ids[0]), vec![lead, new, old]),
        ("starts_within=30", vec![new]),
        ("starts_within=7", vec![]),
        ("started_from=2023-01-01", vec![lead, new]),
        ("started_from=2019-01-01&started_to=2023-01-01", vec![chief, lead]),
        ("probation_within=30", vec![new]),
        ("probation_to=2026-03-19", vec![]),
        ("probation_from=2026-03-20", vec![new]),
        ("birthday_month=3", vec![new]),
        ("birthday_within=7", vec![]),
        ("birthday_month=12", vec![old]),
        ("anniversary_within=7", vec![old]),
        ("tenure_from=5", vec![chief, old]),
        ("tenure_below=5", vec![lead]),
        ("tenure_from=5&reports_to=2", vec![old]),
        ("birthday_month=nonsense&number=1", vec![chief, lead, new, old]),
    ] {
        let mut names = names(&mut hr, question).await;
        names.sort_by_key(|n| n.split(' ').next_back().map(str::to_owned));
        assert_eq!(names, found, "{question}");
    }
    // What is asked shows, can be taken away, and is kept as a view.
    let page = hr.get(&format!("{LIST}?starts_within=30&reports_to=1&below=true")).await;
    assert!(page.all(".chip").iter().any(|c| c.contains("Starts in the next 30 days")), "{page}");
    assert!(page.all(".chip").iter().any(|c| c.contains("Below 1")), "{page}");
    assert!(page.says("Filters 2"), "{page}");
    // What means nobody is said so.
    let page = hr.get(&format!("{LIST}?reports_to=Leila")).await;
    assert!(page.says("Nobody is called “Leila”, and nobody has that number.") && page.names().is_empty(), "{page}");
    let page = hr.get(&format!("{LIST}?below=true")).await;
    assert!(page.says("“And everybody below” says below whom"), "{page}");
    // A file has what the list has; what is not understood makes none.
    let file = hr.get(&format!("{LIST}/export?starts_within=30")).await;
    assert!(file.text.contains("Newman") && !file.text.contains("Oldman"), "{}", file.text);
    let refused = hr.get(&format!("{LIST}/export?starts_within=soon")).await;
    assert!(!refused.text.contains("Oldman"), "{}", refused.text);
    // Of a class that is closed there is neither the filter nor an answer.
    for role in [Role::Recruiter, Role::Auditor, Role::Employee] {
        let mut browser = company.signed_in(role).await;
        for question in ["birthday_month=3", "birthday_within=7", "probation_within=30"] {
            assert!(names(&mut browser, question).await.is_empty(), "{role} {question}");
        }
        let page = browser.get(LIST).await;
        assert!(!page.has("select[name=birthday_month]") || role != Role::Auditor, "{role}: {page}");
        assert!(page.has("input[name=started_from]"), "{role}: {page}");
    }
}

#[tokio::test]
async fn whose_number_or_address_it_is_stands_first() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company
        .employees([
            vec![("number", "120"), ("first_name", "Ann"), ("last_name", "Able"), ("email", "big.zed@lamps.example")],
            vec![("number", "112"), ("first_name", "Ben"), ("last_name", "Baker")],
            vec![("number", "12"), ("first_name", "Zoe"), ("last_name", "Zed"), ("email", "zed@lamps.example")],
        ])
        .await;
    let mut owner = company.owner().await;
    for (question, first, all) in [
        ("12", "Zoe Zed", 2),
        ("zed@lamps.example", "Zoe Zed", 2),
        ("ZED@lamps.example", "Zoe Zed", 2),
        ("112", "Ben Baker", 1),
    ] {
        for sort in ["", "&sort=-name", "&sort=number"] {
            let page = owner.get(&format!("{LIST}?q={question}{sort}")).await;
            assert_eq!((page.names()[0].as_str(), page.names().len()), (first, all), "{question}{sort}: {page}");
            assert!(page.says(&format!("{all} employee")), "{question}: {page}");
        }
        let page = owner.get(&format!("/w/acme/search?q={question}")).await;
        let at = |name: &str| page.text.find(name).unwrap_or(usize::MAX);
        assert!(
            at(first)
                < ["Ann Able", "Ben Baker", "Zoe Zed"].into_iter().filter(|n| *n != first).map(at).min().unwrap_or(0),
            "{page}"
        );
    }
    // A filter holds for whoever is meant, too.
    let page = owner.get(&format!("{LIST}?q=12&department=Nowhere")).await;
    assert!(page.says("Nobody fits"), "{page}");
}

#[tokio::test]
async fn what_waits_for_hr_is_counted_as_its_lists_are() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = people(&company).await;
    company.link(company.member(Role::Employee).await.member, ids[1]).await;
    let mut own = company.employee_member().await;
    own.get("/w/acme/hr/my-profile/changes").await;
    own.fill("Ask for these changes", &[("phone", "+44 20 2222")]).await;
    let mut hr = company.signed_in(Role::HrManager).await;
    hr.get(&format!("{LIST}/{}/details", ids[2])).await;
    hr.fill("Save changes", &[("probation_end", "2026-03-20")]).await;
    let page = hr.get("/w/acme").await;
    for (words, finds) in
        [("1 probation that ends in the next 30 days", "Cy Newman"), ("1 anniversary in the next 7 days", "Di Oldman")]
    {
        let to = page.link(words).unwrap_or_else(|| panic!("{words}: {page}"));
        assert_eq!(hr.get(&to).await.names(), [finds], "{words}");
    }
    assert!(
        page.link("1 change of a record to answer").is_some_and(|to| to.ends_with("/hr/change-requests")),
        "{page}"
    );
    assert!(!page.says("first day this week"), "what is nothing is not told: {page}");
    assert!(!page.says("birthday in the next 7 days"), "who has not begun has none here yet: {page}");
    for role in [Role::Employee, Role::Recruiter, Role::Manager] {
        assert!(!company.signed_in(role).await.get("/w/acme").await.says("Today in HR"), "{role}");
    }
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn a_manager_is_meant_by_name_and_of_namesakes_one_is_chosen() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = people(&company).await;
    company.employee(&[("number", "9"), ("first_name", "Ben"), ("last_name", "Lead"), ("job_title", "Clerk")]).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}?reports_to=ann+chief")).await;
    assert_eq!(page.names(), ["Ben Lead"], "{page}");
    assert!(page.all(".chip").iter().any(|c| c.contains("Reports to 1 · Ann Chief")), "{page}");
    let file = owner.get(&format!("{LIST}/export?reports_to=Chief,+Ann")).await;
    assert!(file.status.is_success() && file.text.contains("Lead") && !file.text.contains("Newman"), "{}", file.text);
    // Of two of one name nobody is taken for the other.
    let page = owner.get(&format!("{LIST}?reports_to=Ben+Lead")).await;
    assert!(page.says("Nobody alone is called “Ben Lead”") && page.says("Clerk"), "{page}");
    assert!(page.all(".chip").iter().any(|c| c.contains("Reports to Ben Lead")), "{page}");
    let file = owner.get(&format!("{LIST}/export?reports_to=Ben+Lead")).await;
    assert!(file.status.is_success() && !file.text.contains("Newman"), "{}", file.text);
    owner.get(&format!("{LIST}?reports_to=Ben+Lead")).await;
    let page = owner.click("2 · Ben Lead").await;
    assert_eq!(page.names(), ["Cy Newman", "Di Oldman"], "{page}");
    let page = owner.get(&format!("{LIST}?reports_to=Nobody+Such")).await;
    assert!(page.says("Nobody fits"), "{page}");
    // So it is in forms: a name that one alone has, and else a number.
    let edit = format!("{LIST}/{}/edit", ids[3]);
    owner.get(&edit).await;
    let page = owner.fill("Save changes", &[("Manager", "Ben Lead")]).await;
    assert_eq!(
        page.error("manager"),
        "More than one is called “Ben Lead”: 2, 9 (Clerk). Type the number of whom you mean.",
        "{page}"
    );
    let page = owner.fill("Save changes", &[("Manager", "Ben Leed")]).await;
    assert!(page.error("manager").starts_with("Nobody is called “Ben Leed”."), "{page}");
    let page = owner.fill("Save changes", &[("Manager", "Ann Chief")]).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    assert_eq!(owner.get(&edit).await.value("manager"), "1 · Ann Chief");
    owner.get(&format!("{LIST}/{}/jobs/new", ids[3])).await;
    owner.fill("Save", &[("From", "2026-04-01"), ("Manager", "cy newman")]).await;
    let page = owner.get(&format!("{LIST}/{}/history", ids[3])).await;
    assert!(page.says("Cy Newman"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_asked_is_kept_in_a_view() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = people(&company).await;
    let mut hr = company.signed_in(Role::HrManager).await;
    hr.get(&format!("{LIST}/{}/details", ids[2])).await;
    hr.fill("Save changes", &[("probation_end", "2026-03-20")]).await;
    for (name, question, found) in [
        ("Of Ben", "reports_to=Ben+Lead&below=true", vec!["Cy Newman", "Di Oldman"]),
        ("Starters", "starts_within=30", vec!["Cy Newman"]),
        ("Since 2023", "started_from=2023-01-01", vec!["Ben Lead", "Cy Newman"]),
        ("Birthdays", "birthday_month=12", vec!["Di Oldman"]),
        ("Probation", "probation_within=30", vec!["Cy Newman"]),
        ("Long here", "tenure_from=5", vec!["Ann Chief", "Di Oldman"]),
    ] {
        let page = hr.get(&format!("{LIST}?{question}")).await;
        assert!(page.link("Save view").is_some(), "{name}: {page}");
        hr.click("Save view").await;
        let page = hr.fill("Save view", &[("Name", name)]).await;
        let mut names = page.names();
        names.sort();
        assert_eq!(names, found, "{name}: {page}");
        // Opened by its tab, it asks the same.
        hr.get(&format!("{LIST}?view=everything")).await;
        let mut names = hr.click(name).await.names();
        names.sort();
        assert_eq!(names, found, "{name}");
    }
}
