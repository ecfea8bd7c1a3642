//! What the demo company knows of its people beside their records, whose probation ends soon, and what some of them ask to
//! have changed.

use super::{Done, History, words};
use chrono::Duration;
use domain::{
    Conventions, Day, EmployeeId,
    access::Sight,
    hr::{
        details::{Draft, OfRecord, Section},
        employees::{Employee, Filter},
    },
};
use store::{
    Db, Desk, TenantTx,
    hr::{
        change_requests::{self, Wanted},
        details, employees,
    },
};

/// Number, then field and value.
const DETAILS: &[(&str, &[(&str, &str)])] = &[
    (
        "1033",
        &[
            ("private_email", "karin.berg@mail.example"),
            ("private_phone", "+46 40 555 0133"),
            ("nationality", "Sweden"),
            ("street", "Fersens väg 14"),
            ("postal_code", "211 42"),
            ("city", "Malmö"),
            ("country", "Sweden"),
            ("contact_1_name", "Nils Berg"),
            ("contact_1_relation", "Husband"),
            ("contact_1_phone", "+46 70 555 0134"),
            ("contact_2_name", "Eva Lindgren"),
            ("contact_2_relation", "Sister"),
            ("contact_2_phone", "+46 70 555 0135"),
            ("account_holder", "Karin Berg"),
            ("iban", "SE45 5000 0000 0583 9825 7466"),
            ("bic", "ESSESESS"),
        ],
    ),
    (
        "1027",
        &[
            ("private_phone", "+45 20 55 01 27"),
            ("nationality", "Denmark"),
            ("street", "Amagerbrogade 88"),
            ("street_2", "3. tv"),
            ("postal_code", "2300"),
            ("city", "Copenhagen"),
            ("country", "Denmark"),
            ("contact_1_name", "Leila Haddad"),
            ("contact_1_relation", "Aunt"),
            ("contact_1_phone", "+45 33 12 0105"),
            ("account_holder", "Yara Haddad"),
            ("iban", "DK50 0040 0440 1162 43"),
            ("bic", "NDEADKKK"),
        ],
    ),
    (
        "1019",
        &[
            ("nationality", "Poland"),
            ("private_email", "nadia.k@mail.example"),
            ("street", "Weserstraße 41"),
            ("postal_code", "12045"),
            ("city", "Berlin"),
            ("country", "Germany"),
            ("contact_1_name", "Piotr Kowalski"),
            ("contact_1_relation", "Brother"),
            ("contact_1_phone", "+48 22 555 0119"),
            ("account_holder", "Nadia Kowalska"),
            ("iban", "DE89 3704 0044 0532 0130 00"),
            ("bic", "COBADEFF"),
        ],
    ),
    ("1034", &[("preferred_name", "Sam")]),
    ("1010", &[("preferred_name", "Teo"), ("nationality", "Spain"), ("city", "Berlin"), ("country", "Germany")]),
    (
        "1005",
        &[("contact_1_name", "Omar Haddad"), ("contact_1_relation", "Brother"), ("contact_1_phone", "+45 20 55 01 05")],
    ),
];

/// Whose probation ends, and in how many days.
const PROBATIONS: &[(&str, i64)] = &[("1053", 13), ("1054", 26)];

/// What they ask for: number, then field and value.
const ASKED: &[(&str, &[(&str, &str)])] = &[
    ("1033", &[("phone", "+46 40 555 0199"), ("street", "Östra Förstadsgatan 5"), ("postal_code", "211 31")]),
    ("1027", &[("preferred_name", "Yaz"), ("private_email", "yara@mail.example")]),
];

pub async fn write(db: &Db, history: &History, seal: &jobs::Seal, owner: Desk) -> Done {
    for (number, said) in DETAILS {
        history.go_on(Duration::minutes(4));
        let mut tx = db.begin(owner).await.map_err(words)?;
        let employee = named(&mut tx, number).await?;
        let mut draft = Draft::default();
        said.iter().for_each(|(field, value)| draft.set(field, (*value).to_owned()));
        keep(&mut tx, seal, employee.id, &draft).await.map_err(|e| format!("{number}: {e}"))?;
        tx.commit().await.map_err(words)?;
    }
    for (number, days) in PROBATIONS {
        let mut tx = db.begin(owner).await.map_err(words)?;
        let (employee, ends) = (named(&mut tx, number).await?, Day(tx.today().0 + Duration::days(*days)));
        let draft = Draft { probation_end: ends.to_string(), ..Draft::default() };
        keep(&mut tx, seal, employee.id, &draft).await.map_err(|e| format!("{number}: {e}"))?;
        tx.commit().await.map_err(words)?;
    }
    for (number, said) in ASKED {
        history.go_on(Duration::minutes(11));
        ask(db, owner, number, said).await.map_err(|e| format!("{number}: {e}"))?;
    }
    Ok(())
}

async fn named(tx: &mut TenantTx, number: &str) -> Done<Employee> {
    let filter = Filter { q: number.into(), ..Filter::default() };
    let found = employees::list(tx, &filter, Sight::ALL).await.map_err(words)?.rows;
    found.into_iter().find(|e| e.number == number).ok_or(format!("nobody has the number {number}"))
}

/// Writes those sections of which the draft says anything.
async fn keep(tx: &mut TenantTx, seal: &jobs::Seal, id: EmployeeId, draft: &Draft) -> Done {
    let (fields, errors) = draft.read(&Section::ALL, &Conventions::default());
    if !errors.is_empty() {
        return Err(format!("{errors:?}"));
    }
    for section in Section::ALL {
        if section.inputs().iter().all(|(field, _)| draft.get(field).is_empty()) {
            continue;
        }
        let now = details::of(tx, id).await.map_err(words)?;
        let version = if section == Section::Bank { now.bank.version } else { now.version };
        let iban = fields.iban.as_deref().map(|iban| crate::hr::details::seal(seal, id, iban));
        details::change(tx, id, section, version, &fields, iban.as_ref()).await.map_err(words)?;
    }
    Ok(())
}

/// Asks in somebody's own name.
async fn ask(db: &Db, owner: Desk, number: &str, said: &[(&'static str, &str)]) -> Done {
    let mut tx = db.begin(owner).await.map_err(words)?;
    let employee = named(&mut tx, number).await?;
    let now = details::of(&mut tx, employee.id).await.map_err(words)?;
    let member = store::workspace::members::of_employee(&mut tx, employee.id).await.map_err(words)?;
    let actor = store::workspace::roles::actor(&mut tx, member.ok_or("they have no account")?).await.map_err(words)?;
    drop(tx);
    let row = OfRecord::from(&employee);
    let wanted = |(field, value): &(&'static str, &str)| {
        let (was, wanted) = (now.text(&row, field), Some((*value).to_owned()));
        Wanted { field, was, wanted, sealed: None }
    };
    let wanted: Vec<Wanted> = said.iter().map(wanted).collect();
    let mut tx = db.begin(Desk::of_member(&actor, owner.zone, None)).await.map_err(words)?;
    change_requests::ask(&mut tx, &wanted).await.map_err(words)?;
    tx.commit().await.map_err(words)
}
