//! What a workflow does, step by step.
//!
//! Steps are a tree: a branch and an approval have steps of their own. A run stands before one of them, known by its
//! id, so a definition needs no line numbers and a step keeps its place when others are put before it.

use super::{conditions::Condition, fields::RecordKind, people::Person};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A step, with its id: a few letters, unique in the workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub id: String,
    #[serde(flatten)]
    pub action: Action,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Sets fields of the record; the values may have places for fields.
    Update {
        set: BTreeMap<String, String>,
    },
    CreateTask(NewTask),
    CreateRecord {
        record: RecordKind,
        set: BTreeMap<String, String>,
    },
    /// Gives the record to somebody: the owner of a customer, the assignee of a task.
    Assign(Assign),
    Email {
        to: Person,
        subject: String,
        body: String,
    },
    /// Tells members, in the product and as each has chosen to be told.
    Notify {
        to: Vec<Person>,
        title: String,
        #[serde(default)]
        body: String,
    },
    Tag {
        name: String,
        #[serde(default)]
        remove: bool,
    },
    Note {
        text: String,
    },
    /// Posts the record as JSON to an address outside.
    Webhook {
        url: String,
    },
    Wait(Wait),
    Branch {
        when: Condition,
        #[serde(default)]
        then: Vec<Step>,
        #[serde(default)]
        otherwise: Vec<Step>,
    },
    Approval(Approval),
    Stop,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTask {
    pub title: String,
    #[serde(default)]
    pub details: String,
    pub assignee: Person,
    /// Days from the day it is made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_in_days: Option<u32>,
    #[serde(default)]
    pub priority: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assign {
    pub by: Choose,
    /// Members, by address, to choose from; for [`Choose::Person`] there is one.
    pub among: Vec<Person>,
}

/// How somebody is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choose {
    Person,
    /// The one after whoever was chosen last.
    RoundRobin,
    /// Who owns the fewest, or has the fewest open.
    LeastLoaded,
}

impl Choose {
    pub const ALL: [Self; 3] = [Self::Person, Self::RoundRobin, Self::LeastLoaded];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::RoundRobin => "round_robin",
            Self::LeastLoaded => "least_loaded",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Person => "Always the same person",
            Self::RoundRobin => "In turn",
            Self::LeastLoaded => "Whoever has the least",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.key() == key)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    #[serde(rename = "for")]
    pub length: Length,
    /// Whether the run goes on only if the workflow's conditions still hold then.
    #[serde(default)]
    pub recheck: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    Minutes(u32),
    Days(u32),
    /// Until so many days before (negative) or after a date field, at eight in the morning where the workspace is.
    Date {
        field: String,
        days: i32,
    },
    /// Until it holds, at most so many days.
    Until {
        when: Condition,
        days: u32,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    pub question: String,
    pub from: Vec<Person>,
    /// Whether all of them have to say yes; otherwise the first answer counts.
    #[serde(default)]
    pub all: bool,
    /// After so many days without an answer…
    pub days: u32,
    /// …it counts as this.
    #[serde(default)]
    pub late: Late,
    #[serde(default)]
    pub approved: Vec<Step>,
    #[serde(default)]
    pub rejected: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Late {
    #[default]
    Rejected,
    Approved,
}

impl Action {
    /// The kinds of step: key, name, what it does.
    pub const KINDS: &'static [(&'static str, &'static str, &'static str)] = &[
        ("email", "Send an email", "To the record’s own address, a colleague or any address."),
        ("notify", "Notify", "Tell colleagues, in the bell and as each has chosen."),
        ("create_task", "Create a task", "Give somebody something to do, with a due day."),
        ("update", "Update fields", "Set fields of the record."),
        ("assign", "Assign", "Give the record to somebody: always the same, in turn, or whoever has the least."),
        ("tag", "Add or remove a tag", ""),
        ("note", "Add a note", "On the record’s timeline."),
        ("create_record", "Create a record", "An employee or a customer."),
        ("wait", "Wait", "For a time, until a date, or until something holds."),
        ("branch", "Branch", "Go one way or another."),
        ("approval", "Ask for approval", "One person or several, with a time-out."),
        ("webhook", "Call a webhook", "Post the record as JSON to another system."),
        ("stop", "Stop", "End the run here."),
    ];

    pub const fn key(&self) -> &'static str {
        match self {
            Self::Update { .. } => "update",
            Self::CreateTask(_) => "create_task",
            Self::CreateRecord { .. } => "create_record",
            Self::Assign(_) => "assign",
            Self::Email { .. } => "email",
            Self::Notify { .. } => "notify",
            Self::Tag { .. } => "tag",
            Self::Note { .. } => "note",
            Self::Webhook { .. } => "webhook",
            Self::Wait(_) => "wait",
            Self::Branch { .. } => "branch",
            Self::Approval(_) => "approval",
            Self::Stop => "stop",
        }
    }

    pub fn label(&self) -> &'static str {
        label_of(self.key())
    }

    /// The lists of steps inside it, each with what leads there.
    pub fn inside(&self) -> Vec<(&'static str, &[Step])> {
        match self {
            Self::Branch { then, otherwise, .. } => vec![("then", then), ("otherwise", otherwise)],
            Self::Approval(a) => vec![("approved", &a.approved), ("rejected", &a.rejected)],
            _ => vec![],
        }
    }

    /// As [`inside`](Self::inside), to be changed.
    pub fn inside_mut(&mut self) -> Vec<(&'static str, &mut Vec<Step>)> {
        match self {
            Self::Branch { then, otherwise, .. } => vec![("then", then), ("otherwise", otherwise)],
            Self::Approval(a) => vec![("approved", &mut a.approved), ("rejected", &mut a.rejected)],
            _ => vec![],
        }
    }

    /// Texts of it that may have places for fields, with the field of the form that they are typed into.
    pub fn texts(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Update { set } | Self::CreateRecord { set, .. } => {
                set.values().map(|v| ("set", v.as_str())).collect()
            }
            Self::CreateTask(t) => vec![("title", &t.title), ("details", &t.details)],
            Self::Email { to, subject, body } => {
                let mut texts = vec![("subject", subject.as_str()), ("body", body.as_str())];
                if let Person::Address(address) = to {
                    texts.push(("to", address));
                }
                texts
            }
            Self::Notify { title, body, .. } => vec![("title", title), ("body", body)],
            Self::Note { text } => vec![("text", text)],
            Self::Approval(a) => vec![("question", &a.question)],
            _ => vec![],
        }
    }

    /// The people it names, with the field of the form.
    pub fn people(&self) -> Vec<(&'static str, &Person)> {
        match self {
            Self::CreateTask(t) => vec![("assignee", &t.assignee)],
            Self::Assign(a) => a.among.iter().map(|p| ("among", p)).collect(),
            Self::Email { to, .. } => vec![("to", to)],
            Self::Notify { to, .. } => to.iter().map(|p| ("to", p)).collect(),
            Self::Approval(a) => a.from.iter().map(|p| ("from", p)).collect(),
            _ => vec![],
        }
    }

    /// The conditions in it.
    pub fn condition(&self) -> Option<&Condition> {
        match self {
            Self::Branch { when, .. } | Self::Wait(Wait { length: Length::Until { when, .. }, .. }) => Some(when),
            _ => None,
        }
    }
}

/// The name of a kind of step.
pub fn label_of(key: &str) -> &'static str {
    Action::KINDS.iter().find(|(k, ..)| *k == key).map_or("Step", |(_, label, _)| label)
}

/// The step of this id, wherever it is.
pub fn find<'a>(steps: &'a [Step], id: &str) -> Option<&'a Step> {
    steps.iter().find_map(|s| {
        if s.id == id { Some(s) } else { s.action.inside().into_iter().find_map(|(_, list)| find(list, id)) }
    })
}

/// All steps, those inside after those around them, each with its depth.
pub fn all(steps: &[Step]) -> Vec<(usize, &Step)> {
    fn walk<'a>(steps: &'a [Step], depth: usize, out: &mut Vec<(usize, &'a Step)>) {
        for step in steps {
            out.push((depth, step));
            step.action.inside().into_iter().for_each(|(_, list)| walk(list, depth + 1, out));
        }
    }
    let mut out = vec![];
    walk(steps, 0, &mut out);
    out
}

/// The step that comes after this one is done: the next in its list, or what follows the step around it.
pub fn after<'a>(steps: &'a [Step], id: &str) -> Option<&'a Step> {
    // Outer: found or not; inner: what follows.
    fn seek<'a>(list: &'a [Step], id: &str, follows: Option<&'a Step>) -> Option<Option<&'a Step>> {
        list.iter().enumerate().find_map(|(i, step)| {
            let next = list.get(i + 1).or(follows);
            if step.id == id {
                return Some(next);
            }
            step.action.inside().into_iter().find_map(|(_, inner)| seek(inner, id, next))
        })
    }
    seek(steps, id, None).flatten()
}

/// The step to go on with from a branch or an approval, taking this way.
pub fn enter<'a>(steps: &'a [Step], id: &str, way: &str) -> Option<&'a Step> {
    let step = find(steps, id)?;
    let (_, list) = step.action.inside().into_iter().find(|(name, _)| *name == way)?;
    list.first().or_else(|| after(steps, id))
}

/// All that a run may do from this step on, in order: it, what is inside it, and what follows.
pub fn from_here<'a>(steps: &'a [Step], id: &str) -> Vec<&'a Step> {
    let mut found = vec![];
    let mut next = find(steps, id);
    while let Some(step) = next {
        found.push(step);
        for (_, inner) in step.action.inside() {
            found.extend(all(inner).into_iter().map(|(_, s)| s));
        }
        next = after(steps, &step.id);
    }
    found
}

/// The list that a step is in, and its place there, to change it.
pub fn list_of<'a>(steps: &'a mut Vec<Step>, id: &str) -> Option<(&'a mut Vec<Step>, usize)> {
    if let Some(place) = steps.iter().position(|s| s.id == id) {
        return Some((steps, place));
    }
    steps.iter_mut().find_map(|s| s.action.inside_mut().into_iter().find_map(|(_, list)| list_of(list, id)))
}

/// An id that no step has yet.
pub fn fresh_id(steps: &[Step]) -> String {
    let all = all(steps);
    free_id(|id| all.iter().any(|(_, s)| s.id == id))
}

/// The first id that is not taken.
pub(super) fn free_id(taken: impl Fn(&str) -> bool) -> String {
    (1..).map(|n| format!("s{n}")).find(|id| !taken(id)).expect("numbers do not end")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(id: &str) -> Step {
        Step { id: id.into(), action: Action::Note { text: id.into() } }
    }

    fn tree() -> Vec<Step> {
        let inner = Step {
            id: "in".into(),
            action: Action::Branch { when: Condition::default(), then: vec![note("deep")], otherwise: vec![] },
        };
        let outer = Step {
            id: "b".into(),
            action: Action::Branch {
                when: Condition::default(),
                then: vec![note("x"), inner],
                otherwise: vec![note("y")],
            },
        };
        vec![note("a"), outer, note("z")]
    }

    #[test]
    fn what_follows_a_step_is_found_through_the_tree() {
        let steps = tree();
        let next = |id: &str| after(&steps, id).map(|s| s.id.as_str());
        for (id, expected) in [
            ("a", Some("b")),
            ("x", Some("in")),
            ("deep", Some("z")),
            ("in", Some("z")),
            ("y", Some("z")),
            ("z", None),
            ("nobody", None),
        ] {
            assert_eq!(next(id), expected, "after {id}");
        }
        let way = |id: &str, way: &str| enter(&steps, id, way).map(|s| s.id.as_str());
        assert_eq!(
            (way("b", "then"), way("b", "otherwise"), way("in", "otherwise")),
            (Some("x"), Some("y"), Some("z"))
        );
        assert_eq!(fresh_id(&steps), "s1");
    }

    #[test]
    fn what_may_follow_has_no_way_that_was_not_taken() {
        let steps = tree();
        let ids = |id: &str| from_here(&steps, id).into_iter().map(|s| s.id.as_str()).collect::<Vec<_>>();
        assert_eq!(ids("x"), ["x", "in", "deep", "z"]);
        assert_eq!(ids("b"), ["b", "x", "in", "deep", "y", "z"]);
        assert_eq!(ids("nobody"), [""; 0]);
    }

    #[test]
    fn the_json_form_is_flat_and_comes_back() {
        let json = serde_json::json!([
            { "id": "s1", "do": "email", "to": "record", "subject": "Hi {{name}}", "body": "…" },
            { "id": "s2", "do": "wait", "for": { "days": 3 } },
            { "id": "s3", "do": "assign", "by": "round_robin", "among": ["member:a@x.org", "member:b@x.org"] },
            { "id": "s4", "do": "stop" },
        ]);
        let steps: Vec<Step> = serde_json::from_value(json.clone()).expect("a definition");
        let again: Vec<Step> = serde_json::from_value(serde_json::to_value(&steps).expect("json")).expect("again");
        assert_eq!(steps, again);
        assert_eq!(steps[3].action, Action::Stop);
    }
}
