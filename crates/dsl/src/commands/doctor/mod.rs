//! `dsl doctor`: looks whether everything that the other commands rely on is in order; a line each, on one screen.

mod machine;
mod server;

use std::path::Path;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::args::{DoctorArguments, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::shown;
use crate::journal::{Journal, State};
use crate::keys::{Kept, Keys};
use crate::output::Console;
use crate::project::{self, Project};
use crate::quota::{self, in_plan};
use crate::render::{json, number, style, visible};
use crate::service;
use crate::today::today;

/// A fetched list of names that is older may lack some.
const OLD_CATALOG: i32 = 90;

/// `dsl doctor --json`
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DoctorDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    schema: u32,
    /// What was looked at, in the order in which it is shown.
    checks: Vec<Check>,
    /// How many are problems; the command ends with 1 where there are some.
    problems: usize,
}

/// What was found of one thing.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Check {
    /// What was looked at: `settings`, `key`, `server` ...
    name: &'static str,
    /// How it is.
    state: Health,
    /// What was found.
    message: String,
    /// What to do about it; null where nothing is to be done.
    cure: Option<String>,
}

/// How a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Health {
    /// In order.
    Ok,
    /// Worth knowing.
    Note,
    /// Something will not work.
    Problem,
}

fn ok(name: &'static str, message: impl Into<String>) -> Check {
    Check { name, state: Health::Ok, message: message.into(), cure: None }
}

fn note(name: &'static str, message: impl Into<String>, cure: impl Into<String>) -> Check {
    Check { name, state: Health::Note, message: message.into(), cure: Some(cure.into()) }
}

fn problem(name: &'static str, message: impl Into<String>, cure: Option<String>) -> Check {
    Check { name, state: Health::Problem, message: message.into(), cure }
}

fn failed(name: &'static str, failure: Failure) -> Check {
    problem(name, failure.message, failure.suggestion)
}

/// Runs the command.
pub(crate) fn run(arguments: &DoctorArguments, global: &Global, console: &mut Console) -> Result<Exit, Failure> {
    let now = Timestamp::now();
    let mut checks = vec![ok("version", format!("dsl {}, JSON schema {}", env!("CARGO_PKG_VERSION"), json::SCHEMA))];
    checks.extend(settings(global.config.as_deref()));
    checks.push(machine::folders());
    match service::address() {
        Ok(address) => {
            checks.push(key(&address, now));
            checks.extend(server::checks(&address, arguments.offline));
            checks.extend(quota(&address, now));
        }
        Err(failure) => checks.push(failed("server", failure)),
    }
    checks.push(journal());
    checks.push(machine::commits(global.config.as_deref()));
    checks.push(machine::editors());
    checks.push(machine::terminal(console.color));
    let problems = checks.iter().filter(|check| check.state == Health::Problem).count();
    let exit = if problems == 0 { Exit::Done } else { Exit::Findings };
    if arguments.json {
        console.result(&json::document(&DoctorDocument { schema: json::SCHEMA, checks, problems }));
    } else {
        console.result(&screen(&checks, problems, console.color));
    }
    Ok(exit)
}

fn screen(checks: &[Check], problems: usize, color: bool) -> String {
    let longest = checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for check in checks {
        let (word, style) = match check.state {
            Health::Ok => ("ok", style::GOOD),
            Health::Note => ("note", style::CAUTION),
            Health::Problem => ("problem", style::BAD),
        };
        let word = style::paint(color, style, &format!("{word:<7}"));
        let name = format!("{:<longest$}", check.name);
        text.push_str(&format!("{word} {name}  {}\n", visible::line(&check.message)));
        for line in check.cure.iter().flat_map(|cure| cure.lines()) {
            let line = format!("        {:longest$}  {}", "", visible::line(line));
            text.push_str(&format!("{}\n", style::paint(color, style::DIM, &line)));
        }
    }
    text.push_str(&match problems {
        0 => "\nno problems\n".to_owned(),
        _ => format!("\n{}\n", number::count(problems as u64, "problem")),
    });
    text
}

/// The settings file and the catalog that count here.
fn settings(config: Option<&Path>) -> Vec<Check> {
    let roots = match project::root(Path::new("."), config) {
        Ok(roots) => roots,
        Err(failure) => return vec![failed("settings", failure)],
    };
    let project = match Project::open(&roots) {
        Ok(project) => project,
        Err(failure) => return vec![failed("settings", failure)],
    };
    let file = shown(&roots.settings);
    let settings = match project.diagnostics.len() {
        _ if file.is_empty() => note("settings", "no signal.toml here or above", "dsl init writes one"),
        0 => ok("settings", file),
        found => problem(
            "settings",
            format!("{file}: {}", number::count(found as u64, "finding")),
            Some("dsl check shows them".to_owned()),
        ),
    };
    let stamp = project.catalog.stamp();
    let catalog = format!("{}, of {}", stamp.origin, stamp.date);
    let age = stamp
        .date
        .parse::<jiff::civil::Date>()
        .ok()
        .and_then(|date| today().since(date).ok())
        .map_or(0, |span| span.get_days());
    let catalog = match &*stamp.origin {
        "bundled" => {
            note("catalog", format!("{catalog}: the service may know more names"), "dsl catalog pull, with a key")
        }
        _ if age > OLD_CATALOG => note("catalog", format!("{catalog}, {age} days old"), "dsl catalog diff --live"),
        _ => ok("catalog", catalog),
    };
    vec![settings, catalog]
}

/// The key, by where it is kept; never the key.
fn key(address: &str, now: Timestamp) -> Check {
    let kept = match service::key(address) {
        Ok(Some((_, kept))) => kept,
        Ok(None) => {
            return note("key", "none; the sandbox needs none", "dsl auth register fetches one, free and at once");
        }
        Err(failure) => return failed("key", failure),
    };
    let from = format!("from {}", kept.words());
    if kept == Kept::Environment {
        return ok("key", from);
    }
    let entry = Keys::open().ok().and_then(|keys| keys.entries().ok()?.remove(&service::origin(address).ok()?));
    match entry.and_then(|entry| entry.seconds_left(now)) {
        Some(left @ ..=0) => problem(
            "key",
            format!("{from}, ended {} ago", number::span(-left)),
            Some("dsl auth register --replace fetches another one".to_owned()),
        ),
        Some(left) => note("key", format!("{from}, ends in {}", number::span(left)), "dsl auth claim makes it last"),
        None => ok("key", from),
    }
}

/// What is left of the key's quota, by the journal; nothing without a key.
fn quota(address: &str, now: Timestamp) -> Option<Check> {
    // Why there is none is told by the lines of key and journal.
    let standing = quota::standing(address, now).ok().flatten()?;
    let words = in_plan(&standing, 1, now);
    Some(match standing.left() {
        Some(0) => note("quota", words, "dsl run --sandbox costs nothing"),
        _ if standing.closed.is_some() => note("quota", words, "dsl run --sandbox costs nothing"),
        _ => ok("quota", words),
    })
}

fn journal() -> Check {
    let listing = match Journal::open() {
        Ok(journal) => journal.listing(),
        Err(failure) => return failed("journal", failure),
    };
    if let Some(broken) = listing.broken.first() {
        return note("journal", broken.clone(), "move that folder away; the other runs are not touched");
    }
    let runs = number::count(listing.records.len() as u64, "run");
    let open: Vec<_> = listing
        .records
        .iter()
        .filter(|record| !record.status().is_over() || record.status() == State::Unknown)
        .collect();
    match open.first() {
        Some(first) => note(
            "journal",
            format!("{runs}, {} not finished or of unknown fate", number::whole(open.len() as u64)),
            format!("dsl runs attach {}", first.run),
        ),
        None => ok("journal", runs),
    }
}
