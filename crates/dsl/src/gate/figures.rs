//! The figures that a condition of `--fail-if` can name, and where a result holds each.

use serde_json::Value;
use signal_api::models::ExecuteRequest;

use crate::run::Results;

/// A figure that every result may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Figure {
    /// The API's name.
    pub(crate) name: &'static str,
    /// What it is, for people.
    pub(crate) meaning: &'static str,
    /// The lowest and the highest value that it can have.
    pub(crate) bounds: (f64, f64),
    /// Whether it is a percentage that people are tempted to write as a fraction.
    pub(crate) percent: bool,
}

const fn figure(name: &'static str, meaning: &'static str, low: f64, high: f64) -> Figure {
    Figure { name, meaning, bounds: (low, high), percent: false }
}

const ANY: f64 = f64::INFINITY;

/// Every figure with a name of its own: the metrics, what is known of the run before it starts, and the last equity.
/// Bounds are those that no server can leave: a drawdown counts by its size, so it is never negative; with leverage it may
/// pass 100 %.
pub(crate) const FIGURES: [Figure; 13] = [
    figure("total_return_pct", "gain or loss over the whole range, in percent", -ANY, ANY),
    Figure { percent: true, ..figure("max_drawdown", "deepest fall from a peak, in percent, by its size", 0.0, ANY) },
    figure("sharpe_ratio", "yearly return for its ups and downs", -ANY, ANY),
    figure("sortino_ratio", "the same, counting only the downs", -ANY, ANY),
    figure("calmar_ratio", "yearly growth for the deepest fall", -ANY, ANY),
    Figure { percent: true, ..figure("win_rate", "share of closed trades that won, in percent", 0.0, 100.0) },
    figure("num_trades", "closed trades", 0.0, ANY),
    figure("profit_factor", "gains over losses", 0.0, ANY),
    figure("final_equity", "what the account is worth at the end", -ANY, ANY),
    figure("initial_cash", "starting capital", -ANY, ANY),
    figure("trading_fee", "fee a fill, as a fraction", -ANY, ANY),
    figure("slippage", "price given away a fill, as a fraction", -ANY, ANY),
    figure("leverage", "notional over margin", -ANY, ANY),
];

/// Objects of the result whose other fields can be named: `metrics.volatility`.
pub(crate) const OBJECTS: [&str; 2] = ["metrics", "summary"];

/// The figures of one result.
#[derive(Clone, Debug)]
pub(crate) struct Values {
    metrics: Value,
    summary: Value,
    settings: Value,
    final_equity: Option<f64>,
}

impl Values {
    /// Those of `results`, and of the request that led to them; without one the settings have no values, and a condition
    /// that asks for them is undecided rather than passed over.
    pub(crate) fn new(results: &Results, request: Option<&ExecuteRequest>) -> Self {
        let settings = request.map(|request| ExecuteRequest { script: String::new(), ..request.clone() });
        Self {
            metrics: serde_json::to_value(&results.metrics).unwrap_or_default(),
            summary: results.raw().clone(),
            settings: serde_json::to_value(settings).unwrap_or_default(),
            final_equity: results.equity.last().map(|point| point.equity),
        }
    }

    /// The value of a figure of [`FIGURES`], or of a path such as `metrics`, `volatility`; `None` where the result has
    /// none, or nothing that is a finite number.
    pub(crate) fn get(&self, path: &[&str]) -> Option<f64> {
        let value = match path {
            ["max_drawdown"] => return number(self.metrics.get("max_drawdown")?).map(f64::abs),
            ["final_equity"] => {
                return self.final_equity.or_else(|| number(self.summary.get("final_equity")?));
            }
            [name] => self.metrics.get(name).or_else(|| self.settings.get(name))?,
            ["metrics", fields @ ..] => within(&self.metrics, fields)?,
            ["summary", fields @ ..] => within(&self.summary, fields)?,
            _ => return None,
        };
        number(value)
    }

    #[cfg(test)]
    pub(super) fn of(metrics: Value, summary: Value, settings: Value) -> Self {
        Self { metrics, summary, settings, final_equity: None }
    }
}

fn within<'v>(object: &'v Value, fields: &[&str]) -> Option<&'v Value> {
    fields.iter().try_fold(object, |value, field| value.get(field))
}

/// A number, or a text that holds one, as servers write both.
fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}
