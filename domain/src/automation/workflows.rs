//! A workflow's definition, in the one form that the builder, the JSON page and the runner share; and what is wrong
//! with it before it is published.

use super::{
    conditions::{Condition, choice},
    fields::{FieldSpec, Holds, RecordKind},
    merge,
    people::Person,
    steps::{self, Action, Choose, Length, Step},
};
use crate::{access::Sight, draft::FieldClass};
use chrono::Weekday;
use serde::{Deserialize, Serialize};

/// How long a chain of workflows that start one another may get (DOMAIN: Automation).
pub const DEEPEST: i16 = 5;
/// Steps of one workflow.
pub const MOST_STEPS: usize = 50;
/// How deep branches may stand in branches.
pub const MOST_NESTED: usize = 4;
/// Failed runs in a row after which a workflow pauses itself.
pub const PAUSE_AFTER: i32 = 5;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The noun it runs on; none for those that a hook or a schedule starts by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordKind>,
    pub trigger: Trigger,
    #[serde(default, skip_serializing_if = "Condition::is_empty")]
    pub conditions: Condition,
    #[serde(default)]
    pub steps: Vec<Step>,
    /// Whether a record may go through it more than once.
    #[serde(default)]
    pub again: bool,
    /// If so, not within so many minutes after the last time.
    #[serde(default = "an_hour")]
    pub cool_down: u32,
}

const fn an_hour() -> u32 {
    60
}

/// What starts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum Trigger {
    Created,
    /// One of these fields changes; with `from` and `to`, only from and to these values.
    Updated {
        #[serde(default)]
        fields: Vec<String>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        from: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        to: String,
    },
    /// So many days before (negative) or after a date field, at this hour where the workspace is.
    Date {
        field: String,
        days: i32,
        #[serde(default = "eight")]
        hour: u8,
    },
    /// At this hour on these days where the workspace is: once, or for each record that meets the conditions.
    Schedule {
        every: Every,
        #[serde(default = "eight")]
        hour: u8,
    },
    /// Something is posted to its address. With `find`, it runs on the record whose field has the value that the
    /// payload has under this path.
    Webhook {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        find: Option<Find>,
    },
    /// By a button on the record.
    Manual,
}

const fn eight() -> u8 {
    8
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Find {
    pub field: String,
    pub path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    Day,
    Weekday,
    Monday,
    Month,
}

impl Every {
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Day, "day", "day"),
        (Self::Weekday, "weekday", "weekday, Monday to Friday"),
        (Self::Monday, "monday", "Monday"),
        (Self::Month, "month", "first day of the month"),
    ];

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, k, _)| *k == key).map(|(every, ..)| every)
    }

    pub fn label(self) -> &'static str {
        Self::ALL.into_iter().find(|(every, ..)| *every == self).map_or("", |(.., label)| label)
    }

    /// Whether this is one of its days.
    pub fn is(self, day: crate::Day) -> bool {
        use chrono::Datelike;
        match self {
            Self::Day => true,
            Self::Weekday => !matches!(day.0.weekday(), Weekday::Sat | Weekday::Sun),
            Self::Monday => day.0.weekday() == Weekday::Mon,
            Self::Month => day.0.day() == 1,
        }
    }
}

impl Trigger {
    pub const KINDS: &'static [(&'static str, &'static str)] = &[
        ("created", "A record is created"),
        ("updated", "A record changes"),
        ("date", "A date comes near, or has passed"),
        ("schedule", "On a schedule"),
        ("webhook", "A form or another system posts to an address"),
        ("manual", "Somebody presses a button on the record"),
    ];

    pub const fn key(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated { .. } => "updated",
            Self::Date { .. } => "date",
            Self::Schedule { .. } => "schedule",
            Self::Webhook { .. } => "webhook",
            Self::Manual => "manual",
        }
    }

    /// In words, for whoever reads the workflow.
    pub fn words(&self, record: Option<RecordKind>) -> String {
        let noun = record.map_or("record".to_owned(), |r| r.label().to_lowercase());
        let spec = |key: &str| record.and_then(|r| r.field(key));
        let label = |key: &str| spec(key).map_or_else(|| key.to_owned(), |f| f.label.to_owned());
        let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        match self {
            Self::Created => format!("When {article} {noun} is created"),
            Self::Updated { fields, from, to } => {
                let what = match &fields[..] {
                    [] => format!("{article} {noun} changes"),
                    all => format!(
                        "the {} of {article} {noun} changes",
                        all.iter().map(|f| label(f)).collect::<Vec<_>>().join(" or ")
                    ),
                };
                let value =
                    |v: &str| choice(fields.first().and_then(|f| spec(f)), v).map_or(v.to_owned(), str::to_owned);
                let from = if from.is_empty() { String::new() } else { format!(" from “{}”", value(from)) };
                let to = if to.is_empty() { String::new() } else { format!(" to “{}”", value(to)) };
                format!("When {what}{from}{to}")
            }
            Self::Date { field, days, hour } => {
                let when = match days {
                    0 => "On".to_owned(),
                    -1 => "1 day before".to_owned(),
                    1 => "1 day after".to_owned(),
                    d if *d < 0 => format!("{} days before", -d),
                    d => format!("{d} days after"),
                };
                format!("{when} the {} of {article} {noun}, at {hour:02}:00", label(field))
            }
            Self::Schedule { every, hour } => {
                let each = record.map(|_| format!(", for each {noun}")).unwrap_or_default();
                format!("Every {} at {hour:02}:00{each}", every.label())
            }
            Self::Webhook { .. } => "When something is posted to its address".into(),
            Self::Manual => format!("When somebody starts it on {article} {noun}"),
        }
    }
}

/// What is wrong, and where: `trigger`, `conditions` or the id of a step; then the field of its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub place: String,
    pub field: &'static str,
    pub message: String,
}

impl Definition {
    /// A new one, with nothing in it.
    pub fn blank(record: RecordKind) -> Self {
        Self {
            record: Some(record),
            trigger: Trigger::Created,
            conditions: Condition::default(),
            steps: vec![],
            again: false,
            cool_down: an_hour(),
        }
    }

    pub fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|e| format!("This cannot be read: {e}."))
    }

    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("definitions have string keys")
    }

    /// Every field that it reads of its record, payloads left out.
    pub fn reads(&self) -> Vec<&str> {
        let mut fields: Vec<&str> = self.conditions.tests().into_iter().map(|t| t.field.as_str()).collect();
        match &self.trigger {
            Trigger::Updated { fields: watched, .. } => fields.extend(watched.iter().map(String::as_str)),
            Trigger::Date { field, .. } => fields.push(field),
            Trigger::Webhook { find: Some(find) } => fields.push(&find.field),
            _ => {}
        }
        for (_, step) in steps::all(&self.steps) {
            fields.extend(step.action.texts().into_iter().flat_map(|(_, text)| merge::places(text)));
            fields.extend(step.action.condition().into_iter().flat_map(Condition::tests).map(|t| t.field.as_str()));
            if let Action::Wait(w) = &step.action
                && let Length::Date { field, .. } = &w.length
            {
                fields.push(field);
            }
        }
        fields.retain(|f| !f.starts_with("payload."));
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// The field classes that its reading and writing touch.
    pub fn classes(&self) -> Vec<FieldClass> {
        let Some(kind) = self.record else { return vec![] };
        let set = steps::all(&self.steps).into_iter().flat_map(|(_, s)| match &s.action {
            Action::Update { set } => set.keys().map(String::as_str).collect::<Vec<_>>(),
            _ => vec![],
        });
        let posts = steps::all(&self.steps).iter().any(|(_, s)| matches!(s.action, Action::Webhook { .. }));
        let mut classes: Vec<FieldClass> =
            self.reads().into_iter().chain(set).filter_map(|f| kind.field(f)).map(|f| f.class).collect();
        // What goes out by a hook is the directory's fields, whatever else is read.
        if posts {
            classes.push(FieldClass::Directory);
        }
        classes.dedup();
        classes
    }

    /// Whether somebody who sees these classes may see all that it reads.
    pub fn within(&self, sight: Sight) -> bool {
        self.classes().into_iter().all(|c| sight.sees(c))
    }

    /// Everything that stands against publishing it, in the name of somebody with this sight.
    pub fn check(&self, sight: Sight) -> Vec<Problem> {
        let mut checked = Checked { record: self.record, sight, problems: vec![] };
        checked.trigger(self);
        for test in self.conditions.tests() {
            checked.told("conditions", "value", test.check(self.record));
            checked.seen("conditions", "field", &test.field);
        }
        if self.conditions.depth() > MOST_NESTED {
            checked.add("conditions", "", format!("Groups may stand in groups {MOST_NESTED} deep."));
        }
        let all = steps::all(&self.steps);
        if all.is_empty() {
            checked.add("steps", "", "Add at least one step.");
        }
        if all.len() > MOST_STEPS {
            checked.add("steps", "", format!("A workflow has at most {MOST_STEPS} steps."));
        }
        let mut ids = vec![];
        for (depth, step) in &all {
            if ids.contains(&&step.id) || step.id.is_empty() || step.id.len() > 20 {
                checked.add(
                    "steps",
                    "",
                    format!("The step id “{}” is taken, empty or longer than 20 letters.", step.id),
                );
            }
            ids.push(&step.id);
            if *depth > MOST_NESTED {
                checked.add(&step.id, "", format!("Branches may stand in branches {MOST_NESTED} deep."));
            }
            checked.step(step);
        }
        checked.problems
    }
}

struct Checked {
    record: Option<RecordKind>,
    sight: Sight,
    problems: Vec<Problem>,
}

impl Checked {
    fn add(&mut self, place: &str, field: &'static str, message: impl Into<String>) {
        self.problems.push(Problem { place: place.to_owned(), field, message: message.into() });
    }

    fn told(&mut self, place: &str, field: &'static str, result: Result<(), String>) {
        if let Err(message) = result {
            self.add(place, field, message);
        }
    }

    fn spec(&self, key: &str) -> Option<&'static FieldSpec> {
        self.record?.field(key)
    }

    /// That a field is there, and open to whoever publishes.
    fn seen(&mut self, place: &str, field: &'static str, key: &str) {
        if key.starts_with("payload.") {
            return;
        }
        match self.spec(key) {
            None => self.add(place, field, format!("There is no field “{key}”.")),
            Some(spec) if !self.sight.sees(spec.class) => {
                self.add(
                    place,
                    field,
                    format!("You may not see “{}” of everybody, so a workflow of yours may not use it.", spec.label),
                );
            }
            Some(_) => {}
        }
    }

    fn trigger(&mut self, d: &Definition) {
        let needs_record = !matches!(d.trigger, Trigger::Webhook { find: None } | Trigger::Schedule { .. });
        if needs_record && d.record.is_none() {
            self.add("trigger", "record", "Choose what it runs on.");
        }
        match &d.trigger {
            Trigger::Updated { fields, from, to } => {
                for field in fields {
                    self.seen("trigger", "fields", field);
                    if self.spec(field).is_some_and(|s| s.columns.is_empty()) {
                        self.add("trigger", "fields", format!("A change of “{field}” cannot be watched."));
                    }
                }
                if !from.is_empty() || !to.is_empty() {
                    match &fields[..] {
                        [field] if self.record.is_some_and(|r| !before_and_after(r, field)) => {
                            self.add("trigger", "fields", "Of this field no value before or after can be asked.");
                        }
                        [_] => {}
                        _ => self.add("trigger", "fields", "With a value before or after, watch one field."),
                    }
                }
            }
            Trigger::Date { field, days, hour } => {
                self.seen("trigger", "field", field);
                if self.spec(field).is_some_and(|s| s.holds != Holds::Day) {
                    self.add("trigger", "field", "Choose a date.");
                }
                if !(-365..=365).contains(days) {
                    self.add("trigger", "days", "Use at most 365 days.");
                }
                self.hour(*hour);
            }
            Trigger::Schedule { hour, .. } => self.hour(*hour),
            Trigger::Webhook { find: Some(find) } => {
                self.seen("trigger", "find_field", &find.field);
                if !matches!(find.field.as_str(), "email" | "number" | "domain" | "name") {
                    self.add("trigger", "find_field", "Find it by email, number, domain or name.");
                }
                if !find.path.starts_with("payload.") {
                    self.add("trigger", "find_path", "Say where the payload has it, like payload.email.");
                }
            }
            Trigger::Webhook { find: None } if d.record.is_some() => {
                self.add("trigger", "find_path", "Say how its record is found, or choose no record.");
            }
            Trigger::Created | Trigger::Webhook { .. } | Trigger::Manual => {}
        }
        if d.again && d.cool_down > 60 * 24 * 365 {
            self.add("trigger", "cool_down", "Use at most a year.");
        }
    }

    fn hour(&mut self, hour: u8) {
        if hour > 23 {
            self.add("trigger", "hour", "Use an hour from 0 to 23.");
        }
    }

    fn step(&mut self, step: &Step) {
        let place = step.id.as_str();
        for (field, text) in step.action.texts() {
            self.told(place, field, merge::check(text));
            for key in merge::places(text) {
                self.seen(place, field, key);
            }
            if text.chars().count() > 20_000 {
                self.add(place, field, "Use at most 20,000 characters.");
            }
        }
        for (field, person) in step.action.people() {
            self.told(place, field, person.check(self.record));
            let member_needed = !matches!(step.action, Action::Email { .. });
            if member_needed && !person.is_member() {
                self.add(place, field, "Choose somebody of the workspace.");
            }
        }
        for test in step.action.condition().into_iter().flat_map(Condition::tests) {
            self.told(place, "value", test.check(self.record));
            self.seen(place, "field", &test.field);
        }
        self.own(place, &step.action);
    }

    /// What each kind of step asks for by itself.
    fn own(&mut self, place: &str, action: &Action) {
        let no_record = self.record.is_none();
        let mut filled = |field: &'static str, text: &str| {
            if text.trim().is_empty() {
                self.problems.push(Problem { place: place.into(), field, message: "Please fill this in.".into() });
            }
        };
        match action {
            Action::Update { set } => {
                let kind = self.record;
                self.set(place, kind, set);
            }
            Action::CreateRecord { record: RecordKind::Task, .. } => {
                self.add(place, "record", "Use the step “Create a task” for it.");
            }
            Action::CreateRecord { record, set } => self.set(place, Some(*record), set),
            Action::CreateTask(t) => {
                filled("title", &t.title);
                if !matches!(t.priority.as_str(), "" | "low" | "normal" | "high") {
                    self.add(place, "priority", "Use low, normal or high.");
                }
                if t.due_in_days.is_some_and(|d| d > 365) {
                    self.add(place, "due_in_days", "Use at most 365 days.");
                }
            }
            Action::Assign(a) => {
                if matches!(self.record, Some(RecordKind::Employee)) {
                    self.add(place, "", "An employee has no owner; update the field “Manager” instead.");
                }
                match (a.by, a.among.len()) {
                    (Choose::Person, 1) | (Choose::RoundRobin | Choose::LeastLoaded, 1..=50) => {}
                    (Choose::Person, _) => self.add(place, "among", "Choose one person."),
                    _ => self.add(place, "among", "Choose from one to 50 people."),
                }
            }
            Action::Email { to, subject, body } => {
                filled("to", &to.to_string());
                filled("subject", subject);
                filled("body", body);
            }
            Action::Notify { to, title, .. } => {
                filled("title", title);
                if to.is_empty() || to.len() > 50 {
                    self.add(place, "to", "Choose from one to 50 people.");
                }
            }
            Action::Tag { name, .. } => {
                filled("name", name);
                if name.chars().count() > 50 {
                    self.add(place, "name", "Use at most 50 characters.");
                }
            }
            Action::Note { text } => filled("text", text),
            Action::Webhook { url } => {
                let told = match url.split_once("://") {
                    Some(("https" | "http", rest)) if !rest.is_empty() && !url.contains(char::is_whitespace) => Ok(()),
                    _ => Err("Use an address like https://example.com/hook.".to_owned()),
                };
                self.told(place, "url", told);
            }
            Action::Wait(w) => match &w.length {
                Length::Minutes(1..=525_600) | Length::Days(1..=365) => {}
                Length::Minutes(_) | Length::Days(_) => {
                    self.add(place, "length", "Wait at least a minute, at most a year.")
                }
                Length::Date { field, days } => {
                    self.seen(place, "field", field);
                    if self.spec(field).is_some_and(|s| s.holds != Holds::Day) {
                        self.add(place, "field", "Choose a date.");
                    }
                    if !(-365..=365).contains(days) {
                        self.add(place, "days", "Use at most 365 days.");
                    }
                }
                Length::Until { days, when } => {
                    if !(1..=365).contains(days) {
                        self.add(place, "days", "Give up after one to 365 days.");
                    }
                    if when.is_empty() {
                        self.add(place, "value", "Say what it waits for.");
                    }
                }
            },
            Action::Branch { when, .. } => {
                if when.is_empty() {
                    self.add(place, "value", "Say what decides.");
                }
            }
            Action::Approval(a) => {
                filled("question", &a.question);
                if a.from.is_empty() || a.from.len() > 20 {
                    self.add(place, "from", "Ask from one to 20 people.");
                }
                if !(1..=90).contains(&a.days) {
                    self.add(place, "days", "Wait from one to 90 days for an answer.");
                }
            }
            Action::Stop => {}
        }
        let of_record =
            matches!(action, Action::Update { .. } | Action::Assign(_) | Action::Tag { .. } | Action::Note { .. });
        if of_record && no_record {
            self.add(place, "", "There is no record for this: the workflow runs on none.");
        }
        if matches!((action, self.record), (Action::Tag { .. } | Action::Note { .. }, Some(RecordKind::Task))) {
            self.add(place, "", "Tasks have neither tags nor notes.");
        }
    }

    fn set(&mut self, place: &str, kind: Option<RecordKind>, set: &std::collections::BTreeMap<String, String>) {
        if set.is_empty() {
            self.add(place, "set", "Choose a field.");
        }
        for (key, value) in set {
            let Some(spec) = kind.and_then(|k| k.field(key)) else {
                self.add(place, "set", format!("There is no field “{key}”."));
                continue;
            };
            if !spec.writable {
                self.add(place, "set", format!("“{}” cannot be set.", spec.label));
            }
            if !self.sight.sees(spec.class) {
                self.add(place, "set", format!("You may not change “{}” of everybody.", spec.label));
            }
            if let Holds::Choice(choices) = spec.holds
                && merge::places(value).is_empty()
                && !choices.iter().any(|(k, _)| k == value)
            {
                let keys: Vec<_> = choices.iter().map(|(k, _)| *k).collect();
                self.add(place, "set", format!("{}: use one of {}.", spec.label, keys.join(", ")));
            }
        }
    }
}

/// Whether a change of this field shows its value before and after: it is kept as it is shown.
pub fn before_and_after(kind: RecordKind, key: &str) -> bool {
    let plain = |s: &FieldSpec| match s.columns {
        [column] => *column == s.key,
        ["status", "archived_at"] => true,
        _ => false,
    };
    kind.field(key).is_some_and(|s| plain(s) && !matches!(s.holds, Holds::Money | Holds::List))
}

/// The value of a field before (0) or after (1) a change, by the columns that changed; `None`: it is not among them.
pub fn value_of(kind: RecordKind, key: &str, changes: &serde_json::Value, which: usize) -> Option<String> {
    use serde_json::Value;
    let spec = kind.field(key)?;
    let at = |column: &str| changes.get(column).and_then(|pair| pair.get(which));
    // Archived says more than the status below it.
    if spec.columns.contains(&"archived_at")
        && let Some(archived) = at("archived_at")
        && !archived.is_null()
    {
        return Some("archived".into());
    }
    Some(match at(spec.columns.first()?)? {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

/// Whom a definition names by address.
pub fn members_named(d: &Definition) -> Vec<(String, &'static str, String)> {
    steps::all(&d.steps)
        .into_iter()
        .flat_map(|(_, step)| {
            step.action.people().into_iter().filter_map(|(field, person)| match person {
                Person::Member(email) => Some((step.id.clone(), field, email.clone())),
                _ => None,
            })
        })
        .collect()
}

#[cfg(test)]
#[path = "workflows_tests.rs"]
mod tests;
