//! The page on which a user enters a claim code, as `hey-traders.com/dashboard/claim` is.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};
use signal_api::ErrorCode;

use super::{document, escape};
use crate::keys::{Agent, RIGHTS};
use crate::reply::{Refusal, answer};
use crate::report::marks;
use crate::server::App;
use crate::validate;

/// Nothing is loaded, nothing runs; the form goes to this very page.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const FORM: &str = "<h1>Claim an agent</h1><p>Enter the code that <code>dsl auth claim</code> shows.</p>\
    <form method=\"post\" action=\"/dashboard/claim\">\
    <p><label>Code <input name=\"claim_code\" maxlength=\"12\" autocomplete=\"off\" autofocus required></label></p>\
    <p><label><input type=\"checkbox\" name=\"trade\"> It may place orders, too (scope <code>trade</code>; the sandbox has no orders)</label></p>\
    <p><button>Claim</button></p></form>";

/// `GET /dashboard/claim`
pub(crate) async fn page() -> Response {
    html(StatusCode::OK, FORM)
}

/// `POST /dashboard/claim`, from the page's form or as JSON: `{"claim_code": "ABC123", "permissions": ["research", "read"]}`.
pub(crate) async fn claim(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        let claimed = from_json(&body).and_then(|(code, scopes)| enter(&app, &code, scopes));
        let claimed = claimed.and_then(|agent| {
            answer(marks(
                app.market.label(),
                json!({ "agent_id": agent.id, "status": "claimed", "scopes": agent.scopes }),
            ))
        });
        return claimed.into_response();
    }
    let fields = format!("/?{}", String::from_utf8_lossy(&body)).parse::<Uri>().ok();
    let fields = fields.and_then(|uri| Query::<HashMap<String, String>>::try_from_uri(&uri).ok()).unwrap_or_default();
    let mut scopes = vec!["research".to_owned(), "read".to_owned()];
    if fields.contains_key("trade") {
        scopes.push("trade".to_owned());
    }
    let code = fields.get("claim_code").cloned().unwrap_or_default();
    match enter(&app, &code, scopes) {
        Ok(agent) => html(
            StatusCode::OK,
            &format!(
                "<h1>The agent is yours.</h1><p>It is {}, may {}, and its key no longer ends.</p>",
                escape(&agent.id),
                escape(&agent.scopes.join(", "))
            ),
        ),
        Err(refusal) => {
            let text = format!("<p><strong>{}</strong></p>{FORM}", escape(refusal.message()));
            html(StatusCode::BAD_REQUEST, &text)
        }
    }
}

fn from_json(body: &[u8]) -> Result<(String, Vec<String>), Refusal> {
    let body = validate::object(body)?;
    let code = validate::text(&body, "claim_code").map_err(|detail| Refusal::parameters(vec![detail], ""))?;
    let scopes = match body.get("permissions") {
        None | Some(Value::Null) => vec!["research".to_owned(), "read".to_owned()],
        Some(Value::Array(items)) => items.iter().map(|item| item.as_str().unwrap_or_default().to_owned()).collect(),
        Some(_) => vec![String::new()],
    };
    if scopes.is_empty() || scopes.iter().any(|scope| !RIGHTS.contains(&scope.as_str())) {
        return Err(Refusal::new(
            ErrorCode::InvalidPermissions,
            "permissions: a list of research, read and trade is needed",
            "leave it out for research and read",
        ));
    }
    Ok((code.unwrap_or_default(), scopes))
}

fn enter(app: &App, code: &str, scopes: Vec<String>) -> Result<Agent, Refusal> {
    app.keys.claim(code, scopes, app.ids.draw("agent_"))
}

fn html(status: StatusCode, body: &str) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, Html(document("SANDBOX", body))).into_response()
}
