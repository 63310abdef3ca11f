//! Everything the language can name: indicators, operators, variables and constructors, with parameters, outputs,
//! lookback formulas and the evidence for each.
//!
//! [`Catalog::bundled`] is the snapshot in `data/`, turned into static tables by `build.rs`: no parsing at start.

mod bind;
mod bundled;
mod catalog;
mod declare;
mod entry;
mod formula;
mod index;
mod signature;

pub use bind::{ArgumentShape, BindError, Binding, InputSource, ParamSource, Places};
pub use catalog::{Catalog, Origin};
pub use declare::DeclareError;
pub use entry::{
    Entry, Evidence, Input, Kind, Memory, Output, OutputKind, Param, ParamKind, PriceColumn, Settling, Signature,
    TalibParam, Text, ValueType,
};
pub use formula::{Formula, FormulaError, FormulaErrorKind};
