//! Views of sign-up, signing in, members and home.

pub mod access;
pub mod audit;
pub mod first_steps;
pub mod home;
pub mod members;
pub mod roles;
pub mod search;
pub mod security;
pub mod sessions;
pub mod signup;
