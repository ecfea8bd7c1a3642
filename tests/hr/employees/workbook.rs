//! The list as a workbook: what is shown, typed.

use crate::support::{Browser, Page, TestApp};
use axum::http::StatusCode;
use calamine::{Data, DataType, Reader, Xlsx};
use domain::access::Role;
use std::io::Cursor;

const LIST: &str = "/w/acme/hr/employees";

async fn rows(browser: &mut Browser, list: &str, question: &str, sheet: &str) -> Vec<Vec<Data>> {
    let page: Page = browser.get(&format!("{list}/export/workbook{question}")).await;
    assert_eq!(page.status, StatusCode::OK, "{page}");
    assert!(page.header("content-disposition").contains(&format!("{sheet}.xlsx")));
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(page.bytes.clone())).expect("a workbook");
    let range = book.worksheet_range(sheet).expect("its sheet");
    range.rows().map(<[Data]>::to_vec).collect()
}

#[tokio::test]
async fn a_workbook_has_what_the_page_shows_and_knows_what_it_is() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company
        .employees([
            vec![("first_name", "=1+1"), ("last_name", "@Formula"), ("number", "1"), ("department", "Sales")],
            vec![
                ("first_name", "Bea"),
                ("last_name", "Cole"),
                ("number", "2"),
                ("department", "Sales"),
                ("start_date", "2024-02-29"),
                ("salary", "52500.50"),
                ("fte", "80"),
                ("manager", "1"),
            ],
            vec![("first_name", "Not"), ("last_name", "Asked"), ("department", "Other")],
        ])
        .await;
    let mut owner = company.owner().await;
    let question = "?department=Sales&sort=-number&columns=start_date&columns=salary&columns=fte&columns=number";
    let page = owner.get(&format!("{LIST}{question}")).await;
    assert_eq!(
        page.link("Excel workbook").expect("a link"),
        format!(
            "{LIST}/export/workbook?department=Sales&columns=start_date&columns=salary&columns=fte&columns=number&sort=-number"
        )
    );
    let sheet = rows(&mut owner, LIST, question, "employees").await;
    let text = |row: &[Data]| row.iter().map(|c| c.as_string().unwrap_or_default()).collect::<Vec<_>>();
    assert_eq!(text(&sheet[0]), ["First name", "Last name", "Number", "FTE", "Start date", "Salary"]);
    // As the page has them, in its order.
    assert_eq!(sheet.len(), 1 + page.rows().len());
    assert_eq!(text(&sheet[1])[..3], ["Bea", "Cole", "2"]);
    assert_eq!(sheet[1][3], Data::Float(0.8));
    let Data::DateTime(day) = sheet[1][4] else { panic!("a day: {:?}", sheet[1][4]) };
    assert_eq!(day.to_ymd_hms_milli(), (2024, 2, 29, 0, 0, 0, 0));
    assert_eq!(sheet[1][5], Data::Float(52_500.5));
    assert_eq!(sheet[2][..2], [Data::String("=1+1".into()), Data::String("@Formula".into())], "text is text");
    assert_eq!(sheet[2][5], Data::Empty);
    // Who took it, and as what.
    let notes = company.app.trial.admin(
        "do $$ begin assert (select count(*) from audit_events where record = 'exports' and actor like 'member:%'
           and changes #>> '{format,1}' = 'xlsx' and changes #>> '{rows,1}' = '2') = 1; end $$",
    );
    notes.await.expect("it is in the trail");
}

#[tokio::test]
async fn a_long_workbook_is_whole_and_only_for_who_may() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut tx = company.begin().await;
    store::bench::employees(&mut tx, 2_300).await.expect("they are added");
    tx.commit().await.expect("they are kept");
    let mut owner = company.owner().await;
    let sheet = rows(&mut owner, LIST, "?sort=number", "employees").await;
    let mut numbers: Vec<_> = sheet[1..].iter().map(|row| row[2].as_string().expect("a number")).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 2_300, "each is there once");
    let page = owner.get(&format!("{LIST}/export/workbook?nonsense=1")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    for role in Role::BUILT_IN {
        let page = company.signed_in(role).await.get(&format!("{LIST}/export/workbook")).await;
        let may = role.rights().may("employees.export");
        assert_eq!(page.status == StatusCode::OK, may, "{role}: {page}");
    }
}

#[tokio::test]
async fn customers_leave_as_a_workbook_too() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.customer(&[("name", "Globex"), ("size", "2822"), ("revenue", "1000000"), ("industry", "+Lamps")]).await;
    let mut owner = company.owner().await;
    let sheet =
        rows(&mut owner, "/w/acme/crm/customers", "?columns=size&columns=revenue&columns=industry", "customers").await;
    assert_eq!(sheet[1][0], Data::String("Globex".into()));
    assert_eq!(sheet[1][1..], [Data::String("+Lamps".into()), Data::Float(2822.0), Data::Float(1_000_000.0)]);
}
