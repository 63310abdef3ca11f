//! The JSON of `dsl eval`, `dsl scan` and `dsl rank`.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use signal_api::models::Scalar;

use crate::render::json::Finding;

/// Findings of the check.
pub(crate) type Findings<'a> = Vec<Finding<'a>>;

/// A value: a number, or true or false.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Figure {
    /// Of an expression.
    Number(f64),
    /// Of a condition.
    Boolean(bool),
}

impl Figure {
    /// A value that came; `None` where there is none on the bar.
    pub(crate) const fn of(scalar: Scalar) -> Option<Self> {
        match scalar {
            Scalar::Number(number) => Some(Self::Number(number)),
            Scalar::Boolean(boolean) => Some(Self::Boolean(boolean)),
            Scalar::Missing => None,
        }
    }
}

/// What stands in each of the three: about the expression, and about where the answer comes from.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct About<'a> {
    /// Leading bars without a value, as predicted; null where that can't be done.
    pub(crate) warmup: Option<u64>,
    /// Base URL of the server, or `sandbox`.
    pub(crate) origin: &'a str,
    /// `synthetic` when the figures rest on made-up bars.
    pub(crate) data: Option<String>,
    /// Findings of the check.
    pub(crate) diagnostics: Findings<'a>,
    /// What the server answered.
    pub(crate) result: &'a Value,
}

/// `dsl eval --json`
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EvalDocument<'a> {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The expression, as it was sent.
    pub(crate) expression: &'a str,
    /// The ticker: `BINANCE:BTC/USDT`.
    pub(crate) symbol: String,
    /// Exchange id, as it was sent.
    pub(crate) exchange: &'a str,
    /// Length of a bar.
    pub(crate) timeframe: &'a str,
    /// The value on the last bar; null where there is none.
    pub(crate) value: Option<Figure>,
    /// Bars that it was computed over; null where the server does not say.
    pub(crate) bars: Option<u64>,
    /// When the last bar opened.
    pub(crate) time: Option<String>,
    /// With `--series`, where the server tells it: one entry a bar, null before there is a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) series: Option<Vec<Option<Figure>>>,
    /// What every answer has.
    #[serde(flatten)]
    pub(crate) about: About<'a>,
}

/// `dsl scan --json`
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ScanDocument<'a> {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The condition, as it was sent.
    pub(crate) condition: &'a str,
    /// Symbols that were sent; null: all of the exchange.
    pub(crate) universe: Option<Vec<String>>,
    /// Exchange id, as it was sent.
    pub(crate) exchange: &'a str,
    /// Length of a bar.
    pub(crate) timeframe: &'a str,
    /// Symbols on which the condition holds.
    pub(crate) matched: Vec<MatchRow>,
    /// How many symbols were looked at; null where the server does not say.
    pub(crate) scanned: Option<u64>,
    /// What every answer has.
    #[serde(flatten)]
    pub(crate) about: About<'a>,
}

/// A symbol on which a condition holds.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MatchRow {
    /// As the server writes it.
    pub(crate) symbol: String,
    /// Its last price.
    pub(crate) price: Option<f64>,
    /// When the last bar opened.
    pub(crate) time: Option<String>,
    /// Values behind the condition, where the server tells them.
    pub(crate) values: Map<String, Value>,
}

/// `dsl rank --json`
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RankDocument<'a> {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// The expression, as it was sent.
    pub(crate) expression: &'a str,
    /// Symbols that were sent; null: all of the exchange.
    pub(crate) universe: Option<Vec<String>>,
    /// Exchange id, as it was sent.
    pub(crate) exchange: &'a str,
    /// Length of a bar.
    pub(crate) timeframe: &'a str,
    /// `asc` or `desc`.
    pub(crate) order: &'a str,
    /// In the order that the server gave.
    pub(crate) ranked: Vec<RankRow>,
    /// How many symbols were looked at; null where the server does not say.
    pub(crate) scanned: Option<u64>,
    /// What every answer has.
    #[serde(flatten)]
    pub(crate) about: About<'a>,
}

/// A symbol's place.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RankRow {
    /// From 1.
    pub(crate) rank: u64,
    /// As the server writes it.
    pub(crate) symbol: String,
    /// The expression's value.
    pub(crate) score: Option<f64>,
    /// Its last price.
    pub(crate) price: Option<f64>,
    /// When the last bar opened.
    pub(crate) time: Option<String>,
}
