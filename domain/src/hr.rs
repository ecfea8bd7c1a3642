//! People: employees and time off now; recruiting, payroll and reviews as they arrive.

pub mod employees;
pub mod leave;
