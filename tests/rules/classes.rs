//! Field classes: every column of a record of somebody's has one, each class has its rights, and what a class holds is
//! shown nowhere to whoever lacks them (DOMAIN: Permissions).

use crate::support::{Browser, PASSWORD, TestApp};
use domain::{
    access::{CATALOGUE, Role},
    draft::FieldClass,
    import::Target,
};
use sqlx::Row;

const NOUNS: [Target; 6] =
    [Target::Employees, Target::Customers, Target::Contacts, Target::Deals, Target::Leads, Target::Tickets];

/// Columns that hold nothing of their own.
const TECHNICAL: &[(&str, &str)] = &[
    ("tenant_id", "whose it is"),
    ("id", "the record's"),
    ("version", "counts changes"),
    ("archived_at", "told by the status"),
    ("created_at", "told by the timeline"),
    ("updated_at", "told by the timeline"),
    ("position_id", "shown with the row of jobs that gives it"),
    ("name_key", "the name, to sort by"),
    ("number_key", "the number, to sort by"),
    ("birth_of_year", "day and month of the birth date, to find birthdays by"),
    ("start_of_year", "day and month of the start date, to find anniversaries by"),
    ("photo", "the digest of a picture, which whoever sees the person sees"),
    ("state", "told by the stage"),
    ("stage_since", "told by the stage history"),
    ("probability_own", "whether the probability was said of the deal itself"),
    ("category_own", "whether the category was said of the deal itself"),
    ("merged_into", "the record that it is part of, which its page leads to"),
    ("sound", "the name as it sounds, to find duplicates by"),
    ("phone_key", "the phone, to find duplicates by"),
    ("contacts.name", "first and last name together"),
    ("email_key", "the email, to find leads by"),
    ("consent", "told on the record, as it was shown"),
    ("consent_at", "told on the record"),
    ("captured_at", "that they sent a form, which the timeline tells"),
    ("converted_at", "told by the status"),
    ("fit", "follows from the fields"),
    ("engagement", "follows from what they did"),
    ("score", "fit and engagement together"),
    ("tickets.number", "drawn once, and never another"),
    ("tickets.contact_id", "who asks, told on the record to whoever sees that contact"),
    ("requester_email", "who asks, told on the record"),
    ("requester_key", "the address of who asks, to find tickets by"),
    ("snoozed_at", "since when a ticket is put off, told on its page"),
    ("snoozed_until", "until when"),
    ("snoozed_by", "by whom"),
    ("tickets.parent_id", "the ticket that it is a part of, which its page leads to"),
    ("asked_at", "follows from the messages"),
    ("answered_at", "follows from the messages"),
    ("due_at", "follows from the clocks"),
    ("promise", "follows from the clocks"),
    ("solved_at", "told by the status"),
    ("is_open", "told by the status"),
    ("urgency", "the priority, to sort by"),
    ("search_text", "words of other columns, to search by"),
];

/// What is put into a field of a class, and what would give it away.
const SAMPLES: &[(&str, &str, &[&str])] = &[
    ("birth_date", "1981-07-19", &["19 Jul 1981", "1981-07-19", "07/19/1981", "Jul 19, 1981"]),
    ("salary", "91357", &["91,357", "\"91357", ",91357"]),
];

#[tokio::test]
async fn every_column_of_a_noun_has_a_class() {
    let app = TestApp::new().await;
    let mut owner = app.catalogue().await;
    let sql = "select table_name::text, column_name::text from information_schema.columns
               where table_schema = 'public' and table_name in ('employees', 'customers', 'contacts', 'deals', 'leads', 'tickets')";
    let rows = sqlx::raw_sql(sql).fetch_all(&mut owner).await.expect("columns");
    assert!(rows.len() > 30, "{}", rows.len());
    for row in rows {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let key = ["_minor", "_currency", "_id"].iter().find_map(|end| column.strip_suffix(end)).unwrap_or(&column);
        let target = Target::parse(&table).expect("a noun");
        let custom = store::custom_fields::COLUMNS.iter().any(|(name, _)| *name == column);
        let classed = custom || target.fields().iter().any(|f| f.key == key);
        let own = format!("{table}.{column}");
        let technical = TECHNICAL.iter().any(|(name, _)| *name == column || *name == own);
        assert!(classed != technical, "{table}.{column} is {}", if classed { "both" } else { "in no class" });
    }
}

#[tokio::test]
async fn every_column_beside_a_record_has_a_class() {
    let app = TestApp::new().await;
    let mut owner = app.catalogue().await;
    let sql = "select table_name::text, column_name::text from information_schema.columns
               where table_schema = 'public' and table_name in ('employee_details', 'bank_accounts')";
    let rows = sqlx::raw_sql(sql).fetch_all(&mut owner).await.expect("columns");
    assert!(rows.len() > 20, "{}", rows.len());
    for row in rows {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        let classed = domain::hr::details::FIELDS.iter().any(|f| f.key == column);
        let technical = TECHNICAL.iter().any(|(name, _)| *name == column) || column == "iban_sealed";
        assert!(classed != technical, "{table}.{column} is {}", if classed { "both" } else { "in no class" });
        let all = domain::access::Sight::ALL;
        let open = |sight| store::activity::open(sight, &table, &column);
        assert!(!classed || open(all), "{table}.{column} is told to nobody");
        assert!(column != "iban_sealed" || !open(all), "it is told");
        let class = domain::hr::details::FIELDS.iter().find(|f| f.key == column).map(|f| f.class);
        let closed = class.is_some_and(|class| !domain::access::Sight::DIRECTORY.sees(class));
        assert!(!closed || !open(domain::access::Sight::DIRECTORY), "{table}.{column} is told to everybody");
    }
}

#[test]
fn every_class_is_seen_and_changed_by_rights_of_its_own() {
    // Terms come with the right to change the record: `hr::employees::classes` tells who sees them.
    let own = |class| !matches!(class, FieldClass::Directory | FieldClass::Terms);
    for field in NOUNS.iter().flat_map(|n| n.fields()).filter(|f| own(f.class)) {
        let rights: Vec<_> = CATALOGUE.iter().filter(|r| r.class == Some(field.class)).map(|r| r.key).collect();
        assert_eq!(rights.len(), 2, "{}: {rights:?}", field.key);
        assert_eq!(rights.iter().filter(|r| r.ends_with("_write")).count(), 1, "{rights:?}");
        // What stands beside the row `imports::beside` brings in, and looks who sees it.
        let sampled = SAMPLES.iter().any(|(key, ..)| *key == field.key) || domain::import::is_beside(field.key);
        assert!(sampled, "nobody looks whether {} is shown", field.key);
    }
}

#[tokio::test]
async fn every_table_of_the_trail_is_told_or_classed() {
    let app = TestApp::new().await;
    let mut owner = app.catalogue().await;
    let sql = "select c.relname::text from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'audit'";
    let rows = sqlx::raw_sql(sql).fetch_all(&mut owner).await.expect("triggers");
    assert!(rows.len() > 8);
    for row in rows {
        let table: String = row.get(0);
        let known = store::activity::PLAIN.contains(&table.as_str())
            || store::activity::BESIDE.contains(&table.as_str())
            || Target::parse(&table).is_some()
            || store::activity::OF_A_CLASS.iter().any(|(name, _)| *name == table);
        assert!(known, "what changes in {table} is hidden from everybody in the trail: say what it is");
    }
}

#[tokio::test]
async fn what_a_class_holds_is_shown_to_nobody_without_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let fields: Vec<_> = SAMPLES.iter().map(|(key, value, _)| (*key, *value)).collect();
    let ada = company.employee(&[&fields[..], &[("email", "ada@lamps.example")]].concat()).await;
    let mut owner = company.owner().await;
    let everywhere = [
        "/w/acme".to_owned(),
        "/w/acme/search?q=ada".to_owned(),
        "/w/acme/hr/employees".to_owned(),
        "/w/acme/hr/employees?sort=-salary".to_owned(),
        "/w/acme/hr/employees/export".to_owned(),
        format!("/w/acme/hr/employees/{ada}"),
        format!("/w/acme/hr/employees/{ada}/timeline"),
        format!("/w/acme/hr/employees/{ada}/edit"),
        "/w/acme/settings/audit?record=employees".to_owned(),
        "/w/acme/settings/audit/export?record=employees".to_owned(),
    ];
    let columns: Vec<_> = SAMPLES.iter().map(|(key, ..)| ("columns", *key)).collect();
    let shown = async |browser: &mut Browser, path: &str| {
        let page = browser.get(path).await;
        let given = |(_, _, gives): &(&str, &str, &[&str])| gives.iter().any(|g| page.text.contains(*g));
        SAMPLES.iter().filter(|s| given(s)).map(|(key, ..)| *key).collect::<Vec<_>>()
    };
    // The owner sees all of it, so the test looks in the right places.
    owner.post("/w/acme/hr/employees/columns", &columns).await;
    for path in &everywhere[2..6] {
        assert_eq!(shown(&mut owner, path).await.len(), SAMPLES.len(), "{path}");
    }
    // Whoever has every other right sees none of it.
    let rights: Vec<_> = CATALOGUE
        .iter()
        .filter(|r| r.class.is_none() && !r.key.ends_with(".import") && r.key != "workspace.own")
        .map(|r| (r.key, "all"))
        .collect();
    let role = company.role("Nearly all", &rights).await;
    let email = app.email("nearly");
    company.join("Nadja Nearly", &email, Role::Custom(role)).await;
    let mut nearly = app.browser();
    nearly.sign_in(&email, PASSWORD).await;
    nearly.post("/w/acme/hr/employees/columns", &columns).await;
    for path in &everywhere {
        let page = nearly.get(path).await;
        assert!(page.status.is_success(), "{path}: {page}");
        assert_eq!(shown(&mut nearly, path).await, [""; 0], "{path}");
    }
}
