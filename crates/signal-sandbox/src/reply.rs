//! Answers and refusals in the API's envelope.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;
use signal_api::{Envelope, ErrorBody, ErrorCode};

/// What a handler returns.
pub(crate) type Reply = Result<Response, Refusal>;

/// The server's no. Boxed, since a `Result` carries it everywhere.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Parts>);

#[derive(Debug)]
struct Parts {
    status: StatusCode,
    error: ErrorBody,
    details: Vec<Detail>,
    retry_after: Option<u64>,
}

/// One parameter that is wrong.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Detail {
    pub parameter: &'static str,
    pub message: String,
}

/// What went wrong and what to do about it; an empty suggestion is none.
pub(crate) fn failure(code: ErrorCode, message: impl Into<String>, suggestion: impl Into<String>) -> ErrorBody {
    let suggestion = suggestion.into();
    let body = ErrorBody::new(code, message);
    if suggestion.is_empty() { body } else { body.suggest(suggestion) }
}

impl Refusal {
    /// Code, message and what to do. The status follows from the code.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>, suggestion: impl Into<String>) -> Self {
        let status = status_of(&code);
        Self(Box::new(Parts {
            status,
            error: failure(code, message, suggestion),
            details: Vec::new(),
            retry_after: None,
        }))
    }

    /// Parameters that are wrong; the first one is the message.
    pub(crate) fn parameters(details: Vec<Detail>, suggestion: impl Into<String>) -> Self {
        let message = details.iter().map(|detail| detail.message.as_str()).collect::<Vec<_>>().join("; ");
        let mut refusal = Self::new(ErrorCode::ValidationError, message, suggestion);
        refusal.0.details = details;
        refusal
    }

    /// One parameter that is wrong.
    pub(crate) fn parameter(
        parameter: &'static str,
        message: impl Into<String>,
        suggestion: impl Into<String>,
    ) -> Self {
        let message = message.into();
        Self::parameters(vec![Detail { parameter, message }], suggestion)
    }

    /// What went wrong, for a page.
    pub(crate) fn message(&self) -> &str {
        &self.0.error.message
    }

    /// Under another status than the code's usual one.
    pub(crate) fn status(mut self, status: StatusCode) -> Self {
        self.0.status = status;
        self
    }

    /// With a `Retry-After` header of so many seconds.
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds.max(1));
        self
    }
}

impl From<ErrorBody> for Refusal {
    /// Under the code's usual status.
    fn from(error: ErrorBody) -> Self {
        let status = status_of(&error.code);
        Self(Box::new(Parts { status, error, details: Vec::new(), retry_after: None }))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Parts { status, error, details, retry_after } = *self.0;
        let mut envelope = json!(Envelope::<()>::failure(error, now()));
        if !details.is_empty() {
            envelope["error"]["details"] = json!(details);
        }
        let mut response = (status, Json(envelope)).into_response();
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A success.
pub(crate) fn answer(data: impl Serialize) -> Reply {
    Ok(Json(Envelope::answer(data, now())).into_response())
}

fn now() -> String {
    let now = jiff::Timestamp::now();
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn status_of(code: &ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BacktestNotFound => StatusCode::NOT_FOUND,
        ErrorCode::InvalidApiKey | ErrorCode::ExpiredApiKey => StatusCode::UNAUTHORIZED,
        ErrorCode::RateLimited
        | ErrorCode::FreeQuotaExceeded
        | ErrorCode::QuotaExceeded
        | ErrorCode::RegistrationLimit => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::DataUnavailable => StatusCode::NOT_FOUND,
        ErrorCode::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::BAD_REQUEST,
    }
}
