//! What can stand for an argument: run ids, rules, endpoints and their fields, names of the catalog, scripts.

use std::ffi::OsStr;
use std::path::Path;

use clap::Command;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter};
use signal_api::endpoints::{ENDPOINTS, Endpoint, Group, Parameter, Verb};
use signal_catalog::Catalog;

use crate::commands::schema;
use crate::journal::Journal;
use crate::render::visible;

/// Runs that are offered, newest first.
const RUNS: usize = 30;

type Candidates = fn(&str) -> Vec<CompletionCandidate>;

/// What stands for an argument, by the command (empty: every one) and the argument's id.
const KNOWN: &[(&str, &str, Candidates)] = &[
    ("", "run", runs),
    ("", "runs", runs),
    ("explain", "rule", rules),
    ("schema", "name", schemas),
    ("show", "name", names),
    ("api", "method", calls),
    ("api", "path", paths),
    ("api", "fields", fields),
    ("api", "json_fields", fields),
    ("api", "query", fields),
    ("", "timeframe", timeframes),
    ("", "exchange", exchanges),
    ("", "mode", modes),
];

/// Arguments that are scripts.
const SCRIPTS: &[&str] = &["file", "files", "paths", "script", "scripts"];

/// The command with what completes its arguments.
pub(super) fn attach(command: Command) -> Command {
    let name = command.get_name().to_owned();
    let command = command.mut_args(|argument| {
        let id = argument.get_id().as_str();
        let fits = |of: &str, known: &str| known == id && (of.is_empty() || of == name);
        if let Some((.., candidates)) = KNOWN.iter().find(|(of, known, _)| fits(of, known)) {
            return argument.add(ArgValueCompleter::new(Begun(*candidates)));
        }
        // `dsl completions` has no folder of scripts to look into.
        if SCRIPTS.contains(&id) && argument.is_positional() {
            let scripts = |path: &Path| path.extension().is_some_and(|extension| extension == "signal");
            return argument
                .add(ArgValueCompleter::new(PathCompleter::any().filter(move |path| path.is_dir() || scripts(path))));
        }
        argument
    });
    command.mut_subcommands(attach)
}

/// Those of some candidates that begin as the word does.
struct Begun(Candidates);

impl ValueCompleter for Begun {
    fn complete(&self, current: &OsStr) -> Vec<CompletionCandidate> {
        // No candidate holds what is no text.
        let Some(begun) = current.to_str() else { return Vec::new() };
        let mut found = (self.0)(begun);
        found.retain(|candidate| candidate.get_value().to_str().is_some_and(|value| value.starts_with(begun)));
        found
    }
}

fn candidate(value: impl Into<String>, help: &str) -> CompletionCandidate {
    let help = visible::line(help).into_owned();
    CompletionCandidate::new(value.into()).help((!help.is_empty()).then(|| help.into()))
}

/// Ids of the journal's runs. Their own ids only: those of a server are a server's text.
fn runs(_: &str) -> Vec<CompletionCandidate> {
    let records = Journal::open().map(|journal| journal.records()).unwrap_or_default();
    let mut found: Vec<_> = records
        .iter()
        .take(RUNS)
        .map(|record| candidate(&record.run, &format!("{} {}", record.file, record.planned_at)))
        .collect();
    if !found.is_empty() {
        found.push(candidate("latest", "the last run"));
    }
    found
}

fn rules(_: &str) -> Vec<CompletionCandidate> {
    signal_analysis::RULES.iter().map(|rule| candidate(rule.name, "")).collect()
}

fn schemas(_: &str) -> Vec<CompletionCandidate> {
    schema::names().map(|name| candidate(name, "")).collect()
}

fn names(_: &str) -> Vec<CompletionCandidate> {
    Catalog::bundled().names().map(|name| candidate(name, "")).collect()
}

/// The first word of `dsl api`: a method or a path, or a group behind --list.
fn calls(begun: &str) -> Vec<CompletionCandidate> {
    if words().iter().any(|word| word == "--list") {
        let groups = Group::ALL.map(|group| candidate(group.as_str(), ""));
        return groups.into_iter().chain(paths(begun)).collect();
    }
    let verbs = Verb::ALL.map(|verb| candidate(verb.as_str(), ""));
    verbs.into_iter().chain(paths(begun)).collect()
}

/// Paths of endpoints, of a method where one is named.
fn paths(begun: &str) -> Vec<CompletionCandidate> {
    let verb = words().iter().find_map(|word| word.parse::<Verb>().ok());
    let mut found: Vec<CompletionCandidate> = Vec::new();
    for endpoint in ENDPOINTS.iter().filter(|endpoint| verb.is_none_or(|verb| verb == endpoint.verb)) {
        // As it was begun: with the slash or without.
        let path = if begun.starts_with('/') || begun.is_empty() { endpoint.path } else { &endpoint.path[1..] };
        if !found.iter().any(|other| other.get_value() == path) {
            found.push(candidate(path, endpoint.purpose));
        }
    }
    found
}

/// Fields of the endpoint that the line names: `side=`, and behind that what it can be.
fn fields(begun: &str) -> Vec<CompletionCandidate> {
    let words = words();
    let verb = words.iter().find_map(|word| word.parse::<Verb>().ok());
    let path = words.iter().find(|word| Endpoint::at(word).next().is_some());
    let parameters = path.into_iter().flat_map(|path| {
        let fits = move |endpoint: &&Endpoint| verb.is_none_or(|verb| verb == endpoint.verb);
        Endpoint::at(path).filter(fits).flat_map(|endpoint| endpoint.parameters)
    });
    let of = |parameter: &'static Parameter| match begun.split_once('=') {
        Some((name, _)) if name == parameter.name => {
            parameter.values.iter().map(|value| candidate(format!("{name}={value}"), "")).collect()
        }
        Some(_) => Vec::new(),
        None => vec![candidate(format!("{}=", parameter.name), parameter.purpose)],
    };
    parameters.flat_map(of).collect()
}

fn timeframes(_: &str) -> Vec<CompletionCandidate> {
    values("timeframe")
}

fn modes(_: &str) -> Vec<CompletionCandidate> {
    values("mode")
}

/// The values that a backtest takes for a parameter.
fn values(name: &str) -> Vec<CompletionCandidate> {
    let execute = Endpoint::find(Verb::Post, "/backtest/execute");
    let parameters = execute.map_or(&[][..], |endpoint| endpoint.parameters);
    let values = parameters.iter().filter(|parameter| parameter.name == name).flat_map(|parameter| parameter.values);
    values.map(|value| candidate(*value, "")).collect()
}

fn exchanges(_: &str) -> Vec<CompletionCandidate> {
    signal_market::EXCHANGES.iter().map(|exchange| candidate(exchange.id, exchange.name)).collect()
}

/// The words of the line that is completed, the command's name first.
fn words() -> Vec<String> {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    words.filter_map(|word| word.into_string().ok()).collect()
}
