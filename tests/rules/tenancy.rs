//! What the database itself promises about tenants, asked of its catalogue; and two workspaces side by side.

use crate::support::{TestApp, test_database_url};
use domain::access::Role;
use sqlx::{AssertSqlSafe, Row};
use std::sync::Arc;
use store::{Db, SystemClock};

/// Tables that belong to no tenant, and why.
const NOBODYS: &[(&str, &str)] = &[
    ("tenants", "is the tenant itself; its id is what the others' tenant_id names"),
    ("accounts", "one account may be a member of several workspaces"),
    ("sessions", "belong to an account, which may be a member of several workspaces"),
    ("recovery_codes", "belong to an account, as its second factor does"),
    ("links", "belong to an account, before any tenant is known"),
    ("schedules", "the schedule's own memory, of the relay role alone"),
    ("_sqlx_migrations", "the migrations' own memory"),
];

/// Tenant tables without the app role's policy, and why.
const CLOSED_TO_THE_APP: &[(&str, &str)] =
    &[("search_documents", "only house.search reads it, with the tenant in its own words")];

/// Constraints and indexes of tenant tables that do without the tenant, and why.
const WITHOUT_TENANT: &[(&str, &str)] = &[
    ("outbox_pkey", "an identity column that the relay orders by; nobody chooses its value"),
    ("members_account_id_fkey", "accounts are nobody's"),
];

/// Functions that run with their owner's rights, and why.
const DEFINERS: &[(&str, &str)] = &[
    ("house.audit", "the app role may not write the trail that tells on it"),
    ("house.last_owner", "the lock on a workspace's own row, which two owners who demote each other wait for"),
    ("house.note", "the app role may not write the trail; this cannot tell of a change that never was"),
    ("house.note_account", "as house.note, for the identity role, in each of an account's workspaces"),
    ("house.seal", "the app role may not write the chain"),
    ("house.whose_mail", "the door for what mail servers bring back: it tells whose message an id is, and no more"),
    ("house.enter", "the door: before it, no tenant is known"),
    ("house.member_zones", "zones stand with the accounts; it answers for the transaction's own workspace"),
    ("house.plan_digest", "members are written in the identity role as well, which needs no right on digests"),
    ("house.search", "an index that row-level security would leave unused"),
    ("house.search_keys", "as house.search"),
    ("house.search_near", "as house.search"),
    ("house.search_loosely", "as house.search"),
    ("house.index_employees", "the app role may not write the search table"),
    ("house.index_customers", "the app role may not write the search table"),
    ("house.index_contacts", "the app role may not write the search table"),
    ("house.index_deals", "the app role may not write the search table"),
    ("house.index_leads", "the app role may not write the search table"),
    ("house.index_help_articles", "the app role may not write the search table"),
    ("house.search_any", "the app role may not read the search table"),
    ("house.index_candidate_words", "the app role may not write the search table"),
    ("house.index_tickets", "the app role may not write the search table"),
    ("house.found_support", "as house.found_pipeline"),
    ("house.begin_support", "as house.found_pipeline"),
    ("house.found_pipeline", "signing up runs in the identity role, which may write into no table of a tenant's"),
    ("house.begin_pipeline", "as house.found_pipeline, which it calls for the workspace that begins"),
    ("house.index_activities", "the app role may not write the search table"),
    ("house.index_tasks", "the app role may not write the search table"),
    ("house.audit_tag", "as house.audit: a tag on a record is a change of that record"),
    ("house.tell_beside", "as house.audit_tag: who is what where, and how they are reached"),
    ("house.measure", "statistics are the table owner's to renew; it reads nothing out"),
];

/// Tenant tables whose changes are not in the audit trail, and why.
const NOT_AUDITED: &[(&str, &str)] = &[
    ("audit_events", "is the trail"),
    ("audit_seals", "seal the trail"),
    ("audit_beginnings", "written once, by the migration that made it"),
    ("merge_moves", "the memory of an audited merge; each row that moved tells it by itself"),
    ("followers", "what one person wants to hear of"),
    ("record_files", "of which record a file is; the file itself is audited"),
    ("custom_files", "of which record a file is, which the record's own change tells"),
    ("counters", "a number that was drawn is told by the record that has it"),
    ("outbox", "work on its way, not a record"),
    ("job_runs", "the workers' own book"),
    ("mails", "its own history"),
    ("inbound_mails", "its own history"),
    ("mail_records", "on whose timeline a message stands, which the message tells"),
    ("mail_files", "of which message a file is; the file itself is audited"),
    ("mail_quotas", "a counter of turns"),
    ("notifications", "what was told, not what was done"),
    ("departures", "follows from the employees"),
    ("lead_captures", "its own history; the lead that comes of it is audited"),
    ("lead_drops", "counts of what never came in"),
    ("support_turns", "a number that was drawn, and whose turn it was; the ticket that has both is audited"),
    ("support_inbox_states", "how far a mailbox was read; the mailbox and each change of its password are audited"),
    ("ticket_messages", "its own history, only ever added to; a merge that moves them is audited"),
    ("ticket_files", "of which message a file is; the file itself is audited"),
    ("ticket_ratings", "its own history: who had the ticket answers by a link"),
    ("routing_turns", "whose turn it was; the ticket that somebody got is audited"),
    ("ticket_routings", "by which rule a ticket went where it is; the ticket itself is audited"),
    ("portal_links", "a link that was mailed; the session that it opens is audited"),
    ("help_versions", "only ever added to; the article that changes is audited"),
    ("help_answers", "whether an article helped somebody whom nobody knows"),
    ("ticket_drafts", "what nobody has said yet"),
    ("candidate_words", "follows from candidates and their CVs"),
    ("application_files", "of which application a file is; the file itself is audited"),
    ("application_steps", "its own history, only ever added to; the application that moves is audited"),
    ("career_editions", "a number that follows from what the careers site shows"),
    ("ticket_assignments", "why a ticket has its assignee; the ticket itself is audited"),
    ("ticket_clock_events", "its own history, only ever added to; the ticket that changes is audited"),
    ("ticket_promises", "written once with a ticket, which is audited; and when to look at it next"),
    ("ticket_clocks", "follows from the clock events"),
    ("lead_turns", "whose turn it was; the lead that somebody got is audited"),
    ("lead_assignments", "why a lead has its owner; the lead itself is audited"),
    ("lead_scores", "follows from the leads"),
    ("lead_scorings", "a progress bar"),
    ("deal_history", "its own history, only ever added to; the deal that changes is audited"),
    ("reminders", "follows from tasks, calls and meetings"),
    ("deal_totals", "follows from the deals"),
    ("forecast_snapshots", "what there was in a week; only ever added to"),
    ("forecast_snapshot_deals", "what deals were in a week, as their history has it; only ever added to"),
    ("digests", "follows from members and their preferences"),
    ("search_documents", "follows from the records"),
    ("record_tags", "house.audit_tag tells of a tag as a change of its record"),
    ("archivals", "each record that is archived tells it by itself"),
    ("bulk_changes", "each record that is changed tells it by itself"),
    ("bulk_change_records", "the memory of a bulk change"),
    ("import_progress", "a progress bar"),
    ("import_files", "the file; the import that it belongs to is audited"),
    ("import_findings", "the answer of an audited import"),
    ("import_changes", "the memory of an audited import"),
    ("workflow_versions", "never change; publishing one changes its workflow, which is audited"),
    ("workflow_runs", "their own history; what they change is audited where it is changed"),
    ("workflow_steps", "the log of a run"),
    ("workflow_skips", "a log"),
    ("workflow_turns", "a counter"),
    ("workflow_days", "a counter"),
    ("workflow_health", "a counter"),
    (
        "leave_ledger",
        "its own history, only ever added to; what is written by hand is audited by a trigger with a condition",
    ),
    ("leave_accounts", "when to look at a ledger next"),
    ("leave_request_days", "written once with a request, which is audited"),
    ("automation_buckets", "a counter"),
    ("outbound_buckets", "a counter"),
    ("file_arrivals", "what is on its way into the storage, not a record"),
    ("document_versions", "written with its document, which is audited, and a file, which is"),
    ("policy_versions", "never change; publishing one changes its policy, which is audited"),
    ("happenings", "changes on their way to whoever listens"),
];

/// First column of what the owner finds.
async fn found(app: &TestApp, sql: &str) -> Vec<String> {
    let mut owner = app.catalogue().await;
    let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(&mut owner).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    rows.iter().map(|r| r.get::<String, _>(0)).collect()
}

/// Those that are on no list; and everything on the list must still be there, so that lists only shrink.
fn beyond(found: &[String], listed: &[(&str, &str)]) -> Vec<String> {
    for (name, why) in listed {
        assert!(found.iter().any(|f| f == name), "{name} ({why}) is no exception any more: take it off the list");
    }
    found.iter().filter(|f| !listed.iter().any(|(name, _)| name == f)).cloned().collect()
}

const TENANT_TABLES: &str = "select c.oid, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p')
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)";

#[tokio::test]
async fn every_table_is_a_tenants_or_nobodys_with_a_reason() {
    let app = TestApp::new().await;
    let sql = format!(
        "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname not in ('pg_catalog', 'information_schema', 'apalis', 'pg_toast') and c.relkind in ('r', 'p', 'f', 'm')
           and c.oid not in (select oid from ({TENANT_TABLES}) t)"
    );
    assert_eq!(beyond(&found(&app, &sql).await, NOBODYS), [""; 0], "no tenant_id: whose are they?");
}

#[tokio::test]
async fn every_tenant_table_has_forced_row_level_security() {
    let app = TestApp::new().await;
    let tables = found(&app, &format!("select relname::text from ({TENANT_TABLES}) t")).await;
    assert!(tables.len() > 10, "the catalogue shows {tables:?}");
    let open = found(
        &app,
        "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace
        and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)",
    )
    .await;
    let nobodys: Vec<_> = NOBODYS.iter().copied().filter(|(name, _)| *name != "tenants").collect();
    assert_eq!(beyond(&open, &nobodys), [""; 0]);
}

#[tokio::test]
async fn the_policy_is_written_plainly_and_checks_what_is_written() {
    let app = TestApp::new().await;
    let sql = format!(
        "select t.relname::text from ({TENANT_TABLES}) t where not exists (
           select from pg_policies p where p.schemaname = 'public' and p.tablename = t.relname
             and p.roles = '{{people360_app}}' and p.cmd = 'ALL' and p.permissive = 'PERMISSIVE'
             and p.qual = $$(tenant_id = (current_setting('app.tenant_id'::text))::uuid)$$ and p.with_check = p.qual)"
    );
    assert_eq!(beyond(&found(&app, &sql).await, CLOSED_TO_THE_APP), [""; 0]);
    // One more permissive policy would open what this one closes; it must be for another role.
    let more = found(
        &app,
        "select tablename || '.' || policyname from pg_policies
         where schemaname = 'public' and ('people360_app' = any(roles) or 'public' = any(roles)) and policyname <> 'tenant'",
    )
    .await;
    assert_eq!(more, [""; 0], "policies that add to the app role's");
    let hidden = found(
        &app,
        "select tablename || '.' || policyname from pg_policies where schemaname = 'public'
        and (qual ~* 'select' or with_check ~* 'select')",
    )
    .await;
    assert_eq!(hidden, [""; 0], "a sub-select hides the tenant from the planner");
}

#[tokio::test]
async fn keys_and_references_carry_the_tenant() {
    let app = TestApp::new().await;
    // Constraints bypass row-level security: without the tenant they tell of other tenants' records.
    let sql = format!(
        "select c.conname::text from pg_constraint c join ({TENANT_TABLES}) t on t.oid = c.conrelid
         where c.contype in ('p', 'u', 'f', 'x')
           and not (c.contype = 'f' and c.confrelid = 'tenants'::regclass)
           and not exists (select from pg_attribute a where a.attrelid = c.conrelid and a.attname = 'tenant_id' and a.attnum = any(c.conkey))
         union
         select i.indexrelid::regclass::text from pg_index i join ({TENANT_TABLES}) t on t.oid = i.indrelid
         where i.indisunique
           and not exists (select from pg_attribute a where a.attrelid = i.indrelid and a.attname = 'tenant_id' and a.attnum = any(i.indkey))"
    );
    assert_eq!(beyond(&found(&app, &sql).await, WITHOUT_TENANT), [""; 0]);
    let optional = found(&app, "select attrelid::regclass::text from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and attname = 'tenant_id' and not attnotnull").await;
    assert_eq!(optional, [""; 0], "a row of no tenant is nobody's to see or to delete");
}

#[tokio::test]
async fn the_app_role_owns_nothing_and_cannot_get_round() {
    let app = TestApp::new().await;
    let owned = found(
        &app,
        "select c.oid::regclass::text from pg_class c join pg_roles r on r.oid = c.relowner
         where r.rolname in ('people360_app', 'people360_identity', 'people360_relay', 'people360_platform')
         union all select p.oid::regprocedure::text from pg_proc p join pg_roles r on r.oid = p.proowner
         where r.rolname in ('people360_app', 'people360_identity', 'people360_relay', 'people360_platform')",
    )
    .await;
    assert_eq!(owned, [""; 0]);
    let rights = found(
        &app,
        "select r.rolname || ' may ' || p.right || ' ' || c.relname
         from pg_class c, pg_roles r, unnest(array['TRUNCATE', 'REFERENCES', 'TRIGGER']) as p(\"right\")
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
           and r.rolname in ('people360_app', 'people360_identity', 'people360_relay', 'people360_platform')
           and has_table_privilege(r.oid, c.oid, p.right)",
    )
    .await;
    assert_eq!(rights, [""; 0]);
    let strong = found(
        &app,
        "select rolname::text from pg_roles where rolname like 'people360%' and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)",
    )
    .await;
    assert_eq!(strong, [""; 0]);
    let trail = found(
        &app,
        "select p.right from unnest(array['INSERT', 'UPDATE', 'DELETE']) as p(\"right\")
         where has_table_privilege('people360_app', 'audit_events', p.right)",
    )
    .await;
    assert_eq!(trail, [""; 0], "the trail is written by its trigger alone");
}

#[tokio::test]
async fn what_runs_with_its_owners_rights_is_on_a_short_list() {
    let app = TestApp::new().await;
    let definers = found(
        &app,
        "select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where n.nspname not in ('pg_catalog', 'information_schema') and p.prosecdef",
    )
    .await;
    assert_eq!(beyond(&definers, DEFINERS), [""; 0]);
    let loose = found(
        &app,
        "select p.proname::text from pg_proc p where p.prosecdef and p.pronamespace = 'house'::regnamespace
           and not coalesce(p.proconfig && array['search_path=pg_catalog, public'], false)",
    )
    .await;
    assert_eq!(loose, [""; 0], "their search_path is not fixed");
    let everyones = found(
        &app,
        "select p.proname::text from pg_proc p where p.prosecdef and p.prorettype <> 'trigger'::regtype
           and p.pronamespace = 'house'::regnamespace and has_function_privilege('public', p.oid, 'execute')",
    )
    .await;
    assert_eq!(everyones, [""; 0], "anybody may call them");
    let views = found(
        &app,
        "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and
           (c.relkind = 'm' or c.relkind = 'v' and not coalesce(c.reloptions @> array['security_invoker=true'], false))",
    )
    .await;
    assert_eq!(
        views, [""; 0],
        "a view that is no security_invoker reads as its owner; a materialized one has no policy"
    );
}

#[tokio::test]
async fn changes_of_tenant_tables_are_in_the_audit_trail() {
    let app = TestApp::new().await;
    let sql = format!(
        "select t.relname::text from ({TENANT_TABLES}) t where not exists (
           select from pg_trigger g join pg_proc p on p.oid = g.tgfoid where g.tgrelid = t.oid and p.proname = 'audit'
             and g.tgenabled = 'O' and g.tgtype & 28 = 28)"
    );
    assert_eq!(beyond(&found(&app, &sql).await, NOT_AUDITED), [""; 0]);
    let sql = "select c.relname::text from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'audit'";
    let nameless: Vec<_> = found(&app, sql).await.into_iter().filter(|t| domain::audit::noun(t).is_none()).collect();
    assert_eq!(nameless, [""; 0], "the trail says what each record is");
}

#[tokio::test]
async fn no_tenant_is_an_error_and_not_an_empty_answer() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[]).await;
    let mut conn = app.app_role().await;
    let tables = found(
        &app,
        &format!(
            "select relname::text from ({TENANT_TABLES}) t
        where has_table_privilege('people360_app', t.oid, 'select')"
        ),
    )
    .await;
    for table in tables {
        let question = format!("select count(*) from {table}");
        let refused = sqlx::raw_sql(AssertSqlSafe(question.clone())).execute(&mut conn).await.expect_err(&table);
        assert!(refused.to_string().contains("app.tenant_id"), "{table}: {refused}");
    }
    // After a transaction the setting is an empty string, which is no tenant either.
    let transaction =
        format!("begin; set local app.tenant_id = '{}'; select count(*) from employees; commit", company.tenant);
    sqlx::raw_sql(AssertSqlSafe(transaction)).execute(&mut conn).await.expect("one's own tenant");
    for purge in ["select count(*) from employees", "delete from employees", "update employees set phone = null"] {
        let refused = sqlx::raw_sql(purge).execute(&mut conn).await.expect_err(purge);
        assert!(refused.to_string().contains("uuid"), "{purge}: {refused}");
    }
}

#[tokio::test]
async fn a_row_for_another_tenant_is_refused() {
    let app = TestApp::new().await;
    let (ours, theirs) = (app.company("acme").await, app.company("globex").await);
    let employee = theirs.employee(&[]).await;
    let mut conn = app.app_role().await;
    for wrong in [
        format!("insert into counters (tenant_id, name, value) values ('{}', 'x', 1)", theirs.tenant),
        format!(
            "insert into outbox (tenant_id, queue, name, key, body) values ('{}', 'mail', 'x', 'x', '{{}}')",
            theirs.tenant
        ),
    ] {
        let transaction = format!("begin; set local app.tenant_id = '{}'; {wrong}; commit", ours.tenant);
        let refused = sqlx::raw_sql(AssertSqlSafe(transaction)).execute(&mut conn).await.expect_err(&wrong);
        assert!(refused.to_string().contains("row-level security"), "{wrong}: {refused}");
        sqlx::raw_sql("rollback").execute(&mut conn).await.expect("a rollback");
    }
    let grab = format!(
        "begin; set local app.tenant_id = '{}'; update employees set last_name = 'Ours' where id = '{employee}'; commit",
        ours.tenant
    );
    sqlx::raw_sql(AssertSqlSafe(grab)).execute(&mut conn).await.expect("it finds nothing");
    let page = theirs.owner().await.get(&theirs.at(&format!("/hr/employees/{employee}"))).await;
    assert_eq!(page.h1(), "Ada Lovelace");
}

#[tokio::test]
async fn the_server_refuses_roles_that_are_not_bound() {
    let app = TestApp::new().await;
    for (url, why) in [(test_database_url(), "superuser"), (app.trial.owner_url.clone(), "owner")] {
        let db = Db::connect(&url, 1, Arc::new(SystemClock)).await.expect("it connects");
        let refused = store::check_role(&db).await.expect("an answer").expect_err(why);
        assert!(refused.contains(why) && refused.contains("people360_app"), "{refused}");
    }
    assert_eq!(store::check_role(&app.db).await.expect("an answer"), Ok(()));
}

/// Everything that shows records, for both nouns: each workspace sees its own and not a word of the other's.
#[tokio::test]
async fn two_workspaces_side_by_side_see_only_their_own() {
    let app = TestApp::new().await;
    let (acme, globex) = (app.company("acme").await, app.company("globex").await);
    let companies = [(&acme, "Anaconda", "Amberlight"), (&globex, "Gazelle", "Goldsmith")];
    for (company, person, customer) in companies {
        let chief = company
            .employee(&[("first_name", person), ("last_name", "Chief"), ("number", "1"), ("department", person)])
            .await;
        company.employee(&[("first_name", person), ("last_name", "Report"), ("number", "2"), ("manager", "1")]).await;
        let holding = company.customer(&[("name", customer), ("industry", customer)]).await;
        company.customer(&[("name", &format!("{customer} Branch")), ("parent", customer)]).await;
        let mut owner = company.owner().await;
        for (page, shows) in [
            (company.at("/hr/employees"), person),
            (company.at("/hr/employees?sort=-number"), person),
            (company.at("/hr/employees/export"), person),
            (company.at("/hr/employees/options?manager=chief"), person),
            (company.at(&format!("/hr/employees/{chief}")), "Report"),
            (company.at(&format!("/hr/employees/{chief}/timeline")), "Olga Owner"),
            (company.at(&format!("/hr/employees/{chief}/edit")), person),
            (company.at("/crm/customers"), customer),
            (company.at("/crm/customers/export"), customer),
            (company.at("/crm/customers/options?parent=branch"), customer),
            (company.at(&format!("/crm/customers/{holding}")), "Branch"),
            (company.at(&format!("/crm/customers/{holding}/timeline")), "Olga Owner"),
            (company.at(&format!("/crm/customers/{holding}/edit")), customer),
            (company.at("/search?q=chief"), person),
            (company.at("/search?q=branch"), customer),
            (company.at("/settings/members"), "Olga Owner"),
            (company.at(""), person),
        ] {
            let page = owner.get(&page).await;
            assert!(page.text.contains(shows), "{page} does not show {shows}");
            for (other, their_person, their_customer) in companies.iter().filter(|c| c.0.slug != company.slug) {
                let email = other.member(Role::Owner).await.email;
                for word in [*their_person, *their_customer, &email, &other.tenant.to_string()] {
                    assert!(!page.text.contains(word), "{} shows {word} of {}", page.path, other.slug);
                }
            }
        }
        for question in ["anaconda", "amberlight", "gazelle", "goldsmith"] {
            let page = owner.get(&company.at(&format!("/search?q={question}"))).await;
            let own = person.to_lowercase() == question || customer.to_lowercase() == question;
            assert_eq!(page.says("Nothing found"), !own, "{question} in {}", company.slug);
        }
    }
}

/// Numbers, names and addresses are unique in a workspace: another's are neither refused nor told.
#[tokio::test]
async fn what_is_taken_elsewhere_is_free_here() {
    let app = TestApp::new().await;
    let (ours, theirs) = (app.company("acme").await, app.company("globex").await);
    let person = [("number", "7"), ("email", "ada@lamps.example")];
    let customer = [("name", "Northwind"), ("domain", "northwind.example")];
    theirs.employee(&person).await;
    theirs.customer(&customer).await;
    ours.employee(&person).await;
    ours.customer(&customer).await;
    // A manager, a parent and an owner of theirs do not exist here.
    theirs.employee(&[("number", "8"), ("first_name", "Their"), ("last_name", "Chief")]).await;
    let mut owner = ours.owner().await;
    owner.get(&ours.at("/hr/employees/new")).await;
    let page = owner.fill("Add employee", &[("First name", "A"), ("Last name", "B"), ("Manager", "8")]).await;
    assert_eq!((page.status.as_u16(), page.error("manager")), (422, "No employee has the number 8.".into()));
    owner.get(&ours.at("/crm/customers/new")).await;
    let stranger = theirs.member(Role::Owner).await.email;
    let form = owner.form("Add customer").set("name", "Acorn").set("parent", "Globex Lamps").set("status", "active");
    let page = owner.send(form).await;
    assert_eq!(page.status.as_u16(), 422, "{page}");
    assert_ne!(page.error("parent"), "");
    let owners = page.form("Add customer").choices("owner");
    assert!(!owners.iter().any(|(value, words)| value.contains(&stranger) || words.contains(&stranger)), "{owners:?}");
}
