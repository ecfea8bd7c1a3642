//! People: employees now; leave, recruiting, payroll and reviews as they arrive.

pub mod assets;
pub mod attendance;
pub mod checklists;
pub mod employees;
