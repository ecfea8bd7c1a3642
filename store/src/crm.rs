//! Customers, deals and their pipelines.

pub mod customers;
pub mod deals;
pub mod pipelines;
pub mod products;
pub mod quotes;
pub mod reports;
