//! Jobs to fill: what is asked for, who says yes to it, and how it is published.

mod parts;
mod questions;

pub use parts::{Stage, StageKind, TeamMember, TeamRole, Typed as TypedStages, USUAL, read_stages, read_team};
pub use questions::{Kind as QuestionKind, Question, Typed as TypedQuestions, YesNo, read as read_questions};

use crate::{
    Conventions, Currency, Day, Errors, Money, PostingId, draft,
    draft::{Field, FieldClass},
    list::{Cursor, Sort, SortKey},
    text::Words,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

pub const WORDS: Words = Words { one: "job", many: "jobs" };

/// Letters of a description.
pub const LONGEST: usize = 20_000;

/// How a field of few values is kept and told.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $key:literal, $label:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),* }
            }

            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),* }
            }

            pub fn parse(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|c| c.key() == key)
            }
        }
    };
}
pub(crate) use choices;

choices! {
    /// How far a posting is.
    State {
        Draft = "draft", "Draft";
        Published = "published", "Published";
        OnHold = "on_hold", "On hold";
        Closed = "closed", "Closed";
        Filled = "filled", "Filled";
    }
}

choices! {
    /// Whether somebody has said yes to hiring for it.
    Approval {
        None = "none", "Not asked for";
        Asked = "asked", "Waits for approval";
        Approved = "approved", "Approved";
        Declined = "declined", "Declined";
    }
}

choices! {
    /// Where the work is done.
    Workplace {
        OnSite = "on_site", "On site";
        Hybrid = "hybrid", "Hybrid";
        Remote = "remote", "Remote";
    }
}

choices! {
    Employment {
        FullTime = "full_time", "Full time";
        PartTime = "part_time", "Part time";
        Contract = "contract", "Contract";
        Temporary = "temporary", "Temporary";
        Internship = "internship", "Internship";
    }
}

choices! {
    /// What a salary is paid for.
    Per {
        Year = "year", "a year";
        Month = "month", "a month";
        Hour = "hour", "an hour";
    }
}

impl State {
    /// Whether a posting may go from here to there, and if not, why. `approved`: somebody has said yes; `over`: its last day
    /// is past.
    pub fn step(self, to: Self, approved: bool, over: bool) -> Result<(), &'static str> {
        match (self, to) {
            (from, to) if from == to => Err("It is that already."),
            (_, Self::Draft) => Err("What was published is no draft any more. Put it on hold or close it."),
            (Self::Draft, Self::Published) if !approved => Err("It is published once somebody has approved it."),
            (_, Self::Published) if over => Err("Its last day is over. Give it another one first."),
            (Self::Draft | Self::OnHold | Self::Closed | Self::Filled, Self::Published) if approved => Ok(()),
            (_, Self::Published) => Err("It is published once somebody has approved it."),
            (Self::Draft, Self::Closed) => Ok(()),
            (Self::Draft, _) => Err("It was not published yet."),
            (Self::Published, Self::OnHold | Self::Closed | Self::Filled) => Ok(()),
            (Self::OnHold, Self::Closed | Self::Filled) => Ok(()),
            (Self::Closed, Self::Filled) if approved => Ok(()),
            (Self::Closed, Self::Filled) => Err("It was never published."),
            (Self::Closed, Self::OnHold) => Err("It is closed. Publish it again first."),
            (Self::Filled, _) => Err("It is filled. Publish it again first."),
            _ => Err("It is that already."),
        }
    }

    /// Where it may go from here, as buttons offer it.
    pub fn ways(self, approved: bool, over: bool) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|to| self.step(*to, approved, over).is_ok()).collect()
    }
}

draft! {
    /// A posting as typed. `shown`: the salary.
    Draft {
        title, department, location, workplace, employment, headcount, reason, description, salary_from, salary_to, currency,
        per, shown, closes_on, internal
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub title: String,
    pub department: Option<String>,
    pub location: Option<String>,
    pub workplace: Workplace,
    pub employment: Employment,
    pub headcount: i32,
    pub reason: Option<String>,
    pub description: String,
    pub salary: Option<Salary>,
    pub closes_on: Option<Day>,
    pub internal: bool,
}

/// What is paid, from and to; one of them at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Salary {
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub currency: Currency,
    pub per: Per,
    pub shown: bool,
}

impl Salary {
    fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }

    /// `DKK 520,000.00 to 600,000.00 a year`.
    pub fn words(&self) -> String {
        let range = match (self.from.map(|m| self.money(m)), self.to.map(|m| self.money(m))) {
            (Some(from), Some(to)) if from == to => from.to_string(),
            (Some(from), Some(to)) => format!("{from} to {to}"),
            (Some(from), None) => format!("From {from}"),
            (None, Some(to)) => format!("Up to {to}"),
            (None, None) => String::new(),
        };
        format!("{range} {}", self.per.label())
    }

    /// As plain decimals, for forms and for machines.
    pub fn decimals(&self) -> [Option<String>; 2] {
        [self.from, self.to].map(|m| m.map(|m| self.money(m).decimal().to_string()))
    }
}

impl Draft {
    /// The rules that need no other record, with what could be read although something is wrong.
    pub fn read(&self, c: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let choose = "Choose one of them.";
        let count = |s: &str| match s.parse::<i32>() {
            Ok(n) if (1..=1_000).contains(&n) => Ok(n),
            _ => Err("Use a number from 1 to 1,000."),
        };
        let fields = Fields {
            title: e.required("title", &self.title, 120),
            department: e.line("department", &self.department, 100),
            location: e.line("location", &self.location, 100),
            workplace: e
                .optional("workplace", &self.workplace, |s| Workplace::parse(s).ok_or(choose))
                .unwrap_or(Workplace::OnSite),
            employment: e
                .optional("employment", &self.employment, |s| Employment::parse(s).ok_or(choose))
                .unwrap_or(Employment::FullTime),
            headcount: e.optional("headcount", &self.headcount, count).unwrap_or(1),
            reason: e.text("reason", &self.reason, 1_000),
            description: e.text("description", &self.description, LONGEST).unwrap_or_default(),
            salary: self.salary(c, &mut e),
            closes_on: e.optional("closes_on", &self.closes_on, |s| Day::parse(s, c.dates)),
            internal: !self.internal.is_empty(),
        };
        if fields.description.is_empty() && e.of("description").is_none() {
            e.add("description", "Please fill this in.");
        }
        if fields.location.is_none() && fields.workplace != Workplace::Remote && e.of("location").is_none() {
            e.add("location", "Say where it is, or choose Remote.");
        }
        (fields, e)
    }

    fn salary(&self, c: &Conventions, e: &mut Errors) -> Option<Salary> {
        let currency = e.optional("currency", &self.currency, crate::crm::deals::currency).unwrap_or(c.currency);
        let mut amount = |field, typed: &str| {
            e.optional(field, typed, |s| match Money::parse(s, currency) {
                Ok(m) if m.minor < 0 => Err("Nobody is paid less than nothing."),
                other => other,
            })
        };
        let (from, to) = (amount("salary_from", &self.salary_from), amount("salary_to", &self.salary_to));
        let per = e.optional("per", &self.per, |s| Per::parse(s).ok_or("Choose one of them.")).unwrap_or(Per::Year);
        if from.zip(to).is_some_and(|(from, to)| to.minor < from.minor) {
            e.add("salary_to", "This is less than where it begins.");
        }
        let shown = !self.shown.is_empty();
        if from.is_none() && to.is_none() {
            return None;
        }
        Some(Salary { from: from.map(|m| m.minor), to: to.map(|m| m.minor), currency, per, shown })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub id: PostingId,
    pub version: i32,
    pub title: String,
    /// What stands in its public address.
    pub handle: String,
    pub department: Option<String>,
    pub location: Option<String>,
    pub workplace: Workplace,
    pub employment: Employment,
    pub headcount: i32,
    pub reason: Option<String>,
    /// Left out in lists.
    pub description: String,
    /// None as well where the reader may not know.
    pub salary: Option<Salary>,
    pub closes_on: Option<Day>,
    pub internal: bool,
    pub state: State,
    pub approval: Approval,
    pub asked_by: Option<String>,
    pub asked_at: Option<DateTime<Utc>>,
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decision: Option<String>,
    pub published_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl Posting {
    pub fn draft(&self) -> Draft {
        let on = |yes: bool| if yes { "true".to_owned() } else { String::new() };
        let [from, to] = self.salary.map(|s| s.decimals()).unwrap_or_default();
        Draft {
            title: self.title.clone(),
            department: self.department.clone().unwrap_or_default(),
            location: self.location.clone().unwrap_or_default(),
            workplace: self.workplace.key().into(),
            employment: self.employment.key().into(),
            headcount: self.headcount.to_string(),
            reason: self.reason.clone().unwrap_or_default(),
            description: self.description.clone(),
            salary_from: from.unwrap_or_default(),
            salary_to: to.unwrap_or_default(),
            currency: self.salary.map(|s| s.currency.code().to_owned()).unwrap_or_default(),
            per: self.salary.map(|s| s.per.key().to_owned()).unwrap_or_default(),
            shown: on(self.salary.is_some_and(|s| s.shown)),
            closes_on: self.closes_on.map(|d| d.to_string()).unwrap_or_default(),
            internal: on(self.internal),
        }
    }

    /// Whether it is what these fields say, as far as the reader may know.
    pub fn is(&self, f: &Fields, sees_pay: bool) -> bool {
        (&self.title, &self.department, &self.location, self.workplace, self.employment, self.headcount)
            == (&f.title, &f.department, &f.location, f.workplace, f.employment, f.headcount)
            && (&self.reason, &self.description, self.closes_on, self.internal)
                == (&f.reason, &f.description, f.closes_on, f.internal)
            && (!sees_pay || self.salary == f.salary)
    }

    pub fn approved(&self) -> bool {
        self.approval == Approval::Approved
    }

    /// Whether its last day is past.
    pub fn over(&self, today: Day) -> bool {
        self.closes_on.is_some_and(|last| last < today)
    }

    /// `Copenhagen, hybrid`; `Remote`.
    pub fn place(&self) -> String {
        place(self.location.as_deref(), self.workplace)
    }

    /// As a file has it.
    pub fn cell(&self, key: &str) -> Cow<'_, str> {
        let day = |at: Option<DateTime<Utc>>| Cow::Owned(at.map(|at| at.date_naive().to_string()).unwrap_or_default());
        let text = |t: &'_ Option<String>| Cow::Owned(t.clone().unwrap_or_default());
        let [from, to] = self.salary.map(|s| s.decimals()).unwrap_or_default();
        match key {
            "title" => Cow::Borrowed(&self.title),
            "department" => text(&self.department),
            "location" => text(&self.location),
            "workplace" => Cow::Borrowed(self.workplace.label()),
            "employment" => Cow::Borrowed(self.employment.label()),
            "headcount" => Cow::Owned(self.headcount.to_string()),
            "state" => Cow::Borrowed(self.state.label()),
            "approval" => Cow::Borrowed(self.approval.label()),
            "internal" => Cow::Borrowed(if self.internal { "yes" } else { "no" }),
            "published" => day(self.published_at),
            "closes_on" => Cow::Owned(self.closes_on.map(|d| d.to_string()).unwrap_or_default()),
            "salary_from" => Cow::Owned(from.unwrap_or_default()),
            "salary_to" => Cow::Owned(to.unwrap_or_default()),
            "currency" => Cow::Borrowed(self.salary.map_or("", |s| s.currency.code())),
            "per" => Cow::Borrowed(self.salary.map_or("", |s| s.per.key())),
            _ => Cow::Borrowed(""),
        }
    }
}

/// Where it is and how one works there.
pub fn place(location: Option<&str>, workplace: Workplace) -> String {
    match (location, workplace) {
        (Some(at), Workplace::OnSite) => at.to_owned(),
        (Some(at), how) => format!("{at}, {}", how.label().to_lowercase()),
        (None, how) => how.label().to_owned(),
    }
}

/// Columns of a file, and what stands above each; the last four for whoever sees salaries.
pub const COLUMNS: [(&str, &str); 15] = [
    ("title", "Title"),
    ("department", "Department"),
    ("location", "Location"),
    ("workplace", "Workplace"),
    ("employment", "Employment"),
    ("headcount", "Wanted"),
    ("state", "State"),
    ("approval", "Approval"),
    ("internal", "For colleagues only"),
    ("published", "Published on"),
    ("closes_on", "Last day to apply"),
    ("salary_from", "Salary from"),
    ("salary_to", "Salary to"),
    ("currency", "Currency"),
    ("per", "Per"),
];

/// Columns of pay, among those.
pub const PAY: [&str; 4] = ["salary_from", "salary_to", "currency", "per"];

/// What stands in a public address: words of the title, and a mark that no other has.
pub fn handle(title: &str, id: PostingId) -> String {
    let mut words = String::new();
    for c in title.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            words.push(c);
        } else if !words.is_empty() && !words.ends_with('-') {
            words.push('-');
        }
        if words.len() >= 50 {
            break;
        }
    }
    let mark = &id.0.simple().to_string()[20..];
    let words = words.trim_end_matches('-');
    if words.is_empty() { format!("job-{mark}") } else { format!("{words}-{mark}") }
}

const fn field(key: &'static str, label: &'static str) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases: &[], required: false }
}

/// Every field, in the order of forms. Whether somebody sees the salary is a right of its own.
pub const FIELDS: &[Field] = &[
    Field { required: true, ..field("title", "Title") },
    field("department", "Department"),
    field("location", "Location"),
    field("workplace", "Workplace"),
    field("employment", "Employment"),
    field("headcount", "Wanted"),
    field("reason", "Why"),
    Field { required: true, ..field("description", "Description") },
    field("closes_on", "Last day to apply"),
    field("internal", "For colleagues only"),
    field("state", "State"),
    field("approval", "Approval"),
    field("decision", "Answer"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Title,
    Created,
}

impl SortKey for Order {
    const ALL: &'static [Self] = &[Self::Title, Self::Created];

    fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Created => "created",
        }
    }
}

/// The list's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// A [`State`] key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// An [`Approval`] key.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub approval: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub department: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub location: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub before: String,
}

impl Filter {
    pub fn state(&self) -> Option<State> {
        State::parse(&self.state)
    }

    pub fn approval(&self) -> Option<Approval> {
        Approval::parse(&self.approval)
    }

    /// Whether all of the question is understood.
    pub fn is_clear(&self) -> bool {
        (self.state.is_empty() || self.state().is_some()) && (self.approval.is_empty() || self.approval().is_some())
    }

    pub fn order(&self) -> Sort<Order> {
        Sort::parse(&self.sort)
    }

    pub fn cursor(&self) -> Cursor {
        Cursor::parse(&self.after, &self.before)
    }

    pub fn from_top(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    pub fn narrows(&self) -> bool {
        let all = [&self.state, &self.approval, &self.department, &self.location];
        !self.q.trim().is_empty() || all.iter().any(|f| !f.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Draft {
        Draft {
            title: "Product designer".into(),
            location: "Copenhagen".into(),
            description: "Lamps.".into(),
            ..Draft::default()
        }
    }

    #[test]
    fn what_is_typed_is_read_or_told() {
        let c = Conventions::default();
        let (fields, errors) = typed().read(&c);
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!((fields.headcount, fields.workplace, fields.salary), (1, Workplace::OnSite, None));
        for (field, wrong) in [
            ("title", ""),
            ("description", " "),
            ("headcount", "0"),
            ("employment", "slave"),
            ("location", ""),
            ("closes_on", "soon"),
            ("salary_from", "-1"),
            ("currency", "XXQ"),
        ] {
            let mut draft = typed();
            draft.set(field, wrong.into());
            assert!(draft.read(&c).1.of(field).is_some(), "{field}: {wrong}");
        }
        let remote = Draft { location: String::new(), workplace: "remote".into(), ..typed() };
        assert!(remote.read(&c).1.is_empty());
    }

    #[test]
    fn a_salary_has_an_order_and_a_currency() {
        let c = Conventions::default();
        let read = |from: &str, to: &str| {
            Draft { salary_from: from.into(), salary_to: to.into(), currency: "EUR".into(), ..typed() }.read(&c)
        };
        let (fields, errors) = read("50,000", "60,000.50");
        assert!(errors.is_empty(), "{errors:?}");
        let salary = fields.salary.expect("a salary");
        assert_eq!((salary.from, salary.to, salary.currency), (Some(5_000_000), Some(6_000_050), Currency::EUR));
        assert!(read("60,000", "50,000").1.of("salary_to").is_some());
        assert_eq!(read("", "").0.salary, None);
        assert!(read("", "10").0.salary.expect("an end").words().starts_with("Up to"));
    }

    #[test]
    fn a_posting_goes_its_way_and_no_other() {
        use State::{Closed, Draft, Filled, OnHold, Published};
        for (from, approved, to) in [
            (Draft, false, &[Closed][..]),
            (Draft, true, &[Published, Closed]),
            (Published, true, &[OnHold, Closed, Filled]),
            (OnHold, true, &[Published, Closed, Filled]),
            (Closed, true, &[Published, Filled]),
            (Closed, false, &[]),
            (Filled, true, &[Published]),
        ] {
            assert_eq!(from.ways(approved, false), to, "{from:?}, approved: {approved}");
        }
        assert!(!Draft.ways(true, true).contains(&Published), "its last day is over");
        assert!(Published.step(Published, true, false).is_err());
    }

    #[test]
    fn an_address_is_readable_and_nobody_elses() {
        let id = |n| PostingId(uuid::Uuid::from_u128(n));
        assert_eq!(handle("Ingénieur  (m/w/d)!", id(0xabc)), "ing-nieur-m-w-d-000000000abc");
        assert_ne!(handle("Designer", id(1)), handle("Designer", id(2)));
        assert!(handle("设计师", id(1)).starts_with("job-"));
    }
}
