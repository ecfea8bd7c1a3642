//! The command line: what an operator meets.

use crate::{
    support::{TestApp, redis_url, test_database_url},
    workspace::security::{password, with_factor},
};
use std::{
    net::TcpListener,
    process::{Command, Output},
};

struct Run {
    output: Output,
}

impl Run {
    fn out(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    fn err(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    fn failed(&self) -> bool {
        !self.output.status.success()
    }
}

/// Runs the program with these settings and no others.
fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_people360"));
    command.args(arguments).env_clear().envs(settings.iter().copied());
    Run { output: command.output().expect("it can be started") }
}

fn settings(database: &str) -> Vec<(&'static str, String)> {
    vec![
        ("DATABASE_URL", database.to_owned()),
        ("REDIS_URL", redis_url()),
        ("SECRET_KEY", "a secret of tests, forty letters or longer".into()),
        ("PEOPLE360_HOME", std::env::temp_dir().join("people360-test-cli").display().to_string()),
    ]
}

fn run_with(arguments: &[&str], settings: &[(&'static str, String)]) -> Run {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    run(arguments, &settings)
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_in_words() {
    let app = TestApp::new().await;
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let mut with = settings(&app.trial.app_url);
    with.push(("PORT", port.clone()));
    let run = run_with(&["serve"], &with);
    assert!(run.failed());
    assert!(run.err().contains(&format!("port {port} is taken; set PORT to another one")), "{}", run.err());
}

#[tokio::test]
async fn the_server_does_not_start_in_a_role_that_gets_round() {
    let app = TestApp::new().await;
    for (url, why) in [(test_database_url(), "superuser"), (app.trial.owner_url.clone(), "owner")] {
        for command in ["serve", "worker"] {
            let mut with = settings(&url);
            with.push(("PORT", "0".into()));
            let run = run_with(&[command], &with);
            assert!(run.failed() && run.err().contains(why), "{command}: {}", run.err());
        }
    }
}

#[test]
fn every_wrong_setting_is_told_at_once() {
    let run = run(&["serve"], &[("PORT", "many"), ("SECRET_KEY", "short"), ("PUBLIC_URL", "people.example.com")]);
    assert!(run.failed());
    for name in [
        "DATABASE_URL is missing",
        "REDIS_URL is missing",
        "SECRET_KEY is too short",
        "PORT is no number",
        "PUBLIC_URL must begin",
    ] {
        assert!(run.err().contains(name), "{name}: {}", run.err());
    }
}

#[test]
fn the_routes_are_those_of_the_table() {
    let run = run(&["routes"], &[]);
    assert_eq!(run.out(), people360::cli::routes());
}

#[tokio::test]
async fn migrating_and_seeding_twice_is_harmless() {
    let app = TestApp::new().await;
    let mut with = settings(&app.trial.app_url);
    with.push(("DATABASE_OWNER_URL", app.trial.owner_url.clone()));
    let run = run_with(&["migrate"], &with);
    assert!(run.out().contains("the database is up to date"), "{}{}", run.out(), run.err());
    let seed = ["seed", "demo", "--email", "owner@demo.example", "--password", "nine lamps under the river"];
    let run = run_with(&seed, &with);
    assert!(!run.failed() && run.out().contains("the demo workspace is ready"), "{}{}", run.out(), run.err());
    let run = run_with(&seed, &with);
    assert!(!run.failed() && run.out().contains("the demo workspace is there already"), "{}{}", run.out(), run.err());
    app.jobs_may_wait();
}

#[tokio::test]
async fn the_doctor_names_what_is_sick() {
    let app = TestApp::new().await;
    let run = run_with(&["doctor"], &settings(&app.trial.app_url));
    assert!(!run.failed() && !run.out().contains("SICK"), "{}", run.out());
    let mut with = settings(&app.trial.owner_url);
    with[1].1 = "redis://127.0.0.1:1/0".into();
    let run = run_with(&["doctor"], &with);
    assert!(run.failed());
    for sick in ["SICK  row-level security", "SICK  Redis", "ok    migrations"] {
        assert!(run.out().contains(sick), "{sick}: {}", run.out());
    }
}

#[tokio::test]
async fn who_has_lost_phone_and_codes_is_let_in_again() {
    let app = TestApp::new().await;
    let (company, person, ..) = with_factor(&app).await;
    let with = settings(&app.trial.app_url);
    let nobody = run_with(&["second-factor", "remove", "--email", "nobody@lamps.example"], &with);
    assert!(nobody.failed() && nobody.err().contains("nobody signs in with"), "{}", nobody.err());
    let removed = run_with(&["second-factor", "remove", "--email", &person.email], &with);
    assert!(removed.out().contains("with the password alone"), "{}", removed.err());
    assert_eq!(password(&app, &person.email).await.page.path, "/w/acme");
    let trail = company.owner().await.get("/w/acme/settings/audit?action=second_factor_off").await;
    assert_eq!(trail.rows().len(), 1, "{trail}");
    let again = run_with(&["second-factor", "remove", "--email", &person.email], &with);
    assert!(again.out().contains("has no second factor"), "{}", again.err());
}

#[tokio::test]
async fn the_job_console_tells_retries_and_discards() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let with = settings(&app.trial.app_url);
    let table = run_with(&["jobs"], &with);
    assert!(!table.failed() && table.out().starts_with("queue "), "{}{}", table.out(), table.err());
    assert_eq!(
        table.out().lines().count(),
        1 + domain::jobs::Queue::ALL.len(),
        "a head, and a line for each queue: {}",
        table.out()
    );
    let lines: Vec<serde_json::Value> = run_with(&["jobs", "--json"], &with)
        .out()
        .lines()
        .map(|l| serde_json::from_str(l).expect("an object a line"))
        .collect();
    assert_eq!(lines.iter().map(|l| &l["queue"]).collect::<Vec<_>>()[..2], ["events", "mail"]);
    assert!(lines.iter().all(|l| l["waiting"] == 0 && l["dead"] == 0), "{lines:?}");
    assert_eq!(run_with(&["jobs", "dead"], &with).out(), "none\n");

    let dead = |key: &str| {
        format!(
            "insert into job_runs (tenant_id, name, key, queue, state, attempts, error, first_at, last_at, body)
             values ('{}', 'sweep_workspace', '{key}', 'schedules', 'dead', 5, 'the sky falls', now(), now(),
                     '{{\"tenant\": \"{0}\", \"day\": \"{key}\"}}')",
            company.tenant
        )
    };
    for day in ["2026-03-01", "2026-03-02"] {
        app.trial.admin(&dead(day)).await.expect("a dead job");
    }
    let list = run_with(&["jobs", "dead", "--queue", "schedules", "--workspace", "acme"], &with).out();
    assert!(list.contains("acme  sweep_workspace 2026-03-01  5 tries: the sky falls"), "{list}");
    let nope = run_with(&["jobs", "dead", "--workspace", "nope"], &with);
    assert!(nope.failed() && nope.err().contains("there is no workspace nope"), "{} {}", nope.out(), nope.err());
    let doctor = run_with(&["doctor"], &with).out();
    assert!(doctor.contains("2 dead: people360 jobs dead"), "{doctor}");

    let act = |what, key, workspace| run_with(&["jobs", what, "sweep_workspace", key, "--workspace", workspace], &with);
    assert!(act("retry", "2026-03-01", "nowhere").err().contains("there is no workspace nowhere"));
    assert!(act("retry", "2020-01-01", "acme").err().contains("no job sweep_workspace 2020-01-01"));
    assert!(!act("retry", "2026-03-01", "acme").failed());
    assert!(!act("discard", "2026-03-02", "acme").failed());
    assert!(act("discard", "2026-03-02", "acme").failed(), "once");
    assert_eq!(app.run_jobs().await, 1);
    assert_eq!(run_with(&["jobs", "dead"], &with).out(), "none\n");
    // The workspace's own trail tells who did that.
    let mut owner = company.owner().await;
    let page = owner.get(&company.at("/settings/audit")).await;
    for word in ["Platform administration", "Retried", "Discarded", "2026-03-02"] {
        assert!(page.says(word), "{word}: {page}");
    }
}
