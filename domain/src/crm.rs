//! Customers now; contacts, leads and pipeline as they arrive.

pub mod customers;
