//! Makes a request go wrong in the way its fault says.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use signal_api::ErrorCode;

use super::{BASE, Canned, CannedBody, Effect, HOSTILE, Moment, Switch, bodies};
use crate::reply::Refusal;
use crate::server::App;

/// What a proxy answers that lost its server.
const PAGE: &str =
    "<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head><body><h1>Bad gateway</h1></body></html>\n";

/// Lets a request meet its fault, if it has one.
pub(crate) async fn apply(
    State(app): State<Arc<App>>,
    ConnectInfo(switch): ConnectInfo<Switch>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let struck = app.faults.strike(request.method(), path.strip_prefix(BASE).unwrap_or(path));
    let Some((fault, file)) = struck else {
        return next.run(request).await;
    };
    if let Some(latency) = fault.latency {
        tokio::time::sleep(latency).await;
    }
    let Some(effect) = fault.effect else {
        return next.run(request).await;
    };
    match effect {
        Effect::Status(canned) => {
            if canned.taken {
                next.run(request).await;
            } else {
                swallow(request).await;
            }
            answer(canned, file)
        }
        Effect::Drop(Moment::Sending) => hang_up(&switch),
        Effect::Drop(Moment::Before) => {
            swallow(request).await;
            hang_up(&switch)
        }
        Effect::Drop(Moment::After) => {
            next.run(request).await;
            hang_up(&switch)
        }
        Effect::Drop(Moment::Mid) => {
            with_body(next.run(request).await, |whole| (bodies::broken(&whole), whole.len())).await
        }
        Effect::Truncate(bytes) => {
            with_body(next.run(request).await, |whole| {
                let bytes = bytes.min(whole.len());
                (Body::from(whole.slice(..bytes)), bytes)
            })
            .await
        }
        Effect::Drip(bytes, pause) => {
            with_body(next.run(request).await, |whole| {
                let length = whole.len();
                (bodies::dripping(whole, bytes, pause), length)
            })
            .await
        }
        Effect::Garbage => with_body(next.run(request).await, |_| (Body::from(garbage()), 256)).await,
        Effect::Deep(levels) => {
            with_body(next.run(request).await, |_| {
                let body = format!("{{\"success\":true,\"data\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
                let length = body.len();
                (Body::from(body), length)
            })
            .await
        }
        Effect::Endless => {
            let mut response = next.run(request).await;
            response.headers_mut().remove(header::CONTENT_LENGTH);
            *response.body_mut() = bodies::endless();
            response
        }
        Effect::WrongType => with_json(next.run(request).await, |envelope| retype(&mut envelope["data"])).await,
        Effect::HostileText => with_json(next.run(request).await, spoil).await,
        Effect::Job(fate) => {
            request.extensions_mut().insert(fate);
            next.run(request).await
        }
    }
}

/// Reads a request to its end: who is cut off or refused has sent all of it.
async fn swallow(request: Request) {
    // How much there is to read, and whether it comes, makes no difference to what follows.
    let _ = to_bytes(request.into_body(), usize::MAX).await;
}

/// Cuts the connection; the answer goes nowhere.
fn hang_up(switch: &Switch) -> Response {
    switch.cut();
    Response::new(Body::empty())
}

/// The made-up answer.
fn answer(canned: Canned, file: Option<Bytes>) -> Response {
    let status = StatusCode::from_u16(canned.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = |body: Bytes| (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
    let mut response = match canned.body {
        CannedBody::Envelope => {
            let code = canned.code.unwrap_or_else(|| usual_code(canned.status));
            Refusal::new(code, "a fault of the sandbox was asked for", "end the sandbox and start it without --fault")
                .status(status)
                .into_response()
        }
        CannedBody::Html => (status, [(header::CONTENT_TYPE, "text/html")], PAGE).into_response(),
        CannedBody::Text(text) => json(Bytes::from(text)),
        CannedBody::File(_) => json(file.unwrap_or_default()),
    };
    let texts = [(header::RETRY_AFTER, canned.retry_after), (header::LOCATION, canned.location)];
    for (name, text) in texts {
        if let Some(value) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The code that goes with a status where the fault names none.
fn usual_code(status: u16) -> ErrorCode {
    match status {
        401 => ErrorCode::InvalidApiKey,
        403 => ErrorCode::InsufficientPermissions,
        404 => ErrorCode::BacktestNotFound,
        429 => ErrorCode::RateLimited,
        500.. => ErrorCode::InternalError,
        _ => ErrorCode::ValidationError,
    }
}

/// An answer with another body, of the length that it announces.
async fn with_body(response: Response, change: impl FnOnce(Bytes) -> (Body, usize)) -> Response {
    let (mut head, body) = response.into_parts();
    // The sandbox's own bodies lie in memory whole.
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let (body, length) = change(whole);
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Response::from_parts(head, body)
}

/// An answer whose JSON was changed.
async fn with_json(response: Response, change: impl FnOnce(&mut Value)) -> Response {
    with_body(response, |whole| {
        let Ok(mut envelope) = serde_json::from_slice(&whole) else {
            let length = whole.len();
            return (Body::from(whole), length);
        };
        change(&mut envelope);
        let text = envelope.to_string();
        let length = text.len();
        (Body::from(text), length)
    })
    .await
}

/// 256 bytes, each once, in an order that is no text in any character set.
fn garbage() -> Vec<u8> {
    (0..=255_u8).map(|at| at.wrapping_mul(167).wrapping_add(0x9b)).collect()
}

/// Gives every value another type; an object keeps its names.
fn retype(value: &mut Value) {
    *value = match std::mem::take(value) {
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, other_type(value))).collect())
        }
        other => other_type(other),
    };
}

fn other_type(value: Value) -> Value {
    match value {
        Value::Null => Value::Null,
        Value::Bool(_) => json!("perhaps"),
        Value::Number(_) => json!({ "amount": "many" }),
        Value::String(text) => json!([text]),
        Value::Array(_) => json!("none"),
        Value::Object(_) => json!(7),
    }
}

/// Appends hostile characters to every text, and a member of such a name to every object.
fn spoil(value: &mut Value) {
    match value {
        Value::String(text) => text.push_str(HOSTILE),
        Value::Array(items) => items.iter_mut().for_each(spoil),
        Value::Object(fields) => {
            fields.values_mut().for_each(spoil);
            add_hostile(fields);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn add_hostile(fields: &mut Map<String, Value>) {
    fields.insert(format!("remark{HOSTILE}"), json!(format!("remark{HOSTILE}")));
}
