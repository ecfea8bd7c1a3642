//! People: employees, their job and pay over time, the organisation, time off, documents, letters and policies;
//! payroll and reviews; recruiting as it arrives.

pub mod assets;
pub mod attendance;
pub mod candidates;
pub mod careers;
pub mod change_requests;
pub mod checklists;
pub mod details;
pub mod directory;
pub mod documents;
pub mod employees;
pub mod employment;
pub mod leave;
pub mod letters;
pub mod organisation;
pub mod payroll;
pub mod policies;
pub mod positions;
pub mod postings;
pub mod reviews;
pub mod timeline;
