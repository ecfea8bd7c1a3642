//! Words with places for a record's fields, like `Welcome, {{first_name}}`.
//!
//! No more than that: a language with loops would need limits on what it may cost, and people who write a mail do not
//! want one. The result is text; whoever shows it escapes it.

use super::fields::Facts;

/// The fields that the words have places for, in order.
pub fn places(words: &str) -> Vec<&str> {
    let mut found = vec![];
    let mut rest = words;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((place, after)) = after.split_once("}}") else { break };
        found.push(place.trim());
        rest = after;
    }
    found
}

/// What is wrong with the places themselves.
pub fn check(words: &str) -> Result<(), String> {
    match words.matches("{{").count() == words.matches("}}").count() {
        true => Ok(()),
        false => Err("A field stands between {{ and }}, like {{name}}.".into()),
    }
}

/// Letters that words may come to, however many places they have and whatever stands in the fields.
pub const LONGEST: usize = 20_000;

/// The words with each place filled in; a field that is empty leaves nothing. Never more than [`LONGEST`] letters.
pub fn fill(words: &str, facts: &Facts) -> String {
    let mut out = String::with_capacity(words.len().min(4 * LONGEST));
    let mut room = LONGEST;
    let mut put = |text: &str, room: &mut usize| {
        let (part, letters) = start_of(text, *room);
        out.push_str(part);
        *room -= letters;
    };
    let mut rest = words;
    while let Some((before, after)) = rest.split_once("{{") {
        put(before, &mut room);
        let Some((place, after)) = after.split_once("}}") else {
            put("{{", &mut room);
            rest = after;
            continue;
        };
        put(&facts.words(place.trim()), &mut room);
        rest = after;
        if room == 0 {
            return out;
        }
    }
    put(rest, &mut room);
    out
}

/// The first `most` letters, and how many they are.
fn start_of(text: &str, most: usize) -> (&str, usize) {
    match text.char_indices().nth(most) {
        Some((end, _)) => (&text[..end], most),
        None => (text, text.chars().count()),
    }
}

/// At most so many letters of a text; one that was cut says so.
pub fn cut(text: &str, most: usize) -> String {
    match start_of(text, most) {
        (whole, _) if whole.len() == text.len() => whole.to_owned(),
        _ => format!("{}…", start_of(text, most.saturating_sub(1)).0),
    }
}

/// JSON of which each text has at most so many letters.
pub fn cut_all(value: &mut serde_json::Value, most: usize) {
    use serde_json::Value;
    match value {
        Value::String(text) if text.len() > most => *text = cut(text, most),
        Value::Array(all) => all.iter_mut().for_each(|v| cut_all(v, most)),
        Value::Object(all) => all.values_mut().for_each(|v| cut_all(v, most)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_nothing_else_is() {
        let mut facts = Facts::default();
        facts.text("name", Some("Ada {{secret}}"));
        facts.text("secret", Some("no"));
        assert_eq!(fill("Hello {{ name }}, {{unknown}}{{name", &facts), "Hello Ada {{secret}}, {{name");
        assert_eq!(places("{{a}} {{ b.c }} {{"), ["a", "b.c"]);
        assert!(check("{{a}").is_err() && check("{{a}}").is_ok());
    }

    #[test]
    fn words_are_no_longer_than_they_may_be_whatever_stands_in_the_fields() {
        let mut facts = Facts::default();
        facts.text("a", Some("é".repeat(10_000)));
        let filled = fill(&"{{a}}".repeat(1_538), &facts);
        assert_eq!(filled.chars().count(), LONGEST);
        assert_eq!((cut("abcd", 4), cut("äbcde", 4)), ("abcd".into(), "äbc…".into()));
        let mut value = serde_json::json!({ "a": ["abcdef", 1], "b": { "c": "abc" } });
        cut_all(&mut value, 3);
        assert_eq!(value, serde_json::json!({ "a": ["ab…", 1], "b": { "c": "abc" } }));
    }
}
