//! The envelope around every answer, read by `success` and status together.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::{lenient, numbers};

/// `{success, data, error, meta}`, as a server writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// Whether `data` holds an answer.
    pub success: bool,
    /// The answer; null in a failure.
    pub data: Option<T>,
    /// The failure; null in an answer.
    pub error: Option<ErrorBody>,
    /// About the answer itself.
    pub meta: Option<Meta>,
}

/// About an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// When it was made, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "lenient::text")]
    pub timestamp: Option<String>,
    /// Whatever else was said.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, Value>,
}

impl<T> Envelope<T> {
    /// The envelope of an answer.
    #[must_use]
    pub fn answer(data: T, timestamp: impl Into<String>) -> Self {
        Self { success: true, data: Some(data), error: None, meta: Some(Meta::at(timestamp)) }
    }

    /// The envelope of a failure.
    #[must_use]
    pub fn failure(error: ErrorBody, timestamp: impl Into<String>) -> Self {
        Self { success: false, data: None, error: Some(error), meta: Some(Meta::at(timestamp)) }
    }
}

impl Meta {
    fn at(timestamp: impl Into<String>) -> Self {
        Self { timestamp: Some(timestamp.into()), extra: serde_json::Map::new() }
    }
}

/// What the server answered: the typed reading and all of what it is a reading of.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<T> {
    /// The typed reading.
    pub data: T,
    /// `data` as the server sent it.
    pub raw: Value,
    /// The envelope's `meta`, null when none came.
    pub meta: Value,
    /// HTTP status.
    pub status: u16,
}

impl<T> Answer<T> {
    /// The same answer, read in another way.
    pub(crate) fn map<U>(self, read: impl FnOnce(T) -> U) -> Answer<U> {
        Answer { data: read(self.data), raw: self.raw, meta: self.meta, status: self.status }
    }
}

impl<T> std::ops::Deref for Answer<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.data
    }
}

/// Reads a body that came with `status`. Without an envelope, an object or a list counts as the data itself.
///
/// # Errors
/// [`ApiError::Refused`] for a failure, also under status 200; [`ApiError::Protocol`] when a success is no JSON.
pub(crate) fn open(status: u16, body: &[u8], retry_after: Option<Duration>) -> Result<Answer<()>, ApiError> {
    let refused_by_status = !(200..300).contains(&status);
    let value: Value = match parse(body) {
        Ok(value) => value,
        Err(_) if refused_by_status => return Err(refuse(status, retry_after, None, plain_text(body))),
        Err(_) if body.is_empty() => return Err(ApiError::Protocol("it is empty".to_owned())),
        Err(_) if body.trim_ascii_start().starts_with(b"<") => {
            let page = "it is a web page and no JSON; perhaps a login, or a proxy's error";
            return Err(ApiError::Protocol(page.to_owned()));
        }
        Err(error) => return Err(ApiError::Protocol(format!("it is no JSON ({error})"))),
    };
    let Value::Object(mut object) = value else {
        return match value {
            _ if refused_by_status => Err(refuse(status, retry_after, Some(&value), String::new())),
            Value::Array(_) => Ok(Answer { data: (), raw: value, meta: Value::Null, status }),
            _ => Err(ApiError::Protocol("it is neither an object nor a list".to_owned())),
        };
    };
    let error = object.get("error").filter(|error| !is_nothing(error));
    let succeeded = match object.get("success") {
        Some(Value::Bool(success)) => *success,
        _ => error.is_none(),
    };
    if refused_by_status || !succeeded {
        let loose = lenient::first_text(&object, &["message", "detail", "title"]).unwrap_or_default();
        return Err(refuse(status, retry_after, error.or(object.get("detail")), loose));
    }
    let meta = object.get("meta").cloned().unwrap_or_default();
    let enveloped = object.contains_key("success") || object.contains_key("data");
    let raw = if enveloped { object.remove("data").unwrap_or_default() } else { Value::Object(object) };
    Ok(Answer { data: (), raw, meta, status })
}

/// The body as JSON, odd numbers mended where it is none without that.
fn parse(body: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice(body).or_else(|error| match numbers::mended(body) {
        Some(mended) => serde_json::from_slice(&mended),
        None => Err(error),
    })
}

/// A refusal from whatever the answer holds of one: an error object, a text, or nothing but the status.
fn refuse(status: u16, retry_after: Option<Duration>, error: Option<&Value>, loose: String) -> ApiError {
    let mut code = None;
    let mut message = loose;
    let mut suggestion = None;
    let mut retry_after = retry_after;
    match error {
        Some(Value::Object(object)) => {
            code = lenient::first_text(object, &["code", "type", "error_code"]);
            message = lenient::first_text(object, &["message", "detail", "msg"]).unwrap_or(message);
            message.extend(usage(object));
            suggestion = lenient::first_text(object, &["suggestion", "hint"]);
            retry_after = retry_after.or_else(|| {
                let seconds = object.get("retry_after").and_then(lenient::as_number)?;
                Duration::try_from_secs_f64(seconds).ok()
            });
        }
        Some(Value::String(text)) if is_code(text) => code = Some(text.clone()),
        Some(Value::String(text)) => message.clone_from(text),
        // The shape in which FastAPI lists what is wrong with each parameter.
        Some(Value::Array(items)) => {
            let complaints: Vec<String> = items.iter().filter_map(complaint).take(5).collect();
            message = complaints.join("; ");
            code = (status == 422).then(|| ErrorCode::ValidationError.as_str().to_owned());
        }
        _ => {}
    }
    let code = code.map_or_else(|| ErrorCode::from_status(status), |code| ErrorCode::from(code.as_str()));
    ApiError::Refused { status, code, message, suggestion, retry_after }
}

/// How much of a quota is used, where a refusal tells it in its details: ` (10 of 10 used)`.
fn usage(error: &serde_json::Map<String, Value>) -> Option<String> {
    let details = error.get("details")?;
    let number = |names: &[&str]| names.iter().find_map(|name| details.get(*name).and_then(lenient::as_number));
    let (used, limit) = (number(&["usage", "used", "current"])?, number(&["limit", "max", "quota"])?);
    Some(format!(" ({used} of {limit} used)"))
}

fn complaint(item: &Value) -> Option<String> {
    let object = item.as_object()?;
    let message = lenient::first_text(object, &["msg", "message"])?;
    let place = object.get("loc").and_then(Value::as_array).and_then(|parts| parts.last()).and_then(lenient::as_text);
    Some(place.map_or(message.clone(), |place| format!("{place}: {message}")))
}

fn is_nothing(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => true,
        Value::Object(object) => object.values().all(Value::is_null),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Whether a text looks like one of the API's codes.
pub(crate) fn is_code(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// The start of a body that is no JSON, unless it is a web page or no text at all.
fn plain_text(body: &[u8]) -> String {
    let text = std::str::from_utf8(body).unwrap_or_default().trim();
    if text.starts_with('<') { String::new() } else { text.chars().take(200).collect() }
}
