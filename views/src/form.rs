//! From the domain's errors to the form's.

use crate::ui::FieldError;
use domain::Errors;

/// For the summary on top of a form.
pub fn errors(e: &Errors) -> Vec<FieldError> {
    e.iter().filter(|(field, _)| !field.is_empty()).map(|(field, message)| FieldError::new(field, message)).collect()
}
