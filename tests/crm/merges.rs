//! Making one of two records, and two of them again: what moves, what stays, and who may.

use crate::support::{Company, TestApp};
use axum::http::StatusCode;
use domain::{CustomerId, MergeId, access::Role, crm::duplicates::Noun, workspace::access::Subject};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use sqlx::Row;
use store::crm::merges;
use uuid::Uuid;

/// Columns beside an id that name a record and are no reference of the database's, and why they stay as they are.
const EXCUSED: &[(&str, &str)] = &[
    ("audit_events", "what was done is told of whom it was done to"),
    ("search_documents", "follows from the record"),
    ("import_changes", "the memory of an import, which was about that record"),
    ("bulk_change_records", "the memory of a change, which was about that record"),
    ("custom_files", "which field of which record holds a file stays with that record"),
    ("workflow_skips", "what did not run, did not for that record"),
    ("workflow_runs", "what ran, ran for that record"),
    ("happenings", "what happened, happened to that record"),
    ("contact_points", "follows from its two columns"),
    ("notes", "follows from its columns"),
    ("tasks", "follows from its columns"),
    ("activities", "follows from its columns"),
    ("record_tags", "follows from its columns"),
    ("mail_records", "follows from its columns"),
    ("followers", "follows from its columns"),
    ("record_files", "follows from its columns"),
];

#[tokio::test]
async fn whatever_names_a_record_is_moved_or_excused() {
    let app = TestApp::new().await;
    let mut owner = app.catalogue().await;
    let sql = "select c.table_name::text from information_schema.columns c join information_schema.tables t
                 on t.table_schema = c.table_schema and t.table_name = c.table_name and t.table_type = 'BASE TABLE'
               where c.table_schema = 'public' and c.column_name = 'record_id'";
    let rows = sqlx::raw_sql(sql).fetch_all(&mut owner).await.expect("columns");
    for row in rows {
        let table: String = row.get(0);
        assert!(EXCUSED.iter().any(|(name, _)| *name == table), "what becomes of {table} when its record is merged?");
    }
    // What cannot be written cannot be moved.
    for noun in ["customers", "contacts", "leads"] {
        let sql = format!(
            "select of_table || '.' || of_column from house.references_to('{noun}'::regclass)
             where not has_column_privilege('people360_app', 'public.' || of_table, of_column, 'UPDATE')"
        );
        let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).fetch_all(&mut owner).await.expect("rights");
        let closed: Vec<String> = rows.iter().map(|r| r.get(0)).collect();
        assert_eq!(closed, [""; 0], "the app role may not move what hangs on {noun}");
    }
    // A column called after a noun without being a reference would be left behind by a merge.
    let sql = "select a.attrelid::regclass::text, a.attname::text from pg_attribute a join pg_class r on r.oid = a.attrelid
                 join pg_namespace n on n.oid = r.relnamespace
               where n.nspname = 'public' and r.relkind = 'r' and a.attname in ('customer_id', 'contact_id', 'lead_id')
                 and not exists (select from pg_constraint c where c.conrelid = a.attrelid and c.contype = 'f' and a.attnum = any(c.conkey))";
    let rows = sqlx::raw_sql(sql).fetch_all(&mut owner).await.expect("columns");
    let left: Vec<(String, String)> = rows.iter().map(|r| (r.get(0), r.get(1))).collect();
    assert_eq!(left, [], "no reference, so that a merge would leave them behind");
}

/// All that names one of the two, but for what counts changes.
async fn picture(company: &Company<'_>, noun: &str, ids: [Uuid; 2]) -> Vec<String> {
    let mut conn = company.app.app_role().await;
    let begin = format!("begin; set local app.tenant_id = '{}'", company.tenant);
    sqlx::raw_sql(sqlx::AssertSqlSafe(begin)).execute(&mut conn).await.expect("a transaction");
    let refs = format!(
        "select of_table, of_column from house.references_to('{noun}'::regclass) union all select '{noun}', 'id'"
    );
    let refs = sqlx::raw_sql(sqlx::AssertSqlSafe(refs)).fetch_all(&mut conn).await.expect("references");
    let mut all = vec![];
    for r in refs {
        let (table, column): (String, String) = (r.get(0), r.get(1));
        let rows = format!(
            "select '{table}.{column} ' || (to_jsonb(t) - 'version' - 'updated_at')::text from {table} t
             where t.{column} in ('{}', '{}')",
            ids[0], ids[1]
        );
        let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(rows)).fetch_all(&mut conn).await.expect("rows");
        all.extend(rows.into_iter().map(|row| row.get::<String, _>(0)));
    }
    all.sort();
    all
}

async fn undone(company: &Company<'_>, noun: Noun, id: MergeId) -> Vec<String> {
    let mut tx = company.begin().await;
    let kept = merges::undo(&mut tx, noun, id).await.expect("it is undone").kept;
    tx.commit().await.expect("it is kept");
    kept
}

/// Two customers with some of everything on each, as these bits say.
async fn two(company: &Company<'_>, round: usize, bits: u32) -> [CustomerId; 2] {
    let mut ids = vec![];
    for n in 0..2 {
        let on = |bit: u32| bits >> (bit * 2 + n) & 1 == 1;
        let name = format!("Firm {round} {n}");
        let email = if on(0) { format!("info{n}@f{round}.example") } else { String::new() };
        let phone = if on(1) { "+49 30 1234567" } else { "" };
        let city = if on(2) { "Rome" } else { "" };
        let id = company.customer(&[("name", &name), ("email", &email), ("phone", phone), ("city", city)]).await;
        if on(3) {
            company.note(Subject::Customer(id), "Hello").await;
        }
        if on(4) {
            company.deal(&[("name", &format!("Deal {round} {n}")), ("customer", &name)]).await;
        }
        if on(5) {
            company.contact(&[("last_name", &format!("Person {round} {n}")), ("customer", &name)]).await;
        }
        if on(6) {
            company.customer(&[("name", &format!("Branch {round} {n}")), ("parent", &name)]).await;
        }
        if on(7) {
            company.point(Subject::Customer(id), "email", &format!("same@f{round}.example")).await;
        }
        if on(8) {
            company.record_file(Subject::Customer(id), "a.txt").await;
        }
        let mut tx = company.begin().await;
        if on(9) {
            store::tags::add(&mut tx, Subject::Customer(id), "VIP").await.expect("a tag");
        }
        if on(10) {
            store::followers::follow(&mut tx, Subject::Customer(id), true).await.expect("followed");
        }
        tx.commit().await.expect("it is kept");
        ids.push(id);
    }
    [ids[0], ids[1]]
}

#[tokio::test]
async fn merged_and_undone_all_is_as_before() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut runner = TestRunner::deterministic();
    for round in 0..12 {
        let bits = (0u32..1 << 22).new_tree(&mut runner).expect("bits").current();
        let ids = two(&company, round, bits).await.map(|id| id.0);
        let before = picture(&company, "customers", ids).await;
        let taken: &[&str] = if round % 2 == 0 { &["email", "city"] } else { &[] };
        let merge = company.merged(Noun::Customers, (ids[0], ids[1]), taken).await;
        let gone = picture(&company, "customers", [ids[1], ids[1]]).await;
        assert!(gone.iter().all(|row| row.starts_with("customers.id ") || bits > 0), "{gone:?}");
        let kept = undone(&company, Noun::Customers, merge).await;
        assert_eq!(kept, Vec::<String>::new(), "round {round}, {bits:b}");
        assert_eq!(picture(&company, "customers", ids).await, before, "round {round}, {bits:b}");
        app.run_jobs().await;
    }
    app.jobs_may_wait();
}

#[tokio::test]
async fn two_are_one_with_all_that_hangs_on_them() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let one = company.contact(&[("last_name", "Byron"), ("email", "a@one.example"), ("job_title", "Buyer")]).await;
    let other = company.contact(&[
        ("first_name", "Ada"),
        ("last_name", "Byron"),
        ("email", "b@two.example"),
        ("language", "de"),
    ]);
    let other = other.await;
    let deal = company.deal(&[("name", "Lamps")]).await;
    company.in_deal(other, deal, "Champion").await;
    company.note(Subject::Contact(other), "They like it").await;
    let mut owner = company.owner().await;
    let page = owner.get(&format!("/w/acme/crm/contacts/{one}/merge?with={other}")).await;
    assert!(page.says("1 note") && page.says("1 place in a deal"), "{page}");
    let form = page.form("Merge").set("take-first_name", "theirs").set("take-email", "theirs");
    let page = owner.send(form).await;
    assert_eq!(page.toast(), "They are one now.", "{page}");
    for shown in ["Ada Byron", "Buyer", "German", "b@two.example", "a@one.example", "Lamps", "Champion"] {
        assert!(page.says(shown), "{shown} is not in {page}");
    }
    assert!(owner.get(&format!("/w/acme/crm/contacts/{one}/timeline")).await.says("They like it"));
    // The other one leads here, and is in no list.
    let page = owner.get(&format!("/w/acme/crm/contacts/{other}")).await;
    assert!(page.path.contains(&one.to_string()), "{}", page.path);
    assert_eq!(owner.get("/w/acme/crm/contacts").await.names(), ["Ada Byron"]);
    assert!(owner.get("/w/acme/crm/contacts?status=archived").await.says("No contact fits"));
    let page = owner.get("/w/acme/crm/duplicates/contacts").await;
    let page = owner.send(page.form("Undo")).await;
    assert!(page.toast().ends_with("are two again."), "{page}");
    let mut names = owner.get("/w/acme/crm/contacts").await.names();
    names.sort();
    assert_eq!(names, ["Ada Byron", "Byron"]);
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn an_undo_keeps_what_was_done_since_and_says_what_it_could_not() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let one = company.customer(&[("name", "Globex"), ("city", "Rome")]).await;
    let other = company.customer(&[("name", "Globex GmbH"), ("city", "Köln"), ("industry", "Light")]).await;
    let deal = company.deal(&[("name", "Lamps"), ("customer", "Globex GmbH")]).await;
    let more = company.deal(&[("name", "More"), ("customer", "Globex GmbH")]).await;
    company.customer(&[("name", "Third")]).await;
    let merge = company.merged(Noun::Customers, (one.0, other.0), &["city", "industry"]).await;
    let mut owner = company.owner().await;
    // Both sides change: the survivor moves on, a deal goes elsewhere, and the old name is taken.
    let page = owner.get(&format!("/w/acme/crm/customers/{one}/edit")).await;
    owner.send(page.form("Save changes").set("city", "Bonn")).await;
    let page = owner.get(&format!("/w/acme/crm/deals/{deal}/edit")).await;
    owner.send(page.form("Save changes").set("customer", "Third")).await;
    company.customer(&[("name", "Globex GmbH")]).await;
    let kept = undone(&company, Noun::Customers, merge).await.join(" ");
    assert!(kept.contains("One thing changed hands"), "{kept}");
    assert!(kept.contains("City") && !kept.contains("Industry"), "{kept}");
    assert!(kept.contains("stays in the archive"), "{kept}");
    let mut tx = company.begin().await;
    let now = store::crm::customers::find(&mut tx, one).await.expect("it is there");
    assert_eq!((now.city.as_deref(), now.industry), (Some("Bonn"), None));
    let now = store::crm::customers::find(&mut tx, other).await.expect("it is back");
    assert_eq!((now.city.as_deref(), now.industry.as_deref(), now.merged_into), (Some("Köln"), Some("Light"), None));
    drop(tx);
    assert_eq!(company.deal_now(more).await.customer.map(|c| c.id), Some(other));
    assert_eq!(company.deal_now(deal).await.customer.map(|c| c.name).as_deref(), Some("Third"));
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn of_a_chain_the_last_merge_is_undone_first() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut ids = vec![];
    for name in ["Globex", "Globex GmbH", "Globex AG"] {
        ids.push(company.customer(&[("name", name)]).await);
    }
    company.deal(&[("name", "Lamps"), ("customer", "Globex")]).await;
    let first = company.merged(Noun::Customers, (ids[1].0, ids[0].0), &[]).await;
    let second = company.merged(Noun::Customers, (ids[2].0, ids[1].0), &[]).await;
    let refused = merges::undo(&mut company.begin().await, Noun::Customers, first).await.expect_err("it is too soon");
    assert!(matches!(refused, store::Error::Refused(_)), "{refused:?}");
    for id in [second, first] {
        assert!(undone(&company, Noun::Customers, id).await.is_empty());
    }
    let mut tx = company.begin().await;
    for id in ids {
        assert_eq!(store::crm::customers::find(&mut tx, id).await.expect("it is back").merged_into, None);
    }
    drop(tx);
    app.run_jobs().await;
    app.jobs_may_wait();
}

#[tokio::test]
async fn who_may_not_change_both_merges_neither() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let rep = company.member(Role::SalesRep).await;
    let mine = company.contact(&[("last_name", "Mine"), ("owner", &rep.email)]).await;
    let theirs = company.contact(&[("last_name", "Theirs")]).await;
    let foreign = app.company("globex").await.contact(&[("last_name", "Foreign")]).await;
    let mut browser = company.signed_in(Role::SalesRep).await;
    for (one, other) in [(mine, theirs), (theirs, mine), (mine, foreign), (mine, mine)] {
        let path = format!("/w/acme/crm/contacts/{one}/merge");
        let page = browser.get(&format!("{path}?with={other}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{one} {other}: {page}");
        let page = browser.post(&path, &[("with", &other.to_string())]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{one} {other}: {page}");
    }
    assert_eq!(browser.get(&format!("/w/acme/crm/contacts/{mine}/merge?with=no")).await.status, StatusCode::NOT_FOUND);
    let mut names = browser.get("/w/acme/crm/contacts").await.names();
    names.sort();
    assert_eq!(names, ["Mine", "Theirs"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn after_thirty_days_a_merge_is_for_good() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let one = company.contact(&[("last_name", "Byron")]).await;
    let other = company.contact(&[("last_name", "Byron"), ("email", "b@two.example")]).await;
    let merge = company.merged(Noun::Contacts, (one.0, other.0), &[]).await;
    app.clock.advance(chrono::Duration::days(29));
    let mut tx = company.begin().await;
    assert_eq!(merges::sweep(&mut tx, 100).await.expect("swept"), 0);
    drop(tx);
    app.clock.advance(chrono::Duration::days(1));
    let mut tx = company.begin().await;
    assert!(matches!(merges::undo(&mut tx, Noun::Contacts, merge).await, Err(store::Error::NotFound)));
    assert_eq!(merges::sweep(&mut tx, 100).await.expect("swept"), 1);
    tx.commit().await.expect("it is kept");
    assert!(matches!(store::crm::contacts::find(&mut company.begin().await, other).await, Err(store::Error::NotFound)));
    assert_eq!(company.points(one.0).await.len(), 1, "what moved stays");
    app.jobs_may_wait();
}

#[tokio::test]
async fn two_leads_become_one_and_two_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.lead(&[("name", "Ada Byron"), ("phone", "+49 30 1234567"), ("company", "Lamps")]).await;
    let twin = company
        .lead(&[
            ("name", "Ada Byron"),
            ("phone", "030 1234567"),
            ("email", "ada@lamps.example"),
            ("job_title", "Buyer"),
        ])
        .await;
    let other = company.lead(&[("name", "Ada Byron"), ("company", "Elsewhere")]).await;
    company.note(Subject::Lead(twin), "Wants 200").await;
    company.contact(&[("first_name", "Ada"), ("last_name", "Byron"), ("email", "ada@lamps.example")]).await;
    let mut browser = company.owner().await;
    let page = browser.get(&company.at("/crm/duplicates/leads")).await;
    assert!(page.says("Same number") && page.says("Same name"), "{page}");
    let page = browser.get(&company.at(&format!("/crm/leads/{twin}"))).await;
    assert!(page.says("Already a contact"), "{page}");
    let merge = company.at(&format!("/crm/leads/{ada}/merge"));
    let page = browser.get(&format!("{merge}?with={twin}")).await;
    assert!(page.says("1 note"), "{page}");
    let page = browser.press("Merge").await;
    assert_eq!(page.toast(), "They are one now.", "{page}");
    let now = company.lead_now(ada).await;
    assert_eq!(
        (now.email.as_deref(), now.job_title.as_deref(), now.company.as_deref()),
        (Some("ada@lamps.example"), Some("Buyer"), Some("Lamps"))
    );
    assert!(browser.get(&company.at(&format!("/crm/leads/{ada}/timeline"))).await.says("Wants 200"));
    let gone = browser.get(&company.at(&format!("/crm/leads/{twin}"))).await;
    assert_eq!(gone.path, company.at(&format!("/crm/leads/{ada}")));
    browser.get(&company.at("/crm/duplicates/leads")).await;
    let page = browser.press("Undo").await;
    assert_eq!(page.toast(), "Ada Byron and Ada Byron are two again.", "{page}");
    let (one, two) = (company.lead_now(ada).await, company.lead_now(twin).await);
    assert_eq!((one.email, two.email.as_deref(), two.merged_into), (None, Some("ada@lamps.example"), None));
    assert!(browser.get(&company.at(&format!("/crm/leads/{twin}/timeline"))).await.says("Wants 200"));
    // What became of a lead is its own.
    let converted = company.converted("Ada Byron Ltd", "").await;
    let page = browser.get(&format!("{merge}?with={converted}")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_ne!(other, ada);
    app.run_jobs().await;
}
