//! Imports: from a file to records, and back.

mod beside;
mod history;
mod made;
mod sales;
mod tickets;

use crate::support::{Browser, CONNECTIONS, Company, Page, TestApp};
use axum::http::StatusCode;
use domain::{
    ImportId,
    access::Role,
    hr::employees,
    import::{State, Target},
    jobs::RunImport,
    list::Total,
};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::path::Path;

/// Real data that is not ours to publish lies beside the repository, on some machines.
fn real(name: &str) -> Option<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        eprintln!("skipped: {} is not here", path.display());
    }
    bytes
}

/// Uploads a file as a person does. Where it was understood, the preview is on the screen.
async fn bring(
    company: &Company<'_>,
    browser: &mut Browser,
    noun: &str,
    name: &str,
    bytes: impl Into<Vec<u8>>,
) -> Page {
    browser.get(&company.at(&format!("/{noun}/imports"))).await;
    let form = browser.form("Check the file").file("File", name, bytes);
    browser.send(form).await
}

async fn people(company: &Company<'_>, browser: &mut Browser, bytes: impl Into<Vec<u8>>) -> Page {
    bring(company, browser, "hr/employees", "people.csv", bytes).await
}

/// Presses the button, lets the worker work, and looks again.
async fn go(company: &Company<'_>, browser: &mut Browser, button: &str) -> Page {
    let moving = browser.press(button).await;
    assert!(moving.has("progress") && moving.has("noscript"), "{moving}");
    company.app.run_jobs().await;
    let path = browser.page.path.clone();
    browser.get(&path).await
}

fn verdict(page: &Page) -> String {
    page.all(".alert-title").into_iter().next().unwrap_or_else(|| panic!("no alert in {page}"))
}

async fn all(company: &Company<'_>, filter: employees::Filter) -> Vec<employees::Employee> {
    let mut tx = company.begin().await;
    store::hr::employees::export(&mut tx, &filter, None, 100_000).await.expect("employees can be listed").0
}

async fn total(company: &Company<'_>) -> Total {
    let mut tx = company.begin().await;
    store::hr::employees::list(&mut tx, &employees::Filter::default(), domain::access::Sight::ALL)
        .await
        .expect("a list")
        .total
}

fn csv_of(n: usize, mut row: impl FnMut(usize) -> String) -> String {
    let mut csv = String::from("Number,First name,Last name,Start date,Manager\n");
    for i in 0..n {
        csv.push_str(&row(i));
        csv.push('\n');
    }
    csv
}

/// Ten thousand employees, 1,936 of whom have left; the two who lead all others are each other's managers.
struct Staff {
    file: Vec<u8>,
    /// Somebody's number, manager and salary.
    somebody: [&'static str; 3],
    /// The two, as they stand in the file.
    circle: [&'static str; 2],
}

impl Staff {
    fn made() -> Self {
        let somebody = ["20010", "20541", "$40,117.00"];
        Self { file: made::staff().into_bytes(), somebody, circle: ["20541", "21622"] }
    }
}

#[tokio::test]
async fn ten_thousand_people_come_in_twice_and_go_again() {
    come_in_twice_and_go_again(Staff::made()).await;
}

#[tokio::test]
async fn ten_thousand_people_of_a_real_file_do_so_too() {
    let Some(file) = real("hr-employees/employees_joined.csv") else { return };
    let somebody = ["10001", "10567", "$88,958.00"];
    come_in_twice_and_go_again(Staff { file, somebody, circle: ["10039", "10228"] }).await;
}

async fn come_in_twice_and_go_again(Staff { file, somebody, circle }: Staff) {
    let app = TestApp::new().await;
    let company = app.company("staff").await;
    let mut browser = company.owner().await;

    let page = people(&company, &mut browser, file.clone()).await;
    assert_eq!(verdict(&page), "10,000 rows: 10,000 new. 1 warning.");
    assert!(page.says("This would close a circle of managers. The row goes in without a manager."), "{page}");
    assert!(page.says("10 of 11 are imported"), "{page}");
    let page = go(&company, &mut browser, "Import 10,000 rows").await;
    assert_eq!(verdict(&page), "10,000 rows: 10,000 new. 1 warning.");
    let undo = page.link("Undo this import").expect("a way back");

    let everyone = all(&company, employees::Filter::default()).await;
    assert_eq!(everyone.len(), 10_000);
    assert_eq!(everyone.iter().filter(|e| e.status == employees::Status::Left).count(), 1_936);
    let of = |number: &str| everyone.iter().find(|e| e.number == number).expect("somebody").clone();
    let manager = |number: &str| of(number).manager.map(|m| m.number);
    let [number, its_manager, salary] = somebody;
    assert_eq!(manager(number).as_deref(), Some(its_manager));
    assert_eq!(of(number).salary.map(|s| s.to_string()).as_deref(), Some(salary));
    assert_eq!((manager(circle[0]).as_deref(), manager(circle[1])), (Some(circle[1]), None));

    let page = people(&company, &mut browser, file).await;
    assert_eq!(verdict(&page), "10,000 rows: 10,000 unchanged. 1 warning.");
    assert!(page.says("There is nothing to do"), "{page}");
    assert!(!page.has_form("Import 0 rows"));

    // The counter minds the numbers that came in, and keeps them in mind.
    let highest = everyone.iter().map(|e| e.number.parse::<u64>().expect("a number")).max().expect("many");
    browser.get(&undo).await;
    assert!(browser.page.says("10,000 employees that this import made are removed for good."), "{}", browser.page);
    let page = go(&company, &mut browser, "Remove 10,000 employees").await;
    assert!(page.says("10,000 employees removed."), "{page}");
    assert_eq!(total(&company).await, Total::Exactly(0));
    let next = company.employee(&[]).await;
    let mut tx = company.begin().await;
    let next = store::hr::employees::find(&mut tx, next).await.expect("an employee").number;
    assert_eq!(next, (highest + 1).to_string());
}

#[tokio::test]
async fn somebody_of_ten_thousand_is_found_and_changed_and_the_colleague_sees_it() {
    let app = TestApp::new().await;
    let company = app.company("found").await;
    let mut browser = company.owner().await;
    let Staff { file, .. } = Staff::made();
    people(&company, &mut browser, file.clone()).await;
    go(&company, &mut browser, "Import 10,000 rows").await;

    // Who still works there, of one name in one department, the longest there first: from the file itself.
    let mut reader = csv::Reader::from_reader(file.as_slice());
    let rows = reader.records().map(|r| r.expect("a row"));
    let asked = |r: &csv::StringRecord| &r[2] == "Grøntvedt" && &r[7] == "Glass Works" && r[6].is_empty();
    let mut expected: Vec<_> = rows.filter(asked).map(|r| (r[5].to_owned(), format!("{} {}", &r[1], &r[2]))).collect();
    expected.sort();
    let names: Vec<_> = expected.into_iter().map(|(_, name)| name).collect();
    assert!(names.len() > 1 && !names.is_sorted(), "no order to see in {names:?}");

    let list = company.at("/hr/employees");
    browser.get(&list).await;
    let page = browser.send(browser.form("Apply").set("q", "grøntvedt")).await;
    assert!(page.names().len() > names.len(), "{page}");
    let page = browser.send(browser.form("Apply").set("department", "Glass Works")).await;
    assert_eq!(page.names().len(), names.len(), "{page}");
    let page = browser.click("Start date").await;
    assert_eq!(page.names(), names, "{page}");
    let page = browser.click(&names[0]).await;
    assert_eq!(page.h1(), names[0]);
    let record = page.path.clone();

    let mut colleague = company.employee_member().await;
    assert!(!colleague.get(&record).await.says("Master of the furnace"));
    browser.click("Edit").await;
    let page = browser.fill("Save changes", &[("Job title", "Master of the furnace")]).await;
    assert_eq!(page.toast(), "Changes saved.", "{page}");
    let page = browser.click("Timeline").await;
    assert!(page.says("Olga Owner changed") && page.says("Master of the furnace"), "{page}");
    let page = colleague.get(&record).await;
    assert!(page.h1() == names[0] && page.says("Master of the furnace"), "{page}");
    app.run_jobs().await;
}

/// 85 customers, 15 of them with a parent; their revenue is in millions.
struct Accounts {
    file: Vec<u8>,
    /// Somebody's name; their revenue as it stands in the file and as millions, and both as money.
    somebody: &'static str,
    revenue: [&'static str; 2],
    money: [&'static str; 2],
}

#[tokio::test]
async fn customers_come_in_with_their_parents_and_go_again() {
    come_in_with_their_parents_and_go_again(Accounts {
        file: made::accounts().into_bytes(),
        somebody: "Alderaby Foundry",
        revenue: ["812.35", "812350000.00"],
        money: ["$812.35", "$812,350,000.00"],
    })
    .await;
}

#[tokio::test]
async fn customers_of_a_real_file_do_so_too() {
    let Some(file) = real("crm-sales/accounts.csv") else { return };
    come_in_with_their_parents_and_go_again(Accounts {
        file,
        somebody: "Acme Corporation",
        revenue: ["1100.04", "1100040000.00"],
        money: ["$1,100.04", "$1,100,040,000.00"],
    })
    .await;
}

async fn come_in_with_their_parents_and_go_again(accounts: Accounts) {
    let Accounts { file, somebody, revenue: [as_it_stands, as_millions], money } = accounts;
    let app = TestApp::new().await;
    let company = app.company("accounts").await;
    let mut browser = company.owner().await;
    let upload =
        async |browser: &mut Browser| bring(&company, browser, "crm/customers", "accounts.csv", file.clone()).await;

    let page = upload(&mut browser).await;
    assert_eq!(verdict(&page), "85 rows: 85 new.");
    let page = go(&company, &mut browser, "Import 85 rows").await;
    assert_eq!(verdict(&page), "85 rows: 85 new.");
    let undo = page.link("Undo this import").expect("a way back");
    let mut tx = company.begin().await;
    let everyone = store::crm::customers::export(&mut tx, &Default::default(), None, 1000).await.expect("customers").0;
    drop(tx);
    assert_eq!(everyone.len(), 85);
    assert_eq!(everyone.iter().filter(|c| c.parent.is_some()).count(), 15);
    assert!(everyone.iter().all(|c| c.country.is_some() && c.revenue.is_some()));

    // The file counts revenue in millions; told so, the same rows change. Undone, they are as they were.
    app.clock.advance(chrono::Duration::minutes(1));
    upload(&mut browser).await;
    let form = browser.form("Use these columns").set("Amounts are in", "millions");
    let page = browser.send(form).await;
    assert_eq!(verdict(&page), "85 rows: 85 changed.");
    assert!(page.says("Amounts are read as millions."), "{page}");
    assert!(
        page.all("#rows tbody tr").iter().any(|row| row.contains(&format!("{as_it_stands} → {as_millions}"))),
        "{page}"
    );
    go(&company, &mut browser, "Import 85 rows").await;
    // What was chosen is not to be chosen again: the next such file counts the same way.
    let ended = browser.page.path.clone();
    let page = upload(&mut browser).await;
    assert_eq!(verdict(&page), "85 rows: 85 unchanged.", "{page}");
    browser.press("Discard this file").await;
    browser.get(&ended).await;
    let revenue = async || {
        let mut tx = company.begin().await;
        let all = store::crm::customers::export(&mut tx, &Default::default(), None, 1000).await.expect("customers").0;
        all.into_iter().find(|c| c.name == somebody).and_then(|c| c.revenue).expect("it has some").to_string()
    };
    assert_eq!(revenue().await, money[1]);
    browser.click("Undo this import").await;
    go(&company, &mut browser, "Put back 85 customers").await;
    assert_eq!(revenue().await, money[0]);

    assert_eq!(verdict(&upload(&mut browser).await), "85 rows: 85 unchanged.");
    browser.get(&undo).await;
    let page = go(&company, &mut browser, "Remove 85 customers").await;
    assert!(page.says("85 customers removed."), "{page}");
    assert_eq!(verdict(&upload(&mut browser).await), "85 rows: 85 new.");
}

#[tokio::test]
async fn forty_wrong_rows_of_ten_thousand_stay_out_and_can_be_put_right() {
    let app = TestApp::new().await;
    let company = app.company("forty").await;
    let mut browser = company.owner().await;
    let csv = csv_of(10_000, |i| match i % 250 {
        7 => format!("{i},=cmd(),Byron,2020-02-31,"),
        _ => format!("{i},Ada,Byron,2020-02-28,"),
    });
    let page = people(&company, &mut browser, csv).await;
    assert_eq!(verdict(&page), "10,000 rows: 9,960 new, 40 wrong.");
    assert!(page.says("9,960 rows go in, 40 stay out."), "{page}");
    assert!(page.says("There is no such day."), "{page}");
    let before = browser
        .request(axum::http::Method::GET, &page.link("Wrong rows as a file").expect("a file"), &[], vec![])
        .await;
    for (tab, shown) in [("New 9,960", 50), ("Changed 0", 0), ("Unchanged 0", 0), ("Errors 40", 40)] {
        browser.click(tab).await;
        assert_eq!(browser.page.all("#rows tbody tr").len(), shown, "{tab}");
    }
    assert!(browser.page.all("#rows tbody tr").iter().all(|row| row.contains("There is no such day.")));

    let page = go(&company, &mut browser, "Import 9,960 rows, leave out 40").await;
    assert_eq!(verdict(&page), "10,000 rows: 9,960 new, 40 wrong.");
    let file = page.link("Wrong rows as a file").expect("a file");
    let file = browser.request(axum::http::Method::GET, &file, &[], vec![]).await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"people-wrong-rows.csv\"");
    assert_eq!(file.text, before.text);
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(lines.len(), 41);
    assert_eq!(lines[0].trim_start_matches('\u{feff}'), "Number,First name,Last name,Start date,Manager,Error");
    assert_eq!(lines[1], "7,'=cmd(),Byron,2020-02-31,,Start date: There is no such day.");

    let right = file.text.replace("2020-02-31", "2020-03-01");
    let page = people(&company, &mut browser, right).await;
    assert_eq!(verdict(&page), "40 rows: 40 new.");
    go(&company, &mut browser, "Import 40 rows").await;
    let everyone = all(&company, employees::Filter::default()).await;
    assert_eq!(everyone.len(), 10_000);
    assert_eq!(everyone.iter().filter(|e| e.first_name == "=cmd()").count(), 40);
}

#[tokio::test]
async fn files_that_are_no_table_are_told_what_is_wrong() {
    let app = TestApp::new().await;
    let company = app.company("bad-files").await;
    let mut browser = company.owner().await;
    let many = format!("First name\n{}", "A\n".repeat(100_001));
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let locked = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), locked].concat();
    for (name, bytes, told) in [
        ("photo.csv", b"\x89PNG\r\n\x1a\n0000".to_vec(), "This is a picture."),
        ("paper.pdf", b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n1 0 obj\n".to_vec(), "This is a PDF document. Bring a CSV file"),
        ("noise.csv", (0..=255).cycle().take(4096).map(|b: u8| b | 1).collect(), "This is no table: a picture"),
        ("sound.csv", (0..=255).cycle().take(4096).collect(), "This is no table: a picture"),
        ("page.csv", b"<!DOCTYPE html><table><tr><td>Name".to_vec(), "This is a web page."),
        ("empty.csv", b"".to_vec(), "This file is empty."),
        ("head.csv", b"First name,Last name\r\n".to_vec(), "a header and no rows"),
        ("bare.csv", b"1,Ada,Byron,1986-06-26\n2,Ben,Cole,1987-01-01\n".to_vec(), "This file has no header."),
        ("nul.csv", b"First name,Last name\nAda,By\0ron\n".to_vec(), "Line 2 holds a letter that no text has"),
        ("locked.xlsx", locked, "locked by a password"),
        ("many.csv", many.into_bytes(), "more than 100,000 rows"),
    ] {
        let page = bring(&company, &mut browser, "hr/employees", name, bytes).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(page.says(&format!("{name}: ")) && page.says(told), "{name} is not told {told:?}: {page}");
        assert!(page.has_form("Check the file"), "another file can be chosen at once");
    }
    let none = browser.get(&company.at("/hr/employees/imports")).await.form("Check the file");
    let page = browser.send(none).await;
    assert_eq!((page.status, page.says("Choose a file first.")), (StatusCode::UNPROCESSABLE_ENTITY, true));
    let large = people(&company, &mut browser, vec![b'a'; domain::import::MAX_BYTES + 1]).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(large.says("This file is larger than 32 MB."), "{large}");
}

#[tokio::test]
async fn columns_can_be_chosen_by_hand() {
    let app = TestApp::new().await;
    let company = app.company("columns").await;
    let mut browser = company.owner().await;
    let csv = "Nick;Last name;Last name;Joined\r\nAda;Byron;King;31/12/2019\r\nBen;Cole;Cole;01/02/2020\r\n";
    let page = people(&company, &mut browser, csv).await;
    assert_eq!(verdict(&page), "2 rows: 2 wrong.");
    assert!(page.says("No column gives First name, which a new employee needs."), "{page}");
    assert_eq!(page.all(".import-findings").len(), 0, "told once, not row by row: {page}");
    assert!(page.says("Several columns are called “Last name”."), "{page}");
    assert!(
        page.says(
            "The date 01/02/2020 in “Joined” could be read two ways; it is read with the day first, as 31/12/2019"
        ),
        "{page}"
    );
    assert!(page.says("UTF-8, semicolons"), "{page}");

    let twice = browser.form("Use these columns").set("What Nick holds", "Last name *");
    let page = browser.send(twice).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("Last name is chosen for two columns."), "{page}");

    let form = browser.form("Use these columns").set("What Nick holds", "First name *");
    let page = browser.send(form).await;
    assert_eq!(verdict(&page), "2 rows: 2 new.");
    go(&company, &mut browser, "Import 2 rows").await;
    let everyone = all(&company, employees::Filter::default()).await;
    let told = |e: &employees::Employee| (e.number.clone(), e.name(), e.start_date.expect("a day").to_string());
    assert_eq!(
        everyone.iter().map(told).collect::<Vec<_>>(),
        [("1".into(), "Ada Byron".into(), "2019-12-31".into()), ("2".into(), "Ben Cole".into(), "2020-02-01".into())]
    );
}

#[tokio::test]
async fn a_workbook_and_an_old_encoding_come_in_alike() {
    let app = TestApp::new().await;
    let company = app.company("sheets").await;
    let mut browser = company.owner().await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Staff").expect("a name");
    let day = Format::new().set_num_format("dd.mm.yyyy");
    for (column, header) in (0..).zip(["Personnel number", "First name", "Surname", "Hire date", "Base salary"]) {
        sheet.write(0, column, header).expect("a cell");
    }
    sheet.write(1, 0, 4711).expect("a cell");
    sheet.write(1, 1, "Jürgen").expect("a cell");
    sheet.write(1, 2, "Größe").expect("a cell");
    sheet.write_with_format(1, 3, ExcelDateTime::from_ymd(1999, 12, 31).expect("a day"), &day).expect("a cell");
    sheet.write(1, 4, 52_500.5).expect("a cell");
    let page =
        bring(&company, &mut browser, "hr/employees", "staff.xlsx", book.save_to_buffer().expect("a book")).await;
    assert_eq!(verdict(&page), "1 row: 1 new.");
    assert!(page.says("Excel workbook, sheet “Staff”"), "{page}");
    go(&company, &mut browser, "Import 1 row").await;

    let csv = "Personnel number;First name;Surname;Hire date;Base salary\r\n4711;Jürgen;Größe;31.12.1999;52.500,50\r\n4712;Zoë;Müßig;1.1.2000;\r\n";
    let western: Vec<u8> =
        csv.chars().map(|c| u8::try_from(u32::from(c)).expect("a letter of western Europe")).collect();
    let page = people(&company, &mut browser, western).await;
    assert_eq!(verdict(&page), "2 rows: 1 new, 1 unchanged.");
    assert!(page.says("Windows-1252, semicolons"), "{page}");
}

#[tokio::test]
async fn whom_nobody_knows_is_a_warning_and_the_row_goes_in() {
    let app = TestApp::new().await;
    let company = app.company("unknown").await;
    company.employee(&[("number", "77"), ("email", "taken@lamps.example")]).await;
    let mut browser = company.owner().await;
    let csv =
        "Number,First name,Last name,Manager,Email\n1,A,B,99,\n2,C,D,1,\n3,E,F,77,taken@lamps.example\n2,G,H,,\n4,I\n";
    let page = people(&company, &mut browser, csv).await;
    assert_eq!(verdict(&page), "5 rows: 2 new, 3 wrong. 1 warning.");
    for told in [
        "No employee has the number 99, here or in this file.",
        "Another employee has this email: 77 · Ada Lovelace.",
        "Line 3 has the same number already.",
        "This row has 2 cells, the header has 5.",
    ] {
        assert!(page.says(told), "{told:?} is not in {page}");
    }
    let page = go(&company, &mut browser, "Import 2 rows, leave out 3").await;
    assert_eq!(verdict(&page), "5 rows: 2 new, 3 wrong. 1 warning.");
    let everyone = all(&company, employees::Filter::default()).await;
    let manager =
        |number: &str| everyone.iter().find(|e| e.number == number).and_then(|e| e.manager.clone()).map(|m| m.number);
    assert_eq!((manager("1"), manager("2")), (None, Some("1".into())));
}

#[tokio::test]
async fn undoing_leaves_alone_what_people_changed_since() {
    let app = TestApp::new().await;
    let company = app.company("undo").await;
    let ids = company
        .employees([
            vec![("number", "1"), ("department", "Sales"), ("salary", "100"), ("job_title", "Old")],
            vec![("number", "2"), ("department", "Sales"), ("job_title", "Old")],
        ])
        .await;
    let mut browser = company.owner().await;
    let csv = "Number,First name,Last name,Department,Salary,Title,Manager\n1,,,Finance,200,New,3\n2,,,,,New,1\n3,Cy,Dunn,Finance,,,\n";
    let page = people(&company, &mut browser, csv).await;
    assert_eq!(verdict(&page), "3 rows: 1 new, 2 changed.");
    assert!(page.says("Empty cells change nothing."), "{page}");
    let page = browser.click("Changed 2").await;
    let row = &page.all("#rows tbody tr")[0];
    assert!(row.contains("Sales → Finance") && row.contains("100.00 → 200.00") && row.contains("empty → 3"), "{row}");
    go(&company, &mut browser, "Import 3 rows").await;
    let import = browser.page.path.clone();

    let mut tx = company.begin().await;
    let mut draft = store::hr::employees::find(&mut tx, ids[0]).await.expect("an employee").draft();
    draft.job_title = "Newest".into();
    let fields = draft.parse(&Default::default()).expect("it is right");
    store::hr::employees::change(&mut tx, ids[0], 2, &fields).await.expect("a change");
    tx.commit().await.expect("it is kept");
    app.run_jobs().await;

    let page = browser.get(&format!("{import}/reversal")).await;
    assert!(page.says("1 employee that it changed was worked on since"), "{page}");
    let page = go(&company, &mut browser, "Remove 1 employee, put back 2").await;
    assert!(page.says("1 employee removed, 2 employees put back as before."), "{page}");
    let everyone = all(&company, employees::Filter::default()).await;
    assert_eq!(everyone.len(), 2);
    let one = everyone.iter().find(|e| e.number == "1").expect("there");
    assert_eq!((one.department.as_deref(), one.job_title.as_deref()), (Some("Sales"), Some("Newest")));
    assert_eq!((one.salary.map(|s| s.minor), &one.manager), (Some(10_000), &None));
    let two = everyone.iter().find(|e| e.number == "2").expect("there");
    assert_eq!((two.job_title.as_deref(), &two.manager), (Some("Old"), &None));
}

#[tokio::test]
async fn undoing_leaves_alone_what_something_hangs_on() {
    use domain::workspace::access::Subject;
    let app = TestApp::new().await;
    let company = app.company("undo").await;
    let mut browser = company.owner().await;
    people(
        &company,
        &mut browser,
        "Number,First name,Last name,Salary\n1,Ada,Byron,100\n2,Ben,Cole,100\n3,Cy,Dunn,100\n",
    )
    .await;
    go(&company, &mut browser, "Import 3 rows").await;
    let import = browser.page.path.clone();
    let everyone = all(&company, employees::Filter::default()).await;
    let id = |number: &str| everyone.iter().find(|e| e.number == number).expect("there").id;
    company.note(Subject::Employee(id("1")), "Called her").await;
    // A row of pay that somebody has planned is their work, too.
    browser.get(&company.at(&format!("/hr/employees/{}/pay/new", id("2")))).await;
    browser.fill("Save", &[("From", "2026-05-01"), ("Salary, a year", "120")]).await;
    app.run_jobs().await;
    let page = browser.get(&format!("{import}/reversal")).await;
    assert!(
        page.says(
            "2 employees that this import made have notes, tasks, documents, leave or people who report to them by now"
        ),
        "{page}"
    );
    let page = go(&company, &mut browser, "Remove 1 employee").await;
    assert!(page.says("1 employee removed, 2 employees left, as something hangs on them by now."), "{page}");
    let left: Vec<String> = all(&company, employees::Filter::default()).await.into_iter().map(|e| e.number).collect();
    assert_eq!(left, ["1", "2"]);
}

#[tokio::test]
async fn the_same_import_run_twice_is_once() {
    let app = TestApp::new().await;
    let company = app.company("twice").await;
    let mut browser = company.owner().await;
    people(&company, &mut browser, "Number,First name,Last name\n1,Ada,Byron\n2,Ben,Cole\n").await;
    let form = browser.form("Import 2 rows");
    let first = browser.send_once(&form, &[]).await;
    let second = browser.send_once(&form, &[]).await;
    assert_eq!((first.status, second.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    let id: ImportId = first.header("location").rsplit('/').next().and_then(|id| id.parse().ok()).expect("an import");
    // Two workers at once, the second of which thinks that the first is dead.
    let job = || RunImport { tenant: company.tenant, import: id };
    let (one, two) = tokio::join!(jobs::imports::run(app.jobs(), job()), jobs::imports::run(app.jobs(), job()));
    assert_eq!((one, two), (Ok(()), Ok(())));
    app.run_jobs().await;
    assert_eq!(total(&company).await, Total::Exactly(2));
    let mut tx = company.begin().await;
    let import = store::imports::find(&mut tx, Target::Employees, id).await.expect("an import");
    assert_eq!((import.state, import.counts.create), (State::Done, 2));
    let changes = store::activity::recent(&mut tx, 10).await.expect("what happened");
    assert_eq!((changes[0].actor.as_str(), changes[0].count), ("Olga Owner", 2));
    assert_eq!(changes[0].cause, Some(format!("import:{id}")));
}

#[tokio::test]
async fn an_import_is_its_workspace_s_and_its_noun_s_alone() {
    let app = TestApp::new().await;
    let (ours, theirs) = (app.company("ours").await, app.company("theirs").await);
    let mut owner = ours.owner().await;
    people(&ours, &mut owner, "Number,First name,Last name\n1,Ada,Byron\n").await;
    let path = owner.page.path.clone();
    let mut stranger = theirs.owner().await;
    let elsewhere = path.replace("/w/ours/", "/w/theirs/");
    let crm = path.replace("/hr/employees/", "/crm/customers/");
    let mut manager = ours.signed_in(Role::Manager).await;
    for tail in ["", "/errors.csv"] {
        assert_eq!(stranger.get(&format!("{path}{tail}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(stranger.get(&format!("{elsewhere}{tail}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(owner.get(&format!("{crm}{tail}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(manager.get(&format!("{path}{tail}")).await.status, StatusCode::NOT_FOUND);
    }
    for tail in ["/confirmation", "/reversal", "/mapping", "/removal"] {
        assert_eq!(stranger.post(&format!("{elsewhere}{tail}"), &[]).await.status, StatusCode::NOT_FOUND, "{tail}");
    }
}

#[tokio::test]
async fn an_unfinished_import_can_be_discarded_and_its_file_with_it() {
    let app = TestApp::new().await;
    let company = app.company("discard").await;
    let mut browser = company.owner().await;
    people(&company, &mut browser, "Number,First name,Last name\n1,Ada,Byron\n").await;
    let path = browser.page.path.clone();
    // While it waits, nobody who reads the database reads it.
    let seen = company.read::<bool>("select bool_or(position('Byron'::bytea in body) > 0) from import_files").await;
    assert!(!seen, "the file is kept as it came");
    let page = browser.press("Discard this file").await;
    assert_eq!(
        (page.path.clone(), page.toast()),
        (company.at("/hr/employees/imports"), "people.csv was discarded.".into())
    );
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
    let gone = "do $$ begin assert (select count(*) from import_files) = 0; end $$";
    app.trial.admin(gone).await.expect("no file is left");

    // One that went in cannot be discarded any more.
    people(&company, &mut browser, "Number,First name,Last name\n1,Ada,Byron\n").await;
    let discard = browser.form("Discard this file");
    go(&company, &mut browser, "Import 1 row").await;
    assert_eq!(browser.send(discard).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_preview_says_that_another_import_is_running() {
    let app = TestApp::new().await;
    let company = app.company("two").await;
    let mut browser = company.owner().await;
    people(&company, &mut browser, "Number,First name,Last name\n1,Ada,Byron\n").await;
    browser.press("Import 1 row").await;
    let running = browser.page.path.clone();
    let page = people(&company, &mut browser, "Number,First name,Last name\n2,Ben,Cole\n").await;
    assert!(page.says("Another import of employees is running"), "{page}");
    assert_eq!(page.link("people.csv"), Some(running));
    app.run_jobs().await;
    let path = page.path.clone();
    assert!(!browser.get(&path).await.says("Another import"));
}

#[tokio::test]
async fn an_import_whose_worker_dies_each_time_is_told_to_have_failed() {
    let app = TestApp::new().await;
    let company = app.company("deaths").await;
    let mut browser = company.owner().await;
    people(&company, &mut browser, "Number,First name,Last name\n1,Ada,Byron\n").await;
    browser.press("Import 1 row").await;
    let path = browser.page.path.clone();
    let id = path.rsplit('/').next().expect("an id");
    // As five workers left it that were killed by it.
    let (tenant, at) = (company.tenant, "2026-03-02T09:00:00Z");
    let killed = format!(
        "insert into job_runs (tenant_id, name, key, queue, state, attempts, lost, first_at, last_at)
         values ('{tenant}', 'run_import', '{id}', 'imports', 'running', 5, 4, '{at}', '{at}')"
    );
    app.trial.admin(&killed).await.expect("it is written down");
    assert!(browser.get(&path).await.has("progress"), "looking at it changes nothing");
    app.run_jobs().await;
    let page = browser.get(&path).await;
    assert_eq!(verdict(&page), "Nothing was imported");
    assert!(page.says("It was given up after several tries."), "{page}");
    assert_eq!(total(&company).await, Total::Exactly(0));
    let mail = app.mail_to(&company.member(Role::Owner).await.email).await;
    assert!(mail[0].subject.contains("people.csv"), "{mail:?}");
    browser.press("Discard this file").await;
}

#[tokio::test]
async fn an_undo_is_offered_as_long_as_what_it_needs_is_kept() {
    let app = TestApp::new().await;
    let company = app.company("late").await;
    let mut browser = company.owner().await;
    people(&company, &mut browser, "Number,First name,Last name\n1,Ada,Byron\n2,Ada\n").await;
    let page = go(&company, &mut browser, "Import 1 row, leave out 1").await;
    let undo = page.link("Undo this import").expect("a way back");
    app.clock.advance(domain::import::KEPT);
    let mut browser = company.owner().await;
    let page = browser.get(undo.trim_end_matches("/reversal")).await;
    assert_eq!((page.link("Undo this import"), page.link("Wrong rows as a file")), (None, None), "{page}");
    let path = page.path.clone();
    assert_eq!(browser.get(&undo).await.path, path, "nor can it be asked for");
}

#[tokio::test]
async fn those_who_wait_for_a_preview_hold_no_connection() {
    let app = TestApp::new().await;
    let company = app.company("crowd").await;
    let mut browser = company.owner().await;
    let csv = csv_of(30_000, |i| format!("{i},Ada,Byron,2020-02-28,"));
    let path = people(&company, &mut browser, csv).await.path;
    // More of them than connections, at a file that takes its time; a connection is waited for three seconds.
    let looks = (0..2 * CONNECTIONS).map(|_| {
        let (mut browser, path) = (browser.clone(), path.clone());
        async move { browser.get(&path).await.status }
    });
    let statuses = futures::future::join_all(looks).await;
    assert!(statuses.iter().all(|s| *s == StatusCode::OK), "{statuses:?}");
}

#[tokio::test]
async fn progress_is_told_in_a_part_of_the_page() {
    let app = TestApp::new().await;
    let company = app.company("progress").await;
    let mut browser = company.owner().await;
    people(&company, &mut browser, "Number,First name,Last name\n1,Ada,Byron\n").await;
    browser.press("Import 1 row").await;
    let path = browser.page.path.clone();
    let part = browser.htmx(&path, "div#import").await;
    assert!(!part.is_whole() && part.text.contains("hx-trigger=\"every 1s\""), "{part}");
    app.run_jobs().await;
    let part = browser.htmx(&path, "div#import").await;
    assert!(!part.is_whole() && !part.text.contains("hx-trigger"), "{part}");
    assert!(part.text.contains("1 row: 1 new."));
    let listed = browser.get(&company.at("/hr/employees/imports")).await;
    assert!(listed.says("Imported") && listed.says("people.csv"), "{listed}");
}

#[tokio::test]
async fn managers_come_by_name_and_whom_no_name_tells_is_chosen() {
    let app = TestApp::new().await;
    let company = app.company("byname").await;
    company
        .employees([
            vec![("number", "70"), ("first_name", "Ed"), ("last_name", "Ford"), ("job_title", "Smith")],
            vec![("number", "71"), ("first_name", "Ed"), ("last_name", "Ford")],
            vec![("number", "72"), ("first_name", "Flo"), ("last_name", "Gray")],
        ])
        .await;
    let mut browser = company.owner().await;
    let csv = "Number,First name,Last name,Manager\n1,Ada,Byron,Flo Gray\n2,Ben,Cole,Ada Byron\n3,Cy,Dunn,Ed Ford\n";
    let page = people(&company, &mut browser, csv).await;
    assert_eq!(verdict(&page), "3 rows: 3 new. 1 warning.");
    assert!(page.says("2 people are called Ed Ford: say the number."), "{page}");
    // Of the words that nobody alone is meant by one says whom.
    let form = page.form("Use these words").set("mend_to", "70 · Ed Ford");
    let page = browser.send(form).await;
    assert_eq!(verdict(&page), "3 rows: 3 new.");
    go(&company, &mut browser, "Import 3 rows").await;
    let everyone = all(&company, employees::Filter::default()).await;
    let manager =
        |number: &str| everyone.iter().find(|e| e.number == number).and_then(|e| e.manager.clone()).map(|m| m.number);
    assert_eq!((manager("1"), manager("2"), manager("3")), (Some("72".into()), Some("1".into()), Some("70".into())));
    // The people whom the field suggests are those of the workspace.
    let page = browser.get(&company.at("/hr/employees/options?mend_to=Flo")).await;
    assert!(page.text.contains("72 · Flo Gray"), "{page}");
}

#[tokio::test]
async fn a_preview_names_departments_and_locations_that_it_would_make() {
    let app = TestApp::new().await;
    let company = app.company("places").await;
    company.employee(&[("number", "9"), ("department", "Sales"), ("location", "Kyiv")]).await;
    let mut browser = company.owner().await;
    let csv = "Number,First name,Last name,Department,Location\n1,A,B,Sales,Kyiv\n2,C,D,Slaes,Bern\n3,E,F,Slaes,\n";
    let page = people(&company, &mut browser, csv).await;
    assert!(page.says("A new department will be made: Slaes."), "{page}");
    assert!(page.says("A new location will be made: Bern."), "{page}");
    // A file that names only what is there makes nothing.
    let page = people(&company, &mut browser, "Number,First name,Last name,Department\n4,G,H,Sales\n").await;
    assert!(!page.says("will be made"), "{page}");
    // Many are told by how many they are, and the first by name.
    let rows: String = (0..25).map(|n| format!("{},A,B,Department {n:02}\n", 100 + n)).collect();
    let page = people(&company, &mut browser, format!("Number,First name,Last name,Department\n{rows}")).await;
    assert!(page.says("25 new departments will be made: Department 00, Department 01"), "{page}");
    assert!(page.says("and 5 more."), "{page}");
}
