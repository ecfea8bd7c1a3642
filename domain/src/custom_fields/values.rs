//! What records hold in custom fields, and what was typed into them.

use super::{CustomField, PREFIX};
use crate::{Currency, Day, FileId, Money, draft::FieldClass};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value as Json, json};
use std::{collections::BTreeMap, fmt};

/// A record's values by class and key, of the classes that were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    pub directory: Map<String, Json>,
    pub personal: Map<String, Json>,
    pub pay: Map<String, Json>,
}

impl Values {
    /// As columns hold them; a class that was not read is `None`, as is one of which nothing is filled in.
    pub fn of(directory: Option<Json>, personal: Option<Json>, pay: Option<Json>) -> Self {
        let map = |column: Option<Json>| match column {
            Some(Json::Object(map)) => map,
            _ => Map::new(),
        };
        Self { directory: map(directory), personal: map(personal), pay: map(pay) }
    }

    pub fn class(&self, class: FieldClass) -> &Map<String, Json> {
        match class {
            FieldClass::Directory => &self.directory,
            FieldClass::Personal => &self.personal,
            // Of the others there is none: they are not offered.
            FieldClass::Pay | FieldClass::Health | FieldClass::Terms => &self.pay,
        }
    }

    pub fn class_mut(&mut self, class: FieldClass) -> &mut Map<String, Json> {
        match class {
            FieldClass::Directory => &mut self.directory,
            FieldClass::Personal => &mut self.personal,
            FieldClass::Pay | FieldClass::Health | FieldClass::Terms => &mut self.pay,
        }
    }

    pub fn get(&self, field: &CustomField) -> Option<&Json> {
        self.class(field.class).get(field.key())
    }

    /// By the field's name, whatever its class.
    pub fn named(&self, name: &str) -> Option<&Json> {
        let key = name.strip_prefix(PREFIX)?;
        self.maps().into_iter().find_map(|map| map.get(key))
    }

    pub fn is_empty(&self) -> bool {
        self.maps().into_iter().all(Map::is_empty)
    }

    fn maps(&self) -> [&Map<String, Json>; 3] {
        [&self.directory, &self.personal, &self.pay]
    }

    pub fn maps_mut(&mut self) -> [&mut Map<String, Json>; 3] {
        [&mut self.directory, &mut self.personal, &mut self.pay]
    }

    /// As a form shows them.
    pub fn answered(&self) -> Answered {
        let all = self.maps().into_iter().flatten();
        Answered(all.map(|(key, value)| (format!("{PREFIX}{key}"), text(value))).collect())
    }

    /// Names of what differs.
    pub fn differing(&self, other: &Self) -> Vec<String> {
        let keys = self.maps().into_iter().chain(other.maps()).flat_map(Map::keys);
        let mut names: Vec<String> = keys.map(|key| format!("{PREFIX}{key}")).collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| self.named(name).map(text) != other.named(name).map(text));
        names
    }
}

/// Custom fields as a record's fields have them: what a form says, which whoever keeps it reads by the fields that there
/// are; or, of a file and of a known record, values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Custom {
    pub said: Answered,
    pub values: Values,
}

impl Custom {
    pub fn said(answers: &Answered) -> Self {
        Self { said: answers.clone(), values: Values::default() }
    }

    pub fn known(values: Values) -> Self {
        Self { said: Answered::default(), values }
    }

    /// Takes one value over, and says whether it differed.
    pub fn take(&mut self, from: &Self, name: &str) -> bool {
        let Some(key) = name.strip_prefix(PREFIX) else { return false };
        let mut differs = false;
        for class in [FieldClass::Directory, FieldClass::Personal, FieldClass::Pay] {
            let Some(value) = from.values.class(class).get(key) else { continue };
            let now = self.values.class_mut(class);
            if !now.get(key).is_some_and(|now| same(now, value)) {
                now.insert(key.to_owned(), value.clone());
                differs = true;
            }
        }
        differs
    }
}

/// A person is the same whether named or not.
fn same(one: &Json, other: &Json) -> bool {
    match (one.get("employee"), other.get("employee")) {
        (None, None) => text(one) == text(other),
        (one, other) => one == other,
    }
}

/// An employee as a record keeps them.
pub fn person(id: uuid::Uuid) -> Json {
    json!({ "employee": id })
}

/// A value as a form and a file show it; typed in again, it is the same. What it is shows by itself.
pub fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Json::Object(o) if o.contains_key("minor") => money(value).map(|m| m.decimal().to_string()).unwrap_or_default(),
        // Of a file its name; the file itself is behind it.
        Json::Object(o) if o.contains_key("file") => o["name"].as_str().unwrap_or_default().to_owned(),
        Json::Object(o) => match (o.get("number").and_then(Json::as_str), o.get("name").and_then(Json::as_str)) {
            (Some(number), Some(name)) => format!("{number} · {name}"),
            _ => String::new(),
        },
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

/// The file that a value is.
pub fn file(value: &Json) -> Option<FileId> {
    value.get("file")?.as_str()?.parse::<uuid::Uuid>().ok().map(FileId)
}

/// A value as people read it, where its field is not known.
pub fn shown(value: &Json) -> String {
    let day = || value.as_str().filter(|s| s.len() == 10)?.parse().ok().map(Day);
    let other = || day().map_or_else(|| text(value), |day| day.short());
    money(value).map_or_else(other, |m| m.to_string())
}

fn money(value: &Json) -> Option<Money> {
    let (minor, currency) = (value.get("minor")?.as_i64()?, value.get("currency")?.as_str()?);
    Some(Money::new(minor, Currency::from_code(currency)?))
}

/// What was typed into custom fields, by their names. Of a form's other fields it takes none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Answered(pub BTreeMap<String, String>);

impl Answered {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Takes it if it is a custom field's.
    pub fn set(&mut self, name: &str, value: String) {
        if name.starts_with(PREFIX) {
            self.0.insert(name.to_owned(), value);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Answered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(prefixed(deserializer)?.into_iter().filter_map(|(name, mut all)| Some((name, all.pop()?))).collect()))
    }
}

/// What has a custom field's name among all that a form or a question says.
pub(super) fn prefixed<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    struct Prefixed;

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        One(String),
        Many(Vec<String>),
        // What else a draft or a question holds is none of ours.
        #[allow(dead_code, reason = "read to be left out")]
        Other(serde::de::IgnoredAny),
    }

    impl<'de> Visitor<'de> for Prefixed {
        type Value = BTreeMap<String, Vec<String>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("answers by name")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all = BTreeMap::new();
            while let Some(name) = map.next_key::<String>()? {
                match map.next_value::<Said>()? {
                    Said::One(one) if name.starts_with(PREFIX) => drop(all.insert(name, vec![one])),
                    Said::Many(many) if name.starts_with(PREFIX) => drop(all.insert(name, many)),
                    _ => {}
                }
            }
            Ok(all)
        }
    }

    deserializer.deserialize_map(Prefixed)
}
