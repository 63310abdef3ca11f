//! The engine room of `dsl eval`, `dsl scan` and `dsl rank`: the expression is checked here before it is sent anywhere.
//!
//! The way of an expression: `target.rs` (which symbols, which timeframe) -> `lint.rs` (what is wrong with it) -> a client ->
//! `traced.rs` (what the server said, on its place in the expression) -> `documents.rs` (the JSON).

mod documents;
mod inquiry;
mod lint;
mod target;
mod traced;

pub(crate) use documents::{About, EvalDocument, Figure, Findings, MatchRow, RankDocument, RankRow, ScanDocument};
pub(crate) use inquiry::{Answered, Inquiry, data_of, run};
pub(crate) use lint::Wanted;
pub(crate) use target::{Target, one_symbol, symbols};
