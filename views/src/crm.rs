//! Views of customers.

pub mod customers;
