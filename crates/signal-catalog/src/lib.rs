//! Everything the language can name: indicators, operators, variables and constructors, with parameters, outputs,
//! lookback formulas and the evidence for each.
//!
//! [`Catalog::bundled`] is the snapshot in `data/`, turned into static tables by the build script: no parsing at start.
//! Every TA-Lib function in it is held against TA-Lib itself by the tests.
//!
//! ```
//! use signal_catalog::{ArgumentShape, Catalog, InputSource, ParamSource, PriceColumn};
//!
//! // atr(14): the prices are left out.
//! let period = ArgumentShape { keyword: None, constant: Some(14.0) };
//! let atr = Catalog::bundled().get("atr").ok_or("not in the catalog")?;
//! let binding = atr.bind(&[period]).map_err(|error| format!("{error:?}"))?;
//! assert_eq!(binding.inputs[0], InputSource::Column(PriceColumn::High));
//! assert_eq!(binding.params[0], ParamSource::Argument(0));
//! assert_eq!(binding.signature.lookback_bars(&[14.0]), Some(14));
//! assert_eq!(binding.signature.settle_bars(&[14.0], 0.01), Some(63));
//! # Ok::<(), String>(())
//! ```

mod bind;
mod bundled;
mod catalog;
mod changes;
mod declare;
mod entry;
mod formula;
mod import;
mod index;
mod ranges;
mod signature;

pub use bind::{ArgumentShape, BindError, Binding, InputSource, ParamSource, Places, Slot};
pub use catalog::{Catalog, Covers, Origin};
pub use changes::{Change, Difference, changes};
pub use declare::DeclareError;
pub use entry::{
    Entry, Evidence, Input, Kind, Memory, Output, OutputKind, Param, ParamKind, PriceColumn, Settling, Signature,
    TalibParam, Text, ValueType,
};
pub use formula::{Formula, FormulaError, FormulaErrorKind};
pub use import::{ImportError, Imported, PINNED_SCHEMA, Pinned, PinnedError, Skipped, import};
pub use ranges::{FunctionRanges, OutputRange, Rounding, all_function_ranges, function_ranges, keeps_the_hull};
