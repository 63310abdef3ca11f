//! Where bars come from: a seeded synthetic market, or a folder of CSV files.

pub(crate) mod calendar;
mod csv;
mod synthetic;

use std::path::PathBuf;

use jiff::civil::Date;
use signal_engine::Bars;
use signal_market::{Ticker, Timeframe};

use self::calendar::Window;
use self::synthetic::Synthetic;

/// What a sandbox serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataSource {
    /// Made-up bars. The same seed gives the same prices everywhere, and every answer says that they are synthetic.
    Synthetic {
        /// Which market.
        seed: u64,
    },
    /// The files `EXCHANGE_BASE_QUOTE[_SETTLE]_TIMEFRAME.csv` of a folder.
    Csv(PathBuf),
}

/// Why there are no bars.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DataError {
    /// The data is not there or can't be read: `DATA_UNAVAILABLE`.
    #[error("{message}")]
    Unavailable { message: String, suggestion: String },
}

/// An opened [`DataSource`].
#[derive(Debug)]
pub(crate) enum Market {
    Synthetic(Synthetic),
    Csv(PathBuf),
}

impl Market {
    pub(crate) fn open(source: &DataSource) -> Self {
        match source {
            DataSource::Synthetic { seed } => Self::Synthetic(Synthetic::new(*seed)),
            DataSource::Csv(folder) => Self::Csv(folder.clone()),
        }
    }

    /// What the bars are, in the answers' `data` field.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Synthetic(_) => "synthetic",
            Self::Csv(_) => "csv",
        }
    }

    /// The closed bars of a ticker that open in the window, oldest first. Once `wanted` says no, what was read so far.
    pub(crate) fn bars(
        &self,
        ticker: &Ticker,
        timeframe: Timeframe,
        window: &Window,
        wanted: &dyn Fn() -> bool,
    ) -> Result<Bars, DataError> {
        match self {
            Self::Synthetic(market) => Ok(market.bars(ticker, timeframe, window, wanted)),
            Self::Csv(folder) => csv::bars(folder, ticker, timeframe, window),
        }
    }

    /// The last `count` closed bars of a ticker as seen on `today`, oldest first; fewer where there are fewer.
    pub(crate) fn last_bars(
        &self,
        ticker: &Ticker,
        timeframe: Timeframe,
        count: usize,
        today: Date,
    ) -> Result<Bars, DataError> {
        let all = Window::until(today);
        let mut bars = match self {
            Self::Synthetic(market) => market.bars(ticker, timeframe, &all.last(timeframe, count), &|| true),
            Self::Csv(folder) => csv::bars(folder, ticker, timeframe, &all)?,
        };
        let spare = bars.len().saturating_sub(count);
        bars.open_time.drain(..spare);
        for column in [&mut bars.open, &mut bars.high, &mut bars.low, &mut bars.close, &mut bars.volume] {
            column.drain(..spare);
        }
        Ok(bars)
    }

    /// The shortest of some timeframes in which there are bars of a ticker.
    pub(crate) fn finest(&self, ticker: &Ticker, of: &[Timeframe]) -> Option<Timeframe> {
        match self {
            Self::Synthetic(_) => of.first().copied(),
            Self::Csv(folder) => of.iter().copied().find(|timeframe| csv::has(folder, ticker, *timeframe)),
        }
    }

    /// Tickers that are worth naming: the made-up market's examples, or those that the folder has files for.
    pub(crate) fn tickers(&self) -> Vec<String> {
        match self {
            Self::Synthetic(_) => synthetic::LISTED.map(str::to_owned).to_vec(),
            Self::Csv(folder) => csv::tickers(folder),
        }
    }
}
