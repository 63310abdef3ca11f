//! The language server, by the real binary: what a client sends and is sent.

mod client;
mod diagnostics;
mod formatting;
mod lifecycle;
mod settings;
