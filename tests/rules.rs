//! Rules of the house that no single noun would keep.

pub mod access;
mod classes;
mod constraints;
mod contacts;
mod desk;
mod house;
mod layering;
mod leads;
mod matrix;
mod sales;
mod statements;
mod tenancy;
mod tickets;
