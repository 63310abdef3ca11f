//! The language server: what editors ask, answered from the facts of the analysis.
//!
//! The way of a question: `server.rs` takes it from the editor -> `documents.rs` has the text it is about -> `snapshot.rs` has
//! the text's tree, facts and findings, each made when it is first asked for -> `features/` (one file per question) answers
//! in plain data -> `convert.rs` puts the answer into the protocol's words. What lies outside of the open texts (the project
//! around a script, the catalog, past runs) comes from a [`Host`]; nothing here opens a file or a connection.

mod convert;
mod documents;
mod edited;
mod features;
mod host;
mod options;
mod places;
mod sections;
mod serve;
mod server;
mod snapshot;
#[cfg(test)]
mod testing;
mod wording;

pub use host::{Change, Host, LastRun, Outcome, Project, QuotaLeft, SETTINGS, Status};
pub use serve::serve;
