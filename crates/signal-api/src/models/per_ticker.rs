//! `GET /backtest/results/{id}/per-ticker`.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Extra, Metrics};
use crate::lenient;

/// How each ticker did. Written as `{"tickers": [...]}`; a bare list and a map from ticker to figures are read too.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PerTicker {
    /// In the order they came.
    pub tickers: Vec<TickerResult>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One ticker's part.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TickerResult {
    /// The ticker, as the server writes it.
    pub ticker: String,
    /// Gain or loss in quote currency.
    pub pnl: Option<f64>,
    /// Its figures; read from `metrics` or from beside the ticker.
    pub metrics: Metrics,
}

const LISTS: &[&str] = &["tickers", "per_ticker", "results", "items"];
const NAMES: &[&str] = &["ticker", "symbol"];

impl<'de> Deserialize<'de> for PerTicker {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if let Some(items) = lenient::find_list(&value, LISTS) {
            let extra = value.as_object().map(|object| lenient::without(object, LISTS)).unwrap_or_default();
            return Ok(Self { tickers: items.iter().filter_map(|item| ticker(None, item)).collect(), extra });
        }
        let Value::Object(object) = value else {
            return Ok(Self::default());
        };
        let inner = LISTS.iter().find_map(|key| object.get(*key)?.as_object()).unwrap_or(&object);
        let tickers: Vec<_> = inner.iter().filter_map(|(name, item)| ticker(Some(name), item)).collect();
        let extra = object
            .iter()
            .filter(|(_, item)| !item.is_object())
            .map(|(key, item)| (key.clone(), item.clone()))
            .collect();
        Ok(Self { tickers, extra })
    }
}

fn ticker(name: Option<&str>, value: &Value) -> Option<TickerResult> {
    let object = value.as_object()?;
    let name = lenient::first_text(object, NAMES).or_else(|| name.map(str::to_owned))?;
    let figures = object.get("metrics").and_then(Value::as_object).unwrap_or(object);
    let figures = Value::Object(lenient::without(figures, &["ticker", "symbol", "pnl"]));
    Some(TickerResult {
        ticker: name,
        pnl: ["pnl", "total_pnl", "profit"].iter().filter_map(|key| object.get(*key)).find_map(lenient::as_number),
        metrics: Metrics::deserialize(figures).unwrap_or_default(),
    })
}
