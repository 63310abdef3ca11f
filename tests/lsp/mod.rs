//! The language server, by the real binary: what a client sends and is sent.

mod client;
mod code_actions;
mod diagnostics;
mod formatting;
mod lifecycle;
mod semantic_tokens;
mod settings;
