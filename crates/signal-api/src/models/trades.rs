//! `GET /backtest/results/{id}/trades`, page by page.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::Extra;
use crate::lenient;

/// Which page to ask for. What is `None` is not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TradesQuery {
    /// Trades on a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Trades to skip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// Where the page before ended, as the server named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// One page. Written as `{"trades": [...], "total", "limit", "offset"}`; a bare list, and figures under `pagination`, are read too.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TradesPage {
    /// In the order they came.
    pub trades: Vec<Trade>,
    /// How many there are on all pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Trades on a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// Trades skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// What to ask the next page with, where the server counts by cursor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Whether there is a next page, where the server says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_more: Option<bool>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One closed trade. Times are RFC 3339, prices and amounts in quote currency.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trade {
    /// The ticker.
    #[serde(default, alias = "symbol", deserialize_with = "lenient::text")]
    pub ticker: Option<String>,
    /// `LONG` or `SHORT`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub side: Option<String>,
    /// When it was opened.
    #[serde(default, deserialize_with = "lenient::moment")]
    pub entry_time: Option<String>,
    /// Price a unit, slippage included.
    #[serde(default, deserialize_with = "lenient::number")]
    pub entry_price: Option<f64>,
    /// When it was closed.
    #[serde(default, deserialize_with = "lenient::moment")]
    pub exit_time: Option<String>,
    /// Price a unit, slippage included.
    #[serde(default, deserialize_with = "lenient::number")]
    pub exit_price: Option<f64>,
    /// Units.
    #[serde(default, deserialize_with = "lenient::number")]
    pub quantity: Option<f64>,
    /// Gain or loss after fees.
    #[serde(default, deserialize_with = "lenient::number")]
    pub pnl: Option<f64>,
    /// The same in percent of what was put in.
    #[serde(default, deserialize_with = "lenient::number")]
    pub pnl_pct: Option<f64>,
    /// Fees of both fills.
    #[serde(default, deserialize_with = "lenient::number")]
    pub fees: Option<f64>,
    /// Why it was closed, in the server's words; the sandbox says `exit`, `reversal`, `liquidation` or `end-of-data`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub reason: Option<String>,
    /// Bars between the two fills.
    #[serde(default, deserialize_with = "lenient::count")]
    pub bars_held: Option<u64>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

const LISTS: &[&str] = &["trades", "items", "results"];
const PAGING: &[&str] = &["total", "limit", "offset", "next_cursor", "has_more", "pagination"];

impl<'de> Deserialize<'de> for TradesPage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let trades = lenient::find_list(&value, LISTS)
            .map(|items| items.iter().filter_map(|item| Trade::deserialize(item).ok()).collect());
        let mut page = Self { trades: trades.unwrap_or_default(), ..Self::default() };
        if let Value::Object(object) = &value {
            page.read_paging(object);
            if let Some(Value::Object(inner)) = object.get("pagination") {
                page.read_paging(inner);
            }
            page.extra = object
                .iter()
                .filter(|(key, _)| !LISTS.contains(&key.as_str()) && !PAGING.contains(&key.as_str()))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect();
        }
        Ok(page)
    }
}

impl TradesPage {
    /// The trades inside an answer, as the server wrote each, those that no [`Trade`] reads included.
    pub(crate) fn items(answer: Value) -> Vec<Value> {
        match answer {
            Value::Array(items) => items,
            Value::Object(mut object) => LISTS
                .iter()
                .find_map(|key| match object.get_mut(*key) {
                    Some(Value::Array(items)) => Some(std::mem::take(items)),
                    _ => None,
                })
                .unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// Takes over what `object` says of the paging; what is known already stays.
    pub(crate) fn read_paging(&mut self, object: &Extra) {
        let count = |keys: &[&str]| {
            keys.iter()
                .filter_map(|key| object.get(*key))
                .find_map(lenient::as_number)
                .filter(|n| *n >= 0.0)
                .map(|n| n as u64)
        };
        self.total = self.total.or_else(|| count(&["total", "total_count", "count_total"]));
        self.limit = self.limit.or_else(|| count(&["limit", "page_size"]));
        self.offset = self.offset.or_else(|| count(&["offset"]));
        self.next_cursor =
            self.next_cursor.take().or_else(|| lenient::first_text(object, &["next_cursor", "cursor", "next"]));
        self.has_more = self.has_more.or_else(|| object.get("has_more").and_then(Value::as_bool));
    }
}
