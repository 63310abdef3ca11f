//! The HeyTraders API on loopback, over the engine: no key to ask for, no quota to spend, no network.
//!
//! [`Sandbox::start`] opens a server on this machine and returns at once. What it computes rests on [`DataSource`]: a seeded
//! synthetic market, or CSV files. Every answer with numbers in it says `"origin": "sandbox"` and which data it rests on.
//!
//! The way of a request: `server.rs` (routes and layers) -> `routes/` -> `validate.rs` -> `jobs.rs` (queue and workers) ->
//! `run.rs` (bars, simulation) -> `report.rs` (the answers' numbers). `faults.rs` stands before all of it and makes requests
//! go wrong, where that is asked for.

mod analysis;
mod arena;
mod dashboard;
mod data;
mod evaluation;
mod faults;
mod ids;
mod jobs;
mod keys;
mod options;
mod pages;
mod reply;
mod report;
mod routes;
mod run;
mod script;
mod server;
mod signals;
mod validate;

pub use data::DataSource;
pub use faults::{FAULT_WORDS, Fault, FaultError, Word};
pub use options::{Limits, Options};
pub use server::{Running, Sandbox, StartError};
