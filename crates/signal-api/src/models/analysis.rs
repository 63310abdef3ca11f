//! `GET /backtest/results/{id}/analysis`.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::Extra;
use crate::lenient;

/// The service's own words on a backtest, several lines of text. Read from `analysis`, `summary`, `text` or `content`, or the text alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Analysis {
    /// The text; not sanitized.
    pub analysis: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

const TEXTS: &[&str] = &["analysis", "summary", "text", "content"];

impl<'de> Deserialize<'de> for Analysis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(deserializer)? {
            Value::Object(object) => {
                Self { analysis: lenient::first_text(&object, TEXTS), extra: lenient::without(&object, &["analysis"]) }
            }
            other => Self { analysis: lenient::as_text(&other), extra: Extra::new() },
        })
    }
}
