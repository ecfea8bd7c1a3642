//! From a stranger to a member: signing up, signing in, passwords, colleagues.

mod access;
mod audit;
mod home;
mod members;
mod passwords;
mod roles;
mod security;
mod sessions;
mod signup;
