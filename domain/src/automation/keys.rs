//! The keys that a definition's JSON may have. What is not among them is refused with its place: read past, it would be
//! a condition that nobody asks, or a branch that nobody takes.

use super::steps::Action;
use serde_json::{Map, Value};

type Checked = Result<(), String>;

/// That every key of a definition is one, wherever it stands.
pub fn check(definition: &Value) -> Checked {
    let Some(d) = definition.as_object() else { return Ok(()) };
    only("", d, &["record", "trigger", "conditions", "steps", "again", "cool_down"])?;
    d.get("trigger").map_or(Ok(()), trigger)?;
    d.get("conditions").map_or(Ok(()), |c| condition("conditions", c))?;
    d.get("steps").map_or(Ok(()), |s| steps("steps", s))
}

fn only(path: &str, object: &Map<String, Value>, known: &[&str]) -> Checked {
    let Some(stranger) = object.keys().find(|k| !known.contains(&k.as_str())) else { return Ok(()) };
    let stranger = super::merge::cut(stranger, 60);
    let place = if path.is_empty() { stranger.clone() } else { format!("{path}.{stranger}") };
    Err(format!("{place}: there is no “{stranger}” here. What can stand here: {}.", known.join(", ")))
}

fn word<'a>(object: &'a Map<String, Value>, key: &str) -> &'a str {
    object.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn trigger(value: &Value) -> Checked {
    let Some(t) = value.as_object() else { return Ok(()) };
    let known: &[&str] = match word(t, "on") {
        "created" | "manual" => &["on"],
        "updated" => &["on", "fields", "from", "to"],
        "date" => &["on", "field", "days", "hour", "yearly"],
        "schedule" => &["on", "every", "hour"],
        "webhook" => &["on", "find"],
        // What it is not, is told by whoever reads it.
        _ => return Ok(()),
    };
    only("trigger", t, known)?;
    match t.get("find").and_then(Value::as_object) {
        Some(find) => only("trigger.find", find, &["field", "path", "unknown"]),
        None => Ok(()),
    }
}

fn condition(path: &str, value: &Value) -> Checked {
    let Some(c) = value.as_object() else { return Ok(()) };
    if c.contains_key("all") && c.contains_key("any") {
        return Err(format!("{path}: a group has either “all” or “any”. Put one group into the other."));
    }
    for group in ["all", "any"] {
        if let Some(parts) = c.get(group) {
            only(path, c, &[group])?;
            return each(&format!("{path}.{group}"), parts, condition);
        }
    }
    only(path, c, &["field", "is", "value", "all", "any"])
}

fn each(path: &str, list: &Value, check: fn(&str, &Value) -> Checked) -> Checked {
    let all = list.as_array().into_iter().flatten().enumerate();
    all.into_iter().try_for_each(|(i, one)| check(&format!("{path}[{i}]"), one))
}

fn steps(path: &str, list: &Value) -> Checked {
    each(path, list, step)
}

fn step(path: &str, value: &Value) -> Checked {
    let Some(s) = value.as_object() else { return Ok(()) };
    let kind = word(s, "do");
    let own: &[&str] = match kind {
        "update" => &["set"],
        "create_task" => &["title", "details", "assignee", "due_in_days", "priority"],
        "create_record" => &["record", "set"],
        "assign" => &["by", "among"],
        "email" => &["to", "subject", "body"],
        "notify" => &["to", "title", "body"],
        "tag" => &["name", "remove"],
        "note" => &["text"],
        "webhook" => &["url"],
        "wait" => &["for", "recheck"],
        "branch" => &["when", "then", "otherwise"],
        "approval" => &["question", "from", "all", "days", "late", "approved", "rejected"],
        "stop" => &[],
        other => {
            let kinds: Vec<_> = Action::KINDS.iter().map(|(key, ..)| *key).collect();
            let other = super::merge::cut(other, 60);
            return Err(format!("{path}.do: “{other}” is no step. Use one of {}.", kinds.join(", ")));
        }
    };
    only(path, s, &[&["id", "do"], own].concat())?;
    match kind {
        "branch" => {
            s.get("when").map_or(Ok(()), |c| condition(&format!("{path}.when"), c))?;
            inside(path, s, &["then", "otherwise"])
        }
        "approval" => inside(path, s, &["approved", "rejected"]),
        "wait" => s.get("for").map_or(Ok(()), |f| length(&format!("{path}.for"), f)),
        _ => Ok(()),
    }
}

fn inside(path: &str, step: &Map<String, Value>, ways: &[&str]) -> Checked {
    ways.iter().try_for_each(|way| step.get(*way).map_or(Ok(()), |list| steps(&format!("{path}.{way}"), list)))
}

fn length(path: &str, value: &Value) -> Checked {
    let Some(l) = value.as_object() else { return Ok(()) };
    only(path, l, &["minutes", "days", "date", "until"])?;
    if let Some(date) = l.get("date").and_then(Value::as_object) {
        only(&format!("{path}.date"), date, &["field", "days"])?;
    }
    if let Some(until) = l.get("until").and_then(Value::as_object) {
        only(&format!("{path}.until"), until, &["when", "days"])?;
        until.get("when").map_or(Ok(()), |c| condition(&format!("{path}.until.when"), c))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::workflows::Definition;
    use serde_json::{Value, json};

    fn refused(change: impl FnOnce(&mut Value)) -> String {
        let mut json = json!({
            "record": "employee", "trigger": { "on": "created" },
            "conditions": { "any": [{ "field": "email", "is": "filled" }] },
            "steps": [
                { "id": "a", "do": "approval", "question": "Go?", "from": ["manager"], "days": 3,
                  "approved": [{ "id": "n", "do": "note", "text": "Yes" }] },
                { "id": "w", "do": "wait", "for": { "until": { "when": { "field": "email", "is": "filled" }, "days": 2 } } },
            ],
        });
        assert!(Definition::from_json(&json.to_string()).is_ok());
        change(&mut json);
        Definition::from_json(&json.to_string()).expect_err("something is wrong")
    }

    #[test]
    fn what_json_does_not_know_is_refused_with_its_place() {
        let unknown = "there is no";
        for (told, place) in [
            (refused(|d| d["stepz"] = json!([])), "stepz: "),
            (refused(|d| d["trigger"]["fields"] = json!([])), "trigger.fields: "),
            (refused(|d| d["conditions"]["any"][0]["valeu"] = json!("x")), "conditions.any[0].valeu: "),
            (refused(|d| d["steps"][0]["then"] = json!([])), "steps[0].then: "),
            (refused(|d| d["steps"][0]["approved"][0]["body"] = json!("x")), "steps[0].approved[0].body: "),
            (refused(|d| d["steps"][1]["for"]["hours"] = json!(1)), "steps[1].for.hours: "),
            (refused(|d| d["steps"][1]["for"]["until"]["when"]["of"] = json!(1)), "steps[1].for.until.when.of: "),
        ] {
            assert!(told.starts_with(place) && told.contains(unknown), "{told}");
        }
        let both = refused(|d| d["conditions"]["all"] = json!([]));
        assert_eq!(both, "conditions: a group has either “all” or “any”. Put one group into the other.");
        assert!(refused(|d| d["steps"][0]["do"] = json!("dance")).starts_with("steps[0].do: “dance” is no step."));
    }
}
