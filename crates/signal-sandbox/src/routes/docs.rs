//! `/docs`: the sandbox's own pages, in the envelope or as raw Markdown. They need no key.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use signal_api::ErrorCode;
use signal_text::closest;

use super::Id;
use crate::pages::{self, PAGES};
use crate::reply::{Refusal, Reply, answer};

/// `GET /docs`
pub(crate) async fn list(request: Request) -> Reply {
    if wants_markdown(request.headers()) {
        return Ok(markdown(pages::list(), request.headers()));
    }
    let documents: Vec<Value> = PAGES
        .iter()
        .map(|page| {
            json!({
                "id": page.id,
                "title": page.title,
                "description": page.description,
                "path": format!("/docs/{}", page.id),
            })
        })
        .collect();
    answer(json!({ "origin": "sandbox", "count": documents.len(), "documents": documents }))
}

/// `GET /docs/{id}`
pub(crate) async fn page(Id(id): Id, headers: HeaderMap) -> Reply {
    let Some(page) = PAGES.iter().find(|page| page.id == id) else {
        let ids = || PAGES.iter().map(|page| page.id);
        let cure = match closest(&id, ids()) {
            Some(near) => format!("did you mean /docs/{near}?"),
            None => format!("there are {}", ids().collect::<Vec<_>>().join(", ")),
        };
        let message = format!("there is no page `{}`", crate::validate::short(&id));
        let refusal = Refusal::new(ErrorCode::Other("NOT_FOUND".to_owned()), message, cure);
        return Err(refusal.status(StatusCode::NOT_FOUND));
    };
    let text = (page.text)();
    if wants_markdown(&headers) {
        return Ok(markdown(text, &headers));
    }
    answer(json!({ "origin": "sandbox", "id": page.id, "title": page.title, "format": "markdown", "content": text }))
}

/// Whether raw Markdown is asked for before JSON.
fn wants_markdown(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let place = |kind: &str| accept.split(',').position(|part| part.trim_start().starts_with(kind));
    place("text/markdown").is_some_and(|at| place("application/json").is_none_or(|json| at < json))
}

/// A text with its `ETag`; nothing but that where it is the one that the asker has.
fn markdown(text: String, headers: &HeaderMap) -> Response {
    let etag = format!("\"{:016x}\"", pages::fingerprint(&text));
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes());
    let mut response =
        if known { StatusCode::NOT_MODIFIED.into_response() } else { (StatusCode::OK, text).into_response() };
    let own = response.headers_mut();
    own.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/markdown; charset=utf-8"));
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        own.insert(header::ETAG, etag);
    }
    response
}
