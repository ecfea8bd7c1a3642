//! Each of the templates, from what starts it to its end.

use super::*;
use domain::automation::templates::{TEMPLATES, Template};

/// What starts each template: field by field of the record that it runs on, and the change.
struct Occasion {
    record: &'static [(&'static str, &'static str)],
    change: &'static [(&'static str, &'static str)],
    /// Days from now of date fields.
    dates: &'static [(&'static str, i64)],
    /// Steps that have to be done.
    done: &'static [&'static str],
    /// What comes of it: tasks and notices as they begin, and mails to the record or whoever wrote.
    tasks: &'static [&'static str],
    notices: &'static [&'static str],
    mails: &'static [&'static str],
}

const NOTHING: Occasion =
    Occasion { record: &[], change: &[], dates: &[], done: &[], tasks: &[], notices: &[], mails: &[] };

fn occasion(key: &str) -> Occasion {
    match key {
        "welcome" => Occasion {
            dates: &[("start_date", 20)],
            done: &["plan", "desk", "first_day", "hello"],
            tasks: &["Plan the first week of Ada Lovelace", "Accounts and equipment for Ada Lovelace"],
            mails: &["Welcome, Ada"],
            ..NOTHING
        },
        "no-manager" => Occasion { done: &["day", "ask", "task"], tasks: &["Who manages Ada Lovelace?"], ..NOTHING },
        "probation" => Occasion {
            dates: &[("start_date", -76)],
            done: &["task", "tell"],
            tasks: &["Probation of Ada Lovelace: decide and talk"],
            notices: &["Ada Lovelace has been here for eleven weeks"],
            ..NOTHING
        },
        "leaving" => Occasion {
            change: &[("end_date", "+40")],
            done: &["handover", "until", "remind", "things"],
            tasks: &[
                "Plan the handover of Ada Lovelace, who leaves on",
                "Get equipment and keys back from Ada Lovelace",
            ],
            notices: &["Ada Lovelace leaves on"],
            ..NOTHING
        },
        "contract-ends" => Occasion {
            record: &[("employment_type", "temporary")],
            dates: &[("end_date", 31)],
            done: &["ask", "note"],
            notices: &["Shall the contract of Ada Lovelace go on after"],
            ..NOTHING
        },
        "anniversary" => Occasion { dates: &[("start_date", -357)], done: &["tell"], ..NOTHING },
        "new-customer" => Occasion { done: &["give", "hello"], tasks: &["Say hello to Northwind"], ..NOTHING },
        "won" => Occasion {
            record: &[("status", "prospect")],
            change: &[("status", "active")],
            done: &["tag", "note", "kickoff", "month", "untag", "ask"],
            tasks: &["Kick-off with Northwind", "Ask Northwind how the first month was"],
            ..NOTHING
        },
        "quiet" => Occasion {
            change: &[("status", "inactive")],
            done: &["tell", "back", "still", "task"],
            tasks: &["Win Northwind back, or archive it"],
            notices: &["Northwind is inactive now"],
            ..NOTHING
        },
        "key-account" => Occasion {
            change: &[("size", "5000")],
            done: &["ask"],
            notices: &["Is Northwind, with 5,000 people, a key account?"],
            ..NOTHING
        },
        "contact-form" => Occasion {
            done: &["known", "task", "receipt"],
            tasks: &["Broken (Northwind)"],
            mails: &["We have got your message"],
            ..NOTHING
        },
        "warm-lead" => Occasion {
            record: &[("name", "Ada Lovelace"), ("company", "Analytical")],
            done: &["call", "worked", "new", "tell"],
            tasks: &["Call Ada Lovelace of Analytical"],
            notices: &["Nobody has called Ada Lovelace yet"],
            ..NOTHING
        },
        "deal-won" => Occasion {
            record: &[("name", "Lamps for all"), ("amount", "1200")],
            done: &["thanks", "begin", "told"],
            tasks: &["Thank the customer for Lamps for all", "Plan how the customer begins: Lamps for all"],
            ..NOTHING
        },
        "deal-overdue" => Occasion {
            record: &[("name", "Lamps for all")],
            dates: &[("close_on", -1)],
            done: &["ask"],
            tasks: &["Lamps for all was to close on"],
            ..NOTHING
        },
        "new-contact" => Occasion {
            record: &[("first_name", "Ada"), ("last_name", "Lovelace")],
            done: &["owned", "hello"],
            tasks: &["Say hello to Ada Lovelace of Northwind"],
            ..NOTHING
        },
        "contact-stopped" => Occasion {
            record: &[("first_name", "Ada"), ("last_name", "Lovelace")],
            done: &["tell", "said"],
            notices: &["Ada Lovelace is not to be contacted any more"],
            ..NOTHING
        },
        "ticket-late" => Occasion {
            record: &[("name", "A lamp hums")],
            done: &["tell", "met", "late", "urgent", "broken"],
            notices: &["SUP-1001 is about to be late: A lamp hums", "SUP-1001 is late: A lamp hums"],
            ..NOTHING
        },
        "escalate" => Occasion {
            done: &["done", "open", "tell"],
            notices: &["Still open after two days: Put the fire out"],
            ..NOTHING
        },
        other => panic!("{other} has no story here"),
    }
}

/// Publishes a template and has its occasion come.
async fn begun(app: &TestApp, company: &Company<'_>, template: &Template) -> WorkflowId {
    let definition = serde_json::to_value(template.definition()).expect("json");
    let w = published(company, Role::Owner, definition).await;
    tick(app, company).await;
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
                change_employee(company, id, &change).await;
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
                change_customer(company, id, &change).await;
            }
        }
        "contact" => {
            company.customer(&[("name", "Northwind")]).await;
            set.extend([("owner", owner.email.clone()), ("customer", "Northwind".to_owned())]);
            let set: Vec<(&str, &str)> = set.iter().map(|(k, v)| (*k, v.as_str())).collect();
            let id = company.contact(&set).await;
            if template.key == "contact-stopped" {
                let mut tx = company.begin().await;
                let now = store::crm::contacts::find(&mut tx, id).await.expect("a contact");
                let draft = domain::crm::contacts::Draft { do_not_contact: "yes".into(), ..now.draft() };
                let fields = draft.parse(&Default::default()).expect("a contact");
                store::crm::contacts::change(&mut tx, id, now.version, &fields).await.expect("it is changed");
                tx.commit().await.expect("it is kept");
                app.run_jobs().await;
            }
        }
        "lead" => {
            set.push(("owner", owner.email.clone()));
            let set: Vec<(&str, &str)> = set.iter().map(|(k, v)| (*k, v.as_str())).collect();
            let id = company.lead(&set).await;
            // As counting them does.
            let counted = format!("update leads set fit = 70, engagement = 45 where id = '{id}'");
            app.trial.admin(&counted).await.expect("it is counted");
        }
        "deal" => {
            let own = set.iter().filter(|(k, _)| *k != "email").map(|(k, v)| (*k, v.as_str()));
            let set: Vec<(&str, &str)> = own.chain([("owner", owner.email.as_str())]).collect();
            let id = company.deal(&set).await;
            if template.key == "deal-won" {
                company.moved(id, "Won").await;
            }
        }
        "ticket" => {
            let id = company.ticket(&[("name", "A lamp hums"), ("assignee", &owner.email)]).await;
            // As its clocks do.
            for promise in ["near", "late"] {
                let told = format!("update tickets set promise = '{promise}' where id = '{id}'");
                app.trial.admin(&told).await.expect("it is told");
                tick(app, company).await;
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
        let job = domain::jobs::TakeHook { tenant: company.tenant, hook, payload, key: "k".into(), depth: 0 };
        queue::push(&mut tx, &job).await.expect("it is pushed");
        tx.commit().await.expect("it is kept");
        app.run_jobs().await;
    }
    w
}

#[tokio::test]
async fn each_template_goes_from_its_occasion_to_its_end() {
    for template in TEMPLATES {
        let app = TestApp::new().await;
        let company = app.company("acme").await;
        let w = begun(&app, &company, template).await;
        let told = occasion(template.key);
        for _ in 0..12 {
            later(&app, &company, Duration::days(4)).await;
        }
        let run = only_run(&company, w).await;
        assert_eq!(state(&run), (RunState::Done, None), "{}", template.key);
        let log = log_of(&company, run.id).await;
        let done: Vec<&str> = log.iter().filter(|s| s.state == "done").map(|s| s.step.as_str()).collect();
        assert_eq!(done, told.done, "{}: {log:#?}", template.key);
        // And what it was for is there.
        let there = |all: &[String], wanted: &[&str]| {
            for one in wanted {
                assert_eq!(all.iter().filter(|t| t.starts_with(one)).count(), 1, "{}: {one} in {all:?}", template.key);
            }
        };
        let all: Vec<String> = tasks(&company).await.into_iter().map(|t| t.title).collect();
        there(&all, told.tasks);
        there(&notices(&company).await, told.notices);
        let mails = app.mail_to(&app.email("somebody")).await;
        assert_eq!(mails.iter().map(|m| m.subject.as_str()).collect::<Vec<_>>(), told.mails, "{}", template.key);
    }
}

/// The titles of what the owner was told.
async fn notices(company: &Company<'_>) -> Vec<String> {
    let owner = company.member(Role::Owner).await;
    let mut tx = company.begin().await;
    let question = store::notifications::Question { most: 50, ..Default::default() };
    let (all, _) = store::notifications::list(&mut tx, owner.member, question).await.expect("they can be listed");
    all.into_iter().map(|n| n.title).collect()
}

#[tokio::test]
async fn what_a_template_asks_may_be_approved() {
    for (key, done) in [("contract-ends", ["ask", "extend"].as_slice()), ("key-account", &["ask", "tag", "tell"])] {
        let app = TestApp::new().await;
        let company = app.company("acme").await;
        let template = TEMPLATES.iter().find(|t| t.key == key).expect("a template");
        let w = begun(&app, &company, template).await;
        later(&app, &company, Duration::days(1)).await;
        let owner = company.member(Role::Owner).await;
        let mut tx = app.db.begin(desk_of(&company, &owner).await).await.expect("a transaction");
        let asked =
            store::automation::approvals::of_member(&mut tx, owner.member, true, 20).await.expect("it is asked");
        jobs::automation::answer(&mut tx, asked[0].id, true, "").await.expect("it is answered");
        tx.commit().await.expect("it is kept");
        app.run_jobs().await;
        let run = only_run(&company, w).await;
        assert_eq!(state(&run), (RunState::Done, None), "{key}");
        let log = log_of(&company, run.id).await;
        assert_eq!(log.iter().map(|s| s.step.as_str()).collect::<Vec<_>>(), done, "{key}");
        match key {
            "contract-ends" => {
                assert_eq!(tasks(&company).await[0].title, "Extend the contract of Ada Lovelace");
            }
            _ => assert!(notices(&company).await.iter().any(|t| t == "Northwind is a key account now")),
        }
    }
}
