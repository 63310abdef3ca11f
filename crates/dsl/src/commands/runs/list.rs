//! `dsl runs list`: past runs, newest first; reads the journal and nothing else.

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::args::RunsListArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::journal::{Journal, Record, State};
use crate::output::Console;
use crate::render::{self, json, number};

/// How many runs people are shown unless they ask for another number.
const SHOWN: usize = 30;

/// `dsl runs list --json`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ListDocument {
    /// Always 1.
    #[schemars(range(min = 1, max = 1))]
    pub(crate) schema: u32,
    /// Newest first.
    pub(crate) runs: Vec<ListedRun>,
    /// A remark for each record that can't be read.
    pub(crate) broken: Vec<String>,
}

/// A run, in short. Times are RFC 3339 in UTC.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ListedRun {
    /// The run's id.
    pub(crate) run: String,
    /// The script, as it was named.
    pub(crate) file: String,
    /// SHA-256 of the script's text.
    pub(crate) script_sha256: String,
    /// When it was written down.
    pub(crate) planned_at: String,
    /// When it was submitted; null when it never was.
    pub(crate) submitted_at: Option<String>,
    /// When its end was seen here.
    pub(crate) finished_at: Option<String>,
    /// How far it is, as far as this machine knows.
    pub(crate) status: State,
    /// The job's id at the server.
    pub(crate) backtest_id: Option<String>,
    /// The id of the results.
    pub(crate) result_id: Option<String>,
    /// The page with charts and trades.
    pub(crate) dashboard_url: Option<String>,
    /// The figures as the server sent them.
    #[schemars(with = "Option<Map<String, Value>>")]
    pub(crate) metrics: Option<Value>,
    /// Base URL of the server, or `sandbox`.
    pub(crate) origin: String,
}

/// Runs the command.
pub(crate) fn run(arguments: &RunsListArguments, console: &mut Console) -> Result<Exit, Failure> {
    let mut listing = Journal::open()?.listing();
    let none_at_all = listing.records.is_empty() && listing.broken.is_empty();
    listing.records.retain(|record| {
        arguments.file.as_deref().is_none_or(|file| is_of(record, file))
            && (arguments.status.is_empty() || arguments.status.contains(&record.status()))
    });
    let found = listing.records.len();
    let most = arguments.limit.or((!console.json).then_some(SHOWN));
    listing.records.truncate(most.unwrap_or(usize::MAX));
    if console.json {
        let runs = listing.records.into_iter().map(listed).collect();
        console.result(&json::document(&ListDocument { schema: json::SCHEMA, runs, broken: listing.broken }));
        return Ok(Exit::Done);
    }
    for remark in &listing.broken {
        console.talk(&format!("warning: {remark}"));
    }
    if none_at_all {
        console.talk("there are no runs yet; `dsl run FILE --sandbox` makes a first one that costs nothing");
        return Ok(Exit::Done);
    }
    if found == 0 {
        console.talk("no run is like that; `dsl runs list` without flags shows all of them");
        return Ok(Exit::Done);
    }
    console.result(&render::runs::list(&listing.records, jiff::Timestamp::now(), console.color));
    if found > listing.records.len() {
        let left = number::count((found - listing.records.len()) as u64, "older run");
        console.talk(&format!("{left} not shown; --limit {found} shows all"));
    }
    Ok(Exit::Done)
}

/// Whether a run is of that script: the very file, or one of that name where no folder is given.
fn is_of(record: &Record, file: &Path) -> bool {
    let is_name = file.components().count() == 1;
    let same_name = || {
        let path = record.path.as_deref().unwrap_or(Path::new(&record.file));
        path.file_name() == file.file_name()
    };
    let absolute = |file: &Path| std::fs::canonicalize(file).or_else(|_| std::path::absolute(file)).ok();
    let same_file = || record.path.as_deref().is_some_and(|path| absolute(path) == absolute(file));
    if is_name && !file.exists() { same_name() } else { same_file() }
}

fn listed(record: Record) -> ListedRun {
    let status = record.status();
    ListedRun {
        run: record.run,
        file: record.file,
        script_sha256: record.script_sha256,
        planned_at: record.planned_at,
        submitted_at: record.submitted_at,
        finished_at: record.finished_at,
        status,
        backtest_id: record.backtest_id,
        result_id: record.result_id,
        dashboard_url: record.dashboard_url,
        metrics: record.metrics,
        origin: record.origin,
    }
}
