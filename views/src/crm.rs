//! Views of customers, deals and their pipelines.

pub mod board;
pub mod customers;
pub mod deals;
pub mod forms;
pub mod leads;
pub mod pipelines;
pub mod products;
pub mod quotes;
