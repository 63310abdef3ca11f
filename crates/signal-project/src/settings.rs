//! The settings of a run, each with its origin.

use jiff::civil::Date;
use signal_market::{Ticker, Timeframe};
use signal_text::Span;

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a setting came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The API's own default.
    Default,
    /// `signal.toml`; the span of the value in that file.
    Config(Span),
    /// A `#!` directive; the span of the value in the script.
    Directive(Span),
    /// A flag of the command.
    Flag,
}

/// How several tickers are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Each ticker by itself.
    Isolated,
    /// Several tickers at once, for pair trading.
    Cross,
}

/// Everything `POST /backtest/execute` takes beside the script. Names are the API's.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSettings {
    /// First day of the range; `None`: not set anywhere, or not a date.
    pub start_date: Option<Setting<Date>>,
    /// Last day of the range.
    pub end_date: Option<Setting<Date>>,
    /// Exchange id; default `binance`.
    pub exchange: Setting<String>,
    /// Length of a bar; default `1h`.
    pub timeframe: Setting<Timeframe>,
    /// Starting capital in quote currency; default 10000.
    pub initial_cash: Setting<f64>,
    /// Fee a fill as a fraction of its notional; default 0.0005.
    pub trading_fee: Setting<f64>,
    /// Price given away a fill as a fraction; default 0.0005.
    pub slippage: Setting<f64>,
    /// Explanation that goes with the run.
    pub description: Option<Setting<String>>,
    /// Tickers; `None`: not set anywhere.
    pub universe: Option<Setting<Vec<Ticker>>>,
    /// Isolated or cross; default isolated.
    pub mode: Setting<Mode>,
    /// Leverage, 1 to 100; default 1.
    pub leverage: Setting<f64>,
}

impl<T> Setting<T> {
    /// A value and where it came from.
    #[must_use]
    pub const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}

impl Origin {
    /// The word for it that people and programs read: `default`, `signal.toml`, `directive` or `flag`.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Config(_) => "signal.toml",
            Self::Directive(_) => "directive",
            Self::Flag => "flag",
        }
    }
}

impl Mode {
    /// Both of them, the default first.
    pub const ALL: [Self; 2] = [Self::Isolated, Self::Cross];

    /// The text that the API takes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Isolated => "isolated",
            Self::Cross => "cross",
        }
    }
}

impl std::fmt::Display for Mode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl Default for RunSettings {
    /// What the API takes where nothing is set.
    fn default() -> Self {
        const fn default<T>(value: T) -> Setting<T> {
            Setting::new(value, Origin::Default)
        }
        Self {
            start_date: None,
            end_date: None,
            exchange: default("binance".to_owned()),
            timeframe: default(Timeframe::H1),
            initial_cash: default(10_000.0),
            trading_fee: default(0.0005),
            slippage: default(0.0005),
            description: None,
            universe: None,
            mode: default(Mode::Isolated),
            leverage: default(1.0),
        }
    }
}
