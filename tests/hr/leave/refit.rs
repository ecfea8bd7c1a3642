//! Leave that stands follows employment, working patterns and holidays (DOMAIN: Leave).

use super::*;
use crate::support::leave::{day, kind};
use domain::hr::leave::{pattern::Pattern, policy::Terms, requests::Span};
use store::hr::leave::patterns;

/// Three weeks in June of a kind that nobody has to be asked about.
async fn given(company: &Company<'_>, t: &Team) -> (LeaveTypeId, domain::LeaveRequestId) {
    let vacation = company.leave_type(&kind("Vacation", true, &[])).await;
    company.leave_policy("Usual", vacation, Terms { annual: 25.into(), ..Terms::default() }).await;
    tick(company.app).await;
    let id = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 1), day(6, 19))).await;
    company.app.run_jobs().await;
    assert_eq!(taken(company, id).await, ("approved".into(), "2026-06-19".into(), "15".into()));
    (vacation, id)
}

/// Its state, its last day, and what it takes.
async fn taken(company: &Company<'_>, id: domain::LeaveRequestId) -> (String, String, String) {
    let told: String = company
        .read(&format!(
            "select concat_ws('/', state, to_on, trim_scale(amount)) from leave_requests
             where id = '{id}'"
        ))
        .await;
    let mut parts = told.split('/').map(str::to_owned);
    let mut next = || parts.next().expect("three parts");
    (next(), next(), next())
}

pub async fn change(company: &Company<'_>, id: EmployeeId, set: &[(&str, &str)]) {
    let mut tx = company.begin().await;
    let now = store::hr::employees::find(&mut tx, id).await.expect("they are there");
    let mut draft = now.draft();
    set.iter().for_each(|(field, value)| draft.set(field, (*value).to_owned()));
    let fields = draft.parse(&Default::default()).expect("it is right");
    store::hr::employees::change(&mut tx, id, now.version, &fields).await.expect("it is changed");
    tx.commit().await.expect("it is kept");
    company.app.run_jobs().await;
}

#[tokio::test]
async fn leave_ends_with_employment_and_what_it_took_beyond_is_given_back() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let (vacation, id) = given(&company, &t).await;
    change(&company, t.ann, &[("end_date", "2026-06-10")]).await;
    assert_eq!(taken(&company, id).await, ("approved".into(), "2026-06-10".into(), "8".into()));
    let back: Vec<_> = lines(&company, t.ann, vacation).await.into_iter().filter(|l| l.1 == "reversal").collect();
    assert_eq!(back.len(), 7, "each day beyond the last one: {back:?}");
    let mut ann = signed_in(&app, &t.anns).await;
    let page = ann.get(&company.at("/notifications")).await;
    assert!(page.says("Your time off takes 8 days now"), "{page}");
    let page = company.owner().await.get(&company.at("/notifications")).await;
    assert!(page.says("7 days of approved leave of Ann Able fall away"), "{page}");
    // They leave before it begins.
    change(&company, t.ann, &[("end_date", "2026-05-29")]).await;
    assert_eq!(taken(&company, id).await.0, "cancelled");
    let sum: rust_decimal::Decimal = lines(&company, t.ann, vacation)
        .await
        .iter()
        .filter(|l| ["use", "reversal"].contains(&l.1))
        .map(|l| l.2.parse::<rust_decimal::Decimal>().expect("a number"))
        .sum();
    assert!(sum.is_zero(), "all of it is given back: {sum}");
}

#[tokio::test]
async fn a_new_pattern_and_a_new_holiday_change_what_leave_takes_from_today_on() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let (vacation, id) = given(&company, &t).await;
    let before = balance(&company, t.ann, vacation, day(12, 31)).await;
    // Fridays are free from June on.
    let mut tx = company.begin().await;
    patterns::write(&mut tx, t.ann, day(6, 1), &Pattern::even(&[1, 2, 3, 4], 480)).await.expect("a pattern");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    assert_eq!(taken(&company, id).await.2, "12");
    // The day before the week ends becomes a holiday.
    let mut tx = company.begin().await;
    let calendar: domain::CalendarId = tx.id();
    store::workspace::holidays::add_calendar(&mut tx, calendar, "Here").await.expect("a calendar");
    store::workspace::holidays::add_day(&mut tx, calendar, day(6, 4), "Corpus Christi", false).await.expect("a day");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    assert_eq!(taken(&company, id).await.2, "11");
    let after = balance(&company, t.ann, vacation, day(12, 31)).await;
    let [before, after] = [before, after].map(|n| n.parse::<rust_decimal::Decimal>().expect("a number"));
    assert_eq!(after - before, 4.into());
    // While it runs, days that are past stay as they were taken.
    let there: chrono::DateTime<chrono::Utc> = "2026-06-10T12:00:00Z".parse().expect("a moment");
    app.clock.advance(there - store::Clock::now(&*app.clock));
    let mut tx = company.begin().await;
    for d in [2, 17] {
        store::workspace::holidays::add_day(&mut tx, calendar, day(6, d), "Late", false).await.expect("a day");
    }
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    assert_eq!(taken(&company, id).await.2, "10", "the second of June is past");
    // Looked at once more, nothing changes.
    let written = lines(&company, t.ann, vacation).await;
    let mut tx = company.begin().await;
    store::hr::leave::refit::soon(&mut tx, &[]).await.expect("it is asked for");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    assert_eq!(lines(&company, t.ann, vacation).await, written);
}

#[tokio::test]
async fn what_waits_for_an_answer_reserves_what_it_would_take_now() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await;
    tick(&app).await;
    let id = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 1), day(6, 5))).await;
    app.run_jobs().await;
    change(&company, t.ann, &[("end_date", "2026-06-03")]).await;
    assert_eq!(taken(&company, id).await, ("requested".into(), "2026-06-03".into(), "3".into()));
    change(&company, t.ann, &[("end_date", "2026-05-03")]).await;
    assert_eq!(taken(&company, id).await.0, "cancelled");
    let mut mona = signed_in(&app, &t.mona).await;
    assert!(!mona.get(&company.at("/hr/leave/approvals")).await.says("Ann Able"), "nobody is asked any more");
}

#[tokio::test]
async fn a_location_that_many_move_to_at_once_brings_its_holidays() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let (_, id) = given(&company, &t).await;
    company.calendar("Berlin").await;
    let oslo = company.calendar("Oslo").await.0;
    let mut tx = company.begin().await;
    store::workspace::holidays::add_day(&mut tx, oslo.into(), day(6, 2), "A feast", false).await.expect("a day");
    patterns::choose_calendar(&mut tx, "Site Oslo", Some(oslo.into())).await.expect("it is Oslo's");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    assert_eq!(taken(&company, id).await.2, "15");
    let (ann, list) = (t.ann.to_string(), company.at("/hr/employees"));
    let fields = [
        ("ids", ann.as_str()),
        ("field", "location"),
        ("shown", "location"),
        ("value", "Site Oslo"),
        ("look", "yes"),
        ("back", &list),
    ];
    let mut owner = company.owner().await;
    let preview = owner.post(&format!("{list}/changes/new"), &fields).await;
    let button = preview.all("main .button-primary").first().cloned().unwrap_or_else(|| panic!("no button: {preview}"));
    owner.send(preview.form(&button)).await;
    app.run_jobs().await;
    assert_eq!(owner.get(&format!("{list}/{ann}/edit")).await.value("location"), "Site Oslo");
    assert_eq!(taken(&company, id).await.2, "14", "what stands follows the place");
}

#[tokio::test]
async fn leave_that_ended_earlier_has_no_days_beyond_its_end() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let (vacation, id) = given(&company, &t).await;
    let there: chrono::DateTime<chrono::Utc> = "2026-06-08T12:00:00Z".parse().expect("a moment");
    app.clock.advance(there - store::Clock::now(&*app.clock));
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/hr/leave/requests/{id}"))).await;
    let page = owner.fill("Ask to end it", &[("Back at work on", "2026-06-12")]).await;
    assert!(page.says("It ends earlier, and its days from then on are back."), "{page}");
    assert_eq!(taken(&company, id).await, ("approved".into(), "2026-06-11".into(), "9".into()));
    let written = lines(&company, t.ann, vacation).await;
    let mut tx = company.begin().await;
    store::hr::leave::refit::soon(&mut tx, &[]).await.expect("it is asked for");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;
    assert_eq!(lines(&company, t.ann, vacation).await, written, "it fits");
    let mut ann = signed_in(&app, &t.anns).await;
    let page = ann.get(&company.at("/notifications")).await;
    assert!(!page.says("Days outside of employment do not count."), "{page}");
}

#[tokio::test]
async fn leave_that_is_shortened_meanwhile_is_not_made_to_fit_by_what_it_was() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let (vacation, id) = given(&company, &t).await;
    let there: chrono::DateTime<chrono::Utc> = "2026-06-08T12:00:00Z".parse().expect("a moment");
    app.clock.advance(there - store::Clock::now(&*app.clock));
    let mut tx = company.begin().await;
    let calendar: domain::CalendarId = tx.id();
    store::workspace::holidays::add_calendar(&mut tx, calendar, "Here").await.expect("a calendar");
    store::workspace::holidays::add_day(&mut tx, calendar, day(6, 10), "A feast", false).await.expect("a day");
    tx.commit().await.expect("it is kept");
    // Somebody ends it early while it is looked at.
    let mut tx = company.begin().await;
    let back = Some(day(6, 12));
    store::hr::leave::requests::cancel(&mut tx, id, back).await.expect("it ends earlier");
    let fitting = async {
        let mut job = company.begin().await;
        store::hr::leave::refit::fit(&mut job, id).await.expect("it is looked at");
        job.commit().await.expect("it is kept");
    };
    let ending = async {
        crate::automation::races::blocked(&app, 1).await;
        tx.commit().await.expect("it is kept");
    };
    tokio::join!(fitting, ending);
    assert_eq!(taken(&company, id).await, ("approved".into(), "2026-06-11".into(), "9".into()));
    app.run_jobs().await;
    assert_eq!(taken(&company, id).await, ("approved".into(), "2026-06-11".into(), "8".into()));
    let used: rust_decimal::Decimal = lines(&company, t.ann, vacation)
        .await
        .iter()
        .filter(|l| ["use", "reversal"].contains(&l.1))
        .map(|l| l.2.parse::<rust_decimal::Decimal>().expect("a number"))
        .sum();
    assert_eq!(used, (-8).into());
}
