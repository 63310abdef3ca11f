//! `GET /meta/markets`.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::Extra;
use crate::lenient;

/// The exchanges that the service knows. Written as `{"exchanges": [...]}`; a bare list, ids alone, and a map from id to object are read too.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Markets {
    /// In the order they came.
    pub exchanges: Vec<Market>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

/// One exchange.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Market {
    /// The id that settings use, for example `binancefuturesusd`.
    pub id: String,
    /// The name that people use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `spot`, `perpetual` or `prediction`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub market_type: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub extra: Extra,
}

const LISTS: &[&str] = &["exchanges", "markets", "items"];

impl<'de> Deserialize<'de> for Markets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if let Some(items) = lenient::find_list(&value, LISTS) {
            let extra = value.as_object().map(|object| lenient::without(object, LISTS)).unwrap_or_default();
            return Ok(Self { exchanges: items.iter().filter_map(|item| market(None, item)).collect(), extra });
        }
        let Value::Object(object) = value else {
            return Ok(Self::default());
        };
        let object = LISTS.iter().find_map(|key| object.get(*key)?.as_object()).unwrap_or(&object);
        Ok(Self {
            exchanges: object.iter().filter_map(|(id, item)| market(Some(id), item)).collect(),
            extra: Extra::new(),
        })
    }
}

fn market(id: Option<&str>, value: &Value) -> Option<Market> {
    match value {
        Value::String(text) if id.is_none() => Some(Market { id: text.clone(), ..Market::default() }),
        Value::Object(object) => Some(Market {
            id: id.map(str::to_owned).or_else(|| lenient::first_text(object, &["id", "exchange", "name"]))?,
            name: lenient::first_text(object, &["name", "display_name"]),
            market_type: lenient::first_text(object, &["market_type", "type", "market"]),
            extra: lenient::without(
                object,
                &["id", "exchange", "name", "display_name", "market_type", "type", "market"],
            ),
        }),
        _ => None,
    }
}
