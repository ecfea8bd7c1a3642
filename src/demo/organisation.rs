//! How the demo company is organised: departments below one another, seats, what people were before, and what is planned.

use super::{Done, words};
use chrono::Datelike;
use domain::{
    Day, EmployeeId, PositionId,
    hr::{
        employment::{JobDraft, PayDraft, in_force},
        organisation, positions,
    },
};
use store::{
    Db, Desk, TenantTx,
    hr::{employees, employment, leave::patterns},
    workspace::holidays,
};

/// Department, the one above, and the number of its head.
const DEPARTMENTS: &[(&str, &str, &str)] = &[
    ("Management", "", "1001"),
    ("Product", "Management", "1002"),
    ("Sales", "Management", "1003"),
    ("Operations", "Management", "1004"),
    ("People", "Management", "1005"),
    ("Finance", "Management", "1006"),
    ("Marketing", "Sales", "1045"),
    ("Customer Care", "Operations", "1025"),
];

/// Title, department, seats, note, and who holds one.
const POSITIONS: &[(&str, &str, &str, &str, &[&str])] = &[
    ("Account Executive", "Sales", "8", "", &["1019", "1020", "1021", "1022", "1023", "1053"]),
    ("Assembler", "Operations", "5", "", &["1032", "1033", "1034", "1035"]),
    ("Support Specialist", "Customer Care", "4", "", &["1026", "1027", "1028", "1052"]),
    ("Firmware Engineer", "Product", "3", "One more for the wireless lamps.", &["1010", "1055"]),
    ("Data Analyst", "Finance", "1", "Approved in the budget; to be posted.", &[]),
];

/// What somebody was before: number, from, title, and a year's pay; the first row is put right by what they began as.
const BEFORE: &[(&str, &str, &str, &str)] = &[
    ("1007", "2019-01-01", "Industrial Designer", "78000"),
    ("1008", "2020-04-01", "Senior Engineer", "104000"),
    ("1025", "2021-07-01", "Support Specialist", "46000"),
    ("1030", "2020-09-01", "Assembler", "39500"),
];

/// Number, in how many months, what changes, why.
type Plan = (&'static str, u32, &'static [(&'static str, &'static str)], &'static str);

/// What is planned.
const PLANNED: &[Plan] = &[
    ("1013", 1, &[("job_title", "Senior Industrial Designer"), ("salary", "76000")], "Promotion"),
    ("1021", 2, &[("fte", "80 %"), ("salary", "54400")], "Change of hours"),
    ("1031", 1, &[("manager", "1030")], "New manager"),
];

/// Lays it all down, by the product's own functions.
pub async fn lay(db: &Db, owner: Desk) -> Done {
    let mut tx = db.begin(owner).await.map_err(words)?;
    for (name, parent, head) in DEPARTMENTS {
        let draft = organisation::Draft { name: (*name).into(), parent: (*parent).into(), head: (*head).into() };
        let fields = draft.parse().map_err(|e| format!("{name}: {e:?}"))?;
        store::hr::organisation::place(&mut tx, name, &fields).await.map_err(words)?;
    }
    for (title, department, headcount, note, people) in POSITIONS {
        let draft = positions::Draft {
            title: (*title).into(),
            department: (*department).into(),
            headcount: (*headcount).into(),
            note: (*note).into(),
            ..Default::default()
        };
        let (fields, errors) = draft.read(&Default::default());
        if !errors.is_empty() {
            return Err(format!("{title}: {errors:?}"));
        }
        let id = tx.id();
        let position: PositionId = store::hr::positions::add(&mut tx, id, &fields).await.map_err(words)?;
        for number in *people {
            let id = named(&mut tx, number).await?;
            let rows = employment::jobs(&mut tx, id).await.map_err(words)?;
            let Some(row) = rows.last() else { return Err(format!("{number} has no job")) };
            let draft = JobDraft {
                position: position.to_string(),
                reason: row.reason.clone().unwrap_or_default(),
                ..JobDraft::of(row, row.from)
            };
            let fields = draft.parse(&Default::default()).map_err(|e| format!("{number}: {e:?}"))?;
            employment::change_job(&mut tx, id, row.id, row.version, &fields).await.map_err(words)?;
        }
    }
    for (place, name, days) in super::people::HOLIDAYS_ELSEWHERE {
        let calendar = tx.id();
        holidays::add_calendar(&mut tx, calendar, name).await.map_err(words)?;
        let days = crate::workspace::holidays::days(days, tx.today().0.year())?;
        holidays::bring(&mut tx, calendar, &days.days).await.map_err(words)?;
        patterns::choose_calendar(&mut tx, place, Some(calendar)).await.map_err(words)?;
    }
    for (number, since, was, pay) in BEFORE {
        before(&mut tx, number, since, was, pay).await?;
    }
    tx.commit().await.map_err(words)
}

/// They began as something else, and have been what they are since that day.
async fn before(tx: &mut TenantTx, number: &str, since: &str, was: &str, pay: &str) -> Done {
    let id = named(tx, number).await?;
    let jobs = employment::jobs(tx, id).await.map_err(words)?;
    let employee = employees::find(tx, id).await.map_err(words)?;
    let paid = employment::pay(tx, &employee).await.map_err(words)?;
    let (Some(first), Some(first_pay)) = (jobs.first(), paid.first()) else {
        return Err(format!("{number} has no history"));
    };
    let wrong = |e| format!("{number}: {e:?}");
    let now = JobDraft { from: since.into(), reason: "Promotion".into(), ..JobDraft::of(first, first.from) };
    let row = tx.id();
    employment::add_job(tx, id, row, &now.parse(&Default::default()).map_err(wrong)?).await.map_err(words)?;
    let began = JobDraft { job_title: was.into(), reason: "Hired".into(), ..JobDraft::of(first, first.from) };
    let salary = first_pay.salary.map(|s| s.decimal().to_string()).unwrap_or_default();
    let now = PayDraft { from: since.into(), salary, reason: "Promotion".into() };
    let row = tx.id();
    employment::add_pay(tx, id, row, &now.parse(&Default::default()).map_err(wrong)?).await.map_err(words)?;
    let began_pay = PayDraft { from: first_pay.from.to_string(), salary: pay.into(), reason: "Hired".into() };
    let began_pay = began_pay.parse(&Default::default()).map_err(wrong)?;
    employment::change_pay(tx, id, first_pay.id, first_pay.version, &began_pay).await.map_err(words)?;
    // The title since then is the row's own: only the first one is put right.
    let fields = began.parse(&Default::default()).map_err(wrong)?;
    employment::change_job(tx, id, first.id, first.version, &fields).await.map_err(words)?;
    let rows = employment::jobs(tx, id).await.map_err(words)?;
    let Some(row) = rows.iter().find(|j| j.from.to_string() == since) else {
        return Err(format!("{number} lost a row"));
    };
    let again = JobDraft {
        job_title: first.job_title.clone().unwrap_or_default(),
        reason: "Promotion".into(),
        ..JobDraft::of(row, row.from)
    };
    employment::change_job(tx, id, row.id, row.version, &again.parse(&Default::default()).map_err(wrong)?)
        .await
        .map_err(words)
}

/// What is to come, planned lately.
pub async fn plan(db: &Db, owner: Desk, today: Day) -> Done {
    let mut tx = db.begin(owner).await.map_err(words)?;
    for (number, months, changes, why) in PLANNED {
        let id = named(&mut tx, number).await?;
        let month = today.first_of_month().0.checked_add_months(chrono::Months::new(*months));
        let from = Day(month.ok_or("a month to come")?);
        let rows = employment::jobs(&mut tx, id).await.map_err(words)?;
        let Some(now) = in_force(&rows, today) else { return Err(format!("{number} has no job")) };
        let mut job = JobDraft { reason: (*why).into(), ..JobDraft::of(now, from) };
        let mut pay = None;
        for (field, value) in *changes {
            match *field {
                "salary" => {
                    pay = Some(PayDraft { from: from.to_string(), salary: (*value).into(), reason: (*why).into() })
                }
                field => job.set(field, (*value).into()),
            }
        }
        let wrong = |e| format!("{number}: {e:?}");
        let row = tx.id();
        let fields = job.parse(&Default::default()).map_err(wrong)?;
        employment::add_job(&mut tx, id, row, &fields).await.map_err(words)?;
        if let Some(pay) = pay {
            let row = tx.id();
            let fields = pay.parse(&Default::default()).map_err(wrong)?;
            employment::add_pay(&mut tx, id, row, &fields).await.map_err(words)?;
        }
    }
    tx.commit().await.map_err(words)
}

async fn named(tx: &mut TenantTx, number: &str) -> Done<EmployeeId> {
    employees::named(tx, number).await.map_err(words)?.ok_or_else(|| format!("nobody has the number {number}"))
}
