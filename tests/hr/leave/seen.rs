//! What of somebody's leave others see: that they are away, and the kind only whoever may.

use super::*;
use crate::support::leave::{day, kind};
use axum::http::StatusCode;
use domain::{
    digest::{Rhythm, Schedule},
    hr::leave::{Office, Unit, forms::TypeFields, requests::Span},
};

#[tokio::test]
async fn colleagues_see_away_until_and_never_the_kind_of_leave() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let sick = company.leave_type(&kind("Sick leave", false, &[])).await;
    let vacation = company.vacation().await;
    let request = company.leave_request(t.anns.member, t.ann, sick, Span::whole(day(3, 2), day(3, 6))).await;
    let waits = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(3, 23), day(3, 24))).await;
    let (mut bob, mut mona, mut ann) =
        (signed_in(&app, &t.bobs).await, signed_in(&app, &t.mona).await, signed_in(&app, &t.anns).await);
    for path in ["/hr/leave/calendar", "/hr/leave/calendar?view=timeline", "/hr/leave/calendar?view=timeline&team=mine"]
    {
        let page = bob.get(&company.at(path)).await;
        assert!(page.says("Ann Able") && page.says("Away"), "{path}: {page}");
        for secret in ["Sick leave", "Rest", &request.to_string(), &waits.to_string()] {
            assert!(!page.text.contains(secret), "{path} gives {secret} away: {page}");
        }
        let page = mona.get(&company.at(path)).await;
        assert!(page.says("Sick leave") && page.text.contains(&request.to_string()), "{path}: {page}");
    }
    // Who asks at the same time is told who is away, and not who only wants to be.
    let quote = |from: &str| company.at(&format!("/hr/leave/quote?kind={vacation}&from={from}"));
    let page = bob.htmx(&quote("2026-03-23"), "div#leave-quote").await;
    assert!(page.says("Nobody else of the team is away then.") && !page.says("Ann Able"), "{page}");
    let page = bob.htmx(&quote("2026-03-05"), "div#leave-quote").await;
    assert!(page.says("Away then as well: Ann Able"), "{page}");
    // On their record, and no further.
    let record = company.at(&format!("/hr/employees/{}", t.ann));
    let page = bob.get(&record).await;
    assert!(page.says("Away until") && page.says("6 Mar 2026") && !page.text.contains("time-off"), "{page}");
    for path in [format!("{record}/time-off"), company.at(&format!("/hr/leave/requests/{request}"))] {
        assert_eq!(bob.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        let page = mona.get(&path).await;
        assert!(page.says("Sick leave"), "{path}: {page}");
        assert!(ann.get(&path).await.says("Sick leave"), "{path}");
    }
    // Whoever sees requests and not the kind sees no kind, neither there nor in the trail.
    let role = company
        .role(
            "Half",
            &[
                ("employees.read", "all"),
                ("leave.read", "all"),
                ("customers.read", "all"),
                ("tasks.read", "all"),
                ("activities.read", "all"),
                ("tickets.read", "all"),
                ("audit.read", "all"),
                ("contacts.read", "all"),
                ("deals.read", "all"),
                ("leads.read", "all"),
                ("audit.export", "all"),
            ],
        )
        .await;
    let half = company.join("Hal Half", &app.email("half"), Role::Custom(role)).await;
    let mut half = signed_in(&app, &half).await;
    for path in [
        format!("{record}/time-off"),
        company.at(&format!("/hr/leave/requests/{request}")),
        company.at("/settings/audit"),
        company.at("/settings/audit/export"),
    ] {
        let page = half.get(&path).await;
        assert!(page.status.is_success(), "{path}: {page}");
        for secret in ["Sick leave", "Rest", &sick.to_string()] {
            // The kind itself was made, which is no secret; whose it is, is.
            let told = page.text.contains(secret) && !(path.contains("audit") && secret == "Sick leave");
            assert!(!told, "{path} gives {secret} away: {page}");
        }
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn a_feed_is_secret_revocable_and_tells_of_colleagues_that_they_are_away() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let sick = company.leave_type(&kind("Sick leave", false, &[])).await;
    company.leave_request(t.anns.member, t.ann, sick, Span::whole(day(3, 2), day(3, 6))).await;
    let mut mona = signed_in(&app, &t.mona).await;
    mona.get(&company.at("/hr/leave")).await;
    let page = mona.fill("Make an address for My team", &[]).await;
    let url = page.attribute("input[aria-label='Address of My team']", "value").expect("an address");
    let path = url.replace("http://people.test", "");
    // Nobody is signed in there.
    let mut program = app.browser();
    let page = program.get(&path).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::OK, "text/calendar; charset=utf-8"));
    assert!(
        page.text.contains("SUMMARY:Ann Able: away") && page.text.contains("DTSTART;VALUE=DATE:20260302"),
        "{page}"
    );
    assert!(page.text.contains("DTEND;VALUE=DATE:20260307") && !page.text.contains("Sick"), "{page}");
    assert_eq!(program.get(&format!("{path}.ics")).await.status, StatusCode::OK);
    let mut forged = path.clone();
    forged.pop();
    assert_eq!(program.get(&forged).await.status, StatusCode::NOT_FOUND);
    // One's own has the kind; it is one's own.
    let mut ann = signed_in(&app, &t.anns).await;
    ann.get(&company.at("/hr/leave")).await;
    let page = ann.fill("Make an address for My leave", &[]).await;
    let own = page.attribute("input[aria-label='Address of My leave']", "value").expect("an address");
    let page = program.get(&own.replace("http://people.test", "")).await;
    assert!(page.text.contains("SUMMARY:Sick leave"), "{page}");
    // Half days begin or end at midday, hours leave the day free, and what waits is not sure.
    let monday = day(4, 6);
    let halves = Span { from_midday: true, ..Span::whole(monday, day(4, 8)) };
    company.leave_request(t.anns.member, t.ann, sick, halves).await;
    company
        .leave_request(t.anns.member, t.ann, sick, Span { minutes: Some(150), ..Span::whole(day(4, 20), day(4, 20)) })
        .await;
    let page = program.get(&own.replace("http://people.test", "")).await;
    for line in
        ["DTSTART:20260406T120000", "DTEND:20260409T000000", "SUMMARY:Sick leave\\, 2.5 hours", "TRANSP:TRANSPARENT"]
    {
        assert!(page.text.contains(line), "{line}: {page}");
    }
    mona.get(&company.at("/hr/leave")).await;
    mona.fill("Take back the address of My team", &[]).await;
    assert_eq!(program.get(&path).await.status, StatusCode::NOT_FOUND, "it is taken back");
    // From the day after the last one, whether a worker has come round or not.
    let ended = format!("update employees set end_date = '2026-03-01' where id = '{}'", t.ann);
    app.trial.admin(&ended).await.expect("their last day was yesterday");
    assert_eq!(
        program.get(&own.replace("http://people.test", "")).await.status,
        StatusCode::NOT_FOUND,
        "they are gone"
    );
    app.trial.admin(&format!("update employees set end_date = null where id = '{}'", t.ann)).await.expect("they stay");
    assert_eq!(program.get(&own.replace("http://people.test", "")).await.status, StatusCode::OK);
    app.trial
        .admin(&format!("update members set deactivated_at = now() where id = '{}'", t.anns.member))
        .await
        .expect("they leave");
    assert_eq!(program.get(&own.replace("http://people.test", "")).await.status, StatusCode::NOT_FOUND, "they are out");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_mail_has_links_that_still_ask_who_is_there() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await;
    tick(&app).await;
    let request = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 1), day(6, 2))).await;
    app.clock.advance(chrono::Duration::minutes(5));
    app.run_jobs().await;
    let mail =
        app.mail_to(&t.mona.email).await.into_iter().find(|m| m.subject.contains("asks for time off")).expect("a mail");
    assert!(
        mail.text.contains("1 Jun 2026") && !mail.text.contains("Vacation") && !mail.text.contains("Rest"),
        "{}",
        mail.text
    );
    let links: Vec<String> = mail
        .text
        .split_whitespace()
        .filter_map(|w| {
            w.find("/w/acme/hr/leave/answers/").map(|at| w[at..].trim_end_matches(['.', ')', '>']).to_owned())
        })
        .collect();
    assert_eq!(links.len(), 2, "{}", mail.text);
    // Nobody in particular, and somebody who may not: nothing but a sign-in, and nothing at all.
    assert_eq!(app.browser().get(&links[0]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(signed_in(&app, &t.bobs).await.get(&links[0]).await.status, StatusCode::NOT_FOUND);
    // Looking at it does nothing, as mail scanners do.
    let mut mona = signed_in(&app, &t.mona).await;
    let page = mona.get(&links[0]).await;
    assert!(page.says("You came from a mail to approve this. Press the button to do it."), "{page}");
    assert_eq!(balance(&company, t.ann, vacation, day(6, 30)).await, "25");
    let page = mona.get(&links[1]).await;
    assert!(page.says("to decline this"), "{page}");
    mona.get(&links[0]).await;
    let page = mona.fill("Approve", &[]).await;
    assert!(page.says("1 request was approved."), "{page}");
    assert_eq!(balance(&company, t.ann, vacation, day(6, 30)).await, "23");
    let page = mona.get(&company.at(&format!("/hr/leave/requests/{request}"))).await;
    assert!(page.says("Approved"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn hours_are_hours_to_whoever_may_not_see_the_kind() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let fields = TypeFields { unit: Unit::Hours, ..kind("Therapy", false, &[Office::People]) };
    let therapy = company.leave_type(&fields).await;
    let request = company.leave_request(t.anns.member, t.ann, therapy, Span::whole(day(6, 1), day(6, 1))).await;
    let role = company.role("Planner", &[("employees.read", "all"), ("leave.read", "all")]).await;
    let planner = company.join("Pia Planner", &app.email("pia"), Role::Custom(role)).await;
    let mut pia = signed_in(&app, &planner).await;
    let page = pia.get(&company.at(&format!("/hr/leave/requests/{request}"))).await;
    assert!(page.says("8 hours") && !page.says("8 days") && !page.says("Therapy"), "{page}");
    // Of HR nobody is next: the page promises none.
    assert!(!page.says("goes on to the next one"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_digest_tells_who_is_away_and_what_waits() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let (sick, vacation) = (company.leave_type(&kind("Sick leave", false, &[])).await, company.vacation().await);
    company.leave_request(t.anns.member, t.ann, sick, Span::whole(day(3, 2), day(3, 6))).await;
    company.leave_request(t.bobs.member, t.bob, vacation, Span::whole(day(4, 7), day(4, 8))).await;
    let page = signed_in(&app, &t.mona).await.get(&company.at("/settings/notifications/digest")).await;
    assert!(
        page.says("Time off to approve") && page.says("Bob Busy") && page.says("7 Apr 2026 – 8 Apr 2026"),
        "{page}"
    );
    assert!(
        page.says("Away") && page.says("Ann Able") && page.says("away until 6 Mar 2026") && !page.says("Sick"),
        "{page}"
    );
    // Whoever is in nobody's way is told of nobody.
    let weekly = Schedule { rhythm: Rhythm::Weekly, weekday: 1, hour: 8 };
    let mut tx = company.begin().await;
    let period = weekly.period(tx.today(), tx.zone(), None);
    let found = store::digests::sections::away(&mut tx, &period).await.expect("people");
    assert_eq!(found.count, 1);
    drop(tx);
    app.run_jobs().await;
}

#[tokio::test]
async fn the_calendar_goes_from_month_to_month_and_shows_the_days_off_of_each_place() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.leave_type(&kind("Vacation", false, &[Office::Manager])).await;
    company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(3, 27), day(4, 3))).await;
    let (calendar, _) = company.calendar("x").await;
    let mut tx = company.begin().await;
    store::workspace::holidays::add_day(&mut tx, calendar.into(), day(3, 17), "St Patrick", false)
        .await
        .expect("a day");
    tx.commit().await.expect("it is kept");
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/hr/leave/calendar")).await;
    assert_eq!(page.all(".leave-month h2"), ["March 2026"]);
    assert!(page.says("St Patrick") && page.has("td.is-today time[datetime='2026-03-02']"), "{page}");
    let chips =
        |page: &crate::support::Page, day: &str| page.has(&format!("td:has(time[datetime='{day}']) .leave-chip"));
    assert!(chips(&page, "2026-03-27") && chips(&page, "2026-03-30"), "{page}");
    assert!(!chips(&page, "2026-03-28"), "nobody is away on a day that is free: {page}");
    // Whether it is one is a matter of how each works, and not of the calendar's weekend.
    app.trial.admin("update tenants set working_days = '{1,2,3,4,5,6}'").await.expect("Saturdays are worked");
    company.leave_request(t.bobs.member, t.bob, vacation, Span::whole(day(3, 7), day(3, 8))).await;
    let saturday = owner.get(&company.at("/hr/leave/calendar")).await;
    assert!(chips(&saturday, "2026-03-07") && !chips(&saturday, "2026-03-08"), "{saturday}");
    let later = page.attribute("a[aria-label='Later']", "href").expect("the way on");
    let page = owner.get(&later).await;
    assert_eq!(page.all(".leave-month h2"), ["April 2026"]);
    assert!(chips(&page, "2026-04-01"), "{page}");
    let page =
        owner.htmx(&company.at("/hr/leave/calendar?view=timeline&month=2026-04"), "section#leave-calendar").await;
    assert!(page.text.starts_with("<section class=\"leave-calendar\""), "{page}");
    assert_eq!(page.attribute("td.leave-cell", "colspan").as_deref(), Some("3"), "{page}");
    assert!(page.has(".leave-bar.goes-back.is-waiting"), "{page}");
    let page = owner.get(&company.at("/hr/leave/calendar?view=timeline&department=Nobody")).await;
    assert!(page.says("Nobody fits"), "{page}");
    let page = owner.get(&company.at("/hr/leave/calendar?month=9999-99")).await;
    assert_eq!(page.all(".leave-month h2"), ["March 2026"], "what cannot be read is this month");
    app.run_jobs().await;
}
