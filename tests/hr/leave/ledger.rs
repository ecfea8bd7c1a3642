//! What accrues, expires and is carried over, by the schedule's own jobs.

use super::*;
use crate::support::leave::day;
use crate::support::leave::kind;
use chrono::Duration;
use domain::hr::leave::{
    Office,
    policy::{Gain, Per, Terms},
};

fn monthly(annual: i64) -> Terms {
    Terms { annual: annual.into(), per: Per::Month, gain: Gain::End, ..Terms::default() }
}

/// Turns the clock on, day by day where it matters, and has the schedule look.
async fn go_to(app: &TestApp, moment: &str) {
    let there: chrono::DateTime<chrono::Utc> = moment.parse().expect("a moment");
    app.clock.advance(there - store::Clock::now(&*app.clock));
    tick(app).await;
}

#[tokio::test]
async fn accrual_is_idempotent_per_employee_policy_and_period_and_catches_up_missed_periods() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ann = company.employee(&[("start_date", "2020-01-01")]).await;
    let vacation = company.leave_type(&kind("Vacation", true, &[])).await;
    company.leave_policy("Monthly", vacation, monthly(24)).await;
    // January and February were missed; they are written with their own days.
    tick(&app).await;
    let written = lines(&company, ann, vacation).await;
    let told = |on: &str| (on.to_owned(), "accrual", "2".to_owned());
    assert_eq!(written, [told("2026-01-31"), told("2026-02-28")]);
    // However often anybody looks, and whatever has it looked at.
    for _ in 0..3 {
        let mut tx = company.begin().await;
        accounts::look_again(&mut tx, None, None).await.expect("it is looked at again");
        tx.commit().await.expect("it is kept");
        app.clock.advance(Duration::hours(1));
        tick(&app).await;
    }
    assert_eq!(lines(&company, ann, vacation).await, written);
    // Nobody ran for half a year.
    go_to(&app, "2026-09-15T12:06:00Z").await;
    assert_eq!(lines(&company, ann, vacation).await.len(), 8);
    assert_eq!(balance(&company, ann, vacation, day(9, 15)).await, "16");
    assert_eq!(balance(&company, ann, vacation, day(12, 31)).await, "24", "and what is to come, as of its day");
    assert_eq!(balance(&company, ann, vacation, day(2, 1)).await, "2", "and what was");
}

#[tokio::test]
async fn accrual_runs_on_the_employees_local_date() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.leave_type(&kind("Vacation", true, &[])).await;
    company.leave_policy("Monthly", vacation, monthly(24)).await;
    tick(&app).await;
    let sql = format!("update accounts set zone = 'Pacific/Auckland' where id = '{}'", t.anns.account);
    app.trial.admin(&sql).await.expect("a zone");
    // The last of March has begun in Auckland, and not in London.
    go_to(&app, "2026-03-30T13:06:00Z").await;
    assert_eq!(lines(&company, t.ann, vacation).await.len(), 3, "Auckland");
    assert_eq!(lines(&company, t.bob, vacation).await.len(), 2, "London");
    go_to(&app, "2026-03-31T01:06:00Z").await;
    assert_eq!(lines(&company, t.bob, vacation).await.len(), 3);
    // An hour that the clocks leave out, and one that comes twice, change nothing.
    go_to(&app, "2026-11-01T12:06:00Z").await;
    assert_eq!(balance(&company, t.ann, vacation, day(11, 1)).await, "20");
}

#[tokio::test]
async fn policy_changes_are_dated_and_never_rewrite_history() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ann = company.employee(&[("start_date", "2020-01-01")]).await;
    let vacation = company.leave_type(&kind("Vacation", true, &[])).await;
    let policy = company.leave_policy("Monthly", vacation, monthly(24)).await;
    tick(&app).await;
    let before = lines(&company, ann, vacation).await;
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/settings/leave/policies/{policy}"))).await;
    let page = owner.fill("Save", &[("from", "2026-04-01"), ("annual", "30")]).await;
    assert!(page.says("What was given before stays as it is.") && page.says("30 days a year"), "{page}");
    assert!(page.says("To come") && page.says("Holds now"), "{page}");
    // A version from before the last one, and one of the same day, are told where they are typed.
    owner.get(&company.at(&format!("/settings/leave/policies/{policy}"))).await;
    let page = owner.fill("Save", &[("from", "2026-03-15"), ("annual", "36")]).await;
    assert!(page.error("from").contains("Begin after it"), "{page}");
    go_to(&app, "2026-05-15T12:06:00Z").await;
    let after = lines(&company, ann, vacation).await;
    assert_eq!(&after[..before.len()], &before[..]);
    assert_eq!(after[2..].iter().map(|(_, _, amount)| amount.as_str()).collect::<Vec<_>>(), ["2", "2.5"]);
}

#[tokio::test]
async fn expiry_removes_only_the_unused_rest_and_carry_over_has_its_limit_and_validity() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let t = team(&company).await;
    let vacation = company.leave_type(&kind("Vacation", true, &[])).await;
    let terms = Terms { annual: 25.into(), carry_limit: Some(5.into()), carry_months: Some(3), ..Terms::default() };
    company.leave_policy("Usual", vacation, terms).await;
    tick(&app).await;
    let mut ann = signed_in(&app, &t.anns).await;
    // Five of what is left at the end of the year go over: the rest is to be used.
    let page = signed_in(&app, &t.bobs).await.get(&company.at("/hr/leave")).await;
    assert!(page.says("20 days to be used by 31 Dec 2026"), "{page}");
    // Leave across the end of the year says what comes in within it.
    let quote = format!("/hr/leave/quote?kind={vacation}&from=2026-12-30&to=2027-01-05");
    let page = signed_in(&app, &t.bobs).await.htmx(&company.at(&quote), "div#leave-quote").await;
    assert!(page.says("that come in meanwhile"), "{page}");
    // Ten working days in July.
    let page = ask(&mut ann, &company, &from_to(&vacation.to_string(), "2026-07-06", "2026-07-17")).await;
    assert!(page.says("Nobody has to be asked."), "{page}");
    go_to(&app, "2027-01-02T12:06:00Z").await;
    let lapsed = |all: Vec<(String, &'static str, String)>| -> Vec<_> {
        all.into_iter()
            .filter(|(_, kind, _)| ["expiry", "carry_over"].contains(kind))
            .map(|(on, kind, n)| format!("{on} {kind} {n}"))
            .collect()
    };
    let mut told = lapsed(lines(&company, t.ann, vacation).await);
    told.sort();
    assert_eq!(told, ["2027-01-01 carry_over -5", "2027-01-01 carry_over 5", "2027-01-01 expiry -10"]);
    // Two of the five are used in time; the rest is over with March.
    let mut ann = signed_in(&app, &t.anns).await;
    ask(&mut ann, &company, &from_to(&vacation.to_string(), "2027-02-01", "2027-02-02")).await;
    go_to(&app, "2027-04-02T12:06:00Z").await;
    let told = lapsed(lines(&company, t.ann, vacation).await);
    assert!(told.contains(&"2027-04-01 expiry -3".to_owned()), "{told:?}");
    let april = Day::new(2027, 4, 2).expect("a day");
    assert_eq!(balance(&company, t.ann, vacation, april).await, "25");
}

#[tokio::test]
async fn pro_rata_on_hire_and_exit_and_a_waiting_period() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let vacation = company.leave_type(&kind("Vacation", true, &[])).await;
    let terms = Terms { annual: 365.into(), ..Terms::default() };
    company.leave_policy("Usual", vacation, terms).await;
    // Whoever comes later is put on it by its rule.
    let new = company.employee(&[("start_date", "2026-07-01"), ("number", "20")]).await;
    let leaver = company.employee(&[("start_date", "2020-01-01"), ("number", "21")]).await;
    tick(&app).await;
    assert_eq!(balance(&company, new, vacation, day(6, 30)).await, "0");
    assert_eq!(balance(&company, new, vacation, day(7, 1)).await, "184");
    assert_eq!(balance(&company, leaver, vacation, day(3, 2)).await, "365");
    // They leave: the grant of January stays, and another line corrects it.
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/hr/employees/{leaver}/edit"))).await;
    owner.fill("Save changes", &[("End date", "2026-04-10")]).await;
    app.run_jobs().await;
    app.clock.advance(Duration::hours(1));
    tick(&app).await;
    assert_eq!(balance(&company, leaver, vacation, day(3, 2)).await, "100");
    assert_eq!(lines(&company, leaver, vacation).await.len(), 2);
}

#[tokio::test]
async fn the_ledger_is_only_ever_added_to() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ann = company.employee(&[("start_date", "2020-01-01")]).await;
    let vacation = company.vacation().await;
    tick(&app).await;
    let mut conn = app.app_role().await;
    let begin = format!("begin; set local app.tenant_id = '{}'", company.tenant);
    for (sql, allowed) in [
        ("select * from leave_ledger", true),
        ("update leave_ledger set amount = 100", false),
        ("delete from leave_ledger", false),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(begin.clone())).execute(&mut conn).await.expect("a transaction");
        let done = sqlx::raw_sql(sql).execute(&mut conn).await;
        let refused = done.as_ref().is_err_and(|e| e.to_string().contains("permission denied"));
        assert_eq!(refused, !allowed, "{sql}: {done:?}");
        sqlx::raw_sql("rollback").execute(&mut conn).await.expect("it is over");
    }
    assert_eq!(lines(&company, ann, vacation).await.len(), 1);
    // What HR writes by hand is a line of its own with a reason, which the person sees as well.
    let mut owner = company.owner().await;
    let path = company.at(&format!("/hr/employees/{ann}/time-off"));
    owner.get(&path).await;
    let page = owner
        .fill(
            "Write entry",
            &[("kind", &vacation.to_string()), ("Amount", "-2,5"), ("reason", "Two and a half days of 2025")],
        )
        .await;
    assert!(
        page.says("The entry is in the ledger.") && page.says("Two and a half days of 2025") && page.says("−2.5"),
        "{page}"
    );
    assert_eq!(balance(&company, ann, vacation, day(3, 2)).await, "22.5");
    // Without a reason, and more paid out than there is: told beside the field, with what was typed.
    let page = owner.fill("Write entry", &[("kind", &vacation.to_string()), ("Amount", "1")]).await;
    assert_eq!(page.error("reason"), "Please fill this in.", "{page}");
    owner.get(&path).await;
    let page = owner
        .fill(
            "Write entry",
            &[
                ("kind", &vacation.to_string()),
                ("What it is", "encashment"),
                ("Amount", "30"),
                ("reason", "Paid with March"),
            ],
        )
        .await;
    assert_eq!(page.error("amount"), "There are 22.5 days on that day.");
    // A year that was mistyped.
    let page = owner.fill("Write entry", &[("Amount", "2.5"), ("Counts from", "2062-03-02")]).await;
    assert!(page.error("on").contains("more than a year ahead"), "{page}");
    let page = owner.fill("Write entry", &[("Counts from", "2026-03-02")]).await;
    assert!(page.says("Paid out") && page.says("Paid with March"), "{page}");
    assert_eq!(balance(&company, ann, vacation, day(3, 2)).await, "20");
    app.run_jobs().await;
}

#[tokio::test]
async fn somebody_is_put_on_another_policy_by_hand_from_a_day_on() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ann = company.employee(&[("start_date", "2020-01-01")]).await;
    let vacation = company.leave_type(&kind("Vacation", true, &[Office::Manager])).await;
    company.leave_policy("Usual", vacation, monthly(24)).await;
    // What is made in one moment has no order, and the older rule counts.
    app.clock.advance(Duration::minutes(1));
    let more = company.leave_policy("Generous", vacation, monthly(36)).await;
    tick(&app).await;
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/hr/employees/{ann}/time-off"))).await;
    let page = owner.fill("Put on this policy", &[("Policy", &more.to_string()), ("from", "2026-04-01")]).await;
    assert!(page.says("They are on that policy.") && page.says("Generous") && page.says("until 31 Mar 2026"), "{page}");
    assert_eq!(balance(&company, ann, vacation, day(4, 30)).await, "9");
    // The rule of the other policy leaves them alone from then on.
    tick(&app).await;
    assert_eq!(balance(&company, ann, vacation, day(5, 31)).await, "12");
}

#[tokio::test]
async fn a_policy_set_by_hand_from_the_day_the_old_one_began_gives_only_its_own() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ann = company.employee(&[("start_date", "2020-01-01")]).await;
    let vacation = company.leave_type(&kind("Vacation", true, &[Office::Manager])).await;
    let yearly = |annual: i64| Terms { annual: annual.into(), ..Terms::default() };
    company.leave_policy("Usual", vacation, yearly(24)).await;
    app.clock.advance(Duration::minutes(1));
    let more = company.leave_policy("Generous", vacation, yearly(30)).await;
    tick(&app).await;
    assert_eq!(balance(&company, ann, vacation, day(3, 2)).await, "24");
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/hr/employees/{ann}/time-off"))).await;
    let page = owner.fill("Put on this policy", &[("Policy", &more.to_string()), ("from", "2026-01-01")]).await;
    assert!(page.says("They are on that policy."), "{page}");
    assert_eq!(balance(&company, ann, vacation, day(3, 2)).await, "30");
    let written = lines(&company, ann, vacation).await;
    assert!(written.contains(&("2026-03-02".into(), "grant", "-24".into())), "{written:?}");
    tick(&app).await;
    assert_eq!(lines(&company, ann, vacation).await, written, "once");
}

#[tokio::test]
async fn a_first_day_and_a_rule_that_change_before_it_take_the_policy_with_them() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let vacation = company.leave_type(&kind("Vacation", true, &[])).await;
    let mut policies = vec![];
    for (employment, annual) in [("full_time", 365), ("part_time", 730)] {
        let mut tx = company.begin().await;
        let fields = domain::hr::leave::forms::PolicyFields {
            name: employment.into(),
            kind: vacation,
            year: (1, 1),
            audience: domain::hr::leave::policy::Audience::Employment(employment.into()),
            from: day(1, 1),
            terms: Terms { annual: annual.into(), ..Terms::default() },
        };
        let id = tx.id();
        store::hr::leave::policies::add(&mut tx, id, &fields).await.expect("a policy");
        tx.commit().await.expect("it is kept");
        policies.push(id);
    }
    let ann = company.employee(&[("start_date", "2026-07-01"), ("employment_type", "full_time")]).await;
    tick(&app).await;
    assert_eq!(balance(&company, ann, vacation, day(7, 1)).await, "184");
    // Another kind of contract, long before she begins: what has not begun is not hers.
    super::refit::change(&company, ann, &[("employment_type", "part_time")]).await;
    tick(&app).await;
    assert_eq!(balance(&company, ann, vacation, day(7, 1)).await, "368");
    // She begins earlier: so does what she is on.
    super::refit::change(&company, ann, &[("start_date", "2026-01-01")]).await;
    app.clock.advance(Duration::hours(1));
    tick(&app).await;
    assert_eq!(balance(&company, ann, vacation, day(3, 3)).await, "730");
    // Nobody knows since when somebody without a first day is there.
    let new = company.employee(&[("number", "31"), ("employment_type", "full_time")]).await;
    tick(&app).await;
    assert_eq!(balance(&company, new, vacation, day(12, 31)).await, "365", "as much as whoever came long ago");
}

#[tokio::test]
async fn leave_of_last_year_that_is_written_down_late_is_not_paid_by_this_year() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ann = company.employee(&[("start_date", "2020-01-01")]).await;
    let vacation = company.leave_type(&kind("Vacation", true, &[])).await;
    let terms = Terms { annual: 25.into(), carry_limit: Some(5.into()), carry_months: Some(3), ..Terms::default() };
    company.leave_policy("Usual", vacation, terms).await;
    tick(&app).await;
    go_to(&app, "2027-01-10T12:06:00Z").await;
    let january = Day::new(2027, 1, 11).expect("a day");
    assert_eq!(balance(&company, ann, vacation, january).await, "30");
    let mut owner = company.owner().await;
    owner.get(&company.at(&format!("/hr/leave/new?employee={ann}"))).await;
    let days = [("kind", &*vacation.to_string()), ("from", "2026-12-29"), ("to", "2026-12-30")];
    let page = owner.fill("Write it down", &days).await;
    assert!(page.says("It is noted."), "{page}");
    assert_eq!(balance(&company, ann, vacation, january).await, "30");
    app.clock.advance(Duration::hours(1));
    tick(&app).await;
    let written = lines(&company, ann, vacation).await;
    assert_eq!(written.iter().filter(|l| l.1 == "reversal").map(|l| &*l.2).collect::<Vec<_>>(), ["2"], "{written:?}");
    assert_eq!(balance(&company, ann, vacation, january).await, "30");
}
