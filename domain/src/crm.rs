//! Customers, deals and their pipelines; contacts and leads as they arrive.

pub mod customers;
pub mod deals;
pub mod leads;
pub mod pipelines;
pub mod products;
pub mod quotes;
