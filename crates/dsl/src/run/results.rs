//! What came of a completed run: the summary, and as much of the rest as can be had.

use serde_json::Value;
use signal_api::models::{BacktestResult, EquityPoint, Metrics, TickerResult, Trade};
use signal_api::{ApiError, Client};

/// What is fetched beside the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// How each ticker did.
    pub(crate) per_ticker: bool,
    /// The last trades, at most so many; 0: none.
    pub(crate) trades: usize,
    /// The equity curve.
    pub(crate) equity: bool,
}

impl Wanted {
    /// What a terminal shows.
    pub(crate) const ALL: Self = Self { per_ticker: true, trades: 100, equity: true };
    /// The summary alone.
    pub(crate) const SUMMARY: Self = Self { per_ticker: false, trades: 0, equity: false };
}

/// The results of a run.
#[derive(Debug)]
pub(crate) struct Results {
    /// The summary.
    pub(crate) summary: BacktestResult,
    /// The summary as the server sent it.
    pub(crate) raw: Value,
    /// The figures, from the summary or, where it has none, from their own page.
    pub(crate) metrics: Metrics,
    /// How each ticker did.
    pub(crate) per_ticker: Vec<TickerResult>,
    /// The last closed trades, in the order they came.
    pub(crate) trades: Vec<Trade>,
    /// How many there are in all, as far as that can be told: at least as many as `trades`.
    pub(crate) total_trades: u64,
    /// The equity curve, in order of time.
    pub(crate) equity: Vec<EquityPoint>,
    /// Parts that could not be fetched, by name. The run itself is none the worse.
    pub(crate) lacking: Vec<(&'static str, ApiError)>,
}

impl Results {
    /// The page with charts and trades.
    pub(crate) fn dashboard_url(&self) -> Option<&str> {
        self.summary.dashboard_url.as_deref().filter(|url| !url.is_empty())
    }

    /// Whether the figures rest on made-up bars, as the server says.
    pub(crate) fn is_synthetic(&self) -> bool {
        self.raw.get("data").and_then(Value::as_str) == Some("synthetic")
    }
}

/// Fetches the results.
///
/// # Errors
/// When the summary can't be had. What else is lacking stands in [`Results::lacking`].
pub(super) async fn fetch(client: &Client, result_id: &str, wanted: Wanted) -> Result<Results, ApiError> {
    let answer = client.result(result_id).await?;
    let has_figures = answer.data.metrics.as_ref().is_some_and(|metrics| *metrics != Metrics::default());
    let (metrics, per_ticker, trades, equity) = tokio::join!(
        when(!has_figures, client.result_metrics(result_id)),
        when(wanted.per_ticker, client.per_ticker(result_id)),
        when(wanted.trades > 0, client.last_trades(result_id, wanted.trades)),
        when(wanted.equity, client.equity(result_id)),
    );
    let mut lacking = Vec::new();
    let metrics =
        part("metrics", metrics, &mut lacking).map(|answer| answer.data).or_else(|| answer.data.metrics.clone());
    let per_ticker = part("per-ticker", per_ticker, &mut lacking).map(|answer| answer.data.tickers).unwrap_or_default();
    let (trades, total) = part("trades", trades, &mut lacking).unwrap_or_default();
    let total_trades = total.unwrap_or(0).max(trades.len() as u64);
    let equity = part("equity", equity, &mut lacking).map(|answer| answer.data.points).unwrap_or_default();
    Ok(Results {
        summary: answer.data,
        raw: answer.raw,
        metrics: metrics.unwrap_or_default(),
        per_ticker,
        trades,
        total_trades,
        equity,
        lacking,
    })
}

async fn when<T>(wanted: bool, fetch: impl Future<Output = Result<T, ApiError>>) -> Option<Result<T, ApiError>> {
    if wanted { Some(fetch.await) } else { None }
}

fn part<T>(
    name: &'static str,
    fetched: Option<Result<T, ApiError>>,
    lacking: &mut Vec<(&'static str, ApiError)>,
) -> Option<T> {
    match fetched? {
        Ok(part) => Some(part),
        Err(error) => {
            lacking.push((name, error));
            None
        }
    }
}
