//! `GET /backtest/results/{id}`.

use serde::{Deserialize, Serialize};

use super::{Extra, Metrics};
use crate::lenient;

/// The summary of a completed backtest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct BacktestResult {
    /// The id that was asked with.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub result_id: Option<String>,
    /// The figures.
    #[serde(default, deserialize_with = "lenient::option")]
    pub metrics: Option<Metrics>,
    /// The page with charts and trades; always shown to the user.
    #[serde(default, deserialize_with = "lenient::text")]
    pub dashboard_url: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}
