//! Custom fields: made in the settings, filled in forms, shown, found, brought by files, and closed by their class.

use crate::support::{Browser, Company, PASSWORD, TestApp};
use axum::http::StatusCode;
use domain::access::Role;

const LIST: &str = "/w/acme/hr/employees";
const FIELDS: &str = "/w/acme/settings/fields";

/// Adds a field as an owner does.
async fn field(owner: &mut Browser, label: &str, kind: &str, more: &[(&str, &str)]) {
    owner.get(&format!("{FIELDS}/new")).await;
    let fields = [&[("Name", label), ("Kind", kind)][..], more].concat();
    let page = owner.fill("Add field", &fields).await;
    assert!(page.says(&format!("{label} is a field of")), "{page}");
}

async fn fields(company: &Company<'_>) -> Browser {
    let mut owner = company.owner().await;
    field(&mut owner, "T-shirt size", "choice", &[("Options", "S\nM\nL")]).await;
    field(&mut owner, "Desk number", "number", &[("Help", "As on the floor plan")]).await;
    field(&mut owner, "Languages", "text", &[]).await;
    field(&mut owner, "Badge until", "date", &[]).await;
    field(&mut owner, "First aider", "yes_no", &[]).await;
    field(&mut owner, "Mentor", "person", &[]).await;
    field(&mut owner, "Passport", "text", &[("Seen by", "personal")]).await;
    field(&mut owner, "Bonus", "money", &[("Seen by", "pay")]).await;
    owner
}

const FILLED: &[(&str, &str)] = &[
    ("T-shirt size", "L"),
    ("Desk number", "1,250.5"),
    ("Languages", "Dutch, Frisian"),
    ("Badge until", "2027-03-04"),
    ("First aider", "yes"),
    ("Mentor", "7"),
    ("Passport", "NX123"),
    ("Bonus", "1,200.50"),
];

#[tokio::test]
async fn fields_are_filled_shown_changed_and_told() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("number", "7"), ("first_name", "Max"), ("last_name", "Mentor")]).await;
    let ada = company.employee(&[("number", "8")]).await;
    let mut owner = fields(&company).await;
    let (record, edit) = (format!("{LIST}/{ada}"), format!("{LIST}/{ada}/edit"));
    let page = owner.get(&edit).await;
    assert!(page.says("As on the floor plan"), "{page}");
    // All that is wrong is told at once, beside the fields, and nothing typed is lost.
    let wrong = [("Desk number", "many"), ("Badge until", "2027-02-30"), ("Mentor", "999"), ("Email", "no address")];
    let page = owner.fill("Save changes", &[FILLED, &wrong].concat()).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    for (field, why) in
        [("custom-desk_number", "This is not a number"), ("custom-badge_until", "no such day"), ("email", "address")]
    {
        assert!(page.error(field).contains(why), "{field}: {:?}", page.error(field));
    }
    assert!(page.says("Desk number: This is not a number"), "the summary calls it as people do: {page}");
    assert_eq!((page.value("custom-desk_number"), page.value("custom-t_shirt_size")), ("many".into(), "L".into()));
    let page = owner.fill("Save changes", &[FILLED, &[("Email", ""), ("Mentor", "999")]].concat()).await;
    assert_eq!(page.error("custom-mentor"), "No employee has the number 999.");
    let page = owner.fill("Save changes", &[("Mentor", "7")]).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    for words in ["1250.5", "Dutch, Frisian", "4 Mar 2027", "Yes", "Max Mentor", "NX123", "$1,200.50"] {
        assert!(page.says(words), "{words}: {page}");
    }
    // The form has what was kept; sent again as it is, it changes nothing.
    let page = owner.get(&edit).await;
    assert_eq!(page.value("custom-mentor"), "7 · Max Mentor");
    owner.press("Save changes").await;
    owner.get(&edit).await;
    owner.fill("Save changes", &[("T-shirt size", "S"), ("Languages", ""), ("Bonus", "99")]).await;
    let page = owner.get(&format!("{record}/timeline")).await;
    for words in ["T-shirt size", "Languages", "Bonus", "$99.00", "Max Mentor", "4 Mar 2027"] {
        assert!(page.says(words), "{words}: {page}");
    }
    assert!(!page.says("custom-"), "fields are told by their names: {page}");
    let page = owner.get("/w/acme/settings/audit?record=employees").await;
    assert!(page.says("T-shirt size") && page.says("Dutch, Frisian") && !page.says("custom-"), "{page}");

    // Two at once: what only one changed is taken over, what both did is told.
    let mut admin = company.admin().await;
    let (mut mine, mut theirs) =
        (owner.get(&edit).await.form("Save changes"), admin.get(&edit).await.form("Save changes"));
    theirs = theirs.set("Desk number", "5").set("T-shirt size", "M");
    admin.send(theirs).await;
    mine = mine.set("T-shirt size", "L").set("Passport", "NX9");
    let page = owner.send(mine).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "{page}");
    assert!(page.says("T-shirt size") && !page.error("custom-t_shirt_size").is_empty(), "{page}");
    assert_eq!((page.value("custom-desk_number"), page.value("custom-passport")), ("5".into(), "NX9".into()));
    let page = owner.press("Save changes").await;
    assert!(page.says("NX9") && page.says("L"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_field_is_closed_until_its_class_opens_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("number", "7"), ("last_name", "Mentor")]).await;
    let ada = company.employee(&[("number", "8"), ("first_name", "Ada")]).await;
    let mut owner = fields(&company).await;
    owner.get(&format!("{LIST}/{ada}/edit")).await;
    owner.fill("Save changes", FILLED).await;
    let columns = [("columns", "custom-passport"), ("columns", "custom-bonus"), ("columns", "custom-languages")];
    owner.post(&format!("{LIST}/columns"), &columns).await;
    let page = owner.get(LIST).await;
    assert!(page.says("NX123") && page.says("$1,200.50") && page.says("Dutch"), "{page}");
    let file = owner.get(&format!("{LIST}/export")).await;
    assert!(
        file.text.contains("NX123") && file.text.contains("1200.50") && file.text.contains("Passport"),
        "{}",
        file.text
    );
    for role in [Role::Recruiter, Role::Employee, Role::Auditor, Role::Manager] {
        let mut other = company.signed_in(role).await;
        other.post(&format!("{LIST}/columns"), &columns).await;
        for path in [
            LIST.to_owned(),
            format!("{LIST}/{ada}"),
            format!("{LIST}/{ada}/timeline"),
            format!("{LIST}?custom-passport=NX&columns=custom-passport"),
            "/w/acme".to_owned(),
        ] {
            let page = other.get(&path).await;
            let shut = ["NX123", "1,200", "Passport", "Bonus"]
                .iter()
                .find(|w| page.says(w) && !path.contains("custom-passport="));
            assert_eq!(shut, None, "{role} {path}: {page}");
            assert!(!page.text.contains("NX123"), "{role} {path}");
        }
        let page = other.get(&format!("{LIST}?custom-passport=NX")).await;
        assert_eq!(page.names(), [""; 0], "{role} finds by it: {page}");
        let page = other.get(&format!("{LIST}?custom-bonus-from=1")).await;
        assert_eq!(page.names(), [""; 0], "{role} finds by it: {page}");
        assert_eq!(other.get(&format!("{LIST}?custom-languages=dutch")).await.names().len(), 1, "{role}");
        assert_eq!(other.get(FIELDS).await.status, StatusCode::NOT_FOUND, "{role}");
    }
    assert_eq!(owner.get(&format!("{LIST}?custom-bonus-from=1,200&custom-bonus-to=1,201")).await.names().len(), 1);
    // Whoever may change the record, and not the class, leaves it as it is.
    let mona = company.employee(&[("number", "9"), ("last_name", "Manager")]).await;
    company.link(company.member(Role::Manager).await.member, mona).await;
    let sql = format!("update employees set manager_id = '{mona}' where id = '{ada}'");
    app.trial.admin(&sql).await.expect("she reports");
    let mut manager = company.manager().await;
    let page = manager.get(&format!("{LIST}/{ada}/edit")).await;
    assert!(page.says("Languages") && !page.says("Passport"), "{page}");
    let form = page.form("Save changes").set("Languages", "Greek");
    manager.send(form).await;
    let page = owner.get(&format!("{LIST}/{ada}")).await;
    assert!(page.says("Greek") && page.says("NX123") && page.says("$1,200.50"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_list_is_asked_by_them_and_shows_them() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = fields(&company).await;
    company
        .employees([
            vec![
                ("number", "7"),
                ("first_name", "Max"),
                ("last_name", "A"),
                ("custom-t_shirt_size", "S"),
                ("custom-desk_number", "3"),
            ],
            vec![
                ("number", "8"),
                ("first_name", "Ben"),
                ("last_name", "B"),
                ("custom-t_shirt_size", "L"),
                ("custom-desk_number", "12"),
                ("custom-first_aider", "yes"),
            ],
            vec![
                ("number", "9"),
                ("first_name", "Cleo"),
                ("last_name", "C"),
                ("custom-badge_until", "2027-03-04"),
                ("custom-languages", "Dutch"),
                ("custom-first_aider", "no"),
                ("custom-mentor", "7"),
            ],
        ])
        .await;
    for (question, found) in [
        ("custom-t_shirt_size=S&custom-t_shirt_size=L", &["Max A", "Ben B"][..]),
        ("custom-t_shirt_size=L", &["Ben B"]),
        ("custom-desk_number-from=5", &["Ben B"]),
        ("custom-desk_number-to=5", &["Max A"]),
        ("custom-desk_number-from=3&custom-desk_number-to=12", &["Max A", "Ben B"]),
        ("custom-badge_until-from=2027-01-01", &["Cleo C"]),
        ("custom-badge_until-to=2027-01-01", &[]),
        ("custom-first_aider=no", &["Cleo C"]),
        ("custom-languages=DUT", &["Cleo C"]),
        ("custom-mentor=7", &["Cleo C"]),
        ("custom-mentor=7+%C2%B7+Max+A", &["Cleo C"]),
        ("custom-mentor=max+a", &["Cleo C"]),
        ("custom-mentor=Ben+B", &[]),
        ("custom-desk_number-from=many", &[]),
        ("custom-nothing=1", &[]),
        ("custom-t_shirt_size=", &["Max A", "Ben B", "Cleo C"]),
    ] {
        let page = owner.get(&format!("{LIST}?{question}")).await;
        assert_eq!(page.names(), found, "{question}: {page}");
        if question != "custom-t_shirt_size=" {
            assert!(page.has(".chip"), "{question}");
        }
    }
    let page = owner.get(&format!("{LIST}?custom-t_shirt_size=L&custom-desk_number-from=1")).await;
    assert_eq!(page.all(".chip-label"), ["Desk number", "T-shirt size"], "{page}");
    // Bulk and files ask the same.
    let page = owner
        .get(&format!("{LIST}/export?custom-t_shirt_size=L&columns=custom-t_shirt_size&columns=custom-mentor"))
        .await;
    assert_eq!(
        page.text.trim_start_matches('\u{feff}').replace("\r\n", "\n"),
        "First name,Last name,T-shirt size,Mentor\nBen,B,L,\n"
    );
    let page = owner.get(&format!("{LIST}/archivals?custom-first_aider=no")).await;
    assert!(page.says("Archive all 1 that fit"), "{page}");
    // An option that is offered no more stays where it is chosen.
    let page = owner.get(FIELDS).await;
    let edit = page.link("T-shirt size").expect("a field");
    owner.get(&edit).await;
    owner.fill("Save changes", &[("Options", "S\nM")]).await;
    let ben = owner.get(&format!("{LIST}?custom-t_shirt_size=L")).await.link("BB Ben B");
    let ben = ben.or_else(|| owner.page.attribute("tbody th.table-first a", "href")).expect("Ben");
    let page = owner.get(&format!("{ben}/edit")).await;
    assert!(page.says("L (not offered any more)"), "{page}");
    let page = owner.press("Save changes").await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_file_brings_them_and_undo_takes_them_out_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = fields(&company).await;
    let ben = company
        .employee(&[
            ("number", "1"),
            ("first_name", "Ben"),
            ("custom-languages", "Welsh"),
            ("custom-t_shirt_size", "S"),
        ])
        .await;
    owner.get(&format!("{LIST}/imports")).await;
    let file = "Number,First name,Last name,T-Shirt Size,desk_number,Badge until,Passport\n\
                1,Ben,B,M,4,3/4/2027,\n2,Cleo,C,l,1.5,2027-01-02,NX1\n3,Dora,D,huge,5,,\n";
    let form = owner.form("Check the file").file("File", "people.csv", file);
    let page = owner.send(form).await;
    assert!(page.says("1 new, 1 changed, 1 wrong") && page.says("Use one of S, M, L"), "{page}");
    owner.press("Import 2 rows, leave out 1").await;
    app.run_jobs().await;
    let import = owner.page.path.clone();
    owner.get(&import).await;
    let page = owner.get(&format!("{LIST}/{ben}")).await;
    assert!(page.says("4 Mar 2027") || page.says("3 Apr 2027"), "{page}");
    assert!(page.says("Welsh") && page.all("dd").contains(&"M".to_owned()), "{page}");
    assert_eq!(owner.get(&format!("{LIST}?custom-passport=nx1&custom-desk_number-from=1.5")).await.names(), ["Cleo C"]);
    owner.get(&import).await;
    owner.click("Undo this import").await;
    owner.press("Remove 1 employee, put back 1").await;
    app.run_jobs().await;
    let page = owner.get(&format!("{LIST}/{ben}")).await;
    assert!(page.says("Welsh") && page.all("dd").contains(&"S".to_owned()), "{page}");
    assert!(!page.all("dd").iter().any(|fact| fact.contains("2027")), "{page}");
    assert_eq!(owner.get(LIST).await.names(), ["Ben Lovelace"]);
}

#[tokio::test]
async fn fields_have_a_place_and_an_archive_that_loses_nothing() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = fields(&company).await;
    let ada = company.employee(&[("custom-languages", "Welsh")]).await;
    let page = owner.get(FIELDS).await;
    assert_eq!(page.names()[..3], ["T-shirt size", "Desk number", "Languages"]);
    let page = owner.press("Up: Languages").await;
    assert_eq!(page.names()[..3], ["T-shirt size", "Languages", "Desk number"]);
    let page = owner.press("Archive: Languages").await;
    assert!(page.says("Languages is archived."), "{page}");
    let page = owner.get(&format!("{LIST}/{ada}")).await;
    assert!(!page.says("Welsh") && !page.says("Languages"), "{page}");
    // Its form is saved without it, and nothing is lost.
    owner.get(&format!("{LIST}/{ada}/edit")).await;
    owner.fill("Save changes", &[("T-shirt size", "M")]).await;
    owner.get(FIELDS).await;
    owner.press("Restore: Languages").await;
    let page = owner.get(&format!("{LIST}/{ada}")).await;
    assert!(page.says("Welsh"), "{page}");
    // Rules of a field, beside its fields.
    owner.get(&format!("{FIELDS}/new")).await;
    let page = owner.fill("Add field", &[("Name", "Languages"), ("Kind", "choice")]).await;
    assert_eq!((page.status, page.error("options").is_empty()), (StatusCode::UNPROCESSABLE_ENTITY, false), "{page}");
    let page = owner.fill("Add field", &[("Name", "languages"), ("Kind", "text"), ("Key", "other")]).await;
    assert_eq!(page.error("label"), "There is a field of this name already.");
    let page = owner.fill("Add field", &[("Name", "Tongues"), ("Key", "languages")]).await;
    assert!(page.error("key").contains("There is or was a field of this key."), "{page}");
    // What is required is, in forms.
    field(&mut owner, "Locker", "text", &[("Required", "true")]).await;
    owner.get(&format!("{LIST}/{ada}/edit")).await;
    let page = owner.press("Save changes").await;
    assert_eq!(page.error("custom-locker"), "Please fill this in.");
    // Customers have fields by the same mechanism.
    owner.get(&format!("{FIELDS}/new?noun=customers")).await;
    owner.fill("Add field", &[("Name", "Tier"), ("Kind", "choice"), ("Options", "Gold\nSilver")]).await;
    let firm = company.customer(&[("name", "Harbour"), ("custom-tier", "Gold")]).await;
    company.customer(&[("name", "Inland")]).await;
    let page = owner.get("/w/acme/crm/customers?custom-tier=Gold&columns=custom-tier").await;
    assert!(page.link("HA Harbour").is_some() || page.says("Harbour"), "{page}");
    assert!(!page.says("Inland") && page.says("Gold"), "{page}");
    owner.get(&format!("/w/acme/crm/customers/{firm}/edit")).await;
    let page = owner.fill("Save changes", &[("Tier", "Silver")]).await;
    assert!(page.says("Silver") && page.says("Details"), "{page}");
    let page = owner.get(&format!("/w/acme/crm/customers/{firm}/timeline")).await;
    assert!(page.says("Tier") && page.says("Gold"), "{page}");
    app.run_jobs().await;
}

#[tokio::test]
async fn fifty_are_in_use_at_most() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let sql = format!(
        "insert into custom_fields (tenant_id, id, noun, key, label, kind, class, place, created_at, updated_at)
         select '{}', gen_random_uuid(), 'employees', 'f' || n, 'Field ' || n, 'text', 'directory', n, now(), now() from generate_series(1, 50) n",
        company.tenant
    );
    app.trial.admin(&sql).await.expect("fifty fields");
    owner.get(&format!("{FIELDS}/new")).await;
    let page = owner.fill("Add field", &[("Name", "One more")]).await;
    assert!(
        page.status == StatusCode::UNPROCESSABLE_ENTITY && page.says("There are 50 fields of employees in use"),
        "{page}"
    );
    assert_eq!(page.value("label"), "One more");
}

#[tokio::test]
async fn files_of_many_records_are_brought_by_their_names() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("number", "1042"), ("first_name", "Ada")]).await;
    let ben = company.employee(&[("number", "1043"), ("first_name", "Ben")]).await;
    let mut owner = company.owner().await;
    let many = format!("{LIST}/field-files");
    assert!(owner.get(&many).await.says("No field holds files"));
    field(&mut owner, "Diploma", "file", &[]).await;
    let bring = async |owner: &mut Browser, replace: &str, names: &[&str]| {
        let page = owner.get(&many).await;
        let mut form = page.form("Bring files").set("replace", replace);
        for name in names {
            form = form.file("file", name, b"%PDF-1.7\n%%EOF".to_vec());
        }
        owner.send(form).await
    };
    let page = bring(&mut owner, "", &["1042.pdf", "1043_diploma of 2019.pdf", "77.pdf"]).await;
    assert!(page.says("2 of 3 files are kept") && page.says("No employee is called “77”, or several are."), "{page}");
    for (who, file) in [(ada, "1042.pdf"), (ben, "1043_diploma of 2019.pdf")] {
        assert!(owner.get(&format!("{LIST}/{who}")).await.says(file), "{file}");
    }
    let page = bring(&mut owner, "", &["1042 new.pdf"]).await;
    assert!(page.says("Ada Lovelace has a file there already."), "{page}");
    let page = bring(&mut owner, "true", &["1042 new.pdf"]).await;
    assert!(page.says("1 of 1 files are kept"), "{page}");
    assert!(owner.get(&format!("{LIST}/{ada}")).await.says("1042 new.pdf"));
    assert!(bring(&mut owner, "", &[]).await.says("Choose the files."));
    assert_eq!(company.employee_member().await.get(&many).await.status, StatusCode::NOT_FOUND);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_file_is_brought_to_a_field_and_opened_through_its_record() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let ada = company.employee(&[("number", "8")]).await;
    let mut owner = company.owner().await;
    field(&mut owner, "Diploma", "file", &[]).await;
    field(&mut owner, "Contract", "file", &[("Seen by", "pay")]).await;
    // A form cannot ask for one.
    owner.get(&format!("{FIELDS}/new")).await;
    let page = owner.fill("Add field", &[("Name", "Scan"), ("Kind", "file"), ("Required", "true")]).await;
    assert!(page.error("required").contains("once the record is there"), "{page}");
    let (record, files) = (format!("{LIST}/{ada}"), format!("{LIST}/{ada}/field-files"));
    let page = owner.get(&record).await;
    assert!(page.says("Diploma") && page.says("Bring a file"), "{page}");
    // What is no file that we take is told beside the field.
    let bring = async |owner: &mut Browser, field: &str, name: &str, content: &[u8]| {
        let page = owner.get(&files).await;
        let button = match page.has_form(&format!("{field}: bring this file")) {
            true => format!("{field}: bring this file"),
            false => format!("{field}: use this file instead"),
        };
        let form = page.form(&button).file("file", name, content.to_vec());
        owner.send(form).await
    };
    let page = bring(&mut owner, "Diploma", "x.svg", b"<svg onload=alert(1)>").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    let page = bring(&mut owner, "Diploma", "../../x.pdf", b"%PDF-1.7\n%%EOF").await;
    assert_eq!(page.toast(), "Diploma: “x.pdf” is kept.");
    let open = page.link("x.pdf").expect("it leads to the file");
    assert_eq!(owner.get(&open).await.status, StatusCode::OK);
    let page = bring(&mut owner, "Contract", "pay.pdf", b"%PDF-1.7\n%%EOF").await;
    let pay = page.link("pay.pdf").expect("it leads to the file");
    // That it was opened is in the trail, which what happened lately on the home page is no copy of.
    assert_eq!(owner.get(&pay).await.status, StatusCode::OK);
    assert_eq!(owner.get("/w/acme").await.status, StatusCode::OK);
    // Without pay, that field and its file are not there; the other one is. Whoever sees no such record opens neither.
    let mut employee = company.employee_member().await;
    let page = employee.get(&record).await;
    assert!(page.says("x.pdf") && !page.says("pay.pdf"), "{page}");
    assert_eq!(employee.get(&open).await.status, StatusCode::OK);
    assert_eq!(employee.get(&pay).await.status, StatusCode::NOT_FOUND);
    let (few, email) = (company.role("Few", &[("employees.read", "own")]).await, app.email("few"));
    company.join("Fay Few", &email, Role::Custom(few)).await;
    let mut few = app.browser();
    few.sign_in(&email, PASSWORD).await;
    assert_eq!(few.get(&open).await.status, StatusCode::NOT_FOUND);
    let other = app.company("other").await;
    let mut foreign = other.owner().await;
    let theirs = open.replace("/w/acme/", "/w/other/");
    assert_eq!(foreign.get(&theirs).await.status, StatusCode::NOT_FOUND);
    // It is found by having one, stands in the file as its name, and is told in the trail.
    let page = owner.get(&format!("{LIST}?custom-diploma=yes&columns=custom-diploma")).await;
    assert_eq!(page.rows().len(), 1, "{page}");
    assert!(page.says("x.pdf"));
    assert!(owner.get(&format!("{record}/timeline")).await.says("Diploma"));
    // The form of the record leaves it alone; taken away, it is opened by nobody.
    owner.get(&format!("{record}/edit")).await;
    owner.fill("Save changes", &[("Location", "Utrecht")]).await;
    assert!(owner.get(&record).await.says("x.pdf"));
    // Another one takes its place; what is not in a field any more leaves the storage, too.
    bring(&mut owner, "Diploma", "y.pdf", b"%PDF-1.7\n%%EOF").await;
    assert_eq!(owner.get(&open).await.status, StatusCode::NOT_FOUND);
    owner.get(&files).await;
    let page = owner.press("Diploma: take the file away").await;
    assert_eq!(page.toast(), "Diploma: the file is gone.");
    assert_eq!(owner.get(&open).await.status, StatusCode::NOT_FOUND);
    let kept = || match &app.config.storage {
        jobs::storage::Place::Folder(path) => {
            std::fs::read_dir(path.join(company.tenant.to_string())).map_or(0, Iterator::count)
        }
        jobs::storage::Place::Bucket(_) => panic!("tests keep files in a folder"),
    };
    let before = kept();
    for days in [0, 2] {
        app.clock.advance(chrono::Duration::days(days));
        jobs::schedule::tick(&app.db, &jobs::schedule::product()).await.expect("the schedule ticks");
        app.run_jobs().await;
    }
    assert_eq!(before - kept(), 2, "{before}");
    assert!(owner.get(&record).await.says("pay.pdf"));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_file_names_people_by_their_numbers() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("number", "7"), ("first_name", "Max"), ("last_name", "Mentor")]).await;
    let ben = company.employee(&[("number", "1"), ("first_name", "Ben"), ("last_name", "B")]).await;
    let mut owner = fields(&company).await;
    let file = "Number,First name,Last name,Mentor\n1,Ben,B,7\n2,Cleo,C,99\n";
    let bring = async |owner: &mut Browser| {
        owner.get(&format!("{LIST}/imports")).await;
        let form = owner.form("Check the file").file("File", "people.csv", file);
        owner.send(form).await
    };
    let page = bring(&mut owner).await;
    assert!(page.says("1 new, 1 changed") && page.says("No employee has the number 99 yet"), "{page}");
    owner.press("Import 2 rows").await;
    app.run_jobs().await;
    assert!(owner.get(&format!("{LIST}/{ben}")).await.says("Max Mentor"));
    assert_eq!(owner.get(&format!("{LIST}?custom-mentor=7")).await.names(), ["Ben B"]);
    // Twice is once.
    assert!(bring(&mut owner).await.says("2 unchanged"));
}
