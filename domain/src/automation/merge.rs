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

/// The words with each place filled in; a field that is empty leaves nothing.
pub fn fill(words: &str, facts: &Facts) -> String {
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((place, after)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        out.push_str(&facts.words(place.trim()));
        rest = after;
    }
    out.push_str(rest);
    out
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
}
