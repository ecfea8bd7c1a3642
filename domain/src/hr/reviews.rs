//! How people are doing: cycles of reviews, what is asked in them and of whom, what it comes to, who may know it, and what
//! they are after (DOMAIN: Reviews). Values in and values out; no rating is linked to pay.
//!
//! A [`cycle`] goes through its phases. What it asks is a [`template`], frozen at launch; who takes part is found by rule in
//! [`participants`]. Answers come to a [`score`]; [`calibration`] keeps it beside what it was made. What peers said is told by
//! [`anonymity`] alone. [`goals`] are a tree with progress; [`notes`] are what people tell each other between cycles, and
//! [`reminders`] when somebody is reminded of a form.

pub mod anonymity;
pub mod calibration;
pub mod cycle;
pub mod goals;
pub mod notes;
pub mod participants;
pub mod reminders;
pub mod score;
pub mod template;
