//! What stands beside somebody's row comes in by a file as well: by class, checked by the rules of its forms, kept as they
//! keep it; and goes again.

use super::{go, people, verdict};
use crate::support::{Company, Page, TestApp};
use domain::access::Role;

const HEAD: &str = "Number,First name,Last name,Private email,Street,City,Country,Emergency contact,Emergency contact phone,Emergency contact relation,End of probation,IBAN,BIC\n";
const COLUMNS: [&str; 7] = ["private_email", "city", "country", "contacts", "probation_end", "iban", "account_holder"];

fn question() -> String {
    COLUMNS.map(|c| format!("columns={c}")).join("&")
}

async fn list(company: &Company<'_>, role: Role) -> Page {
    let mut browser = company.signed_in(role).await;
    browser.get(&company.at(&format!("/hr/employees?{}", question()))).await
}

#[tokio::test]
async fn personal_emergency_and_bank_details_come_in_and_go_again() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let mut owner = company.owner().await;
    let file = format!(
        "{HEAD}1,Ada,Byron,ada@home.example,Via Roma 1,Turin,Italy,Byron,+44 20 1234,Father,2026-06-30,DE89 3704 0044 0532 0130 00,cobadeff\n\
         2,Ben,Cole,,,,,,,,,DE89 3704 0044 0532 0130 01,\n\
         3,Cy,Dunn,nope,,,,,,,31.31.2026,,\n\
         4,Di,Eck,,,,Atlantis,,,,,,DEUTDEFF\n"
    );
    let page = people(&company, &mut owner, file.clone()).await;
    assert_eq!(verdict(&page), "4 rows: 1 new, 3 wrong.");
    for words in ["not an IBAN", "Please say whose account it is.", "13 of 13 are imported", "•••• 3000", "•••• 3001"]
    {
        assert!(page.says(words), "{words}: {page}");
    }
    assert!(!page.text.contains("0532"), "a number is not told again: {page}");
    go(&company, &mut owner, "Import 1 row, leave out 3").await;
    let first = owner.page.path.clone();

    // Those who may read a class have its columns, and nobody else.
    for role in [Role::Owner, Role::HrManager, Role::PayrollOfficer] {
        let page = list(&company, role).await;
        for words in [
            "ada@home.example",
            "Turin",
            "Italy",
            "Byron (Father), +44 20 1234",
            "30 Jun 2026",
            "•••• 3000",
            "Ada Byron",
        ] {
            assert!(page.says(words), "{role}, {words}: {page}");
        }
        assert!(!page.text.contains("0532"), "{role}: {page}");
        let mut browser = company.signed_in(role).await;
        let file = browser.get(&company.at(&format!("/hr/employees/export?{}", question()))).await;
        assert!(file.text.contains("Byron (Father)") && file.text.contains("•••• 3000"), "{role}: {}", file.text);
        assert!(!file.text.contains("0532"), "{role}: {}", file.text);
    }
    for role in [Role::Manager, Role::Recruiter, Role::Employee, Role::Auditor] {
        let page = list(&company, role).await;
        for words in [
            "ada@home.example",
            "Turin",
            "Italy",
            "Father",
            "•••• 3000",
            "IBAN",
            "Home city",
            "Emergency",
            "Private email",
        ] {
            assert!(!page.text.contains(words), "{role}, {words}: {page}");
        }
        assert!(!page.says("30 Jun 2026"), "{role}: {page}");
    }
    let kept: Option<String> = company
        .read("select string_agg(b::text, ' ') from (select to_jsonb(b) as b from bank_accounts b union all select changes from audit_events \
               union all select after from import_changes union all select to_jsonb(f) from import_findings f) b")
        .await;
    assert!(!kept.expect("rows").contains("0440532013"), "it stands somewhere in the open");

    // The same file again has nothing to do; another one changes what it says, and its undoing puts that back.
    let page = people(&company, &mut owner, file).await;
    assert_eq!(verdict(&page), "4 rows: 1 unchanged, 3 wrong.");
    owner.press("Discard this file").await;
    let other = format!("{HEAD}1,,,,,Milan,,,+44 20 9999,,,GB29 NWBK 6016 1331 9268 19,\n");
    let page = people(&company, &mut owner, other).await;
    assert_eq!(verdict(&page), "1 row: 1 changed.");
    for words in ["Turin → Milan", "•••• 3000 → •••• 6819", "+44 20 1234 → +44 20 9999"] {
        assert!(page.says(words), "{words}: {page}");
    }
    go(&company, &mut owner, "Import 1 row").await;
    let second = owner.page.path.clone();
    let page = list(&company, Role::Owner).await;
    assert!(page.says("Milan") && page.says("•••• 6819") && page.says("Byron (Father), +44 20 9999"), "{page}");
    owner.get(&format!("{second}/reversal")).await;
    let page = go(&company, &mut owner, "Put back 1 employee").await;
    assert!(page.says("1 employee put back as before."), "{page}");
    let page = list(&company, Role::Owner).await;
    assert!(page.says("Turin") && page.says("•••• 3000") && page.says("Byron (Father), +44 20 1234"), "{page}");
    owner.get(&format!("{first}/reversal")).await;
    let page = go(&company, &mut owner, "Remove 1 employee").await;
    assert!(page.says("1 employee removed"), "what came in hangs on nobody: {page}");
}

#[tokio::test]
async fn an_account_that_came_in_by_a_file_goes_with_it() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    company.employee(&[("number", "1"), ("first_name", "Ada"), ("last_name", "Byron")]).await;
    let mut owner = company.owner().await;
    let page = people(&company, &mut owner, "Number,IBAN\n1,DE89370400440532013000\n").await;
    assert_eq!(verdict(&page), "1 row: 1 changed.");
    go(&company, &mut owner, "Import 1 row").await;
    let import = owner.page.path.clone();
    assert_eq!(company.read::<i64>("select count(*) from bank_accounts").await, 1);
    owner.get(&format!("{import}/reversal")).await;
    go(&company, &mut owner, "Put back 1 employee").await;
    assert_eq!(company.read::<i64>("select count(*) from bank_accounts").await, 0);
}

#[tokio::test]
async fn of_one_s_own_pay_a_file_says_nothing() {
    let app = TestApp::new().await;
    let company = app.company("acme").await;
    let people_of = [vec![("number", "1"), ("salary", "100")], vec![("number", "2"), ("salary", "100")]];
    let ids = company.employees(people_of).await;
    company.link(company.member(Role::Owner).await.member, ids[0]).await;
    // There is somebody else who decides.
    company.member(Role::HrManager).await;
    let mut owner = company.owner().await;
    let page = people(&company, &mut owner, "Number,Salary\n1,900\n2,900\n").await;
    assert_eq!(verdict(&page), "2 rows: 1 changed, 1 unchanged. 1 warning.");
    assert!(page.says("own pay and account somebody else decides"), "{page}");
    go(&company, &mut owner, "Import 1 row").await;
    let paid: Vec<i64> = {
        let mut paid = vec![];
        for id in ids {
            let sql = format!("select salary_minor from employees where id = '{id}'");
            paid.push(company.read::<Option<i64>>(&sql).await.unwrap_or_default());
        }
        paid
    };
    assert_eq!(paid, [10_000, 90_000]);
}
