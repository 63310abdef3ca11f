//! `GET /backtest/results/{id}/equity`.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::Extra;
use crate::lenient;

/// The equity curve. Written as `{"points": [{"time", "equity", "drawdown_pct"}]}`; a bare list, pairs of time and value,
/// and columns side by side are read too.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Equity {
    /// In order of time.
    pub points: Vec<EquityPoint>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What the account was worth at a moment.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EquityPoint {
    /// The moment, RFC 3339; empty where the server gives none.
    pub time: String,
    /// Worth in quote currency.
    pub equity: f64,
    /// Fall from the highest worth so far, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawdown_pct: Option<f64>,
}

const LISTS: &[&str] = &["points", "equity", "equity_curve", "curve", "values", "items"];
const TIMES: &[&str] = &["time", "timestamp", "date", "datetime", "t"];
const VALUES: &[&str] = &["equity", "value", "portfolio_value", "balance", "v"];

impl<'de> Deserialize<'de> for Equity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let Some(items) = lenient::find_list(&value, LISTS) else {
            return Ok(Self::default());
        };
        let mut equity = Self::default();
        let mut times = None;
        if let Value::Object(object) = &value {
            times = ["times", "timestamps", "dates"].iter().find_map(|key| object.get(*key)?.as_array());
            equity.extra = object
                .iter()
                .filter(|(_, field)| !field.is_array())
                .map(|(key, field)| (key.clone(), field.clone()))
                .collect();
        }
        equity.points = items
            .iter()
            .enumerate()
            .filter_map(|(i, item)| point(item, times.and_then(|times| times.get(i))))
            .collect();
        Ok(equity)
    }
}

fn point(item: &Value, time: Option<&Value>) -> Option<EquityPoint> {
    let time = |own: Option<&Value>| own.or(time).and_then(lenient::as_moment).unwrap_or_default();
    match item {
        Value::Object(object) => Some(EquityPoint {
            time: time(TIMES.iter().find_map(|key| object.get(*key))),
            equity: VALUES.iter().filter_map(|key| object.get(*key)).find_map(lenient::as_number)?,
            drawdown_pct: ["drawdown_pct", "drawdown"]
                .iter()
                .filter_map(|key| object.get(*key))
                .find_map(lenient::as_number),
        }),
        Value::Array(pair) => Some(EquityPoint {
            time: time(pair.first()),
            equity: pair.get(1).and_then(lenient::as_number)?,
            drawdown_pct: None,
        }),
        number => Some(EquityPoint { time: time(None), equity: lenient::as_number(number)?, drawdown_pct: None }),
    }
}
