//! A workflow's definition, in the one form that the builder, the JSON page and the runner share; and what is wrong
//! with it before it is published.

pub use super::check::Problem;

use super::{
    conditions::{Condition, Op, choice},
    fields::{Fact, Facts, FieldSpec, Holds, RecordKind},
    keys, merge,
    people::Person,
    steps::{self, Action, Length, Step},
    values,
};
use crate::{DateOrder, Day, access::Sight, draft::FieldClass, hr::employees::Status};
use chrono::{TimeDelta, Weekday};
use serde::{Deserialize, Serialize};

/// How long a chain of workflows that start one another may get (DOMAIN: Automation).
pub const DEEPEST: i16 = 5;
/// The header with which a webhook of ours says how far down such a chain it stands.
pub const DEPTH: &str = "x-people360-depth";
/// Steps of one workflow.
pub const MOST_STEPS: usize = 50;
/// How deep branches may stand in branches.
pub const MOST_NESTED: usize = 4;
/// The status of what is archived.
const ARCHIVED: &str = "archived";
/// Questions of one workflow, those of its branches with them.
pub const MOST_TESTS: usize = 50;
/// Bytes of one as it is stored.
const LARGEST: usize = 256 * 1024;
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
        /// Each year anew, like the day that somebody began.
        #[serde(default, skip_serializing_if = "is_false")]
        yearly: bool,
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it so")]
const fn is_false(b: &bool) -> bool {
    !*b
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Find {
    pub field: String,
    pub path: String,
    /// Whether what fits no record goes through it all the same, without one.
    #[serde(default, skip_serializing_if = "is_not")]
    pub unknown: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_not(flag: &bool) -> bool {
    !*flag
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
    pub fn is(self, day: Day) -> bool {
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
        ("webhook", "A form, a mail or another system comes to its address"),
        ("manual", "Somebody presses a button on the record"),
    ];

    /// Whether what it starts has something that was posted.
    pub const fn has_payload(&self) -> bool {
        matches!(self, Self::Webhook { .. })
    }

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

    /// Whether its date comes round each year. Of a birthday nobody means the first.
    pub fn yearly(&self) -> bool {
        matches!(self, Self::Date { field, yearly, .. } if *yearly || field == "birth_date")
    }

    /// Whether a change of a record's columns is one that it watches. `known`: what is known of the record, and today;
    /// without it, whatever may be one is.
    pub fn hears(&self, kind: RecordKind, changes: &serde_json::Value, known: Option<(&Facts, Day)>) -> bool {
        let Self::Updated { fields, from, to } = self else { return false };
        let status = |which| known.map(|(facts, today)| status_of(changes, facts, which, today));
        let changed = |key: &String| {
            let columns = kind.field(key).is_some_and(|s| s.changed(changes));
            // Of the dates behind a status not each change changes it.
            columns && (!told_by_dates(kind, key) || status(0).zip(status(1)).is_none_or(|(was, is)| was != is))
        };
        let was = |wanted: &str, which| match (wanted.trim(), fields.first()) {
            ("", _) | (_, None) => true,
            (wanted, Some(key)) if told_by_dates(kind, key) => status(which).is_none_or(|s| s.key() == wanted),
            (wanted, Some(key)) => value_of(kind, key, changes, which)
                .is_some_and(|value| value.trim().to_lowercase() == wanted.to_lowercase()),
        };
        (fields.is_empty() || fields.iter().any(changed)) && was(from, 0) && was(to, 1)
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
            Self::Date { field, days, hour, .. } => {
                let each = if self.yearly() { ", each year" } else { "" };
                let when = match days {
                    0 => "On".to_owned(),
                    -1 => "1 day before".to_owned(),
                    1 => "1 day after".to_owned(),
                    d if *d < 0 => format!("{} days before", d.unsigned_abs()),
                    d => format!("{d} days after"),
                };
                format!("{when} the {} of {article} {noun}{each}, at {hour:02}:00", label(field))
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

    /// As somebody wrote it: what is misspelt is refused. What is stored is read by whoever keeps it, without that.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let json: serde_json::Value = serde_json::from_str(text).map_err(|e| super::json::told(&e))?;
        keys::check(&json)?;
        serde_json::from_str(text).map_err(|e| super::json::told(&e))
    }

    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("definitions have string keys")
    }

    /// What is too much of it to be kept even as a draft: steps, questions, how deep they stand, and its size.
    pub fn too_much(&self) -> Result<(), String> {
        let all = steps::all(&self.steps);
        let conditions = || self.all_conditions();
        let deepest = all.iter().map(|(depth, _)| *depth).max().unwrap_or_default();
        if all.len() > MOST_STEPS {
            return Err(format!("A workflow has at most {MOST_STEPS} steps."));
        }
        if deepest > MOST_NESTED {
            return Err(format!("Branches may stand in branches {MOST_NESTED} deep."));
        }
        if conditions().any(|c| c.depth() > MOST_NESTED) {
            return Err(format!("Groups may stand in groups {MOST_NESTED} deep."));
        }
        if conditions().map(|c| c.tests().len()).sum::<usize>() > MOST_TESTS {
            return Err(format!("A workflow asks at most {MOST_TESTS} questions, those of its branches with them."));
        }
        if self.to_json().to_string().len() > LARGEST {
            return Err("This is more text than a workflow may have.".into());
        }
        Ok(())
    }

    /// Its own conditions, and those in its steps.
    pub fn all_conditions(&self) -> impl Iterator<Item = &Condition> {
        let inside = steps::all(&self.steps).into_iter().filter_map(|(_, step)| step.action.condition());
        std::iter::once(&self.conditions).chain(inside)
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
        fields.retain(|f| *f != "payload" && !f.starts_with("payload."));
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// Every field that a step of it sets, with the noun whose field it is.
    pub fn sets(&self) -> Vec<(RecordKind, &str)> {
        let mut sets = vec![];
        for (_, step) in steps::all(&self.steps) {
            let (kind, set) = match (&step.action, self.record) {
                (Action::Update { set }, Some(kind)) => (kind, set),
                (Action::CreateRecord { record, set }, _) => (*record, set),
                _ => continue,
            };
            sets.extend(set.keys().map(|key| (kind, key.as_str())));
        }
        sets
    }

    /// The nouns that its log tells of: the one that it runs on, and those that it makes.
    pub fn kinds(&self) -> Vec<RecordKind> {
        let made = steps::all(&self.steps).into_iter().filter_map(|(_, step)| match &step.action {
            Action::CreateRecord { record, .. } => Some(*record),
            _ => None,
        });
        let mut kinds: Vec<RecordKind> = self.record.into_iter().chain(made).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// The field classes that its reading and writing touch. What a posting brings has the classes of what is made of
    /// it: they are those of the fields that are set.
    pub fn classes(&self) -> Vec<FieldClass> {
        let read = self.record.into_iter().flat_map(|kind| self.reads().into_iter().map(move |key| (kind, key)));
        let all = read.chain(self.sets());
        let mut classes: Vec<FieldClass> = all.filter_map(|(kind, key)| kind.field(key)).map(|f| f.class).collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }

    /// Whether it asks for what is archived: then archiving a record does not end its run. All others end with it, since
    /// archiving is how the product deletes.
    pub fn asks_for_archived(&self) -> bool {
        let asked = |c: &Condition| {
            c.tests().into_iter().any(|t| {
                t.field == "status"
                    && matches!(t.is, Op::Equals | Op::OneOf)
                    && t.value.split(',').any(|v| v.trim() == ARCHIVED)
            })
        };
        matches!(&self.trigger, Trigger::Updated { to, .. } if to == ARCHIVED)
            || asked(&self.conditions)
            || steps::all(&self.steps).iter().any(|(_, s)| s.action.condition().is_some_and(asked))
    }

    /// Whether a record is one that it runs on: it is in use, or archiving is what the workflow is about.
    pub fn takes(&self, facts: &Facts) -> Result<(), String> {
        let heard = match (&self.trigger, self.record) {
            (Trigger::Updated { fields, .. }, Some(kind)) => fields.iter().any(|f| shows_archiving(kind, f)),
            _ => false,
        };
        match archived(facts) && !heard && !self.asks_for_archived() {
            true => Err("It is archived".into()),
            false => Ok(()),
        }
    }

    /// Whether it watches a status that changes by itself, as dates come.
    pub fn turns_by_date(&self) -> bool {
        match (&self.trigger, self.record) {
            (Trigger::Updated { fields, .. }, Some(kind)) => fields.iter().any(|f| told_by_dates(kind, f)),
            _ => false,
        }
    }

    /// Whether on this day the status of such a record changes by itself, as it asks.
    pub fn turns(&self, facts: &Facts, day: Day) -> bool {
        let (Trigger::Updated { fields, from, to }, true) = (&self.trigger, self.turns_by_date()) else { return false };
        let none = serde_json::Value::Null;
        let was = status_of(&none, facts, 0, Day(day.0 - TimeDelta::days(1)));
        let is = status_of(&none, facts, 1, day);
        let meant = |wanted: &str, status: Status| wanted.is_empty() || fields.len() == 1 && wanted == status.key();
        was != is && meant(from, was) && meant(to, is)
    }

    /// Whether somebody who sees these classes may see all that it reads.
    pub fn within(&self, sight: Sight) -> bool {
        self.classes().into_iter().all(|c| sight.sees(c))
    }
}

/// Whether a field follows from dates, and changes as they come.
fn told_by_dates(kind: RecordKind, key: &str) -> bool {
    kind == RecordKind::Employee && key == "status"
}

/// The status of an employee before (0) or after (1) a change, on this day; what has not changed is as it is known.
fn status_of(changes: &serde_json::Value, facts: &Facts, which: usize, on: Day) -> Status {
    let date = |key: &str| match (changes.get(key).and_then(|pair| pair.get(which)), facts.get(key)) {
        (Some(value), _) => value.as_str().and_then(|text| Day::parse(text, DateOrder::default()).ok()),
        (None, Some(Fact::Day(day))) => Some(*day),
        _ => None,
    };
    let archived =
        changes.get("archived_at").and_then(|pair| pair.get(which)).map_or_else(|| archived(facts), |at| !at.is_null());
    Status::on(on, date("start_date"), date("end_date"), archived)
}

/// Whether what is known of a record says that it is archived.
pub fn archived(facts: &Facts) -> bool {
    facts.words("status") == ARCHIVED
}

/// Whether archiving a record is a change of this field.
fn shows_archiving(kind: RecordKind, key: &str) -> bool {
    kind.field(key).is_some_and(|s| s.columns.contains(&"archived_at"))
}

/// Whether a change of this field shows its value before and after: it is kept as it is shown.
pub fn before_and_after(kind: RecordKind, key: &str) -> bool {
    let plain = |s: &FieldSpec| match s.columns {
        [column] => *column == s.key,
        [_, "archived_at"] => true,
        _ => told_by_dates(kind, key),
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
        return Some(ARCHIVED.into());
    }
    Some(match at(spec.columns.first()?)? {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        // As facts say it.
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
        other => other.to_string(),
    })
}

/// Whom a definition names by address.
pub fn members_named(d: &Definition) -> Vec<(String, &'static str, String)> {
    let people = steps::all(&d.steps).into_iter().flat_map(|(_, step)| {
        step.action.people().into_iter().filter_map(|(field, person)| match person {
            Person::Member(email) => Some((step.id.clone(), field, email.clone())),
            _ => None,
        })
    });
    people.chain(values::owners(d)).collect()
}

#[cfg(test)]
#[path = "workflows_tests.rs"]
mod tests;
