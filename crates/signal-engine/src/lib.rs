//! From bars to results: indicator values, signals, simulated fills, metrics.
//!
//! The way of a script: [`Program::compile`] (tree to nodes) -> `run.rs` (nodes over bars) -> [`simulate`] (conditions to fills)
//! -> `metrics.rs`. Pure: no IO, no clock, no randomness, so that equal inputs give equal results.

mod align;
mod arithmetic;
mod bars;
mod compile;
mod error;
mod ir;
mod metrics;
mod operators;
mod outcome;
mod portfolio;
mod program;
mod run;
mod series;
mod settings;
mod simulate;
mod talib;

pub use bars::{Bars, BarsError};
pub use error::{CompileError, EngineError};
pub use metrics::{Metrics, metrics};
pub use operators::UNSUPPORTED;
pub use outcome::{EquityPoint, Outcome, PartOutcome, Reason, Side, SignalOutcome, TickerOutcome, Trade};
pub use program::{ActionKind, Part, Program, Signal, Sizing};
pub use run::evaluate;
pub use series::{Column, Series, Values};
pub use settings::{MarketData, Mode, Simulation};
pub use simulate::{simulate, simulate_watched};
