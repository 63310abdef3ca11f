//! From words and flags to a call.

use std::io::Read as _;
use std::path::Path;

use serde_json::{Map, Value};
use signal_api::Call;
use signal_api::endpoints::{ENDPOINTS, Effect, Endpoint, Place, Verb};
use signal_text::closest;

use super::address::{self, Address};
use super::{fields, remarks};
use crate::args::ApiArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::journal::Journal;

/// A body is read up to this size; the largest script is far below.
const LARGEST_BODY: u64 = 16 << 20;

/// A call, and what is known about it.
#[derive(Debug)]
pub(super) struct Asked {
    /// What is sent.
    pub(super) call: Call,
    /// The endpoint; `None` for one that the documentation does not have.
    pub(super) endpoint: Option<&'static Endpoint>,
    /// The body's fields, where it is an object.
    pub(super) body: Map<String, Value>,
    /// What looks wrong about it, in words.
    pub(super) remarks: Vec<String>,
    /// What was put in for the user.
    pub(super) notes: Vec<String>,
}

impl Asked {
    /// `/orders/7`
    pub(super) fn path(&self) -> String {
        format!("/{}", self.call.segments.join("/"))
    }

    /// What the call changes; `None` where that can't be known.
    pub(super) fn effect(&self) -> Option<Effect> {
        match self.endpoint {
            Some(endpoint) => Some(endpoint.effect),
            None if self.call.verb == Verb::Get => Some(Effect::Reads),
            None => None,
        }
    }

    /// What to do when nobody knows whether the server acted.
    pub(super) fn doubt(&self) -> String {
        let look = match self.effect() {
            Some(Effect::PlacesOrder | Effect::CancelsOrder) => "dsl api /orders",
            Some(Effect::SpendsQuota) => "the dashboard",
            Some(Effect::TradesLive) => "dsl api /live-strategies/subscriptions",
            _ => "the server",
        };
        format!("it is not sent again by itself; look at what is there ({look}) before you do")
    }
}

/// Reads a command line. `base` is the base URL; `None`: the sandbox of this command.
///
/// # Errors
/// What can't be sent, or must not be.
pub(super) fn read(arguments: &ApiArguments, base: Option<&str>) -> Result<Asked, Failure> {
    let (verb, path) = words(arguments)?;
    let mut address = address::read(path, base)?;
    let mut given = given(arguments)?;
    let (mut remarks, mut notes) = (Vec::new(), Vec::new());
    fill(&mut address, &mut given, base, &mut notes)?;
    let path = address.path();
    let here: Vec<&Endpoint> = Endpoint::at(&path).collect();
    let reads = arguments.paginate || (arguments.input.is_none() && fits_reading(&here, &given));
    let verb = verb.unwrap_or_else(|| match here[..] {
        [only] => only.verb,
        _ if reads => Verb::Get,
        _ => Verb::Post,
    });
    let endpoint = here.iter().find(|endpoint| endpoint.verb == verb).copied();
    if endpoint.is_some_and(|endpoint| endpoint.effect == Effect::IssuesKey) {
        return Err(Failure::usage("the answer to this call shows a new key, once, to whoever sees this screen")
            .suggest("dsl auth register gets a key and stores it where it is safe"));
    }
    if endpoint.is_none() {
        remarks.push(unknown(verb, &path, &here));
    }

    let mut query = address.query;
    query.extend(arguments.query.iter().map(|text| pair(text, "--query")).collect::<Result<Vec<_>, _>>()?);
    let mut body = Map::new();
    let input = arguments.input.as_deref().map(input_body).transpose()?;
    for (name, value) in given {
        let listed = endpoint.and_then(|endpoint| endpoint.parameters.iter().find(|one| one.name == name));
        let usual = matches!(verb, Verb::Get | Verb::Delete);
        if input.is_some() || listed.map_or(usual, |one| one.place == Place::Query) {
            query.push((name, plain(value)));
        } else {
            fields::add(&mut body, &name, value).map_err(Failure::usage)?;
        }
    }
    let bytes = match &input {
        Some(text) => Some(text.clone().into_bytes()),
        None if body.is_empty() => None,
        None => Some(Value::Object(body.clone()).to_string().into_bytes()),
    };
    if let Some(Value::Object(object)) = input.as_deref().and_then(|text| serde_json::from_str(text).ok()) {
        body = object;
    }
    if let Some(endpoint) = endpoint {
        remarks::decimals(endpoint, &body)?;
        remarks.extend(remarks::of(endpoint, &body, &query));
    }
    let headers = arguments.headers.iter().map(|text| header(text)).collect::<Result<_, _>>()?;
    let call = Call { verb, segments: address.segments, query, headers, body: bytes };
    Ok(Asked { call, endpoint, body, remarks, notes })
}

/// Whether fields are all of the kind that reading takes: in doubt, nothing is changed.
fn fits_reading(here: &[&Endpoint], given: &[(String, Value)]) -> bool {
    let get = here.iter().find(|endpoint| endpoint.verb == Verb::Get);
    let listed = |name: &str| get.is_some_and(|get| get.parameters.iter().any(|parameter| parameter.name == name));
    given.iter().all(|(name, _)| listed(name))
}

/// The method, where one is named, and the path.
fn words(arguments: &ApiArguments) -> Result<(Option<Verb>, &str), Failure> {
    let first = arguments.method.as_deref().unwrap_or_default();
    match &arguments.path {
        Some(path) => match first.parse() {
            Ok(verb) => Ok((Some(verb), path)),
            Err(()) => Err(Failure::usage(format!("`{first}` is no method of the API")).suggest(
                match closest(&first.to_uppercase(), Verb::ALL.map(Verb::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "GET, POST, PUT, PATCH or DELETE, then the path".to_owned(),
                },
            )),
        },
        None if first.parse::<Verb>().is_ok() => {
            Err(Failure::usage(format!("`{first}` is a method; the path is missing"))
                .suggest("dsl api --list shows all endpoints"))
        }
        None => Ok((None, first)),
    }
}

/// The fields in their order on the command line's two lists, texts first.
fn given(arguments: &ApiArguments) -> Result<Vec<(String, Value)>, Failure> {
    let mut given = Vec::new();
    for text in &arguments.fields {
        let (name, value) = pair(text, "-f")?;
        given.push((name, Value::from(value)));
    }
    for text in &arguments.json_fields {
        let (name, value) = pair(text, "-F")?;
        let value = match value.strip_prefix('@') {
            Some(file) => Value::from(text_of(file)?),
            None => serde_json::from_str(&value).map_err(|_| {
                Failure::usage(format!("-F takes a JSON value, and `{value}` is none"))
                    .suggest(format!("for a text, write -f '{name}={value}'"))
            })?,
        };
        given.push((name, value));
    }
    Ok(given)
}

fn pair(text: &str, flag: &str) -> Result<(String, String), Failure> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(Failure::usage(format!("{flag} takes name=value, and `{text}` is not that"))),
    }
}

/// Puts values in for the path's placeholders: from fields of their names, or, for backtests, from the journal.
fn fill(
    address: &mut Address,
    given: &mut Vec<(String, Value)>,
    origin: Option<&str>,
    notes: &mut Vec<String>,
) -> Result<(), Failure> {
    let template = address.path();
    for segment in &mut address.segments {
        let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else { continue };
        let field = given.iter().position(|(other, _)| other == name).map(|at| plain(given.remove(at).1));
        *segment = match field.filter(|value| value != "latest") {
            Some(value) => value,
            None => latest(&template, name, origin, notes)?,
        };
    }
    Ok(())
}

/// The id of the last run at `origin`, for a path about backtests; the sandbox of this command has had none.
fn latest(template: &str, name: &str, origin: Option<&str>, notes: &mut Vec<String>) -> Result<String, Failure> {
    let of_results = template.starts_with("/backtest/results/");
    if let Some(origin) = origin
        && template.starts_with("/backtest/")
        && name == "id"
    {
        let mut records = Journal::open()?.records();
        records.retain(|record| record.origin == origin);
        let ids = records.into_iter().map(|record| if of_results { record.result_id } else { record.backtest_id });
        if let Some(id) = ids.flatten().next() {
            notes.push(format!("{{{name}}} is {id}, of the last run"));
            return Ok(id);
        }
    }
    let cure = match listed_by(template, name) {
        Some(list) => format!("{list} shows them; then write it into the path, or add -f {name}=..."),
        None => format!("write it into the path, or add -f {name}=..."),
    };
    Err(Failure::usage(format!("`{{{name}}}` in {template} stands for an id")).suggest(cure))
}

/// The command that lists the ids which a placeholder stands for.
fn listed_by(template: &str, name: &str) -> Option<String> {
    let before = template.split_once("/{").map_or(template, |(before, _)| before);
    let place = match before {
        "/backtest/status" | "/backtest/cancel" | "/backtest/results" => return Some("dsl runs list".to_owned()),
        "/arena/agents" | "/arena/strategies" => "/arena/leaderboard",
        _ if name == "sub_id" => "/live-strategies/subscriptions",
        before => before,
    };
    Endpoint::find(Verb::Get, place).map(|endpoint| format!("dsl api {}", endpoint.path))
}

/// What is said of an endpoint that the documentation does not have. It is called all the same: the server may.
fn unknown(verb: Verb, path: &str, here: &[&Endpoint]) -> String {
    if !here.is_empty() {
        let verbs: Vec<&str> = here.iter().map(|endpoint| endpoint.verb.as_str()).collect();
        return format!("the documentation has {path} with {} and not with {verb}", verbs.join(", "));
    }
    let near = closest(path, ENDPOINTS.iter().map(|endpoint| endpoint.path));
    let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    format!("the documentation has no {path}{near}")
}

/// A field's value in the query.
fn plain(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn header(text: &str) -> Result<(String, String), Failure> {
    let (name, value) = text
        .split_once(':')
        .map(|(name, value)| (name.trim(), value.trim()))
        .filter(|(name, _)| !name.is_empty())
        .ok_or_else(|| Failure::usage("-H takes a header such as 'Accept: text/markdown'"))?;
    let own = [
        "authorization",
        "x-api-key",
        "cookie",
        "host",
        "connection",
        "content-type",
        "content-length",
        "transfer-encoding",
    ];
    let lower = name.to_ascii_lowercase();
    if own.contains(&lower.as_str()) || lower.starts_with("proxy-") {
        return Err(Failure::usage(format!("the header {name} is dsl's own business"))
            .suggest("the key comes from dsl auth or HEYTRADERS_API_KEY, the body is always JSON"));
    }
    Ok((name.to_owned(), value.to_owned()))
}

/// The body as it is sent.
fn input_body(file: &str) -> Result<String, Failure> {
    let text = text_of(file)?;
    match serde_json::from_str::<serde::de::IgnoredAny>(&text) {
        Ok(_) => Ok(text),
        Err(error) => Err(Failure::usage(format!("`{file}` holds no JSON, which the API takes: {error}"))),
    }
}

/// The text of a file, or of standard input for `-`.
fn text_of(file: &str) -> Result<String, Failure> {
    let path = Path::new(file);
    if file != "-" && !path.is_file() {
        return Err(input::missing(path));
    }
    let mut bytes = Vec::new();
    let read = if file == "-" {
        std::io::stdin().lock().take(LARGEST_BODY + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LARGEST_BODY + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::new(Exit::NotFound, "unreadable", format!("`{file}` can't be read: {error}")))?;
    if bytes.len() as u64 > LARGEST_BODY {
        return Err(Failure::usage(format!("`{file}` is longer than {} MB", LARGEST_BODY >> 20)));
    }
    String::from_utf8(bytes).map_err(|_| Failure::usage(format!("`{file}` is no UTF-8 text")))
}
