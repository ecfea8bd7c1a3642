//! Customers, contacts, leads and deals.

mod board;
mod contacts;
mod customers;
mod deals;
mod lead_conversion;
mod lead_forms;
mod lead_rules;
mod leads;
mod pipelines;
mod points;
mod products;
mod quotes;
