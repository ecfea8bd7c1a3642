//! Customers, leads and deals.

mod board;
mod customers;
mod deals;
mod lead_conversion;
mod lead_forms;
mod lead_rules;
mod leads;
mod pipelines;
mod products;
mod quotes;
