//! Customers, deals and their pipelines.

pub mod customers;
pub mod deals;
pub mod leads;
pub mod pipelines;
pub mod products;
pub mod quotes;
