//! What holds for every page, and what people see when a part of the house is gone.

mod faults;
mod headers;
mod mails;
