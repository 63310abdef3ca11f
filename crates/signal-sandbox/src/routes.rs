//! The endpoints, one file a group.

pub(crate) mod arena;
pub(crate) mod backtest;
pub(crate) mod docs;
pub(crate) mod expressions;
pub(crate) mod market;
pub(crate) mod meta;
pub(crate) mod ticker;

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde_json::{Map, Value};
use signal_api::ErrorCode;

use crate::faults::without_hostility;
use crate::reply::Refusal;
use crate::validate;

/// A JSON object as body; anything else is a `VALIDATION_ERROR` in the envelope.
pub(crate) struct Body(pub Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = Bytes::from_request(request, state).await.map_err(|error: BytesRejection| {
            let status = error.status();
            let cure = if status == StatusCode::PAYLOAD_TOO_LARGE {
                "the sandbox takes bodies of up to 8 MB"
            } else {
                "send the request again"
            };
            Refusal::parameter("body", error.body_text(), cure).status(status)
        })?;
        validate::object(&bytes).map(Self)
    }
}

/// The id in a path; one that is no text is a `VALIDATION_ERROR` in the envelope.
pub(crate) struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let unfit = |_: PathRejection| Refusal::parameter("id", "id: it is no UTF-8 text", "");
        let Path(id): Path<String> = Path::from_request_parts(parts, state).await.map_err(unfit)?;
        Ok(Self(without_hostility(&id).to_owned()))
    }
}

/// The query's parameters as a JSON object of texts, so that bodies and queries are checked by the same functions.
pub(crate) struct Parameters(pub Map<String, Value>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let Query(pairs) = Query::<HashMap<String, String>>::from_request_parts(parts, state).await.map_err(
            |error: QueryRejection| {
                Refusal::new(
                    ErrorCode::ValidationError,
                    error.body_text(),
                    "encode the query as name=value&name=value, each name once",
                )
            },
        )?;
        let pairs = pairs.into_iter().map(|(name, value)| (name, Value::String(value)));
        Ok(Self(pairs.collect()))
    }
}

impl Parameters {
    /// A whole number, or `default` when it is absent; values above `most` count as `most`.
    pub(crate) fn count(&self, parameter: &'static str, default: usize, most: usize) -> Result<usize, Refusal> {
        let Some(Value::String(text)) = self.0.get(parameter) else {
            return Ok(default);
        };
        match text.parse::<u64>() {
            Ok(count) => Ok(usize::try_from(count).unwrap_or(usize::MAX).min(most)),
            Err(_) => Err(Refusal::parameter(
                parameter,
                format!("{parameter}: `{}` is no whole number from 0 up", validate::short(text)),
                "",
            )),
        }
    }
}
