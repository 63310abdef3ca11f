//! The client against servers that behave as servers do: well, badly, and not at all.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod calls;
mod envelope;
mod faults;
mod inquiries;
mod models;
mod secrecy;
mod support;
