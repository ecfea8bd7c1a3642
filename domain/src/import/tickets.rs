//! Tickets as an import knows them: by what they are called where they come from; with what was asked and answered, when, and how
//! that was rated.

use super::{Noun, Severity, Target};
use crate::{
    Conventions, Day, Errors,
    custom_fields::Custom,
    draft,
    draft::{Field, FieldClass},
    support::tickets::{self, Fields, LONGEST, Requester},
};
use chrono::{DateTime, NaiveDateTime, Utc};

/// The noun of [`crate::support::tickets`].
#[derive(Debug, Clone, Copy)]
pub struct Tickets;

draft! {
    /// A ticket as a file has it.
    TicketDraft { reference, name, requester, requester_name, customer, queue, priority, status, kind, assignee, product, message,
        resolution, created, answered, solved, rating } with custom
}

/// A ticket with what a file tells of its past.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketFields {
    pub ticket: Fields,
    /// What it is called where it comes from.
    pub reference: Option<String>,
    pub resolution: Option<String>,
    pub created: Option<DateTime<Utc>>,
    pub answered: Option<DateTime<Utc>>,
    pub solved: Option<DateTime<Utc>>,
    /// From 1 to 5.
    pub rating: Option<u8>,
}

const fn field(key: &'static str, label: &'static str, aliases: &'static [&'static str]) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases, required: false }
}

pub(super) const FIELDS: &[Field] = &[
    Field { required: true, ..field("name", "Subject", &["subject", "title", "summary", "ticketsubject"]) },
    Field {
        required: true,
        ..field("requester", "Requester", &["customeremail", "requesteremail", "email", "from", "contact"])
    },
    field("requester_name", "Requester’s name", &["customername", "requestername", "contactname", "name"]),
    field(
        "reference",
        "Reference",
        &["ticketid", "ticketnumber", "id", "number", "caseid", "casenumber", "externalid"],
    ),
    field("customer", "Customer", &["company", "account", "organization", "organisation"]),
    field("queue", "Queue", &["group", "team", "mailbox"]),
    field("priority", "Priority", &["ticketpriority", "severity"]),
    field("status", "Status", &["state", "ticketstatus"]),
    field("kind", "Type", &["type", "tickettype", "category"]),
    field("assignee", "Assignee", &["agent", "owner", "assignedto"]),
    field("product", "Product", &["productpurchased", "productname", "item"]),
    field("message", "Message", &["description", "ticketdescription", "body", "question", "comment"]),
    field("resolution", "Resolution", &["answer", "solution", "reply"]),
    field("created", "Came in", &["createdat", "opened", "openedat", "creationdate", "dateofcreation"]),
    field("answered", "First answered", &["firstresponsetime", "firstresponse", "firstresponseat", "answeredat"]),
    field("solved", "Solved", &["timetoresolution", "resolvedat", "solvedat", "closedat", "resolutiontime"]),
    field("rating", "Rating", &["customersatisfactionrating", "satisfaction", "csat", "score", "satisfactionrating"]),
];

/// What other systems have in place of what a product is called.
const PRODUCT: &str = "{product_purchased}";

/// Words of other systems, by what begins them or stands in them, and ours.
const PRIORITIES: &[(&str, &str)] = &[
    ("medium", "normal"),
    ("moderate", "normal"),
    ("standard", "normal"),
    ("critical", "urgent"),
    ("blocker", "urgent"),
    ("highest", "urgent"),
    ("lowest", "low"),
    ("minor", "low"),
    ("major", "high"),
];
const STATUSES: &[(&str, &str)] = &[
    ("pending", "pending"),
    ("waiting", "pending"),
    ("awaiting", "pending"),
    ("hold", "on_hold"),
    ("progress", "open"),
    ("reopened", "open"),
    ("resolved", "solved"),
    ("done", "solved"),
    ("fixed", "solved"),
    ("cancel", "closed"),
    ("spam", "closed"),
];
const KINDS: &[(&str, &str)] = &[
    ("inquiry", "question"),
    ("enquiry", "question"),
    ("how to", "question"),
    ("technical", "problem"),
    ("bug", "problem"),
    ("defect", "problem"),
    ("fault", "problem"),
    ("outage", "incident"),
    ("request", "task"),
    ("change", "task"),
];

fn ours(word: &str, words: &[(&str, &str)]) -> String {
    let small = word.trim().to_lowercase();
    let parts: Vec<&str> = small.split(|c: char| !c.is_alphanumeric()).collect();
    // By its beginning: what is unresolved is not resolved.
    let is = |theirs: &str| match theirs.contains(' ') {
        true => small.contains(theirs),
        false => !parts.contains(&"not") && parts.iter().any(|part| part.starts_with(theirs)),
    };
    words.iter().find(|(theirs, _)| is(theirs)).map_or_else(|| word.to_owned(), |(_, ours)| (*ours).to_owned())
}

/// A moment as programs write it; without a zone it is taken for UTC, and without a time for the day's beginning.
fn moment(text: &str, c: &Conventions) -> Result<DateTime<Utc>, &'static str> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.to_utc());
    }
    let forms = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"];
    if let Some(at) = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()) {
        return Ok(at.and_utc());
    }
    Day::parse(text, c.dates).map(|day| day.0.and_time(chrono::NaiveTime::MIN).and_utc())
}

fn rating(text: &str) -> Result<u8, &'static str> {
    // `4.0`, as spreadsheets have it.
    let text = text.trim();
    let whole = text.split_once(['.', ',']).filter(|(_, rest)| rest.chars().all(|c| c == '0')).map_or(text, |(n, _)| n);
    whole.parse().ok().filter(|n| (1..=5).contains(n)).ok_or("Use a number from 1 to 5.")
}

impl Noun for Tickets {
    const TARGET: Target = Target::Tickets;
    /// Their times count: they are read here.
    const DATES: &'static [&'static str] = &[];
    const AMOUNTS: &'static [&'static str] = &[];
    const KEYS: [&'static str; 2] = ["reference", "reference"];
    const FIRST_DECIDES: bool = true;
    const CALLED: usize = 1;
    const ABOVE: &'static str = "";
    const STEPS: usize = 1;
    type Draft = TicketDraft;
    type Fields = TicketFields;

    fn get<'a>(draft: &'a TicketDraft, field: &str) -> &'a str {
        draft.get(field)
    }

    fn set(draft: &mut TicketDraft, field: &str, value: String) {
        draft.set(field, value);
    }

    fn parse(d: &TicketDraft, c: &Conventions) -> Result<TicketFields, Errors> {
        let requester = match (d.requester_name.trim(), d.requester.trim()) {
            ("", email) => email.to_owned(),
            (name, email) if email.contains('<') || email.is_empty() => {
                if email.is_empty() {
                    String::new()
                } else {
                    let _ = name;
                    email.to_owned()
                }
            }
            (name, email) => format!("{} <{email}>", name.replace(['<', '>', '(', ')', '"'], " ")),
        };
        let draft = tickets::Draft {
            name: d.name.clone(),
            requester,
            customer: d.customer.clone(),
            queue: d.queue.clone(),
            priority: ours(&d.priority, PRIORITIES),
            status: ours(&d.status, STATUSES),
            kind: ours(&d.kind, KINDS),
            assignee: String::new(),
            message: d.message.replace(PRODUCT, d.product.trim()),
            custom: d.custom.clone(),
        };
        let (ticket, mut e) = draft.read(c);
        let reference = e.line("reference", &d.reference, 100);
        let resolution = e.text("resolution", &d.resolution, LONGEST);
        let at = |text: &str| moment(text, c);
        let created = e.optional("created", &d.created, at);
        let solved = e.optional("solved", &d.solved, at);
        // Who has solved it has answered it by then.
        let answered = e.optional("answered", &d.answered, at).map(|a| solved.map_or(a, |s| a.min(s)));
        let rating = e.optional("rating", &d.rating, rating);
        e.or(TicketFields { ticket, reference, resolution, created, answered, solved, rating })
    }

    fn draft(f: &TicketFields) -> TicketDraft {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let who = f.ticket.requester.as_ref();
        TicketDraft {
            reference: text(&f.reference),
            name: f.ticket.name.clone(),
            requester: who.map(|r| r.email.to_string()).unwrap_or_default(),
            requester_name: who.and_then(|r| r.name.clone()).unwrap_or_default(),
            priority: f.ticket.priority.key().into(),
            status: f.ticket.status.key().into(),
            kind: f.ticket.kind.key().into(),
            custom: f.ticket.custom.values.answered(),
            ..TicketDraft::default()
        }
    }

    fn keys(draft: &TicketDraft, _: &Conventions) -> [Option<String>; 2] {
        [lower(&draft.reference), None]
    }

    fn link(_: &TicketDraft, _: &Conventions) -> Option<String> {
        None
    }

    fn owner(draft: &TicketDraft, _: &Conventions) -> Option<String> {
        lower(&draft.assignee)
    }

    fn others(draft: &TicketDraft) -> Vec<(&'static str, String)> {
        let customer = lower(&draft.customer).map(|name| ("customer", name));
        customer.into_iter().chain(lower(&draft.queue).map(|name| ("queue", name))).collect()
    }

    fn without(field: &str, draft: &TicketDraft) -> (Severity, String) {
        let words = match field {
            "queue" => format!("No queue is called {}. The row goes into the first one.", draft.queue.trim()),
            _ => format!("No customer is called {}. The row goes in without one.", draft.customer.trim()),
        };
        (Severity::Warning, words)
    }

    fn take(into: &mut TicketFields, from: &TicketFields, field: &str) -> bool {
        macro_rules! take {
            ($($name:ident),*) => { match field {
                $(stringify!($name) => {
                    let differs = into.ticket.$name != from.ticket.$name;
                    if differs { into.ticket.$name = from.ticket.$name.clone(); }
                    differs
                })*
                // Of what was said and when, nothing is written over.
                "reference" | "requester_name" | "customer" | "queue" | "assignee" | "product" | "message" | "resolution"
                | "created" | "answered" | "solved" | "rating" => false,
                custom => into.ticket.custom.take(&from.ticket.custom, custom),
            } };
        }
        take!(name, requester, priority, status, kind)
    }

    fn custom(fields: &mut TicketFields) -> &mut Custom {
        &mut fields.ticket.custom
    }

    fn title(f: &TicketFields) -> String {
        f.ticket.name.clone()
    }

    fn unknown(word: &str) -> String {
        format!("No ticket is called {word}.")
    }
}

/// Who asks, for what stores it.
pub fn asks(f: &TicketFields) -> (Option<&str>, Option<&str>) {
    let who: Option<&Requester> = f.ticket.requester.as_ref();
    (who.and_then(|r| r.name.as_deref()), who.map(|r| r.email.as_str()))
}

fn lower(name: &str) -> Option<String> {
    Some(name.trim().to_lowercase()).filter(|n| !n.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::tickets::{Kind, Priority, Status};

    fn draft() -> TicketDraft {
        TicketDraft {
            reference: " 17 ".into(),
            name: "It hums".into(),
            requester: "ada@lamps.example".into(),
            requester_name: "Ada (of Lamps)".into(),
            priority: "Critical".into(),
            status: "Pending Customer Response".into(),
            kind: "Technical issue".into(),
            product: "Nord".into(),
            message: "My {product_purchased} hums.".into(),
            answered: "2023-06-01 12:15:36".into(),
            solved: "2023-06-01 10:00:00".into(),
            rating: "3.0".into(),
            ..TicketDraft::default()
        }
    }

    #[test]
    fn words_of_other_systems_are_ours() {
        let c = Conventions::default();
        let f = Tickets::parse(&draft(), &c).expect("a ticket");
        assert_eq!(
            (f.ticket.priority, f.ticket.status, f.ticket.kind),
            (Priority::Urgent, Status::Pending, Kind::Problem)
        );
        assert_eq!(asks(&f), (Some("Ada  of Lamps"), Some("ada@lamps.example")));
        assert_eq!(f.ticket.message.as_deref(), Some("My Nord hums."));
        assert_eq!((f.rating, f.answered), (Some(3), f.solved), "nobody answers after they have solved it");
        assert_eq!(Tickets::keys(&draft(), &c)[0].as_deref(), Some("17"));
        let back = Tickets::parse(&Tickets::draft(&f), &c).expect("a ticket");
        assert_eq!((back.ticket.priority, back.ticket.requester), (Priority::Urgent, f.ticket.requester));
        for (word, kind) in
            [("Billing inquiry", Kind::Question), ("Refund request", Kind::Task), ("Incident", Kind::Incident)]
        {
            assert_eq!(
                Tickets::parse(&TicketDraft { kind: word.into(), ..draft() }, &c).expect(word).ticket.kind,
                kind
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_beside_its_column() {
        let wrong = TicketDraft {
            requester: "nobody".into(),
            priority: "soonish".into(),
            answered: "yesterday".into(),
            rating: "6".into(),
            ..draft()
        };
        let errors = Tickets::parse(&wrong, &Conventions::default()).expect_err("it is wrong");
        assert!(["requester", "priority", "answered", "rating"].iter().all(|f| errors.of(f).is_some()), "{errors:?}");
    }
}
