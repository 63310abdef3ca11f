//! What a simulation yields: equity, trades and figures.

use serde::{Deserialize, Serialize};

use crate::metrics::Metrics;

/// Which way a position earns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Side {
    /// Earns when the price rises.
    Long,
    /// Earns when the price falls.
    Short,
}

impl Side {
    /// As scripts write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Long => "LONG",
            Self::Short => "SHORT",
        }
    }

    pub(crate) const fn sign(self) -> f64 {
        match self {
            Self::Long => 1.0,
            Self::Short => -1.0,
        }
    }
}

/// Why a position was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// An `exit` signal.
    Exit,
    /// An `entry` signal on the other side.
    Reversal,
    /// The loss reached the margin.
    Liquidation,
    /// The range ended; closed at the last close.
    EndOfData,
}

impl Reason {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exit => "exit",
            Self::Reversal => "reversal",
            Self::Liquidation => "liquidation",
            Self::EndOfData => "end-of-data",
        }
    }
}

/// The equity at the close of one bar.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EquityPoint {
    /// When the bar opens, in seconds since 1970-01-01 00:00 UTC.
    pub time: i64,
    /// Cash and what open positions are worth at the close, in quote currency.
    pub equity: f64,
    /// How far that lies below the highest equity so far, in percent of it; 0 or more.
    pub drawdown_pct: f64,
}

/// A position from entry to exit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trade {
    /// The ticker.
    pub ticker: String,
    /// Long or short.
    pub side: Side,
    /// When the bar opens at whose open it was entered.
    pub entry_time: i64,
    /// Price paid or got, slippage included.
    pub entry_price: f64,
    /// When the bar opens in which it was closed: at its open, at the liquidation price, or at the last close.
    pub exit_time: i64,
    /// Price got or paid, slippage included.
    pub exit_price: f64,
    /// Units of the base currency.
    pub quantity: f64,
    /// Profit after both fees, in quote currency.
    pub pnl: f64,
    /// `pnl` in percent of the margin that was tied up (on spot and at leverage 1: of the notional).
    pub pnl_pct: f64,
    /// Both fees, in quote currency.
    pub fees: f64,
    /// Why it was closed.
    pub reason: Reason,
    /// Bars from the one it was entered on to the one it was closed on.
    pub bars_held: usize,
}

/// What one ticker contributed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TickerOutcome {
    /// The ticker.
    pub ticker: String,
    /// How many trades were closed.
    pub trades: usize,
    /// Their profits summed up.
    pub pnl: f64,
    /// Figures of its own account (isolated), or of the initial cash plus what this ticker alone made (cross).
    pub metrics: Metrics,
}

/// How often a signal could have acted, and did.
///
/// Bars are those of the ticker that the signal names; of the universe's first one in cross mode, or if it names none of
/// them. `held` is the sum of `fired`, `declined`, `unfilled` and the bars on which there was nothing to do: an entry into
/// what was open already, an exit of what was not. One that names no ticker of the universe fires never.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SignalOutcome {
    /// Bars on which its condition and its size have a value.
    pub usable: usize,
    /// Those of them on which the condition held.
    pub held: usize,
    /// How often it opened or closed a position.
    pub fired: usize,
    /// How often it would have opened one, but its size was no positive number, or the cash did not pay for any of it.
    pub declined: usize,
    /// 1 where it held on the last bar, behind which nothing can be filled.
    pub unfilled: usize,
    /// When the first bar opens on which it held, in seconds since 1970-01-01 00:00 UTC.
    pub first: Option<i64>,
    /// When the last one opens.
    pub last: Option<i64>,
    /// One entry for each of [`Signal::parts`](crate::Signal::parts).
    pub parts: Vec<PartOutcome>,
}

/// How often a part of a condition held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartOutcome {
    /// On how many usable bars of the signal.
    pub held: usize,
    /// On how many of them it alone kept the condition from holding: all other parts held.
    pub alone: usize,
}

/// The result of a simulation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// One point a bar. In isolated mode the sum of the accounts, over all times at which any ticker has a bar.
    pub equity: Vec<EquityPoint>,
    /// Closed trades in the order of their exits.
    pub trades: Vec<Trade>,
    /// One entry a ticker of the universe, in its order.
    pub per_ticker: Vec<TickerOutcome>,
    /// Figures of the whole.
    pub metrics: Metrics,
    /// Points of `equity`. In cross mode only times at which every ticker has a bar count.
    pub bars: usize,
    /// Index into `equity` of the first bar on which every signal has a value (on every ticker); `None` without signals.
    pub first_usable: Option<usize>,
    /// For each signal of the script, on how many of its bars the condition held (whether or not a fill followed).
    /// Counted on the ticker that the signal names; on the universe's first one in cross mode, or if it names none of them.
    pub condition_counts: Vec<usize>,
    /// The same at length: one entry a signal.
    pub signals: Vec<SignalOutcome>,
}
