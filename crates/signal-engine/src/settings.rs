//! What a simulation is given beside the program, and whether it goes together.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use signal_market::{MarketType, Ticker, Timeframe};

use crate::bars::{Bars, BarsError};
use crate::error::EngineError;
use crate::outcome::Side;
use crate::program::{ActionKind, Program};

/// How several tickers are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// Each ticker by itself, in an account of its own.
    #[default]
    Isolated,
    /// All tickers in one account.
    Cross,
}

/// Settings of a simulation; names are the API's.
#[derive(Clone, Debug, PartialEq)]
pub struct Simulation {
    /// Tickers, in order. The first one's prices are the script's in cross mode.
    pub universe: Vec<Ticker>,
    /// Isolated or cross.
    pub mode: Mode,
    /// Starting capital in quote currency, greater than 0.
    pub initial_cash: f64,
    /// Fee a fill as a fraction of its notional, from 0 to below 1.
    pub trading_fee: f64,
    /// Price given away a fill as a fraction, from 0 to below 1.
    pub slippage: f64,
    /// Notional over margin, 1 or more.
    pub leverage: f64,
    /// Length of a bar: scales annual figures.
    pub timeframe: Timeframe,
}

/// Bars by ticker, as text (`BINANCE:BTC/USDT`). Shared, so that a cache keeps its copy; checked once, however many
/// simulations use them.
#[derive(Clone, Debug, Default)]
pub struct MarketData {
    bars: BTreeMap<String, Checked>,
}

#[derive(Clone, Debug)]
struct Checked {
    bars: Arc<Bars>,
    sound: OnceLock<Result<(), BarsError>>,
}

impl MarketData {
    /// Sets the bars of a ticker.
    pub fn insert(&mut self, ticker: impl Into<String>, bars: impl Into<Arc<Bars>>) {
        self.bars.insert(ticker.into(), Checked { bars: bars.into(), sound: OnceLock::new() });
    }

    /// The bars of a ticker.
    #[must_use]
    pub fn get(&self, ticker: &str) -> Option<&Bars> {
        self.bars.get(ticker).map(|checked| checked.bars.as_ref())
    }

    /// The bars of a ticker, if they can be computed with.
    pub(crate) fn sound(&self, ticker: &str) -> Option<Result<&Bars, BarsError>> {
        let Checked { bars, sound } = self.bars.get(ticker)?;
        Some(sound.get_or_init(|| bars.validate()).clone().map(|()| bars.as_ref()))
    }
}

impl<T: Into<String>, B: Into<Arc<Bars>>> FromIterator<(T, B)> for MarketData {
    fn from_iter<I: IntoIterator<Item = (T, B)>>(pairs: I) -> Self {
        let mut data = Self::default();
        for (ticker, bars) in pairs {
            data.insert(ticker, bars);
        }
        data
    }
}

/// Checks that every setting is within its bounds.
pub(crate) fn check_settings(simulation: &Simulation) -> Result<(), EngineError> {
    let fault = |name, message: &str| Err(EngineError::Setting { name, message: message.to_owned() });
    let fraction = 0.0..1.0;
    if simulation.universe.is_empty() {
        return fault("universe", "name at least one ticker");
    }
    if !(simulation.initial_cash > 0.0 && simulation.initial_cash.is_finite()) {
        return fault("initial_cash", "must be greater than 0");
    }
    if !fraction.contains(&simulation.trading_fee) {
        return fault("trading_fee", "must be a fraction from 0 to below 1, such as 0.0005");
    }
    if !fraction.contains(&simulation.slippage) {
        return fault("slippage", "must be a fraction from 0 to below 1, such as 0.0005");
    }
    if !(simulation.leverage >= 1.0 && simulation.leverage.is_finite()) {
        return fault("leverage", "must be 1 or more");
    }
    for (index, ticker) in simulation.universe.iter().enumerate() {
        if simulation.universe[..index].contains(ticker) {
            return Err(EngineError::Setting {
                name: "universe",
                message: format!("{ticker} is named twice; name it once"),
            });
        }
    }
    Ok(())
}

/// Checks that the markets of the universe can do what settings and signals ask.
pub(crate) fn check_markets(program: &Program, simulation: &Simulation) -> Result<(), EngineError> {
    let not_perpetual = |ticker: &&Ticker| !is_perpetual(ticker);
    if simulation.leverage != 1.0
        && let Some(ticker) = simulation.universe.iter().find(not_perpetual)
    {
        let message = format!(
            "a leverage of {} needs a perpetual market, such as HYPERLIQUID:BTC/USDC:USDC; set leverage to 1",
            simulation.leverage
        );
        return Err(EngineError::Ticker { ticker: ticker.to_string(), span: None, message });
    }
    for signal in program.signals() {
        if signal.action == ActionKind::Entry
            && signal.side == Some(Side::Short)
            && simulation.universe.contains(&signal.ticker)
            && !is_perpetual(&signal.ticker)
        {
            let message =
                "\"SHORT\" needs a perpetual market, such as HYPERLIQUID:BTC/USDC:USDC; only \"LONG\" works here"
                    .to_owned();
            return Err(EngineError::Ticker { ticker: signal.ticker.to_string(), span: Some(signal.span), message });
        }
    }
    Ok(())
}

/// Whether a ticker can be shorted and leveraged.
pub(crate) fn is_perpetual(ticker: &Ticker) -> bool {
    ticker.market() == Some(MarketType::Perpetual)
}
