//! Records that may be one: told beside the form, listed as pairs, and counted before an import.

use crate::support::TestApp;
use axum::http::StatusCode;
use domain::{access::Role, workspace::access::Subject};

const CONTACTS: &str = "/w/acme/crm/contacts";
const CUSTOMERS: &str = "/w/acme/crm/customers";

#[tokio::test]
async fn who_adds_somebody_twice_is_told_and_may_mean_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let known = company.contact(&[("first_name", "Ada"), ("last_name", "Byron"), ("phone", "+49 30 1234567")]).await;
    company.point(Subject::Contact(known), "email", "ada@lamps.example").await;
    let mut owner = company.owner().await;
    for (name, field, typed, told) in [
        ("King", "email", "ADA@lamps.example", "same email"),
        ("Lovelace", "phone", "030 / 123 45 67", "same number"),
        ("Býron, Ada", "job_title", "Buyer", ""),
        ("Ada Byrron", "job_title", "Buyer", "same name"),
    ] {
        owner.get(&format!("{CONTACTS}/new")).await;
        let form = owner.form("Add contact").set("last_name", name).set(field, typed);
        let page = owner.send(form).await;
        if told.is_empty() {
            assert_eq!(page.status, StatusCode::OK, "{name}: {page}");
            continue;
        }
        assert_eq!(page.status, StatusCode::CONFLICT, "{name}: {page}");
        assert!(page.says("This contact may be there already") && page.says(told), "{name}: {page}");
        assert!(page.text.contains(&known.to_string()), "it is linked: {page}");
        // What was told is seen: saved again, it is meant.
        let page = owner.send(page.form("Add contact")).await;
        assert!(page.toast().ends_with("was added."), "{name}: {page}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn a_lead_is_known_by_another_lead_and_by_a_contact() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let list = company.at("/crm/leads");
    let known = company.lead(&[("name", "Ada Byron"), ("company", "Lamps"), ("phone", "+49 30 1234567")]).await;
    let gone = [("email", "no@lamps.example"), ("status", "disqualified"), ("reason", "No budget")];
    company.lead(&[&[("name", "Told No")], &gone[..]].concat()).await;
    let contact = company.contact(&[("last_name", "Hopper"), ("email", "grace@hopper.example")]).await;
    let mut owner = company.owner().await;
    for (name, field, typed, told, which) in [
        ("Charles", "phone", "030 / 123 45 67", "same number", known.to_string()),
        ("Ada Býron", "company", "lamps", "same name", known.to_string()),
        // A namesake at another company is somebody else.
        ("Ada Byron", "company", "Tables", "", String::new()),
        // Who was turned away may come again, and who adds them knows it.
        ("No Longer", "email", "NO@lamps.example", "same email", String::new()),
        ("Grace", "email", "grace@hopper.example", "(contact) same email", contact.to_string()),
    ] {
        owner.get(&format!("{list}/new")).await;
        let page = owner.send(owner.form("Add lead").set("name", name).set(field, typed)).await;
        if told.is_empty() {
            assert_eq!(page.status, StatusCode::OK, "{name}: {page}");
            continue;
        }
        assert_eq!(page.status, StatusCode::CONFLICT, "{name}: {page}");
        assert!(page.says("This lead may be there already") && page.says(told), "{name}: {page}");
        assert!(page.text.contains(&which), "it is linked: {page}");
        let page = owner.send(page.form("Add lead")).await;
        assert!(page.toast().ends_with("was added."), "{name}: {page}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn a_company_is_known_by_its_name_and_by_the_mail_of_its_people() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.customer(&[("name", "Müller & Söhne GmbH"), ("domain", "mueller.example")]).await;
    let mut owner = company.owner().await;
    for (name, email, told) in [
        ("Mueller und Soehne", "", false),
        ("Mueller & Soehne AG", "", true),
        ("Other Ltd", "info@mueller.example", true),
        ("Third Ltd", "info@gmail.com", false),
    ] {
        owner.get(&format!("{CUSTOMERS}/new")).await;
        let page = owner.send(owner.form("Add customer").set("name", name).set("email", email)).await;
        let expected = if told { StatusCode::CONFLICT } else { StatusCode::OK };
        assert_eq!(page.status, expected, "{name}: {page}");
        assert_eq!(page.says("This customer may be there already"), told, "{name}: {page}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn pairs_are_listed_with_their_reasons_and_not_again_once_parted() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.customer(&[("name", "Globex GmbH"), ("domain", "globex.example")]).await;
    company.customer(&[("name", "Globex"), ("email", "info@globex.example")]).await;
    let one =
        company.contact(&[("last_name", "Byron"), ("email", "a@one.example"), ("phone", "+1 555 010 1234")]).await;
    company.contact(&[("last_name", "King"), ("phone", "001-555-010-1234")]).await;
    company.contact(&[("last_name", "Alone"), ("email", "b@one.example")]).await;
    let mut owner = company.owner().await;
    let page = owner.get("/w/acme/crm/duplicates").await;
    assert!(page.says("Globex GmbH") && page.says("Same name") && page.says("Same domain"), "{page}");
    let page = owner.get("/w/acme/crm/duplicates/contacts").await;
    assert!(page.says("Byron") && page.says("King") && page.says("Same number") && !page.says("Alone"), "{page}");
    // Many share a switchboard: nothing is said of anybody by it.
    for letter in "abcdefghijk".chars() {
        company.contact(&[("last_name", &format!("Desk {letter}")), ("phone", "+49 89 999 1111")]).await;
    }
    let page = owner.send(page.form("Not the same")).await;
    assert!(page.says("No two look alike"), "{page}");
    // Of another workspace, and of nobody's seeing, there is nothing.
    let other = app.company("globex").await;
    other.contact(&[("last_name", "Byron"), ("email", "a@one.example")]).await;
    let page = owner.get("/w/acme/crm/duplicates/contacts").await;
    assert!(page.says("No two look alike"), "{page}");
    let stranger = [("one", one.to_string()), ("other", uuid::Uuid::new_v4().to_string())];
    let stranger: Vec<(&str, &str)> = stranger.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(owner.post("/w/acme/crm/duplicates/contacts", &stranger).await.status, StatusCode::NOT_FOUND);
    let mut employee = company.signed_in(Role::Employee).await;
    assert_eq!(employee.get("/w/acme/crm/duplicates").await.status, StatusCode::NOT_FOUND);
    app.run_jobs().await;
}

#[tokio::test]
async fn an_import_tells_of_rows_that_may_be_there_already() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.contact(&[("last_name", "Byron"), ("phone", "+49 30 1234567")]).await;
    company.customer(&[("name", "Globex GmbH")]).await;
    company.contact(&[("last_name", "Hopper"), ("email", "grace@hopper.example")]).await;
    company.lead(&[("name", "Ada Lovelace"), ("company", "Lamps"), ("phone", "+49 30 7654321")]).await;
    let mut owner = company.owner().await;
    let leads = &*company.at("/crm/leads");
    for (list, file, name) in [
        (leads, "Name,Phone\nKing,030 7654321\nCole,030 1111111\n", "Ada Lovelace"),
        (leads, "Name,Email\nG. H.,grace@hopper.example\n", "Hopper, a contact,"),
        (leads, "Name,Company,Email\nAda Lovelace,Lamps,ada@lamps.example\n", "Ada Lovelace"),
        (CONTACTS, "Last name,Phone\nKing,030 1234567\nCole,030 7654321\n", "Byron"),
        (CUSTOMERS, "Name,City\nGLOBEX,Rome\nOther,Rome\n", "Globex GmbH"),
    ] {
        let page = owner.get(&format!("{list}/imports")).await;
        let page = owner.send(page.form("Check the file").file("File", "file.csv", file)).await;
        let words = format!("{name} may be the same.");
        assert!(page.says(&words), "{list}: {page}");
    }
    // A namesake at another company is somebody else.
    let page = owner.get(&format!("{leads}/imports")).await;
    let file = "Name,Company,Email\nAda Lovelace,Tables,ada@tables.example\n";
    let page = owner.send(page.form("Check the file").file("File", "file.csv", file)).await;
    assert!(page.says("1 new") && !page.says("may be the same"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_in_the_archive_hides_no_pair_and_nobody_parts_what_is_not_theirs() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let phone = ("phone", "+49 89 999 1111");
    for n in 0..10 {
        let old = company.contact(&[("last_name", &format!("Old {n}")), phone]).await;
        owner.post(&format!("/w/acme/crm/contacts/{old}/archival"), &[]).await;
    }
    let one = company.contact(&[("last_name", "Byron"), phone]).await;
    let other = company.contact(&[("last_name", "King"), phone]).await;
    let list = "/w/acme/crm/duplicates/contacts";
    let page = owner.get(list).await;
    assert!(page.says("Byron") && page.says("King") && page.says("Same number"), "{page}");
    // Whoever may read all and change their own alone hides this one from nobody.
    let rights = [("contacts.read", "all"), ("contacts.write", "own"), ("home.read", "all")];
    let role = Role::Custom(company.role("Own contacts", &rights).await);
    let who = company.join("Own Contacts", &app.email("own.acme"), role).await;
    let mut browser = app.browser();
    browser.sign_in(&who.email, crate::support::PASSWORD).await;
    let two = [("one", one.to_string()), ("other", other.to_string())];
    let two: Vec<(&str, &str)> = two.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(browser.post(list, &two).await.status, StatusCode::NOT_FOUND);
    assert!(owner.get(list).await.says("Same number"));
    app.run_jobs().await;
}
