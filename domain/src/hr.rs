//! People: employees now; leave, recruiting, payroll and reviews as they arrive.

pub mod documents;
pub mod employees;
pub mod letters;
pub mod policies;
