//! Views of sign-up, signing in, members and home.

pub mod access;
pub mod audit;
pub mod first_steps;
pub mod holidays;
pub mod home;
pub mod mail;
pub mod members;
pub mod notifications;
pub mod places;
pub mod profile;
pub mod roles;
pub mod search;
pub mod security;
pub mod sessions;
pub mod settings;
pub mod signup;
pub mod strength;
pub mod tokens;
pub mod unsubscribe;
