//! Customers, contacts and deals.

mod board;
mod contacts;
mod customers;
mod deals;
mod pipelines;
mod points;
mod products;
mod quotes;
