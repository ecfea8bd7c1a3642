//! The audit trail: what is in it, who may read what of it, and that it cannot be rewritten unseen.

use crate::support::{Company, PASSWORD, TestApp, until};
use axum::http::StatusCode;
use domain::access::Role;
use store::audit::{Head, Verdict, verify};

const AUDIT: &str = "/w/acme/settings/audit";

async fn verdict(company: &Company<'_>, kept: Option<&Head>) -> Verdict {
    let mut tx = company.begin().await;
    verify(&mut tx, kept).await.expect("a verdict")
}

/// Does to the trail what nothing of ours can: as a superuser, with the triggers off.
async fn tamper(company: &Company<'_>, sql: &str) {
    let sql = format!("set session_replication_role = replica; {sql}");
    company.app.trial.admin(&sql).await.expect("a superuser can do anything");
}

/// A company with some history: a few changes, each a transaction.
async fn with_history(app: &TestApp) -> Company<'_> {
    let company = app.company("acme").await;
    for n in 1..=5 {
        company.employee(&[("number", &n.to_string()), ("last_name", &format!("Person {n}"))]).await;
    }
    // One transaction with several events.
    company
        .employees(
            [("7", "Seven"), ("8", "Eight"), ("9", "Nine")].map(|(n, name)| vec![("number", n), ("last_name", name)]),
        )
        .await;
    company
}

#[tokio::test]
async fn a_trail_that_nobody_touched_is_sound() {
    let app = TestApp::new().await;
    let company = with_history(&app).await;
    let sound = verdict(&company, None).await;
    assert_eq!(sound.findings, [""; 0]);
    assert!(sound.events >= 9 && sound.head.seals >= 6, "{sound:?}");
    // The next change goes on from there, and the head that was kept is still on the chain.
    company.customer(&[]).await;
    let later = verdict(&company, Some(&sound.head)).await;
    assert_eq!(later.findings, [""; 0]);
    assert!(later.head.seals > sound.head.seals);
    // What was not committed left nothing behind.
    let mut tx = company.begin().await;
    let id = tx.id();
    let draft = domain::crm::customers::Draft { name: "Dropped".into(), ..Default::default() };
    let fields = draft.parse(&Default::default()).expect("it holds");
    store::crm::customers::add(&mut tx, id, &fields).await.expect("a customer");
    drop(tx);
    assert_eq!(verdict(&company, Some(&later.head)).await.head, later.head);
    // Another workspace has a chain of its own.
    let other = app.company("globex").await;
    assert_eq!(verdict(&other, None).await.findings, [""; 0]);
}

#[tokio::test]
async fn whatever_is_done_to_it_is_found() {
    const BATCH: &str =
        "(select batch from audit_events where record = 'employees' group by batch having count(*) = 3 limit 1)";
    let of_three = |what: &str| format!("(select {what}(id) from audit_events where batch = {BATCH})");
    let one = "(select first_id from audit_seals where events = 1 and tenant_id = (select id from tenants) order by seq limit 1)";
    let edits = [
        (
            "a field",
            format!(
                "update audit_events set changes = jsonb_set(changes, '{{last_name,1}}', '\"Forged\"') where id = {}",
                of_three("max")
            ),
            "edited or reordered",
        ),
        ("who did it", format!("update audit_events set actor = 'system' where id = {one}"), "edited or reordered"),
        ("when", format!("update audit_events set at = at - interval '1 day' where id = {one}"), "edited or reordered"),
        ("from where", format!("update audit_events set address = '6.6.6.6' where id = {one}"), "edited or reordered"),
        ("one removed of several", format!("delete from audit_events where id = {}", of_three("min")), "missing"),
        ("one removed", format!("delete from audit_events where id = {one}"), "1 of 1 missing"),
        ("a seal removed", "delete from audit_seals where seq = 3".into(), "seal 3 missing"),
        (
            "event and seal removed",
            format!("delete from audit_events where batch = {BATCH}; delete from audit_seals where events = 3"),
            "missing",
        ),
        ("a seal changed", "update audit_seals set hash = sha256('x') where seq = 2".into(), "seal 2"),
        (
            "one added",
            "insert into audit_events (tenant_id, at, actor, record, record_id, action, changes)
             select tenant_id, at, actor, record, record_id, action, changes from audit_events limit 1"
                .into(),
            "was never sealed",
        ),
        (
            "one added, as old as the first",
            "insert into audit_events (id, tenant_id, at, actor, record, record_id, action, changes)
             overriding system value
             select 0, tenant_id, at, actor, record, record_id, action, changes from audit_events order by id limit 1"
                .into(),
            "was never sealed",
        ),
        (
            "two swapped",
            format!(
                "update audit_events a set changes = b.changes, record_id = b.record_id from audit_events b
                 where a.batch = {BATCH} and b.batch = a.batch and a.id = {} and b.id = {}",
                of_three("min"),
                of_three("max")
            ),
            "edited or reordered",
        ),
    ];
    for (what, sql, found) in edits {
        let app = TestApp::new().await;
        let company = with_history(&app).await;
        let kept = verdict(&company, None).await.head;
        tamper(&company, &sql).await;
        let verdict = verdict(&company, Some(&kept)).await;
        assert!(verdict.findings.iter().any(|f| f.contains(found)), "{what}: {:?}", verdict.findings);
    }
}

#[tokio::test]
async fn an_end_that_was_cut_off_is_missed_by_whoever_kept_the_head() {
    let app = TestApp::new().await;
    let company = with_history(&app).await;
    let kept = verdict(&company, None).await.head;
    tamper(
        &company,
        "delete from audit_events where id >= (select first_id from audit_seals order by seq desc limit 1);
         delete from audit_seals where seq = (select max(seq) from audit_seals)",
    )
    .await;
    assert_eq!(verdict(&company, None).await.findings, [""; 0], "the rest by itself is whole");
    let found = verdict(&company, Some(&kept)).await.findings;
    assert_eq!(found, ["the end is cut off: 1 seals fewer than were kept"]);
    // Grown again to the same length, it is not the same.
    company.customer(&[]).await;
    let found = verdict(&company, Some(&kept)).await.findings;
    assert!(found.iter().any(|f| f.contains("not the one that was kept")), "{found:?}");
}

#[tokio::test]
async fn nobody_but_a_superuser_writes_it_and_not_even_the_owner_rewrites_it() {
    let app = TestApp::new().await;
    let company = with_history(&app).await;
    let mut app_role = app.app_role().await;
    let mut owner = app.catalogue().await;
    for sql in [
        "update audit_events set actor = 'system'",
        "delete from audit_events",
        "truncate audit_events",
        "insert into audit_events (tenant_id, at, actor, record, record_id, action, changes) select id, now(), 'x', 'x', id, 'update', '{}' from tenants",
        "delete from audit_seals",
        "update audit_seals set hash = ''",
        "select house.note('employees', gen_random_uuid(), 'update', '{}')",
    ] {
        let sql = format!("begin; set local app.tenant_id = '{}'; {sql}; commit", company.tenant);
        let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.clone())).execute(&mut app_role).await;
        assert!(refused.is_err(), "{sql}");
        sqlx::raw_sql("rollback").execute(&mut app_role).await.expect("a rollback");
    }
    for sql in ["update audit_events set actor = 'system'", "delete from audit_seals", "truncate audit_events"] {
        let done = sqlx::raw_sql(sql).execute(&mut owner).await;
        // Row-level security hides the rows from the owner as well; what it reaches, the triggers refuse.
        assert!(done.is_err() || done.is_ok_and(|d| d.rows_affected() == 0), "{sql}");
    }
    assert_eq!(verdict(&company, None).await.findings, [""; 0]);
    // Sealing early is not sealing less.
    let mut tx = app.app_role().await;
    let early = format!(
        "begin; set local app.tenant_id = '{}'; set constraints all immediate;
         update employees set phone = '1234' where number = '1'; update employees set phone = '5678' where number = '2'; commit",
        company.tenant
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(early)).execute(&mut tx).await.expect("two changes, sealed one by one");
    assert_eq!(verdict(&company, None).await.findings, [""; 0]);
}

#[tokio::test]
async fn sign_ins_failures_and_sign_outs_are_told_in_each_workspace() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let other = app.company("globex").await;
    let person = company.member(Role::Recruiter).await;
    other.join("Some Recruiter", &person.email, Role::Employee).await;
    let mut browser = app.browser();
    browser.get("/login").await;
    browser.fill("Sign in", &[("Work email", &person.email), ("Password", "not the password")]).await;
    browser.get("/login").await;
    browser.fill("Sign in", &[("Work email", &person.email), ("Password", PASSWORD)]).await;
    let page = browser.get("/w/acme").await;
    assert_eq!(page.status, StatusCode::OK);
    browser.press("Sign out").await;
    for company in [&company, &other] {
        let mut owner = company.owner().await;
        let trail = company.at("/settings/audit");
        let failed = format!("{trail}?action=sign_in_failed");
        until("the failure is noted", async || owner.get(&failed).await.says("Sign-in failed")).await;
        for (action, words) in [("sign_in", "Signed in"), ("sign_out", "Signed out")] {
            let page = owner
                .get(&format!("{trail}?action={action}&who=member:{}", member(company, &person.email).await))
                .await;
            assert!(
                page.rows().iter().any(|r| r[0].starts_with("Some Recruiter") && r[1].starts_with(words)),
                "{page}"
            );
        }
    }
    // Nobody of that name: nothing to tell of, and nobody to tell.
    browser.get("/login").await;
    browser.fill("Sign in", &[("Work email", "nobody@nowhere.example"), ("Password", "not the password")]).await;
}

pub(super) async fn member(company: &Company<'_>, email: &str) -> String {
    let mut tx = company.app.db.identity().await.expect("a transaction");
    let account = store::identity::by_email(&mut tx, email).await.expect("an answer").expect("an account").id;
    drop(tx);
    let entry = company.app.db.enter(&company.slug, account).await.expect("an answer").expect("a member");
    entry.actor.member.to_string()
}

#[tokio::test]
async fn who_looks_at_pay_is_told_before_they_see_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("salary", "91357")]).await;
    let own = company.employee(&[("last_name", "Payroll"), ("salary", "50000")]).await;
    let officer = company.member(Role::PayrollOfficer).await;
    company.link(officer.member, own).await;
    let mut browser = company.signed_in(Role::PayrollOfficer).await;
    let mut owner = company.owner().await;
    let reads = async |owner: &mut crate::support::Browser| owner.get(&format!("{AUDIT}?action=read")).await.rows();
    // A list without the column reads none of it, and one's own is one's own.
    browser.get("/w/acme/hr/employees").await;
    browser.get(&format!("/w/acme/hr/employees/{own}")).await;
    assert_eq!(reads(&mut owner).await, Vec::<Vec<String>>::new());
    browser.get(&format!("/w/acme/hr/employees/{ada}")).await;
    let told = reads(&mut owner).await;
    assert_eq!(told.len(), 1);
    assert!(told[0][0].starts_with("Some Payroll officer") && told[0][1].contains("Ada Lovelace"), "{told:?}");
    browser.post("/w/acme/hr/employees/columns", &[("columns", "salary")]).await;
    browser.get("/w/acme/hr/employees").await;
    assert_eq!(reads(&mut owner).await.len(), 2, "the column is shown, and read");
    // Who may not see it has read nothing, whatever they ask for.
    let mut recruiter = company.signed_in(Role::Recruiter).await;
    recruiter.get(&format!("/w/acme/hr/employees/{ada}")).await;
    assert_eq!(reads(&mut owner).await.len(), 2);
    // What cannot be written down is not shown.
    app.trial
        .admin("alter table audit_events add constraint full_disk check (action <> 'read') not valid")
        .await
        .expect("it is full");
    let page = browser.get(&format!("/w/acme/hr/employees/{ada}")).await;
    assert!(page.status.is_server_error() && !page.text.contains("91,357"), "{page}");
}

#[tokio::test]
async fn the_page_filters_masks_and_goes_out_as_a_file() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("salary", "91357")]).await;
    let mut owner = company.owner().await;
    owner.get(&format!("/w/acme/hr/employees/{ada}/edit")).await;
    owner.fill("Save changes", &[("Salary, a year", "93579"), ("Job title", "Countess")]).await;
    app.run_jobs().await;
    let page = owner.get(&format!("{AUDIT}?record=employees&action=update")).await;
    assert!(page.says("93,579") && page.says("Countess") && page.says("Olga Owner"), "{page}");
    // An auditor reads the trail, and no pay in it; that pay was changed they are told.
    let mut auditor = company.signed_in(Role::Auditor).await;
    let page = auditor.get(&format!("{AUDIT}?record=employees&action=update")).await;
    assert!(page.says("Countess") && page.says("hidden from your role"), "{page}");
    let file = auditor.get(&format!("{AUDIT}/export")).await;
    for secret in ["93,579", "91,357", "93579", "91357"] {
        assert!(!page.text.contains(secret) && !file.text.contains(secret), "{secret}");
    }
    assert!(file.text.contains("Countess") && file.text.contains("Salary: hidden"), "{}", file.text);
    let page = owner.get(&format!("{AUDIT}?action=exported")).await;
    assert!(page.rows().iter().any(|r| r[0].starts_with("Some Auditor")), "{page}");
    // What makes no sense asks for everything, and says so beside the field.
    let page = owner.get(&format!("{AUDIT}?from=yesterday&action=dance")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.error("from").is_empty(), "{page}");
    let page = owner.get(&format!("{AUDIT}?from=2026-03-03")).await;
    assert!(page.says("Nothing fits"), "the clock stands on the day before: {page}");
    let page = owner.get(&format!("{AUDIT}?from=2026-03-02&to=2026-03-02&record=employees")).await;
    assert!(page.says("Countess"), "{page}");
}

#[tokio::test]
async fn the_trail_is_read_by_pages() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let names: Vec<String> = (1..=60).map(|n| format!("Person {n}")).collect();
    company.employees(names.iter().map(|n| vec![("last_name", n.as_str())])).await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("{AUDIT}?record=employees")).await;
    assert_eq!(page.rows().len(), 50);
    assert!(page.says("Ada Person 60") && !page.says("Ada Person 10"), "{page}");
    let page = owner.click("Older").await;
    assert_eq!(page.rows().len(), 10);
    assert!(page.says("Ada Person 10"), "{page}");
    owner.click("Newest").await;
    // By day, too, where the pages go by time.
    let today = app.db.now().date_naive();
    let by_day = format!("{AUDIT}?record=employees&from={today}&to={today}");
    let page = owner.get(&by_day).await;
    assert_eq!(page.rows().len(), 50, "{page}");
    let page = owner.click("Older").await;
    assert_eq!(page.rows().len(), 10);
    assert!(page.says("Ada Person 10") && !page.says("Ada Person 60"), "{page}");
    let page = owner.get(&format!("{AUDIT}?record=employees&to=2020-01-01")).await;
    assert!(page.says("Nothing fits"), "{page}");
    // Of jobs: what an import does is its owner's, what the night does is a job's.
    let page = owner.get(&format!("{AUDIT}?who=job:")).await;
    assert!(page.status.is_success() && !page.says("Ada Person"), "{page}");
}

#[tokio::test]
async fn amounts_and_shares_are_told_as_people_read_them() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rep = company.member(Role::SalesRep).await.member;
    company.quota(rep, "2026-01-01", 15_000_000).await;
    let deal = company.deal(&[("name", "Lamps"), ("amount", "100")]).await;
    let mut tx = company.begin().await;
    let boss = company.member(Role::SalesManager).await.member;
    store::crm::deals::set_splits(&mut tx, deal, &[(rep, 7_500), (boss, 2_500)]).await.expect("they share");
    tx.commit().await.expect("it is kept");
    // A quota in another currency, changed: the currency stays, and is known.
    app.trial.admin("update quotas set currency = 'EUR'").await.expect("it is theirs");
    app.trial.admin("update quotas set minor = 16000000").await.expect("it is more");
    let mut owner = company.owner().await;
    let trail = owner.get(&format!("{AUDIT}?record=quotas")).await;
    for shown in ["$150,000.00", "€160,000.00", "Amount"] {
        assert!(trail.says(shown), "{shown} is not in {trail}");
    }
    assert!(!trail.says("15000000") && !trail.says("Minor"), "{trail}");
    let trail = owner.get(&format!("{AUDIT}?record=deal_splits")).await;
    assert!(trail.says("75 %") && trail.says("25 %") && !trail.says("7500"), "{trail}");
}
