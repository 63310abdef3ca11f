//! `dsl eval`, `dsl scan`, `dsl rank` and their flags.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Where an expression is computed, and how that is told.
#[derive(Debug, Args)]
pub(crate) struct MarketArguments {
    /// Exchange id [default: that of the symbols, of signal.toml, or binance]
    #[arg(long, value_name = "ID")]
    pub(crate) exchange: Option<String>,
    /// Length of a bar: 1m, 5m, 15m, 30m, 1h, 4h, 1d, 1w or 1M [default: that of signal.toml, or 1h]
    #[arg(long, value_name = "LENGTH")]
    pub(crate) timeframe: Option<String>,
    /// Compute on a local sandbox with synthetic data instead of the HeyTraders service: no key
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// Folder with your own bars for --sandbox, as EXCHANGE_BASE_QUOTE_TIMEFRAME.csv
    #[arg(long, value_name = "DIR", requires = "sandbox")]
    pub(crate) data: Option<PathBuf>,
    /// Send the expression although the check found errors
    #[arg(long)]
    pub(crate) force: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    pub(crate) json: bool,
}

/// `dsl eval`
#[derive(Debug, Args)]
pub(crate) struct EvalArguments {
    /// The expression, a number or a condition: "rsi(close, 14)[-1]"; `-` is standard input
    pub(crate) expression: String,
    /// Whose bars: BINANCE:BTC/USDT, or BTC/USDT on --exchange [default: the universe of signal.toml]
    #[arg(long, value_name = "SYMBOL")]
    pub(crate) symbol: Option<String>,
    /// Also the value of every bar, where the server tells it
    #[arg(long)]
    pub(crate) series: bool,
    /// Where and how.
    #[command(flatten)]
    pub(crate) market: MarketArguments,
}

/// `dsl scan`
#[derive(Debug, Args)]
pub(crate) struct ScanArguments {
    /// The condition: "rsi(close, 14) < 30"; `-` is standard input
    pub(crate) condition: String,
    /// Symbols to look at, separated by commas [default: the universe of signal.toml, or all of the exchange]
    #[arg(long, value_name = "SYMBOLS", value_delimiter = ',')]
    pub(crate) universe: Vec<String>,
    /// Where and how.
    #[command(flatten)]
    pub(crate) market: MarketArguments,
}

/// `dsl rank`
#[derive(Debug, Args)]
pub(crate) struct RankArguments {
    /// The expression, a number: "roc(close, 10)"; `-` is standard input
    pub(crate) expression: String,
    /// Symbols to rank, separated by commas [default: the universe of signal.toml, or all of the exchange]
    #[arg(long, value_name = "SYMBOLS", value_delimiter = ',')]
    pub(crate) universe: Vec<String>,
    /// Greatest first (desc) or least first (asc)
    #[arg(long, value_enum, default_value_t, value_name = "ORDER", hide_possible_values = true)]
    pub(crate) order: Order,
    /// At most so many
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Where and how.
    #[command(flatten)]
    pub(crate) market: MarketArguments,
}

/// Which end of a ranking comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Order {
    /// The least.
    Asc,
    /// The greatest.
    #[default]
    Desc,
}

impl Order {
    /// The API's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }
}
