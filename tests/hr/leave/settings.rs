//! What HR sets: kinds, policies by rule, days without leave, cover, and a calendar for each place.

use super::*;
use crate::support::leave::day;
use axum::http::StatusCode;

#[tokio::test]
async fn hr_makes_a_kind_and_a_policy_and_everybody_has_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let mut hr = company.signed_in(Role::HrManager).await;
    let page = hr.get(&company.at("/settings/leave")).await;
    assert!(page.says("No kinds of leave yet"), "{page}");
    let page = hr.press("Begin with the usual ones").await;
    assert!(page.says("4 kinds were added.") && page.says("Sick leave"), "{page}");
    hr.click("New kind").await;
    let page = hr.fill("Add kind", &[("Name", "")]).await;
    assert_eq!(page.error("name"), "Please fill this in.");
    let page = hr.fill("Add kind", &[("Name", "Holiday"), ("Colour", "green")]).await;
    assert!(page.says("Holiday is there."), "{page}");
    hr.click("Add a policy for it").await;
    let page = hr.fill("Add policy", &[("Name", "Usual"), ("A year", "lots"), ("milestones", "five: 27")]).await;
    assert!(page.error("annual").contains("A number") && page.error("milestones").contains("five: 27"), "{page}");
    let page = hr
        .fill(
            "Add policy",
            &[
                ("A year", "30"),
                ("milestones", "5: 32\n10: 35"),
                ("carry", "none"),
                ("carry_limit", ""),
                ("carry_months", ""),
            ],
        )
        .await;
    assert!(page.says("Usual is there.") && page.says("30 days a year, once a year"), "{page}");
    let mut ann = signed_in(&app, &t.anns).await;
    let page = ann.get(&company.at("/hr/leave")).await;
    assert!(page.says("Holiday") && page.all(".leave-number").contains(&"32".to_owned()), "six years: {page}");
    // As of a day to come.
    let page = ann.htmx(&company.at("/hr/leave?on=2027-01-01"), "div#leave-accounts").await;
    assert!(page.says("With what is earned and over by then.") && page.says("Expired"), "{page}");
    // Whoever is no employee here is told so.
    let page = company.signed_in(Role::Auditor).await.get(&company.at("/hr/leave")).await;
    assert!(page.says("You have no employee record here"), "{page}");
    assert_eq!(ann.get(&company.at("/settings/leave")).await.status, StatusCode::NOT_FOUND);
    // A kind that is in use keeps its unit, and can be retired and taken up again.
    let page = hr.get(&company.at("/settings/leave")).await;
    let path = page.link("Holiday").expect("the kind");
    tick(&app).await;
    hr.get(&path).await;
    let page = hr.fill("Save changes", &[("Counted in", "hours")]).await;
    assert!(page.error("unit").contains("Make another kind instead"), "{page}");
    hr.get(&path).await;
    let page = hr.fill("Stop using it", &[]).await;
    assert!(page.says("Nobody asks for Holiday any more.") && page.says("Not used any more"), "{page}");
    let page = hr.fill("Undo", &[]).await;
    assert!(page.says("Holiday can be asked for again."), "{page}");
    // Two people change one kind.
    let form = hr.get(&path).await.form("Save changes").set("Name", "Vacation");
    let mut owner = company.owner().await;
    owner.get(&path).await;
    owner.fill("Save changes", &[("Name", "Leave")]).await;
    let page = hr.send(form).await;
    assert_eq!((page.status, page.value("name").as_str()), (StatusCode::CONFLICT, "Vacation"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn no_leave_is_given_on_blackout_days_and_below_the_cover() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await.to_string();
    let mut hr = company.signed_in(Role::HrManager).await;
    hr.get(&company.at("/settings/leave")).await;
    let page = hr
        .fill(
            "Add days without leave",
            &[("Why", "Stocktaking"), ("First day", "2026-06-30"), ("Last day", "2026-06-29")],
        )
        .await;
    assert_eq!(page.error("to"), "The last day is before the first one.");
    let form = hr.form("Add days without leave").set("Last day", "2026-07-01");
    let page = hr.send(form.clone()).await;
    assert!(page.says("No leave is given on these days.") && page.says("Stocktaking"), "{page}");
    // The same form with other days is not taken for what is there.
    let page = hr.send(form.set("Why", "Inventory")).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("This form was sent before, with other answers."), "{page}");
    hr.get(&company.at("/settings/leave")).await;
    let page = hr.fill("Add cover", &[("Department", "Sales"), ("At least", "1")]).await;
    assert!(page.says("At least 1 of 2 there"), "{page}");
    let mut ann = signed_in(&app, &t.anns).await;
    let page = ask(&mut ann, &company, &from_to(&vacation, "2026-06-29", "2026-06-30")).await;
    assert!(page.error("from").contains("Stocktaking: no leave is given from 30 Jun 2026 to 1 Jul 2026."), "{page}");
    let mut bob = signed_in(&app, &t.bobs).await;
    let page = ask(&mut bob, &company, &from_to(&vacation, "2026-05-04", "2026-05-08")).await;
    assert!(page.says("It is asked for."), "{page}");
    let page = ask(&mut ann, &company, &from_to(&vacation, "2026-05-07", "2026-05-12")).await;
    assert!(
        page.error("from").contains("On 7 May 2026 only 0 people of Sales would be there, and at least 1 have to be."),
        "{page}"
    );
    // Two at once are not both given.
    let (mut one, mut two) = (signed_in(&app, &t.anns).await, signed_in(&app, &t.bobs).await);
    let (path, same) = (company.at("/hr/leave/new"), from_to(&vacation, "2026-09-07", "2026-09-08"));
    let (a, b) = tokio::join!(one.post(&path, &same), two.post(&path, &same));
    let mut statuses = [a.status, b.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY], "{a} {b}");
    // Nobody sets it aside for themselves, and whoever has nobody to ask is told so before and after.
    let boss = company.employee(&[("number", "90"), ("start_date", "2020-01-01")]).await;
    let mut owner = company.owner().await;
    company.link(company.member(Role::Owner).await.member, boss).await;
    let quote = |from: &str| company.at(&format!("/hr/leave/quote?kind={vacation}&from={from}"));
    let page = owner.htmx(&quote("2026-06-30"), "div#leave-quote").await;
    assert!(!page.has(".leave-warning") && page.says("Stocktaking: no leave is given"), "{page}");
    let page = ask(&mut owner, &company, &from_to(&vacation, "2026-06-30", "2026-06-30")).await;
    assert!(page.error("from").contains("Stocktaking: no leave is given"), "{page}");
    // HR may write it down all the same, and is warned.
    let quote = format!("/hr/leave/quote?employee={}&kind={vacation}&from=2026-05-07", t.ann);
    let page = hr.htmx(&company.at(&quote), "div#leave-quote").await;
    assert!(page.has(".leave-warning") && page.says("Nobody has to be asked."), "{page}");
    hr.get(&company.at(&format!("/hr/leave/new?employee={}", t.ann))).await;
    let page = hr.fill("Write it down", &[("kind", &vacation), ("from", "2026-05-07")]).await;
    assert!(page.says("It is noted.") && page.says("7 May 2026"), "{page}");
    hr.get(&company.at("/settings/leave")).await;
    let page = hr.fill("Remove Stocktaking", &[]).await;
    assert!(page.says("Stocktaking is gone."), "{page}");
    hr.fill("Remove Sales", &[]).await;
    let page = ask(&mut ann, &company, &from_to(&vacation, "2026-06-29", "2026-06-30")).await;
    assert!(page.says("It is asked for."), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_location_has_holidays_of_its_own() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await;
    let berlin = company.calendar("Berlin").await.0;
    let oslo = company.calendar("Oslo").await.0;
    let mut tx = company.begin().await;
    store::workspace::holidays::add_day(&mut tx, oslo.into(), day(5, 18), "The day after", false).await.expect("a day");
    tx.commit().await.expect("it is kept");
    app.trial
        .admin(&format!("update employees set location = 'Oslo' where id = '{}'", t.ann))
        .await
        .expect("she lives there");
    let cost = async |browser: &mut Browser| {
        let quote = format!("/hr/leave/quote?kind={vacation}&from=2026-05-18&to=2026-05-19");
        browser.htmx(&company.at(&quote), "div#leave-quote").await.all(".leave-cost strong")
    };
    let mut ann = signed_in(&app, &t.anns).await;
    assert_eq!(cost(&mut ann).await, ["2 days"], "the default one is Berlin’s ({berlin})");
    let mut owner = company.owner().await;
    owner.get(&company.at("/settings/places")).await;
    let page = owner.fill("Save holidays at Oslo", &[("calendar", &oslo.to_string())]).await;
    assert!(page.says("Oslo has these holidays from now on."), "{page}");
    assert_eq!(cost(&mut ann).await, ["1 day"]);
    let mut bob = signed_in(&app, &t.bobs).await;
    assert_eq!(cost(&mut bob).await, ["2 days"]);
    // A calendar that goes away leaves the location with the default one.
    owner.post(&company.at(&format!("/settings/calendar/calendars/{oslo}/removal")), &[]).await;
    assert_eq!(cost(&mut ann).await, ["2 days"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn whoever_has_nobody_to_ask_is_told_so_before_and_after() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let boss = company.employee(&[("start_date", "2020-01-01")]).await;
    company.link(company.member(Role::Owner).await.member, boss).await;
    let vacation = company.vacation().await.to_string();
    tick(&app).await;
    let mut owner = company.owner().await;
    let quote = company.at(&format!("/hr/leave/quote?kind={vacation}&from=2026-06-30"));
    let page = owner.htmx(&quote, "div#leave-quote").await;
    let words = "There is nobody else who could be asked, so it is approved at once.";
    assert!(page.says(words) && !page.says("is asked."), "{page}");
    let page = ask(&mut owner, &company, &from_to(&vacation, "2026-06-30", "2026-06-30")).await;
    assert!(page.says(words) && !page.says("Nobody has to be asked."), "{page}");
    app.run_jobs().await;
}
