//! People: employees, their job and pay over time, and the organisation; leave, recruiting, payroll and reviews as they
//! arrive.

pub mod employees;
pub mod employment;
pub mod organisation;
pub mod positions;
//! People: employees and time off now; recruiting, payroll and reviews as they arrive.

pub mod employees;
pub mod leave;
