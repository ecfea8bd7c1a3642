//! People: employees now; leave, recruiting, payroll and reviews as they arrive.

pub mod employees;
