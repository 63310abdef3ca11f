//! The sandbox over HTTP: what the client of the API and a raw connection see.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod arena;
mod backtests;
mod claims;
mod csv_data;
mod doors;
mod expressions;
mod faults;
mod limits;
mod listings;
mod pages;
mod support;
mod validation;
mod warmup;
