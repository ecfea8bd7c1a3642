//! What the calendar starts: dates that come, each year too, a status that a date changes, and schedules.

use super::*;
use chrono::{Datelike, NaiveDate};

fn day(app: &TestApp, n: i64) -> NaiveDate {
    (app.db.now() + Duration::days(n)).date_naive()
}

#[tokio::test]
async fn a_status_changes_when_it_is_another_and_not_when_a_date_behind_it_is() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let watch = |from: &str, to: &str| {
        json!({
            "record": "employee", "trigger": { "on": "updated", "fields": ["status"], "from": from, "to": to },
            "steps": [note("s1", "{{status}}")], "again": true, "cool_down": 0,
        })
    };
    let any = published(&company, Role::Owner, watch("", "")).await;
    let left = published(&company, Role::Owner, watch("active", "left")).await;
    tick(&app, &company).await;
    let of = |n: i64| day(&app, n).to_string();
    let (before, earlier) = (of(-40), of(-70));
    let all = company
        .employees([
            vec![("first_name", "Here"), ("start_date", before.as_str())],
            vec![("first_name", "Soon"), ("start_date", of(2).as_str())],
            vec![("first_name", "Going"), ("start_date", before.as_str())],
        ])
        .await;
    change_employee(&company, all[0], &[("start_date", &earlier)]).await;
    assert_eq!(runs_of(&company, any).await, [], "active before and after");
    change_employee(&company, all[2], &[("end_date", &of(3))]).await;
    assert_eq!(runs_of(&company, any).await, [], "a last day that is to come leaves somebody active");
    // By a hand: the last day is moved into the past.
    change_employee(&company, all[0], &[("end_date", &of(-1))]).await;
    assert_eq!(of_names(&runs_of(&company, left).await), ["Here Lovelace"]);
    // By the day: one begins, and another has had the last one.
    later(&app, &company, Duration::days(2)).await;
    assert_eq!(of_names(&runs_of(&company, any).await), ["Here Lovelace", "Soon Lovelace"]);
    later(&app, &company, Duration::days(2)).await;
    assert_eq!(of_names(&runs_of(&company, left).await), ["Going Lovelace", "Here Lovelace"]);
    later(&app, &company, Duration::hours(1)).await;
    assert_eq!(runs_of(&company, any).await.len(), 3, "each turn once");
}

fn of_names(runs: &[Run]) -> Vec<String> {
    let mut names: Vec<String> = runs.iter().filter_map(|r| Some(r.record.clone()?.2)).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn birthdays_and_anniversaries_come_each_year() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let on = |field: &str, yearly: bool| {
        json!({
            "record": "employee", "trigger": { "on": "date", "field": field, "days": -1, "hour": 8, "yearly": yearly },
            "steps": [note("s1", "Tomorrow")],
        })
    };
    let birthday = published(&company, Role::Owner, on("birth_date", false)).await;
    let anniversary = published(&company, Role::Owner, on("start_date", true)).await;
    let first = published(&company, Role::Owner, on("start_date", false)).await;
    tick(&app, &company).await;
    let born = day(&app, 3).with_year(1990).expect("a day").to_string();
    let (leap, began) = ("1992-02-29", day(&app, 3).to_string());
    company.employee(&[("first_name", "Ada"), ("birth_date", &born), ("start_date", &began)]).await;
    company.employee(&[("first_name", "Leap"), ("birth_date", leap)]).await;
    later(&app, &company, Duration::days(2)).await;
    assert_eq!(of_names(&runs_of(&company, birthday).await), ["Ada Lovelace"]);
    assert_eq!(
        (runs_of(&company, anniversary).await.len(), runs_of(&company, first).await.len()),
        (0, 1),
        "the first day is none"
    );
    // 27 February 2027: the year has no 29th.
    later(
        &app,
        &company,
        Duration::days((NaiveDate::from_ymd_opt(2027, 2, 27).expect("a day") - day(&app, 0)).num_days()),
    )
    .await;
    assert_eq!(of_names(&runs_of(&company, birthday).await), ["Ada Lovelace", "Leap Lovelace"]);
    later(&app, &company, Duration::days(5)).await;
    assert_eq!(of_names(&runs_of(&company, birthday).await), ["Ada Lovelace", "Ada Lovelace", "Leap Lovelace"]);
    assert_eq!((runs_of(&company, anniversary).await.len(), runs_of(&company, first).await.len()), (1, 1));
}

#[tokio::test]
async fn a_schedule_enrols_a_record_once_unless_it_may_go_through_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let daily = |again: bool| {
        json!({
            "record": "customer", "trigger": { "on": "schedule", "every": "day", "hour": 8 },
            "steps": [note("s1", "A day")], "again": again,
        })
    };
    let once = published(&company, Role::Owner, daily(false)).await;
    let each = published(&company, Role::Owner, daily(true)).await;
    company.customer(&[("name", "Northwind")]).await;
    for _ in 0..3 {
        later(&app, &company, Duration::days(1)).await;
    }
    assert_eq!((runs_of(&company, once).await.len(), runs_of(&company, each).await.len()), (1, 3));
    assert_eq!(skipped(&company, once).await, Vec::<String>::new(), "the log is not told of everybody each day");
}

#[tokio::test]
async fn a_schedule_goes_through_all_records_however_many() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let w = published(
        &company,
        Role::Owner,
        json!({
            "record": "customer", "trigger": { "on": "schedule", "every": "day", "hour": 8 },
            "conditions": { "all": [{ "field": "city", "is": "equals", "value": "Last" }] },
            "steps": [note("s1", "Seen")],
        }),
    )
    .await;
    company.customer(&[("name", "Last"), ("city", "Last")]).await;
    let copy = format!(
        "begin; set local app.tenant_id = '{0}';
         insert into customers (tenant_id, id, name, city, status, created_at, updated_at)
         select '{0}', (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid, 'Copy ' || n, 'First', 'active', now(), now()
         from generate_series(1, 10001) n; commit",
        company.tenant
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(copy)).execute(&mut app.app_role().await).await.expect("they are there");
    tick(&app, &company).await;
    assert_eq!(of_names(&runs_of(&company, w).await), ["Last"]);
}

#[tokio::test]
async fn a_date_that_is_entered_late_is_not_passed_over_in_silence() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let on = |days: i64| {
        json!({
            "record": "employee", "trigger": { "on": "date", "field": "end_date", "days": days, "hour": 8 },
            "steps": [note("s1", "Leaves on {{end_date}}")],
        })
    };
    let ahead = published(&company, Role::Owner, on(-7)).await;
    let after = published(&company, Role::Owner, on(2)).await;
    tick(&app, &company).await;
    let of = |n: i64| day(&app, n).to_string();
    let soon = company.employee(&[("first_name", "Soon")]).await;
    change_employee(&company, soon, &[("end_date", &of(3))]).await;
    assert_eq!(of_names(&runs_of(&company, ahead).await), ["Soon Lovelace"], "its last day is still to come");
    company.employee(&[("first_name", "Gone"), ("end_date", &of(-4))]).await;
    company.employee(&[("first_name", "Long"), ("end_date", &of(-400))]).await;
    assert_eq!(runs_of(&company, after).await, []);
    assert_eq!(
        skipped(&company, after).await,
        [format!("End date was entered after the day, {}, had passed", domain::Day(day(&app, -2)).short())]
    );
    // Once, also when the day is looked at again.
    for _ in 0..6 {
        later(&app, &company, Duration::days(1)).await;
    }
    assert_eq!(of_names(&runs_of(&company, ahead).await), ["Soon Lovelace"]);
    assert_eq!(of_names(&runs_of(&company, after).await), ["Soon Lovelace"]);
}
