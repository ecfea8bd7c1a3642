//! Employees: the draft, its rules, the fields and the list.

mod days;
mod filter;
mod meant;

pub use days::Ask;
pub use filter::{Filter, Order};
pub use meant::{Meant, NAMESAKES, Namesake, name_keys};

use crate::{
    Conventions, Currency, Day, Email, EmployeeId, Errors, Money,
    access::Sight,
    cell::Cell,
    custom_fields::{Custom, Kind, Values, text as text_of},
    draft,
    draft::{Field, FieldClass},
    hr::details::{self, Details},
    tags::Tag,
    text::Words,
};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt};

pub const WORDS: Words = Words { one: "employee", many: "employees" };

draft! {
    /// An employee as typed into a form or found in a file.
    Draft {
        number, first_name, last_name, email, phone, department, location, job_title, manager, employment_type,
        fte, start_date, end_date, birth_date, salary,
        new_department, new_location,
    } with custom
}

/// What an employee is told to be; the manager is still a number or a name, resolved by the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields {
    /// Empty: the workspace's next number is taken.
    pub number: Option<String>,
    pub first_name: String,
    pub last_name: String,
    pub email: Option<Email>,
    pub phone: Option<String>,
    pub department: Option<String>,
    pub location: Option<String>,
    pub job_title: Option<String>,
    pub manager: Option<String>,
    pub employment_type: Option<EmploymentType>,
    pub fte: Fte,
    pub start_date: Option<Day>,
    pub end_date: Option<Day>,
    pub birth_date: Option<Day>,
    /// A year's pay.
    pub salary: Option<Money>,
    pub custom: Custom,
    /// Names of departments and locations that are not there yet, and are to be.
    pub new_places: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentType {
    FullTime,
    PartTime,
    Contractor,
    Intern,
    Temporary,
}

impl EmploymentType {
    pub const ALL: [Self; 5] = [Self::FullTime, Self::PartTime, Self::Contractor, Self::Intern, Self::Temporary];

    pub const fn key(self) -> &'static str {
        match self {
            Self::FullTime => "full_time",
            Self::PartTime => "part_time",
            Self::Contractor => "contractor",
            Self::Intern => "intern",
            Self::Temporary => "temporary",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::FullTime => "Full-time",
            Self::PartTime => "Part-time",
            Self::Contractor => "Contractor",
            Self::Intern => "Intern",
            Self::Temporary => "Temporary",
        }
    }

    /// Reads the key or the label, however a file spells it.
    pub fn parse(input: &str) -> Result<Self, String> {
        let normal = crate::import::normal(input);
        Self::ALL
            .into_iter()
            .find(|t| crate::import::normal(t.key()) == normal || crate::import::normal(t.label()) == normal)
            .ok_or_else(|| format!("Use one of {}.", Self::ALL.map(Self::label).join(", ")))
    }
}

/// How much of a full-time job it is, in ten-thousandths: 8,000 is four days of five.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fte(u16);

impl Fte {
    pub const FULL: Self = Self(10_000);

    /// `0.8`, `80%` and `80` are the same; up to twice a full-time job.
    pub fn parse(input: &str) -> Result<Self, &'static str> {
        const WRONG: &str = "Use a part of a full-time job, like 80 % or 0.8.";
        let text: String = input.chars().filter(|c| !c.is_whitespace()).collect();
        let (number, percent) = text.strip_suffix('%').map_or((text.as_str(), false), |n| (n, true));
        let value: Decimal = number.replace(',', ".").parse().map_err(|_| WRONG)?;
        // Nobody means 3 % by a 3, and it is no part of a job.
        if !percent && value > Decimal::TWO && value < Decimal::TEN {
            return Err(WRONG);
        }
        let part = if percent || value > Decimal::TWO { value / Decimal::ONE_HUNDRED } else { value };
        Self::from_decimal(part).ok_or(WRONG)
    }

    /// From a part of 1.
    pub fn from_decimal(part: Decimal) -> Option<Self> {
        let parts = (part.checked_mul(Decimal::from(10_000))?).normalize();
        let whole = parts.is_integer() && parts >= Decimal::ONE && parts <= Decimal::from(20_000);
        if whole { u16::try_from(parts).ok().map(Self) } else { None }
    }

    /// As a form shows it: a full-time job is the usual thing.
    pub fn words(self) -> String {
        if self == Self::FULL { String::new() } else { self.to_string() }
    }

    /// As a part of 1.
    pub fn decimal(self) -> Decimal {
        Decimal::new(i64::from(self.0), 4).normalize()
    }
}

impl Default for Fte {
    fn default() -> Self {
        Self::FULL
    }
}

/// `80 %`
impl fmt::Display for Fte {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", Decimal::new(i64::from(self.0), 2).normalize())
    }
}

/// A picture: whose it is, an employee's or a member's id, and the digest of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    pub of: uuid::Uuid,
    pub digest: String,
}

/// Where someone stands today; told by the dates, stored nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Upcoming,
    Active,
    Left,
    Archived,
}

impl Status {
    pub const ALL: [Self; 4] = [Self::Active, Self::Upcoming, Self::Left, Self::Archived];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Active => "active",
            Self::Left => "left",
            Self::Archived => "archived",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Upcoming => "Upcoming",
            Self::Active => "Active",
            Self::Left => "Left",
            Self::Archived => "Archived",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    /// The end date is the last day at work.
    pub fn on(today: Day, start: Option<Day>, end: Option<Day>, archived: bool) -> Self {
        match () {
            () if archived => Self::Archived,
            () if end.is_some_and(|e| e < today) => Self::Left,
            () if start.is_some_and(|s| s > today) => Self::Upcoming,
            () => Self::Active,
        }
    }
}

impl Draft {
    /// The rules of an employee that need no other record.
    pub fn parse(&self, c: &Conventions) -> Result<Fields, Errors> {
        let (fields, errors) = self.read(c);
        errors.or(fields)
    }

    /// As [`parse`](Self::parse), with what could be read although something is wrong.
    pub fn read(&self, c: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let fields = Fields {
            number: e.line("number", &self.number, 20),
            first_name: e.required("first_name", &self.first_name, 100),
            last_name: e.required("last_name", &self.last_name, 100),
            email: e.optional("email", &self.email, Email::parse),
            phone: e.optional("phone", &self.phone, phone),
            department: e.line("department", &self.department, 100),
            location: e.line("location", &self.location, 100),
            job_title: e.line("job_title", &self.job_title, 100),
            manager: e.optional("manager", &self.manager, |s| Ok::<_, String>(number_in(s).to_owned())),
            employment_type: e.optional("employment_type", &self.employment_type, EmploymentType::parse),
            fte: e.optional("fte", &self.fte, Fte::parse).unwrap_or_default(),
            start_date: e.optional("start_date", &self.start_date, |s| Day::parse(s, c.dates)),
            end_date: e.optional("end_date", &self.end_date, |s| Day::parse(s, c.dates)),
            birth_date: e.optional("birth_date", &self.birth_date, |s| Day::parse(s, c.dates)),
            salary: e.optional("salary", &self.salary, |s| Money::parse(s, c.currency)),
            custom: Custom::said(&self.custom),
            new_places: ticked([&self.new_department, &self.new_location]),
        };
        if fields.salary.is_some_and(|s| s.minor < 0) {
            e.add("salary", "A salary is not negative.");
        }
        if let (Some(start), Some(end)) = (fields.start_date, fields.end_date)
            && end < start
        {
            e.add("end_date", "The end date is before the start date.");
        }
        if let (Some(birth), Some(start)) = (fields.birth_date, fields.start_date)
            && birth >= start
        {
            e.add("birth_date", "The birth date is not before the start date.");
        }
        if fields.manager.is_some() && fields.manager == fields.number {
            e.add("manager", "Nobody is their own manager.");
        }
        (fields, e)
    }
}

/// A telephone number as people write it; its digits decide, its shape stays.
pub fn phone(input: &str) -> Result<String, &'static str> {
    let digits = input.chars().filter(char::is_ascii_digit).count();
    let fine = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | ' ' | '(' | ')' | '.' | '/' | 'x');
    if (4..=20).contains(&digits) && input.chars().all(fine) {
        Ok(input.to_owned())
    } else {
        Err("This is not a telephone number, like +49 30 1234567.")
    }
}

/// Names of places that are not there yet, and were said to be meant.
pub(crate) fn ticked<const N: usize>(names: [&String; N]) -> Vec<String> {
    names.into_iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// The number in `10567 · Lillian Haddadi`, as the manager field suggests it.
pub fn number_in(input: &str) -> &str {
    input.split_once(" · ").map_or(input, |(number, _)| number).trim()
}

/// One employee as the reader may see them: what their classes do not open is `None`.
#[derive(Debug, Clone, PartialEq)]
pub struct Employee {
    pub id: EmployeeId,
    pub version: i32,
    pub number: String,
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub department: Option<String>,
    pub location: Option<String>,
    pub job_title: Option<String>,
    pub manager: Option<Manager>,
    pub employment_type: Option<EmploymentType>,
    pub fte: Fte,
    pub start_date: Option<Day>,
    pub end_date: Option<Day>,
    /// Field class: personal.
    pub birth_date: Option<Day>,
    /// Field class: pay. A year's pay.
    pub salary: Option<Money>,
    /// Their own, or that of the member who they are.
    pub photo: Option<Photo>,
    /// Of the classes that are open to the reader, where they were asked for.
    pub custom: Values,
    /// Which classes of this record are open to the reader.
    pub sight: Sight,
    pub status: Status,
    /// Where they are shown; the list and the file ask for them.
    pub tags: Vec<Tag>,
    /// What is known beside the record's own row, where a list or a file shows some of it.
    pub details: Option<Box<Details>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manager {
    pub id: EmployeeId,
    pub number: String,
    pub name: String,
}

impl Manager {
    /// `10567 · Lillian Haddadi`: what a form says to mean them.
    pub fn words(&self) -> String {
        format!("{} · {}", self.number, self.name)
    }
}

impl Employee {
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The employee as a form shows them.
    pub fn draft(&self) -> Draft {
        let day = |d: Option<Day>| d.map(|d| d.to_string()).unwrap_or_default();
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        Draft {
            number: self.number.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            email: text(&self.email),
            phone: text(&self.phone),
            department: text(&self.department),
            location: text(&self.location),
            job_title: text(&self.job_title),
            manager: self.manager.as_ref().map(Manager::words).unwrap_or_default(),
            employment_type: self.employment_type.map(|t| t.key().to_owned()).unwrap_or_default(),
            fte: self.fte.words(),
            start_date: day(self.start_date),
            end_date: day(self.end_date),
            birth_date: day(self.birth_date),
            salary: self.salary.map(|s| s.decimal().to_string()).unwrap_or_default(),
            custom: self.custom.answered(),
            ..Draft::default()
        }
    }

    /// A field as the list shows it: as [`cell`](Self::cell), with the manager by name.
    pub fn shown(&self, field: &str) -> Cow<'_, str> {
        match (field, &self.manager) {
            ("manager", Some(manager)) => manager.name.as_str().into(),
            _ => self.cell(field),
        }
    }

    /// A field as a file has it: as [`cell`](Self::cell), with the manager by number and name, as a file that comes in may.
    pub fn filed(&self, field: &str) -> Cow<'_, str> {
        match (field, &self.manager) {
            ("manager", Some(manager)) => manager.words().into(),
            _ => self.cell(field),
        }
    }

    /// Whether they are what these fields say, as far as the reader's classes open them.
    pub fn is(&self, f: &Fields, sight: Sight) -> bool {
        let currency = self.salary.map_or(Currency::USD, |s| s.currency);
        let (now, _) = self.draft().read(&Conventions { currency, ..Conventions::default() });
        let said = Fields {
            number: f.number.clone().or_else(|| now.number.clone()),
            end_date: f.end_date.filter(|_| sight.terms),
            birth_date: f.birth_date.filter(|_| sight.personal),
            salary: f.salary.filter(|_| sight.pay),
            // What that means, whoever keeps it knows.
            custom: now.custom.clone(),
            new_places: vec![],
            ..f.clone()
        };
        now == said
    }

    /// One field as a file shows it.
    pub fn cell(&self, field: &str) -> Cow<'_, str> {
        fn text(t: &Option<String>) -> Cow<'_, str> {
            t.as_deref().unwrap_or_default().into()
        }
        let day = |d: Option<Day>| d.map(|d| d.to_string()).unwrap_or_default().into();
        match field {
            "number" => self.number.as_str().into(),
            "first_name" => self.first_name.as_str().into(),
            "last_name" => self.last_name.as_str().into(),
            "email" => text(&self.email),
            "phone" => text(&self.phone),
            "department" => text(&self.department),
            "location" => text(&self.location),
            "job_title" => text(&self.job_title),
            "manager" => self.manager.as_ref().map_or("", |m| &m.number).into(),
            "employment_type" => self.employment_type.map_or("", EmploymentType::label).into(),
            "fte" => self.fte.to_string().into(),
            "start_date" => day(self.start_date),
            "end_date" => day(self.end_date),
            "birth_date" => day(self.birth_date),
            "salary" => self.salary.map(|s| s.decimal().to_string()).unwrap_or_default().into(),
            "status" => self.status.label().into(),
            "tags" => self.tags.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", ").into(),
            beside if is_beside(beside) => {
                self.details.as_ref().and_then(|d| d.cell(beside)).unwrap_or_default().into()
            }
            custom => self.custom.named(custom).map(text_of).unwrap_or_default().into(),
        }
    }

    /// One field as a sheet shows it; `kind` is that of a custom field.
    pub fn typed(&self, field: &str, kind: Option<Kind>) -> Cell<'_> {
        let day = |d: Option<Day>| Cell::or_empty(d.map(Cell::Day));
        match field {
            "start_date" => day(self.start_date),
            "end_date" => day(self.end_date),
            "birth_date" => day(self.birth_date),
            "probation_end" => day(self.details.as_ref().and_then(|d| d.probation_end)),
            "fte" => Cell::Part(self.fte.decimal()),
            "salary" => Cell::or_empty(self.salary.map(Cell::Money)),
            field => match (kind, self.custom.named(field)) {
                (Some(kind), Some(value)) => Cell::custom(kind, value),
                _ => Cell::Text(self.cell(field)),
            },
        }
    }
}

const fn field(key: &'static str, label: &'static str, aliases: &'static [&'static str]) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases, required: false }
}

/// Every field, in the order of forms, columns and files.
pub const FIELDS: &[Field] = &[
    field(
        "number",
        "Number",
        &["employeenumber", "employeeno", "employeeid", "empno", "empid", "personnelnumber", "staffnumber", "id", "no"],
    ),
    Field { required: true, ..field("first_name", "First name", &["firstname", "givenname", "forename"]) },
    Field { required: true, ..field("last_name", "Last name", &["lastname", "surname", "familyname"]) },
    field("email", "Email", &["mail", "emailaddress", "workemail"]),
    field("phone", "Phone", &["telephone", "phonenumber", "mobile", "workphone"]),
    field("department", "Department", &["dept", "deptname", "team", "division"]),
    field("location", "Location", &["office", "site", "city", "worklocation"]),
    field("job_title", "Job title", &["title", "position", "role", "jobrole"]),
    field("manager", "Manager", &["managernumber", "managerid", "manageremployeenumber", "reportsto", "supervisor"]),
    field("employment_type", "Employment type", &["type", "contracttype", "employment"]),
    field("fte", "FTE", &["fulltimeequivalent", "workload", "employmentpercentage", "parttimepercentage"]),
    field("start_date", "Start date", &["hiredate", "startdate", "joined", "joindate", "dateofhire", "dateofjoining"]),
    Field {
        class: FieldClass::Terms,
        ..field("end_date", "End date", &["leavedate", "enddate", "terminationdate", "lastday", "left", "exitdate"])
    },
    Field {
        class: FieldClass::Personal,
        ..field("birth_date", "Birth date", &["birthdate", "dateofbirth", "dob", "birthday"])
    },
    Field {
        class: FieldClass::Pay,
        ..field("salary", "Salary", &["annualsalary", "yearlysalary", "basesalary", "pay", "annualpay"])
    },
];

/// Columns of the list beyond the name, in order; `true` are shown unless chosen otherwise.
pub const COLUMNS: &[(&str, &str, bool)] = &[
    ("number", "Number", true),
    ("job_title", "Job title", true),
    ("department", "Department", true),
    ("location", "Location", false),
    ("email", "Email", false),
    ("phone", "Phone", false),
    ("manager", "Manager", true),
    ("employment_type", "Type", false),
    ("fte", "FTE", false),
    ("start_date", "Start date", true),
    ("end_date", "End date", false),
    ("birth_date", "Birth date", false),
    ("salary", "Salary", false),
    ("preferred_name", "Preferred name", false),
    ("probation_end", "End of probation", false),
    ("private_email", "Private email", false),
    ("private_phone", "Private phone", false),
    ("nationality", "Nationality", false),
    ("street", "Home street", false),
    ("street_2", "Home street, second line", false),
    ("postal_code", "Home postal code", false),
    ("city", "Home city", false),
    ("region", "Home region", false),
    ("country", "Home country", false),
    ("contacts", "In an emergency", false),
    ("account_holder", "Account holder", false),
    ("iban", "IBAN", false),
    ("bic", "BIC", false),
    ("tags", "Tags", false),
    ("status", "Status", true),
];

/// The class of a column of the list; of what is derived there is none.
pub fn class(column: &str) -> Option<FieldClass> {
    FIELDS.iter().chain(details::FIELDS).find(|f| f.key == column).map(|f| f.class)
}

/// Whether a column is of what is known beside the record's own row.
pub fn is_beside(column: &str) -> bool {
    details::FIELDS.iter().any(|f| f.key == column)
}

/// Fields that are changed in the list itself.
pub const CELLS: &[&str] = &["department", "location", "job_title", "phone", "email", "manager", "employment_type"];

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft { first_name: "Ada".into(), last_name: "Lovelace".into(), ..Draft::default() }
    }

    #[test]
    fn a_name_is_enough() {
        let fields = draft().parse(&Conventions::default()).expect("valid");
        assert_eq!((fields.first_name.as_str(), fields.number, fields.salary), ("Ada", None, None));
    }

    #[test]
    fn each_wrong_field_has_its_own_error() {
        let wrong = Draft {
            last_name: "  ".into(),
            email: "nope".into(),
            start_date: "2024-05-01".into(),
            end_date: "2024-04-01".into(),
            birth_date: "2030-01-01".into(),
            salary: "-5".into(),
            employment_type: "slave".into(),
            number: "7".into(),
            manager: "7 · Me".into(),
            phone: "call me".into(),
            ..draft()
        };
        let errors = wrong.parse(&Conventions::default()).expect_err("wrong");
        let mut fields: Vec<_> = errors.iter().map(|(f, _)| f).collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            ["birth_date", "email", "employment_type", "end_date", "last_name", "manager", "phone", "salary"]
        );
    }

    #[test]
    fn the_status_is_told_by_the_dates() {
        let day = |s: &str| Some(Day::parse(s, Default::default()).expect("a day"));
        let today = day("2024-06-15").expect("a day");
        for (start, end, archived, status) in [
            (None, None, false, Status::Active),
            (day("2024-06-15"), None, false, Status::Active),
            (day("2024-06-16"), None, false, Status::Upcoming),
            (day("2020-01-01"), day("2024-06-15"), false, Status::Active),
            (day("2020-01-01"), day("2024-06-14"), false, Status::Left),
            (day("2020-01-01"), day("2024-06-14"), true, Status::Archived),
        ] {
            assert_eq!(Status::on(today, start, end, archived), status);
        }
    }

    #[test]
    fn every_column_is_a_field_or_derived() {
        for (key, _, _) in COLUMNS {
            assert!(matches!(*key, "status" | "tags") || class(key).is_some(), "{key}");
        }
    }
}
