//! The demo company's people and customers. Northwind Lamps makes desk and ceiling lamps and sells them to other
//! companies; every name is made up.

use domain::{Day, access::Role, crm::customers, hr::employees};
use serde::de::DeserializeOwned;

pub const ADDRESS: &str = "Refshalevej 163\n1432 Copenhagen";
/// Days off in Denmark, as a calendar on the web gives them.
pub const HOLIDAYS: &[u8] = include_bytes!("denmark.ics");

/// Members besides the owner: name, email, role. All but the auditor, who is from another house, are employees.
pub const MEMBERS: &[(&str, &str, Role)] = &[
    ("Rasmus Krogh", "rasmus.krogh@northwind-lamps.example", Role::Admin),
    ("Leila Haddad", "leila.haddad@northwind-lamps.example", Role::HrManager),
    ("Joel Sandberg", "joel.sandberg@northwind-lamps.example", Role::Recruiter),
    ("Ruth Abara", "ruth.abara@northwind-lamps.example", Role::PayrollOfficer),
    ("Ingrid Dahl", "ingrid.dahl@northwind-lamps.example", Role::Manager),
    ("Mette Sørensen", "mette.sorensen@northwind-lamps.example", Role::SupportManager),
    ("Yara Haddad", "yara.haddad@northwind-lamps.example", Role::SupportAgent),
    ("Karin Berg", "karin.berg@northwind-lamps.example", Role::Employee),
    ("Helena Strand", "helena.strand@strand-audit.example", Role::Auditor),
    ("Nadia Kowalska", "nadia.kowalska@northwind-lamps.example", Role::SalesRep),
    ("Priya Raman", "priya.raman@northwind-lamps.example", Role::SalesManager),
    ("Callum Reid", "callum.reid@northwind-lamps.example", Role::SalesManager),
    ("Isabelle Fontaine", "isabelle.fontaine@northwind-lamps.example", Role::SalesManager),
];

/// A role of the company's own: name, what it is for, and what it may do; and who holds it.
pub const ROLE: (&str, &str, &[(&str, &str)]) = (
    "People partner",
    "Looks after everybody's record and personal details, and sees no pay.",
    &[
        ("employees.read", "all"),
        ("employees.write", "all"),
        ("employees.archive", "all"),
        ("employees.export", "all"),
        ("employees.personal", "all"),
        ("employees.personal_write", "all"),
        ("employees.pay", "own"),
        ("members.read", "all"),
        ("tokens.write", "all"),
    ],
);
pub const HOLDER: (&str, &str) = ("Anna Keller", "anna.keller@northwind-lamps.example");

/// What changed since: number, then field and new value.
pub const CHANGES: &[(&str, &[(&str, &str)])] = &[
    ("1009", &[("job_title", "Senior Optical Engineer"), ("salary", "97500")]),
    ("1019", &[("job_title", "Senior Account Executive"), ("salary", "73000")]),
    ("1026", &[("location", "Copenhagen"), ("phone", "+45 33 12 0199")]),
    ("1037", &[("manager", "1029")]),
];

/// Prospects that became customers.
pub const WON: &[(&str, &str)] = &[("Harbour & Field Hotels", "active"), ("Studio Okeke", "active")];

/// All employees, managers before their reports. A start or end with a sign is days from today; the owner's email
/// is that of their account.
pub fn employees(today: Day, owner_email: &str) -> Result<Vec<employees::Draft>, String> {
    let mut drafts: Vec<employees::Draft> = read(include_str!("employees.csv"))?;
    for draft in &mut drafts {
        for date in [&mut draft.start_date, &mut draft.end_date] {
            if let (true, Ok(days)) = (date.starts_with(['+', '-']), date.parse()) {
                *date = Day(today.0 + chrono::Duration::days(days)).to_string();
            }
        }
        if draft.email.is_empty() {
            draft.email = owner_email.to_owned();
        }
    }
    Ok(drafts)
}

/// All customers, parents before those that belong to them.
pub fn customers() -> Result<Vec<customers::Draft>, String> {
    read(include_str!("customers.csv"))
}

fn read<D: DeserializeOwned>(table: &str) -> Result<Vec<D>, String> {
    csv::Reader::from_reader(table.as_bytes()).deserialize().collect::<Result<_, _>>().map_err(|e| e.to_string())
}
