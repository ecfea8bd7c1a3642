//! Job and pay over time as an import knows them: one row for each day on which somebody's changes, by their number and
//! that day. What a row does not say goes on as it was.

use super::{Noun, Target};
use crate::{
    Conventions, Day, Errors, Money,
    custom_fields::Custom,
    draft,
    draft::{Field, FieldClass},
    hr::employees::{EmploymentType, Fte},
    text::Words,
};

pub const JOB_WORDS: Words = Words { one: "job change", many: "job changes" };
pub const PAY_WORDS: Words = Words { one: "pay change", many: "pay changes" };

draft! {
    /// A change of somebody's job as a file has it.
    JobDraft { number, from, job_title, department, location, employment_type, fte, reason }
}

draft! {
    /// A change of somebody's pay as a file has it.
    PayDraft { number, from, salary, reason }
}

/// Whose and from when; what is not said is not changed.
#[derive(Debug, Clone, PartialEq)]
pub struct JobFields {
    pub number: String,
    pub from: Day,
    pub job_title: Option<String>,
    pub department: Option<String>,
    pub location: Option<String>,
    pub employment_type: Option<EmploymentType>,
    pub fte: Option<Fte>,
    pub reason: Option<String>,
    /// Changes have no fields of a workspace's own.
    pub custom: Custom,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PayFields {
    pub number: String,
    pub from: Day,
    pub salary: Option<Money>,
    pub reason: Option<String>,
    pub custom: Custom,
}

const fn field(key: &'static str, label: &'static str, aliases: &'static [&'static str]) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases, required: false }
}

const NUMBER: Field = Field {
    required: true,
    ..field(
        "number",
        "Employee number",
        &["employeenumber", "employeeno", "employeeid", "empno", "empid", "personnelnumber", "staffnumber", "no"],
    )
};
const FROM: Field = Field {
    required: true,
    ..field("from", "From", &["fromdate", "effectivedate", "effectivefrom", "startdate", "validfrom", "date", "since"])
};
const REASON: Field = field("reason", "Why", &["changereason", "comment", "note"]);

/// Every field of a change of job, in the order of files.
pub const JOB_FIELDS: &[Field] = &[
    NUMBER,
    FROM,
    field("job_title", "Job title", &["title", "position", "role", "jobrole"]),
    field("department", "Department", &["dept", "deptname", "team", "division"]),
    field("location", "Location", &["office", "site", "city", "worklocation"]),
    field("employment_type", "Employment type", &["type", "contracttype", "employment"]),
    field("fte", "FTE", &["fulltimeequivalent", "workload"]),
    REASON,
];

/// Every field of a change of pay.
pub const PAY_FIELDS: &[Field] = &[
    NUMBER,
    FROM,
    Field {
        class: FieldClass::Pay,
        required: true,
        ..field("salary", "Salary", &["annualsalary", "yearlysalary", "basesalary", "pay", "annualpay", "amount"])
    },
    REASON,
];

/// `10567`, of that day: two rows of one person and one day are the same.
fn key(number: &str, from: &str, c: &Conventions) -> [Option<String>; 2] {
    let day = Day::parse(from.trim(), c.dates).ok();
    [day.filter(|_| !number.trim().is_empty()).map(|day| format!("{} {day}", number.trim())), None]
}

fn belongs(number: &str) -> Option<String> {
    Some(number.trim()).filter(|n| !n.is_empty()).map(str::to_owned)
}

fn day(e: &mut Errors, input: &str, c: &Conventions) -> Day {
    if input.trim().is_empty() {
        e.add("from", "Please fill this in.");
    }
    e.optional("from", input, |s| Day::parse(s, c.dates)).unwrap_or(Day(chrono::NaiveDate::MIN))
}

macro_rules! take {
    ($into:ident, $from:ident, $field:ident, $($name:ident),*) => { match $field {
        $(stringify!($name) => {
            let differs = $into.$name != $from.$name;
            if differs { $into.$name = $from.$name.clone(); }
            differs
        })*
        _ => false,
    } };
}

/// Changes of job.
#[derive(Debug, Clone, Copy)]
pub struct JobHistory;

impl Noun for JobHistory {
    const TARGET: Target = Target::JobHistory;
    const DATES: &'static [&'static str] = &["from"];
    const AMOUNTS: &'static [&'static str] = &[];
    const KEYS: [&'static str; 2] = ["from", "number"];
    const FIRST_DECIDES: bool = true;
    const CALLED: usize = 1;
    const ABOVE: &'static str = "";
    const STEPS: usize = 1;
    type Draft = JobDraft;
    type Fields = JobFields;

    fn get<'a>(draft: &'a JobDraft, field: &str) -> &'a str {
        draft.get(field)
    }

    fn set(draft: &mut JobDraft, field: &str, value: String) {
        draft.set(field, value);
    }

    fn parse(d: &JobDraft, c: &Conventions) -> Result<JobFields, Errors> {
        let mut e = Errors::default();
        let fields = JobFields {
            number: e.required("number", &d.number, 20),
            from: day(&mut e, &d.from, c),
            job_title: e.line("job_title", &d.job_title, 100),
            department: e.line("department", &d.department, 100),
            location: e.line("location", &d.location, 100),
            employment_type: e.optional("employment_type", &d.employment_type, EmploymentType::parse),
            fte: e.optional("fte", &d.fte, Fte::parse),
            reason: e.line("reason", &d.reason, 60),
            custom: Custom::default(),
        };
        e.or(fields)
    }

    fn draft(f: &JobFields) -> JobDraft {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        JobDraft {
            number: f.number.clone(),
            from: f.from.to_string(),
            job_title: text(&f.job_title),
            department: text(&f.department),
            location: text(&f.location),
            employment_type: f.employment_type.map(|t| t.key().to_owned()).unwrap_or_default(),
            fte: f.fte.map(|f| f.to_string()).unwrap_or_default(),
            reason: text(&f.reason),
        }
    }

    fn keys(d: &JobDraft, c: &Conventions) -> [Option<String>; 2] {
        key(&d.number, &d.from, c)
    }

    fn link(_: &JobDraft, _: &Conventions) -> Option<String> {
        None
    }

    fn custom(fields: &mut JobFields) -> &mut Custom {
        &mut fields.custom
    }

    fn belongs(d: &JobDraft) -> Option<String> {
        belongs(&d.number)
    }

    fn take(into: &mut JobFields, from: &JobFields, field: &str) -> bool {
        take!(into, from, field, job_title, department, location, employment_type, fte, reason)
    }

    fn title(f: &JobFields) -> String {
        format!("{} from {}", f.number, f.from)
    }

    fn unknown(word: &str) -> String {
        word.to_owned()
    }
}

/// Changes of pay.
#[derive(Debug, Clone, Copy)]
pub struct PayHistory;

impl Noun for PayHistory {
    const TARGET: Target = Target::PayHistory;
    const DATES: &'static [&'static str] = &["from"];
    const AMOUNTS: &'static [&'static str] = &["salary"];
    const KEYS: [&'static str; 2] = ["from", "number"];
    const FIRST_DECIDES: bool = true;
    const CALLED: usize = 1;
    const ABOVE: &'static str = "";
    const STEPS: usize = 1;
    type Draft = PayDraft;
    type Fields = PayFields;

    fn get<'a>(draft: &'a PayDraft, field: &str) -> &'a str {
        draft.get(field)
    }

    fn set(draft: &mut PayDraft, field: &str, value: String) {
        draft.set(field, value);
    }

    fn parse(d: &PayDraft, c: &Conventions) -> Result<PayFields, Errors> {
        let mut e = Errors::default();
        if d.salary.trim().is_empty() {
            e.add("salary", "Please fill this in.");
        }
        let salary = e.optional("salary", &d.salary, |s| Money::parse(s, c.currency));
        if salary.is_some_and(|s| s.minor < 0) {
            e.add("salary", "A salary is not negative.");
        }
        let fields = PayFields {
            number: e.required("number", &d.number, 20),
            from: day(&mut e, &d.from, c),
            salary,
            reason: e.line("reason", &d.reason, 60),
            custom: Custom::default(),
        };
        e.or(fields)
    }

    fn draft(f: &PayFields) -> PayDraft {
        PayDraft {
            number: f.number.clone(),
            from: f.from.to_string(),
            salary: f.salary.map(|s| s.decimal().to_string()).unwrap_or_default(),
            reason: f.reason.clone().unwrap_or_default(),
        }
    }

    fn keys(d: &PayDraft, c: &Conventions) -> [Option<String>; 2] {
        key(&d.number, &d.from, c)
    }

    fn link(_: &PayDraft, _: &Conventions) -> Option<String> {
        None
    }

    fn custom(fields: &mut PayFields) -> &mut Custom {
        &mut fields.custom
    }

    fn belongs(d: &PayDraft) -> Option<String> {
        belongs(&d.number)
    }

    fn take(into: &mut PayFields, from: &PayFields, field: &str) -> bool {
        take!(into, from, field, salary, reason)
    }

    fn title(f: &PayFields) -> String {
        format!("{} from {}", f.number, f.from)
    }

    fn unknown(word: &str) -> String {
        word.to_owned()
    }
}
