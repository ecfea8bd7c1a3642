//! Customers, contacts, leads, deals and their pipelines.

pub mod contacts;
pub mod customers;
pub mod deals;
pub mod duplicates;
pub mod forecast;
pub mod leads;
pub mod links;
pub mod merges;
pub mod pipelines;
pub mod points;
pub mod products;
pub mod quotes;
pub mod rates;
pub mod reports;
pub mod timeline;
