//! What a finished backtest answers: the numbers of its simulation and what they rest on, in the API's own models.

use serde_json::{Value, json};
use signal_api::models::{
    BacktestResult, Equity, EquityPoint, Extra, Metrics, PerTicker, TickerResult, Trade, TradesPage,
};
use signal_engine::Outcome;

use crate::data::calendar::rfc3339;
use crate::validate::Settings;

/// Points that an equity curve has at most on the wire; a longer one is thinned.
const MAX_POINTS: usize = 250_000;

/// How the sandbox fills orders, in short, so that a figure can be judged without reading the source.
const RULES: &str = "A signal on the close of a bar fills at the next bar's open; slippage worsens the price, the fee is \
                     taken of the notional of each fill; positions that are open at the end are closed at the last close.";

/// A finished backtest.
#[derive(Debug)]
pub(crate) struct Report {
    /// Id of the result.
    pub result_id: String,
    /// Id of the backtest.
    pub backtest_id: String,
    /// What was asked for.
    pub settings: Settings,
    /// Which data it rests on: `synthetic` or `csv`.
    pub data: &'static str,
    /// What came out.
    pub outcome: Outcome,
    /// What became of each signal of the script, as the summary tells it.
    pub signals: Vec<Value>,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// A part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub offset: usize,
    pub limit: usize,
}

/// The fields that mark numbers as what they are, with those of `document`, which is an object.
pub(crate) fn marks(data: &str, document: Value) -> Extra {
    let mut extra = Extra::new();
    extra.insert("origin".to_owned(), json!("sandbox"));
    extra.insert("data".to_owned(), json!(data));
    if let Value::Object(fields) = document {
        extra.extend(fields);
    }
    extra
}

impl Report {
    /// Summary, settings and metrics.
    pub(crate) fn summary(&self, dashboard_url: String) -> BacktestResult {
        let equity = &self.outcome.equity;
        BacktestResult {
            result_id: Some(self.result_id.clone()),
            metrics: Some(wire_metrics(&self.outcome.metrics, Extra::new())),
            dashboard_url: Some(dashboard_url),
            extra: self.marks(json!({
                "status": "completed",
                "settings": self.settings.json(),
                "bars": self.outcome.bars,
                "first_bar": equity.first().map(|point| rfc3339(point.time)),
                "last_bar": equity.last().map(|point| rfc3339(point.time)),
                "first_usable": self.first_usable().map(rfc3339),
                "signals": self.signals,
                "final_equity": equity.last().map(|point| point.equity),
                "elapsed_ms": self.elapsed_ms,
            })),
        }
    }

    /// Metrics and what explains them.
    pub(crate) fn metrics(&self) -> Metrics {
        let explained = self.marks(json!({
            "bars": self.outcome.bars,
            "first_usable": self.first_usable().map(rfc3339),
            "condition_counts": self.outcome.condition_counts,
            "rules": RULES,
        }));
        wire_metrics(&self.outcome.metrics, explained)
    }

    /// One entry a ticker, in the universe's order.
    pub(crate) fn per_ticker(&self) -> PerTicker {
        let tickers = self.outcome.per_ticker.iter().map(|ticker| TickerResult {
            ticker: ticker.ticker.clone(),
            pnl: Some(ticker.pnl),
            metrics: wire_metrics(&ticker.metrics, Extra::new()),
        });
        PerTicker { tickers: tickers.collect(), extra: self.marks(json!({})) }
    }

    /// A page of the trades in the order of their exits.
    pub(crate) fn trades(&self, page: Page) -> TradesPage {
        let all = &self.outcome.trades;
        let trades: Vec<Trade> = all.iter().skip(page.offset).take(page.limit).map(wire_trade).collect();
        let after = page.offset.saturating_add(trades.len());
        TradesPage {
            total: Some(all.len() as u64),
            limit: Some(page.limit as u64),
            offset: Some(page.offset as u64),
            next_cursor: None,
            has_more: Some(after < all.len()),
            extra: self.marks(json!({})),
            trades,
        }
    }

    /// The equity at the close of every bar. Of a curve that is too long, every n-th point and the last one.
    pub(crate) fn equity(&self) -> Equity {
        let all = &self.outcome.equity;
        let step = all.len().div_ceil(MAX_POINTS).max(1);
        let points =
            all.iter().enumerate().filter(|(bar, _)| bar % step == 0 || bar + 1 == all.len()).map(|(_, point)| {
                EquityPoint { time: rfc3339(point.time), equity: point.equity, drawdown_pct: Some(point.drawdown_pct) }
            });
        Equity { points: points.collect(), extra: self.marks(json!({ "bars": all.len(), "bars_per_point": step })) }
    }

    /// When the first bar opens on which every signal has a value.
    pub(crate) fn first_usable(&self) -> Option<i64> {
        let bar = self.outcome.first_usable?;
        self.outcome.equity.get(bar).map(|point| point.time)
    }

    /// Where the numbers come from, and the fields of `document`.
    pub(crate) fn marks(&self, document: Value) -> Extra {
        let mut extra = marks(self.data, json!({ "backtest_id": self.backtest_id }));
        if let Value::Object(fields) = document {
            extra.extend(fields);
        }
        extra
    }
}

fn wire_metrics(figures: &signal_engine::Metrics, extra: Extra) -> Metrics {
    Metrics {
        total_return_pct: figures.total_return_pct,
        max_drawdown: figures.max_drawdown,
        sharpe_ratio: figures.sharpe_ratio,
        sortino_ratio: figures.sortino_ratio,
        calmar_ratio: figures.calmar_ratio,
        win_rate: figures.win_rate,
        num_trades: Some(figures.num_trades as u64),
        profit_factor: figures.profit_factor,
        extra,
    }
}

fn wire_trade(trade: &signal_engine::Trade) -> Trade {
    Trade {
        ticker: Some(trade.ticker.clone()),
        side: Some(trade.side.as_str().to_owned()),
        entry_time: Some(rfc3339(trade.entry_time)),
        entry_price: Some(trade.entry_price),
        exit_time: Some(rfc3339(trade.exit_time)),
        exit_price: Some(trade.exit_price),
        quantity: Some(trade.quantity),
        pnl: Some(trade.pnl),
        pnl_pct: Some(trade.pnl_pct),
        fees: Some(trade.fees),
        reason: Some(trade.reason.as_str().to_owned()),
        bars_held: Some(trade.bars_held as u64),
        extra: Extra::new(),
    }
}
