//! Each of the templates, from what starts it to its end.

use super::*;
use domain::automation::templates::TEMPLATES;

/// What starts each template: field by field of the record that it runs on, and the change.
struct Occasion {
    record: &'static [(&'static str, &'static str)],
    change: &'static [(&'static str, &'static str)],
    /// Days from now of date fields.
    dates: &'static [(&'static str, i64)],
    /// Steps that have to be done.
    done: &'static [&'static str],
}

fn occasion(key: &str) -> Occasion {
    let none: &[(&str, &str)] = &[];
    let (record, change, dates, done): (_, _, &[(&'static str, i64)], &[&str]) = match key {
        "welcome" => (none, none, &[("start_date", 20)], &["plan", "desk", "first_day", "hello"]),
        "no-manager" => (none, none, &[], &["day", "ask", "task"]),
        "probation" => (none, none, &[("start_date", -76)], &["task", "tell"]),
        "leaving" => (none, &[("end_date", "+40")], &[], &["handover", "until", "remind", "things"]),
        "contract-ends" => (&[("employment_type", "temporary")], none, &[("end_date", 31)], &["ask", "note"]),
        "anniversary" => (none, none, &[("start_date", -357)], &["tell"]),
        "new-customer" => (none, none, &[], &["give", "hello"]),
        "won" => (
            &[("status", "prospect")],
            &[("status", "active")],
            &[],
            &["tag", "note", "kickoff", "month", "untag", "ask"],
        ),
        "quiet" => (none, &[("status", "inactive")], &[], &["tell", "back", "still", "task"]),
        "key-account" => (none, &[("size", "5000")], &[], &["ask"]),
        "contact-form" => (none, none, &[], &["known", "task", "receipt"]),
        "escalate" => (none, none, &[], &["done", "open", "tell"]),
        other => panic!("{other} has no story here"),
    };
    Occasion { record, change, dates, done }
}

#[tokio::test]
async fn each_template_goes_from_its_occasion_to_its_end() {
    for template in TEMPLATES {
        let app = TestApp::new().await;
        let company = app.company("acme").await;
        let definition = serde_json::to_value(template.definition()).expect("json");
        let w = published(&company, Role::Owner, definition).await;
        tick(&app, &company).await;
        let told = occasion(template.key);
        let day = |n: i64| (app.db.now() + Duration::days(n)).date_naive().to_string();
        let (email, owner) = (app.email("somebody"), company.member(Role::Owner).await);
        let mut set: Vec<(&str, String)> = told.record.iter().map(|(k, v)| (*k, (*v).to_owned())).collect();
        set.extend(told.dates.iter().map(|(k, n)| (*k, day(*n))));
        set.push(("email", email.clone()));
        let change: Vec<(&str, String)> = told
            .change
            .iter()
            .map(|(k, v)| (*k, v.strip_prefix('+').map_or((*v).to_owned(), |n| day(n.parse().expect("days")))))
            .collect();
        let change: Vec<(&str, &str)> = change.iter().map(|(k, v)| (*k, v.as_str())).collect();
        match template.definition().record.expect("a kind").key() {
            "employee" => {
                let set: Vec<(&str, &str)> = set.iter().map(|(k, v)| (*k, v.as_str())).collect();
                let id = company.employee(&set).await;
                if !change.is_empty() {
                    change_employee(&company, id, &change).await;
                }
            }
            "customer" => {
                // Only what is to find one is without.
                if template.key != "new-customer" {
                    set.push(("owner", owner.email.clone()));
                }
                let set: Vec<(&str, &str)> = set.iter().map(|(k, v)| (*k, v.as_str())).collect();
                let id = company.customer(&set).await;
                if !change.is_empty() {
                    change_customer(&company, id, &change).await;
                }
            }
            _ => {
                let mut tx = company.begin().await;
                let fields = domain::tasks::Fields {
                    priority: domain::tasks::Priority::High,
                    assignee: Some(owner.member),
                    ..domain::tasks::Fields::titled("Put the fire out")
                };
                let id = tx.id();
                store::tasks::add(&mut tx, id, &fields).await.expect("it is added");
                tx.commit().await.expect("it is kept");
                app.run_jobs().await;
            }
        }
        if template.key == "contact-form" {
            let mut tx = company.begin().await;
            let hook = workflows::find(&mut tx, w).await.expect("it is there").hook;
            let payload = json!({ "email": email, "subject": "Broken", "message": "It does not light" });
            let job = domain::jobs::TakeHook { tenant: company.tenant, hook, payload, key: "k".into() };
            queue::push(&mut tx, &job).await.expect("it is pushed");
            tx.commit().await.expect("it is kept");
            app.run_jobs().await;
        }
        for _ in 0..12 {
            later(&app, &company, Duration::days(4)).await;
        }
        let run = only_run(&company, w).await;
        assert_eq!(state(&run), (RunState::Done, None), "{}", template.key);
        let log = log_of(&company, run.id).await;
        let done: Vec<&str> = log.iter().filter(|s| s.state == "done").map(|s| s.step.as_str()).collect();
        assert_eq!(done, told.done, "{}: {log:#?}", template.key);
    }
}
