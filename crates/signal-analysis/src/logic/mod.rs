//! What values are: their types, which of them are the same, which numbers they can be, on which scale they lie,
//! and what follows for conditions.

pub(crate) mod conditions;
mod ranges;
mod scales;
mod types;
mod values;

pub use conditions::Comparison;
pub(crate) use ranges::price_range;
pub use ranges::{Conflict, Demand, Range, Ranges};
pub use scales::{Scale, Scales};
pub use types::{Type, Types};
pub use values::{Node, Symbol, ValueId, Values};
