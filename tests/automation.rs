//! Automation.

mod screens;
