//! Widgets: the draft and its rules.

use crate::{
    Conventions, Errors, WidgetId, draft,
    draft::{Field, FieldClass},
    text::Words,
};

pub const WORDS: Words = Words { one: "widget", many: "widgets" };

draft! {
    /// A widget as typed into a form or found in a file.
    Draft { name }
}

/// What a widget is told to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Fields {
    pub name: String,
}

impl Draft {
    /// The rules of a widget that need no other record: what could be read, and what is wrong.
    pub fn read(&self, _: &Conventions) -> (Fields, Errors) {
        let mut e = Errors::default();
        let fields = Fields { name: e.required("name", &self.name, 200) };
        (fields, e)
    }
}

/// One widget.
#[derive(Debug, Clone, PartialEq)]
pub struct Widget {
    pub id: WidgetId,
    pub version: i32,
    pub name: String,
}

impl Widget {
    /// The widget as a form shows it.
    pub fn draft(&self) -> Draft {
        Draft { name: self.name.clone() }
    }

    /// Whether it is what these fields say.
    pub fn is(&self, f: &Fields) -> bool {
        self.draft().read(&Conventions::default()).0 == *f
    }
}

/// Every field, in the order of the form.
pub const FIELDS: &[Field] =
    &[Field { key: "name", label: "Name", class: FieldClass::Directory, aliases: &[], required: true }];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_needed_and_enough() {
        let draft = |name: &str| Draft { name: name.into() };
        assert!(draft("First").read(&Conventions::default()).1.is_empty());
        assert!(draft("  ").read(&Conventions::default()).1.of("name").is_some());
    }
}
