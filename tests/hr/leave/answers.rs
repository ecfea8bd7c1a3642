//! Asking, answering and cancelling.

use super::*;
use crate::support::{
    Page,
    leave::{day, kind},
};
use axum::http::StatusCode;
use chrono::Duration;
use domain::{
    Day as Date,
    hr::leave::{Office, forms::AdjustmentFields, ledger::Kind, policy::Terms, requests::Span},
};
use store::hr::leave::steps;

async fn holiday(company: &Company<'_>, on: Date, half: bool) {
    use store::workspace::holidays;
    let mut tx = company.begin().await;
    let all = holidays::calendars(&mut tx).await.expect("calendars");
    let id = match all.first() {
        Some(c) => c.id,
        None => {
            let id = tx.id();
            holidays::add_calendar(&mut tx, id, "Here").await.expect("a calendar");
            id
        }
    };
    holidays::add_day(&mut tx, id, on, "A feast", half).await.expect("a day");
    tx.commit().await.expect("it is kept");
}

#[tokio::test]
async fn days_come_from_the_pattern_and_the_holidays_and_the_form_tells_them_live() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await;
    holiday(&company, day(4, 6), false).await;
    holiday(&company, day(4, 9), true).await;
    let mut ann = signed_in(&app, &t.anns).await;
    // Friday to Thursday over Easter Monday, with half a holiday at its end, and the clocks go forward within.
    let quote = format!("/hr/leave/quote?kind={vacation}&from=2026-03-27&to=2026-04-09");
    let page = ann.htmx(&company.at(&quote), "div#leave-quote").await;
    assert!(page.text.starts_with("<div class=\"leave-quote\"") && page.says("This takes 8.5 days"), "{page}");
    assert!(page.says("25 days before it, 16.5 days after") && page.says("A feast (6 Apr 2026)"), "{page}");
    assert!(page.says("Mona Manager is asked.") && page.says("Nobody else of the team is away then."), "{page}");
    // Works half a day on Fridays, and not on Wednesdays, from April on.
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/hr/employees/{}/time-off", t.ann))).await;
    let page =
        owner.fill("Save working days", &[("from", "2026-04-01"), ("wed", ""), ("fri", "4"), ("half_fri", "on")]).await;
    assert!(page.says("Their working days are changed."), "{page}");
    let quote = format!("/hr/leave/quote?kind={vacation}&from=2026-04-01&to=2026-04-10");
    let page = ann.htmx(&company.at(&quote), "div#leave-quote").await;
    assert!(
        page.says("This takes 3.5 days"),
        "Thursday, half a Friday, Tuesday, half a Thursday, half a Friday: {page}"
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn bad_input_is_told_beside_its_field_and_nothing_typed_is_lost() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await.to_string();
    holiday(&company, day(4, 6), false).await;
    let mut ann = signed_in(&app, &t.anns).await;
    company
        .leave_request(t.anns.member, t.ann, vacation.parse().expect("an id"), Span::whole(day(5, 4), day(5, 6)))
        .await;
    for (fields, field, words) in [
        (vec![("from", "2026-06-10"), ("to", "2026-06-09")], "to", "The last day is before the first one."),
        (vec![("from", "2026-06-13"), ("to", "2026-06-14")], "from", "There is no working day in it"),
        (vec![("from", "2026-04-06"), ("from_midday", "true")], "from_midday", "A feast, a day off anyway"),
        (vec![("from", "2026-06-13"), ("to", "2026-06-15"), ("from_midday", "true")], "from_midday", "no working day"),
        (
            vec![("from", "2026-05-05"), ("to", "2026-05-08")],
            "from",
            "There is leave on these days already: 4 May 2026 – 6 May 2026.",
        ),
        // With the three days that wait, 22 are left; 24 working days are asked for.
        (
            vec![("from", "2026-06-01"), ("to", "2026-07-02")],
            "to",
            "This takes 23 days by 1 Jul 2026, and there are 22 days on that day: −1 day would be left.",
        ),
        (vec![("from", "someday")], "from", "This is not a date"),
        (vec![("from", "2126-06-01")], "to", "Leave can be asked for until "),
        (vec![("from", "2026-06-01"), ("hours", "12")], "hours", "There are 8 hours to work that day."),
    ] {
        let mut fields = fields.clone();
        fields.push(("kind", &vacation));
        fields.push(("reason", "The sea"));
        let page = ann.post(&company.at("/hr/leave/new"), &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}: {page}");
        assert!(page.error(field).contains(words), "{fields:?}: {:?} {page}", page.error(field));
        assert_eq!(
            (page.value("from").as_str(), page.form("Ask for it").value("reason").as_str()),
            (fields[0].1, "The sea"),
            "{fields:?}"
        );
    }
    // Two halves of one day are no overlap.
    let half = [("kind", vacation.as_str()), ("from", "2026-06-01"), ("to_midday", "true")];
    assert!(ask(&mut ann, &company, &half).await.says("It is asked for."));
    let half = [("kind", vacation.as_str()), ("from", "2026-06-01"), ("from_midday", "true")];
    let page = ask(&mut ann, &company, &half).await;
    assert!(
        page.says("It is asked for.") && page.says("1 Jun 2026, morning") && page.says("1 Jun 2026, afternoon"),
        "{page}"
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn no_overlap_even_when_both_are_sent_at_the_same_time() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await.to_string();
    let (mut one, mut two) = (signed_in(&app, &t.anns).await, signed_in(&app, &t.anns).await);
    let fields = from_to(&vacation, "2026-06-01", "2026-06-05");
    let other = from_to(&vacation, "2026-06-03", "2026-06-09");
    let path = company.at("/hr/leave/new");
    let (a, b) = tokio::join!(one.post(&path, &fields), two.post(&path, &other));
    let mut statuses = [a.status, b.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY], "{a} {b}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_pending_request_reserves_balance_and_approval_takes_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await;
    tick(&app).await;
    let mut ann = signed_in(&app, &t.anns).await;
    let page = ask(&mut ann, &company, &from_to(&vacation.to_string(), "2026-06-01", "2026-06-12")).await;
    assert!(
        page.says("It is asked for.") && page.says("10 days asked for") && page.says("15 days left on 12 Jun 2026"),
        "{page}"
    );
    assert_eq!(balance(&company, t.ann, vacation, day(6, 30)).await, "25", "nothing is taken yet");
    app.run_jobs().await;
    let mut mona = signed_in(&app, &t.mona).await;
    let page = mona.get(&company.at("/hr/leave/approvals")).await;
    assert!(
        page.says("Ann Able") && page.says("1 Jun 2026 – 12 Jun 2026") && page.says("10 days") && page.says("Vacation"),
        "{page}"
    );
    let page = mona.fill("Approve Ann Able, 1 Jun 2026 – 12 Jun 2026", &[("note", "Enjoy it")]).await;
    assert!(page.says("1 request was approved.") && page.says("Nothing waits for you"), "{page}");
    assert_eq!(balance(&company, t.ann, vacation, day(6, 30)).await, "15");
    assert_eq!(balance(&company, t.ann, vacation, day(6, 3)).await, "22", "day by day");
    app.run_jobs().await;
    let page = ann.get(&company.at("/notifications")).await;
    assert!(page.says("Your time off is approved") && page.says("Enjoy it"), "{page}");
}

#[tokio::test]
async fn two_who_answer_at_the_same_time_do_it_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await;
    tick(&app).await;
    let request = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 1), day(6, 3))).await;
    let (mut mona, mut owner) = (signed_in(&app, &t.mona).await, company.owner().await);
    let path = company.at(&format!("/hr/leave/requests/{request}/answer"));
    let step = company.open_step(request).await;
    let yes = [("answer", "yes"), ("step", &*step)];
    let (a, b) = tokio::join!(mona.post(&path, &yes), owner.post(&path, &yes));
    assert_eq!((a.status, b.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{a} {b}");
    assert_eq!(balance(&company, t.ann, vacation, day(6, 30)).await, "22", "once");
    let there = company.at("/hr/leave/approvals");
    let told = [mona.get(&there).await.toast(), owner.get(&there).await.toast()];
    let already = told.iter().filter(|w| w.contains("has approved this already.")).count();
    assert_eq!(already, 1, "{told:?}");
    // And a no that comes too late changes nothing.
    mona.post(&path, &[("answer", "no"), ("step", &*step)]).await;
    assert_eq!(balance(&company, t.ann, vacation, day(6, 30)).await, "22");
    // Nobody answers their own.
    let own = company.leave_request(t.mona.member, t.boss, vacation, Span::whole(day(6, 8), day(6, 8))).await;
    let page = answer(&company, &mut mona, own, &[("answer", "yes")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn two_requests_that_are_approved_at_once_do_not_overdraw() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await;
    tick(&app).await;
    let first = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 1), day(6, 12))).await;
    let second = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(7, 6), day(7, 17))).await;
    let less = AdjustmentFields {
        kind: vacation,
        what: Kind::Adjustment,
        amount: (-10).into(),
        on: day(3, 2),
        expires: None,
        reason: "Counted wrongly".into(),
    };
    let mut tx = company.begin().await;
    let id = tx.id::<domain::LeavePolicyId>().0;
    accounts::adjust(&mut tx, id, t.ann, &less).await.expect("it is corrected");
    tx.commit().await.expect("it is kept");
    let (mut mona, mut owner) = (signed_in(&app, &t.mona).await, company.owner().await);
    let yes = [("answer", "yes")];
    tokio::join!(answer(&company, &mut mona, first, &yes), answer(&company, &mut owner, second, &yes));
    assert_eq!(balance(&company, t.ann, vacation, day(7, 31)).await, "5", "one of them is given");
    app.run_jobs().await;
}

/// Answers what is asked now.
async fn answer(
    company: &Company<'_>,
    browser: &mut Browser,
    request: domain::LeaveRequestId,
    fields: &[(&str, &str)],
) -> Page {
    let step = company.open_step(request).await;
    let fields: Vec<_> = fields.iter().copied().chain([("step", &*step)]).collect();
    browser.post(&company.at(&format!("/hr/leave/requests/{request}/answer")), &fields).await
}

async fn state(company: &Company<'_>, request: domain::LeaveRequestId) -> domain::hr::leave::requests::Request {
    let mut tx = company.begin().await;
    store::hr::leave::requests::find(&mut tx, request).await.expect("a request")
}

#[tokio::test]
async fn an_approver_who_is_away_or_gone_or_silent_is_stood_in_for_and_it_is_told_why() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await;
    tick(&app).await;
    // Away, with nobody who stands in: the next one up, and there is none but HR.
    let own = company.leave_request(t.mona.member, t.boss, vacation, Span::whole(day(3, 2), day(3, 6))).await;
    let mut owner = company.owner().await;
    answer(&company, &mut owner, own, &[("answer", "yes")]).await;
    let request = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 1), day(6, 1))).await;
    let step = state(&company, request).await.open_step().cloned().expect("somebody is asked");
    assert_eq!(step.because.as_deref(), Some("Mona Manager is away until 6 Mar 2026, so HR is asked instead."));
    // With somebody who answers for her, who need not be a manager.
    let mut mona = signed_in(&app, &t.mona).await;
    mona.get(&company.at("/hr/leave")).await;
    let page = mona.fill("Save", &[("to", &t.bobs.member.to_string())]).await;
    assert!(page.says("They answer for you while you are away."), "{page}");
    let request = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 2), day(6, 2))).await;
    let mut bob = signed_in(&app, &t.bobs).await;
    let page = bob.get(&company.at("/hr/leave/approvals")).await;
    assert!(page.says("Mona Manager is away until 6 Mar 2026, so Bob Busy answers for them."), "{page}");
    let page = bob.fill("Approve", &[]).await;
    assert!(page.says("1 request was approved."), "{page}");
    assert!(state(&company, request).await.open_step().is_none());
    // Deactivated while a question waits: it goes on at once.
    app.clock.advance(Duration::days(7));
    let request = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 3), day(6, 3))).await;
    assert_eq!(
        state(&company, request).await.open_step().map(|s| s.whose().to_owned()).as_deref(),
        Some("Mona Manager")
    );
    let mut owner = company.owner().await;
    owner.post(&company.at(&format!("/settings/members/{}/deactivation", t.mona.member)), &[]).await;
    app.run_jobs().await;
    let step = state(&company, request).await.open_step().cloned().expect("it waits still");
    let because = "Mona Manager is no member any more, so Bob Busy answers for them.";
    assert_eq!((step.whose(), step.because.as_deref()), ("Bob Busy", Some(because)));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_question_that_nobody_answers_in_time_goes_on_to_the_next_one_up() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let top = company.employee(&[("first_name", "Tara"), ("last_name", "Top"), ("number", "9")]).await;
    let t = team(&company).await;
    let tara = company.join("Tara Top", &app.email("tara"), Role::Manager).await;
    company.link(tara.member, top).await;
    app.trial
        .admin(&format!("update employees set manager_id = '{top}' where id = '{}'", t.boss))
        .await
        .expect("she reports");
    let vacation = company.vacation().await;
    let request = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 1), day(6, 1))).await;
    app.run_jobs().await;
    app.clock.advance(Duration::days(4));
    tick(&app).await;
    assert_eq!(
        state(&company, request).await.open_step().map(|s| s.whose().to_owned()).as_deref(),
        Some("Mona Manager")
    );
    app.clock.advance(Duration::days(1) + Duration::minutes(1));
    tick(&app).await;
    let step = state(&company, request).await.open_step().cloned().expect("it waits");
    assert_eq!(
        (step.whose(), step.because.as_deref()),
        ("Tara Top", Some("Mona Manager did not answer in time, so Tara Top is asked instead."))
    );
    let page = signed_in(&app, &tara).await.get(&company.at("/hr/leave/approvals")).await;
    assert!(page.says("Ann Able"), "{page}");
    let mut tx = company.begin().await;
    assert_eq!(steps::reroute(&mut tx, 10).await.expect("it is looked at"), 0, "once");
}

#[tokio::test]
async fn approval_in_several_steps_and_several_requests_at_once() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let both = company.leave_type(&kind("Sabbatical", true, &[Office::Manager, Office::People])).await;
    company.leave_policy("Usual", both, Terms { annual: 25.into(), ..Terms::default() }).await;
    let request = company.leave_request(t.anns.member, t.ann, both, Span::whole(day(6, 1), day(6, 1))).await;
    let more = company.leave_request(t.bobs.member, t.bob, both, Span::whole(day(6, 1), day(6, 2))).await;
    let mut mona = signed_in(&app, &t.mona).await;
    let page = mona.get(&company.at("/hr/leave/approvals")).await;
    assert!(page.says("Away then as well: Bob Busy") && page.says(", not decided yet)."), "{page}");
    let steps = [company.open_step(request).await, company.open_step(more).await];
    let fields: Vec<(&str, &str)> = steps.iter().map(|id| ("steps", &**id)).chain([("answer", "yes")]).collect();
    mona.post(&company.at("/hr/leave/approvals/answers"), &fields).await;
    let page = mona.get(&company.at("/hr/leave/approvals")).await;
    assert!(page.says("2 requests were approved."), "{page}");
    // Sent twice it is no answer to what HR is asked now, which is not hers to give.
    mona.post(&company.at("/hr/leave/approvals/answers"), &fields).await;
    let page = mona.get(&company.at("/hr/leave/approvals")).await;
    assert!(page.says("2 could not be") && !page.says("Ann Able"), "{page}");
    let page = answer(&company, &mut mona, request, &[("answer", "yes")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{page}");
    for id in [request, more] {
        let now = state(&company, id).await;
        assert_eq!(
            (now.state.key(), now.open_step().map(|s| s.whose().to_owned()).as_deref()),
            ("requested", Some("HR"))
        );
    }
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/hr/leave/requests/{request}"))).await;
    let page = owner.fill("Decline", &[("note", "Not in June")]).await;
    assert!(page.says("1 request was declined."), "{page}");
    let page = owner.get(&company.at(&format!("/hr/leave/requests/{request}"))).await;
    assert!(page.says("Declined") && page.says("Not in June") && page.says("Mona Manager"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn hr_is_asked_once_and_told_of_each_step() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let nell = company.employee(&[("first_name", "Nell"), ("number", "21"), ("start_date", "2020-01-01")]).await;
    let desk = company.employee(&[("first_name", "Hanna"), ("number", "20"), ("start_date", "2020-01-01")]).await;
    company.reports(nell, desk).await;
    let (hanna, nells) = (company.member(Role::HrManager).await, app.email("nell"));
    let nells = company.join("Nell New", &nells, Role::Employee).await;
    company.link(hanna.member, desk).await;
    company.link(nells.member, nell).await;
    let both = company.leave_type(&kind("Sabbatical", true, &[Office::Manager, Office::People])).await;
    company.leave_policy("Usual", both, Terms { annual: 25.into(), ..Terms::default() }).await;
    tick(&app).await;
    // Nobody is above Mona, so HR is asked in their place: one yes is enough.
    let own = company.leave_request(t.mona.member, t.boss, both, Span::whole(day(6, 1), day(6, 1))).await;
    let mut browser = signed_in(&app, &hanna).await;
    answer(&company, &mut browser, own, &[("answer", "yes")]).await;
    let now = state(&company, own).await;
    assert_eq!((now.state.key(), now.steps.len()), ("approved", 1), "whoever has said yes is not asked again");
    // Whoever is somebody's manager and HR as well hears of both steps.
    let request = company.leave_request(nells.member, nell, both, Span::whole(day(6, 1), day(6, 1))).await;
    answer(&company, &mut company.owner().await, request, &[("answer", "yes")]).await;
    assert_eq!(state(&company, request).await.open_step().map(|s| s.whose().to_owned()).as_deref(), Some("HR"));
    let told = format!(
        "select count(*) from notifications where kind = 'leave_asked' and member_id = '{}' and starts_with(key, '{request}/')",
        hanna.member
    );
    assert_eq!(company.read::<i64>(&told).await, 2, "of her own step, and of HR's");
    app.run_jobs().await;
}

#[tokio::test]
async fn cancelling_after_the_start_needs_approval_and_writes_a_reversal() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await;
    tick(&app).await;
    let (mut ann, mut mona) = (signed_in(&app, &t.anns).await, signed_in(&app, &t.mona).await);
    let approve =
        async |mona: &mut Browser, id: domain::LeaveRequestId| answer(&company, mona, id, &[("answer", "yes")]).await;
    // Before it begins: at once.
    let later = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 1), day(6, 5))).await;
    approve(&mut mona, later).await;
    assert_eq!(balance(&company, t.ann, vacation, day(6, 30)).await, "20");
    ann.get(&company.at(&format!("/hr/leave/requests/{later}"))).await;
    let page = ann.fill("Cancel leave", &[]).await;
    assert!(page.says("It is cancelled, and its days are back."), "{page}");
    assert_eq!(balance(&company, t.ann, vacation, day(6, 30)).await, "25");
    // Once it has begun somebody has to say yes; the days from then on come back, and the others stay taken.
    let now = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(3, 2), day(3, 13))).await;
    approve(&mut mona, now).await;
    app.clock.advance(Duration::days(2));
    let mut ann = signed_in(&app, &t.anns).await;
    let mut mona = signed_in(&app, &t.mona).await;
    let path = company.at(&format!("/hr/leave/requests/{now}"));
    ann.get(&path).await;
    let page: Page = ann.fill("Ask to end it", &[("Back at work on", "2026-05-01")]).await;
    assert_eq!(page.error("back_on"), "A day from 2 Mar 2026 to 13 Mar 2026.", "{page}");
    let page = ann.fill("Ask to end it", &[("Back at work on", "2026-03-09")]).await;
    assert!(page.says("Somebody is asked to say yes to that.") && page.says("Waiting to be cancelled"), "{page}");
    assert_eq!(balance(&company, t.ann, vacation, day(3, 31)).await, "15", "not yet");
    let page = mona.get(&company.at("/hr/leave/approvals")).await;
    assert!(page.says("asks to be back on 9 Mar 2026"), "{page}");
    approve(&mut mona, now).await;
    assert_eq!(balance(&company, t.ann, vacation, day(3, 31)).await, "20");
    let written = lines(&company, t.ann, vacation).await;
    assert_eq!(written.iter().filter(|(_, kind, _)| *kind == "reversal").count(), 10, "five of June, five of March");
    let page = ann.get(&path).await;
    assert!(page.says("2 Mar 2026 – 8 Mar 2026") && page.says("5 days"), "{page}");
    // No to it: the leave stands as it was.
    let rest = company.leave_request(t.bobs.member, t.bob, vacation, Span::whole(day(3, 4), day(3, 6))).await;
    approve(&mut mona, rest).await;
    let mut bob = signed_in(&app, &t.bobs).await;
    bob.post(&company.at(&format!("/hr/leave/requests/{rest}/cancellation")), &[("back_on", "2026-03-05")]).await;
    answer(&company, &mut mona, rest, &[("answer", "no"), ("note", "Stay away")]).await;
    let stands = state(&company, rest).await;
    assert_eq!((stands.state.key(), stands.back_on), ("approved", None));
    assert_eq!(balance(&company, t.bob, vacation, day(3, 31)).await, "22");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_request_across_a_policy_change_a_dst_change_and_a_holiday() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    app.trial.admin("update tenants set zone = 'Europe/Berlin'").await.expect("a zone");
    let t = team(&company).await;
    let vacation = company.vacation().await;
    holiday(&company, day(4, 3), false).await;
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/settings/leave")).await;
    let policy = page.link("Usual").expect("the policy");
    owner.get(&policy).await;
    // A day less a year, from the middle of the leave on.
    let page = owner.fill("Save", &[("from", "2026-04-01"), ("annual", "24")]).await;
    assert!(page.says("24 days a year"), "{page}");
    tick(&app).await;
    let mut ann = signed_in(&app, &t.anns).await;
    let page = ask(&mut ann, &company, &from_to(&vacation.to_string(), "2026-03-27", "2026-04-08")).await;
    assert!(page.says("It is asked for.") && page.says("8 days"), "nine weekdays, one of them a holiday: {page}");
    let mut mona = signed_in(&app, &t.mona).await;
    mona.get(&company.at("/hr/leave/approvals")).await;
    mona.fill("Approve", &[]).await;
    // 90 days of 25 and 275 of 24 a year, less eight.
    assert_eq!(balance(&company, t.ann, vacation, day(4, 8)).await, "16.25");
    app.run_jobs().await;
}

#[tokio::test]
async fn an_hour_off_and_half_a_day_hand_no_question_away() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let off = company.leave_type(&kind("Errand", false, &[])).await;
    let vacation = company.vacation().await;
    let request = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 1), day(6, 1))).await;
    let today = Span::whole(day(3, 2), day(3, 2));
    company.leave_request(t.mona.member, t.boss, off, Span { minutes: Some(60), ..today }).await;
    let half = Span { from_midday: true, ..Span::whole(day(3, 3), day(3, 3)) };
    company.leave_request(t.mona.member, t.boss, off, half).await;
    for _ in 0..2 {
        tick(&app).await;
        let step = state(&company, request).await.open_step().cloned().expect("it waits");
        assert_eq!((step.whose(), step.because.as_deref()), ("Mona Manager", None));
        app.clock.advance(Duration::days(1));
    }
}

#[tokio::test]
async fn whoever_is_not_above_them_any_more_is_asked_no_more() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let nora = company.employee(&[("first_name", "Nora"), ("last_name", "New"), ("number", "40")]).await;
    let noras = company.join("Nora New", &app.email("nora"), Role::Manager).await;
    company.link(noras.member, nora).await;
    let vacation = company.vacation().await;
    tick(&app).await;
    // Ann goes to another team while her question waits with Mona.
    let request = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 1), day(6, 1))).await;
    super::refit::change(&company, t.ann, &[("manager", "40")]).await;
    let mut mona = signed_in(&app, &t.mona).await;
    let page = answer(&company, &mut mona, request, &[("answer", "yes")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{page}");
    tick(&app).await;
    assert_eq!(state(&company, request).await.open_step().map(|s| s.whose().to_owned()).as_deref(), Some("Nora New"));
    // Nora has Bob answer for her until a day; after it he answers no more.
    let today = company.begin().await.today();
    let until = today.plus(1).expect("a day");
    let mut tx = company.begin().await;
    steps::hand_over(&mut tx, noras.member, Some((t.bobs.member, None, Some(until))))
        .await
        .expect("he answers for her");
    tx.commit().await.expect("it is kept");
    let away = company.leave_request(noras.member, nora, vacation, Span::whole(today, until)).await;
    let mut owner = company.owner().await;
    answer(&company, &mut owner, away, &[("answer", "yes")]).await;
    let request = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 2), day(6, 2))).await;
    assert_eq!(state(&company, request).await.open_step().map(|s| s.whose().to_owned()).as_deref(), Some("Bob Busy"));
    app.clock.advance(Duration::days(2));
    let mut bob = signed_in(&app, &t.bobs).await;
    let page = answer(&company, &mut bob, request, &[("answer", "yes")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn nobody_is_paid_for_what_is_booked_and_what_has_no_limit_is_not_adjusted() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await;
    let sick = company.leave_type(&kind("Sick leave", false, &[])).await;
    tick(&app).await;
    let request = company.leave_request(t.anns.member, t.ann, vacation, Span::whole(day(6, 1), day(6, 12))).await;
    let mut owner = company.owner().await;
    answer(&company, &mut owner, request, &[("answer", "yes")]).await;
    let path = company.at(&format!("/hr/employees/{}/time-off/adjustment", t.ann));
    for (amount, kind, field, words) in [
        ("16", vacation, "amount", "There are 15 days beside what is booked"),
        ("1", sick, "kind", "There is no limit to Sick leave"),
    ] {
        let (kind, once) = (kind.to_string(), uuid::Uuid::new_v4().to_string());
        let typed = [
            ("kind", &*kind),
            ("what", "encashment"),
            ("amount", amount),
            ("on", "2026-03-02"),
            ("reason", "Paid"),
            ("_once", &*once),
        ];
        let page = owner.post(&path, &typed).await;
        assert!(page.error(field).contains(words), "{page}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn one_s_own_book_somebody_else_corrects_as_long_as_there_is_anybody() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.vacation().await;
    tick(&app).await;
    let hr = company.member(Role::HrManager).await;
    let own = company.employee(&[("last_name", "Keeper"), ("number", "50"), ("start_date", "2020-01-01")]).await;
    company.link(hr.member, own).await;
    let adjust = async |browser: &mut Browser, whose: EmployeeId| {
        let (kind, once) = (vacation.to_string(), uuid::Uuid::new_v4().to_string());
        let typed = [
            ("kind", &*kind),
            ("what", "adjustment"),
            ("amount", "5"),
            ("on", "2026-03-02"),
            ("reason", "A gift"),
            ("_once", &*once),
        ];
        let path = company.at(&format!("/hr/employees/{whose}/time-off/adjustment"));
        browser.post(&path, &typed).await.status
    };
    let mut keeper = company.signed_in(Role::HrManager).await;
    assert_eq!(adjust(&mut keeper, own).await, StatusCode::NOT_FOUND);
    assert!(!keeper.get(&company.at(&format!("/hr/employees/{own}/time-off"))).await.says("Correct a balance"));
    assert_eq!(adjust(&mut keeper, t.ann).await, StatusCode::SEE_OTHER);
    let lines = |who: EmployeeId| {
        format!("select count(*) from leave_ledger where employee_id = '{who}' and kind = 'adjustment'")
    };
    let (mine, anns): (i64, i64) = (company.read(&lines(own)).await, company.read(&lines(t.ann)).await);
    assert_eq!((mine, anns), (0, 1));
    // The owner may, who keeps books as well.
    assert_eq!(adjust(&mut company.owner().await, own).await, StatusCode::SEE_OTHER);
    app.run_jobs().await;
}
