//! Macros: several changes of a ticket at once, by one name. What one does is told in words before it is done.

use crate::{
    Errors, MacroId, MemberId, QueueId, draft,
    support::{
        canned::unknown,
        messages::Kind,
        points,
        queues::Queue,
        tickets::{LONGEST, Priority, Status},
    },
    tags,
    workspace::members,
};
use serde::{Deserialize, Serialize};

/// Macros that a workspace may have, own ones and those of everybody.
pub const MOST: i64 = 500;
/// Tickets that one is used on at once.
pub const AT_ONCE: usize = 200;
/// Tags that one puts on, or takes off.
const TAGS: usize = 10;

draft! {
    /// A macro as typed. `shared`: everybody's.
    Draft { name, shared, status, priority, queue, assignee, kind, body, tags, untags, points }
}

/// Who gets the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assignee {
    /// Whoever uses it.
    Me,
    Nobody,
    Member(MemberId),
}

impl Assignee {
    fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "me" => Ok(Self::Me),
            "nobody" => Ok(Self::Nobody),
            id => id.parse().map(Self::Member).map_err(|_| "Choose somebody of the list."),
        }
    }

    pub fn key(self) -> String {
        match self {
            Self::Me => "me".into(),
            Self::Nobody => "nobody".into(),
            Self::Member(id) => id.to_string(),
        }
    }
}

/// What it does. What is not said stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Does {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Assignee>,
    /// Whether the text is a note; without a text nothing is said.
    pub note: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub body: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub untags: Vec<String>,
    /// What is to be done then, for the checklist.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub points: Vec<String>,
}

impl Does {
    /// The text with its kind, where it says something.
    pub fn says(&self) -> Option<(Kind, &str)> {
        let kind = if self.note { Kind::Note } else { Kind::Reply };
        (!self.body.is_empty()).then_some((kind, self.body.as_str()))
    }

    /// Line by line, for people; the text stands apart.
    pub fn words(&self, queues: &[Queue], people: &[members::Named]) -> Vec<String> {
        let mut all = vec![];
        all.extend(self.status.map(|s| format!("Status becomes {}", s.label())));
        all.extend(self.priority.map(|p| format!("Priority becomes {}", p.label())));
        all.extend(self.queue.map(|id| {
            let name = queues.iter().find(|q| q.id == id).map_or("a queue that is gone", |q| &q.name);
            format!("Goes to the queue {name}")
        }));
        all.extend(self.assignee.map(|who| match who {
            Assignee::Me => "Becomes yours".to_owned(),
            Assignee::Nobody => "Becomes nobody’s".to_owned(),
            Assignee::Member(id) => {
                let name = people.iter().find(|m| m.id == id).map_or("somebody without access", |m| &m.name);
                format!("Goes to {name}")
            }
        }));
        all.extend(self.tags.iter().map(|tag| format!("Gets the tag {tag}")));
        all.extend(self.untags.iter().map(|tag| format!("Loses the tag {tag}")));
        all.extend(match self.points.len() {
            0 => None,
            1 => Some(format!("Its checklist gets “{}”", self.points[0])),
            n => Some(format!("Its checklist gets {n} points")),
        });
        all.extend(self.says().map(|(kind, _)| match kind {
            Kind::Reply => "Sends a reply to the customer".to_owned(),
            Kind::Note => "Adds an internal note".to_owned(),
        }));
        all
    }
}

/// One macro.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Macro {
    pub id: MacroId,
    pub version: i32,
    pub name: String,
    /// Whose own it is; `None`: everybody's.
    pub of: Option<MemberId>,
    pub does: Does,
}

impl Macro {
    pub fn draft(&self) -> Draft {
        let d = &self.does;
        Draft {
            name: self.name.clone(),
            shared: if self.of.is_none() { "true".into() } else { String::new() },
            status: d.status.map(|s| s.key().to_owned()).unwrap_or_default(),
            priority: d.priority.map(|p| p.key().to_owned()).unwrap_or_default(),
            queue: d.queue.map(|q| q.to_string()).unwrap_or_default(),
            assignee: d.assignee.map(Assignee::key).unwrap_or_default(),
            kind: if d.note { Kind::Note } else { Kind::Reply }.key().into(),
            body: d.body.clone(),
            tags: d.tags.join(", "),
            untags: d.untags.join(", "),
            points: d.points.join("\n"),
        }
    }
}

/// What a macro is told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    pub shared: bool,
    pub does: Does,
}

impl Draft {
    pub fn read(&self) -> (Fields, Errors) {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 80);
        let kind = e.optional("kind", &self.kind, |k| Kind::parse(k).ok_or("Choose a reply or a note."));
        let body = e.text("body", &self.body, LONGEST).unwrap_or_default();
        if let Some(place) = unknown(&body) {
            e.add("body", format!("There is no place called {{{{{place}}}}}."));
        }
        let does = Does {
            status: e.optional("status", &self.status, |s| Status::parse(s).ok_or("There is no such status.")),
            priority: e
                .optional("priority", &self.priority, |p| Priority::parse(p).ok_or("There is no such priority.")),
            queue: e.optional("queue", &self.queue, |q| q.parse().map_err(|_| "Choose a queue of the list.")),
            assignee: e.optional("assignee", &self.assignee, Assignee::parse),
            note: kind == Some(Kind::Note),
            body,
            tags: names(&mut e, "tags", &self.tags),
            untags: names(&mut e, "untags", &self.untags),
            points: points::read(&mut e, "points", &self.points),
        };
        if e.is_empty() && does == (Does { note: does.note, ..Does::default() }) {
            e.add("", "Say at least one thing that it does.");
        }
        (Fields { name, shared: self.shared == "true", does }, e)
    }
}

/// Names of tags between commas.
fn names(e: &mut Errors, field: &'static str, text: &str) -> Vec<String> {
    let all = text.split(',').map(str::trim).filter(|n| !n.is_empty());
    let mut names = vec![];
    for name in all.take(TAGS + 1) {
        match tags::name(name) {
            Ok(name) => names.push(name),
            Err(wrong) => e.add(field, wrong.iter().map(|(_, words)| words).collect::<Vec<_>>().join(" ")),
        }
    }
    if names.len() > TAGS {
        e.add(field, format!("Use at most {TAGS} tags."));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_macro_does_something_and_says_what() {
        let draft = Draft {
            name: "Known fault".into(),
            status: "pending".into(),
            assignee: "me".into(),
            body: "Dear {{first_name}}".into(),
            tags: "Fault, fjord".into(),
            points: "Send a driver\nAsk for the old one".into(),
            ..Draft::default()
        };
        let (fields, errors) = draft.read();
        assert!(errors.is_empty(), "{errors:?}");
        let words = fields.does.words(&[], &[]);
        assert_eq!(
            words,
            [
                "Status becomes Pending",
                "Becomes yours",
                "Gets the tag Fault",
                "Gets the tag fjord",
                "Its checklist gets 2 points",
                "Sends a reply to the customer"
            ]
        );
        let kept = serde_json::to_value(&fields.does).expect("it is kept");
        assert_eq!(serde_json::from_value::<Does>(kept).expect("it is read"), fields.does);
    }

    #[test]
    fn one_that_does_nothing_is_none() {
        let (_, errors) = Draft { name: "Nothing".into(), kind: "note".into(), ..Draft::default() }.read();
        assert_eq!(errors.of(""), Some("Say at least one thing that it does."));
        let wrong =
            Draft { name: "Wrong".into(), body: "{{salary}}".into(), status: "gone".into(), ..Draft::default() };
        let (_, errors) = wrong.read();
        assert!(errors.of("body").is_some() && errors.of("status").is_some(), "{errors:?}");
    }
}
