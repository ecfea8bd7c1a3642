//! Customers, leads and deals.

mod board;
mod customers;
mod deals;
mod lead_forms;
mod leads;
mod pipelines;
mod products;
mod quotes;
