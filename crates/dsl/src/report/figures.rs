//! The figures of a run with plain words: eight that every run has, and whatever else the server computed.

use maud::{Markup, html};
use signal_api::models::Metrics;

use crate::render::{number, visible};
use crate::run::Results;

/// A figure as it is shown.
struct Figure {
    name: &'static str,
    value: String,
    /// `good`, `bad`, or nothing where it is neither.
    tone: Option<&'static str>,
    words: &'static str,
}

/// The figures as a list of terms.
pub(crate) fn markup(results: &Results, start: Option<f64>) -> Markup {
    let end = results.equity.last().map(|point| point.equity);
    let others: Vec<(String, String)> = results
        .metrics
        .extra
        .iter()
        .filter_map(|(name, value)| Some((name.replace('_', " "), value.as_f64()?)))
        .map(|(name, value)| (visible::line(&name).into_owned(), significant(value)))
        .collect();
    html! {
        dl.figures {
            @for figure in figures(&results.metrics) {
                div {
                    dt { (figure.name) }
                    dd class=[figure.tone] { (figure.value) }
                    dd.words { (figure.words) }
                }
            }
            @if let (Some(start), Some(end)) = (start, end) {
                div {
                    dt { "Capital" }
                    dd { (number::fixed(end, 2)) }
                    dd.words { "at the end, from " (number::fixed(start, 2)) }
                }
            }
        }
        @if !others.is_empty() {
            details {
                summary { (number::count(others.len() as u64, "more figure")) " from the server" }
                table.pairs {
                    tbody { @for (name, value) in &others { tr { th scope="row" { (name) } td.number { (value) } } } }
                }
            }
        }
    }
}

fn significant(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { number::fixed(value, 0) } else { number::significant(value) }
}

fn figures(metrics: &Metrics) -> [Figure; 8] {
    let percent = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), number::percent);
    let ratio = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| number::fixed(value, 2));
    let share = |value: f64| format!("{} %", number::fixed(value, 1));
    let figure = |name, value, tone, words| Figure { name, value, tone, words };
    [
        figure(
            "Total return",
            percent(metrics.total_return_pct),
            tone(metrics.total_return_pct),
            "gain or loss over the whole range",
        ),
        figure("Max drawdown", percent(metrics.max_drawdown.map(|fall| -fall.abs())), None, "deepest fall from a peak"),
        figure(
            "Sharpe ratio",
            ratio(metrics.sharpe_ratio),
            tone(metrics.sharpe_ratio),
            "yearly return for its ups and downs; above 1 is good",
        ),
        figure(
            "Sortino ratio",
            ratio(metrics.sortino_ratio),
            tone(metrics.sortino_ratio),
            "the same, counting only the downs",
        ),
        figure(
            "Calmar ratio",
            ratio(metrics.calmar_ratio),
            tone(metrics.calmar_ratio),
            "yearly growth for the deepest fall",
        ),
        figure(
            "Win rate",
            metrics.win_rate.map_or_else(|| "–".to_owned(), share),
            None,
            "share of closed trades that won",
        ),
        figure("Trades", metrics.num_trades.map_or_else(|| "–".to_owned(), number::whole), None, "closed positions"),
        figure(
            "Profit factor",
            ratio(metrics.profit_factor),
            tone(metrics.profit_factor.map(|factor| factor - 1.0)),
            "gains over losses; above 1 earns",
        ),
    ]
}

/// Whether a figure is on the good side of zero.
fn tone(value: Option<f64>) -> Option<&'static str> {
    let value = value.filter(|value| *value != 0.0 && value.is_finite())?;
    Some(if value > 0.0 { "good" } else { "bad" })
}
