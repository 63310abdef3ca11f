//! A backtest in plain sentences: what the numbers say, and no opinion.

use signal_engine::{Reason, Trade};

use crate::data::calendar::rfc3339;
use crate::report::Report;

/// Fewer closed trades than this say little, and the service's leaderboard refuses them.
const FEW_TRADES: usize = 10;

/// Several lines of text.
pub(crate) fn text(report: &Report) -> String {
    let mut lines = vec![data_line(report), range_line(report), result_line(report)];
    lines.extend(trade_lines(report));
    lines.extend(ticker_line(report));
    lines.join("\n")
}

fn data_line(report: &Report) -> String {
    let data = match report.data {
        "synthetic" => "synthetic bars: made-up prices, not a market's".to_owned(),
        other => format!("bars from {other} files"),
    };
    format!("This is a sandbox result. It rests on {data}; the service's numbers will differ.")
}

fn range_line(report: &Report) -> String {
    let settings = &report.settings;
    let bars = report.outcome.bars;
    let usable = match report.first_usable() {
        Some(first) => format!(
            "every signal has a value from {} on, which leaves {} usable bars",
            rfc3339(first),
            bars - report.outcome.first_usable.unwrap_or(bars)
        ),
        None => "the script has no signal".to_owned(),
    };
    format!(
        "The range {} to {} holds {bars} bars of {}; {usable}.",
        settings.start_date, settings.end_date, settings.timeframe
    )
}

fn result_line(report: &Report) -> String {
    let metrics = &report.outcome.metrics;
    let figure = |name: &str, value: Option<f64>, unit: &str| match value {
        Some(value) => format!("{name} {value:.2}{unit}"),
        None => format!("{name} not defined"),
    };
    [
        figure("Total return", metrics.total_return_pct, "%"),
        figure("deepest fall", metrics.max_drawdown, "%"),
        figure("Sharpe", metrics.sharpe_ratio, ""),
        figure("Sortino", metrics.sortino_ratio, ""),
        figure("Calmar", metrics.calmar_ratio, ""),
        figure("profit factor", metrics.profit_factor, ""),
    ]
    .join(", ")
        + "."
}

fn trade_lines(report: &Report) -> Vec<String> {
    let outcome = &report.outcome;
    let held: Vec<String> = outcome
        .condition_counts
        .iter()
        .enumerate()
        .map(|(n, count)| format!("signal {} on {count} bars", n + 1))
        .collect();
    let mut lines = Vec::new();
    if !held.is_empty() {
        lines.push(format!("Conditions held: {}.", held.join(", ")));
    }
    if outcome.trades.is_empty() {
        lines.push("No position was opened.".to_owned());
        return lines;
    }
    let count = |holds: &dyn Fn(&Trade) -> bool| outcome.trades.iter().filter(|trade| holds(trade)).count();
    let fees: f64 = outcome.trades.iter().map(|trade| trade.fees).sum();
    let bars: usize = outcome.trades.iter().map(|trade| trade.bars_held).sum();
    let trades = outcome.trades.len();
    lines.push(format!(
        "{trades} trades were closed, {} of them with a gain, after {:.1} bars on average; fees took {fees:.2}.",
        count(&|trade| trade.pnl > 0.0),
        bars as f64 / trades as f64,
    ));
    let liquidated = count(&|trade| trade.reason == Reason::Liquidation);
    if liquidated > 0 {
        lines.push(format!("{} liquidated.", positions(liquidated)));
    }
    let at_end = count(&|trade| trade.reason == Reason::EndOfData);
    if at_end > 0 {
        lines.push(format!("{} still open and closed at the last close.", positions(at_end)));
    }
    if trades < FEW_TRADES {
        lines.push(format!("Fewer than {FEW_TRADES} trades say little about a strategy."));
    }
    lines
}

fn positions(count: usize) -> String {
    if count == 1 { "1 position was".to_owned() } else { format!("{count} positions were") }
}

fn ticker_line(report: &Report) -> Option<String> {
    let tickers = &report.outcome.per_ticker;
    if tickers.len() < 2 {
        return None;
    }
    let best = tickers.iter().max_by(|a, b| a.pnl.total_cmp(&b.pnl))?;
    let worst = tickers.iter().min_by(|a, b| a.pnl.total_cmp(&b.pnl))?;
    Some(format!(
        "Of {} tickers, {} did best ({:+.2}) and {} worst ({:+.2}).",
        tickers.len(),
        best.ticker,
        best.pnl,
        worst.ticker,
        worst.pnl
    ))
}
