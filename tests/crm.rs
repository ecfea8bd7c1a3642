//! Customers, contacts and deals.

mod board;
mod contacts;
mod customers;
mod deals;
mod duplicates;
mod merges;
mod pipelines;
mod points;
mod products;
mod quotes;
