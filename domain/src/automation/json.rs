//! What is wrong with a definition that was written as JSON, in words for whoever wrote it.

use serde_json::error::Category;

/// The error of the reader in plain words, with where it is.
pub fn told(e: &serde_json::Error) -> String {
    let (line, column) = (e.line(), e.column());
    let whole = e.to_string();
    let message = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(message, _)| message);
    let place = format!("line {line}, column {column}");
    match e.classify() {
        Category::Eof if message.contains("string") => {
            format!("A quote is missing at the end: a text does not end before {place}.")
        }
        Category::Eof => format!("A bracket is missing at the end: it stops at {place}, in the middle."),
        Category::Syntax | Category::Io => format!("This is no JSON: at {place} {}.", syntax(message)),
        Category::Data if line > 0 => format!("{} It stands at or before {place}.", data(message)),
        Category::Data => data(message),
    }
}

fn syntax(message: &str) -> &str {
    match message {
        "trailing comma" => "a comma stands before a closing bracket",
        "trailing characters" => "something stands behind the end",
        "key must be a string" => "a name has to stand in double quotes",
        "expected value" => "a value is missing: a text in double quotes, a number, true, false, { or [",
        m if m.starts_with("expected `,`") => "a comma or a closing bracket is missing",
        "expected `:`" => "a colon is missing behind a name",
        "expected ident" => "there is a word without quotes",
        m if m.contains("control character") => "a text goes over the end of its line: write \\n for a new line",
        m if m.contains("escape") => "a backslash stands before a letter that it does not go with",
        _ => "something is out of place",
    }
}

/// What the reader says of a value that is JSON, and not what is asked for.
fn data(message: &str) -> String {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let known = |all: &[&str]| match all {
        [] => String::new(),
        [one] => format!(" Use “{one}”."),
        all => format!(" Use one of {}.", all.join(", ")),
    };
    match (message, &names[..]) {
        (m, [name, rest @ ..]) if m.starts_with("unknown field") => {
            format!("There is no “{name}” here.{}", known(rest))
        }
        (m, [name, rest @ ..]) if m.starts_with("unknown variant") => {
            format!("“{name}” is nothing that is known here.{}", known(rest))
        }
        (m, [name, ..]) if m.starts_with("missing field") => format!("“{name}” is missing."),
        (m, [name, ..]) if m.starts_with("duplicate field") => format!("“{name}” stands there twice."),
        (m, _) if m.starts_with("invalid type: ") || m.starts_with("invalid value: ") => {
            let rest = m.split_once(": ").map_or(m, |(_, rest)| rest);
            let (given, wanted) = rest.split_once(", expected ").unwrap_or((rest, "something else"));
            format!("{} stands where {} is asked for.", capital(&kind(given)), kind(wanted))
        }
        (m, _) if m.contains("did not match any variant") => {
            "A condition is neither a question (field, is, value) nor a group (all, any).".into()
        }
        (m, _) => format!("{}{}", capital(m), if m.ends_with(['.', '…']) { "" } else { "." }),
    }
}

/// `string "x"`, `i32`, `a sequence`: as people call it.
fn kind(words: &str) -> String {
    let value = words.split_once(' ').map_or("", |(_, value)| value).trim_matches(['"', '`']);
    match words.split(' ').next().unwrap_or_default() {
        "string" if !value.is_empty() => format!("the text “{value}”"),
        "integer" | "floating" if words.contains('`') => {
            format!("the number {}", words.split('`').nth(1).unwrap_or_default())
        }
        "boolean" if !value.is_empty() => value.to_owned(),
        "a" if words == "a string" || words == "a borrowed string" => "a text".into(),
        "a" if words == "a boolean" => "true or false".into(),
        "a" if words == "a sequence" => "a list [ … ]".into(),
        "a" if words == "a map" => "a group { … }".into(),
        "sequence" => "a list [ … ]".into(),
        "map" => "a group { … }".into(),
        "null" => "nothing".into(),
        "struct" | "internally" | "adjacently" => "a group { … }".into(),
        "enum" => "one of the known words".into(),
        "u8" | "u16" | "u32" | "u64" => "a whole number from 0 on".into(),
        "i16" | "i32" | "i64" => "a whole number".into(),
        _ => words.to_owned(),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use crate::automation::workflows::Definition;

    #[test]
    fn what_is_wrong_is_told_in_plain_words() {
        for (json, words) in [
            ("{ \"trigger\": ", "A bracket is missing at the end: it stops at line 1"),
            ("{ \"trigger\": \"x", "A quote is missing at the end"),
            ("{ \"again\": true, }", "This is no JSON: at line 1, column 18 a comma stands before a closing bracket."),
            (
                "{ \"again\": true \"steps\": [] }",
                "This is no JSON: at line 1, column 17 a comma or a closing bracket is missing.",
            ),
            (
                "{ \"stepz\": [] }",
                "stepz: there is no “stepz” here. What can stand here: record, trigger, conditions, steps, again, cool_down.",
            ),
            ("{ \"steps\": [] }", "“trigger” is missing."),
            (
                "{ \"trigger\": { \"on\": \"moon\" } }",
                "“moon” is nothing that is known here. Use one of created, updated",
            ),
            (
                "{ \"trigger\": { \"on\": \"created\" }, \"again\": \"yes\" }",
                "The text “yes” stands where true or false is asked for.",
            ),
            (
                "{ \"trigger\": { \"on\": \"created\" }, \"cool_down\": \"1\" }",
                "The text “1” stands where a whole number from 0 on is asked for.",
            ),
            (
                "{ \"trigger\": { \"on\": \"created\" }, \"steps\": {} }",
                "A group { … } stands where a list [ … ] is asked for.",
            ),
            (
                "{ \"record\": \"moon\", \"trigger\": { \"on\": \"created\" } }",
                "“moon” is nothing that is known here. Use one of employee, customer, contact, lead, deal, ticket, task.",
            ),
        ] {
            let told = Definition::from_json(json).expect_err(json);
            assert!(told.contains(words), "{json}: {told}");
        }
    }
}
