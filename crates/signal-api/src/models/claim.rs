//! `POST /meta/request-claim`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Extra;
use crate::lenient;

/// Asks for a code with which a user makes the agent theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimRequest {
    /// Name of the agent, 1 to 50 characters.
    pub display_name: String,
    /// At most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// The code, which the user enters on the service's claim page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct ClaimCode {
    /// Six characters.
    #[serde(deserialize_with = "code")]
    pub claim_code: String,
    /// Seconds for which it is valid; 1800 by the documentation.
    #[serde(default, deserialize_with = "lenient::count")]
    pub expires_in: Option<u64>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A code of digits alone may come as a number; without one there is nothing to enter.
fn code<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let code = lenient::as_text(&Value::deserialize(deserializer)?).filter(|code| !code.trim().is_empty());
    code.ok_or_else(|| serde::de::Error::custom("there is no code"))
}
