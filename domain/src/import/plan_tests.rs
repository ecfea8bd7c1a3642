//! Plans of small files against small workspaces, in the words of the people who import.

use super::*;
use crate::{Conventions, Currency, DateOrder};
use proptest::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

const C: Conventions = Conventions { currency: Currency::USD, dates: DateOrder::Mdy };

fn table(csv: &str) -> (Table, Vec<String>) {
    let mut lines = csv.trim().lines().map(|l| l.trim().split(','));
    let headers: Vec<String> = lines.next().expect("a header").map(str::to_owned).collect();
    let mut table = Table::new(headers.clone());
    for (i, line) in lines.enumerate() {
        table.push(u32::try_from(i).expect("few") + 2, line);
    }
    (table, headers)
}

/// A workspace that keeps what was imported, as the database would.
struct Workspace<N: Noun> {
    records: Vec<Record<N::Fields>>,
    members: HashMap<String, Uuid>,
    ids: u128,
}

impl<N: Noun> Workspace<N> {
    fn new() -> Self {
        Self { records: vec![], members: HashMap::new(), ids: 0 }
    }

    fn plan(&mut self, csv: &str) -> Plan<N::Fields> {
        let (table, headers) = table(csv);
        let mapping = Mapping::guess(&headers, N::TARGET, Sight::ALL);
        let lines = self.records.iter().filter_map(|r| Some((r.id, r.now.above?))).collect();
        let known = Known { records: self.records.clone(), lines, members: self.members.clone(), ..Known::default() };
        plan::<N>(&table, &mapping, &C, known, || {
            self.ids += 1;
            Uuid::from_u128(self.ids)
        })
    }

    /// Writes step by step and asks after each what the database's trigger asks.
    fn import(&mut self, csv: &str) -> Counts {
        let plan = self.plan(csv);
        for new in plan.create {
            self.records.push(Record { id: new.id, version: 1, archived: false, now: new.now });
            self.walk(new.id);
        }
        for change in plan.change {
            let r = self.records.iter_mut().find(|r| r.id == change.id).expect("a change is of a record");
            r.now = change.after;
            self.walk(change.id);
        }
        plan.counts
    }

    fn walk(&self, id: Uuid) {
        let above = |id: Uuid| self.records.iter().find(|r| r.id == id).map(|r| r.now.above);
        let mut at = above(id).flatten();
        for _ in 0..=N::STEPS {
            let Some(a) = at else { return };
            assert_ne!(a, id, "a circle");
            at = above(a).expect("whoever is named is there already");
        }
        panic!("a line of more than {} steps", N::STEPS);
    }

    fn above(&self, key: &str) -> Option<String> {
        let called = |r: &Record<N::Fields>| N::keys(&N::draft(&r.now.fields), &C)[N::CALLED].clone();
        let id = self.records.iter().find(|r| called(r).as_deref() == Some(key))?.now.above?;
        self.records.iter().find(|r| r.id == id).and_then(called)
    }
}

fn told(findings: &[Finding]) -> Vec<(u32, &str, &str)> {
    findings.iter().map(|f| (f.line, f.field, f.message.as_ref())).collect()
}

fn counts(create: u32, change: u32, same: u32, error: u32, warning: u32) -> Counts {
    Counts { rows: create + change + same + error, create, change, same, error, warning }
}

#[test]
fn managers_may_come_after_their_people() {
    let mut w = Workspace::<Employees>::new();
    let csv = "Number,First name,Last name,Manager\n1,Ada,Byron,3\n2,Ben,Cole,1 · Ada Byron\n3,Cy,Dunn,";
    assert_eq!(w.import(csv), counts(3, 0, 0, 0, 0));
    assert_eq!((w.above("1"), w.above("2"), w.above("3")), (Some("3".into()), Some("1".into()), None));
    assert_eq!(w.import(csv), counts(0, 0, 3, 0, 0));
}

#[test]
fn managers_may_be_told_by_name_where_one_alone_has_it() {
    let mut w = Workspace::<Employees>::new();
    let csv = "Number,First name,Last name,Manager\n1,Ada,Byron,Cy Dunn\n2,Ben,Cole,ada BYRON\n3,Cy,Dunn,\n\
               4,Di,East,Ed Ford\n5,Ed,Ford,\n6,Ed,Ford,\n7,Flo,Gray,Nobody Such";
    let plan = w.plan(csv);
    assert_eq!(
        told(&plan.findings),
        [
            (5, "manager", "2 people are called Ed Ford: say the number. The row goes in without it."),
            (8, "manager", "Nobody is called Nobody Such, here or in this file. The row goes in without a manager."),
        ]
    );
    let lost: Vec<_> = plan.lost.iter().map(|l| (l.field, l.word.as_str(), l.rows)).collect();
    assert_eq!(lost, [("manager", "Ed Ford", 1), ("manager", "Nobody Such", 1)]);
    assert_eq!(w.import(csv), counts(7, 0, 0, 0, 2));
    assert_eq!((w.above("1"), w.above("2"), w.above("4")), (Some("3".into()), Some("1".into()), None));
    assert_eq!(w.import(csv), counts(0, 0, 7, 0, 2));
}

#[test]
fn the_link_that_closes_a_circle_is_left_out_and_stays_out() {
    let mut w = Workspace::<Employees>::new();
    let csv = "Number,First name,Last name,Manager\n1,Ada,Byron,2\n2,Ben,Cole,3\n3,Cy,Dunn,1\n4,Di,East,3";
    let plan = w.plan(csv);
    assert_eq!(
        told(&plan.findings),
        [(4, "manager", "This would close a circle of managers. The row goes in without a manager.")]
    );
    assert_eq!(w.import(csv), counts(4, 0, 0, 0, 1));
    assert_eq!((w.above("1"), w.above("3")), (Some("2".into()), None));
    assert_eq!(w.import(csv), counts(0, 0, 4, 0, 1));
}

#[test]
fn a_circle_over_records_outside_the_file_counts() {
    let mut w = Workspace::<Employees>::new();
    w.import("Number,First name,Last name,Manager\n1,Ada,Byron,2\n2,Ben,Cole,3\n3,Cy,Dunn,");
    let csv = "Number,Manager\n3,1";
    assert_eq!(w.import(csv), counts(0, 0, 1, 0, 1));
}

#[test]
fn a_whole_line_can_be_turned_round() {
    let mut w = Workspace::<Employees>::new();
    w.import("Number,First name,Last name,Manager\n1,Ada,Byron,2\n2,Ben,Cole,3\n3,Cy,Dunn,4\n4,Di,East,");
    // 3 below 1 is refused until 1 stands below 4.
    let csv = "Number,Manager\n3,1\n1,4";
    assert_eq!(w.import(csv), counts(0, 2, 0, 0, 0));
    assert_eq!(w.above("3"), Some("1".into()));
    assert_eq!(w.import(csv), counts(0, 0, 2, 0, 0));
}

#[test]
fn a_line_longer_than_the_database_follows_is_cut() {
    let mut csv = String::from("Number,First name,Last name,Manager");
    for n in 0..450 {
        csv.push_str(&format!("\n{n},A,B,{}", n + 1));
    }
    let mut w = Workspace::<Employees>::new();
    // The last names 450, who is unknown; two are too deep.
    assert_eq!(w.import(&csv), counts(450, 0, 0, 0, 3));
    assert_eq!(w.import(&csv), counts(0, 0, 450, 0, 3));
}

#[test]
fn the_same_key_twice_stays_out_the_second_time() {
    let mut w = Workspace::<Employees>::new();
    let csv = "Number,First name,Last name,Email\n1,Ada,Byron,a@x.com\n1,Ben,Cole,b@x.com\n3,Cy,Dunn,A@X.com";
    let plan = w.plan(csv);
    assert_eq!(
        told(&plan.findings),
        [(3, "number", "Line 2 has the same number already."), (4, "email", "Line 2 has the same email already.")]
    );
    assert_eq!(plan.counts, counts(1, 0, 0, 2, 0));
    assert_eq!(plan.outcomes, [Outcome::Create, Outcome::Error, Outcome::Error]);
}

#[test]
fn an_address_of_somebody_else_is_an_error_beside_the_cell() {
    let mut w = Workspace::<Employees>::new();
    w.import("Number,First name,Last name,Email\n1,Ada,Byron,ada@x.com\n2,Ben,Cole,ben@x.com");
    let plan = w.plan("Number,First name,Last name,Email\n2,Ben,Cole,ada@x.com\n3,Cy,Dunn,BEN@x.com");
    assert_eq!(
        told(&plan.findings),
        [
            (2, "email", "Another employee has this email: 1 · Ada Byron."),
            (3, "email", "Another employee has this email: 2 · Ben Cole.")
        ]
    );
}

#[test]
fn without_a_number_the_address_finds_the_person() {
    let mut w = Workspace::<Employees>::new();
    w.import("Number,First name,Last name,Email\n1,Ada,Byron,ada@x.com");
    let csv = "First name,Last name,Email,Phone\nAda,King,ADA@x.com,+1 555 123\nNew,Body,,";
    let plan = w.plan(csv);
    assert_eq!(plan.counts, counts(1, 1, 0, 0, 0));
    assert_eq!(plan.change[0].fields, ["last_name", "email", "phone"]);
    assert_eq!(plan.create[0].now.fields.own.number, None);
    let twice = w.plan("Number,Email\n1,\n,ada@x.com");
    assert_eq!(told(&twice.findings), [(3, "", "Line 2 is about the same employee.")]);
}

#[test]
fn an_empty_cell_and_a_missing_column_change_nothing() {
    let mut w = Workspace::<Employees>::new();
    w.import("Number,First name,Last name,Department,Salary\n1,Ada,Byron,Sales,5000\n2,Ben,Cole,Sales,");
    assert_eq!(w.import("Number,Department\n1,\n2,Finance"), counts(0, 1, 1, 0, 0));
    let ada = &w.records[0].now.fields;
    assert_eq!((ada.own.department.as_deref(), ada.own.salary.map(|s| s.minor)), (Some("Sales"), Some(500_000)));
}

#[test]
fn the_rules_of_the_form_hold_and_see_what_the_record_has() {
    let mut w = Workspace::<Employees>::new();
    w.import("Number,First name,Last name,Start date\n1,Ada,Byron,2020-05-01");
    let plan = w.plan("Number,End date\n1,2019-01-01\n2,2019-01-01");
    assert_eq!(
        told(&plan.findings),
        [
            (2, "end_date", "The end date is before the start date."),
            (3, "", "No column gives First name and Last name, which a new employee needs."),
        ]
    );
}

#[test]
fn a_column_of_dates_tells_its_own_order() {
    let mut w = Workspace::<Employees>::new();
    let plan = w.plan(
        "Number,First name,Last name,Start date,Birth date\n1,A,B,03/04/2020,03/04/1990\n2,C,D,31/12/2020,04/05/1991",
    );
    let days: Vec<_> = plan.create.iter().map(|n| n.now.fields.own.start_date.expect("a day").to_string()).collect();
    assert_eq!(days, ["2020-04-03", "2020-12-31"]);
    assert_eq!(plan.create[0].now.fields.own.birth_date.expect("a day").to_string(), "1990-03-04");
    let read = plan.dates[3].as_ref().expect("a column of dates");
    assert_eq!((read.order, read.doubtful, read.told_by.as_deref()), (DateOrder::Dmy, 1, Some("31/12/2020")));
}

#[test]
fn dates_that_contradict_their_column_stay_out() {
    let mut w = Workspace::<Employees>::new();
    let plan = w.plan(
        "Number,First name,Last name,Start date\n1,A,B,31/12/2020\n2,C,D,12/31/2020\n3,E,F,30/11/2020\n4,G,H,2020-12-31",
    );
    assert_eq!(
        told(&plan.findings),
        [(3, "start_date", "This date has the month first; the column is read with the day first.")]
    );
    assert_eq!(plan.counts, counts(3, 0, 0, 1, 0));
}

#[test]
fn amounts_may_be_told_in_millions() {
    let (table, headers) = table("Name,Revenue\nActon,1100.04\nBeta,0.0000000001\nGamma,nothing");
    let mapping = Mapping { amounts: Amounts::Millions, ..Mapping::guess(&headers, Target::Customers, Sight::ALL) };
    let plan = plan::<Customers>(&table, &mapping, &C, Known::default(), Uuid::nil);
    assert_eq!(plan.create[0].now.fields.revenue.map(|r| r.to_string()), Some("$1,100,040,000.00".into()));
    assert_eq!(
        told(&plan.findings),
        [
            (3, "revenue", "This has more decimals than the currency."),
            (4, "revenue", "This is not an amount, like 52,500.00.")
        ]
    );
}

#[test]
fn whom_nobody_knows_is_told_and_left_out() {
    let mut w = Workspace::<Employees>::new();
    let csv = "Number,First name,Last name,Manager,Email\n1,Ada,Byron,99,\n2,Ben,Cole,3,\n3,Cy,Dunn,,nonsense";
    let plan = w.plan(csv);
    assert_eq!(plan.counts, counts(2, 0, 0, 1, 2));
    assert_eq!(
        told(&plan.findings)[..2],
        [
            (2, "manager", "No employee has the number 99, here or in this file. The row goes in without a manager."),
            (3, "manager", "This is line 4, which stays out. The row goes in without it.")
        ]
    );
}

#[test]
fn a_row_of_another_width_stays_out() {
    let mut w = Workspace::<Employees>::new();
    let plan = w.plan("Number,First name,Last name\n1,Ada\n2,Ben,Cole,more\n3,Cy,Dunn,");
    assert_eq!(
        told(&plan.findings),
        [(2, "", "This row has 2 cells, the header has 3."), (3, "", "This row has 4 cells, the header has 3.")]
    );
    assert_eq!(plan.counts, counts(1, 0, 0, 2, 0));
}

#[test]
fn customers_are_known_by_domain_then_by_name() {
    let mut w = Workspace::<Customers>::new();
    w.members.insert("sam@x.com".into(), Uuid::from_u128(1 << 90));
    let csv =
        "Name,Website,Parent,Owner\nActon,,Acme,Sam <Sam@x.com>\nAcme,https://www.acme.com/,,who@x.com\nBeta,,gone,";
    let plan = w.plan(csv);
    assert_eq!(
        told(&plan.findings),
        [
            (3, "owner", "Nobody with the email who@x.com is a member. The row goes in without an owner."),
            (
                4,
                "parent",
                "No customer is called gone, here or in this file. The row goes in without a parent company."
            )
        ]
    );
    assert_eq!(w.import(csv), counts(3, 0, 0, 0, 2));
    assert_eq!(w.above("acton"), Some("acme".into()));
    assert_eq!(w.import(csv), counts(0, 0, 3, 0, 2));
    // The domain finds it under a new name; the name finds it for its first domain; a name of another is refused.
    let csv = "Name,Website\nACME Inc,acme.com\nbeta,beta.org\nActon,acme.com";
    let plan = w.plan(csv);
    assert_eq!(plan.counts, counts(0, 2, 0, 1, 0));
    assert_eq!(plan.change[1].fields, ["name", "domain"]);
}

#[test]
fn what_is_archived_stays_archived() {
    let mut w = Workspace::<Employees>::new();
    w.import("Number,First name,Last name\n1,Ada,Byron");
    w.records[0].archived = true;
    let plan = w.plan("Number,First name,Last name,Phone\n1,Ada,Byron,55512");
    assert_eq!(plan.counts, counts(0, 1, 0, 0, 1));
    assert_eq!(w.plan("Number,First name,Last name\n1,Ada,Byron").counts, counts(0, 0, 1, 0, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Any tangle of managers goes in step by step, and a second time nothing is left to do.
    #[test]
    fn a_second_import_changes_nothing(
        first in prop::collection::vec((0u8..12, 0u8..12), 0..16),
        second in prop::collection::vec((0u8..16, 0u8..16), 1..24),
    ) {
        let csv = |rows: &[(u8, u8)]| rows.iter().fold("Number,First name,Last name,Manager".to_owned(), |csv, (n, m)| {
            format!("{csv}\n{n},A,B,{}", if *m == 0 { String::new() } else { m.to_string() })
        });
        let mut w = Workspace::<Employees>::new();
        w.import(&csv(&first));
        let csv = csv(&second);
        let once = w.import(&csv);
        let again = w.import(&csv);
        prop_assert_eq!((again.create, again.change), (0, 0));
        prop_assert_eq!(again.error, once.error);
        prop_assert_eq!(again.same, once.create + once.change + once.same);
    }
}

#[test]
fn a_name_says_nothing_against_a_code() {
    let mut w = Workspace::<Products>::new();
    w.import("Product,SKU\nNord,N-1\nSouth,");
    let plan = w.plan("Product,SKU\nNord,N-2\nNorth,N-1\nSouth,S-1\nSouth,S-2");
    assert_eq!(
        told(&plan.findings),
        [(2, "name", "Another product has this name: Nord."), (5, "name", "Line 4 has the same name already.")]
    );
    assert_eq!(plan.change.iter().map(|c| c.fields.clone()).collect::<Vec<_>>(), [vec!["name"], vec!["code"]]);
}

#[test]
fn what_stays_out_takes_its_place_from_no_other_row() {
    let mut w = Workspace::<Products>::new();
    let plan = w.plan("Product,SKU,Price\nNord,N-1,cheap\nNord,N-1,12\nSouth,N-1,5");
    assert_eq!(
        told(&plan.findings).into_iter().map(|(line, field, _)| (line, field)).collect::<Vec<_>>(),
        [(2, "price"), (4, "code")]
    );
    assert_eq!(plan.counts, counts(1, 0, 0, 2, 0));
}
