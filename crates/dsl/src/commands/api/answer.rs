//! What is printed of an answer: its body as it came; the rest is talk.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;
use signal_api::{ApiError, Received};

use super::pages::Fetched;
use super::request::Asked;
use crate::args::ApiArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Console;
use crate::render::json::{self, ErrorBody};
use crate::render::{body, number, style, visible};
use crate::run;

/// `dsl api --json`
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ApiDocument<'a> {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    schema: u32,
    /// The method.
    method: &'a str,
    /// The path below the base URL.
    path: &'a str,
    /// HTTP status.
    status: u16,
    /// The answer's headers, names in small letters; several of one name are joined by commas.
    headers: BTreeMap<&'a str, String>,
    /// The body where it is JSON, as the server sent it.
    #[schemars(with = "serde_json::Value")]
    body: Option<Box<RawValue>>,
    /// The body where it is no JSON.
    text: Option<String>,
    /// Requests that were answered; more than one with --paginate.
    pages: usize,
    /// Whether a list is known to be whole; true for everything else.
    complete: bool,
    /// Why the call failed.
    error: Option<ErrorBody<'a>>,
}

/// Prints an answer. A refusal is an answer, too; its reason goes to stderr.
///
/// # Errors
/// What is wrong with the answer.
pub(super) fn tell(
    arguments: &ApiArguments,
    asked: &Asked,
    fetched: &Fetched,
    console: &mut Console,
) -> Result<Exit, Failure> {
    let received = &fetched.received;
    let failure = received.fault.as_ref().map(|error| failure(error, asked));
    if arguments.json {
        let exit = failure.as_ref().map_or(Exit::Done, |failure| failure.exit);
        console.result(&document(asked, fetched, failure.as_ref()));
        return Ok(exit);
    }
    if arguments.include {
        console.result(&head(received, console.color));
    }
    let on_terminal = std::io::stdout().is_terminal();
    if arguments.raw && !on_terminal {
        console.bytes(&received.body);
    } else {
        let text = String::from_utf8_lossy(&received.body);
        console.result(&match body::is_json(&text) {
            true if on_terminal || console.color => body::pretty(&text, console.color),
            true => ended(body::as_sent(&text)),
            false => ended(harmless(&text)),
        });
    }
    if let Some(items) = fetched.items {
        let pages = number::count(fetched.pages as u64, "page");
        console.detail(&format!("{} on {pages}", number::count(items as u64, "item")));
    }
    if let Some(lacking) = &fetched.lacking {
        console.talk(&format!("warning: {lacking}"));
    }
    failure.map_or(Ok(Exit::Done), Err)
}

/// What is wrong with an answer, with the exit code of its kind.
fn failure(error: &ApiError, asked: &Asked) -> Failure {
    let mut failure = run::failure_of(error);
    if error.is_outcome_unknown() {
        return failure.suggest(asked.doubt());
    }
    // A code of the API's that has no exit code of its own: the server works, it only does not want to.
    if let ApiError::Refused { status, code, .. } = error
        && failure.exit == Exit::Network
        && !code.is_from_status()
    {
        failure.exit = match status {
            401 | 403 => Exit::Key,
            404 | 410 => Exit::NotFound,
            500.. => Exit::Network,
            _ => Exit::Usage,
        };
    }
    failure
}

fn document(asked: &Asked, fetched: &Fetched, failure: Option<&Failure>) -> String {
    let received = &fetched.received;
    let text = String::from_utf8_lossy(&received.body);
    let raw = if body::is_json(&text) { RawValue::from_string(body::compact(&text)).ok() } else { None };
    let mut headers: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in &received.headers {
        let all = headers.entry(name).or_default();
        let comma = if all.is_empty() { "" } else { ", " };
        all.push_str(&format!("{comma}{value}"));
    }
    let path = asked.path();
    json::document(&ApiDocument {
        schema: json::SCHEMA,
        method: asked.call.verb.as_str(),
        path: &path,
        status: received.status,
        headers,
        text: raw.is_none().then(|| text.into_owned()).filter(|text| !text.is_empty()),
        body: raw,
        pages: fetched.pages,
        complete: fetched.lacking.is_none(),
        error: failure.map(|failure| ErrorBody {
            code: &failure.code,
            message: &failure.message,
            suggestion: failure.suggestion.as_deref(),
        }),
    })
}

/// Status and headers, as `curl -i` prints them.
fn head(received: &Received, color: bool) -> String {
    let good = if received.fault.is_none() { style::GOOD } else { style::BAD };
    let status = format!("HTTP {} {}", received.status, received.reason);
    let mut text = format!("{}\n", style::paint(color, good, status.trim_end()));
    for (name, value) in &received.headers {
        text.push_str(&format!("{}: {}\n", style::paint(color, style::PLACE, name), visible::line(value)));
    }
    text.push('\n');
    text
}

/// Text that is no JSON, harmless for a terminal; tabs stay.
fn harmless(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.split('\t').map(visible::text).collect::<Vec<_>>().join("\t")
}

fn ended(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
