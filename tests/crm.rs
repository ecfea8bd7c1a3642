//! Customers and deals.

mod board;
mod customers;
mod deals;
mod pipelines;
mod products;
mod quotes;
