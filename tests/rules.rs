//! Rules of the house that no single noun would keep.

mod access;
mod tenancy;
