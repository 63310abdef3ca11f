//! `POST /backtest/execute`.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Extra, JobState};
use crate::lenient;

/// A backtest to run: the API's parameters, no others. What is `None` is not sent, and the service's default holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExecuteRequest {
    /// First day, `YYYY-MM-DD`. The range must itself hold the warm-up.
    pub start_date: String,
    /// Last day, `YYYY-MM-DD`.
    pub end_date: String,
    /// Exchange id; the service's default is `binance`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<String>,
    /// `1m 5m 15m 30m 1h 4h 1d 1w 1M`; default `1h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeframe: Option<String>,
    /// Starting capital; default 10000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_cash: Option<f64>,
    /// Fee as a fraction; default 0.0005.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trading_fee: Option<f64>,
    /// Slippage as a fraction; default 0.0005.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slippage: Option<f64>,
    /// Explanation of the strategy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The script, as it is in its file.
    pub script: String,
    /// Tickers: `EXCHANGE:BASE/QUOTE` or `EXCHANGE:BASE/QUOTE:SETTLE`.
    pub universe: Vec<String>,
    /// `isolated` (the default) or `cross`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// 1 to 100, perpetuals only; default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leverage: Option<f64>,
}

/// The job that was started. Written with `backtest_id`; `job_id` and `id` are read too, in this order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Executed {
    /// What `status` and `cancel` take.
    pub backtest_id: String,
    /// State of the job, mostly `queued`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<JobState>,
    /// A word from the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

const IDS: &[&str] = &["backtest_id", "job_id", "id"];

impl<'de> Deserialize<'de> for Executed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let Value::Object(object) = value else {
            // The id alone.
            let backtest_id = lenient::as_text(&value)
                .filter(|id| !id.is_empty())
                .ok_or_else(|| serde::de::Error::custom("it holds no backtest_id"))?;
            return Ok(Self { backtest_id, status: None, message: None, extra: Extra::new() });
        };
        let backtest_id =
            lenient::first_text(&object, IDS).ok_or_else(|| serde::de::Error::custom("it holds no backtest_id"))?;
        Ok(Self {
            backtest_id,
            status: lenient::first_text(&object, &["status"]).map(|text| JobState::from(text.as_str())),
            message: lenient::first_text(&object, &["message"]),
            extra: lenient::without(&object, &["backtest_id", "status", "message"]),
        })
    }
}
