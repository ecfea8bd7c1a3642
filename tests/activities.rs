//! Stories of calls and meetings.

use crate::support::{Company, TestApp};
use axum::http::StatusCode;
use domain::{ActivityId, access::Role, activities::Filter, workspace::access::Subject};

async fn about(company: &Company<'_>, subject: Subject) -> Vec<(ActivityId, String)> {
    let mut tx = company.begin().await;
    let filter = Filter { of: "all".into(), state: "all".into(), about: subject.key(), ..Filter::default() };
    let found = store::activities::list(&mut tx, &filter).await.expect("activities").rows;
    found.into_iter().map(|a| (a.id, a.subject)).collect()
}

#[tokio::test]
async fn a_call_is_logged_from_the_page_of_a_deal_and_stands_on_its_timeline() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let customer = company.customer(&[("name", "Harbour Lights")]).await;
    let deal = company.deal(&[("name", "Lamps for the pier"), ("customer", "Harbour Lights")]).await;
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/crm/deals/{deal}"))).await;
    let page = owner
        .fill(
            "Log call",
            &[("What about", "Price of the big ones"), ("Outcome", "left_message"), ("Notes", "Try again at four")],
        )
        .await;
    assert!(page.path.contains(&deal.to_string()) && page.says("“Price of the big ones” was logged."), "{page}");
    // On the timelines of the deal and of the company that it is with.
    for path in [format!("/crm/deals/{deal}/timeline"), format!("/crm/customers/{customer}/timeline")] {
        let page = owner.get(&company.at(&path)).await;
        assert!(page.says("made the call Price of the big ones") && page.says("Left a message"), "{page}");
        assert!(page.says("Try again at four"), "{page}");
    }
    let (id, _) = about(&company, Subject::Deal(deal)).await.remove(0);
    // What is over asks for what comes next; of a deal with nothing planned it says so.
    let page = owner.get(&company.at(&format!("/activities/{id}"))).await;
    assert!(page.says("Nothing is planned with Lamps for the pier any more."), "{page}");
    let next = page.link("Plan a meeting").expect("a link");
    let page = owner.get(&next).await;
    let form = page.form("Add activity");
    assert_eq!((&*form.value("about"), &*form.value("day")), ("Lamps for the pier", "2026-03-03"));
    let page = owner.fill("Add activity", &[("Subject", "Show them the big ones")]).await;
    assert!(
        page.says("“Show them the big ones” was added.") && page.says("Tuesday, 3 March 2026, 10:00–11:00"),
        "{page}"
    );
    let page = owner.get(&company.at(&format!("/activities/{id}"))).await;
    assert!(!page.says("Nothing is planned"), "{page}");
    let page = owner.get(&company.at(&format!("/crm/deals/{deal}"))).await;
    assert!(page.link("Show them the big ones").is_some(), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_told_on_the_whole_form() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    owner.get(&company.at("/activities/new?kind=call")).await;
    let wrong = [("Subject", " "), ("Minutes", "9999"), ("Who takes part", "Nobody Ever"), ("About", "Nothing at all")];
    let page = owner.fill("Add activity", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert_eq!(page.error("subject"), "Please fill this in.");
    assert!(page.error("minutes").contains("at most a day"), "{page}");
    assert!(page.error("attendees").contains("Nobody is called Nobody Ever"), "{page}");
    assert!(page.error("about").contains("Nothing at all"), "{page}");
    // What no database takes is nobody’s name.
    let page = owner.fill("Add activity", &[("Who takes part", "Ada\0Byron")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.error("attendees").contains("Nobody is called this."), "{page}");
    let page = owner
        .fill("Add activity", &[("Subject", "Short"), ("Minutes", "5"), ("Who takes part", ""), ("About", "")])
        .await;
    assert!(page.says("“Short” was added."), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn colleagues_are_invited_told_of_moves_and_see_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let employee = company.member(Role::Employee).await;
    let contact =
        company.contact(&[("first_name", "Zoë"), ("last_name", "Quist"), ("email", "zoe@quist.example")]).await;
    let names = format!("{}\nzoe@quist.example", employee.email);
    let owner = company.member(Role::Owner).await.member;
    let id = company.activity(owner, &[("subject", "Kick-off"), ("attendees", &names), ("place", "Room 1")]).await;
    app.run_jobs().await;
    let mut invited = company.signed_in(Role::Employee).await;
    let page = invited.get(&company.at("/notifications")).await;
    assert!(page.says("Kick-off") && page.says("invites you: meeting on Tuesday, 3 March 2026, 10:00–11:00"), "{page}");
    // They see it, and of a contact whom they may not see no more than that there is somebody.
    let path = company.at(&format!("/activities/{id}"));
    let page = invited.get(&path).await;
    assert!(page.says("Room 1") && page.says("Somebody whom you may not see") && !page.says("Quist"), "{page}");
    assert_eq!(invited.get(&format!("{path}/edit")).await.status, StatusCode::NOT_FOUND, "it is not theirs");
    assert!(invited.get(&company.at("/activities")).await.link("Kick-off").is_some());
    // The contact's page has it as well.
    let mut browser = company.owner().await;
    let page = browser.get(&company.at(&format!("/crm/contacts/{contact}"))).await;
    assert!(page.link("Kick-off").is_some(), "{page}");
    // It moves.
    let page = browser.get(&format!("{path}/edit")).await;
    assert!(page.form("Save changes").value("attendees").contains("Zoë Quist (zoe@quist.example)"), "{page}");
    let page = browser.fill("Save changes", &[("Time", "14:30")]).await;
    assert!(page.says("Changes saved.") && page.says("14:30–15:30"), "{page}");
    app.run_jobs().await;
    let page = invited.get(&company.at("/notifications")).await;
    assert!(page.says("moved it: meeting on Tuesday, 3 March 2026, 14:30–15:30"), "{page}");
    // And is called off, and planned again.
    let page = browser.post(&format!("{path}/cancellation"), &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{page}");
    app.run_jobs().await;
    assert!(invited.get(&company.at("/notifications")).await.says("called it off"), "told of it");
    browser.get(&path).await;
    let page = browser.fill("Undo", &[]).await;
    assert!(page.says("“Kick-off” is planned again."), "{page}");
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn how_it_went_is_said_in_one_step() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let owner = company.member(Role::Owner).await.member;
    let id = company.activity(owner, &[("kind", "call"), ("subject", "Ask about the order")]).await;
    let mut browser = company.owner().await;
    let path = company.at(&format!("/activities/{id}"));
    browser.get(&path).await;
    let page = browser.fill("Done", &[("Outcome", "no_answer"), ("Notes", "Nobody there")]).await;
    assert!(
        page.says("“Ask about the order” is done.") && page.says("No answer") && page.says("Nobody there"),
        "{page}"
    );
    let page = browser.fill("Undo", &[]).await;
    assert!(page.says("is planned again") && page.says("How did it go?"), "{page}");
    // Many at once.
    let two = company.meeting("Another", owner).await;
    let ids = [("ids", &*id.to_string()), ("ids", &*two.to_string())];
    browser.post(&company.at("/activities/completions"), &ids).await;
    let page = browser.get(&company.at("/activities?state=done")).await;
    assert!(page.says("2 activities are done.") && page.link("Another").is_some(), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn whose_calls_one_sees() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let chief = company.employee(&[("last_name", "Chief")]).await;
    let below = company.employee(&[("last_name", "Below"), ("manager", "1")]).await;
    let (manager, employee) = (company.member(Role::Manager).await, company.member(Role::Employee).await);
    company.link(manager.member, chief).await;
    company.link(employee.member, below).await;
    let owner = company.member(Role::Owner).await.member;
    company.meeting("Of the report", employee.member).await;
    company.meeting("Of the chief", manager.member).await;
    company.meeting("Of the owner", owner).await;
    // What is said about a person is for who takes part, and for whoever may change that record.
    let key = Subject::Employee(below).key();
    company.activity(owner, &[("subject", "About the report"), ("about", &key)]).await;
    let all = ["Of the chief", "Of the owner", "Of the report", "About the report"];
    for (role, of, seen) in [
        (Role::Employee, "", &["Of the report"][..]),
        (Role::Employee, "all", &["Of the report"]),
        (Role::Manager, "all", &["Of the chief", "Of the report"]),
        (Role::SalesRep, "all", &["Of the chief", "Of the owner", "Of the report"]),
        (Role::Auditor, "all", &["Of the chief", "Of the owner", "Of the report"]),
        (Role::Owner, "all", &all),
    ] {
        let page = company.signed_in(role).await.get(&company.at(&format!("/activities?of={of}"))).await;
        for subject in all {
            assert_eq!(page.link(subject).is_some(), seen.contains(&subject), "{role} {of}: {subject}");
        }
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn a_list_is_searched_narrowed_and_taken_out() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let owner = company.member(Role::Owner).await.member;
    company.activity(owner, &[("subject", "Breakfast with the harbour"), ("notes", "=cmd()")]).await;
    company
        .activity(owner, &[("kind", "call"), ("subject", "Ring the harbour"), ("day", "2026-03-02"), ("time", "08:00")])
        .await;
    company.activity(owner, &[("subject", "Long ago"), ("day", "2025-01-01"), ("state", "done")]).await;
    let all = ["Breakfast with the harbour", "Ring the harbour", "Long ago"];
    let mut browser = company.owner().await;
    for (asked, seen) in [
        ("", &all[..2]),
        ("q=harbour", &all[..2]),
        ("q=break", &all[..1]),
        ("kind=call", &all[1..2]),
        ("when=overdue", &all[1..2]),
        ("when=today", &all[1..2]),
        ("when=week", &all[..2]),
        ("state=done", &all[2..]),
        ("state=all", &all),
    ] {
        let page = browser.get(&company.at(&format!("/activities?{asked}"))).await;
        for subject in all {
            assert_eq!(page.link(subject).is_some(), seen.contains(&subject), "{asked}: {subject}");
        }
    }
    let page = browser.get(&company.at("/activities/export?state=all")).await;
    assert!(page.text.contains("Breakfast with the harbour") && page.text.contains("'=cmd()"), "{page}");
    let page = browser.get(&company.at("/activities/export?state=gone")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_meeting_goes_into_another_calendar() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let owner = company.member(Role::Owner).await.member;
    let id = company.activity(owner, &[("subject", "Kick-off, at last"), ("place", "Room 1; left")]).await;
    let page = company.owner().await.get(&company.at(&format!("/activities/{id}/invitation.ics"))).await;
    for line in
        ["DTSTART:20260303T100000Z", "DTEND:20260303T110000Z", "SUMMARY:Kick-off\\, at last", &format!("UID:{id}")]
    {
        assert!(page.text.contains(line), "{line}: {}", page.text);
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn a_reminder_comes_once_and_follows_what_it_is_of() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let me = company.member(Role::Owner).await.member;
    let told = async |title: &str| -> i64 {
        company.read(&format!("select count(*) from notifications where title = 'Reminder: {title}'")).await
    };
    let waits = async || -> i64 { company.read("select count(*) from reminders").await };
    let remind = async || {
        let mut tx = company.begin().await;
        let at = tx.now();
        let job = domain::jobs::Remind { tenant: company.tenant, at };
        store::queue::push(&mut tx, &job).await.expect("it is pushed");
        tx.commit().await.expect("it is kept");
        app.run_jobs().await;
    };
    // In ten minutes, with a quarter of an hour's notice: it is time already.
    let soon = [("subject", "Soon"), ("day", "2026-03-02"), ("time", "09:10"), ("remind", "15")];
    let soon = company.activity(me, &soon).await;
    let later = [("subject", "Later"), ("day", "2026-03-02"), ("time", "12:00"), ("remind", "60")];
    let later = company.activity(me, &later).await;
    assert_eq!(waits().await, 2);
    remind().await;
    assert_eq!((told("Soon").await, told("Later").await, waits().await), (1, 0, 1));
    // Saved again it is not told again; moved it is.
    let mut browser = company.owner().await;
    browser.get(&company.at(&format!("/activities/{soon}/edit"))).await;
    browser.fill("Save changes", &[("Subject", "Soon")]).await;
    assert_eq!(waits().await, 1);
    browser.get(&company.at(&format!("/activities/{later}/edit"))).await;
    browser.fill("Save changes", &[("Time", "09:30")]).await;
    app.clock.advance(chrono::Duration::minutes(1));
    remind().await;
    assert_eq!((told("Soon").await, told("Later").await, waits().await), (1, 1, 0));
    // A task without a time reminds in the morning of its day, where whoever does it is.
    browser.get(&company.at("/tasks/new")).await;
    let fields = [("Title", "Send the offer"), ("Due", "2026-03-04"), ("Reminder", "1440")];
    let page = browser.fill("Add task", &fields).await;
    assert!(page.says("“Send the offer” was added."), "{page}");
    let at: String = company.read("select to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') from reminders").await;
    assert_eq!(at, "2026-03-03 09:00");
    // Done, it needs none; open again, it does.
    browser.get(&company.at("/tasks")).await;
    let page = browser.fill("Mark “Send the offer” done", &[]).await;
    assert_eq!(waits().await, 0, "{page}");
    browser.fill("Undo", &[]).await;
    assert_eq!(waits().await, 1);
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn a_calendar_shows_months_weeks_and_days() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let owner = company.member(Role::Owner).await.member;
    let manager = company.member(Role::Manager).await.member;
    company.meeting("Breakfast", owner).await;
    company.meeting("Of the manager", manager).await;
    company.activity(owner, &[("subject", "In summer"), ("day", "2026-07-01")]).await;
    let mut browser = company.owner().await;
    let path = company.at("/activities/calendar");
    let all = ["Breakfast", "Of the manager", "In summer"];
    for (asked, seen) in [
        ("", &all[..1]),
        ("?of=all", &all[..2]),
        ("?view=week", &all[..1]),
        ("?view=agenda&of=all", &all[..2]),
        ("?day=2026-07-20", &all[2..]),
        ("?view=agenda&day=nonsense", &all[..1]),
    ] {
        let page = browser.get(&format!("{path}{asked}")).await;
        for subject in all {
            assert_eq!(page.says(subject), seen.contains(&subject), "{asked}: {subject}");
        }
    }
    let page = browser.get(&format!("{path}?view=week&day=2026-03-04")).await;
    let add = page.link("Plan something on Friday, 6 March 2026").expect("a link");
    assert_eq!(browser.get(&add).await.form("Add activity").value("day"), "2026-03-06");
    // Who reaches no further than their own is offered no more.
    let page = company.signed_in(Role::Employee).await.get(&format!("{path}?of=all")).await;
    assert!(!page.says("Everybody I see") && !page.says("Of the manager"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn another_program_reads_ones_own_until_the_address_is_taken_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let owner = company.member(Role::Owner).await.member;
    company.activity(owner, &[("subject", "Kick-off"), ("place", "Room 1")]).await;
    company.activity(company.member(Role::Manager).await.member, &[("subject", "Not mine")]).await;
    let mut browser = company.owner().await;
    browser.get(&company.at("/tasks/new")).await;
    browser.fill("Add task", &[("Title", "Send the offer"), ("Due", "2026-03-04")]).await;
    browser.get(&company.at("/activities/calendar")).await;
    let page = browser.fill("Make an address for My calls, meetings and tasks", &[]).await;
    let html = page.text.clone();
    let at = html.find("/calendars/").expect("an address");
    let address: String = html[at..].chars().take_while(|c| *c != '"').collect();
    let page = app.browser().get(&address).await;
    for line in ["SUMMARY:Kick-off", "LOCATION:Room 1", "SUMMARY:Due: Send the offer", "DTSTART;VALUE=DATE:20260304"] {
        assert!(page.text.contains(line), "{line}: {}", page.text);
    }
    assert!(!page.text.contains("Not mine"), "{}", page.text);
    browser.get(&company.at("/activities/calendar")).await;
    browser.fill("Take back the address of My calls, meetings and tasks", &[]).await;
    assert_eq!(app.browser().get(&address).await.status, StatusCode::NOT_FOUND);
    app.run_jobs().await;
}

#[tokio::test]
async fn lists_of_tasks_calls_and_meetings_have_views_that_are_kept() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let owner = company.member(Role::Owner).await;
    company.activity(owner.member, &[("subject", "Ring Ada"), ("kind", "call")]).await;
    company.activity(owner.member, &[("subject", "Meet Ben"), ("kind", "meeting")]).await;
    company.task("Write to Cy", owner.member).await;
    app.run_jobs().await;
    let mut browser = company.owner().await;
    for (list, question, name, one, other) in [
        ("/activities", "kind=call", "Calls alone", "Ring Ada", "Meet Ben"),
        ("/tasks", "q=Cy&of=all", "About Cy", "Write to Cy", "Ring Ada"),
    ] {
        let page = browser.get(&company.at(list)).await;
        assert!(page.link("Save view").is_none(), "nothing is asked: {page}");
        browser.get(&company.at(&format!("{list}?{question}"))).await;
        browser.click("Save view").await;
        let page = browser.fill("Save view", &[("Name", name)]).await;
        assert!(page.says("It stands above the list."), "{page}");
        assert!(page.path.starts_with(&format!("{}?{question}&view=", company.at(list))), "{}", page.path);
        assert!(page.says(one) && !page.says(other), "{page}");
        // It is a tab of the list, and may be what that opens with.
        browser.get(&company.at(list)).await;
        let page = browser.click(name).await;
        assert!(page.says(one) && !page.says(other), "{page}");
        browser.press("Open the list with it, for me").await;
        let page = browser.get(&company.at(list)).await;
        assert!(page.path.contains("view="), "{}", page.path);
        assert!(page.says(one) && !page.says(other), "{page}");
    }
    // A view is its owner's, until they share it.
    let mut other = company.signed_in(Role::SalesRep).await;
    assert!(other.get(&company.at("/activities")).await.link("Calls alone").is_none());
}

#[tokio::test]
async fn search_finds_calls_meetings_and_tasks_of_whoever_may_see_them() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let owner = company.member(Role::Owner).await;
    company.activity(owner.member, &[("subject", "Prices of lighthouses"), ("kind", "call")]).await;
    company.task("Count the lighthouses", owner.member).await;
    app.run_jobs().await;
    let mut browser = company.owner().await;
    let path = company.at("/search?q=lighthouses");
    let page = browser.get(&path).await;
    assert!(page.says("Prices of lighthouses") && page.says("Count the lighthouses"), "{page}");
    // Who takes no part in either finds neither.
    let mut rep = company.signed_in(Role::Employee).await;
    let page = rep.get(&path).await;
    assert!(!page.says("Prices of lighthouses") && !page.says("Count the lighthouses"), "{page}");
}

#[tokio::test]
async fn whoever_takes_part_is_suggested_and_added() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let colleague = company.join("Frida Free", &app.email("frida"), Role::SalesRep).await;
    company.contact(&[("first_name", "Fritz"), ("last_name", "Firm"), ("email", "fritz@firm.example")]).await;
    let mut owner = company.owner().await;
    let options = company.at("/activities/options?attendee=fri");
    let part = owner.htmx(&options, "datalist#people").await;
    let words = format!("Frida Free ({})", colleague.email);
    assert!(part.text.contains(&words) && part.text.contains("Fritz Firm (fritz@firm.example)"), "{}", part.text);
    assert!(!owner.htmx(&company.at("/activities/options?attendee="), "datalist#people").await.text.contains("Frida"));
    // Without JavaScript the one who was typed is added when the form is sent.
    owner.get(&company.at("/activities/new?kind=meeting")).await;
    let fields = [("Subject", "All of us"), ("Who takes part", "fritz@firm.example"), ("Add somebody", words.as_str())];
    let page = owner.fill("Add activity", &fields).await;
    assert!(page.says("Frida Free") && page.says("Fritz Firm"), "{page}");
    app.run_jobs().await;
    // Contacts are for whoever sees them.
    let role =
        company.role("Caller", &[("activities.read", "own"), ("activities.write", "own"), ("home.read", "all")]).await;
    let caller = company.join("Carl Caller", &app.email("carl"), Role::Custom(role)).await;
    let mut browser = app.browser();
    browser.sign_in(&caller.email, crate::support::PASSWORD).await;
    let part = browser.htmx(&options, "datalist#people").await;
    assert!(part.text.contains("Frida Free") && !part.text.contains("Fritz"), "{}", part.text);
}

#[tokio::test]
async fn a_talk_with_somebody_stands_beside_each_company_that_they_work_for() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let first = company.customer(&[("name", "Harbour Lights")]).await;
    let second = company.customer(&[("name", "Pier Lights")]).await;
    let contact = company.contact(&[("last_name", "Byron"), ("customer", "Harbour Lights")]).await;
    let mut tx = company.begin().await;
    store::crm::links::join(&mut tx, second, contact, Some("Billing"), false).await.expect("they work there, too");
    tx.commit().await.expect("it is kept");
    let owner = company.member(Role::Owner).await.member;
    let talk = company.activity(owner, &[("about", &Subject::Contact(contact).key())]).await;
    for customer in [first, second] {
        let there = self::about(&company, Subject::Customer(customer)).await;
        assert_eq!(there.first().map(|(id, _)| *id), Some(talk));
    }
    app.run_jobs().await;
}
