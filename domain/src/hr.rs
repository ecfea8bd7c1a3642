//! People: employees, their job and pay over time, the organisation, and time off; recruiting, payroll and reviews as
//! they arrive.

pub mod documents;
pub mod employees;
pub mod employment;
pub mod leave;
pub mod organisation;
pub mod positions;
pub mod letters;
pub mod policies;
