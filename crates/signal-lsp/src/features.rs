//! One file per question of an editor: free functions from a snapshot and an offset to plain data.

pub(crate) mod vocabulary;
