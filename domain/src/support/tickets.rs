//! Tickets: the draft, its rules, the fields and the list.

use crate::{
    ContactId, Conventions, CustomerId, Email, Errors, QueueId, TicketId,
    cell::Cell,
    crm::customers::{Owner, email_in},
    custom_fields::{Asked, Custom, Kind as CustomKind, Values, text as text_of},
    draft,
    draft::{Field, FieldClass},
    list::{Cursor, Sort, SortKey},
    support::{routing::Channel, workload::Happened},
    tags::Tag,
    text::Words,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

pub const WORDS: Words = Words { one: "ticket", many: "tickets" };

/// Letters that what somebody wrote may have.
pub const LONGEST: usize = 50_000;

draft! {
    /// A ticket as typed.
    Draft { name, requester, customer, queue, priority, status, kind, assignee, message } with custom
}

/// What a ticket is told to be; customer, queue and assignee are still words, resolved by the store.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields {
    /// What it is about.
    pub name: String,
    pub requester: Option<Requester>,
    pub customer: Option<String>,
    /// `None`: the one it is in, or the first.
    pub queue: Option<String>,
    pub priority: Priority,
    pub status: Status,
    pub kind: Kind,
    /// The email of a member.
    pub assignee: Option<Email>,
    /// What the requester has written, of a new one.
    pub message: Option<String>,
    /// By which way it comes.
    pub channel: Channel,
    pub custom: Custom,
}

/// Who asks, as typed: an address, perhaps with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requester {
    pub name: Option<String>,
    pub email: Email,
}

impl Requester {
    /// `ada@lamps.example`, `Ada Byron (ada@lamps.example)`, `Ada Byron <ada@lamps.example>`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim().replace('(', "<").replace(')', ">");
        let email = Email::parse(email_in(&text)).map_err(|why| why.to_string())?;
        let name = text.rsplit_once('<').map(|(name, _)| name.trim().trim_matches('"').trim().to_owned());
        Ok(Self { name: name.filter(|n| !n.is_empty()).map(|n| n.chars().take(200).collect()), email })
    }

    pub fn words(name: Option<&str>, email: &str) -> String {
        name.map_or_else(|| email.to_owned(), |name| format!("{name} ({email})"))
    }
}

macro_rules! keys {
    ($(#[$doc:meta])* $name:ident [$many:literal] { $($(#[$item:meta])* $variant:ident = $key:literal, $label:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$item])* $variant),* }
        impl $name {
            pub const ALL: [Self; $many] = [$(Self::$variant),*];
            pub const fn key(self) -> &'static str { match self { $(Self::$variant => $key),* } }
            pub const fn label(self) -> &'static str { match self { $(Self::$variant => $label),* } }
            pub fn parse(key: &str) -> Option<Self> { Self::ALL.into_iter().find(|k| k.key() == key) }
            fn chosen(input: &str) -> Result<Self, String> {
                let normal = crate::import::normal(input);
                let found = Self::ALL.into_iter().find(|k| k.key().replace('_', "") == normal || crate::import::normal(k.label()) == normal);
                found.ok_or_else(|| format!("Use one of {}.", Self::ALL.map(Self::label).join(", ")))
            }
        }
    };
}

keys! {
    /// How soon it is to be done.
    Priority [4] {
        Low = "low", "Low";
        #[default]
        Normal = "normal", "Normal";
        High = "high", "High";
        Urgent = "urgent", "Urgent";
    }
}

keys! {
    Status [6] {
        #[default]
        New = "new", "New";
        Open = "open", "Open";
        /// It waits for the customer.
        Pending = "pending", "Pending";
        /// It waits for somebody else.
        OnHold = "on_hold", "On hold";
        Solved = "solved", "Solved";
        /// It is solved, and an answer opens it no more.
        Closed = "closed", "Closed";
    }
}

impl Status {
    /// Whether clocks are held.
    pub const fn waits(self) -> bool {
        matches!(self, Self::Pending | Self::OnHold)
    }

    pub const fn ended(self) -> bool {
        matches!(self, Self::Solved | Self::Closed)
    }
}

keys! {
    /// What sort of thing it is.
    Kind [4] {
        #[default]
        Question = "question", "Question";
        Problem = "problem", "Problem";
        Incident = "incident", "Incident";
        Task = "task", "Task";
    }
}

impl Draft {
    /// The rules of a ticket that need no other record.
    pub fn parse(&self, c: &Conventions) -> Result<Fields, Errors> {
        let (fields, errors) = self.read(c);
        errors.or(fields)
    }

    /// As [`parse`](Self::parse), with what could be read although something is wrong.
    pub fn read(&self, _: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let fields = Fields {
            name: e.required("name", &self.name, 200),
            requester: e.optional("requester", &self.requester, Requester::parse),
            customer: e.line("customer", &self.customer, 200),
            queue: e.line("queue", &self.queue, 100),
            priority: e.optional("priority", &self.priority, Priority::chosen).unwrap_or_default(),
            status: e.optional("status", &self.status, Status::chosen).unwrap_or_default(),
            kind: e.optional("kind", &self.kind, Kind::chosen).unwrap_or_default(),
            assignee: e.optional("assignee", &self.assignee, |s| Email::parse(email_in(s))),
            message: e.text("message", &self.message, LONGEST),
            channel: Channel::Desk,
            custom: Custom::said(&self.custom),
        };
        if self.requester.trim().is_empty() {
            e.add("requester", "Say who asks: an email address.");
        }
        (fields, e)
    }
}

/// One ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    pub id: TicketId,
    pub version: i32,
    /// `SUP-1042`.
    pub number: String,
    pub name: String,
    pub queue: QueueId,
    pub queue_name: String,
    /// Who asks, where the reader may see that contact.
    pub contact: Option<(ContactId, String)>,
    pub requester_name: Option<String>,
    pub requester_email: Option<String>,
    /// Where the reader may see it.
    pub customer: Option<(CustomerId, String)>,
    pub customer_hidden: bool,
    pub priority: Priority,
    pub status: Status,
    pub kind: Kind,
    pub assignee: Option<Owner>,
    pub parent: Option<TicketId>,
    pub merged_into: Option<TicketId>,
    /// When the next of its clocks is late.
    pub due_at: Option<DateTime<Utc>>,
    pub asked_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub solved_at: Option<DateTime<Utc>>,
    /// Since when it is put off, and until when; `None`: until the customer writes.
    pub snoozed: Option<(DateTime<Utc>, Option<DateTime<Utc>>)>,
    pub archived: bool,
    pub custom: Values,
    /// Where they are shown; the list and the file ask for them.
    pub tags: Vec<Tag>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Ticket {
    /// As lists of anything call it.
    pub fn title(&self) -> String {
        format!("{} {}", self.number, self.name)
    }

    /// Who asks, for people.
    pub fn requester(&self) -> String {
        let name = self.contact.as_ref().map(|(_, name)| name).or(self.requester_name.as_ref());
        name.or(self.requester_email.as_ref()).cloned().unwrap_or_default()
    }

    /// Whether the customer has written last, and waits.
    pub fn unanswered(&self) -> bool {
        self.asked_at.is_some_and(|asked| self.answered_at.is_none_or(|answered| answered < asked))
    }

    /// The ticket as a form shows it.
    pub fn draft(&self) -> Draft {
        let requester = self.requester_email.as_ref().map(|email| {
            let name = self.contact.as_ref().map(|(_, name)| name.as_str()).or(self.requester_name.as_deref());
            Requester::words(name, email)
        });
        Draft {
            name: self.name.clone(),
            requester: requester.unwrap_or_default(),
            customer: self.customer.as_ref().map(|(_, name)| name.clone()).unwrap_or_default(),
            queue: self.queue_name.clone(),
            priority: self.priority.key().into(),
            status: self.status.key().into(),
            kind: self.kind.key().into(),
            assignee: self.assignee.as_ref().map(|o| o.email.clone()).unwrap_or_default(),
            message: String::new(),
            custom: self.custom.answered(),
        }
    }

    /// One field as a file shows it.
    pub fn cell(&self, field: &str) -> Cow<'_, str> {
        let moment =
            |at: Option<DateTime<Utc>>| at.map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default();
        match field {
            "number" => self.number.as_str().into(),
            "name" => self.name.as_str().into(),
            "requester" => self.requester().into(),
            "email" => self.requester_email.as_deref().unwrap_or_default().into(),
            "customer" => self.customer.as_ref().map_or("", |(_, name)| name).into(),
            "queue" => self.queue_name.as_str().into(),
            "priority" => self.priority.label().into(),
            "status" => self.status.label().into(),
            "kind" => self.kind.label().into(),
            "assignee" => self.assignee.as_ref().map_or("", |o| &o.email).into(),
            "due" => moment(self.due_at).into(),
            "asked" => moment(self.asked_at).into(),
            "answered" => moment(self.answered_at).into(),
            "solved" => moment(self.solved_at).into(),
            "created" => moment(Some(self.created_at)).into(),
            "tags" => self.tags.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(", ").into(),
            custom => self.custom.named(custom).map(text_of).unwrap_or_default().into(),
        }
    }

    /// One field as a sheet shows it; `kind` is that of a custom field.
    pub fn typed(&self, field: &str, kind: Option<CustomKind>) -> Cell<'_> {
        match (kind, self.custom.named(field)) {
            (Some(kind), Some(value)) => Cell::custom(kind, value),
            _ => Cell::Text(self.cell(field)),
        }
    }
}

const fn field(key: &'static str, label: &'static str, aliases: &'static [&'static str]) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases, required: false }
}

/// Every field, in the order of forms, columns and files.
pub const FIELDS: &[Field] = &[
    Field { required: true, ..field("name", "Subject", &["subject", "title", "summary"]) },
    Field { required: true, ..field("requester", "Requester", &["customeremail", "email", "from", "contact"]) },
    field("customer", "Customer", &["company", "account", "organization", "organisation"]),
    field("queue", "Queue", &["group", "team", "mailbox"]),
    field("priority", "Priority", &["ticketpriority", "severity"]),
    field("status", "Status", &["state", "ticketstatus"]),
    field("kind", "Type", &["type", "tickettype", "category"]),
    field("assignee", "Assignee", &["agent", "owner", "assignedto"]),
];

/// Columns of the list beyond the number and subject, in order; `true` are shown unless chosen otherwise.
pub const COLUMNS: &[(&str, &str, bool)] = &[
    ("requester", "Requester", true),
    ("customer", "Customer", true),
    ("queue", "Queue", false),
    ("priority", "Priority", true),
    ("kind", "Type", false),
    ("assignee", "Assignee", true),
    ("due", "Due", true),
    ("asked", "Customer wrote", false),
    ("answered", "Answered", false),
    ("tags", "Tags", false),
    ("created", "Came in", true),
    ("solved", "Solved", false),
    ("status", "Status", true),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Created,
    Due,
    Priority,
}

impl SortKey for Order {
    const ALL: &'static [Self] = &[Self::Created, Self::Due, Self::Priority];

    fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Due => "due",
            Self::Priority => "priority",
        }
    }
}

/// Which tickets a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// All that somebody works on.
    Open,
    All,
    Of(Status),
    /// Put off.
    Snoozed,
    Archived,
}

/// How a ticket stands by its clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pressing {
    Late,
    /// Late, or late within [`SOON`] hours.
    Soon,
}

/// Hours before which what is due is at risk.
pub const SOON: i64 = 4;

/// The list's question, as its URL asks it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub q: String,
    /// A [`Status`] key, `any`, `snoozed` or `archived`; empty: all that somebody works on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// A queue's id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub queue: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub priority: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// `me`, `nobody`, or a member's id.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub assignee: String,
    /// `late`, or `soon`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sla: String,
    /// Ids of a customer and a contact.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub customer: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub contact: String,
    /// What became of a clock: `first:late:2026-03`, as the report of promises asks.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub clock: String,
    /// Whose it was when that clock ended.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// What happened when, as the report of work asks: a [`Happened`].
    #[serde(skip_serializing_if = "String::is_empty")]
    pub happened: String,
    /// Names of tags: those that have one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tag: Vec<String>,
    /// What is asked of custom fields.
    #[serde(flatten)]
    pub custom: Asked,
    /// Columns in place of one's own choice: what a saved view shows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The saved view that it began with, or [`EVERYTHING`](crate::saved_views::EVERYTHING).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub view: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub sort: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub after: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub before: String,
}

impl Filter {
    /// What is due first comes first, unless another order is asked for; of what is done, the last.
    pub fn order(&self) -> Sort<Order> {
        match (self.sort.is_empty(), self.shown()) {
            (true, Shown::Open) => Sort { key: Order::Due, descending: false },
            (true, _) => Sort { key: Order::Created, descending: true },
            _ => Sort::parse(&self.sort),
        }
    }

    pub fn cursor(&self) -> Cursor {
        Cursor::parse(&self.after, &self.before)
    }

    pub fn shown(&self) -> Shown {
        match self.status.as_str() {
            "any" => Shown::All,
            "archived" => Shown::Archived,
            "snoozed" => Shown::Snoozed,
            key => Status::parse(key).map_or(Shown::Open, Shown::Of),
        }
    }

    pub fn pressing(&self) -> Option<Pressing> {
        match self.sla.as_str() {
            "late" => Some(Pressing::Late),
            "soon" => Some(Pressing::Soon),
            _ => None,
        }
    }

    /// The clock, whether it was late, and the month, where the report asks for them.
    pub fn clock(&self) -> Option<(super::sla::Clock, bool, (i32, u32))> {
        let (clock, rest) = self.clock.split_once(':')?;
        let (how, month) = rest.split_once(':')?;
        let (year, month) = month.split_once('-')?;
        let late = match how {
            "late" => true,
            "met" => false,
            _ => return None,
        };
        let month = month.parse().ok().filter(|m| (1..=12).contains(m))?;
        Some((super::sla::Clock::parse(clock)?, late, (year.parse().ok().filter(|y| (1970..3000).contains(y))?, month)))
    }

    /// Whether all of it is understood. A list shows something for any other; what changes records must not.
    pub fn is_clear(&self) -> bool {
        let id = |text: &str| text.is_empty() || text.parse::<uuid::Uuid>().is_ok();
        let empty_or = |text: &str, known: bool| text.is_empty() || known;
        (matches!(self.assignee.as_str(), "me" | "nobody") || id(&self.assignee))
            && id(&self.queue)
            && id(&self.customer)
            && id(&self.contact)
            && (matches!(self.by.as_str(), "nobody") || id(&self.by))
            && empty_or(&self.clock, self.clock().is_some())
            && empty_or(&self.happened, Happened::parse(&self.happened).is_some())
            && empty_or(&self.status, self.shown() != Shown::Open)
            && empty_or(&self.priority, Priority::parse(&self.priority).is_some())
            && empty_or(&self.kind, Kind::parse(&self.kind).is_some())
            && empty_or(&self.sla, self.pressing().is_some())
    }

    /// The same question from the top of the list.
    pub fn from_top(&self) -> Self {
        Self { after: String::new(), before: String::new(), ..self.clone() }
    }

    /// What a saved view keeps of it, with the columns that are shown.
    pub fn kept(&self, columns: &[String]) -> Self {
        Self { view: String::new(), columns: columns.to_vec(), ..self.from_top() }
    }

    pub fn narrows(&self) -> bool {
        *self
            != Self {
                columns: self.columns.clone(),
                view: self.view.clone(),
                sort: self.sort.clone(),
                after: self.after.clone(),
                before: self.before.clone(),
                ..Self::default()
            }
    }
}

/// What an answer of the customer does to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// It goes on, open.
    GoesOn,
    /// It is over: the answer makes one of its own, which is linked with it (helpdesk#3465).
    Follows,
}

/// Within the window an answer opens a solved ticket again; behind it, and to one that is closed, it makes another.
pub fn answered(status: Status, solved_at: Option<DateTime<Utc>>, reopen_days: i32, now: DateTime<Utc>) -> Answered {
    let within = solved_at.is_none_or(|at| now <= at + chrono::Duration::days(reopen_days.into()));
    match status {
        Status::Closed => Answered::Follows,
        Status::Solved if !within => Answered::Follows,
        _ => Answered::GoesOn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_field_has_its_own_error() {
        let wrong = Draft {
            requester: "nobody".into(),
            priority: "soon".into(),
            status: "archived".into(),
            kind: "rant".into(),
            assignee: "Ada".into(),
            ..Draft::default()
        };
        let errors = wrong.parse(&Conventions::default()).expect_err("wrong");
        let mut fields: Vec<_> = errors.iter().map(|(f, _)| f).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["assignee", "kind", "name", "priority", "requester", "status"]);
    }

    #[test]
    fn a_requester_is_an_address_with_or_without_a_name() {
        let read = |text: &str| Requester::parse(text).map(|r| (r.name, r.email.to_string()));
        let ada = (Some("Ada Byron".to_owned()), "ada@lamps.example".to_owned());
        assert_eq!(read("Ada Byron <ada@lamps.example>"), Ok(ada.clone()));
        assert_eq!(read("\"Ada Byron\" (ada@lamps.example)"), Ok(ada));
        assert_eq!(read(" ada@lamps.example "), Ok((None, "ada@lamps.example".to_owned())));
        assert!(read("Ada Byron").is_err());
    }

    #[test]
    fn an_answer_opens_within_its_window_and_makes_another_after_it() {
        let now: DateTime<Utc> = "2026-03-16T09:00:00Z".parse().expect("a moment");
        let ago = |days| Some(now - chrono::Duration::days(days));
        for (status, solved, then) in [
            (Status::Pending, None, Answered::GoesOn),
            (Status::Solved, ago(14), Answered::GoesOn),
            (Status::Solved, ago(15), Answered::Follows),
            (Status::Closed, ago(1), Answered::Follows),
        ] {
            assert_eq!(answered(status, solved, 14, now), then, "{status:?} {solved:?}");
        }
    }

    #[test]
    fn a_question_that_is_not_understood_is_told_apart() {
        let asks = |f: fn(&mut Filter)| {
            let mut filter = Filter::default();
            f(&mut filter);
            filter.is_clear()
        };
        assert!(asks(|f| f.status = "on_hold".into()) && asks(|f| f.clock = "first:late:2026-03".into()));
        assert!(!asks(|f| f.status = "gone".into()) && !asks(|f| f.sla = "never".into()));
        assert!(!asks(|f| f.clock = "first:late:2026-13".into()) && !asks(|f| f.assignee = "you".into()));
    }
}
