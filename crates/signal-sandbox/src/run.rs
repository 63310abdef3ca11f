//! One backtest from script to report: parse and compile before it is taken, bars and simulation on a worker.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use signal_api::{ErrorBody, ErrorCode};
use signal_engine::{EngineError, MarketData, Mode, Simulation, simulate_watched};

use crate::data::Market;
use crate::data::calendar::Window;
use crate::evaluation::unavailable;
use crate::jobs::Job;
use crate::reply::{Refusal, failure};
use crate::report::Report;
use crate::script::Script;
use crate::signals;
use crate::validate::Settings;

/// Share of the progress that loading bars takes; the simulation takes the rest.
const LOADING: f64 = 0.5;

/// A backtest that is ready to run.
#[derive(Debug)]
pub(crate) struct Work {
    pub settings: Settings,
    pub window: Window,
    script: Script,
}

impl Work {
    /// Parses and compiles; what is wrong with the script is told with its line and column.
    pub(crate) fn prepare(settings: Settings, window: Window, script: String) -> Result<Self, Refusal> {
        Ok(Self { settings, window, script: Script::compile("script", script)? })
    }

    /// Loads bars, simulates, and reports. Looks often whether it is still wanted.
    pub(crate) fn perform(self, market: &Market, job: &Job) -> Result<Report, ErrorBody> {
        let started = Instant::now();
        let settings = &self.settings;
        let tickers = settings.universe.len();
        let mut data = MarketData::default();
        let wanted = || !job.is_cancelled();
        for (n, ticker) in settings.universe.iter().enumerate() {
            let bars = market.bars(ticker, settings.timeframe, &self.window, &wanted).map_err(unavailable)?;
            if !wanted() {
                return Err(cancelled());
            }
            data.insert(ticker.to_string(), Arc::new(bars));
            job.set_progress(LOADING * (n + 1) as f64 / tickers as f64);
        }
        let simulation = Simulation {
            universe: settings.universe.clone(),
            mode: if settings.cross { Mode::Cross } else { Mode::Isolated },
            initial_cash: settings.initial_cash,
            trading_fee: settings.trading_fee,
            slippage: settings.slippage,
            leverage: settings.leverage,
            timeframe: settings.timeframe,
        };
        let mut watch = |share: f64| {
            job.set_progress(LOADING + (1.0 - LOADING) * share);
            if job.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let outcome = simulate_watched(&self.script.program, &data, &simulation, &mut watch)
            .map_err(|error| self.explain(&error))?;
        let signals = signals::told(&self.script, &settings.universe, &outcome.signals);
        Ok(Report {
            result_id: job.result_id.clone(),
            backtest_id: job.id.clone(),
            data: market.label(),
            settings: self.settings,
            outcome,
            signals,
            elapsed_ms: started.elapsed().as_millis() as u64,
        })
    }

    /// An engine's error in the API's words.
    fn explain(&self, error: &EngineError) -> ErrorBody {
        match error {
            EngineError::Cancelled => cancelled(),
            _ => self.script.explain(error, self.settings.timeframe, "set start_date earlier"),
        }
    }
}

/// Refuses a range with more bars than the sandbox takes, before anything is read.
pub(crate) fn check_size(settings: &Settings, window: &Window, most: u64) -> Result<(), Refusal> {
    let tickers = settings.universe.len() as u64;
    let bars = window.bars_at_most(settings.timeframe).max(0) as u64;
    if bars.saturating_mul(tickers) <= most {
        return Ok(());
    }
    let message = format!(
        "timeframe: the range has {bars} bars of {} for each of {tickers} tickers; the sandbox takes {most} in all",
        settings.timeframe
    );
    Err(Refusal::parameter("timeframe", message, "shorten the range, or take a longer timeframe or fewer tickers"))
}

/// Nobody reads it: a cancelled job keeps its state.
fn cancelled() -> ErrorBody {
    failure(ErrorCode::Other("CANCELLED".to_owned()), "the backtest was cancelled", "")
}
