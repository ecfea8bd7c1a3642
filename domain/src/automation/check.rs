//! What stands against publishing a workflow, told where it is.

use super::{
    conditions::Condition,
    fields::{FieldSpec, Holds, RecordKind},
    merge,
    steps::{self, Action, Choose, Length, Step},
    values,
    workflows::{Definition, MOST_NESTED, MOST_STEPS, MOST_TESTS, Trigger, before_and_after},
};
use crate::access::Sight;
use std::collections::BTreeMap;

/// What is wrong, and where: `trigger`, `conditions` or the id of a step; then the field of its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub place: String,
    pub field: &'static str,
    pub message: String,
}

impl Definition {
    /// Everything that stands against publishing it, in the name of somebody with this sight.
    pub fn check(&self, sight: Sight) -> Vec<Problem> {
        let posted = self.trigger.has_payload();
        let mut checked = Checked { record: self.record, sight, posted, problems: vec![] };
        checked.trigger(self);
        checked.tests("conditions", &self.conditions);
        if self.conditions.depth() > MOST_NESTED {
            checked.add("conditions", "", format!("Groups may stand in groups {MOST_NESTED} deep."));
        }
        if self.all_conditions().map(|c| c.tests().len()).sum::<usize>() > MOST_TESTS {
            let told = format!("A workflow asks at most {MOST_TESTS} questions, those of its branches with them.");
            checked.add("conditions", "", told);
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
            step.action.inside().into_iter().for_each(|(_, list)| checked.reached(list));
        }
        checked.reached(&self.steps);
        checked.problems
    }
}

struct Checked {
    record: Option<RecordKind>,
    sight: Sight,
    /// Whether what starts it brings a payload.
    posted: bool,
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

    /// Each question of a condition. A field that is none is told once.
    fn tests(&mut self, place: &str, condition: &Condition) {
        for test in condition.tests() {
            let there = self.spec(&test.field).is_some() || test.field.starts_with("payload.");
            if there {
                self.told(place, "value", test.check(self.record));
            }
            self.seen(place, "field", &test.field);
        }
    }

    fn spec(&self, key: &str) -> Option<&'static FieldSpec> {
        self.record?.field(key)
    }

    /// That a field is there, and open to whoever publishes.
    fn seen(&mut self, place: &str, field: &'static str, key: &str) {
        if key == "payload" || key.starts_with("payload.") {
            if !self.posted {
                self.add(place, field, "Only a workflow that a posting starts has a payload.");
            }
            return;
        }
        match self.spec(key) {
            None => self.add(place, field, format!("There is no field “{}”.", merge::cut(key, 100))),
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
                if !from.is_empty() && from.trim().to_lowercase() == to.trim().to_lowercase() {
                    self.add("trigger", "to", "From and to are the same: no change is like that.");
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
            Trigger::Date { field, days, hour, .. } => {
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

    /// That nothing stands behind a step that ends the run.
    fn reached(&mut self, list: &[Step]) {
        if let Some((step, [_, ..])) =
            list.iter().position(|s| s.action == Action::Stop).map(|at| (&list[at], &list[at + 1..]))
        {
            self.add(&step.id, "", "The run ends here, and steps stand behind it: none comes to them.");
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
        if let Some(condition) = step.action.condition() {
            if condition.depth() > MOST_NESTED {
                self.add(place, "value", format!("Groups may stand in groups {MOST_NESTED} deep."));
            }
            self.tests(place, condition);
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
                self.set(place, kind, set, false);
            }
            Action::CreateRecord { record: RecordKind::Task, .. } => {
                self.add(place, "record", "Use the step “Create a task” for it.");
            }
            Action::CreateRecord { record, set } => self.set(place, Some(*record), set, true),
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
                if self.record.is_some_and(|kind| kind.owner().is_none()) {
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
        let noted = matches!(action, Action::Tag { .. } | Action::Note { .. });
        if noted && self.record.is_some_and(|kind| !kind.has_notes()) {
            self.add(place, "", "Tasks have neither tags nor notes.");
        }
    }

    fn set(&mut self, place: &str, kind: Option<RecordKind>, set: &BTreeMap<String, String>, new: bool) {
        if set.is_empty() {
            self.add(place, "set", "Choose a field.");
        } else if let Some(kind) = kind {
            values::wrong(kind, set, new).into_iter().for_each(|message| self.add(place, "set", message));
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
