//! Reading fields whose type nobody has promised: what does not fit reads as absent, and stays in the raw answer.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The fields of an object that a model does not name.
pub(crate) type Extra = serde_json::Map<String, Value>;

/// A number, or a text that holds one (`"0.5"`); anything else is `None`.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    Ok(as_number(&Value::deserialize(deserializer)?))
}

/// A whole number that is not negative, as a number or a text; anything else is `None`.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let number = as_number(&Value::deserialize(deserializer)?);
    Ok(number.filter(|n| *n >= 0.0 && n.fract() == 0.0 && *n < 9.0e15).map(|n| n as u64))
}

/// A text; numbers are written out, since ids and times come as either. Anything else is `None`.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(as_text(&Value::deserialize(deserializer)?))
}

/// A text as by [`text`], empty where there is none.
pub(crate) fn text_or_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    text(deserializer).map(Option::unwrap_or_default)
}

/// Any model, `None` when the value does not fit it.
pub(crate) fn option<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(if value.is_null() { None } else { T::deserialize(value).ok() })
}

/// A list of texts; one text alone is a list of one; items that are no text are left out.
pub(crate) fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(items) => items.iter().filter_map(as_text).collect(),
        other => as_text(&other).into_iter().collect(),
    })
}

pub(crate) fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
}

pub(crate) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The first of `keys` under which `object` holds a text that is not empty.
pub(crate) fn first_text(object: &Extra, keys: &[&str]) -> Option<String> {
    keys.iter().filter_map(|key| object.get(*key)).filter_map(as_text).find(|text| !text.is_empty())
}

/// The list inside an answer: the answer itself, or the first of its `keys` that holds one.
pub(crate) fn find_list<'a>(value: &'a Value, keys: &[&str]) -> Option<&'a Vec<Value>> {
    match value {
        Value::Array(items) => Some(items),
        Value::Object(object) => keys.iter().filter_map(|key| object.get(*key)).find_map(Value::as_array),
        _ => None,
    }
}

/// `object` without the `named` fields.
pub(crate) fn without(object: &Extra, named: &[&str]) -> Extra {
    object
        .iter()
        .filter(|(key, _)| !named.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// A moment as RFC 3339 text: texts stay as they are, numbers are epoch seconds, or milliseconds where seconds would lie beyond the year 5138.
pub(crate) fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(as_moment(&Value::deserialize(deserializer)?))
}

pub(crate) fn as_moment(value: &Value) -> Option<String> {
    const SECONDS_LIMIT: f64 = 1e11;
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => {
            let number = number.as_f64()?;
            let milliseconds = if number.abs() < SECONDS_LIMIT { number * 1000.0 } else { number };
            jiff::Timestamp::from_millisecond(milliseconds as i64).ok().map(|moment| moment.to_string())
        }
        _ => None,
    }
}
