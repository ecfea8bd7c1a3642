//! Customers, contacts, leads and deals.

mod bad_input;
mod board;
mod contacts;
mod customers;
mod deals;
mod duplicates;
mod forecast;
mod lead_conversion;
mod lead_forms;
mod lead_rules;
mod leads;
mod merges;
mod pipelines;
mod points;
mod products;
mod quotes;
mod rates;
mod reports;
mod timeline;
