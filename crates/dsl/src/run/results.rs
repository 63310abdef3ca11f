//! What came of a completed run: everything the server has of it, typed and as it was sent.
//!
//! A provisional key ends after a day, and its results with it: so all of them are fetched while they can be, and what is
//! kept ([`Results::stored`]) is enough to show, compare and export a run later without asking anybody.

use schemars::JsonSchema;
use serde::{Deserialize as _, Serialize};
use serde_json::{Value, json};
use signal_api::models::{Analysis, BacktestResult, Equity, EquityPoint, Metrics, PerTicker, TickerResult, Trade};
use signal_api::{AllTrades, Answer, ApiError, Client};

use super::{Event, Watcher};

/// More trades are not fetched; that there are more is told in [`Results::lacking`].
const MOST_TRADES: usize = 200_000;

/// The results of a run.
#[derive(Clone, Debug)]
pub(crate) struct Results {
    /// The summary.
    pub(crate) summary: BacktestResult,
    /// The figures: the summary's, and those of their own page where it has more.
    pub(crate) metrics: Metrics,
    /// How each ticker did.
    pub(crate) per_ticker: Vec<TickerResult>,
    /// Every closed trade, in the order they came.
    pub(crate) trades: Vec<Trade>,
    /// How many there are in all, as far as that can be told: at least as many as `trades`.
    pub(crate) total_trades: u64,
    /// The equity curve, in order of time.
    pub(crate) equity: Vec<EquityPoint>,
    /// The service's own words on the run, several lines; not sanitized.
    pub(crate) analysis: Option<String>,
    /// Parts that could not be fetched, or not wholly. The run itself is none the worse.
    pub(crate) lacking: Vec<Lacking>,
    /// See [`Results::stored`].
    stored: Value,
}

/// A part of the results that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Lacking {
    /// `metrics`, `per-ticker`, `trades`, `equity` or `analysis`.
    pub(crate) part: String,
    /// What is the matter with it, in words that go on from its name; not sanitized.
    pub(crate) message: String,
}

impl Results {
    /// The page with charts and trades.
    pub(crate) fn dashboard_url(&self) -> Option<&str> {
        self.summary.dashboard_url.as_deref().filter(|url| !url.is_empty())
    }

    /// Whether the figures rest on made-up bars, as the server says.
    pub(crate) fn is_synthetic(&self) -> bool {
        self.raw().get("data").and_then(Value::as_str) == Some("synthetic")
    }

    /// The summary as the server sent it.
    pub(crate) fn raw(&self) -> &Value {
        &self.stored["summary"]
    }

    /// Everything as the server sent it, which is what is kept of a run: `{"summary", "metrics", "per_ticker",
    /// "trades": [all of them], "trades_total", "equity", "analysis", "lacking": [{"part", "message"}]}`. A part that
    /// could not be fetched is null.
    pub(crate) const fn stored(&self) -> &Value {
        &self.stored
    }

    /// The results from what was kept of them.
    ///
    /// # Errors
    /// What is wrong with it, in words: it is no object, or it has no summary.
    pub(crate) fn from_stored(stored: Value) -> Result<Self, String> {
        let summary = stored.get("summary").filter(|summary| summary.is_object()).ok_or("it has no summary")?;
        let summary = BacktestResult::deserialize(summary).map_err(|error| error.to_string())?;
        let part = |name: &str| stored.get(name).filter(|part| !part.is_null());
        let page = part("metrics").map(|page| page.get("metrics").filter(|own| own.is_object()).unwrap_or(page));
        let metrics = merged(summary.metrics.clone().unwrap_or_default(), page);
        let per_ticker = part("per_ticker").and_then(|part| PerTicker::deserialize(part).ok()).unwrap_or_default();
        let trades: Vec<Trade> = part("trades")
            .and_then(Value::as_array)
            .map(|trades| trades.iter().filter_map(|trade| Trade::deserialize(trade).ok()).collect())
            .unwrap_or_default();
        let equity = part("equity").and_then(|part| Equity::deserialize(part).ok()).unwrap_or_default();
        let analysis = part("analysis").and_then(|part| Analysis::deserialize(part).ok()).unwrap_or_default();
        let text = |of: &Value, key: &str| of.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let lacking = part("lacking").and_then(Value::as_array).map(|lacking| {
            lacking.iter().map(|one| Lacking { part: text(one, "part"), message: text(one, "message") }).collect()
        });
        Ok(Self {
            summary,
            metrics,
            per_ticker: per_ticker.tickers,
            total_trades: part("trades_total").and_then(Value::as_u64).unwrap_or(0).max(trades.len() as u64),
            trades,
            equity: equity.points,
            analysis: analysis.analysis.filter(|text| !text.trim().is_empty()),
            lacking: lacking.unwrap_or_default(),
            stored,
        })
    }
}

/// The summary's figures; what it lacks, and every other number, from their own page.
fn merged(mut metrics: Metrics, page: Option<&Value>) -> Metrics {
    let Some(page) = page.and_then(|page| Metrics::deserialize(page).ok()) else { return metrics };
    metrics.total_return_pct = metrics.total_return_pct.or(page.total_return_pct);
    metrics.max_drawdown = metrics.max_drawdown.or(page.max_drawdown);
    metrics.sharpe_ratio = metrics.sharpe_ratio.or(page.sharpe_ratio);
    metrics.sortino_ratio = metrics.sortino_ratio.or(page.sortino_ratio);
    metrics.calmar_ratio = metrics.calmar_ratio.or(page.calmar_ratio);
    metrics.win_rate = metrics.win_rate.or(page.win_rate);
    metrics.num_trades = metrics.num_trades.or(page.num_trades);
    metrics.profit_factor = metrics.profit_factor.or(page.profit_factor);
    for (name, value) in page.extra {
        if value.is_number() && !metrics.extra.contains_key(&name) {
            metrics.extra.insert(name, value);
        }
    }
    metrics
}

/// Fetches the results: the summary, then the smaller parts side by side, then the trades, page after page.
///
/// # Errors
/// When the summary can't be had. What else is lacking stands in [`Results::lacking`].
pub(super) async fn fetch(
    client: &Client,
    result_id: &str,
    watcher: &mut dyn Watcher,
) -> Result<Box<Results>, ApiError> {
    let summary = client.result(result_id).await?.raw;
    let (metrics, per_ticker, equity, analysis) = tokio::join!(
        client.result_metrics(result_id),
        client.per_ticker(result_id),
        client.equity(result_id),
        client.analysis(result_id),
    );
    let came = |done, total| watcher.tell(&Event::Trades { done, total });
    let trades = client.all_trades(result_id, MOST_TRADES, came).await;
    let mut lacking = Vec::new();
    let metrics = raw("metrics", metrics, &mut lacking);
    let per_ticker = raw("per-ticker", per_ticker, &mut lacking);
    let equity = raw("equity", equity, &mut lacking);
    let analysis = raw("analysis", analysis, &mut lacking);
    let (trades, total) = pages(trades, &mut lacking);
    let stored = json!({
        "summary": summary,
        "metrics": metrics,
        "per_ticker": per_ticker,
        "trades": null,
        "trades_total": total,
        "equity": null,
        "analysis": analysis,
        "lacking": lacking,
    });
    Results::from_stored(with(stored, trades, equity)).map(Box::new).map_err(ApiError::Protocol)
}

/// The two parts that may be large are moved in: `json!` would copy them.
fn with(mut stored: Value, trades: Value, equity: Value) -> Value {
    stored["trades"] = trades;
    stored["equity"] = equity;
    stored
}

fn raw<T>(part: &str, fetched: Result<Answer<T>, ApiError>, lacking: &mut Vec<Value>) -> Value {
    match fetched {
        Ok(answer) => answer.raw,
        Err(error) => {
            lacking.push(lack(part, &format!("could not be fetched: {error}")));
            Value::Null
        }
    }
}

fn pages(fetched: Result<AllTrades, ApiError>, lacking: &mut Vec<Value>) -> (Value, Option<u64>) {
    let all = match fetched {
        Ok(all) => all,
        Err(error) => {
            lacking.push(lack("trades", &format!("could not be fetched: {error}")));
            return (Value::Null, None);
        }
    };
    let came = all.raw.len() as u64;
    if !all.whole {
        let of = all.total.map(|total| format!(" of {total}")).unwrap_or_default();
        let why = match &all.trouble {
            Some(error) => format!(": {error}"),
            None if all.raw.len() >= MOST_TRADES => ", which is as many as are kept".to_owned(),
            None => ", since the server sends no more".to_owned(),
        };
        lacking.push(lack("trades", &format!("only the first {came}{of} were fetched{why}")));
    }
    (Value::from(all.raw), Some(all.total.unwrap_or(0).max(came)))
}

fn lack(part: &str, message: &str) -> Value {
    json!({ "part": part, "message": message })
}
