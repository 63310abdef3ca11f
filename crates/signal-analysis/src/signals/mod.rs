//! What signals ask for: under which condition, of which ticker, on which side and how much; and what they read.

mod orders;
mod reach;
mod tickers;

pub use orders::{Action, ActionKind, Order, Orders, Side, Signal, Sizing, Unit};
pub(crate) use orders::{Reader, signals, sizing};
pub(crate) use reach::read_by_signals;
pub(crate) use tickers::tickers;
pub use tickers::{TickerText, TickerUse, Tickers, Universe, UniverseTicker};
