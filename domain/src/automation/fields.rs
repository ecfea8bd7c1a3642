//! The fields by which workflows know a record: its own, and those of what it hangs together with, like
//! `manager.email`.

use crate::{Currency, Day, Money, draft::FieldClass};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The nouns whose records workflows run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    Employee,
    Customer,
    Contact,
    Lead,
    Deal,
    Ticket,
    Task,
}

impl RecordKind {
    pub const ALL: [Self; 7] =
        [Self::Employee, Self::Customer, Self::Contact, Self::Lead, Self::Deal, Self::Ticket, Self::Task];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Employee => "employee",
            Self::Customer => "customer",
            Self::Contact => "contact",
            Self::Lead => "lead",
            Self::Deal => "deal",
            Self::Ticket => "ticket",
            Self::Task => "task",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Employee => "Employee",
            Self::Customer => "Customer",
            Self::Contact => "Contact",
            Self::Lead => "Lead",
            Self::Deal => "Deal",
            Self::Ticket => "Ticket",
            Self::Task => "Task",
        }
    }

    /// The table that its records are rows of.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Employee => "employees",
            Self::Customer => "customers",
            Self::Contact => "contacts",
            Self::Lead => "leads",
            Self::Deal => "deals",
            Self::Ticket => "tickets",
            Self::Task => "tasks",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.key() == key)
    }

    pub fn of_table(table: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.table() == table)
    }

    pub const fn fields(self) -> &'static [FieldSpec] {
        match self {
            Self::Employee => EMPLOYEE,
            Self::Customer => CUSTOMER,
            Self::Contact => CONTACT,
            Self::Lead => LEAD,
            Self::Deal => DEAL,
            Self::Ticket => TICKET,
            Self::Task => TASK,
        }
    }

    pub fn field(self, key: &str) -> Option<&'static FieldSpec> {
        self.fields().iter().find(|f| f.key == key)
    }

    /// Whether it has any date, to wait for or to begin by.
    pub fn has_dates(self) -> bool {
        self.fields().iter().any(|f| f.holds == Holds::Day)
    }

    /// The right without which nothing of such a record is seen.
    pub const fn read(self) -> &'static str {
        match self {
            Self::Employee => "employees.read",
            Self::Customer => "customers.read",
            Self::Contact => "contacts.read",
            Self::Lead => "leads.read",
            Self::Deal => "deals.read",
            Self::Ticket => "tickets.read",
            Self::Task => "tasks.read",
        }
    }
}

impl RecordKind {
    /// The right without which none is added or changed.
    pub const fn write(self) -> &'static str {
        match self {
            Self::Employee => "employees.write",
            Self::Customer => "customers.write",
            Self::Contact => "contacts.write",
            Self::Lead => "leads.write",
            Self::Deal => "deals.write",
            Self::Ticket => "tickets.write",
            Self::Task => "tasks.write",
        }
    }

    /// The column of whoever it belongs to, and the field that names them.
    pub const fn owner(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Employee => None,
            Self::Customer | Self::Contact | Self::Lead | Self::Deal => Some(("owner_id", "owner")),
            Self::Ticket | Self::Task => Some(("assignee_id", "assignee")),
        }
    }

    /// Whether it has tags and notes, as what has a page with a timeline does.
    pub const fn has_notes(self) -> bool {
        !matches!(self, Self::Task)
    }
}

/// What a field holds, which decides what can be asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Text,
    Number,
    Day,
    Money,
    /// One of these: key, label.
    Choice(&'static [(&'static str, &'static str)]),
    /// Several words, like tags.
    List,
}

/// A field as workflows know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    pub key: &'static str,
    pub label: &'static str,
    pub holds: Holds,
    pub class: FieldClass,
    /// Whether a step may set it.
    pub writable: bool,
    /// The columns of its record in which a change of it shows; none where it is told by other records.
    pub columns: &'static [&'static str],
}

impl FieldSpec {
    /// Whether it is among these changes, by column.
    pub fn changed(&self, changes: &serde_json::Value) -> bool {
        self.columns.iter().any(|c| changes.get(c).is_some())
    }
}

const fn field(key: &'static str, label: &'static str, holds: Holds, columns: &'static [&'static str]) -> FieldSpec {
    FieldSpec { key, label, holds, class: FieldClass::Directory, writable: true, columns }
}

/// Seen, and not set here.
const fn told(key: &'static str, label: &'static str, holds: Holds, columns: &'static [&'static str]) -> FieldSpec {
    FieldSpec { writable: false, ..field(key, label, holds, columns) }
}

const TYPES: &[(&str, &str)] = &[
    ("full_time", "Full-time"),
    ("part_time", "Part-time"),
    ("contractor", "Contractor"),
    ("intern", "Intern"),
    ("temporary", "Temporary"),
];
const STANDING: &[(&str, &str)] =
    &[("active", "Active"), ("upcoming", "Upcoming"), ("left", "Left"), ("archived", "Archived")];
const STATUS: &[(&str, &str)] =
    &[("prospect", "Prospect"), ("active", "Active"), ("inactive", "Inactive"), ("archived", "Archived")];
const LIFECYCLE: &[(&str, &str)] = &[
    ("subscriber", "Subscriber"),
    ("lead", "Lead"),
    ("qualified", "Qualified"),
    ("opportunity", "Opportunity"),
    ("customer", "Customer"),
    ("advocate", "Advocate"),
    ("former", "Former customer"),
];
const YES_NO: &[(&str, &str)] = &[("yes", "Yes"), ("no", "No")];
const IN_USE: &[(&str, &str)] = &[("active", "Active"), ("archived", "Archived")];
const HEALTH: &[(&str, &str)] = &[("good", "Good"), ("at_risk", "At risk"), ("poor", "Poor")];
const LEAD_STATUS: &[(&str, &str)] = &[
    ("new", "New"),
    ("working", "Working"),
    ("nurture", "Nurture"),
    ("qualified", "Qualified"),
    ("disqualified", "Disqualified"),
    ("converted", "Converted"),
    ("archived", "Archived"),
];
const DEAL_STATUS: &[(&str, &str)] = &[("open", "Open"), ("won", "Won"), ("lost", "Lost"), ("archived", "Archived")];
const CATEGORY: &[(&str, &str)] = &[
    ("pipeline", "Pipeline"),
    ("best_case", "Best case"),
    ("commit", "Commit"),
    ("closed", "Closed"),
    ("omitted", "Omitted"),
];
const TICKET_STATUS: &[(&str, &str)] = &[
    ("new", "New"),
    ("open", "Open"),
    ("pending", "Pending"),
    ("on_hold", "On hold"),
    ("solved", "Solved"),
    ("closed", "Closed"),
    ("archived", "Archived"),
];
const URGENCY: &[(&str, &str)] = &[("low", "Low"), ("normal", "Normal"), ("high", "High"), ("urgent", "Urgent")];
const SORT: &[(&str, &str)] =
    &[("question", "Question"), ("problem", "Problem"), ("incident", "Incident"), ("task", "Task")];
const PROMISE: &[(&str, &str)] =
    &[("none", "No clock runs"), ("kept", "In time"), ("near", "Near its end"), ("late", "Late")];
const PRIORITY: &[(&str, &str)] = &[("low", "Low"), ("normal", "Normal"), ("high", "High")];
const STATE: &[(&str, &str)] = &[("open", "Open"), ("done", "Done")];

const EMPLOYEE: &[FieldSpec] = &[
    told("name", "Name", Holds::Text, &["first_name", "last_name"]),
    field("first_name", "First name", Holds::Text, &["first_name"]),
    field("last_name", "Last name", Holds::Text, &["last_name"]),
    field("number", "Number", Holds::Text, &["number"]),
    field("email", "Email", Holds::Text, &["email"]),
    field("phone", "Phone", Holds::Text, &["phone"]),
    field("department", "Department", Holds::Text, &["department"]),
    field("location", "Location", Holds::Text, &["location"]),
    field("job_title", "Job title", Holds::Text, &["job_title"]),
    field("manager", "Manager’s number", Holds::Text, &["manager_id"]),
    field("employment_type", "Employment type", Holds::Choice(TYPES), &["employment_type"]),
    field("fte", "FTE, a part of 1", Holds::Number, &["fte"]),
    field("start_date", "Start date", Holds::Day, &["start_date"]),
    FieldSpec { class: FieldClass::Terms, ..field("end_date", "End date", Holds::Day, &["end_date"]) },
    FieldSpec { class: FieldClass::Personal, ..field("birth_date", "Birth date", Holds::Day, &["birth_date"]) },
    FieldSpec {
        class: FieldClass::Pay,
        ..field("salary", "Salary", Holds::Money, &["salary_minor", "salary_currency"])
    },
    told("status", "Status", Holds::Choice(STANDING), &["archived_at", "start_date", "end_date"]),
    told("tags", "Tags", Holds::List, &[]),
    told("manager.name", "Manager › Name", Holds::Text, &[]),
    told("manager.first_name", "Manager › First name", Holds::Text, &[]),
    told("manager.email", "Manager › Email", Holds::Text, &[]),
    told("manager.department", "Manager › Department", Holds::Text, &[]),
];

const CUSTOMER: &[FieldSpec] = &[
    field("name", "Name", Holds::Text, &["name"]),
    field("domain", "Domain", Holds::Text, &["domain"]),
    field("industry", "Industry", Holds::Text, &["industry"]),
    field("size", "Employees", Holds::Number, &["size"]),
    field("country", "Country", Holds::Text, &["country"]),
    field("city", "City", Holds::Text, &["city"]),
    field("status", "Status", Holds::Choice(STATUS), &["status", "archived_at"]),
    field("lifecycle", "Lifecycle", Holds::Choice(LIFECYCLE), &["lifecycle"]),
    field("health", "Health", Holds::Choice(HEALTH), &["health"]),
    field("health_because", "Health, why", Holds::Text, &["health_because"]),
    field("email", "Email", Holds::Text, &["email"]),
    field("phone", "Phone", Holds::Text, &["phone"]),
    field("revenue", "Revenue", Holds::Money, &["revenue_minor", "revenue_currency"]),
    field("owner", "Owner’s email", Holds::Text, &["owner_id"]),
    field("parent", "Parent company", Holds::Text, &["parent_id"]),
    told("tags", "Tags", Holds::List, &[]),
    told("owner.name", "Owner › Name", Holds::Text, &[]),
    told("owner.first_name", "Owner › First name", Holds::Text, &[]),
    told("parent.status", "Parent company › Status", Holds::Choice(STATUS), &[]),
];

const CONTACT: &[FieldSpec] = &[
    told("name", "Name", Holds::Text, &["first_name", "last_name"]),
    field("first_name", "First name", Holds::Text, &["first_name"]),
    field("last_name", "Last name", Holds::Text, &["last_name"]),
    field("job_title", "Job title", Holds::Text, &["job_title"]),
    field("customer", "Company", Holds::Text, &["customer_id"]),
    field("email", "Email", Holds::Text, &["email"]),
    field("phone", "Phone", Holds::Text, &["phone"]),
    field("language", "Language", Holds::Text, &["language"]),
    field("owner", "Owner’s email", Holds::Text, &["owner_id"]),
    field("do_not_contact", "Do not contact", Holds::Choice(YES_NO), &["do_not_contact"]),
    told("status", "Status", Holds::Choice(IN_USE), &["archived_at"]),
    told("tags", "Tags", Holds::List, &[]),
    told("owner.name", "Owner › Name", Holds::Text, &[]),
    told("owner.first_name", "Owner › First name", Holds::Text, &[]),
];

const LEAD: &[FieldSpec] = &[
    field("name", "Name", Holds::Text, &["name"]),
    field("email", "Email", Holds::Text, &["email"]),
    field("phone", "Phone", Holds::Text, &["phone"]),
    field("company", "Company", Holds::Text, &["company"]),
    field("job_title", "Job title", Holds::Text, &["job_title"]),
    field("website", "Website", Holds::Text, &["website"]),
    field("size", "Employees", Holds::Number, &["size"]),
    field("country", "Country", Holds::Text, &["country"]),
    field("source", "Source", Holds::Text, &["source"]),
    field("campaign", "Campaign", Holds::Text, &["campaign"]),
    field("utm_source", "UTM source", Holds::Text, &["utm_source"]),
    field("utm_medium", "UTM medium", Holds::Text, &["utm_medium"]),
    field("utm_campaign", "UTM campaign", Holds::Text, &["utm_campaign"]),
    field("utm_term", "UTM term", Holds::Text, &["utm_term"]),
    field("utm_content", "UTM content", Holds::Text, &["utm_content"]),
    field("owner", "Owner’s email", Holds::Text, &["owner_id"]),
    field("status", "Status", Holds::Choice(LEAD_STATUS), &["status", "archived_at"]),
    field("reason", "Disqualified because", Holds::Text, &["reason"]),
    told("score", "Score", Holds::Number, &["fit", "engagement"]),
    told("fit", "Fit", Holds::Number, &["fit"]),
    told("engagement", "Engagement", Holds::Number, &["engagement"]),
    told("tags", "Tags", Holds::List, &[]),
    told("owner.name", "Owner › Name", Holds::Text, &[]),
    told("owner.first_name", "Owner › First name", Holds::Text, &[]),
];

/// Where a deal stands is set by its stage alone.
const DEAL: &[FieldSpec] = &[
    field("name", "Name", Holds::Text, &["name"]),
    field("reference", "Reference", Holds::Text, &["reference"]),
    field("customer", "Customer", Holds::Text, &["customer_id"]),
    field("owner", "Owner’s email", Holds::Text, &["owner_id"]),
    field("pipeline", "Pipeline", Holds::Text, &["pipeline_id"]),
    field("stage", "Stage", Holds::Text, &["stage_id"]),
    told("status", "Status", Holds::Choice(DEAL_STATUS), &["state", "archived_at"]),
    field("amount", "Amount", Holds::Money, &["amount_minor", "amount_currency"]),
    field("close_on", "Close date", Holds::Day, &["close_on"]),
    field("probability", "Probability", Holds::Number, &["probability"]),
    field("category", "Category", Holds::Choice(CATEGORY), &["category"]),
    field("source", "Source", Holds::Text, &["source"]),
    field("next_step", "Next step", Holds::Text, &["next_step"]),
    field("next_step_on", "Next step on", Holds::Day, &["next_step_on"]),
    field("competitors", "Competitors", Holds::Text, &["competitors"]),
    field("loss_reason", "Lost because of", Holds::Text, &["loss_reason_id"]),
    field("loss_note", "About the loss", Holds::Text, &["loss_note"]),
    told("tags", "Tags", Holds::List, &[]),
    told("owner.name", "Owner › Name", Holds::Text, &[]),
    told("owner.first_name", "Owner › First name", Holds::Text, &[]),
];

const TICKET: &[FieldSpec] = &[
    told("number", "Number", Holds::Text, &["number"]),
    field("name", "Subject", Holds::Text, &["name"]),
    field("requester", "Requester", Holds::Text, &["requester_email", "requester_name"]),
    told("email", "Requester’s email", Holds::Text, &["requester_email"]),
    field("customer", "Customer", Holds::Text, &["customer_id"]),
    field("queue", "Queue", Holds::Text, &["queue_id"]),
    field("priority", "Priority", Holds::Choice(URGENCY), &["priority"]),
    field("status", "Status", Holds::Choice(TICKET_STATUS), &["status", "archived_at"]),
    field("kind", "Type", Holds::Choice(SORT), &["kind"]),
    field("assignee", "Assignee’s email", Holds::Text, &["assignee_id"]),
    told("promise", "What was promised", Holds::Choice(PROMISE), &["promise"]),
    told("tags", "Tags", Holds::List, &[]),
    told("assignee.name", "Assignee › Name", Holds::Text, &[]),
    told("assignee.first_name", "Assignee › First name", Holds::Text, &[]),
];

const TASK: &[FieldSpec] = &[
    field("title", "Title", Holds::Text, &["title"]),
    field("details", "Details", Holds::Text, &["details"]),
    field("due", "Due", Holds::Day, &["due_on"]),
    field("priority", "Priority", Holds::Choice(PRIORITY), &["priority"]),
    told("state", "State", Holds::Choice(STATE), &["done_at"]),
    field("assignee", "Assignee’s email", Holds::Text, &["assignee_id"]),
    told("assignee.name", "Assignee › Name", Holds::Text, &[]),
    told("assignee.first_name", "Assignee › First name", Holds::Text, &[]),
];

/// One value of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    Text(String),
    Number(Decimal),
    Day(Day),
    Money(Money),
    List(Vec<String>),
}

impl Fact {
    /// As words, for mails, conditions on text, and the log.
    pub fn words(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.normalize().to_string(),
            Self::Day(day) => day.to_string(),
            Self::Money(money) => format!("{} {}", money.decimal(), money.currency.code()),
            Self::List(words) => words.join(", "),
        }
    }
}

/// What is known of a record: fields that are empty are not there.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    known: BTreeMap<String, Fact>,
    /// The currency of the workspace: an amount that is asked for without one is in it.
    pub(super) currency: Option<Currency>,
}

impl Facts {
    /// Nothing yet, of a record in a workspace of this currency.
    pub fn within(currency: Option<Currency>) -> Self {
        Self { currency, ..Self::default() }
    }

    pub fn get(&self, key: &str) -> Option<&Fact> {
        self.known.get(key)
    }

    /// As if it were not filled in.
    pub fn forget(&mut self, key: &str) {
        self.known.remove(key);
    }

    pub fn put(&mut self, key: impl Into<String>, fact: Fact) {
        self.known.insert(key.into(), fact);
    }

    /// Puts words that are not empty.
    pub fn text(&mut self, key: &str, text: Option<impl Into<String>>) {
        if let Some(text) = text.map(Into::into).filter(|t: &String| !t.is_empty()) {
            self.put(key, Fact::Text(text));
        }
    }

    /// Empty where there is nothing.
    pub fn words(&self, key: &str) -> String {
        self.get(key).map(Fact::words).unwrap_or_default()
    }

    /// What came in with a web hook, as `payload.…`; all of it, a line each, as `payload`.
    pub fn payload(&mut self, payload: &serde_json::Value) {
        self.payload_at("payload", payload, 0);
        if !self.known.contains_key("payload") {
            let sent = self.known.iter().filter_map(|(key, fact)| Some((key.strip_prefix("payload.")?, fact)));
            let lines: Vec<_> = sent.map(|(key, fact)| format!("{key}: {}", fact.words())).collect();
            self.text("payload", Some(lines.join("\n")));
        }
    }

    fn payload_at(&mut self, path: &str, value: &serde_json::Value, depth: usize) {
        use serde_json::Value;
        if depth > 8 || self.known.len() > 500 {
            return;
        }
        match value {
            Value::Null => {}
            Value::Bool(b) => self.text(path, Some(b.to_string())),
            Value::Number(n) => match n.to_string().parse() {
                Ok(number) => self.put(path, Fact::Number(number)),
                Err(_) => self.text(path, Some(n.to_string())),
            },
            Value::String(s) => self.text(path, Some(s.chars().take(10_000).collect::<String>())),
            Value::Array(all) => {
                all.iter().enumerate().for_each(|(i, v)| self.payload_at(&format!("{path}.{i}"), v, depth + 1));
            }
            Value::Object(all) => {
                all.iter().for_each(|(k, v)| self.payload_at(&format!("{path}.{k}"), v, depth + 1));
            }
        }
    }
}

/// Every field of a noun's own form is known here, or a workflow could neither ask of it nor set it.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        crm::{contacts, customers, deals, leads},
        hr::employees,
        support::tickets,
    };

    #[test]
    fn every_field_of_a_form_is_a_field_of_workflows() {
        let nouns: [(RecordKind, &[crate::draft::Field]); 6] = [
            (RecordKind::Employee, employees::FIELDS),
            (RecordKind::Customer, customers::FIELDS),
            (RecordKind::Contact, contacts::FIELDS),
            (RecordKind::Lead, leads::FIELDS),
            (RecordKind::Deal, deals::FIELDS),
            (RecordKind::Ticket, tickets::FIELDS),
        ];
        // An amount is one with its currency here, and the last two are of files alone.
        let apart = ["currency", "opened_on", "product"];
        for (kind, fields) in nouns {
            for f in fields.iter().filter(|f| !apart.contains(&f.key)) {
                let spec = kind.field(f.key).unwrap_or_else(|| panic!("{}.{}", kind.key(), f.key));
                assert_eq!(spec.class, f.class, "{}", f.key);
                assert!(spec.writable && !spec.columns.is_empty(), "{}", f.key);
            }
        }
    }

    #[test]
    fn choices_are_those_of_the_noun() {
        assert_eq!(LIFECYCLE, customers::Lifecycle::ALL.map(|l| (l.key(), l.label())));
        assert_eq!(HEALTH, customers::Health::ALL.map(|h| (h.key(), h.label())));
        assert_eq!(CATEGORY, crate::crm::pipelines::Category::ALL.map(|c| (c.key(), c.label())));
        assert_eq!(URGENCY, tickets::Priority::ALL.map(|p| (p.key(), p.label())));
        assert_eq!(SORT, tickets::Kind::ALL.map(|k| (k.key(), k.label())));
        assert_eq!(TICKET_STATUS[..6], tickets::Status::ALL.map(|s| (s.key(), s.label())));
        for (key, label) in LEAD_STATUS {
            assert_eq!(leads::Status::parse(key).map(|s| s.label()), Some(*label), "{key}");
        }
    }

    #[test]
    fn a_payload_is_flattened_and_bounded() {
        let mut facts = Facts::default();
        facts.payload(&serde_json::json!({ "a": { "b": [1, "x"] }, "n": null }));
        assert_eq!((facts.words("payload.a.b.0"), facts.words("payload.a.b.1")), ("1".into(), "x".into()));
        assert_eq!(facts.get("payload.n"), None);
        assert_eq!(facts.words("payload"), "a.b.0: 1\na.b.1: x");
    }
}
