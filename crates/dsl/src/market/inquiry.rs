//! One inquiry from the words of the command line to what stands on stdout; what differs between the three commands is data.

use std::path::Path;

use serde_json::Value;
use signal_api::{ApiError, Client};
use signal_text::{Diagnostic, Severity, Source};

use super::lint::{Linted, lint};
use super::{About, Findings, Target, Wanted, traced};
use crate::args::{FindingFormat, Global, MarketArguments};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, Place};
use crate::output::Console;
use crate::project::{self, Project};
use crate::render::findings::findings;
use crate::render::json::{self, ErrorDocument};
use crate::render::place::Places;
use crate::render::{number, visible};
use crate::run::{self as runs, LocalSandbox};
use crate::service;
use crate::today::today;

/// What is asked for, and how.
pub(crate) struct Inquiry<'a> {
    /// The expression as it was given, or `-`.
    pub(crate) text: &'a str,
    /// What it is called: `expression` or `condition`.
    pub(crate) called: &'static str,
    /// What it must be.
    pub(crate) wanted: Wanted,
    /// Where it is computed.
    pub(crate) arguments: &'a MarketArguments,
}

/// What came of it, for whoever shows it.
pub(crate) struct Answered<'a, T> {
    /// The expression as it was sent.
    pub(crate) expression: &'a str,
    /// What it was computed on.
    pub(crate) target: &'a Target,
    /// The answer.
    pub(crate) answer: T,
    /// Leading bars without a value, as predicted.
    pub(crate) warmup: Option<u64>,
    /// Base URL of the server, or `sandbox`.
    pub(crate) origin: &'a str,
}

impl<T> Answered<'_, T> {
    /// The part of the document that every answer has; `raw` is what the server said.
    pub(crate) fn about<'a>(&'a self, raw: &'a Value, diagnostics: Findings<'a>) -> About<'a> {
        About { warmup: self.warmup, origin: self.origin, data: data_of(raw), diagnostics, result: raw }
    }
}

/// What the bars are that an answer rests on: `synthetic` or `csv` in a sandbox; the service says nothing of it.
pub(crate) fn data_of(raw: &Value) -> Option<String> {
    raw.get("data").and_then(Value::as_str).map(str::to_owned)
}

/// Runs an inquiry: checks, asks, and lets `show` make the text of what came.
///
/// # Errors
/// What keeps it from being asked or answered.
pub(crate) fn run<T>(
    inquiry: &Inquiry<'_>,
    global: &Global,
    console: &mut Console,
    target: impl FnOnce(&Project) -> Result<Target, Failure>,
    ask: impl AsyncFnOnce(&Client, &str, &Target) -> Result<T, ApiError>,
    show: impl FnOnce(&Answered<'_, T>, Findings<'_>, &mut Console),
) -> Result<Exit, Failure> {
    let arguments = inquiry.arguments;
    if let Some(folder) = arguments.data.as_deref().filter(|folder| !folder.is_dir()) {
        return Err(input::missing(folder));
    }
    let origin = if arguments.sandbox { "sandbox".to_owned() } else { service::address()? };
    let project = Project::open(&project::root(Path::new("."), global.config.as_deref())?)?;
    project::refuse_broken(&project, console)?;
    let target = target(&project)?;
    let source = source(inquiry)?;
    lint(&source, &project, &target, inquiry.wanted, |linted| {
        let mut told = linted.found.clone();
        let asked = go(inquiry, &source, linted, &target, &origin, &mut told, console, ask);
        match asked {
            Ok(answer) => {
                let mut places = Places::new(&source);
                let findings = told.iter().map(|finding| json::finding(&source, &mut places, finding)).collect();
                let (warmup, expression) = (linted.warmup(), source.text());
                let answered = Answered { expression, target: &target, answer, warmup, origin: &origin };
                show(&answered, findings, console);
                Ok(Exit::Done)
            }
            Err(failure) if console.json => {
                let mut places = Places::new(&source);
                let diagnostics = told.iter().map(|finding| json::finding(&source, &mut places, finding)).collect();
                console.result(&json::document(&ErrorDocument::new(&failure, diagnostics)));
                Ok(failure.exit)
            }
            Err(failure) => Err(failure),
        }
    })
}

/// The expression as a text of its own.
fn source(inquiry: &Inquiry<'_>) -> Result<Source, Failure> {
    let (name, text) = (inquiry.called, inquiry.text);
    let text = if text == "-" {
        let script = input::read(&Place::Stdin(Some(name.into())))?;
        if let Some(fault) = script.fault {
            return Err(project::not_text(&script.source, &fault));
        }
        script.source.text().trim().to_owned()
    } else {
        text.trim().to_owned()
    };
    if text.is_empty() {
        return Err(
            Failure::usage(format!("the {name} is empty")).suggest("write one, such as \"rsi(close, 14) < 30\"")
        );
    }
    Ok(Source::new(name, text))
}

/// Shows what the check found, stops on errors, asks.
#[expect(clippy::too_many_arguments, reason = "the steps of one function, parted where it may fail")]
fn go<T>(
    inquiry: &Inquiry<'_>,
    source: &Source,
    linted: &Linted<'_>,
    target: &Target,
    origin: &str,
    told: &mut Vec<Diagnostic>,
    console: &mut Console,
    ask: impl AsyncFnOnce(&Client, &str, &Target) -> Result<T, ApiError>,
) -> Result<T, Failure> {
    let worth: Vec<Diagnostic> =
        told.iter().filter(|finding| finding.severity >= Severity::Warning || console.is_verbose()).cloned().collect();
    show(source, &worth, console);
    let errors = told.iter().filter(|finding| finding.severity == Severity::Error).count();
    if errors > 0 && !inquiry.arguments.force {
        let message = format!("nothing was sent: the check found {}", number::count(errors as u64, "error"));
        let cure = if errors == 1 { "cure it, or go on with --force" } else { "cure them, or go on with --force" };
        return Err(Failure::new(Exit::Findings, "check-failed", message).suggest(cure));
    }
    if linted.analysis.facts.tree().statements().is_empty() {
        return Err(Failure::usage(format!("there is no {} in `{}`", inquiry.called, visible::line(source.text()))));
    }
    if !console.json {
        target.remarks.iter().for_each(|remark| console.talk(&format!("note: {}", visible::line(remark))));
    }
    match answer(inquiry.arguments, source.text(), target, origin, ask)? {
        Ok(answer) => Ok(answer),
        Err(error) => {
            let mut failure = runs::failure_of(&error);
            failure.exit = runs::exit_of(&runs::Ending::Refused(error.clone()));
            let Some(traced) = traced::traced(linted, &error) else { return Err(failure) };
            if !console.json {
                show(source, std::slice::from_ref(&traced), console);
                // The finding says what the server said and what to do; the rest is one line.
                failure = Failure::new(
                    failure.exit,
                    failure.code.clone(),
                    format!("the server refused it: {}", failure.code),
                );
            }
            told.push(traced);
            Err(failure)
        }
    }
}

fn show(source: &Source, found: &[Diagnostic], console: &mut Console) {
    if !found.is_empty() && !console.json {
        let text = findings(source, found, FindingFormat::Full, console.color_talk);
        console.talk(text.trim_end());
        console.talk("");
    }
}

/// Asks the service, or a sandbox of this process.
fn answer<T>(
    arguments: &MarketArguments,
    text: &str,
    target: &Target,
    origin: &str,
    ask: impl AsyncFnOnce(&Client, &str, &Target) -> Result<T, ApiError>,
) -> Result<Result<T, ApiError>, Failure> {
    let client = if arguments.sandbox { None } else { Some(service::client(origin)?) };
    let asked = runs::block_on(async {
        let (local, client) = match client {
            Some(client) => (None, client),
            None => {
                let local = LocalSandbox::start(arguments.data.as_deref(), today()).await?;
                let client = local.client.clone();
                (Some(local), client)
            }
        };
        let answer = ask(&client, text, target).await;
        if let Some(local) = local {
            local.shutdown().await;
        }
        Ok(answer)
    });
    asked.map_err(|error| Failure::new(Exit::Network, "runtime", format!("the system grants no threads: {error}")))?
}
