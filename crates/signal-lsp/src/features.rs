//! One file per question of an editor: free functions from a snapshot and an offset to plain data.

pub(crate) mod call_hierarchy;
pub(crate) mod called;
pub(crate) mod code_actions;
pub(crate) mod code_lens;
pub(crate) mod completion;
pub(crate) mod cursor;
pub(crate) mod definition;
pub(crate) mod folding;
pub(crate) mod formatting;
pub(crate) mod highlight;
pub(crate) mod hover;
pub(crate) mod inlay_hints;
pub(crate) mod linked_editing;
pub(crate) mod links;
pub(crate) mod outline;
#[cfg(test)]
mod properties;
pub(crate) mod references;
pub(crate) mod rename;
pub(crate) mod selection;
pub(crate) mod semantic_tokens;
pub(crate) mod settings;
pub(crate) mod signature_help;
mod tickers;
pub(crate) mod vocabulary;
pub(crate) mod workspace_symbols;
