//! Whom to call when something happens, in the order in which to try.

use super::Draft;
use crate::{Errors, hr::employees::phone};
use serde::{Deserialize, Serialize};

/// How many a form has room for.
pub const MOST_CONTACTS: usize = 4;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub name: String,
    pub relation: Option<String>,
    pub phone: String,
}

/// The fields of each: name, relation, phone.
pub(super) const NAMES: [[&str; 3]; MOST_CONTACTS] = [
    ["contact_1_name", "contact_1_relation", "contact_1_phone"],
    ["contact_2_name", "contact_2_relation", "contact_2_phone"],
    ["contact_3_name", "contact_3_relation", "contact_3_phone"],
    ["contact_4_name", "contact_4_relation", "contact_4_phone"],
];

impl Draft {
    /// Those of which anything was said; a row between that is left empty is passed over.
    pub(super) fn contacts(&self, e: &mut Errors) -> Vec<Contact> {
        let mut found = vec![];
        for [name, relation, number] in NAMES {
            if [name, relation, number].iter().all(|f| self.get(f).trim().is_empty()) {
                continue;
            }
            let called = e.required(name, self.get(name), 100);
            let relation = e.line(relation, self.get(relation), 60);
            if self.get(number).trim().is_empty() {
                e.add(number, "Please fill this in.");
            }
            let phone = e.optional(number, self.get(number), phone).unwrap_or_default();
            found.push(Contact { name: called, relation, phone });
        }
        found
    }

    /// Names of the fields of each row that a form shows: those that say something, and one more.
    pub fn contact_rows(&self) -> Vec<[&'static str; 3]> {
        let said = |row: &[&str; 3]| row.iter().any(|f| !self.get(f).trim().is_empty());
        let last = NAMES.iter().rposition(said).map_or(0, |at| at + 1);
        NAMES.iter().take(last + 1).copied().collect()
    }
}

pub(super) fn fill(draft: &mut Draft, contacts: &[Contact]) {
    for ([name, relation, phone], contact) in NAMES.into_iter().zip(contacts) {
        draft.set(name, contact.name.clone());
        draft.set(relation, contact.relation.clone().unwrap_or_default());
        draft.set(phone, contact.phone.clone());
    }
}

/// From how they are kept; what cannot be read is nobody.
pub(super) fn parse(text: Option<&str>) -> Vec<Contact> {
    text.and_then(|t| serde_json::from_str(t).ok()).unwrap_or_default()
}

/// `Byron (Father), +44 20 1234; …`
pub fn contacts_words(contacts: &[Contact]) -> String {
    let one = |c: &Contact| match &c.relation {
        Some(relation) => format!("{} ({relation}), {}", c.name, c.phone),
        None => format!("{}, {}", c.name, c.phone),
    };
    contacts.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_one_row_more_than_is_said() {
        let mut draft = Draft::default();
        assert_eq!(draft.contact_rows().len(), 1);
        draft.set("contact_2_name", "Byron".into());
        assert_eq!(draft.contact_rows().len(), 3);
        draft.set("contact_4_phone", "1".into());
        assert_eq!(draft.contact_rows().len(), MOST_CONTACTS);
    }
}
