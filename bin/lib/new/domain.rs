//! Widgets: the draft and its rules.

use crate::{Conventions, Errors, WidgetId, draft};

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
    /// The rules of a widget that need no other record.
    pub fn parse(&self, _: &Conventions) -> Result<Fields, Errors> {
        let mut e = Errors::default();
        let fields = Fields { name: e.required("name", &self.name, 200) };
        e.or(fields)
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_needed_and_enough() {
        let draft = |name: &str| Draft { name: name.into() };
        assert!(draft("First").parse(&Conventions::default()).is_ok());
        assert!(draft("  ").parse(&Conventions::default()).expect_err("empty").of("name").is_some());
    }
}
