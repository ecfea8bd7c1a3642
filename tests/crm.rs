//! Customers, contacts, leads and deals.

mod board;
mod contacts;
mod customers;
mod deals;
mod lead_forms;
mod leads;
mod pipelines;
mod points;
mod products;
mod quotes;
