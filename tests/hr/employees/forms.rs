//! Adding, changing and archiving one person.

use crate::support::TestApp;
use axum::http::StatusCode;
use domain::access::Role;

const LIST: &str = "/w/acme/hr/employees";

#[tokio::test]
async fn somebody_joins_and_everything_typed_is_there() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("number", "10567"), ("first_name", "Lillian"), ("last_name", "Haddadi")]).await;
    let mut owner = company.owner().await;
    owner.get(LIST).await;
    owner.click("New employee").await;
    let fields = [
        ("First name", "Grace"),
        ("Last name", "Hopper <script>"),
        ("Email", "grace@lamps.example"),
        ("Phone", "+49 30 1234567"),
        ("Birth date", "1986-12-09"),
        ("Job title", "Admiral"),
        ("Department", "R & D"),
        ("Location", "Arlington"),
        ("Manager", "10567 · Lillian Haddadi"),
        ("Employment type", "Part-time"),
        ("Start date", "2026-04-01"),
        ("End date", "2030-12-31"),
        ("Salary, a year", "52,500.50"),
    ];
    // A name that is not there yet may be a slip: it is made where it is meant.
    let page = owner.fill("Add employee", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.error("department").contains("There is no department “R & D” yet."), "{page}");
    assert!(page.says("New department “R & D”: it will be made") && page.says("New location “Arlington”"), "{page}");
    let page = owner.fill("Add employee", &[("new_department", "R & D"), ("new_location", "Arlington")]).await;
    assert_eq!((page.status, page.toast().as_str()), (StatusCode::OK, "Grace Hopper <script> was added."), "{page}");
    assert_eq!(page.h1(), "Grace Hopper <script>");
    for shown in [
        "10568",
        "Upcoming",
        "grace@lamps.example",
        "Admiral",
        "Arlington",
        "Lillian Haddadi",
        "Part-time",
        "52,500.50",
    ] {
        assert!(page.says(shown), "{shown} is not in {page}");
    }
    assert!(!page.text.contains("<script>"), "what was typed is text");
    // The form shows it all again.
    let page = owner.click("Edit").await;
    let form = page.form("Save changes");
    for (name, value) in [
        ("first_name", "Grace"),
        ("manager", "10567 · Lillian Haddadi"),
        ("employment_type", "part_time"),
        ("birth_date", "1986-12-09"),
        ("salary", "52500.50"),
        ("number", "10568"),
        ("department", "R & D"),
    ] {
        assert_eq!(form.value(name), value, "{name}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn a_name_that_is_nearly_right_is_told_the_right_one() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("department", "Engineering"), ("location", "Turin")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{ada}/edit")).await;
    let page = owner.fill("Save changes", &[("Department", "Enginering")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.error("department").contains("Did you mean “Engineering”?"), "{page}");
    assert_eq!(page.value("department"), "Enginering", "nothing that was typed is lost");
    let page = owner.fill("Save changes", &[("Department", "Engineering"), ("Job title", "Countess")]).await;
    assert!(page.says("Changes saved."), "{page}");
    let departments: i64 = company.read("select count(distinct department) from employees").await;
    assert_eq!(departments, 1, "no slip has made one");
    app.run_jobs().await;
}

#[tokio::test]
async fn the_next_number_is_one_more_than_the_highest() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let number = async |owner: &mut crate::support::Browser, given: &str| {
        owner.get(&format!("{LIST}/new")).await;
        let page = owner.fill("Add employee", &[("First name", "A"), ("Last name", "B"), ("Number", given)]).await;
        assert_eq!(page.status, StatusCode::OK, "{page}");
        owner.click("Edit").await.value("number")
    };
    for (given, gets) in [("", "1"), ("", "2"), ("41", "41"), ("", "42"), ("X-9", "X-9"), ("007", "007"), ("", "43")] {
        assert_eq!(number(&mut owner, given).await, gets, "after asking for {given:?}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn each_wrong_answer_is_told_beside_its_field() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("number", "1"), ("email", "taken@lamps.example")]).await;
    let mut owner = company.owner().await;
    let long = "x".repeat(101);
    for (field, typed, told) in [
        ("first_name", " ", "Please fill this in."),
        ("last_name", "", "Please fill this in."),
        ("first_name", long.as_str(), "Use at most 100 characters."),
        ("first_name", "A\u{7}", "Use a single line without control characters."),
        ("email", "nope", "This is not an email address, like name@company.com."),
        ("email", "TAKEN@lamps.example", "Another employee has this email."),
        ("phone", "call me", "This is not a telephone number, like +49 30 1234567."),
        ("number", "1", "Another employee has this number."),
        ("manager", "99", "No employee has the number 99."),
        ("start_date", "2026-02-30", ""),
        ("end_date", "2025-12-31", "The end date is before the start date."),
        ("birth_date", "2026-01-01", "The birth date is not before the start date."),
        ("salary", "-1", "A salary is not negative."),
        ("salary", "1.234", ""),
        ("salary", "a lot", "This is not an amount, like 52,500.00."),
    ] {
        owner.get(&format!("{LIST}/new")).await;
        let mut form =
            owner.form("Add employee").set("First name", "Grace").set("Last name", "Hopper").set("Location", "Kept");
        form = form.set("start_date", "2026-01-01").set(field, typed);
        let page = owner.send(form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {typed:?}: {page}");
        let error = page.error(field);
        assert!(if told.is_empty() { !error.is_empty() } else { error == told }, "{field} {typed:?}: {error:?}");
        assert_eq!((page.value("location").as_str(), page.value(field).as_str()), ("Kept", typed), "{field}");
        assert!(page.has(&format!(".error-summary a[href='#f-{field}']")), "{field}: the summary leads to it");
    }
    // A choice that is not offered, and several wrong answers at once.
    let page =
        owner.post(&format!("{LIST}/new"), &[("employment_type", "king"), ("email", "x"), ("last_name", "L")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("3 answers need another look"), "{page}");
    let page = owner.get(LIST).await;
    assert_eq!(page.names(), ["Ada Lovelace"], "nobody was added");
}

#[tokio::test]
async fn a_circle_of_managers_is_refused_beside_the_field() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = company
        .employees([
            vec![("number", "1"), ("last_name", "Top")],
            vec![("number", "2"), ("last_name", "Middle"), ("manager", "1")],
            vec![("number", "3"), ("last_name", "Low"), ("manager", "2")],
        ])
        .await;
    let mut owner = company.owner().await;
    for (manager, told) in [
        ("3 · Ada Low", "This would be a circle: that person reports to this one, directly or over others."),
        ("2", "This would be a circle: that person reports to this one, directly or over others."),
        ("1", "Nobody is their own manager."),
    ] {
        owner.get(&format!("{LIST}/{}/edit", ids[0])).await;
        let page = owner.fill("Save changes", &[("Manager", manager)]).await;
        assert_eq!((page.status, page.error("manager").as_str()), (StatusCode::UNPROCESSABLE_ENTITY, told), "{page}");
        assert_eq!(page.value("manager"), manager);
    }
    let page = owner.get(&format!("{LIST}/{}", ids[1])).await;
    assert!(page.says("Ada Top") && page.says("Ada Low"), "reports to, and direct reports: {page}");
}

#[tokio::test]
async fn a_button_pressed_twice_adds_one() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut one = company.owner().await;
    one.get(&format!("{LIST}/new")).await;
    let form = one
        .form("Add employee")
        .set("First name", "Grace")
        .set("Last name", "Hopper")
        .set("Number", "7")
        .set("Email", "g@lamps.example");
    let mut two = one.clone();
    let (a, b) = tokio::join!(one.send_once(&form, &[]), two.send_once(&form, &[]));
    assert_eq!((a.status, a.header("location")), (StatusCode::SEE_OTHER, b.header("location")), "{a} {b}");
    let again = one.send_once(&form, &[]).await;
    assert_eq!(again.header("location"), a.header("location"), "the back button and again");
    // Spelt otherwise it is still the same.
    let again = one.send_once(&form.clone().set("First name", " Grace "), &[]).await;
    assert_eq!(again.header("location"), a.header("location"), "{again}");
    let page = one.get(LIST).await;
    assert_eq!(page.names(), ["Grace Hopper"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_form_sent_again_with_other_answers_says_so_and_can_add_another() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/new")).await;
    let form = owner.form("Add employee").set("First name", "Grace").set("Last name", "Hopper");
    let form = form.set("Salary, a year", "50000").set("Start date", "2026-04-01");
    let first = owner.send(form.clone()).await;
    assert_eq!(first.toast(), "Grace Hopper was added.");
    // The back button, and somebody else in the same fields.
    let page = owner.send(form.set("First name", "Ida").set("Salary, a year", "51000")).await;
    assert_eq!((page.status, page.toast().as_str()), (StatusCode::CONFLICT, ""), "{page}");
    assert!(page.says("This form was sent already, as Grace Hopper"), "{page}");
    assert_eq!(page.link("Open Grace Hopper").as_deref(), Some(first.path.as_str()));
    assert_eq!((page.value("first_name").as_str(), page.value("salary").as_str()), ("Ida", "51000"), "all is kept");
    assert_eq!(owner.clone().get(LIST).await.names(), ["Grace Hopper"], "nothing was added or changed");
    let page = owner.press("Add employee").await;
    assert_eq!(page.toast(), "Ida Hopper was added.", "{page}");
    assert_eq!(owner.get(LIST).await.names(), ["Grace Hopper", "Ida Hopper"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn all_that_is_wrong_is_told_in_one_round() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ids = company
        .employees([
            vec![("number", "1"), ("email", "one@lamps.example")],
            vec![("number", "2"), ("manager", "1"), ("email", "two@lamps.example")],
        ])
        .await;
    let mut owner = company.owner().await;
    // What the form tells by itself, with what other records stand against.
    owner.get(&format!("{LIST}/new")).await;
    let typed = [
        ("Last name", ""),
        ("First name", "Grace"),
        ("Number", "1"),
        ("Email", "ONE@lamps.example"),
        ("Manager", "99"),
        ("Phone", "call me"),
    ];
    let page = owner.fill("Add employee", &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("5 answers need another look"), "{page}");
    for (field, told) in [
        ("last_name", "Please fill this in."),
        ("number", "Another employee has this number."),
        ("email", "Another employee has this email."),
        ("manager", "No employee has the number 99."),
        ("phone", "This is not a telephone number, like +49 30 1234567."),
    ] {
        assert_eq!(page.error(field), told, "{field}");
    }
    // The database alone would name one of them.
    let page = owner.fill("Add employee", &[("Last name", "Hopper"), ("Phone", "")]).await;
    assert!(page.says("3 answers need another look"), "{page}");
    // One's own number is not taken, and a circle is found together with the rest.
    owner.get(&format!("{LIST}/{}/edit", ids[0])).await;
    let typed = [("Manager", "2"), ("Email", "two@lamps.example"), ("First name", "")];
    let page = owner.fill("Save changes", &typed).await;
    assert!(page.says("3 answers need another look"), "{page}");
    assert!(page.error("manager").starts_with("This would be a circle"), "{page}");
    assert_eq!(page.error("email"), "Another employee has this email.");
}

#[tokio::test]
async fn a_stale_form_shows_both_versions_and_can_be_saved_then() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("job_title", "Engineer"), ("location", "Kyiv")]).await;
    company.employee(&[("location", "London")]).await;
    let (mut owner, mut admin) = (company.owner().await, company.admin().await);
    let edit = format!("{LIST}/{ada}/edit");
    owner.get(&edit).await;
    admin.get(&edit).await;
    let page = admin.fill("Save changes", &[("Job title", "Architect")]).await;
    assert_eq!(page.toast(), "Changes saved.");
    app.clock.advance(chrono::Duration::minutes(3));
    let page = owner.fill("Save changes", &[("Job title", "Countess"), ("Location", "London")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("Adam Admin changed this 3 minutes ago, while you were editing"), "{page}");
    assert_eq!(page.rows(), [["Job title", "Countess", "Architect"]], "only what both changed");
    assert_eq!(page.error("job_title"), "Theirs: Architect. Yours: Countess.", "and beside the field");
    assert!(!page.has(".error-summary"), "once is enough: {page}");
    assert_eq!(page.value("job_title"), "Countess", "nothing typed is lost");
    assert_eq!(page.value("location"), "London", "{page}");
    let page = admin.get(&format!("{LIST}/{ada}")).await;
    assert!(page.says("Architect"), "and nothing was written over");
    // A third change in between is found as well.
    admin.get(&edit).await;
    admin.fill("Save changes", &[("Phone", "+49 30 1234567")]).await;
    let page = owner.press("Save changes").await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("No field was changed by both") && page.rows().is_empty(), "{page}");
    assert_eq!(page.value("phone"), "+49 30 1234567", "what only they changed is in the form");
    let page = owner.press("Save changes").await;
    assert_eq!((page.status, page.toast().as_str()), (StatusCode::OK, "Changes saved."), "{page}");
    assert!(page.says("Countess") && page.says("London") && page.says("+49 30 1234567"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn who_edits_in_two_tabs_is_told_that_it_was_themselves() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("employment_type", "intern"), ("salary", "50000")]).await;
    let mut one = company.owner().await;
    one.get(&format!("{LIST}/{ada}/edit")).await;
    let mut two = one.clone();
    one.fill("Save changes", &[("Employment type", "Part-time"), ("Salary, a year", "60000")]).await;
    let page = two.fill("Save changes", &[("Employment type", "Full-time"), ("Salary, a year", "")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("You, in another tab, changed this just now"), "{page}");
    assert_eq!(page.error("employment_type"), "In the other tab: Part-time. Yours: Full-time.");
    assert_eq!(page.error("salary"), "In the other tab: 60000.00. Yours: empty.");
    // A form that does not say what it was filled from shows each difference.
    let fields = [("first_name", "Ada"), ("last_name", "Lovelace"), ("number", "1"), ("_version", "1")];
    let page = two.post(&format!("{LIST}/{ada}/edit"), &fields).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert_eq!(page.rows().len(), 2, "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_change_shows_in_the_timeline_and_to_the_colleague() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("job_title", "Engineer"), ("salary", "50000")]).await;
    let mut admin = company.admin().await;
    let mut colleague = company.employee_member().await;
    app.clock.advance(chrono::Duration::hours(2));
    admin.get(&format!("{LIST}/{ada}/edit")).await;
    admin.fill("Save changes", &[("Job title", "Architect"), ("Salary, a year", "60000")]).await;
    let page = admin.click("Timeline").await;
    assert!(page.says("Adam Admin changed 2 fields"), "{page}");
    assert!(page.says("Engineer") && page.says("Architect") && page.says("60,000"), "{page}");
    assert!(page.says("Olga Owner added this employee"), "{page}");
    let page = colleague.get(&format!("{LIST}/{ada}")).await;
    assert!(page.says("Architect"), "{page}");
    // Saving without a change tells nothing.
    admin.get(&format!("{LIST}/{ada}/edit")).await;
    admin.press("Save changes").await;
    let page = admin.click("Timeline").await;
    assert_eq!(page.words().matches("changed ").count(), 1, "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_long_timeline_goes_on_behind_its_first_page() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[]).await;
    let mut tx = company.begin().await;
    for version in 1..=60 {
        let mut draft = store::hr::employees::find(&mut tx, ada).await.expect("Ada").draft();
        draft.job_title = format!("Step {version}.");
        let fields = draft.parse(&Default::default()).expect("it holds");
        store::hr::employees::change(&mut tx, ada, version, &fields).await.expect("a change");
    }
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{LIST}/{ada}/timeline")).await;
    let told = page.all("#timeline").concat();
    assert!(told.contains("Step 60.") && told.contains("Step 11.") && !told.contains("Step 9."), "{told}");
    let older = page.attribute("#timeline a[href*=before]", "href").expect("more");
    let page = owner.get(&older).await;
    let told = page.all("#timeline").concat();
    assert!(
        told.contains("Step 9.") && told.contains("added this employee") && !told.contains("became Step 60."),
        "{told}"
    );
    assert_eq!(page.attribute("#timeline a[href*=before]", "href"), None);
}

#[tokio::test]
async fn who_looked_at_another_state_archives_nobody() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("number", "1"), ("job_title", "Engineer")]).await;
    let (mut owner, mut admin) = (company.owner().await, company.admin().await);
    let page = owner.get(&format!("{LIST}/{ada}")).await;
    admin.get(&format!("{LIST}/{ada}/edit")).await;
    admin.fill("Save changes", &[("Job title", "Director")]).await;
    let page = owner.send(page.form("Archive")).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("This was changed while you looked at it."), "{page}");
    assert_eq!(owner.get(LIST).await.names(), ["Ada Lovelace"]);
    owner.get(&format!("{LIST}/{ada}")).await;
    assert_eq!(owner.press("Archive").await.toast(), "Ada Lovelace was archived.");
    app.run_jobs().await;
}

/// An import holds the reporting lines of its workspace until it is through.
#[tokio::test]
async fn a_form_does_not_wait_for_a_long_import() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("number", "1"), ("last_name", "Byron")]).await;
    let mut import = company.begin().await;
    let fields = domain::hr::employees::Draft {
        number: "2".into(),
        first_name: "Grace".into(),
        last_name: "Hopper".into(),
        manager: "1".into(),
        ..Default::default()
    };
    let fields = fields.parse(&Default::default()).expect("it holds");
    let id = import.id();
    store::hr::employees::add(&mut import, id, &fields).await.expect("it is added");

    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/new")).await;
    let typed = [("First name", "Mary"), ("Last name", "Somerville"), ("Number", "3"), ("Manager", "1")];
    let page = owner.fill("Add employee", &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.says("Somebody else is changing the same just now"), "{page}");
    assert_eq!(page.value("last_name"), "Somerville");
    import.commit().await.expect("the import is through");
    let page = owner.press("Add employee").await;
    assert_eq!(page.toast(), "Mary Somerville was added.", "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn who_may_see_little_of_many_changes_asks_no_more_for_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("salary", "1000")]).await;
    let mut tx = company.begin().await;
    for version in 1..=40 {
        let mut draft = store::hr::employees::find(&mut tx, ada).await.expect("Ada").draft();
        draft.salary = (1_000 + version).to_string();
        let fields = draft.parse(&Default::default()).expect("it holds");
        store::hr::employees::change(&mut tx, ada, version, &fields).await.expect("a change");
    }
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    let mut manager = company.signed_in(Role::Recruiter).await;
    manager.get(&format!("{LIST}/{ada}")).await;
    let before = app.db.statements();
    let page = manager.get(&format!("{LIST}/{ada}")).await;
    assert!(page.says("added this employee") && !page.says("1,040"), "{page}");
    // As for a record of which everything is seen, whatever its history; whether they are away, and their time off open; and
    // what is known of them beside it; and what stands on their timeline beside changes.
    assert!(app.db.statements() - before <= 16, "{} statements", app.db.statements() - before);
}

#[tokio::test]
async fn archiving_takes_out_of_lists_and_undo_brings_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("number", "1"), ("email", "ada@lamps.example")]).await;
    company.employee(&[("last_name", "Report"), ("manager", "1")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("{LIST}/{ada}")).await;
    let page = owner.press("Archive").await;
    assert_eq!((page.path.as_str(), page.toast().as_str()), (LIST, "Ada Lovelace was archived."));
    assert_eq!(page.names(), ["Ada Report"]);
    let page = owner.press("Undo").await;
    assert_eq!((page.h1().as_str(), page.toast().as_str()), ("Ada Lovelace", "Ada Lovelace is back."));
    owner.press("Archive").await;
    let page = owner.get(&format!("{LIST}/{ada}")).await;
    assert!(page.says("This employee is out of all lists."), "{page}");
    // Their address is free for another; then they cannot come back with it, and are told why.
    company.employee(&[("last_name", "Second"), ("email", "ada@lamps.example")]).await;
    let page = owner.press("Restore").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("Another employee has this email."), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn the_manager_field_suggests_people() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company
        .employees([
            vec![("number", "10567"), ("first_name", "Lillian"), ("last_name", "Haddadi")],
            vec![
                ("number", "2"),
                ("first_name", "Lilly"),
                ("last_name", "Left"),
                ("start_date", "2019-01-01"),
                ("end_date", "2020-01-01"),
            ],
        ])
        .await;
    let mut owner = company.owner().await;
    let part = owner.htmx(&format!("{LIST}/options?manager=lil"), "datalist#managers").await;
    assert!(!part.is_whole(), "{part}");
    assert_eq!(part.attribute("#managers option", "value").as_deref(), Some("10567 · Lillian Haddadi"));
    assert!(!part.text.contains("Lilly"), "who left manages nobody new");
}
