//! What steps set: read at save by the noun's own form, so that a value that could never be stored is told beside its
//! field, and not by every run.

use super::{
    fields::{FieldSpec, Holds, RecordKind},
    merge,
    steps::{self, Action},
    workflows::{Definition, Problem},
};
use crate::{
    Conventions, DateOrder, Email, Errors,
    access::Rights,
    crm::{contacts, customers, deals, leads},
    hr::employees,
    support::tickets,
    tasks,
};
use std::collections::BTreeMap;

type Set = BTreeMap<String, String>;

/// What is wrong with the values that a step sets, as far as they stand in the definition already. `new`: it makes a
/// record of them, which lacks whatever is not among them.
pub(super) fn wrong(kind: RecordKind, set: &Set, new: bool) -> Vec<String> {
    let fixed = |key: &str| set.get(key).is_none_or(|v| merge::places(v).is_empty());
    // A day that one workspace writes so is one, whatever others write.
    let errors = [DateOrder::Mdy, DateOrder::Dmy].map(|dates| read(kind, set, dates));
    let mut found = vec![];
    for (field, message) in errors[0].iter() {
        let meant = fixed(field) && (new || set.contains_key(field));
        let spec = kind.field(field);
        // Choices are told with what there is to choose from.
        let choice = spec.is_some_and(|s| matches!(s.holds, Holds::Choice(_))) && set.contains_key(field);
        if meant && !choice && errors[1].of(field).is_some() {
            found.push(format!("{}: {message}", spec.map_or(field, |s| s.label)));
        }
    }
    found
}

/// What the noun's form says. In the place of what is filled in later stands something.
fn read(kind: RecordKind, set: &Set, dates: DateOrder) -> Errors {
    let value = |spec: &FieldSpec| match set.get(spec.key) {
        None => String::new(),
        Some(v) if merge::places(v).is_empty() => v.clone(),
        Some(_) if spec.holds == Holds::Text && !matches!(spec.key, "email" | "phone" | "domain" | "country") => {
            "x".into()
        }
        Some(_) => String::new(),
    };
    let values = kind.fields().iter().filter(|f| f.writable).map(|f| (f.key, value(f)));
    let c = Conventions { dates, ..Conventions::default() };
    match kind {
        RecordKind::Employee => {
            let mut draft = employees::Draft::default();
            values.for_each(|(key, value)| draft.set(key, value));
            draft.read(&c).1
        }
        RecordKind::Customer => {
            let mut draft = customers::Draft::default();
            values.for_each(|(key, value)| draft.set(key, value));
            draft.read(&c).1
        }
        RecordKind::Contact => {
            let mut draft = contacts::Draft::default();
            values.for_each(|(key, value)| draft.set(key, value));
            draft.read().1
        }
        RecordKind::Lead => {
            let mut draft = leads::Draft::default();
            values.for_each(|(key, value)| draft.set(key, value));
            draft.read(&c).1
        }
        RecordKind::Deal => {
            let mut draft = deals::Draft::default();
            values.for_each(|(key, value)| draft.set(key, value));
            draft.read(&c).1
        }
        RecordKind::Ticket => {
            let mut draft = tickets::Draft::default();
            values.for_each(|(key, value)| draft.set(key, value));
            draft.read(&c).1
        }
        RecordKind::Task => {
            let mut draft = tasks::Draft::default();
            // Here people are named by their address.
            values.filter(|(key, _)| *key != "assignee").for_each(|(key, value)| draft.set(key, value));
            draft.read(&c).1
        }
    }
}

/// Members that a step names by a field of its own: whose the record shall be.
pub(super) fn owners(d: &Definition) -> Vec<(String, &'static str, String)> {
    let of = |kind: RecordKind, set: &Set| {
        let (_, key) = kind.owner()?;
        set.get(key).map(|v| v.trim()).and_then(|v| Email::parse(v).ok()).map(|e| e.to_string())
    };
    let steps = steps::all(&d.steps).into_iter();
    steps
        .filter_map(|(_, step)| {
            let email = match (&step.action, d.record) {
                (Action::Update { set }, Some(kind)) => of(kind, set),
                (Action::CreateRecord { record, set }, _) => of(*record, set),
                _ => None,
            };
            Some((step.id.clone(), "set", email?))
        })
        .collect()
}

impl Definition {
    /// What it sets and makes that is not for somebody with these rights to set and make: in their name it would fail.
    pub fn out_of_hand(&self, rights: &Rights) -> Vec<Problem> {
        let (sight, hand) = (rights.sight_of_all(), rights.hand_of_all());
        let mut problems = vec![];
        for (_, step) in steps::all(&self.steps) {
            let (kind, set) = match (&step.action, self.record) {
                (Action::Update { set }, Some(kind)) => (kind, set),
                (Action::CreateRecord { record, set }, _) => (*record, set),
                _ => continue,
            };
            let mut add = |message: String| problems.push(Problem { place: step.id.clone(), field: "set", message });
            if !rights.may(kind.write()) {
                add(format!("You may not add or change records of the kind “{}”.", kind.label()));
            }
            for spec in set.keys().filter_map(|key| kind.field(key)) {
                // Who may not even see it is told that already.
                if sight.sees(spec.class) && !hand.sees(spec.class) {
                    add(format!("You may not change “{}” of everybody.", spec.label));
                }
            }
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{EmployeesPay, EmployeesPayWrite, EmployeesRead, EmployeesWrite, Permission, Scope, Sight};

    fn told(json: serde_json::Value) -> Vec<String> {
        let d = Definition::from_json(&json.to_string()).unwrap_or_else(|e| panic!("{e}"));
        d.check(Sight::ALL).into_iter().map(|p| format!("{}/{}: {}", p.place, p.field, p.message)).collect()
    }

    fn with(step: serde_json::Value) -> Vec<String> {
        told(serde_json::json!({ "record": "customer", "trigger": { "on": "manual" }, "steps": [step] }))
    }

    #[test]
    fn values_that_could_never_be_stored_are_told_at_save() {
        let update = |set: serde_json::Value| with(serde_json::json!({ "id": "a", "do": "update", "set": set }));
        let make = |record: &str, set: serde_json::Value| {
            with(serde_json::json!({ "id": "a", "do": "create_record", "record": record, "set": set }))
        };
        assert_eq!(update(serde_json::json!({ "name": "" })), ["a/set: Name: Please fill this in."]);
        assert!(update(serde_json::json!({ "email": "not an email" }))[0].starts_with("a/set: Email: "));
        assert!(update(serde_json::json!({ "size": "-5" }))[0].starts_with("a/set: Employees: "));
        assert_eq!(make("customer", serde_json::json!({ "city": "Rome" })), ["a/set: Name: Please fill this in."]);
        assert_eq!(
            make("employee", serde_json::json!({ "first_name": "Ada" })),
            ["a/set: Last name: Please fill this in."]
        );
        // What is filled in later is not known yet, and clearing a field is no mistake.
        assert_eq!(update(serde_json::json!({ "email": "{{email}}", "name": "{{name}}", "city": "" })), [""; 0]);
        assert_eq!(update(serde_json::json!({ "revenue": "1000" })), [""; 0]);
    }

    #[test]
    fn what_can_never_happen_is_told_at_save() {
        let stop = serde_json::json!({ "id": "s", "do": "stop" });
        let note = serde_json::json!({ "id": "n", "do": "note", "text": "Hello" });
        let steps = serde_json::json!({ "record": "customer", "trigger": { "on": "manual" }, "steps": [stop, note] });
        assert_eq!(told(steps), ["s/: The run ends here, and steps stand behind it: none comes to them."]);
        let same = serde_json::json!({
            "record": "customer", "trigger": { "on": "updated", "fields": ["status"], "from": "active", "to": "active" },
            "steps": [note],
        });
        assert_eq!(told(same), ["trigger/to: From and to are the same: no change is like that."]);
    }

    #[test]
    fn who_sees_pay_and_may_not_change_it_has_no_workflow_that_does() {
        let mut rights = Rights::default();
        for key in [EmployeesRead::KEY, EmployeesWrite::KEY, EmployeesPay::KEY] {
            rights.grant(key, Some(Scope::All));
        }
        let json = serde_json::json!({
            "record": "employee", "trigger": { "on": "manual" },
            "steps": [{ "id": "a", "do": "update", "set": { "salary": "90000" } }],
        });
        let d = Definition::from_json(&json.to_string()).expect("it can be read");
        assert_eq!(d.out_of_hand(&rights)[0].message, "You may not change “Salary” of everybody.");
        rights.grant(EmployeesPayWrite::KEY, Some(Scope::All));
        assert_eq!(d.out_of_hand(&rights), []);
        assert_eq!(
            d.out_of_hand(&Rights::NONE)[0].message,
            "You may not add or change records of the kind “Employee”."
        );
    }
}
