//! One file per question of an editor: free functions from a snapshot and an offset to plain data.

pub(crate) mod code_actions;
pub(crate) mod definition;
pub(crate) mod highlight;
pub(crate) mod hover;
pub(crate) mod linked_editing;
pub(crate) mod references;
pub(crate) mod rename;
mod tickers;
pub(crate) mod vocabulary;
