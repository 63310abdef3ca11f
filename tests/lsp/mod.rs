//! The language server, by the real binary: what a client sends and is sent.

pub(crate) mod client;
mod code_actions;
mod code_lens;
mod completion;
mod diagnostics;
mod formatting;
mod hardness;
mod hover;
mod inlay_hints;
mod lifecycle;
mod navigation;
mod outline;
mod rename;
mod semantic_tokens;
mod settings;
mod signature_help;
