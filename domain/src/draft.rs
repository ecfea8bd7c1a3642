//! What a person typed, before it is true: drafts, and the errors beside their fields.
//!
//! A draft is all strings. Forms, imports and the API fill the same one, and it has a single
//! `parse` into the noun's typed fields, so a rule is written once and holds at every door.

use crate::{Currency, DateOrder, text::visible};

/// Errors by field; the key `""` is the form as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Errors(Vec<(&'static str, String)>);

impl Errors {
    pub fn one(field: &'static str, message: impl Into<String>) -> Self {
        Self(vec![(field, message.into())])
    }

    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.push((field, message.into()));
    }

    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(f, _)| *f == field).map(|(_, m)| m.as_str())
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(f, m)| (*f, m.as_str()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps the value, or notes its error beside `field` and gives nothing.
    pub fn take<T, E: Into<String>>(&mut self, field: &'static str, value: Result<T, E>) -> Option<T> {
        value.map_err(|e| self.add(field, e)).ok()
    }

    /// As [`take`](Self::take), for a field that may stay empty.
    pub fn optional<T, E: Into<String>>(
        &mut self,
        field: &'static str,
        input: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let input = input.trim();
        if input.is_empty() { None } else { self.take(field, parse(input)) }
    }

    /// A line of text within `max` characters, or nothing when it is empty. What nobody can see is left out.
    pub fn line(&mut self, field: &'static str, input: &str, max: usize) -> Option<String> {
        self.optional(field, &visible(input), |s| {
            if s.chars().count() > max {
                Err(format!("Use at most {max} characters."))
            } else if s.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
                Err("Use a single line without control characters.".into())
            } else {
                Ok(s.to_owned())
            }
        })
    }

    /// Text of several lines within `max` characters, or nothing when it is empty.
    pub fn text(&mut self, field: &'static str, input: &str, max: usize) -> Option<String> {
        let input = input.replace("\r\n", "\n").replace('\r', "\n");
        self.optional(field, &visible(&input), |s| {
            if s.chars().count() > max {
                Err(format!("Use at most {max} characters."))
            } else if s.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
                Err("Use text without control characters.".into())
            } else {
                Ok(s.to_owned())
            }
        })
    }

    /// As [`line`](Self::line), for a field that must be there.
    pub fn required(&mut self, field: &'static str, input: &str, max: usize) -> String {
        if visible(input).trim().is_empty() {
            self.add(field, "Please fill this in.");
        }
        self.line(field, input, max).unwrap_or_default()
    }

    /// Takes over what others say of fields that have no error yet.
    pub fn merge(&mut self, others: Self) {
        let new = others.0.into_iter().filter(|(field, _)| self.of(field).is_none()).collect::<Vec<_>>();
        self.0.extend(new);
    }

    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

/// How a workspace, or a file, writes amounts and dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conventions {
    pub currency: Currency,
    pub dates: DateOrder,
}

impl Default for Conventions {
    fn default() -> Self {
        Self { currency: Currency::USD, dates: DateOrder::Mdy }
    }
}

/// Which people may know a field (DOMAIN: Permissions). A class is granted, never denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldClass {
    /// Everyone in the workspace.
    Directory,
    /// The last day, and the end of a probation: for whoever may change the record, and for oneself. That somebody has
    /// left everybody sees by their status.
    Terms,
    /// Birth date, home address, bank.
    Personal,
    Pay,
    /// Kind and reason of leave. No record has a column of it: it is asked for with the leave itself.
    Health,
}

/// One field of a noun as lists, imports and exports know it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub key: &'static str,
    pub label: &'static str,
    pub class: FieldClass,
    /// Headers under which other systems write this field, in normal form (see [`crate::import`]).
    pub aliases: &'static [&'static str],
    pub required: bool,
}

/// What was typed, by field name.
pub trait Answers {
    fn get(&self, field: &str) -> &str;
    fn set(&mut self, field: &str, value: String);
}

/// One field that two people changed at the same time, to different values.
#[derive(Debug, Clone)]
pub struct Clash {
    pub key: &'static str,
    pub label: String,
    pub yours: String,
    pub theirs: String,
}

/// Brings together what one person typed and what the record has become since `was`. What only they changed is taken
/// over into `yours`, so that saving does not write over it; where both did, yours stays and the clash is told.
/// Without knowing what it was, each difference may be one.
pub fn merge<D: Answers>(fields: &'static [Field], was: Option<&D>, yours: &mut D, theirs: &D) -> Vec<Clash> {
    merge_named(fields.iter().map(|f| (f.key, f.label)), was, yours, theirs)
}

/// As [`merge`], of fields by their key and label.
pub fn merge_named<'l, D: Answers>(
    fields: impl IntoIterator<Item = (&'static str, &'l str)>,
    was: Option<&D>,
    yours: &mut D,
    theirs: &D,
) -> Vec<Clash> {
    let mut clashes = vec![];
    for (key, label) in fields {
        let (mine, now) = (yours.get(key).trim().to_owned(), theirs.get(key).to_owned());
        match was.map(|was| was.get(key)) {
            _ if mine == now => {}
            Some(was) if was == now => {}
            Some(was) if was == mine => yours.set(key, now),
            _ => clashes.push(Clash { key, label: label.to_owned(), yours: mine, theirs: now }),
        }
    }
    clashes
}

/// A struct of strings with access by field name; `with custom`, of a noun to which workspaces add fields.
#[macro_export]
macro_rules! draft {
    ($(#[$doc:meta])* $name:ident { $($field:ident),* $(,)? } with custom) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $(pub $field: String,)*
            /// What was typed into custom fields.
            #[serde(flatten)]
            pub custom: $crate::custom_fields::Answered,
        }

        impl $name {
            pub fn get(&self, field: &str) -> &str {
                match field {
                    $(stringify!($field) => &self.$field,)*
                    custom => self.custom.get(custom).unwrap_or_default(),
                }
            }

            pub fn set(&mut self, field: &str, value: String) {
                match field {
                    $(stringify!($field) => self.$field = value,)*
                    custom => self.custom.set(custom, value),
                }
            }
        }

        $crate::draft!(@answers $name);
    };

    ($(#[$doc:meta])* $name:ident { $($field:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name { $(pub $field: String),* }

        impl $name {
            pub fn get(&self, field: &str) -> &str {
                match field { $(stringify!($field) => &self.$field,)* _ => "" }
            }

            pub fn set(&mut self, field: &str, value: String) {
                match field { $(stringify!($field) => self.$field = value,)* _ => {} }
            }
        }

        $crate::draft!(@answers $name);
    };

    (@answers $name:ident) => {
        impl $crate::draft::Answers for $name {
            fn get(&self, field: &str) -> &str {
                $name::get(self, field)
            }

            fn set(&mut self, field: &str, value: String) {
                $name::set(self, field, value);
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hr::employees::{Draft, FIELDS};

    #[test]
    fn only_what_both_changed_to_different_values_clashes() {
        let draft = |title: &str, phone: &str, city: &str, email: &str| Draft {
            job_title: title.into(),
            phone: phone.into(),
            location: city.into(),
            email: email.into(),
            ..Draft::default()
        };
        let was = draft("Engineer", "1234", "Kyiv", "");
        let theirs = draft("Architect", "5678", "Kyiv", "a@b.example");
        let mut yours = draft("Countess", "1234", "London", "a@b.example ");
        let clashes = merge(FIELDS, Some(&was), &mut yours, &theirs);
        let told: Vec<_> = clashes.iter().map(|c| (c.key, c.yours.as_str(), c.theirs.as_str())).collect();
        assert_eq!(told, [("job_title", "Countess", "Architect")]);
        assert_eq!((yours.phone.as_str(), yours.location.as_str()), ("5678", "London"), "each keeps their own");
        let clashes = merge(FIELDS, None, &mut yours, &theirs);
        assert_eq!(clashes.iter().map(|c| c.key).collect::<Vec<_>>(), ["location", "job_title"]);
    }
}
