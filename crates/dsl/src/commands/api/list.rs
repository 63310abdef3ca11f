//! `dsl api --list`: the endpoints, those of a group, or one with what it takes.

use schemars::JsonSchema;
use serde::Serialize;
use signal_api::endpoints::{ENDPOINTS, Effect, Endpoint, Group};
use signal_text::closest;
use unicode_width::UnicodeWidthStr;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Console;
use crate::render::{json, style, visible, width};

/// `dsl api --list --json`
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EndpointsDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    schema: u32,
    /// In the documentation's order.
    endpoints: Vec<EndpointEntry>,
}

/// An endpoint.
#[derive(Debug, Serialize, JsonSchema)]
struct EndpointEntry {
    /// The method.
    method: &'static str,
    /// The path below the base URL, with placeholders.
    path: &'static str,
    /// Where the documentation lists it.
    group: &'static str,
    /// What it does.
    purpose: &'static str,
    /// Whether it needs an API key.
    needs_key: bool,
    /// The right that the key needs: `research`, `read` or `trade`; null where the documentation does not tell.
    scope: Option<&'static str>,
    /// What a call changes: `reads`, `changes`, `issues-key`, `spends-quota`, `places-order`, `cancels-order`,
    /// `trades-live`, `publishes` or `deletes`.
    effect: &'static str,
    /// Whether its list comes in pages.
    paginated: bool,
    /// What the documentation says it takes.
    parameters: Vec<ParameterEntry>,
}

/// A parameter.
#[derive(Debug, Serialize, JsonSchema)]
struct ParameterEntry {
    /// Its name.
    name: &'static str,
    /// `query` or `body`.
    place: &'static str,
    /// Whether a call without it is refused.
    required: bool,
    /// `text`, `decimal text`, `number` or `list of texts`.
    kind: &'static str,
    /// What it is.
    purpose: &'static str,
    /// The only values that it takes; empty where there is no such list.
    values: &'static [&'static str],
}

/// Lists the endpoints of `wanted`: a group, a path, or all.
pub(super) fn run(wanted: Option<&str>, json: bool, console: &mut Console) -> Result<Exit, Failure> {
    let found: Vec<&Endpoint> = match wanted {
        None => ENDPOINTS.iter().collect(),
        Some(path) if path.contains('/') => Endpoint::at(path).collect(),
        Some(group) => ENDPOINTS.iter().filter(|endpoint| endpoint.group.as_str() == group).collect(),
    };
    if let Some(wanted) = wanted.filter(|_| found.is_empty()) {
        return Err(unknown(wanted));
    }
    if json {
        let endpoints = found.iter().map(|endpoint| entry(endpoint)).collect();
        console.result(&json::document(&EndpointsDocument { schema: json::SCHEMA, endpoints }));
    } else if wanted.is_some_and(|wanted| wanted.contains('/')) {
        console.result(&found.iter().map(|endpoint| full(endpoint, console.color)).collect::<Vec<_>>().join("\n"));
    } else {
        console.result(&table(&found, usize::from(width()), console.color));
    }
    Ok(Exit::Done)
}

fn unknown(wanted: &str) -> Failure {
    let groups = Group::ALL.map(Group::as_str);
    let paths = ENDPOINTS.iter().map(|endpoint| endpoint.path);
    let near = if wanted.contains('/') { closest(wanted, paths) } else { closest(wanted, groups) };
    let failure = Failure::new(
        Exit::NotFound,
        "unknown-endpoint",
        format!("the documentation has no group or endpoint `{}`", visible::line(wanted)),
    );
    failure.suggest(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the groups are {}", groups.join(", ")),
    })
}

/// Groups under their names, a line for each endpoint.
fn table(endpoints: &[&Endpoint], width: usize, color: bool) -> String {
    let mut text = String::new();
    for group in Group::ALL {
        let rows: Vec<&&Endpoint> = endpoints.iter().filter(|endpoint| endpoint.group == group).collect();
        let longest = rows.iter().map(|endpoint| endpoint.path.width()).max().unwrap_or(0);
        if !rows.is_empty() {
            let gap = if text.is_empty() { "" } else { "\n" };
            text.push_str(&format!("{gap}{}\n", style::paint(color, style::STRONG, group.as_str())));
        }
        for endpoint in rows {
            let left = format!("  {:<6} {:<longest$}  {:<8}", endpoint.verb, endpoint.path, key_word(endpoint));
            let mut purpose = endpoint.purpose.to_owned();
            if asks(endpoint.effect) {
                purpose.push_str(" (asks first)");
            }
            // A line that does not fit would be broken in the middle of a word.
            let between = if left.width() + 1 + purpose.width() <= width { " " } else { "\n         " };
            text.push_str(&left);
            text.push_str(between);
            text.push_str(&style::paint(color, style::DIM, &purpose));
            text.push('\n');
        }
    }
    text
}

/// One endpoint with all that is known of it.
fn full(endpoint: &Endpoint, color: bool) -> String {
    let title = format!("{} {}", endpoint.verb, endpoint.path);
    let mut text = format!("{}\n  {}\n", style::paint(color, style::STRONG, &title), endpoint.purpose);
    let key = match (endpoint.needs_key, endpoint.scope) {
        (false, _) => "needs no key".to_owned(),
        (true, None) => "needs a key".to_owned(),
        (true, Some(scope)) => format!("needs a key with the scope {}", scope.as_str()),
    };
    let asks = if asks(endpoint.effect) { "; dsl asks first, unless --yes" } else { "" };
    let pages = if endpoint.paginated { "; comes in pages, --paginate joins them" } else { "" };
    text.push_str(&format!("  {key}{asks}{pages}\n"));
    if endpoint.parameters.is_empty() {
        text.push_str("  the documentation lists no parameters\n");
    }
    let longest = endpoint.parameters.iter().map(|parameter| parameter.name.len()).max().unwrap_or(0);
    for parameter in endpoint.parameters {
        let mark = if parameter.required { "required" } else { "" };
        let mut says: Vec<String> = Vec::new();
        if !parameter.purpose.is_empty() {
            says.push(parameter.purpose.to_owned());
        }
        if !parameter.values.is_empty() {
            says.push(parameter.values.join(", "));
        }
        let name = format!("{:<longest$}", parameter.name);
        text.push_str(&format!(
            "    {}  {:<5}  {:<13}  {mark:<8}  {}\n",
            style::paint(color, style::PLACE, &name),
            parameter.place.as_str(),
            parameter.kind.as_str(),
            says.join(": ")
        ));
    }
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn key_word(endpoint: &Endpoint) -> &'static str {
    match (endpoint.needs_key, endpoint.scope) {
        (false, _) => "no key",
        (true, None) => "key",
        (true, Some(scope)) => scope.as_str(),
    }
}

/// Whether a call is asked about before it is sent.
fn asks(effect: Effect) -> bool {
    !matches!(effect, Effect::Reads | Effect::Changes | Effect::IssuesKey)
}

fn entry(endpoint: &Endpoint) -> EndpointEntry {
    EndpointEntry {
        method: endpoint.verb.as_str(),
        path: endpoint.path,
        group: endpoint.group.as_str(),
        purpose: endpoint.purpose,
        needs_key: endpoint.needs_key,
        scope: endpoint.scope.map(signal_api::endpoints::Scope::as_str),
        effect: endpoint.effect.as_str(),
        paginated: endpoint.paginated,
        parameters: endpoint
            .parameters
            .iter()
            .map(|parameter| ParameterEntry {
                name: parameter.name,
                place: parameter.place.as_str(),
                required: parameter.required,
                kind: parameter.kind.as_str(),
                purpose: parameter.purpose,
                values: parameter.values,
            })
            .collect(),
    }
}
