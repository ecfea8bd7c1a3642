//! Words with places for a record's fields, like `Welcome, {{first_name}}`, or `{{owner.name|nobody}}` with what stands
//! there where the field is empty.
//!
//! No more than that: a language with loops would need limits on what it may cost, and people who write a mail do not
//! want one. The result is text; whoever shows it escapes it.

use super::fields::{Fact, Facts};

/// The fields that the words have places for, in order.
pub fn places(words: &str) -> Vec<&str> {
    let mut found = vec![];
    let mut rest = words;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((place, after)) = after.split_once("}}") else { break };
        found.push(split(place).0);
        rest = after;
    }
    found
}

/// The field of a place, and what stands there where it is empty.
pub fn split(place: &str) -> (&str, &str) {
    let (field, instead) = place.split_once('|').unwrap_or((place, ""));
    (field.trim(), instead.trim())
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

/// As [`fill`], for people: numbers of a record are grouped, `2,400`. What was posted stays as it came.
pub fn told(words: &str, facts: &Facts) -> String {
    filled(words, |field| match facts.get(field) {
        Some(fact @ (Fact::Number(_) | Fact::Money(_))) if !field.starts_with("payload.") => grouped(&fact.words()),
        _ => facts.words(field),
    })
}

/// `2400.50` as `2,400.50`; what stands behind stays.
fn grouped(words: &str) -> String {
    let digits = words.trim_start_matches('-').chars().take_while(char::is_ascii_digit).count();
    let start = words.len() - words.trim_start_matches('-').len();
    let mut out = words[..start].to_owned();
    for (n, digit) in words[start..start + digits].chars().enumerate() {
        if n > 0 && (digits - n).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + &words[start + digits..]
}

/// The words with each place filled in; a field that is empty leaves what stands behind its `|`, or nothing.
/// Never more than [`LONGEST`] letters.
pub fn fill(words: &str, facts: &Facts) -> String {
    filled(words, |field| facts.words(field))
}

fn filled(words: &str, value: impl Fn(&str) -> String) -> String {
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
        let (field, instead) = split(place);
        let words = value(field);
        put(if words.is_empty() { instead } else { &words }, &mut room);
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
        assert_eq!(places("{{a}} {{ b.c | d e }} {{"), ["a", "b.c"]);
        assert!(check("{{a}").is_err() && check("{{a}}").is_ok());
    }

    #[test]
    fn numbers_are_grouped_for_people_alone() {
        let mut facts = Facts::default();
        facts.put("size", Fact::Number(2400.into()));
        facts.put("payload.order", Fact::Number(123_456.into()));
        assert_eq!(told("{{size}} people, order {{payload.order}}", &facts), "2,400 people, order 123456");
        assert_eq!(fill("{{size}}", &facts), "2400");
        assert_eq!([grouped("-1234567.5"), grouped("999 EUR")], ["-1,234,567.5", "999 EUR"]);
    }

    #[test]
    fn what_is_empty_has_words_of_its_own() {
        let mut facts = Facts::default();
        facts.text("name", Some("Ada"));
        let words = "{{ name | somebody }} and {{owner.name|nobody in particular}}{{owner.name|}}";
        assert_eq!(fill(words, &facts), "Ada and nobody in particular");
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
