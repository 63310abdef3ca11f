//! `POST /meta/register`.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Extra;
use crate::lenient;

/// Asks for a provisional key. No key is needed; five an hour and address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterRequest {
    /// 1 to 50 characters.
    pub display_name: String,
    /// At most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A new provisional key. It can't be read again: store it before anything else is done.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(expecting = "an object")]
pub struct Registered {
    /// The key.
    pub api_key: ApiKey,
    /// What the service calls the key; not secret.
    #[serde(default, deserialize_with = "lenient::text")]
    pub key_id: Option<String>,
    /// What the key may use up; its shape is not documented.
    #[serde(default)]
    pub quota: serde_json::Value,
    /// What the key may do: `research`, `read`, `trade`.
    #[serde(default, deserialize_with = "lenient::texts")]
    pub scopes: Vec<String>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A key on the wire: written and read as text, never shown by `Debug`.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// The key for [`ClientOptions`](crate::ClientOptions).
    #[must_use]
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl From<String> for ApiKey {
    fn from(key: String) -> Self {
        Self(key.into())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([redacted])")
    }
}

impl Serialize for ApiKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

impl<'de> Deserialize<'de> for ApiKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
