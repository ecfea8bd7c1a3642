//! Customers and deals.

mod board;
mod customers;
mod deals;
mod pipelines;
mod quotes;
