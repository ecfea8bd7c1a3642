use super::*;

fn definition(json: serde_json::Value) -> Definition {
    Definition::from_json(&json.to_string()).unwrap_or_else(|e| panic!("{e}"))
}

fn problems(json: serde_json::Value) -> Vec<String> {
    let told = |p: Problem| format!("{}/{}: {}", p.place, p.field, p.message);
    definition(json).check(Sight::DIRECTORY).into_iter().map(told).collect()
}

#[test]
fn a_whole_definition_stands() {
    let json = serde_json::json!({
        "record": "customer",
        "trigger": { "on": "updated", "fields": ["status"], "to": "active" },
        "conditions": { "all": [{ "field": "size", "is": "more", "value": "100" }] },
        "steps": [
            { "id": "s1", "do": "branch", "when": { "all": [{ "field": "country", "is": "equals", "value": "DE" }] },
              "then": [{ "id": "s2", "do": "note", "text": "{{name}} is German" }] },
            { "id": "s3", "do": "approval", "question": "Go?", "from": ["owner"], "days": 3 },
        ],
    });
    assert_eq!(problems(json.clone()), Vec::<String>::new());
    let d = definition(json);
    assert_eq!(d.trigger.words(d.record), "When the Status of a customer changes to “Active”");
    assert_eq!(Definition::from_json(&d.to_json().to_string()), Ok(d));
}

#[test]
fn a_template_with_an_unknown_field_is_refused_at_save() {
    let json = serde_json::json!({
        "record": "employee", "trigger": { "on": "created" },
        "steps": [{ "id": "s1", "do": "email", "to": "record", "subject": "Hi {{nickname}}", "body": "{{manager.email}} {{" }],
    });
    assert_eq!(
        problems(json),
        ["s1/subject: There is no field “nickname”.", "s1/body: A field stands between {{ and }}, like {{name}}."]
    );
}

#[test]
fn a_class_that_its_publisher_may_not_see_is_not_used() {
    let json = serde_json::json!({
        "record": "employee", "trigger": { "on": "updated", "fields": ["salary"] },
        "steps": [{ "id": "s1", "do": "note", "text": "Born {{birth_date}}" }],
    });
    assert_eq!(problems(json.clone()).len(), 2);
    assert!(!definition(json.clone()).within(Sight::DIRECTORY));
    assert_eq!(definition(json).check(Sight::ALL), []);
}

#[test]
fn what_is_missing_or_too_much_is_told_where_it_is() {
    for (json, expected) in [
        (
            serde_json::json!({ "record": "task", "trigger": { "on": "created" }, "steps": [] }),
            "steps/: Add at least one step.",
        ),
        (
            serde_json::json!({ "trigger": { "on": "created" }, "steps": [{ "id": "a", "do": "stop" }] }),
            "trigger/record: Choose what it runs on.",
        ),
        (
            serde_json::json!({ "record": "employee", "trigger": { "on": "date", "field": "email", "days": 1 }, "steps": [{ "id": "a", "do": "stop" }] }),
            "trigger/field: Choose a date.",
        ),
        (
            serde_json::json!({ "record": "employee", "trigger": { "on": "manual" }, "steps": [{ "id": "a", "do": "update", "set": { "status": "left" } }] }),
            "a/set: “Status” cannot be set.",
        ),
        (
            serde_json::json!({ "record": "task", "trigger": { "on": "manual" }, "steps": [{ "id": "a", "do": "notify", "to": ["manager"], "title": "x" }] }),
            "a/to: Such a record has nobody like that.",
        ),
        (
            serde_json::json!({ "record": "customer", "trigger": { "on": "manual" }, "steps": [{ "id": "a", "do": "webhook", "url": "ftp://x" }] }),
            "a/url: Use an address like https://example.com/hook.",
        ),
        (
            serde_json::json!({ "record": "customer", "trigger": { "on": "manual" }, "steps": [{ "id": "a", "do": "note", "text": "x" }, { "id": "a", "do": "stop" }] }),
            "steps/: The step id “a” is taken, empty or longer than 20 letters.",
        ),
    ] {
        assert_eq!(problems(json), [expected]);
    }
    assert!(Definition::from_json(r#"{"trigger":{"on":"moon"}}"#).is_err());
    assert!(Definition::from_json(r#"{"trigger":{"on":"manual"},"stepz":[]}"#).is_err());
}
