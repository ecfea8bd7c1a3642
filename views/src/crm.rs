//! Views of customers, contacts, leads, deals and their pipelines.

pub mod board;
pub mod contacts;
pub mod customers;
pub mod deals;
pub mod duplicates;
pub mod files;
pub mod forecast;
pub mod forms;
pub mod leads;
pub mod pipelines;
pub mod points;
pub mod products;
pub mod quotes;
pub mod rates;
pub mod reports;
