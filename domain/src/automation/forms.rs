//! The builder's forms: a trigger and each kind of step as names and values, there and back.

use super::{
    conditions::Condition,
    fields::RecordKind,
    people::Person,
    steps::{Action, Approval, Assign, Choose, Late, Length, NewTask, Wait},
    typed::{Rows, Typed},
    workflows::{Every, Find, Trigger},
};
use crate::Errors;
use std::collections::BTreeMap;

/// What a workflow's first card says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    pub record: Option<RecordKind>,
    pub trigger: Trigger,
    pub again: bool,
    /// In minutes.
    pub cool_down: u32,
}

const UNITS: [(&str, u32); 3] = [("days", 1440), ("hours", 60), ("minutes", 1)];

/// A number of minutes as people write it: a number and its unit.
fn in_units(minutes: u32) -> (String, &'static str) {
    let (unit, size) =
        UNITS.into_iter().find(|(_, size)| minutes > 0 && minutes.is_multiple_of(*size)).unwrap_or(("minutes", 1));
    ((minutes / size).to_string(), unit)
}

fn whole<N: std::str::FromStr + Default>(e: &mut Errors, field: &'static str, text: &str) -> N {
    let number = text.trim().parse().map_err(|_| "Use a whole number.");
    e.take(field, number).unwrap_or_default()
}

/// Before or after, as a number with a sign.
fn offset(typed: &Typed, e: &mut Errors) -> i32 {
    match typed.get("side") {
        "on" => 0,
        side => {
            let days: i32 = whole::<u16>(e, "days", typed.get("days")).into();
            if side == "before" { -days } else { days }
        }
    }
}

fn put_offset(typed: &mut Typed, days: i32) {
    typed.set("days", days.abs().to_string());
    typed.set(
        "side",
        match days {
            0 => "on",
            d if d < 0 => "before",
            _ => "after",
        },
    );
}

impl Start {
    pub fn typed(&self) -> Typed {
        let mut t =
            Typed::default().with("record", self.record.map_or("", RecordKind::key)).with("on", self.trigger.key());
        match &self.trigger {
            Trigger::Created | Trigger::Manual => {}
            Trigger::Updated { fields, from, to } => {
                fields.iter().for_each(|f| t.push("fields", f));
                t.set("from", from);
                t.set("to", to);
            }
            Trigger::Date { field, days, hour, yearly } => {
                t.set("field", field);
                if *yearly {
                    t.set("yearly", "true");
                }
                put_offset(&mut t, *days);
                t.set("hour", hour.to_string());
            }
            Trigger::Schedule { every, hour } => {
                let key = Every::ALL.into_iter().find(|(e, ..)| e == every).map_or("day", |(_, key, _)| key);
                t.set("every", key);
                t.set("hour", hour.to_string());
            }
            Trigger::Webhook { find } => {
                t.set("find_field", find.as_ref().map_or("", |f| &f.field));
                t.set("find_path", find.as_ref().map_or("", |f| &f.path));
                if find.as_ref().is_some_and(|f| f.unknown) {
                    t.set("find_unknown", "true");
                }
            }
        }
        let (cool, unit) = in_units(self.cool_down);
        if self.again {
            t.set("again", "true");
        }
        t.with("cool_down", cool).with("cool_unit", unit)
    }

    pub fn read(typed: &Typed) -> Result<Self, Errors> {
        let mut e = Errors::default();
        let text = |name: &str| typed.get(name).trim().to_owned();
        let trigger = match typed.get("on") {
            "created" => Trigger::Created,
            "updated" => Trigger::Updated {
                fields: typed.all("fields").into_iter().filter(|f| !f.is_empty()).map(str::to_owned).collect(),
                from: text("from"),
                to: text("to"),
            },
            "date" => Trigger::Date {
                field: text("field"),
                days: offset(typed, &mut e),
                hour: whole(&mut e, "hour", typed.get("hour")),
                yearly: typed.ticked("yearly"),
            },
            "schedule" => Trigger::Schedule {
                every: e.take("every", Every::parse(typed.get("every")).ok_or("Choose when.")).unwrap_or(Every::Day),
                hour: whole(&mut e, "hour", typed.get("hour")),
            },
            "webhook" => {
                let find =
                    Find { field: text("find_field"), path: text("find_path"), unknown: typed.ticked("find_unknown") };
                Trigger::Webhook { find: (!find.field.is_empty() || !find.path.is_empty()).then_some(find) }
            }
            "manual" => Trigger::Manual,
            _ => {
                e.add("on", "Choose what starts it.");
                Trigger::Manual
            }
        };
        let record = RecordKind::parse(typed.get("record"));
        let again = typed.ticked("again");
        let size = UNITS.into_iter().find(|(u, _)| *u == typed.get("cool_unit")).map_or(1, |(_, size)| size);
        let cool_down = match again {
            true => whole::<u32>(&mut e, "cool_down", typed.get("cool_down")).saturating_mul(size),
            false => 60,
        };
        e.or(Self { record, trigger, again, cool_down })
    }
}

/// The name of a row's control in a list of fields to set: `set2-value`.
pub fn set_name(row: usize, what: &str) -> String {
    format!("set{row}-{what}")
}

/// Rows of fields to set, as typed: field and value.
pub fn set_rows(typed: &Typed) -> Vec<(String, String)> {
    (0..50)
        .take_while(|r| typed.has(&set_name(*r, "field")))
        .map(|r| (typed.get(&set_name(r, "field")).to_owned(), typed.get(&set_name(r, "value")).to_owned()))
        .collect()
}

/// Writes rows of fields to set in place of those that are there.
pub fn put_set_rows(typed: &mut Typed, rows: &[(String, String)]) {
    typed.drop_all(|n| n.strip_prefix("set").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())));
    for (r, (field, value)) in rows.iter().enumerate() {
        typed.set(&set_name(r, "field"), field);
        typed.set(&set_name(r, "value"), value);
    }
}

/// Does what a button of a step's form asks for, to its rows.
pub fn act(typed: &mut Typed, record: Option<RecordKind>) {
    let act = typed.act().to_owned();
    match act.split_once(':') {
        Some(("set", _)) => {
            let mut rows = set_rows(typed);
            rows.push((String::new(), String::new()));
            put_set_rows(typed, &rows);
        }
        Some(("unset", row)) => {
            let mut rows = set_rows(typed);
            if let Some(row) = row.parse::<usize>().ok().filter(|r| *r < rows.len()) {
                rows.remove(row);
            }
            put_set_rows(typed, &rows);
        }
        _ => {}
    }
    let mut rows = Rows::read(typed);
    rows.act(&act);
    rows.groups.iter_mut().flat_map(|g| &mut g.rows).for_each(|r| r.fit(record));
    rows.write(typed);
}

/// One person of several to choose from, or an address that was typed.
fn person(typed: &Typed, name: &'static str, e: &mut Errors) -> Person {
    let word = match typed.get(name) {
        "address" => format!("address:{}", typed.get(&format!("{name}_address"))),
        word => word.to_owned(),
    };
    if matches!(word.as_str(), "" | "address:") {
        e.add(name, "Choose somebody.");
    }
    Person::try_from(word).unwrap_or(Person::Publisher)
}

fn put_person(typed: &mut Typed, name: &str, person: &Person) {
    match person {
        Person::Address(address) => {
            typed.set(name, "address");
            typed.set(&format!("{name}_address"), address);
        }
        person => typed.set(name, person.to_string()),
    }
}

/// Those that are ticked, and those whose address was typed beside them.
fn people(typed: &Typed, name: &'static str, e: &mut Errors) -> Vec<Person> {
    let mut found: Vec<Person> = vec![];
    let ticked = typed.all(name).into_iter().filter(|w| !w.is_empty()).map(|w| Person::try_from(w.to_owned()));
    let more = typed.get(&format!("{name}_more")).to_owned();
    let more = more.split([',', ';', '\n']).map(str::trim).filter(|a| !a.is_empty());
    for person in ticked.chain(more.map(|address| Ok(Person::Member(address.to_lowercase())))) {
        if let Some(person) = e.take(name, person).filter(|p| !found.contains(p)) {
            found.push(person);
        }
    }
    found
}

fn put_people(typed: &mut Typed, name: &str, people: &[Person]) {
    people.iter().for_each(|p| typed.push(name, p.to_string()));
}

/// A step's form, filled in.
pub fn typed(action: &Action) -> Typed {
    let mut t = Typed::default().with("kind", action.key());
    match action {
        Action::Update { set } => put_set(&mut t, set),
        Action::CreateRecord { record, set } => {
            t.set("record", record.key());
            put_set(&mut t, set);
        }
        Action::CreateTask(task) => {
            t = t
                .with("title", &task.title)
                .with("details", &task.details)
                .with("due_in_days", task.due_in_days.map(|d| d.to_string()).unwrap_or_default())
                .with("priority", &task.priority);
            put_person(&mut t, "assignee", &task.assignee);
        }
        Action::Assign(a) => {
            t.set("by", a.by.key());
            put_people(&mut t, "among", &a.among);
        }
        Action::Email { to, subject, body } => {
            t = t.with("subject", subject).with("body", body);
            put_person(&mut t, "to", to);
        }
        Action::Notify { to, title, body } => {
            t = t.with("title", title).with("body", body);
            put_people(&mut t, "to", to);
        }
        Action::Tag { name, remove } => {
            t = t.with("name", name).with("remove", if *remove { "true" } else { "false" });
        }
        Action::Note { text } => t.set("text", text),
        Action::Webhook { url } => t.set("url", url),
        Action::Wait(wait) => {
            match &wait.length {
                Length::Minutes(n) => {
                    let (amount, unit) = in_units(*n);
                    // Days are counted where the workspace is; so many minutes are minutes.
                    let (amount, unit) =
                        if unit == "days" { (((n / 60).to_string()), "hours") } else { (amount, unit) };
                    t = t.with("length", unit).with("amount", amount);
                }
                Length::Days(n) => t = t.with("length", "days").with("amount", n.to_string()),
                Length::Date { field, days } => {
                    t = t.with("length", "date").with("field", field);
                    put_offset(&mut t, *days);
                }
                Length::Until { days, .. } => t = t.with("length", "until").with("amount", days.to_string()),
            }
            if wait.recheck {
                t.set("recheck", "true");
            }
        }
        Action::Branch { .. } | Action::Stop => {}
        Action::Approval(a) => {
            let late = if a.late == Late::Approved { "approved" } else { "rejected" };
            t = t
                .with("question", &a.question)
                .with("days", a.days.to_string())
                .with("late", late)
                .with("all", if a.all { "true" } else { "false" });
            put_people(&mut t, "from", &a.from);
        }
    }
    if let Some(rows) = action.condition().and_then(Rows::of) {
        rows.write(&mut t);
    }
    t
}

fn put_set(typed: &mut Typed, set: &BTreeMap<String, String>) {
    let rows: Vec<_> = set.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    put_set_rows(typed, &rows);
}

/// A new step's form.
pub fn blank(kind: &str, record: Option<RecordKind>) -> Typed {
    let mut t = Typed::default().with("kind", kind);
    let first = Person::of(record).into_iter().next().unwrap_or(Person::Publisher).to_string();
    match kind {
        "update" => put_set_rows(&mut t, &[(String::new(), String::new())]),
        "create_record" => {
            t.set("record", RecordKind::Customer.key());
            put_set_rows(&mut t, &[("name".into(), String::new())]);
        }
        "create_task" => t = t.with("assignee", first).with("due_in_days", "3").with("priority", "normal"),
        "assign" => t = t.with("by", "person"),
        "email" => t = t.with("to", if Person::of(record).contains(&Person::Record) { "record" } else { "publisher" }),
        "tag" => t = t.with("remove", "false"),
        "wait" => t = t.with("length", "days").with("amount", "1"),
        "branch" => {
            Rows { groups: vec![super::typed::Group { any: false, rows: vec![Default::default()] }] }.write(&mut t)
        }
        "approval" => t = t.with("days", "7").with("late", "rejected").with("all", "false").with("from", first),
        _ => {}
    }
    t
}

/// The step that a form means. What is inside of it stays with the one that it replaces.
pub fn read(typed: &Typed) -> Result<Action, Errors> {
    let mut e = Errors::default();
    let e = &mut e;
    let text = |name: &str| typed.get(name).trim().replace("\r\n", "\n");
    let set = |e: &mut Errors| {
        let mut set = BTreeMap::new();
        for (field, value) in set_rows(typed).into_iter().filter(|(field, _)| !field.is_empty()) {
            if set.insert(field, value.trim().to_owned()).is_some() {
                e.add("set", "Each field can be set once.");
            }
        }
        set
    };
    let action = match typed.get("kind") {
        "update" => Action::Update { set: set(e) },
        "create_record" => {
            let record = RecordKind::parse(typed.get("record")).ok_or("Choose what is made.");
            Action::CreateRecord { record: e.take("record", record).unwrap_or(RecordKind::Customer), set: set(e) }
        }
        "create_task" => {
            let due =
                e.optional("due_in_days", typed.get("due_in_days"), |d| d.parse().map_err(|_| "Use a whole number."));
            Action::CreateTask(NewTask {
                title: text("title"),
                details: text("details"),
                assignee: person(typed, "assignee", e),
                due_in_days: due,
                priority: if typed.get("priority") == "normal" { String::new() } else { text("priority") },
            })
        }
        "assign" => {
            let by = e.take("by", Choose::parse(typed.get("by")).ok_or("Choose how.")).unwrap_or(Choose::Person);
            Action::Assign(Assign { by, among: people(typed, "among", e) })
        }
        "email" => Action::Email { to: person(typed, "to", e), subject: text("subject"), body: text("body") },
        "notify" => Action::Notify { to: people(typed, "to", e), title: text("title"), body: text("body") },
        "tag" => Action::Tag { name: text("name"), remove: typed.ticked("remove") },
        "note" => Action::Note { text: text("text") },
        "webhook" => Action::Webhook { url: text("url") },
        "wait" => {
            let amount = typed.get("amount");
            let length = match typed.get("length") {
                "minutes" => Length::Minutes(whole(e, "length", amount)),
                "hours" => Length::Minutes(whole::<u32>(e, "length", amount).saturating_mul(60)),
                "date" => Length::Date { field: text("field"), days: offset(typed, e) },
                "until" => Length::Until { when: Rows::read(typed).condition(), days: whole(e, "days", amount) },
                _ => Length::Days(whole(e, "length", amount)),
            };
            Action::Wait(Wait { length, recheck: typed.ticked("recheck") })
        }
        "branch" => Action::Branch { when: Rows::read(typed).condition(), then: vec![], otherwise: vec![] },
        "approval" => Action::Approval(Approval {
            question: text("question"),
            from: people(typed, "from", e),
            all: typed.ticked("all"),
            days: whole(e, "days", typed.get("days")),
            late: if typed.get("late") == "approved" { Late::Approved } else { Late::Rejected },
            approved: vec![],
            rejected: vec![],
        }),
        "stop" => Action::Stop,
        _ => {
            e.add("kind", "Choose what it does.");
            Action::Stop
        }
    };
    std::mem::take(e).or(action)
}

/// Puts what was inside the old step into the new one, where it has the same ways.
pub fn keep_inside(mut new: Action, old: &Action) -> Action {
    for (way, list) in new.inside_mut() {
        if let Some((_, kept)) = old.inside().into_iter().find(|(name, _)| *name == way) {
            *list = kept.to_vec();
        }
    }
    // Conditions that stand deeper than the form shows were not on it.
    if let Some(deep) = old.condition().filter(|c| Rows::of(c).is_none()) {
        match &mut new {
            Action::Branch { when, .. } | Action::Wait(Wait { length: Length::Until { when, .. }, .. })
                if *when == Condition::default() =>
            {
                *when = deep.clone();
            }
            _ => {}
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automation::{steps, templates::TEMPLATES};

    #[test]
    fn every_template_goes_into_the_forms_and_comes_back() {
        for template in TEMPLATES {
            let d = template.definition();
            let start = Start { record: d.record, trigger: d.trigger.clone(), again: d.again, cool_down: d.cool_down };
            assert_eq!(Start::read(&start.typed()), Ok(start), "{}", template.key);
            for (_, step) in steps::all(&d.steps) {
                let read = read(&typed(&step.action)).unwrap_or_else(|e| panic!("{} {}: {e:?}", template.key, step.id));
                assert_eq!(keep_inside(read, &step.action), step.action, "{} {}", template.key, step.id);
            }
        }
    }

    #[test]
    fn every_kind_has_a_blank_form() {
        for (kind, ..) in Action::KINDS {
            match read(&blank(kind, Some(RecordKind::Customer))) {
                Ok(action) => assert_eq!(action.key(), *kind),
                Err(e) => panic!("{kind}: {e:?}"),
            }
        }
    }

    #[test]
    fn what_is_no_number_and_who_is_nobody_is_told() {
        let e = read(&Typed::default().with("kind", "wait").with("length", "days").with("amount", "soon"))
            .expect_err("wrong");
        assert_eq!(e.of("length"), Some("Use a whole number."));
        let e = read(&Typed::default().with("kind", "email").with("to", "")).expect_err("nobody");
        assert_eq!(e.of("to"), Some("Choose somebody."));
        let e = Start::read(&Typed::default().with("on", "moon")).expect_err("no trigger");
        assert_eq!(e.of("on"), Some("Choose what starts it."));
        let more = Typed::default().with("kind", "notify").with("to_more", "Ada@acme.com; bob@acme.com");
        let Ok(Action::Notify { to, .. }) = read(&more) else { panic!("two people") };
        assert_eq!(to, [Person::Member("ada@acme.com".into()), Person::Member("bob@acme.com".into())]);
    }
}
