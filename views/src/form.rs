//! From the domain's errors to the form's.

use crate::ui::FieldError;
use domain::Errors;

/// For the summary on top of a form.
pub fn errors(e: &Errors) -> Vec<FieldError> {
    e.iter()
        .filter(|(field, _)| !field.is_empty())
        .map(|(field, message)| FieldError::new(field, format!("{}: {message}", words(field))))
        .collect()
}

/// A field's name as people read it: `first_name` as `First name`.
pub fn words(name: &str) -> String {
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    words
}
