//! Kinds of documents: who sees them, whether they run out, whether everybody needs one.

use crate::{
    DocumentKindId, Errors, draft,
    draft::{Field, FieldClass},
    text::Words,
};

pub const WORDS: Words = Words { one: "kind", many: "kinds" };

draft! {
    Draft { name, class, employee_sees, expires, required, remind_days }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    /// Who sees it: whoever sees fields of this class.
    pub class: FieldClass,
    /// Whether the employee sees their own.
    pub employee_sees: bool,
    pub expires: bool,
    /// Whether every employee needs one.
    pub required: bool,
    /// The longest first.
    pub remind_days: Vec<i32>,
}

/// A kind as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    pub id: DocumentKindId,
    pub version: i32,
    pub fields: Fields,
    /// Documents of it that are not archived, on the page of kinds: as far as lists count.
    pub documents: i64,
}

pub const CLASSES: [(&str, FieldClass, &str, &str); 3] = [
    ("directory", FieldClass::Directory, "General", "whoever may see documents of the employee"),
    ("personal", FieldClass::Personal, "Personal", "whose role opens personal details of the employee"),
    ("pay", FieldClass::Pay, "Pay", "whose role opens pay of the employee"),
];

pub fn class_key(class: FieldClass) -> &'static str {
    CLASSES.iter().find(|(_, c, ..)| *c == class).map_or("pay", |(key, ..)| key)
}

pub fn class(key: &str) -> Option<FieldClass> {
    CLASSES.iter().find(|(k, ..)| *k == key).map(|(_, class, ..)| *class)
}

const DAYS: &str = "Use a few numbers of days, like 60, 30, 7.";

impl Draft {
    pub fn read(&self) -> (Fields, Errors) {
        let mut e = Errors::default();
        let fields = Fields {
            name: e.required("name", &self.name, 60),
            class: e.take("class", class(&self.class).ok_or("Choose who sees it.")).unwrap_or(FieldClass::Pay),
            employee_sees: !self.employee_sees.is_empty(),
            expires: !self.expires.is_empty(),
            required: !self.required.is_empty(),
            remind_days: e.optional("remind_days", &self.remind_days, days).unwrap_or_default(),
        };
        (fields, e)
    }

    pub fn of(f: &Fields) -> Self {
        let yes = |on: bool| if on { "true".to_owned() } else { String::new() };
        Self {
            name: f.name.clone(),
            class: class_key(f.class).into(),
            employee_sees: yes(f.employee_sees),
            expires: yes(f.expires),
            required: yes(f.required),
            remind_days: f.remind_days.iter().map(i32::to_string).collect::<Vec<_>>().join(", "),
        }
    }

    /// As a new one begins.
    pub fn usual() -> Self {
        Self { class: "personal".into(), employee_sees: "true".into(), remind_days: "60, 14".into(), ..Self::default() }
    }
}

fn days(text: &str) -> Result<Vec<i32>, &'static str> {
    let each = text.split([',', ';', ' ']).filter(|w| !w.is_empty());
    let mut days = each
        .map(|w| w.parse::<i32>().ok().filter(|d| (1..=730).contains(d)))
        .collect::<Option<Vec<_>>>()
        .ok_or(DAYS)?;
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    if days.len() > 5 { Err(DAYS) } else { Ok(days) }
}

/// What a company begins with.
pub fn usual() -> Vec<Fields> {
    let kind = |name: &str, class, employee_sees, expires, required, remind_days: &[i32]| Fields {
        name: name.into(),
        class,
        employee_sees,
        expires,
        required,
        remind_days: remind_days.to_vec(),
    };
    use FieldClass::{Directory, Pay, Personal};
    vec![
        kind("Contract", Pay, true, false, true, &[]),
        kind("Identity document", Personal, true, true, true, &[60, 14]),
        kind("Work permit or visa", Personal, true, true, false, &[90, 30, 7]),
        kind("Certificate", Directory, true, true, false, &[60, 14]),
        kind("Payroll letter", Pay, true, false, false, &[]),
        kind("Warning or file note", Personal, false, false, false, &[]),
        kind("Other", Personal, true, false, false, &[]),
    ]
}

const fn field(key: &'static str, label: &'static str) -> Field {
    Field { key, label, class: FieldClass::Directory, aliases: &[], required: false }
}

pub const FIELDS: &[Field] = &[
    Field { required: true, ..field("name", "Name") },
    field("class", "Who sees it"),
    field("employee_sees", "The employee sees it"),
    field("expires", "It runs out"),
    field("required", "Everybody needs one"),
    field("remind_days", "Remind, days before"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_survives_its_form() {
        for kind in usual() {
            let (read, errors) = Draft::of(&kind).read();
            assert_eq!((read, errors), (kind, Errors::default()));
        }
        assert_eq!(days("7, 60; 30 30"), Ok(vec![60, 30, 7]));
        for wrong in ["soon", "0", "9999", "1 2 3 4 5 6", "-3"] {
            assert!(days(wrong).is_err(), "{wrong}");
        }
        let (_, errors) = Draft::default().read();
        assert_eq!(errors.iter().map(|(f, _)| f).collect::<Vec<_>>(), ["name", "class"]);
    }
}
