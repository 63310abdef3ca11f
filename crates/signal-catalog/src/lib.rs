//! Everything the language can name: indicators, operators, variables and constructors, with parameters, outputs,
//! lookback formulas and the evidence for each.
//!
//! [`Catalog::bundled`] is the snapshot in `data/`, turned into static tables by `build.rs`: no parsing at start.

mod bind;
mod catalog;
mod entry;
mod formula;

pub use bind::{ArgumentShape, BindError, Binding, InputSource, ParamSource};
pub use catalog::{Catalog, Origin};
pub use entry::{Entry, Evidence, Input, Kind, Memory, Output, OutputKind, Param, ParamKind, PriceColumn, Settling, Signature, Text, ValueType};
pub use formula::{Formula, FormulaError};
