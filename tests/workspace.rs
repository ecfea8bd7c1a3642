//! From a stranger to a member: signing up, signing in, passwords, colleagues.

mod access;
mod audit;
mod holes;
mod holidays;
mod home;
mod live;
pub(crate) mod mail;
mod members;
mod notifications;
mod passwords;
mod places;
mod profile;
pub(crate) mod roles;
pub(crate) mod security;
mod sessions;
mod settings;
mod signup;
mod tokens;
