//! One field of many records changed at once: which fields there are, what was typed, and where a change stands.

use crate::{
    BulkId, Conventions, Day, Errors,
    crm::{contacts, customers, deals, leads},
    custom_fields::{self, CustomField},
    draft::FieldClass,
    hr::employees::{self, EmploymentType, Fte},
    import::Target,
    support::tickets,
    tags,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// So many are changed while one waits; more are a job's work.
pub const AT_ONCE: usize = 200;

/// Names that are told of each reason why some were not changed.
pub const NAMED: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Changing,
    Changed,
    Undoing,
    Undone,
    /// Nothing was changed; or, of an undo, all of it stays.
    Failed,
}

impl State {
    const ALL: [Self; 5] = [Self::Changing, Self::Changed, Self::Undoing, Self::Undone, Self::Failed];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Changing => "changing",
            Self::Changed => "changed",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
            Self::Failed => "failed",
        }
    }

    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }

    pub const fn moves(self) -> bool {
        matches!(self, Self::Changing | Self::Undoing)
    }
}

/// How a field is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    Line,
    Department,
    Location,
    /// Somebody, by number.
    Person,
    /// A member, by email.
    Member,
    /// One of these: value and label.
    Choice(Vec<(String, String)>),
    Part,
    Date,
    Amount,
    Tag,
}

/// A field that can be changed of many at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub key: &'static str,
    pub label: String,
    pub class: FieldClass,
    pub ask: Ask,
    /// It holds from a day on.
    pub dated: bool,
    /// A record may be without it.
    pub optional: bool,
}

pub const TAG: &str = "tag";
pub const NO_TAG: &str = "no_tag";

/// The noun's fields, and those that the workspace has added.
pub fn fields(noun: Target, added: &[CustomField]) -> Vec<Field> {
    let choice = |all: &[(&str, &str)]| Ask::Choice(all.iter().map(|(v, l)| ((*v).into(), (*l).into())).collect());
    let field = |key, label: &str, ask, dated, optional| Field {
        key,
        label: label.to_owned(),
        class: FieldClass::Directory,
        ask,
        dated,
        optional,
    };
    let mut fields = match noun {
        Target::Employees => vec![
            field("department", "Department", Ask::Department, true, true),
            field("location", "Location", Ask::Location, true, true),
            field("job_title", "Job title", Ask::Line, true, true),
            field("manager", "Manager", Ask::Person, true, true),
            field(
                "employment_type",
                "Employment type",
                choice(&EmploymentType::ALL.map(|t| (t.key(), t.label()))),
                true,
                true,
            ),
            field("fte", "FTE", Ask::Part, true, false),
        ],
        Target::Customers => vec![
            field("owner", "Owner", Ask::Member, false, true),
            field(
                "lifecycle",
                "Lifecycle",
                choice(&customers::Lifecycle::ALL.map(|l| (l.key(), l.label()))),
                false,
                true,
            ),
            field("health", "Health", choice(&customers::Health::ALL.map(|h| (h.key(), h.label()))), false, true),
            field("status", "Status", choice(&customers::Status::CHOICES.map(|s| (s.key(), s.label()))), false, false),
        ],
        Target::Contacts => vec![
            field("owner", "Owner", Ask::Member, false, true),
            field("language", "Language", choice(contacts::LANGUAGES), false, true),
            field("job_title", "Job title", Ask::Line, false, true),
        ],
        Target::Deals => vec![
            field("owner", "Owner", Ask::Member, false, true),
            field("close_on", "Close date", Ask::Date, false, true),
            field("source", "Source", Ask::Line, false, true),
        ],
        Target::Leads => vec![
            field("owner", "Owner", Ask::Member, false, true),
            field("status", "Status", choice(&leads::Status::MANY.map(|s| (s.key(), s.label()))), false, false),
            field("source", "Source", Ask::Line, false, true),
            field("campaign", "Campaign", Ask::Line, false, true),
        ],
        Target::Tickets => vec![
            field("assignee", "Assignee", Ask::Member, false, true),
            field(
                "status",
                "Status",
                choice(&tickets::Status::ALL[1..].iter().map(|s| (s.key(), s.label())).collect::<Vec<_>>()),
                false,
                false,
            ),
            field("priority", "Priority", choice(&tickets::Priority::ALL.map(|p| (p.key(), p.label()))), false, false),
            field("kind", "Type", choice(&tickets::Kind::ALL.map(|k| (k.key(), k.label()))), false, false),
        ],
        Target::JobHistory | Target::PayHistory | Target::Products | Target::Tasks | Target::Activities => {
            return vec![];
        }
    };
    fields.push(field(TAG, "Add a tag", Ask::Tag, false, false));
    fields.push(field(NO_TAG, "Take a tag off", Ask::Tag, false, false));
    use custom_fields::Kind;
    fields.extend(added.iter().filter(|f| !matches!(f.kind, Kind::Person | Kind::File)).map(|f| Field {
        key: f.name,
        label: f.label.clone(),
        class: f.class,
        ask: match f.kind {
            Kind::Text | Kind::Number | Kind::Person | Kind::File => Ask::Line,
            Kind::Money => Ask::Amount,
            Kind::Date => Ask::Date,
            Kind::YesNo => choice(&[("yes", "Yes"), ("no", "No")]),
            Kind::Choice => Ask::Choice(f.options.iter().map(|o| (o.clone(), o.clone())).collect()),
        },
        dated: false,
        optional: !f.required,
    }));
    fields
}

/// What was typed: all strings, as any draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub field: String,
    pub value: String,
    /// `true`: the value is to be taken away.
    pub empty: String,
    pub from: String,
}

/// What that means. A person, a member and a tag are still what was typed, for the store to look up.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub field: Field,
    /// As the field's column has it; null takes it away.
    pub value: Json,
    /// As people read it.
    pub words: String,
    /// What is dated has its day.
    pub from: Option<Day>,
}

impl Draft {
    /// The rules of one field, as its record's own form has them.
    pub fn read(
        &self,
        noun: Target,
        fields: &[Field],
        added: &[CustomField],
        today: Day,
        c: &Conventions,
    ) -> Result<Wanted, Errors> {
        let field = fields.iter().find(|f| f.key == self.field);
        let Some(field) = field.cloned() else { return Err(Errors::one("field", "Choose one of them.")) };
        let mut e = Errors::default();
        let from = match (field.dated, self.from.trim()) {
            (false, _) => None,
            (true, "") => Some(today),
            (true, day) => e.take("from", Day::parse(day, c.dates)),
        };
        let typed = self.value.trim();
        let nothing = typed.is_empty() || self.empty == "true";
        let value = match nothing {
            true if self.empty == "true" && field.optional => Ok((Json::Null, "nothing".to_owned())),
            true if field.optional => Err("Fill this in, or tick that it is to be taken away.".to_owned()),
            true => Err("Please fill this in.".to_owned()),
            false => value(noun, &field, added, typed, c),
        };
        let read = e.take("value", value);
        let Some((value, words)) = read else { return Err(e) };
        e.or(Wanted { field, value, words, from })
    }
}

/// What was typed into one field, as its column has it and as people read it.
fn value(
    noun: Target,
    field: &Field,
    added: &[CustomField],
    typed: &str,
    c: &Conventions,
) -> Result<(Json, String), String> {
    if let Some(custom) = added.iter().find(|f| f.name == field.key) {
        let value = custom.read(typed, c)?.unwrap_or(Json::Null);
        let words = custom.words(&value);
        return Ok((value, words));
    }
    if field.ask == Ask::Tag {
        let name = tags::name(typed).map_err(|e| e.iter().map(|(_, why)| why.to_owned()).collect::<String>())?;
        return Ok((json!(name), name));
    }
    let text = |text: Option<String>| (json!(text), text.unwrap_or_default());
    match noun {
        Target::Customers => {
            let mut draft = customers::Draft { name: "-".into(), ..Default::default() };
            draft.set(field.key, typed.to_owned());
            let (fields, errors) = draft.read(c);
            errors.of(field.key).map_or(Ok(()), |why| Err(why.to_owned()))?;
            Ok(match field.key {
                "status" => (json!(fields.status.key()), fields.status.label().to_owned()),
                "lifecycle" => {
                    let words = fields.lifecycle.map_or("", customers::Lifecycle::label).to_owned();
                    (json!(fields.lifecycle), words)
                }
                "health" => (json!(fields.health), fields.health.map_or("", customers::Health::label).to_owned()),
                _ => text(fields.owner.map(|o| o.to_string())),
            })
        }
        Target::Contacts => {
            let mut draft = contacts::Draft { last_name: "-".into(), ..Default::default() };
            draft.set(field.key, typed.to_owned());
            let (fields, errors) = draft.read();
            errors.of(field.key).map_or(Ok(()), |why| Err(why.to_owned()))?;
            Ok(match field.key {
                "language" => {
                    let words = fields.language.map_or("", contacts::language).to_owned();
                    (json!(fields.language), words)
                }
                "job_title" => text(fields.job_title),
                _ => text(fields.owner.map(|o| o.to_string())),
            })
        }
        Target::Deals => {
            let mut draft = deals::Draft { name: "-".into(), ..Default::default() };
            draft.set(field.key, typed.to_owned());
            let (fields, errors) = draft.read(c);
            errors.of(field.key).map_or(Ok(()), |why| Err(why.to_owned()))?;
            Ok(match field.key {
                "close_on" => (
                    json!(fields.close_on.map(|d| d.0.to_string())),
                    fields.close_on.map(|d| d.short()).unwrap_or_default(),
                ),
                "source" => text(fields.source),
                _ => text(fields.owner.map(|o| o.to_string())),
            })
        }
        Target::Leads => {
            let mut draft = leads::Draft { name: "-".into(), ..Default::default() };
            draft.set(field.key, typed.to_owned());
            let (fields, errors) = draft.read(c);
            errors.of(field.key).map_or(Ok(()), |why| Err(why.to_owned()))?;
            Ok(match field.key {
                "status" => (json!(fields.status.key()), fields.status.label().to_owned()),
                "source" => text(fields.source),
                "campaign" => text(fields.campaign),
                _ => text(fields.owner.map(|o| o.to_string())),
            })
        }
        Target::Tickets => {
            let mut draft = tickets::Draft { name: "-".into(), ..Default::default() };
            draft.set(field.key, typed.to_owned());
            let (fields, errors) = draft.read(c);
            errors.of(field.key).map_or(Ok(()), |why| Err(why.to_owned()))?;
            Ok(match field.key {
                "status" => (json!(fields.status.key()), fields.status.label().to_owned()),
                "priority" => (json!(fields.priority.key()), fields.priority.label().to_owned()),
                "kind" => (json!(fields.kind.key()), fields.kind.label().to_owned()),
                _ => text(fields.assignee.map(|a| a.to_string())),
            })
        }
        _ => {
            let mut draft = employees::Draft::default();
            draft.set(field.key, typed.to_owned());
            let (fields, errors) = draft.read(c);
            errors.of(field.key).map_or(Ok(()), |why| Err(why.to_owned()))?;
            Ok(match field.key {
                "fte" => (fte(fields.fte), fields.fte.to_string()),
                "employment_type" => (
                    json!(fields.employment_type.map(EmploymentType::key)),
                    fields.employment_type.map_or("", EmploymentType::label).to_owned(),
                ),
                "department" => text(fields.department),
                "location" => text(fields.location),
                "job_title" => text(fields.job_title),
                _ => text(fields.manager),
            })
        }
    }
}

/// A number, as the column shows it.
fn fte(part: Fte) -> Json {
    let number: serde_json::Number = part.decimal().to_string().parse().expect("a decimal is a number");
    json!(number)
}

/// A value of the field as people read it; of somebody it is the id, whose name others know.
pub fn shown(field: &Field, custom: Option<&CustomField>, value: &Json) -> String {
    match (custom, value) {
        (_, Json::Null) => String::new(),
        (Some(custom), value) => custom.words(value),
        (None, Json::String(text)) => match &field.ask {
            Ask::Choice(all) => all.iter().find(|(v, _)| v == text).map_or_else(|| text.clone(), |(_, l)| l.clone()),
            _ => text.clone(),
        },
        (None, Json::Number(n)) if field.ask == Ask::Part => {
            let part = n.to_string().parse().ok().and_then(Fte::from_decimal);
            part.map_or_else(|| n.to_string(), |p| p.to_string())
        }
        (None, Json::Bool(has)) => if *has { "has it" } else { "without" }.to_owned(),
        (None, other) => other.to_string(),
    }
}

/// Some that were not changed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    pub why: String,
    pub count: usize,
    /// The first few of them.
    pub names: Vec<String>,
}

/// What came of it, or would come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    pub changed: usize,
    /// They have the value already.
    pub same: usize,
    pub refused: Vec<Refused>,
}

impl Outcome {
    pub fn refuse(&mut self, why: &str, name: &str) {
        let at = self.refused.iter().position(|r| r.why == why).unwrap_or_else(|| {
            self.refused.push(Refused { why: why.to_owned(), count: 0, names: vec![] });
            self.refused.len() - 1
        });
        let refused = &mut self.refused[at];
        refused.count += 1;
        if refused.names.len() < NAMED {
            refused.names.push(name.to_owned());
        }
    }

    /// Of the next of many parts.
    pub fn add(&mut self, other: Self) {
        self.changed += other.changed;
        self.same += other.same;
        for more in other.refused {
            match self.refused.iter_mut().find(|r| r.why == more.why) {
                Some(known) => {
                    known.count += more.count;
                    let room = NAMED.saturating_sub(known.names.len());
                    known.names.extend(more.names.into_iter().take(room));
                }
                None => self.refused.push(more),
            }
        }
    }

    /// How many were not to be changed.
    pub fn left_out(&self) -> usize {
        self.refused.iter().map(|r| r.count).sum()
    }
}

/// A bulk change as it is kept.
#[derive(Debug, Clone)]
pub struct Bulk {
    pub id: BulkId,
    pub target: Target,
    pub draft: Draft,
    /// The field and the new value, as people read them.
    pub label: String,
    pub words: String,
    pub from: Option<Day>,
    /// The list's filter, as JSON; or these records, with the versions that were looked at.
    pub question: Option<Json>,
    pub ids: Vec<uuid::Uuid>,
    pub versions: Vec<i32>,
    pub back: String,
    pub state: State,
    pub done: i32,
    /// 0 while it is not known.
    pub total: i32,
    pub outcome: Outcome,
    pub given_back: i32,
    pub left_alone: i32,
    pub failure: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// What a change did to one record, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub id: uuid::Uuid,
    pub name: String,
    /// `None`: the reader may not see it.
    pub was: Option<String>,
    /// It was not given back, and why.
    pub left: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(noun: Target, field: &str, value: &str, empty: bool) -> Result<Wanted, Errors> {
        let today = Day("2026-03-02".parse().expect("a day"));
        let empty = if empty { "true".to_owned() } else { String::new() };
        let draft = Draft { field: field.into(), value: value.into(), empty, from: String::new() };
        draft.read(noun, &fields(noun, &[]), &[], today, &Conventions::default())
    }

    #[test]
    fn each_field_has_the_rules_of_its_own_form() {
        let (people, firms) = (Target::Employees, Target::Customers);
        for (noun, field, typed, value, words) in [
            (people, "location", " Berlin ", json!("Berlin"), "Berlin"),
            (people, "fte", "80", json!(0.8), "80 %"),
            (people, "employment_type", "Part-time", json!("part_time"), "Part-time"),
            (people, "manager", "7 · Ada", json!("7"), "7"),
            (people, "tag", "VIP", json!("VIP"), "VIP"),
            (firms, "status", "prospect", json!("prospect"), "Prospect"),
            (firms, "owner", "ada@lamps.example", json!("ada@lamps.example"), "ada@lamps.example"),
        ] {
            let wanted = read(noun, field, typed, false).expect(field);
            assert_eq!((wanted.value, wanted.words.as_str()), (value, words));
            assert_eq!(wanted.from.is_some(), wanted.field.dated);
        }
        for (noun, field, typed, empty, wrong) in [
            (people, "fte", "lots", false, "value"),
            (people, "fte", "", true, "value"),
            (people, "employment_type", "slave", false, "value"),
            (people, "location", "", false, "value"),
            (people, "salary", "5", false, "field"),
            (firms, "status", "archived", false, "value"),
            (firms, "status", "", true, "value"),
        ] {
            let errors = read(noun, field, typed, empty).expect_err(field);
            assert!(errors.of(wrong).is_some(), "{field}: {errors:?}");
        }
        assert_eq!(read(people, "location", "", true).expect("taken away").value, Json::Null);
    }

    #[test]
    fn parts_of_an_outcome_make_one() {
        let mut all = Outcome::default();
        for part in 0..3 {
            let mut some = Outcome { changed: 2, same: 1, refused: vec![] };
            (0..3).for_each(|n| some.refuse("archived", &format!("{part}.{n}")));
            all.add(some);
        }
        assert_eq!((all.changed, all.same, all.left_out()), (6, 3, 9));
        assert_eq!(all.refused[0].names, ["0.0", "0.1", "0.2", "1.0", "1.1"]);
    }
}
