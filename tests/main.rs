//! Drives the real binary, and asserts the walls of the house.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod agreement;
mod architecture;
mod capture;
mod catalog;
mod checking;
mod corpus;
mod editors;
mod exactness;
mod examples;
mod explaining;
mod fixing;
mod formats;
mod inputs;
mod levels;
mod outputs;
mod random_scripts;
mod readers;
mod refusals;
mod running;
mod scratch;
mod server;
mod service;
mod uploading;
mod warming_up;
mod watching;
