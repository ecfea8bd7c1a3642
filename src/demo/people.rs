//! The demo company's people and customers. Northwind Lamps makes desk and ceiling lamps and sells them to other
//! companies; every name is made up.

use domain::{Day, access::Role, crm::customers, hr::employees};
use serde::de::DeserializeOwned;

pub const ADDRESS: &str = "Refshalevej 163\n1432 Copenhagen";
/// Days off in Denmark, as a calendar on the web gives them.
pub const HOLIDAYS: &[u8] = include_bytes!("denmark.ics");
/// Where other days are off: the location, what its calendar is called, and its days.
pub const HOLIDAYS_ELSEWHERE: [(&str, &str, &[u8]); 2] =
    [("Berlin", "Germany, Berlin", include_bytes!("berlin.ics")), ("London", "England", include_bytes!("england.ics"))];

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
        ("leave.read", "all"),
        ("leave.request", "own"),
        ("leave.kind", "all"),
        ("employees.archive", "all"),
        ("employees.export", "all"),
        ("employees.personal", "all"),
        ("employees.personal_write", "all"),
        ("employees.pay", "own"),
        ("documents.read", "all"),
        ("documents.write", "all"),
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

/// A task: who made it, who does it (nobody is the owner), by when in days from now, and about whom or what.
pub struct Task {
    pub title: &'static str,
    pub from: &'static str,
    pub to: &'static str,
    pub due: Option<i64>,
    pub priority: &'static str,
    pub about: &'static str,
    pub done: bool,
}

const CALLUM: &str = "callum.reid@northwind-lamps.example";
const LEILA: &str = "leila.haddad@northwind-lamps.example";
const PRIYA: &str = "priya.raman@northwind-lamps.example";

pub const TASKS: &[Task] = &[
    Task {
        title: "Sign the lease of the Berlin showroom",
        from: LEILA,
        to: "",
        due: Some(-1),
        priority: "high",
        about: "",
        done: false,
    },
    Task {
        title: "Thank Harbour & Field for their order",
        from: PRIYA,
        to: "",
        due: Some(1),
        priority: "normal",
        about: "Harbour & Field Hotels",
        done: false,
    },
    Task {
        title: "Agree on Jonas’s budget for prototypes",
        from: "",
        to: "",
        due: Some(2),
        priority: "normal",
        about: "1002",
        done: false,
    },
    Task {
        title: "Read the auditor’s questions",
        from: "",
        to: "",
        due: Some(5),
        priority: "normal",
        about: "",
        done: false,
    },
    Task {
        title: "Find a date for the summer party",
        from: "",
        to: "",
        due: None,
        priority: "low",
        about: "",
        done: false,
    },
    Task {
        title: "Send samples of the new reading lamp",
        from: "",
        to: CALLUM,
        due: Some(2),
        priority: "high",
        about: "Meridian Hotels Group",
        done: false,
    },
    Task {
        title: "Prepare the yearly pay review",
        from: "",
        to: LEILA,
        due: Some(12),
        priority: "normal",
        about: "",
        done: false,
    },
    Task {
        title: "Ask Atelier Bellecour for a photograph of the lobby",
        from: "",
        to: PRIYA,
        due: Some(1),
        priority: "low",
        about: "Atelier Bellecour",
        done: true,
    },
    Task {
        title: "Renew the company’s insurance",
        from: "",
        to: "",
        due: Some(-2),
        priority: "high",
        about: "",
        done: true,
    },
];

/// Who wrote what beside whom or what, and whether only for those who may change the record.
pub const NOTES: &[(&str, &str, &str, bool)] = &[
    (
        CALLUM,
        "Meridian Hotels Group",
        "Spoke with their head of procurement. They refit 140 rooms in Leeds next spring and want one lamp for all of them.\n@Priya Raman, can we hold the price until March?",
        false,
    ),
    (
        PRIYA,
        "Meridian Hotels Group",
        "We can, for more than 100 pieces. @Callum Reid: put it into the offer, please.",
        false,
    ),
    (PRIYA, "Harbour & Field Hotels", "They chose us for the repair service. Worth telling others.", false),
    (LEILA, "1009", "Finished the optics certificate in the spring; see the file in the shared folder.", false),
    (LEILA, "1009", "Has asked about leading a team. @Maya Lindqvist, let us talk before the next review.", true),
];

/// What records are marked with.
pub const TAGS: &[(&str, &str)] = &[
    ("Meridian Hotels Group", "Key account"),
    ("Meridian Hotels Group", "Refit 2026"),
    ("Meridian Resorts", "Refit 2026"),
    ("Harbour & Field Hotels", "Reference"),
    ("Atelier Bellecour", "Specifier"),
    ("Cabinet Rousseau", "Specifier"),
    ("1002", "First aid"),
    ("1005", "First aid"),
    ("1009", "Mentor"),
];

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
