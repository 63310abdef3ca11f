//! `POST /market/evaluate`, `/market/scan` and `/market/rank`.
//!
//! The API's text names their purposes, not their bodies: requests follow its older editions, answers are read by every name
//! that means the same.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::Extra;
use crate::lenient;

/// An expression to evaluate on one symbol.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvaluateRequest {
    /// The expression, as it was written.
    pub expression: String,
    /// `BTC/USDT`
    pub symbol: String,
    /// Exchange id; the service's default is `binance`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<String>,
    /// `1m 5m 15m 30m 1h 4h 1d 1w 1M`; default `1h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeframe: Option<String>,
    /// Whether the value of every bar is wanted. No text of the API knows it, so it is only sent where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<bool>,
}

/// A condition to hold against many symbols.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanRequest {
    /// The condition, as it was written.
    pub condition: String,
    /// Symbols such as `BTC/USDT`; `None`: what the server takes for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub universe: Option<Vec<String>>,
    /// Exchange id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<String>,
    /// Length of a bar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeframe: Option<String>,
}

/// An expression to order many symbols by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RankRequest {
    /// The expression, as it was written.
    pub expression: String,
    /// Symbols such as `BTC/USDT`; `None`: what the server takes for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub universe: Option<Vec<String>>,
    /// Exchange id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<String>,
    /// Length of a bar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeframe: Option<String>,
    /// `desc` (greatest first) or `asc`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// How many are wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// A value of an expression. What is neither number nor condition reads as [`Scalar::Missing`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// Of an expression.
    Number(f64),
    /// Of a condition.
    Boolean(bool),
    /// There is none: the warm-up, or an undefined result. Null on the wire.
    #[default]
    Missing,
}

impl Scalar {
    fn read(value: &Value) -> Self {
        match value {
            Value::Bool(boolean) => Self::Boolean(*boolean),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Self::Boolean(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Self::Boolean(false),
            other => lenient::as_number(other).map_or(Self::Missing, Self::Number),
        }
    }

    /// The number, or 1 and 0 for a condition.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Boolean(boolean) => Some(f64::from(u8::from(boolean))),
            Self::Missing => None,
        }
    }
}

/// What an expression comes to. Read from an object, or from a value or list of values alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Evaluated {
    /// On the last bar.
    pub value: Scalar,
    /// Bars it was computed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bars: Option<u64>,
    /// When the last bar opened, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// One entry a bar, where the server gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<Vec<Scalar>>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

const VALUES: &[&str] = &["value", "result", "score", "latest", "last", "current"];
const SERIES: &[&str] = &["series", "values", "data"];
const BARS: &[&str] = &["bars", "bars_count", "bar_count", "count", "length"];
const MOMENTS: &[&str] = &["timestamp", "time", "bar_time", "datetime", "date", "as_of"];

impl<'de> Deserialize<'de> for Evaluated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let Value::Object(object) = value else {
            return match &value {
                Value::Array(items) => Ok(of_series(items)),
                Value::Number(_) | Value::Bool(_) => Ok(Self { value: Scalar::read(&value), ..Self::default() }),
                _ => Err(D::Error::custom("it holds no value")),
            };
        };
        // A result may be the value, a list of them, or an object that holds either.
        let inner = VALUES.iter().filter_map(|key| object.get(*key)).find_map(Value::as_object);
        let holder = inner.unwrap_or(&object);
        let found = VALUES.iter().filter_map(|key| holder.get(*key)).find(|value| !value.is_object());
        let mut read = match found {
            Some(Value::Array(items)) => of_series(items),
            Some(other) => Self { value: Scalar::read(other), ..Self::default() },
            None => Self::default(),
        };
        let list = SERIES.iter().filter_map(|key| holder.get(*key)).find_map(Value::as_array);
        if let Some(items) = list.filter(|_| read.series.is_none()) {
            let of_list = of_series(items);
            if found.is_none() {
                read.value = of_list.value;
            }
            read.series = of_list.series;
        }
        if found.is_none() && list.is_none() {
            // Nothing that is known: not the same as a bar without a value.
            return Err(D::Error::custom("it holds no value"));
        }
        read.bars = count(holder, BARS).or_else(|| count(&object, BARS));
        read.timestamp = moment(holder).or_else(|| moment(&object));
        read.extra = lenient::without(&object, &["value", "bars", "timestamp", "series"]);
        Ok(read)
    }
}

/// A list of values, or of objects with one each; its last one counts.
fn of_series(items: &[Value]) -> Evaluated {
    let scalar = |item: &Value| match item {
        Value::Object(object) => VALUES.iter().find_map(|key| object.get(*key)).map_or(Scalar::Missing, Scalar::read),
        other => Scalar::read(other),
    };
    let series: Vec<Scalar> = items.iter().map(scalar).collect();
    let value = series.last().copied().unwrap_or_default();
    Evaluated { value, series: Some(series), ..Evaluated::default() }
}

fn count(object: &Extra, keys: &[&str]) -> Option<u64> {
    let number = keys.iter().filter_map(|key| object.get(*key)).find_map(lenient::as_number)?;
    (number >= 0.0 && number.fract() == 0.0 && number < 9.0e15).then_some(number as u64)
}

fn moment(object: &Extra) -> Option<String> {
    MOMENTS.iter().filter_map(|key| object.get(*key)).find_map(lenient::as_moment)
}

/// The symbols on which a condition holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Scanned {
    /// Those on which it holds, in the order they came.
    pub matched: Vec<Match>,
    /// How many were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanned_count: Option<u64>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A symbol on which a condition holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Match {
    /// As the server writes it.
    pub symbol: String,
    /// Its last price.
    pub price: Option<f64>,
    /// When the bar opened, RFC 3339.
    pub timestamp: Option<String>,
    /// Values behind the condition, by what they are the values of.
    pub values: Map<String, Value>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

const MATCHES: &[&str] = &["matched", "matches", "results", "symbols", "items"];
const NAMES: &[&str] = &["symbol", "ticker", "name"];
const PRICES: &[&str] = &["price", "close", "last_price", "last"];

impl<'de> Deserialize<'de> for Scanned {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let details = value.get("details").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let detail = |symbol: &str| {
            details.iter().filter_map(Value::as_object).find(|detail| {
                NAMES.iter().filter_map(|key| detail.get(*key)).any(|name| name.as_str() == Some(symbol))
            })
        };
        let matched = match lenient::find_list(&value, MATCHES) {
            Some(items) => items.iter().filter_map(|item| matching(item, detail)).collect(),
            None if value.get("details").is_none() => return Err(D::Error::custom("it holds no list of matches")),
            // Details alone, each with its own word.
            None => details
                .iter()
                .filter(|item| ["matched", "match", "result", "value"].iter().any(|key| item[key] == true))
                .filter_map(|item| matching(item, |_| None))
                .collect(),
        };
        let Value::Object(object) = &value else { return Ok(Self { matched, ..Self::default() }) };
        Ok(Self {
            matched,
            scanned_count: count(object, &["scanned_count", "scanned", "total_scanned", "total"]),
            extra: lenient::without(object, &["matched", "scanned_count"]),
        })
    }
}

fn matching<'d>(item: &Value, detail: impl Fn(&str) -> Option<&'d Extra>) -> Option<Match> {
    let empty = Extra::new();
    let own = item.as_object().unwrap_or(&empty);
    let symbol = lenient::as_text(item).or_else(|| lenient::first_text(own, NAMES)).filter(|name| !name.is_empty())?;
    let further = detail(&symbol).unwrap_or(&empty);
    let number = |keys: &[&str]| {
        [own, further]
            .iter()
            .flat_map(|object| keys.iter().filter_map(|key| object.get(*key)))
            .find_map(lenient::as_number)
    };
    let values =
        ["values", "indicators"].iter().find_map(|key| own.get(*key).or_else(|| further.get(*key))?.as_object());
    Some(Match {
        price: number(PRICES),
        timestamp: moment(own).or_else(|| moment(further)),
        values: values.cloned().unwrap_or_default(),
        extra: lenient::without(own, &["symbol", "price", "timestamp", "values"]),
        symbol,
    })
}

/// Symbols in the order of an expression's value.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ranking {
    /// In the order they came.
    pub ranked: Vec<Ranked>,
    /// How many were looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanned_count: Option<u64>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A symbol's place.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ranked {
    /// From 1; by the place in the list where the server gives none.
    pub rank: u64,
    /// As the server writes it.
    pub symbol: String,
    /// The expression's value.
    pub score: Option<f64>,
    /// Its last price.
    pub price: Option<f64>,
    /// When the bar opened, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

const SCORES: &[&str] = &["score", "value", "result"];

impl<'de> Deserialize<'de> for Ranking {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let items = lenient::find_list(&value, &["ranked", "ranking", "rankings", "results", "items"]);
        let items = items.ok_or_else(|| D::Error::custom("it holds no list of symbols"))?;
        let ranked = items.iter().enumerate().filter_map(|(at, item)| ranked(at as u64 + 1, item)).collect();
        let Value::Object(object) = &value else { return Ok(Self { ranked, ..Self::default() }) };
        Ok(Self {
            ranked,
            scanned_count: count(object, &["scanned_count", "scanned", "total_scanned", "total"]),
            extra: lenient::without(object, &["ranked", "scanned_count"]),
        })
    }
}

fn ranked(place: u64, item: &Value) -> Option<Ranked> {
    if let Value::String(symbol) = item {
        return Some(Ranked { rank: place, symbol: symbol.clone(), ..Ranked::default() });
    }
    let object = item.as_object()?;
    let number = |keys: &[&str]| keys.iter().filter_map(|key| object.get(*key)).find_map(lenient::as_number);
    Some(Ranked {
        rank: count(object, &["rank", "position"]).unwrap_or(place),
        symbol: lenient::first_text(object, NAMES)?,
        score: number(SCORES),
        price: number(PRICES),
        timestamp: moment(object),
        extra: lenient::without(object, &["rank", "symbol", "score", "price", "timestamp"]),
    })
}
