//! Customers.

mod customers;
