//! The figures of a backtest, as `GET /backtest/results/{id}` and `/metrics` give them.

use serde::{Deserialize, Serialize};

use super::Extra;
use crate::lenient;

/// Any of them may be missing or null: not computed, or not defined (no losing trade: no profit factor).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Metrics {
    /// Gain over the whole range in percent.
    #[serde(default, deserialize_with = "lenient::number")]
    pub total_return_pct: Option<f64>,
    /// Deepest fall from a peak, in percent.
    #[serde(default, deserialize_with = "lenient::number")]
    pub max_drawdown: Option<f64>,
    /// Annualised mean return over its deviation.
    #[serde(default, deserialize_with = "lenient::number")]
    pub sharpe_ratio: Option<f64>,
    /// Annualised mean return over its downside deviation.
    #[serde(default, deserialize_with = "lenient::number")]
    pub sortino_ratio: Option<f64>,
    /// Annual growth over the deepest fall.
    #[serde(default, deserialize_with = "lenient::number")]
    pub calmar_ratio: Option<f64>,
    /// Share of closed trades that won, in percent.
    #[serde(default, deserialize_with = "lenient::number")]
    pub win_rate: Option<f64>,
    /// Number of closed trades.
    #[serde(default, deserialize_with = "lenient::count")]
    pub num_trades: Option<u64>,
    /// Gains of winning trades over losses of losing ones.
    #[serde(default, deserialize_with = "lenient::number")]
    pub profit_factor: Option<f64>,
    /// Every other figure, as it came.
    #[serde(flatten)]
    pub extra: Extra,
}
