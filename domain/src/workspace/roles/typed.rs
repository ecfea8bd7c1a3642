//! A role of a workspace's own as it is typed.

use super::{EVERYONE, Office, Role, needs::needs};
use crate::{
    Errors,
    access::*,
    draft::{Answers, Field, FieldClass},
    text::Words,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A role as it is typed: its name, what it is for, and a scope's key for each right.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    pub name: String,
    pub description: String,
    /// Somebody has seen who gains and who loses what.
    pub reviewed: String,
    #[serde(flatten)]
    pub grants: BTreeMap<String, String>,
}

/// What a role is told to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    pub name: String,
    pub about: String,
    pub rights: Rights,
}

pub const WORDS: Words = Words { one: "role", many: "roles" };

/// The rights that a workspace's own role may have: what everyone has is not asked about, and what makes an owner is
/// an owner's alone.
pub fn choosable() -> impl Iterator<Item = &'static Right> {
    let fixed = [HomeRead::KEY, ProfileWrite::KEY, WorkspaceOwn::KEY];
    CATALOGUE.iter().filter(move |right| !fixed.contains(&right.key))
}

/// Every field of a role, in the order of its form.
pub const FIELDS: &[Field] = &{
    const fn field(key: &'static str, label: &'static str) -> Field {
        Field { key, label, class: FieldClass::Directory, aliases: &[], required: false }
    }
    let mut fields = [field("name", "Name"); CATALOGUE.len() + 2];
    fields[1] = field("description", "What it is for");
    let mut n = 0;
    while n < CATALOGUE.len() {
        fields[n + 2] = field(CATALOGUE[n].key, CATALOGUE[n].label);
        n += 1;
    }
    fields
};

impl Answers for Draft {
    fn get(&self, field: &str) -> &str {
        match field {
            "name" => &self.name,
            "description" => &self.description,
            right => self.grants.get(right).map_or("", String::as_str),
        }
    }

    fn set(&mut self, field: &str, value: String) {
        match field {
            "name" => self.name = value,
            "description" => self.description = value,
            right => drop(self.grants.insert(right.to_owned(), value)),
        }
    }
}

impl Draft {
    /// A form filled from a role.
    pub fn of(office: &Office) -> Self {
        let scope = |right: &'static Right| {
            (right.key.to_owned(), office.rights.scope(right.key).map_or("", Scope::key).to_owned())
        };
        Self {
            name: office.name.clone(),
            description: office.about.clone(),
            reviewed: String::new(),
            grants: choosable().map(scope).collect(),
        }
    }

    /// The rules of a role that need no other one, with what could be read although something is wrong.
    pub fn read(&self) -> (Fields, Errors) {
        let mut e = Errors::default();
        let name = e.required("name", &self.name, 60);
        if Role::BUILT_IN.iter().any(|r| r.label().to_lowercase() == name.to_lowercase()) {
            e.add("name", "A role that every workspace has is called so. Choose another name.");
        }
        let about = e.line("description", &self.description, 200).unwrap_or_default();
        let mut rights = Rights::NONE;
        for (key, scope) in EVERYONE {
            rights.grant(key, Some(*scope));
        }
        for right in choosable() {
            match self.get(right.key).trim() {
                "" => rights.grant(right.key, None),
                scope => rights.grant(right.key, e.take(right.key, Scope::parse(scope).ok_or("Choose one of them."))),
            }
        }
        for right in choosable() {
            if let Some(needed) = needs(right).find(|needed| rights.scope(right.key) > rights.scope(needed.key)) {
                let of = if needed.resource == right.resource { "" } else { needed.resource.label() };
                let name = format!("{of} {}", needed.label);
                e.add(right.key, format!("This reaches further than “{}” does.", name.trim()));
            }
        }
        (Fields { name, about, rights }, e)
    }
}
