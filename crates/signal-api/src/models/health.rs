//! `GET /meta/health`.

use serde::{Deserialize, Serialize};

use super::Extra;
use crate::lenient;

/// Whether the service is well. The answer's shape is not documented; an answer at all is the news.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Health {
    /// Usually `ok` or `healthy`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub status: Option<String>,
    /// Version of the service.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub version: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}
