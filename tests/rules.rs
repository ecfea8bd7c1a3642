//! Rules of the house that no single noun would keep.

mod access;
mod house;
mod layering;
mod statements;
mod tenancy;
